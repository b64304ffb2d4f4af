//! The steps up from an answer: what the next better answer to a question is.

use crate::{
    answer::{Answer, Given, Ratio, Tier},
    decimal::Decimal,
    definition::{Scale, ScaleType},
    mark::{Mark, State},
    plan::Item,
};
use kernel::Text;
use std::collections::BTreeMap;

/// A better answer than the one given; each gives more points than the rung before.
#[derive(Debug, Clone)]
pub(super) struct Rung {
    pub answer: Answer,
    pub points: Decimal,
    pub label: Text,
}

/// Puts a value into an answer; without one it is evidence that is accepted. A better answer applies.
pub(super) fn improve(answer: &mut Answer, value: Option<Given>) {
    answer.na = false;
    match value {
        Some(value) => answer.value = Some(value),
        None => {
            answer.value = Some(Given::Truth(true));
            answer.tier = Tier::Evidence;
            if answer.evidence.is_empty() {
                answer.evidence.push("accepted-evidence".to_owned());
            }
        }
    }
}

/// All rungs above the present answer, the lowest first. What does not apply has none: it cannot be improved.
pub(super) fn rungs(item: &Item, answer: Option<&Answer>, mark: &Mark<'_>) -> Vec<Rung> {
    if mark.state == State::NotApplicable {
        return Vec::new();
    }
    let scale = &item.scale;
    let mut found: Vec<(Given, Decimal, Text)> = match scale.kind {
        ScaleType::Single | ScaleType::Ladder => {
            scale.options.iter().map(|o| (Given::Text(o.code.clone()), o.points, o.text.clone())).collect()
        }
        ScaleType::Multi => multi(scale, mark),
        ScaleType::Ratio | ScaleType::Count => buckets(scale, answer),
        ScaleType::Matrix => matrix(scale, answer),
        ScaleType::Evidence => {
            vec![(Given::Truth(true), scale.points.unwrap_or_default(), evidence())]
        }
        ScaleType::Gate if mark.open => Vec::new(),
        ScaleType::Gate => vec![(Given::Truth(true), Decimal::ZERO, Text::new("Có", "Yes"))],
    };
    // Stable: of equal points the first in the file stays first and is taken.
    found.sort_by_key(|(_, points, _)| *points);
    let mut last = mark.points;
    let mut rungs = Vec::new();
    for (value, points, label) in found {
        if points > last || scale.kind == ScaleType::Gate {
            let mut better = answer.cloned().unwrap_or_default();
            improve(&mut better, (scale.kind != ScaleType::Evidence).then_some(value));
            rungs.push(Rung { answer: better, points, label });
            last = points;
        }
    }
    rungs
}

fn evidence() -> Text {
    Text::new("Nộp minh chứng được chấp nhận", "Hand in evidence that is accepted")
}

/// One more option at a time, the best first; and “stands alone” options by themselves.
fn multi(scale: &Scale, mark: &Mark<'_>) -> Vec<(Given, Decimal, Text)> {
    let mut rest: Vec<_> = scale.options.iter().filter(|o| !o.excludes_others && !mark.chose(&o.code)).collect();
    rest.sort_by_key(|o| std::cmp::Reverse(o.points));
    let mut chosen: Vec<_> = scale.options.iter().filter(|o| !o.excludes_others && mark.chose(&o.code)).collect();
    let mut found = Vec::new();
    for option in rest {
        chosen.push(option);
        let points = scale.capped(chosen.iter().map(|o| o.points).sum());
        let in_order = scale.options.iter().filter(|o| chosen.iter().any(|c| c.code == o.code));
        let codes = Given::Many(in_order.map(|o| o.code.clone()).collect());
        let label = Text::new(format!("Thêm: {}", option.text.vi), format!("Add: {}", option.text.en));
        found.push((codes, points, label));
    }
    let alone = scale.options.iter().filter(|o| o.excludes_others);
    found.extend(alone.map(|o| (Given::Many(vec![o.code.clone()]), scale.capped(o.points), o.text.clone())));
    found
}

/// A number inside each bucket: with the whole as typed (100 if there is none), the smallest whole number above the bound
/// before, or the next decimal where no whole number fits.
fn buckets(scale: &Scale, answer: Option<&Answer>) -> Vec<(Given, Decimal, Text)> {
    let whole = match answer.and_then(|a| a.value.as_ref()) {
        Some(Given::Ratio(Ratio { d: Some(d), .. })) if d.is_positive() => *d,
        _ => Decimal::HUNDRED,
    };
    let mut found = Vec::new();
    let mut below: Option<Decimal> = None;
    for (at, bucket) in scale.buckets.iter().enumerate() {
        let value = if scale.kind == ScaleType::Ratio {
            share_above(scale, at, below, whole)
        } else {
            count_above(scale, at, below)
        };
        if let Some(value) = value {
            found.push((value, bucket.points, scale.bucket_label(at)));
        }
        below = bucket.up_to;
    }
    found
}

fn count_above(scale: &Scale, at: usize, below: Option<Decimal>) -> Option<Given> {
    let candidates = match below {
        None => [Decimal::ZERO, Decimal::ZERO],
        Some(bound) => [(bound + Decimal::STEP).ceil(), bound + Decimal::STEP],
    };
    let fits = |n: &Decimal| scale.bucket_of_count(*n) == scale.buckets.get(at);
    candidates.into_iter().find(fits).map(|n| Given::Text(n.to_string()))
}

fn share_above(scale: &Scale, at: usize, below: Option<Decimal>, whole: Decimal) -> Option<Given> {
    let given = |n, d| Given::Ratio(Ratio { n: Some(n), d: Some(d) });
    let Some(bound) = below else { return Some(given(Decimal::ZERO, whole)) };
    let fits = |n: Decimal, d: Decimal| n <= d && scale.bucket_of_ratio(n, d) == scale.buckets.get(at);
    let exact = (bound * whole).checked_div(Decimal::HUNDRED)?;
    let next = (exact + Decimal::STEP).ceil();
    [next, exact + Decimal::STEP, exact + Decimal::STEP + Decimal::STEP, whole]
        .into_iter()
        .find(|n| fits(*n, whole))
        .map(|n| given(n, whole))
        .or_else(|| {
            // A whole of a few ten-thousandths has no number inside the bucket; any whole shows the share.
            let n = bound + Decimal::STEP;
            fits(n, Decimal::HUNDRED).then(|| given(n, Decimal::HUNDRED))
        })
}

/// The weakest row up to the next better option, again and again.
fn matrix(scale: &Scale, answer: Option<&Answer>) -> Vec<(Given, Decimal, Text)> {
    let mut options: Vec<_> = scale.options.iter().collect();
    options.sort_by_key(|o| o.points);
    let Some(lowest) = options.first() else { return Vec::new() };
    let mut rows: BTreeMap<String, String> = match answer.and_then(|a| a.value.as_ref()) {
        Some(Given::Rows(rows)) => rows.clone(),
        _ => BTreeMap::new(),
    };
    rows.retain(|row, code| scale.rows.iter().any(|r| r.code == *row) && scale.choice(code).is_some());
    for row in &scale.rows {
        rows.entry(row.code.clone()).or_insert_with(|| lowest.code.clone());
    }
    let points = |code: &str| scale.choice(code).map(|o| o.points).unwrap_or_default();
    let of = |rows: &BTreeMap<String, String>| scale.mean_of(rows.values().map(|c| points(c)).sum(), rows.len());
    let filled = Text::new("Điền đủ các hàng", "Fill in every row");
    let mut found = vec![(Given::Rows(rows.clone()), of(&rows), filled)];
    loop {
        let weakest = scale.rows.iter().min_by_key(|row| rows.get(&row.code).map(|c| points(c)));
        let Some(row) = weakest else { return found };
        let now = rows.get(&row.code).map(|c| points(c)).unwrap_or_default();
        let Some(better) = options.iter().find(|o| o.points > now) else { return found };
        rows.insert(row.code.clone(), better.code.clone());
        let label = Text::new(
            format!("{}: {}", row.text.vi, better.text.vi),
            format!("{}: {}", row.text.en, better.text.en),
        );
        found.push((Given::Rows(rows.clone()), of(&rows), label));
    }
}
