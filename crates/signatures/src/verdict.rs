//! What a signature is worth, as a value.

use kernel::Instant;
use serde::{Deserialize, Serialize};

/// The finding of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The file is a PDF at all.
    pub pdf: bool,
    pub encrypted: bool,
    pub signatures: Vec<Signature>,
    /// There are more signatures than were looked at: the paper is not called sound.
    pub more: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of a person or an organisation.
    Signature,
    /// Only the time of the document (ETSI.RFC3161).
    Stamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub kind: Kind,
    /// What its certificate says, believed only with a verdict that says so.
    pub signer: Option<Signer>,
    /// The time the signer states.
    pub claimed: Option<Instant>,
    /// The time an authority confirms.
    pub stamp: Option<Stamp>,
    pub verdict: Verdict,
    /// Further signatures were put on the file after this one.
    pub followed: bool,
    /// A revocation list of the issuer that was in force was at hand.
    pub revocation_known: bool,
    /// The trust root is one for trials.
    pub trial: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    pub organisation: Option<String>,
    pub issuer: String,
    pub valid_from: Instant,
    pub valid_to: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub at: Instant,
    pub authority: String,
    /// The authority is among the trusted roots; otherwise the time is no better than the signer's own.
    pub trusted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", content = "why", rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing was changed, and the signer's certificate comes from an issuer of the list and was in force.
    Valid,
    /// Nothing was changed, but who vouches for the signer is not in the list.
    UnknownIssuer,
    /// Sound and in force, but somebody who is not believed put a signature on the file afterwards; its picture may hide something.
    ThenUnknown,
    Expired(Expired),
    Revoked,
    /// Nothing was changed as far as can be told: made with what can be forged today (SHA-1, short keys).
    Weak,
    Broken(Broken),
    NotKnown(NotKnown),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expired {
    /// The certificate was not in force when it signed (too late or too early).
    AtSigning,
    /// It has ended since, and no authority confirms that the signature is older.
    Since,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// The bytes covered do not have the shape that leaves out nothing but the signature.
    Range,
    /// The content is other than what was signed.
    Content,
    /// The signature does not fit the key of its certificate.
    Signature,
    /// Something was added or exchanged after signing.
    ChangedAfter,
    /// The certificate is missing, or is not the one the signature names.
    Certificate,
    /// The certificate may not be used to sign.
    Use,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotKnown {
    /// Of an old or rare kind (SubFilter), or with an algorithm not checked here.
    Kind,
    /// What stands there is no signature in the known form.
    Form,
}

impl Verdict {
    pub fn is_valid(self) -> bool {
        self == Self::Valid
    }
    /// The content is what the holder of the key signed, whoever that is.
    pub fn is_intact(self) -> bool {
        !matches!(self, Self::Broken(_) | Self::NotKnown(_))
    }
}
