//! Tests of the case engine over the catalogue as it is shipped.

mod catalog;
