//! Before the session: agenda, invitations, papers, answers, opinions.

use super::{Cx, Decided, TEXT_MAX, TITLE_MAX, form, no, text, wrong};
use crate::meeting::{Answer, Guest, Invitation, Invitee, MeetingEvent as E, Plan, Reply, Stance, State, Time, Version, model::after};
use kernel::{Refusal, id::AccountId};

/// Most people invited to one meeting, and most guests.
const INVITED_MAX: usize = 400;
const GUESTS_MAX: usize = 100;
/// Most papers of one meeting and versions of one paper.
const PAPERS_MAX: usize = 200;
const VERSIONS_MAX: usize = 50;

pub fn replan(cx: &Cx<'_>, plan: &Plan) -> Decided {
    cx.prepares()?;
    if cx.m.state != State::Drafting {
        return Err(no("sent", "Giấy mời đã gửi: chương trình không sửa được nữa; có thể dời hoặc hủy cuộc họp.", "Invitations are sent: the agenda stands; the meeting may be moved or cancelled."));
    }
    let plan = Plan { id: cx.m.id, office: cx.m.office.clone(), office_name: cx.m.office_name.clone(), ..plan.clone() };
    let plan = form::checked(cx.catalog, &plan, Some(cx.m), cx.by.at)?;
    Ok(Some(E::Replanned { plan: Box::new(plan) }))
}

pub fn invite(cx: &Cx<'_>, people: &[Invitation]) -> Decided {
    cx.prepares()?;
    cx.while_in(&[State::Drafting, State::Sent])?;
    if people.is_empty() {
        return Err(wrong("who", "Chọn ít nhất một người để mời.", "Choose somebody to invite."));
    }
    let mut new: Vec<Invitee> = Vec::new();
    for i in people {
        let account = i.person.account;
        let known = cx.m.chair.account == account || cx.m.invitee(account).is_some() || cx.m.in_place_of(account).is_some();
        if !known && !new.iter().any(|n| n.person.account == account) {
            new.push(Invitee { person: i.person.clone(), votes: i.votes, reply: None, replied_at: None });
        }
    }
    if cx.m.invited.len() + new.len() > INVITED_MAX {
        return Err(wrong("who", format!("Mời tối đa {INVITED_MAX} người."), format!("At most {INVITED_MAX} people are invited.")));
    }
    Ok((!new.is_empty()).then_some(E::Invited { people: new, guests: Vec::new() }))
}

pub fn invite_guest(cx: &Cx<'_>, name: &str, title: &str, email: &str) -> Decided {
    cx.prepares()?;
    cx.while_in(&[State::Drafting, State::Sent])?;
    let name = text(name, "guest_name", TITLE_MAX, "Ghi họ tên khách mời", "Name the guest")?;
    let title = text(title, "guest_title", TITLE_MAX, "Ghi chức vụ, cơ quan", "Give post and agency")?;
    let email = mail_address(email)?;
    if cx.m.guests.iter().any(|g| g.name == name && g.title == title) {
        return Ok(None);
    }
    if cx.m.guests.len() >= GUESTS_MAX {
        return Err(wrong("guest_name", format!("Tối đa {GUESTS_MAX} khách mời."), format!("At most {GUESTS_MAX} guests.")));
    }
    let no = after(cx.m.guests.iter().map(|g| g.no).max());
    Ok(Some(E::Invited { people: Vec::new(), guests: vec![Guest { no, name, title, email, present: false }] }))
}

/// An address of e-mail, or none: letters, digits and the usual signs around one `@`.
fn mail_address(typed: &str) -> Result<String, Refusal> {
    let typed = typed.trim();
    let plain = |t: &str, also: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c)) && !t.starts_with('.') && !t.ends_with('.') && !t.contains("..");
    let whole = typed.rsplit_once('@').is_some_and(|(name, domain)| plain(name, "._%+-") && plain(domain, ".-") && domain.contains('.'));
    if typed.is_empty() || (whole && typed.len() <= 120) {
        return Ok(typed.to_owned());
    }
    Err(wrong("guest_email", "Ghi địa chỉ dạng ten@vidu.vn, hoặc để trống.", "Write an address such as name@example.vn, or leave it empty."))
}

pub fn uninvite(cx: &Cx<'_>, account: Option<AccountId>, guest: Option<u32>) -> Decided {
    cx.prepares()?;
    if cx.m.state != State::Drafting {
        return Err(no("sent", "Giấy mời đã gửi nên không rút lại được.", "The invitation is sent and is not taken back."));
    }
    let there = account.is_some_and(|a| cx.m.invitee(a).is_some()) || guest.is_some_and(|g| cx.m.guests.iter().any(|x| x.no == g));
    Ok(there.then_some(E::Uninvited { account, guest }))
}

pub fn file(cx: &Cx<'_>, item: u32, paper: Option<u32>, title: &str, version: &Version) -> Decided {
    cx.prepares()?;
    cx.while_in(&[State::Drafting, State::Sent, State::Open])?;
    let found = cx.m.item(item).ok_or_else(|| super::no_such_item("slot"))?;
    let after_sending = cx.m.sent_at.is_some();
    if let Some(paper) = paper {
        let old = found.paper(paper).ok_or_else(|| super::no_such_item("slot"))?;
        // The same bytes are no other version: a form sent twice adds nothing.
        if old.versions.last().is_some_and(|v| v.sha256 == version.sha256) {
            return Ok(None);
        }
        if old.versions.len() >= VERSIONS_MAX {
            return Err(wrong("file-paper", format!("Tối đa {VERSIONS_MAX} phiên bản."), format!("At most {VERSIONS_MAX} versions.")));
        }
        let no = after(old.versions.iter().map(|v| v.no).max());
        return Ok(Some(E::PaperRevised { item, paper, version: Box::new(Version { no, after_sending, ..version.clone() }) }));
    }
    let papers = || cx.m.items.iter().flat_map(|i| &i.papers);
    if papers().count() >= PAPERS_MAX {
        return Err(wrong("file-paper", format!("Tối đa {PAPERS_MAX} tài liệu."), format!("At most {PAPERS_MAX} papers.")));
    }
    let title = text(title, "paper_title", TITLE_MAX, "Ghi tên tài liệu", "Name the paper")?;
    if found.papers.iter().any(|p| p.title == title && p.versions.last().is_some_and(|v| v.sha256 == version.sha256)) {
        return Ok(None);
    }
    let paper = after(papers().map(|p| p.no).max());
    Ok(Some(E::PaperAdded { item, paper, title, version: Box::new(Version { no: 1, after_sending, ..version.clone() }) }))
}

pub fn send(cx: &Cx<'_>, days_ahead: Option<u32>) -> Decided {
    cx.prepares()?;
    if cx.m.state == State::Sent {
        return Ok(None);
    }
    cx.while_in(&[State::Drafting])?;
    if cx.m.invited.is_empty() {
        return Err(no("nobody-invited", "Chưa mời ai; hãy mời người dự họp trước khi gửi.", "Nobody is invited yet; invite people before sending."));
    }
    if cx.m.time.starts < cx.by.at {
        return Err(no("time-passed", "Giờ họp đã qua; hãy sửa thời gian trước khi gửi.", "The time has passed; change it before sending."));
    }
    Ok(Some(E::Sent { days_ahead }))
}

pub fn move_to(cx: &Cx<'_>, time: &Time, reason: &str) -> Decided {
    cx.prepares()?;
    cx.while_in(&[State::Drafting, State::Sent])?;
    let time = form::time(time, cx.by.at)?;
    let reason = text(reason, "move_reason", TEXT_MAX, "Ghi lý do dời cuộc họp", "Say why the meeting is moved")?;
    Ok((time != cx.m.time).then(|| E::Moved { time, reason, name: cx.by.name.clone() }))
}

pub fn cancel(cx: &Cx<'_>, reason: &str) -> Decided {
    cx.prepares()?;
    if cx.m.state == State::Cancelled {
        return Ok(None);
    }
    cx.while_in(&[State::Drafting, State::Sent])?;
    let reason = text(reason, "cancel_reason", TEXT_MAX, "Ghi lý do hủy cuộc họp", "Say why the meeting is cancelled")?;
    Ok(Some(E::Cancelled { reason, name: cx.by.name.clone() }))
}

/// A chair who cannot come is followed by one of those invited: a deputy, as the working regulation has it.
pub fn hand_over(cx: &Cx<'_>, chair: AccountId, reason: &str) -> Decided {
    cx.prepares()?;
    if cx.m.chair.account == chair {
        return Ok(None);
    }
    cx.while_in(&[State::Sent])?;
    let reason = text(reason, "handover_reason", TEXT_MAX, "Ghi lý do thay người chủ trì", "Say why somebody else takes the chair")?;
    // The secretary stays somebody else; who has sent a substitute does not come; one person does not hold two votes.
    let fits = |i: &&Invitee| i.person.account != cx.m.secretary.account && i.substitute().is_none();
    let Some(invitee) = cx.m.invitee(chair).filter(fits) else {
        return Err(wrong("new_chair", "Chọn một người được mời, không phải thư ký, không cử người dự thay.", "Choose somebody invited who is not the secretary and sends no substitute."));
    };
    Ok(Some(E::HandedOver { chair: Box::new(invitee.person.clone()), reason, name: cx.by.name.clone() }))
}

pub fn answer(cx: &Cx<'_>, answer: &Answer) -> Decided {
    cx.while_in(&[State::Sent, State::Open])?;
    let account = cx.by.account;
    let Some(invitee) = cx.m.invitee(account) else {
        return Err(Refusal::forbidden("not-invited", "Chỉ người được mời trả lời giấy mời.", "Only who is invited answers the invitation."));
    };
    let came = |a: AccountId| cx.m.present.contains_key(&a);
    if came(account) || invitee.substitute().is_some_and(|p| came(p.account)) {
        return Err(no("there-already", "Bạn hoặc người dự thay đã được điểm danh; nhờ thư ký sửa nếu nhầm.", "You or your substitute are marked present; ask the secretary if that is wrong."));
    }
    let reply = match answer {
        Answer::Coming => Reply::Coming,
        Answer::Absent { reason } => Reply::Absent { reason: text(reason, "absent_reason", TEXT_MAX, "Ghi lý do vắng mặt", "Say why you cannot come")? },
        Answer::Substitute { person } => {
            let part = cx.m.part(person.account);
            // Whoever is there for themselves does not count a second time for another.
            if part.takes_part() && cx.m.in_place_of(person.account).map(|i| i.person.account) != Some(account) {
                return Err(wrong("substitute", "Người này đã dự họp hoặc đã dự thay người khác; chọn người khác.", "This person attends already, or for somebody else; choose another."));
            }
            Reply::Substitute { person: person.clone() }
        }
    };
    Ok((invitee.reply.as_ref() != Some(&reply)).then(|| E::Answered { account, reply: Box::new(reply) }))
}

pub fn opine(cx: &Cx<'_>, item: u32, stance: Stance, given: &str) -> Decided {
    if cx.m.state != State::Sent {
        return Err(no("opinions-over", "Chỉ lấy ý kiến từ khi gửi giấy mời đến khi khai mạc; trong phiên họp, hãy đăng ký phát biểu.", "Opinions are collected from the sending to the opening; in the session, ask to speak."));
    }
    cx.must(cx.part.takes_part(), "Chỉ người được mời cho ý kiến.", "Only who is invited gives an opinion.")?;
    let found = cx.m.item(item).ok_or_else(|| super::no_such_item("item"))?;
    // Who agrees need not say why; changes and disagreement without words help nobody.
    let field = format!("opinion-{item}");
    let text = if stance == Stance::Agree && given.trim().is_empty() {
        String::new()
    } else {
        text(given, &field, TEXT_MAX, "Ghi nội dung ý kiến", "Say what you think")?
    };
    let before = found.opinions.get(&cx.by.account);
    if before.is_some_and(|o| o.stance == stance && o.text == text) {
        return Ok(None);
    }
    Ok(Some(E::Opined { account: cx.by.account, name: cx.by.name.clone(), item, stance, text, before: before.map(|o| o.stance) }))
}
