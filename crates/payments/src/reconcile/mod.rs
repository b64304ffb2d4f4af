//! Reconciliation: a bank's file against the ledger and the receipts; every difference has an owner and an age.

pub mod bank_file;
pub mod compare;

use crate::{
    Payments,
    acts::{ActError, Taken},
    ledger::{FoundBy, How, decide::Arrived, decide::said},
    store::By,
    views,
};
use ::store::{CommitError, NewEntry, Row, Scope, StoreError, values};
use bank_file::Line;
use compare::{Class, Compared, Ours, ReceiptTrace, compare};
use kernel::{
    Dong, Instant, Refusal,
    id::{DueId, OfficeCode},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Records read beside one file.
const RECORDS: i64 = 50_000;
const TRIES: usize = 8;

/// What a difference was found to be.
pub const RESOLUTIONS: [(&str, &str, &str); 5] = [
    ("recorded", "Ghi nhận khoản nộp theo sao kê", "Record the payment by the statement"),
    ("refund", "Đã lập đề nghị hoàn trả", "A refund has been proposed"),
    ("bank_error", "Ngân hàng sai, đã báo ngân hàng", "The bank's mistake, told to the bank"),
    ("our_error", "Đơn vị sai, đã sửa", "Our mistake, mended"),
    ("explained", "Đã giải thích, không phải sửa", "Explained, nothing to mend"),
];

#[derive(Debug, Clone)]
pub struct Statement {
    pub id: Uuid,
    pub name: String,
    pub from: Instant,
    pub to: Instant,
    pub lines: i64,
    pub matched: i64,
    pub by_name: String,
    pub at: Instant,
}

#[derive(Debug, Clone)]
pub struct Difference {
    pub statement: Uuid,
    pub number: i64,
    pub class: Option<Class>,
    pub tx: String,
    pub due: Option<DueId>,
    pub bank: Option<Dong>,
    pub ours: Option<Dong>,
    pub at: Instant,
    pub reference: String,
    pub owner_name: String,
    pub opened_at: Instant,
    pub resolved: Option<(Instant, String, String, String)>,
}

fn uuid(row: &Row, column: &str) -> Result<Uuid, StoreError> {
    row.parsed(column)
}

impl Difference {
    fn of(r: &Row) -> Result<Self, StoreError> {
        let text = |c: &str| Ok::<_, StoreError>(r.opt_text(c)?.unwrap_or_default().to_owned());
        let resolved = match r.opt_instant("resolved_at")? {
            Some(at) => Some((at, text("resolution")?, text("note")?, text("resolved_name")?)),
            None => None,
        };
        Ok(Self {
            statement: uuid(r, "statement")?,
            number: r.int("number")?,
            class: Class::parse(r.text("class")?),
            tx: r.string("tx")?,
            due: r.opt_text("due")?.and_then(|d| d.parse().ok()),
            bank: r.opt_int("bank")?.map(Dong),
            ours: r.opt_int("ours")?.map(Dong),
            at: r.instant("at")?,
            reference: r.string("reference")?,
            owner_name: r.string("owner_name")?,
            opened_at: r.instant("opened_at")?,
            resolved,
        })
    }
}

const DIFFERENCE: &str = "statement, number, class, tx, due, bank, ours, at, reference, owner_name, opened_at, resolved_at, resolution, note, resolved_name";
const STATEMENT: &str = "id, name, from_at, to_at, lines, matched, by_name, at";

fn statement(r: &Row) -> Result<Statement, StoreError> {
    Ok(Statement {
        id: uuid(r, "id")?,
        name: r.string("name")?,
        from: r.instant("from_at")?,
        to: r.instant("to_at")?,
        lines: r.int("lines")?,
        matched: r.int("matched")?,
        by_name: r.string("by_name")?,
        at: r.instant("at")?,
    })
}

pub async fn statements(scope: &Scope, office: &str, limit: i64) -> Result<Vec<Statement>, StoreError> {
    let sql = format!("SELECT {STATEMENT} FROM payment_statement WHERE province = $1 AND office = $2 ORDER BY at DESC, id DESC LIMIT $3");
    scope.query(&sql, values![office, limit]).await?.iter().map(statement).collect()
}

pub async fn find_statement(scope: &Scope, office: &str, id: Uuid) -> Result<Option<Statement>, StoreError> {
    let sql = format!("SELECT {STATEMENT} FROM payment_statement WHERE province = $1 AND id = $2 AND office = $3");
    scope.one(&sql, values![id.to_string(), office]).await?.as_ref().map(statement).transpose()
}

/// Differences of one file, in its order.
pub async fn differences(scope: &Scope, statement: Uuid, after: i64, limit: i64) -> Result<Vec<Difference>, StoreError> {
    let sql = format!("SELECT {DIFFERENCE} FROM payment_difference WHERE province = $1 AND statement = $2 AND number > $3 ORDER BY number LIMIT $4");
    scope.query(&sql, values![statement.to_string(), after, limit]).await?.iter().map(Difference::of).collect()
}

/// What is open in an office, oldest first.
pub async fn open(scope: &Scope, office: &str, limit: i64) -> Result<Vec<Difference>, StoreError> {
    let sql = format!(
        "SELECT {DIFFERENCE} FROM payment_difference WHERE province = $1 AND office = $2 AND resolved_at IS NULL \
         ORDER BY opened_at, statement, number LIMIT $3"
    );
    scope.query(&sql, values![office, limit]).await?.iter().map(Difference::of).collect()
}

impl Payments {
    /// Compares a file and keeps what it found. The same file sent twice is one comparison.
    pub async fn reconcile(&self, office: &OfficeCode, name: &str, bytes: &[u8], by: By<'_>) -> Result<Uuid, ActError> {
        let lines = bank_file::parse(bytes).map_err(|faults| refused(&faults))?;
        let sha256 = hex::encode(Sha256::digest(bytes));
        let known = "SELECT id FROM payment_statement WHERE province = $1 AND office = $2 AND sha256 = $3";
        for _ in 0..TRIES {
            if let Some(row) = self.scope.one(known, values![office.as_str(), sha256.as_str()]).await? {
                return Ok(uuid(&row, "id")?);
            }
            let found = self.compare_lines(office, &lines).await?;
            let id = Uuid::now_v7();
            let batch = self.statement_batch(id, office, name, &sha256, &lines, &found, by);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(id),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(StoreError::Database("reconcile: others were always first".into()).into())
    }

    async fn compare_lines(&self, office: &OfficeCode, lines: &[Line]) -> Result<Vec<Compared>, ActError> {
        let (from, to) = span(lines);
        let mut ours = Vec::new();
        for row in views::credits_between(&self.scope, office.as_str(), from, to, RECORDS).await? {
            ours.push(self.trace(row, office).await?);
        }
        // A line whose transaction we know under another time or office.
        for line in lines {
            if !ours.iter().any(|o| o.tx == line.tx)
                && let Some(row) = views::credit(&self.scope, &line.tx).await?
            {
                ours.push(self.trace(row, office).await?);
            }
        }
        Ok(compare(lines, &ours))
    }

    async fn trace(&self, row: views::CreditRow, office: &OfficeCode) -> Result<Ours, ActError> {
        let receipt = match views::receipt_of(&self.scope, &row.tx).await? {
            Some(r) if r.cancelled_at.is_some() => ReceiptTrace::Cancelled,
            Some(_) => ReceiptTrace::Good,
            None => {
                let due = views::due(&self.scope, row.due).await?;
                let meant = due.is_some_and(|d| d.kind.has_receipt()) && row.how != How::Portal.code();
                if meant { ReceiptTrace::Missing } else { ReceiptTrace::NotMeant }
            }
        };
        Ok(Ours {
            by_bank: row.how == How::Gateway.code() || row.how == How::Bank.code(),
            own: row.office == office.as_str(),
            tx: row.tx,
            due: row.due,
            amount: row.amount,
            at: row.at,
            reference: row.reference,
            state: row.state,
            receipt,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one record")]
    fn statement_batch(&self, id: Uuid, office: &OfficeCode, name: &str, sha256: &str, lines: &[Line], found: &[Compared], by: By<'_>) -> ::store::Batch {
        let mut batch = self.scope.batch();
        let (from, to) = span(lines);
        let matched = found.iter().filter(|c| c.class == Class::Matched).count();
        let different: Vec<&Compared> = found.iter().filter(|c| c.class != Class::Matched).collect();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let list: Vec<_> = different.iter().map(|c| json!({"class": c.class.code(), "tx": c.tx, "bank": c.bank, "ours": c.ours})).collect();
        let payload = json!({"office": office, "name": name, "sha256": sha256, "lines": lines.len(), "matched": matched, "differences": list});
        batch.append(NewEntry {
            stream: stream(id),
            version: 1,
            kind: "payment.reconciled".to_owned(),
            at: by.at,
            actor: by.actor.account.to_string(),
            on_behalf: None,
            key: None,
            payload: payload.to_string(),
        });
        batch.unique(
            "INSERT INTO payment_statement (province, id, office, name, sha256, from_at, to_at, lines, matched, by_name, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![id.to_string(), office.as_str(), name, sha256, from, to, count(lines.len()), count(matched), by.actor.name.as_str(), by.at],
            "payment-statement",
        );
        for (i, c) in different.iter().enumerate() {
            batch.exec(
                "INSERT INTO payment_difference (province, statement, number, office, class, tx, due, bank, ours, at, reference, owner, owner_name, opened_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                values![
                    id.to_string(),
                    count(i) + 1,
                    office.as_str(),
                    c.class.code(),
                    c.tx.as_str(),
                    c.due,
                    c.bank,
                    c.ours,
                    c.at,
                    c.reference.as_str(),
                    by.actor.account,
                    by.actor.name.as_str(),
                    by.at
                ],
            );
        }
        batch
    }

    /// What a difference was found to be; `recorded` also takes the money, as the statement says it came.
    pub async fn resolve(&self, office: &OfficeCode, id: Uuid, number: i64, resolution: &str, note: &str, by: By<'_>) -> Result<(), ActError> {
        if !RESOLUTIONS.iter().any(|(code, ..)| *code == resolution) {
            let (vi, en) = ("Chọn một cách xử lý.", "Choose what was found.");
            return Err(Refusal::invalid("choose", vi, en).because(Some("resolution"), vi, en).into());
        }
        let note = said(note, "note")?;
        let found = differences(&self.scope, id, number - 1, 1).await?.into_iter().find(|d| d.number == number);
        let gone = || Refusal::not_found("Không có chênh lệch này.", "There is no such difference.");
        let d = found.ok_or_else(gone)?;
        if find_statement(&self.scope, office.as_str(), id).await?.is_none() {
            return Err(gone().into());
        }
        if d.resolved.is_some() {
            return Err(Refusal::conflict("already-resolved", "Chênh lệch này đã được xử lý.", "This difference has been resolved.").into());
        }
        if resolution == "recorded" {
            self.record(&d, by).await?;
        }
        self.write_resolution(&d, resolution, &note, by).await
    }

    async fn record(&self, d: &Difference, by: By<'_>) -> Result<(), ActError> {
        let (Some(Class::PaidNotRecorded), Some(amount)) = (d.class, d.bank) else {
            return Err(Refusal::conflict("not-to-record", "Chỉ khoản đã nộp mà chưa ghi nhận mới ghi theo sao kê được.", "Only what was paid and not recorded can be recorded by the statement.").into());
        };
        let arrived = Arrived {
            tx: d.tx.clone(),
            amount,
            at: d.at,
            how: How::Bank,
            found_by: FoundBy::Statement,
            reference: d.reference.clone(),
            note: format!("Sao kê {}", d.statement),
            paper: None,
        };
        match self.take(&arrived, by).await? {
            Taken::New(..) | Taken::Known => Ok(()),
            Taken::Contradicts => {
                Err(Refusal::conflict("contradiction", "Giao dịch này đã ghi với số tiền khác.", "This transaction is recorded with another amount.").into())
            }
        }
    }

    async fn write_resolution(&self, d: &Difference, resolution: &str, note: &str, by: By<'_>) -> Result<(), ActError> {
        for _ in 0..TRIES {
            let sql = "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS v FROM journal WHERE province = $1 AND stream = $2";
            let version = self.scope.one(sql, values![stream(d.statement)]).await?.map_or(Ok(0), |r| r.int("v"))?;
            let mut batch = self.scope.batch();
            batch.append(NewEntry {
                stream: stream(d.statement),
                version: version + 1,
                kind: "payment.difference_resolved".to_owned(),
                at: by.at,
                actor: by.actor.account.to_string(),
                on_behalf: None,
                key: None,
                payload: json!({"number": d.number, "tx": d.tx, "resolution": resolution, "note": note, "by": by.actor.name}).to_string(),
            });
            batch.guard(
                "UPDATE payment_difference SET resolved_at = $4, resolution = $5, note = $6, resolved_name = $7 \
                 WHERE province = $1 AND statement = $2 AND number = $3 AND resolved_at IS NULL",
                values![d.statement.to_string(), d.number, by.at, resolution, note, by.actor.name.as_str()],
                1,
                "resolved",
            );
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict { label }) if label == "resolved" => {
                    return Err(Refusal::conflict("already-resolved", "Chênh lệch này đã được xử lý.", "This difference has been resolved.").into());
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(StoreError::Database("resolve: others were always first".into()).into())
    }
}

fn stream(id: Uuid) -> String {
    format!("statement:{id}")
}

fn span(lines: &[Line]) -> (Instant, Instant) {
    let at = |f: fn(Instant, Instant) -> Instant| lines.iter().map(|l| l.at).reduce(f).unwrap_or(Instant::from_micros(0));
    (at(Instant::min), at(Instant::max))
}

fn refused(faults: &[bank_file::RowFault]) -> Refusal {
    let refusal = Refusal::invalid(
        "bank-file",
        "Tệp sao kê có dòng không đọc được nên chưa đối soát dòng nào. Sửa các dòng dưới đây rồi gửi lại.",
        "The bank's file has rows that cannot be read, so none was compared. Mend the rows below and send it again.",
    );
    faults.iter().fold(refusal, |r, f| {
        r.because(Some("file"), format!("Dòng {}: {}", f.line, f.reason.vi), format!("Line {}: {}", f.line, f.reason.en))
    })
}
