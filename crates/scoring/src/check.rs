//! What a definition must be before it is used. Every fault is reported, with the path of keys to its place.

mod scales;
mod structure;

use crate::{
    decimal::Decimal,
    definition::{Definition, Kind},
    expr::{ExprError, bind as binder, bind::Stand},
    framework::Fault,
    plan::{Names, Plan},
};
use std::collections::BTreeSet;

/// Most criteria of one framework: a slip of a generator, not a questionnaire, has more.
pub(crate) const MAX_CRITERIA: usize = 2_000;

/// Checks that need no positions.
pub(crate) fn definition(definition: &Definition, faults: &mut Vec<Fault>) {
    structure::head(definition, faults);
    structure::codes(definition, faults);
    structure::levels(definition, faults);
    for (name, scale) in &definition.scales {
        scales::check(scale, &["scales".to_owned(), name.clone()], definition.kind, faults);
    }
    for_each_criterion(definition, |path, criterion| {
        if let Some(scale) = &criterion.answer {
            let mut path = path.to_vec();
            path.push("answer".to_owned());
            scales::check(scale, &path, definition.kind, faults);
        }
        structure::criterion(criterion, path, faults);
    });
    let used: BTreeSet<&str> = definition
        .dimensions
        .iter()
        .flat_map(|d| &d.groups)
        .flat_map(|g| &g.criteria)
        .filter_map(|c| c.scale.as_deref())
        .collect();
    for name in definition.scales.keys().filter(|name| !used.contains(name.as_str())) {
        faults.push(Fault::new(
            &["scales", name],
            format!("Thang “{name}” không câu nào dùng; hãy xóa hoặc dùng nó."),
            format!("No criterion uses the scale “{name}”; remove it or use it."),
        ));
    }
}

fn for_each_criterion(definition: &Definition, mut each: impl FnMut(&[String], &crate::definition::Criterion)) {
    for (d, dimension) in definition.dimensions.iter().enumerate() {
        for (g, group) in dimension.groups.iter().enumerate() {
            for (c, criterion) in group.criteria.iter().enumerate() {
                let path = ["dimensions", &d.to_string(), "groups", &g.to_string(), "criteria", &c.to_string()]
                    .map(str::to_owned);
                each(&path, criterion);
            }
        }
    }
}

/// Maxima against what the criteria can give, bounds against maxima.
pub(crate) fn maxima(definition: &Definition, plan: &Plan, faults: &mut Vec<Fault>) {
    for (d, (dimension, item)) in definition.dimensions.iter().zip(&plan.dimensions).enumerate() {
        let d = d.to_string();
        let sum = item.max;
        match dimension.max {
            Some(max) if max != sum => faults.push(Fault::new(
                &["dimensions", &d, "max"],
                format!("Phần “{}” ghi tối đa {max} điểm nhưng các câu cho tối đa {sum} điểm (sau trần của nhóm).", dimension.code),
                format!("Dimension “{}” says a maximum of {max}, the criteria give {sum} (after the caps of groups).", dimension.code),
            )),
            None if definition.kind == Kind::Index => faults.push(Fault::new(
                &["dimensions", &d, "code"],
                format!("Phần “{}” thiếu khóa “max” (điểm tối đa, các câu cho {sum}).", dimension.code),
                format!("Dimension “{}” lacks “max” (most points; the criteria give {sum}).", dimension.code),
            )),
            _ => {}
        }
        bounds(dimension, sum, &d, faults);
    }
}

fn bounds(dimension: &crate::definition::Dimension, max: Decimal, d: &str, faults: &mut Vec<Fault>) {
    let mut last = Decimal::MIN;
    for (n, bound) in dimension.levels.iter().enumerate() {
        if *bound <= last || *bound > max {
            faults.push(Fault::new(
                &["dimensions", d, "levels", &n.to_string()],
                format!("Mốc {bound} phải lớn hơn mốc trước và không vượt {max} điểm tối đa của phần."),
                format!("The bound {bound} has to be above the one before and not above the maximum of {max}."),
            ));
        }
        last = *bound;
    }
}

/// Binds every expression into the plan.
pub(crate) fn bind(definition: &Definition, plan: &mut Plan, faults: &mut Vec<Fault>) {
    let mut fault = |path: &[&str], error: &ExprError| {
        let text = error.text();
        faults.push(Fault::new(path, text.vi, text.en));
    };
    let mut whens = Vec::new();
    let mut at = 0;
    for_each_criterion(definition, |path, criterion| {
        if let Some(when) = &criterion.when {
            match binder::condition(when, &Names { definition, plan }, Stand::Before(at)) {
                Ok(condition) => whens.push((at, condition)),
                Err(error) => {
                    let mut path: Vec<&str> = path.iter().map(String::as_str).collect();
                    path.push("when");
                    fault(&path, &error);
                }
            }
        }
        at += 1;
    });
    let names = Names { definition, plan };
    let mut levels = Vec::new();
    for (n, level) in definition.levels.iter().enumerate() {
        match binder::condition(&level.rule, &names, Stand::Whole) {
            Ok(rule) => levels.push((level.level, rule)),
            Err(error) => fault(&["levels", &n.to_string(), "rule"], &error),
        }
    }
    let mut contradictions = Vec::new();
    for (n, contradiction) in definition.contradictions.iter().enumerate() {
        match binder::condition(&contradiction.rule, &names, Stand::Whole) {
            Ok(rule) => contradictions.push(rule),
            Err(error) => fault(&["contradictions", &n.to_string(), "rule"], &error),
        }
    }
    let score = binder::number(definition.score.as_deref().unwrap_or("total"), &names);
    match score {
        Ok(score) => plan.score = score,
        Err(error) => fault(&["score"], &error),
    }
    plan.levels = levels;
    plan.contradictions = contradictions;
    for (at, when) in whens {
        if let Some(item) = plan.criteria.get_mut(at) {
            item.when = Some(when);
        }
    }
}
