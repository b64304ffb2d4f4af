//! What can go wrong below the acts. None of it is the fault of what a person typed.

/// The store could not do what was asked. Cheap to copy: one failed COMMIT answers every act of its group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database said no: broken SQL, a violated check or foreign key, a full disk.
    #[error("database: {0}")]
    Database(String),
    /// The database cannot be reached, or the connection broke. For a write the outcome is unknown: repeat it with
    /// its idempotency key.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// No answer within the deadline.
    #[error("no answer from the database within {0} ms")]
    Timeout(u64),
    #[error("no column {0:?} in the answer")]
    NoColumn(String),
    #[error("column {column:?} is {found}, asked for {asked}")]
    WrongType { column: String, asked: &'static str, found: &'static str },
    /// A province-bound statement that does not name its province, or a batch of another province.
    #[error("not bound to its province: {0}")]
    Unscoped(String),
    #[error("migration: {0}")]
    Migration(String),
    /// Stored data contradicts itself or its checksum.
    #[error("damaged: {0}")]
    Damaged(String),
    #[error("files: {0}")]
    Files(String),
    /// A backup that cannot be written or put back.
    #[error("backup: {0}")]
    Backup(String),
    /// The address of the database is not understood.
    #[error("address: {0}")]
    Address(String),
}

/// Why a batch was not committed. Nothing of it is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Somebody else was first: a guard found another number of rows, or a unique key is taken. The label is the
    /// guard's; `version` for the journal and snapshots; `idempotency` for an answered request; otherwise the name
    /// of the table whose key is taken.
    #[error("conflict: {label}")]
    Conflict { label: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    pub(crate) fn conflict(label: impl Into<String>) -> Self {
        Self::Conflict { label: label.into() }
    }
    pub fn is_conflict(&self, with: &str) -> bool {
        matches!(self, Self::Conflict { label } if label == with)
    }
}
