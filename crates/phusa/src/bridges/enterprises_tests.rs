#![allow(clippy::unwrap_used)]
use super::*;
use kernel::{Instant, id::AssessmentId};

fn row(n: u128, framework: &str, tier: &str, status: &str, handed_in: bool) -> AssessmentRow {
    let at = Instant::from_micros(i64::try_from(n).unwrap());
    AssessmentRow {
        id: AssessmentId::new(uuid::Uuid::from_u128(n)),
        enterprise: None,
        enterprise_name: None,
        framework: framework.into(),
        edition: "1".into(),
        stage: "t0".into(),
        status: status.into(),
        tier: tier.into(),
        answered: 1,
        total: Some(100),
        level: Some(2),
        dimensions: None,
        subject: None,
        consultant: None,
        started_at: at,
        submitted_at: handed_in.then_some(at),
    }
}

/// What counts as readiness, by the shipped catalogue: which result, and whether money may rest on it.
#[test]
fn readiness_is_a_result_of_the_named_frameworks() {
    let rules = support::catalog::load(&crate::catalog::built_in()).unwrap();
    let rule = rules.readiness("2026-11-23".parse().unwrap()).unwrap();
    let dbi = |n, tier, status| row(n, "dbi-2021-sme", tier, status, true);
    for (rows, expected) in [
        (vec![], None),
        // Surveys, stars of a product and a school's index are none.
        (vec![row(1, "barriers", "consultant", "verified", true), row(2, "ocop-2023", "evidence", "verified", true), row(3, "schools-4725", "self", "submitted", true)], None),
        (vec![row(1, "dbi-2021-sme", "self", "open", false)], None),
        (vec![dbi(1, "self", "submitted")], Some((1, false))),
        // What a consultant concluded counts, as the shipped rule says; checking without a conclusion does not.
        (vec![dbi(1, "self", "verified")], Some((1, true))),
        (vec![dbi(1, "consultant", "submitted")], Some((1, false))),
        (vec![dbi(1, "consultant", "verified")], Some((1, true))),
        (vec![dbi(1, "evidence", "verified")], Some((1, true))),
        (vec![row(1, "readiness-form2", "consultant", "verified", true)], Some((1, true))),
        // What came later and is not trusted enough, or is none, hides nothing.
        (vec![dbi(1, "consultant", "verified"), dbi(2, "self", "submitted"), row(3, "ocop-2023", "self", "submitted", true)], Some((1, true))),
        (vec![dbi(1, "self", "submitted"), dbi(2, "self", "submitted")], Some((2, false))),
    ] {
        let found = counting(&rows, rule).map(|r| (r.submitted_at.unwrap().micros(), trusted(r, rule)));
        assert_eq!(found, expected, "{rows:?}");
    }
    // Where each answer has to be confirmed, some checked answers do not lift the others.
    let strict = ReadinessRule { concluded_counts: false, ..rule.clone() };
    for (tier, money) in [("self", false), ("consultant", true), ("evidence", true)] {
        assert_eq!(trusted(&dbi(1, tier, "verified"), &strict), money, "{tier}");
    }
    let proofs = ReadinessRule { least_tier: Tier::Evidence, ..rule.clone() };
    assert!(!trusted(&dbi(1, "self", "verified"), &proofs) && trusted(&dbi(1, "evidence", "verified"), &proofs));
    let rows = [dbi(1, "self", "submitted"), row(2, "ocop-2023", "self", "submitted", true)];
    assert_eq!(showing(&rows, rule).len(), 1, "a product's stars do not hide the enterprise's result from the showroom");
}
