//! The small decimal language of rules, conditions and headline numbers.
//!
//! [`parse`] makes a syntax tree and knows nothing of a framework; `bind` resolves codes to positions and checks types; `eval`
//! computes, and every comparison can show its two values.

pub(crate) mod bind;
pub(crate) mod eval;
mod label;
mod lex;
mod parse;

pub use parse::{Ast, Node, parse};

use crate::decimal::Decimal;
use kernel::Text;
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, sync::Arc};

/// An expression is a line somebody reviews.
pub const MAX_LENGTH: usize = 1_000;
pub const MAX_DEPTH: usize = 32;

/// What is wrong with an expression, and at which of its characters (from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {at}: {}", reason.en)]
pub struct ExprError {
    pub at: usize,
    pub reason: Text,
}

impl ExprError {
    pub(crate) fn new(at: usize, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { at: at + 1, reason: Text::new(vi, en) }
    }
    /// The reason with the place, in both languages.
    pub fn text(&self) -> Text {
        Text::new(
            format!("Ký tự {}: {}", self.at, self.reason.vi),
            format!("Character {}: {}", self.at, self.reason.en),
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">")]
    More,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "==")]
    Equal,
    #[serde(rename = "!=")]
    Differs,
}

impl Op {
    /// As it is shown: `≤` rather than `<=`.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "≤",
            Self::More => ">",
            Self::AtLeast => "≥",
            Self::Equal => "=",
            Self::Differs => "≠",
        }
    }
    pub(crate) const fn opposite(self) -> Self {
        match self {
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::More => Self::AtMost,
            Self::AtLeast => Self::Less,
            Self::Equal => Self::Differs,
            Self::Differs => Self::Equal,
        }
    }
    pub(crate) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Equal => order.is_eq(),
            Self::Differs => order.is_ne(),
        }
    }
}

/// One comparison of a rule with the values it compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Test {
    /// As written in the rule.
    pub text: Arc<str>,
    /// `None`: the value is not defined (a division by zero, a number not answered); such a test does not pass.
    pub left: Option<Decimal>,
    /// The sign that has to hold; already turned round below `not`.
    pub op: Op,
    pub right: Option<Decimal>,
    /// What the sides are, in words.
    pub left_label: Arc<Text>,
    pub right_label: Arc<Text>,
    pub passed: bool,
    /// Not passed, and no alternative (`or`) makes up for it.
    pub blocking: bool,
}

/// A dimension or a group, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Dimension(usize),
    Group(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
}

/// A bound number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Number {
    Constant(Decimal),
    Total,
    MaxTotal,
    Share,
    Points(Place),
    ShareOf(Place),
    Level(usize),
    DimensionsAt(u32),
    MinShare,
    MinPoints,
    MeanDimensions,
    WeightedShare,
    Value(usize),
    Raw(usize),
    MembersMean,
    MembersMin,
    Negative(Box<Number>),
    Binary(Arithmetic, Box<Number>, Box<Number>),
}

/// A bound condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Leaf(Box<Leaf>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub ask: Ask,
    pub text: Arc<str>,
    pub left_label: Arc<Text>,
    pub right_label: Arc<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    Compare(Number, Op, Number),
    Gate(usize),
    Answered(usize),
    Chosen(usize, String),
    Constant(bool),
}

#[cfg(test)]
#[path = "tests/expr.rs"]
mod tests;
