//! Documents made and signed one after the other, as an office issues them: one page set, signed and stamped with keys in
//! files, and checked again.
//!
//! Peers are the limits, 100 documents a second on one core and 20 milliseconds for one check, and the same page made with LibreOffice and
//! pyHanko where they are installed.

use super::{Folder, Line, Options, percentile};
use crate::catalog::{self, Catalog};
use anyhow::Context as _;
use kernel::{Instant, id::OfficeCode};
use serde_json::{Value, json};
use signatures::{Trust, Verdict, examine, make::Place};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant as Clock},
};

const TEMPLATE: &str = "result-building-permit";
const DOCUMENTS: u64 = 300;
/// Until templates, fonts and the allocator are warm.
const WARM: u64 = 20;
const A_SECOND: f64 = 100.0;
const CHECK_MS: f64 = 20.0;
const SCRIPT: &str = "benches/office/documents.py";
const PEER_DOCUMENTS: u64 = 8;

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let told = |f: Vec<kernel::catalog::Finding>| anyhow::anyhow!(crate::commands::findings(&f));
    let files = catalog::built_in();
    let catalog = Catalog::load(&files).map_err(told)?;
    let sample = files.get(&format!("templates/{TEMPLATE}/sample.json")).context("the template has no sample")?;
    let mut data: Value = serde_json::from_str(sample)?;
    let office = OfficeCode::from("H29.161");
    let at: Instant = "2026-11-23T08:30:00+07:00".parse()?;
    signing::trial::prepare(&folder.path, &[(office.clone(), "Ủy ban nhân dân phường".to_owned())], at)?;
    let keys = signing::Keys::open(&folder.path)?;
    let key = keys.seal(&office).context("no key")?;
    let trust = Trust::default().with_trial(keys.trial_root().context("no issuer")?.clone());
    let place = Place { field: "AgencySeal", signer: "Ủy ban nhân dân phường", reason: None, location: None, at, picture: None, label: None };

    let (mut set, mut signed, mut checked) = (Vec::new(), Vec::new(), Vec::new());
    let mut page = Vec::new();
    for n in 0..WARM + options.cases.first().copied().unwrap_or(DOCUMENTS) {
        data["number"] = json!(n.to_string());
        let start = Clock::now();
        let pdf = catalog.templates.render(TEMPLATE, &data).map_err(|e| anyhow::anyhow!("{e:?}"))?;
        let rendered = start.elapsed();
        let start = Clock::now();
        let file = signing::sign(&pdf, key.as_ref(), keys.stamps(), &place).await?;
        let sealed = start.elapsed();
        page = pdf;
        let start = Clock::now();
        let report = examine(&file, &trust, at);
        let judged = start.elapsed();
        anyhow::ensure!(report.worst() == Some(Verdict::Valid), "{report:?}");
        if n >= WARM {
            set.push(rendered);
            signed.push(sealed);
            checked.push(judged);
        }
    }
    let both: Duration = set.iter().chain(&signed).sum();
    let rate = set.len() as f64 / both.as_secs_f64();
    Line {
        bench: "documents",
        case: format!("{TEMPLATE} set and signed, one after the other"),
        value: rate,
        unit: "documents/s",
        peer: Some("limit".to_owned()),
        peer_value: Some(A_SECOND),
        ratio: Some(rate / A_SECOND),
        ..Line::default()
    }
    .print()?;
    for (case, times, limit) in [("set", &mut set, None), ("signed", &mut signed, None), ("checked", &mut checked, Some(CHECK_MS))] {
        let p99 = percentile(times, 99).unwrap_or_default();
        Line {
            bench: "documents",
            case: case.to_owned(),
            value: p99,
            unit: "ms p99",
            peer: limit.map(|_| "limit".to_owned()),
            peer_value: limit,
            ratio: limit.map(|l| l / p99),
            p50_ms: percentile(times, 50),
            p99_ms: Some(p99),
            ..Line::default()
        }
        .print()?;
    }
    if let Some(taken) = office_suite(&folder.path, &page)? {
        let theirs = taken.len() as f64 / taken.iter().sum::<f64>();
        Line {
            bench: "documents",
            case: "the same page set and signed".to_owned(),
            value: rate,
            unit: "documents/s",
            peer: Some("LibreOffice headless and pyHanko, one after the other".to_owned()),
            peer_value: Some(theirs),
            ratio: Some(rate / theirs),
            ..Line::default()
        }
        .print()?;
    }
    Ok(())
}

/// Seconds that the peer takes for each of some documents; nothing, with what to install, where it is not there.
fn office_suite(folder: &Path, page: &[u8]) -> anyhow::Result<Option<Vec<f64>>> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache"), Into::into);
    let python = cache.join("phusa/pyhanko/bin/python");
    if !python.exists() || !Path::new(SCRIPT).exists() || Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("the peer is left out: run from the root of the tree after tools/need.sh --pyhanko and apt-get install -y libreoffice-writer-nogui");
        return Ok(None);
    }
    let file = folder.join("page.pdf");
    std::fs::write(&file, page)?;
    let (certificate, key) = (folder.join("H29.161.pem"), folder.join("H29.161.key"));
    let out = Command::new(python).arg(SCRIPT).arg(&file).arg(certificate).arg(key).arg(PEER_DOCUMENTS.to_string()).output()?;
    anyhow::ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Ok(Some(serde_json::from_slice(&out.stdout)?))
}
