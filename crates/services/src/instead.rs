//! What somebody may need who asked for a procedure that is not in force (domain/public-services §10.5): the same code as it is
//! written, the version to come, the procedure most like it. Never an empty refusal.

use casework::{Definition, Definitions};
use kernel::{Refusal, Text, time::Date};
use std::sync::Arc;

/// Codes of national procedures have six digits after the point: written as a number they lose zeros.
const DIGITS: usize = 6;
/// Signs that may differ for a code to be taken for a slip of the finger.
const SLIPS: usize = 2;

/// What is known instead of a procedure in force under a code.
#[derive(Debug, Clone)]
pub enum Instead {
    /// Versions under this code that begin later.
    Coming(Arc<Definition>),
    /// The code had versions, all of them over; perhaps another procedure of the sector takes their place.
    Over(Arc<Definition>, Option<Arc<Definition>>),
    /// Another code, most like this one.
    Like(Arc<Definition>),
    Nothing,
}

/// The definition in force under a code, or the refusal that says what there is instead.
pub fn current(definitions: &Definitions, code: &str, today: Date) -> Result<Arc<Definition>, Refusal> {
    definitions.current(code, today).cloned().ok_or_else(|| refusal(definitions, code, today))
}

/// Why there is no procedure in force under a code, and what to take instead.
pub fn refusal(definitions: &Definitions, code: &str, today: Date) -> Refusal {
    let (vi, en) = match find(definitions, code, today) {
        Instead::Coming(d) => (
            format!("Thủ tục {} – {} áp dụng từ ngày {}.", d.code, d.name.vi, day(d.effective.from)),
            format!("Procedure {} – {} holds from {}.", d.code, d.name.en, d.effective.from),
        ),
        Instead::Over(d, next) => {
            let to = d.effective.to.unwrap_or(today);
            let next = next.map_or_else(Text::default, |n| Text::new(format!(" Thay vào đó có thể dùng {} – {}.", n.code, n.name.vi), format!(" Instead there is {} – {}.", n.code, n.name.en)));
            (
                format!("Thủ tục {} – {} (bản {}) hết hiệu lực sau ngày {}.{}", d.code, d.name.vi, d.version, day(to), next.vi),
                format!("Procedure {} – {} (version {}) lapsed after {to}.{}", d.code, d.name.en, d.version, next.en),
            )
        }
        Instead::Like(d) => (
            format!("Có thể bạn cần {} – {}.", d.code, d.name.vi),
            format!("Perhaps you need {} – {}.", d.code, d.name.en),
        ),
        Instead::Nothing => Default::default(),
    };
    let asked: String = kernel::text::clean(code).chars().take(60).collect();
    Refusal::not_found(
        format!("Không có thủ tục mã {asked} đang có hiệu lực. {vi} Xem danh sách thủ tục ở trang chủ."),
        format!("There is no procedure {asked} in force. {en} See the list on the home page."),
    )
}

fn day(d: Date) -> String {
    web::when::day(d, kernel::text::Lang::Vi)
}

pub fn find(definitions: &Definitions, code: &str, today: Date) -> Instead {
    let asked = kernel::text::clean(code);
    let mine: Vec<&Arc<Definition>> = definitions.all().filter(|d| d.code.as_str() == asked).collect();
    if let Some(next) = mine.iter().filter(|d| d.effective.from > today).min_by_key(|d| d.effective.from) {
        return Instead::Coming((*next).clone());
    }
    if let Some(last) = mine.iter().max_by_key(|d| d.effective.to) {
        return Instead::Over((*last).clone(), like_in_sector(definitions, last, today));
    }
    match written_otherwise(definitions, &asked, today) {
        Some(d) => Instead::Like(d),
        None => Instead::Nothing,
    }
}

/// In the sector, the procedure whose words are most those of the one that is over.
fn like_in_sector(definitions: &Definitions, over: &Definition, today: Date) -> Option<Arc<Definition>> {
    let words: Vec<&str> = over.compiled.search.split([' ', '|']).filter(|w| w.len() > 2).collect();
    let shared = |d: &Definition| words.iter().filter(|w| d.compiled.search.contains(**w)).count();
    let others = definitions.in_force(today).filter(|d| d.sector.code == over.sector.code && d.code != over.code);
    others.max_by_key(|d| shared(d)).cloned()
}

/// Lost zeros, another case, a part of the code, a slip of the finger.
fn written_otherwise(definitions: &Definitions, asked: &str, today: Date) -> Option<Arc<Definition>> {
    let asked = asked.to_lowercase();
    if asked.is_empty() || asked.len() > 60 {
        return None;
    }
    let padded = match asked.split_once('.') {
        Some((a, b)) if b.len() < DIGITS && b.bytes().all(|c| c.is_ascii_digit()) => format!("{a}.{b:0<DIGITS$}"),
        _ => asked.clone(),
    };
    let all = || definitions.in_force(today);
    let same = |wanted: &str| all().find(|d| d.code.as_str().eq_ignore_ascii_case(wanted)).cloned();
    same(&padded)
        .or_else(|| all().find(|d| d.code.as_str().to_lowercase().starts_with(&asked)).cloned())
        .or_else(|| {
            let near = all().map(|d| (distance(&asked, &d.code.as_str().to_lowercase()), d));
            near.filter(|(n, _)| *n <= SLIPS).min_by_key(|(n, _)| *n).map(|(_, d)| d.clone())
        })
}

/// Signs to add, leave out or change from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut corner = i;
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let next = (corner + usize::from(x != *y)).min(*above + 1).min(left + 1);
            (corner, left) = (*above, next);
            *above = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn slips_are_counted() {
        for (a, b, n) in [("1.001193", "1.001193", 0), ("1.001913", "1.001193", 2), ("1.00119", "1.001193", 1), ("", "abc", 3), ("1.101193", "1.001193", 1)] {
            assert_eq!(distance(a, b), n, "{a} {b}");
        }
    }
}
