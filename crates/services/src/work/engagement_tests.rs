//! An engagement done in the browser's way, without script: each act by its own form, by the people of the demonstration,
//! with files, documents and what each of them then finds on the page.
#![allow(clippy::unwrap_used)]

use super::{act_form, registers, room::Room, sending};
use crate::{Inner, MIGRATIONS, Services, citizen, paper::{self, fixtures::catalogue}};
use axum::{
    extract::{RawQuery, State},
    response::IntoResponse,
};
use casework::{
    Definition, Desk, DeskError, Found, Rules,
    decide::guard_view,
    definition::{Channel, Verb, load},
    event::{CaseOffices, Filing, People, Person},
    views,
};
use identity::{Identity, IdentityParts, Offices, Policies, SessionRules, demo};
use kernel::{
    Actor, Instant, Refusal,
    calendar::Calendars,
    id::{AccountId, CaseCode, ProvinceCode},
    text::Lang,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, atomic::{AtomicI64, Ordering}},
};
use store::{Db, files::Files};
use web::{
    extract::{FormData, Path, Sent, SentFile},
    visitor::Visitor,
};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

pub(crate) struct House {
    pub s: Services,
    clock: Arc<AtomicI64>,
    people: HashMap<String, AccountId>,
    folder: std::path::PathBuf,
}

fn start() -> Instant {
    "2026-07-06T08:30:00+07:00".parse().unwrap()
}

impl House {
    pub async fn open() -> Self {
        let db = Db::open("sqlite::memory:").await.unwrap();
        db.migrate(&[identity::MIGRATIONS, numbering::MIGRATIONS, casework::MIGRATIONS, MIGRATIONS, crate::counter::MIGRATIONS].concat()).await.unwrap();
        let files = catalogue();
        let (definitions, findings) = load(&files);
        assert!(findings.is_empty(), "{findings:?}");
        let scope = db.province(ProvinceCode::new("79"));
        let clock = Arc::new(AtomicI64::new(start().micros()));
        let time = {
            let clock = clock.clone();
            Arc::new(move || Instant::from_micros(clock.load(Ordering::SeqCst)))
        };
        let identity = Identity::new(IdentityParts {
            scope: scope.clone(),
            offices: Arc::new(Offices::load(&files).unwrap()),
            policies: Arc::new(Policies::load(&files).unwrap()),
            provider: None,
            sessions: SessionRules::default(),
            ways: Vec::new(),
            clock: time.clone(),
        });
        let people = demo::people();
        let ids = demo::install(identity.directory(), &people, AccountId::new(uuid::Uuid::nil()), demo::since()).await.unwrap();
        let folder = std::env::temp_dir().join(format!("phusa-engagement-{}", uuid::Uuid::new_v4()));
        let rules = Rules { definitions, calendars: Calendars::load(&files).unwrap() };
        let s = Services(Arc::new(Inner {
            desk: Desk::new(scope, Arc::new(rules), identity),
            files: Files::local(&folder).unwrap(),
            life_events: Arc::default(),
            issuing: crate::paper::fixtures::issuing(&files),
            clock: time,
            demo: true,
            public_url: "https://dichvucong.example.gov.vn".into(),
            uploads: crate::paper::fixtures::uploads(),
            areas: Arc::default(),
            trust: Arc::default(),
            base_data: None,
            openings: None,
            issued: None,
            citations: None,
            beside: std::sync::OnceLock::new(),
        }));
        Self { s, clock, people: people.iter().map(|p| p.key.clone()).zip(ids).collect(), folder }
    }

    pub fn set(&self, at: Instant) {
        self.clock.store(at.micros(), Ordering::SeqCst);
    }

    /// A morning on which everything begins.
    pub fn start() -> Instant {
        start()
    }

    pub fn later(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub async fn actor(&self, who: &str) -> Actor {
        self.s.desk.identity().directory().actor(self.people[who], self.s.now()).await.unwrap().unwrap()
    }

    async fn visitor(&self, who: &str) -> Visitor {
        Visitor { actor: Some(Arc::new(self.actor(who).await)), lang: Lang::Vi, csrf: "t".into(), ..Visitor::default() }
    }

    pub async fn file(&self, code: &str) -> Found {
        let d = self.s.desk.rules().definitions.pinned(code, "2026-07-01").unwrap().clone();
        let actor = self.actor("luon").await;
        let answers = d.form.example().unwrap().clone();
        let office = citizen::receiving_office(&self.s, &d, &answers).unwrap();
        assert_eq!(office.as_str(), "H29.10", "the office the definition names");
        let own = Person { party: actor.party, name: actor.name.clone(), identifier: None, phone: None, email: None, address: None };
        let people: People = casework::people::people(&d.form, &answers, own, None);
        assert_eq!(people.owner.identifier.as_ref().map(|i| i.as_str().to_owned()).as_deref(), answers["enterprise_tax_code"].as_str());
        let filing = Filing {
            code: CaseCode::new("-"),
            definition: d.code.clone(),
            version: d.version.clone(),
            title: answers["enterprise_name"].as_str().unwrap().into(),
            channel: Channel::Online,
            people,
            offices: CaseOffices { helped: None, received: office.clone(), decides: office },
            answers,
            files: Vec::new(),
            waived: Vec::new(),
            lang: None,
            set: None,
        };
        self.s.desk.file(&actor, filing, self.s.now(), None, None).await.unwrap().found
    }

    /// The example of an act as a browser would send it.
    async fn sent(&self, found: &Found, act: &str, more: Value) -> Sent {
        let schema = found.definition.acts[act].input.clone().unwrap_or(Value::Null);
        let mut example = schema["examples"][0].clone();
        if let (Value::Object(example), Value::Object(more)) = (&mut example, more) {
            example.extend(more);
        }
        if found.definition.acts[act].verbs.iter().any(|v| matches!(v, Verb::Appoint(r) if r == "consultant")) {
            example["member"] = json!(self.people["vien"]);
        }
        let mut sent = Sent::default();
        let mut put = |name: String, value: String| sent.fields.0.push((name, value));
        put("once".into(), uuid::Uuid::now_v7().to_string());
        put("seen".into(), found.state.version.to_string());
        for q in act_form::asked(&schema, &guard_view(&found.definition, &found.state)) {
            let (name, value) = (act_form::field_name(act, &q.name), &example[&q.name]);
            match (&q.control, value) {
                (act_form::Control::Files(_), _) | (_, Value::Null) => {}
                (act_form::Control::Date, Value::String(date)) => {
                    for (part, text) in ["year", "month", "day"].iter().zip(date.split('-')) {
                        put(format!("{name}-{part}"), text.to_owned());
                    }
                }
                (act_form::Control::Defects, _) => put(format!("{name}.free.0"), "Ghi rõ doanh thu".into()),
                (_, Value::String(text)) => put(name, text.clone()),
                (_, other) => put(name, other.to_string()),
            }
        }
        for kind in act_form::file_kinds(&schema) {
            let field = act_form::file_name(act, &kind);
            sent.files.push(SentFile { field, name: format!("{kind}.pdf"), media_type: "application/pdf".into(), bytes: PDF.into() });
        }
        sent
    }

    async fn try_act(&self, found: &mut Found, who: &str, act: &str, more: Value) -> Result<(), Refusal> {
        self.later(600);
        let sent = self.sent(found, act, more).await;
        match sending::perform(&self.s, &self.actor(who).await, found, act, &sent).await {
            Ok(()) => {
                *found = self.s.desk.load(found.state.id).await.unwrap().unwrap();
                Ok(())
            }
            Err(DeskError::Refused(r)) => Err(r),
            Err(e) => panic!("{e}"),
        }
    }

    async fn course(&self, found: &mut Found, steps: &[(&str, &str, Value)]) {
        for (who, act, more) in steps {
            self.try_act(found, who, act, more.clone()).await.unwrap_or_else(|r| panic!("{who} {act}: {r} {:?}", r.reasons));
        }
    }

    async fn page(&self, who: &str, found: &Found) -> String {
        let v = self.visitor(who).await;
        let code = found.state.code.to_string();
        if v.actor.as_ref().unwrap().is_official() {
            let room = Room::enter(&self.s, &v).unwrap();
            let found = room.find(&code, identity::actions::CASE_VIEW).await.unwrap();
            return super::case::page(&room, &found, &super::case::Asked::default(), None).await.unwrap().0;
        }
        let shown = citizen::case::show(State(self.s.clone()), v, Path(code), RawQuery(None)).await.unwrap();
        let body = axum::body::to_bytes(shown.into_response().into_body(), 1 << 24).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn plain(steps: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str, Value)> {
    steps.iter().map(|(who, act)| (*who, *act, json!({}))).collect()
}

const UP_TO_CONTRACT: [(&str, &str); 20] = [
    ("nhan", "appoint_consultant"), ("nhan", "receive"), ("vien", "declare_interest"), ("vien", "note_visit"), ("vien", "list_tool"),
    ("vien", "note_gap"), ("vien", "note_score"), ("vien", "note_kpi"), ("vien", "file_as_is"), ("vien", "draft_roadmap"),
    ("vien", "submit_framework"), ("chau", "review"), ("luon", "accept_framework"), ("luon", "require"), ("vien", "note_quote"),
    ("luon", "decide_choice"), ("vien", "file_matrix"), ("nhan", "appoint_provider"), ("vien", "sign_contract"), ("vien", "plan_milestone"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_engagement_from_request_to_report_by_its_forms() {
    let house = House::open().await;
    let mut found = house.file("dx-one-to-one").await;
    house.course(&mut found, &plain(&UP_TO_CONTRACT)).await;
    assert_eq!(found.state.track("handling"), "supervising");
    assert_eq!(found.state.members_of("provider")[0].account, house.people["phanmem"], "named by personal number, kept by account");
    let journal = serde_json::to_string(&house.s.desk.history(found.state.id).await.unwrap()).unwrap();
    assert!(!journal.contains("079187000055"), "the number itself is not kept");

    // The provider, who has no post anywhere, finds the case and reports; the enterprise accepts on its own page.
    let mine = views::member_cases(&house.s.desk, house.people["phanmem"], None, 10).await.unwrap();
    assert_eq!(mine.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), [found.state.code.as_str()]);
    let page = house.page("phanmem", &found).await;
    assert!(page.contains("act-report_milestone") && page.contains("enctype=\"multipart/form-data\""), "{page}");
    assert!(!page.contains("act-accept_milestone") && !page.contains("Tôi muốn rút hồ sơ"), "what is the enterprise's is not the provider's");
    house.course(&mut found, &[("phanmem", "report_milestone", json!({})), ("phanmem", "file_plan", json!({}))]).await;
    let page = house.page("luon", &found).await;
    for text in ["act-accept_milestone", "M1 – Cài đặt và nhập danh mục lô hàng", "Hợp đồng ba bên", "as_is_report.pdf", "Đã báo hoàn thành, chờ nghiệm thu", "112.000.000"] {
        assert!(page.contains(text), "{text} is not on the enterprise's page");
    }
    house.course(&mut found, &plain(&[("luon", "accept_milestone"), ("vien", "hand_over"), ("phanmem", "return_data"), ("vien", "file_payment"), ("vien", "liquidate")])).await;

    // Reminders by the program, a year of figures, the report.
    for act in ["kpi_due_3", "kpi_due_6", "kpi_due_12"] {
        let due = found.state.next_timer(&found.definition).unwrap();
        house.clock.store(due.micros(), Ordering::SeqCst);
        assert_eq!(house.s.desk.run_timers(house.s.now(), 10).await.unwrap(), 1, "{act}");
        found = house.s.desk.load(found.state.id).await.unwrap().unwrap();
    }
    let missing = house.try_act(&mut found, "vien", "finish_follow_up", json!({})).await.unwrap_err();
    assert!(missing.message.vi.contains("12 tháng"), "{missing}");
    let after = [("luon", "note_kpi", json!({"moment": "m12", "value": 2.4})), ("vien", "note_score", json!({"moment": "t1"}))];
    house.course(&mut found, &after).await;
    house.course(&mut found, &plain(&[("vien", "finish_follow_up"), ("quang", "issue")])).await;
    let collected = json!({"how": "electronic", "to": "Lương Thị Ươn"});
    let act = casework::Act { act: "collect".into(), input: collected };
    house.s.desk.perform(&house.actor("luon").await, found.state.id, &act, house.s.now(), None, None).await.unwrap();
    found = house.s.desk.load(found.state.id).await.unwrap().unwrap();
    assert_eq!(found.state.track("handling"), "returned");
    for document in found.state.documents.clone() {
        let (name, bytes) = paper::issued(&house.s, &found, &document.document, document.number).await.unwrap_or_else(|e| panic!("{}: {e}", document.document));
        assert!(bytes.starts_with(b"%PDF"), "{name}");
    }
    assert_eq!(found.state.documents.iter().map(|d| d.document.as_str()).collect::<Vec<_>>(), ["acceptance", "report"]);
    for who in ["nhan", "vien", "quang", "luon", "phanmem"] {
        let page = house.page(who, &found).await;
        assert!(page.contains("spoilage_return_rate") && page.contains("Nghiệm thu mốc"), "{who}");
    }
}

/// A consultant sees the cases they are appointed to; the other cases of the office do not exist for them.
#[tokio::test(flavor = "multi_thread")]
async fn no_consultant_sees_a_firm_they_are_not_appointed_to() {
    let house = House::open().await;
    let mut found = house.file("dx-group").await;
    let code = found.state.code.to_string();
    let may = |who: &'static str| {
        let (house, code) = (&house, &code);
        async move { house.s.desk.find(&house.actor(who).await, code, identity::actions::CASE_VIEW).await.is_ok() }
    };
    assert_eq!((may("vien").await, may("nhan").await, may("quang").await, may("phanmem").await), (false, true, true, false));
    let list = |who: &'static str| {
        let house = &house;
        async move { views::worklist(&house.s.desk, &house.actor(who).await, "todo", None, 10).await.unwrap().len() }
    };
    assert_eq!((list("vien").await, list("nhan").await), (0, 1));
    house.course(&mut found, &plain(&[("nhan", "appoint_consultant"), ("nhan", "receive")])).await;
    assert_eq!((may("vien").await, list("vien").await, list("nhan").await), (true, 1, 0));
    assert_eq!(views::count(&house.s.desk, &house.actor("vien").await, "todo", 10).await.unwrap(), 1);
    // A stranger's act is not even found; the enterprise's is not the consultant's.
    let refused = house.try_act(&mut found, "vien", "accept_framework", json!({})).await.unwrap_err();
    assert_eq!(refused.code, "not-yours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_files_sent_twice_is_one_act() {
    let house = House::open().await;
    let mut found = house.file("dx-one-to-one").await;
    house.course(&mut found, &plain(&UP_TO_CONTRACT[..2])).await;
    let actor = house.actor("vien").await;
    let sent = house.sent(&found, "file_as_is", json!({})).await;
    for _ in 0..2 {
        sending::perform(&house.s, &actor, &found, "file_as_is", &sent).await.unwrap();
    }
    let now = house.s.desk.load(found.state.id).await.unwrap().unwrap();
    assert_eq!(now.state.artefact("as_is_report").len(), 1);
    assert_eq!(now.state.version, found.state.version + 1);
    // The key of one form does not answer for another's files.
    let mut other = sent.clone();
    other.files[0].bytes = [PDF, b"\n"].concat().into();
    let refused = sending::perform(&house.s, &actor, &found, "file_as_is", &other).await.unwrap_err();
    assert!(matches!(refused, DeskError::Refused(r) if r.code == "key-reused"));
    // A file that is no document is refused at its field, and nothing is recorded.
    let mut bad = house.sent(&now, "file_as_is", json!({})).await;
    bad.files[0].bytes = b"MZ not a document".as_slice().into();
    let DeskError::Refused(refused) = sending::perform(&house.s, &actor, &now, "file_as_is", &bad).await.unwrap_err() else { panic!("taken") };
    assert_eq!(refused.reasons[0].field.as_deref(), Some("files"));
    let file = now.state.artefact("as_is_report")[0].files[0].file;
    assert_eq!(now.state.file(file).unwrap().0, Some("as_is_report"));
}

/// Somebody from outside who has no account cannot be appointed, and the form says what to do.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_appointed_by_a_number_without_account() {
    let house = House::open().await;
    let mut found = house.file("dx-one-to-one").await;
    house.course(&mut found, &plain(&UP_TO_CONTRACT[..2])).await;
    for member in ["079000000001", "acct_00000000000000000000000000000009", "', DROP", "Tôn Nữ Diệu Anh"] {
        let refused = house.try_act(&mut found, "nhan", "invite_expert", json!({"member": member})).await.unwrap_err();
        assert_eq!((refused.code.as_ref(), refused.reasons[0].field.as_deref()), ("unknown-person", Some("member")), "{member}");
    }
    house.try_act(&mut found, "nhan", "invite_expert", json!({})).await.unwrap();
    assert_eq!(found.state.members_of("expert")[0].name, "Tôn Nữ Diệu Anh");
}

/// What is declared is all the page needs: every question of every act has a control, every register reads.
#[test]
fn every_act_of_the_engagements_can_be_asked_in_a_form() {
    let (definitions, _) = load(&catalogue());
    for code in ["dx-one-to-one", "dx-group"] {
        let d: &Definition = definitions.pinned(code, "2026-07-01").unwrap();
        for (act, decl) in d.acts.iter().filter(|(act, _)| *act != "supplement") {
            let Some(schema) = &decl.input else { continue };
            let asked = act_form::questions(schema);
            let properties = schema["properties"].as_object().unwrap();
            assert_eq!(asked.len(), properties.len(), "{code} {act}: a property has no control");
            assert!(asked.iter().all(|q| q.title.vi != q.name), "{code} {act}: a question without a title");
        }
    }
}

#[test]
fn what_was_typed_reads_back_as_the_example() {
    let (definitions, _) = load(&catalogue());
    let d = definitions.pinned("dx-one-to-one", "2026-07-01").unwrap();
    let typed = FormData(
        [
            ("plan_milestone.code", "M1"), ("plan_milestone.title", "Cài đặt"), ("plan_milestone.due_on-day", "20"),
            ("plan_milestone.due_on-month", "3"), ("plan_milestone.due_on-year", "2027"), ("plan_milestone.deliverables", "Phần mềm"),
            ("plan_milestone.payment", "40.000.000"), ("plan_milestone.status", "accepted"), ("report_milestone.entry", "2"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .to_vec(),
    );
    let wanted = json!({"code": "M1", "title": "Cài đặt", "due_on": "2027-03-20", "deliverables": "Phần mềm", "payment": 40_000_000});
    assert_eq!(act_form::input(d, "plan_milestone", &typed), wanted, "what the act sets is not asked");
    assert_eq!(act_form::input(d, "report_milestone", &typed), json!({"entry": 2}));
    let change = casework::Change::Recorded { record: "milestones".into(), number: 1, values: wanted };
    assert_eq!(registers::added(d, &change, Lang::Vi).as_deref(), Some("Mốc triển khai, dòng 1: M1 – Cài đặt"));
}
