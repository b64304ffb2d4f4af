//! The national portal: every change told once and in order, through every fault; what it tells us; comparison.

use crate::{dossier::Dossier, house::House};
use kernel::Instant;
use national_portal::{
    NationalPortal,
    reconcile::Difference,
    simulator::{Faults, Simulator},
    wire::{Connection, HttpPortal, SIGNATURE, sign},
};
use phusa::{bench, rooms::Outside};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use store::{Db, values};
use testkit::on_each_database;

const SECRET: &[u8] = b"a secret of the test, thirty-two bytes";

on_each_database! {
    a_dossier_is_told_in_order
    a_refused_dossier_stops_alone_and_is_sent_again
    what_the_portal_tells_never_replaces_something_newer
    a_portal_file_with_differences_gives_the_exact_list
}

/// The procedure controller in a browser.
fn watcher(h: &House) -> testkit::Browser {
    let mut b = h.browser();
    b.sign_in("ngoc", "");
    b
}

fn room(h: &House) -> NationalPortal {
    h.it.rooms.national_portal.clone()
}

async fn simulated(faults: Faults) -> (Simulator, HttpPortal) {
    let simulator = Simulator::new(SECRET, faults, 4);
    let connection = simulator.serve().await.unwrap();
    // Shorter than a slow answer takes, so that the sender gives up on it.
    let portal = HttpPortal::with_timeout(connection, Duration::from_millis(250));
    (simulator, portal)
}

/// Sends until nothing is due, moving the time over the pauses; answers messages and failures.
async fn send_all(room: &NationalPortal, portal: &HttpPortal, now: &mut Instant) -> (usize, usize) {
    let (mut messages, mut failed) = (0, 0);
    for _ in 0..100_000 {
        let told = room.send_due(portal, *now).await.unwrap();
        messages += told.messages;
        failed += told.failed;
        assert_eq!(told.rejected, 0);
        if told.messages + told.failed > 0 {
            continue;
        }
        let next = room.scope.one("SELECT MIN(due) AS due FROM national_case WHERE province = $1 AND due IS NOT NULL", values![]).await.unwrap();
        match next.and_then(|r| r.opt_instant("due").unwrap()) {
            Some(due) => *now = due.max(*now),
            None => return (messages, failed),
        }
    }
    panic!("it never ends");
}

async fn send(h: &House, portal: &HttpPortal) -> (usize, usize) {
    let mut now = h.now();
    let sent = send_all(&room(h), portal, &mut now).await;
    h.set_to(now);
    sent
}

async fn a_dossier_is_told_in_order(db: Db) {
    let h = House::open(db).await;
    let (simulator, portal) = simulated(Faults::default()).await;
    let mut d = Dossier::file(&h, "1.001193");
    d.act("thu", "receive");
    h.effects().await;
    h.follow().await;
    send(&h, &portal).await;
    {
        let book = simulator.book.lock().unwrap();
        let seen = &book.dossiers[&d.code];
        assert_eq!((seen.status, seen.procedure.as_str(), seen.channel), (4, "1.001193", 2));
        assert_eq!(seen.filed, "20261123083000");
        assert!(!seen.received.is_empty() && !seen.promised.is_empty() && seen.ended.is_empty());
        assert_eq!(book.told[&d.code], [1, 4]);
        assert!(!seen.identifier.is_empty());
    }
    // What a permit costs goes along.
    let mut permit = Dossier::file(&h, "1.013225");
    h.follow().await;
    send(&h, &portal).await;
    {
        let book = simulator.book.lock().unwrap();
        let fees: Vec<_> = book.dossiers[&permit.code].fees.iter().map(|f| (f.code.as_str(), f.kind, f.collected, f.amount)).collect();
        assert_eq!(fees, [("permit", 2, 2, 75_000)]);
        assert!(book.dossiers[&d.code].fees.iter().all(|f| f.kind == 2));
    }
    // Nothing new, nothing told.
    h.follow().await;
    assert_eq!(send(&h, &portal).await, (0, 0));
    // The journal has one entry for each acknowledged message, and no case entry besides the two acts.
    let acknowledged = h.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'national.acknowledged'").await;
    assert_eq!(acknowledged, 3);
    // How it was paid: the index counts what was paid online, once all of it was.
    permit.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    h.follow().await;
    send(&h, &portal).await;
    assert_eq!(simulator.book.lock().unwrap().dossiers[&permit.code].paid_online, 0);
    while crate::walk::pay(&permit, &mut std::collections::BTreeSet::new()).await {}
    // A result goes by its code in the result catalogue; where none is declared, and of a refusal, there is no such field.
    let mut granted = Dossier::file(&h, "1.001612");
    granted.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("khanh", "approve");
    while crate::walk::pay(&granted, &mut std::collections::BTreeSet::new()).await {}
    granted.act("mai", "issue");
    let mut refused = Dossier::file(&h, "1.001612");
    refused.act("thu", "receive").act("ha", "assign").act("duc", "propose_refusal").act("khanh", "approve").act("mai", "issue");
    h.follow().await;
    send(&h, &portal).await;
    let book = simulator.book.lock().unwrap();
    assert_eq!(book.dossiers[&permit.code].paid_online, 2, "through our own gateway");
    let code = |d: &Dossier<'_>| {
        let told = serde_json::to_value(&book.dossiers[&d.code]).unwrap();
        assert_eq!(told["DanhSachGiayToKetQua"].as_array().unwrap().len(), 1, "{told}");
        told["DanhSachGiayToKetQua"][0].get("MaKetQua").cloned()
    };
    assert_eq!((code(&granted), code(&refused), code(&permit)), (Some(json!("KQ.TRINHDIEN.DKKD.001")), None, None));
}

mod many_dossiers_through_every_fault {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::every_fault(None).await;
    }
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::every_fault(Some(testkit::pg::database().await.unwrap())).await;
    }
}

/// A year of `PHUSA_TOLD` dossiers (1,500; in `make soak` 10,000) told to a portal that fails in every way: nothing lost, nothing doubled, equal at the end.
async fn every_fault(database: Option<String>) {
    let folder = crate::house::folder("portal");
    let dossiers = testkit::many("PHUSA_TOLD", 1_500, 10_000);
    let (world, made) = bench::world::filled(&folder, database.as_deref(), dossiers as u64, false).await.unwrap();
    let (scope, room) = (world.house.scope.clone(), world.house.rooms.national_portal.clone());
    let (simulator, portal) = simulated(Faults::all()).await;
    let began = std::time::Instant::now();
    let mut now = room.now();
    room.consumer().catch_up(now, Duration::from_secs(120)).await.unwrap();
    let (messages, failed) = send_all(&room, &portal, &mut now).await;
    let ours: BTreeMap<String, i64> = scope
        .query("SELECT code, status FROM national_case WHERE province = $1", values![])
        .await
        .unwrap()
        .iter()
        .map(|r| (r.string("code").unwrap(), r.int("status").unwrap()))
        .collect();
    let book = simulator.book.lock().unwrap();
    let theirs: BTreeMap<String, i64> = book.dossiers.values().map(|d| (d.code.clone(), i64::from(d.status))).collect();
    println!(
        "{} dossiers, {} acts; {} requests, {} taken, {} repeated, {} older, {} refused for now; {messages} acknowledged, {failed} failed tries; {:.1} s",
        made.cases,
        made.events,
        book.requests,
        book.taken,
        book.repeated,
        book.older,
        book.failed,
        began.elapsed().as_secs_f64()
    );
    assert_eq!(ours.len(), dossiers);
    assert_eq!(ours, theirs, "statuses at the end");
    assert!(book.repeated > 0 && failed > 0, "the faults were not on");
    assert_eq!(book.older, 0, "a message overtook another of its dossier");
    assert_eq!(book.impossible, [], "a status the table does not allow");
    // Every change once: the portal took as many as were acknowledged.
    assert_eq!(book.taken as usize, messages);
    let _ = std::fs::remove_dir_all(&folder);
}

async fn a_refused_dossier_stops_alone_and_is_sent_again(db: Db) {
    let h = House::open(db).await;
    let (simulator, portal) = simulated(Faults::default()).await;
    let wrong = HttpPortal::new(Connection { secret: b"another secret, also thirty-two bytes".as_slice().into(), url: simulator.serve().await.unwrap().url });
    let d = Dossier::file(&h, "1.001193");
    h.follow().await;
    let told = room(&h).send_due(&wrong, h.now()).await.unwrap();
    assert_eq!((told.messages, told.rejected), (0, 1));
    // It waits for a person; a new dossier goes on.
    let other = Dossier::file(&h, "1.001193");
    h.follow().await;
    send(&h, &portal).await;
    assert!(!simulator.book.lock().unwrap().dossiers.contains_key(&d.code));
    assert!(simulator.book.lock().unwrap().dossiers.contains_key(&other.code));
    let page = watcher(&h).get("/work/national/waiting?only=rejected");
    assert!(page.text().contains(&d.code) && page.text().contains("401"), "{}", page.text());
    let by = h.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "thu").await.unwrap().unwrap();
    let by = h.it.identity.directory().actor(by.id, h.now()).await.unwrap().unwrap();
    assert_eq!(room(&h).resend(&[d.code.clone(), "H29.161-000000-0000".into()], &by, h.now()).await.unwrap(), 1);
    send(&h, &portal).await;
    assert!(simulator.book.lock().unwrap().dossiers.contains_key(&d.code));
}

async fn what_the_portal_tells_never_replaces_something_newer(db: Db) {
    let h = House::connected(db, Outside { national: Some(Connection { url: "http://127.0.0.1:9".into(), secret: SECRET.into() }), ..Outside::default() }).await;
    let own = Dossier::file(&h, "1.001193");
    let say = |body: &serde_json::Value, secret: &[u8]| {
        let text = body.to_string();
        let signature = sign(secret, text.as_bytes());
        h.nobody().send("POST", "/national/notify", &[("content-type", "application/json"), (SIGNATURE, &signature)], Some(text.into_bytes()))
    };
    let message = |code: &str, status: i64, at: &str| json!({"MaHoSo": code, "MaTTHC": "2.000488", "TenTTHC": "Phiếu lý lịch tư pháp", "HeThong": "Bộ Công an", "TrangThaiHoSo": status, "ThoiDiem": at});
    assert_eq!(say(&message("G01-261120-000001", 4, "2026-11-20T08:00:00+07:00"), SECRET).ok()["taken"], "applied");
    assert_eq!(say(&message("G01-261120-000001", 4, "2026-11-20T08:00:00+07:00"), SECRET).ok()["taken"], "known");
    assert_eq!(say(&message("G01-261120-000001", 9, "2026-11-23T08:00:00+07:00"), SECRET).ok()["taken"], "applied");
    assert_eq!(say(&message("G01-261120-000001", 5, "2026-11-21T08:00:00+07:00"), SECRET).ok()["taken"], "older");
    assert_eq!(say(&message(&own.code, 8, "2026-11-24T08:00:00+07:00"), SECRET).ok()["taken"], "own-dossier");
    assert_eq!(say(&message("G01-261120-000002", 77, "2026-11-24T08:00:00+07:00"), SECRET).ok()["taken"], "unreadable");
    assert_eq!(say(&json!({"x": 1}), SECRET).ok()["taken"], "unreadable");
    assert_eq!(say(&message("G01-261120-000003", 4, "2026-11-24T08:00:00+07:00"), b"wrong").status, 403);
    let row = h.it.scope.one("SELECT status FROM national_mirror WHERE province = $1 AND code = 'G01-261120-000001'", values![]).await.unwrap().unwrap();
    assert_eq!(row.int("status").unwrap(), 9);
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM national_parked WHERE province = $1").await, 4);
    assert_eq!(own.seen_by("lan")["tracks"]["handling"]["state"], "submitted");
    for (path, word) in [("/work/national/mirror", "Bộ Công an"), ("/work/national/parked", "Cũ hơn tin đã có"), ("/work/national", "Đồng bộ")] {
        let page = watcher(&h).get(path);
        assert!(page.text().contains(word), "{path}: {}", page.text());
    }
    assert_eq!(h.actor("lan").get("/work/national").status, 403);
}

pub async fn a_portal_file_with_differences_gives_the_exact_list(db: Db) {
    let h = House::open(db).await;
    let codes: Vec<String> = (0..10).map(|_| Dossier::file(&h, "1.001193").code).collect();
    h.follow().await;
    // Three missing, two extra, five different.
    let mut file = String::from("MaHoSo;TrangThaiHoSo\n");
    for code in &codes[3..8] {
        file.push_str(&format!("{code};4\n"));
    }
    for code in &codes[8..] {
        file.push_str(&format!("{code};1\n"));
    }
    file.push_str("H29.999-261123-0001;4\nH29.999-261123-0002;9\n");
    let mut b = watcher(&h);
    let here = "/work/national/comparisons";
    let dates = [("from-day", "23"), ("from-month", "11"), ("from-year", "2026"), ("to-day", "23"), ("to-month", "11"), ("to-year", "2026")];
    let wrong = b.upload_with(here, &format!("{here}/file"), &dates, &[("file", "cong.csv", b"MaHoSo;TrangThaiHoSo\nA;99\n")]);
    assert!(wrong.text().contains("Dòng 2"), "{}", wrong.text());
    let made = b.upload_with(here, &format!("{here}/file"), &dates, &[("file", "cong.csv", file.as_bytes())]).goes_to();
    let id = made.rsplit('/').next().unwrap().to_owned();
    let comparison = room(&h).comparison(id.parse().unwrap()).await.unwrap().unwrap();
    let count = |f: &dyn Fn(&Difference) -> bool| comparison.differences.iter().filter(|d| f(d)).count();
    assert_eq!(comparison.agreed, 2);
    assert_eq!((count(&|d| d.theirs.is_none()), count(&|d| d.ours.is_none()), count(&|d| d.ours.is_some() && d.theirs.is_some())), (3, 2, 5));
    // One click sends the eight that are ours; afterwards the portal agrees with us.
    let (simulator, portal) = simulated(Faults::default()).await;
    send(&h, &portal).await;
    simulator.book.lock().unwrap().dossiers.clear();
    assert_eq!(b.post(&made, &format!("{here}/{id}/resend"), []).goes_to(), "/work/national/waiting");
    send(&h, &portal).await;
    let book = simulator.book.lock().unwrap();
    assert_eq!(book.dossiers.keys().cloned().collect::<Vec<_>>(), codes[..8]);
}
