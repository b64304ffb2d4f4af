//! An issuer's word on one certificate (OCSP, RFC 6960): the question, and what may be believed of the answer.

use crate::{
    algorithm::{Fits, Hash, Scheme, fits},
    asn1::{self, Algorithm, Reader, Tlv},
    make::der::{element, integer, octets, oid, sequence},
    x509::Certificate,
};
use kernel::Instant;

const ENUMERATED: u8 = 0x0a;
const BASIC: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
/// More certificates and more answers than any responder sends in one; the rest is not read.
const MOST: usize = 24;

/// What is said of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Good,
    Revoked(Instant),
    /// The responder does not know it.
    Unknown,
}

/// An answer, read but not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    tbs: Vec<u8>,
    scheme: Option<Scheme>,
    signature: Vec<u8>,
    certificates: Vec<Certificate>,
    produced: Instant,
    singles: Vec<Single>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Single {
    hash: Hash,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: Vec<u8>,
    told: Told,
}

/// What an answer says, and from when to when it may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub status: Status,
    pub at: Instant,
    pub next: Option<Instant>,
}

/// The question for one certificate (`application/ocsp-request`). SHA-1 names the issuer here, which every responder knows; nothing
/// depends on its strength.
pub fn question(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let algorithm = sequence(&[&oid(SHA1), crate::make::der::NULL]);
    let name = octets(&Hash::Sha1.digest(&[&certificate.issuer_der]));
    let key = octets(&Hash::Sha1.digest(&[issuer.key.bits()]));
    let id = sequence(&[&algorithm, &name, &key, &integer(&certificate.serial)]);
    sequence(&[&sequence(&[&element(asn1::SEQUENCE, &sequence(&[&id]))])])
}

impl Answer {
    /// Reads an answer (`application/ocsp-response`) that was given at all (status successful) and is of the basic kind.
    pub fn of(der: &[u8]) -> Option<Self> {
        let mut outer = asn1::whole(der, asn1::SEQUENCE)?.inside();
        if outer.tag(ENUMERATED)?.value != [0] {
            return None;
        }
        let mut bytes = asn1::whole(outer.tag(asn1::context(0))?.value, asn1::SEQUENCE)?.inside();
        if bytes.tag(asn1::OID)?.value != BASIC {
            return None;
        }
        let mut basic = asn1::whole(bytes.tag(asn1::OCTET_STRING)?.value, asn1::SEQUENCE)?.inside();
        let tbs = basic.tag(asn1::SEQUENCE)?;
        let algorithm = Algorithm::read(&mut basic)?;
        let signature = basic.bits()?.to_vec();
        let mut certificates = Vec::new();
        if let Some(list) = basic.maybe(asn1::context(0))? {
            let mut list = asn1::whole(list.value, asn1::SEQUENCE)?.inside();
            while !list.is_empty() && certificates.len() < MOST {
                certificates.extend(Certificate::of(list.any()?.whole));
            }
        }
        let mut t = tbs.inside();
        t.maybe(asn1::context(0))?;
        // Who answers, by name or by key: whose key fits decides.
        t.any()?;
        let produced = asn1::time(t.tag(asn1::GENERAL_TIME)?)?;
        let mut list = t.tag(asn1::SEQUENCE)?.inside();
        let mut singles = Vec::new();
        while !list.is_empty() && singles.len() < MOST {
            singles.extend(Single::of(list.tag(asn1::SEQUENCE)?));
        }
        Some(Self { tbs: tbs.whole.to_vec(), scheme: Scheme::of(algorithm, None), signature, certificates, produced, singles })
    }

    /// What this answer says of a certificate, if its issuer, or one whom the issuer lets answer, signed it.
    pub fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Told> {
        let single = self.singles.iter().find(|s| s.names(certificate, issuer))?;
        let by = |c: &Certificate| self.scheme.is_some_and(|s| !s.hash().is_weak() && fits(s, &c.key, &self.tbs, &self.signature) == Fits::Yes);
        let allowed = |c: &&Certificate| c.answers && c.from <= self.produced && self.produced <= c.to && c.could_come_from(issuer) && c.signed_by(issuer);
        let believed = by(issuer) || self.certificates.iter().filter(allowed).any(by);
        believed.then_some(single.told)
    }
}

impl Single {
    fn of(tlv: Tlv<'_>) -> Option<Self> {
        let mut r: Reader<'_> = tlv.inside();
        let mut id = r.tag(asn1::SEQUENCE)?.inside();
        let hash = Hash::of(Algorithm::read(&mut id)?.oid)?;
        let (issuer_name, issuer_key) = (id.tag(asn1::OCTET_STRING)?.value.to_vec(), id.tag(asn1::OCTET_STRING)?.value.to_vec());
        let serial = id.tag(asn1::INTEGER)?.value.to_vec();
        let said = r.any()?;
        let status = match said.tag {
            0x80 => Status::Good,
            0xa1 => Status::Revoked(asn1::time(said.inside().any()?)?),
            _ => Status::Unknown,
        };
        let at = asn1::time(r.tag(asn1::GENERAL_TIME)?)?;
        let next = match r.maybe(asn1::context(0))? {
            Some(next) => Some(asn1::time(next.inside().any()?)?),
            None => None,
        };
        Some(Self { hash, issuer_name, issuer_key, serial, told: Told { status, at, next } })
    }

    fn names(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.serial == certificate.serial
            && self.issuer_name == self.hash.digest(&[&certificate.issuer_der])
            && self.issuer_key == self.hash.digest(&[issuer.key.bits()])
    }
}
