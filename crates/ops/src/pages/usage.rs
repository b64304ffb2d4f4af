//! `/ioc/usage`: whether leaders use the centre, week by week; every figure opens what was opened, asked, answered, directed.

use super::{PHONE, USAGE, actor, look, questions, shell, wall};
use crate::{
    Ops,
    usage::{Span, Used, What, noted_since},
};
use axum::extract::State as Shared;
use kernel::{id::OfficeCode, text::Lang, time::Date};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use web::{
    extract::{Path, Query},
    figure,
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Weeks in the table.
const WEEKS: usize = 8;
/// Weeks over which offices are looked at.
const RECENT: usize = 4;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    office: String,
}

fn name(what: What, lang: Lang) -> &'static str {
    match what {
        What::Opened => lang.pick("Lãnh đạo mở trung tâm (người × ngày)", "Leaders opened it (persons × days)"),
        What::Asked => lang.pick("Yêu cầu giải trình", "Explanations asked for"),
        What::Answered => lang.pick("Đã trả lời", "Answered"),
        What::InTime => lang.pick("Trả lời đúng giờ", "Answered in time"),
        What::Directed => lang.pick("Nhiệm vụ đã giao", "Tasks given"),
    }
}

fn path(what: What, span: Span, office: &str) -> String {
    let office = if office.is_empty() { String::new() } else { format!("&office={}", url_part(office)) };
    format!("{USAGE}/{}?from={}&to={}{office}", what.code(), span.from, span.to)
}

fn days(span: Span, lang: Lang) -> String {
    format!("{} – {}", when::day(span.from, lang), when::day(span.to, lang))
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor) -> Result<Html, PageError> {
    wall::may(&s, &v)?;
    let weeks = Span::weeks(s.now().date(), WEEKS);
    let (Some(newest), Some(oldest)) = (weeks.first(), weeks.last()) else { return Err(PageError::not_found()) };
    let used = Used::of(&s, Span { from: oldest.from, to: newest.to }).await.map_err(PageError::internal)?;
    let since = noted_since(&s).await.map_err(PageError::internal)?.unwrap_or(newest.from);
    let title = v.pick("Sử dụng trung tâm điều hành", "Use of the operations centre");
    let main = Html(format!(
        "{}<p class=\"muted\">{} {}. {}</p>{}{}",
        kit::heading(title, Some(v.pick("Toàn tỉnh, thành phố", "The whole province"))),
        v.pick("Tính đến", "As of"),
        esc(&when::exact(s.now(), v.lang)),
        v.pick("Tính lãnh đạo các cơ quan mở trang việc cần xem, màn hình hoặc số liệu; mỗi người mỗi ngày tính một lần.", "Leaders of offices who opened their page, the wall or the figures; each person once a day."),
        by_week(&v, &weeks, &used, since),
        by_office(&s, &v, &weeks, &used),
    ));
    Ok(shell(&v, title, main).back(PHONE, v.pick("Việc cần lãnh đạo xem", "For the leader")).render())
}

/// Weeks before `since` say that openings were not noted yet.
fn by_week(v: &Visitor, weeks: &[Span], used: &Used, since: Date) -> Html {
    let row = |week: &Span| {
        let of = used.within(*week);
        let n = |what: What| figure::maybe(of.count(what), Some(&path(what, *week, "")), &format!("{}, {}", name(what, v.lang), days(*week, v.lang)), v.lang);
        let opened = match of.openings.is_empty() {
            true if week.to < since => Html(format!("<span class=\"muted\">{}</span>", v.pick("chưa ghi nhận", "not noted yet"))),
            true => Html(format!("{} {}", n(What::Opened), kit::chip(Mood::Bad, v.pick("không ai mở", "nobody opened it")))),
            false => n(What::Opened),
        };
        vec![
            Html::text(&days(*week, v.lang)),
            opened,
            n(What::Asked),
            n(What::Answered),
            figure::rate((of.count(What::InTime), &n(What::InTime)), (of.count(What::Asked), &n(What::Asked)), 1, v.lang),
            n(What::Directed),
        ]
    };
    let mut columns = vec![Column::text(v.pick("Tuần", "Week"))];
    columns.extend(What::ALL.map(|w| Column::num(name(w, v.lang))));
    kit::table(&Table { caption: v.pick("Theo tuần, mới nhất ở trên", "By week, the newest first").to_owned(), caption_hidden: false, columns, rows: weeks.iter().map(row).collect(), empty: String::new() })
}

/// Offices whose leaders opened it in the last weeks, least first; those that never did are named.
fn by_office(s: &Ops, v: &Visitor, weeks: &[Span], used: &Used) -> Html {
    let recent = &weeks[..weeks.len().min(RECENT)];
    let (Some(newest), Some(oldest)) = (recent.first(), recent.last()) else { return Html::default() };
    let span = Span { from: oldest.from, to: newest.to };
    let of = used.within(span);
    let mut offices: BTreeMap<&OfficeCode, (BTreeSet<_>, i64)> = BTreeMap::new();
    for o in &of.openings {
        let (people, n) = offices.entry(&o.office).or_default();
        people.insert(o.account);
        *n += 1;
    }
    let title = |code: &OfficeCode| s.units.unit(code.as_str()).map_or_else(|| code.to_string(), |u| u.name.get(v.lang).to_owned());
    let mut sorted: Vec<_> = offices.iter().map(|(code, (people, n))| (title(code), code, people.len(), *n)).collect();
    sorted.sort_by(|a, b| (a.3, &a.0).cmp(&(b.3, &b.0)));
    let rows = sorted
        .iter()
        .map(|(title, code, people, n)| {
            let people = i64::try_from(*people).unwrap_or(i64::MAX);
            vec![Html::text(title), figure::opens(*n, &path(What::Opened, span, code.as_str()), title, v.lang), Html(format!("{} {}", when::number(people, v.lang), v.pick("người", "people")))]
        })
        .collect();
    let table = kit::table(&Table {
        caption: format!("{} {}", v.pick("Theo cơ quan,", "By office,"), days(span, v.lang)),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Cơ quan", "Office")), Column::num(name(What::Opened, v.lang)), Column::text(v.pick("Số người", "People"))],
        rows,
        empty: v.pick("Chưa lãnh đạo nào mở trung tâm trong bốn tuần này.", "No leader opened the centre in these four weeks.").to_owned(),
    });
    let mut never: Vec<Html> = s.units.all().iter().filter(|u| !offices.contains_key(&u.code)).map(|u| Html::text(u.name.get(v.lang))).collect();
    never.sort_by(|a, b| a.0.cmp(&b.0));
    let none = if never.is_empty() {
        Html::default()
    } else {
        let n = i64::try_from(never.len()).unwrap_or(i64::MAX);
        kit::details(&format!("{} ({})", v.pick("Cơ quan chưa có lãnh đạo mở trong bốn tuần", "Offices whose leaders did not open it in four weeks"), when::number(n, v.lang)), &kit::bullets(&never), false)
    };
    Html(format!("{table}{none}"))
}

pub async fn list(Shared(s): Shared<Ops>, v: Visitor, Path(what): Path<String>, Query(q): Query<Asked>) -> Result<Html, PageError> {
    wall::may(&s, &v)?;
    let what = What::of(&what).ok_or_else(PageError::not_found)?;
    let day = |text: &str| text.parse::<Date>().ok().filter(|d| (2000..2200).contains(&d.year())).ok_or_else(PageError::not_found);
    let span = Span { from: day(&q.from)?, to: day(&q.to)? };
    let who = s.who(&*actor(&v)?);
    let used = Used::of(&s, span).await.map_err(PageError::internal)?;
    let office = |code: &OfficeCode| s.units.unit(code.as_str()).map_or_else(|| code.to_string(), |u| u.name.get(v.lang).to_owned());
    let now = who.author.at;
    let none = v.pick("Không có.", "None.").to_owned();
    let table = |columns: &[(&'static str, &'static str)], rows: Vec<Vec<Html>>| {
        kit::records(&Table { caption: name(what, v.lang).to_owned(), caption_hidden: true, columns: columns.iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect(), rows, empty: none.clone() })
    };
    let body = match what {
        What::Opened => {
            let of = used.openings.iter().filter(|o| q.office.is_empty() || o.office.as_str() == q.office);
            let on = |day: &str| day.parse::<Date>().map_or_else(|_| day.to_owned(), |d| when::day(d, v.lang));
            let row = |o: &crate::usage::Opening| vec![Html::text(&o.name), Html::text(&office(&o.office)), Html::text(&on(&o.day)), Html(when::number(o.times, v.lang)), when::at_time(o.last, now, v.lang)];
            table(&[("Người mở", "Who"), ("Cơ quan", "Office"), ("Ngày", "Day"), ("Số lần", "Times"), ("Lần cuối", "Last")], of.map(row).collect())
        }
        What::Directed => {
            let row = |l: &crate::directive::views::Line| vec![look::title(l, &v), Html::text(&l.assigner_name), Html::text(&l.lead_name), when::at_time(l.assigned, now, v.lang)];
            table(&[("Nhiệm vụ", "Task"), ("Người giao", "Given by"), ("Đơn vị chủ trì", "Lead office"), ("Giao lúc", "Given")], used.directed.iter().map(row).collect())
        }
        What::Asked | What::Answered | What::InTime => {
            let row = |l: &crate::question::Line| vec![questions::line(&v, l, now), Html::text(&l.asker_name), when::at_time(l.asked, now, v.lang)];
            table(&[("Yêu cầu giải trình", "Explanation"), ("Người hỏi", "Asked by"), ("Hỏi lúc", "Asked")], used.questions(what).map(row).collect())
        }
    };
    let title = name(what, v.lang);
    let place = if q.office.is_empty() { days(span, v.lang) } else { format!("{} · {}", office(&OfficeCode::new(q.office.as_str())), days(span, v.lang)) };
    let main = Html(format!("{}{body}", kit::heading(title, Some(&place))));
    Ok(shell(&v, title, main).back(USAGE, v.pick("Sử dụng trung tâm điều hành", "Use of the operations centre")).render())
}
