//! `/work/meetings/new` and `/work/meetings/{meeting}/edit`: one form, with more rows of the agenda when they are asked for.

use super::{HOME, Said, actor, path_of, refusal_of, shell, show::found, span, wrong};
use crate::{
    Failure, Meetings,
    asks::Person,
    meeting::{Act, Meeting, MeetingId, Plan, PlannedItem, State, Time},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, id::OfficeCode, refusal::Reason};
use web::{
    extract::{FormData, Path},
    html::Html,
    kit::{self, Choice, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Rows of a new agenda, and how many a press adds.
const ROWS: usize = 4;
const MORE: usize = 3;

/// What the form is about: a new meeting of an office, or one that is being prepared.
struct About<'a> {
    s: &'a Meetings,
    v: &'a Visitor,
    office: OfficeCode,
    colleagues: Vec<Person>,
    old: Option<&'a Meeting>,
}

impl<'a> About<'a> {
    async fn of(s: &'a Meetings, v: &'a Visitor, me: &Actor, old: Option<&'a Meeting>) -> Result<Self, PageError> {
        let office = old.map(|m| m.office.clone()).or_else(|| me.office.clone()).ok_or_else(PageError::not_found)?;
        let mut colleagues = s.people.of_office(&office, s.now()).await?;
        // Who chairs or writes stays in the list, whatever post they hold by now.
        for p in old.into_iter().flat_map(|m| [&m.chair, &m.secretary]) {
            if !colleagues.iter().any(|c| c.account == p.account) {
                colleagues.push(p.clone());
            }
        }
        Ok(Self { s, v, office, colleagues, old })
    }
    fn address(&self) -> String {
        self.old.map_or_else(|| format!("{HOME}/new"), |m| format!("{}/edit", path_of(m.id)))
    }
}

pub async fn blank(Shared(s): Shared<Meetings>, v: Visitor) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let about = About::of(&s, &v, &me, None).await?;
    let pairs = vec![("id".to_owned(), MeetingId::new(uuid::Uuid::now_v7()).to_string()), ("secretary".to_owned(), me.account.to_string())];
    let said = Said { act: "save".into(), form: FormData(pairs), ..Said::default() };
    Ok(page(&about, &said).into_response())
}

pub async fn edit(Shared(s): Shared<Meetings>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let m = found(&s, &me, &id).await?;
    if !m.part(me.account).prepares() || m.state != State::Drafting {
        return Ok(Redirect::to(&path_of(m.id)).into_response());
    }
    let about = About::of(&s, &v, &me, Some(&m)).await?;
    let said = Said { act: "save".into(), form: filled(&m), ..Said::default() };
    Ok(page(&about, &said).into_response())
}

/// The form as it would have been typed for a meeting that is there.
fn filled(m: &Meeting) -> FormData {
    let mut pairs = Vec::new();
    let mut put = |name: &str, value: String| pairs.push((name.to_owned(), value));
    let (from, until) = (m.time.starts, m.time.ends);
    put("title", m.title.clone());
    put("kind", m.kind.clone());
    put("chair", m.chair.account.to_string());
    put("secretary", m.secretary.account.to_string());
    put("starts-day", from.date().day().to_string());
    put("starts-month", from.date().month().to_string());
    put("starts-year", from.date().year().to_string());
    put("starts_at", when::clock(from));
    put("ends", when::clock(until));
    put("place", m.time.place.clone());
    put("link", m.time.link.clone().unwrap_or_default());
    for (i, item) in m.items.iter().enumerate() {
        put(&format!("item-{i}-no"), item.no.to_string());
        put(&format!("item-{i}-title"), item.title.clone());
        put(&format!("item-{i}-presenter"), item.presenter.clone());
        put(&format!("item-{i}-minutes"), item.minutes.to_string());
    }
    put("rows", (m.items.len() + 1).to_string());
    FormData(pairs)
}

fn rows(f: &FormData) -> usize {
    f.get("rows").and_then(|r| r.parse().ok()).unwrap_or(ROWS).clamp(1, crate::meeting::decide::ITEMS_MAX)
}

/// Empty rows closed up, so that the rows that stand have the numbers faults are told by.
fn closed_up(f: &FormData) -> FormData {
    const PARTS: [&str; 4] = ["no", "title", "presenter", "minutes"];
    let n = rows(f);
    let cell = |i: usize, part: &str| f.get(&format!("item-{i}-{part}")).unwrap_or_default().to_owned();
    let typed: Vec<[String; 4]> = (0..n).map(|i| PARTS.map(|p| cell(i, p))).filter(|row| row[1..].iter().any(|c| !c.is_empty())).collect();
    let mut pairs: Vec<(String, String)> = f.0.iter().filter(|(name, _)| !name.starts_with("item-")).cloned().collect();
    for (i, row) in typed.into_iter().enumerate() {
        pairs.extend(PARTS.iter().zip(row).map(|(part, value)| (format!("item-{i}-{part}"), value)));
    }
    FormData(pairs)
}

fn agenda(f: &FormData, reasons: &mut Vec<Reason>) -> Vec<PlannedItem> {
    let mut out = Vec::new();
    for i in 0..rows(f) {
        let cell = |part: &str| f.get(&format!("item-{i}-{part}")).unwrap_or_default();
        if [cell("title"), cell("presenter"), cell("minutes")].iter().all(|c| c.is_empty()) {
            break;
        }
        let minutes = if cell("minutes").is_empty() { Some(0) } else { cell("minutes").parse().ok() };
        if minutes.is_none() {
            reasons.extend(wrong(&format!("item-{i}-minutes"), "Nhập số phút bằng chữ số, ví dụ 20.", "Enter minutes in figures, such as 20.").reasons);
        }
        out.push(PlannedItem { no: cell("no").parse().ok(), title: cell("title").to_owned(), presenter: cell("presenter").to_owned(), minutes: minutes.unwrap_or(0) });
    }
    out
}

fn read(a: &About<'_>, f: &FormData) -> Result<Plan, Refusal> {
    let mut reasons = Vec::new();
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let time = span(f, ["starts", "starts_at", "ends"], &mut reasons);
    let agenda = agenda(f, &mut reasons);
    let somebody = |name: &str| a.colleagues.iter().find(|p| f.filled(name) == Some(p.account.to_string().as_str())).cloned();
    let (chair, secretary) = (somebody("chair"), somebody("secretary"));
    for (name, who) in [("chair", &chair), ("secretary", &secretary)] {
        if who.is_none() {
            reasons.extend(wrong(name, "Chọn một người trong danh sách của cơ quan.", "Choose somebody of the office's list.").reasons);
        }
    }
    let id = a.old.map_or_else(|| text("id").parse().ok(), |m| Some(m.id)).unwrap_or_else(|| MeetingId::new(uuid::Uuid::now_v7()));
    match (time, chair, secretary) {
        (Some((starts, ends)), Some(chair), Some(secretary)) if reasons.is_empty() => {
            let office_name = a.s.units.unit(a.office.as_str()).map_or_else(|| a.office.to_string(), |u| u.name.vi);
            let time = Time { starts, ends, place: text("place"), link: f.filled("link").map(str::to_owned) };
            Ok(Plan { id, office: a.office.clone(), office_name, title: text("title"), kind: text("kind"), chair, secretary, time, agenda })
        }
        _ => {
            let mut refusal = Refusal::invalid("meeting-form", "Chưa ghi được cuộc họp: có chỗ cần sửa", "The meeting is not recorded: something needs correcting");
            refusal.reasons = reasons;
            Err(refusal)
        }
    }
}

pub async fn create(Shared(s): Shared<Meetings>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let about = About::of(&s, &v, &me, None).await?;
    if let Some(page) = more_rows(&about, &f) {
        return Ok(page);
    }
    let f = closed_up(&f);
    let result = match read(&about, &f) {
        Ok(plan) => s.plan(&me, &plan).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&about, f, result)
}

pub async fn save(Shared(s): Shared<Meetings>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let m = found(&s, &me, &id).await?;
    let about = About::of(&s, &v, &me, Some(&m)).await?;
    if let Some(page) = more_rows(&about, &f) {
        return Ok(page);
    }
    let f = closed_up(&f);
    let result = match read(&about, &f) {
        Ok(plan) => s.act(&me, m.id, &Act::Replan(Box::new(plan))).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&about, f, result)
}

/// The form again with more rows, when that was the button.
fn more_rows(a: &About<'_>, f: &FormData) -> Option<Response> {
    if f.get("act") != Some("rows") {
        return None;
    }
    let mut form = closed_up(f);
    let wanted = rows(f) + MORE;
    form.0.retain(|(name, _)| name != "rows" && name != "act");
    form.0.push(("rows".into(), wanted.to_string()));
    Some(page(a, &Said { act: "save".into(), form, ..Said::default() }).into_response())
}

fn answer(a: &About<'_>, f: FormData, result: Result<Meeting, Failure>) -> Result<Response, PageError> {
    match result {
        Ok(m) => Ok(Redirect::to(&format!("{}?done=1", path_of(m.id))).into_response()),
        Err(failure) => {
            let mut said = Said::refused(f, refusal_of(failure)?);
            said.act = "save".into();
            Ok(said.answer(|said| page(a, said)))
        }
    }
}

fn page(a: &About<'_>, said: &Said) -> Html {
    let (v, lang) = (a.v, a.v.lang);
    let field = |name: &str, vi: &str, en: &str| said.field(lang, "save", name, v.pick(vi, en));
    let kinds: Vec<Choice> = a.s.catalog.kinds.iter().map(|k| Choice::new(k.code.as_str(), k.name.get(lang))).collect();
    let people: Vec<Choice> = a.colleagues.iter().map(|p| Choice::new(p.account.to_string(), format!("{} – {}", p.name, p.title))).collect();
    let n = rows(&said.form);
    let items: String = (0..n).map(|i| row(v, said, i).0).collect();
    let more = kit::Button::new(v.pick("Thêm dòng", "Add rows")).weight(Weight::Quiet).named("act", "rows").html();
    let save = kit::Button::new(if a.old.is_some() { v.pick("Lưu", "Save") } else { v.pick("Tạo cuộc họp", "Create the meeting") }).named("act", "save").html();
    let body = Html(format!(
        "{}{}{}{}{}{}{}{}{}{}{}{}{}",
        kit::hidden("id", said.value("save", "id")),
        kit::hidden("rows", &n.to_string()),
        field("title", "Tên cuộc họp", "Title").hint(v.pick("Ví dụ: Họp giao ban chuyển đổi số tháng 12", "For example: digital briefing of December")).max_length(300).input(),
        field("kind", "Loại cuộc họp", "Kind of meeting").select(&kinds),
        field("chair", "Người chủ trì", "Chair").select(&people),
        field("secretary", "Thư ký cuộc họp", "Secretary").select(&people),
        said.date(lang, "save", "starts", v.pick("Ngày họp", "Day"), None).date(),
        field("starts_at", "Giờ bắt đầu", "Starts at").hint("8:00").inputmode("numeric").width("w10").max_length(10).input(),
        field("ends", "Giờ kết thúc dự kiến", "Planned end").hint("10:30").inputmode("numeric").width("w10").max_length(10).input(),
        field("place", "Địa điểm", "Place").hint(v.pick("Để trống nếu chỉ họp trực tuyến", "Leave empty when it is online only")).optional(true).max_length(300).input(),
        field("link", "Đường dẫn họp trực tuyến", "Conference link").hint("https://…").optional(true).inputmode("url").max_length(500).input(),
        kit::fieldset(v.pick("Chương trình họp", "Agenda"), &Html(items)),
        kit::button_group(&[save, more]),
    ));
    let title = if a.old.is_some() { v.pick("Sửa cuộc họp", "Change the meeting") } else { v.pick("Chuẩn bị cuộc họp", "Prepare a meeting") };
    let office = a.s.units.unit(a.office.as_str()).map_or_else(|| a.office.to_string(), |u| u.name.get(lang).to_owned());
    let main = Html(format!("{}{}{}", kit::error_summary(lang, &said.reasons), kit::heading(title, Some(&office)), kit::form(v, &a.address(), &body)));
    let back = a.old.map_or_else(|| (HOME.to_owned(), v.pick("Cuộc họp của tôi", "My meetings").to_owned()), |m| (path_of(m.id), m.title.clone()));
    shell(v, title, main).error(said.is_error()).back(back.0, back.1).render()
}

fn row(v: &Visitor, said: &Said, i: usize) -> Html {
    let n = i + 1;
    let field = |part: &str, vi: &str, en: &str| said.field(v.lang, "save", &format!("item-{i}-{part}"), &format!("{} {n}: {}", v.pick("Mục", "Item"), v.pick(vi, en)));
    Html(format!(
        "{}{}{}{}",
        kit::hidden(&format!("item-{i}-no"), said.value("save", &format!("item-{i}-no"))),
        field("title", "nội dung", "what it is about").optional(i > 0).max_length(300).input(),
        field("presenter", "người, đơn vị trình bày", "presenter").optional(true).max_length(300).input(),
        field("minutes", "số phút dự kiến", "minutes planned").optional(true).numeric().width("w4").max_length(3).input(),
    ))
}
