//! The page kit: components in the markup and behaviour of govuk-frontend, with our own class names (README.md lists
//! them). Every text given as `&str` or `String` is escaped here; what is already HTML has the type [`Html`].

mod data;
mod field;
mod notice;

pub use data::*;
pub use field::*;
pub use notice::*;

use crate::{
    html::{Html, esc, url_part},
    visitor::Visitor,
};

/// The id of a field's control. A JSON pointer (`/applicant/name`) and a form name (`applicant.name`) of one field give
/// the same id, so that a refusal's reason finds the field whichever way it names it.
pub fn field_id(name: &str) -> String {
    let mut id = String::from("f");
    for part in name.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|p| !p.is_empty()) {
        id.push('-');
        id.push_str(part);
    }
    id
}

/// The hidden field every form carries.
pub fn csrf(visitor: &Visitor) -> Html {
    Html(format!("<input type=\"hidden\" name=\"_csrf\" value=\"{}\">", esc(&visitor.csrf)))
}

/// A form that posts, with its token. `novalidate`: errors are said by our own page, in both languages.
pub fn form(visitor: &Visitor, action: &str, body: &Html) -> Html {
    Html(format!("<form method=\"post\" action=\"{}\" novalidate>{}{body}</form>", esc(action), csrf(visitor)))
}

/// [`form`] with further attributes for the scripts (`data-autosave`, `data-guard-leave`; see ui/README.md).
pub fn form_with(visitor: &Visitor, action: &str, attrs: &[(&str, &str)], body: &Html) -> Html {
    let more: String = attrs.iter().map(|(name, value)| format!(" {name}=\"{}\"", esc(value))).collect();
    Html(format!("<form method=\"post\" action=\"{}\" novalidate{more}>{}{body}</form>", esc(action), csrf(visitor)))
}

/// A form that sends files; its token travels in the address so that the body need not be read to check it.
pub fn upload_form(visitor: &Visitor, action: &str, body: &Html) -> Html {
    let joint = if action.contains('?') { '&' } else { '?' };
    let address = format!("{action}{joint}_csrf={}", url_part(&visitor.csrf));
    Html(format!("<form method=\"post\" action=\"{}\" enctype=\"multipart/form-data\" novalidate>{body}</form>", esc(&address)))
}

/// A form that asks (GET): search and filters.
pub fn search_form(action: &str, body: &Html) -> Html {
    Html(format!("<form method=\"get\" action=\"{}\" role=\"search\" class=\"search\">{body}</form>", esc(action)))
}

/// How loud a button is. A page has one `Main`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    #[default]
    Main,
    Quiet,
    Risk,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "btn",
            Self::Quiet => "btn quiet",
            Self::Risk => "btn risk",
        }
    }
}

/// A submit button. `name`/`value` tell several buttons of one form apart; `key` is the keyboard shortcut shown on it.
#[derive(Debug, Clone, Default)]
pub struct Button<'a> {
    pub label: &'a str,
    pub weight: Weight,
    pub name_value: Option<(&'a str, &'a str)>,
    pub key: Option<&'a str>,
    /// Sent twice by an impatient hand, acted on once: the script disables it for a moment after the first click.
    pub once: bool,
}

impl<'a> Button<'a> {
    pub fn new(label: &'a str) -> Self {
        Self { label, once: true, ..Self::default() }
    }
    #[must_use]
    pub fn weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }
    #[must_use]
    pub fn named(mut self, name: &'a str, value: &'a str) -> Self {
        self.name_value = Some((name, value));
        self
    }
    #[must_use]
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }
    pub fn html(&self) -> Html {
        let named = self.name_value.map_or_else(String::new, |(n, v)| format!(" name=\"{}\" value=\"{}\"", esc(n), esc(v)));
        let once = if self.once { " data-once" } else { "" };
        let (data, shown) = self.key.map_or_else(Default::default, |k| (format!(" data-key=\"{}\"", esc(k)), format!(" <kbd aria-hidden=\"true\">{}</kbd>", esc(k))));
        Html(format!("<button type=\"submit\" class=\"{}\"{named}{once}{data}>{}{shown}</button>", self.weight.class(), esc(self.label)))
    }
}

/// The ordinary submit button.
pub fn button(label: &str) -> Html {
    Button::new(label).html()
}

/// A link that looks like a button: it starts something, it changes nothing.
pub fn link_button(href: &str, label: &str, weight: Weight) -> Html {
    Html(format!("<a href=\"{}\" class=\"{}\" draggable=\"false\">{}</a>", esc(href), weight.class(), esc(label)))
}

/// Buttons and links side by side.
pub fn button_group(items: &[Html]) -> Html {
    Html(format!("<div class=\"btns\">{}</div>", Html::join(items)))
}

/// A link.
pub fn link(href: &str, label: &str) -> Html {
    Html(format!("<a href=\"{}\">{}</a>", esc(href), esc(label)))
}

/// A box with a heading.
pub fn card(title: &str, body: &Html) -> Html {
    let heading = if title.is_empty() { String::new() } else { format!("<h2>{}</h2>", esc(title)) };
    Html(format!("<section class=\"card\">{heading}{body}</section>"))
}

/// More, for those who ask.
pub fn details(summary: &str, body: &Html, open: bool) -> Html {
    Html(format!("<details class=\"more\"{}><summary>{}</summary><div>{body}</div></details>", if open { " open" } else { "" }, esc(summary)))
}

/// A paragraph.
pub fn para(text: &str) -> Html {
    Html(format!("<p>{}</p>", esc(text)))
}

/// The page's heading, with an optional small line above it.
pub fn heading(title: &str, caption: Option<&str>) -> Html {
    let caption = caption.map_or_else(String::new, |c| format!("<p class=\"caption\">{}</p>", esc(c)));
    Html(format!("{caption}<h1>{}</h1>", esc(title)))
}

#[cfg(test)]
mod tests;
