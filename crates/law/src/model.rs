//! The model option: a language model behind any OpenAI-compatible endpoint, off unless an installation names one. It is given sentences of the
//! law and may put them in an order; what it says is held against them sentence by sentence (`ground`) and dropped where they do not say it.
//! Whatever it does, the page shows the law's own words.
//!
//! Nothing personal leaves: of the question only words go out that stand in the offered sentences themselves, never a number.

mod client;
mod ground;
#[cfg(test)]
mod tests;

pub use client::{Endpoint, Limits, Mistake};
pub use ground::{Support, supported};

use crate::{
    Law,
    answer::{Answer, Passage},
    catalog::Catalog,
    norms::{self, Part},
    text, unit,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A sentence of the law that the model may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Place of its passage in the answer.
    pub passage: usize,
    /// “khoản 1 Điều 25 Bộ luật Lao động năm 2019”, and the article alone.
    pub citation: String,
    pub article: String,
    pub heading: String,
    /// What introduces a list of which it is one; never left out.
    pub lead: String,
    pub text: String,
    /// How many stand under the same lead.
    pub listed: usize,
}

/// A sentence that may be shown: the model's words, which are the law's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worded {
    pub text: String,
    pub passage: usize,
    pub citation: String,
    pub heading: String,
    /// So many of so many points of a list.
    pub part: Option<(usize, usize)>,
}

/// What became of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Worded { model: String, sentences: Vec<Worded>, dropped: usize },
    /// Nothing that could be used; the reason is for the log.
    Silent(&'static str),
}

/// Sentences of the passages, the answering clause first where there is one.
pub fn spans(passages: &[Passage<'_>], catalog: &Catalog) -> Vec<Span> {
    let mut out = Vec::new();
    for (n, p) in passages.iter().enumerate() {
        let body = &p.article.text;
        let within = |part: &Part| p.clause.as_ref().is_none_or(|(_, r)| r.start <= part.span.0 && part.span.1 <= r.end);
        let article = format!("{} {}", p.article.label, p.document.cited());
        let start = out.len();
        for part in norms::parts(body).iter().filter(|part| within(part)) {
            let (text, own) = (clean(body.get(part.span.0..part.span.1).unwrap_or_default()), lead(body, part));
            // A sentence that introduces a list says nothing without it.
            if text.is_empty() || text.ends_with(':') {
                continue;
            }
            out.push(Span { passage: n, citation: p.citation(), article: article.clone(), heading: clean(&p.article.heading), lead: own, text, listed: 1 });
        }
        let leads: Vec<String> = out[start..].iter().map(|s| s.lead.clone()).collect();
        for s in &mut out[start..] {
            s.listed = leads.iter().filter(|l| **l == s.lead).count();
        }
    }
    out.truncate(catalog.model.offered);
    out
}

/// What stands above a sentence and ends with a colon: of the article above its clauses, of the clause above its points.
fn lead(body: &str, part: &Part) -> String {
    let last = |text: &str| {
        let all: Vec<(usize, usize)> = norms::parts(text).iter().map(|p| p.span).collect();
        all.last().and_then(|(s, e)| text.get(*s..*e)).map(clean).filter(|t| t.ends_with(':')).unwrap_or_default()
    };
    let first = unit::clauses(body).first().map_or(0, |c| c.start);
    let head = if part.span.0 >= first { last(body.get(..first).unwrap_or_default()) } else { String::new() };
    let above = part.lead.filter(|l| l.0 >= first).and_then(|(s, e)| body.get(s..e)).map(last).unwrap_or_default();
    format!("{head} {above}").trim().to_owned()
}

/// One line without the number of its clause or point, without what nobody sees.
fn clean(piece: &str) -> String {
    let seen: String = piece.chars().filter(|c| !hidden(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = text::line(&seen);
    if let Some(n) = unit::clause_number(&line) {
        return line.get(n.len() + 1..).unwrap_or_default().trim_start().to_owned();
    }
    match unit::point_letter(&line) {
        Some(l) => line.get(l.len() + 1..).unwrap_or_default().trim_start().to_owned(),
        None => line,
    }
}

/// Characters of no width and those that turn the direction of writing.
fn hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Words of a question that stand in the sentences themselves: whatever else somebody wrote stays here.
pub fn shared_words(question: &str, spans: &[Span]) -> Vec<String> {
    let of = |t: &str| text::words(t).map(|w| text::key(w.text)).collect::<Vec<_>>();
    let law: std::collections::HashSet<String> = spans.iter().flat_map(|s| [of(&s.heading), of(&s.lead), of(&s.text)].concat()).collect();
    let mut out: Vec<String> = Vec::new();
    for w in of(question).into_iter().filter(|w| law.contains(w) && w.chars().all(char::is_alphabetic)) {
        if !out.contains(&w) && out.len() < 60 {
            out.push(w);
        }
    }
    out
}

/// The data that goes out beside the catalogue's prompt.
pub fn question(asked: &str, spans: &[Span]) -> Value {
    let offered: Vec<Value> = spans.iter().enumerate().map(|(i, s)| json!({"id": format!("s{}", i + 1), "heading": s.heading, "lead": s.lead, "text": s.text})).collect();
    json!({"words": shared_words(asked, spans), "spans": offered})
}

#[derive(Deserialize)]
struct Said {
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    sentence: String,
    span_ids: Vec<String>,
}

/// The sentences that the spans say, and how many were dropped; nothing where the answer is no such JSON.
pub fn accepted(answer: &str, spans: &[Span], catalog: &Catalog) -> Option<(Vec<Worded>, usize)> {
    let said: Said = serde_json::from_str(answer.trim()).ok()?;
    let (mut out, mut dropped): (Vec<Worded>, usize) = (Vec::new(), 0);
    for s in said.sentences {
        let cited: Option<Vec<usize>> = s.span_ids.iter().map(|id| id.strip_prefix('s').and_then(|n| n.parse::<usize>().ok()).and_then(|n| n.checked_sub(1))).collect();
        let support = cited.and_then(|c| supported(&s.sentence, &c, spans, catalog));
        let first = support.as_ref().and_then(|x| spans.get(*x.spans.first()?));
        match (support.as_ref(), first) {
            (Some(x), Some(span)) if out.len() < catalog.model.sentences && !out.iter().any(|w| w.text == s.sentence.trim()) => out.push(Worded {
                text: s.sentence.trim().to_owned(),
                passage: span.passage,
                citation: span.citation.clone(),
                heading: span.heading.clone(),
                part: (!span.lead.is_empty() && x.spans.len() < span.listed).then_some((x.spans.len(), span.listed)),
            }),
            _ => dropped += 1,
        }
    }
    Some((out, dropped))
}

impl Law {
    /// Asks the model to order the passages of an answer, if there is a model and an answer.
    pub async fn worded(&self, asked: &str, answer: &Answer<'_>) -> Option<Outcome> {
        let endpoint = self.model.get()?;
        if answer.refused.is_some() {
            return None;
        }
        let spans = spans(&answer.passages, &self.catalog);
        if spans.is_empty() {
            return None;
        }
        let outcome = match endpoint.ask(&self.catalog.model.prompt, &question(asked, &spans)).await {
            Ok(text) => match accepted(&text, &spans, &self.catalog) {
                Some((sentences, dropped)) if !sentences.is_empty() => Outcome::Worded { model: endpoint.name().to_owned(), sentences, dropped },
                Some((_, 0)) => Outcome::Silent("it found no sentence that answers"),
                Some(_) => Outcome::Silent("no sentence was the law's own"),
                None => Outcome::Silent("the answer is not the JSON asked for"),
            },
            Err(why) => Outcome::Silent(why),
        };
        match &outcome {
            Outcome::Worded { sentences, dropped, model } => tracing::info!(model, shown = sentences.len(), dropped, "language model"),
            Outcome::Silent(why) => tracing::warn!(model = endpoint.name(), "language model: {why}"),
        }
        Some(outcome)
    }
}
