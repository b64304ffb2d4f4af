//! How states, standings and figures look: always a word and a shape beside the colour.

use crate::directive::{Standing, Workflow, views::Line};
use kernel::{Instant, text::Lang};
use web::{
    html::{Html, esc},
    kit::{self, Mood, Shape},
    visitor::Visitor,
    when,
};

pub fn workflow(lang: Lang, w: Workflow) -> Html {
    let mood = match w {
        Workflow::Draft | Workflow::Received | Workflow::InProgress => Mood::Info,
        Workflow::Assigned | Workflow::Submitted => Mood::Warn,
        Workflow::Refused | Workflow::Returned => Mood::Bad,
        Workflow::Accepted => Mood::Good,
        Workflow::Suspended | Workflow::Withdrawn => return kit::chip_with(Mood::Info, Shape::Pause, w.text().get(lang)),
    };
    kit::chip(mood, w.text().get(lang))
}

fn days(n: i64, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{n} ngày"),
        Lang::En => format!("{n} day{}", if n == 1 { "" } else { "s" }),
    }
}

/// The words of a standing.
pub fn standing_text(s: Standing, lang: Lang) -> String {
    let d = |n| days(n, lang);
    match s {
        Standing::Out => String::new(),
        Standing::Paused => lang.pick("tạm hoãn", "suspended").to_owned(),
        Standing::Undated { age } => format!("{} {}", lang.pick("không hạn, đã giao", "undated, given"), lang.pick(&d(age), &format!("{} ago", d(age)))),
        Standing::Within { left } => format!("{} {}", lang.pick("trong hạn, còn", "within,"), lang.pick(&d(left), &format!("{} left", d(left)))),
        Standing::Soon { left: 0 } => lang.pick("đến hạn hôm nay", "due today").to_owned(),
        Standing::Soon { left } => format!("{} {}", lang.pick("sắp đến hạn, còn", "due soon,"), lang.pick(&d(left), &format!("{} left", d(left)))),
        Standing::Overdue { days: 0 } => lang.pick("quá hạn hôm nay", "overdue since today").to_owned(),
        Standing::Overdue { days: n } => format!("{} {}", lang.pick("quá hạn", "overdue by"), d(n)),
        Standing::OnTime => lang.pick("hoàn thành đúng, trước hạn", "done on time").to_owned(),
        Standing::Late { days: n } => format!("{} {}", lang.pick("hoàn thành trễ hạn", "done late by"), d(n)),
        Standing::DoneUndated => lang.pick("hoàn thành (không hạn)", "done (undated)").to_owned(),
    }
}

pub fn standing(s: Standing, lang: Lang) -> Html {
    let (mood, shape) = match s {
        Standing::Out => return Html::default(),
        Standing::Paused => (Mood::Info, Shape::Pause),
        Standing::Undated { .. } | Standing::Within { .. } => (Mood::Info, Shape::Dot),
        Standing::Soon { .. } => (Mood::Warn, Shape::Triangle),
        Standing::Overdue { .. } => (Mood::Bad, Shape::Cross),
        Standing::OnTime | Standing::DoneUndated => (Mood::Good, Shape::Tick),
        Standing::Late { .. } => (Mood::Warn, Shape::Tick),
    };
    kit::chip_with(mood, shape, &standing_text(s, lang))
}

/// The code, the first words and the way to a directive.
pub fn title(l: &Line, v: &Visitor) -> Html {
    let locked = if l.limited { format!(" <span class=\"muted\">{}</span>", v.pick("(hạn chế)", "(limited)")) } else { String::new() };
    Html(format!("<a href=\"{}\">{}</a>{locked}<br><span class=\"code muted\">{}</span>", super::path_of(l.id), esc(&short(&l.text, 140)), esc(&l.code)))
}

/// At most so many letters, cut at a word.
pub fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}

pub fn deadline(end: Option<Instant>, now: Instant, v: &Visitor) -> Html {
    end.map_or_else(|| Html::text(v.pick("Không hạn", "Undated")), |at| when::at_time(at, now, v.lang))
}
