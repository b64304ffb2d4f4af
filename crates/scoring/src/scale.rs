//! What a scale can give.

use crate::{
    decimal::Decimal,
    definition::{Bucket, Choice, Scale, ScaleType},
};
use kernel::{Text, text::Lang};

impl Scale {
    pub fn choice(&self, code: &str) -> Option<&Choice> {
        self.options.iter().find(|option| option.code == code)
    }
    /// The most one answer can give: of one choice the best option, not the sum of all (Odoo #75701); of many the larger of
    /// the capped sum and the best option that stands alone.
    pub fn max(&self) -> Decimal {
        let best = |points: &mut dyn Iterator<Item = Decimal>| points.max().unwrap_or_default();
        match self.kind {
            ScaleType::Single | ScaleType::Ladder => best(&mut self.options.iter().map(|o| o.points)),
            ScaleType::Multi => {
                let alone = best(&mut self.options.iter().filter(|o| o.excludes_others).map(|o| o.points));
                let sum = self.options.iter().filter(|o| !o.excludes_others).map(|o| o.points).sum();
                self.capped(alone).max(self.capped(sum))
            }
            ScaleType::Ratio | ScaleType::Count => best(&mut self.buckets.iter().map(|b| b.points)),
            ScaleType::Matrix => self.mean_of(best(&mut self.options.iter().map(|o| o.points)), 1),
            ScaleType::Evidence => self.points.unwrap_or_default(),
            ScaleType::Gate => Decimal::ZERO,
        }
    }
    pub(crate) fn capped(&self, points: Decimal) -> Decimal {
        self.cap.map_or(points, |cap| points.min(cap))
    }
    /// Points of a matrix: the mean of so many rows × factor, rounded half up to 0.01.
    pub(crate) fn mean_of(&self, sum: Decimal, rows: usize) -> Decimal {
        let rows = Decimal::from(u32::try_from(rows).unwrap_or(u32::MAX));
        let sum = sum * self.factor.unwrap_or(Decimal::ONE);
        sum.checked_div(rows).unwrap_or_default().round(2)
    }
    /// The bucket of a percentage `n / d` (both typed, `d` positive), compared without rounding.
    pub(crate) fn bucket_of_ratio(&self, n: Decimal, d: Decimal) -> Option<&Bucket> {
        self.buckets.iter().find(|bucket| bucket.up_to.is_none_or(|bound| n.cmp_percent(d, bound).is_le()))
    }
    pub(crate) fn bucket_of_count(&self, number: Decimal) -> Option<&Bucket> {
        self.buckets.iter().find(|bucket| bucket.up_to.is_none_or(|bound| number <= bound))
    }
    /// A bucket in words: “trên 20 % đến 40 %”.
    pub fn bucket_label(&self, at: usize) -> Text {
        let below = at.checked_sub(1).and_then(|i| self.buckets.get(i)).and_then(|b| b.up_to);
        let up_to = self.buckets.get(at).and_then(|b| b.up_to);
        let unit = match (self.kind, &self.unit) {
            (ScaleType::Ratio, _) => Text::new(" %", " %"),
            (_, Some(unit)) => Text::new(format!(" {}", unit.vi), format!(" {}", unit.en)),
            (_, None) => Text::default(),
        };
        let vi = |d: Decimal| format!("{}{}", d.show(Lang::Vi, 4), unit.vi);
        let en = |d: Decimal| format!("{}{}", d.show(Lang::En, 4), unit.en);
        match (below, up_to) {
            (Some(from), Some(to)) => Text::new(
                format!("trên {} đến {}", vi(from), vi(to)),
                format!("over {} up to {}", en(from), en(to)),
            ),
            (Some(from), None) => Text::new(format!("trên {}", vi(from)), format!("over {}", en(from))),
            (None, Some(to)) => Text::new(format!("đến {}", vi(to)), format!("up to {}", en(to))),
            (None, None) => Text::new("mọi giá trị", "any value"),
        }
    }
}
