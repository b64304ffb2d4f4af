//! Who may name, sign and refuse. Pure.

use super::{Back, Party, Standing, Who};
use crate::{
    document::{Document, DocumentEvent, Person, Stage, decide::{Act, reason}},
    signing::Signing,
};
use kernel::{Actor, Refusal, id::OfficeCode};

/// More parties than anybody signs with.
pub const PARTIES_MAX: usize = 10;
/// Longest name of a party, in characters.
pub const NAME_MAX: usize = 200;

fn not_now() -> Refusal {
    Refusal::conflict(
        "party-state",
        "Văn bản không còn chờ bên này ký. Tải lại trang để xem.",
        "The document does not wait for this party any more. Reload the page.",
    )
}

impl Document {
    /// The place of an office among the parties.
    pub fn party_of(&self, office: &OfficeCode) -> Option<usize> {
        self.parties.iter().position(|p| p.office() == Some(office))
    }

    /// What a leader or the clerk of another office that signs with us may read: the document once our signer has signed.
    pub fn seen_as_party(&self, actor: &Actor, rules: &Signing) -> Option<usize> {
        let n = self.party_of(actor.office.as_ref()?)?;
        let out = matches!(self.stage, Stage::Joining | Stage::Signed | Stage::Sealing | Stage::Issued | Stage::Recalled);
        (out && (rules.leads(actor) || actor.has_role(crate::document::decide::CLERK))).then_some(n)
    }

    pub(super) fn awaited(&self, n: usize) -> Result<&Party, Refusal> {
        self.parties.get(n).filter(|p| self.stage == Stage::Joining && p.standing == Standing::Awaited).ok_or_else(not_now)
    }
}

pub fn name(d: &Document, actor: &Actor, rules: &Signing, parties: Vec<Party>) -> Result<Option<DocumentEvent>, Refusal> {
    d.open_to(actor, rules, Act::Parties)?;
    let mut fault = Refusal::invalid("parties", "Chưa lưu được: có chỗ cần sửa", "Not saved: something needs correcting");
    if parties.len() > PARTIES_MAX {
        fault = fault.because(Some("outside"), format!("Nhiều nhất {PARTIES_MAX} bên cùng ký."), format!("At most {PARTIES_MAX} parties."));
    }
    if parties.iter().any(|p| p.name.chars().count() > NAME_MAX) {
        fault = fault.because(Some("outside"), format!("Tên mỗi bên không quá {NAME_MAX} ký tự."), format!("Each name: at most {NAME_MAX} characters."));
    }
    if parties.iter().any(|p| p.office() == Some(&d.office)) {
        fault = fault.because(Some("offices"), "Cơ quan ban hành đã ký với người ký của mình.", "The issuing office signs with its own signer.");
    }
    if !fault.reasons.is_empty() {
        return Err(fault);
    }
    let said = |list: &[Party]| list.iter().map(|p| (p.office().cloned(), p.name.clone())).collect::<Vec<_>>();
    if said(&parties) == said(&d.parties) {
        return Ok(None);
    }
    Ok(Some(DocumentEvent::PartiesNamed { parties }))
}

/// A leader of the other office decides to sign.
pub fn sign(d: &Document, actor: &Actor, rules: &Signing) -> Result<Option<DocumentEvent>, Refusal> {
    let n = actor.office.as_ref().and_then(|o| d.party_of(o)).filter(|_| rules.leads(actor)).ok_or_else(not_now)?;
    if let Some(Standing::Signing { by }) = d.parties.get(n).map(|p| &p.standing)
        && by.account == actor.account
    {
        return Ok(None);
    }
    d.awaited(n)?;
    Ok(Some(DocumentEvent::PartySigning { party: n, by: Person::of(actor) }))
}

pub fn refuse_office(d: &Document, actor: &Actor, rules: &Signing, why: &str) -> Result<Option<DocumentEvent>, Refusal> {
    let n = actor.office.as_ref().and_then(|o| d.party_of(o)).filter(|_| rules.leads(actor)).ok_or_else(not_now)?;
    let party = d.awaited(n)?;
    Ok(Some(DocumentEvent::PartyRefused { party: n, by: format!("{}, {}", actor.name, party.name), reason: reason(why)? }))
}

pub fn refuse_outside(d: &Document, n: usize, why: &str) -> Result<Option<DocumentEvent>, Refusal> {
    let party = d.awaited(n)?;
    Ok(Some(DocumentEvent::PartyRefused { party: n, by: party.name.clone(), reason: reason(why)? }))
}

/// A file came back; `None` where it is the one that came last.
pub fn give(d: &Document, n: usize, back: Back) -> Result<Option<DocumentEvent>, Refusal> {
    let known = d.parties.get(n).ok_or_else(not_now)?;
    if known.back.last().is_some_and(|b| b.sha256 == back.sha256) && known.is_signed() {
        return Ok(None);
    }
    d.awaited(n)?;
    Ok(Some(DocumentEvent::PartyGave { party: n, back }))
}

/// A party that was not there before.
pub fn new(who: Who, name: &str) -> Party {
    Party { who, name: name.to_owned(), standing: Standing::Awaited, back: Vec::new() }
}
