//! What is handed to keys that sign digests, and how their answers are written as [`crate::Key::sign`] promises.

use ring::digest::{SHA256, digest};
use signatures::{Certificate, algorithm::Key, make::Unusable};

/// The kinds of keys that are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    P256,
    Rsa,
}

impl Kind {
    pub(crate) fn of(certificate: &Certificate) -> Result<Self, Unusable> {
        match &certificate.key {
            Key::P256(_) => Ok(Self::P256),
            Key::Rsa(_, bits) if *bits >= 2048 => Ok(Self::Rsa),
            _ => Err(Unusable::Key),
        }
    }

    /// An answer in the form that certificates and CMS use. A P-256 signature of exactly 64 bytes is r‖s (PKCS#11 v3.1 §6.3.1; IEEE P1363): as a
    /// DER sequence it is longer, but for a chance of less than 2⁻⁴⁰, and then the check against the certificate refuses it.
    pub(crate) fn signature(self, answer: Vec<u8>) -> Vec<u8> {
        match (self, answer.split_at_checked(32)) {
            (Self::P256, Some((r, s))) if s.len() == 32 => sequence(r, s),
            _ => answer,
        }
    }
}

pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
    digest(&SHA256, message).as_ref().to_vec()
}

/// DigestInfo of SHA-256 (RFC 8017 §9.2, note 1), for tokens that pad only.
pub(crate) fn digest_info(digest: &[u8]) -> Vec<u8> {
    const HEAD: [u8; 19] = [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
    [&HEAD, digest].concat()
}

/// Ecdsa-Sig-Value (RFC 3279 §2.2.3) of two numbers of 32 bytes.
fn sequence(r: &[u8], s: &[u8]) -> Vec<u8> {
    let both = [integer(r), integer(s)].concat();
    [&[0x30, length(&both)], &both[..]].concat()
}

/// In the fewest bytes, and positive (X.690 §8.3).
fn integer(number: &[u8]) -> Vec<u8> {
    let lead = number.iter().take_while(|b| **b == 0).count().min(number.len().saturating_sub(1));
    let short = number.get(lead..).unwrap_or_default();
    let sign: &[u8] = if short.first().is_some_and(|b| *b & 0x80 != 0) { &[0] } else { &[] };
    let value = [sign, short].concat();
    [&[0x02, length(&value)], &value[..]].concat()
}

/// At most 70 here: one byte says it.
fn length(value: &[u8]) -> u8 {
    u8::try_from(value.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_become_a_sequence() {
        let (mut r, mut s) = ([0; 32], [0xff; 32]);
        assert_eq!(Kind::P256.signature([r, s].concat()), [&[0x30, 38, 2, 1, 0, 2, 33, 0][..], &s].concat());
        (r[30], r[31], s[0]) = (0x80, 1, 0x7f);
        assert_eq!(Kind::P256.signature([r, s].concat()), [&[0x30, 39, 2, 3, 0, 0x80, 1, 2, 32][..], &s].concat());
        // What is written so already, and what RSA answers, stays.
        assert_eq!(Kind::P256.signature(vec![0x30; 70]), vec![0x30; 70]);
        assert_eq!(Kind::Rsa.signature(vec![7; 64]), vec![7; 64]);
    }
}
