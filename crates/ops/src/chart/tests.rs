#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;

/// The worked example of the NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (flow rate of ten batches, in tenths).
const NIST: [i64; 10] = [496, 476, 499, 513, 478, 512, 526, 524, 536, 521];

#[test]
fn limits_of_a_published_example() {
    let l = limits(&NIST).unwrap();
    assert_eq!(l.mean.decimal(2, '.'), "508.10");
    // The handbook divides by d2 = 1.128 (55.8041, 45.8159); 2.66 is 3/1.128 rounded, as charts of individuals are drawn by hand.
    assert_eq!((l.upper.decimal(1, '.'), l.lower.decimal(1, '.')), ("558.0".to_owned(), "458.2".to_owned()));
    assert!(control(&NIST).is_none(), "ten points have no limits on a chart");
    assert_eq!(reading(&NIST, true), Reading::TooFew);
}

#[test]
fn no_limits_before_the_twelfth_point() {
    let eleven: Vec<i64> = (0..11).map(|n| 50 + n % 3).collect();
    assert!(control(&eleven).is_none());
    let twelve: Vec<i64> = (0..12).map(|n| 50 + n % 3).collect();
    assert!(control(&twelve).is_some());
    assert!(limits(&[]).is_none() && limits(&[7]).is_none());
}

#[test]
fn what_is_a_signal_and_what_is_not() {
    let base = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50];
    let with = |tail: &[i64]| [&base[..], tail].concat();
    for (tail, last, higher, lower) in [
        (vec![51], None, Reading::Common, Reading::Common),
        (vec![70], Some(Special::Outside), Reading::Improving, Reading::Worsening),
        (vec![30], Some(Special::Outside), Reading::Worsening, Reading::Improving),
        (vec![54, 53, 54, 53, 54, 53, 54, 53], Some(Special::Run), Reading::Improving, Reading::Worsening),
        (vec![54, 53, 54, 53, 54, 53, 54], None, Reading::Common, Reading::Common),
        (vec![46, 47, 48, 49, 50, 51], Some(Special::Trend), Reading::Improving, Reading::Worsening),
        (vec![49, 47, 48, 49, 50, 50], None, Reading::Common, Reading::Common),
    ] {
        let values = with(&tail);
        let (_, specials) = control(&values).unwrap();
        assert_eq!(*specials.last().unwrap(), last, "{tail:?}");
        assert_eq!((reading(&values, true), reading(&values, false)), (higher, lower), "{tail:?}");
    }
    // All the same: no variation, no signal, limits on the mean.
    let flat = [5; 12];
    let (l, specials) = control(&flat).unwrap();
    assert!(l.upper == l.mean && l.lower == l.mean && specials.iter().all(Option::is_none));
}

#[test]
fn whether_a_target_is_met_reliably() {
    let l = limits(&[50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51]).unwrap();
    for (target, higher, lower) in [(40, Reach::Reliably, Reach::Never), (50, Reach::NowAndThen, Reach::NowAndThen), (60, Reach::Never, Reach::Reliably)] {
        assert_eq!((reach(&l, target, true), reach(&l, target, false)), (higher, lower), "{target}");
    }
}

#[test]
fn fractions_are_printed_half_away_from_zero() {
    for (n, d, decimals, text) in [(1, 2, 0, "1"), (-1, 2, 0, "-1"), (-1, 3, 0, "0"), (2, 3, 2, "0,67"), (-2, 3, 2, "-0,67"), (12, 1, 1, "12,0"), (5, -2, 1, "-2,5")] {
        assert_eq!(Frac::new(n, d).decimal(decimals, ','), text, "{n}/{d}");
    }
    assert!(Frac::new(1, 3) < Frac::new(34, 100) && Frac::new(2, 4) == Frac::new(1, 2));
}
