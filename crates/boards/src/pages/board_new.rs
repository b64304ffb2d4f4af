//! `/centre/boards/new`: one form, and a board works.

use super::{Said, actor, centre, choices, day, refusal_of, sources};
use crate::{
    Boards,
    asks::Person,
    board::{Held, Opening, Seat, SeatRole},
    catalog::Template,
    expert::views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::ToSpan;
use kernel::{
    Dong, Refusal, Text,
    id::{AccountId, BoardId, ExpertId},
    refusal::Reason,
    time::Date,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Query},
    html::{Html, esc},
    kit::{self, Choice, Line, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// Somebody who may be appointed: of the centre's posts or of the network.
pub struct Able {
    pub person: Person,
    pub expert: Option<ExpertId>,
}

/// Everybody who may be appointed, post-holders first.
pub async fn able(s: &Boards, v: &Visitor) -> Result<Vec<Able>, PageError> {
    let mut out: Vec<Able> = s.people.appointable(s.now()).await?.into_iter().map(|person| Able { person, expert: None }).collect();
    for (account, name, fields, expert) in views::appointable(&s.scope).await.map_err(PageError::internal)? {
        match out.iter_mut().find(|a| a.person.account == account) {
            Some(known) => known.expert = Some(expert),
            None => {
                let title = super::names(v, &s.catalog.competences.fields, &fields);
                out.push(Able { person: Person { account, name, title }, expert: Some(expert) });
            }
        }
    }
    Ok(out)
}

pub fn people_choices(able: &[Able]) -> Vec<Choice> {
    able.iter().map(|a| Choice::new(a.person.account.to_string(), format!("{} – {}", a.person.name, a.person.title))).collect()
}

/// A seat for somebody of the list, with the competences the network has recognised.
pub async fn seat_for(s: &Boards, able: &[Able], account: &str, role: SeatRole, from: Date) -> Result<Option<Seat>, PageError> {
    let Ok(account) = account.parse::<AccountId>() else { return Ok(None) };
    let Some(known) = able.iter().find(|a| a.person.account == account) else { return Ok(None) };
    let competences = match known.expert {
        Some(id) => s.expert(id).await?.skills().into_iter().map(|(competence, level, _)| Held { competence, level }).collect(),
        None => Vec::new(),
    };
    Ok(Some(Seat { account, name: known.person.name.clone(), expert: known.expert, role, from, to: None, competences, decision: String::new() }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    template: String,
}

pub async fn form(State(s): State<Boards>, v: Visitor, Query(q): Query<Which>) -> Result<Response, PageError> {
    let today = s.now().date();
    let Some(template) = s.catalog.template(&q.template).filter(|t| t.effective.contains(today)) else {
        return Ok(choose(&s, &v).into_response());
    };
    let mut start = vec![
        ("id".to_owned(), BoardId::new(uuid::Uuid::now_v7()).to_string()),
        ("field".to_owned(), template.field.clone()),
        ("name_vi".to_owned(), template.name.vi.clone()),
        ("name_en".to_owned(), template.name.en.clone()),
    ];
    start.extend(split("from", today));
    if let Some(end) = today.checked_add(i64::from(template.term_months).months()).ok().and_then(|d| d.yesterday().ok()) {
        start.extend(split("to", end));
    }
    for d in &template.rules.delegated {
        start.push((format!("delegate-{}", d.kind.code()), "yes".to_owned()));
        start.extend(d.up_to.map(|a| (d.kind.code().to_owned(), a.0.to_string())));
    }
    let said = Said { act: "open".into(), form: FormData(start), ..Said::default() };
    Ok(page(&s, &v, template, &said).await?.into_response())
}

fn split(name: &str, d: Date) -> [(String, String); 3] {
    [(format!("{name}-day"), d.day().to_string()), (format!("{name}-month"), d.month().to_string()), (format!("{name}-year"), d.year().to_string())]
}

fn choose(s: &Boards, v: &Visitor) -> Html {
    let cards: String = s
        .catalog
        .templates_on(s.now().date())
        .map(|t| {
            let body = Html(format!(
                "<p>{}</p>{}{}",
                esc(t.about.get(v.lang)),
                kit::summary_list(&[
                    Line::new(v.pick("Nhiệm kỳ", "Term"), format!("{} {}", t.term_months, v.pick("tháng", "months"))),
                    Line::new(v.pick("Số người tối thiểu", "Quorum"), t.rules.quorum.text().get(v.lang)),
                ]),
                kit::link_button(&format!("/centre/boards/new?template={}", t.template), v.pick("Dùng mẫu này", "Use this template"), Weight::Quiet),
            ));
            kit::card(t.name.get(v.lang), &body).0
        })
        .collect();
    let title = v.pick("Lập ban mới: chọn mẫu", "New board: choose a template");
    centre(v, title, Html(format!("{}<div class=\"halves\">{cards}</div>", kit::heading(title, None)))).back("/centre/boards", v.pick("Các ban", "Boards")).render()
}

async fn page(s: &Boards, v: &Visitor, t: &Template, said: &Said) -> Result<Html, PageError> {
    let lang = v.lang;
    let able = able(s, v).await?;
    let people = people_choices(&able);
    let field = |name: &str, vi: &str, en: &str| said.field(lang, "open", name, v.pick(vi, en));
    let date = |name: &str, vi: &str, en: &str| {
        let values = match kit::date_answer(&said.form, name) {
            Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
            Err(parts) => parts.to_vec(),
        };
        field(name, vi, en).values(values).date()
    };
    let members = said.form.all("members").into_iter().map(str::to_owned).collect();
    let limits: String = t
        .rules
        .delegated
        .iter()
        .map(|d| {
            let code = d.kind.code();
            let yes = kit::Field::new(lang, format!("delegate-{code}"), d.kind.text().get(lang))
                .optional(true)
                .values(said.form.all(&format!("delegate-{code}")).into_iter().map(str::to_owned).collect())
                .checkboxes(&[Choice::new("yes", v.pick("Trưởng ban được ký không qua họp", "The chair may sign without a session"))]);
            let amount = d.up_to.map_or_else(Html::default, |most| {
                let label = format!("{} ({})", v.pick("Mức tối đa, đồng", "Limit, đồng"), d.kind.text().get(lang));
                said.field(lang, "open", code, &label).hint(format!("{} {most}", v.pick("Mẫu cho phép đến", "The template allows up to"))).numeric().width("w20").input()
            });
            format!("{yes}{amount}")
        })
        .collect();
    let body = Html(format!(
        "{}{}{}{}{}{}{}{}{}{}{}{}{}",
        kit::hidden("act", "open"),
        kit::hidden("id", said.value("open", "id")),
        kit::hidden("template", &t.template),
        field("name_vi", "Tên ban", "Name in Vietnamese").max_length(200).input(),
        field("name_en", "Tên tiếng Anh", "Name in English").optional(true).max_length(200).input(),
        field("field", "Lĩnh vực", "Field").select(&choices(v, &s.catalog.competences.fields)),
        date("from", "Nhiệm kỳ từ ngày", "Term from"),
        date("to", "đến hết ngày", "to"),
        field("chair", "Trưởng ban", "Chair").select(&people),
        field("deputy", "Phó trưởng ban", "Deputy").optional(true).select(&people),
        field("secretary", "Thư ký", "Secretary").optional(true).select(&people),
        field("members", "Thành viên", "Members").optional(true).values(members).checkboxes(&people),
        if limits.is_empty() { Html::default() } else { kit::fieldset(v.pick("Ủy quyền ký", "Delegated sign-off"), &Html(limits)) },
    ));
    let body = Html(format!("{body}{}", kit::button(v.pick("Lập ban", "Open the board"))));
    let title = v.pick("Lập ban mới", "New board");
    let empty = if people.is_empty() { kit::warning(lang, v.pick("Chưa có ai giữ vị trí trưởng ban, thành viên ban tại trung tâm, cũng chưa có chuyên gia được công nhận.", "Nobody holds a board post at the centre and no expert is recognised yet.")) } else { Html::default() };
    let main = Html(format!(
        "{}{}{empty}{}<h2>{}</h2>{}{}",
        kit::error_summary(lang, &said.reasons),
        kit::heading(title, Some(t.name.get(lang))),
        kit::form(v, "/centre/boards/new", &body),
        v.pick("Quy tắc của mẫu", "Rules of the template"),
        super::public::rules(v, &t.rules),
        sources(v, &t.legal_basis),
    ));
    Ok(centre(v, title, main).error(said.is_error()).back("/centre/boards/new", v.pick("Chọn mẫu khác", "Another template")).render())
}

/// Whole đồng as people type them: `50.000.000`, `50 000 000 đ`.
pub fn amount(text: &str) -> Option<Dong> {
    let digits: String = text.chars().filter(|c| !matches!(c, '.' | ',' | ' ' | '\u{a0}' | 'đ' | '₫')).collect();
    (!digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok().map(Dong)).flatten()
}

async fn read(s: &Boards, v: &Visitor, t: &Template, f: &FormData) -> Result<Opening, PageError> {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut wrong = |field: &str, vi: &str, en: &str| reasons.push(Reason { field: Some(field.to_owned()), message: Text::new(vi, en) });
    let able = able(s, v).await?;
    let date = |name: &str| kit::date_answer(f, name).ok().flatten();
    let from = date("from");
    if from.is_none() {
        wrong("from", "Nhập ngày bắt đầu có thật.", "Enter a day that exists.");
    }
    if kit::date_answer(f, "to").is_err() {
        wrong("to", "Nhập ngày kết thúc có thật, hoặc để trống.", "Enter a day that exists, or leave it empty.");
    }
    let mut limits = Vec::new();
    for d in &t.rules.delegated {
        let code = d.kind.code();
        match (f.filled(&format!("delegate-{code}")), d.up_to) {
            (None, _) => limits.push((d.kind, None)),
            (Some(_), None) => {}
            (Some(_), Some(_)) => match amount(f.get(code).unwrap_or_default()) {
                Some(a) => limits.push((d.kind, Some(a))),
                None => wrong(code, "Nhập số đồng nguyên, ví dụ 50.000.000.", "Enter whole đồng, such as 50.000.000."),
            },
        }
    }
    let id = f.get("id").unwrap_or_default().parse::<BoardId>().unwrap_or_else(|_| BoardId::new(uuid::Uuid::now_v7()));
    if !reasons.is_empty() {
        let mut refusal = Refusal::invalid("board-form", "Chưa lập được ban: có chỗ cần sửa", "The board is not opened: something needs correcting");
        refusal.reasons = reasons;
        return Err(refusal.into());
    }
    let from = from.unwrap_or_default();
    let mut seats: BTreeMap<AccountId, Seat> = BTreeMap::new();
    let mut order = Vec::new();
    for (role, name) in [(SeatRole::Chair, "chair"), (SeatRole::Deputy, "deputy"), (SeatRole::Secretary, "secretary"), (SeatRole::Member, "members")] {
        for account in f.all(name).into_iter().filter(|a| !a.is_empty()) {
            if let Some(seat) = seat_for(s, &able, account, role, from).await? {
                // A chair ticked among the members too is the chair; two offices for one person are told apart below.
                if role == SeatRole::Member && seats.contains_key(&seat.account) {
                    continue;
                }
                seats.insert(seat.account, seat.clone());
                order.push(seat);
            }
        }
    }
    Ok(Opening {
        id,
        name: Text::new(f.get("name_vi").unwrap_or_default(), f.get("name_en").unwrap_or_default()),
        field: f.get("field").unwrap_or_default().to_owned(),
        from,
        to: date("to"),
        seats: order,
        limits,
    })
}

pub async fn open(State(s): State<Boards>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let code = f.get("template").unwrap_or_default().to_owned();
    let Some(t) = s.catalog.template(&code) else { return Ok(choose(&s, &v).into_response()) };
    let opened = match read(&s, &v, t, &f).await {
        Ok(opening) => s.open_board(&*actor(&v)?, &code, &opening).await,
        Err(PageError(web::problem::Fault::Refused(r))) => Err(r.into()),
        Err(e) => return Err(e),
    };
    match opened {
        Ok(b) => Ok(Redirect::to(&format!("/centre/boards/{}?done=1", b.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(page(&s, &v, t, &said).await?))
        }
    }
}

/// A term in words.
pub fn term(v: &Visitor, t: crate::board::Term) -> String {
    format!("{} – {}", day(v, t.from), day(v, t.to))
}
