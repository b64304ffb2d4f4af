//! Which rates are in force for somebody, the best of them, and the amount: exact and never negative.

use crate::catalog::{Beneficiary, CapType, Group, Rate, Rules, Share};
use kernel::{Dong, Refusal, time::Date};

/// A rate that somebody may have, with the size by which they have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer<'a> {
    pub rate: &'a Rate,
    pub who: Beneficiary,
    pub share: Share,
}

/// `min(requested, rate × value, cap − taken)`, never below zero. `taken` is what is committed or paid against the same cap.
pub fn amount(requested: Dong, share: Share, value: Dong, taken: Dong) -> Dong {
    let left = share.cap.map_or(Dong(i64::MAX), |cap| Dong(cap.0.saturating_sub(taken.0)));
    requested.min(share.percent.share(value)).min(left).max(Dong(0))
}

/// All rates of a content in force on a day in a province for any of the sizes, with a row for a priority group only where
/// one of the groups holds.
pub fn offers<'a>(rules: &'a Rules, province: &'a str, content: &str, day: Date, sizes: &[Beneficiary], groups: &[Group]) -> Vec<Offer<'a>> {
    let mut found = Vec::new();
    for rate in rules.rates_of(province).filter(|r| r.content == content && r.effective.contains(day)) {
        if !rate.groups.is_empty() && !rate.groups.iter().any(|g| groups.contains(g)) {
            continue;
        }
        for who in sizes {
            if let Some(share) = rate.shares.get(who) {
                found.push(Offer { rate, who: *who, share: *share });
            }
        }
    }
    found
}

/// The single best offer for a value: the largest amount before anything is taken; of equals the larger cap, the larger
/// share, a national rate before a province's, and the smaller size (Decree 80/2021 Art. 4.2: one rate, the firm's choice).
pub fn best<'a>(offers: &[Offer<'a>], requested: Dong, value: Dong) -> Option<Offer<'a>> {
    offers.iter().copied().max_by_key(|o| {
        let cap = o.share.cap.map_or(i64::MAX, |c| c.0);
        (amount(requested, o.share, value, Dong(0)), cap, o.share.percent, o.rate.province.is_none(), std::cmp::Reverse(o.who))
    })
}

/// Why there is no rate: the table has a gap on that day, or the size is not among those supported.
pub fn no_rate(rules: &Rules, province: &str, content: &str, day: Date) -> Refusal {
    let name = rules.content_name(content);
    let any = rules.rates_of(province).any(|r| r.content == content && r.effective.contains(day));
    if any {
        return Refusal::conflict(
            "size-not-covered",
            format!("Quy định không hỗ trợ nội dung “{}” cho quy mô của doanh nghiệp này. Xem các nội dung khác ở trang mức hỗ trợ.", name.vi),
            format!("The rules give no support for “{}” to an enterprise of this size. See the other contents on the page of rates.", name.en),
        );
    }
    Refusal::conflict(
        "rate-table-gap",
        format!("Bảng mức hỗ trợ không có mức nào cho “{}” vào ngày {}. Chưa thể tính số tiền; quản trị viên cần bổ sung danh mục catalog/support.", name.vi, super::day(day)),
        format!("The support table has no rate for “{}” on {day}. No amount can be told; an administrator has to complete catalog/support.", name.en),
    )
}

/// The key that a cap counts under, besides enterprise, content and year: nothing, the contract, or the month.
pub fn period(cap_type: CapType, contract: &str, month: Option<&str>) -> String {
    match cap_type {
        CapType::ContractYear => format!("contract:{contract}"),
        CapType::Month => format!("month:{}", month.unwrap_or_default()),
        CapType::Year | CapType::Course | CapType::None => String::new(),
    }
}
