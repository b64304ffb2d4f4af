//! Walls as a province lays them out: from a file, and on the pages, step by step.

use crate::{
    house::{House, folder},
    ops::{Room, given, hidden},
};
use store::Db;
use testkit::on_each_database;

on_each_database!(
    a_new_wall_is_a_file
    a_leader_lays_out_a_wall
    two_who_change_a_wall_see_each_other
    a_silent_source_is_old_on_the_wall
);

const WALLS: &str = "/ioc/walls";

async fn a_new_wall_is_a_file(db: Db) {
    let home = folder("walls");
    for (path, text) in [
        ("indicators/definitions/ours.yaml", include_str!("measures/indicator.yaml")),
        ("indices/ours.yaml", include_str!("measures/index.yaml")),
        ("ops/walls.yaml", include_str!("walls/walls.yaml")),
    ] {
        let file = home.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let house = House::with(db, &[home], crate::house::MONDAY).await;
    let mut room = Room::of(&house);
    room.does("thanh", "/ioc/indicators/ours.trees", &[("period", "2026"), ("n", "60"), ("d", "100"), ("supplier", "Sở"), ("document", "1/BC")]);
    let page = room.sees("thanh", "/ioc/wall");
    for told in ["Phòng cây xanh", "60\u{a0}%", "60 / 100 · năm 2026", "/ioc/indicators/ours.trees?period=2026", "7,06", "/ioc/indices/ours?period=2026-11"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("Mới nhất"), "a list of no lines is not shown");
}

/// A new wall, empty or like another.
fn laid(room: &mut Room<'_>, name: &str, like: &str) -> String {
    let id = hidden(&room.sees("thanh", WALLS), "id");
    room.does("thanh", WALLS, &[("act", "lay"), ("id", &id), ("name", name), ("like", like)])
}

fn step(room: &mut Room<'_>, path: &str, pairs: &[(&str, &str)]) {
    let seen = hidden(&room.sees("thanh", path), "seen");
    let mut all = vec![("seen", seen.as_str())];
    all.extend(pairs);
    room.does("thanh", path, &all);
}

async fn a_leader_lays_out_a_wall(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    // Who may not, and what is asked back.
    assert_eq!(room.status("hung", WALLS), 403, "a department's leader");
    assert!(!room.sees("ngoc", WALLS).contains("Tạo màn hình"), "a controller looks");
    let id = hidden(&room.sees("thanh", WALLS), "id");
    assert!(room.may_not("thanh", WALLS, &[("act", "lay"), ("id", &id), ("name", " "), ("like", "none")], 422).contains("Ghi tên"));
    let path = laid(&mut room, "Phòng trực", "none");
    step(&mut room, &path, &[("act", "add-panel"), ("panel_name", "Hạ tầng số")]);
    step(&mut room, &path, &[("act", "add-figure.0"), ("figure_0", "indicators.households.fibre"), ("mood_0", "plain")]);
    step(&mut room, &path, &[("act", "add-figure.0"), ("figure_0", "directives.open"), ("mood_0", "warn")]);
    step(&mut room, &path, &[("act", "raise-figure.0.1")]);
    let page = room.sees("thanh", &path);
    let lays: Vec<&str> = page.split("<li class=\"lay\">").skip(1).collect();
    assert!(lays[0].contains("Nhiệm vụ: đang thực hiện") && lays.len() == 2, "moved up");
    assert!(room.may_not("thanh", &path, &[("act", "add-figure.0"), ("seen", &hidden(&page, "seen")), ("figure_0", "directives.open")], 422).contains("đã có số liệu đó"));
    assert_eq!(room.status("ngoc", &path), 403);
    // The wall shows what is told, and what is told later.
    let code = path.rsplit('/').next().unwrap().to_owned();
    let wall = format!("/ioc/wall?wall={code}");
    assert!(room.sees("thanh", &wall).contains("chưa có số liệu"));
    room.does("thanh", "/ioc/indicators/households.fibre", &[("period", "2026-Q3"), ("n", "850"), ("d", "1000"), ("supplier", "Sở"), ("document", "1/BC")]);
    given(&mut room, "Kéo cáp quang");
    let shown = room.sees("thanh", &format!("/ioc/wall/events?wall={code}"));
    for told in ["85\u{a0}%", "850 / 1.000 · quý 3/2026 · nguồn ngoài", "/ioc/indicators/households.fibre?period=2026-Q3", "directives?side=province&amp;group=open\">"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    // A copy of the shipped one, and taken down: it is nowhere any more.
    let copy = laid(&mut room, "Bản sao", "main");
    assert!(room.sees("thanh", &copy).contains("Phục vụ hôm nay"));
    step(&mut room, &copy, &[("act", "withdraw")]);
    assert_eq!(room.status("thanh", &copy), 404);
    assert_eq!(room.status("thanh", &format!("/ioc/wall?wall={}", copy.rsplit('/').next().unwrap())), 404);
    assert!(room.sees("thanh", WALLS).contains("Phòng trực") && !room.sees("thanh", WALLS).contains("Bản sao"));
}

async fn two_who_change_a_wall_see_each_other(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = laid(&mut room, "Phòng trực", "main");
    let seen = hidden(&room.sees("thanh", &path), "seen");
    room.does("thanh", &path, &[("seen", &seen), ("act", "drop-panel.0")]);
    // The other page still shows three panels: dropping "the first" would take away another than was meant.
    let late = room.may_not("thanh", &path, &[("seen", &seen), ("act", "drop-panel.0")], 409);
    assert!(late.contains("Người khác vừa sửa") && late.contains("Chỉ đạo đang chạy") && !late.contains("Phục vụ hôm nay"), "{late}");
    let none = room.may_not("thanh", &path, &[("seen", &hidden(&late, "seen")), ("act", "drop-panel.7")], 409);
    assert!(none.contains("không còn"));
    room.may_not("thanh", &path, &[("seen", "1"), ("act", "dance")], 422);
}

/// A value is as old as what told it, not as the wall; an index as its oldest input.
async fn a_silent_source_is_old_on_the_wall(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = laid(&mut room, "Phòng hạ tầng", "none");
    step(&mut room, &path, &[("act", "add-panel"), ("panel_name", "Hạ tầng số")]);
    for figure in ["indicators.households.fibre", "directives.open"] {
        step(&mut room, &path, &[("act", "add-figure.0"), ("figure_0", figure), ("mood_0", "plain")]);
    }
    let sent = |rows: &str| house.actor("thanh").send("POST", "/api/v1/feeds/fibre-lines", &[("content-type", "text/csv")], Some(format!("{}{rows}", crate::feeds::HEAD).into_bytes())).status;
    assert_eq!(sent("79;2026-Q3;;851;1000;1/BC;2026-10-05\n"), 201);
    let code = path.rsplit('/').next().unwrap().to_owned();
    let wall = || Room::of(&house).sees("thanh", &format!("/ioc/wall?wall={code}"));
    let old = |page: &str| (page.matches("nguồn cũ").count(), page.matches("số cũ:").count());
    assert_eq!(old(&wall()), (0, 0));
    // A quarter's value is not old after an hour, but the wall says of when it is.
    house.set("2026-11-26T09:00:00+07:00");
    let page = wall();
    assert_eq!(old(&page), (0, 0), "{page}");
    assert!(page.contains("nguồn 08:30 thứ Hai, 23/11"), "{page}");
    // Silent past its time: the panel says so, and which of its figures and how old.
    house.set("2027-06-11T09:00:00+07:00");
    let page = wall();
    assert_eq!(old(&page), (1, 1), "{page}");
    assert!(page.contains("số cũ: 200 ngày trước") && page.contains("nguồn 08:30 thứ Hai, 23/11/2026"), "{page}");
    // The same value sent again still holds, and is fresh.
    assert_eq!(sent("79;2026-Q3;;851;1000;1/BC;2027-06-10\n"), 201);
    assert_eq!(old(&wall()), (0, 0));
}
