//! Tests of the case engine over the catalogue as it is shipped.

mod catalog;
mod engagement;
mod flow;
mod parsers;
mod properties;
mod story;
