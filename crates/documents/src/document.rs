//! A document from its draft to the signed file: what happened to it, and how it stands.

pub mod acts;
pub mod decide;
mod model;
pub mod store;
mod words;
#[cfg(test)]
mod tests;

pub use model::{Document, DocumentEvent, File, Mark, Numbered, Person, Returned, SignAs, Stage};
