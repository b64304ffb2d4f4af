//! Weights: from the catalogue and the enterprise's gaps; the owner may change each of them.

use super::Need;
use crate::catalog::RankRules;
use kernel::Refusal;
use std::collections::BTreeMap;

/// Weights by code of the criterion; a gap's code is `gap:TYPE`. What is not named has its default.
pub type Weights = BTreeMap<String, u32>;

/// The greatest single weight.
pub const MOST: u32 = 10_000;

/// One column of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub code: String,
    pub weight: u32,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Place among the counted gaps.
    Gap(usize),
    /// Place among the criteria.
    Criterion(usize),
}

/// The code of a gap's weight.
pub fn gap_code(kind: &str) -> String {
    format!("gap:{kind}")
}

/// The counted gaps: the greatest first (size × goal), equal ones by code.
pub fn counted<'a>(rules: &RankRules, need: &'a Need) -> Vec<&'a super::Gap> {
    let mut gaps: Vec<&super::Gap> = need.gaps.iter().collect();
    gaps.sort_by(|a, b| (u64::from(b.size) * u64::from(b.goal)).cmp(&(u64::from(a.size) * u64::from(a.goal))).then_with(|| a.kind.cmp(&b.kind)));
    gaps.truncate(rules.gaps.most);
    gaps
}

/// The columns with their weights: defaults, laid over by what the owner chose.
pub fn columns(rules: &RankRules, need: &Need, chosen: &Weights) -> Vec<Column> {
    let gaps = counted(rules, need);
    let shares: Vec<u64> = gaps.iter().map(|g| u64::from(g.size) * u64::from(g.goal)).collect();
    let parts = split(rules.gaps.weight, &shares);
    let mut all = Vec::with_capacity(gaps.len() + rules.criteria.len());
    for (i, (gap, default)) in gaps.iter().zip(parts).enumerate() {
        let code = gap_code(&gap.kind);
        let weight = chosen.get(&code).copied().unwrap_or(default);
        all.push(Column { code, weight, what: What::Gap(i) });
    }
    for (i, c) in rules.criteria.iter().enumerate() {
        let weight = chosen.get(&c.code).copied().unwrap_or(c.weight);
        all.push(Column { code: c.code.clone(), weight, what: What::Criterion(i) });
    }
    all
}

/// The default weights by code, for the form.
pub fn defaults(rules: &RankRules, need: &Need) -> Weights {
    columns(rules, need, &Weights::new()).into_iter().map(|c| (c.code, c.weight)).collect()
}

/// Whole parts in proportion, adding up to the whole: largest remainders first, equal ones in order (Hamilton).
pub fn split(whole: u32, shares: &[u64]) -> Vec<u32> {
    let total: u128 = shares.iter().map(|s| u128::from(*s)).sum();
    if total == 0 {
        return vec![0; shares.len()];
    }
    let exact = |s: u64| u128::from(whole) * u128::from(s);
    let mut parts: Vec<u32> = shares.iter().map(|s| u32::try_from(exact(*s) / total).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(shares.get(*i).map_or(0, |s| exact(*s) % total)));
    let left = whole.saturating_sub(parts.iter().sum());
    for i in order.into_iter().take(left as usize) {
        if let Some(part) = parts.get_mut(i) {
            *part += 1;
        }
    }
    parts
}

/// What the owner typed: known codes only, none above the limit, not all of them zero.
pub fn check(rules: &RankRules, need: &Need, chosen: &Weights) -> Result<(), Refusal> {
    let mut r = Refusal::invalid("bad-weights", "Trọng số chưa dùng được.", "The weights cannot be used.");
    let known = defaults(rules, need);
    for (code, weight) in chosen {
        if !known.contains_key(code) {
            crate::listing::refuse(&mut r, code, format!("Không có tiêu chí “{code}”."), format!("There is no criterion “{code}”."));
        } else if *weight > MOST {
            crate::listing::refuse(&mut r, code, format!("Trọng số từ 0 đến {MOST}."), format!("A weight is 0 to {MOST}."));
        }
    }
    if columns(rules, need, chosen).iter().all(|c| c.weight == 0) {
        crate::listing::refuse(&mut r, "weights", "Cần ít nhất một trọng số lớn hơn 0.", "At least one weight must be above 0.");
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}
