//! Offices: the agencies and units that receive, handle and decide, as catalogue data (`catalog/offices/*.yaml`).
//!
//! Codes have the shape of Decision 20/2020/QĐ-TTg: groups of A–Z and 0–9 joined by dots, at most 35 characters.

use kernel::{
    Text,
    catalog::{Files, Finding, parse_yaml},
    id::{OfficeCode, ProvinceCode},
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where an office stands. Since 1 July 2025 there are two levels of local government, and departments of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    Department,
    Commune,
}

impl Level {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Department => "department",
            Self::Commune => "commune",
        }
    }
}

/// Where people come to: a hall, a branch, a mobile desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceptionPoint {
    pub name: Text,
    pub address: String,
    pub hours: Text,
}

/// One agency or unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    pub code: OfficeCode,
    pub name: Text,
    /// For worklists and chips; the full name where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Text>,
    pub level: Level,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OfficeCode>,
    /// Code of the area it serves: of the commune, or of the province.
    pub area: String,
    /// Code of the working calendar.
    pub calendar: String,
    /// Place name in the date line of a document (Decree 30/2020, Annex I): `Xuân Hòa, ngày 21 tháng 11…`.
    pub place: String,
    pub phone: String,
    pub address: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reception_points: Vec<ReceptionPoint>,
    /// Levels of definitions it receives dossiers for (`province`, `commune`).
    #[serde(default)]
    pub accepts: BTreeSet<Level>,
    /// The offices that took over when this one was dissolved or merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<OfficeCode>,
    /// The day from which it works; before that day it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub established: Option<Date>,
    /// Who takes over, and from which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succession: Option<crate::succession::Succession>,
    /// What a room of the program looks it up for: `centre`, the support centre for digital transformation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<String>,
}

impl Office {
    /// The people's committee of a commune of which only code, name and area are known (`phường An Khánh`).
    /// Used to complete a province from its list of areas.
    pub fn commune(code: OfficeCode, name: &str, area: &str) -> Self {
        let plain = ["Phường ", "Xã ", "Đặc khu ", "phường ", "xã ", "đặc khu "]
            .iter()
            .find_map(|kind| name.strip_prefix(kind))
            .unwrap_or(name);
        let (kind_vi, kind_en) = match name.to_lowercase() {
            n if n.starts_with("phường ") => ("phường ", "Ward"),
            n if n.starts_with("đặc khu ") => ("đặc khu ", "Special Zone"),
            n if n.starts_with("xã ") => ("xã ", "Commune"),
            _ => ("", "Commune"),
        };
        let parent = code.as_str().split_once('.').map(|(first, _)| OfficeCode::new(first));
        let line = code.as_str().bytes().filter(u8::is_ascii_digit).fold(0, |n, b| (n * 10 + u32::from(b - b'0')) % 10_000);
        Self {
            name: Text::new(
                format!("Ủy ban nhân dân {kind_vi}{plain}"),
                format!("People's Committee of {plain} {kind_en}"),
            ),
            short: Some(Text::new(format!("UBND {kind_vi}{plain}"), format!("{plain} {kind_en}"))),
            level: Level::Commune,
            parent,
            area: area.to_owned(),
            calendar: "vn-offices".to_owned(),
            place: plain.to_owned(),
            phone: format!("028 7301 {line:04}"),
            address: format!("Trụ sở Ủy ban nhân dân {kind_vi}{plain}"),
            reception_points: Vec::new(),
            accepts: BTreeSet::from([Level::Commune]),
            successors: Vec::new(),
            established: None,
            succession: None,
            functions: Vec::new(),
            code,
        }
    }
    pub fn short_name(&self) -> &Text {
        self.short.as_ref().unwrap_or(&self.name)
    }
}

/// One file: a province's offices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeFile {
    province: ProvinceCode,
    #[serde(default)]
    demo: bool,
    /// The level-1 code all offices of the file begin with.
    prefix: String,
    name: Text,
    offices: Vec<Office>,
}

/// A province that declares its offices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvinceOffices {
    pub province: ProvinceCode,
    /// An invented province: every page says so.
    pub demo: bool,
    pub prefix: String,
    pub name: Text,
}

/// All offices known to the installation, by code.
#[derive(Debug, Clone, Default)]
pub struct Offices {
    pub(crate) by_code: BTreeMap<OfficeCode, Office>,
    provinces: BTreeMap<ProvinceCode, ProvinceOffices>,
    province_of: BTreeMap<OfficeCode, ProvinceCode>,
}

impl Offices {
    /// Reads `offices/*.yaml`. Everything wrong is reported, not only the first thing.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let (mut all, mut findings) = (Self::default(), Vec::new());
        for (path, text) in files.under("offices", "yaml") {
            match parse_yaml::<OfficeFile>(path, text) {
                Err(finding) => findings.push(finding),
                Ok(file) => all.take_file(path, text, file, &mut findings),
            }
        }
        all.check_links(files, &mut findings);
        all.check_successions(files, &mut findings);
        if findings.is_empty() { Ok(all) } else { Err(findings) }
    }

    fn take_file(&mut self, path: &str, text: &str, file: OfficeFile, findings: &mut Vec<Finding>) {
        for (i, office) in file.offices.into_iter().enumerate() {
            let at = |key: &str, vi: String, en: String| {
                Finding::at(path, text, &["offices", &i.to_string(), key], vi, en)
            };
            let code = office.code.clone();
            if !well_formed(code.as_str(), &file.prefix) {
                findings.push(at(
                    "code",
                    format!("Mã cơ quan “{code}” phải gồm các nhóm A–Z, 0–9 nối bằng dấu chấm, bắt đầu bằng {}, dài không quá 35 ký tự.", file.prefix),
                    format!("The code “{code}” must be groups of A–Z and 0–9 joined by dots, begin with {}, and have at most 35 characters.", file.prefix),
                ));
            }
            if office.level == Level::Commune && office.parent.is_none() {
                findings.push(at(
                    "level",
                    format!("Cơ quan cấp xã {code} thiếu cơ quan cấp trên (parent)."),
                    format!("The commune office {code} has no parent."),
                ));
            }
            if self.by_code.contains_key(code.as_str()) {
                findings.push(at(
                    "code",
                    format!("Mã cơ quan {code} đã khai ở trên hoặc ở tệp khác."),
                    format!("The office code {code} is declared already."),
                ));
                continue;
            }
            self.province_of.insert(code.clone(), file.province.clone());
            self.by_code.insert(code, office);
        }
        self.provinces.insert(
            file.province.clone(),
            ProvinceOffices { province: file.province, demo: file.demo, prefix: file.prefix, name: file.name },
        );
    }

    fn check_links(&self, files: &Files, findings: &mut Vec<Finding>) {
        for office in self.by_code.values() {
            for (key, code) in
                office.parent.iter().map(|c| ("parent", c)).chain(office.successors.iter().map(|c| ("successors", c)))
            {
                if !self.by_code.contains_key(code.as_str()) {
                    let needle = format!("code: {}", office.code);
                    let (path, line) = files
                        .under("offices", "yaml")
                        .find_map(|(path, text)| {
                            let line = text.lines().position(|l| l.trim_start_matches([' ', '-']).trim_end() == needle)?;
                            Some((path.to_owned(), Some(line + 1)))
                        })
                        .unwrap_or_else(|| ("offices".to_owned(), None));
                    findings.push(Finding::new(
                        path,
                        line,
                        format!("Cơ quan {} ghi {key}: {code}, nhưng không có cơ quan nào mang mã đó.", office.code),
                        format!("Office {} names {key}: {code}, which is not declared.", office.code),
                    ));
                }
            }
        }
    }

    pub fn get(&self, code: &str) -> Option<&Office> {
        self.by_code.get(code)
    }
    /// An office as the head of its documents prints it, with the one above it (Decree 30/2020/NĐ-CP, Annex I, box 2).
    pub fn letterhead(&self, code: &OfficeCode) -> serde_json::Value {
        let Some(office) = self.get(code.as_str()) else { return serde_json::json!({"name": code, "place": code}) };
        let parent = office.parent.as_ref().and_then(|p| self.get(p.as_str()));
        serde_json::json!({"parent": parent.map(|p| &p.name.vi), "name": office.name.vi, "place": office.place})
    }
    pub fn iter(&self) -> impl Iterator<Item = &Office> {
        self.by_code.values()
    }
    pub fn len(&self) -> usize {
        self.by_code.len()
    }
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }
    pub fn in_level(&self, level: Level) -> impl Iterator<Item = &Office> {
        self.by_code.values().filter(move |o| o.level == level)
    }
    /// The office that serves a commune. For the area code of a province: its people's committee.
    /// The first office that has a function.
    pub fn with_function(&self, function: &str) -> Option<&Office> {
        self.iter().find(|o| o.functions.iter().any(|f| f == function))
    }
    pub fn by_area(&self, area: &str) -> Option<&Office> {
        let of_area = || self.by_code.values().filter(|o| o.area == area && o.level != Level::Department);
        let standing = of_area().filter(|o| o.successors.is_empty()).min_by_key(|o| o.level);
        // A merged area keeps its code in people's papers: whoever took over serves it.
        standing.or_else(|| of_area().min_by_key(|o| o.level).and_then(|o| self.get(self.heir(&o.code).as_str())))
    }
    /// Offices that receive dossiers of definitions of a level, the dissolved ones left out.
    pub fn accepting(&self, level: Level) -> impl Iterator<Item = &Office> {
        self.by_code.values().filter(move |o| o.accepts.contains(&level) && o.successors.is_empty())
    }
    pub fn province(&self, code: &str) -> Option<&ProvinceOffices> {
        self.provinces.get(code)
    }
    pub fn provinces(&self) -> impl Iterator<Item = &ProvinceOffices> {
        self.provinces.values()
    }
    pub fn province_of(&self, office: &str) -> Option<&ProvinceCode> {
        self.province_of.get(office)
    }
    /// Adds a generated office; one that is declared already stays as declared.
    pub fn add(&mut self, province: &ProvinceCode, office: Office) {
        self.province_of.entry(office.code.clone()).or_insert_with(|| province.clone());
        self.by_code.entry(office.code.clone()).or_insert(office);
    }
}

fn well_formed(code: &str, prefix: &str) -> bool {
    code.len() <= 35
        && code.split('.').all(|g| !g.is_empty() && g.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
        && code.split('.').next() == Some(prefix)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn built_in() -> Files {
        let text = include_str!("../../../catalog/offices/phu-sa.yaml");
        Files::from_iter([("offices/phu-sa.yaml".to_owned(), text.to_owned())])
    }

    #[test]
    fn the_demo_city_reads() {
        let offices = Offices::load(&built_in()).unwrap();
        assert_eq!(offices.len(), 17);
        assert!(offices.province("79").unwrap().demo);
        assert_eq!(offices.get("H29.161").unwrap().name.vi, "Ủy ban nhân dân phường Xuân Hòa");
        assert_eq!(offices.by_area("27139").unwrap().code.as_str(), "H29.161");
        assert_eq!(offices.by_area("79").unwrap().code.as_str(), "H29");
        assert_eq!(offices.in_level(Level::Commune).count(), 4);
        assert_eq!(offices.accepting(Level::Commune).count(), 5);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let mut files = built_in();
        let text = files.get("offices/phu-sa.yaml").unwrap().to_owned();
        files.insert("offices/phu-sa.yaml", text.replace("code: H29.02\n", "code: h29 02\n").replacen("parent: H29\n", "parent: H77\n", 1));
        let found = Offices::load(&files).unwrap_err();
        let said: Vec<_> = found.iter().map(ToString::to_string).collect();
        let (bad_code, bad_parent) = (
            text.lines().position(|l| l.contains("code: H29.02")).unwrap() + 1,
            text.lines().position(|l| l.contains("code: H29.01")).unwrap() + 1,
        );
        assert!(said.iter().any(|s| s.starts_with(&format!("offices/phu-sa.yaml:{bad_code}: Mã cơ quan “h29 02”"))), "{said:?}");
        assert!(said.iter().any(|s| s.starts_with(&format!("offices/phu-sa.yaml:{bad_parent}: ")) && s.contains("H77")), "{said:?}");
    }

    #[test]
    fn a_commune_is_completed_from_its_area() {
        let office = Office::commune("H29.201".into(), "Phường An Khánh", "27112");
        assert_eq!(office.name.vi, "Ủy ban nhân dân phường An Khánh");
        assert_eq!(office.name.en, "People's Committee of An Khánh Ward");
        assert_eq!((office.place.as_str(), office.parent.unwrap().as_str()), ("An Khánh", "H29"));
        assert_eq!(Office::commune("H29.300".into(), "Đặc khu Côn Đảo", "26732").name.vi, "Ủy ban nhân dân đặc khu Côn Đảo");
    }
}
