//! The house as people meet it: every scenario over HTTP, on SQLite and on PostgreSQL, with a clock that tests set.
#![allow(clippy::unwrap_used)]

mod again;
mod bad;
mod centre;
mod browser;
mod doors;
mod dossier;
mod house;
mod keep;
mod kill;
mod paths;
mod permit;
mod times;
mod walk;
