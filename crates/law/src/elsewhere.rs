//! The law beside procedures: each legal basis that somebody outside the room cites is resolved against the corpus. Where the corpus has it,
//! its address opens the very article; one that lapsed, that has no such article, or whose number cannot be, is a finding on that day.

use crate::{
    Catalog, Law, Library,
    cite::{self, Seen, State},
    conflict::{Found, Place},
    document::{Document, slug},
    finding::review::{CATALOGUE, Changes},
};
use kernel::{Actor, Text, catalog::LegalBasis, text::Lang, time::Date};
use records::{Author, Failure};
use std::{collections::HashMap, time::Duration};
use web::html::url_part;

/// The first part of the key of what is no document: a procedure (thủ tục hành chính).
pub const PROCEDURE: &str = "tthc:";

/// Something that cites the law: a procedure with what of it rests on which source.
#[derive(Debug, Clone)]
pub struct Citing {
    pub code: String,
    pub title: String,
    pub from: Option<Date>,
    pub bases: Vec<(Text, LegalBasis)>,
}

/// Asked for procedures as they hold on a day; the program answers.
pub trait Procedures: Send + Sync {
    fn on(&self, day: Date) -> Vec<Citing>;
}

/// What a citation leads to.
enum Led {
    /// A document, and the article if it has one.
    To { key: String, eid: Option<String> },
    Fault { family: &'static str, code: &'static str, confidence: u16, say: Text },
    /// Not in the corpus, or no rule at all: nothing is said of it.
    Nowhere,
}

fn fault(family: &'static str, code: &'static str, confidence: u16, vi: String, en: String) -> Led {
    Led::Fault { family, code, confidence, say: Text::new(vi, en) }
}

/// “Điều 112 khoản 1 Luật Đất đai năm 2024”, as the grammar of citations reads it.
fn led(b: &LegalBasis, library: &Library, catalog: &Catalog, on: Date) -> Led {
    let text = b.article.as_ref().map_or_else(|| b.document.clone(), |a| format!("{a} {}", b.document));
    let seen = Seen { key: None, article: None, clause: None, body: None, on };
    let Some(c) = cite::find(&text, catalog, &library.registry).into_iter().find(|c| matches!(c.doc, cite::Doc::Named(_))) else { return Led::Nowhere };
    let found = library.registry.resolve(&c, &seen, catalog);
    match &found.state {
        State::Impossible(right) => return fault("B", "impossible", 950, format!("Số văn bản này không thể có; có thể là {right}"), format!("This number cannot exist; perhaps {right}")),
        State::Near => {
            let names: Vec<String> = found.targets.iter().filter_map(|t| library.get(&t.key)).map(Document::cited).take(3).collect();
            return fault("B", "near", 850, format!("Không có văn bản đúng số hoặc năm này; gần nhất: {}", names.join("; ")), format!("No document has this number or year; nearest: {}", names.join("; ")));
        }
        State::Resolved | State::Inferred => {}
        _ => return Led::Nowhere,
    }
    let Some(target) = found.targets.first() else { return Led::Nowhere };
    if let Some(until) = library.registry.get(&target.key).and_then(|k| k.until).filter(|u| *u <= on) {
        let day = until.strftime("%d/%m/%Y");
        return fault("A", "basis-lapsed", 950, format!("Căn cứ của thủ tục đã hết hiệu lực từ {day}"), format!("The basis of the procedure lapsed on {day}"));
    }
    if let Some(gone) = found.targets.iter().find(|t| t.exists == Some(false)) {
        return fault("B", "no-unit", 900, format!("Văn bản làm căn cứ không có {}", gone.path.text(Lang::Vi)), format!("The document has no {}", gone.path.text(Lang::En)));
    }
    let here = |eid: &String| library.get(&target.key).is_some_and(|d| d.articles.iter().any(|a| a.eid == *eid));
    Led::To { key: target.key.clone(), eid: target.path.article_eid().filter(here) }
}

/// What is wrong with the bases of a procedure on a day; one source under two of its parts is one finding.
pub fn faults(p: &Citing, library: &Library, catalog: &Catalog, on: Date) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    for (what, b) in &p.bases {
        let quote = b.to_string();
        if out.iter().any(|f| f.here.quote == quote) {
            continue;
        }
        let Led::Fault { family, code, confidence, say } = led(b, library, catalog, on) else { continue };
        let here = Place {
            key: format!("{PROCEDURE}{}", p.code),
            title: p.title.clone(),
            rank: 0,
            eid: String::new(),
            unit: String::new(),
            label: String::new(),
            lead: what.vi.clone(),
            spans: vec![(0, quote.len())],
            quote,
            from: p.from,
            until: None,
        };
        out.push(Found { family: family.into(), code: code.into(), here, there: None, rule: "own".into(), confidence, say });
    }
    out
}

/// How often the day and the corpus are looked at.
const LOOK: Duration = Duration::from_secs(60);

impl Law {
    /// Every procedure that holds today against the corpus of today.
    pub async fn review_procedures(&self, by: &Author) -> Result<Changes, Failure> {
        let mut all = Changes::default();
        let Some(procedures) = self.procedures.get() else { return Ok(all) };
        let (library, today) = (self.library().await?, self.now().date());
        let listed = procedures.on(today);
        for p in &listed {
            let found = faults(p, &library, &self.catalog, today);
            all.add(self.keep_findings(by, &format!("{PROCEDURE}{}", p.code), CATALOGUE, found).await?);
        }
        // A procedure that is no longer offered has no basis to look at.
        for key in crate::finding::views::sources(&self.scope, CATALOGUE).await? {
            if !listed.iter().any(|p| key.strip_prefix(PROCEDURE) == Some(&p.code)) {
                all.add(self.keep_findings(by, &key, CATALOGUE, Vec::new()).await?);
            }
        }
        Ok(all)
    }

    /// Where legal bases can be read as they hold on a day; those the corpus does not have are missing.
    pub async fn addresses(&self, bases: &[LegalBasis], on: Date) -> Result<HashMap<LegalBasis, String>, Failure> {
        let library = self.library().await?;
        let mut out = HashMap::new();
        for b in bases {
            if let Led::To { key, eid } = led(b, &library, &self.catalog, on) {
                let unit = eid.map_or_else(String::new, |e| format!("/units/{}", url_part(&e)));
                out.insert(b.clone(), format!("{}/documents/{}{unit}?on={on}", crate::pages::HOME, url_part(&slug(&key))));
            }
        }
        Ok(out)
    }

    /// Looks at the procedures again on each new day, and when the corpus changed.
    pub fn start_work(&self) {
        let law = self.clone();
        tokio::spawn(async move {
            let mut last: Option<(i64, Date)> = None;
            loop {
                let today = law.now().date();
                match crate::store::changes(&law.scope).await {
                    Ok(n) if n > 0 && last != Some((n, today)) => {
                        let by = Author::new(&Actor::system(law.scope.province().clone()), law.now());
                        match law.review_procedures(&by).await {
                            Ok(_) => last = Some((n, today)),
                            Err(e) => tracing::error!("legal bases of procedures: {e:#}"),
                        }
                    }
                    Ok(_) => {}
                    Err(e) => tracing::error!("legal bases of procedures: {e:#}"),
                }
                tokio::time::sleep(LOOK).await;
            }
        });
    }
}
