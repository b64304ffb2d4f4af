//! `/ioc`: the leader's page on a phone. Exceptions first, at most seven numbers, each with its tasks; questions answered or not.

use super::{ALERTS, FIGURES, HOME, PHONE, QUESTIONS, USAGE, WALL, actor, alerts, look, questions};
use crate::{
    Ops, Who,
    alert::{self, Which, views::by_weight},
    directive::{
        Basis, Group,
        views::{Line, Side},
    },
    pages::list::{Asked, Picked, figure},
    question,
    wall::{EXCEPTIONS, worst},
};
use axum::extract::State as Shared;
use web::{
    html::{Html, esc},
    kit::{self, Mood, Weight},
    page::{Area, Shell},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Tasks named one by one below the numbers.
const NAMED: usize = 10;
/// Alerts named one by one.
const CALLS: usize = 5;
/// Numbers at the top.
const NUMBERS: usize = 7;

/// What of the province or of one's office a leader is responsible for.
pub async fn own(s: &Ops, who: &Who) -> Result<Picked, PageError> {
    let side = if who.oversees { Side::Province } else { Side::Lead };
    Picked::of(s, who, &Asked { side: side.code().into(), ..Asked::default() }).await
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor) -> Result<Html, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    s.opened(&who).await;
    let p = own(&s, &who).await?;
    // What a leader gave is theirs to decide on, wherever it is led.
    let given = Picked::of(&s, &who, &Asked { side: Side::Given.code().into(), ..Asked::default() }).await?;
    let asked = question::asked_by(&s.scope, me.account).await.map_err(PageError::internal)?;
    let mut loud = alert::views::open(&s.scope).await.map_err(PageError::internal)?;
    loud.retain(|l| l.seen_by(&who) && l.is_loud(p.now));
    by_weight(&mut loud, &s.catalog.alerts);
    let title = v.pick("Việc cần lãnh đạo xem", "For the leader");
    let main = Html(format!(
        "{}<p class=\"muted\">{} {}</p>{}{}{}{}{}",
        kit::heading(title, Some(&super::list::place(&s, &v, &who, &p))),
        v.pick("Tính đến", "As of"),
        esc(&when::exact(p.now, v.lang)),
        numbers(&v, &who, &p, &given, &loud),
        calls(&s, &v, &loud, p.now),
        named(&v, &p, &given),
        answers(&v, &asked, &p),
        ways(&v, &who),
    ));
    Ok(Shell::new(&v, title, main).area(Area::Work).render())
}

/// The alerts that call loudest, each with its own page.
fn calls(s: &Ops, v: &Visitor, loud: &[alert::Line], now: kernel::Instant) -> Html {
    if loud.is_empty() {
        return Html::default();
    }
    let item = |l: &alert::Line| {
        Html(format!(
            "<a href=\"{}\">{}</a><br>{} {}<br><span class=\"muted\">{} · {}</span>",
            alerts::path_of(l.id),
            esc(&look::short(l.label.get(v.lang), 110)),
            alerts::severity(s, &l.severity, v.lang),
            alerts::standing(l, now, v.lang),
            esc(&l.owner_name),
            when::at_time(l.fired, now, v.lang),
        ))
    };
    let items: Vec<Html> = loud.iter().take(CALLS).map(item).collect();
    Html(format!("<h2 id=\"calls\">{}</h2>{}<p><a href=\"{ALERTS}\">{}</a></p>", v.pick("Cảnh báo", "Alerts"), kit::bullets(&items), v.pick("Tất cả cảnh báo", "All alerts")))
}

/// At most seven. What there is none of is not shown.
fn numbers(v: &Visitor, who: &Who, p: &Picked, given: &Picked, loud: &[alert::Line]) -> Html {
    let fires = loud.iter().filter(|l| Which::Firing.holds(l, p.now)).count();
    let name = v.pick("Cảnh báo đang báo", "Alerts firing");
    let number = figure(i64::try_from(fires).unwrap_or(i64::MAX), &format!("{ALERTS}?which={}", Which::Firing.code()), name, v);
    let first = (fires > 0).then(|| format!("<li class=\"exception bad\"><span class=\"big\">{number}</span> {}</li>", kit::chip(Mood::Bad, name)));
    let others = EXCEPTIONS
        .into_iter()
        .filter_map(|g| {
            // Decisions are counted over what this office gave, everything else over what it answers for.
            let of = if !who.oversees && matches!(g, Group::Asked | Group::Submitted | Group::Refused) { given } else { p };
            let n = of.counts().n(g);
            if n == 0 {
                return None;
            }
            let mood = match g {
                Group::Overdue | Group::Refused | Group::Returned => Mood::Bad,
                _ => Mood::Warn,
            };
            let name = g.text();
            Some(format!("<li class=\"exception {}\"><span class=\"big\">{}</span> {}</li>", mood.class(), figure(n, &of.list(g, None), name.get(v.lang), v), kit::chip(mood, name.get(v.lang))))
        });
    let items: Vec<String> = first.into_iter().chain(others).take(NUMBERS).collect();
    if items.is_empty() {
        return kit::inset(&kit::para(v.pick("Không có việc nào quá hạn, sắp đến hạn hoặc chờ quyết định.", "Nothing is overdue, due soon or waiting for a decision.")));
    }
    Html(format!("<ul class=\"exceptions\">{}</ul>", items.concat()))
}

fn named(v: &Visitor, p: &Picked, given: &Picked) -> Html {
    let mut lines: Vec<Line> = p.lines.clone();
    lines.extend(given.lines.iter().filter(|l| !p.lines.iter().any(|x| x.id == l.id)).cloned());
    let list = worst(&lines, p.bars, p.now, NAMED);
    if list.is_empty() {
        return Html::default();
    }
    let item = |l: &Line| {
        let waits: Vec<String> = [Group::Asked, Group::Submitted, Group::Refused, Group::Returned]
            .into_iter()
            .filter(|g| l.is_in(*g, p.bars, Basis::Current, p.now))
            .map(|g| kit::chip(Mood::Warn, g.text().get(v.lang)).0)
            .collect();
        Html(format!("{}<br>{} {}<br><span class=\"muted\">{}</span>", look::title(l, v), look::standing(l.standing(p.now), v.lang), waits.join(" "), esc(&l.lead_name)))
    };
    Html(format!("<h2>{}</h2>{}", v.pick("Xem từng việc", "One by one"), kit::bullets(&list.iter().map(item).collect::<Vec<_>>())))
}

/// Questions of the last three days (a holiday may lie between), answered or not; older ones only while nobody answered.
fn answers(v: &Visitor, asked: &[question::Line], p: &Picked) -> Html {
    let recent = p.now.plus_seconds(-3 * 86_400);
    let list: Vec<Html> = asked.iter().filter(|q| q.state == question::State::Open || q.asked >= recent).take(NAMED).map(|q| questions::line(v, q, p.now)).collect();
    if list.is_empty() {
        return Html::default();
    }
    Html(format!("<h2>{}</h2>{}", v.pick("Đã yêu cầu giải trình", "Explanations asked for"), kit::bullets(&list)))
}

fn ways(v: &Visitor, who: &Who) -> Html {
    let give = || kit::link_button(&format!("{HOME}/new"), v.pick("Giao nhiệm vụ", "Give a task"), Weight::Main);
    let mut ways: Vec<Html> = who.manages.then(give).into_iter().collect();
    ways.push(kit::link_button(&format!("{HOME}/report"), v.pick("Báo cáo", "Report"), Weight::Quiet));
    ways.push(kit::link_button(FIGURES, v.pick("Số liệu theo thời gian", "Figures over time"), Weight::Quiet));
    ways.push(kit::link_button(QUESTIONS, v.pick("Giải trình", "Explanations"), Weight::Quiet));
    if who.oversees {
        ways.push(kit::link_button(USAGE, v.pick("Sử dụng trung tâm", "Use of the centre"), Weight::Quiet));
        ways.push(kit::link_button(WALL, v.pick("Màn hình điều hành", "The wall"), Weight::Quiet));
    }
    ways.push(kit::link_button(PHONE, v.pick("Cập nhật", "Refresh"), Weight::Quiet));
    Html(format!("<div class=\"no-print\">{}</div>", kit::button_group(&ways)))
}
