//! Giving, changing and answering a rating: each one journal entry, on the stream of the case's rating.

use super::{Rating, Said, decide, may_rate, store as rows};
use crate::Care;
use casework::{DeskError, Found};
use identity::actions::CASE_VIEW;
use kernel::{Actor, Instant, Refusal, id::CaseId};
use serde_json::json;
use store::{CommitError, NewEntry};

/// Tries when somebody else writes the same rating at the same time.
const TRIES: usize = 3;

/// The stream of a case's rating.
pub fn stream(case: CaseId) -> String {
    format!("rating:{case}")
}

impl Care {
    /// A case that the actor may rate; for anybody else it is not there.
    pub async fn rateable(&self, actor: &Actor, code: &str) -> Result<Found, DeskError> {
        let found = self.desk.find(actor, code, CASE_VIEW).await?;
        if may_rate(&found.state, actor) {
            return Ok(found);
        }
        Err(Refusal::not_found("Không có hồ sơ này trong các hồ sơ bạn đã nộp", "There is no such case among those you applied for").into())
    }

    /// Gives a rating, or changes it in time. The same words sent twice are one rating.
    pub async fn rate(&self, actor: &Actor, code: &str, said: &Said, now: Instant) -> Result<Rating, DeskError> {
        let found = self.rateable(actor, code).await?;
        let party = actor.party.ok_or_else(|| Refusal::forbidden("not-yours", "Chỉ người nộp hồ sơ được đánh giá", "Only the applicant rates"))?;
        let due = self.desk.calendar(&found.state.offices.decides)?.due(now, self.catalog.ratings.follow_up).map_err(no_calendar)?;
        for _ in 0..TRIES {
            let known = rows::of_case(&self.scope, found.state.id).await?;
            if let Some(same) = known.as_ref().filter(|k| k.stars == said.stars && k.words == said.words) {
                return Ok(same.clone());
            }
            let rating = decide(&self.catalog.ratings, &found.definition, &found.state, known.as_ref(), said, party, now, due)?;
            let kind = if rating.version == 1 { "rating.given" } else { "rating.changed" };
            if self.write(&rating, kind, actor, now).await? {
                return Ok(rating);
            }
        }
        Err(somebody_else().into())
    }

    /// What the office tells somebody who was not satisfied.
    pub async fn answer_rating(&self, actor: &Actor, case: CaseId, text: &str, now: Instant) -> Result<Rating, DeskError> {
        for _ in 0..TRIES {
            let known = rows::of_case(&self.scope, case).await?.ok_or_else(|| Refusal::not_found("Không có đánh giá này", "There is no such rating"))?;
            let rating = super::answer(&known, text, &actor.name, now)?;
            if self.write(&rating, "rating.answered", actor, now).await? {
                return Ok(rating);
            }
        }
        Err(somebody_else().into())
    }

    /// False when somebody else was first.
    async fn write(&self, r: &Rating, kind: &str, actor: &Actor, now: Instant) -> Result<bool, DeskError> {
        let payload = json!({
            "case": r.case, "code": r.code, "kind": r.kind, "definition": r.definition, "office": r.office, "stars": r.stars, "score": r.stars,
            "satisfied": !self.catalog.ratings.unhappy(r.stars), "words": r.words, "follow": r.follow, "answer": r.answer,
        });
        let mut batch = self.scope.batch();
        batch.append(NewEntry {
            stream: stream(r.case),
            version: r.version,
            kind: kind.to_owned(),
            at: now,
            actor: actor.account.to_string(),
            on_behalf: None,
            key: None,
            payload: payload.to_string(),
        });
        rows::put(&mut batch, r);
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(CommitError::Store(e)) => Err(e.into()),
        }
    }
}

pub fn no_calendar(e: kernel::calendar::CalendarError) -> Refusal {
    Refusal::conflict("no-calendar", format!("Chưa có lịch làm việc để tính thời hạn: {e}"), format!("There is no calendar to count the time with: {e}"))
}

fn somebody_else() -> Refusal {
    Refusal::conflict("changed", "Đánh giá vừa được ghi ở nơi khác. Tải lại trang rồi thử lại.", "The rating has just been written elsewhere. Reload the page and try again.")
}
