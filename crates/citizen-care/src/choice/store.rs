//! Settings and proofs as rows: private SQL of this room.

use super::{Quiet, Sent};
use crate::channel::Channel;
use kernel::{Instant, id::{MessageId, PartyId}};
use store::{Batch, Row, Scope, StoreError, values};

/// A person's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Person {
    /// Of the journal stream; 0 before anything was set.
    pub version: i64,
    pub quiet: Option<Quiet>,
    pub seen_at: Option<Instant>,
}

/// One channel as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Nothing was chosen yet.
    pub wanted: Option<bool>,
    pub address: Option<String>,
    pub pending: Option<Sent>,
}

pub async fn person(scope: &Scope, party: &str) -> Result<Person, StoreError> {
    let sql = "SELECT version, quiet_from, quiet_to, seen_at FROM care_person WHERE province = $1 AND party = $2";
    let Some(row) = scope.one(sql, values![party]).await? else { return Ok(Person::default()) };
    let minute = |n: Option<i64>| n.and_then(|n| u16::try_from(n).ok());
    let quiet = match (minute(row.opt_int("quiet_from")?), minute(row.opt_int("quiet_to")?)) {
        (Some(from), Some(to)) => Some(Quiet { from, to }),
        _ => None,
    };
    let seen = row.int("seen_at")?;
    Ok(Person { version: row.int("version")?, quiet, seen_at: (seen > 0).then(|| Instant::from_micros(seen)) })
}

/// Writes settings at their next version; conflict label `version`.
pub fn put_person(batch: &mut Batch, party: PartyId, p: &Person) {
    let (from, to) = (p.quiet.map(|q| i64::from(q.from)), p.quiet.map(|q| i64::from(q.to)));
    let seen = p.seen_at.map_or(0, Instant::micros);
    if p.version == 1 {
        batch.unique(
            "INSERT INTO care_person (province, party, version, quiet_from, quiet_to, seen_at) VALUES ($1, $2, $3, $4, $5, $6)",
            values![party, p.version, from, to, seen],
            "version",
        );
    } else {
        batch.guard(
            "UPDATE care_person SET version = $3, quiet_from = $4, quiet_to = $5, seen_at = $6 WHERE province = $1 AND party = $2 AND version = $7",
            values![party, p.version, from, to, seen, p.version - 1],
            1,
            "version",
        );
    }
}

pub async fn line(scope: &Scope, party: &str, channel: Channel) -> Result<Line, StoreError> {
    let sql = "SELECT wanted, address, proved, asked, code_hash, code_until, code_tries FROM care_choice WHERE province = $1 AND party = $2 AND channel = $3";
    let Some(row) = scope.one(sql, values![party, channel.code()]).await? else { return Ok(Line::default()) };
    let pending = match (row.opt_string("asked")?, row.opt_string("code_hash")?, row.opt_instant("code_until")?) {
        (Some(address), Some(hash), Some(until)) => Some(Sent { address, hash, until, tries: row.int("code_tries")? }),
        _ => None,
    };
    let proved = row.bool("proved")?;
    Ok(Line { wanted: Some(row.bool("wanted")?), address: row.opt_string("address")?.filter(|_| proved), pending })
}

/// Writes a channel's line whole.
pub fn put_line(batch: &mut Batch, party: PartyId, channel: Channel, l: &Line, now: Instant) {
    let p = l.pending.as_ref();
    batch.exec(
        "INSERT INTO care_choice (province, party, channel, wanted, address, proved, asked, code_hash, code_until, code_tries, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (province, party, channel) DO UPDATE SET wanted = excluded.wanted, \
         address = excluded.address, proved = excluded.proved, asked = excluded.asked, code_hash = excluded.code_hash, \
         code_until = excluded.code_until, code_tries = excluded.code_tries, changed_at = excluded.changed_at",
        values![
            party, channel.code(), l.wanted.unwrap_or(true), l.address.clone(), l.address.is_some(), p.map(|p| p.address.clone()),
            p.map(|p| p.hash.clone()), p.map(|p| p.until), p.map_or(0, |p| p.tries), now
        ],
    );
}

/// Codes sent to a person over a channel since an instant.
pub async fn codes_since(scope: &Scope, party: &str, channel: Channel, since: Instant) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND party = $2 AND created_at > $3 AND channel = $4 AND key LIKE 'proof/%'";
    scope.one(sql, values![party, since, channel.code()]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// A message that could not be sent, as officials see it: the address masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    pub id: MessageId,
    pub channel: Option<Channel>,
    pub masked: String,
    pub case_code: Option<String>,
    pub office: Option<String>,
    pub error: String,
    pub created_at: Instant,
}

pub const PAGE: i64 = 50;

/// Given up, newest first, of one office or of all.
pub async fn unsent(scope: &Scope, office: Option<&str>, before: (Instant, &str)) -> Result<Vec<Unsent>, StoreError> {
    let mut params = values![before.0, before.1, PAGE];
    let place = office.map_or("", |_| " AND office = $5");
    params.extend(office.map(store::Value::from));
    let sql = format!(
        "SELECT id, channel, address, case_code, office, error, created_at FROM care_message WHERE province = $1 AND state = 'given_up' \
         AND (created_at, id) < ($2, $3){place} ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    let read = |row: &Row| {
        Ok(Unsent {
            id: row.id("id")?,
            channel: Channel::of_code(row.text("channel")?),
            masked: crate::notice::masked(row.text("address")?),
            case_code: row.opt_string("case_code")?,
            office: row.opt_string("office")?,
            error: row.opt_string("error")?.unwrap_or_default(),
            created_at: row.instant("created_at")?,
        })
    };
    scope.query(&sql, params).await?.iter().map(read).collect()
}

/// The office of a message that was given up.
pub async fn office_of_unsent(scope: &Scope, id: MessageId) -> Result<Option<Option<String>>, StoreError> {
    let sql = "SELECT office FROM care_message WHERE province = $1 AND id = $2 AND state = 'given_up'";
    scope.one(sql, values![id]).await?.map(|r| r.opt_string("office")).transpose()
}
