//! Thousands of meetings: whatever people try in whatever order, the records hold.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    fixtures::{account, by, catalog, now, sent},
    records::Record,
};
use kernel::time::date;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn acts() -> impl Strategy<Value = Act> {
    let choice = prop::sample::select(Choice::ALL.to_vec());
    let way = prop::sample::select(Way::ALL.to_vec());
    prop_oneof![
        1 => Just(Act::Open),
        6 => ((1u128..8), way, any::<bool>()).prop_map(|(n, way, there)| Act::Mark { account: account(n), presence: if there { Presence::Present(way) } else { Presence::NotPresent } }),
        2 => ((3u128..6), (3u128..10)).prop_map(|(_, n)| Act::Answer(Answer::Substitute { person: crate::fixtures::person(n) })),
        3 => (1u32..3).prop_map(|item| Act::OpenPoll { item, text: format!("Nội dung {item}") }),
        12 => ((1u32..4), choice).prop_map(|(poll, choice)| Act::Vote { poll, choice }),
        3 => (1u32..4).prop_map(|poll| Act::ClosePoll { poll }),
        2 => (1u32..3).prop_map(|item| Act::AskToSpeak { item, guest: None }),
        2 => (1u32..4).prop_map(|no| Act::Call { no }),
        2 => ((1u32..3), prop::option::of(1u32..4)).prop_map(|(item, no)| Act::Write { no, item, text: format!("Kết luận {item}"), task: super::tests::task(date(2026, 12, 1)) }),
        2 => (1u32..4).prop_map(|no| Act::Approve { no }),
        4 => (1u32..4).prop_map(|no| Act::Direct { no }),
        1 => Just(Act::Close),
        1 => Just(Act::Conclude),
    ]
}

/// Replays the ballots of the journal: the last of each account for each vote, and nothing after a vote was closed.
fn ballots(events: &[MeetingEvent]) -> BTreeMap<u32, BTreeMap<kernel::id::AccountId, Choice>> {
    let (mut all, mut closed) = (BTreeMap::<u32, BTreeMap<_, _>>::new(), Vec::new());
    for e in events {
        match e {
            MeetingEvent::PollOpened { no, .. } => drop(all.insert(*no, BTreeMap::new())),
            MeetingEvent::Voted { poll, account, choice, .. } => {
                assert!(!closed.contains(poll), "a vote after the end of vote {poll}");
                all.get_mut(poll).unwrap().insert(*account, *choice);
            }
            MeetingEvent::PollClosed { poll, .. } => {
                assert!(!closed.contains(poll), "vote {poll} closed twice");
                closed.push(*poll);
            }
            _ => {}
        }
    }
    all
}

fn check(m: &Meeting, events: &[MeetingEvent]) {
    let recorded = ballots(events);
    for p in &m.polls {
        let standing: BTreeMap<_, _> = p.ballots.iter().map(|(a, b)| (*a, b.choice)).collect();
        assert_eq!(standing, recorded[&p.no], "the last ballot of each is the one that stands");
        if let Some(c) = &p.result {
            let n = |choice| u32::try_from(standing.values().filter(|x| **x == choice).count()).unwrap();
            assert_eq!((c.agree, c.against, c.abstain), (n(Choice::Agree), n(Choice::Against), n(Choice::Abstain)), "the tally is the sum of the ballots");
            assert!(c.agree + c.against + c.abstain <= c.present && c.present <= c.members && c.quorum);
        }
    }
    let directed = |no| events.iter().filter(|e| matches!(e, MeetingEvent::Directed { conclusion, .. } if *conclusion == no)).count();
    for c in &m.conclusions {
        assert!(directed(c.no) <= 1, "conclusion {} became {} directives", c.no, directed(c.no));
        assert_eq!(directed(c.no) == 1, c.directive.is_some());
        assert!(c.directive.is_none() || c.approved_at.is_some());
    }
    let speaking = m.speakers.iter().filter(|s| matches!(s.turn, Turn::Speaking { .. })).count();
    assert!(speaking <= 1, "one speaks at a time");
    assert!(m.polls.iter().filter(|p| p.result.is_none()).count() <= 1);
    assert!(m.state != State::Concluded || m.conclusions.iter().all(|c| c.approved_at.is_some()));
    let voters: Vec<_> = m.seats().iter().filter_map(|s| s.voter).collect();
    let mut once = voters.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), voters.len(), "nobody holds two seats");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_vote_counts_twice_and_no_conclusion_is_two_directives(lent in any::<bool>(), steps in prop::collection::vec(((1u128..10), acts()), 1..120)) {
        let catalog = catalog();
        let mut m = sent();
        m.rules.substitutes_vote = lent;
        let mut events = Vec::new();
        for (n, act) in steps {
            // Much of the time the chair acts, or nothing would ever be opened.
            let n = if matches!(act, Act::Open | Act::OpenPoll { .. } | Act::ClosePoll { .. } | Act::Approve { .. } | Act::Direct { .. } | Act::Close | Act::Conclude) && n < 8 { 1 } else { n };
            let n = if matches!(act, Act::Mark { .. } | Act::Write { .. } | Act::Call { .. }) && n < 6 { 2 } else { n };
            match decide::decide(&catalog, &m, &act, &by(n)) {
                Ok(Some(event)) => {
                    m = Meeting::evolve(Some(m), &event, now()).expect("an event that was decided fits");
                    events.push(event);
                }
                Ok(None) => {}
                Err(refusal) => prop_assert!(!refusal.message.vi.is_empty() && !refusal.message.en.is_empty()),
            }
        }
        check(&m, &events);
    }
}
