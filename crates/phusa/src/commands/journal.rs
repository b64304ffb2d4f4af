//! `phusa journal verify`: recomputes the sealed journal and names the first entry that was altered.

use std::path::Path;
use store::{Scope, seal};

/// `Ok(false)`: something does not agree, and was printed.
pub async fn verify(scope: &Scope, data: &Path) -> anyhow::Result<bool> {
    let key = seal::Key::open(&data.join("keys"))?;
    let report = seal::verify(scope, &[key.public()]).await?;
    match &report.fault {
        None => {
            let root = report.root.map_or_else(|| "-".to_owned(), hex::encode);
            println!("journal of {}: {} entries sealed under {} heads, {} to be sealed; root {root}", report.province, report.sealed, report.heads, report.unsealed);
            Ok(true)
        }
        Some(fault) => {
            println!("{}\n{}", fault.text().vi, fault.text().en);
            Ok(false)
        }
    }
}
