//! `catalog/upkeep/effects.yaml`: what the house does by itself, in words.

use kernel::{
    Text,
    catalog::{Files, Finding, parse_yaml},
};
use serde::Deserialize;

pub const FILE: &str = "upkeep/effects.yaml";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub effects: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    pub kind: String,
    pub name: Text,
    /// What to see to before it is done again.
    pub advice: Text,
}

impl Words {
    /// Reads; what is wrong is named with its line.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let Some(text) = files.get(FILE) else {
            return Err(vec![Finding::new(FILE, None, "Thiếu tệp gọi tên các việc hệ thống tự làm.", "The file with the words of what the house does by itself is missing.")]);
        };
        let words: Self = parse_yaml(FILE, text).map_err(|f| vec![f])?;
        let twice = words.effects.iter().enumerate().filter(|(n, w)| words.effects.iter().take(*n).any(|o| o.kind == w.kind));
        let findings: Vec<Finding> = twice
            .map(|(n, w)| Finding::at(FILE, text, &["effects", &n.to_string(), "kind"], format!("Việc “{}” ghi hai lần.", w.kind), format!("“{}” stands twice.", w.kind)))
            .collect();
        if findings.is_empty() { Ok(words) } else { Err(findings) }
    }
    pub fn of(&self, kind: &str) -> Option<&Word> {
        self.effects.iter().find(|w| w.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_once() {
        let shipped = include_str!("../../../catalog/upkeep/effects.yaml");
        let load = |text: String| Words::load(&[(FILE.to_owned(), text)].into_iter().collect());
        assert!(load(shipped.to_owned()).unwrap().of("case.document").is_some());
        assert_eq!(load(shipped.replace("kind: case.notify", "kind: case.document")).unwrap_err().len(), 1);
        assert!(Words::load(&Files::default()).is_err());
    }
}
