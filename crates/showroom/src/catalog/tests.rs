use super::*;

/// The catalogue as it is shipped.
pub(crate) fn shipped_files() -> Files {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog");
    let mut files = Files::new();
    for name in ["criteria", "proofs", "vetting", "suspension", "terms"] {
        let path = format!("showroom/{name}.yaml");
        files.insert(path.clone(), std::fs::read_to_string(format!("{root}/{path}")).unwrap());
    }
    files
}

pub(crate) fn shipped() -> Catalog {
    load(&shipped_files()).unwrap()
}

fn changed(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = shipped_files();
    let path = format!("showroom/{file}");
    let text = files.get(&path).unwrap().to_owned();
    assert!(text.contains(from), "{from} is not in {file}");
    files.insert(path, text.replacen(from, to, 1));
    load(&files).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_shipped_catalogue_is_whole() {
    let c = shipped();
    assert_eq!(c.rules.criteria.iter().map(|c| c.weight).sum::<u32>() + c.rules.gaps.weight, 10_000);
    assert!(c.proofs.get("traceability_portal").unwrap().legal_basis.as_ref().unwrap().verified);
    assert!(!c.proofs.get("platform_label").unwrap().legal_basis.as_ref().unwrap().verified);
}

#[test]
fn the_shipped_types_are_met_when_they_are_there() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/codes/solution-types.yaml");
    let Ok(text) = std::fs::read_to_string(root) else { return };
    let mut files = shipped_files();
    files.insert(TYPES, text);
    let c = load(&files).unwrap_or_else(|f| panic!("{f:?}"));
    assert!(c.types.len() > 5);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let found = changed("criteria.yaml", "weight: 1200", "weight: 1300");
    assert!(found[0].contains("10100") && found[0].contains("criteria.yaml:"), "{found:?}");
    let found = changed("criteria.yaml", "{at: 7000, value: 6000}", "{at: 7000, value: 600}");
    assert!(found[0].contains("chỉ tăng hoặc chỉ giảm"), "{found:?}");
    let found = changed("vetting.yaml", "proofs: [company]", "proofs: [companie]");
    assert!(found[0].contains("companie"), "{found:?}");
    let found = changed("suspension.yaml", "effect: suspend", "effect: suspend\n    bar_days: 3");
    assert!(found[0].contains("suspension.yaml:"), "{found:?}");
    let found = changed("proofs.yaml", "valid_days: 730", "valid_days: 0");
    assert!(found[0].contains("valid_days"), "{found:?}");
    let found = changed("terms.yaml", "code: micro,", "code: small,");
    assert!(found[0].contains("small"), "{found:?}");
}

#[test]
fn a_missing_file_and_strange_types_are_findings() {
    assert_eq!(load(&Files::new()).unwrap_err().len(), 5);
    let mut files = shipped_files();
    files.insert(TYPES, "types:\n  - {code: pos, name: {vi: Bán hàng, en: Point of sale}}\n");
    let found = load(&files).unwrap_err();
    assert!(found.iter().any(|f| f.reason.en.contains("traceability")), "{found:?}");
    files.insert(TYPES, "nothing: here\n");
    assert!(load(&files).is_err());
}
