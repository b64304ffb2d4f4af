//! `/work/emergency`: opening a case beyond one's reach. `/admin/emergencies`: who did, and was it justified.

use super::{Answer, actor, refused, shell, told};
use crate::{
    Powers,
    store::{self, Emergency},
};
use ::store::CommitError;
use axum::extract::State;
use kernel::{Actor, Instant, Refusal, text::clean};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    gate::see_other,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Line, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

const PAGE: i64 = 50;
/// Letters of a reason or a note that are kept.
const WORDS_MAX: usize = 2000;

pub async fn show(State(s): State<Powers>, v: Visitor) -> Result<Html, PageError> {
    page(&s, &v, &FormData::default(), None).await
}

async fn page(s: &Powers, v: &Visitor, typed: &FormData, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let title = v.pick("Mở khẩn cấp một hồ sơ", "Open a case in an emergency");
    let hours = s.rules.emergency.hours;
    let mut main = Html::default();
    if let Some(refusal) = refusal {
        main.push(&told(v, refusal));
    }
    main.push(&kit::heading(title, None));
    main.push(&kit::warning(v.lang, v.pick(
        "Chỉ dùng khi chậm trễ gây hại và không kịp xin quyền. Người nộp hồ sơ thấy tên bạn và lý do; thanh tra xem xét từng lần.",
        "Only when delay does harm and there is no time to ask. The applicant sees your name and reason; an auditor reviews each one.",
    )));
    main.push(&kit::para(&format!(
        "{} {hours} {}",
        v.pick("Hồ sơ mở để xem, không xử lý được, trong", "The case is open to see, not to act on, for"),
        v.pick("giờ.", "hours.")
    )));
    let reasons = refusal.map_or(&[][..], |r| &r.reasons);
    let said = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let mut body = Field::new(v.lang, "code", v.pick("Mã hồ sơ", "Case code")).value(said("code")).errors(reasons).max_length(60).input();
    let hint = format!("{} {}", v.pick("Ít nhất số chữ cái:", "Letters at least:"), s.rules.emergency.reason_letters);
    body.push(&Field::new(v.lang, "reason", v.pick("Lý do", "Reason")).hint(hint).value(said("reason")).errors(reasons).max_length(WORDS_MAX).textarea(4));
    body.push(&kit::Button::new(v.pick("Mở hồ sơ và ghi lại", "Open and record")).weight(kit::Weight::Risk).html());
    main.push(&kit::form(v, "/work/emergency", &body));
    let own = store::own_emergencies(&s.scope, actor.account, PAGE).await.map_err(PageError::internal)?;
    if !own.is_empty() {
        main.push(&Html(format!("<h2>{}</h2>", v.pick("Các lần bạn đã mở", "Your own openings"))));
        main.push(&table(s, v, &own, false));
    }
    Ok(shell(v, title, main).error(refusal.is_some()).render())
}

fn state(v: &Visitor, e: &Emergency) -> Html {
    match &e.review {
        None => kit::chip(Mood::Warn, v.pick("Chờ xem xét", "Waits for review")),
        Some(r) if r.justified => kit::chip(Mood::Good, v.pick("Có lý do chính đáng", "Justified")),
        Some(_) => kit::chip(Mood::Bad, v.pick("Không chính đáng", "Not justified")),
    }
}

fn table(s: &Powers, v: &Visitor, list: &[Emergency], reviewing: bool) -> Html {
    let row = |e: &Emergency| {
        let who = format!("{}<br><span class=\"muted\">{}</span>", esc(&e.name), esc(&s.office_name(&e.office, v.lang)));
        let case = if reviewing { kit::link(&format!("/admin/emergencies/{}", url_part(&e.id)), &e.code) } else { kit::link(&format!("/work/cases/{}", url_part(&e.code)), &e.code) };
        vec![Html(esc(&when::exact(e.opened, v.lang))), Html(who), case, Html::text(&e.reason), state(v, e)]
    };
    let columns = [("Lúc", "When"), ("Ai", "Who"), ("Hồ sơ", "Case"), ("Lý do", "Reason"), ("Xem xét", "Review")];
    kit::table(&Table {
        caption: v.pick("Các lần mở khẩn cấp", "Emergency openings").to_owned(),
        caption_hidden: true,
        columns: columns.map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: list.iter().map(row).collect(),
        empty: v.pick("Không có lần nào.", "None.").to_owned(),
    })
}

pub async fn open(State(s): State<Powers>, v: Visitor, typed: FormData) -> Answer {
    let actor = actor(&v)?;
    let code = clean(typed.get("code").unwrap_or_default()).to_uppercase();
    let reason: String = clean(typed.get("reason").unwrap_or_default()).chars().take(WORDS_MAX).collect();
    let mut wrong = Refusal::invalid("emergency", "Chưa mở được.", "It cannot be opened like this.");
    let least = usize::from(s.rules.emergency.reason_letters);
    if reason.chars().filter(|c| c.is_alphanumeric()).count() < least {
        wrong = wrong.because(
            Some("reason"),
            "Ghi rõ việc gì đang xảy ra và vì sao không thể chờ: người nộp hồ sơ sẽ đọc câu này.",
            "Say what is happening and why it cannot wait: the applicant will read this.",
        );
    }
    let found = s.cases.find(&actor, &code).await.map_err(PageError::internal)?;
    match &found {
        None => {
            wrong = wrong.because(Some("code"), "Không có hồ sơ mang mã này. Kiểm tra lại từng chữ số.", "There is no case with this code. Check every digit.");
        }
        Some(case) if case.seen => return Ok(see_other(&format!("/work/cases/{}", url_part(&case.code)))),
        Some(_) => {}
    }
    let Some(case) = found.filter(|_| wrong.reasons.is_empty()) else {
        return refused(page(&s, &v, &typed, Some(&wrong)).await?, wrong);
    };
    let now = s.now();
    let opening = Emergency {
        id: format!("emergency_{}", uuid::Uuid::now_v7().simple()),
        account: actor.account,
        name: actor.name.clone(),
        office: actor.office.as_ref().map_or_else(String::new, ToString::to_string),
        case: case.id,
        code: case.code,
        reason,
        opened: now,
        until: now.plus_seconds(3600 * i64::from(s.rules.emergency.hours)),
        review: None,
    };
    let mut batch = s.scope.batch();
    store::open(&mut batch, &opening, &actor);
    s.scope.commit(batch).await.map_err(PageError::internal)?;
    tracing::warn!(account = %actor.account, case = %opening.case, "a case was opened in an emergency");
    Ok(see_other(&format!("/work/cases/{}", url_part(&opening.code))))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// Only those before this instant, in microseconds.
    before: Option<i64>,
}

pub async fn list(State(s): State<Powers>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let title = v.pick("Các lần mở khẩn cấp", "Emergency openings");
    let mut main = kit::heading(title, None);
    let end = asked.before.map_or(Instant::from_micros(i64::MAX), Instant::from_micros);
    if asked.before.is_none() {
        let waiting = store::emergencies(&s.scope, true, end, 500).await.map_err(PageError::internal)?;
        main.push(&Html(format!("<h2>{} ({})</h2>", v.pick("Chờ xem xét", "Waiting for review"), waiting.len())));
        main.push(&table(&s, &v, &waiting, true));
    }
    let done = store::emergencies(&s.scope, false, end, PAGE).await.map_err(PageError::internal)?;
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Đã xem xét", "Reviewed"))));
    main.push(&table(&s, &v, &done, true));
    let full = i64::try_from(done.len()).is_ok_and(|n| n == PAGE);
    let next = done.last().filter(|_| full).map(|e| format!("/admin/emergencies?before={}", e.opened.micros()));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(shell(&v, title, main).render())
}

async fn find(s: &Powers, id: &str) -> Result<Emergency, PageError> {
    let found = store::find_emergency(&s.scope, &clean(id)).await.map_err(PageError::internal)?;
    found.ok_or_else(|| Refusal::not_found("Không có lần mở khẩn cấp này.", "There is no such opening.").into())
}

pub async fn one(State(s): State<Powers>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let e = find(&s, &id).await?;
    one_page(&s, &v, &e, &FormData::default(), None)
}

fn one_page(s: &Powers, v: &Visitor, e: &Emergency, typed: &FormData, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let mut main = Html::default();
    if let Some(refusal) = refusal {
        main.push(&told(v, refusal));
    }
    let title = format!("{} {}", v.pick("Mở khẩn cấp", "Emergency opening"), e.code);
    main.push(&kit::heading(&title, None));
    let t = |vi: &'static str, en: &'static str| v.pick(vi, en).to_owned();
    let mut lines = vec![
        Line::new(t("Ai", "Who"), format!("{}, {}", e.name, s.office_name(&e.office, v.lang))),
        Line::new(t("Lúc", "When"), when::exact(e.opened, v.lang)),
        Line::new(t("Xem được đến", "Open until"), when::exact(e.until, v.lang)),
        Line::new(t("Lý do", "Reason"), e.reason.as_str()),
    ];
    if let Some(r) = &e.review {
        let verdict = if r.justified { t("Có lý do chính đáng", "Justified") } else { t("Không chính đáng", "Not justified") };
        lines.push(Line::new(t("Kết luận", "Verdict"), verdict));
        lines.push(Line::new(t("Nhận xét", "Note"), r.note.as_str()));
        lines.push(Line::new(t("Người xem xét", "Reviewed by"), format!("{}, {}", r.by, when::exact(r.at, v.lang))));
    }
    main.push(&kit::summary_list(&lines));
    if e.review.is_none() && e.account != actor.account {
        let reasons = refusal.map_or(&[][..], |r| &r.reasons);
        let said = |name: &str| typed.get(name).unwrap_or_default().to_owned();
        let choices = [("justified", t("Có lý do chính đáng", "Justified")), ("not-justified", t("Không chính đáng", "Not justified"))].map(|(c, l)| Choice::new(c, l));
        let mut body = Field::new(v.lang, "verdict", v.pick("Kết luận", "Verdict")).value(said("verdict")).errors(reasons).radios(&choices);
        body.push(&Field::new(v.lang, "note", v.pick("Nhận xét", "Note")).value(said("note")).errors(reasons).max_length(WORDS_MAX).textarea(4));
        body.push(&kit::button(v.pick("Ghi kết luận", "Record the verdict")));
        main.push(&kit::form(v, &format!("/admin/emergencies/{}/review", url_part(&e.id)), &body));
    }
    let back = v.pick("Các lần mở khẩn cấp", "Emergency openings");
    Ok(shell(v, &title, main).error(refusal.is_some()).back("/admin/emergencies", back).render())
}

pub async fn review(State(s): State<Powers>, v: Visitor, Path(id): Path<String>, typed: FormData) -> Answer {
    let (actor, e) = (actor(&v)?, find(&s, &id).await?);
    match verdict(&e, &actor, &typed) {
        Err(refusal) => refused(one_page(&s, &v, &e, &typed, Some(&refusal))?, refusal),
        Ok((justified, note)) => {
            let mut batch = s.scope.batch();
            store::review(&mut batch, &e, justified, &note, &actor, s.now());
            match s.scope.commit(batch).await {
                Ok(()) | Err(CommitError::Conflict { .. }) => Ok(see_other(&format!("/admin/emergencies/{}", url_part(&e.id)))),
                Err(error) => Err(PageError::internal(error)),
            }
        }
    }
}

/// A verdict with its grounds, by somebody else, once.
fn verdict(e: &Emergency, actor: &Actor, typed: &FormData) -> Result<(bool, String), Refusal> {
    if e.account == actor.account {
        return Err(Refusal::forbidden("own-emergency", "Không tự xem xét việc của chính mình.", "Nobody reviews their own."));
    }
    if e.review.is_some() {
        return Err(Refusal::conflict("reviewed", "Lần mở này đã có kết luận.", "This opening has its verdict."));
    }
    let mut wrong = Refusal::invalid("review", "Chưa ghi được kết luận.", "The verdict cannot be recorded.");
    let justified = match typed.get("verdict") {
        Some("justified") => true,
        Some("not-justified") => false,
        _ => {
            wrong = wrong.because(Some("verdict"), "Chọn một kết luận.", "Choose a verdict.");
            false
        }
    };
    let note: String = clean(typed.get("note").unwrap_or_default()).chars().take(WORDS_MAX).collect();
    if note.is_empty() {
        wrong = wrong.because(Some("note"), "Ghi căn cứ của kết luận.", "Give the grounds.");
    }
    if wrong.reasons.is_empty() { Ok((justified, note)) } else { Err(wrong) }
}
