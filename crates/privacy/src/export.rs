//! Everything that is held about whoever signed in, in one archive: JSON for machines, the same as a page to read, and the files.
//! What an official sees and the person does not (acts inside the office, other people's opinions) is not in it.

use crate::{Privacy, looks::Seen, store as tables, stored, views};
use casework::{DeskError, Event, Found, event::GivenFile};
use kernel::{Actor, Instant, Text, id::{FileId, PartyId}, text::Lang};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{Cursor, Write as _};
use store::StoreError;
use web::{html::esc, when};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Version of the JSON's shape, which crates/privacy/README.md describes.
const FORMAT: &str = "phusa-personal-data/1";

/// One case as its people may see it.
#[derive(Serialize)]
struct Case {
    code: String,
    definition: String,
    name: Text,
    title: String,
    filed_at: Instant,
    state: String,
    people: Value,
    answers: Value,
    files: Vec<FileLine>,
    events: Vec<EventLine>,
    #[serde(skip)]
    labels: Vec<(String, Text)>,
}

#[derive(Serialize)]
struct FileLine {
    name: String,
    sha256: String,
    size: u64,
    media_type: String,
    /// Where it lies in the archive; absent where it was too large.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip)]
    file: FileId,
}

#[derive(Serialize)]
struct EventLine {
    at: Instant,
    act: String,
    done: Text,
    by: String,
    office: Option<String>,
}

#[derive(Serialize)]
struct Whole {
    format: &'static str,
    made_at: Instant,
    province: String,
    account: Value,
    cases: Vec<Case>,
    consents: Vec<crate::consent::Said>,
    looks: Vec<Seen>,
    notices: Vec<Notice>,
}

#[derive(Serialize)]
struct Notice {
    at: Instant,
    code: String,
    said: Text,
}

/// A name that is safe in an archive on any system.
fn safe(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' }).take(120).collect();
    let kept = kept.trim_matches(['.', ' ']).to_owned();
    if kept.is_empty() { "tep".to_owned() } else { kept }
}

fn line(f: &GivenFile) -> FileLine {
    FileLine { name: f.name.clone(), sha256: f.sha256.clone(), size: f.size, media_type: f.media_type.clone(), path: None, file: f.file }
}

fn case(found: &Found, events: &[Event]) -> Case {
    let (s, d) = (&found.state, &found.definition);
    let mut files: Vec<FileLine> = s.files.iter().map(line).collect();
    for doc in s.documents.iter().filter(|x| d.documents.get(&x.document).is_some_and(|decl| decl.public)) {
        if let (Some(file), Some(decl)) = (doc.file, d.documents.get(&doc.document)) {
            let name = format!("{} {}.pdf", decl.name.vi, doc.number);
            files.push(FileLine { name, sha256: doc.sha256.clone().unwrap_or_default(), size: 0, media_type: "application/pdf".to_owned(), path: None, file });
        }
    }
    let shown = events.iter().filter(|e| d.acts.get(&e.act).is_some_and(|a| a.public));
    Case {
        code: s.code.to_string(),
        definition: d.code.to_string(),
        name: d.name.clone(),
        title: s.title.clone(),
        filed_at: s.filed_at,
        state: d.state("handling", s.track("handling")).map_or_else(String::new, |x| x.name.vi.clone()),
        people: serde_json::to_value(&s.people).unwrap_or_default(),
        answers: s.answers.clone(),
        files,
        events: shown
            .map(|e| EventLine { at: e.at, act: e.act.clone(), done: d.acts.get(&e.act).map_or_else(|| Text::new("", ""), |a| a.done.clone()), by: e.by.name.clone(), office: e.by.office.as_ref().map(ToString::to_string) })
            .collect(),
        labels: d.form.fields().map(|f| (f.name.clone(), f.title.clone())).collect(),
    }
}

impl Privacy {
    /// The archive. Making it is recorded before it is handed out.
    pub async fn export(&self, actor: &Actor, lang: Lang, now: Instant) -> Result<Vec<u8>, DeskError> {
        let rules = &self.catalog.rules.export;
        let account = self.desk.identity().directory().account(actor.account).await?;
        let account = account.map_or(Value::Null, |a| {
            json!({"id": a.id, "name": a.name, "personal_number": a.personal_number, "phone": a.phone, "email": a.email, "birthdate": a.birthdate, "party": a.party})
        });
        let mut whole = Whole {
            format: FORMAT,
            made_at: now,
            province: self.scope.province().to_string(),
            account,
            cases: Vec::new(),
            consents: Vec::new(),
            looks: self.all_seen(actor, rules.rows).await?,
            notices: Vec::new(),
        };
        if let Some(party) = actor.party {
            whole.cases = self.own_cases(party, rules.rows).await?;
            whole.consents = views::words(&self.scope, party, i64::from(rules.rows)).await?;
            let notices = self.told.page(party, Instant::from_micros(i64::MAX / 4), i64::from(rules.rows)).await?;
            whole.notices = notices.into_iter().map(|(at, code, said)| Notice { at, code, said }).collect();
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut room = rules.total_bytes;
        for case in &mut whole.cases {
            for (n, f) in case.files.iter_mut().enumerate() {
                if f.size > rules.file_bytes.min(room) {
                    continue;
                }
                let Some((stored, bytes)) = self.files.read(&self.scope, f.file).await? else { continue };
                let size = bytes.len() as u64;
                if size > rules.file_bytes.min(room) {
                    continue;
                }
                room -= size;
                let path = format!("tep/{}/{:02}-{}", safe(&case.code), n + 1, safe(&stored.name));
                put(&mut zip, &path, &bytes)?;
                (f.path, f.size) = (Some(path), size);
            }
        }
        put(&mut zip, "du-lieu.json", serde_json::to_string_pretty(&whole).unwrap_or_default().as_bytes())?;
        put(&mut zip, "doc-toi.html", page(&whole, lang).as_bytes())?;
        let bytes = zip.finish().map_err(broken)?.into_inner();
        let mut batch = self.scope.batch();
        let counts = json!({"cases": whole.cases.len(), "looks": whole.looks.len(), "notices": whole.notices.len(), "bytes": bytes.len()});
        tables::exported(&mut batch, actor, &counts, now);
        self.scope.commit(batch).await.map_err(stored)?;
        Ok(bytes)
    }

    async fn all_seen(&self, actor: &Actor, most: u32) -> Result<Vec<Seen>, StoreError> {
        let whose = Self::whose(actor);
        let mut all: Vec<Seen> = Vec::new();
        let mut before = (Instant::from_micros(i64::MAX / 4), String::new());
        while all.len() < most as usize {
            let part = self.seen(&whose, (before.0, &before.1), None, 200).await?;
            let Some(last) = part.last() else { break };
            before = (last.at, last.id.clone());
            all.extend(part);
        }
        all.truncate(most as usize);
        Ok(all)
    }

    async fn own_cases(&self, party: PartyId, most: u32) -> Result<Vec<Case>, StoreError> {
        let mut all = Vec::new();
        let mut before = None;
        loop {
            let rows = casework::views::own_cases(&self.desk, party, before, 100).await?;
            for row in &rows {
                if let Some(found) = self.desk.load(row.case_id).await? {
                    let events = self.desk.history(row.case_id).await?;
                    all.push(case(&found, &events));
                }
            }
            match rows.last() {
                Some(last) if rows.len() == 100 && all.len() < most as usize => before = Some(last.filed_at),
                _ => return Ok(all),
            }
        }
    }
}

fn broken(e: impl std::fmt::Display) -> StoreError {
    StoreError::Files(format!("the archive: {e}"))
}

fn put(zip: &mut ZipWriter<Cursor<Vec<u8>>>, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file(path, options).map_err(broken)?;
    zip.write_all(bytes).map_err(broken)
}

/// The same to read, in one file without style or script.
fn page(w: &Whole, lang: Lang) -> String {
    let at = |x: Instant| esc(&when::exact(x, lang));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{t}</title></head><body>\n<h1>{t}</h1>\n<p>{}</p>\n<h2>{}</h2>\n",
        lang.code(),
        at(w.made_at),
        lang.pick("Tài khoản", "Account"),
        t = lang.pick("Dữ liệu cá nhân của tôi", "My personal data"),
    );
    let mut pairs = String::new();
    let names = [("name", "Họ tên", "Name"), ("personal_number", "Số định danh", "Personal number"), ("phone", "Điện thoại", "Phone"), ("email", "Thư điện tử", "E-mail"), ("birthdate", "Ngày sinh", "Date of birth")];
    for (key, vi, en) in names {
        if let Some(value) = w.account.get(key).and_then(Value::as_str) {
            pairs.push_str(&format!("<dt>{}</dt><dd>{}</dd>", esc(lang.pick(vi, en)), esc(value)));
        }
    }
    out.push_str(&format!("<dl>{pairs}</dl>\n<h2>{}</h2>\n", lang.pick("Hồ sơ", "Cases")));
    for c in &w.cases {
        out.push_str(&format!("<h3>{} – {}</h3>\n<p>{} · {}</p>\n<dl>", esc(&c.code), esc(c.name.get(lang)), at(c.filed_at), esc(&c.state)));
        for (name, value) in c.answers.as_object().into_iter().flatten() {
            let label = c.labels.iter().find(|(n, _)| n == name).map_or(name.as_str(), |(_, t)| t.get(lang));
            let told = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out.push_str(&format!("<dt>{}</dt><dd>{}</dd>", esc(label), esc(&told)));
        }
        out.push_str("</dl>\n<ul>");
        for f in &c.files {
            let name = f.path.as_ref().map_or_else(|| esc(&f.name), |p| format!("<a href=\"{}\">{}</a>", esc(&p.split('/').map(web::html::url_part).collect::<Vec<_>>().join("/")), esc(&f.name)));
            out.push_str(&format!("<li>{name} <small>SHA-256 {}</small></li>", esc(&f.sha256)));
        }
        out.push_str("</ul>\n<ol>");
        for e in &c.events {
            out.push_str(&format!("<li>{} – {} ({})</li>", at(e.at), esc(e.done.get(lang)), esc(&e.by)));
        }
        out.push_str("</ol>\n");
    }
    out.push_str(&format!("<h2>{}</h2>\n<ul>", lang.pick("Lựa chọn về dữ liệu", "Choices about data")));
    for c in &w.consents {
        out.push_str(&format!("<li>{} – {}: {}</li>", at(c.at), esc(&c.purpose), c.word.code()));
    }
    out.push_str(&format!("</ul>\n<h2>{}</h2>\n<ul>", lang.pick("Ai đã xem", "Who looked")));
    for l in &w.looks {
        out.push_str(&format!("<li>{} – {} ({}): {}. {} {}</li>", at(l.at), esc(&l.name), esc(&l.office), esc(l.what.get(lang)), esc(l.why.get(lang)), esc(&l.code)));
    }
    out.push_str(&format!("</ul>\n<h2>{}</h2>\n<ul>", lang.pick("Thông báo", "Notices")));
    for n in &w.notices {
        out.push_str(&format!("<li>{} – {}</li>", at(n.at), esc(n.said.get(lang))));
    }
    out.push_str("</ul>\n</body></html>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_archive_stay_inside_it() {
        for (given, kept) in [("../../etc/passwd", "_.._etc_passwd"), ("sổ đỏ.pdf", "sổ đỏ.pdf"), ("a\\b:c", "a_b_c"), ("...", "tep"), ("", "tep")] {
            assert_eq!(safe(given), kept, "{given}");
        }
    }
}
