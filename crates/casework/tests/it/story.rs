//! A case lived through in memory: the shipped catalogue, its calendar, and the people who act.
#![allow(clippy::unwrap_used)]

use casework::{
    Act, CaseState, Context, Definition, Definitions, Event, decide,
    definition::{Channel, load},
    event::{CaseOffices, Filing, GivenFile, People, Person},
    evolve, file, verbs,
};
use kernel::{
    Actor, Instant, Refusal,
    calendar::{Calendar, Calendars},
    catalog::Files,
    id::{AccountId, CaseCode, CaseId, FileId, OfficeCode, PartyId, ProvinceCode, RequestId, RoleCode},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

pub const COMMUNE: &str = "H29.161";
pub const CENTRE: &str = "H29.10";
/// Everybody who may turn up, rightly or not.
pub const ACTORS: [&str; 12] = [
    "citizen", "owner", "stranger", "one_stop", "head", "specialist", "leader", "clerk", "planning", "fire", "elsewhere", "system",
];

pub struct Rules {
    pub definitions: Definitions,
    pub calendar: Arc<Calendar>,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog")
}

/// The text files of some folders of the catalogue, by relative path.
pub fn catalogue(folders: &[&str]) -> Files {
    let mut files = Files::new();
    for folder in folders {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    files
}

pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        // Those procedures that the stories are about: what else the catalogue holds is for the tests of the catalogue.
        let wanted = ["1.001193-", "1.001612-", "1.013225-"];
        let all = catalogue(&["flows", "procedures", "engagements", "calendars"]);
        let ours = |path: &str| !path.starts_with("procedures/") || wanted.iter().any(|w| path.contains(w));
        let mut files: Files = all.iter().filter(|(p, _)| ours(p)).map(|(p, t)| (p.to_owned(), t.to_owned())).collect();
        files.insert("procedures/fourth.yaml", FOURTH);
        let duties = "fees:\n  - {code: land_use, kind: obligation, name: {vi: Tiền sử dụng đất, en: Land use levy}, effective: {from: 2026-07-01}, legal_basis: {document: Luật Đất đai, verified: \"no\"}}\n";
        let duties = FOURTH.replacen("code: \"2.009908\"", "code: t.duties", 1).replacen("fees:\n", duties, 1).replacen("amount: 0", "amount: 15000", 1);
        files.insert("procedures/duties.yaml", duties.replacen("  span: same-day before 15:00", "  span: 10wd\n  verification: {span: 5wd, legal_basis: {document: A, verified: \"no\"}}", 1));
        let (definitions, findings) = load(&files);
        assert!(findings.is_empty(), "{}", findings[0]);
        let calendar = Calendars::load(&files).unwrap().get("vn-offices").unwrap().clone();
        Rules { definitions, calendar }
    })
}

pub const FOURTH: &str = include_str!("fourth.yaml");

/// A small procedure of the test: the fourth one under another code, with pieces of its text replaced.
pub fn variant(code: &str, edits: &[(&str, &str)]) -> &'static Definition {
    let (definitions, findings) = load(&variants(&[(code, edits)]));
    assert!(findings.is_empty(), "{}", findings[0]);
    let d = definitions.all().next().unwrap().clone();
    Box::leak(Box::new(d))
}

/// The flow and some variants of the fourth procedure, as files.
pub fn variants(all: &[(&str, &[(&str, &str)])]) -> Files {
    let mut files = catalogue(&["flows"]);
    for (code, edits) in all {
        let mut text = FOURTH.replacen("code: \"2.009908\"", &format!("code: \"{code}\""), 1);
        for (from, to) in *edits {
            assert!(text.contains(from), "{code}: nothing like “{from}”");
            text = text.replace(from, to);
        }
        files.insert(format!("procedures/{code}.yaml"), text);
    }
    files
}

pub fn definition(code: &str) -> &'static Arc<Definition> {
    rules().definitions.pinned(code, "2026-07-01").unwrap()
}

/// Who somebody is: account number, role, office, party.
pub fn actor(who: &str) -> Actor {
    let (n, role, office, party) = match who {
        "citizen" => (1, "citizen", None, Some(1)),
        "owner" => (2, "citizen", None, Some(2)),
        "stranger" => (3, "citizen", None, Some(3)),
        "planning" => (21, "specialist", Some("H29.02"), None),
        "fire" => (22, "specialist", Some("H29.05"), None),
        "elsewhere" => (23, "one_stop", Some("H29.999"), None),
        "officer" => (31, "centre_officer", Some(CENTRE), None),
        "consultant" => (32, "consultant", Some(CENTRE), None),
        "another" => (33, "consultant", Some(CENTRE), None),
        "chair" => (34, "board_chair", Some(CENTRE), None),
        "director" => (35, "centre_director", Some(CENTRE), None),
        "provider" => (36, "citizen", None, Some(6)),
        "expert" => (37, "citizen", None, Some(7)),
        "system" => return Actor::system(ProvinceCode::new("79")),
        "one_stop" => (11, "one_stop", Some(COMMUNE), None),
        "head" => (12, "head", Some(COMMUNE), None),
        "specialist" => (13, "specialist", Some(COMMUNE), None),
        "leader" => (14, "leader", Some(COMMUNE), None),
        _ => (15, "clerk", Some(COMMUNE), None),
    };
    Actor {
        account: AccountId::new(uuid::Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: who.to_owned(),
        party: party.map(|p| PartyId::new(uuid::Uuid::from_u128(p))),
        personal_number: None,
        roles: [RoleCode::new(role)].into(),
        office: office.map(OfficeCode::new),
        title: None,
        lent: Vec::new(),
    }
}

fn person(who: &str) -> Person {
    let actor = actor(who);
    Person { party: actor.party, name: actor.name, identifier: None, phone: None, email: None, address: None }
}

pub fn filing(d: &Definition, example: usize, channel: Channel) -> Filing {
    let answers = d.form.examples()[example % d.form.examples().len()].clone();
    let given = d.components.iter().filter(|c| d.requires(c, &answers)).map(|c| GivenFile {
        component: c.code.clone(),
        file: FileId::new(uuid::Uuid::from_u128(9)),
        name: "tệp.pdf".into(),
        sha256: "00".into(),
        size: 1,
        media_type: "application/pdf".into(),
        origin: None,
        signatures: Vec::new(),
    });
    let commune = d.received_by.clone().unwrap_or_else(|| OfficeCode::new(COMMUNE));
    Filing {
        code: CaseCode::new("H29.161-261119-0042"),
        definition: d.code.clone(),
        version: d.version.clone(),
        title: "Hồ sơ".into(),
        channel,
        people: People { applicant: person("citizen"), owner: person("owner"), proxy: None, assisted_by: None },
        offices: CaseOffices { helped: None, received: commune.clone(), decides: commune },
        files: given.collect(),
        waived: Vec::new(),
        lang: None,
        set: None,
        answers,
    }
}

/// One case with its journal; `tell` is an act as somebody asks for it.
#[derive(Clone)]
pub struct Story {
    pub d: &'static Definition,
    pub state: CaseState,
    pub events: Vec<Event>,
    pub now: Instant,
    /// Last number given in any register.
    pub numbers: u64,
}

pub fn id() -> CaseId {
    CaseId::new(uuid::Uuid::from_u128(77))
}

impl Story {
    pub fn file(d: &'static Definition, filing: Filing, who: &str, now: Instant) -> Result<Self, Refusal> {
        let actor = actor(who);
        let none = BTreeMap::new();
        let cx = Context { now, actor: &actor, calendar: &rules().calendar, numbers: &none, ids: &[], colleagues: &[] };
        let event = file(d, filing, &cx)?;
        let state = evolve(id(), None, &event).unwrap();
        Ok(Self { d, state, events: vec![event], now, numbers: 40 })
    }

    /// The numbers offered to an act: the next of each register it may draw from.
    pub fn offered(&self, act: &str) -> BTreeMap<String, u64> {
        let registers = verbs::registers(self.d, Some(&self.state), act);
        registers.into_iter().map(|r| (r.to_owned(), self.numbers + 1)).collect()
    }

    pub fn tell(&self, who: &str, act: &str, input: Value) -> Result<Event, Refusal> {
        let actor = actor(who);
        let numbers = self.offered(act);
        let at = self.events.len() as u128 * 16;
        let ids: Vec<RequestId> = (0..8).map(|n| RequestId::new(uuid::Uuid::from_u128(at + n))).collect();
        let specialist = super::story::actor("specialist");
        let mut colleagues = vec![(specialist.account, specialist.name), (AccountId::new(uuid::Uuid::from_u128(16)), "another".to_owned())];
        colleagues.extend(["consultant", "another", "provider", "expert"].map(|who| (super::story::actor(who).account, who.to_owned())));
        let cx = Context { now: self.now, actor: &actor, calendar: &rules().calendar, numbers: &numbers, ids: &ids, colleagues: &colleagues };
        decide(self.d, &self.state, &Act { act: act.to_owned(), input }, &cx)
    }

    pub fn take(&mut self, event: Event) {
        self.state = evolve(id(), Some(self.state.clone()), &event).unwrap();
        self.numbers += 1;
        self.events.push(event);
    }

    /// Tells and takes; a refusal leaves everything as it was.
    pub fn act(&mut self, who: &str, act: &str, input: Value) -> Result<(), Refusal> {
        let event = self.tell(who, act, input)?;
        self.take(event);
        Ok(())
    }
}
