//! One thread's share of the offices, played through the year: always the earliest act next.

use super::{Counted, Into, Plan, Rows};
use crate::demo::{
    applications::{self, Applicant, BIRTH, BUSINESS, PERMIT},
    course::{self, Fate, Hand, Next},
    dice::Dice,
    names, small,
    staff::Hands,
};
use anyhow::Context as _;
use casework::{
    CaseState, Context, Definition, Definitions, decide,
    event::{Event, GivenFile},
    evolve, store as tables, verbs, views_find,
};
use identity::Office;
use kernel::{
    Actor, Instant,
    calendar::Calendar,
    id::{AccountId, CaseCode, CaseId, PartyId, RequestId},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap},
    sync::{Arc, atomic::Ordering},
};
use store::{Scope, Value, values};
use tokio::sync::mpsc::Sender;

/// What the players share.
pub struct World {
    pub definitions: Definitions,
    pub offices: Vec<Office>,
    pub calendar: Arc<Calendar>,
    pub hands: Hands,
    pub paper: GivenFile,
    pub from: Instant,
    pub now: Instant,
    pub scope: Scope,
}

/// A number drawn by an office: case codes of a day, documents of a register in a year.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sequence {
    Code(String, String),
    Register(String, i64, String),
}

struct Case {
    state: Option<CaseState>,
    definition: Arc<Definition>,
    office: usize,
    fate: Fate,
    applicant: Actor,
    next: Next,
}

/// Rows handed over at once.
const PORTION: usize = 4_000;

struct Player<'a> {
    world: &'a World,
    offices: Vec<usize>,
    dice: Dice,
    rows: Rows,
    out: &'a Sender<Rows>,
    counted: &'a Counted,
    sequences: HashMap<Sequence, u64>,
    cases: Vec<Option<Case>>,
    free: Vec<usize>,
    /// The next act of each open case.
    agenda: BinaryHeap<Reverse<(Instant, usize)>>,
}

/// Plays the offices whose place in the list leaves `n` when divided by `of`.
pub fn year(world: &World, n: usize, of: usize, plan: Plan, counted: &Counted, out: &Sender<Rows>) -> anyhow::Result<HashMap<Sequence, u64>> {
    let mut order: Vec<usize> = (0..world.offices.len()).collect();
    order.sort_by(|a, b| code(world, *a).cmp(code(world, *b)));
    let offices: Vec<usize> = order.into_iter().skip(n).step_by(of).collect();
    let mut player = Player {
        world,
        offices,
        dice: Dice::new(plan.seed.wrapping_mul(31).wrapping_add(n as u64)),
        rows: Vec::with_capacity(PORTION + 16),
        out,
        counted,
        sequences: HashMap::new(),
        cases: Vec::new(),
        free: Vec::new(),
        agenda: BinaryHeap::new(),
    };
    let share = plan.cases / of as u64 + u64::from(n == 0) * (plan.cases % of as u64);
    for at in player.filings(share)? {
        player.until(at)?;
        player.file(at)?;
    }
    player.until(world.now)?;
    player.close()?;
    Ok(player.sequences)
}

fn code(world: &World, office: usize) -> &str {
    world.offices.get(office).map_or("", |o| o.code.as_str())
}

impl Player<'_> {
    /// When applications come: working days many, days off few, evenings too.
    fn filings(&mut self, share: u64) -> anyhow::Result<Vec<Instant>> {
        let mut days = Vec::new();
        let mut day = self.world.from.date();
        while day <= self.world.now.date() {
            let weight = if self.world.calendar.is_working_day(day)? { self.dice.between(80, 120) } else { self.dice.between(4, 12) };
            days.push((kernel::time::midnight(day), u64::try_from(weight).unwrap_or(1)));
            day = day.tomorrow()?;
        }
        let total: u64 = days.iter().map(|d| d.1).sum();
        let mut all = Vec::with_capacity(usize::try_from(share).unwrap_or(0));
        let (mut seen, mut given) = (0u64, 0u64);
        for (midnight, weight) in days {
            seen += weight;
            let upto = share * seen / total.max(1);
            for _ in given..upto {
                let hour = if self.dice.per_mille(800) { self.dice.between(27_000, 61_200) } else { self.dice.between(61_200, 80_000) };
                all.push(midnight.plus_seconds(hour).min(self.world.now.plus_seconds(-60)));
            }
            given = upto;
        }
        all.sort_unstable();
        Ok(all)
    }

    /// Everything due before an instant.
    fn until(&mut self, end: Instant) -> anyhow::Result<()> {
        while let Some(Reverse((at, n))) = self.agenda.peek().copied() {
            if at > end {
                break;
            }
            self.agenda.pop();
            self.act(n)?;
        }
        Ok(())
    }

    fn draw(&mut self, sequence: Sequence) -> u64 {
        let last = self.sequences.entry(sequence).or_insert(0);
        *last += 1;
        *last
    }

    fn file(&mut self, at: Instant) -> anyhow::Result<()> {
        let world = self.world;
        // Some communes are three times as large as others: the smaller of two draws.
        let place = self.dice.below(self.offices.len() as u64).min(self.dice.below(self.offices.len() as u64 * 2));
        let office_at = self.offices.get(place as usize).copied().unwrap_or(0);
        let office = world.offices.get(office_at).context("no office")?;
        let procedure = match self.dice.below(100) {
            0..52 => BIRTH,
            52..86 => BUSINESS,
            _ => PERMIT,
        };
        let definition = world.definitions.current(procedure, at.date()).with_context(|| format!("{procedure} has no version in force on {}", at.date()))?;
        let female = self.dice.per_mille(520);
        let who = names::somebody(&mut self.dice, female, &applications::place_of(office));
        let party = PartyId::new(self.dice.id(at));
        let applicant = small::stranger(&who.name, party, AccountId::new(self.dice.id(at)), &world.scope);
        let mut filing = applications::application(definition, office, &Applicant { who, party }, &mut self.dice, at, &world.paper);
        let d = at.date();
        let day = format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day());
        let number = self.draw(Sequence::Code(office.code.to_string(), day.clone()));
        filing.code = CaseCode::new(format!("{}-{day}-{number:04}", office.code));
        let numbers = BTreeMap::new();
        let cx = Context { now: at, actor: &applicant, calendar: &world.calendar, numbers: &numbers, ids: &[], colleagues: &[] };
        let event = decide::file(definition, filing, &cx)?;
        let id = CaseId::new(self.dice.id(at));
        let state = evolve(id, None, &event).context("a filing made no case")?;
        self.journal(definition, &state, &event)?;
        let province = world.scope.province();
        for party in tables::parties(&state) {
            self.rows.push((Into::CasePerson, values![province, party, state.filed_at, state.id]));
        }
        self.counted.cases.fetch_add(1, Ordering::Relaxed);
        let fate = Fate::drawn(&mut self.dice);
        self.plan(state, definition.clone(), office_at, fate, applicant)
    }

    /// Puts the case onto the agenda, or writes how it stands when nothing more happens to it.
    fn plan(&mut self, state: CaseState, definition: Arc<Definition>, office: usize, fate: Fate, applicant: Actor) -> anyhow::Result<()> {
        let world = self.world;
        let code = &state.offices.decides;
        let specialist = world.hands.offices.get(code).with_context(|| format!("{code} has no staff"))?.specialist.account;
        let next = course::next(&definition, &state, &fate, &mut self.dice, &world.calendar, specialist);
        let Some(next) = next.filter(|n| n.at <= world.now) else {
            return self.rest(&definition, &state);
        };
        let at = next.at;
        let case = Case { state: Some(state), definition, office, fate, applicant, next };
        let n = match self.free.pop() {
            Some(n) => n,
            None => {
                self.cases.push(None);
                self.cases.len() - 1
            }
        };
        if let Some(slot) = self.cases.get_mut(n) {
            *slot = Some(case);
        }
        self.agenda.push(Reverse((at, n)));
        Ok(())
    }

    fn act(&mut self, n: usize) -> anyhow::Result<()> {
        let Some(case) = self.cases.get_mut(n).and_then(Option::take) else { return Ok(()) };
        self.free.push(n);
        let world = self.world;
        let Some(before) = case.state else { return Ok(()) };
        let d = &case.definition;
        let office = world.offices.get(case.office).context("no office")?;
        let actor = match &case.next.by {
            Hand::Applicant => &case.applicant,
            hand => world.hands.of(&office.code, hand).with_context(|| format!("nobody acts as {hand:?}"))?,
        };
        let at = case.next.at.max(before.changed_at);
        let year = i64::from(at.date().year());
        let mut numbers = BTreeMap::new();
        for register in verbs::registers(d, Some(&before), &case.next.act.act) {
            let number = self.draw(Sequence::Register(office.code.to_string(), year, register.to_owned()));
            numbers.insert(register.to_owned(), number);
        }
        let ids: Vec<RequestId> = match case.next.act.act.as_str() {
            "consult" => (0..4).map(|_| RequestId::new(self.dice.id(at))).collect(),
            _ => Vec::new(),
        };
        let staff = world.hands.offices.get(&office.code).context("no staff")?;
        let colleagues = [(staff.specialist.account, staff.specialist.name.clone())];
        let cx = Context { now: at, actor, calendar: &world.calendar, numbers: &numbers, ids: &ids, colleagues: &colleagues };
        let event = decide::decide(d, &before, &case.next.act, &cx)
            .map_err(|r| anyhow::anyhow!("{} of {}: {r}", case.next.act.act, before.code))?;
        let after = evolve(before.id, Some(before), &event).context("an event made no case")?;
        self.journal(d, &after, &event)?;
        self.plan(after, case.definition, case.office, case.fate, case.applicant)
    }

    fn journal(&mut self, d: &Definition, after: &CaseState, event: &Event) -> anyhow::Result<()> {
        let row = tables::journal_row(d, after, event);
        self.put(Into::Journal, row);
        let (office, taker) = (&after.offices.decides, tables::stream(after.id));
        for (series, number, line) in tables::numbered(d, after, event, &taker) {
            let series = numbering::Series { office, year: i64::from(event.at.date().year()), series };
            self.put(Into::Number, numbering::row(series, number, &line));
        }
        self.counted.events.fetch_add(1, Ordering::Relaxed);
        if self.rows.len() >= PORTION { self.hand_over() } else { Ok(()) }
    }

    /// The state and the views of a case that rests.
    fn rest(&mut self, d: &Definition, s: &CaseState) -> anyhow::Result<()> {
        self.put(Into::Snapshot, tables::snapshot_row(d, s));
        self.put(Into::CaseView, tables::case_row(d, s));
        for row in views_find::rows(s) {
            self.put(Into::CaseFind, row);
        }
        let items = tables::work_items(d, s);
        if !items.is_empty() {
            self.counted.open.fetch_add(1, Ordering::Relaxed);
        }
        for item in items {
            self.put(Into::WorkItem, tables::item_row(s, &item));
        }
        Ok(())
    }

    fn put(&mut self, into: Into, row: Vec<Value>) {
        let mut all = Vec::with_capacity(row.len() + 1);
        all.push(Value::from(self.world.scope.province()));
        all.extend(row);
        self.rows.push((into, all));
    }

    fn hand_over(&mut self) -> anyhow::Result<()> {
        let rows = std::mem::replace(&mut self.rows, Vec::with_capacity(PORTION + 16));
        self.out.blocking_send(rows).map_err(|_| anyhow::anyhow!("the load has ended"))
    }

    /// What is left on the agenda lies in the future: those cases rest as they are.
    fn close(&mut self) -> anyhow::Result<()> {
        for case in std::mem::take(&mut self.cases).into_iter().flatten() {
            if let Some(state) = &case.state {
                self.rest(&case.definition, state)?;
            }
        }
        self.hand_over()
    }
}
