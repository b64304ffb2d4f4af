//! The house as people meet it: every scenario over HTTP, on SQLite and on PostgreSQL, with a clock that tests set.
#![allow(clippy::unwrap_used)]

mod acceptance;
mod again;
mod audit;
mod bad;
mod centre;
mod centre_import;
mod centre_people;
mod checks;
mod bad_services;
mod browser;
mod care;
mod care_channels;
mod care_complaints;
mod care_offers;
mod care_ratings;
mod doors;
mod counter;
mod dossier;
mod engagement_stage;
mod find;
mod house;
mod indicators;
mod keep;
mod kill;
mod national;
mod once_only;
mod paths;
mod payments;
mod permit;
mod procedures;
mod release;
mod support_files;
mod times;
mod walk;
