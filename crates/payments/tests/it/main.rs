//! The room on both engines: the ledger, receipts, reconciliation, and ten thousand payments with every fault on.
#![allow(clippy::unwrap_used)]

mod fixture;
mod ledger;
mod money;
mod volume;
