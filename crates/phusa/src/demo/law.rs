//! Excerpts of six laws, so that the demonstration answers: real text of public documents (not under copyright: IP Law, Art. 15), two of
//! them following each other on 1 August 2024.

use ::law::{Author, Law, import::Given};
use kernel::Actor;

const EXCERPTS: &str = include_str!("law/excerpts.jsonl");

/// Fills an empty corpus; answers how many documents were imported.
pub async fn fill(s: &Law) -> anyhow::Result<usize> {
    if ::law::store::changes(&s.scope).await? > 0 {
        return Ok(0);
    }
    let system = Actor::system(s.scope.province().clone());
    let by = Author::new(&system, s.now());
    let reports = s.import(&by, "excerpts.jsonl", EXCERPTS.as_bytes().to_vec(), Given::default()).await?;
    for report in &reports {
        if let Err(refusal) = &report.result {
            anyhow::bail!("{}: {}", report.file, refusal.message.en);
        }
    }
    Ok(reports.len())
}
