//! What a document has against itself: effect, bases, references, bodies that have ended, content above its rank. Families A, B and G.

use super::{Found, Read};
use crate::{
    catalog::Catalog,
    cite::{self, Citation, Doc, Resolution, Seen, State},
    document::{Article, Document},
    library::Library,
    norms::{Phrases, Span, tokens},
};
use kernel::{Text, text::Lang, time::Date};

/// Whether an article speaks of other texts ending or of old cases: what it cites has lapsed on purpose.
pub fn transitional(a: &Article, catalog: &Catalog) -> bool {
    let list: &Phrases<()> = &catalog.lexicon.transitional;
    list.any(&tokens(&a.heading, 0)) || (a.heading.is_empty() && list.any(&tokens(a.text.get(..a.text.len().min(400)).or_else(|| a.text.get(..a.text.floor_char_boundary(400))).unwrap_or_default(), 0)))
}

/// What stands in the document's own dates and bases.
pub fn document(d: &Document, library: &Library, catalog: &Catalog) -> Vec<Found> {
    let mut out = Vec::new();
    dates(d, catalog, &mut out);
    let on = d.issued.or(d.effective).unwrap_or(Date::MAX);
    for basis in &d.bases {
        let seen = Seen { key: Some(&d.key), article: None, clause: None, body: d.body.as_deref(), on };
        for c in cite::find(basis, catalog, &library.registry) {
            let r = library.registry.resolve(&c, &seen, catalog);
            if let Some((family, code, sure, say)) = of_basis(d, &c, &r, library, on) {
                out.push(one(d, basis, (c.start, c.end), family, code, sure, say));
            }
        }
    }
    out
}

fn one(d: &Document, line: &str, span: Span, family: &str, code: &str, confidence: u16, say: Text) -> Found {
    let here = super::Place {
        key: d.key.clone(),
        title: d.cited(),
        rank: d.rank,
        eid: String::new(),
        unit: String::new(),
        label: String::new(),
        lead: String::new(),
        quote: line.to_owned(),
        spans: vec![span],
        from: d.effective,
        until: d.until,
    };
    Found { family: family.into(), code: code.into(), here, there: None, rule: "own".into(), confidence, say }
}

fn dates(d: &Document, catalog: &Catalog, out: &mut Vec<Found>) {
    let (Some(issued), Some(effective)) = (d.issued, d.effective) else { return };
    if d.rank == 0 || d.kind == "hp" {
        return;
    }
    let local = d.docno().is_some_and(|n| n.is_local());
    let line = d.articles.iter().flat_map(|a| a.text.lines().chain(std::iter::once(a.heading.as_str()))).find(|l| crate::parse::effective_in(l, Some(issued)) == Some(effective));
    let shown = line.map_or_else(|| effective.strftime("%d/%m/%Y").to_string(), str::to_owned);
    let span = (0, shown.len());
    let (early, on) = (issued.strftime("%d/%m/%Y"), effective.strftime("%d/%m/%Y"));
    if effective < issued {
        let basis = &catalog.norms.retroactive.legal_basis;
        let sure = if local { 970 } else { 700 };
        out.push(one(d, &shown, span, "A", "retroactive", sure, Text::new(format!("Có hiệu lực từ {on}, trước ngày ban hành {early} ({basis})"), format!("In force from {on}, before it was issued on {early} ({basis})"))));
    } else if local && issued.until(effective).map_or(0, |s| s.get_days()) < catalog.kinds.local_effect.days {
        let (n, basis) = (catalog.kinds.local_effect.days, &catalog.kinds.local_effect.legal_basis);
        out.push(one(d, &shown, span, "A", "too-early", 800, Text::new(format!("Có hiệu lực sớm hơn {n} ngày sau khi ký, nếu không theo trình tự rút gọn ({basis})"), format!("In force sooner than {n} days after signing, save by the shortened procedure ({basis})"))));
    }
}

type Said = (&'static str, &'static str, u16, Text);

fn of_basis(d: &Document, c: &Citation, r: &Resolution, library: &Library, on: Date) -> Option<Said> {
    match &r.state {
        State::Party | State::Administrative if matches!(c.doc, Doc::Named(_)) => Some(("A", "no-basis", 900, Text::new("Căn cứ không phải văn bản quy phạm pháp luật", "The basis is no normative document"))),
        State::Resolved | State::Inferred => {
            let known = library.registry.get(&r.targets.first()?.key)?;
            if let Some(until) = known.until.filter(|u| *u <= on) {
                let day = until.strftime("%d/%m/%Y");
                return Some(("A", "basis-lapsed", 950, Text::new(format!("Căn cứ đã hết hiệu lực từ {day}, trước ngày ban hành"), format!("The basis lapsed on {day}, before this was issued"))));
            }
            (known.rank > d.rank && d.rank > 0 && known.rank > 0).then(|| ("A", "basis-lower", 900, Text::new("Căn cứ có hiệu lực pháp lý thấp hơn văn bản này", "The basis has lower legal force than this document")))
        }
        _ => reference(c, r, library),
    }
}

/// Wrong numbers and years.
fn reference(c: &Citation, r: &Resolution, library: &Library) -> Option<Said> {
    let _ = c;
    match &r.state {
        State::Near => {
            let names: Vec<String> = r.targets.iter().filter_map(|t| library.get(&t.key)).map(Document::cited).take(3).collect();
            Some(("B", "near", 850, Text::new(format!("Không có văn bản đúng số hoặc năm này; gần nhất: {}", names.join("; ")), format!("No document has this number or year; nearest: {}", names.join("; ")))))
        }
        State::Impossible(right) => Some(("B", "impossible", 950, Text::new(format!("Số này không thể có; có thể là {right}"), format!("This number cannot exist; perhaps {right}")))),
        _ => None,
    }
}

/// References of one article and what it may not hold.
pub fn article(read: &Read<'_>, library: &Library, catalog: &Catalog, on: Date) -> Vec<Found> {
    let mut out = Vec::new();
    content(read, catalog, &mut out);
    let (d, a) = (read.document, read.article);
    if transitional(a, catalog) || library.operations.iter().any(|(o, _)| o.source == d.key && o.unit == a.eid) {
        return out;
    }
    let number = a.label.trim_start_matches("Điều ").to_owned();
    let seen = Seen { key: Some(&d.key), article: Some(&number), clause: None, body: d.body.as_deref(), on };
    for c in cite::find(&a.text, catalog, &library.registry).into_iter().filter(|c| matches!(c.doc, Doc::Named(_))) {
        let r = library.registry.resolve(&c, &seen, catalog);
        let said = reference(&c, &r, library).or_else(|| target(&r, library, on));
        let Some((family, code, sure, say)) = said else { continue };
        let part = crate::norms::parts(&a.text).into_iter().find(|p| p.span.0 <= c.start && c.end <= p.span.1);
        let (unit, span) = part.map_or((String::new(), (c.start, c.end)), |p| (p.unit, p.span));
        out.push(Found { family: family.into(), code: code.into(), here: read.place(&unit, span, None, &[(c.start, c.end)]), there: None, rule: "own".into(), confidence: sure, say });
    }
    if let Some(issued) = d.issued {
        for (span, note) in crate::check::ended_bodies(&a.text, catalog, issued) {
            out.push(Found { family: "B".into(), code: "abolished".into(), here: read.place("", around(&a.text, span), None, &[span]), there: None, rule: "own".into(), confidence: 900, say: Text::new(format!("Cơ quan này không còn vào ngày ban hành: {}", note.vi), format!("This body had ended when it was issued: {}", note.en)) });
        }
    }
    out
}

/// The line in which a place stands.
fn around(text: &str, (start, end): Span) -> Span {
    let from = text.get(..start).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
    let to = text.get(end..).and_then(|t| t.find('\n')).map_or(text.len(), |n| end + n);
    (from, to)
}

fn target(r: &Resolution, library: &Library, on: Date) -> Option<Said> {
    if !matches!(r.state, State::Resolved | State::Inferred) {
        return None;
    }
    let known = library.registry.get(&r.targets.first()?.key)?;
    if let Some(until) = known.until.filter(|u| *u <= on) {
        let day = until.strftime("%d/%m/%Y");
        return Some(("A", "cites-lapsed", 600, Text::new(format!("Văn bản được dẫn đã hết hiệu lực từ {day}"), format!("The document cited lapsed on {day}"))));
    }
    let gone = r.targets.iter().find(|t| t.exists == Some(false))?;
    Some(("B", "no-unit", 900, Text::new(format!("Văn bản được dẫn không có {}", gone.path.text(Lang::Vi)), format!("The document cited has no {}", gone.path.text(Lang::En)))))
}

/// Business conditions in a circular, powers passed on: by words, so never sure.
fn content(read: &Read<'_>, catalog: &Catalog, out: &mut Vec<Found>) {
    for c in catalog.norms.contents.iter().filter(|c| read.document.rank >= c.from_rank) {
        let (words, near) = (Phrases::of(&c.words, ()), Phrases::of(&c.near, ()));
        for n in &read.norms {
            let toks = tokens(read.text(n.span), n.span.0);
            let Some((_, s, e)) = words.all(&toks).into_iter().next().filter(|_| near.any(&toks)) else { continue };
            // “theo quy định của Luật …” repeats what a higher text lays down.
            if n.special || read.text(n.span).contains("theo quy định của Luật") || read.text(n.span).contains("theo quy định tại") {
                continue;
            }
            let mark = (toks.get(s).map_or(n.span.0, |t| t.start), toks.get(e - 1).map_or(n.span.1, |t| t.end));
            let say = Text::new(format!("{} ({})", c.say.vi, c.legal_basis), format!("{} ({})", c.say.en, c.legal_basis));
            out.push(Found { family: "G".into(), code: c.code.clone(), here: read.norm_place(n, &[mark]), there: None, rule: "own".into(), confidence: 620, say });
        }
    }
}
