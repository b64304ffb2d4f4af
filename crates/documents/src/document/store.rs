//! The rows of a document: its line in the lists, its numbers, the hash of what went out.

use super::{Document, DocumentEvent, Stage};
use crate::series::{self, Fate, Series};
use kernel::{Instant, text::fold};
use store::{Batch, values};

pub(super) fn rows(batch: &mut Batch, before: Option<&Document>, after: &Document, event: &DocumentEvent, _version: i64, at: Instant) {
    line(batch, after);
    numbers(batch, before, after, at);
    if let DocumentEvent::Issued { file } | DocumentEvent::PaperIssued { file: Some(file), .. } = event {
        batch.exec(
            "INSERT INTO document_file (province, sha256, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values![&file.sha256, after.id],
        );
    }
}

fn series_of<'a>(d: &'a Document, n: &'a super::Numbered) -> Series<'a> {
    Series { office: &d.office, year: n.year, series: &n.series }
}

/// What this event did to numbers: one taken, one used, some cancelled.
fn numbers(batch: &mut Batch, before: Option<&Document>, after: &Document, at: Instant) {
    let held = before.and_then(|b| b.numbered.as_ref());
    if let Some(n) = after.numbered.as_ref().filter(|n| held.is_none_or(|h| (h.year, &h.series, h.number) != (n.year, &n.series, n.number))) {
        series::take(batch, series_of(after, n), n.number, after.id, at);
    }
    let known = before.map_or(0, |b| b.cancelled.len());
    for (n, reason) in after.cancelled.iter().skip(known) {
        series::settle(batch, series_of(after, n), n.number, Fate::Cancelled, reason);
    }
    if let Some(n) = after.numbered.as_ref().filter(|_| after.stage == Stage::Issued && before.is_none_or(|b| b.stage != Stage::Issued)) {
        series::settle(batch, series_of(after, n), n.number, Fate::Used, "");
    }
}

/// Whose turn it is, as far as it is one person's.
fn waits_for(d: &Document) -> Option<String> {
    let whose = match d.stage {
        Stage::Draft => Some(&d.drafter),
        Stage::Review => d.reviewer.as_ref(),
        Stage::Signing => d.signer.as_ref(),
        _ => None,
    };
    whose.map(|p| p.account.to_string())
}

fn line(batch: &mut Batch, d: &Document) {
    let n = d.numbered.as_ref();
    // Whom it is addressed to, then who gets it besides, as the register lists them.
    let listed = ["to", "recipients"].into_iter().filter_map(|path| d.typed.get(path)).flat_map(|text| text.lines());
    let recipients = listed.map(str::trim).filter(|l| !l.is_empty() && *l != "Như trên").collect::<Vec<_>>().join("; ");
    let number = n.map(|n| format!("{}/{}", n.number, n.symbol)).unwrap_or_default();
    let signer = d.signed_by.as_ref().map(|(p, _)| p.name.clone());
    let folded = fold(&format!("{} {number} {} {} {recipients}", d.subject, d.drafter.name, signer.as_deref().unwrap_or_default()));
    batch.exec(
        "INSERT INTO document (province, id, office, kind, stage, subject, folded, drafter, drafter_name, waits_for, changed_at, year, series, number, symbol, dated_at, code, signer_name, recipients, copies) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) \
         ON CONFLICT (province, id) DO UPDATE SET stage = excluded.stage, subject = excluded.subject, folded = excluded.folded, waits_for = excluded.waits_for, \
         changed_at = excluded.changed_at, year = excluded.year, series = excluded.series, number = excluded.number, symbol = excluded.symbol, \
         dated_at = excluded.dated_at, code = excluded.code, signer_name = excluded.signer_name, recipients = excluded.recipients, copies = excluded.copies",
        values![
            d.id,
            d.office.as_str(),
            d.kind.as_str(),
            d.stage.code(),
            d.subject.as_str(),
            folded,
            d.drafter.account,
            d.drafter.name.as_str(),
            waits_for(d),
            d.changed,
            n.map(|n| n.year),
            n.map(|n| n.series.clone()),
            n.map(|n| i64::try_from(n.number).unwrap_or(i64::MAX)),
            n.map(|n| n.symbol.clone()),
            n.map(|n| n.at),
            n.map(|n| n.code.clone()),
            signer,
            recipients,
            i64::try_from(d.deliver.len()).unwrap_or(i64::MAX)
        ],
    );
}
