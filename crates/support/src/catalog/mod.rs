//! The room's catalogue: size classes, support rates, the procedure with its eleven rules. Dated, cited, editable; the
//! program knows no number of it.

mod check;
mod percent;
mod priorities;
mod read;
mod readiness;

pub use percent::Percent;
pub use priorities::{Edition, Ground, Priorities};
pub use read::load;
pub use readiness::{ReadinessRule, Tier};

use kernel::{
    Dong, Text,
    calendar::Span,
    catalog::{Effective, LegalBasis},
    id::ProvinceCode,
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything the room is told by the catalogue, provinces' own rates included.
#[derive(Debug, Clone)]
pub struct Rules {
    pub sizes: Vec<SizeEdition>,
    pub procedure: Procedure,
    pub schemes: Vec<Scheme>,
    pub contents: Vec<Content>,
    pub rates: Vec<Rate>,
    pub priorities: Priorities,
}

/// Who a rate is for. Micro, small and medium are size classes of Decree 80/2021; the others are kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beneficiary {
    Micro,
    Small,
    Medium,
    /// Innovative start-up (khởi nghiệp sáng tạo) among the small and medium enterprises.
    Startup,
    /// Household or individual business: outside Decree 80.
    Household,
}

impl Beneficiary {
    pub const ALL: [Self; 5] = [Self::Micro, Self::Small, Self::Medium, Self::Startup, Self::Household];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Micro => "micro",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Startup => "startup",
            Self::Household => "household",
        }
    }
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.code() == code)
    }
    pub fn name(self) -> Text {
        match self {
            Self::Micro => Text::new("Doanh nghiệp siêu nhỏ", "Micro-enterprise"),
            Self::Small => Text::new("Doanh nghiệp nhỏ", "Small enterprise"),
            Self::Medium => Text::new("Doanh nghiệp vừa", "Medium enterprise"),
            Self::Startup => Text::new("Doanh nghiệp khởi nghiệp sáng tạo", "Innovative start-up"),
            Self::Household => Text::new("Hộ kinh doanh, cá nhân kinh doanh", "Household or individual business"),
        }
    }
}

/// Groups that the law puts first (Decree 80/2021 Art. 4.1) and gives higher caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    WomenOwned,
    ManyWomen,
    SocialEnterprise,
}

impl Group {
    pub fn name(self) -> Text {
        match self {
            Self::WomenOwned => Text::new("doanh nghiệp do phụ nữ làm chủ", "women-owned"),
            Self::ManyWomen => Text::new("sử dụng nhiều lao động nữ", "many women workers"),
            Self::SocialEnterprise => Text::new("doanh nghiệp xã hội", "social enterprise"),
        }
    }
}

/// What a cap counts over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapType {
    /// đồng per contract and year.
    ContractYear,
    /// đồng per year and enterprise: any number of grants until it is reached.
    Year,
    /// đồng per calendar month.
    Month,
    /// No amount of money; courses are counted where the content says so.
    Course,
    /// Free of charge: there is nothing to ask for.
    None,
}

impl CapType {
    pub fn name(self) -> Text {
        match self {
            Self::ContractYear => Text::new("mỗi hợp đồng mỗi năm", "per contract and year"),
            Self::Year => Text::new("mỗi năm mỗi doanh nghiệp", "per year and enterprise"),
            Self::Month => Text::new("mỗi tháng", "per month"),
            Self::Course => Text::new("mỗi khóa", "per course"),
            Self::None => Text::new("miễn phí", "free of charge"),
        }
    }
    /// Whether a rate of this type must name an amount.
    pub const fn has_cap(self) -> bool {
        matches!(self, Self::ContractYear | Self::Year | Self::Month)
    }
}

/// What a content asks for beyond size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Readiness assessed before (Circular 06/2022 Art. 7.2).
    Readiness,
    /// The consultant belongs to a recognised network (Art. 3.9).
    RecognisedConsultant,
    /// The solution is publicly listed (Art. 7.1).
    ListedSolution,
    /// The enterprise pays the rest and shows that it can.
    OwnShare,
    /// Manufacturing or processing (VSIC section C).
    Manufacturing,
    InnovativeStartup,
}

/// Where rates come from: a national scheme, a province's resolution, or another agency's scheme shown as a referral.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    pub code: String,
    pub name: Text,
    /// Another agency's money: shown, never asked for here and never in our ledger.
    #[serde(default)]
    pub referral: bool,
    /// The province whose resolution it is; filled in by the reader.
    #[serde(skip)]
    pub province: Option<ProvinceCode>,
}

/// One thing that may be supported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub code: String,
    pub name: Text,
    pub about: Text,
    pub needs: Vec<Need>,
    /// Codes of the parts a consulting value is made of; they must add up to it (Circular 52/2023 Art. 6–7).
    #[serde(default)]
    pub parts: Vec<String>,
    /// Free of charge or another agency's: no dossier is taken here.
    #[serde(default)]
    pub free: bool,
    #[serde(default)]
    pub courses_per_year: Option<u32>,
    #[serde(default)]
    pub months_limit: Option<u32>,
    #[serde(default)]
    pub years_limit: Option<u32>,
}

impl Content {
    pub fn needs(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }
}

/// The state's share and its cap for one kind of beneficiary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub percent: Percent,
    #[serde(default)]
    pub cap: Option<Dong>,
}

/// One dated, cited row of the support table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub scheme: String,
    pub province: Option<ProvinceCode>,
    pub content: String,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    pub cap_type: CapType,
    /// Only for these priority groups; empty: for everybody.
    pub groups: Vec<Group>,
    pub conditions: Vec<Text>,
    pub shares: BTreeMap<Beneficiary, Share>,
}

/// Upper limits of one class in one sector group; all inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub people: u32,
    pub revenue: Dong,
    pub capital: Dong,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassLimits {
    pub class: Beneficiary,
    pub limits: BTreeMap<String, Limits>,
}

/// Industries that share limits, by VSIC section letter and by two-digit division.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectorGroup {
    pub code: String,
    pub name: Text,
    pub sections: Vec<String>,
    /// First and last division, inclusive.
    pub divisions: (u8, u8),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WomenOwned {
    pub capital_percent: Percent,
    pub legal_basis: LegalBasis,
}

/// The share of women at which an enterprise counts as employing many: one below a headcount, one from it on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManyWomen {
    pub below: u32,
    pub percent_below: Percent,
    pub percent_from: Percent,
    pub legal_basis: LegalBasis,
}

/// The size rules in force for a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeEdition {
    pub code: String,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
    pub sector_basis: LegalBasis,
    pub headcount_basis: LegalBasis,
    pub capital_only_basis: LegalBasis,
    pub declaration_basis: LegalBasis,
    pub favourable_basis: LegalBasis,
    pub groups: Vec<SectorGroup>,
    /// From the smallest up.
    pub classes: Vec<ClassLimits>,
    pub women_owned: WomenOwned,
    pub many_women: ManyWomen,
}

/// A span with its source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitedSpan {
    pub span: Span,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    pub legal_basis: LegalBasis,
}

/// The yearly report is due before this day, `MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportDay {
    pub before: String,
    pub legal_basis: LegalBasis,
}

impl ReportDay {
    pub fn in_year(&self, year: i16) -> Option<Date> {
        let (month, day) = self.before.split_once('-')?;
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    }
}

/// Shares of the year's support money that management may cost.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Management {
    pub direct_percent: Percent,
    pub general_percent: Percent,
    pub legal_basis: LegalBasis,
}

/// One of the eleven rules of eligibility.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub no: u8,
    pub name: Text,
    pub effective: Effective,
    pub legal_basis: Vec<LegalBasis>,
}

/// When a paper belongs to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperWhen {
    Always,
    /// A content asked for has this need.
    Need(Need),
    /// The register counts the enterprise among this group.
    Group(Group),
}

/// A paper that files are uploaded for, and that an officer may find missing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    pub code: String,
    pub name: Text,
    /// Any of these makes it required; none: only when an officer asks for it.
    #[serde(default)]
    pub required: Vec<PaperWhen>,
}

/// Spans, shares and rules of the way a dossier goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    pub decide: CitedSpan,
    pub publish: CitedSpan,
    pub published_list: Cited,
    pub payment: Cited,
    pub clawback: Cited,
    pub report: ReportDay,
    pub management: Management,
    pub province_may_raise: Cited,
    pub household_outside: Cited,
    pub formula: Cited,
    pub readiness: Vec<ReadinessRule>,
    pub rules: Vec<Rule>,
    pub papers: Vec<Paper>,
    pub papers_basis: LegalBasis,
    /// What is sent to be paid.
    pub payment_papers: Vec<Paper>,
}

impl Rules {
    pub fn content(&self, code: &str) -> Option<&Content> {
        self.contents.iter().find(|c| c.code == code)
    }
    pub fn scheme(&self, code: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|s| s.code == code)
    }
    pub fn size_edition(&self, day: Date) -> Option<&SizeEdition> {
        self.sizes.iter().find(|e| e.effective.contains(day))
    }
    pub fn rule(&self, no: u8) -> Option<&Rule> {
        self.procedure.rules.iter().find(|r| r.no == no)
    }
    /// Which results show readiness on a day.
    pub fn readiness(&self, day: Date) -> Option<&ReadinessRule> {
        self.procedure.readiness.iter().find(|r| r.effective.contains(day))
    }
    /// The name of a content as shown; of one no longer in the catalogue, its code.
    pub fn content_name(&self, code: &str) -> Text {
        self.content(code).map_or_else(|| Text::new(code, code), |c| c.name.clone())
    }
    /// The national rows and those of one province.
    pub fn rates_of<'a>(&'a self, province: &'a str) -> impl Iterator<Item = &'a Rate> {
        self.rates.iter().filter(move |r| r.province.as_ref().is_none_or(|p| p.as_str() == province))
    }
    pub fn is_referral(&self, scheme: &str) -> bool {
        self.scheme(scheme).is_some_and(|s| s.referral)
    }
}
