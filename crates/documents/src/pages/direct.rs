//! The way from a document to a task that is given because of it. A plain address with how the document is cited, so that neither room
//! knows the other.

use super::ROOT;
use crate::{
    Documents,
    arrival::Arrival,
    document::{Document, Stage},
};
use kernel::{Actor, time::Date};
use web::{
    html::{Html, url_part},
    kit::{self, Weight},
    visitor::Visitor,
};

/// The form of the operations centre.
const GIVE: &str = "/work/directives/new";

/// A document as a task cites it.
struct Cited<'a> {
    number: &'a str,
    date: Option<Date>,
    issuer: &'a str,
    summary: &'a str,
    path: String,
}

impl Cited<'_> {
    fn address(&self) -> String {
        let date = self.date.map_or_else(String::new, |d| format!("&date={d}"));
        format!("{GIVE}?number={}{date}&issuer={}&summary={}&path={}", url_part(self.number), url_part(self.issuer), url_part(self.summary), url_part(&self.path))
    }
}

/// Of a document that went out and stands.
pub(super) fn of_document(s: &Documents, v: &Visitor, a: &Actor, d: &Document) -> Html {
    let Some(n) = d.numbered.as_ref().filter(|_| d.stage == Stage::Issued) else { return Html::default() };
    let number = s.catalog.cited(n).unwrap_or_default();
    let issuer = s.office_name(&d.office);
    link(s, v, a, &Cited { number: &number, date: Some(n.at.date()), issuer: &issuer, summary: &d.subject, path: format!("{ROOT}/{}", d.id) })
}

/// Of a document that came in and was entered in the register.
pub(super) fn of_arrival(s: &Documents, v: &Visitor, a: &Actor, x: &Arrival) -> Html {
    if x.number.is_none() || x.refused.is_some() {
        return Html::default();
    }
    let o = &x.from;
    link(s, v, a, &Cited { number: &o.number, date: o.date, issuer: &o.body, summary: &o.subject, path: format!("{ROOT}/incoming/{}", x.id) })
}

fn link(s: &Documents, v: &Visitor, a: &Actor, cited: &Cited<'_>) -> Html {
    if !(s.may_direct)(a) {
        return Html::default();
    }
    Html(format!("<p class=\"no-print\">{}</p>", kit::link_button(&cited.address(), v.pick("Giao nhiệm vụ từ văn bản này", "Give a task from this document"), Weight::Quiet)))
}
