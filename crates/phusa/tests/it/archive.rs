//! A dossier as a package that other programs read: hashes that `sha256sum` confirms, documents that `pdfsig` confirms, every event.

use crate::{
    dossier::Dossier,
    house::{House, MONDAY, folder, instant},
    payments::page,
    sealed::pdfsig,
};
use serde_json::Value;
use std::{path::Path, process::Command};
use store::Db;
use testkit::on_each_database;

on_each_database!(a_package_is_read_without_the_program);

fn run(folder: &Path, program: &str, args: &[&str]) -> (bool, String) {
    let out = Command::new(program).args(args).current_dir(folder).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    (out.status.success(), format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)))
}

async fn a_package_is_read_without_the_program(db: Db) {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("archive");
    signing::trial::prepare(&data.join("signing"), &[("H29.161".into(), "Ủy ban nhân dân phường".to_owned())], instant(MONDAY)).unwrap();
    let house = House::over(db, &[], MONDAY, data).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    house.effects().await;
    let address = format!("/work/cases/{}/archive.zip", case.code);
    assert!(page(&house.actor("thu").get(&format!("/work/cases/{}", case.code))).contains(&address));
    let package = house.actor("thu").get(&address);
    assert_eq!((package.status, package.header("content-type")), (200, "application/zip"));
    let at = folder("package");
    std::fs::write(at.join("package.zip"), &package.bytes).unwrap();
    assert!(run(&at, "python3", &["-m", "zipfile", "-e", "package.zip", "."]).0);
    let (good, said) = run(&at, "sha256sum", &["-c", "SHA256SUMS"]);
    assert!(good && said.contains("manifest.json: OK") && said.contains("doc-ho-so.html: OK"), "{said}");

    let manifest: Value = serde_json::from_slice(&std::fs::read(at.join("manifest.json")).unwrap()).unwrap();
    assert_eq!((manifest["format"].as_str(), manifest["code"].as_str()), (Some("phusa-dossier-1"), Some(case.code.as_str())));
    let files = manifest["files"].as_array().unwrap();
    let seen = case.seen_by("thu");
    let expected = seen["documents"].as_array().unwrap().len() + seen["files"].as_array().map_or(0, Vec::len);
    assert!(files.len() >= expected && files.iter().all(|f| f["missing"].is_null()), "{manifest}");
    for file in files.iter().filter(|f| f["of"]["document"].is_string()) {
        let pdf = std::fs::read(at.join(file["path"].as_str().unwrap())).unwrap();
        assert!(pdfsig(&at, &pdf).contains("Signature is Valid"), "{file}");
        assert!(file["signatures"][1]["serial"].is_string(), "{file}");
    }
    // The events are those of the journal, in their order.
    let events = std::fs::read_to_string(at.join("dien-bien.jsonl")).unwrap();
    let acts: Vec<String> = events.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["event"]["act"].as_str().unwrap().to_owned()).collect();
    assert_eq!(acts, case.story("thu"));
    assert_eq!(manifest["events"], acts.len());
    let html = std::fs::read_to_string(at.join("doc-ho-so.html")).unwrap();
    assert!(html.contains(&case.code) && html.contains("van-ban/") && !html.contains("<script"));
    // One byte changed anywhere is told.
    let one = files.iter().find_map(|f| f["path"].as_str()).unwrap();
    let mut bytes = std::fs::read(at.join(one)).unwrap();
    bytes[10] ^= 1;
    std::fs::write(at.join(one), bytes).unwrap();
    let (good, said) = run(&at, "sha256sum", &["-c", "SHA256SUMS"]);
    assert!(!good && said.contains("FAILED"), "{said}");
    // Taking it away is told to the person concerned; strangers get nothing.
    assert!(page(&house.actor("lan").get("/my/data-access")).contains(&case.code));
    assert_eq!(house.actor("phuoc").get(&address).status, 404);
    assert!(matches!(house.actor("lan").get(&address).status, 403 | 404));
    assert_eq!(house.actor("thu").get("/work/cases/H29.161-000000-0000/archive.zip").status, 404);
    let _ = std::fs::remove_dir_all(at);
}
