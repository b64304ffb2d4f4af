//! What is shown: lists, tables, timelines, clocks, pages.

use super::Mood;
use crate::html::{Html, esc};
use kernel::text::Lang;

/// One line of a summary list.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub key: String,
    pub value: Html,
    /// A link to change or see more: address, word, and what it speaks of for those who hear it.
    pub action: Option<(String, String, String)>,
}

impl Line {
    pub fn new(key: impl Into<String>, value: impl Into<Html>) -> Self {
        Self { key: key.into(), value: value.into(), action: None }
    }
    #[must_use]
    pub fn action(mut self, href: impl Into<String>, word: impl Into<String>, of: impl Into<String>) -> Self {
        self.action = Some((href.into(), word.into(), of.into()));
        self
    }
}

/// Questions and answers.
pub fn summary_list(lines: &[Line]) -> Html {
    let mut out = String::from("<dl class=\"sum\">");
    for line in lines {
        let action = line.action.as_ref().map_or_else(String::new, |(href, word, of)| {
            format!(" <a class=\"change\" href=\"{}\">{}<span class=\"vh\"> {}</span></a>", esc(href), esc(word), esc(of))
        });
        out.push_str(&format!("<dt>{}</dt><dd>{}{action}</dd>", esc(&line.key), line.value));
    }
    out.push_str("</dl>");
    Html(out)
}

/// One task of a long application.
#[derive(Debug, Clone, Default)]
pub struct Task {
    pub label: String,
    /// Without an address the task cannot be started yet.
    pub href: Option<String>,
    pub hint: Option<String>,
    /// A chip, or plain words for "done" and "cannot start yet".
    pub status: Html,
}

pub fn task_list(tasks: &[Task]) -> Html {
    let mut out = String::from("<ul class=\"tasks\">");
    for (i, task) in tasks.iter().enumerate() {
        let described = if task.hint.is_some() { format!("task-{i}-hint task-{i}-status") } else { format!("task-{i}-status") };
        let name = match &task.href {
            Some(href) => format!("<a href=\"{}\" aria-describedby=\"{described}\">{}</a>", esc(href), esc(&task.label)),
            None => format!("<span>{}</span>", esc(&task.label)),
        };
        let hint = task.hint.as_ref().map_or_else(String::new, |h| format!("<div class=\"hint\" id=\"task-{i}-hint\">{}</div>", esc(h)));
        out.push_str(&format!("<li><div class=\"task\">{name}{hint}</div><div class=\"status\" id=\"task-{i}-status\">{}</div></li>", task.status));
    }
    out.push_str("</ul>");
    Html(out)
}

/// A column: its label and whether it holds figures.
#[derive(Debug, Clone, Default)]
pub struct Column {
    pub label: String,
    pub num: bool,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), num: false }
    }
    pub fn num(label: impl Into<String>) -> Self {
        Self { label: label.into(), num: true }
    }
}

/// A table. On a phone each row becomes a card: every cell carries its column's label, and the ARIA roles keep the table a
/// table when styles lay it out as blocks.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub caption: String,
    /// Only heard, where a heading above says the same.
    pub caption_hidden: bool,
    pub columns: Vec<Column>,
    /// The first cell of a row names the row.
    pub rows: Vec<Vec<Html>>,
    /// What is said when there is nothing.
    pub empty: String,
}

pub fn table(t: &Table) -> Html {
    drawn(t, "")
}

/// The list behind a figure, a record a row: a program that checks the figure finds the rows by the mark.
pub fn records(t: &Table) -> Html {
    drawn(t, " data-records")
}

fn drawn(t: &Table, mark: &str) -> Html {
    let hidden = if t.caption_hidden { " class=\"vh\"" } else { "" };
    if t.rows.is_empty() && !t.empty.is_empty() {
        let caption = if t.caption_hidden { String::new() } else { format!("<p><b>{}</b></p>", esc(&t.caption)) };
        return Html(format!("{caption}<p class=\"none\"{mark}>{}</p>", esc(&t.empty)));
    }
    let mut out = format!("<table class=\"cards\" role=\"table\"{mark}><caption{hidden}>{}</caption><thead role=\"rowgroup\"><tr role=\"row\">", esc(&t.caption));
    for column in &t.columns {
        out.push_str(&format!("<th scope=\"col\" role=\"columnheader\"{}>{}</th>", num(column.num), esc(&column.label)));
    }
    out.push_str("</tr></thead><tbody role=\"rowgroup\">");
    for row in &t.rows {
        out.push_str("<tr role=\"row\">");
        for (i, cell) in row.iter().enumerate() {
            let column = t.columns.get(i);
            let label = esc(column.map_or("", |c| &c.label));
            let num = num(column.is_some_and(|c| c.num));
            if i == 0 {
                out.push_str(&format!("<th scope=\"row\" role=\"rowheader\" data-label=\"{label}\"{num}>{cell}</th>"));
            } else {
                out.push_str(&format!("<td role=\"cell\" data-label=\"{label}\"{num}>{cell}</td>"));
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    Html(out)
}

fn num(is: bool) -> &'static str {
    if is { " class=\"num\"" } else { "" }
}

/// One point of a timeline: what, by whom and when.
#[derive(Debug, Clone, Default)]
pub struct Moment {
    pub title: String,
    pub body: Html,
    pub when: Html,
    /// Still to come.
    pub next: bool,
}

pub fn timeline(moments: &[Moment]) -> Html {
    let mut out = String::from("<ol class=\"line\">");
    for m in moments {
        let class = if m.next { " class=\"next\"" } else { "" };
        let body = if m.body.is_empty() { String::new() } else { format!("<div>{}</div>", m.body) };
        let when = if m.when.is_empty() { String::new() } else { format!("<div class=\"muted\">{}</div>", m.when) };
        out.push_str(&format!("<li{class}><b>{}</b>{body}{when}</li>", esc(&m.title)));
    }
    out.push_str("</ol>");
    Html(out)
}

/// One clock: which one, when it strikes, how it stands, and how much of it is used.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    pub label: String,
    pub text: Html,
    pub chip: Html,
    /// 0–100 and more when overdue.
    pub used: Option<i64>,
    pub mood: Mood,
}

pub fn clock(lang: Lang, c: &Clock) -> Html {
    let meter = c.used.map_or_else(String::new, |used| meter(lang, used, c.mood).0);
    Html(format!("<div><span class=\"muted\">{}</span><b>{}</b>{}{meter}</div>", esc(&c.label), c.text, c.chip))
}

/// Clocks side by side, the most urgent first.
pub fn clocks(lang: Lang, list: &[Clock]) -> Html {
    if list.is_empty() {
        return Html::default();
    }
    let cards: String = list.iter().map(|c| clock(lang, c).0).collect();
    Html(format!("<div class=\"clock\">{cards}</div>"))
}

/// How much of a span is used. An element with a value, because a style attribute would be refused by our own
/// content security policy.
pub fn meter(lang: Lang, used: i64, mood: Mood) -> Html {
    let shown = used.clamp(0, 100);
    let label = match lang {
        Lang::Vi => format!("Đã dùng {used} % thời gian"),
        Lang::En => format!("{used} % of the time used"),
    };
    Html(format!("<progress class=\"meter {}\" max=\"100\" value=\"{shown}\" aria-label=\"{label}\">{shown} %</progress>", mood.class()))
}

/// Keyset pages: there is a previous and a next, and no count of all rows.
pub fn pagination(lang: Lang, previous: Option<&str>, next: Option<&str>) -> Html {
    if previous.is_none() && next.is_none() {
        return Html::default();
    }
    let link = |href: Option<&str>, rel: &str, text: String| {
        href.map_or_else(String::new, |h| format!("<a rel=\"{rel}\" class=\"{rel}-page\" href=\"{}\">{text}</a>", esc(h)))
    };
    Html(format!(
        "<nav class=\"pages\" aria-label=\"{}\">{}{}</nav>",
        lang.pick("Trang kết quả", "Pages of results"),
        link(previous, "prev", format!("<span aria-hidden=\"true\">←</span> {}", lang.pick("Trang trước", "Previous page"))),
        link(next, "next", format!("{} <span aria-hidden=\"true\">→</span>", lang.pick("Trang sau", "Next page"))),
    ))
}

/// A list of plain points.
pub fn bullets(items: &[Html]) -> Html {
    let items: String = items.iter().map(|i| format!("<li>{i}</li>")).collect();
    Html(format!("<ul>{items}</ul>"))
}

/// Where the page stands: links down to it, the last one being the page itself.
pub fn breadcrumbs(lang: Lang, links: &[(&str, &str)]) -> Html {
    let items: String = links.iter().map(|(href, label)| format!("<li><a href=\"{}\">{}</a></li>", esc(href), esc(label))).collect();
    Html(format!("<nav class=\"crumbs\" aria-label=\"{}\"><ol>{items}</ol></nav>", lang.pick("Vị trí trang", "Breadcrumb")))
}
