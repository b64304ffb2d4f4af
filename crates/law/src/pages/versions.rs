//! Versions of an article held beside each other, and what of a document changed between two days.

use super::{day, document_path, paragraphs, span, unit_path};
use crate::{
    diff::{Change, changes},
    document::{Article, Document},
};
use kernel::time::Date;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Weight},
    visitor::Visitor,
};

/// The most changed articles that one page shows.
const MOST: usize = 60;

/// The day of reading and one to compare with, on an article's page or its document's.
pub fn form(v: &Visitor, action: &str, on: Date, with: Option<Date>) -> Html {
    let field = |name: &str, label: &str, value: String| kit::Field::new(v.lang, name, label).kind("date").value(&value).width("w10").optional(name == "with").input();
    let body = format!(
        "{}{}{}",
        field("on", v.pick("Ngày đọc", "Day of reading"), on.to_string()),
        field("with", v.pick("So với ngày", "Compare with the day"), with.map_or_else(String::new, |d| d.to_string())),
        kit::Button::new(v.pick("Xem, so sánh", "Show, compare")).weight(Weight::Quiet).html()
    );
    // Two dates do not fit beside a button on a phone.
    Html(format!("<form method=\"get\" action=\"{}\">{body}</form>", esc(action)))
}

/// One side of two texts: what is the same, and what only this side has.
fn side(v: &Visitor, all: &[(Change, &str)], only: Change) -> Html {
    let (tag, words) = if only == Change::Gone { ("del", v.pick("bỏ:", "removed:")) } else { ("ins", v.pick("thêm:", "added:")) };
    let mut out = String::from("<p lang=\"vi\">");
    let mut open = false;
    for (change, word) in all.iter().filter(|(c, _)| *c == Change::Same || *c == only) {
        let changed = *change == only && *word != "\n";
        if open && !changed {
            out.push_str(&format!("</{tag}>"));
            open = false;
        }
        if *word == "\n" {
            out.push_str("</p><p lang=\"vi\">");
            continue;
        }
        if changed && !open {
            out.push_str(&format!("<{tag}><span class=\"vh\" lang=\"{}\">[{words} </span>", v.lang.code()));
            open = true;
        }
        // The space behind the last changed word stays inside; it is not seen.
        out.push_str(&esc(word));
    }
    if open {
        out.push_str(&format!("</{tag}>"));
    }
    out.push_str("</p>");
    Html(out.replace("<p lang=\"vi\"></p>", "").replace(&format!("</{tag}>"), &format!("<span class=\"vh\">]</span></{tag}>")))
}

fn halves(v: &Visitor, d: &Document, old: &Article, new: &Article) -> Html {
    let all = changes(&old.text, &new.text);
    let title = |a: &Article| if a.heading.is_empty() { a.label.clone() } else { format!("{}. {}", a.label, a.heading) };
    let half = |a: &Article, only: Change| kit::card(&span(v, d.span(a)), &Html(format!("<p lang=\"vi\"><b>{}</b></p>{}", esc(&title(a)), side(v, &all, only))));
    Html(format!("<div class=\"halves\">{}{}</div>", half(old, Change::Gone), half(new, Change::New)))
}

fn legend(v: &Visitor) -> Html {
    Html(format!("<p class=\"caption\">{}</p>", v.pick("Chữ gạch ngang: bản trước có, bản sau không còn. Chữ gạch chân: bản sau có thêm.", "Struck through: only in the earlier text. Underlined: only in the later one.")))
}

/// An article on two days.
pub fn of_article(v: &Visitor, d: &Document, shown: &Article, on: Date, with: Date) -> Html {
    let mut out = Html(format!("<h2>{}</h2>", v.pick("So sánh hai phiên bản", "Two versions compared")));
    let (a, b) = if with <= on { (with, on) } else { (on, with) };
    match (d.article(&shown.eid, a), d.article(&shown.eid, b)) {
        (Some(old), Some(new)) if old != new => {
            out.push(&legend(v));
            out.push(&halves(v, d, old, new));
        }
        _ => out.push(&kit::inset(&kit::para(&format!("{} {} – {}.", v.pick("Điều này không đổi giữa hai ngày", "This article did not change between"), day(v, a), day(v, b))))),
    }
    out
}

/// Every article of a document that reads otherwise on the two days.
pub fn of_document(v: &Visitor, d: &Document, on: Date, with: Date) -> Html {
    let (a, b) = if with <= on { (with, on) } else { (on, with) };
    let mut seen = std::collections::HashSet::new();
    let alive = |x: &&Article, day: Date| matches!(d.article_status(x, day), crate::document::Status::InForce);
    let changed: Vec<(&str, Option<&Article>, Option<&Article>)> = d
        .articles
        .iter()
        .filter(|x| seen.insert(x.eid.as_str()))
        .map(|x| (x.eid.as_str(), d.article(&x.eid, a).filter(|x| alive(x, a)), d.article(&x.eid, b).filter(|x| alive(x, b))))
        .filter(|(_, old, new)| old != new)
        .collect();
    let mut out = Html(format!("<h2>{} {} – {}</h2>", v.pick("Thay đổi giữa", "Changed between"), day(v, a), day(v, b)));
    if changed.is_empty() {
        out.push(&kit::inset(&kit::para(v.pick("Không có điều nào thay đổi giữa hai ngày.", "No article changed between the two days."))));
        return out;
    }
    out.push(&kit::para(&format!("{} {}", changed.len(), v.pick("điều thay đổi.", "articles changed."))));
    out.push(&legend(v));
    for (eid, old, new) in changed.iter().take(MOST) {
        let Some(x) = new.or(*old) else { continue };
        let to = format!("{}/units/{}?on={b}&with={a}", document_path(d), url_part(eid));
        out.push(&Html(format!("<h3 lang=\"vi\">{}</h3>", kit::link(&to, &x.label))));
        out.push(&match (old, new) {
            (Some(o), Some(n)) => halves(v, d, o, n),
            (Some(o), None) => Html(format!("<p>{}</p><del>{}</del>", v.pick("Không còn hiệu lực ở ngày sau.", "No longer in force on the later day."), paragraphs(&o.text))),
            (None, Some(n)) => Html(format!("<p>{} {}</p><ins>{}</ins>", v.pick("Mới ở ngày sau:", "New on the later day:"), kit::link(&unit_path(d, n, b), &n.label), paragraphs(&n.text))),
            (None, None) => Html::default(),
        });
    }
    out
}
