//! Feeds of the catalogue and their checks.

use super::super::catalog::Indicator;
use kernel::{
    Text,
    catalog::{Files, Finding, parse_yaml},
};
use serde::{Deserialize, Serialize};

pub const FILE: &str = "indicators/feeds.yaml";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    feeds: Vec<Feed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    pub code: String,
    pub name: Text,
    pub about: Text,
    /// Who tells it; stands with every value.
    pub supplier: Text,
    /// Nothing for so many days: the source is old.
    pub stale_after_days: u32,
    /// Most deliveries in an hour.
    pub an_hour: u32,
    /// Of CSV.
    pub separator: char,
    /// Of JSON: where the list of rows is (RFC 6901); empty for the whole.
    #[serde(default)]
    pub rows: String,
    pub columns: Columns,
    /// The office in whose name values are entered that come by folder or by message: nobody signs in there.
    #[serde(default)]
    pub office: Option<String>,
    /// Files laid into the folder of the feed are taken.
    #[serde(default)]
    pub folder: bool,
    /// The topic of the broker on which the feed sends.
    #[serde(default)]
    pub topic: Option<String>,
    /// From when deliveries are expected; before the first one, nothing is late without it.
    #[serde(default)]
    pub expected_from: Option<kernel::time::Date>,
    /// Whether the columns were agreed with who sends.
    pub verified: bool,
}

/// What of their row is what of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub indicator: Cell,
    pub period: Cell,
    #[serde(default)]
    pub area: Option<Cell>,
    pub n: Cell,
    #[serde(default)]
    pub d: Option<Cell>,
    pub document: Cell,
    /// The code of the province a row is of; another one's is refused.
    #[serde(default)]
    pub province: Option<Cell>,
    /// When they counted (RFC 3339 or a day); one to come is refused.
    #[serde(default)]
    pub told_at: Option<Cell>,
    #[serde(default)]
    pub note: Option<Cell>,
}

/// Where one part comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The name of their column or field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The same in every row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where theirs is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<String>,
}

impl Columns {
    /// Every part by its name.
    pub fn parts(&self) -> Vec<(&'static str, &Cell)> {
        let optional = [("area", &self.area), ("d", &self.d), ("province", &self.province), ("told_at", &self.told_at), ("note", &self.note)];
        let needed = [("indicator", &self.indicator), ("period", &self.period), ("n", &self.n), ("document", &self.document)];
        needed.into_iter().chain(optional.into_iter().filter_map(|(name, c)| Some((name, c.as_ref()?)))).collect()
    }
}

/// Reads and checks the feeds.
///
/// # Errors
/// Everything that is wrong, at its line.
pub fn load(files: &Files, indicators: &[Indicator]) -> Result<Vec<Feed>, Vec<Finding>> {
    let Some(text) = files.get(FILE) else { return Ok(Vec::new()) };
    let sheet = parse_yaml::<Sheet>(FILE, text).map_err(|f| vec![f])?;
    let findings: Vec<Finding> = sheet.feeds.iter().enumerate().flat_map(|(n, f)| check(text, n, f, &sheet.feeds, indicators)).collect();
    if findings.is_empty() { Ok(sheet.feeds) } else { Err(findings) }
}

fn check(text: &str, n: usize, f: &Feed, all: &[Feed], indicators: &[Indicator]) -> Vec<Finding> {
    let place = n.to_string();
    let at = |keys: &[&str], vi: String, en: String| Finding::at(FILE, text, &[&["feeds", &place], keys].concat(), vi, en);
    let mut findings = Vec::new();
    let plain = !f.code.is_empty() && f.code.len() <= 60 && f.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !plain || all.iter().take(n).any(|o| o.code == f.code) {
        findings.push(at(&["code"], format!("Mã “{}” không dùng được hoặc đã dùng.", f.code), format!("The code “{}” will not do or is used already.", f.code)));
    }
    if f.an_hour == 0 || f.stale_after_days == 0 {
        findings.push(at(&["an_hour"], "Số lần mỗi giờ và số ngày phải lớn hơn 0.".into(), "Deliveries an hour and days have to be above 0.".into()));
    }
    if !f.rows.is_empty() && !f.rows.starts_with('/') {
        findings.push(at(&["rows"], "Vị trí các dòng phải bắt đầu bằng “/”.".into(), "The place of the rows has to begin with “/”.".into()));
    }
    if f.office.is_none() && (f.folder || f.topic.is_some()) {
        findings.push(at(&["office"], "Nguồn gửi qua thư mục hoặc tin nhắn phải khai cơ quan đứng tên số liệu (office).".into(), "A feed by folder or by message has to name the office its values are entered for (office).".into()));
    }
    if let Some(topic) = &f.topic
        && (topic.is_empty() || topic.len() > 200 || topic.contains(['+', '#', '\0', '$']) || all.iter().take(n).any(|o| o.topic.as_ref() == Some(topic)))
    {
        findings.push(at(&["topic"], format!("Chủ đề “{topic}” không dùng được (không dùng +, #, $) hoặc đã dùng."), format!("The topic “{topic}” will not do (no +, # or $) or is used already.")));
    }
    for (name, cell) in f.columns.parts() {
        let empty = cell.from.as_deref().is_none_or(str::is_empty) && cell.value.as_deref().is_none_or(str::is_empty);
        if empty || (cell.from.is_some() && cell.value.is_some()) {
            findings.push(at(&["columns", name], "Mỗi cột khai một trong hai: from hoặc value.".into(), "Each column says one of from and value.".into()));
        }
    }
    if let Some(code) = &f.columns.indicator.value {
        match indicators.iter().find(|i| i.code == *code) {
            Some(i) if i.is_entered() && i.fraction.is_some() == f.columns.d.is_some() => {}
            Some(i) if i.is_entered() => findings.push(at(&["columns", "d"], format!("Chỉ tiêu “{code}” và cột mẫu số không khớp."), format!("The indicator “{code}” and the column of the denominator do not fit."))),
            _ => findings.push(at(&["columns", "indicator"], format!("“{code}” không phải là chỉ tiêu nhận số liệu."), format!("“{code}” is no indicator that takes values."))),
        }
    }
    findings
}
