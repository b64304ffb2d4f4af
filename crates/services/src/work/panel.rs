//! The acts of a case as its official finds them: each open one with its own form, the closed ones with the reason.

use super::{
    act_box,
    act_form::{located, typed_lines},
    room::{Room, fault},
};
use casework::{
    Context, Found,
    decide::acts_for,
    definition::{ActDecl, Emphasis},
};
use kernel::{Refusal, refusal::Reason};
use std::collections::BTreeMap;
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Mood},
    problem::PageError,
    visitor::Visitor,
};

/// An act that was asked for and refused, with all that was typed.
pub struct Tried<'a> {
    pub act: &'a str,
    pub form: &'a FormData,
    pub refusal: Refusal,
}

/// The panel, and what goes to the top of the page when an act was refused.
pub struct Panel {
    pub html: Html,
    pub errors: Html,
}

pub async fn panel(room: &Room<'_>, found: &Found, tried: Option<&Tried<'_>>) -> Result<Panel, PageError> {
    let desk = &room.services.desk;
    let calendar = desk.calendar(&found.state.offices.decides)?.clone();
    let numbers = BTreeMap::new();
    let cx = Context { now: room.now, actor: room.actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for (name, decl, refusal) in acts_for(&found.definition, &found.state, &cx) {
        match refusal {
            None => open.push((name, decl)),
            Some(refusal) => closed.push((decl, refusal)),
        }
    }
    open.sort_by_key(|(_, decl)| match decl.emphasis {
        Emphasis::Primary => 0,
        Emphasis::Quiet => 1,
        Emphasis::Risk => 2,
    });
    let offered = act_box::offered(room.services, room.lang(), found, &open, room.actor).await.map_err(fault)?;
    let base = super::lists::case_address(found.state.code.as_str());
    let mut out = format!("<h2>{}</h2>", room.pick("Việc có thể làm", "What you can do"));
    if open.is_empty() {
        out.push_str(&kit::para(room.pick("Lúc này bạn không có việc nào phải làm với hồ sơ.", "There is nothing for you to do on this case now.")).0);
    }
    for (name, decl) in &open {
        let tried = tried.filter(|t| t.act == *name);
        out.push_str(&act_box::html(room.visitor, found, (name, decl), &offered, tried, &base).0);
    }
    out.push_str(&why_not(room, &closed).0);
    let errors = tried.map_or_else(Html::default, |t| errors(room.visitor, found, t, open.iter().any(|(name, _)| *name == t.act)));
    Ok(Panel { html: Html(format!("<section class=\"card acts\" id=\"acts\">{out}</section>")), errors })
}

fn why_not(room: &Room<'_>, closed: &[(&ActDecl, Refusal)]) -> Html {
    if closed.is_empty() {
        return Html::default();
    }
    let lang = room.lang();
    let lines: String = closed
        .iter()
        .map(|(decl, refusal)| format!("<li><b>{}</b>: {}</li>", esc(decl.name.get(lang)), esc(refusal.message.get(lang))))
        .collect();
    Html(format!(
        "<details class=\"why\"><summary>{}</summary><ul class=\"closed\">{lines}</ul></details>",
        room.pick("Vì sao chưa thể làm việc khác?", "Why not something else?")
    ))
}

/// What was refused and why; with the text itself where its form is no longer there.
pub(crate) fn errors(v: &Visitor, found: &Found, tried: &Tried<'_>, still_open: bool) -> Html {
    let lang = v.lang;
    let schema = found.definition.acts.get(tried.act).and_then(|a| a.input.as_ref());
    let mut reasons = vec![Reason { field: None, message: tried.refusal.message.clone() }];
    reasons.extend(located(tried.act, schema, &tried.refusal.reasons));
    let mut out = kit::error_summary(lang, &reasons);
    if !still_open {
        let lines = typed_lines(schema, tried.act, tried.form, lang);
        if !lines.is_empty() {
            let body: String = lines.iter().map(|(k, v)| format!("<p><b>{}</b><br>{}</p>", esc(k), esc(v))).collect();
            let title = v.pick("Nội dung bạn đã nhập (chưa được ghi)", "What you typed (not recorded)");
            out.push(&kit::banner(Mood::Warn, title, &Html(body)));
        }
    }
    out
}
