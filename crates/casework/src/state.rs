//! The state of a case: a fold over its events and nothing else.

use crate::{
    definition::{FeeKind, Outcome},
    event::{By, CaseOffices, Change, Defect, Event, Filing, GivenFile, Ground, MemberOf, People, Transfer},
    money::{Due, DueStatus, Refund},
    registers::{ArtefactVersion, Entry, Member},
};
use kernel::{
    Instant,
    calendar::Span,
    id::{AccountId, CaseCode, CaseId, DefinitionCode, FileId, OfficeCode, ProvinceCode, RequestId, RoleCode},
    text::Lang,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseState {
    pub id: CaseId,
    pub code: CaseCode,
    pub definition: DefinitionCode,
    /// Version of the definition: pinned for life.
    pub pinned: String,
    /// Number of events folded; the optimistic lock.
    pub version: u64,
    /// The version since which nothing happened that a person who has seen it would decide differently for: a rendered document
    /// that the program has put into the file since is no such thing. Zero in states kept before this was told apart.
    #[serde(default)]
    pub settled: u64,
    pub title: String,
    pub channel: crate::definition::Channel,
    pub people: People,
    pub offices: CaseOffices,
    pub answers: Value,
    pub files: Vec<GivenFile>,
    #[serde(default)]
    pub waived: Vec<String>,
    /// The language its form was filled in, where that was not Vietnamese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    pub filed_at: Instant,
    /// When somebody last acted, the program putting rendered documents into the file aside.
    pub changed_at: Instant,
    pub tracks: BTreeMap<String, String>,
    /// The state a track was in before its present one.
    #[serde(default)]
    pub back: BTreeMap<String, String>,
    #[serde(default)]
    pub step: Option<StepState>,
    #[serde(default)]
    pub assignee: Option<Assignee>,
    #[serde(default)]
    pub clocks: BTreeMap<String, Clock>,
    #[serde(default)]
    pub supplements: Vec<Supplement>,
    #[serde(default)]
    pub requests: Vec<OpinionRequest>,
    #[serde(default)]
    pub outcome: Option<OutcomeState>,
    #[serde(default)]
    pub documents: Vec<IssuedDocument>,
    #[serde(default)]
    pub delivery: Option<Delivery>,
    /// Last input of each act, for guards and documents.
    #[serde(default)]
    pub inputs: BTreeMap<String, Value>,
    /// Entries of the registers, by register.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, Vec<Entry>>,
    /// Versions of the artefacts, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub artefacts: BTreeMap<String, Vec<ArtefactVersion>>,
    /// Who is appointed, by role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, Vec<Member>>,
    /// What the case owes and what was paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dues: Vec<Due>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apology: Option<Apology>,
    /// The set this case is a member of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<MemberOf>,
    /// The member cases of a set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<Linked>,
    /// The provinces in which the case was before, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Former>,
}

/// Where a case was before a reorganisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Former {
    pub province: ProvinceCode,
    pub received: OfficeCode,
    pub decides: OfficeCode,
    pub plan: String,
    pub at: Instant,
}

/// Mẫu 04: drafted by the program, signed by the head of the deciding office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Apology {
    pub drafted: Option<Instant>,
    #[serde(default)]
    pub signed: Option<SignedApology>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedApology {
    pub at: Instant,
    pub by: By,
    pub reason: String,
    /// The instant that was promised before.
    pub was: Instant,
    pub due: Instant,
}

/// One member of a set as the set knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    #[serde(rename = "as")]
    pub name_in_set: String,
    /// Absent: never opened.
    #[serde(default)]
    pub case: Option<CaseId>,
    #[serde(default)]
    pub code: Option<CaseCode>,
    #[serde(default)]
    pub outcome: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepState {
    pub code: String,
    pub role: RoleCode,
    pub office: OfficeCode,
    pub since: Instant,
    pub due: Instant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignee {
    pub account: AccountId,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockRun {
    Running,
    Suspended,
    Stopped,
}

/// A named span of time. Its due instant moves only by a recorded suspension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    pub run: ClockRun,
    pub span: Span,
    pub started: Instant,
    pub due: Instant,
    /// Working seconds left at the last suspension.
    #[serde(default)]
    pub left_s: Option<i64>,
    /// Closed and open suspensions: never overlapping, in order.
    #[serde(default)]
    pub suspensions: Vec<(Instant, Option<Instant>)>,
    #[serde(default)]
    pub stopped: Option<Instant>,
    /// When an apology is drafted unless the result is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn: Option<Instant>,
    /// Extensions in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ClockExtension>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockExtension {
    pub at: Instant,
    pub was: Instant,
    pub due: Instant,
    pub ground: Ground,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supplement {
    pub number: u32,
    pub asked: Instant,
    pub by: By,
    pub defects: Vec<Defect>,
    pub reason: String,
    pub contact: String,
    #[serde(default)]
    pub answered: Option<Instant>,
    #[serde(default)]
    pub note: String,
    /// What came after its time was over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<LateSupplement>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LateSupplement {
    pub at: Instant,
    pub by: By,
    pub note: String,
    pub files: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpinionRequest {
    pub id: RequestId,
    pub office: OfficeCode,
    pub question: String,
    pub asked: Instant,
    pub due: Instant,
    #[serde(default)]
    pub answer: Option<OpinionAnswer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpinionAnswer {
    pub at: Instant,
    pub by: By,
    pub agrees: bool,
    /// Consent by silence.
    pub tacit: bool,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeState {
    pub outcome: Outcome,
    pub reason: String,
    pub by: By,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuedDocument {
    pub document: String,
    pub number: u64,
    pub symbol: String,
    pub at: Instant,
    pub by: By,
    #[serde(default)]
    pub file: Option<FileId>,
    #[serde(default)]
    pub sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<crate::event::Seal>,
    /// What whoever signs has signed: before the seal, and whose signature it is afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<crate::event::SignedDocument>,
    /// Index of the event that issued it, so that it can be made again from what was known then.
    pub event: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub at: Instant,
    pub by: By,
    pub how: String,
    pub to: String,
    pub document_shown: String,
}

impl CaseState {
    fn filed(id: CaseId, at: Instant, f: Filing) -> Self {
        Self {
            id,
            code: f.code,
            definition: f.definition,
            pinned: f.version,
            version: 0,
            settled: 0,
            title: f.title,
            channel: f.channel,
            people: f.people,
            offices: f.offices,
            answers: f.answers,
            files: f.files,
            waived: f.waived,
            lang: f.lang,
            filed_at: at,
            changed_at: at,
            tracks: BTreeMap::new(),
            back: BTreeMap::new(),
            step: None,
            assignee: None,
            clocks: BTreeMap::new(),
            supplements: Vec::new(),
            requests: Vec::new(),
            outcome: None,
            documents: Vec::new(),
            delivery: None,
            inputs: BTreeMap::new(),
            records: BTreeMap::new(),
            artefacts: BTreeMap::new(),
            members: BTreeMap::new(),
            dues: Vec::new(),
            apology: None,
            set: f.set,
            linked: Vec::new(),
            former: Vec::new(),
        }
    }

    pub fn track(&self, track: &str) -> &str {
        self.tracks.get(track).map_or("", String::as_str)
    }
    /// What is owed and not paid.
    pub fn unpaid(&self) -> impl Iterator<Item = &Due> {
        self.dues.iter().filter(|d| d.unpaid())
    }
    pub fn due(&self, code: &str) -> Option<&Due> {
        self.dues.iter().find(|d| d.code == code)
    }
    pub fn linked(&self, name: &str) -> Option<&Linked> {
        self.linked.iter().find(|m| m.name_in_set == name)
    }
    pub fn open_requests(&self) -> impl Iterator<Item = &OpinionRequest> {
        self.requests.iter().filter(|r| r.answer.is_none())
    }
    /// A supplement was asked, its time is over, and it never came.
    pub fn supplement_lapsed(&self) -> bool {
        self.open_supplement().is_some() && self.clocks.get("applicant").is_some_and(|c| c.run != ClockRun::Running)
    }
    pub fn open_supplement(&self) -> Option<&Supplement> {
        self.supplements.last().filter(|s| s.answered.is_none())
    }
    /// Whether the account speaks for one of the case's own people.
    pub fn is_own(&self, actor: &kernel::Actor) -> bool {
        let same = |p: &crate::event::Person| p.party.is_some() && p.party == actor.party;
        same(&self.people.applicant) || same(&self.people.owner) || self.people.proxy.as_ref().is_some_and(same)
    }
}

/// Folds one event. Total: an event that was accepted is never refused afterwards.
/// The first event of a stream must be a filing; `None` before it.
pub fn evolve(id: CaseId, state: Option<CaseState>, event: &Event) -> Option<CaseState> {
    let mut state = match (state, event.changes.first()) {
        (Some(state), _) => state,
        (None, Some(Change::Filed(filing))) => CaseState::filed(id, event.at, (**filing).clone()),
        (None, _) => return None,
    };
    // A state kept before the two were told apart counts as settled at its last event.
    if state.settled == 0 {
        state.settled = state.version;
    }
    state.version += 1;
    if !event.only_files_documents() {
        state.settled = state.version;
        state.changed_at = event.at;
    }
    if !event.input.is_null() {
        state.inputs.insert(event.act.clone(), event.input.clone());
    }
    for change in &event.changes {
        state.apply(change, event);
    }
    Some(state)
}

impl CaseState {
    /// Whether who has seen this version has seen all that matters for an act.
    pub fn is_known_from(&self, seen: u64) -> bool {
        let since = if self.settled == 0 { self.version } else { self.settled };
        (since..=self.version).contains(&seen)
    }

    /// The office on whose desk the case lies: where its step is done, else the one that decides.
    pub fn desk_office(&self) -> &OfficeCode {
        self.step.as_ref().map_or(&self.offices.decides, |s| &s.office)
    }

    /// A case as it stands right after filing, for deciding what filing itself changes.
    pub(crate) fn scratch(at: Instant, filing: Filing) -> Self {
        Self::filed(CaseId::new(uuid::Uuid::nil()), at, filing)
    }

    /// Wherever the office still has something to do with the case; what it has done stays done by it.
    fn succeed(&mut self, from: &OfficeCode, to: &OfficeCode) {
        let open = self.requests.iter_mut().filter(|r| r.answer.is_none()).map(|r| &mut r.office);
        let o = &mut self.offices;
        let places = [&mut o.received, &mut o.decides].into_iter().chain(o.helped.as_mut());
        for place in places.chain(self.step.as_mut().map(|s| &mut s.office)).chain(open).filter(|p| *p == from) {
            place.clone_from(to);
        }
    }

    /// The names under which the case goes on in another province. What was done under the old names stays done under them.
    fn come(&mut self, t: &Transfer, at: Instant) {
        let (received, decides) = (self.offices.received.clone(), self.offices.decides.clone());
        self.former.push(Former { province: t.from.clone(), received, decides, plan: t.plan.clone(), at });
        let office = |o: &mut OfficeCode| {
            if let Some((_, to)) = t.offices.iter().find(|(from, _)| from == o) {
                o.clone_from(to);
            }
        };
        let open = self.requests.iter_mut().filter(|r| r.answer.is_none()).map(|r| &mut r.office);
        let o = &mut self.offices;
        let places = [&mut o.received, &mut o.decides].into_iter().chain(o.helped.as_mut());
        places.chain(self.step.as_mut().map(|s| &mut s.office)).chain(open).for_each(office);
        let p = &mut self.people;
        for party in [Some(&mut p.applicant), Some(&mut p.owner), p.proxy.as_mut()].into_iter().flatten().filter_map(|x| x.party.as_mut()) {
            if let Some((_, to)) = t.parties.iter().find(|(from, _)| from == party) {
                *party = *to;
            }
        }
        let members = self.members.values_mut().flatten().map(|m| &mut m.account);
        for account in members.chain(self.assignee.as_mut().map(|a| &mut a.account)) {
            if let Some((_, to)) = t.accounts.iter().find(|(from, _)| from == account) {
                *account = *to;
            }
        }
    }

    /// Every office the case has something to do with now.
    pub fn places(&self) -> Vec<&OfficeCode> {
        let o = &self.offices;
        let places = [Some(&o.received), Some(&o.decides), o.helped.as_ref(), self.step.as_ref().map(|s| &s.office)];
        places.into_iter().flatten().chain(self.open_requests().map(|r| &r.office)).collect()
    }

    /// Whether an office has something to do with the case.
    pub fn concerns(&self, office: &OfficeCode) -> bool {
        let o = &self.offices;
        let places = [Some(&o.received), Some(&o.decides), o.helped.as_ref(), self.step.as_ref().map(|s| &s.office)];
        places.into_iter().flatten().chain(self.open_requests().map(|r| &r.office)).any(|p| p == office)
    }

    pub(crate) fn apply(&mut self, change: &Change, event: &Event) {
        let at = event.at;
        match change {
            Change::Filed(_) | Change::EffectQueued { .. } => {}
            Change::Moved { track, to } => {
                if let Some(from) = self.tracks.insert(track.clone(), to.clone()) {
                    self.back.insert(track.clone(), from);
                }
            }
            Change::StepEntered { step, role, office, due } => {
                self.step = Some(StepState {
                    code: step.clone(),
                    role: role.clone(),
                    office: office.clone(),
                    since: at,
                    due: *due,
                });
            }
            Change::StepLeft { .. } => self.step = None,
            Change::Assigned { to, name } => {
                self.assignee = to.map(|account| Assignee { account, name: name.clone() });
            }
            Change::ClockStarted { .. }
            | Change::ClockSuspended { .. }
            | Change::ClockResumed { .. }
            | Change::ClockExtended { .. }
            | Change::ClockStopped { .. } => self.apply_clock(change, event),
            Change::SupplementAsked { .. } | Change::SupplementGiven { .. } | Change::SupplementLate { .. } => self.apply_supplement(change, event),
            Change::OpinionAsked { .. } | Change::OpinionGiven { .. } | Change::OpinionTacit { .. } => {
                self.apply_opinion(change, event);
            }
            Change::Recorded { .. }
            | Change::Amended { .. }
            | Change::ArtefactFiled { .. }
            | Change::Appointed { .. }
            | Change::Dismissed { .. } => self.apply_register(change, event),
            Change::DuesAssessed { .. }
            | Change::DutyAsked { .. }
            | Change::DuePaid { .. }
            | Change::DueWaived { .. }
            | Change::DueRefunded { .. } => self.apply_money(change, at),
            Change::OfficeSucceeded { from, to } => self.succeed(from, to),
            Change::CameFrom(transfer) => self.come(transfer, at),
            // What the case is does not change by leaving: the other province goes on with it.
            Change::WentTo { .. } => {}
            Change::ApologyDrafted => {
                self.apology.get_or_insert(Apology { drafted: None, signed: None }).drafted = Some(at);
            }
            Change::MemberOpened { name_in_set, case, code } => {
                self.change_linked(name_in_set, |m| (m.case, m.code) = (Some(*case), Some(code.clone())));
            }
            Change::MemberEnded { name_in_set, outcome } => {
                self.change_linked(name_in_set, |m| m.outcome = Some(outcome.clone()));
            }
            Change::OutcomeSet { outcome, reason } => {
                self.outcome =
                    Some(OutcomeState { outcome: *outcome, reason: reason.clone(), by: event.by.clone(), at });
            }
            Change::DocumentIssued { document, number, symbol } => self.documents.push(IssuedDocument {
                document: document.clone(),
                number: *number,
                symbol: symbol.clone(),
                at,
                by: event.by.clone(),
                file: None,
                sha256: None,
                seal: None,
                signed: None,
                event: self.version,
            }),
            Change::DocumentSigned(signed) => {
                let issued = self.documents.iter_mut().find(|d| d.document == signed.document && d.number == signed.number);
                if let Some(d) = issued {
                    d.signed = Some(signed.clone());
                }
            }
            Change::DocumentFiled(filed) => {
                let issued = self.documents.iter_mut().find(|d| d.document == filed.document && d.number == filed.number);
                if let Some(d) = issued {
                    (d.file, d.sha256, d.seal) = (Some(filed.file), Some(filed.sha256.clone()), filed.seal.clone());
                }
            }
            Change::Delivered { how, to, document_shown } => {
                self.delivery = Some(Delivery {
                    at,
                    by: event.by.clone(),
                    how: how.clone(),
                    to: to.clone(),
                    document_shown: document_shown.clone(),
                });
            }
        }
    }

    fn apply_clock(&mut self, change: &Change, event: &Event) {
        let at = event.at;
        match change {
            Change::ClockExtended { clock, due, reason, ground, warn } => {
                let Some(c) = self.clocks.get_mut(clock) else { return };
                let was = c.due;
                c.extensions.push(ClockExtension { at, was, due: *due, ground: *ground });
                (c.due, c.warn) = (*due, *warn);
                if *ground == Ground::Apology {
                    let signed = SignedApology { at, by: event.by.clone(), reason: reason.clone(), was, due: *due };
                    self.apology.get_or_insert(Apology { drafted: None, signed: None }).signed = Some(signed);
                }
            }
            Change::ClockStarted { clock, span, due, warn } => {
                let fresh = Clock {
                    run: ClockRun::Running,
                    span: *span,
                    started: at,
                    due: *due,
                    left_s: None,
                    suspensions: Vec::new(),
                    stopped: None,
                    warn: *warn,
                    extensions: Vec::new(),
                };
                self.clocks.insert(clock.clone(), fresh);
            }
            Change::ClockSuspended { clock, left_s } => {
                if let Some(c) = self.clocks.get_mut(clock) {
                    c.run = ClockRun::Suspended;
                    c.left_s = Some(*left_s);
                    c.suspensions.push((at, None));
                }
            }
            Change::ClockResumed { clock, due, warn } => {
                if let Some(c) = self.clocks.get_mut(clock) {
                    c.run = ClockRun::Running;
                    (c.due, c.warn) = (*due, *warn);
                    if let Some(open) = c.suspensions.last_mut() {
                        open.1 = Some(at);
                    }
                }
            }
            Change::ClockStopped { clock, .. } => {
                if let Some(c) = self.clocks.get_mut(clock) {
                    c.run = ClockRun::Stopped;
                    c.stopped = Some(at);
                    if let Some(open) = c.suspensions.last_mut().filter(|s| s.1.is_none()) {
                        open.1 = Some(at);
                    }
                }
            }
            _ => {}
        }
    }

    fn change_linked(&mut self, name: &str, change: impl FnOnce(&mut Linked)) {
        if self.linked(name).is_none() {
            self.linked.push(Linked { name_in_set: name.to_owned(), case: None, code: None, outcome: None });
        }
        if let Some(member) = self.linked.iter_mut().find(|m| m.name_in_set == name) {
            change(member);
        }
    }

    fn apply_money(&mut self, change: &Change, at: Instant) {
        match change {
            Change::DuesAssessed { dues } => {
                // What was paid, given back or forgiven stays; who was exempt (nothing to pay) is asked again.
                self.dues.retain(|d| d.kind == FeeKind::Obligation || (d.status != DueStatus::Due && d.amount.0 > 0));
                let fresh = dues.iter().filter(|n| !self.dues.iter().any(|d| d.code == n.code)).cloned().collect::<Vec<_>>();
                self.dues.extend(fresh);
            }
            Change::DutyAsked { due } => self.dues.push(due.clone()),
            Change::DuePaid { due, paid } => {
                if let Some(d) = self.dues.iter_mut().find(|d| d.code == *due) {
                    (d.status, d.paid) = (DueStatus::Paid, Some(paid.clone()));
                }
            }
            Change::DueWaived { due, .. } => {
                if let Some(d) = self.dues.iter_mut().find(|d| d.code == *due) {
                    d.status = DueStatus::Waived;
                }
            }
            Change::DueRefunded { due, amount, reference, reason } => {
                if let Some(d) = self.dues.iter_mut().find(|d| d.code == *due) {
                    d.status = DueStatus::Refunded;
                    d.refund = Some(Refund { amount: *amount, reference: reference.clone(), reason: reason.clone(), at });
                }
            }
            _ => {}
        }
    }

    fn apply_supplement(&mut self, change: &Change, event: &Event) {
        match change {
            Change::SupplementAsked { number, defects, reason, contact } => self.supplements.push(Supplement {
                number: *number,
                asked: event.at,
                by: event.by.clone(),
                defects: defects.clone(),
                reason: reason.clone(),
                contact: contact.clone(),
                answered: None,
                note: String::new(),
                late: Vec::new(),
            }),
            Change::SupplementLate { number, files, note } => {
                if let Some(s) = self.supplements.iter_mut().find(|s| s.number == *number) {
                    s.late.push(LateSupplement { at: event.at, by: event.by.clone(), note: note.clone(), files: files.len() });
                }
                self.files.extend(files.iter().cloned());
            }
            Change::SupplementGiven { number, answers, files, note } => {
                if let Some(s) = self.supplements.iter_mut().find(|s| s.number == *number) {
                    s.answered = Some(event.at);
                    s.note = note.clone();
                }
                if let Some(answers) = answers {
                    self.answers = answers.clone();
                }
                self.files.extend(files.iter().cloned());
            }
            _ => {}
        }
    }

    fn apply_opinion(&mut self, change: &Change, event: &Event) {
        let (id, agrees, tacit, text) = match change {
            Change::OpinionAsked { request, office, question, due } => {
                self.requests.push(OpinionRequest {
                    id: *request,
                    office: office.clone(),
                    question: question.clone(),
                    asked: event.at,
                    due: *due,
                    answer: None,
                });
                return;
            }
            Change::OpinionGiven { request, agrees, text } => (request, *agrees, false, text.as_str()),
            Change::OpinionTacit { request } => (request, true, true, ""),
            _ => return,
        };
        if let Some(r) = self.requests.iter_mut().find(|r| r.id == *id) {
            r.answer =
                Some(OpinionAnswer { at: event.at, by: event.by.clone(), agrees, tacit, text: text.to_owned() });
        }
    }
}
