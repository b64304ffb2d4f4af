//! Why something did not happen: the rules said no, or the store failed.

use kernel::Refusal;
use store::{CommitError, StoreError};
use web::problem::{Fault, PageError};

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Internal(e.into())
    }
}
impl From<CommitError> for Failure {
    fn from(e: CommitError) -> Self {
        match e {
            CommitError::Conflict { .. } => Self::Refused(busy()),
            CommitError::Store(e) => e.into(),
        }
    }
}
impl From<Failure> for PageError {
    fn from(f: Failure) -> Self {
        match f {
            Failure::Refused(r) => r.into(),
            Failure::Internal(e) => e.into(),
        }
    }
}
impl From<Failure> for Fault {
    fn from(f: Failure) -> Self {
        match f {
            Failure::Refused(r) => r.into(),
            Failure::Internal(e) => e.into(),
        }
    }
}

/// Others kept changing the record while this act was decided again and again.
pub fn busy() -> Refusal {
    Refusal::conflict(
        "changed-meanwhile",
        "Nhiều người vừa cùng thay đổi nội dung này. Việc của bạn chưa được ghi; hãy tải lại trang và làm lại.",
        "Several people have just changed this at once. Yours was not recorded; reload the page and do it again.",
    )
}
