//! The structure of a document, read from its lines: head, bases, parts to articles, attached texts, annexes, signature.
//! What is quoted inside an amending text opens nothing; what was not understood is noted, never dropped.

mod dates;
mod head;
#[cfg(test)]
mod tests;

pub use dates::{date_in, effective_in, effect_of};
pub use head::{Head, head, sentence_case};

use crate::{
    text::{fold, is_capitals, line},
    unit::{Level, split_number},
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// An article, or an annex, with the headings above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// `art_15a`, `annex_II`, `!quy-dinh__art_2`.
    pub eid: String,
    /// `Điều 15a`.
    pub label: String,
    pub heading: String,
    /// The headings above, the largest first: `Phần thứ ba. NGHĨA VỤ VÀ HỢP ĐỒNG`.
    pub path: Vec<String>,
    pub body: String,
}

/// Something the reader did not understand or had to decide, with its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub line: usize,
    pub code: &'static str,
    pub vi: String,
    pub en: String,
}

#[derive(Debug, Clone, Default)]
pub struct Parsed {
    pub head: Head,
    /// “Căn cứ …”, one line each.
    pub bases: Vec<String>,
    pub blocks: Vec<Block>,
    pub signature: Vec<String>,
    /// Headings by level, for the report: parts, chapters, sections, subsections.
    pub headings: [usize; 4],
    pub notes: Vec<Note>,
}

impl Parsed {
    pub fn articles(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|b| b.label.starts_with("Điều"))
    }
}

/// Where the reader stands.
struct Reader {
    lines: Vec<(usize, String)>,
    out: Parsed,
    /// Headings open now.
    open: Vec<(Level, String)>,
    component: Option<String>,
    last: Option<(u32, String)>,
    /// The closing sign that ends the quoted text.
    quote: Option<Quote>,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Quote {
    Curly,
    Straight,
}

/// The most lines that are read of one document.
const LINES: usize = 400_000;

pub fn parse(text: &str) -> Parsed {
    let text: String = text.nfc().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\0')).collect();
    let lines: Vec<(usize, String)> = text.lines().enumerate().take(LINES).map(|(n, l)| (n + 1, line(l))).filter(|(_, l)| !l.is_empty()).collect();
    let mut reader = Reader { lines, out: Parsed::default(), open: Vec::new(), component: None, last: None, quote: None, ended: false };
    reader.read();
    reader.out
}

impl Reader {
    fn read(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let start = lines.iter().position(|(_, l)| structural(l)).unwrap_or(lines.len());
        self.out.head = head(lines.iter().take(start).map(|(_, l)| l.as_str()));
        self.out.bases = lines.iter().take(start).filter(|(_, l)| fold(l).starts_with("can cu ")).map(|(_, l)| l.clone()).collect();
        let mut i = start;
        let mut before = String::new();
        while i < lines.len() {
            let used = self.line(&lines, i, &before).max(1);
            before.clone_from(&lines[(i + used - 1).min(lines.len() - 1)].1);
            i += used;
        }
        if self.out.blocks.is_empty() && !lines.is_empty() {
            self.plain(&lines, start);
        }
    }

    /// A text without articles: a letter, a directive, a table. Kept whole, so that it can be found.
    fn plain(&mut self, lines: &[(usize, String)], start: usize) {
        let start = if start >= lines.len() { 0 } else { start };
        let body: Vec<&str> = lines.iter().skip(start).map(|(_, l)| l.as_str()).collect();
        self.out.blocks.push(Block { eid: "body".into(), label: "Toàn văn".into(), heading: String::new(), path: Vec::new(), body: body.join("\n") });
        self.note(1, "no-articles", "Không thấy Điều nào; giữ nguyên toàn văn.", "No article was found; the text is kept whole.");
    }

    fn note(&mut self, line: usize, code: &'static str, vi: impl Into<String>, en: impl Into<String>) {
        if self.out.notes.len() < 200 {
            self.out.notes.push(Note { line, code, vi: vi.into(), en: en.into() });
        }
    }

    /// Reads one line; how many lines it took.
    fn line(&mut self, lines: &[(usize, String)], i: usize, before: &str) -> usize {
        let Some((number, text)) = lines.get(i) else { return 1 };
        if self.quote.is_none() && opens_quote(before, text) {
            self.quote = Some(if text.starts_with('"') { Quote::Straight } else { Quote::Curly });
        }
        let quoted = self.quote.is_some();
        if quoted && self.closes(text) {
            self.quote = None;
            self.body(text);
            return 1;
        }
        if let Some((val, rest)) = article(text)
            && let Some(used) = self.article(lines, i, *number, &val, &rest, quoted)
        {
            return used;
        }
        if quoted {
            self.body(text);
            return 1;
        }
        if self.ended || self.out.blocks.iter().any(|b| b.eid.starts_with("annex")) || annex(text).is_some() {
            if let Some(label) = annex(text).or_else(|| self.ended.then(|| attachment(text)).flatten()) {
                return self.annex(lines, i, &label);
            }
        }
        if let Some((level, label, rest)) = heading(text) {
            return self.heading(lines, i, level, &label, rest);
        }
        if let Some(component) = attached(text) {
            self.component = Some(component);
            self.last = None;
            self.open.clear();
            self.ended = false;
            return 1;
        }
        if !self.out.blocks.is_empty() && ends(text) {
            self.ended = true;
        }
        self.body(text);
        1
    }

    fn body(&mut self, text: &str) {
        if self.ended && !self.out.blocks.last().is_some_and(|b| b.eid.contains("annex") || b.eid.contains("form")) {
            self.out.signature.push(text.to_owned());
            return;
        }
        match self.out.blocks.last_mut() {
            Some(block) => {
                if !block.body.is_empty() {
                    block.body.push('\n');
                }
                block.body.push_str(text);
            }
            None => self.out.bases.push(text.to_owned()),
        }
    }

    fn closes(&self, text: &str) -> bool {
        let end = text.trim_end_matches(['.', ';', ',', ' ']);
        match self.quote {
            Some(Quote::Curly) => end.ends_with('”') || (text.contains('”') && text.rfind('”') > text.rfind('“')),
            Some(Quote::Straight) => end.len() > 1 && end.ends_with('"'),
            None => false,
        }
    }

    /// Takes a line as an article, or leaves it as text.
    fn article(&mut self, lines: &[(usize, String)], i: usize, number: usize, val: &str, rest: &str, quoted: bool) -> Option<usize> {
        let (n, letter) = split_number(val)?;
        let next = match &self.last {
            None => true,
            Some((last, _)) if letter.is_empty() => n == last + 1,
            Some((last, before)) => (n == *last && before.as_str() < letter) || n == last + 1,
        };
        // Inside a quotation only the very next number, without a sign of quotation, can be this document's own.
        if quoted {
            if !next || self.last.is_none() || lines[i].1.starts_with(['“', '"']) {
                return None;
            }
            self.quote = None;
            self.note(number, "quote-open", "Đoạn trích mở ngoặc không thấy đóng ngoặc.", "A quotation is opened and never closed.");
        }
        if !next {
            let last = self.last.as_ref().map_or(0, |(n, _)| *n);
            let restart = n == 1 && letter.is_empty() && (self.ended || self.out.blocks.iter().any(|b| b.eid.contains("annex")));
            if restart {
                let second = self.out.blocks.iter().filter(|b| b.eid.ends_with("__art_1")).count() + 2;
                self.component = Some(format!("van-ban-{second}"));
                self.ended = false;
                self.note(number, "second-text", "Số điều bắt đầu lại từ 1: có thể tệp chứa hai văn bản.", "Articles begin at 1 again: the file may hold two documents.");
            } else if n > last && n <= last + 6 && !self.ended {
                self.note(number, "gap", format!("Sau Điều {last} là Điều {n}: thiếu điều ở giữa."), format!("Article {n} follows Article {last}: something between is missing."));
            } else {
                return None;
            }
        }
        self.last = Some((n, letter.to_owned()));
        let (heading, used) = self.article_heading(lines, i, rest);
        let eid = format!("art_{}", val.replace('đ', "dd"));
        let eid = self.component.as_ref().map_or_else(|| eid.clone(), |c| format!("!{c}__{eid}"));
        let mut body = String::new();
        let heading = if heading.1 { heading.0 } else { body = heading.0; String::new() };
        self.out.blocks.push(Block { eid, label: format!("Điều {val}"), heading, path: self.open.iter().map(|(_, t)| t.clone()).collect(), body });
        Some(used)
    }

    /// What stands behind the number: a heading (true), or the rule itself in laws whose articles have none.
    fn article_heading(&self, lines: &[(usize, String)], i: usize, rest: &str) -> ((String, bool), usize) {
        if !rest.is_empty() {
            let is_rule = rest.chars().count() > 220 || (rest.ends_with(['.', ';', ':']) && rest.chars().count() > 60) || rest.ends_with([':', ';']);
            return ((rest.to_owned(), !is_rule), 1);
        }
        let Some((_, next)) = lines.get(i + 1) else { return ((String::new(), false), 1) };
        let starts = crate::unit::clause_number(next).is_some() || crate::unit::point_letter(next).is_some() || structural(next) || next.starts_with(['-', '“', '"']);
        let short = next.chars().count() <= 140 && !next.ends_with(['.', ';', ':', ',']);
        // A heading is followed by its rule, not by the next article.
        let followed = lines.get(i + 2).is_some_and(|(_, l)| !structural(l));
        if !starts && short && followed { ((next.clone(), true), 2) } else { ((String::new(), false), 1) }
    }

    fn heading(&mut self, lines: &[(usize, String)], i: usize, level: Level, label: &str, rest: &str) -> usize {
        let mut used = 1;
        let mut title = rest.to_owned();
        // The title stands on the next line, in capitals often on two.
        while used < 4 && let Some((_, next)) = lines.get(i + used) {
            let more = title.is_empty() || (is_capitals(&title) && is_capitals(next));
            if !more || structural(next) || crate::unit::clause_number(next).is_some() {
                break;
            }
            title = format!("{title} {next}").trim().to_owned();
            used += 1;
        }
        self.open.retain(|(open, _)| *open > level);
        let text = if title.is_empty() { label.to_owned() } else { format!("{label}. {title}") };
        self.open.push((level, text));
        let slot = match level {
            Level::Part => 0,
            Level::Chapter => 1,
            Level::Section => 2,
            _ => 3,
        };
        self.out.headings[slot] += 1;
        self.ended = false;
        used
    }

    fn annex(&mut self, lines: &[(usize, String)], i: usize, label: &str) -> usize {
        let eid = format!("annex_{}", crate::text::fold(label).trim_start_matches("phu luc").trim().replace([' ', '/', ':'], "-").to_uppercase());
        let eid = eid.trim_end_matches('_').to_owned();
        // A running header repeats the name of the annex on each page.
        if self.out.blocks.iter().any(|b| b.eid == eid) {
            return 1;
        }
        self.ended = true;
        let title = lines.get(i + 1).map(|(_, l)| l.clone()).filter(|l| is_capitals(l)).unwrap_or_default();
        let used = if title.is_empty() { 1 } else { 2 };
        self.out.blocks.push(Block { eid, label: label.to_owned(), heading: title, path: Vec::new(), body: String::new() });
        used
    }
}

/// A quotation of new text begins: the line before says so, or the line itself opens an article in quotation marks.
fn opens_quote(before: &str, text: &str) -> bool {
    let marked = text.starts_with(['“', '"']);
    marked && (before.ends_with(':') || article(text).is_some())
}

/// `Điều 15a. Heading` → (`15a`, heading). A citation that begins a line is none.
fn article(text: &str) -> Option<(String, String)> {
    let text = text.trim_start_matches(['“', '"', '*', ' ']);
    let rest = text.strip_prefix("Điều ").or_else(|| text.strip_prefix("ĐIỀU ")).or_else(|| text.strip_prefix("Ðiều "))?.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    let (number, mut rest) = rest.split_at(digits);
    let mut val = number.to_owned();
    let mut chars = rest.chars();
    if let Some(letter) = chars.next().filter(|c| c.is_lowercase()) {
        let after = chars.clone().next();
        if after.is_none_or(|c| !c.is_alphanumeric()) && (letter.is_ascii_lowercase() || letter == 'đ') {
            val.push(letter);
            rest = chars.as_str();
        }
    }
    let separated = rest.trim_start().starts_with(['.', ':', '-', '–']);
    let rest = rest.trim_start_matches(['.', ':', '-', '–', ' ', '\u{a0}']).trim();
    let upper = rest.chars().next().is_none_or(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '“' | '"' | '('));
    if !separated && !upper {
        return None;
    }
    Some((val, rest.to_owned()))
}

fn heading(text: &str) -> Option<(Level, String, &str)> {
    let first = text.split(' ').next()?;
    let folded = fold(first);
    let (level, skip) = match folded.as_str() {
        "phan" => (Level::Part, 1),
        "chuong" => (Level::Chapter, 1),
        "muc" => (Level::Section, 1),
        "tieu" if fold(text).starts_with("tieu muc ") => (Level::Subsection, 2),
        _ => return None,
    };
    if !first.chars().next()?.is_uppercase() {
        return None;
    }
    let mut parts = text.splitn(skip + 3, ' ');
    let mut label: Vec<&str> = parts.by_ref().take(skip + 1).collect();
    if label.len() <= skip {
        return None;
    }
    let val = label[skip].trim_end_matches(['.', ':', '-']);
    let mut rest = text.get(label.iter().map(|l| l.len() + 1).sum::<usize>()..).unwrap_or_default();
    let mut name = val.to_owned();
    if fold(val) == "thu" {
        let (word, more) = rest.split_once(' ').unwrap_or((rest, ""));
        let word = word.trim_end_matches(['.', ':', '-']);
        crate::unit::ordinal(word)?;
        name = format!("{val} {word}");
        rest = more;
    } else {
        let (digits, letter) = split_number(val).unwrap_or((0, val));
        let is_number = digits > 0 && letter.chars().count() <= 1;
        let trimmed = val.trim_end_matches(|c: char| c.is_lowercase());
        let is_roman = !trimmed.is_empty() && trimmed.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L' | 'C')) && val.len() - trimmed.len() <= 2;
        if !(is_number || is_roman) {
            return None;
        }
    }
    label[skip] = name.as_str();
    let separated = text.contains([':', '.', '-']);
    let rest = rest.trim_start_matches(['.', ':', '-', '–', ' ']);
    // “Mục 2 Chương IV của Luật này” at the start of a line is a citation.
    if rest.chars().next().is_some_and(char::is_lowercase) || (!separated && citation_goes_on(rest)) {
        return None;
    }
    Some((level, label.join(" "), rest))
}

fn citation_goes_on(rest: &str) -> bool {
    ["Chương ", "Phần ", "Mục ", "Luật này", "Bộ luật này"].iter().any(|w| rest.starts_with(w))
}

fn structural(text: &str) -> bool {
    article(text).is_some() || heading(text).is_some()
}

/// The end of the text: the sentence of adoption, or the first line of a signature.
fn ends(text: &str) -> bool {
    let folded = fold(text);
    let adopted = (folded.contains("da duoc quoc hoi") || folded.contains("da duoc hoi dong nhan dan") || folded.contains("da duoc uy ban thuong vu")) && folded.contains("thong qua");
    adopted && !folded.starts_with(|c: char| c.is_ascii_digit())
        || folded.starts_with("noi nhan:")
        || ["TM. ", "KT. ", "TL. ", "TUQ. ", "Q. ", "TM.", "KT."].iter().any(|s| text.starts_with(s) && is_capitals(text))
        || ["CHỦ TỊCH QUỐC HỘI", "CHỦ TỊCH NƯỚC", "CHỦ TỊCH HỘI ĐỒNG NHÀ NƯỚC"].contains(&text)
}

fn annex(text: &str) -> Option<String> {
    let folded = fold(text);
    let rest = folded.strip_prefix("phu luc")?;
    if !text.starts_with('P') || text.chars().count() > 90 {
        return None;
    }
    let val = rest.trim_start_matches([' ', ':', '.']).split([' ', '.', ':']).next().unwrap_or_default().to_uppercase();
    let numbered = !val.is_empty() && (val.bytes().all(|b| b.is_ascii_digit()) || crate::unit::roman(&val).is_some() || val.len() == 1);
    if rest.is_empty() || (is_capitals(text) && !numbered) {
        return Some("Phụ lục".into());
    }
    numbered.then(|| format!("Phụ lục {val}"))
}

/// After the signature a form or a standard is an annex although nobody calls it so.
fn attachment(text: &str) -> Option<String> {
    let folded = fold(text);
    let known = folded.starts_with("mau so ") || folded.starts_with("bieu so ") || folded.starts_with("bieu mau ") || text.starts_with("QCVN ") || text.starts_with("TCVN ");
    (known && text.chars().count() < 120).then(|| text.to_owned())
}

/// “(Ban hành kèm theo Quyết định số …)”: the text that the document puts into force begins.
fn attached(text: &str) -> Option<String> {
    let folded = fold(text);
    let start = folded.trim_start_matches('(');
    (text.starts_with('(') && (start.starts_with("kem theo ") || start.starts_with("ban hanh kem theo "))).then(|| {
        let kind = ["quyet dinh", "nghi dinh", "thong tu", "nghi quyet"].into_iter().find(|k| start.contains(k)).unwrap_or("van ban");
        format!("kem-theo-{}", kind.replace(' ', "-"))
    })
}
