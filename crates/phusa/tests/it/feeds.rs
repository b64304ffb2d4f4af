//! Values that systems send by themselves, over HTTP, by folder and by message: taken row by row, the same bytes once, never another
//! province's; a source that is silent or sends what cannot be used calls.

use crate::{house::House, ops::Room};
use measures::feed::folder;
use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(a_feed_is_taken_row_by_row a_total_among_communes_is_refused what_is_hostile_is_refused_and_kept_apart files_laid_into_a_folder_are_taken_once a_source_that_is_silent_or_faulty_calls);

const DOOR: &str = "/api/v1/feeds/fibre-lines";
pub const HEAD: &str = "ma_tinh;ky;ma_xa;so_ho_cap_quang;so_ho;van_ban;thoi_diem\n";

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

/// As the province's own value it would stand over the sum of its communes.
async fn a_total_among_communes_is_refused(db: Db) {
    let house = House::open(db).await;
    let communes: Vec<String> = house.it.services.areas.communes("79", house.now().date()).iter().take(2).map(|u| u.code.to_string()).collect();
    let (a, b) = (&communes[0], &communes[1]);
    let first = send(&house, "thanh", &format!("79;2026-Q3;{a};10;20;;2026-10-05\n79;2026-Q3;;40;60;;2026-10-05\n79;2026-Q3;{b};30;40;;2026-10-05\n"));
    assert_eq!((first.status, counts(&first)), (201, [3, 2, 0, 0, 1]), "{}", first.text());
    let told = first.json();
    assert!(told["wrong"][0]["row"] == 2 && told["wrong"][0]["reasons"][0]["vi"].as_str().unwrap().contains("ghi mã 79"), "{told}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM measure_value WHERE province = $1 AND area = ''").await, 0);
    let own = send(&house, "thanh", &format!("79;2026-Q3;{a};11;20;;2026-10-06\n79;2026-Q3;79;41;60;;2026-10-06\n"));
    assert_eq!((own.status, counts(&own)), (201, [2, 1, 1, 0, 0]), "{}", own.text());
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM measure_value WHERE province = $1 AND area = ''").await, 1);
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

/// Names in a folder, without what lies in folders of its own.
fn files(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap()).filter(|e| !e.file_type().unwrap().is_dir()).map(|e| e.file_name().into_string().unwrap_or_default()).collect();
    all.sort();
    all
}

async fn files_laid_into_a_folder_are_taken_once(db: Db) {
    let house = House::open(db).await;
    let measures = &house.it.rooms.measures;
    let root = house.data.join("feeds");
    folder::prepare(&root, &measures.catalog.feeds).unwrap();
    let inbox = root.join("fibre-lines");
    let later = SystemTime::now() + Duration::from_secs(60);
    let commune = house.it.services.areas.communes("79", house.now().date())[0].code.to_string();
    let good = format!("{HEAD}79;2026-Q3;{commune};8512;9104;;2026-10-05\n01;2026-Q3;{commune};1;2;;2026-10-05\n");
    let lay = |name: &str, bytes: &[u8]| fs::write(inbox.join(name), bytes).unwrap();
    lay("quý 3.csv", good.as_bytes());
    lay("đang ghi.csv.part", b"x");
    lay(".ẩn.csv", b"x");
    lay("bảng.xlsx", b"PK\x03\x04");
    lay("hỏng.json", b"{");
    std::os::unix::fs::symlink("/etc/passwd", inbox.join("link.csv")).unwrap();
    let before = house.journal().await;
    assert_eq!(measures.sweep(&root, SystemTime::now()).await.unwrap(), 0, "what may still be written to is left alone");
    assert_eq!(measures.sweep(&root, later).await.unwrap(), 3);
    assert_eq!(files(&inbox), [".ẩn.csv", "link.csv", "đang ghi.csv.part"]);
    assert_eq!(files(&inbox.join("taken")), ["quý 3.csv", "quý 3.csv.result.json"]);
    assert_eq!(files(&inbox.join("refused")), ["bảng.xlsx", "bảng.xlsx.result.json", "hỏng.json", "hỏng.json.result.json"]);
    assert_eq!(house.journal().await, before + 1 + 3, "a value, and the delivery of each file");
    let note: serde_json::Value = serde_json::from_slice(&fs::read(inbox.join("taken/quý 3.csv.result.json")).unwrap()).unwrap();
    assert_eq!((note["new"].as_i64(), note["refused"].as_i64()), (Some(1), Some(1)), "{note}");
    // Killed between taking and moving, or sent again under another name: the same delivery.
    lay("quý 3 (2).csv", good.as_bytes());
    lay("quý 3.csv", good.as_bytes());
    assert_eq!(measures.sweep(&root, later).await.unwrap(), 2);
    assert_eq!(house.journal().await, before + 4);
    assert_eq!(files(&inbox.join("taken")).len(), 6, "no file is written over: {:?}", files(&inbox.join("taken")));
    // What comes too fast waits where it lies, and is taken when it may.
    for n in 0..20 {
        lay(&format!("{n:02}.csv"), format!("{HEAD}79;2026-Q3;{commune};{};9104;;2026-10-05\n", 100 + n).as_bytes());
    }
    assert_eq!(measures.sweep(&root, later).await.unwrap(), 12 - 3);
    assert_eq!(files(&inbox).len(), 11 + 3);
    house.later(3_700);
    assert_eq!(measures.sweep(&root, later).await.unwrap(), 11);
    let mut room = Room::of(&house);
    let page = room.sees("thanh", "/ioc/feeds/fibre-lines");
    assert!(page.contains("quý 3.csv") && page.contains("không đọc được") && page.contains("Thư mục của nguồn") && page.contains("bảng.xlsx"), "{page}");
    let figure = room.sees("thanh", &format!("/ioc/indicators/households.fibre?period=2026-Q3&area={commune}"));
    assert!(figure.contains("119 / 9.104"), "the last of them stands: {figure}");
}

async fn a_source_that_is_silent_or_faulty_calls(db: Db) {
    let house = House::open(db).await;
    let ops = &house.it.rooms.ops;
    ops.run_alerts().await.unwrap();
    let open = async |rule: &str| {
        let (old, refused) = ("SELECT COUNT(*) AS n FROM ops_alert WHERE province = $1 AND rule = 'feed-old' AND state = 'firing'", "SELECT COUNT(*) AS n FROM ops_alert WHERE province = $1 AND rule = 'feed-refused' AND state = 'firing'");
        house.count(if rule == "feed-old" { old } else { refused }).await
    };
    assert_eq!((open("feed-old").await, open("feed-refused").await), (0, 0), "who has never sent is not late");
    let good = "79;2026-Q3;;851;1000;1/BC;2026-10-05\n";
    assert_eq!(send(&house, "thanh", &format!("{good}01;2026-Q3;;1;2;;2026-10-05\n")).status, 201);
    ops.run_alerts().await.unwrap();
    assert_eq!((open("feed-old").await, open("feed-refused").await), (0, 1));
    let mut room = Room::of(&house);
    let list = room.sees("thanh", "/work/alerts");
    assert!(list.contains("1 trong 2 dòng bị từ chối"), "{list}");
    // Sent again without the fault, it is over by itself; a delivery of which nothing is taken does not make a source fresh.
    assert_eq!(send(&house, "thanh", &format!("{good}\n")).status, 201);
    ops.run_alerts().await.unwrap();
    assert_eq!(open("feed-refused").await, 0);
    house.set("2027-02-20T09:00:00+07:00");
    assert_eq!(counts(&send(&house, "thanh", "01;2026-Q3;;5;6;;2026-10-05\n")), [1, 0, 0, 0, 1]);
    house.set("2027-03-10T09:00:00+07:00");
    ops.run_alerts().await.unwrap();
    assert_eq!((open("feed-old").await, open("feed-refused").await), (1, 1));
    let mut room = Room::of(&house);
    assert!(room.sees("thanh", "/work/alerts").contains("quá kỳ gửi số liệu"));
    assert!(room.sees("thanh", "/ioc/feeds").contains("nguồn cũ"));
    assert_eq!(send(&house, "thanh", "79;2026-Q4;;860;1000;1/BC;2027-01-05\n").status, 201);
    ops.run_alerts().await.unwrap();
    assert_eq!((open("feed-old").await, open("feed-refused").await), (0, 0));
}
