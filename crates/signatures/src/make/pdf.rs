//! A place for a signature at the end of a PDF, as an incremental update (ISO 32000-2 §7.5.6, §12.8): what stood before is
//! not touched, so that earlier signatures stay good.

use crate::{
    algorithm::Hash,
    allowance,
    pdf::{
        object::{Dict, Span, Value},
        table::Table,
    },
};
use kernel::Instant;
use std::collections::BTreeMap;

/// Bytes kept for the signature: a chain of three RSA certificates and a time stamp need some 8 kB.
const ROOM: usize = 12 << 10;
/// Digits kept for a position: files below 10 GB.
const DIGITS: usize = 10;
const MOST_PAGES_DEEP: usize = 16;

/// What a signature says of itself in the file.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The field's name, once in a file; ASCII without dots.
    pub field: &'a str,
    pub signer: &'a str,
    pub reason: Option<&'a str>,
    pub location: Option<&'a str>,
    pub at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Not a PDF whose tables can be followed.
    Unreadable,
    /// With a password: its texts would have to be written in its cipher.
    Encrypted,
    /// It has a field of this name already.
    Taken,
    /// The signature is longer than its place.
    TooLong,
}

/// A file that waits for its signature.
#[derive(Debug, Clone)]
pub struct Prepared {
    bytes: Vec<u8>,
    hole: Span,
}

impl Prepared {
    /// SHA-256 of everything but the signature's own place.
    pub fn digest(&self) -> [u8; 32] {
        let parts = [self.bytes.get(..self.hole.from).unwrap_or_default(), self.bytes.get(self.hole.to..).unwrap_or_default()];
        Hash::Sha256.digest(&parts).try_into().unwrap_or_default()
    }

    /// With the signed data in its place.
    pub fn finish(mut self, signed_data: &[u8]) -> Result<Vec<u8>, Unfit> {
        let hex: Vec<u8> = signed_data.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect();
        // Between the angle brackets; what is left of the place stays zero.
        let place = self.bytes.get_mut(self.hole.from + 1..self.hole.to - 1).and_then(|room| room.get_mut(..hex.len()));
        place.ok_or(Unfit::TooLong)?.copy_from_slice(&hex);
        Ok(self.bytes)
    }
}

fn digit(n: u8) -> u8 {
    b"0123456789abcdef".get(usize::from(n)).copied().unwrap_or(b'0')
}

/// Adds a field with an empty signature to a file. The field has no picture on the page.
pub fn prepare(pdf: &[u8], place: &Place<'_>) -> Result<Prepared, Unfit> {
    let left = allowance(pdf);
    let table = Table::of(pdf, &left).ok_or(Unfit::Unreadable)?;
    if table.encrypted {
        return Err(Unfit::Encrypted);
    }
    let previous = *table.sections.first().ok_or(Unfit::Unreadable)?;
    let next = table.places.keys().max().map_or(1, |n| n + 1);
    let (signature, field, form) = (next, next + 1, next + 2);
    let mut changed: BTreeMap<u32, Vec<u8>> = BTreeMap::new();

    let page = first_page(&table).ok_or(Unfit::Unreadable)?;
    let mut dict = table.dict(page).ok_or(Unfit::Unreadable)?;
    append(&table, &mut dict, "Annots", field, page, &mut changed);

    let mut root = table.dict(table.root).ok_or(Unfit::Unreadable)?;
    let (number, mut fields) = match root.get("AcroForm") {
        None => (form, Dict { entries: Vec::new(), span: root.span }),
        Some(Value::Ref(number, _)) => (*number, table.dict(*number).ok_or(Unfit::Unreadable)?),
        Some(Value::Dict(direct)) => (form, direct.clone()),
        Some(_) => return Err(Unfit::Unreadable),
    };
    if has_field(&table, &fields, place.field) {
        return Err(Unfit::Taken);
    }
    set(&mut fields, "SigFlags", Value::Int(3));
    append(&table, &mut fields, "Fields", field, number, &mut changed);
    if number == form {
        set(&mut root, "AcroForm", Value::Ref(form, 0));
        changed.insert(table.root, written(&Value::Dict(root)));
    }
    changed.insert(field, widget(place, signature, page));

    Ok(update(pdf, &table, previous, signature, &signature_dict(place), changed))
}

/// The revision: the objects, where they stand, and the ranges that the signature covers.
fn update(pdf: &[u8], table: &Table<'_>, previous: usize, signature: u32, dict: &[u8], changed: BTreeMap<u32, Vec<u8>>) -> Prepared {
    let mut bytes = pdf.to_vec();
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    let mut places = BTreeMap::new();
    for (number, source) in changed {
        places.insert(number, bytes.len());
        bytes.extend(format!("{number} 0 obj\n").bytes().chain(source).chain(*b"\nendobj\n"));
    }
    places.insert(signature, bytes.len());
    bytes.extend(format!("{signature} 0 obj\n<<").bytes());
    bytes.extend_from_slice(dict);
    bytes.extend_from_slice(b"/ByteRange[0 ");
    let ranges = bytes.len();
    bytes.extend(std::iter::repeat_n(b' ', 3 * DIGITS + 2));
    bytes.extend_from_slice(b"]/Contents");
    let from = bytes.len();
    bytes.push(b'<');
    bytes.extend(std::iter::repeat_n(b'0', 2 * ROOM));
    bytes.push(b'>');
    let hole = Span { from, to: bytes.len() };
    bytes.extend_from_slice(b">>\nendobj\n");
    cross_reference(&mut bytes, pdf, table, previous, places);
    let said = format!("{from} {} {}", hole.to, bytes.len() - hole.to);
    if let Some(room) = bytes.get_mut(ranges..ranges + said.len()) {
        room.copy_from_slice(said.as_bytes());
    }
    Prepared { bytes, hole }
}

/// A table where the file has a table, a stream where it has a stream: readers do not take a mixture (ISO 32000-2 §7.5.8.4).
fn cross_reference(bytes: &mut Vec<u8>, pdf: &[u8], table: &Table<'_>, previous: usize, mut places: BTreeMap<u32, usize>) {
    let start = bytes.len();
    let as_table = pdf.get(previous..).is_some_and(|b| b.trim_ascii_start().starts_with(b"xref"));
    let own = places.keys().max().map_or(0, |n| n + 1);
    if !as_table {
        places.insert(own, start);
    }
    let size = places.keys().chain(table.places.keys()).max().map_or(1, |n| n + 1);
    let mut common = format!("/Size {size}/Root {} 0 R/Prev {previous}", table.root).into_bytes();
    if let Some(info) = table.info {
        common.extend(format!("/Info {info} 0 R").bytes());
    }
    if let Some(id) = &table.id {
        common.extend(b"/ID".iter().copied().chain(written(id)));
    }
    if as_table {
        bytes.extend_from_slice(b"xref\n");
        for (number, at) in &places {
            bytes.extend(format!("{number} 1\n{at:010} 00000 n \n").bytes());
        }
        bytes.extend(b"trailer\n<<".iter().copied().chain(common).chain(*b">>\n"));
    } else {
        let index: String = places.keys().map(|n| format!("{n} 1 ")).collect();
        let rows: Vec<u8> = places.values().flat_map(|at| std::iter::once(1).chain((*at as u64).to_be_bytes()).chain([0, 0])).collect();
        bytes.extend(format!("{own} 0 obj\n<</Type/XRef/W[1 8 2]/Index[{}]/Length {}", index.trim_end(), rows.len()).bytes());
        bytes.extend(common.into_iter().chain(*b">>\nstream\n").chain(rows).chain(*b"\nendstream\nendobj\n"));
    }
    bytes.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
}

fn signature_dict(place: &Place<'_>) -> Vec<u8> {
    let mut out = format!("/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M({})/Name", pdf_date(place.at)).into_bytes();
    out.extend(text(place.signer));
    for (key, said) in [("/Reason", place.reason), ("/Location", place.location)] {
        if let Some(said) = said {
            out.extend(key.bytes().chain(text(said)));
        }
    }
    out
}

/// The field and its widget in one. Without a size it needs no appearance (ISO 19005-2 §6.3.3) and no place in the structure;
/// flags: printed and locked.
fn widget(place: &Place<'_>, signature: u32, page: u32) -> Vec<u8> {
    let mut out = format!("<</Type/Annot/Subtype/Widget/FT/Sig/F 132/Rect[0 0 0 0]/V {signature} 0 R/P {page} 0 R/T").into_bytes();
    out.extend(text(place.field));
    out.extend(b"/TU".iter().copied().chain(text(place.signer)).chain(*b">>"));
    out
}

/// The first page, down the tree of pages.
fn first_page(table: &Table<'_>) -> Option<u32> {
    let Value::Ref(mut number, _) = *table.dict(table.root)?.get("Pages")? else { return None };
    for _ in 0..MOST_PAGES_DEEP {
        let node = table.dict(number)?;
        match node.get("Kids").and_then(|kids| table.follow(kids)) {
            Some(Value::List(kids)) => match kids.first()? {
                Value::Ref(first, _) => number = *first,
                _ => return None,
            },
            _ => return (node.name("Type") == Some(b"Page")).then_some(number),
        }
    }
    None
}

fn has_field(table: &Table<'_>, form: &Dict, name: &str) -> bool {
    let Some(Value::List(fields)) = form.get("Fields").and_then(|f| table.follow(f)) else { return false };
    fields.iter().any(|f| matches!(table.follow(f), Some(Value::Dict(d)) if d.text("T").as_deref() == Some(name)))
}

/// Appends a reference to a list of a dictionary, wherever the list stands, and notes the objects that change by it.
fn append(table: &Table<'_>, dict: &mut Dict, key: &str, new: u32, own: u32, changed: &mut BTreeMap<u32, Vec<u8>>) {
    let elsewhere = match dict.get(key) {
        Some(Value::Ref(number, _)) => Some(*number),
        _ => None,
    };
    let mut list = match dict.get(key).and_then(|v| table.follow(v)) {
        Some(Value::List(list)) => list,
        _ => Vec::new(),
    };
    list.push(Value::Ref(new, 0));
    match elsewhere {
        Some(number) => drop(changed.insert(number, written(&Value::List(list)))),
        None => set(dict, key, Value::List(list)),
    }
    if elsewhere.is_none() || key == "Fields" {
        changed.insert(own, written(&Value::Dict(dict.clone())));
    }
}

fn set(dict: &mut Dict, key: &str, value: Value) {
    dict.entries.retain(|(k, _)| k != key.as_bytes());
    dict.entries.push((key.as_bytes().to_vec(), value));
}

/// A value as it is written; texts as hex strings.
fn written(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => b"null".to_vec(),
        Value::Bool(b) => b.to_string().into_bytes(),
        Value::Int(n) => n.to_string().into_bytes(),
        Value::Real(source) => source.clone(),
        Value::Text { bytes, .. } => hex(bytes),
        Value::Name(name) => named(name),
        Value::Ref(number, generation) => format!("{number} {generation} R").into_bytes(),
        Value::List(list) => {
            let inside: Vec<Vec<u8>> = list.iter().map(written).collect();
            [b"[".as_slice(), &inside.join(&b' '), b"]"].concat()
        }
        Value::Dict(dict) => {
            let inside = dict.entries.iter().flat_map(|(k, v)| named(k).into_iter().chain([b' ']).chain(written(v)));
            b"<<".iter().copied().chain(inside).chain(*b">>").collect()
        }
    }
}

/// `/Name`; bytes that a name may not hold are written as `#xx` (ISO 32000-2 §7.3.5).
fn named(name: &[u8]) -> Vec<u8> {
    let plain = |b: u8| b.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&b);
    let inside = name.iter().flat_map(|b| if plain(*b) { vec![*b] } else { vec![b'#', digit(b >> 4), digit(b & 15)] });
    std::iter::once(b'/').chain(inside).collect()
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let inside = bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]);
    std::iter::once(b'<').chain(inside).chain([b'>']).collect()
}

/// A text string: UTF-16 with its mark, so that every reader shows Vietnamese.
fn text(said: &str) -> Vec<u8> {
    if said.bytes().all(|b| b.is_ascii_alphanumeric() || b" .-_".contains(&b)) {
        return [b"(", said.as_bytes(), b")"].concat();
    }
    hex(&[0xfe, 0xff].into_iter().chain(said.encode_utf16().flat_map(u16::to_be_bytes)).collect::<Vec<u8>>())
}

/// `D:20261122190000+07'00'` (ISO 32000-2 §7.9.4).
fn pdf_date(at: Instant) -> String {
    let c = at.civil();
    format!("D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'", c.year(), c.month(), c.day(), c.hour(), c.minute(), c.second())
}
