//! Reads CBOR as authenticators write it (CTAP2 canonical form: definite lengths, RFC 8949). Pure; nothing is trusted.

/// One item. Tags, floats and indefinite lengths are refused: no authenticator sends them here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Item>),
    Map(Vec<(Item, Item)>),
    Bool(bool),
    Null,
}

const DEPTH: u8 = 8;

/// The first item and how many bytes it took.
pub fn read(bytes: &[u8]) -> Option<(Item, usize)> {
    let mut at = 0;
    let found = item(bytes, &mut at, DEPTH)?;
    Some((found, at))
}

fn take<'a>(bytes: &'a [u8], at: &mut usize, n: usize) -> Option<&'a [u8]> {
    let end = at.checked_add(n)?;
    let part = bytes.get(*at..end)?;
    *at = end;
    Some(part)
}

fn item(bytes: &[u8], at: &mut usize, depth: u8) -> Option<Item> {
    let depth = depth.checked_sub(1)?;
    let first = *take(bytes, at, 1)?.first()?;
    let (major, low) = (first >> 5, first & 31);
    if major == 7 {
        return match low {
            20 => Some(Item::Bool(false)),
            21 => Some(Item::Bool(true)),
            22 => Some(Item::Null),
            _ => None,
        };
    }
    let n = match low {
        0..=23 => u64::from(low),
        24..=27 => take(bytes, at, 1 << (low - 24))?.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b)),
        _ => return None,
    };
    let length = usize::try_from(n).ok();
    match major {
        0 => i64::try_from(n).ok().map(Item::Int),
        1 => i64::try_from(n).ok().map(|n| Item::Int(-1 - n)),
        2 => Some(Item::Bytes(take(bytes, at, length?)?.to_vec())),
        3 => String::from_utf8(take(bytes, at, length?)?.to_vec()).ok().map(Item::Text),
        4 => {
            // Each item takes a byte at least: a length beyond what is left is a lie.
            let length = length.filter(|l| *l <= bytes.len() - *at)?;
            (0..length).map(|_| item(bytes, at, depth)).collect::<Option<_>>().map(Item::List)
        }
        5 => {
            let length = length.filter(|l| *l <= bytes.len() - *at)?;
            let mut pairs = Vec::new();
            for _ in 0..length {
                let key = item(bytes, at, depth)?;
                if pairs.iter().any(|(k, _)| *k == key) {
                    return None;
                }
                pairs.push((key, item(bytes, at, depth)?));
            }
            Some(Item::Map(pairs))
        }
        _ => None,
    }
}

impl Item {
    pub fn of(&self, key: &Item) -> Option<&Item> {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }
    pub fn of_int(&self, key: i64) -> Option<&Item> {
        self.of(&Item::Int(key))
    }
    pub fn int(&self) -> Option<i64> {
        if let Self::Int(n) = self { Some(*n) } else { None }
    }
    pub fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(b) = self { Some(b) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standard_are_read() {
        let read_hex = |hex: &str| read(&hex::decode(hex).unwrap());
        for (hex, n) in [("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("1a000f4240", 1_000_000), ("20", -1), ("3903e7", -1000)] {
            assert_eq!(read_hex(hex), Some((Item::Int(n), hex.len() / 2)), "{hex}");
        }
        assert_eq!(read_hex("4401020304").unwrap().0.bytes(), Some(&[1, 2, 3, 4][..]));
        assert_eq!(read_hex("6449455446").unwrap().0, Item::Text("IETF".into()));
        assert_eq!(read_hex("a201020304").unwrap().0.of_int(3), Some(&Item::Int(4)));
        assert_eq!(read_hex("83f4f5f6").unwrap().0, Item::List(vec![Item::Bool(false), Item::Bool(true), Item::Null]));
    }

    #[test]
    fn what_is_cut_nested_or_lying_is_refused() {
        for hex in ["", "18", "44010203", "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "818181818181818181818101", "a201020103", "c000", "fb3ff199999999999a", "5f4101ff", "1bffffffffffffffff"] {
            assert_eq!(read(&hex::decode(hex).unwrap()), None, "{hex}");
        }
    }
}
