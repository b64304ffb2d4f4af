//! What an auditor asks for, and what a verification found. Pure.

use crate::words::is_case_code;
use kernel::{Instant, Refusal, Text, id::AccountId, time::{Date, midnight}};
use serde::{Deserialize, Serialize};

/// What a search looks for; what is empty does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criteria {
    /// As typed: an account or words of a name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
    /// The account, once it is known which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub office: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// First and last day, both included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// Characters of a reason: one word is none.
pub const REASON: std::ops::RangeInclusive<usize> = 10..=500;

/// What was typed into the form.
#[derive(Debug, Clone)]
pub struct Typed {
    pub person: String,
    pub case: String,
    pub office: String,
    pub kind: String,
    pub from: Result<Option<Date>, ()>,
    pub to: Result<Option<Date>, ()>,
    pub reason: String,
}

impl Default for Typed {
    fn default() -> Self {
        let none = String::new;
        Self { person: none(), case: none(), office: none(), kind: none(), from: Ok(None), to: Ok(None), reason: none() }
    }
}

impl Typed {
    /// The search, or everything that is wrong with it. `known` tells whether an office, a kind exists.
    pub fn read(&self, office: impl Fn(&str) -> bool, kind: impl Fn(&str) -> bool) -> Result<Criteria, Refusal> {
        let mut refusal = Refusal::invalid("search", "Chưa tra cứu được", "The search cannot be made yet");
        let case = self.case.trim().to_uppercase();
        if !case.is_empty() && !is_case_code(&case) {
            refusal = refusal.because(Some("case"), "Mã hồ sơ có dạng H29.161-261119-0042.", "A case code looks like H29.161-261119-0042.");
        }
        if !self.office.is_empty() && !office(&self.office) {
            refusal = refusal.because(Some("office"), "Không có cơ quan này.", "There is no such office.");
        }
        if !self.kind.is_empty() && !kind(&self.kind) {
            refusal = refusal.because(Some("kind"), "Chưa có bản ghi nào thuộc loại này.", "No entry is of this kind.");
        }
        if self.from.is_err() {
            refusal = refusal.because(Some("from"), "Ngày này không có trong lịch; hãy ghi ngày, tháng, năm.", "There is no such date; give day, month and year.");
        }
        if self.to.is_err() {
            refusal = refusal.because(Some("to"), "Ngày này không có trong lịch; hãy ghi ngày, tháng, năm.", "There is no such date; give day, month and year.");
        }
        let (from, to) = (self.from.unwrap_or_default(), self.to.unwrap_or_default());
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            refusal = refusal.because(Some("to"), "Đến ngày phải không trước từ ngày.", "The last day cannot be before the first.");
        }
        let person = kernel::text::clean(&self.person);
        if person.chars().count() > 200 {
            refusal = refusal.because(Some("person"), "Tên dài nhất 200 chữ.", "A name has at most 200 characters.");
        }
        if let Err(reason) = reason(&self.reason) {
            refusal.reasons.push(reason);
        }
        if !refusal.reasons.is_empty() {
            return Err(refusal);
        }
        let account = person.parse().ok();
        Ok(Criteria { person, account, case, office: self.office.clone(), kind: self.kind.clone(), from, to })
    }
}

/// A reason as it must be given.
pub fn reason(typed: &str) -> Result<(), kernel::refusal::Reason> {
    if REASON.contains(&kernel::text::clean(typed).chars().count()) {
        return Ok(());
    }
    Err(kernel::refusal::Reason {
        field: Some("reason".to_owned()),
        message: Text::new("Ghi rõ lý do (10 đến 500 chữ): số văn bản, vụ việc hoặc kế hoạch kiểm tra.", "Give the reason (10 to 500 characters): the document, the matter or the plan of inspection."),
    })
}

impl Criteria {
    /// The instants between which entries lie: from the first day's begin to before the day after the last.
    pub fn span(&self) -> (Instant, Instant) {
        let begin = self.from.map_or(Instant::from_micros(0), midnight);
        let end = self.to.and_then(|d| d.tomorrow().ok()).map_or(Instant::from_micros(i64::MAX / 4), midnight);
        (begin, end)
    }
    /// Nobody is named yet, only words of a name.
    pub fn who_is_meant(&self) -> Option<&str> {
        (!self.person.is_empty() && self.account.is_none()).then_some(self.person.as_str())
    }
}

/// A verification, asked for or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: String,
    pub asked_at: Instant,
    /// Account and name; empty for the daily one.
    pub asked_by: String,
    /// `None` while it waits.
    pub ended_at: Option<Instant>,
    pub took_ms: i64,
    pub heads: i64,
    pub sealed: i64,
    pub unsealed: i64,
    pub root: String,
    pub faults: Vec<Text>,
}

/// One found entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub seq: i64,
    pub at: Instant,
    pub kind: String,
    pub stream: String,
    pub version: i64,
    pub account: String,
    pub name: String,
    pub office: String,
    pub case_code: Option<String>,
}

/// A recorded search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub id: String,
    pub at: Instant,
    pub reason: String,
    pub criteria: Criteria,
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    fn typed() -> Typed {
        Typed { reason: "Kế hoạch kiểm tra số 12".into(), ..Typed::default() }
    }

    fn fields(t: &Typed) -> Vec<String> {
        let all = |r: Refusal| r.reasons.into_iter().filter_map(|x| x.field).collect();
        t.read(|o| o == "H29.161", |k| k == "dossier.file").map_or_else(all, |_| Vec::new())
    }

    #[test]
    fn a_search_needs_a_reason_and_things_that_exist() {
        assert!(fields(&typed()).is_empty());
        let bad = Typed { case: "abc".into(), office: "H1".into(), kind: "x".into(), from: Err(()), to: Err(()), reason: "vì".into(), person: "a".repeat(300) };
        assert_eq!(fields(&bad), ["case", "office", "kind", "from", "to", "person", "reason"]);
        let turned = Typed { from: Ok(Some(date(2026, 11, 23))), to: Ok(Some(date(2026, 11, 22))), ..typed() };
        assert_eq!(fields(&turned), ["to"]);
        assert_eq!(fields(&Typed { reason: "x".repeat(501), ..typed() }), ["reason"]);
    }

    #[test]
    fn days_are_whole_in_vietnam() {
        let day = Typed { from: Ok(Some(date(2026, 11, 23))), to: Ok(Some(date(2026, 11, 23))), case: "h29.161-261123-0001".into(), ..typed() };
        let criteria = day.read(|_| true, |_| true).unwrap();
        assert_eq!(criteria.case, "H29.161-261123-0001");
        let (begin, end) = criteria.span();
        assert_eq!((begin.to_string().as_str(), end.to_string().as_str()), ("2026-11-23T00:00:00+07:00", "2026-11-24T00:00:00+07:00"));
        let id = AccountId::new(uuid::Uuid::from_u128(7));
        let by_id = Typed { person: id.to_string(), ..typed() }.read(|_| true, |_| true).unwrap();
        assert_eq!((by_id.account, by_id.who_is_meant()), (Some(id), None));
        let by_name = Typed { person: " Phạm  Thu ".into(), ..typed() }.read(|_| true, |_| true).unwrap();
        assert_eq!(by_name.who_is_meant(), Some("Phạm  Thu"));
    }
}
