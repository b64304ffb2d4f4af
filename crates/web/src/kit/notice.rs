//! What is told to the person: errors, news, states.

use crate::html::{Html, esc};
use kernel::{refusal::Reason, text::Lang};

/// How a state is felt. Always shown with a word and a shape, never by colour alone (WCAG 1.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    Good,
    Warn,
    Bad,
    #[default]
    Info,
}

impl Mood {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
    /// The shape used unless another is asked for.
    pub const fn shape(self) -> Shape {
        match self {
            Self::Good => Shape::Tick,
            Self::Warn => Shape::Triangle,
            Self::Bad => Shape::Cross,
            Self::Info => Shape::Dot,
        }
    }
}

/// The shape beside a state's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// ● under way
    Dot,
    /// ▲ somebody must act
    Triangle,
    /// ✓ done
    Tick,
    /// ❙❙ a clock stands still
    Pause,
    /// ✕ refused or overdue
    Cross,
}

impl Shape {
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Dot => "●",
            Self::Triangle => "▲",
            Self::Tick => "✓",
            Self::Pause => "❙❙",
            Self::Cross => "✕",
        }
    }
}

/// A state in a word, with the mood's own shape.
pub fn chip(mood: Mood, word: &str) -> Html {
    chip_with(mood, mood.shape(), word)
}

/// A state in a word, with another shape.
pub fn chip_with(mood: Mood, shape: Shape, word: &str) -> Html {
    Html(format!("<span class=\"chip {}\"><span aria-hidden=\"true\">{}</span> {}</span>", mood.class(), shape.sign(), esc(word)))
}

/// What must be corrected, each a link to its field; focused on load by the script, announced either way.
pub fn error_summary(lang: Lang, reasons: &[Reason]) -> Html {
    if reasons.is_empty() {
        return Html::default();
    }
    let items: String = reasons
        .iter()
        .map(|r| {
            let text = esc(r.message.get(lang));
            match r.field.as_deref().filter(|f| !f.is_empty()) {
                Some(field) => format!("<li><a href=\"#{}\">{text}</a></li>", esc(&super::field_id(field))),
                None => format!("<li>{text}</li>"),
            }
        })
        .collect();
    Html(format!(
        "<div class=\"errors\" data-focus tabindex=\"-1\"><div role=\"alert\"><h2>{}</h2><ul>{items}</ul></div></div>",
        lang.pick("Có chỗ cần sửa", "There is a problem")
    ))
}

/// The message of a field among the reasons, if it is one of them.
pub fn reason_for<'a>(reasons: &'a [Reason], name: &str, lang: Lang) -> Option<&'a str> {
    let id = super::field_id(name);
    reasons
        .iter()
        .find(|r| r.field.as_deref().is_some_and(|f| super::field_id(f) == id))
        .map(|r| r.message.get(lang))
}

/// News at the top of a page. `Good` confirms something just done and is announced at once.
pub fn banner(mood: Mood, title: &str, body: &Html) -> Html {
    let role = if mood == Mood::Good || mood == Mood::Bad { "alert" } else { "region" };
    let id = format!("banner-{}", mood.class());
    Html(format!(
        "<div class=\"banner {}\" role=\"{role}\" aria-labelledby=\"{id}\"><h2 id=\"{id}\"><span aria-hidden=\"true\">{}</span> {}</h2><div>{body}</div></div>",
        mood.class(),
        mood.shape().sign(),
        esc(title)
    ))
}

/// The end of a long task: what was done, and the code to keep.
pub fn panel(title: &str, body: &Html) -> Html {
    Html(format!("<div class=\"panel\"><h1>{}</h1><div>{body}</div></div>", esc(title)))
}

/// An indented remark.
pub fn inset(body: &Html) -> Html {
    Html(format!("<div class=\"inset\">{body}</div>"))
}

/// A warning that must not be missed.
pub fn warning(lang: Lang, text: &str) -> Html {
    Html(format!(
        "<p class=\"warning\"><span aria-hidden=\"true\">▲</span> <strong><span class=\"vh\">{}</span>{}</strong></p>",
        lang.pick("Lưu ý: ", "Warning: "),
        esc(text)
    ))
}
