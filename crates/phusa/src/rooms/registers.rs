//! The room of base data put together, and what the room of services asks of it.

use crate::{assembly::Settings, catalog::Catalog};
use ::registers::{
    Inner, Registers,
    base::{Connection, HttpRegister, Register, simulator::Simulator},
    check::{AskAgain, Checked},
    follow,
    model::Outcome,
    store::{self as tables, ASK_AGAIN},
    views,
};
use async_trait::async_trait;
use casework::{Definition, Desk, DeskError, Found, event::GivenFile};
use kernel::{Actor, Instant};
use serde_json::Value;
use services::prefill::{Answered, BaseData, Check, FieldOrigin, Filled, Looked, Offer, Owed, OwnDocument};
use std::{sync::Arc, time::Duration};
use store::{StoreError, consumer::Consumer, effects::Handler, files::Files};

/// The platform's address, the key of its messages and the databases it answers for are the installation's own.
const URL: &str = "PHUSA_REGISTERS_URL";
const KEY: &str = "PHUSA_REGISTERS_KEY";
const SOURCES: &str = "PHUSA_REGISTERS_SOURCES";

pub async fn assemble(scope: &store::Scope, catalog: &Catalog, desk: &Desk, files: &Files, settings: &Settings) -> anyhow::Result<Registers> {
    let catalog = catalog.rooms.registers.clone();
    let (connection, simulator) = match (&settings.outside.registers, std::env::var(URL), std::env::var(KEY)) {
        (Some(connection), ..) => (Some(connection.clone()), None),
        (None, Ok(url), Ok(key)) if key.len() >= crate::outside::KEY_LEAST => {
            crate::outside::encrypted(URL, &url)?;
            let sources = std::env::var(SOURCES).unwrap_or_else(|_| "population".into());
            let sources = sources.split(',').map(|x| x.trim().to_owned()).collect();
            (Some(Connection { url: url.trim_end_matches('/').to_owned(), secret: key.into_bytes().into(), sources }), None)
        }
        (None, Ok(_), _) => anyhow::bail!("{URL} is set, so {KEY} must hold the key of its messages ({} characters or more: openssl rand -hex 32)", crate::outside::KEY_LEAST),
        // A demonstration brings its own databases, which speak the same protocol over HTTP.
        (None, Err(_), _) if settings.demo => {
            let simulator = Simulator::new(uuid::Uuid::new_v4().as_bytes());
            (Some(simulator.serve().await?), Some(simulator))
        }
        _ => (None, None),
    };
    let wait = Duration::from_millis(catalog.wait_ms);
    Ok(Registers(Arc::new(Inner {
        scope: scope.clone(),
        clock: settings.clock.clone(),
        desk: desk.clone(),
        files: files.clone(),
        register: connection.map(|c| Arc::new(HttpRegister::new(c, wait)) as Arc<dyn Register>),
        catalog,
        simulator,
        public_url: settings.public_url.clone(),
    })))
}

pub fn handlers(room: &Registers) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(ASK_AGAIN, Arc::new(AskAgain(room.clone())))]
}

pub fn consumers(room: &Registers) -> Vec<Consumer> {
    vec![follow::consumer(room)]
}

/// What the room of services sees.
pub struct Bridge(pub Registers);

impl Bridge {
    fn looked(&self, source: &str, outcome: Outcome) -> Looked {
        let db = self.0.catalog.database(source);
        Looked {
            database: db.map_or_else(|| kernel::Text::new(source, source), |d| d.name.clone()),
            answered: match outcome {
                Outcome::Found => Answered::Good,
                o if o.needs_notice() => Answered::Lacking,
                _ => Answered::Later,
            },
            word: outcome.name(),
            correct_at: db.map_or_else(|| kernel::Text::new("", ""), |d| d.correct_at.clone()),
        }
    }
    fn check_of(&self, c: Checked) -> Check {
        Check { looked: self.looked(&c.source, c.outcome), component: c.component, at: c.at, sha256: c.sha256 }
    }
}

#[async_trait]
impl BaseData for Bridge {
    fn offer(&self, d: &Definition) -> Option<Offer> {
        let offer = self.0.offer(d, self.0.now().date())?;
        Some(Offer { ask: offer.ask.map(|a| (a.field, a.values, a.text, a.other)), sources: offer.sources })
    }
    async fn fill(&self, actor: &Actor, d: &Definition, draft: &str, role: Option<&str>, typed: &Value, now: Instant) -> Result<Filled, StoreError> {
        let filled = self.0.fill(actor, d, draft, role, typed, now).await?;
        Ok(Filled { values: filled.values, looked: filled.lookups.iter().map(|l| self.looked(&l.source, l.outcome)).collect() })
    }
    async fn origins(&self, draft: &str) -> Result<Vec<FieldOrigin>, StoreError> {
        let kept = self.0.origins(draft).await?;
        let one = |v: views::Value| {
            let looked = self.looked(&v.source, Outcome::Found);
            FieldOrigin { field: v.field, value: v.value, database: looked.database, at: v.at, correct_at: looked.correct_at, flagged: v.flagged.map(|f| f.0) }
        };
        Ok(kept.into_iter().map(one).collect())
    }
    async fn flag(&self, actor: &Actor, draft: &str, field: &str, note: &str, now: Instant) -> Result<(), DeskError> {
        self.0.flag(actor, draft, field, note, now).await
    }
    async fn check(&self, actor: &Actor, d: &Definition, dossier: &str, answers: &Value, now: Instant) -> Result<Vec<GivenFile>, StoreError> {
        Ok(self.0.check(actor, d, dossier, answers, now).await?.1)
    }
    async fn checks(&self, dossier: &str) -> Result<Vec<Check>, StoreError> {
        Ok(views::checks_of(&self.0.scope, dossier).await?.into_iter().map(|c| self.check_of(c)).collect())
    }
    async fn checks_of_case(&self, code: &str) -> Result<Vec<Check>, StoreError> {
        let dossier = views::draft_of(&self.0.scope, code).await?.unwrap_or_else(|| code.to_owned());
        self.checks(&dossier).await
    }
    async fn filed(&self, draft: &str, found: &Found, now: Instant) -> Result<(), StoreError> {
        let mut batch = self.0.scope.batch();
        tables::dossier(&mut batch, draft, found.state.code.as_str(), found.definition.code.as_str(), now);
        self.0.scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
    }
    fn owed(&self, found: &Found) -> Option<Owed> {
        let s = &found.state;
        self.0.owed(s.channel, &s.offices.received, s.filed_at).map(|(notice, due)| Owed { name: notice.name, due })
    }
    async fn documents(&self, actor: &Actor, procedure: &str, component: &str, now: Instant) -> Result<Vec<OwnDocument>, StoreError> {
        let Some(party) = actor.party else { return Ok(Vec::new()) };
        let newest = views::newest();
        let all = views::documents(&self.0.scope, party, "", newest, 20).await?;
        let declared = |d: &::registers::documents::Document| {
            self.0.catalog.reuse.iter().any(|r| r.procedure == procedure && r.component == component && r.result_of == d.procedure && r.document == d.document && r.effective.contains(now.date()))
        };
        let ready = all.into_iter().filter(|d| d.file.is_some());
        Ok(ready.map(|d| OwnDocument { fits: declared(&d), printed: d.printed(), id: d.id, name: d.name, issued_at: d.issued_at, title: d.title }).collect())
    }
    async fn reuse(&self, actor: &Actor, document: &str, component: &str, now: Instant) -> Result<GivenFile, DeskError> {
        self.0.reuse(actor, document, component, now).await
    }
}
