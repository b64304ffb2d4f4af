//! Types of the register and of assessments, and the pure folds over their events.

use kernel::{
    Instant, Refusal,
    id::{AccountId, AssessmentId, EnterpriseId, FileId},
    time::Date,
};
use scoring::Answers;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What stands on the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterpriseKind {
    Enterprise,
    /// Hộ kinh doanh: outside Decree 80/2021, with a path of its own (Decree 20/2026).
    Household,
    Cooperative,
}

impl EnterpriseKind {
    pub const ALL: [Self; 3] = [Self::Enterprise, Self::Household, Self::Cooperative];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Household => "household",
            Self::Cooperative => "cooperative",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
    pub fn name(self) -> kernel::Text {
        match self {
            Self::Enterprise => kernel::Text::new("Doanh nghiệp", "Enterprise"),
            Self::Household => kernel::Text::new("Hộ kinh doanh", "Household business"),
            Self::Cooperative => kernel::Text::new("Hợp tác xã", "Cooperative"),
        }
    }
}

/// What an enterprise says of itself; checked by [`Profile::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub kind: EnterpriseKind,
    /// Tax code (10 digits; 13 for a dependent unit), personal number or registration number of a household business.
    pub code: String,
    pub name: String,
    /// VSIC section and division: `C10`.
    pub vsic: String,
    /// Code of the commune, as of the day it was written.
    pub area: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Law 04/2017 Art. 3: women hold at least 51 % of the charter capital and at least one manages.
    #[serde(default)]
    pub women_owned: bool,
    #[serde(default)]
    pub social_enterprise: bool,
}

/// Inputs of the size class of one year (Decree 80/2021 Art. 5–10); money in đồng.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeInputs {
    pub year: i16,
    /// Mean of the month-end numbers of the previous year, people with social insurance.
    pub headcount: u32,
    #[serde(default)]
    pub women: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capital: Option<i64>,
}

/// A declaration of size as it was made, with the class the rules of that day gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeYear {
    pub inputs: SizeInputs,
    pub class: Option<String>,
    pub at: Instant,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_by: Option<String>,
}

/// What an enterprise agrees to, one by one (Law 91/2025/QH15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Consultants assigned to the engagement read the assessment.
    Advice,
    /// Anonymous figures by sector and size.
    Statistics,
    /// Providers may get in touch.
    Contact,
    /// The story may be told with its name.
    Story,
}

impl Purpose {
    pub const ALL: [Self; 4] = [Self::Advice, Self::Statistics, Self::Contact, Self::Story];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Statistics => "statistics",
            Self::Contact => "contact",
            Self::Story => "story",
        }
    }
    pub fn text(self) -> kernel::Text {
        match self {
            Self::Advice => kernel::Text::new("Tư vấn viên được phân công đọc kết quả đánh giá của đơn vị", "The consultant assigned reads our assessments"),
            Self::Statistics => kernel::Text::new("Dùng số liệu ẩn danh để so sánh theo ngành, quy mô", "Anonymous figures by sector and size"),
            Self::Contact => kernel::Text::new("Nhà cung cấp giải pháp được liên hệ với đơn vị", "Solution providers may contact us"),
            Self::Story => kernel::Text::new("Kể câu chuyện chuyển đổi số có nêu tên đơn vị", "Our story may be told with our name"),
        }
    }
}

/// Where an enterprise stands on the way: reached → assessed → advised → contracted → accepted → measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Reached,
    Assessed,
    Advised,
    Contracted,
    Accepted,
    Measured,
}

impl Stage {
    pub const ALL: [Self; 6] = [Self::Reached, Self::Assessed, Self::Advised, Self::Contracted, Self::Accepted, Self::Measured];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Assessed => "assessed",
            Self::Advised => "advised",
            Self::Contracted => "contracted",
            Self::Accepted => "accepted",
            Self::Measured => "measured",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn name(self) -> kernel::Text {
        let (vi, en) = match self {
            Self::Reached => ("Đã tiếp cận", "Reached"),
            Self::Assessed => ("Đã đánh giá", "Assessed"),
            Self::Advised => ("Đã tư vấn", "Advised"),
            Self::Contracted => ("Đã ký hợp đồng", "Contracted"),
            Self::Accepted => ("Đã nghiệm thu", "Accepted"),
            Self::Measured => ("Đã đo kết quả", "Measured"),
        };
        kernel::Text::new(vi, en)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enterprise {
    pub id: EnterpriseId,
    pub version: i64,
    pub profile: Profile,
    /// Code of the enterprise a dependent unit belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_code: Option<String>,
    #[serde(default)]
    pub sizes: Vec<SizeYear>,
    #[serde(default)]
    pub consents: BTreeMap<Purpose, Instant>,
    #[serde(default)]
    pub members: Vec<AccountId>,
    #[serde(default)]
    pub stage: Stage,
    pub stage_since: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessed_at: Option<Instant>,
    pub created_at: Instant,
    pub changed_at: Instant,
}

impl Enterprise {
    /// The class of the newest year that has one.
    pub fn size(&self) -> Option<&str> {
        self.sizes.iter().rev().find_map(|s| s.class.as_deref())
    }
    pub fn consents_to(&self, purpose: Purpose) -> bool {
        self.consents.contains_key(&purpose)
    }
}

/// What happened to an enterprise's record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EnterpriseEvent {
    Registered { profile: Profile, member: Option<AccountId> },
    Corrected { profile: Profile },
    Joined { member: AccountId },
    SizeDeclared { inputs: SizeInputs, class: Option<String>, by: String },
    Consented { purpose: Purpose },
    ConsentWithdrawn { purpose: Purpose },
    Advanced { stage: Stage },
    LevelSet { level: Option<i64> },
}

impl EnterpriseEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "enterprise.registered",
            Self::Corrected { .. } => "enterprise.corrected",
            Self::Joined { .. } => "enterprise.joined",
            Self::SizeDeclared { .. } => "enterprise.size-declared",
            Self::Consented { .. } => "enterprise.consented",
            Self::ConsentWithdrawn { .. } => "enterprise.consent-withdrawn",
            Self::Advanced { .. } => "enterprise.advanced",
            Self::LevelSet { .. } => "enterprise.level-set",
        }
    }
}

/// Folds one event; `None` before the registration.
pub fn fold_enterprise(id: EnterpriseId, state: Option<Enterprise>, event: &EnterpriseEvent, at: Instant) -> Option<Enterprise> {
    let mut s = match (state, event) {
        (Some(s), _) => s,
        (None, EnterpriseEvent::Registered { profile, .. }) => Enterprise {
            id,
            version: 0,
            profile: profile.clone(),
            head_code: head_code(&profile.code),
            sizes: Vec::new(),
            consents: BTreeMap::new(),
            members: Vec::new(),
            stage: Stage::Reached,
            stage_since: at,
            level: None,
            assessed_at: None,
            created_at: at,
            changed_at: at,
        },
        (None, _) => return None,
    };
    s.version += 1;
    s.changed_at = at;
    match event {
        EnterpriseEvent::Registered { member, .. } => s.members.extend(*member),
        EnterpriseEvent::Corrected { profile } => {
            s.profile = profile.clone();
            s.head_code = head_code(&profile.code);
        }
        EnterpriseEvent::Joined { member } if !s.members.contains(member) => s.members.push(*member),
        EnterpriseEvent::Joined { .. } => {}
        EnterpriseEvent::SizeDeclared { inputs, class, by } => {
            s.sizes.push(SizeYear { inputs: inputs.clone(), class: class.clone(), at, by: by.clone(), checked_by: None });
            s.sizes.sort_by_key(|y| (y.inputs.year, y.at));
        }
        EnterpriseEvent::Consented { purpose } => drop(s.consents.insert(*purpose, at)),
        EnterpriseEvent::ConsentWithdrawn { purpose } => drop(s.consents.remove(purpose)),
        // The way goes forward; a stage that was reached stays reached.
        EnterpriseEvent::Advanced { stage } if *stage > s.stage => (s.stage, s.stage_since) = (*stage, at),
        EnterpriseEvent::Advanced { .. } => {}
        EnterpriseEvent::LevelSet { level } => {
            s.level = *level;
            s.assessed_at = Some(at);
            if s.stage == Stage::Reached {
                (s.stage, s.stage_since) = (Stage::Assessed, at);
            }
        }
    }
    Some(s)
}

/// A dependent unit (`0100112437-001`) belongs to the holder of the first ten digits.
pub fn head_code(code: &str) -> Option<String> {
    code.split_once('-').filter(|(head, _)| head.len() == 10).map(|(head, _)| head.to_owned())
}

/// How far an assessment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Open,
    /// Given in by the enterprise; the answers stand as they are.
    Submitted,
    Verified,
}

impl Status {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Verified => "verified",
        }
    }
    pub fn name(self) -> kernel::Text {
        match self {
            Self::Open => kernel::Text::new("Đang làm", "In progress"),
            Self::Submitted => kernel::Text::new("Đã gửi", "Submitted"),
            Self::Verified => kernel::Text::new("Tư vấn đã xác nhận", "Verified by a consultant"),
        }
    }
}

/// One check of an answer by the consultant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub criterion: String,
    /// `consultant` or `evidence`.
    pub tier: String,
    /// The answer as corrected; the one that was given stays in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<scoring::Given>,
    pub reason: String,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub id: AssessmentId,
    pub version: i64,
    pub framework: String,
    /// The edition it is bound to for ever.
    pub edition: String,
    pub stage: String,
    pub vsic: String,
    #[serde(default)]
    pub area: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<EnterpriseId>,
    /// SHA-256 of the secret in the address.
    pub owner: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<(String, Instant)>,
    pub answers: Answers,
    /// Who answered what last, when more than one person answers.
    #[serde(default)]
    pub respondents: BTreeMap<String, String>,
    #[serde(default)]
    pub checks: Vec<Check>,
    #[serde(default)]
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consultant: Option<(AccountId, String)>,
    /// The result this one follows, under another edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<AssessmentId>,
    pub started_at: Instant,
    pub changed_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<Instant>,
}

/// How an assessment begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub framework: String,
    pub edition: String,
    pub stage: String,
    pub vsic: String,
    #[serde(default)]
    pub area: String,
    pub owner: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<EnterpriseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<AssessmentId>,
    /// Answers taken over when an older result is scored again.
    #[serde(default)]
    pub answers: Answers,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AssessmentEvent {
    Started(Box<Started>),
    Answered { criterion: String, answer: scoring::Answer, #[serde(default)] respondent: String },
    EvidenceAdded { criterion: String, file: FileId, name: String, sha256: String },
    Attached { enterprise: EnterpriseId, area: String },
    Submitted,
    Assigned { consultant: AccountId, name: String },
    Checked(Check),
    Verified,
    Shared { hash: String, until: Instant },
    ShareEnded,
}

impl AssessmentEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Started(_) => "assessment.started",
            Self::Answered { .. } => "assessment.answered",
            Self::EvidenceAdded { .. } => "assessment.evidence-added",
            Self::Attached { .. } => "assessment.attached",
            Self::Submitted => "assessment.submitted",
            Self::Assigned { .. } => "assessment.assigned",
            Self::Checked(_) => "assessment.checked",
            Self::Verified => "assessment.verified",
            Self::Shared { .. } => "assessment.shared",
            Self::ShareEnded => "assessment.share-ended",
        }
    }
}

/// Folds one event; `None` before the start.
pub fn fold_assessment(id: AssessmentId, state: Option<Assessment>, event: &AssessmentEvent, at: Instant) -> Option<Assessment> {
    let mut s = match (state, event) {
        (Some(s), _) => s,
        (None, AssessmentEvent::Started(b)) => Assessment {
            id,
            version: 0,
            framework: b.framework.clone(),
            edition: b.edition.clone(),
            stage: b.stage.clone(),
            vsic: b.vsic.clone(),
            area: b.area.clone(),
            enterprise: b.enterprise,
            owner: b.owner.clone(),
            share: None,
            answers: b.answers.clone(),
            respondents: BTreeMap::new(),
            checks: Vec::new(),
            status: Status::Open,
            consultant: None,
            earlier: b.earlier,
            started_at: at,
            changed_at: at,
            submitted_at: None,
            verified_at: None,
        },
        (None, _) => return None,
    };
    s.version += 1;
    s.changed_at = at;
    match event {
        AssessmentEvent::Started(_) => {}
        AssessmentEvent::Answered { criterion, answer, respondent } => {
            s.answers.insert(criterion.clone(), answer.clone());
            if !respondent.is_empty() {
                s.respondents.insert(criterion.clone(), respondent.clone());
            }
        }
        AssessmentEvent::EvidenceAdded { criterion, file, .. } => {
            s.answers.entry(criterion.clone()).or_default().evidence.push(file.to_string());
        }
        AssessmentEvent::Attached { enterprise, area } => {
            s.enterprise = Some(*enterprise);
            s.area.clone_from(area);
        }
        AssessmentEvent::Submitted => (s.status, s.submitted_at) = (Status::Submitted, Some(at)),
        AssessmentEvent::Assigned { consultant, name } => s.consultant = Some((*consultant, name.clone())),
        AssessmentEvent::Checked(check) => {
            let answer = s.answers.entry(check.criterion.clone()).or_default();
            if let Some(corrected) = &check.corrected {
                answer.value = Some(corrected.clone());
                answer.na = false;
            }
            answer.tier = if check.tier == "evidence" { scoring::Tier::Evidence } else { scoring::Tier::Consultant };
            s.checks.push(check.clone());
        }
        AssessmentEvent::Verified => (s.status, s.verified_at) = (Status::Verified, Some(at)),
        AssessmentEvent::Shared { hash, until } => s.share = Some((hash.clone(), *until)),
        AssessmentEvent::ShareEnded => s.share = None,
    }
    Some(s)
}

impl Profile {
    /// Every fault at once; the text comes back in canonical form.
    pub fn check(mut self, known: &dyn Fn(&str) -> bool, place: &dyn Fn(&str) -> bool, today: Date) -> Result<Self, Refusal> {
        let mut refusal = Refusal::invalid("enterprise", "Thông tin đơn vị còn chỗ cần sửa", "The details of the enterprise need correction");
        self.name = kernel::text::clean(&self.name);
        self.name.retain(|c| !c.is_control());
        let length = self.name.chars().count();
        if !(2..=300).contains(&length) {
            refusal = refusal.because(Some("name"), "Tên đơn vị cần từ 2 đến 300 ký tự", "The name needs 2 to 300 characters");
        }
        match check_code(self.kind, &self.code) {
            Ok(code) => self.code = code,
            Err(r) => refusal.reasons.extend(r.reasons),
        }
        if !known(&self.vsic) {
            refusal = refusal.because(Some("vsic"), "Chọn ngành nghề chính trong danh sách", "Choose the main line of business from the list");
        }
        if !place(&self.area) {
            refusal = refusal.because(Some("area"), "Chọn xã, phường nơi đặt trụ sở", "Choose the commune of the head office");
        }
        if self.founded.is_some_and(|d| d > today || d.year() < 1900) {
            refusal = refusal.because(Some("founded"), "Ngày thành lập không thể ở tương lai hoặc trước năm 1900", "The founding date may not lie in the future or before 1900");
        }
        if refusal.reasons.is_empty() { Ok(self) } else { Err(refusal) }
    }
}

/// Tax codes have 10 or 13 digits; a household business is known by its owner's personal number (12 digits), its tax code
/// or the number of its registration.
fn check_code(kind: EnterpriseKind, typed: &str) -> Result<String, Refusal> {
    use kernel::party::Identifier;
    let wrong = |r: Refusal| {
        let message = r.reasons.first().map_or_else(|| r.message.clone(), |x| x.message.clone());
        Refusal::invalid("code", "Mã số chưa đúng", "The code is not right").because(Some("code"), message.vi, message.en)
    };
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let kinds: &[&str] = match (kind, digits) {
        (EnterpriseKind::Household, 12) => &["personal_number"],
        (EnterpriseKind::Household, 10 | 13) => &["tax_code", "household_business"],
        (EnterpriseKind::Household, _) => &["household_business"],
        _ => &["tax_code"],
    };
    let mut first = None;
    for kind in kinds {
        match Identifier::parse(kind, typed) {
            Ok(id) => return Ok(id.as_str().to_owned()),
            Err(r) => {
                first.get_or_insert(r);
            }
        }
    }
    Err(first.map_or_else(|| Refusal::invalid("code", "Mã số chưa đúng", "The code is not right"), wrong))
}
