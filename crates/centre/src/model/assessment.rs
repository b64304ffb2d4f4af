//! An assessment: bound to one edition of a framework, answered by one or several, checked, concluded.

use super::{Device, Invite, Trace, VisitNote};
use kernel::{
    Instant,
    id::{AccountId, AssessmentId, EnterpriseId, FileId},
    text::Lang,
    time::Date,
};
use scoring::Answers;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Of a check made on a device without a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// The date the consultant read on a paper that came without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
    /// Version of the assessment that it made; set when it is taken.
    #[serde(default)]
    pub version: i64,
}

/// A file that was handed in as a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub name: String,
    pub sha256: String,
    /// The date on the paper, as whoever handed it in says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
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
    /// The last hand on each answer, with the version it made.
    #[serde(default)]
    pub traces: BTreeMap<String, Trace>,
    #[serde(default)]
    pub invites: Vec<Invite>,
    /// Proofs by the id of their file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proofs: BTreeMap<String, Proof>,
    #[serde(default)]
    pub checks: Vec<Check>,
    #[serde(default)]
    pub notes: Vec<VisitNote>,
    #[serde(default)]
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consultant: Option<(AccountId, String)>,
    /// The result this one follows: the round before, or the same answers under an older edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<AssessmentId>,
    /// Which product, where the framework assesses products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub started_at: Instant,
    pub changed_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<Instant>,
    /// The sealed reports of the verified result, one for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<SealedReport>,
}

/// A report that bears the centre's seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedReport {
    /// The language beside the Vietnamese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Lang>,
    pub file: FileId,
    pub sha256: String,
    pub at: Instant,
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
    /// The product by name: two products of one firm are never rounds of each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Answers taken over when an older result is scored again.
    #[serde(default)]
    pub answers: Answers,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AssessmentEvent {
    Started(Box<Started>),
    Answered {
        criterion: String,
        answer: scoring::Answer,
        #[serde(default)]
        respondent: String,
        /// Through whose link, when not the main one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invite: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<Device>,
    },
    EvidenceAdded {
        criterion: String,
        file: FileId,
        name: String,
        sha256: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dated: Option<Date>,
    },
    /// Taken back before the answers were handed in; the bytes stay.
    EvidenceRemoved { criterion: String, file: FileId },
    Attached { enterprise: EnterpriseId, area: String },
    Submitted,
    Assigned { consultant: AccountId, name: String },
    Checked(Check),
    Verified,
    Noted(Box<VisitNote>),
    Shared { hash: String, until: Instant },
    ShareEnded,
    Invited(Box<Invite>),
    InviteEnded { invite: String },
    /// The report of the verified result was sealed.
    Reported(SealedReport),
}

impl AssessmentEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Started(_) => "assessment.started",
            Self::Answered { .. } => "assessment.answered",
            Self::EvidenceAdded { .. } => "assessment.evidence-added",
            Self::EvidenceRemoved { .. } => "assessment.evidence-removed",
            Self::Attached { .. } => "assessment.attached",
            Self::Submitted => "assessment.submitted",
            Self::Assigned { .. } => "assessment.assigned",
            Self::Checked(_) => "assessment.checked",
            Self::Verified => "assessment.verified",
            Self::Noted(_) => "assessment.noted",
            Self::Invited(_) => "assessment.invited",
            Self::InviteEnded { .. } => "assessment.invite-ended",
            Self::Shared { .. } => "assessment.shared",
            Self::ShareEnded => "assessment.share-ended",
            Self::Reported(_) => "assessment.reported",
        }
    }
}

impl Assessment {
    /// The sealed report with a language beside the Vietnamese, or with none.
    pub fn report(&self, also: Option<Lang>) -> Option<&SealedReport> {
        self.reports.iter().find(|r| r.also == also)
    }

    /// What a page that shows this answer has seen: the version of its last answer or check, 0 while there is none.
    pub fn seen(&self, criterion: &str) -> i64 {
        let answered = self.traces.get(criterion).map_or(0, |t| t.version);
        let checked = self.checks.iter().rev().find(|c| c.criterion == criterion).map_or(0, |c| c.version);
        answered.max(checked)
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
            traces: BTreeMap::new(),
            invites: Vec::new(),
            proofs: BTreeMap::new(),
            checks: Vec::new(),
            notes: Vec::new(),
            status: Status::Open,
            consultant: None,
            earlier: b.earlier,
            subject: b.subject.clone(),
            started_at: at,
            changed_at: at,
            submitted_at: None,
            verified_at: None,
            reports: Vec::new(),
        },
        (None, _) => return None,
    };
    s.version += 1;
    s.changed_at = at;
    match event {
        AssessmentEvent::Started(_) => {}
        AssessmentEvent::Answered { criterion, answer, respondent, invite, device } => {
            s.answers.insert(criterion.clone(), answer.clone());
            let trace = Trace { version: s.version, by: respondent.clone(), invite: invite.clone(), at, device: *device };
            s.traces.insert(criterion.clone(), trace);
            if !respondent.is_empty() {
                s.respondents.insert(criterion.clone(), respondent.clone());
            }
        }
        AssessmentEvent::EvidenceAdded { criterion, file, name, sha256, dated } => {
            s.answers.entry(criterion.clone()).or_default().evidence.push(file.to_string());
            s.proofs.insert(file.to_string(), Proof { name: name.clone(), sha256: sha256.clone(), dated: *dated });
        }
        AssessmentEvent::EvidenceRemoved { criterion, file } => {
            let file = file.to_string();
            if let Some(answer) = s.answers.get_mut(criterion) {
                answer.evidence.retain(|f| *f != file);
            }
            s.proofs.remove(&file);
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
            s.checks.push(Check { version: s.version, ..check.clone() });
        }
        AssessmentEvent::Verified => (s.status, s.verified_at) = (Status::Verified, Some(at)),
        AssessmentEvent::Noted(note) => s.notes.push((**note).clone()),
        AssessmentEvent::Invited(invite) => s.invites.push((**invite).clone()),
        AssessmentEvent::InviteEnded { invite } => {
            if let Some(found) = s.invites.iter_mut().find(|i| i.id == *invite) {
                found.ended = Some(at);
            }
        }
        AssessmentEvent::Shared { hash, until } => s.share = Some((hash.clone(), *until)),
        AssessmentEvent::ShareEnded => s.share = None,
        AssessmentEvent::Reported(report) => s.reports.push(report.clone()),
    }
    Some(s)
}
