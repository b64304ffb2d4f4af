//! `/centre/checks`: every figure with what it is a part of, how it was measured, and its rows.

mod draws;
mod lists;
mod section;
mod summary;

use super::{
    known::{Findings, Known},
    rules::Rules,
};
use crate::Centre;
use identity::{
    actions::{CENTRE_DIRECT, CENTRE_VERIFY, CENTRE_WORK},
    roles,
};
use kernel::catalog::LegalBasis;
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    rail,
    routes::Routes,
    visitor::Visitor,
};

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    let known = Arc::new(Known::default());
    macro_rules! with {
        ($handler:path, $($argument:ident),*) => {{
            let known = Arc::clone(&known);
            move |$($argument),*| $handler(known.clone(), $($argument),*)
        }};
    }
    r.get("/centre/checks", CENTRE_DIRECT, with!(summary::page, c, v))
        .get("/centre/checks/list/{section}", CENTRE_DIRECT, with!(lists::page, c, v, section, ask))
        .get("/centre/checks/consultants/{account}", CENTRE_DIRECT, with!(lists::consultant, c, v, account))
        .post("/centre/checks/draws", CENTRE_DIRECT, with!(draws::draw, c, v, form))
        .get("/centre/checks/draws/{id}", CENTRE_DIRECT, with!(draws::show, c, v, id))
        .post("/centre/checks/draws/{id}/overrides", CENTRE_DIRECT, with!(draws::override_list, c, v, id, form))
        .get("/centre/rechecks", CENTRE_WORK, draws::list)
        .get("/centre/rechecks/{id}", CENTRE_WORK, with!(draws::show, c, v, id))
        .post("/centre/rechecks/{id}/{enterprise}", CENTRE_VERIFY, with!(draws::recheck, c, v, path, form))
}

async fn now(known: &Known, c: &Centre) -> Result<(Arc<Rules>, Arc<Findings>), PageError> {
    let rules = Arc::clone(&c.catalog.checks);
    let found = known.now(c, &rules).await.map_err(PageError::internal)?;
    Ok((rules, found))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// Whether the centre's own pages are open to the visitor.
fn is_staff(v: &Visitor) -> bool {
    let staff = [
        roles::CENTRE_OFFICER,
        roles::CONSULTANT,
        roles::BOARD_CHAIR,
        roles::BOARD_MEMBER,
        roles::SUPPORT_OFFICER,
        roles::ACCOUNTANT,
        roles::CENTRE_DIRECTOR,
    ];
    v.actor.as_ref().is_some_and(|a| staff.iter().any(|r| a.has_role(r)))
}

fn is_director(v: &Visitor) -> bool {
    v.actor.as_ref().is_some_and(|a| a.has_role(roles::CENTRE_DIRECTOR))
}

/// Sources of a rule, each with its mark when nobody has read it there.
fn sources(v: &Visitor, basis: &[LegalBasis]) -> Html {
    let items: Vec<Html> = basis
        .iter()
        .map(|b| {
            let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
            let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
            Html(format!("{}{note}{mark}", esc(&b.to_string())))
        })
        .collect();
    kit::bullets(&items)
}

/// A staff page where it is open to the visitor, else the words alone.
fn lead(v: &Visitor, href: &str, text: &str) -> Html {
    if is_staff(v) { kit::link(href, text) } else { Html::text(text) }
}
