//! Units of a document and their addresses: `art_5__para_2__point_dd`. đ is written `dd`, so that d and đ never meet.

use crate::text::fold;
use kernel::text::Lang;
use serde::{Deserialize, Serialize};

/// From the smallest to the largest: a citation may name them in either order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Dash,
    Indent,
    Point,
    Clause,
    Article,
    Row,
    Subsection,
    Section,
    Chapter,
    Part,
    Form,
    Annex,
}

impl Level {
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Dash => "dash",
            Self::Indent => "indent",
            Self::Point => "point",
            Self::Clause => "para",
            Self::Article => "art",
            Self::Row => "row",
            Self::Subsection => "subsec",
            Self::Section => "sec",
            Self::Chapter => "chp",
            Self::Part => "part",
            Self::Form => "form",
            Self::Annex => "annex",
        }
    }
    pub const fn word(self, lang: Lang) -> &'static str {
        match self {
            Self::Dash => lang.pick("gạch đầu dòng", "dash"),
            Self::Indent => lang.pick("đoạn", "paragraph"),
            Self::Point => lang.pick("điểm", "point"),
            Self::Clause => lang.pick("khoản", "clause"),
            Self::Article => lang.pick("Điều", "Article"),
            Self::Row => lang.pick("số thứ tự", "row"),
            Self::Subsection => lang.pick("Tiểu mục", "Subsection"),
            Self::Section => lang.pick("Mục", "Section"),
            Self::Chapter => lang.pick("Chương", "Chapter"),
            Self::Part => lang.pick("Phần", "Part"),
            Self::Form => lang.pick("Mẫu số", "Form"),
            Self::Annex => lang.pick("Phụ lục", "Annex"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Step {
    pub level: Level,
    /// As written: `15a`, `đ`, `III`, `thứ ba`.
    pub val: String,
}

impl Step {
    pub fn new(level: Level, val: impl Into<String>) -> Self {
        Self { level, val: val.into() }
    }
    pub fn eid(&self) -> String {
        let val = match self.level {
            Level::Part => ordinal(&self.val).map_or_else(|| self.val.clone(), |n| n.to_string()),
            _ => self.val.clone(),
        };
        if val.is_empty() {
            return self.level.prefix().to_owned();
        }
        format!("{}_{}", self.level.prefix(), val.replace('đ', "dd").replace('Đ', "DD").replace(['/', ' '], "-"))
    }
}

/// Where a unit is inside its document, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Path {
    /// A text that a document puts into force: the Regulation attached to a Decision has an Article 1 of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    pub steps: Vec<Step>,
}

impl Path {
    pub fn of(steps: Vec<Step>) -> Self {
        Self { component: None, steps }
    }
    pub fn article(val: &str) -> Self {
        Self::of(vec![Step::new(Level::Article, val)])
    }
    pub fn eid(&self) -> String {
        let steps: Vec<String> = self.steps.iter().map(Step::eid).collect();
        match &self.component {
            Some(c) if steps.is_empty() => format!("!{c}"),
            Some(c) => format!("!{c}__{}", steps.join("__")),
            None => steps.join("__"),
        }
    }
    pub fn step(&self, level: Level) -> Option<&Step> {
        self.steps.iter().find(|s| s.level == level)
    }
    /// The article, if the path names one: what a text is stored by.
    pub fn article_eid(&self) -> Option<String> {
        let article = self.step(Level::Article)?;
        Some(match &self.component {
            Some(c) => format!("!{c}__{}", article.eid()),
            None => article.eid(),
        })
    }
    /// As a citation says it, the smallest first: “điểm đ khoản 1 Điều 64”.
    pub fn text(&self, lang: Lang) -> String {
        let steps: Vec<String> = self.steps.iter().rev().map(|s| format!("{} {}", s.level.word(lang), s.val).trim_end().to_owned()).collect();
        steps.join(" ")
    }
}

/// `thứ ba`, `III` and `3` are one number.
pub fn ordinal(val: &str) -> Option<u32> {
    let folded = fold(val.trim());
    let folded = folded.trim_start_matches("thu ").trim();
    let words = ["nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"];
    if let Some(i) = words.iter().position(|w| *w == folded) {
        return u32::try_from(i + 1).ok();
    }
    match folded {
        "bon" => Some(4),
        "muoi mot" => Some(11),
        "muoi hai" => Some(12),
        _ => folded.parse().ok().or_else(|| roman(folded)),
    }
}

pub fn roman(text: &str) -> Option<u32> {
    let value = |c: char| match c.to_ascii_uppercase() {
        'I' => Some(1u32),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let mut total = 0u32;
    let mut before = 0u32;
    if text.is_empty() || text.len() > 8 {
        return None;
    }
    for c in text.chars().rev() {
        let v = value(c)?;
        if v < before { total = total.checked_sub(v)? } else { total += v }
        before = before.max(v);
    }
    Some(total)
}

/// A clause of an article with its points; spans are bytes of the article's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Empty for an article that is not divided: its points stand under it directly.
    pub val: String,
    pub start: usize,
    pub end: usize,
    pub points: Vec<Point>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub val: String,
    pub start: usize,
    pub end: usize,
}

/// `15a` → (15, "a").
pub fn split_number(val: &str) -> Option<(u32, &str)> {
    let digits = val.bytes().take_while(u8::is_ascii_digit).count();
    Some((val.get(..digits)?.parse().ok()?, val.get(digits..)?))
}

/// The number of a clause that begins a line: `2a. …`. One number only: 1.1 is a row of a table.
pub fn clause_number(line: &str) -> Option<&str> {
    let (val, rest) = line.split_once('.')?;
    let (_, letter) = split_number(val)?;
    let letters = letter.chars().count();
    (letters <= 1 && letter.chars().all(|c| c.is_lowercase()) && val.len() <= 5 && rest.starts_with(char::is_whitespace)).then_some(val)
}

/// The letter of a point that begins a line: `đ) …`, `a1) …`.
pub fn point_letter(line: &str) -> Option<&str> {
    let (val, rest) = line.split_once(')')?;
    let mut chars = val.chars();
    let letter = chars.next()?;
    let tail = chars.as_str();
    let allowed = letter == 'đ' || (letter.is_ascii_lowercase() && !matches!(letter, 'f' | 'j' | 'w' | 'z'));
    (allowed && tail.len() <= 1 && tail.bytes().all(|b| b.is_ascii_digit()) && (rest.is_empty() || rest.starts_with(char::is_whitespace))).then_some(val)
}

/// Clauses and points of an article's text, in the order they stand. A number out of order is text, not a clause; so is what
/// stands between quotation marks.
pub fn clauses(body: &str) -> Vec<Clause> {
    let mut out: Vec<Clause> = Vec::new();
    let (mut at, mut quoted) = (0usize, false);
    for line in body.split_inclusive('\n') {
        let (start, text) = (at, line.trim());
        at += line.len();
        let inside = quoted;
        for c in text.chars() {
            match c {
                '“' => quoted = true,
                '”' => quoted = false,
                _ => {}
            }
        }
        if inside {
            continue;
        }
        if let Some(val) = clause_number(text) {
            let last = out.iter().rev().find(|c| !c.val.is_empty()).and_then(|c| split_number(&c.val));
            let now = split_number(val);
            let follows = match (last, now) {
                (None, Some((1, _))) => true,
                (Some((n, _)), Some((m, ""))) => m == n + 1,
                (Some((n, _)), Some((m, _))) => m == n || m == n + 1,
                _ => false,
            };
            if follows {
                close(&mut out, start);
                out.push(Clause { val: val.to_owned(), start, end: body.len(), points: Vec::new() });
                continue;
            }
        }
        if let Some(val) = point_letter(text) {
            if out.is_empty() {
                out.push(Clause { val: String::new(), start, end: body.len(), points: Vec::new() });
            }
            if let Some(clause) = out.last_mut() {
                if let Some(last) = clause.points.last_mut() {
                    last.end = start;
                }
                if !clause.points.iter().any(|p| p.val == val) {
                    clause.points.push(Point { val: val.to_owned(), start, end: body.len() });
                }
            }
        }
    }
    close(&mut out, body.len());
    out
}

fn close(list: &mut [Clause], at: usize) {
    if let Some(last) = list.last_mut() {
        last.end = at;
        if let Some(point) = last.points.last_mut() {
            point.end = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d_and_đ_are_two_points() {
        let body = "1. Một:\na) A;\nb) B;\nc) C;\nd) D;\nđ) Đ;\n2. Hai.\n2a. Hai a.\n1.1. bảng\n3. Ba:\n“1. trích\na) x”\n";
        let found = clauses(body);
        assert_eq!(found.iter().map(|c| c.val.as_str()).collect::<Vec<_>>(), ["1", "2", "2a", "3"]);
        assert_eq!(found[0].points.iter().map(|p| p.val.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d", "đ"]);
        assert_eq!(body[found[0].points[4].start..found[0].points[4].end].trim(), "đ) Đ;");
        let path = |p: &str| Path::of(vec![Step::new(Level::Article, "15a"), Step::new(Level::Clause, "2a"), Step::new(Level::Point, p)]).eid();
        assert_eq!(path("đ"), "art_15a__para_2a__point_dd");
        assert_ne!(path("đ"), path("d"));
        assert_eq!(Step::new(Level::Part, "thứ ba").eid(), "part_3");
        assert_eq!(ordinal("XV"), Some(15));
    }
}
