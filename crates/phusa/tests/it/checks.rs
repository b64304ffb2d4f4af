//! Checks of results over HTTP on both engines: the figures and their rows, the draw, and what must not pass.

use crate::house::House;
use store::Db;
use testkit::{Browser, on_each_database};

on_each_database!(
    what_two_firms_have_in_common_is_found_and_opens_its_rows
    a_draw_is_repeatable_and_its_changes_are_counted
);

const CODES: [&str; 3] = ["0100112437", "0300588569", "0301442379"];
const NOTE: &str = "Công ty có website bán hàng do nhà cung cấp dựng và cập nhật hằng tuần";

/// Three firms of one owner submit; the first two with the same note. The first is verified by the consultant. Their ids.
async fn three(house: &House) -> Vec<String> {
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap();
    let chosen: Vec<(String, String)> = f.criteria().filter_map(|p| Some((p.criterion.code.clone(), p.scale.options.last()?.code.clone()))).take(12).collect();
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    let mut firms = Vec::new();
    for (n, code) in CODES.iter().enumerate() {
        let name = format!("Công ty {n}");
        let firm = owner
            .post(
                "/my-enterprises/new",
                "/my-enterprises/new",
                [("kind", "enterprise"), ("code", code), ("name", &name), ("vsic", "C10"), ("area", "27139"), ("founded-day", ""), ("founded-month", ""), ("founded-year", "")],
            )
            .goes_to();
        let id = firm.rsplit('/').next().unwrap().to_owned();
        owner.post(&firm, &format!("{firm}/consents"), [("consents", "advice")]).goes_to();
        let to = owner.post("/assess", "/assess/start", [("vsic", "C10"), ("framework", "dbi-2021-sme@2021"), ("enterprise", "")]).goes_to();
        let at = to.split("/q/").next().unwrap().to_owned();
        for (k, (criterion, option)) in chosen.iter().enumerate().take(if n == 2 { 3 } else { 12 }) {
            let path = format!("{at}/q/{criterion}");
            let note = if k == 0 && n < 2 { NOTE } else { "" };
            owner.post(&path, &path, [("value", option.as_str()), ("note", note)]).goes_to();
        }
        owner.post(&format!("{at}/attach"), &format!("{at}/attach"), [("enterprise", id.as_str())]).goes_to();
        owner.post(&format!("{at}/result"), &format!("{at}/submit"), []).goes_to();
        firms.push(id);
    }
    let row = house.it.scope.one("SELECT id FROM assessment WHERE province = $1 AND enterprise = $2", store::values![firms[0].as_str()]).await.unwrap().unwrap();
    let page = format!("/centre/assessments/{}", row.text("id").unwrap());
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    consultant.post(&page, &format!("{page}/assign"), []).goes_to();
    let (criterion, _) = &chosen[0];
    let first = f.criterion(criterion).unwrap().scale.options[0].code.clone();
    consultant
        .post(&page, &format!("{page}/check/{criterion}"), [("value", first.as_str()), ("tier", "consultant"), ("reason", "Trang đã đóng từ năm ngoái")])
        .goes_to();
    // A fifth of the twelve is looked at before it may be concluded.
    for (criterion, option) in &chosen[1..3] {
        let pairs = [("value", option.as_str()), ("tier", "consultant"), ("reason", "Đã xem, đúng như khai")];
        consultant.post(&page, &format!("{page}/check/{criterion}"), pairs).goes_to();
    }
    consultant.post(&page, &format!("{page}/verified"), []).goes_to();
    firms
}

fn director(house: &House) -> Browser {
    let mut director = house.browser();
    director.sign_in("quang", "");
    director
}

async fn what_two_firms_have_in_common_is_found_and_opens_its_rows(db: Db) {
    let house = House::open(db).await;
    let mut director = director(&house);
    let empty = director.get("/centre/checks");
    assert_eq!(empty.status, 200);
    assert!(empty.text().contains("Không tìm thấy trường hợp nào") && empty.text().contains("chưa đối chiếu"));
    three(&house).await;
    // Exact at once: what was submitted a moment ago is in the figures.
    let page = director.get("/centre/checks").text();
    assert!(page.contains("<b>2</b> · ") && page.contains("Công ty 0") && page.contains("Công ty 1"), "{page}");
    let texts = director.get("/centre/checks/list/same-texts").text();
    assert!(texts.contains("Công ty 0") && texts.contains("Công ty 1") && !texts.contains("Công ty 2"), "{texts}");
    // The answers were the same until the consultant corrected one.
    assert!(director.get("/centre/checks/list/same-answers").text().contains("Không tìm thấy"));
    let drift = director.get("/centre/checks/list/consultants").text();
    let rows = drift.split("/centre/checks/consultants/").nth(1).and_then(|x| x.split('"').next()).unwrap().to_owned();
    let own = director.get(&format!("/centre/checks/consultants/{rows}")).text();
    assert!(own.contains("Công ty 0") && own.contains("−33,3"), "all points of one of three questions were taken away: {own}");
    assert_eq!(director.get("/centre/checks?lang=en").status, 200);
    for path in ["/centre/checks/list/nothing", "/centre/checks/consultants/nobody", "/centre/checks/draws/draw_x", "/centre/checks/draws/draw_00000000000000000000000000000000"] {
        assert_eq!(director.get(path).status, 404, "{path}");
    }
    assert_eq!(director.get("/centre/checks/list/outliers?after=%00~'").status, 200);
    // The consultant who is looked at does not see the figures; a citizen sees nothing.
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    assert_eq!(consultant.get("/centre/checks").status, 403);
    assert_eq!(consultant.get("/centre/rechecks").status, 200);
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    for path in ["/centre/checks", "/centre/rechecks"] {
        assert_eq!(owner.get(path).status, 403, "{path}");
    }
}

async fn a_draw_is_repeatable_and_its_changes_are_counted(db: Db) {
    let house = House::open(db).await;
    let firms = three(&house).await;
    let mut director = director(&house);
    let today = house.now().date();
    let (day, month, year) = (today.day().to_string(), today.month().to_string(), today.year().to_string());
    let later = (today.year() + 1).to_string();
    let id = "draw_00000000000070008000000000000001";
    let ask = |director: &mut Browser, from: [&str; 3], to: [&str; 3], share: &str, seed: &str| {
        let pairs = [
            ("draw", id), ("from-day", from[0]), ("from-month", from[1]), ("from-year", from[2]),
            ("to-day", to[0]), ("to-month", to[1]), ("to-year", to[2]), ("share", share), ("seed", seed),
        ];
        director.post("/centre/checks", "/centre/checks/draws", pairs)
    };
    let now = [day.as_str(), month.as_str(), year.as_str()];
    let future = [day.as_str(), month.as_str(), later.as_str()];
    // Each mistake is told at its field, nothing typed is lost, nothing is drawn.
    for (from, to, share, seed, told) in [
        (now, now, "50", "s", "Tỷ lệ phải từ 5 đến 10"),
        (now, now, "4,9", "s", "Tỷ lệ phải từ 5 đến 10"),
        (now, now, "nhiều", "s", "Chưa phải là số"),
        (["31", "2", year.as_str()], now, "5", "s", "Ghi ngày bắt đầu"),
        (now, ["", "", ""], "5", "s", "Ghi ngày kết thúc"),
        (now, future, "5", "s", "không được ở tương lai"),
        (future, now, "5", "s", "phải từ ngày bắt đầu"),
        (["1", "1", "2020"], ["2", "1", "2020"], "5", "s", "chưa có kết quả nào"),
        (now, now, "5", &"x".repeat(201), "Hạt giống dài nhất"),
    ] {
        let page = ask(&mut director, from, to, share, seed);
        assert!(page.status < 500 && page.text().contains(told), "{share} {told}: {}", page.text());
        assert!(page.text().contains(&format!("value=\"{share}\"")), "{share} is kept");
    }
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind LIKE 'recheck.%'").await, 0);
    let place = ask(&mut director, now, now, "10", "Số <b>48213</b>").goes_to();
    assert_eq!(ask(&mut director, now, now, "10", "khác").goes_to(), place, "sent twice, drawn once");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind LIKE 'recheck.%'").await, 1);
    let page = director.get(&place).text();
    assert!(page.contains("rút lại ra đúng các đơn vị này") && page.contains("Công ty 0") && page.contains("1 / 1"), "{page}");
    assert!(page.contains("Số &lt;b&gt;48213") && !page.contains("<b>48213"));
    // Changes by hand: the director alone, with a code and a reason.
    let change = format!("{place}/overrides");
    for (code, reason, told) in [("999", "Theo kết luận thanh tra", "Ghi mã số thuế"), (CODES[1], "vì", "ít nhất 10 ký tự"), (CODES[0], "Theo kết luận thanh tra", "đã có trong danh sách")] {
        let page = director.post(&place, &change, [("code", code), ("change", "add"), ("reason", reason)]).text();
        assert!(page.contains(told) && page.contains(code), "{told}: {page}");
    }
    director.post(&place, &change, [("code", CODES[1]), ("change", "add"), ("reason", "Theo kết luận thanh tra")]).goes_to();
    let page = director.get(&place).text();
    assert!(page.contains("Thay đổi bằng tay: 1") && page.contains("thêm tay") && page.contains("0 / 2"), "{page}");
    // Who verified does not check again; somebody else does, with a remark.
    let work = place.replace("/centre/checks/draws/", "/centre/rechecks/");
    let firm = format!("{work}/{}", firms[0]);
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    let refused = consultant.post(&work, &firm, [("outcome", "stands"), ("note", "Đã gọi lại kế toán trưởng")]).text();
    assert!(refused.contains("người khác phải kiểm tra lại"), "{refused}");
    assert_eq!(consultant.post(&work, &change, [("code", CODES[2]), ("change", "add"), ("reason", "Theo kết luận thanh tra")]).status, 403);
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let short = officer.post(&work, &firm, [("outcome", "stands"), ("note", "được")]).text();
    assert!(short.contains("ít nhất 10 ký tự") && short.contains("được"), "{short}");
    assert!(officer.post(&work, &firm, [("outcome", "x"), ("note", "Đã gọi lại kế toán trưởng")]).text().contains("Chọn một trong hai"));
    assert_eq!(officer.post(&work, &format!("{work}/{}", firms[2]), [("outcome", "stands"), ("note", "Đã gọi lại kế toán trưởng")]).status, 404, "not on the list");
    for _ in 0..2 {
        officer.post(&work, &firm, [("outcome", "differs"), ("note", "Đã gọi lại kế toán trưởng")]).goes_to();
    }
    assert!(officer.post(&work, &firm, [("outcome", "stands"), ("note", "Đã gọi lại kế toán trưởng")]).text().contains("đã được kiểm tra lại"));
    let page = director.get(&place).text();
    assert!(page.contains("kết quả sai lệch") && page.contains("1 / 2"), "{page}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind LIKE 'recheck.%'").await, 3);
}
