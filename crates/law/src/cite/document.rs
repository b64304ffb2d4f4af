//! The document of a citation: kind, number, name, year, date, issuer, what amended it, and the short names a text gives itself.

use super::{Citation, Doc, Named, lex::Tokens, units};
use crate::{parse::date_in, text::fold, unit::{Level, Path}};

/// What a text said before: its own short names, and the numbers it has cited.
#[derive(Default)]
pub struct Aliases {
    names: Vec<(Vec<String>, Named)>,
    cited: Vec<Named>,
}

/// A document read at a place: what it is, and where it ends.
struct Read {
    doc: Doc,
    amended: Vec<Citation>,
    years: Vec<u16>,
    next: usize,
    end: usize,
}

/// Amendments named inside amendments go no deeper than this.
const DEPTH: u8 = 2;
/// The most words of a name nobody knows.
const NAME: usize = 14;

pub fn citation(t: &Tokens<'_>, at: usize, aliases: &mut Aliases, depth: u8) -> Option<(Citation, usize)> {
    let start = t.get(at)?.start;
    if let Some((mut paths, own, next)) = units::units(t, at) {
        let bare = |paths, doc, next: usize| Citation { start, end: t.end(next - 1), paths, doc, amended: Vec::new(), amended_years: Vec::new() };
        if own {
            return Some((bare(paths, Doc::This, next), next));
        }
        let (j, component) = attached(t, next);
        if t.near(j) && let Some(read) = document(t, j, aliases, depth, true) {
            for path in &mut paths {
                path.component.clone_from(&component);
            }
            let c = Citation { start, end: read.end, paths, doc: read.doc, amended: read.amended, amended_years: read.years };
            return Some((c, read.next));
        }
        // Without a document only what laws number through is a citation: “phần 3” and “điểm 5” may be anything.
        let says = paths.iter().all(|p| p.steps.iter().any(|s| match s.level {
            Level::Article | Level::Clause | Level::Annex => true,
            Level::Point => !s.val.starts_with(|c: char| c.is_ascii_digit()),
            _ => false,
        }));
        return says.then(|| (bare(paths, Doc::Unsaid, next), next));
    }
    let (j, component) = if attached_only(t, at) { attached(t, at) } else { (at, None) };
    let read = document(t, j, aliases, depth, false)?;
    let paths = component.map(|c| Path { component: Some(c), steps: Vec::new() }).into_iter().collect();
    (read.doc != Doc::This).then_some((Citation { start, end: read.end, paths, doc: read.doc, amended: read.amended, amended_years: read.years }, read.next))
}

const COMPONENTS: [([&str; 2], &str); 5] = [(["quy", "dinh"], "quy-dinh"), (["quy", "che"], "quy-che"), (["quy", "trinh"], "quy-trinh"), (["dieu", "le"], "dieu-le"), (["danh", "muc"], "danh-muc")];

fn attached_only(t: &Tokens<'_>, at: usize) -> bool {
    COMPONENTS.iter().any(|(words, _)| t.are(at, words)) && attached(t, at).1.is_some()
}

/// “của”, “tại”, “Quy định ban hành kèm theo” between the units and the document.
fn attached(t: &Tokens<'_>, at: usize) -> (usize, Option<String>) {
    let mut i = at;
    while matches!(t.get(i).map(|w| w.fold.as_str()), Some("cua" | "tai" | "trong" | "thuoc")) && t.near(i) && i < at + 2 {
        i += 1;
    }
    let found = COMPONENTS.iter().find(|(words, _)| t.are(i, words));
    let mut j = if found.is_some() { i + 2 } else { i };
    if t.are(j, &["duoc"]) {
        j += 1;
    }
    if t.are(j, &["ban", "hanh"]) {
        j += 2;
    }
    if t.are(j, &["kem", "theo"]) {
        return (j + 2, found.map(|(_, name)| (*name).to_owned()));
    }
    (i, None)
}

fn document(t: &Tokens<'_>, at: usize, aliases: &mut Aliases, depth: u8, behind_units: bool) -> Option<Read> {
    let word = t.get(at)?;
    if matches!(word.text, "QCVN" | "TCVN") {
        return standard(t, at);
    }
    if t.are(at, &["phap", "luat", "ve"]) {
        return blanket(t, at);
    }
    if at > 0 && t.is(at - 1, "phap") && t.is(at, "luat") && t.gap(at).is_empty() {
        return None;
    }
    let (mut named, mut i) = alias(t, at, aliases).or_else(|| short_name(t, at)).or_else(|| kind(t, at, aliases, behind_units)).or_else(|| bare_number(t, at))?;
    if named.kind.as_deref() == Some("=") {
        // “Luật này”: the text that speaks.
        return Some(Read { doc: Doc::This, amended: Vec::new(), years: Vec::new(), next: i, end: t.end(i - 1) });
    }
    let mut end = t.number(i.saturating_sub(1)).map_or_else(|| t.end(i - 1), |(.., end)| end);
    tail(t, &mut named, &mut i, &mut end);
    let (amended, years) = amended(t, &mut i, &mut end, aliases, depth);
    remember(t, &named, &mut i, aliases);
    Some(Read { doc: Doc::Named(Box::new(named)), amended, years, next: i, end })
}

fn standard(t: &Tokens<'_>, at: usize) -> Option<Read> {
    let start = t.get(at)?.start;
    let rest = t.source.get(start..)?;
    let mut words = rest.split(char::is_whitespace);
    let (head, id) = (words.next()?, words.next()?.trim_end_matches(['.', ',', ';', ')']));
    if !id.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = start + head.len() + 1 + id.len();
    let mut next = at + 1;
    while t.get(next).is_some_and(|w| w.start < end) {
        next += 1;
    }
    Some(Read { doc: Doc::Standard(format!("{head} {id}")), amended: Vec::new(), years: Vec::new(), next, end: end.min(t.source.len()) })
}

fn blanket(t: &Tokens<'_>, at: usize) -> Option<Read> {
    let mut next = at + 3;
    while next < at + 11 && t.gap(next).is_empty() && t.get(next).is_some_and(|w| !w.gap.contains('\n')) && !matches!(t.get(next).map(|w| w.fold.as_str()), Some("va" | "hoac" | "thi" | "phai" | "duoc" | "co")) {
        next += 1;
    }
    let field = t.source.get(t.get(at + 3)?.start..t.end(next - 1))?.to_owned();
    Some(Read { doc: Doc::Blanket(field), amended: Vec::new(), years: Vec::new(), next, end: t.end(next - 1) })
}

fn alias(t: &Tokens<'_>, at: usize, aliases: &Aliases) -> Option<(Named, usize)> {
    let (words, named) = aliases.names.iter().rev().find(|(words, _)| {
        words.iter().enumerate().all(|(n, w)| t.is(at + n, w) && (n == 0 || t.gap(at + n).is_empty()))
            && t.number(at + words.len() - 1).is_none()
    })?;
    Some((Named { alias: true, ..named.clone() }, at + words.len()))
}

/// BLDS, LĐĐ, “Luật HNGĐ”: names of the catalogue, in capitals.
fn short_name(t: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    for s in &t.catalog.kinds.short_names {
        let words: Vec<&str> = s.short.split(' ').collect();
        let here = words.iter().enumerate().all(|(n, w)| t.get(at + n).is_some_and(|tok| tok.text == *w && (n == 0 || tok.gap == " ")));
        if here {
            let (kind, name) = s.name.strip_prefix("Bộ luật ").map_or_else(|| ("luat", s.name.strip_prefix("Luật ").unwrap_or(&s.name)), |n| ("luat", n));
            return Some((Named { kind: Some(kind.into()), name: Some(name.into()), ..Named::default() }, at + words.len()));
        }
    }
    None
}

fn bare_number(t: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let (number, next, _) = t.number(at)?;
    Some((Named { number: Some(number.clone()), ..Named::default() }, next))
}

fn kind(t: &Tokens<'_>, at: usize, aliases: &Aliases, behind_units: bool) -> Option<(Named, usize)> {
    // “Quy định này”, “Quy chế này”.
    if COMPONENTS.iter().any(|(w, _)| t.are(at, w)) && t.is(at + 2, "nay") && t.gap(at + 2).is_empty() {
        return Some((Named { kind: Some("=".into()), ..Named::default() }, at + 3));
    }
    let k = t.kinds.iter().find(|k| {
        k.bare.iter().enumerate().all(|(n, w)| {
            t.is(at + n, w) && (n == 0 || t.gap(at + n).is_empty()) && (!t.marked || t.get(at + n).is_some_and(|tok| tok.text.to_lowercase() == k.marked[n]))
        })
    })?;
    let mut i = at + k.bare.len();
    if t.is(i, "nay") && t.gap(i).is_empty() {
        return Some((Named { kind: Some("=".into()), ..Named::default() }, i + 1));
    }
    let mut named = Named { kind: Some(k.code.to_owned()), ..Named::default() };
    let numbered = if t.is(i, "so") && t.gap(i).is_empty() { i + 1 } else { i };
    if matches!(t.gap(numbered), "" | ":") && let Some((number, next, _)) = t.number(numbered) {
        named.number = Some(number.clone());
        return Some((named, next));
    }
    if k.rank == 0 {
        return None;
    }
    if k.code == "hp" {
        let year = t.is(i, "nam") || t.get(i).is_some_and(|w| year_of(w.text).is_some());
        return (behind_units || year).then_some((named, i));
    }
    let lawlike = matches!(k.code, "luat" | "pl");
    if !lawlike {
        let short = t.get(numbered).filter(|w| w.gap == " " && w.text.len() <= 4 && w.text.bytes().all(|b| b.is_ascii_digit()))?;
        let before: Vec<&Named> = aliases.cited.iter().filter(|n| n.kind.as_deref() == Some(k.code) && n.number.as_ref().is_some_and(|d| d.num == short.text)).collect();
        if let [one] = before.as_slice() {
            return Some((Named { alias: true, ..(*one).clone() }, numbered + 1));
        }
        named.short = Some(short.text.to_owned());
        return Some((named, numbered + 1));
    }
    if !t.gap(i).is_empty() {
        return None;
    }
    if let Some((name, words)) = t.registry.longest_name(k.code, |n| t.get(i + n).filter(|w| n == 0 || w.gap.trim().is_empty() || w.gap == ", ").map(|w| w.fold.as_str())) {
        named.name = Some(name);
        i += words;
        return Some((named, i));
    }
    unknown_name(t, &mut named, &mut i, at).then_some((named, i))
}

/// A name nobody knows ends at its year or its number.
fn unknown_name(t: &Tokens<'_>, named: &mut Named, i: &mut usize, kind_at: usize) -> bool {
    let capital = t.get(kind_at).is_some_and(|w| w.text.starts_with(char::is_uppercase));
    let from = *i;
    for j in from..from + NAME {
        let Some(word) = t.get(j) else { return false };
        if j > from && !matches!(word.gap.trim(), "" | ",") {
            return false;
        }
        let year = word.fold == "nam" && t.get(j + 1).is_some_and(|w| year_of(w.text).is_some());
        let number = word.fold == "so" && t.number(j + 1).is_some();
        if year || number {
            if j == from || (t.marked && !capital) {
                return number && j == from;
            }
            named.name = t.get(from).and_then(|f| t.source.get(f.start..t.end(j - 1))).map(str::to_owned);
            *i = j;
            return true;
        }
    }
    false
}

fn year_of(text: &str) -> Option<u16> {
    (text.len() == 4).then(|| text.parse().ok()).flatten().filter(|y| (1945..2100).contains(y))
}

/// Year, number, date and issuer behind a kind and a name, in any order.
fn tail(t: &Tokens<'_>, named: &mut Named, i: &mut usize, end: &mut usize) {
    for _ in 0..5 {
        let gap = t.gap(*i);
        if !(gap.is_empty() || gap == "," || gap == "(") {
            return;
        }
        if gap.is_empty() && named.year.is_none() && t.is(*i, "nam") && let Some(year) = t.get(*i + 1).and_then(|w| year_of(w.text)) {
            named.year = Some(year);
            *i += 2;
        } else if gap.is_empty() && named.year.is_none() && named.number.is_none() && (named.name.is_some() || named.kind.as_deref() == Some("hp")) && t.number(*i).is_none() && let Some(year) = t.get(*i).and_then(|w| year_of(w.text)) {
            named.year = Some(year);
            *i += 1;
        } else if named.number.is_none() && (t.is(*i, "so") && t.number(*i + 1).is_some()) {
            if let Some((number, next, stop)) = t.number(*i + 1) {
                named.number = Some(number.clone());
                *i = next;
                *end = stop;
                continue;
            }
        } else if named.number.is_none() && named.name.is_some() && t.number(*i).is_some() {
            if let Some((number, next, stop)) = t.number(*i) {
                named.number = Some(number.clone());
                *i = next;
                *end = stop;
                continue;
            }
        } else if named.date.is_none() && t.is(*i, "ngay") && let Some((date, next)) = date_at(t, *i) {
            named.date = Some(date);
            *i = next;
        } else if named.issuer.is_none() && t.is(*i, "cua") && let Some((issuer, next)) = issuer(t, *i + 1) {
            named.issuer = Some(issuer);
            *i = next;
        } else {
            return;
        }
        *end = t.end(*i - 1);
    }
}

fn date_at(t: &Tokens<'_>, at: usize) -> Option<(kernel::time::Date, usize)> {
    let start = t.get(at)?.start;
    let stop = t.end(at + 6).min(start + 60);
    let stop = (stop..=t.source.len()).find(|s| t.source.is_char_boundary(*s))?;
    let date = date_in(t.source.get(start..stop)?)?;
    let next = if t.is(at + 2, "thang") { at + 6 } else { at + 4 };
    Some((date, next))
}

/// The body behind “của”: Chính phủ, Bộ Tài chính, Ủy ban nhân dân tỉnh Lào Cai.
fn issuer(t: &Tokens<'_>, at: usize) -> Option<(String, usize)> {
    const BEGIN: [&str; 16] = ["chinh", "quoc", "thu", "bo", "uy", "ubnd", "hoi", "hdnd", "chu", "toa", "vien", "kiem", "hđnd", "uỷ", "ngan", "thanh"];
    const STOP: [&str; 17] = ["quy", "ve", "ban", "huong", "sua", "duoc", "thi", "co", "da", "ngay", "theo", "la", "thuc", "phe", "trong", "cho", "khi"];
    let first = t.get(at)?;
    if !BEGIN.contains(&first.fold.as_str()) || (t.marked && !first.text.starts_with(char::is_uppercase)) || !t.gap(at).is_empty() {
        return None;
    }
    let mut next = at + 1;
    while next < at + 14 {
        let Some(word) = t.get(next) else { break };
        let list = word.fold == "va" && t.get(next + 1).is_some_and(|w| w.text.starts_with(char::is_uppercase));
        let open = matches!(word.gap.trim(), "" | "-" | "–") && !word.gap.contains('\n');
        if !open || (STOP.contains(&word.fold.as_str()) && word.text.starts_with(char::is_lowercase)) || (word.fold == "va" && !list) {
            break;
        }
        next += 1;
    }
    let text = t.source.get(first.start..t.end(next - 1))?;
    Some((text.to_owned(), next))
}

/// “được sửa đổi, bổ sung bởi Nghị định số …”: relations of the document, and years without a number.
fn amended(t: &Tokens<'_>, i: &mut usize, end: &mut usize, aliases: &mut Aliases, depth: u8) -> (Vec<Citation>, Vec<u16>) {
    let (mut list, mut years) = (Vec::new(), Vec::new());
    let mut j = *i;
    if !matches!(t.gap(j), "" | "," | "(") || depth >= DEPTH {
        return (list, years);
    }
    while matches!(t.get(j).map(|w| w.fold.as_str()), Some("da" | "duoc")) && j < *i + 2 {
        j += 1;
    }
    if !t.are(j, &["sua", "doi"]) {
        return (list, years);
    }
    j += 2;
    if t.are(j, &["bo", "sung"]) {
        j += 2;
    }
    if t.are(j, &["mot", "so", "dieu"]) {
        j += 3;
    }
    while matches!(t.get(j).map(|w| w.fold.as_str()), Some("boi" | "theo" | "tai")) {
        j += 1;
    }
    loop {
        if t.is(j, "nam") && let Some(year) = t.get(j + 1).and_then(|w| year_of(w.text)) {
            years.push(year);
            j += 2;
            *end = t.end(j - 1);
        } else if !years.is_empty() && let Some(year) = t.get(j).and_then(|w| year_of(w.text)) {
            years.push(year);
            j += 1;
            *end = t.end(j - 1);
        } else if let Some((citation, next)) = citation(t, j, aliases, depth + 1).filter(|(c, _)| matches!(c.doc, Doc::Named(_))) {
            *end = citation.end;
            list.push(citation);
            j = next;
        } else {
            break;
        }
        *i = j;
        let and = t.is(j, "va") && t.gap(j).is_empty();
        if list.len() + years.len() > 12 || !(and || t.gap(j) == ",") {
            break;
        }
        if and {
            j += 1;
        }
    }
    (list, years)
}

/// “(sau đây gọi tắt là Nghị định số 40)” joins this text's own names.
fn remember(t: &Tokens<'_>, named: &Named, i: &mut usize, aliases: &mut Aliases) {
    if named.number.is_some() && !named.alias && aliases.cited.len() < 2000 && !aliases.cited.iter().any(|n| n.number == named.number) {
        aliases.cited.push(named.clone());
    }
    // The name of the document may stand between its number and its alias.
    let mut j = *i;
    while j < *i + 40 && t.get(j).is_some_and(|w| !w.gap.contains(['(', '.', ';'])) {
        j += 1;
    }
    if !t.gap(j).contains('(') || !t.are(j, &["sau", "day"]) || !(t.is(j + 2, "goi") || t.is(j + 2, "viet")) {
        return;
    }
    let mut k = j + 3;
    while matches!(t.get(k).map(|w| w.fold.as_str()), Some("tat" | "chung" | "la")) {
        k += 1;
    }
    let Some(first) = t.get(k) else { return };
    let rest = t.source.get(first.start..).unwrap_or_default();
    let Some(close) = rest.find(')').filter(|c| *c < 120) else { return };
    let words: Vec<String> = crate::text::words(rest.get(..close).unwrap_or_default()).map(|w| fold(w.text)).collect();
    if words.len() >= 2 && aliases.names.len() < 500 {
        let mut next = k;
        while t.get(next).is_some_and(|w| w.start < first.start + close) {
            next += 1;
        }
        *i = next;
        aliases.names.push((words, named.clone()));
    }
}
