//! The room from outside: the catalogue, the tables of the law line by line, the eleven rules, the ledger on both engines,
//! and the pages.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod catalogue;
mod fixture;
mod ledger;
mod life;
mod odd;
mod pages;
mod queue;
mod rules;
mod table;
mod units;
