//! A dossier as a package that is read without this program: every file with its hash, the documents with their signatures, every event, and
//! one page to read (Law on Archives 33/2024/QH15: electronic records keep content, context and structure together).

use crate::Services;
use casework::{Event, Found};
use kernel::{Actor, Instant, id::FileId, text::Lang};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use store::StoreError;
use web::{html::esc, when};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The shape of the package; a later one has another name.
const FORMAT: &str = "phusa-dossier-1";
/// What is put into one package, in bytes: it is made in memory. What does not fit is named in the manifest.
const LARGEST: usize = 512 << 20;
const GIVEN: &str = "giay-to-nop";
const ISSUED: &str = "van-ban";
const WORDS: &str = "chu-doc-duoc";

/// One file of the dossier.
#[derive(Serialize)]
struct Entry {
    /// Where it is in the package; nothing when it is not in it, and then `missing` says why.
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
    name: String,
    media_type: String,
    sha256: String,
    size: u64,
    /// What it is of: a component that was given, or a document that was issued with its number.
    of: serde_json::Value,
    /// Signatures as they were judged when the file arrived, or as they were put on.
    signatures: serde_json::Value,
    /// Words that a program read from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<WordsEntry>,
}

/// The words of a paper, beside it: to search by, never instead of it.
#[derive(Serialize)]
struct WordsEntry {
    path: String,
    read_at: Instant,
    pages: i64,
    /// Pages read from a picture; what was read may be wrong.
    from_pictures: i64,
}

struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    /// `HASH  path`, one line a file, as `sha256sum -c` reads it.
    sums: String,
    size: usize,
}

fn broken(e: impl std::fmt::Display) -> StoreError {
    StoreError::Files(format!("the package: {e}"))
}

impl Package {
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(path, options).map_err(broken)?;
        self.zip.write_all(bytes).map_err(broken)?;
        self.size += bytes.len();
        self.sums.push_str(&format!("{}  {path}\n", hex::encode(Sha256::digest(bytes))));
        Ok(())
    }
}

/// The package of a case as it stands now.
pub async fn package(s: &Services, actor: &Actor, found: &Found, now: Instant) -> Result<Vec<u8>, StoreError> {
    let history = s.desk.history(found.state.id).await?;
    let mut p = Package { zip: ZipWriter::new(Cursor::new(Vec::new())), sums: String::new(), size: 0 };
    let entries = files(s, found, &mut p).await?;
    let events: Vec<String> = history.iter().enumerate().map(|(n, e)| json!({"version": n + 1, "event": e}).to_string()).collect();
    let state = &found.state;
    let manifest = json!({
        "format": FORMAT,
        "code": state.code,
        "case": state.id,
        "province": s.desk.scope().province(),
        "procedure": {"code": found.definition.code, "version": found.definition.version, "name": found.definition.name},
        "filed_at": state.filed_at,
        "outcome": state.outcome,
        "made_at": now,
        "made_by": {"account": actor.account, "name": actor.name, "office": actor.office},
        "events": events.len(),
        "files": entries,
    });
    let pretty = |v: &serde_json::Value| serde_json::to_string_pretty(v).map_err(broken);
    p.put("manifest.json", pretty(&manifest)?.as_bytes())?;
    p.put("dien-bien.jsonl", (events.join("\n") + "\n").as_bytes())?;
    p.put("ho-so.json", pretty(&serde_json::to_value(state).map_err(broken)?)?.as_bytes())?;
    p.put("doc-ho-so.html", page(found, &history, &entries, now).as_bytes())?;
    let sums = std::mem::take(&mut p.sums);
    p.put("SHA256SUMS", sums.as_bytes())?;
    Ok(p.zip.finish().map_err(broken)?.into_inner())
}

async fn files(s: &Services, found: &Found, p: &mut Package) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for f in &found.state.files {
        let of = json!({"component": f.component, "origin": f.origin});
        let given = Known { file: f.file, name: &f.name, media_type: &f.media_type, sha256: &f.sha256, size: f.size, folder: GIVEN };
        entries.push(entry(s, p, entries.len(), given, of, json!(f.signatures)).await?);
    }
    for d in &found.state.documents {
        let of = json!({"document": d.document, "number": d.number, "symbol": d.symbol, "at": d.at, "by": d.by});
        let signatures = json!([d.signed.as_ref().map(|x| &x.by), d.seal.as_ref()]);
        let name = format!("{}-{}.pdf", d.document.replace('_', "-"), d.number);
        let (Some(file), Some(sha256)) = (d.file, d.sha256.as_deref()) else {
            let missing = Some("not set yet");
            entries.push(Entry { path: None, missing, name, media_type: "application/pdf".into(), sha256: String::new(), size: 0, of, signatures, words: None });
            continue;
        };
        let issued = Known { file, name: &name, media_type: "application/pdf", sha256, size: 0, folder: ISSUED };
        entries.push(entry(s, p, entries.len(), issued, of, signatures).await?);
    }
    Ok(entries)
}

/// What the case knows of a file.
struct Known<'a> {
    file: FileId,
    name: &'a str,
    media_type: &'a str,
    sha256: &'a str,
    size: u64,
    folder: &'static str,
}

async fn entry(s: &Services, p: &mut Package, n: usize, known: Known<'_>, of: serde_json::Value, signatures: serde_json::Value) -> Result<Entry, StoreError> {
    let mut e = Entry {
        path: None,
        missing: None,
        name: known.name.to_owned(),
        media_type: known.media_type.to_owned(),
        sha256: known.sha256.to_owned(),
        size: known.size,
        of,
        signatures,
        words: None,
    };
    // A file that a scanner found malicious goes into no package.
    let check = crate::uploads::of_file(s.desk.scope(), known.file).await?;
    if check.is_some_and(|c| c.state == crate::uploads::State::Infected) {
        e.missing = Some("infected");
        return Ok(e);
    }
    match s.files.read(s.desk.scope(), known.file).await? {
        None => e.missing = Some("gone"),
        Some((_, bytes)) if p.size + bytes.len() > LARGEST => {
            e.size = bytes.len() as u64;
            e.missing = Some("the package would be too large");
        }
        Some((_, bytes)) => {
            let path = format!("{}/{:03}-{}", known.folder, n + 1, safe(known.name));
            p.put(&path, &bytes)?;
            (e.path, e.size) = (Some(path), bytes.len() as u64);
            e.words = words(s, p, n, &known).await?;
        }
    }
    Ok(e)
}

/// The words of a given paper, where they were read.
async fn words(s: &Services, p: &mut Package, n: usize, known: &Known<'_>) -> Result<Option<WordsEntry>, StoreError> {
    let read = scans::words(s.desk.scope(), known.sha256).await?;
    let Some(read) = read.filter(|w| w.state == scans::State::Read && known.folder == GIVEN) else { return Ok(None) };
    let path = format!("{WORDS}/{:03}-{}.txt", n + 1, safe(known.name));
    p.put(&path, read.text.as_bytes())?;
    Ok(Some(WordsEntry { path, read_at: read.at, pages: read.pages, from_pictures: read.pictures }))
}

/// A name that is one file's everywhere: no folder, no control character, not too long.
fn safe(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let plain = plain.trim_start_matches('.');
    let keep = plain.chars().count().saturating_sub(80);
    let short: String = plain.chars().skip(keep).collect();
    if short.is_empty() { "tep".to_owned() } else { short }
}

/// The dossier to read, in one page without script.
fn page(found: &Found, history: &[Event], entries: &[Entry], now: Instant) -> String {
    let (s, d) = (&found.state, &found.definition);
    let at = |x: Instant| esc(&when::exact(x, Lang::Vi));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Hồ sơ {code}</title></head><body>\n<h1>Hồ sơ {code}</h1>\n\
         <p>{}. Nộp lúc {}. Gói lưu trữ lập lúc {}.</p>\n<p>Kiểm tra toàn vẹn: <code>sha256sum -c SHA256SUMS</code></p>\n<h2>Nội dung khai</h2>\n<table>\n",
        esc(&d.name.vi),
        at(s.filed_at),
        at(now),
        code = esc(s.code.as_str()),
    );
    for field in d.form.fields() {
        if let Some(value) = s.answers.get(&field.name).filter(|v| !v.is_null()) {
            let said = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out.push_str(&format!("<tr><th>{}</th><td>{}</td></tr>\n", esc(&field.title.vi), esc(&said)));
        }
    }
    out.push_str("</table>\n<h2>Giấy tờ và văn bản</h2>\n<ol>\n");
    for e in entries {
        let name = match &e.path {
            Some(path) => format!("<a href=\"{}\">{}</a>", esc(path), esc(&e.name)),
            None => format!("{} (không có trong gói: {})", esc(&e.name), esc(e.missing.unwrap_or_default())),
        };
        let words = e.words.as_ref().map_or_else(String::new, |w| format!(" (<a href=\"{}\">chữ do máy đọc, có thể sai</a>)", esc(&w.path)));
        out.push_str(&format!("<li>{name}{words} <code>{}</code></li>\n", esc(&e.sha256)));
    }
    out.push_str("</ol>\n<h2>Diễn biến</h2>\n<ol>\n");
    for e in history {
        let done = d.acts.get(&e.act).map_or(e.act.as_str(), |a| a.done.vi.as_str());
        out.push_str(&format!("<li>{}: {}, {}</li>\n", at(e.at), esc(done), esc(&e.by.name)));
    }
    out.push_str("</ol>\n</body></html>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(safe("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe("Giấy khai sinh (bản sao).pdf"), "Giấy_khai_sinh__bản_sao_.pdf");
        assert_eq!((safe(""), safe("...")), ("tep".to_owned(), "tep".to_owned()));
        assert!(safe(&"x".repeat(300)).len() == 80 && safe(&format!("{}.pdf", "x".repeat(300))).ends_with(".pdf"));
    }
}
