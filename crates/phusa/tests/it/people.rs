//! Accounts and posts: an administrator gives and ends posts, nobody raises themselves, and every refusal says why.

use crate::house::House;
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(
    an_official_is_expected_posted_and_bound_at_the_first_sign_in
    what_must_not_be_done_is_refused_with_what_to_do
    devices_are_listed_and_signed_out
    why_may_they_and_why_not
    the_first_administrator_is_appointed_from_the_machine
);

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(who, "next=%2F");
    browser
}

/// The account's id of a demonstration person.
async fn id_of(house: &House, who: &str) -> String {
    let sql = "SELECT id FROM identity_account WHERE province = $1 AND subject = $2";
    house.it.identity.directory().scope().one(sql, values![who]).await.unwrap().unwrap().string("id").unwrap()
}

async fn kinds(house: &House, account: &str) -> Vec<String> {
    let sql = "SELECT kind FROM journal WHERE province = $1 AND stream = $2 ORDER BY version";
    let rows = house.it.identity.directory().scope().query(sql, values![account]).await.unwrap();
    rows.iter().map(|r| r.string("kind").unwrap()).collect()
}

async fn an_official_is_expected_posted_and_bound_at_the_first_sign_in(db: Db) {
    let house = House::open(db).await;
    let mut admin = signed_in(&house, "admin");
    // Minh is a citizen with an account: the account, and with it the cases, stays.
    let made = admin.post("/admin/people/new", "/admin/people/new", [("name", "Trần Văn Minh"), ("number", "079085000022"), ("email", "")]).goes_to();
    let minh = id_of(&house, "minh").await;
    assert_eq!(made, format!("/admin/people/{minh}"));
    let office = [("office", "H29.162"), ("role", "one_stop"), ("title", "Chuyên viên")];
    assert_eq!(admin.post(&made, &format!("{made}/posts"), office).goes_to(), made);
    let page = admin.get(&made).text();
    for part in ["Chuyên viên", "Cán bộ một cửa", "Đang giữ", "079•", "Trần Văn Minh"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let mut himself = signed_in(&house, "minh");
    assert_eq!(himself.get("/work").status, 200, "works at the counter now");
    assert_eq!(himself.get("/my").status, 200, "and is a citizen still");
    // The post ends at once, and with it the room.
    let post = page.split_once("/posts/").unwrap().1.split('/').nth(0).unwrap().split('"').next().unwrap().to_owned();
    let ended = admin.post(&made, &format!("{made}/posts/{post}/end"), [("x", "")]).goes_to();
    assert_eq!(ended, made);
    house.later(1);
    assert_eq!(himself.get("/work").status, 403);
    assert_eq!(kinds(&house, &minh).await[2..], ["account.made_official", "post.opened", "post.closed"]);

    // Nobody signed in with this number yet: expected by number, found by name without marks.
    let made = admin.post("/admin/people/new", "/admin/people/new", [("name", "Đinh Thị Ánh"), ("number", "079195000077"), ("email", "anh@phusa.example")]).goes_to();
    let list = admin.get("/admin/people?q=anh+dinh").text();
    assert!(list.contains("Đinh Thị Ánh") && list.contains("Chờ đăng nhập lần đầu"), "{list}");
    let said = identity::Asserted { issuer: "https://id.example".into(), subject: "s-77".into(), name: "DINH THI ANH".into(), personal_number: Some("079195000077".into()), ..Default::default() };
    let bound = house.it.identity.directory().welcome(&said, house.now()).await.unwrap();
    assert_eq!(format!("/admin/people/{}", bound.id), made);
    assert_eq!((bound.name.as_str(), bound.issuer.as_str()), ("Đinh Thị Ánh", "https://id.example"), "the administrator's record of the name stays");
    let other = identity::Asserted { personal_number: Some("079195000099".into()), ..said };
    let again = house.it.identity.directory().welcome(&other, house.now()).await.unwrap();
    assert_eq!((again.id, again.personal_number.as_deref()), (bound.id, Some("079195000077")), "and so does that of the number");
    assert_eq!(kinds(&house, &bound.id.to_string()).await, ["account.created", "account.bound"]);
}

async fn what_must_not_be_done_is_refused_with_what_to_do(db: Db) {
    let house = House::open(db).await;
    let mut admin = signed_in(&house, "admin");
    let (own, duc) = (format!("/admin/people/{}", id_of(&house, "admin").await), format!("/admin/people/{}", id_of(&house, "duc").await));
    for (what, fields) in [("posts", &[("office", "H29"), ("role", "leader"), ("title", "Chủ tịch")][..]), ("close", &[][..])] {
        let reply = admin.post("/admin/people/new", &format!("{own}/{what}"), fields.iter().copied());
        assert_eq!(reply.status, 403, "{what}");
        assert!(reply.text().contains("quản trị viên khác"), "{}", reply.text());
    }
    // All faults at once, each at its field, what was typed kept.
    let bad = [("office", "H30.1"), ("role", "citizen"), ("title", "Quyền <b>Trưởng phòng</b>"), ("from-day", "1"), ("from-month", "1"), ("from-year", "2026")];
    let reply = admin.post(&duc, &format!("{duc}/posts"), bad);
    let text = reply.text();
    assert_eq!(reply.status, 422, "{text}");
    for part in ["Chọn cơ quan trong danh sách", "Chọn vai trò trong danh sách", "không được trước hôm nay", "Quyền &lt;b&gt;Trưởng phòng"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let again = admin.post(&duc, &format!("{duc}/posts"), [("office", "H29.161"), ("role", "specialist"), ("title", "Chuyên viên")]);
    assert!(again.text().contains("đã giữ vai trò đó"), "{}", again.text());
    let reply = admin.post(&duc, &format!("{duc}/posts"), [("office", "H29.161"), ("role", "head"), ("title", "Trưởng phòng"), ("to-day", "31"), ("to-month", "2"), ("to-year", "2027")]);
    assert!(reply.text().contains("Ngày này không có thật"), "{}", reply.text());
    let reply = admin.post("/admin/people/new", "/admin/people/new", [("name", "A"), ("number", "0790850000221"), ("email", "không có")]);
    let text = reply.text();
    assert_eq!(reply.status, 422);
    assert!(text.contains("Ghi đủ họ và tên") && text.contains("ten@coquan.gov.vn") && text.contains("0790850000221"), "{text}");
    // An account that is not there, one that is no id, and people who are no administrators.
    assert_eq!(admin.get("/admin/people/acct_00000000000000000000000000000001").status, 404);
    assert!(matches!(admin.get("/admin/people/abc").status, 400 | 404));
    for who in ["lan", "thu", "kiem"] {
        let mut other = signed_in(&house, who);
        assert_eq!(other.get("/admin/people").status, 403, "{who}");
        assert_eq!(other.get(&duc).status, 403, "{who}");
    }
    // Citizens are found by an exact mark only.
    assert!(!admin.get("/admin/people?q=Nguy%E1%BB%85n+Th%E1%BB%8B+Lan").text().contains("/admin/people/acct_"));
    assert!(admin.get("/admin/people?q=079190000011").text().contains("Nguyễn Thị Lan"));
    // Closed: signed out at once; opened again: signs in again.
    let mut closed = signed_in(&house, "duc");
    assert_eq!(closed.get("/work").status, 200);
    assert_eq!(admin.post(&duc, &format!("{duc}/close"), [("x", "")]).goes_to(), duc);
    assert_eq!(closed.get("/work").status, 303);
    assert_eq!(admin.post(&duc, &format!("{duc}/reopen"), [("x", "")]).goes_to(), duc);
    assert_eq!(signed_in(&house, "duc").get("/work").status, 200);
}

async fn devices_are_listed_and_signed_out(db: Db) {
    let house = House::open(db).await;
    let (mut one, mut two, mut other) = (signed_in(&house, "lan"), signed_in(&house, "lan"), signed_in(&house, "minh"));
    let page = one.get("/account").text();
    assert!(page.contains("Thiết bị này") && page.matches("name=\"which\"").count() == 2, "its own, the other, all others: {page}");
    // Of a handle that is not one's own nothing happens.
    let foreign = other.get("/account").text();
    assert!(!foreign.contains("name=\"which\""), "{foreign}");
    one.post("/account", "/account/sessions/end", [("which", "0123456789abcdef")]).goes_to();
    one.post("/account", "/account/sessions/end", [("which", "' OR 1=1 --")]).goes_to();
    assert_eq!(two.get("/my").status, 200);
    one.post("/account", "/account/sessions/end", [("which", "others")]).goes_to();
    assert_eq!((one.get("/my").status, two.get("/my").status, other.get("/my").status), (200, 303, 200));
    // By the administrator: everywhere.
    let lan = format!("/admin/people/{}", id_of(&house, "lan").await);
    let mut admin = signed_in(&house, "admin");
    admin.post(&lan, &format!("{lan}/sign-out"), [("x", "")]).goes_to();
    assert_eq!(one.get("/my").status, 303);
}

async fn the_first_administrator_is_appointed_from_the_machine(db: Db) {
    let house = House::open(db).await;
    let catalog = phusa::catalog::Catalog::load(&phusa::catalog::layered(&[]).unwrap()).unwrap_or_else(|f| panic!("{f:?}"));
    let appoint = async |number: &str, name: &str, office: &str| {
        phusa::commands::administrator::appoint(house.it.scope.clone(), &catalog, number, name, office).await.map_err(|e| e.to_string())
    };
    for (number, name, office, said) in [
        ("123", "Hoàng Thị Yến", "H29", "12"),
        ("079195000088", "Yến", "H29", "họ và tên"),
        ("079195000088", "Hoàng Thị Yến", "H99", "H99"),
    ] {
        let refused = appoint(number, name, office).await.unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
    appoint("079195000088", "Hoàng Thị Yến", "H29").await.unwrap();
    // Twice is once.
    appoint("079195000088", "Hoàng Thị Yến", "H29").await.unwrap();
    let directory = house.it.identity.directory();
    let said = identity::Asserted { issuer: "https://id.example".into(), subject: "s-88".into(), name: "x".into(), personal_number: Some("079195000088".into()), ..Default::default() };
    let account = directory.welcome(&said, house.now()).await.unwrap();
    let posts = directory.posts(account.id).await.unwrap();
    assert_eq!(posts.iter().map(|p| (p.role.as_str(), p.office.as_str())).collect::<Vec<_>>(), [("administrator", "H29")]);
}

async fn why_may_they_and_why_not(db: Db) {
    let house = House::open(db).await;
    let case = crate::dossier::Dossier::file(&house, "1.013225");
    let mut admin = signed_in(&house, "admin");
    let mut ask = |who: &str, action: &str, code: &str| admin.get(&format!("/admin/people/{who}/why?action={action}&case={code}")).text();
    let (duc, quyen, lan) = (id_of(&house, "duc").await, id_of(&house, "quyen").await, id_of(&house, "lan").await);
    let own = ask(&duc, "case:view", &case.code);
    assert!(own.contains("Vì các quy tắc sau cho phép") && own.contains("policies/officials.cedar:") && own.contains("Cơ quan tiếp nhận, cơ quan giải quyết"), "{own}");
    let other = ask(&quyen, "case:view", &case.code);
    assert!(other.contains("Vì không có quy tắc nào cho phép") && other.contains("Sẽ được nếu giữ một trong các vị trí"), "{other}");
    assert!(other.contains("Chuyên viên thụ lý · Ủy ban nhân dân phường Xuân Hòa"), "{other}");
    let applicant = ask(&lan, "case:view", &case.code.to_lowercase());
    assert!(applicant.contains("Vì các quy tắc sau cho phép") && applicant.contains("Hồ sơ của chính người này"), "{applicant}");
    // What is shown says nothing of the contents.
    assert!(!applicant.contains("0901000011") && !applicant.contains("Nhà ở"), "{applicant}");
    assert!(ask(&duc, "case:view", "H29.161-261123-9999").contains("Không có hồ sơ mang mã này"));
    assert!(ask(&duc, "case:view", "").contains("hãy ghi mã hồ sơ"));
    assert!(ask(&duc, "admin:accounts", "").contains("Quản trị hệ thống"), "the post that would do");
    assert!(!ask(&duc, "no:such", "").contains("banner"));
}
