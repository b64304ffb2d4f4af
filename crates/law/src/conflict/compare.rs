//! Two articles held against each other: sentences that speak of one thing, then their numbers, actors and modality.

use super::{Found, Read, lists, overrides, rule};
use crate::{
    catalog::Catalog,
    norms::{Modality, Norm, Quantity, Span, Weigh, alike},
};
use kernel::{Text, time::Date};

/// What is known beside the texts.
pub struct Cx<'a> {
    pub catalog: &'a Catalog,
    pub weigh: Weigh<'a>,
    pub on: Date,
    /// The first text cites the very article of the second.
    pub cited: bool,
}

/// Everything in which `a`, the text that is checked, contradicts `b`.
pub fn between(a: &Read<'_>, b: &Read<'_>, cx: &Cx<'_>) -> Vec<Found> {
    if !super::meet(a, b) || overrides(a.document, cx.catalog, cx.on) || overrides(b.document, cx.catalog, cx.on) {
        return Vec::new();
    }
    let bars = &cx.catalog.norms.bars;
    let level = a.document.rank == b.document.rank;
    let bar = if level { bars.alike_law_law } else { bars.alike };
    let mut out = Vec::new();
    for n in &a.norms {
        // The sentence of the other text that speaks most of the same.
        let Some((sim, m)) = b.norms.iter().map(|m| (sameness(n, m, cx, level), m)).max_by_key(|(s, _)| *s) else { continue };
        if sim < bar.min(bars.power) || (m.exception && n.exception && sim < 800) {
            continue;
        }
        // Another sentence of the checked text speaks more of it.
        if a.norms.iter().any(|o| o.span != n.span && sameness(o, m, cx, level) > sim) {
            continue;
        }
        let pair = Pair { a, b, n, m, sim, cx };
        if sim >= bar && !m.choice {
            pair.numbers(&mut out);
            pair.modality(&mut out);
        }
        if sim >= bars.power && (!level || sim >= bar) {
            pair.competence(&mut out);
        }
    }
    lists::compare(a, b, cx, &mut out);
    out.retain(|f| f.confidence >= bars.shown);
    out
}

fn sameness(n: &Norm, m: &Norm, cx: &Cx<'_>, level: bool) -> u16 {
    if n.own.len() < 2 || m.own.len() < 2 {
        return 0;
    }
    let own = alike(&n.own, &m.own, cx.weigh);
    let context = alike(&n.context, &m.context, cx.weigh);
    if level { own.min(context) } else { u16::try_from((u32::from(own) + u32::from(context)) / 2).unwrap_or(0).max(own * 9 / 10) }
}

struct Pair<'a, 'b> {
    a: &'a Read<'b>,
    b: &'a Read<'b>,
    n: &'a Norm,
    m: &'a Norm,
    sim: u16,
    cx: &'a Cx<'a>,
}

impl Pair<'_, '_> {
    fn found(&self, family: &str, code: &str, less: u16, marks: (&[Span], &[Span]), say: Text) -> Found {
        let sure = 300 + u32::from(self.sim) * 6 / 10 + if self.cx.cited { 100 } else { 0 };
        Found {
            family: family.into(),
            code: code.into(),
            here: self.a.norm_place(self.n, marks.0),
            there: Some(self.b.norm_place(self.m, marks.1)),
            rule: rule(self.a.document, self.b.document, self.m.special || self.n.special).into(),
            confidence: u16::try_from(sure.min(980)).unwrap_or(980).saturating_sub(less),
            say,
        }
    }

    fn numbers(&self, out: &mut Vec<Found>) {
        let dimensions: std::collections::BTreeSet<&str> = self.n.quantities.iter().map(|q| q.dimension.as_str()).collect();
        for d in dimensions {
            let of = |n: &Norm| n.quantities.iter().filter(|q| q.dimension == d).cloned().collect::<Vec<_>>();
            let (x, y) = (of(self.n), of(self.m));
            // With another count of numbers nobody knows which is held against which.
            if x.len() == y.len() {
                for (p, q) in x.iter().zip(&y) {
                    self.number(p, q, out);
                }
            } else if let ([p], []) = (x.as_slice(), y.as_slice()) {
                self.other_unit(p, out);
            }
        }
    }

    fn number(&self, p: &Quantity, q: &Quantity, out: &mut Vec<Found>) {
        let Some((code, less)) = differs(p, q, self.sooner_is_fine(q)) else { return };
        let say = |lang: fn(&crate::catalog::Unit) -> &str| (shown(p, self.cx.catalog, lang), shown(q, self.cx.catalog, lang));
        let ((pv, qv), (pe, qe)) = (say(|u| &u.vi), say(|u| &u.en));
        let text = match code {
            "above-most" => Text::new(format!("Mức {pv} vượt mức tối đa {qv}"), format!("{pe} is above the most allowed, {qe}")),
            "below-least" => Text::new(format!("Mức {pv} thấp hơn mức tối thiểu {qv}"), format!("{pe} is below the least allowed, {qe}")),
            "narrower" => Text::new(format!("Mức tối đa {pv} hẹp hơn mức tối đa {qv}"), format!("The most allowed, {pe}, is narrower than {qe}")),
            _ => Text::new(format!("Hai con số khác nhau: {pv} và {qv}"), format!("Two numbers differ: {pe} and {qe}")),
        };
        out.push(self.found("C", code, less, (&[p.span], &[q.span]), text));
    }

    /// An authority has to act within it: acting sooner harms nobody.
    fn sooner_is_fine(&self, q: &Quantity) -> bool {
        let authority = |n: &Norm| n.actor.as_ref().and_then(|(c, _)| self.cx.catalog.norms.actor(c)).map(|a| a.authority);
        let time = matches!(q.dimension.as_str(), "day" | "working_day" | "hour" | "working_hour" | "month");
        time && (q.deadline || self.m.process) && self.m.process && authority(self.m).or(authority(self.n)).unwrap_or(true)
    }

    /// Days against working days; days against months.
    fn other_unit(&self, p: &Quantity, out: &mut Vec<Found>) {
        let days = |d: &str| match d {
            "day" => Some(1),
            "working_day" => Some(1),
            "month" => Some(30),
            _ => None,
        };
        let near: Vec<&Quantity> = self.m.quantities.iter().filter(|q| days(&q.dimension).is_some() && q.dimension != p.dimension).collect();
        let ([q], Some(size)) = (near.as_slice(), days(&p.dimension)) else { return };
        let (Some(x), Some(y)) = (p.high.or(p.low), q.high.or(q.low)) else { return };
        let (x, y) = (x.saturating_mul(size), y.saturating_mul(days(&q.dimension).unwrap_or(1)));
        let kind = p.dimension != "month" && q.dimension != "month";
        if !kind && x.abs_diff(y) * 10 <= y.unsigned_abs() || (x < y && self.sooner_is_fine(q)) || (kind && p.dimension == "day" && x <= y && self.sooner_is_fine(q)) {
            return;
        }
        let (pv, qv) = (shown(p, self.cx.catalog, |u| &u.vi), shown(q, self.cx.catalog, |u| &u.vi));
        let (pe, qe) = (shown(p, self.cx.catalog, |u| &u.en), shown(q, self.cx.catalog, |u| &u.en));
        let text = Text::new(format!("Cách tính thời gian khác nhau: {pv} và {qv}"), format!("Time is counted in two ways: {pe} and {qe}"));
        out.push(self.found("C", "other-unit", if kind { 0 } else { 100 }, (&[p.span], &[q.span]), text));
    }

    fn competence(&self, out: &mut Vec<Found>) {
        let (Some((x, xs)), Some((y, ys)), Some((act, _)), Some((other, _))) = (&self.n.actor, &self.m.actor, &self.n.act, &self.m.act) else { return };
        let norms = &self.cx.catalog.norms;
        let authority = |c: &str| norms.actor(c).is_some_and(|a| a.authority);
        if !doer(self.a, self.n) || !doer(self.b, self.m) {
            return;
        }
        let named = |n: &Norm, c: &str| n.actors.iter().any(|(a, _)| a == c);
        if act != other || x == y || !authority(x) || !authority(y) || named(self.m, x) || named(self.n, y) {
            return;
        }
        // Tasks of a body that has ended went to others.
        if norms.successors.iter().any(|s| s.since <= self.cx.on && s.from.contains(y) && s.to.contains(x)) {
            return;
        }
        let text = Text::new(
            format!("Hai văn bản giao việc “{act}” cho hai cơ quan: {} và {}", self.a.text(*xs), self.b.text(*ys)),
            format!("The two texts give “{act}” to two bodies: {} and {}", self.a.text(*xs), self.b.text(*ys)),
        );
        let inside = |n: &Norm, s: Span| s.0 >= n.span.0 && s.1 <= n.span.1;
        let less = if inside(self.n, *xs) && inside(self.m, *ys) { 0 } else { 150 };
        out.push(self.found("D", "other-actor", less, (&[*xs], &[*ys]), text));
    }

    fn modality(&self, out: &mut Vec<Found>) {
        let money = |n: &Norm| n.quantities.iter().find(|q| q.dimension == "money").map(|q| q.span);
        let (code, marks, text) = match (self.n.modality, self.m.modality) {
            (Some((Modality::Ban, x)), Some((Modality::Permission, y))) => ("ban-of-right", (x, y), ("Văn bản này cấm điều mà văn bản kia cho phép", "This text bans what the other allows")),
            (Some((Modality::Permission, x)), Some((Modality::Ban, y))) => ("allows-banned", (x, y), ("Văn bản này cho phép điều mà văn bản kia cấm", "This text allows what the other bans")),
            (Some((Modality::Duty, x)), Some((Modality::Exemption, y))) => ("duty-of-exempt", (x, y), ("Văn bản này buộc điều mà văn bản kia miễn", "This text demands what the other exempts from")),
            (x, Some((Modality::Exemption, y))) if !matches!(x, Some((Modality::Exemption, _))) && self.n.charge && self.m.charge && money(self.n).is_some() => {
                ("charge-of-exempt", (money(self.n).unwrap_or(self.n.span), y), ("Văn bản này thu khoản mà văn bản kia miễn", "This text charges what the other exempts from"))
            }
            (Some((Modality::Exemption, x)), Some((Modality::Duty, y))) => ("frees-of-duty", (x, y), ("Văn bản này miễn điều mà văn bản kia buộc", "This text exempts from what the other demands")),
            _ => return,
        };
        // “được” and “phải” stand in every second sentence: the rest of it must say the same.
        let plain = code != "charge-of-exempt" && code != "duty-of-exempt";
        let done = |r: &Read<'_>, s: Span| r.article.text.get(s.1..).and_then(|t| crate::text::words(t).next()).map(|w| crate::text::key(w.text));
        if plain && (done(self.a, marks.0) != done(self.b, marks.1) || alike(&self.n.own, &self.m.own, self.cx.weigh) < 600 || self.n.condition.is_some() != self.m.condition.is_some()) {
            return;
        }
        out.push(self.found("F", code, 0, (&[marks.0], &[marks.1]), Text::new(text.0, text.1)));
    }
}

/// Whether the body named does the act: it stands right before the verb, or behind “do”. “Viện trưởng Viện kiểm sát do … bổ nhiệm” does not.
fn doer(r: &Read<'_>, n: &Norm) -> bool {
    const NEAR: usize = 8;
    let (Some((_, who)), Some((_, act))) = (&n.actor, &n.act) else { return false };
    let words = |from: usize, to: usize| r.article.text.get(from..to).map(|t| crate::text::words(t).count());
    let before = r.article.text.get(..who.0).unwrap_or_default().trim_end();
    let by = before.ends_with(" do") || before.ends_with("\ndo");
    // An actor of the sentence above the points does what they list.
    who.1 <= n.span.0 || (who.1 <= act.0 && (by || words(who.1, act.0).is_some_and(|w| w <= NEAR)))
}

/// How a number of the checked text differs from the other's, if it does, and what that takes from the confidence.
fn differs(p: &Quantity, q: &Quantity, sooner_is_fine: bool) -> Option<(&'static str, u16)> {
    let same = p.low == q.low && p.high == q.high && p.low_open == q.low_open && p.high_open == q.high_open;
    if same {
        return None;
    }
    if let (Some(x), Some(y)) = (p.exact(), q.exact()) {
        return (x != y && !(sooner_is_fine && x < y)).then_some(("differs", 0));
    }
    match (q.least(), q.most()) {
        (None, Some(most)) => match (p.least(), p.most()) {
            (_, Some(x)) if x > most => Some(("above-most", 0)),
            (Some(x), None) if x > most => Some(("above-most", 100)),
            (None, Some(x)) if x < most && !sooner_is_fine => Some(("narrower", 50)),
            _ => None,
        },
        (Some(least), None) => match (p.least(), p.most()) {
            (Some(x), _) if x < least => Some(("below-least", 0)),
            (None, Some(x)) if x < least => Some(("below-least", 100)),
            _ => None,
        },
        (Some(low), Some(high)) if low == high => match (p.least(), p.most()) {
            (_, Some(x)) if x < low && !sooner_is_fine => Some(("differs", 0)),
            (Some(x), _) if x > low => Some(("differs", 0)),
            (None, Some(x)) if x > low => Some(("above-most", 50)),
            (Some(x), None) if x < low => Some(("below-least", 50)),
            _ => None,
        },
        (Some(low), Some(high)) => match (p.least(), p.most()) {
            (_, Some(x)) if x > high => Some(("above-most", 0)),
            (Some(x), _) if x < low => Some(("below-least", 0)),
            (Some(_), Some(_)) if p.exact().is_none() => Some(("differs", 100)),
            _ => None,
        },
        _ => None,
    }
}

/// “không quá 12 tháng”, in the smallest unit of the dimension.
fn shown(q: &Quantity, catalog: &Catalog, word: fn(&crate::catalog::Unit) -> &str) -> String {
    let unit = catalog.norms.unit(&q.unit).map(word).unwrap_or_default();
    let n = |v: i64| {
        let (whole, rest) = (v / 1000, (v % 1000).unsigned_abs());
        let digits = whole.to_string();
        let grouped: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|c| std::str::from_utf8(c).ok()).collect();
        let whole = if whole.unsigned_abs() >= 10_000 { grouped.join(".") } else { digits.clone() };
        if rest == 0 { whole } else { format!("{whole},{}", format!("{rest:03}").trim_end_matches('0')) }
    };
    let english = word(&DAY) == "days";
    let (most, least) = if english { ("at most", "at least") } else { ("không quá", "ít nhất") };
    match (q.low, q.high) {
        (Some(a), Some(b)) if a == b => format!("{} {unit}", n(a)),
        (Some(a), Some(b)) => format!("{}–{} {unit}", n(a), n(b)),
        (None, Some(b)) => format!("{most} {} {unit}", n(b)),
        (Some(a), None) => format!("{least} {} {unit}", n(a)),
        (None, None) => unit.to_owned(),
    }
}

/// Tells which language a chooser of words speaks.
static DAY: std::sync::LazyLock<crate::catalog::Unit> = std::sync::LazyLock::new(|| crate::catalog::Unit { code: "day".into(), dimension: "day".into(), size: 1, words: Vec::new(), vi: "ngày".into(), en: "days".into() });

