//! Applying: a list of tasks, one section a page, papers, a review, and one submit.

use super::{actor, evidence::{FILE_MAX, give_files}, home::small_post};
use crate::{
    Services, drafts::{self, Draft},
    form_view::{Questions, read_section},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use casework::{
    Definition, Once,
    definition::{Channel, Section},
    event::{Filing, Person},
    people::people,
};
use kernel::{
    Actor, Refusal,
    id::{CaseCode, DraftId, FileId},
    party::Identifier,
    refusal::Reason,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use web::{
    extract::{FormData, Multipart, Path, Query},
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
    let answers = prefill(&d, &known);
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
fn prefill(d: &Definition, known: &Value) -> Value {
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
        "{}<h1>{}</h1><p>{} {saved}.</p>{}{}",
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

fn section_of<'a>(d: &'a Definition, code: &str) -> Result<(usize, &'a Section), PageError> {
    d.form.sections.iter().enumerate().find(|(_, x)| x.code == code).ok_or_else(PageError::not_found)
}

pub async fn section(
    State(s): State<Services>,
    v: Visitor,
    Path((id, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    section_of(&o.definition, &code)?;
    let parked = match &asked.parked {
        Some(token) => s.desk.identity().parked(token, o.actor.account).await?.map(|form| FormData::parse(&form.body)),
        None => None,
    };
    Ok(section_page(&s, &v, &o, &code, parked.as_ref(), &[])?.into_response())
}

fn section_page(s: &Services, v: &Visitor, o: &Open, code: &str, typed: Option<&FormData>, reasons: &[Reason]) -> Result<Html, PageError> {
    let (at, section) = section_of(&o.definition, code)?;
    let lang = v.lang;
    let q = Questions { definition: &o.definition, offices: s.desk.identity().offices(), lang, reasons };
    let base = format!("/drafts/{}", o.draft.id);
    let restored = if typed.is_some() && reasons.is_empty() {
        kit::banner(Mood::Info, v.pick("Nội dung bạn vừa nhập vẫn còn", "What you typed is still here"), &kit::para(v.pick("Phiên đăng nhập đã hết khi bạn gửi. Xem lại rồi bấm Lưu và tiếp tục.", "Your session had ended when you sent it. Look it over, then save and continue.")))
    } else {
        Html::default()
    };
    let hint = section.hint.as_ref().map_or_else(Html::default, |h| kit::para(h.get(lang)));
    let questions = q.section(section, &o.draft.answers, typed);
    let form = Html(format!(
        "<form method=\"post\" action=\"{base}/form/{}\" novalidate data-autosave=\"{base}/autosave/{}\" data-draft=\"{}\">{}{questions}{}</form>",
        esc(&section.code),
        esc(&section.code),
        o.draft.id,
        kit::csrf(v),
        kit::button_group(&[kit::button(v.pick("Lưu và tiếp tục", "Save and continue")), kit::link(&base, v.pick("Làm sau", "Do this later"))]),
    ));
    let main = Html(format!(
        "{}{restored}<p class=\"muted\">{} {} / {}</p><h1>{}</h1>{hint}{form}",
        kit::error_summary(lang, reasons),
        v.pick("Phần", "Part"),
        at + 1,
        o.definition.form.sections.len(),
        esc(section.title.get(lang)),
    ));
    let mut shell = Shell::new(v, section.title.get(lang), main).width(Width::Narrow).back(&base, v.pick("Các phần của hồ sơ", "All parts"));
    shell = shell.error(!reasons.is_empty());
    Ok(shell.render())
}

/// Keeps what was given even where it is not acceptable yet; only then says what to correct.
pub async fn save(
    State(s): State<Services>,
    v: Visitor,
    Path((id, code)): Path<(String, String)>,
    form: FormData,
) -> Result<Response, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let definition = o.definition.clone();
    let (at, section) = section_of(&definition, &code)?;
    let (given, mut reasons) = read_section(&definition, &section.fields, &form);
    drafts::save_section(s.desk.scope(), &mut o.draft, &section.fields, given, s.now()).await?;
    reasons.extend(section_reasons(&definition, section, &o.draft.answers, &reasons));
    if !reasons.is_empty() {
        let page = section_page(&s, &v, &o, &code, Some(&form), &reasons)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let base = format!("/drafts/{}", o.draft.id);
    let next = match definition.form.sections.get(at + 1) {
        Some(next) => format!("{base}/form/{}", next.code),
        None if definition.components.iter().any(|c| c.from_database.is_none()) => format!("{base}/files"),
        None => format!("{base}/review"),
    };
    Ok(Redirect::to(&next).into_response())
}

/// The faults of one section: those of the whole form whose field stands in it.
fn section_reasons(d: &Definition, section: &Section, answers: &Value, already: &[Reason]) -> Vec<Reason> {
    let Err(refusal) = casework::check_answers(d, answers) else { return Vec::new() };
    let here = |r: &Reason| r.field.as_ref().is_some_and(|f| section.fields.contains(f));
    let said = |r: &Reason| already.iter().any(|a| a.field == r.field);
    let mut out: Vec<Reason> = Vec::new();
    for r in refusal.reasons {
        if here(&r) && !said(&r) && !out.iter().any(|o| o.field == r.field) {
            out.push(r);
        }
    }
    out
}

/// The same as saving, for the script: says when it was kept, and never judges.
pub async fn autosave(
    State(s): State<Services>,
    v: Visitor,
    Path((id, code)): Path<(String, String)>,
    form: FormData,
) -> Result<Response, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let definition = o.definition.clone();
    let (_, section) = section_of(&definition, &code)?;
    let (given, _) = read_section(&definition, &section.fields, &form);
    let now = s.now();
    drafts::save_section(s.desk.scope(), &mut o.draft, &section.fields, given, now).await?;
    let saved = json!({"saved": web::when::clock(now), "revision": o.draft.revision});
    Ok(([(header::CONTENT_TYPE, "application/json")], saved.to_string()).into_response())
}

pub async fn papers(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    Ok(papers_page(&v, &o, &[]).into_response())
}

fn papers_page(v: &Visitor, o: &Open, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let base = format!("/drafts/{}", o.draft.id);
    let mut body = Html::default();
    for c in &o.definition.components {
        let files: Html = file_list(v, &base, &o.draft, &c.code);
        let state = match &c.from_database {
            Some(db) => Html(format!("<p>{} {}</p>", kit::chip(Mood::Good, v.pick("không cần nộp", "not needed")), esc(db.name.get(lang)))),
            None => kit::Field::new(lang, format!("file-{}", c.code), c.name.get(lang))
                .hint(c.hint.as_ref().map_or(v.pick("PDF hoặc ảnh chụp rõ, tối đa 20 MB mỗi tệp", "PDF or a clear photo, at most 20 MB each"), |h| h.get(lang)))
                .optional(!o.definition.requires(c, &o.draft.answers))
                .errors(reasons)
                .kind("file")
                .file(".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt", true),
        };
        let title = if c.from_database.is_some() { format!("<h2>{}</h2>", esc(c.name.get(lang))) } else { String::new() };
        body.push(&Html(format!("<section class=\"card paper\">{title}{state}{files}</section>")));
    }
    let buttons = kit::button_group(&[kit::button(v.pick("Tải tệp lên", "Upload")), kit::link_button(&format!("{base}/review"), v.pick("Xong, xem lại", "Done, look over"), Weight::Quiet)]);
    let upload = kit::upload_form(v, &format!("{base}/files"), &Html(format!("{body}{buttons}")));
    let upload = Html(upload.0.replacen("<form ", "<form data-upload ", 1));
    let main = Html(format!(
        "{}<h1>{}</h1><p>{}</p>{upload}{}",
        kit::error_summary(lang, reasons),
        v.pick("Giấy tờ kèm theo", "Papers"),
        v.pick("Mỗi tệp được kiểm tra ngay khi tải lên; tệp nào lỗi sẽ được báo riêng, các tệp khác vẫn giữ.", "Each file is checked as it arrives; a faulty one is named, the others are kept."),
        remove_forms(v, &base, &o.draft),
    ));
    Shell::new(v, v.pick("Giấy tờ kèm theo", "Papers"), main).width(Width::Narrow).error(!reasons.is_empty()).back(&base, v.pick("Các phần của hồ sơ", "All parts")).render()
}

fn file_list(v: &Visitor, base: &str, draft: &Draft, component: &str) -> Html {
    let files: String = draft
        .files
        .iter()
        .filter(|f| f.component == component)
        .map(|f| {
            format!(
                "<li>{} <a href=\"{base}/files/{}\">{}</a> <span class=\"muted\">{}</span> <button class=\"link\" form=\"remove-{}\">{}<span class=\"vh\"> {}</span></button></li>",
                kit::chip(Mood::Good, v.pick("đã lưu", "saved")),
                f.file,
                esc(&f.name),
                web::when::size(f.size),
                f.file,
                v.pick("Bỏ", "Remove"),
                esc(&f.name)
            )
        })
        .collect();
    if files.is_empty() { Html::default() } else { Html(format!("<ul class=\"files\">{files}</ul>")) }
}

/// The removing forms stand outside the upload form; the buttons name them.
fn remove_forms(v: &Visitor, base: &str, draft: &Draft) -> Html {
    let forms = draft.files.iter().map(|f| {
        format!("<form id=\"remove-{}\" method=\"post\" action=\"{base}/files/{}/remove\">{}</form>", f.file, f.file, kit::csrf(v))
    });
    Html(forms.collect())
}

pub async fn upload(State(s): State<Services>, v: Visitor, Path(id): Path<String>, form: Multipart) -> Result<Response, PageError> {
    let mut o = open(&s, &v, &id).await?;
    // Read one byte past the limit per file, so that the refusal names the file instead of ending the request.
    let sent = form.collect(FILE_MAX * 3 + 1).await?;
    let now = s.now();
    let nothing = sent.files.is_empty();
    let (given, mut reasons) = give_files(&s, sent.files, now).await?;
    let known: Vec<_> = given.into_iter().filter(|g| o.definition.component(&g.component).is_some()).collect();
    drafts::add_files(s.desk.scope(), &mut o.draft, known, now).await?;
    if nothing {
        reasons.push(Reason { field: None, message: kernel::Text::new("Chưa chọn tệp nào", "No file was chosen") });
    }
    if reasons.is_empty() {
        return Ok(Redirect::to(&format!("/drafts/{}/files", o.draft.id)).into_response());
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, papers_page(&v, &o, &reasons)).into_response())
}

pub async fn open_file(State(s): State<Services>, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    if !o.draft.files.iter().any(|f| f.file == file) {
        return Err(PageError::not_found());
    }
    super::documents::send(&s, file).await
}

pub async fn remove_file(State(s): State<Services>, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Redirect, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    drafts::remove_file(s.desk.scope(), &mut o.draft, file, s.now()).await?;
    Ok(Redirect::to(&format!("/drafts/{}/files", o.draft.id)))
}

pub async fn discard(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Redirect, PageError> {
    let o = open(&s, &v, &id).await?;
    drafts::discard(s.desk.scope(), &o.draft).await?;
    Ok(Redirect::to("/my"))
}

pub async fn review(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    Ok(review_page(&s, &v, &o, &[])?.into_response())
}

fn review_page(s: &Services, v: &Visitor, o: &Open, reasons: &[Reason]) -> Result<Html, PageError> {
    let lang = v.lang;
    let base = format!("/drafts/{}", o.draft.id);
    let q = Questions { definition: &o.definition, offices: s.desk.identity().offices(), lang, reasons };
    let mut body = Html::default();
    for section in &o.definition.form.sections {
        let edit = format!("{base}/form/{}", section.code);
        let lines = q.summary(section, &o.draft.answers, Some(&edit), false);
        let lines = if lines.is_empty() { Html(format!("<p><a href=\"{edit}\">{}</a></p>", v.pick("Chưa khai – khai ngay", "Not filled in yet – do it now"))) } else { lines };
        body.push(&Html(format!("<h2>{}</h2>{lines}", esc(section.title.get(lang)))));
    }
    body.push(&papers_review(v, o, &base));
    let fees = o.definition.fees_on(s.now().date(), Channel::Online, &o.draft.answers);
    let cost: i64 = fees.iter().map(|f| f.1.0).sum();
    let cost = if cost == 0 { v.pick("Không mất phí", "Free").to_owned() } else { kernel::Dong(cost).to_string() };
    let office = receiving_office(s, &o.definition, &o.draft.answers).ok().and_then(|code| s.desk.identity().offices().get(code.as_str()).cloned());
    let office = office.map_or_else(String::new, |x| format!("<p>{} <b>{}</b></p>", v.pick("Nơi nhận và giải quyết:", "Received and decided by:"), esc(x.name.get(lang))));
    let submit = kit::form(v, &format!("{base}/submit"), &Html(format!(
        "<p>{}</p>{}",
        v.pick("Tôi cam đoan nội dung khai là đúng và chịu trách nhiệm trước pháp luật về nội dung đó.", "I declare that what I have stated is true and answer for it before the law."),
        kit::button(v.pick("Nộp hồ sơ", "Submit")),
    )));
    let main = Html(format!(
        "{}{}<h1>{}</h1>{body}<h2>{}</h2>{office}<p>{} <b>{cost}</b> · {} <b>{}</b></p>{submit}",
        kit::error_summary(lang, reasons),
        changed_banner(o, v),
        v.pick("Xem lại trước khi nộp", "Look over before you submit"),
        v.pick("Nộp hồ sơ", "Submit"),
        v.pick("Chi phí:", "Cost:"),
        v.pick("Thời hạn:", "Time limit:"),
        esc(o.definition.time.span.text().get(lang)),
    ));
    Ok(Shell::new(v, v.pick("Xem lại trước khi nộp", "Look over before you submit"), main).width(Width::Narrow).error(!reasons.is_empty()).back(&base, v.pick("Các phần của hồ sơ", "All parts")).render())
}

fn papers_review(v: &Visitor, o: &Open, base: &str) -> Html {
    let lang = v.lang;
    let lines: Vec<kit::Line> = o
        .definition
        .components
        .iter()
        .map(|c| {
            let names: Vec<Html> = o.draft.files.iter().filter(|f| f.component == c.code).map(|f| Html(format!("{} <span class=\"muted\">{}</span>", esc(&f.name), web::when::size(f.size)))).collect();
            let value = match (&c.from_database, names.is_empty()) {
                (Some(db), _) => Html::text(db.name.get(lang)),
                (None, false) => kit::bullets(&names),
                (None, true) if o.definition.requires(c, &o.draft.answers) => kit::chip(Mood::Bad, v.pick("còn thiếu", "missing")),
                (None, true) => Html::text("–"),
            };
            kit::Line::new(c.name.get(lang), value).action(format!("{base}/files"), v.pick("Sửa", "Change"), c.name.get(lang))
        })
        .collect();
    if lines.is_empty() { Html::default() } else { Html(format!("<h2>{}</h2>{}", v.pick("Giấy tờ", "Papers"), kit::summary_list(&lines))) }
}

/// The office the definition names, the commune the applicant named, or the one office of the province that takes this level.
pub fn receiving_office(s: &Services, d: &Definition, answers: &Value) -> Result<kernel::id::OfficeCode, Refusal> {
    if let Some(office) = &d.received_by {
        return Ok(office.clone());
    }
    let offices = s.desk.identity().offices();
    let named = d.form.office_from.as_deref().and_then(|f| answers.get(f)).and_then(Value::as_str);
    let level = match d.level {
        casework::definition::Level::Commune => identity::offices::Level::Commune,
        casework::definition::Level::Department => identity::offices::Level::Department,
        casework::definition::Level::Province => identity::offices::Level::Province,
    };
    let office = match named {
        Some(area) => offices.by_area(area),
        None => offices.in_level(level).find(|o| o.successors.is_empty()),
    };
    office.map(|o| o.code.clone()).ok_or_else(|| {
        Refusal::invalid("office", "Chưa chọn đúng xã, phường giải quyết", "Choose the commune that decides").because(
            d.form.office_from.as_deref(),
            "Chọn một xã, phường trong danh sách",
            "Choose a commune from the list",
        )
    })
}

/// The filing a draft amounts to.
pub fn filing_of(s: &Services, d: &Definition, actor: &Actor, draft: &Draft, known: &Value) -> Result<Filing, Refusal> {
    let office = receiving_office(s, d, &draft.answers)?;
    let text = |key: &str| draft.answers.get(key).or_else(|| known.get(key)).and_then(Value::as_str).map(str::to_owned);
    let applicant = Person {
        party: actor.party,
        name: actor.name.clone(),
        identifier: actor.personal_number.as_deref().and_then(|n| Identifier::parse("personal_number", n).ok()),
        phone: text("phone"),
        email: text("email"),
        address: text("address"),
    };
    let title = draft.answers.pointer(&d.form.title_from).and_then(Value::as_str).unwrap_or(&actor.name).to_owned();
    Ok(Filing {
        code: CaseCode::new("-"),
        definition: d.code.clone(),
        version: d.version.clone(),
        title,
        channel: Channel::Online,
        people: people(&d.form, &draft.answers, applicant, None),
        offices: d.offices(None, office),
        answers: draft.answers.clone(),
        files: draft.files.clone(),
        waived: Vec::new(),
        set: None,
    })
}

/// Atomic, and once: a second press finds the dossier the first one made.
pub async fn submit(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let draft_id: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let once = Once { key: format!("submit-{draft_id}"), request: draft_id.to_string() };
    if let Some(done) = s.desk.done_before(&actor, &once).await? {
        return Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response());
    }
    let o = match open(&s, &v, &id).await {
        Ok(o) => o,
        // The other press may have filed the draft, and removed it, just now.
        Err(gone) => {
            let done = s.desk.done_before(&actor, &once).await?.ok_or(gone)?;
            return Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response());
        }
    };
    let known = known_of(&s, &actor).await?;
    let mut batch = s.desk.scope().batch();
    drafts::close(&mut batch, &o.draft);
    let filed = match filing_of(&s, &o.definition, &actor, &o.draft, &known) {
        Ok(filing) => s.desk.file(&actor, filing, s.now(), Some(once), Some(batch)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match filed {
        Ok(done) => Ok(Redirect::to(&format!("/my/{}?new", done.found.state.code)).into_response()),
        Err(casework::DeskError::Refused(r)) if !r.reasons.is_empty() => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, review_page(&s, &v, &o, &r.reasons)?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
