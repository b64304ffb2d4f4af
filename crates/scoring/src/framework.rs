//! A framework version that has passed every check, and the set of them.

use crate::{
    answer::Answers,
    definition::{Criterion, Definition, Dimension, Group, Scale},
    plan::Plan,
};
use kernel::{Text, catalog::LegalBasis, time::Date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{collections::BTreeMap, fmt, ops::Deref, sync::Arc};

/// One thing wrong with a definition, at a path of keys and positions (`levels`, `2`, `rule`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub path: Vec<String>,
    pub reason: Text,
}

impl Fault {
    pub(crate) fn new(path: &[&str], vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { path: path.iter().map(|&p| p.to_owned()).collect(), reason: Text::new(vi, en) }
    }
    pub(crate) fn below(path: &[String], key: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        let mut path = path.to_vec();
        path.push(key.to_owned());
        Self { path, reason: Text::new(vi, en) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} / {}", self.path.join("."), self.reason.vi, self.reason.en)
    }
}

/// A checked version with everything precomputed; cheap to clone. Reads as its [`Definition`]; as JSON it is the definition
/// too, and reading one back checks it again.
#[derive(Clone)]
pub struct Framework(Arc<Inner>);

struct Inner {
    definition: Definition,
    plan: Plan,
}

/// A criterion with where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    pub dimension: &'a Dimension,
    pub group: &'a Group,
    pub criterion: &'a Criterion,
    /// The scale with the criterion's own wording laid over it.
    pub scale: &'a Scale,
    /// Most points it can give.
    pub max: crate::Decimal,
    pub quick: bool,
}

impl Framework {
    /// Checks and prepares a definition, golden vectors included.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub fn compile(definition: Definition) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        crate::check::definition(&definition, &mut faults);
        let mut plan = Plan::skeleton(&definition, &mut faults);
        crate::check::maxima(&definition, &plan, &mut faults);
        if faults.is_empty() {
            crate::check::bind(&definition, &mut plan, &mut faults);
        }
        let framework = Self(Arc::new(Inner { definition, plan }));
        if faults.is_empty() {
            crate::vectors::run(&framework, &mut faults);
        }
        if faults.is_empty() { Ok(framework) } else { Err(faults) }
    }
    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }
    pub fn definition(&self) -> &Definition {
        &self.0.definition
    }
    pub fn code(&self) -> &str {
        &self.framework
    }
    /// May be started on this day.
    pub fn is_offered(&self, on: Date) -> bool {
        self.offered || self.effective.contains(on)
    }
    /// Every criterion in the order of the file.
    pub fn criteria(&self) -> impl Iterator<Item = Placed<'_>> {
        (0..self.plan().criteria.len()).filter_map(|at| self.placed(at))
    }
    pub fn criterion(&self, code: &str) -> Option<Placed<'_>> {
        self.placed(self.plan().criterion(code)?)
    }
    pub(crate) fn placed(&self, at: usize) -> Option<Placed<'_>> {
        let item = self.plan().criteria.get(at)?;
        let dimension = self.dimensions.get(item.dimension)?;
        let group = dimension.groups.get(self.plan().groups.get(item.group)?.place)?;
        Some(Placed {
            dimension,
            group,
            criterion: group.criteria.get(item.place)?,
            scale: &item.scale,
            max: item.max,
            quick: self.plan().quick.contains(&at),
        })
    }
    /// Whether the question is asked, given the answers so far. `false` for an unknown code.
    pub fn is_asked(&self, code: &str, answers: &Answers) -> bool {
        let marks = crate::mark::marks(self.plan(), &crate::mark::sheet(self.plan(), answers));
        self.plan().criterion(code).and_then(|at| marks.get(at)).is_some_and(crate::mark::Mark::asked)
    }
    /// Codes of the questions asked, given the answers so far, in order.
    pub fn asked(&self, answers: &Answers) -> Vec<&str> {
        let marks = crate::mark::marks(self.plan(), &crate::mark::sheet(self.plan(), answers));
        self.plan().criteria.iter().zip(&marks).filter(|(_, m)| m.asked()).map(|(c, _)| c.code.as_str()).collect()
    }
    /// The name of a level; `None` is the name for “no level can be given”.
    pub fn level_name(&self, level: Option<u32>) -> Text {
        match level {
            Some(level) => self.levels.iter().find(|l| l.level == level).map(|l| l.name.clone()).unwrap_or_default(),
            None => self.unplaced.as_ref().map_or_else(
                || Text::new("Chưa đủ điều kiện xếp mức", "No level can be given"),
                |unplaced| unplaced.name.clone(),
            ),
        }
    }
    /// Everything has been compared with its source: basis, scales and criteria.
    pub fn is_verified(&self) -> bool {
        self.legal_basis.iter().all(|LegalBasis { verified, .. }| *verified)
            && self.criteria().all(|placed| placed.criterion.verified && placed.scale.verified)
    }
}

impl Deref for Framework {
    type Target = Definition;
    fn deref(&self) -> &Definition {
        &self.0.definition
    }
}

impl fmt::Debug for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Framework({} {})", self.framework, self.version)
    }
}

impl PartialEq for Framework {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.definition == other.0.definition
    }
}

impl Serialize for Framework {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.definition.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Framework {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::compile(Definition::deserialize(deserializer)?).map_err(|faults| {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            de::Error::custom(all.join("; "))
        })
    }
}

/// Framework versions by code and version.
#[derive(Debug, Clone, Default)]
pub struct Frameworks(BTreeMap<(String, String), Framework>);

impl Frameworks {
    pub fn get(&self, code: &str, version: &str) -> Option<&Framework> {
        self.0.get(&(code.to_owned(), version.to_owned()))
    }
    /// The version in force last.
    pub fn latest(&self, code: &str) -> Option<&Framework> {
        self.iter().filter(|f| f.framework == code).max_by_key(|f| (f.effective.from, &f.version))
    }
    /// Versions of a code in the order of their names.
    pub fn versions<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Framework> {
        self.iter().filter(move |f| f.framework == code)
    }
    /// What may be started on this day.
    pub fn offered(&self, on: Date) -> impl Iterator<Item = &Framework> {
        self.iter().filter(move |f| f.is_offered(on))
    }
    pub fn iter(&self) -> impl Iterator<Item = &Framework> {
        self.0.values()
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Adds a version; gives it back if that code and version is there already: a version is frozen.
    ///
    /// # Errors
    /// The framework that was not added.
    pub fn insert(&mut self, framework: Framework) -> Result<(), Framework> {
        let key = (framework.framework.clone(), framework.version.clone());
        if self.0.contains_key(&key) {
            return Err(framework);
        }
        self.0.insert(key, framework);
        Ok(())
    }
}
