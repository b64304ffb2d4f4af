//! Tests of the case engine over the catalogue as it is shipped.

mod catalog;
mod engagement;
mod flow;
mod money;
mod parsers;
mod properties;
mod sets;
mod statuses;
mod story;
mod times;
