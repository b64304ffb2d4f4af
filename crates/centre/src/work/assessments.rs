//! What was submitted and by whom it is verified.

use crate::{
    Centre, acts,
    enterprise::actor,
    model::{AssessmentEvent, Status},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::AssessmentId};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, url_part},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub mine: String,
    #[serde(default)]
    pub after: String,
}

pub async fn list(State(c): State<Centre>, v: Visitor, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let status = if ask.status == "verified" { Status::Verified } else { Status::Submitted };
    let after = ask.after.split_once('~').and_then(|(at, id)| Some((kernel::Instant::from_micros(at.parse().ok()?), id)));
    let mine = (ask.mine == "1").then_some(who.account);
    let mut rows = views::queue(&c.scope, status.code(), mine, after, views::PAGE + 1).await.map_err(PageError::internal)?;
    let page = usize::try_from(views::PAGE).unwrap_or(50);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| more).and_then(|r| {
        let at = r.submitted_at?.micros();
        Some(format!("/centre/assessments?status={}&mine={}&after={}", status.code(), url_part(&ask.mine), url_part(&format!("{at}~{}", r.id))))
    });
    let tabs = [
        ("/centre/assessments", v.pick("Chờ xác nhận", "To verify")),
        ("/centre/assessments?mine=1", v.pick("Của tôi", "Mine")),
        ("/centre/assessments?status=verified", v.pick("Đã xác nhận", "Verified")),
    ]
    .map(|(href, name)| kit::link(href, name).0)
    .join(" · ");
    let main = Html(format!(
        "<h1>{}</h1><p>{tabs}</p>{}{}",
        v.pick("Đánh giá", "Assessments"),
        crate::assess::table(&c, v.lang, &rows, true),
        kit::pagination(v.lang, None, next.as_deref())
    ));
    Ok(Shell::new(&v, v.pick("Đánh giá", "Assessments"), main).width(Width::Wide).nav(web::rail::of(&v)).render().into_response())
}

/// A consultant takes the verification; who has it keeps it.
pub async fn assign(State(c): State<Centre>, v: Visitor, Path(id): Path<AssessmentId>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    acts::change_assessment(&c, Some(&who), id, c.now(), |a| match (&a.consultant, a.status) {
        (_, Status::Open) => Err(Refusal::conflict("not-submitted", "Bài đánh giá chưa được gửi", "The assessment has not been submitted")),
        (Some((account, _)), _) if *account == who.account => Ok(None),
        (Some((_, name)), _) => Err(Refusal::conflict("taken", format!("{name} đã nhận bài này"), format!("{name} has taken this one"))),
        (None, _) => Ok(Some(AssessmentEvent::Assigned { consultant: who.account, name: who.name.clone() })),
    })
    .await?;
    Ok(Redirect::to(&format!("/centre/assessments/{id}")).into_response())
}
