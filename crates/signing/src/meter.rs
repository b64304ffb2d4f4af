//! Signatures that are paid for one by one: held before the holder of the key is asked, settled by what it answered.

use crate::Failed;
use async_trait::async_trait;
use kernel::{
    Instant,
    id::{AccountId, OfficeCode, PurseId, TrustProviderCode},
};
use std::sync::Arc;

/// Whose prepaid signatures are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payer {
    /// An agency, for its seal and for its officials' own keys.
    Office(OfficeCode),
    /// A person, for themselves.
    Person(AccountId),
}

/// One signature that is about to be asked for.
#[derive(Debug, Clone)]
pub struct Use {
    pub provider: TrustProviderCode,
    pub payer: Payer,
    /// Serial number of the certificate, in hexadecimal digits.
    pub serial: String,
    /// Whose key it is, when it is a person's own.
    pub person: Option<AccountId>,
    /// What is signed and why; the same for every attempt at it: `document/doc_018f…/7/seal`.
    pub reference: String,
    pub at: Instant,
}

/// A place in the ledger that is kept for one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    pub purse: PurseId,
    pub number: u64,
}

/// What became of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Signed,
    /// The holder did not sign.
    Unsigned(String),
    /// It was asked and may have signed.
    Unclear(String),
}

/// Who keeps the account of prepaid signatures.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Keeps one signature; refuses with [`Failed::Unpaid`] when there is none left.
    async fn hold(&self, wanted: &Use) -> Result<Hold, Failed>;
    async fn settle(&self, hold: Hold, outcome: Outcome, at: Instant) -> Result<(), Failed>;
}

/// A signature with who counts it.
pub(crate) struct Metered<'a> {
    pub meter: &'a Arc<dyn Meter>,
    pub wanted: Use,
}

impl Metered<'_> {
    /// Holds, asks, settles. An answer that came is not thrown away because the ledger could not be written: what stays held is
    /// looked into by a person.
    pub async fn around(self, asked: impl Future<Output = Result<Vec<u8>, Failed>>) -> Result<Vec<u8>, Failed> {
        let hold = self.meter.hold(&self.wanted).await?;
        let answer = asked.await;
        let outcome = match &answer {
            Ok(_) => Outcome::Signed,
            // An answer that is no signature of ours: the holder has signed something, and will count it.
            Err(failed @ (Failed::Unclear(_) | Failed::Key(_))) => Outcome::Unclear(failed.to_string()),
            Err(failed) => Outcome::Unsigned(failed.to_string()),
        };
        if let Err(failed) = self.meter.settle(hold, outcome, self.wanted.at).await {
            tracing::error!(purse = %hold.purse, number = hold.number, "a prepaid signature was not settled: {failed}");
        }
        answer
    }
}
