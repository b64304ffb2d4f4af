//! Components that data replace: asked at submission, kept by hash, asked again when there was no answer.

use crate::{
    Registers,
    ask::{Asking, Said},
    catalog::{Notice, Row},
    model::{Difference, Outcome, hash},
    store as tables, views,
};
use bytes::Bytes;
use casework::{
    Definition,
    definition::Channel,
    event::{GivenFile, Origin, OriginKind},
};
use kernel::{Actor, Instant, Text, id::FileId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use ::store::{StoreError, effects::{Effect, Failed, Handler}, files::{MediaType, Stored, refer}};

/// What a database said of one component.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub component: String,
    pub source: String,
    pub outcome: Outcome,
    pub at: Instant,
    /// The question that said it.
    pub query: String,
    /// Of the answer; empty without one.
    pub sha256: String,
    pub file: Option<FileId>,
    pub size: u64,
    pub differs: Vec<Difference>,
}

/// A component to ask about again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Again {
    pub dossier: String,
    pub component: String,
    pub procedure: String,
    pub version: String,
    pub answers: Value,
    /// Number of the person who applies.
    pub applicant: Option<String>,
}

/// Which of two outcomes of one component weighs more.
fn weight(o: Outcome) -> u8 {
    match o {
        Outcome::Found => 0,
        Outcome::NotConnected => 1,
        Outcome::NoKey => 2,
        Outcome::Partial => 3,
        Outcome::NotFound => 4,
        Outcome::Differs => 5,
        Outcome::Waiting => 6,
    }
}

/// The hash of what the database answered; the file that tells of it has one of its own.
fn answer_hash(file: &GivenFile) -> String {
    file.origin.as_ref().map(|o| o.sha256.clone()).unwrap_or_default()
}

fn text(answers: &Value, field: &str) -> Option<String> {
    let value = answers.get(field)?;
    let text = crate::model::plain(value);
    (!text.trim().is_empty()).then_some(text)
}

impl Row {
    /// Whether the component is asked for at all with these answers.
    fn applies(&self, answers: &Value) -> bool {
        self.when.as_ref().is_none_or(|(field, value)| text(answers, field).as_deref() == Some(value))
    }
    fn key(&self, answers: &Value, applicant: Option<&str>) -> Option<String> {
        self.keys.iter().find_map(|k| if k == "@applicant" { applicant.map(str::to_owned) } else { text(answers, k) })
    }
}

impl Registers {
    /// Asks about every component of the procedure that data replace, keeps what was said and gives the answers as files of
    /// the dossier. Never fails for what a database does: that is an outcome.
    pub async fn check(&self, actor: &Actor, d: &Definition, dossier: &str, answers: &Value, now: Instant) -> Result<(Vec<Checked>, Vec<GivenFile>), StoreError> {
        let mut checks = Vec::new();
        let mut given = Vec::new();
        let mut batch = self.scope.batch();
        for c in d.components.iter().filter(|c| c.from_database.is_some()) {
            let rows: Vec<&Row> = self.catalog.rows_of(d.code.as_str(), &c.code, now.date()).filter(|r| r.applies(answers)).collect();
            let Some(first) = rows.first() else { continue };
            let asks = rows.iter().map(|row| self.ask_row(actor, d, row, dossier, answers, now));
            let said: Vec<Option<Said>> = futures::future::join_all(asks).await;
            for one in said.iter().flatten() {
                tables::asked(&mut batch, &one.asked)?;
            }
            let outcome = said.iter().map(|s| s.as_ref().map_or(Outcome::NoKey, |s| s.asked.outcome)).max_by_key(|o| weight(*o)).unwrap_or(Outcome::NoKey);
            let mut checked = Checked {
                component: c.code.clone(),
                source: first.source.clone(),
                outcome,
                at: now,
                query: said.iter().flatten().map(|s| s.asked.id.as_str()).collect::<Vec<_>>().join(","),
                sha256: String::new(),
                file: None,
                size: 0,
                differs: said.iter().flatten().flat_map(|s| s.differs.clone()).collect(),
            };
            if outcome.replaces() {
                let file = self.keep(&mut batch, actor, d, &c.code, &c.name, &rows, &said, now).await?;
                (checked.sha256, checked.file, checked.size) = (answer_hash(&file), Some(file.file), file.size);
                given.push(file);
            }
            if outcome == Outcome::Waiting {
                let again = Again {
                    dossier: dossier.to_owned(),
                    component: c.code.clone(),
                    procedure: d.code.to_string(),
                    version: d.version.clone(),
                    answers: answers.clone(),
                    applicant: actor.personal_number.clone(),
                };
                tables::ask_again(&mut batch, &again, now);
            }
            tables::checked(&mut batch, dossier, &checked);
            checks.push(checked);
        }
        self.commit(batch).await?;
        Ok((checks, given))
    }

    async fn ask_row(&self, actor: &Actor, d: &Definition, row: &Row, dossier: &str, answers: &Value, now: Instant) -> Option<Said> {
        let key = row.key(answers, actor.personal_number.as_deref())?;
        let purpose = Text::new(
            format!("Kiểm tra thành phần hồ sơ bằng dữ liệu: {}", d.name.vi),
            format!("Checking a component by data: {}", d.name.en),
        );
        let expected = row.expect.iter().filter_map(|(field, form)| Some((field.clone(), text(answers, form)?))).collect();
        let asking = Asking { actor, source: &row.source, record: &row.record, key, purpose, procedure: d.code.as_str(), dossier, fields: row.fields.clone(), expected };
        Some(self.put(asking, now).await)
    }

    /// The answer as a file of the dossier. The applicant reads that file: of a record that is not theirs it holds only what
    /// their own form says and the database confirmed; the whole answer is known by its hash.
    #[allow(clippy::too_many_arguments)]
    async fn keep(&self, batch: &mut ::store::Batch, actor: &Actor, d: &Definition, component: &str, name: &Text, rows: &[&Row], said: &[Option<Said>], now: Instant) -> Result<GivenFile, StoreError> {
        let mut parts = Vec::new();
        let mut whole = Map::new();
        for (row, one) in rows.iter().zip(said) {
            let Some(one) = one else { continue };
            let Some(answer) = &one.answer else { continue };
            let own = actor.personal_number.as_deref() == Some(one.asked.subject.as_str());
            let shown: Map<String, Value> = answer.data.iter().filter(|(k, _)| own || row.expect.iter().any(|(f, _)| f == *k)).map(|(k, v)| (k.clone(), v.clone())).collect();
            whole.insert(one.asked.id.clone(), Value::Object(answer.data.clone()));
            parts.push(json!({
                "database": row.source, "record": row.record, "question": one.asked.id, "asked_at": now, "fields_asked": row.fields,
                "confirmed": row.expect.iter().map(|(f, _)| f).collect::<Vec<_>>(), "data": shown, "updated": answer.updated,
                "answer_sha256": one.asked.sha256,
            }));
        }
        let content = json!({"component": component, "name": name, "procedure": d.code, "basis": rows.first().map(|r| &r.basis), "answers": parts});
        let bytes = Bytes::from(serde_json::to_vec_pretty(&content).map_err(|e| StoreError::Damaged(e.to_string()))?);
        let title = format!("Du-lieu-{}-{}.json", component.replace('_', "-"), now.civil().strftime("%Y%m%d-%H%M%S"));
        // The bytes are stored as any made by the program; the reference says what they are, which no upload may be.
        let mut unused = self.scope.batch();
        let stored = self.files.issue(&mut unused, &title, MediaType::Pdf, bytes, now).await?;
        let stored = Stored { media_type: "application/json".to_owned(), ..stored };
        refer(batch, &stored);
        // One answer: its own hash; several: the hash of them together.
        let answers: Vec<&str> = said.iter().flatten().map(|s| s.asked.sha256.as_str()).collect();
        let sha256 = match answers.as_slice() {
            [one] => (*one).to_owned(),
            _ => hash(&whole),
        };
        let source = rows.first().map(|r| r.source.clone()).unwrap_or_default();
        Ok(GivenFile {
            component: component.to_owned(),
            file: stored.id,
            name: stored.name,
            sha256: stored.sha256,
            size: u64::try_from(stored.size).unwrap_or(0),
            media_type: stored.media_type,
            origin: Some(Origin { kind: OriginKind::Database, source, at: now, sha256 }),
            signatures: Vec::new(),
        })
    }

    /// What is owed to the applicant of a dossier filed at an instant when data are missing, and until when; in the calendar
    /// of the office that received it.
    pub fn owed(&self, channel: Channel, office: &kernel::id::OfficeCode, filed_at: Instant) -> Option<(Notice, Instant)> {
        let notice = if channel == Channel::Online { &self.catalog.missing.online } else { &self.catalog.missing.counter };
        let due = self.desk.calendar(office).ok()?.due(filed_at, notice.within).ok()?;
        Some((notice.clone(), due))
    }
}

/// Asks again what had no answer; the outbox waits longer each time.
pub struct AskAgain(pub Registers);

#[async_trait::async_trait]
impl Handler for AskAgain {
    async fn run(&self, effect: &Effect, _scope: &::store::Scope) -> Result<Option<::store::Batch>, Failed> {
        let again: Again = effect.read()?;
        let s = &self.0;
        let kept = views::checks_of(&s.scope, &again.dossier).await?;
        // Somebody asked in the meantime, or the person proved it otherwise.
        if !kept.iter().any(|c| c.component == again.component && c.outcome == Outcome::Waiting) {
            return Ok(None);
        }
        let Some(d) = s.desk.rules().definitions.pinned(&again.procedure, &again.version).cloned() else { return Ok(None) };
        let mut actor = Actor::system(s.scope.province().clone());
        actor.personal_number.clone_from(&again.applicant);
        let now = s.now();
        let rows: Vec<&Row> = s.catalog.rows_of(&again.procedure, &again.component, now.date()).filter(|r| r.applies(&again.answers)).collect();
        let mut batch = s.scope.batch();
        let mut said = Vec::new();
        for row in &rows {
            said.push(s.ask_row(&actor, &d, row, &again.dossier, &again.answers, now).await);
        }
        let outcome = said.iter().map(|x| x.as_ref().map_or(Outcome::NoKey, |x| x.asked.outcome)).max_by_key(|o| weight(*o)).unwrap_or(Outcome::NoKey);
        for one in said.iter().flatten() {
            tables::asked(&mut batch, &one.asked)?;
        }
        if outcome == Outcome::Waiting {
            s.commit(batch).await?;
            return Err(Failed::ForNow(format!("{} has no answer yet", again.component)));
        }
        let mut checked = Checked {
            component: again.component.clone(),
            source: rows.first().map(|r| r.source.clone()).unwrap_or_default(),
            outcome,
            at: now,
            query: said.iter().flatten().map(|x| x.asked.id.as_str()).collect::<Vec<_>>().join(","),
            sha256: String::new(),
            file: None,
            size: 0,
            differs: said.iter().flatten().flat_map(|x| x.differs.clone()).collect(),
        };
        if outcome.replaces() && let Some(c) = d.component(&again.component) {
            let file = s.keep(&mut batch, &actor, &d, &c.code, &c.name, &rows, &said, now).await?;
            (checked.sha256, checked.file, checked.size) = (answer_hash(&file), Some(file.file), file.size);
        }
        tables::checked(&mut batch, &again.dossier, &checked);
        Ok(Some(batch))
    }
}
