//! Asking an authority for the time (RFC 3161): what is sent, and what may be taken from the answer.

use super::der::{element, integer, octets, oid, sequence};
use crate::{
    algorithm::Hash,
    asn1::{self, BOOLEAN, GENERAL_TIME, INTEGER},
    make::cms::SHA256,
    pdf::store::Store,
    stamp,
    trust::Trust,
};
use kernel::Instant;

/// Why there is no stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unstamped {
    /// The authority said no (PKIStatus, RFC 3161 §2.4.2).
    Refused(u8),
    /// The answer is of another question, or its signature does not fit.
    Other,
    /// Not an answer of such an authority.
    Unreadable,
}

/// A question for the time of a signature's value.
#[derive(Debug, Clone)]
pub struct Request {
    over: Vec<u8>,
    nonce: Vec<u8>,
    der: Vec<u8>,
}

impl Request {
    /// `random` makes the answer belong to this question alone.
    pub fn new(signature: &[u8], random: [u8; 8]) -> Self {
        // A positive number without leading zeros, whatever the bytes are.
        let nonce: Vec<u8> = [&[0x40 | (random.first().copied().unwrap_or(0) & 0x3f)], random.get(1..).unwrap_or_default()].concat();
        let imprint = sequence(&[&sequence(&[&oid(SHA256)]), &octets(&Hash::Sha256.digest(&[signature]))]);
        let der = sequence(&[&integer(&[1]), &imprint, &integer(&nonce), &element(BOOLEAN, &[0xff])]);
        Self { over: signature.to_vec(), nonce, der }
    }

    /// `application/timestamp-query`.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The token of an answer (`application/timestamp-reply`), if it is one for this question. Whether the authority is believed is for
    /// those who check the document.
    pub fn token(&self, answer: &[u8]) -> Result<Vec<u8>, Unstamped> {
        let mut r = asn1::whole(answer, asn1::SEQUENCE).ok_or(Unstamped::Unreadable)?.inside();
        let status = r.tag(asn1::SEQUENCE).and_then(|s| s.inside().tag(INTEGER)).and_then(|n| n.value.last().copied());
        match status.ok_or(Unstamped::Unreadable)? {
            // granted, and granted with modifications
            0 | 1 => {}
            said => return Err(Unstamped::Refused(said)),
        }
        let token = r.tag(asn1::SEQUENCE).ok_or(Unstamped::Unreadable)?.whole;
        let fits = stamp::check(token, &[&self.over], &Trust::default(), &Store::default()).is_some() && stamp::nonce(token).as_deref() == Some(&self.nonce);
        if fits { Ok(token.to_vec()) } else { Err(Unstamped::Other) }
    }
}

/// The authority's side, for trials: what it signs for a question (TSTInfo). `None`: the question cannot be read.
pub fn info(question: &[u8], serial: &[u8], at: Instant) -> Option<Vec<u8>> {
    /// A policy of trials, below the arc for examples (2.999).
    const POLICY: &[u8] = &[0x88, 0x37, 0x01];
    let mut r = asn1::whole(question, asn1::SEQUENCE)?.inside();
    r.tag(INTEGER)?;
    let imprint = r.tag(asn1::SEQUENCE)?;
    let nonce = r.tag(INTEGER)?;
    let c = jiff::tz::TimeZone::UTC.to_datetime(at.timestamp());
    let time = format!("{:04}{:02}{:02}{:02}{:02}{:02}Z", c.year(), c.month(), c.day(), c.hour(), c.minute(), c.second());
    Some(sequence(&[&integer(&[1]), &oid(POLICY), imprint.whole, &integer(serial), &element(GENERAL_TIME, time.as_bytes()), nonce.whole]))
}

/// An answer that grants this token.
pub fn granted(token: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(&[&integer(&[0])]), token])
}

/// An answer that refuses.
pub fn refused(status: u8) -> Vec<u8> {
    sequence(&[&sequence(&[&integer(&[status])])])
}
