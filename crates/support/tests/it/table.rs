//! The size table (§2.2) and the support table (§2.3), every cell.

use crate::fixture::*;
use kernel::{
    Dong,
    time::{Date, date},
};
use support::{
    catalog::{Beneficiary, Beneficiary::*, CapType, Group, Percent},
    rules::{SizeInputs, amount, best, offers, size::has_many_women, size::is_women_owned, size_class},
};

const BN: i64 = 1_000_000_000;

fn class(vsic: &str, people: u32, revenue: Option<i64>, capital: Option<i64>) -> Option<Beneficiary> {
    let inputs = SizeInputs {
        year: 2026,
        vsic: vsic.into(),
        headcounts: vec![people; 12],
        women: None,
        revenue: revenue.map(Dong),
        capital: capital.map(Dong),
        founded: Some(date(2015, 1, 1)),
    };
    size_class(&inputs, &rules(), today()).unwrap().class
}

/// Every limit of §2.2 on its edge and one above it, by revenue alone and by capital alone.
#[test]
fn each_cell_of_the_size_table() {
    // class, people, revenue, capital; by sector
    let cells = [
        ("A", [(Micro, 10, 3 * BN, 3 * BN), (Small, 100, 50 * BN, 20 * BN), (Medium, 200, 200 * BN, 100 * BN)]),
        ("C", [(Micro, 10, 3 * BN, 3 * BN), (Small, 100, 50 * BN, 20 * BN), (Medium, 200, 200 * BN, 100 * BN)]),
        ("F", [(Micro, 10, 3 * BN, 3 * BN), (Small, 100, 50 * BN, 20 * BN), (Medium, 200, 200 * BN, 100 * BN)]),
        ("G", [(Micro, 10, 10 * BN, 3 * BN), (Small, 50, 100 * BN, 50 * BN), (Medium, 100, 300 * BN, 100 * BN)]),
        ("62", [(Micro, 10, 10 * BN, 3 * BN), (Small, 50, 100 * BN, 50 * BN), (Medium, 100, 300 * BN, 100 * BN)]),
    ];
    for (vsic, rows) in cells {
        for (i, (wanted, people, revenue, capital)) in rows.into_iter().enumerate() {
            let next = rows.get(i + 1).map(|r| r.0);
            assert_eq!(class(vsic, people, Some(revenue), None), Some(wanted), "{vsic} {wanted:?} on the edge of revenue");
            assert_eq!(class(vsic, people, None, Some(capital)), Some(wanted), "{vsic} {wanted:?} on the edge of capital");
            assert_eq!(class(vsic, people, Some(revenue + 1), None), next, "{vsic} above the revenue of {wanted:?}");
            assert_eq!(class(vsic, people, None, Some(capital + 1)), next, "{vsic} above the capital of {wanted:?}");
            assert_eq!(class(vsic, people + 1, Some(revenue), None), next, "{vsic} above the headcount of {wanted:?}");
            // One money test is enough.
            assert_eq!(class(vsic, people, Some(revenue), Some(capital + 1)), Some(wanted));
            assert_eq!(class(vsic, people, Some(revenue + 1), Some(capital)), Some(wanted));
        }
    }
}

#[test]
fn the_mean_is_an_exact_fraction() {
    let mut inputs = size();
    inputs.revenue = Some(Dong(2 * BN));
    inputs.headcounts = [vec![10; 11], vec![11]].concat();
    let r = size_class(&inputs, &rules(), today()).unwrap();
    assert_eq!((r.class, r.mean().as_str()), (Some(Small), "10,1"), "121 / 12 is above 10");
    inputs.headcounts = [vec![10; 10], vec![9, 11]].concat();
    assert_eq!(size_class(&inputs, &rules(), today()).unwrap().class, Some(Micro));
}

#[test]
fn young_or_without_revenue_means_capital_only() {
    let mut inputs = size();
    (inputs.revenue, inputs.capital) = (Some(Dong(500 * BN)), Some(Dong(BN)));
    inputs.headcounts = vec![4, 5];
    inputs.founded = Some(date(2025, 11, 19));
    let young = size_class(&inputs, &rules(), today()).unwrap();
    assert!(young.capital_only && young.class == Some(Micro), "{young:?}");
    inputs.founded = Some(date(2025, 11, 18));
    assert!(!size_class(&inputs, &rules(), today()).unwrap().capital_only, "one year old today");
    inputs.revenue = Some(Dong(0));
    let idle = size_class(&inputs, &rules(), today()).unwrap();
    assert!(idle.capital_only && idle.class == Some(Micro));
    inputs.capital = None;
    let refusal = size_class(&inputs, &rules(), today()).unwrap_err();
    assert_eq!(refusal.reasons[0].field.as_deref(), Some("capital"));
}

#[test]
fn two_criteria_leave_a_choice_that_is_explained() {
    let mut inputs = size();
    (inputs.headcounts, inputs.revenue, inputs.capital) = (vec![8; 12], Some(Dong(2 * BN)), Some(Dong(15 * BN)));
    let r = size_class(&inputs, &rules(), today()).unwrap();
    assert_eq!((r.class, r.choices.as_slice()), (Some(Micro), [Micro, Small].as_slice()));
    let text: String = r.steps.iter().map(|s| format!("{} [{}]\n", s.text.vi, s.basis)).collect();
    assert!(text.contains("hai tỷ đồng") && text.contains("có lợi nhất") && text.contains("Điều 3 khoản 2 Thông tư 06/2022"), "{text}");
}

#[test]
fn bad_size_inputs_are_named_each_at_its_field() {
    let check = |change: &dyn Fn(&mut SizeInputs), field: &str| {
        let mut inputs = size();
        change(&mut inputs);
        let refusal = size_class(&inputs, &rules(), today()).unwrap_err();
        assert!(refusal.reasons.iter().any(|r| r.field.as_deref() == Some(field) && !r.message.vi.is_empty() && !r.message.en.is_empty()), "{field}: {refusal:?}");
    };
    check(&|i| i.headcounts.clear(), "headcounts");
    check(&|i| i.headcounts = vec![1; 13], "headcounts");
    check(&|i| i.headcounts = vec![u32::MAX], "headcounts");
    check(&|i| (i.revenue, i.capital) = (None, None), "revenue");
    check(&|i| i.revenue = Some(Dong(-1)), "revenue");
    check(&|i| i.capital = Some(Dong(-1)), "capital");
    check(&|i| i.founded = Some(date(2026, 12, 1)), "founded");
    check(&|i| i.women = Some(41), "women");
    check(&|i| i.vsic = "XYZ 1".into(), "vsic");
    check(&|i| i.vsic = "00".into(), "vsic");
    check(&|i| i.year = 2025, "year");
    // Headcount 0 is classed, and said to be odd.
    let mut none = size();
    (none.headcounts, none.women) = (vec![0; 12], None);
    let r = size_class(&none, &rules(), today()).unwrap();
    assert!(r.class.is_some() && r.steps.iter().any(|s| s.text.vi.contains("Không có lao động nào")));
    // A day without size rules is refused, not guessed.
    let mut early = size();
    early.year = 2020;
    assert_eq!(size_class(&early, &rules(), date(2020, 1, 1)).unwrap_err().code, "size-rules-gap");
}

#[test]
fn women_owned_and_many_women() {
    let rules = rules();
    let e = rules.size_edition(today()).unwrap();
    for (capital, manages, wanted) in [(5_100, true, true), (5_099, true, false), (10_000, false, false), (10_001, true, false)] {
        assert_eq!(is_women_owned(e, Percent(capital), manages), wanted, "{capital} {manages}");
    }
    for (women, people, wanted) in [(49, 99, false), (50, 99, true), (29, 100, false), (30, 100, true), (0, 0, false), (1, 2, true)] {
        assert_eq!(has_many_women(e, women, (people * 12, 12)), wanted, "{women} of {people}");
    }
}

/// Content, then per column: percent, cap in millions, cap type; `None`: not supported.
type Cell = Option<(u32, Option<i64>)>;

fn cell(content: &str, who: Beneficiary, groups: &[Group], on: Date) -> Option<(Cell, CapType, String)> {
    let rules = rules();
    let found = offers(&rules, "79", content, on, &[who], groups);
    let value = million(1_000_000);
    best(&found, value, value).map(|o| (Some((o.share.percent.0 / 100, o.share.cap.map(|c| c.0 / 1_000_000))), o.rate.cap_type, o.rate.legal_basis.to_string()))
}

/// §2.3 line by line, every cell of micro, small and medium.
#[test]
fn each_cell_of_the_support_table() {
    use CapType::{ContractYear, Course, None as Free, Year};
    let women = [Group::WomenOwned];
    let (no, all): (Cell, Cell) = (None, Some((100, None)));
    let cap = |percent: u32, cap: i64| Some((percent, Some(cap)));
    let lines: &[(&str, &[Group], [Cell; 3], CapType, &str)] = &[
        ("dx-consulting", &[], [no, cap(50, 50), cap(50, 100)], ContractYear, "Điều 11 khoản 1"),
        ("dx-solution", &[], [cap(50, 20), cap(50, 50), cap(50, 100)], Year, "Điều 11 khoản 2"),
        ("ip-consulting", &[], [cap(50, 100); 3], ContractYear, "Điều 11 khoản 3"),
        ("tech-transfer-consulting", &[], [cap(50, 100); 3], ContractYear, "Điều 11 khoản 4"),
        ("general-consulting", &[], [cap(100, 50), cap(50, 100), cap(30, 150)], Year, "Điều 13 khoản 2"),
        ("general-consulting", &women, [cap(100, 70), cap(50, 150), cap(30, 200)], Year, "Điều 13 khoản 2"),
        ("general-consulting", &[Group::ManyWomen], [cap(100, 70), cap(50, 150), cap(30, 200)], Year, "Điều 13 khoản 2"),
        ("general-consulting", &[Group::SocialEnterprise], [cap(100, 70), cap(50, 150), cap(30, 200)], Year, "Điều 13 khoản 2"),
        ("startup-course", &[], [all; 3], Course, "Điều 14 khoản 1"),
        ("management-course", &[], [all, all, Some((70, None))], Course, "Điều 1"),
        ("onsite-training", &[], [Some((70, None)); 3], Course, "Điều 14 khoản 3"),
        ("onsite-training", &women, [all; 3], Course, "Điều 14 khoản 3"),
        ("online-training", &[], [all; 3], Free, "Điều 14 khoản 2"),
        ("vocational-training", &[], [all; 3], Course, "Điều 14 khoản 4"),
    ];
    for (content, groups, cells, cap_type, article) in lines {
        for (who, wanted) in [Micro, Small, Medium].into_iter().zip(cells) {
            let found = cell(content, who, groups, today());
            assert_eq!(found.as_ref().and_then(|f| f.0), *wanted, "{content} {who:?} {groups:?}");
            if let Some((_, found_type, basis)) = found {
                assert_eq!(found_type, *cap_type, "{content}");
                assert!(basis.starts_with(article), "{content}: {basis}");
            }
        }
    }
}

#[test]
fn each_line_for_start_ups_and_households() {
    use CapType::{ContractYear, Month, None as Free, Year};
    for (content, percent, cap, cap_type, article) in [
        ("startup-equipment", 100, 20, Year, "Điều 22 khoản 1 điểm a"),
        ("coworking-rent", 50, 5, Month, "Điều 22 khoản 1 điểm b"),
        ("marketplace-account", 50, 100, ContractYear, "Điều 22 khoản 6"),
        ("marketplace-upkeep", 50, 50, Year, "Điều 22 khoản 6"),
    ] {
        let (found, found_type, basis) = cell(content, Startup, &[], today()).unwrap();
        assert_eq!((found, found_type), (Some((percent, Some(cap))), cap_type), "{content}");
        assert!(basis.starts_with(article), "{basis}");
        assert!(cell(content, Small, &[], today()).is_none(), "{content} is for start-ups");
    }
    let rules = rules();
    assert_eq!(rules.content("coworking-rent").unwrap().months_limit, Some(36));
    assert_eq!(rules.content("marketplace-upkeep").unwrap().years_limit, Some(2));
    assert_eq!(rules.content("onsite-training").unwrap().courses_per_year, Some(1));
    for content in ["household-platform", "household-management-course"] {
        assert_eq!(cell(content, Household, &[], today()).unwrap().1, Free);
        assert!(rules.content(content).unwrap().free);
    }
    assert!(cell("dx-solution", Household, &[], today()).is_none());
    // The ministry's legal-advice scheme is shown and marked as a referral.
    let legal = [Micro, Small, Medium].map(|who| cell("legal-advice", who, &[], today()).unwrap().0.unwrap());
    assert_eq!(legal, [(100, Some(3)), (30, Some(5)), (10, Some(10))]);
    assert!(rules.is_referral("legal-advice") && rules.content("legal-advice").unwrap().free);
}

/// A rate belongs to its days: before Decree 20/2026 the micro-enterprise paid 30 % of the course.
#[test]
fn rates_change_on_their_day() {
    assert_eq!(cell("management-course", Micro, &[], date(2026, 1, 14)).unwrap().0, Some((70, None)));
    assert_eq!(cell("management-course", Micro, &[], date(2026, 1, 15)).unwrap().0, Some((100, None)));
    assert!(cell("management-course", Micro, &[], date(2021, 10, 14)).is_none(), "before the decree there is no rate");
    let unverified = rules();
    assert!(unverified.rates.iter().any(|r| !r.legal_basis.verified) && unverified.rates.iter().any(|r| r.legal_basis.verified));
}

#[test]
fn the_amount_is_the_least_of_three_and_never_negative() {
    let share = |percent: u32, cap: Option<i64>| support::catalog::Share { percent: Percent(percent), cap: cap.map(Dong) };
    for (requested, percent, cap, value, taken, wanted) in [
        (100, 5_000, Some(1_000), 300, 0, 100),
        (200, 5_000, Some(1_000), 300, 0, 150),
        (200, 5_000, Some(100), 300, 0, 100),
        (200, 5_000, Some(100), 300, 40, 60),
        (200, 5_000, Some(100), 300, 100, 0),
        (200, 5_000, Some(100), 300, 130, 0),
        (-5, 5_000, Some(100), 300, 0, 0),
        (200, 10_000, None, 300, 999, 200),
        // Rounded down: a third of 100 đồng is 33.
        (100, 3_333, None, 100, 0, 33),
        (i64::MAX, 10_000, None, i64::MAX, 0, i64::MAX),
    ] {
        assert_eq!(amount(Dong(requested), share(percent, cap), Dong(value), Dong(taken)), Dong(wanted), "{requested} {percent} {cap:?} {value} {taken}");
    }
}

proptest::proptest! {
    /// Whatever is asked and taken: within the request, the share and what is left; never below zero.
    #[test]
    fn the_amount_keeps_its_bounds(requested in 0i64..1 << 50, percent in 1u32..=10_000, cap in 1i64..1 << 50, value in 0i64..1 << 50, taken in 0i64..1 << 50) {
        let a = amount(Dong(requested), support::catalog::Share { percent: Percent(percent), cap: Some(Dong(cap)) }, Dong(value), Dong(taken)).0;
        proptest::prop_assert!(a >= 0 && a <= requested && a <= value && a <= (cap - taken).max(0));
        proptest::prop_assert!(i128::from(a) * 10_000 <= i128::from(value) * i128::from(percent));
    }
}
