//! A definition made ready for scoring: codes as positions, expressions bound, scales resolved; once per version.

use crate::{
    decimal::Decimal,
    definition::{Criterion, Definition, Hidden, NaPolicy, Scale, ScaleType},
    expr::{Condition, Number, Place},
    framework::Fault,
};
use kernel::Text;
use std::collections::HashMap;

#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub criteria: Vec<Item>,
    pub groups: Vec<GroupItem>,
    pub dimensions: Vec<DimensionItem>,
    pub weights: Vec<Option<Decimal>>,
    pub levels: Vec<(u32, Condition)>,
    pub score: Number,
    pub contradictions: Vec<Condition>,
    pub quick: Vec<usize>,
    by_code: HashMap<String, usize>,
    places: HashMap<String, Place>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub code: String,
    pub dimension: usize,
    pub group: usize,
    /// Position within the group.
    pub place: usize,
    pub scale: Scale,
    pub max: Decimal,
    pub when: Option<Condition>,
    pub na: NaPolicy,
    pub hidden: Hidden,
    pub effort: Decimal,
}

#[derive(Debug, Clone)]
pub(crate) struct GroupItem {
    pub dimension: usize,
    /// Position within the dimension.
    pub place: usize,
    pub cap: Option<Decimal>,
}

#[derive(Debug, Clone)]
pub(crate) struct DimensionItem {
    pub bounds: Vec<Decimal>,
    pub max: Decimal,
}

impl Plan {
    /// Positions, scales and maxima; expressions are bound afterwards. Faults of scales are added to the list.
    pub fn skeleton(definition: &Definition, faults: &mut Vec<Fault>) -> Self {
        let mut plan = Self::default();
        for (d, dimension) in definition.dimensions.iter().enumerate() {
            plan.places.entry(dimension.code.clone()).or_insert(Place::Dimension(d));
            plan.weights.push(dimension.weight);
            let mut max = Decimal::ZERO;
            for (g, group) in dimension.groups.iter().enumerate() {
                let at = plan.groups.len();
                plan.places.entry(group.code.clone()).or_insert(Place::Group(at));
                let mut sum = Decimal::ZERO;
                for (c, criterion) in group.criteria.iter().enumerate() {
                    let path = [
                        "dimensions".to_owned(),
                        d.to_string(),
                        "groups".to_owned(),
                        g.to_string(),
                        "criteria".to_owned(),
                        c.to_string(),
                    ];
                    let Some(scale) = resolve(definition, criterion, &path, faults) else { continue };
                    let item = Item::new(criterion, d, at, c, scale);
                    sum = sum + item.max;
                    plan.by_code.entry(criterion.code.clone()).or_insert(plan.criteria.len());
                    plan.criteria.push(item);
                }
                max = max + group.cap.map_or(sum, |cap| sum.min(cap));
                plan.groups.push(GroupItem { dimension: d, place: g, cap: group.cap });
            }
            plan.dimensions.push(DimensionItem { bounds: dimension.levels.clone(), max });
        }
        plan.quick = definition.quick.iter().filter_map(|code| plan.criterion(code)).collect();
        plan
    }
    pub fn criterion(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }
    pub fn place(&self, code: &str) -> Option<Place> {
        self.places.get(code).copied()
    }
    pub fn item(&self, code: &str) -> Option<&Item> {
        self.criteria.get(self.criterion(code)?)
    }
    /// The written criterion behind a position.
    pub fn written<'a>(&self, definition: &'a Definition, at: usize) -> Option<&'a Criterion> {
        let item = self.criteria.get(at)?;
        let group = self.groups.get(item.group)?;
        definition.dimensions.get(item.dimension)?.groups.get(group.place)?.criteria.get(item.place)
    }
}

impl Item {
    fn new(criterion: &Criterion, dimension: usize, group: usize, place: usize, scale: Scale) -> Self {
        Self {
            code: criterion.code.clone(),
            dimension,
            group,
            place,
            max: scale.max(),
            scale,
            when: None,
            na: criterion.na,
            hidden: criterion.hidden,
            effort: criterion.effort.unwrap_or(Decimal::ONE),
        }
    }
}

/// The scale of a criterion with its own numerator, denominator, period and unit laid over it.
fn resolve(definition: &Definition, criterion: &Criterion, path: &[String], faults: &mut Vec<Fault>) -> Option<Scale> {
    let mut scale = match (&criterion.scale, &criterion.answer) {
        (Some(name), None) => match definition.scales.get(name) {
            Some(scale) => scale.clone(),
            None => {
                let known = definition.scales.keys().cloned().collect::<Vec<_>>().join(", ");
                faults.push(Fault::below(
                    path,
                    "scale",
                    format!("Không có thang “{name}” trong “scales”; đang có: {known}."),
                    format!("There is no scale “{name}” under “scales”; there are: {known}."),
                ));
                return None;
            }
        },
        (None, Some(scale)) => scale.clone(),
        _ => {
            faults.push(Fault::below(
                path,
                "code",
                format!("Câu “{}” cần đúng một trong hai khóa “scale” và “answer”.", criterion.code),
                format!("Criterion “{}” needs exactly one of “scale” and “answer”.", criterion.code),
            ));
            return None;
        }
    };
    let over = |own: &Option<Text>, of: &mut Option<Text>| {
        if own.is_some() {
            of.clone_from(own);
        }
    };
    over(&criterion.numerator, &mut scale.numerator);
    over(&criterion.denominator, &mut scale.denominator);
    over(&criterion.period, &mut scale.period);
    over(&criterion.unit, &mut scale.unit);
    Some(scale)
}

/// What expressions may name, with the words for it.
pub(crate) struct Names<'a> {
    pub definition: &'a Definition,
    pub plan: &'a Plan,
}

impl Names<'_> {
    pub fn dimension(&self, at: usize) -> Text {
        self.definition.dimensions.get(at).map(|d| quoted(&d.name)).unwrap_or_default()
    }
    pub fn group(&self, at: usize) -> Text {
        let group = self.plan.groups.get(at);
        let written = group.and_then(|g| self.definition.dimensions.get(g.dimension)?.groups.get(g.place));
        written.map(|g| quoted(&g.name)).unwrap_or_default()
    }
    pub fn question(&self, at: usize) -> Text {
        self.plan.written(self.definition, at).map(|c| quoted(&c.text)).unwrap_or_default()
    }
    pub fn option(&self, at: usize, code: &str) -> Option<Text> {
        self.plan.criteria.get(at)?.scale.choice(code).map(|c| c.text.clone())
    }
    pub fn is_gate(&self, at: usize) -> bool {
        self.plan.criteria.get(at).is_some_and(|item| item.scale.kind == ScaleType::Gate)
    }
    pub fn criterion(&self, code: &str) -> Option<usize> {
        self.plan.criterion(code)
    }
    pub fn place(&self, code: &str) -> Option<Place> {
        self.plan.place(code)
    }
    pub fn has_levels(&self, at: usize) -> bool {
        self.plan.dimensions.get(at).is_some_and(|d| !d.bounds.is_empty())
    }
    pub fn any_levels(&self) -> bool {
        self.plan.dimensions.iter().any(|d| !d.bounds.is_empty())
    }
    pub fn weighted(&self) -> bool {
        !self.plan.weights.is_empty() && self.plan.weights.iter().all(|w| w.is_some_and(Decimal::is_positive))
    }
}

fn quoted(text: &Text) -> Text {
    Text::new(format!("“{}”", text.vi), format!("“{}”", text.en))
}
