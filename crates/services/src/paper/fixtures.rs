//! Cases walked through the real catalogue with the pure engine: no database, no clock.
#![allow(clippy::unwrap_used)]

use casework::{
    Act, CaseState, Context, Definition, Event, decide,
    definition::{Channel, load},
    event::{CaseOffices, Filing, GivenFile, People, Person},
    evolve, file,
};
use identity::Offices;
use kernel::{
    Actor, Instant,
    calendar::Calendars,
    catalog::Files,
    id::{AccountId, CaseCode, CaseId, FileId, OfficeCode, PartyId, ProvinceCode, RequestId, RoleCode},
    party::Identifier,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, sync::Arc};

pub const COMMUNE: &str = "H29.161";

/// The catalogue of the repository.
pub fn catalogue() -> Files {
    fn read(root: &Path, below: &str, files: &mut Files) {
        for entry in std::fs::read_dir(root.join(below)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{below}/{}", entry.file_name().to_str().unwrap());
            match entry.path().is_dir() {
                true => read(root, &path, files),
                false => files.insert(path, std::fs::read_to_string(entry.path()).unwrap()),
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut files = Files::new();
    for folder in ["flows", "procedures", "engagements", "offices", "calendars", "templates", "policies"] {
        read(&root, folder, &mut files);
    }
    files
}

/// Templates without keys.
pub fn issuing(files: &Files) -> issuing::Issuing {
    let templates = typeset::Templates::load(files.iter().map(|(p, t)| (p.to_owned(), t.to_owned()))).unwrap();
    issuing::Issuing::new(templates, signing::Keys::default(), Arc::new(Offices::load(files).unwrap()))
}

/// Limits as declared, and no scanner.
pub fn uploads() -> crate::uploads::Uploads {
    let text = include_str!("../../../../catalog/uploads/files.yaml");
    let files: Files = [("uploads/files.yaml".to_owned(), text.to_owned())].into_iter().collect();
    crate::uploads::Uploads { rules: Arc::new(crate::uploads::catalog::load(&files).unwrap()), scanner: None }
}

pub struct Story {
    pub definition: Arc<Definition>,
    pub offices: Offices,
    pub calendars: Calendars,
    pub events: Vec<Event>,
    pub state: CaseState,
    pub now: Instant,
    numbers: u64,
}

fn person(name: &str, number: &str, party: u128) -> Person {
    Person {
        party: Some(PartyId::new(uuid::Uuid::from_u128(party))),
        name: name.into(),
        identifier: Some(Identifier::PersonalNumber(number.parse().unwrap())),
        phone: Some("0903123456".into()),
        email: None,
        address: Some("Số 12 đường Xuân Hòa, phường Xuân Hòa, thành phố Phù Sa".into()),
    }
}

fn account(n: u128) -> AccountId {
    AccountId::new(uuid::Uuid::from_u128(n))
}

/// Somebody who holds a role: an official of the commune, the applicant, or the program.
pub fn actor(role: &str) -> Actor {
    let (n, name, title) = match role {
        "one_stop" => (11, "Nguyễn Thị Lan", Some("Công chức một cửa")),
        "head" => (12, "Đặng Thu Hà", Some("Trưởng phòng Kinh tế, Hạ tầng và Đô thị")),
        "specialist" => (13, "Trần Thu Hà", Some("Chuyên viên")),
        "leader" => (14, "Bùi Quốc Khánh", Some("Phó Chủ tịch")),
        "clerk" => (15, "Trịnh Hòa", Some("Văn thư")),
        "system" => return Actor::system(ProvinceCode::new("79")),
        _ => (1, "Nguyễn Văn Bình", None),
    };
    Actor {
        account: account(n),
        province: ProvinceCode::new("79"),
        name: name.into(),
        party: title.is_none().then(|| PartyId::new(uuid::Uuid::from_u128(1))),
        personal_number: None,
        roles: [RoleCode::new(if title.is_none() { "citizen" } else { role })].into(),
        office: title.map(|_| OfficeCode::new(COMMUNE)),
        title: title.map(str::to_owned),
        lent: Vec::new(),
    }
}

/// An application made of the first example of the form, with every paper it asks for.
pub fn filing(definition: &Definition) -> Filing {
    let answers = definition.form.example().unwrap().clone();
    let given = definition.components.iter().filter(|c| definition.requires(c, &answers)).map(|c| GivenFile {
        component: c.code.clone(),
        file: FileId::new(uuid::Uuid::from_u128(9)),
        name: "tep.pdf".into(),
        sha256: String::new(),
        size: 1,
        media_type: "application/pdf".into(),
        origin: None,
        signatures: Vec::new(),
    });
    let commune = OfficeCode::new(COMMUNE);
    Filing {
        code: CaseCode::new("H29.161-261119-0042"),
        definition: definition.code.clone(),
        version: definition.version.clone(),
        title: answers.pointer(&definition.form.title_from).unwrap().as_str().unwrap().into(),
        channel: Channel::Online,
        people: People {
            applicant: person("Nguyễn Văn Bình", "079090004567", 1),
            owner: person("Lê Thị Hồng Nhung", "079194001122", 2),
            proxy: None,
            assisted_by: None,
        },
        offices: CaseOffices { helped: None, received: commune.clone(), decides: commune },
        files: given.collect(),
        waived: Vec::new(),
        lang: None,
        set: None,
        answers,
    }
}

/// A case that has just been filed.
pub fn filed(code: &str) -> Story {
    let files = catalogue();
    let (definitions, findings) = load(&files);
    assert!(findings.is_empty(), "{}", findings[0]);
    let definition = definitions.pinned(code, "2026-07-01").unwrap().clone();
    let calendars = Calendars::load(&files).unwrap();
    let filing = filing(&definition);
    let now: Instant = "2026-11-19T08:00:00+07:00".parse().unwrap();
    let citizen = actor("citizen");
    let none = BTreeMap::new();
    let calendar = calendars.get("vn-offices").unwrap().clone();
    let cx = Context { now, actor: &citizen, calendar: &calendar, numbers: &none, ids: &[], colleagues: &[] };
    let event = file(&definition, filing, &cx).unwrap();
    let state = evolve(CaseId::new(uuid::Uuid::from_u128(77)), None, &event).unwrap();
    Story { definition, offices: Offices::load(&files).unwrap(), calendars, events: vec![event], state, now, numbers: 40 }
}

impl Story {
    /// One act, half an hour of working time after the one before.
    pub fn act(mut self, act: &str, role: &str, input: Value) -> Self {
        let calendar = self.calendars.get("vn-offices").unwrap().clone();
        self.now = calendar.add_working(self.now, 1800).unwrap();
        self.numbers += 1;
        let numbers = self.definition.documents.values().map(|d| (d.register.clone(), self.numbers)).collect();
        let actor = actor(role);
        let ids = [RequestId::new(uuid::Uuid::from_u128(5)), RequestId::new(uuid::Uuid::from_u128(6))];
        let colleagues = [(account(13), "Trần Thu Hà".to_owned())];
        let cx = Context { now: self.now, actor: &actor, calendar: &calendar, numbers: &numbers, ids: &ids, colleagues: &colleagues };
        let event = decide(&self.definition, &self.state, &Act { act: act.into(), input }, &cx).unwrap_or_else(|r| panic!("{act}: {r:?}"));
        self.state = evolve(self.state.id, Some(self.state), &event).unwrap();
        self.events.push(event);
        self
    }

    /// Received, and given to the specialist where a head does that.
    pub fn received(self) -> Self {
        let story = self.act("receive", "one_stop", json!({}));
        match story.definition.acts.contains_key("assign") {
            true => story.act("assign", "head", json!({"assignee": account(13)})),
            false => story,
        }
    }

    /// Appraised with this outcome, reviewed, signed and issued.
    pub fn decided(self, granted: bool) -> Self {
        let reason = json!({"reason": "Hồ sơ đủ thành phần và đáp ứng điều kiện\nĐã đối chiếu cơ sở dữ liệu"});
        let mut story = self.act(if granted { "appraise" } else { "propose_refusal" }, "specialist", reason);
        if story.definition.acts.contains_key("review") {
            story = story.act("review", "head", Value::Null);
        }
        story.act("approve", "leader", Value::Null).act("issue", "clerk", Value::Null)
    }

    pub fn event(&self, act: &str) -> &Event {
        self.events.iter().find(|e| e.act == act).unwrap()
    }
}

/// A case from filing to its granted result.
pub fn story(code: &str) -> Story {
    filed(code).received().decided(true)
}
