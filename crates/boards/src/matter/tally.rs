//! Who counts, whether enough take part, and what the votes say. Whole numbers, no clock, no store.
//!
//! The outcome depends on nothing but the votes of eligible members: a recused member and somebody without a seat change
//! no number here whatever they have cast.

use crate::{
    board::SeatRole,
    catalog::{Base, Rules, Tie},
};
use kernel::{Text, id::AccountId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    For,
    Against,
    Abstain,
}

impl Choice {
    pub const ALL: [Self; 3] = [Self::For, Self::Against, Self::Abstain];
    pub const fn code(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Abstain => "abstain",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::For => Text::new("Tán thành", "For"),
            Self::Against => Text::new("Không tán thành", "Against"),
            Self::Abstain => Text::new("Không biểu quyết (phiếu trắng)", "Abstain"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approved,
    Rejected,
    Postponed,
}

impl Outcome {
    pub fn text(self) -> Text {
        match self {
            Self::Approved => Text::new("Thông qua", "Approved"),
            Self::Rejected => Text::new("Không thông qua", "Not approved"),
            Self::Postponed => Text::new("Hoãn, chưa quyết định", "Postponed, nothing decided"),
        }
    }
}

/// Somebody with a voting seat on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voter {
    pub account: AccountId,
    pub role: SeatRole,
}

/// Everything counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Voting seats.
    pub seats: u32,
    pub recused: u32,
    /// Voting seats without the recused.
    pub eligible: u32,
    /// Eligible members who voted or are recorded present.
    pub present: u32,
    /// How many must take part.
    pub needed: u32,
    pub for_votes: u32,
    pub against: u32,
    pub abstain: u32,
    /// The chair, or the deputy when the chair has no seat or is recused.
    pub presider: Option<AccountId>,
    pub presider_present: bool,
    /// Enough take part, and whoever presides does when that is asked.
    pub quorum: bool,
    /// Enough eligible members exist at all.
    pub reachable: bool,
}

/// Counts. A vote of somebody who is not eligible is not looked at.
pub fn count(rules: &Rules, voters: &[Voter], recused: &BTreeSet<AccountId>, attended: &BTreeSet<AccountId>, votes: &BTreeMap<AccountId, Choice>) -> Count {
    let eligible: Vec<&Voter> = voters.iter().filter(|v| !recused.contains(&v.account)).collect();
    let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let takes_part = |a: &AccountId| votes.contains_key(a) || attended.contains(a);
    let present = size(eligible.iter().filter(|v| takes_part(&v.account)).count());
    let cast = |choice: Choice| size(eligible.iter().filter(|v| votes.get(&v.account) == Some(&choice)).count());
    let seats = size(voters.len());
    let base = if rules.quorum.of == Base::Eligible { size(eligible.len()) } else { seats };
    let needed = rules.quorum.needed(base);
    let who = |role: SeatRole| eligible.iter().find(|v| v.role == role).map(|v| v.account);
    let presider = who(SeatRole::Chair).or_else(|| who(SeatRole::Deputy));
    let presider_present = presider.is_some_and(|p| takes_part(&p));
    Count {
        seats,
        recused: seats - size(eligible.len()),
        eligible: size(eligible.len()),
        present,
        needed,
        for_votes: cast(Choice::For),
        against: cast(Choice::Against),
        abstain: cast(Choice::Abstain),
        presider,
        presider_present,
        quorum: present >= needed && (presider_present || !rules.presider_needed),
        reachable: size(eligible.len()) >= needed && (presider.is_some() || !rules.presider_needed),
    }
}

/// What the votes say once there is a quorum. `presider` is the vote of whoever presides, for ties.
pub fn outcome(rules: &Rules, c: &Count, presider: Option<Choice>) -> Outcome {
    let base = match rules.majority.of {
        Base::Seats => c.seats,
        Base::Eligible => c.eligible,
        Base::Present => c.present,
        Base::Cast => c.for_votes + c.against,
    };
    let needed = rules.majority.needed(base);
    if c.for_votes >= needed && c.for_votes > c.against {
        return Outcome::Approved;
    }
    // A tie is one that a casting vote would carry; equal votes far below the bar are no tie but no majority. Where the bar is a share of
    // the votes cast, the casting vote is one of them: else one more vote for would turn an approval away.
    let with_casting = rules.majority.needed(base + u32::from(rules.majority.of == Base::Cast));
    if c.for_votes != c.against || c.for_votes == 0 || c.for_votes + 1 < with_casting {
        return Outcome::Rejected;
    }
    match (rules.tie, presider) {
        (Tie::PresiderDecides, Some(Choice::For)) => Outcome::Approved,
        (Tie::Postponed, _) => Outcome::Postponed,
        _ => Outcome::Rejected,
    }
}
