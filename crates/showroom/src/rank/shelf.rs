//! All solutions on one day, laid out for comparison: code sets as bits, what does not depend on the enterprise already valued.

use super::{
    Facts,
    bits::{Bits, Vocabulary},
    values,
};
use crate::catalog::{Measure, RankRules};
use crate::listing::LabelStatus;
use kernel::{
    id::{ProviderId, SolutionId},
    time::Date,
};

/// Made once a day and change of the catalogue, then shared by all who ask.
#[derive(Debug)]
pub struct Shelf {
    pub(super) slots: Vec<Slot>,
    pub(super) types: Vocabulary,
    pub(super) sectors: Vocabulary,
    pub(super) codes: Vocabulary,
    /// The day its proofs, labels and newcomers were read for.
    pub on: Date,
}

#[derive(Debug)]
pub(super) struct Slot {
    pub id: SolutionId,
    pub provider: ProviderId,
    pub name: String,
    pub provider_name: String,
    pub types: Bits,
    /// Types whose required proof is missing or out of date.
    pub unproven: Bits,
    pub sectors: Bits,
    pub any_sector: bool,
    pub stages: u8,
    pub sizes: Bits,
    pub languages: Bits,
    pub hosting: Bits,
    pub integrations: Bits,
    pub price: crate::listing::Price,
    pub accessible: bool,
    pub portal: bool,
    pub standing: bool,
    pub newcomer: bool,
    /// Bit of the sector, how many confirmed.
    pub references: Vec<(usize, i64)>,
    /// By place of the criterion; `None` where it depends on the enterprise.
    pub fixed: Vec<Option<u32>>,
}

impl Shelf {
    pub fn new(facts: &[Facts], rules: &RankRules, on: Date) -> Self {
        let mut shelf =
            Self { slots: Vec::with_capacity(facts.len()), types: Vocabulary::default(), sectors: Vocabulary::default(), codes: Vocabulary::default(), on };
        for f in facts {
            let slot = shelf.slot(f, rules);
            shelf.slots.push(slot);
        }
        shelf
    }
    pub fn len(&self) -> usize {
        self.slots.len()
    }
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    fn slot(&mut self, f: &Facts, rules: &RankRules) -> Slot {
        let on = self.on;
        let proven = |kind: &str| f.proofs.iter().any(|p| p.kind == kind && p.holds(on));
        let conditions = &rules.conditions;
        let mut unproven = Bits::default();
        for r in conditions.required.iter().filter(|r| f.types.contains(&r.kind) && !proven(&r.proof)) {
            unproven.insert(self.types.bit(&r.kind));
        }
        let mut references: Vec<(usize, i64)> = Vec::new();
        for r in f.references.iter().filter(|r| r.using && r.months >= rules.reference_months) {
            let bit = self.sectors.bit(&r.sector);
            match references.iter_mut().find(|(b, _)| *b == bit) {
                Some((_, n)) => *n += 1,
                None => references.push((bit, 1)),
            }
        }
        Slot {
            id: f.solution,
            provider: f.provider,
            name: f.name.clone(),
            provider_name: f.provider_name.clone(),
            types: self.types.set(&f.types),
            unproven,
            sectors: self.sectors.set(&f.sectors),
            any_sector: f.sectors.iter().any(|s| s == "*"),
            stages: f.stages.iter().fold(0, |mask, s| mask | 1u8.checked_shl(u32::from(*s)).unwrap_or(0)),
            sizes: self.coded("size", &f.sizes),
            languages: self.coded("lang", &f.languages),
            hosting: self.coded("host", &f.hosting),
            integrations: self.coded("int", &f.integrations),
            price: f.price.clone(),
            accessible: f.accessible,
            portal: f.portal && proven(&conditions.portal_proof),
            standing: f.standing,
            newcomer: f.outcomes.cases < rules.exploration.cases && f.listed_on.until(on).is_ok_and(|s| (0..=rules.exploration.days).contains(&s.get_days())),
            references,
            fixed: rules.criteria.iter().map(|c| fixed(c, f, rules, on)).collect(),
        }
    }

    /// Codes of several lists share one vocabulary; the list's name keeps them apart.
    fn coded(&mut self, list: &str, codes: &[String]) -> Bits {
        let named: Vec<String> = codes.iter().map(|c| format!("{list}:{c}")).collect();
        self.codes.set(&named)
    }
}

/// The value of a criterion that does not depend on the enterprise.
fn fixed(c: &crate::catalog::Criterion, f: &Facts, rules: &RankRules, on: Date) -> Option<u32> {
    let prior = f.types.first().and_then(|t| rules.shrinkage.by_type.get(t));
    let (change, kept) = prior.map_or((rules.shrinkage.change, rules.shrinkage.kept), |p| (p.change, p.kept));
    let o = f.outcomes;
    Some(match c.measure {
        Measure::OutcomeChange => values::of_number(c, values::shrunk(o.change, o.cases, change, &rules.shrinkage)),
        Measure::Retention => values::of_number(c, values::shrunk(i64::from(o.kept) * 10_000, o.followed, kept, &rules.shrinkage)),
        Measure::EvidenceShare => {
            let proven = (0..f.claims).filter(|i| f.proofs.iter().any(|p| p.holds(on) && p.claims.contains(i))).count();
            values::of_number(c, values::share(i64::try_from(proven).unwrap_or(0), i64::from(f.claims)))
        }
        Measure::DataReturn => values::of_code(c, f.data_return.code()),
        Measure::Support => values::of_code(c, f.support.code()),
        Measure::Label => {
            let backed = f.proofs.iter().any(|p| p.kind == rules.conditions.label_proof && p.holds(on));
            // A label that is claimed without its proof in date is no label.
            let label = if f.label == LabelStatus::Granted && !backed { LabelStatus::None } else { f.label };
            values::of_code(c, label.code())
        }
        Measure::CostShare | Measure::ReferencesInSector | Measure::IntegrationsWished => return None,
    })
}
