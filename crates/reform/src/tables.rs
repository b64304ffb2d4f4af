//! Which rows move with a case. Derived from the columns the database has: a table with `case_id` moves by it unless it is listed
//! as staying; what hangs on a case by another column is listed with that column. A test refuses a table that is neither.

use ::store::{Db, StoreError};
use std::collections::BTreeSet;

/// Tables with `case_id` or `stream` that do not move row by row, and why.
pub const STAYS: &[(&str, &str)] = &[
    ("case_view", "written anew by the desk"),
    ("case_person", "written anew by the desk"),
    ("case_member", "written anew by the desk"),
    ("case_find", "written anew by the desk"),
    ("case_gone", "says where a case went"),
    ("work_item", "written anew by the desk"),
    ("journal", "sealed: copied, never taken away"),
    ("snapshot", "written anew by the desk"),
    ("effect", "goes with the desk's batch"),
    ("index_fact", "derived: closed here by the last entry, made there from the copied history"),
    ("audit_entry", "derived from the journal of its province"),
    ("audit_stream", "derived from the journal of its province"),
    ("identity_emergency", "a record of who opened what in the province that was"),
    ("payment_receipt", "a page in the receipt book of the office that issued it"),
    ("payment_difference", "a line of a statement of the bank to the office that was"),
    ("arrival", "a line of the incoming register of the office that was, with its own file"),
    ("privacy_breach", "a breach in the province that was; its term is no case's"),
    ("reform_item", "what the reorganisation moved"),
];

/// Tables that hang on a case by something else.
pub const BY: &[(&str, &str, By)] = &[
    ("register_query", "dossier", By::Code),
    ("register_dossier", "code", By::Code),
    ("payment_try", "due", By::Due),
    ("payment_credit", "due", By::Due),
    ("payment_receipt_wanted", "due", By::Due),
    ("payment_party", "due", By::Due),
    ("payment_proposal", "due", By::Due),
    ("register_value", "dossier", By::Draft),
    ("register_check", "dossier", By::Draft),
    ("counter_intake", "draft", By::Draft),
    ("file", "id", By::File),
    ("file_check", "file", By::File),
];

/// By what a row belongs to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Code,
    /// A sum the case owes.
    Due,
    /// A draft that is not filed yet.
    Draft,
    /// A file named in the case: copied, other cases may name it too.
    File,
}

/// A column that names an office, a party or an account of the case, whose value is another in the receiving province.
const OFFICES: [&str; 4] = ["office", "received", "decides", "unit"];

#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub offices: Vec<String>,
    pub party: bool,
}

/// The tables of this database, sorted by what moves them.
#[derive(Debug, Clone)]
pub struct Tables {
    pub by_case: Vec<Table>,
    pub by: Vec<(Table, &'static str, By)>,
}

impl Tables {
    pub async fn read(db: &Db) -> Result<Self, StoreError> {
        let (mut by_case, mut by) = (Vec::new(), Vec::new());
        for t in db.tables().await? {
            let has = |c: &str| t.columns.iter().any(|x| x == c);
            if !has("province") || STAYS.iter().any(|(name, _)| *name == t.name) {
                continue;
            }
            let offices = OFFICES.iter().filter(|c| has(c)).map(|c| (*c).to_owned()).collect();
            let party = has("party");
            let listed = BY.iter().find(|(name, ..)| *name == t.name);
            let case = has("case_id");
            let table = Table { name: t.name, columns: t.columns, offices, party };
            match listed {
                Some((_, column, how)) => by.push((table, *column, *how)),
                None if case => by_case.push(table),
                None => {}
            }
        }
        Ok(Self { by_case, by })
    }

    pub fn of(&self, how: By) -> impl Iterator<Item = (&Table, &'static str)> {
        self.by.iter().filter(move |(_, _, h)| *h == how).map(|(t, c, _)| (t, *c))
    }
}

/// Tables that look as if they belonged to cases and are nowhere classified.
pub async fn unclassified(db: &Db) -> Result<Vec<String>, StoreError> {
    const TELLING: [&str; 7] = ["case_id", "case_code", "dossier", "draft", "stream", "due", "file"];
    // A deadline is called `due` too; these hold no id of a sum.
    const DEADLINES: [&str; 11] =
        ["board_matter", "expert", "counter_arrival", "counter_bundle", "support_dossier", "index_due", "care_message", "national_mirror", "support_entry", "counter_local", "care_offer"];
    let known: BTreeSet<&str> = STAYS.iter().map(|(n, _)| *n).chain(BY.iter().map(|(n, ..)| *n)).chain(DEADLINES).collect();
    let tables = db.tables().await?;
    let unknown = tables.iter().filter(|t| {
        let has = |c: &str| t.columns.iter().any(|x| x == c);
        has("province") && !has("case_id") && TELLING.iter().any(|c| has(c)) && !known.contains(t.name.as_str())
    });
    // A listed table that is no more, or moves by a column it has not, is as wrong.
    let gone = STAYS.iter().map(|(n, _)| (*n, None)).chain(BY.iter().map(|(n, c, _)| (*n, Some(*c))));
    let gone = gone.filter(|(n, c)| !tables.iter().any(|t| t.name == *n && c.is_none_or(|c| t.columns.iter().any(|x| x == c))));
    Ok(unknown.map(|t| t.name.clone()).chain(gone.map(|(n, _)| format!("{n} (listed)"))).collect())
}
