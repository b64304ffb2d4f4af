//! One function for each change. Each loads, decides, writes one batch, and decides again when somebody else was first.

pub mod advice;
pub mod choices;
pub mod leads;
pub mod providers;
pub mod solutions;

use crate::store::ActError;
use ::store::{CommitError, Scope};
use kernel::Refusal;

/// How often an act is decided again when somebody else was first.
const TRIES: usize = 8;

/// What a commit came to.
enum Written {
    Done,
    /// Somebody changed the record meanwhile: decide again.
    Again,
}

async fn commit(scope: &Scope, batch: ::store::Batch) -> Result<Written, ActError> {
    match scope.commit(batch).await {
        Ok(()) => Ok(Written::Done),
        Err(CommitError::Conflict { label }) if label == "version" => Ok(Written::Again),
        Err(CommitError::Conflict { label }) if label == "tax_code" => Err(Refusal::conflict(
            "provider-exists",
            "Mã số thuế này đã có hồ sơ nhà cung cấp. Nhờ người đã lập hồ sơ thêm bạn, hoặc liên hệ Trung tâm.",
            "A provider with this tax code exists already. Ask who registered it to add you, or contact the centre.",
        )
        .because(Some("tax_code"), "Mã số thuế đã được đăng ký.", "The tax code is registered already.")
        .into()),
        Err(CommitError::Conflict { .. }) => Err(busy()),
        Err(CommitError::Store(e)) => Err(e.into()),
    }
}

/// The code of the refusal after others wrote to the same record at every try.
pub const BUSY: &str = "changed-meanwhile";

fn busy() -> ActError {
    Refusal::conflict(
        BUSY,
        "Người khác vừa thay đổi hồ sơ này. Tải lại trang để xem bản mới nhất rồi làm lại.",
        "Somebody else has just changed this. Reload to see the newest version and do it again.",
    )
    .into()
}

fn missing() -> Refusal {
    Refusal::not_found("Không tìm thấy, hoặc bạn không có quyền xem.", "Not found, or you may not see it.")
}
