//! From inputs to points: every node with its state, its maximum as it applies, and the steps that led there.

use crate::{
    Exact,
    definition::{Combine, Level, Node, ShownAs},
    eval::{Around, Eval, Step, Value},
    index::{Index, Inputs},
};
use kernel::Text;
use std::{cell::RefCell, collections::BTreeMap};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Counted,
    /// It does not count, and its maximum goes.
    NotApplicable(Text),
    /// Nothing is known: no points, the maximum stays. The inputs that are missing; none where the annex itself is not at hand.
    Unknown(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    pub code: String,
    pub state: State,
    pub points: Exact,
    /// As it applies here.
    pub max: Exact,
    pub extra: bool,
    /// What is measured, where the component says so.
    pub value: Option<Value>,
    pub steps: Vec<Step>,
    pub parts: Vec<Self>,
}

impl Scored {
    pub fn share(&self) -> Option<Exact> {
        self.points.div(self.max)
    }
    /// Points that could still be had.
    pub fn lost(&self) -> Exact {
        if self.extra { Exact::ZERO } else { self.max.sub(self.points).unwrap_or(Exact::ZERO) }
    }
    pub fn each<'s>(&'s self, see: &mut impl FnMut(&'s Self)) {
        see(self);
        self.parts.iter().for_each(|p| p.each(see));
    }
    pub fn is_mismatched(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Over { .. }))
    }
}

/// The whole index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The root, under the code of the index.
    pub whole: Scored,
    /// As it is shown; nothing where nothing applies or nothing is known.
    pub shown: Option<Exact>,
    pub level: Option<Level>,
    /// Gates that are not met, by position.
    pub held: Vec<usize>,
}

impl Outcome {
    pub fn nodes(&self) -> Vec<&Scored> {
        let mut all = Vec::new();
        self.whole.each(&mut |n| all.push(n));
        all
    }
    pub fn node(&self, code: &str) -> Option<&Scored> {
        self.nodes().into_iter().find(|n| n.code == code)
    }
    /// Components that something is known of, of all. What was taken off the maximum because its whole is not known is not known either: a
    /// total of one component says so.
    pub fn told(&self) -> (usize, usize) {
        let leaves: Vec<&Scored> = self.nodes().into_iter().filter(|n| n.parts.is_empty()).collect();
        (leaves.iter().filter(|n| n.state == State::Counted).count(), leaves.len())
    }
}

struct Desk<'a> {
    index: &'a Index,
    inputs: &'a Inputs,
    derived: RefCell<BTreeMap<String, (Value, Vec<Step>)>>,
    leaves: RefCell<BTreeMap<String, Scored>>,
}

/// The desk as one component sees it.
struct At<'a> {
    desk: &'a Desk<'a>,
    full: Exact,
}

impl Around for At<'_> {
    fn name(&self, code: &str, steps: &mut Vec<Step>) -> Value {
        let Some(e) = self.desk.index.derived.get(code) else {
            return self.desk.inputs.get(code).cloned().unwrap_or_else(|| Value::Missing(code.to_owned()));
        };
        if let Some((v, s)) = self.desk.derived.borrow().get(code) {
            steps.extend(s.iter().cloned());
            return v.clone();
        }
        // Cycles were refused when the file was read.
        let mut eval = Eval { around: &At { desk: self.desk, full: Exact::ZERO }, steps: Vec::new() };
        let (v, _) = eval.of(e);
        let found = eval.steps;
        steps.extend(found.iter().cloned());
        self.desk.derived.borrow_mut().insert(code.to_owned(), (v.clone(), found));
        v
    }
    fn points(&self, code: &str) -> Value {
        let Some(node) = self.desk.index.definition.node(code) else { return Value::Missing(code.to_owned()) };
        let scored = self.desk.node(node);
        match scored.state {
            State::Counted => Value::Number(scored.points, false),
            State::NotApplicable(reason) => Value::Na(reason),
            State::Unknown(of) => Value::Missing(of.first().cloned().unwrap_or_else(|| code.to_owned())),
        }
    }
    fn full(&self) -> Exact {
        self.full
    }
}

/// Scores an index.
pub fn score(index: &Index, inputs: &Inputs) -> Outcome {
    let desk = Desk { index, inputs, derived: RefCell::default(), leaves: RefCell::default() };
    let parts: Vec<Scored> = index.parts.iter().map(|n| desk.node(n)).collect();
    let weights: Vec<Exact> = index.parts.iter().map(|n| n.weight.unwrap_or(Exact::ONE)).collect();
    let whole = desk.group(&index.code, index.combine, index.scale, &weights, parts);
    let mut shown = desk.shown(&whole);
    let mut held = Vec::new();
    for (i, (gate, rule)) in index.gates.iter().zip(&index.definition.gates).enumerate() {
        let at = At { desk: &desk, full: Exact::ZERO };
        if let (Value::Yes(false), Some(s)) = (Eval { around: &at, steps: Vec::new() }.of(gate).0, shown) {
            shown = Some(s.min(rule.limit));
            held.push(i);
        }
    }
    let judged = match index.shown_as {
        ShownAs::Values => whole.parts.first().and_then(|p| match p.value { Some(Value::Number(x, _)) => Some(x), _ => None }),
        _ => shown,
    };
    let level = judged.and_then(|s| index.levels.iter().filter(|l| l.from <= s).max_by_key(|l| l.from)).cloned();
    Outcome { whole, shown, level, held }
}

impl Desk<'_> {
    fn node(&self, n: &Node) -> Scored {
        if !n.is_group() {
            return self.leaf(n);
        }
        let parts = n.parts.iter().map(|p| self.node(p)).collect();
        let weights: Vec<Exact> = n.parts.iter().map(|p| p.weight.unwrap_or(Exact::ONE)).collect();
        let mut g = self.group(&n.code, n.combine, n.max, &weights, parts);
        if let Some(cap) = n.cap.filter(|c| g.points > *c) {
            g.steps.push(Step::Capped { value: g.points, limit: cap });
            g.points = cap;
        }
        g.extra = n.extra;
        if n.extra {
            g.max = Exact::ZERO;
        }
        g
    }

    fn leaf(&self, n: &Node) -> Scored {
        if let Some(done) = self.leaves.borrow().get(&n.code) {
            return done.clone();
        }
        let at = At { desk: self, full: n.full() };
        let mut eval = Eval { around: &at, steps: Vec::new() };
        let formulas = self.index.nodes.get(&n.code).cloned().unwrap_or_default();
        let applies = formulas.applies.as_ref().map(|e| eval.of(e).0);
        eval.steps.clear();
        let holds = applies.as_ref().is_none_or(|a| *a == Value::Yes(true));
        let value = formulas.value.as_ref().filter(|_| holds).map(|e| eval.of(e).0);
        // What is only measured stands or falls with its value.
        let points = match (applies, &formulas.points, &value) {
            (Some(Value::Yes(false)), ..) => Value::Na(n.applies.as_ref().map_or_else(|| Text::new("", ""), |a| a.reason.clone())),
            (Some(missing @ (Value::Missing(_) | Value::Na(_))), ..) => missing,
            (_, Some(e), _) => {
                let (v, text) = eval.of(e);
                if let (Value::Number(x, _), false) = (&v, text.is_empty()) {
                    eval.steps.push(Step::Filled { text, value: *x });
                }
                v
            }
            (_, None, Some(Value::Number(..))) if n.full().is_zero() => Value::Number(Exact::ZERO, false),
            (_, None, Some(v)) if n.full().is_zero() => v.clone(),
            _ => Value::Missing(String::new()),
        };
        let scored = self.settle(n, &points, value, eval.steps);
        self.leaves.borrow_mut().insert(n.code.clone(), scored.clone());
        scored
    }

    fn settle(&self, n: &Node, points: &Value, value: Option<Value>, mut steps: Vec<Step>) -> Scored {
        let full = if n.extra { Exact::ZERO } else { n.full() };
        let places = n.rounding.unwrap_or(self.index.rounding);
        let (state, points, max) = match points {
            Value::Number(x, _) => {
                let mut p = x.round(places);
                if p != *x {
                    steps.push(Step::Rounded { from: *x, to: p, places });
                }
                // Nobody has more than the whole; a bonus and a penalty have limits of their own.
                let limit = n.cap.or_else(|| (!n.extra).then(|| n.full()));
                if let Some(limit) = limit.filter(|l| p > *l) {
                    steps.push(Step::Capped { value: p, limit });
                    p = limit;
                }
                (State::Counted, p, full)
            }
            Value::Na(reason) => (State::NotApplicable(reason.clone()), Exact::ZERO, Exact::ZERO),
            Value::Missing(code) => (State::Unknown(Some(code.clone()).filter(|c| !c.is_empty()).into_iter().collect()), Exact::ZERO, full),
            Value::Yes(_) | Value::Word(_) | Value::Day(_) => {
                (State::NotApplicable(Text::new("Công thức không cho ra số.", "The formula does not give a number.")), Exact::ZERO, Exact::ZERO)
            }
        };
        Scored { code: n.code.clone(), state, points, max, extra: n.extra, value, steps, parts: Vec::new() }
    }

    fn group(&self, code: &str, combine: Combine, full: Option<Exact>, weights: &[Exact], parts: Vec<Scored>) -> Scored {
        let add = |a: Exact, b: Exact| a.add(b).unwrap_or(a);
        let part = |a: Exact, b: Exact| a.div(b).unwrap_or(Exact::ZERO);
        let times = |a: Exact, b: Exact| a.mul(b).unwrap_or(Exact::ZERO);
        let counts: Vec<(&Scored, Exact)> = parts.iter().zip(weights.iter().copied()).filter(|(p, _)| !matches!(p.state, State::NotApplicable(_))).collect();
        let (mut points, mut max) = (Exact::ZERO, Exact::ZERO);
        match combine {
            Combine::Sum => {
                for (p, _) in &counts {
                    (points, max) = (add(points, p.points), add(max, p.max));
                }
            }
            Combine::Weighted | Combine::Mean => {
                let base = if combine == Combine::Mean { full.unwrap_or(Exact::ONE).div(Exact::whole(i64::try_from(counts.len()).unwrap_or(1).max(1))) } else { None };
                for (p, w) in &counts {
                    let w = base.unwrap_or(*w);
                    (points, max) = (add(points, times(w, part(p.points, p.max))), add(max, w));
                }
            }
            Combine::Lowest => {
                let whole = full.unwrap_or(Exact::ONE);
                if let Some(low) = counts.iter().map(|(p, _)| part(p.points, p.max)).min() {
                    (points, max) = (times(whole, low), whole);
                }
            }
            Combine::Apart => {}
        }
        let unknown: Vec<String> = counts.iter().flat_map(|(p, _)| match &p.state { State::Unknown(of) => of.clone(), _ => Vec::new() }).collect();
        let state = if counts.is_empty() {
            State::NotApplicable(Text::new("Không phần nào áp dụng.", "None of its parts applies."))
        } else if counts.iter().any(|(p, _)| p.state == State::Counted) {
            State::Counted
        } else {
            State::Unknown(unknown)
        };
        Scored { code: code.to_owned(), state, points, max, extra: false, value: None, steps: Vec::new(), parts }
    }

    /// The total, over the maximum that applies.
    fn shown(&self, whole: &Scored) -> Option<Exact> {
        let share = (whole.state == State::Counted).then(|| whole.share()).flatten()?;
        let rounding = self.index.rounding;
        let full = self.index.scale.unwrap_or_else(|| self.index.definition.full());
        match self.index.shown_as {
            ShownAs::Points => share.mul(full).map(|p| p.round(rounding)),
            ShownAs::Percent => share.mul(Exact::HUNDRED).map(|p| p.round(rounding)),
            ShownAs::Share => Some(share.round(4)),
            ShownAs::Values => None,
        }
    }
}
