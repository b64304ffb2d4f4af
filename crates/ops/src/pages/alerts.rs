//! `/work/alerts`: what calls for attention, by state, office and rule; how the rules themselves do.

pub mod one;

use super::{ALERTS, PAGE, actor, list::figure, look, report::download, shell};
use crate::{
    Ops, Who,
    alert::{
        Outcome, State,
        views::{self, Line, Score, Which, by_weight, scores},
    },
    catalog::{AlertRule, Feel, SIGNALS},
    report::csv,
};
use axum::{extract::State as Shared, response::Response};
use kernel::{Instant, text::Lang};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Mood, Shape, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What the address of a list says. What it says wrongly is left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    which: String,
    rule: String,
    severity: String,
    office: String,
    /// `real`, `false`, `known`, `judged`
    outcome: String,
    /// `1`: an explanation was asked for, or a directive given.
    acted: String,
    /// `1`: somebody took it up.
    taken: String,
    after: String,
}

struct Picked {
    q: Asked,
    which: Which,
    lines: Vec<Line>,
    now: Instant,
}

impl Picked {
    async fn of(s: &Ops, who: &Who, q: Asked) -> Result<Self, PageError> {
        let now = who.author.at;
        let which = Which::of(&q.which).unwrap_or(Which::Open);
        let past = matches!(which, Which::Resolved | Which::All);
        let read = if past { views::since(&s.scope, first(s, now)).await } else { views::open(&s.scope).await };
        let mut lines = read.map_err(PageError::internal)?;
        let outcome = |l: &Line| match q.outcome.as_str() {
            "" => true,
            "judged" => l.outcome.is_some(),
            code => Outcome::of(code).is_none_or(|o| l.outcome == Some(o)),
        };
        let is = |asked: &str, there: &str| asked.is_empty() || asked == there;
        lines.retain(|l| {
            l.seen_by(who)
                && is(&q.rule, &l.rule)
                && is(&q.severity, &l.severity)
                && (is(&q.office, l.owner.as_str()) || l.place.as_ref().is_some_and(|p| p.as_str() == q.office))
                && outcome(l)
                && (q.acted != "1" || l.changed_anything)
                && (q.taken != "1" || l.acknowledged.is_some())
        });
        if !past {
            by_weight(&mut lines, &s.catalog.alerts);
        }
        Ok(Self { q, which, lines, now })
    }
    fn shown(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|l| self.which.holds(l, self.now))
    }
    fn query(&self) -> String {
        let q = &self.q;
        [("rule", &q.rule), ("severity", &q.severity), ("office", &q.office), ("outcome", &q.outcome), ("acted", &q.acted), ("taken", &q.taken)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("&{name}={}", url_part(value)))
            .collect()
    }
    fn list(&self, which: Which) -> String {
        format!("{ALERTS}?which={}{}", which.code(), self.query())
    }
}

/// The first instant of the days over which rules are judged.
fn first(s: &Ops, now: Instant) -> Instant {
    now.plus_seconds(-i64::from(s.catalog.alerts.share_days) * 86_400)
}

pub async fn list(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    let p = Picked::of(&s, &who, q).await?;
    let all: Vec<&Line> = p.shown().collect();
    let start = all.iter().position(|l| l.id.to_string() == p.q.after).map_or(0, |i| i + 1);
    let page: Vec<&Line> = all.iter().skip(start).take(PAGE).copied().collect();
    let next = page.last().filter(|_| start + page.len() < all.len()).map(|l| format!("{}&after={}", p.list(p.which), l.id));
    let title = v.pick("Cảnh báo", "Alerts");
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let place = if who.oversees { v.pick("Toàn tỉnh, thành phố", "The whole province").to_owned() } else { who.office.as_ref().and_then(|o| s.unit_ref(o)).map(|u| u.name).unwrap_or_default() };
    let main = Html(format!(
        "{}{}{}{}<h2 id=\"alerts\">{}</h2>{}{}<p class=\"no-print\"><a href=\"{ALERTS}/list.csv?which={}{}\">{}</a></p>",
        kit::heading(title, Some(&place)),
        super::off_paper(&kit::button_group(&[kit::link_button(&format!("{ALERTS}/rules"), v.pick("Quy tắc, tỷ lệ báo sai", "Rules and their false alerts"), Weight::Quiet)])),
        stats(&v, &p),
        filters(&s, &v, &p),
        esc(&format!("{}: {} {}", p.which.text().get(v.lang), when::number(count, v.lang), v.pick("cảnh báo", "alerts"))),
        table(&s, &v, &page, p.now),
        kit::pagination(v.lang, None, next.as_deref()),
        p.which.code(),
        esc(&p.query()),
        v.pick("Tải danh sách này (CSV)", "Download this list (CSV)"),
    ));
    Ok(shell(&v, title, main).render())
}

fn stats(v: &Visitor, p: &Picked) -> Html {
    let past = matches!(p.which, Which::Resolved | Which::All);
    let one = |w: Which| {
        let name = w.text();
        let current = if w == p.which { " class=\"now\"" } else { "" };
        let href = format!("{}#alerts", p.list(w));
        // What is over is read from another list than what is open: its number is told where it was read.
        let told = if matches!(w, Which::Resolved | Which::All) == past {
            let n = i64::try_from(p.lines.iter().filter(|l| w.holds(l, p.now)).count()).unwrap_or(i64::MAX);
            figure(n, &href, name.get(v.lang), v)
        } else {
            Html(format!("<a href=\"{}\">{}<span class=\"vh\"> {}</span></a>", esc(&href), v.pick("xem", "see"), esc(name.get(v.lang))))
        };
        format!("<div{current}><dt>{}</dt><dd>{told}</dd></div>", esc(name.get(v.lang)))
    };
    let as_of = esc(&when::exact(p.now, v.lang));
    Html(format!("<p class=\"muted\">{} {as_of}</p><dl class=\"stats board\">{}</dl>", v.pick("Tính đến", "As of"), Which::ALL.into_iter().map(one).collect::<String>()))
}

fn filters(s: &Ops, v: &Visitor, p: &Picked) -> Html {
    let a = &s.catalog.alerts;
    let mut rules: Vec<Choice> = Vec::new();
    for r in &a.rules {
        if !rules.iter().any(|c| c.value == r.code) {
            rules.push(Choice::new(r.code.as_str(), r.name.get(v.lang)));
        }
    }
    let severities: Vec<Choice> = a.severities.iter().map(|x| Choice::new(x.code.as_str(), x.name.get(v.lang))).collect();
    let mut offices: Vec<Choice> = Vec::new();
    for l in &p.lines {
        if !offices.iter().any(|c| c.value == l.owner.as_str()) {
            offices.push(Choice::new(l.owner.to_string(), l.owner_name.as_str()));
        }
    }
    offices.sort_by(|x, y| x.label.cmp(&y.label));
    let field = |name: &str, vi: &str, en: &str, value: &str, choices: &[Choice]| kit::Field::new(v.lang, name, v.pick(vi, en)).optional(true).value(value).select(choices).0;
    let body = Html(format!(
        "{}{}{}{}{}",
        kit::hidden("which", p.which.code()),
        field("office", "Cơ quan", "Office", &p.q.office, &offices),
        field("rule", "Quy tắc", "Rule", &p.q.rule, &rules),
        field("severity", "Mức", "Severity", &p.q.severity, &severities),
        kit::Button::new(v.pick("Lọc", "Filter")).weight(Weight::Quiet).html(),
    ));
    let open = !p.q.office.is_empty() || !p.q.rule.is_empty() || !p.q.severity.is_empty();
    super::off_paper(&kit::details(v.pick("Lọc theo cơ quan, quy tắc, mức", "Filter by office, rule, severity"), &kit::search_form(ALERTS, &body), open))
}

/// How bad an alert is: a word and a shape.
pub fn severity(s: &Ops, code: &str, lang: Lang) -> Html {
    let found = s.catalog.alerts.severity(code);
    let (mood, shape) = match found.map(|x| x.mood) {
        Some(Feel::Bad) => (Mood::Bad, Shape::Cross),
        Some(Feel::Warn) => (Mood::Warn, Shape::Triangle),
        _ => (Mood::Info, Shape::Dot),
    };
    kit::chip_with(mood, shape, found.map_or(code, |x| x.name.get(lang)))
}

/// How it stands: state, silence, standing back, whom it has come before.
pub fn standing(l: &Line, now: Instant, lang: Lang) -> Html {
    let state = match l.state {
        State::Firing => kit::chip(Mood::Warn, l.state.text().get(lang)),
        State::Acknowledged => kit::chip(Mood::Info, l.state.text().get(lang)),
        State::Resolved => kit::chip(Mood::Good, l.state.text().get(lang)),
    };
    let mut out = state.0;
    if let Some(until) = l.silent_until.filter(|_| l.is_silent(now)) {
        out.push_str(&format!(" {}", kit::chip_with(Mood::Info, Shape::Pause, &format!("{} {}", lang.pick("tạm ẩn đến", "silenced until"), when::day(until.date(), lang)))));
    }
    if l.is_open() && l.inhibited {
        out.push_str(&format!(" {}", kit::chip_with(Mood::Info, Shape::Pause, lang.pick("nhường cảnh báo lớn hơn", "stands back"))));
    }
    if l.is_open() && l.level > crate::catalog::Level::Office {
        out.push_str(&format!(" <span class=\"muted\">{} {}</span>", lang.pick("đã lên:", "before:"), esc(l.level.text().get(lang))));
    }
    if let Some(o) = l.outcome {
        out.push_str(&format!(" <span class=\"muted\">{}</span>", esc(o.text().get(lang))));
    }
    Html(out)
}

pub fn path_of(id: crate::alert::AlertId) -> String {
    format!("{ALERTS}/{id}")
}

fn table(s: &Ops, v: &Visitor, lines: &[&Line], now: Instant) -> Html {
    let rows = lines
        .iter()
        .map(|l| {
            let rule = s.catalog.alerts.rule(&l.rule, now.date()).map_or(l.rule.as_str(), |r| r.name.get(v.lang));
            vec![
                Html(format!("<a href=\"{}\">{}</a><br><span class=\"muted\">{}</span>", path_of(l.id), esc(&look::short(l.label.get(v.lang), 140)), esc(rule))),
                Html(format!("{}{}", esc(&l.owner_name), if l.place_name.is_empty() || l.place_name == l.owner_name { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(&l.place_name)) })),
                severity(s, &l.severity, v.lang),
                standing(l, now, v.lang),
                when::at_time(l.fired, now, v.lang),
            ]
        })
        .collect();
    kit::records(&Table {
        caption: v.pick("Danh sách cảnh báo", "List of alerts").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Cảnh báo", "Alert")),
            Column::text(v.pick("Cơ quan chịu trách nhiệm", "Who answers for it")),
            Column::text(v.pick("Mức", "Severity")),
            Column::text(v.pick("Trạng thái", "State")),
            Column::text(v.pick("Bắt đầu báo", "Fired")),
        ],
        rows,
        empty: v.pick("Không có cảnh báo nào trong nhóm này.", "No alert is in this group.").to_owned(),
    })
}

pub async fn sheet(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let who = s.who(&*actor(&v)?);
    let p = Picked::of(&s, &who, q).await?;
    let head = ["id", "rule", "severity", "label", "record", "value", "since", "fired_at", "owner_code", "owner", "place_code", "place", "state", "level", "silent_until", "standing_back", "acknowledged_at", "resolved_at", "outcome", "acted"];
    let iso = |at: Option<Instant>| at.map_or_else(String::new, |at| at.to_string());
    let yes = |b: bool| if b { "yes" } else { "no" }.to_owned();
    let row = |l: &Line| {
        vec![
            l.id.to_string(), l.rule.clone(), l.severity.clone(), l.label.get(v.lang).to_owned(), l.path.clone(), l.value.to_string(), iso(Some(l.since)), iso(Some(l.fired)), l.owner.to_string(),
            l.owner_name.clone(), l.place.as_ref().map_or_else(String::new, ToString::to_string), l.place_name.clone(), l.state.code().to_owned(), l.level.code().to_owned(), iso(l.silent_until.filter(|_| l.is_silent(p.now))),
            yes(l.inhibited), iso(l.acknowledged), iso(l.resolved), l.outcome.map_or_else(String::new, |o| o.code().to_owned()), yes(l.changed_anything),
        ]
    };
    let rows = std::iter::once(head.iter().map(|h| (*h).to_owned()).collect()).chain(p.shown().map(row));
    Ok(download("canh-bao.csv", csv(rows)))
}

/// How each rule does: what it fired, how much of what was judged was false, how soon it was taken up, what came of it.
pub async fn rules(Shared(s): Shared<Ops>, v: Visitor) -> Result<Html, PageError> {
    let who = s.who(&*actor(&v)?);
    let now = who.author.at;
    let mut lines = views::since(&s.scope, first(&s, now)).await.map_err(PageError::internal)?;
    lines.retain(|l| l.seen_by(&who));
    let scores = scores(&lines);
    let none = Score::default();
    let rows = s.catalog.alerts.on(now.date()).map(|r| row(&v, r, scores.get(&r.code).unwrap_or(&none))).collect();
    let n = |vi: &'static str, en: &'static str| Column::num(v.pick(vi, en));
    let table = kit::table(&Table {
        caption: v.pick("Quy tắc đang áp dụng", "Rules in force").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Quy tắc", "Rule")),
            Column::text(v.pick("Báo khi", "Fires when")),
            n("Đã báo", "Fired"),
            n("Báo sai / đã đánh giá", "False / judged"),
            n("Đã tiếp nhận, thời gian giữa", "Taken up, middle time"),
            n("Có giải trình, nhiệm vụ", "Explanation or directive"),
        ],
        rows,
        empty: v.pick("Danh mục chưa khai quy tắc nào cho hôm nay.", "The catalogue has no rule for today.").to_owned(),
    });
    let title = v.pick("Quy tắc cảnh báo", "Rules of alerts");
    let days = format!("{} {} {}", v.pick("Cảnh báo trong", "Alerts of the last"), s.catalog.alerts.share_days, v.pick("ngày gần đây", "days"));
    let main = Html(format!("{}{table}<p class=\"muted\">{}</p>", kit::heading(title, Some(&days)), esc(v.pick("Quy tắc là dữ liệu: catalog/ops/alerts.yaml. Ghi “báo sai” khi kết thúc cảnh báo để quy tắc được sửa.", "Rules are data: catalog/ops/alerts.yaml. Close an alert as “false” so that its rule gets corrected."))));
    Ok(shell(&v, title, main).back(ALERTS, v.pick("Cảnh báo", "Alerts")).render())
}

fn row(v: &Visitor, r: &AlertRule, score: &Score) -> Vec<Html> {
    let unit = SIGNALS.iter().find(|u| u.0 == r.signal).map_or("", |u| v.pick(u.1, u.2));
    let says = match r.by {
        crate::catalog::By::Subject => format!("≥ {} {unit}", r.at_least),
        crate::catalog::By::Office => format!("≥ {} {}", r.at_least, v.pick("trường hợp tại một cơ quan", "cases at one office")),
        crate::catalog::By::Province => format!("≥ {} {}", r.at_least, v.pick("trường hợp toàn tỉnh, thành phố", "cases in the province")),
    };
    let basis: Vec<String> = r
        .legal_basis
        .iter()
        .map(|b| {
            let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
            let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
            format!("{}{note}{mark}", esc(&b.to_string()))
        })
        .collect();
    let name = r.name.get(v.lang);
    let number = |n: i64, more: &str, of: &str| figure(n, &format!("{ALERTS}?which=all&rule={}{more}", r.code), &format!("{of}, {name}"), v);
    let share = if score.judged > 0 { format!(" ({})", web::figure::share(score.false_ones, score.judged, 0, v.lang)) } else { String::new() };
    let middle = score.median_seconds.map_or_else(String::new, |t| format!("<br><span class=\"muted\">{}</span>", esc(&duration(t, v))));
    vec![
        Html(format!("{}<br><span class=\"muted\">{}</span>", esc(name), basis.join("; "))),
        Html::text(&says),
        number(score.fired, "", v.pick("Đã báo", "Fired")),
        Html(format!("{} / {}{share}", number(score.false_ones, "&outcome=false", v.pick("Báo sai", "False")), number(score.judged, "&outcome=judged", v.pick("Đã đánh giá", "Judged")))),
        Html(format!("{}{middle}", number(score.acknowledged, "&taken=1", v.pick("Đã tiếp nhận", "Taken up")))),
        number(score.changed_anything, "&acted=1", v.pick("Có giải trình, nhiệm vụ", "Explanation or directive")),
    ]
}

/// Time on the clock, in its two largest parts.
fn duration(seconds: i64, v: &Visitor) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} {}", v.pick("phút", "min")),
        (0, _) => format!("{hours} {} {minutes} {}", v.pick("giờ", "h"), v.pick("phút", "min")),
        _ => format!("{days} {} {hours} {}", v.pick("ngày", "d"), v.pick("giờ", "h")),
    }
}
