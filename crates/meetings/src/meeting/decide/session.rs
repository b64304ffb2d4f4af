//! In session: attendance, speaking list, votes.

use super::{Cx, Decided, TEXT_MAX, no, text, wrong};
use crate::meeting::{Choice, Count, MeetingEvent as E, Presence, State, Turn, model::after};
use kernel::{Refusal, id::AccountId};

/// Most lines of a speaking list and most votes of one meeting.
const LINES_MAX: usize = 500;

pub fn open(cx: &Cx<'_>) -> Decided {
    cx.chairs()?;
    if cx.m.state == State::Open {
        return Ok(None);
    }
    cx.while_in(&[State::Sent])?;
    Ok(Some(E::Opened {}))
}

pub fn mark(cx: &Cx<'_>, account: AccountId, presence: &Presence) -> Decided {
    cx.in_session()?;
    let own = account == cx.by.account;
    cx.must(own || cx.part.leads(), "Mỗi người tự điểm danh, hoặc thư ký điểm danh.", "Each person marks their own presence, or the secretary does.")?;
    if !cx.m.may_attend(account) {
        return Err(wrong("account", "Người này không thuộc thành phần dự họp, hoặc đã cử người dự thay.", "This person is not of those invited, or has sent a substitute."));
    }
    let name = cx.m.name_of(account).unwrap_or(&cx.by.name).to_owned();
    let by = cx.by.name.clone();
    match presence {
        Presence::Present(way) => Ok((cx.m.present.get(&account).map(|p| p.way) != Some(*way)).then_some(E::Marked { account, name, way: *way, by })),
        Presence::NotPresent => {
            cx.leads()?;
            if cx.m.open_poll().is_some() || cx.m.polls.iter().any(|p| p.ballots.contains_key(&account)) {
                return Err(no("has-voted", "Đang biểu quyết, hoặc người này đã biểu quyết, nên không bỏ điểm danh được.", "A vote is open, or this person has voted: the mark stays."));
            }
            Ok(cx.m.present.contains_key(&account).then_some(E::Unmarked { account, by }))
        }
    }
}

pub fn mark_guest(cx: &Cx<'_>, guest: u32, present: bool) -> Decided {
    cx.in_session()?;
    cx.leads()?;
    let found = cx.m.guests.iter().find(|g| g.no == guest).ok_or_else(crate::records::gone)?;
    Ok((found.present != present).then_some(E::GuestMarked { guest, present }))
}

pub fn ask_to_speak(cx: &Cx<'_>, item: u32, guest: Option<u32>) -> Decided {
    cx.while_in(&[State::Sent, State::Open])?;
    cx.item(item, "speak_item")?;
    if cx.m.speakers.len() >= LINES_MAX {
        return Err(no("list-full", "Danh sách phát biểu đã đủ.", "The speaking list is full."));
    }
    let (account, name) = match guest {
        None => {
            cx.must(cx.part.takes_part(), "Chỉ người dự họp đăng ký phát biểu.", "Only who attends asks to speak.")?;
            (Some(cx.by.account), cx.by.name.clone())
        }
        Some(no) => {
            cx.leads()?;
            let found = cx.m.guests.iter().find(|g| g.no == no).ok_or_else(|| wrong("speak_guest", "Chọn một khách mời.", "Choose a guest."))?;
            (None, found.name.clone())
        }
    };
    let waits = cx.m.speakers.iter().any(|s| s.item == item && s.account == account && s.guest == guest && matches!(s.turn, Turn::Waiting | Turn::Speaking { .. }));
    let no = after(cx.m.speakers.iter().map(|s| s.no).max());
    Ok((!waits).then_some(E::SpeechAsked { no, item, account, guest, name }))
}

pub fn call(cx: &Cx<'_>, no: u32) -> Decided {
    cx.in_session()?;
    cx.leads()?;
    let s = cx.m.speaker(no).ok_or_else(crate::records::gone)?;
    match s.turn {
        Turn::Speaking { .. } => Ok(None),
        Turn::Waiting => {
            let here = s.account.is_none_or(|a| cx.m.present.contains_key(&a));
            if !here {
                return Err(super::no("speaker-absent", "Người đăng ký chưa được điểm danh có mặt.", "This speaker is not marked present."));
            }
            Ok(Some(E::SpeakerCalled { no }))
        }
        Turn::Done { .. } | Turn::Withdrawn => Err(super::no("turn-over", "Lượt này đã phát biểu xong hoặc đã rút.", "This turn is over or withdrawn.")),
    }
}

pub fn end_speech(cx: &Cx<'_>, no: u32) -> Decided {
    cx.in_session()?;
    let s = cx.m.speaker(no).ok_or_else(crate::records::gone)?;
    cx.must(cx.part.leads() || s.account == Some(cx.by.account), "Thư ký, chủ trì hoặc chính người phát biểu kết thúc lượt.", "The secretary, the chair or the speaker ends a turn.")?;
    Ok(matches!(s.turn, Turn::Speaking { .. }).then_some(E::SpeechEnded { no }))
}

pub fn withdraw_speech(cx: &Cx<'_>, no: u32) -> Decided {
    cx.while_in(&[State::Sent, State::Open])?;
    let s = cx.m.speaker(no).ok_or_else(crate::records::gone)?;
    cx.must(cx.part.leads() || s.account == Some(cx.by.account), "Chỉ người đăng ký hoặc thư ký rút lượt phát biểu.", "Only who asked, or the secretary, withdraws a turn.")?;
    match s.turn {
        Turn::Waiting => Ok(Some(E::SpeechWithdrawn { no })),
        Turn::Withdrawn => Ok(None),
        Turn::Speaking { .. } | Turn::Done { .. } => Err(super::no("turn-over", "Lượt này đã bắt đầu hoặc đã xong.", "This turn has begun or is over.")),
    }
}

fn no_quorum(c: &Count) -> Refusal {
    Refusal::conflict(
        "no-quorum",
        format!("Chưa đủ số người để biểu quyết: cần {}/{} thành viên có mặt, mới có {}.", c.quorum_needed, c.members, c.present),
        format!("No quorum for a vote: {} of {} members needed, {} present.", c.quorum_needed, c.members, c.present),
    )
}

pub fn open_poll(cx: &Cx<'_>, item: u32, given: &str) -> Decided {
    cx.in_session()?;
    cx.chairs()?;
    cx.item(item, "poll_item")?;
    let text = text(given, "poll_text", TEXT_MAX, "Ghi nội dung biểu quyết", "Say what is voted on")?;
    if let Some(open) = cx.m.open_poll() {
        // The same question sent twice is the one that is open.
        if open.item == item && open.text == text {
            return Ok(None);
        }
        return Err(no("poll-open", "Đang có một nội dung biểu quyết; hãy kết thúc trước khi mở nội dung khác.", "A vote is open; close it before another is opened."));
    }
    let count = cx.m.count(None);
    if !count.quorum {
        return Err(no_quorum(&count));
    }
    if cx.m.polls.len() >= LINES_MAX {
        return Err(no("polls-full", "Cuộc họp đã có quá nhiều nội dung biểu quyết.", "The meeting has too many votes."));
    }
    Ok(Some(E::PollOpened { no: after(cx.m.polls.iter().map(|p| p.no).max()), item, text }))
}

pub fn vote(cx: &Cx<'_>, poll: u32, choice: Choice) -> Decided {
    cx.in_session()?;
    let p = cx.m.poll(poll).ok_or_else(crate::records::gone)?;
    if p.result.is_some() {
        return Err(no("poll-closed", "Nội dung này đã kết thúc biểu quyết.", "This vote is closed."));
    }
    if !cx.m.has_vote(cx.by.account) {
        return Err(Refusal::forbidden("no-vote", "Bạn không có quyền biểu quyết trong cuộc họp này.", "You have no vote at this meeting."));
    }
    cx.is_present()?;
    let before = p.ballots.get(&cx.by.account).map(|b| b.choice);
    Ok((before != Some(choice)).then(|| E::Voted { poll, account: cx.by.account, name: cx.by.name.clone(), choice, before }))
}

pub fn close_poll(cx: &Cx<'_>, poll: u32) -> Decided {
    cx.in_session()?;
    cx.chairs()?;
    let p = cx.m.poll(poll).ok_or_else(crate::records::gone)?;
    if p.result.is_some() {
        return Ok(None);
    }
    let count = cx.m.count(Some(p));
    if !count.quorum {
        return Err(no_quorum(&count));
    }
    Ok(Some(E::PollClosed { poll, count }))
}

pub fn close(cx: &Cx<'_>) -> Decided {
    cx.chairs()?;
    if cx.m.state == State::Closed {
        return Ok(None);
    }
    cx.in_session()?;
    if cx.m.open_poll().is_some() {
        return Err(no("poll-open", "Còn nội dung đang biểu quyết; hãy kết thúc trước khi bế mạc.", "A vote is still open; close it first."));
    }
    Ok(Some(E::Closed {}))
}
