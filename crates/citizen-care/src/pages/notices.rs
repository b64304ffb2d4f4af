//! What a person was told and how they want to be told; for officials, what could not be sent.

use super::parts::{actor, before, cited, done, office_name, own_page, part_of, reasons, status, work_page};
use crate::{
    Care,
    channel::Channel,
    choice::{Chosen, Quiet, store as rows},
    notice::masked,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use casework::DeskError;
use kernel::{Actor, Instant, Refusal, id::MessageId};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Line, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
    after: String,
}

/// Notices on a page, and the most that are counted as new.
const SHOWN: i64 = 30;
const COUNTED: i64 = 100;

pub async fn mine(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    page(&s, &v, &*actor(&v)?, &asked, None).await
}

/// The page again after a refused form: which form, why, what was typed.
struct Tried<'a> {
    form: &'a str,
    refusal: &'a Refusal,
    typed: &'a FormData,
}

async fn page(s: &Care, v: &Visitor, actor: &Actor, asked: &Asked, tried: Option<Tried<'_>>) -> Result<Html, PageError> {
    let Some(party) = actor.party else { return Err(PageError::not_found()) };
    let text = party.to_string();
    let person = rows::person(&s.scope, &text).await.map_err(PageError::internal)?;
    let seen = person.seen_at.unwrap_or(Instant::from_micros(0));
    let new = s.inbox.since(party, seen, COUNTED).await.map_err(PageError::internal)?;
    let start = if asked.after.is_empty() { before("").0 } else { before(&format!("{}~", asked.after)).0 };
    let list = s.inbox.page(party, start, SHOWN).await.map_err(PageError::internal)?;
    let title = v.pick("Thông báo", "Notices");
    let mut main = kit::error_summary(v.lang, &tried.as_ref().map(|t| reasons(t.refusal)).unwrap_or_default());
    main.push(&said(v, asked.done.as_deref()));
    main.push(&kit::heading(title, None));
    main.push(&inbox(s, v, &list, seen, new));
    let full = i64::try_from(list.len()).is_ok_and(|n| n == SHOWN);
    let next = list.last().filter(|_| full).map(|t| format!("/my/notices?after={}", t.at.micros()));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Bạn muốn được báo thế nào?", "How do you want to be told?"))));
    let mut lines = Vec::new();
    for channel in Channel::ALL.into_iter().filter(|c| s.carriers.of(*c).is_some()) {
        lines.push((channel, rows::line(&s.scope, &text, channel).await.map_err(PageError::internal)?));
    }
    main.push(&settings(v, &lines, person.quiet, tried.as_ref()));
    for (channel, line) in &lines {
        main.push(&proof(v, *channel, line, tried.as_ref()));
    }
    main.push(&kit::details(v.pick("Căn cứ", "Legal basis"), &cited(v, &s.catalog.notices.legal_basis), false));
    Ok(own_page(v, title, "notices", main).error(tried.is_some()).render())
}

fn said(v: &Visitor, word: Option<&str>) -> Html {
    match word {
        Some("code") => done(v, true, "Đã gửi mã. Nhập mã vào ô bên dưới.", "The code has been sent. Type it below."),
        Some("proved") => done(v, true, "Địa chỉ đã được xác nhận.", "The address is confirmed."),
        Some("read") => done(v, true, "Đã đánh dấu là đã đọc.", "Marked as read."),
        Some(_) => done(v, true, "Đã lưu cách nhận thông báo.", "Your choice is saved."),
        None => Html::default(),
    }
}

fn inbox(s: &Care, v: &Visitor, list: &[crate::inbox::Told], seen: Instant, new: i64) -> Html {
    if list.is_empty() {
        return Html(format!("<p class=\"none\">{}</p>", v.pick("Chưa có thông báo nào.", "There are no notices yet.")));
    }
    let count = match (new, v.lang) {
        (0, _) => v.pick("Bạn đã đọc hết.", "You have read everything.").to_owned(),
        (n, kernel::text::Lang::Vi) if n >= COUNTED => format!("Hơn {COUNTED} thông báo mới."),
        (n, kernel::text::Lang::En) if n >= COUNTED => format!("More than {COUNTED} new notices."),
        (n, kernel::text::Lang::Vi) => format!("{n} thông báo mới."),
        (n, kernel::text::Lang::En) => format!("{n} new notices."),
    };
    let read = if new > 0 { kit::form(v, "/my/notices/read", &kit::Button::new(v.pick("Đánh dấu đã đọc", "Mark as read")).weight(Weight::Quiet).html()) } else { Html::default() };
    let items: Vec<Html> = list
        .iter()
        .map(|t| {
            let mark = if t.at > seen { format!("{} ", kit::chip(Mood::Info, v.pick("mới", "new"))) } else { String::new() };
            Html(format!("{mark}<a href=\"/my/{}\">{}</a> <span class=\"muted\">{}</span>", esc(&t.code), esc(t.said.get(v.lang)), when::ago_time(t.at, s.now(), v.lang)))
        })
        .collect();
    Html(format!("<p role=\"status\"><b>{}</b></p>{read}<div class=\"inbox\">{}</div>", esc(&count), kit::bullets(&items)))
}

fn settings(v: &Visitor, lines: &[(Channel, rows::Line)], quiet: Option<Quiet>, tried: Option<&Tried<'_>>) -> Html {
    let here = tried.filter(|t| t.form == "settings");
    let why = here.map(|t| reasons(t.refusal)).unwrap_or_default();
    let on: Vec<String> = match here {
        Some(t) => t.typed.all("channel").into_iter().map(str::to_owned).collect(),
        None => lines.iter().filter(|(_, l)| l.wanted.unwrap_or(true)).map(|(c, _)| c.code().to_owned()).collect(),
    };
    let always = kit::summary_list(&[Line::new(v.pick("Trên cổng này", "On this portal"), Html(format!("{} {}", kit::chip(Mood::Good, v.pick("luôn có", "always")), esc(v.pick("danh sách ở trên", "the list above")))))]);
    if lines.is_empty() {
        let none = v.pick("Hệ thống này chưa nối với thư điện tử và tin nhắn, nên chỉ báo trên cổng.", "E-mail and text messages are not connected here, so you are told on the portal only.");
        return Html(format!("{always}{}", kit::inset(&Html::text(none))));
    }
    let choices: Vec<Choice> = lines.iter().map(|(c, _)| Choice::new(c.code(), c.name().get(v.lang))).collect();
    let channels = Field::new(v.lang, "channel", v.pick("Gửi thêm qua", "Also send by")).optional(true).values(on).errors(&why).checkboxes(&choices);
    let time = |name: &'static str, vi: &'static str, en: &'static str, value: Option<u16>| {
        let value = here.and_then(|t| t.typed.get(name)).map(str::to_owned).or_else(|| value.map(Quiet::text)).unwrap_or_default();
        Field::new(v.lang, name, v.lang.pick(vi, en)).kind("time").optional(true).width("w10").value(value).errors(&why).input()
    };
    let from = time("quiet_from", "Từ", "From", quiet.map(|q| q.from));
    let to = time("quiet_to", "Đến", "To", quiet.map(|q| q.to));
    let hours = kit::fieldset(
        v.pick("Giờ không gửi thư, tin nhắn", "Hours in which nothing is sent"),
        &Html(format!("<p class=\"hint\">{}</p><div class=\"pair\">{from}{to}</div>", v.pick("Thông báo đến trong giờ này được gửi khi hết giờ.", "What comes in these hours is sent when they are over."))),
    );
    Html(format!("{always}{}", kit::form(v, "/my/notices", &Html(format!("{channels}{hours}{}", kit::button(v.pick("Lưu", "Save")))))))
}

/// The address of one's own for a channel, and proving another.
fn proof(v: &Visitor, channel: Channel, line: &rows::Line, tried: Option<&Tried<'_>>) -> Html {
    let code = channel.code();
    let base = format!("/my/notices/{code}");
    let name = channel.name();
    let here = |form: &str| tried.filter(|t| t.form == format!("{code}/{form}"));
    let why = |form: &str| here(form).map(|t| reasons(t.refusal)).unwrap_or_default();
    let mut body = match &line.address {
        Some(address) => Html(format!(
            "<p>{} <b>{}</b> {}</p>{}",
            v.pick("Gửi đến", "Sent to"),
            esc(&masked(address)),
            kit::chip(Mood::Good, v.pick("đã xác nhận", "confirmed")),
            kit::form(v, &format!("{base}/forget"), &kit::Button::new(v.pick("Bỏ địa chỉ này", "Remove this address")).weight(Weight::Quiet).html())
        )),
        None => kit::para(v.pick("Đang dùng địa chỉ ghi trong từng hồ sơ.", "The address given in each case is used.")),
    };
    if let Some(sent) = &line.pending {
        let field = Field::new(v.lang, format!("{code}-code"), v.pick("Mã 6 chữ số đã gửi", "The six digits that were sent"))
            .hint(format!("{} {} · {}", v.pick("đến", "to"), masked(&sent.address), when::exact(sent.until, v.lang)))
            .error(kit::reason_for(&why("prove"), "code", v.lang))
            .numeric()
            .autocomplete("one-time-code")
            .max_length(7)
            .width("w10")
            .input();
        let field = Html(field.0.replace(&format!("name=\"{code}-code\""), "name=\"code\""));
        body.push(&kit::form(v, &format!("{base}/prove"), &Html(format!("{field}{}", kit::button(v.pick("Xác nhận", "Confirm"))))));
    }
    let label = match channel {
        Channel::Email => v.pick("Địa chỉ thư điện tử khác", "Another e-mail address"),
        Channel::Sms => v.pick("Số điện thoại khác", "Another telephone number"),
    };
    let typed = here("code").and_then(|t| t.typed.get("address")).unwrap_or_default();
    let field = Field::new(v.lang, format!("{code}-address"), label)
        .value(typed)
        .error(kit::reason_for(&why("code"), "address", v.lang))
        .inputmode(if channel == Channel::Email { "email" } else { "tel" })
        .autocomplete(if channel == Channel::Email { "email" } else { "tel" })
        .max_length(120)
        .input();
    let field = Html(field.0.replace(&format!("name=\"{code}-address\""), "name=\"address\""));
    body.push(&kit::form(v, &format!("{base}/code"), &Html(format!("{field}{}", kit::Button::new(v.pick("Gửi mã xác nhận", "Send a code")).weight(Weight::Quiet).html()))));
    Html(format!("<section class=\"card\"><h3>{}</h3>{body}</section>", esc(name.get(v.lang))))
}

async fn answered(s: &Care, v: &Visitor, actor: &Actor, form: &str, typed: &FormData, done: Result<(), DeskError>, word: &str) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/my/notices?done={word}")).into_response()),
        Err(DeskError::Refused(refusal)) => {
            let tried = Tried { form, refusal: &refusal, typed };
            Ok((status(&refusal), page(s, v, actor, &Asked::default(), Some(tried)).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn choose(State(s): State<Care>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let on = form.all("channel");
    let wanted = Channel::ALL.into_iter().filter(|c| s.carriers.of(*c).is_some()).map(|c| (c, on.contains(&c.code()))).collect();
    let done = match Quiet::read(form.get("quiet_from").unwrap_or_default(), form.get("quiet_to").unwrap_or_default()) {
        Ok(quiet) => s.choose(&actor, &Chosen { wanted, quiet }, s.now()).await,
        Err(refusal) => Err(refusal.into()),
    };
    answered(&s, &v, &actor, "settings", &form, done, "saved").await
}

fn channel(code: &str) -> Result<Channel, PageError> {
    Channel::of_code(code).ok_or_else(PageError::not_found)
}

pub async fn ask_code(State(s): State<Care>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (actor, channel) = (actor(&v)?, channel(&code)?);
    let done = s.ask_code(&actor, channel, form.get("address").unwrap_or_default(), rand::random(), s.now()).await;
    answered(&s, &v, &actor, &format!("{code}/code"), &form, done, "code").await
}

pub async fn prove(State(s): State<Care>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (actor, channel) = (actor(&v)?, channel(&code)?);
    let done = s.prove_address(&actor, channel, form.get("code").unwrap_or_default(), s.now()).await;
    answered(&s, &v, &actor, &format!("{code}/prove"), &form, done, "proved").await
}

pub async fn forget(State(s): State<Care>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (actor, channel) = (actor(&v)?, channel(&code)?);
    let done = s.forget_address(&actor, channel, s.now()).await;
    answered(&s, &v, &actor, &format!("{code}/forget"), &form, done, "saved").await
}

pub async fn read(State(s): State<Care>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let done = s.mark_read(&actor, s.now()).await;
    answered(&s, &v, &actor, "read", &form, done, "read").await
}

/// What could not be sent, so that somebody rings the person or mends the address.
pub async fn unsent(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let part = part_of(&s, &*actor(&v)?)?;
    let (at, id) = before(&asked.after);
    let list = rows::unsent(&s.scope, part.as_deref(), (at, &id)).await.map_err(PageError::internal)?;
    let title = v.pick("Thông báo không gửi được", "Notices that could not be sent");
    let now = s.now();
    let row = |u: &rows::Unsent| {
        let case = u.case_code.as_ref().map_or_else(|| Html::text(v.pick("mã xác nhận", "code")), |c| Html(format!("<a href=\"/work/cases/{c}\">{c}</a>", c = esc(c))));
        let label = format!("{}<span class=\"vh\"> {}</span>", v.pick("Thử lại", "Try again"), esc(u.case_code.as_deref().unwrap_or_default()));
        vec![
            case,
            Html::text(&u.channel.map_or_else(String::new, |c| c.name().get(v.lang).to_owned())),
            Html::text(&u.masked),
            Html::text(&why(&v, &u.error)),
            Html::text(&u.office.as_ref().map_or_else(String::new, |o| office_name(&s, &v, o))),
            when::ago_time(u.created_at, now, v.lang),
            kit::form(&v, &format!("/work/notices/{}/again", u.id), &Html(format!("<button class=\"btn quiet\">{label}</button>"))),
        ]
    };
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: [("Hồ sơ", "Case"), ("Kênh", "Channel"), ("Đến", "To"), ("Vì sao", "Why"), ("Cơ quan", "Office"), ("Từ", "Since"), ("Gửi lại", "Again")].map(|(vi, en)| Column::text(v.lang.pick(vi, en))).into(),
        rows: list.iter().map(row).collect(),
        empty: v.pick("Mọi thông báo đều đã gửi được.", "Every notice has been sent.").into(),
    });
    let mut main = done(&v, asked.done.is_some(), "Sẽ gửi lại ngay.", "It will be sent again now.");
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick("Người dân vẫn thấy thông báo trên cổng. Hãy gọi điện khi việc gấp.", "The person still sees the notice on the portal. Ring them when it is urgent.")));
    main.push(&table);
    let full = i64::try_from(list.len()).is_ok_and(|n| n == rows::PAGE);
    let next = list.last().filter(|_| full).map(|u| format!("/work/notices/unsent?after={}~{}", u.created_at.micros(), u.id));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(work_page(&v, title, "unsent", main).render())
}

/// A carrier's word, in the reader's language.
fn why(v: &Visitor, error: &str) -> String {
    if v.lang == kernel::text::Lang::En {
        return error.to_owned();
    }
    let rest = |t: &str| t.rsplit(' ').next().unwrap_or_default().to_owned();
    match error {
        e if e.starts_with("the mail server answered") => format!("Máy chủ thư từ chối ({})", rest(e)),
        e if e.starts_with("the gateway answered") => format!("Cổng tin nhắn từ chối ({})", rest(e)),
        e if e.contains("could not be reached") => "Không kết nối được".to_owned(),
        e if e.contains("not an e-mail address") => "Không phải địa chỉ thư điện tử".to_owned(),
        e => e.to_owned(),
    }
}

pub async fn again(State(s): State<Care>, v: Visitor, Path(id): Path<MessageId>) -> Result<Redirect, PageError> {
    let actor = actor(&v)?;
    let part = part_of(&s, &actor)?;
    let office = rows::office_of_unsent(&s.scope, id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    if part.is_some() && part != office {
        return Err(PageError::not_found());
    }
    s.try_again(id, &actor, s.now()).await.map_err(PageError::internal)?;
    Ok(Redirect::to("/work/notices/unsent?done=1"))
}
