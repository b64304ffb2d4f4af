//! The limit: the rows of the same acts written by the bare driver, which reads nothing, decides nothing and checks
//! nothing. Journal, snapshot, case view, work items, effects and registers, as one act writes them.

use super::transitions::{Story, scoped};
use anyhow::Context as _;
use casework::{Change, store as tables};
use rusqlite::types::Value as Lite;
use std::{path::Path, sync::Arc, time::Instant as Clock};
use store::{Value, values};
use tokio_postgres::{
    NoTls,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

pub const CASE_VIEW: [&str; 17] = [
    "province", "case_id", "code", "definition", "pinned", "title", "phone", "received", "decides", "handling", "outcome", "filed_at",
    "due", "finished_at", "changed_at", "timer_at", "person",
];
pub const WORK_ITEM: [&str; 16] = [
    "province", "case_id", "item", "office", "role", "list", "sort_due", "due", "step", "step_due", "code", "title", "definition", "pinned",
    "assignee", "assignee_name",
];

const JOURNAL: &str = "INSERT INTO journal (province, stream, version, kind, at, actor, on_behalf, payload) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SNAPSHOT: &str = "UPDATE snapshot SET version = $3, kind = $4, state = $5 WHERE province = $1 AND stream = $2";
const VIEW: &str = "UPDATE case_view SET handling = $3, outcome = $4, due = $5, finished_at = $6, changed_at = $7, timer_at = $8 \
                    WHERE province = $1 AND case_id = $2";
const ITEM: &str = "INSERT INTO work_item (province, case_id, item, office, role, list, sort_due, due, step, step_due, code, title, \
                    definition, pinned, assignee, assignee_name) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
                    ON CONFLICT (province, case_id, item) DO UPDATE SET office = excluded.office, role = excluded.role, \
                    list = excluded.list, sort_due = excluded.sort_due, due = excluded.due, step = excluded.step, \
                    step_due = excluded.step_due, assignee = excluded.assignee, assignee_name = excluded.assignee_name";
const NO_ITEM: &str = "DELETE FROM work_item WHERE province = $1 AND case_id = $2 AND item = $3";
const EFFECT: &str = "INSERT INTO effect (province, kind, stream, payload, due, dedup_key) VALUES ($1, $2, $3, $4, $5, $6)";
const REGISTER: &str = "INSERT INTO number_series (province, office, year, series, last) VALUES ($1, $2, $3, $4, $5) \
                        ON CONFLICT (province, office, year, series) DO UPDATE SET last = excluded.last";

const NUMBER: &str = "INSERT INTO number_line (province, office, year, series, number, fate, taker, at, symbol, about, code, signer, folded) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

type Statement = (&'static str, Vec<Value>);

/// The statements of each act of a story, made before the clock runs.
fn acts(story: &Story) -> Vec<Vec<Statement>> {
    let d = &story.definition;
    let mut before = &story.filed;
    let mut all = Vec::new();
    for (event, after, taken) in &story.after {
        let mut one: Vec<Statement> = vec![
            (JOURNAL, scoped(tables::journal_row(d, after, event))),
            (SNAPSHOT, scoped(tables::snapshot_row(d, after))),
        ];
        let row = scoped(tables::case_row(d, after));
        one.push((VIEW, [0, 1, 9, 10, 12, 13, 14, 15].iter().filter_map(|i| row.get(*i).cloned()).collect()));
        let (old, new) = (tables::work_items(d, before), tables::work_items(d, after));
        for gone in old.iter().filter(|o| !new.iter().any(|n| n.item == o.item)) {
            one.push((NO_ITEM, scoped(values![after.id, gone.item.as_str()])));
        }
        for item in new.iter().filter(|n| !old.contains(n)) {
            one.push((ITEM, scoped(tables::item_row(after, item))));
        }
        for (n, change) in event.changes.iter().enumerate() {
            if matches!(change, Change::EffectQueued { .. } | Change::DocumentIssued { .. }) {
                let payload = format!("{{\"case\":\"{}\",\"act\":\"{}\",\"version\":{}}}", after.id, event.act, after.version);
                let key = format!("{}/{}/{n}", after.id, after.version);
                one.push((EFFECT, scoped(values!["case.notify", tables::stream(after.id), payload, event.at, key])));
            }
        }
        if let Some((office, year, register, number)) = taken {
            one.push((REGISTER, scoped(values![office.as_str(), *year, register.as_str(), i64::try_from(*number).unwrap_or(0)])));
            let taker = tables::stream(after.id);
            for (series, number, line) in tables::numbered(d, after, event, &taker) {
                let series = numbering::Series { office: &after.offices.decides, year: *year, series };
                one.push((NUMBER, scoped(numbering::row(series, number, &line))));
            }
        }
        all.push(one);
        before = after;
    }
    all
}

/// In the order in which so many clients would come: the first act of each of their cases, then the second.
fn order(stories: &[Story], clients: usize) -> Vec<Vec<Statement>> {
    let mut all = Vec::new();
    for together in stories.chunks(clients) {
        let mut cases: Vec<_> = together.iter().map(|s| acts(s).into_iter()).collect();
        loop {
            let round: Vec<_> = cases.iter_mut().filter_map(Iterator::next).collect();
            if round.is_empty() {
                break;
            }
            all.extend(round);
        }
    }
    all
}

/// Acts a second, `group` of them in one transaction.
pub fn sqlite(path: &Path, group: usize, stories: &[Story]) -> anyhow::Result<f64> {
    let conn = rusqlite::Connection::open(path)?;
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456")?;
    conn.set_prepared_statement_cache_capacity(64);
    let lite = |v: Value| match v {
        Value::Null => Lite::Null,
        Value::Int(v) => Lite::Integer(v),
        Value::Text(v) => Lite::Text(v),
        Value::Bytes(v) => Lite::Blob(v),
    };
    let all: Vec<Vec<(String, Vec<Lite>)>> = order(stories, group)
        .into_iter()
        .map(|act| act.into_iter().map(|(sql, row)| (sql.replace('$', "?"), row.into_iter().map(lite).collect())).collect())
        .collect();
    let began = Clock::now();
    for together in all.chunks(group) {
        conn.execute_batch("BEGIN IMMEDIATE")?;
        for (sql, row) in together.iter().flatten() {
            conn.prepare_cached(sql)?.execute(rusqlite::params_from_iter(row))?;
        }
        conn.execute_batch("COMMIT")?;
    }
    Ok(all.len() as f64 / began.elapsed().as_secs_f64())
}

/// Acts a second over so many connections, each act one transaction sent without waiting for its parts.
pub async fn postgres(url: &str, clients: usize, stories: Arc<Vec<Story>>) -> anyhow::Result<f64> {
    let mut ready = Vec::new();
    for c in 0..clients {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let mine: Vec<Vec<Statement>> = stories.iter().skip(c).step_by(clients).flat_map(acts).collect();
        let mut prepared = std::collections::HashMap::new();
        for sql in [JOURNAL, SNAPSHOT, VIEW, ITEM, NO_ITEM, EFFECT, REGISTER, NUMBER] {
            prepared.insert(sql, client.prepare(sql).await?);
        }
        ready.push((client, prepared, mine));
    }
    let began = Clock::now();
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|(client, prepared, mine)| {
            tokio::spawn(async move {
                for act in &mine {
                    let begin = client.batch_execute("BEGIN");
                    let params: Vec<(&str, Vec<Param>)> = act.iter().map(|(sql, row)| (*sql, row.iter().map(Param::of).collect())).collect();
                    let parts = futures::future::try_join_all(params.iter().map(|(sql, row)| {
                        let statement = prepared.get(sql).cloned();
                        let client = &client;
                        async move {
                            let statement = statement.context("not prepared")?;
                            let row: Vec<&(dyn ToSql + Sync)> = row.iter().map(|p| p as _).collect();
                            client.execute(&statement, &row).await?;
                            anyhow::Ok(())
                        }
                    }));
                    let commit = client.batch_execute("COMMIT");
                    let (begun, done, committed) = futures::join!(begin, parts, commit);
                    begun?;
                    done?;
                    committed?;
                }
                anyhow::Ok(mine.len())
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await??;
    }
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

/// A parameter as tokio-postgres takes it.
#[derive(Debug)]
enum Param {
    Null,
    Int(i64),
    Text(String),
}

impl Param {
    fn of(v: &Value) -> Self {
        match v {
            Value::Int(v) => Self::Int(*v),
            Value::Text(v) => Self::Text(v.clone()),
            Value::Null | Value::Bytes(_) => Self::Null,
        }
    }
}

impl ToSql for Param {
    fn to_sql(&self, ty: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}
