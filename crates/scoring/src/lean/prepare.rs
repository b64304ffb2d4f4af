//! A framework as tables.

use super::{Codes, Criterion, Group, Kind, Lean, Unfit, program::Program, sheet};
use crate::{
    decimal::Decimal,
    definition::{Bucket, Scale, ScaleType},
    framework::Framework,
    plan::{Item, Plan},
};
use kernel::Text;
use std::collections::BTreeSet;

/// Most points of one option or criterion, in units: with the bounds on criteria and options no sum comes near 64 bits, nor the
/// bounds of [`Decimal`].
const MOST: i128 = 1_000_000_000_000;

pub(super) fn unfit(vi: impl Into<String>, en: impl Into<String>) -> Unfit {
    Unfit(Text::new(vi, en))
}

pub(super) fn prepare(framework: &Framework) -> Result<Lean, Unfit> {
    let plan = framework.plan();
    let mut lean = Lean {
        framework: framework.framework.clone(),
        version: framework.version.clone(),
        criteria: Vec::with_capacity(plan.criteria.len()),
        order: Vec::new(),
        groups: groups(plan)?,
        dimensions: plan.dimensions.clone(),
        weights: plan.weights.clone(),
        zero_below: framework.zero_below.clone(),
        levels: Vec::new(),
        contradictions: Vec::new(),
        score: plan.score.clone(),
        points: Vec::new(),
        buckets: Vec::new(),
        numbers: 0,
    };
    for item in &plan.criteria {
        let criterion = lean.criterion(item, plan)?;
        lean.criteria.push(criterion);
    }
    lean.order = (0..lean.criteria.len()).collect();
    lean.order.sort_by(|a, b| lean.criteria.get(*a).map(|c| &c.code).cmp(&lean.criteria.get(*b).map(|c| &c.code)));
    for (level, rule) in &plan.levels {
        lean.levels.push((*level, Program::of(rule, plan)?));
    }
    for rule in &plan.contradictions {
        lean.contradictions.push(Program::of(rule, plan)?);
    }
    Ok(lean)
}

/// Groups with the run of their criteria.
fn groups(plan: &Plan) -> Result<Vec<Group>, Unfit> {
    let mut groups = Vec::with_capacity(plan.groups.len());
    let mut from = 0;
    for (at, item) in plan.groups.iter().enumerate() {
        let to = from + plan.criteria.iter().skip(from).take_while(|c| c.group == at).count();
        groups.push(Group { dimension: item.dimension, from, to, cap: item.cap.map(units).transpose()? });
        from = to;
    }
    if from != plan.criteria.len() {
        return Err(unfit("các câu không nằm liền theo nhóm.", "the criteria do not stand together by group."));
    }
    Ok(groups)
}

fn units(points: Decimal) -> Result<i64, Unfit> {
    let fits = (0..=MOST).contains(&points.units());
    i64::try_from(points.units()).ok().filter(|_| fits).ok_or_else(|| {
        unfit(format!("điểm {points} âm hoặc quá lớn."), format!("points of {points} are negative or too many."))
    })
}

impl Lean {
    fn criterion(&mut self, item: &Item, plan: &Plan) -> Result<Criterion, Unfit> {
        let scale = &item.scale;
        let codes: BTreeSet<&str> = scale.options.iter().map(|o| o.code.as_str()).collect();
        if codes.len() != scale.options.len() {
            return Err(unfit(format!("câu {} có hai lựa chọn cùng mã.", item.code), format!("criterion {} has two options of one code.", item.code)));
        }
        let kind = self.kind(item)?;
        Ok(Criterion {
            code: item.code.as_str().into(),
            kind,
            max: units(item.max)?,
            na: item.na,
            hidden: item.hidden,
            when: item.when.as_ref().map(|when| Program::of(when, plan)).transpose()?,
            options: Codes::of(scale.options.iter().map(|o| o.code.as_str())),
            rows: Codes::of(scale.rows.iter().map(|r| r.code.as_str())),
        })
    }

    fn kind(&mut self, item: &Item) -> Result<Kind, Unfit> {
        let scale = &item.scale;
        Ok(match scale.kind {
            ScaleType::Single | ScaleType::Ladder => Kind::Choice { base: self.options(scale)? },
            ScaleType::Multi => {
                if scale.options.len() > sheet::BITS {
                    return Err(unfit(format!("câu {} có hơn {} lựa chọn.", item.code, sheet::BITS), format!("criterion {} has more than {} options.", item.code, sheet::BITS)));
                }
                let alone = scale.options.iter().enumerate().filter(|(_, o)| o.excludes_others).fold(0, |mask, (at, _)| mask | 1_u64 << at);
                Kind::Multi { base: self.options(scale)?, count: scale.options.len(), alone, cap: scale.cap.map(units).transpose()? }
            }
            ScaleType::Matrix => {
                let bits = usize::BITS - scale.options.len().saturating_sub(1).leading_zeros();
                let wide = usize::try_from(bits).unwrap_or(usize::MAX).saturating_mul(scale.rows.len());
                if wide > sheet::BITS || scale.rows.len() > sheet::BITS {
                    return Err(unfit(format!("bảng của câu {} quá rộng.", item.code), format!("the matrix of criterion {} is too wide.", item.code)));
                }
                Kind::Matrix { base: self.options(scale)?, bits, rows: scale.rows.len(), scale: Box::new(scale.clone()) }
            }
            ScaleType::Ratio => {
                let (from, to) = self.buckets(&scale.buckets, item)?;
                Kind::Ratio { slot: self.slot(), from, to }
            }
            ScaleType::Count => {
                let (from, to) = self.buckets(&scale.buckets, item)?;
                Kind::Count { slot: self.slot(), from, to }
            }
            ScaleType::Evidence => Kind::Evidence { points: units(scale.points.unwrap_or_default())? },
            ScaleType::Gate => Kind::Gate,
        })
    }

    fn slot(&mut self) -> usize {
        self.numbers += 1;
        self.numbers - 1
    }

    fn options(&mut self, scale: &Scale) -> Result<usize, Unfit> {
        let base = self.points.len();
        for option in &scale.options {
            self.points.push(units(option.points)?);
        }
        Ok(base)
    }

    /// The last bucket is open: every number falls into one.
    fn buckets(&mut self, buckets: &[Bucket], item: &Item) -> Result<(usize, usize), Unfit> {
        if buckets.last().is_none_or(|b| b.up_to.is_some()) {
            return Err(unfit(format!("khoảng cuối của câu {} không mở.", item.code), format!("the last bucket of criterion {} is not open.", item.code)));
        }
        let from = self.buckets.len();
        for bucket in buckets {
            self.buckets.push((bucket.up_to.map(Decimal::units), units(bucket.points)?));
        }
        Ok((from, self.buckets.len()))
    }
}
