//! The status codes exchanged with the national portal move only along the table of domain/public-services §2.3.

use super::Check;
use crate::{definition::Definition, status};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn statuses(&mut self) {
        let d = self.d;
        for (name, act) in &d.acts {
            for (from, to) in moves(d, name) {
                let code = |state: &str| d.state("handling", state).and_then(|s| s.national);
                let (Some(a), Some(b)) = (code(&from), code(&to)) else { continue };
                let path = status::path(d, &from, &to);
                let wrong = std::iter::once(a).chain(path.clone()).zip(path).any(|(x, y)| !status::may_follow(x, y));
                if wrong && act.part.is_none_or(|p| d.has(p)) {
                    self.fault(
                        &["acts", name, "to"],
                        format!("{name}: mã trạng thái quốc gia không được chuyển từ {a} sang {b}"),
                        format!("{name}: the national status may not go from {a} to {b}"),
                    );
                }
            }
        }
    }
}

/// Every move of `handling` an act may make: from each state it is open in; back to each state that leads into it.
fn moves(d: &Definition, act: &str) -> Vec<(String, String)> {
    let none = Vec::new();
    let Some(decl) = d.acts.get(act) else { return none };
    let (Some(to), Some(from)) = (decl.to.get("handling"), decl.when.get("handling")) else { return none };
    let mut out = BTreeSet::new();
    for state in from {
        if to != "@back" {
            out.insert((state.clone(), to.clone()));
            continue;
        }
        for other in d.acts.values().filter(|o| o.to.get("handling") == Some(state)) {
            let back = other.when.get("handling").into_iter().flatten().filter(|b| *b != state);
            out.extend(back.map(|b| (state.clone(), b.clone())));
        }
    }
    out.into_iter().collect()
}
