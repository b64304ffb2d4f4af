//! Files laid into a folder (by SFTP or a share): `DATA/feeds/CODE/`. What was read goes to `taken/`, what does not read at all to `refused/`,
//! each with a note of what became of it; a file is looked at once it has been still for [`STILL`].
//!
//! # Invariants
//! 1. No file is lost: it lies in the folder, in `taken` or in `refused`, whatever is killed when; names there are never written over.
//! 2. A file left behind by a kill between taking and moving is the same delivery when it is found again.
//! 3. Links, folders, hidden files and the half-written files of transfer programs are left alone.

use super::{Delivery, MOST_BYTES, Way, catalog::Feed};
use crate::Measures;
use ::records::Failure;
use kernel::{Refusal, refusal::RefusalKind};
use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// A file nobody has written to for so long is whole.
pub const STILL: Duration = Duration::from_secs(10);
/// Between two looks.
const POLL: Duration = Duration::from_secs(5);
/// Ends of names that transfer programs give to what they have not written whole.
const HALF: [&str; 5] = ["part", "tmp", "filepart", "crdownload", "swp"];
/// Files looked at in one go; the others come with the next.
const AT_ONCE: usize = 200;

/// Creates what the feeds by folder need.
///
/// # Errors
/// The folder cannot be made.
pub fn prepare(root: &Path, feeds: &[Feed]) -> io::Result<()> {
    feeds.iter().filter(|f| f.folder).try_for_each(|f| ["taken", "refused"].iter().try_for_each(|end| fs::create_dir_all(root.join(&f.code).join(end))))
}

/// Whole files that wait, by name.
fn waiting(folder: &Path, now: SystemTime) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        // Of the entry itself: a link is not followed.
        let meta = entry.metadata()?;
        let end = name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase());
        let still = meta.modified()?.checked_add(STILL).is_some_and(|at| at <= now);
        if meta.is_file() && !name.starts_with('.') && !name.ends_with('~') && !HALF.contains(&end.as_str()) && still {
            found.push((name, entry.path()));
        }
    }
    found.sort();
    found.truncate(AT_ONCE);
    Ok(found)
}

/// Up to one byte more than a delivery may have.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn media_type(name: &str) -> &'static str {
    let ends = |end: &str| name.len() > end.len() && name.get(name.len() - end.len()..).is_some_and(|e| e.eq_ignore_ascii_case(end));
    match () {
        () if ends(".csv") => "text/csv",
        () if ends(".json") => "application/json",
        () => "application/octet-stream",
    }
}

/// Moves a file without writing over another of its name, and lays the note beside it.
fn put_away(path: &Path, to: &Path, name: &str, d: &Delivery) -> io::Result<()> {
    let free = (0..10_000).map(|n| if n == 0 { name.to_owned() } else { format!("{n}-{name}") }).find(|n| !to.join(n).exists());
    let target = to.join(free.unwrap_or_else(|| format!("{}-{name}", d.id)));
    match fs::rename(path, &target) {
        // Another node was first.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        moved => moved?,
    }
    let mut note = target.into_os_string();
    note.push(".result.json");
    fs::write(note, serde_json::to_vec_pretty(&d.told(false)).unwrap_or_default())
}

impl Measures {
    /// Looks once into the folder of every feed that has one; answers how many files were put away.
    pub async fn sweep(&self, root: &Path, now: SystemTime) -> anyhow::Result<usize> {
        let mut away = 0;
        for feed in self.catalog.feeds.iter().filter(|f| f.folder) {
            let folder = root.join(&feed.code);
            for (name, path) in waiting(&folder, now)? {
                match self.take_file(feed, &folder, &name, &path).await {
                    Ok(true) => away += 1,
                    // What comes too fast waits where it lies.
                    Ok(false) => break,
                    // One that cannot be taken now holds no other back.
                    Err(e) => tracing::error!(feed = feed.code, file = name, "not taken: {e:#}"),
                }
            }
        }
        Ok(away)
    }

    /// False when the feed has sent enough for now.
    async fn take_file(&self, feed: &Feed, folder: &Path, name: &str, path: &Path) -> anyhow::Result<bool> {
        let bytes = read(path)?;
        let d = match self.deliver_by(feed, Way::Folder(name.to_owned()), media_type(name), &bytes).await {
            Ok((d, _)) => d,
            Err(Failure::Refused(Refusal { kind: RefusalKind::TooMany, .. })) => return Ok(false),
            Err(e) => return Err(e.into()),
        };
        put_away(path, &folder.join(if d.unreadable.is_empty() { "taken" } else { "refused" }), name, &d)?;
        Ok(true)
    }

    /// Looks again and again until the program ends.
    pub fn watch_folders(self, root: PathBuf) {
        if !self.catalog.feeds.iter().any(|f| f.folder) {
            return;
        }
        tokio::spawn(async move {
            if let Err(e) = prepare(&root, &self.catalog.feeds) {
                tracing::error!("folders of feeds: {}: {e}", root.display());
            }
            loop {
                if let Err(e) = self.sweep(&root, SystemTime::now()).await {
                    tracing::error!("folders of feeds: {e:#}");
                }
                tokio::time::sleep(POLL).await;
            }
        });
    }
}
