//! Short codes compared as one number.

/// Codes of options or rows in their order.
#[derive(Debug, Default)]
pub(super) struct Codes {
    short: Vec<u128>,
    /// Codes of 16 bytes and more, with their positions.
    long: Vec<(usize, Box<str>)>,
}

/// No short code has this key: its length would be 255.
const NONE: u128 = u128::MAX;

/// The bytes with the length in the last; `None` for 16 bytes and more.
fn key(code: &str) -> Option<u128> {
    let mut bytes = [0_u8; 16];
    let length = u8::try_from(code.len()).ok().filter(|n| *n < 16)?;
    bytes.get_mut(..code.len())?.copy_from_slice(code.as_bytes());
    bytes[15] = length;
    Some(u128::from_le_bytes(bytes))
}

impl Codes {
    pub fn of<'a>(codes: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for (at, code) in codes.enumerate() {
            all.short.push(key(code).unwrap_or(NONE));
            if key(code).is_none() {
                all.long.push((at, code.into()));
            }
        }
        all
    }
    /// Where the code stands; the first of equal ones.
    pub fn find(&self, code: &str) -> Option<usize> {
        match key(code) {
            Some(key) => self.short.iter().position(|k| *k == key),
            None => self.long.iter().find(|(_, c)| **c == *code).map(|(at, _)| *at),
        }
    }
}
