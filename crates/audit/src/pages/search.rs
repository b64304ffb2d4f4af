//! The search: reason first, then entries newest first. What is shown belongs to a recorded search.

use super::{PAGE, actor};
use crate::{Audit, model::{Criteria, Found, Search, Typed}, store as tables, views};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal, refusal::Reason, text::Lang};
use std::collections::BTreeSet;
use web::{
    extract::{FormData, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

const HOME: &str = "/admin/audit/entries";

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    search: String,
    after: String,
}

/// `micros~seq` of the last row before; anything else is the first page.
fn place(text: &str) -> views::Place {
    let parts = text.split_once('~').and_then(|(at, seq)| Some((at.parse::<i64>().ok()?, seq.parse::<i64>().ok()?)));
    parts.map_or_else(views::newest, |(at, seq)| (Instant::from_micros(at.clamp(0, i64::MAX / 4)), seq))
}

pub async fn show(State(s): State<Audit>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    if asked.search.is_empty() {
        return form_page(&s, &v, &Shown::default(), &[]).await;
    }
    // Ids are our own: what cannot be one is not asked for.
    if asked.search.len() > 64 || asked.search.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
        return Err(PageError::not_found());
    }
    let search = views::own_search(&s.scope, actor.account, &asked.search).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let title = v.pick("Kết quả tra cứu nhật ký", "Entries found");
    let mut main = kit::heading(title, None);
    main.push(&summary(&s, &v, &search));
    match search.criteria.who_is_meant() {
        Some(words) => main.push(&people(&s, &v, &search, words).await?),
        None => {
            let rows = views::search(&s.scope, &search.criteria, place(&asked.after), PAGE).await.map_err(PageError::internal)?;
            main.push(&entries(&s, &v, &rows));
            let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
            let next = rows.last().filter(|_| full).map(|r| format!("{HOME}?search={}&after={}~{}", url_part(&search.id), r.at.micros(), r.seq));
            main.push(&kit::pagination(v.lang, None, next.as_deref()));
        }
    }
    main.push(&Html(format!("<p>{}</p>", kit::link(HOME, v.pick("Tra cứu khác", "Another search")))));
    Ok(Shell::new(&v, title, main).width(Width::Wide).back("/admin/audit", v.pick("Kiểm chứng nhật ký", "Verification of the journal")).render())
}

/// What was searched for and why, as it was recorded.
fn summary(s: &Audit, v: &Visitor, search: &Search) -> Html {
    let said = match v.lang {
        Lang::Vi => format!("Lần tra cứu này đã được ghi vào nhật ký. Lý do: {}", search.reason),
        Lang::En => format!("This search is recorded in the journal. Reason: {}", search.reason),
    };
    let by = told(s, v.lang, &search.criteria);
    let by = if by.is_empty() { v.pick("Mọi bản ghi", "All entries").to_owned() } else { by };
    kit::inset(&Html(format!("<p><b>{}</b></p><p>{} {}</p>", esc(&by), esc(&said), when::at_time(search.at, s.now(), v.lang))))
}

/// A search in one line.
fn told(s: &Audit, lang: Lang, c: &Criteria) -> String {
    let mut parts: Vec<String> = Vec::new();
    for text in [&c.person, &c.case] {
        if !text.is_empty() {
            parts.push(text.clone());
        }
    }
    if !c.office.is_empty() {
        parts.push(s.office_name(&c.office, lang));
    }
    if !c.kind.is_empty() {
        parts.push(s.kind(&c.kind).get(lang).to_owned());
    }
    if let Some(from) = c.from {
        parts.push(format!("{} {}", lang.pick("từ", "from"), when::day(from, lang)));
    }
    if let Some(to) = c.to {
        parts.push(format!("{} {}", lang.pick("đến", "to"), when::day(to, lang)));
    }
    parts.join(" · ")
}

fn entries(s: &Audit, v: &Visitor, rows: &[Found]) -> Html {
    let lang = v.lang;
    let row = |f: &Found| {
        let who = if f.name.is_empty() { esc(&f.account) } else { esc(&f.name) };
        let office = if f.office.is_empty() { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(&s.office_name(&f.office, lang))) };
        vec![
            Html(format!("<a href=\"{HOME}/{}\">{}<span class=\"vh\"> ({} {})</span></a>", f.seq, esc(s.kind(&f.kind).get(lang)), v.pick("bản ghi", "entry"), f.seq)),
            when::time(f.at, &when::exact(f.at, lang), lang),
            Html(format!("{who}{office}")),
            super::case(s, v, f.case_code.as_deref()),
            Html(format!("<a href=\"/admin/audit/proof/{}\" download>{}<span class=\"vh\"> {}</span></a>", f.seq, v.pick("Bằng chứng", "Proof"), f.seq)),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Các bản ghi, mới nhất trước", "Entries, newest first").to_owned(),
        caption_hidden: false,
        columns: [("Việc", "What"), ("Lúc", "When"), ("Ai", "Who"), ("Hồ sơ", "Case"), ("Tải về", "Download")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.iter().map(row).collect(),
        empty: v.pick("Không có bản ghi nào khớp. Bản ghi mới có sau vài giây.", "No entry matches. New entries appear after a few seconds.").to_owned(),
    })
}

/// More than one person may have that name: the auditor says whom they mean, as a search of its own.
async fn people(s: &Audit, v: &Visitor, search: &Search, words: &str) -> Result<Html, PageError> {
    let found = views::people(&s.scope, words, 50).await.map_err(PageError::internal)?;
    let c = &search.criteria;
    let rows = found.iter().map(|(account, name, office)| {
        let mut fields = vec![kit::hidden("person", account), kit::hidden("case", &c.case), kit::hidden("office", &c.office), kit::hidden("kind", &c.kind), kit::hidden("reason", &search.reason)];
        for (name, day) in [("from", c.from), ("to", c.to)] {
            if let Some(d) = day {
                fields.extend([("day", d.day().to_string()), ("month", d.month().to_string()), ("year", d.year().to_string())].map(|(part, n)| kit::hidden(&format!("{name}-{part}"), &n)));
            }
        }
        fields.push(Html(format!("<button type=\"submit\" class=\"btn quiet\">{}<span class=\"vh\"> {}</span></button>", v.pick("Xem việc đã làm", "See what they did"), esc(name))));
        vec![Html::text(name), Html::text(&s.office_name(office, v.lang)), kit::form(v, HOME, &Html::join(&fields))]
    });
    Ok(kit::table(&Table {
        caption: v.pick("Những người có tên này đã làm việc trên hệ thống", "People of that name who acted in the system").to_owned(),
        caption_hidden: false,
        columns: [("Họ tên", "Name"), ("Cơ quan", "Office"), ("Chọn", "Choose")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.collect(),
        empty: v.pick("Chưa có ai tên như vậy làm việc gì trên hệ thống.", "Nobody of that name has done anything in the system.").to_owned(),
    }))
}

/// What stands in the form's boxes.
#[derive(Default)]
struct Shown {
    person: String,
    case: String,
    office: String,
    kind: String,
    from: Vec<String>,
    to: Vec<String>,
    reason: String,
}

fn date_of(form: &FormData, name: &str) -> (Result<Option<kernel::time::Date>, ()>, Vec<String>) {
    match kit::date_answer(form, name) {
        Ok(day) => (Ok(day), day.map(|d| d.to_string()).into_iter().collect()),
        Err(parts) => (Err(()), parts.to_vec()),
    }
}

pub async fn ask(State(s): State<Audit>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let text = |name: &str| form.get(name).unwrap_or_default().chars().take(1000).collect::<String>();
    let ((from, from_shown), (to, to_shown)) = (date_of(&form, "from"), date_of(&form, "to"));
    let typed = Typed { person: text("person"), case: text("case"), office: text("office"), kind: text("kind"), from, to, reason: text("reason") };
    let kinds: BTreeSet<String> = views::kinds(&s.scope).await.map_err(PageError::internal)?.into_iter().collect();
    let read = typed.read(|o| s.identity.offices().get(o).is_some(), |k| kinds.contains(k));
    let criteria = match read {
        Ok(criteria) => criteria,
        Err(refusal) => {
            let shown = Shown { person: typed.person, case: typed.case, office: typed.office, kind: typed.kind, from: from_shown, to: to_shown, reason: typed.reason };
            let page = form_page(&s, &v, &shown, &refusal.reasons).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let id = uuid::Uuid::now_v7().to_string();
    let mut batch = s.scope.batch();
    tables::searched(&mut batch, &id, &criteria, &kernel::text::clean(&typed.reason), &actor, s.now());
    s.scope.commit(batch).await.map_err(|_| Refusal::conflict("again", "Chưa ghi được lần tra cứu; hãy thử lại.", "The search could not be recorded; try again."))?;
    Ok(Redirect::to(&format!("{HOME}?search={id}")).into_response())
}

async fn form_page(s: &Audit, v: &Visitor, shown: &Shown, reasons: &[Reason]) -> Result<Html, PageError> {
    let lang = v.lang;
    let actor = actor(v)?;
    let kinds = views::kinds(&s.scope).await.map_err(PageError::internal)?;
    let mut kinds: Vec<Choice> = kinds.iter().map(|k| Choice::new(k, s.kind(k).get(lang))).collect();
    kinds.sort_by(|a, b| a.label.cmp(&b.label));
    let mut offices: Vec<Choice> = s.identity.offices().iter().map(|o| Choice::new(o.code.as_str(), o.name.get(lang))).collect();
    offices.sort_by(|a, b| a.label.cmp(&b.label));
    let field = |name: &str, vi: &str, en: &str| Field::new(lang, name, v.pick(vi, en)).errors(reasons);
    let person = field("person", "Người làm", "Who acted").optional(true).hint(v.pick("Họ tên, có dấu hay không dấu, hoặc mã tài khoản.", "A name, with or without marks, or the id of an account.")).value(&shown.person).max_length(200);
    let case = field("case", "Mã hồ sơ", "Case code").optional(true).value(&shown.case).width("w20").max_length(40);
    let office = field("office", "Cơ quan của người làm", "Office of who acted").optional(true).value(&shown.office);
    let kind = field("kind", "Việc", "What was done").optional(true).value(&shown.kind);
    let from = field("from", "Từ ngày", "From").optional(true).values(shown.from.clone());
    let to = field("to", "Đến ngày", "To").optional(true).values(shown.to.clone());
    let reason = field("reason", "Lý do tra cứu", "Reason for this search").hint(v.pick("Số văn bản, vụ việc hoặc kế hoạch kiểm tra. Lý do được ghi vào nhật ký cùng tên bạn.", "The document, the matter or the plan of inspection. The reason goes into the journal with your name.")).value(&shown.reason).max_length(500);
    let body = [person.input(), case.input(), office.select(&offices), kind.select(&kinds), from.date(), to.date(), reason.textarea(2), kit::Button::new(v.pick("Tra cứu", "Search")).html()];
    let title = v.pick("Tra cứu nhật ký", "Search the journal");
    let lead = v.pick(
        "Ai làm gì, khi nào, trên hồ sơ nào. Dữ liệu cá nhân trong bản ghi được che cho đến khi bạn mở từng bản ghi với lý do; người dân xem được ai đã mở.",
        "Who did what, when, on which case. Personal data in the entries are masked until you open an entry with a reason; the person concerned can see who opened it.",
    );
    let mut main = kit::error_summary(lang, reasons);
    main.push(&kit::heading(title, None));
    main.push(&Html(format!("<p class=\"lead\">{lead}</p>")));
    main.push(&kit::form(v, HOME, &Html::join(&body)));
    let own = views::own_searches(&s.scope, actor.account, 10).await.map_err(PageError::internal)?;
    let own: Vec<Html> = own
        .iter()
        .map(|x| {
            let by = told(s, lang, &x.criteria);
            let by = if by.is_empty() { v.pick("Mọi bản ghi", "All entries").to_owned() } else { by };
            Html(format!("{} <span class=\"muted\">{} {}</span>", kit::link(&format!("{HOME}?search={}", url_part(&x.id)), &by), when::at_time(x.at, s.now(), lang), esc(&x.reason)))
        })
        .collect();
    if !own.is_empty() {
        main.push(&Html(format!("<h2>{}</h2>{}", v.pick("Những lần tra cứu gần đây của bạn", "Your latest searches"), kit::bullets(&own))));
    }
    Ok(Shell::new(v, title, main).error(!reasons.is_empty()).back("/admin/audit", v.pick("Kiểm chứng nhật ký", "Verification of the journal")).render())
}
