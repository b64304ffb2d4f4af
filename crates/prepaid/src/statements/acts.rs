//! Taking a statement, and settling what differs.

use super::{
    DIFFERENCES_MAX, Outcome, Statement, StatementEvent, Taken, compare,
    compare::{Difference, Kind, Ours},
    file, settle, statement_id, views,
};
use crate::{
    Ledger, pages,
    purse::{Purse, Standing, decide},
    statement::said,
};
use kernel::{
    Actor, Instant, Refusal,
    csv::RowFault,
    id::{OfficeCode, StatementId, TrustProviderCode},
    time::{DateTime, Date},
};
use records::{Author, Failure};
use sha2::{Digest, Sha256};
use store::CommitError;

/// Signatures just before and after a month may be counted by the other side in it.
const AROUND_SECONDS: i64 = 86_400;

/// What is taken: whose, for which month, which file.
pub struct Wanted {
    pub provider: TrustProviderCode,
    pub month: String,
    pub office: Option<OfficeCode>,
    pub name: String,
    pub bytes: bytes::Bytes,
}

/// The first instant of a month and of the next, in Việt Nam.
fn span(month: &str) -> Option<(Date, Instant, Instant)> {
    let (y, m) = month.split_once('-')?;
    let (y, m): (i16, i8) = (y.parse().ok()?, m.parse().ok()?);
    let (next_y, next_m) = if m == 12 { (y.checked_add(1)?, 1) } else { (y, m + 1) };
    let begins = |y, m| DateTime::new(y, m, 1, 0, 0, 0, 0).ok().map(Instant::local);
    Some((Date::new(y, m, 1).ok()?, begins(y, m)?, begins(next_y, next_m)?))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn unreadable(faults: &[RowFault]) -> Refusal {
    let refusal = Refusal::invalid(
        "statement-file",
        "Bảng kê có chỗ không đọc được nên chưa đối chiếu dòng nào. Sửa các dòng dưới đây rồi gửi lại.",
        "The statement has rows that cannot be read, so none was compared. Mend the rows below and send it again.",
    );
    faults.iter().fold(refusal, |r, f| r.because(Some("file"), format!("Dòng {}: {}", f.line, f.reason.vi), format!("Row {}: {}", f.line, f.reason.en)))
}

fn wrong(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    let (vi, en) = (vi.into(), en.into());
    Refusal::invalid("statement", vi.clone(), en.clone()).because(Some(field), vi, en)
}

impl Ledger {
    /// Reads a provider's statement, compares it with the book and keeps what was found. No balance changes.
    pub async fn take_statement(&self, actor: &Actor, wanted: Wanted) -> Result<Statement, Failure> {
        let now = self.now();
        let Wanted { provider, month, office, name, bytes } = wanted;
        let known = self.catalog.provider(&provider).ok_or_else(|| wrong("provider", "Chọn nhà cung cấp.", "Choose the provider."))?;
        let (first, from, to) = crate::statement::month(&month).and_then(|m| span(&m)).filter(|(_, from, _)| *from <= now).ok_or_else(|| wrong("month", "Chọn một tháng đã bắt đầu.", "Choose a month that has begun."))?;
        let form = known.statement.clone().filter(|f| f.effective.contains(first)).ok_or_else(|| {
            let (vi, en) = (&known.name.vi, &known.name.en);
            wrong("provider", format!("Danh mục chưa khai mẫu bảng kê của {vi} cho tháng {}. Hãy đề nghị quản trị bổ sung.", said(&month)), format!("The catalogue does not say how {en} writes its statement of {}. Ask the administrator to add it.", said(&month)))
        })?;
        let (read_month, read_form, read_bytes) = (month.clone(), form.clone(), bytes.clone());
        let read = tokio::task::spawn_blocking(move || file::read(&read_bytes, &read_form, &read_month)).await.map_err(anyhow::Error::from)?;
        let theirs = read.map_err(|faults| unreadable(&faults))?;
        let around = (from.plus_seconds(-AROUND_SECONDS), to.plus_seconds(AROUND_SECONDS));
        let ours = views::ours(&self.scope, &provider, &month, office.as_ref(), around).await?;
        let rows = i64::try_from(theirs.len()).unwrap_or(i64::MAX);
        let found = tokio::task::spawn_blocking(move || compare::compare(&theirs, &ours, form.within_seconds)).await.map_err(anyhow::Error::from)?;
        if found.differences.len() > DIFFERENCES_MAX {
            let n = found.differences.len();
            return Err(wrong(
                "file",
                format!("Tệp khác sổ ở {n} dòng, quá nhiều để đối soát (tối đa {DIFFERENCES_MAX}). Kiểm tra đúng tháng, đúng nhà cung cấp, đúng cơ quan rồi gửi lại."),
                format!("The file differs from the book in {n} lines, too many to settle (at most {DIFFERENCES_MAX}). Check month, provider and agency, then send it again."),
            )
            .into());
        }
        let id = statement_id(&provider, &month, office.as_ref());
        let digest = hex(serde_json::to_string(&found.differences).map_err(anyhow::Error::from)?.as_bytes());
        let sha256 = hex(&bytes);
        let by = Author::new(actor, now);
        let decide = |s: Option<&Statement>| {
            let last = s.and_then(Statement::latest);
            if last.is_some_and(|t| t.sha256 == sha256 && t.digest == digest) {
                return Ok(None);
            }
            let taken = Taken {
                no: last.map_or(0, |t| t.no) + 1,
                name: name.clone(),
                sha256: sha256.clone(),
                rows,
                equal: found.equal,
                theirs: found.theirs,
                ours: found.ours,
                differences: i64::try_from(found.differences.len()).unwrap_or(i64::MAX),
                digest: digest.clone(),
                by_name: actor.name.clone(),
                at: now,
            };
            let (provider, month, office) = (provider.clone(), month.clone(), office.clone());
            Ok(Some(StatementEvent::Taken { id, provider, month, office, taken: Box::new(taken), differences: found.differences.clone() }))
        };
        records::change::<Statement>(&self.scope, &id.to_string(), &by, decide).await
    }

    /// Settles one difference: our book follows the provider, or stands; either with a reason.
    pub async fn settle_difference(&self, actor: &Actor, id: StatementId, no: u32, line: u32, outcome: Outcome, reason: &str) -> Result<(), Failure> {
        let by = Author::new(actor, self.now());
        for _ in records::tries() {
            let found = records::load::<Statement>(&self.scope, &id.to_string()).await?.ok_or_else(pages::no_such_statement)?;
            let difference = views::difference(&self.scope, id, no, line).await?.ok_or_else(pages::no_such_statement)?;
            let event = settle(&found.state, no, line, outcome, reason, &actor.name)?;
            let mut batch = self.scope.batch();
            records::write(&mut batch, &id.to_string(), Some(&found), &event, &by)?;
            if outcome == Outcome::Corrected {
                self.follow(&mut batch, &difference.what, reason, &by).await?;
            }
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict { label }) if records::again::<Statement>(&label) || label == "line" => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(records::busy().into())
    }

    /// Adds to a batch what makes our line follow theirs.
    async fn follow(&self, batch: &mut store::Batch, d: &Difference, reason: &str, by: &Author) -> Result<(), Failure> {
        let (ours, after) = correction(d).ok_or_else(not_ours)?;
        let key = ours.purse.to_string();
        let purse = records::load::<Purse>(&self.scope, &key).await?.ok_or_else(pages::no_such_account)?;
        let line = crate::views::one_use(&self.scope, ours.purse, ours.number).await?.ok_or_else(pages::no_such_account)?;
        let event = match line.state.as_str() {
            "doubt" => decide::resolve(&purse.state, ours.number, after.charged, reason, &by.name)?,
            "held" => return Err(Refusal::conflict("held", "Lượt ký này đang được thực hiện. Hãy đợi rồi nhập lại bảng kê.", "This signature is being made. Wait, then take the statement again.").into()),
            state => {
                let standing = Standing { charged: state == "charged", amount: line.amount };
                let settled = decide::Settled { number: ours.number, standing, free: line.free, held_at: line.held_at };
                decide::correct(&purse.state, settled, after, reason, &by.name)?
            }
        };
        if let Some(event) = event {
            records::write::<Purse>(batch, &key, Some(&purse), &event, by)?;
        }
        Ok(())
    }
}

fn not_ours() -> Refusal {
    Refusal::conflict(
        "no-line",
        "Sổ không có lượt ký nào để sửa theo dòng này. Hãy đề nghị nhà cung cấp điều chỉnh và ghi căn cứ.",
        "The book has no signature to change after this line. Ask the provider to correct it, and say why.",
    )
}

/// What our line becomes when it follows theirs; nothing where there is no line of ours to change.
pub fn correction(d: &Difference) -> Option<(&Ours, Standing)> {
    let ours = d.ours.as_ref()?;
    match (d.kind, &d.theirs) {
        (Kind::Price | Kind::OnlyTheirs, Some(t)) => Some((ours, Standing { charged: true, amount: t.amount })),
        (Kind::OnlyOurs, _) => Some((ours, Standing { charged: false, amount: ours.amount })),
        _ => None,
    }
}
