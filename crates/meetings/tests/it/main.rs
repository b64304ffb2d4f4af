//! The room over both databases and over HTTP, with the policies as shipped.
#![allow(clippy::unwrap_used)]

mod http;
mod storage;
mod support;
