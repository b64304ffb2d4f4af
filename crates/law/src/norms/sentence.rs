//! An article's text as sentences, each with its clause and point and with what stands above it.

use super::Span;
use crate::unit::{self, Level, Step};

/// A sentence and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub unit: String,
    pub span: Span,
    /// The sentence above the points, of which this is one.
    pub lead: Option<Span>,
}

fn eid(clause: &str, point: Option<&str>) -> String {
    let mut steps = Vec::new();
    if !clause.is_empty() {
        steps.push(Step::new(Level::Clause, clause).eid());
    }
    if let Some(p) = point {
        steps.push(Step::new(Level::Point, p).eid());
    }
    steps.join("__")
}

pub fn parts(body: &str) -> Vec<Part> {
    let clauses = unit::clauses(body);
    let mut out = Vec::new();
    let first = clauses.first().map_or(body.len(), |c| c.start);
    sentences(body, (0, first), "", None, &mut out);
    let head = (first > 0).then_some((0, first));
    for c in &clauses {
        let until = c.points.first().map_or(c.end, |p| p.start);
        let intro = (c.start, until);
        sentences(body, intro, &eid(&c.val, None), head.filter(|_| c.val.is_empty()), &mut out);
        for p in &c.points {
            sentences(body, (p.start, p.end), &eid(&c.val, Some(&p.val)), Some(if until > c.start { intro } else { head.unwrap_or(intro) }), &mut out);
        }
    }
    out
}

/// Sentences end at a line, a semicolon, or a full stop before a capital.
fn sentences(body: &str, (start, end): Span, unit: &str, lead: Option<Span>, out: &mut Vec<Part>) {
    let Some(text) = body.get(start..end) else { return };
    let mut from = 0;
    let mut push = |a: usize, b: usize| {
        let Some(piece) = text.get(a..b) else { return };
        let trimmed = piece.trim_start();
        let skip = piece.len() - trimmed.len();
        let kept = trimmed.trim_end().len();
        if kept > 0 {
            out.push(Part { unit: unit.to_owned(), span: (start + a + skip, start + a + skip + kept), lead });
        }
    };
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (n, (at, c)) in chars.iter().enumerate() {
        let next = chars.get(n + 1).map(|(_, c)| *c);
        let ends = match c {
            '\n' | ';' => true,
            // The number of a clause is no sentence: “1. Tổ chức …”.
            '.' => next == Some(' ') && chars.get(n + 2).is_some_and(|(_, c)| c.is_uppercase()) && n > 0 && !text.get(from..*at).is_some_and(|t| t.trim().len() <= 4),
            _ => false,
        };
        if ends {
            push(from, at + c.len_utf8());
            from = at + c.len_utf8();
        }
    }
    push(from, text.len());
}
