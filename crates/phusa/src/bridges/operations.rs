//! What the operations centre asks: officials with their roles, units with their calendars, figures of dossiers.

use super::wall_figures;
use async_trait::async_trait;
use identity::{Account, Identity, Office, Post};
use indicators::{Indicators, page766::working_days_ahead, period::Period, views::{self, Counted, Whose}};
use kernel::{
    Instant, Refusal, Text,
    calendar::{Calendar, Calendars},
    id::{AccountId, OfficeCode},
};
use ops::{
    People, Person, Signals, Sources, Unit, Units,
    alert::{Heard, Signal},
    asks::{Offered, Point, Told, Whole},
};
use measures::Measures;
use std::sync::{Arc, OnceLock, Weak};
use tokio::sync::Mutex;

/// Officials of the directory, each with the post they act in.
pub struct OpsPeople(pub Arc<Identity>);

impl OpsPeople {
    fn person(&self, (account, post): (Account, Post)) -> Person {
        let office_name = self.0.offices().get(post.office.as_str()).map_or_else(|| post.office.to_string(), |o| o.name.vi.clone());
        Person { account: account.id, name: account.name, title: post.title, office: post.office, office_name, role: post.role.as_str().to_owned() }
    }
}

#[async_trait]
impl People for OpsPeople {
    async fn of_office(&self, office: &OfficeCode, at: Instant) -> anyhow::Result<Vec<Person>> {
        let found = self.0.directory().officials_at(Some(office), at).await?;
        Ok(found.into_iter().map(|p| self.person(p)).collect())
    }
    async fn person(&self, account: AccountId, at: Instant) -> anyhow::Result<Option<Person>> {
        let Some(office) = self.0.directory().actor(account, at).await?.and_then(|a| a.office) else { return Ok(None) };
        let found = self.0.directory().officials_at(Some(&office), at).await?;
        Ok(found.into_iter().find(|(a, _)| a.id == account).map(|p| OpsPeople::person(self, p)))
    }
}

/// The offices of the province that work today.
pub struct OpsUnits {
    pub identity: Arc<Identity>,
    pub calendars: Calendars,
}

impl OpsUnits {
    fn ours(&self) -> impl Iterator<Item = &Office> {
        let province = self.identity.directory().scope().province();
        self.identity.offices().iter().filter(move |o| o.successors.is_empty() && self.identity.offices().province_of(o.code.as_str()) == Some(province))
    }
}

impl Units for OpsUnits {
    fn all(&self) -> Vec<Unit> {
        self.ours().map(|o| Unit { code: o.code.clone(), name: o.name.clone() }).collect()
    }
    fn unit(&self, code: &str) -> Option<Unit> {
        self.ours().find(|o| o.code.as_str() == code).map(|o| Unit { code: o.code.clone(), name: o.name.clone() })
    }
    fn is_top(&self, code: &OfficeCode) -> bool {
        self.identity.offices().get(code.as_str()).is_some_and(|o| o.level == identity::offices::Level::Province && o.parent.is_none())
    }
    fn calendar(&self, code: &OfficeCode) -> Result<Arc<Calendar>, Refusal> {
        // An office that was dissolved meanwhile keeps its hours for what it still has in hand.
        let office = self.identity.offices().get(code.as_str());
        let name = office.map_or("vn-offices", |o| o.calendar.as_str());
        Ok(self.calendars.get(name)?.clone())
    }
}

/// That room counts directives itself, so it is put together after this one and holds it: a strong hand here would keep both for ever.
#[derive(Clone, Default)]
pub struct LaterMeasures(Arc<OnceLock<Weak<measures::Inner>>>);

impl LaterMeasures {
    pub fn put(&self, room: &Measures) {
        let _ = self.0.set(Arc::downgrade(&room.0));
    }
    fn get(&self) -> Option<Measures> {
        self.0.get()?.upgrade().map(Measures)
    }
}

/// Figures of dossiers, as the live board has them, each opening the board's own list; indicators and indices.
pub struct OpsSources {
    pub indicators: Indicators,
    pub units: OpsUnits,
    pub measures: LaterMeasures,
}

const DOSSIERS: [(&str, &str, &str); 4] = [
    ("dossiers.received_today", "Hồ sơ tiếp nhận hôm nay", "Dossiers received today"),
    ("dossiers.open", "Hồ sơ đang giải quyết", "Dossiers in process"),
    ("dossiers.late", "Hồ sơ quá hạn", "Dossiers overdue"),
    ("dossiers.due_today", "Hồ sơ đến hạn hôm nay", "Dossiers due today"),
];

#[async_trait]
impl Sources for OpsSources {
    fn offered(&self) -> Vec<Offered> {
        let kind = Text::new("Hồ sơ", "Dossiers");
        let dossiers = DOSSIERS.iter().map(|(code, vi, en)| Offered { code: (*code).to_owned(), name: Text::new(*vi, *en), kind: kind.clone() });
        dossiers.chain(self.measures.get().as_ref().map(wall_figures::offered).unwrap_or_default()).collect()
    }

    async fn told(&self, code: &str, at: Instant) -> anyhow::Result<Option<Told>> {
        let scope = &self.indicators.scope;
        // What is counted of dossiers is as old as the first entry about one that was not read.
        let unread = views::unread(scope, self.indicators.consumer().cursor().await?).await?;
        let as_of = unread.unwrap_or(at).min(at);
        if !code.starts_with("dossiers.") {
            let Some(measures) = self.measures.get() else { return Ok(None) };
            return wall_figures::told(&measures, code, as_of).await;
        }
        let list = |due: &str| if due.is_empty() { "/work/board/dossiers".to_owned() } else { format!("/work/board/dossiers?due={due}") };
        let told = |n: i64, of: Option<i64>, due: &str| Ok(Some(Told { n, of: of.map(|n| Whole { n, href: list("") }), href: list(due), as_of, good_until: None, written: None }));
        if code == "dossiers.received_today" {
            return told(views::received_on(scope, None, at).await?, None, "received");
        }
        let calendar = self.units.calendar(&OfficeCode::new("")).map_err(|r| anyhow::anyhow!(r.message.en))?;
        let Some(days) = working_days_ahead(&calendar, at) else { return Ok(None) };
        let desk = views::board(scope, "p", "", days).await?.into_values().next().unwrap_or_default();
        match code {
            "dossiers.open" => told(desk.running, None, ""),
            "dossiers.late" => told(desk.late, Some(desk.running), "late"),
            "dossiers.due_today" => told(desk.today, Some(desk.running), "today"),
            _ => Ok(None),
        }
    }

    async fn course(&self, code: &str, office: Option<&OfficeCode>, at: Instant) -> anyhow::Result<Option<Vec<Point>>> {
        let Some(measured) = Measured::of(code) else { return Ok(None) };
        let whose = office.map_or(Whose::Province, |o| Whose::Office(o.to_string()));
        let mut points = Vec::new();
        for period in months_back(at) {
            let counted = views::counted(&self.indicators.scope, &whose, period, at).await?;
            // It begins with the first month that has any.
            if !points.is_empty() || counted.get("received") > 0 {
                points.push(measured.point(&whose, period, &counted, at));
            }
        }
        Ok(Some(points))
    }

    async fn parts(&self, code: &str, at: Instant) -> anyhow::Result<Vec<(OfficeCode, Point)>> {
        let Some(measured) = Measured::of(code) else { return Ok(Vec::new()) };
        let period = Period::month_of(at);
        let parts = views::parts(&self.indicators.scope, "o", "", period, at).await?;
        Ok(parts.iter().filter(|c| c.get("received") > 0).map(|c| (OfficeCode::new(c.key.as_str()), measured.point(&Whose::Office(c.key.clone()), period, c, at))).collect())
    }
}

/// Months that a course goes back.
const MONTHS: usize = 24;

fn months_back(at: Instant) -> Vec<Period> {
    let mut day = Period::month_of(at).first_day();
    let mut all = Vec::with_capacity(MONTHS);
    for _ in 0..MONTHS {
        let Period::Month(year, month) = Period::month_of(kernel::time::midnight(day)) else { break };
        all.push(Period::Month(year, month));
        let Ok(before) = day.yesterday() else { break };
        day = kernel::time::date(before.year(), before.month(), 1);
    }
    all.reverse();
    all
}

/// A followed figure as measures of the index have it.
struct Measured {
    n: &'static str,
    of: Option<&'static str>,
}

impl Measured {
    fn of(code: &str) -> Option<Self> {
        let (n, of) = match code {
            "dossiers.on_time" => ("legal_on_time", Some("received")),
            "dossiers.received" => ("received", None),
            "dossiers.online" => ("online", Some("received")),
            _ => return None,
        };
        Some(Self { n, of })
    }
    fn point(&self, whose: &Whose, period: Period, counted: &Counted, at: Instant) -> Point {
        let list = |measure: &str| format!("{}&measure={measure}", indicators::pages::address("/work/index/dossiers", whose, period));
        use kernel::text::Lang;
        Point {
            code: period.to_string(),
            name: Text::new(period.name(Lang::Vi), period.name(Lang::En)),
            from: period.first_day(),
            n: counted.get(self.n),
            of: self.of.map(|m| counted.get(m)),
            href: list(self.n),
            whole_href: list(self.of.unwrap_or(self.n)),
            running: period.ends() > at,
        }
    }
}

/// Signals of dossiers for alerts, as the live board has them, and how old the board itself is.
pub struct OpsSignals {
    pub indicators: Indicators,
    pub definitions: casework::Desk,
    pub measures: LaterMeasures,
    /// Indicators below their roadmap, and when that was looked at: it changes with periods and corrections, not with every act.
    pub below: Mutex<Option<(Instant, Vec<Signal>)>>,
}

/// Seconds for which what was found below its roadmap is taken to be so.
const LOOKED: i64 = 600;

/// Most dossiers that are told of at once; past it nothing that is not told of is taken to be over.
const TOLD: i64 = 5_000;

impl OpsSignals {
    /// Since when something has lain unread without anybody reading on: a follower that works off a long journal is not dead.
    async fn stands_since(&self, at: Instant) -> anyhow::Result<Instant> {
        let scope = &self.indicators.scope;
        let consumer = self.indicators.consumer();
        let Some(unread) = views::unread(scope, consumer.cursor().await?).await? else { return Ok(at) };
        // The lease is taken anew with every portion.
        let row = scope.one("SELECT lease FROM consumer WHERE province = $1 AND name = $2", store::values![consumer.name()]).await?;
        let worked = row.map(|r| r.opt_instant("lease")).transpose()?.flatten();
        Ok(worked.map_or(unread, |w| w.max(unread)).min(at))
    }

    async fn below_plan(&self, at: Instant) -> anyhow::Result<Option<Vec<Signal>>> {
        let Some(m) = self.measures.get() else { return Ok(None) };
        let mut kept = self.below.lock().await;
        if let Some((looked, signals)) = kept.as_ref()
            && (0..LOOKED).contains(&at.seconds_since(*looked))
        {
            return Ok(Some(signals.clone()));
        }
        let found = m.below_plan().await?;
        let signals: Vec<Signal> = found.iter().map(wall_figures::below).collect();
        *kept = Some((at, signals.clone()));
        Ok(Some(signals))
    }

    /// Feeds that are silent past their time, or whose last delivery had faults.
    async fn feeds(&self, old: bool, at: Instant) -> anyhow::Result<Option<Vec<Signal>>> {
        let Some(m) = self.measures.get() else { return Ok(None) };
        let states = m.feeds().await?;
        let signals = m.catalog.feeds.iter().zip(&states).filter_map(|(f, state)| if old { wall_figures::silent(f, state, at) } else { wall_figures::faulty(f, state) });
        Ok(Some(signals.collect()))
    }

    fn signal(&self, d: &views::Due, late: bool, at: Instant) -> Signal {
        let named = self.definitions.rules().definitions.current(&d.definition, at.date()).map_or_else(|| Text::new(d.definition.clone(), d.definition.clone()), |x| x.name.clone());
        let (vi, en) = if late { ("Hồ sơ quá hạn", "Dossier overdue") } else { ("Hồ sơ đến hạn hôm nay", "Dossier due today") };
        Signal {
            subject: d.code.clone(),
            office: Some(OfficeCode::new(d.unit.as_str())),
            value: at.seconds_since(d.due).abs() / 3_600,
            since: if late { d.due } else { kernel::time::midnight(at.date()) },
            label: Text::new(format!("{vi}: {} – {}", d.code, named.vi), format!("{en}: {} – {}", d.code, named.en)),
            path: format!("/work/cases/{}", web::html::url_part(&d.code)),
        }
    }
}

/// Where auditors review what was opened in an emergency.
const EMERGENCIES: &str = "/admin/emergencies";

/// Of no office: whoever opened it does not answer for the alert about it. Reason and person stand on the auditors' page alone.
fn unreviewed(e: &powers::store::Emergency, at: Instant) -> Signal {
    let label = Text::new(format!("Hồ sơ {} được mở khẩn cấp, chờ xem xét", e.code), format!("Case {} was opened in an emergency and waits for its review", e.code));
    Signal { subject: e.id.clone(), office: None, value: at.seconds_since(e.opened).max(0) / 3_600, since: e.opened, label, path: format!("{EMERGENCIES}/{}", web::html::url_part(&e.id)) }
}

#[async_trait]
impl Signals for OpsSignals {
    async fn heard(&self, kind: &str, at: Instant) -> anyhow::Result<Option<Heard>> {
        let tomorrow = kernel::time::midnight(at.date().tomorrow()?);
        let (late, from, to, list) = match kind {
            "dossier.late" => (true, Instant::from_micros(0), at, "/work/board/dossiers?due=late"),
            "dossier.due_today" => (false, at, tomorrow, "/work/board/dossiers?due=today"),
            "source.old" => {
                let as_of = self.stands_since(at).await?;
                let label = Text::new("Số liệu hồ sơ của bảng điều hành", "Figures of dossiers on the live board");
                let board = Signal { subject: "dossiers".into(), office: None, value: at.seconds_since(as_of).max(0) / 60, since: as_of, label, path: "/work/board".into() };
                return Ok(Some(Heard { signals: vec![board], list: "/work/board", office_parameter: "of", cut: false }));
            }
            "feed.old" | "feed.refused" => {
                return Ok(self.feeds(kind == "feed.old", at).await?.map(|signals| Heard { signals, list: measures::pages::FEEDS, office_parameter: "office", cut: false }));
            }
            "emergency.unreviewed" => {
                // Told at the very instant of the opening.
                let waiting = powers::store::emergencies(&self.indicators.scope, true, at.plus_seconds(1), TOLD + 1).await?;
                let cut = i64::try_from(waiting.len()).is_ok_and(|n| n > TOLD);
                return Ok(Some(Heard { signals: waiting.iter().map(|e| unreviewed(e, at)).collect(), cut, list: EMERGENCIES, office_parameter: "office" }));
            }
            "indicator.below_plan" => {
                return Ok(self.below_plan(at).await?.map(|signals| Heard { signals, list: measures::pages::INDICATORS, office_parameter: "office", cut: false }));
            }
            _ => return Ok(None),
        };
        let found = views::due_between(&self.indicators.scope, from, to, TOLD + 1).await?;
        let cut = i64::try_from(found.len()).is_ok_and(|n| n > TOLD);
        Ok(Some(Heard { signals: found.iter().map(|d| self.signal(d, late, at)).collect(), cut, list, office_parameter: "unit" }))
    }
}
