//! Applying: a list of tasks, one section a page, papers, a review, and one submit.

mod papers;
mod sections;
mod submit;

pub use papers::{open_file, papers, remove_file, upload};
pub use sections::{autosave, save, section};
pub use submit::{receiving_office, review, submit};

use super::{actor, home::small_post};
use crate::{
    Services,
    drafts::{self, Draft},
    prefill,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Definition, definition::Section};
use kernel::{Actor, id::DraftId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Mood, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
pub struct Asked {
    /// A form kept while the session was over.
    #[serde(default)]
    parked: Option<String>,
}

struct Open {
    actor: Arc<Actor>,
    draft: Draft,
    definition: Arc<Definition>,
    changed: bool,
}

async fn open(s: &Services, v: &Visitor, id: &str) -> Result<Open, PageError> {
    let actor = actor(v)?;
    let id: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let draft = drafts::find(s.desk.scope(), &actor, id).await?;
    let (definition, changed) = drafts::definition_of(s.desk.rules(), &draft, s.now())?;
    Ok(Open { actor, draft, definition, changed })
}

/// Begins a draft with what the State knows already: nothing is typed twice.
pub async fn start(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Redirect, PageError> {
    let actor = actor(&v)?;
    let now = s.now();
    let d = crate::instead::current(&s.desk.rules().definitions, &code, now.date())?;
    let known = known_of(&s, &actor).await?;
    let answers = known_answers(&d, &known);
    let draft = drafts::create(s.desk.scope(), &actor, &d, answers, now).await?;
    Ok(Redirect::to(&format!("/drafts/{}", draft.id)))
}

/// What the identity provider asserted of the person who signed in.
async fn known_of(s: &Services, actor: &Actor) -> Result<Value, PageError> {
    let account = s.desk.identity().directory().account(actor.account).await.map_err(PageError::internal)?;
    Ok(account.map_or(Value::Null, |a| {
        json!({"name": a.name, "personal_number": a.personal_number, "phone": a.phone, "email": a.email, "birthdate": a.birthdate})
    }))
}

/// Puts what the identity provider asserted into the fields that ask for it (`x-prefill`).
fn known_answers(d: &Definition, known: &Value) -> Value {
    let mut answers = Map::new();
    for field in d.form.fields() {
        let source = d.form.schema.pointer(&format!("/properties/{}/x-prefill", field.name)).and_then(Value::as_str);
        if let Some(value) = source.and_then(|k| known.get(k)).filter(|x| !x.is_null()) {
            answers.insert(field.name.clone(), value.clone());
        }
    }
    Value::Object(answers)
}

fn is_complete(d: &Definition, section: &Section, answers: &Value) -> bool {
    section.fields.iter().filter_map(|f| d.form.field(f)).all(|f| !f.required || answers.get(&f.name).is_some())
        && section.fields.iter().any(|f| answers.get(f).is_some())
}

/// What is left to do, in the order of the form.
pub async fn tasks(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    let lang = v.lang;
    let base = format!("/drafts/{}", o.draft.id);
    let done = |yes: bool| if yes { kit::chip(Mood::Good, v.pick("xong", "done")) } else { kit::chip(Mood::Info, v.pick("cần làm", "to do")) };
    let filled = !prefill::origins_of(&s, o.draft.id).await?.is_empty();
    let offer = prefill::offer_box(&s, &v, &o.definition, &base, filled);
    let mut list: Vec<kit::Task> = Vec::new();
    for section in &o.definition.form.sections {
        list.push(kit::Task {
            label: section.title.get(lang).into(),
            href: Some(format!("{base}/form/{}", section.code)),
            status: done(is_complete(&o.definition, section, &o.draft.answers)),
            ..kit::Task::default()
        });
    }
    if o.definition.components.iter().any(|c| c.from_database.is_none()) {
        list.push(kit::Task {
            label: v.pick("Giấy tờ kèm theo", "Papers").into(),
            href: Some(format!("{base}/files")),
            status: done(missing_papers(&o).is_empty()),
            ..kit::Task::default()
        });
    }
    let ready = o.definition.form.sections.iter().all(|x| is_complete(&o.definition, x, &o.draft.answers)) && missing_papers(&o).is_empty();
    list.push(kit::Task {
        label: v.pick("Xem lại và nộp", "Look over and submit").into(),
        href: Some(format!("{base}/review")),
        status: if ready { kit::chip(Mood::Warn, v.pick("sẵn sàng nộp", "ready")) } else { kit::chip(Mood::Info, v.pick("sau cùng", "last")) },
        ..kit::Task::default()
    });
    let saved = web::when::ago_time(o.draft.changed_at, s.now(), lang);
    let main = Html(format!(
        "{}<h1>{}</h1><p>{} {saved}.</p>{offer}{}{}",
        changed_banner(&o, &v),
        esc(o.definition.name.get(lang)),
        v.pick("Bản nháp được lưu tự động; bạn có thể làm tiếp trên máy khác. Lưu lần cuối", "The draft is saved as you go; you can continue on another device. Last saved"),
        kit::task_list(&list),
        kit::details(v.pick("Bỏ bản nháp này", "Discard this draft"), &small_post(&v, &format!("{base}/discard"), v.pick("Bỏ bản nháp", "Discard"), Weight::Risk), false),
    ));
    Ok(page(&v, &o, main, "/my").into_response())
}

fn changed_banner(o: &Open, v: &Visitor) -> Html {
    if !o.changed {
        return Html::default();
    }
    kit::banner(
        Mood::Warn,
        v.pick("Quy định đã thay đổi", "The rules have changed"),
        &kit::para(v.pick("Thủ tục này có bản mới từ khi bạn bắt đầu. Nội dung đã nhập được giữ; xem lại từng phần trước khi nộp.", "This procedure has a newer version than when you began. What you typed is kept; look over each section before you submit.")),
    )
}

fn missing_papers(o: &Open) -> Vec<&casework::definition::Component> {
    o.definition
        .components
        .iter()
        .filter(|c| o.definition.requires(c, &o.draft.answers) && !o.draft.files.iter().any(|f| f.component == c.code))
        .collect()
}

fn page(v: &Visitor, o: &Open, main: Html, back: &str) -> Html {
    Shell::new(v, o.definition.name.get(v.lang), main).width(Width::Narrow).back(back, v.pick("Quay lại", "Back")).render()
}

pub async fn discard(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Redirect, PageError> {
    let o = open(&s, &v, &id).await?;
    drafts::discard(s.desk.scope(), &o.draft).await?;
    Ok(Redirect::to("/my"))
}
