//! What an administrator does to accounts and posts.

use super::{People, name_of_list, person, rules, shell};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{
    Actor, Refusal,
    id::{AccountId, OfficeCode},
    party::PersonalNumber,
    text::clean,
    time::Date,
};
use std::sync::Arc;
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::Html,
    kit::{self, Field},
    problem::{Fault, PageError},
    visitor::Visitor,
};

type Answer = Result<Response, PageError>;

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| Fault::sign_in_needed().into())
}

/// Back to the account when it is done; its page with the reasons when it is refused.
async fn done(s: &People, v: &Visitor, account: AccountId, typed: &FormData, outcome: anyhow::Result<()>) -> Answer {
    let Err(error) = outcome else { return Ok(see_other(&format!("/admin/people/{account}"))) };
    match Fault::from(error) {
        Fault::Refused(refusal) if refusal.kind != kernel::refusal::RefusalKind::NotFound => {
            let page = person::page(s, v, account, typed, Some(&refusal)).await?;
            let mut response = page.into_response();
            *response.status_mut() = Fault::from(refusal).status();
            Ok(response)
        }
        other => Err(other.into()),
    }
}

pub(super) async fn open(State(s): State<People>, v: Visitor, Path(account): Path<AccountId>, typed: FormData) -> Answer {
    let outcome = try_open(&s, &*actor(&v)?, account, &typed).await;
    done(&s, &v, account, &typed, outcome).await
}

async fn try_open(s: &People, actor: &Actor, account: AccountId, typed: &FormData) -> anyhow::Result<()> {
    rules::not_oneself(actor, account)?;
    let directory = s.identity.directory();
    let held = directory.posts(account).await?;
    let (office, title) = (typed.get("office").unwrap_or_default(), clean(typed.get("title").unwrap_or_default()));
    let standing = s.identity.offices();
    let known = standing.get(office).is_some_and(|o| o.successors.is_empty()) && standing.province_of(office) == Some(directory.scope().province());
    let (from, to) = (day(typed, "from")?, day(typed, "to")?);
    let asked = rules::Asked { office, role: typed.get("role").unwrap_or_default(), title: &title, from, to };
    let now = s.identity.now();
    let (from, to) = rules::span(&asked, known, &held, now)?;
    directory.open_post(account, &OfficeCode::new(office), asked.role, &title, from, to, actor.account, now).await?;
    Ok(())
}

/// A day of the form, or the refusal that says how to write one.
fn day(typed: &FormData, name: &str) -> Result<Option<Date>, Refusal> {
    kit::date_answer(typed, name).map_err(|_| {
        Refusal::invalid("post", "Ngày chưa đúng.", "A date is not right.").because(
            Some(name),
            "Ngày này không có thật. Ghi ngày, tháng, năm, ví dụ 1 12 2026.",
            "There is no such day. Write day, month and year, for example 1 12 2026.",
        )
    })
}

pub(super) async fn end(State(s): State<People>, v: Visitor, Path((account, post)): Path<(AccountId, String)>, typed: FormData) -> Answer {
    let outcome = try_end(&s, &*actor(&v)?, account, &post, &typed).await;
    done(&s, &v, account, &typed, outcome).await
}

async fn try_end(s: &People, actor: &Actor, account: AccountId, post: &str, typed: &FormData) -> anyhow::Result<()> {
    rules::not_oneself(actor, account)?;
    let (directory, now) = (s.identity.directory(), s.identity.now());
    let posts = directory.posts(account).await?;
    let held = posts.iter().find(|p| p.id == post).ok_or_else(crate::directory::nobody)?;
    let end = rules::end(held, day(typed, &format!("on_{post}"))?, now)?;
    if held.role.as_str() == crate::roles::ADMINISTRATOR {
        someone_stays(s, account).await?;
    }
    directory.close_post(account, post, end, actor.account, now).await
}

/// The last administrator stays.
async fn someone_stays(s: &People, without: AccountId) -> anyhow::Result<()> {
    if s.identity.directory().another_administrator(without, s.identity.now()).await? {
        return Ok(());
    }
    Err(Refusal::conflict(
        "last-administrator",
        "Đây là quản trị viên cuối cùng. Hãy giao vai trò quản trị cho một người khác trước.",
        "This is the last administrator. Make somebody else an administrator first.",
    )
    .into())
}

pub(super) async fn close(State(s): State<People>, v: Visitor, Path(account): Path<AccountId>, typed: FormData) -> Answer {
    let actor = actor(&v)?;
    let outcome = async {
        rules::not_oneself(&actor, account)?;
        someone_stays(&s, account).await?;
        s.identity.directory().disable(account, actor.account, s.identity.now()).await
    };
    let outcome = outcome.await;
    done(&s, &v, account, &typed, outcome).await
}

pub(super) async fn reopen(State(s): State<People>, v: Visitor, Path(account): Path<AccountId>, typed: FormData) -> Answer {
    let actor = actor(&v)?;
    let outcome = match rules::not_oneself(&actor, account) {
        Ok(()) => s.identity.directory().reopen(account, actor.account, s.identity.now()).await,
        Err(refusal) => Err(refusal.into()),
    };
    done(&s, &v, account, &typed, outcome).await
}

pub(super) async fn sign_out(State(s): State<People>, v: Visitor, Path(account): Path<AccountId>, typed: FormData) -> Answer {
    let actor = actor(&v)?;
    let outcome = s.identity.directory().end_sessions(account, actor.account, s.identity.now()).await;
    done(&s, &v, account, &typed, outcome).await
}

pub(super) async fn blank(State(_): State<People>, v: Visitor) -> Html {
    new_page(&v, &FormData::default(), None)
}

pub(super) async fn create(State(s): State<People>, v: Visitor, typed: FormData) -> Answer {
    let actor = actor(&v)?;
    match try_create(&s, &actor, &typed).await.map_err(Fault::from) {
        Ok(account) => Ok(see_other(&format!("/admin/people/{account}"))),
        Err(Fault::Refused(refusal)) => {
            let mut response = new_page(&v, &typed, Some(&refusal)).into_response();
            *response.status_mut() = Fault::from(refusal).status();
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

async fn try_create(s: &People, actor: &Actor, typed: &FormData) -> anyhow::Result<AccountId> {
    let said = |name: &str| clean(typed.get(name).unwrap_or_default());
    let (name, number, email) = (said("name"), said("number"), said("email"));
    let mut wrong = Refusal::invalid("official", "Chưa thêm được cán bộ.", "The official cannot be added like this.");
    if name.chars().filter(|c| c.is_alphabetic()).count() < 2 || name.chars().count() > 120 {
        wrong = wrong.because(Some("name"), "Ghi đủ họ và tên, ví dụ Nguyễn Thị Lan.", "Give the full name, for example Nguyễn Thị Lan.");
    }
    let number = match number.parse::<PersonalNumber>() {
        Ok(number) => number.as_str().to_owned(),
        Err(why) => {
            let message = why.reasons.first().map_or(&why.message, |r| &r.message);
            wrong = wrong.because(Some("number"), message.vi.clone(), message.en.clone());
            String::new()
        }
    };
    if !email.is_empty() && (!email.contains('@') || email.len() > 254 || email.contains(' ')) {
        wrong = wrong.because(Some("email"), "Thư điện tử có dạng ten@coquan.gov.vn.", "An e-mail looks like name@office.gov.vn.");
    }
    if !wrong.reasons.is_empty() {
        return Err(wrong.into());
    }
    let email = Some(email.as_str()).filter(|e| !e.is_empty());
    s.identity.directory().expect_official(&number, &name, email, actor.account, s.identity.now()).await
}

fn new_page(v: &Visitor, typed: &FormData, refusal: Option<&Refusal>) -> Html {
    let title = v.pick("Thêm cán bộ", "Add an official");
    let whole: Vec<_> = refusal.map(|r| kernel::refusal::Reason { field: None, message: r.message.clone() }).into_iter().collect();
    let reasons = refusal.map_or(&[][..], |r| if r.reasons.is_empty() { &whole } else { &r.reasons });
    let field = |name: &'static str, label: &str| {
        Field::new(v.lang, name, label).value(typed.get(name).unwrap_or_default()).error(kit::reason_for(reasons, name, v.lang))
    };
    let body = Html(format!(
        "{}{}{}{}",
        field("name", v.pick("Họ và tên", "Full name")).max_length(120).input(),
        field("number", v.pick("Số định danh cá nhân", "Personal number"))
            .hint(v.pick(
                "12 chữ số. Khi người này đăng nhập lần đầu bằng định danh điện tử có đúng số ấy, tài khoản được gắn với họ.",
                "12 digits. The account is bound to the person who first signs in with this number proven by electronic identity.",
            ))
            .numeric()
            .width("w20")
            .input(),
        field("email", v.pick("Thư điện tử công vụ", "Official e-mail")).optional(true).kind("email").max_length(254).input(),
        kit::button(v.pick("Thêm cán bộ", "Add the official")),
    ));
    let main = Html(format!("{}{}{}", kit::error_summary(v.lang, reasons), kit::heading(title, None), kit::form(v, "/admin/people/new", &body)));
    shell(v, title, main).error(refusal.is_some()).back("/admin/people", name_of_list(v)).render()
}
