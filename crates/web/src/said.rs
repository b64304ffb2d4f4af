//! A form that came back to its page: what was typed and why it was not taken.

use crate::{
    extract::FormData,
    html::Html,
    kit,
    problem::Fault,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{
    Refusal,
    refusal::{Reason, RefusalKind},
    text::Lang,
};

/// What was typed into one of the page's forms and why it was not taken; nothing typed is lost.
#[derive(Default)]
pub struct Said {
    /// Which of the page's forms was sent.
    pub act: String,
    pub form: FormData,
    pub reasons: Vec<Reason>,
    pub status: Option<StatusCode>,
}

impl Said {
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
    pub fn reasons_of(&self, act: &str) -> &[Reason] {
        if self.act == act { &self.reasons } else { &[] }
    }
    pub fn field(&self, lang: Lang, act: &str, name: &str, label: &str) -> kit::Field {
        kit::Field::new(lang, name, label).value(self.value(act, name)).errors(self.reasons_of(act))
    }
    pub fn answer(&self, page: Html) -> Response {
        (self.status.unwrap_or(StatusCode::OK), page).into_response()
    }
    pub fn is_error(&self) -> bool {
        !self.reasons.is_empty()
    }
}
