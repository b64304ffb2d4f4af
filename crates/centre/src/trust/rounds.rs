//! A later round beside the first: the same framework version, the same trust tier, another assessor.

use super::fact::Fact;
use crate::level::same_subject;
use kernel::{Text, id::AssessmentId};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// There is no earlier round to compare with.
    NoFirst,
    Framework,
    Tier,
    /// The same person verified both.
    Assessor,
    /// Verified, but nobody is written down as the assessor of one of them.
    Unknown,
}

impl Broken {
    pub fn name(self) -> Text {
        let (vi, en) = match self {
            Self::NoFirst => ("không có lần T0 để so", "no T0 to compare with"),
            Self::Framework => ("khác phiên bản bộ tiêu chí", "another framework version"),
            Self::Tier => ("khác mức tin cậy", "another trust tier"),
            Self::Assessor => ("cùng người xác nhận hai lần", "the same assessor both times"),
            Self::Unknown => ("chưa ghi ai xác nhận", "assessor not recorded"),
        };
        Text::new(vi, en)
    }
}

#[derive(Debug, Clone)]
pub struct Round {
    pub later: Arc<Fact>,
    pub first: Option<Arc<Fact>>,
    pub broken: Vec<Broken>,
}

/// The stage every framework begins with.
const FIRST: &str = "t0";
/// Re-scoring links results; so many links are followed.
const LINKS: usize = 16;

/// Every later round with what is wrong with it.
pub fn rounds(facts: &[Arc<Fact>]) -> Vec<Round> {
    let by_id: HashMap<AssessmentId, &Arc<Fact>> = facts.iter().map(|f| (f.id, f)).collect();
    let mut by_firm: BTreeMap<(String, &str), Vec<&Arc<Fact>>> = BTreeMap::new();
    for fact in facts {
        by_firm.entry((fact.enterprise.to_string(), fact.framework.as_str())).or_default().push(fact);
    }
    let mut found: Vec<Round> = facts
        .iter()
        .filter(|f| f.stage != FIRST)
        .map(|later| {
            let first = linked(later, &by_id).or_else(|| {
                let own = by_firm.get(&(later.enterprise.to_string(), later.framework.as_str()))?;
                let same = |f: &&Arc<Fact>| f.stage < later.stage && f.submitted_at <= later.submitted_at && same_subject(f.subject.as_deref(), later.subject.as_deref());
                own.iter().copied().filter(same).max_by_key(|f| f.submitted_at)
            });
            Round { broken: broken(later, first.map(Arc::as_ref)), later: Arc::clone(later), first: first.cloned() }
        })
        .collect();
    found.sort_by(|a, b| b.later.submitted_at.cmp(&a.later.submitted_at).then_with(|| a.later.id.to_string().cmp(&b.later.id.to_string())));
    found
}

/// The earlier stage this result was begun from, through results scored again.
fn linked<'a>(later: &'a Arc<Fact>, by_id: &HashMap<AssessmentId, &'a Arc<Fact>>) -> Option<&'a Arc<Fact>> {
    let mut at = later;
    for _ in 0..LINKS {
        at = by_id.get(&at.earlier?)?;
        if at.stage < later.stage {
            return Some(at);
        }
    }
    None
}

pub fn broken(later: &Fact, first: Option<&Fact>) -> Vec<Broken> {
    let Some(first) = first else { return vec![Broken::NoFirst] };
    let mut found = Vec::new();
    if (&first.framework, &first.edition) != (&later.framework, &later.edition) {
        found.push(Broken::Framework);
    }
    if first.tier != later.tier {
        found.push(Broken::Tier);
    }
    match (&first.consultant, &later.consultant) {
        (Some(a), Some(b)) if a.0 == b.0 => found.push(Broken::Assessor),
        (Some(_), Some(_)) => {}
        _ if first.verified || later.verified => found.push(Broken::Unknown),
        _ => {}
    }
    found
}
