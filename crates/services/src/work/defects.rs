//! The widget of a supplement notice: the published papers and the questions of the form as a checklist, each with room
//! for what is wrong, and free rows for the rest. Nothing outside the published list can be ticked (Decree
//! 118/2025/NĐ-CP, Article 5), and all defects go into one notice.

use super::act_form::Fields;
use casework::Definition;
use kernel::text::Lang;
use serde_json::{Value, json};
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Field, field_id},
};

/// Rows for what is neither a paper nor a question of the form.
const FREE_ROWS: usize = 3;

/// Said in the notice when a paper is ticked and nothing is typed; the notice is a Vietnamese document.
const PAPER_TICKED: &str = "Cần nộp giấy tờ này";
const FIELD_TICKED: &str = "Cần ghi lại mục này cho đúng";

/// One line of the checklist.
struct Row {
    about: String,
    label: String,
    paper: bool,
}

fn rows(d: &Definition, lang: Lang) -> Vec<Row> {
    let papers = d.components.iter().map(|c| Row { about: c.code.clone(), label: c.name.get(lang).to_owned(), paper: true });
    let fields = d
        .form
        .fields()
        .filter(|f| d.component(&f.name).is_none())
        .map(|f| Row { about: f.name, label: f.title.get(lang).to_owned(), paper: false });
    papers.chain(fields).collect()
}

fn tick_name(name: &str) -> String {
    format!("{name}.tick")
}
fn text_name(name: &str, about: &str) -> String {
    format!("{name}.what.{about}")
}
fn free_name(name: &str, n: usize) -> String {
    format!("{name}.free.{n}")
}

/// The checklist; `field` carries label, hint and error.
pub fn html(form: &Fields<'_>, field: &Field, name: &str) -> Html {
    let lang = form.lang;
    let rows = rows(form.definition, lang);
    let ticked = form.typed.all(&tick_name(name));
    let part = |paper: bool| -> (String, bool) {
        let of_kind = rows.iter().enumerate().filter(|(_, r)| r.paper == paper);
        let mut used = false;
        let lines = of_kind.map(|(i, row)| {
            let what = form.typed.get(&text_name(name, &row.about)).unwrap_or_default();
            let is_ticked = ticked.contains(&row.about.as_str());
            used |= is_ticked || !what.is_empty();
            line(lang, name, i, row, is_ticked, what)
        });
        (lines.collect(), used)
    };
    let ((papers, _), (fields, fields_used)) = (part(true), part(false));
    let mut body = String::new();
    if !papers.is_empty() {
        body.push_str(&format!("<p><b>{}</b></p>{papers}", lang.pick("Giấy tờ", "Papers")));
    }
    if !fields.is_empty() {
        body.push_str(&kit::details(lang.pick("Nội dung tờ khai", "Answers of the form"), &Html(fields), fields_used).0);
    }
    body.push_str(&free_rows(lang, name, form.typed));
    let id = field_id(name);
    let error = field.error.as_ref().map_or_else(String::new, |e| {
        format!("<p class=\"msg\" id=\"{id}-error\"><span class=\"vh\">{}</span>{}</p>", lang.pick("Lỗi: ", "Error: "), esc(e))
    });
    Html(format!(
        "<div class=\"field defects{}\" id=\"{id}\"><fieldset{}><legend>{}</legend><div class=\"hint\">{}</div>{error}{body}</fieldset></div>",
        if field.error.is_some() { " error" } else { "" },
        if field.error.is_some() { format!(" aria-describedby=\"{id}-error\"") } else { String::new() },
        esc(&field.label),
        lang.pick("Đánh dấu mục thiếu hoặc sai, ghi rõ cần bổ sung gì.", "Tick what is missing or wrong and say what is needed."),
    ))
}

fn line(lang: Lang, name: &str, n: usize, row: &Row, ticked: bool, what: &str) -> String {
    let id = format!("{}-{n}", field_id(name));
    format!(
        "<div class=\"choice\"><input type=\"checkbox\" id=\"{id}\" name=\"{tick}\" value=\"{about}\"{checked}>\
         <label for=\"{id}\">{label}</label><input type=\"text\" class=\"what\" name=\"{text}\" value=\"{what}\" maxlength=\"1000\" \
         aria-label=\"{said}: {label}\"></div>",
        tick = esc(&tick_name(name)),
        about = esc(&row.about),
        checked = if ticked { " checked" } else { "" },
        label = esc(&row.label),
        text = esc(&text_name(name, &row.about)),
        what = esc(what),
        said = lang.pick("Cần bổ sung gì", "What is needed"),
    )
}

fn free_rows(lang: Lang, name: &str, typed: &FormData) -> String {
    let mut out = format!("<p><b>{}</b></p>", lang.pick("Nội dung khác", "Anything else"));
    for n in 0..FREE_ROWS {
        let field = free_name(name, n);
        out.push_str(&format!(
            "<input type=\"text\" class=\"what\" name=\"{}\" value=\"{}\" maxlength=\"1000\" aria-label=\"{} {}\">",
            esc(&field),
            esc(typed.get(&field).unwrap_or_default()),
            lang.pick("Nội dung khác, dòng", "Anything else, line"),
            n + 1,
        ));
    }
    out
}

/// Every row that is ticked or has words, papers first; nothing at all is an absent answer.
pub fn read(d: &Definition, name: &str, form: &FormData) -> Option<Value> {
    let ticked = form.all(&tick_name(name));
    let mut defects = Vec::new();
    for row in rows(d, Lang::Vi) {
        let what = form.filled(&text_name(name, &row.about));
        if what.is_none() && !ticked.contains(&row.about.as_str()) {
            continue;
        }
        let usual = if row.paper { PAPER_TICKED } else { FIELD_TICKED };
        defects.push(json!({"about": row.about, "what": what.unwrap_or(usual)}));
    }
    for n in 0..FREE_ROWS {
        if let Some(what) = form.filled(&free_name(name, n)) {
            defects.push(json!({"about": "", "what": what}));
        }
    }
    (!defects.is_empty()).then_some(Value::Array(defects))
}

/// What a defect is about, as people read it.
pub fn about(d: &Definition, about: &str, lang: Lang) -> Option<String> {
    if let Some(component) = d.component(about) {
        return Some(component.name.get(lang).to_owned());
    }
    d.form.field(about).map(|f| f.title.get(lang).to_owned())
}
