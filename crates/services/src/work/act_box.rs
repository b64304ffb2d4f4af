//! One act with its form, wherever a case is shown: in the working room and on the pages of its own people.

use super::{
    act_form::{Fields, Offered, asked, located},
    panel::Tried,
    sending::takes_files,
};
use crate::Services;
use casework::{
    DeskError, Found,
    decide::{guard_view, open_entries},
    definition::{ActDecl, Emphasis},
};
use kernel::{Actor, text::Lang};
use web::{
    extract::FormData,
    html::{Html, esc, url_part},
    kit::{self, Button, Choice, Weight},
    visitor::Visitor,
};

/// What the widgets of the open acts offer now.
pub async fn offered(s: &Services, lang: Lang, found: &Found, open: &[(&str, &ActDecl)], actor: &Actor) -> Result<Offered, DeskError> {
    let now = s.now();
    let asks = |widget: &str| {
        open.iter().filter_map(|(_, d)| d.input.as_ref()).any(|schema| {
            let properties = schema.get("properties").and_then(|p| p.as_object());
            properties.into_iter().flatten().any(|(_, p)| p.get("x-widget").is_some_and(|w| w == widget))
        })
    };
    let (st, d, office) = (&found.state, &found.definition, found.state.desk_office());
    let choices = |people: Vec<(kernel::id::AccountId, String)>| people.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let mut offered = Offered::default();
    if asks("colleague") {
        offered.colleagues = choices(s.desk.colleagues(office, now).await?);
    }
    if asks("appointee") {
        let all = s.desk.candidates(d, office, now).await?;
        offered.appointees = all.into_iter().map(|(role, people)| (role, choices(people))).collect();
    }
    for (role, members) in &st.members {
        let people = members.iter().map(|m| Choice::new(m.account.to_string(), m.name.as_str())).collect();
        offered.members.insert(role.clone(), people);
    }
    for (act, decl) in open {
        let Some((into, register)) = decl.amends().and_then(|into| Some((into, d.records.get(&into.register)?))) else { continue };
        let label = |e: &casework::registers::Entry| Choice::new(e.number.to_string(), format!("{}. {}", e.number, register.label(e.latest(), lang)));
        let may = open_entries(d, st, decl, actor);
        offered.entries.insert((*act).to_owned(), may.iter().filter_map(|n| st.entry(&into.register, *n)).map(label).collect());
    }
    let waiting = |office: &str| st.open_requests().any(|r| r.office.as_str() == office);
    for consult in d.consults.iter().filter(|c| !waiting(c.office.as_str())) {
        let code = consult.office.as_str();
        let name = s.desk.identity().offices().get(code).map_or_else(|| code.to_owned(), |o| o.short_name().get(lang).to_owned());
        offered.offices.push(Choice::new(code, name).hint(consult.question.get(lang)));
    }
    Ok(offered)
}

/// The act as a button, or as a form that folds out; `base` is the address under which acts are sent.
pub fn html(v: &Visitor, found: &Found, (name, decl): (&str, &ActDecl), offered: &Offered, tried: Option<&Tried<'_>>, base: &str) -> Html {
    let lang = v.lang;
    let nothing = FormData::default();
    let reasons = tried.map(|t| located(name, decl.input.as_ref(), &t.refusal.reasons)).unwrap_or_default();
    let typed = tried.map_or(&nothing, |t| t.form);
    let questions = decl.input.as_ref().map(|schema| asked(schema, &guard_view(&found.definition, &found.state))).unwrap_or_default();
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
    let address = format!("{base}/acts/{}", url_part(name));
    let form = match takes_files(decl.input.as_ref()) {
        true => kit::upload_form(v, &address, &body),
        false => kit::form(v, &address, &body),
    };
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
