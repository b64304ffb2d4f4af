//! How a due instant stands: working time left, and a chip that says it by word, shape and colour.

use kernel::{
    Instant,
    calendar::{Calendar, Span},
    text::Lang,
};
use web::{
    html::Html,
    kit::{self, Mood, Shape},
    when,
};

/// Less than this share of a span left (a quarter) is soon.
const SOON: i64 = 4;
/// Where the length of the span is not known: the last half working day is soon.
const SOON_SECONDS: i64 = 4 * 3600;

/// Working seconds left, and what share of the span is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub left: i64,
    pub total: Option<i64>,
}

impl Standing {
    /// `None` when the calendar does not declare the years in between.
    pub fn at(calendar: &Calendar, started: Option<Instant>, due: Instant, now: Instant) -> Option<Self> {
        let left = calendar.working_seconds(now, due).ok()?;
        let total = started.and_then(|s| calendar.working_seconds(s, due).ok()).filter(|t| *t > 0);
        // Past closing time no working second is left, yet before the instant it is not late.
        let left = if left == 0 && now < due { 1 } else { left };
        Some(Self { left, total })
    }
    /// For a span of known length whose beginning is not at hand.
    pub fn of_span(calendar: &Calendar, span: Option<Span>, due: Instant, now: Instant) -> Option<Self> {
        let total = span.and_then(Span::working_seconds);
        Self::at(calendar, None, due, now).map(|s| Self { total, ..s })
    }
    pub fn mood(self) -> Mood {
        let soon = self.total.map_or(SOON_SECONDS, |t| t / SOON);
        match self.left {
            ..=0 => Mood::Bad,
            left if left <= soon => Mood::Warn,
            _ => Mood::Good,
        }
    }
    /// 0–100, more when overdue.
    pub fn used(self) -> Option<i64> {
        self.total.map(|t| (t - self.left).max(0).saturating_mul(100) / t)
    }
    /// `● còn 4 ngày 2 giờ làm việc`, `▲ còn 1 giờ…`, `✕ quá hạn…`.
    pub fn chip(self, lang: Lang) -> Html {
        let shape = match self.mood() {
            Mood::Good | Mood::Info => Shape::Dot,
            Mood::Warn => Shape::Triangle,
            Mood::Bad => Shape::Cross,
        };
        kit::chip_with(self.mood(), shape, &when::working_left(self.left, lang))
    }
}

/// The due instant as people say it with its chip; without the chip where the calendar cannot count.
pub fn due_cell(standing: Option<Standing>, due: Instant, now: Instant, lang: Lang) -> Html {
    let time = when::at_time(due, now, lang);
    match standing {
        Some(s) => Html(format!("{}<br>{time}", s.chip(lang))),
        None => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_says_it_by_word_and_shape() {
        let s = |left, total| Standing { left, total };
        assert_eq!(s(8 * 3600, Some(16 * 3600)).mood(), Mood::Good);
        assert_eq!(s(4 * 3600, Some(16 * 3600)).mood(), Mood::Warn);
        assert_eq!(s(3600, None).mood(), Mood::Warn);
        assert_eq!(s(0, None).mood(), Mood::Bad);
        assert!(s(-3 * 3600, None).chip(Lang::Vi).0.contains("✕</span> quá hạn 3 giờ làm việc"));
        assert!(s(4 * 3600, Some(16 * 3600)).chip(Lang::Vi).0.contains("▲</span> còn 4 giờ"));
        assert_eq!(s(-100, Some(100)).used(), Some(200));
    }
}
