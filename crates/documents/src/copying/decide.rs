//! Who may copy what, as which kind. Pure.

use super::Original;
use crate::{
    catalog::Kind,
    content::{SUBJECT_MAX, Typed},
    document::{Document, DocumentEvent, Person, Stage, decide::is_clerk},
    arrival::{self, Arrival},
    signing::Signing,
};
use kernel::{
    Actor, Refusal,
    id::{DocumentId, OfficeCode},
};

/// The clerk makes copies, and whoever may sign for the office may ask for one (Article 27.1).
pub fn may_copy(actor: &Actor, office: &OfficeCode, rules: &Signing) -> bool {
    is_clerk(actor, office) || (actor.office.as_ref() == Some(office) && rules.leads(actor))
}

impl Document {
    /// Whether there is something to copy: what went out, with its file.
    pub fn can_be_copied(&self) -> Result<(), Refusal> {
        match (self.stage, &self.issued) {
            (Stage::Recalled, _) => Err(recalled()),
            (Stage::Issued, Some(_)) => Ok(()),
            (Stage::Issued, None) => Err(no_file()),
            _ => Err(Refusal::conflict("copy-source", "Văn bản chưa phát hành nên chưa sao được. Chờ phát hành rồi sao.", "The document is not issued yet. Copy it after it was issued.")),
        }
    }
}

impl Arrival {
    pub fn can_be_copied(&self) -> Result<(), Refusal> {
        match (self.state, self.from.file) {
            (arrival::State::Waiting, _) => Err(Refusal::conflict("copy-source", "Văn bản chưa vào sổ. Vào sổ văn bản đến rồi sao.", "Not registered yet. Enter it into the register first, then copy it.")),
            (arrival::State::Refused, _) => Err(Refusal::conflict("copy-source", "Văn bản đã trả lại nơi gửi nên không sao được.", "It was sent back to its sender and cannot be copied.")),
            (_, None) => Err(no_file()),
            _ => Ok(()),
        }
    }
}

pub(super) fn recalled() -> Refusal {
    Refusal::conflict("copy-recalled", "Văn bản gốc đã bị thu hồi nên không sao được.", "The original was recalled and cannot be copied any more.")
}

fn no_file() -> Refusal {
    Refusal::conflict("copy-no-file", "Văn bản không có tệp kèm theo. Quét bản giấy và đính kèm trước khi sao.", "The document has no file. Scan the paper and attach it before copying.")
}

/// What an extract says must be typed: it is set anew.
pub fn has_text(typed: &Typed) -> Result<(), Refusal> {
    if typed.get("body").is_some_and(|t| !t.trim().is_empty()) {
        return Ok(());
    }
    Err(fault().because(Some("body"), "Chép nguyên văn phần nội dung cần trích sao.", "Type the part to be copied, word by word."))
}

pub(super) fn fault() -> Refusal {
    Refusal::invalid("copy", "Chưa sao được: có chỗ cần sửa", "Not copied: something needs correcting")
}

/// Begins a copy.
#[expect(clippy::too_many_arguments, reason = "what the catalogue, the register and the form say")]
pub fn ask(
    actor: &Actor,
    office: &OfficeCode,
    rules: &Signing,
    id: DocumentId,
    kind: &Kind,
    original: &Original,
    original_kind: &str,
    typed: &Typed,
    deliver: &[OfficeCode],
) -> Result<DocumentEvent, Refusal> {
    if !may_copy(actor, office, rules) {
        return Err(Refusal::forbidden(
            "copy-who",
            "Chỉ văn thư và người được ký văn bản của cơ quan lập được bản sao.",
            "Only the clerk and whoever signs for the office can make a copy.",
        ));
    }
    if !original.whole {
        has_text(typed)?;
    }
    // The register's line says what is copied; the text itself stands in the file.
    let subject: String = format!("{}: {}", original.cited(original_kind), original.subject).chars().take(SUBJECT_MAX).collect();
    let typed: Typed = typed.iter().filter(|(path, _)| path.as_str() == "recipients" || !original.whole).map(|(p, t)| (p.clone(), t.clone())).collect();
    Ok(DocumentEvent::Drafted {
        id,
        office: office.clone(),
        kind: kind.code.clone(),
        template: kind.template.clone(),
        typed,
        given: None,
        copy: Some(original.clone()),
        subject,
        deliver: deliver.to_vec(),
        drafter: Person::of(actor),
    })
}
