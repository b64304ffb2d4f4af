//! `/work`: what there is to do, by due instant, with filters, search by code and a leader's small board.

use super::{
    query::{COUNT_MAX, Due, Hands, List, Received, received, received_count},
    room::{Room, list_name},
    standing::{Standing, due_cell},
};
use casework::{
    Definition,
    views::{After, Item, work_roles},
};
use kernel::{calendar::Calendar, id::OfficeCode, text::Lang};
use serde::Deserialize;
use std::sync::Arc;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table},
    problem::{Fault, PageError},
    when,
};

const PAGE: i64 = 50;

/// What the address asks for; what it says wrongly is not asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub list: String,
    pub definition: String,
    pub hands: String,
    pub due: String,
    /// `office`: everybody's work, for those who lead the office.
    pub scope: String,
    pub after: String,
    pub q: String,
    /// An act just done on a case that its doer may no longer see, and that case's code.
    pub done: String,
    pub code: String,
}

impl Asked {
    pub fn list(&self) -> List {
        List::of(&self.list).unwrap_or_default()
    }
    fn hands(&self) -> Hands {
        match self.hands.as_str() {
            "mine" => Hands::Mine,
            "nobody" => Hands::Nobody,
            _ => Hands::Any,
        }
    }
    fn due(&self) -> Due {
        match self.due.as_str() {
            "late" => Due::Late,
            "today" => Due::Today,
            _ => Due::Any,
        }
    }
    /// The address of the same question with another beginning.
    fn address(&self, after: Option<&After>) -> String {
        let mut out = format!("/work?list={}", self.list().code());
        for (name, value) in [("definition", &self.definition), ("hands", &self.hands), ("due", &self.due), ("scope", &self.scope)] {
            if !value.is_empty() {
                out.push_str(&format!("&{name}={}", url_part(value)));
            }
        }
        if let Some(after) = after {
            out.push_str(&format!("&after={}", url_part(&after.to_string())));
        }
        out
    }
    fn is_filtered(&self) -> bool {
        !self.definition.is_empty() || self.hands() != Hands::Any || self.due() != Due::Any
    }
}

/// Where a search by code leads: to the case, or nowhere.
pub async fn search(room: &Room<'_>, text: &str) -> Result<Option<String>, PageError> {
    let text = kernel::text::clean(text).to_uppercase();
    let mut tries = vec![text.clone()];
    // The office's own cases may be asked for by the part after the office's code.
    tries.extend(room.actor.office.as_ref().map(|office| format!("{office}-{text}")));
    for code in tries {
        match room.find(&code, identity::actions::CASE_VIEW).await {
            Ok(found) => return Ok(Some(case_address(found.state.code.as_str()))),
            Err(PageError(Fault::Refused(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

pub fn case_address(code: &str) -> String {
    format!("/work/cases/{}", url_part(code))
}

/// The page of one list.
pub async fn page(room: &Room<'_>, asked: &Asked) -> Result<Html, PageError> {
    let list = asked.list();
    let mut main = heading(room, asked);
    main.push(&board(room).await?);
    let Some(office) = &room.actor.office else {
        main.push(&kit::para(room.pick("Bạn không giữ vị trí nào trong một cơ quan nên chưa có việc.", "You hold no post in an office, so there is no work.")));
        return Ok(room.page(list_name(list, room.lang()), list.code(), main).await?.render());
    };
    let whole_office = asked.scope == "office" && room.leads();
    let roles = if whole_office { room.office_roles().to_vec() } else { work_roles(room.actor) };
    let mut ask = room.ask(office, &roles, list);
    let scope = room.services.desk.scope();
    let definitions = ask.definitions(scope).await.map_err(PageError::internal)?;
    ask.definition = Some(asked.definition.as_str()).filter(|d| !d.is_empty());
    (ask.hands, ask.due) = (asked.hands(), asked.due());
    let after: Option<After> = asked.after.parse().ok();
    let mut items = ask.page(scope, after.as_ref(), PAGE + 1).await.map_err(PageError::internal)?;
    let more = items.len() > PAGE as usize;
    items.truncate(PAGE as usize);
    let next = items.last().filter(|_| more).map(|i| asked.address(Some(&i.place())));
    main.push(&filters(room, asked, &definitions));
    main.push(&summary(room, asked, whole_office, after.is_some()));
    main.push(&Html(format!("<div class=\"card flush\">{}</div>", table(room, asked, &items))));
    main.push(&kit::pagination(room.lang(), None, next.as_deref()));
    Ok(room.page(list_name(list, room.lang()), list.code(), main).await?.render())
}

fn heading(room: &Room<'_>, asked: &Asked) -> Html {
    let lang = room.lang();
    let mut out = kit::heading(list_name(asked.list(), lang), None);
    if !asked.done.is_empty() {
        let text = format!("{} {}", room.pick("Đã ghi nhận việc trên hồ sơ", "Recorded on the case"), asked.code);
        out.push(&kit::banner(Mood::Good, room.pick("Đã xong", "Done"), &kit::para(&text)));
    }
    out.push(&super::find::form(room, "", None));
    out
}

/// Received, due today, late, waiting: every figure opens the cases behind it.
async fn board(room: &Room<'_>) -> Result<Html, PageError> {
    let Some(office) = room.actor.office.as_ref().filter(|_| room.leads()) else { return Ok(Html::default()) };
    let scope = room.services.desk.scope();
    let count = |list, due| async move {
        let ask = super::query::Ask { due, ..room.ask(office, room.office_roles(), list) };
        ask.count(scope).await.map_err(PageError::internal)
    };
    let received = received_count(scope, office, room.now).await.map_err(PageError::internal)?;
    let figures = [
        (received, "/work/received", room.pick("Nhận hôm nay", "Received today")),
        (count(List::Todo, Due::Late).await?, "/work?list=todo&scope=office&due=late", room.pick("Đang trễ", "Late now")),
        (count(List::Todo, Due::Today).await?, "/work?list=todo&scope=office&due=today", room.pick("Đến hạn hôm nay", "Due today")),
        (count(List::Todo, Due::Any).await?, "/work?list=todo&scope=office", room.pick("Đang xử lý", "In progress")),
        (count(List::Waiting, Due::Any).await?, "/work?list=waiting&scope=office", room.pick("Chờ người nộp bổ sung", "Waiting on applicants")),
    ];
    let figures: String = figures
        .into_iter()
        .map(|(n, href, name)| format!("<div><dt>{}</dt><dd><a href=\"{}\">{}</a></dd></div>", esc(name), esc(href), bounded(n, room.lang())))
        .collect();
    Ok(Html(format!(
        "<section aria-labelledby=\"board\"><h2 id=\"board\">{}</h2><dl class=\"stats\">{figures}</dl></section>",
        esc(&format!("{}: {}", room.pick("Cả cơ quan", "The whole office"), room.office_name(office.as_str()))),
    )))
}

/// A count with its bound said.
pub fn bounded(n: i64, lang: Lang) -> String {
    if n >= COUNT_MAX { format!("{}+", COUNT_MAX - 1) } else { when::number(n, lang) }
}

fn filters(room: &Room<'_>, asked: &Asked, definitions: &[String]) -> Html {
    let lang = room.lang();
    let on = room.now.date();
    let all = &room.services.desk.rules().definitions;
    let named = |code: &String| all.current(code, on).map_or_else(|| code.clone(), |d| format!("{} · {code}", d.name.get(lang)));
    let definitions: Vec<Choice> = definitions.iter().map(|code| Choice::new(code, named(code))).collect();
    let hands = [
        Choice::new("mine", room.pick("Giao cho tôi", "Assigned to me")),
        Choice::new("nobody", room.pick("Chưa giao ai", "Assigned to nobody")),
    ];
    let due = [Choice::new("late", room.pick("Đang trễ", "Late")), Choice::new("today", room.pick("Đến hạn hôm nay", "Due today"))];
    let select = |name: &str, label: &str, value: &str, choices: &[Choice]| {
        Field::new(lang, name, label).value(value).optional(true).select(choices)
    };
    let mut body = kit::hidden("list", asked.list().code());
    if !asked.scope.is_empty() {
        body.push(&kit::hidden("scope", &asked.scope));
    }
    body.push(&select("definition", room.pick("Thủ tục", "Procedure"), &asked.definition, &definitions));
    body.push(&select("hands", room.pick("Người xử lý", "Handled by"), &asked.hands, &hands));
    body.push(&select("due", room.pick("Hạn", "Due"), &asked.due, &due));
    body.push(&kit::Button::new(room.pick("Lọc", "Filter")).weight(kit::Weight::Quiet).html());
    if asked.is_filtered() {
        body.push(&kit::link(&format!("/work?list={}", asked.list().code()), room.pick("Bỏ lọc", "No filter")));
    }
    Html(format!("<form method=\"get\" action=\"/work\" class=\"filters\">{body}</form>"))
}

fn summary(room: &Room<'_>, asked: &Asked, whole_office: bool, later_page: bool) -> Html {
    let whose = if whole_office {
        room.pick("Việc của cả cơ quan", "Work of the whole office")
    } else {
        room.pick("Việc của vai trò bạn giữ", "Work of the roles you hold")
    };
    let first = if later_page {
        kit::link(&asked.address(None), room.pick("Về đầu danh sách", "Back to the first page")).0
    } else {
        String::new()
    };
    let at = format!("{} {}", room.pick("Tính đến", "As of"), when::exact(room.now, room.lang()));
    Html(format!("<div class=\"summary-line\"><p>{}</p><p class=\"muted\">{}</p>{first}</div>", esc(whose), esc(&at)))
}

fn table(room: &Room<'_>, asked: &Asked, items: &[Item]) -> Html {
    let c = |vi: &'static str, en: &'static str| Column::text(room.pick(vi, en));
    let empty = if asked.is_filtered() {
        room.pick("Không có hồ sơ nào theo cách lọc này.", "No case matches this filter.")
    } else {
        room.pick("Không có việc nào trong danh sách này.", "There is nothing in this list.")
    };
    kit::table(&Table {
        caption: list_name(asked.list(), room.lang()).to_owned(),
        caption_hidden: true,
        columns: vec![
            c("Hồ sơ", "Case"),
            c("Thủ tục", "Procedure"),
            c("Bước", "Step"),
            c("Hạn của bước", "Step due"),
            c("Hạn trả kết quả", "Result due"),
            c("Người xử lý", "Handled by"),
        ],
        rows: items.iter().map(|item| row(room, asked, item)).collect(),
        empty: empty.to_owned(),
    })
}

fn row(room: &Room<'_>, asked: &Asked, item: &Item) -> Vec<Html> {
    let lang = room.lang();
    let desk = &room.services.desk;
    let definition = desk.rules().definitions.pinned(&item.definition, &item.pinned);
    let calendar = desk.calendar(&OfficeCode::new(item.office.as_str())).ok();
    let due = |at: kernel::Instant, span| standing_cell(room, calendar, at, span);
    let step = definition.and_then(|d| d.step(&item.step));
    vec![
        case_cell(&item.code, &item.title, asked.list().code()),
        Html::text(definition.map_or(item.definition.as_str(), |d| d.name.get(lang))),
        Html::text(step_name(definition, &item.step, lang)),
        item.step_due.map_or_else(Html::default, |at| due(at, step.map(|s| s.budget))),
        match item.due {
            // Which legal clock counts (intake or statutory) is not in the row, so neither is its length.
            Some(at) if asked.list() != List::Opinion => due(at, None),
            _ => Html::default(),
        },
        Html::text(item.assignee_name.as_deref().unwrap_or(room.pick("chưa giao", "nobody yet"))),
    ]
}

fn standing_cell(room: &Room<'_>, calendar: Option<&Arc<Calendar>>, at: kernel::Instant, span: Option<kernel::calendar::Span>) -> Html {
    let standing = calendar.and_then(|c| Standing::of_span(c, span, at, room.now));
    due_cell(standing, at, room.now, room.lang())
}

fn step_name<'d>(definition: Option<&'d Arc<Definition>>, step: &'d str, lang: Lang) -> &'d str {
    match definition.and_then(|d| d.step(step)) {
        Some(s) => s.name.get(lang),
        None if step == "opinion" => lang.pick("Cho ý kiến", "Opinion"),
        None => step,
    }
}

/// The case as a list names it: what it is about, then its code.
pub fn case_cell(code: &str, title: &str, list: &str) -> Html {
    let title = if title.is_empty() { code } else { title };
    Html(format!(
        "<a href=\"{}?from={}\">{}</a><br><span class=\"code muted\">{}</span>",
        esc(&case_address(code)),
        esc(&url_part(list)),
        esc(title),
        esc(code)
    ))
}

/// `/work/received`: what came in today, behind the board's figure.
pub async fn received_page(room: &Room<'_>, after: &str) -> Result<Html, PageError> {
    let title = room.pick("Nhận hôm nay", "Received today");
    let office = room.actor.office.clone().filter(|_| room.leads()).ok_or_else(PageError::not_found)?;
    let after = Some(after).filter(|a| !a.is_empty());
    let rows = received(room.services.desk.scope(), &office, room.now, after, PAGE + 1).await.map_err(PageError::internal)?;
    let shown = &rows[..rows.len().min(PAGE as usize)];
    let next = shown.last().filter(|_| rows.len() > shown.len()).map(|r| format!("/work/received?after={}", url_part(&r.code)));
    let mut main = kit::heading(title, Some(&room.office_name(office.as_str())));
    main.push(&Html(format!("<div class=\"card flush\">{}</div>", received_table(room, title, shown))));
    main.push(&kit::pagination(room.lang(), None, next.as_deref()));
    main.push(&register_form(room));
    Ok(room.page(title, "received", main).await?.render())
}

/// The days of a register, as dates of the calendar.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Period {
    pub from: String,
    pub to: String,
}

pub async fn register(room: &Room<'_>, asked: &Period) -> Result<axum::response::Response, PageError> {
    use axum::response::IntoResponse as _;
    let office = room.actor.office.clone().filter(|_| room.leads()).ok_or_else(PageError::not_found)?;
    let today = room.now.date();
    let read = |text: &str| text.trim().parse::<kernel::time::Date>().ok();
    let to = read(&asked.to).unwrap_or(today);
    let from = read(&asked.from).unwrap_or_else(|| kernel::time::date(to.year(), to.month(), 1)).min(to);
    let bytes = crate::paper::register(room.services, room.actor, &office, from, to).await.map_err(super::room::fault)?;
    let name = format!("inline; filename=\"Mau-07-{office}-{from}-{to}.pdf\"");
    let headers = [(axum::http::header::CONTENT_TYPE, "application/pdf".to_owned()), (axum::http::header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

fn register_form(room: &Room<'_>) -> Html {
    let lang = room.lang();
    let today = room.now.date();
    let first = kernel::time::date(today.year(), today.month(), 1);
    let date = |name: &'static str, label: &'static str, value: String| kit::Field::new(lang, name, label).kind("date").value(value).input();
    let mut body = date("from", room.pick("Sổ theo dõi (Mẫu 07) từ ngày", "Register (form 07) from"), first.to_string());
    body.push(&date("to", room.pick("đến ngày", "to"), today.to_string()));
    body.push(&kit::Button::new(room.pick("In sổ (PDF)", "Print the register (PDF)")).weight(kit::Weight::Quiet).html());
    kit::search_form("/work/received/register", &body)
}

fn received_table(room: &Room<'_>, title: &str, rows: &[Received]) -> Html {
    let lang = room.lang();
    let definitions = &room.services.desk.rules().definitions;
    let row = |r: &Received| {
        let definition = definitions.pinned(&r.definition, &r.pinned);
        let state = definition.and_then(|d| d.state("handling", &r.handling));
        vec![
            case_cell(&r.code, &r.title, "received"),
            Html::text(definition.map_or(r.definition.as_str(), |d| d.name.get(lang))),
            Html::text(state.map_or(r.handling.as_str(), |s| s.name.get(lang))),
            when::at_time(r.filed_at, room.now, lang),
            r.due.map_or_else(Html::default, |due| when::at_time(due, room.now, lang)),
        ]
    };
    kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Hồ sơ", "Case"), ("Thủ tục", "Procedure"), ("Tình trạng", "State"), ("Nộp lúc", "Filed"), ("Hạn", "Due")]
            .map(|(vi, en)| Column::text(room.pick(vi, en)))
            .to_vec(),
        rows: rows.iter().map(row).collect(),
        empty: room.pick("Hôm nay chưa nhận hồ sơ nào.", "Nothing has been received today.").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_its_question() {
        let asked = Asked { list: "waiting".into(), definition: "1.013 225".into(), due: "late".into(), ..Asked::default() };
        let after = After { due: 7, case: "case_1".into(), item: "step".into() };
        assert_eq!(asked.address(Some(&after)), "/work?list=waiting&definition=1.013%20225&due=late&after=7~case_1~step".replace('~', "%7E"));
        assert_eq!(Asked { list: "nonsense".into(), ..Asked::default() }.address(None), "/work?list=todo");
    }

    #[test]
    fn a_case_is_named_and_escaped() {
        let html = case_cell("H29.161-261119-0042", "<b>Nhà</b>", "todo").0;
        assert!(html.contains("href=\"/work/cases/H29.161-261119-0042?from=todo\"") && html.contains("&lt;b&gt;Nhà"));
        assert!(case_cell("H29.161-261119-0042", "", "todo").0.contains(">H29.161-261119-0042</a>"));
    }

    #[test]
    fn a_bounded_count_says_so() {
        assert_eq!(bounded(14, Lang::Vi), "14");
        assert_eq!(bounded(COUNT_MAX, Lang::Vi), "999+");
    }
}
