//! The recommendation itself.

use super::{
    Need, Shelf, Weights,
    bits::Bits,
    explain::{self, Explained, Flip},
    robust,
    shelf::Slot,
    values,
    weights::{self, Column, What},
};
use crate::catalog::{Measure, RankRules};
use kernel::{Text, id::SolutionId, time::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A hard condition that was not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    Standing,
    Type,
    Legal,
    Sector,
    Size,
    Language,
    Budget,
    Hosting,
    Integration,
    Accessibility,
    Portal,
}

impl Barrier {
    pub const ALL: [Self; 11] = [
        Self::Standing,
        Self::Type,
        Self::Legal,
        Self::Sector,
        Self::Size,
        Self::Language,
        Self::Budget,
        Self::Hosting,
        Self::Integration,
        Self::Accessibility,
        Self::Portal,
    ];
    const fn bit(self) -> u16 {
        1 << self as u16
    }
    /// The barriers in a stored mask.
    pub fn of_mask(mask: u16) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |b| mask & b.bit() != 0)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Standing => Text::new("Giải pháp hoặc nhà cung cấp đang bị tạm dừng", "The solution or its provider is suspended"),
            Self::Type => Text::new("Không thuộc loại giải pháp doanh nghiệp đang thiếu", "Not a type that the enterprise lacks"),
            Self::Legal => Text::new("Thiếu minh chứng bắt buộc còn hạn cho loại giải pháp này", "A proof this type must have is missing or out of date"),
            Self::Sector => Text::new("Không dành cho ngành này", "Not for this sector"),
            Self::Size => Text::new("Không dành cho quy mô này", "Not for this size of enterprise"),
            Self::Language => Text::new("Thiếu ngôn ngữ cần có", "A language that is needed is missing"),
            Self::Budget => Text::new("Chi phí năm đầu vượt ngân sách", "First-year cost is above the budget"),
            Self::Hosting => Text::new("Nơi đặt dữ liệu không phù hợp", "Data is not hosted where it must be"),
            Self::Integration => Text::new("Thiếu kết nối bắt buộc", "A required integration is missing"),
            Self::Accessibility => Text::new("Chưa dùng được cho người khuyết tật", "Not accessible"),
            Self::Portal => Text::new(
                "Chưa kết nối Cổng truy xuất nguồn gốc quốc gia (có minh chứng còn hạn)",
                "Not connected to the national traceability portal with a proof in date",
            ),
        }
    }
}

/// Why nothing is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoMatch {
    /// No gap is known: assess first.
    NoGaps,
    /// Every solution met a barrier.
    AllFiltered,
    /// Some are left, none good enough.
    BelowLeast,
}

/// One solution in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    pub solution: SolutionId,
    /// Σ weight × value; comparable inside one advice.
    pub sum: u64,
}

/// What is advised, and everything needed to see why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The day the facts were read for.
    pub on: Date,
    pub seed: u64,
    pub rules_version: String,
    pub considered: usize,
    /// How many met every hard condition.
    pub passed: usize,
    pub weights: Vec<(String, u32)>,
    /// Everything that passed, best first.
    pub ranked: Vec<Ranked>,
    /// The first of them, explained.
    pub shown: Vec<Explained>,
    pub exploration: Option<Explained>,
    /// Solution and mask of barriers.
    pub filtered: Vec<(SolutionId, u16)>,
    /// How many met each barrier, and how many met that one only.
    pub barriers: Vec<(Barrier, u32, u32)>,
    pub flips: Vec<Flip>,
    pub no_match: Option<NoMatch>,
}

impl Advice {
    /// SHA-256 over the whole of it: a later run with the same inputs must give the same.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(self).unwrap_or_default());
        hex::encode(hash.finalize())
    }
    /// What one screen needs: without the long tails, which the stored inputs give again.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.filtered.clear();
        self.ranked.truncate(self.shown.len());
        self
    }
    /// The total of a sum in 1/10,000.
    pub fn of_ten_thousand(&self, sum: u64) -> u32 {
        let total: u64 = self.weights.iter().map(|w| u64::from(w.1)).sum();
        explain::score(sum, total)
    }
}

/// The need in the shelf's own numbers.
struct Asked<'a> {
    need: &'a Need,
    /// Bit of each counted gap's type; `None` when no solution has it.
    gaps: Vec<(Option<usize>, u8)>,
    types: Bits,
    sector: Bits,
    reference_sectors: Bits,
    size: Option<Option<usize>>,
    languages: Vec<Option<usize>>,
    hosting: Bits,
    required: Vec<Option<usize>>,
    wished: Bits,
}

impl<'a> Asked<'a> {
    fn new(shelf: &Shelf, rules: &RankRules, need: &'a Need) -> Self {
        let sector = need.sector.as_str();
        let division: String = sector.chars().take(3).collect();
        let code = |list: &str, c: &str| shelf.codes.find(&format!("{list}:{c}"));
        let set = |list: &str, codes: &std::collections::BTreeSet<String>| {
            let mut bits = Bits::default();
            codes.iter().filter_map(|c| code(list, c)).for_each(|b| bits.insert(b));
            bits
        };
        let gaps: Vec<(Option<usize>, u8)> = weights::counted(rules, need).iter().map(|g| (shelf.types.find(&g.kind), g.stage)).collect();
        let mut types = Bits::default();
        gaps.iter().filter_map(|g| g.0).for_each(|b| types.insert(b));
        Self {
            need,
            gaps,
            types,
            sector: shelf.sectors.matching(|c| !sector.is_empty() && sector.starts_with(c)),
            reference_sectors: shelf.sectors.matching(|c| !sector.is_empty() && c != "*" && (sector.starts_with(c) || c.starts_with(&division))),
            size: (!need.size.is_empty()).then(|| code("size", &need.size)),
            languages: need.languages.iter().map(|c| code("lang", c)).collect(),
            hosting: set("host", &need.hosting),
            required: need.required_integrations.iter().map(|c| code("int", c)).collect(),
            wished: set("int", &need.wished_integrations),
        }
    }

    /// The barriers a solution meets; zero is none.
    fn barriers(&self, s: &Slot, cost: Option<i64>) -> u16 {
        let has = |set: &Bits, bit: &Option<usize>| bit.is_some_and(|b| set.has(b));
        let mut mask = 0;
        let mut bar = |met: bool, b: Barrier| {
            if met {
                mask |= b.bit()
            }
        };
        bar(!s.standing, Barrier::Standing);
        bar(!s.types.meets(&self.types), Barrier::Type);
        bar(!s.unproven.is_empty() && s.unproven.meets(&self.types), Barrier::Legal);
        bar(!s.any_sector && !self.need.sector.is_empty() && !s.sectors.meets(&self.sector), Barrier::Sector);
        bar(self.size.as_ref().is_some_and(|size| !has(&s.sizes, size)), Barrier::Size);
        bar(!self.languages.iter().all(|l| has(&s.languages, l)), Barrier::Language);
        bar(matches!((cost, self.need.budget), (Some(cost), Some(budget)) if cost > budget.0), Barrier::Budget);
        bar(!self.need.hosting.is_empty() && !s.hosting.meets(&self.hosting), Barrier::Hosting);
        bar(!self.required.iter().all(|i| has(&s.integrations, i)), Barrier::Integration);
        bar(self.need.accessible && !s.accessible, Barrier::Accessibility);
        bar(self.need.traceability && !s.portal, Barrier::Portal);
        mask
    }

    /// The value of one column for a solution, 0–10,000.
    fn value(&self, s: &Slot, cost: Option<i64>, column: &Column, rules: &RankRules) -> u32 {
        match column.what {
            What::Gap(i) => match self.gaps.get(i) {
                Some((Some(bit), stage)) if s.types.has(*bit) => {
                    let at_stage = s.stages & 1u8.checked_shl(u32::from(*stage)).unwrap_or(0) != 0;
                    if at_stage { rules.gaps.at_stage } else { rules.gaps.other_stage }
                }
                _ => 0,
            },
            What::Criterion(i) => match s.fixed.get(i) {
                Some(Some(value)) => *value,
                _ => rules.criteria.get(i).map_or(0, |c| self.measured(s, cost, c)),
            },
        }
    }

    fn measured(&self, s: &Slot, cost: Option<i64>, c: &crate::catalog::Criterion) -> u32 {
        let measured = match c.measure {
            Measure::CostShare => match (cost, self.need.budget) {
                (Some(0), _) => Some(0),
                (Some(cost), Some(budget)) => share_up(cost, budget.0),
                _ => None,
            },
            Measure::ReferencesInSector => Some(s.references.iter().filter(|(bit, _)| self.reference_sectors.has(*bit)).map(|(_, n)| n).sum()),
            Measure::IntegrationsWished => {
                values::share(i64::from(s.integrations.common(&self.wished)), i64::try_from(self.need.wished_integrations.len()).unwrap_or(0))
            }
            _ => None,
        };
        values::of_number(c, measured)
    }
}

/// A share rounded up: what costs a đồng more than the budget is above it.
fn share_up(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| i64::try_from((i128::from(part) * 10_000 + i128::from(whole) - 1) / i128::from(whole)).unwrap_or(i64::MAX))
}

/// One solution that passed, with the values of all columns.
pub(super) struct Passed {
    pub slot: usize,
    pub sum: u64,
    tie: u64,
    pub values: Vec<u32>,
}

/// Ranks a shelf for one need. `chosen` are weights the owner changed ([`weights::check`] them first); `seed` decides between
/// exactly equal sums, the draws of the robustness test and the exploration slot, and is stored with the advice.
pub fn recommend(shelf: &Shelf, rules: &RankRules, need: &Need, chosen: &Weights, seed: u64) -> Advice {
    let columns = weights::columns(rules, need, chosen);
    let total: u64 = columns.iter().map(|c| u64::from(c.weight)).sum();
    let asked = Asked::new(shelf, rules, need);
    let mut passed = Vec::with_capacity(shelf.slots.len());
    let mut filtered = Vec::new();
    for (place, slot) in shelf.slots.iter().enumerate() {
        let cost = slot.price.first_year(need.users, need.transactions).map(|d| d.0);
        let mask = asked.barriers(slot, cost);
        if mask != 0 {
            filtered.push((slot.id, mask));
            continue;
        }
        let values: Vec<u32> = columns.iter().map(|c| asked.value(slot, cost, c, rules)).collect();
        let sum = weighted(&columns, &values);
        passed.push(Passed { slot: place, sum, tie: robust::mix(seed, slot.id.uuid().as_u128()), values });
    }
    // Equal sums are ordered by the seed and the id alone: nobody's arrival turns them, and no name is always first.
    passed.sort_unstable_by(|a, b| b.sum.cmp(&a.sum).then_with(|| a.tie.cmp(&b.tie)));
    let no_match = match passed.first() {
        _ if need.gaps.is_empty() => Some(NoMatch::NoGaps),
        None => Some(NoMatch::AllFiltered),
        Some(best) if explain::score(best.sum, total) < rules.least_score => Some(NoMatch::BelowLeast),
        Some(_) => None,
    };
    let robust = robust::draw(&passed, &columns, rules, seed);
    let explained = explain::Explainer { shelf, columns: &columns, rules, total };
    let shown: Vec<Explained> = if no_match.is_some() { Vec::new() } else { explained.shown(&passed, &robust) };
    let exploration = if no_match.is_some() { None } else { explained.newcomer(&passed, shown.len(), seed) };
    let flips = if no_match.is_some() { Vec::new() } else { explained.flips(&passed) };
    Advice {
        on: shelf.on,
        seed,
        rules_version: rules.version.clone(),
        considered: shelf.slots.len(),
        passed: passed.len(),
        ranked: passed.iter().filter_map(|p| Some(Ranked { solution: shelf.slots.get(p.slot)?.id, sum: p.sum })).collect(),
        shown,
        exploration,
        barriers: counts(&filtered),
        filtered,
        flips,
        no_match,
        weights: columns.into_iter().map(|c| (c.code, c.weight)).collect(),
    }
}

fn weighted(columns: &[Column], values: &[u32]) -> u64 {
    let mut sum = 0;
    for (c, v) in columns.iter().zip(values) {
        sum += u64::from(c.weight) * u64::from(*v);
    }
    sum
}

fn counts(filtered: &[(SolutionId, u16)]) -> Vec<(Barrier, u32, u32)> {
    let mut counts = [(0_u32, 0_u32); Barrier::ALL.len()];
    for (_, mask) in filtered {
        let mut rest = *mask;
        while rest != 0 {
            if let Some(count) = counts.get_mut(rest.trailing_zeros() as usize) {
                count.0 += 1;
                count.1 += u32::from(*mask == 1 << rest.trailing_zeros());
            }
            rest &= rest - 1;
        }
    }
    Barrier::ALL.into_iter().zip(counts).filter(|(_, c)| c.0 > 0).map(|(b, c)| (b, c.0, c.1)).collect()
}
