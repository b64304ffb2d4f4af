//! What goes into a plan and what comes out of it.

use super::{
    conflicts::FirmFacts,
    fit::{Candidate, Point},
};
use crate::catalog::{Catalog, ConflictRules, MatchingRules};
use kernel::{Text, id::ExpertId, time::Date};
use serde::{Deserialize, Serialize};

/// A skill that a need asks for, and its hours inside the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillNeed {
    pub competence: String,
    pub level: u8,
    pub hours: u32,
}

/// An engagement that waits for experts. A competence is asked for once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Its own id, as text.
    pub id: String,
    pub title: String,
    pub path: String,
    pub skills: Vec<SkillNeed>,
    pub sector: String,
    /// Language code, or empty for any.
    pub language: String,
    /// Commune code, or empty.
    pub area: String,
    pub firm: FirmFacts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<String>,
    pub since: Date,
}

/// An assignment that stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kept {
    pub need: String,
    pub competence: String,
    pub expert: ExpertId,
    /// Hours inside the window.
    pub hours: u32,
}

/// Everything a plan depends on.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    pub catalog: &'a Catalog,
    pub rules: &'a MatchingRules,
    pub conflicts: &'a ConflictRules,
    pub needs: Vec<Need>,
    pub candidates: Vec<Candidate>,
    pub kept: Vec<Kept>,
    pub today: Date,
    /// Orders experts that are equal in everything else; kept with the plan.
    pub seed: u64,
}

/// One filled place with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub competence: String,
    pub level: u8,
    pub hours: u32,
    pub expert: ExpertId,
    pub name: String,
    /// Stood before; nobody else was looked for.
    pub kept: bool,
    pub fit: u32,
    pub points: Vec<Point>,
    /// The balancing load before this plan, in hours.
    pub load: u32,
    /// Others who could have taken it: name, fit, why not they.
    pub others: Vec<(String, u32, Text)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    pub need: String,
    pub title: String,
    pub path: String,
    pub places: Vec<Placed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unserved {
    pub need: String,
    pub title: String,
    pub path: String,
    /// Places that are kept all the same.
    pub kept: Vec<Placed>,
    pub reasons: Vec<Text>,
}

/// Somebody who has the competence asked for and still cannot take the place, or a kept assignment that had to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    pub need: String,
    pub competence: String,
    pub expert: ExpertId,
    pub name: String,
    pub was_assigned: bool,
    pub why: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub served: Vec<Served>,
    pub unserved: Vec<Unserved>,
    pub excluded: Vec<Excluded>,
    /// It is proven that no plan is better.
    pub proven: bool,
    /// SHA-256 of everything the plan depends on: the same print is the same plan, years later too.
    pub print: String,
}

impl Plan {
    /// The plan as assignments to keep, for the next run.
    pub fn kept(&self) -> Vec<Kept> {
        let places = self.served.iter().map(|s| (&s.need, &s.places)).chain(self.unserved.iter().map(|u| (&u.need, &u.kept)));
        places.flat_map(|(need, places)| places.iter().map(|p| Kept { need: need.clone(), competence: p.competence.clone(), expert: p.expert, hours: p.hours })).collect()
    }
}
