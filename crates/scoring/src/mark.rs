//! One answer to points.

use crate::{
    answer::{Answer, Answers, Given, Tier},
    decimal::Decimal,
    definition::{Hidden, NaPolicy, Scale, ScaleType},
    expr::eval::{View, holds},
    plan::{Item, Plan},
    tally::Sum,
};
use serde::{Deserialize, Serialize};

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Answered,
    Unanswered,
    /// “Not applicable” was chosen and may be.
    NotApplicable,
    /// Its condition does not hold.
    NotAsked,
    /// A ratio of a whole of zero: typed, but no answer; neither the lowest nor the highest step.
    Undefined,
    /// Part of the answer is missing: one number of two, some rows.
    Incomplete,
    /// Files are there and nobody has accepted them yet.
    Awaiting,
    /// A stored value that this version does not know.
    Invalid,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark<'a> {
    pub state: State,
    pub points: Decimal,
    /// What the official maximum has of it.
    pub max: Decimal,
    /// The percentage of a ratio, the number of a count.
    pub raw: Option<Decimal>,
    /// A gate answered with yes.
    pub open: bool,
    pub tier: Tier,
    pub given: Option<&'a Given>,
}

impl Mark<'_> {
    /// There is an answer that counts: a value, or a permitted “not applicable”.
    pub fn answered(&self) -> bool {
        matches!(self.state, State::Answered | State::NotApplicable | State::Awaiting)
    }
    pub fn asked(&self) -> bool {
        self.state != State::NotAsked
    }
    pub fn chose(&self, option: &str) -> bool {
        self.state == State::Answered
            && match self.given {
                Some(Given::Text(code)) => code == option,
                Some(Given::Many(codes)) => codes.iter().any(|code| code == option),
                _ => false,
            }
    }
}

/// Answers by position of the criterion.
pub(crate) fn sheet<'a>(plan: &Plan, answers: &'a Answers) -> Vec<Option<&'a Answer>> {
    plan.criteria.iter().map(|item| answers.get(&item.code)).collect()
}

/// Marks of all criteria in order. A condition sees the marks before its own only, so one pass re-evaluates them all.
pub(crate) fn marks<'a>(plan: &Plan, sheet: &[Option<&'a Answer>]) -> Vec<Mark<'a>> {
    let mut marks: Vec<Mark<'a>> = Vec::with_capacity(plan.criteria.len());
    for (at, item) in plan.criteria.iter().enumerate() {
        let asked = item.when.as_ref().is_none_or(|when| {
            let view = View {
                marks: marks.as_slice(),
                groups: &[],
                dimensions: &[],
                weights: &[],
                total: Sum::default(),
                members: &[],
            };
            holds(when, &view)
        });
        marks.push(mark(item, sheet.get(at).copied().flatten(), asked));
    }
    marks
}

/// What one answer alone comes to, its question taken as asked; `None` for an unknown criterion or an empty answer.
pub(crate) fn state(plan: &Plan, code: &str, answer: &Answer) -> Option<State> {
    let item = plan.item(code)?;
    (!answer.is_empty()).then(|| mark(item, Some(answer), true).state)
}

fn mark<'a>(item: &Item, answer: Option<&'a Answer>, asked: bool) -> Mark<'a> {
    let mut mark = Mark {
        state: State::Unanswered,
        points: Decimal::ZERO,
        max: item.max,
        raw: None,
        open: false,
        tier: answer.map(Answer::effective_tier).unwrap_or_default(),
        given: answer.and_then(|a| a.value.as_ref()),
    };
    if !asked {
        mark.state = State::NotAsked;
        if item.hidden == Hidden::Excluded {
            mark.max = Decimal::ZERO;
        }
        return mark;
    }
    let Some(answer) = answer else { return mark };
    if answer.na {
        mark.state = if item.na == NaPolicy::Never { State::Unanswered } else { State::NotApplicable };
        if item.na == NaPolicy::Excluded {
            mark.max = Decimal::ZERO;
        }
        return mark;
    }
    value(&item.scale, answer, &mut mark);
    mark
}

fn value(scale: &Scale, answer: &Answer, mark: &mut Mark<'_>) {
    if scale.kind == ScaleType::Evidence {
        (mark.state, mark.points) = match (answer.evidence.is_empty(), answer.effective_tier(), &answer.value) {
            (false, Tier::Evidence, _) => (State::Answered, scale.points.unwrap_or_default()),
            (false, ..) => (State::Awaiting, Decimal::ZERO),
            (true, _, Some(Given::Truth(false))) => (State::Answered, Decimal::ZERO),
            (true, ..) => (State::Unanswered, Decimal::ZERO),
        };
        return;
    }
    let Some(given) = &answer.value else { return };
    (mark.state, mark.points) = match (scale.kind, given) {
        (ScaleType::Single | ScaleType::Ladder, Given::Text(code)) => known(scale.choice(code).map(|o| o.points)),
        (ScaleType::Multi, Given::Many(codes)) if codes.is_empty() => (State::Unanswered, Decimal::ZERO),
        (ScaleType::Multi, Given::Many(codes)) => multi(scale, codes),
        (ScaleType::Ratio, Given::Ratio(ratio)) => match (ratio.n, ratio.d) {
            (None, None) => (State::Unanswered, Decimal::ZERO),
            (Some(_), Some(d)) if d.is_zero() => (State::Undefined, Decimal::ZERO),
            (Some(n), Some(d)) if n.is_negative() || d.is_negative() || n > d => (State::Invalid, Decimal::ZERO),
            (Some(n), Some(d)) => {
                mark.raw = n.percent_of(d);
                known(scale.bucket_of_ratio(n, d).map(|b| b.points))
            }
            _ => (State::Incomplete, Decimal::ZERO),
        },
        (ScaleType::Count, Given::Text(_) | Given::Number(_)) => {
            mark.raw = number(given).filter(|n| !n.is_negative());
            known(mark.raw.and_then(|n| scale.bucket_of_count(n)).map(|b| b.points))
        }
        // An empty object reads as a ratio without numbers.
        (ScaleType::Matrix, Given::Ratio(ratio)) if ratio.n.is_none() && ratio.d.is_none() => {
            (State::Unanswered, Decimal::ZERO)
        }
        (ScaleType::Matrix, Given::Rows(rows)) => matrix(scale, rows),
        (ScaleType::Gate, Given::Truth(open)) => {
            mark.open = *open;
            (State::Answered, Decimal::ZERO)
        }
        _ => (State::Invalid, Decimal::ZERO),
    };
}

fn known(points: Option<Decimal>) -> (State, Decimal) {
    points.map_or((State::Invalid, Decimal::ZERO), |points| (State::Answered, points))
}

fn number(given: &Given) -> Option<Decimal> {
    match given {
        Given::Text(text) => text.parse().ok(),
        Given::Number(number) => Some(*number),
        _ => None,
    }
}

/// A code twice counts once; “none of these” beside another choice is no answer.
fn multi(scale: &Scale, codes: &[String]) -> (State, Decimal) {
    if codes.iter().any(|code| scale.choice(code).is_none()) {
        return (State::Invalid, Decimal::ZERO);
    }
    let chosen = || scale.options.iter().filter(|option| codes.contains(&option.code));
    if chosen().any(|option| option.excludes_others) && chosen().count() > 1 {
        return (State::Invalid, Decimal::ZERO);
    }
    (State::Answered, scale.capped(chosen().map(|option| option.points).sum()))
}

fn matrix(scale: &Scale, rows: &std::collections::BTreeMap<String, String>) -> (State, Decimal) {
    if rows.keys().any(|code| scale.rows.iter().all(|row| row.code != *code)) {
        return (State::Invalid, Decimal::ZERO);
    }
    let mut sum = Decimal::ZERO;
    for code in rows.values() {
        let Some(option) = scale.choice(code) else { return (State::Invalid, Decimal::ZERO) };
        sum = sum + option.points;
    }
    if rows.len() < scale.rows.len() {
        return (State::Incomplete, Decimal::ZERO);
    }
    (State::Answered, scale.mean_of(sum, rows.len()))
}
