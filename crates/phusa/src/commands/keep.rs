//! `phusa backup` and `phusa restore`: everything, engine-neutral, checked by a checksum.

use crate::assembly;
use anyhow::Context as _;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::Path,
};
use store::{backup, files::Files};

pub async fn backup(url: &str, data: &Path, to: &Path) -> anyhow::Result<()> {
    let db = assembly::open(url).await?;
    let files = Files::local(&data.join("files"))?;
    let part = to.with_extension("part");
    let mut out = BufWriter::new(super::private_file(&part).with_context(|| format!("cannot write {}", part.display()))?);
    let summary = backup::dump(&db, Some(&files), &mut out).await?;
    out.flush()?;
    out.into_inner()?.sync_all()?;
    std::fs::rename(&part, to)?;
    println!("{summary:?}");
    Ok(())
}

/// Nobody is signed in afterwards: sessions that were ended since the backup must not be open again.
pub async fn restore(url: &str, data: &Path, from: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data)?;
    let db = assembly::open(url).await?;
    let files = Files::local(&data.join("files"))?;
    let input = BufReader::new(File::open(from).with_context(|| format!("cannot read {}", from.display()))?);
    let summary = backup::restore(&db, Some(&files), input).await?;
    let mut batch = db.batch();
    for table in ["DELETE FROM identity_session", "DELETE FROM identity_login", "DELETE FROM identity_parked"] {
        batch.exec(table, Vec::new());
    }
    db.commit(batch).await?;
    println!("{summary:?}");
    Ok(())
}
