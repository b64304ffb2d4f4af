//! Files that other rooms issued, asked when somebody checks a file: nothing of the people they are about.

use async_trait::async_trait;
use kernel::{Instant, Text};
use store::StoreError;

/// What a register says of a file.
#[derive(Debug, Clone)]
pub struct IssuedFile {
    pub document: Text,
    /// `None`: of a kind that takes none.
    pub number: Option<String>,
    pub office: String,
    pub at: Instant,
    /// It went out and was taken back.
    pub recalled: bool,
}

#[async_trait]
pub trait IssuedFiles: Send + Sync {
    /// The file that is exactly this one (SHA-256, hexadecimal).
    async fn by_hash(&self, sha256: &str) -> Result<Option<IssuedFile>, StoreError>;
}
