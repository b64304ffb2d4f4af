//! Private SQL of the facts and sums: written only by the consumer, in one batch with its cursor.

use crate::{
    count::{Deltas, MEASURES, flags},
    fact::{Fact, Memo},
};
use std::{collections::HashMap, fmt::Write as _, sync::LazyLock};
use store::{Batch, Row, Scope, StoreError, Value, values};

const FACT: [&str; 27] = [
    "case_id", "code", "definition", "pinned", "decides", "received", "official", "official_name", "channel", "filed_at", "counted_at",
    "ended_at", "verdict", "legal_verdict", "index_due", "legal_due", "flags", "live", "unit", "person", "person_name", "waiting",
    "live_due", "cause", "cause_office", "cause_s", "version",
];

/// Columns of `index_fact` for a bulk load, the province first and the memo last.
pub fn fact_columns() -> Vec<&'static str> {
    let mut all = vec!["province"];
    all.extend(FACT);
    all.push("memo");
    all
}

/// The values of [`fact_columns`] after the province.
pub fn fact_row(f: &Fact) -> Vec<Value> {
    let memo = serde_json::to_string(&Kept { full: f.declared_full, code: f.declared_code, raw: Some((f.index_due, f.legal_due)), memo: f.memo.clone() }).unwrap_or_default();
    // What it was compared with at its end is what people must see; before, what runs.
    let (index_due, legal_due) = f.memo.final_due.filter(|_| f.ended_at.is_some()).unwrap_or((f.index_due, f.legal_due));
    values![
        f.case_id.as_str(), f.code.as_str(), f.definition.as_str(), f.pinned.as_str(), f.decides.as_str(), f.received.as_str(),
        f.official.as_deref(), f.official_name.as_deref(), f.channel.as_str(), f.filed_at, f.counted_at, f.ended_at,
        f.verdict().code(), f.legal_verdict().code(), index_due, legal_due, flags(f), f.live(), f.unit(), f.person.as_deref(),
        f.person_name.as_deref(), f.waiting().code(), f.live_due(), f.cause.as_deref(), f.cause_office.as_deref(), f.cause_s, f.version, memo
    ]
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    full: bool,
    code: bool,
    #[serde(default)]
    raw: Option<(Option<kernel::Instant>, Option<kernel::Instant>)>,
    memo: Memo,
}

fn fact_of(row: &Row) -> Result<Fact, StoreError> {
    let kept: Kept = row.json("memo")?;
    let shown = (row.opt_instant("index_due")?, row.opt_instant("legal_due")?);
    let (index_due, legal_due) = kept.raw.unwrap_or(shown);
    Ok(Fact {
        case_id: row.string("case_id")?,
        code: row.string("code")?,
        definition: row.string("definition")?,
        pinned: row.string("pinned")?,
        decides: row.string("decides")?,
        received: row.string("received")?,
        official: row.opt_string("official")?,
        official_name: row.opt_string("official_name")?,
        channel: row.string("channel")?,
        filed_at: row.instant("filed_at")?,
        counted_at: row.opt_instant("counted_at")?,
        ended_at: row.opt_instant("ended_at")?,
        index_due,
        legal_due,
        person: row.opt_string("person")?,
        person_name: row.opt_string("person_name")?,
        cause: row.opt_string("cause")?,
        cause_office: row.opt_string("cause_office")?,
        cause_s: row.int("cause_s")?,
        version: row.int("version")?,
        declared_full: kept.full,
        declared_code: kept.code,
        memo: kept.memo,
    })
}

/// The facts of these streams that are there.
pub async fn facts(scope: &Scope, streams: &[String]) -> Result<HashMap<String, Fact>, StoreError> {
    let mut found = HashMap::with_capacity(streams.len());
    for some in streams.chunks(500) {
        let places = (2..some.len() + 2).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
        let sql = format!("SELECT * FROM index_fact WHERE province = $1 AND case_id IN ({places})");
        for row in scope.query(&sql, some.iter().map(Value::from).collect()).await? {
            let fact = fact_of(&row)?;
            found.insert(fact.case_id.clone(), fact);
        }
    }
    Ok(found)
}

static PUT: LazyLock<String> = LazyLock::new(|| {
    let columns = fact_columns();
    let places = (1..=columns.len()).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
    // What filing settled once (code, procedure, offices, channel) is not written again.
    let sets = columns.iter().filter(|c| !["province", "case_id", "code", "definition", "pinned", "channel", "filed_at"].contains(c));
    let sets = sets.map(|c| format!("{c} = excluded.{c}")).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO index_fact ({}) VALUES ({places}) ON CONFLICT (province, case_id) DO UPDATE SET {sets}", columns.join(", "))
});

pub fn put(batch: &mut Batch, fact: &Fact) {
    batch.exec(PUT.as_str(), fact_row(fact));
}

static ADD: LazyLock<String> = LazyLock::new(|| {
    let names = MEASURES.map(|m| m.name);
    let places = (1..=names.len() + 4).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
    let mut sets = String::new();
    for name in names {
        let _ = write!(sets, "{}{name} = index_count.{name} + excluded.{name}", if sets.is_empty() { "" } else { ", " });
    }
    format!(
        "INSERT INTO index_count (province, scope, key, month, {}) VALUES ({places}) \
         ON CONFLICT (province, scope, key, month) DO UPDATE SET {sets}",
        names.join(", ")
    )
});

/// Adds what changed to the sums. In a fixed order, so that two writers never wait for each other in a circle.
pub fn add(batch: &mut Batch, deltas: &Deltas) {
    let mut counts: Vec<_> = deltas.counts.iter().filter(|(_, sums)| sums.iter().any(|n| *n != 0)).collect();
    counts.sort_unstable_by(|a, b| a.0.cmp(b.0));
    for ((scope, key, month), sums) in counts {
        let mut params = values![*scope, key.as_str(), *month];
        params.extend(sums.iter().map(|n| Value::Int(*n)));
        batch.exec(ADD.as_str(), params);
    }
    let mut dues: Vec<_> = deltas.dues.iter().filter(|(_, n)| **n != 0).collect();
    dues.sort_unstable();
    for ((kind, scope, key, month, day), n) in dues {
        batch.exec(
            "INSERT INTO index_due (province, kind, scope, key, month, day, n) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (province, kind, scope, key, month, day) DO UPDATE SET n = index_due.n + excluded.n",
            values![*kind, *scope, key.as_str(), *month, *day, *n],
        );
        if *n < 0 {
            batch.exec(
                "DELETE FROM index_due WHERE province = $1 AND kind = $2 AND scope = $3 AND key = $4 AND month = $5 AND day = $6 AND n = 0",
                values![*kind, *scope, key.as_str(), *month, *day],
            );
        }
    }
}
