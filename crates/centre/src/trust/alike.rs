//! The same words or the same answers from different firms: a sign that somebody else wrote them.

use super::{fact::Fact, rules::Alike};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Results of different firms that have something word for word in common.
#[derive(Debug, Clone)]
pub struct Group {
    /// The question of a shared note; `None`: all answers are the same.
    pub criterion: Option<String>,
    pub facts: Vec<Arc<Fact>>,
    pub firms: usize,
}

fn firms(facts: &[Arc<Fact>]) -> usize {
    facts.iter().map(|f| f.firm.as_str()).collect::<BTreeSet<_>>().len()
}

fn groups(found: impl Iterator<Item = (Option<String>, Vec<Arc<Fact>>)>) -> Vec<Group> {
    let mut groups: Vec<Group> = found
        .map(|(criterion, facts)| Group { criterion, firms: firms(&facts), facts })
        .filter(|g| g.firms > 1)
        .collect();
    groups.sort_by(|a, b| b.firms.cmp(&a.firms).then_with(|| first(a).cmp(&first(b))));
    groups
}

fn first(g: &Group) -> String {
    g.facts.first().map(|f| f.id.to_string()).unwrap_or_default()
}

/// The same note, whatever the question; the question of the first is named.
pub fn same_texts(facts: &[Arc<Fact>]) -> Vec<Group> {
    let mut by: BTreeMap<[u8; 16], (String, Vec<Arc<Fact>>)> = BTreeMap::new();
    for fact in facts {
        for (criterion, print) in &fact.texts {
            let (_, all) = by.entry(*print).or_insert_with(|| (criterion.clone(), Vec::new()));
            // A note used twice by one result is one result.
            if all.last().is_none_or(|last| last.id != fact.id) {
                all.push(Arc::clone(fact));
            }
        }
    }
    groups(by.into_values().map(|(criterion, facts)| (Some(criterion), facts)))
}

/// Every answer the same. Short results and those without a point say nothing: many firms begin at the bottom.
pub fn same_answers(facts: &[Arc<Fact>], rules: &Alike) -> Vec<Group> {
    let mut by: BTreeMap<(&str, &str, u64), Vec<Arc<Fact>>> = BTreeMap::new();
    for fact in facts.iter().filter(|f| comparable(f, rules)) {
        by.entry((&fact.framework, &fact.edition, fact.answers)).or_default().push(Arc::clone(fact));
    }
    groups(by.into_values().map(|facts| (None, facts)))
}

pub fn comparable(fact: &Fact, rules: &Alike) -> bool {
    fact.given >= rules.answers && fact.points.is_positive()
}
