//! A draft read against the corpus: each citation resolves and is in force, bases are normative and not lower than the draft, no body
//! that has ended is named, dates are possible. Each fault stands at its place.

use crate::{
    catalog::Catalog,
    cite::{self, Doc, Seen, State},
    library::Library,
    parse,
    text::fold,
};
use kernel::{Text, text::Lang, time::Date};

#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub code: &'static str,
    pub start: usize,
    pub end: usize,
    /// From 1.
    pub line: usize,
    pub text: String,
    pub say: Text,
}

#[derive(Debug, Clone, Default)]
pub struct Checked {
    pub faults: Vec<Fault>,
    /// Citations found, and those that resolved, as shown.
    pub citations: usize,
    pub resolved: Vec<String>,
}

struct Reader<'a> {
    text: &'a str,
    out: Checked,
}

impl Reader<'_> {
    fn fault(&mut self, code: &'static str, start: usize, end: usize, vi: impl Into<String>, en: impl Into<String>) {
        let line = self.text.get(..start).map_or(1, |t| t.matches('\n').count() + 1);
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        if self.out.faults.len() < 500 {
            self.out.faults.push(Fault { code, start, end, line, text, say: Text::new(vi, en) });
        }
    }
}

/// The citations of a text only.
pub fn citations(text: &str, library: &Library, catalog: &Catalog, on: Date) -> Checked {
    let mut r = Reader { text, out: Checked::default() };
    cited(&mut r, library, catalog, on, None, None);
    r.out
}

/// A whole draft, on the day it is to be issued.
pub fn draft(text: &str, library: &Library, catalog: &Catalog, on: Date) -> Checked {
    let parsed = parse::parse(text);
    let mut r = Reader { text, out: Checked::default() };
    let word = parsed.head.kind.as_deref().map(fold);
    let code = word.and_then(|w| catalog.kinds.kinds.iter().find(|k| fold(&k.name.vi) == w)).map(|k| k.code.as_str());
    let rank = parsed.head.number.as_ref().and_then(|n| catalog.kind_of(n, code)).map(|k| k.rank).filter(|r| *r > 0);
    cited(&mut r, library, catalog, on, Some(rank.unwrap_or(u8::MAX)), parsed.head.number.as_ref());
    bodies(&mut r, catalog, on);
    dates(&mut r, &parsed, catalog, on);
    r.out.faults.sort_by_key(|f| (f.start, f.end));
    r.out
}

/// Whether a place stands in a line of the preamble that names a basis.
fn is_basis(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rfind('\n').map_or(before, |n| before.get(n + 1..).unwrap_or_default());
    fold(line.trim_start()).starts_with("can cu")
}

fn cited(r: &mut Reader<'_>, library: &Library, catalog: &Catalog, on: Date, rank: Option<u8>, own: Option<&crate::number::Docno>) {
    let text = r.text;
    let seen = Seen { key: None, article: None, clause: None, body: None, on };
    for c in cite::find(text, catalog, &library.registry) {
        // What the draft says of itself is looked at when it is whole.
        if matches!(c.doc, Doc::This | Doc::Unsaid | Doc::Blanket(_) | Doc::Standard(_)) {
            continue;
        }
        // The draft's own number is no citation.
        if let Doc::Named(n) = &c.doc
            && own.is_some()
            && n.number.as_ref() == own
        {
            continue;
        }
        r.out.citations += 1;
        let found = library.registry.resolve(&c, &seen, catalog);
        let basis = rank.is_some() && is_basis(text, c.start);
        let names = |lang: Lang| -> String {
            let list: Vec<String> = found.targets.iter().filter_map(|t| library.get(&t.key)).map(|d| d.cited()).collect();
            let _ = lang;
            list.join("; ")
        };
        match &found.state {
            State::Unknown => r.fault("unknown", c.start, c.end, "Không có văn bản này trong kho; kiểm tra lại số, tên và năm.", "No such document in the corpus; check number, name and year."),
            State::Near => r.fault("near", c.start, c.end, format!("Không có văn bản đúng số, tên hoặc năm này. Gần nhất: {}.", names(Lang::Vi)), format!("No document has this number, name or year. Nearest: {}.", names(Lang::En))),
            State::Impossible(right) => r.fault("impossible", c.start, c.end, format!("Số này không thể có: khóa Quốc hội không khớp năm. Có thể là {right}."), format!("This number cannot exist: the term does not fit the year. Perhaps {right}.")),
            State::Ambiguous => r.fault("ambiguous", c.start, c.end, format!("Có nhiều văn bản cùng cách gọi này: {}. Ghi rõ cơ quan ban hành hoặc năm.", names(Lang::Vi)), format!("Several documents are called this: {}. Name the issuer or the year.", names(Lang::En))),
            State::Party | State::Administrative if basis => {
                r.fault("basis", c.start, c.end, "Không phải văn bản quy phạm pháp luật nên không dùng làm căn cứ (Nghị định 78/2025/NĐ-CP, Điều 62).", "No normative document, so no legal basis (Decree 78/2025/NĐ-CP, Art. 62).");
            }
            State::Party | State::Administrative | State::Precedent | State::Standard | State::Blanket => {}
            State::Resolved | State::Inferred => {
                one(r, library, &c, &found, on, rank.filter(|_| basis));
            }
        }
    }
}

fn one(r: &mut Reader<'_>, library: &Library, c: &cite::Citation, found: &cite::Resolution, on: Date, rank: Option<u8>) {
    let Some(known) = found.targets.first().and_then(|t| library.registry.get(&t.key)) else { return };
    let title = library.get(&known.key).map_or_else(|| known.title.clone(), |d| d.cited());
    if let Some(until) = known.until.filter(|u| *u <= on) {
        let day = until.strftime("%d/%m/%Y");
        r.fault("lapsed", c.start, c.end, format!("{title} đã hết hiệu lực từ {day}."), format!("{title} lapsed on {day}."));
        return;
    }
    if let Some(from) = known.effective.filter(|f| *f > on) {
        let day = from.strftime("%d/%m/%Y");
        r.fault("not-yet", c.start, c.end, format!("{title} đến {day} mới có hiệu lực."), format!("{title} takes effect on {day}."));
    }
    for t in found.targets.iter().filter(|t| t.exists == Some(false)) {
        let path = t.path.text(Lang::Vi);
        r.fault("no-unit", c.start, c.end, format!("{title} không có {path} vào ngày này."), format!("{title} has no {} on this day.", t.path.text(Lang::En)));
    }
    if let Some(rank) = rank.filter(|r| *r < u8::MAX && known.rank > *r) {
        let _ = rank;
        r.fault("lower-basis", c.start, c.end, format!("{title} có hiệu lực pháp lý thấp hơn văn bản này nên không làm căn cứ."), format!("{title} has lower legal force than this document and is no basis."));
    }
    if known.kind == "vbhn" {
        r.fault("reading-copy", c.start, c.end, "Văn bản hợp nhất không phải nguồn quy định; hãy dẫn văn bản gốc và văn bản sửa đổi.", "A consolidation is no source of rules; cite the base document and its amendments.");
    }
    for t in &found.targets {
        let shown = if t.path.steps.is_empty() { title.clone() } else { format!("{} {title}", t.path.text(Lang::Vi)) };
        if t.exists != Some(false) && !r.out.resolved.contains(&shown) {
            r.out.resolved.push(shown);
        }
    }
}

/// Bodies that have ended.
fn bodies(r: &mut Reader<'_>, catalog: &Catalog, on: Date) {
    for ((start, end), note) in ended_bodies(r.text, catalog, on) {
        r.fault("abolished", start, end, format!("Cơ quan này không còn: {}.", note.vi), format!("This body has ended: {}.", note.en));
    }
}

/// Where a text names bodies that had ended on a day, and what became of them. Words are compared letter by letter, so that places hold.
pub(crate) fn ended_bodies<'c>(text: &str, catalog: &'c Catalog, on: Date) -> Vec<((usize, usize), &'c Text)> {
    let folded = fold(text);
    let aligned = folded.chars().count() == text.chars().count();
    let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let mut taken: Vec<((usize, usize), &Text)> = Vec::new();
    for body in catalog.kinds.abolished.iter().filter(|b| b.since <= on) {
        let words = fold(&body.words);
        for (at, _) in folded.match_indices(&words) {
            let chars = folded.get(..at).map_or(0, |t| t.chars().count());
            let (Some(start), Some(end)) = (starts.get(chars).copied(), starts.get(chars + words.chars().count()).copied()) else { continue };
            let written = text.get(start..end).unwrap_or_default();
            // “Ủy ban nhân dân quận” and “UBND cấp huyện” with marks, not words that only fold alike.
            let same = aligned && written.to_lowercase().replace("uỷ", "ủy") == body.words.to_lowercase();
            if same && !taken.iter().any(|((s, e), _)| start < *e && *s < end) {
                taken.push(((start, end), &body.note));
            }
        }
    }
    taken
}

/// In force at the earliest so many days after signing for local documents, never before.
fn dates(r: &mut Reader<'_>, parsed: &parse::Parsed, catalog: &Catalog, on: Date) {
    let issued = parsed.head.issued.unwrap_or(on);
    let Some(effective) = parse::effect_of(parsed.blocks.iter().map(|b| (b.heading.as_str(), b.body.as_str())), Some(issued)) else {
        if parsed.articles().count() > 0 {
            let end = r.text.trim_end().len();
            let start = r.text.get(..end).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
            r.fault("no-effect", start, end, "Dự thảo không nói ngày có hiệu lực.", "The draft does not say when it takes effect.");
        }
        return;
    };
    let place = |needle: &str| r.text.find(needle).map(|s| (s, s + needle.len()));
    let line = parsed.blocks.iter().rev().flat_map(|b| std::iter::once(b.heading.as_str()).chain(b.body.lines())).find(|l| parse::effective_in(l, Some(issued)) == Some(effective));
    let Some((start, end)) = line.and_then(|l| place(l.trim())) else { return };
    let days = issued.until(effective).map_or(0, |s| s.get_days());
    let local = parsed.head.number.as_ref().is_some_and(crate::number::Docno::is_local);
    if effective < issued {
        r.fault("retroactive", start, end, "Ngày có hiệu lực trước ngày ký; văn bản địa phương không được có hiệu lực trở về trước khi không có căn cứ (Luật 64/2025/QH15, Điều 55).", "It takes effect before it is signed; only as Law 64/2025/QH15, Art. 55 allows.");
    } else if local && days < catalog.kinds.local_effect.days {
        let (n, basis) = (catalog.kinds.local_effect.days, &catalog.kinds.local_effect.legal_basis);
        r.fault("too-early", start, end, format!("Văn bản địa phương có hiệu lực không sớm hơn {n} ngày kể từ ngày ký, trừ trình tự rút gọn ({basis})."), format!("A local document takes effect {n} days after signing at the earliest, save by the shortened procedure ({basis})."));
    }
}
