//! Forms that come back with what was typed and what is wrong with it.
//!
//! Several forms stand on one page: the fields of each carry its prefix (`suspend.reason`), so that ids are never repeated and
//! an error leads to the right box.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{
    Dong, Refusal,
    refusal::{Reason, RefusalKind},
    text::Lang,
    time::Date,
};
use web::{
    extract::FormData,
    html::Html,
    kit::{self, Field},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
};

use crate::store::ActError;

/// What was sent and refused, if the page is shown again.
#[derive(Debug, Default)]
pub struct Again {
    prefix: String,
    form: FormData,
    refusal: Option<Refusal>,
}

impl Again {
    pub fn first() -> Self {
        Self::default()
    }
    /// The page again after a refusal. What does not exist is not shown again but answered as such.
    pub fn after(prefix: &str, form: FormData, error: ActError) -> Result<Self, PageError> {
        match error {
            ActError::Refused(r) if r.kind != RefusalKind::NotFound => Ok(Self { prefix: prefix.to_owned(), form, refusal: Some(r) }),
            other => Err(other.into()),
        }
    }
    fn reasons(&self) -> Vec<Reason> {
        let Some(r) = &self.refusal else { return Vec::new() };
        if r.reasons.is_empty() {
            return vec![Reason { field: None, message: r.message.clone() }];
        }
        r.reasons.iter().map(|x| Reason { field: x.field.as_ref().map(|f| format!("{}.{f}", self.prefix)), message: x.message.clone() }).collect()
    }
    /// The list of errors for the top of the page.
    pub fn summary(&self, lang: Lang) -> Html {
        kit::error_summary(lang, &self.reasons())
    }
    pub fn failed(&self) -> bool {
        self.refusal.is_some()
    }
    /// Whether this form is the one that comes back.
    pub fn is(&self, prefix: &str) -> bool {
        self.failed() && self.prefix == prefix
    }
    /// A field of a form, with what was typed or else the value that is kept.
    pub fn field(&self, lang: Lang, prefix: &str, name: &str, label: &str, kept: impl Into<String>) -> Field {
        let full = format!("{prefix}.{name}");
        let f = Field::new(lang, full.clone(), label);
        if self.is(prefix) { f.value(self.form.get(&full).unwrap_or_default()).errors(&self.reasons()) } else { f.value(kept) }
    }
    /// A field with several answers.
    pub fn many<'a>(&self, lang: Lang, prefix: &str, name: &str, label: &str, kept: impl IntoIterator<Item = &'a str>) -> Field {
        let full = format!("{prefix}.{name}");
        let f = Field::new(lang, full.clone(), label);
        if self.is(prefix) {
            f.values(self.form.all(&full).into_iter().map(str::to_owned).collect()).errors(&self.reasons())
        } else {
            f.values(kept.into_iter().map(str::to_owned).collect())
        }
    }
    /// A date in three boxes.
    pub fn date(&self, lang: Lang, prefix: &str, name: &str, label: &str, kept: Option<Date>) -> Field {
        let full = format!("{prefix}.{name}");
        let f = Field::new(lang, full.clone(), label);
        if !self.is(prefix) {
            return f.value(kept.map(|d| d.to_string()).unwrap_or_default());
        }
        let part = |p: &str| self.form.get(&format!("{full}-{p}")).unwrap_or_default().to_owned();
        f.values(vec![part("day"), part("month"), part("year")]).errors(&self.reasons())
    }
    /// The answer with its status.
    pub fn answer(&self, shell: Shell) -> Response {
        let html = shell.error(self.failed()).render();
        let status = match self.refusal.as_ref().map(|r| r.kind) {
            None => StatusCode::OK,
            Some(RefusalKind::Conflict) => StatusCode::CONFLICT,
            Some(RefusalKind::Forbidden) => StatusCode::FORBIDDEN,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        (status, html).into_response()
    }
}

/// One form's answers, read without its prefix.
pub struct Sent<'a> {
    pub form: &'a FormData,
    pub prefix: &'a str,
}

impl Sent<'_> {
    pub fn get(&self, name: &str) -> &str {
        self.form.get(&format!("{}.{name}", self.prefix)).unwrap_or_default()
    }
    pub fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }
    pub fn all(&self, name: &str) -> Vec<String> {
        self.form.all(&format!("{}.{name}", self.prefix)).into_iter().filter(|t| !t.is_empty()).map(str::to_owned).collect()
    }
    pub fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
    /// Non-empty lines.
    pub fn lines(&self, name: &str) -> Vec<String> {
        self.get(name).lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    }
    pub fn date(&self, name: &str) -> Result<Option<Date>, Refusal> {
        kit::date_answer(self.form, &format!("{}.{name}", self.prefix))
            .map_err(|_| wrong(name, "Ngày không đúng; nhập ngày, tháng, năm như 5 / 9 / 2026.", "Not a date; enter day, month and year such as 5 / 9 / 2026."))
    }
    pub fn needed_date(&self, name: &str) -> Result<Date, Refusal> {
        self.date(name)?.ok_or_else(|| wrong(name, "Nhập ngày.", "Enter the date."))
    }
    /// Whole đồng as people write it (`1.200.000`, `50 triệu`, `1,2 tỷ`); empty is nothing.
    pub fn money(&self, name: &str) -> Result<Option<Dong>, Refusal> {
        super::amount::read(self.get(name)).map_err(|()| wrong(name, "Không đọc được số tiền. Viết đủ số như 1.200.000, hoặc 50 triệu, 1,2 tỷ.", "The amount could not be read. Write it in full, such as 1.200.000, or 50 triệu, 1,2 tỷ."))
    }
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let text: String = self.get(name).chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| wrong(name, "Nhập một số nguyên không âm.", "Enter a whole number, not negative."))
    }
}

pub fn wrong(field: &str, vi: &str, en: &str) -> Refusal {
    Refusal::invalid("bad-form", "Chưa gửi được; sửa mục dưới đây.", "This cannot be sent yet; correct what is listed below.").because(Some(field), vi, en)
}

/// A form with its prefix: hidden mark, body, button.
pub fn form(v: &Visitor, action: &str, body: &[Html], button: &str, weight: kit::Weight) -> Html {
    let mut all = Html::join(body);
    all.push(&kit::Button::new(button).weight(weight).html());
    kit::form(v, action, &all)
}

/// Where a finished act leads, with a word of what was done.
pub fn done(path: &str) -> Response {
    let joint = if path.contains('?') { '&' } else { '?' };
    web::gate::see_other(&format!("{path}{joint}done=1"))
}

#[derive(serde::Deserialize, Default)]
pub struct Done {
    #[serde(default)]
    pub done: String,
}

impl Done {
    pub fn banner(&self, lang: Lang) -> Html {
        if self.done.is_empty() {
            Html::default()
        } else {
            kit::banner(kit::Mood::Good, lang.pick("Đã ghi nhận", "Recorded"), &kit::para(lang.pick("Thay đổi đã được lưu.", "The change is saved.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_finds_its_own_form() {
        let form = FormData(vec![("suspend.reason".into(), "x".into())]);
        let again = Again::after("suspend", form, wrong("reason", "Ngắn", "Short").into()).unwrap();
        assert!(again.summary(Lang::Vi).0.contains("#f-suspend-reason"));
        assert!(again.field(Lang::Vi, "suspend", "reason", "Lý do", "").input().0.contains("value=\"x\""));
        assert!(!again.field(Lang::Vi, "withdraw", "reason", "Lý do", "").input().0.contains("Ngắn"));
    }
}
