//! Official documents as PDF: the slips of the one-stop shop, results, decisions, printed internal processes.
//!
//! A document is a template of the catalogue (typst) and data (JSON). See `README.md` for the shape of the data and
//! for how to add a template.
//!
//! # Invariants
//! 1. The same template set and the same data give the same bytes: the date is data (`issued_at`), the identifier of
//!    the PDF is derived from the data, fonts are embedded.
//! 2. What a person typed is data and never markup; a template sees its set, its data and its QR code, and no disk,
//!    network, package or clock.
//! 3. Every document is PDF/A-2a and PDF/UA-1 (tagged, Vietnamese, titled), or it is not produced.
//! 4. A required field that is absent is a refusal that names it; an optional one prints as dots, like the paper form.
//!
//! # Deliberately absent
//! Electronic signatures and seals (they are added to the finished bytes), numbering, storage.

mod check;
mod code;
mod error;
mod fonts;
mod print;
mod render;
mod set;
mod template;
mod world;

pub use error::{MissingField, Problem, RenderError};
pub use print::unprintable;
pub use render::{Set, Spot, rest};
pub use set::Templates;
pub use template::{Basis, Fields, Form, Sheet, Template, put};
