//! People: accounts are copied with their history or matched with the one the receiving province knows; posts are opened in the
//! receiving office first and end in the old one last.

use super::{Moved, Mover, PAGE, TRIES, conflict};
use crate::{
    store::{Item, beyond, note},
    tables::Tables,
};
use ::store::{Batch, NewEntry, Row, Scope, StoreError, Value, values};
use kernel::{
    Actor, Instant,
    id::{AccountId, OfficeCode, ProvinceCode},
};
use serde_json::json;
use std::collections::BTreeMap;

/// Accounts that go and have not gone yet. Where only a part of the province goes: officials of its offices, and whose cases went.
async fn waiting(m: &Mover<'_>, scope: &Scope, from: &ProvinceCode, after: &str) -> Result<Vec<Row>, StoreError> {
    const HEAD: &str = "SELECT a.id, a.issuer, a.subject, a.party, a.version, a.name FROM identity_account a WHERE a.province = $1 AND a.id > $2 \
                        AND NOT EXISTS (SELECT 1 FROM reform_item i WHERE i.province = $1 AND i.plan = $3 AND i.stream = a.id)";
    let mut params = values![after, m.plan.id.as_str(), PAGE];
    if m.is_whole(from) {
        return scope.query(&format!("{HEAD} ORDER BY a.id LIMIT $4"), params).await;
    }
    let offices: Vec<Value> = m.plan.offices.iter().filter(|o| o.province == *from && o.to_province != *from).map(|o| Value::from(&o.office)).collect();
    let list = super::places(5, offices.len());
    params.extend(offices);
    let sql = format!(
        "{HEAD} AND (EXISTS (SELECT 1 FROM identity_post p WHERE p.province = $1 AND p.account = a.id AND p.office IN ({list})) \
         OR EXISTS (SELECT 1 FROM reform_item i JOIN case_person c ON c.province = i.to_province AND c.case_id = i.stream \
         WHERE i.province = $1 AND i.plan = $3 AND i.kind = 'case' AND i.state = 'moved' AND c.party = a.party)) ORDER BY a.id LIMIT $4"
    );
    beyond(scope, &sql, params).await
}

pub async fn copy(m: &Mover<'_>, schema: &Tables, from: &ProvinceCode, moved: &mut Moved) -> Result<(), StoreError> {
    let scope = m.db.province(from.clone());
    let columns = columns(m, schema).await?;
    let mut after = String::new();
    loop {
        let rows = waiting(m, &scope, from, &after).await?;
        for row in &rows {
            moved.accounts += u64::from(one(m, &scope, from, &columns, row).await?);
        }
        match rows.last().filter(|_| rows.len() as i64 == PAGE) {
            Some(last) => after = last.string("id")?,
            None => return Ok(()),
        }
        m.rest().await;
    }
}

async fn columns(m: &Mover<'_>, _schema: &Tables) -> Result<String, StoreError> {
    let tables = m.db.tables().await?;
    let table = tables.iter().find(|t| t.name == "identity_account");
    let names: Vec<&str> = table.into_iter().flat_map(|t| &t.columns).map(String::as_str).filter(|c| *c != "province").collect();
    Ok(names.join(", "))
}

/// Where an account's office goes.
fn target<'a>(m: &'a Mover<'_>, from: &ProvinceCode, office: &OfficeCode) -> Option<(&'a ProvinceCode, &'a OfficeCode)> {
    let moved = m.plan.offices.iter().find(|o| o.province == *from && o.office == *office)?;
    Some((&moved.to_province, moved.to.as_ref()?))
}

struct Post {
    id: String,
    office: OfficeCode,
    role: String,
    title: String,
    valid_from: Instant,
    valid_to: Option<Instant>,
}

async fn posts(scope: &Scope, account: AccountId, now: Instant) -> Result<Vec<Post>, StoreError> {
    let sql = "SELECT id, office, role, title, valid_from, valid_to FROM identity_post WHERE province = $1 AND account = $2 \
               AND (valid_to IS NULL OR valid_to > $3) ORDER BY id";
    let of = |r: &Row| {
        Ok(Post {
            id: r.string("id")?,
            office: OfficeCode::new(r.text("office")?),
            role: r.string("role")?,
            title: r.string("title")?,
            valid_from: r.instant("valid_from")?,
            valid_to: r.opt_instant("valid_to")?,
        })
    };
    scope.query(sql, values![account, now]).await?.iter().map(of).collect()
}

/// Copies or matches one account; false when it stays where it is.
async fn one(m: &Mover<'_>, scope: &Scope, from: &ProvinceCode, columns: &str, row: &Row) -> Result<bool, StoreError> {
    let id: AccountId = row.id("id")?;
    for _ in 0..TRIES {
        let now = m.now();
        let held = posts(scope, id, now).await?;
        // An official goes where the office goes; everybody else to the province that takes the whole, or that has their cases.
        let to = held.iter().find_map(|p| target(m, from, &p.office)).map(|(p, _)| p).filter(|p| *p != from).or_else(|| m.plan.provinces.iter().find(|p| p.from == *from).map(|p| &p.to));
        let to = to.or_else(|| m.plan.offices.iter().find(|o| o.province == *from && o.to_province != *from).map(|o| &o.to_province));
        let Some(to) = to else { return Ok(false) };
        let receiving = m.db.province(to.clone());
        let Some(version) = scope.one("SELECT version FROM identity_account WHERE province = $1 AND id = $2", values![id]).await? else { return Ok(false) };
        let version = version.int("version")?;
        let there = receiving
            .one("SELECT id, version FROM identity_account WHERE province = $1 AND issuer = $2 AND subject = $3", values![row.text("issuer")?, row.text("subject")?])
            .await?;
        let (matched, account, theirs) = match &there {
            Some(r) => (true, r.id("id")?, r.int("version")?),
            None => (false, id, version),
        };
        let mut batch = m.db.batch();
        if !matched {
            batch.unique(
                format!("INSERT INTO identity_account (province, {columns}) SELECT CAST($2 AS TEXT), {columns} FROM identity_account WHERE province = $1 AND id = $3"),
                values![from, to, id],
                "account",
            );
            batch.exec(
                "INSERT INTO journal (province, stream, version, kind, at, actor, on_behalf, key, payload) \
                 SELECT CAST($2 AS TEXT), stream, version, kind, at, actor, on_behalf, key, payload FROM journal \
                 WHERE province = $1 AND stream = $3 AND version <= $4 ORDER BY version",
                values![from, to, id, version],
            );
        }
        let opened: Vec<(&Post, OfficeCode)> = held
            .iter()
            .filter_map(|p| match target(m, from, &p.office) {
                Some((province, office)) => (province == to).then(|| (p, office.clone())),
                // An office that is not dissolved goes on under its code with the whole province.
                None => m.is_whole(from).then(|| (p, p.office.clone())),
            })
            .collect();
        let mut coming = receiving.batch();
        for (p, office) in &opened {
            open(&mut coming, account, office, p, now);
        }
        if !matched || !opened.is_empty() {
            let payload = json!({"plan": m.plan.id, "from": from, "account": id, "posts": opened.iter().map(|(_, o)| o).collect::<Vec<_>>()});
            step(&mut coming, to, account, theirs, "account.came", now, &payload);
        }
        batch.absorb(coming);
        let mut leaving = scope.batch();
        step(&mut leaving, from, id, version, "account.moved", now, &json!({"plan": m.plan.id, "to": to, "account": account}));
        let item = Item {
            plan: &m.plan.id,
            stream: id.to_string(),
            kind: "account",
            state: if matched { "matched" } else { "moved" },
            to_province: to.to_string(),
            reason: if matched { account.to_string() } else { String::new() },
            ..Item::default()
        };
        note(&mut leaving, &item, now);
        batch.absorb(leaving);
        match m.db.commit(batch).await {
            Ok(()) => return Ok(true),
            Err(e) => drop(conflict(e)?),
        }
    }
    // Somebody changes it all the time: the next run takes it.
    tracing::warn!(account = %id, "an account could not be moved now");
    Ok(false)
}

fn open(batch: &mut Batch, account: AccountId, office: &OfficeCode, p: &Post, now: Instant) {
    batch.exec(
        "INSERT INTO identity_post (province, id, account, office, role, title, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            format!("post_{}", uuid::Uuid::now_v7().simple()),
            account,
            office,
            p.role.as_str(),
            p.title.as_str(),
            p.valid_from.max(now),
            p.valid_to
        ],
    );
}

/// A change of an account that exists: its version moves on with its journal stream, or somebody else was first.
fn step(batch: &mut Batch, province: &ProvinceCode, account: AccountId, seen: i64, kind: &str, at: Instant, payload: &serde_json::Value) {
    batch.guard(
        "UPDATE identity_account SET version = $3 WHERE province = $1 AND id = $2 AND version = $4",
        values![account, seen + 1, seen],
        1,
        "account",
    );
    batch.append(NewEntry {
        stream: account.to_string(),
        version: seen + 1,
        kind: kind.to_owned(),
        at,
        actor: Actor::system(province.clone()).account.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
}

/// Ends the posts in offices that have gone to another province, each account in one batch.
pub async fn end_posts(m: &Mover<'_>, from: &ProvinceCode) -> Result<(), StoreError> {
    replace(m, from, false).await
}

/// Inside a province: the same title and role in the office that took over, from now on.
pub async fn move_posts(m: &Mover<'_>, province: &ProvinceCode) -> Result<(), StoreError> {
    replace(m, province, true).await
}

async fn replace(m: &Mover<'_>, province: &ProvinceCode, inside: bool) -> Result<(), StoreError> {
    let scope = m.db.province(province.clone());
    let now = m.now();
    let sql = "SELECT DISTINCT account, office FROM identity_post WHERE province = $1 AND (valid_to IS NULL OR valid_to > $2) ORDER BY account, office";
    let mut accounts: BTreeMap<String, Vec<OfficeCode>> = BTreeMap::new();
    for row in scope.query(sql, values![now]).await? {
        let office = OfficeCode::new(row.text("office")?);
        let goes = match target(m, province, &office) {
            Some((to, _)) => (to == province) == inside,
            None => !inside && m.is_whole(province),
        };
        if goes {
            accounts.entry(row.string("account")?).or_default().push(office);
        }
    }
    for (account, offices) in accounts {
        let Ok(id) = account.parse::<AccountId>() else { continue };
        for _ in 0..TRIES {
            let row = scope.one("SELECT version FROM identity_account WHERE province = $1 AND id = $2", values![id]).await?;
            let Some(version) = row.map(|r| r.int("version")).transpose()? else { break };
            let mut batch = scope.batch();
            let mut ended = Vec::new();
            for p in posts(&scope, id, now).await?.iter().filter(|p| offices.contains(&p.office)) {
                batch.exec("UPDATE identity_post SET valid_to = $3 WHERE province = $1 AND id = $2", values![p.id.as_str(), now.max(p.valid_from)]);
                if let Some((_, to)) = target(m, province, &p.office).filter(|_| inside) {
                    open(&mut batch, id, to, p, now);
                }
                ended.push(p.office.to_string());
            }
            if ended.is_empty() {
                break;
            }
            step(&mut batch, province, id, version, "account.posts-moved", now, &json!({"plan": m.plan.id, "ended": ended}));
            match scope.commit(batch).await {
                Ok(()) => break,
                Err(e) => drop(conflict(e)?),
            }
        }
    }
    Ok(())
}
