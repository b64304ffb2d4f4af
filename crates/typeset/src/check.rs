//! What an author of templates is told before anything is issued: every template is set with its sample, and read for
//! fields it does not declare.

use crate::error::{Problem, RenderError};
use crate::render::{ALSO, compose, problem};
use crate::set::Templates;
use crate::template::{Template, put};
use kernel::text::Lang;
use typst::layout::{Abs, Frame, FrameItem, Point};
use typst_layout::PagedDocument;

/// Rounding of lengths; anything beyond is text that a printer would cut off.
const TOLERANCE_PT: f64 = 0.5;
/// The functions of `_lib/decree30.typ` that read a field of the data by its path.
const READERS: [&str; 6] = ["field(\"", "has(\"", "items(\"", "when(\"", "day(\"", "value(\""];
/// What every document is given without asking.
const GIVEN: [&str; 7] = ["date.day", "date.month", "date.year", "form.code", "form.version", "title", "also"];

impl Templates {
    pub fn check(&self) -> Vec<Problem> {
        self.templates.values().flat_map(|template| self.check_one(template)).collect()
    }

    fn check_one(&self, template: &Template) -> Vec<Problem> {
        let mut problems = self.names_and_paths(template);
        let sample = format!("{}/sample.json", template.folder);
        match self.prepare(template, &template.sample) {
            Err(RenderError::Missing { fields, .. }) => problems.extend(fields.iter().map(|field| {
                Problem::new(&sample, 0, format!("mẫu thử thiếu trường bắt buộc {} ({})", field.path, field.name.vi),
                    format!("the sample lacks the required field {} ({})", field.path, field.name.en))
            })),
            Err(error) => problems.push(Problem::new(&sample, 0, error.text().vi, error.text().en)),
            Ok(prepared) => match compose(&prepared.desk) {
                Err(errors) => problems.extend(errors.iter().map(|error| problem(template, &prepared.desk, error))),
                Ok(document) => {
                    problems.extend(overflow(template, &document));
                    problems.extend(self.as_pdf(template));
                    problems.extend(self.bilingual(template, document.pages().len()));
                }
            },
        }
        problems
    }

    /// English beside the Vietnamese takes no further sheet, and stays on the paper as the rest does.
    fn bilingual(&self, template: &Template, pages: usize) -> Vec<Problem> {
        let sheet = format!("{}/template.yaml", template.folder);
        let line = template.line_of("languages:");
        if template.sheet.languages.first() != Some(&Lang::Vi) {
            return vec![Problem::new(&sheet, line, "languages phải bắt đầu bằng vi: bản chính thức là tiếng Việt", "languages must begin with vi: the official text is Vietnamese")];
        }
        if !template.is_bilingual() {
            return Vec::new();
        }
        let mut data = template.sample.clone();
        put(&mut data, ALSO, "en".into());
        let document = match self.prepare(template, &data).map(|p| compose(&p.desk).map_err(|errors| errors.iter().map(|e| problem(template, &p.desk, e)).collect())) {
            Ok(Ok(document)) => document,
            Ok(Err(problems)) => return problems,
            Err(error) => return vec![Problem::new(&sheet, line, error.text().vi, error.text().en)],
        };
        let now = document.pages().len();
        let more = (now != pages).then(|| {
            Problem::new(&sheet, line, format!("mẫu thử song ngữ dài {now} trang, bản tiếng Việt {pages} trang"), format!("the sample takes {now} pages in both languages, {pages} in Vietnamese"))
        });
        overflow(template, &document).into_iter().chain(more).collect()
    }

    /// PDF/A has rules of its own (every letter has a glyph, every table its header): only writing the file shows them.
    fn as_pdf(&self, template: &Template) -> Vec<Problem> {
        match self.render(&template.code, &template.sample) {
            Ok(_) => Vec::new(),
            Err(RenderError::Template { problems, .. }) => problems,
            Err(error) => vec![Problem::new(&format!("{}/template.typ", template.folder), 0, error.text().vi, error.text().en)],
        }
    }

    fn names_and_paths(&self, template: &Template) -> Vec<Problem> {
        let mut problems = Vec::new();
        let sheet = format!("{}/template.yaml", template.folder);
        let fields = &template.sheet.fields;
        let declared: Vec<&str> = fields.required.iter().chain(&fields.optional).map(String::as_str).collect();
        for path in declared.iter().filter(|path| !self.names.contains_key(**path) && !template.sheet.names.contains_key(**path)) {
            problems.push(Problem::new(&sheet, template.line_of(path), format!("trường {path} chưa có tên gọi"),
                format!("the field {path} has no name (names: or _lib/fields.yaml)")));
        }
        let text = self.sources.get(&template.main).map(|source| source.text()).unwrap_or_default();
        for (line, path) in read_paths(text).filter(|(_, read)| !known(&declared, *read)).map(|(line, read)| (line, read.path)) {
            problems.push(Problem::new(&format!("{}/template.typ", template.folder), line,
                format!("đọc trường {path} không khai báo trong template.yaml"),
                format!("reads the field {path}, which template.yaml does not declare")));
        }
        problems
    }
}

/// A path that the text of a template reads, from the whole data or from a row of a list.
#[derive(Clone, Copy)]
struct Read<'a> {
    path: &'a str,
    of_row: bool,
}

/// Declared itself, or a part of it is (`applicant` where `applicant.name` is declared, `fees` where `fees[].amount` is).
fn known(declared: &[&str], read: Read<'_>) -> bool {
    if read.of_row {
        return declared.iter().any(|field| field.strip_suffix(read.path).is_some_and(|before| before.ends_with('.')));
    }
    GIVEN.contains(&read.path)
        || declared.iter().any(|field| field.strip_prefix(read.path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
}

/// Paths written out as such; one that is put together (`"answers." + key`) is left to the sample.
fn read_paths(text: &str) -> impl Iterator<Item = (usize, Read<'_>)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        READERS.iter().flat_map(move |reader| {
            line.match_indices(reader).filter_map(move |(start, _)| {
                let (path, after) = line[start + reader.len()..].split_once('"')?;
                let free = !line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '.');
                let of_row = after.starts_with(", from:");
                (free && after.starts_with([')', ','])).then_some((index + 1, Read { path, of_row }))
            })
        })
    })
}

fn overflow(template: &Template, document: &PagedDocument) -> Option<Problem> {
    let file = format!("{}/template.typ", template.folder);
    document.pages().iter().enumerate().find_map(|(index, page)| {
        let text = outside(&page.frame, Point::zero(), page.frame.width())?;
        let page = index + 1;
        Some(Problem::new(&file, 0, format!("trang {page}: chữ tràn khỏi khổ giấy: “{text}”"),
            format!("page {page}: text runs off the paper: “{text}”")))
    })
}

/// The first text that leaves the page sideways (downwards typst makes a new page). Turned groups are watermarks.
fn outside(frame: &Frame, origin: Point, width: Abs) -> Option<String> {
    frame.items().find_map(|(at, item)| match item {
        FrameItem::Group(group) if group.transform.kx.is_zero() => {
            let shift = Point::new(group.transform.tx, group.transform.ty);
            outside(&group.frame, origin + *at + shift, width)
        }
        FrameItem::Text(text) => {
            let left = origin.x + at.x;
            let off = left.to_pt() < -TOLERANCE_PT || (left + text.width() - width).to_pt() > TOLERANCE_PT;
            off.then(|| text.text.chars().take(40).collect())
        }
        _ => None,
    })
}
