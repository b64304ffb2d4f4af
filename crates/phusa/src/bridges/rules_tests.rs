#![allow(clippy::unwrap_used)]
use crate::catalog::{Catalog, built_in};
use kernel::catalog::Files;

/// The built-in catalogue with one text of one file replaced.
fn with(path: &str, from: &str, to: &str) -> Files {
    let mut files = built_in();
    let text = files.get(path).unwrap().to_owned();
    assert!(text.contains(from), "{path} does not say {from}");
    files.insert(path.to_owned(), text.replacen(from, to, 1));
    files
}

#[test]
fn what_is_named_must_be_there() {
    let file = "centre/engagements.yaml";
    for (path, from, to, says) in [
        (file, "state: choosing}}", "state: chosing}}", "the state “handling.chosing” is not declared"),
        (file, "record: kpis", "record: kpi", "the register “kpi” is not declared"),
        (file, "kind: engagement", "kind: engagment", "the kind of case “engagment” is not declared"),
        (file, "competence: process", "competence: proces", "the competence “proces” is not declared"),
        (file, "logistics: [", "logistic: [", "the sector “logistic” is not declared"),
        (file, "document: acceptance", "document: acceptence", "the document “acceptence” is not declared"),
        (file, "invite: invite_expert", "invite: invite_somebody", "the act “invite_somebody” is not declared"),
        (file, "roles: [consultant, expert]", "roles: [consultant, friend]", "the role “friend” is not declared"),
        (file, "rated_in: [following", "rated_in: [followng", "the state “followng” is not declared"),
        (file, "in_use: active_licence_share", "in_use: active", "the indicator “active” is not declared"),
        (file, "contract: {record: contract,", "contract: {record: contracts,", "the register “contracts” is not declared"),
        ("flows/engagement.yaml", "code: spoilage_return_rate", "code: spoil_rate", "the indicator “spoil_rate” is not in catalog/codes/kpis.yaml"),
        ("boards/competences.yaml", "code: food-processing", "code: food", "the sector “food” is not in catalog/sectors"),
        ("engagements/dx-group.yaml", "const: food-processing", "const: food", "the sector “food” is not in catalog/sectors"),
        ("centre/levels.yaml", "frameworks: [dbi-2021-sme]", "frameworks: [barriers]", "“barriers” is no index of enterprises"),
        ("support/procedure.yaml", "readiness-form2, dbi-2023-readiness", "readiness-form3, dbi-2023-readiness", "there is no framework “readiness-form3”"),
        ("sectors/stages.yaml", "{levels: [0, 1], stage: 1}", "{levels: [0], stage: 1}", "level 1"),
    ] {
        let findings = Catalog::load(&with(path, from, to)).err().unwrap_or_default();
        let told = findings.iter().any(|f| f.file == path && f.reason.en.contains(says));
        assert!(told, "{path}: {to}: {findings:?}");
    }
}
