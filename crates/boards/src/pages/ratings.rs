//! `/experts/ratings/{case}`: what an enterprise says of those who advised it, after its engagement.

use super::{Done, Said, actor, day, done, experts, refusal_of};
use crate::{
    Boards, Failure,
    asks::Served,
    expert::{self, Expert, views},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

const COMMENT_MAX: usize = 2_000;

/// Those of a case who can be rated: advisers who have been in the network. Staff of the centre are rated as the service is.
pub async fn rateable(s: &Boards, served: &Served) -> Result<Vec<Expert>, Failure> {
    let mut all = Vec::new();
    for adviser in &served.advisers {
        if let Some(id) = views::of_account(&s.scope, adviser.account).await? {
            all.push(s.expert(id).await?);
        }
    }
    all.retain(|x| !x.recognised.is_empty());
    Ok(all)
}

/// For the page of the case: the way here, once there is somebody to rate and the case has come so far.
pub async fn card(s: &Boards, v: &Visitor, code: &str) -> Result<Html, Failure> {
    let Some(me) = v.actor.as_deref() else { return Ok(Html::default()) };
    let Some(served) = s.cases.served(me, code).await?.filter(|c| c.ended) else { return Ok(Html::default()) };
    if rateable(s, &served).await?.is_empty() {
        return Ok(Html::default());
    }
    let link = kit::link(&format!("/experts/ratings/{}", url_part(&served.code)), v.pick("Đánh giá chuyên gia đã tư vấn", "Rate the experts who advised you"));
    Ok(Html(format!("<p>{link}</p>")))
}

/// The case, for those whom it served; for anybody else it does not exist.
async fn served(s: &Boards, me: &Actor, code: &str) -> Result<Served, PageError> {
    s.cases.served(me, code).await?.ok_or_else(PageError::not_found)
}

fn too_early() -> Refusal {
    Refusal::conflict(
        "too-early",
        "Đợt hỗ trợ chưa nghiệm thu xong nên chưa đánh giá được; hãy quay lại khi đợt hỗ trợ sang bước theo dõi hoặc kết thúc.",
        "The engagement is not accepted yet; come back when it has reached the follow-up or is closed.",
    )
}

pub(super) async fn show(State(s): State<Boards>, v: Visitor, Path(code): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let served = served(&s, &me, &code).await?;
    Ok(page(&s, &v, &served, &Said::default(), &q.done).await?.into_response())
}

async fn page(s: &Boards, v: &Visitor, served: &Served, said: &Said, news: &str) -> Result<Html, PageError> {
    let experts = rateable(s, served).await?;
    let mut body = String::new();
    if !served.ended {
        body.push_str(&kit::banner(Mood::Info, v.pick("Chưa đánh giá được", "Not yet"), &kit::para(too_early().message.get(v.lang))).0);
    } else if experts.is_empty() {
        body.push_str(&kit::para(v.pick(
            "Đợt hỗ trợ này không có chuyên gia của mạng lưới. Cán bộ của trung tâm được đánh giá ở trang đánh giá việc phục vụ.",
            "No expert of the network took part. Staff of the centre are rated as the service is.",
        )).0);
    }
    for x in experts.iter().filter(|_| served.ended) {
        body.push_str(&form(s, v, served, x, said)?.0);
    }
    let title = v.pick("Đánh giá chuyên gia", "Rate the experts");
    let main = Html(format!(
        "{}{}{}<p>{}</p>{body}",
        kit::error_summary(v.lang, &said.reasons),
        done(v, news),
        kit::heading(title, Some(&format!("{} – {}", served.code, served.title))),
        v.pick(
            "Trang của chuyên gia chỉ nêu điểm trung bình và số lượt đánh giá; không nêu tên doanh nghiệp. Nhận xét chỉ trung tâm đọc.",
            "The expert's page shows the mean and the number of ratings only, never the enterprise. Only the centre reads your words.",
        ),
    ));
    Ok(Shell::new(v, title, main).width(Width::Narrow).error(said.is_error()).back(served.path.clone(), served.code.as_str()).render())
}

/// One form for each expert; its names carry the expert, so that every id stands once.
fn form(s: &Boards, v: &Visitor, served: &Served, x: &Expert, said: &Said) -> Result<Html, PageError> {
    let today = s.now().date();
    let (top, rules) = (s.catalog.recognition(today)?.stars_to, s.catalog.ratings(today)?);
    let before = x.rated(&served.code, &served.client);
    let heading = format!("<h2>{}</h2>", kit::link(&format!("/experts/{}", x.id), &x.application.name));
    let until = before.map(|r| expert::change_until(r, rules));
    if let (Some(r), Some(until)) = (before, until.filter(|until| today > *until)) {
        let told = format!("{}: {} / {top}. {} {}.", v.pick("Bạn đã đánh giá", "You rated"), r.stars, v.pick("Đổi được đến hết", "It could be changed until"), day(v, until));
        return Ok(Html(format!("<section>{heading}{}</section>", kit::para(&told))));
    }
    let act = x.id.to_string();
    let (stars, comment) = (format!("stars-{act}"), format!("comment-{act}"));
    let was = |name: &str, old: String| if said.act == act { said.value(&act, name).to_owned() } else { old };
    let choices: Vec<Choice> = (1..=top).rev().map(|n| Choice::new(n.to_string(), mark(v, n, top))).collect();
    let hint = until.map_or_else(String::new, |until| format!("{} {}", v.pick("Đổi được đến hết", "May be changed until"), day(v, until)));
    let body = Html(format!(
        "{}{}{}{}",
        kit::hidden("act", &act),
        kit::Field::new(v.lang, &stars, v.pick("Mức hài lòng", "How satisfied")).hint(hint).value(was(&stars, before.map_or_else(String::new, |r| r.stars.to_string()))).errors(said.reasons_of(&act)).radios(&choices),
        kit::Field::new(v.lang, &comment, v.pick("Nhận xét", "In words")).value(was(&comment, before.map_or_else(String::new, |r| r.comment.clone()))).errors(said.reasons_of(&act)).optional(true).max_length(COMMENT_MAX).textarea(3),
        kit::button(if before.is_some() { v.pick("Đổi đánh giá", "Change the rating") } else { v.pick("Gửi đánh giá", "Send the rating") }),
    ));
    let form = kit::form(v, &format!("/experts/ratings/{}", url_part(&served.code)), &body);
    let so_far = format!("<p class=\"muted\">{}: {}</p>", esc(v.pick("Đánh giá đến nay", "Rated so far")), experts::rating(s, v, x));
    Ok(Html(format!("<section>{heading}{so_far}{form}</section>")))
}

fn mark(v: &Visitor, n: u32, top: u32) -> String {
    match n {
        1 => format!("1 – {}", v.pick("rất không hài lòng", "not satisfied at all")),
        n if n == top => format!("{n} – {}", v.pick("rất hài lòng", "very satisfied")),
        n => n.to_string(),
    }
}

pub(super) async fn rate(State(s): State<Boards>, v: Visitor, Path(code): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let served = served(&s, &me, &code).await?;
    let who = f.get("act").unwrap_or_default().to_owned();
    // Only somebody who advised in this very case.
    let x = rateable(&s, &served).await?.into_iter().find(|x| x.id.to_string() == who).ok_or_else(PageError::not_found)?;
    let stars = f.get(&format!("stars-{who}")).and_then(|t| t.parse().ok()).unwrap_or(0);
    let comment: String = f.get(&format!("comment-{who}")).unwrap_or_default().chars().take(COMMENT_MAX).collect();
    let done = if served.ended { s.rate_expert(&me, x.id, &served.code, &served.client, stars, &comment).await } else { Err(too_early().into()) };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/experts/ratings/{}?done=1", url_part(&served.code))).into_response()),
        Err(failure) => {
            let mut refusal = refusal_of(failure)?;
            for reason in &mut refusal.reasons {
                reason.field = reason.field.take().map(|name| format!("{name}-{who}"));
            }
            let said = Said::refused(f, refusal);
            Ok(said.answer(page(&s, &v, &served, &said, "").await?))
        }
    }
}
