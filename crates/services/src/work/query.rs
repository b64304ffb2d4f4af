//! What the lists of the working room read: one index range a role, keyset pages, counts with a bound.

use casework::views::{After, Item, PAGE_MAX};
use kernel::{
    Instant,
    id::{AccountId, OfficeCode},
};
use store::{Row, Scope, StoreError, Value, values};

/// A count never costs more than this many index entries; above it a page says "999+".
pub const COUNT_MAX: i64 = 1000;

/// The lists an item can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum List {
    #[default]
    Todo,
    /// On the applicant.
    Waiting,
    /// An opinion asked of the office.
    Opinion,
}

impl List {
    pub const ALL: [Self; 3] = [Self::Todo, Self::Waiting, Self::Opinion];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Waiting => "waiting",
            Self::Opinion => "opinion",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }
}

/// By whom an item is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hands {
    #[default]
    Any,
    Mine,
    Nobody,
}

/// Which due instants count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Due {
    #[default]
    Any,
    Late,
    /// Not late yet, due before the day ends.
    Today,
}

/// One question to the lists of an office.
pub struct Ask<'a> {
    pub office: &'a OfficeCode,
    pub roles: &'a [&'a str],
    pub list: List,
    pub definition: Option<&'a str>,
    pub hands: Hands,
    pub account: AccountId,
    /// Everybody's items of roles that people are appointed to case by case; else only one's own.
    pub whole: bool,
    pub due: Due,
    pub now: Instant,
}

impl Ask<'_> {
    /// Conditions after the index range, with their parameters.
    fn conditions(&self, role: &str, params: &mut Vec<Value>) -> String {
        let mut sql = String::new();
        let mut add = |text: &str, value: Value| {
            params.push(value);
            // `$1` is the province, which the scope puts in front.
            sql.push_str(&format!(" AND {text} ${}", params.len() + 1));
        };
        match self.due {
            Due::Any => {}
            Due::Late => add("sort_due <=", self.now.into()),
            Due::Today => {
                add("sort_due >", self.now.into());
                add("sort_due <", end_of_day(self.now).into());
            }
        }
        if let Some(definition) = self.definition {
            add("definition =", definition.into());
        }
        let hands = if identity::APPOINTED_ROLES.contains(&role) && !self.whole { Hands::Mine } else { self.hands };
        match hands {
            Hands::Any => {}
            Hands::Mine => add("assignee =", self.account.into()),
            Hands::Nobody => sql.push_str(" AND assignee IS NULL"),
        }
        sql
    }

    /// One page by due instant, merged from the roles.
    pub async fn page(&self, scope: &Scope, after: Option<&After>, limit: i64) -> Result<Vec<Item>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let start = After { due: i64::MIN, case: String::new(), item: String::new() };
        let after = after.unwrap_or(&start);
        let mut items = Vec::new();
        for role in self.roles {
            let mut params = values![
                self.office, *role, self.list.code(), after.due, after.case.as_str(), after.item.as_str(), limit
            ];
            let more = self.conditions(role, &mut params);
            let sql = format!(
                "SELECT case_id, item, code, title, definition, pinned, office, role, list, sort_due, due, step, step_due, \
                 assignee, assignee_name FROM work_item \
                 WHERE province = $1 AND office = $2 AND role = $3 AND list = $4 AND (sort_due, case_id, item) > ($5, $6, $7)\
                 {more} ORDER BY sort_due, case_id, item LIMIT $8"
            );
            for row in scope.query(&sql, params).await? {
                items.push(item(&row)?);
            }
        }
        items.sort_by_key(|i| (i.sort_due, i.case_id.to_string(), i.item.clone()));
        items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(items)
    }

    /// How many, up to [`COUNT_MAX`].
    pub async fn count(&self, scope: &Scope) -> Result<i64, StoreError> {
        let mut total = 0;
        for role in self.roles {
            let mut params = values![self.office, *role, self.list.code(), COUNT_MAX];
            let more = self.conditions(role, &mut params);
            let sql = format!(
                "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM work_item \
                 WHERE province = $1 AND office = $2 AND role = $3 AND list = $4{more} LIMIT $5) AS counted"
            );
            total += scope.one(&sql, params).await?.map_or(Ok(0), |r| r.int("n"))?;
        }
        Ok(total.min(COUNT_MAX))
    }

    /// The definitions that occur in the list, for its filter.
    pub async fn definitions(&self, scope: &Scope) -> Result<Vec<String>, StoreError> {
        let mut codes = std::collections::BTreeSet::new();
        for role in self.roles {
            let sql = "SELECT DISTINCT definition FROM (SELECT definition FROM work_item \
                       WHERE province = $1 AND office = $2 AND role = $3 AND list = $4 ORDER BY sort_due LIMIT $5) AS seen";
            let params = values![self.office, *role, self.list.code(), COUNT_MAX];
            for row in scope.query(sql, params).await? {
                codes.insert(row.string("definition")?);
            }
        }
        Ok(codes.into_iter().collect())
    }
}

fn item(row: &Row) -> Result<Item, StoreError> {
    Ok(Item {
        case_id: row.id("case_id")?,
        item: row.string("item")?,
        code: row.string("code")?,
        title: row.string("title")?,
        definition: row.string("definition")?,
        pinned: row.string("pinned")?,
        office: row.string("office")?,
        role: row.string("role")?,
        list: row.string("list")?,
        sort_due: row.instant("sort_due")?,
        due: row.opt_instant("due")?,
        step: row.string("step")?,
        step_due: row.opt_instant("step_due")?,
        assignee: row.opt_string("assignee")?,
        assignee_name: row.opt_string("assignee_name")?,
    })
}

/// Midnight after the instant, in Vietnam.
fn end_of_day(now: Instant) -> Instant {
    now.date().tomorrow().map_or(now, kernel::time::midnight)
}

/// A case received today, as the board's list shows it.
pub struct Received {
    pub code: String,
    pub title: String,
    pub definition: String,
    pub pinned: String,
    pub handling: String,
    pub filed_at: Instant,
    pub due: Option<Instant>,
}

/// The first and last possible code an office gives on a day: the index of codes is also the index of what came when.
fn codes_of_day(office: &OfficeCode, now: Instant) -> (String, String) {
    let d = now.date();
    let day = format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day());
    (format!("{office}-{day}-0000"), format!("{office}-{day}-9999"))
}

/// How many cases the office received today, up to the bound.
pub async fn received_count(scope: &Scope, office: &OfficeCode, now: Instant) -> Result<i64, StoreError> {
    let (first, last) = codes_of_day(office, now);
    let sql = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM case_view \
               WHERE province = $1 AND code >= $2 AND code <= $3 AND received = $4 LIMIT $5) AS counted";
    scope.one(sql, values![first, last, office, COUNT_MAX]).await?.map_or(Ok(0), |r| r.int("n"))
}

/// What the office received today, in the order of the codes.
pub async fn received(
    scope: &Scope,
    office: &OfficeCode,
    now: Instant,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Received>, StoreError> {
    let (first, last) = codes_of_day(office, now);
    let sql = "SELECT code, title, definition, pinned, handling, filed_at, due FROM case_view \
               WHERE province = $1 AND code >= $2 AND code <= $3 AND received = $4 AND code > $5 ORDER BY code LIMIT $6";
    let params = values![first, last, office, after.unwrap_or(""), limit.clamp(1, PAGE_MAX)];
    let read = |row: &Row| -> Result<Received, StoreError> {
        Ok(Received {
            code: row.string("code")?,
            title: row.string("title")?,
            definition: row.string("definition")?,
            pinned: row.string("pinned")?,
            handling: row.string("handling")?,
            filed_at: row.instant("filed_at")?,
            due: row.opt_instant("due")?,
        })
    };
    scope.query(sql, params).await?.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn conditions_follow_the_parameters_of_the_range() {
        let office = OfficeCode::new("H29.161");
        let now: Instant = "2026-11-21T09:00:00+07:00".parse().unwrap();
        let account = AccountId::new(uuid::Uuid::nil());
        let ask = Ask { office: &office, roles: &["clerk"], list: List::Todo, definition: Some("1.1"), hands: Hands::Mine, account, whole: false, due: Due::Today, now };
        let mut params = values![1, 2, 3];
        assert_eq!(ask.conditions("clerk", &mut params), " AND sort_due > $5 AND sort_due < $6 AND definition = $7 AND assignee = $8");
        assert_eq!(params.len(), 7);
        let plain = Ask { definition: None, hands: Hands::Nobody, due: Due::Late, ..ask };
        assert_eq!(plain.conditions("clerk", &mut Vec::new()), " AND sort_due <= $2 AND assignee IS NULL");
        // Appointed case by case: one's own, whatever was asked for; the director sees everybody's.
        assert_eq!(plain.conditions("consultant", &mut Vec::new()), " AND sort_due <= $2 AND assignee = $3");
        let whole = Ask { whole: true, ..plain };
        assert_eq!(whole.conditions("consultant", &mut Vec::new()), " AND sort_due <= $2 AND assignee IS NULL");
    }

    #[test]
    fn a_day_is_a_range_of_codes() {
        let now: Instant = "2026-11-21T23:30:00+07:00".parse().unwrap();
        let (first, last) = codes_of_day(&OfficeCode::new("H29.161"), now);
        assert_eq!((first.as_str(), last.as_str()), ("H29.161-261121-0000", "H29.161-261121-9999"));
        assert_eq!(end_of_day(now).to_string(), "2026-11-22T00:00:00+07:00");
    }
}
