//! `/admin/people`: who has an account, which posts they hold and held, where they are signed in, and why they may or may not.
//!
//! # Rules
//! 1. Officials are found by name; everybody else only by an exact mark (number, e-mail, phone, account id): the page is no
//!    directory of citizens.
//! 2. Nobody changes their own account here, and the last administrator stays: one person alone cannot raise or lock out.
//! 3. The past of a post is never rewritten: it begins today or later and is ended, not removed.
//! 4. An official's account is bound to the person by the personal number that the identity provider proves at the first
//!    sign-in; until then it is *expected*.

mod change;
mod list;
mod person;
mod rules;
mod store;
mod why;

pub(crate) use person::{device, proved};
pub(crate) use store::{Seen, handle};
pub use why::Cases;

use crate::{actions::ADMIN_ACCOUNTS, identify::Identity};
use std::sync::Arc;
use web::{
    html::Html,
    module::Module,
    page::{Shell, Width},
    routes::Routes,
    visitor::Visitor,
};

/// What the pages are made of.
#[derive(Clone)]
pub struct People {
    identity: Arc<Identity>,
    cases: Arc<dyn Cases>,
}

/// The routes; `cases` finds the case that somebody asks about.
pub fn module(identity: Arc<Identity>, cases: Arc<dyn Cases>) -> Module {
    let routes = Routes::<People>::new()
        .get("/admin/people", ADMIN_ACCOUNTS, list::show)
        .get("/admin/people/new", ADMIN_ACCOUNTS, change::blank)
        .post("/admin/people/new", ADMIN_ACCOUNTS, change::create)
        .get("/admin/people/{account}", ADMIN_ACCOUNTS, person::show)
        .post("/admin/people/{account}/posts", ADMIN_ACCOUNTS, change::open)
        .post("/admin/people/{account}/posts/{post}/end", ADMIN_ACCOUNTS, change::end)
        .post("/admin/people/{account}/close", ADMIN_ACCOUNTS, change::close)
        .post("/admin/people/{account}/reopen", ADMIN_ACCOUNTS, change::reopen)
        .post("/admin/people/{account}/sign-out", ADMIN_ACCOUNTS, change::sign_out)
        .get("/admin/people/{account}/why", ADMIN_ACCOUNTS, why::show);
    Module::new("people", routes.finish(People { identity, cases }))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(web::rail::below(v, "/admin"))
}

fn name_of_list(v: &Visitor) -> &str {
    v.pick("Tài khoản và vị trí công tác", "Accounts and posts")
}

/// What an office is called today; of one that is no more, what it was called.
fn office_name(identity: &Identity, code: &str, v: &Visitor) -> String {
    identity.office_ever(code).map_or_else(|| code.to_owned(), |o| o.name.get(v.lang).to_owned())
}
