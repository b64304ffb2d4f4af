//! Who acts in the support centre's demonstration, and when.

use anyhow::Context as _;
use identity::{Directory, dev_provider::DEMO_ISSUER_KEY};
use kernel::{Actor, Instant};

const DAY: i64 = 86_400;

/// The centre's people and the two who come to it, as the directory knows them.
pub struct Cast {
    pub directory: Directory,
    pub now: Instant,
    pub officer: Actor,
    pub director: Actor,
    pub chair: Actor,
    pub members: [Actor; 2],
    pub examiner: Actor,
    pub accountant: Actor,
    /// Owns the first enterprise.
    pub owner: Actor,
    /// Works for the first provider.
    pub vendor: Actor,
}

impl Cast {
    pub async fn read(directory: &Directory, now: Instant) -> anyhow::Result<Self> {
        let found = async |key: &str| -> anyhow::Result<Actor> {
            let account = directory.by_subject(DEMO_ISSUER_KEY, key).await?.with_context(|| format!("no account “{key}”"))?;
            directory.actor(account.id, now).await?.with_context(|| format!("the account “{key}” is closed"))
        };
        Ok(Self {
            now,
            officer: found("nhan").await?,
            director: found("quang").await?,
            chair: found("chau").await?,
            members: [found("uyen").await?, found("dat").await?],
            examiner: found("loan").await?,
            accountant: found("tien").await?,
            owner: found("luon").await?,
            vendor: found("phanmem").await?,
            directory: directory.clone(),
        })
    }

    /// So many days ago at this hour of the day, and never later than a minute ago.
    pub fn ago(&self, days: i64, hour: i64) -> Instant {
        let day = self.now.plus_seconds(-days * DAY).date();
        kernel::time::midnight(day).plus_seconds(hour * 3600).min(self.now.plus_seconds(-60))
    }
}
