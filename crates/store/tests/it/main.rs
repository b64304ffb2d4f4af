//! The store on both engines.
#![allow(clippy::unwrap_used)]

mod acts;
mod backup;
mod files;
mod follow;
mod seal;
mod speed;
mod support;
mod wall;
