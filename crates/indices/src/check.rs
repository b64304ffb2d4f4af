//! What is wrong with a definition, at its line.

use crate::{
    Exact,
    definition::{Combine, Definition, Node, ShownAs},
    formula::{Expr, parse},
    index::{Formulas, Index},
    types::{self, Names, Ty},
};
use kernel::catalog::Finding;
use std::collections::{BTreeMap, BTreeSet};

pub struct Check<'a> {
    file: &'a str,
    text: &'a str,
    d: &'a Definition,
    findings: Vec<Finding>,
    /// What each formula rests on, by code.
    rests: BTreeMap<String, Vec<String>>,
}

impl Names for Check<'_> {
    fn kind(&self, name: &str) -> Option<Ty> {
        self.d.input(name).map(|i| i.of.into()).or_else(|| self.d.derived.iter().any(|x| x.code == name).then_some(Ty::Number))
    }
    fn words(&self, name: &str) -> Vec<String> {
        self.d.input(name).map(|i| i.choices.keys().cloned().collect()).unwrap_or_default()
    }
}

/// Checks a definition and reads its formulas.
///
/// # Errors
/// Everything that is wrong.
pub fn index(file: &str, text: &str, d: Definition) -> Result<Index, Vec<Finding>> {
    let mut c = Check { file, text, d: &d, findings: Vec::new(), rests: BTreeMap::new() };
    c.codes();
    let mut derived = BTreeMap::new();
    for (i, x) in d.derived.iter().enumerate() {
        let path = ["derived".to_owned(), i.to_string(), "formula".into()];
        if let Some(e) = c.formula(&x.code, &path, &x.formula, Ty::Number) {
            derived.insert(x.code.clone(), e);
        }
    }
    let mut nodes = BTreeMap::new();
    for (i, n) in d.parts.iter().enumerate() {
        c.node(n, &["parts".to_owned(), i.to_string()], d.combine, &mut nodes);
    }
    let gates = d.gates.iter().enumerate().filter_map(|(i, g)| c.formula("", &["gates".to_owned(), i.to_string(), "rule".into()], &g.rule, Ty::Yes)).collect();
    c.cycles();
    c.whole();
    let findings = c.findings;
    if findings.is_empty() { Ok(Index { definition: d, file: file.to_owned(), nodes, derived, gates }) } else { Err(findings) }
}

/// Codes that formulas can name.
fn is_code(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_lowercase()) && code.len() <= 60 && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.')
}

const KEPT: [&str; 5] = ["full", "else", "and", "or", "not"];

impl Check<'_> {
    fn at(&mut self, path: &[String], vi: impl Into<String>, en: impl Into<String>) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.findings.push(Finding::at(self.file, self.text, &path, vi, en));
    }

    fn codes(&mut self) {
        let inputs = self.d.inputs.iter().enumerate().map(|(i, x)| (vec!["inputs".to_owned(), i.to_string(), "code".into()], x.code.clone()));
        let derived = self.d.derived.iter().enumerate().map(|(i, x)| (vec!["derived".to_owned(), i.to_string(), "code".into()], x.code.clone()));
        let nodes = self.d.nodes().into_iter().map(|n| (vec!["parts".to_owned()], n.code.clone()));
        let mut seen = BTreeSet::new();
        for (path, code) in inputs.chain(derived).chain(nodes).collect::<Vec<_>>() {
            if !is_code(&code) || KEPT.contains(&code.as_str()) {
                self.at(&path, format!("Mã “{code}” không dùng được: bắt đầu bằng chữ thường, chỉ gồm chữ thường, số, “_” và “.”."), format!("The code “{code}” will not do: begin with a small letter; small letters, digits, “_” and “.” only."));
            } else if !seen.insert(code.clone()) {
                self.at(&path, format!("Mã “{code}” dùng hai lần."), format!("The code “{code}” is used twice."));
            }
        }
        for (i, x) in self.d.inputs.iter().enumerate() {
            if (x.of == crate::definition::InputType::Choice) == x.choices.is_empty() {
                self.at(&["inputs".to_owned(), i.to_string()], format!("“{}”: kiểu choice phải có choices, kiểu khác thì không.", x.code), format!("“{}”: a choice needs choices, and nothing else has them.", x.code));
            }
        }
    }

    fn formula(&mut self, code: &str, path: &[String], text: &str, wanted: Ty) -> Option<Expr> {
        let e = match parse(text) {
            Ok(e) => e,
            Err(u) => {
                self.at(path, u.reason.vi, u.reason.en);
                return None;
            }
        };
        let unknown: Vec<String> = e.names().into_iter().filter(|n| self.kind(n).is_none()).map(str::to_owned).collect();
        for n in &unknown {
            self.at(path, format!("Công thức nhắc tới “{n}”, không có trong inputs hay derived."), format!("The formula names “{n}”, which is neither in inputs nor in derived."));
        }
        let missing: Vec<String> = e.points().into_iter().filter(|n| self.d.node(n).is_none()).map(str::to_owned).collect();
        for n in &missing {
            self.at(path, format!("points({n}): không có thành phần “{n}”."), format!("points({n}): there is no component “{n}”."));
        }
        match types::of(&e, self) {
            Err(reason) => self.at(path, reason.vi, reason.en),
            Ok(found) if found != wanted && found != Ty::Any => self.at(path, if wanted == Ty::Yes { "Cần một điều kiện." } else { "Công thức phải cho ra một số." }, if wanted == Ty::Yes { "A condition is needed." } else { "The formula has to give a number." }),
            Ok(_) => {}
        }
        self.rests.entry(code.to_owned()).or_default().extend(e.names().into_iter().chain(e.points()).map(str::to_owned));
        (unknown.is_empty() && missing.is_empty()).then_some(e)
    }

    fn node(&mut self, n: &Node, path: &[String], above: Combine, nodes: &mut BTreeMap<String, Formulas>) {
        let below = |key: &str| path.iter().cloned().chain([key.to_owned()]).collect::<Vec<_>>();
        if above == Combine::Weighted && n.weight.is_none() {
            self.at(path, format!("“{}” cần weight vì nhóm cộng theo trọng số.", n.code), format!("“{}” needs a weight, for its group is weighted.", n.code));
        }
        if [n.max, n.weight, n.cap].into_iter().flatten().any(Exact::is_negative) {
            self.at(path, format!("“{}”: điểm và trọng số không âm.", n.code), format!("“{}”: points and weights are not negative.", n.code));
        }
        if n.is_group() {
            self.group(n, path);
            self.rests.entry(n.code.clone()).or_default().extend(n.parts.iter().map(|p| p.code.clone()));
            for (i, p) in n.parts.iter().enumerate() {
                let path: Vec<String> = below("parts").into_iter().chain([i.to_string()]).collect();
                self.node(p, &path, n.combine, nodes);
            }
            return;
        }
        if n.max.is_none() && !n.extra {
            self.at(path, format!("“{}” cần max (0 nếu chỉ thu thập, không tính điểm).", n.code), format!("“{}” needs max (0 if it is collected and not scored).", n.code));
        }
        if n.extra && n.cap.is_none() {
            self.at(path, format!("“{}” là điểm cộng hoặc trừ, cần cap (điểm trừ ghi cap: \"0\").", n.code), format!("“{}” is a bonus or a penalty and needs cap (a penalty: cap: \"0\").", n.code));
        }
        let mut read = |key: &str, text: &Option<String>, ty: Ty| text.as_ref().and_then(|t| self.formula(&n.code, &below(key), t, ty));
        let points = read("formula", &n.formula, Ty::Number);
        let value = read("value", &n.value, Ty::Number);
        let when = n.applies.as_ref().map(|a| a.when.clone());
        let applies = read("applies", &when, Ty::Yes);
        nodes.insert(n.code.clone(), Formulas { points, value, applies });
    }

    fn group(&mut self, n: &Node, path: &[String]) {
        if n.formula.is_some() || n.value.is_some() || n.applies.is_some() {
            self.at(path, format!("“{}” có phần con nên không có công thức riêng.", n.code), format!("“{}” has parts and therefore no formula of its own.", n.code));
        }
        let sum = n.parts.iter().filter(|p| !p.extra).try_fold(Exact::ZERO, |s, p| s.add(p.full()));
        if let (Combine::Sum, Some(max), Some(sum)) = (n.combine, n.max, sum)
            && max != sum
        {
            self.at(path, format!("Các phần của “{}” cộng lại {sum} điểm, không bằng max {max}.", n.code), format!("The parts of “{}” add up to {sum} points and not to max {max}.", n.code));
        }
    }

    /// A formula that rests on itself, by whatever way.
    fn cycles(&mut self) {
        let mut done = BTreeSet::new();
        let codes: Vec<String> = self.rests.keys().cloned().collect();
        for code in codes {
            let mut way = Vec::new();
            if let Some(round) = round(&self.rests, &code, &mut way, &mut done) {
                let told = round.join(" → ");
                self.at(&["parts".to_owned()], format!("Công thức vòng tròn: {told}."), format!("Formulas in a circle: {told}."));
                return;
            }
        }
    }

    fn whole(&mut self) {
        let sum = self.d.full();
        if let (Some(scale), Combine::Sum) = (self.d.scale, self.d.combine)
            && sum != scale
        {
            self.at(&["scale".to_owned()], format!("Các phần cộng lại {sum} điểm, không bằng scale {scale}."), format!("The parts add up to {sum} points and not to scale {scale}."));
        }
        if let Some(counts) = self.d.counts {
            let components = counts.unlisted + self.d.parts.iter().map(Node::count).sum::<usize>();
            let mains: usize = self.d.parts.iter().map(main_count).sum();
            if (mains, components) != (counts.main, counts.components) {
                self.at(
                    &["counts".to_owned()],
                    format!("Đếm được {mains} chỉ số chính, {components} chỉ số thành phần; khai {} và {}.", counts.main, counts.components),
                    format!("There are {mains} main indices and {components} components; declared are {} and {}.", counts.main, counts.components),
                );
            }
        }
        if self.d.rounding > 9 {
            self.at(&["rounding".to_owned()], "Làm tròn tối đa 9 chữ số thập phân.", "Rounding to 9 places at most.");
        }
        if (self.d.combine == Combine::Apart) != (self.d.shown_as == ShownAs::Values) {
            self.at(&["shown_as".to_owned()], "combine: apart đi cùng shown_as: values: các phần để cạnh nhau, không có tổng.", "combine: apart goes with shown_as: values: parts side by side, no total.");
        }
        let froms: BTreeSet<Exact> = self.d.levels.iter().map(|l| l.from).collect();
        if froms.len() != self.d.levels.len() {
            self.at(&["levels".to_owned()], "Hai mức có cùng mốc.", "Two levels begin at the same bound.");
        }
    }
}

/// Main indices: the lowest groups, or components that hold unlisted ones.
fn main_count(n: &Node) -> usize {
    if n.parts.iter().any(|p| p.is_group() || p.components.is_some()) { n.parts.iter().map(main_count).sum() } else { 1 }
}

fn round(rests: &BTreeMap<String, Vec<String>>, code: &str, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
    if let Some(i) = way.iter().position(|w| w == code) {
        return Some(way.iter().skip(i).cloned().chain([code.to_owned()]).collect());
    }
    if done.contains(code) {
        return None;
    }
    way.push(code.to_owned());
    let found = rests.get(code).into_iter().flatten().find_map(|next| round(rests, next, way, done));
    way.pop();
    done.insert(code.to_owned());
    found
}
