//! What this process knows of all submitted results. A view asks the database which results there are in which version and
//! reads only what is new, so that it is exact and yet does not read every record again. Nothing here is needed after a restart:
//! it is read again.

use super::{
    alike::{self, Group},
    drift::{self, Drift},
    fact::{self, Fact, Scale},
    outlier::{self, Judged},
    rounds::{self, Round},
    rules::Rules,
    views,
};
use crate::{
    Centre,
    model::{Assessment, AssessmentEvent},
};
use scoring::definition::Kind;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use store::StoreError;
use tokio::sync::Mutex;

/// Everything the checks find.
#[derive(Debug, Default)]
pub struct Findings {
    pub facts: Vec<Arc<Fact>>,
    pub outliers: Judged,
    pub contradicting: Vec<Arc<Fact>>,
    pub same_texts: Vec<Group>,
    /// Results with a note long enough to be compared.
    pub with_texts: usize,
    pub same_answers: Vec<Group>,
    /// Results long enough to be compared as a whole.
    pub comparable: usize,
    pub drift: Drift,
    pub rounds: Vec<Round>,
    /// Records that do not read; they are in no figure.
    pub unread: usize,
}

impl Findings {
    pub fn of(facts: Vec<Arc<Fact>>, rules: &Rules, unread: usize) -> Self {
        let mut contradicting: Vec<Arc<Fact>> = facts.iter().filter(|f| !f.contradictions.is_empty()).cloned().collect();
        contradicting.sort_by(|a, b| (b.contradictions.len(), b.submitted_at, b.id.to_string()).cmp(&(a.contradictions.len(), a.submitted_at, a.id.to_string())));
        Self {
            outliers: outlier::outliers(&facts, &rules.outliers),
            contradicting,
            same_texts: alike::same_texts(&facts),
            with_texts: facts.iter().filter(|f| !f.texts.is_empty()).count(),
            same_answers: alike::same_answers(&facts, &rules.alike),
            comparable: facts.iter().filter(|f| alike::comparable(f, &rules.alike)).count(),
            drift: drift::drift(&facts, &rules.drift),
            rounds: rounds::rounds(&facts),
            unread,
            facts,
        }
    }
    /// Later rounds that break the rule.
    pub fn broken(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter().filter(|r| !r.broken.is_empty())
    }
}

/// Shared by the pages of one program.
#[derive(Default)]
pub struct Known(Mutex<State>);

#[derive(Default)]
struct State {
    /// `None`: this version does not read.
    facts: HashMap<String, (i64, Option<Arc<Fact>>)>,
    scales: BTreeMap<(String, String), Option<Scale>>,
    findings: Option<Arc<Findings>>,
}

impl Known {
    /// The findings as of now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn now(&self, c: &Centre, rules: &Rules) -> Result<Arc<Findings>, StoreError> {
        let mut state = self.0.lock().await;
        let mut heads: HashMap<String, i64> = HashMap::new();
        for f in c.frameworks.iter().filter(|f| f.kind == Kind::Index) {
            heads.extend(views::heads(&c.scope, &f.framework, &f.version).await?);
        }
        let new: Vec<String> = heads.iter().filter(|(id, v)| state.facts.get(*id).is_none_or(|known| known.0 < **v)).map(|(id, _)| id.clone()).collect();
        let before = state.facts.len();
        state.facts.retain(|id, _| heads.contains_key(id));
        if let Some(found) = state.findings.as_ref().filter(|_| new.is_empty() && before == state.facts.len()) {
            return Ok(Arc::clone(found));
        }
        for some in new.chunks(views::TOGETHER) {
            for record in views::records(&c.scope, some).await? {
                let id = record.fact.id.to_string();
                let version = record.fact.version;
                let fact = state.read(c, rules, record).await?;
                state.facts.insert(id, (version, fact.map(Arc::new)));
            }
        }
        let mut facts: Vec<Arc<Fact>> = state.facts.values().filter_map(|f| f.1.clone()).collect();
        facts.sort_unstable_by_key(|f| f.id.uuid());
        let unread = state.facts.len() - facts.len();
        let found = Arc::new(Findings::of(facts, rules, unread));
        state.findings = Some(Arc::clone(&found));
        Ok(found)
    }
}

impl State {
    /// A record to a fact; `None` for one that does not read.
    async fn read(&mut self, c: &Centre, rules: &Rules, record: views::Record) -> Result<Option<Fact>, StoreError> {
        let views::Record { mut fact, state } = record;
        let key = (fact.framework.clone(), fact.edition.clone());
        let scale = self.scales.entry(key).or_insert_with(|| c.frameworks.get(&fact.framework, &fact.edition).and_then(Scale::of));
        let Some(scale) = scale else { return Ok(None) };
        if let Err(error) = scale.score(&mut fact, &state) {
            tracing::warn!(id = %fact.id, %error, "a stored result does not read; the checks leave it out");
            return Ok(None);
        }
        // Most records have neither notes nor a consultant; those are not read a second time.
        if !state.contains("\"note\":\"") && !state.contains("\"consultant\":[") {
            return Ok(Some(fact));
        }
        let Ok(whole) = serde_json::from_str::<Assessment>(&state) else { return Ok(None) };
        fact.texts = fact::texts(&whole, rules.alike.text_length);
        if !whole.checks.is_empty() {
            let events = store::journal::stream(&c.scope, &fact.id.to_string()).await?;
            let events = events.iter().map(store::journal::Entry::read).collect::<Result<Vec<AssessmentEvent>, _>>()?;
            fact.correction = scale.correction(&events);
        }
        fact.consultant = whole.consultant.map(|(account, name)| (account.to_string(), name));
        Ok(Some(fact))
    }
}
