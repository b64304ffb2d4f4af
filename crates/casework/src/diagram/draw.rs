//! Places and draws a graph. Text is measured by its number of signs: generous, because fonts differ.

use super::graph::{Branch, Graph, Row, Side};
use kernel::text::Lang;
use std::fmt::Write as _;
use web::html::esc;

/// Columns: x and width. What the applicant does, the steps, offices asked and ends.
const LEFT: Column = Column { x: 12, w: 178 };
const STEPS: Column = Column { x: 346, w: 268 };
const RIGHT: Column = Column { x: 770, w: 178 };
const WIDTH: i32 = 960;
/// Average width of a sign, in tenths of a pixel: names (13 px), smaller text (11 px).
const NAME_SIGN: i32 = 74;
const SMALL_SIGN: i32 = 62;
const NAME_LINE: i32 = 17;
const SUB_LINE: i32 = 15;
const LABEL_LINE: i32 = 14;
const MARGIN: i32 = 14;
/// Half the distance of the two arrows between a step and what stands beside it.
const PAIR: i32 = 8;
/// How far left of the steps an arrow back runs.
const BUS: i32 = 22;

#[derive(Clone, Copy)]
struct Column {
    x: i32,
    w: i32,
}

impl Column {
    const fn mid(self) -> i32 {
        self.x + self.w / 2
    }
    const fn end(self) -> i32 {
        self.x + self.w
    }
}

fn wrap(text: &str, width: i32, sign: i32) -> Vec<String> {
    let most = usize::try_from((width * 10 / sign).max(8)).unwrap_or(8);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn height(lines: usize, line: i32) -> i32 {
    i32::try_from(lines).unwrap_or(0) * line
}

/// A box with its text, ready to be put somewhere.
struct Node {
    name: Vec<String>,
    sub: Vec<String>,
    class: &'static str,
    round: bool,
}

impl Node {
    fn new(name: &str, sub: &[&str], width: i32) -> Self {
        let sub = sub.iter().filter(|s| !s.is_empty()).flat_map(|s| wrap(s, width - 20, SMALL_SIGN)).collect();
        Self { name: wrap(name, width - 24, NAME_SIGN), sub, class: "node", round: false }
    }
    fn round(mut self, class: &'static str) -> Self {
        (self.round, self.class) = (true, class);
        self
    }
    fn height(&self) -> i32 {
        height(self.name.len(), NAME_LINE) + height(self.sub.len(), SUB_LINE) + 18
    }
}

struct Canvas {
    nodes: String,
    edges: String,
    labels: String,
}

impl Canvas {
    fn node(&mut self, node: &Node, column: Column, y: i32, h: i32) {
        let rx = if node.round { h.min(44) / 2 } else { 6 };
        let bold = if node.class.contains("current") { " font-weight=\"700\"" } else { "" };
        let _ = write!(
            self.nodes,
            "<g class=\"{}\"><rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{h}\" rx=\"{rx}\" fill=\"#fff\" stroke=\"#7d918b\" stroke-width=\"1.5\"/>",
            node.class, column.x, column.w
        );
        let text = height(node.name.len(), NAME_LINE) + height(node.sub.len(), SUB_LINE);
        let mut line = y + (h - text) / 2;
        for name in &node.name {
            line += NAME_LINE;
            let _ = write!(self.nodes, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\"{bold}>{}</text>", column.mid(), line - 4, esc(name));
        }
        for sub in &node.sub {
            line += SUB_LINE;
            let _ = write!(
                self.nodes,
                "<text class=\"sub\" x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#4d615b\">{}</text>",
                column.mid(),
                line - 4,
                esc(sub)
            );
        }
        self.nodes.push_str("</g>");
    }

    fn edge(&mut self, path: &str, done: bool) {
        let class = if done { "edge done" } else { "edge" };
        let _ = write!(
            self.edges,
            "<g class=\"{class}\"><path d=\"{path}\" fill=\"none\" stroke=\"#7d918b\" stroke-width=\"1.5\" marker-end=\"url(#flow-arrow)\"/></g>"
        );
    }

    fn label(&mut self, lines: &[String], x: i32, top: i32, anchor: &str) {
        for (line, n) in lines.iter().zip(1..) {
            let _ = write!(
                self.labels,
                "<text class=\"label\" x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"11\" fill=\"#33463f\">{}</text>",
                top + n * LABEL_LINE - 3,
                esc(line)
            );
        }
    }
}

/// A box beside a step with the labels of its arrows, and the room all that takes.
struct Beside<'a> {
    side: &'a Side,
    node: Node,
    out: Vec<String>,
    back: Vec<String>,
}

impl<'a> Beside<'a> {
    fn new(side: &'a Side, column: Column) -> Self {
        let gap = LEFT_GAP - 16;
        let label = |texts: &[String]| texts.iter().flat_map(|t| wrap(t, gap, SMALL_SIGN)).collect();
        let node = Node::new(&side.name, &[&side.sub], column.w);
        let node = if side.end { node.round("node end") } else { node };
        Self { side, node, out: label(&side.out), back: label(&side.back) }
    }
    fn height(&self) -> i32 {
        let labels = self.out.len().max(self.back.len());
        self.node.height().max(2 * (PAIR + height(labels, LABEL_LINE) + 6))
    }
}

/// Room between the steps and what stands beside them.
const LEFT_GAP: i32 = STEPS.x - (LEFT.x + LEFT.w);

fn stack(sides: &[Beside<'_>]) -> i32 {
    sides.iter().map(|s| s.height() + 8).sum::<i32>() - if sides.is_empty() { 0 } else { 8 }
}

pub fn draw(graph: &Graph, current: Option<usize>, lang: Lang) -> String {
    let mut c = Canvas { nodes: String::new(), edges: String::new(), labels: String::new() };
    let mut y = MARGIN;
    let start = Node::new(&graph.start, &[], STEPS.w).round(if current.is_some() { "node done" } else { "node" });
    c.node(&start, STEPS, y, start.height());
    y += start.height();
    y = down(&mut c, y, &[], current.is_some());
    let mut placed = Vec::new();
    for (at, row) in graph.rows.iter().enumerate() {
        let class = match current {
            Some(now) if at < now => "node done",
            Some(now) if at == now => "node current",
            _ => "node",
        };
        let arrives = graph.rows.iter().any(|r| r.back.iter().any(|b| b.0 == at));
        let h = draw_row(&mut c, row, at, class, y, arrives);
        placed.push((y, h));
        let labels = if at + 1 < graph.rows.len() { &row.forward } else { &graph.end_labels };
        y = down(&mut c, y + h, labels, current.is_some_and(|now| at < now));
    }
    for (at, row) in graph.rows.iter().enumerate() {
        draw_back(&mut c, row, at, &placed);
    }
    let end = Node::new(&graph.end, &[], STEPS.w).round("node end");
    c.node(&end, STEPS, y, end.height());
    y += end.height();
    for branch in &graph.branches {
        y = draw_branch(&mut c, branch, y + 2 * MARGIN, lang);
    }
    page(graph, current, lang, &c, y + MARGIN)
}

/// The arrow to the next row with its labels; answers where that row begins.
fn down(c: &mut Canvas, from: i32, labels: &[String], done: bool) -> i32 {
    let lines: Vec<String> = labels.iter().flat_map(|l| wrap(l, 260, SMALL_SIGN)).collect();
    let to = from + (height(lines.len(), LABEL_LINE) + 18).max(28);
    c.edge(&format!("M{x} {from}V{to}", x = STEPS.mid()), done);
    c.label(&lines, STEPS.mid() + 10, from + (to - from - height(lines.len(), LABEL_LINE)) / 2 - 2, "start");
    to
}

fn draw_row(c: &mut Canvas, row: &Row, at: usize, class: &'static str, y: i32, arrives: bool) -> i32 {
    let subs: Vec<&str> = row.sub.iter().map(String::as_str).collect();
    let node = Node { class, ..Node::new(&format!("{}. {}", at + 1, row.name), &subs, STEPS.w) };
    let left: Vec<_> = row.left.iter().map(|s| Beside::new(s, LEFT)).collect();
    let right: Vec<_> = row.right.iter().map(|s| Beside::new(s, RIGHT)).collect();
    let sides = stack(&left).max(stack(&right));
    // Arrows back come in below those to the sides.
    let h = node.height().max(sides) + if arrives && !left.is_empty() { BUS } else { 0 };
    c.node(&node, STEPS, y, h);
    beside(c, &left, y, h, false);
    beside(c, &right, y, h, true);
    h
}

fn beside(c: &mut Canvas, sides: &[Beside<'_>], y: i32, h: i32, right: bool) {
    let mut top = if right { y + (h - stack(sides)) / 2 } else { y };
    for b in sides {
        let (mid, h) = (top + b.height() / 2, b.node.height());
        let column = if right { RIGHT } else { LEFT };
        c.node(&b.node, column, mid - h / 2, h);
        let (near, far) = if right { (STEPS.end(), RIGHT.x) } else { (STEPS.x, LEFT.end()) };
        let text = (near + far) / 2;
        let pair = if b.side.back.is_empty() { 0 } else { PAIR };
        c.edge(&format!("M{near} {}H{far}", mid - pair), false);
        c.label(&b.out, text, mid - pair - height(b.out.len(), LABEL_LINE) - 2, "middle");
        if !b.side.back.is_empty() {
            c.edge(&format!("M{far} {}H{near}", mid + pair), false);
            c.label(&b.back, text, mid + pair + 3, "middle");
        }
        top += b.height() + 8;
    }
}

fn draw_back(c: &mut Canvas, row: &Row, at: usize, placed: &[(i32, i32)]) {
    for (to, label) in &row.back {
        let (Some((y, h)), Some((target, target_h))) = (placed.get(at), placed.get(*to)) else { continue };
        let (from, into, bus) = (y + h / 2, target + target_h - BUS / 2, STEPS.x - BUS);
        c.edge(&format!("M{} {from}H{bus}V{into}H{}", STEPS.x, STEPS.x), false);
        let lines = wrap(label, LEFT_GAP - BUS - 14, SMALL_SIGN);
        c.label(&lines, bus - 8, from - height(lines.len(), LABEL_LINE) / 2, "end");
    }
}

fn draw_branch(c: &mut Canvas, branch: &Branch, y: i32, lang: Lang) -> i32 {
    let when = lang.pick("Người nộp, khi hồ sơ đang:", "The applicant, while the case is:");
    let from = Node::new(when, &[&branch.from], LEFT.w);
    let state = Node::new(&branch.state, &[], STEPS.w);
    let ends: Vec<_> = branch.then.iter().map(|(_, end)| Node::new(end, &[], RIGHT.w).round("node end")).collect();
    let h = [&from, &state].into_iter().chain(&ends).map(Node::height).max().unwrap_or(0);
    let mid = y + h / 2;
    let put = |c: &mut Canvas, node: &Node, column: Column| c.node(node, column, mid - node.height() / 2, node.height());
    let arrow = |c: &mut Canvas, from: i32, to: i32, label: &str| {
        c.edge(&format!("M{from} {mid}H{to}"), false);
        let lines = wrap(label, to - from - 16, SMALL_SIGN);
        c.label(&lines, (from + to) / 2, mid - height(lines.len(), LABEL_LINE) - 2, "middle");
    };
    put(c, &from, LEFT);
    arrow(c, LEFT.end(), STEPS.x, &branch.act);
    put(c, &state, STEPS);
    if let (Some((act, _)), Some(end)) = (branch.then.first(), ends.first()) {
        arrow(c, STEPS.end(), RIGHT.x, act);
        put(c, end, RIGHT);
    }
    y + h
}

fn page(graph: &Graph, current: Option<usize>, lang: Lang, c: &Canvas, height: i32) -> String {
    let title = format!("{}: {}", lang.pick("Sơ đồ quy trình", "Diagram of the process"), graph.title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"flow-title flow-desc\" font-family=\"'Be Vietnam Pro', 'Noto Sans', sans-serif\" font-size=\"13\" fill=\"#12201d\">\
         <title id=\"flow-title\">{}</title><desc id=\"flow-desc\">{}</desc>\
         <defs><marker id=\"flow-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#7d918b\"/></marker></defs>\
         {}{}{}</svg>",
        esc(&title),
        esc(&words(graph, current, lang)),
        c.edges,
        c.nodes,
        c.labels
    )
}

/// The same said in words.
fn words(graph: &Graph, current: Option<usize>, lang: Lang) -> String {
    let mut out = String::new();
    for (at, row) in graph.rows.iter().enumerate() {
        let _ = write!(out, "{}. {} ({})", at + 1, row.name, row.sub.join(", "));
        if current == Some(at) {
            let _ = write!(out, " – {}", lang.pick("hồ sơ đang ở bước này", "the case is here"));
        }
        for side in row.left.iter().chain(&row.right) {
            let _ = write!(out, "; {} → {}", side.out.join(", "), side.name);
        }
        for (to, label) in &row.back {
            let _ = write!(out, "; {label} → {}", to + 1);
        }
        out.push_str(". ");
    }
    let _ = write!(out, "{}: {}.", lang.pick("Kết thúc", "End"), graph.end);
    for b in &graph.branches {
        let _ = write!(out, " {} → {}.", b.act, b.state);
    }
    out
}
