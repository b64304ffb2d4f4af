//! Seals held by a provider of remote signing that fails in every way that passes: no document is lost, none is sealed twice, and the
//! ledger of prepaid signatures says what the provider says.

use crate::{
    dossier::Dossier,
    house::{House, MONDAY, folder, instant},
    sealed::{pdfsig, pyhanko},
};
use kernel::{
    Actor, Dong,
    id::{DueId, ProvinceCode},
};
use prepaid::purse::{Holder, Purse, purse_id};
use signing::{
    simulator::{CLIENT, Fault, PIN, SECRET, Simulator},
    trial::Person,
};
use std::{os::unix::fs::PermissionsExt as _, path::Path};
use store::Db;
use testkit::on_each_database;

on_each_database!(a_provider_with_faults_seals_each_document_once whoever_approved_signs_once_though_the_seal_waits);

const WARD: &str = "H29.161";
const PROVIDER: &str = "trial";
/// Each of these goes by: the provider is asked again, later and later. One signature of `Lost` is made and never arrives.
const FAULTS: [Fault; 6] = [Fault::Unavailable, Fault::Closes, Fault::TokenExpired, Fault::SadExpired(1), Fault::None, Fault::Lost];

fn secret(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
    std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A provider with the ward's seal, and the list of keys that names it.
fn provider(data: &Path, leader: Option<&Person>) -> Simulator {
    let keys = data.join("signing");
    signing::trial::prepare_with(&keys, &[(WARD.into(), "Ủy ban nhân dân phường".to_owned())], leader.map_or(&[], std::slice::from_ref), instant(MONDAY)).unwrap();
    let read = |name: &str| std::fs::read_to_string(keys.join(name)).unwrap();
    let simulator = Simulator::serve().unwrap();
    simulator.add("seal", &read("H29.161.pem"), &read("H29.161.key")).unwrap();
    secret(&keys, "secret.txt", SECRET);
    secret(&keys, "pin.txt", PIN);
    let list = format!("validation: {{ask: nowhere, lists: [trial-revoked.pem]}}\nkeys:\n  - office: {WARD}\n    provider: {PROVIDER}\n    remote: {{url: \"{}\", client_id: {CLIENT}, secret_file: secret.txt, credential: seal, pin_file: pin.txt}}\n", simulator.url());
    let own = leader.map_or_else(String::new, |p| format!("people:\n  - {{account: {0}, certificate: {0}.pem, key: {0}.key}}\n", p.account));
    std::fs::write(keys.join("keys.yaml"), list + &own).unwrap();
    simulator
}

async fn a_provider_with_faults_seals_each_document_once(db: Db) {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("provider");
    let simulator = provider(&data, None);
    let house = House::over(db, &[], MONDAY, data).await;
    paid_in_advance(&house).await;
    let dossiers = testkit::many("PHUSA_DOCUMENTS", 10, 1_000);
    let mut cases = Vec::new();
    for n in 0..dossiers {
        simulator.set(FAULTS[n % FAULTS.len()]);
        let mut case = Dossier::file(&house, "1.013225");
        case.act("thu", "receive");
        house.effects().await;
        cases.push(case);
    }
    simulator.set(Fault::None);
    // What waited is tried again at its time.
    house.later(3_600);
    house.effects().await;
    let mut sealed = 0;
    for case in &cases {
        for document in case.seen_by("lan")["documents"].as_array().unwrap() {
            assert!(document["seal"]["serial"].as_str().is_some(), "{}: {document}", case.code);
            sealed += 1;
        }
    }
    // A signature for each document, and one for each answer that was lost: made, paid for, and looked into by a person.
    let lost = (0..dossiers).filter(|n| FAULTS[n % FAULTS.len()] == Fault::Lost).count();
    assert_eq!(simulator.signed().len(), sealed + lost);
    ledger_equals_signatures(&house, sealed, lost).await;
    let one = cases[0].seen_by("lan")["documents"][0]["href"].as_str().unwrap().to_owned();
    let pdf = house.actor("lan").get(&one).bytes;
    assert!(pdfsig(&house.data, &pdf).contains("Signature is Valid") && pyhanko(&house.data, &pdf).starts_with("VALID AgencySeal"), "{}", pyhanko(&house.data, &pdf));
    assert_eq!(simulator.signed().len(), sealed + lost, "opened, it is not signed again");
}

/// The leader's own signature is kept before the seal is asked for: while the provider is away nobody is asked to sign again.
async fn whoever_approved_signs_once_though_the_seal_waits(db: Db) {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("approved");
    let province = ProvinceCode::new(phusa::demo::PROVINCE);
    let (directory, people) = (identity::Directory::new(db.province(province.clone())), phusa::demo::staff::people());
    let ids = phusa::demo::staff::install_named(&directory, &people, Actor::system(province).account).await.unwrap();
    let khanh = ids[people.iter().position(|p| p.key == "khanh").unwrap()];
    let leader = Person { account: khanh, name: "Bùi Quốc Khánh".into(), organisation: "Ủy ban nhân dân phường".into() };
    let simulator = provider(&data, Some(&leader));
    let house = House::over(db, &[], MONDAY, data).await;
    paid_in_advance(&house).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("ha", "review").act("khanh", "approve");
    house.effects().await;
    simulator.set(Fault::Unavailable);
    case.act("mai", "issue");
    let files = |case: &Dossier<'_>| case.story("thu").iter().filter(|a| *a == "file-document").count();
    let before = files(&case);
    for _ in 0..3 {
        house.effects().await;
        house.later(600);
    }
    assert_eq!(files(&case), before + 1, "signed, and kept once");
    let result = |case: &Dossier<'_>| case.seen_by("lan")["documents"].as_array().unwrap().iter().find(|d| !d["document"].as_str().unwrap().starts_with("slip")).unwrap().clone();
    assert!(result(&case)["seal"].is_null(), "{}", result(&case));
    simulator.set(Fault::None);
    house.later(7_200);
    house.effects().await;
    assert_eq!(files(&case), before + 2);
    let pdf = house.actor("lan").get(result(&case)["href"].as_str().unwrap()).bytes;
    let said = pdfsig(&house.data, &pdf);
    assert_eq!(said.matches("Signature is Valid").count(), 2, "{said}");
    assert!(said.contains("Bùi Quốc Khánh"), "{said}");
    let checked = pyhanko(&house.data, &pdf);
    assert!(checked.starts_with("VALID SignerSignature") && checked.contains("\nVALID AgencySeal"), "{checked}");
    let archival = crate::sealed::archival(&house.data, &pdf);
    assert!(archival.starts_with("ARCHIVAL") && archival.contains("2 signatures"), "{archival}");
    let told = house.actor("lan").get(&format!("/my/{}", case.code)).text();
    assert!(told.contains("Bùi Quốc Khánh; Ủy ban nhân dân"), "{told}");
    // A slip is signed by whoever issues it: thu has no key here, so it is sealed alone.
    let slip = case.seen_by("lan")["documents"][0]["href"].as_str().unwrap().to_owned();
    assert_eq!(pdfsig(&house.data, &house.actor("lan").get(&slip).bytes).matches("Signature is Valid").count(), 1);
    house.sound(&case.code).await;
}

fn purse() -> kernel::id::PurseId {
    purse_id(&PROVIDER.into(), &Holder::Office(WARD.into()))
}

async fn paid_in_advance(house: &House) {
    let (room, payment) = (&house.it.rooms.prepaid, DueId::new(uuid::Uuid::now_v7()));
    let system = Actor::system(house.it.scope.province().clone());
    room.ask(&system, &PROVIDER.into(), &Holder::Office(WARD.into()), payment, Dong(1_000_000)).await.unwrap();
    room.ledger.topped_up(payment, Dong(1_000_000), "MP1", house.now()).await.unwrap();
}

async fn ledger_equals_signatures(house: &House, sealed: usize, lost: usize) {
    let scope = &house.it.scope;
    let states = prepaid::views::states(scope, purse()).await.unwrap();
    let count = |state: &str| states.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| usize::try_from(*n).unwrap());
    assert_eq!((count("charged"), count("doubt"), count("held")), (sealed, lost, 0), "{states:?}");
    assert!(count("released") > 0, "what the provider refused was given back");
    let twice = house.count("SELECT COUNT(*) AS n FROM (SELECT reference FROM prepaid_use WHERE province = $1 AND state = 'charged' GROUP BY reference HAVING COUNT(*) > 1) AS many").await;
    assert_eq!(twice, 0, "no document was charged twice");
    let sums = prepaid::views::statement(scope, purse(), "2026-11").await.unwrap();
    let kept = records::load::<Purse>(scope, &purse().to_string()).await.unwrap().unwrap().state;
    assert_eq!(sums.charged, i64::try_from(sealed).unwrap());
    assert_eq!(sums.closing(), Dong(kept.balance.0 + kept.kept().0), "the statement and the account agree");
}
