//! A consultant looks at each answer: confirms it, corrects it with a reason, or finds it proven.

use super::proven;
use crate::{
    Centre, acts,
    assess::{control, dimension_table, gaps, headline, in_words, read_answer},
    device::{Sent, made, wants_json},
    enterprise::actor,
    model::{Assessment, AssessmentEvent, Check, Purpose, Status},
    store as tables,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Actor, Refusal,
    id::{AssessmentId, FileId},
    refusal::Reason,
    time::Date,
};
use scoring::Framework;
use web::{
    extract::{FormData, Path},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The assessment for the consultant who has it; others of the centre see that it waits, and no answers.
async fn assigned(c: &Centre, who: &Actor, id: AssessmentId) -> Result<(Assessment, bool), PageError> {
    let a: Assessment = tables::load(&c.scope, &id.to_string()).await.map_err(PageError::internal)?.ok_or_else(|| PageError::from(acts::no_assessment()))?;
    if a.status == Status::Open {
        return Err(acts::no_assessment().into());
    }
    let own = a.consultant.as_ref().is_some_and(|x| x.0 == who.account);
    Ok((a, own))
}

pub async fn show(State(c): State<Centre>, v: Visitor, Path(id): Path<AssessmentId>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let (a, own) = assigned(&c, &who, id).await?;
    render(&c, &v, &a, own, &Tried::default(), "").await
}

/// The assessment if the consultant has taken it; for anybody else it does not exist.
pub async fn owned(c: &Centre, who: &Actor, id: AssessmentId) -> Result<Assessment, PageError> {
    let (a, own) = assigned(c, who, id).await?;
    if own { Ok(a) } else { Err(acts::no_assessment().into()) }
}

/// Whether the enterprise has agreed that its consultant reads the answers.
pub async fn agreed(c: &Centre, a: &Assessment) -> Result<(String, bool), PageError> {
    let Some(e) = a.enterprise else { return Ok((String::new(), false)) };
    let e = acts::enterprise(c, e).await?;
    Ok((e.profile.name.clone(), e.consents_to(Purpose::Advice)))
}

async fn render(c: &Centre, v: &Visitor, a: &Assessment, own: bool, tried: &Tried<'_>, from: &str) -> Result<Response, PageError> {
    if from == "visit" {
        return super::visit::page(c, v, a, tried, &super::visit::Typed::default()).await;
    }
    let (Some(f), Some(o)) = (c.framework(a), c.outcome(a)) else { return Err(PageError::not_found()) };
    let lang = v.lang;
    let (name, agreed) = agreed(c, a).await?;
    let reasons = tried.reasons;
    let title = format!("{}: {name}", v.pick("Xác nhận đánh giá", "Verify the assessment"));
    let mut main = format!("{}<p class=\"muted\">{}</p>{}", kit::error_summary(lang, reasons), esc(&title), headline(f, &o, lang));
    if own && agreed {
        main.push_str(&dimension_table(f, &[(a.stage.to_uppercase(), &o)], lang).0);
        main.push_str(&format!("<details><summary>{}</summary>{}</details>", v.pick("Vì sao chưa đạt mức cao hơn", "Why not higher"), gaps(f, a, &o, lang)));
        main.push_str(&format!("<p>{}</p>", kit::link_button(&format!("/centre/assessments/{}/visit", a.id), v.pick("Đi thăm cơ sở (dùng được khi mất mạng)", "Site visit (works without a network)"), Weight::Quiet)));
        main.push_str(&answers(c, v, f, a, tried, ""));
        if a.status == Status::Submitted {
            main.push_str(&kit::form(
                v,
                &format!("/centre/assessments/{}/verified", a.id),
                &Html(format!(
                    "<p>{}</p>{}",
                    v.pick("Khi đã xem đủ các câu, kết luận để kết quả được dùng cho hỗ trợ và so sánh.", "When all answers have been looked at, conclude: the result then counts for support and comparison."),
                    kit::button(v.pick("Kết luận đã xác nhận", "Conclude as verified"))
                )),
            ).0);
        }
    } else if own {
        main.push_str(&format!("<p>{}</p>", v.pick("Đơn vị chưa đồng ý để tư vấn viên đọc câu trả lời. Hãy đề nghị đơn vị bật mục này ở trang của đơn vị.", "The enterprise has not agreed that the consultant reads its answers. Ask it to allow this on its page.")));
    } else if a.consultant.is_none() {
        main.push_str(&kit::form(v, &format!("/centre/assessments/{}/assign", a.id), &kit::button(v.pick("Nhận xác nhận bài này", "Take this one"))).0);
    } else {
        let by = a.consultant.as_ref().map_or("", |x| x.1.as_str());
        main.push_str(&format!("<p>{} {}.</p>", v.pick("Người nhận xác nhận:", "Taken by"), esc(by)));
    }
    main.push_str(&c.before_boards.card(v, a.id).await?.0);
    let status = status(tried);
    let shell = Shell::new(v, title, Html(main)).width(Width::Wide).nav(web::rail::of(v)).error(!reasons.is_empty()).back("/centre/assessments", v.pick("Đánh giá", "Assessments"));
    Ok((status, shell.render()).into_response())
}

pub fn status(tried: &Tried<'_>) -> StatusCode {
    match (tried.meanwhile, tried.reasons.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What a page of checks shows beside the record: the answer that was just sent and why it was not taken.
#[derive(Default)]
pub struct Tried<'a> {
    pub code: &'a str,
    pub typed: Option<&'a FormData>,
    pub reasons: &'a [Reason],
    /// Somebody, or another device, checked it while this was typed.
    pub meanwhile: bool,
}

/// Each answer with its checks, files and, while it may be checked, the form. `from`: the page that is come back to.
pub fn answers(c: &Centre, v: &Visitor, f: &Framework, a: &Assessment, tried: &Tried<'_>, from: &str) -> String {
    let lang = v.lang;
    let mut out = format!("<section><h2>{}</h2>", v.pick("Từng câu trả lời", "Each answer"));
    for p in f.criteria() {
        let Some(answer) = a.answers.get(&p.criterion.code).filter(|x| !x.is_empty()) else { continue };
        let code = p.criterion.code.as_str();
        let last = a.checks.iter().rev().find(|x| x.criterion == code);
        let checked = last.map_or_else(String::new, |x| format!("<p>{} · {} · {}</p>", esc(&x.by), when::ago_time(x.at, c.now(), lang), esc(&x.reason)));
        let given = a.traces.get(code).filter(|t| !t.by.is_empty()).map_or_else(String::new, |t| format!("<p class=\"muted\">{}</p>", esc(&crate::assess::by_whom(v, t, c.now()))));
        let note = if answer.note.is_empty() { String::new() } else { format!("<p class=\"hint\">{}</p>", esc(&answer.note)) };
        let files: Vec<String> = answer.evidence.iter().enumerate().map(|(n, id)| format!("{}{}", kit::link(&format!("/centre/assessments/{}/file/{id}", a.id), &format!("{} {}", v.pick("Tệp", "File"), n + 1)), of_day(v, a, id))).collect();
        let files = if files.is_empty() { String::new() } else { format!("<p>{}: {}</p>", v.pick("Minh chứng", "Proofs"), files.join(" · ")) };
        let mine = tried.code == code;
        let body = if a.status == Status::Submitted { check_form(c, v, a, &p, answer, mine.then_some(tried), from) } else { String::new() };
        out.push_str(&format!(
            "<details{}><summary>{} {} <span class=\"muted\">({})</span></summary>{given}{note}{files}{checked}{body}</details>",
            if mine { " open" } else { "" },
            kit::chip(if answer.effective_tier() == scoring::Tier::SelfDeclared { kit::Mood::Info } else { kit::Mood::Good }, answer.effective_tier().label(lang)),
            esc(p.criterion.text.get(lang)),
            match lang {
                kernel::text::Lang::Vi => format!("{} tệp", answer.evidence.len()),
                kernel::text::Lang::En => format!("{} files", answer.evidence.len()),
            },
        ));
    }
    out.push_str("</section>");
    out
}

/// ` (giấy ngày 05/11/2026)`, where it is known.
fn of_day(v: &Visitor, a: &Assessment, file: &str) -> String {
    let dated = a.proofs.get(file).and_then(|x| x.dated);
    dated.map_or_else(String::new, |d| format!(" ({} {})", v.pick("giấy ngày", "of"), when::day(d, v.lang)))
}

fn check_form(c: &Centre, v: &Visitor, a: &Assessment, p: &scoring::Placed<'_>, answer: &scoring::Answer, tried: Option<&Tried<'_>>, from: &str) -> String {
    let lang = v.lang;
    let code = p.criterion.code.as_str();
    let (typed, reasons) = tried.map_or((None, &[][..]), |t| (t.typed, t.reasons));
    let was = |name: &str, stored: &str| typed.and_then(|t| t.get(name)).unwrap_or(stored).to_owned();
    // Field ids on this page carry the question: many forms stand on it.
    let ids = |html: &str| html.replace("\"f-", &format!("\"f-{}-", code.replace('.', "-")));
    let control = control(lang, p, Some(answer), typed, &[]).0.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h1 class=\"label\">", "<h3 class=\"label\">");
    let tiers = [
        Choice::new("consultant", v.pick("Tôi đã hỏi, đã xem; xác nhận", "I asked and saw; confirmed")),
        Choice::new("evidence", v.pick("Có minh chứng đạt yêu cầu (đã nộp tệp)", "There is sufficient proof (file handed in)")),
    ];
    let tier = Field::new(lang, "tier", v.pick("Mức xác nhận", "How far")).value(was("tier", "consultant")).errors(reasons).radios(&tiers).0;
    let dated = dated(v, a, p, answer, typed, reasons);
    let reason = Field::new(lang, "reason", v.pick("Lý do, điều đã thấy", "Reason, what was seen")).value(was("reason", "")).errors(reasons).max_length(1000).textarea(2).0;
    let button = kit::Button::new(v.pick("Lưu xác nhận", "Save")).weight(Weight::Quiet).html();
    let banner = if tried.is_some_and(|t| t.meanwhile) { meanwhile(c, v, a, p, answer) } else { String::new() };
    let back = format!("/centre/assessments/{}{}", a.id, if from == "visit" { "/visit" } else { "" });
    let hidden = format!("{}{}{}", kit::hidden("_seen", &a.seen(code).to_string()), kit::hidden("from", from), crate::device::mark("check", p.criterion.text.get(lang), &back));
    let body = Html(format!("{}{hidden}{button}", ids(&format!("{control}{tier}{dated}{reason}"))));
    format!("{banner}{}", kit::form(v, &format!("/centre/assessments/{}/check/{}", a.id, url_part(code)), &body))
}

/// Asks for the date of the paper where an age is asked for and none of the papers came with one.
fn dated(v: &Visitor, a: &Assessment, p: &scoring::Placed<'_>, answer: &scoring::Answer, typed: Option<&FormData>, reasons: &[Reason]) -> String {
    let Some(days) = p.criterion.evidence_age_days.filter(|_| !answer.evidence.is_empty()) else { return String::new() };
    if answer.evidence.iter().any(|f| a.proofs.get(f).is_some_and(|x| x.dated.is_some())) {
        return String::new();
    }
    let known = a.checks.iter().rev().find(|x| x.criterion == p.criterion.code).and_then(|x| x.dated);
    let values = typed.map_or_else(|| known.map(|d| d.to_string()).into_iter().collect(), |t| ["day", "month", "year"].iter().map(|x| t.get(&format!("dated-{x}")).unwrap_or_default().to_owned()).collect());
    let hint = match v.lang {
        kernel::text::Lang::Vi => format!("Ghi ngày đọc được trên tệp; giấy tờ phải trong {days} ngày trước ngày gửi."),
        kernel::text::Lang::En => format!("As read on the file; it has to be of the {days} days before handing in."),
    };
    let field = Field::new(v.lang, "dated", v.pick("Ngày của giấy tờ", "Date of the paper")).hint(hint).optional(true).errors(reasons);
    Field { values, ..field }.date().0
}

/// Who checked it meanwhile, when, and how the answer stands now.
fn changed(c: &Centre, v: &Visitor, a: &Assessment, code: &str) -> (String, String) {
    let last = a.checks.iter().rev().find(|x| x.criterion == code);
    last.map_or_else(|| (v.pick("Người khác", "Somebody else").to_owned(), String::new()), |x| (x.by.clone(), when::at(x.at, c.now(), v.lang)))
}

fn meanwhile(c: &Centre, v: &Visitor, a: &Assessment, p: &scoring::Placed<'_>, answer: &scoring::Answer) -> String {
    let (by, at) = changed(c, v, a, &p.criterion.code);
    let title = match v.lang {
        kernel::text::Lang::Vi => format!("{by} đã xác nhận câu này lúc {at}"),
        kernel::text::Lang::En => format!("{by} checked this at {at}"),
    };
    let body = Html(format!(
        "<p>{}: <b>{}</b></p><p>{}</p>",
        v.pick("Câu trả lời hiện tại", "The answer now"),
        esc(&in_words(v.lang, p, Some(answer))),
        v.pick("Điều bạn vừa nhập vẫn ở dưới và chưa được lưu; bấm “Lưu xác nhận” để thay.", "What you typed is below and has not been saved; press “Save” to replace it."),
    ));
    kit::banner(kit::Mood::Warn, &title, &body).0
}

const MEANWHILE: &str = "checked-meanwhile";

/// Why the files of an answer do not prove it. `dated`: the date the consultant read on a paper that came without one.
async fn unproven(c: &Centre, a: &Assessment, p: &scoring::Placed<'_>, dated: Option<Date>) -> Result<Option<Reason>, PageError> {
    let mut papers = Vec::new();
    for id in a.answers.get(&p.criterion.code).map_or(&[][..], |x| x.evidence.as_slice()) {
        let Ok(file) = id.parse::<FileId>() else { continue };
        let Some(stored) = c.files.find(&c.scope, file).await.map_err(PageError::internal)? else { continue };
        let known = a.proofs.get(id).and_then(|x| x.dated);
        papers.push(proven::Paper { image: stored.media_type.starts_with("image/"), dated: known.or(dated) });
    }
    let images_alone = p.criterion.evidence_images.unwrap_or(c.catalog.checks.evidence.images_alone);
    let on = a.submitted_at.unwrap_or_else(|| c.now()).date();
    Ok(proven::fault(&papers, proven::Asked { images_alone, age: p.criterion.evidence_age_days, on }))
}

/// Why a check cannot be taken as typed.
fn faults(reason: &str, unproven: Option<Reason>, value: &Result<Option<scoring::Given>, Refusal>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if reason.chars().count() < 5 {
        reasons.push(Reason { field: Some("reason".into()), message: kernel::Text::new("Ghi điều đã hỏi, đã thấy (ít nhất 5 ký tự)", "Say what you asked and saw (at least 5 characters)") });
    }
    reasons.extend(unproven);
    if let Err(r) = value {
        reasons.extend(r.reasons.iter().map(|x| Reason { field: None, message: x.message.clone() }));
    }
    reasons
}

pub async fn check(State(c): State<Centre>, v: Visitor, Path((id, code)): Path<(AssessmentId, String)>, headers: HeaderMap, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let a = owned(&c, &who, id).await?;
    let json = wants_json(&headers);
    let f = c.framework(&a).ok_or_else(PageError::not_found)?;
    let placed = f.criterion(&code).ok_or_else(PageError::not_found)?;
    let reason: String = form.get("reason").unwrap_or_default().chars().take(1000).collect();
    let tier = if form.get("tier") == Some("evidence") { "evidence" } else { "consultant" };
    let from = if form.get("from") == Some("visit") { "visit" } else { "" };
    let value = scoring::check_value(f, &code, &read_answer(&placed, &form));
    let dated = kit::date_answer(&form, "dated");
    let unproven = match &dated {
        Ok(dated) if tier == "evidence" => unproven(&c, &a, &placed, *dated).await?,
        Err(_) => Some(Reason { field: Some("dated".into()), message: kernel::Text::new("Ngày này không có thật; ví dụ đúng: 05/11/2026", "There is no such date; a right one is 05/11/2026") }),
        Ok(_) => None,
    };
    let dated = dated.ok().flatten();
    let reasons = faults(&reason, unproven, &value);
    if !reasons.is_empty() {
        if json {
            return Ok(crate::assess::refused(StatusCode::UNPROCESSABLE_ENTITY, &reasons.iter().map(|r| &r.message).collect::<Vec<_>>(), &v));
        }
        return render(&c, &v, &a, true, &Tried { code: &code, typed: Some(&form), reasons: &reasons, meanwhile: false }, from).await;
    }
    let (given, sent) = (value.ok().flatten(), Sent::read(&form, c.now()));
    let done = acts::change_once(&c, Some(&who), id, c.now(), sent.key.as_deref(), |now| {
        if now.status != Status::Submitted {
            return Err(Refusal::conflict("verified", "Bài này đã kết luận", "This one has been concluded"));
        }
        // A page that does not say what it showed has seen the answer and no check.
        let answered = now.traces.get(&code).map_or(0, |t| t.version);
        if now.seen(&code) != sent.seen.parse().unwrap_or(answered) {
            return Err(Refusal::conflict(MEANWHILE, "Câu này vừa được xác nhận ở nơi khác", "This answer has just been checked elsewhere"));
        }
        let before = now.answers.get(&code).and_then(|x| x.value.clone());
        let corrected = given.clone().filter(|g| Some(g) != before.as_ref());
        let check = Check { criterion: code.clone(), tier: tier.into(), corrected, reason: reason.clone(), by: who.name.clone(), at: c.now(), device: sent.device, dated, version: 0 };
        Ok(Some(AssessmentEvent::Checked(check)))
    })
    .await;
    match done {
        Ok(after) => {
            let page = if from == "visit" { "/visit" } else { "" };
            let seen = made(&c, &after, &sent, &code).await?;
            Ok(crate::assess::done(json, &format!("/centre/assessments/{id}{page}#f-{}-reason", code.replace('.', "-")), seen))
        }
        Err(acts::ActError::Refused(r)) if r.code == MEANWHILE => {
            let a = owned(&c, &who, id).await?;
            if !json {
                return render(&c, &v, &a, true, &Tried { code: &code, typed: Some(&form), reasons: &[], meanwhile: true }, from).await;
            }
            let (by, at) = changed(&c, &v, &a, &code);
            let theirs = in_words(v.lang, &placed, a.answers.get(&code));
            let body = serde_json::json!({ "conflict": { "by": by, "at": at, "theirs": theirs, "seen": a.seen(&code).to_string() } });
            Ok((StatusCode::CONFLICT, axum::Json(body)).into_response())
        }
        Err(acts::ActError::Refused(r)) if json => Ok(crate::assess::refused(StatusCode::CONFLICT, &[&r.message], &v)),
        Err(e) => Err(e.into()),
    }
}

pub async fn finish(State(c): State<Centre>, v: Visitor, Path(id): Path<AssessmentId>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let a = owned(&c, &who, id).await?;
    let f = c.framework(&a).ok_or_else(PageError::not_found)?;
    let done = acts::change_assessment(&c, Some(&who), id, c.now(), |now| {
        if now.status == Status::Verified {
            return Ok(None);
        }
        proven::enough(f, now, &c.catalog.checks.conclude)?;
        Ok(Some(AssessmentEvent::Verified))
    })
    .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/centre/assessments/{id}")).into_response()),
        Err(acts::ActError::Refused(r)) if ["nothing-checked", "too-few-checked"].contains(&r.code.as_str()) => {
            let reasons = [Reason { field: None, message: r.message }];
            render(&c, &v, &a, true, &Tried { reasons: &reasons, ..Tried::default() }, "").await
        }
        Err(e) => Err(e.into()),
    }
}
