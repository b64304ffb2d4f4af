//! Text that is already safe to put into a page, as a type of its own.

use askama::{FastWritable, Values, filters::HtmlSafe};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use std::fmt;

/// HTML that has been escaped. In an askama template `{{ x }}` writes it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(pub String);

impl Html {
    /// Plain text, escaped.
    pub fn text(text: &str) -> Self {
        Self(esc(text))
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn push(&mut self, more: &Self) {
        self.0.push_str(&more.0);
    }
    /// Pieces one after the other.
    pub fn join<'a>(pieces: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut out = Self::default();
        for piece in pieces {
            out.push(piece);
        }
        out
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl HtmlSafe for Html {}
impl FastWritable for Html {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        dest.write_str(&self.0)?;
        Ok(())
    }
}
impl From<&str> for Html {
    /// Text from outside is text: it is escaped.
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}
impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::text(&text)
    }
}
impl IntoResponse for Html {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0).into_response()
    }
}

/// Escapes text for element content and for quoted attribute values.
pub fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A value of a URL's query or path segment.
pub fn url_part(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use askama::Template;

    #[derive(Template)]
    #[template(source = "{{ safe }}|{{ plain }}|{{ safe_ref }}", ext = "html")]
    struct Both<'a> {
        safe: Html,
        plain: &'a str,
        safe_ref: &'a Html,
    }

    #[test]
    fn what_was_escaped_is_not_escaped_again() {
        let part = Html::text("<b>");
        let page = Both { safe: part.clone(), plain: "<i>", safe_ref: &part }.render().unwrap();
        assert_eq!(page, "&lt;b&gt;|&#60;i&#62;|&lt;b&gt;");
    }

    #[test]
    fn every_sign_that_means_something_is_escaped() {
        assert_eq!(esc(r#"<a href="x" on='y'>&"#), "&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;");
        assert_eq!(url_part("/tra cứu?a=1"), "%2Ftra%20c%E1%BB%A9u%3Fa%3D1");
    }
}
