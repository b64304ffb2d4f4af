//! The rows of a document: its line in the lists, its numbers, the hash of what went out.

use super::{Document, DocumentEvent, Stage};
use crate::parties::Standing;
use kernel::{Instant, text::fold};
use numbering::{Fate, Line, Series};
use store::{Batch, values};

pub(super) fn rows(batch: &mut Batch, before: Option<&Document>, after: &Document, event: &DocumentEvent, _version: i64, at: Instant) {
    line(batch, after);
    numbers(batch, before, after, at);
    parties(batch, before, after);
    if let (DocumentEvent::Drafted { .. }, Some(original)) = (event, &after.copy) {
        batch.exec(
            "INSERT INTO document_copy (province, source, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values![original.source.stream(), after.id],
        );
    }
    if let DocumentEvent::Issued { file } | DocumentEvent::PaperIssued { file: Some(file), .. } = event {
        batch.exec(
            "INSERT INTO document_file (province, sha256, document) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values![&file.sha256, after.id],
        );
    }
}

/// A line for each party: whom the document waits for, and whose link is whose.
fn parties(batch: &mut Batch, before: Option<&Document>, after: &Document) {
    let known = before.map_or(&[][..], |b| b.parties.as_slice());
    if known == after.parties.as_slice() && before.is_some_and(|b| b.stage == after.stage) {
        return;
    }
    if !known.is_empty() {
        batch.exec("DELETE FROM document_party WHERE province = $1 AND document = $2", values![after.id]);
    }
    for (n, p) in after.parties.iter().enumerate() {
        let state = match (&p.standing, after.stage) {
            (Standing::Awaited, Stage::Joining) => "awaited",
            (Standing::Awaited, _) => "later",
            (Standing::Signing { .. }, _) => "signing",
            (Standing::Signed { .. }, _) => "signed",
        };
        batch.exec(
            "INSERT INTO document_party (province, document, n, office, name, state, token) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![after.id, i64::try_from(n).unwrap_or(i64::MAX), p.office().map(|o| o.as_str().to_owned()), p.name.as_str(), state, p.token().map(str::to_owned)],
        );
    }
}

/// Where its number counts, if it took one.
fn place<'a>(d: &'a Document, n: &'a super::Numbered) -> Option<(Series<'a>, u64)> {
    Some((Series { office: &d.office, year: n.year, series: &n.series }, n.number?))
}

/// What this event did to numbers: one taken, one used, some cancelled.
fn numbers(batch: &mut Batch, before: Option<&Document>, after: &Document, at: Instant) {
    let held = before.and_then(|b| place(b, b.numbered.as_ref()?));
    let now = after.numbered.as_ref().and_then(|n| place(after, n));
    if let Some((series, number)) = now.filter(|_| now != held) {
        numbering::take(batch, series, number, &Line::held(&after.id.to_string(), at));
    }
    let known = before.map_or(0, |b| b.cancelled.len());
    for ((series, number), reason) in after.cancelled.iter().skip(known).filter_map(|(n, reason)| Some((place(after, n)?, reason))) {
        numbering::settle(batch, series, number, Fate::Cancelled, reason);
    }
    if let Some((series, number)) = now.filter(|_| after.stage == Stage::Issued && before.is_none_or(|b| b.stage != Stage::Issued)) {
        numbering::settle(batch, series, number, Fate::Used, "");
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
    let number = n.and_then(|n| Some(format!("{}/{}", n.number?, n.symbol))).unwrap_or_default();
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
            n.and_then(|n| i64::try_from(n.number?).ok()),
            n.map(|n| n.symbol.clone()),
            n.map(|n| n.at),
            n.map(|n| n.code.clone()),
            signer,
            recipients,
            i64::try_from(d.deliver.len()).unwrap_or(i64::MAX)
        ],
    );
}
