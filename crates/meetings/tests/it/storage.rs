//! Records, rows and effects, on both databases.

use crate::support::{PDF, Place, account, actor, at, person, plan};
use kernel::{Refusal, id::OfficeCode, time::date};
use meetings::{
    Author, DIRECTIVE, Failure,
    meeting::{Act, Answer, Choice, DirectiveNotice, Invitation, Meeting, MeetingEvent, MeetingId, Stance, State, Task, UnitRef, documents, views},
};
use store::{Db, files::Upload, values};
use testkit::on_each_database;

on_each_database! {
    everybody_at_once_votes_once
    a_directive_is_given_once_whoever_presses
    a_form_sent_twice_is_one_meeting
    who_sees_a_meeting_is_who_is_told_of_it
    papers_are_kept_by_version
    the_quarter_is_the_meetings_behind_it
    documents_are_issued_once
    working_days_ahead_are_counted
    a_demonstration_is_written_in_one_batch
    provinces_do_not_see_one_another
}

fn code<T: std::fmt::Debug>(r: Result<T, Failure>) -> String {
    match r {
        Err(Failure::Refused(Refusal { code, .. })) => code,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// The journal alone gives the stored state, one entry for each version.
async fn replayed(p: &Place, m: &Meeting) {
    let entries = store::journal::stream(&p.meetings.scope, &m.id.to_string()).await.unwrap();
    assert!(entries.iter().enumerate().all(|(i, e)| e.version == i as i64 + 1 && e.kind.starts_with("meeting.")));
    let history = entries.iter().map(|e| (e.read::<MeetingEvent>().unwrap(), e.at));
    assert_eq!(meetings::meeting::replay(history).as_ref(), Some(m));
}

async fn everybody_at_once_votes_once(db: Db) {
    let p = Place::new(db).await;
    let id = p.open().await;
    p.act(1, id, Act::OpenPoll { item: 1, text: "Thông qua".into() }).await.unwrap();
    let votes = (0..9u128).map(|i| {
        let meetings = p.meetings.clone();
        let (n, choice) = ([1, 3, 4][i as usize % 3], if i < 6 { Choice::Against } else { Choice::Agree });
        tokio::spawn(async move { meetings.act(&actor(n), id, &Act::Vote { poll: 1, choice }).await })
    });
    for v in futures::future::join_all(votes).await {
        v.unwrap().unwrap();
    }
    for n in [1, 3, 4] {
        p.act(n, id, Act::Vote { poll: 1, choice: Choice::Agree }).await.unwrap();
    }
    let m = p.act(1, id, Act::ClosePoll { poll: 1 }).await.unwrap();
    let c = m.poll(1).unwrap().result.unwrap();
    assert_eq!((c.agree, c.against, c.members, m.poll(1).unwrap().ballots.len()), (3, 0, 3, 3));
    assert_eq!(code(p.act(9, id, Act::Vote { poll: 1, choice: Choice::Agree }).await), "poll-closed");
    replayed(&p, &m).await;
}

fn conclusion(text: &str) -> Act {
    let unit = |code: &str, name: &str| UnitRef { code: OfficeCode::new(code), name: name.into() };
    let task = Task { lead: unit("H29.03", "Sở Tài chính"), co: vec![unit("H29.06", "Sở Nông nghiệp và Môi trường")], due: date(2026, 12, 15), result: "Tờ trình".into() };
    Act::Write { no: None, item: 1, text: text.into(), task: Some(Box::new(task)) }
}

/// Closed, with one approved conclusion that gives a task.
async fn closed(p: &Place) -> MeetingId {
    let id = p.open().await;
    p.act(2, id, conclusion("Trình phương án kinh phí.")).await.unwrap();
    p.act(1, id, Act::Close).await.unwrap();
    p.act(1, id, Act::Approve { no: 1 }).await.unwrap();
    id
}

async fn a_directive_is_given_once_whoever_presses(db: Db) {
    let p = Place::new(db).await;
    let id = closed(&p).await;
    let presses = (0..6).map(|_| {
        let meetings = p.meetings.clone();
        tokio::spawn(async move { meetings.act(&actor(1), id, &Act::Direct { no: 1 }).await })
    });
    for press in futures::future::join_all(presses).await {
        press.unwrap().unwrap();
    }
    let lines = views::directives(&p.meetings.scope, id).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].lead.as_str(), lines[0].co[0].as_str(), lines[0].deadline), ("H29.03", "H29.06", date(2026, 12, 15)));
    let rows = p.meetings.scope.query("SELECT payload, dedup_key FROM effect WHERE province = $1 AND kind = $2", values![DIRECTIVE]).await.unwrap();
    assert_eq!(rows.len(), 1, "one effect for the operations room");
    let notice: DirectiveNotice = serde_json::from_str(rows[0].text("payload").unwrap()).unwrap();
    assert_eq!((notice.meeting, notice.item, notice.conclusion, notice.by, notice.due), (id, 1, 1, account(1), date(2026, 12, 15)));
    assert_eq!((notice.text.as_str(), notice.result.as_str(), notice.office.as_str()), ("Trình phương án kinh phí.", "Tờ trình", "H29.02"));
    // The names of the payload are another room's to read.
    let fields: serde_json::Value = serde_json::from_str(rows[0].text("payload").unwrap()).unwrap();
    let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    assert_eq!(names, ["meeting", "title", "office", "item", "conclusion", "lead", "co", "due", "text", "result", "by", "by_name", "at"]);
    let entries = store::journal::stream(&p.meetings.scope, &id.to_string()).await.unwrap();
    assert_eq!(entries.iter().filter(|e| e.kind == "meeting.directed").count(), 1);
    replayed(&p, &p.meetings.meeting(id).await.unwrap()).await;
}

async fn a_form_sent_twice_is_one_meeting(db: Db) {
    let p = Place::new(db).await;
    let plan = plan();
    let sends = (0..4).map(|_| {
        let (meetings, plan) = (p.meetings.clone(), plan.clone());
        tokio::spawn(async move { meetings.plan(&actor(2), &plan).await.unwrap().id })
    });
    for id in futures::future::join_all(sends).await {
        assert_eq!(id.unwrap(), plan.id);
    }
    let ask = views::Ask { account: account(2), which: views::Which::Coming, kind: "", after: None, limit: 9 };
    assert_eq!(views::list(&p.meetings.scope, &ask).await.unwrap().len(), 1);
    assert_eq!(code(p.meetings.plan(&actor(8), &plan).await), "not-found", "somebody else's id is not theirs to reuse");
}

async fn who_sees_a_meeting_is_who_is_told_of_it(db: Db) {
    let p = Place::new(db).await;
    let id = p.meetings.plan(&actor(2), &plan()).await.unwrap().id;
    let seen = async |n: u128| {
        let ask = views::Ask { account: account(n), which: views::Which::Coming, kind: "weekly", after: None, limit: 9 };
        let listed = views::list(&p.meetings.scope, &ask).await.unwrap().iter().any(|l| l.id == id);
        assert_eq!(p.meetings.meeting_for(&actor(n), id).await.is_ok(), listed, "list and page agree for {n}");
        listed
    };
    p.act(2, id, Act::Invite(vec![Invitation { person: person(3), votes: true }])).await.unwrap();
    assert!(seen(1).await && seen(2).await && !seen(3).await, "nobody invited is told before it is sent");
    p.meetings.send(&actor(2), id).await.unwrap();
    assert!(seen(3).await && !seen(4).await && !seen(8).await);
    p.act(3, id, Act::Answer(Answer::Substitute { person: person(4) })).await.unwrap();
    assert!(seen(3).await && seen(4).await);
    p.act(3, id, Act::Answer(Answer::Substitute { person: person(5) })).await.unwrap();
    assert!(seen(5).await && !seen(4).await, "who is no more the substitute sees it no more");
    p.act(5, id, Act::Opine { item: 1, stance: Stance::Agree, text: String::new() }).await.unwrap();
    assert_eq!(code(p.act(4, id, Act::Opine { item: 1, stance: Stance::Agree, text: String::new() }).await), "not-found");
    let m = p.act(1, id, Act::Cancel { reason: "Hoãn".into() }).await.unwrap();
    assert_eq!(m.state, State::Cancelled);
    let ask = views::Ask { account: account(3), which: views::Which::Cancelled, kind: "", after: None, limit: 9 };
    assert_eq!(views::list(&p.meetings.scope, &ask).await.unwrap().len(), 1);
}

fn pdf(more: &str) -> Upload {
    Upload { name: "Báo cáo.pdf".into(), claimed: None, bytes: [PDF, more.as_bytes()].concat().into() }
}

async fn papers_are_kept_by_version(db: Db) {
    let p = Place::new(db).await;
    let id = p.sent().await;
    let m = p.meetings.file_paper(&actor(2), id, 1, None, "Báo cáo", pdf("1")).await.unwrap();
    let first = m.item(1).unwrap().papers[0].versions[0].clone();
    assert_eq!((first.pages, first.after_sending, first.by), (Some(2), true, account(2)));
    p.meetings.file_paper(&actor(2), id, 1, Some(1), "", pdf("2")).await.unwrap();
    let m = p.meetings.file_paper(&actor(2), id, 1, Some(1), "", pdf("2")).await.unwrap();
    let paper = &m.item(1).unwrap().papers[0];
    assert_eq!(paper.versions.len(), 2, "the same bytes are no other version");
    let (_, bytes) = p.meetings.files.read(&p.meetings.scope, first.file).await.unwrap().unwrap();
    assert_eq!(bytes, pdf("1").bytes, "the first version is as it was");
    let other = |name: &str, bytes: &'static [u8]| Upload { name: name.into(), claimed: None, bytes: bytes.into() };
    assert_eq!(code(p.meetings.file_paper(&actor(2), id, 1, None, "Ảnh", other("a.png", b"\x89PNG\r\n\x1a\n0000IHDR")).await), "not-pdf");
    assert!(p.meetings.file_paper(&actor(2), id, 1, None, "Khác", other("a.pdf", b"not a pdf")).await.is_err());
    let large = Upload { name: "to.pdf".into(), claimed: None, bytes: vec![b' '; (20 << 20) + 1].into() };
    assert_eq!(code(p.meetings.file_paper(&actor(2), id, 1, None, "Lớn", large).await), "file-too-large");
    assert_eq!(code(p.meetings.file_paper(&actor(3), id, 1, None, "Của tôi", pdf("3")).await), "not-yours");
}

async fn the_quarter_is_the_meetings_behind_it(db: Db) {
    let p = Place::new(db).await;
    let id = p.sent().await;
    p.meetings.file_paper(&actor(2), id, 1, None, "Báo cáo", pdf("1")).await.unwrap();
    let (from, to) = (at("2026-10-01T00:00:00"), at("2027-01-01T00:00:00"));
    assert!(views::held(&p.meetings.scope, account(1), from, to).await.unwrap().is_empty(), "a meeting to come saves nothing yet");
    p.act(1, id, Act::Open).await.unwrap();
    p.sent().await;
    let held = views::held(&p.meetings.scope, account(9), from, to).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].pages, held[0].readers, held[0].unprinted(), held[0].online), (2, 3, 6, true));
    assert!(views::held(&p.meetings.scope, account(5), from, to).await.unwrap().is_empty());
    // Pages of the list follow one another and hold everything once.
    for _ in 0..4 {
        p.sent().await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let ask = views::Ask { account: account(3), which: views::Which::Coming, kind: "", after: after.clone(), limit: 2 };
        let page = views::list(&p.meetings.scope, &ask).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.starts.micros(), last.id.to_string()));
        seen.extend(page.iter().map(|l| l.id));
    }
    assert_eq!(seen.len(), 6);
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

async fn documents_are_issued_once(db: Db) {
    let p = Place::new(db).await;
    let id = closed(&p).await;
    assert_eq!(code(p.meetings.issue(&actor(3), id, documents::MINUTES).await), "not-yours");
    assert_eq!(code(p.meetings.issue(&actor(2), id, documents::CONCLUSIONS).await), "not-ready");
    for _ in 0..2 {
        p.meetings.issue(&actor(2), id, documents::MINUTES).await.unwrap();
    }
    p.act(1, id, Act::Conclude).await.unwrap();
    let m = p.meetings.issue(&actor(1), id, documents::CONCLUSIONS).await.unwrap();
    assert_eq!(m.issued.iter().map(|d| d.template.as_str()).collect::<Vec<_>>(), [documents::MINUTES, documents::CONCLUSIONS]);
    let shelf = p.shelf.0.lock().unwrap();
    assert_eq!(shelf.len(), 2);
    assert_eq!(shelf[1].1["agency"]["parent"], "Ủy ban nhân dân thành phố");
}

async fn working_days_ahead_are_counted(db: Db) {
    let p = Place::new(db).await;
    // Monday to Thursday, with the Day of Vietnamese Culture, 24 November, between them: Wednesday and Thursday.
    let id = p.sent().await;
    assert_eq!(p.meetings.meeting(id).await.unwrap().days_ahead, Some(2));
    p.set("2026-11-20T09:00:00");
    let id = p.sent().await;
    assert_eq!(p.meetings.meeting(id).await.unwrap().days_ahead, Some(3), "Saturday and Sunday do not count");
    p.set("2026-11-26T07:00:00");
    let id = p.sent().await;
    assert_eq!(p.meetings.meeting(id).await.unwrap().days_ahead, Some(0));
}

async fn a_demonstration_is_written_in_one_batch(db: Db) {
    let p = Place::new(db).await;
    let mut batch = p.meetings.scope.batch();
    let by = |n: u128, text: &str| Author { account: account(n), name: actor(n).name, at: at(text) };
    let plan = plan();
    let mut course = p.meetings.course(&mut batch, &by(2, "2026-11-20T09:00:00"), &plan).unwrap();
    let version = p.meetings.course_paper(&mut batch, &by(2, "2026-11-20T09:05:00"), pdf("x")).await.unwrap();
    for (n, act) in [
        (2, Act::File { item: 1, paper: None, title: "Báo cáo".into(), version: Box::new(version) }),
        (2, Act::Invite(vec![Invitation { person: person(3), votes: true }])),
        (2, Act::Send { days_ahead: Some(4) }),
        (3, Act::Opine { item: 1, stance: Stance::Agree, text: String::new() }),
    ] {
        p.meetings.course_act(&mut batch, &by(n, "2026-11-20T10:00:00"), &mut course, &act).unwrap();
    }
    p.meetings.scope.commit(batch).await.unwrap();
    let m = p.meetings.meeting(plan.id).await.unwrap();
    assert_eq!((m.state, m.items[0].opinions.len(), m.items[0].papers.len()), (State::Sent, 1, 1));
    replayed(&p, &m).await;
}

async fn provinces_do_not_see_one_another(db: Db) {
    let p = Place::new(db.clone()).await;
    let id = p.sent().await;
    let other = db.province(kernel::id::ProvinceCode::new("01"));
    let ask = views::Ask { account: account(3), which: views::Which::Coming, kind: "", after: None, limit: 9 };
    assert!(views::list(&other, &ask).await.unwrap().is_empty());
    assert!(store::snapshot::load(&other, &id.to_string()).await.unwrap().is_none());
}
