//! Providers, their prices and free signatures: `catalog/signing/providers.yaml`.

use kernel::{
    Dong, Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    id::TrustProviderCode,
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const PATH: &str = "signing/providers.yaml";

/// Whom an account of signatures belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    Office,
    Person,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of one signature.
    pub each: Dong,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub code: TrustProviderCode,
    pub name: Text,
    /// Invented, for demonstrations.
    #[serde(default)]
    pub demo: bool,
    pub prices: Vec<Price>,
    pub top_ups: Vec<Dong>,
    pub warn_below: Few,
    /// How its own monthly statement is written; without it none is taken.
    #[serde(default)]
    pub statement: Option<StatementForm>,
}

/// How a provider writes its monthly statement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementForm {
    /// What the column of the provider holds in every row, so that another provider's file is told.
    pub provider: String,
    pub columns: StatementColumns,
    /// How far its time of a signature may be from ours, where it does not give back what we sent.
    pub within_seconds: i64,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

/// Headings, each by any of its names; case and marks do not matter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementColumns {
    pub id: Vec<String>,
    pub provider: Vec<String>,
    pub at: Vec<String>,
    pub serial: Vec<String>,
    pub amount: Vec<String>,
    /// What we called the signature, where the provider gives it back.
    #[serde(default)]
    pub reference: Vec<String>,
}

/// From how many signatures on few are left, by holder.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Few {
    pub office: i64,
    pub person: i64,
}

impl Provider {
    pub fn price(&self, on: Date) -> Option<&Price> {
        self.prices.iter().find(|p| p.effective.contains(on))
    }
}

/// Signatures for nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    pub holder: HolderKind,
    pub each_month: u32,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    pub providers: Vec<Provider>,
    pub free: Vec<Free>,
}

impl Catalog {
    pub fn provider(&self, code: &TrustProviderCode) -> Option<&Provider> {
        self.providers.iter().find(|p| p.code == *code)
    }
    /// The rule of free signatures for a holder on a day.
    pub fn free(&self, holder: HolderKind, on: Date) -> Option<&Free> {
        self.free.iter().find(|f| f.holder == holder && f.effective.contains(on))
    }
}

/// The template of the page that shows that a certificate is one's own: `signing/challenge`, with the shared parts of templates.
pub fn challenge(files: &Files) -> Result<typeset::Templates, Vec<Finding>> {
    let folder = format!("templates/{}/", crate::certificates::acts::TEMPLATE);
    let pairs = files.iter().filter_map(|(path, text)| match path.strip_prefix("signing/challenge/") {
        Some(name) => Some((format!("{folder}{name}"), text.to_owned())),
        None => path.starts_with("templates/_lib/").then(|| (path.to_owned(), text.to_owned())),
    });
    let said = |p: typeset::Problem| Finding::new(p.file, (p.line > 0).then_some(p.line), p.reason.vi, p.reason.en);
    let set = typeset::Templates::load(pairs).map_err(|all| all.into_iter().map(said).collect::<Vec<_>>())?;
    if set.get(crate::certificates::acts::TEMPLATE).is_none() {
        return Err(vec![Finding::new("signing/challenge/template.typ", None, "Thiếu mẫu phiếu xác nhận chứng thư.", "The page that proves a certificate is missing.")]);
    }
    Ok(set)
}

pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let Some(text) = files.get(PATH) else {
        return Err(vec![Finding::new(PATH, None, "Thiếu tệp nhà cung cấp chữ ký số.", "The file of signature providers is missing.")]);
    };
    let catalog: Catalog = parse_yaml(PATH, text).map_err(|f| vec![f])?;
    let found = check(text, &catalog);
    if found.is_empty() { Ok(catalog) } else { Err(found) }
}

fn overlap(dates: &[Effective]) -> bool {
    dates.iter().enumerate().any(|(i, a)| dates.iter().skip(i + 1).any(|b| a.contains(b.from) || b.contains(a.from)))
}

/// Whether a statement's form says all that reading one takes.
fn whole(f: &StatementForm) -> bool {
    let c = &f.columns;
    let needed = [&c.id, &c.provider, &c.at, &c.serial, &c.amount];
    let mut names = BTreeSet::new();
    let distinct = needed.into_iter().chain([&c.reference]).flatten().all(|n| !n.trim().is_empty() && names.insert(kernel::text::fold(n)));
    !f.provider.trim().is_empty() && needed.into_iter().all(|n| !n.is_empty()) && distinct && (0..=86_400).contains(&f.within_seconds)
}

fn check(text: &str, c: &Catalog) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |keys: &[&str], vi: String, en: String| found.push(Finding::at(PATH, text, keys, vi, en));
    let mut seen = BTreeSet::new();
    for (i, p) in c.providers.iter().enumerate() {
        let i = i.to_string();
        if p.code.as_str().is_empty() || !seen.insert(p.code.as_str()) {
            say(&["providers", &i, "code"], format!("Mã “{}” trống hoặc đã có ở trên.", p.code), format!("The code “{}” is empty or given above.", p.code));
        }
        let days: Vec<Effective> = p.prices.iter().map(|x| x.effective).collect();
        if p.prices.is_empty() || overlap(&days) || p.prices.iter().any(|x| x.each.0 < 0) {
            say(&["providers", &i, "prices"], "Mỗi ngày có đúng một giá, từ 0 đồng trở lên.".to_owned(), "Each day has one price, of 0 đồng or more.".to_owned());
        }
        if p.top_ups.is_empty() || p.top_ups.iter().any(|a| a.0 < 1_000) {
            say(&["providers", &i, "top_ups"], "Cần ít nhất một mức nạp, từ 1.000 đồng.".to_owned(), "At least one amount to top up, of 1,000 đồng or more.".to_owned());
        }
        if p.statement.as_ref().is_some_and(|f| !whole(f)) {
            say(&["providers", &i, "statement"], "Bảng kê cần mã nhà cung cấp, tên từng cột (mỗi tên một cột) và khoảng lệch giờ từ 0 đến 86.400 giây.".to_owned(), "A statement needs the provider's code, names of each column (a name of one column only) and a difference of times of 0 to 86,400 seconds.".to_owned());
        }
    }
    for holder in [HolderKind::Office, HolderKind::Person] {
        let days: Vec<Effective> = c.free.iter().filter(|f| f.holder == holder).map(|f| f.effective).collect();
        if overlap(&days) {
            say(&["free"], "Một ngày chỉ có một quy định miễn phí cho mỗi đối tượng.".to_owned(), "A day has one rule of free signatures for a holder.".to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    pub fn text() -> String {
        std::fs::read_to_string(format!("{}/../../catalog/{PATH}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }
    fn with(text: &str) -> Files {
        let mut files = Files::new();
        files.insert(PATH.to_owned(), text.to_owned());
        files
    }

    #[test]
    fn the_built_in_file_reads_and_faults_are_found() {
        let c = load(&with(&text())).unwrap();
        let trial = c.provider(&"trial".into()).unwrap();
        assert_eq!(trial.price(date(2026, 11, 23)).unwrap().each, Dong(500));
        assert!(trial.price(date(2025, 12, 31)).is_none() && c.free(HolderKind::Office, date(2026, 11, 23)).is_none());
        for (from, to, said) in [
            ("each: 500", "each: -1", "một giá"),
            ("top_ups: [50000, 200000, 1000000]", "top_ups: []", "mức nạp"),
            ("code: trial", "code: \"\"", "trống"),
            ("provider: TRIAL-CA", "provider: \"\"", "Bảng kê cần"),
            ("within_seconds: 600", "within_seconds: -1", "Bảng kê cần"),
        ] {
            let found = load(&with(&text().replace(from, to))).unwrap_err();
            assert!(found.iter().any(|f| f.line.is_some() && f.reason.vi.contains(said)), "{from}: {found:?}");
        }
        assert_eq!(load(&Files::new()).unwrap_err().len(), 1);
    }
}
