#![allow(clippy::unwrap_used)]

use super::*;
use crate::{catalog::Files, time::date};
use std::sync::LazyLock;

macro_rules! catalog {
    ($($name:literal)*) => { [$((concat!("areas/", $name), include_str!(concat!("../../../../catalog/areas/", $name)))),*] };
}

fn files() -> Files {
    catalog!["provinces-2025.csv" "communes-2025.csv" "provinces-2024.csv" "districts-2024.csv" "communes-2024.csv" "successions-2025.csv"]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into_iter()
        .collect()
}

static AREAS: LazyLock<Areas> = LazyLock::new(|| Areas::load(&files()).unwrap());
const START: Date = date(2025, 7, 1);
const OLD: Date = date(2024, 12, 31);
const NOW: Date = date(2026, 11, 21);

fn counts(province: &str, on: Date) -> [usize; 3] {
    let communes = AREAS.communes(province, on);
    [Kind::Ward, Kind::Commune, Kind::SpecialZone].map(|kind| communes.iter().filter(|u| u.kind == kind).count())
}

fn total(on: Date) -> [usize; 3] {
    AREAS.provinces(on).map(|p| counts(&p.code, on)).fold([0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]])
}

/// domain/operations-centre §8.2.
const COUNTS: &str = "01 51/75/0 04 3/53/0 08 7/117/0 11 3/42/0 12 2/36/0 14 8/67/0 15 10/89/0 19 15/77/0 20 4/61/0 22 30/22/2 \
24 33/66/0 25 15/133/0 31 45/67/2 33 11/93/0 37 32/97/0 38 19/147/0 40 11/119/0 42 9/60/0 44 8/69/1 46 21/19/0 48 23/70/1 \
51 9/86/1 52 25/110/0 56 16/48/1 66 14/88/0 68 20/103/1 75 23/72/0 79 113/54/1 80 14/82/0 82 20/82/0 86 19/105/0 91 14/85/3 92 31/72/0 96 9/55/0";

#[test]
fn the_counts_of_every_province_on_the_first_day() {
    let words: Vec<_> = COUNTS.split_whitespace().collect();
    assert_eq!((words.len(), AREAS.provinces(START).count()), (68, 34));
    for pair in words.chunks(2) {
        let [wards, communes, zones] = counts(pair[0], START);
        assert_eq!(format!("{wards}/{communes}/{zones}"), pair[1], "province {}", pair[0]);
    }
    assert_eq!(total(START), [687, 2621, 13]);
}

#[test]
fn the_changes_of_2026() {
    let cities = |on| AREAS.provinces(on).filter(|p| p.kind == Kind::City).count();
    let before = date(2026, 4, 29);
    assert_eq!((total(before), cities(before)), ([687, 2621, 13], 6));
    let day = date(2026, 4, 30);
    assert_eq!((total(day), cities(day), counts("75", day)), ([697, 2611, 13], 7, [33, 62, 0]));
    assert_eq!((total(NOW), cities(NOW)), ([709, 2599, 13], 9));
    assert_eq!(AREAS.province("75", before).unwrap().text().vi, "Tỉnh Đồng Nai");
    assert_eq!(AREAS.province("75", NOW).unwrap().text().en, "Dong Nai City");
    assert_eq!(AREAS.versions("26368").len(), 3);
}

#[test]
fn before_the_reform() {
    assert_eq!(AREAS.provinces(OLD).count(), 63);
    let communes: usize = AREAS.provinces(OLD).map(|p| AREAS.communes(&p.code, OLD).len()).sum();
    assert_eq!(communes, 10_035);
    for (code, old, new) in [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ] {
        assert_eq!(&*AREAS.province(code, OLD).unwrap().name, old);
        assert_eq!(&*AREAS.province(code, NOW).unwrap().name, new);
    }
    assert_eq!(AREAS.province("46", OLD).unwrap().text().vi, "Tỉnh Thừa Thiên Huế");
    assert_eq!(AREAS.province("46", date(2025, 3, 1)).unwrap().text().vi, "Thành phố Huế");
    assert_eq!(AREAS.province("02", NOW), None);
    assert_eq!(AREAS.province("79 ", NOW), None);
    assert_eq!(AREAS.commune("79", NOW), None);
}

#[test]
fn what_became_of_an_old_unit() {
    let names =
        |links: Vec<Link<'_>>| links.iter().map(|l| (l.unit.text().vi, l.succession.partial)).collect::<Vec<_>>();
    assert_eq!(names(AREAS.successors("26740", OLD)), [("Phường Sài Gòn".to_owned(), false)]);
    assert!(AREAS.successors("26740", NOW).is_empty());
    assert_eq!(AREAS.successors("26737", OLD).len(), 2);
    assert_eq!(AREAS.predecessors("26740", NOW).len(), 3);
    assert_eq!(names(AREAS.successors("52", OLD)), [("Tỉnh Gia Lai".to_owned(), false)]);
    assert_eq!(names(AREAS.predecessors("24", NOW)).len(), 2);
    let split = |c: &&Unit| AREAS.successors(&c.code, OLD).len() > 1;
    assert_eq!(AREAS.provinces(OLD).flat_map(|p| AREAS.communes(&p.code, OLD)).filter(split).count(), 471);
    for commune in AREAS.provinces(NOW).flat_map(|p| AREAS.communes(&p.code, NOW)) {
        assert!(!AREAS.predecessors(&commune.code, NOW).is_empty(), "{}", commune.code);
    }
}

#[test]
fn five_zones_come_from_districts() {
    let zones = ["11948", "19742", "20333", "21548", "26732"];
    for code in zones {
        assert_eq!(AREAS.commune(code, OLD), None);
        let from = AREAS.predecessors(code, NOW);
        assert_eq!((from.len(), from[0].unit.level()), (1, Level::District), "{code}");
    }
    let new = AREAS.provinces(START).flat_map(|p| AREAS.communes(&p.code, START));
    assert_eq!(new.filter(|u| AREAS.commune(&u.code, OLD).is_none()).count(), 5);
}

#[test]
fn found_as_people_type() {
    let first = |text: &str| AREAS.find(text, NOW).first().map(|c| c.text(&AREAS, NOW)).unwrap_or_default();
    assert_eq!(
        first("ben nghe, quan 1").vi,
        "Phường Sài Gòn, Thành phố Hồ Chí Minh (trước đây: Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh)"
    );
    assert_eq!(first("Phường Sài Gòn").en, "Sai Gon Ward, Ho Chi Minh City");
    assert_eq!(first("P. Sài Go").en, "Sai Gon Ward, Ho Chi Minh City");
    assert_eq!(first("BÌNH ĐỊNH").vi, "Tỉnh Gia Lai (trước đây: Tỉnh Bình Định)");
    assert_eq!(first("TP.HCM").vi, "Thành phố Hồ Chí Minh");
    assert_eq!(first("xã Bình Định").vi, "Xã Bình Định, Tỉnh Hưng Yên");
    assert_eq!(first("Ho Chi Minh").vi, "Thành phố Hồ Chí Minh");
    let namesakes = AREAS.find("xã Tân Tiến", NOW);
    assert!(namesakes.iter().filter(|c| c.old.is_none() && &*c.unit.name == "Tân Tiến").count() >= 2);
    let divided = AREAS.find("Đa Kao, Quận 1, Hồ Chí Minh", NOW);
    assert!(divided.len() == 2 && divided.iter().all(|c| c.partial));
    assert!(divided[0].text(&AREAS, NOW).vi.contains("một phần của"));
    assert!(AREAS.find(" , ,", NOW).is_empty() && AREAS.find("zzzz", NOW).is_empty() && AREAS.find("", NOW).is_empty());
    assert!(AREAS.find("t", NOW).len() <= 30);
}

#[test]
fn a_wrong_row_is_found_with_its_line() {
    let with = |name: &str, row: &str| {
        let header =
            if name.starts_with('s') { "old,new,date,partial,main" } else { "code,kind,name,parent,from,to,decision" };
        let extra: Files = [(format!("areas/{name}"), format!("{header}\n{row}\n"))].into_iter().collect();
        Areas::load(&files().overlay(extra))
            .err()
            .map(|f| f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            .unwrap_or_default()
    };
    assert_eq!(with("communes-2027.csv", "99999,xã,Mới,79,2027-01-01,,x"), "");
    for (name, row, word) in [
        ("communes-2027.csv", "1,xã,Mới,79,2027-01-01,,x", "chữ số"),
        ("communes-2027.csv", "26740,phường,Khác,79,2026-01-01,,x", "26740"),
        ("communes-2027.csv", "99999,quận,Mới,79,2027-01-01,,x", "quận"),
        ("communes-2027.csv", "99999,xã,Mới,02,2027-01-01,,x", "02"),
        ("communes-2027.csv", "99999,xã,Mới,79,01/01/2027,,x", "01/01/2027"),
        ("communes-2027.csv", "99999,xã,Mới", "3 ô"),
        ("successions-2027.csv", "26740,99998,2027-01-01,no,yes", "99998"),
        ("successions-2027.csv", "26740,26743,2027-01-01,maybe,yes", "maybe"),
    ] {
        let found = with(name, row);
        assert!(found.starts_with(&format!("areas/{name}:2: ")) && found.contains(word), "{row}: {found}");
    }
}

/// What an address of the past is today, how sure that is, and what a person chooses from (domain/public-services §10.5).
#[test]
fn old_addresses_are_mapped_with_their_confidence() {
    use Confidence::{Choose, Likely, Sure};
    let names = |r: &Reading<'_>| r.candidates.iter().map(|c| AREAS.full_name(c.unit, NOW).vi).collect::<Vec<_>>().join(" | ");
    for (address, place, now, confidence) in [
        ("Số 12 đường Lê Lợi, Phường 5, Quận 3, Thành phố Hồ Chí Minh", "Số 12 đường Lê Lợi", "Phường Bàn Cờ, Thành phố Hồ Chí Minh", Sure),
        ("12 Lê Lợi, P.5, Q.3, TP.HCM, Việt Nam", "12 Lê Lợi", "Phường Bàn Cờ, Thành phố Hồ Chí Minh", Sure),
        ("ben nghe, quan 1", "", "Phường Sài Gòn, Thành phố Hồ Chí Minh", Sure),
        ("5 Đồng Khởi; phường Bến Nghé", "5 Đồng Khởi", "Phường Sài Gòn, Thành phố Hồ Chí Minh", Likely),
        // Divided: the larger part, as the source has it, first.
        ("30 Điện Biên Phủ, phường Đa Kao, quận 1, TP. Hồ Chí Minh", "30 Điện Biên Phủ", "Phường Sài Gòn, Thành phố Hồ Chí Minh | Phường Tân Định, Thành phố Hồ Chí Minh", Choose),
        // A ward of the old name stands today as another: with the district it is the old one that is meant.
        ("1 Lê Lai, Phường Bến Thành, Quận 1, TP Hồ Chí Minh", "1 Lê Lai", "Phường Bến Thành, Thành phố Hồ Chí Minh", Sure),
        ("Huyện Côn Đảo, tỉnh Bà Rịa - Vũng Tàu", "", "Đặc khu Côn Đảo, Thành phố Hồ Chí Minh", Sure),
        // The commune is one of today, its province is not.
        ("Thôn 3, phường Quy Nhơn, tỉnh Bình Định", "Thôn 3", "Phường Quy Nhơn, Tỉnh Gia Lai", Sure),
        ("Thôn 3, phường Quy Nhơn, Bình Định", "Thôn 3", "Phường Quy Nhơn, Tỉnh Gia Lai", Sure),
        ("Thôn 3, tỉnh Bình Định", "Thôn 3", "Tỉnh Gia Lai", Likely),
    ] {
        let r = AREAS.address(address, NOW).unwrap_or_else(|| panic!("{address} is not read"));
        assert_eq!((r.place.as_str(), names(&r).as_str(), r.confidence), (place, now, confidence), "{address}");
    }
    // Twenty-one wards were called 5: none is guessed.
    let many = AREAS.address("Phường 5", NOW).unwrap();
    assert!(many.candidates.len() > 5 && many.confidence == Choose);
    // Only the district: what its communes became.
    let district = AREAS.address("24 Trần Quốc Thảo, Quận 3, TP Hồ Chí Minh", NOW).unwrap();
    assert_eq!((district.place.as_str(), district.confidence), ("24 Trần Quốc Thảo", Choose));
    assert!(names(&district).contains("Phường Xuân Hòa") && names(&district).contains("Phường Bàn Cờ") && district.candidates.len() < 8, "{}", names(&district));
    // Today's addresses, and what is none, are left alone.
    for address in ["27 đường Xuân Hòa, Phường Xuân Hòa, Thành phố Hồ Chí Minh", "Phường Sài Gòn", "Số 7 đường Xuân Hòa", "", " , ,", "zzz, yyy", "Phường 5, Quận 3, Hà Nội", "Thành phố Hồ Chí Minh"] {
        assert_eq!(AREAS.address(address, NOW), None, "{address}");
    }
    // Before the reform nothing has changed yet.
    assert_eq!(AREAS.address("Phường 5, Quận 3, Thành phố Hồ Chí Minh", OLD), None);
}

#[test]
fn the_new_address_keeps_the_old_one_while_there_is_room() {
    let was = "Số 12 đường Lê Lợi, Phường 5, Quận 3, TP Hồ Chí Minh";
    let r = AREAS.address(was, NOW).unwrap();
    let unit = r.candidates[0].unit;
    let now = "Số 12 đường Lê Lợi, Phường Bàn Cờ, Thành phố Hồ Chí Minh";
    assert_eq!(r.written(&AREAS, unit, was, NOW, 300), format!("{now} (trước đây: {was})"));
    assert_eq!(r.written(&AREAS, unit, was, NOW, 60), now);
    // Written so, it is an address of today.
    assert_eq!(AREAS.address(now, NOW), None);
    assert_eq!(AREAS.address(&r.written(&AREAS, unit, was, NOW, 300), NOW), None);
}
