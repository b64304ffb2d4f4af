//! Files from a person: checked by content, stored before anything refers to them, each with its own message.

use crate::Services;
use casework::{DeskError, event::GivenFile};
use kernel::{Instant, refusal::Reason};
use store::files::{FileError, Upload};
use web::extract::SentFile;

/// Largest single file (public-services §10.5: too large must be answered per file).
pub const FILE_MAX: usize = 20 << 20;

/// Takes what can be taken; what cannot is named with its reason, and the others are kept.
pub async fn give_files(s: &Services, sent: Vec<SentFile>, now: Instant) -> Result<(Vec<GivenFile>, Vec<Reason>), DeskError> {
    let mut given = Vec::new();
    let mut reasons = Vec::new();
    for file in sent {
        let component = file.field.trim_start_matches("file-").to_owned();
        let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
        let bytes = upload.bytes.clone();
        let mut batch = s.desk.scope().batch();
        match s.files.take(&mut batch, upload, FILE_MAX, now).await {
            Ok(stored) => {
                s.desk.scope().commit(batch).await.map_err(|e| store::StoreError::Files(e.to_string()))?;
                let signatures = crate::signed::find(s, &stored.media_type, bytes, now).await;
                given.push(GivenFile {
                    component,
                    file: stored.id,
                    name: stored.name,
                    sha256: stored.sha256,
                    size: u64::try_from(stored.size).unwrap_or(0),
                    media_type: stored.media_type,
                    origin: None,
                    signatures,
                });
            }
            Err(FileError::Refused(r)) => {
                reasons.push(Reason { field: Some(format!("file-{component}")), message: r.message });
            }
            Err(FileError::Store(e)) => return Err(e.into()),
        }
    }
    Ok((given, reasons))
}
