//! The support centre over HTTP on both engines: assess, register, verify, share, import, and what must not pass.

use crate::house::House;
use centre::model::{Assessment, Enterprise};
use store::Db;
use testkit::{Browser, on_each_database};

on_each_database!(
    a_result_without_an_account_is_kept_and_attached
    a_firm_is_entered_once_and_by_its_own_code
    two_people_answering_at_once_lose_nothing
    what_is_verified_stays_and_strangers_see_nothing
    a_list_is_imported_line_by_line
    hostile_answers_are_refused_and_nothing_is_lost
    the_figures_are_those_of_the_records
    a_framework_a_sector_and_a_board_by_files_alone
);

/// Valid codes of ten digits.
const CODES: [&str; 3] = ["0100112437", "0300588569", "0301442379"];

fn start(browser: &mut Browser) -> String {
    let to = browser.post("/assess", "/assess/start", [("vsic", "C10"), ("framework", "dbi-2021-sme@2021"), ("enterprise", "")]).goes_to();
    to.split("/q/").next().unwrap().to_owned()
}

fn answer(browser: &mut Browser, at: &str, criterion: &str, pairs: &[(&str, &str)]) -> testkit::Reply {
    let path = format!("{at}/q/{criterion}");
    browser.post(&path, &path, pairs.iter().copied())
}

fn firm<'a>(code: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("kind", "enterprise"), ("code", code), ("name", name), ("vsic", "C10"), ("area", "27139"), ("founded-day", ""), ("founded-month", ""), ("founded-year", "")]
}

fn register(browser: &mut Browser, code: &str, name: &str) -> String {
    browser.post("/my-enterprises/new", "/my-enterprises/new", firm(code, name)).goes_to()
}

/// The first question that is answered by choosing, and its options.
fn chosen(house: &House) -> (String, Vec<String>) {
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap();
    let p = f.criteria().find(|p| !p.scale.options.is_empty()).unwrap();
    (p.criterion.code.clone(), p.scale.options.iter().map(|o| o.code.clone()).collect())
}

async fn stored(house: &House) -> Vec<Assessment> {
    let rows = house.it.scope.query("SELECT id FROM assessment WHERE province = $1 ORDER BY id", Vec::new()).await.unwrap();
    let mut all = Vec::new();
    for row in rows {
        all.push(centre::store::load(&house.it.scope, row.text("id").unwrap()).await.unwrap().unwrap());
    }
    all
}

async fn a_result_without_an_account_is_kept_and_attached(db: Db) {
    let house = House::open(db).await;
    let mut stranger = house.browser();
    let at = start(&mut stranger);
    let (criterion, options) = chosen(&house);
    answer(&mut stranger, &at, &criterion, &[("value", options[2].as_str())]).goes_to();
    let result = stranger.get(&format!("{at}/result")).text();
    assert!(result.contains("tự khai") && result.contains("Mới trả lời 1 trong"), "{result}");
    // Another browser with the address goes on; one without it sees nothing.
    let again = house.browser().get(&format!("{at}/q/{criterion}")).text();
    assert!(again.contains(&format!("value=\"{}\" checked", options[2])), "{again}");
    assert_eq!(house.browser().get("/assess/a/00000000000000000000000000000000/result").status, 404);
    // Submitting needs an enterprise; attaching needs an account and one's own enterprise.
    assert_eq!(stranger.post(&format!("{at}/result"), &format!("{at}/share"), [("days", "7")]).status, 200);
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    let firm = register(&mut owner, CODES[0], "Công ty TNHH Lươn Đồng");
    let id = firm.rsplit('/').next().unwrap().to_owned();
    owner.post(&format!("{at}/attach"), &format!("{at}/attach"), [("enterprise", id.as_str())]).goes_to();
    owner.post(&format!("{at}/result"), &format!("{at}/submit"), []).goes_to();
    // What was submitted stands.
    let late = answer(&mut owner, &at, &criterion, &[("value", options[0].as_str())]);
    assert_eq!(late.status, 409, "{}", late.text());
    let shown = owner.get(&firm).text();
    assert!(shown.contains("Đã gửi") && shown.contains("Đã đánh giá"), "{shown}");
    let all = stored(&house).await;
    assert_eq!((all.len(), all[0].answers.len(), all[0].version), (1, 1, 5));
    // The journal of the assessment replays to what is stored.
    let entries = store::journal::stream(&house.it.scope, &all[0].id.to_string()).await.unwrap();
    let replayed = entries.iter().fold(None, |s, e| centre::model::fold_assessment(all[0].id, s, &e.read().unwrap(), e.at));
    assert_eq!(replayed.as_ref(), Some(&all[0]));
}

async fn a_firm_is_entered_once_and_by_its_own_code(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    let page = "/my-enterprises/new";
    register(&mut owner, CODES[0], "Công ty Lươn");
    for (code, name, says) in [
        (CODES[0], "Công ty Lươn khác", "đã được đăng ký"),
        ("010011243", "Thiếu số", "Mã số thuế có 10 chữ số"),
        ("0100112438", "Sai số", "Chữ số kiểm tra"),
        ("079184000044", "Số định danh", "số định danh cá nhân"),
        (CODES[1], "", "Tên đơn vị cần từ 2"),
    ] {
        let refused = owner.post(page, page, firm(code, name));
        assert_eq!(refused.status, 422, "{code}");
        let text = refused.text();
        assert!(text.contains(says), "{code} {says}: {text}");
        assert!(text.contains(&format!("value=\"{code}\"")), "what was typed is kept: {text}");
    }
    // A branch has its own code; decomposed diacritics and markup are kept as plain text.
    register(&mut owner, "0100112437-001", "Chi nha\u{301}nh <b>Lươn</b> 🐟");
    let list = owner.get("/my-enterprises").text();
    assert!(list.contains("Chi nhánh &lt;b&gt;Lươn&lt;/b&gt; 🐟"), "{list}");
    // A founding date of tomorrow, a place that is not there.
    let mut tomorrow = firm(CODES[1], "Công ty Mai");
    tomorrow.retain(|p| !p.0.starts_with("founded") && p.0 != "area");
    tomorrow.extend([("founded-day", "1"), ("founded-month", "1"), ("founded-year", "2099"), ("area", "99999")]);
    let refused = owner.post(page, page, tomorrow).text();
    assert!(refused.contains("không thể ở tương lai") && refused.contains("Chọn xã, phường"), "{refused}");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM enterprise WHERE province = $1").await, 2);
}

async fn two_people_answering_at_once_lose_nothing(db: Db) {
    let house = House::open(db).await;
    let mut first = house.browser();
    let at = start(&mut first);
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap();
    let questions: Vec<(String, String)> =
        f.criteria().filter(|p| !p.scale.options.is_empty()).take(12).map(|p| (p.criterion.code.clone(), p.scale.options[1].code.clone())).collect();
    std::thread::scope(|scope| {
        for half in questions.chunks(6) {
            let (base, at) = (house.base.clone(), at.clone());
            scope.spawn(move || {
                let mut browser = Browser::new(&base);
                for (criterion, option) in half {
                    answer(&mut browser, &at, criterion, &[("value", option.as_str()), ("respondent", "Kế toán")]).goes_to();
                }
            });
        }
    });
    let all = stored(&house).await;
    assert_eq!(all[0].answers.len(), 12);
    assert_eq!(all[0].version, 13, "one entry an answer");
}

async fn what_is_verified_stays_and_strangers_see_nothing(db: Db) {
    let house = crate::documents::house_of(db, crate::house::MONDAY, &["H29.10"]).await;
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    let firm = register(&mut owner, CODES[0], "Công ty Lươn");
    let id = firm.rsplit('/').next().unwrap().to_owned();
    let at = start(&mut owner);
    let (criterion, options) = chosen(&house);
    answer(&mut owner, &at, &criterion, &[("value", options[4].as_str())]).goes_to();
    owner.post(&format!("{at}/attach"), &format!("{at}/attach"), [("enterprise", id.as_str())]).goes_to();
    owner.post(&format!("{at}/result"), &format!("{at}/submit"), []).goes_to();
    // What nobody verified bears no signature.
    let declared = owner.get(&format!("{at}/result.pdf")).bytes;
    assert!(declared.starts_with(b"%PDF") && !crate::sealed::pdfsig(&house.data, &declared).contains("Signature #1"));
    // Somebody else's enterprise is not there.
    let mut stranger = house.browser();
    stranger.sign_in("minh", "");
    for path in [firm.clone(), format!("{firm}/size"), format!("{firm}/data.json")] {
        assert_eq!(stranger.get(&path).status, 404, "{path}");
    }
    assert_eq!(stranger.get("/centre/assessments").status, 403);
    let assessment = stored(&house).await[0].id;
    let page = format!("/centre/assessments/{assessment}");
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    consultant.post(&page, &format!("{page}/assign"), []).goes_to();
    // Without consent the answers are not shown; another consultant cannot take it over.
    let shown = consultant.get(&page).text();
    assert!(shown.contains("chưa đồng ý") && !shown.contains(&format!("/check/{criterion}")), "{shown}");
    owner.post(&firm, &format!("{firm}/consents"), [("consents", "advice")]).goes_to();
    let check = format!("{page}/check/{criterion}");
    assert_eq!(consultant.post(&page, &check, [("value", options[1].as_str()), ("tier", "consultant"), ("reason", "ừ")]).status, 422);
    assert_eq!(consultant.post(&page, &check, [("value", options[1].as_str()), ("tier", "evidence"), ("reason", "Có hóa đơn")]).status, 422, "no file");
    consultant.post(&page, &check, [("value", options[1].as_str()), ("tier", "consultant"), ("reason", "Trang web cập nhật lần cuối năm ngoái")]).goes_to();
    consultant.post(&page, &format!("{page}/verified"), []).goes_to();
    let a = &stored(&house).await[0];
    assert_eq!(a.checks[0].corrected, Some(scoring::Given::Text(options[1].clone())));
    assert_eq!(a.answers[&criterion].tier, scoring::Tier::Consultant);
    let e: Enterprise = centre::store::load(&house.it.scope, &id).await.unwrap().unwrap();
    assert!(e.assessed_at.is_some());
    // The report is sealed by the centre, once for each language, and is the same file ever after.
    let report = format!("{at}/result.pdf");
    let (first, again) = (owner.get(&report).bytes, house.browser().get(&report).bytes);
    assert!(first == again, "one file");
    let said = crate::sealed::pdfsig(&house.data, &first);
    assert!(said.contains("AgencySeal") && said.matches("Signature is Valid").count() == 1, "{said}");
    let english = owner.get(&format!("{report}?lang=en")).bytes;
    assert!(english != first && crate::sealed::pdfsig(&house.data, &english).contains("Signature is Valid"));
    let a = &stored(&house).await[0];
    assert_eq!(a.reports.iter().map(|r| r.also).collect::<Vec<_>>(), [None, Some(kernel::text::Lang::En)]);
    let entries = store::journal::stream(&house.it.scope, &a.id.to_string()).await.unwrap();
    let replayed = entries.iter().fold(None, |s, e| centre::model::fold_assessment(a.id, s, &e.read().unwrap(), e.at));
    assert_eq!(replayed.as_ref(), Some(a));
}

async fn a_list_is_imported_line_by_line(db: Db) {
    let house = House::open(db).await;
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let csv = format!(
        "Mã số thuế,Tên,Ngành,Mã xã,Loại hình\n{},Công ty Một,C10,27139,DN\n{},Công ty Hai,C10,27139,DN\n{},Trùng,C10,27139,DN\nabc,Sai,C10,27139,DN\n079184000044,Hộ Ba,A03,27139,Hộ kinh doanh\n",
        CODES[0], CODES[1], CODES[0]
    );
    let done = officer.upload("/centre/import", "/centre/import", &[("file", "ds.csv", csv.as_bytes())]);
    let text = done.text();
    assert!(text.contains("Đã nhập 3 đơn vị; 2 dòng chưa nhập được"), "{text}");
    assert!(text.contains("Trùng mã với dòng 2"), "{text}");
    let again = officer.upload("/centre/import", "/centre/import", &[("file", "ds.csv", csv.as_bytes())]).text();
    assert!(again.contains("Đã nhập 0 đơn vị"), "{again}");
    let binary = officer.upload("/centre/import", "/centre/import", &[("file", "ds.xlsx", b"PK\x03\x04\xff\xfe")]);
    assert!(binary.text().contains("UTF-8"), "{}", binary.text());
    assert_eq!(officer.get("/centre/enterprises?q=cong+ty+mot").text().matches("Công ty Một").count(), 1);
}

async fn hostile_answers_are_refused_and_nothing_is_lost(db: Db) {
    let house = House::open(db).await;
    let mut browser = house.browser();
    let at = start(&mut browser);
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap().clone();
    let ratio = f.criteria().find(|p| p.scale.kind == scoring::definition::ScaleType::Ratio).unwrap().criterion.code.clone();
    let (choice, _) = chosen(&house);
    let before = house.journal().await;
    for (criterion, pairs) in [
        (&ratio, vec![("n", "12"), ("d", "5")]),
        (&ratio, vec![("n", "-1"), ("d", "5")]),
        (&ratio, vec![("n", "NaN"), ("d", "5")]),
        (&ratio, vec![("n", "1e309"), ("d", "<script>")]),
        (&choice, vec![("value", "no-such-option")]),
        (&choice, vec![("value", "<script>alert(1)</script>")]),
        (&choice, vec![]),
    ] {
        let reply = answer(&mut browser, &at, criterion, &pairs);
        assert_eq!(reply.status, 422, "{criterion} {pairs:?}: {}", reply.text());
        assert!(!reply.text().contains("<script>alert"), "{}", reply.text());
    }
    assert_eq!(house.journal().await, before, "what is refused leaves nothing");
    // A denominator of 0 is kept and counts as not answered: neither the lowest nor the highest step.
    answer(&mut browser, &at, &ratio, &[("n", "0"), ("d", "0")]).goes_to();
    let a = &stored(&house).await[0];
    let outcome = house.it.centre.centre.outcome(a).unwrap();
    assert_eq!((outcome.completeness.answered, outcome.total), (0, scoring::Decimal::ZERO));
    // A photo named as a document, and one that is too large.
    let proof = format!("{at}/q/{ratio}");
    assert_eq!(browser.upload(&proof, &format!("{proof}/evidence"), &[("file", "hd.pdf", b"not a document at all")]).status, 422);
    let large = vec![b'%'; 21 << 20];
    let large = browser.upload(&proof, &format!("{proof}/evidence"), &[("file", "hd.pdf", &large)]);
    assert!(large.status == 422 && large.text().contains("hd.pdf"), "{} {}", large.status, large.text());
    assert_eq!(browser.get("/assess/a/%00/result").status, 404);
    assert_eq!(browser.post("/assess", "/assess/start", [("vsic", "ZZ"), ("framework", "x@y")]).status, 422);
}

async fn the_figures_are_those_of_the_records(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    for (n, code) in CODES.iter().enumerate() {
        register(&mut owner, code, &format!("Công ty {n}"));
    }
    let mut director = house.browser();
    director.sign_in("quang", "");
    let page = director.get("/centre/director").text();
    assert!(page.contains("(3 / 3 đơn vị)"), "{page}");
    let rows = director.get("/centre/enterprises?stage=reached").text();
    assert_eq!(CODES.iter().filter(|c| rows.contains(**c)).count(), 3, "the figure opens its rows");
    assert!(director.get("/centre/enterprises?stage=assessed").text().contains("Không có đơn vị nào khớp"));
}

/// A province's own framework, sector profile and board template, laid over the catalogue as it would do it.
async fn a_framework_a_sector_and_a_board_by_files_alone(db: Db) {
    let overlay = crate::house::folder("overlay");
    let put = |path: &str, text: &str| {
        let file = overlay.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    put(
        "frameworks/noodles.yaml",
        r#"
framework: noodles
version: "1"
kind: index
subject: enterprise
name: {vi: Quán bún phở số, en: Digital noodle shops}
about: {vi: Dành cho quán ăn nhỏ, en: For small eateries}
effective: {from: 2026-01-01}
offered: true
local_formula: true
minutes: 1
quick: [pay]
dimensions:
  - code: d
    name: {vi: Bán hàng, en: Sales}
    max: 2
    groups:
      - code: d.1
        name: {vi: Bán hàng, en: Sales}
        criteria:
          - code: pay
            text: {vi: Quán nhận thanh toán bằng mã QR chưa?, en: Do you take QR payments?}
            example: {vi: Dán mã QR ở quầy, en: A QR code at the counter}
            answer:
              type: ladder
              options:
                - {code: no, points: 0, text: {vi: Chưa, en: "No"}}
                - {code: some, points: 1, text: {vi: Một số khách, en: Some guests}}
                - {code: all, points: 2, text: {vi: Mọi khách, en: All guests}}
              verified: "no"
            verified: "no"
levels:
  - {level: 0, name: {vi: Chưa bắt đầu, en: Not started}, rule: "total < 1"}
  - {level: 1, name: {vi: Quán số, en: Digital shop}, rule: "total >= 1"}
"#,
    );
    let sector = include_str!("../../../../catalog/sectors/tourism-hospitality.yaml").replace("sector: tourism-hospitality", "sector: noodle-shops");
    put("sectors/noodle-shops.yaml", &sector);
    let board = include_str!("../../../../catalog/boards/templates/blank.yaml");
    let code = board.lines().find_map(|l| l.strip_prefix("template: ").or(l.strip_prefix("code: "))).unwrap();
    let board = board.replacen(code, "noodles", 1).replace("Ban tư vấn mới", "Ban tư vấn quán ăn");
    put("boards/templates/noodles.yaml", &board);
    let house = House::with(db, std::slice::from_ref(&overlay), crate::house::MONDAY).await;
    let mut owner = house.browser();
    assert!(owner.get("/assess").text().contains("Quán bún phở số"));
    let at = owner.post("/assess", "/assess/start", [("vsic", "I56"), ("framework", "noodles@1"), ("enterprise", "")]).goes_to();
    let at = at.split("/q/").next().unwrap().to_owned();
    answer(&mut owner, &at, "pay", &[("value", "all")]).goes_to();
    let result = owner.get(&format!("{at}/result")).text();
    assert!(result.contains("Mức 1: Quán số") && result.contains("Công thức của địa phương"), "{result}");
    assert!(house.it.centre.centre.catalog.sectors.iter().any(|s| s.sector == "noodle-shops"));
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    assert!(officer.get("/centre/boards/new").text().contains("Ban tư vấn quán ăn"));
    std::fs::remove_dir_all(overlay).ok();
}
