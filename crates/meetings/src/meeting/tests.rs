#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    asks::Link,
    fixtures::{account, act, at, by, catalog, person, plan, planned, sent},
    records::Record,
};
use kernel::{id::{FileId, OfficeCode}, refusal::RefusalKind, time::date};
use uuid::Uuid;

fn code<T: std::fmt::Debug>(r: Result<T, kernel::Refusal>) -> String {
    r.unwrap_err().code
}

fn version(n: u128) -> Box<Version> {
    Box::new(Version {
        no: 0,
        file: FileId::new(Uuid::from_u128(n)),
        name: "bao-cao.pdf".into(),
        sha256: format!("{n}"),
        size: 10,
        pages: Some(12),
        by: account(2),
        by_name: "Người 2".into(),
        at: at("2026-11-23T09:00:00"),
        after_sending: false,
    })
}

fn mark(n: u128, way: Way) -> Act {
    Act::Mark { account: account(n), presence: Presence::Present(way) }
}

/// Opened, with the chair, 3 and 4 present: three of four votes.
fn in_session() -> Meeting {
    let mut m = act(&sent(), 1, &Act::Open).unwrap();
    for n in [1, 3, 4] {
        m = act(&m, n, &mark(n, Way::InRoom)).unwrap();
    }
    m
}

pub(super) fn task(due: kernel::time::Date) -> Option<Box<Task>> {
    let unit = |code: &str, name: &str| UnitRef { code: OfficeCode::new(code), name: name.into() };
    Some(Box::new(Task { lead: unit("H29.03", "Sở Tài chính"), co: vec![unit("H29.06", "Sở Nông nghiệp và Môi trường")], due, result: "Tờ trình".into() }))
}

/// A whole meeting: one vote carried, one conclusion with a task and one without, concluded.
pub(super) fn concluded() -> Meeting {
    let m = act(&in_session(), 1, &Act::OpenPoll { item: 1, text: "Thông qua kế hoạch".into() }).unwrap();
    let m = act(&m, 1, &Act::Vote { poll: 1, choice: Choice::Agree }).unwrap();
    let m = act(&m, 3, &Act::Vote { poll: 1, choice: Choice::Agree }).unwrap();
    let m = act(&m, 4, &Act::Vote { poll: 1, choice: Choice::Agree }).unwrap();
    let m = act(&m, 1, &Act::ClosePoll { poll: 1 }).unwrap();
    let m = act(&m, 2, &Act::Write { no: None, item: 1, text: "Trình phương án kinh phí.".into(), task: task(date(2026, 12, 15)) }).unwrap();
    let m = act(&m, 2, &Act::Write { no: None, item: 2, text: "Ghi nhận ý kiến.".into(), task: None }).unwrap();
    let m = act(&m, 1, &Act::Close).unwrap();
    let m = act(&act(&m, 1, &Act::Approve { no: 1 }).unwrap(), 1, &Act::Approve { no: 2 }).unwrap();
    act(&m, 1, &Act::Conclude).unwrap()
}

#[test]
fn the_form_tells_all_its_faults_at_their_fields() {
    let catalog = catalog();
    let rules = catalog.rules(date(2026, 11, 23)).unwrap();
    let mut bad = plan();
    bad.title = "  ".into();
    bad.kind = "feast".into();
    bad.secretary = person(1);
    bad.time.ends = bad.time.starts;
    bad.agenda[1].title = String::new();
    let fields: Vec<String> = decide::decide_plan(&catalog, rules, &bad, &by(2)).unwrap_err().reasons.into_iter().filter_map(|r| r.field).collect();
    assert_eq!(fields, ["title", "kind", "secretary", "ends", "item-1-title"]);
    let with = |link: &str, place: &str| {
        let mut p = plan();
        (p.time.link, p.time.place) = (Some(link.into()), place.into());
        decide::decide_plan(&catalog, rules, &p, &by(2)).map_err(|r| r.reasons[0].field.clone().unwrap())
    };
    for bad in ["http://hop.example.vn", "javascript:alert(1)", "https://", "https://localhost", "https://a b.vn", "https://hop.vn/\"x", "https://me@hop.vn/", "//hop.vn"] {
        assert_eq!(with(bad, "").unwrap_err(), "link", "{bad}");
    }
    assert!(with("https://hop.example.vn/phong?x=1#2", "").is_ok());
    assert_eq!(with("", "").unwrap_err(), "place", "somewhere it must be");
    let mut late = plan();
    late.time.starts = at("2026-11-22T08:00:00");
    assert!(decide::decide_plan(&catalog, rules, &late, &by(2)).is_err());
}

#[test]
fn what_is_prepared_is_the_preparers_alone() {
    let m = planned();
    assert!(m.is_seen_by(account(1)) && m.is_seen_by(account(2)) && !m.is_seen_by(account(3)));
    assert_eq!(act(&m, 3, &Act::Cancel { reason: "x".into() }).unwrap_err().kind, RefusalKind::NotFound);
    assert_eq!(code(act(&m, 2, &Act::Send { days_ahead: None })), "nobody-invited");
    let m = sent();
    assert!(m.is_seen_by(account(3)) && m.is_seen_by(account(6)) && !m.is_seen_by(account(9)));
    assert_eq!(code(act(&m, 3, &Act::Cancel { reason: "x".into() })), "not-yours");
    assert_eq!(code(act(&m, 2, &Act::Replan(Box::new(plan())))), "sent");
    assert_eq!(code(act(&m, 2, &Act::Uninvite { account: Some(account(3)), guest: None })), "sent");
    assert_eq!(act(&m, 2, &Act::Send { days_ahead: None }).unwrap(), m, "sent twice, sent once");
    assert_eq!(code(act(&m, 2, &Act::Open)), "not-yours");
}

#[test]
fn papers_keep_their_versions_and_their_item() {
    let file = |item, paper, n| Act::File { item, paper, title: "Báo cáo".into(), version: version(n) };
    let m = act(&planned(), 2, &file(2, None, 1)).unwrap();
    assert_eq!(act(&m, 2, &file(2, None, 1)).unwrap(), m, "the same file under the same title is there already");
    let m = act(&m, 2, &file(2, Some(1), 2)).unwrap();
    // The item keeps its papers when another is put before it, and may not be dropped.
    let mut p = plan();
    let item = |no, title: &str| PlannedItem { no, title: title.into(), presenter: String::new(), minutes: 0 };
    p.agenda = vec![item(None, "Mới"), item(Some(2), "Việc khác")];
    let m = act(&m, 2, &Act::Replan(Box::new(p.clone()))).unwrap();
    assert_eq!(m.items.iter().map(|i| (i.no, i.papers.len())).collect::<Vec<_>>(), [(3, 0), (2, 1)]);
    p.agenda.pop();
    assert!(act(&m, 2, &Act::Replan(Box::new(p))).unwrap_err().reasons[0].message.vi.contains("đã có tài liệu"));
    assert_eq!(m.pages(), (12, 0), "only the latest version is counted");
    let invite = Act::Invite(vec![Invitation { person: person(3), votes: true }]);
    let m = act(&act(&m, 2, &invite).unwrap(), 2, &Act::Send { days_ahead: None }).unwrap();
    let m = act(&m, 2, &file(2, Some(1), 3)).unwrap();
    let paper = m.item(2).unwrap().paper(1).unwrap();
    assert!(paper.changed());
    assert_eq!(paper.versions.iter().map(|v| (v.no, v.after_sending)).collect::<Vec<_>>(), [(1, false), (2, false), (3, true)]);
    assert_eq!(code(act(&m, 3, &file(2, Some(1), 4))), "not-yours");
}

#[test]
fn opinions_are_for_the_time_before() {
    let opine = |stance, text: &str| Act::Opine { item: 1, stance, text: text.into() };
    let m = sent();
    assert!(act(&m, 3, &opine(Stance::Disagree, " ")).is_err(), "disagreement needs words");
    let m = act(&m, 3, &opine(Stance::Agree, "")).unwrap();
    let m = act(&m, 3, &opine(Stance::WithChanges, "Thêm nguồn vốn")).unwrap();
    let o = &m.item(1).unwrap().opinions[&account(3)];
    assert_eq!((o.stance, o.times), (Stance::WithChanges, 2));
    assert!(m.shows_opinions_to(account(2)) && !m.shows_opinions_to(account(4)));
    let m = act(&m, 1, &Act::Open).unwrap();
    assert_eq!(code(act(&m, 3, &opine(Stance::Agree, ""))), "opinions-over");
}

#[test]
fn a_substitute_attends_and_votes_only_where_the_rules_say_so() {
    let send = |n| Act::Answer(Answer::Substitute { person: person(n) });
    let m = act(&sent(), 3, &send(30)).unwrap();
    assert!(m.is_seen_by(account(30)) && m.is_seen_by(account(3)));
    assert!(act(&m, 4, &send(30)).is_err(), "one person is not there for two");
    assert!(act(&m, 4, &send(5)).is_err(), "nor for themselves and another");
    let m = act(&m, 1, &Act::Open).unwrap();
    assert!(act(&m, 3, &mark(3, Way::InRoom)).is_err());
    let mut m = act(&m, 30, &mark(30, Way::Online)).unwrap();
    assert_eq!(code(act(&m, 3, &Act::Answer(Answer::Coming))), "there-already");
    for n in [1, 4, 5] {
        m = act(&m, n, &mark(n, Way::InRoom)).unwrap();
    }
    assert_eq!((m.count(None).present, m.count(None).members), (3, 4), "a seat held by nobody with a vote is not present");
    let m = act(&m, 1, &Act::OpenPoll { item: 1, text: "Thông qua".into() }).unwrap();
    let vote = Act::Vote { poll: 1, choice: Choice::Agree };
    assert_eq!(code(act(&m, 30, &vote)), "no-vote");
    let mut lent = m.clone();
    lent.rules.substitutes_vote = true;
    assert_eq!(act(&lent, 30, &vote).unwrap().count(lent.poll(1)).present, 4);
}

#[test]
fn only_who_is_present_and_has_a_vote_votes() {
    let m = act(&sent(), 1, &Act::Open).unwrap();
    let ask = Act::OpenPoll { item: 1, text: "Thông qua".into() };
    assert_eq!(code(act(&m, 1, &ask)), "no-quorum");
    let m = act(&in_session(), 1, &ask).unwrap();
    let vote = |poll| Act::Vote { poll, choice: Choice::Agree };
    assert_eq!(code(act(&m, 5, &vote(1))), "not-present");
    assert_eq!(code(act(&m, 2, &vote(1))), "no-vote", "the secretary is no member");
    let m = act(&m, 6, &mark(6, Way::InRoom)).unwrap();
    assert_eq!(code(act(&m, 6, &vote(1))), "no-vote", "invited without a vote");
    assert_eq!(act(&m, 9, &vote(1)).unwrap_err().kind, RefusalKind::NotFound);
    assert_eq!(code(act(&m, 1, &Act::Close)), "poll-open");
    assert_eq!(code(act(&m, 1, &Act::OpenPoll { item: 2, text: "Khác".into() })), "poll-open");
    let m = act(&m, 3, &vote(1)).unwrap();
    assert_eq!(code(act(&m, 2, &Act::Mark { account: account(4), presence: Presence::NotPresent })), "has-voted");
    let m = act(&m, 1, &Act::ClosePoll { poll: 1 }).unwrap();
    assert_eq!(code(act(&m, 4, &vote(1))), "poll-closed");
    assert_eq!(m.poll(1).unwrap().result.unwrap().outcome, Outcome::Rejected, "one of four is no majority");
}

#[test]
fn equal_votes_follow_the_chair() {
    let rules = catalog().rules(date(2026, 11, 23)).unwrap().clone();
    let seats: Vec<Seat> = (1..=4).map(|n| Seat { member: account(n), voter: Some(account(n)), present: true }).collect();
    let ballots = |list: &[(u128, Choice)]| list.iter().map(|(n, c)| (account(*n), Ballot { name: String::new(), choice: *c, at: at("2026-11-23T09:00:00"), times: 1 })).collect();
    let outcome = |list: &[(u128, Choice)]| tally::count(&rules, &seats, account(1), &ballots(list)).outcome;
    use Choice::{Abstain, Against, Agree};
    assert_eq!(outcome(&[(1, Agree), (2, Agree), (3, Agree), (4, Against)]), Outcome::Approved);
    assert_eq!(outcome(&[(1, Agree), (2, Agree), (3, Against), (4, Against)]), Outcome::Approved);
    assert_eq!(outcome(&[(1, Against), (2, Agree), (3, Agree), (4, Against)]), Outcome::Rejected);
    assert_eq!(outcome(&[(1, Agree), (2, Against), (3, Abstain), (4, Abstain)]), Outcome::Rejected, "one against one of four is no majority");
    assert_eq!(outcome(&[(1, Agree), (9, Agree), (8, Agree), (7, Agree)]), Outcome::Rejected, "ballots of strangers count nothing");
}

#[test]
fn turns_are_asked_for_called_and_ended() {
    let m = act(&sent(), 3, &Act::AskToSpeak { item: 1, guest: None }).unwrap();
    assert_eq!(act(&m, 3, &Act::AskToSpeak { item: 1, guest: None }).unwrap(), m, "asked twice, one turn");
    let m = act(&m, 1, &Act::Open).unwrap();
    assert_eq!(code(act(&m, 2, &Act::Call { no: 1 })), "speaker-absent");
    let m = act(&m, 3, &mark(3, Way::Online)).unwrap();
    let m = act(&m, 2, &Act::AskToSpeak { item: 1, guest: Some(1) }).unwrap();
    assert_eq!(code(act(&m, 3, &Act::Call { no: 1 })), "not-yours");
    let m = act(&act(&m, 2, &Act::Call { no: 1 }).unwrap(), 2, &Act::Call { no: 2 }).unwrap();
    assert!(matches!(m.speaker(1).unwrap().turn, Turn::Done { .. }), "one speaks at a time");
    assert_eq!(code(act(&m, 3, &Act::WithdrawSpeech { no: 1 })), "turn-over");
    let m = act(&m, 2, &Act::EndSpeech { no: 2 }).unwrap();
    assert!(m.speakers.iter().all(|s| matches!(s.turn, Turn::Done { .. })));
}

#[test]
fn a_conclusion_becomes_one_directive() {
    let m = in_session();
    let write = |no, text: &str| Act::Write { no, item: 1, text: text.into(), task: task(date(2026, 12, 15)) };
    assert_eq!(code(act(&m, 3, &write(None, "x"))), "not-yours");
    assert!(act(&m, 2, &Act::Write { no: None, item: 1, text: "x".into(), task: task(date(2026, 11, 1)) }).is_err(), "a deadline that has passed");
    let m = act(&m, 2, &write(None, "Dự thảo")).unwrap();
    let m = act(&m, 2, &write(Some(1), "Trình phương án")).unwrap();
    assert_eq!(code(act(&m, 2, &Act::Approve { no: 1 })), "not-yours");
    let m = act(&m, 1, &Act::Close).unwrap();
    assert_eq!(code(act(&m, 1, &Act::Direct { no: 1 })), "not-approved");
    assert_eq!(code(act(&m, 1, &Act::Conclude)), "not-approved");
    let m = act(&m, 1, &Act::Approve { no: 1 }).unwrap();
    assert_eq!(code(act(&m, 2, &write(Some(1), "Khác đi"))), "approved");
    assert_eq!(code(act(&m, 2, &Act::Direct { no: 1 })), "not-yours");
    let m = act(&m, 1, &Act::Direct { no: 1 }).unwrap();
    assert_eq!(m.conclusion(1).unwrap().directive.as_ref().unwrap().task.due, date(2026, 12, 15));
    assert!(decide::decide(&catalog(), &m, &Act::Direct { no: 1 }, &by(1)).unwrap().is_none(), "given twice, given once");
    assert_eq!(code(act(&concluded(), 1, &Act::Direct { no: 2 })), "no-task");
}

#[test]
fn documents_wait_for_their_state_and_are_noted_once() {
    let issued = |template: &str| Box::new(Issued { template: template.into(), link: Link { path: "/x".into(), label: "x".into(), file: None }, by: "Người 2".into(), at: at("2026-11-23T09:00:00") });
    assert_eq!(code(act(&sent(), 2, &Act::Note(issued(documents::MINUTES)))), "not-ready");
    assert_eq!(code(act(&sent(), 3, &Act::Note(issued(documents::INVITATION)))), "not-yours");
    let m = act(&concluded(), 2, &Act::Note(issued(documents::MINUTES))).unwrap();
    assert_eq!(act(&m, 1, &Act::Note(issued(documents::MINUTES))).unwrap().issued.len(), 1);
    assert_eq!(code(act(&m, 2, &Act::Note(issued("permit")))), "not-ready");
}

#[test]
fn moved_and_cancelled_with_their_reasons() {
    let m = sent();
    let mut time = m.time.clone();
    time.starts = at("2026-11-27T08:00:00");
    time.ends = at("2026-11-27T09:00:00");
    assert!(act(&m, 2, &Act::Move { time: time.clone(), reason: String::new() }).is_err());
    let m = act(&m, 2, &Act::Move { time, reason: "Trùng lịch".into() }).unwrap();
    assert_eq!((m.moves.len(), m.moves[0].before.starts), (1, at("2026-11-26T08:00:00")));
    let m = act(&m, 1, &Act::Cancel { reason: "Hoãn".into() }).unwrap();
    assert_eq!(m.state, State::Cancelled);
    assert_eq!(code(act(&m, 1, &Act::Open)), "wrong-state");
    assert_eq!(code(act(&in_session(), 1, &Act::Cancel { reason: "x".into() })), "wrong-state");
}

#[test]
fn the_chair_is_handed_over_before_the_opening() {
    let m = act(&sent(), 5, &Act::Answer(Answer::Substitute { person: person(50) })).unwrap();
    let to = |n| Act::HandOver { chair: account(n), reason: "Đi công tác đột xuất".into() };
    assert_eq!(code(act(&m, 3, &to(3))), "not-yours");
    for nobody in [2, 5, 50, 9] {
        assert!(act(&m, 2, &to(nobody)).is_err(), "{nobody} cannot take the chair");
    }
    let m = act(&m, 2, &to(3)).unwrap();
    assert_eq!((m.chair.account, m.seats().len(), m.seats()[0].member), (account(3), 4, account(3)));
    assert!(m.part(account(1)).invited && !m.part(account(1)).chair && m.has_vote(account(1)));
    assert_eq!(code(act(&m, 1, &Act::Open)), "not-yours");
    let m = act(&m, 3, &Act::Open).unwrap();
    assert_eq!(code(act(&m, 2, &to(4))), "wrong-state");
}

/// What is stored reads back as it was, and an event reads back from its payload.
#[test]
fn states_and_events_read_back() {
    let m = concluded();
    let text = serde_json::to_string(&m).unwrap();
    assert_eq!(serde_json::from_str::<Meeting>(&text).unwrap(), m);
    for event in [MeetingEvent::Opened {}, MeetingEvent::Answered { account: account(3), reply: Box::new(Reply::Substitute { person: person(4) }) }, MeetingEvent::ConclusionWritten { no: 1, item: 1, text: "x".into(), task: task(date(2026, 12, 1)), name: "y".into() }] {
        let value = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_str::<MeetingEvent>(&value.to_string()).unwrap(), event);
    }
    assert!(Meeting::evolve(None, &MeetingEvent::Opened {}, at("2026-11-23T09:00:00")).is_none(), "only a first event makes a meeting of nothing");
}

mod papers_of_the_meeting {
    use super::*;
    use crate::asks::Unit;
    use kernel::{Text, catalog::parse_yaml};
    use serde::Deserialize;
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[derive(Deserialize)]
    struct Template {
        fields: Fields,
    }
    #[derive(Deserialize)]
    struct Fields {
        required: BTreeSet<String>,
        optional: BTreeSet<String>,
    }

    /// `a.b`, `list[].c`: the names a template gives its fields.
    fn paths(value: &Value, at: &str, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (name, v) in map {
                    paths(v, &if at.is_empty() { name.clone() } else { format!("{at}.{name}") }, out);
                }
            }
            Value::Array(list) if list.iter().any(Value::is_object) => list.iter().for_each(|v| paths(v, &format!("{at}[]"), out)),
            _ => drop(out.insert(at.to_owned())),
        }
    }

    fn fits(code: &str, m: &Meeting) -> Value {
        let path = format!("{}/../../catalog/templates/{code}/template.yaml", env!("CARGO_MANIFEST_DIR"));
        let template: Template = parse_yaml(&path, &std::fs::read_to_string(&path).unwrap()).unwrap();
        let unit = Unit { code: OfficeCode::new("H29.02"), name: Text::new("Sở Xây dựng", "Department of Construction"), parent: Some("Ủy ban nhân dân thành phố Phù Sa".into()), place: "Phù Sa".into() };
        let data = documents::data(m, code, Some(&unit), at("2026-11-26T11:00:00"), true).unwrap();
        let mut found = BTreeSet::new();
        paths(&data, "", &mut found);
        let known = |p: &String| template.fields.required.contains(p) || template.fields.optional.contains(p);
        let has = |p: &String| found.iter().any(|f| f == p || f.starts_with(&format!("{p}.")) || f.starts_with(&format!("{p}[]")));
        assert_eq!(found.iter().filter(|p| !known(p)).collect::<Vec<_>>(), Vec::<&String>::new(), "{code}: fields the template does not know");
        assert_eq!(template.fields.required.iter().filter(|p| !has(p)).collect::<Vec<_>>(), Vec::<&String>::new(), "{code}: fields that are missing");
        data
    }

    #[test]
    fn each_document_has_the_fields_of_its_template() {
        let m = concluded();
        fits(documents::INVITATION, &sent());
        let minutes = fits(documents::MINUTES, &m);
        let text = minutes.to_string();
        for told in ["Biểu quyết: Thông qua kế hoạch. Kết quả: 3 tán thành (Người 1, Người 3, Người 4); 0 không tán thành; 0 không biểu quyết; có mặt 3/4 thành viên. Thông qua.", "Chủ trì: Sở Tài chính. Phối hợp: Sở Nông nghiệp và Môi trường. Thời hạn: 15/12/2026.", "Người 5, Chuyên viên, Sở Xây dựng (không báo lý do)"] {
            assert!(text.contains(told), "{told}: {text}");
        }
        let notice = fits(documents::CONCLUSIONS, &m);
        assert_eq!(notice["conclusions"][0]["deadline"], "2026-12-15");
        assert_eq!(notice["body"][0], "Ghi nhận ý kiến.", "a conclusion that gives no task is said before the list");
        assert!(documents::data(&m, "permit", None, at("2026-11-26T11:00:00"), false).is_none());
    }
}
