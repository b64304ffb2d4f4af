//! What may be read: search, queues, reminders, scorecards. Keyset pages everywhere.

use crate::{
    ids::{LeadId, ProofId},
    rank::Facts,
};
use kernel::{
    Instant,
    id::{AccountId, ChoiceId, EnterpriseId, ProviderId, SolutionId},
    time::Date,
};
use store::{Row, Scope, StoreError, Value, values};

/// What is asked of the showroom. Empty fields ask nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub words: String,
    pub sector: String,
    pub stage: String,
    pub kind: String,
    pub price: String,
    pub label: String,
    pub size: String,
    pub language: String,
    pub hosting: String,
    pub portal: bool,
    /// The last row of the page before: folded name and id.
    pub after: Option<(String, SolutionId)>,
}

/// One solution in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: SolutionId,
    pub provider: ProviderId,
    pub provider_name: String,
    pub stage: String,
    pub name: (String, String),
    pub summary: (String, String),
    pub sort_name: String,
    pub price: String,
    pub label: String,
    pub portal: bool,
    pub main_type: String,
    pub waiting_since: Option<Instant>,
    pub waiting_for: Option<String>,
    pub changed_at: Instant,
    pub confirmed: i64,
    pub outcome_cases: i64,
}

const COLUMNS: &str = "v.solution, v.provider, p.name AS provider_name, v.stage, v.name, v.name_en, v.summary, v.summary_en, v.sort_name, v.price, v.label, v.portal, v.main_type, \
                       v.waiting_since, v.waiting_for, v.changed_at, v.confirmed, v.outcome_cases";
const FROM: &str = "FROM solution_view v JOIN provider_view p ON p.province = v.province AND p.provider = v.provider";

fn listed(r: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: r.id("solution")?,
        provider: r.id("provider")?,
        provider_name: r.string("provider_name")?,
        stage: r.string("stage")?,
        name: (r.string("name")?, r.string("name_en")?),
        summary: (r.string("summary")?, r.string("summary_en")?),
        sort_name: r.string("sort_name")?,
        price: r.string("price")?,
        label: r.string("label")?,
        portal: r.bool("portal")?,
        main_type: r.string("main_type")?,
        waiting_since: r.opt_instant("waiting_since")?,
        waiting_for: r.opt_string("waiting_for")?,
        changed_at: r.instant("changed_at")?,
        confirmed: r.int("confirmed")?,
        outcome_cases: r.int("outcome_cases")?,
    })
}

/// Builds a statement with its parameters; `$1` is the province.
struct Query {
    sql: String,
    params: Vec<Value>,
}

impl Query {
    fn new(sql: String) -> Self {
        Self { sql, params: Vec::new() }
    }
    fn param(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len() + 1)
    }
    fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }
    fn tagged(&mut self, list: &str, code: &str) {
        if code.is_empty() {
            return;
        }
        // A sector asked for is met by itself, by a wider code, and by "every sector".
        let codes: Vec<String> = if list == "sector" { prefixes(code) } else { vec![code.to_owned()] };
        let places: Vec<String> = codes.into_iter().map(|c| self.param(c)).collect();
        let list = self.param(list);
        self.and(&format!(
            "EXISTS (SELECT 1 FROM solution_tag t WHERE t.province = v.province AND t.solution = v.solution AND t.list = {list} AND t.code IN ({}))",
            places.join(", ")
        ));
    }
}

fn prefixes(sector: &str) -> Vec<String> {
    let letters: Vec<char> = sector.chars().take(8).collect();
    let mut all: Vec<String> = (1..=letters.len()).map(|n| letters.iter().take(n).collect()).collect();
    all.push("*".to_owned());
    all
}

/// The public's search: listed solutions in the order of their names, at most `limit`.
pub async fn search(scope: &Scope, asked: &Asked, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let mut q = Query::new(format!("SELECT {COLUMNS} {FROM} WHERE v.province = $1 AND v.stage = 'listed'"));
    // Folded words hold letters and figures only: nothing in them means anything to LIKE.
    for word in kernel::text::fold(&asked.words).split(' ').filter(|w| !w.is_empty()).take(12) {
        let word = q.param(format!("%{word}%"));
        q.and(&format!("v.search LIKE {word}"));
    }
    for (list, code) in [
        ("sector", &asked.sector),
        ("stage", &asked.stage),
        ("type", &asked.kind),
        ("size", &asked.size),
        ("language", &asked.language),
        ("hosting", &asked.hosting),
    ] {
        q.tagged(list, code);
    }
    for (column, code) in [("v.price", &asked.price), ("v.label", &asked.label)] {
        if !code.is_empty() {
            let code = q.param(code.as_str());
            q.and(&format!("{column} = {code}"));
        }
    }
    if asked.portal {
        q.and("v.portal = 1");
    }
    if let Some((name, id)) = &asked.after {
        let (name, id) = (q.param(name.as_str()), q.param(*id));
        q.and(&format!("(v.sort_name, v.solution) > ({name}, {id})"));
    }
    let limit = q.param(limit);
    q.sql.push_str(&format!(" ORDER BY v.sort_name, v.solution LIMIT {limit}"));
    scope.query(&q.sql, q.params).await?.iter().map(listed).collect()
}

/// What waits for the centre, the longest first; `after` is the last row of the page before.
pub async fn waiting(scope: &Scope, after: Option<(Instant, SolutionId)>, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let (at, id) = after.map_or((Value::Int(i64::MIN), Value::Text(String::new())), |(at, id)| (at.into(), id.into()));
    let sql = format!(
        "SELECT {COLUMNS} {FROM} WHERE v.province = $1 AND v.waiting_since IS NOT NULL AND (v.waiting_since, v.solution) > ($2, $3) ORDER BY v.waiting_since, v.solution LIMIT $4"
    );
    scope.query(&sql, vec![at, id, limit.into()]).await?.iter().map(listed).collect()
}

/// Solutions in one stage, by name.
pub async fn in_stage(scope: &Scope, stage: &str, after: Option<(String, SolutionId)>, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let (name, id) = after.map_or((String::new(), String::new()), |(n, id)| (n, id.to_string()));
    let sql = format!(
        "SELECT {COLUMNS} {FROM} WHERE v.province = $1 AND v.stage = $2 AND (v.sort_name, v.solution) > ($3, $4) ORDER BY v.sort_name, v.solution LIMIT $5"
    );
    scope.query(&sql, values![stage, name, id, limit]).await?.iter().map(listed).collect()
}

/// A provider's own solutions.
pub async fn of_provider(scope: &Scope, provider: ProviderId) -> Result<Vec<Listed>, StoreError> {
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE v.province = $1 AND v.provider = $2 ORDER BY v.sort_name, v.solution LIMIT 500");
    scope.query(&sql, values![provider]).await?.iter().map(listed).collect()
}

/// The provider with a tax code, typed with or without its dash.
pub async fn provider_by_code(scope: &Scope, code: &str) -> Result<Option<ProviderId>, StoreError> {
    let Ok(code) = kernel::party::Identifier::parse("tax_code", code) else { return Ok(None) };
    let row = scope.one("SELECT provider FROM provider_view WHERE province = $1 AND tax_code = $2", values![code.as_str()]).await?;
    row.map(|r| r.id("provider")).transpose()
}

/// The providers an account belongs to.
pub async fn providers_of(scope: &Scope, account: AccountId) -> Result<Vec<ProviderId>, StoreError> {
    let sql = "SELECT provider FROM provider_member WHERE province = $1 AND account = $2 ORDER BY provider";
    scope.query(sql, values![account]).await?.iter().map(|r| r.id("provider")).collect()
}

/// A proof of a listed solution that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub solution: SolutionId,
    pub proof: ProofId,
    pub name: String,
    pub kind: String,
    pub title: String,
    pub until: Date,
}

/// Accepted proofs whose last day is not after `by`, soonest first; of one provider or of all.
pub async fn ending(scope: &Scope, provider: Option<ProviderId>, by: Date, limit: i64) -> Result<Vec<Ending>, StoreError> {
    let mut q = Query::new("SELECT e.solution, e.proof, e.kind, e.title, e.until, v.name FROM proof_expiry e JOIN solution_view v ON v.province = e.province AND v.solution = e.solution WHERE e.province = $1".to_owned());
    let by = q.param(by);
    q.and(&format!("e.until <= {by}"));
    if let Some(provider) = provider {
        let provider = q.param(provider);
        q.and(&format!("e.provider = {provider}"));
    }
    let limit = q.param(limit);
    q.sql.push_str(&format!(" ORDER BY e.until, e.solution, e.proof LIMIT {limit}"));
    let row = |r: &Row| {
        Ok(Ending {
            solution: r.id("solution")?,
            proof: r.id("proof")?,
            name: r.string("name")?,
            kind: r.string("kind")?,
            title: r.string("title")?,
            until: r.parsed("until")?,
        })
    };
    scope.query(&q.sql, q.params).await?.iter().map(row).collect()
}

/// How often the shelf has changed.
pub(crate) async fn shelf_stamp(scope: &Scope) -> Result<i64, StoreError> {
    let row = scope.one("SELECT stamp FROM shelf_stamp WHERE province = $1 AND shelf = 'all'", values![]).await?;
    row.map_or(Ok(0), |r| r.int("stamp"))
}

/// Everything on the shelf as of a day, in the order of ids so that the same shelf reads the same everywhere.
pub(crate) async fn shelf(scope: &Scope, on: Date) -> Result<Vec<Facts>, StoreError> {
    let sql = "SELECT i.facts, p.name, p.barred_until FROM shelf_item i JOIN solution_view v ON v.province = i.province AND v.solution = i.solution \
               JOIN provider_view p ON p.province = v.province AND p.provider = v.provider WHERE i.province = $1 ORDER BY i.solution";
    let row = |r: &Row| {
        let mut facts: Facts = r.json("facts")?;
        facts.provider_name = r.string("name")?;
        let barred = r.opt_text("barred_until")?.and_then(|d| d.parse::<Date>().ok()).is_some_and(|until| on <= until);
        facts.standing &= !barred;
        Ok(facts)
    };
    scope.query(sql, values![]).await?.iter().map(row).collect()
}

/// A stored advice with the names of its inputs.
#[derive(Debug, Clone)]
pub struct StoredAdvice {
    pub choice: ChoiceId,
    pub at: Instant,
    pub on: Date,
    pub seed: u64,
    pub shelf: String,
    pub rules: String,
    pub need: crate::rank::Need,
    pub weights: crate::rank::Weights,
    pub digest: String,
    /// As it was shown.
    pub result: crate::rank::Advice,
}

pub async fn advice(scope: &Scope, id: crate::ids::AdviceId) -> Result<Option<StoredAdvice>, StoreError> {
    let sql = "SELECT choice, at, on_day, seed, shelf, rules, need, weights, digest, result FROM advice WHERE province = $1 AND advice = $2";
    let row = |r: Row| {
        Ok(StoredAdvice {
            choice: r.id("choice")?,
            at: r.instant("at")?,
            on: r.parsed("on_day")?,
            seed: r.parsed("seed")?,
            shelf: r.string("shelf")?,
            rules: r.string("rules")?,
            need: r.json("need")?,
            weights: r.json("weights")?,
            digest: r.string("digest")?,
            result: r.json("result")?,
        })
    };
    scope.one(sql, values![id]).await?.map(row).transpose()
}

pub(crate) async fn advice_input<T: serde::de::DeserializeOwned>(scope: &Scope, sha256: &str) -> Result<T, StoreError> {
    let row = scope.one("SELECT content FROM advice_input WHERE province = $1 AND sha256 = $2", values![sha256]).await?;
    row.ok_or_else(|| StoreError::Damaged(format!("advice input {sha256} is not stored")))?.json("content")
}

/// A choice in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceRow {
    pub id: ChoiceId,
    pub enterprise: EnterpriseId,
    pub enterprise_name: String,
    pub title: String,
    pub stage: String,
    pub opened_at: Instant,
    pub chosen: Option<SolutionId>,
}

/// The choices of an enterprise, newest first.
pub async fn choices(scope: &Scope, enterprise: EnterpriseId) -> Result<Vec<ChoiceRow>, StoreError> {
    let sql = "SELECT choice, enterprise, enterprise_name, title, stage, opened_at, chosen FROM choice_view WHERE province = $1 AND enterprise = $2 ORDER BY opened_at DESC LIMIT 100";
    let row = |r: &Row| {
        let chosen = r.opt_text("chosen")?.and_then(|t| t.parse().ok());
        Ok(ChoiceRow {
            id: r.id("choice")?,
            enterprise: r.id("enterprise")?,
            enterprise_name: r.string("enterprise_name")?,
            title: r.string("title")?,
            stage: r.string("stage")?,
            opened_at: r.instant("opened_at")?,
            chosen,
        })
    };
    scope.query(sql, values![enterprise]).await?.iter().map(row).collect()
}

/// An enterprise that agreed to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub id: LeadId,
    pub solution: SolutionId,
    pub solution_name: String,
    pub enterprise: String,
    /// Empty after the consent was withdrawn.
    pub name: String,
    pub phone: String,
    pub message: String,
    pub at: Instant,
    pub withdrawn_at: Option<Instant>,
}

const LEAD: &str = "SELECT l.lead, l.solution, l.enterprise, l.name, l.phone, l.message, l.at, l.withdrawn_at, v.name AS solution_name FROM lead l \
                    JOIN solution_view v ON v.province = l.province AND v.solution = l.solution WHERE l.province = $1";

fn lead(r: &Row) -> Result<Lead, StoreError> {
    let withdrawn_at = r.opt_instant("withdrawn_at")?;
    Ok(Lead {
        id: r.id("lead")?,
        solution: r.id("solution")?,
        solution_name: r.string("solution_name")?,
        enterprise: r.string("enterprise")?,
        name: r.string("name")?,
        phone: r.string("phone")?,
        message: r.string("message")?,
        at: r.instant("at")?,
        withdrawn_at,
    })
}

/// The leads of a provider, newest first.
pub async fn leads(scope: &Scope, provider: ProviderId, before: Option<(Instant, LeadId)>, limit: i64) -> Result<Vec<Lead>, StoreError> {
    let (at, id) = before.map_or((Value::Int(i64::MAX), Value::Text(String::new())), |(at, id)| (at.into(), id.into()));
    let sql = format!("{LEAD} AND l.provider = $2 AND (l.at, l.lead) < ($3, $4) ORDER BY l.at DESC, l.lead DESC LIMIT $5");
    scope.query(&sql, vec![provider.into(), at, id, limit.into()]).await?.iter().map(lead).collect()
}

/// The contacts an account has agreed to, newest first.
pub async fn own_leads(scope: &Scope, account: AccountId) -> Result<Vec<Lead>, StoreError> {
    let sql = format!("{LEAD} AND l.account = $2 ORDER BY l.at DESC LIMIT 100");
    scope.query(&sql, values![account]).await?.iter().map(lead).collect()
}
