//! Reading the tags, lengths and values of ASN.1 (X.690), as certificates and signatures are written.
//!
//! # Invariants
//! 1. Nothing is copied and nothing is allocated: hostile input costs no more than its own length.
//! 2. No recursion: a reader goes one level deep, and who wants the next level says so.
//! 3. The bytes of a value are kept as they came, because that is what was signed; nothing is written anew.
//!
//! # Deliberately absent
//! Indefinite lengths (BER): PDF (ISO 32000-2 §12.8.3.3) and X.509 demand DER. Such a file is "not a signature we know".

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const BOOLEAN: u8 = 0x01;
pub const UTC_TIME: u8 = 0x17;
pub const GENERAL_TIME: u8 = 0x18;

/// Context tag, constructed: `[n] EXPLICIT`, or IMPLICIT of a sequence or set.
pub const fn context(n: u8) -> u8 {
    0xa0 | n
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    pub tag: u8,
    pub value: &'a [u8],
    /// With tag and length.
    pub whole: &'a [u8],
}

impl<'a> Tlv<'a> {
    pub fn inside(self) -> Reader<'a> {
        Reader(self.value)
    }
}

/// What is left of a run of elements.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element; `None` at the end and at anything that is not a well-formed element.
    pub fn any(&mut self) -> Option<Tlv<'a>> {
        let all = self.0;
        let tag = *all.first()?;
        // Tags above 30 do not occur in what is read here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let first = *all.get(1)?;
        let (length, head) = match first {
            0..=0x7f => (usize::from(first), 2),
            0x81..=0x84 => {
                let n = usize::from(first & 0x7f);
                let bytes = all.get(2..2 + n)?;
                (bytes.iter().fold(0_usize, |sum, b| (sum << 8) | usize::from(*b)), 2 + n)
            }
            _ => return None,
        };
        let end = head.checked_add(length)?;
        let whole = all.get(..end)?;
        self.0 = all.get(end..)?;
        Some(Tlv { tag, value: whole.get(head..)?, whole })
    }

    pub fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element, which must have this tag.
    pub fn tag(&mut self, tag: u8) -> Option<Tlv<'a>> {
        if self.peek()? == tag { self.any() } else { None }
    }

    /// The next element if it has this tag. `Some(None)` when it has another or nothing is left; `None` when it is malformed.
    pub fn maybe(&mut self, tag: u8) -> Option<Option<Tlv<'a>>> {
        if self.peek() == Some(tag) { self.any().map(Some) } else { Some(None) }
    }

    /// A BIT STRING without unused bits.
    pub fn bits(&mut self) -> Option<&'a [u8]> {
        let (unused, bits) = self.tag(BIT_STRING)?.value.split_first()?;
        (*unused == 0).then_some(bits)
    }
}

/// The only element of these bytes, with nothing behind it.
pub fn whole(bytes: &[u8], tag: u8) -> Option<Tlv<'_>> {
    let mut r = Reader(bytes);
    let found = r.tag(tag)?;
    r.is_empty().then_some(found)
}

/// An algorithm with its parameters.
#[derive(Debug, Clone, Copy)]
pub struct Algorithm<'a> {
    pub oid: &'a [u8],
    pub parameters: Option<Tlv<'a>>,
}

impl<'a> Algorithm<'a> {
    pub fn of(tlv: Tlv<'a>) -> Option<Self> {
        let mut r = tlv.inside();
        let oid = r.tag(OID)?.value;
        let parameters = if r.is_empty() { None } else { Some(r.any()?) };
        Some(Self { oid, parameters })
    }
    pub fn read(r: &mut Reader<'a>) -> Option<Self> {
        Self::of(r.tag(SEQUENCE)?)
    }
}

/// UTCTime or GeneralizedTime in UTC (RFC 5280 §4.1.2.5).
pub fn time(tlv: Tlv<'_>) -> Option<kernel::Instant> {
    let text = std::str::from_utf8(tlv.value).ok()?.strip_suffix('Z')?;
    // A time stamp may have fractions of a second: not needed here.
    let text = text.split('.').next()?;
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match tlv.tag {
        UTC_TIME => {
            let (yy, rest) = text.split_at_checked(2)?;
            let yy: i16 = yy.parse().ok()?;
            (if yy >= 50 { 1900 + yy } else { 2000 + yy }, rest)
        }
        GENERAL_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let part = |from: usize| rest.get(from..from + 2).and_then(|x| x.parse::<i8>().ok());
    let seconds = if rest.len() == 8 { 0 } else { part(8)? };
    if rest.len() != 8 && rest.len() != 10 {
        return None;
    }
    let civil = jiff::civil::DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, seconds, 0).ok()?;
    let at = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(at.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_never_believed() {
        let mut r = Reader(&[0x04, 0x02, 1, 2, 0x02, 0x81, 0x01, 5]);
        assert_eq!(r.any().map(|t| t.value), Some(&[1_u8, 2][..]));
        assert_eq!(r.any().map(|t| t.value), Some(&[5_u8][..]));
        assert!(r.is_empty());
        // longer than what is there; indefinite; length of nine bytes; tag above 30
        for bad in [&[0x30, 0x05, 0][..], &[0x30, 0x80, 0, 0], &[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1], &[0x1f, 0x81, 0x01, 0], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]] {
            assert!(Reader(bad).any().is_none(), "{bad:?}");
        }
    }

    #[test]
    fn times_of_both_shapes() {
        let at = |tag, text: &str| time(Tlv { tag, value: text.as_bytes(), whole: &[] }).map(|t| t.to_string());
        assert_eq!(at(UTC_TIME, "261122050000Z").as_deref(), Some("2026-11-22T12:00:00+07:00"));
        assert_eq!(at(UTC_TIME, "500101000000Z").as_deref(), Some("1950-01-01T07:00:00+07:00"));
        assert_eq!(at(GENERAL_TIME, "20500101000000Z").as_deref(), Some("2050-01-01T07:00:00+07:00"));
        assert_eq!(at(GENERAL_TIME, "20500101000000.123Z").as_deref(), Some("2050-01-01T07:00:00+07:00"));
        for bad in ["261322050000Z", "26112205000", "261122050000+0700", "", "Z", "ééééééZ"] {
            assert_eq!(at(UTC_TIME, bad), None, "{bad}");
        }
    }
}
