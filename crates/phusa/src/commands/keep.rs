//! `phusa backup` and `phusa restore`: everything, engine-neutral, checked by a checksum.

use crate::assembly;
use anyhow::Context as _;
use kernel::id::ProvinceCode;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::Path,
};
use store::{backup, files::Files};

/// With a province: what is that province's and nothing else.
pub async fn backup(url: &str, data: &Path, of: Option<&ProvinceCode>, to: &Path) -> anyhow::Result<()> {
    let db = assembly::open(url).await?;
    let files = Files::local(&data.join("files"))?;
    let part = to.with_extension("part");
    let mut out = BufWriter::new(super::private_file(&part).with_context(|| format!("cannot write {}", part.display()))?);
    let summary = backup::dump(&db, of, Some(&files), &mut out).await?;
    out.flush()?;
    out.into_inner()?.sync_all()?;
    std::fs::rename(&part, to)?;
    println!("{summary:?}");
    Ok(())
}

/// Takes a province out of an installation it shared, once what it takes along has been read back whole: restored into an
/// empty database, it holds as many rows as will go.
pub async fn leave(url: &str, province: &ProvinceCode, taken: &Path) -> anyhow::Result<()> {
    let db = assembly::open(url).await?;
    let trial = store::Db::open("sqlite::memory:").await?;
    trial.migrate(&assembly::migrations()).await?;
    let input = BufReader::new(File::open(taken).with_context(|| format!("cannot read {}", taken.display()))?);
    backup::restore(&trial, None, input).await.with_context(|| format!("{} does not restore", taken.display()))?;
    let (kept, here) = (backup::count(&trial, province).await?, backup::count(&db, province).await?);
    anyhow::ensure!(
        kept == here,
        "{} holds {kept} rows of province {province}, the database {here}: stop serving the province and write it again with `phusa backup --only`",
        taken.display()
    );
    let gone = backup::remove(&db, province).await?;
    println!("{} rows of province {province} removed; they are in {}", gone.rows, taken.display());
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
