//! Alerts in the whole house: a dossier becomes late, one alert says so however often and by however many it is looked at; it is taken up,
//! explained, directed, silenced, judged, and over when the record is.

use crate::{
    dossier::Dossier,
    house::House,
    ops::{HOME, Room, given, hidden, option},
};
use ::ops::alert::views;
use identity::dev_provider::DEMO_ISSUER_KEY;
use store::Db;
use testkit::on_each_database;

on_each_database!(
    a_late_dossier_from_the_alert_to_the_directive
    two_nodes_and_a_restart_change_nothing
    silence_hides_for_a_time_and_loses_nothing
    what_is_wrong_is_said_and_strangers_see_nothing
    a_directive_nobody_receives_calls_its_leader
    an_indicator_below_its_roadmap_calls_its_office
    a_figure_over_time_opens_its_offices_and_records
);

const ALERTS: &str = "/work/alerts";

/// A dossier of the ward received on Monday and left until its time has passed.
async fn left_lying(house: &House) -> String {
    let mut case = Dossier::file(house, "1.013225");
    house.set("2026-11-23T09:00:00+07:00");
    case.act("thu", "receive");
    case.act("ha", "assign");
    let code = case.code.clone();
    house.follow().await;
    assert_eq!(house.it.rooms.ops.run_alerts().await.unwrap(), 0, "nothing is late yet");
    house.set("2027-01-05T09:00:00+07:00");
    code
}

async fn the_alert(house: &House) -> views::Line {
    let mut all = views::live(&house.it.scope).await.unwrap();
    all.retain(|l| l.rule == "dossier-late");
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn a_late_dossier_from_the_alert_to_the_directive(db: Db) {
    let house = House::open(db).await;
    let code = left_lying(&house).await;
    let ops = &house.it.rooms.ops;
    assert_eq!(ops.run_alerts().await.unwrap(), 1);
    let alert = the_alert(&house).await;
    assert!(alert.label.vi.contains(&code) && alert.owner.as_str() == "H29.161" && alert.path == format!("/work/cases/{code}"));
    let path = format!("{ALERTS}/{}", alert.id);
    let mut room = Room::of(&house);
    // The ward and the province know of it, nobody else.
    for (who, status) in [("khanh", 200), ("ha", 200), ("mai", 200), ("thanh", 200), ("ngoc", 200), ("binh", 404), ("duc", 403), ("lan", 403)] {
        assert_eq!(room.status(who, &path), status, "{who}");
    }
    // On the wall, on the phone, and from there to the record.
    for page in ["/ioc/wall", "/ioc", ALERTS] {
        assert!(room.sees("thanh", page).contains(&path), "{page}");
    }
    let page = room.sees("thanh", &path);
    assert!(page.contains(&format!("/work/cases/{code}")), "{page}");
    assert_eq!(room.status("thanh", &format!("/work/cases/{code}")), 200);
    // Two taps: from the alert, and send.
    let ask = format!("/ioc/ask?alert={}", alert.id);
    assert!(page.contains(&ask));
    let form = room.sees("thanh", &ask);
    let fields: Vec<(&str, String)> = ["id", "kind", "path", "label"].iter().map(|n| (*n, hidden(&form, n))).collect();
    assert_eq!((fields[1].1.as_str(), fields[2].1.as_str()), ("alert", path.as_str()));
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    pairs.extend([("office", "H29.161"), ("question", "Vì sao chậm?")]);
    for _ in 0..2 {
        let answer = room.browser("thanh").post(&ask, "/ioc/ask", pairs.iter().copied());
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    let question = format!("/work/explanations/{}", fields[0].1);
    assert_eq!(room.sees("thanh", &path).matches(&format!("href=\"{question}\"")).count(), 1, "sent twice, asked once, linked");
    assert!(room.sees("khanh", &question).contains(&path), "and back");
    room.does("khanh", &question, &[("act", "answer"), ("answer", "Chờ ý kiến phòng cháy.")]);
    // A directive from the answer: the alert has it too.
    let form = room.sees("thanh", &format!("{HOME}/new?question={}", fields[0].1));
    let (directive, me) = (hidden(&form, "id"), option(&form, "Dương Chí Thành"));
    let made = room.does("thanh", &format!("{HOME}/new"), &[
        ("id", &directive), ("question", &fields[0].1), ("text", "Trả hồ sơ trễ trong tuần"), ("lead", "H29.161"), ("due_kind", "working"), ("due_days", "5"), ("assigner", &me), ("urgency", "normal"), ("then", "give"),
    ]);
    // And one from the alert itself.
    let form = room.sees("thanh", &format!("{HOME}/new?alert={}", alert.id));
    assert!(form.contains(&code), "its words are there");
    let second = hidden(&form, "id");
    let other = room.does("thanh", &format!("{HOME}/new"), &[
        ("id", &second), ("alert", &alert.id.to_string()), ("text", "Rà soát hồ sơ trễ"), ("lead", "H29.161"), ("due_kind", "undated"), ("assigner", &me), ("urgency", "normal"), ("then", "give"),
    ]);
    let page = room.sees("khanh", &path);
    assert!(page.contains(&made) && page.contains(&other) && page.contains("Nhiệm vụ đã giao"), "{page}");
    assert!(room.sees("khanh", &other).contains(&path), "the directive says where it comes from");
    // Taken up, closed, and told in the list and the file.
    room.does("mai", &path, &[("act", "acknowledge")]);
    assert!(room.sees("thanh", &format!("{ALERTS}?which=acknowledged")).contains(&path));
    let csv = room.sees("thanh", &format!("{ALERTS}/list.csv?which=all"));
    assert!(csv.lines().any(|l| l.contains(&alert.id.to_string()) && l.contains(",acknowledged,office,") && l.ends_with(",yes")), "{csv}");
    room.may_not("mai", &path, &[("act", "close"), ("outcome", "known")], 403);
    room.does("khanh", &path, &[("act", "close"), ("outcome", "false"), ("close_note", "Lịch khai sai một ngày nghỉ")]);
    assert_eq!(ops.run_alerts().await.unwrap(), 0, "closed by hand, it does not come again at once");
    let rules = room.sees("thanh", &format!("{ALERTS}/rules"));
    assert!(rules.contains("rule=dossier-late&amp;outcome=false") && rules.contains("100\u{a0}%"), "{rules}");
    assert!(!room.sees("thanh", "/ioc/wall").contains(&path));
    // Every act is an entry with its words.
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind IN ('alert.fired', 'alert.acknowledged', 'alert.asked', 'alert.directed', 'alert.closed')").await, 6);
}

async fn two_nodes_and_a_restart_change_nothing(db: Db) {
    let house = House::open(db.clone()).await;
    let code = left_lying(&house).await;
    let ops = &house.it.rooms.ops;
    let (a, b, c) = tokio::join!(ops.run_alerts(), ops.run_alerts(), ops.run_alerts());
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 1, "whoever was second did nothing");
    let first = the_alert(&house).await;
    // Another process over the same database remembers what this one knew.
    let again = House::over(db, &[], "2027-01-05T09:00:00+07:00", crate::house::folder("again")).await;
    assert_eq!(again.it.rooms.ops.run_alerts().await.unwrap(), 0);
    // Time in its state, by two nodes at once: it comes before the leader, then the province, each once.
    for (at, level) in [("2027-01-06T10:00:00+07:00", "leader"), ("2027-01-12T10:00:00+07:00", "province")] {
        house.set(at);
        again.set(at);
        let (a, b) = tokio::join!(ops.run_alerts(), again.it.rooms.ops.run_alerts());
        assert_eq!(a.unwrap() + b.unwrap(), 1, "{at}");
        assert_eq!(the_alert(&house).await.level.code(), level);
    }
    // The dossier is off the desks: the alert ends by itself, and may still be judged.
    let mut room = Room::of(&house);
    Dossier { house: &house, code, last: serde_json::Value::Null }.act("lan", "withdraw").act("thu", "stop");
    house.follow().await;
    assert_eq!(ops.run_alerts().await.unwrap(), 1);
    assert!(views::live(&house.it.scope).await.unwrap().iter().all(|l| l.id != first.id));
    let path = format!("{ALERTS}/{}", first.id);
    assert!(room.sees("khanh", &path).contains("Tự kết thúc"));
    room.may_not("khanh", &path, &[("act", "close"), ("outcome", "real")], 403);
    room.does("thanh", &path, &[("act", "close"), ("outcome", "real")]);
    assert!(room.sees("thanh", &path).contains("Đúng, đã xử lý"));
}

async fn silence_hides_for_a_time_and_loses_nothing(db: Db) {
    let house = House::open(db).await;
    left_lying(&house).await;
    let ops = &house.it.rooms.ops;
    ops.run_alerts().await.unwrap();
    let path = format!("{ALERTS}/{}", the_alert(&house).await.id);
    let mut room = Room::of(&house);
    let until = |day: &'static str| [("act", "silence"), ("silence-day", day), ("silence-month", "1"), ("silence-year", "2027"), ("silence_reason", "Chờ quy hoạch điều chỉnh")];
    room.may_not("ha", &path, &until("8"), 403);
    let long = room.may_not("khanh", &path, &until("28"), 422);
    assert!(long.contains("không quá 14 ngày"), "{long}");
    room.does("khanh", &path, &until("8"));
    assert!(!room.sees("thanh", "/ioc/wall").contains(&path) && !room.sees("thanh", "/ioc").contains(&path));
    let listed = room.sees("thanh", &format!("{ALERTS}?which=silenced"));
    assert!(listed.contains(&path), "whoever oversees sees what is hidden: {listed}");
    assert!(room.sees("thanh", &path).contains("Chờ quy hoạch điều chỉnh"));
    house.set("2027-01-08T23:59:00+07:00");
    room.browsers.clear();
    assert_eq!(ops.run_alerts().await.unwrap(), 0);
    assert!(!room.sees("thanh", "/ioc/wall").contains(&path));
    house.set("2027-01-09T00:01:00+07:00");
    room.browsers.clear();
    assert_eq!(ops.run_alerts().await.unwrap(), 0, "nothing is written for it to come back");
    assert!(room.sees("thanh", "/ioc/wall").contains(&path) && room.sees("thanh", "/ioc").contains(&path));
}

async fn what_is_wrong_is_said_and_strangers_see_nothing(db: Db) {
    let house = House::open(db).await;
    left_lying(&house).await;
    house.it.rooms.ops.run_alerts().await.unwrap();
    let path = format!("{ALERTS}/{}", the_alert(&house).await.id);
    let mut room = Room::of(&house);
    room.sees("khanh", &path);
    let before = house.journal().await;
    for (pairs, status, vi, en) in [
        (&[("act", "dance")][..], 422, "Trang không có việc này", "no such act"),
        (&[("act", "close")], 422, "Chọn kết quả", "Choose what it was"),
        (&[("act", "close"), ("outcome", "false"), ("close_note", "sai")], 422, "ít nhất 10 ký tự", "at least 10 letters"),
        (&[("act", "silence"), ("silence-day", "31"), ("silence-month", "2"), ("silence-year", "2027")], 422, "ngày có thật", "a date that exists"),
        (&[("act", "silence"), ("silence-day", "4"), ("silence-month", "1"), ("silence-year", "2027"), ("silence_reason", "Một lý do đủ dài")], 422, "Tạm ẩn từ ngày mai", "Silence it from tomorrow"),
        (&[("act", "silence"), ("silence-day", "31"), ("silence-month", "12"), ("silence-year", "2099"), ("silence_reason", "Một lý do đủ dài")], 422, "không quá 14 ngày", "at most 14 days"),
    ] {
        for (lang, words) in [("vi", vi), ("en", en)] {
            room.sees("khanh", &format!("{path}?lang={lang}"));
            let answer = room.browser("khanh").post(&path, &path, pairs.iter().copied());
            assert!(answer.status == status && answer.text().contains(words), "{pairs:?} {lang}: {} {}", answer.status, answer.text());
        }
    }
    room.sees("khanh", &format!("{path}?lang=vi"));
    assert_eq!(house.journal().await, before, "nothing refused is written");
    for bad in ["x", "alert_1", "%00", "question_00000000000000000000000000000001"] {
        assert_eq!(room.status("thanh", &format!("{ALERTS}/{bad}")), 404, "{bad}");
    }
    for query in ["which=x&rule=%27&severity=%00&office=zz&outcome=q&after=%F0%9F%98%80", "which=all&acted=1&taken=1&outcome=judged", "which=resolved&office=H29.161"] {
        for page in ["", "/list.csv"] {
            assert_eq!(room.status("thanh", &format!("{ALERTS}{page}?{query}")), 200, "{page} {query}");
        }
    }
    // What an office may not know of is not told by its forms either.
    let id = path.rsplit('/').next().unwrap().to_owned();
    let form = room.sees("binh", &format!("{HOME}/new?alert={id}"));
    assert!(!form.contains("Hồ sơ quá hạn"), "{form}");
    let asked = room.sees("hung", &format!("/ioc/ask?alert={id}"));
    assert!(!asked.contains("Hồ sơ quá hạn"));
    let form = room.sees("thanh", &format!("{HOME}/new?number=12/KL-UBND&date=2026-11-20&issuer=UBND&summary=X&path=//evil.example"));
    assert!(form.contains("value=\"12/KL-UBND\""), "a document's words are taken: {form}");
    assert!(!form.contains("value=\"//evil.example\"") && !form.contains("href=\"//evil.example"), "an address of others is not");
}

/// Signals of the room's own records: given on Monday, received by nobody; limited ones are on no wall.
async fn a_directive_nobody_receives_calls_its_leader(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Việc không ai nhận");
    house.set("2026-11-27T09:00:00+07:00");
    house.follow().await;
    let ops = &house.it.rooms.ops;
    assert_eq!(ops.run_alerts().await.unwrap(), 1);
    let live = views::live(&house.it.scope).await.unwrap();
    assert_eq!((live[0].rule.as_str(), live[0].path.as_str()), ("directive-unreceived", path.as_str()));
    room.browsers.clear();
    room.does("binh", &path, &[("act", "receive")]);
    assert_eq!(ops.run_alerts().await.unwrap(), 1, "received, it is over");
    house.set("2026-11-30T09:00:00+07:00");
    house.follow().await;
    assert_eq!(ops.run_alerts().await.unwrap(), 1);
    let live = views::live(&house.it.scope).await.unwrap();
    assert_eq!((live.len(), live[0].rule.as_str(), live[0].value), (1, "directive-overdue", 2));
    // A question left unanswered is one too, and its figure on the wall has its list.
    let directory = house.it.identity.directory();
    let account = directory.by_subject(DEMO_ISSUER_KEY, "thanh").await.unwrap().unwrap();
    let actor = directory.actor(account.id, house.now()).await.unwrap().unwrap();
    let about = ::ops::question::About { kind: "directive".into(), label: "Việc chậm".into(), path: path.clone() };
    ops.ask(&actor, ::ops::question::QuestionId::new(uuid::Uuid::now_v7()), &about, "Vì sao?", &kernel::id::OfficeCode::new("H29.02")).await.unwrap();
    house.set("2026-12-02T09:00:00+07:00");
    house.follow().await;
    ops.run_alerts().await.unwrap();
    let live = views::live(&house.it.scope).await.unwrap();
    assert!(live.iter().any(|l| l.rule == "question-late"), "{live:?}");
}

/// From the number to its course, its offices and its records; the offices' numbers add up to it.
async fn a_figure_over_time_opens_its_offices_and_records(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    house.set("2026-11-23T09:00:00+07:00");
    case.act("thu", "receive");
    house.follow().await;
    let sources = &house.it.rooms.ops.sources;
    for code in ["dossiers.received", "dossiers.on_time", "dossiers.online"] {
        let whole = sources.course(code, None, house.now()).await.unwrap().unwrap();
        let parts = sources.parts(code, house.now()).await.unwrap();
        let last = whole.last().unwrap();
        assert!(last.running && last.code == "2026-11", "{last:?}");
        assert_eq!(parts.iter().map(|(_, p)| p.n).sum::<i64>(), last.n, "{code}");
        assert_eq!(parts.iter().filter_map(|(_, p)| p.of).sum::<i64>(), last.of.unwrap_or(0), "{code}");
    }
    let mut room = Room::of(&house);
    assert!(room.sees("thanh", "/ioc").contains("href=\"/ioc/figures\""));
    assert!(room.sees("thanh", "/ioc/figures").contains("/ioc/figures/dossiers.on_time"));
    let page = room.sees("thanh", "/ioc/figures/dossiers.received");
    assert!(page.contains("đang tính") && page.contains("chưa đủ 12 kỳ") && page.contains("?office=H29.161"), "{page}");
    let records = page.split("href=\"/work/index/dossiers?").nth(1).map(|p| format!("/work/index/dossiers?{}", p.split('"').next().unwrap().replace("&amp;", "&"))).unwrap();
    assert!(room.sees("thanh", &records).contains(&case.code), "{records}");
    assert!(room.sees("khanh", "/ioc/figures/dossiers.received?office=H29.02").contains("Xuân Hòa"), "an office's leader sees their own, whatever is asked");
    assert!(room.sees("thanh", "/ioc/figures/dossiers.on_time/course.csv").contains("dossiers.on_time,,2026-11,"));
    for (path, status) in [("/ioc/figures/typed.number", 404), ("/ioc/figures/%00", 404), ("/ioc/figures/dossiers.on_time?office=%27zz", 200)] {
        assert_eq!(room.status("thanh", path), status, "{path}");
    }
    assert_eq!(room.status("binh", "/ioc/figures"), 403);
}

async fn an_indicator_below_its_roadmap_calls_its_office(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = "/ioc/indicators/households.fibre";
    let said = |period: &'static str, n: &'static str, reason: &'static str| vec![("period", period), ("n", n), ("d", "1000"), ("supplier", "Sở"), ("document", "1/BC"), ("reason", reason)];
    // One period below is not yet a run; the running one is not over.
    room.does("thanh", path, &said("2026-Q3", "700", ""));
    assert_eq!(house.it.rooms.ops.run_alerts().await.unwrap(), 0);
    room.does("thanh", path, &said("2026-Q2", "650", ""));
    house.set("2026-11-23T09:00:00+07:00");
    assert_eq!(house.it.rooms.ops.run_alerts().await.unwrap(), 1);
    let live = |all: Vec<views::Line>| all.into_iter().filter(|l| l.rule == "indicator-below-plan" && l.is_open()).collect::<Vec<_>>();
    let called = live(views::live(&house.it.scope).await.unwrap());
    assert_eq!((called.len(), called[0].owner.as_str(), called[0].value, called[0].path.as_str()), (1, "H29.04", 2, path));
    assert!(called[0].label.vi.contains("70\u{a0}% (lộ trình 80\u{a0}%)"), "{}", called[0].label.vi);
    assert!(room.sees("thanh", "/ioc").contains("Chỉ tiêu dưới lộ trình"));
    // A correction ends it, and the alert says so by itself.
    room.does("thanh", path, &said("2026-Q3", "810", "Đếm thiếu hai phường"));
    house.set("2026-11-23T09:20:00+07:00");
    house.it.rooms.ops.run_alerts().await.unwrap();
    assert!(live(views::live(&house.it.scope).await.unwrap()).is_empty());
}
