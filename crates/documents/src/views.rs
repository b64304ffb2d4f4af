//! What may be read of documents: whose turn it is, both registers, what a hash or a code belongs to.

use crate::{
    arrival::State,
    document::{Document, Stage},
};
use kernel::{
    Instant,
    id::{AccountId, ArrivalId, DocumentId, OfficeCode},
    text::fold,
};
use numbering::Fate;
use store::{Row, Scope, StoreError, Value, values};

/// A line of the lists.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: DocumentId,
    pub kind: String,
    pub stage: Stage,
    pub subject: String,
    pub drafter: String,
    pub changed: Instant,
    pub number: Option<(i64, u64, String)>,
}

const COLUMNS: &str = "id, kind, stage, subject, drafter_name, changed_at, year, number, symbol";

fn line(row: &Row) -> Result<Line, StoreError> {
    let number = match (row.opt_int("year")?, row.opt_int("number")?, row.opt_string("symbol")?) {
        (Some(y), Some(n), Some(s)) => Some((y, u64::try_from(n).unwrap_or_default(), s)),
        _ => None,
    };
    Ok(Line {
        id: row.id("id")?,
        kind: row.string("kind")?,
        stage: Stage::of(row.text("stage")?).unwrap_or(Stage::Draft),
        subject: row.string("subject")?,
        drafter: row.string("drafter_name")?,
        changed: row.instant("changed_at")?,
        number,
    })
}

/// What waits for one of these accounts, oldest first.
pub async fn waiting(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM document WHERE province = $1 AND waits_for = $2 ORDER BY changed_at, id LIMIT $3");
    scope.query(&sql, values![account, limit]).await?.iter().map(line).collect()
}

/// What an office's clerk has to send out, or to fill in.
pub async fn to_issue(scope: &Scope, office: &OfficeCode, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM document WHERE province = $1 AND office = $2 AND stage IN ('numbered', 'signed', 'sealing', 'reserved') ORDER BY changed_at, id LIMIT $3"
    );
    scope.query(&sql, values![office.as_str(), limit]).await?.iter().map(line).collect()
}

/// What somebody drafted, the latest first.
pub async fn drafted(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM document WHERE province = $1 AND drafter = $2 ORDER BY changed_at DESC, id DESC LIMIT $3");
    scope.query(&sql, values![account, limit]).await?.iter().map(line).collect()
}

/// How a register is asked.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    pub office: &'a OfficeCode,
    pub year: i64,
    pub series: &'a str,
    /// Words of subject, number, signer or recipients, with or without marks.
    pub words: &'a str,
    /// Only numbers below this one; in the list of what took none, moments.
    pub below: Option<i64>,
    pub limit: i64,
}

/// Whose number a line of the register is.
#[derive(Debug, Clone)]
pub enum Taker {
    Document { id: DocumentId, kind: String, stage: Stage },
    /// A document of a case, by the case's code.
    Case(String),
}

/// A line of the register of outgoing documents: every number that was given, whatever became of it.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub taker: Taker,
    pub number: Option<u64>,
    pub fate: Fate,
    /// Why it was cancelled.
    pub reason: String,
    pub at: Instant,
    pub symbol: String,
    pub subject: String,
    pub signer: String,
    pub drafter: String,
    pub recipients: String,
}

/// A condition for each word: `looks` says it of one parameter's number, from `$first` on.
fn matching(words: &str, looks: impl Fn(usize) -> String, first: usize, params: &mut Vec<Value>) -> String {
    let mut sql = String::new();
    for (n, word) in fold(words).split_whitespace().take(8).enumerate() {
        let word: String = word.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
        params.push(Value::from(format!("%{word}%")));
        sql.push_str(&format!(" AND {}", looks(first + n)));
    }
    sql
}

/// The register: the latest number first.
pub async fn outgoing(scope: &Scope, ask: &Ask<'_>) -> Result<Vec<Outgoing>, StoreError> {
    let mut params = values![ask.office.as_str(), ask.year, ask.series, ask.below.unwrap_or(i64::MAX), ask.limit];
    let words = matching(ask.words, |n| format!("COALESCE(d.folded, n.folded) LIKE ${n}"), 7, &mut params);
    let sql = format!(
        "SELECT n.number, n.fate, n.reason, n.at, n.code, d.id, d.kind, d.stage, COALESCE(d.symbol, n.symbol) AS symbol, COALESCE(d.subject, n.about) AS subject, \
         COALESCE(d.signer_name, n.signer) AS signer, COALESCE(d.drafter_name, '') AS drafter, COALESCE(d.recipients, '') AS recipients \
         FROM number_line n LEFT JOIN document d ON d.province = n.province AND d.id = n.taker \
         WHERE n.province = $1 AND n.office = $2 AND n.year = $3 AND n.series = $4 AND n.number < $5{words} ORDER BY n.number DESC LIMIT $6"
    );
    scope.query(&sql, params).await?.iter().map(registered).collect()
}

/// What went out without a number in a year, the latest first.
pub async fn unnumbered(scope: &Scope, ask: &Ask<'_>) -> Result<Vec<Outgoing>, StoreError> {
    let mut params = values![ask.office.as_str(), ask.year, ask.below.unwrap_or(i64::MAX), ask.limit];
    let words = matching(ask.words, |n| format!("folded LIKE ${n}"), 6, &mut params);
    let sql = format!(
        "SELECT NULL AS number, CASE WHEN stage IN ('issued', 'recalled') THEN 'used' ELSE 'held' END AS fate, '' AS reason, dated_at AS at, '' AS code, id, kind, stage, \
         COALESCE(symbol, '') AS symbol, subject, COALESCE(signer_name, '') AS signer, drafter_name AS drafter, recipients \
         FROM document WHERE province = $1 AND office = $2 AND year = $3 AND number IS NULL AND dated_at < $4{words} ORDER BY dated_at DESC, id LIMIT $5"
    );
    scope.query(&sql, params).await?.iter().map(registered).collect()
}

fn registered(row: &Row) -> Result<Outgoing, StoreError> {
    let taker = match row.opt_string("kind")? {
        Some(kind) => Taker::Document { id: row.id("id")?, kind, stage: row.opt_string("stage")?.and_then(|s| Stage::of(&s)).unwrap_or(Stage::Draft) },
        None => Taker::Case(row.string("code")?),
    };
    Ok(Outgoing {
        taker,
        number: row.opt_int("number")?.and_then(|n| u64::try_from(n).ok()),
        fate: Fate::of(row.text("fate")?),
        reason: row.string("reason")?,
        at: row.instant("at")?,
        symbol: row.string("symbol")?,
        subject: row.string("subject")?,
        signer: row.string("signer")?,
        drafter: row.string("drafter")?,
        recipients: row.string("recipients")?,
    })
}

/// A line of the register of incoming documents.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub id: ArrivalId,
    pub state: State,
    pub number: Option<u64>,
    pub body: String,
    pub their_number: String,
    pub their_date: String,
    pub subject: String,
    pub came: Instant,
    pub handler: Option<String>,
    pub due: Option<Instant>,
}

const ARRIVAL: &str = "id, state, number, from_name, their_number, their_date, subject, came_at, handler_name, sort_due";

fn arrival(row: &Row) -> Result<Incoming, StoreError> {
    let due = row.int("sort_due")?;
    Ok(Incoming {
        id: row.id("id")?,
        state: State::of(row.text("state")?).unwrap_or(State::Waiting),
        number: row.opt_int("number")?.and_then(|n| u64::try_from(n).ok()),
        body: row.string("from_name")?,
        their_number: row.string("their_number")?,
        their_date: row.string("their_date")?,
        subject: row.string("subject")?,
        came: row.instant("came_at")?,
        handler: row.opt_string("handler_name")?,
        due: (due != i64::MAX).then(|| Instant::from_micros(due)),
    })
}

/// Delivered and not yet registered, oldest first.
pub async fn delivered(scope: &Scope, office: &OfficeCode, limit: i64) -> Result<Vec<Incoming>, StoreError> {
    let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE province = $1 AND office = $2 AND state = 'waiting' ORDER BY came_at, id LIMIT $3");
    scope.query(&sql, values![office.as_str(), limit]).await?.iter().map(arrival).collect()
}

/// Given to somebody and not done, the nearest day first.
pub async fn to_handle(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Incoming>, StoreError> {
    let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE province = $1 AND handler = $2 AND state = 'assigned' ORDER BY sort_due, id LIMIT $3");
    scope.query(&sql, values![account, limit]).await?.iter().map(arrival).collect()
}

/// The register: the latest number first. `only` is the account that may see no other's.
pub async fn incoming(scope: &Scope, ask: &Ask<'_>, only: Option<AccountId>) -> Result<Vec<Incoming>, StoreError> {
    let mut params = values![ask.office.as_str(), ask.year, ask.below.unwrap_or(i64::MAX), ask.limit];
    let whose = only.map_or(String::new(), |account| {
        params.push(Value::from(account));
        " AND handler = $6".to_owned()
    });
    let first = params.len() + 2;
    let looks = |n: usize| {
        format!(
            "(folded LIKE ${n} OR EXISTS (SELECT 1 FROM file f JOIN file_text t ON t.province = f.province AND t.sha256 = f.sha256 \
             WHERE f.province = arrival.province AND f.id = arrival.file AND t.folded LIKE ${n}))"
        )
    };
    let words = matching(ask.words, looks, first, &mut params);
    let sql = format!(
        "SELECT {ARRIVAL} FROM arrival WHERE province = $1 AND office = $2 AND year = $3 AND number < $4{whose}{words} ORDER BY number DESC, id LIMIT $5"
    );
    scope.query(&sql, params).await?.iter().map(arrival).collect()
}

async fn record(scope: &Scope, row: Option<Row>, column: &str) -> Result<Option<Document>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    Ok(records::load::<Document>(scope, row.text(column)?).await?.map(|f| f.state))
}

/// The document of a code of verification.
pub async fn by_code(scope: &Scope, code: &str) -> Result<Option<Document>, StoreError> {
    let row = scope.one("SELECT id FROM document WHERE province = $1 AND code = $2", values![code]).await?;
    record(scope, row, "id").await
}

/// The document whose file that went out has this hash.
pub async fn by_hash(scope: &Scope, sha256: &str) -> Result<Option<Document>, StoreError> {
    let row = scope.one("SELECT document FROM document_file WHERE province = $1 AND sha256 = $2", values![sha256]).await?;
    record(scope, row, "document").await
}

/// How many offices have it in their register, and how many have dealt with it.
pub async fn delivery(scope: &Scope, document: DocumentId) -> Result<Vec<(String, State)>, StoreError> {
    let sql = "SELECT office, state FROM arrival WHERE province = $1 AND document = $2 ORDER BY office LIMIT 400";
    let rows = scope.query(sql, values![document]).await?;
    rows.iter().map(|r| Ok((r.string("office")?, State::of(r.text("state")?).unwrap_or(State::Waiting)))).collect()
}

/// The copies that were made of something, the latest first.
pub async fn copies(scope: &Scope, source: &str, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = format!(
        "SELECT {} FROM document_copy c JOIN document d ON d.province = c.province AND d.id = c.document \
         WHERE c.province = $1 AND c.source = $2 AND d.stage IN ('issued', 'recalled') ORDER BY d.changed_at DESC, d.id LIMIT $3",
        COLUMNS.split(", ").map(|c| format!("d.{c}")).collect::<Vec<_>>().join(", ")
    );
    scope.query(&sql, values![source, limit]).await?.iter().map(line).collect()
}

/// What waits for the signature of an office as a party, the oldest first.
pub async fn joining(scope: &Scope, office: &OfficeCode, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = format!(
        "SELECT {} FROM document_party p JOIN document d ON d.province = p.province AND d.id = p.document \
         WHERE p.province = $1 AND p.office = $2 AND p.state = 'awaited' ORDER BY d.changed_at, d.id LIMIT $3",
        COLUMNS.split(", ").map(|c| format!("d.{c}")).collect::<Vec<_>>().join(", ")
    );
    scope.query(&sql, values![office.as_str(), limit]).await?.iter().map(line).collect()
}

/// The document of which a link names a party.
pub async fn by_token(scope: &Scope, token: &str) -> Result<Option<Document>, StoreError> {
    let row = scope.one("SELECT document FROM document_party WHERE province = $1 AND token = $2", values![token]).await?;
    record(scope, row, "document").await
}
