//! Answers from JSON straight into a sheet: no map, no text of an answer is kept.

use super::{
    Criterion, Kind, Lean,
    sheet::{self, Sheet},
};
use crate::{answer::Tier, decimal::Decimal};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{borrow::Cow, fmt};

impl Lean {
    /// Reads answers as they are stored (the JSON of [`crate::Answers`]).
    ///
    /// # Errors
    /// What is not JSON or not the form of answers; the full reader would refuse it too.
    pub fn read(&self, sheet: &mut Sheet, json: &str) -> Result<(), serde_json::Error> {
        sheet.clear();
        let mut from = serde_json::Deserializer::from_str(json);
        Whole { lean: self, sheet }.deserialize(&mut from)?;
        from.end()
    }

    /// The answers in a field of a stored record; the rest of the record is passed over. A record without it has no answers.
    ///
    /// # Errors
    /// As [`Lean::read`], and for a record that is no object.
    pub fn read_field(&self, sheet: &mut Sheet, record: &str, field: &str) -> Result<(), serde_json::Error> {
        sheet.clear();
        let mut from = serde_json::Deserializer::from_str(record);
        Field { name: field, whole: Whole { lean: self, sheet } }.deserialize(&mut from)?;
        from.end()
    }

    /// A criterion by code; answers come in the order of codes, so the next one is tried first.
    fn place(&self, code: &str, next: usize) -> Option<usize> {
        let is = |n: usize| self.order.get(n).and_then(|at| self.criteria.get(*at)).is_some_and(|c| *c.code == *code);
        if is(next) {
            return Some(next);
        }
        self.order.binary_search_by(|at| self.criteria.get(*at).map_or("", |c| &c.code).cmp(code)).ok()
    }
}

struct Field<'a> {
    name: &'a str,
    whole: Whole<'a>,
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Whole { lean, sheet } = self.whole;
        while let Some(key) = map.next_key::<Word<'de>>()? {
            if key.0 == self.name {
                map.next_value_seed(Whole { lean, sheet })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Whole<'a> {
    lean: &'a Lean,
    sheet: &'a mut Sheet,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("answers by criterion")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut next = 0;
        while let Some(code) = map.next_key::<Word<'de>>()? {
            match self.lean.place(&code.0, next) {
                Some(found) => {
                    next = found + 1;
                    let at = self.lean.order.get(found).copied().unwrap_or(usize::MAX);
                    let Some(criterion) = self.lean.criteria.get(at) else { continue };
                    let cell = map.next_value_seed(One { criterion, sheet: self.sheet })?;
                    self.sheet.set(at, cell);
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Text borrowed where JSON has no escapes in it.
struct Word<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Word<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Word<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

/// One answer to a cell.
struct One<'a> {
    criterion: &'a Criterion,
    sheet: &'a mut Sheet,
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = u64;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u64, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = u64;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u64, A::Error> {
        let (mut value, mut na, mut files, mut tier) = (Value { cell: sheet::BLANK, no: false }, false, false, Tier::SelfDeclared);
        while let Some(key) = map.next_key::<Word<'de>>()? {
            match &*key.0 {
                "value" => value = map.next_value_seed(Content { criterion: self.criterion, sheet: self.sheet })?,
                "na" => na = map.next_value()?,
                "tier" => tier = map.next_value()?,
                "evidence" => files = map.next_value::<Any>()?.0,
                "note" => drop(map.next_value::<IgnoredAny>()?),
                other => return Err(A::Error::unknown_field(other, &["value", "na", "note", "evidence", "tier"])),
            }
        }
        if na {
            sheet::forget(self.criterion, self.sheet);
            return Ok(sheet::NA);
        }
        Ok(match self.criterion.kind {
            Kind::Evidence { .. } => sheet::evidence(files, tier, value.no),
            _ => value.cell,
        })
    }
}

/// Whether a list has anything in it.
struct Any(bool);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Any;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("ids of files")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Any, A::Error> {
                let mut any = false;
                while list.next_element::<Word<'de>>()?.is_some() {
                    any = true;
                }
                Ok(Any(any))
            }
        }
        from.deserialize_seq(List)
    }
}

/// What was given: its cell, and whether it is a plain “no”.
struct Value {
    cell: u64,
    no: bool,
}

struct Content<'a> {
    criterion: &'a Criterion,
    sheet: &'a mut Sheet,
}

impl Content<'_> {
    fn number<E: Error>(self, text: &str) -> Result<Value, E> {
        let number: Decimal = text.parse().map_err(|e| E::custom(format!("{text}: {e}")))?;
        Ok(sheet::number(self.criterion, number, self.sheet).into())
    }
}

impl From<u64> for Value {
    fn from(cell: u64) -> Self {
        Self { cell, no: false }
    }
}

impl<'de> DeserializeSeed<'de> for Content<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Content<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of an answer")
    }
    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(sheet::BLANK.into())
    }
    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value { cell: sheet::truth(self.criterion, truth), no: !truth })
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(sheet::text(self.criterion, text, self.sheet).into())
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.number(&number.to_string())
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        self.number(&number.to_string())
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        self.number(&number.to_string())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut codes: Vec<Cow<'de, str>> = Vec::new();
        while let Some(code) = list.next_element::<Word<'de>>()? {
            codes.push(code.0);
        }
        Ok(sheet::many(self.criterion, codes.iter().map(|c| &**c)).into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut parts: Vec<(Cow<'de, str>, Part<'de>)> = Vec::new();
        let mut ratio = [Decimal::ZERO; 2];
        let mut given = [false; 2];
        let mut only = true;
        while let Some(key) = map.next_key::<Word<'de>>()? {
            let part: Part<'de> = map.next_value()?;
            let which = match &*key.0 {
                "n" => 0,
                "d" => 1,
                _ => 2,
            };
            match (ratio.get_mut(which), given.get_mut(which), part.number()) {
                (Some(place), Some(there), Some(number)) => {
                    (*place, *there) = (number.unwrap_or_default(), number.is_some());
                }
                _ => only = false,
            }
            // Numbers of a ratio need no list.
            if let Kind::Matrix { .. } = self.criterion.kind {
                parts.push((key.0, part));
            }
        }
        let [n, d] = [0, 1].map(|at: usize| ratio.get(at).copied().filter(|_| given.get(at) == Some(&true)));
        if only {
            return Ok(sheet::pair(self.criterion, n, d, self.sheet).into());
        }
        let rows: Option<Vec<(&str, &str)>> = parts.iter().map(|(row, part)| part.text().map(|option| (&**row, option))).collect();
        Ok(rows.map_or(sheet::INVALID, |rows| sheet::matrix(self.criterion, rows.into_iter())).into())
    }
}

/// A value inside an object: an option of a row, or a number of a ratio.
enum Part<'a> {
    None,
    Text(Cow<'a, str>),
    Number(Option<Decimal>),
}

impl Part<'_> {
    /// The number of a ratio (`Some(None)`: left empty); `None` if it is none.
    fn number(&self) -> Option<Option<Decimal>> {
        match self {
            Self::None => Some(None),
            Self::Text(text) => text.parse().ok().map(Some),
            Self::Number(number) => number.map(Some),
        }
    }
    fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl<'de> Deserialize<'de> for Part<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Inner;
        impl<'de> Visitor<'de> for Inner {
            type Value = Part<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or the code of an option")
            }
            fn visit_unit<E: Error>(self) -> Result<Part<'de>, E> {
                Ok(Part::None)
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Part<'de>, E> {
                Ok(Part::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Part<'de>, E> {
                Ok(Part::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Part<'de>, E> {
                Ok(Part::Number(number.to_string().parse().ok()))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Part<'de>, E> {
                Ok(Part::Number(number.to_string().parse().ok()))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Part<'de>, E> {
                Ok(Part::Number(number.to_string().parse().ok()))
            }
        }
        from.deserialize_any(Inner)
    }
}
