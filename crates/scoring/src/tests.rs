//! Tests over whole frameworks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod answers;
mod catalogue;
mod edge_cases;
mod explaining;
mod files;
pub(crate) mod fixture;
mod lean;
mod properties;
mod scoring;
