//! The size class of an enterprise in a year (Decree 80/2021 Art. 5–10): headcount AND (revenue OR capital), by sector.

use crate::catalog::{Beneficiary, Group, Limits, Percent, Rules, SectorGroup, SizeEdition};
use kernel::{Dong, Refusal, Text, catalog::LegalBasis, time::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What an enterprise declares of the year before the year of support.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SizeInputs {
    /// The year of support these figures are for; they describe the year before.
    pub year: i16,
    /// Registered main business line: a VSIC section letter (`C`) or a code (`1020`, `C10`).
    pub vsic: String,
    /// People with social insurance at the end of each month: twelve, or as many as the enterprise has worked.
    pub headcounts: Vec<u32>,
    pub women: Option<u32>,
    pub revenue: Option<Dong>,
    pub capital: Option<Dong>,
    /// Day of the first registration certificate.
    pub founded: Option<Date>,
}

/// One line of the explanation with the article it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub text: Text,
    pub basis: LegalBasis,
}

/// A class with how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeResult {
    /// The class by the letter of the decree: the smallest one whose headcount and one of whose two money tests are met.
    /// `None`: larger than medium, outside Decree 80.
    pub class: Option<Beneficiary>,
    /// Classes the agency may use for this enterprise: by revenue, and by capital (Circular 06/2022 Art. 3.2: the criterion
    /// most favourable to the enterprise). From the smallest up.
    pub choices: Vec<Beneficiary>,
    /// The VSIC group whose limits apply.
    pub group: String,
    /// Sum of the month-end headcounts and the number of months: the mean is their quotient, compared exactly.
    pub headcount: (u64, u32),
    pub capital_only: bool,
    pub edition: String,
    pub steps: Vec<Step>,
}

impl SizeResult {
    /// The mean headcount with one decimal, for reading; decisions use the exact fraction.
    pub fn mean(&self) -> String {
        let (sum, months) = (self.headcount.0, u64::from(self.headcount.1.max(1)));
        let tenths = (sum * 10 + months / 2) / months;
        if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{},{}", tenths / 10, tenths % 10) }
    }
}

/// Classifies on a day of the year of support; the class is one per year, the day decides only whether the enterprise is
/// under one year old. Refuses what cannot be classified, naming every missing or impossible input.
pub fn size_class(inputs: &SizeInputs, rules: &Rules, on: Date) -> Result<SizeResult, Refusal> {
    let edition = rules.size_edition(on).ok_or_else(|| no_edition(on.year()))?;
    let refusal = faults(inputs, on);
    if !refusal.reasons.is_empty() {
        return Err(refusal);
    }
    let group = group_of(&inputs.vsic, edition)?;
    let young = inputs.founded.is_some_and(|f| f > on.saturating_sub(jiff::Span::new().years(1)));
    let revenue = inputs.revenue.filter(|r| r.0 > 0);
    let capital_only = young || revenue.is_none();
    if capital_only && inputs.capital.is_none() {
        return Err(missing().because(
            Some("capital"),
            "Doanh nghiệp dưới một năm hoặc không có doanh thu được xếp theo nguồn vốn. Hãy nhập tổng nguồn vốn.",
            "An enterprise under one year old or without revenue is classed by capital. Enter the total capital.",
        ));
    }
    let sum: u64 = inputs.headcounts.iter().map(|n| u64::from(*n)).sum();
    let months = u32::try_from(inputs.headcounts.len()).unwrap_or(u32::MAX);
    let revenue = revenue.filter(|_| !capital_only);
    let limits = |class: &crate::catalog::ClassLimits| class.limits.get(&group.code).copied();
    let smallest = |met: &dyn Fn(&Limits) -> bool| {
        let fits = |l: &Limits| sum <= u64::from(l.people) * u64::from(months) && met(l);
        edition.classes.iter().find(|c| limits(c).as_ref().is_some_and(fits)).map(|c| c.class)
    };
    let by_revenue = revenue.and_then(|r| smallest(&|l: &Limits| r <= l.revenue));
    let by_capital = inputs.capital.and_then(|c| smallest(&|l: &Limits| c <= l.capital));
    let choices: BTreeSet<Beneficiary> = [by_revenue, by_capital].into_iter().flatten().collect();
    let mut result = SizeResult {
        class: choices.first().copied(),
        choices: choices.into_iter().collect(),
        group: group.code.clone(),
        headcount: (sum, months),
        capital_only,
        edition: edition.code.clone(),
        steps: Vec::new(),
    };
    result.steps = explain(inputs, edition, group, &result, (by_revenue, by_capital), young);
    Ok(result)
}

fn missing() -> Refusal {
    Refusal::invalid("size-incomplete", "Chưa đủ thông tin để xác định quy mô.", "There is not enough information to tell the size.")
}

/// Everything wrong with the inputs at once.
fn faults(inputs: &SizeInputs, on: Date) -> Refusal {
    let mut refusal = missing();
    let year = on.year();
    let mut say = |field: &str, vi: String, en: String| {
        refusal.reasons.push(kernel::refusal::Reason { field: Some(field.to_owned()), message: Text::new(vi, en) });
    };
    if inputs.year != year {
        say(
            "year",
            format!("Số liệu đang là của năm {}; hãy khai số liệu để xét năm {year}.", inputs.year),
            format!("The figures are for {}; declare those for {year}.", inputs.year),
        );
    }
    match inputs.headcounts.len() {
        0 => say(
            "headcounts",
            "Hãy nhập số lao động tham gia bảo hiểm xã hội cuối mỗi tháng; không có ai thì ghi 0.".into(),
            "Enter the people with social insurance at the end of each month; write 0 if there were none.".into(),
        ),
        1..=12 => {}
        n => say("headcounts", format!("Có {n} tháng; một năm chỉ có 12 tháng."), format!("There are {n} months; a year has 12.")),
    }
    if inputs.headcounts.iter().any(|n| *n > 1_000_000) {
        say("headcounts", "Số lao động lớn bất thường; hãy kiểm tra lại.".into(), "The headcount is unusually large; check it.".into());
    }
    if inputs.revenue.is_none() && inputs.capital.is_none() {
        say("revenue", "Hãy nhập tổng doanh thu hoặc tổng nguồn vốn của năm trước.".into(), "Enter the revenue or the total capital of the year before.".into());
    }
    for (field, amount) in [("revenue", inputs.revenue), ("capital", inputs.capital)] {
        if amount.is_some_and(|a| a.0 < 0) {
            say(field, "Số tiền không thể âm.".into(), "The amount cannot be negative.".into());
        }
    }
    if let Some(founded) = inputs.founded.filter(|f| *f > on) {
        say("founded", format!("Ngày thành lập {} sau ngày xét {}.", super::day(founded), super::day(on)), format!("The founding day {founded} is after the day looked at, {on}."));
    }
    let most = inputs.headcounts.iter().max().copied().unwrap_or(0);
    if inputs.women.is_some_and(|w| w > most) {
        say("women", "Số lao động nữ nhiều hơn tổng số lao động.".into(), "There are more women than people.".into());
    }
    refusal
}

fn no_edition(year: i16) -> Refusal {
    Refusal::conflict(
        "size-rules-gap",
        format!("Danh mục chưa có quy định về quy mô doanh nghiệp áp dụng cho năm {year}. Quản trị viên cần bổ sung catalog/support/size-classes.yaml."),
        format!("The catalogue has no size rules in force in {year}. An administrator has to add them to catalog/support/size-classes.yaml."),
    )
}

/// The sector group of a VSIC section letter or code.
pub fn group_of<'a>(vsic: &str, edition: &'a SizeEdition) -> Result<&'a SectorGroup, Refusal> {
    let code = vsic.trim().to_uppercase();
    let letter = code.chars().next().filter(char::is_ascii_uppercase).map(|c| c.to_string());
    let digits: String = code.chars().skip(usize::from(letter.is_some())).collect();
    let plain = digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit());
    let division: Option<u8> = digits.get(..2).and_then(|d| d.parse().ok()).filter(|d| *d > 0);
    let found = match (&letter, plain, division) {
        (Some(letter), true, _) => edition.groups.iter().find(|g| g.sections.contains(letter)),
        (None, true, Some(d)) => edition.groups.iter().find(|g| (g.divisions.0..=g.divisions.1).contains(&d)),
        _ => None,
    };
    found.ok_or_else(|| {
        let (vi, en) = (
            format!("Không nhận ra mã ngành “{}”. Hãy ghi mã ngành chính theo hệ thống ngành kinh tế Việt Nam, ví dụ 1020 hoặc C.", vsic.chars().take(20).collect::<String>()),
            format!("“{}” is no industry code. Give the main line as in the Vietnamese industrial classification, such as 1020 or C.", vsic.chars().take(20).collect::<String>()),
        );
        Refusal::invalid("unknown-sector", vi.clone(), en.clone()).because(Some("vsic"), vi, en)
    })
}

/// Whether the main line is manufacturing or processing: section C, divisions 10 to 33.
pub fn is_manufacturing(vsic: &str) -> bool {
    let code = vsic.trim().to_uppercase();
    code.starts_with('C') || code.get(..2).and_then(|d| d.parse::<u8>().ok()).is_some_and(|d| (10..=33).contains(&d))
}

fn explain(
    inputs: &SizeInputs,
    edition: &SizeEdition,
    group: &SectorGroup,
    r: &SizeResult,
    (by_revenue, by_capital): (Option<Beneficiary>, Option<Beneficiary>),
    young: bool,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut say = |vi: String, en: String, basis: &LegalBasis| steps.push(Step { text: Text::new(vi, en), basis: basis.clone() });
    say(
        format!("Ngành chính {}: nhóm {}.", inputs.vsic, group.name.vi),
        format!("Main line {}: {}.", inputs.vsic, group.name.en),
        &edition.sector_basis,
    );
    let (sum, months) = r.headcount;
    say(
        format!("Lao động tham gia bảo hiểm xã hội bình quân: {sum} người-tháng chia {months} tháng = {}.", r.mean()),
        format!("Mean headcount with social insurance: {sum} person-months over {months} months = {}.", r.mean()),
        &edition.headcount_basis,
    );
    if sum == 0 {
        say(
            "Không có lao động nào tham gia bảo hiểm xã hội: vẫn xếp được quy mô, nhưng hãy kiểm tra lại số liệu này.".into(),
            "Nobody has social insurance: the class can be told, but check this figure.".into(),
            &edition.headcount_basis,
        );
    }
    if r.capital_only {
        let (vi, en) = if young { ("Hoạt động dưới một năm", "Under one year old") } else { ("Không phát sinh doanh thu", "No revenue") };
        say(format!("{vi}: chỉ xét tổng nguồn vốn."), format!("{en}: only capital counts."), &edition.capital_only_basis);
    }
    for (amount, class, what_vi, what_en, used) in
        [(inputs.revenue, by_revenue, "doanh thu", "revenue", !r.capital_only), (inputs.capital, by_capital, "nguồn vốn", "capital", true)]
    {
        let Some(amount) = amount.filter(|_| used) else { continue };
        let said = super::money::words(amount);
        let name = class.map_or_else(|| Text::new("lớn hơn doanh nghiệp vừa", "larger than medium"), Beneficiary::name);
        say(
            format!("Theo {what_vi} {amount} ({}): {}.", said.vi, name.vi.to_lowercase()),
            format!("By {what_en} {amount} ({}): {}.", said.en, name.en.to_lowercase()),
            &edition.legal_basis,
        );
    }
    if r.choices.len() > 1 {
        say(
            "Hai tiêu chí cho hai mức khác nhau: cơ quan hỗ trợ chọn tiêu chí có lợi nhất cho doanh nghiệp với từng nội dung.".into(),
            "The two criteria give two classes: for each content the agency takes the one that is best for the enterprise.".into(),
            &edition.favourable_basis,
        );
    }
    steps
}

/// Women-owned: so much charter capital held by women and at least one of them manages (Law 04/2017 Art. 3).
pub fn is_women_owned(edition: &SizeEdition, women_capital: Percent, woman_manages: bool) -> bool {
    woman_manages && women_capital >= edition.women_owned.capital_percent && women_capital <= Percent::WHOLE
}

/// Many women workers, by the mean headcount (Circular 06/2022 Art. 3.8). Nobody at work is no share of anything.
pub fn has_many_women(edition: &SizeEdition, women: u32, headcount: (u64, u32)) -> bool {
    let (sum, months) = (u128::from(headcount.0), u128::from(headcount.1));
    if sum == 0 || months == 0 {
        return false;
    }
    let many = &edition.many_women;
    let percent = if sum < u128::from(many.below) * months { many.percent_below } else { many.percent_from };
    u128::from(women) * months * 10_000 >= u128::from(percent.0) * sum
}

/// The priority groups of an enterprise, by its declared facts.
pub fn groups_of(edition: &SizeEdition, facts: &crate::facts::EnterpriseFacts, size: Option<&SizeResult>) -> Vec<Group> {
    let women = facts.size.as_ref().and_then(|s| s.women).zip(size.map(|s| s.headcount));
    [
        (Group::WomenOwned, facts.ownership.is_some_and(|o| is_women_owned(edition, o.women_capital, o.woman_manages))),
        (Group::ManyWomen, women.is_some_and(|(w, h)| has_many_women(edition, w, h))),
        (Group::SocialEnterprise, facts.social_enterprise),
    ]
    .into_iter()
    .filter_map(|(group, holds)| holds.then_some(group))
    .collect()
}
