#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixtures::{catalog, files};
use kernel::time::date;

const TODAY: Date = date(2026, 11, 23);

#[test]
fn the_built_in_catalogue_reads() {
    let c = catalog();
    let r = c.rules(TODAY).unwrap();
    assert_eq!((r.papers_days_ahead, r.substitutes_vote, r.tie), (3, false, Tie::ChairDecides));
    assert_eq!((r.quorum.needed(4), r.quorum.needed(3), r.majority.needed(4), r.majority.needed(5)), (3, 2, 3, 3));
    assert_eq!(c.printing(TODAY).unwrap().pages_per_sheet, 2);
    assert!(c.sources(TODAY).into_iter().all(|b| !b.is_empty() && b.iter().all(|b| !b.verified)), "nobody has read these texts here");
    assert_eq!(c.rules(date(2020, 1, 1)).unwrap_err().code, "rule-missing");
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    let text = files().get(FILE).unwrap().to_owned();
    for (from, to, word) in [
        ("at_least: 2/3", "at_least: 2/3, more_than: 1/2", "more_than"),
        ("at_least: 2/3", "at_least: 5/3", "5/3"),
        ("{of: members, at_least: 2/3}", "{of: present, at_least: 2/3}", "members"),
        ("code: weekly", "code: regular", "regular"),
        ("pages_per_sheet: 2", "pages_per_sheet: 0", "16"),
        ("speaking_minutes: 10", "speaking_minutes: 0", "240"),
    ] {
        assert!(text.contains(from), "{from}");
        let mut files = files();
        files.insert(FILE, text.replacen(from, to, 1));
        let found: Vec<String> = load(&files).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|f| f.starts_with("meetings/rules.yaml:") && f.contains(word)), "{to}: {found:?}");
    }
    let mut gap = files();
    gap.insert(FILE, text.replacen("  - effective: {from: 2025-07-01}", "  - effective: {from: 2020-01-01, to: 2025-01-31}\n    legal_basis: [{document: cũ, verified: no}]\n    rule: {papers_days_ahead: 3, quorum: {of: members, at_least: 2/3}, majority: {of: members, more_than: 1/2}, tie: rejected, substitutes_vote: false, speaking_minutes: 5}\n  - effective: {from: 2025-07-01}", 1));
    assert!(load(&gap).unwrap_err().iter().any(|f| f.to_string().contains("không hở")));
    assert!(load(&Files::new()).is_err());
}
