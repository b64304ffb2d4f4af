//! Pictures of a result as SVG; every one stands beside a table of the same numbers.

use web::html::{Html, esc};

/// One axis: its label and the share (0–100) of each series.
pub struct Axis {
    pub label: String,
    pub shares: Vec<f64>,
}

const SIZE: f64 = 360.0;
const RADIUS: f64 = 120.0;

/// A radar of up to three series (class `s0` … `s2` colour them); nothing for fewer than three axes.
pub fn radar(title: &str, axes: &[Axis]) -> Html {
    if axes.len() < 3 {
        return Html::default();
    }
    let centre = SIZE / 2.0;
    let angle = |i: usize| std::f64::consts::TAU * (i as f64) / (axes.len() as f64) - std::f64::consts::FRAC_PI_2;
    let point = |i: usize, share: f64| {
        let r = RADIUS * share.clamp(0.0, 100.0) / 100.0;
        (centre + r * angle(i).cos(), centre + r * angle(i).sin())
    };
    let ring = |share: f64| (0..axes.len()).map(|i| pair(point(i, share))).collect::<Vec<_>>().join(" ");
    let mut out = format!("<svg class=\"radar\" viewBox=\"0 0 {SIZE} {SIZE}\" role=\"img\" aria-label=\"{}\">", esc(title));
    for share in [20.0, 40.0, 60.0, 80.0, 100.0] {
        out.push_str(&format!("<polygon class=\"grid\" points=\"{}\"/>", ring(share)));
    }
    for (i, axis) in axes.iter().enumerate() {
        let (x, y) = point(i, 100.0);
        out.push_str(&format!("<line class=\"grid\" x1=\"{centre}\" y1=\"{centre}\" x2=\"{x:.1}\" y2=\"{y:.1}\"/>"));
        let (tx, ty) = (centre + (RADIUS + 16.0) * angle(i).cos(), centre + (RADIUS + 16.0) * angle(i).sin());
        let anchor = if angle(i).cos() > 0.3 { "start" } else if angle(i).cos() < -0.3 { "end" } else { "middle" };
        out.push_str(&format!("<text x=\"{tx:.1}\" y=\"{ty:.1}\" text-anchor=\"{anchor}\">{}</text>", esc(&axis.label)));
    }
    let series = axes.iter().map(|a| a.shares.len()).max().unwrap_or(0);
    for s in 0..series.min(3) {
        let points: Vec<String> = axes.iter().enumerate().map(|(i, a)| pair(point(i, a.shares.get(s).copied().unwrap_or(0.0)))).collect();
        out.push_str(&format!("<polygon class=\"series s{s}\" points=\"{}\"/>", points.join(" ")));
    }
    out.push_str("</svg>");
    Html(out)
}

fn pair((x, y): (f64, f64)) -> String {
    format!("{x:.1},{y:.1}")
}

/// Where one result stands among those of its peers: a strip of marks and its own.
pub fn strip(title: &str, peers: &[i64], own: i64, max: i64) -> Html {
    let max = max.max(1) as f64;
    let x = |n: i64| 10.0 + 340.0 * (n as f64 / max).clamp(0.0, 1.0);
    let mut out = format!("<svg class=\"strip\" viewBox=\"0 0 360 40\" role=\"img\" aria-label=\"{}\"><line class=\"grid\" x1=\"10\" y1=\"24\" x2=\"350\" y2=\"24\"/>", esc(title));
    for p in peers {
        out.push_str(&format!("<circle class=\"peer\" cx=\"{:.1}\" cy=\"24\" r=\"3\"/>", x(*p)));
    }
    out.push_str(&format!("<path class=\"own\" d=\"M{0:.1} 20 l-6 -10 h12 z\"/></svg>", x(own)));
    Html(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radar_escapes_and_needs_three_axes() {
        let axis = |label: &str| Axis { label: label.to_owned(), shares: vec![50.0, f64::NAN] };
        assert!(radar("t", &[axis("a"), axis("b")]).is_empty());
        let drawn = radar("<t>", &[axis("<a>"), axis("b"), axis("c")]).0;
        assert!(drawn.contains("&lt;a&gt;") && drawn.contains("&lt;t&gt;") && drawn.contains("series s1"), "{drawn}");
    }
}
