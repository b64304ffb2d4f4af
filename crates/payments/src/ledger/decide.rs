//! What may be done to a due now: pure functions from state to events or a refusal.

use super::{Asked, Credit, CreditState, Due, Event, How, Odd, Proposal, ProposalKind, ProposalState, Status, Try, TryState};
use kernel::{
    Dong, Instant, Refusal,
    id::{AccountId, DueId},
};

/// Longest reason or note kept.
const TEXT_MAX: usize = 1_000;

/// Money that arrived, before anything was decided about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    pub tx: String,
    pub amount: Dong,
    pub at: Instant,
    pub how: How,
    pub found_by: super::FoundBy,
    pub reference: String,
    pub note: String,
    /// Number of a receipt written on paper, while that was allowed; no electronic one is given then.
    pub paper: Option<String>,
}

fn conflict(code: &str, vi: &str, en: &str) -> Refusal {
    Refusal::conflict(code, vi, en)
}

/// A text that must say something and not too much.
pub fn said(text: &str, field: &str) -> Result<String, Refusal> {
    let text = kernel::text::clean(text);
    let (vi, en) = match text.chars().count() {
        0 => ("Ghi rõ lý do.".to_owned(), "Say why.".to_owned()),
        n if n > TEXT_MAX => (format!("Tối đa {TEXT_MAX} ký tự."), format!("At most {TEXT_MAX} characters.")),
        _ => return Ok(text),
    };
    Err(Refusal::invalid("reason-needed", vi.clone(), en.clone()).because(Some(field), vi, en))
}

impl Due {
    /// What the case says is owed now. Nothing when it is what is known; a paid due is not changed by a later answer.
    pub fn heard(&self, asked: &Asked) -> Vec<Event> {
        if self.status != Status::Owed || self.asked == *asked {
            return Vec::new();
        }
        vec![Event::Changed { asked: Box::new(asked.clone()) }]
    }

    /// The case ended, or does not ask for this any more.
    pub fn stop(&self, reason: &str) -> Vec<Event> {
        if self.status == Status::Owed { vec![Event::Stopped { reason: reason.to_owned() }] } else { Vec::new() }
    }

    /// A new code, unless an open one is still good.
    pub fn open(&self, attempt: Try, now: Instant) -> Result<Vec<Event>, Refusal> {
        match self.status {
            Status::Owed if self.amount.0 > 0 => {}
            Status::Paid => return Err(conflict("already-paid", "Khoản này đã nộp rồi, không cần nộp nữa.", "This has been paid already; nothing more is due.")),
            _ => return Err(conflict("not-owed", "Khoản này không còn phải nộp.", "This is not owed any more.")),
        }
        if self.open_try().is_some_and(|t| t.expires_at > now && t.amount == self.amount) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Opened { attempt }])
    }

    /// The code has run out.
    pub fn expire(&self, now: Instant) -> Vec<Event> {
        self.open_try().filter(|t| t.expires_at <= now).map(|t| Event::Expired { payment: t.id }).into_iter().collect()
    }

    /// Money is always taken; this says whether it settles the due or waits for a person.
    pub fn judge(&self, a: &Arrived) -> CreditState {
        let review = |why| CreditState::Review { why };
        match self.status {
            Status::Suspense => return review(Odd::Unknown),
            Status::Paid | Status::Refunded => return review(Odd::Duplicate),
            Status::Waived | Status::Stopped => return review(Odd::AfterStop),
            Status::Owed => {}
        }
        if a.amount != self.amount {
            return review(Odd::WrongAmount);
        }
        // The payer's clock counts, not ours: what was paid in time and told late is in time.
        match self.tries.iter().find(|t| t.reference == a.reference) {
            Some(t) if a.at > t.expires_at => review(Odd::Late),
            _ => CreditState::Settles,
        }
    }

    pub fn credit_event(&self, a: &Arrived, now: Instant) -> Event {
        let state = self.judge(a);
        Event::Credited {
            credit: Credit {
                tx: a.tx.clone(),
                amount: a.amount,
                at: a.at,
                seen_at: now,
                how: a.how,
                found_by: a.found_by,
                reference: a.reference.clone(),
                state,
                note: a.note.clone(),
                paper: a.paper.clone(),
            },
        }
    }

    fn reviewed(&self, tx: &str) -> Result<&Credit, Refusal> {
        let credit = self.credit(tx).ok_or_else(|| Refusal::not_found("Không có giao dịch này.", "There is no such transaction."))?;
        let busy = self.proposals.iter().any(|p| p.tx.as_deref() == Some(tx) && matches!(p.state, ProposalState::Open | ProposalState::Approved));
        match credit.state {
            CreditState::Review { .. } if !busy => Ok(credit),
            _ => Err(conflict("not-in-review", "Giao dịch này đã được xử lý hoặc đang chờ duyệt hoàn trả.", "This transaction has been dealt with, or its refund waits for approval.")),
        }
    }

    /// A person lets money that waited settle the due: only the right amount, and only while it is owed.
    pub fn accept(&self, tx: &str, note: &str) -> Result<Vec<Event>, Refusal> {
        let credit = self.reviewed(tx)?;
        if self.status != Status::Owed {
            return Err(conflict("not-owed", "Khoản này không còn phải nộp; hãy đề nghị hoàn trả.", "This is not owed any more; propose a refund."));
        }
        if credit.amount != self.amount {
            return Err(conflict("wrong-amount", "Số tiền không bằng khoản phải nộp; hãy đề nghị hoàn trả.", "The amount is not what is owed; propose a refund."));
        }
        Ok(vec![Event::Accepted { tx: tx.to_owned(), note: said(note, "note")? }])
    }

    /// Money in suspense, or on the wrong due, given to the one it was meant for.
    pub fn move_to(&self, tx: &str, to: DueId, note: &str) -> Result<(Vec<Event>, Credit), Refusal> {
        let credit = self.reviewed(tx)?.clone();
        if to == self.id {
            return Err(conflict("same-due", "Hãy chọn khoản khác.", "Choose another due."));
        }
        Ok((vec![Event::MovedTo { tx: tx.to_owned(), to, note: said(note, "note")? }], credit))
    }

    /// The case did not take the payment.
    pub fn settle_refused(&self, tx: &str, reason: &str) -> Vec<Event> {
        match self.credit(tx) {
            Some(c) if c.state == CreditState::Settles => vec![Event::SettleRefused { tx: tx.to_owned(), reason: reason.to_owned() }],
            _ => Vec::new(),
        }
    }

    /// Money to be given back: what waits for a person, or what settled a due that the law lets be refunded.
    pub fn propose_refund(&self, tx: &str, id: uuid::Uuid, reason: &str, by: (AccountId, &str), now: Instant) -> Result<Vec<Event>, Refusal> {
        let reason = said(reason, "reason")?;
        let credit = match self.credit(tx) {
            Some(c) if c.state == CreditState::Settles && self.refundable => c,
            Some(c) if c.state == CreditState::Settles => {
                let _ = c;
                return Err(conflict("not-refundable", "Theo quy định khoản này không hoàn trả.", "By law this is not refunded."));
            }
            _ => self.reviewed(tx)?,
        };
        if self.proposals.iter().any(|p| p.tx.as_deref() == Some(tx) && matches!(p.state, ProposalState::Open | ProposalState::Approved)) {
            return Err(conflict("already-proposed", "Giao dịch này đã có đề nghị hoàn trả.", "A refund of this transaction has been proposed."));
        }
        Ok(vec![self.proposal_event(ProposalKind::Refund, Some(tx), credit.amount, id, reason, by, now)])
    }

    pub fn propose_waiver(&self, id: uuid::Uuid, reason: &str, by: (AccountId, &str), now: Instant) -> Result<Vec<Event>, Refusal> {
        let reason = said(reason, "reason")?;
        if self.status != Status::Owed {
            return Err(conflict("not-owed", "Khoản này không còn phải nộp.", "This is not owed any more."));
        }
        if self.proposals.iter().any(|p| p.kind == ProposalKind::Waiver && matches!(p.state, ProposalState::Open | ProposalState::Approved)) {
            return Err(conflict("already-proposed", "Khoản này đã có đề nghị miễn.", "A waiver has been proposed."));
        }
        Ok(vec![self.proposal_event(ProposalKind::Waiver, None, self.amount, id, reason, by, now)])
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one record, built in two places")]
    fn proposal_event(&self, kind: ProposalKind, tx: Option<&str>, amount: Dong, id: uuid::Uuid, reason: String, by: (AccountId, &str), at: Instant) -> Event {
        let proposal = Proposal {
            id,
            kind,
            tx: tx.map(str::to_owned),
            amount,
            reason,
            by: by.0,
            by_name: by.1.to_owned(),
            at,
            decided: None,
            state: ProposalState::Open,
        };
        Event::Proposed { proposal }
    }

    /// Two people: who proposed does not decide.
    pub fn decide(&self, id: uuid::Uuid, approve: bool, reason: &str, by: (AccountId, &str)) -> Result<Vec<Event>, Refusal> {
        let p = self.proposal(id).ok_or_else(|| Refusal::not_found("Không có đề nghị này.", "There is no such proposal."))?;
        if p.state != ProposalState::Open {
            return Err(conflict("already-decided", "Đề nghị này đã được quyết định.", "This proposal has been decided."));
        }
        if p.by == by.0 {
            return Err(Refusal::forbidden("two-people", "Người lập đề nghị không được tự duyệt; cần người thứ hai.", "Who proposed it may not decide it; a second person is needed."));
        }
        if !approve {
            return Ok(vec![Event::Declined { proposal: id, by: by.1.to_owned(), reason: said(reason, "reason")? }]);
        }
        if p.kind == ProposalKind::Waiver && self.status != Status::Owed {
            return Err(conflict("not-owed", "Khoản này không còn phải nộp.", "This is not owed any more."));
        }
        let mut events = vec![Event::Approved { proposal: id, by: by.1.to_owned() }];
        if p.kind == ProposalKind::Waiver {
            events.push(Event::Waived { reason: p.reason.clone() });
        }
        Ok(events)
    }

    /// The money went back. A receipt for it is cancelled with it; its number stays.
    pub fn refund_done(&self, id: uuid::Uuid, reference: &str) -> Vec<Event> {
        let Some(p) = self.proposal(id).filter(|p| p.state == ProposalState::Approved) else { return Vec::new() };
        let Some(tx) = p.tx.clone() else { return Vec::new() };
        let mut events = vec![Event::Refunded { proposal: id, tx: tx.clone(), reference: reference.to_owned() }];
        if self.receipt(&tx).is_some_and(|r| r.cancelled.is_none()) {
            events.push(Event::ReceiptCancelled { tx, reason: format!("Hoàn trả: {}", p.reason) });
        }
        events
    }

    /// Whether a code is open that the gateway should be asked about.
    pub fn waits(&self) -> bool {
        self.tries.iter().any(|t| t.state == TryState::Open)
    }
}
