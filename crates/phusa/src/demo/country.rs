//! All provinces of the country on the eve of a reorganisation, a few offices, people and dossiers each: what tests and benches of
//! reorganisations play with. Offices are made from the areas of the catalogue; every act is decided by the engine.

use super::{
    applications::{self, Applicant, BUSINESS},
    course::{self, Fate, Hand},
    dice::Dice,
    names, small,
};
use crate::catalog::Catalog;
use anyhow::Context as _;
use casework::{CaseState, Context, Definition, Desk, Event, Rules, decide, evolve, event::GivenFile, store as tables, verbs, views_find};
use identity::{AccountKind, Directory, Identity, IdentityParts, Level, NewAccount, Office, Offices, Policies, SessionRules, new_post};
use kernel::{
    Actor, Instant,
    area::Areas,
    id::{AccountId, CaseCode, CaseId, FileId, OfficeCode, PartyId, ProvinceCode, RoleCode},
    time::{Date, midnight},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use store::{
    Db, Value,
    bulk::{Loader, Visible},
    values,
};

/// The provider everybody of this country signs in with.
pub const ISSUER: &str = "country";

/// The country with its rules.
pub struct Country {
    pub db: Db,
    pub day: Date,
    pub areas: Arc<Areas>,
    /// Those of the eve and those made on the day.
    pub offices: Arc<Offices>,
    rules: Arc<Rules>,
    policies: Arc<Policies>,
}

/// One case from its filing on, with what was done to it.
pub struct Story {
    pub definition: Arc<Definition>,
    pub entries: Vec<(Event, CaseState)>,
}

impl Country {
    pub fn new(db: Db, catalog: &Catalog, day: Date) -> Self {
        let offices = Arc::new(offices(&catalog.areas, day));
        Self { db, day, areas: catalog.areas.clone(), offices, rules: rules(catalog), policies: catalog.policies.clone() }
    }

    pub fn eve(&self) -> Date {
        self.day.yesterday().unwrap_or(self.day)
    }
    pub fn provinces(&self, on: Date) -> Vec<ProvinceCode> {
        self.areas.provinces(on).map(|p| ProvinceCode::new(&*p.code)).collect()
    }

    /// The offices of one province only, as its own installation would declare them.
    fn own(&self, province: &ProvinceCode) -> Offices {
        let mut own = Offices::default();
        for office in self.offices.iter().filter(|o| self.offices.province_of(o.code.as_str()) == Some(province)) {
            own.add(province, office.clone());
        }
        own
    }

    pub fn desk(&self, province: &ProvinceCode) -> Desk {
        let scope = self.db.province(province.clone());
        let at = midnight(self.day);
        let identity = Identity::new(IdentityParts {
            scope: scope.clone(),
            offices: Arc::new(self.own(province)),
            policies: self.policies.clone(),
            provider: None,
            sessions: SessionRules::default(),
            clock: Arc::new(move || at),
            ways: Vec::new(),
        });
        Desk::new(scope, self.rules.clone(), identity)
    }

    /// The offices of communes of a province on the eve, in order.
    pub fn communes(&self, province: &ProvinceCode) -> Vec<&Office> {
        let old = |o: &&Office| o.level == Level::Commune && o.established.is_none();
        self.offices.iter().filter(old).filter(|o| self.offices.province_of(o.code.as_str()) == Some(province)).collect()
    }

    /// Fills provinces with officials, citizens and so many dossiers each; one citizen in each province is known in all of them.
    pub async fn fill(&self, provinces: &[ProvinceCode], cases: u64, offices_each: usize) -> anyhow::Result<u64> {
        let mut total = 0;
        for province in provinces {
            // Each province its own ids, however many are filled at once.
            let mut dice = Dice::new(7_000 + province.as_str().bytes().fold(0, |n, b| n * 256 + u64::from(b)));
            let communes: Vec<Office> = self.communes(province).into_iter().step_by(3).take(offices_each).cloned().collect();
            anyhow::ensure!(!communes.is_empty(), "{province} has no commune");
            let staff = self.staff(province, &communes, &mut dice).await?;
            total += self.dossiers(province, &communes, &staff, cases, &mut dice).await?;
        }
        Ok(total)
    }

    /// Five officials an office, with accounts and posts.
    async fn staff(&self, province: &ProvinceCode, communes: &[Office], dice: &mut Dice) -> anyhow::Result<HashMap<(OfficeCode, String), Actor>> {
        let scope = self.db.province(province.clone());
        let directory = Directory::new(scope.clone());
        let since = midnight(self.day).plus_seconds(-90 * 86_400);
        let system = Actor::system(province.clone()).account;
        let mut staff = HashMap::new();
        let mut batch = scope.batch();
        for office in communes {
            for role in ["one_stop", "specialist", "head", "leader", "clerk"] {
                let name = names::name(dice, role.len() % 2 == 0);
                let new = NewAccount::new(AccountKind::Official, ISSUER, &format!("{role}@{}", office.code), &name);
                let post = new_post(new.id, &office.code, role, "Công chức", since, None);
                directory.add_account(&mut batch, &new, system, since);
                directory.add_post(&mut batch, &post, 2, system, since);
                let actor = Actor {
                    account: new.id,
                    province: province.clone(),
                    name,
                    party: None,
                    personal_number: None,
                    roles: [RoleCode::new(role)].into(),
                    office: Some(office.code.clone()),
                    title: Some("Công chức".to_owned()),
                    lent: Vec::new(),
                };
                staff.insert((office.code.clone(), role.to_owned()), actor);
            }
        }
        scope.commit(batch).await?;
        Ok(staff)
    }

    async fn dossiers(&self, province: &ProvinceCode, communes: &[Office], staff: &HashMap<(OfficeCode, String), Actor>, cases: u64, dice: &mut Dice) -> anyhow::Result<u64> {
        let scope = self.db.province(province.clone());
        let directory = Directory::new(scope.clone());
        let system = Actor::system(province.clone()).account;
        let end = midnight(self.day).plus_seconds(-86_400 * 20 + 9 * 3600);
        let definition = self.rules.definitions.all().filter(|d| d.code.as_str() == BUSINESS).last().context("no such procedure")?.clone();
        let calendar = self.rules.calendars.get("vn-offices")?.clone();
        let mut numbers: HashMap<(String, String), u64> = HashMap::new();
        let mut people = Vec::new();
        let mut batch = scope.batch();
        for n in 0..3 {
            // The first of each province is one and the same person; each province knows them under its own ids.
            let subject = if n == 0 { "everywhere".to_owned() } else { format!("citizen{n}@{province}") };
            let who = names::somebody(dice, n % 2 == 0, "Việt Nam");
            let mut new = NewAccount::new(AccountKind::Person, ISSUER, &subject, &who.name);
            new.personal_number = Some(if n == 0 { "079190000001".to_owned() } else { who.number.clone() });
            directory.add_account(&mut batch, &new, system, end.plus_seconds(-60 * 86_400));
            people.push((new.id, new.party.unwrap_or_else(|| PartyId::new(dice.id(end))), who));
        }
        let since = end.micros();
        batch.exec(
            "INSERT INTO draft (province, id, account, definition, version, answers, files, revision, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, '{}', '[]', 1, $6, $6)",
            values![format!("draft_{}", dice.id(end).simple()), people.first().context("nobody")?.0, definition.code.as_str(), definition.version.as_str(), since],
        );
        scope.commit(batch).await?;
        let mut rows = Rows::begin(&self.db, province).await?;
        for n in 0..cases {
            let office = communes.get(usize::try_from(n)? % communes.len()).context("no office")?;
            let (account, party, who) = people.get(usize::try_from(n)? % people.len()).context("nobody")?;
            let at = end.plus_seconds(i64::try_from(n % 400)? * 60);
            let cast = Cast { office, staff, account: *account, applicant: Applicant { who: who.clone(), party: *party }, scope: &scope };
            // From a case that was just filed to one that is closed.
            let acts = usize::try_from(n % 8)?;
            let code = format!("{}-{:02}{:02}{:02}-{n:04}", office.code, at.date().year() % 100, at.date().month(), at.date().day());
            let story = story(&definition, &calendar, &cast, code, at, acts, &mut numbers, dice)?;
            rows.push(&story).await?;
        }
        rows.loader.finish().await?;
        Ok(cases)
    }
}

/// Who plays in one dossier.
struct Cast<'a> {
    office: &'a Office,
    staff: &'a HashMap<(OfficeCode, String), Actor>,
    account: AccountId,
    applicant: Applicant,
    scope: &'a store::Scope,
}

#[expect(clippy::too_many_arguments, reason = "one call site; each is another thing")]
fn story(
    definition: &Arc<Definition>,
    calendar: &kernel::calendar::Calendar,
    cast: &Cast<'_>,
    code: String,
    at: Instant,
    acts: usize,
    numbers: &mut HashMap<(String, String), u64>,
    dice: &mut Dice,
) -> anyhow::Result<Story> {
    let paper = GivenFile {
        component: String::new(),
        file: FileId::new(dice.id(at)),
        name: String::new(),
        sha256: String::new(),
        size: 1,
        media_type: "application/pdf".into(),
        origin: None,
        signatures: Vec::new(),
    };
    let person = small::stranger(&cast.applicant.who.name, cast.applicant.party, cast.account, cast.scope);
    let mut filing = applications::application(definition, cast.office, &cast.applicant, dice, at, &paper);
    filing.code = CaseCode::new(code);
    filing.channel = casework::definition::Channel::Online;
    let none = BTreeMap::new();
    let cx = Context { now: at, actor: &person, calendar, numbers: &none, ids: &[], colleagues: &[] };
    let event = decide::file(definition, filing, &cx)?;
    let mut state = evolve(CaseId::new(dice.id(at)), None, &event).context("no case")?;
    let mut entries = vec![(event, state.clone())];
    let official = |role: &str| cast.staff.get(&(cast.office.code.clone(), role.to_owned())).context("no official");
    let specialist = official("specialist")?;
    let fate = Fate { pace: 40, ..Fate::default() };
    while entries.len() <= acts {
        let Some(next) = course::next(definition, &state, &fate, dice, calendar, specialist.account) else { break };
        let actor = match next.by {
            Hand::OneStop => official("one_stop")?,
            Hand::Specialist => specialist,
            Hand::Head => official("head")?,
            Hand::Leader => official("leader")?,
            Hand::Clerk => official("clerk")?,
            Hand::Applicant => &person,
            _ => break,
        };
        let mut drawn = BTreeMap::new();
        for register in verbs::registers(definition, Some(&state), &next.act.act) {
            let last = numbers.entry((cast.office.code.to_string(), register.to_owned())).or_insert(0);
            *last += 1;
            drawn.insert(register.to_owned(), *last);
        }
        let colleagues = [(specialist.account, specialist.name.clone())];
        let cx = Context { now: next.at, actor, calendar, numbers: &drawn, ids: &[], colleagues: &colleagues };
        let event = decide::decide(definition, &state, &next.act, &cx)?;
        state = evolve(state.id, Some(state), &event).context("no case")?;
        entries.push((event, state.clone()));
    }
    Ok(Story { definition: definition.clone(), entries })
}

/// The catalogue's rules, with a procedure that came into force later in force already: what is invented here was filed before.
fn rules(catalog: &Catalog) -> Arc<Rules> {
    let mut files = kernel::catalog::Files::clone(&catalog.files);
    let found = files.under("procedures", "yaml").find(|(_, text)| text.contains(&format!("code: \"{BUSINESS}\"")));
    if let Some((path, text)) = found.map(|(p, t)| (p.to_owned(), t.replace("effective: {from: 2026-07-01}", "effective: {from: 2024-07-01}"))) {
        files.insert(path, text);
    }
    let (definitions, _) = casework::definition::load(&files);
    Arc::new(Rules { definitions, calendars: catalog.calendars.clone() })
}

/// The tables a dossier is loaded into.
struct Rows {
    loader: Loader,
    province: ProvinceCode,
    tables: [store::bulk::Table; 8],
}

impl Rows {
    async fn begin(db: &Db, province: &ProvinceCode) -> anyhow::Result<Self> {
        let mut loader = Loader::begin(db, Visible::AtEnd).await?;
        let l = &mut loader;
        let tables = [
            l.table("journal", &["province", "stream", "version", "kind", "at", "actor", "on_behalf", "payload"])?,
            l.table("snapshot", &["province", "stream", "version", "kind", "state"])?,
            l.table("case_view", &crate::bench::CASE_VIEW)?,
            l.table("work_item", &crate::bench::WORK_ITEM)?,
            l.table("case_person", &["province", "party", "filed_at", "case_id"])?,
            l.table("case_find", &["province", "scope", "word", "back", "case_id", "words"])?,
            l.table("notice", &["province", "party", "at", "case_id", "version", "code", "act", "vi", "en"])?,
            l.table("effect", &["province", "kind", "stream", "payload", "due", "dedup_key"])?,
        ];
        Ok(Self { loader, province: province.clone(), tables })
    }

    async fn row(&mut self, table: usize, row: Vec<Value>) -> anyhow::Result<()> {
        let mut all = values![&self.province];
        all.extend(row);
        let table = self.tables.get(table).context("no table")?;
        Ok(self.loader.push(*table, all).await?)
    }

    async fn push(&mut self, story: &Story) -> anyhow::Result<()> {
        let d = &story.definition;
        for (event, state) in &story.entries {
            self.row(0, tables::journal_row(d, state, event)).await?;
        }
        let (event, s) = story.entries.last().context("no entry")?;
        self.row(1, tables::snapshot_row(d, s)).await?;
        self.row(2, tables::case_row(d, s)).await?;
        for item in tables::work_items(d, s) {
            self.row(3, tables::item_row(s, &item)).await?;
        }
        for party in tables::parties(s) {
            self.row(4, values![party.as_str(), s.filed_at, s.id]).await?;
            self.row(6, values![party.as_str(), s.filed_at, s.id, 1_i64, s.code.as_str(), event.act.as_str(), "Đã tiếp nhận", "Received"]).await?;
        }
        for row in views_find::rows(s) {
            self.row(5, row).await?;
        }
        let key = format!("{}/{}/notify", s.id, s.version);
        let payload = serde_json::json!({"case": s.id, "act": event.act, "version": s.version}).to_string();
        self.row(7, values!["case.notify", s.id, payload, event.at, key]).await
    }
}

/// `T` offices stand on the eve, `N` offices are made on the day: a committee, a department and the communes of each province.
pub fn offices(areas: &Areas, day: Date) -> Offices {
    let mut all = Offices::default();
    let eve = day.yesterday().unwrap_or(day);
    for (letter, on, made) in [("T", eve, None), ("N", day, Some(day))] {
        for unit in areas.provinces(on) {
            let province = ProvinceCode::new(&*unit.code);
            for (code, name, level) in [
                (format!("{letter}{province}"), format!("Ủy ban nhân dân {}", unit.text().vi), Level::Province),
                (format!("{letter}{province}.01"), format!("Sở Tài chính {}", unit.text().vi), Level::Department),
            ] {
                let mut office = Office::commune(OfficeCode::new(&code), &name, &unit.code);
                (office.level, office.established, office.name.vi, office.parent) = (level, made, name, None);
                all.add(&province, office);
            }
            for commune in areas.communes(&unit.code, on) {
                // What did not change on the day goes on under its office.
                if made.is_some() && commune.valid_from != Some(day) {
                    continue;
                }
                let mut office = Office::commune(OfficeCode::new(format!("{letter}{province}.{}", commune.code)), &commune.text().vi, &commune.code);
                office.established = made;
                all.add(&province, office);
            }
        }
    }
    all
}
