//! A solution on its way through vetting and after: one record, one journal stream.
//!
//! draft → submitted → evidence check → listed → suspended → withdrawn. Every step back carries its reason; every decision
//! against the provider can be appealed and is answered by somebody else than who took it.

mod decide;
mod evolve;
mod fact;
pub mod link;
mod proof;
mod reference;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use decide::appealable;
pub use decide::{Context, decide};
pub use evolve::evolve;
pub use fact::Fact;
pub use proof::{NewProof, Proof, Verdict};
pub(crate) use reference::same_words;
pub use reference::{Answer, Reference, ReferenceState, TypedAnswer};

use crate::{
    ids::{ProofId, ReferenceId},
    listing::Listing,
    person::Person,
    rank::{Facts, OutcomeSum, Proven, Referred},
};
use kernel::{
    Instant, Text,
    id::{EnterpriseId, ProviderId, SolutionId},
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Draft,
    Submitted,
    Checking,
    Listed,
    Suspended,
    Withdrawn,
}

impl Stage {
    pub const ALL: [Self; 6] = [Self::Draft, Self::Submitted, Self::Checking, Self::Listed, Self::Suspended, Self::Withdrawn];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Checking => "checking",
            Self::Listed => "listed",
            Self::Suspended => "suspended",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Draft => Text::new("Bản nháp", "Draft"),
            Self::Submitted => Text::new("Chờ kiểm tra", "Waiting for the check"),
            Self::Checking => Text::new("Đang kiểm tra minh chứng", "Evidence being checked"),
            Self::Listed => Text::new("Đang niêm yết", "Listed"),
            Self::Suspended => Text::new("Tạm dừng", "Suspended"),
            Self::Withdrawn => Text::new("Đã gỡ", "Withdrawn"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solution {
    pub id: SolutionId,
    pub provider: ProviderId,
    pub provider_name: String,
    pub stage: Stage,
    pub listing: Listing,
    /// A change of what is listed, waiting for its check.
    pub pending: Option<Listing>,
    pub proofs: Vec<Proof>,
    pub references: Vec<Reference>,
    pub checks: BTreeMap<String, Checked>,
    pub officer: Option<Person>,
    pub submitted_at: Option<Instant>,
    /// Listed for the first time.
    pub listed_at: Option<Instant>,
    /// The last decision against the provider, and what an appeal would bring back.
    pub decision: Option<Decision>,
    pub appeal: Option<Appeal>,
    pub outcomes: Vec<Outcome>,
    pub changed_at: Instant,
}

/// One item of the checklist, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub result: CheckResult,
    pub note: String,
    pub by: Person,
    pub at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    Pass,
    Fail,
    NotApplicable,
}

impl CheckResult {
    pub const ALL: [Self; 3] = [Self::Pass, Self::Fail, Self::NotApplicable];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Pass => Text::new("Đạt", "Passed"),
            Self::Fail => Text::new("Không đạt", "Failed"),
            Self::NotApplicable => Text::new("Không áp dụng", "Does not apply"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    Returned,
    ChangeRefused,
    Suspended,
    Withdrawn,
}

impl Ruling {
    pub fn text(self) -> Text {
        match self {
            Self::Returned => Text::new("Trả lại để bổ sung", "Sent back to be completed"),
            Self::ChangeRefused => Text::new("Không nhận thay đổi", "Change not accepted"),
            Self::Suspended => Text::new("Tạm dừng", "Suspended"),
            Self::Withdrawn => Text::new("Gỡ khỏi showroom", "Taken off the showroom"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub ruling: Ruling,
    /// Code of the published rule, for suspension and withdrawal.
    pub rule: Option<String>,
    pub reason: String,
    pub by: Person,
    pub at: Instant,
    /// The stage before it.
    pub before: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    pub text: String,
    pub by: Person,
    pub at: Instant,
    /// The centre's own target for the answer.
    pub due: Date,
    pub answer: Option<AppealAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealAnswer {
    pub overturned: bool,
    pub reason: String,
    pub by: Person,
    pub at: Instant,
}

/// A verified outcome at a client of this centre: from its engagement, never from the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub enterprise: EnterpriseId,
    /// Change of the KPI in 1/10,000, better counted positive.
    pub change: i64,
    /// Whether it was still in use when followed up; `None` when not followed up yet.
    pub kept: Option<bool>,
    /// The engagement and KPI it comes from.
    pub source: String,
    pub at: Instant,
}

/// A fact with who and when, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<F> {
    pub at: Instant,
    pub by: Person,
    pub side: crate::person::Side,
    #[serde(flatten)]
    pub fact: F,
}

impl Solution {
    /// Whether the public may see it.
    pub fn is_public(&self) -> bool {
        matches!(self.stage, Stage::Listed | Stage::Suspended)
    }
    pub fn proof(&self, id: ProofId) -> Option<&Proof> {
        self.proofs.iter().find(|p| p.new.id == id)
    }
    pub fn reference(&self, id: ReferenceId) -> Option<&Reference> {
        self.references.iter().find(|r| r.id == id)
    }
    pub fn confirmed(&self) -> impl Iterator<Item = (&Reference, &Answer)> {
        self.references.iter().filter_map(|r| match &r.state {
            ReferenceState::Answered { answer, .. } => Some((r, answer)),
            _ => None,
        })
    }
    pub fn outcome_sum(&self) -> OutcomeSum {
        self.outcomes.iter().fold(OutcomeSum::default(), |s, o| OutcomeSum {
            cases: s.cases + 1,
            change: s.change + o.change,
            followed: s.followed + u32::from(o.kept.is_some()),
            kept: s.kept + u32::from(o.kept == Some(true)),
        })
    }
    /// Whether an accepted proof of a kind is in date.
    pub fn proven(&self, kind: &str, on: Date) -> bool {
        self.proofs.iter().any(|p| p.new.kind == kind && p.valid(on))
    }

    /// What the ranking may know. Whether the provider is barred is added when the shelf is read.
    pub fn facts(&self) -> Facts {
        let l = &self.listing;
        let list = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect();
        Facts {
            solution: self.id,
            provider: self.provider,
            name: l.name.vi.clone(),
            provider_name: self.provider_name.clone(),
            types: l.types.clone(),
            sectors: list(&l.sectors),
            sizes: list(&l.sizes),
            stages: l.stages.iter().copied().collect(),
            languages: list(&l.languages),
            hosting: list(&l.hosting),
            integrations: list(&l.integrations),
            price: l.price.clone(),
            data_return: l.data_return,
            label: l.label,
            support: l.support.clone(),
            accessible: l.accessible,
            portal: l.portal,
            claims: u16::try_from(l.claims.len()).unwrap_or(u16::MAX),
            proofs: self
                .proofs
                .iter()
                .filter(|p| p.accepted())
                .map(|p| Proven { kind: p.new.kind.clone(), until: p.new.until, claims: p.new.claims.clone() })
                .collect(),
            references: self.confirmed().map(|(r, a)| Referred { sector: r.sector.clone(), months: a.months, using: a.using }).collect(),
            outcomes: self.outcome_sum(),
            listed_on: self.listed_at.unwrap_or(self.changed_at).date(),
            standing: self.stage == Stage::Listed,
        }
    }
}
