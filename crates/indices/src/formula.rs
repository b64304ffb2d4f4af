//! The language of formulas: text to a tree. Evaluation is in [`crate::eval`].
//!
//! Numbers (`12`, `0.5`, `85%`), names of inputs and derived values, `full` (the component's maximum), `points(code)` of another
//! component, `+ - * /`, `< <= > >= == !=`, `and or not`, and the calls of [`Call`] and [`Rows`]. Rows are written `bound: value`, with
//! `else: value` at the end: `bands(r, 85%: 10, 60%: r / 85% * 10, else: 0)`.

mod parse;

pub use parse::parse;

use crate::Exact;
use kernel::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// The number and whether it was written in per cent.
    Number(Exact, bool),
    Name(String),
    Full,
    Points(String),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Two(Op, Box<Expr>, Box<Expr>),
    Call(Call, Vec<Expr>),
    /// `rows(subject, bound: value, …, else: value)`
    Rows(Rows, Box<Expr>, Vec<(Bound, Expr)>, Option<Box<Expr>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Less,
    LessEq,
    More,
    MoreEq,
    Equal,
    Differs,
    And,
    Or,
}

impl Op {
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "−",
            Self::Mul => "×",
            Self::Div => "/",
            Self::Less => "<",
            Self::LessEq => "≤",
            Self::More => ">",
            Self::MoreEq => "≥",
            Self::Equal => "=",
            Self::Differs => "≠",
            Self::And => "∧",
            Self::Or => "∨",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// a/b, no more than 1; more is flagged. Without a whole it does not apply.
    Ratio,
    Sum,
    Count,
    Min,
    Max,
    /// The greatest of what is known.
    Most,
    If,
    DaysBetween,
    Na,
    /// No more than a limit, said so where it bites.
    Cap,
    Round,
    /// Whether there is a value.
    Known,
}

impl Call {
    pub const ALL: [(&'static str, Self, usize, usize); 12] = [
        ("ratio", Self::Ratio, 2, 2),
        ("sum", Self::Sum, 1, 64),
        ("count", Self::Count, 1, 64),
        ("min", Self::Min, 1, 64),
        ("max", Self::Max, 1, 64),
        ("most", Self::Most, 1, 64),
        ("if", Self::If, 3, 3),
        ("days_between", Self::DaysBetween, 2, 2),
        ("na", Self::Na, 0, 0),
        ("cap", Self::Cap, 2, 2),
        ("round", Self::Round, 2, 2),
        ("known", Self::Known, 1, 1),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// The first row whose bound is not above the number: bounds fall, the lower edge is inside.
    Bands,
    /// The same over counts.
    Steps,
    /// The first row whose bound is not below the number: bounds rise, the upper edge is inside.
    Within,
    /// The row of a word.
    Pick,
}

impl Rows {
    pub const ALL: [(&'static str, Self); 4] = [("bands", Self::Bands), ("steps", Self::Steps), ("within", Self::Within), ("pick", Self::Pick)];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    Number(Exact, bool),
    Word(String),
}

/// What is wrong with a formula, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub at: usize,
    pub reason: Text,
}

impl Expr {
    /// Everything in the tree, itself first.
    pub fn walk<'e>(&'e self, see: &mut impl FnMut(&'e Self)) {
        see(self);
        match self {
            Self::Number(..) | Self::Name(_) | Self::Full | Self::Points(_) => {}
            Self::Not(a) | Self::Minus(a) => a.walk(see),
            Self::Two(_, a, b) => {
                a.walk(see);
                b.walk(see);
            }
            Self::Call(_, args) => args.iter().for_each(|a| a.walk(see)),
            Self::Rows(_, subject, rows, other) => {
                subject.walk(see);
                rows.iter().for_each(|(_, e)| e.walk(see));
                if let Some(e) = other {
                    e.walk(see);
                }
            }
        }
    }
    pub fn names(&self) -> Vec<&str> {
        let mut all = Vec::new();
        self.walk(&mut |e| if let Self::Name(n) = e { all.push(n.as_str()) });
        all
    }
    pub fn points(&self) -> Vec<&str> {
        let mut all = Vec::new();
        self.walk(&mut |e| if let Self::Points(n) = e { all.push(n.as_str()) });
        all
    }
}
