//! What may happen to a matter. Pure: the board, the matter, who acts and when are arguments.

use super::{
    Decision, Matter, MatterEvent, MatterState, Proposal, RecordedVote, Recusal, Session,
    tally::{self, Choice, Count, Outcome, Voter},
};
use crate::{board::{Board, SeatRole}, catalog::Catalog};
use records::Author;
use kernel::{
    Instant, Refusal, Text,
    calendar::Calendar,
    id::{AccountId, MatterId},
    text::clean,
};

/// What somebody asks to do with a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Announce a meeting or a call for votes; signing alone is over then.
    Call { when: String, place: String },
    Assign { rapporteur: AccountId },
    /// State that there is no conflict.
    Clear,
    /// Declare a conflict: the member takes no further part.
    Declare { ground: String, detail: String },
    /// Recuse somebody else for a conflict that was found.
    Recuse { account: AccountId, ground: String, detail: String },
    Attend,
    /// `clear` says that the member has declared to have no conflict, with this very form or before.
    Vote { choice: Choice, reason: String, clear: bool },
    Close { conclusion: String },
    SignOff { approve: bool, conclusion: String },
    Withdraw { reason: String },
}

/// What the acting person is in this matter beside a member: an officer of the centre prepares and withdraws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub officer: bool,
}

const TEXT_MAX: usize = 4_000;

fn text(given: &str, field: &'static str, vi: &str, en: &str) -> Result<String, Refusal> {
    let text = clean(given);
    let n = text.chars().count();
    if n == 0 || n > TEXT_MAX {
        return Err(Refusal::invalid("text-needed", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(
            Some(field),
            format!("{vi} (1–{TEXT_MAX} ký tự)."),
            format!("{en} (1–{TEXT_MAX} characters)."),
        ));
    }
    Ok(text)
}

fn no(code: &str, vi: &str, en: &str) -> Refusal {
    Refusal::conflict(code, vi, en)
}

/// Opens a matter. `rapporteur` was suggested by load; `due` follows the board's rules and the calendar, and is left
/// open rather than guessed when the calendar does not know the year.
pub fn decide_open(b: &Board, p: &Proposal, by: &Author, calendar: &Calendar, rapporteur: Option<AccountId>, reopens: Option<(&Matter, &str)>) -> Result<MatterEvent, Refusal> {
    let today = by.at.date();
    if !b.works_on(today) {
        return Err(no("board-not-working", "Ban này chưa vào nhiệm kỳ, đã hết nhiệm kỳ hoặc đã giải thể; hãy chọn ban khác hoặc kéo dài nhiệm kỳ.", "This board's term has not begun, has ended, or the board is closed; choose another or extend the term."));
    }
    if !b.rules.kinds.contains(&p.kind) {
        return Err(Refusal::invalid("kind", "Ban này không nhận loại việc đó", "This board does not take that kind").because(
            Some("kind"),
            "Chọn một loại việc trong danh sách của ban.",
            "Choose a kind from the board's list.",
        ));
    }
    let mut p = p.clone();
    p.subject.title = text(&p.subject.title, "title", "Ghi tên việc, đối tượng cần xem xét", "Name what is to be considered")?;
    p.question = text(&p.question, "question", "Ghi điều ban được hỏi ý kiến", "Say what the board is asked to agree to")?;
    p.subject.kind = clean(&p.subject.kind).chars().take(60).collect();
    p.subject.id = clean(&p.subject.id).chars().take(120).collect();
    let path = clean(&p.subject.path);
    if !path.is_empty() && (web::gate::safe_next(&path) != path || path.chars().count() > 300) {
        return Err(Refusal::invalid("path", "Đường dẫn chưa đúng", "The link is not right").because(
            Some("path"),
            "Chỉ nhận đường dẫn trong trang này, bắt đầu bằng /, ví dụ /centre/engagements/….",
            "Only a path of this site, beginning with /, such as /centre/engagements/….",
        ));
    }
    p.subject.path = path;
    if p.amount.is_some_and(|a| a.0 < 0 || a.0 > 1_000_000_000_000_000) {
        return Err(Refusal::invalid("amount", "Số tiền chưa đúng", "The amount is not right").because(
            Some("amount"),
            "Nhập số đồng nguyên, không âm, ví dụ 50.000.000.",
            "Enter whole đồng, not negative, such as 50.000.000.",
        ));
    }
    let reopens = match reopens {
        None => None,
        Some((old, facts)) => {
            if old.state == MatterState::Open {
                return Err(no("still-open", "Việc cũ chưa kết luận; hãy làm tiếp trên việc đó.", "The old matter is not concluded; go on there."));
            }
            if old.reopened_as.is_some_and(|as_| as_ != p.id) {
                return Err(no("reopened", "Việc này đã được đưa ra lại.", "This matter has been reopened already."));
            }
            Some((old.proposal.id, text(facts, "facts", "Ghi tình tiết mới khiến phải xem xét lại", "Say what is new")?))
        }
    };
    let due = b.rules.due.get(&p.kind).and_then(|span| calendar.due(by.at, *span).ok());
    Ok(MatterEvent::Opened { proposal: p, rules: Box::new(b.rules.clone()), by: by.account, name: by.name.clone(), due, rapporteur, reopens })
}

/// The voters of a board on a day, for the tally.
pub fn voters(b: &Board, at: Instant) -> Vec<Voter> {
    b.voting_on(at.date()).into_iter().map(|s| Voter { account: s.account, role: s.role }).collect()
}

/// How the matter stands now.
pub fn standing(b: &Board, m: &Matter, at: Instant) -> Count {
    tally::count(&m.rules, &voters(b, at), &m.recused_set(), &m.attended, &m.choices())
}

/// Whether the chair may sign this alone, by the rules the matter was opened under.
pub fn delegable(m: &Matter) -> bool {
    m.rules.delegated.iter().any(|d| {
        d.kind == m.proposal.kind && d.up_to.is_none_or(|limit| m.proposal.amount.is_some_and(|amount| amount <= limit))
    })
}

/// Decides one act. `None`: it is so already.
pub fn decide(catalog: &Catalog, b: &Board, m: &Matter, act: &Act, by: &Author, who: Standing) -> Result<Option<MatterEvent>, Refusal> {
    if m.state != MatterState::Open {
        return Err(no("concluded", "Việc này đã kết luận hoặc đã rút; muốn xem xét lại, hãy đưa ra lại thành việc mới.", "This matter is concluded or withdrawn; to consider it again, reopen it as a new one."));
    }
    let today = by.at.date();
    let seat = b.seat_of(by.account, today);
    let member = || seat.ok_or_else(|| Refusal::forbidden("no-seat", "Bạn không có vị trí trong ban vào hôm nay nên không làm việc này được.", "You have no seat on the board today and may not do this."));
    let voting = || member().and_then(|s| if b.votes(s) { Ok(s) } else { Err(Refusal::forbidden("no-vote", "Vị trí của bạn trong ban không có quyền biểu quyết.", "Your seat has no vote.")) });
    let ground = |code: &str| {
        catalog.ground(code).map(|g| g.code.clone()).ok_or_else(|| {
            Refusal::invalid("ground", "Chưa chọn lý do xung đột lợi ích", "No ground is chosen").because(Some("ground"), "Chọn một lý do trong danh sách.", "Choose a ground from the list.")
        })
    };
    match act {
        Act::Call { when, place } => {
            if !who.officer && !member().is_ok_and(|s| s.role != SeatRole::Member) {
                return Err(Refusal::forbidden("not-yours", "Trưởng ban, phó ban, thư ký hoặc cán bộ trung tâm mời họp.", "The chair, deputy, secretary or an officer calls the session."));
            }
            let when = text(when, "when", "Ghi ngày giờ họp hoặc hạn gửi ý kiến", "Give the day and time, or the last day for votes")?;
            let place: String = clean(place).chars().take(300).collect();
            if m.session.as_ref().is_some_and(|s| s.when == when && s.place == place) {
                return Ok(None);
            }
            Ok(Some(MatterEvent::Called { session: Session { when, place, called_by: by.name.clone(), at: by.at } }))
        }
        Act::Assign { rapporteur } => {
            if !who.officer && !member().is_ok_and(|s| s.role != SeatRole::Member) {
                return Err(Refusal::forbidden("not-yours", "Trưởng ban, phó ban, thư ký hoặc cán bộ trung tâm phân công báo cáo viên.", "The chair, deputy, secretary or an officer assigns the rapporteur."));
            }
            if b.seat_of(*rapporteur, today).is_none() || m.recused(*rapporteur).is_some() {
                return Err(Refusal::invalid("rapporteur", "Chưa phân công được", "Not assigned").because(Some("rapporteur"), "Chọn một thành viên đương nhiệm, không phải từ chối tham gia.", "Choose a present member who is not recused."));
            }
            Ok((m.rapporteur != Some(*rapporteur)).then_some(MatterEvent::Assigned { rapporteur: *rapporteur }))
        }
        Act::Clear => {
            member()?;
            not_recused(m, by.account)?;
            Ok((!m.clear.contains(&by.account)).then_some(MatterEvent::Cleared { account: by.account }))
        }
        Act::Declare { ground: code, detail } => {
            let seat = member()?;
            if m.recused(by.account).is_some() {
                return Ok(None);
            }
            let detail = text(detail, "detail", "Ghi rõ quan hệ, với ai, từ khi nào", "Say what the tie is, with whom and since when")?;
            Ok(Some(MatterEvent::Recused { recusal: Recusal { account: by.account, name: seat.name.clone(), ground: ground(code)?, detail, at: by.at, declared: true, by: by.name.clone() } }))
        }
        Act::Recuse { account, ground: code, detail } => {
            let presides = standing(b, m, by.at).presider == Some(by.account);
            if !who.officer && !presides {
                return Err(Refusal::forbidden("not-yours", "Chỉ người chủ trì hoặc cán bộ trung tâm ghi nhận xung đột lợi ích của người khác.", "Only whoever presides or an officer records another member's conflict."));
            }
            let Some(seat) = b.seat_of(*account, today) else {
                return Err(Refusal::invalid("member", "Chưa ghi được", "Not recorded").because(Some("account"), "Chọn một thành viên đương nhiệm.", "Choose a present member."));
            };
            if m.recused(*account).is_some() {
                return Ok(None);
            }
            let detail = text(detail, "detail", "Ghi căn cứ: quan hệ gì, biết từ đâu", "Say what the tie is and how it is known")?;
            Ok(Some(MatterEvent::Recused { recusal: Recusal { account: *account, name: seat.name.clone(), ground: ground(code)?, detail, at: by.at, declared: false, by: by.name.clone() } }))
        }
        Act::Attend => {
            voting()?;
            not_recused(m, by.account)?;
            Ok((!m.attended.contains(&by.account)).then_some(MatterEvent::Attended { account: by.account }))
        }
        Act::Vote { choice, reason, clear } => {
            let seat = voting()?;
            not_recused(m, by.account)?;
            if !clear && !m.clear.contains(&by.account) {
                return Err(Refusal::invalid("declare-first", "Chưa ghi phiếu: cần cam kết về xung đột lợi ích", "Not recorded: declare on conflicts of interest first").because(
                    Some("clear"),
                    "Đánh dấu cam kết không có xung đột lợi ích; nếu có, hãy khai báo và không biểu quyết.",
                    "Tick that you have no conflict of interest; if you have one, declare it and do not vote.",
                ));
            }
            let reason = text(reason, "reason", "Ghi lý do của phiếu; lý do được lưu trong quyết định", "Give the reason of your vote; it is kept in the decision")?;
            let before = m.ballots.get(&by.account);
            if before.is_some_and(|x| x.choice == *choice && x.reason == reason) {
                return Ok(None);
            }
            Ok(Some(MatterEvent::Voted { account: by.account, name: seat.name.clone(), choice: *choice, reason, before: before.map(|x| x.choice) }))
        }
        Act::Close { conclusion } => {
            let c = presides(b, m, by)?;
            if !c.quorum {
                return Err(no_quorum(&c));
            }
            let presider = m.ballots.get(&by.account).map(|x| x.choice);
            let outcome = tally::outcome(&m.rules, &c, presider);
            let conclusion = text(conclusion, "conclusion", "Ghi kết luận của người chủ trì", "Give the conclusion")?;
            Ok(Some(decided(b, m, c, outcome, conclusion, false, by)))
        }
        Act::SignOff { approve, conclusion } => {
            let c = presides(b, m, by)?;
            if b.holder(SeatRole::Chair, today).map(|s| s.account) != Some(by.account) {
                return Err(Refusal::forbidden("chair-only", "Chỉ trưởng ban được ký theo ủy quyền.", "Only the chair signs by delegation."));
            }
            if !delegable(m) {
                return Err(no("above-limit", "Việc này vượt mức ủy quyền (hoặc chưa ghi số tiền); phải đưa ra ban biểu quyết.", "This is above the delegated limit (or has no amount); the board must vote."));
            }
            if m.session.is_some() || !m.ballots.is_empty() {
                return Err(no("session-called", "Ban đã được mời họp hoặc đã có phiếu; không ký riêng được nữa.", "The board has been called or votes are in; it can no longer be signed alone."));
            }
            let conclusion = text(conclusion, "conclusion", "Ghi lý do, kết luận", "Give the reason and conclusion")?;
            let outcome = if *approve { Outcome::Approved } else { Outcome::Rejected };
            Ok(Some(decided(b, m, c, outcome, conclusion, true, by)))
        }
        Act::Withdraw { reason } => {
            if !who.officer && m.opened_by != by.account {
                return Err(Refusal::forbidden("not-yours", "Chỉ người đưa việc ra hoặc cán bộ trung tâm được rút.", "Only whoever opened it or an officer withdraws a matter."));
            }
            Ok(Some(MatterEvent::Withdrawn { by: by.name.clone(), reason: text(reason, "withdraw_reason", "Ghi lý do rút", "Give the reason")? }))
        }
    }
}

fn not_recused(m: &Matter, account: AccountId) -> Result<(), Refusal> {
    match m.recused(account) {
        None => Ok(()),
        Some(_) => Err(no("recused", "Bạn đã từ chối tham gia việc này vì xung đột lợi ích; không dự và không biểu quyết.", "You are recused from this matter; you neither attend nor vote.")),
    }
}

/// The count, if this person presides: the chair, or the deputy when the chair has no seat or is recused.
fn presides(b: &Board, m: &Matter, by: &Author) -> Result<Count, Refusal> {
    let c = standing(b, m, by.at);
    if c.presider == Some(by.account) {
        return Ok(c);
    }
    Err(Refusal::forbidden(
        "not-presiding",
        "Chỉ người chủ trì kết luận: trưởng ban, hoặc phó trưởng ban khi trưởng ban khuyết hay phải từ chối tham gia.",
        "Only whoever presides concludes: the chair, or the deputy when there is no chair or the chair is recused.",
    ))
}

fn no_quorum(c: &Count) -> Refusal {
    let mut r = Refusal::conflict(
        "no-quorum",
        format!("Chưa đủ số người: cần {}, mới có {} người tham gia (không tính {} người phải từ chối tham gia).", c.needed, c.present, c.recused),
        format!("No quorum: {} needed, {} take part (the {} recused do not count).", c.needed, c.present, c.recused),
    );
    if !c.presider_present {
        r = r.because(None, "Người chủ trì chưa biểu quyết hoặc chưa ghi có mặt.", "Whoever presides has neither voted nor been recorded present.");
    }
    if !c.reachable {
        r = r.because(None, "Số người còn lại không thể đủ; rút việc này và chuyển sang ban khác hoặc bổ nhiệm thêm.", "Those left can never be enough; withdraw it and turn to another board, or appoint more members.");
    }
    r
}

fn decided(b: &Board, m: &Matter, count: Count, outcome: Outcome, conclusion: String, delegated: bool, by: &Author) -> MatterEvent {
    let today = by.at.date();
    let role = |account: AccountId| b.seat_of(account, today).map_or_else(Text::default, |s| s.role.text());
    let recorded = |(account, x): (&AccountId, &super::Ballot)| RecordedVote { account: *account, name: x.name.clone(), role: role(*account), choice: x.choice, reason: x.reason.clone(), at: x.at };
    let eligible: Vec<AccountId> = voters(b, by.at).iter().map(|v| v.account).filter(|a| m.recused(*a).is_none()).collect();
    let (votes, void): (Vec<_>, Vec<_>) = m.ballots.iter().map(recorded).partition(|v| eligible.contains(&v.account));
    let other_side = |v: &&RecordedVote| match outcome {
        Outcome::Approved => v.choice == Choice::Against,
        Outcome::Rejected => v.choice == Choice::For,
        Outcome::Postponed => false,
    };
    let dissent = votes.iter().filter(other_side).cloned().collect();
    let takes_part = |a: &AccountId| m.ballots.contains_key(a) || m.attended.contains(a) || (delegated && *a == by.account);
    let name = |a: &AccountId| b.seat_of(*a, today).map(|s| s.name.clone());
    MatterEvent::Decided {
        decision: Box::new(Decision {
            outcome,
            at: by.at,
            by: by.account,
            by_name: by.name.clone(),
            by_role: role(by.account),
            delegated,
            conclusion,
            count,
            absent: eligible.iter().filter(|a| !takes_part(a)).filter_map(name).collect(),
            votes,
            dissent,
            recused: m.recusals.clone(),
            void,
            guests: if delegated { Vec::new() } else { b.guests_on(today).cloned().collect() },
        }),
    }
}

/// Who should report: the eligible member with the fewest open reports, then the fewest since the window began, then the
/// order of seats. Recused members and whoever has no seat are never suggested.
pub fn suggest(b: &Board, loads: &[crate::board::views::Load], at: Instant, avoid: &[AccountId]) -> Option<AccountId> {
    b.voting_on(at.date())
        .into_iter()
        .enumerate()
        .filter(|(_, s)| !avoid.contains(&s.account) && s.role != SeatRole::Chair)
        .min_by_key(|(place, s)| {
            let load = loads.iter().find(|l| l.account == s.account);
            (load.map_or(0, |l| l.reporting), load.map_or(0, |l| l.waiting), *place)
        })
        .map(|(_, s)| s.account)
}

/// The id of the matter a request makes: the same request makes the same one.
pub fn id_of(request: &str) -> MatterId {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(request.as_bytes());
    let bytes: [u8; 16] = digest.as_slice().get(..16).and_then(|b| b.try_into().ok()).unwrap_or_default();
    MatterId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
