//! Random histories over the shipped procedures: what holds whatever people, officials and clocks do.
#![allow(clippy::unwrap_used)]

use super::story::{ACTORS, Story, actor, definition, filing, id, rules};
use casework::{
    CaseState, Change, Event, decide::keep_document,
    definition::{Channel, FeeKind, Outcome, Who},
    event::Ground,
    evolve,
    state::ClockRun,
};
use kernel::{Actor, Instant, id::FileId};
use proptest::{prelude::*, test_runner::Config};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const CODES: [&str; 5] = ["1.001193", "1.001612", "1.013225", "2.009908", "t.duties"];
const HISTORIES: u32 = 10_000;

/// One attempt: seeds, so that a failing history shrinks to few and small numbers.
#[derive(Debug, Clone)]
struct Attempt {
    /// Mostly somebody who may act: else random histories hardly get past the counter.
    fitting: bool,
    act: usize,
    who: usize,
    input: Given,
    /// Seconds since the former attempt; back as well.
    passed: i64,
}

#[derive(Debug, Clone)]
enum Given {
    Example,
    Nothing,
    Wrong(usize),
    Other(Value),
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let keys = prop_oneof![Just("reason".to_owned()), Just("defects".to_owned()), Just("offices".to_owned()), "[a-z]{1,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((keys, inner), 0..3).prop_map(|f| Value::Object(f.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let input = prop_oneof![
        12 => Just(Given::Example),
        1 => Just(Given::Nothing),
        2 => (0_usize..100).prop_map(Given::Wrong),
        1 => json_value().prop_map(Given::Other),
    ];
    let passed = prop_oneof![
        6 => 0_i64..40_000,
        2 => 80_000_i64..1_500_000,
        1 => -200_000_i64..0,
        1 => Just(0),
    ];
    (prop::bool::weighted(0.85), any::<prop::sample::Index>(), 0..ACTORS.len(), input, passed).prop_map(|(fitting, act, who, input, passed)| {
        Attempt { fitting, act: act.index(1 << 16), who, input, passed }
    })
}

/// What is sent with an act: its example (with what the house offers), or something broken.
fn input_of(story: &Story, act: &str, given: &Given) -> Value {
    let mut example = story.d.acts[act].input.as_ref().and_then(|s| s["examples"].get(0)).cloned().unwrap_or(Value::Null);
    if example.get("assignee").is_some() {
        example["assignee"] = json!(actor("specialist").account);
    }
    if example.get("due").is_some()
        && let Some(due) = story.state.unpaid().next().or_else(|| story.state.dues.first())
    {
        (example["due"], example["amount"]) = (json!(due.code), json!(due.amount));
        example["reference"] = json!(format!("{act}-{}", story.events.len() % 5));
        if act == "waive_due" {
            example.as_object_mut().unwrap().retain(|k, _| k == "due" || k == "reason");
        }
    }
    if example.get("until").is_some() {
        let due = story.state.clocks.get("processing").map_or(story.now, |c| c.due);
        example["until"] = json!(due.plus_seconds(4 * 86_400).date().to_string());
    }
    if example.get("notice").is_some() {
        example["notice"] = json!(format!("{}/TB", story.events.len()));
    }
    match given {
        Given::Example => example,
        Given::Nothing => Value::Null,
        Given::Other(value) => value.clone(),
        Given::Wrong(n) => {
            if let Some(fields) = example.as_object_mut() {
                let key = fields.keys().nth(n % fields.len().max(1)).cloned().unwrap_or_default();
                match n % 3 {
                    0 => drop(fields.shift_remove(&key)),
                    1 => drop(fields.insert(key, json!({"wrong": n}))),
                    _ => drop(fields.insert("unknown".into(), json!(n))),
                }
            }
            example
        }
    }
}

/// The rule of who may act, said a second time and otherwise than the engine says it.
fn rightful(s: &CaseState, who: &Who, a: &Actor) -> bool {
    let at = |office: &kernel::id::OfficeCode| a.office.as_ref().map(|o| o.as_str()) == Some(office.as_str());
    match who {
        Who::Applicant => ["citizen", "owner"].contains(&a.name.as_str()),
        Who::System => a.account.uuid().is_nil(),
        Who::Step => s.step.as_ref().is_some_and(|x| a.roles.contains(&x.role) && at(&x.office)),
        Who::Consulted => s.requests.iter().any(|r| r.answer.is_none() && at(&r.office)),
        Who::Received(role) => a.roles.contains(role) && at(&s.offices.received),
        Who::Decides(role) => a.roles.contains(role) && at(&s.offices.decides),
        Who::Member(role) => s.members.get(role).is_some_and(|all| all.iter().any(|m| m.account == a.account)),
    }
}

fn handling_ended(s: &Story) -> bool {
    s.d.state("handling", s.state.track("handling")).unwrap().terminal
}

/// What the attempt asks for: an act and somebody, fitting what is open now when it should.
fn asked(story: &Story, a: &Attempt) -> (String, &'static str) {
    let acts: Vec<&String> = story.d.acts.keys().collect();
    if a.fitting {
        let open: Vec<(&String, &'static str)> = acts
            .iter()
            .filter(|act| {
                let decl = &story.d.acts[**act];
                let here = story.state.step.as_ref().map(|s| s.code.as_str());
                act.as_str() != "file" && story.state.is_when(decl) && (decl.at.is_empty() || decl.at.iter().any(|s| Some(s.as_str()) == here))
            })
            .flat_map(|act| {
                let allowed = |who: &&&str| story.d.acts[*act].who.iter().any(|w| rightful(&story.state, w, &actor(who)));
                ACTORS.iter().filter(allowed).map(|who| (*act, *who)).collect::<Vec<_>>()
            })
            .collect();
        if let Some((act, who)) = open.get(a.act % open.len().max(1)) {
            return ((*act).clone(), who);
        }
    }
    (acts[a.act % acts.len()].clone(), ACTORS[a.who])
}

/// An accepted event against everything the design promises of one.
fn accepted(before: &Story, who: &str, event: &Event, after: &Story) {
    let (s, t) = (&before.state, &after.state);
    let decl = &before.d.acts[&event.act];
    assert!(decl.who.iter().any(|w| rightful(s, w, &actor(who))), "{} by {who}", event.act);
    assert_eq!(t.version, s.version + 1);
    assert!(event.at >= s.changed_at, "{}: an event before the one it follows", event.act);
    if handling_ended(before) {
        assert_eq!(s.track("handling"), t.track("handling"), "{} moves what has ended", event.act);
    }
    let offered = before.offered(&event.act);
    let mut drawn: BTreeMap<&str, u64> = BTreeMap::new();
    for change in &event.changes {
        if let Change::DocumentIssued { document, number, .. } = change {
            let register = before.d.documents[document].register.as_str();
            let next = drawn.entry(register).or_insert(offered[register]);
            assert_eq!(number, next, "{document} takes the number offered");
            *next += 1;
        }
    }
    clocks(before, event, after);
    money(before, event, after);
    let state = t.track("handling");
    let has = |document: &str| t.documents.iter().any(|d| d.document == document);
    let reasoned = t.outcome.as_ref().is_some_and(|o| o.outcome == Outcome::Refused && !o.reason.is_empty());
    match state {
        "finished" | "returned" => {
            let granted = t.outcome.as_ref().is_some_and(|o| o.outcome == Outcome::Granted) && has(&before.d.result.granted);
            assert!(granted || (reasoned && has(&before.d.result.refused)), "{state} without a result");
        }
        "refused" => assert!(reasoned && has("slip_03"), "refused without a reason"),
        "stopped" => assert!(has("slip_05"), "stopped without a notice"),
        _ => {}
    }
}

/// Nothing is paid twice or given unpaid; the track says what the dues say; codes keep to their table.
fn money(before: &Story, event: &Event, after: &Story) {
    let (s, t) = (&before.state, &after.state);
    assert_eq!(t.track("money"), casework::money::track(&t.dues), "{}", event.act);
    for due in &t.dues {
        assert_eq!(t.dues.iter().filter(|d| d.code == due.code).count(), 1, "{} stands twice", due.code);
        let was = s.due(&due.code).and_then(|d| d.paid.as_ref());
        assert!(was.is_none() || was == due.paid.as_ref(), "{}: a recorded payment changes", due.code);
        assert!(due.paid.as_ref().is_none_or(|p| p.amount == due.amount), "{}: paid otherwise than due", due.code);
        assert!(due.refund.as_ref().is_none_or(|r| due.paid.as_ref().is_some_and(|p| r.amount <= p.amount)), "{}", due.code);
    }
    let granted = t.outcome.as_ref().is_some_and(|o| o.outcome == Outcome::Granted);
    if t.track("handling") == "returned" && s.track("handling") != "returned" && granted {
        assert_eq!(s.unpaid().count(), 0, "{} gives what is not paid", event.act);
    }
    if t.track("handling") == "awaiting_duty" {
        assert!(t.unpaid().any(|d| d.kind == FeeKind::Obligation), "{} waits for nothing", event.act);
        assert_ne!(t.clocks["processing"].run, ClockRun::Running);
    }
    let mut here = s.national(before.d).unwrap();
    for code in casework::status::codes(before.d, Some(s), event) {
        assert!(casework::status::may_follow(here, code), "{}: {here} → {code}", event.act);
        here = code;
    }
    assert!(t.clocks.values().all(|c| c.extensions.iter().filter(|e| e.ground == Ground::Apology).count() <= 1), "extended twice");
}

fn clocks(before: &Story, event: &Event, after: &Story) {
    for (name, clock) in &after.state.clocks {
        let moved = event.changes.iter().any(|c| match c {
            Change::ClockStarted { clock, .. } | Change::ClockResumed { clock, .. } | Change::ClockExtended { clock, .. } => clock == name,
            _ => false,
        });
        let former = before.state.clocks.get(name);
        assert!(moved || former.is_some_and(|f| f.due == clock.due), "{}: {name} falls due at another time", event.act);
        let mut last = clock.started;
        for (n, (from, to)) in clock.suspensions.iter().enumerate() {
            assert!(*from >= last, "{name}: suspensions overlap");
            assert!(to.is_some() || (n + 1 == clock.suspensions.len() && clock.run == ClockRun::Suspended), "{name}: left open");
            last = to.unwrap_or(*from);
            assert!(last >= *from, "{name}: ends before it begins");
        }
        assert_eq!(clock.run == ClockRun::Suspended, clock.suspensions.last().is_some_and(|s| s.1.is_none()), "{name}");
        let left = |at: Instant, due: Instant| rules().calendar.working_seconds(at, due).unwrap();
        for change in &event.changes {
            match change {
                Change::ClockSuspended { clock: c, left_s } if c == name => {
                    let real = left(event.at, clock.due);
                    assert!(*left_s == real || (real == 0 && *left_s == -1 && event.at > clock.due), "{name}: {left_s} of {real}");
                }
                Change::ClockResumed { clock: c, due, .. } if c == name && !before.d.clocks[name].restarts_in_full => {
                    let kept = former.and_then(|f| f.left_s).unwrap();
                    assert_eq!(left(event.at, *due), kept, "{name}: working time is lost or won by a suspension");
                    assert_eq!(*due < event.at, kept < 0, "{name}: late stays late, in time stays in time");
                }
                _ => {}
            }
        }
    }
}

fn replayed(events: &[Event]) -> CaseState {
    events.iter().fold(None, |s, e| evolve(id(), s, e)).unwrap()
}

/// The journal and the snapshot as the database keeps them, text for text.
fn written(story: &Story) {
    let kept: Vec<Event> = story.events.iter().map(|e| serde_json::from_str(&serde_json::to_string(e).unwrap()).unwrap()).collect();
    assert_eq!(kept, story.events);
    let snapshot: CaseState = serde_json::from_str(&serde_json::to_string(&story.state).unwrap()).unwrap();
    assert_eq!(snapshot, story.state);
    assert_eq!(replayed(&kept), story.state, "replaying the journal gives the snapshot");
    assert_eq!(story.state.version, story.events.len() as u64);
}

/// The program keeps the papers: it never changes anything else and never twice.
fn papers(story: &mut Story) {
    let system = actor("system");
    let Some(paper) = story.state.documents.iter().find(|d| d.file.is_none()).cloned() else { return };
    let none = BTreeMap::new();
    let cx = casework::Context { now: story.now, actor: &system, calendar: &rules().calendar, numbers: &none, ids: &[], colleagues: &[] };
    let file = FileId::new(uuid::Uuid::from_u128(5));
    let keep = |s: &CaseState| keep_document(s, casework::event::Filed { document: paper.document.clone(), number: paper.number, file, sha256: "00".into(), seal: None }, &cx);
    let event = keep(&story.state).unwrap();
    assert!(event.at >= story.state.changed_at);
    story.take(event);
    assert_eq!(keep(&story.state), None);
}

/// Where the histories got to, so that a generator that never leaves the counter is noticed.
fn live(code: usize, example: usize, channel: usize, start: i64, attempts: &[Attempt]) -> Story {
    let d = definition(CODES[code]);
    let channel = d.channels[channel % d.channels.len()];
    // Within the declared years: filing is refused, not guessed, past them; and not before the birth the example registers.
    let opened: Instant = "2026-11-23T00:00:00+07:00".parse().unwrap();
    let mut story = Story::file(d, filing(d, example, channel), "citizen", opened.plus_seconds(start)).unwrap();
    for a in attempts {
        story.now = story.now.plus_seconds(a.passed);
        let (act, who) = asked(&story, a);
        let input = input_of(&story, &act, &a.input);
        let before = story.clone();
        match story.tell(who, &act, input) {
            Ok(event) => {
                story.take(event.clone());
                accepted(&before, who, &event, &story);
            }
            Err(refusal) => {
                assert_eq!(before.state, story.state, "a refused act changes nothing");
                assert!(!refusal.message.vi.is_empty() && !refusal.message.en.is_empty(), "{refusal}");
                assert_ne!(refusal.code, "definition-incomplete", "{act}: {refusal}");
            }
        }
        if a.act % 7 == 0 {
            papers(&mut story);
        }
    }
    written(&story);
    story
}

#[test]
fn whatever_happens_the_promises_hold() {
    let reached = std::cell::RefCell::new(BTreeMap::<String, u32>::new());
    let strategy = (0..CODES.len(), 0_usize..2, 0_usize..3, 0_i64..86_400 * 30, prop::collection::vec(attempt(), 1..28));
    let config = Config { cases: HISTORIES, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    proptest::test_runner::TestRunner::new(config)
        .run(&strategy, |(code, example, channel, start, attempts)| {
            let story = live(code, example, channel, start, &attempts);
            *reached.borrow_mut().entry(story.state.track("handling").to_owned()).or_default() += 1;
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
    let reached = reached.into_inner();
    for state in ["submitted", "processing", "supplementing", "supplementing_intake", "confirming", "awaiting_duty", "withdrawing", "finished", "returned", "refused", "stopped"] {
        assert!(reached.get(state).is_some_and(|n| *n >= 5), "histories hardly reach {state}: {reached:?}");
    }
}

#[test]
fn nobody_files_for_somebody_else() {
    let d = definition("1.001193");
    let now: Instant = "2026-11-19T08:00:00+07:00".parse().unwrap();
    let file = |who: &str, helped: Option<&str>| {
        let mut filing = filing(d, 0, Channel::Counter);
        filing.offices.helped = helped.map(kernel::id::OfficeCode::new);
        Story::file(d, filing, who, now).map_or_else(|r| r.code, |_| "filed".to_owned())
    };
    for (who, helped, expected) in [
        ("citizen", None, "filed"),
        ("owner", None, "filed"),
        ("stranger", None, "not-yours"),
        ("one_stop", None, "filed"),
        ("specialist", None, "not-yours"),
        ("elsewhere", None, "not-yours"),
        ("elsewhere", Some("H29.999"), "filed"), // helped at another one-stop office
        ("system", None, "not-yours"),
    ] {
        assert_eq!(file(who, helped), expected, "{who} {helped:?}");
    }
}
