//! The random re-check: who is drawn follows from a stored seed and the population alone, and can be drawn again by anybody.

use kernel::{
    Instant, Refusal,
    id::{EnterpriseId, Id, Kind},
    time::Date,
};
use scoring::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

#[derive(Debug)]
pub enum DrawKind {}
impl Kind for DrawKind {
    const PREFIX: &'static str = "draw";
}
pub type DrawId = Id<DrawKind>;

/// Longest seed; a lottery's result or a coin's throws fit.
pub const SEED: usize = 200;

/// How many of a population a share in percent is, rounded up: a tenth of eleven is two.
pub fn how_many(population: usize, share: Decimal) -> usize {
    let wanted = Decimal::whole(i64::try_from(population).unwrap_or(i64::MAX)) * share;
    let mut many = wanted.checked_div(Decimal::HUNDRED).unwrap_or_default().ceil();
    // The quotient was rounded to four places.
    while many * Decimal::HUNDRED < wanted {
        many = many + Decimal::ONE;
    }
    usize::try_from(many.to_i64()).unwrap_or_default().min(population)
}

/// SHA-256 of the ids in order, one a line: two lists with one fingerprint are one list.
pub fn fingerprint(population: &[EnterpriseId]) -> String {
    let mut ids: Vec<String> = population.iter().map(ToString::to_string).collect();
    ids.sort_unstable();
    ids.dedup();
    hex::encode(Sha256::digest(ids.join("\n").as_bytes()))
}

/// The drawn: those with the smallest SHA-256 of seed and id. The order of the population plays no part.
pub fn draw(seed: &str, population: &[EnterpriseId], share: Decimal) -> Vec<EnterpriseId> {
    let mut ranked: Vec<([u8; 32], String, EnterpriseId)> = population
        .iter()
        .map(|id| {
            let name = id.to_string();
            (Sha256::digest(format!("{seed}\n{name}").as_bytes()).into(), name, *id)
        })
        .collect();
    ranked.sort_unstable_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    ranked.dedup_by(|a, b| a.1 == b.1);
    let many = how_many(ranked.len(), share);
    ranked.into_iter().take(many).map(|r| r.2).collect()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub seed: String,
    /// Percent.
    pub share: Decimal,
    /// Results verified in these days…
    pub from: Date,
    pub to: Date,
    /// … and known at this instant.
    pub until: Instant,
    pub population: usize,
    pub fingerprint: String,
    pub chosen: Vec<EnterpriseId>,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub enterprise: EnterpriseId,
    /// Added by hand; otherwise taken out by hand.
    pub added: bool,
    pub reason: String,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recheck {
    /// The result stood.
    pub confirmed: bool,
    pub note: String,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DrawEvent {
    Drawn(Box<Drawn>),
    Overridden(Override),
    Rechecked { enterprise: EnterpriseId, recheck: Recheck },
}

impl DrawEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Drawn(_) => "recheck.drawn",
            Self::Overridden(_) => "recheck.overridden",
            Self::Rechecked { .. } => "recheck.done",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    pub id: DrawId,
    pub version: i64,
    pub drawn: Drawn,
    #[serde(default)]
    pub overrides: Vec<Override>,
    #[serde(default)]
    pub done: BTreeMap<String, Recheck>,
    pub at: Instant,
    pub changed_at: Instant,
}

impl Draw {
    /// Who is to be checked again: the drawn in their order, then who was added, without who was taken out.
    pub fn list(&self) -> Vec<EnterpriseId> {
        let mut list = self.drawn.chosen.clone();
        for o in &self.overrides {
            list.retain(|e| *e != o.enterprise);
            if o.added {
                list.push(o.enterprise);
            }
        }
        list
    }
    pub fn recheck(&self, enterprise: EnterpriseId) -> Option<&Recheck> {
        self.done.get(&enterprise.to_string())
    }
    pub fn done(&self) -> usize {
        self.list().iter().filter(|e| self.recheck(**e).is_some()).count()
    }
}

/// Folds one event; `None` before the draw.
pub fn fold(id: DrawId, state: Option<Draw>, event: &DrawEvent, at: Instant) -> Option<Draw> {
    let mut s = match (state, event) {
        (Some(s), _) => s,
        (None, DrawEvent::Drawn(drawn)) => {
            Draw { id, version: 0, drawn: (**drawn).clone(), overrides: Vec::new(), done: BTreeMap::new(), at, changed_at: at }
        }
        (None, _) => return None,
    };
    s.version += 1;
    s.changed_at = at;
    match event {
        DrawEvent::Drawn(_) => {}
        DrawEvent::Overridden(o) => s.overrides.push(o.clone()),
        DrawEvent::Rechecked { enterprise, recheck } => drop(s.done.insert(enterprise.to_string(), recheck.clone())),
    }
    Some(s)
}

/// Whether a hand may change the list; every such change is kept with its reason and counted.
///
/// # Errors
/// Why not, and what to do.
pub fn may_override(draw: &Draw, o: &Override) -> Result<(), Refusal> {
    let listed = draw.list().contains(&o.enterprise);
    if o.reason.chars().count() < 10 {
        return Err(Refusal::invalid("reason", "Chưa ghi lý do thay đổi danh sách", "The reason for changing the list is missing").because(
            Some("reason"),
            "Ghi lý do ít nhất 10 ký tự; lý do được lưu cùng lần rút.",
            "Give a reason of at least 10 characters; it is kept with the draw.",
        ));
    }
    if o.added && listed {
        return Err(Refusal::conflict("listed", "Đơn vị này đã có trong danh sách", "This enterprise is on the list already"));
    }
    if !o.added && !listed {
        return Err(Refusal::conflict("not-listed", "Đơn vị này không có trong danh sách", "This enterprise is not on the list"));
    }
    if !o.added && draw.recheck(o.enterprise).is_some() {
        return Err(Refusal::conflict("done", "Đơn vị này đã kiểm tra lại xong nên không bỏ ra được", "This enterprise has been checked again and stays on the list"));
    }
    Ok(())
}
