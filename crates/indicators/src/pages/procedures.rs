//! `/work/index/procedures`: publication (1.1–1.3) procedure by procedure, and which procedures have no result code.

use super::{Asked, Room};
use crate::{Indicators, page766::missing_parts};
use axum::extract::State;
use kernel::id::OfficeCode;
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn page(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    let (whose, period) = (room.whose(&asked)?, room.period(&asked));
    let all = s.procedures_of(&whose, period, room.now);
    let title = room.pick("Công khai thủ tục và mã kết quả", "Publication of procedures and result codes");
    let mut main = kit::heading(title, Some(&room.whose_name(&whose, None)));
    let without = all.iter().filter(|d| !s.catalog.result_codes.contains_key(d.code.as_str())).count();
    let said = format!(
        "{}: {} / {}",
        room.pick("Thủ tục chưa có mã kết quả", "Procedures without a result code"),
        when::number(i64::try_from(without).unwrap_or(0), room.lang()),
        when::number(i64::try_from(all.len()).unwrap_or(0), room.lang())
    );
    main.push(&kit::inset(&kit::para(&said)));
    main.push(&kit::para(room.pick(
        "Hồ sơ của thủ tục chưa có mã kết quả không được tính ở chỉ số 4.1, 4.4 và 3.3, dù kết quả đã cấp bản điện tử.",
        "Dossiers of a procedure without a result code do not count in 4.1, 4.4 and 3.3, even with an electronic result.",
    )));
    let rows = all.iter().map(|d| row(&room, d)).collect();
    let c = |vi: &'static str, en: &'static str| Column::text(room.pick(vi, en));
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            c("Thủ tục", "Procedure"),
            c("Mã kết quả", "Result code"),
            c("Công bố (1.1)", "Published (1.1)"),
            c("Công khai (1.2)", "Publicised (1.2)"),
            c("Đủ bảy bộ phận (1.3)", "Seven parts (1.3)"),
        ],
        rows,
        empty: room.pick("Không có thủ tục nào.", "There is no procedure.").to_owned(),
    });
    main.push(&Html(format!("<div class=\"card flush\">{table}</div>")));
    Ok(room.page(title, "/work/index/procedures", main))
}

fn row(room: &Room<'_>, d: &casework::Definition) -> Vec<Html> {
    let lang = room.lang();
    let catalog = &room.state.catalog;
    let code = match catalog.result_codes.get(d.code.as_str()) {
        None => kit::chip(Mood::Bad, room.pick("chưa có mã", "no code")),
        Some(c) => Html(format!("<span class=\"code\">{}</span> {}", esc(&c.code), if c.verified { String::new() } else { super::unverified(lang).0 })),
    };
    let publication = catalog.publications.list.iter().find(|p| p.procedure == d.code.as_str());
    let offices = room.state.desk.identity().offices();
    let calendar = offices
        .province(room.state.scope.province().as_str())
        .and_then(|p| room.state.desk.calendar(&OfficeCode::new(p.prefix.as_str())).ok());
    let in_time = |told: Option<bool>| match told {
        Some(true) => kit::chip(Mood::Good, room.pick("đúng hạn", "in time")),
        Some(false) => kit::chip(Mood::Bad, room.pick("trễ", "late")),
        None => super::no_data(lang),
    };
    let (published, publicised) = match (publication, calendar) {
        (Some(p), Some(calendar)) => {
            let first = format!("{} → {}<br>", esc(&when::day(p.decided, lang)), esc(&when::day(p.effective, lang)));
            let second = p.publicised.map_or_else(String::new, |day| format!("{}<br>", esc(&when::day(day, lang))));
            (Html(format!("{first}{}", in_time(room.state.early_enough(p, calendar)))), Html(format!("{second}{}", in_time(room.state.soon_enough(p, calendar)))))
        }
        _ => (super::no_data(lang), super::no_data(lang)),
    };
    let missing = missing_parts(d);
    let parts = if missing.is_empty() {
        kit::chip(Mood::Good, room.pick("đủ", "complete"))
    } else {
        let names: Vec<&str> = missing.iter().map(|(vi, en)| lang.pick(vi, en)).collect();
        Html(format!("{} {}", kit::chip(Mood::Bad, room.pick("thiếu", "missing")), esc(&names.join(", "))))
    };
    vec![
        Html(format!("<a href=\"/work/procedures/{}\">{}</a><br><span class=\"code muted\">{}</span>", esc(d.code.as_str()), esc(d.name.get(lang)), esc(d.code.as_str()))),
        code,
        published,
        publicised,
        parts,
    ]
}
