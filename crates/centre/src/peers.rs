//! What the result of one enterprise is compared with: the newest result of each other enterprise of the sector that agrees to
//! figures, under the same framework, edition and trust tier. Below [`K`] enterprises nothing is shown (k-anonymity).

use crate::views::K;
use kernel::id::EnterpriseId;
use std::collections::BTreeSet;
use store::{Scope, StoreError, values};

/// Results that are looked through at most, newest first.
const MOST: i64 = 10_000;

/// Whose peers are asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    pub framework: &'a str,
    pub edition: &'a str,
    pub tier: &'a str,
    pub vsic: &'a str,
    pub size: Option<&'a str>,
    /// The reader's own enterprise: no round of it is a peer.
    pub own: Option<EnterpriseId>,
}

/// One result that may be shown among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Code of the firm; its dependent units are the same firm.
    pub firm: String,
    pub size: Option<String>,
    /// × 100.
    pub total: i64,
}

/// Totals (× 100) from the lowest, one an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peers {
    pub totals: Vec<i64>,
    /// Of the reader's own size class only.
    pub same_size: bool,
}

/// `None` below [`K`].
pub async fn peers(scope: &Scope, asked: &Asked<'_>) -> Result<Option<Peers>, StoreError> {
    let section = asked.vsic.get(..1).unwrap_or("");
    let sql = "SELECT COALESCE(e.head_code, e.code) AS firm, e.size, a.total FROM assessment a \
               JOIN enterprise e ON e.province = a.province AND e.id = a.enterprise \
               WHERE a.province = $1 AND a.framework = $2 AND a.edition = $3 AND a.tier = $4 AND a.vsic >= $5 AND a.vsic < $6 \
               AND a.enterprise IS NOT NULL AND a.submitted_at IS NOT NULL AND a.total IS NOT NULL AND e.statistics = 1 \
               ORDER BY a.submitted_at DESC, a.id DESC LIMIT $7";
    let rows = scope.query(sql, values![asked.framework, asked.edition, asked.tier, section, format!("{section}~"), MOST]).await?;
    let found = rows.iter().map(|r| Ok(Other { firm: r.string("firm")?, size: r.opt_string("size")?, total: r.int("total")? })).collect::<Result<Vec<_>, StoreError>>()?;
    let own = match asked.own {
        Some(id) => {
            let row = scope.one("SELECT COALESCE(head_code, code) AS firm FROM enterprise WHERE province = $1 AND id = $2", values![id]).await?;
            row.map(|r| r.string("firm")).transpose()?
        }
        None => None,
    };
    Ok(among(found, own.as_deref(), asked.size))
}

/// The newest of each firm but one's own; of one's own size where these are enough. `found`: newest first.
pub fn among(found: Vec<Other>, own: Option<&str>, size: Option<&str>) -> Option<Peers> {
    let mut seen: BTreeSet<String> = own.map(str::to_owned).into_iter().collect();
    let each: Vec<Other> = found.into_iter().filter(|o| seen.insert(o.firm.clone())).collect();
    let of = |all: &mut dyn Iterator<Item = &Other>| {
        let mut totals: Vec<i64> = all.map(|o| o.total).collect();
        totals.sort_unstable();
        (totals.len() >= K).then_some(totals)
    };
    let alike = size.and_then(|size| of(&mut each.iter().filter(|o| o.size.as_deref() == Some(size))));
    match alike {
        Some(totals) => Some(Peers { totals, same_size: true }),
        None => of(&mut each.iter()).map(|totals| Peers { totals, same_size: false }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Firms by one letter, newest first; capital letters are of the size asked for, the total is the place in the alphabet.
    fn others(firms: &str) -> Vec<Other> {
        let size = |c: char| Some(if c.is_ascii_uppercase() { "small" } else { "micro" }.to_owned());
        firms.chars().map(|c| Other { firm: c.to_ascii_lowercase().to_string(), size: size(c), total: i64::from(u32::from(c.to_ascii_lowercase()) - 96) }).collect()
    }

    #[test]
    fn five_enterprises_and_not_five_results() {
        for (firms, own, size, expected) in [
            ("abcd", None, None, None),
            ("abcde", None, None, Some((vec![1, 2, 3, 4, 5], false))),
            ("edcba", None, None, Some((vec![1, 2, 3, 4, 5], false))),
            ("aaaaa", None, None, None),
            ("aaaaabbbbb", None, None, None),
            ("abcdeaaaa", None, None, Some((vec![1, 2, 3, 4, 5], false))),
            // The reader's own rounds are no peers, however many.
            ("abcde", Some("a"), None, None),
            ("aaaabcdef", Some("a"), None, Some((vec![2, 3, 4, 5, 6], false))),
            // Of the same size where there are five of them, otherwise of the sector.
            ("ABCDEfgh", None, Some("small"), Some((vec![1, 2, 3, 4, 5], true))),
            ("ABCDefgh", None, Some("small"), Some((vec![1, 2, 3, 4, 5, 6, 7, 8], false))),
            ("ABCDE", Some("a"), Some("small"), None),
            ("", None, Some("small"), None),
        ] {
            let found = among(others(firms), own, size);
            let expected = expected.map(|(totals, same_size)| Peers { totals, same_size });
            assert_eq!(found, expected, "{firms} {own:?} {size:?}");
        }
    }

    #[test]
    fn the_newest_result_of_a_firm_counts() {
        let of = |firm: &str, total| Other { firm: firm.into(), size: None, total };
        let found = vec![of("a", 90), of("b", 2), of("a", 1), of("c", 3), of("d", 4), of("e", 5)];
        assert_eq!(among(found, None, None).map(|p| p.totals), Some(vec![2, 3, 4, 5, 90]));
    }
}
