//! What a claim rests on: a file with its hash, dated, checked by a person.

use crate::{
    catalog::{Expiry, ProofKinds},
    ids::ProofId,
    person::Person,
};
use kernel::{Instant, Refusal, id::FileId, text::clean, time::Date};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProof {
    pub id: ProofId,
    pub kind: String,
    pub title: String,
    pub file: FileId,
    pub file_name: String,
    pub sha256: String,
    pub size: i64,
    pub issued: Date,
    /// The last day; from the paper, or from its kind.
    pub until: Option<Date>,
    /// Places of the claims it supports.
    pub claims: Vec<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    #[serde(flatten)]
    pub new: NewProof,
    pub added_at: Instant,
    pub verdict: Option<Verdict>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub accepted: bool,
    pub reason: String,
    pub by: Person,
    pub at: Instant,
}

impl Proof {
    pub fn accepted(&self) -> bool {
        self.verdict.as_ref().is_some_and(|v| v.accepted)
    }
    pub fn in_date(&self, on: Date) -> bool {
        self.new.until.is_none_or(|until| on <= until)
    }
    pub fn valid(&self, on: Date) -> bool {
        self.accepted() && self.in_date(on)
    }
}

impl NewProof {
    /// Dates and kind checked; the expiry follows from the kind where the paper names none.
    pub fn checked(mut self, kinds: &ProofKinds, claims: usize, today: Date) -> Result<Self, Refusal> {
        let mut r =
            Refusal::invalid("bad-proof", "Minh chứng chưa nhận được; sửa các mục dưới đây.", "The proof cannot be taken yet; correct what is listed below.");
        let mut no = |field: &str, vi: &str, en: &str| crate::listing::refuse(&mut r, field, vi, en);
        self.title = clean(&self.title);
        if self.title.is_empty() || self.title.chars().count() > 200 {
            no(
                "title",
                "Nhập tên minh chứng, tối đa 200 ký tự. Ví dụ: Chứng nhận ISO 27001 số 123.",
                "Name the proof in at most 200 characters, such as: ISO 27001 certificate no. 123.",
            );
        }
        if self.issued > today {
            no("issued", "Ngày cấp không thể sau hôm nay.", "The day of issue cannot be after today.");
        }
        self.claims.retain(|c| usize::from(*c) < claims);
        match kinds.get(&self.kind) {
            None => no("kind", "Chọn loại minh chứng trong danh sách.", "Choose the kind of proof from the list."),
            Some(kind) => {
                self.until = match (kind.expiry, self.until) {
                    (Expiry::Never, _) => None,
                    (Expiry::Optional, None) => kind.valid_days.and_then(|d| self.issued.checked_add(jiff::ToSpan::days(d)).ok()),
                    (_, given) => given,
                };
                if kind.expiry == Expiry::Required && self.until.is_none() {
                    no("until", "Loại này phải ghi ngày hết hạn như trên giấy.", "This kind needs the last day as it stands on the paper.");
                }
            }
        }
        if self.until.is_some_and(|until| until < self.issued) {
            no("until", "Ngày hết hạn trước ngày cấp.", "The last day is before the day of issue.");
        } else if self.until.is_some_and(|until| until < today) {
            no("until", "Minh chứng đã hết hạn; hãy gửi bản còn hạn.", "The proof is out of date; send one that is in date.");
        }
        if r.reasons.is_empty() { Ok(self) } else { Err(r) }
    }
}
