//! What an account is in a meeting. Facts of the meeting alone; who may come to the door is the policies' to say.

use super::{Count, Invitee, Meeting, State, tally};
use kernel::{Instant, id::AccountId};
use std::collections::BTreeMap;

/// What an account is in a meeting; one person may be several of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub chair: bool,
    pub secretary: bool,
    /// Prepared the meeting.
    pub keeper: bool,
    pub invited: bool,
    /// Sent in somebody's place.
    pub substitute: bool,
}

impl Part {
    /// Prepares the meeting: agenda, invitations, papers.
    pub const fn prepares(self) -> bool {
        self.chair || self.secretary || self.keeper
    }
    /// Leads the session: marks attendance, calls speakers, writes conclusions.
    pub const fn leads(self) -> bool {
        self.chair || self.secretary
    }
    /// Is told of the meeting and takes part in it.
    pub const fn takes_part(self) -> bool {
        self.chair || self.secretary || self.invited || self.substitute
    }
}

/// One vote of the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Whose vote it is.
    pub member: AccountId,
    /// Who may cast it: the member, or the substitute where the rules let one vote.
    pub voter: Option<AccountId>,
    /// Whoever may cast it is present.
    pub present: bool,
}

impl Meeting {
    pub fn part(&self, account: AccountId) -> Part {
        Part {
            chair: self.chair.account == account,
            secretary: self.secretary.account == account,
            keeper: self.created_by == account,
            invited: self.invitee(account).is_some(),
            substitute: self.in_place_of(account).is_some(),
        }
    }

    /// The member in whose place this account was sent.
    pub fn in_place_of(&self, account: AccountId) -> Option<&Invitee> {
        self.invited.iter().find(|i| i.substitute().is_some_and(|p| p.account == account))
    }

    /// Whether the account may know of the meeting: who prepares it always, who is invited once it was sent. For anybody else it
    /// does not exist.
    pub fn is_seen_by(&self, account: AccountId) -> bool {
        let part = self.part(account);
        part.prepares() || (self.sent_at.is_some() && part.takes_part())
    }

    /// Everybody who sees it, with the first of their parts.
    pub fn readers(&self) -> BTreeMap<AccountId, &'static str> {
        let mut all = BTreeMap::from([(self.created_by, "keeper")]);
        if self.sent_at.is_some() {
            for i in &self.invited {
                all.extend(i.substitute().map(|p| (p.account, "substitute")));
                all.insert(i.person.account, "invited");
            }
        }
        all.insert(self.secretary.account, "secretary");
        all.insert(self.chair.account, "chair");
        all
    }

    /// Whether the account is one that can be present: somebody who has sent a substitute is not.
    pub fn may_attend(&self, account: AccountId) -> bool {
        let part = self.part(account);
        part.leads() || part.substitute || self.invitee(account).is_some_and(|i| i.substitute().is_none())
    }

    /// The votes of the meeting: the chair's and the members', each once.
    pub fn seats(&self) -> Vec<Seat> {
        let seat = |member: AccountId, voter: Option<AccountId>| Seat { member, voter, present: voter.is_some_and(|v| self.present.contains_key(&v)) };
        let of = |i: &Invitee| match i.substitute() {
            Some(p) => seat(i.person.account, self.rules.substitutes_vote.then_some(p.account)),
            None => seat(i.person.account, Some(i.person.account)),
        };
        let members = self.invited.iter().filter(|i| i.votes && i.person.account != self.chair.account).map(of);
        std::iter::once(seat(self.chair.account, Some(self.chair.account))).chain(members).collect()
    }

    /// Whether the account has a vote, whether present or not.
    pub fn has_vote(&self, account: AccountId) -> bool {
        self.seats().iter().any(|s| s.voter == Some(account))
    }

    /// How a vote stands now, or how attendance stands when nothing is voted on.
    pub fn count(&self, poll: Option<&super::Poll>) -> Count {
        static NONE: BTreeMap<AccountId, super::Ballot> = BTreeMap::new();
        tally::count(&self.rules, &self.seats(), self.chair.account, poll.map_or(&NONE, |p| &p.ballots))
    }

    /// Opinions of others are shown to who leads; to everybody once the meeting is open.
    pub fn shows_opinions_to(&self, account: AccountId) -> bool {
        self.part(account).leads() || self.state.held()
    }

    /// How long the meeting took, from opening to closing.
    pub fn took(&self) -> Option<(Instant, Instant)> {
        self.opened_at.zip(self.closed_at)
    }

    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Closed | State::Concluded | State::Cancelled)
    }

    /// The name by which an account is written down here.
    pub fn name_of(&self, account: AccountId) -> Option<&str> {
        let people = [&self.chair, &self.secretary].into_iter();
        let all = people.chain(self.invited.iter().flat_map(|i| std::iter::once(&i.person).chain(i.substitute())));
        all.into_iter().find(|p| p.account == account).map(|p| p.name.as_str())
    }
}
