//! The commands of the program besides serving.

pub mod administrator;
pub mod catalog_check;
pub mod journal;
pub mod keep;
pub mod reform;
pub mod token;

use kernel::catalog::Finding;

/// Findings as a compiler prints them.
pub fn findings(list: &[Finding]) -> String {
    let mut out: Vec<String> = list.iter().map(ToString::to_string).collect();
    out.sort();
    out.join("\n")
}
