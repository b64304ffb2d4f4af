//! The province's procedures as its people meet them (domain/public-services §6): found by everyday words, read in both
//! languages, filled in, promised in the time the law gives; and the linked set to its end.

use crate::{
    dossier::{Dossier, example, key},
    house::{House, instant},
    walk::{Cast, found, lead},
};
use casework::{Act, Definition};
use kernel::{Actor, id::ProvinceCode, text::fold};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use store::Db;
use testkit::on_each_database;

on_each_database!(
    everyday_words_lead_to_each_procedure
    pages_and_forms_open_in_both_languages
    each_procedure_promises_its_time
    a_karaoke_place_from_one_form
);

/// What somebody types who does not know what the law calls it.
const PHRASES: [(&str, &str); 34] = [
    ("1.001193", "làm giấy khai sinh"),
    ("1.000894", "đăng ký kết hôn"),
    ("2.000635", "trích lục khai sinh"),
    ("2.000908", "bản sao từ sổ gốc"),
    ("local-certified-copy", "sao y bản chính"),
    ("1.013225", "xin phép xây nhà"),
    ("1.013236", "xây nhà máy"),
    ("1.013831", "sang tên sổ đỏ"),
    ("1.012784", "tách thửa"),
    ("1.013992", "đổi mục đích đất"),
    ("local-land-use-change", "lên thổ cư"),
    ("2.000488", "lý lịch tư pháp"),
    ("1.004222", "nhập khẩu thường trú"),
    ("local-driving-licence", "đổi bằng lái xe"),
    ("1.001612", "đăng ký kinh doanh"),
    ("local-karaoke-set", "kinh doanh karaoke trọn gói"),
    ("local-security-certificate", "giấy chứng nhận an ninh trật tự"),
    ("1.001029", "giấy phép karaoke"),
    ("1.009645", "chủ trương đầu tư"),
    ("1.009664", "đầu tư nước ngoài"),
    ("1.014027", "tiền người già"),
    ("1.001699", "mức độ khuyết tật"),
    ("1.001653", "mất giấy khuyết tật"),
    ("2.001827", "vệ sinh an toàn thực phẩm"),
    ("2.000620", "giấy phép bán rượu"),
    ("1.004650", "treo băng rôn"),
    ("1.004645", "đoàn người quảng cáo"),
    ("local-environmental-permit", "giấy phép môi trường"),
    ("1.014464", "xuất khẩu CFS"),
    ("local-mineral-exploration-result", "trữ lượng khoáng sản"),
    ("2.000282", "người lang thang"),
    ("1.012994", "khấu trừ tiền bồi thường"),
    // The same need in other words.
    ("1.013831", "mua bán đất"),
    ("1.014027", "trợ cấp người cao tuổi"),
];

/// How many results a person looks at before trying other words.
const LOOKED_AT: usize = 3;

fn dossiers(house: &House) -> Vec<Arc<Definition>> {
    let definitions = &house.it.services.desk.rules().definitions;
    definitions.in_force(house.now().date()).filter(|d| d.kind == "dossier").cloned().collect()
}

fn query(words: &str) -> String {
    let hex: String = words.bytes().map(|b| format!("%{b:02X}")).collect();
    format!("q={hex}")
}

/// The procedures a page of results names, in its order.
fn results(page: &str) -> Vec<String> {
    let list = page.split_once("<ol class=\"results\">").map_or("", |(_, rest)| rest.split("</ol>").next().unwrap_or_default());
    list.split("href=\"/services/").skip(1).filter_map(|part| part.split('"').next()).map(str::to_owned).collect()
}

async fn everyday_words_lead_to_each_procedure(db: Db) {
    let house = House::open(db).await;
    let mut browser = house.browser();
    for (code, words) in PHRASES {
        for typed in [words.to_owned(), fold(words), words.to_uppercase()] {
            let page = browser.get(&format!("/services?{}", query(&typed))).text();
            let found = results(&page);
            assert!(found.iter().take(LOOKED_AT).any(|c| c == code), "“{typed}” does not lead to {code}: {found:?}");
        }
    }
    let all = browser.get("/services").text();
    let (listed, phrased) = (results(&all), PHRASES.iter().map(|(code, _)| *code).collect::<BTreeSet<_>>());
    for d in dossiers(&house) {
        assert!(listed.iter().any(|c| c == d.code.as_str()), "{} is not listed", d.code);
        assert!(phrased.contains(d.code.as_str()), "{} has no everyday phrase in this table", d.code);
    }
    assert!(results(&browser.get("/services?q=xyzzyq").text()).is_empty());
}

async fn pages_and_forms_open_in_both_languages(db: Db) {
    let house = House::open(db).await;
    let mut browser = house.browser();
    browser.sign_in("lan", "next=%2F");
    for d in dossiers(&house) {
        for (n, example) in d.form.examples().iter().enumerate() {
            casework::check_answers(&d, example).unwrap_or_else(|r| panic!("{} example {n}: {r:?}", d.code));
        }
        let page = format!("/services/{}", d.code);
        let draft = browser.post(&page, &format!("{page}/start"), []).goes_to();
        for lang in ["vi", "en"] {
            let name = if lang == "vi" { &d.name.vi } else { &d.name.en };
            let shown = browser.get(&format!("{page}?lang={lang}"));
            let unchecked = if lang == "vi" { "chưa kiểm chứng" } else { "not verified" };
            assert!(shown.status == 200 && shown.text().contains(&web::html::esc(name)), "{} {lang}: {}", d.code, shown.status);
            let doubtful = d.legal_basis.iter().chain([&d.time.legal_basis]).chain(d.fees.iter().map(|f| &f.legal_basis)).any(|b| !b.verified);
            assert_eq!(shown.text().contains(unchecked), doubtful || d.steps.iter().any(|s| s.verified == Some(false)), "{} {lang}: marks", d.code);
            for section in &d.form.sections {
                let form = browser.get(&format!("{draft}/form/{}", section.code));
                assert_eq!(form.status, 200, "{} {}: {}", d.code, section.code, form.text());
                let title = if lang == "vi" { &section.title.vi } else { &section.title.en };
                assert!(form.text().contains(&web::html::esc(title)), "{} {} {lang}", d.code, section.code);
            }
        }
        let process = browser.get(&format!("/documents/process/{}", d.code));
        assert!(process.status == 200 && process.bytes.starts_with(b"%PDF"), "{}: process", d.code);
        browser.get(&format!("{page}?lang=vi"));
    }
}

/// Received on Monday 2 November 2026 at 09:00; 24 November is a holiday. What is changed in the example, and the promise.
const TIMES: [(&str, &str, &str); 43] = [
    ("1.001193", r#"{"child_birth_date": "2026-10-20"}"#, "2026-11-02T17:00"),
    ("1.000894", "{}", "2026-11-02T17:00"),
    ("2.000635", "{}", "2026-11-02T17:00"),
    ("2.000908", "{}", "2026-11-02T17:00"),
    ("local-certified-copy", "{}", "2026-11-02T17:00"),
    ("1.013225", "{}", "2026-11-11T09:00"),
    ("1.013236", "{}", "2026-11-16T09:00"),
    // Days, not working days: the day of receipt is not counted, the last hour of the last day is meant.
    ("1.013831", "{}", "2026-11-10T17:00"),
    ("1.013831", r#"{"change_kind": "lease"}"#, "2026-11-06T17:00"),
    ("1.012784", "{}", "2026-11-18T09:00"),
    ("1.013992", "{}", "2026-11-16T09:00"),
    ("local-land-use-change", "{}", "2026-11-17T17:00"),
    ("local-land-use-change", r#"{"difficult_area": true}"#, "2026-11-27T17:00"),
    ("2.000488", "{}", "2026-11-09T17:00"), // the fifth day is a Saturday
    ("1.004222", "{}", "2026-11-11T09:00"),
    ("local-driving-licence", "{}", "2026-11-05T14:00"), // half days exist
    ("1.001612", "{}", "2026-11-05T09:00"),
    ("local-karaoke-set", "{}", "2026-11-25T09:00"),
    ("local-security-certificate", "{}", "2026-11-05T09:00"),
    ("1.001029", "{}", "2026-11-16T09:00"),
    ("1.009645", "{}", "2026-11-26T09:00"),
    ("1.009664", "{}", "2026-11-16T09:00"),
    ("1.009664", r#"{"policy_approved": true}"#, "2026-11-09T09:00"),
    ("1.014027", "{}", "2026-11-16T09:00"),
    ("1.001699", "{}", "2026-12-08T09:00"),
    ("1.001653", "{}", "2026-11-09T09:00"),
    ("2.001827", "{}", "2026-11-17T17:00"),
    ("2.000620", "{}", "2026-11-16T09:00"),
    ("1.004650", "{}", "2026-11-09T09:00"),
    ("1.004645", "{}", "2026-11-09T09:00"),
    ("local-environmental-permit", "{}", "2026-12-02T17:00"),
    ("local-environmental-permit", r#"{"case_kind": "simple"}"#, "2026-11-17T17:00"),
    ("local-environmental-permit", r#"{"case_kind": "complex"}"#, "2026-12-17T17:00"),
    ("1.014464", "{}", "2026-11-05T09:00"),
    ("local-mineral-exploration-result", r#"{"mineral_group": "other"}"#, "2026-12-31T09:00"),
    ("local-mineral-exploration-result", "{}", "2026-12-17T09:00"),
    ("2.000282", "{}", "2026-11-16T09:00"),
    ("1.012994", "{}", "2026-12-02T09:00"), // 168 working hours
    // What people pay is in the second half of the fees' own tests; here that a copy more changes no time.
    ("2.000635", r#"{"copies": 9}"#, "2026-11-02T17:00"),
    ("2.000908", r#"{"copies": 9}"#, "2026-11-02T17:00"),
    ("2.000488", r#"{"copies": 9}"#, "2026-11-09T17:00"),
    ("local-certified-copy", r#"{"pages": 400}"#, "2026-11-02T17:00"),
    ("1.013831", r#"{"output": "note"}"#, "2026-11-10T17:00"),
];

async fn each_procedure_promises_its_time(db: Db) {
    let house = House::with(db, &[], "2026-11-02T08:30:00+07:00").await;
    let mut promised = BTreeSet::new();
    for (code, changed, due) in TIMES {
        house.set("2026-11-02T08:30:00+07:00");
        let mut body = example(&house, code);
        body["answers"].as_object_mut().unwrap().extend(serde_json::from_str::<serde_json::Map<String, Value>>(changed).unwrap());
        let reply = house.actor("lan").post_once("/api/v1/cases", &key(), &body);
        assert_eq!(reply.status, 201, "{code}: {}", reply.text());
        let last = reply.json();
        let mut case = Dossier { house: &house, code: last["code"].as_str().unwrap().to_owned(), last };
        pay_all(&case).await;
        house.set("2026-11-02T09:00:00+07:00");
        let front = Cast::of(&found(&case).await).front;
        case.act(&front, "receive");
        assert_eq!(case.due("processing"), instant(&format!("{due}:00+07:00")), "{code} {changed}");
        promised.insert(code);
    }
    for d in dossiers(&house) {
        assert!(promised.contains(d.code.as_str()), "{} has no row in this table", d.code);
    }
}

async fn pay_all(case: &Dossier<'_>) {
    let (system, state) = (Actor::system(ProvinceCode::new(phusa::demo::PROVINCE)), found(case).await.state);
    for due in state.unpaid() {
        let input = json!({"due": due.code, "amount": due.amount, "reference": format!("FT-{}-{}", case.code, due.code), "how": "gateway", "online": true});
        let act = Act { act: "settle_due".into(), input };
        case.house.it.services.desk.perform(&system, state.id, &act, case.house.now(), None, None).await.unwrap();
    }
}

/// Decree 297/2025: one submission, three offices, each waits for the one before.
async fn a_karaoke_place_from_one_form(db: Db) {
    let house = House::open(db).await;
    let mut set = Dossier::file(&house, "local-karaoke-set");
    pay_all(&set).await;
    set.act("thu", "receive");
    let members = ["business", "security", "licence"];
    for (n, name) in members.into_iter().enumerate() {
        house.effects().await;
        let linked = found(&set).await.state.linked;
        let opened: Vec<&str> = linked.iter().filter(|m| m.code.is_some()).map(|m| m.name_in_set.as_str()).collect();
        assert_eq!(opened, members[..=n], "each waits for the one before");
        let code = linked.iter().find(|m| m.name_in_set == name).and_then(|m| m.code.clone()).unwrap();
        let case = Dossier { house: &house, code: code.to_string(), last: Value::Null };
        let (ended, _) = lead(case, &mut BTreeSet::new()).await;
        assert_eq!((ended.handling(), &ended.last["outcome"]["outcome"]), ("returned", &json!("granted")), "{name}");
        house.sound(&ended.code).await;
    }
    house.effects().await;
    set.last = set.seen_by("thu");
    assert_eq!(set.handling(), "finished");
    set.act("thu", "return");
    assert!(set.documents("lan").iter().any(|d| d == "set_result"));
    house.sound(&set.code).await;
}
