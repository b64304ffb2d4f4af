//! Power of others: lent for a time, taken in an emergency.

use crate::{
    dossier::Dossier,
    house::{House, instant},
};
use serde_json::json;
use store::Db;
use testkit::{Browser, on_each_database};

on_each_database!(a_lent_role_signs_for_its_giver_and_ends a_substitute_has_what_was_assigned an_emergency_opens_one_case_and_is_reviewed what_is_asked_badly_is_told);

/// The post of a colleague as the form offers it.
fn option(page: &str, name: &str) -> String {
    let line = page.split("<option").skip(1).find(|o| o.contains(name)).unwrap_or_else(|| panic!("{name} is not offered"));
    line.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(who, "");
    browser
}

const LIST: &str = "/work/delegations";

/// Lends through the form.
fn lend(browser: &mut Browser, taker: &str, role: &str, more: &[(&str, &str)]) {
    let page = browser.get(LIST).text();
    let taker = option(&page, taker);
    let mut pairs = vec![("role", role), ("taker", taker.as_str()), ("to-day", "30"), ("to-month", "11"), ("to-year", "2026")];
    pairs.extend(more);
    let answer = browser.post(LIST, LIST, pairs);
    assert_eq!(answer.status, 303, "{}", answer.text());
}

const PAPER: (&str, &str) = ("document", "Giấy ủy quyền số 12/GUQ-UBND ngày 23/11/2026");

/// Up to the leader's signature; nobody is consulted.
fn to_the_leader<'h>(house: &'h House) -> Dossier<'h> {
    let mut case = Dossier::file(house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("ha", "review");
    case
}

async fn a_lent_role_signs_for_its_giver_and_ends(db: Db) {
    let house = House::open(db).await;
    let (mut first, mut second) = (to_the_leader(&house), to_the_leader(&house));
    first.attempt("ha", &json!({"act": "approve", "input": {}})).refused(403, "not-yours");
    let mut khanh = signed_in(&house, "khanh");
    lend(&mut khanh, "Đặng Thu Hà", "leader", &[("capacity", "authorised"), PAPER, ("definitions", "1.013225")]);
    let seen = signed_in(&house, "ha").get(LIST).text();
    assert!(seen.contains("TUQ.") && seen.contains("12/GUQ-UBND") && seen.contains("Bùi Quốc Khánh"), "{seen}");

    first.act("ha", "approve");
    let found = house.it.services.desk.load_code(&first.code).await.unwrap().unwrap();
    let signed = house.it.services.desk.history(found.state.id).await.unwrap().into_iter().find(|e| e.act == "approve").unwrap();
    let authority = signed.by.authority.unwrap();
    assert_eq!((authority.capacity.letters(), authority.giver.as_str(), authority.giver_title.as_str()), ("TUQ.", "Bùi Quốc Khánh", "Chủ tịch"));
    assert_eq!(signed.by.name, "Đặng Thu Hà");
    let told = signed_in(&house, "thu").get(&format!("/work/cases/{}", first.code)).text();
    assert!(told.contains("TUQ. Chủ tịch Bùi Quốc Khánh (theo Giấy ủy quyền số 12/GUQ-UBND"), "{told}");
    first.act("mai", "issue");

    // Ended by its giver: what was signed stays signed, nothing more is.
    let page = khanh.get(LIST).text();
    let end = page.split("action=\"/work/delegations/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(khanh.post(LIST, &format!("{LIST}/{end}"), [("", "")]).status, 303);
    second.attempt("ha", &json!({"act": "approve", "input": {}})).refused(403, "not-yours");
    assert_eq!(first.handling(), "finished");
    // Given again, it ends by itself; of another procedure it never was.
    lend(&mut khanh, "Đặng Thu Hà", "leader", &[("capacity", "authorised"), PAPER, ("definitions", "1.001193")]);
    second.attempt("ha", &json!({"act": "approve", "input": {}})).refused(403, "not-yours");
    lend(&mut khanh, "Đặng Thu Hà", "leader", &[("capacity", "authorised"), PAPER]);
    house.set("2026-12-01T00:00:00+07:00");
    second.attempt("ha", &json!({"act": "approve", "input": {}})).refused(403, "not-yours");
    house.set("2026-11-30T16:00:00+07:00");
    second.act("ha", "approve");
    house.sound(&first.code).await;
    house.sound(&second.code).await;
    // The giver's post ended: so did what they lent.
    let third = to_the_leader(&house);
    let directory = house.it.identity.directory();
    let khanh = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "khanh").await.unwrap().unwrap();
    let post = directory.posts(khanh.id).await.unwrap().remove(0);
    let by = kernel::Actor::system("79".into()).account;
    directory.close_post(khanh.id, &post.id, house.now(), by, house.now()).await.unwrap();
    third.attempt("ha", &json!({"act": "approve", "input": {}})).refused(403, "not-yours");
}

/// Two specialists of one role: what is assigned to the one who is away is open to the one who stands in.
async fn a_substitute_has_what_was_assigned(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign");
    let directory = house.it.identity.directory();
    let by = kernel::Actor::system("79".into()).account;
    let minh = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "quyen").await.unwrap().unwrap();
    // Somebody from elsewhere works here from today.
    let old = directory.posts(minh.id).await.unwrap().remove(0);
    directory.close_post(minh.id, &old.id, house.now(), by, house.now()).await.unwrap();
    directory.open_post(minh.id, &"H29.161".into(), "specialist", "Chuyên viên", house.now(), None, by, house.now()).await.unwrap();
    let appraise = json!({"act": "appraise", "input": {"reason": "Hồ sơ đạt yêu cầu"}});
    case.attempt("quyen", &appraise).refused(409, "assigned-to-other");
    lend(&mut signed_in(&house, "duc"), "Lý Ngọc Quyên", "specialist", &[("capacity", "by_order")]);
    case.attempt("quyen", &appraise).ok();
    let found = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
    let last = house.it.services.desk.history(found.state.id).await.unwrap().pop().unwrap();
    assert_eq!(last.by.authority.map(|a| a.giver), Some("Võ Minh Đức".into()));
    house.sound(&case.code).await;
}

async fn an_emergency_opens_one_case_and_is_reviewed(db: Db) {
    let house = House::open(db).await;
    let (case, other) = (Dossier::file(&house, "1.013225"), Dossier::file(&house, "1.013225"));
    let page = format!("/work/cases/{}", case.code);
    let mut binh = signed_in(&house, "binh");
    assert_eq!(binh.get(&page).status, 404);
    let reason = "Công trình đang nghiêng, cần bản vẽ kết cấu ngay để sơ tán";
    let asked = |code: &str, reason: &str| vec![("code".to_owned(), code.to_owned()), ("reason".to_owned(), reason.to_owned())];
    let mut open = |code: &str, reason: &str| {
        let pairs = asked(code, reason);
        binh.post("/work/emergency", "/work/emergency", pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())))
    };
    for (code, reason, field) in [(case.code.as_str(), "gấp", "f-reason"), ("H29.161-261123-9999", reason, "f-code")] {
        let answer = open(code, reason);
        assert!(answer.status == 422 && answer.text().contains(field), "{}", answer.text());
    }
    assert_eq!(open(&case.code.to_lowercase(), reason).goes_to(), page);
    assert_eq!(binh.get(&page).status, 200);
    assert_eq!(house.actor("binh").get(&case.path("")).status, 200);
    assert_eq!(house.actor("binh").get(&other.path("")).status, 404, "one case, not all");
    let acted = house.actor("binh").post(&case.path("/acts"), &json!({"act": "receive", "input": {}}));
    assert!(matches!(acted.status, 403 | 404), "to see, not to act: {}", acted.text());
    house.actor("tuan").get(&case.path("")).refused(404, "not-found");

    // An auditor is told at once, the opener's own office is not asked, and the alert leads to the review.
    let ops = &house.it.rooms.ops;
    let firing = async || house.count("SELECT COUNT(*) AS n FROM ops_alert WHERE province = $1 AND rule = 'emergency-opened' AND state = 'firing'").await;
    ops.run_alerts().await.unwrap();
    assert_eq!(firing().await, 1);
    let mut kiem = signed_in(&house, "kiem");
    let told = kiem.get("/work/alerts").text();
    assert!(told.contains(&format!("Hồ sơ {} được mở khẩn cấp", case.code)), "{told}");
    assert!(!binh.get("/work/alerts").text().contains(&format!("Hồ sơ {} được mở", case.code)), "the rule is named in the filter, the case is not");

    // An auditor is shown it at once; nobody else reviews it.
    let list = kiem.get("/admin/emergencies").text();
    assert!(list.contains("Công trình đang nghiêng") && list.contains("Trịnh Hòa Bình"), "{list}");
    let one = format!("/admin/emergencies/{}", list.split("/admin/emergencies/").nth(1).unwrap().split('"').next().unwrap());
    assert_eq!(binh.get(&one).status, 403);
    let silent = kiem.post(&one, &format!("{one}/review"), [("verdict", ""), ("note", "")]);
    assert!(silent.status == 422 && silent.text().contains("f-verdict") && silent.text().contains("f-note"));
    assert_eq!(kiem.post(&one, &format!("{one}/review"), [("verdict", "justified"), ("note", "Có biên bản hiện trường")]).status, 303);
    assert!(kiem.get(&one).text().contains("Có biên bản hiện trường"));
    // The review ends the alert.
    ops.run_alerts().await.unwrap();
    assert_eq!(firing().await, 0);
    let kinds = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind IN ('emergency.opened', 'emergency.reviewed')";
    assert_eq!(house.count(kinds).await, 2);
    // After its hours it is closed again.
    house.set_to(house.now().plus_seconds(4 * 3600));
    house.actor("binh").get(&case.path("")).refused(404, "not-found");
}

async fn what_is_asked_badly_is_told(db: Db) {
    let house = House::open(db).await;
    let mut khanh = signed_in(&house, "khanh");
    let before = house.journal().await;
    for (more, field) in [
        (vec![("capacity", "in_place")], "f-capacity"),
        (vec![("capacity", "authorised")], "f-document"),
        (vec![("capacity", "")], "f-capacity"),
        (vec![("capacity", "authorised"), PAPER, ("from-day", "31"), ("from-month", "2"), ("from-year", "2026")], "f-from"),
        (vec![("capacity", "authorised"), PAPER, ("definitions", "nothing")], "f-definitions"),
    ] {
        let page = khanh.get(LIST).text();
        let taker = option(&page, "Đặng Thu Hà");
        let mut pairs = vec![("role", "leader"), ("taker", taker.as_str()), ("to-day", "30"), ("to-month", "11"), ("to-year", "2026")];
        pairs.extend(more.clone());
        let answer = khanh.post(LIST, LIST, pairs);
        assert!(answer.status == 422 && answer.text().contains(field), "{more:?}: {} {}", answer.status, answer.text());
        assert!(answer.text().contains("value=\"2026\""), "what was typed is kept");
    }
    // Another's delegation is not there; an auditor ends what an administrator sees.
    lend(&mut khanh, "Đặng Thu Hà", "leader", &[("capacity", "authorised"), PAPER]);
    let page = khanh.get(LIST).text();
    let id = page.split("action=\"/work/delegations/").nth(1).unwrap().split("/end").next().unwrap().to_owned();
    let mut ha = signed_in(&house, "ha");
    assert_eq!(ha.post(LIST, &format!("{LIST}/{id}/end"), [("", "")]).status, 404);
    // What was lent is not lent on.
    let page = ha.get(LIST).text();
    assert!(!page.contains("value=\"leader\""), "{page}");
    let mut admin = signed_in(&house, "admin");
    let all = admin.get("/admin/delegations").text();
    assert!(all.contains("Đặng Thu Hà"), "{all}");
    assert_eq!(admin.post("/admin/delegations", &format!("/admin/delegations/{id}/end"), [("", "")]).status, 303);
    assert!(!signed_in(&house, "khanh").get("/admin/delegations").text().contains(&id));
    assert_eq!(house.journal().await, before + 2);
    assert!(house.now() >= instant(crate::house::MONDAY));
}
