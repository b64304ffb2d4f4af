//! Values that systems send by themselves, over HTTP: taken row by row, the same bytes once, never another province's.

use crate::{house::House, ops::Room};
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(a_feed_is_taken_row_by_row what_is_hostile_is_refused_and_kept_apart);

const DOOR: &str = "/api/v1/feeds/fibre-lines";
const HEAD: &str = "ma_tinh;ky;ma_xa;so_ho_cap_quang;so_ho;van_ban;thoi_diem\n";

fn send(house: &House, who: &str, rows: &str) -> Reply {
    house.actor(who).send("POST", DOOR, &[("content-type", "text/csv")], Some(format!("{HEAD}{rows}").into_bytes()))
}

fn counts(reply: &Reply) -> [i64; 5] {
    let told = reply.json();
    ["rows", "new", "corrected", "same", "refused"].map(|k| told[k].as_i64().unwrap_or_else(|| panic!("{told}")))
}

async fn a_feed_is_taken_row_by_row(db: Db) {
    let house = House::open(db).await;
    let communes: Vec<String> = house.it.services.areas.communes("79", house.now().date()).iter().take(2).map(|u| u.code.to_string()).collect();
    let (a, b) = (&communes[0], &communes[1]);
    let before = house.journal().await;
    let rows = format!("79;2026-Q3;{a};8512;9104;;2026-10-05\n79;2026-Q3;{b};410;500;12/BC;2026-10-05\n01;2026-Q3;{a};1;2;;2026-10-05\n79;2026-Q3;{a};8513;9104;;2026-10-05\n79;2026-Q3;00001;1;2;;2026-10-05\n79;2026-Q3;{b};x;500;;2026-12-05\n");
    let first = send(&house, "thanh", &rows);
    assert_eq!((first.status, counts(&first)), (201, [6, 2, 0, 0, 4]), "{}", first.text());
    let told = first.json();
    let wrong = told["wrong"].as_array().unwrap();
    let reason = |n: usize| wrong[n]["reasons"][0]["vi"].as_str().unwrap();
    assert!(wrong[0]["row"] == 3 && reason(0).contains("“01”") && reason(1).contains("dòng trên") && reason(2).contains("00001") && reason(3).contains("tương lai"), "{told}");
    assert_eq!(house.journal().await, before + 3, "two values and the delivery");
    // The same bytes again, and the same values in other bytes.
    let again = send(&house, "thanh", &rows);
    assert_eq!((again.status, again.json()["repeated"].as_bool(), again.json()["delivery"].clone()), (200, Some(true), told["delivery"].clone()));
    assert_eq!(house.journal().await, before + 3, "nothing is taken twice");
    let body = serde_json::json!({"rows": [
        {"ma_tinh": "79", "ky": "2026-Q3", "ma_xa": a, "so_ho_cap_quang": 8600, "so_ho": 9104, "van_ban": "15/BC", "thoi_diem": "2026-10-09T08:00:00+07:00"},
        {"ma_tinh": 79, "ky": "2026-Q3", "ma_xa": b, "so_ho_cap_quang": 410, "so_ho": 500, "van_ban": "12/BC", "thoi_diem": "2026-10-09"},
    ]});
    let later = house.actor("thanh").post(DOOR, &body);
    assert_eq!((later.status, counts(&later)), (201, [2, 0, 1, 1, 0]), "{}", later.text());
    // People see it: the value with its supplier and reason, the delivery with its refused rows.
    let mut room = Room::of(&house);
    let page = room.sees("thanh", "/ioc/indicators/households.fibre?period=2026-Q3");
    assert!(page.contains("8.600 / 9.104") && page.contains("Doanh nghiệp viễn thông") && page.contains("gửi lại"), "{page}");
    let list = room.sees("thanh", "/ioc/feeds");
    assert!(list.contains("đúng kỳ") && list.contains("chưa gửi lần nào"), "{list}");
    assert!(room.sees("thanh", "/ioc/feeds/fibre-lines").contains("4 bị từ chối"));
    let one = room.sees("thanh", &format!("/ioc/feeds/fibre-lines/{}", told["delivery"].as_str().unwrap()));
    assert_eq!(one.split("data-records").nth(1).unwrap().split("</table>").next().unwrap().matches("<tr").count(), 1 + 4, "{one}");
    assert!(one.contains("data-count=\"4\"") && one.contains("so_ho_cap_quang"));
    // A source that is silent grows old.
    house.set("2027-04-01T09:00:00+07:00");
    assert!(Room::of(&house).sees("thanh", "/ioc/feeds").contains("nguồn cũ"));
}

async fn what_is_hostile_is_refused_and_kept_apart(db: Db) {
    let house = House::open(db).await;
    let good = "79;2026-Q3;;851;1000;1/BC;2026-10-05\n";
    let before = house.journal().await;
    assert_eq!(house.nobody().send("POST", DOOR, &[("content-type", "text/csv")], Some(b"x".to_vec())).status, 401);
    assert_eq!(send(&house, "lan", good).status, 403);
    assert_eq!(house.actor("thanh").send("POST", "/api/v1/feeds/no-such", &[("content-type", "text/csv")], Some(b"x".to_vec())).status, 404);
    for (kind, body) in [
        ("text/csv", &b"ky;\xff"[..]), ("text/csv", b""), ("text/csv", b"a;b\n1;2\n"), ("application/pdf", b"%PDF"), ("application/json", b"{"), ("application/json", b"{\"rows\": 5}"),
        ("application/json", b"[[[[[[[["), ("", b"x"), ("text/csv; charset=\"", b"\0\0\0"),
    ] {
        house.actor("thanh").send("POST", DOOR, &[("content-type", kind)], Some(body.to_vec())).refused(422, "bad-delivery");
    }
    house.actor("thanh").send("POST", DOOR, &[("content-type", "text/csv")], Some(vec![b';'; (4 << 20) + 1])).refused(422, "bad-delivery");
    assert_eq!(house.journal().await, before, "what does not read leaves nothing");
    // Another office's indicator: each row is refused, the delivery says so.
    let other = send(&house, "binh", good);
    assert_eq!((other.status, counts(&other)), (201, [1, 0, 0, 0, 1]), "{}", other.text());
    assert!(other.text().contains("Cơ quan phụ trách"));
    // The same bytes at the same time from two of its machines are one delivery.
    let twice: Vec<Reply> = std::thread::scope(|s| {
        let both: Vec<_> = (0..2).map(|_| s.spawn(|| send(&house, "thanh", "79;2026-Q2;;700;1000;1/BC;2026-07-05\n"))).collect();
        both.into_iter().map(|h| h.join().unwrap()).collect()
    });
    assert_eq!(twice[0].json()["delivery"], twice[1].json()["delivery"]);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM measure_value WHERE province = $1 AND period = '2026-Q2'").await, 1);
    // A flood is stopped, and an hour later it may go on.
    let mut taken = 0;
    for n in 0..20 {
        let sent = send(&house, "thanh", &format!("79;2026-Q3;;{};1000;1/BC;2026-10-05\n", 800 + n));
        match sent.status {
            201 => taken += 1,
            _ => drop(sent.refused(429, "feed-floods")),
        }
    }
    assert_eq!(taken, 12 - 2);
    house.later(3_700);
    assert_eq!(send(&house, "thanh", "79;2026-Q3;;900;1000;1/BC;2026-10-05\n").status, 201);
    let mut room = Room::of(&house);
    for (path, status) in [("/ioc/feeds/none", 404), ("/ioc/feeds/fibre-lines/x", 404), ("/ioc/feeds/fibre-lines/%00", 404), ("/ioc/feeds/payment-accounts", 200)] {
        assert_eq!(room.status("thanh", path), status, "{path}");
    }
    assert_eq!(room.status("duc", "/ioc/feeds"), 403);
}
