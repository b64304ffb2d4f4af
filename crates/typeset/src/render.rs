//! One document: data checked, made printable, set, written as PDF/A-2a (archives) and PDF/UA-1 (readers by ear).

use crate::error::{Problem, RenderError};
use crate::print::printable;
use crate::set::Templates;
use crate::template::{Template, at};
use crate::world::{DATA, Desk, QR, file_id};
use kernel::{Instant, Text};
use serde_json::{Value, json};
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};
use typst::WorldExt;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Label, Selector, Smart};
use typst::introspection::Introspector as _;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// More than any form needs; a bound on the work one request can cause.
const MOST_DATA: usize = 2 * 1024 * 1024;
/// Vietnam, in minutes from UTC.
const OFFSET: i32 = 7 * 60;

static STANDARDS: LazyLock<PdfStandards> =
    LazyLock::new(|| PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).unwrap_or_default());

/// The second language that the data ask for: `en`.
pub(crate) const ALSO: &str = "also";

/// What no document has used for so many others is given back. Templates in use stay; parts of one document alone do not.
const KEPT: usize = 3;
static RENDERED: AtomicU64 = AtomicU64::new(0);

/// Gives back everything that was kept for the next document, when none was set since the last call. To be called now and then.
pub fn rest() {
    static SEEN: AtomicU64 = AtomicU64::new(0);
    let rendered = RENDERED.load(Ordering::Relaxed);
    if SEEN.swap(rendered, Ordering::Relaxed) == rendered {
        typst::comemo::evict(0);
    }
}

/// A document that was set.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    pub pdf: Vec<u8>,
    /// Where whoever signs it will be seen to have signed; none where the template leaves no such place.
    pub signer: Option<Spot>,
}

/// A part of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The page, from 0.
    pub page: usize,
    /// In points, from the lower left corner of the page.
    pub left: f32,
    pub bottom: f32,
    pub width: f32,
    pub height: f32,
}

/// The mark by which templates say where the signature goes: at the upper left corner, then at the lower right one.
const SIGNER: &str = "signer";

impl Templates {
    /// Sets one document. The same data gives the same bytes.
    pub fn render(&self, template: &str, data: &Value) -> Result<Vec<u8>, RenderError> {
        self.set(template, data).map(|set| set.pdf)
    }

    /// Sets one document, and says where it is to be signed.
    pub fn set(&self, template: &str, data: &Value) -> Result<Set, RenderError> {
        let template = self.get(template).ok_or_else(|| RenderError::UnknownTemplate(template.to_owned()))?;
        let prepared = self.prepare(template, data)?;
        let document = compose(&prepared.desk).map_err(|errors| faulty(template, &prepared.desk, &errors));
        let set = document.and_then(|document| {
            let options = PdfOptions {
                ident: Smart::Custom(prepared.ident),
                creator: Smart::Custom(Some("Phù Sa".to_owned())),
                timestamp: Timestamp::new_local(prepared.issued, OFFSET),
                standards: STANDARDS.clone(),
                ..PdfOptions::default()
            };
            let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| faulty(template, &prepared.desk, &errors))?;
            Ok(Set { pdf, signer: signer(&document) })
        });
        // Without this the memoised parts of every document stay in memory: about 35 MB a document.
        RENDERED.fetch_add(1, Ordering::Relaxed);
        typst::comemo::evict(KEPT);
        set
    }

    pub(crate) fn prepare(&self, template: &Template, data: &Value) -> Result<Prepared, RenderError> {
        let fields = template.missing(data, &self.names);
        if !fields.is_empty() {
            return Err(RenderError::Missing { template: template.code.clone(), fields });
        }
        let issued = issued_at(data)?;
        let mut shown = printable(data);
        fill(&mut shown, template, issued);
        let bytes = serde_json::to_vec(&shown).map_err(|e| bad("data", &e.to_string(), &e.to_string()))?;
        if bytes.len() > MOST_DATA {
            return Err(bad("data", "dữ liệu lớn hơn 2 MB", "the data is larger than 2 MB"));
        }
        let ident = ident(template, data, &bytes);
        let mut files = Vec::new();
        files.extend(file_id(DATA).map(|id| (id, Bytes::new(bytes))));
        if let Some(link) = data.get("lookup_url").and_then(Value::as_str).filter(|link| !link.is_empty()) {
            files.extend(file_id(QR).map(|id| Ok((id, Bytes::from_string(qr(link)?)))).transpose()?);
        }
        let desk = Desk { sources: Arc::clone(&self.sources), main: template.main, files };
        Ok(Prepared { desk, ident, issued: datetime(issued)? })
    }
}

pub(crate) struct Prepared {
    pub desk: Desk,
    ident: String,
    issued: Datetime,
}

pub(crate) fn compose(desk: &Desk) -> Result<PagedDocument, Vec<SourceDiagnostic>> {
    let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(desk);
    output.map_err(|errors| errors.to_vec())
}

/// The first place for a signature; attached texts may have further ones.
#[expect(clippy::cast_possible_truncation, reason = "points of a page")]
fn signer(document: &PagedDocument) -> Option<Spot> {
    let marks = document.introspector().query(&Selector::Label(Label::new(PicoStr::intern(SIGNER))?));
    let place = |n: usize| document.introspector().position(marks.get(n)?.location()?);
    let (from, to) = (place(0)?, place(1)?);
    let index = from.page.get() - 1;
    let height = document.pages().get(index)?.frame.height().to_pt();
    let (left, top, right, bottom) = (from.point.x.to_pt(), from.point.y.to_pt(), to.point.x.to_pt(), to.point.y.to_pt());
    let shown = from.page == to.page && right > left && bottom > top;
    shown.then(|| Spot { page: index, left: left as f32, bottom: (height - bottom) as f32, width: (right - left) as f32, height: (bottom - top) as f32 })
}

fn bad(field: &str, vi: &str, en: &str) -> RenderError {
    RenderError::Data { field: field.to_owned(), reason: Text::new(vi, en) }
}

fn issued_at(data: &Value) -> Result<Instant, RenderError> {
    let text = data.get("issued_at").and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| {
        bad("issued_at", "thời điểm ban hành phải theo RFC 3339, ví dụ 2026-11-21T08:30:00+07:00",
            "the time of issue must be RFC 3339, for example 2026-11-21T08:30:00+07:00")
    })
}

fn datetime(at: Instant) -> Result<Datetime, RenderError> {
    let civil = at.civil();
    let part = |n: i8| u8::try_from(n).unwrap_or(0);
    Datetime::from_ymd_hms(civil.year().into(), part(civil.month()), part(civil.day()), part(civil.hour()), part(civil.minute()), part(civil.second()))
        .ok_or_else(|| bad("issued_at", "thời điểm ban hành không có thật", "the time of issue does not exist"))
}

/// What every template may rely on: the date of issue in parts, the form's code and version, whether there is a QR code.
fn fill(shown: &mut Value, template: &Template, issued: Instant) {
    let Value::Object(fields) = shown else { return };
    let day = issued.date();
    if !fields.get("date").is_some_and(Value::is_object) {
        fields.insert("date".to_owned(), json!({"day": day.day(), "month": day.month(), "year": day.year()}));
    }
    // A template that does not offer the other language is set as it always was, whoever asks.
    if !template.is_bilingual() {
        fields.remove(ALSO);
    }
    fields.insert("form".to_owned(), json!(template.sheet.form));
    fields.insert("title".to_owned(), json!(template.sheet.name.vi));
    let linked = fields.get("lookup_url").and_then(Value::as_str).is_some_and(|link| !link.is_empty());
    fields.insert("has_qr".to_owned(), Value::Bool(linked));
}

/// The stable name of the document: given, or made of template, dossier, number; else of the data itself.
fn ident(template: &Template, data: &Value, bytes: &[u8]) -> String {
    let text = |path| at(data, path).and_then(Value::as_str);
    if let Some(id) = text("document_id") {
        return id.to_owned();
    }
    match (text("dossier.code"), text("number")) {
        (None, None) => format!("{}/{:032x}", template.code, typst::utils::hash128(&bytes)),
        (code, number) => format!("{}/{}/{}", template.code, code.unwrap_or_default(), number.unwrap_or_default()),
    }
}

fn qr(link: &str) -> Result<String, RenderError> {
    crate::code::svg(link).ok_or_else(|| bad("lookup_url", "địa chỉ tra cứu quá dài cho mã QR", "the look-up address is too long for a QR code"))
}

fn faulty(template: &Template, desk: &Desk, errors: &[SourceDiagnostic]) -> RenderError {
    RenderError::Template { template: template.code.clone(), problems: errors.iter().map(|e| problem(template, desk, e)).collect() }
}

/// A diagnostic as file and line. The innermost place in the template's own folder is what its author can mend.
pub(crate) fn problem(template: &Template, desk: &Desk, error: &SourceDiagnostic) -> Problem {
    let calls = error.trace.iter().map(|call| typst::syntax::DiagSpan::from(call.span));
    let places: Vec<(String, usize)> = std::iter::once(error.span).chain(calls).filter_map(|span| place(desk, span)).collect();
    let own = format!("{}/", template.code);
    let chosen = places.iter().find(|(file, _)| file.starts_with(&own)).or_else(|| places.first());
    let root = template.folder.strip_suffix(&template.code).unwrap_or("templates/");
    let (file, line) = chosen
        .map_or_else(|| (format!("{}/template.typ", template.folder), 0), |(file, line)| (format!("{root}{file}"), *line));
    let hints: String = error.hints.iter().map(|hint| format!("; {}", hint.v)).collect();
    let said = format!("{}{hints}", error.message);
    Problem::new(&file, line, format!("lỗi dựng văn bản: {said}"), said)
}

fn place(desk: &Desk, span: typst::syntax::DiagSpan) -> Option<(String, usize)> {
    let id = span.id()?;
    let range = desk.range(span)?;
    let line = desk.sources.get(&id)?.lines().byte_to_line(range.start)?;
    Some((id.vpath().get_without_slash().to_owned(), line + 1))
}
