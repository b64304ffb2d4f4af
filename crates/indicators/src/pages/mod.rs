//! Pages of the index: for leaders and controllers, and one for everybody.

mod board;
mod dossiers;
mod export;
mod index;
mod portal;
mod procedures;
mod public;

use crate::{
    Indicators,
    period::Period,
    views::Whose,
};
use identity::{
    Level,
    actions::{FIGURES_READ, PORTAL_READ},
};
use kernel::{Actor, Instant, text::Lang};
use serde::Deserialize;
use web::{
    html::{Html, url_part},
    kit,
    page::{Area, NavItem, Shell, Width},
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
    when,
};

pub fn routes(routes: Routes<Indicators>) -> Routes<Indicators> {
    routes
        .get("/work/index", FIGURES_READ, index::page)
        .get("/work/index/dossiers", FIGURES_READ, dossiers::page)
        .get("/work/index/procedures", FIGURES_READ, procedures::page)
        .get("/work/index/portal", FIGURES_READ, portal::page)
        .post("/work/index/portal", FIGURES_READ, portal::enter)
        .get("/work/index/export.csv", FIGURES_READ, export::csv)
        .get("/work/index/export.json", FIGURES_READ, export::json)
        .get("/work/board", FIGURES_READ, board::page)
        .get("/work/board/dossiers", FIGURES_READ, board::dossiers)
        .get("/performance", PORTAL_READ, public::page)
        .get("/performance.csv", PORTAL_READ, public::csv)
        .get("/performance.json", PORTAL_READ, public::json)
}

/// What the address of every page of the index may say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `province`, `office:CODE`, `procedure:CODE`, `both:OFFICE/CODE`, `official:OFFICE|ACCOUNT`
    pub of: String,
    pub period: String,
    pub measure: String,
    pub minus: String,
    pub after: String,
}

/// How far an official's look goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Province,
    Office(String),
}

/// One request of somebody who reads figures.
pub struct Room<'a> {
    pub state: &'a Indicators,
    pub visitor: &'a Visitor,
    pub actor: &'a Actor,
    pub reach: Reach,
    pub now: Instant,
}

impl<'a> Room<'a> {
    pub fn enter(state: &'a Indicators, visitor: &'a Visitor) -> Result<Self, PageError> {
        let actor = visitor.actor.as_deref().ok_or_else(Fault::sign_in_needed)?;
        let office = actor.office.as_ref().map(|o| o.as_str().to_owned());
        let level = office.as_deref().and_then(|o| state.desk.identity().offices().get(o)).map(|o| o.level);
        let whole = actor.has_role("controller") || actor.has_role("auditor") || (actor.has_role("leader") && level == Some(Level::Province));
        let reach = match office {
            _ if whole => Reach::Province,
            Some(office) => Reach::Office(office),
            None => return Err(Fault::not_permitted().into()),
        };
        Ok(Self { state, visitor, actor, reach, now: state.now() })
    }

    pub fn lang(&self) -> Lang {
        self.visitor.lang
    }
    pub fn pick<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        self.visitor.lang.pick(vi, en)
    }

    pub fn period(&self, asked: &Asked) -> Period {
        asked.period.parse().unwrap_or_else(|()| Period::month_of(self.now))
    }

    /// Whose figures are asked for; what does not exist is not found.
    pub fn whose(&self, asked: &Asked) -> Result<Whose, PageError> {
        let (kind, rest) = asked.of.split_once(':').unwrap_or((asked.of.as_str(), ""));
        let office = |code: &str| self.state.desk.identity().offices().get(code).map(|o| o.code.as_str().to_owned()).ok_or_else(PageError::not_found);
        let procedure = |code: &str| {
            let known = self.state.desk.rules().definitions.all().any(|d| d.kind == "dossier" && d.code.as_str() == code);
            if known { Ok(code.to_owned()) } else { Err(PageError::not_found()) }
        };
        Ok(match kind {
            "" => match &self.reach {
                Reach::Province => Whose::Province,
                Reach::Office(o) => Whose::Office(o.clone()),
            },
            "province" => Whose::Province,
            "office" => Whose::Office(office(rest)?),
            "procedure" => Whose::Procedure(procedure(rest)?),
            "both" => {
                let (o, d) = rest.split_once('/').ok_or_else(PageError::not_found)?;
                Whose::OfficeProcedure(office(o)?, procedure(d)?)
            }
            "official" => {
                let (o, account) = rest.split_once('|').ok_or_else(PageError::not_found)?;
                let good = account.parse::<kernel::id::AccountId>().is_ok();
                if !good || !self.may_open(&Whose::Office(office(o)?)) {
                    return Err(PageError::not_found());
                }
                Whose::Official(rest.to_owned())
            }
            _ => return Err(PageError::not_found()),
        })
    }

    /// Whether the dossiers behind a figure, and the figures of people, may be opened: of one's own office, or of all for those
    /// who look after the province. Others' figures are seen as figures.
    pub fn may_open(&self, whose: &Whose) -> bool {
        let Reach::Office(own) = &self.reach else { return true };
        match whose {
            Whose::Province | Whose::Procedure(_) => false,
            Whose::Office(o) | Whose::OfficeProcedure(o, _) => o == own,
            Whose::Official(u) => u.split_once('|').is_some_and(|(o, _)| o == own),
        }
    }

    pub fn office_name(&self, code: &str) -> String {
        office_name(self.state, code, self.lang())
    }
    pub fn procedure_name(&self, code: &str) -> String {
        procedure_name(self.state, code, self.now, self.lang())
    }

    pub fn whose_name(&self, whose: &Whose, person: Option<&str>) -> String {
        match whose {
            Whose::Province => self.pick("Toàn tỉnh, thành phố", "The whole province").to_owned(),
            Whose::Office(o) => self.office_name(o),
            Whose::Procedure(d) => self.procedure_name(d),
            Whose::OfficeProcedure(o, d) => format!("{} · {}", self.office_name(o), self.procedure_name(d)),
            Whose::Official(u) => {
                let office = u.split_once('|').map_or("", |(o, _)| o);
                format!("{} · {}", person.unwrap_or(self.pick("cán bộ", "official")), self.office_name(office))
            }
        }
    }

    /// The page in its shell, with the way between the leaders' pages.
    pub fn page(&self, title: &str, current: &str, main: Html) -> Html {
        let item = |href: &str, vi: &'static str, en: &'static str| NavItem::new(href, self.pick(vi, en), href == current);
        let nav = vec![
            item("/work", "Việc của tôi", "My work"),
            item("/work/board", "Bảng điều hành", "Live board"),
            item("/work/index", "Chỉ số 766", "Index 766"),
            item("/work/index/portal", "So với Cổng quốc gia", "Beside the portal"),
            item("/work/index/procedures", "Công khai, mã kết quả", "Publication, result codes"),
            item("/performance", "Trang công khai", "Public page"),
        ];
        Shell::new(self.visitor, title, main).area(Area::Work).width(Width::Wide).nav(nav).render()
    }
}

pub fn office_name(state: &Indicators, code: &str, lang: Lang) -> String {
    state.desk.identity().offices().get(code).map_or_else(|| code.to_owned(), |o| o.short_name().get(lang).to_owned())
}

pub fn procedure_name(state: &Indicators, code: &str, now: Instant, lang: Lang) -> String {
    let definitions = &state.desk.rules().definitions;
    let found = definitions.current(code, now.date()).or_else(|| definitions.all().find(|d| d.code.as_str() == code));
    found.map_or_else(|| code.to_owned(), |d| d.name.get(lang).to_owned())
}

/// The `of` of an address.
pub fn of(whose: &Whose) -> String {
    match whose {
        Whose::Province => "province".to_owned(),
        Whose::Office(o) => format!("office:{o}"),
        Whose::Procedure(d) => format!("procedure:{d}"),
        Whose::OfficeProcedure(o, d) => format!("both:{o}/{d}"),
        Whose::Official(u) => format!("official:{u}"),
    }
}

pub fn address(path: &str, whose: &Whose, period: Period) -> String {
    format!("{path}?of={}&period={period}", url_part(&of(whose)))
}

/// `97,41 %` of hundredths of a percent.
pub fn percent(hundredths: i64, lang: Lang) -> String {
    format!("{}\u{a0}%", decimal(hundredths, lang))
}
/// `12,34` of hundredths.
pub fn decimal(hundredths: i64, lang: Lang) -> String {
    let sign = if hundredths < 0 { "−" } else { "" };
    format!("{sign}{}{}{:02}", when::number(hundredths.abs() / 100, lang), lang.pick(",", "."), hundredths.abs() % 100)
}

pub fn no_data(lang: Lang) -> Html {
    Html(format!("<span class=\"muted\">{}</span>", lang.pick("chưa có số liệu", "no data yet")))
}

/// `chưa đối chiếu`, where a rule was not read in its source.
pub fn unverified(lang: Lang) -> Html {
    kit::chip(kit::Mood::Warn, lang.pick("chưa đối chiếu", "not verified"))
}

/// Said while the journal is not followed to its end (a first start on an old journal takes minutes): figures are not whole yet.
pub async fn building(s: &Indicators, lang: Lang) -> Result<Html, PageError> {
    let cursor = s.consumer().cursor().await.map_err(PageError::internal)?;
    let unread = crate::views::behind(&s.scope, cursor).await.map_err(PageError::internal)?;
    Ok(match unread.filter(|at| at.plus_seconds(5) < s.now()) {
        None => Html::default(),
        Some(at) => {
            let text = format!("{} {}", lang.pick("Số liệu đang được dựng từ nhật ký, mới đọc đến", "The figures are being built from the journal, read up to"), when::exact(at, lang));
            kit::inset(&kit::para(&text))
        }
    })
}
