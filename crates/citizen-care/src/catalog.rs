//! What the catalogue tells this room: how ratings are given, what is offered before anybody asks.

use crate::offer::{OfferRules, Trigger};
use kernel::{
    Text,
    calendar::Span,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
};
use serde::Deserialize;

pub const RATINGS: &str = "care/ratings.yaml";
pub const OFFERS: &str = "care/offers.yaml";
pub const NOTICES: &str = "care/notices.yaml";

#[derive(Debug, Clone)]
pub struct Catalog {
    pub ratings: RatingRules,
    pub notices: NoticeRules,
    pub offers: OfferRules,
}

/// How an address is proved.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRules {
    pub code: CodeRules,
    pub legal_basis: Vec<LegalBasis>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRules {
    /// Minutes it is good for.
    pub minutes: u32,
    /// Wrong tries before another has to be asked for.
    pub tries: u32,
    /// To one person over one channel.
    pub sends_a_day: u32,
}

/// How a rating is given, how long it may be changed, and when the office has to answer it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingRules {
    pub effective: Effective,
    /// Days after which it stands.
    pub change_days: u32,
    /// Up to this step somebody is not satisfied.
    pub unhappy_upto: u8,
    /// The names of the steps, worst first.
    pub steps: Vec<Text>,
    pub follow_up: Span,
    pub legal_basis: Vec<LegalBasis>,
}

impl RatingRules {
    pub fn unhappy(&self, stars: u8) -> bool {
        stars <= self.unhappy_upto
    }
    /// The name of a step, from 1.
    pub fn step(&self, stars: u8) -> Text {
        let at = usize::from(stars).checked_sub(1);
        at.and_then(|n| self.steps.get(n)).cloned().unwrap_or_else(|| Text::new("–", "–"))
    }
}

/// Reads and checks this room's part of the catalogue.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let mut findings = Vec::new();
    let ratings = read::<RatingRules>(files, RATINGS, &mut findings);
    if let Some(r) = &ratings {
        check_ratings(files, r, &mut findings);
    }
    let notices = read::<NoticeRules>(files, NOTICES, &mut findings);
    if let Some(n) = &notices
        && (n.code.minutes == 0 || n.code.tries == 0 || n.code.sends_a_day == 0)
    {
        let text = files.get(NOTICES).unwrap_or_default();
        findings.push(Finding::at(NOTICES, text, &["code"], "các số phải lớn hơn 0", "the numbers are above 0"));
    }
    let offers = read::<OfferRules>(files, OFFERS, &mut findings);
    if let Some(o) = &offers {
        check_offers(files, o, &mut findings);
    }
    match (ratings, notices, offers) {
        (Some(ratings), Some(notices), Some(offers)) if findings.is_empty() => Ok(Catalog { ratings, notices, offers }),
        _ => Err(findings),
    }
}

fn read<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "Thiếu tệp danh mục này.", "This file of the catalogue is missing."));
        return None;
    };
    let value = parse_yaml::<serde_json::Value>(path, text).map_err(|f| findings.push(f)).ok()?;
    let value = marks(value);
    serde_json::from_value(value).map_err(|e| findings.push(Finding::new(path, Some(1), format!("không đọc được: {e}"), format!("does not read: {e}")))).ok()
}

/// The marks of the law pages, `verified: "yes"` or `"no"`, may be quoted.
fn marks(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, v)| match v.as_str() {
                    Some(mark @ ("yes" | "no")) if key == "verified" => (key, Value::Bool(mark == "yes")),
                    _ => (key, marks(v)),
                })
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.into_iter().map(marks).collect()),
        other => other,
    }
}

fn check_ratings(files: &Files, r: &RatingRules, findings: &mut Vec<Finding>) {
    let text = files.get(RATINGS).unwrap_or_default();
    if r.steps.len() != 5 {
        let n = r.steps.len();
        findings.push(Finding::at(RATINGS, text, &["steps"], format!("cần đúng 5 mức (đang có {n})"), format!("there are five steps (found {n})")));
    }
    if r.unhappy_upto == 0 || r.unhappy_upto >= 5 {
        let n = r.unhappy_upto;
        findings.push(Finding::at(RATINGS, text, &["unhappy_upto"], format!("phải từ 1 đến 4 (đang là {n})"), format!("is from 1 to 4 (found {n})")));
    }
    if r.change_days == 0 || r.change_days > 366 {
        let n = r.change_days;
        findings.push(Finding::at(RATINGS, text, &["change_days"], format!("phải từ 1 đến 366 ngày (đang là {n})"), format!("is from 1 to 366 days (found {n})")));
    }
    if r.legal_basis.is_empty() {
        findings.push(Finding::at(RATINGS, text, &["legal_basis"], "thiếu căn cứ", "no legal basis"));
    }
}

fn check_offers(files: &Files, o: &OfferRules, findings: &mut Vec<Finding>) {
    let text = files.get(OFFERS).unwrap_or_default();
    for (n, rule) in o.offers.iter().enumerate() {
        let at = n.to_string();
        let code = &rule.code;
        let mut fault = |vi: String, en: String| findings.push(Finding::at(OFFERS, text, &["offers", &at], vi, en));
        if o.offers.iter().take(n).any(|other| other.code == *code) {
            fault(format!("{code}: trùng mã"), format!("{code}: the code is declared twice"));
        }
        if !(1..=2).contains(&rule.level) {
            fault(format!("{code}: chỉ có mức 1 và 2"), format!("{code}: there are levels 1 and 2 only"));
        }
        if rule.level == 2 && rule.procedure.is_none() {
            fault(format!("{code}: mức 2 cần thủ tục để soạn sẵn hồ sơ"), format!("{code}: level 2 needs a procedure to prepare a dossier for"));
        }
        if rule.trigger.months() <= 0 {
            fault(format!("{code}: số tuổi, số tháng phải lớn hơn 0"), format!("{code}: years and months are above 0"));
        }
        let names_case = rule.why.vi.contains("{case}") || rule.why.en.contains("{case}");
        if names_case && matches!(rule.trigger, Trigger::Age { .. }) {
            fault(format!("{code}: tuổi của người không có hồ sơ để nêu"), format!("{code}: a person's age has no case to name"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../catalog/care/ratings.yaml");

    fn with(text: String) -> Result<Catalog, Vec<Finding>> {
        let notices = include_str!("../../../catalog/care/notices.yaml").to_owned();
        let offers = include_str!("../../../catalog/care/offers.yaml").to_owned();
        let files: Files = [(RATINGS.to_owned(), text), (NOTICES.to_owned(), notices), (OFFERS.to_owned(), offers)].into_iter().collect();
        load(&files)
    }

    #[test]
    fn the_rules_read_and_faults_are_named_with_their_line() {
        let rules = with(GOOD.to_owned()).unwrap().ratings;
        assert_eq!((rules.unhappy(2), rules.unhappy(3), rules.step(5).en.as_str()), (true, false, "Very satisfied"));
        assert!(rules.legal_basis.iter().all(|b| !b.verified), "nobody has compared them with the source");
        for (from, to, line) in [("unhappy_upto: 2", "unhappy_upto: 5", true), ("change_days: 15", "change_days: 0", true), ("steps:", "stepz:", true)] {
            let findings = with(GOOD.replace(from, to)).unwrap_err();
            assert_eq!(findings[0].line.is_some(), line, "{findings:?}");
        }
    }
}
