//! An enterprise on the register: declarations of size, consents, the stage it has reached.

use super::{
    Profile,
    declared::{SizeCheck, Startup, StartupAnswer},
    members::{self, Claim, Distinct, MemberLink, MemberRole, OfficeAct, OfficeDid, Person},
};
use kernel::{
    Instant,
    id::{AccountId, AssessmentId, EnterpriseId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<SizeCheck>,
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

/// A step of the way beyond the assessment, with the engagement behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStep {
    pub stage: Stage,
    pub at: Instant,
    /// Code of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
}

/// The result a level rests on. A level says nothing without its framework and how far it can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelOf {
    pub assessment: AssessmentId,
    pub framework: String,
    pub edition: String,
    /// Code of the trust tier: the lowest of its answers.
    pub tier: String,
    pub submitted_at: Instant,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup: Option<Startup>,
    #[serde(default)]
    pub consents: BTreeMap<Purpose, Instant>,
    #[serde(default)]
    pub members: Vec<AccountId>,
    /// What is known of the members; records from before have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<MemberLink>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub office_acts: Vec<OfficeAct>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distinct: Vec<Distinct>,
    #[serde(default)]
    pub stage: Stage,
    pub stage_since: Instant,
    /// How it came this far, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StageStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
    /// `None` where the level was set before its result was kept beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_of: Option<LevelOf>,
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
    Registered {
        profile: Profile,
        member: Option<AccountId>,
        /// What the member is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// `reason` and `by`: given where the centre corrected it.
    Corrected {
        profile: Profile,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// By a claim that was accepted, or by a link.
    Joined {
        member: AccountId,
        #[serde(default)]
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<MemberRole>,
        /// Personal number of a legal representative.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        personal_number: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<String>,
    },
    ClaimAsked { claim: Box<Claim> },
    ClaimAnswered {
        claim: String,
        accepted: bool,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        by: String,
        centre: bool,
    },
    ClaimWithdrawn { claim: String },
    /// `reason`: given where the centre did it.
    MemberRemoved {
        member: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        by: String,
    },
    /// A link for one new member; none ends the one there is.
    LinkMade { link: Option<MemberLink> },
    NotDuplicate { other: EnterpriseId, note: String, by: String },
    SizeDeclared { inputs: SizeInputs, class: Option<String>, by: String },
    /// An officer compared the year's figures with papers; `inputs` as they stand from then on.
    SizeChecked {
        inputs: SizeInputs,
        class: Option<String>,
        corrected: bool,
        papers: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        by: String,
    },
    StartupDeclared { basis: String, papers: String, by: String },
    StartupChecked { accepted: bool, reason: String, by: String },
    Consented { purpose: Purpose },
    ConsentWithdrawn { purpose: Purpose },
    /// `case`: the code of the engagement that took it there; absent where none did.
    Advanced {
        stage: Stage,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<String>,
    },
    LevelSet {
        level: Option<i64>,
        /// The result it rests on; absent in records from before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Box<LevelOf>>,
    },
}

impl EnterpriseEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "enterprise.registered",
            Self::Corrected { .. } => "enterprise.corrected",
            Self::Joined { .. } => "enterprise.joined",
            Self::ClaimAsked { .. } => "enterprise.claim-asked",
            Self::ClaimAnswered { .. } => "enterprise.claim-answered",
            Self::ClaimWithdrawn { .. } => "enterprise.claim-withdrawn",
            Self::MemberRemoved { .. } => "enterprise.member-removed",
            Self::LinkMade { .. } => "enterprise.link-made",
            Self::NotDuplicate { .. } => "enterprise.not-duplicate",
            Self::SizeDeclared { .. } => "enterprise.size-declared",
            Self::SizeChecked { .. } => "enterprise.size-checked",
            Self::StartupDeclared { .. } => "enterprise.startup-declared",
            Self::StartupChecked { .. } => "enterprise.startup-checked",
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
            startup: None,
            consents: BTreeMap::new(),
            members: Vec::new(),
            people: Vec::new(),
            claims: Vec::new(),
            link: None,
            office_acts: Vec::new(),
            distinct: Vec::new(),
            stage: Stage::Reached,
            stage_since: at,
            steps: Vec::new(),
            level: None,
            level_of: None,
            assessed_at: None,
            created_at: at,
            changed_at: at,
        },
        (None, _) => return None,
    };
    s.version += 1;
    s.changed_at = at;
    match event {
        EnterpriseEvent::Registered { member, name, .. } => {
            if let Some(member) = member {
                members::joined(&mut s, *member, name.as_deref().unwrap_or_default(), None, at);
            }
        }
        EnterpriseEvent::Corrected { profile, reason, by } => {
            s.profile = profile.clone();
            s.head_code = head_code(&profile.code);
            if let Some(reason) = reason {
                let by = by.clone().unwrap_or_default();
                s.office_acts.push(OfficeAct { what: OfficeDid::Corrected, whom: String::new(), reason: reason.clone(), by, at });
            }
        }
        EnterpriseEvent::Joined { .. }
        | EnterpriseEvent::ClaimAsked { .. }
        | EnterpriseEvent::ClaimAnswered { .. }
        | EnterpriseEvent::ClaimWithdrawn { .. }
        | EnterpriseEvent::MemberRemoved { .. }
        | EnterpriseEvent::LinkMade { .. }
        | EnterpriseEvent::NotDuplicate { .. } => members::fold(&mut s, event, at),
        EnterpriseEvent::SizeDeclared { inputs, class, by } => {
            s.sizes.push(SizeYear { inputs: inputs.clone(), class: class.clone(), at, by: by.clone(), checked_by: None, check: None });
            s.sizes.sort_by_key(|y| (y.inputs.year, y.at));
        }
        EnterpriseEvent::SizeChecked { inputs, class, corrected, papers, reason, by } => {
            let check = Some(SizeCheck { at, by: by.clone(), papers: papers.clone(), reason: reason.clone(), corrected: *corrected });
            if *corrected {
                s.sizes.push(SizeYear { inputs: inputs.clone(), class: class.clone(), at, by: by.clone(), checked_by: Some(by.clone()), check });
                s.sizes.sort_by_key(|y| (y.inputs.year, y.at));
            } else if let Some(year) = s.sizes.iter_mut().rev().find(|y| y.inputs.year == inputs.year) {
                (year.checked_by, year.check) = (Some(by.clone()), check);
            }
        }
        EnterpriseEvent::StartupDeclared { basis, papers, by } => {
            s.startup = Some(Startup { basis: basis.clone(), papers: papers.clone(), at, by: by.clone(), answer: None });
        }
        EnterpriseEvent::StartupChecked { accepted, reason, by } => {
            if let Some(startup) = &mut s.startup {
                startup.answer = Some(StartupAnswer { accepted: *accepted, reason: reason.clone(), at, by: by.clone() });
            }
        }
        EnterpriseEvent::Consented { purpose } => drop(s.consents.insert(*purpose, at)),
        EnterpriseEvent::ConsentWithdrawn { purpose } => drop(s.consents.remove(purpose)),
        // The way goes forward; a stage that was reached stays reached.
        EnterpriseEvent::Advanced { stage, case } if *stage > s.stage => {
            (s.stage, s.stage_since) = (*stage, at);
            s.steps.push(StageStep { stage: *stage, at, case: case.clone() });
        }
        EnterpriseEvent::Advanced { .. } => {}
        EnterpriseEvent::LevelSet { level, of } => {
            s.level = *level;
            s.level_of = of.as_deref().cloned();
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
