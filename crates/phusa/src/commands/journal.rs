//! `phusa journal verify`: recomputes the sealed journal and names what was altered; with `--bundle` checks one proof offline.
//! `phusa journal prove`, `phusa journal key`: the proof of one entry, and the public key it is checked with.
//! `phusa journal export`: the journal with the rules it is read under, one JSON object a line, for programs that are not ours.

use anyhow::Context as _;
use casework::{Definitions, definition::{Channel, ServiceLevel, WaitingOn}};
use identity::Offices;
use kernel::{
    calendar::Calendars,
    time::{Date, date},
};
use serde_json::{Value, json};
use std::{io::Write, path::Path};
use store::{Scope, journal, seal};

/// `Ok(false)`: something does not agree, and was printed. `heads` are proof or head files that were put away earlier.
pub async fn verify(scope: &Scope, data: &Path, heads: &[std::path::PathBuf]) -> anyhow::Result<bool> {
    let keys = data.join("keys");
    let trusted = [seal::Key::open(&keys)?.public()];
    let mut kept: Vec<seal::Head> = audit::keep::read(&keys, scope.province().as_str())?.into_iter().collect();
    for file in heads {
        let bundle = bundle(file)?;
        kept.push(bundle.newest.head(&bundle.province).with_context(|| format!("{} holds no head", file.display()))?);
    }
    let report = seal::verify_against(scope, &trusted, &kept).await?;
    for fault in report.faults() {
        println!("{}\n{}", fault.text().vi, fault.text().en);
    }
    if report.fault.is_none() {
        let root = report.root.map_or_else(|| "-".to_owned(), hex::encode);
        println!("journal of {}: {} entries sealed under {} heads, {} to be sealed; root {root}", report.province, report.sealed, report.heads, report.unsealed);
        println!("compared with {} heads kept outside the database", kept.len());
    }
    Ok(report.fault.is_none())
}

fn bundle(file: &Path) -> anyhow::Result<seal::Bundle> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| format!("{} is no proof", file.display()))
}

/// Checks a proof file without any database. `key`: 64 hexadecimal digits, or a file that holds them.
pub fn verify_bundle(file: &Path, key: &str) -> anyhow::Result<bool> {
    let text = if key.len() == 64 { key.to_owned() } else { std::fs::read_to_string(key).with_context(|| key.to_owned())? };
    let bytes: [u8; 32] = hex::decode(text.trim()).ok().and_then(|b| b.try_into().ok()).context("the key is not 64 hexadecimal digits")?;
    let key = seal::VerifyingKey::from_bytes(&bytes).context("the key is no Ed25519 key")?;
    match bundle(file)?.check(&[key]) {
        Err(why) => {
            println!("{}\n{}", why.vi, why.en);
            Ok(false)
        }
        Ok(proven) => {
            if let Some(e) = &proven.entry {
                println!("entry {}: {} version {}, {} at {} by {}\n{}", e.seq, e.stream, e.version, e.kind, e.at, e.actor, e.payload);
            }
            println!("holds: sealed under {} entries; the newest head of {} entries continues that one", proven.head.size, proven.newest.size);
            Ok(true)
        }
    }
}

/// Writes the proof of one entry, contents included; `Ok(false)`: it is not sealed, or not there.
pub async fn prove(scope: &Scope, seq: i64, out: &Path) -> anyhow::Result<bool> {
    let Some(bundle) = seal::prove(scope, seq, true).await? else {
        println!("Bản ghi số {seq} không có hoặc chưa được niêm phong.\nEntry {seq} is not there, or not sealed yet.");
        return Ok(false);
    };
    std::fs::write(out, serde_json::to_string_pretty(&bundle)?).with_context(|| out.display().to_string())?;
    println!("entry {seq} → {}", out.display());
    Ok(true)
}

/// Prints the public key that proofs of this installation are checked with.
pub fn key(data: &Path) -> anyhow::Result<()> {
    println!("{}", hex::encode(seal::Key::open(&data.join("keys"))?.public().as_bytes()));
    Ok(())
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
