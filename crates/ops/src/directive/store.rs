//! The rows of directives, and their numbers.

use super::{Directive, DirectiveId};
use kernel::Instant;
use store::{Batch, Scope, StoreError, values};

pub fn rows(batch: &mut Batch, before: Option<&Directive>, d: &Directive, at: Instant) {
    let sql = if before.is_none() {
        "INSERT INTO directive (province, id, code, text, product, front, urgency, origin, limited, workflow, lead, lead_name, giver, assigner, assigner_name, drafter, \
         monitor, focal, focal_name, substitute, created, assigned, deadline, first_deadline, submitted, accepted, asked, extensions, returned, proposed, quality, \
         warning_days, changed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)"
    } else {
        "UPDATE directive SET code = $3, text = $4, product = $5, front = $6, urgency = $7, origin = $8, limited = $9, workflow = $10, lead = $11, lead_name = $12, \
         giver = $13, assigner = $14, assigner_name = $15, drafter = $16, monitor = $17, focal = $18, focal_name = $19, substitute = $20, created = $21, assigned = $22, \
         deadline = $23, first_deadline = $24, submitted = $25, accepted = $26, asked = $27, extensions = $28, returned = $29, proposed = $30, quality = $31, \
         warning_days = $32, changed = $33 WHERE province = $1 AND id = $2"
    };
    let o = &d.order;
    let accepted = d.accepted();
    batch.exec(
        sql,
        values![
            d.id, &d.code, &o.text, &o.product, &o.front, &o.urgency, d.origin.code(), o.limited, d.workflow.code(), &o.lead.code, &o.lead.name, d.office(),
            o.assigner.account, &o.assigner.name, d.drafter, o.monitor.as_ref().map(|p| p.account), d.focal.as_ref().map(|p| p.account),
            d.focal.as_ref().map_or("", |p| &p.name), d.substitute.as_ref().map(|p| p.account), d.created, d.assigned, d.deadline.map(|x| x.ends),
            d.first_deadline.map(|x| x.ends), d.valid_submission().map(|s| s.at), accepted.map(|a| a.0), d.waiting_extension().is_some(), d.granted(), d.returned(),
            d.proposed(), accepted.map_or("", |a| a.1), d.rules.warning_days, at
        ],
    );
    partners(batch, before, d);
}

fn partners(batch: &mut Batch, before: Option<&Directive>, d: &Directive) {
    let old: Vec<_> = before.map_or_else(Vec::new, |b| b.order.partners.iter().map(|p| &p.code).collect());
    let new: Vec<_> = d.order.partners.iter().map(|p| &p.code).collect();
    for code in old.iter().filter(|c| !new.contains(c)) {
        batch.exec("DELETE FROM directive_partner WHERE province = $1 AND office = $2 AND directive = $3", values![*code, d.id]);
    }
    for code in new.iter().filter(|c| !old.contains(c)) {
        batch.exec("INSERT INTO directive_partner (province, office, directive) VALUES ($1, $2, $3) ON CONFLICT (province, office, directive) DO NOTHING", values![*code, d.id]);
    }
}

/// Draws the next number of a year; durable at once, so a code is never given twice and may have gaps (decision 0008).
pub async fn next_code(scope: &Scope, year: i16) -> Result<String, StoreError> {
    let sql = "INSERT INTO directive_number (province, year, last) VALUES ($1, $2, 1) \
         ON CONFLICT (province, year) DO UPDATE SET last = directive_number.last + 1 RETURNING last";
    let rows = scope.db().returning(sql, &values![scope.province().as_str(), i64::from(year)]).await?;
    let row = rows.first().ok_or_else(|| StoreError::Damaged("directive_number gave no row".into()))?;
    Ok(format!("NV-{year}-{:06}", row.int("last")?))
}

/// Whether a directive of this id is there already.
pub async fn exists(scope: &Scope, id: DirectiveId) -> Result<bool, StoreError> {
    Ok(scope.one("SELECT 1 AS one FROM directive WHERE province = $1 AND id = $2", values![id]).await?.is_some())
}
