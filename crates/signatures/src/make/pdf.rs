//! A place for a signature at the end of a PDF, as an incremental update (ISO 32000-2 §7.5.6, §12.8): what stood before is
//! not touched, so that earlier signatures stay good.

use super::{
    label::{self, Label, corners},
    picture::{Picture, Rect},
    revision::{Revision, set},
    write::{digit, pdf_date, text},
};
use crate::{
    algorithm::Hash,
    allowance,
    pdf::{
        object::{Dict, Span, Value},
        table::Table,
    },
};
use kernel::Instant;

/// Bytes kept for the signature: a chain of three RSA certificates and a time stamp need some 8 kB.
const ROOM: usize = 12 << 10;
/// Digits kept for a position: files below 10 GB.
const DIGITS: usize = 10;

/// What a signature says of itself in the file.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The field's name, once in a file; ASCII without dots.
    pub field: &'a str,
    pub signer: &'a str,
    pub reason: Option<&'a str>,
    pub location: Option<&'a str>,
    pub at: Instant,
    /// Shown where the file has an empty field of this name with a size (see [`super::reserve`]).
    pub picture: Option<&'a Picture>,
    /// Shown at the upper right corner of the first page, where the file has no field of this name.
    pub label: Option<Label<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Not a PDF whose tables can be followed.
    Unreadable,
    /// With a password: its texts would have to be written in its cipher.
    Encrypted,
    /// It has a field of this name that is signed or no signature's.
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

/// Adds an empty signature to a file: in the empty field of this name where there is one, else in a field without a size.
pub fn prepare(pdf: &[u8], place: &Place<'_>) -> Result<Prepared, Unfit> {
    let left = allowance(pdf);
    let table = Table::of(pdf, &left).ok_or(Unfit::Unreadable)?;
    let mut revision = Revision::of(pdf, &table)?;
    let signature = revision.number();
    match revision.field(place.field) {
        Some(field) => fill(&mut revision, field, signature, place)?,
        None => add(&mut revision, signature, place)?,
    }
    let dict = signature_dict(place);
    let (mut bytes, (ranges, hole)) = revision.close_with(Some(signature), |bytes| {
        bytes.extend_from_slice(b"<<");
        bytes.extend_from_slice(&dict);
        bytes.extend_from_slice(b"/ByteRange[0 ");
        let ranges = bytes.len();
        bytes.extend(std::iter::repeat_n(b' ', 3 * DIGITS + 2));
        bytes.extend_from_slice(b"]/Contents");
        let from = bytes.len();
        bytes.push(b'<');
        bytes.extend(std::iter::repeat_n(b'0', 2 * ROOM));
        bytes.push(b'>');
        let hole = Span { from, to: bytes.len() };
        bytes.extend_from_slice(b">>");
        (ranges, hole)
    });
    let said = format!("{} {} {}", hole.from, hole.to, bytes.len() - hole.to);
    if let Some(room) = bytes.get_mut(ranges..ranges + said.len()) {
        room.copy_from_slice(said.as_bytes());
    }
    Ok(Prepared { bytes, hole })
}

/// A field of the first page. Without a label it has no size: it needs no appearance (ISO 19005-2 §6.3.3) and no place in the structure.
/// With one it has no such place either: the structure is under the signatures that stand before this one.
fn add(revision: &mut Revision<'_>, signature: u32, place: &Place<'_>) -> Result<(), Unfit> {
    let (field, page) = (revision.number(), revision.page(0)?);
    let (rect, shown) = match place.label {
        Some(label) => {
            let (form, rect) = label::show(revision, page, label)?;
            (rect.corners(), format!("/AP<</N {form} 0 R>>"))
        }
        None => ("0 0 0 0".to_owned(), String::new()),
    };
    // Flags: printed and locked.
    let mut widget = format!("<</Type/Annot/Subtype/Widget/FT/Sig/F 132/Rect[{rect}]{shown}/V {signature} 0 R/P {page} 0 R/T").into_bytes();
    widget.extend(text(place.field).into_iter().chain(*b"/TU").chain(text(place.signer)).chain(*b">>"));
    revision.put_written(field, widget);
    revision.append(page, "Annots", [Value::Ref(field, 0)])?;
    let form = revision.form()?;
    revision.append(form, "Fields", [Value::Ref(field, 0)])
}

/// The empty field gets its signature, and its picture if there is one and room for it.
fn fill(revision: &mut Revision<'_>, number: u32, signature: u32, place: &Place<'_>) -> Result<(), Unfit> {
    let mut field = revision.dict(number)?;
    if field.name("FT") != Some(b"Sig") || field.get("V").is_some() {
        return Err(Unfit::Taken);
    }
    set(&mut field, "V", Value::Ref(signature, 0));
    if let Some((picture, rect)) = place.picture.zip(room(revision, &field).filter(|r| !r.is_nothing())) {
        let form = picture.show(revision, rect);
        let shown = Dict { entries: vec![(b"N".to_vec(), Value::Ref(form, 0))], span: field.span };
        set(&mut field, "AP", Value::Dict(shown));
    }
    revision.put(number, Value::Dict(field));
    Ok(())
}

/// The rectangle of a widget.
fn room(revision: &Revision<'_>, field: &Dict) -> Option<Rect> {
    let Value::List(list) = revision.follow(field.get("Rect")?)? else { return None };
    let [left, bottom, right, top] = corners(&list)?;
    Some(Rect { left, bottom, width: right - left, height: top - bottom })
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
