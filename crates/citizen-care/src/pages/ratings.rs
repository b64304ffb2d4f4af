//! Rating one's own case; what the office is told, and its answer to those who were not satisfied.

use super::parts::{actor, before, cited, done, office_name, own_page, part_of, plain, reasons, status, work_page};
use crate::{
    Care,
    rating::{self, FollowUp, Rating, store as rows},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use casework::{DeskError, Found};
use kernel::{
    Refusal,
    id::CaseId,
    time::midnight,
};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Line, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: Option<String>,
    after: String,
}

/// Cases looked through for what can be rated.
const SHOWN: i64 = 50;
/// Days of figures on the office's page.
const DAYS: i64 = 365;

pub async fn mine(State(s): State<Care>, v: Visitor) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let cases = match actor.party {
        Some(party) => casework::views::own_cases(&s.desk, party, None, SHOWN).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let mut rows_html = Vec::new();
    for case in cases {
        let Some(found) = s.desk.load(case.case_id).await.map_err(PageError::internal)? else { continue };
        if !rating::may_rate(&found.state, &actor) || !rating::ended(&found.definition, &found.state) {
            continue;
        }
        let known = rows::of_case(&s.scope, case.case_id).await.map_err(PageError::internal)?;
        let name = Html(format!("<a href=\"/my/ratings/{c}\">{}</a><br><span class=\"muted\">{c}</span>", esc(found.definition.name.get(v.lang)), c = esc(&case.code)));
        let state = match &known {
            None => kit::chip(Mood::Warn, v.pick("chưa đánh giá", "not rated yet")),
            Some(r) => Html(format!("{}{}", stars(&s, &v, r.stars), if r.answered_at.is_some() { format!("<br>{}", kit::chip(Mood::Good, v.pick("cơ quan đã trả lời", "the office has answered"))) } else { String::new() })),
        };
        rows_html.push((known.is_some(), vec![name, state]));
    }
    rows_html.sort_by_key(|r| r.0);
    let title = v.pick("Đánh giá việc phục vụ", "Rate how you were served");
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Hồ sơ đã có kết quả", "Cases that have ended")), Column::text(v.pick("Đánh giá", "Rating"))],
        rows: rows_html.into_iter().map(|r| r.1).collect(),
        empty: v.pick("Chưa có hồ sơ nào đã có kết quả để đánh giá.", "No case of yours has ended yet.").into(),
    });
    Ok(own_page(&v, title, "ratings", Html(format!("{}{table}", kit::heading(title, None)))).render())
}

/// A step as people read it: the word, with the number.
fn stars(s: &Care, v: &Visitor, n: u8) -> Html {
    let mood = if s.catalog.ratings.unhappy(n) { Mood::Bad } else if n >= 4 { Mood::Good } else { Mood::Info };
    kit::chip(mood, &format!("{n}/5 · {}", s.catalog.ratings.step(n).get(v.lang)))
}

pub async fn show(State(s): State<Care>, v: Visitor, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let found = s.rateable(&*actor(&v)?, plain(&code)?).await?;
    let known = rows::of_case(&s.scope, found.state.id).await.map_err(PageError::internal)?;
    Ok(page(&s, &v, &found, known.as_ref(), asked.done.is_some(), &FormData::default(), None).into_response())
}

pub async fn rate(State(s): State<Care>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = s.rateable(&actor, plain(&code)?).await?;
    let done = match rating::read(form.get("stars"), form.get("words").unwrap_or_default()) {
        Ok(said) => s.rate(&actor, &code, &said, s.now()).await.map(drop),
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/my/ratings/{code}?done=1")).into_response()),
        Err(DeskError::Refused(r)) => {
            let known = rows::of_case(&s.scope, found.state.id).await.map_err(PageError::internal)?;
            Ok((status(&r), page(&s, &v, &found, known.as_ref(), false, &form, Some(&r))).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

fn page(s: &Care, v: &Visitor, f: &Found, known: Option<&Rating>, said: bool, form: &FormData, refusal: Option<&Refusal>) -> Html {
    let now = s.now();
    let why = refusal.map(reasons).unwrap_or_default();
    let title = v.pick("Đánh giá việc phục vụ", "Rate how you were served");
    let mut main = kit::error_summary(v.lang, &why);
    main.push(&done(v, said, "Đã ghi đánh giá. Cảm ơn bạn.", "Your rating is recorded. Thank you."));
    main.push(&kit::heading(title, Some(&format!("{} · {}", f.definition.name.get(v.lang), f.state.code))));
    if let Some(r) = known {
        main.push(&standing(s, v, r));
    }
    if !rating::ended(&f.definition, &f.state) {
        main.push(&kit::inset(&Html(format!(
            "{} <a href=\"/complaints/new\">{}</a>",
            v.pick("Hồ sơ chưa có kết quả nên chưa đánh giá được.", "The case has no result yet, so it cannot be rated."),
            v.pick("Gửi phản ánh ngay bây giờ", "Send a complaint now")
        ))));
    } else if known.is_none_or(|r| now <= r.until) {
        let chosen = form.get("stars").map(str::to_owned).or_else(|| known.map(|r| r.stars.to_string())).unwrap_or_default();
        let words = form.get("words").map(str::to_owned).or_else(|| known.map(|r| r.words.clone())).unwrap_or_default();
        let choices: Vec<Choice> = (1..=5_u8).rev().map(|n| Choice::new(n.to_string(), s.catalog.ratings.step(n).get(v.lang))).collect();
        let step = Field::new(v.lang, "stars", v.pick("Bạn hài lòng đến mức nào?", "How satisfied are you?")).value(chosen).errors(&why).radios(&choices);
        let text = Field::new(v.lang, "words", v.pick("Điều gì tốt, điều gì cần làm khác đi?", "What went well, what should be done differently?"))
            .hint(v.pick("Cơ quan giải quyết đọc được nội dung này. Không hài lòng thì cơ quan phải trả lời bạn.", "The office reads this. If you are not satisfied, it has to answer you."))
            .optional(true)
            .value(words)
            .errors(&why)
            .textarea(4);
        let label = if known.is_some() { v.pick("Lưu đánh giá mới", "Save the new rating") } else { v.pick("Gửi đánh giá", "Send the rating") };
        main.push(&kit::form(v, &format!("/my/ratings/{}", f.state.code), &Html(format!("{step}{text}{}", kit::button(label)))));
        let days = s.catalog.ratings.change_days;
        main.push(&kit::para(&match v.lang {
            kernel::text::Lang::Vi => format!("Mỗi hồ sơ đánh giá một lần; sửa được trong {days} ngày."),
            kernel::text::Lang::En => format!("Each case is rated once; you may change it for {days} days."),
        }));
    }
    main.push(&kit::details(v.pick("Căn cứ", "Legal basis"), &cited(v, &s.catalog.ratings.legal_basis), false));
    own_page(v, title, "ratings", main).error(refusal.is_some()).back("/my/ratings", v.pick("Các hồ sơ đã có kết quả", "Cases that have ended")).render()
}

/// What was said and what the office answered.
fn standing(s: &Care, v: &Visitor, r: &Rating) -> Html {
    let now = s.now();
    let mut lines = vec![
        Line::new(v.pick("Bạn đã đánh giá", "You rated"), stars(s, v, r.stars)),
        Line::new(v.pick("Lúc", "At"), when::at_time(r.changed_at, now, v.lang)),
    ];
    if !r.words.is_empty() {
        lines.push(Line::new(v.pick("Lời của bạn", "Your words"), Html::text(&r.words)));
    }
    match (r.follow, r.answered_at) {
        (FollowUp::Open, _) => lines.push(Line::new(
            v.pick("Cơ quan trả lời", "The office answers"),
            r.follow_due.map_or_else(Html::default, |due| when::due_time(due, now, v.lang)),
        )),
        (_, Some(at)) => lines.push(Line::new(
            v.pick("Cơ quan đã trả lời", "The office answered"),
            Html(format!("{}<br><span class=\"muted\">{} · {}</span>", esc(&r.answer), esc(&r.answered_by), when::at_time(at, now, v.lang))),
        )),
        _ => {}
    }
    kit::summary_list(&lines)
}

pub async fn office(State(s): State<Care>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    office_page(&s, &v, &asked, None, &FormData::default()).await
}

pub async fn answer(State(s): State<Care>, v: Visitor, Path(case): Path<CaseId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let part = part_of(&s, &actor)?;
    let known = rows::of_case(&s.scope, case).await.map_err(PageError::internal)?;
    known.filter(|r| part.as_deref().is_none_or(|o| o == r.office.as_str())).ok_or_else(PageError::not_found)?;
    match s.answer_rating(&actor, case, form.get("answer").unwrap_or_default(), s.now()).await {
        Ok(_) => Ok(Redirect::to("/work/ratings?done=1").into_response()),
        Err(DeskError::Refused(r)) => {
            let page = office_page(&s, &v, &Asked::default(), Some((case, &r)), &form).await?;
            Ok((status(&r), page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

async fn office_page(s: &Care, v: &Visitor, asked: &Asked, refused: Option<(CaseId, &Refusal)>, form: &FormData) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let part = part_of(s, &actor)?;
    let part = part.as_deref();
    let now = s.now();
    let since = midnight(now.plus_seconds(-DAYS * 86_400).date());
    let spread = rows::spread(&s.scope, part, since).await.map_err(PageError::internal)?;
    let waiting = rows::waiting(&s.scope, part).await.map_err(PageError::internal)?;
    let (at, id) = before(&asked.after);
    let list = rows::newest(&s.scope, part, (at, &id)).await.map_err(PageError::internal)?;
    let title = v.pick("Người dân đánh giá", "What people said");
    let whose = part.map_or_else(|| v.pick("Toàn tỉnh, thành phố", "The whole province").to_owned(), |o| office_name(s, v, o));
    let mut main = kit::error_summary(v.lang, &refused.map(|r| reasons(r.1)).unwrap_or_default());
    main.push(&done(v, asked.done.is_some(), "Đã trả lời người dân.", "The person has been answered."));
    main.push(&kit::heading(title, Some(&whose)));
    main.push(&figures(s, v, &spread));
    main.push(&Html(format!("<h2>{} ({})</h2>", v.pick("Chờ cơ quan trả lời", "Waiting for the office's answer"), waiting.len())));
    if waiting.is_empty() {
        main.push(&Html(format!("<p class=\"none\">{}</p>", v.pick("Không có đánh giá nào chờ trả lời.", "No rating waits for an answer."))));
    }
    for r in &waiting {
        let why = refused.filter(|x| x.0 == r.case).map(|x| reasons(x.1)).unwrap_or_default();
        main.push(&follow_up(s, v, r, &why, form));
    }
    main.push(&Html(format!("<h2>{}</h2>{}", v.pick("Mới nhất", "Newest"), table(s, v, &list))));
    let full = i64::try_from(list.len()).is_ok_and(|n| n == rows::PAGE);
    let next = list.last().filter(|_| full).map(|r| format!("/work/ratings?after={}~{}", r.given_at.micros(), r.case));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(work_page(v, title, "ratings", main).error(refused.is_some()).render())
}

fn figures(s: &Care, v: &Visitor, spread: &[i64; 5]) -> Html {
    let total: i64 = spread.iter().sum();
    let rows = (1..=5_u8).rev().zip(spread.iter().rev()).map(|(step, n)| vec![stars(s, v, step), Html::text(&when::number(*n, v.lang)), when::rate(*n, total, v.pick("lượt", "ratings"), v.lang)]);
    let table = kit::table(&Table {
        caption: v.pick("Một năm qua, theo mức", "The last year, by step").into(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Mức", "Step")), Column::num(v.pick("Số lượt", "Ratings")), Column::num(v.pick("Tỷ lệ", "Share"))],
        rows: rows.collect(),
        empty: String::new(),
    });
    let basis = kit::details(v.pick("Căn cứ", "Legal basis"), &cited(v, &s.catalog.ratings.legal_basis), false);
    Html(format!("{table}{basis}"))
}

fn follow_up(s: &Care, v: &Visitor, r: &Rating, why: &[kernel::refusal::Reason], form: &FormData) -> Html {
    let now = s.now();
    let typed = if why.is_empty() { "" } else { form.get("answer").unwrap_or_default() };
    let field = Field::new(v.lang, format!("answer-{}", r.case.uuid().simple()), v.pick("Cơ quan đã làm gì, trả lời người dân", "What the office has done, as told to the person"))
        .value(typed)
        .error(kit::reason_for(why, "answer", v.lang))
        .textarea(3);
    // The label's field has an id of its own on this page; the act knows it as `answer`.
    let field = Html(field.0.replace(&format!("name=\"answer-{}\"", r.case.uuid().simple()), "name=\"answer\""));
    let due = r.follow_due.map_or_else(Html::default, |due| when::due_time(due, now, v.lang));
    let words = if r.words.is_empty() { String::new() } else { format!("<blockquote>{}</blockquote>", esc(&r.words)) };
    let label = format!("{} {}", v.pick("Gửi trả lời", "Send the answer"), r.code);
    let body = Html(format!(
        "<p>{} <a href=\"/work/cases/{c}\">{c}</a> · {} · <span class=\"muted\">{due}</span></p>{words}{}",
        stars(s, v, r.stars),
        esc(&office_name(s, v, r.office.as_str())),
        kit::form(v, &format!("/work/ratings/{}/answer", r.case), &Html(format!("{field}{}", kit::button(&label)))),
        c = esc(r.code.as_str()),
    ));
    Html(format!("<section class=\"card\">{body}</section>"))
}

fn table(s: &Care, v: &Visitor, list: &[Rating]) -> Html {
    let now = s.now();
    let row = |r: &Rating| {
        let follow = match r.follow {
            FollowUp::None => Html::default(),
            FollowUp::Open => kit::chip(Mood::Warn, v.pick("chờ trả lời", "to be answered")),
            FollowUp::Done => kit::chip(Mood::Good, v.pick("đã trả lời", "answered")),
        };
        vec![
            Html(format!("<a href=\"/work/cases/{c}\">{c}</a>", c = esc(r.code.as_str()))),
            Html::text(&office_name(s, v, r.office.as_str())),
            stars(s, v, r.stars),
            Html::text(&r.words),
            when::ago_time(r.changed_at, now, v.lang),
            follow,
        ]
    };
    kit::table(&Table {
        caption: v.pick("Đánh giá mới nhất", "Newest ratings").into(),
        caption_hidden: true,
        columns: [("Hồ sơ", "Case"), ("Cơ quan", "Office"), ("Mức", "Step"), ("Lời", "Words"), ("Lúc", "When"), ("Trả lời", "Answer")].map(|(vi, en)| Column::text(v.lang.pick(vi, en))).into(),
        rows: list.iter().map(row).collect(),
        empty: v.pick("Chưa có đánh giá nào.", "There are no ratings yet.").into(),
    })
}
