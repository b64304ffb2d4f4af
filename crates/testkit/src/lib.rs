//! What tests share: both databases, and the clients that speak to the program as a browser or as a program. A
//! dev-dependency only.

pub mod clients;
pub mod databases;
pub mod pg;

/// How many of something a long test does: a few in `make test`, so that it ends on two cores in minutes; `full` in `make soak`
/// (`PHUSA_SOAK`); what the test's own variable says, if it is set.
#[must_use]
pub fn many(variable: &str, usual: usize, full: usize) -> usize {
    let asked = std::env::var(variable).ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(if std::env::var_os("PHUSA_SOAK").is_some() { full } else { usual })
}

pub use clients::{Browser, Program, Reply, form_token, visible};
pub use databases::Databases;
