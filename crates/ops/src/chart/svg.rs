//! The picture of a chart: a line with its mean, its limits and its plan. Colour never speaks alone: what is special has a shape and stands
//! as a word in the table.

use super::{Frac, Limits, Special};
use std::fmt::Write as _;
use web::html::{Html, esc};

/// What is drawn. Values are whole numbers of the smallest unit that is kept.
pub struct Drawn<'a> {
    pub title: &'a str,
    /// What is to be seen, for those who hear it.
    pub told: &'a str,
    pub points: &'a [(String, i64)],
    pub plan: &'a [Option<i64>],
    pub control: Option<&'a (Limits, Vec<Option<Special>>)>,
    pub mean_word: &'a str,
    pub limit_word: &'a str,
    pub plan_word: &'a str,
    /// A value as it is printed.
    pub print: &'a dyn Fn(Frac) -> String,
}

/// Narrow enough that words are read on a telephone, where the picture is drawn at three quarters of its size.
const WIDTH: i128 = 440;
const HEIGHT: i128 = 230;
const LEFT: i128 = 12;
const RIGHT: i128 = 150;
const TOP: i128 = 18;
const BOTTOM: i128 = 34;

struct Scale {
    low: i128,
    high: i128,
    steps: i128,
}

impl Scale {
    fn of(d: &Drawn<'_>) -> Self {
        let mut all: Vec<i128> = d.points.iter().map(|p| p.1.into()).chain(d.plan.iter().flatten().map(|v| i128::from(*v))).collect();
        if let Some((l, _)) = d.control {
            all.extend([l.upper.rounded(), l.lower.rounded()]);
        }
        let (low, high) = (all.iter().min().copied().unwrap_or(0), all.iter().max().copied().unwrap_or(1));
        let room = ((high - low) / 10).max(1);
        Self { low: low - room, high: high + room, steps: i128::try_from(d.points.len()).unwrap_or(1).max(2) - 1 }
    }
    fn x(&self, i: usize) -> i128 {
        LEFT + (WIDTH - LEFT - RIGHT) * i128::try_from(i).unwrap_or(0) / self.steps
    }
    fn y(&self, value: Frac) -> i128 {
        let inside = HEIGHT - TOP - BOTTOM;
        TOP + inside - inside * (value.rounded() - self.low) / (self.high - self.low).max(1)
    }
}

/// The picture; nothing of fewer than two points.
pub fn draw(d: &Drawn<'_>) -> Html {
    if d.points.len() < 2 {
        return Html::default();
    }
    let s = Scale::of(d);
    let whole = |v: i64| Frac::new(v.into(), 1);
    let mut out = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><line class=\"chart-axis\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{x}\" y2=\"{y}\"></line>",
        esc(&format!("{}. {}", d.title, d.told)),
        x = WIDTH - RIGHT,
        y = HEIGHT - BOTTOM,
    );
    let mut labels: Vec<(i128, String)> = Vec::new();
    if let Some((l, _)) = d.control {
        for (class, value, word) in [("chart-mean", l.mean, d.mean_word), ("chart-limit", l.upper, d.limit_word), ("chart-limit", l.lower, d.limit_word)] {
            let y = s.y(value);
            let _ = write!(out, "<line class=\"{class}\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"></line>", WIDTH - RIGHT);
            labels.push((y, format!("{word} {}", (d.print)(value))));
        }
    }
    let mut plan = String::new();
    for (i, v) in d.plan.iter().enumerate() {
        let Some(v) = v else { continue };
        let joint = if plan.is_empty() || d.plan.get(i.wrapping_sub(1)).is_none_or(Option::is_none) { 'M' } else { 'L' };
        let _ = write!(plan, "{joint}{} {}", s.x(i), s.y(whole(*v)));
    }
    if !plan.is_empty() {
        let _ = write!(out, "<path class=\"chart-plan\" d=\"{plan}\"></path>");
    }
    if let Some(v) = d.plan.last().copied().flatten() {
        labels.push((s.y(whole(v)), format!("{} {}", d.plan_word, (d.print)(whole(v)))));
    }
    let line: Vec<String> = d.points.iter().enumerate().map(|(i, (_, v))| format!("{},{}", s.x(i), s.y(whole(*v)))).collect();
    let _ = write!(out, "<polyline class=\"chart-line\" points=\"{}\"></polyline>", line.join(" "));
    for (i, (_, v)) in d.points.iter().enumerate() {
        let (x, y) = (s.x(i), s.y(whole(*v)));
        let special = d.control.and_then(|c| c.1.get(i).copied().flatten());
        let _ = match special {
            Some(_) => write!(out, "<path class=\"chart-special\" d=\"M{x} {}l6 6l-6 6l-6 -6z\"></path>", y - 6),
            None => write!(out, "<circle class=\"chart-point\" cx=\"{x}\" cy=\"{y}\" r=\"3\"></circle>"),
        };
    }
    if let (Some((first, _)), Some((last, v))) = (d.points.first(), d.points.last()) {
        let y = HEIGHT - 10;
        let _ = write!(out, "<text class=\"chart-word\" x=\"{LEFT}\" y=\"{y}\">{}</text>", esc(first));
        let _ = write!(out, "<text class=\"chart-word\" x=\"{}\" y=\"{y}\" text-anchor=\"end\">{}</text>", WIDTH - RIGHT, esc(last));
        labels.push((s.y(whole(*v)), (d.print)(whole(*v))));
    }
    // Words beside the lines, moved apart where they would lie on one another.
    labels.sort_by_key(|(y, _)| *y);
    let mut below = i128::MIN;
    for (y, word) in &labels {
        let y = (*y + 4).max(below.saturating_add(16));
        below = y;
        let _ = write!(out, "<text class=\"chart-word\" x=\"{}\" y=\"{y}\">{}</text>", WIDTH - RIGHT + 8, esc(word));
    }
    out.push_str("</svg>");
    Html(out)
}
