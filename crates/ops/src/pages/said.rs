//! What was typed into one of the page's forms and why it was not taken; nothing typed is lost.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{
    Refusal,
    refusal::{Reason, RefusalKind},
    text::Lang,
    time::Date,
};
use web::{
    extract::FormData,
    html::Html,
    kit,
    problem::Fault,
    visitor::Visitor,
};

#[derive(Default, Clone)]
pub struct Said {
    pub act: String,
    pub form: FormData,
    pub reasons: Vec<Reason>,
    status: Option<StatusCode>,
}

impl Said {
    /// A form as it would have been typed.
    pub fn typed(act: &str, pairs: Vec<(String, String)>) -> Self {
        Self { act: act.to_owned(), form: FormData(pairs), ..Self::default() }
    }
    pub fn refused(form: FormData, refusal: Refusal) -> Self {
        let status = Fault::from(refusal.clone()).status();
        let mut reasons = refusal.reasons;
        // "Something needs correcting" is said by the summary itself; why the rules say no must be read.
        if reasons.is_empty() || refusal.kind != RefusalKind::Invalid {
            reasons.insert(0, Reason { field: None, message: refusal.message });
        }
        Self { act: form.get("act").unwrap_or_default().to_owned(), form, reasons, status: Some(status) }
    }
    /// What was typed into a field of this form, if this is the form that was sent.
    pub fn value(&self, act: &str, name: &str) -> &str {
        if self.act == act { self.form.get(name).unwrap_or_default() } else { "" }
    }
    pub fn field(&self, v: &Visitor, act: &str, name: &str, (vi, en): (&str, &str)) -> kit::Field {
        let reasons: &[Reason] = if self.act == act { &self.reasons } else { &[] };
        kit::Field::new(v.lang, name, v.pick(vi, en)).value(self.value(act, name)).errors(reasons)
    }
    /// A date of this form: as typed, or `start` when it was not sent.
    pub fn date(&self, v: &Visitor, act: &str, name: &str, label: (&str, &str), start: Option<Date>) -> kit::Field {
        let values = if self.act == act {
            match kit::date_answer(&self.form, name) {
                Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
                Err(parts) => parts.to_vec(),
            }
        } else {
            start.map(|d| vec![d.to_string()]).unwrap_or_default()
        };
        self.field(v, act, name, label).values(values)
    }
    /// The page as the answer. A reason that speaks of a field which is not on it stands without a link.
    pub fn answer(mut self, page: impl Fn(&Self) -> Html) -> Response {
        let first = page(&self);
        let stray = |r: &Reason| r.field.as_ref().is_some_and(|f| !first.0.contains(&format!(" id=\"{}\"", kit::field_id(f))));
        if !self.reasons.iter().any(stray) {
            return (self.status.unwrap_or(StatusCode::OK), first).into_response();
        }
        for reason in &mut self.reasons {
            if stray(reason) {
                reason.field = None;
            }
        }
        (self.status.unwrap_or(StatusCode::OK), page(&self)).into_response()
    }
    pub fn is_error(&self) -> bool {
        !self.reasons.is_empty()
    }
    pub fn summary(&self, lang: Lang) -> Html {
        kit::error_summary(lang, &self.reasons)
    }
    /// A folded form: open when it was the one that was refused.
    pub fn folded(&self, act: &str, title: &str, body: &Html) -> Html {
        super::off_paper(&kit::details(title, body, self.act == act && self.is_error()))
    }
}

/// A form of another page or another time.
pub fn unknown_act() -> Refusal {
    Refusal::invalid("unknown-act", "Trang không có việc này. Hãy tải lại trang và làm lại.", "This page has no such act. Reload it and do it again.")
}
