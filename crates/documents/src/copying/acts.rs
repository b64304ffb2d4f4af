//! Asking for a copy, and making its file.

use super::{Original, Source, ask, decide::{fault, recalled}};
use crate::{
    Documents,
    document::{Document, Stage, acts::Sent},
    paper::Signed,
    sha256,
};
use bytes::Bytes;
use kernel::{Actor, Instant, Refusal, Text};
use records::{Author, Failure, gone};
use serde_json::{Value, json};
use signatures::{examine, make::{Unfit, takes_a_signature}};
use typeset::put;

/// What the form of a copy sends: kind, recipients, what is extracted.
pub type Asked = Sent;

/// What stands before somebody who wants to copy it.
#[derive(Debug, Clone)]
pub struct Copied {
    pub original: Original,
    /// Its kind's name as documents print it.
    pub kind: Text,
}

impl Documents {
    /// What is copied, if the actor may see it and it can be copied.
    pub async fn copied(&self, actor: &Actor, source: Source) -> Result<Copied, Failure> {
        let (original, at) = match source {
            Source::Document(id) => {
                let d = self.document(actor, id).await?;
                d.can_be_copied()?;
                let file = d.issued.as_ref().ok_or_else(gone)?.file;
                let n = d.numbered.as_ref();
                let number = n.and_then(|n| self.catalog.cited(n)).unwrap_or_default();
                (self.original(source, (&d.kind, number, n.map(|n| n.at.date())), self.office_name(&d.office), &d.subject, file), Some(d.id))
            }
            Source::Arrival(id) => {
                let x = self.arrival(actor, id).await?;
                x.can_be_copied()?;
                let (o, file) = (&x.from, x.from.file.ok_or_else(gone)?);
                (self.original(source, (&o.kind, o.number.clone(), o.date), o.body.clone(), &o.subject, file), o.document)
            }
        };
        let original = Original { issued_as: at, ..original };
        self.not_recalled(&original).await?;
        let (_, bytes) = self.files.read(&self.scope, original.file).await?.ok_or_else(gone)?;
        let original = Original { sha256: sha256(&bytes), ..original };
        self.fit(bytes).await?;
        let kind = self.catalog.kind(&original.kind).map_or_else(|| Text::new("Văn bản", "Document"), |k| k.name.clone());
        Ok(Copied { original, kind })
    }

    fn original(&self, source: Source, (kind, number, date): (&str, String, Option<kernel::time::Date>), agency: String, subject: &str, file: kernel::id::FileId) -> Original {
        Original { source, whole: true, kind: kind.to_owned(), number, date, agency, subject: subject.to_owned(), file, sha256: String::new(), issued_as: None }
    }

    /// A file is copied as it is, so it must be one that can be: readable, without a password, its own signatures unbroken.
    async fn fit(&self, bytes: Bytes) -> Result<(), Failure> {
        let (trust, now) = (self.trust.clone(), self.now());
        let found = tokio::task::spawn_blocking(move || (takes_a_signature(&bytes), examine(&bytes, &trust, now))).await;
        let (takes, report) = found.map_err(|e| Failure::Internal(anyhow::anyhow!("a file was not looked at: {e}")))?;
        match takes {
            Err(Unfit::Encrypted) => return Err(unfit("Tệp gốc có mật khẩu. Xin nơi gửi tệp không đặt mật khẩu rồi sao.", "The original has a password. Ask its sender for a file without one.").into()),
            Err(_) => return Err(unfit("Tệp gốc hỏng hoặc thiếu, không đọc được cấu trúc PDF. Xin lại tệp gốc rồi sao.", "The original is damaged or cut off and cannot be read as a PDF. Ask for the file again.").into()),
            Ok(()) => {}
        }
        if report.encrypted {
            return Err(unfit("Tệp gốc có mật khẩu. Xin nơi gửi tệp không đặt mật khẩu rồi sao.", "The original has a password. Ask its sender for a file without one.").into());
        }
        if report.more || report.signatures.iter().any(|s| matches!(s.verdict, signatures::Verdict::Broken(_))) {
            return Err(unfit("Chữ ký số trong tệp gốc bị hỏng: không sao được tệp không còn nguyên. Xin lại tệp gốc.", "A signature in the original is broken: a file that was changed is not copied. Ask for the original again.").into());
        }
        Ok(())
    }

    async fn not_recalled(&self, original: &Original) -> Result<(), Failure> {
        let Some(id) = original.issued_as else { return Ok(()) };
        let found = records::load::<Document>(&self.scope, &id.to_string()).await?;
        if found.is_some_and(|f| f.state.stage == Stage::Recalled) { Err(recalled().into()) } else { Ok(()) }
    }

    /// Before a copy is signed or sealed: what it copies may have been recalled since.
    pub(crate) async fn still_to_copy(&self, d: &Document) -> Result<(), Failure> {
        match &d.copy {
            Some(original) if !matches!(d.stage, Stage::Issued | Stage::Sealing) => self.not_recalled(original).await,
            _ => Ok(()),
        }
    }

    /// Begins a copy. The same form sent twice begins one.
    pub async fn copy(&self, actor: &Actor, source: Source, asked: &Asked) -> Result<Document, Failure> {
        let office = actor.office.clone().ok_or_else(gone)?;
        let copied = self.copied(actor, source).await?;
        let kind = self.catalog.copies_of(&copied.original.kind).find(|k| k.code == asked.kind);
        let Some((kind, rule)) = kind.and_then(|k| Some((k, k.copy.as_ref()?))) else {
            return Err(fault().because(Some("kind"), "Chọn một hình thức sao trong danh sách.", "Choose a kind of copy from the list.").into());
        };
        let w = self.written(&kind.code, asked)?;
        let original = Original { whole: rule.whole, ..copied.original };
        let event = ask(actor, &office, self.catalog.signing(), asked.id, kind, &original, &copied.kind.vi, &w.typed, &w.deliver)?;
        let by = Author::new(actor, self.now());
        records::change::<Document>(&self.scope, &asked.id.to_string(), &by, |found| match found {
            Some(d) if d.drafter.account == actor.account && d.copy.as_ref().is_some_and(|o| o.source == source) => Ok(None),
            Some(_) => Err(gone()),
            None => Ok(Some(event.clone())),
        })
        .await
    }

    /// What the block of a copy says beside what every document says.
    pub(crate) fn copy_data(&self, data: &mut Value, kind: &crate::catalog::Kind, original: &Original) {
        let name = self.catalog.kind(&original.kind).map_or("Văn bản", |k| k.name.vi.as_str());
        put(data, "copy", json!({"kind": kind.symbol}));
        put(data, "original", json!({
            "kind": name, "number": original.number, "issued_on": original.date.map(|d| d.to_string()), "agency": original.agency,
            "subject": original.subject, "sha256": original.sha256,
        }));
    }

    /// The file of a whole copy before the seal: that of what is copied, and no other.
    pub(crate) async fn copied_bytes(&self, original: &Original) -> Result<Bytes, Failure> {
        let found = self.files.read(&self.scope, original.file).await?;
        let Some((_, bytes)) = found.filter(|(_, bytes)| sha256(bytes) == original.sha256) else {
            return Err(unfit("Không còn đúng tệp gốc đã chọn để sao.", "The file that was chosen for the copy is not there any more.").into());
        };
        Ok(bytes)
    }

    /// Puts the seal of who copies on the copied file, at the upper right corner of its first page.
    pub(crate) async fn copy_sealed(&self, d: &Document, bytes: Bytes) -> Result<Result<Signed, signing::Failed>, Failure> {
        let at = self.now();
        let mut data = self.data(d)?;
        put(&mut data, "copy.form", json!("electronic"));
        put(&mut data, "copy.signed_at", json!(when(at)));
        let label = self.preview(d.template.as_deref().unwrap_or_default(), data).await?;
        let field = format!("Copy_{}", d.id);
        let before = bytes.clone();
        let (sealed, mark) = match self.issuing.seal_copy(bytes, &d.office, &field, &label, &format!("document/{}", d.id), at).await {
            Ok(sealed) => sealed,
            Err(failed) => return Ok(Err(failed)),
        };
        if mark.is_none() {
            let none = Refusal::conflict("copy-no-key", "Cơ quan chưa có khóa ký số (con dấu) nên chưa sao được sang bản điện tử. Báo người quản trị.", "The office has no seal key here, so no electronic copy can be made. Tell the administrator.");
            return Err(none.into());
        }
        self.still_sound(before, sealed.clone()).await?;
        Ok(Ok(Signed { bytes: sealed, mark, initials: Vec::new() }))
    }

    /// The signatures that stood in the original are worth the same in the copy.
    async fn still_sound(&self, before: Bytes, after: Bytes) -> Result<(), Failure> {
        let (trust, now) = (self.trust.clone(), self.now());
        let same = tokio::task::spawn_blocking(move || {
            let (old, new) = (examine(&before, &trust, now), examine(&after, &trust, now));
            let kept = old.signatures.iter().zip(&new.signatures).all(|(o, n)| o.verdict.is_intact() == n.verdict.is_intact());
            kept && new.signatures.len() > old.signatures.len() && after.starts_with(&before)
        });
        if same.await.unwrap_or(false) {
            return Ok(());
        }
        Err(unfit("Tệp gốc không nhận thêm chữ ký mà vẫn giữ nguyên các chữ ký cũ. In ra và sao sang bản giấy.", "The original does not take another signature without breaking those it has. Print it and copy it on paper.").into())
    }
}

fn unfit(vi: &str, en: &str) -> Refusal {
    Refusal::conflict("copy-file", vi, en)
}

/// `23/11/2026 17:30:00 +07:00`: the time of signing as the decree has it shown.
fn when(at: Instant) -> String {
    let c = at.civil();
    format!("{:02}/{:02}/{} {:02}:{:02}:{:02} +07:00", c.day(), c.month(), c.year(), c.hour(), c.minute(), c.second())
}
