#![allow(clippy::unwrap_used)]

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Sheet {
    name: String,
    basis: Vec<LegalBasis>,
}

const GOOD: &str = "name: Lịch\nbasis:\n  - document: Bộ luật Lao động 2019\n    article: Điều 112\n    verified: yes\n  - {document: Nghị quyết, verified: no}\n";

#[test]
fn yes_and_no_are_marks_and_citations_read_as_written() {
    let sheet: Sheet = parse_yaml("a.yaml", GOOD).unwrap();
    assert!(sheet.basis[0].verified && !sheet.basis[1].verified);
    assert_eq!(sheet.basis[0].to_string(), "Điều 112 Bộ luật Lao động 2019");
}

#[test]
fn a_finding_names_the_line_and_what_to_write() {
    let bad = GOOD.replace("article", "artikel");
    let found = parse_yaml::<Sheet>("calendars/a.yaml", &bad).unwrap_err();
    assert_eq!(found.line, Some(4), "{found}");
    assert!(found.reason.vi.contains("artikel") && found.reason.vi.contains("article"), "{found}");
    assert!(found.to_string().starts_with("calendars/a.yaml:4: "));

    let missing = parse_yaml::<Sheet>("a", "name: x\n").unwrap_err();
    assert!(missing.reason.en.contains("“basis”"), "{missing}");
    let twice = parse_yaml::<Sheet>("a", "name: x\nname: y\n").unwrap_err();
    assert_eq!(twice.line, Some(2), "{twice}");
    let broken = parse_yaml::<Sheet>("a", "name: [x\nbasis: ]{\n").unwrap_err();
    assert!(broken.line.is_some(), "{broken}");
    assert!(parse_yaml::<Sheet>("a", "").is_err());
}

#[test]
fn bombs_and_giants_are_refused() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for i in 1..10 {
        let refs = vec![format!("*a{}", i - 1); 10].join(",");
        bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
    }
    assert!(parse_yaml::<serde_json::Value>("bomb", &bomb).is_err());
    assert!(parse_yaml::<serde_json::Value>("deep", &"[".repeat(5000)).is_err());
    let giant = parse_yaml::<serde_json::Value>("giant", &"#".repeat(MAX_FILE + 1)).unwrap_err();
    assert!(giant.reason.vi.contains("1 MiB"));
}

#[test]
fn the_line_of_a_key_path_is_found() {
    assert_eq!(line_of(GOOD, &["basis", "0", "verified"]), Some(5));
    assert_eq!(line_of(GOOD, &["basis", "1", "document"]), Some(6));
    assert_eq!(line_of(GOOD, &["basis", "7"]), Some(2));
    assert_eq!(line_of(GOOD, &["nothing"]), None);
    let nested = "other:\n  name: x\nsteps:\n  - id: a\n    name: b\n  - id: c\n    name: d\n";
    assert_eq!(line_of(nested, &["steps", "1", "name"]), Some(7));
    assert_eq!(line_of(nested, &["name"]), None);
}

#[test]
fn an_overlay_replaces_whole_files() {
    let base: Files = [("a/x.yaml", "1"), ("a/y.yaml", "2"), ("ab/z.yaml", "3")]
        .map(|(p, t)| (p.to_owned(), t.to_owned()))
        .into_iter()
        .collect();
    let over: Files = [("a/y.yaml".to_owned(), "9".to_owned())].into_iter().collect();
    let both = base.overlay(over);
    assert_eq!(both.under("a", "yaml").map(|(_, t)| t).collect::<Vec<_>>(), ["1", "9"]);
}

#[test]
fn the_last_day_is_in_force() {
    use crate::time::date;
    let year = Effective { from: date(2026, 1, 1), to: Some(date(2026, 12, 31)) };
    assert!(year.contains(date(2026, 12, 31)) && !year.contains(date(2027, 1, 1)));
}
