//! What may be read: dossiers, lists, the ledger, totals, the yearly report. Keyset paging everywhere.

use crate::{
    dossier::{Dossier, DossierId, Status},
    papers::Tray,
    rules::eligibility::{Elsewhere, LedgerFacts, Total},
    store::NewElsewhere,
};
use kernel::{
    Dong, Instant,
    id::{EnterpriseId, GrantId},
};
use store::{Row, Scope, StoreError, values};

pub async fn dossier(scope: &Scope, id: DossierId) -> Result<Option<Dossier>, StoreError> {
    let Some(found) = store::snapshot::load(scope, &Dossier::stream(id)).await? else { return Ok(None) };
    serde_json::from_str(&found.state).map(Some).map_err(|e| StoreError::Damaged(format!("dossier {id} does not read: {e}")))
}

/// What lies ready for a dossier, sent or not.
pub async fn tray(scope: &Scope, id: DossierId) -> Result<Option<Tray>, StoreError> {
    let Some(found) = store::snapshot::load(scope, &Tray::stream(id)).await? else { return Ok(None) };
    serde_json::from_str(&found.state).map(Some).map_err(|e| StoreError::Damaged(format!("papers of {id} do not read: {e}")))
}

/// A dossier as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: DossierId,
    pub code: String,
    pub enterprise: EnterpriseId,
    pub enterprise_name: String,
    pub enterprise_code: String,
    pub status: Status,
    pub year: i16,
    pub contents: Vec<String>,
    pub priority: bool,
    pub received_at: Instant,
    pub due: Instant,
    pub decided_at: Option<Instant>,
    pub amount: Dong,
    pub open: Dong,
    pub paid: Dong,
    pub publish_due: Option<Instant>,
    pub published_at: Option<Instant>,
    pub appeal_open: bool,
}

fn year(row: &Row) -> Result<i16, StoreError> {
    i16::try_from(row.int("year")?).map_err(|_| StoreError::Damaged("a year out of range".to_owned()))
}

fn dong(row: &Row, column: &str) -> Result<Dong, StoreError> {
    Ok(Dong(row.opt_int(column)?.unwrap_or(0)))
}

fn item(row: &Row) -> Result<Item, StoreError> {
    let status = row.text("status")?;
    Ok(Item {
        id: row.id("id")?,
        code: row.string("code")?,
        enterprise: row.id("enterprise")?,
        enterprise_name: row.string("enterprise_name")?,
        enterprise_code: row.string("enterprise_code")?,
        status: Status::of_code(status).ok_or_else(|| StoreError::Damaged(format!("unknown status {status}")))?,
        year: year(row)?,
        contents: row.text("contents")?.split(' ').map(str::to_owned).collect(),
        priority: row.bool("priority")?,
        received_at: row.instant("received_at")?,
        due: row.instant("due")?,
        decided_at: row.opt_instant("decided_at")?,
        amount: dong(row, "amount")?,
        open: dong(row, "open")?,
        paid: dong(row, "paid")?,
        publish_due: row.opt_instant("publish_due")?,
        published_at: row.opt_instant("published_at")?,
        appeal_open: row.bool("appeal_open")?,
    })
}

const ITEM: &str = "id, code, enterprise, enterprise_name, enterprise_code, status, year, contents, priority, received_at, due, decided_at, \
                    amount, open, paid, publish_due, published_at, appeal_open";

/// Where the next page begins: the sorting instant and the id of the last row shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub at: i64,
    pub id: String,
}

impl After {
    /// Before every row.
    pub fn first() -> Self {
        Self { at: i64::MIN, id: String::new() }
    }
    /// `1790000000000000~supp_…`, as in the address; what does not read is the beginning.
    pub fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('~')?;
        let plain = id.len() <= 60 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        Some(Self { at: at.parse().ok()?, id: id.to_owned() }).filter(|_| plain)
    }
}
impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.at, self.id)
    }
}

pub(crate) async fn items(scope: &Scope, when: &str, params: Vec<store::Value>) -> Result<Vec<Item>, StoreError> {
    scope.query(&format!("SELECT {ITEM} FROM support_dossier WHERE province = $1 AND {when}"), params).await?.iter().map(item).collect()
}

/// Dossiers of one status by due instant.
pub async fn by_due(scope: &Scope, status: Status, after: &After, limit: i64) -> Result<Vec<Item>, StoreError> {
    let when = "status = $2 AND (due, id) > ($3, $4) ORDER BY due, id LIMIT $5";
    items(scope, when, values![status.code(), after.at, after.id.as_str(), limit]).await
}

/// Dossiers with an appeal that waits for an answer.
pub async fn appeals(scope: &Scope, limit: i64) -> Result<Vec<Item>, StoreError> {
    items(scope, "appeal_open = 1 ORDER BY due, id LIMIT $2", values![limit]).await
}

/// The enterprise's own, newest first.
pub async fn of_enterprise(scope: &Scope, enterprise: EnterpriseId, limit: i64) -> Result<Vec<Item>, StoreError> {
    items(scope, "enterprise = $2 ORDER BY received_at DESC, id DESC LIMIT $3", values![enterprise, limit]).await
}

/// Every dossier that one enterprise or dependent unit sent.
pub async fn dossiers_of(scope: &Scope, enterprise: EnterpriseId) -> Result<std::collections::BTreeSet<DossierId>, StoreError> {
    let sql = "SELECT id FROM support_dossier WHERE province = $1 AND enterprise = $2";
    scope.query(sql, values![enterprise]).await?.iter().map(|r| r.id("id")).collect()
}

/// Approved dossiers not yet published, the most urgent first.
pub async fn to_publish(scope: &Scope, after: &After, limit: i64) -> Result<Vec<Item>, StoreError> {
    let when = "published_at IS NULL AND publish_due IS NOT NULL AND (publish_due, id) > ($2, $3) ORDER BY publish_due, id LIMIT $4";
    items(scope, when, values![after.at, after.id.as_str(), limit]).await
}

/// The public list, newest first; `after` is the last row shown.
pub async fn published(scope: &Scope, after: Option<&After>, limit: i64) -> Result<Vec<Item>, StoreError> {
    let end = After { at: i64::MAX, id: String::new() };
    let after = after.unwrap_or(&end);
    let when = "published_at IS NOT NULL AND (published_at, id) < ($2, $3) ORDER BY published_at DESC, id DESC LIMIT $4";
    items(scope, when, values![after.at, after.id.as_str(), limit]).await
}

/// Dossiers with money committed and not yet paid, the longest decided first.
pub async fn to_pay(scope: &Scope, after: &After, limit: i64) -> Result<Vec<Item>, StoreError> {
    let when = "open > 0 AND (decided_at, id) > ($2, $3) ORDER BY decided_at, id LIMIT $4";
    items(scope, when, values![after.at, after.id.as_str(), limit]).await
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    pub id: GrantId,
    pub kind: String,
    pub enterprise: EnterpriseId,
    pub content: String,
    pub year: i16,
    pub period: String,
    pub amount: Dong,
    pub dossier: DossierId,
    pub dossier_code: String,
    pub commitment: GrantId,
    pub reverses: Option<String>,
    pub contract: String,
    pub acceptance: String,
    pub invoices: String,
    pub reason: String,
    pub at: Instant,
    pub by: String,
}

/// The ledger of an enterprise, oldest first.
pub async fn ledger(scope: &Scope, enterprise: EnterpriseId, after: &After, limit: i64) -> Result<Vec<LedgerLine>, StoreError> {
    let sql = "SELECT id, kind, enterprise, content, year, period, amount, dossier, dossier_code, commitment, reverses, contract, acceptance, invoices, \
               reason, at, actor_name FROM support_entry \
               WHERE province = $1 AND enterprise = $2 AND (at, id) > ($3, $4) ORDER BY at, id LIMIT $5";
    scope.query(sql, values![enterprise, after.at, after.id.as_str(), limit]).await?.iter().map(ledger_line).collect()
}

fn ledger_line(row: &Row) -> Result<LedgerLine, StoreError> {
    Ok(LedgerLine {
        id: row.id("id")?,
        kind: row.string("kind")?,
        enterprise: row.id("enterprise")?,
        content: row.string("content")?,
        year: year(row)?,
        period: row.string("period")?,
        amount: dong(row, "amount")?,
        dossier: row.id("dossier")?,
        dossier_code: row.string("dossier_code")?,
        commitment: row.id("commitment")?,
        reverses: row.opt_string("reverses")?,
        contract: row.string("contract")?,
        acceptance: row.string("acceptance")?,
        invoices: row.string("invoices")?,
        reason: row.string("reason")?,
        at: row.instant("at")?,
        by: row.string("actor_name")?,
    })
}

/// What the rules need to know of an enterprise's money and of other agencies.
pub async fn ledger_facts(scope: &Scope, enterprise: EnterpriseId) -> Result<LedgerFacts, StoreError> {
    let sql = "SELECT content, year, period, committed, paid, grants FROM support_total WHERE province = $1 AND enterprise = $2";
    let totals = scope.query(sql, values![enterprise]).await?.iter().map(total).collect::<Result<_, _>>()?;
    let others = elsewhere(scope, enterprise).await?;
    let elsewhere = others
        .into_iter()
        .filter(|o| o.withdrawn_at.is_none())
        .map(|o| Elsewhere { content: o.what.content, year: o.what.year, agency: o.what.agency, granted: o.what.granted })
        .collect();
    Ok(LedgerFacts { totals, elsewhere })
}

fn total(row: &Row) -> Result<Total, StoreError> {
    Ok(Total {
        content: row.string("content")?,
        year: year(row)?,
        period: row.string("period")?,
        committed: dong(row, "committed")?,
        paid: dong(row, "paid")?,
        grants: row.int("grants")?,
    })
}

/// A record about another agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAgency {
    pub what: NewElsewhere,
    /// Ours was committed or paid when it was recorded: to be cleared up.
    pub overlaps: bool,
    pub withdrawn_at: Option<Instant>,
    pub at: Instant,
    pub by: String,
}

pub async fn elsewhere(scope: &Scope, enterprise: EnterpriseId) -> Result<Vec<OtherAgency>, StoreError> {
    let sql = "SELECT id, enterprise, content, year, agency, granted, amount, reference, doubled, withdrawn_at, at, actor_name \
               FROM support_elsewhere WHERE province = $1 AND enterprise = $2 ORDER BY year DESC, at, id";
    scope.query(sql, values![enterprise]).await?.iter().map(other_agency).collect()
}

fn other_agency(row: &Row) -> Result<OtherAgency, StoreError> {
    Ok(OtherAgency {
        what: NewElsewhere {
            id: row.id("id")?,
            enterprise: row.id("enterprise")?,
            content: row.string("content")?,
            year: year(row)?,
            agency: row.string("agency")?,
            granted: row.bool("granted")?,
            amount: row.opt_int("amount")?.map(Dong),
            reference: row.string("reference")?,
        },
        overlaps: row.bool("doubled")?,
        withdrawn_at: row.opt_instant("withdrawn_at")?,
        at: row.instant("at")?,
        by: row.string("actor_name")?,
    })
}

/// Money of one content in one year, beside the plan. `firms` had something committed or paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentTotal {
    pub content: String,
    pub firms: i64,
    pub committed: Dong,
    pub paid: Dong,
    /// The plan of the year; `None`: none set.
    pub budget: Option<Dong>,
}

/// Committed and paid of a year by content, for the director's page: one small aggregate on an index.
pub async fn year_totals(scope: &Scope, year: i16) -> Result<Vec<ContentTotal>, StoreError> {
    let sql = "SELECT content, SUM(CASE WHEN committed + paid > 0 THEN 1 ELSE 0 END) AS firms, SUM(committed) AS committed, SUM(paid) AS paid \
               FROM support_total WHERE province = $1 AND year = $2 AND period = '' GROUP BY content ORDER BY content";
    let rows = scope.query(sql, values![i64::from(year)]).await?;
    let mut totals: Vec<ContentTotal> = Vec::new();
    for row in &rows {
        totals.push(ContentTotal { content: row.string("content")?, firms: row.int("firms")?, committed: dong(row, "committed")?, paid: dong(row, "paid")?, budget: None });
    }
    let budgets = scope.query("SELECT content, amount FROM support_budget WHERE province = $1 AND year = $2 ORDER BY content", values![i64::from(year)]).await?;
    for row in &budgets {
        let (content, amount) = (row.string("content")?, dong(row, "amount")?);
        match totals.iter_mut().find(|t| t.content == content) {
            Some(t) => t.budget = Some(amount),
            None => totals.push(ContentTotal { content, firms: 0, committed: Dong(0), paid: Dong(0), budget: Some(amount) }),
        }
    }
    Ok(totals)
}

/// One cell of the yearly report: entries of one kind for one content and beneficiary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCell {
    pub content: String,
    pub who: String,
    pub kind: String,
    pub entries: i64,
    pub firms: i64,
    pub priority_firms: i64,
    pub amount: Dong,
}

pub async fn report(scope: &Scope, year: i16) -> Result<Vec<ReportCell>, StoreError> {
    let sql = "SELECT content, who, kind, COUNT(*) AS entries, COUNT(DISTINCT enterprise) AS firms, \
               COUNT(DISTINCT CASE WHEN priority = 1 THEN enterprise END) AS priority_firms, SUM(amount) AS amount \
               FROM support_entry WHERE province = $1 AND year = $2 GROUP BY content, who, kind ORDER BY content, who, kind";
    let rows = scope.query(sql, values![i64::from(year)]).await?;
    rows.iter()
        .map(|row| {
            Ok(ReportCell {
                content: row.string("content")?,
                who: row.string("who")?,
                kind: row.string("kind")?,
                entries: row.int("entries")?,
                firms: row.int("firms")?,
                priority_firms: row.int("priority_firms")?,
                amount: dong(row, "amount")?,
            })
        })
        .collect()
}

/// Different enterprises with a commitment in the year: contents overlap, so the rows do not add up to it.
pub async fn firms(scope: &Scope, year: i16) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(DISTINCT enterprise) AS firms FROM support_entry WHERE province = $1 AND year = $2 AND kind = 'commit'";
    scope.one(sql, values![i64::from(year)]).await?.map_or(Ok(0), |r| r.int("firms"))
}

/// The history of a dossier as the journal has it, oldest first.
pub async fn history(scope: &Scope, id: DossierId) -> Result<Vec<crate::dossier::Recorded>, StoreError> {
    store::journal::stream(scope, &Dossier::stream(id)).await?.iter().map(|e| e.read()).collect()
}
