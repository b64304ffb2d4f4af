//! The room on both databases, and its pages over HTTP.
#![allow(clippy::unwrap_used)]

mod bad;
mod pages;
mod records;
mod site;
mod world;
