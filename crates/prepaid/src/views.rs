//! What may be read of accounts: their lines, their signatures and money, and the sums of a month.

use crate::statement::{Statement, Sums};
use kernel::{
    Dong, Instant,
    id::{AccountId, DueId, OfficeCode, PurseId, TrustProviderCode},
};
use store::{Row, Scope, StoreError, values};

#[derive(Debug, Clone)]
pub struct PurseLine {
    pub id: PurseId,
    pub provider: TrustProviderCode,
    pub office: Option<OfficeCode>,
    pub account: Option<AccountId>,
    pub balance: Dong,
    pub held: Dong,
    pub doubts: i64,
    pub changed: Instant,
}

/// One signature.
#[derive(Debug, Clone)]
pub struct UseLine {
    pub number: u64,
    pub state: String,
    pub amount: Dong,
    pub free: bool,
    pub reference: String,
    pub person: Option<AccountId>,
    pub held_at: Instant,
    pub note: String,
}

#[derive(Debug, Clone)]
pub struct MoneyLine {
    pub payment: DueId,
    pub state: String,
    pub amount: Dong,
    pub transaction: String,
    pub by_name: String,
    pub at: Instant,
    /// Asked for, and not paid to this day.
    pub unpaid: bool,
}

/// What a provider gets of one holder for a month.
#[derive(Debug, Clone)]
pub struct Share {
    pub purse: PurseId,
    pub provider: TrustProviderCode,
    pub office: Option<OfficeCode>,
    pub charged: i64,
    pub cost: Dong,
    pub free: i64,
    /// Distinct people who signed with a key of their own.
    pub people: i64,
}

const PURSE: &str = "id, provider, office, account, balance, held, doubts, changed_at";

fn purse_line(row: &Row) -> Result<PurseLine, StoreError> {
    Ok(PurseLine {
        id: row.id("id")?,
        provider: TrustProviderCode::new(row.text("provider")?),
        office: row.opt_string("office")?.map(OfficeCode::new),
        account: row.opt_string("account")?.and_then(|a| a.parse().ok()),
        balance: Dong(row.int("balance")?),
        held: Dong(row.int("held")?),
        doubts: row.int("doubts")?,
        changed: row.instant("changed_at")?,
    })
}

/// The accounts of an office; of all offices with none named.
pub async fn of_offices(scope: &Scope, office: Option<&OfficeCode>) -> Result<Vec<PurseLine>, StoreError> {
    let rows = match office {
        Some(office) => scope.query(&format!("SELECT {PURSE} FROM prepaid_purse WHERE province = $1 AND office = $2 ORDER BY provider"), values![office.as_str()]).await?,
        None => scope.query(&format!("SELECT {PURSE} FROM prepaid_purse WHERE province = $1 AND office IS NOT NULL ORDER BY office, provider"), values![]).await?,
    };
    rows.iter().map(purse_line).collect()
}

pub async fn of_person(scope: &Scope, account: AccountId) -> Result<Vec<PurseLine>, StoreError> {
    let sql = format!("SELECT {PURSE} FROM prepaid_purse WHERE province = $1 AND account = $2 ORDER BY provider");
    scope.query(&sql, values![account]).await?.iter().map(purse_line).collect()
}

pub async fn purse_of_payment(scope: &Scope, payment: DueId) -> Result<Option<PurseId>, StoreError> {
    let found = scope.one("SELECT purse FROM prepaid_money WHERE province = $1 AND payment = $2 AND state = 'asked'", values![payment]).await?;
    found.map(|row| row.id("purse")).transpose()
}

fn use_line(row: &Row) -> Result<UseLine, StoreError> {
    Ok(UseLine {
        number: u64::try_from(row.int("number")?).unwrap_or_default(),
        state: row.string("state")?,
        amount: Dong(row.int("amount")?),
        free: row.int("free")? != 0,
        reference: row.string("reference")?,
        person: row.opt_string("person")?.and_then(|p| p.parse().ok()),
        held_at: row.instant("held_at")?,
        note: row.string("note")?,
    })
}

const USE: &str = "number, state, amount, free, reference, person, held_at, note";

/// Signatures of a month below a number, the latest first.
pub async fn uses(scope: &Scope, purse: PurseId, month: &str, below: u64, limit: i64) -> Result<Vec<UseLine>, StoreError> {
    let below = i64::try_from(below).unwrap_or(i64::MAX);
    let sql = format!("SELECT {USE} FROM prepaid_use WHERE province = $1 AND purse = $2 AND month = $3 AND number < $4 ORDER BY number DESC LIMIT $5");
    scope.query(&sql, values![purse, month, below, limit]).await?.iter().map(use_line).collect()
}

pub async fn one_use(scope: &Scope, purse: PurseId, number: u64) -> Result<Option<UseLine>, StoreError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let sql = format!("SELECT {USE} FROM prepaid_use WHERE province = $1 AND purse = $2 AND number = $3");
    scope.one(&sql, values![purse, number]).await?.as_ref().map(use_line).transpose()
}

/// Signatures in doubt, the oldest first.
pub async fn doubts(scope: &Scope, purse: PurseId, limit: i64) -> Result<Vec<UseLine>, StoreError> {
    let sql = format!("SELECT {USE} FROM prepaid_use WHERE province = $1 AND purse = $2 AND state = 'doubt' ORDER BY number LIMIT $3");
    scope.query(&sql, values![purse, limit]).await?.iter().map(use_line).collect()
}

/// The money of a month, and what was asked before it and is not paid.
pub async fn money(scope: &Scope, purse: PurseId, month: &str) -> Result<Vec<MoneyLine>, StoreError> {
    let sql = "WITH line AS (SELECT m.payment, m.state, m.amount, m.transaction_no, m.by_name, m.at, m.month, \
               CASE WHEN m.state NOT IN ('paid', 'returned') AND NOT EXISTS (SELECT 1 FROM prepaid_money p \
               WHERE p.province = m.province AND p.payment = m.payment AND p.state = 'paid') THEN 1 ELSE 0 END AS unpaid \
               FROM prepaid_money m WHERE m.province = $1 AND m.purse = $2 AND m.month <= $3) \
               SELECT payment, state, amount, transaction_no, by_name, at, unpaid FROM line WHERE month = $3 OR unpaid = 1 ORDER BY at DESC, payment LIMIT 500";
    let line = |row: &Row| {
        Ok(MoneyLine {
            payment: row.id("payment")?,
            state: row.string("state")?,
            amount: Dong(row.int("amount")?),
            transaction: row.string("transaction_no")?,
            by_name: row.string("by_name")?,
            at: row.instant("at")?,
            unpaid: row.int("unpaid")? == 1,
        })
    };
    scope.query(sql, values![purse, month]).await?.iter().map(line).collect()
}

async fn sums(scope: &Scope, purse: PurseId, month: &str, compare: &'static str) -> Result<Sums, StoreError> {
    let money = format!(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'paid' THEN amount ELSE 0 END), 0) AS BIGINT) AS paid, \
         CAST(COALESCE(SUM(CASE WHEN state = 'returned' THEN amount ELSE 0 END), 0) AS BIGINT) AS returned \
         FROM prepaid_money WHERE province = $1 AND purse = $2 AND month {compare} $3"
    );
    let used = format!(
        "SELECT COUNT(*) AS all_of_them, CAST(COALESCE(SUM(free), 0) AS BIGINT) AS free, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS cost \
         FROM prepaid_use WHERE province = $1 AND purse = $2 AND month {compare} $3 AND state = 'charged'"
    );
    let mut out = Sums::default();
    if let Some(row) = scope.one(&money, values![purse, month]).await? {
        (out.paid, out.returned) = (row.int("paid")?, row.int("returned")?);
    }
    if let Some(row) = scope.one(&used, values![purse, month]).await? {
        out.free = row.int("free")?;
        out.charged = row.int("all_of_them")? - out.free;
        out.cost = row.int("cost")?;
    }
    Ok(out)
}

/// The statement of one account for a month.
pub async fn statement(scope: &Scope, purse: PurseId, month: &str) -> Result<Statement, StoreError> {
    Ok(Statement::of(sums(scope, purse, month, "<").await?, sums(scope, purse, month, "=").await?))
}

/// What each office owes each provider for a month.
pub async fn month(scope: &Scope, month: &str, office: Option<&OfficeCode>) -> Result<Vec<Share>, StoreError> {
    let sql = "SELECT p.id, p.provider, p.office, COUNT(*) AS all_of_them, CAST(SUM(u.free) AS BIGINT) AS free, CAST(SUM(u.amount) AS BIGINT) AS cost, \
               COUNT(DISTINCT u.person) AS people \
               FROM prepaid_use u JOIN prepaid_purse p ON p.province = u.province AND p.id = u.purse \
               WHERE u.province = $1 AND u.month = $2 AND u.state = 'charged' AND ($3 = '' OR p.office = $3) \
               GROUP BY p.id, p.provider, p.office ORDER BY p.provider, p.office";
    let share = |row: &Row| {
        let free = row.int("free")?;
        Ok(Share {
            purse: row.id("id")?,
            provider: TrustProviderCode::new(row.text("provider")?),
            office: row.opt_string("office")?.map(OfficeCode::new),
            charged: row.int("all_of_them")? - free,
            cost: Dong(row.int("cost")?),
            free,
            people: row.int("people")?,
        })
    };
    scope.query(sql, values![month, office.map_or("", OfficeCode::as_str)]).await?.iter().map(share).collect()
}

/// Distinct people who signed with a key of their own in a month, by whatever provider and payer: the same person counts once.
pub async fn people(scope: &Scope, month: &str) -> Result<i64, StoreError> {
    let row = scope.one("SELECT COUNT(DISTINCT person) AS n FROM prepaid_use WHERE province = $1 AND month = $2 AND state = 'charged'", values![month]).await?;
    row.map_or(Ok(0), |row| row.int("n"))
}

/// How many signatures of an account are in each state.
pub async fn states(scope: &Scope, purse: PurseId) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = "SELECT state, COUNT(*) AS n FROM prepaid_use WHERE province = $1 AND purse = $2 GROUP BY state ORDER BY state";
    scope.query(sql, values![purse]).await?.iter().map(|row| Ok((row.string("state")?, row.int("n")?))).collect()
}
