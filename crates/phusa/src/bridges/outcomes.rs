//! What engagements measured, as verified outcomes of the solutions that were chosen in them: a follower of the journal.
//!
//! # Invariants
//! 1. One outcome for each engagement and indicator: its source names both, and the showroom keeps the last word of a source. A
//!    portion followed again, or by two processes at once, records nothing more.
//! 2. Nothing is guessed: the solution is one of the provider named by tax code in the contract, by the name in the enterprise's
//!    decision; a measurement without one before it, or with zero before it, says nothing.
//! 3. A group measures together: what belongs to which of its enterprises is not told apart, so groups count for none.

use super::{
    engagements::{firms, word},
    rules::{Advance, EngagementRules, Outcomes, Place},
};
use async_trait::async_trait;
use casework::{CaseState, Change, Desk, Event, Found};
use centre::{CentreCatalog, catalog::Kpi};
use kernel::{
    Actor, Instant,
    id::{CaseId, EnterpriseId, SolutionId},
    text::fold,
};
use serde_json::Value;
use showroom::{Showroom, acts::solutions, store::ActError};
use std::{collections::BTreeSet, sync::Arc};
use store::{
    Batch, Scope, StoreError,
    consumer::{Consumer, Follow},
    journal::Entry,
};

struct Follower {
    showroom: Showroom,
    desk: Desk,
    rules: Arc<EngagementRules>,
    centre: Arc<CentreCatalog>,
}

/// Follows engagements for the showroom.
pub fn consumer(showroom: &Showroom, desk: &Desk, rules: &Arc<EngagementRules>, centre: &Arc<CentreCatalog>) -> Consumer {
    let follow = Follower { showroom: showroom.clone(), desk: desk.clone(), rules: rules.clone(), centre: centre.clone() };
    Consumer::new(showroom.scope.clone(), "showroom-outcomes", Arc::new(follow))
}

#[async_trait]
impl Follow for Follower {
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError> {
        let batch = scope.batch();
        let (Some(advance), Some(rule)) = (self.rules.advance(now.date()), self.rules.outcomes(now.date())) else { return Ok(batch) };
        let mut cases = BTreeSet::new();
        for entry in entries.iter().filter(|e| e.kind.split_once('.').is_some_and(|(kind, _)| kind == advance.kind)) {
            let event: Event = entry.read()?;
            if event.changes.iter().any(|c| says(rule, c)) {
                cases.insert(entry.stream.as_str());
            }
        }
        for stream in cases {
            let id: CaseId = stream.parse().map_err(|_| StoreError::Damaged(format!("{stream} is no case")))?;
            if let Some(found) = self.desk.load(id).await? {
                self.case(scope, advance, rule, &found).await?;
            }
        }
        Ok(batch)
    }
}

/// Whether a change may change an outcome.
fn says(rule: &Outcomes, change: &Change) -> bool {
    match change {
        Change::Recorded { record, .. } | Change::Amended { record, .. } => [&rule.record, &rule.decision.record, &rule.contract.record].contains(&record),
        _ => false,
    }
}

impl Follower {
    async fn case(&self, scope: &Scope, advance: &Advance, rule: &Outcomes, found: &Found) -> Result<(), StoreError> {
        let s = &found.state;
        let measured = changes(rule, &self.centre.kpis, s);
        if measured.is_empty() || found.definition.records.contains_key(&advance.members.record) {
            return Ok(());
        }
        let Some(firm) = firms(advance, &found.definition, s).into_iter().find(|f| !f.gone) else { return Ok(()) };
        let Some(enterprise) = centre::store::enterprise_by_code(scope, &firm.code).await? else { return Ok(()) };
        let Some(solution) = chosen(scope, rule, s).await? else { return Ok(()) };
        let kept = in_use(rule, s);
        for (code, change) in measured {
            self.record(solution, enterprise, change, kept, &format!("{}/{code}", s.code)).await?;
        }
        Ok(())
    }

    async fn record(&self, solution: SolutionId, enterprise: EnterpriseId, change: i64, kept: Option<bool>, source: &str) -> Result<(), StoreError> {
        let system = Actor::system(self.showroom.scope.province().clone());
        match solutions::record_outcome(&self.showroom, &system, solution, enterprise, change, kept, source).await {
            Ok(_) => Ok(()),
            Err(ActError::Store(e)) => Err(e),
            // Others wrote to the same record at every try: the portion is followed again.
            Err(ActError::Refused(r)) if r.code == showroom::acts::BUSY => Err(StoreError::Database(format!("{solution}: {}", r.message.en))),
            // A change beyond belief, a solution that was never listed: it does not count, and that is no failure.
            Err(ActError::Refused(r)) => {
                tracing::info!("{source} is no outcome of {solution}: {}", r.message.en);
                Ok(())
            }
            Err(ActError::Other(e)) => Err(StoreError::Database(e.to_string())),
        }
    }
}

/// Numbers of registers in millionths: no floating point in what is compared. Very small ones count as none.
fn millionths(value: &Value) -> Option<i128> {
    let text = value.as_number()?.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    Some(sign * (whole.parse::<i128>().ok()? * 1_000_000 + part.parse::<i128>().ok()?))
}

/// The last word on an indicator at a moment.
fn measured(rule: &Outcomes, s: &CaseState, code: &str, moment: &str) -> Option<i128> {
    let of = |v: &&Value| word(v, &rule.code) == code && word(v, &rule.moment) == moment;
    let last = s.entries(&rule.record).iter().map(|e| e.latest()).filter(of).next_back()?;
    millionths(last.get(&rule.value)?)
}

fn after(rule: &Outcomes, s: &CaseState, code: &str) -> Option<i128> {
    rule.after.iter().find_map(|moment| measured(rule, s, code, moment))
}

/// For each indicator measured before and after: its change in 1/10,000 of what it was, better counted positive.
fn changes(rule: &Outcomes, library: &[Kpi], s: &CaseState) -> Vec<(String, i64)> {
    let codes: BTreeSet<String> = s.entries(&rule.record).iter().map(|e| word(e.latest(), &rule.code)).collect();
    let change = |code: String| {
        let kpi = library.iter().find(|k| k.code == code)?;
        let before = measured(rule, s, &code, &rule.before).filter(|b| *b != 0)?;
        let grown = (after(rule, s, &code)? - before) * 10_000 / before.abs();
        let better = if kpi.direction == "down" { -grown } else { grown };
        Some((code, i64::try_from(better).ok()?))
    };
    codes.into_iter().filter_map(change).collect()
}

/// Whether it is still used, where that was measured afterwards.
fn in_use(rule: &Outcomes, s: &CaseState) -> Option<bool> {
    after(rule, s, &rule.in_use).map(|share| share > 0)
}

/// The last word of a register.
fn last(place: &Place, s: &CaseState) -> String {
    s.entries(&place.record).last().map_or_else(String::new, |e| word(e.latest(), &place.field))
}

async fn chosen(scope: &Scope, rule: &Outcomes, s: &CaseState) -> Result<Option<SolutionId>, StoreError> {
    let (name, code) = (fold(&last(&rule.decision, s)), last(&rule.contract, s));
    if name.is_empty() || code.is_empty() {
        return Ok(None);
    }
    let Some(provider) = showroom::views::provider_by_code(scope, &code).await? else { return Ok(None) };
    let all = showroom::views::of_provider(scope, provider).await?;
    Ok(all.into_iter().find(|x| fold(&x.name.0) == name || fold(&x.name.1) == name).map(|x| x.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_without_floating_point() {
        for (typed, read) in [
            (json!(4.1), Some(4_100_000)),
            (json!(-0.5), Some(-500_000)),
            (json!(12), Some(12_000_000)),
            (json!(0.000_000_4), None),
            (json!(1_000_000_000_000_i64), Some(1_000_000_000_000_000_000)),
            (json!("4,1"), None),
            (Value::Null, None),
        ] {
            assert_eq!(millionths(&typed), read, "{typed}");
        }
    }
}
