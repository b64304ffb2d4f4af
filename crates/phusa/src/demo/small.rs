//! A few dozen dossiers at every stage in one commune, each act decided and committed by the desk at its invented hour.

use super::{
    applications::{self, Applicant, BIRTH, BUSINESS, PERMIT},
    city,
    course::{self, Fate, Hand, Next},
    dice::Dice,
    names,
    staff::Hands,
};
use crate::assembly::Assembled;
use anyhow::Context as _;
use casework::{Found, event::GivenFile};
use identity::{Office, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Actor, Instant,
    calendar::Calendar,
    id::{AccountId, PartyId, RoleCode},
};

/// The commune the demonstration shows.
const COMMUNE: &str = "H29.161";
const HOUR: i64 = 3600;
const DAY: i64 = 8 * HOUR;

/// One dossier: procedure, working seconds ago it was filed, the act before which it rests, and what befalls it.
struct Sketch {
    procedure: &'static str,
    ago: i64,
    rests: Option<&'static str>,
    fate: Fate,
    /// Key of a named citizen; somebody else when there is none.
    citizen: Option<&'static str>,
}

const PLAIN: Fate = Fate {
    refused_at_intake: false,
    defective_at_intake: false,
    defective_later: false,
    silent_applicant: false,
    consulted: false,
    silent_offices: false,
    draft_sent: false,
    turned_down: false,
    withdrawn: false,
    pace: 45,
    collected: true,
};

fn sketch(procedure: &'static str, ago: i64, rests: Option<&'static str>, fate: Fate) -> Sketch {
    Sketch { procedure, ago, rests, fate, citizen: None }
}
fn of(citizen: &'static str, sketch: Sketch) -> Sketch {
    Sketch { citizen: Some(citizen), ..sketch }
}

/// Every stage at least once: new, waiting, with each official, asked for an opinion, late, due, done, refused, stopped.
fn sketches() -> Vec<Sketch> {
    let consulted = Fate { consulted: true, ..PLAIN };
    let later = Fate { defective_later: true, ..PLAIN };
    let at_intake = Fate { defective_at_intake: true, ..PLAIN };
    let mut all = vec![
        // The named citizens: one waits for a supplement, one is under way, one has a result.
        of("lan", sketch(PERMIT, 18 * HOUR, Some("supplement"), later)),
        of("minh", sketch(PERMIT, 8 * HOUR, Some("give_opinion"), consulted)),
        of("minh", sketch(BUSINESS, 12 * DAY, None, PLAIN)),
        of("hoa", sketch(BUSINESS, 8 * HOUR, Some("collect"), PLAIN)),
        of("hoa", sketch(BIRTH, 30 * DAY, None, PLAIN)),
        of("lan", sketch(BIRTH, 26 * DAY, None, Fate { draft_sent: true, ..PLAIN })),
        // Late: the time passed while it rested with somebody.
        sketch(BIRTH, 20 * HOUR, Some("appraise"), PLAIN),
        sketch(BUSINESS, 30 * HOUR, Some("approve"), PLAIN),
        sketch(PERMIT, 9 * DAY, Some("appraise"), PLAIN),
        sketch(PERMIT, 10 * DAY, Some("review"), PLAIN),
        // Refused, turned down, withdrawn, stopped.
        sketch(BUSINESS, 8 * DAY, None, Fate { refused_at_intake: true, ..PLAIN }),
        sketch(PERMIT, 20 * DAY, None, Fate { turned_down: true, ..PLAIN }),
        sketch(BUSINESS, 3 * HOUR, Some("stop"), Fate { withdrawn: true, ..PLAIN }),
        sketch(PERMIT, 15 * DAY, None, Fate { withdrawn: true, ..PLAIN }),
        // Waiting for people, and for other offices.
        sketch(BUSINESS, 6 * HOUR, Some("supplement"), at_intake),
        sketch(BIRTH, 4 * HOUR, Some("supplement"), at_intake),
        sketch(BIRTH, 3 * HOUR, Some("confirm_draft"), Fate { draft_sent: true, ..PLAIN }),
        sketch(PERMIT, 12 * HOUR, Some("give_opinion"), consulted),
        sketch(PERMIT, 9 * HOUR, Some("give_opinion"), consulted),
        sketch(PERMIT, 3 * DAY, Some("appraise"), Fate { silent_offices: true, ..consulted }),
    ];
    // On somebody's desk, within time: so long ago that the offices have just brought them there.
    for (procedure, minutes, rests) in [
        (BIRTH, 15, "receive"),
        (BUSINESS, 45, "receive"),
        (PERMIT, 80, "receive"),
        (BUSINESS, 80, "assign"),
        (PERMIT, 120, "assign"),
        (BIRTH, 75, "appraise"),
        (BUSINESS, 300, "appraise"),
        (BUSINESS, 690, "appraise"),
        (PERMIT, 540, "appraise"),
        (PERMIT, 1620, "appraise"),
        (PERMIT, 800, "review"),
        (BIRTH, 120, "approve"),
        (BUSINESS, 390, "approve"),
        (PERMIT, 980, "approve"),
        (BUSINESS, 430, "issue"),
        (BIRTH, 140, "issue"),
        (BUSINESS, 490, "return"),
        (BIRTH, 180, "return"),
    ] {
        all.push(sketch(procedure, minutes * 60, Some(rests), Fate { collected: rests != "return", ..PLAIN }));
    }
    for n in 0..9 {
        let procedure = [BIRTH, BUSINESS, PERMIT].get(n % 3).copied().unwrap_or(BIRTH);
        let fate = Fate { collected: n % 2 == 0, consulted: n % 2 == 1, defective_later: n == 5, ..PLAIN };
        all.push(sketch(procedure, (12 + 2 * n as i64) * DAY, None, fate));
    }
    all
}

/// A case on its way.
struct Running {
    found: Found,
    sketch: Sketch,
    applicant: Actor,
    next: Option<Next>,
}

struct Stage<'a> {
    house: &'a Assembled,
    hands: Hands,
    office: Office,
    calendar: std::sync::Arc<Calendar>,
    now: Instant,
    dice: Dice,
    specialist: AccountId,
}

/// Fills an empty installation; answers the number of dossiers made.
pub async fn fill(house: &Assembled, accounts: &[identity::demo::DemoAccount]) -> anyhow::Result<usize> {
    let now = house.services.now();
    let offices = house.identity.offices();
    let office = offices.get(COMMUNE).context("the demonstration's commune is not in the catalogue")?.clone();
    let calendar = house.services.desk.calendar(&office.code)?.clone();
    let hands = Hands::read(house.identity.directory(), offices, accounts, now).await?;
    let specialist = hands.offices.get(&office.code).context("the commune has no staff")?.specialist.account;
    let mut stage = Stage { house, hands, office, calendar, now, dice: Dice::new(2026), specialist };
    stage.play(sketches()).await
}

impl Stage<'_> {
    /// All cases together, the earliest act first: journal and registers come out in the order of time.
    async fn play(&mut self, sketches: Vec<Sketch>) -> anyhow::Result<usize> {
        let count = sketches.len();
        let mut waiting: Vec<(Instant, Sketch)> = Vec::with_capacity(count);
        for sketch in sketches {
            let minutes = self.dice.between(0, 20) * 60;
            let at = self.calendar.add_working(self.now, -sketch.ago - minutes)?;
            waiting.push((at, sketch));
        }
        waiting.sort_by_key(|w| std::cmp::Reverse(w.0));
        let paper = city::paper(self.house, self.now).await?;
        let mut running: Vec<Running> = Vec::new();
        loop {
            let soonest = running.iter().enumerate().filter_map(|(n, r)| Some((r.next.as_ref()?.at, n))).min();
            match (waiting.last().map(|w| w.0), soonest) {
                (Some(at), acts) if acts.is_none_or(|a| at <= a.0) => {
                    let Some((at, sketch)) = waiting.pop() else { break };
                    let case = self.file(sketch, at, &paper).await?;
                    running.push(case);
                }
                (_, Some((_, n))) => match running.get_mut(n) {
                    Some(case) => self.act(case).await?,
                    None => break,
                },
                _ => break,
            }
        }
        Ok(count)
    }

    async fn applicant(&mut self, citizen: Option<&str>) -> anyhow::Result<(Applicant, Actor)> {
        let place = applications::place_of(&self.office);
        let female = self.dice.per_mille(500);
        let mut who = names::somebody(&mut self.dice, female, &place);
        let directory = self.house.identity.directory();
        if let Some(key) = citizen {
            let account = directory.by_subject(DEMO_ISSUER_KEY, key).await?.with_context(|| format!("no account {key}"))?;
            let actor = directory.actor(account.id, self.now).await?.with_context(|| format!("{key} is closed"))?;
            let party = actor.party.with_context(|| format!("{key} speaks for nobody"))?;
            who.name.clone_from(&account.name);
            who.female = key != "minh";
            who.number = account.personal_number.unwrap_or(who.number);
            who.phone = account.phone.unwrap_or(who.phone);
            who.born = account.birthdate.and_then(|b| b.parse().ok()).unwrap_or(who.born);
            return Ok((Applicant { who, party }, actor));
        }
        let party = PartyId::new(self.dice.id(self.now));
        let actor = stranger(&who.name, party, AccountId::new(self.dice.id(self.now)), &self.house.scope);
        Ok((Applicant { who, party }, actor))
    }

    async fn file(&mut self, sketch: Sketch, at: Instant, paper: &GivenFile) -> anyhow::Result<Running> {
        let (who, applicant) = self.applicant(sketch.citizen).await?;
        let desk = &self.house.services.desk;
        let definition = desk.rules().definitions.current(sketch.procedure, at.date()).context("the procedure is not in the catalogue")?;
        let mut filing = applications::application(definition, &self.office, &who, &mut self.dice, at, paper);
        if sketch.citizen.is_some() {
            filing.channel = casework::definition::Channel::Online;
        }
        let found = desk.file(&applicant, filing, at, None, None).await?.found;
        let mut case = Running { found, sketch, applicant, next: None };
        self.plan(&mut case);
        Ok(case)
    }

    fn plan(&mut self, case: &mut Running) {
        let (d, s) = (&case.found.definition, &case.found.state);
        let next = course::next(d, s, &case.sketch.fate, &mut self.dice, &self.calendar, self.specialist);
        case.next = next.filter(|n| n.at <= self.now && Some(n.act.act.as_str()) != case.sketch.rests);
    }

    async fn act(&mut self, case: &mut Running) -> anyhow::Result<()> {
        let Some(next) = case.next.take() else { return Ok(()) };
        let actor = match &next.by {
            Hand::Applicant => &case.applicant,
            hand => self.hands.of(&self.office.code, hand).with_context(|| format!("nobody acts as {hand:?}"))?,
        };
        // Whoever works on a case of somebody we show by name has opened it; strangers' lists nobody reads.
        if case.sketch.citizen.is_some() && actor.is_official() {
            let page = privacy::opening::Shown { what: "page", detail: "" };
            self.house.rooms.privacy.opened_at(actor, &case.found, page, next.at).await?;
        }
        let done = self.house.services.desk.perform(actor, case.found.state.id, &next.act, next.at, None, None).await;
        let done = done.with_context(|| format!("{} of {}", next.act.act, case.found.state.code))?;
        case.found = done.found;
        self.plan(case);
        Ok(())
    }
}

/// A citizen who has no account in the demonstration.
pub fn stranger(name: &str, party: PartyId, account: AccountId, scope: &store::Scope) -> Actor {
    Actor {
        account,
        province: scope.province().clone(),
        name: name.to_owned(),
        party: Some(party),
        personal_number: None,
        roles: [RoleCode::new("citizen")].into(),
        office: None,
        title: None,
        lent: Vec::new(),
    }
}
