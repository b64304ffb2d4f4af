//! Signed data (CMS, RFC 5652) with the signed attributes that PAdES and RFC 3161 ask for.

use crate::{
    algorithm::{Fits, Hash, Scheme, fits},
    asn1::{self, Algorithm, Reader, Tlv},
    trust::Told,
    x509::{Certificate, Revocations},
};
use kernel::Instant;

pub const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
pub const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// id-ct-TSTInfo
pub const STAMP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
pub const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
pub const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
pub const STAMP_TOKEN: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e];
const CERTIFICATE_V1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
pub const CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];

/// More certificates than a chain needs; the rest are not read.
const MOST_CERTIFICATES: usize = 24;

/// Why signed data is not what it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The digest in the signature is of other content.
    Content,
    /// The signature's own value does not fit the certificate's key.
    Signature,
    /// The signature does not name the certificate that came with it.
    Certificate,
    /// Parts are missing or contradict each other.
    Shape,
    /// An algorithm or a form that is not checked here.
    NotKnown,
}

/// Signed data, read but not believed.
#[derive(Debug)]
pub struct Signed<'a> {
    pub content_type: &'a [u8],
    pub content: Option<&'a [u8]>,
    pub certificates: Vec<Certificate>,
    pub told: Told,
    signer: Tlv<'a>,
}

/// What a signature says that has been checked against its certificate.
#[derive(Debug)]
pub struct Checked<'a> {
    pub certificate: Certificate,
    pub hash: Hash,
    /// The signature's value: what a time stamp is over.
    pub value: &'a [u8],
    pub stamp: Option<&'a [u8]>,
}

impl<'a> Signed<'a> {
    /// Reads one ContentInfo; what follows must be zeros (the rest of a PDF's reserved place).
    pub fn of(bytes: &'a [u8]) -> Result<Self, Wrong> {
        let mut all = Reader(bytes);
        let info = all.tag(asn1::SEQUENCE).ok_or(Wrong::NotKnown)?;
        if all.0.iter().any(|b| *b != 0) {
            return Err(Wrong::Shape);
        }
        let mut info = info.inside();
        if info.tag(asn1::OID).map(|o| o.value) != Some(SIGNED_DATA) {
            return Err(Wrong::NotKnown);
        }
        Self::parts(&mut info).ok_or(Wrong::NotKnown)
    }

    fn parts(info: &mut Reader<'a>) -> Option<Self> {
        let data = asn1::whole(info.tag(asn1::context(0))?.value, asn1::SEQUENCE)?;
        let mut d = data.inside();
        d.tag(asn1::INTEGER)?;
        d.tag(asn1::SET)?;
        let mut content = d.tag(asn1::SEQUENCE)?.inside();
        let content_type = content.tag(asn1::OID)?.value;
        let content = match content.maybe(asn1::context(0))? {
            Some(c) => Some(asn1::whole(c.value, asn1::OCTET_STRING)?.value),
            None => None,
        };
        let mut certificates = Vec::new();
        if let Some(set) = d.maybe(asn1::context(0))? {
            let mut set = set.inside();
            while !set.is_empty() && certificates.len() < MOST_CERTIFICATES {
                // One that cannot be read is as if it had not come.
                certificates.extend(Certificate::of(set.any()?.whole));
            }
        }
        let mut told = Told::default();
        if let Some(set) = d.maybe(asn1::context(1))? {
            let mut set = set.inside();
            while !set.is_empty() && told.lists.len() < MOST_CERTIFICATES {
                told.lists.extend(Revocations::of(set.any()?.whole));
            }
        }
        let mut signers = d.tag(asn1::SET)?.inside();
        let signer = signers.tag(asn1::SEQUENCE)?;
        // ISO 32000-2 §12.8.3.3.1: one signer in one signature.
        signers.is_empty().then_some(Self { content_type, content, certificates, told, signer })
    }

    /// Checks the signature over `content` (in parts, as a PDF leaves its own place out). `bound`: the certificate must be
    /// named inside what is signed (ESS, RFC 5035), as PAdES (ETSI EN 319 142-1) and RFC 3161 demand.
    pub fn check(&self, content: &[&[u8]], content_type: &[u8], bound: bool) -> Result<Checked<'a>, Wrong> {
        let s = Signer::of(self.signer).ok_or(Wrong::NotKnown)?;
        let hash = Hash::of(s.digest.oid).ok_or(Wrong::NotKnown)?;
        let scheme = Scheme::of(s.algorithm, Some(hash)).ok_or(Wrong::NotKnown)?;
        let certificate = self.certificates.iter().find(|c| s.names(c)).ok_or(Wrong::Certificate)?.clone();
        let message = match s.attributes {
            Some(set) => {
                let a = Attributes(set);
                if one(a.value(CONTENT_TYPE)?, asn1::OID)? != Some(content_type) {
                    return Err(Wrong::Shape);
                }
                let stated = one(a.value(MESSAGE_DIGEST)?, asn1::OCTET_STRING)?.ok_or(Wrong::Shape)?;
                if stated != hash.digest(content) {
                    return Err(Wrong::Content);
                }
                named(&a, &certificate, bound)?;
                // RFC 5652 §5.4: signed as a SET OF, though sent with the context's tag.
                let mut message = set.whole.to_vec();
                if let Some(first) = message.first_mut() {
                    *first = asn1::SET;
                }
                message
            }
            None if bound => return Err(Wrong::Shape),
            None => content.concat(),
        };
        match fits(scheme, &certificate.key, &message, s.value) {
            // Without attributes the value itself is over the content: which of both is wrong cannot be told apart.
            Fits::No if s.attributes.is_none() => Err(Wrong::Content),
            Fits::No => Err(Wrong::Signature),
            Fits::NotKnown => Err(Wrong::NotKnown),
            Fits::Yes => {
                let stamp = s.unsigned.and_then(|set| Attributes(set).value(STAMP_TOKEN).ok().flatten());
                Ok(Checked { certificate, hash, value: s.value, stamp })
            }
        }
    }
    /// The certificate the signer names, whether or not anything fits.
    pub fn named(&self) -> Option<&Certificate> {
        let s = Signer::of(self.signer)?;
        self.certificates.iter().find(|c| s.names(c))
    }
    /// The time the signer states, checked or not.
    pub fn claims(&self) -> Option<Instant> {
        let set = Signer::of(self.signer)?.attributes?;
        Attributes(set).value(SIGNING_TIME).ok()?.and_then(|v| Reader(v).any()).and_then(asn1::time)
    }
}

struct Signer<'a> {
    id: Tlv<'a>,
    digest: Algorithm<'a>,
    attributes: Option<Tlv<'a>>,
    algorithm: Algorithm<'a>,
    value: &'a [u8],
    unsigned: Option<Tlv<'a>>,
}

impl<'a> Signer<'a> {
    fn of(tlv: Tlv<'a>) -> Option<Self> {
        let mut r = tlv.inside();
        r.tag(asn1::INTEGER)?;
        let id = r.any()?;
        let digest = Algorithm::read(&mut r)?;
        let attributes = r.maybe(asn1::context(0))?;
        let algorithm = Algorithm::read(&mut r)?;
        let value = r.tag(asn1::OCTET_STRING)?.value;
        let unsigned = r.maybe(asn1::context(1))?;
        r.is_empty().then_some(Self { id, digest, attributes, algorithm, value, unsigned })
    }
    fn names(&self, c: &Certificate) -> bool {
        match self.id.tag {
            asn1::SEQUENCE => {
                let mut r = self.id.inside();
                let issuer = r.tag(asn1::SEQUENCE).map(|t| t.whole);
                let serial = r.tag(asn1::INTEGER).map(|t| t.value);
                issuer == Some(c.issuer_der.as_slice()) && serial == Some(c.serial.as_slice())
            }
            0x80 => c.key_id.as_deref() == Some(self.id.value),
            _ => false,
        }
    }
}

#[derive(Clone, Copy)]
struct Attributes<'a>(Tlv<'a>);

impl<'a> Attributes<'a> {
    /// The content of an attribute's set of values. Twice the same attribute is a contradiction (RFC 5652 §11).
    fn value(self, oid: &[u8]) -> Result<Option<&'a [u8]>, Wrong> {
        let mut found = None;
        let mut list = self.0.inside();
        while !list.is_empty() {
            let mut attribute = list.tag(asn1::SEQUENCE).ok_or(Wrong::Shape)?.inside();
            let kind = attribute.tag(asn1::OID).ok_or(Wrong::Shape)?.value;
            let values = attribute.tag(asn1::SET).ok_or(Wrong::Shape)?.value;
            if kind == oid && found.replace(values).is_some() {
                return Err(Wrong::Shape);
            }
        }
        Ok(found)
    }
}

/// The one value of this type in a set of values.
fn one(values: Option<&[u8]>, tag: u8) -> Result<Option<&[u8]>, Wrong> {
    match values {
        Some(v) => asn1::whole(v, tag).map(|t| Some(t.value)).ok_or(Wrong::Shape),
        None => Ok(None),
    }
}

/// signing-certificate (v1: SHA-1) and signing-certificate-v2: the first entry is the signer's certificate by its digest.
/// Without it another certificate for the same key could be put in its place.
fn named(a: &Attributes<'_>, certificate: &Certificate, bound: bool) -> Result<(), Wrong> {
    let first = |values: &[u8]| -> Option<(Hash, Vec<u8>)> {
        let mut lists = asn1::whole(values, asn1::SEQUENCE)?.inside();
        let mut entry = lists.tag(asn1::SEQUENCE)?.inside().tag(asn1::SEQUENCE)?.inside();
        let hash = match entry.maybe(asn1::SEQUENCE)? {
            Some(algorithm) => Hash::of(Algorithm::of(algorithm)?.oid)?,
            None => Hash::Sha256,
        };
        Some((hash, entry.tag(asn1::OCTET_STRING)?.value.to_vec()))
    };
    if let Some(values) = a.value(CERTIFICATE_V2)? {
        let (hash, digest) = first(values).ok_or(Wrong::Shape)?;
        return if certificate.digest(hash) == digest { Ok(()) } else { Err(Wrong::Certificate) };
    }
    if let Some(values) = a.value(CERTIFICATE_V1)? {
        let (_, digest) = first(values).ok_or(Wrong::Shape)?;
        return if certificate.digest(Hash::Sha1) == digest { Ok(()) } else { Err(Wrong::Certificate) };
    }
    if bound { Err(Wrong::Certificate) } else { Ok(()) }
}
