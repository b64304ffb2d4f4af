//! The units of a citation: “các điểm a, b và c khoản 1 Điều này”, in either order, with lists and ranges.

use super::lex::Tokens;
use crate::unit::{Level, Path, Step, ordinal, roman, split_number};

/// One kind of unit with its values, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub level: Level,
    pub vals: Vec<String>,
    /// “Điều này”: the unit that speaks.
    pub own: bool,
}

/// The most units one range may stand for.
const RANGE: u32 = 400;

/// Units at a place: the paths they make, whether the last names the unit that speaks, and the first word after them.
pub fn units(t: &Tokens<'_>, at: usize) -> Option<(Vec<Path>, bool, usize)> {
    let mut items = Vec::new();
    let mut i = at;
    let (first, next) = item(t, i)?;
    items.push(first);
    i = next;
    while items.len() < 40 && t.near(i) {
        let mut j = i;
        while matches!(t.get(j).map(|w| w.fold.as_str()), Some("va" | "hoac" | "cua" | "tai" | "thuoc" | "trong")) && (j == i || t.near(j)) && j < i + 2 {
            j += 1;
        }
        if !t.near(j) {
            break;
        }
        let Some((more, next)) = item(t, j) else { break };
        items.push(more);
        i = next;
    }
    let own = items.last().is_some_and(|i| i.own);
    Some((paths(&items), own, i))
}

fn item(t: &Tokens<'_>, at: usize) -> Option<(Item, usize)> {
    let mut i = at;
    if t.is(i, "tu") && let Some((from, next)) = unit(t, i + 1) {
        return range(t, from, next);
    }
    if t.is(i, "cac") {
        i += 1;
    }
    let (first, mut next) = unit(t, i)?;
    let mut list = first;
    // Further values of the same kind: “a, b và c”.
    while !list.own && list.vals.len() < 60 && list.level != Level::Form {
        let comma = t.gap(next) == ",";
        let and = matches!(t.get(next).map(|w| w.fold.as_str()), Some("va" | "hoac")) && t.gap(next).is_empty();
        let j = if and { next + 1 } else { next };
        if !(comma || and) || t.number(j).is_some() || (and && !t.gap(j).is_empty()) {
            break;
        }
        let Some((val, after)) = value(t, j, list.level) else { break };
        // “khoản 1, 2 Điều 5”: a value, not the year of a date.
        list.vals.push(val);
        next = after;
    }
    // “từ điểm a đến điểm d” is read above; “Điều 37 đến Điều 41” without “từ” is a range too.
    if t.is(next, "den") && t.gap(next).is_empty() {
        if let Some((item, after)) = range(t, list.clone(), next) {
            return Some((item, after));
        }
    }
    Some((list, next))
}

fn range(t: &Tokens<'_>, from: Item, at: usize) -> Option<(Item, usize)> {
    if !(t.is(at, "den") || t.is(at, "toi")) {
        return None;
    }
    let mut j = at + 1;
    if t.is(j, "het") {
        j += 1;
    }
    let (to, next) = match unit(t, j) {
        Some((to, next)) if to.level == from.level => (to.vals.first()?.clone(), next),
        Some(_) => return None,
        None => value(t, j, from.level)?,
    };
    let first = from.vals.last()?;
    let mut vals = from.vals.clone();
    match (split_number(first), split_number(&to)) {
        (Some((a, _)), Some((b, _))) if a < b && b - a <= RANGE => vals.extend((a + 1..b).map(|n| n.to_string())),
        (None, None) => {
            const LETTERS: &str = "abcdđeghiklmnopqrstuvxy";
            let place = |v: &str| LETTERS.chars().position(|c| v.chars().eq([c]));
            let (a, b) = (place(first)?, place(&to)?);
            vals.extend(LETTERS.chars().take(b).skip(a + 1).map(String::from));
        }
        _ => return None,
    }
    vals.push(to);
    Some((Item { vals, ..from }, next))
}

/// One unit: its word and one value.
fn unit(t: &Tokens<'_>, at: usize) -> Option<(Item, usize)> {
    let word = t.get(at)?;
    let (level, skip) = match word.fold.as_str() {
        "diem" => (Level::Point, 1),
        "khoan" => (Level::Clause, 1),
        "dieu" => (Level::Article, 1),
        "tieu" if t.is(at + 1, "muc") => (Level::Subsection, 2),
        "muc" => (Level::Section, 1),
        "chuong" => (Level::Chapter, 1),
        "phan" => (Level::Part, 1),
        "phu" if t.is(at + 1, "luc") => (Level::Annex, 2),
        "mau" if t.is(at + 1, "so") => (Level::Form, 2),
        "so" if t.are(at, &["so", "thu", "tu"]) => (Level::Row, 3),
        "doan" => (Level::Indent, 1),
        "gach" if t.are(at, &["gach", "dau", "dong"]) => (Level::Dash, 3),
        _ => return None,
    };
    if t.marked && !written(word.text, level) {
        return None;
    }
    let i = at + skip;
    let gap = t.gap(i);
    if !(gap.is_empty() || gap == ":") {
        return (level == Level::Annex).then(|| (Item { level, vals: vec![String::new()], own: false }, i));
    }
    if t.is(i, "nay") && level < Level::Form {
        return Some((Item { level, vals: Vec::new(), own: true }, i + 1));
    }
    match value(t, i, level) {
        Some((val, next)) => Some((Item { level, vals: vec![val], own: false }, next)),
        None if level == Level::Annex && t.marked => Some((Item { level, vals: vec![String::new()], own: t.is(i, "nay") }, i)),
        None => None,
    }
}

/// In a text with marks a unit has its own: “mức 2” is no Mục, “phạn” no Phần.
fn written(word: &str, level: Level) -> bool {
    let word = word.to_lowercase();
    let expected: &[&str] = match level {
        Level::Point => &["điểm"],
        Level::Clause => &["khoản"],
        Level::Article => &["điều"],
        Level::Subsection => &["tiểu"],
        Level::Section => &["mục"],
        Level::Chapter => &["chương"],
        Level::Part => &["phần"],
        Level::Annex => &["phụ"],
        Level::Form => &["mẫu"],
        Level::Row => &["số"],
        Level::Indent => &["đoạn"],
        Level::Dash => &["gạch"],
    };
    expected.contains(&word.as_str())
}

fn value(t: &Tokens<'_>, at: usize, level: Level) -> Option<(String, usize)> {
    let word = t.get(at)?;
    let text = word.text;
    let next = at + 1;
    match level {
        Level::Article | Level::Clause | Level::Subsection | Level::Row => {
            let (n, letter) = split_number(text)?;
            let fine = n > 0 && text.len() <= 6 && letter.chars().count() <= 1 && letter.chars().all(|c| c.is_lowercase());
            // 15/2 and 1.000 are no numbers of units.
            let alone = !follows(t, next, &["/", ".", ":"]) || !t.get(next).is_some_and(|w| w.text.starts_with(|c: char| c.is_ascii_digit()));
            (fine && alone).then(|| (text.to_owned(), next))
        }
        Level::Point => {
            if text.starts_with(|c: char| c.is_ascii_digit()) {
                return dotted(t, at);
            }
            let lower = text.to_lowercase();
            let mut chars = lower.chars();
            let letter = chars.next()?;
            let tail = chars.as_str();
            let fine = (letter.is_ascii_lowercase() || letter == 'đ') && tail.len() <= 1 && tail.bytes().all(|b| b.is_ascii_digit());
            fine.then_some((lower, next))
        }
        Level::Section => {
            let number = split_number(text).is_some_and(|(n, l)| n > 0 && l.is_empty() && n < 100);
            (number || is_roman(text)).then(|| (text.to_owned(), next))
        }
        Level::Chapter => {
            let bare = text.trim_end_matches(|c: char| c.is_lowercase());
            let number = split_number(text).is_some_and(|(n, l)| n > 0 && n < 100 && l.len() <= 1);
            (number || (is_roman(bare) && text.len() - bare.len() <= 2)).then(|| (text.to_owned(), next))
        }
        Level::Part | Level::Indent | Level::Dash => {
            if word.fold == "thu" {
                let w = t.get(next)?;
                return ordinal(w.text).map(|_| (format!("thứ {}", w.text), next + 1));
            }
            let roman = level == Level::Part && is_roman(text);
            let number = text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 2;
            (roman || number).then(|| (text.to_owned(), next))
        }
        Level::Annex => {
            let number = text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 2;
            let letter = text.len() == 1 && text.chars().all(|c| c.is_ascii_uppercase());
            (number || is_roman(text) || letter).then(|| (text.to_owned(), next))
        }
        Level::Form => {
            let rest = t.source.get(word.start..)?;
            let val: String = rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | ')' | '(')).take(30).collect();
            let val = val.trim_end_matches('.').to_owned();
            let end = word.start + val.len();
            let mut next = next;
            while t.get(next).is_some_and(|w| w.start < end) {
                next += 1;
            }
            val.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase()).then_some((val, next))
        }
    }
}

/// `1.1.a`: decimal points of local texts.
fn dotted(t: &Tokens<'_>, at: usize) -> Option<(String, usize)> {
    let mut val = t.get(at)?.text.to_owned();
    let mut next = at + 1;
    while val.len() < 16 && follows(t, next, &["."]) && t.get(next).is_some_and(|w| w.text.len() <= 2 && w.gap == ".") {
        val = format!("{val}.{}", t.get(next)?.text.to_lowercase());
        next += 1;
    }
    (val.len() <= 16 && val.bytes().next().is_some_and(|b| b.is_ascii_digit())).then_some((val, next))
}

fn follows(t: &Tokens<'_>, i: usize, signs: &[&str]) -> bool {
    t.get(i).is_some_and(|w| signs.contains(&w.gap))
}

fn is_roman(text: &str) -> bool {
    text.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L' | 'C')) && roman(text).is_some()
}

/// Items joined to paths. Small to large: each larger unit belongs to all before it that have none; large to small: each smaller one
/// belongs to the last larger one.
fn paths(items: &[Item]) -> Vec<Path> {
    let descending = items.len() > 1 && items.windows(2).all(|w| w[0].level >= w[1].level) && items[0].level > items[items.len() - 1].level && items[0].level == Level::Article;
    let steps = |item: &Item| -> Vec<Step> {
        if item.own { vec![Step::new(item.level, "này")] } else { item.vals.iter().map(|v| Step::new(item.level, v.clone())).collect() }
    };
    let mut open: Vec<Vec<Step>> = Vec::new();
    // “Điểm 1.1.a, Phần IV, Điều 1” of local texts is one unit, in an order of its own.
    let dotted = items.iter().any(|i| i.level == Level::Point && i.vals.iter().any(|v| v.contains('.')));
    if dotted && items.iter().all(|i| i.vals.len() == 1) {
        open.push(items.iter().flat_map(steps).collect());
    } else if descending {
        for item in items {
            open = if open.is_empty() {
                steps(item).into_iter().map(|s| vec![s]).collect()
            } else {
                open.iter().flat_map(|p| steps(item).into_iter().map(|s| { let mut p = p.clone(); p.push(s); p })).collect()
            };
        }
    } else {
        for (n, item) in items.iter().enumerate() {
            let joins = n > 0 && item.level > items[n - 1].level;
            if !joins && n > 0 && item.level != items[n - 1].level && items.get(n + 1).is_none() && item.level < items[n - 1].level && items.len() == 2 {
                // “Chương II Điều 5”: large to small.
                open = open.iter().flat_map(|p| steps(item).into_iter().map(|s| { let mut p = p.clone(); p.insert(0, s); p })).collect();
                continue;
            }
            if joins {
                let add = steps(item);
                open = open
                    .into_iter()
                    .flat_map(|p| {
                        if p.last().is_some_and(|s| s.level >= item.level) {
                            vec![p]
                        } else {
                            add.iter().map(|s| { let mut p = p.clone(); p.push(s.clone()); p }).collect()
                        }
                    })
                    .collect();
            } else {
                open.extend(steps(item).into_iter().map(|s| vec![s]));
            }
            open.truncate(600);
        }
    }
    open.into_iter()
        .map(|mut p| {
            p.sort_by_key(|s| std::cmp::Reverse(s.level));
            // What stands inside a row or an article of an annex keeps its own order; an annex is always outermost.
            Path::of(p)
        })
        .collect()
}
