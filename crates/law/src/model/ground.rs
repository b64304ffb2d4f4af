//! Whether a sentence is the law's own: word by word and mark by mark what a span says, with what stands above it, give or take the words that
//! the catalogue allows to be exchanged or left out. Stricter than a share of common words: a number, a date, a negation, an actor, a citation
//! that was changed, added or dropped is another word, and the sentence is not supported.

use super::Span;
use crate::{
    catalog::{Catalog, Wording},
    norms::Tok,
    text,
};

/// How a sentence is supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// Places in the offered spans, in order.
    pub spans: Vec<usize>,
}

/// Whether these spans say the sentence. Several spans must follow each other under one leading sentence.
pub fn supported(sentence: &str, cited: &[usize], spans: &[Span], catalog: &Catalog) -> Option<Support> {
    let first = spans.get(*cited.first()?)?;
    let chosen: Option<Vec<&Span>> = cited.iter().map(|i| spans.get(*i)).collect();
    let chosen = chosen?;
    let joined = chosen.windows(2).all(|p| p[0].lead == p[1].lead && p[0].passage == p[1].passage) && cited.windows(2).all(|p| p[0] + 1 == p[1]);
    if !joined || (chosen.len() > 1 && first.lead.is_empty()) || sentence.chars().count() > catalog.model.characters || !plain(sentence) {
        return None;
    }
    let w = &catalog.wording;
    let said = atoms(sentence, w);
    let body: String = chosen.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join(" ");
    let law = atoms(&format!("{} {body}", first.lead), w);
    if law.is_empty() {
        return None;
    }
    let mut begins = vec![Vec::new()];
    if !first.heading.is_empty() {
        begins.push(begin(&first.heading, ":", w));
    }
    for citation in [&first.citation, &first.article] {
        begins.extend(catalog.model.openings.iter().map(|o| begin(&format!("{o} {citation}"), ",", w)));
    }
    let fits = begins.iter().any(|b| said.len() == b.len() + law.len() && said.starts_with(b) && said.ends_with(&law));
    fits.then(|| Support { spans: cited.to_vec() })
}

fn begin(words: &str, mark: &str, w: &Wording) -> Vec<String> {
    let mut out = atoms(words, w);
    out.push(mark.to_owned());
    out
}

/// Letters, digits and the marks of a sentence: no markup, no address, nothing that is not seen.
fn plain(sentence: &str) -> bool {
    let sign = |c: char| text::is_word(c) || matches!(c, ' ' | '.' | ',' | ';' | ':' | '(' | ')' | '%' | '/' | '-' | '–' | '“' | '”' | '"' | '²');
    !sentence.trim().is_empty() && sentence.chars().all(sign)
}

/// A text as what has to be equal: words, classes of words that say the same, marks between them. Marks at the end, and numbers of clauses and
/// points, do not count; zeros before a number do not either.
fn atoms(sentence: &str, w: &Wording) -> Vec<String> {
    let toks = crate::norms::tokens(sentence, 0);
    let (mut i, mut out, mut before) = (0, Vec::new(), 0);
    while let Some(t) = toks.get(i) {
        let joined = number_goes_on(&toks, i);
        if joined.is_none() {
            marks(sentence.get(before..t.start).unwrap_or_default(), &mut out);
        }
        let whole = |n: &usize| unbroken(sentence, toks.get(i..i + n).unwrap_or_default());
        if let Some((class, n)) = w.same.at(&toks, i).filter(|(_, n)| whole(n)) {
            out.push(format!("={class}"));
            i += n;
        } else if let Some((_, n)) = w.neutral.at(&toks, i).filter(|(_, n)| whole(n)) {
            i += n;
        } else {
            out.push(match joined {
                Some(mark) => format!("{mark}{}", t.key),
                None => number(&t.key),
            });
            i += 1;
        }
        before = toks.get(i - 1).map_or(before, |t| t.end);
    }
    // What is left open at the end would be another sentence.
    marks(sentence.get(before..).unwrap_or_default(), &mut out);
    while out.last().is_some_and(|m| matches!(m.as_str(), "." | ";" | ":" | ",")) {
        out.pop();
    }
    out
}

/// A phrase with a mark inside is no phrase: “không, quá”.
fn unbroken(sentence: &str, phrase: &[Tok]) -> bool {
    phrase.windows(2).all(|p| sentence.get(p[0].end..p[1].start).is_some_and(|gap| gap.trim().is_empty()))
}

fn marks(gap: &str, out: &mut Vec<String>) {
    for c in gap.chars().filter(|c| !c.is_whitespace()) {
        let c = match c {
            '–' => '-',
            '“' | '”' => '"',
            c => c,
        };
        if !out.is_empty() || !matches!(c, '.' | ',' | ';' | ':' | '-') {
            out.push(c.to_string());
        }
    }
}

/// `1.800`: the mark inside a number belongs to it, so that 1.800 and 1,800 are two.
fn number_goes_on(toks: &[Tok], i: usize) -> Option<char> {
    let (a, b) = (toks.get(i.checked_sub(1)?)?, toks.get(i)?);
    let digits = |k: &str| k.bytes().all(|b| b.is_ascii_digit());
    b.dot.filter(|c| matches!(c, '.' | ',' | '/' | '-') && digits(&a.key) && digits(&b.key) && a.end + 1 == b.start)
}

fn number(key: &str) -> String {
    let short = key.trim_start_matches('0');
    if key.bytes().all(|b| b.is_ascii_digit()) && !short.is_empty() { short.to_owned() } else { key.to_owned() }
}
