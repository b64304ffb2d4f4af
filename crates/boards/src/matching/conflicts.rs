//! Conflicts of interest: declared, and found in what both sides have told.

use crate::catalog::{Catalog, ConflictRules, Ground};
use jiff::ToSpan;
use kernel::{
    Refusal, Text,
    party::Identifier,
    text::{clean, fold},
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What an expert has declared about a firm, a family tie or a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// A ground of the catalogue.
    pub ground: String,
    /// The firm by name, and by tax code where known.
    #[serde(default)]
    pub firm: String,
    #[serde(default)]
    pub tax_code: String,
    /// The tender or choice, for prior advice.
    #[serde(default)]
    pub tender: String,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Interest {
    pub fn checked(&self, catalog: &Catalog) -> Result<Self, Refusal> {
        let mut r = Refusal::invalid("interest", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting");
        let mut i = Self { ground: self.ground.clone(), firm: clean(&self.firm).chars().take(200).collect(), tax_code: clean(&self.tax_code), tender: clean(&self.tender).chars().take(120).collect(), until: self.until };
        if catalog.ground(&i.ground).is_none() {
            r = r.because(Some("ground"), "Chọn một loại quan hệ trong danh sách.", "Choose a ground from the list.");
        }
        if !i.tax_code.is_empty() {
            match Identifier::parse("tax_code", &i.tax_code) {
                Ok(code) => i.tax_code = code.as_str().to_owned(),
                Err(e) => r = r.because(Some("tax_code"), e.message.vi, e.message.en),
            }
        }
        if i.firm.is_empty() && i.tax_code.is_empty() && i.tender.is_empty() {
            r = r.because(Some("firm"), "Ghi tên hoặc mã số thuế của doanh nghiệp, hoặc mã gói thầu.", "Name the firm, its tax code, or the tender.");
        }
        if r.reasons.is_empty() { Ok(i) } else { Err(r) }
    }
}

/// What is known of a firm, as far as a conflict can hide in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FirmFacts {
    pub name: String,
    #[serde(default)]
    pub tax_code: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub address: String,
    /// Commune code.
    #[serde(default)]
    pub commune: String,
    /// Tax codes of competitors the firm has named.
    #[serde(default)]
    pub competitors: BTreeSet<String>,
}

/// The same of an expert and of the employer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExpertFacts {
    /// Own tax code and the employer's.
    pub tax_codes: BTreeSet<String>,
    pub email: String,
    pub address: String,
    pub commune: String,
    pub interests: Vec<Interest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Declared,
    Detected,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub ground: String,
    pub source: Source,
    pub text: Text,
}

/// A branch has its parent's ten digits and three of its own: for a conflict they are one firm. Twelve digits are a person.
fn firm_number(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 13 { digits.chars().take(10).collect() } else { digits }
}

fn same_firm(a: &str, b: &str) -> bool {
    let (a, b) = (firm_number(a), firm_number(b));
    !a.is_empty() && a == b
}

/// Whether a declared tie still counts: family, competitor and tender do not fade; the others count while they last and
/// for the window after, its last day included.
fn counts(ground: Option<&Ground>, until: Option<Date>, rules: &ConflictRules, today: Date) -> bool {
    match until {
        Some(end) if ground.is_some_and(|g| g.fades) => {
            end.checked_add(i64::from(rules.window_months).months()).map_or(true, |last| today <= last)
        }
        _ => true,
    }
}

/// All conflicts between an expert and a firm, declared ones first. `tender` is the tender or choice at hand, if any.
pub fn find(grounds: &[Ground], rules: &ConflictRules, firm: &FirmFacts, tender: Option<&str>, expert: &ExpertFacts, today: Date) -> Vec<Conflict> {
    let mut out = Vec::new();
    for i in &expert.interests {
        let ground = grounds.iter().find(|g| g.code == i.ground);
        let named = !i.firm.is_empty() && fold(&i.firm) == fold(&firm.name);
        let about_firm = same_firm(&i.tax_code, &firm.tax_code) || named;
        let about_tender = !i.tender.is_empty() && tender.is_some_and(|t| fold(t) == fold(&i.tender));
        if (about_firm || about_tender) && counts(ground, i.until, rules, today) {
            let name = ground.map_or_else(|| Text::new(&i.ground, &i.ground), |g| g.name.clone());
            let until = i.until.map_or_else(String::new, |d| format!(" ({d})"));
            out.push(Conflict {
                ground: i.ground.clone(),
                source: Source::Declared,
                text: Text::new(format!("Đã khai: {}{until}", name.vi.to_lowercase()), format!("Declared: {}{until}", name.en.to_lowercase())),
            });
        }
    }
    let mut found = |ground: &str, vi: &str, en: &str| {
        out.push(Conflict { ground: ground.to_owned(), source: Source::Detected, text: Text::new(vi, en) });
    };
    if expert.tax_codes.iter().any(|c| same_firm(c, &firm.tax_code)) {
        found("employment", "Trùng mã số thuế với doanh nghiệp hoặc nơi làm việc", "Shares the firm's tax code, own or employer's");
    }
    if expert.tax_codes.iter().any(|c| firm.competitors.iter().any(|k| same_firm(c, k))) {
        found("competitor", "Làm việc cho đối thủ mà doanh nghiệp đã nêu", "Works for a competitor the firm has named");
    }
    let domain = |email: &str| email.rsplit_once('@').map(|(_, d)| d.trim().to_lowercase()).filter(|d| !d.is_empty());
    if let (Some(a), Some(b)) = (domain(&expert.email), domain(&firm.email))
        && a == b
        && !rules.public_mail.iter().any(|p| p.eq_ignore_ascii_case(&a))
    {
        found("employment", "Cùng tên miền thư điện tử với doanh nghiệp", "Same e-mail domain as the firm");
    }
    let place = |text: &str, commune: &str| (fold(text), commune.to_owned());
    let (here, there) = (place(&expert.address, &expert.commune), place(&firm.address, &firm.commune));
    // A bare street name says little; a house number and a street say enough.
    if here.0.chars().count() >= 8 && here.0.chars().any(|c| c.is_ascii_digit()) && here.0 == there.0 && (here.1 == there.1 || here.1.is_empty() || there.1.is_empty()) {
        found("other", "Cùng địa chỉ với doanh nghiệp", "Same address as the firm");
    }
    out
}
