//! Pages and programs' door of every room: shell, components, extractors, refusals, guard, assets. See README.md.
//!
//! # Invariants
//! 1. No route without an action; no change from a browser without the visitor's token.
//! 2. What came from outside is escaped where it is written; HTML has its own type.
//! 3. Nothing is answered in plain text or in one language only; bad input is never a 500.
//! 4. No inline style or script: the content security policy refuses them.
//!
//! # Deliberately absent
//! Who people are (identity), what may be done to a case (casework), any SQL.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod app;
pub mod assets;
pub mod csrf;
pub mod extract;
pub mod figure;
pub mod gate;
pub mod headers;
pub mod html;
pub mod kit;
pub mod limit;
pub mod metrics;
pub mod module;
pub mod openapi;
mod own;
pub mod page;
pub mod problem;
pub mod rail;
pub mod routes;
pub mod said;
pub mod visitor;
pub mod when;

pub use app::{House, Page, app};
pub use html::{Html, esc};
pub use module::Module;
pub use problem::{ApiError, Fault, OrInternal, PageError};
pub use routes::{Declared, PUBLIC, Routes};
pub use visitor::{Identified, Identify, Via, Visitor};
