//! Questions: a label, a hint, an error and a control that are tied together for everybody.

use super::field_id;
use crate::html::{Html, esc};
use kernel::{refusal::Reason, text::Lang};

/// One answer to choose from.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One question. Build it, then ask for the control: `.input()`, `.textarea(5)`, `.select(&choices)`, `.radios(&choices)`,
/// `.checkboxes(&choices)`, `.date()`, `.file(accept, multiple)`.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub lang: Lang,
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub error: Option<String>,
    /// What was answered; more than one for checkboxes.
    pub values: Vec<String>,
    /// `type` of the input: text, tel, email, number…
    pub kind: &'static str,
    pub inputmode: Option<&'static str>,
    pub autocomplete: Option<&'static str>,
    /// Said after the label; every question without it must be answered.
    pub optional: bool,
    /// Expected length, so that the box is as wide as its answer: `w2 w4 w10 w20`.
    pub width: Option<&'static str>,
    pub max_length: Option<usize>,
    /// The label is the page's heading (a page with one question).
    pub is_heading: bool,
    /// Further attributes of the control, for the scripts (`data-combobox`, `data-count`…; see ui/README.md).
    pub attrs: Vec<(&'static str, String)>,
    /// When the question is asked at all: `purpose=business|mixed & storeys`. The server decides in the end.
    pub shows_when: Option<String>,
}

impl Field {
    pub fn new(lang: Lang, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { lang, name: name.into(), label: label.into(), kind: "text", ..Self::default() }
    }
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.hint = (!hint.is_empty()).then_some(hint);
        self
    }
    #[must_use]
    pub fn error(mut self, error: Option<impl Into<String>>) -> Self {
        self.error = error.map(Into::into);
        self
    }
    /// Takes its error from a refusal's reasons.
    #[must_use]
    pub fn errors(mut self, reasons: &[Reason]) -> Self {
        self.error = super::reason_for(reasons, &self.name, self.lang).map(str::to_owned);
        self
    }
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }
    #[must_use]
    pub fn values(mut self, values: Vec<String>) -> Self {
        self.values = values;
        self
    }
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }
    /// Figures only: a numeric keyboard without the traps of `type=number`.
    #[must_use]
    pub fn numeric(mut self) -> Self {
        self.inputmode = Some("numeric");
        self
    }
    #[must_use]
    pub fn inputmode(mut self, mode: &'static str) -> Self {
        self.inputmode = Some(mode);
        self
    }
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }
    #[must_use]
    pub fn optional(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }
    #[must_use]
    pub fn width(mut self, class: &'static str) -> Self {
        self.width = Some(class);
        self
    }
    #[must_use]
    pub fn max_length(mut self, length: usize) -> Self {
        self.max_length = Some(length);
        self
    }
    /// A further attribute of the control. The name is the program's own word, the value may be anything.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs.push((name, value.into()));
        self
    }
    #[must_use]
    pub fn shows_when(mut self, condition: impl Into<String>) -> Self {
        self.shows_when = Some(condition.into());
        self
    }
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.is_heading = true;
        self
    }

    /// A line of text.
    pub fn input(&self) -> Html {
        let control = format!(
            "<input {}type=\"{}\" value=\"{}\"{}{}{}>",
            self.common(),
            self.kind,
            esc(self.first()),
            attr("inputmode", self.inputmode),
            attr("autocomplete", self.autocomplete),
            self.length(),
        );
        self.single(&control)
    }
    /// Several lines.
    pub fn textarea(&self, rows: u8) -> Html {
        // The parser drops one line break right after the tag: it is given, so that the person's own survives.
        let control = format!("<textarea {}rows=\"{rows}\"{}{}>\n{}</textarea>", self.common(), attr("autocomplete", self.autocomplete), self.length(), esc(self.first()));
        self.single(&control)
    }
    /// One of many; the first choice offered is "choose".
    pub fn select(&self, choices: &[Choice]) -> Html {
        let mut options = format!("<option value=\"\">{}</option>", self.lang.pick("– Chọn –", "– Choose –"));
        for c in choices {
            let selected = if self.has(&c.value) { " selected" } else { "" };
            options.push_str(&format!("<option value=\"{}\"{selected}>{}</option>", esc(&c.value), esc(&c.label)));
        }
        self.single(&format!("<select {}{}>{options}</select>", self.common().trim_end(), attr("autocomplete", self.autocomplete)))
    }
    /// One of a few.
    pub fn radios(&self, choices: &[Choice]) -> Html {
        self.group(&self.choices(choices, "radio"))
    }
    /// Any of a few.
    pub fn checkboxes(&self, choices: &[Choice]) -> Html {
        self.group(&self.choices(choices, "checkbox"))
    }
    /// A date as three inputs named `NAME-day`, `NAME-month`, `NAME-year`. The value is `YYYY-MM-DD`, or the three parts
    /// as typed when they made no date (`Field::values`).
    pub fn date(&self) -> Html {
        let parts = match self.values.as_slice() {
            [day, month, year] => [day.clone(), month.clone(), year.clone()],
            [iso] => {
                let mut bits = iso.splitn(3, '-');
                let (y, m, d) = (bits.next().unwrap_or(""), bits.next().unwrap_or(""), bits.next().unwrap_or(""));
                [d.to_owned(), m.to_owned(), y.to_owned()]
            }
            _ => Default::default(),
        };
        let id = field_id(&self.name);
        let births = self.autocomplete == Some("bday");
        let names = [("day", "Ngày", "Day", "w2", "bday-day"), ("month", "Tháng", "Month", "w2", "bday-month"), ("year", "Năm", "Year", "w4", "bday-year")];
        let mut out = String::from("<div class=\"date\">");
        for (i, ((part, vi, en, width, bday), value)) in names.iter().zip(&parts).enumerate() {
            // The error summary points at the question: its link must land on the first box.
            let own = if i == 0 { id.clone() } else { format!("{id}-{part}") };
            let bday = if births { attr("autocomplete", Some(bday)) } else { String::new() };
            out.push_str(&format!(
                "<div><label for=\"{own}\">{}</label><input id=\"{own}\" name=\"{}-{part}\" type=\"text\" inputmode=\"numeric\" class=\"{width}\" maxlength=\"{}\" value=\"{}\"{bday}></div>",
                self.lang.pick(vi, en),
                esc(&self.name),
                if *width == "w4" { 4 } else { 2 },
                esc(value),
            ));
        }
        out.push_str("</div>");
        self.group(&out)
    }
    /// Files. `accept` as in HTML (`.pdf,image/jpeg`); what arrives is checked by its content, whatever this says.
    pub fn file(&self, accept: &str, multiple: bool) -> Html {
        let accept = if accept.is_empty() { String::new() } else { format!(" accept=\"{}\"", esc(accept)) };
        let multiple = if multiple { " multiple" } else { "" };
        let common = Self { kind: "file", ..self.clone() }.common();
        self.single(&format!("<input {common}type=\"file\"{accept}{multiple}>"))
    }
    /// A value that travels along.
    pub fn hidden(&self) -> Html {
        hidden(&self.name, self.first())
    }

    fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }
    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|v| v == value)
    }
    fn length(&self) -> String {
        self.max_length.map_or_else(String::new, |n| format!(" maxlength=\"{n}\""))
    }
    fn described(&self) -> String {
        let id = field_id(&self.name);
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{id}-hint"));
        }
        if self.error.is_some() {
            ids.push(format!("{id}-error"));
        }
        if ids.is_empty() { String::new() } else { format!("aria-describedby=\"{}\" ", ids.join(" ")) }
    }
    /// Attributes of every single control; ends with a space.
    fn common(&self) -> String {
        let id = field_id(&self.name);
        let class = self.width.map_or_else(String::new, |w| format!("class=\"{w}\" "));
        let invalid = if self.error.is_some() { "aria-invalid=\"true\" " } else { "" };
        // aria-required has no meaning on a file input (ARIA in HTML); there the label alone says what is optional.
        let required = if self.optional || self.kind == "file" { "" } else { "aria-required=\"true\" " };
        let more: String = self.attrs.iter().map(|(name, value)| format!("{name}=\"{}\" ", esc(value))).collect();
        format!("id=\"{id}\" name=\"{}\" {class}{invalid}{required}{more}{}", esc(&self.name), self.described())
    }
    fn label_text(&self) -> String {
        let optional = if self.optional { format!(" <span class=\"optional\">{}</span>", self.lang.pick("(không bắt buộc)", "(optional)")) } else { String::new() };
        format!("{}{optional}", esc(&self.label))
    }
    fn hint_and_error(&self) -> String {
        let id = field_id(&self.name);
        let hint = self.hint.as_ref().map_or_else(String::new, |h| format!("<div class=\"hint\" id=\"{id}-hint\">{}</div>", esc(h)));
        let error = self.error.as_ref().map_or_else(String::new, |e| {
            format!("<p class=\"msg\" id=\"{id}-error\"><span class=\"vh\">{}</span>{}</p>", self.lang.pick("Lỗi: ", "Error: "), esc(e))
        });
        format!("{hint}{error}")
    }
    /// The attributes of the box around the question.
    fn wrapper(&self) -> String {
        let class = if self.error.is_some() { "field error" } else { "field" };
        format!("class=\"{class}\"{}", attr("data-shows-when", self.shows_when.as_deref()))
    }
    fn single(&self, control: &str) -> Html {
        let label = format!("<label for=\"{}\">{}</label>", field_id(&self.name), self.label_text());
        let label = if self.is_heading { format!("<h1 class=\"label\">{label}</h1>") } else { label };
        Html(format!("<div {}>{label}{}{control}</div>", self.wrapper(), self.hint_and_error()))
    }
    fn group(&self, controls: &str) -> Html {
        let described = self.described();
        let legend = self.label_text();
        let legend = if self.is_heading { format!("<h1>{legend}</h1>") } else { legend };
        Html(format!("<div {}><fieldset {described}><legend>{legend}</legend>{}{controls}</fieldset></div>", self.wrapper(), self.hint_and_error()))
    }
    fn choices(&self, choices: &[Choice], kind: &str) -> String {
        let id = field_id(&self.name);
        let mut out = format!("<div class=\"{}\">", if kind == "radio" { "radios" } else { "checks" });
        for (i, c) in choices.iter().enumerate() {
            let own = if i == 0 { id.clone() } else { format!("{id}-{i}") };
            let checked = if self.has(&c.value) { " checked" } else { "" };
            let (described, hint) = c.hint.as_ref().map_or_else(Default::default, |h| {
                (format!(" aria-describedby=\"{own}-hint-own\""), format!("<div class=\"hint\" id=\"{own}-hint-own\">{}</div>", esc(h)))
            });
            out.push_str(&format!(
                "<div class=\"choice\"><input type=\"{kind}\" id=\"{own}\" name=\"{}\" value=\"{}\"{checked}{described}><label for=\"{own}\">{}</label>{hint}</div>",
                esc(&self.name),
                esc(&c.value),
                esc(&c.label)
            ));
        }
        out.push_str("</div>");
        out
    }
}

fn attr(name: &str, value: Option<&str>) -> String {
    value.map_or_else(String::new, |v| format!(" {name}=\"{}\"", esc(v)))
}

/// A value that travels along with a form.
pub fn hidden(name: &str, value: &str) -> Html {
    Html(format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", esc(name), esc(value)))
}

/// Questions that belong together.
pub fn fieldset(legend: &str, body: &Html) -> Html {
    Html(format!("<fieldset class=\"set\"><legend>{}</legend>{body}</fieldset>", esc(legend)))
}

/// The three boxes of [`Field::date`] read back: `YYYY-MM-DD` when they make a date, the typed parts otherwise.
pub fn date_answer(form: &crate::extract::FormData, name: &str) -> Result<Option<kernel::time::Date>, [String; 3]> {
    let part = |p: &str| form.get(&format!("{name}-{p}")).unwrap_or_default().trim().to_owned();
    let typed = [part("day"), part("month"), part("year")];
    if typed.iter().all(String::is_empty) {
        return Ok(None);
    }
    let date = || {
        let [day, month, year] = &typed;
        kernel::time::Date::new(year.parse().ok().filter(|y| (1800..=2200).contains(y))?, month.parse().ok()?, day.parse().ok()?).ok()
    };
    date().map(Some).ok_or_else(|| typed.clone())
}
