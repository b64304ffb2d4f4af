//! Time stamps (RFC 3161): an authority's word that something existed at an instant.

use crate::{
    algorithm::Hash,
    asn1::{self, Algorithm},
    cms::{STAMP, Signed},
    pdf::store::Store,
    trust::{Purpose, Trust},
    verdict::Stamp,
    x509::Certificate,
};
use kernel::Instant;

/// TSTInfo, as much as counts.
struct Info {
    hash: Hash,
    imprint: Vec<u8>,
    at: Instant,
}

impl Info {
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut r = asn1::whole(bytes, asn1::SEQUENCE)?.inside();
        r.tag(asn1::INTEGER)?;
        r.tag(asn1::OID)?;
        let mut imprint = r.tag(asn1::SEQUENCE)?.inside();
        let hash = Hash::of(Algorithm::read(&mut imprint)?.oid)?;
        let stated = imprint.tag(asn1::OCTET_STRING)?.value.to_vec();
        r.tag(asn1::INTEGER)?;
        let at = asn1::time(r.tag(asn1::GENERAL_TIME)?)?;
        Some(Self { hash, imprint: stated, at })
    }
}

/// The number by which a token belongs to one question.
pub fn nonce(token: &[u8]) -> Option<Vec<u8>> {
    let signed = Signed::of(token).ok()?;
    let mut r = asn1::whole(signed.content?, asn1::SEQUENCE)?.inside();
    for tag in [asn1::INTEGER, asn1::OID, asn1::SEQUENCE, asn1::INTEGER, asn1::GENERAL_TIME] {
        r.tag(tag)?;
    }
    // accuracy and ordering may stand before it
    r.maybe(asn1::SEQUENCE)?;
    r.maybe(asn1::BOOLEAN)?;
    r.maybe(asn1::INTEGER)?.map(|n| n.value.to_vec())
}

/// A stamp that fits what it is over, with the authority's certificate. `None`: it is none, or of something else.
/// `more`: what came with the file.
pub fn check(token: &[u8], over: &[&[u8]], trust: &Trust, more: &Store) -> Option<(Stamp, Certificate)> {
    let signed = Signed::of(token).ok()?;
    let content = signed.content.filter(|_| signed.content_type == STAMP)?;
    let info = Info::of(content)?;
    // A stamp over SHA-1 could be carried to other content.
    if info.hash.is_weak() || info.imprint != info.hash.digest(over) {
        return None;
    }
    let checked = signed.check(&[content], STAMP, true).ok()?;
    let c = checked.certificate;
    if !c.stamps_time || !c.may_sign() {
        return None;
    }
    let (pool, told) = more.beside(&signed.certificates, &signed.told);
    let path = trust.path(&c, &pool, Purpose::Stamping, info.at);
    let trusted = path.is_some_and(|p| {
        let (revoked, _) = trust.revoked(&p, &told, info.at);
        p.from <= info.at && info.at <= p.to && revoked.is_none_or(|r| info.at < r) && !p.certificates.iter().any(Certificate::is_weak) && !checked.hash.is_weak()
    });
    Some((Stamp { at: info.at, authority: c.subject.said(), trusted }, c))
}
