//! Phrases of the catalogue, found in a row of words: the longest wins, none inside another.

use super::{Modality, Tok};
use crate::{
    catalog::{Bound, Norms},
    text,
};
use std::collections::{HashMap, HashSet};

#[derive(Debug, Clone)]
pub struct Phrases<T> {
    by_first: HashMap<String, Vec<(Vec<String>, T)>>,
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { by_first: HashMap::new() }
    }
}

pub fn keys(phrase: &str) -> Vec<String> {
    if phrase == "%" {
        return vec!["%".into()];
    }
    text::words(phrase).map(|w| text::key(w.text)).collect()
}

impl<T: Clone> Phrases<T> {
    pub fn add(&mut self, phrase: &str, value: T) {
        let keys = keys(phrase);
        if let Some(first) = keys.first().cloned() {
            let list = self.by_first.entry(first).or_default();
            list.push((keys, value));
            list.sort_by_key(|(k, _)| std::cmp::Reverse(k.len()));
        }
    }
    pub fn of<'a>(phrases: impl IntoIterator<Item = &'a String>, value: T) -> Self {
        let mut all = Self::default();
        for p in phrases {
            all.add(p, value.clone());
        }
        all
    }
    /// The longest phrase that begins at a word, and how many words it has.
    pub fn at(&self, toks: &[Tok], i: usize) -> Option<(&T, usize)> {
        let list = self.by_first.get(&toks.get(i)?.key)?;
        list.iter().find(|(k, _)| toks.get(i..i + k.len()).is_some_and(|w| w.iter().zip(k).all(|(t, k)| t.key == *k) && w.iter().skip(1).all(|t| !t.cut))).map(|(k, v)| (v, k.len()))
    }
    /// All phrases, with their first word and the one behind their last.
    pub fn all(&self, toks: &[Tok]) -> Vec<(T, usize, usize)> {
        let (mut i, mut out) = (0, Vec::new());
        while i < toks.len() {
            match self.at(toks, i) {
                Some((v, n)) => {
                    out.push((v.clone(), i, i + n));
                    i += n;
                }
                None => i += 1,
            }
        }
        out
    }
    pub fn any(&self, toks: &[Tok]) -> bool {
        (0..toks.len()).any(|i| self.at(toks, i).is_some())
    }
}

/// What bounds a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounding {
    pub bound: Bound,
    pub deadline: bool,
}

/// The catalogue's words as they are looked up.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    pub modality: Phrases<Modality>,
    pub before: Phrases<Bounding>,
    pub after: Phrases<Bounding>,
    /// Code and size of a unit, and whether it names months by years.
    pub units: Phrases<(String, String, i64)>,
    pub multiples: Phrases<i64>,
    pub digits: HashMap<String, i64>,
    pub ten: HashSet<String>,
    pub tens: HashSet<String>,
    pub hundred: HashSet<String>,
    pub zero: HashSet<String>,
    pub conditions: Phrases<()>,
    pub exceptions: Phrases<()>,
    pub choice: Phrases<()>,
    pub special: Phrases<()>,
    /// Nothing where the words look like a power and are none.
    pub powers: Phrases<Option<String>>,
    pub silent: Phrases<()>,
    pub process: Phrases<()>,
    pub charges: Phrases<()>,
    pub actors: Phrases<String>,
    pub lists: Phrases<usize>,
    pub open_lists: Phrases<()>,
    pub transitional: Phrases<()>,
    /// Words without a subject.
    pub stop: HashSet<String>,
}

impl Lexicon {
    pub fn of(n: &Norms) -> Self {
        let mut x = Self { stop: n.joining.iter().map(|w| text::key(w)).collect(), ..Self::default() };
        for (list, m) in [(&n.modality.ban, Modality::Ban), (&n.modality.exemption, Modality::Exemption), (&n.modality.duty, Modality::Duty), (&n.modality.permission, Modality::Permission)] {
            list.iter().for_each(|p| x.modality.add(p, m));
        }
        for c in &n.comparators {
            let to = if c.after { &mut x.after } else { &mut x.before };
            c.words.iter().for_each(|p| to.add(p, Bounding { bound: c.bound, deadline: c.deadline }));
        }
        for u in &n.units {
            u.words.iter().for_each(|p| x.units.add(p, (u.code.clone(), u.dimension.clone(), u.size)));
        }
        for m in &n.multiples {
            m.words.iter().for_each(|p| x.multiples.add(p, m.by));
        }
        x.digits = n.numbers.ones.iter().map(|w| text::key(w)).zip(0..).collect();
        x.digits.extend(n.numbers.others.iter().map(|(w, v)| (text::key(w), *v)));
        let set = |l: &[String]| l.iter().map(|w| text::key(w)).collect();
        x.ten = set(&n.numbers.ten);
        x.tens = set(&n.numbers.tens);
        x.hundred = set(&n.numbers.hundred);
        x.zero = set(&n.numbers.zero);
        x.conditions = Phrases::of(&n.conditions, ());
        x.exceptions = Phrases::of(&n.exceptions, ());
        x.choice = Phrases::of(&n.choice, ());
        x.special = Phrases::of(&n.special, ());
        for p in &n.powers {
            x.powers.add(p, Some(p.clone()));
        }
        n.no_powers.iter().for_each(|p| x.powers.add(p, None));
        x.silent = Phrases::of(&n.silent, ());
        x.process = Phrases::of(&n.process, ());
        x.charges = Phrases::of(&n.charges, ());
        for a in &n.actors {
            a.words.iter().for_each(|p| x.actors.add(p, a.code.clone()));
        }
        for (i, l) in n.lists.iter().enumerate() {
            l.words.iter().for_each(|p| x.lists.add(p, i));
        }
        x.open_lists = Phrases::of(&n.open_lists, ());
        x.transitional = Phrases::of(&n.transitional, ());
        x
    }
}
