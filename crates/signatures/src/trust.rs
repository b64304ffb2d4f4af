//! Whom to believe: the issuers of the catalogue (`signatures/trust.yaml` with PEM files beside it), and the way from a
//! signer's certificate to one of them.

use crate::{
    ocsp::{Answer, Status},
    x509::{Certificate, Revocations},
};
use base64::Engine;
use kernel::{
    Instant, Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
};
use serde::Deserialize;

const FILE: &str = "signatures/trust.yaml";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Vouches for people and organisations that sign.
    Signing,
    /// Vouches for time-stamping authorities.
    Stamping,
}

/// A certificate from which others are believed.
#[derive(Debug, Clone)]
pub struct Root {
    pub code: String,
    pub name: Text,
    pub certificate: Certificate,
    pub purposes: Vec<Purpose>,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    /// For demonstrations and tests: its key is known to anybody.
    pub trial: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Trust {
    pub roots: Vec<Root>,
    pub revocations: Vec<Revocations>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    roots: Vec<DeclaredRoot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredRoot {
    code: String,
    name: Text,
    purposes: Vec<Purpose>,
    certificate: String,
    #[serde(default)]
    revocations: Vec<String>,
    #[serde(default)]
    trial: bool,
    effective: Effective,
    legal_basis: LegalBasis,
}

/// The blocks of a PEM file with this label (RFC 7468).
pub fn pem(text: &str, label: &str) -> Option<Vec<Vec<u8>>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(begin.as_str()) {
        let (body, next) = after.split_once(end.as_str())?;
        let body: String = body.split_whitespace().collect();
        blocks.push(base64::engine::general_purpose::STANDARD.decode(body).ok()?);
        rest = next;
    }
    Some(blocks)
}

/// Reads the list of issuers and every file it names.
pub fn load(files: &Files) -> Result<Trust, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, format!("Thiếu tệp {FILE}."), format!("{FILE} is missing."))]);
    };
    let declared: Declared = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let (mut trust, mut findings) = (Trust::default(), Vec::new());
    for (i, d) in declared.roots.into_iter().enumerate() {
        let i = i.to_string();
        let mut fault = |field: &str, vi: String, en: String| findings.push(Finding::at(FILE, text, &["roots", &i, field], vi, en));
        if trust.roots.iter().any(|r| r.code == d.code) {
            fault("code", format!("Mã {} đã dùng cho tổ chức khác.", d.code), format!("{} is the code of another issuer.", d.code));
        }
        if d.purposes.is_empty() {
            fault("code", "Cần ít nhất một mục đích.".into(), "At least one purpose is needed.".into());
        }
        for path in &d.revocations {
            let lists: Option<Vec<Revocations>> = files.get(path).and_then(|t| pem(t, "X509 CRL")).and_then(|b| b.iter().map(|der| Revocations::of(der)).collect());
            match lists.filter(|l| !l.is_empty()) {
                Some(lists) => trust.revocations.extend(lists),
                None => fault("revocations", format!("{path}: không đọc được danh sách thu hồi (PEM, X509 CRL)."), format!("{path}: no revocation list (PEM, X509 CRL) can be read.")),
            }
        }
        let read = files.get(&d.certificate).and_then(|t| pem(t, "CERTIFICATE"));
        let certificate = match read.as_deref() {
            Some([der]) => Certificate::of(der),
            _ => None,
        };
        match certificate {
            Some(c) if c.ca => {
                trust.roots.push(Root { code: d.code, name: d.name, certificate: c, purposes: d.purposes, effective: d.effective, legal_basis: d.legal_basis, trial: d.trial });
            }
            Some(_) => fault("certificate", format!("{}: không phải chứng thư của tổ chức cấp.", d.certificate), format!("{}: not an issuer's certificate.", d.certificate)),
            None => fault("certificate", format!("{}: cần đúng một chứng thư PEM đọc được.", d.certificate), format!("{}: exactly one readable PEM certificate is needed.", d.certificate)),
        }
    }
    if findings.is_empty() { Ok(trust) } else { Err(findings) }
}

/// What issuers said of their certificates, as it came with a file.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub lists: Vec<Revocations>,
    pub answers: Vec<Answer>,
}

/// From the signer's certificate up to a root.
#[derive(Debug, Clone)]
pub struct Path {
    pub root: usize,
    /// The signer's first; without the root.
    pub certificates: Vec<Certificate>,
    /// When all of them were in force.
    pub from: Instant,
    pub to: Instant,
}

/// Longest way, and most signatures computed to find one: a file with many look-alike certificates costs no more.
const LONGEST: usize = 6;
const MOST_CHECKS: usize = 32;

impl Trust {
    /// With an issuer that only a demonstration believes.
    #[must_use]
    pub fn with_trial(mut self, certificate: Certificate) -> Self {
        self.roots.push(Root {
            code: "trial-here".to_owned(),
            name: Text::new("Gốc dùng thử của bản trình diễn này", "Trial root of this demonstration"),
            effective: Effective::since(certificate.from.date()),
            certificate,
            purposes: vec![Purpose::Signing, Purpose::Stamping],
            legal_basis: LegalBasis {
                document: "Không có".to_owned(),
                article: None,
                note: Some("Chỉ để trình diễn và kiểm thử / for demonstrations and tests only".to_owned()),
                verified: false,
            },
            trial: true,
        });
        self
    }

    /// Without the roots whose keys are public.
    pub fn without_trials(mut self) -> Self {
        self.roots.retain(|r| !r.trial);
        self
    }

    /// Each certificate on a path with its issuer, the signer's first.
    pub fn links<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = (&'a Certificate, &'a Certificate)> {
        let root = self.roots.get(path.root).map(|r| &r.certificate);
        path.certificates.iter().zip(path.certificates.iter().skip(1).chain(root))
    }

    /// A way from `signer` to a root for the purpose that is in effect on the day of `at`. Dates of certificates are told,
    /// not judged.
    pub fn path(&self, signer: &Certificate, pool: &[Certificate], purpose: Purpose, at: Instant) -> Option<Path> {
        let mut search = Search { trust: self, pool, purpose, at, checks: MOST_CHECKS };
        let mut way = vec![signer.clone()];
        let root = search.up(&mut way)?;
        let from = way.iter().map(|c| c.from).max()?;
        let to = way.iter().map(|c| c.to).min()?;
        Some(Path { root, certificates: way, from, to })
    }

    /// Since when a certificate of the path is revoked, and whether a list or an answer in force at `at` spoke about the signer's.
    pub fn revoked(&self, path: &Path, own: &Told, at: Instant) -> (Option<Instant>, bool) {
        let (mut since, mut known) = (None, false);
        for (n, (certificate, issuer)) in self.links(path).enumerate() {
            let mut note = |revoked: Option<Instant>, next: Option<Instant>| {
                known |= n == 0 && next.is_some_and(|next| at <= next);
                since = [since, revoked].into_iter().flatten().min();
            };
            for list in self.revocations.iter().chain(&own.lists).filter(|l| l.comes_from(issuer)) {
                note(list.since(&certificate.serial), list.next);
            }
            for told in own.answers.iter().filter_map(|a| a.about(certificate, issuer)) {
                match told.status {
                    Status::Good => note(None, told.next),
                    Status::Revoked(since) => note(Some(since), told.next),
                    Status::Unknown => {}
                }
            }
        }
        (since, known)
    }
}

struct Search<'a> {
    trust: &'a Trust,
    pool: &'a [Certificate],
    purpose: Purpose,
    at: Instant,
    checks: usize,
}

impl Search<'_> {
    fn up(&mut self, way: &mut Vec<Certificate>) -> Option<usize> {
        let last = way.last()?.clone();
        let below = way.len() - 1;
        let trust = self.trust;
        for (i, root) in trust.roots.iter().enumerate() {
            let fit = root.purposes.contains(&self.purpose) && root.effective.contains(self.at.date());
            if fit && last.could_come_from(&root.certificate) && root.certificate.may_issue(below) && self.signed(&last, &root.certificate) {
                return Some(i);
            }
        }
        if way.len() >= LONGEST {
            return None;
        }
        let pool = self.pool;
        for issuer in pool {
            let fit = !way.contains(issuer) && last.could_come_from(issuer) && issuer.may_issue(below);
            if fit && self.signed(&last, issuer) {
                way.push(issuer.clone());
                if let Some(root) = self.up(way) {
                    return Some(root);
                }
                way.pop();
            }
        }
        None
    }

    fn signed(&mut self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(left) = self.checks.checked_sub(1) else { return false };
        self.checks = left;
        certificate.signed_by(issuer)
    }
}
