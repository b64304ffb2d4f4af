//! How well one expert fits one required skill, in whole points, with the reasons; or why not at all.

use super::{
    conflicts::{Conflict, ExpertFacts},
    types::{Need, SkillNeed},
};
use crate::{
    catalog::{Catalog, MatchingRules},
    expert::{Expert, Grade},
};
use kernel::{Text, id::ExpertId, time::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An expert as matching sees one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: ExpertId,
    pub name: String,
    /// Competence → level and grade of evidence.
    pub skills: BTreeMap<String, (u8, Grade)>,
    pub sectors: Vec<String>,
    pub languages: Vec<String>,
    pub area: String,
    /// Hours the expert can give inside the window.
    pub capacity: u32,
    /// Hours taken inside the window, as far as they are not among the kept assignments.
    pub load: u32,
    pub joined: Date,
    pub facts: ExpertFacts,
}

impl Candidate {
    /// From a record: monthly hours stretched over the window, a newcomer's share taken off.
    pub fn of(x: &Expert, rules: &MatchingRules, today: Date) -> Self {
        let a = &x.application;
        let joined = x.recognised.first().map_or(today, |p| p.from);
        let whole = u64::from(a.hours) * u64::from(rules.window_days) / 30;
        let new = days(joined, today) < i64::from(rules.newcomer_days);
        let capacity = if new { whole * u64::from(rules.newcomer_percent) / 100 } else { whole };
        let tax_codes = [&a.tax_code, &a.employer_tax_code].into_iter().filter(|c| !c.is_empty()).cloned().collect();
        Self {
            id: x.id,
            name: a.name.clone(),
            skills: x.skills().into_iter().map(|(code, level, grade)| (code, (level, grade))).collect(),
            sectors: a.sectors.clone(),
            languages: a.languages.clone(),
            area: a.area.clone(),
            capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
            load: 0,
            joined,
            facts: ExpertFacts { tax_codes, email: a.email.clone(), address: a.address.clone(), commune: a.area.clone(), interests: x.interests.clone() },
        }
    }
}

pub(super) fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The load that balances: the hours carried, and for somebody new the share of the others' middle load that belongs to
/// the part of the window before joining. Otherwise whoever has just come would be everybody's least loaded.
pub fn effective_load(c: &Candidate, carried: u32, middle: u32, rules: &MatchingRules, today: Date) -> u32 {
    let window = u64::from(rules.window_days.max(1));
    let here = u64::try_from(days(c.joined, today)).unwrap_or(0).min(window);
    let credit = u64::from(middle) * (window - here) / window;
    carried.saturating_add(u32::try_from(credit).unwrap_or(u32::MAX))
}

/// Points with their reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub points: u32,
    pub text: Text,
}

/// Why somebody cannot take a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hurdle {
    NoSkill,
    LevelTooLow { has: u8, asked: u8 },
    Language,
    Conflict(Vec<Conflict>),
    /// Fewer hours are free than the place takes.
    Capacity { free: u32, asked: u32 },
}

impl Hurdle {
    pub fn text(&self) -> Text {
        match self {
            Self::NoSkill => Text::new("không có năng lực này", "does not have this competence"),
            Self::LevelTooLow { has, asked } => Text::new(format!("mức {has}, cần mức {asked}"), format!("level {has}, level {asked} needed")),
            Self::Language => Text::new("không dùng ngôn ngữ của doanh nghiệp", "does not speak the firm's language"),
            Self::Conflict(list) => {
                let (vi, en): (Vec<_>, Vec<_>) = list.iter().map(|c| (c.text.vi.as_str(), c.text.en.as_str())).unzip();
                Text::new(format!("xung đột lợi ích: {}", vi.join("; ")), format!("conflict of interest: {}", en.join("; ")))
            }
            Self::Capacity { free, asked } => Text::new(format!("còn {free} giờ, cần {asked} giờ"), format!("{free} hours free, {asked} needed")),
        }
    }
}

/// Fit with its reasons, or the hurdle.
pub type Why = Result<(u32, Vec<Point>), Hurdle>;

/// The fit of an expert to one skill of a need, capacity and conflicts left aside: both are looked at once for the need.
pub fn fit(catalog: &Catalog, rules: &MatchingRules, need: &Need, skill: &SkillNeed, c: &Candidate) -> Why {
    let Some((level, grade)) = c.skills.get(&skill.competence) else { return Err(Hurdle::NoSkill) };
    if *level < skill.level {
        return Err(Hurdle::LevelTooLow { has: *level, asked: skill.level });
    }
    if !need.language.is_empty() && !c.languages.contains(&need.language) {
        return Err(Hurdle::Language);
    }
    let p = rules.points;
    let name = catalog.competence(&skill.competence).map_or_else(|| Text::new(&skill.competence, &skill.competence), |k| k.name.clone());
    let mut points = vec![Point { points: p.skill, text: Text::new(format!("có năng lực {} mức {level}", name.vi.to_lowercase()), format!("{} at level {level}", name.en)) }];
    let above = u32::from((level - skill.level).min(2));
    if above > 0 {
        points.push(Point { points: p.level_above * above, text: Text::new("cao hơn mức cần", "above the level needed") });
    }
    let evidence = match grade {
        Grade::Declared => 0,
        Grade::Attached => p.attached,
        Grade::Checked => p.checked,
    };
    if evidence > 0 {
        points.push(Point { points: evidence, text: grade.text() });
    }
    if c.sectors.contains(&need.sector) {
        points.push(Point { points: p.sector, text: Text::new("quen ngành của doanh nghiệp", "knows the firm's sector") });
    }
    let near = if !need.area.is_empty() && need.area == c.area { p.area } else { 0 };
    if near > 0 {
        points.push(Point { points: near, text: Text::new("cùng xã, phường", "same commune") });
    }
    Ok((points.iter().map(|p| p.points).sum(), points))
}
