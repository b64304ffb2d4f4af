//! What was done to a signed file afterwards: the objects of the signed revision against those of the whole file.
//!
//! A later signature is allowed to add itself; whatever else changes is a change of what was signed. This is where the
//! published attacks (incremental saving and shadow attacks, Mainka et al., NDSS 2021) are found: content replaced,
//! objects hidden in the signed part and brought out by a new table, annotations laid over the text.

use super::{
    object::{Allowance, Dict, Value},
    table::{Place, Table},
};
use std::collections::HashSet;

/// What came after the signed revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Later {
    /// Nothing but what issuers said of certificates, for those who check later: it shows nothing and signs nothing.
    Validation,
    /// Only further signatures and what belongs to them.
    Signatures,
    /// Something else: the number of the object that tells, none when the tables themselves do not fit.
    Changed(Option<u32>),
}

/// Compares the state at the end of `signed` bytes with that of the whole file.
pub fn compare(bytes: &[u8], signed: usize, allowance: &Allowance) -> Later {
    let changed = Later::Changed(None);
    let Some(before) = bytes.get(..signed).and_then(|b| Table::of(b, allowance)) else { return changed };
    let Some(now) = Table::of(bytes, allowance) else { return changed };
    // The later tables stand on the signed ones, and all of them behind what was signed.
    let own = now.sections.len().saturating_sub(before.sections.len());
    let (new, old) = now.sections.split_at(own);
    if old != before.sections.as_slice() || new.is_empty() || new.iter().any(|at| *at < signed) || now.root != before.root || now.encrypted != before.encrypted {
        return changed;
    }
    let c = Compared { before: &before, now: &now, signed, awaited: before.dangling() };
    let mut later = Later::Validation;
    for (number, place) in &now.places {
        if before.places.get(number) == Some(place) {
            continue;
        }
        if !c.behind(*place) || !c.allowed(*number) {
            return Later::Changed(Some(*number));
        }
        if !c.only_validation(*number) {
            later = Later::Signatures;
        }
    }
    later
}

struct Compared<'a> {
    before: &'a Table<'a>,
    now: &'a Table<'a>,
    signed: usize,
    /// Numbers that the signed part refers to without having them.
    awaited: HashSet<u32>,
}

impl Compared<'_> {
    /// A new or changed object stands in the new bytes. One brought out of the signed bytes by a new table was hidden there.
    fn behind(&self, place: Place) -> bool {
        match place {
            Place::Free => false,
            Place::At(at) => at >= self.signed,
            Place::Packed(stream, _) => matches!(self.now.places.get(&stream), Some(Place::At(at)) if *at >= self.signed),
        }
    }

    /// The root with another store, or an object that nothing knew before: what leads to it has changed as well.
    fn only_validation(&self, number: u32) -> bool {
        let Some(old) = self.before.value(number) else { return true };
        match (number == self.before.root, old, self.now.value(number)) {
            (true, Value::Dict(old), Some(Value::Dict(new))) => old.differing(&new).iter().all(|k| k == "DSS" || k == "Extensions"),
            (_, old, new) => Some(old) == new,
        }
    }

    fn allowed(&self, number: u32) -> bool {
        let known = !matches!(self.before.places.get(&number), None | Some(Place::Free));
        if !known {
            // New: nothing that was signed leads there, and what may be changed of it leads to signatures only.
            return !self.awaited.contains(&number) && self.now.value(number).is_some();
        }
        let (Some(old), Some(new)) = (self.before.value(number), self.now.value(number)) else { return false };
        if old == new && !matches!(old, Value::Dict(ref d) if d.get("Length").is_some()) {
            return true;
        }
        match (&old, &new) {
            (Value::Dict(old), Value::Dict(new)) if !new.is_ambiguous() => self.dict(number, old, new),
            (Value::List(old), Value::List(new)) => self.is_list_of_fields(number) && self.only_signatures_added(old, new),
            _ => false,
        }
    }

    fn dict(&self, number: u32, old: &Dict, new: &Dict) -> bool {
        // A stream's bytes are not compared: a stream written again is a change.
        if old.get("Length").is_some() || new.get("Length").is_some() {
            return false;
        }
        if self.before.info == Some(number) {
            return true;
        }
        let keys = old.differing(new);
        let only = |allowed: &[&str]| keys.iter().all(|k| allowed.contains(&k.as_str()));
        if number == self.before.root {
            return only(&["AcroForm", "DSS", "Extensions"]) && self.forms(old.get("AcroForm"), new.get("AcroForm"));
        }
        if self.form_number() == Some(number) {
            return self.form(old, new);
        }
        if old.name("Type") == Some(b"Page") {
            return only(&["Annots"]) && self.lists(old.get("Annots"), new.get("Annots"));
        }
        // An empty signature field that was signed.
        if old.name("FT") == Some(b"Sig") && old.get("V").is_none() {
            return only(&["V", "AP", "F", "M", "Lock"]);
        }
        false
    }

    fn form_number(&self) -> Option<u32> {
        match self.before.dict(self.before.root)?.get("AcroForm")? {
            Value::Ref(number, _) => Some(*number),
            _ => None,
        }
    }

    fn forms(&self, old: Option<&Value>, new: Option<&Value>) -> bool {
        match (old, new) {
            (old, new) if old == new => true,
            (None, Some(new)) => matches!(self.now.follow(new), Some(Value::Dict(d)) if self.form(&Dict { entries: Vec::new(), span: d.span }, &d)),
            // Written in place before, as an object of its own now, or the other way round: what counts is what it says.
            (Some(old), Some(new)) => match (self.before.follow(old), self.now.follow(new)) {
                (Some(Value::Dict(old)), Some(Value::Dict(new))) => !new.is_ambiguous() && self.form(&old, &new),
                _ => false,
            },
            _ => false,
        }
    }

    fn form(&self, old: &Dict, new: &Dict) -> bool {
        let keys = old.differing(new);
        keys.iter().all(|k| k == "Fields" || k == "SigFlags" || k == "Type") && self.lists(old.get("Fields"), new.get("Fields"))
    }

    /// Fields or annotations, given in place or by reference.
    fn lists(&self, old: Option<&Value>, new: Option<&Value>) -> bool {
        let list = |table: &Table<'_>, v: Option<&Value>| match v {
            None => Some(Vec::new()),
            Some(v) => match table.follow(v)? {
                Value::List(l) => Some(l),
                _ => None,
            },
        };
        match (list(self.before, old), list(self.now, new)) {
            (Some(old), Some(new)) => self.only_signatures_added(&old, &new),
            _ => false,
        }
    }

    fn is_list_of_fields(&self, number: u32) -> bool {
        let here = |v: Option<&Value>| matches!(v, Some(Value::Ref(n, _)) if *n == number);
        let form = self.before.dict(self.before.root).and_then(|r| r.get("AcroForm").cloned()).and_then(|f| self.before.follow(&f));
        let of_form = matches!(&form, Some(Value::Dict(d)) if here(d.get("Fields")));
        of_form || self.before.places.keys().any(|n| self.before.dict(*n).is_some_and(|d| d.name("Type") == Some(b"Page") && here(d.get("Annots"))))
    }

    fn only_signatures_added(&self, old: &[Value], new: &[Value]) -> bool {
        let Some(added) = new.strip_prefix(old) else { return false };
        added.iter().all(|v| match self.now.follow(v) {
            // A widget without a page's annotation of another kind: the field of a signature and its picture.
            Some(Value::Dict(d)) => d.name("FT") == Some(b"Sig") && d.name("Subtype").is_none_or(|s| s == b"Widget"),
            _ => false,
        })
    }
}
