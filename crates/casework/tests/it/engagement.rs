//! An engagement lived through on the engine that runs dossiers: courses to every end, exit tests, random histories over
//! registers, artefacts and members, and what the check of the catalogue says of mistakes in them.
#![allow(clippy::unwrap_used)]

use super::story::{Story, actor, catalogue, definition, filing, id, rules};
use casework::{CaseState, Change, Definition, Event, decide, definition::{Channel, Verb, Who, load}, evolve};
use kernel::{Instant, Refusal, refusal::RefusalKind};
use proptest::{prelude::*, test_runner::Config};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CODES: [&str; 2] = ["dx-one-to-one", "dx-group"];
const PEOPLE: [&str; 9] = ["officer", "consultant", "another", "chair", "director", "provider", "expert", "citizen", "system"];

/// From the request to the figures of a year later. `+N` lets N days pass; `!` means refused by an exit test.
const FULL: &str = "
    officer     !receive              # no consultant yet
    officer     appoint_consultant
    citizen     file_need
    officer     receive
    consultant  !submit_framework     # nothing has been found out yet
    consultant  declare_interest
    consultant  note_visit
    consultant  list_tool
    citizen     correct_tool
    consultant  note_gap
    consultant  correct_gap
    consultant  note_score
    consultant  !note_score           # T0 once
    consultant  note_kpi
    consultant  correct_kpi
    consultant  !submit_framework     # report and roadmap are missing
    consultant  file_as_is
    consultant  file_as_is            # a second version
    consultant  draft_roadmap
    consultant  submit_framework
    chair       send_back
    consultant  submit_framework
    chair       review
    citizen     ask_changes
    consultant  submit_framework
    chair       review
    system      +15 remind_agreement
    citizen     accept_framework
    officer     invite_expert
    expert      note_visit
    consultant  dismiss_expert
    citizen     require
    consultant  correct_requirement
    citizen     note_demo
    citizen     !decide_choice        # no quote yet
    consultant  note_quote
    consultant  !sign_contract        # nothing decided
    citizen     decide_choice
    consultant  file_matrix
    consultant  note_support
    officer     appoint_provider
    officer     dismiss_provider
    officer     appoint_provider
    officer     !appoint_provider     # appointed already
    consultant  sign_contract
    provider    file_plan
    provider    plan_milestone
    provider    !plan_milestone       # the code is taken
    consultant  move_milestone
    citizen     !accept_milestone     # not reported
    provider    report_milestone
    provider    !report_milestone     # it waits for acceptance
    citizen     reject_milestone
    consultant  report_milestone
    provider    raise_risk
    consultant  update_risk
    citizen     log_issue
    consultant  !liquidate            # an issue, a milestone
    provider    close_issue
    provider    request_change
    citizen     answer_change
    citizen     !answer_change        # answered
    citizen     accept_milestone
    consultant  hand_over
    consultant  correct_handover
    provider    plan_course
    provider    hold_course
    consultant  finish_training
    provider    return_data
    provider    file_payment
    consultant  liquidate
    system      !kpi_due_3            # three months have not passed
    system      +95 kpi_due_3
    system      +95 kpi_due_6
    citizen     file_story
    consultant  !finish_follow_up     # neither figures nor T1
    consultant  note_contact_loss
    citizen     note_kpi_after
    consultant  note_score_after
    consultant  finish_follow_up
    citizen     !withdraw             # the report is being signed
    director    issue
    citizen     collect
";

const SHORT: [(&str, &str, &[(&str, &str)]); 5] = [
    ("refused", "declined", &[("officer", "refuse")]),
    ("stopped", "withdrawn", &[("officer", "ask_supplement_intake"), ("citizen", "supplement"), ("citizen", "withdraw"), ("officer", "stop")]),
    ("submitted", "silence", &[("officer", "ask_supplement_intake"), ("system", "+30 lapse")]),
    ("framework", "two consultants", &[
        ("officer", "appoint_consultant"), ("officer", "receive"), ("officer", "!dismiss_consultant"), ("officer", "appoint_another"),
        ("director", "dismiss_consultant"),
    ]),
    ("stopped", "by the centre", &[("officer", "appoint_consultant"), ("officer", "receive"), ("director", "stop_early")]),
];

fn open(code: &str) -> Story {
    let d = definition(code);
    let now: Instant = "2026-07-06T08:00:00+07:00".parse().unwrap();
    Story::file(d, filing(d, 0, Channel::Online), "citizen", now).unwrap()
}

/// The example of an act, with the people who are there.
fn input(story: &Story, act: &str) -> Value {
    let decl = &story.d.acts[act];
    let mut input = decl.input.as_ref().map_or(Value::Null, |i| i["examples"][0].clone());
    let role = decl.verbs.iter().find_map(|v| match v {
        Verb::Appoint(role) => Some(role.clone()),
        Verb::Dismiss(role) => story.state.members_of(role).first().map(|m| m.name.clone()),
        _ => None,
    });
    if let (Some(role), Some(_)) = (role, input.get("member")) {
        input["member"] = json!(actor(&role).account);
    }
    input
}

/// Words of a course that are an act with another input than its example.
fn variant(story: &Story, word: &str) -> (String, Value) {
    let with = |act: &str, more: Value| {
        let mut input = input(story, act);
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (act.to_owned(), input)
    };
    match word {
        "note_kpi_after" => with("note_kpi", json!({"moment": "m12", "value": 2.4})),
        "note_score_after" => with("note_score", json!({"moment": "t1", "level": 2})),
        "appoint_another" => with("appoint_consultant", json!({"member": actor("another").account})),
        act => (act.to_owned(), input(story, act)),
    }
}

fn go(story: &mut Story, who: &str, words: &str) -> Option<Refusal> {
    let mut words = words.split_whitespace().peekable();
    if let Some(days) = words.next_if(|w| w.starts_with('+')) {
        story.now = story.now.plus_seconds(86_400 * days[1..].parse::<i64>().unwrap());
    }
    let word = words.next().unwrap();
    story.now = story.now.plus_seconds(600);
    let (act, input) = variant(story, word.trim_start_matches('!'));
    story.act(who, &act, input).err()
}

fn course(story: &mut Story, steps: &[(&str, &str)]) {
    for (who, words) in steps {
        let refused = go(story, who, words);
        match (words.contains('!'), refused) {
            (false, Some(r)) => panic!("{}: {who} {words} at {:?}: {r} {:?}", story.d.code, story.state.step.as_ref().map(|s| &s.code), r.reasons),
            (true, None) => panic!("{}: {who} {words} should be refused", story.d.code),
            _ => {}
        }
    }
}

fn full(code: &str) -> Vec<(&'static str, &'static str)> {
    let mut steps: Vec<(&str, &str)> = Vec::new();
    for line in FULL.lines().map(|l| l.split('#').next().unwrap().trim()).filter(|l| !l.is_empty()) {
        let (who, words) = line.split_once(' ').unwrap();
        steps.push((who, words.trim()));
        if code == "dx-group" && words.trim() == "list_tool" {
            steps.extend([("citizen", "add_participant_1"), ("consultant", "!submit_framework"), ("officer", "add_participant_2"), ("consultant", "add_participant_3"), ("consultant", "update_participant")]);
        }
        if code == "dx-group" && words.trim() == "note_score_after" {
            steps.extend([("consultant", "!finish_follow_up"), ("consultant", "all_t1")]);
        }
    }
    steps
}

/// Runs a course of the group too, whose members are recorded one by one.
fn run(code: &str, steps: &[(&'static str, &'static str)]) -> Story {
    let mut story = open(code);
    for (who, words) in steps {
        if let Some(n) = words.strip_prefix("add_participant_") {
            let mut input = input(&story, "add_participant");
            input["tax_code"] = json!(["0319876507", "0319876539", "0319876521"][n.parse::<usize>().unwrap() - 1]);
            story.act(who, "add_participant", input).unwrap();
        } else if *words == "all_t1" {
            for entry in 1..=3 {
                let more = json!({"entry": entry, "contact": "0903000709", "t0": "asmt-1", "t1": "asmt-9", "status": "active"});
                story.act(who, "update_participant", more).unwrap();
            }
        } else {
            course(&mut story, &[(who, words)]);
        }
    }
    story
}

fn sound(story: &Story) {
    let kept: Vec<Event> = story.events.iter().map(|e| serde_json::from_str(&serde_json::to_string(e).unwrap()).unwrap()).collect();
    assert_eq!(kept, story.events);
    let replayed = kept.iter().fold(None, |s, e| evolve(id(), s, e)).unwrap();
    assert_eq!(replayed, story.state, "replaying the journal gives the snapshot");
    let snapshot: CaseState = serde_json::from_str(&serde_json::to_string(&story.state).unwrap()).unwrap();
    assert_eq!(snapshot, story.state);
}

#[test]
fn from_the_request_to_the_figures_of_a_year_later() {
    for code in CODES {
        let story = run(code, &full(code));
        let s = &story.state;
        assert_eq!((s.track("handling"), s.track("training")), ("returned", "done"), "{code}");
        assert_eq!(s.artefact("as_is_report").iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2]);
        let milestone = s.entry("milestones", 1).unwrap();
        let status: Vec<&str> = milestone.versions.iter().map(|v| v.values["status"].as_str().unwrap()).collect();
        assert_eq!(status, ["planned", "planned", "reported", "rejected", "reported", "accepted"], "every step is kept");
        assert_eq!(milestone.latest()["objection"], "Thiếu báo cáo hạn dùng theo kho");
        let issued: Vec<&str> = s.documents.iter().map(|d| d.document.as_str()).collect();
        assert_eq!(issued, ["acceptance", "report"]);
        assert_eq!(s.members_of("consultant").len(), 1);
        assert!(s.members_of("expert").is_empty());
        assert!(s.outcome.as_ref().unwrap().reason.starts_with("Hao hụt"));
        sound(&story);
    }
}

/// Every act of both definitions happens in some course.
#[test]
fn every_act_is_walked_by_its_example() {
    for code in CODES {
        let mut left: BTreeSet<String> = story_acts(definition(code));
        let mut take = |story: &Story| left.retain(|act| !story.events.iter().any(|e| e.act == *act));
        take(&run(code, &full(code)));
        for (end, what, steps) in SHORT {
            let story = run(code, steps);
            assert_eq!(story.state.track("handling"), end, "{code}: {what}");
            sound(&story);
            take(&story);
        }
        let mut late = full(code);
        let at = late.iter().position(|(_, w)| *w == "finish_follow_up").unwrap();
        late.truncate(at);
        late.extend([("system", "+190 kpi_due_12"), ("consultant", "finish_follow_up"), ("director", "issue"), ("officer", "return")]);
        let story = run(code, &late);
        assert_eq!(story.state.track("handling"), "returned");
        take(&story);
        assert_eq!(left, BTreeSet::new(), "{code}");
    }
}

fn story_acts(d: &Definition) -> BTreeSet<String> {
    d.acts.keys().filter(|a| *a != "file").cloned().collect()
}

/// What an exit test refuses says in both languages what is missing, all at once.
#[test]
fn a_step_is_left_with_its_artefacts() {
    let mut story = open("dx-one-to-one");
    let before = full("dx-one-to-one").into_iter().take_while(|(_, w)| *w != "file_as_is").collect::<Vec<_>>();
    for step in &before {
        course(&mut story, &[*step]);
    }
    let refused = story.act("consultant", "submit_framework", Value::Null).unwrap_err();
    assert_eq!((refused.kind, refused.code.as_ref()), (RefusalKind::Conflict, "guard"));
    assert!(refused.message.vi.contains("Báo cáo hiện trạng") && refused.message.vi.contains("Lộ trình"), "{refused}");
    assert!(refused.message.en.contains("As-is report") && refused.reasons.len() == 2, "{refused}");
    // An act is shown closed with the reason before anybody tries it.
    let consultant = actor("consultant");
    let none = std::collections::BTreeMap::new();
    let cx = casework::Context { now: story.now, actor: &consultant, calendar: &rules().calendar, numbers: &none, ids: &[], colleagues: &[] };
    let acts = decide::acts_for(story.d, &story.state, &cx);
    let (.., closed) = acts.iter().find(|(name, ..)| *name == "submit_framework").unwrap();
    assert_eq!(closed.as_ref().unwrap().message, refused.message);
    assert!(!acts.iter().any(|(name, ..)| *name == "review"), "the board's act is not the consultant's to see");
}

#[test]
fn registers_refuse_what_does_not_fit() {
    let upto = |stop: &str| {
        let mut story = open("dx-one-to-one");
        let steps: Vec<_> = full("dx-one-to-one").into_iter().take_while(|(_, w)| *w != stop).collect();
        course(&mut story, &steps);
        story
    };
    let mut story = upto("correct_tool");
    let code = |r: Result<(), Refusal>| r.unwrap_err().code.to_string();
    let amend = |entry: i64, state: &str| json!({"entry": entry, "state": state});
    assert_eq!(code(story.act("citizen", "correct_tool", amend(9, "Khác"))), "no-entry");
    let same = story.state.entry("inventory", 1).unwrap().latest()["state"].as_str().unwrap().to_owned();
    assert_eq!(code(story.act("citizen", "correct_tool", amend(1, &same))), "nothing-changed");
    assert_eq!(code(story.act("citizen", "correct_tool", json!({"entry": 1, "number": 5}))), "input");
    assert_eq!(code(story.act("citizen", "correct_tool", json!({"entry": 1, "kind": "people"}))), "input");
    assert_eq!(code(story.act("provider", "correct_tool", amend(1, "Khác"))), "not-yours");
    story.act("citizen", "correct_tool", amend(1, "Đã nối với kho")).unwrap();
    let entry = story.state.entry("inventory", 1).unwrap();
    assert_eq!(entry.versions.len(), 2);
    assert_eq!((entry.versions[0].values["state"].as_str(), entry.versions[0].by.name.as_str()), (Some(same.as_str()), "consultant"));
    assert_eq!((entry.latest()["kind"].as_str(), entry.versions[1].by.name.as_str()), (Some("system"), "citizen"), "what is not given stays");
    // Files for what the act does not file, and none at all.
    let mut strange = input(&story, "file_as_is");
    strange["files"][0]["component"] = json!("passport");
    assert_eq!(code(story.act("consultant", "file_as_is", strange)), "unknown-artefact");
    let mut other = input(&story, "file_as_is");
    other["files"][0]["component"] = json!("contract_file");
    assert_eq!(code(story.act("consultant", "file_as_is", other)), "files");
    assert_eq!(code(story.act("consultant", "file_as_is", json!({}))), "input");
    // Nobody is appointed who was not offered.
    assert_eq!(code(story.act("officer", "appoint_consultant", json!({"member": actor("stranger").account}))), "unknown-person");
    assert_eq!(code(story.act("officer", "appoint_consultant", json!({"member": "079187000055"}))), "unknown-person");
    assert_eq!(code(story.act("officer", "appoint_consultant", input(&story, "appoint_consultant"))), "already-appointed");
    // The key stands once, whatever else differs.
    let mut story = upto("!plan_milestone");
    let again = input(&story, "plan_milestone");
    let refused = story.act("provider", "plan_milestone", again).unwrap_err();
    assert_eq!((refused.code.as_ref(), refused.reasons[0].field.as_deref()), ("entry-exists", Some("code")));
}

/// An act that amends offers the entries its guards allow, and is closed with their reason when there is none.
#[test]
fn only_entries_that_may_be_amended_are_offered() {
    let mut story = open("dx-one-to-one");
    let steps: Vec<_> = full("dx-one-to-one").into_iter().take_while(|(_, w)| *w != "move_milestone").filter(|(_, w)| !w.starts_with('!')).collect();
    course(&mut story, &steps);
    let mut second = input(&story, "plan_milestone");
    second["code"] = json!("M2");
    story.act("provider", "plan_milestone", second).unwrap();
    let offered = |story: &Story, who: &str, act: &str| decide::open_entries(story.d, &story.state, &story.d.acts[act], &actor(who));
    let closed = |story: &Story, who: &str, act: &str| {
        let (who, none) = (actor(who), std::collections::BTreeMap::new());
        let cx = casework::Context { now: story.now, actor: &who, calendar: &rules().calendar, numbers: &none, ids: &[], colleagues: &[] };
        decide::acts_for(story.d, &story.state, &cx).into_iter().find(|(name, ..)| *name == act).unwrap().2.map(|r| r.message.vi)
    };
    assert_eq!(offered(&story, "provider", "report_milestone"), [1, 2]);
    assert_eq!(offered(&story, "citizen", "accept_milestone"), [] as [u32; 0]);
    assert_eq!(closed(&story, "citizen", "accept_milestone").as_deref(), Some("Mốc này chưa được báo hoàn thành"));
    assert!(closed(&story, "provider", "close_issue").unwrap().contains("chưa có dòng nào"));
    let report = json!({"entry": 2, "report": "Xong"});
    story.act("provider", "report_milestone", report).unwrap();
    assert_eq!((offered(&story, "provider", "report_milestone"), offered(&story, "citizen", "accept_milestone")), (vec![1], vec![2]));
    assert_eq!(closed(&story, "citizen", "accept_milestone"), None);
}

#[test]
fn a_mistyped_tax_code_is_told_as_one() {
    let d = definition("dx-one-to-one");
    for (code, right) in [("0319876546", true), ("0319876546-001", true), ("079184000044", true), ("0319876543", false), ("031987654", false), ("MST", false)] {
        let mut answers = d.form.example().unwrap().clone();
        answers["enterprise_tax_code"] = json!(code);
        let told = casework::check_answers(d, &answers).err().map(|r| r.reasons[0].message.vi.clone());
        assert_eq!(told.is_none(), right, "{code}: {told:?}");
        assert!(told.is_none_or(|t| t.contains("gõ nhầm")), "{code}");
    }
}

/// An act's constants are not the caller's to give.
#[test]
fn what_the_act_sets_cannot_be_given() {
    let mut story = open("dx-one-to-one");
    let steps: Vec<_> = full("dx-one-to-one").into_iter().take_while(|(_, w)| *w != "plan_milestone").collect();
    course(&mut story, &steps);
    let mut given = input(&story, "plan_milestone");
    given["status"] = json!("accepted");
    assert_eq!(story.act("provider", "plan_milestone", given).unwrap_err().code, "input");
    story.act("provider", "plan_milestone", input(&story, "plan_milestone")).unwrap();
    assert_eq!(story.state.entry("milestones", 1).unwrap().latest()["status"], "planned");
}

#[test]
fn whoever_is_dismissed_does_nothing_more() {
    let mut story = open("dx-one-to-one");
    course(&mut story, SHORT[3].2);
    let note = |story: &mut Story, who| story.act(who, "note_visit", input(story, "note_visit")).map_err(|r| r.code.to_string());
    assert_eq!(note(&mut story, "consultant"), Err("not-yours".into()));
    note(&mut story, "another").unwrap();
    let names: Vec<&str> = story.state.members_of("consultant").iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["another"]);
}

/// The step of an appointed role waits on each of its members by name, and on the office when there is none.
#[test]
fn each_member_finds_the_step_in_their_list() {
    let mut story = open("dx-one-to-one");
    let items = |s: &Story| casework::store::work_items(s.d, &s.state).into_iter().map(|i| (i.item, i.role, i.assignee.map(|a| a.1))).collect::<Vec<_>>();
    assert_eq!(items(&story), [("step".to_owned(), "centre_officer".to_owned(), None)]);
    course(&mut story, &[("officer", "appoint_consultant"), ("officer", "appoint_another"), ("officer", "receive")]);
    let found = items(&story);
    assert_eq!(found.iter().map(|i| (i.1.as_str(), i.2.as_deref())).collect::<Vec<_>>(), [("consultant", Some("consultant")), ("consultant", Some("another"))]);
    assert!(found[0].0.starts_with("step:acct_") && found[0].0 != found[1].0, "{found:?}");
}

/// A case stored before there were registers reads, and one that has none is stored as before.
#[test]
fn old_states_read_and_empty_registers_are_not_stored() {
    let d = definition("1.013225");
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    let story = Story::file(d, filing(d, 0, Channel::Online), "citizen", now).unwrap();
    let text = serde_json::to_string(&story.state).unwrap();
    for key in ["records", "artefacts", "members"] {
        assert!(!text.contains(&format!("\"{key}\":")), "{key} is stored though empty");
    }
    assert_eq!(serde_json::from_str::<CaseState>(&text).unwrap(), story.state);
    let view = decide::guard_view(d, &story.state);
    assert!(view.get("records").is_none() && view.get("members").is_none());
}

#[test]
fn guards_see_what_was_gathered() {
    let story = run("dx-one-to-one", &full("dx-one-to-one"));
    let view = decide::guard_view(story.d, &story.state);
    let milestone = &view["records"]["milestones"][0];
    assert_eq!((milestone["number"].as_u64(), milestone["version"].as_u64(), milestone["by"].as_str()), (Some(1), Some(6), Some("citizen")));
    assert_eq!(view["artefacts"]["as_is_report"]["version"], 2);
    assert!(view["artefacts"].get("quote_file").is_some() && view["artefacts"].get("payment_file").is_some());
    assert_eq!(view["members"], json!({"consultant": ["consultant"], "provider": ["provider"], "expert": []}));
}

/// What a register's act asks is the register's own schema, said once.
#[test]
fn the_input_of_an_act_follows_from_its_verbs() {
    let d = definition("dx-one-to-one");
    let asked = |act: &str| d.acts[act].input.clone().unwrap();
    let names = |v: &Value| v["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&asked("plan_milestone")), ["code", "title", "due_on", "deliverables", "payment"]);
    assert_eq!(names(&asked("report_milestone")), ["entry", "report", "files"]);
    assert_eq!(asked("report_milestone")["required"], json!(["entry", "report"]));
    assert_eq!(asked("draft_roadmap")["required"], json!(["months", "budget", "goal", "files"]));
    assert_eq!(asked("accept_milestone")["properties"]["entry"]["x-register"], "milestones");
    assert_eq!(asked("appoint_provider")["examples"][0]["member"], "079187000055");
    assert!(asked("appoint_provider")["properties"]["member"]["x-hint"]["vi"].as_str().unwrap().contains("số định danh"));
    assert_eq!(asked("correct_handover")["properties"].get("item"), None, "the key of an entry does not change");
    assert_eq!(d.acts["submit_framework"].input, None);
}

// ---- random histories ----

#[derive(Debug, Clone)]
struct Attempt {
    act: prop::sample::Index,
    who: usize,
    fitting: bool,
    wrong: Option<u8>,
    entry: u32,
    passed: i64,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let passed = prop_oneof![6 => 0_i64..40_000, 1 => 80_000_i64..900_000, 1 => -90_000_i64..0];
    (any::<prop::sample::Index>(), 0..PEOPLE.len(), prop::bool::weighted(0.85), prop::option::weighted(0.15, any::<u8>()), 0_u32..4, passed)
        .prop_map(|(act, who, fitting, wrong, entry, passed)| Attempt { act, who, fitting, wrong, entry, passed })
}

/// The rule of who may act, said a second time and otherwise than the engine says it.
fn rightful(s: &CaseState, who: &Who, name: &str) -> bool {
    let a = actor(name);
    let centre = a.office.as_ref().is_some_and(|o| *o == s.offices.received);
    match who {
        Who::Applicant => name == "citizen",
        Who::System => name == "system",
        Who::Step => centre && s.step.as_ref().is_some_and(|x| a.roles.contains(&x.role)),
        Who::Consulted => false,
        Who::Received(role) | Who::Decides(role) => centre && a.roles.contains(role),
        Who::Member(role) => s.members.get(role).into_iter().flatten().any(|m| m.name == name),
    }
}

fn asked(story: &Story, a: &Attempt) -> (String, &'static str) {
    let acts: Vec<&String> = story.d.acts.keys().filter(|k| *k != "file").collect();
    if a.fitting {
        let here = story.state.step.as_ref().map(|s| s.code.as_str());
        let open = acts.iter().filter(|name| {
            let decl = &story.d.acts[**name];
            story.state.is_when(decl) && (decl.at.is_empty() || decl.at.iter().any(|s| Some(s.as_str()) == here))
        });
        let pairs: Vec<(&String, &'static str)> = open
            .flat_map(|name| PEOPLE.iter().filter(|p| story.d.acts[*name].who.iter().any(|w| rightful(&story.state, w, p))).map(|p| (*name, *p)))
            .collect();
        if !pairs.is_empty() {
            let (act, who) = a.act.get(&pairs);
            return ((*act).clone(), who);
        }
    }
    ((*a.act.get(&acts)).clone(), PEOPLE[a.who])
}

fn given(story: &Story, act: &str, a: &Attempt) -> Value {
    let mut input = input(story, act);
    let Some(fields) = input.as_object_mut() else { return input };
    if fields.contains_key("entry") && a.entry > 0 {
        fields.insert("entry".into(), json!(a.entry));
    }
    // Keys of registers differ from entry to entry, as people would choose them.
    if let Some(Value::String(text)) = fields.get_mut("code").filter(|_| a.entry > 1 && act != "note_kpi") {
        text.pop();
        text.push_str(&a.entry.to_string());
    }
    if let Some(code) = fields.get_mut("tax_code").filter(|_| a.entry > 1) {
        *code = json!(["0319876539", "0319876521"][a.entry as usize % 2]);
    }
    if let Some(n) = a.wrong {
        let key = fields.keys().nth(usize::from(n) % fields.len().max(1)).cloned().unwrap_or_default();
        match n % 4 {
            0 => drop(fields.shift_remove(&key)),
            1 => drop(fields.insert(key, json!({"wrong": n}))),
            2 => drop(fields.insert("unknown".into(), json!(n))),
            _ => drop(fields.insert(key, json!("x".repeat(5_000)))),
        }
    }
    input
}

/// Entries and versions are only ever added, one after the other.
fn only_added(before: &CaseState, event: &Event, after: &CaseState) {
    for (name, old) in &before.records {
        let new = &after.records[name];
        assert!(new.len() >= old.len());
        for (o, n) in old.iter().zip(new) {
            assert_eq!((o.number, &o.versions[..]), (n.number, &n.versions[..o.versions.len()]), "{name}: what was written is rewritten");
        }
    }
    for (name, new) in &after.records {
        assert!(new.iter().zip(1..).all(|(e, n)| e.number == n && !e.versions.is_empty()), "{name}: numbers without gaps");
    }
    for (kind, new) in &after.artefacts {
        let old = before.artefact(kind);
        assert_eq!(old, &new[..old.len()], "{kind}: an old version is rewritten");
        assert!(new.iter().zip(1..).all(|(v, n)| v.version == n && !v.files.is_empty()), "{kind}: versions rise one by one");
    }
    for (role, members) in &after.members {
        let accounts: BTreeSet<_> = members.iter().map(|m| m.account).collect();
        assert_eq!(accounts.len(), members.len(), "{role}: somebody twice");
    }
    let added = |change: &Change| matches!(change, Change::Recorded { .. } | Change::Amended { .. } | Change::ArtefactFiled { .. });
    let count = |s: &CaseState| {
        let versions: usize = s.records.values().flatten().map(|e| e.versions.len()).sum();
        versions + s.artefacts.values().map(Vec::len).sum::<usize>()
    };
    assert_eq!(count(after) - count(before), event.changes.iter().filter(|c| added(c)).count(), "{}: each addition is one change", event.act);
}

/// The story, and how many of its events were given rather than tried.
fn live(code: usize, start: usize, attempts: &[Attempt]) -> (Story, usize) {
    let code = CODES[code];
    let d = definition(code);
    let steps = full(code);
    let mut story = run(code, &steps[..start.min(steps.len())]);
    let given_events = story.events.len();
    for a in attempts {
        story.now = story.now.plus_seconds(a.passed);
        let (act, who) = asked(&story, a);
        let before = story.state.clone();
        let ended = d.state("handling", before.track("handling")).unwrap().terminal;
        let input = given(&story, &act, a);
        match story.tell(who, &act, input) {
            Ok(event) => {
                assert!(!ended, "{act}: a terminal state accepts nothing");
                assert!(d.acts[&act].who.iter().any(|w| rightful(&before, w, who)), "{act} by {who}");
                story.take(event.clone());
                only_added(&before, &event, &story.state);
                for (name, all) in &story.state.records {
                    assert!(all.iter().all(|e| d.compiled.records[name].is_valid(e.latest())), "{name}: an entry does not fit its schema");
                }
                // The program's timers always come to an end.
                if let Some(due) = story.state.next_timer(d) {
                    let found = casework::Found { state: story.state.clone(), definition: std::sync::Arc::clone(definition(code)) };
                    assert!(!casework::desk::due_acts(&found, due).is_empty());
                }
            }
            Err(refusal) => {
                assert_eq!(before, story.state, "a refused act changes nothing");
                assert!(!refusal.message.vi.is_empty() && !refusal.message.en.is_empty(), "{refusal}");
                assert_ne!(refusal.code, "definition-incomplete", "{act}: {refusal}");
            }
        }
    }
    sound(&story);
    (story, given_events)
}

#[test]
fn whatever_happens_to_an_engagement_the_promises_hold() {
    let reached = std::cell::RefCell::new(BTreeSet::new());
    let strategy = (0..CODES.len(), 0_usize..100, prop::collection::vec(attempt(), 1..24));
    let config = Config { cases: 1_000, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    proptest::test_runner::TestRunner::new(config)
        .run(&strategy, |(code, start, attempts)| {
            let (story, before) = live(code, start, &attempts);
            // Past the prefix that was given: what random acts themselves lead to.
            let moves = story.events.iter().skip(before).flat_map(|e| &e.changes);
            reached.borrow_mut().extend(moves.filter_map(|c| match c {
                Change::Moved { track, to } if track == "handling" => Some(to.clone()),
                _ => None,
            }));
            Ok(())
        })
        .unwrap();
    let reached = reached.into_inner();
    // A generator that never gets anywhere would prove nothing: of twelve states random acts lead to most, and to every end.
    assert!(reached.len() >= 8 && ["refused", "stopped", "returned"].iter().all(|end| reached.contains(*end)), "{reached:?}");
}

// ---- mistakes in a declaration ----

#[test]
fn mistakes_in_registers_are_told_where_they_stand() {
    const FLOW: &str = "flows/engagement.yaml";
    let broken: &[(&str, &str, &str)] = &[
        ("- {record: visits}", "- {record: visit}", "there is no register “visit”"),
        ("- {amend: gaps}", "- {amend: {in: gap, fields: []}}", "there is no register “gap”"),
        ("- {amend: gaps}", "- {amend: {in: gaps, field: []}}", "field"),
        ("- {file: as_is_report}", "- {file: asis_report}", "there is no artefact “asis_report”"),
        ("- {dismiss: expert}", "- {dismiss: experts}", "there is no member role “experts”"),
        ("who: [{member: consultant}, {member: expert}, {decides: board_chair}, applicant]", "who: [{member: consultants}]", "there is no member role “consultants”"),
        ("required_at: framework}", "required_at: frame-work}", "there is no step “frame-work”"),
        ("    key: code\n    columns: [code, what, must]", "    key: codes\n    columns: [code, what, must]", "there is no field “codes”"),
        ("columns: [visited_on, place, met, findings]", "columns: [visited_on, places]", "there is no field “places”"),
        ("        code: {type: string, minLength: 1, maxLength: 20, x-title: {vi: Mã yêu cầu, en: Code}}", "        code: {type: string, x-title: {vi: Mã yêu cầu, en: Code}}", "needs a maxLength"),
        ("        place: {type: string, minLength: 2, maxLength: 200, x-title: {vi: Nơi khảo sát, en: Place}}", "        place: {type: string, minLength: 2, maxLength: 200}", "no x-title"),
        ("        met: {", "        by: {", "a name every entry has of itself"),
        ("        - {visited_on: \"2026-12-02\"", "        - {visited_on: \"2026-13-02\"", "example 1 is not valid"),
        ("set: {status: reported}", "set: {state: reported}", "has no field “state”"),
        ("set: {status: reported}", "set: {status: told}", "what “report_milestone” writes is not valid"),
        ("fields: [code, title, due_on, deliverables, payment], set", "fields: [code, title, due_on, payment], set", "what “plan_milestone” writes is not valid"),
        ("fields: [resolution], set", "fields: [resolutions], set", "has no field “resolutions”"),
        ("i.number == input.entry && i.status == 'open'", "i.number == input.entry && i.state == 'open'", "guard"),
        ("require: \"case.records.milestones.exists(m, m.number == input.entry && m.status == 'reported')\"", "require: \"case.records.milestones.exists(m, m.number == input.entry && m.report == 'x')\"", "guard"),
        ("size(case.members.consultant) > 1", "size(case.members.consultants) > 1", "guard"),
        ("case.records.scores.exists(x, x.moment == 't1')", "case.record.scores.exists(x, x.moment == 't1')", "guard"),
        ("    on_due: kpi_due_3", "    on_due: note_contact_loss", "no act of the system"),
        ("      - {stop: kpi_3}\n      - {start: kpi_6}", "      - {start: kpi_6}", "must stop or restart the clock “kpi_3”"),
        ("at_most: 300", "at_mos: 300", "at_mos"),
    ];
    let good = catalogue(&["flows", "engagements"]);
    let (definitions, findings) = load(&good);
    assert!(findings.is_empty() && definitions.all().count() == 2, "{findings:?}");
    let text = good.get(FLOW).unwrap();
    for (from, to, word) in broken {
        assert!(text.contains(from), "the flow has no “{from}” to break");
        let mut files = good.clone();
        files.insert(FLOW, text.replacen(from, to, 1));
        let (definitions, findings) = load(&files);
        assert_eq!(definitions.all().count(), 0, "{to}: taken though broken");
        let told = findings.iter().find(|f| f.file == FLOW && f.reason.en.contains(word));
        let told = told.unwrap_or_else(|| panic!("{to}: no finding says “{word}”: {findings:#?}"));
        assert!(told.line.is_some_and(|l| l > 1) && !told.reason.vi.is_empty(), "{to}: {told}");
    }
}
