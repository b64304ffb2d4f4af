//! A pooled connection that knows for which province it speaks: the second wall between provinces.
//!
//! Statements of a province run as the role [`ROLE`], which sees and writes only rows of the province named in the setting
//! [`SETTING`] (row-level security, wall.rs). The first wall is the SQL itself, which must name its province; this one holds
//! where that text is wrong. Role and setting are kept by the connection, so an installation of one province never changes them.

use crate::StoreError;
use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_postgres::ClientWrapper;
use std::ops::{Deref, DerefMut};

/// Statements of a province run as this role. It cannot sign in.
pub(crate) const ROLE: &str = "phusa_province";
/// The setting that names the province.
pub(crate) const SETTING: &str = "phusa.province";

/// For whom a connection speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Speaker {
    /// The installation as a whole: migrations, leases, backup.
    House,
    Province(String),
    /// A change was under way when its request was given up.
    Unknown,
}

pub(crate) struct Connection {
    client: ClientWrapper,
    speaker: Speaker,
}

impl Connection {
    /// From now on the connection speaks for this province, or for the house.
    pub async fn speak_for(&mut self, province: Option<&str>) -> Result<(), StoreError> {
        let wanted = province.map_or(Speaker::House, |p| Speaker::Province(p.to_owned()));
        if self.speaker == wanted {
            return Ok(());
        }
        self.speaker = Speaker::Unknown;
        let role = if province.is_some() { ROLE } else { "none" };
        let sql = "SELECT set_config('role', $1, false), set_config('phusa.province', $2, false)";
        let statement = self.client.prepare_cached(sql).await.map_err(|e| super::failed(&e))?;
        self.client.query(&statement, &[&role, &province.unwrap_or_default()]).await.map_err(|e| super::failed(&e))?;
        self.speaker = wanted;
        Ok(())
    }

    /// The connection itself, for plumbing that keeps it: a bulk load, a backup.
    pub fn into_client(self) -> ClientWrapper {
        self.client
    }
}

impl Deref for Connection {
    type Target = ClientWrapper;
    fn deref(&self) -> &ClientWrapper {
        &self.client
    }
}
impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut ClientWrapper {
        &mut self.client
    }
}

/// Makes connections as the driver's own manager does.
pub(crate) struct Manager(pub deadpool_postgres::Manager);

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = tokio_postgres::Error;

    async fn create(&self) -> Result<Connection, tokio_postgres::Error> {
        Ok(Connection { client: self.0.create().await?, speaker: Speaker::House })
    }
    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<tokio_postgres::Error> {
        self.0.recycle(&mut connection.client, metrics).await
    }
    fn detach(&self, connection: &mut Connection) {
        self.0.detach(&mut connection.client);
    }
}
