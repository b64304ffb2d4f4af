//! Each test on both engines, each with a database of its own.

use anyhow::Result;
use store::Db;

/// Makes empty databases.
pub struct Databases;

impl Databases {
    /// A temporary SQLite file, removed with the last handle.
    pub async fn sqlite() -> Result<Db> {
        Ok(Db::open("sqlite::memory:").await?)
    }
    /// A database of its own in the process's private PostgreSQL.
    pub async fn postgres() -> Result<Db> {
        Ok(Db::open(&crate::pg::database().await?).await?)
    }
}

/// `on_each_database!(conflict guard)` runs `async fn conflict(db: store::Db)` as `conflict::sqlite` and
/// `conflict::postgres`. The functions migrate for themselves; they may be `async fn(Db)` or answer a `Result`.
#[macro_export]
macro_rules! on_each_database {
    ($($name:ident)*) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let db = $crate::Databases::sqlite().await.expect("SQLite opens");
                $crate::databases::Passed::passed(super::$name(db).await);
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let db = $crate::Databases::postgres().await.expect("PostgreSQL opens");
                $crate::databases::Passed::passed(super::$name(db).await);
            }
        }
    )* };
}

/// What a test function may answer.
pub trait Passed {
    fn passed(self);
}
impl Passed for () {
    fn passed(self) {}
}
impl<E: std::fmt::Display> Passed for Result<(), E> {
    fn passed(self) {
        if let Err(e) = self {
            panic!("{e:#}");
        }
    }
}
