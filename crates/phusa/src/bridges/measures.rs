//! What indicators ask: counts of dossiers and directives with the lists that open them, points of the index of Decision 766, the tables that
//! the journal makes of both, names of offices and communes.

use async_trait::async_trait;
use identity::Identity;
use indicators::{Indicators, follow::Facts, pages::address, views::{self, Counted, Whose}};
use kernel::{Instant, Text, area::Areas, catalog::{Files, Finding}, id::OfficeCode, time::Date};
use measures::{
    Period, Places, Sources, Told,
    catalog::{Catalog, Computed, Source},
};
use indices::Exact;
use ops::{
    Ops,
    directive::{Basis, Directive, Group, views::{self as tasks, Ask, Line, Side}},
};
use std::sync::Arc;
use store::{Scope, consumer::Follow, journal::Entry};

/// Counts of other rooms.
pub struct MeasureSources {
    pub indicators: Indicators,
    pub ops: Ops,
}

/// The index counts months, quarters and years of the calendar.
fn counted_in(period: Period) -> Option<indicators::period::Period> {
    use indicators::period::Period as Of;
    match period {
        Period::Month(y, m) => Some(Of::Month(y, m)),
        Period::Quarter(y, q) => Some(Of::Quarter(y, q)),
        Period::Year(y) => Some(Of::Year(y)),
        Period::Decree09(..) | Period::School(_) | Period::Day(_) => None,
    }
}

fn dossiers(c: &Computed, whose: &Whose, period: indicators::period::Period, counted: &Counted) -> Told {
    let list = |measure: &str| format!("{}&measure={measure}", address("/work/index/dossiers", whose, period));
    let whole = c.denominator.as_deref();
    Told { n: Exact::whole(counted.get(&c.numerator)), d: whole.map(|m| Exact::whole(counted.get(m))), n_href: list(&c.numerator), d_href: list(whole.unwrap_or(&c.numerator)) }
}

/// What [`Source::Signatures`] counts.
const SIGNATURE_HOLDERS: &str = "holders";

/// The province's people in a month, at its end or now.
async fn signatures(scope: &Scope, office: Option<&OfficeCode>, period: Period, at: Instant) -> anyhow::Result<Option<Told>> {
    let (Period::Month(year, month), None) = (period, office) else { return Ok(None) };
    let month = format!("{year:04}-{month:02}");
    let n = prepaid::certificates::people(scope, &month, at.min(period.ends())).await?;
    let href = format!("/work/signatures/people?month={month}");
    Ok(Some(Told { n: Exact::whole(n), d: None, n_href: href.clone(), d_href: href }))
}

impl MeasureSources {
    /// Directives given in the period that everybody who oversees may know of.
    async fn given(&self, scope: &Scope, period: Period) -> anyhow::Result<Vec<Line>> {
        let ask = Ask { side: Side::Province, from: Some(period.begins()), to: Some(period.ends()), ..Ask::default() };
        let mut lines = tasks::lines(scope, &ask).await?;
        lines.retain(|l| !l.limited);
        Ok(lines)
    }

    fn directives<'l>(&self, c: &Computed, lines: impl Iterator<Item = &'l Line> + Clone, office: Option<&OfficeCode>, period: Period, at: Instant) -> Told {
        let bars = ops::wall::bars(&self.ops, at);
        let count = |code: &str| Group::of(code).map_or(0, |g| lines.clone().filter(|l| l.is_in(g, bars, Basis::Current, at)).count());
        let last = period.day_after().yesterday().unwrap_or_else(|_| period.first_day());
        let lead = office.map_or_else(String::new, |o| format!("&lead={}", web::html::url_part(o.as_str())));
        let list = |code: &str| format!("/work/directives?side={}{lead}&from={}&to={last}&group={code}", if office.is_some() { "lead" } else { "province" }, period.first_day());
        let exact = |n: usize| Exact::whole(i64::try_from(n).unwrap_or(i64::MAX));
        let whole = c.denominator.as_deref();
        Told { n: exact(count(&c.numerator)), d: whole.map(|w| exact(count(w))), n_href: list(&c.numerator), d_href: list(whole.unwrap_or(&c.numerator)) }
    }

    /// The points of a group, of its maximum. Nothing where none of its indicators has data.
    async fn index(&self, c: &Computed, office: Option<&OfficeCode>, period: Period, at: Instant) -> anyhow::Result<Option<Told>> {
        let Some(of) = counted_in(period) else { return Ok(None) };
        let whose = office.map_or(Whose::Province, |o| Whose::Office(o.to_string()));
        let Some(index) = self.indicators.index(whose.clone(), of, at).await? else { return Ok(None) };
        let Some(group) = index.set.groups.iter().find(|g| g.code == c.numerator) else { return Ok(None) };
        let figures: Vec<_> = index.result.figures.iter().filter(|f| group.indicators.iter().any(|i| i.code == f.code)).collect();
        if figures.iter().all(|f| f.points.is_none()) {
            return Ok(None);
        }
        let points = figures.iter().filter_map(|f| f.points).sum();
        let href = address("/work/index", &whose, of);
        Ok(Exact::fraction(points, 100).map(|n| Told { n, d: Exact::fraction(group.points.hundredths(), 100), n_href: href.clone(), d_href: href }))
    }
}

#[async_trait]
impl Sources for MeasureSources {
    async fn told(&self, scope: &Scope, c: &Computed, office: Option<&OfficeCode>, period: Period, at: Instant) -> anyhow::Result<Option<Told>> {
        match c.from {
            Source::Dossiers => {
                let Some(of) = counted_in(period) else { return Ok(None) };
                let whose = office.map_or(Whose::Province, |o| Whose::Office(o.to_string()));
                let counted = views::counted(scope, &whose, of, at).await?;
                Ok(Some(dossiers(c, &whose, of, &counted)))
            }
            Source::Directives => {
                let lines = self.given(scope, period).await?;
                Ok(Some(self.directives(c, lines.iter().filter(|l| office.is_none_or(|o| *o == l.lead)), office, period, at)))
            }
            Source::Index766 => self.index(c, office, period, at).await,
            Source::Signatures => signatures(scope, office, period, at).await,
        }
    }

    async fn parts(&self, scope: &Scope, c: &Computed, period: Period, at: Instant) -> anyhow::Result<Vec<(OfficeCode, Told)>> {
        match c.from {
            Source::Dossiers => {
                let Some(of) = counted_in(period) else { return Ok(Vec::new()) };
                let parts = views::parts(scope, "o", "", of, at).await?;
                Ok(parts.iter().map(|p| (OfficeCode::new(p.key.as_str()), dossiers(c, &Whose::Office(p.key.clone()), of, p))).filter(|(_, t)| !t.n.is_zero() || t.d.is_some_and(|d| !d.is_zero())).collect())
            }
            Source::Directives => {
                let lines = self.given(scope, period).await?;
                let leads: std::collections::BTreeSet<&OfficeCode> = lines.iter().map(|l| &l.lead).collect();
                // Whoever oversees opens the province's list, of one office.
                let one = |lead: &OfficeCode| {
                    let mut t = self.directives(c, lines.iter().filter(|l| l.lead == *lead), Some(lead), period, at);
                    t.n_href = t.n_href.replace("side=lead", "side=province");
                    t.d_href = t.d_href.replace("side=lead", "side=province");
                    (lead.clone(), t)
                };
                Ok(leads.into_iter().map(one).collect())
            }
            Source::Index766 | Source::Signatures => Ok(Vec::new()),
        }
    }

    async fn replay(&self, scope: &Scope, entries: &[Entry], at: Instant) -> anyhow::Result<()> {
        let facts = Facts::new(self.indicators.desk.clone(), self.indicators.catalog.clone());
        scope.commit(facts.follow(scope, entries, at).await?).await?;
        scope.commit(records::replay::<Directive>(scope, entries).await?).await?;
        Ok(())
    }
}

pub struct MeasurePlaces {
    pub identity: Arc<Identity>,
    pub areas: Arc<Areas>,
}

impl Places for MeasurePlaces {
    fn office(&self, code: &str) -> Option<Text> {
        self.identity.offices().get(code).map(|o| o.name.clone())
    }
    fn is_top(&self, code: &OfficeCode) -> bool {
        self.identity.offices().get(code.as_str()).is_some_and(|o| o.level == identity::offices::Level::Province && o.parent.is_none())
    }
    fn area(&self, code: &str, day: Date) -> Option<Text> {
        let province = self.identity.directory().scope().province();
        let unit = self.areas.commune(code, day)?;
        self.areas.province_of(unit, day).filter(|p| *p.code == *province.as_str()).map(|_| unit.text())
    }
}

/// Names of measures and groups that no source counts, and offices that are not there.
pub fn measure_findings(files: &Files, catalog: &Catalog, index: &indicators::catalog::Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    for i in &catalog.indicators {
        let Some(c) = &i.computed else { continue };
        let known = |name: &str| match c.from {
            Source::Dossiers => indicators::count::measure(name).is_some(),
            Source::Directives => Group::of(name).is_some(),
            Source::Signatures => name == SIGNATURE_HOLDERS,
            Source::Index766 => index.sets.iter().any(|s| s.groups.iter().any(|g| g.code == name)),
        };
        for name in std::iter::once(&c.numerator).chain(&c.denominator).filter(|n| !known(n)) {
            let place = files.under(measures::catalog::FOLDER, "yaml").find_map(|(p, t)| t.lines().position(|l| l.trim() == format!("- code: {}", i.code)).map(|n| (p, n + 1)));
            let (file, line) = place.map_or((measures::catalog::FOLDER, None), |(p, n)| (p, Some(n)));
            findings.push(Finding::new(file, line, format!("{}: nguồn {:?} không đếm “{name}”.", i.code, c.from), format!("{}: the source {:?} does not count “{name}”.", i.code, c.from)));
        }
    }
    findings
}
