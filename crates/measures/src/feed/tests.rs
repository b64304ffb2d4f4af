#![allow(clippy::unwrap_used)]

use super::{
    MOST_ROWS,
    catalog::{Feed, load},
    rows::{foreign, part, rows},
};
use kernel::{Instant, catalog::Files};

fn shipped() -> Vec<Feed> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let read = |path: &str| (path.to_owned(), std::fs::read_to_string(root.join(path)).unwrap());
    let files: Files = ["indicators/feeds.yaml", "indicators/definitions/others.yaml"].into_iter().map(read).collect();
    let catalog = crate::catalog::load(&files).unwrap();
    assert!(catalog.feeds.iter().all(|f| !f.verified), "no agreement was read");
    catalog.feeds
}

fn fibre() -> Feed {
    shipped().into_iter().find(|f| f.code == "fibre-lines").unwrap()
}

const HEAD: &str = "ma_tinh;ky;ma_xa;so_ho_cap_quang;so_ho;van_ban;thoi_diem\n";

fn said(media_type: &str, bytes: &[u8]) -> String {
    rows(&fibre(), media_type, bytes).unwrap_err().reasons.first().unwrap().message.en.clone()
}

#[test]
fn csv_and_json_give_the_same_rows() {
    let f = fibre();
    let sheet = format!("\u{feff}{HEAD}79;2026-Q3;27154;8512;9104;;2026-10-05\n;;;;;;\n79;2026-Q3;26740;\"1 200\";1300;\"BC; 1\";2026-10-05\n");
    let from_csv = rows(&f, "text/csv; charset=utf-8", sheet.as_bytes()).unwrap();
    let body = r#"{"rows": [
        {"ma_tinh": 79, "ky": "2026-Q3", "ma_xa": "27154", "so_ho_cap_quang": 8512, "so_ho": 9104, "van_ban": null, "thoi_diem": "2026-10-05"},
        {"ma_tinh": "79", "ky": "2026-Q3", "ma_xa": "26740", "so_ho_cap_quang": "1 200", "so_ho": 1300, "van_ban": "BC; 1", "thoi_diem": "2026-10-05", "lạ": {"x": 1}}
    ]}"#;
    let from_json = rows(&f, "application/json", body.as_bytes()).unwrap();
    assert_eq!(from_csv, from_json);
    assert_eq!(from_csv.len(), 2, "an empty line is no row");
    let c = &f.columns;
    assert_eq!(part(&from_csv[0], Some(&c.document)), "Dữ liệu gửi tự động", "what stands where theirs is empty");
    assert_eq!(part(&from_csv[1], Some(&c.document)), "BC; 1");
    assert_eq!(part(&from_csv[0], Some(&c.indicator)), "households.fibre");
    assert_eq!(part(&from_csv[0], None), "");
}

#[test]
fn what_does_not_read_is_refused_whole_and_says_what_to_do() {
    assert!(said("text/csv", b"ky;\xff\xfe").contains("byte 4"), "TCVN3 and other old encodings");
    assert!(said("application/pdf", b"%PDF").contains("application/pdf"));
    assert!(said("application/json", b"{\"rows\": [").contains("broken"));
    assert!(said("application/json", b"{\"other\": []}").contains("/rows"));
    assert!(said("application/json", b"{\"rows\": {}}").contains("/rows"));
    assert!(said("application/json", b"{\"ky\": \"2026-Q3\"}").contains("columns are missing"), "one flat object is one row");
    assert!(said("application/json", b"5").contains("/rows"));
    assert!(said("text/csv", HEAD.as_bytes()).contains("no row"));
    assert!(said("text/csv", b"").contains("no row"));
    let short = said("text/csv", b"ky;ma_xa\n2026-Q3;27154\n");
    assert!(short.contains("so_ho_cap_quang") && short.contains("ma_tinh") && !short.contains("van_ban"), "{short}");
    let many = format!("{HEAD}{}", "79;2026-Q3;27154;1;2;;2026-10-05\n".repeat(MOST_ROWS + 1));
    assert!(said("text/csv", many.as_bytes()).contains("in parts"));
    // Rows that are no objects are rows without anything: they are refused one by one, not the whole.
    let odd = rows(&fibre(), "application/json", br#"{"rows": [1, null, "x", {"ma_tinh": "79", "ky": "2026-Q3", "ma_xa": "", "so_ho_cap_quang": 1, "so_ho": 2, "thoi_diem": "2026-10-05"}]}"#).unwrap();
    assert_eq!(odd.iter().filter(|r| r.is_empty()).count(), 3);
}

#[test]
fn another_province_and_a_time_to_come_are_refused() {
    let now: Instant = "2026-11-23T08:00:00+07:00".parse().unwrap();
    let f = fibre();
    let wrong = |province: &str, at: &str| {
        let sheet = format!("{HEAD}{province};2026-Q3;27154;1;2;;{at}\n");
        foreign(&rows(&f, "text/csv", sheet.as_bytes()).unwrap()[0], &f.columns, "79", now).len()
    };
    for (province, at, faults) in [
        ("79", "2026-10-05", 0),
        ("79", "2026-11-23T08:04:00+07:00", 0),
        ("79", "2026-11-23T08:06:00+07:00", 1),
        ("79", "2026-11-24", 1),
        ("79", "05/10/2026", 1),
        ("79", "", 1),
        ("01", "2026-10-05", 1),
        ("", "9999-12-31T00:00:00Z", 2),
    ] {
        assert_eq!(wrong(province, at), faults, "{province} {at}");
    }
}

#[test]
fn a_feed_that_cannot_work_is_found_in_the_catalogue() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let others = std::fs::read_to_string(root.join("indicators/definitions/others.yaml")).unwrap();
    let good = std::fs::read_to_string(root.join("indicators/feeds.yaml")).unwrap();
    let faults = |feeds: &str| {
        let files: Files = [("indicators/feeds.yaml".to_owned(), feeds.to_owned()), ("indicators/definitions/others.yaml".to_owned(), others.clone())].into_iter().collect();
        let indicators = crate::catalog::load(&[("indicators/definitions/others.yaml".to_owned(), others.clone())].into_iter().collect()).unwrap().indicators;
        load(&files, &indicators).err().map_or(0, |f| f.len())
    };
    assert_eq!(faults(&good), 0);
    for (from, to) in [
        ("households.fibre", "no.such"),
        ("rows: /rows", "rows: rows"),
        ("an_hour: 12", "an_hour: 0"),
        ("code: payment-accounts", "code: fibre-lines"),
        ("n: {from: so_ho_cap_quang}", "n: {}"),
        ("n: {from: so_ho_cap_quang}", "n: {from: a, value: b}"),
        ("      d: {from: so_ho}\n", ""),
        ("    office: H29\n    folder: yes\n    topic: phusa/feeds/fibre-lines\n", "    folder: yes\n"),
        ("topic: phusa/feeds/fibre-lines", "topic: phusa/#"),
        ("    folder: yes\n    columns:\n", "    folder: yes\n    topic: phusa/feeds/fibre-lines\n    columns:\n"),
    ] {
        assert!(good.contains(from), "{from}");
        assert!(faults(&good.replacen(from, to, 1)) > 0, "{from} → {to}");
    }
}
