//! What failed for good: listed, done again, or given up.

use crate::Upkeep;
use kernel::{Actor, Instant, Refusal, id::AccountId, text::clean};
use records::{Author, Failure, Found, Record};
use serde::{Deserialize, Serialize};
use store::{
    Batch, CommitError, StoreError,
    effects::{self, Effect},
    values,
};

/// Letters of a reason.
pub const REASON_MAX: usize = 600;
/// Done again in one go.
const TOGETHER: u32 = 200;

/// What people did about one effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    pub effect: i64,
    pub kind: String,
    /// How often somebody had it done again.
    pub again: u32,
    #[serde(default)]
    pub given_up: Option<GivenUp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenUp {
    pub by: String,
    pub at: Instant,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum HandledEvent {
    Retried { effect: i64, kind: String, by: AccountId, name: String },
    GivenUp { effect: i64, kind: String, reason: String, by: AccountId, name: String },
}

use HandledEvent as E;

impl Record for Handled {
    type Event = HandledEvent;
    const KIND: &'static str = "effect";

    fn evolve(before: Option<Self>, event: &HandledEvent, at: Instant) -> Option<Self> {
        let (effect, kind) = match event {
            E::Retried { effect, kind, .. } | E::GivenUp { effect, kind, .. } => (*effect, kind.clone()),
        };
        let old = before.unwrap_or(Self { effect, kind, again: 0, given_up: None });
        (old.effect == effect && old.given_up.is_none()).then(|| match event {
            E::Retried { .. } => Self { again: old.again.saturating_add(1), ..old },
            E::GivenUp { reason, name, .. } => Self { given_up: Some(GivenUp { by: name.clone(), at, reason: reason.clone() }), ..old },
        })
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, h: &Self, event: &HandledEvent, _: i64, at: Instant) {
        match event {
            E::Retried { .. } => effects::requeue(batch, h.effect, at),
            E::GivenUp { .. } => effects::give_up(batch, h.effect),
        }
    }
}

fn stream(effect: i64) -> String {
    format!("effect:{effect}")
}

/// How many wait to be done, how many of them should have been by now, and how many failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub waiting: i64,
    pub behind: i64,
    pub failed: i64,
}

/// Seconds after which what is due and not done is behind.
const BEHIND: i64 = 600;

impl Upkeep {
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        // Each on its partial index: what is done stays in the table.
        let queued = "SELECT COUNT(*) AS n, CAST(SUM(CASE WHEN due < $2 THEN 1 ELSE 0 END) AS BIGINT) AS old FROM effect WHERE province = $1 AND state = 'queued'";
        let dead = "SELECT COUNT(*) AS n FROM effect WHERE province = $1 AND state = 'dead'";
        let mut counts = Counts { waiting: 0, behind: 0, failed: 0 };
        if let Some(row) = self.scope.one(queued, values![self.now().plus_seconds(-BEHIND)]).await? {
            (counts.waiting, counts.behind) = (row.int("n")?, row.opt_int("old")?.unwrap_or(0));
        }
        if let Some(row) = self.scope.one(dead, Vec::new()).await? {
            counts.failed = row.int("n")?;
        }
        Ok(counts)
    }

    /// Those that failed, newest first, below an id.
    pub async fn failed(&self, below: i64, limit: u32) -> Result<Vec<Effect>, StoreError> {
        effects::dead(&self.scope, below, limit).await
    }

    /// Has one done again from its first attempt on.
    pub async fn retry(&self, actor: &Actor, effect: i64) -> Result<(), Failure> {
        let found = self.one(effect).await?;
        self.write(actor, &found, |by| E::Retried { effect, kind: found.kind.clone(), by: by.account, name: by.name.clone() }).await
    }

    /// Has all of a kind done again; answers how many.
    pub async fn retry_all(&self, actor: &Actor, kind: &str) -> Result<usize, Failure> {
        let mut done = 0;
        for e in self.failed(i64::MAX, TOGETHER).await?.iter().filter(|e| e.kind == kind) {
            match self.retry(actor, e.id).await {
                Ok(()) => done += 1,
                // Somebody else was first.
                Err(Failure::Refused(_)) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    /// Gives one up: it is not done, and why stands in the journal.
    pub async fn give_up(&self, actor: &Actor, effect: i64, reason: &str) -> Result<(), Failure> {
        let reason = clean(reason);
        let letters = reason.chars().count();
        if letters == 0 || letters > REASON_MAX {
            return Err(Refusal::invalid("give-up", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting")
                .because(Some("reason"), format!("Ghi lý do bỏ qua, tối đa {REASON_MAX} ký tự."), format!("Say why it is given up, in at most {REASON_MAX} characters."))
                .into());
        }
        let found = self.one(effect).await?;
        self.write(actor, &found, |by| E::GivenUp { effect, kind: found.kind.clone(), reason: reason.clone(), by: by.account, name: by.name.clone() }).await
    }

    /// One that failed and waits for a person.
    pub async fn one(&self, effect: i64) -> Result<Effect, Failure> {
        let below = effect.checked_add(1).ok_or_else(gone)?;
        let found = effects::dead(&self.scope, below, 1).await?.into_iter().next().filter(|e| e.id == effect);
        found.ok_or_else(|| gone().into())
    }

    async fn write(&self, actor: &Actor, effect: &Effect, event: impl Fn(&Author) -> HandledEvent) -> Result<(), Failure> {
        let by = Author::new(actor, self.now());
        let id = stream(effect.id);
        let found: Option<Found<Handled>> = records::load(&self.scope, &id).await?;
        let mut batch = self.scope.batch();
        records::write(&mut batch, &id, found.as_ref(), &event(&by), &by)?;
        match self.scope.commit(batch).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(gone().into()),
            Err(e) => Err(e.into()),
        }
    }
}

fn gone() -> Refusal {
    Refusal::conflict("effect-gone", "Việc này đã chạy lại hoặc đã bỏ qua. Hãy tải lại trang.", "This was done again or given up already. Reload the page.")
}

/// An error without what may be a person's: what stands in quotation marks, addresses, long numbers. Mail servers, gateways and readers of
/// JSON repeat them.
pub fn masked(error: &str) -> String {
    let unquoted: String = error.split('"').enumerate().map(|(n, part)| if n % 2 == 1 { "\"…\"" } else { part }).collect();
    let hidden = |word: &str| word.contains('@') || word.bytes().filter(u8::is_ascii_digit).count() >= 9;
    unquoted.split(' ').map(|word| if hidden(word) { "…" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_without_people() {
        for (error, told) in [
            ("550 no such user <lan@example.vn>", "550 no such user …"),
            ("gateway: 0912345678 is not a number", "gateway: … is not a number"),
            ("giấy 079123456789 không có", "giấy … không có"),
            ("connection refused (os error 111)", "connection refused (os error 111)"),
            ("payload: invalid type: string \"Nguyễn Thị Lan\", expected u64", "payload: invalid type: string \"…\", expected u64"),
            ("an open \"quotation", "an open \"…\""),
            ("", ""),
        ] {
            assert_eq!(masked(error), told);
        }
    }

    #[test]
    fn what_was_given_up_is_over() {
        let at = Instant::from_micros(5);
        let by = AccountId::new(Default::default());
        let again = E::Retried { effect: 7, kind: "case.notify".into(), by, name: "A".into() };
        let over = E::GivenUp { effect: 7, kind: "case.notify".into(), reason: "đã báo trực tiếp".into(), by, name: "A".into() };
        let h = Handled::evolve(None, &again, at).unwrap();
        let h = Handled::evolve(Some(h), &again, at).unwrap();
        assert_eq!((h.again, &h.given_up), (2, &None));
        assert_eq!(Handled::evolve(Some(h.clone()), &E::Retried { effect: 8, kind: String::new(), by, name: String::new() }, at), None);
        let h = Handled::evolve(Some(h), &over, at).unwrap();
        assert_eq!((Handled::evolve(Some(h.clone()), &again, at), Handled::evolve(Some(h), &over, at)), (None, None));
    }
}
