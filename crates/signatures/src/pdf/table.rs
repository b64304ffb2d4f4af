//! Which objects a PDF has at the end of a revision: its cross-reference tables and streams, followed from the last
//! (ISO 32000-2 §7.5.4 to §7.5.8). The table decides, not what looks like an object somewhere in the bytes.

use super::object::{Allowance, Dict, Parser, Value};
use memchr::memmem;
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Free,
    At(usize),
    /// In the stream with this number, at this index.
    Packed(u32, usize),
}

/// The objects of one state of a file.
#[derive(Debug)]
pub struct Table<'a> {
    bytes: &'a [u8],
    allowance: &'a Allowance,
    pub places: BTreeMap<u32, Place>,
    /// Where the tables stand, the newest first.
    pub sections: Vec<usize>,
    pub root: u32,
    pub info: Option<u32>,
    /// The file's identifier, as the newest trailer has it.
    pub id: Option<Value>,
    pub encrypted: bool,
    /// Streams of objects that were unpacked already.
    unpacked: RefCell<HashMap<u32, Rc<Packed>>>,
}

#[derive(Debug)]
struct Packed {
    first: usize,
    data: Vec<u8>,
}

const MOST_SECTIONS: usize = 64;
const MOST_OBJECTS: usize = 200_000;
const MOST_UNPACKED: usize = 8 << 20;

impl<'a> Table<'a> {
    /// The state at the end of `bytes` (a revision: everything up to its `%%EOF`).
    pub fn of(bytes: &'a [u8], allowance: &'a Allowance) -> Option<Self> {
        let near = bytes.len().saturating_sub(2048);
        let start = near + memmem::rfind(bytes.get(near..)?, b"startxref")?;
        let mut p = Parser { bytes, at: start + 9, allowance };
        p.space()?;
        let mut next = Some(p.number()?);
        let mut t = Self { bytes, allowance, places: BTreeMap::new(), sections: Vec::new(), root: 0, info: None, id: None, encrypted: false, unpacked: RefCell::default() };
        let (mut seen, mut newest) = (HashSet::new(), true);
        while let Some(at) = next {
            if !seen.insert(at) || t.sections.len() >= MOST_SECTIONS {
                return None;
            }
            t.sections.push(at);
            let trailer = t.section(at)?;
            if newest {
                let Some(Value::Ref(root, _)) = trailer.get("Root") else { return None };
                t.root = *root;
                if let Some(Value::Ref(info, _)) = trailer.get("Info") {
                    t.info = Some(*info);
                }
                t.id = trailer.get("ID").cloned();
                newest = false;
            }
            t.encrypted |= trailer.get("Encrypt").is_some();
            // Two tables for one revision, for old and new readers: which counts depends on the reader.
            if trailer.get("XRefStm").is_some() {
                return None;
            }
            next = match trailer.get("Prev") {
                Some(_) => Some(trailer.int("Prev")?),
                None => None,
            };
        }
        Some(t)
    }

    fn keep(&mut self, number: usize, place: Place) -> Option<()> {
        if self.places.len() >= MOST_OBJECTS {
            return None;
        }
        self.places.entry(u32::try_from(number).ok()?).or_insert(place);
        Some(())
    }

    fn section(&mut self, at: usize) -> Option<Dict> {
        let mut p = Parser { bytes: self.bytes, at, allowance: self.allowance };
        p.space()?;
        if p.word("xref").is_none() {
            return self.packed_section(at);
        }
        loop {
            p.space()?;
            if p.word("trailer").is_some() {
                break;
            }
            let first = p.number()?;
            p.space()?;
            let count = p.number()?;
            for i in 0..count {
                p.space()?;
                let offset = p.number()?;
                p.space()?;
                p.number()?;
                p.space()?;
                let place = if p.word("n").is_some() { Place::At(offset) } else { p.word("f").map(|()| Place::Free)? };
                self.keep(first.checked_add(i)?, place)?;
            }
        }
        match p.value(0)? {
            Value::Dict(d) if !d.is_ambiguous() => Some(d),
            _ => None,
        }
    }

    fn packed_section(&mut self, at: usize) -> Option<Dict> {
        let (_, d, data) = self.stream_at(at)?;
        if d.name("Type") != Some(b"XRef") || d.is_ambiguous() {
            return None;
        }
        let list = |key: &str| match d.get(key) {
            Some(Value::List(l)) => l.iter().map(|v| if let Value::Int(n) = v { usize::try_from(*n).ok() } else { None }).collect::<Option<Vec<usize>>>(),
            _ => None,
        };
        let widths = list("W")?;
        let [a, b, c] = *widths.as_slice() else { return None };
        if a > 4 || b > 8 || c > 4 || a + b + c == 0 {
            return None;
        }
        let index = list("Index").or_else(|| d.int("Size").map(|n| vec![0, n]))?;
        let mut rows = data.chunks_exact(a + b + c);
        let be = |x: &[u8]| x.iter().fold(0_usize, |sum, n| (sum << 8) | usize::from(*n));
        for pair in index.chunks_exact(2) {
            let (first, count) = (*pair.first()?, *pair.last()?);
            for i in 0..count {
                let row = rows.next()?;
                let kind = if a == 0 { 1 } else { be(row.get(..a)?) };
                let (x, y) = (be(row.get(a..a + b)?), be(row.get(a + b..)?));
                let place = match kind {
                    0 => Place::Free,
                    1 => Place::At(x),
                    2 => Place::Packed(u32::try_from(x).ok()?, y),
                    _ => return None,
                };
                self.keep(first.checked_add(i)?, place)?;
            }
        }
        Some(d)
    }

    /// The stream object that stands here, unpacked.
    fn stream_at(&self, at: usize) -> Option<(u32, Dict, Vec<u8>)> {
        let mut p = Parser { bytes: self.bytes, at, allowance: self.allowance };
        let (number, _, value) = p.object()?;
        let Value::Dict(d) = value else { return None };
        let data = self.raw(&mut p, &d)?;
        let data = match d.get("Filter") {
            None => data.to_vec(),
            Some(Value::Name(n)) if n == b"FlateDecode" => inflate(data)?,
            Some(Value::List(l)) if l.as_slice() == [Value::Name(b"FlateDecode".to_vec())] => inflate(data)?,
            Some(_) => return None,
        };
        self.allowance.take(data.len())?;
        let data = match d.dict("DecodeParms") {
            Some(parms) if parms.int("Predictor").unwrap_or(1) > 1 => unpredict(&data, parms.int("Columns").unwrap_or(1))?,
            _ => data,
        };
        Some((number, d, data))
    }

    /// What a stream object holds, unpacked.
    pub fn stream(&self, number: u32) -> Option<Vec<u8>> {
        let Place::At(at) = *self.places.get(&number)? else { return None };
        let (found, _, data) = self.stream_at(at)?;
        (found == number).then_some(data)
    }

    /// The bytes between `stream` and `endstream`.
    fn raw(&self, p: &mut Parser<'a>, d: &Dict) -> Option<&'a [u8]> {
        p.space()?;
        if self.bytes.get(p.at..p.at + 6)? != b"stream" {
            return None;
        }
        let mut from = p.at + 6;
        from += match self.bytes.get(from..from + 2)? {
            [b'\r', b'\n'] => 2,
            [b'\n', _] => 1,
            _ => return None,
        };
        let data = self.bytes.get(from..from.checked_add(d.int("Length")?)?)?;
        let rest = self.bytes.get(from + data.len()..)?.trim_ascii_start();
        rest.starts_with(b"endstream").then_some(data)
    }

    /// What an object holds, without the bytes of a stream; with where it stands, if it stands by itself.
    pub fn value(&self, number: u32) -> Option<Value> {
        match *self.places.get(&number)? {
            Place::Free => None,
            Place::At(at) => {
                let mut p = Parser { bytes: self.bytes, at, allowance: self.allowance };
                let (found, _, value) = p.object()?;
                (found == number).then_some(value)
            }
            Place::Packed(stream, index) => {
                let packed = self.packed(stream)?;
                let (first, data) = (packed.first, packed.data.as_slice());
                let mut head = Parser { bytes: data, at: 0, allowance: self.allowance };
                let mut place = None;
                for _ in 0..=index {
                    head.space()?;
                    let n = head.number()?;
                    head.space()?;
                    place = Some((n, head.number()?));
                }
                let (n, offset) = place?;
                let mut p = Parser { bytes: data, at: first.checked_add(offset)?, allowance: self.allowance };
                if u32::try_from(n).ok()? == number { p.value(0) } else { None }
            }
        }
    }

    fn packed(&self, stream: u32) -> Option<Rc<Packed>> {
        if let Some(known) = self.unpacked.borrow().get(&stream) {
            return Some(known.clone());
        }
        let Place::At(at) = *self.places.get(&stream)? else { return None };
        let (found, d, data) = self.stream_at(at)?;
        if found != stream || d.name("Type") != Some(b"ObjStm") {
            return None;
        }
        let packed = Rc::new(Packed { first: d.int("First")?, data });
        self.unpacked.borrow_mut().insert(stream, packed.clone());
        Some(packed)
    }

    /// Numbers that objects refer to and no object has: whoever gives them one later adds to what is shown.
    pub fn dangling(&self) -> HashSet<u32> {
        let mut found = HashSet::new();
        for number in self.places.keys() {
            if let Some(value) = self.value(*number) {
                self.dangling_in(&value, &mut found);
            }
        }
        found
    }

    fn dangling_in(&self, value: &Value, found: &mut HashSet<u32>) {
        match value {
            Value::Ref(number, _) if matches!(self.places.get(number), None | Some(Place::Free)) => drop(found.insert(*number)),
            Value::List(l) => l.iter().for_each(|v| self.dangling_in(v, found)),
            Value::Dict(d) => d.entries.iter().for_each(|(_, v)| self.dangling_in(v, found)),
            _ => {}
        }
    }

    pub fn dict(&self, number: u32) -> Option<Dict> {
        match self.value(number)? {
            Value::Dict(d) => Some(d),
            _ => None,
        }
    }

    /// The value itself, or the object it refers to.
    pub fn follow(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Ref(number, _) => self.value(*number),
            other => Some(other.clone()),
        }
    }
}

fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, MOST_UNPACKED).ok()
}

/// PNG prediction (ISO 32000-2 §7.4.4.4) of one-byte samples, as cross-reference streams use it.
fn unpredict(data: &[u8], columns: usize) -> Option<Vec<u8>> {
    if columns == 0 || columns > 64 {
        return None;
    }
    let mut before = vec![0_u8; columns];
    let mut out = Vec::with_capacity(data.len());
    for row in data.chunks_exact(columns + 1) {
        let (kind, row) = row.split_first()?;
        let mut left = 0_u8;
        let mut corner = 0_u8;
        let mut now = Vec::with_capacity(columns);
        for (x, up) in row.iter().zip(&before) {
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => *up,
                3 => u8::try_from((u16::from(left) + u16::from(*up)) / 2).unwrap_or(0),
                4 => paeth(left, *up, corner),
                _ => return None,
            };
            left = x.wrapping_add(guess);
            corner = *up;
            now.push(left);
        }
        out.extend_from_slice(&now);
        before = now;
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let p = a + b - c;
    let (da, db, dc) = ((p - a).abs(), (p - b).abs(), (p - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}
