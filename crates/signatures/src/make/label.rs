//! A signature's words at the upper right corner of the first page: set as a page of its own by whoever asks, shown here as the
//! appearance of the signature's field. Nothing that was on the page is touched.
//!
//! Practice (Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần II, mục I): the digital signature of a body that copies stands there.

use super::{
    pdf::Unfit,
    picture::Rect,
    revision::{Revision, set},
    write::{stream, written},
};
use crate::pdf::{
    object::{Allowance, Dict, Value},
    table::Table,
};
use miniz_oxide::deflate::compress_to_vec_zlib;
use std::collections::BTreeMap;

/// Objects a page of some words needs: fonts, colours, their streams.
const MOST_OBJECTS: usize = 400;
/// No tree of pages that a program writes is deeper.
const DEEPEST: usize = 16;
/// Points between the label and the edges of the page.
const EDGE: f32 = 9.0;
const LEVEL: u8 = 9;

/// A PDF of one page, as large as its words.
#[derive(Debug, Clone, Copy)]
pub struct Label<'a> {
    pub pdf: &'a [u8],
}

/// A rectangle as a file gives it: left, bottom, right, top.
pub(super) type Corners = [f32; 4];

pub(super) fn corners(list: &[Value]) -> Option<Corners> {
    let said: Vec<f32> = list.iter().filter_map(|v| String::from_utf8(written(v)).ok()?.parse().ok()).collect();
    let [a, b, c, d] = said[..] else { return None };
    [a, b, c, d].iter().all(|n| n.is_finite()).then(|| [a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// The appearance of a label in a revision: its form, and where on the page of this number it stands.
pub(super) fn show(revision: &mut Revision<'_>, page: u32, label: Label<'_>) -> Result<(u32, Rect), Unfit> {
    let left = crate::allowance(label.pdf);
    let table = Table::of(label.pdf, &left).filter(|t| !t.encrypted).ok_or(Unfit::Unreadable)?;
    let own = Revision::of(label.pdf, &table)?;
    let sheet = own.dict(own.page(0)?)?;
    let [x0, y0, x1, y1] = inherited(&own, &sheet, "MediaBox").as_ref().and_then(list_of).and_then(|l| corners(&l)).ok_or(Unfit::Unreadable)?;
    let size = (x1 - x0, y1 - y0);
    let words = unmarked(&content(&own, &table, &sheet)?);
    let resources = inherited(&own, &sheet, "Resources").ok_or(Unfit::Unreadable)?;
    let mut taken = Taken { from: &table, into: BTreeMap::new(), order: Vec::new() };
    let resources = taken.renumbered(revision, &resources)?;
    taken.copy(revision)?;
    let (turn, rect) = place(revision, page, size)?;
    let matrix = match turn {
        90 => "0 1 -1 0 0 0",
        180 => "-1 0 0 -1 0 0",
        270 => "0 -1 1 0 0 0",
        _ => "1 0 0 1 0 0",
    };
    let mut dict = format!("/Type/XObject/Subtype/Form/BBox[{x0:.2} {y0:.2} {x1:.2} {y1:.2}]/Matrix[{matrix}]/Filter/FlateDecode/Resources ");
    dict.push_str(&String::from_utf8(written(&resources)).map_err(|_| Unfit::Unreadable)?);
    let form = revision.number();
    revision.put_written(form, stream(&dict, &compress_to_vec_zlib(&words, LEVEL)));
    Ok((form, rect))
}

/// How the page is turned, and the place at the corner that is seen as the upper right one.
fn place(revision: &Revision<'_>, page: u32, (width, height): (f32, f32)) -> Result<(i64, Rect), Unfit> {
    let dict = revision.dict(page)?;
    let seen = inherited(revision, &dict, "CropBox").or_else(|| inherited(revision, &dict, "MediaBox"));
    let [x0, y0, x1, y1] = seen.as_ref().and_then(list_of).and_then(|l| corners(&l)).ok_or(Unfit::Unreadable)?;
    let turn = match inherited(revision, &dict, "Rotate") {
        Some(Value::Int(n)) => n.rem_euclid(360),
        _ => 0,
    };
    let (w, h) = if turn == 90 || turn == 270 { (height, width) } else { (width, height) };
    let (left, bottom) = match turn {
        90 => (x0 + EDGE, y1 - EDGE - h),
        180 => (x0 + EDGE, y0 + EDGE),
        270 => (x1 - EDGE - w, y0 + EDGE),
        _ => (x1 - EDGE - w, y1 - EDGE - h),
    };
    Ok((turn, Rect { left, bottom, width: w, height: h }))
}

fn list_of(value: &Value) -> Option<Vec<Value>> {
    if let Value::List(list) = value { Some(list.clone()) } else { None }
}

/// An entry of a page, or of the nodes above it (ISO 32000-2 §7.7.3.4).
fn inherited(revision: &Revision<'_>, page: &Dict, key: &str) -> Option<Value> {
    let mut node = page.clone();
    for _ in 0..DEEPEST {
        if let Some(value) = node.get(key) {
            return revision.follow(value);
        }
        node = match revision.follow(node.get("Parent")?)? {
            Value::Dict(above) => above,
            _ => return None,
        };
    }
    None
}

/// What the page draws, unpacked.
fn content(revision: &Revision<'_>, table: &Table<'_>, page: &Dict) -> Result<Vec<u8>, Unfit> {
    let parts = match page.get("Contents") {
        Some(Value::Ref(number, _)) => match revision.follow(&Value::Ref(*number, 0)) {
            Some(Value::List(parts)) => parts,
            _ => vec![Value::Ref(*number, 0)],
        },
        Some(Value::List(parts)) => parts.clone(),
        _ => return Err(Unfit::Unreadable),
    };
    let mut out = Vec::new();
    for part in parts {
        let Value::Ref(number, _) = part else { return Err(Unfit::Unreadable) };
        out.extend(table.stream(number).ok_or(Unfit::Unreadable)?);
        out.push(b'\n');
    }
    Ok(out)
}

/// Without the marks by which a structure finds its parts: the label's own structure stays behind, its words stand in the field.
fn unmarked(content: &[u8]) -> Vec<u8> {
    let lines = content.split(|b| *b == b'\n');
    let kept = lines.filter(|line| {
        let line = line.trim_ascii();
        !(line == b"EMC" || line.ends_with(b" BDC") || line.ends_with(b" BMC"))
    });
    kept.flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
}

/// Objects on their way from one file into another.
struct Taken<'a> {
    from: &'a Table<'a>,
    into: BTreeMap<u32, u32>,
    order: Vec<u32>,
}

impl Taken<'_> {
    fn number(&mut self, revision: &mut Revision<'_>, old: u32) -> Result<u32, Unfit> {
        if let Some(new) = self.into.get(&old) {
            return Ok(*new);
        }
        if self.into.len() >= MOST_OBJECTS {
            return Err(Unfit::Unreadable);
        }
        let new = revision.number();
        self.into.insert(old, new);
        self.order.push(old);
        Ok(new)
    }

    fn renumbered(&mut self, revision: &mut Revision<'_>, value: &Value) -> Result<Value, Unfit> {
        Ok(match value {
            Value::Ref(old, _) => Value::Ref(self.number(revision, *old)?, 0),
            Value::List(list) => Value::List(list.iter().map(|v| self.renumbered(revision, v)).collect::<Result<_, _>>()?),
            Value::Dict(dict) => Value::Dict(self.dict(revision, dict)?),
            other => other.clone(),
        })
    }

    fn dict(&mut self, revision: &mut Revision<'_>, dict: &Dict) -> Result<Dict, Unfit> {
        let entries = dict.entries.iter().map(|(k, v)| Ok((k.clone(), self.renumbered(revision, v)?)));
        Ok(Dict { entries: entries.collect::<Result<_, Unfit>>()?, span: dict.span })
    }

    /// Everything that was given a number so far, and what it leads to.
    fn copy(&mut self, revision: &mut Revision<'_>) -> Result<(), Unfit> {
        while let Some(old) = self.order.pop() {
            let new = self.number(revision, old)?;
            let value = self.from.value(old).ok_or(Unfit::Unreadable)?;
            match (self.from.stream(old), &value) {
                (Some(data), Value::Dict(dict)) => {
                    let mut dict = self.dict(revision, dict)?;
                    dict.entries.retain(|(k, _)| !matches!(k.as_slice(), b"Length" | b"DecodeParms"));
                    set(&mut dict, "Filter", Value::Name(b"FlateDecode".to_vec()));
                    let inside = written(&Value::Dict(dict));
                    let inside = inside.get(2..inside.len().saturating_sub(2)).unwrap_or_default();
                    let inside = String::from_utf8(inside.to_vec()).map_err(|_| Unfit::Unreadable)?;
                    revision.put_written(new, stream(&inside, &compress_to_vec_zlib(&data, LEVEL)));
                }
                _ => {
                    let value = self.renumbered(revision, &value)?;
                    revision.put(new, value);
                }
            }
        }
        Ok(())
    }
}

/// Whether a file can take a signature behind what stands in it, without making one.
pub fn takes_a_signature(pdf: &[u8]) -> Result<(), Unfit> {
    let left: Allowance = crate::allowance(pdf);
    let table = Table::of(pdf, &left).ok_or(Unfit::Unreadable)?;
    let revision = Revision::of(pdf, &table)?;
    let page = revision.page(0)?;
    place(&revision, page, (1.0, 1.0)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_a_structure_stay_behind() {
        let content = b"q\n/P <</MCID 0>> BDC\nBT\n(EMC) Tj\nET\nEMC\nQ";
        assert_eq!(unmarked(content), b"q\nBT\n(EMC) Tj\nET\nQ\n");
    }

    #[test]
    fn what_is_no_file_takes_no_signature() {
        assert_eq!(takes_a_signature(b"%PDF-1.4\n%%EOF\n"), Err(Unfit::Unreadable));
    }
}
