//! Reading `support/` and handing every row, with its place in its file, to the checks.

use super::{
    CapType, Content, Group, Procedure, Rate, Rules, Scheme, Share, SizeEdition,
    check::{self, Placed},
    priorities::{self, Priorities},
};
use kernel::{
    Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    id::ProvinceCode,
};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const SIZES: &str = "support/size-classes.yaml";
pub(super) const PROCEDURE: &str = "support/procedure.yaml";
const PROVINCES: &str = "support/provinces/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SizesFile {
    editions: Vec<SizeEdition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatesFile {
    scheme: Scheme,
    #[serde(default)]
    province: Option<String>,
    #[serde(default)]
    contents: Vec<Content>,
    rates: Vec<RateRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateRow {
    content: String,
    effective: Effective,
    legal_basis: LegalBasis,
    cap_type: CapType,
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    conditions: Vec<Text>,
    /// By the beneficiary's code; an unknown one is a finding of its own, with its line.
    #[serde(rename = "for")]
    shares: BTreeMap<String, Share>,
}

/// Reads and checks everything under `support/`; all findings at once.
pub fn load(files: &Files) -> Result<Rules, Vec<Finding>> {
    let mut findings = Vec::new();
    let sizes = one::<SizesFile>(files, SIZES, &mut findings).map(|f| f.editions).unwrap_or_default();
    let procedure = one::<Procedure>(files, PROCEDURE, &mut findings);
    let first = one::<Priorities>(files, priorities::FILE, &mut findings).unwrap_or_default();
    let mut all = Placed::default();
    for (path, text) in files.under("support", "yaml") {
        if path == SIZES || path == PROCEDURE || path == priorities::FILE {
            continue;
        }
        match parse_yaml::<RatesFile>(path, text) {
            Ok(file) => take(path, text, file, &mut all, &mut findings),
            Err(finding) => findings.push(finding),
        }
    }
    if let Some(text) = files.get(SIZES) {
        check::sizes(SIZES, text, &sizes, &mut findings);
    }
    if let (Some(text), Some(procedure)) = (files.get(PROCEDURE), &procedure) {
        check::procedure(PROCEDURE, text, procedure, &mut findings);
    }
    if let Some(text) = files.get(priorities::FILE) {
        priorities::check(text, &first, &mut findings);
    }
    check::rates(files, &all, &mut findings);
    match procedure {
        Some(procedure) if findings.is_empty() => Ok(Rules {
            sizes,
            procedure,
            schemes: all.schemes,
            contents: all.contents.into_iter().map(|c| c.value).collect(),
            rates: all.rates.into_iter().map(|r| r.value).collect(),
            priorities: first,
        }),
        _ => Err(findings),
    }
}

fn one<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "Thiếu tệp này trong danh mục hỗ trợ.", "This file of the support catalogue is missing."));
        return None;
    };
    parse_yaml(path, text).map_err(|f| findings.push(f)).ok()
}

/// A file under `provinces/` belongs to the province it names, which is also its name.
fn province_of(path: &str, text: &str, file: &RatesFile, findings: &mut Vec<Finding>) -> Option<ProvinceCode> {
    let named = path.strip_prefix(PROVINCES).map(|rest| rest.trim_end_matches(".yaml").trim_end_matches(".yml"));
    match (named, file.province.as_deref()) {
        (None, None) => None,
        (Some(name), Some(province)) if name == province => Some(ProvinceCode::new(province)),
        (Some(name), _) => {
            findings.push(Finding::at(
                path,
                text,
                &["province"],
                format!("Tệp mức riêng của tỉnh phải có khóa province: \"{name}\", đúng tên tệp."),
                format!("A province's file must have the key province: \"{name}\", the same as its name."),
            ));
            None
        }
        (None, Some(province)) => {
            findings.push(Finding::at(
                path,
                text,
                &["province"],
                format!("Mức riêng của tỉnh {province} phải đặt trong {PROVINCES}{province}.yaml."),
                format!("Rates of province {province} belong into {PROVINCES}{province}.yaml."),
            ));
            None
        }
    }
}

fn take(path: &str, text: &str, file: RatesFile, all: &mut Placed, findings: &mut Vec<Finding>) {
    let province = province_of(path, text, &file, findings);
    let scheme = Scheme { province: province.clone(), ..file.scheme };
    for (i, content) in file.contents.into_iter().enumerate() {
        all.contents.push(check::At { file: path.to_owned(), index: i, value: content });
    }
    for (i, row) in file.rates.into_iter().enumerate() {
        let mut shares = BTreeMap::new();
        for (code, share) in row.shares {
            match super::Beneficiary::of_code(&code) {
                Some(who) => drop(shares.insert(who, share)),
                None => findings.push(Finding::at(
                    path,
                    text,
                    &["rates", &i.to_string(), "for", &code],
                    format!("“{code}” không phải đối tượng được hỗ trợ; dùng micro, small, medium, startup hoặc household."),
                    format!("“{code}” is no beneficiary; use micro, small, medium, startup or household."),
                )),
            }
        }
        let rate = Rate {
            scheme: scheme.code.clone(),
            province: province.clone(),
            content: row.content,
            effective: row.effective,
            legal_basis: row.legal_basis,
            cap_type: row.cap_type,
            groups: row.groups,
            conditions: row.conditions,
            shares,
        };
        all.rates.push(check::At { file: path.to_owned(), index: i, value: rate });
    }
    all.schemes.push(scheme);
}
