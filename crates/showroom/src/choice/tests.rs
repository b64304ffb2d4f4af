use super::*;
use crate::{person::Side, rank::tests::need, solution::tests::person};
use kernel::{
    Refusal,
    time::{date, midnight},
};

const WHY: &str = "Đủ mạnh cho ba cửa hàng, rẻ hơn";

fn sol(n: u128) -> SolutionId {
    SolutionId::new(uuid::Uuid::from_u128(n))
}
fn prov(n: u128) -> ProviderId {
    ProviderId::new(uuid::Uuid::from_u128(n))
}
fn candidate(n: u128, rank: Option<usize>) -> Candidate {
    Candidate { solution: sol(n), provider: prov(n), name: format!("Giải pháp {n}"), provider_name: "Công ty".into(), rank }
}

struct Walk {
    c: Choice,
    entries: Vec<ChoiceEntry>,
    at: Instant,
}

impl Walk {
    fn new() -> Self {
        let fact = Fact::Opened {
            id: ChoiceId::new(uuid::Uuid::from_u128(5)),
            enterprise: need().enterprise,
            enterprise_name: "Hộ Hạnh".into(),
            title: "Bán hàng".into(),
            need: Box::new(need()),
        };
        let e = ChoiceEntry { at: midnight(date(2026, 11, 2)), by: person(1), side: Side::Client, fact };
        Self { c: evolve(None, &e).unwrap(), at: e.at, entries: vec![e] }
    }
    fn act(&mut self, who: u128, role: Role, fact: Fact) -> Result<(), Refusal> {
        let by = person(who);
        decide(&self.c, &fact, &Context { at: self.at, by: &by, role })?;
        let e = ChoiceEntry { at: self.at, by, side: Side::Client, fact };
        self.c = evolve(Some(self.c.clone()), &e).unwrap();
        self.entries.push(e);
        Ok(())
    }
    fn member(&mut self, fact: Fact) -> Result<(), Refusal> {
        self.act(1, Role::Member, fact)
    }
    fn consultant(&mut self, fact: Fact) -> Result<(), Refusal> {
        self.act(2, Role::Consultant, fact)
    }
}

fn demo(n: u128) -> Fact {
    Fact::DemoNoted { solution: sol(n), on: date(2026, 11, 2), with: "Anh Nam".into(), text: WHY.into(), role: Role::Consultant }
}
fn shortlist(n: u128, rank: Option<usize>, reason: &str) -> Fact {
    Fact::Shortlisted { candidate: candidate(n, rank), reason: reason.into() }
}

#[test]
fn notes_of_an_adviser_count_after_the_declaration_only() {
    let mut w = Walk::new();
    w.member(shortlist(1, Some(1), "")).unwrap();
    w.member(shortlist(2, Some(2), "")).unwrap();
    for fact in [demo(1), shortlist(3, Some(3), ""), Fact::WeightsChanged { weights: Weights::new() }] {
        assert_eq!(w.consultant(fact).unwrap_err().code, "declare-first");
    }
    assert!(w.consultant(Fact::Declared { providers: vec![prov(2)], text: String::new(), role: Role::Consultant }).is_err(), "a tie says what it is");
    w.consultant(Fact::Declared { providers: vec![prov(2)], text: "Vợ làm việc tại công ty này".into(), role: Role::Consultant }).unwrap();
    w.consultant(demo(1)).unwrap();
    assert_eq!(w.consultant(demo(2)).unwrap_err().code, "conflict-of-interest");
    assert_eq!(w.consultant(Fact::TakenOff { solution: sol(2), reason: WHY.into() }).unwrap_err().code, "conflict-of-interest");
    assert_eq!(w.c.demos.len(), 1);
}

#[test]
fn the_enterprise_decides_and_says_why() {
    let mut w = Walk::new();
    w.consultant(Fact::Declared { providers: vec![], text: String::new(), role: Role::Consultant }).unwrap();
    let decision = |solution, reason: &str| Fact::Decided { solution, reason: reason.into() };
    assert!(w.member(decision(Some(sol(1)), WHY)).is_err(), "not on the shortlist");
    w.member(shortlist(1, Some(1), "")).unwrap();
    for role in [Role::Consultant, Role::Officer] {
        assert_eq!(w.act(2, role, decision(Some(sol(1)), WHY)).unwrap_err().code, "enterprise-decides");
    }
    assert!(w.member(decision(Some(sol(1)), "ok")).is_err(), "no reason");
    w.member(decision(Some(sol(1)), WHY)).unwrap();
    assert_eq!(w.c.decision.as_ref().map(|d| (d.by.clone(), d.solution)), Some((person(1), Some(sol(1)))));
    assert_eq!(w.member(demo(1)).unwrap_err().code, "closed");
    assert!(w.consultant(Fact::Reopened { reason: WHY.into() }).is_err());
    w.member(Fact::Reopened { reason: WHY.into() }).unwrap();
    w.member(decision(None, WHY)).unwrap();
    assert_eq!(w.c.stage, Stage::Decided, "none of them is a decision too");
    let again = w.entries.iter().fold(None, evolve).unwrap();
    assert_eq!(again, w.c);
    let text = serde_json::to_string(&w.entries).unwrap();
    assert_eq!(serde_json::from_str::<Vec<ChoiceEntry>>(&text).unwrap(), w.entries);
}

#[test]
fn quotes_are_money_with_a_last_day() {
    let mut w = Walk::new();
    w.member(shortlist(1, Some(1), "")).unwrap();
    let quote = |amount, valid_until| Fact::Quoted { solution: sol(1), amount: Dong(amount), valid_until, note: String::new() };
    for (amount, until) in [(-1, date(2026, 12, 1)), (i64::MAX, date(2026, 12, 1)), (1, date(2026, 11, 1))] {
        assert!(w.member(quote(amount, until)).is_err(), "{amount} {until}");
    }
    w.member(quote(12_000_000, date(2026, 11, 10))).unwrap();
    w.at = midnight(date(2026, 11, 11));
    assert_eq!(w.member(Fact::Decided { solution: Some(sol(1)), reason: WHY.into() }).unwrap_err().code, "quote-expired");
    w.member(quote(12_500_000, date(2026, 11, 30))).unwrap();
    w.member(Fact::Decided { solution: Some(sol(1)), reason: WHY.into() }).unwrap();
}

#[test]
fn the_shortlist_is_short_and_an_override_is_explained() {
    let mut w = Walk::new();
    assert!(w.member(shortlist(1, None, "")).is_err(), "not ranked: why");
    w.member(shortlist(1, None, "Người quen đang dùng và hài lòng")).unwrap();
    assert!(w.member(shortlist(1, Some(1), "")).is_err(), "twice");
    for n in 2..=6 {
        w.member(shortlist(n, Some(1), "")).unwrap();
    }
    assert_eq!(w.member(shortlist(7, Some(1), "")).unwrap_err().code, "shortlist-full");
    for n in 1..=6 {
        w.member(Fact::TakenOff { solution: sol(n), reason: WHY.into() }).unwrap();
    }
    assert_eq!(w.c.stage, Stage::Open);
}

#[test]
fn dates_and_people_of_notes_are_checked() {
    let mut w = Walk::new();
    w.member(shortlist(1, Some(1), "")).unwrap();
    let call = |on, with: &str, text: &str| Fact::ReferenceCalled { solution: sol(1), on, with: with.into(), text: text.into(), role: Role::Member };
    let day = date(2026, 11, 2);
    for fact in [call(date(2026, 11, 3), "Chị Lan", WHY), call(date(2025, 1, 1), "Chị Lan", WHY), call(day, "", WHY), call(day, "Chị Lan", "ổn")] {
        assert!(w.member(fact).is_err());
    }
    w.member(call(day, "Chị Lan", WHY)).unwrap();
    assert_eq!(w.c.calls[0].with, "Chị Lan");
}

#[test]
fn weights_of_gaps_that_are_gone_are_forgotten() {
    let mut w = Walk::new();
    w.member(Fact::WeightsChanged { weights: Weights::from([("gap:crm".into(), 9), ("cost".into(), 8)]) }).unwrap();
    let mut less = need();
    less.gaps.retain(|g| g.kind == "pos");
    w.member(Fact::NeedChanged { need: Box::new(less) }).unwrap();
    assert_eq!(w.c.weights, Weights::from([("cost".into(), 8)]));
}
