//! The index of a part of the province in a period: what is measured, put together from the sums, the catalogue of procedures and
//! what is connected.

use crate::{
    Indicators,
    catalog::{Publication, Set, hundredths},
    figures::{self, Result766, State as Told, Values},
    pages::of,
    period::Period,
    views::{self, Counted, Whose},
};
use casework::{Definition, definition::Channel};
use kernel::{
    Instant,
    calendar::Calendar,
    id::OfficeCode,
    time::{Date, midnight},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

/// Everything a page of the index shows.
pub struct Index {
    pub set: Set,
    pub whose: Whose,
    pub period: Period,
    pub at: Instant,
    pub counted: Counted,
    pub values: Values,
    pub result: Result766,
}

impl Index {
    /// The figures as a program reads them: points and ratios as decimal texts.
    pub fn told(&self) -> Value {
        let index = self;
        let indicators: Vec<Value> = index
            .result
            .figures
            .iter()
            .map(|f| {
                let terms: Vec<Value> = f
                    .terms
                    .iter()
                    .map(|t| {
                        json!({
                            "term": t.name, "numerator": t.numerator, "denominator": t.denominator,
                            "ratio": t.ratio.map(hundredths), "points": t.points.map(hundredths), "cap": hundredths(t.cap),
                            "state": match t.state { Told::Counted => "counted", Told::NotApplicable => "not_applicable", Told::NoData => "no_data" },
                        })
                    })
                    .collect();
                json!({"code": f.code, "points": f.points.map(hundredths), "cap": hundredths(f.cap), "terms": terms})
            })
            .collect();
        json!({
            "set": index.set.set, "set_version": index.set.version, "of": of(&index.whose), "period": index.period.to_string(), "as_of": index.at,
            "points": hundredths(index.result.points), "reachable": hundredths(index.result.reachable), "full": hundredths(index.result.full),
            "band": index.result.band, "measures": index.values, "indicators": indicators,
        })
    }
}

/// Measures whose zero over the whole life of the installation means that nothing tells them.
const TOLD_BY_OTHERS: [&str; 5] = ["synchronised", "duty", "reused", "population", "certified"];
/// Known only together with another.
const FOLLOWS: [(&str, &str); 2] = [("duty_online", "duty"), ("stored", "synchronised")];

impl Indicators {
    /// The set in force at the end of a period (or today within it).
    pub fn set(&self, period: Period, now: Instant) -> Option<&Set> {
        let last = period.day_after().yesterday().unwrap_or_else(|_| period.first_day());
        self.catalog.set(last.min(now.date())).or_else(|| self.catalog.set(last))
    }

    pub async fn index(&self, whose: Whose, period: Period, now: Instant) -> anyhow::Result<Option<Index>> {
        let Some(set) = self.set(period, now).cloned() else { return Ok(None) };
        let counted = views::counted(&self.scope, &whose, period, now).await?;
        let values = self.values(&whose, period, now, &counted).await?;
        let result = figures::compute(&set, &values);
        Ok(Some(Index { set, whose, period, at: period.compared_at(now), counted, values, result }))
    }

    async fn values(&self, whose: &Whose, period: Period, now: Instant, counted: &Counted) -> anyhow::Result<Values> {
        let mut values: Values = crate::count::MEASURES.iter().zip(counted.sums).map(|(m, n)| (m.name, n)).collect();
        values.insert("handled_h", counted.get("handled_s") / 3600);
        let ever = Counted { key: String::new(), sums: views::ever(&self.scope).await?, open: [0; 2] };
        for name in TOLD_BY_OTHERS.into_iter().filter(|n| ever.get(n) == 0) {
            values.remove(name);
            for (other, _) in FOLLOWS.iter().filter(|(_, by)| *by == name) {
                values.remove(other);
            }
        }
        if ever.get("e_result") == 0 && self.catalog.result_codes.is_empty() {
            values.remove("e_result");
        }
        let last = views::counted(&self.scope, whose, period.last_year(), now).await?;
        values.insert("last_year", last.get("received") / period.per_year());
        let known = crate::published::known_to_portal(&self.scope, whose, period).await?;
        values.extend(known.map(|n| ("known_to_portal", n)));
        self.procedures(whose, period, now, &mut values).await?;
        if let Some(p) = match &self.petitions {
            Some(told) => told.petitions(whose, period).await?,
            None => None,
        } {
            values.extend([("petitions", p.received), ("petitions_in_time", p.in_time), ("petitions_handled", p.handled), ("petitions_satisfied", p.satisfied)]);
        }
        Ok(values)
    }

    /// The procedures of a part of the province, in force at the end of the period or today.
    pub fn procedures_of(&self, whose: &Whose, period: Period, now: Instant) -> Vec<Arc<Definition>> {
        let last = period.day_after().yesterday().unwrap_or_else(|_| period.first_day()).min(now.date());
        let offices = self.desk.identity().offices();
        let definitions = &self.desk.rules().definitions;
        let in_force = definitions.in_force(last).filter(|d| d.kind == "dossier");
        let handles = |office: &str, d: &Definition| match d.decided_by.as_ref().or(d.received_by.as_ref()) {
            Some(by) => by.as_str() == office,
            None => offices.get(office).is_some_and(|o| o.accepts.iter().any(|l| l.as_str() == level(d))),
        };
        in_force
            .filter(|d| match whose {
                Whose::Province => true,
                Whose::Office(o) => handles(o, d),
                Whose::Official(u) => u.split_once('|').is_some_and(|(o, _)| handles(o, d)),
                Whose::Procedure(code) | Whose::OfficeProcedure(_, code) => d.code.as_str() == code,
            })
            .cloned()
            .collect()
    }

    async fn procedures(&self, whose: &Whose, period: Period, now: Instant, values: &mut Values) -> anyhow::Result<()> {
        let all = self.procedures_of(whose, period, now);
        let count = |keep: &dyn Fn(&Definition) -> bool| i64::try_from(all.iter().filter(|d| keep(d)).count()).unwrap_or(0);
        let fee = |d: &Definition| !d.fees.is_empty();
        values.insert("procedures", count(&|_| true));
        values.insert("procedures_online", count(&|d| d.channels.contains(&Channel::Online)));
        values.insert("procedures_fee", count(&fee));
        values.insert("procedures_population", count(&|d| crate::follow::declared(d, &self.catalog).population));
        values.insert("complete", count(&|d| missing_parts(d).is_empty()));
        if let Some(payable) = &self.payable_online {
            values.insert("procedures_payment_connected", count(&|d| fee(d) && payable(d)));
        }
        let used = self.used(whose, period).await?;
        let known: BTreeSet<&str> = all.iter().map(|d| d.code.as_str()).collect();
        let with = |name: &str| {
            let n = used.iter().filter(|c| c.get(name) > 0 && known.contains(definition_of(whose, &c.key))).count();
            i64::try_from(n).unwrap_or(0)
        };
        values.insert("procedures_used_online", with("online"));
        if values.contains_key("duty_online") {
            values.insert("procedures_paid_online", with("duty_online"));
        }
        let dated: Vec<&Publication> = self.catalog.publications.list.iter().filter(|p| known.contains(p.procedure.as_str())).collect();
        if let (false, Some((in_time, publicised))) = (dated.is_empty(), self.published_in_time(&dated)) {
            values.insert("published", i64::try_from(dated.len()).unwrap_or(0));
            values.insert("published_in_time", in_time);
            values.insert("publicised_in_time", publicised);
        }
        Ok(())
    }

    /// The sums by procedure within a part of the province.
    async fn used(&self, whose: &Whose, period: Period) -> anyhow::Result<Vec<Counted>> {
        Ok(match whose {
            Whose::Province => views::stored(&self.scope, "d", "", period).await?,
            Whose::Office(o) => views::stored(&self.scope, "c", &format!("{o}|"), period).await?,
            Whose::Official(_) => Vec::new(),
            Whose::Procedure(d) => views::stored(&self.scope, "d", d, period).await?.into_iter().filter(|c| c.key == *d).collect(),
            Whose::OfficeProcedure(..) => {
                let key = whose.key();
                views::stored(&self.scope, "c", &key, period).await?.into_iter().filter(|c| c.key == key).collect()
            }
        })
    }

    /// How many were decided early enough before effect, and publicised soon enough after the decision.
    fn published_in_time(&self, list: &[&Publication]) -> Option<(i64, i64)> {
        let prefix = self.desk.identity().offices().province(self.scope.province().as_str()).map(|p| p.prefix.clone())?;
        let calendar = self.desk.calendar(&OfficeCode::new(prefix.as_str())).ok()?;
        let count = |keep: &dyn Fn(&Publication) -> Option<bool>| -> Option<i64> {
            list.iter().try_fold(0, |n, p| Some(n + i64::from(keep(p)?)))
        };
        Some((count(&|p| self.early_enough(p, calendar))?, count(&|p| self.soon_enough(p, calendar))?))
    }

    /// Whole working days between the decision and effect: the day of the event is not counted (Civil Code 2015 Art. 147).
    pub fn early_enough(&self, p: &Publication, calendar: &Calendar) -> Option<bool> {
        let rules = self.catalog.publications.rules.as_ref()?;
        Some(working_days(calendar, p.decided, p.effective)? >= days(rules.before_effect)?)
    }
    pub fn soon_enough(&self, p: &Publication, calendar: &Calendar) -> Option<bool> {
        let rules = self.catalog.publications.rules.as_ref()?;
        let Some(publicised) = p.publicised else { return Some(false) };
        let counted_to = publicised.tomorrow().ok()?;
        Some(working_days(calendar, p.decided, counted_to)? <= days(rules.after_decision)?)
    }
}

fn days(span: kernel::calendar::Span) -> Option<i64> {
    Some(span.working_seconds()? / 28_800)
}

/// Working days after the first date and before the second.
fn working_days(calendar: &Calendar, after: Date, before: Date) -> Option<i64> {
    let mut day = after.tomorrow().ok()?;
    let mut n = 0;
    // Decisions lie weeks before effect; a year bounds a typing mistake.
    for _ in 0..400 {
        if day >= before {
            return Some(n);
        }
        n += i64::from(calendar.is_working_day(day).ok()?);
        day = day.tomorrow().ok()?;
    }
    Some(n)
}

/// `office|procedure` or `procedure`: the procedure.
pub fn definition_of<'k>(whose: &Whose, key: &'k str) -> &'k str {
    match whose {
        Whose::Office(_) | Whose::OfficeProcedure(..) => key.split_once('|').map_or(key, |(_, d)| d),
        _ => key,
    }
}

const fn level(d: &Definition) -> &'static str {
    match d.level {
        casework::definition::Level::Province => "province",
        casework::definition::Level::Department => "department",
        casework::definition::Level::Commune => "commune",
    }
}

/// The compulsory parts of Decree 63/2010 Art. 8(2) that a procedure lacks, in Vietnamese and English.
pub fn missing_parts(d: &Definition) -> Vec<(&'static str, &'static str)> {
    let parts = [
        (!d.name.vi.trim().is_empty(), ("tên thủ tục", "name")),
        (!d.steps.is_empty(), ("trình tự thực hiện", "sequence")),
        (!d.channels.is_empty(), ("cách thức thực hiện", "manner")),
        (!d.components.is_empty() && d.components.iter().all(|c| c.copies > 0), ("thành phần, số lượng hồ sơ", "components and copies")),
        (!d.time.legal_basis.document.is_empty(), ("thời hạn giải quyết", "time limit")),
        (!d.audience.is_empty() && d.eligibility.is_some(), ("đối tượng thực hiện", "who may apply")),
        (!d.steps.iter().all(|s| s.role.as_str().is_empty()), ("cơ quan giải quyết", "agency")),
    ];
    parts.into_iter().filter(|(there, _)| !there).map(|(_, name)| name).collect()
}

/// Until when today and the next three working days last.
pub fn working_days_ahead(calendar: &Calendar, now: Instant) -> Option<views::Days> {
    let mut day = now.date().tomorrow().ok()?;
    let mut ends = [midnight(day); 4];
    for end in ends.iter_mut().skip(1) {
        for _ in 0..30 {
            if calendar.is_working_day(day).ok()? {
                break;
            }
            day = day.tomorrow().ok()?;
        }
        day = day.tomorrow().ok()?;
        *end = midnight(day);
    }
    Some(views::Days { now, ends })
}
