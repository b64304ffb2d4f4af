//! Everything that can happen to a solution, in the past tense.

use super::{Answer, CheckResult, NewProof, Ruling};
use crate::{
    ids::{ProofId, ReferenceId},
    listing::Listing,
};
use kernel::{
    Text,
    id::{EnterpriseId, ProviderId, SolutionId},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// What happened to a solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    Begun {
        id: SolutionId,
        provider: ProviderId,
        provider_name: String,
        listing: Box<Listing>,
    },
    Described {
        listing: Box<Listing>,
    },
    ProofAdded {
        proof: NewProof,
    },
    ProofRemoved {
        proof: ProofId,
    },
    ProofChecked {
        proof: ProofId,
        accepted: bool,
        reason: String,
    },
    ClientInvited {
        reference: ReferenceId,
        client: String,
        tax_code: String,
        email: String,
        sector: String,
        expires: Date,
    },
    InviteCancelled {
        reference: ReferenceId,
    },
    ClientAnswered {
        reference: ReferenceId,
        answer: Answer,
    },
    Submitted,
    Taken,
    ItemChecked {
        item: String,
        result: CheckResult,
        note: String,
    },
    Listed,
    Returned {
        reason: String,
    },
    ChangeAccepted,
    ChangeRefused {
        reason: String,
    },
    Suspended {
        rule: String,
        reason: String,
    },
    Reinstated {
        reason: String,
    },
    /// By the provider without a rule, by the centre under one.
    Withdrawn {
        rule: Option<String>,
        reason: String,
    },
    Appealed {
        text: String,
        due: Date,
    },
    AppealAnswered {
        overturned: bool,
        reason: String,
    },
    OutcomeRecorded {
        enterprise: EnterpriseId,
        change: i64,
        kept: Option<bool>,
        source: String,
    },
}

impl Fact {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Begun { .. } => "solution.begun",
            Self::Described { .. } => "solution.described",
            Self::ProofAdded { .. } => "solution.proof-added",
            Self::ProofRemoved { .. } => "solution.proof-removed",
            Self::ProofChecked { .. } => "solution.proof-checked",
            Self::ClientInvited { .. } => "solution.client-invited",
            Self::InviteCancelled { .. } => "solution.invite-cancelled",
            Self::ClientAnswered { .. } => "solution.client-answered",
            Self::Submitted => "solution.submitted",
            Self::Taken => "solution.taken",
            Self::ItemChecked { .. } => "solution.item-checked",
            Self::Listed => "solution.listed",
            Self::Returned { .. } => "solution.returned",
            Self::ChangeAccepted => "solution.change-accepted",
            Self::ChangeRefused { .. } => "solution.change-refused",
            Self::Suspended { .. } => "solution.suspended",
            Self::Reinstated { .. } => "solution.reinstated",
            Self::Withdrawn { .. } => "solution.withdrawn",
            Self::Appealed { .. } => "solution.appealed",
            Self::AppealAnswered { .. } => "solution.appeal-answered",
            Self::OutcomeRecorded { .. } => "solution.outcome-recorded",
        }
    }
    /// As said in the timeline.
    pub fn text(&self) -> Text {
        match self {
            Self::Begun { .. } => Text::new("Lập bản giới thiệu", "Listing begun"),
            Self::Described { .. } => Text::new("Sửa bản giới thiệu", "Listing edited"),
            Self::ProofAdded { .. } => Text::new("Thêm minh chứng", "Proof added"),
            Self::ProofRemoved { .. } => Text::new("Bỏ minh chứng", "Proof removed"),
            Self::ProofChecked { accepted: true, .. } => Text::new("Minh chứng được chấp nhận", "Proof accepted"),
            Self::ProofChecked { .. } => Text::new("Minh chứng không được chấp nhận", "Proof not accepted"),
            Self::ClientInvited { .. } => Text::new("Mời khách hàng xác nhận", "Client invited to confirm"),
            Self::InviteCancelled { .. } => Text::new("Hủy lời mời khách hàng", "Invitation cancelled"),
            Self::ClientAnswered { .. } => Text::new("Khách hàng trả lời", "Client answered"),
            Self::Submitted => Text::new("Gửi kiểm tra", "Submitted"),
            Self::Taken => Text::new("Nhận kiểm tra", "Taken for the check"),
            Self::ItemChecked { .. } => Text::new("Chấm một mục kiểm tra", "Item of the checklist answered"),
            Self::Listed => Text::new("Niêm yết", "Listed"),
            Self::Returned { .. } => Ruling::Returned.text(),
            Self::ChangeAccepted => Text::new("Nhận thay đổi", "Change accepted"),
            Self::ChangeRefused { .. } => Ruling::ChangeRefused.text(),
            Self::Suspended { .. } => Ruling::Suspended.text(),
            Self::Reinstated { .. } => Text::new("Niêm yết lại", "Listed again"),
            Self::Withdrawn { .. } => Text::new("Gỡ khỏi showroom", "Withdrawn"),
            Self::Appealed { .. } => Text::new("Khiếu nại", "Appealed"),
            Self::AppealAnswered { overturned: true, .. } => Text::new("Chấp nhận khiếu nại", "Appeal upheld"),
            Self::AppealAnswered { .. } => Text::new("Không chấp nhận khiếu nại", "Appeal dismissed"),
            Self::OutcomeRecorded { .. } => Text::new("Ghi kết quả đo được", "Measured outcome recorded"),
        }
    }
    /// The reason that was given with it.
    pub fn reason(&self) -> &str {
        match self {
            Self::Returned { reason }
            | Self::ChangeRefused { reason }
            | Self::Suspended { reason, .. }
            | Self::Reinstated { reason }
            | Self::Withdrawn { reason, .. }
            | Self::AppealAnswered { reason, .. }
            | Self::ProofChecked { reason, .. } => reason,
            Self::Appealed { text, .. } => text,
            _ => "",
        }
    }
}
