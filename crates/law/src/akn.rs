//! A document as Akoma Ntoso 3.0, in the version of a day: identifiers, dates, structure to the point. Citations are not marked up yet.

use crate::{
    document::{Article, Document, Status, slug},
    unit::Clause,
};
use kernel::time::Date;
use std::fmt::Write as _;

fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// `/akn/vn/act/luat/2024-01-18/31-2024-qh15`
pub fn work(d: &Document) -> String {
    let day = d.issued.map_or_else(|| "0000".into(), |i| i.to_string());
    let number = slug(d.number.as_deref().unwrap_or(&d.name));
    match &d.body {
        Some(body) => format!("/akn/vn/act/{}/{}/{day}/{number}", d.kind, slug(body)),
        None => format!("/akn/vn/act/{}/{day}/{number}", d.kind),
    }
}

/// The text in force on a day.
pub fn export(d: &Document, on: Date) -> String {
    let work = work(d);
    let issued = d.issued.map_or_else(String::new, |i| i.to_string());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">\n<act name=\"{}\" contains=\"singleVersion\">\n<meta>\n<identification source=\"#phusa\">\n\
         <FRBRWork><FRBRthis value=\"{work}/!main\"/><FRBRuri value=\"{work}\"/><FRBRdate date=\"{issued}\" name=\"issued\"/><FRBRauthor href=\"#issuer\"/><FRBRcountry value=\"vn\"/><FRBRnumber value=\"{}\"/></FRBRWork>\n\
         <FRBRExpression><FRBRthis value=\"{work}/vie@{on}/!main\"/><FRBRuri value=\"{work}/vie@{on}\"/><FRBRdate date=\"{on}\" name=\"version\"/><FRBRauthor href=\"#issuer\"/><FRBRlanguage language=\"vie\"/></FRBRExpression>\n\
         <FRBRManifestation><FRBRthis value=\"{work}/vie@{on}/!main.xml\"/><FRBRuri value=\"{work}/vie@{on}.xml\"/><FRBRdate date=\"{on}\" name=\"made\"/><FRBRauthor href=\"#phusa\"/></FRBRManifestation>\n\
         </identification>\n<references source=\"#phusa\"><TLCOrganization eId=\"phusa\" href=\"/ontology/organization/phusa\" showAs=\"Phù Sa\"/><TLCOrganization eId=\"issuer\" href=\"/ontology/organization/issuer\" showAs=\"{}\"/></references>\n</meta>\n\
         <preface><p><docTitle>{}</docTitle></p></preface>\n<body>\n",
        d.kind,
        esc(d.number.as_deref().unwrap_or_default()),
        esc(d.issuer.as_deref().unwrap_or_default()),
        esc(&d.title)
    );
    for a in d.articles.iter().filter(|a| matches!(d.article_status(a, on), Status::InForce | Status::Unknown)) {
        article(&mut out, a);
    }
    out.push_str("</body>\n</act>\n</akomaNtoso>\n");
    out
}

fn article(out: &mut String, a: &Article) {
    let _ = write!(out, "<article eId=\"{}\"><num>{}</num>", esc(&a.eid), esc(&a.label));
    if !a.heading.is_empty() {
        let _ = write!(out, "<heading>{}</heading>", esc(&a.heading));
    }
    let clauses = a.clauses();
    let lead = clauses.first().map_or(a.text.len(), |c| c.start);
    content(out, &a.eid, a.text.get(..lead).unwrap_or_default(), clauses.is_empty());
    for c in &clauses {
        clause(out, a, c);
    }
    out.push_str("</article>\n");
}

fn clause(out: &mut String, a: &Article, c: &Clause) {
    let eid = if c.val.is_empty() { a.eid.clone() } else { format!("{}__para_{}", a.eid, c.val.replace('đ', "dd")) };
    let end = c.points.first().map_or(c.end, |p| p.start);
    let own = a.text.get(c.start..end).unwrap_or_default();
    if !c.val.is_empty() {
        let _ = write!(out, "<paragraph eId=\"{eid}\"><num>{}.</num>", c.val);
        let text = own.trim_start().strip_prefix(&format!("{}.", c.val)).unwrap_or(own);
        content(out, &eid, text, c.points.is_empty());
    }
    for p in &c.points {
        let text = a.text.get(p.start..p.end).unwrap_or_default().trim_start();
        let text = text.strip_prefix(&format!("{})", p.val)).unwrap_or(text);
        let pid = format!("{eid}__point_{}", p.val.replace('đ', "dd"));
        let _ = write!(out, "<point eId=\"{pid}\"><num>{})</num>", p.val);
        content(out, &pid, text, true);
        out.push_str("</point>");
    }
    if !c.val.is_empty() {
        out.push_str("</paragraph>");
    }
}

fn content(out: &mut String, eid: &str, text: &str, leaf: bool) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    if lines.is_empty() && !leaf {
        return;
    }
    let name = if leaf { "content" } else { "intro" };
    let _ = write!(out, "<{name} eId=\"{}__{name}\">", esc(eid));
    for l in lines {
        let _ = write!(out, "<p>{}</p>", esc(l));
    }
    let _ = write!(out, "</{name}>");
}
