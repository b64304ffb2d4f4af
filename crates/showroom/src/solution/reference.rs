//! Clients who confirm for themselves. The provider names them; the link goes to the client and never through the provider.

use crate::ids::ReferenceId;
use kernel::{Instant, Refusal, text::clean, time::Date};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub id: ReferenceId,
    pub client: String,
    pub tax_code: String,
    pub email: String,
    /// VSIC code of the client.
    pub sector: String,
    pub invited_at: Instant,
    /// The last day of the link.
    pub expires: Date,
    pub state: ReferenceState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReferenceState {
    Invited,
    Cancelled,
    Answered { answer: Answer, at: Instant },
}

/// What the client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub using: bool,
    pub months: u16,
    /// Change of productivity as the client sees it, in whole percent; not an outcome measured by the centre.
    pub gain: Option<i32>,
    pub satisfied: bool,
    pub comment: String,
    pub person: String,
    pub position: String,
}

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedAnswer {
    pub using: String,
    pub months: String,
    pub gain: String,
    pub satisfied: String,
    pub comment: String,
    pub person: String,
    pub position: String,
    pub authorised: bool,
}

impl TypedAnswer {
    pub fn checked(&self) -> Result<Answer, Refusal> {
        let mut r = Refusal::invalid(
            "bad-answer",
            "Xác nhận chưa gửi được; sửa các mục dưới đây.",
            "The confirmation cannot be sent yet; correct what is listed below.",
        );
        let mut no = |field: &str, vi: &str, en: &str| crate::listing::refuse(&mut r, field, vi, en);
        let yes_no = |text: &str| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let (using, satisfied) = (yes_no(&self.using), yes_no(&self.satisfied));
        if using.is_none() {
            no("using", "Chọn còn dùng hay không.", "Say whether it is still in use.");
        }
        if satisfied.is_none() {
            no("satisfied", "Chọn có hài lòng hay không.", "Say whether you are satisfied.");
        }
        let months = self.months.trim().parse::<u16>().ok().filter(|m| *m <= 600);
        if months.is_none() {
            no("months", "Nhập số tháng đã dùng, từ 0 đến 600. Ví dụ: 8.", "Enter the months in use, 0 to 600, such as 8.");
        }
        let gain = match self.gain.trim().trim_end_matches('%').trim().replace(',', ".") {
            text if text.is_empty() => Ok(None),
            text => text.parse::<i32>().ok().filter(|g| (-100..=1000).contains(g)).map(Some).ok_or(()),
        };
        if gain.is_err() {
            no(
                "gain",
                "Nhập phần trăm là số nguyên từ −100 đến 1000, hoặc để trống nếu không đo.",
                "Enter a whole percentage from −100 to 1000, or leave it empty if not measured.",
            );
        }
        let comment = clean(&self.comment);
        if comment.chars().count() > 2_000 {
            no("comment", "Nhận xét tối đa 2.000 ký tự.", "A comment has at most 2,000 characters.");
        }
        let person = kernel::party::name(&self.person).ok();
        if person.is_none() {
            no("person", "Nhập họ tên người xác nhận.", "Enter the name of the person who confirms.");
        }
        let position: String = clean(&self.position).chars().take(200).collect();
        if position.is_empty() {
            no("position", "Nhập chức vụ của người xác nhận.", "Enter the position of the person who confirms.");
        }
        if !self.authorised {
            no("authorised", "Đánh dấu rằng bạn được doanh nghiệp cho phép xác nhận.", "Tick that your enterprise allows you to confirm.");
        }
        match (using, satisfied, months, gain, person) {
            (Some(using), Some(satisfied), Some(months), Ok(gain), Some(person)) if r.reasons.is_empty() => {
                Ok(Answer { using, months, gain, satisfied, comment, person, position })
            }
            _ => Err(r),
        }
    }
}

/// Answers with the same words at several clients: a sign that one hand wrote them (domain §9, anti-gaming).
pub(crate) fn same_words(references: &[Reference]) -> Vec<ReferenceId> {
    let folded: Vec<(ReferenceId, String)> = references
        .iter()
        .filter_map(|r| match &r.state {
            ReferenceState::Answered { answer, .. } => Some((r.id, kernel::text::fold(&answer.comment))),
            _ => None,
        })
        .filter(|(_, text)| text.chars().count() >= 20)
        .collect();
    folded.iter().filter(|(id, text)| folded.iter().any(|(other, t)| other != id && t == text)).map(|(id, _)| *id).collect()
}
