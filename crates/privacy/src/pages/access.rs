//! Who looked at my data (Law 91/2025/QH15): every opening of my cases, every question about me, every entry opened by an auditor,
//! in one list; and asking why.

use super::{PAGE, actor, newest, place, plain};
use crate::{
    Privacy,
    looks::Seen,
    request::{QUESTION, casecode},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal};
use serde::Deserialize;
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
    case: String,
}

pub async fn show(State(s): State<Privacy>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let before = place(&asked.after);
    let case = asked.case.trim().to_uppercase();
    let case = Some(case.as_str()).filter(|c| plain(c));
    let rows = s.seen(&Privacy::whose(&actor), (before.0, &before.1), case, PAGE).await.map_err(PageError::internal)?;
    let asked_already = views::explanations(&s.scope, actor.account).await.map_err(PageError::internal)?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    let of_case = case.map_or_else(String::new, |c| format!("&case={}", url_part(c)));
    let next = rows.last().filter(|_| full).map(|r| format!("/my/data-access?after={}~{}{of_case}", r.at.micros(), url_part(&r.id)));
    let title = v.pick("Ai đã xem dữ liệu của tôi", "Who looked at my data");
    let lead = v.pick(
        "Mỗi lần cán bộ mở hồ sơ hay tệp của bạn, thấy hồ sơ trong kết quả tìm kiếm hoặc danh sách in ra, mỗi lần cơ sở dữ liệu của Nhà nước bị hỏi về bạn, và mỗi lần người kiểm tra mở nội dung cá nhân của bạn trong nhật ký, đều được ghi ở đây: ai, cơ quan nào, xem gì, lúc nào, theo quyền nào.",
        "Every time an official opens a case or a file of yours, sees your case in a search result or a printed list, every time a database of the State is asked about you, and every time an auditor opens personal values of yours in the journal, it is written here: who, of which office, what, when, by what right.",
    );
    let again = s.catalog.rules.openings.again_minutes;
    let note = match v.lang {
        kernel::text::Lang::Vi => format!("Cùng một người mở lại cùng một nội dung trong {again} phút được ghi một lần."),
        kernel::text::Lang::En => format!("The same person opening the same thing again within {again} minutes is written once."),
    };
    let empty = match case {
        Some(_) => v.pick("Chưa có lần tra cứu nào về bạn trong hồ sơ này.", "Nobody has looked at this case of yours yet."),
        None => v.pick("Chưa có lần tra cứu nào về bạn.", "Nobody has asked about you yet."),
    };
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Lúc", "When"), ("Ai", "Who"), ("Xem gì", "What was seen"), ("Vì sao", "Why"), ("Hỏi lý do", "Ask why")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.iter().map(|r| row(&s, &v, &actor.account.to_string(), r, &asked_already)).collect(),
        empty: empty.to_owned(),
    });
    let mut main = kit::heading(title, None);
    main.push(&Html(format!("<p class=\"lead\">{lead}</p>")));
    main.push(&filter(&v, case));
    main.push(&table);
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&Html(format!("<p class=\"muted\">{} {}</p>", esc(&note), kit::link("/my/data", v.pick("Dữ liệu cá nhân của tôi", "My personal data")))));
    Ok(Shell::new(&v, title, main).width(Width::Wide).back("/my", v.pick("Hồ sơ của tôi", "My applications")).render())
}

fn filter(v: &Visitor, case: Option<&str>) -> Html {
    let field = Field::new(v.lang, "case", v.pick("Chỉ xem một hồ sơ (mã hồ sơ)", "One case only (its code)")).value(case.unwrap_or_default()).autocomplete("off").max_length(40).width("w20");
    let mut body = field.input();
    body.push(&kit::Button::new(v.pick("Lọc", "Filter")).weight(Weight::Quiet).html());
    let mut out = kit::search_form("/my/data-access", &body);
    if case.is_some() {
        out.push(&Html(format!("<p>{}</p>", kit::link("/my/data-access", v.pick("Xem tất cả", "See all")))));
    }
    out
}

fn who(s: &Privacy, v: &Visitor, me: &str, r: &Seen) -> Html {
    if r.account == me {
        return Html::text(v.pick("Bạn (điền và nộp tờ khai)", "You (filling in and sending a form)"));
    }
    let place = if r.office.is_empty() {
        v.pick("(không phải cán bộ)", "(not an official)").to_owned()
    } else {
        s.desk.identity().office_ever(&r.office).map_or(r.office.clone(), |o| o.name.get(v.lang).to_owned())
    };
    let title = if r.title.is_empty() { String::new() } else { format!("{}, ", r.title) };
    Html(format!("{}<br><span class=\"muted\">{}{}</span>", esc(&r.name), esc(&title), esc(&place)))
}

fn what(v: &Visitor, r: &Seen) -> Html {
    let parts = if r.parts.get(v.lang).is_empty() { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(r.parts.get(v.lang))) };
    let answer = r.answer.as_ref().map_or_else(String::new, |a| format!("<br><span class=\"muted\">{} {}</span>", esc(v.pick("Trả lời:", "Answer:")), esc(a.get(v.lang))));
    let of = if casecode(&r.code) {
        format!("<br>{} {}", esc(v.pick("Hồ sơ", "Case")), kit::link(&format!("/my/{}", url_part(&r.code)), &r.code))
    } else if r.code.starts_with("draft") {
        format!("<br><span class=\"muted\">{}</span>", esc(v.pick("bản nháp", "a draft")))
    } else if r.code.is_empty() {
        String::new()
    } else {
        format!("<br><span class=\"muted\">{}</span>", esc(&r.code))
    };
    Html(format!("{}{parts}{answer}{of}", esc(r.what.get(v.lang))))
}

fn row(s: &Privacy, v: &Visitor, me: &str, r: &Seen, asked: &BTreeMap<String, String>) -> Vec<Html> {
    let emergency = if r.emergency { kit::chip(Mood::Warn, v.pick("khẩn cấp", "emergency")).0 + "<br>" } else { String::new() };
    let ask = match asked.get(&r.id) {
        Some(code) => Html(format!("{} {}", esc(v.pick("Đã yêu cầu:", "Asked:")), kit::link(&format!("/my/{}", url_part(code)), code))),
        None if r.account == me => Html::text("–"),
        None => {
            let heard = format!("<span class=\"vh\"> {} {}</span>", esc(&r.name), esc(&when::exact(r.at, v.lang)));
            let href = format!("/my/data-access/ask?entry={}~{}", r.at.micros(), url_part(&r.id));
            Html(format!("<a href=\"{}\">{}{heard}</a>", esc(&href), esc(v.pick("Yêu cầu giải thích", "Ask for an explanation"))))
        }
    };
    vec![when::at_time(r.at, s.now(), v.lang), who(s, v, me, r), what(v, r), Html(format!("{emergency}{}", esc(r.why.get(v.lang)))), ask]
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Entry {
    entry: String,
}

async fn find(s: &Privacy, v: &Visitor, entry: &str) -> Result<Seen, PageError> {
    let (at, id) = place(entry);
    if at == newest() {
        return Err(PageError::not_found());
    }
    let actor = actor(v)?;
    s.entry(&Privacy::whose(&actor), at, &id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)
}

/// The page that asks what exactly is wanted to know.
pub async fn asking(State(s): State<Privacy>, v: Visitor, Query(asked): Query<Entry>) -> Result<Html, PageError> {
    let seen = find(&s, &v, &asked.entry).await?;
    let me = actor(&v)?.account.to_string();
    let title = v.pick("Yêu cầu giải thích một lần xem dữ liệu", "Ask why my data were looked at");
    let lines = [
        kit::Line::new(v.pick("Lúc", "When"), when::time(seen.at, &when::exact(seen.at, v.lang), v.lang)),
        kit::Line::new(v.pick("Ai", "Who"), who(&s, &v, &me, &seen)),
        kit::Line::new(v.pick("Xem gì", "What was seen"), what(&v, &seen)),
        kit::Line::new(v.pick("Vì sao (theo hệ thống)", "Why (as the system has it)"), Html::text(seen.why.get(v.lang))),
    ];
    let question = Field::new(v.lang, "question", v.pick("Bạn muốn biết thêm điều gì?", "What else do you want to know?")).optional(true).max_length(QUESTION);
    let place = format!("{}~{}", seen.at.micros(), seen.id);
    let body = Html(format!("{}{}{}", kit::hidden("entry", &place), question.textarea(3), kit::button(v.pick("Gửi yêu cầu giải thích", "Send the request"))));
    let lead = v.pick(
        "Yêu cầu được gửi tới người bảo vệ dữ liệu cá nhân, không qua người đã xem. Bạn theo dõi như mọi hồ sơ; hạn trả lời hiện ngay sau khi gửi.",
        "The request goes to the data protection officer, not to whoever looked. You follow it like any case; the time to answer is shown at once.",
    );
    let mut main = kit::heading(title, None);
    main.push(&kit::para(lead));
    main.push(&kit::summary_list(&lines));
    main.push(&kit::form(&v, "/my/data-access/ask", &body));
    Ok(Shell::new(&v, title, main).width(Width::Narrow).back("/my/data-access", v.pick("Ai đã xem dữ liệu của tôi", "Who looked at my data")).render())
}

pub async fn ask(State(s): State<Privacy>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let seen = find(&s, &v, form.get("entry").unwrap_or_default()).await?;
    if actor.party.is_none() {
        return Err(Refusal::forbidden("no-party", "Tài khoản này không có hồ sơ cá nhân để gửi yêu cầu", "This account has no person of its own to ask for").into());
    }
    let question: String = kernel::text::clean(form.get("question").unwrap_or_default()).chars().take(QUESTION).collect();
    let now: Instant = s.now();
    let done = s.ask_why(&actor, &seen, &question, now).await?;
    Ok(Redirect::to(&format!("/my/{}?new", url_part(done.found.state.code.as_str()))).into_response())
}
