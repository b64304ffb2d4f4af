//! The diagram of a definition: steps from top to bottom, the applicant's waiting states to the left, consultation and
//! early ends to the right. Drawn from the same data that runs; the same definition gives the same bytes.
//!
//! Colours and sizes stand as presentation attributes, which the style sheet (`.flow`) overrides: the page's policy
//! allows no style attributes, and the picture must also print alone.

mod draw;
mod graph;

use crate::Definition;
use kernel::text::Lang;

/// The SVG, to be put into `<div class="flow" tabindex="0" role="region" aria-label="…">`. `current_step` is marked
/// and the steps before it count as done.
pub fn svg(d: &Definition, current_step: Option<&str>, lang: Lang) -> String {
    let graph = graph::Graph::of(d, lang);
    let current = current_step.and_then(|code| d.steps.iter().position(|s| s.code == code));
    draw::draw(&graph, current, lang)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::definition::{Definitions, load};
    use kernel::catalog::Files;
    use std::path::Path;

    fn definitions() -> Definitions {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
        let mut files = Files::new();
        for folder in ["flows", "procedures"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let entry = entry.unwrap();
                let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
                files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
            }
        }
        files.insert("procedures/fourth.yaml", include_str!("../tests/it/fourth.yaml"));
        let (definitions, findings) = load(&files);
        assert!(findings.is_empty(), "{findings:?}");
        definitions
    }

    /// `PHUSA_DIAGRAMS=folder` keeps the pictures to look at.
    #[test]
    fn every_procedure_is_drawn_whole_and_alike_each_time() {
        for d in definitions().all() {
            let second = d.steps.get(1).map(|s| s.code.as_str());
            for (lang, step) in [(Lang::Vi, second), (Lang::En, None)] {
                let picture = svg(d, step, lang);
                assert_eq!(picture, svg(d, step, lang));
                assert!(!picture.contains("style="), "the policy forbids style attributes");
                assert_eq!(picture.matches("class=\"node current\"").count(), usize::from(step.is_some()), "{}", d.code);
                assert_eq!(picture.matches('<').count(), picture.matches('>').count());
                assert!(d.steps.iter().all(|s| picture.contains(web::html::esc(s.name.get(lang)).as_str())), "{}", d.code);
                if let Ok(folder) = std::env::var("PHUSA_DIAGRAMS") {
                    std::fs::write(format!("{folder}/{}-{}.svg", d.code, lang.code()), &picture).unwrap();
                }
            }
        }
    }

    #[test]
    fn the_graph_of_the_building_permit() {
        let definitions = definitions();
        let graph = graph::Graph::of(definitions.pinned("1.013225", "2026-07-01").unwrap(), Lang::En);
        insta::assert_debug_snapshot!(graph);
    }
}
