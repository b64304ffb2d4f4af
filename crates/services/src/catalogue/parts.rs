//! What the pages of the catalogue share.

use super::{Catalogue, facts::cited, lapses::Lapse};
use casework::Definition;
use kernel::{Actor, catalog::{Files, Finding, LegalBasis}, time::Date};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table},
    page::{Area, NavItem, Shell, Width},
    problem::{Fault, PageError},
    visitor::Visitor,
    when,
};

pub fn actor(v: &Visitor) -> Result<&Actor, PageError> {
    v.actor.as_deref().ok_or_else(|| Fault::sign_in_needed().into())
}

/// A page of the administrator, with the rail of the room.
pub fn page(v: &Visitor, title: &str, current: &str, main: Html) -> Shell {
    let nav = [
        ("/admin/procedures", "Thủ tục", "Procedures"),
        ("/admin/calendars", "Lịch làm việc", "Calendars"),
        ("/admin/catalogue/drafts", "Dự thảo, phát hành", "Drafts and releases"),
    ];
    let mut nav: Vec<NavItem> = nav.into_iter().map(|(href, vi, en)| NavItem::new(href, v.pick(vi, en), current == href)).collect();
    nav.extend(web::rail::below(v, "/admin").into_iter().filter(|place| place.href != "/admin/procedures"));
    Shell::new(v, title, main).area(Area::Admin).width(Width::Wide).nav(nav)
}

pub fn table(caption: &str, columns: Vec<Column>, rows: Vec<Vec<Html>>, empty: &str) -> Html {
    kit::table(&Table { caption: caption.to_owned(), caption_hidden: true, columns, rows, empty: empty.to_owned() })
}

pub fn texts(v: &Visitor, columns: &[(&'static str, &'static str)]) -> Vec<Column> {
    columns.iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect()
}

pub fn day(v: &Visitor, day: Date) -> String {
    when::day(day, v.lang)
}

/// Where a version stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    InForce,
    Coming,
    /// A later version holds, or its last day has passed.
    Past,
}

impl Standing {
    pub fn of(d: &Definition, in_force: Option<&str>, today: Date) -> Self {
        match () {
            () if in_force == Some(d.version.as_str()) => Self::InForce,
            () if d.effective.from > today => Self::Coming,
            () => Self::Past,
        }
    }
    pub fn chip(self, v: &Visitor) -> Html {
        match self {
            Self::InForce => kit::chip(Mood::Good, v.pick("đang áp dụng", "in force")),
            Self::Coming => kit::chip(Mood::Info, v.pick("sắp áp dụng", "coming")),
            Self::Past => kit::chip(Mood::Warn, v.pick("không nhận hồ sơ mới", "no new dossiers")),
        }
    }
}

pub fn basis(v: &Visitor, b: &LegalBasis) -> Html {
    Html::text(cited(b).get(v.lang))
}

/// Days to the last day, in a word.
pub fn days_left(v: &Visitor, l: &Lapse) -> Html {
    let word = match l.days {
        n if n < 0 => v.pick("đã hết hiệu lực", "has lapsed").to_owned(),
        n => format!("{} {n} {}", v.pick("còn", "in"), v.pick("ngày", "days")),
    };
    let mood = if l.days < 0 { Mood::Bad } else if l.warn { Mood::Warn } else { Mood::Info };
    kit::chip(mood, &word)
}

/// `file:line: reason`, as `phusa catalog check` prints it.
pub fn findings(v: &Visitor, list: &[Finding]) -> Html {
    let one = |f: &Finding| {
        let line = f.line.map_or_else(String::new, |l| format!(":{l}"));
        Html(format!("<code>{}{line}</code> {}", esc(&f.file), esc(f.reason.get(v.lang))))
    };
    kit::bullets(&list.iter().map(one).collect::<Vec<_>>())
}

pub fn procedure_address(code: &str) -> String {
    format!("/admin/procedures/{}", url_part(code))
}
pub fn version_address(code: &str, version: &str) -> String {
    format!("/admin/procedures/{}/versions/{}", url_part(code), url_part(version))
}
pub fn draft_address(id: kernel::id::ReleaseId) -> String {
    format!("/admin/catalogue/drafts/{id}")
}

/// The text a version was read from.
pub fn text_of<'f>(files: &'f Files, d: &Definition) -> &'f str {
    files.get(&d.compiled.file).unwrap_or_default()
}

impl Catalogue {
    pub(super) fn today(&self) -> Date {
        self.services.now().date()
    }
    /// All versions of a procedure, the newest first.
    pub(super) fn versions(&self, code: &str) -> Vec<std::sync::Arc<Definition>> {
        let mut all: Vec<_> = self.services.desk.rules().definitions.all().filter(|d| d.code.as_str() == code).cloned().collect();
        all.reverse();
        all
    }
    pub(super) fn office_name(&self, v: &Visitor, code: &str) -> String {
        self.services.desk.identity().offices().get(code).map_or_else(|| code.to_owned(), |o| o.short_name().get(v.lang).to_owned())
    }
}
