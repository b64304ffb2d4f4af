//! Who signs for an office, as the catalogue says it (Decree 30/2020/NĐ-CP, Articles 10 to 13 and Annex I, II.7).

use kernel::{
    Actor, Text,
    actor::Lent,
    catalog::{Effective, Finding, LegalBasis},
    id::AccountId,
};
use serde::Deserialize;

pub const SIGNING: &str = "documents/signing.yaml";

/// The words in which a signer's authority is written before the head's title.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letters {
    /// `KT.`
    pub letters: String,
    pub name: Text,
}

/// Whose initials a file bears before the signer's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initials {
    Drafter,
    Reviewer,
}

/// What every list of recipients begins and ends with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipients {
    /// Where the document is addressed to somebody.
    pub above: String,
    pub last: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    #[expect(dead_code, reason = "read by people")]
    effective: Effective,
    #[expect(dead_code, reason = "read by people")]
    legal_basis: Vec<LegalBasis>,
    /// Roles of whoever may sign for their office, or check before that.
    pub signers: Vec<String>,
    pub letters: Vec<Letters>,
    pub initials: Vec<Initials>,
    pub recipients: Recipients,
}

/// Whose power somebody signs with: their own, or that of the signer they stand in for.
#[derive(Debug, Clone, Copy)]
pub enum Power<'a> {
    Own,
    Lent(&'a Lent),
}

impl Signing {
    /// Whether an actor signs for their office.
    pub fn leads(&self, actor: &Actor) -> bool {
        self.signers.iter().any(|role| actor.has_role(role))
    }

    /// Whether an actor may sign what waits for this signer.
    pub fn power<'a>(&self, actor: &'a Actor, signer: AccountId) -> Option<Power<'a>> {
        if actor.account == signer {
            return Some(Power::Own);
        }
        // A delegation that names procedures is for those alone.
        let lent = actor.lent.iter().find(|l| l.giver_account == signer && l.definitions.is_empty() && self.signers.iter().any(|role| role == l.role.as_str()));
        lent.map(Power::Lent)
    }

    /// The letters with which a deputy signs in place of the head.
    pub fn in_place(&self) -> &str {
        self.letters.first().map_or("", |l| l.letters.as_str())
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut out = Vec::new();
        if self.signers.is_empty() {
            out.push(Finding::new(SIGNING, None, "không có vai trò nào được ký (signers)", "no role may sign (signers)"));
        }
        if self.letters.is_empty() || self.letters.iter().any(|l| l.letters.trim().is_empty()) {
            out.push(Finding::new(SIGNING, None, "quyền hạn ký (letters) để trống", "letters of authority are missing or empty"));
        }
        out
    }
}
