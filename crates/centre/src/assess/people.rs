//! Several people answer one assessment: who was asked for which sections, how far each is, and the links that open them.

use super::{
    by_key,
    door::Door,
    question::by_whom,
    sections::{answered, questions},
};
use crate::{
    Centre, acts,
    model::{Assessment, AssessmentEvent, Invite, Status},
    secret,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text, refusal::Reason, text::Lang};
use scoring::Framework;
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Links of one assessment, ended ones included.
const INVITES: usize = 50;
/// How long a link may be good, in days.
const DAYS: [i64; 3] = [7, 14, 30];

/// A kind of respondent and the name offered for it.
const ROLES: [(&str, &str); 3] = [("Giám đốc", "Director"), ("Kế toán", "Accountant"), ("Phụ trách công nghệ thông tin", "IT lead")];

fn named(v: &Visitor, by: &str) -> String {
    if by.is_empty() { v.pick("Người giữ đường dẫn chính", "The holder of the main link").to_owned() } else { by.to_owned() }
}

/// Each section: answered of asked, who was asked, who has answered how much.
fn by_section(v: &Visitor, f: &Framework, a: &Assessment, now: kernel::Instant) -> Html {
    let rows = f
        .dimensions
        .iter()
        .map(|d| {
            let all = questions(f, a, d);
            let mut hands: BTreeMap<&str, usize> = BTreeMap::new();
            for trace in all.iter().filter_map(|x| a.traces.get(*x)) {
                *hands.entry(trace.by.as_str()).or_default() += 1;
            }
            let hands: Vec<String> = hands.iter().map(|(by, n)| format!("{} ({n})", named(v, by))).collect();
            let last = all.iter().filter_map(|x| a.traces.get(*x)).max_by_key(|t| t.version);
            let asked: Vec<&str> = a.invites.iter().filter(|i| i.open(now) && i.sections.contains(&d.code)).map(|i| i.name.as_str()).collect();
            let none = |list: String| if list.is_empty() { "–".to_owned() } else { list };
            vec![
                Html(esc(d.name.get(v.lang))),
                Html(format!("{}/{}", answered(a, &all), all.len())),
                Html(esc(&none(asked.join(", ")))),
                Html(esc(&none(hands.join(", ")))),
                Html(last.map_or_else(|| "–".to_owned(), |t| esc(&by_whom(v, t, now)))),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Tiến độ theo phần", "Progress by section").to_owned(),
        columns: vec![
            Column::text(v.pick("Phần", "Section")),
            Column::num(v.pick("Đã trả lời", "Answered")),
            Column::text(v.pick("Người được mời", "Who was asked")),
            Column::text(v.pick("Ai đã trả lời (số câu)", "Who has answered (number)")),
            Column::text(v.pick("Lần cuối", "Last")),
        ],
        rows,
        ..Table::default()
    })
}

/// Each person that was asked: their sections, how far they are, whether the link is open.
fn by_person(v: &Visitor, f: &Framework, a: &Assessment, base: &str, now: kernel::Instant) -> Html {
    let rows = a
        .invites
        .iter()
        .map(|i| {
            let own: Vec<_> = f.dimensions.iter().filter(|d| i.sections.contains(&d.code)).collect();
            let all: Vec<&str> = own.iter().flat_map(|d| questions(f, a, d)).collect();
            let given = a.traces.values().filter(|t| t.invite.as_deref() == Some(i.id.as_str())).count();
            let names: Vec<&str> = own.iter().map(|d| d.name.get(v.lang)).collect();
            let end = kit::Button::new(v.pick("Thu hồi", "End")).weight(Weight::Quiet).html();
            let end = Html(end.0.replacen("<button", &format!("<button aria-label=\"{} {}\"", v.pick("Thu hồi đường dẫn của", "End the link of"), esc(&i.name)), 1));
            let state = match (i.ended, i.open(now)) {
                (Some(at), _) => Html(format!("{} {}", v.pick("Đã thu hồi", "Ended"), esc(&when::at(at, now, v.lang)))),
                (None, false) => Html(v.pick("Đã hết hạn", "Run out").to_owned()),
                (None, true) => Html(format!("{} {}{}", v.pick("Đến", "Until"), esc(&when::exact(i.until, v.lang)), kit::form(v, &format!("{base}/people/{}/end", i.id), &end))),
            };
            vec![Html(esc(&i.name)), Html(esc(&names.join(", "))), Html(format!("{}/{}", answered(a, &all), all.len())), Html(given.to_string()), state]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Tiến độ theo người", "Progress by person").to_owned(),
        columns: vec![
            Column::text(v.pick("Người được mời", "Who was asked")),
            Column::text(v.pick("Phần", "Sections")),
            Column::num(v.pick("Phần đã xong", "Sections answered")),
            Column::num(v.pick("Câu do người này trả lời", "Answers by this person")),
            Column::text(v.pick("Đường dẫn", "Link")),
        ],
        rows,
        empty: v.pick("Chưa mời ai.", "Nobody has been asked yet.").to_owned(),
        ..Table::default()
    })
}

fn form(v: &Visitor, f: &Framework, base: &str, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let value = |name: &str| typed.and_then(|t| t.get(name)).unwrap_or_default().to_owned();
    let roles: Vec<&str> = ROLES.iter().map(|(vi, en)| v.pick(vi, en)).collect();
    let sections: Vec<Choice> = f.dimensions.iter().map(|d| Choice::new(d.code.as_str(), d.name.get(lang))).collect();
    let days: Vec<Choice> = DAYS.iter().map(|d| Choice::new(d.to_string(), format!("{d} {}", lang.pick("ngày", "days")))).collect();
    let chosen = typed.map_or_else(Vec::new, |t| t.all("sections").iter().map(|s| (*s).to_owned()).collect());
    let good_for = if value("days").is_empty() { "14".to_owned() } else { value("days") };
    let parts = [
        Field::new(lang, "name", v.pick("Tên hoặc vai trò của người trả lời", "Name or role of the respondent"))
            .hint(format!("{}: {}", v.pick("Ví dụ", "Such as"), roles.join(", ")))
            .value(value("name"))
            .errors(reasons)
            .max_length(80)
            .width("w20")
            .input(),
        Field::new(lang, "sections", v.pick("Người này trả lời phần nào?", "Which sections do they answer?")).values(chosen).errors(reasons).checkboxes(&sections),
        Field::new(lang, "days", v.pick("Đường dẫn dùng được trong", "The link is good for")).value(good_for).errors(reasons).radios(&days),
        kit::button(v.pick("Tạo đường dẫn mời", "Make a link")),
    ];
    kit::form(v, &format!("{base}/people"), &Html(parts.iter().map(|p| p.0.as_str()).collect()))
}

fn page(c: &Centre, v: &Visitor, door: &Door, typed: Option<&FormData>, reasons: &[Reason]) -> Result<Response, PageError> {
    let (a, now) = (&door.a, c.now());
    let f = c.framework(a).ok_or_else(PageError::not_found)?;
    let invite = if a.status == Status::Open {
        format!("<section><h2>{}</h2><p>{}</p>{}</section>", v.pick("Mời thêm người", "Ask another person"), v.pick(
            "Người được mời chỉ thấy và trả lời các phần bạn chọn, không cần tài khoản. Câu trả lời được ghi tên người đó.",
            "They see and answer the sections you choose and no others, without an account. Their answers are recorded under their name.",
        ), form(v, f, &door.base, typed, reasons))
    } else {
        format!("<p>{}</p>", v.pick("Bài đánh giá đã gửi nên không mời thêm được.", "The assessment has been submitted; nobody else can be asked."))
    };
    let main = Html(format!(
        "{}<h1>{}</h1>{}{}{invite}",
        kit::error_summary(v.lang, reasons),
        v.pick("Người cùng trả lời", "Who answers"),
        by_section(v, f, a, now),
        by_person(v, f, a, &door.base, now),
    ));
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, v.pick("Người cùng trả lời", "Who answers"), main).width(Width::Normal).error(!reasons.is_empty()).back(door.base.clone(), v.pick("Các phần", "Parts"));
    Ok((status, shell.render()).into_response())
}

pub async fn show(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    page(&c, &v, &Door::own(&c, &key).await?, None, &[])
}

pub async fn invite(State(c): State<Centre>, v: Visitor, Path(key): Path<String>, form: FormData) -> Result<Response, PageError> {
    let door = Door::own(&c, &key).await?;
    let f = c.framework(&door.a).ok_or_else(PageError::not_found)?;
    let name: String = kernel::text::clean(form.get("name").unwrap_or_default()).split_whitespace().collect::<Vec<_>>().join(" ");
    let sections: Vec<String> = f.dimensions.iter().filter(|d| form.all("sections").contains(&d.code.as_str())).map(|d| d.code.clone()).collect();
    let days = form.get("days").and_then(|d| d.parse::<i64>().ok()).filter(|d| DAYS.contains(d));
    let mut reasons = Vec::new();
    let mut wrong = |field: &str, vi: &str, en: &str| reasons.push(Reason { field: Some(field.to_owned()), message: Text::new(vi, en) });
    if !(2..=80).contains(&name.chars().count()) {
        wrong("name", "Ghi tên hoặc vai trò, từ 2 đến 80 ký tự, ví dụ: Kế toán – chị Hoa", "Give a name or role of 2 to 80 characters, such as: Accountant – Hoa");
    }
    if sections.is_empty() {
        wrong("sections", "Chọn ít nhất một phần", "Choose at least one section");
    }
    if days.is_none() {
        wrong("days", "Chọn thời hạn của đường dẫn", "Choose how long the link is good");
    }
    let Some(days) = days.filter(|_| reasons.is_empty()) else { return page(&c, &v, &door, Some(&form), &reasons) };
    let (link, now) = (secret::new(), c.now());
    let until = now.plus_seconds(days * 86_400);
    acts::change_assessment(&c, v.actor.as_deref(), door.a.id, now, |a| {
        super::save::closed(a)?;
        if a.invites.len() >= INVITES {
            return Err(Refusal::conflict("too-many-invites", format!("Một bài đánh giá có tối đa {INVITES} lượt mời"), format!("An assessment has at most {INVITES} links")));
        }
        let id = format!("i{}", a.invites.len() + 1);
        Ok(Some(AssessmentEvent::Invited(Box::new(Invite { id, hash: secret::hash(&link), name: name.clone(), sections: sections.clone(), at: now, until, ended: None }))))
    })
    .await?;
    let names: Vec<&str> = f.dimensions.iter().filter(|d| sections.contains(&d.code)).map(|d| d.name.get(v.lang)).collect();
    let title = match v.lang {
        Lang::Vi => format!("Đường dẫn cho {name}"),
        Lang::En => format!("Link for {name}"),
    };
    let main = Html(format!(
        "<h1>{}</h1><p>{}</p><p><code>{}</code></p><p>{}: {}. {} {}.</p><p class=\"muted\">{}</p>",
        esc(&title),
        v.pick("Chép và gửi đường dẫn này ngay cho đúng người: máy chủ chỉ giữ dấu vết, không hiện lại được.", "Copy this link and send it to them now: the server keeps its hash only and cannot show it again."),
        esc(&format!("{}/assess/i/{link}", c.public_url)),
        v.pick("Mở được", "Opens"),
        esc(&names.join(", ")),
        v.pick("Dùng được đến", "Good until"),
        esc(&when::exact(until, v.lang)),
        v.pick("Gửi nhầm thì thu hồi ở trang trước rồi tạo đường dẫn khác.", "If it went to the wrong person, end it on the page before and make another."),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back(format!("{}/people", door.base), v.pick("Người cùng trả lời", "Who answers")).render().into_response())
}

pub async fn end(State(c): State<Centre>, v: Visitor, Path((key, invite)): Path<(String, String)>) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    acts::change_assessment(&c, v.actor.as_deref(), a.id, c.now(), |now| match now.invites.iter().find(|i| i.id == invite) {
        None => Err(acts::no_assessment()),
        Some(i) if i.ended.is_some() => Ok(None),
        Some(i) => Ok(Some(AssessmentEvent::InviteEnded { invite: i.id.clone() })),
    })
    .await?;
    Ok(Redirect::to(&format!("/assess/a/{}/people", web::html::url_part(&key))).into_response())
}
