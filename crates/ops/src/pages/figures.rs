//! `/ioc/figures`: a figure, its course against the plan, the offices it is made of, the records behind each number.

use super::{FIGURES, PHONE, actor, list::figure, report::download, shell};
use crate::{
    Ops, Who,
    asks::Point,
    catalog::{Better, FollowedFigure, ToldAs},
    chart::{Drawn, ENOUGH, Frac, Reach, Reading, Special, control, draw, reach, reading},
    report::csv,
};
use axum::{extract::State as Shared, response::Response};
use kernel::{Instant, id::OfficeCode};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    office: String,
}

/// A figure's course as this reader may see it.
struct Course {
    figure: FollowedFigure,
    office: Option<OfficeCode>,
    points: Vec<Point>,
    now: Instant,
}

impl Course {
    async fn of(s: &Ops, who: &Who, code: &str, q: &Asked) -> Result<Self, PageError> {
        let figure = s.catalog.figures.iter().find(|f| f.code == code).cloned().ok_or_else(PageError::not_found)?;
        let asked = s.units.unit(&q.office).map(|u| u.code);
        // Who does not oversee the province sees their own office.
        let office = if who.oversees { asked } else { Some(who.office.clone().ok_or_else(PageError::not_found)?) };
        let now = who.author.at;
        let points = s.sources.course(code, office.as_ref(), now).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
        Ok(Self { figure, office, points, now })
    }
    /// What is over and was about something: what a chart may be made of.
    fn whole(&self) -> impl Iterator<Item = (&Point, i64)> {
        self.points.iter().filter(|p| !p.running).filter_map(|p| Some((p, value(&self.figure, p)?)))
    }
    fn higher(&self) -> bool {
        self.figure.better == Better::Higher
    }
    fn query(&self) -> String {
        self.office.as_ref().map_or_else(String::new, |o| format!("?office={}", url_part(o.as_str())))
    }
}

/// In the smallest unit that is kept: hundredths of a per cent, half up. Nothing of nothing.
fn value(f: &FollowedFigure, p: &Point) -> Option<i64> {
    match f.told_as {
        ToldAs::Count => Some(p.n),
        ToldAs::Share => {
            let of = p.of.filter(|of| *of > 0)?;
            i64::try_from((i128::from(p.n) * 20_000 + i128::from(of)) / (i128::from(of) * 2)).ok()
        }
    }
}

fn print(f: &FollowedFigure, value: Frac, v: &Visitor) -> String {
    let comma = v.pick(",", ".").chars().next().unwrap_or(',');
    match f.told_as {
        ToldAs::Count => value.decimal(0, comma),
        ToldAs::Share => format!("{}\u{a0}%", value.over(100).decimal(1, comma)),
    }
}

fn whole(value: i64) -> Frac {
    Frac::new(value.into(), 1)
}

pub async fn list(Shared(s): Shared<Ops>, v: Visitor) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    let mut items = Vec::new();
    for f in &s.catalog.figures {
        let Ok(c) = Course::of(&s, &who, &f.code, &Asked::default()).await else { continue };
        let last = c.points.last().map_or_else(|| kit::chip(Mood::Warn, v.pick("chưa có số liệu", "no data yet")), |p| told(&v, &c, p));
        items.push(Html(format!("<a href=\"{FIGURES}/{}\">{}</a><br>{last} {}", esc(&f.code), esc(f.name.get(v.lang)), reads(&v, &c))));
    }
    let title = v.pick("Chỉ tiêu theo thời gian", "Figures over time");
    let main = Html(format!("{}{}", kit::heading(title, None), kit::bullets(&items)));
    Ok(shell(&v, title, main).back(PHONE, v.pick("Việc cần lãnh đạo xem", "For the leader")).render())
}

/// A point as a number with its fraction; each part opens its records.
fn told(v: &Visitor, c: &Course, p: &Point) -> Html {
    let name = format!("{}, {}", c.figure.name.get(v.lang), p.name.get(v.lang));
    let n = figure(p.n, &p.href, &name, v);
    let running = if p.running { format!(" <span class=\"muted\">{}</span>", v.pick("(đang tính)", "(so far)")) } else { String::new() };
    match (p.of, value(&c.figure, p)) {
        (Some(of), Some(value)) => Html(format!(
            "<span data-part=\"{}\" data-whole=\"{of}\">{}</span> <span class=\"frac\">({n} / {})</span>{running}",
            p.n,
            esc(&print(&c.figure, whole(value), v)),
            figure(of, &p.whole_href, &name, v)
        )),
        (Some(_), None) => Html(format!("–{running}")),
        (None, _) => Html(format!("{n}{running}")),
    }
}

/// What the newest whole point says, in a word.
fn reads(v: &Visitor, c: &Course) -> Html {
    let values: Vec<i64> = c.whole().map(|(_, v)| v).collect();
    match reading(&values, c.higher()) {
        Reading::TooFew => kit::chip(Mood::Info, &format!("{} {ENOUGH} {}", v.pick("chưa đủ", "fewer than"), v.pick("kỳ để kết luận", "periods: no conclusion"))),
        Reading::Common => kit::chip(Mood::Info, v.pick("biến động thường", "common variation")),
        Reading::Improving => kit::chip(Mood::Good, v.pick("tín hiệu tốt lên", "improving signal")),
        Reading::Worsening => kit::chip(Mood::Bad, v.pick("tín hiệu xấu đi", "worsening signal")),
    }
}

pub async fn one(Shared(s): Shared<Ops>, v: Visitor, Path(code): Path<String>, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    s.opened(&who).await;
    let c = Course::of(&s, &who, &code, &q).await?;
    let title = c.figure.name.get(v.lang).to_owned();
    let place = c.office.as_ref().map_or_else(|| v.pick("Toàn tỉnh, thành phố", "The whole province").to_owned(), |o| s.units.unit(o.as_str()).map_or_else(|| o.to_string(), |u| u.name.get(v.lang).to_owned()));
    let offices = if c.office.is_none() { offices(&s, &v, &c).await? } else { Html::default() };
    let ask = who.leads.then(|| {
        let label = c.points.last().map_or_else(|| title.clone(), |p| format!("{title}, {} – {place}", p.name.get(v.lang)));
        let office = c.office.as_ref().map_or("", |o| o.as_str());
        kit::link_button(&format!("/ioc/ask?kind=figure&office={}&path={}&label={}", url_part(office), url_part(&format!("{FIGURES}/{code}{}", c.query())), url_part(&label)), v.pick("Yêu cầu giải trình", "Ask for an explanation"), Weight::Quiet)
    });
    let main = Html(format!(
        "{}<p>{}</p><p class=\"muted\">{} {}. {}</p>{}{}{}<p class=\"no-print\"><a href=\"{FIGURES}/{}/course.csv{}\">{}</a></p>{offices}{}",
        kit::heading(&title, Some(&place)),
        reads(&v, &c),
        v.pick("Tính đến", "As of"),
        esc(&when::exact(c.now, v.lang)),
        esc(c.figure.about.get(v.lang)),
        picture(&v, &c),
        table(&v, &c),
        ask.map(|a| super::off_paper(&kit::button_group(&[a]))).unwrap_or_default(),
        esc(&code),
        esc(&c.query()),
        v.pick("Tải bảng này (CSV)", "Download this table (CSV)"),
        sources(&v, &c.figure),
    ));
    Ok(shell(&v, &title, main).back(FIGURES, v.pick("Chỉ tiêu theo thời gian", "Figures over time")).render())
}

fn picture(v: &Visitor, c: &Course) -> Html {
    let points: Vec<(String, i64)> = c.whole().map(|(p, value)| (p.name.get(v.lang).to_owned(), value)).collect();
    let values: Vec<i64> = points.iter().map(|p| p.1).collect();
    let plan: Vec<Option<i64>> = c.whole().map(|(p, _)| c.figure.plan_on(p.from)).collect();
    let found = control(&values);
    let told = match &found {
        None => v.pick("Chưa đủ 12 kỳ: chưa có giới hạn kiểm soát.", "Fewer than 12 periods: no control limits.").to_owned(),
        Some((l, _)) => {
            let target = plan.last().copied().flatten().map_or("", |t| match reach(l, t, c.higher()) {
                Reach::Reliably => v.pick(" Kế hoạch đạt được ổn định.", " The plan is met reliably."),
                Reach::NowAndThen => v.pick(" Kế hoạch lúc đạt lúc không.", " The plan is met now and then."),
                Reach::Never => v.pick(" Cách làm hiện nay không đạt kế hoạch.", " As it is done now, the plan is not met."),
            });
            format!("{} {}; {} {} – {}.{target}", v.pick("Trung bình", "Mean"), print(&c.figure, l.mean, v), v.pick("biến động thường từ", "common variation from"), print(&c.figure, l.lower, v), print(&c.figure, l.upper, v))
        }
    };
    let drawn = draw(&Drawn {
        title: c.figure.name.get(v.lang),
        told: &told,
        points: &points,
        plan: &plan,
        control: found.as_ref(),
        mean_word: v.pick("TB", "mean"),
        limit_word: v.pick("giới hạn", "limit"),
        plan_word: v.pick("kế hoạch", "plan"),
        print: &|value| print(&c.figure, value, v),
    });
    let none = if drawn.0.is_empty() { format!("<p class=\"none\">{}</p>", v.pick("Cần ít nhất hai kỳ trọn vẹn để vẽ.", "Two whole periods at least are needed for a picture.")) } else { String::new() };
    Html(format!("<figure class=\"figure\">{drawn}{none}<figcaption>{}</figcaption></figure>", esc(&told)))
}

fn table(v: &Visitor, c: &Course) -> Html {
    let values: Vec<i64> = c.whole().map(|(_, v)| v).collect();
    let specials = control(&values).map(|x| x.1).unwrap_or_default();
    let known: Vec<&str> = c.whole().map(|(p, _)| p.code.as_str()).collect();
    let word = |p: &Point| match known.iter().position(|k| *k == p.code).and_then(|i| specials.get(i).copied().flatten()) {
        Some(Special::Outside) => kit::chip(Mood::Warn, v.pick("ngoài giới hạn", "outside the limits")),
        Some(Special::Run) => kit::chip(Mood::Warn, v.pick("8 kỳ một phía", "8 on one side")),
        Some(Special::Trend) => kit::chip(Mood::Warn, v.pick("6 kỳ một chiều", "6 one way")),
        None => Html::default(),
    };
    let plan = |p: &Point| c.figure.plan_on(p.from).map_or_else(|| Html::text("–"), |t| Html::text(&print(&c.figure, whole(t), v)));
    let rows = c.points.iter().rev().map(|p| vec![Html::text(p.name.get(v.lang)), told(v, c, p), plan(p), word(p)]).collect();
    kit::table(&Table {
        caption: v.pick("Theo kỳ, mới nhất ở trên", "By period, the newest first").to_owned(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Kỳ", "Period")), Column::text(v.pick("Giá trị", "Value")), Column::text(v.pick("Kế hoạch", "Plan")), Column::text(v.pick("Tín hiệu", "Signal"))],
        rows,
        empty: v.pick("Chưa có số liệu.", "No data yet.").to_owned(),
    })
}

/// The offices that the newest number is made of: theirs add up to it.
async fn offices(s: &Ops, v: &Visitor, c: &Course) -> Result<Html, PageError> {
    let parts = s.sources.parts(&c.figure.code, c.now).await.map_err(PageError::internal)?;
    if parts.is_empty() {
        return Ok(Html::default());
    }
    let mut named: Vec<(String, &OfficeCode, &Point)> = parts.iter().map(|(o, p)| (s.units.unit(o.as_str()).map_or_else(|| o.to_string(), |u| u.name.get(v.lang).to_owned()), o, p)).collect();
    // Who does worst comes first, whichever way is better.
    named.sort_by_key(|(name, _, p)| {
        let value = value(&c.figure, p).unwrap_or(i64::MAX);
        (if c.higher() { value } else { value.saturating_neg() }, name.clone())
    });
    let rows = named.iter().map(|(name, o, p)| vec![Html(format!("<a href=\"{FIGURES}/{}?office={}\">{}</a>", esc(&c.figure.code), url_part(o.as_str()), esc(name))), told(v, c, p)]).collect();
    let caption = format!("{} {}", v.pick("Theo cơ quan,", "By office,"), parts.first().map_or("", |(_, p)| p.name.get(v.lang)));
    Ok(kit::table(&Table { caption, caption_hidden: false, columns: vec![Column::text(v.pick("Cơ quan", "Office")), Column::text(v.pick("Giá trị", "Value"))], rows, empty: String::new() }))
}

fn sources(v: &Visitor, f: &FollowedFigure) -> Html {
    let basis: Vec<Html> = f
        .legal_basis
        .iter()
        .map(|b| {
            let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
            let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
            Html(format!("{}{note}{mark}", esc(&b.to_string())))
        })
        .collect();
    kit::details(v.pick("Căn cứ, cách tính", "Sources and how it is counted"), &kit::bullets(&basis), false)
}

pub async fn sheet(Shared(s): Shared<Ops>, v: Visitor, Path(code): Path<String>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let who = s.who(&*actor(&v)?);
    let c = Course::of(&s, &who, &code, &q).await?;
    let head = ["figure", "office_code", "period", "numerator", "denominator", "plan_hundredths_or_number", "complete", "as_of"];
    let text = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let office = c.office.as_ref().map_or_else(String::new, ToString::to_string);
    let row = |p: &Point| vec![code.clone(), office.clone(), p.code.clone(), p.n.to_string(), text(p.of), text(c.figure.plan_on(p.from)), if p.running { "no" } else { "yes" }.to_owned(), c.now.to_string()];
    let rows = std::iter::once(head.iter().map(|h| (*h).to_owned()).collect()).chain(c.points.iter().map(row));
    Ok(download("chi-tieu.csv", csv(rows)))
}
