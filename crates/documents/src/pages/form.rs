//! `/work/documents/new` and `…/edit`: one form, made of what the catalogue asks for the kind.

use super::{ROOT, actor, office, room};
use crate::{
    Documents,
    catalog::{As, Asked, Kind, Start},
    document::{Document, acts::Sent, decide::Act},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, id::DocumentId};
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice},
    problem::PageError,
    said::Said,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    kind: String,
}

pub async fn new(State(s): State<Documents>, v: Visitor, Query(q): Query<Which>) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let Some((kind, form)) = s.catalog.kind(&q.kind).filter(|k| k.copy.is_none()).and_then(|k| Some((k, s.catalog.form(k)?))) else {
        return Ok(choose(&s, &v).into_response());
    };
    let mut pairs = vec![("id".to_owned(), DocumentId::new(uuid::Uuid::now_v7()).to_string()), ("kind".to_owned(), kind.code.clone())];
    for asked in form {
        if let Some(start) = asked.field.start {
            pairs.push((asked.path.clone(), started(&s, &a, start, form).await?));
        }
    }
    let said = Said { act: "write".into(), form: FormData(pairs), ..Said::default() };
    Ok(page(&s, &v, kind, form, None, &said)?.into_response())
}

/// What stands in a field before anybody typed.
pub(super) async fn started(s: &Documents, a: &Actor, start: Start, form: &[Asked]) -> Result<String, PageError> {
    let here = office(a)?;
    Ok(match start {
        Start::Recipients => {
            let ends = &s.catalog.signing().recipients;
            let above = form.iter().any(|a| a.path == "to").then_some(&ends.above);
            above.into_iter().chain(&ends.last).map(String::as_str).collect::<Vec<_>>().join("\n")
        }
        Start::HeadOfOffice => {
            let head = super::holders(s, &here, &["leader"]).await?.into_iter().next();
            let title = head.map(|p| kernel::actor::head_of(&p.title).unwrap_or(p.title)).unwrap_or_default();
            format!("{title} {}", s.office_name(&here)).trim().to_owned()
        }
    })
}

fn choose(s: &Documents, v: &Visitor) -> Html {
    let items: Vec<Html> = s
        .catalog
        .drafted()
        .map(|k| {
            let letters = k.symbol.as_ref().map_or_else(String::new, |l| format!(" <span class=\"muted\">{}</span>", esc(l)));
            Html(format!("{}{letters}", kit::link(&format!("{ROOT}/new?kind={}", url_part(&k.code)), k.name.get(v.lang))))
        })
        .collect();
    let title = v.pick("Soạn văn bản: chọn loại", "New document: choose a kind");
    let note = kit::para(v.pick(
        "Không soạn văn bản có nội dung bí mật nhà nước trên hệ thống này.",
        "Nothing that is a state secret is written on this system.",
    ));
    room(v, title, Html(format!("{}{note}{}", kit::heading(title, None), kit::bullets(&items)))).back(ROOT, v.pick("Văn bản", "Documents")).render()
}

fn input(v: &Visitor, said: &Said, asked: &Asked) -> Html {
    let f = &asked.field;
    let mut field = said.field(v.lang, "write", &asked.path, f.label.get(v.lang)).optional(!asked.required);
    if let Some(hint) = &f.hint {
        field = field.hint(hint.get(v.lang));
    }
    match f.read_as {
        As::Line => field.max_length(crate::content::SUBJECT_MAX).textarea(2),
        As::Lines => field.textarea(4),
        As::Text | As::Articles => field.textarea(16),
        As::Date | As::Moment => field.width("w20").input(),
        As::Choice => {
            let choices: Vec<Choice> = f.choices.iter().map(|c| Choice::new(c.value.as_str(), c.label.as_ref().map_or(c.value.as_str(), |l| l.get(v.lang)))).collect();
            field.select(&choices)
        }
    }
}

fn page(s: &Documents, v: &Visitor, kind: &Kind, form: &[Asked], known: Option<&Document>, said: &Said) -> Result<Html, PageError> {
    let here = office(&*actor(v)?)?;
    let fields: String = form.iter().map(|a| input(v, said, a).0).collect();
    let offices: Vec<Choice> = s.offices.iter().filter(|o| o.code != here).map(|o| Choice::new(o.code.as_str(), o.name.get(v.lang))).collect();
    let chosen: Vec<String> = said.form.all("deliver").iter().map(|c| (*c).to_owned()).collect();
    let deliver = kit::Field::new(v.lang, "deliver", v.pick("Gửi đến các cơ quan", "Deliver to")).values(chosen.clone()).errors(said.reasons_of("write")).checkboxes(&offices);
    let deliver = kit::details(v.pick("Gửi qua hệ thống đến cơ quan trong tỉnh, thành phố", "Deliver to offices of the province through the system"), &deliver, !chosen.is_empty());
    let (path, title) = match known {
        Some(d) => (format!("{ROOT}/{}/edit", d.id), v.pick("Sửa dự thảo", "Change the draft")),
        None => (format!("{ROOT}/new"), v.pick("Soạn văn bản", "Write a document")),
    };
    let body = Html(format!(
        "{}{}{}{fields}{deliver}{}",
        kit::hidden("act", "write"),
        kit::hidden("id", said.value("write", "id")),
        kit::hidden("kind", &kind.code),
        kit::button(v.pick("Lưu dự thảo", "Save the draft"))
    ));
    let main = Html(format!(
        "{}{}{}",
        kit::error_summary(v.lang, &said.reasons),
        kit::heading(title, Some(kind.name.get(v.lang))),
        kit::form_with(v, &path, &[("data-guard-leave", "")], &body)
    ));
    let (back, word) = match known {
        Some(d) => (format!("{ROOT}/{}", d.id), v.pick("Văn bản này", "The document")),
        None => (format!("{ROOT}/new"), v.pick("Chọn loại khác", "Another kind")),
    };
    Ok(room(v, title, main).error(said.is_error()).back(back, word).render())
}

fn read(f: &FormData, form: &[Asked]) -> Sent {
    let typed = form.iter().filter_map(|a| Some((a.path.clone(), f.get(&a.path)?.to_owned()))).collect();
    Sent {
        id: f.get("id").and_then(|t| t.parse().ok()).unwrap_or_else(|| DocumentId::new(uuid::Uuid::now_v7())),
        kind: f.get("kind").unwrap_or_default().to_owned(),
        typed,
        deliver: f.all("deliver").into_iter().map(str::to_owned).collect(),
    }
}

pub async fn create(State(s): State<Documents>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let kind = f.get("kind").unwrap_or_default().to_owned();
    let Some((kind, form)) = s.catalog.kind(&kind).filter(|k| k.copy.is_none()).and_then(|k| Some((k, s.catalog.form(k)?))) else {
        return Ok(choose(&s, &v).into_response());
    };
    match s.draft(&a, &read(&f, form)).await {
        Ok(d) => Ok(Redirect::to(&format!("{ROOT}/{}?done=1", d.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(page(&s, &v, kind, form, None, &said)?))
        }
    }
}

async fn open(s: &Documents, v: &Visitor, id: &str) -> Result<Document, PageError> {
    let id: DocumentId = id.parse().map_err(|_| PageError::not_found())?;
    let a = actor(v)?;
    let d = s.document(&a, id).await?;
    if d.acts(&a, s.catalog.signing()).contains(&Act::Write) { Ok(d) } else { Err(PageError::not_found()) }
}

pub async fn edit(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    let (kind, form) = s.catalog.kind(&d.kind).and_then(|k| Some((k, s.catalog.form(k)?))).ok_or_else(PageError::not_found)?;
    let mut pairs: Vec<(String, String)> = d.typed.iter().map(|(k, t)| (k.clone(), t.clone())).collect();
    pairs.push(("id".to_owned(), d.id.to_string()));
    pairs.extend(d.deliver.iter().map(|o| ("deliver".to_owned(), o.to_string())));
    let said = Said { act: "write".into(), form: FormData(pairs), ..Said::default() };
    Ok(page(&s, &v, kind, form, Some(&d), &said)?.into_response())
}

pub async fn rewrite(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    let a = actor(&v)?;
    let (kind, form) = s.catalog.kind(&d.kind).and_then(|k| Some((k, s.catalog.form(k)?))).ok_or_else(PageError::not_found)?;
    match s.rewrite(&a, d.id, &read(&f, form)).await {
        Ok(d) => Ok(Redirect::to(&format!("{ROOT}/{}?done=1", d.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(page(&s, &v, kind, form, Some(&d), &said)?))
        }
    }
}
