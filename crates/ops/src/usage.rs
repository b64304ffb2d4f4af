//! Whether leaders use the centre: on which days they opened it, what they asked, what was answered, what they directed. A centre that
//! is not opened is told so in the same table (the ministry's finding of 8/2025: operations centres not used regularly).

use crate::{
    Ops, Who,
    directive::views::{self, Ask, Line as Task, Side},
    question::{self, Line as Question},
};
use kernel::{
    Instant,
    id::{AccountId, OfficeCode},
    time::{Date, midnight},
};
use store::{Row, StoreError, values};

/// A day on which a leader opened the centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub day: String,
    pub account: AccountId,
    pub name: String,
    pub office: OfficeCode,
    pub times: i64,
    pub last: Instant,
}

/// Days, both of them included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
}

impl Span {
    /// The week from Monday to Sunday in which a day lies, and so many before it, newest first.
    pub fn weeks(day: Date, many: usize) -> Vec<Self> {
        let back = i64::from(day.weekday().to_monday_zero_offset());
        let monday = later(day, -back);
        (0..many).map(|n| later(monday, -7 * i64::try_from(n).unwrap_or(0))).map(|from| Self { from, to: later(from, 6) }).collect()
    }
    fn instants(self) -> (Instant, Instant) {
        (midnight(self.from), midnight(later(self.to, 1)))
    }
    fn holds(self, at: Instant) -> bool {
        let (from, to) = self.instants();
        from <= at && at < to
    }
}

/// So many days later; days of Vietnam are all of one length.
fn later(day: Date, days: i64) -> Date {
    midnight(day).plus_seconds(days * 86_400).date()
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Persons and days on which they opened it.
    Opened,
    Asked,
    /// Of what was asked.
    Answered,
    /// Of what was asked.
    InTime,
    Directed,
}

impl What {
    pub const ALL: [Self; 5] = [Self::Opened, Self::Asked, Self::Answered, Self::InTime, Self::Directed];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::InTime => "in-time",
            Self::Directed => "directed",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.code() == code)
    }
    pub fn is_answered(self, q: &Question) -> bool {
        match self {
            Self::Answered => q.answered.is_some(),
            Self::InTime => q.answered.is_some_and(|at| at <= q.answer_by),
            _ => true,
        }
    }
}

/// Everything that was done in a span of days.
#[derive(Debug, Clone, Default)]
pub struct Used {
    pub openings: Vec<Opening>,
    pub asked: Vec<Question>,
    pub directed: Vec<Task>,
}

impl Used {
    pub async fn of(s: &Ops, span: Span) -> Result<Self, StoreError> {
        let (from, to) = span.instants();
        let mut directed = views::lines(&s.scope, &Ask { side: Side::Province, from: Some(from), to: Some(to), ..Ask::default() }).await?;
        // What is limited is in no figure of the province.
        directed.retain(|l| !l.limited);
        Ok(Self { openings: openings(s, span).await?, asked: question::asked_between(&s.scope, from, to).await?, directed })
    }
    /// The part that lies in a shorter span.
    pub fn within(&self, span: Span) -> Self {
        let days = (span.from.to_string(), span.to.to_string());
        Self {
            openings: self.openings.iter().filter(|o| days.0 <= o.day && o.day <= days.1).cloned().collect(),
            asked: self.asked.iter().filter(|q| span.holds(q.asked)).cloned().collect(),
            directed: self.directed.iter().filter(|l| span.holds(l.assigned)).cloned().collect(),
        }
    }
    pub fn questions(&self, what: What) -> impl Iterator<Item = &Question> {
        self.asked.iter().filter(move |q| what.is_answered(q))
    }
    pub fn count(&self, what: What) -> i64 {
        let n = match what {
            What::Opened => self.openings.len(),
            What::Directed => self.directed.len(),
            What::Asked | What::Answered | What::InTime => self.questions(what).count(),
        };
        i64::try_from(n).unwrap_or(i64::MAX)
    }
}

async fn openings(s: &Ops, span: Span) -> Result<Vec<Opening>, StoreError> {
    let sql = "SELECT day, account, name, office, times, last FROM ops_opening WHERE province = $1 AND day >= $2 AND day <= $3 ORDER BY day DESC, name, account";
    let row = |r: &Row| {
        Ok(Opening { day: r.string("day")?, account: r.id("account")?, name: r.string("name")?, office: OfficeCode::new(r.text("office")?), times: r.int("times")?, last: r.instant("last")? })
    };
    s.scope.query(sql, values![span.from.to_string(), span.to.to_string()]).await?.iter().map(row).collect()
}

/// The first day on which anybody was seen to open it: of the time before, nothing is known.
pub async fn noted_since(s: &Ops) -> Result<Option<Date>, StoreError> {
    let row = s.scope.one("SELECT MIN(day) AS day FROM ops_opening WHERE province = $1", Vec::new()).await?;
    Ok(row.and_then(|r| r.opt_text("day").ok().flatten().and_then(|d| d.parse().ok())))
}

impl Ops {
    /// Notes that a leader opened the centre. A page is never refused because this could not be written.
    pub async fn opened(&self, who: &Who) {
        let Some(office) = who.office.as_ref().filter(|_| who.leads) else { return };
        let at = who.author.at;
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO ops_opening (province, day, account, name, office, times, last) VALUES ($1, $2, $3, $4, $5, 1, $6) \
             ON CONFLICT (province, day, account) DO UPDATE SET times = ops_opening.times + 1, last = excluded.last, office = excluded.office",
            values![at.date().to_string(), who.author.account, &who.author.name, office, at],
        );
        if let Err(error) = self.scope.commit(batch).await {
            tracing::warn!(%error, "an opening of the centre was not noted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    #[test]
    fn weeks_begin_on_monday_and_come_newest_first() {
        let weeks = Span::weeks(date(2026, 11, 22), 3);
        assert_eq!(weeks.iter().map(|w| (w.from.to_string(), w.to.to_string())).collect::<Vec<_>>(), [
            ("2026-11-16".to_owned(), "2026-11-22".to_owned()),
            ("2026-11-09".to_owned(), "2026-11-15".to_owned()),
            ("2026-11-02".to_owned(), "2026-11-08".to_owned()),
        ]);
        assert_eq!(Span::weeks(date(2026, 11, 23), 1)[0].from, date(2026, 11, 23));
        // The last moment of a Sunday in Vietnam is in its week, the first of Monday is not.
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert!(weeks[0].holds(at("2026-11-22T23:59:59+07:00")) && !weeks[0].holds(at("2026-11-23T00:00:00+07:00")));
        assert!(weeks[0].holds(at("2026-11-15T17:00:00Z")));
    }
}
