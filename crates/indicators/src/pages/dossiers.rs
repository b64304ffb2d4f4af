//! `/work/index/dossiers`: the dossiers behind a figure, with the cause where one is late.

use super::{Asked, Room, address};
use crate::{
    Indicators,
    count,
    fact::Waiting,
    views::{self, After, Behind, Dossier},
};
use axum::extract::State;
use kernel::{Instant, text::Lang};
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

const PAGE: i64 = 50;

pub async fn page(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    let (whose, period) = (room.whose(&asked)?, room.period(&asked));
    if !room.may_open(&whose) {
        return Err(PageError::not_found());
    }
    let measure = |name: &str| count::measure(name).map(|(_, m)| m.name);
    let wanted = measure(&asked.measure).ok_or_else(PageError::not_found)?;
    let minus = match asked.minus.as_str() {
        "" => None,
        name => Some(measure(name).ok_or_else(PageError::not_found)?),
    };
    let behind = Behind { whose: whose.clone(), period, measure: wanted, minus, now: room.now };
    let after: Option<After> = asked.after.parse().ok();
    let mut found = views::behind_figure(&s.scope, &behind, after.as_ref(), PAGE + 1).await.map_err(PageError::internal)?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let person = super::index::official(&s, &whose).await?;
    let here = format!("{}&measure={wanted}{}", address("/work/index/dossiers", &whose, period), minus.map_or_else(String::new, |m| format!("&minus={m}")));
    let next = found.last().filter(|_| more).map(|d| format!("{here}&after={}", url_part(&d.place().to_string())));
    let title = match minus {
        None => name(wanted, room.lang()).to_owned(),
        Some(m) => format!("{} – {} “{}”", name(wanted, room.lang()), room.pick("không thuộc", "without"), name(m, room.lang())),
    };
    let caption = format!("{} · {}", room.whose_name(&whose, person.as_deref()), period.name(room.lang()));
    let mut main = kit::heading(&title, Some(&caption));
    main.push(&kit::para(&format!("{} {}", room.pick("Tính đến", "As of"), when::exact(period.compared_at(room.now), room.lang()))));
    main.push(&kit::link(&address("/work/index", &whose, period), room.pick("Về bảng chỉ số", "Back to the index")));
    main.push(&table(&room, &title, &found));
    main.push(&kit::pagination(room.lang(), (after.is_some()).then_some(here.as_str()), next.as_deref()));
    Ok(room.page(&title, "/work/index", main))
}

/// What a measure is called.
pub fn name(measure: &str, lang: Lang) -> &'static str {
    let (vi, en) = match measure {
        "received" => ("Hồ sơ tiếp nhận", "Dossiers received"),
        "on_time" => ("Hồ sơ đúng hạn (766)", "On time (766)"),
        "late" => ("Hồ sơ trễ (766)", "Late (766)"),
        "legal_on_time" => ("Hồ sơ đúng hạn theo luật", "On time by law"),
        "legal_late" => ("Hồ sơ trễ theo luật", "Late by law"),
        "again" => ("Bị yêu cầu bổ sung từ lần hai", "Asked for a supplement again"),
        "online" => ("Nộp trực tuyến", "Filed online"),
        "online_counted" => ("Trực tuyến có kết quả điện tử", "Online with an electronic result"),
        "assisted" => ("Được hỗ trợ nộp", "Filed with help"),
        "synchronised" => ("Đã đồng bộ Cổng quốc gia", "Synchronised to the portal"),
        "duty" => ("Có khoản phải nộp", "With a financial duty"),
        "duty_online" => ("Trả trực tuyến, đã đồng bộ", "Paid online and synchronised"),
        "reused" => ("Dùng lại dữ liệu", "Reusing data"),
        "population" => ("Dùng dữ liệu dân cư", "Using population data"),
        "displeased" => ("Bị phản ánh, không hài lòng", "Complaint or dislike"),
        "ended" => ("Hồ sơ kết thúc", "Dossiers ended"),
        "with_result" => ("Kết thúc có kết quả", "Ended with a result"),
        "e_result" => ("Kết quả điện tử có mã, liên kết", "Electronic result with code and link"),
        "digitised" => ("Số hóa thành phần và kết quả", "Digitised components and result"),
        "stored" => ("Kết quả vào kho cá nhân", "Result in the personal store"),
        "certified" => ("Bản sao chứng thực điện tử", "Electronic certified copy"),
        "remote" => ("Toàn trình từ nộp đến nhận", "Remote from end to end"),
        "remote_assisted" => ("Toàn trình, cán bộ nhập giúp", "Remote, typed with help"),
        _ => ("Hồ sơ", "Dossiers"),
    };
    lang.pick(vi, en)
}

pub fn table(room: &Room<'_>, caption: &str, list: &[Dossier]) -> Html {
    let c = |vi: &'static str, en: &'static str| Column::text(room.pick(vi, en));
    let table = kit::records(&Table {
        caption: caption.to_owned(),
        caption_hidden: true,
        columns: vec![
            c("Hồ sơ", "Dossier"),
            c("Cơ quan, người xử lý", "Office, official"),
            c("Tiếp nhận, kết thúc", "Received, ended"),
            c("Hạn: 766 / luật", "Due: 766 / law"),
            c("Tình trạng và nguyên nhân", "Standing and cause"),
        ],
        rows: list.iter().map(|d| row(room, d)).collect(),
        empty: room.pick("Không có hồ sơ nào.", "There is no dossier.").to_owned(),
    });
    Html(format!("<div class=\"card flush\">{table}</div>"))
}

fn row(room: &Room<'_>, d: &Dossier) -> Vec<Html> {
    let lang = room.lang();
    let at = |t: Option<Instant>| t.map_or_else(|| Html::text("–"), |t| when::at_time(t, room.now, lang));
    let person = d.official_name.as_deref().or(d.person_name.as_deref()).unwrap_or("");
    let due = if d.index_due == d.legal_due { at(d.index_due) } else { Html(format!("{}<br>{}", at(d.index_due), at(d.legal_due))) };
    vec![
        Html(format!(
            "<a class=\"code\" href=\"/work/cases/{}\">{}</a><br><span class=\"muted\">{}</span>",
            esc(&url_part(&d.code)),
            esc(&d.code),
            esc(&room.procedure_name(&d.definition))
        )),
        Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&room.office_name(&d.decides)), esc(person))),
        Html(format!("{}<br>{}", at(d.counted_at), at(d.ended_at))),
        due,
        standing(room, d),
    ]
}

/// Late or not in both views, and why.
fn standing(room: &Room<'_>, d: &Dossier) -> Html {
    let lang = room.lang();
    let late = |verdict: &str, due: Option<Instant>| verdict == "late" || (verdict == "open" && due.is_some_and(|due| due < room.now));
    let (index, law) = (late(&d.verdict, d.index_due), late(&d.legal_verdict, d.legal_due));
    let mut out = match (index, law) {
        (true, true) => kit::chip(Mood::Bad, room.pick("Trễ", "Late")),
        (true, false) => kit::chip(Mood::Warn, room.pick("Trễ theo 766, đúng hạn theo luật", "Late in 766, on time by law")),
        (false, true) => kit::chip(Mood::Warn, room.pick("Trễ theo luật, 766 tính đúng hạn", "Late by law, on time in 766")),
        (false, false) if d.ended_at.is_some() => kit::chip(Mood::Good, room.pick("Đúng hạn", "On time")),
        (false, false) => kit::chip(Mood::Info, room.pick("Đang trong hạn", "Within time")),
    };
    let mut causes = Vec::new();
    if d.flags & 1 != 0 {
        causes.push(room.pick("bổ sung từ lần hai", "a second supplement").to_owned());
    }
    if let (true, Some(step)) = (index || law, &d.cause) {
        causes.push(step_over(room, d, step));
    }
    if d.live && d.ended_at.is_none() {
        causes.push(format!("{} {}", room.pick("đang chờ", "waiting on"), waiting(Waiting::of(&d.waiting), lang)));
    }
    if !causes.is_empty() {
        out.push(&Html(format!("<br><span class=\"muted\">{}</span>", esc(&causes.join("; ")))));
    }
    out
}

fn step_over(room: &Room<'_>, d: &Dossier, step: &str) -> String {
    let definition = room.state.desk.rules().definitions.pinned(&d.definition, &d.pinned);
    let name = definition.and_then(|x| x.step(step)).map_or(step, |s| s.name.get(room.lang()));
    let office = d.cause_office.as_deref().map(|o| format!(" ({})", room.office_name(o))).unwrap_or_default();
    let hours = d.cause_s / 3600;
    let long = match hours {
        0 => format!("{} {}", d.cause_s / 60, room.pick("phút", "minutes")),
        1..48 => format!("{hours} {}", room.pick("giờ", "hours")),
        _ => format!("{} {}", hours / 24, room.pick("ngày", "days")),
    };
    format!("{} “{name}”{office} {} {long}", room.pick("bước", "step"), room.pick("quá", "over by"))
}

pub fn waiting(w: Option<Waiting>, lang: Lang) -> &'static str {
    match w {
        Some(Waiting::Intake) => lang.pick("một cửa tiếp nhận", "intake"),
        Some(Waiting::Office) | None => lang.pick("người thụ lý", "the handling official"),
        Some(Waiting::Signer) => lang.pick("người ký", "the signer"),
        Some(Waiting::Agency) => lang.pick("cơ quan phối hợp", "another agency"),
        Some(Waiting::Applicant) => lang.pick("người nộp", "the applicant"),
        Some(Waiting::Tax) => lang.pick("cơ quan thuế", "the tax office"),
    }
}
