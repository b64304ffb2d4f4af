//! Time that is added: an apology with one new date (Mẫu 04), and the verification the law allows.

use super::{Changes, text, undeclared};
use crate::{
    event::{Change, Ground},
    state::ClockRun,
};
use kernel::{
    Instant, Refusal,
    time::{Date, midnight},
};
use serde_json::Value;

impl Changes<'_> {
    /// When an apology is drafted for a clock that falls due: the opening of the working day so many working days before. None
    /// where that has passed already (a procedure of one day), where no date may follow, and past the declared years.
    pub(super) fn warn(&self, clock: &str, due: Instant) -> Result<Option<Instant>, Refusal> {
        let Some(rule) = self.d.time.extension.as_ref().filter(|_| clock == "processing") else { return Ok(None) };
        let mut day = due.date();
        let mut left = rule.draft_days;
        // Days off between are few; a year without a working day is no calendar.
        for _ in 0..366 {
            if left == 0 {
                break;
            }
            let Ok(before) = day.yesterday() else { return Ok(None) };
            day = before;
            match self.cx.calendar.is_working_day(day) {
                Ok(true) => left -= 1,
                Ok(false) => {}
                Err(_) => return Ok(None),
            }
        }
        let opening = self.cx.calendar.opening(midnight(day))?;
        Ok(Some(opening).filter(|at| *at > self.cx.now && *at < due))
    }

    /// A new date for the clock: once, told before the old one, and later than it.
    pub(super) fn extend(&mut self, clock: &str, input: &Value) -> Result<(), Refusal> {
        let rule = self.d.time.extension.as_ref().ok_or_else(|| undeclared("extension", "time.extension"))?;
        let c = self.scratch.clocks.get(clock).ok_or_else(|| undeclared("clock", clock))?.clone();
        let before = c.extensions.iter().filter(|e| e.ground == Ground::Apology).count();
        if before >= rule.times as usize {
            return Err(Refusal::conflict(
                "extended-once",
                "Đã xin lỗi và hẹn lại ngày trả một lần; không được gia hạn lần nữa",
                "An apology with a new date was given already; a second extension is not possible",
            ));
        }
        if c.run != ClockRun::Running {
            return Err(Refusal::conflict("clock-not-running", "Thời gian giải quyết đang tạm dừng hoặc đã kết thúc", "The statutory time is suspended or over"));
        }
        let days_left = i64::from(due_days(self.cx.now.date(), c.due.date()));
        if days_left < i64::from(rule.before_days) {
            return Err(Refusal::conflict(
                "extension-too-late",
                format!("Văn bản xin lỗi phải ký chậm nhất {} ngày trước ngày hẹn trả; nay đã quá hạn đó", rule.before_days),
                format!("The apology must be signed at least {} day(s) before the promised date; it is too late now", rule.before_days),
            ));
        }
        let until = text(input, "until");
        let wrong = |vi: &str, en: &str| {
            Refusal::invalid("until", "Ngày hẹn lại chưa đúng", "The new date is not right").because(Some("until"), vi, en)
        };
        let day: Date = until.parse().map_err(|_| wrong("Ghi ngày có thật, ví dụ 25/11/2026", "Enter a real date, for example 25/11/2026"))?;
        let hours = self.cx.calendar.hours_of(day)?;
        let Some((_, closing)) = hours.last().copied() else {
            return Err(wrong("Chọn một ngày làm việc", "Choose a working day"));
        };
        if closing <= c.due {
            return Err(wrong("Ngày hẹn lại phải sau ngày hẹn trả hiện nay", "The new date must be after the present one"));
        }
        let reason = text(input, "reason");
        self.push(Change::ClockExtended { clock: clock.into(), due: closing, reason, ground: Ground::Apology, warn: None });
        Ok(())
    }

    /// Verification elsewhere adds its span, once.
    pub(super) fn prolong(&mut self, clock: &str, input: &Value) -> Result<(), Refusal> {
        let span = self.d.time.verification.as_ref().ok_or_else(|| undeclared("verification", "time.verification"))?.span;
        let c = self.scratch.clocks.get(clock).ok_or_else(|| undeclared("clock", clock))?.clone();
        if c.extensions.iter().any(|e| e.ground == Ground::Verification) {
            return Err(Refusal::conflict(
                "verified-once",
                "Đã kéo dài thời hạn để xác minh một lần",
                "The time was prolonged for verification already",
            ));
        }
        if c.run != ClockRun::Running {
            return Err(Refusal::conflict("clock-not-running", "Thời gian giải quyết đang tạm dừng hoặc đã kết thúc", "The statutory time is suspended or over"));
        }
        let due = self.cx.calendar.step_due(c.due, span)?;
        let warn = self.warn(clock, due)?;
        let reason = text(input, "reason");
        self.push(Change::ClockExtended { clock: clock.into(), due, reason, ground: Ground::Verification, warn });
        Ok(())
    }

    pub(super) fn draft_apology(&mut self) -> Result<(), Refusal> {
        let early = Refusal::conflict("not-due", "Chưa đến lúc dự thảo văn bản xin lỗi", "It is not time to draft an apology");
        if self.scratch.apology.is_some() {
            return Err(Refusal::conflict("drafted", "Văn bản xin lỗi đã được dự thảo", "The apology is drafted already"));
        }
        let due = self.scratch.draft_at(self.d).filter(|at| *at <= self.cx.now);
        due.ok_or(early)?;
        self.push(Change::ApologyDrafted);
        Ok(())
    }
}

/// Days of the calendar from one date to another.
fn due_days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
