//! The run: accounts first, then cases one by one, then drafts; posts in the old offices end last, so that acts go on meanwhile.
//!
//! Nothing is remembered between two runs but what was committed: each pass asks what is still to be moved.

mod accounts;
mod cases;
mod drafts;
mod inside;
mod sweep;

use crate::{
    model::{Event, Plan, Status},
    report,
    route::Routes,
    store::{self as tables, Failed},
    tables::Tables,
};
use ::store::{CommitError, Db, StoreError};
use casework::Desk;
use kernel::{Actor, Instant, id::ProvinceCode};
use std::time::Duration;

/// How often a thing is tried again when somebody acts on it at the same moment.
const TRIES: usize = 12;
/// Things read at once.
const PAGE: i64 = 500;
/// Passes over the cases before what keeps coming is left to the next run.
const PASSES: usize = 8;

/// What a run moves with.
pub struct Mover<'a> {
    pub db: Db,
    pub plan: Plan,
    /// The desk of a province of the installation.
    pub desk: &'a (dyn Fn(&ProvinceCode) -> Desk + Sync),
    pub clock: &'a (dyn Fn() -> Instant + Sync),
    /// Cases moved side by side.
    pub together: usize,
    /// Rest after each page, so that others come first.
    pub pause: Duration,
    /// Told after each page: how many have moved in this run.
    pub tell: &'a (dyn Fn(&Moved) + Sync),
}

/// What this run has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    pub accounts: u64,
    pub cases: u64,
    pub refused: u64,
    pub drafts: u64,
}

impl Mover<'_> {
    /// Runs the plan to its end, or on from where it was stopped. Run again it moves what has come since.
    pub async fn run(&mut self) -> Result<Moved, Failed> {
        let now = (self.clock)();
        self.plan.may_run(now.date())?;
        let home = self.db.province(self.plan.home.clone());
        let system = Actor::system(self.plan.home.clone()).account.to_string();
        if self.plan.status == Status::Approved {
            let before = tables::tally(&self.db, &self.plan.touched()).await?;
            self.plan = tables::write(&home, Some(self.plan.clone()), &Event::Started { before }, &system, now).await?;
        }
        let schema = Tables::read(&self.db).await?;
        let mut moved = Moved::default();
        let leaving = self.leaving();
        for from in &leaving {
            accounts::copy(self, &schema, from, &mut moved).await?;
        }
        for _ in 0..PASSES {
            let before = moved.cases;
            for from in &leaving {
                cases::across(self, &schema, from, &mut moved).await?;
            }
            for province in self.inside() {
                inside::cases(self, &province, &mut moved).await?;
            }
            if moved.cases == before {
                break;
            }
        }
        for from in &leaving {
            // Whoever filed a case that went, where only a part of the province goes.
            accounts::copy(self, &schema, from, &mut moved).await?;
            drafts::across(self, &schema, from, &mut moved).await?;
            sweep::rows(self, &schema, from).await?;
            accounts::end_posts(self, from).await?;
        }
        for province in self.inside() {
            accounts::move_posts(self, &province).await?;
        }
        (self.tell)(&moved);
        let after = report::recount(&self.db, &self.plan).await?;
        let now = (self.clock)();
        self.plan = tables::write(&home, Some(self.plan.clone()), &Event::Ended { after }, &system, now).await?;
        Ok(moved)
    }

    /// Provinces from which something goes to another.
    fn leaving(&self) -> Vec<ProvinceCode> {
        let offices = self.plan.offices.iter().filter(|m| m.to_province != m.province).map(|m| &m.province);
        sorted(self.plan.provinces.iter().map(|m| &m.from).chain(offices))
    }
    /// Provinces in which offices succeed one another.
    fn inside(&self) -> Vec<ProvinceCode> {
        let whole = |p: &ProvinceCode| self.plan.provinces.iter().any(|m| m.from == *p && m.whole);
        sorted(self.plan.offices.iter().filter(|m| m.to_province == m.province && !whole(&m.province)).map(|m| &m.province))
    }
    fn is_whole(&self, from: &ProvinceCode) -> bool {
        self.plan.provinces.iter().any(|m| m.from == *from && m.whole)
    }
    fn routes(&self) -> Routes<'_> {
        Routes::of(&self.plan)
    }
    fn now(&self) -> Instant {
        (self.clock)()
    }
    async fn rest(&self) {
        if self.pause.is_zero() { tokio::task::yield_now().await } else { tokio::time::sleep(self.pause).await }
    }
}

fn sorted<'a>(all: impl Iterator<Item = &'a ProvinceCode>) -> Vec<ProvinceCode> {
    let mut all: Vec<ProvinceCode> = all.cloned().collect();
    all.sort();
    all.dedup();
    all
}

/// `$3, $4, …` for so many values.
fn places(first: usize, n: usize) -> String {
    (first..first + n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

/// The label of a conflict; what is none is an error.
fn conflict(e: CommitError) -> Result<String, StoreError> {
    match e {
        CommitError::Conflict { label } => Ok(label),
        CommitError::Store(e) => Err(e),
    }
}
