//! What the wall shows: figures of the catalogue's panels, each with the records behind it and the age of its source, and what
//! happened last. Made once for everybody who looks at it.

use crate::{
    Ops,
    asks::{Told, Whole},
    catalog::{Feel, Panel, PanelFigure, Wall},
    directive::{
        Bars, Basis, Group,
        views::{self, Ask, Line, Side},
    },
    alert::{self, Which, views::by_weight},
    question,
    report::{Counts, Report},
};
use kernel::{Instant, id::OfficeCode, text::Lang};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A figure as it is shown; nothing where its source has no data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub figure: PanelFigure,
    pub told: Option<Told>,
}

impl Shown {
    /// A figure of nothing is never bad.
    pub fn feel(&self) -> Feel {
        match &self.told {
            Some(Told { written: Some(w), .. }) if w.feel != Feel::Plain => w.feel,
            Some(t) if t.n > 0 => self.figure.mood,
            _ => Feel::Plain,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPanel {
    pub panel: Panel,
    pub figures: Vec<Shown>,
    /// When its oldest source was brought up to date; nothing when none has data.
    pub as_of: Option<Instant>,
}

impl Shown {
    /// Its source has been silent for longer than it may: by its own rhythm, or by the minutes of the panel.
    pub fn is_stale(&self, stale_minutes: i64, now: Instant) -> bool {
        self.told.as_ref().is_some_and(|t| t.good_until.map_or_else(|| now.seconds_since(t.as_of) > stale_minutes * 60, |until| now > until))
    }
}

impl ShownPanel {
    pub fn is_stale(&self, now: Instant) -> bool {
        self.as_of.is_none() || self.figures.iter().any(|f| f.is_stale(self.panel.stale_minutes, now))
    }
}

/// Everything on a wall at an instant.
#[derive(Debug, Clone)]
pub struct Picture {
    pub wall: Wall,
    pub now: Instant,
    pub panels: Vec<ShownPanel>,
    /// What a leader has to look at, worst first.
    pub exceptions: Vec<Line>,
    pub newest: Vec<Line>,
    /// Alerts that call loudest, and those that fired last.
    pub alerts: Vec<alert::Line>,
    pub fired: Vec<alert::Line>,
    /// Offices that lead, those with most overdue first.
    pub offices: Vec<(OfficeCode, String, Counts)>,
}

/// The last picture in each language, by what had been committed when it was made.
#[derive(Default)]
pub struct Seen(Mutex<Vec<(Key, Arc<str>)>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    wall: String,
    lang: Lang,
    change: u64,
    /// Time alone makes a task late: a picture lives for two seconds.
    slot: i64,
}

/// Seconds a picture lives when nothing happens.
const SLOT: i64 = 2;

/// The standing that the province's own rules give on this day.
pub fn bars(s: &Ops, now: Instant) -> Bars {
    s.catalog.rules(now.date()).map_or(Bars { warning: 3, long_overdue: 30, undated: 90 }, Bars::of)
}

/// The list behind a figure of directives of the province.
pub fn directives_path(group: Group) -> String {
    format!("/work/directives?side={}&group={}", Side::Province.code(), group.code())
}

impl Ops {
    pub async fn picture(&self, wall: &Wall) -> anyhow::Result<Picture> {
        let now = self.now();
        let bars = bars(self, now);
        let lines = views::lines(&self.scope, &Ask { side: Side::Province, ..Ask::default() }).await?;
        // What is limited is not on a wall, and not in its figures: the list behind them has it not either.
        let lines: Vec<Line> = lines.into_iter().filter(|l| !l.limited).collect();
        let facts: Vec<_> = lines.iter().map(Line::fact).collect();
        let counts = Counts::of(&facts, bars, Basis::Current, now);
        let asked = question::open(&self.scope).await?;
        let mut alerts = alert::views::open(&self.scope).await?;
        let mut panels = Vec::with_capacity(wall.panels.len());
        for panel in &wall.panels {
            let mut figures = Vec::with_capacity(panel.figures.len());
            for figure in &panel.figures {
                let told = match figure.code.split_once('.') {
                    Some(("directives", group)) => Group::of(group).map(|g| Told { n: counts.n(g), of: of(g).map(|w| Whole { n: counts.n(w), href: directives_path(w) }), href: directives_path(g), as_of: now, good_until: None, written: None }),
                    Some(("questions", which)) => {
                        let late = which == "late";
                        let n = asked.iter().filter(|q| !late || q.is_late(now)).count();
                        Some(Told { n: i64::try_from(n).unwrap_or(i64::MAX), of: None, href: format!("/work/explanations?which={which}"), as_of: now, good_until: None, written: None })
                    }
                    Some(("alerts", code)) => Which::of(code).map(|w| {
                        let n = alerts.iter().filter(|l| w.holds(l, now)).count();
                        Told { n: i64::try_from(n).unwrap_or(i64::MAX), of: None, href: format!("/work/alerts?which={code}"), as_of: now, good_until: None, written: None }
                    }),
                    _ => self.sources.told(&figure.code, now).await?,
                };
                figures.push(Shown { figure: figure.clone(), told });
            }
            let as_of = figures.iter().filter_map(|f| f.told.as_ref()).map(|t| t.as_of).min();
            panels.push(ShownPanel { panel: panel.clone(), figures, as_of });
        }
        let exceptions = worst(&lines, bars, now, wall.exceptions);
        let newest = views::newest(&self.scope, i64::try_from(wall.newest).unwrap_or(10)).await?;
        let mut offices = Report::of(&lines, bars, Basis::Current, now).offices;
        offices.truncate(wall.offices);
        alerts.retain(|l| l.is_loud(now));
        // They come latest first.
        let fired: Vec<alert::Line> = alerts.iter().take(wall.newest).cloned().collect();
        by_weight(&mut alerts, &self.catalog.alerts);
        alerts.truncate(wall.alerts);
        Ok(Picture { alerts, fired, wall: wall.clone(), now, panels, exceptions, newest, offices })
    }

    /// The picture as it is drawn, drawn once for everybody: asked again before anything was committed, it is the same text. Nothing when the
    /// wall was taken down.
    pub async fn drawn(&self, code: &str, lang: Lang, draw: impl Fn(&Picture) -> String) -> anyhow::Result<Option<Arc<str>>> {
        let key = || Key { wall: code.to_owned(), lang, change: *self.scope.db().changes().borrow(), slot: self.now().micros() / (SLOT * 1_000_000) };
        let mut seen = self.seen.0.lock().await;
        let asked = key();
        if let Some((_, text)) = seen.iter().find(|(k, _)| *k == asked) {
            return Ok(Some(text.clone()));
        }
        seen.retain(|(k, _)| k.wall != code || k.lang != lang);
        let Some(wall) = self.wall(code).await? else { return Ok(None) };
        let text: Arc<str> = draw(&self.picture(&wall).await?).into();
        seen.push((asked, text.clone()));
        Ok(Some(text))
    }
}

/// The whole a group is a part of.
pub const fn of(group: Group) -> Option<Group> {
    Some(match group {
        Group::DoneOnTime | Group::DoneLate | Group::DoneUndated => Group::Done,
        Group::Within | Group::WithinUndated | Group::Soon | Group::Overdue | Group::LongOverdue | Group::UndatedOld | Group::Submitted | Group::Returned | Group::Refused | Group::Asked => Group::Open,
        Group::Done | Group::Open | Group::Dated | Group::Undated | Group::Paused => Group::All,
        Group::All => return None,
    })
}

/// In which order a leader looks at what is open.
pub const EXCEPTIONS: [Group; 7] = [Group::Overdue, Group::Refused, Group::Asked, Group::Submitted, Group::Soon, Group::Returned, Group::UndatedOld];

/// The tasks a leader has to look at, each once, worst first.
pub fn worst(lines: &[Line], bars: Bars, now: Instant, most: usize) -> Vec<Line> {
    let rank = |l: &Line| EXCEPTIONS.iter().position(|g| l.is_in(*g, bars, Basis::Current, now));
    let mut ranked: Vec<(usize, &Line)> = lines.iter().filter_map(|l| Some((rank(l)?, l))).collect();
    ranked.sort_by_key(|(rank, l)| (*rank, l.deadline, l.assigned, l.id.uuid()));
    ranked.into_iter().take(most).map(|(_, l)| l.clone()).collect()
}
