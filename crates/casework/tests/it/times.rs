//! Time by case, apology and one new date, verification, silence; what a changed calendar would move.
#![allow(clippy::unwrap_used)]

use super::story::{Story, actor, catalogue, definition, filing, rules, variant, variants};
use casework::{
    Change, Definition,
    definition::{Channel, Outcome, load},
    recount::affected,
    state::ClockRun,
};
use kernel::{
    Instant,
    calendar::{Calendars, Span},
};
use serde_json::{Value, json};
use std::sync::OnceLock;

fn at(text: &str) -> Instant {
    format!("{text}+07:00").parse().unwrap()
}

fn file(d: &'static Definition, now: &str) -> Story {
    Story::file(d, filing(d, 0, Channel::Online), "citizen", at(now)).unwrap()
}

fn received(d: &'static Definition, now: &str) -> Story {
    let mut story = file(d, now);
    story.act("one_stop", "receive", json!({})).unwrap();
    story
}

fn due(story: &Story) -> Instant {
    story.state.clocks["processing"].due
}

const APOLOGY: &str = "Chờ kết quả đối chiếu bản đồ địa chính";

fn apology(until: &str) -> Value {
    json!({"reason": APOLOGY, "until": until})
}

/// §10.7 scenario 6: due tomorrow, unsigned: an apology is drafted, signed by the head, a new date, a second one impossible.
#[test]
fn an_apology_is_drafted_in_time_and_signed_once() {
    // Received Wednesday 18/11 08:00, seven working days over the holiday of 24/11: due on Friday 27/11 17:00.
    let mut story = received(definition("1.013225"), "2026-11-18T08:00:00");
    assert_eq!(due(&story), at("2026-11-27T17:00:00"));
    let drafts = story.state.next_timer(story.d).unwrap();
    assert_eq!(drafts, at("2026-11-26T08:00:00"), "the opening of the working day before");
    assert!(story.state.draft_at(story.d) == Some(drafts));
    story.now = drafts.plus_seconds(-1);
    assert_eq!(story.tell("system", "draft_apology", Value::Null).unwrap_err().code, "not-due");
    story.now = drafts;
    story.act("system", "draft_apology", Value::Null).unwrap();
    assert!(story.state.apology.as_ref().is_some_and(|a| a.drafted == Some(drafts) && a.signed.is_none()));
    assert_eq!(story.state.next_timer(story.d), None, "drafted once");
    assert!(story.tell("system", "draft_apology", Value::Null).is_err());

    for who in ["one_stop", "specialist", "head", "clerk", "elsewhere", "citizen", "system"] {
        assert_eq!(story.tell(who, "apologise", apology("2026-12-01")).unwrap_err().code, "not-yours", "{who}: only the head of the deciding office");
    }
    for (until, why) in [("2026-11-29", "a Sunday"), ("2026-11-27", "not later"), ("2026-11-20", "past"), ("31/12/2026", "another format"), ("2026-02-30", "no such date")] {
        assert!(story.tell("leader", "apologise", apology(until)).is_err(), "{until}: {why}");
    }
    assert!(story.tell("leader", "apologise", json!({"reason": "", "until": "2026-12-01"})).is_err(), "a reason is asked");
    story.now = at("2026-11-26T16:59:00");
    story.act("leader", "apologise", apology("2026-12-01")).unwrap();
    assert_eq!(due(&story), at("2026-12-01T17:00:00"));
    let signed = story.state.apology.clone().unwrap().signed.unwrap();
    assert_eq!((signed.was, signed.due, signed.reason.as_str()), (at("2026-11-27T17:00:00"), at("2026-12-01T17:00:00"), APOLOGY));
    assert!(story.state.documents.iter().any(|d| d.document == "slip_04"), "form 04");
    let again = story.tell("leader", "apologise", apology("2026-12-10")).unwrap_err();
    assert!(again.message.vi.contains("một lần"), "{again}");
    assert_eq!(story.state.next_timer(story.d), None, "and none is drafted for the new date");
}

#[test]
fn an_apology_too_late_is_refused() {
    for (now, allowed) in [("2026-11-26T23:59:00", true), ("2026-11-27T00:00:00", false), ("2026-11-27T10:00:00", false), ("2026-11-30T08:00:00", false)] {
        let mut story = received(definition("1.013225"), "2026-11-18T08:00:00");
        story.now = at(now);
        let told = story.tell("leader", "apologise", apology("2026-12-04")).map_err(|r| r.code.to_string());
        assert_eq!(told.is_ok(), allowed, "{now}: {told:?}");
    }
    // While the time is suspended nothing is late.
    let mut story = received(definition("1.013225"), "2026-11-18T08:00:00");
    story.act("head", "assign", json!({"assignee": actor("specialist").account})).unwrap();
    let input = story.d.acts["ask_supplement"].input.as_ref().unwrap()["examples"][0].clone();
    story.act("specialist", "ask_supplement", input).unwrap();
    assert!(story.tell("leader", "apologise", apology("2026-12-04")).is_err());
}

/// Nothing is drafted once the result is signed, and nothing for a procedure of one day.
#[test]
fn no_apology_for_what_is_signed_or_short() {
    let mut story = received(definition("1.013225"), "2026-11-18T08:00:00");
    for (who, act, input) in [
        ("head", "assign", json!({"assignee": actor("specialist").account})),
        ("specialist", "appraise", json!({"reason": "Đủ điều kiện"})),
        ("head", "review", Value::Null),
    ] {
        story.act(who, act, input).unwrap();
    }
    assert!(story.state.draft_at(story.d).is_some());
    story.act("leader", "approve", Value::Null).unwrap();
    assert_eq!(story.state.draft_at(story.d), None, "signed");
    let short = received(definition("2.009908"), "2026-11-18T08:00:00");
    assert_eq!((short.state.clocks["processing"].warn, short.state.draft_at(short.d)), (None, None));
}

const SPAN: &str = "  span: same-day before 15:00\n";

fn by_case() -> &'static Definition {
    static ONE: OnceLock<&'static Definition> = OnceLock::new();
    ONE.get_or_init(|| {
        let cases = "  span: 8wd\n  cases:\n    - {when: \"answers.copies == 1\", name: {vi: Cho thuê, en: Lease}, span: 4wd, steps: {appraise: 20h}}\n    \
                     - {when: \"answers.copies > 9\", name: {vi: Nhiều, en: Many}, span: 10d}\n  verification: {span: 5wd, legal_basis: {document: NĐ 123/2015, verified: \"no\"}}\n";
        variant("t.cases", &[(SPAN, cases)])
    })
}

#[test]
fn time_follows_what_is_asked_for() {
    for (copies, span, budget) in [(2, Span::working_days(8), 3), (1, Span::working_days(4), 20), (12, Span::calendar_days(10), 3)] {
        let d = by_case();
        let mut filing = filing(d, 0, Channel::Online);
        filing.answers["copies"] = json!(copies);
        let mut story = Story::file(d, filing, "citizen", at("2026-11-16T08:00:00")).unwrap();
        story.act("one_stop", "receive", json!({})).unwrap();
        let clock = &story.state.clocks["processing"];
        assert_eq!((clock.span, clock.due), (span, rules().calendar.due(story.now, span).unwrap()), "{copies}");
        let step = story.state.step.clone().unwrap();
        assert_eq!(step.due, rules().calendar.step_due(story.now, Span::hours(budget)).unwrap(), "{copies}");
    }
}

#[test]
fn verification_adds_its_days_once() {
    let mut story = received(by_case(), "2026-11-16T08:00:00");
    let before = due(&story);
    let reason = json!({"reason": "Phải xác minh tại nơi cư trú cũ"});
    assert_eq!(story.tell("leader", "verify", reason.clone()).unwrap_err().code, "not-yours");
    story.act("specialist", "verify", reason.clone()).unwrap();
    assert_eq!(rules().calendar.working_seconds(before, due(&story)).unwrap(), 40 * 3600, "five working days more");
    assert_eq!(story.tell("specialist", "verify", reason).unwrap_err().code, "verified-once");
    assert!(story.state.apology.is_none(), "the law allows it: no apology");
    story.now = at("2026-11-20T08:00:00");
    story.act("leader", "apologise", apology("2026-12-31")).unwrap();
    assert_eq!(due(&story), at("2026-12-31T17:00:00"));
}

/// A case whose steps exceed its time is refused at load, in every case of time.
#[test]
fn steps_longer_than_the_law_are_refused_in_every_case() {
    for (cases, word) in [
        ("  span: 8wd\n  cases: [{when: \"answers.copies == 1\", name: {vi: a, en: b}, span: 4wd, steps: {appraise: 40h}}]\n", "45 hours of the statutory 32"),
        ("  span: 8wd\n  cases: [{when: \"answers.copies == 1\", name: {vi: a, en: b}, span: 4h}]\n", "hours of the statutory 4"),
        ("  span: 8wd\n  cases: [{when: \"answers.copis == 1\", name: {vi: a, en: b}, span: 4wd}]\n", "condition"),
        ("  span: 8wd\n  cases: [{when: \"answers.copies == 1\", name: {vi: a, en: b}, span: 4wd, steps: {apprise: 2h}}]\n", "no step “apprise”"),
        ("  span: 5h\n", "8 hours of the statutory 5"),
    ] {
        let (definitions, findings) = load(&variants(&[("t.long", &[(SPAN, cases)])]));
        assert!(definitions.all().next().is_none(), "{word}");
        assert!(findings.iter().any(|f| f.reason.en.contains(word)), "{word}: {findings:?}");
    }
}

fn notice() -> &'static Definition {
    static ONE: OnceLock<&'static Definition> = OnceLock::new();
    ONE.get_or_init(|| {
        let silent = "  span: 5wd\n";
        let text = "silence: {span: 5wd, act: acknowledge, text: {vi: Hết 5 ngày làm việc mà cơ quan không có ý kiến, en: No objection in 5 working days}, legal_basis: {document: Luật Quảng cáo, verified: \"no\"}}\nform:\n  title_from";
        variant("t.notice", &[(SPAN, silent), ("form:\n  title_from", text)])
    })
}

/// A notice nobody objects to is accepted when the time is over, with a paper in hand.
#[test]
fn silence_accepts_a_notice() {
    let mut story = received(notice(), "2026-11-16T08:00:00");
    let over = due(&story);
    assert!(story.tell("system", "acknowledge", Value::Null).is_err(), "not yet");
    // Suspended for a supplement, silence does not count.
    let input = json!({"defects": [{"about": "", "what": "Nộp lại ma-két"}], "reason": "Ma-két không đọc được"});
    story.act("specialist", "ask_supplement", input).unwrap();
    story.now = over;
    assert!(story.tell("system", "acknowledge", Value::Null).is_err(), "suspended");
    story.act("citizen", "supplement", json!({})).unwrap();
    assert!(due(&story) > over);
    story.now = due(&story);
    story.act("system", "acknowledge", Value::Null).unwrap();
    let outcome = story.state.outcome.clone().unwrap();
    assert_eq!((story.state.track("handling"), outcome.outcome), ("finished", Outcome::Granted));
    assert!(outcome.reason.contains("5 ngày làm việc") && story.state.documents.iter().any(|d| d.document == story.d.result.granted));
    assert_eq!(story.state.clocks["processing"].run, ClockRun::Stopped);
    assert!(story.state.next_timer(story.d).is_none());
    // An objection before the end is a reasoned refusal as ever.
    let mut story = received(notice(), "2026-11-16T08:00:00");
    story.act("specialist", "propose_refusal", json!({"reason": "Nội dung vi phạm Luật Quảng cáo"})).unwrap();
    story.act("leader", "approve", Value::Null).unwrap();
    story.act("clerk", "issue", Value::Null).unwrap();
    assert!(story.state.next_timer(story.d).is_none());
}

/// A day off more: the open promise is listed with what it would be, and stays.
#[test]
fn a_changed_calendar_lists_and_moves_nothing() {
    let mut files = catalogue(&["calendars"]);
    let text = files.get("calendars/vn-offices.yaml").unwrap().to_owned();
    let holiday = "      - on: 2026-11-24\n";
    let storm = "      - {on: 2026-11-25, name: {vi: Nghỉ bão, en: Storm}, legal_basis: {document: Công điện, verified: no}}\n";
    assert!(text.contains(holiday), "the holiday of 24/11/2026 is declared");
    let changed = text.replacen(holiday, &format!("{storm}{holiday}"), 1);
    files.insert("calendars/vn-offices.yaml", changed);
    let newer = Calendars::load(&files).unwrap_or_else(|f| panic!("{f:?}")).get("vn-offices").unwrap().clone();
    assert_eq!(rules().calendar.changed_days(&newer).len(), 1);

    let mut story = received(definition("1.013225"), "2026-11-18T08:00:00");
    let state = story.state.clone();
    let moved = affected(story.d, &story.state, &newer);
    let told: Vec<_> = moved.iter().map(|a| (a.clock.as_str(), a.promised, a.would_be)).collect();
    assert_eq!(told, [("processing", at("2026-11-27T17:00:00"), Some(at("2026-11-30T17:00:00")))]);
    assert_eq!(story.state, state, "nothing moves");
    assert!(affected(story.d, &story.state, &rules().calendar).is_empty(), "the same calendar moves nothing");

    // Suspended and resumed before the day off: counted through the suspension.
    story.act("head", "assign", json!({"assignee": actor("specialist").account})).unwrap();
    let input = story.d.acts["ask_supplement"].input.as_ref().unwrap()["examples"][0].clone();
    story.now = at("2026-11-19T10:00:00");
    story.act("specialist", "ask_supplement", input).unwrap();
    assert!(affected(story.d, &story.state, &newer).is_empty(), "a suspended clock promises nothing yet");
    story.now = at("2026-11-20T10:00:00");
    story.act("citizen", "supplement", json!({})).unwrap();
    assert!(affected(story.d, &story.state, &rules().calendar).is_empty(), "counted anew it is the same");
    assert_eq!(affected(story.d, &story.state, &newer).len(), 1);
    // The date of an apology was said by date.
    story.act("leader", "apologise", apology("2026-12-18")).unwrap();
    assert!(affected(story.d, &story.state, &newer).is_empty());
}

/// A year that nobody has declared refuses the promise with the reason; nothing is guessed.
#[test]
fn a_missing_year_refuses_the_act() {
    let last = rules().calendar.years.1;
    let mut story = file(definition("1.013225"), &format!("{last}-12-29T08:00:00"));
    let refused = story.tell("one_stop", "receive", json!({})).unwrap_err();
    assert_eq!(refused.code, "calendar-year-missing");
    assert!(refused.message.vi.contains(&(last + 1).to_string()), "{refused}");
    story.act("one_stop", "refuse", json!({"reason": "Không thuộc thẩm quyền giải quyết"})).unwrap();
    assert!(!story.events.last().unwrap().changes.iter().any(|c| matches!(c, Change::ClockStarted { .. })));
}
