#![allow(clippy::unwrap_used)]
use super::{tally::*, *};
use crate::{board::SeatRole,
    catalog::{Bar, Base, Rules, Share, Tie},
    fixtures::{account, board, by, calendar, catalog, noon}};
use records::Record;
use kernel::{Dong, id::AccountId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn rules(quorum: (&str, Base), majority: (&str, Base), tie: Tie) -> Rules {
    let bar = |(text, of): (&str, Base)| {
        let share = Share::parse(text.trim_start_matches('>'));
        if text.starts_with('>') { Bar { of, more_than: share, at_least: None, minimum: 0 } } else { Bar { of, more_than: None, at_least: share, minimum: 0 } }
    };
    let mut rules = board().rules;
    (rules.quorum, rules.majority, rules.tie) = (bar(quorum), bar(majority), tie);
    rules
}

/// Chair 1, deputy 2, members from 3 on.
fn voters(n: u128) -> Vec<Voter> {
    (1..=n)
        .map(|i| Voter { account: account(i), role: match i { 1 => SeatRole::Chair, 2 => SeatRole::Deputy, _ => SeatRole::Member } })
        .collect()
}

/// `+-0` per account from 1: for, against, abstain; `.` nothing, `p` present, `r` recused, `R` recused after a vote for.
fn read(text: &str) -> (BTreeSet<AccountId>, BTreeSet<AccountId>, BTreeMap<AccountId, Choice>) {
    let (mut recused, mut attended, mut votes) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for (i, c) in text.chars().enumerate() {
        let a = account(i as u128 + 1);
        match c {
            '+' => drop(votes.insert(a, Choice::For)),
            '-' => drop(votes.insert(a, Choice::Against)),
            '0' => drop(votes.insert(a, Choice::Abstain)),
            'p' => drop(attended.insert(a)),
            'r' => drop(recused.insert(a)),
            'R' => {
                recused.insert(a);
                votes.insert(a, Choice::For);
            }
            _ => {}
        }
    }
    (recused, attended, votes)
}

#[test]
fn quorum_and_outcome_table() {
    use Outcome::{Approved, Postponed, Rejected};
    let half = || rules((">1/2", Base::Seats), (">1/2", Base::Present), Tie::PresiderDecides);
    let cases: Vec<(&str, Rules, &str, bool, Outcome)> = vec![
        ("plain majority", half(), "+++-.", true, Approved),
        ("two of five is no quorum", half(), "++...", false, Approved),
        ("three of five is one", half(), "++p..", true, Approved),
        ("the chair must take part", half(), ".+++.", false, Approved),
        ("a recused chair is replaced by the deputy", half(), "r+++.", true, Approved),
        ("recused deputy and chair: nobody presides", half(), "rr+++", false, Approved),
        ("recused members do not fill the quorum", half(), "+RRR.", false, Approved),
        ("with four seats, two recused: two are not more than half", half(), "++rr", false, Approved),
        ("abstentions count as present, not as for", half(), "+0000", true, Rejected),
        ("half of those present is not more than half", half(), "++--", true, Approved),
        ("a tie goes with the chair: against", half(), "-+-+", true, Rejected),
        ("a tie with an abstaining chair is no approval", half(), "0+-..", true, Rejected),
        ("tie postponed", rules((">1/2", Base::Seats), (">1/2", Base::Present), Tie::Postponed), "+-0..", true, Postponed),
        ("tie rejected", rules((">1/2", Base::Seats), (">1/2", Base::Present), Tie::Rejected), "++--.", true, Rejected),
        ("two thirds of seats", rules(("2/3", Base::Seats), ("2/3", Base::Seats), Tie::Rejected), "++++--", true, Approved),
        ("one short of two thirds of seats", rules(("2/3", Base::Seats), ("2/3", Base::Seats), Tie::Rejected), "+++---", true, Rejected),
        ("of votes cast, abstentions left out", rules((">1/2", Base::Seats), (">1/2", Base::Cast), Tie::Rejected), "++-00", true, Approved),
        ("quorum of the eligible shrinks with recusal", rules((">1/2", Base::Eligible), (">1/2", Base::Present), Tie::Rejected), "++rr.", true, Approved),
        ("equal votes below the bar are no tie", rules((">1/2", Base::Seats), ("2/3", Base::Seats), Tie::PresiderDecides), "+-+-..", true, Rejected),
        ("a casting vote is one of those cast: two of three are not more than two thirds", rules((">1/2", Base::Seats), (">2/3", Base::Cast), Tie::PresiderDecides), "+0-", true, Rejected),
        ("and with two thirds asked they are enough", rules((">1/2", Base::Seats), ("2/3", Base::Cast), Tie::PresiderDecides), "+0-", true, Approved),
        ("nobody voted for", rules((">1/2", Base::Seats), (">1/2", Base::Cast), Tie::Postponed), "000..", true, Rejected),
    ];
    for (name, rules, text, quorum, expected) in cases {
        let (recused, attended, votes) = read(text);
        let c = count(&rules, &voters(text.len() as u128), &recused, &attended, &votes);
        assert_eq!(c.quorum, quorum, "{name}: {c:?}");
        let presider = c.presider.and_then(|p| votes.get(&p).copied());
        if quorum {
            assert_eq!(outcome(&rules, &c, presider), expected, "{name}: {c:?}");
        }
    }
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let share = prop::sample::select(vec![">1/2", "1/2", "2/3", ">2/3", "3/4", "1/1"]);
    let base = prop::sample::select(vec![Base::Seats, Base::Eligible]);
    let majority = prop::sample::select(vec![Base::Seats, Base::Eligible, Base::Present, Base::Cast]);
    let tie = prop::sample::select(vec![Tie::PresiderDecides, Tie::Rejected, Tie::Postponed]);
    (share.clone(), base, share, majority, tie, any::<bool>()).prop_map(|(q, qb, m, mb, tie, presider)| {
        let mut r = rules((q, qb), (m, mb), tie);
        r.presider_needed = presider;
        r
    })
}

fn result(rules: &Rules, voters: &[Voter], recused: &BTreeSet<AccountId>, attended: &BTreeSet<AccountId>, votes: &BTreeMap<AccountId, Choice>) -> (Count, Outcome) {
    let c = count(rules, voters, recused, attended, votes);
    let presider = c.presider.and_then(|p| votes.get(&p).copied());
    let o = outcome(rules, &c, presider);
    (c, o)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Votes of the recused and of outsiders change neither the count nor the outcome.
    #[test]
    fn only_votes_of_eligible_members_count(rules in any_rules(), text in "[-+0.prR]{1,9}", noise in prop::collection::vec((0u8..30, 0u8..3), 0..12)) {
        let (recused, attended, votes) = read(&text);
        let people = voters(text.len() as u128);
        let before = result(&rules, &people, &recused, &attended, &votes);
        let (mut votes, mut attended) = (votes, attended);
        for (who, what) in noise {
            let a = account(u128::from(who) + 1);
            let eligible = people.iter().any(|v| v.account == a) && !recused.contains(&a);
            if !eligible {
                votes.insert(a, Choice::ALL[what as usize]);
                attended.insert(a);
            }
        }
        prop_assert_eq!(before, result(&rules, &people, &recused, &attended, &votes));
    }

    /// However many recused members have voted, they never make a quorum.
    #[test]
    fn the_recused_never_make_a_quorum(rules in any_rules(), n in 1u128..10, extra in 0u128..4) {
        let people = voters(n);
        let recused: BTreeSet<_> = people.iter().map(|v| v.account).collect();
        let votes: BTreeMap<_, _> = (1..=n + extra).map(|i| (account(i), Choice::For)).collect();
        let c = count(&rules, &people, &recused, &BTreeSet::new(), &votes);
        prop_assert_eq!((c.quorum, c.present, c.for_votes), (false, 0, 0));
    }

    /// A quorum is one of eligible members who take part, and one more vote for never turns an approval away.
    #[test]
    fn more_approval_never_rejects(rules in any_rules(), text in "[-+0.pr]{1,9}") {
        let (recused, attended, mut votes) = read(&text);
        let people = voters(text.len() as u128);
        let (c, before) = result(&rules, &people, &recused, &attended, &votes);
        prop_assert!(!c.quorum || c.present >= c.needed);
        prop_assert!(c.for_votes + c.against + c.abstain <= c.present && c.present <= c.eligible);
        if before == Outcome::Approved {
            for v in people.iter().filter(|v| !recused.contains(&v.account)) {
                if votes.contains_key(&v.account) {
                    votes.insert(v.account, Choice::For);
                    prop_assert_eq!(result(&rules, &people, &recused, &attended, &votes).1, Outcome::Approved);
                }
            }
        }
    }
}

fn proposal(kind: MatterKind, amount: Option<i64>) -> Proposal {
    Proposal {
        id: id_of("test"),
        board: board().id,
        kind,
        subject: Subject { kind: "engagement".into(), id: "case_1".into(), title: "Lộ trình của HTX Lươn Vàng".into(), path: "/centre/engagements/1".into(), enterprise: None },
        question: "Đồng ý lộ trình 12 tháng?".into(),
        amount: amount.map(Dong),
    }
}

fn opened(kind: MatterKind, amount: Option<i64>) -> Matter {
    let event = decide_open(&board(), &proposal(kind, amount), &by(9), &calendar(), None, None).unwrap();
    Matter::evolve(None, &event, noon()).unwrap()
}

fn act(m: Matter, n: u128, act: &Act) -> Result<Matter, kernel::Refusal> {
    let event = decide(&catalog(), &board(), &m, act, &by(n), Standing { officer: n == 9 })?;
    Ok(match event {
        Some(event) => Matter::evolve(Some(m), &event, noon()).unwrap(),
        None => m,
    })
}

fn vote(choice: Choice) -> Act {
    Act::Vote { choice, reason: format!("lý do {}", choice.code()), clear: true }
}

#[test]
fn a_decision_keeps_every_vote_and_the_dissent() {
    let mut m = opened(MatterKind::FrameworkReview, None);
    m = act(m, 1, &vote(Choice::For)).unwrap();
    m = act(m, 2, &vote(Choice::For)).unwrap();
    m = act(m, 3, &vote(Choice::Against)).unwrap();
    m = act(m, 4, &vote(Choice::For)).unwrap();
    m = act(m, 4, &Act::Declare { ground: "family".into(), detail: "Em ruột là giám đốc".into() }).unwrap();
    let m = act(m, 1, &Act::Close { conclusion: "Thông qua, kèm ý kiến".into() }).unwrap();
    let d = m.decision.as_ref().unwrap();
    assert_eq!((d.outcome, d.count.for_votes, d.count.against, d.count.recused), (Outcome::Approved, 2, 1, 1));
    assert_eq!(d.dissent.iter().map(|v| (v.account, v.reason.as_str())).collect::<Vec<_>>(), [(account(3), "lý do against")]);
    assert_eq!(d.void.iter().map(|v| v.account).collect::<Vec<_>>(), [account(4)], "the recused vote is shown and does not count");
    assert_eq!((d.recused[0].ground.as_str(), d.absent.as_slice()), ("family", ["Người 5".to_owned()].as_slice()));
    assert_eq!(act(m, 5, &vote(Choice::For)).unwrap_err().code, "concluded");
}

#[test]
fn one_vote_each_changed_until_closed() {
    let mut m = opened(MatterKind::FrameworkReview, None);
    m = act(m, 3, &vote(Choice::For)).unwrap();
    m = act(m, 3, &vote(Choice::Against)).unwrap();
    assert_eq!((m.ballots.len(), m.ballots[&account(3)].times, m.ballots[&account(3)].choice), (1, 2, Choice::Against));
    let again = decide(&catalog(), &board(), &m, &vote(Choice::Against), &by(3), Standing { officer: false }).unwrap();
    assert_eq!(again, None, "the same vote sent twice is one");
}

#[test]
fn who_may_not_does_not() {
    let m = opened(MatterKind::SupportOpinion, Some(80_000_000));
    let refused = |n, a: &Act| act(m.clone(), n, a).unwrap_err().code;
    assert_eq!(refused(8, &vote(Choice::For)), "no-seat");
    assert_eq!(refused(3, &Act::Vote { choice: Choice::For, reason: "x".into(), clear: false }), "declare-first");
    assert_eq!(refused(3, &Act::Vote { choice: Choice::For, reason: "  ".into(), clear: true }), "text-needed");
    assert_eq!(refused(1, &Act::Close { conclusion: "x".into() }), "no-quorum");
    assert_eq!(refused(2, &Act::Close { conclusion: "x".into() }), "not-presiding");
    assert_eq!(refused(1, &Act::SignOff { approve: true, conclusion: "x".into() }), "above-limit");
    assert_eq!(refused(3, &Act::Recuse { account: account(4), ground: "family".into(), detail: "x".into() }), "not-yours");
    assert_eq!(refused(3, &Act::Declare { ground: "nothing".into(), detail: "x".into() }), "ground");
    assert_eq!(refused(3, &Act::Withdraw { reason: "x".into() }), "not-yours");
    let m = act(m, 3, &Act::Declare { ground: "payment".into(), detail: "Nhận thù lao 2025".into() }).unwrap();
    assert_eq!(act(m.clone(), 3, &vote(Choice::For)).unwrap_err().code, "recused");
    assert_eq!(act(m, 3, &Act::Attend).unwrap_err().code, "recused");
}

#[test]
fn the_deputy_presides_when_the_chair_is_recused() {
    let mut m = opened(MatterKind::FrameworkReview, None);
    m = act(m, 1, &Act::Declare { ground: "ownership".into(), detail: "Góp vốn 5 %".into() }).unwrap();
    for n in [2, 3, 4] {
        m = act(m, n, &vote(Choice::For)).unwrap();
    }
    assert_eq!(act(m.clone(), 1, &Act::Close { conclusion: "x".into() }).unwrap_err().code, "not-presiding");
    let m = act(m, 2, &Act::Close { conclusion: "x".into() }).unwrap();
    assert_eq!(m.decision.unwrap().outcome, Outcome::Approved);
}

#[test]
fn the_chair_signs_alone_below_the_limit_only() {
    let sign = Act::SignOff { approve: true, conclusion: "Đúng mức, đủ hồ sơ".into() };
    let m = act(opened(MatterKind::SupportOpinion, Some(50_000_000)), 1, &sign).unwrap();
    let d = m.decision.unwrap();
    assert!(d.delegated && d.outcome == Outcome::Approved && d.votes.is_empty());
    for (m, n, code) in [
        (opened(MatterKind::SupportOpinion, Some(50_000_001)), 1, "above-limit"),
        (opened(MatterKind::SupportOpinion, None), 1, "above-limit"),
        (opened(MatterKind::FrameworkReview, Some(1)), 1, "above-limit"),
        (opened(MatterKind::SupportOpinion, Some(1)), 2, "not-presiding"),
        (act(opened(MatterKind::SupportOpinion, Some(1)), 3, &vote(Choice::Against)).unwrap(), 1, "session-called"),
        (act(opened(MatterKind::SupportOpinion, Some(1)), 9, &Act::Call { when: "15:00 24/11".into(), place: "Phòng họp".into() }).unwrap(), 1, "session-called"),
    ] {
        assert_eq!(act(m, n, &sign).unwrap_err().code, code);
    }
}

#[test]
fn bad_proposals_are_refused_with_their_field() {
    let b = board();
    let open = |p: Proposal| decide_open(&b, &p, &by(9), &calendar(), None, None).unwrap_err();
    let mut p = proposal(MatterKind::T0Review, None);
    p.question = "\u{200b} ".into();
    assert_eq!(open(p).reasons[0].field.as_deref(), Some("question"));
    for path in ["https://evil.example", "//evil.example", "javascript:alert(1)", "centre/x"] {
        let mut p = proposal(MatterKind::T0Review, None);
        p.subject.path = path.into();
        assert_eq!(open(p).code, "path", "{path}");
    }
    assert_eq!(open(proposal(MatterKind::T0Review, Some(-1))).code, "amount");
    let late = records::Author { at: "2030-01-02T09:00:00+07:00".parse().unwrap(), ..by(9) };
    assert_eq!(decide_open(&b, &proposal(MatterKind::T0Review, None), &late, &calendar(), None, None).unwrap_err().code, "board-not-working");
}

#[test]
fn the_due_time_is_told_or_left_open_never_guessed() {
    let m = opened(MatterKind::T0Review, None);
    assert_eq!(m.due.unwrap().date(), kernel::time::date(2026, 12, 1), "five working days from Monday 9:00, Tuesday being Culture Day");
    let mut b = board();
    b.term.to = kernel::time::date(2060, 1, 1);
    let far = records::Author { at: "2055-06-01T09:00:00+07:00".parse().unwrap(), ..by(9) };
    let MatterEvent::Opened { due, .. } = decide_open(&b, &proposal(MatterKind::T0Review, None), &far, &calendar(), None, None).unwrap() else { panic!() };
    assert_eq!(due, None);
}

#[test]
fn reports_go_to_whoever_has_fewest() {
    use crate::board::views::Load;
    let b = board();
    let load = |n, reporting, waiting| Load { account: account(n), name: String::new(), role: SeatRole::Member, boards: 1, waiting, reporting, voted: 0 };
    let loads = vec![load(1, 0, 0), load(2, 2, 0), load(3, 1, 4), load(4, 1, 3), load(5, 1, 4)];
    assert_eq!(suggest(&b, &loads, noon(), &[]), Some(account(4)));
    assert_eq!(suggest(&b, &loads, noon(), &[account(4)]), Some(account(3)));
}
