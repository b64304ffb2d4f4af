//! The frameworks of the repository's own catalogue.

use super::fixture::{d, plain};
use crate::{Answers, Context, Framework, Frameworks, explain, load, next_steps};
use kernel::catalog::Files;

pub fn catalogue() -> Frameworks {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/frameworks");
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".yaml") {
            files.insert(format!("frameworks/{name}"), std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    let (frameworks, findings) = load(&files);
    let text: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", text.join("\n"));
    assert_eq!(frameworks.len(), files.len());
    frameworks
}

fn dbi(frameworks: &Frameworks) -> &Framework {
    frameworks.get("dbi-2021-sme", "2021").expect("DBI 2021 is in the catalogue")
}

#[test]
fn every_file_loads_and_is_the_same_after_json() {
    for framework in catalogue().iter() {
        let text = serde_json::to_string(framework).unwrap();
        let again: Framework = serde_json::from_str(&text).unwrap();
        assert_eq!(*framework, again);
        // Scoring nothing and explaining every level is quiet everywhere.
        let nothing = Answers::new();
        let outcome = plain(framework, &nothing);
        for level in &framework.levels {
            let explanation = explain(framework, &nothing, &Context::default(), level.level);
            if let Some(path) = explanation.path {
                assert!(path.level >= level.level);
            }
        }
        assert!(next_steps(framework, &nothing, &Context::default(), 3).len() <= 3);
        let kept: crate::Outcome = serde_json::from_str(&serde_json::to_string(&outcome).unwrap()).unwrap();
        assert_eq!(kept, outcome);
    }
}

#[test]
fn dbi_2021_has_the_shape_of_the_decision() {
    let frameworks = catalogue();
    let framework = dbi(&frameworks);
    assert_eq!(framework.criteria().count(), 60);
    let shape: Vec<_> = framework
        .dimensions
        .iter()
        .map(|p| (p.max.unwrap(), p.groups.iter().map(|g| g.criteria.len()).sum::<usize>()))
        .collect();
    let wanted = [(65, 13), (25, 1), (80, 16), (65, 13), (50, 10), (35, 7)];
    assert_eq!(shape, wanted.map(|(max, count)| (i64::from(max).into(), count)));
    assert_eq!(plain(framework, &Answers::new()).max, d("320"));
}

#[test]
fn the_whole_way_up_from_nothing_is_explained() {
    let frameworks = catalogue();
    let framework = dbi(&frameworks);
    for target in 1..=5 {
        let explanation = explain(framework, &Answers::new(), &Context::default(), target);
        let path = explanation.path.expect("reachable");
        let mut answers = Answers::new();
        path.improvements.iter().for_each(|i| i.apply(&mut answers));
        assert_eq!(plain(framework, &answers).level, Some(path.level));
        assert!(path.level >= target);
    }
}
