//! Proofs of answers over HTTP on both engines: opened and taken back by who handed them in, what a picture alone is worth, how
//! old a paper may be; and how much is looked at before a result is called verified.

use crate::{
    house::House,
    support_files::{pdf, send, signed_in},
};
use centre::model::{Assessment, Status};
use scoring::definition::ScaleType;
use store::Db;
use testkit::{Browser, Reply, on_each_database};

on_each_database!(
    a_proof_is_opened_and_taken_back_before_handing_in
    a_photo_alone_and_an_old_paper_prove_nothing
    too_few_checked_answers_conclude_nothing
);

const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xaeB`\x82";

fn start(browser: &mut Browser) -> String {
    let to = browser.post("/assess", "/assess/start", [("vsic", "C10"), ("framework", "dbi-2021-sme@2021"), ("enterprise", "")]).goes_to();
    to.split("/q/").next().unwrap().to_owned()
}

/// Questions answered by choosing whose papers may be of so many days: code and an option.
fn dated(house: &House) -> Vec<(String, String, u32)> {
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap();
    let of = |p: scoring::Placed<'_>| Some((p.criterion.code.clone(), p.scale.options.get(2)?.code.clone(), p.criterion.evidence_age_days?));
    f.criteria().filter(|p| matches!(p.scale.kind, ScaleType::Ladder | ScaleType::Single)).filter_map(of).collect()
}

fn answered(browser: &mut Browser, at: &str, (code, option, _): &(String, String, u32)) {
    let path = format!("{at}/q/{code}");
    browser.post(&path, &path, [("value", option.as_str())]).goes_to();
}

fn hand_in(browser: &mut Browser, question: &str, day: &[(&str, &str)], name: &str, kind: &str, bytes: &[u8]) -> Reply {
    send(browser, question, &format!("{question}/evidence"), day, &[("file", name, kind, bytes)])
}

async fn stored(house: &House) -> Assessment {
    let row = house.it.scope.query("SELECT id FROM assessment WHERE province = $1 ORDER BY id", Vec::new()).await.unwrap();
    centre::store::load(&house.it.scope, row[0].text("id").unwrap()).await.unwrap().unwrap()
}

/// Attached, submitted and taken by a consultant who may read it; the consultant and the address of the page.
async fn taken(house: &House, owner: &mut Browser, at: &str) -> (Browser, String) {
    let firm = owner.post("/my-enterprises/new", "/my-enterprises/new", [("kind", "enterprise"), ("code", "0100112437"), ("name", "Công ty Lươn"), ("vsic", "C10"), ("area", "27139")]).goes_to();
    owner.post(&firm, &format!("{firm}/consents"), [("consents", "advice")]).goes_to();
    let id = firm.rsplit('/').next().unwrap().to_owned();
    owner.post(&format!("{at}/attach"), &format!("{at}/attach"), [("enterprise", id.as_str())]).goes_to();
    owner.post(&format!("{at}/result"), &format!("{at}/submit"), []).goes_to();
    let page = format!("/centre/assessments/{}", stored(house).await.id);
    let mut consultant = signed_in(house, "vien");
    consultant.post(&page, &format!("{page}/assign"), []).goes_to();
    (consultant, page)
}

const NOVEMBER: [(&str, &str); 3] = [("dated-day", "5"), ("dated-month", "11"), ("dated-year", "2026")];

async fn a_proof_is_opened_and_taken_back_before_handing_in(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let at = start(&mut owner);
    let asked = dated(&house).remove(0);
    answered(&mut owner, &at, &asked);
    let question = format!("{at}/q/{}", asked.0);
    // A day that is not, a day to come: said at the field, what was typed stays.
    let before = house.journal().await;
    for (day, month, says) in [("31", "2", "không có thật"), ("24", "12", "ở tương lai")] {
        let wrong = hand_in(&mut owner, &question, &[("dated-day", day), ("dated-month", month), ("dated-year", "2026")], "hd.pdf", "application/pdf", &pdf("x"));
        let text = wrong.text();
        assert!(wrong.status == 422 && text.contains(says) && text.contains(&format!("value=\"{day}\"")), "{text}");
    }
    assert_eq!(house.journal().await, before);
    hand_in(&mut owner, &question, &NOVEMBER, "hóa đơn <1>.pdf", "application/pdf", &pdf("hóa đơn")).goes_to();
    let a = stored(&house).await;
    let file = a.answers[&asked.0].evidence[0].clone();
    assert_eq!(a.proofs[&file].dated.map(|d| d.to_string()).as_deref(), Some("2026-11-05"));
    let shown = owner.get(&question).text();
    let path = format!("{question}/evidence/{file}");
    assert!(shown.contains(&path) && shown.contains("hóa đơn") && !shown.contains("<1>") && shown.contains("giấy ngày 05/11/2026"), "{shown}");
    let opened = house.browser().get(&path);
    assert_eq!((opened.status, opened.bytes.as_slice()), (200, pdf("hóa đơn").as_slice()), "the address is the key");
    // Under another question, another assessment, no file: nothing is there.
    let other = start(&mut house.browser());
    for wrong in [format!("{at}/q/p2.1.strategy/evidence/{file}"), format!("{other}/q/{}/evidence/{file}", asked.0), format!("{question}/evidence/file_x")] {
        assert_eq!(owner.get(&wrong).status, 404, "{wrong}");
    }
    owner.post(&question, &format!("{path}/remove"), []).goes_to();
    let a = stored(&house).await;
    assert!(a.answers[&asked.0].evidence.is_empty() && a.proofs.is_empty() && a.answers[&asked.0].value.is_some());
    assert_eq!(owner.get(&path).status, 404);
    // Handed in again and submitted, it stays, and the owner still opens it.
    hand_in(&mut owner, &question, &NOVEMBER, "hd.pdf", "application/pdf", &pdf("hóa đơn")).goes_to();
    let (_, _) = taken(&house, &mut owner, &at).await;
    let file = stored(&house).await.answers[&asked.0].evidence[0].clone();
    let path = format!("{question}/evidence/{file}");
    assert_eq!(owner.get(&path).status, 200);
    assert!(!owner.get(&question).text().contains("/remove"));
    assert_eq!(owner.post(&question, &format!("{path}/remove"), []).status, 409);
    // The journal replays to what is stored.
    let a = stored(&house).await;
    let entries = store::journal::stream(&house.it.scope, &a.id.to_string()).await.unwrap();
    let replayed = entries.iter().fold(None, |s, e| centre::model::fold_assessment(a.id, s, &e.read().unwrap(), e.at));
    assert_eq!(replayed.as_ref(), Some(&a));
}

async fn a_photo_alone_and_an_old_paper_prove_nothing(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let at = start(&mut owner);
    let all = dated(&house);
    let (photo, old, unknown, good) = (&all[0], &all[1], &all[2], &all[3]);
    for q in [photo, old, unknown, good] {
        answered(&mut owner, &at, q);
    }
    let question = |q: &(String, String, u32)| format!("{at}/q/{}", q.0);
    hand_in(&mut owner, &question(photo), &NOVEMBER, "màn hình.png", "image/png", PIXEL).goes_to();
    hand_in(&mut owner, &question(old), &[("dated-day", "1"), ("dated-month", "3"), ("dated-year", "2020")], "hd.pdf", "application/pdf", &pdf("cũ")).goes_to();
    hand_in(&mut owner, &question(unknown), &[], "hd.pdf", "application/pdf", &pdf("không ngày")).goes_to();
    hand_in(&mut owner, &question(good), &NOVEMBER, "hd.pdf", "application/pdf", &pdf("mới")).goes_to();
    hand_in(&mut owner, &question(good), &NOVEMBER, "màn hình.png", "image/png", PIXEL).goes_to();
    let (mut consultant, page) = taken(&house, &mut owner, &at).await;
    let mut check = |q: &(String, String, u32), more: &[(&str, &str)]| {
        let mut pairs = vec![("value", q.1.as_str()), ("tier", "evidence"), ("reason", "Đã xem tệp kèm theo")];
        pairs.extend(more);
        consultant.post(&page, &format!("{page}/check/{}", q.0), pairs)
    };
    let before = house.journal().await;
    for (q, more, says) in [
        (photo, &[][..], "một mình chưa phải là minh chứng"),
        (old, &[][..], "đã quá"),
        (unknown, &[][..], "Chưa biết ngày của giấy tờ"),
        (unknown, &[("dated-day", "31"), ("dated-month", "2"), ("dated-year", "2026")][..], "không có thật"),
        (unknown, &[("dated-day", "1"), ("dated-month", "3"), ("dated-year", "2020")][..], "đã quá"),
    ] {
        let refused = check(q, more);
        assert!(refused.status == 422 && refused.text().contains(says), "{says}: {}", refused.text());
    }
    assert_eq!(house.journal().await, before, "what is refused leaves nothing");
    check(good, &[]).goes_to();
    check(unknown, &NOVEMBER).goes_to();
    let a = stored(&house).await;
    assert_eq!((a.answers[&good.0].tier, a.answers[&unknown.0].tier, a.answers[&old.0].tier), (scoring::Tier::Evidence, scoring::Tier::Evidence, scoring::Tier::SelfDeclared));
    assert_eq!(a.checks[1].dated.map(|d| d.to_string()).as_deref(), Some("2026-11-05"));
    assert_ne!(a.answers[&photo.0].tier, scoring::Tier::Evidence);
}

async fn too_few_checked_answers_conclude_nothing(db: Db) {
    // A province that wants half of the answers looked at.
    let overlay = crate::house::folder("overlay");
    let text = include_str!("../../../../catalog/centre/checks.yaml").replace("share: \"20\"", "share: \"50\"");
    std::fs::create_dir_all(overlay.join("centre")).unwrap();
    std::fs::write(overlay.join("centre/checks.yaml"), text).unwrap();
    let house = House::with(db, std::slice::from_ref(&overlay), crate::house::MONDAY).await;
    let mut owner = signed_in(&house, "luon");
    let at = start(&mut owner);
    let all = dated(&house);
    for q in &all[..3] {
        answered(&mut owner, &at, q);
    }
    let (mut consultant, page) = taken(&house, &mut owner, &at).await;
    let conclude = format!("{page}/verified");
    let none = consultant.post(&page, &conclude, []);
    assert!(none.status == 422 && none.text().contains("Chưa xác nhận câu nào"), "{}", none.text());
    for (n, q) in all[..2].iter().enumerate() {
        let pairs = [("value", q.1.as_str()), ("tier", "consultant"), ("reason", "Đã xem tại chỗ")];
        consultant.post(&page, &format!("{page}/check/{}", q.0), pairs).goes_to();
        if n == 0 {
            let few = consultant.post(&page, &conclude, []);
            assert!(few.status == 422 && few.text().contains("Mới xác nhận 1 trong 3 câu; còn thiếu 1 câu"), "{}", few.text());
            assert_eq!(stored(&house).await.status, Status::Submitted);
        }
    }
    consultant.post(&page, &conclude, []).goes_to();
    assert_eq!(stored(&house).await.status, Status::Verified);
    std::fs::remove_dir_all(overlay).ok();
}
