//! What one enterprise needs, as its assessment and its owner say.

use kernel::{Dong, Refusal, id::EnterpriseId, text::clean};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A type of solution that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Code of the type of solution.
    pub kind: String,
    /// How large: points short of the next level, or any measure that is the same for all gaps of one enterprise; from 1.
    pub size: u32,
    /// Importance of the business goal behind it: 1 ordinary, 2 important, 3 the reason to act now.
    pub goal: u32,
    /// The stage that is next: 1–3.
    pub stage: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    pub enterprise: EnterpriseId,
    /// VSIC: `C10`, `C1020`, `G47`; empty when not known.
    pub sector: String,
    /// A code of the sizes; empty when not known.
    pub size: String,
    pub gaps: Vec<Gap>,
    /// For the first year, support not counted.
    pub budget: Option<Dong>,
    /// People who will use it.
    pub users: u32,
    /// Sales or documents a month, for prices per transaction.
    pub transactions: Option<u32>,
    pub required_integrations: BTreeSet<String>,
    pub wished_integrations: BTreeSet<String>,
    pub languages: BTreeSet<String>,
    /// Acceptable places; empty is any.
    pub hosting: BTreeSet<String>,
    pub accessible: bool,
    /// The product must be traceable by law or by choice: only what is connected to the national portal.
    pub traceability: bool,
}

impl Need {
    /// Cleans it and refuses what cannot be ranked on.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        let mut r =
            Refusal::invalid("bad-need", "Yêu cầu chưa dùng được; sửa các mục dưới đây.", "The requirements cannot be used yet; correct what is listed below.");
        self.sector = clean(&self.sector).to_uppercase();
        for gap in &self.gaps {
            if gap.size == 0 || gap.size > 1_000 || !(1..=3).contains(&gap.goal) || !(1..=3).contains(&gap.stage) {
                crate::listing::refuse(
                    &mut r,
                    "gaps",
                    "Khoảng trống từ 1 đến 1000, mức quan trọng 1–3, giai đoạn 1–3.",
                    "A gap is 1 to 1000, its importance 1–3, its stage 1–3.",
                );
                break;
            }
        }
        let kinds: BTreeSet<&String> = self.gaps.iter().map(|g| &g.kind).collect();
        if kinds.len() != self.gaps.len() {
            crate::listing::refuse(&mut r, "gaps", "Mỗi loại giải pháp chỉ nêu một lần.", "Name each type of solution once.");
        }
        if self.budget.is_some_and(|b| b.0 <= 0 || b.0 > crate::listing::PRICE_MAX) {
            crate::listing::refuse(
                &mut r,
                "budget",
                "Ngân sách là số đồng lớn hơn 0, ví dụ 50.000.000; chưa rõ thì để trống.",
                "The budget is an amount above 0, such as 50,000,000; leave it empty if not known.",
            );
        }
        if self.users > 1_000_000 {
            crate::listing::refuse(&mut r, "users", "Số người dùng tối đa 1.000.000.", "At most 1,000,000 users.");
        }
        if r.reasons.is_empty() { Ok(self) } else { Err(r) }
    }
}
