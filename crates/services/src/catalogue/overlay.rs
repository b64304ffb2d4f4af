//! What was released, laid over the files: at start, after a release, and when the day of a calendar has come.

use super::{
    Catalogue,
    releases::{self, Release, Subject},
};
use anyhow::Context as _;
use casework::{Definition, Definitions, Rules};
use kernel::{
    calendar::{Calendar, Calendars},
    catalog::{Files, Finding},
    id::ReleaseId,
    time::Date,
};
use std::sync::{Arc, PoisonError, atomic::Ordering};

/// What holds over the files now.
#[derive(Default)]
pub(crate) struct Laid {
    /// Releases that count today, in order.
    ids: Vec<ReleaseId>,
    /// Open cases of offices that are no more were handed on since the program started.
    pub handed_on: std::sync::atomic::AtomicBool,
}

/// The files with releases laid over them. A procedure's version is a file of its own and counts from its own day by itself; a
/// calendar replaces the one of its code from the day it was released for.
pub fn over(base: &Files, released: &[Release], today: Date) -> Files {
    let mut files = base.clone();
    let mut calendars: Vec<&Release> = Vec::new();
    for r in released {
        match r.subject {
            Subject::Procedure => files.insert(r.path.as_str(), r.text.as_str()),
            Subject::Calendar if r.starts <= today => calendars.push(r),
            Subject::Calendar => {}
        }
    }
    // Of two that have begun the one that began later counts, whichever was released first.
    calendars.sort_by_key(|r| r.starts);
    for r in calendars {
        files.insert(r.path.as_str(), r.text.as_str());
    }
    files
}

fn counts(released: &[(ReleaseId, Subject, Date)], today: Date) -> Vec<ReleaseId> {
    released.iter().filter(|(_, s, from)| *s == Subject::Procedure || *from <= today).map(|(id, ..)| *id).collect()
}

impl Catalogue {
    /// The files as they count today.
    pub async fn files_today(&self) -> anyhow::Result<Files> {
        let released = releases::released(self.services.desk.scope()).await?;
        Ok(over(&self.files, &released, self.services.now().date()))
    }

    /// Takes over what was released since the last time, here or by another process. Answers whether there was anything.
    pub async fn refresh(&self) -> anyhow::Result<bool> {
        let (scope, today) = (self.services.desk.scope(), self.services.now().date());
        let ids = counts(&releases::released_ids(scope).await?, today);
        if self.laid.lock().unwrap_or_else(PoisonError::into_inner).ids == ids {
            return Ok(false);
        }
        let files = self.files_today().await?;
        let rules = tokio::task::spawn_blocking(move || rules(&files)).await.context("the catalogue was not read")?;
        self.services.desk.replace_rules(Arc::new(rules?));
        self.laid.lock().unwrap_or_else(PoisonError::into_inner).ids = ids;
        Ok(true)
    }

    /// Everything that a new day or another process brings: releases, and offices that begin or end.
    pub async fn keep_current(&self) -> anyhow::Result<()> {
        self.refresh().await?;
        let desk = &self.services.desk;
        let turned = desk.identity().turn_offices(self.services.now().date());
        let first = !self.laid.lock().unwrap_or_else(PoisonError::into_inner).handed_on.swap(true, Ordering::Relaxed);
        if turned || first {
            let moved = desk.succeed_offices(self.services.now()).await?;
            if moved > 0 {
                tracing::info!(moved, "open cases went to the offices that took over");
            }
        }
        Ok(())
    }
}

/// The rules of a set of files. What was without fault when it was released may have one under a newer program: it is told and
/// left out rather than stopping the house, and the cases pinned to it are refused by name.
fn rules(files: &Files) -> anyhow::Result<Rules> {
    let (definitions, findings) = casework::definition::load(files);
    for finding in &findings {
        tracing::error!(%finding, "catalogue");
    }
    let calendars = Calendars::load(files).map_err(|f| anyhow::anyhow!("calendars: {}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    Ok(Rules { definitions, calendars })
}

/// The definition of one file over the flows of a set of files, with what is wrong with it alone.
pub fn definition_of(files: &Files, path: &str, text: &str) -> (Option<Arc<Definition>>, Vec<Finding>) {
    let mut few: Files = files.under("flows", "yaml").map(|(p, t)| (p.to_owned(), t.to_owned())).collect();
    few.insert(path, text);
    let (definitions, findings): (Definitions, Vec<Finding>) = casework::definition::load(&few);
    let found = definitions.all().next().cloned();
    (found, findings)
}

/// The calendar of one file over the others.
pub fn calendar_of(files: &Files, code: &str, path: &str, text: &str) -> Result<Arc<Calendar>, Vec<Finding>> {
    let mut with = files.clone();
    with.insert(path, text);
    let all = Calendars::load(&with)?;
    all.get(code).cloned().map_err(|e| vec![Finding::new(path, Some(1), e.to_string(), e.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Instant, id::AccountId, time::date};

    fn release(subject: Subject, path: &str, text: &str, starts: Date) -> Release {
        let at = Instant::from_micros(0);
        let hand = releases::Hand { account: AccountId::new(uuid::Uuid::nil()), name: String::new(), at };
        Release {
            id: ReleaseId::new(uuid::Uuid::now_v7()),
            subject,
            code: "x".into(),
            version: "1".into(),
            path: path.into(),
            text: text.into(),
            starts,
            status: releases::Status::Released,
            drafted: hand.clone(),
            changed_at: at,
            released: Some(hand),
            revision: 2,
        }
    }

    #[test]
    fn a_calendar_counts_from_its_day_and_the_later_day_wins() {
        let mut base = Files::new();
        base.insert("calendars/a.yaml", "base");
        let all = [
            release(Subject::Calendar, "calendars/a.yaml", "march", date(2027, 3, 1)),
            release(Subject::Calendar, "calendars/a.yaml", "january", date(2027, 1, 1)),
            release(Subject::Procedure, "procedures/p.yaml", "p", date(2027, 6, 1)),
        ];
        let on = |y, m, d| over(&base, &all, date(y, m, d)).get("calendars/a.yaml").map(str::to_owned);
        assert_eq!(on(2026, 12, 31).as_deref(), Some("base"));
        assert_eq!(on(2027, 1, 1).as_deref(), Some("january"));
        assert_eq!(on(2027, 3, 1).as_deref(), Some("march"));
        assert_eq!(over(&base, &all, date(2026, 12, 31)).get("procedures/p.yaml"), Some("p"));
    }
}
