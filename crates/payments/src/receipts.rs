//! Electronic receipts: numbers without a gap, from 1 each year, and their papers.
//!
//! A number is drawn, and the receipt written, in one batch whose guard is the last number of the book. Money that has no
//! number yet stands in `payment_receipt_wanted`, written in the batch of the money itself: a crash between the two leaves
//! the wish, and the next run gives the number. Who comes second finds the wish gone.

use crate::{
    Payments,
    acts::ActError,
    catalog::MoneyKind,
    ledger::{CreditState, Due, Event, Receipt, Recorded},
    store::{self as tables, By},
    views, words,
};
use ::store::{CommitError, StoreError, files::MediaType};
use kernel::{Instant, id::DueId};
use serde_json::{Value, json};

/// Receipts written in one batch.
const TOGETHER: i64 = 100;
/// How often one batch is tried anew when somebody else drew numbers.
const TRIES: usize = 16;

impl Payments {
    /// Gives numbers to what waits for one; answers how many were given.
    pub async fn issue_receipts(&self, now: Instant) -> Result<usize, ActError> {
        let _turn = self.book.lock().await;
        let mut given = 0;
        loop {
            let wanted = views::receipts_wanted(&self.scope, TOGETHER).await?;
            if wanted.is_empty() {
                return Ok(given);
            }
            given += self.issue_some(&wanted, now).await?;
        }
    }

    async fn issue_some(&self, wanted: &[(String, DueId)], now: Instant) -> Result<usize, ActError> {
        for _ in 0..TRIES {
            let (batch, count) = self.receipts_batch(wanted, now).await?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(count),
                // Somebody drew numbers, or worked on one of these dues: look again.
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(StoreError::Database("receipts: others were always first".into()).into())
    }

    async fn receipts_batch(&self, wanted: &[(String, DueId)], now: Instant) -> Result<(::store::Batch, usize), ActError> {
        let system = self.system();
        let by = By { actor: &system, at: now };
        let year = now.date().year();
        let mut batch = self.scope.batch();
        // Symbol → (number before, number now).
        let mut books: std::collections::BTreeMap<String, (i64, i64)> = std::collections::BTreeMap::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut count = 0;
        for (tx, id) in wanted {
            // One change of a due in a batch: a second one waits for the next.
            if !seen.insert(*id) {
                continue;
            }
            let due = self.due(*id).await?;
            let Some((symbol, form)) = self.symbol_for(&due, tx, now) else {
                tables::no_receipt(&mut batch, tx);
                continue;
            };
            let book = match books.get_mut(&symbol) {
                Some(book) => book,
                None => {
                    let last = views::last_number(&self.scope, &symbol, year).await?;
                    books.entry(symbol.clone()).or_insert((last, last))
                }
            };
            if book.1 >= self.catalog.largest_number() {
                return Err(StoreError::Damaged(format!("the book {symbol} of {year} is full")).into());
            }
            let Some(credit) = due.credit(tx) else { continue };
            book.1 += 1;
            let receipt = Receipt { form, symbol, year, number: book.1, tx: tx.clone(), amount: credit.amount, issued_at: now, cancelled: None, file: None };
            let recorded = Recorded { by: system.name.clone(), events: vec![Event::ReceiptIssued { receipt }] };
            let after = Due::evolve(Some(due.clone()), &recorded, now).ok_or_else(|| StoreError::Damaged("no due".into()))?;
            tables::write(&mut batch, Some(&due), &after, &recorded, by, 0, None)?;
            count += 1;
        }
        for (symbol, (last, to)) in books.into_iter().filter(|(_, (last, to))| to > last) {
            tables::take_numbers(&mut batch, &symbol, year, last, to);
        }
        Ok((batch, count))
    }

    /// Symbol and form of the receipt for a transaction; nothing when there is none to give.
    fn symbol_for(&self, due: &Due, tx: &str, now: Instant) -> Option<(String, String)> {
        let credit = due.credit(tx)?;
        if credit.state != CreditState::Settles || due.receipt(tx).is_some() {
            return None;
        }
        let s = self.catalog.symbol(due.office.as_str(), due.kind, now.date())?;
        Some((s.of_year(now.date().year()), s.form.clone()))
    }

    /// A receipt that must not count: its number stays, and says why.
    pub async fn cancel_receipt(&self, id: DueId, tx: &str, reason: &str, by: By<'_>) -> Result<Due, ActError> {
        let reason = crate::ledger::decide::said(reason, "reason")?;
        let decide = |due: &Due| match due.receipt(tx) {
            Some(r) if r.cancelled.is_none() => Ok(vec![Event::ReceiptCancelled { tx: tx.to_owned(), reason: reason.clone() }]),
            Some(_) => Err(kernel::Refusal::conflict("already-cancelled", "Biên lai này đã hủy.", "This receipt has been cancelled.")),
            None => Err(kernel::Refusal::not_found("Không có biên lai này.", "There is no such receipt.")),
        };
        self.change(id, by, decide).await
    }

    /// The paper of a receipt: made once, kept, and the same ever after.
    pub async fn receipt_file(&self, due: &Due, tx: &str) -> Result<Vec<u8>, ActError> {
        let receipt = due.receipt(tx).ok_or_else(|| kernel::Refusal::not_found("Chưa có biên lai cho khoản này.", "There is no receipt for this yet."))?;
        if let Some(file) = receipt.file {
            let kept = self.files.read(&self.scope, file).await?;
            return Ok(kept.ok_or_else(|| StoreError::Damaged(format!("the receipt of {tx} is gone")))?.1.to_vec());
        }
        let hands = issuing::Hands { official: None, office: Some(&due.office) };
        let mut data = self.receipt_data(due, receipt);
        let case = self.desk.load_code(due.case_code.as_str()).await?;
        if let Some(lang) = case.and_then(|found| found.state.lang) {
            data["also"] = json!(lang);
        }
        let set = self.issuing.set("receipt", data, hands).await.map_err(|failure| match failure {
            records::Failure::Refused(r) => ActError::Refused(r),
            records::Failure::Internal(e) => StoreError::Files(format!("{e:#}")).into(),
        })?;
        // The collector's digital signature (Decree 254/2026/NĐ-CP Art. 23).
        let reference = format!("receipt/{}-{}/{}", receipt.symbol, receipt.shown(self.catalog.receipts.number.digits), receipt.year);
        let sealed = self.issuing.seal(set, &due.office, &reference, self.now()).await;
        let (bytes, _) = sealed.map_err(|failed| StoreError::Files(failed.to_string()))?;
        let mut batch = self.scope.batch();
        let name = format!("bien-lai-{}-{}.pdf", receipt.symbol, receipt.shown(self.catalog.receipts.number.digits));
        let stored = self.files.issue(&mut batch, &name, MediaType::Pdf, bytes.clone(), receipt.issued_at).await?;
        self.scope.commit(batch).await.map_err(|e| StoreError::Files(e.to_string()))?;
        let system = self.system();
        let file = |due: &Due| match due.receipt(tx) {
            Some(r) if r.file.is_none() => Ok(vec![Event::ReceiptFiled { tx: tx.to_owned(), file: stored.id }]),
            _ => Ok(Vec::new()),
        };
        self.change(due.id, By { actor: &system, at: self.now() }, file).await?;
        Ok(bytes.to_vec())
    }

    /// What is printed on a receipt (Decree 254/2026/NĐ-CP Art. 23).
    pub fn receipt_data(&self, due: &Due, r: &Receipt) -> Value {
        let offices = self.desk.identity().offices();
        let office = offices.get(due.office.as_str());
        let name = office.map_or_else(|| due.office.to_string(), |o| o.name.vi.clone());
        let parent = office.and_then(|o| o.parent.as_ref()).and_then(|p| offices.get(p.as_str())).map(|p| p.name.vi.clone());
        let collector = self.catalog.tax_code(due.office.as_str());
        let credit = due.credit(&r.tx);
        let how = match credit.map(|c| c.how) {
            Some(crate::ledger::How::Cash) => "Tiền mặt",
            _ => "Chuyển khoản",
        };
        let kind = if due.kind == MoneyKind::Fee { "phí" } else { "lệ phí" };
        json!({
            "agency": {"parent": parent, "name": name, "place": office.map(|o| o.place.clone())},
            "issued_at": r.issued_at,
            "number": r.shown(self.catalog.receipts.number.digits),
            "symbol": r.symbol,
            "document_id": format!("receipt-{}-{}-{}", r.symbol, r.year, r.number),
            "demo": self.demo,
            "dossier": {"code": due.case_code.as_str(), "procedure": due.procedure},
            "applicant": {"name": due.payer},
            "receipt": {
                "form": r.form,
                "kind": kind,
                "tax_code": collector.map(|c| c.tax_code.clone()),
                "for": due.name.vi,
                "basis": due.basis.as_ref().map(ToString::to_string),
                "amount": r.amount.0,
                "words": words::dong(r.amount),
                "how": how,
                "paid_at": credit.map(|c| c.at),
                "transaction": r.tx,
            },
            "lookup_url": format!("{}/payments/receipts/{}/{}", self.public_url, r.symbol, r.shown(self.catalog.receipts.number.digits)),
        })
    }
}
