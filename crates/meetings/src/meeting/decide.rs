//! What may happen to a meeting. Pure: the meeting, the act, who acts and when are arguments.

mod after;
mod before;
mod form;
mod session;

pub use after::CO_MAX;
pub use form::ITEMS_MAX;

use super::{Act, Meeting, MeetingEvent, Part, Plan, State};
use crate::{
    catalog::{Catalog, Rules},
    records::Author,
};
use kernel::{Refusal, text::clean};

type Decided = Result<Option<MeetingEvent>, Refusal>;

pub const TITLE_MAX: usize = 300;
pub const TEXT_MAX: usize = 4_000;

/// Begins a meeting of the form.
pub fn decide_plan(catalog: &Catalog, rules: &Rules, plan: &Plan, by: &Author) -> Result<MeetingEvent, Refusal> {
    let plan = form::checked(catalog, plan, None, by.at)?;
    Ok(MeetingEvent::Planned { plan: Box::new(plan), rules: Box::new(rules.clone()), by: by.account, name: by.name.clone() })
}

/// What an act is decided on.
struct Cx<'a> {
    catalog: &'a Catalog,
    m: &'a Meeting,
    part: Part,
    by: &'a Author,
}

/// Decides one act. `None`: it is so already. For who may not know of the meeting it does not exist.
pub fn decide(catalog: &Catalog, m: &Meeting, act: &Act, by: &Author) -> Decided {
    if !m.is_seen_by(by.account) {
        return Err(crate::records::gone());
    }
    let cx = &Cx { catalog, m, part: m.part(by.account), by };
    match act {
        Act::Replan(plan) => before::replan(cx, plan),
        Act::Invite(people) => before::invite(cx, people),
        Act::InviteGuest { name, title, email } => before::invite_guest(cx, name, title, email),
        Act::Uninvite { account, guest } => before::uninvite(cx, *account, *guest),
        Act::File { item, paper, title, version } => before::file(cx, *item, *paper, title, version),
        Act::Send { days_ahead } => before::send(cx, *days_ahead),
        Act::Move { time, reason } => before::move_to(cx, time, reason),
        Act::Cancel { reason } => before::cancel(cx, reason),
        Act::HandOver { chair, reason } => before::hand_over(cx, *chair, reason),
        Act::Answer(answer) => before::answer(cx, answer),
        Act::Opine { item, stance, text } => before::opine(cx, *item, *stance, text),
        Act::Open => session::open(cx),
        Act::Mark { account, presence } => session::mark(cx, *account, presence),
        Act::MarkGuest { guest, present } => session::mark_guest(cx, *guest, *present),
        Act::AskToSpeak { item, guest } => session::ask_to_speak(cx, *item, *guest),
        Act::Call { no } => session::call(cx, *no),
        Act::EndSpeech { no } => session::end_speech(cx, *no),
        Act::WithdrawSpeech { no } => session::withdraw_speech(cx, *no),
        Act::OpenPoll { item, text } => session::open_poll(cx, *item, text),
        Act::Vote { poll, choice } => session::vote(cx, *poll, *choice),
        Act::ClosePoll { poll } => session::close_poll(cx, *poll),
        Act::Close => session::close(cx),
        Act::Write { no, item, text, task } => after::write(cx, *no, *item, text, task.as_deref()),
        Act::Approve { no } => after::approve(cx, *no),
        Act::Direct { no } => after::direct(cx, *no),
        Act::Conclude => after::conclude(cx),
        Act::Note(issued) => after::note(cx, issued),
    }
}

fn no(code: &str, vi: &str, en: &str) -> Refusal {
    Refusal::conflict(code, vi, en)
}

fn wrong(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid("meeting-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(field), vi, en)
}

/// A text that must be there, clean and of at most `most` characters.
fn text(given: &str, field: &str, most: usize, vi: &str, en: &str) -> Result<String, Refusal> {
    let text = clean(given);
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(wrong(field, format!("{vi} (1–{most} ký tự)."), format!("{en} (1–{most} characters).")))
}

fn no_such_item(field: &str) -> Refusal {
    wrong(field, "Chọn một mục trong chương trình họp.", "Choose an item of the agenda.")
}

impl Cx<'_> {
    fn must(&self, may: bool, vi: &str, en: &str) -> Result<(), Refusal> {
        if may { Ok(()) } else { Err(Refusal::forbidden("not-yours", vi, en)) }
    }
    fn prepares(&self) -> Result<(), Refusal> {
        self.must(self.part.prepares(), "Chỉ người chuẩn bị, thư ký hoặc người chủ trì làm việc này.", "Only who prepares the meeting, its secretary or its chair does this.")
    }
    fn leads(&self) -> Result<(), Refusal> {
        self.must(self.part.leads(), "Chỉ thư ký hoặc người chủ trì cuộc họp làm việc này.", "Only the secretary or the chair of the meeting does this.")
    }
    fn chairs(&self) -> Result<(), Refusal> {
        self.must(self.part.chair, "Chỉ người chủ trì cuộc họp làm việc này.", "Only the chair of the meeting does this.")
    }
    fn item(&self, item: u32, field: &str) -> Result<(), Refusal> {
        if self.m.item(item).is_some() { Ok(()) } else { Err(no_such_item(field)) }
    }
    /// The meeting is in one of the states, or the refusal says how it stands.
    fn while_in(&self, states: &[State]) -> Result<(), Refusal> {
        if states.contains(&self.m.state) {
            return Ok(());
        }
        let now = self.m.state.text();
        Err(Refusal::conflict(
            "wrong-state",
            format!("Cuộc họp đang ở trạng thái “{}” nên không làm việc này được.", now.vi),
            format!("The meeting is in the state “{}”, in which this is not done.", now.en),
        ))
    }
    fn in_session(&self) -> Result<(), Refusal> {
        if self.m.state == State::Open {
            return Ok(());
        }
        Err(no("not-in-session", "Chỉ làm được khi cuộc họp đang diễn ra.", "This is done while the meeting is in session."))
    }
    fn is_present(&self) -> Result<(), Refusal> {
        if self.m.present.contains_key(&self.by.account) {
            return Ok(());
        }
        Err(Refusal::forbidden("not-present", "Bạn chưa được điểm danh có mặt trong cuộc họp này.", "You are not marked present at this meeting."))
    }
}

/// Whether a document of this template may be issued now by somebody of this part.
pub fn issuable(m: &Meeting, part: Part, template: &str) -> Result<(), Refusal> {
    use super::documents::{CONCLUSIONS, INVITATION, MINUTES};
    if !part.prepares() {
        return Err(Refusal::forbidden("not-yours", "Chỉ thư ký, người chuẩn bị hoặc người chủ trì phát hành văn bản.", "Only the secretary, who prepares or the chair issues documents."));
    }
    let ready = match template {
        INVITATION => m.state == State::Sent,
        MINUTES => matches!(m.state, State::Closed | State::Concluded),
        // A notice of conclusions without one that gives a task would have nothing of its form (Decree 30/2020/NĐ-CP, form 1.4).
        CONCLUSIONS => m.state == State::Concluded && m.conclusions.iter().any(|c| c.task.is_some()),
        _ => false,
    };
    if ready {
        return Ok(());
    }
    Err(no("not-ready", "Chưa đến lúc phát hành văn bản này.", "This document is not to be issued yet."))
}
