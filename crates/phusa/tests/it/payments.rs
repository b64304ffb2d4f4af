//! Money from the application to the receipt, by the simulated bank over HTTP: file, due, pay, receipt, the case knows,
//! the result is given; and what strangers, forgeries and browsers that come back cannot do.

use crate::{dossier::Dossier, house::House};
use serde_json::json;
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(
    a_charge_is_paid_by_the_simulated_bank
    a_browser_that_comes_back_moves_nothing
    the_desk_reconciles_and_refunds
    strangers_see_no_money
);

const PROCEDURE: &str = "1.001612";

pub fn page(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

pub fn post(house: &House, who: &str, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let body = pairs.iter().map(|(k, v)| format!("{k}={}", web::html::url_part(v))).collect::<Vec<_>>().join("&");
    house.actor(who).send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], Some(body.into_bytes()))
}

/// The address of the one due of a case, as its payer finds it.
pub fn due_of(house: &House, code: &str) -> String {
    house.actor("lan").get(&format!("/payments/cases/{code}")).goes_to()
}

/// The reference in the open code.
pub fn reference(text: &str) -> String {
    let (_, rest) = text.split_once("/simulated-bank/").expect("the demonstration offers its bank");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

pub async fn follow(house: &House) {
    house.follow().await;
    house.effects().await;
    house.follow().await;
}

async fn filed(house: &House) -> (Dossier<'_>, String) {
    let case = Dossier::file(house, PROCEDURE);
    follow(house).await;
    let due = due_of(house, &case.code);
    (case, due)
}

async fn a_charge_is_paid_by_the_simulated_bank(db: Db) {
    let house = House::open(db).await;
    let (mut case, due) = filed(&house).await;
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "due");
    let text = page(&house.actor("lan").get(&due));
    assert!(text.contains("Phải nộp") && text.contains("Vì sao phải nộp") && text.contains("Lấy mã QR để nộp"), "{text}");
    assert_eq!(post(&house, "lan", &format!("{due}/qr"), &[]).goes_to(), due);
    house.effects().await;
    let text = page(&house.actor("lan").get(&due));
    assert!(text.contains("<svg class=\"vietqr\"") && text.contains("đừng chuyển tiền thật"), "{text}");
    let reference = reference(&text);
    let bank = page(&house.nobody().get(&format!("/simulated-bank/{reference}")));
    assert!(bank.contains("ngân hàng mô phỏng") && bank.contains("Không có tiền thật"));
    let back = post(&house, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "duplicate_callback")]).goes_to();
    assert!(back.ends_with("?paid=1"), "{back}");
    follow(&house).await;
    let text = page(&house.actor("lan").get(&due));
    assert!(text.contains("Đã nộp xong") && text.contains("LP-26E · 00000001"), "{text}");
    assert!(!text.contains("đang được kiểm tra"), "told twice is paid once");
    let receipt = house.actor("lan").get(&format!("{due}/receipt"));
    assert_eq!((receipt.status, receipt.header("content-type")), (200, "application/pdf"));
    assert_eq!(house.actor("lan").get(&format!("{due}/receipt")).bytes, receipt.bytes, "the same paper ever after");
    let check = page(&house.nobody().get("/payments/receipts/LP-26E/00000001"));
    assert!(check.contains("Có giá trị") && !check.contains("Nguyễn"), "no name is shown: {check}");
    // The case knows, and was moved by the bank's word.
    let seen = case.seen_by("lan");
    assert_eq!(seen["tracks"]["money"]["state"], "paid", "{}", seen["tracks"]);
    assert!(case.story("thu").iter().any(|a| a == "settle_due"));
    assert_eq!(case.story("thu").iter().filter(|a| *a == "settle_due").count(), 1);
    // And the dossier goes on to its result.
    for (who, act) in [("thu", "receive"), ("duc", "appraise")] {
        if case.seen_by(who)["acts"].as_array().is_some_and(|a| a.iter().any(|x| x["act"] == act && x["open"] == true)) {
            case.act(who, act);
        }
    }
    house.sound(&case.code).await;
}

async fn a_browser_that_comes_back_moves_nothing(db: Db) {
    let house = House::open(db).await;
    let (case, due) = filed(&house).await;
    post(&house, "lan", &format!("{due}/qr"), &[]);
    house.effects().await;
    let reference = reference(&page(&house.actor("lan").get(&due)));
    let before = house.journal().await;
    assert_eq!(house.actor("lan").get(&format!("/payments/return/{reference}?status=paid&amount=100000")).goes_to(), due);
    let notice = json!({"transaction": "FORGED1", "reference": reference, "status": "paid", "amount": 100_000, "paid_at": house.now(), "sequence": 1});
    for signature in ["", "00", "deadbeef"] {
        let sent = house.nobody().send("POST", "/api/v1/payments/notices", &[("content-type", "application/json"), ("x-signature", signature)], Some(notice.to_string().into_bytes()));
        sent.refused(401, "bad-mac");
    }
    assert_eq!(house.journal().await, before, "nothing moved");
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "due");
    let alarms = page(&house.actor("thu").get("/work/payments/alarms"));
    assert!(alarms.contains("sai mã xác thực") && alarms.contains(">3<"), "{alarms}");
    // The bank's word was lost; the payer asks, and the answer to our own question counts.
    post(&house, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "lost_callback")]);
    follow(&house).await;
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "due");
    post(&house, "lan", &format!("{due}/check"), &[]);
    follow(&house).await;
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "paid");
}

async fn the_desk_reconciles_and_refunds(db: Db) {
    let house = House::open(db).await;
    let (case, due) = filed(&house).await;
    post(&house, "lan", &format!("{due}/qr"), &[]);
    house.effects().await;
    let reference = reference(&page(&house.actor("lan").get(&due)));
    post(&house, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "paid_twice")]);
    follow(&house).await;
    assert!(page(&house.actor("lan").get(&due)).contains("Tiền của bạn không mất"));
    let review = page(&house.actor("thu").get("/work/payments/review"));
    assert!(review.contains("Nộp trùng"), "{review}");
    let desk = format!("/work{}", due.replace("/payments/", "/payments/dues/"));
    let text = page(&house.actor("thu").get(&desk));
    let tx = text.split("name=\"tx\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let id = uuid::Uuid::now_v7().to_string();
    let nothing_said = post(&house, "thu", &format!("{desk}/money"), &[("form", "money1"), ("tx", &tx), ("proposal", &id), ("do", "refund"), ("money1.note", "")]);
    assert_eq!(nothing_said.status, 422);
    let proposed = post(&house, "thu", &format!("{desk}/money"), &[("form", "money1"), ("tx", &tx), ("proposal", &id), ("do", "refund"), ("money1.note", "Nộp hai lần")]);
    assert!(proposed.goes_to().ends_with("done=proposed"));
    let approvals = page(&house.actor("khanh").get("/work/payments/approvals"));
    let own = approvals.contains(&id);
    let who = if own { "khanh" } else { "ngoc" };
    let due_id = due.rsplit('/').next().unwrap();
    assert_eq!(post(&house, "thu", &format!("/work/payments/approvals/{due_id}/{id}"), &[("do", "approve")]).status, 403);
    let approved = post(&house, who, &format!("/work/payments/approvals/{due_id}/{id}"), &[("do", "approve")]);
    assert!(approved.goes_to().ends_with("done=approved"));
    follow(&house).await;
    assert!(page(&house.actor("lan").get(&due)).contains("Đã hoàn trả"));
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "paid", "one of the two stays");
    // The statement of the day: what it holds matches but the refunded one, and a stranger's transfer is a difference.
    let account = house.it.rooms.payments.bank.as_ref().unwrap().account();
    let mut csv = String::from("transaction,paid_at,amount,description\n");
    for (tx, (reference, amount)) in &account.received {
        csv.push_str(&format!("{tx},{},{},{reference}\n", house.now(), amount.0));
    }
    csv.push_str(&format!("OTHER1,{},5000,khong ro\n", house.now()));
    let body = |text: &str| format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"sao-ke.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--b--\r\n");
    let send = |text: &str| house.actor("thu").send("POST", "/work/payments/statements", &[("content-type", "multipart/form-data; boundary=b")], Some(body(text).into_bytes()));
    let broken = send("transaction,paid_at,amount,description\nX,hôm qua,abc,\n");
    assert_eq!(broken.status, 422);
    assert!(broken.text().contains("Dòng 2"), "{}", broken.text());
    let statement = send(&csv).goes_to();
    let text = page(&house.actor("thu").get(&statement));
    assert!(text.contains("Đã nộp, chưa ghi nhận") && text.contains("OTHER1"), "{text}");
    let resolved = post(&house, "thu", &format!("{statement}/1"), &[("number", "1"), ("d1.resolution", "recorded"), ("d1.note", "Theo sao kê")]);
    assert!(resolved.goes_to().contains("done=resolved"), "{}", resolved.text());
    assert!(page(&house.actor("thu").get("/work/payments/review")).contains("OTHER1"), "it is in the ledger, and waits for its place");
    for address in ["/work/payments", "/work/payments/list", "/work/payments/list?list=today", "/work/payments/proposals", "/work/payments/receipts", "/work/payments/differences", "/work/payments/statements"] {
        page(&house.actor("thu").get(address));
        page(&house.actor("thu").get(&format!("{address}{}lang=en", if address.contains('?') { "&" } else { "?" })));
    }
    house.sound(&case.code).await;
}

async fn strangers_see_no_money(db: Db) {
    let house = House::open(db).await;
    let (case, due) = filed(&house).await;
    let desk = due.replace("/payments/", "/work/payments/dues/");
    for path in [due.clone(), format!("{due}/receipt"), format!("/payments/cases/{}", case.code)] {
        assert_eq!(house.actor("minh").get(&path).status, 404, "{path}");
        assert_eq!(house.nobody().get(&path).status, 303, "{path}");
    }
    assert_eq!(post(&house, "minh", &format!("{due}/qr"), &[]).status, 404);
    assert!(matches!(house.actor("lan").get(&desk).status, 403 | 404));
    for who in ["quyen", "tuan"] {
        assert!(matches!(house.actor(who).get(&desk).status, 403 | 404), "{who} works elsewhere");
    }
    // At the counter: cash, once, however often the button is pressed.
    let once = [("form", "take"), ("once", "abc123"), ("take.how", "cash"), ("take.amount", "100.000")];
    let wrong = [("form", "take"), ("once", "abc124"), ("take.how", "cash"), ("take.amount", "99000")];
    assert_eq!(post(&house, "thu", &format!("{desk}/take"), &wrong).status, 409);
    assert!(post(&house, "thu", &format!("{desk}/take"), &once).goes_to().ends_with("done=taken"));
    assert!(post(&house, "thu", &format!("{desk}/take"), &once).goes_to().ends_with("done=known"));
    follow(&house).await;
    assert_eq!(case.seen_by("lan")["tracks"]["money"]["state"], "paid");
    let text = page(&house.actor("thu").get(&desk));
    assert!(text.contains("Đã dùng để nộp") && text.contains("00000001"), "{text}");
}
