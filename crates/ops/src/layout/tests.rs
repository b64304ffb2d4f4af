#![allow(clippy::unwrap_used)]
//! Laying out a wall: what is taken, what is refused, and that nothing is lost on the way.

use super::*;
use crate::fixtures::catalog;
use proptest::prelude::*;

fn offered() -> Vec<Offered> {
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map(|c| Offered { code: format!("x.{c}"), name: Text::new(c, c), kind: Text::new("x", "x") }).to_vec()
}

fn wall() -> Wall {
    Wall { panels: Vec::new(), ..catalog().walls.first().unwrap().clone() }
}

fn name(text: &str) -> Text {
    Text::new(text, "")
}

fn with(changes: &[Change]) -> Result<Wall, Refusal> {
    changes.iter().try_fold(wall(), |w, c| changed(&w, c, &offered()))
}

#[test]
fn a_panel_is_added_filled_and_moved() {
    let add = |panel, code: &str| Change::AddFigure { panel, code: code.into(), mood: Feel::Bad };
    let w = with(&[
        Change::AddPanel { name: name(" Một ") }, Change::AddPanel { name: name("Hai") }, add(0, "x.a"), add(0, "x.b"), add(1, "x.c"),
        Change::RaiseFigure { panel: 0, figure: 1 }, Change::RaisePanel { panel: 1 }, Change::DropFigure { panel: 1, figure: 1 },
        Change::NamePanel { panel: 0, name: Text::new("Hai", "Two"), stale_minutes: 60 },
    ])
    .unwrap();
    let codes: Vec<(&str, Vec<&str>)> = w.panels.iter().map(|p| (p.name.en.as_str(), p.figures.iter().map(|f| f.code.as_str()).collect())).collect();
    assert_eq!(codes, [("Two", vec!["x.c"]), ("Một", vec!["x.b"])]);
}

#[test]
fn what_does_not_fit_is_said_at_its_field() {
    let one = Change::AddPanel { name: name("Một") };
    let field = |changes: &[Change]| with(changes).unwrap_err().reasons.first().and_then(|r| r.field.clone());
    assert_eq!(field(&[Change::AddPanel { name: name("  ") }]).as_deref(), Some("panel_name"));
    assert_eq!(field(&vec![one.clone(); MOST_PANELS + 1]).as_deref(), Some("panel_name"));
    let twice = Change::AddFigure { panel: 0, code: "x.a".into(), mood: Feel::Plain };
    assert_eq!(field(&[one.clone(), twice.clone(), twice]).as_deref(), Some("figure_0"));
    assert_eq!(field(&[one.clone(), Change::AddFigure { panel: 0, code: "nobody.tells".into(), mood: Feel::Plain }]).as_deref(), Some("figure_0"));
    assert_eq!(field(&[one, Change::NamePanel { panel: 0, name: name("x"), stale_minutes: 0 }]).as_deref(), Some("stale_0"));
    assert_eq!(field(&[Change::Name { name: name("x"), newest: 21, exceptions: 0, alerts: 0, offices: 0 }]).as_deref(), Some("newest"));
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..8_usize;
    prop_oneof![
        "[a-zà-ỹ ]{0,12}".prop_map(|t| Change::AddPanel { name: name(&t) }),
        at.clone().prop_map(|panel| Change::DropPanel { panel }),
        at.clone().prop_map(|panel| Change::RaisePanel { panel }),
        (at.clone(), 0..12_usize).prop_map(|(panel, n)| Change::AddFigure { panel, code: offered().get(n).map_or_else(|| "none".to_owned(), |o| o.code.clone()), mood: Feel::Warn }),
        (at.clone(), at.clone()).prop_map(|(panel, figure)| Change::DropFigure { panel, figure }),
        (at.clone(), at).prop_map(|(panel, figure)| Change::RaiseFigure { panel, figure }),
    ]
}

proptest! {
    /// Whatever is asked in whatever order, a wall stays one that a catalogue could hold, and a refusal changes nothing.
    #[test]
    fn every_wall_stays_within_its_limits(changes in proptest::collection::vec(change(), 0..60)) {
        let mut w = wall();
        for c in &changes {
            if let Ok(after) = changed(&w, c, &offered()) {
                w = after;
            }
            prop_assert!(w.panels.len() <= MOST_PANELS);
            for p in &w.panels {
                let mut codes: Vec<&str> = p.figures.iter().map(|f| f.code.as_str()).collect();
                prop_assert!(codes.len() <= MOST_FIGURES && !p.name.vi.is_empty() && p.stale_minutes >= 1);
                codes.sort_unstable();
                let all = codes.len();
                codes.dedup();
                prop_assert_eq!(codes.len(), all);
            }
        }
    }
}
