//! Files of the catalogue as text, and what is wrong with one of them.

use crate::Text;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Catalogue files by relative path (`calendars/vn-offices.yaml`), from wherever they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    pub fn new() -> Self {
        Self::default()
    }
    /// The same set with another laid over it: a file of the overlay replaces the built-in file of that path.
    #[must_use]
    pub fn overlay(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into().replace('\\', "/"), text.into());
    }
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }
    /// Files below a folder with an ending: `under("calendars", "yaml")`; `.yml` counts as `.yaml`.
    pub fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter(move |(path, _)| {
            let inside = path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            inside && path.rsplit_once('.').is_some_and(|(_, e)| e == ending || (e == "yml" && ending == "yaml"))
        })
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, String)> for Files {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        let mut set = Self::new();
        for (path, text) in files {
            set.insert(path, text);
        }
        set
    }
}

/// One thing wrong with one catalogue file, for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub file: String,
    /// From 1.
    pub line: Option<usize>,
    /// From 1.
    pub column: Option<usize>,
    pub reason: Text,
}

impl Finding {
    pub fn new(file: impl Into<String>, line: Option<usize>, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { file: file.into(), line, column: None, reason: Text::new(vi, en) }
    }
    /// A finding about a value of a YAML file, at the line of the key path ([`super::line_of`]).
    pub fn at(file: &str, text: &str, path: &[&str], vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(file, super::line_of(text, path), vi, en)
    }
}

/// `file:line: reason`, as editors and continuous integration understand it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {} / {}", self.reason.vi, self.reason.en)
    }
}

impl std::error::Error for Finding {}
