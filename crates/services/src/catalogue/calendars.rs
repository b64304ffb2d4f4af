//! Working calendars: what is off and what is worked, versions to come, and the open cases another version would count otherwise.

use super::{
    Catalogue,
    parts::{basis, day, draft_address, page, table, texts},
    releases::{self, Release, Status, Subject},
};
use axum::extract::State;
use casework::desk::AffectedCase;
use kernel::{calendar::Calendar, id::CaseId};
use web::{
    extract::Path,
    html::{Html, esc, url_part},
    kit::{self, Column, Line},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Concerned cases of one page, and how many pages of open cases are looked through for them.
const SHOWN: usize = 50;
const LOOKED_THROUGH: usize = 100;

fn offices(s: &Catalogue, code: &str) -> usize {
    s.services.desk.identity().offices().iter().filter(|o| o.calendar == code && o.successors.is_empty()).count()
}

pub async fn list(State(s): State<Catalogue>, v: Visitor) -> Result<Html, PageError> {
    let title = v.pick("Lịch làm việc", "Working calendars");
    let calendars = &s.services.desk.rules().calendars;
    let rows = calendars.0.values().map(|c| {
        let doubtful = c.days_off.iter().filter(|o| !o.legal_basis.verified).count();
        vec![
            kit::link(&format!("/admin/calendars/{}", url_part(&c.code)), c.name.get(v.lang)),
            Html::text(&c.code),
            Html::text(&format!("{} – {}", c.years.0, c.years.1)),
            Html::text(&offices(&s, &c.code).to_string()),
            Html::text(&doubtful.to_string()),
        ]
    });
    let mut columns = texts(&v, &[("Lịch", "Calendar"), ("Mã", "Code"), ("Các năm", "Years")]);
    columns.extend([Column::num(v.pick("Số cơ quan", "Offices")), Column::num(v.pick("Ngày chưa đối chiếu", "Days not verified"))]);
    let mut main = kit::heading(title, Some(v.pick("Đổi lịch không tự dời hẹn trả nào đã in.", "A changed calendar moves no promise that was printed.")));
    main.push(&table(title, columns, rows.collect(), ""));
    Ok(page(&v, title, "/admin/calendars", main).render())
}

pub async fn one(State(s): State<Catalogue>, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let c = s.services.desk.rules().calendars.0.get(&code).cloned().ok_or_else(PageError::not_found)?;
    let scope = s.services.desk.scope();
    let of_this = |r: &Release| r.subject == Subject::Calendar && r.code == code;
    let mut versions = releases::with_status(scope, Status::Draft, 200).await.map_err(PageError::internal)?;
    versions.extend(releases::released(scope).await.map_err(PageError::internal)?);
    let mut main = kit::heading(c.name.get(v.lang), Some(&code));
    main.push(&kit::summary_list(&[
        Line::new(v.pick("Các năm đã khai báo", "Declared years"), Html::text(&format!("{} – {}", c.years.0, c.years.1))),
        Line::new(v.pick("Số cơ quan theo lịch này", "Offices that keep it"), Html::text(&offices(&s, &code).to_string())),
    ]));
    let new = format!("/admin/catalogue/new?subject=calendar&code={}", url_part(&code));
    main.push(&kit::button_group(&[kit::link_button(&new, v.pick("Soạn phiên bản mới", "Draft a new version"), kit::Weight::Quiet)]));
    let rows = versions.iter().filter(|r| of_this(r)).map(|r| {
        let state = if r.status == Status::Released { v.pick("đã phát hành", "released") } else { v.pick("dự thảo", "draft") };
        vec![kit::link(&draft_address(r.id), &day(&v, r.starts)), Html::text(state), Html::text(&r.drafted.name), Html::text(r.released.as_ref().map_or("–", |h| &h.name))]
    });
    let head = v.pick("Phiên bản soạn hoặc phát hành tại đây", "Versions drafted or released here");
    let columns = texts(&v, &[("Áp dụng từ", "Counts from"), ("Tình trạng", "State"), ("Người soạn", "Drafted by"), ("Người phát hành", "Released by")]);
    main.push(&kit::card(head, &table(head, columns, rows.collect(), v.pick("Chỉ có lịch trong tệp danh mục.", "There is the calendar of the catalogue file only."))));
    let off = c.days_off.iter().rev().map(|o| vec![Html::text(&o.on.to_string()), Html::text(o.name.get(v.lang)), basis(&v, &o.legal_basis)]);
    let worked = c.extra_days.iter().rev().map(|w| vec![Html::text(&day(&v, w.on)), Html::text(w.name.get(v.lang)), basis(&v, &w.legal_basis)]);
    for (head, rows) in [(v.pick("Ngày nghỉ", "Days off"), off.collect::<Vec<_>>()), (v.pick("Ngày làm bù", "Days worked instead"), worked.collect())] {
        let columns = texts(&v, &[("Ngày", "Day"), ("Lý do", "Reason"), ("Căn cứ", "Legal basis")]);
        main.push(&kit::card(head, &table(head, columns, rows, v.pick("Không có.", "None."))));
    }
    Ok(page(&v, c.name.get(v.lang), "/admin/calendars", main).back("/admin/calendars", v.pick("Lịch làm việc", "Calendars")).render())
}

/// One page of concerned cases from a case on, and where the next begins.
async fn concerned(s: &Catalogue, newer: &Calendar, after: &str) -> Result<(Vec<AffectedCase>, Option<CaseId>), PageError> {
    let mut from: Option<CaseId> = after.parse().ok();
    let mut all = Vec::new();
    for _ in 0..LOOKED_THROUGH {
        let (mut some, next) = s.services.desk.affected_by(newer, from).await?;
        all.append(&mut some);
        from = next;
        if from.is_none() || all.len() >= SHOWN {
            break;
        }
    }
    Ok((all, from))
}

/// What a draft would change: days, and the promises of open cases, which stay.
pub async fn impact(s: &Catalogue, v: &Visitor, r: &Release, newer: &Calendar, after: &str) -> Result<Html, PageError> {
    let old = s.services.desk.rules().calendars.0.get(&r.code).cloned();
    let days = old.as_ref().map_or_else(Vec::new, |o| o.changed_days(newer));
    let listed: Vec<Html> = days.iter().take(60).map(|d| Html::text(&day(v, *d))).collect();
    let mut body = match (old.is_some(), days.len()) {
        (false, _) => kit::para(v.pick("Lịch mới: chưa có cơ quan nào theo.", "A new calendar: no office keeps it yet.")),
        (_, 0) => kit::para(v.pick("Không có ngày nào đổi giờ làm việc.", "No day has other hours.")),
        (_, n) => Html(format!("{}{}", kit::para(&format!("{n} {}", v.pick("ngày đổi giờ làm việc:", "days have other hours:"))), kit::bullets(&listed))),
    };
    let (cases, next) = concerned(s, newer, after).await?;
    let rows = cases.iter().flat_map(|c| c.clocks.iter().map(move |k| (c, k))).map(|(c, k)| {
        let clock = match k.clock.as_str() {
            "intake" => v.pick("tiếp nhận", "intake"),
            "applicant" => v.pick("người nộp bổ sung", "the applicant's supplement"),
            _ => v.pick("hẹn trả", "promise"),
        };
        vec![
            Html::text(c.code.as_str()),
            Html::text(&s.office_name(v, c.decides.as_str())),
            Html::text(clock),
            Html::text(&when::exact(k.promised, v.lang)),
            Html::text(&k.would_be.map_or_else(|| v.pick("lịch mới thiếu năm", "the new calendar lacks the year").to_owned(), |at| when::exact(at, v.lang))),
        ]
    });
    let head = v.pick("Hồ sơ đang mở bị ảnh hưởng", "Open dossiers concerned");
    let columns = texts(v, &[("Mã hồ sơ", "Code"), ("Cơ quan giải quyết", "Deciding office"), ("Thời hạn", "Clock"), ("Đã hẹn, giữ nguyên", "Promised, and stays"), ("Nếu tính theo lịch mới", "As the new one counts")]);
    let list = table(head, columns, rows.collect(), v.pick("Không có hồ sơ nào bị ảnh hưởng.", "No open dossier is concerned."));
    body.push(&Html(format!("<h3>{}</h3>{list}", esc(head))));
    body.push(&kit::para(v.pick(
        "Không hẹn trả nào tự dời. Đồng hồ bắt đầu hoặc chạy tiếp từ ngày áp dụng sẽ đếm theo lịch mới; muốn đổi một hẹn đã in phải có thông báo của cơ quan giải quyết.",
        "No promise moves by itself. Clocks that start or go on from that day count by the new calendar; a printed promise is changed only by a notice of the deciding office.",
    )));
    let next = next.map(|c| format!("{}?after={c}", draft_address(r.id)));
    body.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(kit::card(v.pick("Ảnh hưởng", "Impact"), &body))
}
