//! The enterprise's own people: who they are, who asks to join, a link for a colleague, and what the centre did to the record.

use super::{ask::state, keyed};
use crate::{
    Centre, acts,
    enterprise::actor,
    model::{
        Claim, Enterprise, EnterpriseEvent, MemberRole,
        members::{self, By, MemberLink, OfficeDid},
    },
    secret,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Refusal,
    id::{AccountId, EnterpriseId},
};
use web::{
    extract::{FormData, Path},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// How long a link for a colleague is good, in days.
const LINK_DAYS: i64 = 7;

pub(super) fn role_word(v: &Visitor, role: Option<MemberRole>) -> String {
    role.map_or_else(|| v.pick("Người đăng ký, chưa xác nhận tư cách", "Registered it; role not confirmed").to_owned(), |r| r.name().get(v.lang).to_owned())
}

/// The members, with `act` beside each.
pub(super) fn members_table(c: &Centre, v: &Visitor, e: &Enterprise, act: &dyn Fn(AccountId, &str) -> Html) -> Html {
    let rows = e.members.iter().map(|m| {
        let person = e.person(*m);
        let name = person.map(|p| p.name.as_str()).filter(|n| !n.is_empty()).unwrap_or(v.pick("Chưa ghi tên", "Name not recorded"));
        let since = person.map_or_else(|| Html("–".to_owned()), |p| when::at_time(p.since, c.now(), v.lang));
        vec![Html(esc(name)), Html(esc(&role_word(v, e.role_of(*m)))), since, act(*m, name)]
    });
    kit::table(&Table {
        caption: v.pick("Người của đơn vị", "People of the enterprise").to_owned(),
        caption_hidden: true,
        columns: [("Họ tên", "Name"), ("Tư cách", "As"), ("Từ", "Since"), ("Việc có thể làm", "What can be done")].map(|(vi, en)| Column::text(v.pick(vi, en))).into(),
        rows: rows.collect(),
        empty: v.pick("Chưa có ai. Đơn vị do trung tâm nhập.", "Nobody yet. The centre entered this enterprise.").to_owned(),
    })
}

/// What the centre did to the record, with its reasons; nothing when it did nothing.
pub(super) fn office_acts(c: &Centre, v: &Visitor, e: &Enterprise) -> Html {
    let all: Vec<Html> = e
        .office_acts
        .iter()
        .rev()
        .map(|a| {
            let what = match a.what {
                OfficeDid::Corrected => v.pick("Sửa thông tin đơn vị", "Details corrected").to_owned(),
                OfficeDid::Removed => format!("{} {}", v.pick("Đưa ra khỏi đơn vị:", "Taken off the list:"), if a.whom.is_empty() { "–" } else { &a.whom }),
            };
            Html(format!("{}. {}: {}<br><span class=\"muted\">{} · {}</span>", esc(&what), v.pick("Lý do", "Reason"), esc(&a.reason), esc(&a.by), when::at_time(a.at, c.now(), v.lang)))
        })
        .collect();
    if all.is_empty() {
        return Html::default();
    }
    Html(format!("<section><h2>{}</h2>{}</section>", v.pick("Việc trung tâm đã làm với hồ sơ này", "What the centre did to this record"), kit::bullets(&all)))
}

/// One claim with the two answers; `more` is what only this side sees.
pub(super) fn claim_card(c: &Centre, v: &Visitor, claim: &Claim, action: &str, more: &Html) -> Html {
    let why = Field::new(v.lang, "reason", v.pick("Lý do, khi không chấp nhận", "Reason, when refused")).optional(true).max_length(1_000).textarea(2);
    let why = keyed(&why.0, &claim.id);
    let buttons = kit::button_group(&[
        kit::Button::new(v.pick("Chấp nhận", "Accept")).named("answer", "yes").html(),
        kit::Button::new(v.pick("Không chấp nhận", "Refuse")).weight(Weight::Quiet).named("answer", "no").html(),
    ]);
    let note = if claim.note.is_empty() { String::new() } else { format!("<p>{}</p>", esc(&claim.note).replace('\n', "<br>")) };
    Html(format!(
        "<article class=\"card\"><h3>{}</h3><p>{} · {}</p>{note}{more}{}</article>",
        esc(&claim.name),
        esc(claim.role.name().get(v.lang)),
        when::at_time(claim.at, c.now(), v.lang),
        kit::form(v, action, &Html(format!("{why}{buttons}"))),
    ))
}

fn claims(c: &Centre, v: &Visitor, e: &Enterprise, who: AccountId) -> Html {
    let mine: String =
        e.claims.iter().filter(|x| x.open() && x.account != who && e.may_answer(who, x)).map(|x| claim_card(c, v, x, &format!("/my-enterprise/{}/claims/{}", e.id, x.id), &Html::default()).0).collect();
    let elsewhere = e.claims.iter().filter(|x| x.open() && !e.may_answer(who, x)).count();
    if mine.is_empty() && elsewhere == 0 {
        return Html::default();
    }
    let wait = match (elsewhere, v.lang) {
        (0, _) => String::new(),
        (n, kernel::text::Lang::Vi) => format!("<p>{n} đề nghị đang chờ trung tâm hoặc người đại diện theo pháp luật trả lời.</p>"),
        (n, kernel::text::Lang::En) => format!("<p>Waiting for the centre or the legal representative: {n}.</p>"),
    };
    Html(format!("<section><h2>{}</h2>{mine}{wait}</section>", v.pick("Đề nghị tham gia", "Claims to join")))
}

fn link_form(c: &Centre, v: &Visitor, e: &Enterprise) -> Html {
    let roles: Vec<Choice> = [MemberRole::Authorised, MemberRole::Staff].iter().map(|r| Choice::new(r.code(), r.name().get(v.lang))).collect();
    let base = format!("/my-enterprise/{}/people/link", e.id);
    let body = format!("{}{}", Field::new(v.lang, "role", v.pick("Đồng nghiệp tham gia với tư cách", "The colleague joins as")).value(MemberRole::Staff.code()).radios(&roles), kit::button(v.pick("Tạo đường dẫn mời", "Make a link")));
    let live = e.link.as_ref().filter(|l| c.now() < l.until).map_or_else(String::new, |l| {
        let end = kit::Button::new(v.pick("Thu hồi", "End it")).weight(Weight::Quiet).named("end", "1").html();
        format!("<p>{} {}.</p>{}", v.pick("Đang có một đường dẫn dùng được đến", "There is a link, good until"), esc(&when::exact(l.until, v.lang)), kit::form(v, &base, &end))
    });
    Html(format!(
        "<section><h2>{}</h2><p>{}</p>{live}{}</section>",
        v.pick("Mời đồng nghiệp", "Ask a colleague in"),
        v.pick("Mỗi đường dẫn dùng một lần, trong 7 ngày; tạo mới thì đường dẫn cũ hết hiệu lực.", "A link opens once, within 7 days; a new one ends the old one."),
        kit::form(v, &base, &Html(body)),
    ))
}

pub async fn people(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let e = acts::own_enterprise(&c, &who, id).await?;
    let act = |m: AccountId, name: &str| {
        if !e.may_remove(who.account, m) {
            return Html("–".to_owned());
        }
        let label = if m == who.account { v.pick("Rời đơn vị", "Leave") } else { v.pick("Đưa ra khỏi đơn vị", "Take off the list") };
        let button = kit::Button::new(label).weight(Weight::Quiet).html();
        let button = button.0.replacen("<button", &format!("<button aria-label=\"{label}: {}\"", esc(name)), 1);
        kit::form(&v, &format!("/my-enterprise/{id}/people"), &Html(format!("{}{button}", kit::hidden("member", &m.to_string()))))
    };
    let title = v.pick("Người của đơn vị", "People of the enterprise");
    let confirm = e.role_of(who.account) != Some(MemberRole::LegalRepresentative);
    let main = Html(format!(
        "<h1>{title}</h1><p class=\"lead\">{}</p>{}<p class=\"muted\">{}</p>{}{}{}{}",
        esc(&e.profile.name),
        members_table(&c, &v, &e, &act),
        v.pick("Người đại diện theo pháp luật chỉ trung tâm mới đưa ra được.", "A legal representative is taken off the list by the centre alone."),
        claims(&c, &v, &e, who.account),
        if e.keeps(who.account) { link_form(&c, &v, &e) } else { Html::default() },
        office_acts(&c, &v, &e),
        if confirm {
            format!("<p>{}</p>", kit::link(&format!("/my-enterprises/claim?code={}", url_part(&e.profile.code)), v.pick("Xác nhận tư cách của tôi với trung tâm", "Have the centre confirm who I am")))
        } else {
            String::new()
        },
    ));
    Ok(Shell::new(&v, title, main).width(Width::Normal).back(format!("/my-enterprise/{id}"), e.profile.name.clone()).render().into_response())
}

/// The visitor as a member who answers.
fn by(who: &kernel::Actor) -> By<'_> {
    By { account: who.account, name: &who.name, centre: false }
}

pub async fn answer(State(c): State<Centre>, v: Visitor, Path((id, claim)): Path<(EnterpriseId, String)>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    acts::own_enterprise(&c, &who, id).await?;
    let (yes, why) = (form.get("answer") == Some("yes"), form.get("reason").unwrap_or_default());
    acts::change_enterprise_by(&c, Some(&who), id, c.now(), |e| members::answer(e, &claim, yes, why, by(&who))).await?;
    Ok(Redirect::to(&format!("/my-enterprise/{id}/people")).into_response())
}

pub async fn remove(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    acts::own_enterprise(&c, &who, id).await?;
    let whom: AccountId = form.get("member").and_then(|t| t.parse().ok()).ok_or_else(PageError::not_found)?;
    acts::change_enterprise(&c, Some(&who), id, c.now(), |e| members::remove(e, whom, "", by(&who))).await?;
    let to = if whom == who.account { "/my-enterprises".to_owned() } else { format!("/my-enterprise/{id}/people") };
    Ok(Redirect::to(&to).into_response())
}

/// Makes the link of a new colleague, or ends the one there is. It is shown once: the database has its hash.
pub async fn link(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    acts::own_enterprise(&c, &who, id).await?;
    let key = secret::new();
    let role = form.get("role").and_then(MemberRole::of).filter(|r| *r != MemberRole::LegalRepresentative).unwrap_or(MemberRole::Staff);
    let until = c.now().plus_seconds(LINK_DAYS * 86_400);
    let made = form.get("end").is_none().then(|| MemberLink { hash: secret::hash(&key), role, by: who.name.clone(), until });
    let e = acts::change_enterprise(&c, Some(&who), id, c.now(), |e| -> Result<Option<EnterpriseEvent>, Refusal> {
        if !e.keeps(who.account) {
            return Err(Refusal::forbidden("may-not-invite", "Người đại diện hoặc người được ủy quyền mới mời được đồng nghiệp", "A legal representative or an authorised person asks colleagues in"));
        }
        Ok((made.is_some() || e.link.is_some()).then(|| EnterpriseEvent::LinkMade { link: made.clone() }))
    })
    .await?;
    let back = format!("/my-enterprise/{id}/people");
    if made.is_none() {
        return Ok(Redirect::to(&back).into_response());
    }
    let title = v.pick("Đường dẫn cho đồng nghiệp", "Link for a colleague");
    let main = Html(format!(
        "<h1>{title}</h1><p>{}</p><p><code>{}</code></p><p>{}: {}. {} {}.</p>",
        v.pick("Chép và gửi ngay cho đúng người: máy chủ chỉ giữ dấu vết, không hiện lại được. Người nhận đăng nhập rồi mở.", "Copy it and send it to them now: the server keeps its hash only. They sign in and open it."),
        esc(&format!("{}/my-enterprise/{}/join/{key}", c.public_url, e.id)),
        v.pick("Tư cách", "As"),
        esc(role.name().get(v.lang)),
        v.pick("Dùng được đến", "Good until"),
        esc(&when::exact(until, v.lang)),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back(back, v.pick("Người của đơn vị", "People of the enterprise")).render().into_response())
}

/// Behind a link: which enterprise, and the button.
pub async fn door(State(c): State<Centre>, v: Visitor, Path((id, key)): Path<(EnterpriseId, String)>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let e = acts::enterprise(&c, id).await?;
    members::join(&e, &secret::hash(&key), who.account, &who.name, c.now()).map_err(PageError::from)?;
    let role = e.link.as_ref().map(|l| l.role);
    let title = v.pick("Tham gia đơn vị", "Join the enterprise");
    let main = Html(format!(
        "<h1>{title}</h1><p>{}</p><p>{}: {}</p>{}",
        esc(&e.profile.name),
        v.pick("Tư cách", "As"),
        esc(&role_word(&v, role)),
        kit::form(&v, &format!("/my-enterprise/{id}/join/{}", url_part(&key)), &kit::button(v.pick("Tham gia", "Join"))),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back("/my-enterprises", v.pick("Đơn vị của tôi", "My enterprises")).render().into_response())
}

pub async fn join(State(c): State<Centre>, v: Visitor, Path((id, key)): Path<(EnterpriseId, String)>) -> Result<Response, PageError> {
    let (who, hash) = (actor(&v)?, secret::hash(&key));
    acts::change_enterprise(&c, Some(&who), id, c.now(), |e| members::join(e, &hash, who.account, &who.name, c.now())).await?;
    Ok(Redirect::to(&format!("/my-enterprise/{id}")).into_response())
}

/// The claims that were answered, newest first, as the enterprise and the centre keep them.
pub(super) fn answered(c: &Centre, v: &Visitor, e: &Enterprise) -> Html {
    let all: Vec<Html> = e
        .claims
        .iter()
        .rev()
        .filter_map(|x| {
            let a = x.answer.as_ref()?;
            let why = if a.reason.is_empty() { String::new() } else { format!(": {}", esc(&a.reason)) };
            let side = if a.centre { v.pick("trung tâm", "the centre") } else { v.pick("đơn vị", "the enterprise") };
            let chip = state(v, if a.accepted { "accepted" } else { "refused" });
            Some(Html(format!("{} ({}) {chip}{why}<br><span class=\"muted\">{} ({side}) · {}</span>", esc(&x.name), esc(x.role.name().get(v.lang)), esc(&a.by), when::at_time(a.at, c.now(), v.lang))))
        })
        .take(20)
        .collect();
    if all.is_empty() { Html::default() } else { kit::details(v.pick("Đề nghị đã trả lời", "Claims answered"), &kit::bullets(&all), false) }
}
