//! Copies of documents (Decree 30/2020/NĐ-CP, Articles 25 to 27; Annex I, Part II): sao y, sao lục, trích sao.
//!
//! A copy is a document of the office that copies: asked for by its clerk or whoever leads it, decided by a signer, numbered in the
//! one series of copies, sealed, registered. A whole copy is the copied file itself with one more revision, the seal of who copies
//! at the upper right corner of the first page: every byte that was there stays, and so do the signatures. An extract is set anew.

mod acts;
mod decide;
mod model;

pub use acts::{Asked, Copied};
pub use decide::{ask, has_text, may_copy};
pub use model::{Original, Source};
