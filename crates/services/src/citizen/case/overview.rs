//! All of one's dossiers, what waits on the citizen first, and what one was told.

use super::mood;
use crate::{Services, citizen::actor};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use casework::{definition::WaitingOn, views::CaseRow};
use web::{
    html::{Html, esc},
    kit::{self, Column, Table},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
};

pub fn own_table(s: &Services, v: &Visitor, rows: &[CaseRow]) -> Html {
    let lang = v.lang;
    let mut rows: Vec<(bool, Vec<Html>)> = rows
        .iter()
        .map(|r| {
            let d = s.desk.rules().definitions.pinned(&r.definition, &r.pinned);
            let state = d.and_then(|d| d.state("handling", &r.handling));
            let must = state.is_some_and(|x| x.waiting_on == WaitingOn::Applicant);
            let name = d.map_or(r.definition.as_str(), |d| d.name.get(lang));
            let chip = state.map_or_else(Html::default, |x| kit::chip(mood(x.tone), x.name.get(lang)));
            let open = state.is_some_and(|x| !x.terminal && x.waiting_on == WaitingOn::Office);
            let due = r.due.filter(|_| open).map_or_else(Html::default, |due| Html(format!("<br>{}", web::when::due_time(due, s.now(), lang))));
            let first = Html(format!("<a href=\"/my/{c}\">{}</a><br><span class=\"muted\">{c} · {}</span>", esc(name), esc(&r.title), c = esc(&r.code)));
            (must, vec![first, Html(format!("{chip}{due}"))])
        })
        .collect();
    rows.sort_by_key(|r| !r.0); // what waits on the citizen comes first
    if rows.is_empty() {
        return Html::default();
    }
    kit::table(&Table {
        caption: v.pick("Việc cần bạn làm ở trên cùng", "What you must do comes first").into(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Hồ sơ", "Application")), Column::text(v.pick("Đang ở đâu", "Where it stands"))],
        rows: rows.into_iter().map(|r| r.1).collect(),
        empty: String::new(),
    })
}

pub async fn mine(State(s): State<Services>, v: Visitor) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let lang = v.lang;
    let drafts = crate::drafts::own(s.desk.scope(), &actor, 20).await.map_err(PageError::internal)?;
    let rows = match actor.party {
        Some(party) => casework::views::own_cases(&s.desk, party, None, 50).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let draft_list: String = drafts
        .iter()
        .map(|d| {
            let name = s.desk.rules().definitions.pinned(d.definition.as_str(), &d.version).map_or(d.definition.to_string(), |x| x.name.get(lang).to_owned());
            format!("<li><a href=\"/drafts/{}\">{}</a> <span class=\"muted\">{} {}</span></li>", d.id, esc(&name), v.pick("lưu", "saved"), web::when::ago_time(d.changed_at, s.now(), lang))
        })
        .collect();
    let drafts = if draft_list.is_empty() { String::new() } else { format!("<h2>{}</h2><ul>{draft_list}</ul>", v.pick("Đang soạn", "Being written")) };
    let cases = own_table(&s, &v, &rows);
    let cases = if cases.is_empty() {
        Html(format!("<p class=\"none\">{} <a href=\"/services\">{}</a></p>", v.pick("Bạn chưa nộp hồ sơ nào.", "You have not applied for anything yet."), v.pick("Tìm thủ tục", "Find a procedure")))
    } else {
        cases
    };
    let appointed = casework::views::member_cases(&s.desk, actor.account, None, 50).await.map_err(PageError::internal)?;
    let appointed = match own_table(&s, &v, &appointed) {
        table if table.is_empty() => table,
        table => Html(format!("<h2>{}</h2>{table}", v.pick("Hồ sơ tôi được mời tham gia", "Cases I take part in"))),
    };
    let news = match actor.party {
        Some(party) => notices(&s, &v, party).await?,
        None => Html::default(),
    };
    let mut places = vec![
        ("/my/notices", v.pick("Thông báo và cách nhận", "Notices and how to get them")),
        ("/my/offers", v.pick("Dịch vụ được gợi ý cho tôi", "Services offered to me")),
        ("/my/complaints", v.pick("Phản ánh, kiến nghị", "Complaints and petitions")),
        ("/my/ratings", v.pick("Đánh giá việc phục vụ", "Ratings")),
        ("/payments", v.pick("Khoản phải nộp", "What I have to pay")),
        ("/signatures", v.pick("Chữ ký số của tôi", "My digital signature")),
    ];
    if s.base_data.is_some() {
        places.push(("/my/documents", v.pick("Giấy tờ của tôi", "My documents")));
    }
    if s.openings.is_some() {
        places.push(("/my/data-access", v.pick("Ai đã xem dữ liệu của tôi", "Who looked at my data")));
        places.push(("/my/data", v.pick("Dữ liệu cá nhân của tôi", "My personal data")));
    }
    let places: Vec<Html> = places.into_iter().map(|(href, name)| kit::link(href, name)).collect();
    let main = Html(format!(
        "<h1>{}</h1>{cases}{appointed}{drafts}{news}<h2>{}</h2>{}",
        v.pick("Hồ sơ của tôi", "My applications"),
        v.pick("Việc khác của tôi", "More of mine"),
        kit::bullets(&places)
    ));
    Ok(Shell::new(&v, v.pick("Hồ sơ của tôi", "My applications"), main).back("/", v.pick("Trang chủ", "Home")).render().into_response())
}

/// What was told to a party, newest first.
async fn notices(s: &Services, v: &Visitor, party: kernel::id::PartyId) -> Result<Html, PageError> {
    let sql = "SELECT at, code, vi, en FROM notice WHERE province = $1 AND party = $2 ORDER BY at DESC LIMIT 10";
    let rows = s.desk.scope().query(sql, store::values![party]).await.map_err(PageError::internal)?;
    let mut items = Vec::new();
    for row in &rows {
        let (code, text) = (row.text("code").map_err(PageError::internal)?, row.text(v.lang.code()).map_err(PageError::internal)?);
        let at = row.instant("at").map_err(PageError::internal)?;
        items.push(Html(format!("<a href=\"/my/{}\">{}</a> <span class=\"muted\">{}</span>", esc(code), esc(text), web::when::ago_time(at, s.now(), v.lang))));
    }
    if items.is_empty() {
        return Ok(Html::default());
    }
    Ok(Html(format!("<h2>{}</h2>{}", v.pick("Thông báo", "Notices"), kit::bullets(&items))))
}
