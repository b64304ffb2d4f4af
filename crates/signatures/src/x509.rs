//! Certificates and revocation lists (RFC 5280), as much of them as decides here.

use crate::{
    algorithm::{Fits, Hash, Key, Scheme, fits},
    asn1::{self, Algorithm, Reader, Tlv},
};
use kernel::{Instant, text::clean};

/// A distinguished name: what a person reads of it, and what two names are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    pub common: Option<String>,
    pub organisation: Option<String>,
    /// Attribute by attribute, made comparable (RFC 5280 §7.1: case and spaces do not count; composed by Unicode NFC).
    key: Vec<(Vec<u8>, String)>,
}

impl Name {
    fn of(tlv: Tlv<'_>) -> Option<Self> {
        let mut name = Self::default();
        let mut sets = tlv.inside();
        while !sets.is_empty() {
            let mut set = sets.tag(asn1::SET)?.inside();
            while !set.is_empty() {
                let mut attribute = set.tag(asn1::SEQUENCE)?.inside();
                let kind = attribute.tag(asn1::OID)?.value;
                let value = text(attribute.any()?);
                match kind {
                    [0x55, 0x04, 0x03] => name.common = Some(value.clone()),
                    [0x55, 0x04, 0x0a] => name.organisation = Some(value.clone()),
                    _ => {}
                }
                let words: Vec<&str> = value.split_whitespace().collect();
                name.key.push((kind.to_vec(), words.join(" ").to_lowercase()));
            }
        }
        Some(name)
    }
    pub fn same(&self, other: &Self) -> bool {
        !self.key.is_empty() && self.key == other.key
    }
    /// The name a person knows: the common name, else the organisation.
    pub fn said(&self) -> String {
        self.common.clone().or_else(|| self.organisation.clone()).unwrap_or_default()
    }
}

/// A string of any of the directory's types, in canonical form and of bearable length.
fn text(tlv: Tlv<'_>) -> String {
    let wide = |b: &[u8]| b.chunks_exact(2).map(|c| u16::from_be_bytes([c.first().copied().unwrap_or(0), c.last().copied().unwrap_or(0)])).collect::<Vec<_>>();
    let read = match tlv.tag {
        0x1e => String::from_utf16_lossy(&wide(tlv.value)),
        0x14 => tlv.value.iter().map(|b| char::from(*b)).collect(),
        _ => String::from_utf8_lossy(tlv.value).into_owned(),
    };
    clean(&read.replace(['\n', '\t'], " ")).chars().take(200).collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub der: Vec<u8>,
    tbs: Vec<u8>,
    pub serial: Vec<u8>,
    pub issuer: Name,
    /// As it is written, for a signer that names its certificate by it.
    pub issuer_der: Vec<u8>,
    pub subject: Name,
    pub from: Instant,
    pub to: Instant,
    pub key: Key,
    scheme: Option<Scheme>,
    signature: Vec<u8>,
    /// May issue certificates; with at most so many issuers below it.
    pub ca: bool,
    pub path_length: Option<u8>,
    /// Bits of keyUsage, the first in the highest place; none: all uses.
    usage: Option<u16>,
    pub stamps_time: bool,
    /// May answer for its issuer whether certificates are revoked.
    pub answers: bool,
    /// Where the issuer answers (OCSP), and where its lists are.
    pub responders: Vec<String>,
    pub lists: Vec<String>,
    pub key_id: Option<Vec<u8>>,
    pub issuer_key_id: Option<Vec<u8>>,
    /// Names a condition that must be understood and is not understood here.
    pub strange: bool,
}

const DIGITAL_SIGNATURE: u16 = 0x8000;
const NON_REPUDIATION: u16 = 0x4000;
const CERT_SIGN: u16 = 0x0400;
const CRL_SIGN: u16 = 0x0200;
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

const OCSP_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09];
const ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
const OCSP: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];
/// More addresses than an issuer has; the rest are not read.
const MOST_ADDRESSES: usize = 4;
/// An address in a general name (uniformResourceIdentifier).
const ADDRESS: u8 = 0x86;

/// The web addresses of an extension, entry by entry.
fn addresses(value: &[u8], of: impl Fn(Tlv<'_>) -> Option<Vec<String>>) -> Option<Vec<String>> {
    let mut list = asn1::whole(value, asn1::SEQUENCE)?.inside();
    let mut found = Vec::new();
    while !list.is_empty() && found.len() < MOST_ADDRESSES {
        found.extend(of(list.tag(asn1::SEQUENCE)?).unwrap_or_default());
    }
    Some(found)
}

fn address(tlv: Tlv<'_>) -> Option<String> {
    let said = std::str::from_utf8(tlv.value).ok().filter(|a| tlv.tag == ADDRESS && a.len() <= 500)?;
    (said.starts_with("http://") || said.starts_with("https://")).then(|| said.to_owned())
}

/// authorityInfoAccess: the entries of OCSP (RFC 5280 §4.2.2.1).
fn responders(entry: Tlv<'_>) -> Option<Vec<String>> {
    let mut r = entry.inside();
    let ours = r.tag(asn1::OID)?.value == OCSP;
    Some(address(r.any()?).into_iter().filter(|_| ours).collect())
}

/// cRLDistributionPoints: the full names of a point (RFC 5280 §4.2.1.13).
fn distribution(point: Tlv<'_>) -> Option<Vec<String>> {
    let mut names = point.inside().tag(asn1::context(0))?.inside().tag(asn1::context(0))?.inside();
    let mut found = Vec::new();
    while !names.is_empty() {
        found.extend(address(names.any()?));
    }
    Some(found)
}

impl Certificate {
    pub fn of(der: &[u8]) -> Option<Self> {
        let mut outer = asn1::whole(der, asn1::SEQUENCE)?.inside();
        let tbs = outer.tag(asn1::SEQUENCE)?;
        let algorithm = Algorithm::read(&mut outer)?;
        let signature = outer.bits()?.to_vec();
        let mut t = tbs.inside();
        t.maybe(asn1::context(0))?;
        let serial = t.tag(asn1::INTEGER)?.value.to_vec();
        let inner = Algorithm::read(&mut t)?;
        let issuer = t.tag(asn1::SEQUENCE)?;
        let mut validity = t.tag(asn1::SEQUENCE)?.inside();
        let (from, to) = (asn1::time(validity.any()?)?, asn1::time(validity.any()?)?);
        let subject = t.tag(asn1::SEQUENCE)?;
        let key = Key::of(t.tag(asn1::SEQUENCE)?)?;
        // RFC 5280 §4.1.1.2: both places name the same algorithm.
        if inner.oid != algorithm.oid {
            return None;
        }
        let mut found = Self {
            der: der.to_vec(),
            tbs: tbs.whole.to_vec(),
            serial,
            issuer: Name::of(issuer)?,
            issuer_der: issuer.whole.to_vec(),
            subject: Name::of(subject)?,
            from,
            to,
            key,
            scheme: Scheme::of(algorithm, None),
            signature,
            ca: false,
            path_length: None,
            usage: None,
            stamps_time: false,
            answers: false,
            responders: Vec::new(),
            lists: Vec::new(),
            key_id: None,
            issuer_key_id: None,
            strange: false,
        };
        t.maybe(0x81)?;
        t.maybe(0x82)?;
        if let Some(extensions) = t.maybe(asn1::context(3))? {
            let mut list = asn1::whole(extensions.value, asn1::SEQUENCE)?.inside();
            while !list.is_empty() {
                found.extension(list.tag(asn1::SEQUENCE)?)?;
            }
        }
        t.is_empty().then_some(found)
    }

    fn extension(&mut self, e: Tlv<'_>) -> Option<()> {
        let mut fields = e.inside();
        let oid = fields.tag(asn1::OID)?.value;
        let critical = fields.maybe(asn1::BOOLEAN)?.is_some_and(|b| b.value != [0]);
        let value = fields.tag(asn1::OCTET_STRING)?.value;
        match oid {
            [0x55, 0x1d, 0x13] => {
                let mut b = asn1::whole(value, asn1::SEQUENCE)?.inside();
                self.ca = b.maybe(asn1::BOOLEAN)?.is_some_and(|b| b.value != [0]);
                self.path_length = b.maybe(asn1::INTEGER)?.and_then(|n| n.value.last().copied());
            }
            [0x55, 0x1d, 0x0f] => {
                let (_, bits) = asn1::whole(value, asn1::BIT_STRING)?.value.split_first()?;
                let byte = |n: usize| u16::from(bits.get(n).copied().unwrap_or(0));
                self.usage = Some((byte(0) << 8) | byte(1));
            }
            [0x55, 0x1d, 0x25] => {
                let mut uses = asn1::whole(value, asn1::SEQUENCE)?.inside();
                while !uses.is_empty() {
                    let use_ = uses.tag(asn1::OID)?.value;
                    self.stamps_time |= use_ == TIME_STAMPING;
                    self.answers |= use_ == OCSP_SIGNING;
                }
            }
            ACCESS => self.responders = addresses(value, responders).unwrap_or_default(),
            [0x55, 0x1d, 0x1f] => self.lists = addresses(value, distribution).unwrap_or_default(),
            [0x55, 0x1d, 0x0e] => self.key_id = Some(asn1::whole(value, asn1::OCTET_STRING)?.value.to_vec()),
            [0x55, 0x1d, 0x23] => {
                let mut id = asn1::whole(value, asn1::SEQUENCE)?.inside();
                self.issuer_key_id = id.maybe(0x80)?.map(|k| k.value.to_vec());
            }
            // names, policies and where changes of lists are found: read by others, nothing to decide here
            [0x55, 0x1d, 0x11 | 0x12 | 0x20 | 0x2e] => {}
            _ => self.strange |= critical,
        }
        Some(())
    }

    fn may(&self, use_: u16) -> bool {
        self.usage.is_none_or(|u| u & use_ != 0)
    }
    /// May sign documents, or time stamps.
    pub fn may_sign(&self) -> bool {
        !self.strange && self.may(DIGITAL_SIGNATURE | NON_REPUDIATION)
    }
    /// May stand above `below` other issuers and sign certificates.
    pub fn may_issue(&self, below: usize) -> bool {
        self.ca && !self.strange && self.may(CERT_SIGN) && self.path_length.is_none_or(|n| below <= usize::from(n))
    }
    /// The names and key ids agree; nothing is computed.
    pub fn could_come_from(&self, issuer: &Self) -> bool {
        let ids = match (&self.issuer_key_id, &issuer.key_id) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        ids && self.issuer.same(&issuer.subject)
    }
    /// The issuer's key signed this certificate.
    pub fn signed_by(&self, issuer: &Self) -> bool {
        self.scheme.is_some_and(|s| fits(s, &issuer.key, &self.tbs, &self.signature) == Fits::Yes)
    }
    /// Signed with what can be forged today, or carrying a key that can be computed.
    pub fn is_weak(&self) -> bool {
        self.key.is_weak() || self.scheme.is_none_or(|s| s.hash().is_weak())
    }
    pub fn digest(&self, hash: Hash) -> Vec<u8> {
        hash.digest(&[&self.der])
    }
}

/// A list of revoked certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocations {
    tbs: Vec<u8>,
    issuer: Name,
    scheme: Option<Scheme>,
    signature: Vec<u8>,
    pub at: Instant,
    pub next: Option<Instant>,
    /// Serial number and since when, by number.
    revoked: Vec<(Vec<u8>, Instant)>,
}

/// More entries than any list of this country has; a longer one is not read.
const MOST_REVOKED: usize = 2_000_000;

impl Revocations {
    pub fn of(der: &[u8]) -> Option<Self> {
        let mut outer = asn1::whole(der, asn1::SEQUENCE)?.inside();
        let tbs = outer.tag(asn1::SEQUENCE)?;
        let algorithm = Algorithm::read(&mut outer)?;
        let signature = outer.bits()?.to_vec();
        let mut t = tbs.inside();
        t.maybe(asn1::INTEGER)?;
        Algorithm::read(&mut t)?;
        let issuer = Name::of(t.tag(asn1::SEQUENCE)?)?;
        let at = asn1::time(t.any()?)?;
        let next = match t.peek() {
            Some(asn1::UTC_TIME | asn1::GENERAL_TIME) => Some(asn1::time(t.any()?)?),
            _ => None,
        };
        let mut revoked = Vec::new();
        if let Some(list) = t.maybe(asn1::SEQUENCE)? {
            let mut list: Reader<'_> = list.inside();
            while !list.is_empty() && revoked.len() < MOST_REVOKED {
                let mut entry = list.tag(asn1::SEQUENCE)?.inside();
                revoked.push((entry.tag(asn1::INTEGER)?.value.to_vec(), asn1::time(entry.any()?)?));
            }
        }
        revoked.sort();
        Some(Self { tbs: tbs.whole.to_vec(), issuer, scheme: Scheme::of(algorithm, None), signature, at, next, revoked })
    }
    /// The list is this issuer's own and speaks about its certificates.
    pub fn comes_from(&self, issuer: &Certificate) -> bool {
        self.issuer.same(&issuer.subject)
            && issuer.may(CRL_SIGN)
            && self.scheme.is_some_and(|s| fits(s, &issuer.key, &self.tbs, &self.signature) == Fits::Yes)
    }
    pub fn since(&self, serial: &[u8]) -> Option<Instant> {
        let i = self.revoked.binary_search_by(|(s, _)| s.as_slice().cmp(serial)).ok()?;
        self.revoked.get(i).map(|(_, at)| *at)
    }
}
