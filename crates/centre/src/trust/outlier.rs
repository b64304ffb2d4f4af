//! Results far from those of peers: a modified z-score over the share of points, by median and median absolute deviation
//! (Iglewicz and Hoaglin, 1993).

use super::{fact::Fact, rules::Outliers};
use scoring::Decimal;
use std::{collections::BTreeMap, sync::Arc};

/// Whose results are compared: the same framework version, trust tier, sector and size class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peers {
    pub framework: String,
    pub edition: String,
    pub tier: String,
    pub sector: String,
    pub size: String,
}

#[derive(Debug, Clone)]
pub struct Outlier {
    pub fact: Arc<Fact>,
    pub peers: Peers,
    /// How many others there are.
    pub others: usize,
    /// Percent of the maximum.
    pub share: Decimal,
    pub median: Decimal,
    pub z: Decimal,
}

#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// Farthest first.
    pub found: Vec<Outlier>,
    /// Results in groups that are large enough.
    pub judged: usize,
    /// Results without enough peers, without a size class or without points.
    pub left_out: usize,
}

pub fn outliers(facts: &[Arc<Fact>], rules: &Outliers) -> Judged {
    let mut groups: BTreeMap<Peers, Vec<(&Arc<Fact>, Decimal)>> = BTreeMap::new();
    let mut all = Judged::default();
    for fact in facts {
        let (Some(share), Some(size)) = (fact.share, &fact.size) else {
            all.left_out += 1;
            continue;
        };
        let peers = Peers {
            framework: fact.framework.clone(),
            edition: fact.edition.clone(),
            tier: fact.tier.clone(),
            sector: fact.sector.clone(),
            size: size.clone(),
        };
        groups.entry(peers).or_default().push((fact, share));
    }
    for (peers, members) in groups {
        if members.len() <= rules.peers {
            all.left_out += members.len();
            continue;
        }
        all.judged += members.len();
        let shares: Vec<Decimal> = members.iter().map(|m| m.1).collect();
        let Some(spread) = Spread::of(&shares) else { continue };
        for (fact, share) in &members {
            let gap = *share - spread.median();
            if spread.beyond(*share, rules.robust_z) && (gap >= rules.least_gap || -gap >= rules.least_gap) {
                all.found.push(Outlier {
                    fact: Arc::clone(fact),
                    peers: peers.clone(),
                    others: members.len() - 1,
                    share: *share,
                    median: spread.median(),
                    z: spread.z(*share),
                });
            }
        }
    }
    let far = |z: Decimal| if z.is_negative() { -z } else { z };
    all.found.sort_by(|a, b| far(b.z).cmp(&far(a.z)).then_with(|| a.fact.id.to_string().cmp(&b.fact.id.to_string())));
    all
}

/// Middle and spread of some numbers, exact: the median is kept twice over, the deviation four times.
pub struct Spread {
    twice_median: i128,
    /// 0.6745 / MAD, or 1 / (1.253314 · mean absolute deviation), as a fraction of the doubled distance.
    over: (i128, i128),
}

/// Units of 1/10 000.
fn units(d: Decimal) -> i128 {
    i128::from((d * Decimal::whole(10_000)).to_i64())
}

fn of_units(n: i128) -> Decimal {
    let text = format!("{}{}.{:04}", if n < 0 { "-" } else { "" }, n.unsigned_abs() / 10_000, n.unsigned_abs() % 10_000);
    text.parse().unwrap_or(Decimal::MAX)
}

/// Twice the median of sorted numbers; 0 of none.
fn twice_median(sorted: &[i128]) -> i128 {
    let at = |n: usize| sorted.get(n).copied().unwrap_or_default();
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { at(half) * 2 } else { at(half.saturating_sub(1)) + at(half) }
}

impl Spread {
    /// `None` for no numbers, or for numbers that are all alike: nothing is far from them.
    pub fn of(numbers: &[Decimal]) -> Option<Self> {
        let mut all: Vec<i128> = numbers.iter().map(|d| units(*d)).collect();
        all.sort_unstable();
        let twice = twice_median(&all);
        let mut far: Vec<i128> = all.iter().map(|n| (2 * n - twice).abs()).collect();
        far.sort_unstable();
        let mad4 = twice_median(&far);
        let sum: i128 = far.iter().sum();
        let over = if mad4 > 0 {
            // z = 0.6745 · (far / 2) / (mad4 / 4)
            (2 * 6_745, mad4 * 10_000)
        } else if sum > 0 {
            // z = (far / 2) / (1.253314 · sum / 2n)
            (1_000_000 * i128::try_from(all.len()).ok()?, 1_253_314 * sum)
        } else {
            return None;
        };
        Some(Self { twice_median: twice, over })
    }
    /// Rounded down to four places.
    pub fn median(&self) -> Decimal {
        of_units(self.twice_median.div_euclid(2))
    }
    pub fn beyond(&self, x: Decimal, limit: Decimal) -> bool {
        let far = (2 * units(x) - self.twice_median).abs();
        far * self.over.0 * 10_000 > units(limit) * self.over.1
    }
    /// To four places, towards zero.
    pub fn z(&self, x: Decimal) -> Decimal {
        of_units((2 * units(x) - self.twice_median) * self.over.0 * 10_000 / self.over.1)
    }
}
