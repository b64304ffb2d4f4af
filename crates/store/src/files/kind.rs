//! What a file really is, and why it is not taken.
//!
//! Decree 61/2018/NĐ-CP (as amended) has papers submitted as electronic files; which kinds is for the portal to say.
//! These are the ones that open everywhere and cannot carry a program: PDF, pictures, and documents without macros.

use kernel::Refusal;

/// The kinds of file that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
    Webp,
    Docx,
    Xlsx,
    Odt,
}

impl MediaType {
    pub const ALL: [Self; 7] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Webp, Self::Docx, Self::Xlsx, Self::Odt];

    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Odt => "application/vnd.oasis.opendocument.text",
        }
    }
    const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Odt => &["odt"],
        }
    }
    /// As people say it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Docx => "Word (DOCX)",
            Self::Xlsx => "Excel (XLSX)",
            Self::Odt => "OpenDocument (ODT)",
        }
    }
    /// The kind by content.
    fn sniff(bytes: &[u8]) -> Option<Self> {
        let mime = infer::get(bytes)?.mime_type();
        Self::ALL.into_iter().find(|m| m.mime() == mime).or_else(|| Self::office(bytes))
    }
    /// An Office document that a program wrote with its parts in another order than the usual one.
    fn office(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"PK\x03\x04") || !contains(bytes, b"[Content_Types].xml") {
            return None;
        }
        match (contains(bytes, b"word/document.xml"), contains(bytes, b"xl/workbook.xml")) {
            (true, false) => Some(Self::Docx),
            (false, true) => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// The kind of the content, when the name and the claim agree with it and it can be read by the office.
pub(super) fn judge(name: &str, claimed: Option<&str>, bytes: &[u8]) -> Result<MediaType, Refusal> {
    let found = MediaType::sniff(bytes).ok_or_else(|| not_taken(name))?;
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_lowercase());
    if !extension.is_some_and(|e| found.extensions().contains(&e.as_str())) {
        return Err(mislabelled(name, found));
    }
    let claim = claimed.and_then(|c| c.split(';').next()).map(|c| c.trim().to_ascii_lowercase());
    let agrees = match claim.as_deref() {
        None | Some("" | "application/octet-stream" | "binary/octet-stream") => true,
        Some("image/jpg" | "image/pjpeg") => found == MediaType::Jpeg,
        Some("application/zip" | "application/x-zip-compressed") => {
            matches!(found, MediaType::Docx | MediaType::Xlsx | MediaType::Odt)
        }
        Some(mime) => mime == found.mime(),
    };
    if !agrees {
        return Err(mislabelled(name, found));
    }
    match found {
        MediaType::Pdf if is_encrypted_pdf(bytes) => Err(encrypted(name)),
        MediaType::Docx | MediaType::Xlsx if contains(bytes, b"vbaProject.bin") => Err(macros(name)),
        _ => Ok(found),
    }
}

/// An encrypted PDF names its encryption dictionary in a trailer or in the dictionary of a cross-reference stream,
/// both of which are always in the clear (ISO 32000-2, 7.5.5 and 7.6.1): `/Encrypt 12 0 R` or `/Encrypt <<…`.
fn is_encrypted_pdf(bytes: &[u8]) -> bool {
    const WORD: &[u8] = b"/Encrypt";
    let mut rest = bytes;
    while let Some(place) = find(rest, WORD) {
        rest = &rest[place + WORD.len()..];
        let after = rest.trim_ascii_start();
        let separated = after.len() < rest.len();
        let reference = separated && {
            let mut words = after.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
            let number = |w: Option<&[u8]>| w.is_some_and(|w| w.iter().all(u8::is_ascii_digit));
            number(words.next()) && number(words.next()) && words.next().is_some_and(|w| w.starts_with(b"R"))
        };
        if reference || after.starts_with(b"<<") {
            return true;
        }
    }
    false
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}

/// Looks for the first byte quickly, then compares.
pub(super) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let (&first, mut from) = (what.first()?, 0);
    while let Some(step) = bytes.get(from..)?.iter().position(|b| *b == first) {
        let place = from + step;
        if bytes[place..].starts_with(what) {
            return Some(place);
        }
        from = place + 1;
    }
    None
}

const KINDS_VI: &str = "PDF, ảnh JPEG, PNG hoặc WebP, Word (DOCX), Excel (XLSX), OpenDocument (ODT)";
const KINDS_EN: &str = "PDF, JPEG, PNG or WebP pictures, Word (DOCX), Excel (XLSX), OpenDocument (ODT)";

pub(super) fn empty(name: &str) -> Refusal {
    Refusal::invalid(
        "file-empty",
        format!("Tệp “{name}” trống. Hãy mở tệp trên máy để kiểm tra rồi gửi lại."),
        format!("The file “{name}” is empty. Open it on your device to check, then send it again."),
    )
}

pub(super) fn too_large(name: &str, size: usize, max: usize) -> Refusal {
    let (size_vi, max_vi) = (megabytes(size, ','), megabytes(max, ','));
    let (size_en, max_en) = (megabytes(size, '.'), megabytes(max, '.'));
    Refusal::invalid(
        "file-too-large",
        format!("Tệp “{name}” nặng {size_vi} MB, tối đa là {max_vi} MB. Hãy quét ở độ phân giải thấp hơn (200 dpi là đủ) hoặc tách thành nhiều tệp."),
        format!("The file “{name}” has {size_en} MB; at most {max_en} MB are taken. Scan at a lower resolution (200 dpi is enough) or split it into several files."),
    )
}

/// A file of more pages than an office reads; `pages` were counted.
pub fn too_many_pages(name: &str, pages: u32, most: u32) -> Refusal {
    Refusal::invalid(
        "file-too-many-pages",
        format!("Tệp PDF “{name}” có {pages} trang, tối đa là {most} trang mỗi tệp. Chỉ gửi những trang cần cho hồ sơ, hoặc tách thành nhiều tệp."),
        format!("The PDF “{name}” has {pages} pages; at most {most} are taken in one file. Send only the pages the application needs, or split it into several files."),
    )
}

/// Megabytes to one place, rounded up so that a file that is too large never reads as the limit itself.
fn megabytes(bytes: usize, point: char) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}{point}{rest}", tenths / 10),
    }
}

fn not_taken(name: &str) -> Refusal {
    Refusal::invalid(
        "file-kind",
        format!("Không nhận loại tệp của “{name}”. Hãy lưu lại dưới dạng {KINDS_VI}; tệp Word hoặc Excel có mật khẩu cũng không đọc được."),
        format!("The kind of file of “{name}” is not taken. Save it as {KINDS_EN}; a Word or Excel file with a password cannot be read either."),
    )
}

fn mislabelled(name: &str, found: MediaType) -> Refusal {
    let (word, extension) = (found.word(), found.extensions().first().copied().unwrap_or_default());
    Refusal::invalid(
        "file-mislabelled",
        format!("Tên hoặc loại khai báo của tệp “{name}” không khớp nội dung: nội dung là {word}. Hãy đặt phần mở rộng .{extension} nếu đúng là tệp này, hoặc chọn lại tệp."),
        format!("The name or stated kind of “{name}” does not match its content, which is {word}. Give it the extension .{extension} if it is the right file, or choose another."),
    )
}

fn encrypted(name: &str) -> Refusal {
    Refusal::invalid(
        "file-encrypted",
        format!("Tệp PDF “{name}” được mã hóa hoặc đặt mật khẩu nên cơ quan không mở và lưu trữ được. Hãy bỏ mật khẩu (in lại ra PDF) rồi gửi lại."),
        format!("The PDF “{name}” is encrypted or has a password, so the office cannot open and keep it. Remove the password (print it to PDF again) and send it again."),
    )
}

fn macros(name: &str) -> Refusal {
    Refusal::invalid(
        "file-macros",
        format!("Tệp “{name}” chứa chương trình (macro). Hãy lưu lại không có macro hoặc xuất ra PDF."),
        format!("The file “{name}” contains a program (macros). Save it without macros or export it to PDF."),
    )
}
