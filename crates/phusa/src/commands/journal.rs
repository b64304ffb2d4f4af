//! `phusa journal verify`: recomputes the sealed journal and names the first entry that was altered.
//! `phusa journal export`: the journal with the rules it is read under, one JSON object a line, for programs that are not ours.

use casework::{Definitions, definition::{Channel, ServiceLevel, WaitingOn}};
use identity::Offices;
use kernel::{
    calendar::Calendars,
    time::{Date, date},
};
use serde_json::{Value, json};
use std::{io::Write, path::Path};
use store::{Scope, journal, seal};

/// `Ok(false)`: something does not agree, and was printed.
pub async fn verify(scope: &Scope, data: &Path) -> anyhow::Result<bool> {
    let key = seal::Key::open(&data.join("keys"))?;
    let report = seal::verify(scope, &[key.public()]).await?;
    match &report.fault {
        None => {
            let root = report.root.map_or_else(|| "-".to_owned(), hex::encode);
            println!("journal of {}: {} entries sealed under {} heads, {} to be sealed; root {root}", report.province, report.sealed, report.heads, report.unsealed);
            Ok(true)
        }
        Some(fault) => {
            println!("{}\n{}", fault.text().vi, fault.text().en);
            Ok(false)
        }
    }
}

/// What an export is made from.
pub struct Source<'a> {
    pub scope: &'a Scope,
    pub definitions: &'a Definitions,
    pub calendars: &'a Calendars,
    pub offices: &'a Offices,
    pub indicators: &'a indicators::Catalog,
}

/// Writes the rules, then every entry in the order of the journal; answers how many entries.
pub async fn export(source: &Source<'_>, out: &mut impl Write) -> anyhow::Result<u64> {
    for line in rules(source)? {
        writeln!(out, "{line}")?;
    }
    let (mut at, mut n) = (journal::Cursor::START, 0);
    loop {
        let entries = journal::since(source.scope, at, 1_000).await?;
        let Some(last) = entries.last() else { return Ok(n) };
        at = last.cursor();
        for e in &entries {
            let payload: Value = serde_json::from_str(&e.payload)?;
            let line = json!({"type": "entry", "seq": e.seq, "stream": e.stream, "version": e.version, "kind": e.kind, "at": e.at, "payload": payload});
            writeln!(out, "{line}")?;
            n += 1;
        }
    }
}

fn rules(s: &Source<'_>) -> anyhow::Result<Vec<Value>> {
    let prefix = s.offices.province(s.scope.province().as_str()).map(|p| p.prefix.clone());
    let mut lines = vec![json!({"type": "province", "code": s.scope.province().as_str(), "prefix": prefix})];
    let mut calendars = std::collections::BTreeSet::new();
    for o in s.offices.iter() {
        let accepts: Vec<&str> = o.accepts.iter().map(|l| l.as_str()).collect();
        lines.push(json!({"type": "office", "code": o.code.as_str(), "calendar": o.calendar, "accepts": accepts}));
        calendars.insert(o.calendar.clone());
    }
    for code in calendars {
        lines.push(calendar(s.calendars, &code)?);
    }
    lines.extend(s.definitions.all().map(|d| definition(d)));
    let c = s.indicators;
    let rules = c.publications.rules.as_ref();
    lines.push(json!({
        "type": "indicators", "population": c.performance.population, "result_codes": c.result_codes.keys().collect::<Vec<_>>(),
        "before_effect": rules.map(|r| r.before_effect.to_string()), "after_decision": rules.map(|r| r.after_decision.to_string()),
    }));
    for p in &c.publications.list {
        lines.push(json!({"type": "publication", "procedure": p.procedure, "decided": p.decided.to_string(), "effective": p.effective.to_string(), "publicised": p.publicised.map(|d| d.to_string())}));
    }
    Ok(lines)
}

/// Opening times as pairs of instants, so that a reader needs no rule of ours to count working time.
fn calendar(calendars: &Calendars, code: &str) -> anyhow::Result<Value> {
    let calendar = calendars.get(code)?;
    let (first, last) = calendar.years;
    let (mut day, end): (Date, Date) = (date(first, 1, 1), date(last, 12, 31));
    let mut open = Vec::new();
    loop {
        open.extend(calendar.hours_of(day)?.into_iter().map(|(from, to)| json!([from, to])));
        if day >= end {
            break;
        }
        day = day.tomorrow()?;
    }
    Ok(json!({"type": "calendar", "code": code, "last_hour_rule": calendar.last_hour_rule.is_some(), "open": open}))
}

fn definition(d: &casework::Definition) -> Value {
    let states: serde_json::Map<String, Value> = d
        .tracks
        .get("handling")
        .map(|t| t.states.iter().map(|(name, s)| (name.clone(), json!({"national": s.national, "applicant": s.waiting_on == WaitingOn::Applicant}))).collect())
        .unwrap_or_default();
    let components: Vec<Value> =
        d.components.iter().map(|c| json!({"code": c.code, "copies": c.copies, "database": c.from_database.as_ref().map(|s| s.name.vi.clone())})).collect();
    json!({
        "type": "definition", "code": d.code.as_str(), "version": d.version, "kind": d.kind, "from": d.effective.from.to_string(),
        "to": d.effective.to.map(|t| t.to_string()), "level": d.level, "full": d.service_level == ServiceLevel::Full,
        "online": d.channels.contains(&Channel::Online), "channels": d.channels.len(), "fees": d.fees.len(), "span": d.time.span.to_string(),
        "time_basis": d.time.legal_basis.document, "name": d.name.vi, "steps": d.steps.len(), "roles": d.steps.iter().map(|s| s.role.as_str().to_owned()).collect::<Vec<_>>(),
        "audience": d.audience.len(), "eligibility": d.eligibility.is_some(), "components": components, "states": states,
        "results": [d.result.granted, d.result.refused], "received_by": d.received_by.as_ref().map(|o| o.as_str().to_owned()),
        "decided_by": d.decided_by.as_ref().map(|o| o.as_str().to_owned()),
    })
}
