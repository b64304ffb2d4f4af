//! What an enterprise declares for support money over HTTP on both engines: the size of a year and who checked it, innovative
//! start-ups, priorities, branches.

use crate::{
    house::House,
    support_files::{ask, firm, fresh_id, pdf, signed_in},
};
use centre::model::Enterprise;
use store::Db;
use testkit::{Browser, Reply, on_each_database};

on_each_database!(
    a_size_is_checked_by_an_officer_and_stands_once_money_is_promised
    a_start_up_counts_once_an_officer_accepted_its_ground
    a_branch_is_supported_as_its_enterprise
    the_queue_says_who_goes_first_and_why
);

/// Valid codes of ten digits.
const CODES: [&str; 3] = ["0100112437", "0300588569", "0301442379"];
const SIZE: [(&str, &str); 5] = [("headcount", "30"), ("women", "9"), ("unit", "trieu"), ("revenue", "17.000"), ("capital", "9.000")];

/// The address of an enterprise from that of its support pages.
fn own(home: &str) -> String {
    home.trim_end_matches("/support").to_owned()
}
fn id_of(home: &str) -> String {
    own(home).rsplit('/').next().unwrap().to_owned()
}

async fn stored(house: &House, home: &str) -> Enterprise {
    centre::store::load(&house.it.scope, &id_of(home)).await.unwrap().unwrap()
}

/// Asked for and approved; the id of the dossier.
fn supported(house: &House, owner: &mut Browser, home: &str) -> String {
    let id = fresh_id(owner, home);
    ask(owner, home, &id, &[], &[("file-quotation", "bao-gia.pdf", "application/pdf", &pdf("q"))]).goes_to();
    let mut officer = signed_in(house, "loan");
    let staff = format!("/centre/support/dossiers/{id}");
    let approved = officer.post(&staff, &format!("{staff}/approve"), [("approve.number", "15/TB"), ("approve.limit.0", "")]);
    assert_eq!(approved.status, 303, "{}", approved.text());
    id
}

/// The officer's form as it stands on the page, with what is typed over it.
fn checked(officer: &mut Browser, page: &str, what: &str, typed: &[(&str, &str)]) -> Reply {
    let shown = officer.get(page).text();
    let form = shown.split_once(&format!("action=\"{page}/{what}\"")).unwrap_or_else(|| panic!("{shown}")).1;
    let hidden = |name: &str| form.split_once(&format!("name=\"{name}\" value=\"")).map(|(_, rest)| rest.split('"').next().unwrap().to_owned());
    let (year, seen) = (hidden("year").unwrap_or_default(), hidden("seen").unwrap());
    let mut pairs = vec![("year", year.as_str()), ("seen", seen.as_str()), ("unit", "dong")];
    pairs.extend(typed);
    officer.post(page, &format!("{page}/{what}"), pairs)
}

async fn a_size_is_checked_by_an_officer_and_stands_once_money_is_promised(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let size = format!("{}/size", own(&home));
    let declare = |owner: &mut Browser| owner.post(&size, &size, [("year", "2026")].into_iter().chain(SIZE));
    // Before support it declares itself and may correct.
    declare(&mut owner).goes_to();
    assert!(owner.get(&own(&home)).text().contains("tự khai"));
    let page = format!("/centre/enterprises/{}", id_of(&home));
    let mut officer = signed_in(&house, "loan");
    // A consultant reads the page and has no such form, nor the address.
    let mut consultant = signed_in(&house, "vien");
    assert!(!consultant.get(&page).text().contains(&format!("{page}/size")));
    assert_eq!(consultant.post(&page, &format!("{page}/size"), [("papers", "Báo cáo")]).status, 403);
    let before = house.journal().await;
    assert_eq!(checked(&mut officer, &page, "size", &[("outcome", "right")]).status, 422, "no papers");
    let same = [("outcome", "corrected"), ("papers", "Báo cáo tài chính 2025"), ("headcount", "30"), ("women", "9"), ("revenue", "17000000000"), ("capital", "9000000000")];
    assert_eq!(checked(&mut officer, &page, "size", &same).status, 422, "nothing was corrected");
    let stale = officer.post(&page, &format!("{page}/size"), [("year", "2026"), ("seen", "1"), ("outcome", "right"), ("papers", "Báo cáo tài chính")]);
    assert!(stale.status == 422 && stale.text().contains("khai lại"), "{}", stale.text());
    assert_eq!(house.journal().await, before, "what is refused leaves nothing");
    checked(&mut officer, &page, "size", &[("outcome", "right"), ("papers", "Báo cáo tài chính 2025, mẫu C12")]).goes_to();
    let e = stored(&house, &home).await;
    let last = e.sizes.last().unwrap();
    assert_eq!((last.checked_by.is_some(), last.inputs.headcount, last.check.as_ref().unwrap().corrected), (true, 30, false));
    assert!(owner.get(&own(&home)).text().contains("mẫu C12"));
    assert!(owner.get(&home).text().contains("đã kiểm tra"));
    // Declared anew it is unchecked anew; then money of the year is promised and it stands.
    declare(&mut owner).goes_to();
    assert!(stored(&house, &home).await.sizes.last().unwrap().checked_by.is_none());
    supported(&house, &mut owner, &home);
    let late = declare(&mut owner);
    assert!(late.status == 422 && late.text().contains("báo ngay cho trung tâm"), "{}", late.text());
    owner.post(&size, &size, [("year", "2025")].into_iter().chain(SIZE)).goes_to();
    // The officer still corrects, with a reason that the enterprise reads.
    let mut wrong = vec![("outcome", "corrected"), ("papers", "Mẫu C12"), ("headcount", "45"), ("women", "9"), ("revenue", "17000000000"), ("capital", "9000000000")];
    assert_eq!(checked(&mut officer, &page, "size", &wrong).status, 422, "a reason is missing");
    wrong.push(("reason", "C12 có 45 người <b>cuối năm</b>"));
    checked(&mut officer, &page, "size", &wrong).goes_to();
    let e = stored(&house, &home).await;
    let last = e.sizes.last().unwrap();
    assert_eq!((last.inputs.headcount, last.check.as_ref().unwrap().corrected), (45, true));
    assert!(owner.get(&own(&home)).text().contains("C12 có 45 người &lt;b&gt;cuối năm&lt;/b&gt;"));
    // The journal replays to what is stored.
    let entries = store::journal::stream(&house.it.scope, &id_of(&home)).await.unwrap();
    let replayed = entries.iter().fold(None, |s, x| centre::model::fold_enterprise(e.id, s, &x.read().unwrap(), x.at));
    assert_eq!(replayed.as_ref(), Some(&e));
}

async fn a_start_up_counts_once_an_officer_accepted_its_ground(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let home = firm(&mut owner, CODES[0]);
    let (size, rent) = (format!("{}/size", own(&home)), "Thuê mặt bằng tại cơ sở ươm tạo, khu làm việc chung");
    let declare = format!("{}/startup", own(&home));
    assert!(!owner.get(&home).text().contains(rent));
    let refused = owner.post(&size, &declare, [("basis", "luck"), ("startup_papers", "")]);
    assert!(refused.status == 422 && refused.text().contains("Chọn căn cứ"), "{}", refused.text());
    owner.post(&size, &declare, [("basis", "award"), ("startup_papers", "Giải nhì Techfest 2025, số 12")]).goes_to();
    assert!(owner.get(&size).text().contains("chờ cán bộ kiểm tra"));
    assert!(!owner.get(&home).text().contains(rent), "its own word opens no money");
    let page = format!("/centre/enterprises/{}", id_of(&home));
    let mut officer = signed_in(&house, "loan");
    assert_eq!(checked(&mut officer, &page, "startup", &[("startup_reason", "Đã xem")]).status, 422, "an outcome is chosen");
    checked(&mut officer, &page, "startup", &[("accepted", "no"), ("startup_reason", "Giấy chứng nhận của đơn vị khác")]).goes_to();
    assert!(owner.get(&size).text().contains("Giấy chứng nhận của đơn vị khác"));
    assert!(!owner.get(&home).text().contains(rent));
    owner.post(&size, &declare, [("basis", "award"), ("startup_papers", "Giải nhì Techfest 2025, số 21")]).goes_to();
    checked(&mut officer, &page, "startup", &[("accepted", "yes"), ("startup_reason", "Đã xem giấy chứng nhận số 21")]).goes_to();
    assert!(owner.get(&home).text().contains(rent), "{}", owner.get(&home).text());
}

async fn a_branch_is_supported_as_its_enterprise(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let branch = firm(&mut owner, "0100112437-001");
    // Without its enterprise on the register nobody knows what is left.
    let id = fresh_id(&mut owner, &branch);
    let refused = ask(&mut owner, &branch, &id, &[], &[("file-quotation", "bao-gia.pdf", "application/pdf", &pdf("q"))]);
    assert!(refused.status == 422 && refused.text().contains("Hãy đăng ký doanh nghiệp 0100112437 trước"), "{}", refused.text());
    let head = firm(&mut owner, CODES[0]);
    let dossier = supported(&house, &mut owner, &branch);
    let mut officer = signed_in(&house, "loan");
    // One ledger, whichever of the two is opened.
    for of in [&head, &branch] {
        let shown = officer.get(&format!("/centre/support/ledger/{}", id_of(of))).text();
        assert!(shown.contains(&format!("/centre/support/dossiers/{dossier}")), "{shown}");
    }
    assert!(officer.get(&format!("/centre/support/ledger/{}", id_of(&branch))).text().contains("tính chung với doanh nghiệp"));
    let holders = "SELECT COUNT(DISTINCT enterprise) AS n FROM support_total WHERE province = $1 AND committed > 0";
    assert_eq!(house.count(holders).await, 1);
    // Who registers a made-up branch reads nothing of the enterprise's figures.
    let mut stranger = signed_in(&house, "minh");
    let other = firm(&mut stranger, "0100112437-002");
    let shown = stranger.get(&other).text();
    assert!(shown.contains("chưa tính được mức hỗ trợ"), "{shown}");
    assert!(!stranger.get(&format!("{other}/ledger.csv")).text().contains("management-course"));
    // What another agency gave the enterprise stops the branch as well.
    let ledger = format!("/centre/support/ledger/{}", id_of(&branch));
    let other = [("other.agency", "Sở Công Thương"), ("other.content", "management-course"), ("other.year", "2026"), ("other.state", "granted"), ("other.amount", ""), ("other.reference", "")];
    officer.post(&ledger, &format!("{ledger}/elsewhere"), other).goes_to();
    let id = fresh_id(&mut owner, &head);
    let late = ask(&mut owner, &head, &id, &[], &[("file-quotation", "bao-gia.pdf", "application/pdf", &pdf("q"))]);
    assert!(late.status == 422 && late.text().contains("cơ quan khác"), "{}", late.text());
}

async fn the_queue_says_who_goes_first_and_why(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    let mut received = Vec::new();
    for (n, code) in CODES.iter().enumerate() {
        let home = firm(&mut owner, code);
        // Retail is no priority sector; the last one is women-owned besides.
        let mut profile = vec![("kind", "enterprise"), ("code", *code), ("name", "Công ty TNHH Lươn Đồng"), ("vsic", "G47"), ("area", "27139")];
        profile.extend((n == 2).then_some(("women_owned", "yes")));
        let page = format!("{}/profile", own(&home));
        owner.post(&page, &page, profile).goes_to();
        let id = fresh_id(&mut owner, &home);
        ask(&mut owner, &home, &id, &[], &[("file-quotation", "bao-gia.pdf", "application/pdf", &pdf("q"))]).goes_to();
        received.push(id);
    }
    let shown = signed_in(&house, "loan").get("/centre/support").text();
    let at = |id: &str| shown.find(&format!("/centre/support/dossiers/{id}")).unwrap();
    assert!(at(&received[2]) < at(&received[0]) && at(&received[0]) < at(&received[1]), "{shown}");
    assert!(shown.contains("doanh nghiệp do phụ nữ làm chủ") && shown.contains("theo thứ tự nhận"), "{shown}");
}
