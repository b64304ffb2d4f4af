//! Tasks that recur: begun from a task that was given, given again on their day, once whoever looks, and ended with a reason.

use crate::{
    house::House,
    ops::{HOME, Room, given},
};
use store::Db;
use testkit::on_each_database;

on_each_database!(a_task_recurs_until_it_is_ended what_is_wrong_is_said_at_its_field nobody_gives_in_the_name_of_who_left);

async fn directives(house: &House) -> i64 {
    house.count("SELECT COUNT(*) AS n FROM directive WHERE province = $1").await
}

/// At an instant, with the browsers' sign-ins of before.
fn at<'h>(house: &'h House, when: &str) -> Room<'h> {
    house.set(when);
    Room::of(house)
}

async fn a_task_recurs_until_it_is_ended(db: Db) {
    let house = House::open(db).await;
    let ops = &house.it.rooms.ops;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Báo cáo tiến độ giải ngân");
    assert!(room.sees("thanh", &path).contains("Lặp lại định kỳ") && !room.sees("binh", &path).contains("Lặp lại định kỳ"));
    let series = room.does("thanh", &path, &[("act", "series"), ("series_every", "month")]);
    assert!(series.starts_with("/work/directives/series/series_"), "{series}");
    assert_eq!(room.does("thanh", &path, &[("act", "series"), ("series_every", "month")]), series, "sent twice it is one");
    let page = room.sees("thanh", &series);
    assert!(page.contains("Hằng tháng, ngày 27") && page.contains("27/12/2026") && page.contains("data-count=\"1\""), "{page}");
    assert!(room.sees("thanh", &path).contains(&series), "the task leads to it");
    for (who, status) in [("binh", 200), ("ngoc", 200), ("phuoc", 404), ("lan", 403)] {
        assert_eq!(room.status(who, &series), status, "{who}");
    }
    assert!(room.sees("binh", "/work/directives/series").contains("giải ngân") && !room.sees("phuoc", "/work/directives/series").contains("giải ngân"));
    // Given on Monday for Friday, four days ahead: so is every later one, from the morning on.
    house.set("2026-12-23T06:59:00+07:00");
    assert_eq!((ops.run_series().await.unwrap(), directives(&house).await), (0, 1));
    house.set("2026-12-23T07:00:00+07:00");
    let (a, b, c) = tokio::join!(ops.run_series(), ops.run_series(), ops.run_series());
    assert_eq!((a.unwrap() + b.unwrap() + c.unwrap(), directives(&house).await), (1, 2), "however many look, it is given once");
    assert_eq!(ops.run_series().await.unwrap(), 0);
    // 27/12 is a Sunday: the next working day, and the page says which day was meant.
    let mut room = at(&house, "2026-12-23T08:00:00+07:00");
    let second = room.sees("binh", &series).split("/work/directives/directive_").nth(1).map(|p| format!("{HOME}/directive_{}", p.split('"').next().unwrap())).unwrap();
    let page = room.sees("binh", &second);
    assert!(page.contains("28/12/2026") && page.contains("27/12/2026") && page.contains("hằng tháng, lần 2") && page.contains(&series) && page.contains("(nhiệm vụ định kỳ)"), "{page}");
    assert!(!room.sees("thanh", &second).contains("Lặp lại định kỳ"), "what recurs does not begin another");
    // The lead office works on it as on any other.
    room.does("binh", &second, &[("act", "receive")]);
    // The program stood still for two of them: they are left out and said so, the next one comes on its day.
    let mut room = at(&house, "2027-04-01T09:00:00+07:00");
    assert_eq!((ops.run_series().await.unwrap(), directives(&house).await), (3, 2));
    let page = room.sees("thanh", &series);
    assert!(page.contains("Bỏ qua") && page.contains("27/01/2027") && page.contains("27/02/2027") && page.contains("27/03/2027") && page.contains("27/04/2027"), "{page}");
    // Ended by who gave it, with a reason; nothing comes any more.
    room.may_not("binh", &series, &[("act", "stop"), ("stop_reason", "x")], 403);
    assert!(room.may_not("thanh", &series, &[("act", "stop"), ("stop_reason", " ")], 422).contains("Ghi lý do"));
    room.does("thanh", &series, &[("act", "stop"), ("stop_reason", "Dự án đã xong")]);
    let page = room.sees("thanh", &series);
    assert!(page.contains("đã dừng") && page.contains("Dự án đã xong") && !page.contains("name=\"stop_reason\""), "{page}");
    room.may_not("thanh", &series, &[("act", "stop"), ("stop_reason", "lại")], 409);
    house.set("2027-05-01T09:00:00+07:00");
    assert_eq!((ops.run_series().await.unwrap(), directives(&house).await), (0, 2));
}

async fn what_is_wrong_is_said_at_its_field(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Rà soát hồ sơ tồn");
    for (pairs, field) in [
        (&[("act", "series")][..], "series_every"),
        (&[("act", "series"), ("series_every", "fortnight")], "series_every"),
        (&[("act", "series"), ("series_every", "week"), ("series_until-day", "31"), ("series_until-month", "2"), ("series_until-year", "2027")], "series_until"),
        (&[("act", "series"), ("series_every", "week"), ("series_until-day", "1"), ("series_until-month", "12"), ("series_until-year", "2026")], "series_until"),
    ] {
        let page = room.may_not("thanh", &path, pairs, 422);
        assert!(page.contains(&format!("href=\"#f-{field}")), "{field}: {page}");
    }
    room.may_not("binh", &path, &[("act", "series"), ("series_every", "week")], 403);
    for path in ["/work/directives/series/x", "/work/directives/series/series_00000000000000000000000000000001", "/work/directives/series/%00"] {
        assert_eq!(room.status("thanh", path), 404, "{path}");
    }
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM directive_series WHERE province = $1").await, 0);
    // Ends with its last day.
    let series = room.does("thanh", &path, &[("act", "series"), ("series_every", "week"), ("series_until-day", "4"), ("series_until-month", "12"), ("series_until-year", "2026")]);
    house.set("2026-12-20T09:00:00+07:00");
    let ops = &house.it.rooms.ops;
    assert_eq!(ops.run_series().await.unwrap(), 1, "left out");
    assert_eq!(ops.run_series().await.unwrap(), 0);
    assert!(Room::of(&house).sees("thanh", &series).contains("đã hết hạn lặp lại"));
}

async fn nobody_gives_in_the_name_of_who_left(db: Db) {
    let house = House::open(db).await;
    let ops = &house.it.rooms.ops;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Họp giao ban");
    let series = room.does("thanh", &path, &[("act", "series"), ("series_every", "week")]);
    let directory = house.it.identity.directory();
    let thanh = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "thanh").await.unwrap().unwrap();
    let post = directory.posts(thanh.id).await.unwrap().remove(0);
    let by = kernel::Actor::system("79".into()).account;
    directory.close_post(thanh.id, &post.id, house.now(), by, house.now()).await.unwrap();
    house.set("2026-12-01T09:00:00+07:00");
    assert_eq!((ops.run_series().await.unwrap(), directives(&house).await), (1, 1), "it ends by itself");
    assert_eq!(ops.run_series().await.unwrap(), 0);
    let page = Room::of(&house).sees("binh", &series);
    assert!(page.contains("đã dừng") && page.contains("không còn giữ chức vụ"), "{page}");
}
