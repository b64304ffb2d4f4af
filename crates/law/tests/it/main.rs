//! The room on both databases and over HTTP, behind the policies of the catalogue.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod findings;
mod http;
mod model;
mod storage;
mod support;
