//! The room on both databases, and its pages over HTTP.
#![allow(clippy::unwrap_used)]

mod pages;
mod records;
mod world;
