//! What a finished result means for its enterprise on the register: the level, with the result it rests on, or only that the
//! enterprise has been assessed. Pure; which frameworks give the level stands in `catalog/centre/levels.yaml`.

use crate::{
    CentreCatalog,
    model::{Assessment, AssessmentEvent, Enterprise, EnterpriseEvent, LevelOf, Stage},
    store::Figures,
};
use scoring::{
    Framework,
    definition::{Kind, Subject},
};

/// What follows from an event of a result; nothing where it is known already, or where a newer result counts.
pub fn follows(rules: &CentreCatalog, f: &Framework, a: &Assessment, figures: &Figures, event: &AssessmentEvent, e: &Enterprise) -> Option<EnterpriseEvent> {
    let counts = matches!(event, AssessmentEvent::Submitted | AssessmentEvent::Verified | AssessmentEvent::Attached { .. });
    let submitted_at = a.submitted_at.filter(|_| counts)?;
    if rules.gives_level(&a.framework, submitted_at.date()) {
        let of = LevelOf { assessment: a.id, framework: a.framework.clone(), edition: a.edition.clone(), tier: figures.tier.clone(), submitted_at };
        let newer = e.level_of.as_ref().is_some_and(|now| now.assessment != of.assessment && now.submitted_at > of.submitted_at);
        let known = e.level_of.as_ref() == Some(&of) && e.level == figures.level;
        return (!newer && !known).then(|| EnterpriseEvent::LevelSet { level: figures.level, of: Some(Box::new(of)) });
    }
    // A survey counts and a product has its own rank: neither says anything of how far the enterprise is.
    let assesses = f.kind == Kind::Index && f.subject != Subject::Product;
    (assesses && e.stage == Stage::Reached).then_some(EnterpriseEvent::Advanced { stage: Stage::Assessed, case: None })
}

/// Whether two results are of the same thing: the enterprise itself, or the same product by its name.
pub fn same_subject(a: Option<&str>, b: Option<&str>) -> bool {
    // Marks tell products apart (mắm cá, mắm cà); spaces and letter case do not.
    let even = |s: Option<&str>| s.map(|s| kernel::text::clean(s).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    even(a) == even(b)
}

#[cfg(test)]
mod tests {
    use super::same_subject;

    #[test]
    fn products_are_told_apart_by_name_and_not_by_how_it_is_typed() {
        for (a, b, same) in [
            (None, None, true),
            (Some("Cá thát lát rút xương"), Some("  cá  Thát lát rút xương "), true),
            (Some("Cá thát lát rút xương"), Some("Chả cá thát lát"), false),
            (None, Some("Chả cá thát lát"), false),
            (Some("Mắm cá"), Some("Mắm cà"), false),
        ] {
            assert_eq!(same_subject(a, b), same, "{a:?} {b:?}");
        }
    }
}
