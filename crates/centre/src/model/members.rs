//! Who belongs to an enterprise on the register, and how somebody becomes one of its people.
//!
//! # Invariants
//! 1. A claim to be the legal representative is answered by the centre or by another legal representative; after a member's
//!    refusal the next claim of the same person is answered by the centre. Whoever typed a tax code first keeps nobody out.
//! 2. A legal representative is taken off the list by the centre alone.

use super::{Enterprise, EnterpriseEvent};
use kernel::{
    Instant, Refusal, Text,
    id::{AccountId, EnterpriseId, FileId},
};
use serde::{Deserialize, Serialize};

/// Open claims of one enterprise at a time: a crowd fills no record.
const OPEN: usize = 20;
/// Claims of one person on one enterprise, whatever became of them.
const TIMES: usize = 5;

/// Who somebody is in an enterprise (Law 59/2020/QH14 Art. 12: the legal representative; Civil Code Art. 138: the authorised).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    LegalRepresentative,
    Authorised,
    Staff,
}

impl MemberRole {
    pub const ALL: [Self; 3] = [Self::LegalRepresentative, Self::Authorised, Self::Staff];
    pub const fn code(self) -> &'static str {
        match self {
            Self::LegalRepresentative => "legal_representative",
            Self::Authorised => "authorised",
            Self::Staff => "staff",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
    pub fn name(self) -> Text {
        let (vi, en) = match self {
            Self::LegalRepresentative => ("Người đại diện theo pháp luật, chủ hộ kinh doanh", "Legal representative, owner of the household business"),
            Self::Authorised => ("Người được ủy quyền", "Authorised person"),
            Self::Staff => ("Người làm việc tại đơn vị", "Member of staff"),
        };
        Text::new(vi, en)
    }
}

/// A member as the lists name them. Whoever registered the enterprise has no role until somebody confirmed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account: AccountId,
    #[serde(default)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<MemberRole>,
    pub since: Instant,
}

/// The paper that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub file: FileId,
    pub name: String,
    pub sha256: String,
}

/// Somebody says that they belong to the enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Unique within the enterprise.
    pub id: String,
    pub account: AccountId,
    pub name: String,
    /// The personal number the account has proven; kept of a legal representative alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_number: Option<String>,
    /// The code as it was found on the register.
    pub asked_code: String,
    pub role: MemberRole,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub proof: Proof,
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ClaimAnswer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Instant>,
}

impl Claim {
    pub const fn open(&self) -> bool {
        self.answer.is_none() && self.withdrawn.is_none()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimAnswer {
    pub accepted: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub by: String,
    /// By the centre; otherwise by a member.
    pub centre: bool,
    pub at: Instant,
}

/// A link by which one person becomes a member, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberLink {
    /// SHA-256 of the secret in the address.
    pub hash: String,
    pub role: MemberRole,
    pub by: String,
    pub until: Instant,
}

/// What the centre did to the record, with its reason: the enterprise's people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeAct {
    pub what: OfficeDid,
    /// Whom it concerned, by name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub whom: String,
    pub reason: String,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeDid {
    Corrected,
    Removed,
}

/// An officer looked at two entries that are alike: they are not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    pub other: EnterpriseId,
    pub note: String,
    pub by: String,
    pub at: Instant,
}

/// Who answers or removes.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub account: AccountId,
    pub name: &'a str,
    /// For the centre; otherwise as a member.
    pub centre: bool,
}

impl Enterprise {
    pub fn person(&self, account: AccountId) -> Option<&Person> {
        self.people.iter().find(|p| p.account == account)
    }
    pub fn role_of(&self, account: AccountId) -> Option<MemberRole> {
        self.person(account).filter(|p| self.members.contains(&p.account)).and_then(|p| p.role)
    }
    /// May admit and remove others: legal representatives and the authorised; as long as there are none, whoever registered it.
    pub fn keeps(&self, account: AccountId) -> bool {
        let keeper = |r: Option<MemberRole>| matches!(r, Some(MemberRole::LegalRepresentative | MemberRole::Authorised));
        let role = self.role_of(account);
        let headed = self.members.iter().any(|m| keeper(self.role_of(*m)));
        self.members.contains(&account) && (keeper(role) || (!headed && role.is_none()))
    }
    pub fn may_answer(&self, account: AccountId, claim: &Claim) -> bool {
        let legal = self.role_of(account) == Some(MemberRole::LegalRepresentative);
        let refused = |c: &&Claim| c.account == claim.account && c.answer.as_ref().is_some_and(|a| !a.accepted && !a.centre);
        self.keeps(account) && (legal || claim.role != MemberRole::LegalRepresentative) && !self.claims.iter().any(|c| refused(&c))
    }
    pub fn may_remove(&self, account: AccountId, whom: AccountId) -> bool {
        let stays = self.role_of(whom) == Some(MemberRole::LegalRepresentative);
        self.members.contains(&whom) && !stays && (whom == account || self.keeps(account))
    }
}

/// Asks to belong; what is filled in by the page comes as `claim`.
pub fn ask(e: &Enterprise, claim: &Claim) -> Result<EnterpriseEvent, Refusal> {
    if e.members.contains(&claim.account) && e.role_of(claim.account) == Some(claim.role) {
        return Err(Refusal::conflict("member-already", "Bạn đã là người của đơn vị này; mở mục Đơn vị của tôi", "You belong to this enterprise already; open My enterprises"));
    }
    let own = || e.claims.iter().filter(|c| c.account == claim.account);
    if own().any(Claim::open) {
        return Err(Refusal::conflict("claim-open", "Bạn đã gửi đề nghị với mã số này và đang chờ trả lời; xem ở mục Đơn vị của tôi", "You have asked for this code and the answer is still to come; see My enterprises"));
    }
    if own().count() >= TIMES {
        return Err(Refusal::conflict("claim-times", "Bạn đã gửi đề nghị nhiều lần với mã số này. Hãy mang giấy tờ đến trung tâm", "You have asked for this code several times. Bring the papers to the centre"));
    }
    if e.claims.iter().filter(|c| c.open()).count() >= OPEN {
        return Err(Refusal::conflict("claims-full", "Đơn vị này đang có nhiều đề nghị chờ trả lời. Hãy gửi lại sau vài ngày", "Many claims on this enterprise wait for an answer. Ask again in a few days"));
    }
    let personal_number = claim.personal_number.clone().filter(|_| claim.role == MemberRole::LegalRepresentative);
    Ok(EnterpriseEvent::ClaimAsked { claim: Box::new(Claim { id: format!("c{}", e.version + 1), personal_number, answer: None, withdrawn: None, ..claim.clone() }) })
}

/// The claim, while it is open.
fn waiting<'a>(e: &'a Enterprise, id: &str) -> Result<&'a Claim, Refusal> {
    let found = e.claims.iter().find(|c| c.id == id).ok_or_else(|| Refusal::not_found("Không có đề nghị này", "There is no such claim"))?;
    if found.open() {
        return Ok(found);
    }
    Err(Refusal::conflict("claim-closed", "Đề nghị này đã được trả lời hoặc đã rút. Tải lại trang để xem", "This claim was answered or withdrawn. Load the page again to see"))
}

/// A reason somebody can read: 5 to 1,000 characters.
pub fn reason(text: &str) -> Result<String, Refusal> {
    let text: String = kernel::text::clean(text).trim().chars().take(1_000).collect();
    if text.chars().count() >= 5 {
        return Ok(text);
    }
    Err(Refusal::invalid("reason", "Chưa ghi lý do", "The reason is missing").because(
        Some("reason"),
        "Ghi lý do, từ 5 ký tự; người liên quan sẽ đọc được",
        "Give the reason in 5 characters or more; the person concerned will read it",
    ))
}

/// Yes makes a member in the same act; no needs a reason.
pub fn answer(e: &Enterprise, id: &str, accepted: bool, why: &str, by: By<'_>) -> Result<Vec<EnterpriseEvent>, Refusal> {
    let claim = waiting(e, id)?;
    if claim.account == by.account {
        return Err(Refusal::forbidden("own-claim", "Không ai trả lời đề nghị của chính mình", "Nobody answers their own claim"));
    }
    if !by.centre && !e.may_answer(by.account, claim) {
        return Err(Refusal::forbidden("claim-of-the-centre", "Đề nghị này do trung tâm hoặc người đại diện theo pháp luật trả lời", "This claim is answered by the centre or the legal representative"));
    }
    let why = if accepted { kernel::text::clean(why).trim().chars().take(1_000).collect() } else { reason(why)? };
    let answered = EnterpriseEvent::ClaimAnswered { claim: claim.id.clone(), accepted, reason: why, by: by.name.to_owned(), centre: by.centre };
    let joined = || EnterpriseEvent::Joined {
        member: claim.account,
        name: claim.name.clone(),
        role: Some(claim.role),
        personal_number: claim.personal_number.clone(),
        claim: Some(claim.id.clone()),
    };
    Ok(std::iter::once(answered).chain(accepted.then(joined)).collect())
}

pub fn withdraw(e: &Enterprise, id: &str, account: AccountId) -> Result<EnterpriseEvent, Refusal> {
    let claim = waiting(e, id)?;
    if claim.account == account {
        return Ok(EnterpriseEvent::ClaimWithdrawn { claim: claim.id.clone() });
    }
    Err(Refusal::not_found("Không có đề nghị này", "There is no such claim"))
}

/// Takes somebody off the list. The centre gives its reason; members do without.
pub fn remove(e: &Enterprise, whom: AccountId, why: &str, by: By<'_>) -> Result<Option<EnterpriseEvent>, Refusal> {
    if !e.members.contains(&whom) {
        return Ok(None);
    }
    if !by.centre && !e.may_remove(by.account, whom) {
        return Err(Refusal::forbidden("may-not-remove", "Bạn không thể đưa người này ra khỏi đơn vị; hãy đề nghị trung tâm", "You cannot take this person off the list; ask the centre"));
    }
    let why = if by.centre { Some(reason(why)?) } else { None };
    Ok(Some(EnterpriseEvent::MemberRemoved { member: whom, reason: why, by: by.name.to_owned() }))
}

/// Becomes a member by a link; used, it opens no more.
pub fn join(e: &Enterprise, hash: &str, account: AccountId, name: &str, now: Instant) -> Result<Option<EnterpriseEvent>, Refusal> {
    let Some(link) = e.link.as_ref().filter(|l| l.hash == hash && now < l.until) else {
        return Err(Refusal::not_found("Đường dẫn này đã dùng, đã thu hồi hoặc đã hết hạn. Hãy xin người gửi một đường dẫn khác.", "This link was used, ended or has run out. Ask whoever sent it for another."));
    };
    if e.members.contains(&account) {
        return Ok(None);
    }
    Ok(Some(EnterpriseEvent::Joined { member: account, name: name.to_owned(), role: Some(link.role), personal_number: None, claim: None }))
}

/// What the events of this file change.
pub(super) fn fold(s: &mut Enterprise, event: &EnterpriseEvent, at: Instant) {
    match event {
        EnterpriseEvent::Joined { member, name, role, claim, .. } => {
            joined(s, *member, name, *role, at);
            // Without a claim it was the link, which opens once.
            if claim.is_none() {
                s.link = None;
            }
        }
        EnterpriseEvent::ClaimAsked { claim } => s.claims.push((**claim).clone()),
        EnterpriseEvent::ClaimAnswered { claim, accepted, reason, by, centre } => {
            if let Some(c) = s.claims.iter_mut().find(|c| c.id == *claim) {
                c.answer = Some(ClaimAnswer { accepted: *accepted, reason: reason.clone(), by: by.clone(), centre: *centre, at });
            }
        }
        EnterpriseEvent::ClaimWithdrawn { claim } => {
            if let Some(c) = s.claims.iter_mut().find(|c| c.id == *claim) {
                c.withdrawn = Some(at);
            }
        }
        EnterpriseEvent::MemberRemoved { member, reason, by } => {
            s.members.retain(|m| m != member);
            let gone = s.people.iter().position(|p| p.account == *member).map(|n| s.people.remove(n));
            if let Some(reason) = reason {
                let whom = gone.map(|p| p.name).unwrap_or_default();
                s.office_acts.push(OfficeAct { what: OfficeDid::Removed, whom, reason: reason.clone(), by: by.clone(), at });
            }
        }
        EnterpriseEvent::LinkMade { link } => s.link.clone_from(link),
        EnterpriseEvent::NotDuplicate { other, note, by } => s.distinct.push(Distinct { other: *other, note: note.clone(), by: by.clone(), at }),
        _ => {}
    }
}

pub(super) fn joined(s: &mut Enterprise, member: AccountId, name: &str, role: Option<MemberRole>, at: Instant) {
    if !s.members.contains(&member) {
        s.members.push(member);
    }
    match s.people.iter_mut().find(|p| p.account == member) {
        Some(person) => person.role = role.or(person.role),
        None => s.people.push(Person { account: member, name: name.to_owned(), role, since: at }),
    }
}

#[cfg(test)]
mod tests;
