//! Seals held by a provider of remote signing that fails in every way that passes: no document is lost, none is signed twice.

use crate::{
    dossier::Dossier,
    house::{House, MONDAY, folder, instant},
    sealed::{pdfsig, pyhanko},
};
use signing::simulator::{CLIENT, Fault, PIN, SECRET, Simulator};
use std::{os::unix::fs::PermissionsExt as _, path::Path};
use store::Db;
use testkit::on_each_database;

on_each_database!(a_provider_with_faults_seals_each_document_once);

const WARD: &str = "H29.161";
/// Each of these goes by: the provider is asked again, later and later.
const FAULTS: [Fault; 5] = [Fault::Unavailable, Fault::Closes, Fault::TokenExpired, Fault::SadExpired(1), Fault::None];

fn secret(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
    std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A provider with the ward's seal, and the list of keys that names it.
fn provider(data: &Path) -> Simulator {
    let keys = data.join("signing");
    signing::trial::prepare(&keys, &[(WARD.into(), "Ủy ban nhân dân phường".to_owned())], instant(MONDAY)).unwrap();
    let read = |name: &str| std::fs::read_to_string(keys.join(name)).unwrap();
    let simulator = Simulator::serve().unwrap();
    simulator.add("seal", &read("H29.161.pem"), &read("H29.161.key")).unwrap();
    secret(&keys, "secret.txt", SECRET);
    secret(&keys, "pin.txt", PIN);
    let list = format!("keys:\n  - office: {WARD}\n    remote: {{url: \"{}\", client_id: {CLIENT}, secret_file: secret.txt, credential: seal, pin_file: pin.txt}}\n", simulator.url());
    std::fs::write(keys.join("keys.yaml"), list).unwrap();
    simulator
}

async fn a_provider_with_faults_seals_each_document_once(db: Db) {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("provider");
    let simulator = provider(&data);
    let house = House::over(db, &[], MONDAY, data).await;
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
    assert_eq!(simulator.signed().len(), sealed, "a signature for each document and no more");
    let one = cases[0].seen_by("lan")["documents"][0]["href"].as_str().unwrap().to_owned();
    let pdf = house.actor("lan").get(&one).bytes;
    assert!(pdfsig(&house.data, &pdf).contains("Signature is Valid") && pyhanko(&house.data, &pdf).starts_with("VALID AgencySeal"), "{}", pyhanko(&house.data, &pdf));
    assert_eq!(simulator.signed().len(), sealed, "opened, it is not signed again");
}
