//! One question a page: kept as soon as the person goes on, in any order, on a weak signal.

use super::{answer::read_answer, by_key, control};
use crate::{
    Centre, acts,
    model::{Assessment, AssessmentEvent, Status},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, refusal::Reason};
use scoring::{Answer, Framework, definition::NaPolicy};
use serde::Deserialize;
use store::files::{FileError, Upload};
use web::{
    extract::{FormData, Multipart, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Task, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Largest single proof.
const FILE_MAX: usize = 20 << 20;
/// Longest note, in characters.
const NOTE_MAX: usize = 2_000;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct Way {
    /// `quick`: the short set; `dimension:CODE`; empty: all that is asked.
    #[serde(default)]
    pub way: String,
}

/// The questions of a way that are asked, in order.
fn course<'f>(f: &'f Framework, a: &Assessment, way: &str) -> Vec<&'f str> {
    let asked = f.asked(&a.answers);
    match way.strip_prefix("dimension:") {
        Some(code) => {
            let of: Vec<&str> = f.criteria().filter(|p| p.dimension.code == code).map(|p| p.criterion.code.as_str()).collect();
            asked.into_iter().filter(|c| of.contains(c)).collect()
        }
        None if way == "quick" => f.quick.iter().map(String::as_str).filter(|c| asked.contains(c)).collect(),
        None => asked,
    }
}

fn way_part(way: &str) -> String {
    if way.is_empty() { String::new() } else { format!("?way={}", url_part(way)) }
}

/// The overview: each dimension with what is answered; where to go on.
pub async fn sections(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    let Some(f) = c.framework(&a) else { return Err(PageError::not_found()) };
    let lang = v.lang;
    let asked = f.asked(&a.answers);
    let mut tasks = Vec::new();
    for d in &f.dimensions {
        let all: Vec<&str> = f.criteria().filter(|p| p.dimension.code == d.code).map(|p| p.criterion.code.as_str()).filter(|x| asked.contains(x)).collect();
        let done = all.iter().filter(|x| a.answers.get(**x).is_some_and(|y| !y.is_empty())).count();
        let first = all.iter().find(|x| a.answers.get(**x).is_none_or(Answer::is_empty)).or(all.first());
        let status = if done == all.len() { kit::chip(kit::Mood::Good, v.pick("Xong", "Done")) } else { Html(format!("{done}/{}", all.len())) };
        tasks.push(Task {
            label: d.name.get(lang).to_owned(),
            href: first.map(|x| format!("/assess/a/{key}/q/{}?way={}", url_part(x), url_part(&format!("dimension:{}", d.code)))),
            hint: d.about.as_ref().map(|t| t.get(lang).to_owned()),
            status,
        });
    }
    let go = if a.status == Status::Open { v.pick("Xem kết quả", "See the result") } else { v.pick("Xem kết quả đã gửi", "See the result as submitted") };
    let link = format!("{}/assess/a/{key}", c.public_url);
    let main = Html(format!(
        "<h1>{}</h1><p class=\"lead\">{}</p>{}<p>{}</p><h2>{}</h2><p>{}</p><p><code>{}</code></p>",
        v.pick("Các phần của bài đánh giá", "The parts of the assessment"),
        esc(f.name.get(lang)),
        kit::task_list(&tasks),
        kit::link_button(&format!("/assess/a/{key}/result"), go, Weight::Main),
        v.pick("Làm tiếp lúc khác", "Go on later"),
        v.pick(
            "Giữ đường dẫn này: đó là chìa khóa của bài đánh giá. Ai có đường dẫn đều mở và trả lời được, nên chỉ gửi cho người cùng trả lời (kế toán, kỹ thuật…).",
            "Keep this link: it is the key of the assessment. Whoever has it can open and answer, so send it only to those who answer with you (accountant, engineer…).",
        ),
        esc(&link),
    ));
    Ok(Shell::new(&v, v.pick("Đánh giá", "Assessment"), main).width(Width::Narrow).back("/assess", v.pick("Bắt đầu lại", "Begin again")).render().into_response())
}

struct Page<'a> {
    key: &'a str,
    code: &'a str,
    way: &'a str,
    typed: Option<&'a FormData>,
    reasons: &'a [Reason],
}

fn question(c: &Centre, v: &Visitor, a: &Assessment, p: &Page<'_>) -> Result<Response, PageError> {
    let f = c.framework(a).ok_or_else(PageError::not_found)?;
    let placed = f.criterion(p.code).ok_or_else(PageError::not_found)?;
    let lang = v.lang;
    let answer = a.answers.get(p.code);
    let course = course(f, a, p.way);
    let at = course.iter().position(|x| *x == p.code).unwrap_or(0);
    let was = |name: &str, stored: &str| p.typed.and_then(|t| t.get(name)).unwrap_or(stored).to_owned();
    let mut body = control(lang, &placed, answer, p.typed, p.reasons).0;
    if placed.criterion.na != NaPolicy::Never {
        let ticked = p.typed.map_or(answer.is_some_and(|x| x.na), |t| t.get("na").is_some());
        let value = if ticked { "yes" } else { "" };
        body.push_str(
            &Field::new(lang, "na", v.pick("Không áp dụng", "Not applicable")).value(value).optional(true)
                .checkboxes(&[Choice::new("yes", v.pick("Câu này không áp dụng với đơn vị", "This does not apply to us"))]).0,
        );
    }
    let note = Field::new(lang, "note", v.pick("Ghi chú", "Note")).value(was("note", answer.map_or("", |x| x.note.as_str()))).optional(true).max_length(NOTE_MAX).errors(p.reasons).textarea(2);
    let who = Field::new(lang, "respondent", v.pick("Người trả lời", "Who answers"))
        .hint(v.pick("Khi nhiều người cùng trả lời.", "When several people answer."))
        .value(was("respondent", a.respondents.get(p.code).map_or("", String::as_str)))
        .optional(true)
        .max_length(120)
        .input();
    body.push_str(&format!("<details><summary>{}</summary>{note}{who}</details>", v.pick("Ghi chú, người trả lời", "Note, who answers")));
    body.push_str(
        &kit::button_group(&[
            kit::button(v.pick("Lưu và tiếp tục", "Save and go on")),
            kit::Button::new(v.pick("Bỏ qua", "Skip")).weight(Weight::Quiet).named("skip", "1").html(),
        ])
        .0,
    );
    let address = format!("/assess/a/{}/q/{}{}", p.key, url_part(p.code), way_part(p.way));
    let progress = match lang {
        kernel::text::Lang::Vi => format!("Câu {} trong {} · {}", at + 1, course.len(), placed.group.name.vi),
        kernel::text::Lang::En => format!("Question {} of {} · {}", at + 1, course.len(), placed.group.name.en),
    };
    let main = Html(format!(
        "{}<p class=\"muted\">{}</p><progress class=\"meter info\" max=\"{}\" value=\"{}\" aria-label=\"{}\"></progress>{}{}{}",
        kit::error_summary(lang, p.reasons),
        esc(&progress),
        course.len().max(1),
        at,
        esc(&progress),
        kit::form(v, &address, &Html(body)),
        unverified(v, &placed),
        proofs(v, p, &placed, answer),
    ));
    let back = match at.checked_sub(1).and_then(|n| course.get(n)) {
        Some(before) => format!("/assess/a/{}/q/{}{}", p.key, url_part(before), way_part(p.way)),
        None => format!("/assess/a/{}", p.key),
    };
    let status = if p.reasons.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, placed.criterion.text.get(lang), main).width(Width::Narrow).error(!p.reasons.is_empty()).back(back, v.pick("Quay lại", "Back"));
    Ok((status, shell.render()).into_response())
}

fn unverified(v: &Visitor, placed: &scoring::Placed<'_>) -> String {
    if placed.criterion.verified && placed.scale.verified {
        return String::new();
    }
    format!("<p class=\"hint\">{}</p>", v.pick("Thang điểm của câu này chưa được đối chiếu với văn bản gốc.", "The scale of this question has not been compared with the source text."))
}

fn proofs(v: &Visitor, p: &Page<'_>, placed: &scoring::Placed<'_>, answer: Option<&Answer>) -> String {
    let given = answer.map_or(0, |a| a.evidence.len());
    let wanted = placed.criterion.evidence.as_ref().map_or_else(
        || v.pick("Hóa đơn, hợp đồng, trích sổ tài sản. Chỉ ảnh chụp màn hình thì chưa đủ.", "Invoices, contracts, an extract of the asset register. A screenshot alone is not enough.").to_owned(),
        |e| e.get(v.lang).to_owned(),
    );
    let file = Field::new(v.lang, "file", v.pick("Tệp minh chứng", "Proof")).hint(wanted).errors(p.reasons).optional(true).file(".pdf,image/jpeg,image/png,.xlsx,.docx", false);
    let form = kit::upload_form(
        v,
        &format!("/assess/a/{}/q/{}/evidence{}", p.key, url_part(p.code), way_part(p.way)),
        &Html(format!("{file}{}", kit::Button::new(v.pick("Nộp minh chứng", "Hand in")).weight(Weight::Quiet).html())),
    );
    let count = if given == 0 { String::new() } else { format!(" ({given})") };
    format!("<details><summary>{}{count}</summary>{form}</details>", v.pick("Minh chứng", "Proofs"))
}

pub async fn ask(State(c): State<Centre>, v: Visitor, Path((key, code)): Path<(String, String)>, Query(way): Query<Way>) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    question(&c, &v, &a, &Page { key: &key, code: &code, way: &way.way, typed: None, reasons: &[] })
}

fn closed(a: &Assessment) -> Result<(), Refusal> {
    match a.status {
        Status::Open => Ok(()),
        _ => Err(Refusal::conflict(
            "submitted",
            "Bài đánh giá đã gửi nên câu trả lời không đổi được nữa. Hãy bắt đầu lần đánh giá mới.",
            "The assessment was submitted, so its answers stand. Begin a new one.",
        )),
    }
}

/// Where the person goes after a question: the next one of the way that has no answer, or the result.
fn onward(f: &Framework, a: &Assessment, key: &str, code: &str, way: &str) -> String {
    let course = course(f, a, way);
    let at = course.iter().position(|x| *x == code).map_or(0, |n| n + 1);
    match course.get(at) {
        Some(next) => format!("/assess/a/{key}/q/{}{}", url_part(next), way_part(way)),
        None if way == "quick" => format!("/assess/a/{key}/result"),
        None => format!("/assess/a/{key}"),
    }
}

pub async fn save(
    State(c): State<Centre>,
    v: Visitor,
    Path((key, code)): Path<(String, String)>,
    Query(way): Query<Way>,
    form: FormData,
) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    let f = c.framework(&a).ok_or_else(PageError::not_found)?;
    let placed = f.criterion(&code).ok_or_else(PageError::not_found)?;
    if form.get("skip").is_some() {
        return Ok(Redirect::to(&onward(f, &a, &key, &code, &way.way)).into_response());
    }
    let note: String = form.get("note").unwrap_or_default().chars().take(NOTE_MAX).collect();
    let respondent: String = form.get("respondent").unwrap_or_default().chars().take(120).collect();
    let value = read_answer(&placed, &form);
    let na = form.get("na").is_some() && placed.criterion.na != NaPolicy::Never;
    let again = |reasons: &[Reason]| question(&c, &v, &a, &Page { key: &key, code: &code, way: &way.way, typed: Some(&form), reasons });
    if value.is_null() && !na && note.is_empty() {
        let field = if placed.scale.kind == scoring::definition::ScaleType::Ratio { "n" } else { "value" };
        let message = kernel::Text::new("Chọn hoặc điền một câu trả lời, hoặc bấm “Bỏ qua”", "Choose or give an answer, or press “Skip”");
        return again(&[Reason { field: Some(field.to_owned()), message }]);
    }
    let given = match scoring::check_answer(f, &code, &serde_json::json!({ "value": value, "na": na })) {
        Ok(checked) => checked.answer,
        Err(refusal) => {
            // The rules name the criterion; on this page that is its control.
            let field = if placed.scale.kind == scoring::definition::ScaleType::Ratio { "n" } else { "value" };
            let reasons: Vec<Reason> = refusal.reasons.into_iter().map(|r| Reason { field: Some(field.to_owned()), ..r }).collect();
            return again(&reasons);
        }
    };
    let done = acts::change_assessment(&c, v.actor.as_deref(), a.id, c.now(), |now| {
        closed(now)?;
        let kept = now.answers.get(&code).cloned().unwrap_or_default();
        let answer = Answer { value: given.value.clone(), na, note: note.clone(), tier: scoring::Tier::SelfDeclared, evidence: kept.evidence.clone() };
        let same = kept == answer && now.respondents.get(&code).map_or("", String::as_str) == respondent;
        Ok((!same).then(|| AssessmentEvent::Answered { criterion: code.clone(), answer, respondent: respondent.clone() }))
    })
    .await;
    match done {
        Ok(after) => Ok(Redirect::to(&onward(f, &after, &key, &code, &way.way)).into_response()),
        Err(e) => Err(e.into()),
    }
}

pub async fn evidence(
    State(c): State<Centre>,
    v: Visitor,
    Path((key, code)): Path<(String, String)>,
    Query(way): Query<Way>,
    form: Multipart,
) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    let f = c.framework(&a).ok_or_else(PageError::not_found)?;
    f.criterion(&code).ok_or_else(PageError::not_found)?;
    let sent = form.collect(super::UPLOAD_LIMIT).await?;
    let page = |reasons: &[Reason]| question(&c, &v, &a, &Page { key: &key, code: &code, way: &way.way, typed: None, reasons });
    let Some(file) = sent.files.into_iter().next() else {
        return page(&[Reason { field: Some("file".into()), message: kernel::Text::new("Chọn một tệp rồi nộp", "Choose a file first") }]);
    };
    let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
    let mut batch = c.scope.batch();
    let stored = match c.files.take(&mut batch, upload, FILE_MAX, c.now()).await {
        Ok(stored) => stored,
        Err(FileError::Refused(r)) => return page(&[Reason { field: Some("file".into()), message: r.message }]),
        Err(FileError::Store(e)) => return Err(PageError::internal(e)),
    };
    c.scope.commit(batch).await.map_err(PageError::internal)?;
    tracing::debug!(size = %when::size(u64::try_from(stored.size).unwrap_or(0)), "a proof was taken");
    acts::change_assessment(&c, v.actor.as_deref(), a.id, c.now(), |now| {
        closed(now)?;
        Ok(Some(AssessmentEvent::EvidenceAdded { criterion: code.clone(), file: stored.id, name: stored.name.clone(), sha256: stored.sha256.clone() }))
    })
    .await?;
    Ok(Redirect::to(&format!("/assess/a/{key}/q/{}{}", url_part(&code), way_part(&way.way))).into_response())
}
