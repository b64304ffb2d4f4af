//! How far each consultant moves the points that enterprises declared, beside all consultants.

use super::{fact::{Correction, Fact}, rules::Drift as Rules};
use scoring::Decimal;
use std::{collections::BTreeMap, sync::Arc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consultant {
    pub account: String,
    pub name: String,
    pub results: usize,
    pub sum: Correction,
    /// Percentage points of the checked questions' maximum; negative when points were taken away.
    pub mean: Option<Decimal>,
    /// The mean less that of all.
    pub deviation: Option<Decimal>,
    pub flagged: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// Farthest from all first.
    pub consultants: Vec<Consultant>,
    pub results: usize,
    pub all: Correction,
    pub mean: Option<Decimal>,
}

fn add(sum: &mut Correction, more: Correction) {
    sum.checks += more.checks;
    sum.changed += more.changed;
    sum.points = sum.points + more.points;
    sum.of = sum.of + more.of;
}

pub fn drift(facts: &[Arc<Fact>], rules: &Rules) -> Drift {
    let mut by: BTreeMap<&str, (&str, usize, Correction)> = BTreeMap::new();
    let mut drift = Drift::default();
    for fact in facts {
        let (Some((account, name)), Some(correction)) = (&fact.consultant, fact.correction) else { continue };
        let (last, results, sum) = by.entry(account).or_default();
        (*last, *results) = (name, *results + 1);
        add(sum, correction);
        add(&mut drift.all, correction);
        drift.results += 1;
    }
    drift.mean = drift.all.points.percent_of(drift.all.of);
    let mut consultants: Vec<Consultant> = by
        .into_iter()
        .map(|(account, (name, results, sum))| {
            let mean = sum.points.percent_of(sum.of);
            let deviation = mean.zip(drift.mean).map(|(own, all)| own - all);
            let far = deviation.is_some_and(|d| d >= rules.deviation || -d >= rules.deviation);
            Consultant { account: account.to_owned(), name: name.to_owned(), results, sum, mean, deviation, flagged: far && sum.checks >= rules.checks }
        })
        .collect();
    let far = |c: &Consultant| c.deviation.map(|d| if d.is_negative() { -d } else { d });
    consultants.sort_by(|a, b| b.flagged.cmp(&a.flagged).then_with(|| far(b).cmp(&far(a))).then_with(|| a.account.cmp(&b.account)));
    drift.consultants = consultants;
    drift
}
