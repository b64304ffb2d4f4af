//! Golden vectors: results known beforehand, computed again on load.

use crate::{
    answer::Answers,
    decimal::Decimal,
    definition::Vector,
    expr::{Place, eval},
    framework::{Fault, Framework},
    mark::sheet,
    tally::Tally,
    validate::{check_answer, check_value},
};
use serde_json::Value;

pub(crate) fn run(framework: &Framework, faults: &mut Vec<Fault>) {
    for (n, vector) in framework.vectors.iter().enumerate() {
        let mut run = Run { framework, vector, n: n.to_string(), faults };
        run.all();
    }
}

struct Run<'a> {
    framework: &'a Framework,
    vector: &'a Vector,
    n: String,
    faults: &'a mut Vec<Fault>,
}

impl Run<'_> {
    fn fault(&mut self, keys: &[&str], vi: &str, en: &str) {
        let mut path = vec!["vectors", &self.n];
        path.extend(keys);
        let name = &self.vector.name;
        self.faults.push(Fault::new(&path, format!("Ví dụ chuẩn “{name}”: {vi}"), format!("Golden vector “{name}”: {en}")));
    }

    fn differs<T: std::fmt::Debug + PartialEq>(&mut self, keys: &[&str], wanted: T, found: T) {
        if wanted != found {
            self.fault(
                keys,
                &format!("cần {wanted:?} nhưng tính ra {found:?}."),
                &format!("{wanted:?} is expected, {found:?} is computed."),
            );
        }
    }

    fn all(&mut self) {
        let (framework, vector) = (self.framework, self.vector);
        if !vector.dimensions.is_empty() && !vector.answers.is_empty() {
            self.fault(&["name"], "chỉ ghi một trong “dimensions” và “answers”.", "give one of “dimensions” and “answers”.");
            return;
        }
        let plan = framework.plan();
        if vector.answers.is_empty() {
            let Some(points) = self.points() else { return };
            let tally = Tally::forced(plan, framework.zero_below.as_ref(), &points);
            self.expect(&tally);
        } else {
            let Some(answers) = self.answers() else { return };
            let tally = Tally::of(plan, framework.zero_below.as_ref(), &sheet(plan, &answers));
            self.expect(&tally);
        }
    }

    fn points(&mut self) -> Option<Vec<Decimal>> {
        let plan = self.framework.plan();
        let mut points = vec![Decimal::ZERO; plan.dimensions.len()];
        for (code, given) in &self.vector.dimensions {
            let at = plan.place(code).and_then(|p| if let Place::Dimension(at) = p { Some(at) } else { None });
            let max = at.and_then(|at| plan.dimensions.get(at)).map(|d| d.max);
            match (at.and_then(|at| points.get_mut(at)), max) {
                (Some(slot), Some(max)) if *given <= max && !given.is_negative() => *slot = *given,
                _ => {
                    self.fault(
                        &["dimensions", code],
                        "phần này không có, hoặc điểm vượt tối đa.",
                        "there is no such dimension, or the points exceed its maximum.",
                    );
                    return None;
                }
            }
        }
        Some(points)
    }

    fn answers(&mut self) -> Option<Answers> {
        let mut answers = Answers::new();
        for (code, given) in &self.vector.answers {
            let whole = given.as_object().is_some_and(|o| ["value", "na", "evidence", "tier"].iter().any(|k| o.contains_key(*k)));
            let read = if whole {
                check_answer(self.framework, code, given).map(|checked| checked.answer)
            } else {
                check_value(self.framework, code, given).map(|value| crate::Answer { value, ..Default::default() })
            };
            match read {
                Ok(answer) => drop(answers.insert(code.clone(), answer)),
                Err(refusal) => {
                    self.fault(&["answers", code], &refusal.message.vi, &refusal.message.en);
                    return None;
                }
            }
        }
        Some(answers)
    }

    fn expect(&mut self, tally: &Tally<'_>) {
        let (framework, vector) = (self.framework, self.vector);
        let (plan, expect) = (framework.plan(), &vector.expect);
        let view = tally.view(plan, &vector.members);
        for (code, wanted) in &expect.dimension_levels {
            match plan.place(code) {
                Some(Place::Dimension(at)) => {
                    let found = tally.dimensions.get(at).and_then(|d| d.level);
                    self.differs(&["expect", "dimension_levels", code], *wanted, found);
                }
                _ => self.fault(&["expect", "dimension_levels", code], "không có phần này.", "there is no such dimension."),
            }
        }
        for (code, wanted) in &expect.points {
            match plan.place(code) {
                Some(place) => {
                    let found = eval::number(&crate::expr::Number::Points(place), &view);
                    self.differs(&["expect", "points", code], Some(*wanted), found);
                }
                None => self.fault(&["expect", "points", code], "không có phần hay nhóm này.", "there is no such dimension or group."),
            }
        }
        if let Some(wanted) = expect.level {
            self.differs(&["expect", "level"], wanted, tally.level(plan, &vector.members));
        }
        if let Some(wanted) = expect.total {
            self.differs(&["expect", "total"], wanted, tally.total.points);
        }
        if let Some(wanted) = expect.share {
            self.differs(&["expect", "share"], Some(wanted), tally.total.share());
        }
        if let Some(wanted) = expect.score {
            self.differs(&["expect", "score"], Some(wanted), eval::number(&plan.score, &view));
        }
        let empty = serde_json::to_value(expect).is_ok_and(|v| v == Value::Object(serde_json::Map::new()));
        if empty {
            self.fault(&["expect"], "chưa ghi kết quả mong đợi nào.", "nothing is expected.");
        }
    }
}
