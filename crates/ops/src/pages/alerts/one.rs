//! `/work/alerts/{alert}`: one alert with its record, its history, what was made of it, and what its reader may do.

use super::{path_of, severity, standing};
use crate::{
    Ops, Who,
    alert::{Act, Alert, Line, Made, Outcome},
    catalog::SIGNALS,
    pages::{ALERTS, HOME, QUESTIONS, actor, done, off_paper, paragraphs, said::{Said, unknown_act}, shell, show::Asked},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal, time::midnight};
use records::refusal_of;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Moment, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

async fn found(s: &Ops, who: &Who, id: &str) -> Result<Alert, PageError> {
    let id = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.alert_for(who, id).await?)
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    let a = found(&s, &who, &id).await?;
    Ok(page(&s, &v, &who, &a, &Said::default(), &asked.done))
}

pub async fn post(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    let a = found(&s, &who, &id).await?;
    let result = match read(&f) {
        Ok(act) => s.alert_act(&me, a.id, &act).await,
        Err(r) => Err(r.into()),
    };
    match result {
        Ok(a) => Ok(Redirect::to(&format!("{}?done=1", path_of(a.id))).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            // As it stands now: somebody else may have been first.
            let a = found(&s, &who, &id).await?;
            Ok(said.answer(|said| page(&s, &v, &who, &a, said, "")))
        }
    }
}

fn read(f: &FormData) -> Result<Act, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let wrong = |field: &str, vi: &str, en: &str| Refusal::invalid("alert-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(field), vi, en);
    match f.get("act").unwrap_or_default() {
        "acknowledge" => Ok(Act::Acknowledge { note: text("note") }),
        "silence" => match kit::date_answer(f, "silence") {
            // Until the end of the day that was named.
            Ok(Some(day)) => Ok(Act::Silence { until: day.tomorrow().map_or_else(|_| midnight(day), midnight), reason: text("silence_reason") }),
            _ => Err(wrong("silence", "Nhập ngày có thật, ví dụ 24 12 2026.", "Enter a date that exists, such as 24 12 2026.")),
        },
        "unsilence" => Ok(Act::Unsilence),
        "close" => match Outcome::of(f.get("outcome").unwrap_or_default()) {
            Some(outcome) => Ok(Act::Close { outcome, note: text("close_note") }),
            None => Err(wrong("outcome", "Chọn kết quả: đúng, báo sai hay đã biết.", "Choose what it was: real, false or known.")),
        },
        _ => Err(unknown_act()),
    }
}

fn page(s: &Ops, v: &Visitor, who: &Who, a: &Alert, said: &Said, was_done: &str) -> Html {
    let now = who.author.at;
    let title = crate::pages::short(a.cause.label.get(v.lang), 90);
    let rule = s.catalog.alerts.rule(&a.cause.rule, now.date());
    let name = rule.map_or(a.cause.rule.as_str(), |r| r.name.get(v.lang));
    let main = Html(format!(
        "{}{}{}<p>{} {}</p>{}{}{}{}",
        said.summary(v.lang),
        done(v, was_done),
        kit::heading(&title, Some(name)),
        severity(s, &a.cause.severity, v.lang),
        standing(&Line::of(a), now, v.lang),
        next(v, who, a, now),
        kit::summary_list(&facts(s, v, a, now)),
        forms(v, who, a, said, now),
        history(v, a, now),
    ));
    shell(v, &title, main).error(said.is_error()).back(ALERTS, v.pick("Cảnh báo", "Alerts")).render()
}

/// What comes next: the record first, then who asks, directs or takes it up.
fn next(v: &Visitor, who: &Who, a: &Alert, _: Instant) -> Html {
    let id = url_part(&a.id.to_string());
    let mut buttons = vec![kit::link_button(&a.cause.path, v.pick("Mở bản ghi", "Open the record"), Weight::Quiet)];
    if a.is_open() && who.leads && (who.oversees || who.office.as_ref() == Some(&a.owner.code)) {
        let weight = if a.works(who) && !who.oversees { Weight::Quiet } else { Weight::Main };
        buttons.insert(0, kit::link_button(&format!("/ioc/ask?alert={id}"), v.pick("Yêu cầu giải trình", "Ask for an explanation"), weight));
    }
    if who.manages && a.is_open() {
        buttons.push(kit::link_button(&format!("{HOME}/new?alert={id}"), v.pick("Giao nhiệm vụ", "Give a task"), Weight::Quiet));
    }
    let mut out = kit::button_group(&buttons);
    if a.works(who) && a.state == crate::alert::State::Firing {
        let weight = if who.oversees { Weight::Quiet } else { Weight::Main };
        let body = Html(format!("{}{}", kit::hidden("act", "acknowledge"), kit::Button::new(v.pick("Tiếp nhận cảnh báo", "Take it up")).weight(weight).html()));
        out.push(&kit::form(v, &path_of(a.id), &body));
    }
    off_paper(&out)
}

fn facts(s: &Ops, v: &Visitor, a: &Alert, now: Instant) -> Vec<kit::Line> {
    let rule = s.catalog.alerts.rule(&a.cause.rule, now.date());
    let unit = rule.and_then(|r| SIGNALS.iter().find(|u| u.0 == r.signal)).filter(|_| rule.is_some_and(|r| r.by == crate::catalog::By::Subject)).map_or(v.pick("trường hợp", "cases"), |u| v.pick(u.1, u.2));
    let mut out = vec![kit::Line::new(v.pick("Bản ghi", "Record"), kit::link(&a.cause.path, a.cause.label.get(v.lang)))];
    out.push(kit::Line::new(v.pick("Mức khi báo", "Value when it fired"), format!("{} {unit}", when::number(a.cause.value, v.lang)).as_str()));
    out.push(kit::Line::new(v.pick("Có từ", "So since"), when::at_time(a.cause.since, now, v.lang)));
    out.push(kit::Line::new(v.pick("Bắt đầu báo", "Fired"), when::at_time(a.fired, now, v.lang)));
    out.push(kit::Line::new(v.pick("Cơ quan chịu trách nhiệm", "Who answers for it"), a.owner.name.as_str()));
    if let Some(place) = a.place.as_ref().filter(|p| p.code != a.owner.code) {
        out.push(kit::Line::new(v.pick("Tại", "At"), place.name.as_str()));
    }
    if let Some(x) = a.silence.as_ref().filter(|_| a.is_silent(now)) {
        out.push(kit::Line::new(v.pick("Tạm ẩn", "Silenced"), Html(format!("{} {} · {}: {}", v.pick("đến hết", "until the end of"), esc(&when::day(x.until.plus_seconds(-1).date(), v.lang)), esc(&x.by), esc(&x.reason)))));
    }
    let made = |list: &[Made], home: &str| Html(list.iter().map(|m| kit::link(&format!("{home}/{}", m.id), &m.label).0).collect::<Vec<_>>().join("<br>"));
    if !a.asked.is_empty() {
        out.push(kit::Line::new(v.pick("Đã yêu cầu giải trình", "Explanations asked for"), made(&a.asked, QUESTIONS)));
    }
    if !a.directed.is_empty() {
        out.push(kit::Line::new(v.pick("Nhiệm vụ đã giao", "Directives given"), made(&a.directed, HOME)));
    }
    if let Some(r) = rule {
        out.push(kit::Line::new(v.pick("Việc cần làm", "What to do"), r.advice.get(v.lang)));
    }
    out
}

fn forms(v: &Visitor, who: &Who, a: &Alert, said: &Said, now: Instant) -> Html {
    if !a.decides(who) {
        return Html::default();
    }
    let path = path_of(a.id);
    let form = |act: &'static str, body: Html| kit::form_with(v, &path, &[("class", "no-print")], &Html(format!("{}{body}", kit::hidden("act", act))));
    let button = |vi: &'static str, en: &'static str| kit::Button::new(v.pick(vi, en)).weight(Weight::Quiet).html();
    let mut out = Html::default();
    if a.is_open() && a.is_silent(now) {
        out.push(&form("unsilence", button("Thôi tạm ẩn", "End the silence")));
    } else if a.is_open() {
        let body = Html(format!(
            "{}{}{}",
            said.date(v, "silence", "silence", ("Ẩn đến hết ngày", "Until the end of"), None).date(),
            said.field(v, "silence", "silence_reason", ("Lý do", "Reason")).hint(v.pick("Người giám sát đọc được lý do này.", "Whoever oversees reads it.")).max_length(2000).input(),
            button("Tạm ẩn cảnh báo", "Silence the alert"),
        ));
        out.push(&said.folded("silence", v.pick("Tạm ẩn có thời hạn", "Silence it for a time"), &form("silence", body)));
    }
    if a.is_open() || a.outcome.is_none() {
        let outcomes: Vec<Choice> = Outcome::ALL.iter().map(|o| Choice::new(o.code(), o.text().get(v.lang))).collect();
        let body = Html(format!(
            "{}{}{}",
            said.field(v, "close", "outcome", ("Cảnh báo này", "This alert was")).radios(&outcomes),
            said.field(v, "close", "close_note", ("Ghi chú", "Note")).optional(true).hint(v.pick("Bắt buộc khi báo sai.", "Needed when it was false.")).max_length(2000).input(),
            if a.is_open() { button("Kết thúc cảnh báo", "Close the alert") } else { button("Ghi đánh giá", "Record") },
        ));
        let title = if a.is_open() { v.pick("Kết thúc, đánh giá cảnh báo", "Close and judge it") } else { v.pick("Đánh giá cảnh báo", "Judge it") };
        out.push(&said.folded("close", title, &form("close", body)));
    }
    out
}

fn history(v: &Visitor, a: &Alert, now: Instant) -> Html {
    let moments: Vec<Moment> = a
        .steps
        .iter()
        .rev()
        .map(|s| Moment { title: word(&s.what, v).to_owned(), body: paragraphs(&s.text), when: Html(format!("{} · {}", esc(&s.by), when::at_time(s.at, now, v.lang))), next: false })
        .collect();
    Html(format!("<h2 id=\"history\">{}</h2>{}", v.pick("Diễn biến", "History"), kit::timeline(&moments)))
}

fn word<'v>(what: &str, v: &'v Visitor) -> &'v str {
    let (vi, en) = match what {
        "fired" => ("Bắt đầu báo", "Fired"),
        "acknowledged" => ("Tiếp nhận", "Taken up"),
        "silenced" => ("Tạm ẩn", "Silenced"),
        "unsilenced" => ("Thôi tạm ẩn", "Silence ended"),
        "escalated" => ("Chuyển lên", "Came before"),
        "inhibited" => ("Nhường cảnh báo lớn hơn", "Stands back"),
        "released" => ("Báo trở lại", "Fires again"),
        "asked" => ("Yêu cầu giải trình", "Explanation asked for"),
        "directed" => ("Giao nhiệm vụ", "Directive given"),
        "closed" => ("Kết thúc", "Closed"),
        "ended" => ("Tự kết thúc", "Over by itself"),
        "judged" => ("Đánh giá", "Judged"),
        _ => ("Thay đổi", "Changed"),
    };
    v.pick(vi, en)
}
