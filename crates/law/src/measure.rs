//! The figures of `phusa bench law`: how well real texts are read and found, and how fast.

use crate::{
    catalog::Catalog,
    cite::{self, Seen, State},
    import::{Counts, Imported, from_piece, pieces},
    library::{Filter, Library},
    number,
    search::{Question, eval},
};
use kernel::{Refusal, time::Date};

/// Sums over the documents of a file.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    pub documents: usize,
    pub refused: usize,
    pub counts: Counts,
    /// Articles whose number does not follow the one before.
    pub out_of_order: usize,
    pub gaps: usize,
    pub duplicates: usize,
    pub undated: usize,
}

/// Reads every document of a file.
pub fn import(name: &str, bytes: &[u8], catalog: &Catalog) -> Result<(Vec<Imported>, Structure), Refusal> {
    let mut s = Structure::default();
    let mut out = Vec::new();
    for piece in pieces(name, bytes)? {
        let Ok(d) = from_piece(&piece, catalog) else {
            s.refused += 1;
            continue;
        };
        s.documents += 1;
        add(&mut s.counts, d.counts);
        s.undated += usize::from(d.document.effective.is_none());
        s.gaps += d.notes.iter().filter(|n| n.code == "gap").count();
        let mut seen = std::collections::HashSet::new();
        let mut last = 0;
        for a in d.document.articles.iter().filter(|a| a.eid.starts_with("art_")) {
            s.duplicates += usize::from(!seen.insert(a.eid.clone()));
            let (n, letter) = crate::unit::split_number(a.label.trim_start_matches("Điều ")).unwrap_or((0, ""));
            s.out_of_order += usize::from(n != last + 1 && !(n == last && !letter.is_empty()));
            last = n;
        }
        out.push(d);
    }
    Ok((out, s))
}

fn add(sum: &mut Counts, c: Counts) {
    sum.parts += c.parts;
    sum.chapters += c.chapters;
    sum.sections += c.sections;
    sum.articles += c.articles;
    sum.clauses += c.clauses;
    sum.points += c.points;
    sum.annexes += c.annexes;
}

/// Numbers of gazette titles: how many titles were looked at, how many were read exactly, and those that were not.
pub fn titles(text: &str) -> (usize, usize, Vec<String>) {
    #[derive(serde::Deserialize)]
    struct Row {
        title: String,
        #[serde(default)]
        related: Vec<Related>,
    }
    #[derive(serde::Deserialize)]
    struct Related {
        number: Option<String>,
        title: Option<String>,
    }
    let (mut all, mut exact, mut wrong) = (0, 0, Vec::new());
    let mut judge = |title: &str, stated: Option<&str>| {
        // What stands behind “số” up to the next space is the number, unless the gazette states it.
        let written = stated.map(str::to_owned).or_else(|| {
            let at = title.find(" số ")? + " số ".len();
            title.get(at..)?.split_whitespace().next().map(|w| w.trim_end_matches(['.', ',', ';', ')', ':']).to_owned())
        });
        let Some(written) = written.filter(|w| w.starts_with(|c: char| c.is_ascii_digit()) && w.contains('/')) else { return };
        all += 1;
        let read = number::first(title).map(|(n, ..)| n.to_string());
        if read.as_deref() == Some(written.trim()) {
            exact += 1;
        } else {
            wrong.push(format!("{written} ≠ {} | {}", read.unwrap_or_default(), title.chars().take(90).collect::<String>()));
        }
    };
    for row in text.lines().filter_map(|l| serde_json::from_str::<Row>(l).ok()) {
        judge(&row.title, None);
        for r in &row.related {
            if let (Some(number), Some(title)) = (&r.number, &r.title) && title.contains(number.as_str()) {
                judge(title, Some(number));
            }
        }
    }
    (all, exact, wrong)
}

/// Answers every question; figures for all, and for each part of the set.
pub fn questions(library: &Library, catalog: &Catalog, set: &[eval::Asked], today: Date, unmarked: bool) -> eval::Figures {
    let mut figures = eval::Figures::default();
    for asked in set {
        let text = if unmarked { crate::text::fold(&asked.question) } else { asked.question.clone() };
        let question = Question::of(&text, &catalog.words);
        let filter = Filter { any_time: asked.date.is_none(), ..Filter::on(asked.date.unwrap_or(today)) };
        let hits = library.search(&question, &filter, 20);
        let refused = crate::answer::refusal(&text, &question, hits.first(), catalog).is_some();
        let found: Vec<String> = hits.iter().filter_map(|h| library.entry(h.entry)).map(|(d, a)| format!("{} {}", eval::gold_key(&d.key), a.eid)).collect();
        let gold: Vec<String> = asked.gold.iter().map(|g| eval::gold_key(g)).collect();
        figures.add(&gold, &found, refused);
    }
    figures
}

/// Citations of all texts, by what became of them.
pub fn citations(library: &Library, catalog: &Catalog, today: Date) -> Vec<(String, usize)> {
    let mut out: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for d in &library.documents {
        for a in &d.articles {
            let seen = Seen { key: Some(&d.key), article: a.label.strip_prefix("Điều "), clause: None, body: d.body.as_deref(), on: d.effective.unwrap_or(today) };
            for c in cite::find(&a.text, catalog, &library.registry) {
                let r = library.registry.resolve(&c, &seen, catalog);
                let missing = r.targets.iter().any(|t| t.exists == Some(false));
                let state = match &r.state {
                    State::Impossible(_) => "Impossible".to_owned(),
                    other => format!("{other:?}"),
                };
                *out.entry(if missing { format!("{state}, unit missing") } else { state }).or_default() += 1;
            }
        }
    }
    out.into_iter().collect()
}

/// True and false sentences as a model might say them, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grounding {
    pub faithful: usize,
    pub kept: usize,
    pub lies: usize,
    pub stopped: usize,
}

/// Sentences of the corpus told truly in the ways a model may, and falsely: a number, a negation, an article, a word, an order, another span.
pub fn grounding(library: &Library, catalog: &Catalog, most: usize) -> Grounding {
    let mut g = Grounding::default();
    for entry in (0..u32::try_from(library.index.len()).unwrap_or(u32::MAX)).step_by(7) {
        let Some((document, article)) = library.entry(entry) else { continue };
        let hit = crate::search::Hit { entry, score: 0.0, coverage: 0, pairs: 0 };
        let spans = crate::model::spans(&[crate::answer::Passage { document, article, clause: None, hit }], catalog);
        let Some(span) = spans.first().filter(|s| s.text.chars().count() < 300 && s.lead.chars().count() < 300) else { continue };
        let whole = format!("{} {}", span.lead, span.text).trim().to_owned();
        let said = |text: &str| crate::model::supported(text, &[0], &spans, catalog).is_some();
        for told in [whole.clone(), format!("Theo {}, {whole}", span.citation), whole.replace("không quá", "tối đa"), whole.to_lowercase()] {
            g.faithful += 1;
            g.kept += usize::from(said(&told));
        }
        for lie in lies(&whole, span, spans.get(1)).into_iter().filter(|l| *l != whole) {
            g.lies += 1;
            g.stopped += usize::from(!said(&lie));
        }
        if g.faithful >= most {
            break;
        }
    }
    g
}

fn lies(whole: &str, span: &crate::model::Span, other: Option<&crate::model::Span>) -> Vec<String> {
    let words: Vec<&str> = whole.split(' ').collect();
    let middle = words.len() / 2;
    let mut turned = words.clone();
    turned.swap(middle, middle.saturating_sub(1));
    let mut fewer = words.clone();
    fewer.remove(middle);
    let digit = whole.char_indices().find(|(_, c)| c.is_ascii_digit()).map(|(at, c)| format!("{}{}{}", &whole[..at], if c == '9' { '3' } else { '9' }, &whole[at + 1..]));
    let mut out = vec![turned.join(" "), fewer.join(" "), whole.replacen("không ", "", 1), whole.replacen("được ", "không được ", 1), whole.replacen("phải ", "không phải ", 1), format!("{whole} trừ trường hợp khác"), format!("Theo Điều 999 Luật khác năm 2020, {whole}"), whole.replacen(" và ", " hoặc ", 1)];
    out.extend(digit);
    out.extend(other.filter(|o| o.text != span.text).map(|o| format!("{} {}", span.lead, o.text)));
    out
}
