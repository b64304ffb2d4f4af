//! Two results of the same framework version: before and after (T0, T1, T2).

use crate::{
    answer::Tier,
    decimal::Decimal,
    outcome::{Outcome, Placement},
};
use kernel::{Refusal, Text, text::Lang};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub total: Change,
    pub share: Option<Change>,
    pub score: Option<Change>,
    /// `None` on a side: no level could be given.
    pub level_before: Option<u32>,
    pub level_after: Option<u32>,
    pub dimensions: Vec<DimensionChange>,
    /// Only criteria whose points or tier changed.
    pub criteria: Vec<CriterionChange>,
    /// Why the difference may not be what it seems: other tiers, other questions answered.
    pub caveats: Vec<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub before: Decimal,
    pub after: Decimal,
}

impl Change {
    pub fn by(self) -> Decimal {
        self.after - self.before
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DimensionChange {
    pub code: String,
    pub points: Change,
    pub level_before: Option<u32>,
    pub level_after: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionChange {
    pub code: String,
    pub points: Change,
    pub tier_before: Tier,
    pub tier_after: Tier,
}

/// # Errors
/// Results of different frameworks or versions are not comparable; the refusal says what to do.
pub fn compare(before: &Outcome, after: &Outcome) -> Result<Comparison, Refusal> {
    if before.framework != after.framework {
        return Err(Refusal::invalid(
            "other-framework",
            format!("Không so sánh được kết quả theo hai bộ tiêu chí khác nhau ({} và {}).", before.framework, after.framework),
            format!("Results of two different frameworks ({} and {}) cannot be compared.", before.framework, after.framework),
        ));
    }
    if before.version != after.version {
        return Err(Refusal::invalid(
            "other-version",
            format!(
                "Hai kết quả theo hai phiên bản ({} và {}); hãy chấm lại bộ trả lời cũ theo phiên bản mới rồi so sánh.",
                before.version, after.version
            ),
            format!(
                "The results follow two versions ({} and {}); score the earlier answers under the later version first.",
                before.version, after.version
            ),
        ));
    }
    let both = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).map(|(before, after)| Change { before, after });
    let dimensions = before.dimensions.iter().zip(&after.dimensions).map(|(b, a)| DimensionChange {
        code: a.code.clone(),
        points: Change { before: b.points, after: a.points },
        level_before: b.level,
        level_after: a.level,
    });
    let criteria = before.criteria.iter().zip(&after.criteria).filter(|(b, a)| b.points != a.points || b.tier != a.tier);
    Ok(Comparison {
        total: Change { before: before.total, after: after.total },
        share: both(before.share, after.share),
        score: both(before.score, after.score),
        level_before: before.level,
        level_after: after.level,
        dimensions: dimensions.collect(),
        criteria: criteria
            .map(|(b, a)| CriterionChange {
                code: a.code.clone(),
                points: Change { before: b.points, after: a.points },
                tier_before: b.tier,
                tier_after: a.tier,
            })
            .collect(),
        caveats: caveats(before, after),
    })
}

fn caveats(before: &Outcome, after: &Outcome) -> Vec<Text> {
    let mut caveats = Vec::new();
    let (b, a) = (before.trust.tier, after.trust.tier);
    if b != a {
        caveats.push(Text::new(
            format!("Độ tin cậy khác nhau: trước là “{}”, sau là “{}”.", b.label(Lang::Vi), a.label(Lang::Vi)),
            format!("The tiers differ: “{}” before, “{}” after.", b.label(Lang::En), a.label(Lang::En)),
        ));
    }
    if before.max != after.max {
        caveats.push(Text::new(
            format!("Điểm tối đa khác nhau ({} và {}) do câu không áp dụng; nên so bằng tỷ lệ.", before.max, after.max),
            format!("The maxima differ ({} and {}) because of questions not applicable; compare the shares.", before.max, after.max),
        ));
    }
    let unanswered = |o: &Outcome| o.completeness.asked.saturating_sub(o.completeness.answered);
    if unanswered(before) + unanswered(after) > 0 {
        caveats.push(Text::new(
            format!("Chưa trả lời hết: trước thiếu {} câu, sau thiếu {} câu.", unanswered(before), unanswered(after)),
            format!("Not all is answered: {} questions before, {} after.", unanswered(before), unanswered(after)),
        ));
    }
    if [before, after].iter().any(|o| o.placement == Placement::Unplaced) {
        caveats.push(Text::new(
            "Có kết quả chưa đủ điều kiện xếp mức, nên không so được mức.",
            "One result has no level, so the levels cannot be compared.",
        ));
    }
    caveats
}
