//! The checks as functions: what is far, what is alike, who differs, which rounds compare.

use super::{arcs, d, fact};
use crate::trust::{
    alike::{same_answers, same_texts},
    drift::drift,
    fact::{Correction, Fact, firm, print},
    outlier::{Spread, outliers},
    rounds::{Broken, rounds},
    rules::{self, load},
};
use kernel::catalog::Files;
use std::sync::Arc;

#[test]
fn the_spread_of_known_numbers() {
    // (numbers, number looked at, median, z towards zero, beyond 3.5)
    for (numbers, x, median, z, beyond) in [
        // Median 30, deviations 20 10 0 10 20: MAD 10.
        ("10 20 30 40 50", "50", "30", "1.3490", false),
        ("10 20 30 40 50", "82", "30", "3.5074", true),
        ("10 20 30 40 50", "81", "30", "3.4399", false),
        ("10 20 30 40 50", "-22", "30", "-3.5074", true),
        // An even number: the median lies between; deviations 15 5 5 15, MAD 10.
        ("10 20 30 40", "77", "25", "3.5074", true),
        // Half alike: MAD 0, the mean absolute deviation (80 / 6) stands in.
        ("40 40 40 40 40 120", "120", "40", "4.7873", true),
    ] {
        let all: Vec<_> = numbers.split(' ').map(d).collect();
        let spread = Spread::of(&all).unwrap();
        assert_eq!(spread.median(), d(median), "{numbers}");
        assert_eq!(spread.z(d(x)), d(z), "{numbers}: {x}");
        assert_eq!(spread.beyond(d(x), d("3.5")), beyond, "{numbers}: {x}");
    }
    assert!(Spread::of(&[]).is_none());
    assert!(Spread::of(&[d("7"), d("7"), d("7")]).is_none());
    // Exactly at the threshold is not beyond it: z = 0.6745 · 100 / 10.
    let spread = Spread::of(&["0", "10", "20", "30", "40"].map(d)).unwrap();
    assert!(!spread.beyond(d("120"), d("6.745")));
    assert!(spread.beyond(d("120.0001"), d("6.745")));
}

#[test]
fn outliers_need_five_others_of_the_same_kind() {
    let rules = rules::of_the_repository();
    let six = || ["30", "31", "32", "33", "34"].iter().zip(1..).map(|(s, n)| fact(n, s)).collect::<Vec<_>>();
    let mut far = fact(99, "95");
    let mut all = six();
    all.push(far.clone());
    let found = outliers(&arcs(all), &rules.outliers);
    assert_eq!((found.found.len(), found.judged, found.left_out), (1, 6, 0));
    assert_eq!((found.found[0].fact.id, found.found[0].others), (far.id, 5));
    // Another sector, size, tier or edition: alone, so not judged.
    for change in [
        (|f: &mut Fact| f.sector = "G".into()) as fn(&mut Fact),
        |f| f.size = Some("micro".into()),
        |f| f.tier = "consultant".into(),
        |f| f.edition = "2023".into(),
        |f| f.size = None,
        |f| f.share = None,
    ] {
        let mut other = far.clone();
        change(&mut other);
        let mut all = six();
        all.push(other);
        let found = outliers(&arcs(all), &rules.outliers);
        // Five are too few for each other too.
        assert_eq!((found.found.len(), found.judged, found.left_out), (0, 0, 6));
    }
    // Far by z, but less than ten percentage points: nobody.
    far.share = Some(d("41.9"));
    let mut all = six();
    all.push(far);
    assert!(outliers(&arcs(all), &rules.outliers).found.is_empty());
}

#[test]
fn the_same_words_and_the_same_answers() {
    let rules = rules::of_the_repository();
    let note = |mut f: Fact, text: &str| {
        f.texts.push(("p1".into(), print(text.as_bytes())));
        f
    };
    let branch = |mut f: Fact| {
        f.firm = "firm-1".into();
        f
    };
    let all = arcs([note(fact(1, "10"), "a"), note(fact(2, "20"), "a"), note(fact(3, "30"), "b"), note(branch(fact(4, "40")), "c"), note(branch(fact(5, "50")), "c"), fact(6, "60")]);
    let found = same_texts(&all);
    assert_eq!(found.len(), 1, "branches of one firm may say the same");
    assert_eq!((found[0].firms, found[0].facts.len(), found[0].criterion.as_deref()), (2, 2, Some("p1")));
    // A firm that writes one note twice is one firm.
    let twice = note(note(fact(7, "10"), "z"), "z");
    assert!(same_texts(&arcs([twice])).is_empty());

    let like = |n: u128, change: fn(&mut Fact)| {
        let mut f = fact(n, "40");
        f.answers = 7;
        change(&mut f);
        f
    };
    let same = |_: &mut Fact| {};
    assert_eq!(same_answers(&arcs([like(1, same), like(2, same), like(3, same)]), &rules.alike)[0].firms, 3);
    for change in [
        (|f: &mut Fact| f.given = 9) as fn(&mut Fact),
        |f| f.points = d("0"),
        |f| f.answers = 8,
        |f| f.edition = "2023".into(),
        |f| f.firm = "firm-1".into(),
    ] {
        assert!(same_answers(&arcs([like(1, same), like(2, change)]), &rules.alike).is_empty());
    }
    assert_eq!((firm("0100112437-001"), firm("0100112437")), ("0100112437".into(), "0100112437".into()));
}

fn checked(n: u128, who: &str, checks: u32, points: &str, of: &str) -> Fact {
    let mut f = fact(n, "50");
    f.consultant = Some((who.into(), format!("Tư vấn {who}")));
    f.correction = Some(Correction { checks, changed: checks / 2, points: d(points), of: d(of) });
    f
}

#[test]
fn drift_of_consultants() {
    let rules = rules::of_the_repository();
    // a takes 10 of 100 away in two results, b gives 30 of 100, c has checked too little; all together: 20 of 250.
    let all = arcs([checked(1, "a", 10, "-4", "50"), checked(2, "a", 10, "-6", "50"), checked(3, "b", 20, "30", "100"), checked(4, "c", 19, "0", "50"), fact(5, "10")]);
    let found = drift(&all, &rules.drift);
    assert_eq!((found.results, found.mean, found.all.checks), (4, Some(d("8")), 59));
    let told: Vec<_> = found.consultants.iter().map(|x| (x.account.as_str(), x.results, x.mean.unwrap(), x.deviation.unwrap(), x.flagged)).collect();
    assert_eq!(told, [("b", 1, d("30"), d("22"), true), ("a", 2, d("-10"), d("-18"), true), ("c", 1, d("0"), d("-8"), false)]);
    // Far off, but with nineteen answers only.
    let few = drift(&arcs([checked(1, "a", 40, "0", "100"), checked(2, "c", 19, "50", "50")]), &rules.drift);
    assert!(few.consultants.iter().any(|x| x.account == "c" && !x.flagged && x.deviation.unwrap() > d("10")));
    // Checked questions without points say nothing.
    assert_eq!(drift(&arcs([checked(1, "a", 5, "0", "0")]), &rules.drift).consultants[0].mean, None);
}

#[test]
fn rounds_compare_only_with_the_same_ruler_and_another_hand() {
    let by = |mut f: Fact, who: &str| {
        f.consultant = Some((who.into(), who.into()));
        (f.verified, f.tier) = (true, "consultant".into());
        f
    };
    let first = || by(fact(1, "30"), "a");
    let later = || {
        let mut f = by(fact(2, "50"), "b");
        (f.enterprise, f.stage, f.earlier) = (first().enterprise, "t1".into(), Some(first().id));
        f
    };
    let told = |first: Option<Fact>, later: Fact| rounds(&arcs(first.into_iter().chain([later])))[0].broken.clone();
    assert_eq!(told(Some(first()), later()), []);
    assert_eq!(told(Some(first()), by(later(), "a")), [Broken::Assessor]);
    assert_eq!(told(None, later()), [Broken::NoFirst]);
    let edition = Fact { edition: "2023".into(), ..later() };
    assert_eq!(told(Some(first()), edition), [Broken::Framework]);
    let low = Fact { tier: "self".into(), ..first() };
    assert_eq!(told(Some(low), later()), [Broken::Tier]);
    let nobody = Fact { consultant: None, ..first() };
    assert_eq!(told(Some(nobody), later()), [Broken::Unknown]);
    // Both self-declared: nobody assessed, so nobody assessed twice.
    let own = |f: Fact| Fact { consultant: None, verified: false, tier: "self".into(), ..f };
    assert_eq!(told(Some(own(first())), own(later())), []);
    // Without a link the newest earlier round of the same firm and framework is the first.
    assert_eq!(told(Some(first()), Fact { earlier: None, ..by(later(), "a") }), [Broken::Assessor]);
    // Two products of one firm are no rounds of each other; the same product is.
    let of = |f: Fact, product: &str| Fact { subject: Some(product.into()), earlier: None, ..f };
    assert_eq!(told(Some(of(first(), "Chả cá")), of(later(), "Mắm cá")), [Broken::NoFirst]);
    assert_eq!(told(Some(of(first(), "Chả cá")), of(later(), "chả  cá")), []);
    // A first round that was itself scored again is followed to its stage; a first round is no later round.
    let again = Fact { id: fact(3, "1").id, earlier: Some(first().id), stage: "t1".into(), ..later() };
    let last = Fact { id: fact(4, "1").id, stage: "t1".into(), earlier: Some(again.id), ..by(later(), "a") };
    let found = rounds(&arcs([first(), again, last.clone()]));
    assert_eq!(found.len(), 2);
    assert_eq!(found.iter().find(|r| r.later.id == last.id).unwrap().broken, [Broken::Assessor]);
    // Links in a circle end.
    let circle = Fact { earlier: Some(later().id), ..later() };
    assert_eq!(rounds(&[Arc::new(circle)])[0].broken, [Broken::NoFirst]);
}

#[test]
fn faults_of_the_rules_are_named() {
    let text = include_str!("../../../../../catalog/centre/checks.yaml");
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let mut files = Files::new();
        files.insert(rules::FILE, text.replace(from, to));
        load(&files)
    };
    assert!(with("peers: 5", "peers: 5").is_ok());
    for (from, to) in [
        ("peers: 5", "peers: 4"),
        ("robust_z: \"3.5\"", "robust_z: \"0\""),
        ("least_gap: \"10\"", "least_gap: \"-1\""),
        ("text_length: 40", "text_length: 3"),
        ("answers: 10", "answers: 0"),
        ("deviation: \"10\"", "deviation: \"0\""),
        ("least: \"5\"", "least: \"11\""),
        ("most: \"10\"", "most: \"101\""),
        ("share: \"20\"", "share: \"101\""),
        ("least: 1", "least: 0"),
        ("images_alone: false", "images_alone: some"),
        ("checks: 20", "chekcs: 20"),
        ("version:", "verzion:"),
    ] {
        assert!(with(from, to).is_err(), "{to}");
    }
    assert!(load(&Files::new()).is_err());
    assert!(rules::of_the_repository().recheck.legal_basis.iter().all(|b| !b.verified), "no law sets these numbers");
}
