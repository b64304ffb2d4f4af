//! One party as the document's events make it.

use crate::document::{Mark, Person};
use kernel::{
    Instant, Text,
    id::{FileId, OfficeCode},
};
use serde::{Deserialize, Serialize};
use signatures::Verdict;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Who {
    /// Signs in the house.
    Office { office: OfficeCode },
    /// Has the token of a page where the file is taken and given back.
    Outside { token: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    Awaited,
    /// Decided by this person; the file is being signed.
    Signing { by: Person },
    Signed { by: String, at: Instant, mark: Option<Mark> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub who: Who,
    pub name: String,
    pub standing: Standing,
    /// Files that came back, whatever they were worth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub back: Vec<Back>,
}

/// What a file that came back is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Our file with a signature behind it; it is taken where the verdict is valid.
    Checked { verdict: Verdict },
    /// Another file, or ours before somebody else signed.
    NotOurs,
    /// Our file as it went out.
    NothingAdded,
    /// More than a signature was added.
    Changed,
}

impl Outcome {
    pub fn is_taken(self) -> bool {
        matches!(self, Self::Checked { verdict } if verdict.is_valid())
    }
    pub fn text(self) -> Text {
        match self {
            Self::Checked { verdict } if verdict.is_valid() => Text::new("Đã nhận: chữ ký số hợp lệ.", "Taken: the signature is valid."),
            Self::Checked { verdict } => {
                let said = verdict.sentence();
                Text::new(
                    format!("Chưa nhận được chữ ký này. {} Tệp đã được lưu; ký lại bằng chứng thư khác rồi gửi lại.", said.vi),
                    format!("This signature was not taken. {} The file was kept; sign with another certificate and give it back again.", said.en),
                )
            }
            Self::NotOurs => Text::new(
                "Tệp gửi lại không phải tệp đã tải về, hoặc bên khác đã ký sau khi bạn tải. Tải lại tệp ở trang này, chỉ ký số, không lưu bằng chương trình khác.",
                "This is not the file that was downloaded, or somebody else signed since. Download it here again and only sign it; do not save it with another program.",
            ),
            Self::NothingAdded => Text::new("Tệp gửi lại chưa có chữ ký số nào thêm vào. Ký số rồi gửi lại.", "No signature was added to the file. Sign it and give it back."),
            Self::Changed => Text::new(
                "Ngoài chữ ký, tệp còn bị thêm hoặc sửa nội dung. Tải lại tệp, chỉ ký số rồi gửi lại.",
                "More than a signature was added or changed. Download the file again, only sign it and give it back.",
            ),
        }
    }
}

/// A file that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    pub file: FileId,
    pub sha256: String,
    pub at: Instant,
    /// Whom the certificate names.
    pub signer: Option<String>,
    pub outcome: Outcome,
}

impl Party {
    pub fn is_signed(&self) -> bool {
        matches!(self.standing, Standing::Signed { .. })
    }
    pub fn office(&self) -> Option<&OfficeCode> {
        if let Who::Office { office } = &self.who { Some(office) } else { None }
    }
    pub fn token(&self) -> Option<&str> {
        if let Who::Outside { token } = &self.who { Some(token) } else { None }
    }
}
