//! `/centre/boards`: the list, and one board with its members, matrix, load and changes.

use super::{Done, Said, actor, board_new::{able, people_choices, seat_for, term}, centre, day, done, folded, form, own::unknown_act, refusal_of};
use crate::{
    Boards,
    board::{Board, Guest, Held, SeatRole, views},
    matter::WORKLOAD_DAYS,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::{AccountId, BoardId}, time::Date};
use web::{
    Page,
    extract::{FormData, Path, Query},
    html::Html,
    kit::{self, Choice, Column, Line, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

pub async fn list(State(s): State<Boards>, v: Visitor) -> Page {
    let today = s.now().date();
    let list = views::boards(&s.scope, today, 500).await.map_err(PageError::internal)?;
    let rows = list
        .iter()
        .map(|b| {
            let state = match (b.closed, b.term_from <= today && today <= b.term_to) {
                (true, _) => kit::chip(Mood::Bad, v.pick("đã giải thể", "closed")),
                (false, true) => kit::chip(Mood::Good, v.pick("đang làm việc", "working")),
                (false, false) => kit::chip(Mood::Warn, v.pick("ngoài nhiệm kỳ", "outside its term")),
            };
            vec![
                kit::link(&format!("/centre/boards/{}", b.id), b.name.get(v.lang)),
                Html::text(b.chair.as_deref().unwrap_or("–")),
                Html::text(&b.seats.to_string()),
                Html::text(&b.open.to_string()),
                Html::text(&day(&v, b.term_to)),
                state,
            ]
        })
        .collect();
    let title = v.pick("Ban tư vấn", "Consulting boards");
    let new = if v.actor.as_ref().is_some_and(|a| Boards::is_officer(a)) { kit::link_button("/centre/boards/new", v.pick("Lập ban mới", "New board"), Weight::Main) } else { Html::default() };
    let main = Html(format!(
        "{}{new}{}",
        kit::heading(title, None),
        kit::table(&Table {
            caption: title.to_owned(),
            caption_hidden: true,
            columns: vec![
                Column::text(v.pick("Ban", "Board")),
                Column::text(v.pick("Trưởng ban", "Chair")),
                Column::num(v.pick("Thành viên", "Members")),
                Column::num(v.pick("Việc đang mở", "Open matters")),
                Column::text(v.pick("Nhiệm kỳ đến", "Term to")),
                Column::text(v.pick("Tình trạng", "State")),
            ],
            rows,
            empty: v.pick("Chưa có ban nào; lập ban đầu tiên từ một mẫu.", "There is no board; open the first from a template.").to_owned(),
        })
    ));
    Ok(centre(&v, title, main).render())
}

pub async fn show(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let b = found(&s, &id).await?;
    Ok(page(&s, &v, &b, &Said::default(), &q.done).await?.into_response())
}

async fn found(s: &Boards, id: &str) -> Result<Board, PageError> {
    let id: BoardId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.board(id).await?)
}

async fn page(s: &Boards, v: &Visitor, b: &Board, said: &Said, news: &str) -> Result<Html, PageError> {
    let lang = v.lang;
    let today = s.now().date();
    let officer = v.actor.as_ref().is_some_and(|a| Boards::is_officer(a));
    let mut lines = vec![
        Line::new(v.pick("Lĩnh vực", "Field"), super::named(&s.catalog.competences.fields, &b.field).get(lang)),
        Line::new(v.pick("Nhiệm kỳ", "Term"), term(v, b.term)),
        Line::new(v.pick("Mẫu", "Template"), s.catalog.template(&b.template).map_or(b.template.as_str(), |t| t.name.get(lang))),
    ];
    if let Some(c) = &b.closed {
        lines.push(Line::new(v.pick("Đã giải thể", "Closed"), format!("{} – {} ({})", c.reason, c.by, day(v, c.at.date()))));
    }
    let open = views::open_matters(&s.scope, b.id).await.map_err(PageError::internal)?;
    let mut buttons = vec![kit::link_button(&format!("/centre/matters?board={}", b.id), &format!("{} ({open})", v.pick("Việc của ban", "Matters")), Weight::Quiet)];
    if officer && b.works_on(today) {
        buttons.insert(0, kit::link_button(&format!("/centre/boards/{}/matters/new", b.id), v.pick("Đưa việc ra ban", "Open a matter"), Weight::Main));
    }
    let thin = b.voting_on(today).len() < b.rules.size.min as usize && b.closed.is_none();
    let thin = if thin { kit::warning(lang, &format!("{} {}", v.pick("Số thành viên còn dưới mức tối thiểu của mẫu:", "Fewer members than the template's minimum:"), b.rules.size.min)) } else { Html::default() };
    let forms = if officer && b.closed.is_none() { forms(s, v, b, said).await? } else { Html::default() };
    let main = Html(format!(
        "{}{}{}{thin}{}{}{}{}{}{}<h2>{}</h2>{}{forms}",
        kit::error_summary(lang, &said.reasons),
        done(v, news),
        kit::heading(b.name.get(lang), None),
        kit::summary_list(&lines),
        kit::button_group(&buttons),
        members(s, v, b, today),
        matrix(s, v, b, today),
        load(s, v, b, today).await?,
        guests(v, b, today),
        v.pick("Quy tắc", "Rules"),
        super::public::rules(v, &b.rules),
    ));
    Ok(centre(v, b.name.get(lang), main).error(said.is_error()).back("/centre/boards", v.pick("Các ban", "Boards")).render())
}

fn members(s: &Boards, v: &Visitor, b: &Board, today: Date) -> Html {
    let mut seats: Vec<_> = b.seats.iter().filter(|x| x.to.is_none_or(|to| to >= today)).collect();
    seats.sort_by_key(|x| (x.role, x.from));
    let rows = seats
        .into_iter()
        .map(|x| {
            let skills: Vec<String> = x.competences.iter().map(|h| format!("{} ({})", super::competence_name(s, v, &h.competence), h.level)).collect();
            let name = x.expert.map_or_else(|| Html::text(&x.name), |id| kit::link(&format!("/experts/{id}"), &x.name));
            let until = x.to.map_or_else(|| v.pick("hết nhiệm kỳ", "end of term").to_owned(), |d| day(v, d));
            vec![name, Html::text(x.role.text().get(v.lang)), Html::text(&format!("{} – {until}", day(v, x.from))), Html::text(&skills.join(", "))]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Thành viên", "Members").to_owned(),
        columns: vec![Column::text(v.pick("Họ tên", "Name")), Column::text(v.pick("Vị trí", "Seat")), Column::text(v.pick("Thời gian", "Dates")), Column::text(v.pick("Năng lực (mức)", "Competences (level)"))],
        rows,
        empty: v.pick("Chưa có thành viên.", "No members.").to_owned(),
        ..Table::default()
    })
}

fn matrix(s: &Boards, v: &Visitor, b: &Board, today: Date) -> Html {
    let rows: Vec<Vec<Html>> = b
        .matrix(today)
        .into_iter()
        .map(|l| {
            let who: Vec<&str> = l.holders.iter().map(|h| h.name.as_str()).collect();
            let state = if l.met { kit::chip(Mood::Good, v.pick("đủ", "met")) } else { kit::chip(Mood::Warn, v.pick("thiếu", "missing")) };
            vec![Html::text(&super::competence_name(s, v, &l.wanted.competence)), Html::text(&super::level_name(s, v, l.wanted.level)), Html::text(&format!("{} / {}", who.len(), l.wanted.members)), Html::text(&who.join(", ")), state]
        })
        .collect();
    if rows.is_empty() {
        return Html::default();
    }
    kit::table(&Table {
        caption: v.pick("Ma trận năng lực", "Competence matrix").to_owned(),
        columns: vec![Column::text(v.pick("Năng lực", "Competence")), Column::text(v.pick("Mức cần", "Level")), Column::num(v.pick("Có / cần", "Have / want")), Column::text(v.pick("Ai", "Who")), Column::text(v.pick("Tình trạng", "State"))],
        rows,
        ..Table::default()
    })
}

async fn load(s: &Boards, v: &Visitor, b: &Board, today: Date) -> Result<Html, PageError> {
    let since = kernel::time::midnight(today).plus_seconds(-WORKLOAD_DAYS * 86_400);
    let loads = views::workload(&s.scope, b.id, today, since).await.map_err(PageError::internal)?;
    let rows = loads.iter().map(|l| vec![Html::text(&l.name), Html::text(&l.boards.to_string()), Html::text(&l.waiting.to_string()), Html::text(&l.reporting.to_string()), Html::text(&l.voted.to_string())]).collect();
    Ok(kit::table(&Table {
        caption: v.pick("Khối lượng việc của thành viên (mọi ban)", "Members' load (all boards)").to_owned(),
        columns: vec![
            Column::text(v.pick("Họ tên", "Name")),
            Column::num(v.pick("Số ban", "Boards")),
            Column::num(v.pick("Chờ biểu quyết", "Awaiting vote")),
            Column::num(v.pick("Đang báo cáo", "Reporting")),
            Column::num(format!("{} {WORKLOAD_DAYS} {}", v.pick("Phiếu trong", "Votes in"), v.pick("ngày", "days"))),
        ],
        rows,
        empty: v.pick("Chưa có thành viên.", "No members.").to_owned(),
        ..Table::default()
    }))
}

fn guests(v: &Visitor, b: &Board, today: Date) -> Html {
    let list: Vec<Html> = b.guests_on(today).map(|g| Html::text(&format!("{} – {} ({} {})", g.name, g.home, v.pick("từ", "since"), day(v, g.from)))).collect();
    if list.is_empty() {
        return Html::default();
    }
    Html(format!("<h2>{}</h2>{}", v.pick("Khách mời, không biểu quyết", "Guests, without a vote"), kit::bullets(&list)))
}

async fn forms(s: &Boards, v: &Visitor, b: &Board, said: &Said) -> Result<Html, PageError> {
    let lang = v.lang;
    let today = s.now().date();
    let path = format!("/centre/boards/{}", b.id);
    let able = able(s, v).await?;
    let seated: Vec<Choice> = b.seats.iter().filter(|x| x.to.is_none_or(|to| to >= today)).map(|x| Choice::new(x.account.to_string(), format!("{} – {}", x.name, x.role.text().get(lang)))).collect();
    let roles: Vec<Choice> = SeatRole::ALL.iter().map(|r| Choice::new(r.code(), r.text().get(lang))).collect();
    let competences: Vec<Choice> = s.catalog.competences.competences.iter().map(|c| Choice::new(c.code.as_str(), c.name.get(lang))).collect();
    let mut levels = vec![Choice::new("0", v.pick("0 – bỏ", "0 – remove"))];
    levels.extend((1u8..).zip(&s.catalog.competences.levels).map(|(n, _)| Choice::new(n.to_string(), super::level_name(s, v, n))));
    let field = |act: &str, name: &str, vi: &str, en: &str| said.field(lang, act, name, v.pick(vi, en));
    let date = |act: &str, name: &str, vi: &str, en: &str| {
        let values = match kit::date_answer(&said.form, name) {
            Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
            Err(parts) => parts.to_vec(),
        };
        field(act, name, vi, en).values(if said.act == act { values } else { Vec::new() }).date()
    };
    let quiet = |vi: &str, en: &str, weight: Weight| kit::Button::new(v.pick(vi, en)).weight(weight).html();
    let one = |act: &str, vi: &str, en: &str, body: String| folded(said, act, v.pick(vi, en), &form(v, &path, act, &Html(body))).0;
    let appoint = format!(
        "{}{}{}{}{}{}",
        field("appoint", "account", "Người được bổ nhiệm", "Who").select(&people_choices(&able)),
        field("appoint", "role", "Vị trí", "Seat").select(&roles),
        date("appoint", "seat_from", "Từ ngày", "From"),
        date("appoint", "seat_to", "Đến hết ngày (để trống: hết nhiệm kỳ)", "To (empty: end of term)"),
        field("appoint", "decision", "Số quyết định", "Decision").optional(true).max_length(200).input(),
        quiet("Bổ nhiệm", "Appoint", Weight::Quiet),
    );
    let end = format!(
        "{}{}{}{}",
        field("end", "of_end", "Thành viên", "Member").select(&seated),
        date("end", "end_on", "Ngày cuối", "Last day"),
        field("end", "end_reason", "Lý do", "Reason").textarea(2),
        quiet("Kết thúc vị trí", "End the seat", Weight::Risk),
    );
    let competence = format!(
        "{}{}{}{}",
        field("competence", "of", "Thành viên", "Member").select(&seated),
        field("competence", "competence", "Năng lực", "Competence").select(&competences),
        field("competence", "level", "Mức", "Level").select(&levels),
        quiet("Ghi năng lực", "Record", Weight::Quiet),
    );
    let guest = format!(
        "{}{}{}",
        field("guest", "guest_name", "Họ tên khách mời", "Guest").max_length(200).input(),
        field("guest", "guest_home", "Tỉnh, cơ quan, chức vụ", "Province, agency, position").max_length(200).input(),
        quiet("Mời", "Invite", Weight::Quiet),
    );
    let extend = format!("{}{}{}", date("extend", "term_to", "Nhiệm kỳ đến hết ngày", "Term to"), field("extend", "extend_reason", "Lý do", "Reason").textarea(2), quiet("Kéo dài", "Extend", Weight::Quiet));
    let close = format!("{}{}", field("close", "close_reason", "Lý do giải thể", "Reason").textarea(2), quiet("Giải thể ban", "Close the board", Weight::Risk));
    Ok(Html(format!(
        "<h2>{}</h2>{}{}{}{}{}{}",
        v.pick("Thay đổi", "Changes"),
        one("appoint", "Bổ nhiệm thành viên", "Appoint a member", appoint),
        one("competence", "Ghi năng lực của thành viên", "Record a member's competence", competence),
        one("end", "Kết thúc vị trí của thành viên", "End a member's seat", end),
        if b.rules.guests { one("guest", "Mời khách của tỉnh khác, cơ quan khác", "Invite a guest of another province or agency", guest) } else { String::new() },
        one("extend", "Kéo dài nhiệm kỳ", "Extend the term", extend),
        one("close", "Giải thể ban", "Close the board", close),
    )))
}

pub async fn act(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let b = found(&s, &id).await?;
    let result = perform(&s, &v, &b, &f).await;
    match result {
        Ok(_) => Ok(Redirect::to(&format!("/centre/boards/{}?done=1", b.id)).into_response()),
        Err(PageError(web::problem::Fault::Refused(refusal))) => {
            let mut refusal = refusal_of(refusal.into())?;
            // Each form of the page has field names of its own, so that every id stands once.
            let act = f.get("act").unwrap_or_default().to_owned();
            for reason in &mut refusal.reasons {
                reason.field = match (act.as_str(), reason.field.as_deref()) {
                    ("appoint", Some("chair" | "deputy" | "secretary" | "member")) => Some("account".into()),
                    ("end", Some("to")) => Some("end_on".into()),
                    ("end", Some("reason")) => Some("end_reason".into()),
                    ("extend", Some("reason")) => Some("extend_reason".into()),
                    _ => reason.field.take(),
                };
            }
            let said = Said::refused(f, refusal);
            let b = found(&s, &id).await?;
            Ok(said.answer(page(&s, &v, &b, &said, "").await?))
        }
        Err(e) => Err(e),
    }
}

async fn perform(s: &Boards, v: &Visitor, b: &Board, f: &FormData) -> Result<Board, PageError> {
    let actor = actor(v)?;
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let needed = |name: &str| -> Result<Date, Refusal> {
        kit::date_answer(f, name).ok().flatten().ok_or_else(|| Refusal::invalid("date", "Ngày chưa đúng", "The date is not right").because(Some(name), "Nhập ngày có thật, ví dụ 24 11 2026.", "Enter a date that exists, such as 24 11 2026."))
    };
    let member = |name: &str| -> Result<AccountId, Refusal> {
        text(name).parse().map_err(|_| Refusal::invalid("member", "Chưa chọn người", "Nobody is chosen").because(Some(name), "Chọn một người trong danh sách.", "Choose somebody from the list."))
    };
    Ok(match f.get("act").unwrap_or_default() {
        "appoint" => {
            let account = member("account")?;
            let role = SeatRole::of(&text("role")).ok_or_else(|| Refusal::invalid("role", "Chưa chọn vị trí", "No seat is chosen").because(Some("role"), "Chọn một vị trí.", "Choose a seat."))?;
            let from = needed("seat_from")?;
            let to = kit::date_answer(f, "seat_to").map_err(|_| Refusal::invalid("date", "Ngày chưa đúng", "The date is not right").because(Some("seat_to"), "Nhập ngày có thật hoặc để trống.", "Enter a date that exists or leave it empty."))?;
            let able = able(s, v).await?;
            let seat = seat_for(s, &able, &account.to_string(), role, from).await?;
            let seat = seat.ok_or_else(|| Refusal::invalid("account", "Chưa bổ nhiệm được", "Not appointed").because(Some("account"), "Chỉ bổ nhiệm người giữ vị trí tại trung tâm hoặc chuyên gia được công nhận.", "Only post-holders of the centre and recognised experts are appointed."))?;
            s.appoint(&actor, b.id, &crate::board::Seat { to, decision: text("decision"), ..seat }).await?
        }
        "end" => s.end_seat(&actor, b.id, member("of_end")?, needed("end_on")?, &text("end_reason")).await?,
        "competence" => {
            let held = Held { competence: text("competence"), level: text("level").parse().unwrap_or(u8::MAX) };
            s.note_competence(&actor, b.id, member("of")?, &held).await?
        }
        "guest" => s.invite_guest(&actor, b.id, &Guest { name: text("guest_name"), home: text("guest_home"), from: s.now().date(), to: None }).await?,
        "extend" => s.extend_term(&actor, b.id, needed("term_to")?, &text("extend_reason")).await?,
        "close" => s.close_board(&actor, b.id, &text("close_reason")).await?,
        _ => return Err(unknown_act().into()),
    })
}
