//! Writing ASN.1 (DER, X.690): only what a signature is made of.

use crate::asn1::{INTEGER, OCTET_STRING, OID, SEQUENCE, SET};

/// One element: tag, length in the shortest form, value.
pub fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = value.len();
    if length < 0x80 {
        out.extend(u8::try_from(length));
    } else {
        let bytes = length.to_be_bytes();
        let short: Vec<u8> = bytes.into_iter().skip_while(|b| *b == 0).collect();
        out.push(0x80 | u8::try_from(short.len()).unwrap_or(8));
        out.extend(short);
    }
    out.extend_from_slice(value);
    out
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// A SET OF: its elements in ascending order of their bytes (X.690 §11.6).
pub fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort_unstable();
    element(SET, &parts.concat())
}

pub fn oid(value: &[u8]) -> Vec<u8> {
    element(OID, value)
}

pub fn octets(value: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, value)
}

pub fn integer(value: &[u8]) -> Vec<u8> {
    element(INTEGER, value)
}

pub const NULL: &[u8] = &[0x05, 0x00];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_the_shortest() {
        for (length, head) in [(0_usize, vec![4, 0]), (127, vec![4, 127]), (128, vec![4, 0x81, 128]), (256, vec![4, 0x82, 1, 0]), (70_000, vec![4, 0x83, 1, 0x11, 0x70])] {
            let made = octets(&vec![7; length]);
            assert_eq!((made.get(..head.len()), made.len()), (Some(head.as_slice()), head.len() + length));
            assert_eq!(crate::asn1::whole(&made, OCTET_STRING).map(|t| t.value.len()), Some(length));
        }
    }
}
