//! What the catalogue tells this room: the kinds of documents, the form of each, the letters of the bodies, who signs.

use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis, Effective, parse_yaml},
};
use identity::{Office, offices::Level};
use crate::{document::Numbered, signing::{SIGNING, Signing}};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

pub const KINDS: &str = "documents/kinds.yaml";
pub const FORMS: &str = "documents/forms.yaml";
pub const SYMBOLS: &str = "documents/symbols.yaml";

/// Fields that the room fills by itself.
const OURS: [&str; 10] = [
    "agency.name", "agency.place", "agency.parent", "issued_at", "signer.title", "signer.name", "copy.kind", "original.kind", "original.agency", "original.subject",
];

/// A kind of administrative document (Decree 30/2020/NĐ-CP, Article 7).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub code: String,
    pub name: Text,
    /// The letters behind the number; a letter to a body has none of its own.
    #[serde(default)]
    pub symbol: Option<String>,
    /// How it is set; a kind without a template is numbered for paper only.
    #[serde(default)]
    pub template: Option<String>,
    /// Further templates that other rooms write documents of this kind with.
    #[serde(default)]
    pub also: Vec<String>,
    /// How it is made, where it is a kind of copy.
    #[serde(default)]
    pub copy: Option<CopyRule>,
    /// Others sign it beside the office.
    #[serde(default)]
    pub parties: bool,
    pub numbered: bool,
    /// The series its numbers count in.
    #[serde(default)]
    pub series: String,
    pub legal_basis: LegalBasis,
}

/// How a kind of copy is made (Decree 30/2020/NĐ-CP, Articles 3 and 25).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyRule {
    /// The file itself with the seal of who copies; otherwise a part of it, set anew.
    pub whole: bool,
    /// The kind of copy that it is made of; `None`: of an original.
    #[serde(default)]
    pub of: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    #[expect(dead_code, reason = "read by people")]
    effective: Effective,
    series: Vec<SeriesDecl>,
    kinds: Vec<Kind>,
    copies: Vec<Kind>,
}

/// A series in which documents are numbered, as the register's page calls it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesDecl {
    pub code: String,
    pub name: Text,
}

/// How what was typed into a field is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum As {
    Line,
    Lines,
    Text,
    Articles,
    Date,
    Moment,
    Choice,
}

/// What stands in a field before anybody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Title of the head and name of the body.
    HeadOfOffice,
    /// The lines every list of recipients ends with.
    Recipients,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Option_ {
    pub value: String,
    #[serde(default)]
    pub label: Option<Text>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    #[serde(rename = "as")]
    pub read_as: As,
    pub label: Text,
    #[serde(default)]
    pub hint: Option<Text>,
    #[serde(default)]
    pub start: Option<Start>,
    #[serde(default)]
    pub choices: Vec<Option_>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    #[expect(dead_code, reason = "read by people")]
    effective: Effective,
    #[expect(dead_code, reason = "read by people")]
    legal_basis: Vec<LegalBasis>,
    fields: BTreeMap<String, Field>,
    forms: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Symbols {
    #[expect(dead_code, reason = "read by people")]
    effective: Effective,
    #[expect(dead_code, reason = "read by people")]
    legal_basis: Vec<LegalBasis>,
    levels: BTreeMap<Level, String>,
    offices: BTreeMap<String, String>,
    small_words: Vec<String>,
    digits: usize,
}

/// As much of a template's sheet as has to be compared with its form.
#[derive(Deserialize)]
struct Sheet {
    fields: SheetFields,
}
#[derive(Deserialize)]
struct SheetFields {
    #[serde(default)]
    required: Vec<String>,
}

/// One field of a form: where its answer stands, and whether it may stay empty.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub field: Field,
    pub required: bool,
}

#[derive(Debug, Clone)]
pub struct Catalog {
    kinds: Vec<Kind>,
    copies: Vec<Kind>,
    series: Vec<SeriesDecl>,
    forms: BTreeMap<String, Vec<Asked>>,
    symbols: Symbols,
    signing: Signing,
}

impl Catalog {
    pub fn kind(&self, code: &str) -> Option<&Kind> {
        self.kinds.iter().chain(&self.copies).find(|k| k.code == code)
    }
    /// The kind that a template sets.
    pub fn kind_of_template(&self, template: &str) -> Option<&Kind> {
        self.kinds.iter().find(|k| k.template.as_deref() == Some(template) || k.also.iter().any(|t| t == template))
    }
    /// Every kind of the decree, in its order.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }
    /// The kinds of copies that can be made of a document of this kind.
    pub fn copies_of(&self, kind: &str) -> impl Iterator<Item = &Kind> {
        let of = self.copies.iter().find(|k| k.code == kind).map(|k| k.code.as_str());
        self.copies.iter().filter(move |k| k.copy.as_ref().is_some_and(|c| c.of.as_deref() == of))
    }
    /// Every kind of copy.
    pub fn copies(&self) -> impl Iterator<Item = &Kind> {
        self.copies.iter()
    }
    /// What can be written here.
    pub fn drafted(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(|k| self.form(k).is_some())
    }
    /// The fields of a kind's form.
    pub fn form(&self, kind: &Kind) -> Option<&[Asked]> {
        self.forms.get(kind.template.as_deref()?).map(Vec::as_slice)
    }
    /// The series in which documents are numbered; the first is the one a register opens with.
    pub fn series(&self) -> &[SeriesDecl] {
        &self.series
    }
    /// Who signs, and how.
    pub const fn signing(&self) -> &Signing {
        &self.signing
    }

    /// The letters of a body: `UBND`, `SXD`.
    pub fn letters(&self, office: &Office) -> String {
        let s = &self.symbols;
        let given = s.offices.get(office.code.as_str()).or_else(|| s.levels.get(&office.level));
        given.cloned().unwrap_or_else(|| {
            let words = office.name.vi.split_whitespace().filter(|w| !s.small_words.iter().any(|small| small == w));
            words.filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect()
        })
    }

    /// What stands behind the number: `QĐ-UBND`, for a letter `UBND`.
    pub fn symbol(&self, kind: &Kind, office: &Office) -> String {
        let body = self.letters(office);
        kind.symbol.as_ref().map_or_else(|| body.clone(), |letters| format!("{letters}-{body}"))
    }

    /// A number as it is printed: `05`.
    pub fn number(&self, number: u64) -> String {
        format!("{number:0width$}", width = self.symbols.digits)
    }
    /// Number and symbol as they are cited: `05/QĐ-UBND`. `None`: the document takes no number.
    pub fn cited(&self, n: &Numbered) -> Option<String> {
        n.number.map(|number| format!("{}/{}", self.number(number), n.symbol))
    }
}

/// Reads the four files and compares the forms with the templates: whatever a template demands is asked or filled.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let (kinds, forms, symbols) = (read::<Kinds>(files, KINDS), read::<Forms>(files, FORMS), read::<Symbols>(files, SYMBOLS));
    let (kinds, forms, symbols, signing) = match (kinds, forms, symbols, read::<Signing>(files, SIGNING)) {
        (Ok(k), Ok(f), Ok(s), Ok(w)) => (k, f, s, w),
        (k, f, s, w) => return Err([k.err(), f.err(), s.err(), w.err()].into_iter().flatten().collect()),
    };
    let mut findings = signing.findings();
    let mut seen = BTreeSet::new();
    for kind in kinds.kinds.iter().chain(&kinds.copies) {
        if !seen.insert(kind.code.as_str()) {
            findings.push(Finding::new(KINDS, None, format!("loại văn bản {} ghi hai lần", kind.code), format!("the kind {} stands twice", kind.code)));
        }
        if kind.numbered && !kinds.series.iter().any(|s| s.code == kind.series) {
            findings.push(Finding::new(KINDS, None, format!("loại {} được cấp số nhưng dãy số (series) của nó chưa khai báo", kind.code), format!("the kind {} is numbered in a series that is not declared", kind.code)));
        }
    }
    for kind in &kinds.copies {
        match &kind.copy {
            None => findings.push(Finding::new(KINDS, None, format!("bản sao {} chưa khai cách sao (copy)", kind.code), format!("the copy {} does not say how it is made (copy)", kind.code))),
            Some(rule) if rule.of.as_ref().is_some_and(|of| !kinds.copies.iter().any(|k| k.code == *of)) => {
                findings.push(Finding::new(KINDS, None, format!("bản sao {} được sao từ loại không có", kind.code), format!("the copy {} is made of a kind that there is none of", kind.code)));
            }
            Some(_) => {}
        }
    }
    let mut known = BTreeMap::new();
    for (template, paths) in &forms.forms {
        let sheet = read::<Sheet>(files, &format!("templates/{template}/template.yaml")).map_err(|f| vec![f])?;
        let required = sheet.fields.required;
        for path in required.iter().filter(|p| !OURS.contains(&p.as_str()) && !paths.contains(p)) {
            findings.push(Finding::new(FORMS, None, format!("mẫu {template} cần trường {path} mà biểu mẫu không hỏi"), format!("the template {template} demands {path}, which the form does not ask")));
        }
        let mut asked = Vec::new();
        for path in paths {
            match forms.fields.get(path) {
                Some(field) => asked.push(Asked { path: path.clone(), field: field.clone(), required: required.contains(path) }),
                None => findings.push(Finding::new(FORMS, None, format!("biểu mẫu {template} hỏi {path} nhưng trường này chưa khai báo"), format!("the form {template} asks {path}, which is not declared"))),
            }
        }
        known.insert(template.clone(), asked);
    }
    if findings.is_empty() { Ok(Catalog { kinds: kinds.kinds, copies: kinds.copies, series: kinds.series, forms: known, symbols, signing }) } else { Err(findings) }
}

fn read<T: serde::de::DeserializeOwned>(files: &Files, path: &str) -> Result<T, Finding> {
    let text = files.get(path).ok_or_else(|| Finding::new(path, None, "thiếu tệp này trong danh mục", "this file is missing in the catalogue"))?;
    parse_yaml(path, text)
}
