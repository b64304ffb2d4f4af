//! The reorganisation of 1 July 2025 (63 provinces to 34, with their communes) over cases of the eve, and Đồng Nai in 2026.

use crate::house::folder;
use casework::{Act, CaseState, DeskError, Found};
use kernel::{
    Actor, Instant,
    id::{AccountId, ProvinceCode},
    time::{Date, date, midnight},
};
use phusa::{assembly, catalog::{self, Catalog}, demo::country::Country};
use reform::{
    acts,
    model::{Plan, Status, UnitFate, Who},
    moving::{Moved, Mover},
    preview, report,
    store::{self as plans, Failed},
    tables,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Command, Stdio},
    time::Duration,
};
use store::{Db, seal, values};
use testkit::on_each_database;

const DAY: Date = date(2025, 7, 1);
/// Cases of each province.
const EACH: u64 = 8;

on_each_database!(every_table_is_known sixty_three_become_thirty_four acts_go_on_meanwhile);

fn who(n: u128, name: &str) -> Who {
    Who { account: AccountId::new(uuid::Uuid::from_u128(n)), name: name.to_owned() }
}
fn morning(day: Date) -> Instant {
    midnight(day).plus_seconds(8 * 3600)
}
fn catalogue() -> Catalog {
    Catalog::load(&catalog::built_in()).unwrap_or_else(|f| panic!("{f:?}"))
}

async fn country(db: &Db) -> Country {
    db.migrate(&assembly::migrations()).await.unwrap();
    Country::new(db.clone(), &catalogue(), DAY)
}

/// Prepared by one, approved by another.
async fn approved(c: &Country, home: &str, here: &[ProvinceCode], day: Date) -> Plan {
    let scope = c.db.province(ProvinceCode::new(home));
    let said = acts::Said { name: "Sắp xếp đơn vị hành chính".into(), basis: "202/2025/QH15".into(), day: Some(day) };
    let plan = acts::prepare(&scope, &c.areas, &c.offices, here, &said, who(1, "Người chuẩn bị"), morning(DAY)).await.unwrap();
    assert_eq!(plan.unassigned().map(|m| m.office.to_string()).collect::<Vec<_>>(), Vec::<String>::new());
    let own = acts::approve(&scope, &plan.id, who(1, "Người chuẩn bị"), morning(DAY)).await;
    assert!(matches!(own, Err(Failed::Refused(r)) if r.code == "four-eyes"));
    acts::approve(&scope, &plan.id, who(2, "Người phê duyệt"), morning(DAY)).await.unwrap()
}

async fn run(c: &Country, plan: Plan, at: Instant, together: usize) -> (Plan, Moved) {
    let desk = |p: &ProvinceCode| c.desk(p);
    let clock = || at;
    let mut mover = Mover { db: c.db.clone(), plan, desk: &desk, clock: &clock, together, pause: Duration::ZERO, tell: &|_| {} };
    let moved = mover.run().await.unwrap();
    (mover.plan, moved)
}

async fn number(db: &Db, sql: &str) -> i64 {
    db.query(sql, &[]).await.unwrap().first().unwrap().int("n").unwrap()
}

/// Cases by state of handling, wherever they are.
async fn by_handling(db: &Db) -> BTreeMap<String, i64> {
    let rows = db.query("SELECT handling, COUNT(*) AS n FROM case_view GROUP BY handling", &[]).await.unwrap();
    rows.iter().map(|r| (r.string("handling").unwrap(), r.int("n").unwrap())).collect()
}

/// The journal of a province replays to every snapshot of its cases, and the views say what the states say.
async fn replays(c: &Country, province: &ProvinceCode) -> usize {
    let (scope, desk) = (c.db.province(province.clone()), c.desk(province));
    let rows = scope.query("SELECT case_id, received, decides, handling FROM case_view WHERE province = $1", Vec::new()).await.unwrap();
    for row in &rows {
        let id = row.id("case_id").unwrap();
        let Found { state, definition } = desk.load(id).await.unwrap().unwrap();
        let history = desk.history(id).await.unwrap();
        let replayed: CaseState = history.iter().fold(None, |s, e| casework::evolve(id, s, e)).unwrap();
        assert_eq!(serde_json::to_value(&replayed).unwrap(), serde_json::to_value(&state).unwrap(), "{}", state.code);
        assert_eq!((row.text("received").unwrap(), row.text("decides").unwrap()), (state.offices.received.as_str(), state.offices.decides.as_str()));
        assert_eq!(row.text("handling").unwrap(), state.track("handling"));
        let items = casework::store::work_items(&definition, &state).len() as i64;
        let kept = scope.one("SELECT COUNT(*) AS n FROM work_item WHERE province = $1 AND case_id = $2", values![id]).await.unwrap();
        assert_eq!(kept.unwrap().int("n").unwrap(), items, "{}", state.code);
    }
    rows.len()
}

/// Every journal is sealed and holds.
async fn sealed(c: &Country, provinces: &[ProvinceCode], key: &seal::Key, minute: i64) {
    // Each time another sealer: the lease of the one before must be over.
    let at = morning(DAY).plus_seconds(60 * minute);
    for province in provinces {
        let scope = c.db.province(province.clone());
        let sealer = seal::consumer(scope.clone(), key.clone());
        sealer.catch_up(at, Duration::from_secs(120)).await.unwrap();
        let found = seal::verify(&scope, &[key.public()]).await.unwrap();
        assert_eq!((found.fault.clone(), found.unsealed), (None, 0), "{province}");
    }
}

async fn every_table_is_known(db: Db) {
    db.migrate(&assembly::migrations()).await.unwrap();
    assert_eq!(tables::unclassified(&db).await.unwrap(), Vec::<String>::new(), "classify these in reform::tables");
    let read = tables::Tables::read(&db).await.unwrap();
    let by_case: BTreeSet<&str> = read.by_case.iter().map(|t| t.name.as_str()).collect();
    for table in ["notice", "payment_due", "care_rating", "personal_document", "national_case", "counter_return", "engagement"] {
        assert!(by_case.contains(table), "{table} has a case_id: {by_case:?}");
    }
}

async fn sixty_three_become_thirty_four(db: Db) {
    let c = country(&db).await;
    let old = c.provinces(c.eve());
    let new = c.provinces(DAY);
    assert_eq!((old.len(), new.len()), (63, 34));
    let made = c.fill(&old, EACH, 2).await.unwrap();
    let home = folder("reform");
    let key = seal::Key::open(&home.join("keys")).unwrap();
    sealed(&c, &old, &key, 0).await;
    let before = by_handling(&db).await;
    assert_eq!(before.values().sum::<i64>() as u64, made);
    assert!(before.len() >= 3, "{before:?}");
    let codes = db.query("SELECT province, code FROM case_view", &[]).await.unwrap();
    let entries = number(&db, "SELECT COUNT(*) AS n FROM journal").await;

    let plan = approved(&c, "01", &old, DAY).await;
    // Those that keep their code go on as the same tenant; the others go into one of these.
    let staying = old.iter().filter(|p| !plan.provinces.iter().any(|m| m.from == **p)).count();
    assert_eq!(staying + plan.provinces.len(), 63);
    assert!(plan.provinces.iter().all(|m| m.whole && new.contains(&m.to)) && merged(&plan) <= 34);
    let seen = preview::count(&db, &plan).await.unwrap();
    let total = seen.total();
    assert!(total.open > 0 && total.posts == 63 * 10, "{total:?}");
    assert!(seen.conflicts.iter().any(|c| matches!(c, preview::Conflict::SameSubject { .. })));
    let early = plan.may_run(c.eve());
    assert!(early.is_err_and(|r| r.code == "too-early"));

    let (plan, moved) = run(&c, plan, morning(DAY), 8).await;
    let after = plan.after.clone().unwrap();
    assert_eq!(plan.status, Status::Done);
    assert!(after.holds() && after.left == 0 && after.refused == 0, "{after:?} {:?}", report::refused(&db, &plan, 20).await.unwrap());
    assert_eq!(by_handling(&db).await, before, "as many in every state as before");
    assert_eq!(after.total() as u64, made);
    assert_eq!(plan.before.iter().flatten().map(|c| c.cases).sum::<i64>(), after.total());
    assert!(moved.accounts > 0 && after.matched > 0 && after.drafts > 0, "{after:?}");
    // Nobody is left where nobody works any more; only the 34 have cases, and each case once.
    let standing = db.query("SELECT DISTINCT province FROM case_view", &[]).await.unwrap();
    let standing: BTreeSet<String> = standing.iter().map(|r| r.string("province").unwrap()).collect();
    assert!(standing.iter().all(|p| new.iter().any(|n| n.as_str() == p)), "{standing:?}");
    assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM (SELECT case_id FROM case_view GROUP BY case_id HAVING COUNT(*) > 1) AS twice").await, 0);
    assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM work_item WHERE office LIKE 'T%'").await, 0, "no office of the eve has work");
    assert!(number(&db, "SELECT COUNT(*) AS n FROM journal").await > entries, "no sealed entry is taken away");

    let mut replayed = 0;
    for province in &new {
        replayed += replays(&c, province).await;
    }
    assert_eq!(replayed as u64, made);
    sealed(&c, &old, &key, 2).await;
    sealed(&c, &new, &key, 4).await;
    found_by_their_codes(&c, &codes, &plan).await;
    people_went_too(&c, &plan).await;

    // Statistics by the old units and by the new ones are the same cases.
    let sum = |rows: Vec<(ProvinceCode, String, String, i64)>| rows.iter().map(|r| r.3).sum::<i64>();
    let (by_old, by_new) = (report::by_unit(&db, &plan, report::Side::Old).await.unwrap(), report::by_unit(&db, &plan, report::Side::New).await.unwrap());
    assert!(by_old.iter().all(|r| r.1.starts_with('T')) && by_new.iter().all(|r| r.1.starts_with('N')), "{by_old:?} {by_new:?}");
    assert_eq!((sum(by_old), sum(by_new)), (after.moved, after.moved));

    // Again there is nothing to do.
    let (again, moved) = run(&c, plan, morning(DAY), 8).await;
    assert_eq!((moved.cases, moved.accounts, moved.drafts), (0, 0, 0));
    assert_eq!(again.after.unwrap().moved, after.moved);
    dong_nai(&c).await;
    std::fs::remove_dir_all(home).ok();
}

/// Provinces into which others go.
fn merged(plan: &Plan) -> usize {
    plan.provinces.iter().map(|m| &m.to).collect::<BTreeSet<_>>().len()
}

/// An old code is found where the case went; where it was, the program says where it is now.
async fn found_by_their_codes(c: &Country, codes: &[store::Row], plan: &Plan) {
    let mut gone = 0;
    for row in codes {
        let (was, code) = (ProvinceCode::new(row.text("province").unwrap()), row.string("code").unwrap());
        let to = plan.provinces.iter().find(|m| m.from == was).map_or(was.clone(), |m| m.to.clone());
        let found = c.desk(&to).load_code(&code).await.unwrap().unwrap_or_else(|| panic!("{code} is not in {to}"));
        assert!(found.state.offices.decides.as_str().starts_with('N'), "{code}");
        if to == was {
            continue;
        }
        gone += 1;
        assert_eq!(found.state.former[0].province, was);
        let told = c.desk(&was).find(&Actor::system(was.clone()), &code, "case:view").await;
        assert!(matches!(told, Err(DeskError::Refused(r)) if r.code == "moved-to-province" && r.message.vi.contains(to.as_str())), "{code}");
        let was_there = c.desk(&was).gone_code(&code).await.unwrap().unwrap();
        let phone = found.state.people.applicant.phone.clone().unwrap();
        assert!(was_there.phone_ends(&phone[phone.len() - 4..]) && !was_there.phone_ends("") && !was_there.phone_ends("x"));
    }
    assert!(gone > 0);
    // Cases of one code are found by search as before.
    let to = plan.provinces[0].to.clone();
    let sql = "SELECT COUNT(*) AS n FROM case_find f WHERE f.province = $1 AND NOT EXISTS (SELECT 1 FROM case_view v WHERE v.province = f.province AND v.case_id = f.case_id)";
    assert_eq!(c.db.province(to).one(sql, Vec::new()).await.unwrap().unwrap().int("n").unwrap(), 0);
    let left = c.db.province(plan.provinces[0].from.clone());
    for table in ["case_find", "case_person", "notice", "work_item"] {
        let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE province = $1");
        assert_eq!(left.one(&sql, Vec::new()).await.unwrap().unwrap().int("n").unwrap(), 0, "{table}");
    }
    let waiting = left.one("SELECT COUNT(*) AS n FROM effect WHERE province = $1 AND state = 'queued'", Vec::new()).await.unwrap().unwrap();
    assert_eq!(waiting.int("n").unwrap(), 0, "what waits to be done went along");
}

/// Officials hold their posts in the new offices; the one citizen whom all provinces know has all cases under one party.
async fn people_went_too(c: &Country, plan: &Plan) {
    let at = morning(DAY).plus_seconds(1);
    let left = number(&c.db, &format!("SELECT COUNT(*) AS n FROM identity_post WHERE office LIKE 'T%' AND (valid_to IS NULL OR valid_to > {})", at.micros())).await;
    assert_eq!(left, 0, "no post in an office that is no more");
    let opened = number(&c.db, "SELECT COUNT(*) AS n FROM identity_post WHERE office LIKE 'N%' AND valid_to IS NULL").await;
    assert_eq!(opened, 63 * 10);
    let to = ProvinceCode::new("79");
    let scope = c.db.province(to.clone());
    let directory = identity::Directory::new(scope.clone());
    let known = directory.by_subject(phusa::demo::country::ISSUER, "everywhere").await.unwrap().unwrap();
    let theirs = casework::views::own_cases(&c.desk(&to), known.party.unwrap(), None, 100).await.unwrap();
    let provinces = 1 + plan.provinces.iter().filter(|m| m.to == to).count();
    assert!(provinces == 3, "Bình Dương and Bà Rịa – Vũng Tàu went into the city");
    assert_eq!(theirs.len(), provinces * EACH.div_ceil(3) as usize);
    let drafts = scope.one("SELECT COUNT(*) AS n FROM draft WHERE province = $1 AND account = $2", values![known.id]).await.unwrap().unwrap();
    assert_eq!(drafts.int("n").unwrap(), provinces as i64);
}

/// 30 April 2026: Đồng Nai becomes a city and ten communes wards. Names and kinds change; nothing moves.
async fn dong_nai(c: &Country) {
    let day = date(2026, 4, 30);
    let (home, here) = ("75", [ProvinceCode::new("75")]);
    let before = by_handling(&c.db).await;
    let scope = c.db.province(ProvinceCode::new(home));
    let said = acts::Said { name: "Đồng Nai thành phố".into(), basis: "30/2026/QH16".into(), day: Some(day) };
    let now = morning(day);
    // The catalogue of 2026: the offices of before 1 July 2025 are no more.
    let mut offices = identity::Offices::default();
    for office in c.offices.iter().filter(|o| o.established == Some(DAY)) {
        offices.add(c.offices.province_of(office.code.as_str()).unwrap(), office.clone());
    }
    let plan = acts::prepare(&scope, &c.areas, &offices, &here, &said, who(1, "A"), now).await.unwrap();
    assert!(plan.provinces.is_empty() && plan.offices.is_empty(), "{:?}", plan.offices);
    let city = plan.units.iter().find(|u| u.code == "75").unwrap();
    assert_eq!((city.fate, city.before.as_str(), city.after.as_str()), (UnitFate::Renamed, "Tỉnh Đồng Nai", "Thành phố Đồng Nai"));
    assert!(plan.units.iter().filter(|u| u.code.len() == 5).all(|u| u.fate == UnitFate::Renamed) && plan.units.len() > 1);
    let plan = acts::approve(&scope, &plan.id, who(2, "B"), now).await.unwrap();
    let (plan, moved) = run(c, plan, now, 4).await;
    assert_eq!((moved.cases, plan.after.unwrap().holds()), (0, true));
    assert_eq!(by_handling(&c.db).await, before);
    // Withdrawn before it begins a plan is over; begun it is not withdrawn.
    let other = acts::prepare(&scope, &c.areas, &offices, &here, &said, who(1, "A"), now).await.unwrap();
    let other = acts::withdraw(&scope, &other.id, who(1, "A"), "Lập nhầm", now).await.unwrap();
    assert_eq!(other.status, Status::Withdrawn);
    assert!(acts::withdraw(&scope, &plan.id, who(1, "A"), "Lập nhầm", now).await.is_err());
    let kept = plans::plan(&scope, &plan.id).await.unwrap().unwrap();
    let history = store::journal::stream(&scope, &Plan::stream(&plan.id)).await.unwrap();
    let replayed = history.iter().fold(None, |p, e| reform::model::evolve(p, &e.read().unwrap())).unwrap();
    assert_eq!(replayed, kept);
}

/// Officials act on cases while these move: an act comes before the move and goes along, or is told where the case is.
async fn acts_go_on_meanwhile(db: Db) {
    let c = country(&db).await;
    let (from, to) = (ProvinceCode::new("74"), ProvinceCode::new("79"));
    c.fill(&[from.clone(), to.clone()], 160, 2).await.unwrap();
    let plan = approved(&c, "79", std::slice::from_ref(&from), DAY).await;
    let scope = db.province(from.clone());
    let directory = identity::Directory::new(scope.clone());
    let rows = scope.query("SELECT case_id, code, received FROM case_view WHERE province = $1 AND handling = 'submitted' ORDER BY case_id DESC", Vec::new()).await.unwrap();
    assert!(rows.len() >= 20);
    let now = morning(DAY);
    let mut todo = Vec::new();
    for row in &rows {
        let (account, _) = directory.holders(row.text("received").unwrap(), "one_stop", now).await.unwrap().remove(0);
        todo.push((row.id("case_id").unwrap(), row.string("code").unwrap(), directory.actor(account.id, now).await.unwrap().unwrap()));
    }
    let desk = c.desk(&from);
    let acting = tokio::spawn(async move {
        let mut done = Vec::new();
        for (id, code, actor) in todo {
            let act = Act { act: "receive".into(), input: serde_json::json!({"pickup": "Nhận bản điện tử"}) };
            match desk.perform(&actor, id, &act, now, None, None).await {
                Ok(_) => done.push((id, code)),
                Err(DeskError::Refused(r)) => assert_eq!(r.code, "moved-to-province", "{}", r.message.en),
                Err(e) => panic!("{e}"),
            }
        }
        done
    });
    let (plan, moved) = run(&c, plan, now, 2).await;
    let done = acting.await.unwrap();
    assert_eq!(moved.cases, 160);
    assert!(plan.after.unwrap().holds());
    let there = c.desk(&to);
    for (id, code) in done {
        let history = there.history(id).await.unwrap();
        assert_eq!(history.iter().filter(|e| e.act == "receive").count(), 1, "{code}: an acknowledged act went along");
    }
    assert_eq!(replays(&c, &to).await, 320);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_it_goes_on_sqlite() {
    let home = folder("reform-kill");
    killed(format!("sqlite://{}", home.join("phusa.db").display()), &home).await;
    std::fs::remove_dir_all(home).ok();
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_it_goes_on_postgres() {
    let home = folder("reform-kill");
    killed(testkit::pg::database().await.unwrap(), &home).await;
    std::fs::remove_dir_all(home).ok();
}

/// `kill -9` in the middle, again and again; in the end it is as if it had run once.
async fn killed(url: String, home: &std::path::Path) {
    let db = assembly::open(&url).await.unwrap();
    let c = Country::new(db.clone(), &catalogue(), DAY);
    let here = ["74", "77", "79"].map(ProvinceCode::new);
    let made = c.fill(&here, 400, 3).await.unwrap();
    let before = by_handling(&db).await;
    let plan = approved(&c, "79", &here, DAY).await;
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_phusa"))
            .args(["reform", "--province", "79", "--database", &url, "--data"])
            .arg(home)
            .args(["run", &plan.id, "--together", "3", "--pause-ms", "1"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut kills = 0;
    let mut pause = 350;
    loop {
        let mut child = start();
        let ended = tokio::task::block_in_place(|| {
            std::thread::sleep(Duration::from_millis(pause));
            child.try_wait().unwrap()
        });
        match ended {
            Some(status) => {
                let mut said = String::new();
                std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
                assert!(status.success(), "{said}");
                break;
            }
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
                pause += 130;
                // Whatever instant it was: no case is in two provinces, none is in none.
                assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM case_view").await as u64, made);
                assert_eq!(number(&db, "SELECT COUNT(DISTINCT case_id) AS n FROM case_view").await as u64, made);
            }
        }
        assert!(kills < 60, "it never ends");
    }
    let scope = db.province(ProvinceCode::new("79"));
    let plan = plans::plan(&scope, &plan.id).await.unwrap().unwrap();
    let after = plan.after.clone().unwrap();
    assert!(after.holds() && after.left == 0 && after.refused == 0, "{after:?}");
    assert_eq!(by_handling(&db).await, before);
    assert_eq!(replays(&c, &ProvinceCode::new("79")).await as u64, made);
    assert!(kills > 0, "it was never killed in the middle");
    println!("{kills} kills");
}
