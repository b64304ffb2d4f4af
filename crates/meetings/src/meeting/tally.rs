//! Votes: who counts, whether enough are present, what the ballots say. Whole numbers, no clock, no store.

use super::Seat;
use crate::catalog::{Base, Rules, Tie};
use kernel::{Instant, Text, id::AccountId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Agree,
    Against,
    Abstain,
}

impl Choice {
    pub const ALL: [Self; 3] = [Self::Agree, Self::Against, Self::Abstain];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Against => "against",
            Self::Abstain => "abstain",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Agree => Text::new("Tán thành", "For"),
            Self::Against => Text::new("Không tán thành", "Against"),
            Self::Abstain => Text::new("Không biểu quyết", "Abstain"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approved,
    Rejected,
}

impl Outcome {
    pub fn text(self) -> Text {
        match self {
            Self::Approved => Text::new("Thông qua", "Approved"),
            Self::Rejected => Text::new("Không thông qua", "Not approved"),
        }
    }
}

/// The vote of one who is present, by name; it may be changed until the vote is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    pub name: String,
    pub choice: Choice,
    pub at: Instant,
    pub times: u32,
}

/// How the ballots stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Everybody who has a vote, present or not.
    pub members: u32,
    pub present: u32,
    pub quorum: bool,
    pub quorum_needed: u32,
    pub agree: u32,
    pub against: u32,
    pub abstain: u32,
    /// Votes for that carry it.
    pub needed: u32,
    pub outcome: Outcome,
}

/// A question put to the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    pub no: u32,
    pub item: u32,
    pub text: String,
    pub opened_at: Instant,
    #[serde(default)]
    pub ballots: BTreeMap<AccountId, Ballot>,
    /// There once the vote is closed; final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Count>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Counts ballots by the rules. Only ballots of those who hold a seat count: nobody else can have cast one, and if one were
/// there it would change no number.
pub fn count(rules: &Rules, seats: &[Seat], chair: AccountId, ballots: &BTreeMap<AccountId, Ballot>) -> Count {
    let holders = || seats.iter().filter_map(|s| s.voter);
    let cast = |choice: Choice| size(holders().filter(|a| ballots.get(a).is_some_and(|b| b.choice == choice)).count());
    let (members, present) = (size(seats.len()), size(seats.iter().filter(|s| s.present).count()));
    let (agree, against, abstain) = (cast(Choice::Agree), cast(Choice::Against), cast(Choice::Abstain));
    let base = match rules.majority.of {
        Base::Members => members,
        Base::Present => present,
        Base::Cast => agree + against,
    };
    let needed = rules.majority.needed(base);
    let quorum_needed = rules.quorum.needed(members);
    let chair_agrees = ballots.get(&chair).is_some_and(|b| b.choice == Choice::Agree);
    // Half for and half against is carried by the chair's side; equal votes far below the bar are no majority.
    let tie = agree == against && agree > 0 && agree.saturating_add(1) >= needed;
    let carried = (agree >= needed && agree > against) || (tie && rules.tie == Tie::ChairDecides && chair_agrees);
    Count {
        members,
        present,
        quorum: present >= quorum_needed,
        quorum_needed,
        agree,
        against,
        abstain,
        needed,
        outcome: if carried { Outcome::Approved } else { Outcome::Rejected },
    }
}
