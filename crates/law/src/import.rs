//! Files to documents: TXT, HTML, DOCX, JSON lines, ZIP of them. What was not understood is in the report; a file that is no text, or
//! that nobody can open, is refused with the reason.

mod docx;
mod html;
mod jsonl;
#[cfg(test)]
mod tests;

use crate::{
    catalog::Catalog,
    decode,
    document::{Article, Document, key_of, slug},
    number::Docno,
    parse::{self, Note},
    text::fold,
};
use kernel::{Refusal, time::Date};
use serde::Serialize;
use std::io::{Cursor, Read};

/// What whoever imports knows beside the text; it goes before what the text says.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub file: String,
    pub number: Option<String>,
    pub kind: Option<String>,
    pub title: Option<String>,
    pub issuer: Option<String>,
    pub territory: Option<String>,
    pub issued: Option<Date>,
    pub effective: Option<Date>,
    pub until: Option<Date>,
    pub source: String,
    pub excerpt: bool,
}

impl Given {
    /// What a person said of the file goes before what stands beside the text.
    pub fn laid_over(&mut self, said: &Self) {
        let put = |own: &mut Option<String>, said: &Option<String>| if said.is_some() { own.clone_from(said) };
        put(&mut self.number, &said.number);
        put(&mut self.kind, &said.kind);
        put(&mut self.title, &said.title);
        put(&mut self.issuer, &said.issuer);
        put(&mut self.territory, &said.territory);
        self.issued = said.issued.or(self.issued);
        self.effective = said.effective.or(self.effective);
        self.until = said.until.or(self.until);
        self.excerpt |= said.excerpt;
        if !said.source.is_empty() {
            self.source.clone_from(&said.source);
        }
    }
}

/// A text of a file, or articles that came apart already.
pub struct Piece {
    pub given: Given,
    pub text: String,
    pub articles: Option<Vec<Article>>,
    pub notes: Vec<Note>,
}

/// One document as it was understood.
#[derive(Debug, Clone)]
pub struct Imported {
    pub document: Document,
    pub notes: Vec<Note>,
    pub counts: Counts,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub parts: usize,
    pub chapters: usize,
    pub sections: usize,
    pub articles: usize,
    pub clauses: usize,
    pub points: usize,
    pub annexes: usize,
}

/// The largest file, the most files of an archive, and what they may unpack to.
pub const FILE: usize = 64 << 20;
const ENTRIES: usize = 5_000;
const UNPACKED: u64 = 512 << 20;

fn refuse(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid(code, vi, en)
}

/// All texts of a file.
pub fn pieces(name: &str, bytes: &[u8]) -> Result<Vec<Piece>, Refusal> {
    read(name, bytes, false)
}

/// `inside`: already in an archive; one in another is not opened.
fn read(name: &str, bytes: &[u8], inside: bool) -> Result<Vec<Piece>, Refusal> {
    if bytes.is_empty() || bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refuse("law-empty", format!("Tệp “{name}” trống. Hãy chọn tệp có nội dung."), format!("“{name}” is empty. Choose a file with text.")));
    }
    if bytes.len() > FILE {
        return Err(refuse("law-large", format!("Tệp “{name}” lớn hơn 64 MB. Hãy tách ra rồi gửi lại."), format!("“{name}” is larger than 64 MB. Split it and send it again.")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return archive(name, bytes, inside);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(refuse(
            "law-pdf",
            format!("“{name}” là PDF. Hệ thống chưa đọc chữ trong PDF; hãy gửi bản DOCX, HTML hoặc TXT của văn bản (Công báo có bản DOC)."),
            format!("“{name}” is a PDF. Text in PDF files is not read yet; send the DOCX, HTML or TXT of the document (the gazette has one)."),
        ));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(refuse("law-doc", format!("“{name}” là tệp Word cũ (.doc) hoặc có mật khẩu. Hãy lưu thành DOCX không mật khẩu rồi gửi lại."), format!("“{name}” is an old Word file (.doc) or locked. Save it as DOCX without a password.")));
    }
    if bytes.iter().take(4096).filter(|b| **b == 0).count() > 64 && !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refuse("law-binary", format!("“{name}” không phải tệp văn bản. Hãy gửi DOCX, HTML hoặc TXT."), format!("“{name}” is no text file. Send DOCX, HTML or TXT.")));
    }
    let decoded = decode::decode(bytes);
    let mut notes = decode_notes(&decoded);
    let lower = name.to_lowercase();
    let start = decoded.text.trim_start();
    if lower.ends_with(".jsonl") || lower.ends_with(".json") || start.starts_with('{') || start.starts_with("[{") {
        return jsonl::read(name, &decoded.text);
    }
    let looks_html = start.get(..start.len().min(2000)).or_else(|| start.get(..0)).unwrap_or_default().to_lowercase();
    let text = if lower.ends_with(".html") || lower.ends_with(".htm") || looks_html.starts_with("<!doctype") || looks_html.contains("<html") || looks_html.contains("<p>") {
        html::text(&decoded.text, &mut notes)
    } else {
        decoded.text
    };
    Ok(vec![Piece { given: Given { file: name.to_owned(), ..Given::default() }, text, articles: None, notes }])
}

fn decode_notes(d: &decode::Decoded) -> Vec<Note> {
    let mut notes: Vec<Note> = d
        .found
        .iter()
        .map(|e| Note { line: 1, code: "old-encoding", vi: format!("Đã chuyển từ bảng mã {} sang Unicode; cần đọc soát lại.", e.name()), en: format!("Converted from {} to Unicode; to be read over.", e.name()) })
        .collect();
    if d.unread > 200 {
        notes.push(Note { line: 1, code: "unread-letters", vi: format!("{}% số từ có dấu không phải âm tiết tiếng Việt: có thể sai bảng mã hoặc lỗi quét.", d.unread / 10), en: format!("{}% of the words with marks are no Vietnamese syllables: a wrong encoding or a bad scan.", d.unread / 10) });
    }
    notes
}

fn archive(name: &str, bytes: &[u8], inside: bool) -> Result<Vec<Piece>, Refusal> {
    let broken = || refuse("law-zip", format!("Không mở được “{name}”: tệp hỏng hoặc có mật khẩu."), format!("“{name}” cannot be opened: it is damaged or locked."));
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if zip.index_for_name("word/document.xml").is_some() {
        let mut xml = Vec::new();
        zip.by_name("word/document.xml").map_err(|_| broken())?.take(UNPACKED).read_to_end(&mut xml).map_err(|_| broken())?;
        let mut notes = Vec::new();
        let text = docx::text(&String::from_utf8_lossy(&xml), &mut notes);
        // Documents of the years before Unicode keep their old letters inside DOCX too.
        let decoded = decode::decode(text.as_bytes());
        notes.extend(decode_notes(&decoded));
        if decoded.text.trim().is_empty() {
            return Err(refuse("law-scan", format!("“{name}” không có chữ, chỉ có hình. Hãy nhận dạng chữ (OCR) rồi gửi lại."), format!("“{name}” holds pictures and no text. Recognise the text (OCR) and send it again.")));
        }
        return Ok(vec![Piece { given: Given { file: name.to_owned(), ..Given::default() }, text: decoded.text, articles: None, notes }]);
    }
    if inside {
        return Err(broken());
    }
    let (mut out, mut room) = (Vec::new(), UNPACKED);
    for i in 0..zip.len().min(ENTRIES) {
        let Ok(entry) = zip.by_index(i) else { continue };
        let Ok(inner) = entry.name().map(|n| n.into_owned()) else { continue };
        if !entry.is_file() || inner.starts_with("__MACOSX") {
            continue;
        }
        let mut data = Vec::new();
        let took = entry.take(room.min(FILE as u64)).read_to_end(&mut data);
        room = room.saturating_sub(data.len() as u64);
        let found = took.map_err(|_| broken()).and_then(|_| self::read(&inner, &data, true));
        match found {
            Ok(mut more) => out.append(&mut more),
            Err(r) => out.push(Piece { given: Given { file: inner, ..Given::default() }, text: String::new(), articles: None, notes: vec![Note { line: 0, code: "refused", vi: r.message.vi, en: r.message.en }] }),
        }
    }
    if out.is_empty() { Err(broken()) } else { Ok(out) }
}

/// A document from its text, and what was not understood.
pub fn document(text: &str, given: &Given, catalog: &Catalog) -> Result<Imported, Refusal> {
    from_piece(&Piece { given: given.clone(), text: text.to_owned(), articles: None, notes: Vec::new() }, catalog)
}

pub fn from_piece(piece: &Piece, catalog: &Catalog) -> Result<Imported, Refusal> {
    let given = &piece.given;
    let mut notes = piece.notes.clone();
    if let Some(n) = notes.iter().find(|n| n.code == "refused") {
        return Err(refuse("law-refused", n.vi.clone(), n.en.clone()));
    }
    let parsed = if piece.articles.is_some() { parse::Parsed::default() } else { parse::parse(&piece.text) };
    notes.extend(parsed.notes.iter().cloned());
    let articles: Vec<Article> = piece.articles.clone().unwrap_or_else(|| {
        let plain = |b: &parse::Block| Article { eid: b.eid.clone(), label: b.label.clone(), heading: b.heading.clone(), path: b.path.clone(), text: b.body.clone(), from: None, until: None, by: None };
        parsed.blocks.iter().map(plain).collect()
    });
    if articles.iter().all(|a| a.text.trim().is_empty() && a.heading.trim().is_empty()) {
        return Err(refuse("law-no-text", format!("Không thấy nội dung nào trong “{}”.", given.file), format!("No text was found in “{}”.", given.file)));
    }
    let mut say = |code: &'static str, vi: &str, en: &str| notes.push(Note { line: 1, code, vi: vi.into(), en: en.into() });
    let head = parsed.head;
    // A number cut short in the given data (“73/2006/QH”) gives way to the whole one of the text.
    let stated = given.number.as_deref().and_then(Docno::parse);
    let number = match (stated, head.number) {
        (Some(a), Some(b)) if a != b && a.num == b.num && a.year == b.year => Some(b),
        (Some(a), Some(b)) if a != b => {
            say("number-differs", &format!("Số ghi kèm ({a}) khác số trong văn bản ({b}); lấy số ghi kèm."), &format!("The number given ({a}) differs from the text's ({b}); the given one is taken."));
            Some(a)
        }
        (a, b) => a.or(b),
    };
    let word = given.kind.clone().or(head.kind).map(|k| fold(&k));
    let code = word.as_deref().and_then(|w| catalog.kinds.kinds.iter().find(|k| fold(&k.name.vi) == w)).map(|k| k.code.clone());
    let kind = match &number {
        Some(n) => catalog.kind_of(n, code.as_deref()),
        None => code.as_deref().and_then(|c| catalog.kinds.kinds.iter().find(|k| k.code == c)),
    };
    let (kind_code, rank) = kind.map_or(("khac".to_owned(), 0), |k| (k.code.clone(), k.rank));
    if kind.is_none() {
        say("kind", "Không rõ loại văn bản; xếp là “khác”, không dùng làm căn cứ.", "Its kind is not known; kept as “other”, never a source of rules.");
    }
    let issued = given.issued.or(head.issued);
    // The Constitution has no name beside its kind; its year tells it from the others.
    let constitution = kind_code == "hp";
    let name = constitution.then(String::new).or_else(|| given.title.clone().map(|t| bare_name(&t))).unwrap_or_else(|| proper(&parse::sentence_case(&head.title)));
    let word_name = word.as_deref().map_or_else(|| kind.map_or("Văn bản", |k| &k.name.vi).to_owned(), parse_word);
    let title = match (kind_code.as_str(), &number) {
        ("luat" | "pl" | "hp", _) | (_, None) => format!("{word_name} {name}").trim().to_owned(),
        (_, Some(n)) => format!("{word_name} {n} {}", lower_first(&name)).trim().to_owned(),
    };
    let issuer = given.issuer.clone().or(head.issuer);
    let body = number.as_ref().filter(|n| n.is_local()).and(issuer.clone());
    if number.as_ref().is_some_and(Docno::is_local) && body.is_none() {
        return Err(refuse(
            "law-body",
            format!("Văn bản địa phương “{}” cần cơ quan ban hành: số này tỉnh, xã nào cũng có. Hãy ghi cơ quan ban hành.", given.file),
            format!("The local document “{}” needs its issuing body: every province has this number. Give the body.", given.file),
        ));
    }
    let key = match &number {
        Some(n) => key_of(&kind_code, n, body.as_deref()),
        None if constitution => format!("hp:{}", issued.map_or(0, |d| d.year())),
        None if name.is_empty() => return Err(refuse("law-unknown", format!("Không thấy số hoặc tên văn bản trong “{}”. Hãy ghi số, ký hiệu.", given.file), format!("No number and no name was found in “{}”. Give its number.", given.file))),
        None => {
            say("no-number", "Không thấy số, ký hiệu; dùng tên và năm.", "No number was found; the name and the year are used.");
            format!("{kind_code}:{}{}", slug(&name), issued.map(|d| format!("-{}", d.year())).unwrap_or_default())
        }
    };
    let effective = given.effective.or_else(|| parse::effect_of(articles.iter().map(|a| (a.heading.as_str(), a.text.as_str())), issued));
    if effective.is_none() {
        say("no-effect", "Không thấy ngày có hiệu lực; hiện là “không rõ hiệu lực”, không dùng để trả lời.", "No day of effect was found; shown as “not known” and not used for answers.");
    }
    if let (Some(from), Some(day)) = (effective, issued)
        && from < day
    {
        say("effect-before-issue", "Ngày có hiệu lực trước ngày ban hành.", "It takes effect before it was issued.");
    }
    let counts = counts(&articles, parsed.headings);
    let document = Document {
        reading_copy: kind_code == "vbhn",
        key,
        kind: kind_code,
        rank,
        number: number.map(|n| n.to_string()),
        name,
        title,
        issuer,
        body,
        territory: given.territory.clone(),
        issued,
        effective,
        until: given.until,
        source: if given.source.is_empty() { given.file.clone() } else { given.source.clone() },
        excerpt: given.excerpt,
        bases: parsed.bases,
        articles,
    };
    Ok(Imported { document, notes, counts })
}

fn counts(articles: &[Article], headings: [usize; 4]) -> Counts {
    let mut c = Counts { parts: headings[0], chapters: headings[1], sections: headings[2] + headings[3], ..Counts::default() };
    for a in articles {
        c.articles += usize::from(a.label.starts_with("Điều"));
        c.annexes += usize::from(a.eid.starts_with("annex"));
        for clause in a.clauses() {
            c.clauses += usize::from(!clause.val.is_empty());
            c.points += clause.points.len();
        }
    }
    c
}

fn parse_word(folded: &str) -> String {
    match folded {
        "bo luat" => "Bộ luật",
        "luat" => "Luật",
        "hien phap" => "Hiến pháp",
        "phap lenh" => "Pháp lệnh",
        "nghi dinh" => "Nghị định",
        "nghi quyet" => "Nghị quyết",
        "quyet dinh" => "Quyết định",
        "thong tu" => "Thông tư",
        "thong tu lien tich" => "Thông tư liên tịch",
        "chi thi" => "Chỉ thị",
        _ => "Văn bản",
    }
    .to_owned()
}

/// “Luật Đất Đai” → “Đất đai”.
fn bare_name(title: &str) -> String {
    let folded = fold(title);
    let skip = ["bo luat ", "luat ", "hien phap ", "phap lenh "].iter().find(|k| folded.starts_with(**k)).map_or(0, |k| k.chars().count());
    let rest: String = title.chars().skip(skip).collect();
    proper(&parse::sentence_case(&rest))
}

/// Names that keep their capitals when a title in capitals is written as a sentence.
fn proper(name: &str) -> String {
    let mut out = name.to_owned();
    for (small, proper) in [
        ("việt nam", "Việt Nam"), ("quốc hội", "Quốc hội"), ("hội đồng nhân dân", "Hội đồng nhân dân"), ("ủy ban nhân dân", "Ủy ban nhân dân"), ("mặt trận tổ quốc", "Mặt trận Tổ quốc"),
        ("chính phủ", "Chính phủ"), ("tòa án nhân dân", "Tòa án nhân dân"), ("viện kiểm sát nhân dân", "Viện kiểm sát nhân dân"), ("của luật ", "của Luật "), ("nhà nước", "Nhà nước"), ("hiv/aids", "HIV/AIDS"),
    ] {
        if out.starts_with(&parse::sentence_case(small)) {
            out = format!("{proper}{}", &out[parse::sentence_case(small).len()..]);
        }
        out = out.replace(small, proper);
    }
    out
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
