//! Scores by whose word: what the province says of itself, what was verified, what was published. Beside the computed ones, never over them.

use crate::{Measures, Who, period::Period};
use indices::{Exact, Index};
use kernel::{Actor, Instant, Refusal, Text, id::AccountId, text::clean};
use records::{Failure, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Batch, Scope, StoreError, values};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Declared,
    Verified,
    Published,
}

impl Side {
    pub const ALL: [Self; 3] = [Self::Declared, Self::Verified, Self::Published];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Verified => "verified",
            Self::Published => "published",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Declared => Text::new("Tự đánh giá", "Self-declared"),
            Self::Verified => Text::new("Thẩm định", "Verified"),
            Self::Published => Text::new("Công bố", "Published"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub points: Exact,
    pub document: String,
    /// Why it differs from the side before it.
    pub reason: String,
    pub name: String,
    pub by: AccountId,
    pub at: Instant,
}

/// All scores of one edition of an index in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub code: String,
    pub edition: String,
    pub period: Period,
    /// By node and side, `awareness/verified`.
    pub scores: BTreeMap<String, Score>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum StandingEvent {
    Scored { code: String, edition: String, period: Period, node: String, side: Side, points: Exact, document: String, reason: String, by: AccountId, name: String },
}

impl Record for Standing {
    type Event = StandingEvent;
    const KIND: &'static str = "standing";

    fn evolve(before: Option<Self>, event: &StandingEvent, at: Instant) -> Option<Self> {
        let StandingEvent::Scored { code, edition, period, node, side, points, document, reason, by, name } = event.clone();
        let mut s = before.unwrap_or(Self { code, edition, period, scores: BTreeMap::new() });
        s.scores.insert(format!("{node}/{}", side.code()), Score { points, document, reason, name, by, at });
        Some(s)
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, s: &Self, event: &StandingEvent, _: i64, _: Instant) {
        let StandingEvent::Scored { node, side, .. } = event;
        let Some(score) = s.scores.get(&format!("{node}/{}", side.code())) else { return };
        batch.exec(
            "INSERT INTO measure_score (province, code, edition, period, node, side, body) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (province, code, edition, period, node, side) DO UPDATE SET body = excluded.body",
            values![&s.code, &s.edition, s.period.to_string(), node, side.code(), serde_json::to_string(score).unwrap_or_default()],
        );
    }
}

/// What somebody sent for a score, as text.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    pub node: String,
    pub side: String,
    pub points: String,
    pub document: String,
    pub reason: String,
}

const TEXT_MAX: usize = 500;

pub fn score(found: Option<&Standing>, index: &Index, period: Period, sent: &Sent, who: &Who) -> Result<Option<StandingEvent>, Refusal> {
    let mut refusal = Refusal::invalid("score-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting");
    let side = Side::of(&sent.side);
    if side.is_some_and(|s| s != Side::Declared) && !who.judges {
        return Err(Refusal::forbidden("not-yours", "Người kiểm soát hoặc lãnh đạo tỉnh, thành phố ghi điểm thẩm định, công bố.", "Controllers or the province's leaders enter verified and published scores."));
    }
    if side.is_none() {
        refusal = refusal.because(Some("side"), "Chọn điểm này là của ai.", "Choose whose score it is.");
    }
    let full = if sent.node == index.code { index.scale.unwrap_or_else(|| index.definition.full()) } else { index.node(&sent.node).map_or(Exact::ZERO, indices::Node::full) };
    if full.is_zero() {
        refusal = refusal.because(Some("node"), "Chọn một chỉ số có điểm.", "Choose an index that is scored.");
    }
    let points = scoring::Decimal::typed(&sent.points).map(|d| Exact::parse(&d.to_string()));
    let points = match points {
        Err(why) => {
            refusal = refusal.because(Some("points"), why.vi, why.en);
            None
        }
        Ok(Some(p)) if !p.is_negative() && (p <= full || full.is_zero()) => Some(p),
        Ok(_) => {
            refusal = refusal.because(Some("points"), format!("Điểm từ 0 đến {full}."), format!("Points from 0 to {full}."));
            None
        }
    };
    let (document, reason) = (clean(&sent.document), clean(&sent.reason));
    if document.is_empty() || document.chars().count() > TEXT_MAX {
        refusal = refusal.because(Some("document"), "Ghi số, ngày văn bản hoặc nơi công bố.", "Give the document's number and date, or where it was published.");
    }
    let key = |s: Side| format!("{}/{}", sent.node, s.code());
    let before = side.and_then(|s| match s {
        Side::Declared => None,
        Side::Verified => Some(Side::Declared),
        Side::Published => Some(Side::Verified),
    });
    let other = found.zip(before).and_then(|(f, b)| f.scores.get(&key(b))).map(|s| s.points);
    if points.is_some() && other.is_some() && other != points && reason.is_empty() {
        refusal = refusal.because(Some("reason"), "Điểm này khác điểm ở bước trước; ghi lý do.", "This differs from the score before it; say why.");
    }
    if reason.chars().count() > TEXT_MAX {
        refusal = refusal.because(Some("reason"), format!("Tối đa {TEXT_MAX} ký tự."), format!("At most {TEXT_MAX} characters."));
    }
    let (true, Some(side), Some(points)) = (refusal.reasons.is_empty(), side, points) else { return Err(refusal) };
    let same = found.and_then(|f| f.scores.get(&key(side))).is_some_and(|s| s.points == points && s.document == document && s.reason == reason);
    let (by, name) = (who.author.account, who.author.name.clone());
    Ok((!same).then(|| StandingEvent::Scored { code: index.code.clone(), edition: index.version.clone(), period, node: sent.node.clone(), side, points, document, reason, by, name }))
}

impl Measures {
    pub async fn score(&self, actor: &Actor, index: &Index, period: Period, sent: &Sent) -> Result<Standing, Failure> {
        let who = self.who(actor);
        let stream = format!("standing/{}/{}/{period}", index.code, index.version);
        records::change::<Standing>(&self.scope, &stream, &who.author, |found| score(found, index, period, sent, &who)).await
    }
}

/// The scores of an edition in a period, by node and side.
pub async fn scores(scope: &Scope, index: &Index, period: Period) -> Result<BTreeMap<(String, Side), Score>, StoreError> {
    let sql = "SELECT node, side, body FROM measure_score WHERE province = $1 AND code = $2 AND edition = $3 AND period = $4";
    let rows = scope.query(sql, values![&index.code, &index.version, period.to_string()]).await?;
    rows.iter()
        .map(|r| {
            let damaged = || StoreError::Damaged(format!("a score of {}", index.code));
            Ok(((r.string("node")?, Side::of(r.text("side")?).ok_or_else(damaged)?), serde_json::from_str(r.text("body")?).map_err(|_| damaged())?))
        })
        .collect()
}
