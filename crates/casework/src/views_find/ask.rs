//! One question: which range is the shortest, one bounded read a scope, merged.

use super::{SCAN, scopes_of, words::{Asked, Range}};
use crate::desk::Desk;
use identity::CaseFilter;
use kernel::{Instant, id::CaseId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, StoreError, Value, values};

/// A page never holds more.
const PAGE_MAX: usize = 100;
/// Ranges are counted to here to find the shortest.
const COUNTED: i64 = 1_000;

/// Where the next page begins: in which range, after which word, instant and case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    range: usize,
    word: String,
    back: i64,
    case: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}~{}~{}", self.range, self.back, self.case, self.word)
    }
}
impl std::str::FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(4, '~');
        let mut next = || parts.next().ok_or(());
        let (range, back, case, word) = (next()?, next()?, next()?, next()?);
        if text.len() > 300 || text.chars().any(char::is_control) {
            return Err(());
        }
        let range = range.parse().map_err(|_| ())?;
        Ok(Self { range, back: back.parse().map_err(|_| ())?, case: case.to_owned(), word: word.to_owned() })
    }
}

/// A case as the list of a search shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    pub case_id: CaseId,
    pub code: String,
    pub definition: String,
    pub pinned: String,
    pub title: String,
    /// Whose case it is; absent for cases older than the search.
    pub person: Option<String>,
    pub received: String,
    pub decides: String,
    pub handling: String,
    pub filed_at: Instant,
    pub due: Option<Instant>,
}

#[derive(Debug, Clone, Default)]
pub struct Page {
    pub cases: Vec<Found>,
    /// Where to go on; a page that has few cases or none may still have a next one, when the words are very common.
    pub next: Option<Place>,
}

/// One page of the cases that what was typed means, among those the filter allows.
pub async fn find(desk: &Desk, filter: &CaseFilter, asked: &Asked, after: Option<&Place>, limit: usize) -> Result<Page, StoreError> {
    let limit = limit.clamp(1, PAGE_MAX);
    let scopes = scopes_of(filter);
    let from = after.map(|p| p.range);
    let ranges: Vec<(usize, &Range)> = match asked {
        Asked::TooShort => return Ok(Page::default()),
        Asked::Keys(ranges) => ranges.iter().enumerate().skip(from.unwrap_or(0)).collect(),
        Asked::Names(ranges) => {
            // Which range leads stays the same from page to page.
            let leads = match from {
                Some(n) => n,
                None => shortest(desk, &scopes, ranges).await?,
            };
            ranges.iter().enumerate().skip(leads).take(1).collect()
        }
    };
    let mut hits: Vec<Place> = Vec::new();
    let mut next = None;
    for (n, (number, range)) in ranges.iter().enumerate() {
        let start = after.filter(|p| p.range == *number);
        let (found, more) = in_range(desk, &scopes, range, *number, start, limit - hits.len()).await?;
        let new: Vec<Place> = found.into_iter().filter(|f| !hits.iter().any(|h| h.case == f.case)).collect();
        hits.extend(new);
        if more.is_some() {
            next = more;
            break;
        }
        if hits.len() >= limit {
            // Full, and this range is at its end: the next one begins at its own beginning.
            next = ranges.get(n + 1).map(|(number, r)| Place { range: *number, word: r.word.clone(), back: i64::MIN, case: String::new() });
            break;
        }
    }
    Ok(Page { cases: shown(desk, &hits).await?, next })
}

/// The range with the fewest rows, counted to a bound.
async fn shortest(desk: &Desk, scopes: &[String], ranges: &[Range]) -> Result<usize, StoreError> {
    if ranges.len() < 2 {
        return Ok(0);
    }
    let mut totals = vec![0; ranges.len()];
    for scope in scopes {
        let mut params = values![scope.as_str(), COUNTED];
        let mut parts = Vec::new();
        for (n, range) in ranges.iter().enumerate() {
            let at = params.len() + 2;
            params.extend(values![range.word.as_str(), range.end()]);
            parts.push(format!(
                "SELECT CAST({n} AS BIGINT) AS range_no, COUNT(*) AS n FROM (SELECT 1 AS one FROM case_find WHERE province = $1 AND scope = $2 \
                 AND word >= ${at} AND word < ${} LIMIT $3) AS counted",
                at + 1
            ));
        }
        for row in desk.scope().query(&parts.join(" UNION ALL "), params).await? {
            if let Some(total) = totals.get_mut(usize::try_from(row.int("range_no")?).unwrap_or(0)) {
                *total += row.int("n")?;
            }
        }
    }
    Ok((0..totals.len()).min_by_key(|n| totals.get(*n).copied().unwrap_or(0)).unwrap_or(0))
}

/// What one request looks at of one range in one scope, in the order of the key.
const LOOKED_AT: &str = "FROM case_find WHERE province = $1 AND scope = $2 AND (word, back, case_id) > ($3, $4, $5) AND word < $6 \
                         ORDER BY word, back, case_id LIMIT $7";

/// The statement of one range in one scope. What the engine makes of it is shown by `phusa bench find`. (A window function that
/// counted the rows beside this cost thirty times as much on SQLite: what was looked at is asked apart, and seldom.)
pub fn statement(range: &Range) -> String {
    let also: Vec<String> = (0..range.also.len()).map(|n| format!("words LIKE ${}", n + 9)).collect();
    let filter = if also.is_empty() { String::new() } else { format!(" WHERE {}", also.join(" AND ")) };
    format!(
        "SELECT word, back, case_id, words FROM (SELECT word, back, case_id, words {LOOKED_AT}) AS looked_at{filter} \
         ORDER BY word, back, case_id LIMIT $8"
    )
}

/// The last place that was looked at, when there may be more behind it.
async fn stopped_at(desk: &Desk, params: &[Value], number: usize) -> Result<Option<Place>, StoreError> {
    let looked: Vec<Value> = params.iter().take(6).cloned().collect();
    let sql = format!("SELECT COUNT(*) AS n FROM (SELECT 1 AS one {LOOKED_AT}) AS looked_at");
    let count = desk.scope().one(&sql, looked.clone()).await?.map_or(Ok(0), |r| r.int("n"))?;
    if count < SCAN {
        return Ok(None);
    }
    let sql = format!(
        "SELECT word, back, case_id FROM (SELECT word, back, case_id {LOOKED_AT}) AS looked_at \
         ORDER BY word DESC, back DESC, case_id DESC LIMIT 1"
    );
    let last = desk.scope().one(&sql, looked).await?;
    last.as_ref().map(|row| place(row, number)).transpose()
}

fn place(row: &Row, range: usize) -> Result<Place, StoreError> {
    Ok(Place { range, word: row.string("word")?, back: row.int("back")?, case: row.string("case_id")? })
}

/// Its parameters, without the province.
pub fn parameters(range: &Range, scope: &str, start: Option<(&str, i64, &str)>, limit: i64) -> Vec<Value> {
    let (word, back, case) = start.unwrap_or((range.word.as_str(), i64::MIN, ""));
    let mut params = values![scope, word, back, case, range.end(), SCAN, limit];
    params.extend(range.also.iter().map(|p| Value::from(p.as_str())));
    params
}

/// Up to `limit` places in a range, over all scopes, and where to go on when there is more to look at.
async fn in_range(
    desk: &Desk,
    scopes: &[String],
    range: &Range,
    number: usize,
    start: Option<&Place>,
    limit: usize,
) -> Result<(Vec<Place>, Option<Place>), StoreError> {
    let sql = statement(range);
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut places = BTreeSet::new();
    // Beyond this place some scope was not looked at.
    let mut upto: Option<Place> = None;
    for scope in scopes {
        let from = start.map(|p| (p.word.as_str(), p.back, p.case.as_str()));
        let params = parameters(range, scope, from, wanted);
        let rows = desk.scope().query(&sql, params.clone()).await?;
        for row in &rows {
            let place = place(row, number)?;
            if range.is_first(&place.word, row.text("words")?) {
                places.insert(place);
            }
        }
        let full = i64::try_from(rows.len()).is_ok_and(|n| n == wanted);
        let end = match rows.last().filter(|_| full) {
            Some(row) => Some(place(row, number)?),
            None => stopped_at(desk, &params, number).await?,
        };
        if let Some(end) = end {
            upto = Some(upto.map_or(end.clone(), |u| u.min(end)));
        }
    }
    let mut seen = BTreeSet::new();
    let whole: Vec<Place> = places.into_iter().filter(|p| upto.as_ref().is_none_or(|u| p <= u) && seen.insert(p.case.clone())).collect();
    let next = if whole.len() > limit { whole.get(limit - 1).cloned() } else { upto };
    Ok((whole.into_iter().take(limit).collect(), next))
}

/// What a list shows of these cases, in their order.
async fn shown(desk: &Desk, hits: &[Place]) -> Result<Vec<Found>, StoreError> {
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (2..hits.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT case_id, code, definition, pinned, title, person, received, decides, handling, filed_at, due FROM case_view \
         WHERE province = $1 AND case_id IN ({})",
        places.join(", ")
    );
    let params = hits.iter().map(|h| Value::from(h.case.as_str())).collect();
    let mut rows = BTreeMap::new();
    for row in desk.scope().query(&sql, params).await? {
        rows.insert(row.string("case_id")?, read(&row)?);
    }
    Ok(hits.iter().filter_map(|h| rows.remove(&h.case)).collect())
}

fn read(row: &Row) -> Result<Found, StoreError> {
    Ok(Found {
        case_id: row.id("case_id")?,
        code: row.string("code")?,
        definition: row.string("definition")?,
        pinned: row.string("pinned")?,
        title: row.string("title")?,
        person: row.opt_string("person")?,
        received: row.string("received")?,
        decides: row.string("decides")?,
        handling: row.string("handling")?,
        filed_at: row.instant("filed_at")?,
        due: row.opt_instant("due")?,
    })
}
