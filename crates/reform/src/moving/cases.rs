//! Cases that go to another province, each in one batch.

use super::{Moved, Mover, PAGE, TRIES, conflict, places};
use crate::{
    route::{Known, Routes},
    store::{Item, beyond, note},
    tables::{By, Table, Tables},
};
use ::store::{Batch, CommitError, Scope, StoreError, Value, values};
use casework::{CaseState, Desk, DeskError, event::Transfer};
use futures::{StreamExt, stream};
use kernel::id::{CaseId, ProvinceCode};
use std::collections::{BTreeSet, HashMap};

/// What of a page's cases lies in the tables of the rooms.
#[derive(Default)]
struct Beside {
    /// Places in `Tables::by_case`, by case.
    tables: HashMap<String, Vec<usize>>,
    /// Places in `Tables::by`, by code of the case.
    codes: HashMap<String, Vec<usize>>,
    /// Sums owed, by case.
    dues: HashMap<String, Vec<String>>,
}

/// Moves all cases of a province that go to another; what is refused stays and is noted.
pub async fn across(m: &Mover<'_>, schema: &Tables, from: &ProvinceCode, moved: &mut Moved) -> Result<(), StoreError> {
    let (scope, desk, routes) = (m.db.province(from.clone()), (m.desk)(from), m.routes());
    let whole = m.is_whole(from);
    let known = known(m, &scope, from).await?;
    let offices: BTreeSet<&str> =
        m.plan.offices.iter().filter(|o| o.province == *from && o.to_province != *from).map(|o| o.office.as_str()).collect();
    let mut after = String::new();
    loop {
        let sql = "SELECT case_id, code, received, decides FROM case_view WHERE province = $1 AND case_id > $2 ORDER BY case_id LIMIT $3";
        let rows = scope.query(sql, values![after.as_str(), PAGE]).await?;
        let mut page: Vec<(CaseId, String)> = Vec::new();
        for row in &rows {
            let goes = whole || offices.contains(row.text("decides")?) || offices.contains(row.text("received")?);
            if goes {
                page.push((row.id("case_id")?, row.string("code")?));
            }
        }
        if !page.is_empty() {
            let beside = beside(&scope, schema, &page).await?;
            let one = One { m, schema, scope: &scope, desk: &desk, routes: &routes, known: &known, beside: &beside, from };
            let mut results = stream::iter(page.iter().map(|(id, _)| one.go(*id))).buffer_unordered(m.together.max(1));
            while let Some(result) = results.next().await {
                match result? {
                    Went::Moved => moved.cases += 1,
                    Went::Refused => moved.refused += 1,
                    Went::NotHere => {}
                }
            }
            (m.tell)(moved);
            m.rest().await;
        }
        match rows.last().filter(|_| rows.len() as i64 == PAGE) {
            Some(last) => after = last.string("case_id")?,
            None => return Ok(()),
        }
    }
}

/// People of the province whom the receiving ones know under another account: the same subject of the same provider.
async fn known(m: &Mover<'_>, scope: &Scope, from: &ProvinceCode) -> Result<Known, StoreError> {
    let mut known = Known::default();
    let to: BTreeSet<&ProvinceCode> =
        m.plan.provinces.iter().filter(|p| p.from == *from).map(|p| &p.to).chain(m.plan.offices.iter().filter(|o| o.province == *from).map(|o| &o.to_province)).collect();
    for to in to.into_iter().filter(|t| *t != from) {
        let sql = "SELECT a.id AS a_id, a.party AS a_party, b.id AS b_id, b.party AS b_party FROM identity_account a \
                   JOIN identity_account b ON b.province = $2 AND b.issuer = a.issuer AND b.subject = a.subject \
                   WHERE a.province = $1 AND (b.id <> a.id OR b.party <> a.party)";
        for row in beyond(scope, sql, values![to]).await? {
            known.accounts.insert(row.id("a_id")?, row.id("b_id")?);
            if row.opt_text("a_party")?.is_some() && row.opt_text("b_party")?.is_some() {
                known.parties.insert(row.id("a_party")?, row.id("b_party")?);
            }
        }
    }
    Ok(known)
}

/// Looks once for a page what its cases have in each table: most have nothing in most.
async fn beside(scope: &Scope, schema: &Tables, page: &[(CaseId, String)]) -> Result<Beside, StoreError> {
    let mut found = Beside::default();
    let ids: Vec<Value> = page.iter().map(|(id, _)| Value::from(*id)).collect();
    let codes: Vec<Value> = page.iter().map(|(_, code)| Value::from(code)).collect();
    let list = places(2, page.len());
    for (n, t) in schema.by_case.iter().enumerate() {
        let sql = format!("SELECT DISTINCT case_id AS k FROM {} WHERE province = $1 AND case_id IN ({list})", t.name);
        for row in scope.query(&sql, ids.clone()).await? {
            found.tables.entry(row.string("k")?).or_default().push(n);
        }
    }
    for (n, (t, column, _)) in schema.by.iter().enumerate().filter(|(_, (.., how))| *how == By::Code) {
        let sql = format!("SELECT DISTINCT {column} AS k FROM {} WHERE province = $1 AND {column} IN ({list})", t.name);
        for row in scope.query(&sql, codes.clone()).await? {
            found.codes.entry(row.string("k")?).or_default().push(n);
        }
    }
    let sql = format!("SELECT id, case_id FROM payment_due WHERE province = $1 AND case_id IN ({list})");
    for row in scope.query(&sql, ids).await? {
        found.dues.entry(row.string("case_id")?).or_default().push(row.string("id")?);
    }
    Ok(found)
}

enum Went {
    Moved,
    Refused,
    /// Gone already, or not of this plan any more.
    NotHere,
}

struct One<'a> {
    m: &'a Mover<'a>,
    schema: &'a Tables,
    scope: &'a Scope,
    desk: &'a Desk,
    routes: &'a Routes<'a>,
    known: &'a Known,
    beside: &'a Beside,
    from: &'a ProvinceCode,
}

impl One<'_> {
    async fn go(&self, id: CaseId) -> Result<Went, StoreError> {
        let mut refused = String::new();
        for _ in 0..TRIES {
            let Some(found) = self.desk.load(id).await? else { return Ok(Went::NotHere) };
            let Some(to) = self.routes.province(self.from, &found.state) else { return Ok(Went::NotHere) };
            let receiving = self.m.db.province(to.clone());
            let now = self.m.now();
            let transfer = self.routes.transfer(self.from, to, &found.state, self.known);
            let before = found.state.clone();
            let (mut batch, after) = match self.desk.hand_over(found, transfer.clone(), &receiving, now) {
                Ok(made) => made,
                Err(DeskError::Store(e)) => return Err(e),
                Err(DeskError::Refused(r)) => {
                    refused = r.message.vi;
                    break;
                }
            };
            self.rows(&mut batch, &before, &transfer);
            let mut leaving = self.scope.batch();
            note(&mut leaving, &item(&self.m.plan.id, &before, &after, &transfer, "moved", ""), now);
            batch.absorb(leaving);
            match self.m.db.commit(batch).await {
                Ok(()) => return Ok(Went::Moved),
                Err(CommitError::Conflict { label }) if label == "version" => refused = "Hồ sơ đang được xử lý cùng lúc".to_owned(),
                Err(e) => {
                    refused = why(&conflict(e)?);
                    break;
                }
            }
        }
        self.refuse(id, &refused).await?;
        Ok(Went::Refused)
    }

    async fn refuse(&self, id: CaseId, why: &str) -> Result<(), StoreError> {
        let Some(found) = self.desk.load(id).await? else { return Ok(()) };
        let Some(to) = self.routes.province(self.from, &found.state) else { return Ok(()) };
        let transfer = self.routes.transfer(self.from, to, &found.state, self.known);
        let mut batch = self.scope.batch();
        note(&mut batch, &item(&self.m.plan.id, &found.state, &found.state, &transfer, "refused", why), self.m.now());
        self.scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
    }

    /// The rows of the rooms that belong to the case, as they were seen a moment ago; what comes after is swept behind it.
    fn rows(&self, batch: &mut Batch, s: &CaseState, t: &Transfer) {
        let id = s.id.to_string();
        for n in self.beside.tables.get(&id).into_iter().flatten() {
            if let Some(table) = self.schema.by_case.get(*n) {
                take(batch, table, "case_id", &id, t);
            }
        }
        // Values that databases gave for the form are kept by the draft the case was filed from.
        for (table, column) in self.schema.of(By::Draft).filter(|_| self.beside.codes.contains_key(s.code.as_str())) {
            batch.exec(
                format!("UPDATE {} SET province = $2 WHERE province = $1 AND {column} IN (SELECT draft FROM register_dossier WHERE province = $1 AND code = $3)", table.name),
                values![&t.from, &t.to, s.code.as_str()],
            );
        }
        for n in self.beside.codes.get(s.code.as_str()).into_iter().flatten() {
            if let Some((table, column, _)) = self.schema.by.get(*n) {
                take(batch, table, column, s.code.as_str(), t);
            }
        }
        // Streams of other rooms that are about this case.
        for stream in [format!("rating:{id}"), format!("complaint:{id}")] {
            let rated = self.beside.tables.contains_key(&id);
            if rated {
                copy_stream(batch, &stream, t);
            }
        }
        for due in self.beside.dues.get(&id).into_iter().flatten() {
            copy_stream(batch, due, t);
            for (table, column) in self.schema.of(By::Due) {
                take(batch, table, column, due, t);
            }
        }
        let text = serde_json::to_string(s).unwrap_or_default();
        copy_files(batch, self.schema, &text, &t.from, &t.to);
    }
}

fn item<'a>(plan: &'a str, before: &CaseState, after: &CaseState, t: &Transfer, state: &'static str, reason: &str) -> Item<'a> {
    Item {
        plan,
        stream: before.id.to_string(),
        kind: "case",
        state,
        code: before.code.to_string(),
        handling: before.track("handling").to_owned(),
        from_office: before.offices.decides.to_string(),
        to_province: t.to.to_string(),
        to_office: after.offices.decides.to_string(),
        reason: reason.to_owned(),
    }
}

/// A conflict in words.
fn why(label: &str) -> String {
    match label {
        "code" => "Nơi tiếp nhận đã có hồ sơ mang mã này / the receiving province has a case of this code".to_owned(),
        "version" => "Nơi tiếp nhận đã có hồ sơ này / the receiving province has this case".to_owned(),
        other => format!("Trùng dữ liệu ở bảng {other} / the same row is there already in {other}"),
    }
}

/// Takes rows over to the other province, offices and parties under their new names.
pub fn take(batch: &mut Batch, table: &Table, column: &str, key: &str, t: &Transfer) {
    let mut params = values![&t.from, &t.to, key];
    let mut set = String::from("province = $2");
    let mut rename = |column: &str, pairs: Vec<(String, String)>| {
        if pairs.is_empty() {
            return;
        }
        set.push_str(&format!(", {column} = CASE {column}"));
        for (old, new) in pairs {
            let n = params.len();
            set.push_str(&format!(" WHEN ${} THEN ${}", n + 1, n + 2));
            params.extend([Value::Text(old), Value::Text(new)]);
        }
        set.push_str(&format!(" ELSE {column} END"));
    };
    for office in &table.offices {
        rename(office, t.offices.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect());
    }
    if table.party {
        rename("party", t.parties.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect());
    }
    batch.exec(format!("UPDATE {} SET {set} WHERE province = $1 AND {column} = $3", table.name), params);
}

/// The history of another record that goes along: copied like the case's own, its state taken over.
fn copy_stream(batch: &mut Batch, stream: &str, t: &Transfer) {
    batch.exec(
        "INSERT INTO journal (province, stream, version, kind, at, actor, on_behalf, key, payload) \
         SELECT CAST($2 AS TEXT), stream, version, kind, at, actor, on_behalf, key, payload FROM journal \
         WHERE province = $1 AND stream = $3 ORDER BY version",
        values![&t.from, &t.to, stream],
    );
    batch.exec("UPDATE snapshot SET province = $2 WHERE province = $1 AND stream = $3", values![&t.from, &t.to, stream]);
}

/// The files a text names are known in the other province too; the bytes are one store.
pub fn copy_files(batch: &mut Batch, schema: &Tables, text: &str, from: &ProvinceCode, to: &ProvinceCode) {
    let named: BTreeSet<&str> = text.match_indices("file_").filter_map(|(at, _)| text.get(at..at + 37)).filter(|id| id.parse::<kernel::id::FileId>().is_ok()).collect();
    if named.is_empty() {
        return;
    }
    for (table, column) in schema.of(By::File) {
        let others: Vec<&str> = table.columns.iter().map(String::as_str).filter(|c| *c != "province").collect();
        let others = others.join(", ");
        let mut params = values![from, to];
        params.extend(named.iter().map(|f| Value::from(*f)));
        batch.exec(
            format!(
                "INSERT INTO {} (province, {others}) SELECT CAST($2 AS TEXT), {others} FROM {} WHERE province = $1 AND {column} IN ({}) ON CONFLICT DO NOTHING",
                table.name,
                table.name,
                places(3, named.len())
            ),
            params,
        );
    }
}
