//! What is offered to a person, with the right to refuse; for officials, whom each rule reaches, why, and what became of it.

use super::parts::{actor, before, cited, done, own_page, plain, reasons, status, work_page};
use crate::{
    Care,
    offer::{Candidate, NotOffered, OfferId, Rule, Trigger, store as rows},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use casework::DeskError;
use kernel::{Refusal, text::Lang};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
    rule: String,
    after: String,
}

/// Parts of the directory looked through for one page: enough for a commune, a bound for a city.
const PARTS: usize = 10;
/// People listed on one page.
const LISTED: usize = 200;

fn rule<'s>(s: &'s Care, code: &str) -> Option<&'s Rule> {
    s.catalog.offers.offers.iter().find(|r| r.code == code)
}

fn service_name(s: &Care, v: &Visitor, service: &str) -> String {
    let definition = s.desk.rules().definitions.current(service, s.now().date());
    definition.map(|d| d.name.get(v.lang).to_owned()).or_else(|| rule(s, service).map(|r| r.name.get(v.lang).to_owned())).unwrap_or_else(|| service.to_owned())
}

pub async fn mine(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    page(&s, &v, asked.done.as_deref(), None).await
}

async fn page(s: &Care, v: &Visitor, word: Option<&str>, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let party = actor(v)?.party.ok_or_else(PageError::not_found)?;
    let offers = rows::own(&s.scope, party).await.map_err(PageError::internal)?;
    let refused = rows::refused(&s.scope, party).await.map_err(PageError::internal)?;
    let today = s.now().date();
    let title = v.pick("Dịch vụ được gợi ý cho bạn", "Services offered to you");
    let mut main = kit::error_summary(v.lang, &refusal.map(reasons).unwrap_or_default());
    main.push(&match word {
        Some("refused") => done(v, true, "Đã ghi: bạn không muốn được gợi ý dịch vụ này.", "Recorded: you do not want to be offered this service."),
        Some("again") => done(v, true, "Dịch vụ này sẽ lại được gợi ý cho bạn.", "This service will be offered to you again."),
        Some(_) => done(v, true, "Đã ghi nhận.", "Recorded."),
        None => Html::default(),
    });
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Cơ quan nhắc trước khi bạn cần; hồ sơ chỉ được nộp khi chính bạn nộp. Bạn có quyền từ chối.",
        "The office reminds you before you need it; nothing is submitted unless you submit it. You have the right to refuse.",
    )));
    let (open, past): (Vec<_>, Vec<_>) = offers.iter().partition(|o| o.state == rows::State::Open && o.until >= today);
    if open.is_empty() {
        main.push(&Html(format!("<p class=\"none\">{}</p>", v.pick("Hiện không có gợi ý nào.", "There are no offers now."))));
    }
    for o in &open {
        main.push(&card(s, v, o));
    }
    if !past.is_empty() {
        main.push(&past_table(s, v, &past));
    }
    if !refused.is_empty() {
        main.push(&Html(format!("<h2>{}</h2>", v.pick("Bạn đã từ chối", "You have refused"))));
        for (service, at) in &refused {
            let name = service_name(s, v, service);
            let label = format!("{}<span class=\"vh\">: {}</span>", v.pick("Cho gợi ý lại", "Offer it again"), esc(&name));
            let form = kit::form(v, "/my/offers/again", &Html(format!("{}<button class=\"btn quiet\">{label}</button>", kit::hidden("service", service))));
            main.push(&Html(format!("<section class=\"card\"><p>{} <span class=\"muted\">{}</span></p>{form}</section>", esc(&name), when::ago_time(*at, s.now(), v.lang))));
        }
    }
    main.push(&kit::details(v.pick("Căn cứ", "Legal basis"), &cited(v, &s.catalog.offers.legal_basis), false));
    Ok(own_page(v, title, "offers", main).error(refusal.is_some()).render())
}

fn card(s: &Care, v: &Visitor, o: &rows::Offer) -> Html {
    let Some(rule) = rule(s, &o.rule) else { return Html::default() };
    let filled = o.answers.as_object().map_or(0, serde_json::Map::len);
    let prepared = if o.level >= 2 && filled > 0 {
        let said = match v.lang {
            Lang::Vi => format!("Hồ sơ đã điền sẵn {filled} mục từ dữ liệu của bạn; bạn xem lại, sửa rồi mới nộp."),
            Lang::En => format!("{filled} questions are answered already from your own data; look them over and correct them before you submit."),
        };
        format!("<p>{}</p>", esc(&said))
    } else {
        String::new()
    };
    let take = match (&o.procedure, o.level) {
        (Some(_), 2..) => Some(v.pick("Mở hồ sơ đã điền sẵn", "Open the prepared application")),
        (Some(_), _) => Some(v.pick("Xem thủ tục", "See the procedure")),
        (None, _) => Some(v.pick("Tôi đã biết", "I know now")),
    };
    let name = esc(rule.name.get(v.lang));
    let button = |label: &str, class: &str| format!("<button class=\"{class}\">{label}<span class=\"vh\">: {name}</span></button>");
    let take = take.map_or_else(Html::default, |label| kit::form(v, &format!("/my/offers/{}/take", o.id), &Html(button(label, "btn"))));
    let refuse = kit::form(v, &format!("/my/offers/{}/refuse", o.id), &Html(button(v.pick("Từ chối, đừng gợi ý nữa", "Refuse, do not offer it again"), "btn quiet")));
    let basis = std::slice::from_ref(&rule.legal_basis);
    Html(format!(
        "<section class=\"card offer\"><h2>{name}</h2><p>{}</p>{prepared}<p class=\"muted\">{} {}</p><div class=\"btns\">{take}{refuse}</div>{}</section>",
        esc(rule.said(o.due, &o.subject).get(v.lang)),
        v.pick("Gợi ý còn đến", "Offered until"),
        esc(&when::day(o.until, v.lang)),
        kit::details(&format!("{}: {}", v.pick("Căn cứ", "Legal basis"), rule.name.get(v.lang)), &cited(v, basis), false),
    ))
}

fn past_table(s: &Care, v: &Visitor, past: &[&rows::Offer]) -> Html {
    let row = |o: &&rows::Offer| {
        let name = rule(s, &o.rule).map_or_else(|| o.rule.clone(), |r| r.name.get(v.lang).to_owned());
        let name = match (&o.draft, o.state) {
            (Some(draft), rows::State::Taken) => Html(format!("<a href=\"{}\">{}</a>", esc(draft), esc(&name))),
            _ => Html::text(&name),
        };
        vec![name, state(v, o, s.now().date()), when::ago_time(o.changed_at, s.now(), v.lang)]
    };
    Html(format!(
        "<h2>{}</h2>{}",
        v.pick("Trước đây", "Before"),
        kit::table(&Table {
            caption: v.pick("Những gì đã được gợi ý", "What was offered").into(),
            caption_hidden: true,
            columns: [("Dịch vụ", "Service"), ("Kết quả", "What became of it"), ("Lúc", "When")].map(|(vi, en)| Column::text(v.lang.pick(vi, en))).into(),
            rows: past.iter().map(row).collect(),
            empty: String::new(),
        })
    ))
}

fn state(v: &Visitor, o: &rows::Offer, today: kernel::time::Date) -> Html {
    match o.state {
        rows::State::Taken => kit::chip(Mood::Good, v.pick("đã nhận", "taken")),
        rows::State::Refused => kit::chip(Mood::Info, v.pick("từ chối", "refused")),
        rows::State::Open if o.until < today => kit::chip(Mood::Info, v.pick("hết hạn", "lapsed")),
        rows::State::Open => kit::chip(Mood::Warn, v.pick("đang gợi ý", "offered")),
    }
}

async fn answered(s: &Care, v: &Visitor, done: Result<String, DeskError>) -> Result<Response, PageError> {
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(DeskError::Refused(r)) => Ok((status(&r), page(s, v, None, Some(&r)).await?).into_response()),
        Err(e) => Err(e.into()),
    }
}

pub async fn take(State(s): State<Care>, v: Visitor, Path(id): Path<OfferId>) -> Result<Response, PageError> {
    let done = s.take_offer(&*actor(&v)?, id, s.now()).await;
    answered(&s, &v, done).await
}

pub async fn refuse(State(s): State<Care>, v: Visitor, Path(id): Path<OfferId>) -> Result<Response, PageError> {
    let done = s.refuse_offer(&*actor(&v)?, id, s.now()).await.map(|()| "/my/offers?done=refused".to_owned());
    answered(&s, &v, done).await
}

pub async fn again(State(s): State<Care>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let service = plain(form.get("service").unwrap_or_default())?;
    let done = s.want_again(&*actor(&v)?, service, s.now()).await.map(|()| "/my/offers?done=again".to_owned());
    answered(&s, &v, done).await
}

/// The rules with their results; of one rule, whom it reaches today and whom it has reached.
pub async fn office(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    actor(&v)?;
    if let Some(rule) = rule(&s, &asked.rule) {
        return one_rule(&s, &v, rule, &asked).await;
    }
    let results = rows::results(&s.scope).await.map_err(PageError::internal)?;
    let title = v.pick("Dịch vụ chủ động", "Proactive services");
    let row = |r: &Rule| {
        let [open, taken, refused] = results.get(&r.code).copied().unwrap_or_default();
        let mark = if r.legal_basis.verified { Html::default() } else { Html(format!(" {}", kit::chip(Mood::Warn, v.pick("chưa đối chiếu", "not verified")))) };
        let level = match r.level {
            2 => v.pick("2 – nhắc, kèm hồ sơ điền sẵn", "2 – remind, with a prepared dossier"),
            _ => v.pick("1 – nhắc", "1 – remind"),
        };
        vec![
            Html(format!("<a href=\"/work/offers?rule={}\">{}</a><br><span class=\"muted\">{}</span>{mark}", esc(&r.code), esc(r.name.get(v.lang)), esc(&r.legal_basis.to_string()))),
            Html::text(level),
            Html::text(&trigger(&v, r)),
            Html::text(&when::number(open + taken + refused, v.lang)),
            Html::text(&when::number(taken, v.lang)),
            Html::text(&when::number(refused, v.lang)),
        ]
    };
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Dịch vụ", "Service")),
            Column::text(v.pick("Mức độ", "Level")),
            Column::text(v.pick("Khi nào", "When")),
            Column::num(v.pick("Đã gợi ý", "Offered")),
            Column::num(v.pick("Đã nhận", "Taken")),
            Column::num(v.pick("Từ chối", "Refused")),
        ],
        rows: s.catalog.offers.offers.iter().map(row).collect(),
        empty: v.pick("Danh mục chưa khai dịch vụ chủ động nào.", "The catalogue declares no proactive service.").into(),
    });
    let basis = kit::details(v.pick("Căn cứ", "Legal basis"), &cited(&v, &s.catalog.offers.legal_basis), false);
    let said = kit::para(v.pick(
        "Hệ thống tự gợi ý mỗi ngày. Mức 3 (đề xuất phương án) và mức 4 (tự động thực hiện) chưa dùng.",
        "Offers are made every day by themselves. Levels 3 (recommend) and 4 (carry out) are not used.",
    ));
    Ok(work_page(&v, title, "offers", Html(format!("{}{said}{table}{basis}", kit::heading(title, None)))).render())
}

fn trigger(v: &Visitor, r: &Rule) -> String {
    let before = r.before_days;
    match (&r.trigger, v.lang) {
        (Trigger::Age { years }, Lang::Vi) => format!("Đủ {years} tuổi; từ {before} ngày trước"),
        (Trigger::Age { years }, Lang::En) => format!("Turning {years}; from {before} days before"),
        (Trigger::Expires { definition, months }, Lang::Vi) => format!("{months} tháng từ khi có kết quả {definition}; từ {before} ngày trước"),
        (Trigger::Expires { definition, months }, Lang::En) => format!("{months} months after the result of {definition}; from {before} days before"),
        (Trigger::Child { definition, years, .. }, Lang::Vi) => format!("Con (theo {definition}) đủ {years} tuổi; từ {before} ngày trước"),
        (Trigger::Child { definition, years, .. }, Lang::En) => format!("A child (of {definition}) turning {years}; from {before} days before"),
    }
}

async fn one_rule(s: &Care, v: &Visitor, rule: &Rule, asked: &Asked) -> Result<Html, PageError> {
    let today = s.now().date();
    let mut reached: Vec<(Candidate, Option<NotOffered>)> = Vec::new();
    let (mut after, mut parts) = (None, 0);
    let whole = loop {
        let part = s.reached(rule, today, after).await.map_err(|e| PageError(e.into()))?;
        for c in part.found {
            let why = s.not_offered(rule, &c).await.map_err(PageError::internal)?;
            reached.push((c, why));
        }
        parts += 1;
        after = part.next;
        if after.is_none() {
            break true;
        }
        if parts >= PARTS || reached.len() >= LISTED {
            break false;
        }
    };
    let (at, id) = before(&asked.after);
    let made = rows::by_rule(&s.scope, &rule.code, (at, &id)).await.map_err(PageError::internal)?;
    let title = rule.name.get(v.lang);
    let mut main = kit::heading(title, Some(&trigger(v, rule)));
    if !rule.effective.contains(today) {
        main.push(&kit::inset(&Html::text(v.pick("Quy tắc này chưa hoặc không còn hiệu lực.", "This rule is not in force."))));
    }
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Hôm nay thuộc diện", "Reached today"))));
    if !whole {
        main.push(&kit::para(v.pick("Danh sách dài: chỉ hiện phần đầu. Hệ thống vẫn gợi ý đủ.", "A long list: only its beginning is shown. Everybody is offered it all the same.")));
    }
    main.push(&reached_table(v, rule, &reached));
    let row = |o: &rows::Offer| vec![Html::text(&o.name), case(&o.subject), Html::text(&when::day(o.due, v.lang)), state(v, o, today), when::ago_time(o.changed_at, s.now(), v.lang)];
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Đã gợi ý", "Offered"))));
    main.push(&kit::table(&Table {
        caption: v.pick("Đã gợi ý, mới nhất trước", "Offered, newest first").into(),
        caption_hidden: true,
        columns: [("Người", "Person"), ("Hồ sơ", "Case"), ("Ngày", "Day"), ("Kết quả", "What became of it"), ("Lúc", "When")].map(|(vi, en)| Column::text(v.lang.pick(vi, en))).into(),
        rows: made.iter().map(row).collect(),
        empty: v.pick("Chưa gợi ý cho ai.", "Nobody has been offered it yet.").into(),
    }));
    let full = i64::try_from(made.len()).is_ok_and(|n| n == rows::PAGE);
    let next = made.last().filter(|_| full).map(|o| format!("/work/offers?rule={}&after={}~{}", rule.code, o.offered_at.micros(), o.id));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&kit::details(v.pick("Căn cứ", "Legal basis"), &cited(v, std::slice::from_ref(&rule.legal_basis)), false));
    Ok(work_page(v, title, "offers", main).back("/work/offers", v.pick("Dịch vụ chủ động", "Proactive services")).render())
}

fn case(code: &str) -> Html {
    if code.is_empty() { Html::text("–") } else { Html(format!("<a href=\"/work/cases/{c}\">{c}</a>", c = esc(code))) }
}

fn reached_table(v: &Visitor, rule: &Rule, reached: &[(Candidate, Option<NotOffered>)]) -> Html {
    let row = |(c, not): &(Candidate, Option<NotOffered>)| {
        let what = match not {
            None => kit::chip(Mood::Warn, v.pick("sẽ được gợi ý", "will be offered")),
            Some(NotOffered::Already) => kit::chip(Mood::Good, v.pick("đã gợi ý", "offered already")),
            Some(NotOffered::Refused) => kit::chip(Mood::Info, v.pick("đã từ chối dịch vụ này", "has refused this service")),
            Some(NotOffered::Applied) => kit::chip(Mood::Info, v.pick("đang làm thủ tục", "has applied already")),
        };
        vec![Html::text(&c.name), Html::text(rule.said(c.due, &c.subject).get(v.lang)), case(&c.subject), what]
    };
    kit::table(&Table {
        caption: v.pick("Những người thuộc diện hôm nay", "People reached today").into(),
        caption_hidden: true,
        columns: [("Người", "Person"), ("Vì sao", "Why"), ("Hồ sơ", "Case"), ("Gợi ý", "Offer")].map(|(vi, en)| Column::text(v.lang.pick(vi, en))).into(),
        rows: reached.iter().map(row).collect(),
        empty: v.pick("Hôm nay không có ai.", "Nobody today.").into(),
    })
}
