//! The acts of a case as its official finds them: each open one with its own form, the closed ones with the reason.

use super::{
    act_form::{Fields, Offered, asked, located, typed_lines},
    room::{Room, fault},
};
use casework::{
    Context, Found,
    decide::{acts_for, guard_view},
    definition::{ActDecl, Emphasis},
};
use kernel::{Refusal, refusal::Reason};
use std::collections::BTreeMap;
use web::{
    extract::FormData,
    html::{Html, esc, url_part},
    kit::{self, Button, Choice, Mood, Weight},
    problem::PageError,
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
    let offered = offered(room, found, &open).await?;
    let mut out = format!("<h2>{}</h2>", room.pick("Việc có thể làm", "What you can do"));
    if open.is_empty() {
        out.push_str(&kit::para(room.pick("Lúc này bạn không có việc nào phải làm với hồ sơ.", "There is nothing for you to do on this case now.")).0);
    }
    for (name, decl) in &open {
        let tried = tried.filter(|t| t.act == *name);
        out.push_str(&act(room, found, name, decl, &offered, tried).0);
    }
    out.push_str(&why_not(room, &closed).0);
    let errors = tried.map_or_else(Html::default, |t| errors(room, found, t, open.iter().any(|(name, _)| *name == t.act)));
    Ok(Panel { html: Html(format!("<section class=\"card acts\" id=\"acts\">{out}</section>")), errors })
}

async fn offered(room: &Room<'_>, found: &Found, open: &[(&str, &ActDecl)]) -> Result<Offered, PageError> {
    let lang = room.lang();
    let asks = |widget: &str| {
        open.iter().filter_map(|(_, d)| d.input.as_ref()).any(|schema| {
            let properties = schema.get("properties").and_then(|p| p.as_object());
            properties.into_iter().flatten().any(|(_, p)| p.get("x-widget").is_some_and(|w| w == widget))
        })
    };
    let mut offered = Offered::default();
    if asks("colleague") {
        let people = room.services.desk.colleagues(&found.state.offices.decides, room.now).await;
        let people = people.map_err(|e| fault(e.into()))?;
        offered.colleagues = people.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    }
    let waiting = |office: &str| found.state.open_requests().any(|r| r.office.as_str() == office);
    for consult in found.definition.consults.iter().filter(|c| !waiting(c.office.as_str())) {
        let name = room.office_name(consult.office.as_str());
        offered.offices.push(Choice::new(consult.office.as_str(), name).hint(consult.question.get(lang)));
    }
    Ok(offered)
}

fn act(room: &Room<'_>, found: &Found, name: &str, decl: &ActDecl, offered: &Offered, tried: Option<&Tried<'_>>) -> Html {
    let lang = room.lang();
    let nothing = FormData::default();
    let reasons = tried.map(|t| located(name, decl.input.as_ref(), &t.refusal.reasons)).unwrap_or_default();
    let typed = tried.map_or(&nothing, |t| t.form);
    let questions = decl.input.as_ref().map(|schema| asked(schema, &guard_view(&found.state))).unwrap_or_default();
    let fields = Fields { lang, act: name, definition: &found.definition, offered, typed, reasons: &reasons };
    let mut body = kit::hidden("seen", &found.state.version.to_string());
    body.push(&kit::hidden("once", &uuid::Uuid::now_v7().to_string()));
    if let Some(hint) = &decl.hint {
        body.push(&Html(format!("<p class=\"hint\">{}</p>", esc(hint.get(lang)))));
    }
    body.push(&fields.html(&questions));
    let key = decl.key.map(String::from);
    let label = decl.name.get(lang);
    let mut button = Button::new(label).weight(match decl.emphasis {
        Emphasis::Primary => Weight::Main,
        Emphasis::Quiet => Weight::Quiet,
        Emphasis::Risk => Weight::Risk,
    });
    let folded = !questions.is_empty();
    if let Some(key) = key.as_deref().filter(|_| !folded) {
        button = button.key(key);
    }
    body.push(&button.html());
    let address = format!("/work/cases/{}/acts/{}", url_part(found.state.code.as_str()), url_part(name));
    let form = kit::form(room.visitor, &address, &body);
    if !folded {
        return form;
    }
    let class = match decl.emphasis {
        Emphasis::Primary => " class=\"first\"",
        Emphasis::Quiet => " class=\"quiet\"",
        Emphasis::Risk => " class=\"risk\"",
    };
    let (data, shown) = key.map_or_else(Default::default, |k| {
        (format!(" data-key=\"{}\"", esc(&k)), format!(" <kbd aria-hidden=\"true\">{}</kbd>", esc(&k)))
    });
    Html(format!(
        "<details id=\"act-{}\"{class}{data}{}><summary>{}{shown}</summary>{form}</details>",
        esc(name),
        if tried.is_some() { " open" } else { "" },
        esc(label),
    ))
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
fn errors(room: &Room<'_>, found: &Found, tried: &Tried<'_>, still_open: bool) -> Html {
    let lang = room.lang();
    let schema = found.definition.acts.get(tried.act).and_then(|a| a.input.as_ref());
    let mut reasons = vec![Reason { field: None, message: tried.refusal.message.clone() }];
    reasons.extend(located(tried.act, schema, &tried.refusal.reasons));
    let mut out = kit::error_summary(lang, &reasons);
    if !still_open {
        let lines = typed_lines(schema, tried.act, tried.form, lang);
        if !lines.is_empty() {
            let body: String = lines.iter().map(|(k, v)| format!("<p><b>{}</b><br>{}</p>", esc(k), esc(v))).collect();
            let title = room.pick("Nội dung bạn đã nhập (chưa được ghi)", "What you typed (not recorded)");
            out.push(&kit::banner(Mood::Warn, title, &Html(body)));
        }
    }
    out
}
