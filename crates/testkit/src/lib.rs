//! What tests share: both databases, and the clients that speak to the program as a browser or as a program. A
//! dev-dependency only.

pub mod clients;
pub mod databases;
pub mod pg;

pub use clients::{Browser, Program, Reply, form_token};
pub use databases::Databases;
