//! Pieces that several pages share.

use crate::{
    Support,
    catalog::{CapType, Share},
    dossier::{Dossier, Status},
    rules::money::words,
    views::{After, Item},
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{
    Dong, Refusal,
    catalog::{Effective, LegalBasis},
    refusal::Reason,
    text::Lang,
};
use web::{
    extract::FormData,
    html::{Html, esc, url_part},
    kit::{self, Field, Mood, Shape},
    page::{Shell, Width},
    rail,
    visitor::Visitor,
    when,
};

/// Rows on one page of a list.
pub const PAGE: i64 = 50;

/// A page of the centre's staff.
pub fn desk_page(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// `50 %, tối đa 50.000.000 đồng mỗi năm mỗi doanh nghiệp`.
pub fn share_text(share: Share, cap_type: CapType, lang: Lang) -> String {
    let percent = match lang {
        Lang::Vi => format!("{} %", share.percent),
        Lang::En => format!("{}%", share.percent.to_string().replace(',', ".")),
    };
    let unit = cap_type.name();
    match (share.cap, cap_type) {
        (Some(cap), _) => format!("{percent}, {} {cap} {}", lang.pick("tối đa", "at most"), unit.get(lang)),
        (None, CapType::None) => unit.get(lang).to_owned(),
        (None, _) => format!("{percent} {}", unit.get(lang)),
    }
}

/// Whether somebody has read the source: a word and a shape, never colour alone.
pub fn verified(v: &Visitor, basis: &LegalBasis) -> Html {
    if basis.verified {
        Html(format!("<span class=\"muted\">{}</span>", v.pick("đã đối chiếu", "verified")))
    } else {
        Html(format!("<span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")))
    }
}

/// The article with its mark.
pub fn cited(v: &Visitor, basis: &LegalBasis) -> Html {
    let note = basis.note.as_ref().map_or_else(String::new, |n| format!(" ({})", esc(n)));
    Html(format!("{}{note} {}", esc(&basis.to_string()), verified(v, basis)))
}

/// Sources of a page, numbered in the order met; every number on the page links to its article and date.
#[derive(Default)]
pub struct Sources(Vec<(LegalBasis, Option<Effective>)>);

impl Sources {
    /// The small link after a number.
    pub fn link(&mut self, v: &Visitor, basis: &LegalBasis, effective: Option<Effective>) -> Html {
        let key = (basis.clone(), effective);
        let place = self.0.iter().position(|k| *k == key).unwrap_or_else(|| {
            self.0.push(key);
            self.0.len() - 1
        });
        let n = place + 1;
        let article = esc(&basis.to_string());
        let mark = if basis.verified { Html::default() } else { Html(format!(" {}", verified(v, basis))) };
        Html(format!("<a href=\"#source-{n}\" title=\"{article}\">[{n}]<span class=\"vh\"> {article}</span></a>{mark}"))
    }
    pub fn list(&self, v: &Visitor) -> Html {
        let items: String = self
            .0
            .iter()
            .enumerate()
            .map(|(i, (basis, effective))| {
                let from = effective.map_or_else(String::new, |e| {
                    let to = e.to.map_or_else(String::new, |to| format!(" {} {}", v.pick("đến", "to"), when::day(to, v.lang)));
                    format!(", {} {}{to}", v.pick("áp dụng từ", "in force from"), when::day(e.from, v.lang))
                });
                format!("<li id=\"source-{}\">{}{from}</li>", i + 1, cited(v, basis))
            })
            .collect();
        Html(format!("<section><h2>{}</h2><ol>{items}</ol></section>", v.pick("Căn cứ", "Sources")))
    }
}

pub fn status_chip(v: &Visitor, status: Status) -> Html {
    match status {
        Status::Received => kit::chip(Mood::Info, v.pick("Đang xét", "Being examined")),
        Status::Incomplete => kit::chip_with(Mood::Warn, Shape::Pause, v.pick("Chờ doanh nghiệp bổ sung", "Waits for a supplement")),
        Status::Refused => kit::chip(Mood::Bad, v.pick("Không đủ điều kiện", "Not eligible")),
        Status::Approved => kit::chip(Mood::Good, v.pick("Được hỗ trợ", "Supported")),
        Status::Withdrawn => kit::chip_with(Mood::Info, Shape::Cross, v.pick("Đã rút", "Withdrawn")),
    }
}

/// The clock of a dossier: when the answer is due and how much working time is left.
pub fn clock(s: &Support, v: &Visitor, d: &Dossier) -> Html {
    let now = s.now();
    if d.status != Status::Received {
        return Html::default();
    }
    let left = s.calendar.working_seconds(now, d.due).unwrap_or(0);
    let span = s.calendar.working_seconds(d.received_at, d.due).unwrap_or(1).max(1);
    let used = (span - left).max(0) * 100 / span;
    let mood = match left {
        ..=0 => Mood::Bad,
        l if l < span / 4 => Mood::Warn,
        _ => Mood::Good,
    };
    let clock = kit::Clock {
        label: v.pick("Hạn trả lời", "Answer due").to_owned(),
        text: when::due_time(d.due, now, v.lang),
        chip: kit::chip(mood, &when::working_left(left, v.lang)),
        used: Some(used),
        mood,
    };
    let decide = &s.rules.procedure.decide;
    Html(format!("{}<p class=\"muted\">{}: {}</p>", kit::clocks(v.lang, &[clock]), esc(decide.span.text().get(v.lang)), cited(v, &decide.legal_basis)))
}

/// An amount, with its words for those who check what they typed.
pub fn spelled(amount: Dong, lang: Lang) -> Html {
    Html(format!("{} <span class=\"muted\">({})</span>", esc(&amount.to_string()), esc(words(amount).get(lang))))
}

pub fn contents_text(s: &Support, v: &Visitor, contents: &[String]) -> String {
    contents.iter().map(|c| s.rules.content_name(c).get(v.lang).to_owned()).collect::<Vec<_>>().join("; ")
}

/// The address of the next page of a list, when there is one; and the rows to show.
pub fn paged<'a>(rows: &'a [Item], base: &str, at: impl Fn(&Item) -> i64) -> (&'a [Item], Option<String>) {
    let shown = rows.get(..usize::try_from(PAGE).unwrap_or(usize::MAX)).unwrap_or(rows);
    let next = shown.last().filter(|_| rows.len() > shown.len()).map(|last| {
        let joint = if base.contains('?') { '&' } else { '?' };
        format!("{base}{joint}after={}", url_part(&After { at: at(last), id: last.id.to_string() }.to_string()))
    });
    (shown, next)
}

/// What was typed into one of a page's forms, and what was wrong with it. The fields of a form carry its name before
/// theirs, so that two forms on a page do not share ids.
pub struct Typed<'a> {
    pub form: &'a str,
    pub values: &'a FormData,
    pub reasons: Vec<Reason>,
}

impl<'a> Typed<'a> {
    pub fn refused(form: &'a str, values: &'a FormData, refusal: &Refusal) -> Self {
        let name = |f: &String| format!("{form}.{f}");
        let mut reasons: Vec<Reason> =
            refusal.reasons.iter().map(|r| Reason { field: r.field.as_ref().map(name), message: r.message.clone() }).collect();
        if reasons.is_empty() {
            reasons.push(Reason { field: None, message: refusal.message.clone() });
        }
        Self { form, values, reasons }
    }
}

/// A field of a form on a page with several: with what was typed into it when that form came back.
pub fn field(v: &Visitor, form: &str, name: &str, label: &str, typed: Option<&Typed<'_>>) -> Field {
    let field = Field::new(v.lang, format!("{form}.{name}"), label);
    match typed.filter(|t| t.form == form) {
        Some(t) => field.value(t.values.get(&format!("{form}.{name}")).unwrap_or_default()).errors(&t.reasons),
        None => field,
    }
}

/// The value of a form's field.
pub fn given<'a>(form: &'a FormData, of: &str, name: &str) -> &'a str {
    form.get(&format!("{of}.{name}")).unwrap_or_default()
}

/// A file of comma-separated values that spreadsheets open in Vietnamese, and that cannot start a formula there.
pub fn csv_file(name: &str, rows: impl IntoIterator<Item = Vec<String>>) -> Response {
    let mut out = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|c| csv_cell(c)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)], out).into_response()
}

fn csv_cell(text: &str) -> String {
    let number = text.parse::<i64>().is_ok();
    let safe = if !number && text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_starts_no_formula() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("-5"), "-5");
        assert_eq!(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
