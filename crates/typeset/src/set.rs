//! The template set: everything under `templates/` of the catalogue, parsed once and shared by all documents.

use crate::error::Problem;
use crate::template::{Names, Sheet, Template, json, yaml};
use crate::world::{Sources, file_id};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use typst::syntax::Source;

/// Shared parts: layout functions and the names of common fields.
const LIB: &str = "_lib/";

#[derive(Clone)]
pub struct Templates {
    pub(crate) sources: Arc<Sources>,
    pub(crate) templates: BTreeMap<String, Template>,
    pub(crate) names: Names,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.templates.keys()).finish()
    }
}

impl Templates {
    /// Reads the templates out of the files of a catalogue (`templates/<code>/…`, also below a folder `catalog/`);
    /// other files are passed over. All faults are reported together.
    pub fn load(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<Problem>> {
        let files: BTreeMap<String, (String, String)> = files
            .into_iter()
            .filter_map(|(path, text)| Some((inside(&path)?.to_owned(), (path, text))))
            .collect();
        let mut problems = Vec::new();
        let names = shared_names(&files, &mut problems);
        let sources = sources(&files, &mut problems);
        let codes: BTreeSet<&str> =
            files.keys().filter(|path| !path.starts_with(LIB)).filter_map(|path| path.split_once('/')).map(|(code, _)| code).collect();
        let mut templates = BTreeMap::new();
        for code in codes {
            match template(code, &files) {
                Ok(template) => {
                    templates.insert(code.to_owned(), template);
                }
                Err(mut found) => problems.append(&mut found),
            }
        }
        if problems.is_empty() { Ok(Self { sources: Arc::new(sources), templates, names }) } else { Err(problems) }
    }

    pub fn codes(&self) -> Vec<&str> {
        self.templates.keys().map(String::as_str).collect()
    }

    pub fn get(&self, code: &str) -> Option<&Template> {
        self.templates.get(code)
    }
}

/// The part of a catalogue path below `templates/`.
fn inside(path: &str) -> Option<&str> {
    let path = path.trim_start_matches("./");
    path.strip_prefix("catalog/").unwrap_or(path).strip_prefix("templates/")
}

type Files = BTreeMap<String, (String, String)>;

fn shared_names(files: &Files, problems: &mut Vec<Problem>) -> Names {
    let Some((path, text)) = files.get("_lib/fields.yaml") else { return Names::new() };
    yaml(path, text).unwrap_or_else(|problem| {
        problems.push(problem);
        Names::new()
    })
}

fn sources(files: &Files, problems: &mut Vec<Problem>) -> Sources {
    let mut sources = Sources::new();
    for (inner, (path, text)) in files.iter().filter(|(inner, _)| inner.ends_with(".typ")) {
        match file_id(inner) {
            Some(id) => {
                sources.insert(id, Source::new(id, text.clone()));
            }
            None => problems.push(Problem::new(path, 0, "đường dẫn không hợp lệ", "the path is not valid")),
        }
    }
    sources
}

fn template(code: &str, files: &Files) -> Result<Template, Vec<Problem>> {
    let mut problems = Vec::new();
    let folder = files
        .range(format!("{code}/")..)
        .next()
        .and_then(|(_, (path, _))| path.rsplit_once('/'))
        .map_or_else(|| format!("templates/{code}"), |(folder, _)| folder.to_owned());
    let mut text = |name: &str| {
        let found = files.get(&format!("{code}/{name}"));
        if found.is_none() {
            let file = format!("{folder}/{name}");
            problems.push(Problem::new(&file, 0, "thiếu tệp này", "this file is missing"));
        }
        found
    };
    let (main, sheet, sample) = (text("template.typ"), text("template.yaml"), text("sample.json"));
    let sheet_text = sheet.map(|(_, text)| text.clone()).unwrap_or_default();
    let sheet = sheet.map(|(path, text)| yaml::<Sheet>(path, text));
    let sample = sample.map(|(path, text)| json(path, text));
    let main = main.and_then(|_| file_id(&format!("{code}/template.typ")));
    match (main, sheet, sample) {
        (Some(main), Some(Ok(sheet)), Some(Ok(sample))) => {
            Ok(Template { code: code.to_owned(), sheet, sample, main, folder, sheet_text })
        }
        (_, sheet, sample) => {
            problems.extend(sheet.and_then(Result::err));
            problems.extend(sample.and_then(Result::err));
            Err(problems)
        }
    }
}
