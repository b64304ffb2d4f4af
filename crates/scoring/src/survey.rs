//! Tallies over many sets of answers: how often each option was chosen.

use crate::{
    answer::{Answers, Given},
    definition::ScaleType,
    framework::Framework,
    mark::{State, marks, sheet},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Sets of answers in which the question was asked and answered.
    pub answered: u64,
    pub not_applicable: u64,
    /// By option code; `row:option` of a matrix; the number of the bucket from 0; `yes` and `no`.
    pub options: BTreeMap<String, u64>,
}

/// Counts every question, by criterion code. What cannot be read or is not asked counts nowhere.
pub fn tally<'a>(framework: &Framework, all: impl IntoIterator<Item = &'a Answers>) -> BTreeMap<String, Count> {
    let plan = framework.plan();
    let mut counts: Vec<Count> = vec![Count::default(); plan.criteria.len()];
    for answers in all {
        for ((item, mark), count) in plan.criteria.iter().zip(marks(plan, &sheet(plan, answers))).zip(&mut counts) {
            match mark.state {
                State::Answered | State::Awaiting => count.answered += 1,
                State::NotApplicable => count.not_applicable += 1,
                _ => {}
            }
            if mark.state != State::Answered {
                continue;
            }
            let mut add = |key: String| *count.options.entry(key).or_default() += 1;
            match (item.scale.kind, mark.given) {
                (ScaleType::Ratio | ScaleType::Count, Some(given)) => {
                    let bucket = match given {
                        Given::Ratio(r) => r.n.zip(r.d).and_then(|(n, d)| item.scale.bucket_of_ratio(n, d)),
                        _ => mark.raw.and_then(|n| item.scale.bucket_of_count(n)),
                    };
                    let at = item.scale.buckets.iter().position(|b| Some(b) == bucket);
                    at.into_iter().for_each(|at| add(at.to_string()));
                }
                (_, Some(Given::Text(code))) => add(code.clone()),
                (_, Some(Given::Many(codes))) => codes.iter().cloned().for_each(add),
                (_, Some(Given::Rows(rows))) => rows.iter().for_each(|(row, code)| add(format!("{row}:{code}"))),
                (_, Some(Given::Truth(truth))) => add(if *truth { "yes" } else { "no" }.to_owned()),
                (ScaleType::Evidence, None) => add("yes".to_owned()),
                _ => {}
            }
        }
    }
    plan.criteria.iter().zip(counts).map(|(item, count)| (item.code.clone(), count)).collect()
}
