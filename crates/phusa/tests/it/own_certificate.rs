//! A certificate of one's own, connected by signing a page of the house; who has a digital signature, counted once and shown by no name.

use crate::{
    house::{House, MONDAY},
    payments::{page, post},
    prepaid::{ROOT, hidden, house, signing_sample, upload},
};
use kernel::id::AccountId;
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(a_person_connects_a_certificate_of_their_own);

fn give(house: &House, who: &str, at: &str, field: &str, name: &str, bytes: &[u8]) -> Reply {
    let boundary = "x1x2x3";
    let mut body = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    house.actor(who).send("POST", at, &[("content-type", &format!("multipart/form-data; boundary={boundary}"))], Some(body))
}

async fn a_person_connects_a_certificate_of_their_own(db: Db) {
    let house = house(db).await;
    let lan: AccountId = house.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "lan").await.unwrap().unwrap().id;
    let here = "/signatures/certificate";
    let pem = std::fs::read(house.data.join("signing").join(format!("{lan}.pem"))).unwrap();
    let holders = async |month: &str| prepaid::certificates::people(&house.it.scope, month, house.now()).await.unwrap();
    assert_eq!(holders("2026-10").await, 0);
    let shown = page(&house.actor("lan").get(here));
    assert!(shown.contains("Gửi chứng thư") && !shown.contains("Chờ phiếu"), "{shown}");
    assert_eq!(house.actor("lan").get(&format!("{here}/page.pdf")).status, 404);
    let early = give(&house, "lan", &format!("{here}/proof"), "page", "x.pdf", b"%PDF-1.7");
    assert!(early.status == 409 && early.text().contains("Hãy gửi chứng thư trước"), "{}", early.text());
    // What is no certificate, or not one's own.
    let key = std::fs::read(house.data.join("signing").join(format!("{lan}.key"))).unwrap();
    for (who, bytes, word) in [("lan", b"".as_slice(), "tệp rỗng"), ("lan", b"hello", "Không đọc được"), ("lan", key.as_slice(), "khóa bí mật"), ("minh", pem.as_slice(), "Chỉ liên kết được chứng thư của chính mình")] {
        let refused = give(&house, who, here, "certificate", "a.cer", bytes);
        assert!(refused.status == 422 && refused.text().contains(word), "{who} {word}: {} {}", refused.status, refused.text());
        let english = give(&house, who, &format!("{here}?lang=en"), "certificate", "a.cer", bytes);
        assert!(english.status == 422 && !english.text().contains(word), "{who}: {}", english.text());
    }
    assert_eq!(give(&house, "lan", here, "certificate", "lan.pem", &pem).goes_to(), format!("{here}?done=offered"));
    let shown = page(&house.actor("lan").get(here));
    assert!(shown.contains("Chờ phiếu đã ký") && shown.contains("Nguyễn Thị Lan") && shown.contains("Mã xác nhận"), "{shown}");
    let sheet = house.actor("lan").get(&format!("{here}/page.pdf"));
    assert!(sheet.bytes.starts_with(b"%PDF") && sheet.bytes == house.actor("lan").get(&format!("{here}/page.pdf")).bytes, "the same bytes each time");
    // Signed elsewhere: here with the same key through the page that signs files.
    let prove = |bytes: &[u8]| give(&house, "lan", &format!("{here}/proof"), "page", "phieu.pdf", bytes);
    let unsigned = prove(&sheet.bytes);
    assert!(unsigned.status == 422 && unsigned.text().contains("chưa có chữ ký số"), "{}", unsigned.text());
    let other = upload(&house, "a.pdf", &signing_sample());
    let wrong = prove(&other.bytes);
    assert!(wrong.status == 422 && wrong.text().contains("không phải phiếu của lần này"), "{}", wrong.text());
    let signed = upload(&house, "phieu.pdf", &sheet.bytes);
    assert_eq!(signed.status, 200, "{}", signed.text());
    let mut broken = signed.bytes.clone();
    let last = broken.len() - 200;
    broken[last] ^= 1;
    assert_eq!(prove(&broken).status, 422);
    assert_eq!(holders("2026-10").await, 0, "nothing counts before it is proved");
    assert_eq!(prove(&signed.bytes).goes_to(), format!("{here}?done=proved"));
    assert_eq!(prove(&signed.bytes).status, 409, "a page proves once");
    let shown = page(&house.actor("lan").get(here));
    assert!(shown.contains("Chứng thư đã liên kết") && shown.contains("Còn hiệu lực") && !shown.contains("Chờ phiếu"), "{shown}");
    assert_eq!((holders("2026-10").await, holders("2026-11").await), (1, 1), "who also signed in the month counts once");
    // The indicator of the operations centre counts the same, and its figure opens them, none by name.
    let list = "/work/signatures/people?month=2026-11";
    assert!(page(&house.actor("thanh").get("/ioc/indicators/persons.signature?period=2026-11")).contains(&list.replace('&', "&amp;")));
    for who in ["thanh", "ngoc", "kiem"] {
        let shown = page(&house.actor(who).get(list));
        let rows = shown.split("data-records").nth(1).unwrap().split("</table>").next().unwrap().matches("<tr").count();
        assert!(rows == 1 + 1 && !shown.contains("Nguyễn Thị Lan"), "{who}: {shown}");
    }
    assert_eq!([house.actor("mai").get(list).status, house.actor("lan").get(list).status], [404, 403]);
    assert_eq!(house.actor("thanh").get("/work/signatures/people?month=x&after=%00").status, 200);
    let twice = give(&house, "lan", here, "certificate", "lan.pem", &pem);
    assert!(twice.status == 422 && twice.text().contains("đã liên kết với tài khoản của bạn"), "{}", twice.text());
    house.set("2040-01-02T08:00:00+07:00");
    assert_eq!(holders("2040-01").await, 0, "expired it counts no more");
    house.set(MONDAY);
    // Withdrawn by the person at any time.
    let fingerprint = hidden(&shown, "fingerprint").to_owned();
    assert_eq!(post(&house, "lan", &format!("{here}/withdraw"), &[("fingerprint", &fingerprint)]).goes_to(), format!("{here}?done=withdrawn"));
    assert_eq!(holders("2026-10").await, 0);
    assert!(!page(&house.actor("lan").get(here)).contains("Chứng thư đã liên kết"));
    // A page has its time.
    assert_eq!(give(&house, "lan", here, "certificate", "lan.pem", &pem).status, 303);
    let sheet = house.actor("lan").get(&format!("{here}/page.pdf")).bytes;
    let signed = upload(&house, "phieu.pdf", &sheet);
    house.later(8 * 86_400);
    let late = prove(&signed.bytes);
    assert!(late.status == 409 && late.text().contains("quá hạn"), "{}", late.text());
    let kinds = house.it.scope.query("SELECT kind FROM journal WHERE province = $1 AND kind LIKE 'own_certificate.%' ORDER BY seq", store::values![]).await.unwrap();
    let kinds: Vec<&str> = kinds.iter().map(|r| r.text("kind").unwrap()).collect();
    assert_eq!(kinds, ["own_certificate.offered", "own_certificate.proved", "own_certificate.withdrawn", "own_certificate.offered"]);
    assert_eq!(house.actor("mai").get(here).status, 403);
    assert!(page(&house.actor("mai").get(&format!("{ROOT}/month"))).contains("Bảng kê"));
}
