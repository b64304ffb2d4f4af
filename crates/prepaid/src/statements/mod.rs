//! A provider's own statement of a month beside the account book.
//!
//! Taking a statement changes no balance. It is a record: which file, by its hash, what was found; taken again, the new comparison stands
//! for the month and the earlier ones stay to be read. Whoever settles a difference says why.

pub mod acts;
pub mod compare;
pub mod file;
#[cfg(test)]
mod tests;
pub mod views;

use compare::Difference;
use kernel::{
    Dong, Instant, Refusal,
    id::{OfficeCode, StatementId, TrustProviderCode},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{Batch, values};

/// Differences that are kept of one file: beyond it is another month's or another agency's.
pub const DIFFERENCES_MAX: usize = 5_000;

/// How somebody settled a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Our book follows the provider.
    Corrected,
    /// Our book stands; the reason says why, or what was asked of the provider.
    Explained,
}

impl Outcome {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Explained => "explained",
        }
    }
}

/// One file and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub no: u32,
    pub name: String,
    pub sha256: String,
    pub rows: i64,
    pub equal: i64,
    pub theirs: Dong,
    pub ours: Dong,
    pub differences: i64,
    /// Of the differences, so that the same file sent again over the same book is the same comparison.
    pub digest: String,
    pub by_name: String,
    pub at: Instant,
}

/// All that was taken from one provider for one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub id: StatementId,
    pub provider: TrustProviderCode,
    pub month: String,
    /// Whose accounts; all of the province where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeCode>,
    pub taken: Vec<Taken>,
    /// Lines of the latest that are settled.
    #[serde(default)]
    pub settled: BTreeMap<u32, Outcome>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum StatementEvent {
    Taken { id: StatementId, provider: TrustProviderCode, month: String, office: Option<OfficeCode>, taken: Box<Taken>, differences: Vec<Difference> },
    Settled { no: u32, line: u32, outcome: Outcome, reason: String, by_name: String },
}

/// One statement for a provider, a month and an agency, whoever begins it.
pub fn statement_id(provider: &TrustProviderCode, month: &str, office: Option<&OfficeCode>) -> StatementId {
    let mut hash = Sha256::new();
    for part in ["provider statement", provider.as_str(), month, office.map_or("", OfficeCode::as_str)] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    StatementId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl Statement {
    pub fn latest(&self) -> Option<&Taken> {
        self.taken.last()
    }
    /// Differences of the latest that nobody settled yet.
    pub fn open(&self) -> i64 {
        self.latest().map_or(0, |t| t.differences) - i64::try_from(self.settled.len()).unwrap_or(i64::MAX)
    }
}

/// Whether a difference may be settled: of the comparison that stands, once.
pub fn settle(s: &Statement, no: u32, line: u32, outcome: Outcome, reason: &str, by_name: &str) -> Result<StatementEvent, Refusal> {
    let reason = crate::purse::decide::reasoned(reason)?;
    if s.latest().is_none_or(|t| t.no != no) {
        return Err(Refusal::conflict("taken-again", "Bảng kê đã được nhập lại sau đó. Hãy mở lần đối chiếu mới nhất.", "The statement was taken again since. Open the latest comparison."));
    }
    if s.settled.contains_key(&line) {
        return Err(Refusal::conflict("settled", "Chênh lệch này đã được xử lý.", "This difference has been settled."));
    }
    Ok(StatementEvent::Settled { no, line, outcome, reason, by_name: by_name.to_owned() })
}

impl records::Record for Statement {
    type Event = StatementEvent;
    const KIND: &'static str = "provider_statement";

    fn evolve(before: Option<Self>, event: &StatementEvent, _: Instant) -> Option<Self> {
        match (before, event) {
            (None, StatementEvent::Taken { id, provider, month, office, taken, .. }) => {
                let (provider, month, office) = (provider.clone(), month.clone(), office.clone());
                Some(Self { id: *id, provider, month, office, taken: vec![(**taken).clone()], settled: BTreeMap::new() })
            }
            (Some(mut s), StatementEvent::Taken { taken, .. }) => {
                s.taken.push((**taken).clone());
                s.settled.clear();
                Some(s)
            }
            (Some(mut s), StatementEvent::Settled { line, outcome, .. }) => {
                s.settled.insert(*line, *outcome);
                Some(s)
            }
            (None, StatementEvent::Settled { .. }) => None,
        }
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, after: &Self, event: &StatementEvent, _: i64, at: Instant) {
        match event {
            StatementEvent::Taken { taken, differences, .. } => {
                let office = after.office.as_ref().map(OfficeCode::as_str);
                batch.exec(
                    "INSERT INTO prepaid_statement (province, id, no, provider, month, office, name, sha256, rows_read, equal, differences, by_name, at) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                    values![
                        after.id, i64::from(taken.no), after.provider.as_str(), &after.month, office, &taken.name, &taken.sha256, taken.rows, taken.equal, taken.differences,
                        &taken.by_name, at
                    ],
                );
                for (line, d) in (1_i64..).zip(differences) {
                    let body = serde_json::json!(d).to_string();
                    batch.exec(
                        "INSERT INTO prepaid_difference (province, statement, no, line, kind, body, outcome, reason, by_name, settled_at) \
                         VALUES ($1, $2, $3, $4, $5, $6, '', '', '', NULL)",
                        values![after.id, i64::from(taken.no), line, d.kind.code(), body],
                    );
                }
            }
            StatementEvent::Settled { no, line, outcome, reason, by_name } => batch.exec(
                "UPDATE prepaid_difference SET outcome = $5, reason = $6, by_name = $7, settled_at = $8 WHERE province = $1 AND statement = $2 AND no = $3 AND line = $4",
                values![after.id, i64::from(*no), i64::from(*line), outcome.code(), reason, by_name, at],
            ),
        }
    }
}
