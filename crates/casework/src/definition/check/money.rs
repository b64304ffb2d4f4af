//! Money: every line can be counted for every example, and no day of the procedure is without a rate.

use super::Check;
use crate::definition::{Channel, ChannelRate, ChannelRates, Fee, FeeKind, Formula};
use kernel::{Dong, Text, time::Date};

/// Dates without an end are laid to here.
const FAR: i16 = 9999;

impl Check<'_> {
    pub(super) fn money(&mut self) {
        let d = self.d;
        for (n, fee) in d.fees.iter().enumerate() {
            let at = n.to_string();
            for why in faults(fee) {
                self.fault(&["fees", &at], format!("{}: {}", fee.code, why.vi), format!("{}: {}", fee.code, why.en));
            }
            self.conditions_of_fee(&at, fee);
        }
        let mut codes: Vec<&str> = d.fees.iter().filter(|f| f.is_rate()).map(|f| f.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            self.gaps(code);
        }
    }

    fn conditions_of_fee(&mut self, at: &str, fee: &Fee) {
        let d = self.d;
        let classes = fee.classes.iter().map(|c| ("classes", &c.when));
        let exempt = fee.exempt.iter().map(|e| ("exempt", &e.when));
        for (key, guard) in fee.when.iter().map(|g| ("when", g)).chain(classes).chain(exempt) {
            for example in d.form.examples() {
                if let Err(e) = Fee::holds(guard, d.effective.from, example) {
                    self.fault(&["fees", at, key], format!("điều kiện của {}: {e}", fee.code), format!("condition of {}: {e}", fee.code));
                    break;
                }
            }
        }
        for pointer in pointers(fee) {
            let name = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
            let known = pointer.starts_with('/') && d.form.schema.get("properties").and_then(|p| p.get(name)).is_some();
            if !known {
                self.fault(&["fees", at, "formula"], format!("{}: “{pointer}” không chỉ tới mục nào của tờ khai", fee.code), format!("{}: “{pointer}” points at no question of the form", fee.code));
            }
        }
        if !fee.is_rate() || !faults(fee).is_empty() {
            return;
        }
        for example in d.form.examples() {
            for channel in [Channel::Online, Channel::Counter] {
                if let Err(r) = crate::money::amount(fee, example, channel, &crate::money::nobody(), fee.effective.from) {
                    self.fault(&["fees", at], r.message.vi, r.message.en);
                    return;
                }
            }
        }
    }

    /// From the first day of the procedure to its last, some line of each fee holds, and never two that say nothing of when.
    fn gaps(&mut self, code: &str) {
        let d = self.d;
        let mut lines: Vec<(usize, &Fee)> = d.fees.iter().enumerate().filter(|(_, f)| f.code == code && f.is_rate()).collect();
        lines.sort_by_key(|(_, f)| f.effective.from);
        let last = d.effective.to.unwrap_or_else(|| Date::new(FAR, 12, 31).unwrap_or(Date::MAX));
        let mut covered: Option<Date> = None;
        let mut former: Option<&Fee> = None;
        for (n, fee) in &lines {
            let begins = covered.map_or(d.effective.from, |c| c.tomorrow().unwrap_or(Date::MAX));
            if fee.effective.from > begins && begins <= last {
                self.gap(*n, code, begins);
            }
            let overlaps = covered.is_some_and(|c| fee.effective.from <= c);
            if overlaps && fee.when.is_none() && former.is_some_and(|f| f.when.is_none()) {
                let at = n.to_string();
                self.fault(&["fees", &at, "effective"], format!("“{code}”: hai mức cùng có hiệu lực"), format!("“{code}”: two rates hold at once"));
            }
            covered = Some(covered.unwrap_or(Date::MIN).max(fee.effective.to.unwrap_or(last).min(last).max(fee.effective.from)));
            former = Some(fee);
        }
        if let (Some(covered), Some((n, _))) = (covered.filter(|c| *c < last), lines.last()) {
            self.gap(*n, code, covered.tomorrow().unwrap_or(last));
        }
    }

    fn gap(&mut self, n: usize, code: &str, day: Date) {
        let at = n.to_string();
        self.fault(
            &["fees", &at, "effective"],
            format!("“{code}”: từ ngày {day} không có mức thu nào; không thu nữa thì ghi mức 0"),
            format!("“{code}”: no rate holds from {day}; if nothing is collected then, write an amount of 0"),
        );
    }
}

fn pointers(fee: &Fee) -> Vec<&str> {
    let formulas = fee.formula.iter().chain(fee.classes.iter().filter_map(|c| c.formula.as_ref()));
    formulas
        .flat_map(|f| match f {
            Formula::Each(e) => vec![Some(e.of.as_str()), e.times.as_deref()],
            Formula::Brackets(b) => vec![Some(b.of.as_str())],
        })
        .flatten()
        .collect()
}

/// What is wrong with a line by itself.
fn faults(fee: &Fee) -> Vec<Text> {
    let mut out = Vec::new();
    let mut say = |wrong: bool, vi: &str, en: &str| {
        if wrong {
            out.push(Text::new(vi, en));
        }
    };
    let by_notice = fee.kind == FeeKind::Obligation;
    let rates = usize::from(fee.amount.is_some()) + usize::from(fee.formula.is_some());
    say(!by_notice && rates == 0, "thiếu amount hoặc formula", "neither amount nor formula");
    say(rates == 2, "chỉ một trong amount, formula", "amount and formula exclude each other");
    say(by_notice && rates > 0, "nghĩa vụ tài chính theo thông báo của cơ quan thuế, không khai amount hay formula", "an obligation comes by notice: no amount and no formula");
    say(fee.online.is_some() && !fee.channels.is_empty(), "dùng channels, bỏ online", "use channels and leave online out");
    let negative = |d: Option<Dong>| d.is_some_and(|d| d.0 < 0);
    say(negative(fee.amount) || negative(fee.online), "khoản thu âm", "the fee is negative");
    say(!rates_fit(&fee.channels), "channels: kênh là online, counter, post; mức không âm, phần trăm đến 100", "channels: online, counter, post; nothing negative, per cent up to 100");
    for class in &fee.classes {
        let given = usize::from(class.amount.is_some()) + usize::from(class.formula.is_some()) + usize::from(class.percent.is_some());
        say(given != 1, "classes: đúng một trong amount, formula, percent", "classes: exactly one of amount, formula, percent");
        say(negative(class.amount) || class.percent.is_some_and(|p| p > 100) || !rates_fit(&class.channels), "classes: mức không âm, phần trăm đến 100", "classes: nothing negative, per cent up to 100");
    }
    for formula in fee.formula.iter().chain(fee.classes.iter().filter_map(|c| c.formula.as_ref())) {
        match formula {
            Formula::Each(each) => {
                let bounds: Vec<Option<u64>> = each.tiers.iter().map(|t| t.upto).collect();
                say(!rises(&bounds), "tiers: upto tăng dần, bậc cuối không có upto", "tiers: upto rises and the last tier has none");
                let sums = each.tiers.iter().map(|t| t.amount).chain(each.base).chain(each.cap);
                say(sums.into_iter().any(|d| d.0 < 0), "tiers: mức âm", "tiers: a negative amount");
            }
            Formula::Brackets(b) => {
                let bounds: Vec<Option<u64>> = b.rows.iter().map(|r| r.upto).collect();
                say(!rises(&bounds), "rows: upto tăng dần, dòng cuối không có upto", "rows: upto rises and the last row has none");
                say(b.rows.iter().any(|r| r.base.0 < 0 || r.per_mille > 1000), "rows: base không âm, per_mille đến 1000", "rows: base is not negative, per_mille up to 1000");
            }
        }
    }
    out
}

fn rates_fit(rates: &ChannelRates) -> bool {
    rates.iter().all(|(name, rate)| {
        let known = [Channel::Online, Channel::Counter, Channel::Post].iter().any(|c| c.code() == name);
        known && match rate {
            ChannelRate::Percent(p) => *p <= 100,
            ChannelRate::Amount(a) => a.0 >= 0,
        }
    })
}

fn rises(bounds: &[Option<u64>]) -> bool {
    let Some((last, rest)) = bounds.split_last() else { return false };
    let rest: Option<Vec<u64>> = rest.iter().copied().collect();
    last.is_none() && rest.is_some_and(|r| r.is_sorted_by(|a, b| a < b))
}
