//! `/work/directives/series`: recurring tasks, when the next one is given, and what became of those that were.

use super::{HOME, SERIES, actor, done, look, off_paper, path_of, said::{Said, unknown_act}, shell};
use crate::{
    Ops,
    directive::{Directive, DirectiveId, decide::wrong},
    series::{Ask, Every, Series, SeriesId, Time, views},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, Refusal};
use records::refusal_of;
use serde::Deserialize;
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Path, Query},
    figure,
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: String,
}

pub fn path_to(id: SeriesId) -> String {
    format!("{SERIES}/{id}")
}

/// What the form on a directive's page asks for.
pub fn ask(f: &FormData) -> Result<Ask, Refusal> {
    let every = f.get("series_every").and_then(Every::of).ok_or_else(|| wrong("series_every", "Chọn bao lâu lặp lại một lần.", "Choose how often it recurs."))?;
    let until = kit::date_answer(f, "series_until").map_err(|_| wrong("series_until", "Nhập ngày có thật, ví dụ 24 12 2027, hoặc để trống.", "Enter a date that exists, such as 24 12 2027, or leave it empty."))?;
    Ok(Ask { every, until })
}

/// The fields of that form.
pub fn fields(v: &Visitor, said: &Said, act: &str) -> Html {
    let often: Vec<Choice> = Every::ALL.iter().map(|e| Choice::new(e.code(), e.text().get(v.lang))).collect();
    Html(format!(
        "{}{}",
        said.field(v, act, "series_every", ("Lặp lại", "It recurs"))
            .hint(v.pick("Mỗi lần là một nhiệm vụ mới, giao trước hạn đúng bằng số ngày của lần đầu.", "Each time is a task of its own, given as many days ahead as the first."))
            .radios(&often),
        said.date(v, act, "series_until", ("Đến ngày", "Until"), None).optional(true).hint(v.pick("Để trống nếu chưa biết khi nào thôi.", "Leave empty while nobody knows when it ends.")).date(),
    ))
}

/// `Hằng tháng, ngày 25`.
fn rhythm(s: &Series, v: &Visitor) -> String {
    let every = s.every.text();
    match s.every {
        Every::Week => format!("{}, {}", every.get(v.lang), when::weekday(s.from, v.lang)),
        Every::Month => format!("{}, {} {}", every.get(v.lang), v.pick("ngày", "day"), s.from.day()),
        Every::Quarter => {
            let mut months: Vec<i8> = (0..4).map(|n| (s.from.month() - 1 + 3 * n) % 12 + 1).collect();
            months.sort_unstable();
            let months = months.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("{}, {} {} {} {months}", every.get(v.lang), v.pick("ngày", "day"), s.from.day(), v.pick("các tháng", "of the months"))
        }
        Every::Year => format!("{}, {} {}/{}", every.get(v.lang), v.pick("ngày", "day"), s.from.day(), s.from.month()),
    }
}

fn state(s: &Series, v: &Visitor) -> Html {
    match (&s.stopped, s.next()) {
        (Some(_), _) => kit::chip(Mood::Bad, v.pick("đã dừng", "ended")),
        (None, None) => kit::chip(Mood::Info, v.pick("đã hết hạn lặp lại", "ran to its end")),
        (None, Some(_)) => kit::chip(Mood::Good, v.pick("đang lặp lại", "recurring")),
    }
}

/// Nothing where it is over.
fn coming(s: &Series, now: Instant, v: &Visitor) -> Html {
    let (Some((_, day)), Some(at)) = (s.next(), s.gives_at()) else { return Html::text("–") };
    Html(format!("{} {}<br><span class=\"muted\">{} {}</span>", v.pick("hạn", "due"), esc(&when::day(day, v.lang)), v.pick("giao", "given"), when::at_time(at, now, v.lang)))
}

pub async fn list(Shared(s): Shared<Ops>, v: Visitor) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    let all = views::list(&s.scope, &who).await.map_err(PageError::internal)?;
    let row = |x: &Series| {
        vec![
            Html(format!("<a href=\"{}\">{}</a><br><span class=\"muted\">{}</span>", path_to(x.id), esc(&look::short(&x.order.text, 120)), esc(&x.order.assigner.name))),
            Html::text(&x.order.lead.name),
            Html::text(&rhythm(x, &v)),
            coming(x, who.author.at, &v),
            state(x, &v),
        ]
    };
    let title = v.pick("Nhiệm vụ định kỳ", "Recurring tasks");
    let table = kit::records(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Nhiệm vụ, người giao", "Task, given by")),
            Column::text(v.pick("Đơn vị chủ trì", "Lead office")),
            Column::text(v.pick("Lặp lại", "It recurs")),
            Column::text(v.pick("Lần tới", "Next")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: all.iter().map(row).collect(),
        empty: v.pick("Chưa có nhiệm vụ định kỳ nào. Mở một nhiệm vụ đã giao có thời hạn rồi chọn “Lặp lại định kỳ”.", "There is no recurring task yet. Open a task you gave with a deadline and choose “Let it recur”.").to_owned(),
    });
    let main = Html(format!("{}{table}", kit::heading(title, None)));
    Ok(shell(&v, title, main).back(HOME, v.pick("Nhiệm vụ giao", "Directives")).render())
}

/// What the page of one needs.
struct Open<'a> {
    v: &'a Visitor,
    series: Series,
    /// Those that were given and that this reader may know of.
    lines: BTreeMap<DirectiveId, Directive>,
    may_stop: bool,
    now: Instant,
    done: String,
}

async fn open<'a>(s: &Ops, v: &'a Visitor, id: &str, done: String) -> Result<Open<'a>, PageError> {
    let me = actor(v)?;
    let id: SeriesId = id.parse().map_err(|_| PageError::not_found())?;
    let series = s.series_for(&me, id).await?;
    let who = s.who(&me);
    let mut lines = BTreeMap::new();
    for id in std::iter::once(series.first).chain(series.times.iter().filter_map(|t| t.directive)) {
        match s.directive_for(&who, id).await {
            Ok((d, _)) => drop(lines.insert(id, d)),
            Err(crate::Failure::Refused(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let may_stop = series.may_stop(&who) && series.next().is_some();
    Ok(Open { v, lines, may_stop, now: who.author.at, done, series })
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id, asked.done).await?;
    Ok(page(&o, &Said::default()).into_response())
}

pub async fn post(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let series: SeriesId = id.parse().map_err(|_| PageError::not_found())?;
    let result = match f.get("act") {
        Some("stop") => s.stop_series(&me, series, f.get("stop_reason").unwrap_or_default()).await,
        _ => Err(unknown_act().into()),
    };
    match result {
        Ok(x) => Ok(Redirect::to(&format!("{}?done=1", path_to(x.id))).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            let o = open(&s, &v, &id, String::new()).await?;
            Ok(said.answer(|said| page(&o, said)))
        }
    }
}

fn page(o: &Open<'_>, said: &Said) -> Html {
    let (v, s) = (o.v, &o.series);
    let title = look::short(&s.order.text, 90);
    let given = i64::try_from(o.lines.len()).unwrap_or(i64::MAX);
    let mut facts = vec![
        kit::Line::new(v.pick("Tình trạng", "State"), state(s, v)),
        kit::Line::new(v.pick("Lặp lại", "It recurs"), rhythm(s, v).as_str()),
        kit::Line::new(v.pick("Lần tới", "Next"), coming(s, o.now, v)),
        kit::Line::new(v.pick("Đến ngày", "Until"), s.until.map_or_else(|| v.pick("chưa định", "not set").to_owned(), |d| when::day(d, v.lang)).as_str()),
        kit::Line::new(v.pick("Giao trước hạn", "Given ahead"), format!("{} {}", s.ahead, v.pick("ngày", "days")).as_str()),
        kit::Line::new(v.pick("Người giao", "Given by"), format!("{} – {}", s.order.assigner.with_title(), s.order.assigner.office_name).as_str()),
        kit::Line::new(v.pick("Đơn vị chủ trì", "Lead office"), s.order.lead.name.as_str()),
        kit::Line::new(v.pick("Đã giao", "Given"), figure::maybe(given, Some("#times"), v.pick("nhiệm vụ đã giao", "tasks given"), v.lang)),
    ];
    if let Some(n) = &s.stopped {
        facts.push(kit::Line::new(v.pick("Dừng", "Ended"), Html(format!("{} · {}<br>{}", esc(&n.by), when::at_time(n.at, o.now, v.lang), esc(&n.text)))));
    }
    let stop = if o.may_stop {
        let body = Html(format!(
            "{}{}{}",
            kit::hidden("act", "stop"),
            said.field(v, "stop", "stop_reason", ("Lý do dừng", "Why it ends")).max_length(600).textarea(2),
            kit::Button::new(v.pick("Dừng lặp lại", "End it")).weight(Weight::Risk).html(),
        ));
        said.folded("stop", v.pick("Dừng lặp lại", "End it"), &off_paper(&kit::form(v, &path_to(s.id), &body)))
    } else {
        Html::default()
    };
    let main = Html(format!(
        "{}{}{}{}{stop}<h2 id=\"times\">{}</h2>{}{}",
        said.summary(v.lang),
        done(v, &o.done),
        kit::heading(&title, Some(&s.code)),
        kit::summary_list(&facts),
        v.pick("Các lần đã giao", "Those that were given"),
        times(o),
        left_out(o),
    ));
    shell(v, &title, main).error(said.is_error()).back(SERIES, v.pick("Nhiệm vụ định kỳ", "Recurring tasks")).render()
}

fn times(o: &Open<'_>) -> Html {
    let v = o.v;
    let row = |d: &Directive| {
        vec![
            Html(format!("<a href=\"{}\">{}</a>", path_of(d.id), esc(&d.code))),
            look::deadline(d.deadline.map(|x| x.ends), o.now, v),
            look::standing(d.fact().standing(crate::directive::Basis::Current, d.rules.warning_days.into(), o.now), v.lang),
            look::workflow(v.lang, d.workflow),
        ]
    };
    let of = |t: &Time| t.directive.and_then(|id| o.lines.get(&id));
    let rows = o.series.times.iter().rev().filter_map(of).chain(o.lines.get(&o.series.first)).map(row).collect();
    kit::records(&Table {
        caption: v.pick("Các lần đã giao, mới nhất ở trên", "Those that were given, the newest first").to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Nhiệm vụ", "Task")), Column::text(v.pick("Thời hạn", "Deadline")), Column::text(v.pick("So với thời hạn", "In time")), Column::text(v.pick("Trạng thái", "State"))],
        rows,
        empty: String::new(),
    })
}

/// Times whose day had passed before anybody could give them.
fn left_out(o: &Open<'_>) -> Html {
    let v = o.v;
    let days: Vec<Html> = o.series.times.iter().filter(|t| t.directive.is_none()).map(|t| Html::text(&when::day(t.day, v.lang))).collect();
    if days.is_empty() {
        return Html::default();
    }
    Html(format!("<h2>{}</h2>{}", v.pick("Bỏ qua vì chương trình không chạy cho đến hết hạn", "Left out: the program stood still past their day"), kit::bullets(&days)))
}
