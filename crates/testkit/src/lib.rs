//! What tests share: both databases, and later the program with people in it. A dev-dependency only.

pub mod databases;
pub mod pg;

pub use databases::Databases;
