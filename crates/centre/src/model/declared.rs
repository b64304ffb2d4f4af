//! What an enterprise declares of itself that support money goes by, and what an officer found when comparing it with papers
//! (Decree 80/2021 Art. 10: it declares itself and answers for it).

use super::{Enterprise, EnterpriseEvent, SizeInputs};
use kernel::{Instant, Refusal, id::AccountId};
use serde::{Deserialize, Serialize};

/// Longest text of a check.
const TEXT_MAX: usize = 1_000;

/// An officer compared the figures of a year with papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeCheck {
    pub at: Instant,
    pub by: String,
    /// Which papers were seen.
    pub papers: String,
    /// Why the figures were changed; empty where they were right.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub corrected: bool,
}

/// It says that it is an innovative start-up among the small and medium enterprises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Startup {
    /// Code of the ground in `catalog/support/priorities.yaml`.
    pub basis: String,
    /// The paper that shows it, as the enterprise names it.
    pub papers: String,
    pub at: Instant,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<StartupAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartupAnswer {
    pub accepted: bool,
    pub reason: String,
    pub at: Instant,
    pub by: String,
}

impl Startup {
    /// Nobody's own word opens money: an officer has accepted it.
    pub fn counts(&self) -> bool {
        self.answer.as_ref().is_some_and(|a| a.accepted)
    }
}

/// What the officer wrote.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    pub papers: String,
    pub reason: String,
    /// The figures as they should be; `None`: they are right.
    pub corrected: Option<SizeInputs>,
}

fn said(text: &str) -> Option<String> {
    let text: String = kernel::text::clean(text).chars().take(TEXT_MAX).collect();
    (text.chars().count() >= 3).then_some(text)
}

/// Nobody checks what they declared or may have declared themselves.
fn not_a_member(e: &Enterprise, account: AccountId) -> Result<(), Refusal> {
    if !e.members.contains(&account) {
        return Ok(());
    }
    Err(Refusal::forbidden("own-enterprise", "Bạn là người của đơn vị này nên không tự đối chiếu được; nhờ cán bộ khác.", "You belong to this enterprise and cannot check it yourself; ask a colleague."))
}

/// The declaration of a year is confirmed or corrected. `seen`: when the declaration on the officer's page was made.
pub fn check_size(e: &Enterprise, seen: i64, year: i16, c: &Compared, class: Option<String>, (account, name): (AccountId, &str)) -> Result<EnterpriseEvent, Refusal> {
    not_a_member(e, account)?;
    let declared = e.sizes.iter().rev().find(|s| s.inputs.year == year);
    let Some(declared) = declared.filter(|s| s.at.micros() == seen) else {
        return Err(Refusal::conflict("declared-meanwhile", "Đơn vị vừa khai lại số liệu; xem lại rồi đối chiếu.", "The figures have just been declared anew; look again."));
    };
    let mut r = Refusal::invalid("size-check", "Phần đối chiếu còn chỗ cần sửa", "The check needs correction");
    let (papers, reason) = (said(&c.papers), said(&c.reason));
    if papers.is_none() {
        r = r.because(Some("papers"), "Ghi giấy tờ đã xem, ví dụ: báo cáo tài chính 2025, C12 bảo hiểm xã hội", "Name the papers seen, such as: financial statement 2025, social insurance form C12");
    }
    let changed = c.corrected.as_ref().filter(|x| **x != declared.inputs);
    if c.corrected.is_some() && changed.is_none() {
        r = r.because(Some("outcome"), "Số liệu sửa giống số liệu đã khai; chọn “Đúng như khai” hoặc sửa số", "The corrected figures are those declared; choose “As declared” or correct them");
    }
    if changed.is_some() && reason.is_none() {
        r = r.because(Some("reason"), "Nêu lý do sửa; đơn vị đọc được", "Give the reason; the enterprise reads it");
    }
    if !r.reasons.is_empty() {
        return Err(r);
    }
    let inputs = changed.unwrap_or(&declared.inputs).clone();
    Ok(EnterpriseEvent::SizeChecked { inputs, class, corrected: changed.is_some(), papers: papers.unwrap_or_default(), reason: reason.filter(|_| changed.is_some()).unwrap_or_default(), by: name.to_owned() })
}

/// It declares itself an innovative start-up, with its ground; the same once more is nothing new.
pub fn declare_startup(e: &Enterprise, basis: &str, papers: &str, known: bool, by: &str) -> Result<Option<EnterpriseEvent>, Refusal> {
    let mut r = Refusal::invalid("startup", "Phần khai còn chỗ cần sửa", "The declaration needs correction");
    if !known {
        r = r.because(Some("basis"), "Chọn căn cứ", "Choose the ground");
    }
    let papers = said(papers);
    if papers.is_none() {
        r = r.because(Some("startup_papers"), "Ghi số, ngày giấy tờ chứng minh", "Name the paper that shows it, with number and date");
    }
    if !r.reasons.is_empty() {
        return Err(r);
    }
    let papers = papers.unwrap_or_default();
    // Declared anew after a refusal, it waits anew.
    let same = e.startup.as_ref().is_some_and(|s| s.basis == basis && s.papers == papers && s.answer.as_ref().is_none_or(|a| a.accepted));
    Ok((!same).then(|| EnterpriseEvent::StartupDeclared { basis: basis.to_owned(), papers, by: by.to_owned() }))
}

/// An officer accepts the ground or does not.
pub fn answer_startup(e: &Enterprise, seen: i64, accepted: bool, reason: &str, (account, name): (AccountId, &str)) -> Result<EnterpriseEvent, Refusal> {
    not_a_member(e, account)?;
    if e.startup.as_ref().is_none_or(|s| s.at.micros() != seen) {
        return Err(Refusal::conflict("declared-meanwhile", "Đơn vị vừa đổi phần khai này; xem lại rồi kiểm tra.", "The declaration has just been changed; look again."));
    }
    let Some(reason) = said(reason) else {
        let (vi, en) = ("Ghi giấy tờ đã xem hoặc lý do", "Name the papers seen, or the reason");
        return Err(Refusal::invalid("startup-check", vi, en).because(Some("startup_reason"), vi, en));
    };
    Ok(EnterpriseEvent::StartupChecked { accepted, reason, by: name.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::model::{EnterpriseKind, Profile, fold_enterprise};
    use kernel::id::EnterpriseId;
    use uuid::Uuid;

    fn firm(owner: AccountId) -> Enterprise {
        let (id, at) = (EnterpriseId::new(Uuid::from_u128(1)), Instant::from_micros(1));
        let profile = Profile {
            kind: EnterpriseKind::Enterprise,
            code: "0100112437".into(),
            name: "Công ty Lươn".into(),
            vsic: "C10".into(),
            area: "27139".into(),
            founded: None,
            phone: None,
            address: None,
            women_owned: false,
            social_enterprise: false,
        };
        let inputs = SizeInputs { year: 2026, headcount: 30, women: 9, revenue: Some(1), capital: None };
        let e = fold_enterprise(id, None, &EnterpriseEvent::Registered { profile, member: Some(owner), name: None }, at);
        fold_enterprise(id, e, &EnterpriseEvent::SizeDeclared { inputs, class: None, by: "Chủ".into() }, at).unwrap()
    }

    #[test]
    fn nobody_checks_their_own_enterprise() {
        let (owner, officer) = (AccountId::new(Uuid::from_u128(2)), AccountId::new(Uuid::from_u128(3)));
        let e = firm(owner);
        let seen = Compared { papers: "Mẫu C12".into(), ..Compared::default() };
        let check = |who| check_size(&e, 1, 2026, &seen, None, (who, "Cán bộ"));
        assert_eq!(check(owner).unwrap_err().code, "own-enterprise");
        assert!(check(officer).is_ok());
        assert_eq!(answer_startup(&e, 1, true, "Đã xem", (owner, "Chủ")).unwrap_err().code, "own-enterprise");
        // Nothing was declared, so there is nothing to accept.
        assert_eq!(answer_startup(&e, 1, true, "Đã xem", (officer, "Cán bộ")).unwrap_err().code, "declared-meanwhile");
    }
}
