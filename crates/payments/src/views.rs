//! What may be read: dues, money, receipts, proposals, signals; keyset-paged on indexes of their order.

use crate::{catalog::MoneyKind, ledger::Due};
use kernel::{
    Dong, Instant, Text,
    id::{DueId, PartyId, PaymentId},
};
use store::{Row, Scope, StoreError, values};

/// A page never holds more.
pub const PAGE: i64 = 50;

pub async fn due(scope: &Scope, id: DueId) -> Result<Option<Due>, StoreError> {
    let Some(snapshot) = store::snapshot::load(scope, &Due::stream(id)).await? else { return Ok(None) };
    if snapshot.kind != "payment" {
        return Ok(None);
    }
    serde_json::from_str(&snapshot.state).map(Some).map_err(|e| StoreError::Damaged(format!("due {id}: {e}")))
}

pub fn kind(row: &Row) -> Result<MoneyKind, StoreError> {
    let code = row.text("kind")?;
    [MoneyKind::Fee, MoneyKind::Charge, MoneyKind::Obligation, MoneyKind::Signatures, MoneyKind::Suspense]
        .into_iter()
        .find(|k| k.code() == code)
        .ok_or_else(|| StoreError::Damaged(format!("kind of money {code}")))
}

/// A due in a list.
#[derive(Debug, Clone)]
pub struct DueRow {
    pub id: DueId,
    pub case_code: String,
    pub office: String,
    pub kind: MoneyKind,
    pub name: Text,
    pub payer: String,
    pub amount: Dong,
    pub status: String,
    pub asked_at: Instant,
    pub paid_at: Option<Instant>,
}

impl DueRow {
    fn of(r: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.id("id")?,
            case_code: r.string("case_code")?,
            office: r.string("office")?,
            kind: kind(r)?,
            name: Text::new(r.text("name_vi")?, r.text("name_en")?),
            payer: r.string("payer")?,
            amount: Dong(r.int("amount")?),
            status: r.string("status")?,
            asked_at: r.instant("asked_at")?,
            paid_at: r.opt_instant("paid_at")?,
        })
    }
}

const DUE: &str = "id, case_code, office, kind, name_vi, name_en, payer, amount, status, asked_at, paid_at";

pub async fn own(scope: &Scope, party: PartyId, limit: i64) -> Result<Vec<DueRow>, StoreError> {
    let sql = "SELECT d.id, d.case_code, d.office, d.kind, d.name_vi, d.name_en, d.payer, d.amount, d.status, d.asked_at, d.paid_at \
               FROM payment_party p JOIN payment_due d ON d.province = p.province AND d.id = p.due \
               WHERE p.province = $1 AND p.party = $2 ORDER BY p.asked_at DESC, p.due DESC LIMIT $3";
    scope.query(sql, values![party, limit.clamp(1, 200)]).await?.iter().map(DueRow::of).collect()
}

pub async fn of_case(scope: &Scope, code: &str) -> Result<Vec<DueRow>, StoreError> {
    let sql = format!("SELECT {DUE} FROM payment_due WHERE province = $1 AND case_code = $2 ORDER BY id");
    scope.query(&sql, values![kernel::text::clean(code).to_uppercase()]).await?.iter().map(DueRow::of).collect()
}

/// Dues of an office in one status, oldest first.
pub async fn of_office(scope: &Scope, office: &str, status: &str, after: (Instant, String), limit: i64) -> Result<Vec<DueRow>, StoreError> {
    let sql = format!(
        "SELECT {DUE} FROM payment_due WHERE province = $1 AND office = $2 AND status = $3 AND (asked_at, id) > ($4, $5) \
         ORDER BY asked_at, id LIMIT $6"
    );
    scope.query(&sql, values![office, status, after.0, after.1, limit]).await?.iter().map(DueRow::of).collect()
}

/// The due and the attempt of a reference.
pub async fn by_reference(scope: &Scope, reference: &str) -> Result<Option<(DueId, PaymentId)>, StoreError> {
    let sql = "SELECT due, id FROM payment_try WHERE province = $1 AND reference = $2";
    let row = scope.one(sql, values![reference]).await?;
    row.map(|r| Ok((r.id("due")?, r.id("id")?))).transpose()
}

/// Money as kept in the list of transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRow {
    pub tx: String,
    pub due: DueId,
    pub office: String,
    pub amount: Dong,
    pub at: Instant,
    pub seen_at: Instant,
    pub how: String,
    pub found_by: String,
    pub reference: String,
    pub state: String,
}

impl CreditRow {
    fn of(r: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            tx: r.string("tx")?,
            due: r.id("due")?,
            office: r.string("office")?,
            amount: Dong(r.int("amount")?),
            at: r.instant("at")?,
            seen_at: r.instant("seen_at")?,
            how: r.string("how")?,
            found_by: r.string("found_by")?,
            reference: r.string("reference")?,
            state: r.string("state")?,
        })
    }
}

const CREDIT: &str = "tx, due, office, amount, at, seen_at, how, found_by, reference, state";

pub async fn credit(scope: &Scope, tx: &str) -> Result<Option<CreditRow>, StoreError> {
    let sql = format!("SELECT {CREDIT} FROM payment_credit WHERE province = $1 AND tx = $2");
    scope.one(&sql, values![tx]).await?.as_ref().map(CreditRow::of).transpose()
}

/// Money that waits for a person: of the office, and what nobody could place. Oldest first.
pub async fn in_review(scope: &Scope, office: &str, limit: i64) -> Result<Vec<CreditRow>, StoreError> {
    let sql = format!(
        "SELECT {CREDIT} FROM payment_credit WHERE province = $1 AND office IN ($2, '') AND state >= 'review:' AND state < 'review;' \
         ORDER BY seen_at, tx LIMIT $3"
    );
    scope.query(&sql, values![office, limit]).await?.iter().map(CreditRow::of).collect()
}

/// Money of an office that the bank dates between two instants, both included.
pub async fn credits_between(scope: &Scope, office: &str, from: Instant, to: Instant, limit: i64) -> Result<Vec<CreditRow>, StoreError> {
    let sql = format!(
        "SELECT {CREDIT} FROM payment_credit WHERE province = $1 AND office IN ($2, '') AND at >= $3 AND at <= $4 ORDER BY at, tx LIMIT $5"
    );
    scope.query(&sql, values![office, from, to, limit]).await?.iter().map(CreditRow::of).collect()
}

/// Money that settled a due and has no number of a receipt yet, oldest first.
pub async fn receipts_wanted(scope: &Scope, limit: i64) -> Result<Vec<(String, DueId)>, StoreError> {
    let sql = "SELECT tx, due FROM payment_receipt_wanted WHERE province = $1 ORDER BY at, tx LIMIT $2";
    scope.query(sql, values![limit]).await?.iter().map(|r| Ok((r.string("tx")?, r.id("due")?))).collect()
}

pub async fn last_number(scope: &Scope, symbol: &str, year: i16) -> Result<i64, StoreError> {
    let sql = "SELECT last FROM payment_book WHERE province = $1 AND symbol = $2 AND year = $3";
    scope.one(sql, values![symbol, i64::from(year)]).await?.map_or(Ok(0), |r| r.int("last"))
}

#[derive(Debug, Clone)]
pub struct ReceiptRow {
    pub symbol: String,
    pub year: i64,
    pub number: i64,
    pub tx: String,
    pub due: DueId,
    pub kind: MoneyKind,
    pub amount: Dong,
    pub payer: String,
    pub issued_at: Instant,
    pub cancelled_at: Option<Instant>,
    pub reason: String,
}

impl ReceiptRow {
    fn of(r: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            symbol: r.string("symbol")?,
            year: r.int("year")?,
            number: r.int("number")?,
            tx: r.string("tx")?,
            due: r.id("due")?,
            kind: kind(r)?,
            amount: Dong(r.int("amount")?),
            payer: r.string("payer")?,
            issued_at: r.instant("issued_at")?,
            cancelled_at: r.opt_instant("cancelled_at")?,
            reason: r.string("reason")?,
        })
    }
}

/// Receipts of an office, newest first, before a place.
pub async fn receipts(scope: &Scope, office: &str, before: (Instant, String, i64), limit: i64) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = "SELECT symbol, year, number, tx, due, kind, amount, payer, issued_at, cancelled_at, reason FROM payment_receipt \
               WHERE province = $1 AND office = $2 AND (issued_at, symbol, number) < ($3, $4, $5) \
               ORDER BY issued_at DESC, symbol DESC, number DESC LIMIT $6";
    scope.query(sql, values![office, before.0, before.1, before.2, limit]).await?.iter().map(ReceiptRow::of).collect()
}

/// The receipt of a transaction.
pub async fn receipt_of(scope: &Scope, tx: &str) -> Result<Option<ReceiptRow>, StoreError> {
    let sql = "SELECT symbol, year, number, tx, due, kind, amount, payer, issued_at, cancelled_at, reason FROM payment_receipt \
               WHERE province = $1 AND tx = $2";
    scope.one(sql, values![tx]).await?.as_ref().map(ReceiptRow::of).transpose()
}

#[derive(Debug, Clone)]
pub struct ProposalRow {
    pub id: String,
    pub due: DueId,
    pub kind: String,
    pub tx: Option<String>,
    pub amount: Dong,
    pub reason: String,
    pub state: String,
    pub proposed_by: String,
    pub proposed_name: String,
    pub proposed_at: Instant,
    pub decided_name: Option<String>,
    pub reference: Option<String>,
}

/// Proposals of an office in one state, oldest first.
pub async fn proposals(scope: &Scope, office: Option<&str>, state: &str, limit: i64) -> Result<Vec<ProposalRow>, StoreError> {
    let sql = "SELECT id, due, kind, tx, amount, reason, state, proposed_by, proposed_name, proposed_at, decided_name, reference \
               FROM payment_proposal WHERE province = $1 AND office IN ($2, '') AND state = $3 ORDER BY proposed_at, id LIMIT $4";
    let every = "SELECT id, due, kind, tx, amount, reason, state, proposed_by, proposed_name, proposed_at, decided_name, reference \
                 FROM payment_proposal WHERE province = $1 AND $2 = '' AND state = $3 ORDER BY proposed_at, id LIMIT $4";
    let rows = match office {
        Some(office) => scope.query(sql, values![office, state, limit]).await?,
        None => scope.query(every, values!["", state, limit]).await?,
    };
    rows.iter()
        .map(|r| {
            Ok(ProposalRow {
                id: r.string("id")?,
                due: r.id("due")?,
                kind: r.string("kind")?,
                tx: r.opt_string("tx")?,
                amount: Dong(r.int("amount")?),
                reason: r.string("reason")?,
                state: r.string("state")?,
                proposed_by: r.string("proposed_by")?,
                proposed_name: r.string("proposed_name")?,
                proposed_at: r.instant("proposed_at")?,
                decided_name: r.opt_string("decided_name")?,
                reference: r.opt_string("reference")?,
            })
        })
        .collect()
}

#[derive(Debug, Clone)]
pub struct AlarmRow {
    pub kind: String,
    pub subject: String,
    pub detail: String,
    pub last_at: Instant,
    pub times: i64,
}

pub async fn alarms(scope: &Scope, limit: i64) -> Result<Vec<AlarmRow>, StoreError> {
    let sql = "SELECT kind, subject, detail, last_at, times FROM payment_alarm WHERE province = $1 ORDER BY last_at DESC, kind, subject LIMIT $2";
    scope
        .query(sql, values![limit])
        .await?
        .iter()
        .map(|r| Ok(AlarmRow { kind: r.string("kind")?, subject: r.string("subject")?, detail: r.string("detail")?, last_at: r.instant("last_at")?, times: r.int("times")? }))
        .collect()
}

/// Codes whose time has run out, and codes the gateway should be asked about now.
pub async fn expired(scope: &Scope, now: Instant, limit: i64) -> Result<Vec<DueId>, StoreError> {
    let sql = "SELECT due FROM payment_try WHERE province = $1 AND state = 'open' AND expires_at <= $2 ORDER BY expires_at, id LIMIT $3";
    scope.query(sql, values![now, limit]).await?.iter().map(|r| r.id("due")).collect()
}

#[derive(Debug, Clone)]
pub struct ToAsk {
    pub payment: PaymentId,
    pub reference: String,
    pub asks: i64,
}

pub async fn to_ask(scope: &Scope, now: Instant, limit: i64) -> Result<Vec<ToAsk>, StoreError> {
    let sql = "SELECT id, reference, asks FROM payment_try WHERE province = $1 AND next_ask IS NOT NULL AND next_ask <= $2 \
               ORDER BY next_ask, id LIMIT $3";
    scope
        .query(sql, values![now, limit])
        .await?
        .iter()
        .map(|r| Ok(ToAsk { payment: r.id("id")?, reference: r.string("reference")?, asks: r.int("asks")? }))
        .collect()
}

/// One figure of the overview: how many and how much; its rows are the list of that name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figure {
    pub count: i64,
    pub sum: Dong,
}

async fn figure(scope: &Scope, sql: &str, params: Vec<store::Value>) -> Result<Figure, StoreError> {
    let row = scope.one(sql, params).await?;
    row.map_or(Ok(Figure::default()), |r| Ok(Figure { count: r.int("n")?, sum: Dong(r.int("s")?) }))
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Overview {
    pub owed: Figure,
    /// Paid since the start of the day.
    pub today: Figure,
    pub review: Figure,
    pub proposals: Figure,
    pub differences: Figure,
}

const SUM: &str = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS s FROM";

pub async fn overview(scope: &Scope, office: &str, day_start: Instant) -> Result<Overview, StoreError> {
    Ok(Overview {
        owed: figure(scope, &format!("{SUM} payment_due WHERE province = $1 AND office = $2 AND status = 'owed'"), values![office]).await?,
        today: figure(scope, &format!("{SUM} payment_due WHERE province = $1 AND office = $2 AND paid_at IS NOT NULL AND paid_at >= $3"), values![office, day_start]).await?,
        review: figure(
            scope,
            &format!("{SUM} payment_credit WHERE province = $1 AND office IN ($2, '') AND state >= 'review:' AND state < 'review;'"),
            values![office],
        )
        .await?,
        proposals: figure(scope, &format!("{SUM} payment_proposal WHERE province = $1 AND office IN ($2, '') AND state = 'open'"), values![office]).await?,
        differences: figure(
            scope,
            "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(COALESCE(bank, ours)), 0) AS BIGINT) AS s FROM payment_difference \
             WHERE province = $1 AND office = $2 AND resolved_at IS NULL",
            values![office],
        )
        .await?,
    })
}

/// Paid since an instant, newest last.
pub async fn paid_since(scope: &Scope, office: &str, since: Instant, limit: i64) -> Result<Vec<DueRow>, StoreError> {
    let sql = format!(
        "SELECT {DUE} FROM payment_due WHERE province = $1 AND office = $2 AND paid_at IS NOT NULL AND paid_at >= $3 ORDER BY paid_at, id LIMIT $4"
    );
    scope.query(&sql, values![office, since, limit]).await?.iter().map(DueRow::of).collect()
}
