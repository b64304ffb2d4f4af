//! Indicators and indices in the whole house: values entered, corrected and imported, every figure with its records, a new indicator and index
//! by files alone, a closed period computed again to the bit.

use crate::{
    dossier::Dossier,
    house::{House, folder},
    ops::Room,
};
use ::measures::Period;
use std::sync::Mutex;
use store::Db;
use testkit::on_each_database;

on_each_database!(
    a_value_is_entered_corrected_and_explained
    a_sheet_is_taken_whole_or_not_at_all
    a_share_is_no_percentage_and_a_total_no_commune
    every_figure_opens_the_records_it_counts
    a_new_indicator_and_index_are_files
    scores_stand_side_by_side
    a_closed_period_is_computed_again_to_the_bit
);

const INDICATORS: &str = "/ioc/indicators";
const INDICES: &str = "/ioc/indices";

fn value<'v>(period: &'v str, n: &'v str, d: &'v str, reason: &'v str) -> Vec<(&'v str, &'v str)> {
    vec![("period", period), ("area", ""), ("n", n), ("d", d), ("excluded", "12"), ("supplier", "VNPT"), ("document", "12/BC-SKHCN ngày 02/11/2026"), ("note", ""), ("reason", reason)]
}

async fn a_value_is_entered_corrected_and_explained(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let fibre = format!("{INDICATORS}/households.fibre");
    // Wrong in every way, each said at its field.
    for (period, n, d, said) in [
        ("2026-Q3", "85%", "100", "không ghi phần trăm"),
        ("2026-Q3", "1.234", "2000", "có thể hiểu theo hai cách"),
        ("2026-Q3", "-5", "10", "không thể âm"),
        ("2026-Q3", "5", "0", "Mẫu số bằng 0"),
        ("2026-Q3", "năm", "10", "Chưa phải là số"),
        ("2026-09", "5", "10", "tính theo quý"),
        ("2027-Q1", "5", "10", "chưa bắt đầu"),
        ("03/2026", "5", "10", "không đọc được"),
    ] {
        let page = room.may_not("thanh", &fibre, &value(period, n, d, ""), 422);
        assert!(page.contains(said), "{period} {n}/{d}: {page}");
    }
    let before = house.journal().await;
    assert!(room.may_not("khanh", &fibre, &value("2026-Q3", "5", "10", ""), 403).contains("Cơ quan phụ trách"));
    assert_eq!(house.journal().await, before, "what was refused left nothing");
    room.does("thanh", &fibre, &value("2026-Q3", "851", "1000", ""));
    room.does("thanh", &fibre, &value("2026-Q3", "851", "1000", ""));
    assert_eq!(house.journal().await, before + 1, "twice the same is once");
    assert!(room.may_not("thanh", &fibre, &value("2026-Q3", "861", "1000", ""), 422).contains("ghi lý do đính chính"));
    room.does("thanh", &fibre, &value("2026-Q3", "861", "1000", "Đếm thiếu một xã"));
    let page = room.sees("thanh", &format!("{fibre}?period=2026-Q3"));
    for told in ["86,1\u{a0}%", "nguồn ngoài", "Đếm thiếu một xã", "12/BC-SKHCN", "851 / 1.000", "861 / 1.000", "VNPT"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    // A later period that nothing was entered for shows the earlier one and says so.
    assert!(room.sees("thanh", &format!("{fibre}?period=2026-Q4")).contains("số của kỳ trước"));
    assert!(room.sees("thanh", &format!("{fibre}/values.csv")).contains("households.fibre,1,,2026-Q3,2026-07-01,2026-10-01,2,861,1000,household"));
    // A part larger than its whole is kept, flagged and has no rate.
    room.does("thanh", &format!("{INDICATORS}/adults.identity"), &value("2026-Q3", "64000000", "62000000", ""));
    let page = room.sees("thanh", &format!("{INDICATORS}/adults.identity?period=2026-Q3"));
    assert!(page.contains("khác cơ sở") && !page.contains("103,2"), "{page}");
    let page = room.sees("thanh", &format!("{INDICES}/factors-b?period=2026-10"));
    assert!(page.contains("khác cơ sở") && page.contains("64000000 &gt; 62000000") && page.contains("86,1"), "{page}");
    // What if: nothing is stored.
    let before = house.journal().await;
    let page = room.sees("thanh", &format!("{INDICES}/factors-b?period=2026-10&if.fibre_n=950"));
    assert!(page.contains("86,1 → <b>95</b>"), "{page}");
    assert!(room.sees("thanh", &format!("{INDICES}/factors-b?if.fibre_n=1.234")).contains("có thể hiểu theo hai cách"));
    assert_eq!(house.journal().await, before);
    for (who, path, status) in [
        ("lan", INDICATORS, 403), ("duc", INDICATORS, 403), ("khanh", INDICATORS, 200), ("kiem", INDICES, 200), ("thanh", "/ioc/indicators/no.such", 404), ("thanh", "/ioc/indices/no-such", 404),
        ("thanh", "/ioc/indices/factors-a?version=9", 404), ("thanh", "/ioc/indicators?period=%00", 422), ("thanh", "/ioc/periods/2026-10/1", 404), ("thanh", "/ioc/periods/x/y", 404),
    ] {
        assert_eq!(room.status(who, path), status, "{who} {path}");
    }
}

async fn a_sheet_is_taken_whole_or_not_at_all(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = format!("{INDICATORS}/import");
    let before = house.journal().await;
    let bad = "chỉ tiêu;kỳ;xã;tử;mẫu;nguồn;văn bản;lý do\n\
        households.fibre;2026-Q3;26740;70;100;VNPT;1/BC\n\
        households.fibre;2026-Q3;26740;71;100;VNPT;1/BC\n\
        households.fibre;2026-Q3;00001;70;100;VNPT;1/BC\n\
        households.fibre;2027-Q3;;70;100;VNPT;1/BC\n\
        households.fibre;2026-Q3;2674;70;100;VNPT;1/BC\n\
        no.such;2026-Q3;;1;2;;1/BC\n\
        dossiers.received;2026-10;;5;;;1/BC\n\
        adults.skills;2026-Q3;;-1;100;;1/BC\n\
        adults.skills;2026-Q3\n";
    let page = room.may_not("thanh", &path, &[("sheet", bad)], 422);
    for said in ["Dòng 3: chỉ tiêu, kỳ, địa bàn này đã có ở dòng trên", "Dòng 4: “00001” không phải là mã xã, phường của tỉnh", "Dòng 5: Kỳ này chưa bắt đầu", "Dòng 6: “2674” không phải", "Dòng 7: không có chỉ tiêu “no.such”", "Dòng 8: “dossiers.received” không do cơ quan bạn khai", "Dòng 9: Số không thể âm", "Dòng 10: cần 5 đến 8 ô"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(house.journal().await, before, "one wrong line, nothing recorded");
    // Communes add up to the province: parts and wholes, never rates.
    let communes: Vec<String> = house.it.services.areas.communes("79", house.now().date()).iter().take(3).map(|u| u.code.to_string()).collect();
    let sheet: String = communes.iter().zip([(25_736, 36_845), (120, 200), (9, 10)]).map(|(c, (n, d))| format!("adults.skills;2026-Q3;{c};{n};{d};;7/BC-UBND\n")).collect();
    let reply = room.browser("thanh").post(&path, &path, [("sheet", sheet.as_str())]);
    assert!(reply.status == 200 && reply.text().contains("3 dòng mới"), "{}", reply.text());
    let again = room.browser("thanh").post(&path, &path, [("sheet", sheet.as_str())]);
    assert!(again.text().contains("3 dòng đã có"), "the same file twice changes nothing: {}", again.text());
    assert_eq!(house.journal().await, before + 3);
    let page = room.sees("thanh", &format!("{INDICATORS}/adults.skills?period=2026-Q3"));
    assert!(page.contains("69,8\u{a0}%") && page.contains("25.865") && page.contains("37.055") && page.contains("tổng tử số, mẫu số của 3 xã"), "{page}");
}

async fn a_share_is_no_percentage_and_a_total_no_commune(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = format!("{INDICATORS}/import");
    let before = house.journal().await;
    // 85 % sent as 0,85: asked, not guessed; with the sign it is what it says.
    let page = room.may_not("thanh", &path, &[("sheet", "economy.digital_gso;2025;;0,85;;;1/BC\n")], 422);
    assert!(page.contains("Dòng 1: 0,85 là 0,85\u{a0}% hay 85\u{a0}%? Ghi 85 hoặc 0,85\u{a0}%."), "{page}");
    let page = room.may_not("thanh", &format!("{INDICATORS}/economy.digital_gso"), &[("period", "2025"), ("n", "0,853"), ("supplier", "Thống kê"), ("document", "1/BC")], 422);
    assert!(page.contains("hay 85,3"), "{page}");
    assert_eq!(house.journal().await, before);
    let taken = |room: &mut Room<'_>, sheet: &str| {
        let reply = room.browser("thanh").post(&path, &path, [("sheet", sheet)]);
        assert_eq!(reply.status, 200, "{sheet}: {}", reply.text());
        reply.text()
    };
    assert!(taken(&mut room, "economy.digital_gso;2024;;0,85 %;;;1/BC\neconomy.digital_gso;2025;;14;;;2/BC\neconomy.digital_mic;2025;;0;;;3/BC\n").contains("3 dòng mới"));
    // A total among communes is not the province's own value; written with the province's code it is.
    let communes: Vec<String> = house.it.services.areas.communes("79", house.now().date()).iter().take(2).map(|u| u.code.to_string()).collect();
    let lines = format!("adults.skills;2026-Q3;{};10;20;;7/BC\nadults.skills;2026-Q3;{};30;40;;7/BC\n", communes[0], communes[1]);
    let page = room.may_not("thanh", &path, &[("sheet", &format!("{lines}adults.skills;2026-Q3;;400;600;;7/BC\n"))], 422);
    assert!(page.contains("Dòng 3: Dòng này không có mã xã, phường") && page.contains("ghi mã 79"), "{page}");
    // Another indicator of the same sheet may be the province's alone.
    assert!(taken(&mut room, &format!("{lines}economy.digital_mic;2024;;9;;;7/BC\n")).contains("3 dòng mới"));
    let page = room.sees("thanh", &format!("{INDICATORS}/adults.skills?period=2026-Q3"));
    assert!(page.contains("tổng tử số, mẫu số của 2 xã"), "{page}");
    assert!(taken(&mut room, &format!("{lines}adults.skills;2026-Q3;79;41;60;;8/BC\n")).contains("1 dòng mới"));
    let page = room.sees("thanh", &format!("{INDICATORS}/adults.skills?period=2026-Q3"));
    assert!(page.contains("41 / 60") || page.contains("41</a> / "), "the province's own word stands: {page}");
}

/// Numbers of the figures of a page, with where they lead.
fn figures(page: &str) -> Vec<(i64, String)> {
    page.split("<a class=\"tally").skip(1).filter_map(|f| {
        let href = f.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&");
        let text = f.split_once('>')?.1.split('<').next()?.replace('.', "");
        Some((text.trim().parse().ok()?, href))
    }).collect()
}

async fn every_figure_opens_the_records_it_counts(db: Db) {
    let house = House::open(db).await;
    phusa::demo::operations::fill(&house.it.rooms.ops, house.it.identity.directory()).await.unwrap();
    for _ in 0..2 {
        let mut case = Dossier::file(&house, "1.013225");
        case.act("thu", "receive");
    }
    house.follow().await;
    let mut room = Room::of(&house);
    room.does("thanh", &format!("{INDICATORS}/households.fibre"), &value("2026-Q4", "851", "1000", ""));
    let codes: Vec<String> = house.it.rooms.measures.catalog.indicators.iter().map(|i| i.code.clone()).collect();
    let mut pages: Vec<(&'static str, String)> = vec![("thanh", INDICATORS.into()), ("ngoc", INDICATORS.into()), ("khanh", INDICATORS.into())];
    pages.extend(codes.iter().map(|c| ("thanh", format!("{INDICATORS}/{c}"))));
    let mut opened = std::collections::BTreeMap::<(&str, String), i64>::new();
    let mut counted = [0; 3];
    for (who, page) in &pages {
        for (n, href) in figures(&room.sees(who, page)) {
            if opened.insert((who, href.clone()), n).is_some_and(|before| before == n) {
                continue;
            }
            let answer = room.browser(who).get(href.split('#').next().unwrap());
            assert_eq!(answer.status, 200, "{who} {page}: {href}");
            let list = answer.text();
            if href.starts_with("/work/index/dossiers") {
                let rows = list.split("<tbody").nth(1).map_or(0, |t| t.split("</tbody>").next().unwrap().matches("<tr").count());
                assert_eq!(i64::try_from(rows).unwrap(), n, "{who} {page}: {href}");
                counted[0] += 1;
            } else if href.starts_with("/work/directives") {
                let rows = list.split("id=\"tasks\"").nth(1).unwrap().matches("<tr role=\"row\">").count().saturating_sub(1);
                assert_eq!(i64::try_from(rows).unwrap(), n, "{who} {page}: {href}");
                counted[1] += 1;
            } else if href.starts_with(INDICATORS) {
                assert!(list.contains("id=\"values\"") && list.contains("851 / 1.000"), "{href}");
                counted[2] += 1;
            }
        }
    }
    assert!(counted[0] > 10 && counted[1] > 10 && counted[2] > 1, "{counted:?}");
    // Offices add up to the province, source by source.
    let m = &house.it.rooms.measures;
    for i in m.catalog.indicators.iter() {
        let Some(c) = i.computed.as_ref().filter(|c| c.from != ::measures::catalog::Source::Index766) else { continue };
        let month = Period::Month(2026, 11);
        let whole = m.sources.told(&m.scope, c, None, month, house.now()).await.unwrap().unwrap();
        let parts = m.sources.parts(&m.scope, c, month, house.now()).await.unwrap();
        let sum = |of: &dyn Fn(&::measures::Told) -> indices::Exact| parts.iter().map(|(_, t)| of(t)).fold(indices::Exact::ZERO, |a, b| a.add(b).unwrap());
        assert_eq!(sum(&|t| t.n), whole.n, "{}", i.code);
        assert_eq!(sum(&|t| t.d.unwrap_or(indices::Exact::ZERO)), whole.d.unwrap_or(indices::Exact::ZERO), "{}", i.code);
    }
    // The index reads the same records.
    let page = room.sees("thanh", &format!("{INDICES}/four-no-one-yes"));
    assert!(page.contains("/work/index/dossiers?of=province") && page.contains("không áp dụng"), "{page}");
    assert!(room.sees("thanh", INDICES).contains("Bốn không, một có"));
    assert!(room.sees("thanh", &format!("{INDICES}/service-quality-766")).contains("/work/index?of=province"));
}

async fn a_new_indicator_and_index_are_files(db: Db) {
    let home = folder("measures");
    for (path, text) in [
        ("indicators/definitions/ours.yaml", include_str!("measures/indicator.yaml")),
        ("indices/ours.yaml", include_str!("measures/index.yaml")),
    ] {
        let file = home.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let house = House::with(db, &[home], crate::house::MONDAY).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    house.follow().await;
    let mut room = Room::of(&house);
    assert!(room.sees("thanh", &format!("{INDICATORS}/ours.assisted")).contains("(<a class=\"tally\""), "counted from the dossiers");
    room.does("thanh", &format!("{INDICATORS}/ours.trees"), &[("period", "2026"), ("n", "60"), ("d", "100"), ("supplier", "Sở"), ("document", "1/BC")]);
    let page = room.sees("thanh", &format!("{INDICES}/ours?period=2026-11"));
    assert!(page.contains("7,06") && page.contains("60\u{a0}% / 85\u{a0}% × 10 = 7,0588"), "{page}");
    assert!(room.sees("thanh", &format!("{INDICES}/ours/scores.csv?period=2026-11")).contains("ours,1,2026-11,trees,Cây xanh,counted,7.06,10,10"));
}

async fn scores_stand_side_by_side(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = format!("{INDICES}/dti-922?version=2022");
    let post = format!("{INDICES}/dti-922");
    let sent = |side: &'static str, points: &'static str, reason: &'static str| vec![("period", "2023"), ("node", "awareness"), ("side", side), ("points", points), ("document", "BC 15"), ("reason", reason)];
    room.does("thanh", &post, &sent("declared", "92,5", ""));
    assert!(room.may_not("thanh", &post, &sent("verified", "80", ""), 422).contains("khác điểm ở bước trước"));
    assert!(room.may_not("thanh", &post, &sent("verified", "101", "x"), 422).contains("Điểm từ 0 đến 100"));
    assert!(room.may_not("khanh", &post, &sent("verified", "80", "x"), 403).contains("ghi điểm"));
    room.does("ngoc", &post, &sent("verified", "80", "Thiếu minh chứng hai chỉ số"));
    room.does("ngoc", &post, &sent("published", "80", ""));
    let page = room.sees("thanh", &format!("{path}&period=2023"));
    for told in ["92,5", "Thiếu minh chứng hai chỉ số", "Công bố", "chưa có công thức"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(room.sees("thanh", &format!("{post}/scores.csv?period=2023&version=2022")).contains(",92.5,80,80,"));
}

/// What both engines signed: the same acts at the same instants, the same bytes.
static SIGNED: Mutex<Option<String>> = Mutex::new(None);

async fn a_closed_period_is_computed_again_to_the_bit(db: Db) {
    let house = House::with(db, &[], "2026-10-12T08:30:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let mut room = Room::of(&house);
    room.does("thanh", &format!("{INDICATORS}/households.fibre"), &value("2026-Q3", "851", "1000", ""));
    room.does("thanh", &format!("{INDICATORS}/households.fibre"), &value("2026-Q4", "30", "40", ""));
    let periods = "/ioc/periods";
    assert!(room.may_not("thanh", periods, &[("period", "2026-10")], 422).contains("chưa kết thúc"));
    house.set("2026-11-02T09:00:00+07:00");
    // Sessions are over by now: everybody signs in again.
    let mut room = Room::of(&house);
    assert!(room.may_not("khanh", periods, &[("period", "2026-10")], 403).contains("chốt kỳ"));
    room.does("ngoc", periods, &[("period", "2026-10")]);
    house.effects().await;
    let m = &house.it.rooms.measures;
    let october = Period::Month(2026, 10);
    let first = m.closing(october).await.unwrap().unwrap().vintages[0].clone();
    let done = first.done.clone().unwrap();
    assert!(done.is_signed());
    let snapshot = done.read().unwrap();
    let kept = |code: &str| snapshot.indicators.iter().find(|i| i.code == code).unwrap_or_else(|| panic!("{code}"));
    assert_eq!((kept("dossiers.received").n.to_string(), kept("dossiers.received").origin.as_str()), ("1".to_owned(), "records"));
    assert_eq!((kept("households.fibre").n.to_string(), kept("households.fibre").origin.as_str()), ("30".to_owned(), "#1"));
    assert!(snapshot.indices.iter().any(|i| i.code == "factors-a") && !snapshot.indices.iter().any(|i| i.code == "service-quality-766"));
    // Late entries, corrections and more work change the live figures and nothing that was signed.
    room.does("thanh", &format!("{INDICATORS}/households.fibre"), &value("2026-Q4", "31", "40", "Đếm lại"));
    case.act("ha", "assign");
    let mut other = Dossier::file(&house, "1.013225");
    other.act("thu", "receive");
    house.follow().await;
    house.set("2026-12-20T09:00:00+07:00");
    let mut room = Room::of(&house);
    let again = m.recompute(october, first.version, first.asked, &done.definitions).await.unwrap();
    assert_eq!(again, done.content, "bit by bit");
    let page = room.sees("kiem", "/ioc/periods/2026-10/1?check=1");
    assert!(page.contains("giống từng bit") && page.contains("chữ ký đúng"), "{page}");
    let file = room.sees("kiem", "/ioc/periods/2026-10/1/snapshot.json");
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert_eq!(file["content"].as_str().unwrap(), done.content);
    // A bit less is not signed.
    let forged = ::measures::closing::Done { content: done.content.replace("\"30\"", "\"31\""), ..done.clone() };
    assert!(forged.content != done.content && !forged.is_signed());
    // Closed again it is another vintage; the first stays as it was.
    assert!(room.may_not("ngoc", periods, &[("period", "2026-10")], 422).contains("ghi lý do chốt lại"));
    room.does("ngoc", periods, &[("period", "2026-10"), ("reason", "Đính chính cáp quang")]);
    house.effects().await;
    let both = m.closing(october).await.unwrap().unwrap().vintages;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].done.as_ref(), Some(&done));
    let second = both[1].done.as_ref().unwrap().read().unwrap();
    assert_eq!(second.indicators.iter().find(|i| i.code == "households.fibre").unwrap().origin, "#2");
    assert_eq!(std::fs::read_dir(house.data.join("scratch")).unwrap().count(), 0, "nothing is left of the tables it was computed on");
    // The journal of the other engine gives the same bytes.
    let mut signed = SIGNED.lock().unwrap();
    match signed.as_ref() {
        Some(other) => assert_eq!(*other, done.content),
        None => *signed = Some(done.content),
    }
}
