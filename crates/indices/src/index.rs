//! An index that was checked: its definition, its formulas read.

use crate::{
    Exact,
    definition::{Definition, Input, InputType, Node},
    eval::Value,
    formula::Expr,
};
use kernel::{Text, text::clean, time::Date};
use std::collections::BTreeMap;

/// What is known of the inputs. What is not here is missing.
pub type Inputs = BTreeMap<String, Value>;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formulas {
    pub points: Option<Expr>,
    pub value: Option<Expr>,
    pub applies: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub definition: Definition,
    pub file: String,
    pub(crate) nodes: BTreeMap<String, Formulas>,
    pub(crate) derived: BTreeMap<String, Expr>,
    pub(crate) gates: Vec<Expr>,
}

impl std::ops::Deref for Index {
    type Target = Definition;
    fn deref(&self) -> &Definition {
        &self.definition
    }
}

impl Node {
    pub fn is_group(&self) -> bool {
        !self.parts.is_empty()
    }
    /// Full points as declared: its own, or those of its parts.
    pub fn full(&self) -> Exact {
        let of_parts = || self.parts.iter().filter(|p| !p.extra).try_fold(Exact::ZERO, |sum, p| sum.add(p.full())).unwrap_or(Exact::ZERO);
        self.max.unwrap_or_else(|| if self.is_group() { of_parts() } else { Exact::ZERO })
    }
    /// Components of the legal text in it.
    pub fn count(&self) -> usize {
        let listed = if self.is_group() { self.parts.iter().map(Self::count).sum() } else { 1 };
        self.components.unwrap_or(listed)
    }
    pub fn each<'n>(&'n self, see: &mut impl FnMut(&'n Self)) {
        see(self);
        self.parts.iter().for_each(|p| p.each(see));
    }
}

impl Definition {
    pub fn input(&self, code: &str) -> Option<&Input> {
        self.inputs.iter().find(|i| i.code == code)
    }
    pub fn nodes(&self) -> Vec<&Node> {
        let mut all = Vec::new();
        self.parts.iter().for_each(|p| p.each(&mut |n| all.push(n)));
        all
    }
    pub fn node(&self, code: &str) -> Option<&Node> {
        self.nodes().into_iter().find(|n| n.code == code)
    }
    pub fn full(&self) -> Exact {
        self.parts.iter().filter(|p| !p.extra).try_fold(Exact::ZERO, |sum, p| sum.add(p.full())).unwrap_or(Exact::ZERO)
    }
}

impl Index {
    /// The formulas of a component.
    pub fn formulas(&self, code: &str) -> Option<&Formulas> {
        self.nodes.get(code)
    }
    /// The inputs a component's points rest on, through derived values.
    pub fn inputs_of(&self, code: &str) -> Vec<&Input> {
        let mut todo: Vec<&str> = Vec::new();
        if let Some(f) = self.nodes.get(code) {
            todo.extend([&f.points, &f.value, &f.applies].into_iter().flatten().flat_map(Expr::names));
        }
        let mut found: Vec<&Input> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        while let Some(name) = todo.pop() {
            if !seen.insert(name) {
                continue;
            }
            if let Some(e) = self.derived.get(name) {
                todo.extend(e.names());
            }
            found.extend(self.definition.input(name));
        }
        found.sort_by_key(|i| self.definition.inputs.iter().position(|x| x.code == i.code));
        found
    }
}

/// Reads what a person types for an input: `12,5`, `85%`, `yes`, `2026-01-31`, the code of a choice; `na` says that it does not apply.
///
/// # Errors
/// What is wrong and what to type instead.
pub fn typed(input: &Input, text: &str) -> Result<Value, Text> {
    let text = clean(text);
    if text.eq_ignore_ascii_case("na") {
        return Ok(Value::Na(Text::new("Được ghi là không áp dụng.", "Entered as not applicable.")));
    }
    match input.of {
        InputType::Number => {
            let (bare, percent) = text.strip_suffix('%').map_or((text.as_str(), false), |t| (t.trim_end(), true));
            let number = scoring::Decimal::typed(bare)?;
            let exact = Exact::parse(&number.to_string()).ok_or_else(|| Text::new("Số quá lớn.", "The number is too large."))?;
            let exact = if percent { exact.div(Exact::HUNDRED).unwrap_or(exact) } else { exact };
            Ok(Value::Number(exact, percent))
        }
        InputType::Yes | InputType::Document => match text.to_lowercase().as_str() {
            "yes" | "có" | "1" | "true" => Ok(Value::Yes(true)),
            "no" | "không" | "0" | "false" => Ok(Value::Yes(false)),
            _ => Err(Text::new("Ghi “có” hoặc “không”.", "Write “yes” or “no”.")),
        },
        InputType::Choice if input.choices.contains_key(&text) => Ok(Value::Word(text)),
        InputType::Choice => {
            let codes: Vec<&str> = input.choices.keys().map(String::as_str).collect();
            Err(Text::new(format!("Chọn một trong: {}.", codes.join(", ")), format!("Choose one of: {}.", codes.join(", "))))
        }
        InputType::Day => text.parse::<Date>().map(Value::Day).map_err(|_| Text::new("Ghi ngày theo dạng năm-tháng-ngày, ví dụ 2026-11-23.", "Write the day as year-month-day, for example 2026-11-23.")),
    }
}
