//! Exact fractions, and sharing out a total.

use super::*;
use proptest::prelude::*;

#[test]
fn decimals_are_read_shown_and_rounded() {
    assert_eq!(exact("12,5"), Exact::fraction(25, 2).unwrap());
    assert_eq!(exact("-0.05").to_string(), "-0.05");
    assert_eq!(Exact::fraction(1, 3).unwrap().to_string(), "1/3");
    for bad in ["", "1.", ".5", "1e3", "1 000", "--1", "1.0000000001", "1234567890123456789"] {
        assert_eq!(Exact::parse(bad), None, "{bad}");
    }
    for (text, places, shown) in [("7.0588", 2, "7.06"), ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("2.5", 0, "3"), ("-0.004", 2, "0.00"), ("7", 2, "7.00")] {
        assert_eq!(exact(text).fixed(places), shown, "{text}");
    }
    assert_eq!(exact("7.50").show(kernel::text::Lang::Vi, 2), "7,5");
    assert_eq!(Exact::fraction(1, 0), None);
    assert_eq!(exact("999999999999999999").mul(exact("999999999999999999")).and_then(|x| x.mul(exact("999999999999999999"))), None, "what does not fit is nothing, not something else");
}

/// Communes: parts and wholes are added, rates never averaged.
#[test]
fn the_province_is_the_sum_of_its_communes() {
    let communes = [(25_736_i64, 36_845_i64), (120, 200), (9, 10)];
    let (n, d) = communes.iter().fold((0, 0), |(n, d), c| (n + c.0, d + c.1));
    let province = Exact::fraction(n, d).unwrap();
    let mean = communes.iter().map(|c| Exact::fraction(c.0, c.1).unwrap()).fold(Exact::ZERO, |a, b| a.add(b).unwrap()).div(Exact::whole(3)).unwrap();
    assert_eq!((province.fixed(4), mean.fixed(4)), ("0.6980".to_owned(), "0.7328".to_owned()));
}

/// Two reports of one country that cannot be divided by each other.
#[test]
fn a_base_that_does_not_fit_is_found_from_the_fraction() {
    let base = Exact::whole(21_800_000).div(exact("0.3518")).unwrap();
    assert_eq!(base.round(0).to_string(), "61967027");
    assert!(Exact::whole(64_000_000).div(base).unwrap() > Exact::ONE);
}

#[test]
fn a_commune_that_was_split_keeps_its_total() {
    assert_eq!(apportion(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
    assert_eq!(apportion(7, &[50, 30, 20]), Some(vec![4, 2, 1]));
    assert_eq!(apportion(5, &[0, 0]), None);
    assert_eq!(apportion(-1, &[1]), None);
    assert_eq!(apportion(0, &[3, 4]), Some(vec![0, 0]));
}

proptest! {
    #[test]
    fn apportionment_conserves_totals(total in 0_i64..1_000_000_000, weights in prop::collection::vec(0_i64..1_000_000, 1..40)) {
        let Some(parts) = apportion(total, &weights) else { return Ok(()) };
        prop_assert_eq!(parts.iter().sum::<i64>(), total);
        let sum: i64 = weights.iter().sum();
        for (p, w) in parts.iter().zip(&weights) {
            let fair = Exact::whole(total).mul(Exact::fraction(*w, sum).unwrap()).unwrap();
            let off = Exact::whole(*p).sub(fair).unwrap();
            prop_assert!(off < Exact::ONE && off > exact("-1"));
        }
    }

    #[test]
    fn order_is_that_of_the_numbers(a in -1_000_000_i64..1_000_000, b in 1_i64..1_000_000, c in -1_000_000_i64..1_000_000, d in 1_i64..1_000_000) {
        let (x, y) = (Exact::fraction(a, b).unwrap(), Exact::fraction(c, d).unwrap());
        prop_assert_eq!(x.cmp(&y), (i128::from(a) * i128::from(d)).cmp(&(i128::from(c) * i128::from(b))));
        prop_assert_eq!(x.add(y).unwrap().sub(y).unwrap(), x);
    }

    /// Nothing that can be written makes the reader or the evaluation stop.
    #[test]
    fn any_text_is_a_formula_or_a_finding(text in "[a-z0-9 ().,:%<>=+*/-]{0,60}") {
        let _ = parse(&text);
    }
}
