//! The eleven rules of eligibility (domain: enterprise-dx §2.4), each with its article and its reason, and the amounts
//! that follow. Pure: the register's facts, the request, the catalogue and the ledger are arguments.

use super::{
    amount::{amount, best, no_rate, offers, period},
    checks,
    size::{SizeResult, groups_of, is_manufacturing, size_class},
};
use crate::{
    catalog::{Beneficiary, CapType, Content, Group, Need, Rules},
    dossier::{Line, Request},
    facts::{ConsultantFacts, EnterpriseFacts, EnterpriseKind, SolutionFacts},
};
use kernel::{Dong, Refusal, Text, catalog::LegalBasis, time::Date};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    /// Rests on the enterprise's signed word; checked later.
    Declared,
    NotApplicable,
}

/// How one rule stands for one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// 1 to 11.
    pub rule: u8,
    pub name: Text,
    pub outcome: Outcome,
    pub articles: Vec<LegalBasis>,
    pub reason: Text,
}

/// What is committed and paid against one cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    pub content: String,
    pub year: i16,
    /// Empty: the whole year.
    pub period: String,
    pub committed: Dong,
    pub paid: Dong,
    pub grants: i64,
}

/// Support of another agency, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub content: String,
    pub year: i16,
    pub agency: String,
    /// Paid or granted; otherwise it waits there.
    pub granted: bool,
}

/// What the ledger knows of one enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerFacts {
    pub totals: Vec<Total>,
    pub elsewhere: Vec<Elsewhere>,
}

impl LedgerFacts {
    fn taken(&self, content: &str, year: i16, period: &str) -> Dong {
        let same = |t: &&Total| t.content == content && t.year == year && t.period == period;
        Dong(self.totals.iter().filter(same).map(|t| t.committed.0 + t.paid.0).sum())
    }
}

/// Everything a line is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    pub facts: &'a EnterpriseFacts,
    pub request: &'a Request,
    pub line: &'a Line,
    pub solution: Option<&'a SolutionFacts>,
    pub consultant: Option<&'a ConsultantFacts>,
    pub province: &'a str,
    /// What stands for the contract in a cap per contract until it has a number.
    pub contract_key: &'a str,
    pub on: Date,
}

/// One part of a line under one cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    pub year: i16,
    pub period: String,
    pub value: Dong,
    pub requested: Dong,
    pub amount: Dong,
    /// Taken under the same cap before.
    pub taken: Dong,
}

/// The rate chosen, by value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub scheme: String,
    pub who: Beneficiary,
    pub percent: crate::catalog::Percent,
    pub cap: Option<Dong>,
    pub cap_type: CapType,
    pub basis: LegalBasis,
    /// How many rates were open to the enterprise.
    pub of: usize,
}

/// A line judged: rules, rate and amounts.
#[derive(Debug, Clone)]
pub struct Judged {
    pub size: Result<SizeResult, Refusal>,
    pub groups: Vec<Group>,
    pub checks: Vec<Check>,
    pub chosen: Option<Chosen>,
    pub portions: Vec<Portion>,
    pub state: Dong,
    pub other: Dong,
}

impl Judged {
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|c| c.outcome == Outcome::Failed)
    }
}

/// The eleven checks of one line.
pub fn eligibility(a: &Asking<'_>, rules: &Rules, ledger: &LedgerFacts) -> Vec<Check> {
    judge(a, rules, ledger).checks
}

/// The eleven checks, the single best rate and the amounts of one line.
pub fn judge(a: &Asking<'_>, rules: &Rules, ledger: &LedgerFacts) -> Judged {
    let edition = rules.size_edition(a.on);
    let size = match &a.facts.size {
        Some(inputs) => size_class(inputs, rules, a.on),
        None => Err(Refusal::invalid("size-missing", "Doanh nghiệp chưa khai số liệu để xác định quy mô năm nay.", "The enterprise has not declared the figures for its size this year.")),
    };
    let groups = edition.map(|e| groups_of(e, a.facts, size.as_ref().ok())).unwrap_or_default();
    let (chosen, portions, rate_check) = rate_of(a, rules, ledger, &size, &groups);
    let state = Dong(portions.iter().map(|p| p.amount.0).sum());
    let other = Dong(a.line.value.0.saturating_sub(state.0).max(0));
    let content = rules.content(&a.line.content);
    let needs = |need: Need| content.is_some_and(|c| c.needs(need));
    let found = [
        (1, checks::order(a, &groups)),
        (2, rate_check),
        (3, checks::paid_elsewhere(a, ledger)),
        (4, checks::pending_elsewhere(a, ledger)),
        (5, checks::listed(a, needs(Need::ListedSolution))),
        (6, checks::readiness(a, needs(Need::Readiness), rules.readiness(a.on))),
        (7, checks::consultant(a, needs(Need::RecognisedConsultant))),
        (8, checks::split(a, content)),
        (9, checks::priorities(a)),
        (10, checks::own_share(a, needs(Need::OwnShare), other)),
        (11, (Outcome::Passed, Text::new("Nhận bản sao không chứng thực; chỉ yêu cầu bản chính để đối chiếu khi cần.", "Uncertified copies are accepted; originals only on request."))),
    ];
    let checks = found.into_iter().filter_map(|(no, (outcome, reason))| checked(rules, a.on, no, outcome, reason)).collect();
    Judged { size, groups, checks, chosen, portions, state, other }
}

pub(super) type Said = (Outcome, Text);

pub(super) fn say(outcome: Outcome, vi: impl Into<String>, en: impl Into<String>) -> Said {
    (outcome, Text::new(vi, en))
}

/// A rule that was not in force on the day does not apply then.
fn checked(rules: &Rules, on: Date, no: u8, outcome: Outcome, reason: Text) -> Option<Check> {
    let rule = rules.rule(no)?;
    let (outcome, reason) = if rule.effective.contains(on) {
        (outcome, reason)
    } else {
        (Outcome::NotApplicable, Text::new(format!("Quy tắc có hiệu lực từ {}.", super::day(rule.effective.from)), format!("The rule is in force from {}.", rule.effective.from)))
    };
    Some(Check { rule: no, name: rule.name.clone(), outcome, articles: rule.legal_basis.clone(), reason })
}

/// The sizes that rates may be looked up for.
fn sizes(a: &Asking<'_>, size: &Result<SizeResult, Refusal>, content: &Content) -> Result<Vec<Beneficiary>, Refusal> {
    match a.facts.kind {
        EnterpriseKind::Household => Ok(vec![Beneficiary::Household]),
        EnterpriseKind::Cooperative => Ok(Vec::new()),
        EnterpriseKind::Enterprise => {
            let size = size.as_ref().map_err(Clone::clone)?;
            if content.needs(Need::InnovativeStartup) {
                // A start-up must be small or medium before it may be innovative.
                return Ok(if a.facts.innovative_startup && !size.choices.is_empty() { vec![Beneficiary::Startup] } else { Vec::new() });
            }
            Ok(size.choices.clone())
        }
    }
}

fn rate_of(a: &Asking<'_>, rules: &Rules, ledger: &LedgerFacts, size: &Result<SizeResult, Refusal>, groups: &[Group]) -> (Option<Chosen>, Vec<Portion>, Said) {
    let refuse = |r: &Refusal| {
        let more = |pick: fn(&Text) -> &String| r.reasons.iter().map(|x| format!(" {}", pick(&x.message))).collect::<String>();
        (None, Vec::new(), say(Outcome::Failed, format!("{}{}", r.message.vi, more(|t| &t.vi)), format!("{}{}", r.message.en, more(|t| &t.en))))
    };
    let Some(content) = rules.content(&a.line.content) else {
        return refuse(&no_rate(rules, a.province, &a.line.content, a.on));
    };
    let sizes = match sizes(a, size, content) {
        Ok(sizes) => sizes,
        Err(refusal) => return refuse(&refusal),
    };
    if let Some(said) = outside(a, rules, content, &sizes) {
        return (None, Vec::new(), said);
    }
    let offers: Vec<_> = offers(rules, a.province, &a.line.content, a.on, &sizes, groups).into_iter().filter(|o| !rules.is_referral(&o.rate.scheme)).collect();
    let Some(offer) = best(&offers, a.line.requested, a.line.value) else {
        return refuse(&no_rate(rules, a.province, &a.line.content, a.on));
    };
    let chosen = Chosen {
        scheme: offer.rate.scheme.clone(),
        who: offer.who,
        percent: offer.share.percent,
        cap: offer.share.cap,
        cap_type: offer.rate.cap_type,
        basis: offer.rate.legal_basis.clone(),
        of: offers.len(),
    };
    let mut portions = portions(a, chosen.cap_type);
    for p in &mut portions {
        p.taken = ledger.taken(&a.line.content, p.year, &p.period);
        p.amount = amount(p.requested, offer.share, p.value, p.taken);
    }
    let cap = chosen.cap.map_or_else(|| Text::new("không có trần bằng tiền", "no cap in money"), |c| {
        let unit = chosen.cap_type.name();
        Text::new(format!("không quá {c} {}", unit.vi), format!("at most {c} {}", unit.en))
    });
    let checked = if a.facts.size_checked_by.is_some() { ("số liệu đã đối chiếu", "figures checked") } else { ("số liệu tự khai", "figures self-declared") };
    let said = match limits(a, content, ledger, &portions) {
        Some(said) => said,
        None => say(
            Outcome::Passed,
            format!("Áp dụng một mức có lợi nhất trong {} mức: {} %, {}, theo quy mô {} ({}).", chosen.of, chosen.percent, cap.vi, chosen.who.name().vi.to_lowercase(), checked.0),
            format!("One rate applies, the best of {}: {} %, {}, as a {} ({}).", chosen.of, chosen.percent, cap.en, chosen.who.name().en.to_lowercase(), checked.1),
        ),
    };
    (Some(chosen), portions, said)
}

/// Who is outside before any rate is looked up.
fn outside(a: &Asking<'_>, rules: &Rules, content: &Content, sizes: &[Beneficiary]) -> Option<Said> {
    if content.needs(Need::Manufacturing) && !a.facts.size.as_ref().is_some_and(|s| is_manufacturing(&s.vsic)) {
        return Some(say(Outcome::Failed, "Chỉ dành cho doanh nghiệp sản xuất, chế biến.", "For manufacturing and processing enterprises only."));
    }
    if !sizes.is_empty() && sizes != [Beneficiary::Household] {
        return None;
    }
    let basis = &rules.procedure.household_outside.legal_basis;
    match a.facts.kind {
        EnterpriseKind::Household | EnterpriseKind::Cooperative => Some(say(
            Outcome::Failed,
            format!("Hộ kinh doanh và hợp tác xã không thuộc đối tượng ({basis}). Hộ kinh doanh có nền tảng số và khóa học miễn phí theo Nghị định 20/2026/NĐ-CP."),
            format!("Household businesses and cooperatives are outside ({basis}). Households have free platforms and courses under Decree 20/2026."),
        )),
        EnterpriseKind::Enterprise if content.needs(Need::InnovativeStartup) => Some(say(
            Outcome::Failed,
            "Chỉ dành cho doanh nghiệp nhỏ và vừa khởi nghiệp sáng tạo. Doanh nghiệp khai căn cứ ở trang quy mô; cán bộ kiểm tra rồi mới được tính.",
            "For innovative small and medium start-ups only. The enterprise declares its ground on its size page; it counts once an officer has checked it.",
        )),
        EnterpriseKind::Enterprise => Some(say(Outcome::Failed, "Doanh nghiệp lớn hơn doanh nghiệp vừa nên không thuộc đối tượng.", "The enterprise is larger than medium and therefore outside.")),
    }
}

/// `2026-11` as year and month.
pub fn month_of(text: &str) -> Option<(i16, i8)> {
    let (year, month) = text.split_once('-')?;
    let (year, month) = (year.parse::<i16>().ok()?, month.parse::<i8>().ok()?);
    ((2000..=2200).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

/// The line cut along its caps: months for rent, otherwise whole. The parts add up to the line exactly.
fn portions(a: &Asking<'_>, cap_type: CapType) -> Vec<Portion> {
    let line = a.line;
    let contract = kernel::text::fold(&line.contract);
    let contract = if contract.is_empty() { a.contract_key } else { &contract };
    let year = a.on.year();
    if cap_type != CapType::Month {
        let period = period(cap_type, contract, None);
        return vec![Portion { year, period, value: line.value, requested: line.requested, amount: Dong(0), taken: Dong(0) }];
    }
    let (first_year, first_month) = line.month.as_deref().and_then(month_of).unwrap_or((year, a.on.month()));
    let n = line.months.clamp(1, 36);
    let (values, asked) = (line.value.split(n), line.requested.split(n));
    (0..n)
        .zip(values.into_iter().zip(asked))
        .map(|(i, (value, requested))| {
            let months = i32::from(first_year) * 12 + i32::from(first_month) - 1 + i32::try_from(i).unwrap_or(0);
            let (year, month) = (i16::try_from(months / 12).unwrap_or(first_year), months % 12 + 1);
            let month = format!("{year}-{month:02}");
            Portion { year, period: period(cap_type, contract, Some(&month)), value, requested, amount: Dong(0), taken: Dong(0) }
        })
        .collect()
}

/// Limits other than money: courses a year, months, years.
fn limits(a: &Asking<'_>, content: &Content, ledger: &LedgerFacts, portions: &[Portion]) -> Option<Said> {
    let year = a.on.year();
    let of = || ledger.totals.iter().filter(|t| t.content == content.code && t.committed.0 + t.paid.0 > 0);
    if let Some(most) = content.courses_per_year {
        let used: i64 = of().filter(|t| t.year == year && t.period.is_empty()).map(|t| t.grants).sum();
        if used >= i64::from(most) {
            return Some(say(Outcome::Failed, format!("Năm {year} đã hỗ trợ {used} khóa, mỗi năm không quá {most} khóa."), format!("{used} courses were supported in {year}; at most {most} a year.")));
        }
    }
    if let Some(most) = content.months_limit {
        let mut months: BTreeSet<&str> = of().filter(|t| t.period.starts_with("month:")).map(|t| t.period.as_str()).collect();
        months.extend(portions.iter().map(|p| p.period.as_str()));
        if months.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            return Some(say(Outcome::Failed, format!("Tổng cộng {} tháng, vượt giới hạn {most} tháng.", months.len()), format!("{} months in all, above the limit of {most}.", months.len())));
        }
    }
    if let Some(most) = content.years_limit {
        let mut years: BTreeSet<i16> = of().map(|t| t.year).collect();
        years.insert(year);
        if years.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            return Some(say(Outcome::Failed, format!("Đã hỗ trợ đủ {most} năm."), format!("Supported for {most} years already.")));
        }
    }
    (portions.iter().all(|p| p.amount.0 == 0)).then(|| {
        let taken = Dong(portions.iter().map(|p| p.taken.0).sum());
        say(Outcome::Failed, format!("Đã chạm mức trần: đã cam kết và chi {taken}."), format!("The cap is reached: {taken} is committed or paid."))
    })
}

/// All lines of a request, one after the other: what an earlier line takes is taken for the later ones.
pub fn judge_all<'a>(lines: impl Iterator<Item = Asking<'a>>, rules: &Rules, ledger: &LedgerFacts) -> Vec<Judged> {
    let mut ledger = ledger.clone();
    let mut all = Vec::new();
    for asking in lines {
        let judged = judge(&asking, rules, &ledger);
        let content = &asking.line.content;
        let mut take = |year: i16, period: &str, amount: Dong| {
            if let Some(t) = ledger.totals.iter_mut().find(|t| t.content == *content && t.year == year && t.period == period) {
                (t.committed, t.grants) = (Dong(t.committed.0 + amount.0), t.grants + 1);
            } else {
                ledger.totals.push(Total { content: content.clone(), year, period: period.to_owned(), committed: amount, paid: Dong(0), grants: 1 });
            }
        };
        for p in judged.portions.iter().filter(|p| p.amount.0 > 0) {
            take(p.year, "", p.amount);
            if !p.period.is_empty() {
                take(p.year, &p.period, p.amount);
            }
        }
        all.push(judged);
    }
    all
}
