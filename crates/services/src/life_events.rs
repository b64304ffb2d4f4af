//! Events of life and of business, by which people find a procedure without knowing its name: `catalog/codes/life-events.yaml`.

use casework::{Definitions, definition::Audience};
use kernel::{
    Text,
    catalog::{Files, Finding, parse_yaml},
};
use serde::Deserialize;

pub const FILE: &str = "codes/life-events.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeEvent {
    /// As procedures name it.
    pub code: String,
    /// Under whom the home page lists it.
    pub audience: Audience,
    pub name: Text,
    /// What one finds there, in a few words.
    pub hint: Text,
}

/// All events, in the order of the home page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeEvents {
    pub version: String,
    pub life_events: Vec<LifeEvent>,
}

impl LifeEvents {
    pub fn get(&self, code: &str) -> Option<&LifeEvent> {
        self.life_events.iter().find(|e| e.code == code)
    }
}

/// Reads the list and holds it against the procedures: an event that a procedure names and nobody lists would hide it.
///
/// # Errors
/// Everything wrong with the file, each with what to do.
pub fn load(files: &Files, definitions: &Definitions) -> Result<LifeEvents, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, "thiếu danh mục sự kiện đời sống", "the list of life events is missing")]);
    };
    let read: LifeEvents = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let mut found = Vec::new();
    for (i, e) in read.life_events.iter().enumerate() {
        if read.life_events.iter().take(i).any(|x| x.code == e.code) {
            found.push(Finding::new(FILE, None, format!("sự kiện {} có hai lần", e.code), format!("event {} stands twice", e.code)));
        }
    }
    for d in definitions.all() {
        for code in d.life_events.iter().filter(|c| read.get(c).is_none()) {
            found.push(Finding::new(
                d.compiled.file.as_str(),
                None,
                format!("{}: sự kiện {code} không có trong {FILE}; thêm vào đó hoặc sửa lại mã", d.code),
                format!("{}: event {code} is not in {FILE}; add it there or correct the code", d.code),
            ));
        }
    }
    if found.is_empty() { Ok(read) } else { Err(found) }
}
