//! Pages: the reorganisations of the province, one plan with what it moves, who receives, and what came of it. The run itself is
//! started by the operator of the installation (`phusa reform run`): it may concern more than one province.

mod list;
mod plan;

use crate::{Reforms, model::{Status, UnitFate, Who}};
use identity::actions::{REFORM_PREPARE, REFORM_RUN};
use kernel::{Actor, text::Lang};
use std::sync::Arc;
use web::{
    html::Html,
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

const HOME: &str = "/admin/reforms";

pub fn routes(r: Routes<Reforms>) -> Routes<Reforms> {
    r.get("/admin/reforms", REFORM_PREPARE, list::show)
        .post("/admin/reforms", REFORM_PREPARE, list::prepare)
        .get("/admin/reforms/{plan}", REFORM_PREPARE, plan::show)
        .post("/admin/reforms/{plan}/assign", REFORM_PREPARE, plan::assign)
        .post("/admin/reforms/{plan}/approve", REFORM_RUN, plan::approve)
        .post("/admin/reforms/{plan}/withdraw", REFORM_RUN, plan::withdraw)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn who(v: &Visitor) -> Result<Who, PageError> {
    let actor = actor(v)?;
    Ok(Who { account: actor.account, name: actor.name.clone() })
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(web::rail::below(v, "/admin"))
}

fn status(code: &str, lang: Lang) -> Html {
    let (mood, vi, en) = match code {
        "draft" => (Mood::Info, "chưa phê duyệt", "not approved"),
        "approved" => (Mood::Good, "đã phê duyệt", "approved"),
        "running" => (Mood::Warn, "đang thực hiện", "running"),
        "done" => (Mood::Good, "đã xong", "done"),
        _ => (Mood::Info, "đã rút", "withdrawn"),
    };
    kit::chip(mood, lang.pick(vi, en))
}

fn fate(f: UnitFate, lang: Lang) -> &'static str {
    match f {
        UnitFate::Renamed => lang.pick("đổi tên hoặc loại", "name or kind changes"),
        UnitFate::Merged => lang.pick("sáp nhập", "merged"),
        UnitFate::Divided => lang.pick("chia tách", "divided"),
        UnitFate::CodeReused => lang.pick("mã dùng lại cho đơn vị khác", "code reused for another unit"),
    }
}

/// Whether it can still be changed.
fn open(s: Status) -> bool {
    s == Status::Draft
}
