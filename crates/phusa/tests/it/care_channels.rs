//! How a person wants to be told: channels, an address proved by a code, quiet hours, what is new; and what could not be sent.

use crate::{
    care::{Out, carry, out},
    care_ratings::{page, post},
    dossier::Dossier,
};
use store::{Db, journal, values};
use testkit::on_each_database;

on_each_database! {
    an_address_is_proved_by_a_code_and_used_from_then_on
    quiet_hours_hold_a_message_back
    new_notices_are_counted_until_they_are_read
    what_could_not_be_sent_is_seen_masked
}

/// The body of the newest message to an address.
fn last(book: &citizen_care::channel::simulator::Book, to: &str) -> String {
    let book = book.lock().unwrap();
    book.messages.values().filter(|(a, _)| a == to).map(|(_, t)| t.clone()).find(|t| t.contains("xac nhan")).unwrap_or_else(|| panic!("nothing was sent to {to}: {:?}", book.messages))
}

fn digits(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_digit()).find(|t| t.len() == 6).unwrap().to_owned()
}

async fn kinds(h: &crate::house::House) -> Vec<String> {
    let row = h.it.scope.one("SELECT party FROM care_person WHERE province = $1", values![]).await.unwrap().unwrap();
    let all = journal::stream(&h.it.scope, &format!("care:{}", row.string("party").unwrap())).await.unwrap();
    all.into_iter().map(|e| e.kind).collect()
}

async fn an_address_is_proved_by_a_code_and_used_from_then_on(db: Db) {
    let Out { house: h, sms, .. } = out(db).await;
    let shown = page(&h.actor("lan").get("/my/notices"));
    assert!(shown.contains("luôn có") && shown.contains("Tin nhắn SMS") && shown.contains("Thư điện tử"), "{shown}");
    let refused = post(&h, "lan", "/my/notices/sms/code", &[("address", "09010")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("10 chữ số") && refused.text().contains("value=\"09010\""));
    assert_eq!(post(&h, "lan", "/my/notices/sms/prove", &[("code", "123456")]).status, 409, "no code was sent");
    assert_eq!(post(&h, "lan", "/my/notices/sms/code", &[("address", "0988 000 001")]).goes_to(), "/my/notices?done=code");
    carry(&h).await;
    let code = digits(&last(&sms, "0988000001"));
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND body <> ''").await, 0, "a code that has left is not kept");
    let asking = page(&h.actor("lan").get("/my/notices"));
    assert!(asking.contains("•••001") && !asking.contains("0988000001"), "{asking}");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(post(&h, "lan", "/my/notices/sms/prove", &[("code", wrong)]).status, 422);
    // Unproved it is not used.
    let d = Dossier::file(&h, "1.013225");
    h.effects().await;
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND address = '0988000001'").await, 1);
    // Another person cannot prove it with this code.
    assert_eq!(post(&h, "minh", "/my/notices/sms/prove", &[("code", &code)]).status, 409);
    assert_eq!(post(&h, "lan", "/my/notices/sms/prove", &[("code", &code)]).goes_to(), "/my/notices?done=proved");
    let mut d = d;
    d.act("thu", "receive");
    h.effects().await;
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND address = '0988000001' AND case_code IS NOT NULL").await, 1);
    assert_eq!(kinds(&h).await, ["notice.code-sent", "notice.code-wrong", "notice.address-proved"]);
    let entries = h.it.scope.query("SELECT payload FROM journal WHERE province = $1 AND kind LIKE 'notice.%'", values![]).await.unwrap();
    assert!(entries.iter().all(|r| !r.text("payload").unwrap().contains("0988000001")), "the journal holds it masked");
    // A code has its time, its tries, and only a few are sent in a day.
    post(&h, "lan", "/my/notices/sms/code", &[("address", "0988000002")]);
    h.later(16 * 60);
    let over = post(&h, "lan", "/my/notices/sms/prove", &[("code", "111111")]);
    assert!(over.status == 422 && over.text().contains("hết hạn"), "{}", over.text());
    for _ in 0..3 {
        assert_eq!(post(&h, "lan", "/my/notices/sms/code", &[("address", "0988000002")]).status, 303);
    }
    assert_eq!(post(&h, "lan", "/my/notices/sms/code", &[("address", "0988000002")]).status, 409);
    assert_eq!(post(&h, "lan", "/my/notices/sms/forget", &[]).status, 303);
    assert!(page(&h.actor("lan").get("/my/notices")).contains("ghi trong từng hồ sơ"));
}

async fn quiet_hours_hold_a_message_back(db: Db) {
    let Out { house: h, sms, .. } = out(db).await;
    let refused = post(&h, "lan", "/my/notices", &[("channel", "sms"), ("quiet_from", "25:00"), ("quiet_to", "06:00")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("22:00"));
    assert_eq!(post(&h, "lan", "/my/notices", &[("channel", "sms"), ("quiet_from", "08:00"), ("quiet_to", "11:30")]).status, 303);
    let d = Dossier::file(&h, "1.001193");
    h.effects().await;
    // The clock stands at 8:30: nothing leaves before half past eleven, and nothing by e-mail at all.
    assert_eq!(h.it.rooms.citizen_care.carry_due(h.now()).await.unwrap(), 0);
    let rows = h.it.scope.query("SELECT channel, due FROM care_message WHERE province = $1 AND party = (SELECT party FROM care_person WHERE province = $1)", values![]).await.unwrap();
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row.text("channel").unwrap(), "sms");
        assert_eq!(row.instant("due").unwrap().civil().to_string(), "2026-11-23T11:30:00");
    }
    h.set("2026-11-23T11:30:00+07:00");
    assert!(h.it.rooms.citizen_care.carry_due(h.now()).await.unwrap() > 0);
    assert!(sms.lock().unwrap().messages.values().any(|(_, t)| t.contains(&d.code)));
    assert_eq!(kinds(&h).await, ["notice.chosen"]);
}

async fn new_notices_are_counted_until_they_are_read(db: Db) {
    let Out { house: h, .. } = out(db).await;
    let mut d = Dossier::file(&h, "1.013225");
    h.effects().await;
    h.later(60);
    d.act("thu", "receive");
    h.effects().await;
    let shown = page(&h.actor("lan").get("/my/notices"));
    assert!(shown.contains("2 thông báo mới.") && shown.contains(&d.code), "{shown}");
    assert_eq!(post(&h, "lan", "/my/notices/read", &[]).goes_to(), "/my/notices?done=read");
    let shown = page(&h.actor("lan").get("/my/notices"));
    assert!(shown.contains("Bạn đã đọc hết.") && !shown.contains("Đánh dấu đã đọc"), "{shown}");
    h.later(60);
    d.act("ha", "assign");
    h.effects().await;
    assert!(page(&h.actor("lan").get("/my/notices")).contains("Bạn đã đọc hết."), "acts inside the office are no news");
    assert!(page(&h.actor("minh").get("/my/notices")).contains("Chưa có thông báo nào."));
    assert!(h.nobody().get("/my/notices").goes_to().starts_with("/sign-in"));
}

async fn what_could_not_be_sent_is_seen_masked(db: Db) {
    let Out { house: h, sms, .. } = out(db).await;
    let d = Dossier::file(&h, "1.013225");
    h.effects().await;
    let row = h.it.scope.one("SELECT address FROM care_message WHERE province = $1 AND channel = 'sms' ORDER BY id LIMIT 1", values![]).await.unwrap().unwrap();
    let address = row.string("address").unwrap();
    sms.lock().unwrap().unknown.push(address.clone());
    carry(&h).await;
    let shown = page(&h.actor("thu").get("/work/notices/unsent"));
    assert!(shown.contains(&d.code) && shown.contains("Cổng tin nhắn từ chối (422)") && shown.contains("•••"), "{shown}");
    assert!(!shown.contains(&address), "the number is masked");
    assert!(page(&h.actor("ngoc").get("/work/notices/unsent")).contains(&d.code), "the controller sees every office's");
    assert!(!page(&h.actor("quyen").get("/work/notices/unsent")).contains(&d.code), "another office's counter does not");
    assert_eq!(h.actor("lan").get("/work/notices/unsent").status, 403);
    let id = h.it.scope.one("SELECT id FROM care_message WHERE province = $1 AND state = 'given_up'", values![]).await.unwrap().unwrap().string("id").unwrap();
    assert_eq!(post(&h, "quyen", &format!("/work/notices/{id}/again"), &[]).status, 404);
    sms.lock().unwrap().unknown.clear();
    assert_eq!(post(&h, "thu", &format!("/work/notices/{id}/again"), &[]).status, 303);
    carry(&h).await;
    assert!(page(&h.actor("thu").get("/work/notices/unsent")).contains("Mọi thông báo đều đã gửi được."));
    assert_eq!(journal::stream(&h.it.scope, &id).await.unwrap().len(), 1);
}
