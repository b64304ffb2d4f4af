//! The head of a document: who issued what, under which number, on which day.

use super::dates::date_in;
use crate::{
    number::{self, Docno},
    text::{fold, is_capitals},
};
use kernel::time::Date;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    pub number: Option<Docno>,
    /// The words for its kind: `BỘ LUẬT`, `QUYẾT ĐỊNH`.
    pub kind: Option<String>,
    pub title: String,
    pub issuer: Option<String>,
    pub issued: Option<Date>,
}

const KINDS: [&str; 22] = [
    "hien phap", "bo luat", "luat", "phap lenh", "lenh", "nghi quyet lien tich", "nghi quyet", "nghi dinh", "quyet dinh", "thong tu lien tich", "thong tu", "chi thi",
    "cong van", "ke hoach", "thong bao", "ket luan", "to trinh", "bao cao", "huong dan", "quy dinh", "quy che", "van ban hop nhat",
];

/// Reads the lines before the first article.
pub fn head<'a>(lines: impl Iterator<Item = &'a str>) -> Head {
    let lines: Vec<&str> = lines.take(60).collect();
    let mut head = Head::default();
    let end = lines.iter().position(|l| fold(l).starts_with("can cu ")).unwrap_or(lines.len());
    let top = lines.get(..end).unwrap_or_default();
    // The number stands behind “Số:”; one that a title or a basis cites is another document's.
    head.number = top
        .iter()
        .take(16)
        .find_map(|l| {
            let folded = fold(l);
            let at = folded.find("so:").or_else(|| folded.find("so "))?;
            (at < 24).then(|| number::first(l.get(l.char_indices().nth(at)?.0..)?).map(|(n, ..)| n)).flatten()
        })
        .or_else(|| top.iter().take(12).find_map(|l| number::first(l).filter(|(_, start, _)| *start == 0).map(|(n, ..)| n)));
    head.issued = top.iter().take(20).find_map(|l| fold(l).contains("ngay").then(|| date_in(l)).flatten());
    head.issuer = top.first().map(|l| (*l).to_owned()).filter(|l| is_capitals(l) && !l.contains(|c: char| c.is_ascii_digit()) && !kind_line(l) && !fold(l).contains("cong hoa xa hoi")).map(|l| l.trim_end_matches(['-', ' ', '_']).to_owned());
    if let Some(at) = top.iter().position(|l| kind_line(l)) {
        let line = top[at];
        let folded = fold(line);
        let kind = KINDS.iter().find(|k| folded == **k || folded.starts_with(&format!("{k} "))).copied().unwrap_or_default();
        let letters = kind.chars().count();
        head.kind = Some(line.chars().take(letters).collect());
        let mut title: Vec<String> = vec![line.chars().skip(letters).collect::<String>().trim().to_owned()];
        for l in top.iter().skip(at + 1).take(8) {
            let f = fold(l);
            let begun = title.iter().any(|t| !t.is_empty());
            // Old laws put “của Quốc hội số …” between kind and name.
            let between = f.starts_with("cua quoc hoi") || f.starts_with("so ") || f.starts_with('(') || l.trim_matches(['-', '_', '*', '=', ' ', '.']).is_empty();
            if between && !begun {
                // “CỦA QUỐC HỘI … SỐ 29/2004/QH11 … VỀ BẢO VỆ VÀ PHÁT TRIỂN RỪNG”
                if let Some(at) = f.find(" ve ") {
                    title.push(l.chars().skip(f.get(..at).map_or(0, |b| b.chars().count()) + 4).collect());
                    break;
                }
                continue;
            }
            let preamble = between || f.contains("ban hanh luat") || f.starts_with("quoc hoi ban hanh") || f.starts_with("de ") || f.starts_with("loi noi dau") || (begun && number::first(l).is_some());
            // A name in capitals ends with its capitals; any other is one line.
            if preamble || (!is_capitals(l) && (begun || l.chars().count() > 120 || l.ends_with(['.', ';', ':']))) || l.chars().count() > 400 {
                break;
            }
            title.push((*l).to_owned());
            if !is_capitals(l) {
                break;
            }
        }
        head.title = title.join(" ").trim().to_owned();
    }
    head
}

fn kind_line(line: &str) -> bool {
    let folded = fold(line);
    is_capitals(line) && KINDS.iter().any(|k| folded == *k || folded.starts_with(&format!("{k} "))) && number::first(line).is_none()
}

/// `LUẬT ĐẤT ĐAI` as a sentence writes it: `Luật Đất đai`.
pub fn sentence_case(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut chars = lower.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
