//! Linked procedures: the set of Decree 297/2025 (karaoke): business, then security, then the licence.
#![allow(clippy::unwrap_used)]

use super::story::{Story, filing, variants};
use casework::{
    Change, Definition,
    definition::{Channel, Outcome, load},
    event::MemberOf,
};
use kernel::{
    Instant,
    id::{CaseCode, CaseId},
};
use serde_json::{Value, json};
use std::sync::OnceLock;

const FEES: &str = "fees:\n";
const STEPS: &str = "  - {code: appraise, name: {vi: Tra sổ và dự thảo, en: Search and draft}, role: specialist, office: decides, budget: 3h, product: {vi: Dự thảo bản sao, en: Draft copy}}\n  - {code: approve, name: {vi: Ký, en: Sign}, role: leader, office: decides, budget: 2h, product: {vi: Bản sao đã ký, en: Signed copy}}\n  - {code: issue, name: {vi: \"Vào số, trả kết quả\", en: Number and return}, role: clerk, office: decides, budget: 1h, product: {vi: Bản sao phát hành, en: Issued copy}}\n";
const FOLLOW: &str = "  - {code: follow, name: {vi: Theo dõi các thủ tục, en: Follow the members}, role: one_stop, office: received, budget: 2h, product: {vi: Kết quả từng thủ tục, en: Results}}\n  - {code: return, name: {vi: Trả kết quả, en: Return}, role: one_stop, office: received, budget: 1h, product: {vi: Ghi nhận, en: Record}}\n";
const SET: &str = "set:\n  - {definition: t.business, as: business, name: {vi: Đăng ký hộ kinh doanh, en: Household business}}\n  - {definition: t.security, as: security, name: {vi: An ninh trật tự, en: Security}, after: business}\n  - {definition: t.licence, as: licence, name: {vi: Giấy phép karaoke, en: Karaoke licence}, after: [security], answers: {document_name: {text: \"Karaoke {/owner_name}\"}}}\nfees:\n";

type Edits<'a> = &'a [(&'a str, &'a str)];

fn set_edits(set: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("  span: same-day before 15:00", "  span: 16wd"),
        (FEES, set),
        (STEPS, FOLLOW),
        ("acts:\n  assign: null\n  reassign: null\n  review: null\n  consult: null\n  give_opinion: null\n  tacit_consent: null\n  send_back: {at: [approve]}\n  return: {at: []}", "acts: {}"),
    ]
}

fn files(set: &'static str) -> kernel::catalog::Files {
    let none: Edits<'_> = &[];
    let edits = set_edits(set);
    variants(&[("t.karaoke", &edits), ("t.business", none), ("t.security", none), ("t.licence", none)])
}

fn karaoke() -> &'static Definition {
    static ONE: OnceLock<&'static Definition> = OnceLock::new();
    ONE.get_or_init(|| {
        let (definitions, findings) = load(&files(SET));
        assert!(findings.is_empty(), "{findings:?}");
        let d = definitions.pinned("t.karaoke", "2026-07-01").unwrap().clone();
        Box::leak(Box::new(d))
    })
}

fn received() -> Story {
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    let mut story = Story::file(karaoke(), filing(karaoke(), 0, Channel::Online), "citizen", now).unwrap();
    story.act("one_stop", "receive", json!({})).unwrap();
    story
}

fn opened(name: &str, n: u128) -> Value {
    json!({"as": name, "case": CaseId::new(uuid::Uuid::from_u128(n)), "code": format!("H29.161-261118-{n:04}")})
}

fn ended(name: &str, outcome: &str) -> Value {
    json!({"as": name, "outcome": outcome})
}

#[test]
fn a_set_has_acts_of_its_own_and_no_appraisal() {
    let d = karaoke();
    for absent in ["appraise", "assign", "approve", "issue", "propose_refusal", "ask_supplement"] {
        assert!(!d.acts.contains_key(absent), "{absent}");
    }
    let story = received();
    assert!(story.events[1].changes.iter().any(|c| matches!(c, Change::EffectQueued { effect } if effect == "set")), "members are opened");
    assert_eq!(d.waiting_for("business").iter().map(|m| m.name_in_set.as_str()).collect::<Vec<_>>(), ["security", "licence"]);
    let answers = d.set[2].answers_from(&d.form, &d.form, d.form.example().unwrap());
    assert_eq!(answers["document_name"], "Karaoke Trần Thị Mai");
    assert_eq!(answers["copies"], 2, "the same name is taken over");
}

#[test]
fn members_are_opened_once_and_all_granted_is_granted() {
    let mut story = received();
    assert_eq!(story.tell("citizen", "member_opened", opened("business", 1)).unwrap_err().code, "not-yours");
    assert_eq!(story.tell("system", "member_opened", opened("sauna", 1)).unwrap_err().code, "unknown-member");
    assert_eq!(story.tell("system", "member_ended", ended("business", "granted")).unwrap_err().code, "member-ended", "never opened");
    for (n, name) in ["business", "security", "licence"].into_iter().enumerate() {
        assert!(story.tell("system", "conclude", Value::Null).is_err(), "a member is open");
        story.act("system", "member_opened", opened(name, n as u128 + 1)).unwrap();
        assert_eq!(story.tell("system", "member_opened", opened(name, 9)).unwrap_err().code, "member-known", "opened once");
        assert!(story.tell("citizen", "withdraw", json!({})).is_err(), "that member is withdrawn first");
        story.act("system", "member_ended", ended(name, "granted")).unwrap();
        assert_eq!(story.tell("system", "member_ended", ended(name, "refused")).unwrap_err().code, "member-ended", "a late word overwrites nothing");
    }
    story.act("system", "conclude", Value::Null).unwrap();
    assert_eq!((story.state.track("handling"), story.state.outcome.as_ref().unwrap().outcome), ("finished", Outcome::Granted));
    story.act("citizen", "collect", json!({"how": "electronic", "to": "Mai"})).unwrap();
}

/// §10.7 scenario 4: the police step refused, later steps stop, told once.
#[test]
fn a_refusal_stops_what_waits_for_it() {
    let mut story = received();
    story.act("system", "member_opened", opened("business", 1)).unwrap();
    story.act("system", "member_ended", ended("business", "granted")).unwrap();
    story.act("system", "member_opened", opened("security", 2)).unwrap();
    story.act("system", "member_ended", ended("security", "refused")).unwrap();
    let told = |e: &casework::Event| e.changes.iter().filter(|c| matches!(c, Change::EffectQueued { effect } if effect == "notify")).count();
    assert_eq!(told(story.events.last().unwrap()), 1);
    assert_eq!(story.state.linked("licence").map(|l| (l.case, l.outcome.as_deref())), Some((None, Some("stopped"))), "never opened, no fee");
    assert_eq!(story.tell("system", "member_opened", opened("licence", 3)).unwrap_err().code, "member-known");
    story.act("system", "conclude", Value::Null).unwrap();
    let outcome = story.state.outcome.clone().unwrap();
    assert_eq!(outcome.outcome, Outcome::Refused);
    assert_eq!(outcome.reason.lines().count(), 2, "{}", outcome.reason);
    assert!(outcome.reason.contains("An ninh trật tự: không được giải quyết"));
    assert_eq!(told(story.events.last().unwrap()), 0, "told already");
    assert!(story.state.documents.iter().any(|d| d.document == story.d.result.refused));
}

#[test]
fn only_the_program_files_a_member() {
    let d = super::story::definition("2.009908");
    let mut of = filing(d, 0, Channel::Online);
    of.set = Some(MemberOf { case: CaseId::new(uuid::Uuid::from_u128(1)), code: CaseCode::new("H29.161-261118-0001"), name_in_set: "business".into() });
    let now: Instant = "2026-11-18T08:00:00+07:00".parse().unwrap();
    for who in ["citizen", "one_stop"] {
        assert_eq!(Story::file(d, of.clone(), who, now).map(|_| ()).unwrap_err().code, "not-yours");
    }
    let story = Story::file(d, of, "system", now).unwrap();
    assert_eq!(story.state.set.as_ref().map(|s| s.name_in_set.as_str()), Some("business"));
}

#[test]
fn faults_of_sets_are_findings() {
    for (from, to, word) in [
        ("definition: t.security", "definition: t.nothing", "no procedure t.nothing"),
        ("after: business", "after: licence", "waits for itself"),
        ("after: business", "after: bank", "no “bank”"),
        ("as: licence", "as: business", "declared twice"),
        ("document_name: {text: \"Karaoke {/owner_name}\"}", "document_name: {value: 5}", "its form is not filled"),
    ] {
        let set: &'static str = Box::leak(SET.replacen(from, to, 1).into_boxed_str());
        let (_, findings) = load(&files(set));
        assert!(findings.iter().any(|f| f.reason.en.contains(word) && f.line.is_some()), "{to}: {findings:?}");
    }
}
