#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod draws;
mod pure;
mod scored;

use super::fact::Fact;
use kernel::{
    Instant,
    id::{AssessmentId, EnterpriseId},
};
use scoring::Decimal;
use std::sync::Arc;
use uuid::Uuid;

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn ent(n: u128) -> EnterpriseId {
    EnterpriseId::new(Uuid::from_u128(n))
}

/// A result of firm `n` with this share of the points.
pub fn fact(n: u128, share: &str) -> Fact {
    Fact {
        id: AssessmentId::new(Uuid::from_u128(n)),
        version: 1,
        enterprise: ent(n),
        firm: format!("firm-{n}"),
        framework: "dbi".into(),
        edition: "2021".into(),
        stage: "t0".into(),
        tier: "self".into(),
        verified: false,
        sector: "C".into(),
        size: Some("small".into()),
        consultant: None,
        earlier: None,
        subject: None,
        submitted_at: Instant::from_micros(i64::try_from(n).unwrap()),
        verified_at: None,
        share: Some(d(share)),
        points: d(share),
        given: 20,
        answers: u64::try_from(n).unwrap(),
        texts: Vec::new(),
        contradictions: Vec::new(),
        correction: None,
    }
}

pub fn arcs(facts: impl IntoIterator<Item = Fact>) -> Vec<Arc<Fact>> {
    facts.into_iter().map(Arc::new).collect()
}
