//! Closed lists (papers, conditions, grounds): an item that the other text's list does not have.

use super::{Found, Read, compare::Cx, rule};
use crate::{
    catalog::Catalog,
    document::Article,
    norms::{Bag, Span, alike, tokens},
};
use kernel::Text;

/// A list with what stands above it.
#[derive(Debug)]
pub struct List {
    /// Place in the catalogue's kinds of lists.
    pub kind: usize,
    pub unit: String,
    pub lead: Span,
    pub items: Vec<(Span, Bag)>,
    /// What the list is of.
    pub about: Bag,
    /// “và các giấy tờ khác”: not closed.
    pub open: bool,
}

/// The lists of an article: points under a lead, or what follows a colon.
pub fn read(a: &Article, catalog: &Catalog) -> Vec<List> {
    let x = &catalog.lexicon;
    let clauses = a.clauses();
    let mut leads: Vec<(String, Span, Vec<Span>)> = Vec::new();
    let head = (0, clauses.first().map_or(a.text.len(), |c| c.start));
    if clauses.is_empty() || head.1 > 0 {
        leads.push((String::new(), head, Vec::new()));
    }
    for c in &clauses {
        let until = c.points.first().map_or(c.end, |p| p.start);
        let own = until > c.start;
        let lead = if own { (c.start, until) } else { head };
        let unit = if c.val.is_empty() { String::new() } else { format!("para_{}", c.val) };
        leads.push((unit, lead, c.points.iter().map(|p| (p.start, p.end)).collect()));
    }
    let heading = tokens(&a.heading, 0);
    leads
        .into_iter()
        .filter_map(|(unit, lead, points)| {
            let text = a.text.get(lead.0..lead.1)?;
            let toks = tokens(text, lead.0);
            let kind = x.lists.all(&toks).first().map(|(k, _, _)| *k)?;
            let (lead, spans) = if points.len() > 1 { (lead, points) } else { inline(text, lead.0)? };
            let items: Vec<(Span, Bag)> = spans.into_iter().filter_map(|s| Some((trimmed(&a.text, s)?, Bag::plain(&tokens(a.text.get(s.0..s.1)?, s.0), x)))).filter(|(_, b)| !b.is_empty()).collect();
            let open = items.iter().any(|(s, _)| a.text.get(s.0..s.1).is_some_and(|t| x.open_lists.any(&tokens(t, s.0))));
            let mut about = Bag::plain(&tokens(a.text.get(lead.0..lead.1)?, lead.0), x);
            about.add(&Bag::plain(&heading, x));
            (items.len() > 1).then_some(List { kind, unit, lead, items, about, open })
        })
        .collect()
}

fn trimmed(text: &str, (start, end): Span) -> Option<Span> {
    let piece = text.get(start..end)?;
    let skip = piece.len() - piece.trim_start().len();
    Some((start + skip, start + skip + piece.trim().len()))
}

/// “Hồ sơ gồm: A; B; C”: items behind the colon.
fn inline(text: &str, from: usize) -> Option<(Span, Vec<Span>)> {
    let colon = text.find(':')?;
    let rest = text.get(colon + 1..)?;
    let sign: &[char] = if rest.matches(';').count() + rest.trim().matches('\n').count() > 0 { &[';', '\n'] } else { &[','] };
    let (mut spans, mut at) = (Vec::new(), 0);
    for piece in rest.split_inclusive(sign) {
        let start = from + colon + 1 + at;
        at += piece.len();
        if piece.trim().len() > 3 {
            spans.push((start, start + piece.trim_end_matches(sign).len()));
        }
    }
    (spans.len() > 1).then_some(((from, from + colon + 1), spans))
}

/// Items of a closed list that the other text does not have.
pub fn compare(a: &Read<'_>, b: &Read<'_>, cx: &Cx<'_>, out: &mut Vec<Found>) {
    let (norms, bars) = (&cx.catalog.norms, &cx.catalog.norms.bars);
    // Between texts of one rank two lists are two lists.
    if a.document.rank <= b.document.rank {
        return;
    }
    for list in &a.lists {
        let best = b.lists.iter().filter(|l| l.kind == list.kind && !l.open).map(|l| (alike(&list.about, &l.about, cx.weigh), l)).max_by_key(|(s, _)| *s);
        let Some((sim, other)) = best.filter(|(s, _)| *s >= bars.list_lead) else { continue };
        let Some(kind) = norms.lists.get(list.kind) else { continue };
        let missing: Vec<&(Span, Bag)> = list.items.iter().filter(|(_, bag)| other.items.iter().map(|(_, o)| bag.within(o, cx.weigh).max(alike(bag, o, cx.weigh))).max().unwrap_or(0) < bars.list_item).collect();
        // Where nothing is common the lists are of two things.
        if missing.is_empty() || missing.len() * 2 > list.items.len() {
            continue;
        }
        for (span, _) in missing {
            let whole = (other.lead.0, other.items.last().map_or(other.lead.1, |(s, _)| s.1));
            let sure = 300 + u32::from(sim) * 5 / 10 + if cx.cited { 100 } else { 0 };
            out.push(Found {
                family: "E".into(),
                code: format!("added-{}", kind.code),
                here: a.place(&list.unit, *span, Some(list.lead), &[*span]),
                there: Some(b.place(&other.unit, (whole.0.min(other.lead.0), whole.1), None, &[])),
                rule: rule(a.document, b.document, false).into(),
                confidence: u16::try_from(sure.min(950)).unwrap_or(950),
                say: Text::new(format!("Thêm một mục vào danh sách {} mà văn bản kia quy định", kind.vi), format!("Adds an item to the list of {} that the other text lays down", kind.en)),
            });
        }
    }
}
