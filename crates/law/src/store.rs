//! The corpus in the province's tables: written document by document, read whole.

use crate::{
    document::{Article, Document},
    import::Imported,
    parse::Note,
};
use kernel::{Instant, refusal::Reason};
use records::{Author, Failure};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Batch, CommitError, NewEntry, Scope, StoreError, values};

/// What became of one document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    New,
    /// The same key with another text: the newer import stands.
    Replaced,
    /// Word for word what is there already.
    Same,
}

/// A document in the list of the corpus.
#[derive(Debug, Clone)]
pub struct Line {
    pub key: String,
    pub title: String,
    pub notes: Vec<(String, String)>,
    pub imported: Instant,
    pub imported_by: String,
}

fn damaged(what: &str, e: &serde_json::Error) -> StoreError {
    StoreError::Damaged(format!("{what}: {e}"))
}

pub async fn keep(scope: &Scope, imported: &Imported, by: &Author) -> Result<Kept, Failure> {
    let d = &imported.document;
    let articles: Vec<String> = d.articles.iter().map(|a| serde_json::to_string(a).map_err(|e| damaged(&d.key, &e))).collect::<Result<_, _>>()?;
    let meta = serde_json::to_string(&Document { articles: Vec::new(), ..d.clone() }).map_err(|e| damaged(&d.key, &e))?;
    let mut hash = Sha256::new();
    hash.update(&meta);
    articles.iter().for_each(|a| hash.update(a));
    let sha = hex::encode(hash.finalize());
    for _ in records::tries() {
        let found = scope.one("SELECT version, sha256 FROM law_document WHERE province = $1 AND key = $2", values![&d.key]).await?;
        let version = found.as_ref().map_or(Ok(0), |r| r.int("version"))?;
        if found.as_ref().is_some_and(|r| r.text("sha256").is_ok_and(|s| s == sha)) {
            return Ok(Kept::Same);
        }
        let mut batch = scope.batch();
        rows(&mut batch, imported, &articles, &meta, &sha, version, by);
        match scope.commit(batch).await {
            Ok(()) => return Ok(if version == 0 { Kept::New } else { Kept::Replaced }),
            Err(CommitError::Conflict { .. }) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(records::busy().into())
}

fn rows(batch: &mut Batch, imported: &Imported, articles: &[String], meta: &str, sha: &str, version: i64, by: &Author) {
    let d = &imported.document;
    let notes: Vec<(&str, &str)> = imported.notes.iter().map(|n: &Note| (n.vi.as_str(), n.en.as_str())).collect();
    batch.append(NewEntry {
        stream: format!("law:{}", d.key),
        version: version + 1,
        kind: "law.imported".into(),
        at: by.at,
        actor: by.account.to_string(),
        on_behalf: None,
        key: None,
        payload: json!({"event": "imported", "key": d.key, "title": d.title, "sha256": sha, "articles": d.articles.len(), "source": d.source, "effective": d.effective, "by": by.name}).to_string(),
    });
    let params = values![&d.key, version + 1, &d.title, meta, json!(notes).to_string(), sha, by.at, &by.name];
    if version == 0 {
        batch.unique("INSERT INTO law_document (province, key, version, title, meta, notes, sha256, imported, imported_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", params, "version");
    } else {
        batch.exec("UPDATE law_document SET version = $3, title = $4, meta = $5, notes = $6, sha256 = $7, imported = $8, imported_by = $9 WHERE province = $1 AND key = $2", params);
        batch.exec("DELETE FROM law_article WHERE province = $1 AND document = $2", values![&d.key]);
    }
    for (place, article) in (0i64..).zip(articles) {
        batch.exec("INSERT INTO law_article (province, document, place, article) VALUES ($1, $2, $3, $4)", values![&d.key, place, article]);
    }
    batch.exec("INSERT INTO law_change (province, id, n) VALUES ($1, 'corpus', 1) ON CONFLICT (province, id) DO UPDATE SET n = law_change.n + 1", values![]);
}

/// The number of imports so far.
pub async fn changes(scope: &Scope) -> Result<i64, StoreError> {
    scope.one("SELECT n FROM law_change WHERE province = $1 AND id = 'corpus'", values![]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// All documents with their articles.
pub async fn documents(scope: &Scope) -> Result<Vec<Document>, StoreError> {
    let mut out = Vec::new();
    for row in scope.query("SELECT key, meta FROM law_document WHERE province = $1 ORDER BY key", values![]).await? {
        let mut d: Document = row.json("meta")?;
        let articles = scope.query("SELECT article FROM law_article WHERE province = $1 AND document = $2 ORDER BY place", values![&d.key]).await?;
        d.articles = articles.iter().map(|r| r.json::<Article>("article")).collect::<Result<_, _>>()?;
        out.push(d);
    }
    Ok(out)
}

/// The latest imports, newest first.
pub async fn lines(scope: &Scope, limit: i64) -> Result<Vec<Line>, StoreError> {
    let rows = scope.query("SELECT key, title, notes, imported, imported_by FROM law_document WHERE province = $1 ORDER BY imported DESC, key LIMIT $2", values![limit]).await?;
    rows.iter()
        .map(|r| Ok(Line { key: r.string("key")?, title: r.string("title")?, notes: r.json("notes")?, imported: r.instant("imported")?, imported_by: r.string("imported_by")? }))
        .collect()
}

/// The text of a refusal as one line of a report.
pub fn said(r: &kernel::Refusal, lang: kernel::text::Lang) -> String {
    let mut text = r.message.get(lang).to_owned();
    for Reason { message, .. } in &r.reasons {
        text.push(' ');
        text.push_str(message.get(lang));
    }
    text
}
