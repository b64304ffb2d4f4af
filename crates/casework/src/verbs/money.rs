//! Money of a case: assessed by rule, asked by notice, paid once, forgiven or given back with a reason.

use super::{Changes, read, text, undeclared};
use crate::{
    definition::{Before, FeeKind, Holds, Outcome, Verb},
    event::Change,
    money::{self, AWAITING_DUTY, Due, DueStatus, Paid},
    state::CaseState,
};
use kernel::{Dong, Instant, Refusal};
use serde_json::Value;

/// Longest reference and notice number.
const WORDS_MAX: usize = 80;

impl Changes<'_> {
    /// What is owed for the answers as they are now, at the rates of the day of filing. What was paid is not asked again.
    pub fn assess(&mut self) -> Result<(), Refusal> {
        if !self.d.fees.iter().any(|f| f.is_rate()) {
            return Ok(());
        }
        let s = &self.scratch;
        let dues = money::fees(self.d, &s.answers, s.channel, &money::applicant(&s.people.owner), s.filed_at.date())?;
        let settled = |d: &Due| d.kind == FeeKind::Obligation || (d.status != DueStatus::Due && d.amount.0 > 0);
        let standing: Vec<&Due> = s.dues.iter().filter(|d| !settled(d)).collect();
        let asked: Vec<&Due> = dues.iter().filter(|n| !s.dues.iter().any(|d| d.code == n.code && settled(d))).collect();
        if standing == asked {
            return Ok(());
        }
        self.push(Change::DuesAssessed { dues });
        Ok(())
    }

    /// The track `money` follows the dues; a definition without that track has no money.
    pub fn follow_money(&mut self) {
        if !self.d.tracks.contains_key(money::TRACK) {
            return;
        }
        let to = money::track(&self.scratch.dues);
        let here = self.scratch.track(money::TRACK);
        // Journals from before the track existed know no state of it: nothing to say until something is owed.
        if here != to && !(here.is_empty() && to == "none") {
            self.push(Change::Moved { track: money::TRACK.into(), to: to.into() });
        }
    }

    /// What is unpaid when a case ends without a granted result is no longer asked for.
    pub fn forgive_at_end(&mut self) {
        let ended = self.d.state("handling", self.scratch.track("handling")).is_some_and(|x| x.terminal);
        if !ended {
            return;
        }
        let unpaid: Vec<String> = self.scratch.unpaid().map(|d| d.code.clone()).collect();
        for due in unpaid {
            let reason = "Hồ sơ kết thúc mà không cấp kết quả / The case ended without a granted result".to_owned();
            self.push(Change::DueWaived { due, reason });
        }
    }

    pub(super) fn ask_duty(&mut self, input: &Value) -> Result<(), Refusal> {
        let asked = text(input, "duty");
        let decl = self.d.obligations().find(|f| f.code == asked).ok_or_else(|| undeclared("obligation", &asked))?;
        let amount: Dong = read(input, "amount")?;
        let notice = text(input, "notice");
        if amount.0 <= 0 {
            let (vi, en) = ("Ghi số tiền lớn hơn 0 theo thông báo", "Enter the amount of the notice, more than 0");
            return Err(Refusal::invalid("amount", "Số tiền chưa đúng", "The amount is not right").because(Some("amount"), vi, en));
        }
        if self.scratch.dues.iter().any(|d| d.notice.as_deref() == Some(notice.as_str())) {
            return Err(Refusal::conflict(
                "duty-known",
                format!("Thông báo số {notice} đã được ghi vào hồ sơ"),
                format!("Notice no. {notice} is in the case already"),
            ));
        }
        let mut code = decl.code.clone();
        let mut n = 1;
        while self.scratch.due(&code).is_some() {
            n += 1;
            code = format!("{}-{n}", decl.code);
        }
        let why = kernel::Text::new(format!("Theo thông báo số {notice}"), format!("By notice no. {notice}"));
        let due = Due {
            code,
            kind: FeeKind::Obligation,
            name: decl.name.clone(),
            amount,
            before: decl.before,
            holds: decl.holds,
            why,
            basis: Some(decl.legal_basis.clone()),
            notice: Some(notice),
            refundable: decl.refundable,
            status: DueStatus::Due,
            paid: None,
            refund: None,
        };
        self.push(Change::DutyAsked { due });
        Ok(())
    }

    /// A payment reaches the due it was made for, whole and once; whatever else comes is for a person of the payments room.
    pub(super) fn settle(&mut self, input: &Value) -> Result<(), Refusal> {
        let due = self.wanted(input)?;
        let (amount, reference): (Dong, String) = (read(input, "amount")?, word(input, "reference")?);
        let at: Option<Instant> = input.get("at").filter(|v| !v.is_null()).map(|_| read(input, "at")).transpose()?;
        if self.scratch.dues.iter().any(|d| d.code == due.code && d.paid.as_ref().is_some_and(|p| p.reference == reference)) {
            return Err(Refusal::conflict("already-settled", "Khoản này đã ghi nhận thanh toán đó", "This payment is recorded already"));
        }
        match due.status {
            DueStatus::Due => {}
            DueStatus::Paid | DueStatus::Refunded => {
                return Err(Refusal::conflict("already-paid", "Khoản này đã nộp bằng một thanh toán khác", "This was paid by another payment"));
            }
            DueStatus::Waived => return Err(Refusal::conflict("not-due", "Khoản này không còn phải nộp", "This is no longer due")),
        }
        if amount != due.amount {
            return Err(Refusal::conflict(
                "wrong-amount",
                format!("Số tiền {amount} khác số phải nộp {}", due.amount),
                format!("{amount} is not the sum that is due, {}", due.amount),
            ));
        }
        let paid = Paid {
            amount,
            reference,
            how: text(input, "how"),
            online: input.get("online").and_then(Value::as_bool).unwrap_or(false),
            at: at.unwrap_or(self.cx.now),
        };
        self.push(Change::DuePaid { due: due.code, paid });
        self.after_duty()
    }

    pub(super) fn refund(&mut self, input: &Value) -> Result<(), Refusal> {
        let due = self.wanted(input)?;
        let (amount, reference): (Dong, String) = (read(input, "amount")?, word(input, "reference")?);
        if due.refund.as_ref().is_some_and(|r| r.reference == reference) {
            return Err(Refusal::conflict("already-refunded", "Khoản hoàn trả này đã được ghi nhận", "This refund is recorded already"));
        }
        let paid = due.paid.as_ref().filter(|_| due.status == DueStatus::Paid);
        let Some(paid) = paid else {
            return Err(Refusal::conflict("not-paid", "Khoản này chưa nộp hoặc đã hoàn trả", "This was not paid, or was given back"));
        };
        if !due.refundable {
            return Err(Refusal::conflict("not-refundable", "Khoản này không được hoàn trả theo quy định", "By law this is not given back"));
        }
        if amount.0 <= 0 || amount > paid.amount {
            return Err(Refusal::invalid("amount", "Số tiền hoàn trả phải lớn hơn 0 và không quá số đã nộp", "The refund must be more than 0 and not more than was paid"));
        }
        self.push(Change::DueRefunded { due: due.code, amount, reference, reason: text(input, "reason") });
        Ok(())
    }

    pub(super) fn waive(&mut self, input: &Value) -> Result<(), Refusal> {
        let due = self.wanted(input)?;
        if due.status != DueStatus::Due {
            return Err(Refusal::conflict("not-due", "Khoản này không còn phải nộp", "This is no longer due"));
        }
        self.push(Change::DueWaived { due: due.code, reason: text(input, "reason") });
        self.after_duty()
    }

    fn wanted(&self, input: &Value) -> Result<Due, Refusal> {
        let code = text(input, "due");
        self.scratch.due(&code).cloned().ok_or_else(|| {
            Refusal::conflict("unknown-due", format!("Hồ sơ không có khoản “{code}”"), format!("The case has no due “{code}”"))
        })
    }

    /// The last obligation ends the wait: back to where the case was, with the time it had left.
    fn after_duty(&mut self) -> Result<(), Refusal> {
        let waits = self.scratch.track("handling") == AWAITING_DUTY;
        if !waits || self.scratch.unpaid().any(|d| d.kind == FeeKind::Obligation) {
            return Ok(());
        }
        let back = self.scratch.back.get("handling").cloned().ok_or_else(|| undeclared("state", "@back"))?;
        self.push(Change::Moved { track: "handling".into(), to: back });
        self.resume("processing")
    }
}

/// Payment first, where the definition says so: before the dossier is received, before the result is issued or given. Of a
/// refusal nothing is asked.
pub fn paid_first(s: &CaseState, verbs: &[Verb]) -> Result<(), Refusal> {
    let refused = s.outcome.as_ref().is_some_and(|o| o.outcome == Outcome::Refused);
    let receives = verbs.iter().any(|v| matches!(v, Verb::Start(clock) if clock == "processing"));
    let issues = !refused && crate::Definition::issues_result(verbs);
    let gives = !refused && verbs.contains(&Verb::Deliver);
    let holds = |d: &&Due| match (d.before, d.holds) {
        (Before::Intake, _) => receives || issues || gives,
        (Before::Result, Holds::Issue) => issues || gives,
        (Before::Result, Holds::Return) => gives,
    };
    let unpaid: Vec<&Due> = s.unpaid().filter(holds).collect();
    if unpaid.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::conflict(
        "unpaid",
        "Còn khoản chưa nộp nên chưa thực hiện được việc này",
        "Something has not been paid yet, so this cannot be done",
    );
    Err(unpaid.iter().fold(refusal, |r, d| {
        r.because(Some(&d.code), format!("{}: {}", d.name.vi, d.amount), format!("{}: {}", d.name.en, d.amount))
    }))
}

fn word(input: &Value, key: &str) -> Result<String, Refusal> {
    let word = text(input, key);
    if word.is_empty() || word.chars().count() > WORDS_MAX {
        return read(&Value::Null, key);
    }
    Ok(word)
}
