//! Two versions of a procedure, field by field.

use super::facts::{Fact, Part, facts};
use casework::Definition;
use kernel::Text;
use std::collections::HashMap;

/// One thing that is not the same in both.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub part: Part,
    pub about: Text,
    /// Absent: added.
    pub old: Option<Text>,
    /// Absent: left out.
    pub new: Option<Text>,
}

/// What differs, in the order of the newer version, what was left out after it. Two equal definitions differ in nothing.
pub fn compare(old: &Definition, new: &Definition) -> Vec<Difference> {
    let (before, after) = (facts(old), facts(new));
    let index = |all: &[Fact]| -> HashMap<(Part, String), Fact> { all.iter().map(|f| ((f.part, f.key.clone()), f.clone())).collect() };
    let (was, is) = (index(&before), index(&after));
    let mut out: Vec<Difference> = Vec::new();
    for f in &after {
        match was.get(&(f.part, f.key.clone())) {
            None => out.push(Difference { part: f.part, about: f.about.clone(), old: None, new: Some(f.says.clone()) }),
            Some(o) if o.says != f.says || o.about != f.about => {
                let renamed = o.about != f.about;
                let said = |about: &Text, says: &Text| match renamed {
                    true => Text::new(format!("{}: {}", about.vi, says.vi), format!("{}: {}", about.en, says.en)),
                    false => says.clone(),
                };
                out.push(Difference { part: f.part, about: f.about.clone(), old: Some(said(&o.about, &o.says)), new: Some(said(&f.about, &f.says)) });
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|f| !is.contains_key(&(f.part, f.key.clone())));
    out.extend(gone.map(|f| Difference { part: f.part, about: f.about.clone(), old: Some(f.says.clone()), new: None }));
    out.sort_by_key(|d| d.part);
    out
}
