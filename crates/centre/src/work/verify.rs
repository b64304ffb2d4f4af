//! A consultant looks at each answer: confirms it, corrects it with a reason, or finds it proven.

use super::nav;
use crate::{
    Centre, acts,
    assess::{control, dimension_table, gaps, headline, read_answer},
    enterprise::actor,
    model::{Assessment, AssessmentEvent, Check, Purpose, Status},
    store as tables,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, id::AssessmentId, refusal::Reason};
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
    render(&c, &v, &a, own, &[], None).await
}

async fn render(c: &Centre, v: &Visitor, a: &Assessment, own: bool, reasons: &[Reason], open: Option<&str>) -> Result<Response, PageError> {
    let (Some(f), Some(o)) = (c.framework(a), c.outcome(a)) else { return Err(PageError::not_found()) };
    let lang = v.lang;
    let enterprise = match a.enterprise {
        Some(e) => Some(acts::enterprise(c, e).await?),
        None => None,
    };
    let name = enterprise.as_ref().map_or_else(String::new, |e| e.profile.name.clone());
    let agreed = enterprise.as_ref().is_some_and(|e| e.consents_to(Purpose::Advice));
    let title = format!("{}: {name}", v.pick("Xác nhận đánh giá", "Verify the assessment"));
    let mut main = format!("{}<p class=\"muted\">{}</p>{}", kit::error_summary(lang, reasons), esc(&title), headline(f, &o, lang));
    if own && agreed {
        main.push_str(&dimension_table(f, &[(a.stage.to_uppercase(), &o)], lang).0);
        main.push_str(&format!("<details><summary>{}</summary>{}</details>", v.pick("Vì sao chưa đạt mức cao hơn", "Why not higher"), gaps(f, a, &o, lang)));
        main.push_str(&answers(c, v, f, a, reasons, open));
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
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, title, Html(main)).width(Width::Wide).nav(nav(v, "/centre/assessments")).error(!reasons.is_empty()).back("/centre/assessments", v.pick("Đánh giá", "Assessments"));
    Ok((status, shell.render()).into_response())
}

fn answers(c: &Centre, v: &Visitor, f: &Framework, a: &Assessment, reasons: &[Reason], open: Option<&str>) -> String {
    let lang = v.lang;
    let mut out = format!("<section><h2>{}</h2>", v.pick("Từng câu trả lời", "Each answer"));
    for p in f.criteria() {
        let Some(answer) = a.answers.get(&p.criterion.code).filter(|x| !x.is_empty()) else { continue };
        let code = p.criterion.code.as_str();
        let last = a.checks.iter().rev().find(|x| x.criterion == code);
        let checked = last.map_or_else(String::new, |x| format!("<p>{} · {} · {}</p>", esc(&x.by), when::ago_time(x.at, c.now(), lang), esc(&x.reason)));
        let note = if answer.note.is_empty() { String::new() } else { format!("<p class=\"hint\">{}</p>", esc(&answer.note)) };
        let mine = open == Some(code);
        let body = if a.status == Status::Submitted { check_form(v, a, &p, answer, if mine { reasons } else { &[] }) } else { String::new() };
        out.push_str(&format!(
            "<details{}><summary>{} {} <span class=\"muted\">({})</span></summary>{note}{checked}{body}</details>",
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

fn check_form(v: &Visitor, a: &Assessment, p: &scoring::Placed<'_>, answer: &scoring::Answer, reasons: &[Reason]) -> String {
    let lang = v.lang;
    let code = p.criterion.code.as_str();
    // Field ids on this page carry the question: many forms stand on it.
    let control = control(lang, p, Some(answer), None, &[]).0.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h1 class=\"label\">", "<h3 class=\"label\">");
    let control = control.replace("\"f-", &format!("\"f-{}-", code.replace('.', "-")));
    let tiers = [
        Choice::new("consultant", v.pick("Tôi đã hỏi, đã xem; xác nhận", "I asked and saw; confirmed")),
        Choice::new("evidence", v.pick("Có minh chứng đạt yêu cầu (đã nộp tệp)", "There is sufficient proof (file handed in)")),
    ];
    let tier = Field::new(lang, "tier", v.pick("Mức xác nhận", "How far")).value("consultant").radios(&tiers).0;
    let reason = Field::new(lang, "reason", v.pick("Lý do, điều đã thấy", "Reason, what was seen")).errors(reasons).max_length(1000).textarea(2).0;
    let rest = format!("{tier}{reason}").replace("\"f-", &format!("\"f-{}-", code.replace('.', "-")));
    let button = kit::Button::new(v.pick("Lưu xác nhận", "Save")).weight(Weight::Quiet).html();
    kit::form(v, &format!("/centre/assessments/{}/check/{}", a.id, url_part(code)), &Html(format!("{control}{rest}{button}"))).0
}

pub async fn check(State(c): State<Centre>, v: Visitor, Path((id, code)): Path<(AssessmentId, String)>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let (a, own) = assigned(&c, &who, id).await?;
    if !own {
        return Err(acts::no_assessment().into());
    }
    let f = c.framework(&a).ok_or_else(PageError::not_found)?;
    let placed = f.criterion(&code).ok_or_else(PageError::not_found)?;
    let reason: String = form.get("reason").unwrap_or_default().chars().take(1000).collect();
    let tier = if form.get("tier") == Some("evidence") { "evidence" } else { "consultant" };
    let mut reasons = Vec::new();
    if reason.chars().count() < 5 {
        reasons.push(Reason { field: Some("reason".into()), message: kernel::Text::new("Ghi điều đã hỏi, đã thấy (ít nhất 5 ký tự)", "Say what you asked and saw (at least 5 characters)") });
    }
    if tier == "evidence" && a.answers.get(&code).is_none_or(|x| x.evidence.is_empty()) {
        reasons.push(Reason { field: Some("tier".into()), message: kernel::Text::new("Chưa có tệp minh chứng cho câu này", "There is no proof file for this answer") });
    }
    let value = scoring::check_value(f, &code, &read_answer(&placed, &form));
    if let Err(r) = &value {
        reasons.extend(r.reasons.iter().map(|x| Reason { field: None, message: x.message.clone() }));
    }
    if !reasons.is_empty() {
        return render(&c, &v, &a, true, &reasons, Some(&code)).await;
    }
    let given = value.ok().flatten();
    acts::change_assessment(&c, Some(&who), id, c.now(), |now| {
        if now.status != Status::Submitted {
            return Err(Refusal::conflict("verified", "Bài này đã kết luận", "This one has been concluded"));
        }
        let before = now.answers.get(&code).and_then(|x| x.value.clone());
        let corrected = given.clone().filter(|g| Some(g) != before.as_ref());
        Ok(Some(AssessmentEvent::Checked(Check { criterion: code.clone(), tier: tier.into(), corrected, reason: reason.clone(), by: who.name.clone(), at: c.now() })))
    })
    .await?;
    Ok(Redirect::to(&format!("/centre/assessments/{id}#f-{}-reason", code.replace('.', "-"))).into_response())
}

pub async fn finish(State(c): State<Centre>, v: Visitor, Path(id): Path<AssessmentId>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let (_, own) = assigned(&c, &who, id).await?;
    if !own {
        return Err(acts::no_assessment().into());
    }
    acts::change_assessment(&c, Some(&who), id, c.now(), |now| match now.status {
        Status::Verified => Ok(None),
        _ if now.checks.is_empty() => Err(Refusal::conflict("nothing-checked", "Chưa xác nhận câu nào", "No answer has been checked yet")),
        _ => Ok(Some(AssessmentEvent::Verified)),
    })
    .await?;
    Ok(Redirect::to(&format!("/centre/assessments/{id}")).into_response())
}
