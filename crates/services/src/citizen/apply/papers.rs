//! The papers of an application: each file is checked as it arrives, a faulty one is named and the others are kept.

use super::{Open, open};
use crate::{
    Services,
    citizen::documents,
    drafts::{self, Draft},
    prefill,
    signed,
    uploads::{self, Checks, FILE_MAX, give_files},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::FileId, refusal::Reason, text::Lang};
use web::{
    extract::{Multipart, Path},
    html::{Html, esc},
    kit::{self, Mood, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

pub async fn papers(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    let own = prefill::own(&s, &o.actor, &o.definition).await?;
    let checks = uploads::checks(&s, &o.draft.files).await.map_err(PageError::internal)?;
    Ok(papers_page(&s, &v, &o, &own, &checks, &[]).into_response())
}

fn papers_page(s: &Services, v: &Visitor, o: &Open, own: &prefill::Own, checks: &Checks, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let (mb, pages) = (s.uploads.rules.largest_mb, s.uploads.rules.most_pages);
    let limits = match lang {
        Lang::Vi => format!("PDF hoặc ảnh chụp rõ, mỗi tệp tối đa {mb} MB, PDF tối đa {pages} trang"),
        Lang::En => format!("PDF or a clear photo, at most {mb} MB each, a PDF at most {pages} pages"),
    };
    let base = format!("/drafts/{}", o.draft.id);
    let mut body = Html::default();
    for c in &o.definition.components {
        let files: Html = file_list(v, &base, &o.draft, &c.code, checks);
        let state = match &c.from_database {
            Some(db) => Html(format!("<p>{} {}</p>{}", kit::chip(Mood::Good, v.pick("không cần nộp", "not needed")), esc(db.name.get(lang)), prefill::proof(v, c, reasons))),
            None => kit::Field::new(lang, format!("file-{}", c.code), c.name.get(lang))
                .hint(c.hint.as_ref().map_or(limits.as_str(), |h| h.get(lang)))
                .optional(!o.definition.requires(c, &o.draft.answers))
                .errors(reasons)
                .kind("file")
                .file(".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt", true),
        };
        let told = signed::told(v, &o.draft.files, &c.code);
        let title = if c.from_database.is_some() { format!("<h2>{}</h2>", esc(c.name.get(lang))) } else { String::new() };
        body.push(&Html(format!("<section class=\"card paper\">{title}{state}{files}{told}{}</section>", own.boxes(v, c, &o.draft))));
    }
    let buttons = kit::button_group(&[kit::button(v.pick("Tải tệp lên", "Upload")), kit::link_button(&format!("{base}/review"), v.pick("Xong, xem lại", "Done, look over"), Weight::Quiet)]);
    let upload = kit::upload_form(v, &format!("{base}/files"), &Html(format!("{body}{buttons}")));
    let upload = Html(upload.0.replacen("<form ", "<form data-upload ", 1));
    let main = Html(format!(
        "{}<h1>{}</h1><p>{}</p>{upload}{}",
        kit::error_summary(lang, reasons),
        v.pick("Giấy tờ kèm theo", "Papers"),
        v.pick("Mỗi tệp được kiểm tra ngay khi tải lên; tệp nào lỗi sẽ được báo riêng, các tệp khác vẫn giữ.", "Each file is checked as it arrives; a faulty one is named, the others are kept."),
        Html(format!("{}{}", remove_forms(v, &base, &o.draft), own.forms(v, &base))),
    ));
    Shell::new(v, v.pick("Giấy tờ kèm theo", "Papers"), main).width(Width::Narrow).error(!reasons.is_empty()).back(&base, v.pick("Các phần của hồ sơ", "All parts")).render()
}

fn file_list(v: &Visitor, base: &str, draft: &Draft, component: &str, checks: &Checks) -> Html {
    let files: String = draft
        .files
        .iter()
        .filter(|f| f.component == component)
        .map(|f| {
            format!(
                "<li>{} <a href=\"{base}/files/{}\">{}</a> <span class=\"muted\">{}</span>{} <button class=\"link\" form=\"remove-{}\">{}<span class=\"vh\"> {}</span></button></li>",
                prefill::file_chip(v, f),
                f.file,
                esc(&f.name),
                web::when::size(f.size),
                uploads::own_mark(v.lang, checks, f),
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
    let (given, mut reasons) = give_files(&s, &o.actor, sent.files, now).await?;
    let known: Vec<_> = given.into_iter().filter(|g| o.definition.component(&g.component).is_some()).collect();
    drafts::add_files(s.desk.scope(), &mut o.draft, known, now).await?;
    if nothing {
        reasons.push(Reason { field: None, message: kernel::Text::new("Chưa chọn tệp nào", "No file was chosen") });
    }
    if reasons.is_empty() {
        return Ok(Redirect::to(&format!("/drafts/{}/files", o.draft.id)).into_response());
    }
    let own = prefill::own(&s, &o.actor, &o.definition).await?;
    let checks = uploads::checks(&s, &o.draft.files).await.map_err(PageError::internal)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, papers_page(&s, &v, &o, &own, &checks, &reasons)).into_response())
}

pub async fn open_file(State(s): State<Services>, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    if !o.draft.files.iter().any(|f| f.file == file) {
        return Err(PageError::not_found());
    }
    documents::send(&s, file).await
}

pub async fn remove_file(State(s): State<Services>, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Redirect, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    drafts::remove_file(s.desk.scope(), &mut o.draft, file, s.now()).await?;
    Ok(Redirect::to(&format!("/drafts/{}/files", o.draft.id)))
}

pub(super) fn papers_review(v: &Visitor, o: &Open, base: &str) -> Html {
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
