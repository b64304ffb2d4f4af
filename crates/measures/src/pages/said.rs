//! A form that was not taken: what was typed, and why not.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Refusal, refusal::{Reason, RefusalKind}};
use web::{extract::FormData, html::Html, kit, problem::Fault, visitor::Visitor};

#[derive(Default)]
pub struct Said {
    form: FormData,
    reasons: Vec<Reason>,
    status: StatusCode,
}

impl Said {
    pub fn refused(form: FormData, refusal: Refusal) -> Self {
        let status = Fault::from(refusal.clone()).status();
        let mut reasons = refusal.reasons;
        if reasons.is_empty() || refusal.kind != RefusalKind::Invalid {
            reasons.insert(0, Reason { field: None, message: refusal.message });
        }
        Self { form, reasons, status }
    }
    /// A field as it was typed; `start` where nothing was sent.
    pub fn field(&self, v: &Visitor, name: &str, label: (&str, &str), start: &str) -> kit::Field {
        kit::Field::new(v.lang, name, v.pick(label.0, label.1)).value(self.form.get(name).unwrap_or(start)).errors(&self.reasons)
    }
    pub fn is_error(&self) -> bool {
        !self.reasons.is_empty()
    }
    pub fn summary(&self, v: &Visitor) -> Html {
        kit::error_summary(v.lang, &self.reasons)
    }
    pub fn answer(&self, page: Html) -> Response {
        (self.status, page).into_response()
    }
}
