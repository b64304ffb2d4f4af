//! Text of a Word document: paragraphs a line each, rows of tables a line each with their cells kept apart. Deleted and hidden text
//! is left out and noted.

use crate::parse::Note;

pub fn text(xml: &str, notes: &mut Vec<Note>) -> String {
    let mut out = String::with_capacity(xml.len() / 4);
    let mut rest = xml;
    let (mut rows, mut deleted, mut vanish, mut in_text) = (0usize, 0usize, false, false);
    let (mut said_deleted, mut said_hidden) = (false, false);
    while let Some(open) = rest.find('<') {
        if in_text && deleted == 0 && !vanish {
            super::html::text(&rest[..open], notes).chars().for_each(|c| out.push(c));
        } else if in_text && vanish && !said_hidden && !rest[..open].trim().is_empty() {
            said_hidden = true;
            notes.push(Note { line: 1, code: "hidden-text", vi: "Tệp có chữ ẩn; đã bỏ qua phần ẩn.".into(), en: "The file holds hidden text; it was left out.".into() });
        }
        rest = &rest[open..];
        let Some(close) = rest.find('>') else { break };
        let tag = &rest[1..close];
        rest = &rest[close + 1..];
        let (name, empty) = (tag.trim_start_matches('/').split([' ', '/', '\t', '\n']).next().unwrap_or_default(), tag.ends_with('/'));
        let end = tag.starts_with('/');
        match (name, end) {
            ("w:t", false) => in_text = !empty,
            ("w:t", true) => in_text = false,
            ("w:r", true) => vanish = false,
            ("w:vanish", false) => vanish = !tag.contains("w:val=\"0\"") && !tag.contains("w:val=\"false\""),
            ("w:del", false) if !empty => {
                deleted += 1;
                if !said_deleted {
                    said_deleted = true;
                    notes.push(Note { line: 1, code: "track-changes", vi: "Tệp còn dấu sửa đổi (track changes); đọc theo bản đã chấp nhận.".into(), en: "The file holds tracked changes; it is read with all of them accepted.".into() });
                }
            }
            ("w:del", true) => deleted = deleted.saturating_sub(1),
            ("w:tab", false) => out.push(' '),
            ("w:br", false) => out.push('\n'),
            ("w:tr", false) if !empty => rows += 1,
            ("w:tr", true) => {
                rows = rows.saturating_sub(1);
                out.push('\n');
            }
            ("w:tc", true) => out.push_str(" | "),
            ("w:p", true) => out.push(if rows > 0 { ' ' } else { '\n' }),
            _ => {}
        }
    }
    out
}
