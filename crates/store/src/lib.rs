//! Storage: one journal, one outbox and one set of tables on SQLite or PostgreSQL, chosen when the program starts.
//!
//! # Invariants
//! 1. A [`Batch`] is committed whole and durably, or not at all; there is no other way to write from a room.
//! 2. Everything read or written through a [`Scope`] names its province; SQL that forgets it is refused.
//! 3. An entry's `(stream, version)` is unique: two acts that saw the same state cannot both happen.
//! 4. A reader of the journal never skips an entry that commits late.
//! 5. SQL is one text for both engines, with `$N` parameters; where they must differ the pair is in one place.
//!
//! # Deliberately absent
//! An ORM, floating point, a time type of the database, stored procedures, transactions held across `await` by callers.

pub mod backup;
mod batch;
pub mod bulk;
pub mod consumer;
mod db;
pub mod effects;
mod error;
pub mod files;
pub mod idempotency;
pub mod journal;
mod migrate;
mod postgres;
mod row;
pub mod seal;
pub mod snapshot;
mod sql;
mod sqlite;
mod value;
mod wall;

pub use batch::{Batch, NewEffect, NewEntry};
pub use db::{Db, Engine, Scope};
pub use error::{CommitError, StoreError};
pub use migrate::Migration;
pub use row::{Columns, Row};
pub use value::Value;
