//! Digests and signatures: which algorithms are known, and the check itself.
//!
//! The arithmetic is `ring`'s (the one TLS of this program uses already): RSA of 2,048 to 8,192 bits with PKCS#1 v1.5 and
//! PSS, ECDSA on P-256 and P-384. SHA-1 and RSA below 2,048 bits are checked, but named as weak and never called valid.

use crate::asn1::{self, Algorithm};
use ring::signature as r;

/// A digest of the SHA family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub fn of(oid: &[u8]) -> Option<Self> {
        match oid {
            [0x2b, 0x0e, 0x03, 0x02, 0x1a] => Some(Self::Sha1),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01] => Some(Self::Sha256),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02] => Some(Self::Sha384),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03] => Some(Self::Sha512),
            _ => None,
        }
    }
    fn ring(self) -> &'static ring::digest::Algorithm {
        match self {
            Self::Sha1 => &ring::digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &ring::digest::SHA256,
            Self::Sha384 => &ring::digest::SHA384,
            Self::Sha512 => &ring::digest::SHA512,
        }
    }
    /// The digest of the parts, one after the other.
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = ring::digest::Context::new(self.ring());
        for part in parts {
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    }
    pub fn is_weak(self) -> bool {
        self == Self::Sha1
    }
}

const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ECDSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01];
const ECDSA_SHA2: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];

/// How something was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Pkcs1(Hash),
    Pss(Hash),
    Ecdsa(Hash),
}

impl Scheme {
    /// From the signature's algorithm. `digest` is what a CMS signer states beside it; a certificate states it in one.
    pub fn of(a: Algorithm<'_>, digest: Option<Hash>) -> Option<Self> {
        let agreed = |hash: Hash| digest.is_none_or(|d| d == hash).then_some(hash);
        if let Some([last]) = a.oid.strip_prefix(PKCS1) {
            return match last {
                1 => digest.map(Self::Pkcs1),
                5 => agreed(Hash::Sha1).map(Self::Pkcs1),
                10 => agreed(pss(a)?).map(Self::Pss),
                11 => agreed(Hash::Sha256).map(Self::Pkcs1),
                12 => agreed(Hash::Sha384).map(Self::Pkcs1),
                13 => agreed(Hash::Sha512).map(Self::Pkcs1),
                _ => None,
            };
        }
        let ecdsa = match a.oid {
            EC_KEY => digest,
            ECDSA_SHA1 => agreed(Hash::Sha1),
            _ => match a.oid.strip_prefix(ECDSA_SHA2)? {
                [2] => agreed(Hash::Sha256),
                [3] => agreed(Hash::Sha384),
                [4] => agreed(Hash::Sha512),
                _ => None,
            },
        };
        ecdsa.map(Self::Ecdsa)
    }
    pub fn hash(self) -> Hash {
        match self {
            Self::Pkcs1(h) | Self::Pss(h) | Self::Ecdsa(h) => h,
        }
    }
}

/// RSASSA-PSS-params (RFC 4055 §3.1): one digest for content and mask, and a salt of its length. Others are not known here.
fn pss(a: Algorithm<'_>) -> Option<Hash> {
    let mut fields = a.parameters?.inside();
    let inner = |tlv: asn1::Tlv<'_>, tag| asn1::whole(tlv.value, tag).map(|t| t.whole.to_vec());
    let hash = inner(fields.maybe(asn1::context(0))??, asn1::SEQUENCE)?;
    let hash = Hash::of(Algorithm::of(asn1::whole(&hash, asn1::SEQUENCE)?)?.oid)?;
    let mask = fields.maybe(asn1::context(1))??;
    let mask = Algorithm::of(asn1::whole(mask.value, asn1::SEQUENCE)?)?;
    let of_mask = Algorithm::of(mask.parameters?)?;
    let salt = fields.maybe(asn1::context(2))??;
    let salt = asn1::whole(salt.value, asn1::INTEGER)?.value;
    let length = match hash {
        Hash::Sha256 => 32,
        Hash::Sha384 => 48,
        Hash::Sha512 => 64,
        Hash::Sha1 => return None,
    };
    (mask.oid.strip_prefix(PKCS1) == Some(&[8]) && Hash::of(of_mask.oid) == Some(hash) && salt == [length]).then_some(hash)
}

/// A public key as a certificate carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// RSAPublicKey (RFC 8017 A.1.1) and the bits of its modulus.
    Rsa(Vec<u8>, usize),
    P256(Vec<u8>),
    P384(Vec<u8>),
    Unknown,
}

impl Key {
    /// From a SubjectPublicKeyInfo.
    pub fn of(info: asn1::Tlv<'_>) -> Option<Self> {
        let mut fields = info.inside();
        let algorithm = Algorithm::read(&mut fields)?;
        let bits = fields.bits()?;
        let curve = algorithm.parameters.filter(|p| p.tag == asn1::OID).map(|p| p.value);
        Some(match (algorithm.oid, curve) {
            (EC_KEY, Some(P256)) => Self::P256(bits.to_vec()),
            (EC_KEY, Some(P384)) => Self::P384(bits.to_vec()),
            (oid, _) if matches!(oid.strip_prefix(PKCS1), Some([1 | 10])) => {
                let modulus = asn1::whole(bits, asn1::SEQUENCE)?.inside().tag(asn1::INTEGER)?.value;
                let lead = modulus.iter().take_while(|b| **b == 0).count();
                Self::Rsa(bits.to_vec(), (modulus.len() - lead) * 8)
            }
            _ => Self::Unknown,
        })
    }
    /// The key as its certificate writes it (subjectPublicKey); nothing of a kind that is not known.
    pub fn bits(&self) -> &[u8] {
        match self {
            Self::Rsa(bits, _) | Self::P256(bits) | Self::P384(bits) => bits,
            Self::Unknown => &[],
        }
    }
    pub fn is_weak(&self) -> bool {
        matches!(self, Self::Rsa(_, bits) if *bits < 2048)
    }
}

/// Whether a signature fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    Yes,
    No,
    /// The combination is none of those that are checked here.
    NotKnown,
}

/// Checks `signature` over `message`.
pub fn fits(scheme: Scheme, key: &Key, message: &[u8], signature: &[u8]) -> Fits {
    let known: Option<(&'static dyn r::VerificationAlgorithm, &[u8])> = match (scheme, key) {
        (Scheme::Pkcs1(hash), Key::Rsa(k, _)) => Some((pkcs1(hash), k)),
        (Scheme::Pss(Hash::Sha256), Key::Rsa(k, _)) => Some((&r::RSA_PSS_2048_8192_SHA256, k)),
        (Scheme::Pss(Hash::Sha384), Key::Rsa(k, _)) => Some((&r::RSA_PSS_2048_8192_SHA384, k)),
        (Scheme::Pss(Hash::Sha512), Key::Rsa(k, _)) => Some((&r::RSA_PSS_2048_8192_SHA512, k)),
        (Scheme::Ecdsa(Hash::Sha256), Key::P256(k)) => Some((&r::ECDSA_P256_SHA256_ASN1, k)),
        (Scheme::Ecdsa(Hash::Sha384), Key::P256(k)) => Some((&r::ECDSA_P256_SHA384_ASN1, k)),
        (Scheme::Ecdsa(Hash::Sha256), Key::P384(k)) => Some((&r::ECDSA_P384_SHA256_ASN1, k)),
        (Scheme::Ecdsa(Hash::Sha384), Key::P384(k)) => Some((&r::ECDSA_P384_SHA384_ASN1, k)),
        _ => None,
    };
    let Some((algorithm, key)) = known else { return Fits::NotKnown };
    match r::UnparsedPublicKey::new(algorithm, key).verify(message, signature) {
        Ok(()) => Fits::Yes,
        Err(_) => Fits::No,
    }
}

/// Keys from 1,024 bits, so that a short key is called weak and not broken.
fn pkcs1(hash: Hash) -> &'static dyn r::VerificationAlgorithm {
    match hash {
        Hash::Sha1 => &r::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &r::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        Hash::Sha384 => &r::RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &r::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    }
}
