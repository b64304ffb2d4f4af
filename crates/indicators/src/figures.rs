//! From measures to ratios, points and a band: pure and exact (integers only, rounded once, half away from zero).

use crate::catalog::{Exact, Fallback, Indicator, Ratio, Set, Term, WhenNone, is_sum};
use std::collections::BTreeMap;

/// Measures that are no sums over dossiers.
const OTHERS: [&str; 18] = [
    "handled_h",
    "known_to_portal",
    "last_year",
    "procedures",
    "procedures_online",
    "procedures_used_online",
    "procedures_fee",
    "procedures_paid_online",
    "procedures_payment_connected",
    "procedures_population",
    "published",
    "published_in_time",
    "publicised_in_time",
    "complete",
    "petitions",
    "petitions_in_time",
    "petitions_handled",
    "petitions_satisfied",
];

pub fn known(name: &str) -> bool {
    is_sum(name) || OTHERS.contains(&name)
}
pub fn all_names() -> Vec<&'static str> {
    crate::count::MEASURES.iter().map(|m| m.name).chain(OTHERS).collect()
}
/// Every measure a term names, without its sign.
pub fn names_of(term: &Term) -> impl Iterator<Item = &str> {
    let signed = term.of.iter().chain(&term.per).map(|n| n.trim_start_matches('-'));
    let times = term.times.iter().flat_map(|t| [t.of.as_str(), t.per.as_str()]);
    signed.chain(term.per_at_least.as_deref()).chain(times)
}

/// What was measured; what is not in here is not known: nothing that would tell it is connected.
pub type Values = BTreeMap<&'static str, i64>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Counted,
    /// The denominator is zero and the set leaves it out.
    NotApplicable,
    /// Nothing connected tells one of the measures.
    NoData,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TermFigure {
    pub name: String,
    pub state: State,
    pub numerator: Option<i64>,
    pub denominator: Option<i64>,
    /// Hundredths of a percent; of hours: hundredths of an hour.
    pub ratio: Option<i64>,
    /// Hundredths of a point.
    pub points: Option<i64>,
    pub cap: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub code: String,
    pub terms: Vec<TermFigure>,
    /// Hundredths of a point, of the terms that have data.
    pub points: Option<i64>,
    pub reachable: i64,
    pub cap: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Result766 {
    pub figures: Vec<Figure>,
    pub points: i64,
    /// What could be reached with the data there is.
    pub reachable: i64,
    pub full: i64,
    /// Code of the band; of an incomplete total: of its share of what could be reached.
    pub band: Option<String>,
}

pub fn compute(set: &Set, values: &Values) -> Result766 {
    let figures: Vec<Figure> = set.indicators().map(|i| figure(i, values)).collect();
    let points = figures.iter().filter_map(|f| f.points).sum();
    let reachable = figures.iter().map(|f| f.reachable).sum();
    let full = set.points.hundredths();
    let of_hundred = if reachable > 0 { divided(i128::from(points) * i128::from(full), i128::from(reachable)) } else { 0 };
    let band = (reachable > 0).then(|| set.band(of_hundred)).flatten().map(|b| b.code.clone());
    Result766 { figures, points, reachable, full, band }
}

fn figure(i: &Indicator, values: &Values) -> Figure {
    let terms: Vec<TermFigure> = i.terms.iter().map(|t| term(t, values)).collect();
    let has = |t: &&TermFigure| t.points.is_some();
    let points = terms.iter().any(|t| has(&t)).then(|| terms.iter().filter_map(|t| t.points).sum());
    Figure {
        code: i.code.clone(),
        points,
        reachable: terms.iter().filter(has).map(|t| t.cap).sum(),
        cap: terms.iter().map(|t| t.cap).sum(),
        terms,
    }
}

fn signed(names: &[String], values: &Values) -> Option<i64> {
    names.iter().try_fold(0_i64, |sum, name| {
        Some(match name.strip_prefix('-') {
            Some(name) => sum - values.get(name)?,
            None => sum + values.get(name.as_str())?,
        })
    })
}

fn term(t: &Term, values: &Values) -> TermFigure {
    let cap = t.cap.hundredths();
    let unknown = TermFigure { name: t.name.clone(), state: State::NoData, numerator: None, denominator: None, ratio: None, points: None, cap };
    let numerator = signed(&t.of, values).map(|n| n.max(0));
    let denominator = signed(&t.per, values).map(|d| enough(t, d, values));
    let times = t.times.as_ref().map(|r| times(r, values));
    let (Some(n), Some(d)) = (numerator, denominator) else { return TermFigure { numerator, denominator, ..unknown } };
    if times == Some(None) {
        return TermFigure { numerator, denominator, ..unknown };
    }
    let known = TermFigure { state: State::Counted, numerator, denominator, ..unknown };
    if d <= 0 {
        return match t.when_none {
            WhenNone::Zero => TermFigure { points: Some(0), ..known },
            WhenNone::Full => TermFigure { points: Some(cap), ..known },
            WhenNone::LeaveOut => TermFigure { state: State::NotApplicable, ..known },
        };
    }
    let (tn, td) = times.flatten().unwrap_or((1, 1));
    let (n, d) = (i128::from(n) * i128::from(tn), i128::from(d) * i128::from(td));
    TermFigure { ratio: Some(divided(n * 10_000, d)), points: Some(points(t.points, t.target, n, d).min(cap)), ..known }
}

/// The denominator with what the set puts under it.
fn enough(t: &Term, d: i64, values: &Values) -> i64 {
    let least = t.per_at_least.as_deref().and_then(|m| values.get(m)).copied().unwrap_or(0);
    let d = d.max(least);
    match t.fallback {
        Some(Fallback::LastYear) if d == 0 => values.get("last_year").copied().unwrap_or(0),
        _ => d,
    }
}

/// A ratio to multiply by; over nothing it is one.
fn times(r: &Ratio, values: &Values) -> Option<(i64, i64)> {
    let (n, d) = (*values.get(r.of.as_str())?, *values.get(r.per.as_str())?);
    Some(if d > 0 { (n, d) } else { (1, 1) })
}

/// `points × n ÷ d ÷ target`, in hundredths.
fn points(points: Exact, target: Exact, n: i128, d: i128) -> i64 {
    divided(points.value * n * target.unit() * 100, points.unit() * d * target.value)
}

/// Rounded half away from zero. The denominator is above zero.
pub fn divided(n: i128, d: i128) -> i64 {
    let d = d.max(1);
    let half = if n < 0 { -d / 2 } else { d / 2 };
    i64::try_from((n + half) / d).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use kernel::catalog::Files;

    fn set() -> Set {
        let mut files = Files::new();
        files.insert("indicators/sets/qd766.yaml", include_str!("../../../catalog/indicators/sets/qd766.yaml"));
        catalog::load(&files).unwrap().sets.remove(0)
    }
    fn of<'r>(r: &'r Result766, code: &str) -> &'r Figure {
        r.figures.iter().find(|f| f.code == code).unwrap()
    }

    #[test]
    fn points_follow_their_formula_to_the_hundredth() {
        let values = Values::from([("received", 3), ("on_time", 2), ("late", 1), ("displeased", 0), ("online_counted", 1), ("synchronised", 3)]);
        let r = compute(&set(), &values);
        let f = of(&r, "2.1");
        assert_eq!((f.terms[0].ratio, f.points), (Some(6667), Some(1333)));
        // 5.1: min(6, 6 × 0.6667 ÷ 0.90)
        assert_eq!(of(&r, "5.1").points, Some(444));
        // 3.3: 6 × (1/3 × 1) ÷ 0.50
        assert_eq!(of(&r, "3.3").points, Some(400));
        assert_eq!(of(&r, "1.4").points, Some(600));
    }

    #[test]
    fn an_over_reached_target_stays_at_the_cap() {
        let values = Values::from([("procedures", 10), ("procedures_online", 10), ("duty", 4), ("duty_online", 4), ("procedures_fee", 4), ("procedures_paid_online", 4), ("procedures_payment_connected", 4)]);
        let r = compute(&set(), &values);
        assert_eq!(of(&r, "3.1").points, Some(200));
        // A uncapped C would give 2.5.
        assert_eq!(of(&r, "3.5").points, Some(1000));
    }

    #[test]
    fn zero_denominators_are_each_indicators_own() {
        let values = Values::from([("received", 0), ("on_time", 0), ("late", 0), ("displeased", 0), ("petitions", 0), ("petitions_in_time", 0), ("petitions_handled", 0), ("petitions_satisfied", 0)]);
        let r = compute(&set(), &values);
        assert_eq!((of(&r, "2.1").points, of(&r, "2.1").terms[0].state), (None, State::NotApplicable));
        assert_eq!(of(&r, "5.1").points, Some(0), "nothing received is no satisfaction");
        assert_eq!((of(&r, "5.2").points, of(&r, "5.3").points), (Some(600), Some(600)), "no petition is full");
    }

    #[test]
    fn what_nothing_tells_is_no_data_and_no_zero() {
        let r = compute(&set(), &Values::from([("received", 5), ("on_time", 5)]));
        assert_eq!((of(&r, "4.1").points, of(&r, "4.1").terms[0].state), (None, State::NoData));
        assert_eq!((r.points, r.reachable, r.full), (2000, 2000, 10_000));
        assert_eq!(r.band.as_deref(), Some("excellent"), "of what could be reached");
    }

    #[test]
    fn a_period_without_dossiers_falls_back_to_last_year() {
        let r = compute(&set(), &Values::from([("received", 0), ("synchronised", 0), ("last_year", 100)]));
        assert_eq!((of(&r, "1.4").points, of(&r, "1.4").terms[0].denominator), (Some(0), Some(100)));
        let r = compute(&set(), &Values::from([("received", 80), ("synchronised", 80), ("known_to_portal", 100)]));
        assert_eq!(of(&r, "1.4").points, Some(480), "the larger number counts");
    }

    #[test]
    fn a_set_whose_points_do_not_add_up_is_refused() {
        let text = include_str!("../../../catalog/indicators/sets/qd766.yaml").replace("points: \"18\"\n    verified", "points: \"17\"\n    verified");
        let mut files = Files::new();
        files.insert("indicators/sets/x.yaml", text.replace("of: [e_result]", "of: [e_results]"));
        let found = catalog::load(&files).unwrap_err();
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|s| s.contains("transparency") && s.contains("18.00")), "{said:?}");
        assert!(said.iter().any(|s| s.contains("“e_results”")), "{said:?}");
    }
}
