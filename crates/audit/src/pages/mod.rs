//! Pages: whether the journal holds, searching it, one entry in words, proofs to take away.

mod entry;
mod home;
mod proof;
mod search;

use crate::Audit;
use identity::{
    Subject,
    actions::{AUDIT_PERSONAL, AUDIT_READ, AUDIT_SEARCH, JOURNAL_VERIFY, WORK_OPEN},
};
use kernel::{Actor, Instant, text::Lang};
use std::sync::Arc;
use web::{
    html::{Html, url_part},
    kit,
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

/// Rows on a page.
const PAGE: i64 = 50;

pub fn routes(r: Routes<Audit>) -> Routes<Audit> {
    r.get("/admin/audit", JOURNAL_VERIFY, home::show)
        .post("/admin/audit/verify", JOURNAL_VERIFY, home::verify)
        .get("/admin/audit/heads/{size}", JOURNAL_VERIFY, proof::head)
        .get("/admin/audit/entries", AUDIT_SEARCH, search::show)
        .post("/admin/audit/entries", AUDIT_SEARCH, search::ask)
        .get("/admin/audit/entries/{seq}", AUDIT_READ, entry::show)
        .post("/admin/audit/entries/{seq}/open", AUDIT_PERSONAL, entry::open)
        .get("/admin/audit/proof/{seq}", AUDIT_READ, proof::entry)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// A case's code, a link for those who may open the working room; who may see the case itself is decided there.
fn case(s: &Audit, v: &Visitor, code: Option<&str>) -> Html {
    match code {
        None => Html::text("–"),
        Some(code) if s.identity.permits(v.actor.as_deref(), WORK_OPEN, &Subject::Portal) => kit::link(&format!("/work/cases/{}", url_part(code)), code),
        Some(code) => Html::text(code),
    }
}

impl Audit {
    fn office_name(&self, code: &str, lang: Lang) -> String {
        self.identity.offices().get(code).map_or_else(|| code.to_owned(), |o| o.name.get(lang).to_owned())
    }
    /// Openings older than this are over.
    fn opened_since(&self) -> Instant {
        self.now().plus_seconds(-3600 * i64::from(self.words.open_hours))
    }
}
