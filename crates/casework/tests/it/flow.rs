//! The flow as a table an official can read: where the case stands, who does what, where it stands then.
//!
//! `-` means refused. A row begins from a fresh path to its first state; the words after `#` say why.
#![allow(clippy::unwrap_used)]

use super::story::{Story, actor, definition, filing};
use casework::definition::Channel;
use kernel::Instant;
use serde_json::{Value, json};

const PERMIT: &str = "
    # stands at             who         does                   stands then
    submitted               one_stop    receive                processing
    submitted               stranger    receive                -             # only the one-stop office receives
    submitted               elsewhere   receive                -             # and only the one that the case lies with
    submitted               specialist  appraise               -             # nothing is appraised before it is received
    submitted               one_stop    ask_supplement_intake  supplementing_intake
    submitted               one_stop    refuse                 refused
    submitted               citizen     withdraw               withdrawing
    submitted               citizen     collect                -             # there is nothing to collect
    supplementing_intake    citizen     supplement             submitted     # back where it was asked
    supplementing_intake    owner       supplement             submitted     # the owner as well as the applicant
    supplementing_intake    stranger    supplement             -
    supplementing_intake    system      lapse                  -             # two working days have not passed
    supplementing_intake    one_stop    receive                -             # first the supplement
    processing              head        assign                 processing
    processing              specialist  ask_supplement         -             # first assigned
    appraising              specialist  ask_supplement         supplementing
    appraising              specialist  appraise               processing
    appraising              specialist  propose_refusal        processing
    appraising              specialist  consult                processing
    appraising              leader      approve                -             # first appraised
    appraising              one_stop    refuse                 -             # refused at intake or by decision only
    appraising              planning    give_opinion           -             # nobody asked
    appraising              citizen     withdraw               withdrawing
    supplementing           citizen     supplement             processing
    supplementing           specialist  appraise               -             # it is the applicant's turn
    supplemented            specialist  ask_supplement         -             # Decree 217/2026: once
    supplemented            head        allow_second_supplement  -           # and nobody may allow another
    consulting              planning    give_opinion           processing
    consulting              fire        give_opinion           -             # another office was asked
    consulting              specialist  appraise               -             # an answer is awaited
    consulting              system      tacit_consent          -             # its time has not passed
    reviewing               head        review                 processing
    reviewing               head        send_back              processing
    reviewing               leader      approve                -             # first reviewed
    reviewing               citizen     withdraw               withdrawing   # proposed is not decided: Circular 03/2025 Article 7
    refusing                citizen     withdraw               withdrawing   # neither is a proposed refusal
    signing                 citizen     withdraw               withdrawing   # reviewed, not signed
    issuing                 citizen     withdraw               -             # signed: there is a decision
    signing                 leader      approve                processing
    signing                 clerk       issue                  -             # first signed
    issuing                 clerk       issue                  finished
    issuing                 leader      issue                  -
    withdrawing             one_stop    stop                   stopped
    withdrawing             specialist  appraise               -
    finished                one_stop    return                 -             # payment comes first
    finished                citizen     collect                -
    finished                system      settle_due             finished
    paid                    one_stop    return                 returned
    paid                    citizen     collect                returned
    paid                    system      settle_due             -             # never twice
    paid                    system      refund_due             finished
    processing              leader      apologise              processing
    processing              head        apologise              -             # the head of the deciding office alone
    apologised              leader      apologise              -             # once
    processing              system      draft_apology          -             # it is not near yet
    finished                citizen     withdraw               -             # Circular 03/2025 Article 7
    returned                one_stop    return                 -             # the end stays the end
    returned                citizen     collect                -
    refused                 citizen     supplement             -
    refused                 one_stop    receive                -
    stopped                 one_stop    receive                -
    stopped                 system      lapse                  -
";

const BIRTH: &str = "
    submitted    one_stop    receive             processing
    processing   specialist  send_draft          confirming   # the applicant checks the draft
    processing   specialist  consult             -            # this procedure consults nobody
    confirming   citizen     confirm_draft       processing
    confirming   stranger    confirm_draft       -
    confirming   system      confirm_by_silence  -            # the day has not passed
    confirming   specialist  appraise            -
    confirming   citizen     withdraw            withdrawing
    processing   specialist  appraise            processing
";

/// A procedure whose law is silent on a second request.
const BUSINESS: &str = "
    appraising      head        allow_second_supplement         -                      # nothing was asked yet
    again           specialist  ask_supplement                  -                      # the specialist's word is not enough
    again           specialist  allow_second_supplement         -
    again           one_stop    allow_second_supplement         -
    again           elsewhere   allow_second_supplement         -
    again           head        allow_second_supplement         processing
    again           leader      allow_second_supplement         processing
    allowed         specialist  ask_supplement                  supplementing
    twice           specialist  ask_supplement                  -                      # allowed once is asked once
    twice           head        allow_second_supplement         -
    submitted       head        allow_second_supplement_intake  -
    again_intake    one_stop    ask_supplement_intake           -
    again_intake    one_stop    allow_second_supplement_intake  -
    again_intake    head        allow_second_supplement_intake  submitted
    allowed_intake  one_stop    ask_supplement_intake           supplementing_intake
    allowed_intake  one_stop    receive                         processing
";

/// How a case gets to the place a row begins at.
fn path(place: &str) -> Vec<(&'static str, &'static str)> {
    let assigned = [("one_stop", "receive"), ("head", "assign")];
    let more: &[(&str, &str)] = match place {
        "submitted" => return vec![],
        "processing" => return vec![("one_stop", "receive")],
        "supplementing_intake" => return vec![("one_stop", "ask_supplement_intake")],
        "refused" => return vec![("one_stop", "refuse")],
        "withdrawing" => return vec![("citizen", "withdraw")],
        "stopped" => return vec![("citizen", "withdraw"), ("one_stop", "stop")],
        "confirming" => return vec![("one_stop", "receive"), ("specialist", "send_draft")],
        "supplementing" => &[("specialist", "ask_supplement")],
        "supplemented" => &[("specialist", "ask_supplement"), ("citizen", "supplement")],
        "consulting" => &[("specialist", "consult")],
        "reviewing" => &[("specialist", "appraise")],
        "signing" => &[("specialist", "appraise"), ("head", "review")],
        "refusing" => &[("specialist", "propose_refusal")],
        "again" => &[("specialist", "ask_supplement"), ("citizen", "supplement")],
        "allowed" => &[("specialist", "ask_supplement"), ("citizen", "supplement"), ("head", "allow_second_supplement")],
        "twice" => &[("specialist", "ask_supplement"), ("citizen", "supplement"), ("head", "allow_second_supplement"), ("specialist", "ask_supplement"), ("citizen", "supplement")],
        "again_intake" => return vec![("one_stop", "ask_supplement_intake"), ("citizen", "supplement")],
        "allowed_intake" => return vec![("one_stop", "ask_supplement_intake"), ("citizen", "supplement"), ("leader", "allow_second_supplement_intake")],
        "issuing" => &[("specialist", "appraise"), ("head", "review"), ("leader", "approve")],
        "finished" => &[("specialist", "appraise"), ("head", "review"), ("leader", "approve"), ("clerk", "issue")],
        "apologised" => return vec![("one_stop", "receive"), ("leader", "apologise")],
        "paid" => &[("specialist", "appraise"), ("head", "review"), ("leader", "approve"), ("clerk", "issue"), ("system", "settle_due")],
        "returned" => &[("specialist", "appraise"), ("head", "review"), ("leader", "approve"), ("system", "settle_due"), ("clerk", "issue"), ("citizen", "collect")],
        "appraising" => &[],
        other => panic!("no way to {other}"),
    };
    assigned.into_iter().chain(more.iter().copied()).collect()
}

fn example(story: &Story, act: &str) -> Value {
    let mut input = story.d.acts.get(act).and_then(|a| a.input.as_ref()).map_or(Value::Null, |i| i["examples"][0].clone());
    if input.get("assignee").is_some() {
        input["assignee"] = json!(actor("specialist").account);
    }
    if let Some(due) = story.state.dues.first().filter(|_| input.get("due").is_some()) {
        input["due"] = json!(due.code);
    }
    input
}

fn at(code: &str, place: &str) -> Story {
    let d = definition(code);
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    let mut story = Story::file(d, filing(d, 0, Channel::Online), "citizen", now).unwrap();
    for (who, act) in path(place) {
        story.now = story.now.plus_seconds(600);
        let input = example(&story, act);
        story.act(who, act, input).unwrap_or_else(|r| panic!("{code}, on the way to {place}: {act}: {r}"));
    }
    story
}

fn rows(code: &str, table: &str) {
    for row in table.lines().map(|l| l.split('#').next().unwrap().trim()).filter(|l| !l.is_empty()) {
        let [place, who, act, expected] = row.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{row}") };
        let mut story = at(code, place);
        let input = example(&story, act);
        let stands = match story.act(who, act, input) {
            Ok(()) => story.state.track("handling").to_owned(),
            Err(_) => "-".to_owned(),
        };
        assert_eq!(stands, expected, "{code}: {row}");
    }
}

#[test]
fn the_building_permit_by_its_table() {
    rows("1.013225", PERMIT);
}

#[test]
fn household_business_by_its_table() {
    rows("1.001612", BUSINESS);
}

#[test]
fn birth_registration_by_its_table() {
    rows("1.001193", BIRTH);
}

/// The program's own acts happen when their time has come, and the timer waits for nothing that cannot happen.
#[test]
fn silence_and_lapse_wait_for_their_time() {
    for (code, place, act, then) in [
        ("1.013225", "supplementing", "lapse", "processing"),
        ("1.013225", "supplementing_intake", "lapse", "submitted"),
        ("1.013225", "consulting", "tacit_consent", "processing"),
        ("1.001193", "confirming", "confirm_by_silence", "processing"),
    ] {
        let mut story = at(code, place);
        let due = story.state.next_timer(story.d).unwrap_or_else(|| panic!("{code} {place} waits for nothing"));
        assert!(due > story.now);
        story.now = due.plus_seconds(-1);
        assert!(story.act("system", act, Value::Null).is_err(), "{act} comes early");
        story.now = due;
        story.act("system", act, Value::Null).unwrap();
        assert_eq!(story.state.track("handling"), then);
        let next = story.state.next_timer(story.d);
        assert_eq!(next, story.state.draft_at(story.d), "{code}: after {act} nothing is awaited but the end of the statutory time");
        assert!(next.is_none_or(|at| at > story.now));
    }
    for (code, place) in [("1.013225", "supplementing"), ("1.013225", "consulting"), ("1.001193", "confirming")] {
        let mut story = at(code, place);
        story.act("citizen", "withdraw", json!({})).unwrap();
        assert_eq!(story.state.next_timer(story.d), None, "{code}: withdrawn at {place}");
        story.act("one_stop", "stop", Value::Null).unwrap();
        assert_eq!(story.state.next_timer(story.d), None);
    }
}

/// A clock suspended late in the evening of its last day is late, though no working time is missing.
#[test]
fn late_stays_late_and_in_time_stays_in_time() {
    for (seconds, late) in [(-1, false), (0, false), (1, true), (3 * 3600, true)] {
        let mut story = at("1.001612", "appraising");
        story.now = story.state.clocks["processing"].due.plus_seconds(seconds);
        let input = example(&story, "ask_supplement");
        story.act("specialist", "ask_supplement", input).unwrap();
        story.now = story.now.plus_seconds(3600);
        story.act("citizen", "supplement", json!({})).unwrap();
        let clock = &story.state.clocks["processing"];
        assert_eq!(clock.due < story.now, late, "suspended {seconds} s after it fell due");
    }
}

#[test]
fn an_act_without_questions_takes_no_input() {
    let mut story = at("1.013225", "signing");
    assert!(story.act("leader", "approve", json!({"note": "x".repeat(100)})).is_err());
    story.act("leader", "approve", json!({})).unwrap();
}

#[test]
fn the_same_office_is_not_asked_twice_at_once() {
    let mut story = at("1.013225", "consulting");
    let again = example(&story, "consult");
    assert_eq!(story.act("specialist", "consult", again).unwrap_err().code, "already-asked");
    assert_eq!(story.state.requests.len(), 1);
}
