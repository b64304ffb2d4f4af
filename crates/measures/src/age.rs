//! How old a figure is, and until when it may stand by the rhythm of whoever tells it: a quarter's value is not old after a quarter of an hour.

use crate::{
    Measures,
    catalog::Indicator,
    feed::State,
    figures::{Figure, Origin},
    period::Period,
};
use kernel::Instant;
use store::StoreError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub as_of: Instant,
    /// Nothing: counted from records, which have no rhythm of their own.
    pub good_until: Option<Instant>,
}

/// Days that an office has to tell the next period after it is over; less where periods are shorter.
const DAYS_TO_TELL: i64 = 31;
const DAY: i64 = 86_400;

impl Figure {
    /// When it was said; of a sum the oldest part. Nothing where records are counted.
    pub fn said_at(&self) -> Option<Instant> {
        match &self.origin {
            Origin::Counted(_) => None,
            Origin::Entered(line) => Some(line.said.at),
            Origin::Communes(lines) => lines.iter().map(|l| l.said.at).min(),
        }
    }
}

/// A value stands until the next period is over and there was time to tell that one.
fn stands_until(period: Period) -> Instant {
    let next = period.after();
    let length = next.ends().seconds_since(next.begins());
    next.ends().plus_seconds(length.min(DAYS_TO_TELL * DAY))
}

/// A source that sends again what it sent says that it still holds.
fn by(f: &Figure, said: Instant, feed: Option<&State>) -> Age {
    match feed.and_then(|s| s.taken_at.map(|taken| (taken, s.due))) {
        Some((taken, due)) => Age { as_of: said.max(taken), good_until: due },
        None => Age { as_of: said, good_until: Some(stands_until(f.period)) },
    }
}

impl Measures {
    /// `counted`: to when records have been counted.
    pub async fn age(&self, i: &Indicator, f: &Figure, counted: Instant) -> Result<Age, StoreError> {
        let Some(said) = f.said_at() else { return Ok(Age { as_of: counted, good_until: None }) };
        let feed = match self.catalog.feeds.iter().find(|x| x.columns.indicator.value.as_deref() == Some(i.code.as_str())) {
            Some(x) => Some(self.feed_state(x).await?),
            None => None,
        };
        Ok(by(f, said, feed.as_ref()))
    }
}

impl Age {
    /// Of what is made of both: as old as the older one, and old as soon as one is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let good_until = [self.good_until, other.good_until].into_iter().flatten().min();
        Self { as_of: self.as_of.min(other.as_of), good_until }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_value_stands_until_the_next_one_should_be_there() {
        for (period, until) in [
            ("2026-11", "2027-02-01T00:00:00+07:00"),
            ("2026-Q3", "2027-02-01T00:00:00+07:00"),
            ("2026", "2028-02-01T00:00:00+07:00"),
            ("2026-11-20", "2026-11-23T00:00:00+07:00"),
        ] {
            assert_eq!(stands_until(period.parse().unwrap()), at(until), "{period}");
        }
    }

    #[test]
    fn what_is_made_of_several_is_as_old_as_the_oldest() {
        let (old, new) = (at("2026-05-08T09:00:00+07:00"), at("2026-11-24T09:00:00+07:00"));
        let counted = Age { as_of: new, good_until: None };
        let sent = Age { as_of: old, good_until: Some(old.plus_seconds(DAY)) };
        assert_eq!(counted.and(sent), sent);
        assert_eq!(sent.and(counted), sent);
        assert_eq!(counted.and(counted), counted);
    }
}
