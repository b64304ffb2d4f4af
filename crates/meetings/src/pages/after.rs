//! Conclusions on the page of a meeting: written, approved, each turned into a directive by one button.

use super::{Said, day, folded, off_paper, paragraphs, show::Open};
use crate::meeting::{Conclusion, State};
use kernel::time::Date;
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Choice, Line, Mood, Weight},
    when,
};

/// Boxes for units that take part.
pub const CO_BOXES: usize = 4;

pub fn section(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if !m.state.held() {
        return Html::default();
    }
    // A draft is the secretary's and the chair's; others read what the chair has approved.
    let shown: String = m.conclusions.iter().zip(1..).filter(|(c, _)| c.approved_at.is_some() || o.part.leads()).map(|(c, n)| conclusion(o, c, n).0).collect();
    let none = if shown.is_empty() { format!("<p class=\"none\">{}</p>", v.pick("Chưa có kết luận.", "No conclusion yet.")) } else { String::new() };
    Html(format!("<h2 id=\"conclusions\">{}</h2>{none}{shown}{}", v.pick("Kết luận, giao nhiệm vụ", "Conclusions and tasks"), write(o, said)))
}

fn conclusion(o: &Open<'_>, c: &Conclusion, n: u32) -> Html {
    let v = o.v;
    let state = match (&c.directive, c.approved_at) {
        (Some(_), _) => kit::chip(Mood::Good, v.pick("đã giao nhiệm vụ", "task given")),
        (None, Some(_)) => kit::chip(Mood::Info, v.pick("chủ trì đã duyệt", "approved by the chair")),
        (None, None) => kit::chip(Mood::Warn, v.pick("dự thảo", "draft")),
    };
    let mut lines = Vec::new();
    if let Some(t) = &c.task {
        lines.push(Line::new(v.pick("Đơn vị chủ trì", "Leading unit"), t.lead.name.as_str()));
        if !t.co.is_empty() {
            lines.push(Line::new(v.pick("Đơn vị phối hợp", "Units taking part"), t.co.iter().map(|u| u.name.as_str()).collect::<Vec<_>>().join("; ")));
        }
        lines.push(Line::new(v.pick("Thời hạn", "Deadline"), day(v, t.due)));
        if !t.result.is_empty() {
            lines.push(Line::new(v.pick("Kết quả, sản phẩm", "Result expected"), t.result.as_str()));
        }
    }
    if let Some(d) = &c.directive {
        // Whoever chairs gave it and may follow it; others find in the room of directives what is theirs.
        let link = if o.part.chair { format!("<br>{}", kit::link(&format!("/work/directives/of-meeting/{}/{}", o.m.id, c.no), v.pick("Mở nhiệm vụ", "Open the task"))) } else { String::new() };
        lines.push(Line::new(v.pick("Giao nhiệm vụ", "Task given"), Html(format!("{} · {}{link}", esc(&d.by_name), when::at_time(d.at, o.now, v.lang)))));
    }
    let facts = if lines.is_empty() { Html::default() } else { kit::summary_list(&lines) };
    Html(format!("<section class=\"card\"><h3>{} {n} {state}</h3><p class=\"muted\">{}</p>{}{facts}{}</section>", v.pick("Kết luận", "Conclusion"), esc(&o.item_name(c.item)), paragraphs(&c.text), steps(o, c)))
}

fn steps(o: &Open<'_>, c: &Conclusion) -> Html {
    let v = o.v;
    let no = || [("no", c.no.to_string())];
    let mut out = Vec::new();
    let writing = matches!(o.m.state, State::Open | State::Closed);
    if c.approved_at.is_none() && writing {
        if o.part.chair {
            out.push(o.press("approve", &no(), "Duyệt kết luận", "Approve", Weight::Quiet));
        }
        if o.part.leads() {
            out.push(kit::link_button(&format!("{}?edit={}#conclusions", o.path(), c.no), v.pick("Sửa", "Change"), Weight::Quiet));
        }
    }
    if c.approved_at.is_some() && c.directive.is_none() && c.task.is_some() && o.part.chair && matches!(o.m.state, State::Closed | State::Concluded) {
        out.push(o.press("direct", &no(), "Giao nhiệm vụ", "Give the task", Weight::Main));
    }
    if out.is_empty() { Html::default() } else { off_paper(&kit::button_group(&out)) }
}

/// A conclusion as it would have been typed, to be written anew.
fn typed(c: &Conclusion) -> FormData {
    let mut pairs = vec![("no".to_owned(), c.no.to_string()), ("conclusion_item".to_owned(), c.item.to_string()), ("conclusion".to_owned(), c.text.clone())];
    if let Some(t) = &c.task {
        pairs.push(("lead".into(), t.lead.code.to_string()));
        pairs.extend(t.co.iter().zip(1..).map(|(u, i)| (format!("co-{i}"), u.code.to_string())));
        pairs.extend(split(t.due));
        pairs.push(("result".into(), t.result.clone()));
    }
    FormData(pairs)
}

fn split(d: Date) -> [(String, String); 3] {
    [("due-day".into(), d.day().to_string()), ("due-month".into(), d.month().to_string()), ("due-year".into(), d.year().to_string())]
}

fn write(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if !o.part.leads() || !matches!(m.state, State::Open | State::Closed) {
        return Html::default();
    }
    let again = o.asked.edit.parse().ok().and_then(|no| m.conclusion(no)).filter(|c| c.approved_at.is_none());
    let started = again.map(|c| Said { act: "write".into(), form: typed(c), ..Said::default() });
    let said = if said.act == "write" { said } else { started.as_ref().unwrap_or(said) };
    let units: Vec<Choice> = o.units.iter().map(|u| Choice::new(u.code.to_string(), u.name.get(v.lang))).collect();
    let field = |name: &str, vi: &str, en: &str| said.field(v.lang, "write", name, v.pick(vi, en));
    let co: String = (1..=CO_BOXES)
        .map(|i| field(&format!("co-{i}"), &format!("Đơn vị phối hợp {i}"), &format!("Unit taking part {i}")).optional(true).attr("data-combobox", "").select(&units).0)
        .collect();
    let body = Html(format!(
        "{}{}{}{}{co}{}{}{}",
        kit::hidden("no", said.value("write", "no")),
        field("conclusion_item", "Mục", "Item").select(&o.items()),
        field("conclusion", "Nội dung kết luận", "Conclusion").textarea(4),
        field("lead", "Đơn vị chủ trì", "Leading unit").hint(v.pick("Để trống nếu kết luận không giao việc", "Leave empty when nobody is given a task")).optional(true).attr("data-combobox", "").select(&units),
        said.date(v.lang, "write", "due", v.pick("Thời hạn", "Deadline"), None).optional(true).date(),
        field("result", "Kết quả, sản phẩm", "Result expected").optional(true).max_length(300).input(),
        kit::Button::new(v.pick("Ghi kết luận", "Record the conclusion")).weight(Weight::Quiet).html(),
    ));
    let form = o.form("write", &body);
    match again {
        Some(_) => Html(format!("<h3>{}</h3>{form}", v.pick("Sửa kết luận", "Change the conclusion"))),
        None => folded(said, "write", v.pick("Ghi một kết luận", "Write a conclusion"), &form),
    }
}
