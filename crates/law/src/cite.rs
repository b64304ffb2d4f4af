//! Citations in any text: found by their grammar, then resolved to units of documents, or named unresolved. Nothing is guessed in
//! silence: what was inferred says so, two candidates are shown as two.

mod document;
mod lex;
mod resolve;
#[cfg(test)]
mod tests;
mod units;

pub use resolve::{Known, Registry, Resolution, Seen, Shape, State, Target};

use crate::{catalog::Catalog, number::Docno, unit::Path};
use kernel::time::Date;
use lex::Tokens;

/// A citation as it stands in a text; places are bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    pub start: usize,
    pub end: usize,
    /// Units named; none when the whole document is.
    pub paths: Vec<Path>,
    pub doc: Doc,
    /// Documents that the text says amended this one: relations, not targets.
    pub amended: Vec<Citation>,
    /// Years of amendment without a number: “sửa đổi, bổ sung năm 2017”.
    pub amended_years: Vec<u16>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Doc {
    /// “Luật này”, “Điều này”: the document that speaks.
    This,
    /// Units without a document behind them.
    Unsaid,
    Named(Box<Named>),
    /// QCVN, TCVN.
    Standard(String),
    /// “theo quy định của pháp luật về đất đai”: no target, by design.
    Blanket(String),
}

/// A document as the text names it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Named {
    /// Code of the kind, if written.
    pub kind: Option<String>,
    pub number: Option<Docno>,
    /// “Nghị định 78”: a number without the rest.
    pub short: Option<String>,
    pub name: Option<String>,
    pub year: Option<u16>,
    pub date: Option<Date>,
    pub issuer: Option<String>,
    /// The name was written by an alias of this text.
    pub alias: bool,
}

/// The longest text whose citations are looked for at once.
pub const MOST: usize = 4_000_000;

/// All citations of a text in the order they stand.
pub fn find(text: &str, catalog: &Catalog, registry: &Registry) -> Vec<Citation> {
    let tokens = Tokens::of(text, catalog, registry);
    let mut aliases = document::Aliases::default();
    let mut out = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        match document::citation(&tokens, i, &mut aliases, 0) {
            Some((citation, next)) if next > i => {
                out.push(citation);
                i = next;
            }
            _ => i += 1,
        }
    }
    out
}
