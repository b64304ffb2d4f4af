//! Norms: what a sentence of a law obliges, bans, allows or frees, who acts, on what, when, within which bounds. Read by words of the
//! catalogue, each part with its place, so that two texts can be held against each other and the difference be shown. What is not
//! recognised is left out, never guessed.

mod bag;
mod lexicon;
mod quantity;
mod sentence;
#[cfg(test)]
mod tests;

pub use bag::{Bag, Weigh, alike};
pub use lexicon::{Lexicon, Phrases};
pub use quantity::Quantity;
pub use sentence::{Part, parts};

use crate::{catalog::Catalog, text};
use kernel::time::Date;
use serde::{Deserialize, Serialize};

/// Bytes of the article's text.
pub type Span = (usize, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    Ban,
    Exemption,
    Duty,
    Permission,
}

/// One sentence of an article as a norm.
#[derive(Debug, Clone)]
pub struct Norm {
    /// Clause and point: `para_1__point_a`; empty where the article is not divided.
    pub unit: String,
    pub span: Span,
    pub modality: Option<(Modality, Span)>,
    /// Who acts: the first body or person before the word that obliges, or behind “do”. Codes of the catalogue.
    pub actor: Option<(String, Span)>,
    /// All who are named.
    pub actors: Vec<(String, Span)>,
    /// The verb of power and what it is done to.
    pub act: Option<(String, Span)>,
    pub object: Option<Span>,
    pub condition: Option<Span>,
    pub quantities: Vec<Quantity>,
    /// The time within which somebody acts: a place in `quantities`.
    pub term: Option<usize>,
    /// A day from which it says that it applies.
    pub effect: Option<Date>,
    /// Leaves a choice, makes an exception, refers to another law.
    pub exception: bool,
    pub choice: bool,
    pub special: bool,
    /// An authority acts for somebody; a sum is asked for.
    pub process: bool,
    pub charge: bool,
    pub own: Bag,
    pub context: Bag,
}

/// A word with its key.
#[derive(Debug, Clone)]
pub struct Tok {
    pub key: String,
    pub start: usize,
    pub end: usize,
    /// What stands before it ends a thought.
    pub cut: bool,
    /// What stands before it, for numbers.
    pub dot: Option<char>,
}

/// Words of a text; a sign of percent is a word.
pub fn tokens(text: &str, from: usize) -> Vec<Tok> {
    let mut out: Vec<Tok> = Vec::new();
    let mut before = 0;
    for w in text::words(text) {
        let gap = text.get(before..w.start).unwrap_or_default();
        if let Some(at) = gap.find('%') {
            out.push(Tok { key: "%".into(), start: from + before + at, end: from + before + at + 1, cut: false, dot: None });
        }
        let mut chars = gap.chars();
        let dot = chars.next().filter(|_| chars.next().is_none());
        out.push(Tok { key: text::key(w.text), start: from + w.start, end: from + w.end, cut: gap.contains(['.', ';', ':', '\n', '(', ')']), dot });
        before = w.end;
    }
    if let Some(at) = text.get(before..).and_then(|t| t.find('%')) {
        out.push(Tok { key: "%".into(), start: from + before + at, end: from + before + at + 1, cut: false, dot: None });
    }
    out
}

/// The norms of an article's text. `heading` is what it is about.
pub fn read(heading: &str, body: &str, catalog: &Catalog) -> Vec<Norm> {
    let about = tokens(heading, 0);
    parts(body)
        .iter()
        .filter_map(|p| {
            let lead = p.lead.and_then(|(s, e)| body.get(s..e)).unwrap_or_default();
            norm(p, &about, &tokens(lead, p.lead.map_or(0, |l| l.0)), body, catalog)
        })
        .collect()
}

/// What each word of a sentence is: words of a bound or a number say nothing of the subject.
struct Marked {
    silent: Vec<bool>,
    actor: Vec<bool>,
}

fn norm(p: &Part, heading: &[Tok], lead: &[Tok], body: &str, catalog: &Catalog) -> Option<Norm> {
    let text = body.get(p.span.0..p.span.1)?;
    let toks = tokens(text, p.span.0);
    if toks.len() < 3 {
        return None;
    }
    let x = &catalog.lexicon;
    let mut m = Marked { silent: vec![false; toks.len()], actor: vec![false; toks.len()] };
    let quantities = quantity::read(&toks, x, &mut m.silent);
    let cues = x.modality.all(&toks);
    for (_, s, e) in &cues {
        m.silent[*s..*e].fill(true);
    }
    for (_, s, e) in x.silent.all(&toks) {
        m.silent[s..e].fill(true);
    }
    let place = |s: usize, e: usize| (toks[s].start, toks[e - 1].end);
    // Longer kinds of words first: “không phải nộp” is one cue, and “phải” inside it none.
    let modality = cues.iter().min_by_key(|(k, s, _)| (matches!(k, Modality::Permission), *s)).map(|(k, s, e)| (*k, place(*s, *e)));
    let found = x.actors.all(&toks);
    for (_, s, e) in &found {
        m.actor[*s..*e].fill(true);
    }
    let actors: Vec<(String, Span)> = found.iter().map(|(c, s, e)| (c.clone(), place(*s, *e))).collect();
    let actor = who(&toks, &found, modality.map(|m| m.1.0)).map(|(c, s, e)| (c, place(s, e))).or_else(|| x.actors.all(lead).into_iter().next().map(|(c, s, e)| (c, (lead[s].start, lead[e - 1].end))));
    let powers: Vec<(String, usize, usize)> = x.powers.all(&toks).into_iter().filter(|(_, s, _)| !m.actor[*s]).filter_map(|(c, s, e)| Some((c?, s, e))).collect();
    let act = powers.first().map(|(c, s, e)| (c.clone(), place(*s, *e)));
    let condition = x.conditions.all(&toks).first().map(|(_, s, _)| (toks[*s].start, p.span.1));
    let ends = condition.map(|c| c.0).into_iter().chain(quantities.iter().map(|q| q.span.0)).filter(|at| powers.first().is_some_and(|(_, _, e)| *at > toks[*e - 1].end)).min().unwrap_or(p.span.1);
    let object = powers.first().and_then(|(_, _, e)| toks.get(*e)).filter(|t| t.start < ends).map(|t| (t.start, ends));
    let term = quantities.iter().position(|q| q.deadline);
    let all = |f: &Phrases<()>| f.any(&toks) || f.any(lead);
    let own = Bag::of(&toks, &m.silent, &m.actor, &x.stop);
    let mut context = own.clone();
    context.add(&Bag::plain(lead, x));
    context.add(&Bag::plain(heading, x));
    Some(Norm {
        unit: p.unit.clone(),
        span: p.span,
        modality,
        actor,
        actors,
        act,
        object,
        condition,
        term,
        effect: crate::parse::effective_in(text, None),
        exception: all(&x.exceptions),
        choice: all(&x.choice),
        special: all(&x.special),
        process: all(&x.process),
        charge: all(&x.charges),
        quantities,
        own,
        context,
    })
}

/// The last body before the word that obliges within its thought; else the one behind “do”; else the first.
fn who(toks: &[Tok], found: &[(String, usize, usize)], cue: Option<usize>) -> Option<(String, usize, usize)> {
    let by = found.iter().find(|(_, s, _)| *s > 0 && toks[*s - 1].key == "do");
    if by.is_some() {
        return by.cloned();
    }
    let before = cue.and_then(|at| found.iter().rfind(|(_, _, e)| toks[*e - 1].end <= at));
    before.or_else(|| found.first()).cloned()
}
