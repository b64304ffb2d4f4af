//! Objects of a PDF (ISO 32000-2 §7.3), read from where they stand.
//!
//! # Invariants
//! 1. Every reading has an allowance of bytes that all readings of one file share: no file costs more than that.
//! 2. Nesting ends at 40 levels. No panic: every index is looked up.

use std::cell::Cell;

/// Where something stands in the file: first byte and the one behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// Kept as written: it is only compared.
    Real(Vec<u8>),
    Text { bytes: Vec<u8>, hex: bool, span: Span },
    Name(Vec<u8>),
    List(Vec<Value>),
    Dict(Dict),
    Ref(u32, u16),
}

/// The same value, wherever it stands.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Real(a), Self::Real(b)) | (Self::Name(a), Self::Name(b)) => a == b,
            (Self::Text { bytes: a, .. }, Self::Text { bytes: b, .. }) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Dict(a), Self::Dict(b)) => a == b,
            (Self::Ref(a, x), Self::Ref(b, y)) => (a, x) == (b, y),
            _ => false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Dict {
    pub entries: Vec<(Vec<u8>, Value)>,
    pub span: Span,
}

impl PartialEq for Dict {
    fn eq(&self, other: &Self) -> bool {
        self.differing(other).is_empty()
    }
}

impl Dict {
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(k, _)| k == key.as_bytes()).map(|(_, v)| v)
    }
    pub fn int(&self, key: &str) -> Option<usize> {
        match self.get(key)? {
            Value::Int(n) => usize::try_from(*n).ok(),
            _ => None,
        }
    }
    pub fn name(&self, key: &str) -> Option<&[u8]> {
        match self.get(key)? {
            Value::Name(n) => Some(n),
            _ => None,
        }
    }
    pub fn text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::Text { bytes, .. } => Some(said(bytes)),
            _ => None,
        }
    }
    pub fn dict(&self, key: &str) -> Option<&Self> {
        match self.get(key)? {
            Value::Dict(d) => Some(d),
            _ => None,
        }
    }
    /// A key that stands here twice means what each reader makes of it.
    pub fn is_ambiguous(&self) -> bool {
        let mut keys: Vec<&[u8]> = self.entries.iter().map(|(k, _)| k.as_slice()).collect();
        keys.sort_unstable();
        keys.windows(2).any(|w| w.first() == w.last())
    }
    /// The keys whose values are not the same in both.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let of = |d: &Self, k: &[u8]| d.entries.iter().find(|(x, _)| x == k).map(|(_, v)| v.clone());
        let mut keys: Vec<&Vec<u8>> = self.entries.iter().chain(&other.entries).map(|(k, _)| k).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().filter(|k| of(self, k) != of(other, k)).map(|k| String::from_utf8_lossy(k).into_owned()).collect()
    }
}

/// A text string: UTF-16 with its mark, UTF-8 with its mark, else as Latin-1.
pub fn said(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|c| u16::from_be_bytes([c.first().copied().unwrap_or(0), c.last().copied().unwrap_or(0)])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned),
    };
    kernel::text::clean(&text.replace(['\n', '\t'], " ")).chars().take(200).collect()
}

/// Bytes that may still be read of a file, over all attempts.
#[derive(Debug)]
pub struct Allowance(Cell<usize>);

impl Allowance {
    pub fn new(bytes: usize) -> Self {
        Self(Cell::new(bytes))
    }
    pub fn take(&self, bytes: usize) -> Option<()> {
        self.0.set(self.0.get().checked_sub(bytes)?);
        Some(())
    }
}

pub struct Parser<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    pub allowance: &'a Allowance,
}

const DEEPEST: u8 = 40;

pub const fn is_space(b: u8) -> bool {
    matches!(b, 0 | 9 | 10 | 12 | 13 | 32)
}
const fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Parser<'a> {
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    fn ahead(&self, n: usize) -> Option<u8> {
        self.bytes.get(self.at + n).copied()
    }
    fn step(&mut self, n: usize) -> Option<()> {
        self.allowance.take(n)?;
        self.at += n;
        Some(())
    }
    /// Over white space and comments.
    pub fn space(&mut self) -> Option<()> {
        while let Some(b) = self.peek() {
            if b == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.step(1)?;
                }
            } else if is_space(b) {
                self.step(1)?;
            } else {
                break;
            }
        }
        Some(())
    }
    /// The word, if it stands here as a word.
    pub fn word(&mut self, word: &str) -> Option<()> {
        let end = self.at.checked_add(word.len())?;
        if self.bytes.get(self.at..end)? != word.as_bytes() || self.bytes.get(end).is_some_and(|b| !is_space(*b) && !is_delimiter(*b)) {
            return None;
        }
        self.step(word.len())
    }
    /// A whole number without sign.
    pub fn number(&mut self) -> Option<usize> {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.step(1)?;
        }
        std::str::from_utf8(self.bytes.get(from..self.at)?).ok()?.parse().ok()
    }
    /// `7 0 obj` and what it holds; the parser stands behind the value.
    pub fn object(&mut self) -> Option<(u32, u16, Value)> {
        self.space()?;
        let number = u32::try_from(self.number()?).ok()?;
        self.space()?;
        let generation = u16::try_from(self.number()?).ok()?;
        self.space()?;
        // `obj` may be followed at once by the value
        if self.bytes.get(self.at..self.at + 3)? != b"obj" {
            return None;
        }
        self.step(3)?;
        Some((number, generation, self.value(0)?))
    }

    pub fn value(&mut self, depth: u8) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.space()?;
        match self.peek()? {
            b'<' if self.ahead(1) == Some(b'<') => self.dict(depth).map(Value::Dict),
            b'<' => self.hex(),
            b'(' => self.literal(),
            b'/' => self.name().map(Value::Name),
            b'[' => {
                self.step(1)?;
                let mut list = Vec::new();
                loop {
                    self.space()?;
                    if self.peek()? == b']' {
                        self.step(1)?;
                        return Some(Value::List(list));
                    }
                    list.push(self.value(depth + 1)?);
                }
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.numeric(),
            b't' => self.word("true").map(|()| Value::Bool(true)),
            b'f' => self.word("false").map(|()| Value::Bool(false)),
            b'n' => self.word("null").map(|()| Value::Null),
            _ => None,
        }
    }

    fn dict(&mut self, depth: u8) -> Option<Dict> {
        let from = self.at;
        self.step(2)?;
        let mut entries = Vec::new();
        loop {
            self.space()?;
            match self.peek()? {
                b'>' if self.ahead(1) == Some(b'>') => {
                    self.step(2)?;
                    return Some(Dict { entries, span: Span { from, to: self.at } });
                }
                b'/' => {
                    let key = self.name()?;
                    entries.push((key, self.value(depth + 1)?));
                }
                _ => return None,
            }
        }
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.step(1)?;
        let mut name = Vec::new();
        while let Some(b) = self.peek().filter(|b| !is_space(*b) && !is_delimiter(*b)) {
            let digit = |c: Option<u8>| c.and_then(|c| char::from(c).to_digit(16)).and_then(|d| u8::try_from(d).ok());
            match (b, digit(self.ahead(1)), digit(self.ahead(2))) {
                (b'#', Some(high), Some(low)) => {
                    name.push(high * 16 + low);
                    self.step(3)?;
                }
                _ => {
                    name.push(b);
                    self.step(1)?;
                }
            }
        }
        Some(name)
    }

    fn hex(&mut self) -> Option<Value> {
        let from = self.at;
        self.step(1)?;
        let (mut bytes, mut half) = (Vec::new(), None);
        loop {
            let b = self.peek()?;
            self.step(1)?;
            if b == b'>' {
                break;
            }
            if is_space(b) {
                continue;
            }
            let digit = u8::try_from(char::from(b).to_digit(16)?).ok()?;
            half = match half {
                None => Some(digit),
                Some(high) => {
                    bytes.push(high * 16 + digit);
                    None
                }
            };
        }
        bytes.extend(half.map(|high: u8| high * 16));
        Some(Value::Text { bytes, hex: true, span: Span { from, to: self.at } })
    }

    fn literal(&mut self) -> Option<Value> {
        let from = self.at;
        self.step(1)?;
        let (mut bytes, mut open) = (Vec::new(), 1_usize);
        while open > 0 {
            let b = self.peek()?;
            self.step(1)?;
            match b {
                b'\\' => {
                    let next = self.peek()?;
                    self.step(1)?;
                    match next {
                        b'n' => bytes.push(b'\n'),
                        b'r' => bytes.push(b'\r'),
                        b't' => bytes.push(b'\t'),
                        b'\n' => {}
                        b'0'..=b'7' => {
                            let mut code = u32::from(next - b'0');
                            for _ in 0..2 {
                                if let Some(d @ b'0'..=b'7') = self.peek() {
                                    code = code * 8 + u32::from(d - b'0');
                                    self.step(1)?;
                                }
                            }
                            bytes.push(u8::try_from(code & 0xff).unwrap_or(0));
                        }
                        other => bytes.push(other),
                    }
                }
                b'(' => {
                    open += 1;
                    bytes.push(b);
                }
                b')' => {
                    open -= 1;
                    if open > 0 {
                        bytes.push(b);
                    }
                }
                _ => bytes.push(b),
            }
        }
        Some(Value::Text { bytes, hex: false, span: Span { from, to: self.at } })
    }

    /// A number, or a reference to an object.
    fn numeric(&mut self) -> Option<Value> {
        let from = self.at;
        while self.peek().is_some_and(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.')) {
            self.step(1)?;
        }
        let written = self.bytes.get(from..self.at)?;
        let Some(n) = std::str::from_utf8(written).ok().and_then(|t| t.parse::<i64>().ok()) else {
            return Some(Value::Real(written.to_vec()));
        };
        let back = self.at;
        if let Some(reference) = self.reference(n) {
            return Some(reference);
        }
        self.at = back;
        Some(Value::Int(n))
    }

    fn reference(&mut self, number: i64) -> Option<Value> {
        let number = u32::try_from(number).ok()?;
        self.space()?;
        let generation = u16::try_from(self.number()?).ok()?;
        self.space()?;
        self.word("R")?;
        Some(Value::Ref(number, generation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Value> {
        let allowance = Allowance::new(100_000);
        Parser { bytes: text.as_bytes(), at: 0, allowance: &allowance }.value(0)
    }

    #[test]
    fn values_of_every_kind() {
        let Some(Value::Dict(d)) = read("<< /Type /Sig /B#79te [0 10 -3 .5] /M (D:2026\\(x\\)\\101) /C <4142 4> /P 7 0 R /N null % note\n /In << /A true >> >>") else { panic!() };
        assert_eq!(d.name("Type"), Some(&b"Sig"[..]));
        assert_eq!(d.get("Byte"), Some(&Value::List(vec![Value::Int(0), Value::Int(10), Value::Int(-3), Value::Real(b".5".to_vec())])));
        assert_eq!(d.text("M").as_deref(), Some("D:2026(x)A"));
        assert!(matches!(d.get("C"), Some(Value::Text { bytes, hex: true, .. }) if bytes == b"AB@"));
        assert_eq!(d.get("P"), Some(&Value::Ref(7, 0)));
        assert_eq!(d.dict("In").and_then(|d| d.get("A")), Some(&Value::Bool(true)));
        assert!(!d.is_ambiguous());
        assert!(matches!(read("<< /A 1 /A 2 >>"), Some(Value::Dict(d)) if d.is_ambiguous()));
    }

    #[test]
    fn depth_and_work_end() {
        assert!(read(&"[".repeat(100_000)).is_none());
        assert!(read(&format!("{}{}", "[".repeat(30), "]".repeat(30))).is_some());
        let allowance = Allowance::new(50);
        let long = format!("({})", "a".repeat(100));
        assert!(Parser { bytes: long.as_bytes(), at: 0, allowance: &allowance }.value(0).is_none());
        for bad in ["<< /A", "<41", "(a", "[1 2", "<< 1 2 >>", "<zz>", "tru", ""] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn text_strings_are_composed() {
        let utf16: Vec<u8> = [0xfe, 0xff].into_iter().chain("Tha\u{302}\u{301}y".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(said(&utf16), "Thấy");
    }
}
