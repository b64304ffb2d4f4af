//! What may happen to a document. Pure: the document, the actor, the day and the number are arguments.

use super::{Document, DocumentEvent, Numbered, Person, SignAs, Stage, model::line};
use crate::signing::{Power, Signing};
use kernel::{Actor, Refusal, actor::head_of, id::OfficeCode, text::clean};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 1_000;
/// Most offices one document is delivered to.
pub const DELIVER_MAX: usize = 300;

/// Keeps the registers, gives the seal (Decree 30/2020/NĐ-CP, Articles 6.3 and 18).
pub const CLERK: &str = "clerk";

/// What somebody may do with a document now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Write,
    /// Names who signs beside the office, where the kind has such.
    Parties,
    Submit,
    Drop,
    Initial,
    Sign,
    Return,
    Issue,
    Recall,
    IssuePaper,
}

fn refused(vi: &str, en: &str) -> Refusal {
    Refusal::conflict("document-stage", vi, en)
}

/// The act is not open any more, or never was, to this person.
fn not_now() -> Refusal {
    refused(
        "Văn bản đã sang bước khác hoặc việc này không thuộc bạn. Tải lại trang để xem văn bản đang ở đâu.",
        "The document has moved on, or this is not yours to do. Reload the page to see where it stands.",
    )
}

fn works_at(actor: &Actor, office: &OfficeCode) -> bool {
    actor.office.as_ref() == Some(office)
}

pub fn is_clerk(actor: &Actor, office: &OfficeCode) -> bool {
    works_at(actor, office) && actor.has_role(CLERK)
}

impl Document {
    /// What is open to an actor, in the order in which it is offered.
    pub fn acts(&self, actor: &Actor, rules: &Signing) -> Vec<Act> {
        let here = works_at(actor, &self.office);
        let drafter = here && self.drafter.account == actor.account;
        let reviewer = here && self.reviewer.as_ref().is_some_and(|r| r.account == actor.account);
        let signer = here && self.signer.as_ref().is_some_and(|s| rules.power(actor, s.account).is_some());
        let clerk = is_clerk(actor, &self.office);
        match self.stage {
            Stage::Draft if drafter && (self.given.is_some() || self.is_whole_copy()) => vec![Act::Submit, Act::Parties, Act::Drop],
            Stage::Draft if drafter => vec![Act::Submit, Act::Write, Act::Parties, Act::Drop],
            Stage::Review if reviewer => vec![Act::Initial, Act::Return],
            Stage::Signing if signer => vec![Act::Sign, Act::Return],
            Stage::Review | Stage::Signing if drafter => vec![Act::Drop],
            Stage::Signed if clerk => vec![Act::Issue, Act::Return],
            Stage::Joining if clerk => vec![Act::Return],
            Stage::Issued if clerk && self.template.is_some() => vec![Act::Recall],
            Stage::Reserved if clerk => vec![Act::IssuePaper, Act::Drop],
            _ => Vec::new(),
        }
    }

    pub(crate) fn open_to(&self, actor: &Actor, rules: &Signing, act: Act) -> Result<(), Refusal> {
        if self.acts(actor, rules).contains(&act) { Ok(()) } else { Err(not_now()) }
    }

    /// Who may read it: who works on it, who leads the office or keeps its registers; what is in the register, the whole office.
    pub fn seen_by(&self, actor: &Actor, rules: &Signing) -> bool {
        if !works_at(actor, &self.office) {
            return false;
        }
        let involved = [Some(&self.drafter), self.reviewer.as_ref(), self.signer.as_ref()].into_iter().flatten().any(|p| p.account == actor.account);
        let stands_in = self.signer.as_ref().is_some_and(|s| rules.power(actor, s.account).is_some());
        let registered = matches!(self.stage, Stage::Issued | Stage::Recalled);
        let kept = actor.has_role(CLERK) && matches!(self.stage, Stage::Numbered | Stage::Joining | Stage::Signed | Stage::Sealing | Stage::Reserved);
        involved || stands_in || rules.leads(actor) || registered || kept
    }
}

pub(crate) fn reason(text: &str) -> Result<String, Refusal> {
    let text = clean(text);
    let n = text.chars().count();
    if (1..=REASON_MAX).contains(&n) {
        return Ok(text);
    }
    Err(Refusal::invalid("reason-needed", "Chưa ghi lý do", "The reason is missing").because(
        Some("reason"),
        format!("Ghi lý do, không quá {REASON_MAX} ký tự."),
        format!("Give the reason, at most {REASON_MAX} characters."),
    ))
}

/// What the form of a new document says, read and checked by the caller against the catalogue.
#[derive(Debug, Clone)]
pub struct Written {
    pub typed: crate::content::Typed,
    pub subject: String,
    pub deliver: Vec<OfficeCode>,
}

pub fn rewrite(d: &Document, actor: &Actor, rules: &Signing, w: &Written) -> Result<Option<DocumentEvent>, Refusal> {
    d.open_to(actor, rules, Act::Write)?;
    if d.typed == w.typed && d.deliver == w.deliver {
        return Ok(None);
    }
    Ok(Some(DocumentEvent::Rewritten { typed: w.typed.clone(), subject: w.subject.clone(), deliver: w.deliver.clone() }))
}

/// To whom a draft goes, and how the signer will stand to the head.
#[derive(Debug, Clone)]
pub struct Route {
    pub reviewer: Option<Person>,
    pub signer: Option<Person>,
    /// The letters chosen, `KT.`…; empty: as the signer's title has it.
    pub letters: String,
    pub head_title: String,
}

pub fn submit(d: &Document, actor: &Actor, rules: &Signing, r: &Route) -> Result<Option<DocumentEvent>, Refusal> {
    if matches!(d.stage, Stage::Review | Stage::Signing) && d.drafter.account == actor.account && d.signer == r.signer {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::Submit)?;
    let mut fault = Refusal::invalid("route", "Chưa trình được: có chỗ cần sửa", "Not submitted: something needs correcting");
    if r.signer.is_none() {
        fault = fault.because(Some("signer"), "Chọn người ký trong danh sách.", "Choose who signs from the list.");
    }
    if r.reviewer.is_some() && r.reviewer.as_ref().map(|p| p.account) == r.signer.as_ref().map(|p| p.account) {
        fault = fault.because(Some("reviewer"), "Người kiểm tra phải khác người ký; để trống nếu không cần kiểm tra.", "The reviewer must not be the signer; leave it empty when no review is needed.");
    }
    let head = clean(&r.head_title);
    if !r.letters.is_empty() && (head.is_empty() || head.chars().count() > 100) {
        fault = fault.because(Some("head_title"), "Ghi chức vụ của người đứng đầu, ví dụ: Chủ tịch.", "Give the head's title, for example: Chủ tịch.");
    }
    if !r.letters.is_empty() && !rules.letters.iter().any(|l| l.letters == r.letters) {
        fault = fault.because(Some("letters"), "Chọn một cách ký trong danh sách.", "Choose from the list.");
    }
    match (&r.signer, fault.reasons.is_empty()) {
        (Some(signer), true) => {
            let chosen = (!r.letters.is_empty()).then(|| SignAs { line: format!("{} {head}", r.letters) });
            let sign_as = chosen.or_else(|| head_of(&signer.title).map(|h| SignAs { line: format!("{} {h}", rules.in_place()) }));
            Ok(Some(DocumentEvent::Submitted { reviewer: r.reviewer.clone(), signer: signer.clone(), sign_as }))
        }
        _ => Err(fault),
    }
}

pub fn initial(d: &Document, actor: &Actor, rules: &Signing) -> Result<Option<DocumentEvent>, Refusal> {
    if d.initialled.as_ref().is_some_and(|(p, _)| p.account == actor.account) && d.stage == Stage::Signing {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::Initial)?;
    Ok(Some(DocumentEvent::Initialled { by: Person::of(actor) }))
}

/// Signs: the document takes `next`, or keeps the number it was given before its key failed.
pub fn sign(d: &Document, actor: &Actor, rules: &Signing, next: Numbered) -> Result<Option<DocumentEvent>, Refusal> {
    if d.stage == Stage::Numbered && d.signed_by.as_ref().is_some_and(|(p, _)| p.account == actor.account) {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::Sign)?;
    let signer = d.signer.as_ref().ok_or_else(not_now)?;
    let sign_as = match rules.power(actor, signer.account).ok_or_else(not_now)? {
        Power::Own => d.sign_as.clone(),
        Power::Lent(l) => Some(line(l.capacity, &l.giver_title)),
    };
    let numbered = match d.numbered.as_ref().filter(|n| n.year == next.year && n.series == next.series) {
        Some(kept) => Numbered { at: next.at, ..kept.clone() },
        None => next,
    };
    Ok(Some(DocumentEvent::Numbered { by: Person::of(actor), sign_as, numbered }))
}

pub fn issue(d: &Document, actor: &Actor, rules: &Signing) -> Result<Option<DocumentEvent>, Refusal> {
    if matches!(d.stage, Stage::Sealing | Stage::Issued) && is_clerk(actor, &d.office) {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::Issue)?;
    Ok(Some(DocumentEvent::Sealing { by: Person::of(actor) }))
}

pub fn send_back(d: &Document, actor: &Actor, rules: &Signing, why: &str) -> Result<Option<DocumentEvent>, Refusal> {
    d.open_to(actor, rules, Act::Return)?;
    Ok(Some(DocumentEvent::Returned { by: actor.name.clone(), reason: reason(why)? }))
}

pub fn give_up(d: &Document, actor: &Actor, rules: &Signing, why: &str) -> Result<Option<DocumentEvent>, Refusal> {
    if d.stage == Stage::Dropped && d.seen_by(actor, rules) {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::Drop)?;
    Ok(Some(DocumentEvent::Dropped { reason: reason(why)? }))
}

pub fn recall(d: &Document, actor: &Actor, rules: &Signing, why: &str) -> Result<Option<DocumentEvent>, Refusal> {
    if d.stage == Stage::Recalled && is_clerk(actor, &d.office) {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::Recall)?;
    Ok(Some(DocumentEvent::Recalled { by: actor.name.clone(), reason: reason(why)? }))
}

/// A number kept for a paper that is written and signed outside.
pub fn issue_paper(d: &Document, actor: &Actor, rules: &Signing, signer: &str, file: Option<super::File>) -> Result<Option<DocumentEvent>, Refusal> {
    if d.stage == Stage::Issued && d.template.is_none() && is_clerk(actor, &d.office) {
        return Ok(None);
    }
    d.open_to(actor, rules, Act::IssuePaper)?;
    let signer = clean(signer);
    if signer.is_empty() || signer.chars().count() > 200 {
        let fault = Refusal::invalid("paper", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting");
        return Err(fault.because(Some("signer"), "Ghi họ tên người ký.", "Give the name of the signer."));
    }
    Ok(Some(DocumentEvent::PaperIssued { by: Person::of(actor), signer, file }))
}
