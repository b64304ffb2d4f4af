//! Scenario 7: the program is gone between two steps that belong together. Here each gap is entered exactly: the first
//! half is done, nothing that follows it runs, and another program is opened over the same database and files. (`kill` sends
//! SIGKILL to the running program at random moments instead.)

use crate::{
    dossier::{Dossier, example, key},
    house::{House, MONDAY},
    payments::{due_of, follow, page, post, reference},
};
use casework::Act;
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use store::{Db, files::Upload, values};

/// The program started again over what the first one left. Later than the leases of the first: its clock stands still.
async fn again(first: &House, db: Db, minutes: i64) -> House {
    let next = House::over(db, &[], MONDAY, first.data.clone()).await;
    next.set_to(first.now().plus_seconds(minutes * 60));
    next
}

/// How many objects lie under the folder of files.
fn objects(house: &House) -> BTreeSet<std::path::PathBuf> {
    fn walk(folder: &std::path::Path, into: &mut BTreeSet<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, into);
            } else {
                into.insert(path);
            }
        }
    }
    let mut all = BTreeSet::new();
    walk(&house.data.join("files"), &mut all);
    all
}

/// The bytes are stored, the dossier is not: nothing refers to them; sent again, there is one dossier with its papers.
pub async fn between_file_and_commit(db: Db) {
    let first = House::open(db.clone()).await;
    let mut body = example(&first, "1.013225");
    let papers = body["files"].as_array().unwrap().len();
    assert!(papers > 0);
    let before = objects(&first);
    for (n, file) in body["files"].as_array_mut().unwrap().iter_mut().enumerate() {
        let bytes = format!("%PDF-1.4\n% paper {n}\n%%EOF").into_bytes();
        file["content_base64"] = crate::bad::base64(&bytes).into();
        let mut batch = first.it.scope.batch();
        let upload = Upload { name: file["name"].as_str().unwrap().to_owned(), claimed: None, bytes: bytes.into() };
        first.it.services.files.take(&mut batch, upload, 20 << 20, first.now()).await.unwrap();
        drop(batch); // Here the program is gone.
    }
    let stored = objects(&first);
    assert!(stored.len() > before.len(), "the bytes are on the disk");
    assert_eq!(first.count("SELECT COUNT(*) AS n FROM file WHERE province = $1").await, 0, "nothing refers to them");
    assert_eq!(first.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, 0);

    let next = again(&first, db, 5).await;
    let (lan, key) = (next.actor("lan"), key());
    let filed = lan.post_once("/api/v1/cases", &key, &body).ok();
    let twice = lan.post_once("/api/v1/cases", &key, &body).ok();
    assert_eq!((&twice["code"], twice["repeated"].as_bool()), (&filed["code"], Some(true)));
    assert_eq!(next.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, 1);
    assert_eq!(filed["files"].as_array().unwrap().len(), papers);
    assert_eq!(objects(&next), stored, "the same bytes once, by their hash");
    let case = Dossier { house: &next, code: filed["code"].as_str().unwrap().to_owned(), last: filed.clone() };
    for file in filed["files"].as_array().unwrap() {
        let kept = next.it.services.files.read(&next.it.scope, file["file"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(kept.0.sha256, file["sha256"].as_str().unwrap());
    }
    next.sound(&case.code).await;
}

/// The bank's word is recorded, the receipt is not: afterwards there is one receipt, the case knows once, the bank may tell again.
pub async fn between_payment_and_receipt(db: Db) {
    let first = House::open(db.clone()).await;
    let case = Dossier::file(&first, "1.001612");
    follow(&first).await;
    let due = due_of(&first, &case.code);
    post(&first, "lan", &format!("{due}/qr"), &[]);
    first.effects().await;
    let reference = reference(&page(&first.actor("lan").get(&due)));
    post(&first, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "")]);
    // Here the program is gone: the money is committed, no effect of it has run.
    assert_eq!(first.count("SELECT COUNT(*) AS n FROM payment_credit WHERE province = $1").await, 1);
    assert_eq!(first.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 0);
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "due");

    let next = again(&first, db.clone(), 5).await;
    follow(&next).await;
    let third = again(&next, db, 5).await;
    follow(&third).await;
    assert_eq!(third.count("SELECT COUNT(*) AS n FROM payment_credit WHERE province = $1").await, 1);
    assert_eq!(third.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 1);
    assert!(page(&third.actor("lan").get(&due)).contains("LP-26E · 00000001"));
    let case = Dossier { house: &third, code: case.code.clone(), last: Value::Null };
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "paid");
    assert_eq!(case.story("thu").iter().filter(|a| *a == "settle_due").count(), 1);
    // Paid by the same code again: not a second time for the due, and not lost.
    post(&first, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "duplicate_callback")]);
    follow(&third).await;
    assert_eq!(third.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 1);
    third.sound(&case.code).await;
}

/// Signed, not numbered: numbers are drawn in the act that issues, and an act that ends halfway at any point leaves no gap.
pub async fn between_sign_and_number(db: Db) {
    const CASES: usize = 12;
    // The program is gone before the clerk presses for the last ones.
    const UNPRESSED: usize = 3;
    let first = House::open(db.clone()).await;
    let mut codes = Vec::new();
    for _ in 0..CASES {
        let mut case = Dossier::file(&first, "1.001193");
        case.act("thu", "receive").act("duc", "appraise").act("khanh", "approve");
        codes.push(case.code);
    }
    // The clerk presses; the program is gone after so many microseconds, at whatever it was waiting for.
    let desk = &first.it.services.desk;
    let clerk = first.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "mai").await.unwrap().unwrap();
    let clerk = first.it.identity.directory().actor(clerk.id, first.now()).await.unwrap().unwrap();
    for (n, code) in codes.iter().enumerate().take(CASES - UNPRESSED) {
        let id = desk.load_code(code).await.unwrap().unwrap().state.id;
        let act = Act { act: "issue".into(), input: Value::Null };
        let pause = Duration::from_micros((n * n * 40) as u64);
        let _ = tokio::time::timeout(pause, desk.perform(&clerk, id, &act, first.now(), None, None)).await;
    }
    let next = again(&first, db, 5).await;
    let mut numbers = BTreeSet::new();
    let mut left = 0;
    for code in &codes {
        let mut case = Dossier { house: &next, code: code.clone(), last: Value::Null };
        case.last = case.seen_by("mai");
        if case.handling() == "processing" {
            left += 1;
            case.act("mai", "issue");
        }
        assert_eq!(case.handling(), "finished");
        assert_eq!(case.story("thu").iter().filter(|a| *a == "issue").count(), 1);
        let papers = case.last["documents"].as_array().unwrap().clone();
        let result = papers.iter().find(|d| !d["document"].as_str().unwrap().starts_with("slip")).unwrap();
        assert!(numbers.insert(result["number"].as_u64().unwrap()), "a number twice: {result}");
        next.sound(code).await;
    }
    println!("{left} of {CASES} were signed and not numbered when the program was gone");
    assert!(left >= UNPRESSED && left <= CASES);
    assert_eq!(numbers, (1..=CASES as u64).collect(), "without a gap");
    let sql = "SELECT MAX(last) AS n FROM number_series WHERE province = $1 AND office = $2 AND series <> 'slip'";
    let last = next.it.scope.one(sql, values!["H29.161"]).await.unwrap().unwrap();
    assert_eq!(last.int("n").unwrap(), CASES as i64);
    next.effects().await;
}
