//! The registers' numbers: for each office, year and series one after the other, without gaps, never twice, whichever room takes them
//! (Nghị định 30/2020/NĐ-CP, Điều 15). A number is taken in the batch of the act that needs it, so it is there exactly when the act
//! is; what becomes of it stays readable for ever.
//!
//! # Invariants
//! 1. Every number from 1 to the last of its series has one line, which names the stream that took it.
//! 2. Two rooms that number in the same series of an office share its counter.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod turns;

pub use turns::{Turn, Turns};

use kernel::{Instant, id::OfficeCode, text::fold};
use store::{Batch, Migration, Scope, StoreError, Value, values};

/// The conflict when another process took the number first.
pub const TAKEN: &str = "number_series";

pub const MIGRATIONS: &[Migration] = &[Migration::same("numbering", 1, "numbers", include_str!("../migrations/0001_numbers.sql"))];

/// Which series of which office in which year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series<'a> {
    pub office: &'a OfficeCode,
    pub year: i64,
    pub series: &'a str,
}

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Given to a document that is not out yet.
    Held,
    Used,
    Cancelled,
}

impl Fate {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
        }
    }
    pub fn of(code: &str) -> Self {
        match code {
            "used" => Self::Used,
            "cancelled" => Self::Cancelled,
            _ => Self::Held,
        }
    }
}

/// What a number was taken for.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub fate: Fate,
    /// The journal's stream whose act takes it.
    pub taker: &'a str,
    pub at: Instant,
    /// What stands behind the number, what it is about, the code of its case, who signed; empty where readers ask the taker itself.
    pub symbol: &'a str,
    pub about: &'a str,
    pub code: &'a str,
    pub signer: &'a str,
}

impl<'a> Line<'a> {
    /// A number of something that has a record of its own, and is not out yet.
    pub const fn held(taker: &'a str, at: Instant) -> Self {
        Self { fate: Fate::Held, taker, at, symbol: "", about: "", code: "", signer: "" }
    }
}

/// The last number of a series; 0 before the first.
pub async fn last(scope: &Scope, s: Series<'_>) -> Result<u64, StoreError> {
    let sql = "SELECT last FROM number_series WHERE province = $1 AND office = $2 AND year = $3 AND series = $4";
    let row = scope.one(sql, values![s.office.as_str(), s.year, s.series]).await?;
    Ok(u64::try_from(row.map_or(Ok(0), |r| r.int("last"))?).unwrap_or_default())
}

/// Takes a number, which is the one after the last. Conflict label: [`TAKEN`].
pub fn take(batch: &mut Batch, s: Series<'_>, number: u64, line: &Line<'_>) {
    step(batch, s, number);
    batch.unique(
        "INSERT INTO number_line (province, office, year, series, number, fate, taker, at, symbol, about, code, signer, folded) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        row(s, number, line),
        TAKEN,
    );
}

/// Office, year, series, number, fate, taker, time, symbol, about, code, signer and the search's words of a line: the columns of
/// `number_line` after the province, for the batch and for whoever loads in bulk.
pub fn row(s: Series<'_>, number: u64, line: &Line<'_>) -> Vec<Value> {
    let folded = if line.about.is_empty() { String::new() } else { fold(&format!("{} {number}/{} {} {}", line.about, line.symbol, line.code, line.signer)) };
    values![
        s.office.as_str(), s.year, s.series, signed(number), line.fate.code(), line.taker, line.at, line.symbol, line.about, line.code, line.signer, folded
    ]
}

/// Moves the counter only: for registers whose lines are their own records.
pub fn step(batch: &mut Batch, s: Series<'_>, number: u64) {
    if number == 1 {
        batch.unique(
            "INSERT INTO number_series (province, office, year, series, last) VALUES ($1, $2, $3, $4, $5)",
            values![s.office.as_str(), s.year, s.series, 1],
            TAKEN,
        );
    } else {
        batch.guard(
            "UPDATE number_series SET last = $5 WHERE province = $1 AND office = $2 AND year = $3 AND series = $4 AND last = $6",
            values![s.office.as_str(), s.year, s.series, signed(number), signed(number) - 1],
            1,
            TAKEN,
        );
    }
}

/// Says what became of a number.
pub fn settle(batch: &mut Batch, s: Series<'_>, number: u64, fate: Fate, reason: &str) {
    batch.exec(
        "UPDATE number_line SET fate = $6, reason = $7 WHERE province = $1 AND office = $2 AND year = $3 AND series = $4 AND number = $5",
        values![s.office.as_str(), s.year, s.series, signed(number), fate.code(), reason],
    );
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
