//! What follows an act: the file of a document that was issued, and the word to the people of the case.
//!
//! Both bear being run twice: a document is made and kept once, a notice has the key of its party and event.

use crate::{Services, paper};
use casework::{Change, Definition, DeskError, Event, store::parties};
use kernel::{Text, id::CaseId, text::Lang};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use store::{
    Batch, NewEffect, Scope,
    effects::{Effect, Failed, Handler},
    values,
};
use web::when;

/// The effect by which other rooms hear what the people of a case are told: `{case, version, code, vi, en}`.
pub const OUTSIDE: &str = "notice.outside";

/// The handlers of this room, by kind of effect.
pub fn handlers(s: &Services) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![
        ("case.document", Arc::new(Document(s.clone()))),
        ("case.notify", Arc::new(Notify(s.clone()))),
        ("case.set", Arc::new(Linked(s.clone()))),
        (crate::uploads::SCAN, Arc::new(crate::uploads::Rescan(s.clone()))),
    ]
}

/// Linked procedures: opens the members whose turn it is, hears how they ended, concludes the set.
struct Linked(Services);

#[async_trait::async_trait]
impl Handler for Linked {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        own_province(&self.0, scope)?;
        let happened: Happened = effect.read()?;
        match self.0.desk.advance_set(happened.case, self.0.now()).await {
            Ok(_) => Ok(None),
            Err(DeskError::Store(e)) => Err(e.into()),
            // A member that cannot be filed waits for a person, who mends the catalogue and queues it again.
            Err(DeskError::Refused(r)) => Err(Failed::ForGood(r.to_string())),
        }
    }
}

struct Document(Services);

#[derive(Deserialize)]
struct Issued {
    case: CaseId,
    document: String,
    number: u64,
}

#[async_trait::async_trait]
impl Handler for Document {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        own_province(&self.0, scope)?;
        let wanted: Issued = effect.read()?;
        let found = self.0.desk.load(wanted.case).await?.ok_or_else(|| gone(wanted.case))?;
        match paper::issued(&self.0, &found, &wanted.document, wanted.number).await {
            Ok(_) => Ok(None),
            Err(DeskError::Store(e)) => Err(e.into()),
            // A template that lacks a field is mended by a person, who then queues the dead letter again.
            Err(DeskError::Refused(r)) => Err(Failed::ForGood(r.to_string())),
        }
    }
}

struct Notify(Services);

#[derive(Deserialize)]
struct Happened {
    case: CaseId,
    act: String,
    version: u64,
}

#[async_trait::async_trait]
impl Handler for Notify {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        own_province(&self.0, scope)?;
        let happened: Happened = effect.read()?;
        let found = self.0.desk.load(happened.case).await?.ok_or_else(|| gone(happened.case))?;
        let history = self.0.desk.history(happened.case).await?;
        let (state, upto) = paper::as_of(happened.case, &history, happened.version)?;
        let Some(event) = upto.last() else { return Ok(None) };
        let Some(said) = notice(&found.definition, state.code.as_str(), event) else { return Ok(None) };
        let version = i64::try_from(happened.version).unwrap_or(i64::MAX);
        let to = parties(&state);
        let mut batch = scope.batch();
        for party in &to {
            batch.exec(
                "INSERT INTO notice (province, party, at, case_id, version, code, act, vi, en) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
                values![
                    party.as_str(),
                    event.at,
                    state.id,
                    version,
                    state.code.as_str(),
                    happened.act.as_str(),
                    said.vi.as_str(),
                    said.en.as_str()
                ],
            );
        }
        // Whoever keeps the channels outside (e-mail, short messages) takes it from here; the payload names no person.
        batch.effect(NewEffect {
            kind: OUTSIDE.to_owned(),
            stream: state.id.to_string(),
            payload: json!({"case": state.id, "version": happened.version, "code": state.code, "vi": said.vi, "en": said.en}).to_string(),
            due: event.at,
            dedup_key: Some(format!("{}/{}/outside", state.id, happened.version)),
        });
        tracing::info!(case = %state.id, act = happened.act, parties = to.len(), "notice");
        Ok(Some(batch))
    }
}

/// What the people of a case are told of an event; nothing of acts inside the office.
fn notice(d: &Definition, code: &str, event: &Event) -> Option<Text> {
    let act = d.acts.get(&event.act).filter(|a| a.public)?;
    // What somebody wrote to complain is no dossier to them.
    let (vi, en) = match d.kind.as_str() {
        "complaint" => ("Phản ánh, kiến nghị", "Complaint or petition"),
        "data-request" => ("Yêu cầu về dữ liệu cá nhân", "Request about personal data"),
        _ => ("Hồ sơ", "Case"),
    };
    let mut said = Text::new(format!("{vi} {code}: {}.", act.done.vi), format!("{en} {code}: {}.", act.done.en));
    for change in &event.changes {
        if let Some(more) = detail(d, change) {
            said.vi.push_str(&more.vi);
            said.en.push_str(&more.en);
        }
    }
    Some(said)
}

/// What a change adds to a notice: until when, how much, which procedure of a set.
fn detail(d: &Definition, change: &Change) -> Option<Text> {
    match change {
        Change::ClockStarted { clock, due, .. } | Change::ClockResumed { clock, due, .. } | Change::ClockExtended { clock, due, .. } => {
            // The office's own times within the promised one (triage, publication) are not the person's to wait for.
            if d.kind == "complaint" && !matches!(clock.as_str(), "processing" | "applicant") {
                return None;
            }
            let name = &d.clocks.get(clock)?.name;
            let (vi, en) = (when::exact(*due, Lang::Vi), when::exact(*due, Lang::En));
            Some(Text::new(format!(" {}: trước {vi}.", name.vi), format!(" {}: by {en}.", name.en)))
        }
        Change::DutyAsked { due } => Some(Text::new(
            format!(" {}: {}, thông báo số {}.", due.name.vi, due.amount, due.notice.as_deref().unwrap_or("–")),
            format!(" {}: {}, notice no. {}.", due.name.en, due.amount, due.notice.as_deref().unwrap_or("–")),
        )),
        Change::DuePaid { paid, .. } => Some(Text::new(format!(" Số tiền {}.", paid.amount), format!(" {}.", paid.amount))),
        Change::MemberEnded { name_in_set, outcome } => {
            let name = &d.set_member(name_in_set)?.name;
            let (vi, en) = match outcome.as_str() {
                "granted" => ("được giải quyết", "granted"),
                "refused" => ("không được giải quyết", "refused"),
                _ => ("dừng", "stopped"),
            };
            Some(Text::new(format!(" {}: {vi}.", name.vi), format!(" {}: {en}.", name.en)))
        }
        _ => None,
    }
}

/// The desk is bound to one province; another's cases are not its to open.
fn own_province(s: &Services, scope: &Scope) -> Result<(), Failed> {
    if s.desk.scope().province() == scope.province() {
        return Ok(());
    }
    Err(Failed::ForNow(format!("this runner serves province {} only", s.desk.scope().province())))
}

fn gone(case: CaseId) -> Failed {
    Failed::ForGood(format!("{case} is not there"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        Inner, MIGRATIONS,
        paper::fixtures::{self, actor, catalogue, filing},
    };
    use casework::{Act, Desk, Found, Rules, definition::load};
    use identity::{Identity, IdentityParts, Offices, Policies, SessionRules};
    use kernel::{Instant, calendar::Calendars, id::ProvinceCode};
    use serde_json::{Value, json};
    use store::{Db, effects::Runner, files::Files};

    fn at(hour: i64) -> Instant {
        "2026-11-19T08:00:00+07:00".parse::<Instant>().unwrap().plus_seconds(hour * 3600)
    }

    async fn room(db: &Db, folder: &std::path::Path) -> Services {
        let files = catalogue();
        db.migrate(&[identity::MIGRATIONS, numbering::MIGRATIONS, casework::MIGRATIONS, MIGRATIONS].concat()).await.unwrap();
        let scope = db.province(ProvinceCode::new("79"));
        let identity = Identity::new(IdentityParts {
            scope: scope.clone(),
            offices: Arc::new(Offices::load(&files).unwrap()),
            policies: Arc::new(Policies::load(&files).unwrap()),
            provider: None,
            sessions: SessionRules::default(),
            ways: Vec::new(),
            clock: Arc::new(|| at(6)),
        });
        let rules = Rules { definitions: load(&files).0, calendars: Calendars::load(&files).unwrap() };
        Services(Arc::new(Inner {
            desk: Desk::new(scope, Arc::new(rules), identity),
            files: Files::local(folder).unwrap(),
            trust: Arc::default(),
            life_events: Arc::default(),
            issuing: crate::paper::fixtures::issuing(&files),
            clock: Arc::new(|| at(6)),
            demo: true,
            public_url: "https://dichvucong.example.gov.vn".into(),
            uploads: crate::paper::fixtures::uploads(),
            areas: Arc::default(),
            base_data: None,
            openings: None,
            issued: None,
            citations: None,
            beside: std::sync::OnceLock::new(),
        }))
    }

    async fn registered_birth(s: &Services) -> Found {
        let definition = s.desk.rules().definitions.pinned("1.001193", "2026-07-01").unwrap().clone();
        let mut found = s.desk.file(&actor("citizen"), filing(&definition), at(0), None, None).await.unwrap().found;
        let reason = json!({"reason": "Đủ điều kiện đăng ký"});
        let acts = [("receive", "one_stop", json!({})), ("appraise", "specialist", reason), ("approve", "leader", Value::Null), ("issue", "clerk", Value::Null)];
        for (hour, (act, role, input)) in (1..).zip(acts) {
            let act = Act { act: act.into(), input };
            found = s.desk.perform(&actor(role), found.state.id, &act, at(hour), None, None).await.unwrap().found;
        }
        found
    }

    /// Made by the effect or by whoever opens it first: one file, the same bytes ever after; each party is told once.
    #[tokio::test(flavor = "multi_thread")]
    async fn documents_are_kept_once_and_people_told_once() {
        let db = Db::open("sqlite::memory:").await.unwrap();
        let folder = std::env::temp_dir().join(format!("phusa-paper-{}", uuid::Uuid::new_v4()));
        let s = room(&db, &folder).await;
        let found = registered_birth(&s).await;
        let number = found.state.documents[1].number;
        let (name, early) = paper::issued(&s, &found, "birth_certificate", number).await.unwrap();
        assert!(early.starts_with(b"%PDF") && name.ends_with(&format!("-birth-certificate-{number}.pdf")), "{name}");

        let runner = handlers(&s).into_iter().fold(Runner::new(s.desk.scope().clone()), |r, (kind, handler)| r.on(kind, handler));
        let done = runner.run_all(at(6)).await.unwrap();
        assert_eq!(done, 5, "two documents, and three acts that people are told of");
        assert!(store::effects::dead(s.desk.scope(), i64::MAX, 10).await.unwrap().is_empty());
        let found = s.desk.load(found.state.id).await.unwrap().unwrap();
        assert!(found.state.documents.iter().all(|d| d.file.is_some() && d.sha256.is_some()));
        let (_, late) = paper::issued(&s, &found, "birth_certificate", number).await.unwrap();
        assert_eq!(early, late);
        let count = |sql: &'static str| s.desk.scope().one(sql, values![]);
        let files = count("SELECT COUNT(*) AS n FROM file WHERE province = $1").await.unwrap().unwrap().int("n").unwrap();
        let notices = count("SELECT COUNT(*) AS n FROM notice WHERE province = $1").await.unwrap().unwrap().int("n").unwrap();
        assert_eq!((files, notices), (2, 6), "two parties, three acts");

        let refused = paper::issued(&s, &found, "birth_certificate", 999).await.unwrap_err();
        assert!(matches!(refused, DeskError::Refused(r) if r.kind == kernel::refusal::RefusalKind::NotFound));
        assert!(paper::control_slip(&s, &found).await.unwrap().starts_with(b"%PDF"));
        std::fs::remove_dir_all(folder).unwrap();
    }


    /// The karaoke set of Decree 297/2025: members are opened once however often the effect runs; a refusal stops the rest and is
    /// told once.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_set_opens_its_members_once_and_tells_once() {
        let db = Db::open("sqlite::memory:").await.unwrap();
        let folder = std::env::temp_dir().join(format!("phusa-set-{}", uuid::Uuid::new_v4()));
        let s = room(&db, &folder).await;
        let definition = s.desk.rules().definitions.pinned("local-karaoke-set", "2026-07-01").unwrap().clone();
        let set = s.desk.file(&actor("citizen"), filing(&definition), at(0), None, None).await.unwrap().found.state.id;
        let act = |act: &str, input: Value| Act { act: act.into(), input };
        s.desk.perform(&actor("one_stop"), set, &act("receive", json!({})), at(1), None, None).await.unwrap();
        let runner = handlers(&s).into_iter().fold(Runner::new(s.desk.scope().clone()), |r, (kind, handler)| r.on(kind, handler));
        runner.run_all(at(6)).await.unwrap();
        assert_eq!(s.desk.advance_set(set, at(6)).await.unwrap(), 0, "nothing more to open");
        let state = async |id| s.desk.load(id).await.unwrap().unwrap().state;
        let opened = state(set).await;
        let business = opened.linked("business").and_then(|l| l.case).unwrap();
        assert!(opened.linked("security").is_none(), "waits for the business");
        let member = state(business).await;
        assert_eq!((member.set.as_ref().map(|m| m.case), member.people.owner == opened.people.owner), (Some(set), true));
        assert!(member.dues.iter().all(|d| d.amount.0 >= 0) && member.track("handling") == "submitted");

        let reason = json!({"reason": "Địa điểm không được phép kinh doanh dịch vụ này"});
        s.desk.perform(&actor("one_stop"), business, &act("refuse", reason), at(7), None, None).await.unwrap();
        runner.run_all(at(8)).await.unwrap();
        runner.run_all(at(9)).await.unwrap();
        let ended = state(set).await;
        assert_eq!((ended.track("handling"), ended.outcome.as_ref().map(|o| o.outcome)), ("finished", Some(casework::definition::Outcome::Refused)));
        assert_eq!(ended.linked("licence").and_then(|l| l.outcome.clone()).as_deref(), Some("stopped"));
        let count = |sql: &'static str| s.desk.scope().one(sql, values![]);
        let cases = count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await.unwrap().unwrap().int("n").unwrap();
        assert_eq!(cases, 2, "the set and the one member that was opened");
        let told = count("SELECT COUNT(DISTINCT case_id || '/' || version) AS n FROM notice WHERE province = $1 AND act IN ('refuse', 'member_ended', 'conclude')");
        assert_eq!(told.await.unwrap().unwrap().int("n").unwrap(), 1, "told once");
        assert!(store::effects::dead(s.desk.scope(), i64::MAX, 10).await.unwrap().is_empty());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn people_are_told_what_happened_and_until_when() {
        let story = fixtures::story("1.013225");
        let received = story.event("receive");
        let said = notice(&story.definition, "H29.161-261119-0001", received).unwrap();
        assert!(said.vi.starts_with("Hồ sơ H29.161-261119-0001: Tiếp nhận hồ sơ, hẹn trả kết quả. Hạn trả kết quả: trước "), "{}", said.vi);
        assert!(said.en.contains("Statutory time: by "), "{}", said.en);
        assert_eq!(notice(&story.definition, "x", story.event("assign")), None, "inside the office");
    }
}
