//! A certificate of one's own: given as a file, shown to be held by signing a page of the house elsewhere, withdrawn at any time.
//!
//! # Invariants
//! 1. A certificate stands on an account only after its key has signed the very bytes the house gave, within their time.
//! 2. One certificate is one person's; a person counts once however many they have.
//! 3. A private key is never taken: a file that holds one is refused unread.

pub mod acts;
pub mod judge;
pub mod read;
#[cfg(test)]
mod tests;

use judge::Standing;
use kernel::{Instant, Refusal, id::AccountId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use signatures::Certificate;
use store::{Batch, Row, Scope, StoreError, values};

/// How long a page may be signed and returned.
pub const CHALLENGE_SECONDS: i64 = 7 * 86_400;
/// Certificates of one person.
const MOST: usize = 10;

/// A certificate as it was given, with the issuers that came with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// In hexadecimal digits.
    pub der: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |i: usize| text.get(i..i + 2).and_then(|p| u8::from_str_radix(p, 16).ok());
    (0..text.len()).step_by(2).map(pair).collect()
}

impl Given {
    pub fn new(own: &Certificate, chain: &[Certificate]) -> Self {
        Self { der: hex(&own.der), chain: chain.iter().map(|c| hex(&c.der)).collect() }
    }
    pub fn certificate(&self) -> Option<Certificate> {
        Certificate::of(&unhex(&self.der)?)
    }
    pub fn issuers(&self) -> Vec<Certificate> {
        self.chain.iter().filter_map(|c| Certificate::of(&unhex(c)?)).collect()
    }
    pub fn fingerprint(&self) -> String {
        unhex(&self.der).map(|der| hex(&Sha256::digest(der))).unwrap_or_default()
    }
}

/// A certificate whose page is out to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub given: Given,
    pub code: String,
    pub at: Instant,
    /// Of the page: what is returned must begin with these very bytes.
    pub page_sha256: String,
    pub page_size: u64,
}

impl Waiting {
    pub fn until(&self) -> Instant {
        self.at.plus_seconds(CHALLENGE_SECONDS)
    }
}

/// A certificate that was shown to be theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    pub given: Given,
    pub fingerprint: String,
    pub standing: Standing,
    pub at: Instant,
}

/// What a person has connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    pub account: AccountId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    #[serde(default)]
    pub connected: Vec<Connected>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum OwnEvent {
    Offered { account: AccountId, waiting: Box<Waiting> },
    /// The page came back signed.
    Proved { fingerprint: String, standing: Standing },
    Withdrawn { fingerprint: String },
}

/// The stream of a person's certificates.
pub fn stream(account: AccountId) -> String {
    format!("certificates:{account}")
}

pub fn offer(own: Option<&Own>, account: AccountId, waiting: Waiting) -> Result<OwnEvent, Refusal> {
    let fingerprint = waiting.given.fingerprint();
    let connected = own.map_or(&[][..], |o| &o.connected);
    if connected.iter().any(|c| c.fingerprint == fingerprint) {
        return Err(refused("certificate", "Chứng thư này đã liên kết với tài khoản của bạn.", "This certificate is connected with your account already."));
    }
    if connected.len() >= MOST {
        return Err(refused("certificate", "Tài khoản đã liên kết nhiều chứng thư. Hãy bỏ chứng thư không dùng nữa.", "Many certificates are connected. Withdraw one that is no longer used."));
    }
    Ok(OwnEvent::Offered { account, waiting: Box::new(waiting) })
}

pub(crate) fn refused(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    let (vi, en) = (vi.into(), en.into());
    Refusal::invalid("certificate", vi.clone(), en.clone()).because(Some(field), vi, en)
}

impl records::Record for Own {
    type Event = OwnEvent;
    const KIND: &'static str = "own_certificate";

    fn evolve(before: Option<Self>, event: &OwnEvent, at: Instant) -> Option<Self> {
        if let OwnEvent::Offered { account, waiting } = event {
            let mut own = before.unwrap_or(Self { account: *account, waiting: None, connected: Vec::new() });
            own.waiting = Some((**waiting).clone());
            return Some(own);
        }
        let mut own = before?;
        match event {
            OwnEvent::Proved { fingerprint, standing } => {
                let waiting = own.waiting.take().filter(|w| w.given.fingerprint() == *fingerprint)?;
                own.connected.push(Connected { given: waiting.given, fingerprint: fingerprint.clone(), standing: *standing, at });
            }
            OwnEvent::Withdrawn { fingerprint } => own.connected.retain(|c| c.fingerprint != *fingerprint),
            OwnEvent::Offered { .. } => return None,
        }
        Some(own)
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, after: &Self, event: &OwnEvent, _: i64, at: Instant) {
        match event {
            OwnEvent::Proved { fingerprint, standing } => {
                let held = after.connected.iter().find(|c| c.fingerprint == *fingerprint).and_then(|c| c.given.certificate());
                let (from, to) = held.map_or((at, at), |c| (c.from, c.to));
                batch.unique(
                    "INSERT INTO prepaid_certificate (province, fingerprint, account, verdict, valid_from, valid_to, proved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    values![fingerprint, after.account, standing.code(), from, to, at],
                    "certificate",
                );
            }
            OwnEvent::Withdrawn { fingerprint } => {
                batch.exec("DELETE FROM prepaid_certificate WHERE province = $1 AND fingerprint = $2 AND account = $3", values![fingerprint, after.account]);
            }
            OwnEvent::Offered { .. } => {}
        }
    }
}

/// Whether somebody else has shown a certificate to be theirs.
pub async fn is_of_another(scope: &Scope, fingerprint: &str, account: AccountId) -> Result<bool, StoreError> {
    let sql = "SELECT account FROM prepaid_certificate WHERE province = $1 AND fingerprint = $2 AND account <> $3";
    Ok(scope.one(sql, values![fingerprint, account]).await?.is_some())
}

/// Who has a digital signature: those who connected a certificate that is in force and comes from an issuer of the list (`cert`), and those
/// who signed with a key of their own in the month (`signed`). `$2` the instant, `$3` the month.
const HOLDERS: &str = "SELECT account AS who, 1 AS cert, 0 AS signed FROM prepaid_certificate WHERE province = $1 AND verdict = 'valid' AND valid_from <= $2 AND valid_to > $2 \
                       UNION ALL SELECT person AS who, 0 AS cert, 1 AS signed FROM prepaid_use WHERE province = $1 AND month = $3 AND state = 'charged' AND person IS NOT NULL";

/// Distinct people with a digital signature that the house knows of. Each counts once.
pub async fn people(scope: &Scope, month: &str, at: Instant) -> Result<i64, StoreError> {
    let sql = format!("SELECT COUNT(DISTINCT who) AS n FROM ({HOLDERS}) AS holders");
    scope.one(&sql, values![at, month]).await?.map_or(Ok(0), |row| row.int("n"))
}

/// One of them, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHolder {
    pub account: String,
    pub connected: bool,
    pub signed: bool,
}

/// Those that [`people`] counts, by account, behind one.
pub async fn holders(scope: &Scope, month: &str, at: Instant, after: &str, limit: i64) -> Result<Vec<SignatureHolder>, StoreError> {
    let sql = format!("SELECT who, MAX(cert) AS cert, MAX(signed) AS signed FROM ({HOLDERS}) AS holders WHERE who > $4 GROUP BY who ORDER BY who LIMIT $5");
    let holder = |row: &Row| Ok(SignatureHolder { account: row.string("who")?, connected: row.int("cert")? > 0, signed: row.int("signed")? > 0 });
    scope.query(&sql, values![at, month, after, limit]).await?.iter().map(holder).collect()
}
