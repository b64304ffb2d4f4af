//! What the signatures of a PDF are worth: who signed, when, whether anything was changed since, and whether the signer's
//! certificate comes from an issuer that is believed. Pure: the bytes, the list of issuers and the time are arguments.
//!
//! # Invariants
//! 1. [`Verdict::Valid`] is said only when every byte of the file is under the signature, or under a later one that is believed
//!    too and added nothing but itself; when the digest and the signature fit, and the certificate's way to a root was in force.
//! 2. Work is bounded by the file's length: allowances for reading, depth, certificates, signatures. No panic.
//! 3. What is not understood is said to be not understood; it is never guessed to be sound.
//!
//! # Deliberately absent
//! Sending the question about revocation (OCSP) and fetching lists, holding keys: that needs a network or a machine. Making a
//! signature ([`make`]) stops where the key begins.

pub mod algorithm;
mod asn1;
mod cms;
pub mod make;
pub mod ocsp;
mod pdf;
mod stamp;
pub mod trust;
mod verdict;
pub mod words;
mod x509;

pub use trust::Trust;
pub use verdict::{Broken, Expired, Kind, NotKnown, Report, Signature, Signer, Stamp, Verdict};
pub use x509::{Certificate, Revocations};

use cms::{Checked, Signed, Wrong};
use kernel::Instant;
use memchr::memmem;
use pdf::{
    Covered, Found,
    later::{Later, compare},
    object::Allowance,
    store::Store,
    table::Table,
};
use trust::{Purpose, Told};

/// Bytes that may be read over and over in one file, beside the digests, which are linear.
fn allowance(bytes: &[u8]) -> Allowance {
    Allowance::new((1 << 20) + bytes.len().saturating_mul(8).min(48 << 20))
}

/// Looks at every signature of a file as of `now`. Anything that is no PDF has an empty report.
pub fn examine(bytes: &[u8], trust: &Trust, now: Instant) -> Report {
    // ISO 32000-2 §7.5.2, and what readers accept: the mark stands within the first kilobyte.
    if memmem::find(bytes.get(..bytes.len().min(1024)).unwrap_or_default(), b"%PDF-").is_none() {
        return Report::default();
    }
    let left = allowance(bytes);
    let table = Table::of(bytes, &left);
    let encrypted = table.as_ref().map_or_else(|| memmem::find(bytes, b"/Encrypt").is_some(), |t| t.encrypted);
    let store = table.as_ref().map(Store::of).unwrap_or_default();
    let (found, more) = pdf::signatures(bytes, &left);
    let looked: Vec<Looked<'_>> = found.iter().map(|f| Looked::at(f, bytes, trust, &store)).collect();
    // The last first: it may cover the whole file, and the others are as good as what came after them.
    let (mut closed, mut believed) = (false, false);
    let mut signatures = Vec::with_capacity(looked.len());
    for l in looked.into_iter().rev() {
        let end = l.covered.map_or(0, |c| c.end);
        let later = if end < bytes.len() && l.sound.is_ok() { compare(bytes, end, &left) } else { Later::Changed(None) };
        // What issuers said afterwards is no other signature: the file still ends with this one.
        let followed = end < bytes.len() && later != Later::Validation;
        let unchanged = !followed || (closed && later == Later::Signatures);
        let mut judged = l.judge(trust, &store, now, followed, unchanged);
        if !followed && judged.verdict.is_intact() {
            closed = true;
            believed |= matches!(judged.verdict, Verdict::Valid | Verdict::Expired(Expired::Since));
        }
        if followed && judged.verdict.is_valid() && !believed {
            judged.verdict = Verdict::ThenUnknown;
        }
        signatures.push(judged);
    }
    signatures.reverse();
    Report { pdf: true, encrypted, signatures, more }
}

/// Whether everything behind the first `signed` bytes, which are a file of their own, only adds signatures and what issuers said.
pub fn adds_only_signatures(bytes: &[u8], signed: usize) -> bool {
    signed < bytes.len() && matches!(compare(bytes, signed, &allowance(bytes)), Later::Signatures | Later::Validation)
}

/// The certificate that each signature of a file names, in the order of [`examine`]; nothing is judged.
pub fn signers(bytes: &[u8]) -> Vec<Option<Certificate>> {
    let (found, _) = pdf::signatures(bytes, &allowance(bytes));
    found.iter().map(|f| Signed::of(&f.contents).ok().and_then(|s| s.named().cloned())).collect()
}

/// The certificates in a time stamp: the authority's first, then what came with it.
pub fn stamp_certificates(token: &[u8]) -> Vec<Certificate> {
    let Ok(signed) = Signed::of(token) else { return Vec::new() };
    let Some(own) = signed.named().cloned() else { return Vec::new() };
    let others = signed.certificates.into_iter().filter(|c| c.der != own.der);
    std::iter::once(own.clone()).chain(others).collect()
}

/// One signature, checked by itself: its place, its digest, its key.
struct Looked<'a> {
    found: &'a Found,
    kind: Kind,
    covered: Option<Covered>,
    signed: Option<Signed<'a>>,
    sound: Result<Sound<'a>, Verdict>,
}

enum Sound<'a> {
    Signature(Checked<'a>),
    Stamp(Stamp, Certificate),
}

impl<'a> Looked<'a> {
    fn at(found: &'a Found, bytes: &'a [u8], trust: &Trust, store: &Store) -> Self {
        let sub = found.dict.name("SubFilter").unwrap_or_default();
        let kind = if sub == b"ETSI.RFC3161" { Kind::Stamp } else { Kind::Signature };
        let covered = found.covered(bytes.len());
        let (signed, sound) = match (covered, sub) {
            (None, _) => (None, Err(Verdict::Broken(Broken::Range))),
            (Some(c), b"ETSI.RFC3161") => {
                let stamp = stamp::check(&found.contents, &c.parts(bytes), trust, store);
                (None, stamp.map(|(s, c)| Sound::Stamp(s, c)).ok_or(Verdict::Broken(Broken::Content)))
            }
            (Some(c), b"adbe.pkcs7.detached" | b"ETSI.CAdES.detached") => match Signed::of(&found.contents) {
                Ok(signed) => {
                    let checked = detached(&signed, c, bytes, sub == b"ETSI.CAdES.detached");
                    (Some(signed), checked.map(Sound::Signature).map_err(wrong))
                }
                Err(w) => (None, Err(wrong(w))),
            },
            _ => (None, Err(Verdict::NotKnown(NotKnown::Kind))),
        };
        Self { found, kind, covered, signed, sound }
    }

    fn judge(self, trust: &Trust, store: &Store, now: Instant, followed: bool, unchanged: bool) -> Signature {
        let stated = self.found.dict.text("M").and_then(|m| pdf::date(&m));
        let claimed = self.signed.as_ref().and_then(Signed::claims).or(stated);
        let certificate = match (&self.sound, &self.signed) {
            (Ok(Sound::Signature(c)), _) => Some(&c.certificate),
            (Ok(Sound::Stamp(_, c)), _) => Some(c),
            (_, Some(s)) => s.named(),
            _ => None,
        };
        let signer = certificate.map(signer);
        let mut out = Signature { kind: self.kind, signer, claimed, stamp: None, verdict: Verdict::Valid, followed, revocation_known: false, trial: false };
        out.verdict = match self.sound {
            Err(verdict) => verdict,
            Ok(_) if !unchanged => Verdict::Broken(Broken::ChangedAfter),
            Ok(Sound::Stamp(stamp, _)) => {
                let verdict = if stamp.trusted { Verdict::Valid } else { Verdict::UnknownIssuer };
                out.stamp = Some(stamp);
                verdict
            }
            Ok(Sound::Signature(checked)) => {
                out.stamp = checked.stamp.and_then(|token| stamp::check(token, &[checked.value], trust, store)).map(|(s, _)| s);
                let nothing = Told::default();
                let (own, told) = self.signed.as_ref().map_or((&[][..], &nothing), |s| (&s.certificates, &s.told));
                let (pool, told) = store.beside(own, told);
                believe(&checked, &pool, &told, trust, now, &mut out)
            }
        };
        out
    }
}

fn detached<'a>(signed: &Signed<'a>, covered: Covered, bytes: &[u8], bound: bool) -> Result<Checked<'a>, Wrong> {
    // Content inside a detached signature is content of something else.
    if signed.content.is_some() {
        return Err(Wrong::Content);
    }
    if signed.content_type != cms::DATA {
        return Err(Wrong::NotKnown);
    }
    signed.check(&covered.parts(bytes), cms::DATA, bound)
}

fn wrong(w: Wrong) -> Verdict {
    match w {
        Wrong::Content => Verdict::Broken(Broken::Content),
        Wrong::Signature => Verdict::Broken(Broken::Signature),
        Wrong::Certificate => Verdict::Broken(Broken::Certificate),
        Wrong::Shape => Verdict::Broken(Broken::Range),
        Wrong::NotKnown => Verdict::NotKnown(NotKnown::Form),
    }
}

fn signer(c: &Certificate) -> Signer {
    Signer { name: c.subject.said(), organisation: c.subject.organisation.clone().filter(|o| Some(o) != c.subject.common.as_ref()), issuer: c.issuer.said(), valid_from: c.from, valid_to: c.to }
}

/// Whether the signer's certificate is believed: from whom it comes, and whether it was in force.
fn believe(checked: &Checked<'_>, pool: &[Certificate], told: &Told, trust: &Trust, now: Instant, out: &mut Signature) -> Verdict {
    let c = &checked.certificate;
    if !c.may_sign() {
        return Verdict::Broken(Broken::Use);
    }
    // Only an authority's word moves the judgement to an earlier time: a signer may state any.
    let proved = out.stamp.as_ref().filter(|s| s.trusted).map(|s| s.at);
    let at = proved.unwrap_or(now);
    let path = trust.path(c, pool, Purpose::Signing, at);
    let weak = checked.hash.is_weak() || c.is_weak() || path.as_ref().is_some_and(|p| p.certificates.iter().any(Certificate::is_weak));
    let Some(path) = path else {
        return if weak { Verdict::Weak } else { Verdict::UnknownIssuer };
    };
    out.trial = trust.roots.get(path.root).is_some_and(|r| r.trial);
    let (revoked, known) = trust.revoked(&path, told, at);
    out.revocation_known = known;
    let in_force = |t: Instant| path.from <= t && t <= path.to;
    if revoked.is_some_and(|since| since <= at) {
        Verdict::Revoked
    } else if weak {
        Verdict::Weak
    } else if !proved.or(out.claimed).is_none_or(in_force) {
        Verdict::Expired(Expired::AtSigning)
    } else if in_force(at) {
        Verdict::Valid
    } else {
        Verdict::Expired(if now < path.from { Expired::AtSigning } else { Expired::Since })
    }
}
