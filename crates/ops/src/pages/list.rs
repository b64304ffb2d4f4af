//! `/work/directives`: what an office was given, what it gave, what it takes part in; every figure opens its tasks.

use super::{HOME, PAGE, actor, look, shell};
use crate::{
    Ops, Who,
    directive::{
        Bars, Basis, Group,
        views::{self, Ask, Line, Side},
    },
    report::Counts,
    wall,
};
use axum::extract::State as Shared;
use kernel::{
    Instant,
    id::OfficeCode,
    time::{Date, midnight},
};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Column, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What the address of a list or a report says. What it says wrongly is left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub side: String,
    pub group: String,
    /// Only those that this office leads.
    pub lead: String,
    pub front: String,
    /// Given on or after, and on or before, a day.
    pub from: String,
    pub to: String,
    /// `original`: against the first deadline.
    pub basis: String,
    pub after: String,
}

/// The directives that an address names, as this reader may see them.
pub struct Picked {
    pub side: Side,
    pub lead: Option<OfficeCode>,
    pub front: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub basis: Basis,
    pub bars: Bars,
    pub now: Instant,
    pub lines: Vec<Line>,
}

impl Picked {
    pub async fn of(s: &Ops, who: &Who, q: &Asked) -> Result<Self, PageError> {
        let side = Side::of(&q.side).unwrap_or(if who.oversees && who.office.is_none() { Side::Province } else { Side::Lead });
        if side == Side::Province && !who.oversees {
            return Err(PageError::not_found());
        }
        let (from, to): (Option<Date>, Option<Date>) = (q.from.parse().ok(), q.to.parse().ok());
        let ask = Ask {
            side,
            office: who.office.clone(),
            from: from.map(midnight),
            to: to.and_then(|d| d.tomorrow().ok()).map(midnight),
            open_only: false,
        };
        let lead = Some(q.lead.as_str()).filter(|l| !l.is_empty()).map(OfficeCode::new);
        let front = s.catalog.front(&q.front).map_or_else(String::new, |f| f.code.clone());
        let mut lines = views::lines(&s.scope, &ask).await.map_err(PageError::internal)?;
        // A report of the province is the same for all who read it: what is limited is in none of them.
        let limited = |l: &Line| if side == Side::Province { !l.limited } else { l.seen_by(who) };
        lines.retain(|l| limited(l) && lead.as_ref().is_none_or(|c| *c == l.lead) && (front.is_empty() || l.front == front));
        let now = who.author.at;
        let basis = if q.basis == "original" { Basis::Original } else { Basis::Current };
        Ok(Self { side, lead, front, from, to, basis, bars: wall::bars(s, now), now, lines })
    }
    pub fn counts(&self) -> Counts {
        let facts: Vec<_> = self.lines.iter().map(Line::fact).collect();
        Counts::of(&facts, self.bars, self.basis, self.now)
    }
    pub fn of_group(&self, group: Group) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |l| l.is_in(group, self.bars, self.basis, self.now))
    }
    /// The same choice at another address, of one office if one is named.
    pub fn query(&self, lead: Option<&OfficeCode>) -> String {
        let mut out = format!("side={}", self.side.code());
        if let Some(lead) = lead.or(self.lead.as_ref()) {
            out.push_str(&format!("&lead={}", url_part(lead.as_str())));
        }
        if !self.front.is_empty() {
            out.push_str(&format!("&front={}", url_part(&self.front)));
        }
        for (name, day) in [("from", self.from), ("to", self.to)] {
            if let Some(day) = day {
                out.push_str(&format!("&{name}={day}"));
            }
        }
        if self.basis == Basis::Original {
            out.push_str("&basis=original");
        }
        out
    }
    /// The list of a group.
    pub fn list(&self, group: Group, lead: Option<&OfficeCode>) -> String {
        format!("{HOME}?{}&group={}", self.query(lead), group.code())
    }
}

/// A figure that opens what it counts. `of`: what it speaks of, for those who hear it.
pub fn figure(n: i64, href: &str, of: &str, v: &Visitor) -> Html {
    web::figure::opens(n, href, of, v.lang)
}

const TABS: [Group; 9] = [
    Group::Overdue, Group::Soon, Group::Returned, Group::Asked, Group::Submitted, Group::UndatedOld, Group::Open, Group::Done, Group::All,
];

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let me = actor(&v)?;
    let who = s.who(&me);
    let picked = Picked::of(&s, &who, &q).await?;
    let group = Group::of(&q.group).unwrap_or(Group::Open);
    let lines: Vec<&Line> = picked.of_group(group).collect();
    let start = lines.iter().position(|l| l.id.to_string() == q.after).map_or(0, |i| i + 1);
    let page: Vec<&Line> = lines.iter().skip(start).take(PAGE).copied().collect();
    let more = start + page.len() < lines.len();
    let next = page.last().filter(|_| more).map(|l| format!("{}&after={}", picked.list(group, None), l.id));
    let title = v.pick("Nhiệm vụ giao", "Directives");
    let give = who.manages.then(|| kit::link_button(&format!("{HOME}/new"), v.pick("Giao nhiệm vụ", "Give a task"), Weight::Main));
    let recurring = kit::link_button(super::SERIES, v.pick("Nhiệm vụ định kỳ", "Recurring tasks"), Weight::Quiet);
    let report = kit::link_button(&format!("{HOME}/report?{}", picked.query(None)), v.pick("Báo cáo", "Report"), Weight::Quiet);
    let drafts = if picked.side == Side::Given { drafts(&s, &v, &who).await? } else { Html::default() };
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let shown = format!("{}: {} {}", group.text().get(v.lang), when::number(count, v.lang), v.pick("nhiệm vụ", "tasks"));
    let main = Html(format!(
        "{}{}{}{}{}<h2 id=\"tasks\">{}</h2>{}{}<p class=\"no-print\"><a href=\"{HOME}/list.csv?{}&amp;group={}\">{}</a></p>",
        kit::heading(title, Some(&place(&s, &v, &who, &picked))),
        kit::button_group(&give.into_iter().chain([recurring, report]).collect::<Vec<_>>()),
        sides(&v, &who, picked.side),
        stats(&v, &picked, group),
        drafts,
        esc(&shown),
        table(&v, &page, picked.side, picked.now),
        kit::pagination(v.lang, None, next.as_deref()),
        esc(&picked.query(None)),
        group.code(),
        v.pick("Tải danh sách này (CSV)", "Download this list (CSV)"),
    ));
    Ok(shell(&v, title, main).render())
}

/// Whose tasks these are, and of when.
pub fn place(s: &Ops, v: &Visitor, who: &Who, p: &Picked) -> String {
    let name = |code: &OfficeCode| s.units.unit(code.as_str()).map_or_else(|| code.to_string(), |u| u.name.get(v.lang).to_owned());
    let mut out = match p.side {
        Side::Province => v.pick("Toàn tỉnh, thành phố", "The whole province").to_owned(),
        _ => who.office.as_ref().map(name).unwrap_or_default(),
    };
    if let Some(lead) = &p.lead {
        out.push_str(&format!(" · {} {}", v.pick("chủ trì:", "led by"), name(lead)));
    }
    if let Some(front) = s.catalog.front(&p.front) {
        out.push_str(&format!(" · {} {}", v.pick("mặt trận", "front:"), front.name.get(v.lang)));
    }
    if let Some(from) = p.from {
        out.push_str(&format!(" · {} {}", v.pick("giao từ", "given from"), when::day(from, v.lang)));
    }
    if let Some(to) = p.to {
        out.push_str(&format!(" · {} {}", v.pick("đến", "to"), when::day(to, v.lang)));
    }
    out
}

fn sides(v: &Visitor, who: &Who, now: Side) -> Html {
    let label = |s: Side| match s {
        Side::Lead => v.pick("Chủ trì", "Ours to lead"),
        Side::Given => v.pick("Cơ quan đã giao", "Given by us"),
        Side::Partner => v.pick("Phối hợp", "Taking part"),
        Side::Province => v.pick("Toàn tỉnh, thành phố", "Province"),
    };
    let one = |s: Side| {
        let current = if s == now { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{HOME}?side={}\"{current}>{}</a></li>", s.code(), label(s))
    };
    let all: String = Side::ALL.into_iter().filter(|s| *s != Side::Province || who.oversees).map(one).collect();
    Html(format!("<nav class=\"tabs\" aria-label=\"{}\"><ul>{all}</ul></nav>", v.pick("Vai trò của cơ quan", "The office's part")))
}

fn stats(v: &Visitor, p: &Picked, now: Group) -> Html {
    let counts = p.counts();
    let one = |g: Group| {
        let name = g.text();
        let current = if g == now { " aria-current=\"true\"" } else { "" };
        format!("<div{current}><dt>{}</dt><dd>{}</dd></div>", esc(name.get(v.lang)), figure(counts.n(g), &format!("{}#tasks", p.list(g, None)), name.get(v.lang), v))
    };
    let current: String = TABS.into_iter().map(one).collect::<String>().replace(" aria-current=\"true\"", " class=\"now\"");
    Html(format!("<p class=\"muted\">{} {}</p><dl class=\"stats board\">{current}</dl>", v.pick("Tính đến", "As of"), esc(&when::exact(p.now, v.lang))))
}

async fn drafts(s: &Ops, v: &Visitor, who: &Who) -> Result<Html, PageError> {
    let lines = views::drafts(&s.scope, who.author.account).await.map_err(PageError::internal)?;
    if lines.is_empty() {
        return Ok(Html::default());
    }
    let items: Vec<Html> = lines.iter().map(|l| Html(format!("{} – {}", look::title(l, v), esc(&l.lead_name)))).collect();
    Ok(Html(format!("<h2>{}</h2>{}", v.pick("Dự thảo chờ giao", "Drafts to be given"), kit::bullets(&items))))
}

pub fn table(v: &Visitor, lines: &[&Line], side: Side, now: Instant) -> Html {
    let rows = lines
        .iter()
        .map(|l| {
            let who = if side == Side::Lead { format!("{}<br><span class=\"muted\">{}</span>", esc(&l.assigner_name), esc(&l.focal_name)) } else { format!("{}<br><span class=\"muted\">{}</span>", esc(&l.lead_name), esc(&l.focal_name)) };
            let more = if l.extensions > 0 { format!("<br><span class=\"muted\">{} {}</span>", v.pick("gia hạn", "extended"), l.extensions) } else { String::new() };
            vec![
                look::title(l, v),
                Html(who),
                Html(format!("{}{more}", look::deadline(l.deadline, now, v))),
                look::standing(l.standing(now), v.lang),
                look::workflow(v.lang, l.workflow),
            ]
        })
        .collect();
    kit::records(&Table {
        caption: v.pick("Danh sách nhiệm vụ", "List of tasks").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Nhiệm vụ", "Task")),
            Column::text(if side == Side::Lead { v.pick("Người giao, đầu mối", "Given by, focal point") } else { v.pick("Đơn vị chủ trì, đầu mối", "Lead office, focal point") }),
            Column::text(v.pick("Thời hạn", "Deadline")),
            Column::text(v.pick("So với thời hạn", "In time")),
            Column::text(v.pick("Trạng thái", "State")),
        ],
        rows,
        empty: v.pick("Không có nhiệm vụ nào trong nhóm này.", "No task is in this group.").to_owned(),
    })
}
