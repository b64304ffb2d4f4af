//! Engagements as the register, support money and the network see them: a follower of the journal keeps who is in which case
//! and moves the register's enterprises on.
//!
//! # Invariants
//! 1. A stage is written at most once for an enterprise and never backwards: the register refuses what it has passed, and its
//!    optimistic lock settles two followers. A portion followed again after a stop writes nothing more.
//! 2. Every step on the register names the case behind it.
//! 3. What an enterprise reached before it stood on the register counts from the day it is entered.

use super::rules::{Advance, EngagementRules};
use async_trait::async_trait;
use casework::{CaseState, Change, Desk, Event};
use centre::{
    Centre,
    acts::ActError,
    model::{EnterpriseEvent, Stage},
};
use kernel::{
    Actor, Instant,
    id::{CaseId, EnterpriseId},
    party::Identifier,
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use store::{
    Batch, Migration, Scope, StoreError,
    consumer::{Consumer, Follow},
    journal::Entry,
    values,
};

pub const MIGRATIONS: &[Migration] = &[Migration::same("engagements", 1, "engagements", include_str!("../../migrations/0001_engagements.sql"))];

/// Where an engagement is shown to the centre's staff.
pub fn path(code: &str) -> String {
    format!("/work/cases/{code}")
}

/// An enterprise of a case, as the case names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// In the register's own spelling.
    pub code: String,
    pub name: String,
    pub gone: bool,
}

/// The code as the register keeps it: a form takes it with or without its dash.
fn canonical(typed: &str) -> String {
    let read = |kind: &str| Identifier::parse(kind, typed).ok().map(|i| i.as_str().to_owned());
    ["tax_code", "personal_number", "household_business"].iter().find_map(|k| read(k)).unwrap_or_else(|| typed.trim().to_owned())
}

pub fn word(values: &Value, field: &str) -> String {
    values.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The code of the enterprise that the form names.
pub fn own_code(rule: &Advance, s: &CaseState) -> String {
    canonical(&word(&s.answers, &rule.firm.code))
}

/// Whose engagement it is: the enterprise of the form, or those of the group's register. A group's convenor counts when it is
/// in the group itself.
pub fn firms(rule: &Advance, definition: &casework::Definition, s: &CaseState) -> Vec<Firm> {
    if definition.records.contains_key(&rule.members.record) {
        let m = &rule.members;
        let all = s.entries(&m.record).iter().map(|e| e.latest());
        return all.map(|v| Firm { code: canonical(&word(v, &m.code)), name: word(v, &m.name), gone: word(v, &m.field) == m.left }).collect();
    }
    let code = word(&s.answers, &rule.firm.code);
    if code.is_empty() { Vec::new() } else { vec![Firm { code: canonical(&code), name: word(&s.answers, &rule.firm.name), gone: false }] }
}

/// The stages that an event brings, in order.
pub fn steps(rule: &Advance, event: &Event) -> Vec<Stage> {
    let brings = |change: &Change| -> Option<Stage> {
        rule.steps
            .iter()
            .find(|step| match change {
                Change::Moved { track, to } => step.enters.as_ref().is_some_and(|e| e.track == *track && e.state == *to),
                Change::Recorded { record, values, .. } => {
                    step.records.as_ref().is_some_and(|r| r.record == *record && r.values.contains(&word(values, &r.field)))
                }
                _ => false,
            })
            .map(|step| step.stage)
    };
    event.changes.iter().filter_map(brings).collect()
}

/// The place of a stage on the way; what was not reached has none.
fn rank(stage: Stage) -> i64 {
    Stage::ALL.iter().position(|s| *s == stage).and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

fn of_rank(rank: i64) -> Option<Stage> {
    usize::try_from(rank).ok().filter(|n| *n > 0).and_then(|n| Stage::ALL.get(n).copied())
}

struct Follower {
    centre: Centre,
    desk: Desk,
    rules: Arc<EngagementRules>,
}

/// Follows engagements for the register of enterprises.
pub fn consumer(centre: &Centre, desk: &Desk, rules: &Arc<EngagementRules>) -> Consumer {
    let follow = Follower { centre: centre.clone(), desk: desk.clone(), rules: rules.clone() };
    Consumer::new(centre.scope.clone(), "centre-engagements", Arc::new(follow))
}

/// What one portion of the journal says of a case.
#[derive(Default)]
struct Seen {
    reached: Vec<(Stage, Instant)>,
    at: Option<Instant>,
}

#[async_trait]
impl Follow for Follower {
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let Some(rule) = self.rules.advance(now.date()) else { return Ok(batch) };
        let (mut cases, mut entered): (BTreeMap<&str, Seen>, Vec<&str>) = (BTreeMap::new(), Vec::new());
        for entry in entries {
            if entry.kind == "enterprise.registered" || entry.kind == "enterprise.corrected" {
                entered.push(&entry.stream);
            } else if entry.kind.split_once('.').is_some_and(|(kind, _)| kind == rule.kind) {
                let event: Event = entry.read()?;
                let seen = cases.entry(&entry.stream).or_default();
                seen.reached.extend(steps(rule, &event).into_iter().map(|stage| (stage, event.at)));
                seen.at = Some(event.at);
            }
        }
        for (stream, seen) in cases {
            self.case(&mut batch, rule, stream, seen).await?;
        }
        for stream in entered {
            self.entered(scope, stream).await?;
        }
        Ok(batch)
    }
}

impl Follower {
    async fn case(&self, batch: &mut Batch, rule: &Advance, stream: &str, seen: Seen) -> Result<(), StoreError> {
        let id: CaseId = stream.parse().map_err(|_| StoreError::Damaged(format!("{stream} is no case")))?;
        let Some(found) = self.desk.load(id).await? else { return Ok(()) };
        let s = &found.state;
        let firms = firms(rule, &found.definition, s);
        for (stage, at) in &seen.reached {
            for firm in firms.iter().filter(|f| !f.gone) {
                if let Some(enterprise) = centre::store::enterprise_by_code(&self.centre.scope, &firm.code).await? {
                    self.advance(enterprise, *stage, s.code.as_str(), *at).await?;
                }
            }
        }
        let farthest = seen.reached.iter().map(|(stage, at)| (rank(*stage), *at)).max();
        self.rows(batch, &found, &firms, farthest);
        Ok(())
    }

    /// Moves an enterprise to a stage it has not reached.
    async fn advance(&self, enterprise: EnterpriseId, stage: Stage, case: &str, at: Instant) -> Result<(), StoreError> {
        let system = Actor::system(self.centre.scope.province().clone());
        let moved = centre::acts::change_enterprise(&self.centre, Some(&system), enterprise, at, |e| {
            Ok((stage > e.stage).then(|| EnterpriseEvent::Advanced { stage, case: Some(case.to_owned()) }))
        });
        match moved.await {
            Ok(_) => Ok(()),
            Err(ActError::Store(e)) => Err(e),
            // Others wrote to the same record at every try: the portion is followed again.
            Err(ActError::Refused(r)) => Err(StoreError::Database(format!("{enterprise}: {}", r.message.en))),
        }
    }

    /// An enterprise that has come onto the register, or whose code was corrected: what its cases have reached counts now.
    async fn entered(&self, scope: &Scope, stream: &str) -> Result<(), StoreError> {
        let Some(e) = centre::store::load::<centre::model::Enterprise>(scope, stream).await? else { return Ok(()) };
        let sql = "SELECT code, rank, reached_at FROM engagement_firm WHERE province = $1 AND tax_code = $2 AND gone = 0 AND rank > 0 ORDER BY rank, case_id";
        for row in scope.query(sql, values![e.profile.code.as_str()]).await? {
            if let Some(stage) = of_rank(row.int("rank")?) {
                self.advance(e.id, stage, row.text("code")?, row.instant("reached_at")?).await?;
            }
        }
        Ok(())
    }

    fn rows(&self, batch: &mut Batch, found: &casework::Found, firms: &[Firm], farthest: Option<(i64, Instant)>) {
        let (s, d) = (&found.state, &found.definition);
        let handling = s.track("handling");
        let open = d.state("handling", handling).is_some_and(|state| !state.terminal);
        let role = self.rules.experts(s.changed_at.date()).map_or("expert", |e| e.role.as_str());
        let experts = s.members_of(role);
        batch.exec(
            "INSERT INTO engagement (province, case_id, code, definition, title, handling, since, sector, area, email, experts, open, filed_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $7) ON CONFLICT (province, case_id) DO UPDATE SET title = excluded.title, \
             since = CASE WHEN engagement.handling = excluded.handling THEN engagement.since ELSE excluded.since END, handling = excluded.handling, \
             sector = excluded.sector, area = excluded.area, email = excluded.email, experts = excluded.experts, open = excluded.open, changed_at = excluded.changed_at",
            values![
                s.id,
                &s.code,
                s.definition.as_str(),
                s.title.as_str(),
                handling,
                s.changed_at,
                word(&s.answers, "sector"),
                word(&s.answers, "commune"),
                word(&s.answers, "email"),
                i64::try_from(experts.len()).unwrap_or(0),
                open,
                s.filed_at
            ],
        );
        // Whoever the case no longer names (a corrected code) is not in it.
        batch.exec("UPDATE engagement_firm SET gone = 1 WHERE province = $1 AND case_id = $2", values![s.id]);
        let (reached, at) = farthest.unwrap_or((0, s.filed_at));
        for firm in firms {
            let reached = if firm.gone { 0 } else { reached };
            batch.exec(
                "INSERT INTO engagement_firm (province, case_id, tax_code, name, code, rank, reached_at, gone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                 ON CONFLICT (province, case_id, tax_code) DO UPDATE SET name = excluded.name, gone = excluded.gone, \
                 reached_at = CASE WHEN excluded.rank > engagement_firm.rank THEN excluded.reached_at ELSE engagement_firm.reached_at END, \
                 rank = CASE WHEN excluded.rank > engagement_firm.rank THEN excluded.rank ELSE engagement_firm.rank END",
                values![s.id, firm.code.as_str(), firm.name.as_str(), &s.code, reached, at, firm.gone],
            );
        }
        batch.exec("DELETE FROM engagement_expert WHERE province = $1 AND case_id = $2", values![s.id]);
        for expert in experts.iter().filter(|_| open) {
            batch.exec(
                "INSERT INTO engagement_expert (province, account, case_id, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                values![expert.account, s.id, expert.since],
            );
        }
    }
}
