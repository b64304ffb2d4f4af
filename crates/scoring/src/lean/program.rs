//! Conditions as a row of comparisons with jumps: short-circuit, no recursion, negation already carried down.

use super::{
    Unfit,
    marks::Seen,
    prepare::unfit,
};
use crate::{
    decimal::Decimal,
    expr::{Ask, Condition, Leaf, Number, Op, eval},
    plan::Plan,
};

#[derive(Debug, Clone)]
pub(super) struct Program {
    steps: Vec<Step>,
    begin: Jump,
}

#[derive(Debug, Clone, Copy)]
enum Jump {
    To(usize),
    End(bool),
}

#[derive(Debug, Clone)]
struct Step {
    test: Test,
    yes: Jump,
    no: Jump,
}

/// One comparison. An undefined value passes neither way.
#[derive(Debug, Clone)]
enum Test {
    /// The total against a constant.
    Total(Op, Decimal),
    /// The number of dimensions at a level or above against a constant.
    Reached(u32, Op, Decimal),
    Compare(Box<(Number, Op, Number)>),
    Gate(usize, bool),
    Answered(usize, bool),
    Chosen { at: usize, option: usize, wanted: bool },
    Constant(bool),
}

impl Program {
    /// # Errors
    /// An option that the criterion does not have, which a checked framework cannot name.
    pub fn of(condition: &Condition, plan: &Plan) -> Result<Self, Unfit> {
        let mut program = Self { steps: Vec::new(), begin: Jump::End(true) };
        program.begin = program.emit(condition, plan, false, Jump::End(true), Jump::End(false))?;
        Ok(program)
    }

    /// Where to begin for this condition, given where to go after it.
    fn emit(&mut self, condition: &Condition, plan: &Plan, negated: bool, yes: Jump, no: Jump) -> Result<Jump, Unfit> {
        match (condition, negated) {
            (Condition::Not(inner), _) => self.emit(inner, plan, !negated, yes, no),
            (Condition::All(parts), false) | (Condition::Any(parts), true) => {
                parts.iter().rev().try_fold(yes, |next, part| self.emit(part, plan, negated, next, no))
            }
            (Condition::Any(parts), false) | (Condition::All(parts), true) => {
                parts.iter().rev().try_fold(no, |next, part| self.emit(part, plan, negated, yes, next))
            }
            (Condition::Leaf(leaf), _) => {
                self.steps.push(Step { test: test(leaf, plan, negated)?, yes, no });
                Ok(Jump::To(self.steps.len() - 1))
            }
        }
    }

    pub fn holds(&self, seen: &Seen<'_>) -> bool {
        let mut jump = self.begin;
        // Jumps lead to steps made earlier only, so this ends.
        while let Jump::To(at) = jump {
            let Some(step) = self.steps.get(at) else { return false };
            jump = if step.test.passes(seen) { step.yes } else { step.no };
        }
        matches!(jump, Jump::End(true))
    }
}

fn test(leaf: &Leaf, plan: &Plan, negated: bool) -> Result<Test, Unfit> {
    Ok(match &leaf.ask {
        Ask::Compare(left, op, right) => {
            let op = if negated { op.opposite() } else { *op };
            match (left, right) {
                (Number::Total, Number::Constant(value)) => Test::Total(op, *value),
                (Number::DimensionsAt(level), Number::Constant(value)) => Test::Reached(*level, op, *value),
                _ => Test::Compare(Box::new((left.clone(), op, right.clone()))),
            }
        }
        Ask::Gate(at) => Test::Gate(*at, !negated),
        Ask::Answered(at) => Test::Answered(*at, !negated),
        Ask::Chosen(at, code) => {
            let scale = plan.criteria.get(*at).map(|item| &item.scale);
            let option = scale.and_then(|s| s.options.iter().position(|o| o.code == *code));
            let option = option.ok_or_else(|| unfit(format!("quy tắc nhắc lựa chọn “{code}” không có."), format!("a rule names the option “{code}”, which is not there.")))?;
            Test::Chosen { at: *at, option, wanted: !negated }
        }
        Ask::Constant(value) => Test::Constant(*value != negated),
    })
}

impl Test {
    fn passes(&self, seen: &Seen<'_>) -> bool {
        match self {
            Self::Total(op, value) => op.holds(seen.total.points.cmp(value)),
            Self::Reached(level, op, value) => {
                let reached = seen.dimensions.iter().filter(|d| d.level.is_some_and(|l| l >= *level)).count();
                u32::try_from(reached).is_ok_and(|n| op.holds(Decimal::from(n).cmp(value)))
            }
            Self::Compare(parts) => {
                let (view, (left, op, right)) = (seen.view(), &**parts);
                eval::number(left, &view).zip(eval::number(right, &view)).is_some_and(|(l, r)| op.holds(l.cmp(&r)))
            }
            Self::Gate(at, wanted) => seen.open(*at) == *wanted,
            Self::Answered(at, wanted) => seen.state(*at).answered() == *wanted,
            Self::Chosen { at, option, wanted } => seen.chose(*at, *option) == *wanted,
            Self::Constant(value) => *value,
        }
    }
}
