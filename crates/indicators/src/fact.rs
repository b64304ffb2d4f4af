//! One dossier as the index sees it: a pure fold over what happened.
//!
//! # Invariants
//! 1. `counted_at` is set once and never moves: a dossier counts as received in one period for good.
//! 2. While a dossier is open its due instants move only by a recorded suspension or extension; when it ends they are kept
//!    as they were at its end.
//! 3. The same entry folded twice changes nothing (`version`).
//!
//! # Counting, Decision 766/QĐ-TTg as domain page §5 has it
//! End: the first time of a status refused (3), withdrawn (7), stopped (8), returned (10); finished (9), whenever it came, is
//! preferred. A withdrawal that was taken back is no end. The time of supplements is subtracted as it passed, by the clock on the
//! wall, because the portal knows the two instants and nothing else; the law counts working time, so both dues are kept.

use crate::happened::{Change, Dues, Filed, Given, Happened, Owed};
use kernel::Instant;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is declared of a dossier's procedure, as far as counting needs it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Declared {
    /// Status code of the national portal and whether it waits on the applicant, by state of the handling track.
    pub states: BTreeMap<String, (u8, bool)>,
    /// Every step can be done from afar (toàn trình).
    pub full: bool,
    /// Documents that are the result.
    pub results: BTreeSet<String>,
    /// Its result has a code in the result catalogue.
    pub result_code: bool,
    /// Components that a database of the State replaces, and whether one of them is the population database.
    pub from_database: bool,
    pub population: bool,
    /// States of the synchronisation track that mean "the national portal has it".
    pub synchronised: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not counted as received (yet).
    None,
    /// Compared with the end of the period, or with now.
    Open,
    OnTime,
    Late,
}

impl Verdict {
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::OnTime => "on_time",
            Self::Late => "late",
        }
    }
}

/// What a running dossier waits for, as leaders ask it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waiting {
    Intake,
    Office,
    Signer,
    Agency,
    Applicant,
    Tax,
}

impl Waiting {
    pub const ALL: [Self; 6] = [Self::Intake, Self::Office, Self::Signer, Self::Agency, Self::Applicant, Self::Tax];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Office => "office",
            Self::Signer => "signer",
            Self::Agency => "agency",
            Self::Applicant => "applicant",
            Self::Tax => "tax",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.code() == code)
    }
}

/// Why the processing clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    Supplement,
    Other,
}

/// The part of the fold that no query asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memo {
    pub national: u8,
    pub on_applicant: bool,
    pub assisted: bool,
    pub promised: Option<Instant>,
    pub intake_due: Option<Instant>,
    pub paused: Option<(Instant, Pause)>,
    pub paused_s: i64,
    pub supplements: u32,
    pub first_supplement: Option<Instant>,
    /// The request that is not answered.
    pub pending: Option<Instant>,
    pub finished_at: Option<Instant>,
    pub other_end: Option<(Instant, u8)>,
    /// Dues as they stood at the end: index, law.
    pub final_due: Option<(Option<Instant>, Option<Instant>)>,
    pub received_at: Option<Instant>,
    pub returned_at: Option<Instant>,
    pub delivered: Option<String>,
    pub outcome: Option<String>,
    pub result_issued: bool,
    pub result_filed: bool,
    pub dues: Dues,
    pub files: u32,
    pub reused: bool,
    pub population: bool,
    pub synchronised: bool,
    pub stored: bool,
    pub certified: bool,
    pub displeased: bool,
    pub extended: bool,
    pub opinions: u32,
    pub step: Option<(String, String, String)>,
    /// The consulted office that is waited for.
    pub asked: Option<String>,
    /// It went to another province, which counts it from its filing on; nobody else does.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub case_id: String,
    pub code: String,
    pub definition: String,
    pub pinned: String,
    pub decides: String,
    pub received: String,
    pub official: Option<String>,
    pub official_name: Option<String>,
    pub channel: String,
    pub filed_at: Instant,
    pub counted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub index_due: Option<Instant>,
    pub legal_due: Option<Instant>,
    pub person: Option<String>,
    pub person_name: Option<String>,
    pub cause: Option<String>,
    pub cause_office: Option<String>,
    pub cause_s: i64,
    pub version: i64,
    pub declared_full: bool,
    pub declared_code: bool,
    pub memo: Memo,
}

/// The procedure's longest time from an instant: for dossiers without a promise (trap 4). `None`: no calendar for it.
pub type Longest<'a> = &'a dyn Fn(&Fact, Instant) -> Option<Instant>;

impl Fact {
    /// The first entry of a stream makes a fact, anything else none.
    pub fn first(case_id: &str, event: &Happened, declared: &Declared) -> Option<Self> {
        let Some(Change::Filed(f)) = event.changes.first() else { return None };
        let f: &Filed = f;
        let mut memo = Memo {
            national: 1,
            assisted: f.people.assisted_by.as_ref().is_some_and(|a| !a.is_null()),
            reused: declared.from_database,
            population: declared.population,
            ..Memo::default()
        };
        memo.take_files(&f.files);
        Some(Self {
            case_id: case_id.to_owned(),
            code: f.code.clone(),
            definition: f.definition.clone(),
            pinned: f.version.clone(),
            decides: f.offices.decides.clone(),
            received: f.offices.received.clone(),
            official: None,
            official_name: None,
            channel: f.channel.clone(),
            filed_at: event.at,
            counted_at: None,
            ended_at: None,
            index_due: None,
            legal_due: None,
            person: None,
            person_name: None,
            cause: None,
            cause_office: None,
            cause_s: 0,
            version: 0,
            declared_full: declared.full,
            declared_code: declared.result_code,
            memo,
        })
    }

    /// Folds one entry at its version of the stream.
    pub fn fold(&mut self, version: i64, event: &Happened, declared: &Declared, longest: Longest<'_>) {
        if version <= self.version {
            return;
        }
        self.version = version;
        (self.declared_full, self.declared_code) = (declared.full, declared.result_code);
        let asks = event.changes.iter().any(|c| matches!(c, Change::SupplementAsked {}));
        for change in &event.changes {
            self.apply(change, event, asks, declared);
        }
        self.settle(longest);
    }

    fn apply(&mut self, change: &Change, event: &Happened, asks: bool, declared: &Declared) {
        let at = event.at;
        match change {
            Change::Moved { track, to } if track == "handling" => self.moved(to, at, declared),
            Change::Moved { track, to } if track == "synchronisation" => self.memo.synchronised = declared.synchronised.contains(to),
            Change::StepEntered { step, role, office, .. } => {
                self.memo.step = Some((step.clone(), role.clone(), office.clone()));
            }
            Change::StepLeft { step, due } => self.left(step, *due, at),
            Change::Assigned { to, name } => self.assigned(to.as_deref(), name),
            Change::ClockStarted { clock, due } if clock == "processing" => {
                (self.memo.promised, self.index_due, self.legal_due) = (Some(*due), Some(*due), Some(*due));
            }
            Change::ClockStarted { clock, due } | Change::ClockResumed { clock, due } if clock == "intake" => {
                self.memo.intake_due = Some(*due);
            }
            Change::ClockSuspended { clock } if clock == "processing" => {
                self.memo.paused = Some((at, if asks { Pause::Supplement } else { Pause::Other }));
            }
            Change::ClockResumed { clock, due } if clock == "processing" => self.resumed(at, *due),
            Change::ClockStopped { clock } if clock == "processing" => self.stopped(at),
            Change::ClockExtended { clock, due } if clock == "processing" => self.extended(&event.act, *due),
            Change::SupplementAsked {} => {
                self.memo.supplements += 1;
                self.memo.first_supplement.get_or_insert(at);
                self.memo.pending = Some(at);
            }
            Change::SupplementGiven { files } => {
                self.memo.pending = None;
                self.memo.take_files(files);
            }
            Change::OpinionAsked { office, .. } => {
                self.memo.opinions += 1;
                self.memo.asked = Some(office.clone());
            }
            Change::OpinionGiven {} | Change::OpinionTacit {} => self.memo.opinions = self.memo.opinions.saturating_sub(1),
            Change::OutcomeSet { outcome } => self.memo.outcome = Some(outcome.clone()),
            Change::DocumentIssued { document } => self.memo.result_issued |= declared.results.contains(document),
            Change::DocumentFiled { document } => self.memo.result_filed |= declared.results.contains(document),
            Change::Delivered { how } => self.memo.delivered = Some(how.clone()),
            Change::DuesAssessed { dues } => {
                for due in dues {
                    self.memo.owe(due);
                }
            }
            Change::DutyAsked { due } => self.memo.owe(due),
            Change::DuePaid { due, paid } => {
                self.memo.dues.insert(due.code().to_owned(), if paid.online { Owed::Online } else { Owed::Offline });
            }
            Change::DueWaived { due } => {
                self.memo.dues.insert(due.code().to_owned(), Owed::Waived);
            }
            Change::WentTo {} => self.memo.gone = true,
            _ => {}
        }
    }

    fn moved(&mut self, to: &str, at: Instant, declared: &Declared) {
        let (national, on_applicant) = declared.states.get(to).copied().unwrap_or((4, false));
        let m = &mut self.memo;
        (m.national, m.on_applicant) = (national, on_applicant);
        // A state that waits for nobody's supplement any more has none pending (the time to answer passed).
        if national != 5 {
            m.pending = None;
        }
        match national {
            2 | 4 | 6 => {
                m.received_at.get_or_insert(at);
            }
            9 => {
                m.received_at.get_or_insert(at);
                m.finished_at.get_or_insert(at);
            }
            _ => {}
        }
        match national {
            3 | 7 | 8 | 10 => {
                m.other_end.get_or_insert((at, national));
            }
            // Taken back: nothing ended.
            1 | 2 | 4 | 5 | 6 if m.other_end.is_some_and(|(_, by)| by == 7) => m.other_end = None,
            _ => {}
        }
        if national == 10 {
            m.returned_at.get_or_insert(at);
        }
    }

    /// The worst step is the cause people ask for.
    fn left(&mut self, step: &str, due: Instant, at: Instant) {
        let over = at.seconds_since(due);
        if over > self.cause_s {
            let office = self.memo.step.as_ref().map(|s| s.2.clone());
            (self.cause, self.cause_office, self.cause_s) = (Some(step.to_owned()), office, over);
        }
        self.memo.step = None;
    }

    fn assigned(&mut self, to: Option<&str>, name: &str) {
        (self.person, self.person_name) = (to.map(str::to_owned), to.map(|_| name.to_owned()));
        if let Some(account) = to {
            self.official = Some(format!("{}|{account}", self.decides));
            self.official_name = Some(name.to_owned());
        }
    }

    /// The clock runs again: the law's due is what the engine says; the index subtracts a supplement as it passed, and
    /// anything else moves its promise as it moved the printed one.
    fn resumed(&mut self, at: Instant, due: Instant) {
        let moved = self.legal_due.map_or(0, |old| due.micros() - old.micros());
        if let Some((since, why)) = self.memo.paused.take() {
            let passed = at.micros() - since.micros();
            if why == Pause::Supplement {
                self.memo.paused_s += passed / 1_000_000;
            }
            let shift = if why == Pause::Supplement { passed } else { moved };
            self.index_due = self.index_due.map(|d| Instant::from_micros(d.micros() + shift));
        }
        self.legal_due = Some(due);
    }

    fn stopped(&mut self, at: Instant) {
        let Some((since, why)) = self.memo.paused.take() else { return };
        let passed = at.micros() - since.micros();
        let later = |d: Instant| Instant::from_micros(d.micros() + passed);
        if why == Pause::Supplement {
            self.memo.paused_s += passed / 1_000_000;
        }
        (self.index_due, self.legal_due) = (self.index_due.map(later), self.legal_due.map(later));
    }

    /// An apology prints a new date and saves nothing in the index; time the law itself allows (verification) moves both.
    fn extended(&mut self, act: &str, due: Instant) {
        let moved = self.legal_due.map_or(0, |old| due.micros() - old.micros());
        if act == "apologise" {
            self.memo.extended = true;
        } else {
            self.index_due = self.index_due.map(|d| Instant::from_micros(d.micros() + moved));
        }
        self.legal_due = Some(due);
    }

    /// What follows from all changes of one entry together.
    fn settle(&mut self, longest: Longest<'_>) {
        if self.memo.gone {
            (self.counted_at, self.ended_at, self.memo.final_due) = (None, None, None);
            return;
        }
        let ended = self.memo.finished_at.or(self.memo.other_end.map(|e| e.0));
        if self.counted_at.is_none() {
            // Refused at intake, or withdrawn before: never received, so it counts from its filing.
            self.counted_at = self.memo.received_at.or(ended.map(|_| self.filed_at));
        }
        if let (Some(from), None) = (self.counted_at, self.memo.promised)
            && self.index_due.is_none()
        {
            let due = longest(self, from);
            (self.index_due, self.legal_due) = (due, due);
        }
        if ended == self.ended_at {
            return;
        }
        self.ended_at = ended;
        self.memo.final_due = ended.map(|end| {
            // The clock stood still at the end: what passed since does not count. (One stopped by this entry has moved the dues.)
            let passed = self.memo.paused.map_or(0, |(since, _)| (end.micros() - since.micros()).max(0));
            let later = |d: Instant| Instant::from_micros(d.micros() + passed);
            (self.index_due.map(later), self.legal_due.map(later))
        });
    }

    /// Decision 766's view (traps 1–5).
    pub fn verdict(&self) -> Verdict {
        if self.counted_at.is_none() {
            return Verdict::None;
        }
        if self.memo.supplements > 1 {
            return Verdict::Late;
        }
        if let (Some(end), Some((due, _))) = (self.ended_at, self.memo.final_due) {
            return compare(end, due);
        }
        match (self.memo.pending, self.memo.national) {
            (Some(asked), 5) => compare(asked, self.index_due),
            _ => Verdict::Open,
        }
    }

    /// The law's view: a clock that stands still is not late.
    pub fn legal_verdict(&self) -> Verdict {
        if self.counted_at.is_none() {
            return Verdict::None;
        }
        if let (Some(end), Some((_, due))) = (self.ended_at, self.memo.final_due) {
            return compare(end, due);
        }
        match self.memo.paused {
            Some((since, _)) => compare(since, self.legal_due),
            None => Verdict::Open,
        }
    }

    pub fn live(&self) -> bool {
        !self.memo.gone && (self.ended_at.is_none() || self.memo.national == 7 && self.memo.finished_at.is_none())
    }

    pub fn waiting(&self) -> Waiting {
        let m = &self.memo;
        let signs = m.step.as_ref().is_some_and(|(step, role, _)| role == "leader" || step == "approve");
        match m.national {
            5 => Waiting::Applicant,
            6 => Waiting::Tax,
            _ if m.on_applicant => Waiting::Applicant,
            _ if m.received_at.is_none() => Waiting::Intake,
            _ if m.opinions > 0 => Waiting::Agency,
            _ if signs => Waiting::Signer,
            _ => Waiting::Office,
        }
    }

    /// The office at whose desk it lies.
    pub fn unit(&self) -> &str {
        match &self.memo.step {
            Some((_, _, office)) if !office.is_empty() => office,
            _ if self.memo.received_at.is_none() => &self.received,
            _ => &self.decides,
        }
    }

    /// When the running clock falls due; nothing while it stands still.
    pub fn live_due(&self) -> Option<Instant> {
        if !self.live() || matches!(self.waiting(), Waiting::Applicant | Waiting::Tax) {
            return None;
        }
        match self.memo.received_at {
            None => self.memo.intake_due,
            Some(_) => self.legal_due,
        }
    }

    pub fn duty(&self) -> bool {
        self.memo.dues.values().any(|d| *d != Owed::Waived)
    }
    /// Every due was paid online.
    pub fn paid_online(&self) -> bool {
        self.duty() && self.memo.dues.values().all(|d| matches!(d, Owed::Online | Owed::Waived))
    }
    pub fn finished(&self) -> bool {
        self.memo.finished_at.is_some()
    }
    /// A result paper exists: a granted document or a written refusal.
    pub fn with_result(&self) -> bool {
        self.finished() && self.memo.result_issued
    }
    /// Electronic, with code and link.
    pub fn e_result(&self) -> bool {
        self.with_result() && self.memo.result_filed && self.declared_code
    }
    /// From application to result from afar: filed online, nothing paid at a counter, result electronic or by post.
    pub fn remote(&self) -> bool {
        let paid = self.memo.dues.values().all(|d| matches!(d, Owed::Online | Owed::Waived));
        let reached = match self.memo.delivered.as_deref() {
            Some(how) => how != "counter",
            None => self.memo.result_filed,
        };
        self.with_result() && self.channel == "online" && self.declared_full && paid && reached
    }
    /// Seconds from receipt to end, supplements left out.
    pub fn handled_s(&self) -> i64 {
        match (self.memo.received_at, self.ended_at) {
            (Some(from), Some(to)) => (to.seconds_since(from) - self.memo.paused_s).max(0),
            _ => 0,
        }
    }
}

fn compare(at: Instant, due: Option<Instant>) -> Verdict {
    match due {
        Some(due) if at <= due => Verdict::OnTime,
        Some(_) => Verdict::Late,
        // No calendar tells a due: neither, and the page says how many.
        None => Verdict::Open,
    }
}

impl Memo {
    fn take_files(&mut self, files: &[Given]) {
        self.files += u32::try_from(files.len()).unwrap_or(u32::MAX);
        self.reused |= files.iter().any(|f| f.reused || f.source.is_some());
        self.population |= files.iter().any(|f| f.source.as_deref() == Some("population"));
    }
    fn owe(&mut self, due: &crate::happened::Due) {
        if !due.owes() {
            return;
        }
        let owed = match due.status.as_deref() {
            Some("waived") => Owed::Waived,
            _ => Owed::Open,
        };
        self.dues.entry(due.code.clone()).or_insert(owed);
    }
}

#[cfg(test)]
#[path = "fact_tests.rs"]
pub(crate) mod tests;
