//! A consultant at the enterprise: notes with pictures, and the check of each answer, on one page for a phone. It goes on
//! without a network; what was noted meanwhile arrives once and in order (see `crate::device`).

use super::verify::{Tried, agreed, answers, owned, status};
use crate::{
    Centre, acts,
    assess::{FILE_MAX, done, refused},
    device::{Sent, block, mark, wants_json},
    enterprise::actor,
    model::{Assessment, AssessmentEvent, Photo, Status, VisitNote},
    store as tables,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use kernel::{
    Refusal, Text,
    id::{AssessmentId, FileId},
    refusal::Reason,
};
use store::files::Upload;
use web::{
    extract::{Multipart, Path},
    html::{Html, esc},
    kit::{self, Choice, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Longest note, in characters.
const TEXT_MAX: usize = 4_000;
/// Pictures of one note.
const PHOTOS: usize = 10;
/// Notes of one assessment.
const NOTES: usize = 500;

/// A note that could not be taken, shown again.
#[derive(Debug, Default)]
pub struct Typed {
    pub text: String,
    pub criterion: String,
    pub reasons: Vec<Reason>,
}

pub async fn show(State(c): State<Centre>, v: Visitor, Path(id): Path<AssessmentId>) -> Result<Response, PageError> {
    let a = owned(&c, &*actor(&v)?, id).await?;
    page(&c, &v, &a, &Tried::default(), &Typed::default()).await
}

pub async fn page(c: &Centre, v: &Visitor, a: &Assessment, tried: &Tried<'_>, typed: &Typed) -> Result<Response, PageError> {
    let f = c.framework(a).ok_or_else(PageError::not_found)?;
    let (name, agreed) = agreed(c, a).await?;
    let title = format!("{}: {name}", v.pick("Thăm cơ sở", "Site visit"));
    let back = format!("/centre/assessments/{}", a.id);
    let reasons: Vec<Reason> = tried.reasons.iter().chain(&typed.reasons).cloned().collect();
    let body = if agreed {
        format!(
            "{}<section><h2>{}</h2>{}{}</section>{}{}",
            block(v, "/centre/assessments/", true, std::slice::from_ref(&back), &[]),
            v.pick("Ghi chép tại chỗ", "Notes on the spot"),
            form(v, f, a, typed),
            notes(c, v, f, a),
            answers(c, v, f, a, tried, "visit"),
            if a.status == Status::Submitted {
                format!("<p>{}</p>", v.pick("Xem đủ các câu rồi thì kết luận ở trang xác nhận.", "When all answers have been looked at, conclude on the page of the verification."))
            } else {
                String::new()
            },
        )
    } else {
        format!("<p>{}</p>", v.pick("Đơn vị chưa đồng ý để tư vấn viên đọc câu trả lời. Hãy đề nghị đơn vị bật mục này ở trang của đơn vị.", "The enterprise has not agreed that the consultant reads its answers. Ask it to allow this on its page."))
    };
    let main = Html(format!("{}<h1>{}</h1>{body}", kit::error_summary(v.lang, &reasons), esc(&title)));
    let status = if typed.reasons.is_empty() { status(tried) } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, title, main).width(Width::Narrow).error(status != StatusCode::OK).back(back, v.pick("Xác nhận đánh giá", "Verification"));
    Ok(axum::response::IntoResponse::into_response((status, shell.render())))
}

fn form(v: &Visitor, f: &scoring::Framework, a: &Assessment, typed: &Typed) -> Html {
    let lang = v.lang;
    let questions: Vec<Choice> = f.criteria().filter(|p| a.answers.contains_key(&p.criterion.code)).map(|p| Choice::new(p.criterion.code.as_str(), p.criterion.text.get(lang))).collect();
    let parts = [
        Field::new(lang, "text", v.pick("Điều đã thấy, đã nghe", "What was seen and heard")).value(typed.text.as_str()).errors(&typed.reasons).max_length(TEXT_MAX).textarea(3).0,
        Field::new(lang, "criterion", v.pick("Về câu nào", "About which question")).value(typed.criterion.as_str()).errors(&typed.reasons).optional(true).select(&questions).0,
        Field::new(lang, "photos", v.pick("Ảnh", "Pictures"))
            .hint(v.pick("JPEG, PNG hoặc WebP, tối đa 10 ảnh, mỗi ảnh 20 MB. Ảnh chụp một mình chưa phải là minh chứng.", "JPEG, PNG or WebP, at most 10 of 20 MB each. A picture alone is no proof."))
            .errors(&typed.reasons)
            .optional(true)
            .file("image/jpeg,image/png,image/webp", true)
            .0,
        mark("note", v.pick("Ghi chép", "Note"), &format!("/centre/assessments/{}/visit", a.id)).0,
        kit::button(v.pick("Lưu ghi chép", "Save the note")).0,
    ];
    kit::upload_form(v, &format!("/centre/assessments/{}/notes", a.id), &Html(parts.concat()))
}

/// What was noted, newest first by receipt; a device's own time beside it where it differs.
fn notes(c: &Centre, v: &Visitor, f: &scoring::Framework, a: &Assessment) -> Html {
    let one = |n: &VisitNote| {
        let about = n.criterion.as_deref().and_then(|x| f.criterion(x)).map_or_else(String::new, |p| format!("<br><span class=\"muted\">{}</span>", esc(p.criterion.text.get(v.lang))));
        let photos: Vec<String> = n.photos.iter().map(|p| kit::link(&format!("/centre/assessments/{}/file/{}", a.id, p.file), &p.name).0).collect();
        let photos = if photos.is_empty() { String::new() } else { format!("<br>{}: {}", v.pick("Ảnh", "Pictures"), photos.join(" · ")) };
        let device = n.device.map_or_else(String::new, |d| {
            let given = d.given(n.at);
            let mut words = if n.at.seconds_since(given) > 120 { format!("; {} {}", v.pick("ghi lúc", "noted at"), esc(&when::at(given, c.now(), v.lang))) } else { String::new() };
            if d.skewed() {
                words.push_str(v.pick("; đồng hồ máy gửi sai giờ", "; the sender's clock was wrong"));
            }
            words
        });
        Html(format!("{}<br><span class=\"muted\">{} · {} {}{device}</span>{about}{photos}", esc(&n.text).replace('\n', "<br>"), esc(&n.by), v.pick("nhận", "received"), esc(&when::at(n.at, c.now(), v.lang))))
    };
    let all: Vec<Html> = a.notes.iter().rev().map(one).collect();
    if all.is_empty() {
        return Html(format!("<p class=\"muted\">{}</p>", v.pick("Chưa có ghi chép nào.", "No note yet.")));
    }
    Html(format!("<h3>{} ({})</h3>{}", v.pick("Đã nhận", "Received"), all.len(), kit::bullets(&all)))
}

/// The pictures, judged by content; the first that cannot be taken says why.
async fn pictures(c: &Centre, files: Vec<web::extract::SentFile>) -> Result<Vec<store::files::Scanned>, Text> {
    if files.len() > PHOTOS {
        return Err(Text::new(format!("Mỗi ghi chép có tối đa {PHOTOS} ảnh; hãy chia thành nhiều ghi chép"), format!("A note has at most {PHOTOS} pictures; write several notes")));
    }
    let mut all = Vec::new();
    for file in files {
        let name = file.name.clone();
        let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
        let checked = c.files.admit(upload, FILE_MAX).await.map_err(|r| r.message)?;
        if !checked.media_type.mime().starts_with("image/") {
            return Err(Text::new(format!("“{name}” không phải ảnh JPEG, PNG hoặc WebP"), format!("“{name}” is not a JPEG, PNG or WebP picture")));
        }
        all.push(checked);
    }
    Ok(all)
}

pub async fn note(State(c): State<Centre>, v: Visitor, Path(id): Path<AssessmentId>, headers: HeaderMap, form: Multipart) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let a = owned(&c, &who, id).await?;
    let json = wants_json(&headers);
    let received = form.collect(crate::assess::UPLOAD_LIMIT).await?;
    let (sent, next) = (Sent::read(&received.fields, c.now()), format!("/centre/assessments/{id}/visit"));
    if let Some(key) = &sent.key
        && tables::sent(&c.scope, id, key).await.map_err(PageError::internal)?.is_some()
    {
        return Ok(done(json, &next, 0));
    }
    let f = c.framework(&a).ok_or_else(PageError::not_found)?;
    let text: String = received.fields.get("text").unwrap_or_default().chars().take(TEXT_MAX).collect();
    let criterion = received.fields.filled("criterion").filter(|x| f.criterion(x).is_some()).map(str::to_owned);
    let taken = if text.is_empty() && received.files.is_empty() {
        Err(("text", Text::new("Ghi vài chữ hoặc chọn một ảnh", "Write something or choose a picture")))
    } else {
        pictures(&c, received.files).await.map_err(|m| ("photos", m))
    };
    let pictures = match taken {
        Ok(p) => p,
        Err((_, message)) if json => return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &[&message], &v)),
        Err((field, message)) => {
            let typed = Typed { text, criterion: criterion.unwrap_or_default(), reasons: vec![Reason { field: Some(field.to_owned()), message }] };
            return page(&c, &v, &a, &Tried::default(), &typed).await;
        }
    };
    let (mut batch, mut photos) = (c.scope.batch(), Vec::new());
    for picture in pictures {
        let stored = c.files.put(&mut batch, picture, c.now()).await.map_err(PageError::internal)?;
        photos.push(Photo { file: stored.id, name: stored.name, sha256: stored.sha256 });
    }
    if !batch.is_empty() {
        c.scope.commit(batch).await.map_err(PageError::internal)?;
    }
    let result = acts::change_once(&c, Some(&who), id, c.now(), sent.key.as_deref(), |now| {
        if now.notes.len() >= NOTES {
            return Err(Refusal::conflict("too-many-notes", format!("Một bài đánh giá có tối đa {NOTES} ghi chép"), format!("An assessment has at most {NOTES} notes")));
        }
        let note = VisitNote { criterion: criterion.clone(), text: text.clone(), photos: photos.clone(), by: who.name.clone(), at: c.now(), device: sent.device };
        Ok(Some(AssessmentEvent::Noted(Box::new(note))))
    })
    .await;
    match result {
        Ok(_) => Ok(done(json, &next, 0)),
        Err(acts::ActError::Refused(r)) if json => Ok(refused(StatusCode::CONFLICT, &[&r.message], &v)),
        Err(e) => Err(e.into()),
    }
}

/// A proof or a picture of this assessment, for its consultant.
pub async fn file(State(c): State<Centre>, v: Visitor, Path((id, file)): Path<(AssessmentId, FileId)>) -> Result<Response, PageError> {
    let a = owned(&c, &*actor(&v)?, id).await?;
    let text = file.to_string();
    let own = a.answers.values().any(|x| x.evidence.contains(&text)) || a.notes.iter().any(|n| n.photos.iter().any(|p| p.file == file));
    if !own || !agreed(&c, &a).await?.1 {
        return Err(PageError::not_found());
    }
    crate::assess::hand_out(&c, file).await
}
