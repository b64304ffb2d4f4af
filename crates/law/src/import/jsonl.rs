//! Data sets of one JSON object a line: whole texts (`number`, `text`), or articles that came apart already (`SoHieu`, `Article`,
//! `Content` and the headings above).

use super::{Given, Piece, refuse};
use crate::{document::Article, parse::Note, parse::date_in};
use kernel::Refusal;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Row {
    text: Option<String>,
    number: Option<String>,
    file: Option<String>,
    title: Option<String>,
    issuer: Option<String>,
    territory: Option<String>,
    issued: Option<String>,
    effective: Option<String>,
    until: Option<String>,
    source: Option<String>,
    excerpt: bool,
    #[serde(rename = "SoHieu")]
    so_hieu: Option<String>,
    #[serde(rename = "LoaiVanBan")]
    kind: Option<String>,
    #[serde(rename = "NgayBanHanh")]
    ngay: Option<String>,
    #[serde(rename = "NoiBanHanh")]
    noi: Option<String>,
    #[serde(rename = "ChuDe")]
    chu_de: Option<String>,
    #[serde(rename = "Part")]
    part: Option<String>,
    #[serde(rename = "Chapter")]
    chapter: Option<String>,
    #[serde(rename = "Section")]
    section: Option<String>,
    #[serde(rename = "MiniSection")]
    mini: Option<String>,
    #[serde(rename = "Article")]
    article: Option<String>,
    #[serde(rename = "Content")]
    content: Option<String>,
}

pub fn read(name: &str, text: &str) -> Result<Vec<Piece>, Refusal> {
    // A character that no database keeps and no text needs.
    let text = &text.replace("\\u0000", "");
    let mut out: Vec<Piece> = Vec::new();
    let mut bad = 0usize;
    let rows: Vec<Row> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|e| refuse("law-json", format!("“{name}” không phải JSON đúng: {e}"), format!("“{name}” is no correct JSON: {e}")))?
    } else {
        text.lines().filter(|l| !l.trim().is_empty()).filter_map(|l| serde_json::from_str(l).map_err(|_| bad += 1).ok()).collect()
    };
    for row in rows {
        match (&row.text, &row.content) {
            (Some(_), _) => out.push(whole(name, row)),
            (None, Some(_)) => article(name, row, &mut out),
            (None, None) => bad += 1,
        }
    }
    let Some(first) = out.first_mut() else {
        return Err(refuse("law-json", format!("“{name}” không có dòng nào chứa văn bản (cần “text” hoặc “Article” và “Content”)."), format!("No line of “{name}” holds a text (“text”, or “Article” and “Content”).")));
    };
    if bad > 0 {
        first.notes.push(Note { line: 1, code: "bad-lines", vi: format!("{bad} dòng không đọc được."), en: format!("{bad} lines were not read.") });
    }
    Ok(out)
}

fn day(text: Option<&String>) -> Option<kernel::time::Date> {
    let text = text?;
    text.parse().ok().or_else(|| date_in(text))
}

fn whole(name: &str, row: Row) -> Piece {
    let given = Given {
        file: row.file.clone().unwrap_or_else(|| name.to_owned()),
        issued: day(row.issued.as_ref()),
        effective: day(row.effective.as_ref()),
        until: day(row.until.as_ref()),
        number: row.number,
        kind: row.kind,
        title: row.title,
        issuer: row.issuer,
        territory: row.territory,
        source: row.source.unwrap_or_else(|| name.to_owned()),
        excerpt: row.excerpt,
    };
    Piece { given, text: row.text.unwrap_or_default(), articles: None, notes: Vec::new() }
}

fn article(name: &str, row: Row, out: &mut Vec<Piece>) {
    let number = row.so_hieu.clone().unwrap_or_default();
    if out.last().is_none_or(|p| p.given.number.as_deref() != Some(&number)) {
        // A consolidation keeps its own kind whatever the data set calls it.
        let kind = if number.contains("VBHN") { Some("Văn bản hợp nhất".into()) } else { row.kind.clone() };
        let given = Given { file: name.to_owned(), number: Some(number), kind, title: row.chu_de.clone(), issuer: row.noi.clone(), issued: day(row.ngay.as_ref()), effective: day(row.effective.as_ref()), until: day(row.until.as_ref()), source: row.source.clone().unwrap_or_else(|| name.to_owned()), excerpt: row.excerpt, ..Given::default() };
        out.push(Piece { given, text: String::new(), articles: Some(Vec::new()), notes: Vec::new() });
    }
    let Some(list) = out.last_mut().and_then(|p| p.articles.as_mut()) else { return };
    let title = row.article.unwrap_or_default();
    let rest = title.trim().strip_prefix("Điều").unwrap_or(&title).trim_start();
    let val: String = rest.chars().take_while(|c| c.is_ascii_digit() || (c.is_lowercase() && !c.is_whitespace())).collect();
    let heading = rest.get(val.len()..).unwrap_or_default().trim_start_matches(['.', ':', ' ']).to_owned();
    let path = [row.part, row.chapter, row.section, row.mini].into_iter().flatten().filter(|p| !p.trim().is_empty()).collect();
    list.push(Article { eid: format!("art_{}", val.replace('đ', "dd")), label: format!("Điều {val}"), heading, path, text: row.content.unwrap_or_default(), from: None, until: None, by: None });
}
