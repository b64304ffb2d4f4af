//! What happened to a meeting, and what the meeting is after it.

use super::{
    Ballot, Choice, Conclusion, Count, Directive, Guest, Invitee, Issued, Item, Mark, Meeting, Moved, Noted, Opinion, Paper, Plan, Poll, Reply, Speaker, Stance,
    State, Task, Time, Turn, Version, Way, model::after,
};
use crate::{asks::Person, catalog::Rules, records::Record};
use kernel::{Instant, id::AccountId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::Batch;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MeetingEvent {
    Planned { plan: Box<Plan>, rules: Box<Rules>, by: AccountId, name: String },
    Replanned { plan: Box<Plan> },
    Invited { people: Vec<Invitee>, guests: Vec<Guest> },
    Uninvited { account: Option<AccountId>, guest: Option<u32> },
    PaperAdded { item: u32, paper: u32, title: String, version: Box<Version> },
    PaperRevised { item: u32, paper: u32, version: Box<Version> },
    Sent { days_ahead: Option<u32> },
    Moved { time: Time, reason: String, name: String },
    Cancelled { reason: String, name: String },
    HandedOver { chair: Box<Person>, reason: String, name: String },
    Answered { account: AccountId, reply: Box<Reply> },
    Opined { account: AccountId, name: String, item: u32, stance: Stance, text: String, before: Option<Stance> },
    Opened {},
    Marked { account: AccountId, name: String, way: Way, by: String },
    Unmarked { account: AccountId, by: String },
    GuestMarked { guest: u32, present: bool },
    SpeechAsked { no: u32, item: u32, account: Option<AccountId>, guest: Option<u32>, name: String },
    SpeakerCalled { no: u32 },
    SpeechEnded { no: u32 },
    SpeechWithdrawn { no: u32 },
    PollOpened { no: u32, item: u32, text: String },
    Voted { poll: u32, account: AccountId, name: String, choice: Choice, before: Option<Choice> },
    PollClosed { poll: u32, count: Count },
    ConclusionWritten { no: u32, item: u32, text: String, task: Option<Box<Task>>, name: String },
    ConclusionApproved { no: u32 },
    Directed { conclusion: u32, item: u32, text: String, directive: Box<Directive> },
    Closed {},
    Concluded {},
    Issued { issued: Box<Issued> },
}

fn begun(plan: &Plan, rules: &Rules, by: AccountId, at: Instant) -> Meeting {
    Meeting {
        id: plan.id,
        office: plan.office.clone(),
        office_name: plan.office_name.clone(),
        title: plan.title.clone(),
        kind: plan.kind.clone(),
        chair: plan.chair.clone(),
        secretary: plan.secretary.clone(),
        time: plan.time.clone(),
        rules: rules.clone(),
        state: State::Drafting,
        created_at: at,
        created_by: by,
        items: items(plan, Vec::new()),
        invited: Vec::new(),
        guests: Vec::new(),
        sent_at: None,
        days_ahead: None,
        opened_at: None,
        closed_at: None,
        concluded_at: None,
        moves: Vec::new(),
        cancelled: None,
        handed_over: Vec::new(),
        present: BTreeMap::new(),
        speakers: Vec::new(),
        polls: Vec::new(),
        conclusions: Vec::new(),
        issued: Vec::new(),
    }
}

/// The planned items in order. One that was there keeps its number and its papers; a number is never used again.
fn items(plan: &Plan, mut before: Vec<Item>) -> Vec<Item> {
    let mut last = before.iter().map(|i| i.no).max();
    let mut out = Vec::with_capacity(plan.agenda.len());
    for p in &plan.agenda {
        let kept = p.no.and_then(|no| before.iter().position(|i| i.no == no)).map(|place| before.swap_remove(place));
        let (no, papers) = kept.map_or_else(|| (after(last), Vec::new()), |i| (i.no, i.papers));
        last = last.max(Some(no));
        out.push(Item { no, title: p.title.clone(), presenter: p.presenter.clone(), minutes: p.minutes, papers, opinions: BTreeMap::new() });
    }
    out
}

fn replan(m: &mut Meeting, plan: &Plan) {
    m.title.clone_from(&plan.title);
    m.kind.clone_from(&plan.kind);
    m.chair = plan.chair.clone();
    m.secretary = plan.secretary.clone();
    m.time = plan.time.clone();
    m.items = items(plan, std::mem::take(&mut m.items));
    let chair = m.chair.account;
    m.invited.retain(|i| i.person.account != chair);
}

/// Who takes the chair is no more among those invited; who had it is invited, with the vote they had.
fn hand_over(m: &mut Meeting, chair: &Person) {
    let before = std::mem::replace(&mut m.chair, chair.clone());
    m.invited.retain(|i| i.person.account != chair.account && i.person.account != before.account);
    m.invited.push(Invitee { person: before, votes: true, reply: None, replied_at: None });
}

impl Record for Meeting {
    type Event = MeetingEvent;
    const KIND: &'static str = "meeting";

    fn evolve(before: Option<Self>, event: &MeetingEvent, at: Instant) -> Option<Self> {
        use MeetingEvent as E;
        let Some(mut m) = before else {
            let E::Planned { plan, rules, by, .. } = event else { return None };
            return Some(begun(plan, rules, *by, at));
        };
        match event {
            E::Planned { .. } => return None,
            E::Replanned { plan } => replan(&mut m, plan),
            E::Invited { people, guests } => {
                m.invited.extend(people.iter().cloned());
                m.guests.extend(guests.iter().cloned());
            }
            E::Uninvited { account, guest } => {
                m.invited.retain(|i| Some(i.person.account) != *account);
                m.guests.retain(|g| Some(g.no) != *guest);
            }
            E::PaperAdded { item, paper, title, version } => {
                let paper = Paper { no: *paper, title: title.clone(), versions: vec![(**version).clone()] };
                m.items.iter_mut().find(|i| i.no == *item)?.papers.push(paper);
            }
            E::PaperRevised { item, paper, version } => {
                let item = m.items.iter_mut().find(|i| i.no == *item)?;
                item.papers.iter_mut().find(|p| p.no == *paper)?.versions.push((**version).clone());
            }
            E::Sent { days_ahead } => {
                m.state = State::Sent;
                m.sent_at = Some(at);
                m.days_ahead = *days_ahead;
            }
            E::Moved { time, reason, name } => {
                let before = std::mem::replace(&mut m.time, time.clone());
                m.moves.push(Moved { before, reason: reason.clone(), by: name.clone(), at });
            }
            E::Cancelled { reason, name } => {
                m.state = State::Cancelled;
                m.cancelled = Some(Noted { text: reason.clone(), by: name.clone(), at });
            }
            E::HandedOver { chair, reason, name } => {
                hand_over(&mut m, chair);
                m.handed_over.push(Noted { text: reason.clone(), by: name.clone(), at });
            }
            E::Answered { account, reply } => {
                let invitee = m.invited.iter_mut().find(|i| i.person.account == *account)?;
                invitee.reply = Some((**reply).clone());
                invitee.replied_at = Some(at);
            }
            E::Opined { account, name, item, stance, text, .. } => {
                let opinions = &mut m.items.iter_mut().find(|i| i.no == *item)?.opinions;
                let times = opinions.get(account).map_or(0, |o| o.times) + 1;
                opinions.insert(*account, Opinion { name: name.clone(), stance: *stance, text: text.clone(), at, times });
            }
            E::Opened {} => {
                m.state = State::Open;
                m.opened_at = Some(at);
            }
            E::Closed {} => {
                m.state = State::Closed;
                m.closed_at = Some(at);
            }
            E::Concluded {} => {
                m.state = State::Concluded;
                m.concluded_at = Some(at);
            }
            E::Issued { issued } => m.issued.push((**issued).clone()),
            _ => session(&mut m, event, at)?,
        }
        Some(m)
    }

    fn rows(batch: &mut Batch, before: Option<&Self>, after: &Self, event: &MeetingEvent, version: i64, at: Instant) {
        super::store::rows(batch, before, after, event, version, at);
    }
}

/// What happens in the session and after it. `None`: the event does not fit.
fn session(m: &mut Meeting, event: &MeetingEvent, at: Instant) -> Option<()> {
    use MeetingEvent as E;
    match event {
        E::Marked { account, way, by, .. } => drop(m.present.insert(*account, Mark { way: *way, at, by: by.clone() })),
        E::Unmarked { account, .. } => drop(m.present.remove(account)),
        E::GuestMarked { guest, present } => m.guests.iter_mut().find(|g| g.no == *guest)?.present = *present,
        E::SpeechAsked { no, item, account, guest, name } => {
            m.speakers.push(Speaker { no: *no, item: *item, account: *account, guest: *guest, name: name.clone(), asked_at: at, turn: Turn::Waiting });
        }
        E::SpeakerCalled { no } => {
            for s in &mut m.speakers {
                if let Turn::Speaking { since } = s.turn {
                    s.turn = Turn::Done { since, until: at };
                }
            }
            m.speakers.iter_mut().find(|s| s.no == *no)?.turn = Turn::Speaking { since: at };
        }
        E::SpeechEnded { no } => {
            let s = m.speakers.iter_mut().find(|s| s.no == *no)?;
            let Turn::Speaking { since } = s.turn else { return None };
            s.turn = Turn::Done { since, until: at };
        }
        E::SpeechWithdrawn { no } => m.speakers.iter_mut().find(|s| s.no == *no)?.turn = Turn::Withdrawn,
        E::PollOpened { no, item, text } => {
            m.polls.push(Poll { no: *no, item: *item, text: text.clone(), opened_at: at, ballots: BTreeMap::new(), result: None, closed_at: None });
        }
        E::Voted { poll, account, name, choice, .. } => {
            let ballots = &mut m.polls.iter_mut().find(|p| p.no == *poll && p.result.is_none())?.ballots;
            let times = ballots.get(account).map_or(0, |b| b.times) + 1;
            ballots.insert(*account, Ballot { name: name.clone(), choice: *choice, at, times });
        }
        E::PollClosed { poll, count } => {
            let poll = m.polls.iter_mut().find(|p| p.no == *poll && p.result.is_none())?;
            poll.result = Some(*count);
            poll.closed_at = Some(at);
        }
        E::ConclusionWritten { no, item, text, task, name } => {
            let new = Conclusion { no: *no, item: *item, text: text.clone(), task: task.as_deref().cloned(), by: name.clone(), at, approved_at: None, directive: None };
            match m.conclusions.iter_mut().find(|c| c.no == *no) {
                Some(old) => *old = new,
                None => m.conclusions.push(new),
            }
        }
        E::ConclusionApproved { no } => m.conclusions.iter_mut().find(|c| c.no == *no)?.approved_at = Some(at),
        E::Directed { conclusion, directive, .. } => {
            let c = m.conclusions.iter_mut().find(|c| c.no == *conclusion && c.directive.is_none())?;
            c.directive = Some((**directive).clone());
        }
        _ => return None,
    }
    Some(())
}
