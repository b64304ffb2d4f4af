//! The value of an indicator in a period, from whatever tells it, and the inputs of an index.

use crate::{
    Catalog, Period, Sources, Told,
    catalog::Indicator,
    reading::{self, Line},
};
use indices::{Exact, Index, Inputs, Part, Value};
use kernel::{Instant, id::OfficeCode};
use std::collections::BTreeMap;
use store::Scope;

/// What is known of an indicator, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Counted from records.
    Counted(Told),
    /// Entered for the province.
    Entered(Box<Line>),
    /// The sum of what was entered for communes, the newest vintage of each.
    Communes(Vec<Line>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub n: Exact,
    pub d: Option<Exact>,
    /// The period it is of; of something told by the year an earlier one.
    pub period: Period,
    pub origin: Origin,
}

impl Figure {
    /// The share where there is a fraction, the number otherwise.
    pub fn value(&self) -> Option<Exact> {
        self.d.map_or(Some(self.n), |d| self.n.div(d))
    }
    /// As thresholds and plans have it: per cent of a share.
    pub fn shown(&self) -> Option<Exact> {
        let v = self.value()?;
        if self.d.is_some() { v.mul(Exact::HUNDRED) } else { Some(v) }
    }
    /// The part is larger than the whole: they have different bases, and the rate is not shown.
    pub fn is_mismatched(&self) -> bool {
        self.d.is_some_and(|d| self.n > d)
    }
}

impl Indicator {
    pub fn is_percent(&self) -> bool {
        self.unit.vi == "%" && self.fraction.is_none()
    }
}

/// The newest vintage of each area in a period.
pub fn newest(lines: &[Line], period: Period) -> BTreeMap<&str, &Line> {
    let mut by: BTreeMap<&str, &Line> = BTreeMap::new();
    for l in lines.iter().filter(|l| l.period == period) {
        let kept = by.entry(&l.area).or_insert(l);
        if l.vintage > kept.vintage {
            *kept = l;
        }
    }
    by
}

/// The value entered for a period: the province's own, or the sum of its communes.
pub fn entered(lines: &[Line], period: Period) -> Option<Figure> {
    let by = newest(lines, period);
    if let Some(own) = by.get("") {
        return Some(Figure { n: own.said.value.n, d: own.said.value.d, period, origin: Origin::Entered(Box::new((*own).clone())) });
    }
    let parts: Vec<Line> = by.into_values().cloned().collect();
    let first = parts.first()?;
    let sum = |of: &dyn Fn(&Line) -> Option<Exact>| parts.iter().try_fold(Exact::ZERO, |s, l| s.add(of(l)?));
    let n = sum(&|l| Some(l.said.value.n))?;
    let d = if first.said.value.d.is_some() { Some(sum(&|l| l.said.value.d)?) } else { None };
    Some(Figure { n, d, period, origin: Origin::Communes(parts) })
}

/// Reads values on the tables of one scope, with one set of definitions: live, or of a closed period.
pub struct Reader<'a> {
    pub scope: &'a Scope,
    pub catalog: &'a Catalog,
    pub sources: &'a dyn Sources,
    pub at: Instant,
    /// What records tell, of one office; nothing: of the province.
    pub office: Option<OfficeCode>,
}

impl Reader<'_> {
    /// The value at the end of a period. Something entered keeps its last value until the next.
    pub async fn figure(&self, i: &Indicator, period: Period) -> anyhow::Result<Option<Figure>> {
        let own = period.as_type(i.period);
        if let Some(c) = &i.computed {
            let told = self.sources.told(self.scope, c, self.office.as_ref(), own, self.at).await?;
            return Ok(told.map(|t| Figure { n: t.n, d: t.d, period: own, origin: Origin::Counted(t) }));
        }
        let lines = reading::lines(self.scope, &i.code).await?;
        let last = lines.iter().map(|l| l.period).filter(|p| p.of_type() == i.period && p.first_day() <= own.first_day()).max_by_key(|p| p.first_day());
        Ok(last.and_then(|p| entered(&lines, p)))
    }

    /// The inputs of an index that indicators tell, each with its figure.
    pub async fn inputs(&self, index: &Index, period: Period) -> anyhow::Result<(Inputs, BTreeMap<String, Figure>)> {
        let (mut inputs, mut figures) = (Inputs::new(), BTreeMap::<String, Figure>::new());
        for input in &index.inputs {
            let Some(i) = input.indicator.as_deref().and_then(|c| self.catalog.indicator(c)) else { continue };
            if !figures.contains_key(&i.code)
                && let Some(f) = self.figure(i, period).await?
            {
                figures.insert(i.code.clone(), f);
            }
            let Some(f) = figures.get(&i.code) else { continue };
            let value = match input.part {
                Part::Numerator => Some((f.n, false)),
                Part::Denominator => f.d.map(|d| (d, false)),
                Part::Value if i.is_percent() => f.n.div(Exact::HUNDRED).map(|x| (x, true)),
                Part::Value => f.value().map(|x| (x, f.d.is_some())),
            };
            if let Some((x, percent)) = value {
                inputs.insert(input.code.clone(), Value::Number(x, percent));
            }
        }
        Ok((inputs, figures))
    }
}

/// An indicator that has missed its roadmap in the last complete periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below<'c> {
    pub indicator: &'c Indicator,
    /// How many periods running, and the first of them.
    pub periods: usize,
    pub since: Period,
    /// In the last period, in what is shown.
    pub value: Exact,
    pub plan: Exact,
}

/// How far back a run of missed periods is followed.
const BACK: usize = 12;

impl crate::Measures {
    /// Indicators below their roadmap, by the values of complete periods only. A period without a value ends the run: nothing is known of it.
    pub async fn below_plan(&self) -> anyhow::Result<Vec<Below<'_>>> {
        let (r, today) = (self.live(), self.now().date());
        let mut all = Vec::new();
        for i in self.catalog.indicators.iter().filter(|i| !i.plan.is_empty()) {
            let (mut period, mut found) = (i.period.of(today).before(), None::<Below<'_>>);
            for _ in 0..BACK {
                let figure = r.figure(i, period).await?.filter(|f| f.period == period && !f.is_mismatched());
                let Some((value, plan)) = figure.and_then(|f| f.shown()).zip(i.plan_on(period.first_day())) else { break };
                if i.meets(value, plan) {
                    break;
                }
                let before = found.take();
                found = Some(before.map_or(Below { indicator: i, periods: 1, since: period, value, plan }, |b| Below { periods: b.periods + 1, since: period, ..b }));
                period = period.before();
            }
            all.extend(found);
        }
        Ok(all)
    }

    /// The house as it is now.
    pub fn live(&self) -> Reader<'_> {
        Reader { scope: &self.scope, catalog: &self.catalog, sources: self.sources.as_ref(), at: self.now(), office: None }
    }
}
