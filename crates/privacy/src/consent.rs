//! Consents and objections by purpose (Law 91/2025/QH15): given for one purpose and one version of its text, withdrawn as easily,
//! never taken from silence. Rooms ask [`Privacy::allows`] before they process for a purpose.

use crate::{Privacy, catalog::{Ground, Purpose}, store as tables, stored, views};
use casework::DeskError;
use kernel::{Actor, Instant, Refusal, id::PartyId};
use serde::Serialize;
use store::{CommitError, StoreError};

/// What somebody said about a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Consents, or takes an objection back.
    Given,
    /// Withdraws the consent, or objects.
    Withdrawn,
}

impl Word {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Withdrawn => "withdrawn",
        }
    }
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Given => "privacy.consented",
            Self::Withdrawn => "privacy.withdrew",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        [Self::Given, Self::Withdrawn].into_iter().find(|w| w.code() == code)
    }
}

/// A word as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    pub purpose: String,
    pub version: i64,
    pub at: Instant,
    pub word: Word,
    /// Of the text that was read.
    pub text_version: String,
}

/// Whether data may be processed for a purpose after somebody's newest word about it.
pub fn allowed(purpose: &Purpose, last: Option<&Said>) -> bool {
    match purpose.ground {
        Ground::Law | Ground::Contract => true,
        Ground::LawWithObjection => last.is_none_or(|s| s.word == Word::Given),
        Ground::Consent => last.is_some_and(|s| s.word == Word::Given && s.text_version == purpose.version),
    }
}

impl Privacy {
    /// For other rooms: whether data of a party may be processed for a purpose now. Of a purpose nobody declared: no.
    pub async fn allows(&self, party: PartyId, purpose: &str) -> Result<bool, StoreError> {
        let Some(purpose) = self.catalog.purpose(purpose) else { return Ok(false) };
        if !purpose.ground.asks() {
            return Ok(true);
        }
        Ok(allowed(purpose, views::last_word(&self.scope, party, &purpose.code).await?.as_ref()))
    }

    /// A person's word about a purpose. Saying the same again changes nothing.
    pub async fn say(&self, actor: &Actor, purpose: &str, word: Word, now: Instant) -> Result<(), DeskError> {
        let unknown = || Refusal::not_found("Không có mục đích này", "There is no such purpose");
        let purpose = self.catalog.purpose(purpose).filter(|p| p.ground.asks()).ok_or_else(unknown)?;
        let party = actor.party.ok_or_else(|| Refusal::forbidden("no-party", "Tài khoản này không thay mặt cho ai để đồng ý hay từ chối", "This account speaks for nobody who could consent or object"))?;
        for _ in 0..TRIES {
            let last = views::last_word(&self.scope, party, &purpose.code).await?;
            if allowed(purpose, last.as_ref()) == (word == Word::Given) {
                return Ok(());
            }
            let mut batch = self.scope.batch();
            tables::said(&mut batch, party, &purpose.code, last.map_or(0, |l| l.version) + 1, word, &purpose.version, actor, now);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(()),
                // Two windows: the other one was first, so its word is read.
                Err(CommitError::Conflict { .. }) => {}
                Err(e) => return Err(stored(e).into()),
            }
        }
        Err(Refusal::conflict("again", "Lựa chọn này vừa được đổi ở nơi khác; hãy xem lại rồi chọn", "This was just changed elsewhere; look again and choose").into())
    }
}

/// How often somebody else may be first.
const TRIES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(ground: &str) -> Purpose {
        let text = serde_json::json!({"vi": "v", "en": "e"});
        serde_json::from_value(serde_json::json!({
            "code": "p", "name": text, "text": text, "version": "2", "ground": ground, "categories": text, "retention": text, "receives": text,
            "legal_basis": {"document": "Luật", "verified": false},
        }))
        .unwrap()
    }

    #[test]
    fn silence_and_an_older_text_are_no_consent() {
        let said = |word, text: &str| Said { purpose: "p".into(), version: 1, at: Instant::from_micros(1), word, text_version: text.into() };
        let rows = [
            ("consent", None, false),
            ("consent", Some(said(Word::Given, "2")), true),
            ("consent", Some(said(Word::Given, "1")), false),
            ("consent", Some(said(Word::Withdrawn, "2")), false),
            ("law_with_objection", None, true),
            ("law_with_objection", Some(said(Word::Withdrawn, "1")), false),
            ("law_with_objection", Some(said(Word::Given, "1")), true),
            ("law", Some(said(Word::Withdrawn, "2")), true),
            ("contract", None, true),
        ];
        for (ground, last, expected) in rows {
            assert_eq!(allowed(&purpose(ground), last.as_ref()), expected, "{ground} {last:?}");
        }
    }
}
