//! What is done with a result: attach it to an enterprise, submit it, share it, begin the next round.

use super::by_key;
use crate::{
    Centre, acts,
    enterprise::actor,
    model::{AssessmentEvent, Started, Status},
    secret, views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::EnterpriseId};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

pub async fn ask_attach(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    by_key(&c, &key).await?;
    let own = views::of_member(&c.scope, actor(&v)?.account).await.map_err(PageError::internal)?;
    let body = if own.is_empty() {
        format!(
            "<p>{}</p>{}",
            v.pick("Bạn chưa đăng ký đơn vị nào. Đăng ký xong hãy mở lại trang này.", "You have not registered an enterprise. Register it, then open this page again."),
            kit::link_button("/my-enterprises/new", v.pick("Đăng ký đơn vị", "Register an enterprise"), kit::Weight::Main)
        )
    } else {
        let choices: Vec<Choice> = own.iter().map(|e| Choice::new(e.id.to_string(), format!("{} ({})", e.name, e.code))).collect();
        let first = own.first().map(|e| e.id.to_string()).unwrap_or_default();
        let field = Field::new(v.lang, "enterprise", v.pick("Đơn vị nào?", "Which enterprise?")).value(first).radios(&choices);
        kit::form(&v, &format!("/assess/a/{key}/attach"), &Html(format!("{field}{}", kit::button(v.pick("Gắn", "Attach"))))).0
    };
    let title = v.pick("Gắn kết quả với đơn vị", "Attach the result to an enterprise");
    let main = Html(format!("<h1>{title}</h1>{body}"));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back(format!("/assess/a/{key}/result"), v.pick("Kết quả", "Result")).render().into_response())
}

pub async fn attach(State(c): State<Centre>, v: Visitor, Path(key): Path<String>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let a = by_key(&c, &key).await?;
    let id: EnterpriseId = form.get("enterprise").and_then(|e| e.parse().ok()).ok_or_else(acts::no_enterprise)?;
    let e = acts::own_enterprise(&c, &actor, id).await?;
    acts::change_assessment(&c, Some(&actor), a.id, c.now(), |now| match now.enterprise {
        Some(other) if other != id => Err(Refusal::conflict("attached", "Kết quả đã gắn với đơn vị khác", "The result is attached to another enterprise")),
        Some(_) => Ok(None),
        None => Ok(Some(AssessmentEvent::Attached { enterprise: id, area: e.profile.area.clone() })),
    })
    .await?;
    Ok(Redirect::to(&format!("/assess/a/{key}/result")).into_response())
}

pub async fn submit(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    acts::change_assessment(&c, v.actor.as_deref(), a.id, c.now(), |now| match (now.status, now.enterprise) {
        (Status::Open, Some(_)) if now.answers.is_empty() => Err(Refusal::conflict("nothing-answered", "Chưa có câu trả lời nào để gửi", "Nothing has been answered yet")),
        (Status::Open, Some(_)) => Ok(Some(AssessmentEvent::Submitted)),
        (Status::Open, None) => Err(Refusal::conflict("not-attached", "Hãy gắn kết quả với đơn vị trước khi gửi", "Attach the result to an enterprise before submitting")),
        _ => Ok(None),
    })
    .await?;
    Ok(Redirect::to(&format!("/assess/a/{key}/result")).into_response())
}

pub async fn share(State(c): State<Centre>, v: Visitor, Path(key): Path<String>, form: FormData) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    let days = form.get("days").and_then(|d| d.parse::<i64>().ok()).filter(|d| [7, 30, 90].contains(d)).unwrap_or(30);
    let link = secret::new();
    let until = c.now().plus_seconds(days * 86_400);
    acts::change_assessment(&c, v.actor.as_deref(), a.id, c.now(), |_| Ok(Some(AssessmentEvent::Shared { hash: secret::hash(&link), until }))).await?;
    let title = v.pick("Đường dẫn chia sẻ", "Share link");
    let main = Html(format!(
        "<h1>{title}</h1><p>{}</p><p><code>{}</code></p><p class=\"muted\">{}</p>",
        v.pick("Chép đường dẫn này ngay: máy chủ chỉ giữ dấu vết, không đọc lại được.", "Copy this link now: the server keeps its hash only and cannot show it again."),
        esc(&format!("{}/assess/shared/{link}", c.public_url)),
        v.pick("Tạo đường dẫn mới thì đường dẫn cũ hết hiệu lực.", "Making a new one ends this one."),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back(format!("/assess/a/{key}/result"), v.pick("Kết quả", "Result")).render().into_response())
}

/// The next round, or the same answers under a newer edition: a new result, linked to this one.
pub async fn again(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    let latest = c.frameworks.latest(&a.framework).ok_or_else(PageError::not_found)?;
    let rescored = latest.version != a.edition;
    let rounds = match a.enterprise {
        Some(e) => {
            let all = views::of_enterprise(&c.scope, e).await.map_err(PageError::internal)?;
            let same = |r: &&views::AssessmentRow| r.framework == a.framework && r.submitted_at.is_some() && crate::level::same_subject(r.subject.as_deref(), a.subject.as_deref());
            all.iter().filter(same).count()
        }
        None => 1,
    };
    let fresh = secret::new();
    let started = Started {
        framework: a.framework.clone(),
        edition: latest.version.clone(),
        stage: if rescored { a.stage.clone() } else { format!("t{rounds}") },
        vsic: a.vsic.clone(),
        area: a.area.clone(),
        owner: secret::hash(&fresh),
        enterprise: a.enterprise,
        earlier: Some(a.id),
        subject: a.subject.clone(),
        answers: if rescored { a.answers.clone() } else { declared(&a.answers) },
    };
    acts::start(&c, v.actor.as_deref(), started, c.now()).await?;
    Ok(Redirect::to(&format!("/assess/a/{fresh}")).into_response())
}

/// A new round starts from what was said, and nobody has checked that it is still so.
fn declared(answers: &scoring::Answers) -> scoring::Answers {
    let one = |a: &scoring::Answer| scoring::Answer { tier: scoring::Tier::SelfDeclared, evidence: Vec::new(), ..a.clone() };
    answers.iter().map(|(code, a)| (code.clone(), one(a))).collect()
}
