//! The centre's side: claims that wait, the people of an enterprise, entries that may be the same.

use super::{
    keyed,
    likeness::{self, Like, why_text},
    own::{answered, claim_card, members_table, office_acts},
    views,
};
use crate::{
    Centre, acts,
    enterprise::actor,
    model::{
        Claim, Enterprise, MemberRole,
        members::{self, By},
    },
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use identity::account::roles;
use kernel::{
    Instant, Text,
    id::{AccountId, EnterpriseId},
};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Those whom the policies let keep the register (`centre:import`): what others may not press is not shown to them.
pub fn keeps_register(v: &Visitor) -> bool {
    v.actor.as_ref().is_some_and(|a| a.has_role(roles::CENTRE_OFFICER) || a.has_role(roles::CENTRE_DIRECTOR))
}

#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    after: String,
}

/// The link from the register to the claims, while there are some.
pub async fn waiting(c: &Centre, v: &Visitor) -> Result<Html, PageError> {
    if !keeps_register(v) {
        return Ok(Html::default());
    }
    let some = !views::waiting(&c.scope, None, 1).await.map_err(PageError::internal)?.is_empty();
    let link = kit::link("/centre/enterprises/claims", v.pick("Đề nghị tham gia đơn vị", "Claims to join an enterprise"));
    let chip = if some { kit::chip(Mood::Warn, v.pick("có đề nghị chờ trả lời", "some wait for an answer")) } else { Html::default() };
    Ok(Html(format!("<p>{link} {chip}</p>")))
}

pub async fn list(State(c): State<Centre>, v: Visitor, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let mut parts = ask.after.splitn(3, '~');
    let place = match (parts.next().and_then(|t| t.parse().ok()), parts.next(), parts.next()) {
        // An address typed by hand is no place in the list.
        (Some(at), Some(enterprise), Some(claim)) if enterprise.parse::<EnterpriseId>().is_ok() && claim.bytes().all(|b| b.is_ascii_alphanumeric()) => Some((Instant::from_micros(at), enterprise, claim)),
        _ => None,
    };
    let page = usize::try_from(crate::views::PAGE).unwrap_or(50);
    let mut rows = views::waiting(&c.scope, place, crate::views::PAGE + 1).await.map_err(PageError::internal)?;
    let more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| more).map(|r| format!("/centre/enterprises/claims?after={}", url_part(&format!("{}~{}~{}", r.at.micros(), r.enterprise, r.claim))));
    let cells = rows
        .iter()
        .map(|r| {
            vec![
                kit::link(&format!("/centre/enterprises/{}", r.enterprise), &r.name),
                Html(esc(&r.code)),
                Html(esc(r.role.map_or_else(|| Text::new("", ""), MemberRole::name).get(v.lang))),
                when::at_time(r.at, c.now(), v.lang),
            ]
        })
        .collect();
    let title = v.pick("Đề nghị tham gia đơn vị", "Claims to join an enterprise");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Người đề nghị", "Claimant"), ("Mã số đơn vị", "Code"), ("Tư cách", "As"), ("Gửi lúc", "Sent")].map(|(vi, en)| Column::text(v.pick(vi, en))).into(),
        rows: cells,
        empty: v.pick("Không có đề nghị nào chờ trả lời.", "No claim waits for an answer.").to_owned(),
    });
    let main = Html(format!("<h1>{title}</h1>{table}{}", kit::pagination(v.lang, None, next.as_deref())));
    Ok(Shell::new(&v, title, main)
        .width(Width::Wide)
        .nav(web::rail::of(&v))
        .back("/centre/enterprises", v.pick("Doanh nghiệp", "Enterprises"))
        .render()
        .into_response())
}

/// What helps to answer: the proof, and whether the account's number is the household's own code.
fn beside(v: &Visitor, e: &Enterprise, claim: &Claim) -> Html {
    let same = claim.personal_number.as_deref() == Some(e.profile.code.as_str());
    let same = if same { kit::chip(Mood::Good, v.pick("số định danh trùng mã hộ kinh doanh", "personal number is the household's code")) } else { Html::default() };
    let proof = kit::link(&format!("/centre/enterprises/{}/claims/{}/file", e.id, claim.id), &claim.proof.name);
    Html(format!("<p>{}: {proof} {same}</p>", v.pick("Giấy tờ", "Proof")))
}

/// A form with a reason, folded behind its summary. Its controls carry `key`, as several stand on one page.
fn with_reason(v: &Visitor, action: &str, key: &str, hidden: (&str, &str), ask: &str, press: &str) -> Html {
    let field = keyed(&Field::new(v.lang, "reason", ask).max_length(1_000).textarea(2).0, key);
    let body = format!("{}{field}{}", kit::hidden(hidden.0, hidden.1), kit::Button::new(press).weight(Weight::Quiet).html());
    kit::details(press, &kit::form(v, action, &Html(body)), false)
}

fn alike(v: &Visitor, e: &Enterprise, all: &[Like]) -> Html {
    let told: Vec<Html> = e
        .distinct
        .iter()
        .map(|d| Html(format!("{}: {}<br><span class=\"muted\">{}</span>", kit::link(&format!("/centre/enterprises/{}", d.other), v.pick("Không trùng với đơn vị này", "Not the same as this one")), esc(&d.note), esc(&d.by))))
        .collect();
    let hints: Vec<Html> = all
        .iter()
        .enumerate()
        .map(|(n, l)| {
            let r = &l.row;
            Html(format!(
                "{} ({}) {}{}",
                kit::link(&format!("/centre/enterprises/{}", r.id), &r.name),
                esc(&r.code),
                kit::chip(Mood::Warn, why_text(l.why).get(v.lang)),
                with_reason(v, &format!("/centre/enterprises/{}/distinct", e.id), &format!("like-{n}"), ("other", &r.id.to_string()), v.pick("Vì sao là hai đơn vị khác nhau", "Why they are two"), v.pick("Không trùng", "Not the same")),
            ))
        })
        .collect();
    if hints.is_empty() && told.is_empty() {
        return Html::default();
    }
    Html(format!(
        "<section><h2>{}</h2>{}{}</section>",
        v.pick("Có thể trùng", "Possible duplicates"),
        if hints.is_empty() { Html(format!("<p>{}</p>", v.pick("Không còn đơn vị nào giống.", "No entry is alike any more."))) } else { kit::bullets(&hints) },
        if told.is_empty() { Html::default() } else { kit::bullets(&told) },
    ))
}

/// What the keepers of the register see of an enterprise; nothing for others.
pub async fn section(c: &Centre, v: &Visitor, e: &Enterprise) -> Result<Html, PageError> {
    if !keeps_register(v) {
        return Ok(Html::default());
    }
    let base = format!("/centre/enterprises/{}", e.id);
    let like = likeness::like(c, e).await.map_err(PageError::internal)?;
    let open: String = e.claims.iter().filter(|x| x.open()).map(|x| claim_card(c, v, x, &format!("{base}/claims/{}", x.id), &beside(v, e, x)).0).collect();
    let act = |m: AccountId, name: &str| {
        let press = format!("{}: {name}", v.pick("Đưa ra khỏi đơn vị", "Take off the list"));
        with_reason(v, &format!("{base}/members"), &format!("member-{m}"), ("member", &m.to_string()), v.pick("Lý do; đơn vị đọc được", "Reason; the enterprise reads it"), &press)
    };
    Ok(Html(format!(
        "{}<section><h2>{}</h2>{}{open}{}</section>{}<p>{}</p>",
        alike(v, e, &like),
        v.pick("Người của đơn vị", "People of the enterprise"),
        members_table(c, v, e, &act),
        answered(c, v, e),
        office_acts(c, v, e),
        kit::link(&format!("{base}/profile"), v.pick("Sửa thông tin đơn vị, có lý do", "Correct the details, with a reason")),
    )))
}

fn by(who: &kernel::Actor) -> By<'_> {
    By { account: who.account, name: &who.name, centre: true }
}

pub async fn answer(State(c): State<Centre>, v: Visitor, Path((id, claim)): Path<(EnterpriseId, String)>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let (yes, why) = (form.get("answer") == Some("yes"), form.get("reason").unwrap_or_default());
    acts::change_enterprise_by(&c, Some(&who), id, c.now(), |e| members::answer(e, &claim, yes, why, by(&who))).await?;
    Ok(Redirect::to(&format!("/centre/enterprises/{id}")).into_response())
}

pub async fn remove(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let whom: AccountId = form.get("member").and_then(|t| t.parse().ok()).ok_or_else(PageError::not_found)?;
    let why = form.get("reason").unwrap_or_default();
    acts::change_enterprise(&c, Some(&who), id, c.now(), |e| members::remove(e, whom, why, by(&who))).await?;
    Ok(Redirect::to(&format!("/centre/enterprises/{id}")).into_response())
}

/// The proof of a claim, for the centre alone.
pub async fn file(State(c): State<Centre>, Path((id, claim)): Path<(EnterpriseId, String)>) -> Result<Response, PageError> {
    let e = acts::enterprise(&c, id).await?;
    let proof = e.claims.iter().find(|x| x.id == claim).map(|x| x.proof.file).ok_or_else(PageError::not_found)?;
    let (stored, bytes) = c.files.hand_out(&c.scope, proof).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?.ok_or_else(PageError::not_found)?;
    let how = if stored.media_type == "application/pdf" || stored.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let mut response = Response::new(Body::from(bytes));
    let value = |text: &str, otherwise: &'static str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(otherwise));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value(&stored.media_type, "application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, value(&format!("{how}; filename*=UTF-8''{}", url_part(&stored.name)), "attachment"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
