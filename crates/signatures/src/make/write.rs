//! Values of a PDF as they are written.

use crate::pdf::object::Value;
use kernel::Instant;

pub fn digit(n: u8) -> u8 {
    b"0123456789abcdef".get(usize::from(n)).copied().unwrap_or(b'0')
}

/// A value as it is written; texts as hex strings.
pub fn written(value: &Value) -> Vec<u8> {
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
pub fn text(said: &str) -> Vec<u8> {
    if said.bytes().all(|b| b.is_ascii_alphanumeric() || b" .-_".contains(&b)) {
        return [b"(", said.as_bytes(), b")"].concat();
    }
    hex(&[0xfe, 0xff].into_iter().chain(said.encode_utf16().flat_map(u16::to_be_bytes)).collect::<Vec<u8>>())
}

/// `D:20261122190000+07'00'` (ISO 32000-2 §7.9.4).
pub fn pdf_date(at: Instant) -> String {
    let c = at.civil();
    format!("D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'", c.year(), c.month(), c.day(), c.hour(), c.minute(), c.second())
}

/// A stream: what its dictionary says beside the length, and its bytes.
pub fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    [format!("<<{dict}/Length {}>>\nstream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}
