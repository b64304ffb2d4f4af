//! Time: what the steps take fits into what the law gives, in every case of it.

use super::Check;
use crate::definition::{Ordered, Verb};
use kernel::calendar::Span;
use serde_json::Value;

impl Check<'_> {
    pub(super) fn time(&mut self) {
        let d = self.d;
        self.budget(d.time.span, &Ordered::default(), None);
        for (n, case) in d.time.cases.iter().enumerate() {
            let at = n.to_string();
            self.budget(case.span, &case.steps, Some(&at));
            for step in case.steps.keys().filter(|s| d.step(s).is_none()) {
                self.fault(&["time", "cases", &at, "steps"], format!("không có bước “{step}”"), format!("there is no step “{step}”"));
            }
            for example in d.form.examples() {
                if let Err(e) = case.when.evaluate(&[("answers", example), ("channel", &Value::from("online"))]) {
                    self.fault(&["time", "cases", &at, "when"], format!("điều kiện: {e}"), format!("condition: {e}"));
                    break;
                }
            }
        }
        if let Some(rule) = d.time.extension.as_ref().filter(|r| r.times == 0 || r.draft_days > 60 || r.before_days > 60) {
            let (times, draft) = (rule.times, rule.draft_days);
            self.fault(&["time", "extension"], format!("times phải từ 1, số ngày không quá 60 (đang là {times}, {draft})"), format!("times is at least 1 and days at most 60 (found {times}, {draft})"));
        }
        if let Some(silence) = &d.silence {
            if silence.span != d.time.span {
                self.fault(&["silence", "span"], "thời hạn im lặng phải bằng time.span", "the span of silence must be time.span");
            }
            if !d.acts.contains_key(&silence.act) {
                self.fault(&["silence", "act"], format!("không có việc “{}”", silence.act), format!("there is no act “{}”", silence.act));
            }
        }
    }

    /// The internal process fits into the statutory time, or no promise could be kept. Handing over is not counted: the
    /// result waits there for the applicant (domain/public-services §2.5, row 10).
    fn budget(&mut self, span: Span, own: &Ordered<Span>, case: Option<&str>) {
        let d = self.d;
        let limit = match span {
            Span::SameDay { .. } => Some(8 * 3600),
            span => span.working_seconds(),
        };
        let hands_over = |code: &String| d.acts.values().any(|a| a.at.contains(code) && a.verbs.contains(&Verb::Deliver));
        let counted = d.steps.iter().filter(|s| !hands_over(&s.code));
        let taken: i64 = counted.filter_map(|s| own.get(&s.code).copied().unwrap_or(s.budget).working_seconds()).sum();
        let Some(limit) = limit.filter(|limit| taken > *limit) else { return };
        let hours = |s: i64| (s as f64 / 360.0).round() / 10.0;
        let (taken, limit) = (hours(taken), hours(limit));
        let (vi, en) = (
            format!("các bước cộng lại {taken} giờ, quá thời hạn theo luật {limit} giờ (không tính bước trả kết quả)"),
            format!("the steps take {taken} hours of the statutory {limit} (handing over is not counted)"),
        );
        match case {
            Some(n) => self.fault(&["time", "cases", n], vi, en),
            None => self.fault(&["steps"], vi, en),
        }
    }
}
