#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixtures::{TODAY, catalog, files};
use crate::matter::MatterKind;

#[test]
fn the_built_in_catalogue_reads() {
    let c = catalog();
    assert_eq!(c.templates.keys().collect::<Vec<_>>(), ["agriculture-food", "blank", "education", "enterprises"]);
    let r = c.recognition(TODAY).unwrap();
    assert_eq!((r.clock.to_string().as_str(), r.cool_down_months, r.officials_barred), ("10wd", 6, true));
    assert_eq!(c.conflicts(TODAY).unwrap().window_months, 24);
    assert!(c.templates.values().all(|t| !t.verified()), "an internal rule nobody has issued is not verified");
}

/// A new board template is a file, nothing else.
#[test]
fn a_template_is_added_by_yaml_alone() {
    let mut files = files();
    let text = files.get("boards/templates/education.yaml").unwrap().replace("template: education", "template: health").replace("at_least: 2/3", "at_least: 3/4");
    files.insert("boards/templates/health.yaml", text);
    let c = load(&files).unwrap();
    let t = c.template("health").unwrap();
    assert_eq!(t.rules.quorum.needed(8), 6);
    assert!(c.templates_on(TODAY).any(|t| t.template == "health"));
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    let mut files = files();
    let text = files.get("boards/templates/blank.yaml").unwrap();
    let broken = text
        .replace("field: general", "field: astronomy")
        .replace("more_than: 1/2, minimum: 2", "more_than: 1/2, at_least: 1/2")
        .replace("term_months: 12", "term_months: 0");
    files.insert("boards/templates/blank.yaml", broken.clone());
    let found: Vec<String> = load(&files).unwrap_err().iter().map(ToString::to_string).collect();
    let line = |needle: &str| broken.lines().position(|l| l.contains(needle)).unwrap() + 1;
    for (needle, word) in [("field:", "astronomy"), ("term_months", "120"), ("quorum:", "more_than")] {
        let at = format!("boards/templates/blank.yaml:{}: ", line(needle));
        assert!(found.iter().any(|f| f.starts_with(&at) && f.contains(word)), "{needle}: {found:#?}");
    }
}

#[test]
fn rates_and_dates_are_checked() {
    let mut files = files();
    let text = files.get("boards/network.yaml").unwrap();
    let gap = text.replacen("  - effective: {from: 2021-10-15}", "  - effective: {from: 2015-01-01, to: 2021-10-01}\n    legal_basis: [{document: cũ, verified: no}]\n    rule: {clock: 10wd, cool_down_months: 6, document_rounds: 3, officials_barred: true, marks_to: 100, stars_to: 5}\n  - effective: {from: 2021-10-15}", 1);
    files.insert("boards/network.yaml", gap);
    let found = load(&files).unwrap_err();
    assert!(found.iter().any(|f| f.reason.en.contains("no overlap, no gap")), "{found:?}");
    // A day before every rule: a refusal that names the gap, never a guess.
    let refused = catalog().recognition(kernel::time::date(2019, 1, 1)).unwrap_err();
    assert_eq!(refused.code, "rule-missing");
    assert!(Share::parse("3/2").is_none() && Share::parse("1/0").is_none() && Share::parse("x").is_none());
}

#[test]
fn bars_are_whole_numbers() {
    let bar = |text: &str, minimum| {
        let share = Share::parse(text.trim_start_matches('>')).unwrap();
        let (more_than, at_least) = if text.starts_with('>') { (Some(share), None) } else { (None, Some(share)) };
        Bar { of: Base::Seats, more_than, at_least, minimum }
    };
    for (rule, minimum, base, needed) in [(">1/2", 0, 5, 3), (">1/2", 0, 4, 3), (">1/2", 0, 0, 1), ("1/2", 0, 4, 2), ("1/2", 0, 5, 3), ("2/3", 0, 9, 6), ("2/3", 0, 8, 6), ("2/3", 0, 3, 2), (">1/2", 4, 5, 4), ("1/1", 0, 7, 7)] {
        assert_eq!(bar(rule, minimum).needed(base), needed, "{rule} of {base}");
    }
}

#[test]
fn every_kind_has_words_and_reads_back() {
    for kind in MatterKind::ALL {
        assert_eq!(MatterKind::of(kind.code()), Some(kind));
        assert!(!kind.text().vi.is_empty() && !kind.text().en.is_empty());
    }
}
