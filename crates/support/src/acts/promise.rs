//! From what was judged to what is promised: names, refusals and the commitments of a line.

use crate::{
    Support,
    dossier::{Approval, Commitment, Dossier, DossierId},
    rules::eligibility::Judged,
};
use kernel::{Dong, Instant, Refusal, id::{EnterpriseId, GrantId}};

/// What stands for a contract that has no number yet.
pub(super) fn contract_key(id: DossierId, line: usize) -> String {
    format!("{} {line}", id.uuid().simple())
}

/// `HT26-9F3A21C7`: year and eight signs of the id; the next eight when they are taken.
pub(super) fn code_of(id: DossierId, at: Instant, attempt: usize) -> String {
    let hex = id.uuid().simple().to_string();
    // The end of a version 7 id is random, its beginning is time.
    let end = hex.len() - attempt.min(2) * 4;
    let part = hex.get(end - 8..end).unwrap_or(&hex).to_uppercase();
    format!("HT{:02}-{part}", at.date().year() % 100)
}

/// Every failed rule of every line, in one refusal.
pub(super) fn refuse_failed(judged: &[Judged]) -> Result<(), Refusal> {
    let mut refusal = Refusal::conflict("not-eligible", "Hồ sơ chưa đủ điều kiện để hỗ trợ.", "The dossier is not eligible as it stands.");
    for (i, j) in judged.iter().enumerate() {
        for c in j.failed() {
            refusal = refusal.because(
                None,
                format!("Nội dung {}, quy tắc {}: {}", i + 1, c.rule, c.reason.vi),
                format!("Content {}, rule {}: {}", i + 1, c.rule, c.reason.en),
            );
        }
    }
    if refusal.reasons.is_empty() { Ok(()) } else { Err(refusal) }
}

/// The approval and the commitments of one line, in the holder's totals. A limit below what was computed cuts the last portions first.
pub(super) fn promise(
    s: &Support,
    d: &Dossier,
    holder: EnterpriseId,
    line: usize,
    j: &Judged,
    limit: Option<Dong>,
    approvals: &mut Vec<Approval>,
    commitments: &mut Vec<Commitment>,
) -> Result<(), Refusal> {
    let (Some(chosen), Some(asked)) = (&j.chosen, d.request.lines.get(line)) else { return Ok(()) };
    if limit.is_some_and(|l| l.0 < 0 || l > j.state) {
        let field = format!("limit.{line}");
        let (vi, en) = (format!("Số tiền phải từ 0 đến {}.", j.state), format!("The amount must be from 0 to {}.", j.state));
        return Err(Refusal::invalid("beyond-computed", vi.clone(), en.clone()).because(Some(&field), vi, en));
    }
    let mut left = limit.unwrap_or(j.state);
    let state = left;
    for p in j.portions.iter().filter(|p| p.amount.0 > 0) {
        let amount = p.amount.min(left);
        if amount.0 == 0 {
            continue;
        }
        left = Dong(left.0 - amount.0);
        commitments.push(Commitment {
            entry: GrantId::new(uuid::Uuid::now_v7()),
            line,
            content: asked.content.clone(),
            year: p.year,
            period: p.period.clone(),
            amount,
            cap: chosen.cap,
            courses_per_year: s.rules.content(&asked.content).and_then(|c| c.courses_per_year),
            who: chosen.who,
            priority: d.priority,
            open: amount,
            paid: Dong(0),
            holder: Some(holder),
        });
    }
    approvals.push(Approval {
        line,
        scheme: chosen.scheme.clone(),
        who: chosen.who,
        percent: chosen.percent.0,
        cap: chosen.cap,
        cap_type: chosen.cap_type,
        basis: chosen.basis.clone(),
        state,
        other: Dong(asked.value.0 - state.0),
    });
    Ok(())
}
