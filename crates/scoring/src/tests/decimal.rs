#![allow(clippy::unwrap_used)]

use super::*;
use kernel::text::Lang;
use proptest::prelude::*;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn written_forms() {
    for (text, shown) in [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("12.50", "12.5"),
        ("0.203", "0.203"),
        ("1.234", "1.2340"),
        ("1234.567", "1234.567"),
        ("-3.1416", "-3.1416"),
        ("1000000000000000", "1000000000000000"),
    ] {
        assert_eq!(d(text).to_string(), shown, "{text}");
    }
    for bad in ["", "-", ".", "1.", ".5", "1e3", "+1", "NaN", "inf", "1,5", " 1", "1 000", "1.2.3", "٣", "--1"] {
        assert_eq!(bad.parse::<Decimal>(), Err(ParseDecimal::Shape), "{bad}");
    }
    assert_eq!("1.23456".parse::<Decimal>(), Err(ParseDecimal::Places));
    assert_eq!("1.230000".parse::<Decimal>(), Ok(d("1.23")));
    assert_eq!("1000000000000001".parse::<Decimal>(), Err(ParseDecimal::Large));
    assert_eq!("9".repeat(5000).parse::<Decimal>(), Err(ParseDecimal::Large));
    assert_eq!(d("20.5").show(Lang::Vi, 1), "20,5");
    assert_eq!(d("66.6667").show(Lang::En, 1), "66.7");
    assert_eq!(d("0.203").show(Lang::En, 4), "0.203");
}

#[test]
fn typed_forms() {
    for (text, value) in [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,125", "0.125"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234 567,25", "1234567.25"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1234.567", "1234.567"),
        (" 7\u{200b} ", "7"),
        ("-3", "-3"),
    ] {
        assert_eq!(Decimal::typed(text), Ok(d(value)), "{text}");
    }
    let asked = Decimal::typed("1.234").unwrap_err();
    assert!(asked.vi.contains("1234") && asked.vi.contains("1,2340"), "{asked:?}");
    for bad in ["", "abc", "12%", "1.23.4", "1,2,3.4.5", "NaN", "1e9", "1..2", "12,", "<b>1</b>", "😀"] {
        assert!(Decimal::typed(bad).is_err(), "{bad}");
    }
    assert!(Decimal::typed("99999999999999999").unwrap_err().vi.contains("lớn"));
}

#[test]
fn arithmetic_rounds_half_away_and_stops_at_the_bounds() {
    assert_eq!(d("1").checked_div(d("3")), Some(d("0.3333")));
    assert_eq!(d("2").checked_div(d("3")), Some(d("0.6667")));
    assert_eq!(d("-2").checked_div(d("3")), Some(d("-0.6667")));
    assert_eq!(d("0.0001") * d("0.5"), d("0.0001"));
    assert_eq!(d("1").checked_div(Decimal::ZERO), None);
    assert_eq!(Decimal::MAX + Decimal::MAX, Decimal::MAX);
    assert_eq!(Decimal::MIN - Decimal::ONE, Decimal::MIN);
    assert_eq!(Decimal::MAX * Decimal::MAX, Decimal::MAX);
    assert_eq!(Decimal::MAX.checked_add(Decimal::STEP), None);
    assert_eq!(Decimal::MAX.checked_mul(d("2")), None);
    assert_eq!(Decimal::MAX.checked_div(Decimal::STEP), None);
    assert_eq!(d("1").percent_of(d("3")), Some(d("33.3333")));
    assert_eq!(d("2.4").ceil(), d("3"));
    assert_eq!(d("-2.4").ceil(), d("-2"));
    assert_eq!(d("2.345").round(2), d("2.35"));
}

#[test]
fn shares_are_compared_without_rounding() {
    // 33.33333… % rounds to 33.3333, and is above it.
    assert!(d("1").cmp_percent(d("3"), d("33.3333")).is_gt());
    assert!(d("1").cmp_percent(d("5"), d("20")).is_eq());
    assert!(d("39").cmp_fraction(d("65"), d("3"), d("5")).is_eq());
}

#[test]
fn json_reads_text_and_numbers() {
    let of = |json: &str| serde_json::from_str::<Decimal>(json);
    assert_eq!(of("\"12.5\"").unwrap(), d("12.5"));
    assert_eq!(of("12.5").unwrap(), d("12.5"));
    assert_eq!(of("12").unwrap(), d("12"));
    assert!(of("1e300").is_err() && of("0.00001").is_err() && of("null").is_err() && of("true").is_err());
    assert_eq!(serde_json::to_string(&d("12.5")).unwrap(), "\"12.5\"");
}

proptest! {
    #[test]
    fn printing_and_reading_meet(units in -10_000_000_000_000_000_000_i128..=10_000_000_000_000_000_000) {
        let number = Decimal(units);
        prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number));
        prop_assert_eq!(Decimal::typed(&number.to_string()), Ok(number));
    }

    #[test]
    fn nothing_panics(a in any::<i64>(), b in any::<i64>(), text in ".{0,40}") {
        let (x, y) = (Decimal::clamped(i128::from(a) * 7), Decimal::clamped(i128::from(b)));
        let _ = (x + y, x - y, x * y, x.checked_div(y), x.percent_of(y), x.cmp_percent(y, x), x.cmp_fraction(y, x, y));
        let _ = (x.round(2), x.ceil(), Decimal::typed(&text), text.parse::<Decimal>());
    }
}
