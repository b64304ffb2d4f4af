//! Signed data (CMS, RFC 5652) as PAdES B-B wants it (ETSI EN 319 142-1 §6.3): detached, with content type, digest and the
//! signer's certificate among the signed attributes and without a signing time, which stands in the PDF's own dictionary.
//!
//! In two steps, because the key is elsewhere (a token, a provider's machine): [`Attributes`] is what the key signs,
//! [`Attributes::signed_data`] takes what it answered.

use super::der::{NULL, element, integer, octets, oid, sequence, set_of};
use crate::{
    algorithm::{Fits, Hash, Key, Scheme, fits},
    asn1::{SET, context},
    cms::{CERTIFICATE_V2, CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA, STAMP, STAMP_TOKEN},
    x509::Certificate,
};

pub(super) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];

/// Why what a key answered makes no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// The certificate's key is of a kind that is not signed with here: RSA of 2,048 bits or more, or P-256, is.
    Key,
    /// The answer is no signature of this certificate's key over these attributes.
    Answer,
}

/// The signed attributes of one signature.
#[derive(Debug, Clone)]
pub struct Attributes {
    /// A SET OF, as it is signed.
    der: Vec<u8>,
    scheme: Scheme,
    certificate: Certificate,
    /// What a time stamp says stands inside its signed data; a document stands outside.
    inside: Option<Vec<u8>>,
}

impl Attributes {
    /// Over a document's SHA-256 digest, to be signed with the key of `certificate`.
    pub fn new(digest: &[u8; 32], certificate: &Certificate) -> Result<Self, Unusable> {
        Self::over(DATA, digest, certificate, None)
    }

    /// Over what an authority says of the time ([`super::stamp::info`]).
    pub fn of_stamp(info: Vec<u8>, certificate: &Certificate) -> Result<Self, Unusable> {
        let digest = Hash::Sha256.digest(&[&info]);
        Self::over(STAMP, &digest, certificate, Some(info))
    }

    fn over(kind: &[u8], digest: &[u8], certificate: &Certificate, inside: Option<Vec<u8>>) -> Result<Self, Unusable> {
        let scheme = match &certificate.key {
            Key::P256(_) => Scheme::Ecdsa(Hash::Sha256),
            Key::Rsa(_, bits) if *bits >= 2048 => Scheme::Pkcs1(Hash::Sha256),
            _ => return Err(Unusable::Key),
        };
        let attribute = |kind: &[u8], value: Vec<u8>| sequence(&[&oid(kind), &element(SET, &value)]);
        // ESSCertIDv2 (RFC 5035): SHA-256 is the default and is left out.
        let named = sequence(&[&sequence(&[&sequence(&[&octets(&certificate.digest(Hash::Sha256))])])]);
        let der = set_of(vec![attribute(CONTENT_TYPE, oid(kind)), attribute(MESSAGE_DIGEST, octets(digest)), attribute(CERTIFICATE_V2, named)]);
        Ok(Self { der, scheme, certificate: certificate.clone(), inside })
    }

    /// What the key signs: with SHA-256, ECDSA as a DER sequence or RSA with PKCS#1 v1.5.
    pub fn to_sign(&self) -> &[u8] {
        &self.der
    }

    /// Whether an answer is a signature of this certificate's key over these attributes: a provider may have signed other
    /// content, or answered late with another's signature.
    pub fn accepts(&self, signature: &[u8]) -> bool {
        fits(self.scheme, &self.certificate.key, &self.der, signature) == Fits::Yes
    }

    /// The whole, with the certificates on the way to the root, and the time stamp of the signature's value where there is one.
    pub fn signed_data(&self, signature: &[u8], chain: &[Certificate], token: Option<&[u8]>) -> Result<Vec<u8>, Unusable> {
        if !self.accepts(signature) {
            return Err(Unusable::Answer);
        }
        let sha256 = sequence(&[&oid(SHA256)]);
        let algorithm = match self.scheme {
            Scheme::Ecdsa(_) => sequence(&[&oid(ECDSA_SHA256)]),
            _ => sequence(&[&oid(RSA_SHA256), NULL]),
        };
        let mut certificates = vec![self.certificate.der.clone()];
        certificates.extend(chain.iter().map(|c| c.der.clone()).filter(|der| *der != self.certificate.der));
        let mut attributes = self.der.clone();
        if let Some(tag) = attributes.first_mut() {
            *tag = context(0);
        }
        let unsigned = token.map(|t| element(context(1), &sequence(&[&oid(STAMP_TOKEN), &element(SET, t)])));
        let signer = sequence(&[
            &integer(&[1]),
            &sequence(&[&self.certificate.issuer_der, &integer(&self.certificate.serial)]),
            &sha256,
            &attributes,
            &algorithm,
            &octets(signature),
            &unsigned.unwrap_or_default(),
        ]);
        // RFC 5652 §5.1: version 3 where the content is not plain data.
        let (version, content) = match &self.inside {
            None => (1, sequence(&[&oid(DATA)])),
            Some(info) => (3, sequence(&[&oid(STAMP), &element(context(0), &octets(info))])),
        };
        let data = sequence(&[
            &integer(&[version]),
            &set_of(vec![sha256]),
            &content,
            &element(context(0), &certificates.concat()),
            &set_of(vec![signer]),
        ]);
        Ok(sequence(&[&oid(SIGNED_DATA), &element(context(0), &data)]))
    }
}
