//! What a browser without script does: look up, sign in, apply over several pages, lose the session, press twice.

use crate::{
    dossier::{Dossier, example},
    house::House,
};
use serde_json::Value;
use store::Db;
use testkit::{Browser, on_each_database};

on_each_database!(
    a_case_is_looked_up_without_signing_in
    a_session_that_ends_in_mid_form_loses_nothing
    pressed_twice_filed_once
    two_windows_on_one_draft
    who_applies_in_english_gets_both_languages
);

async fn a_case_is_looked_up_without_signing_in(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let phone = case.last["people"]["applicant"]["phone"].as_str().unwrap().to_owned();
    let last = &phone[phone.len() - 4..];
    let mut browser = house.browser();
    let found = browser.post("/lookup", "/lookup", [("code", case.code.to_lowercase().as_str()), ("phone", last)]);
    assert_eq!(found.status, 200, "{}", found.text());
    let text = found.text();
    assert!(text.contains(&case.code) && text.contains("Cơ quan đang giải quyết hồ sơ của bạn"), "{text}");
    for secret in ["Nguyễn Thị Lan", "Nguyễn Văn Bình", "079090004567", phone.as_str(), "Số 27 đường Xuân Hòa"] {
        assert!(!text.contains(secret), "{secret}");
    }
    // Wrong code and wrong phone: one answer, whichever of the two it is.
    let ask = |browser: &mut Browser, code: &str, phone: &str| {
        let reply = browser.post("/lookup", "/lookup", [("code", code), ("phone", phone)]);
        assert_eq!(reply.status, 422, "{code} {phone}");
        let text = reply.text();
        assert!(text.contains("Không có hồ sơ nào khớp") && !text.contains("Cơ quan đang"), "{text}");
        let main = text.split_once("<main").unwrap().1.to_owned();
        main.replace(code, "?").replace(&browser.cookies["csrf"], "?")
    };
    let wrong_phone = ask(&mut browser, &case.code, "0000");
    let wrong_code = ask(&mut browser, "H29.161-261123-9999", last);
    assert_eq!(wrong_phone, wrong_code);
    ask(&mut browser, &case.code, "");
    ask(&mut browser, &case.code, &phone);
    ask(&mut browser, "%", "3456");
    // Nothing without the form token; and English for those who ask for it.
    let bare = browser.post_bare("/lookup", [("code", case.code.as_str()), ("phone", last)]);
    assert_eq!(bare.status, 403);
    browser.get("/lookup?lang=en");
    let english = browser.post("/lookup", "/lookup", [("code", case.code.as_str()), ("phone", last)]);
    assert!(english.text().contains("The office is working on your application"), "{}", english.text());
}

/// The answers of one section as a form sends them.
fn pairs<'a>(definition: &Value, answers: &'a Value, section: usize) -> (String, Vec<(&'a str, String)>) {
    let section = &definition["form_sections"][section];
    let fields = section["fields"].as_array().unwrap().iter();
    let names = fields.filter_map(|f| answers.get_key_value(f.as_str().unwrap()));
    let told = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    (section["code"].as_str().unwrap().to_owned(), names.map(|(k, v)| (k, told(v))).collect())
}

trait KeyValue {
    fn get_key_value(&self, key: &str) -> Option<(&str, &Value)>;
}
impl KeyValue for Value {
    fn get_key_value(&self, key: &str) -> Option<(&str, &Value)> {
        self.as_object()?.iter().find(|(k, _)| *k == key).map(|(k, v)| (k.as_str(), v))
    }
}

/// The sections of a procedure's form, from the catalogue the house runs on.
fn sections(house: &House, code: &str) -> Value {
    let rules = house.it.services.desk.rules();
    let d = rules.definitions.current(code, house.now().date()).unwrap();
    let sections: Vec<Value> = d.form.sections.iter().map(|s| serde_json::json!({"code": s.code, "fields": s.fields})).collect();
    serde_json::json!({"form_sections": sections})
}

/// Signs lan in and begins a draft; its address.
pub fn begin(browser: &mut Browser, code: &str) -> String {
    browser.sign_in("lan", "next=%2F");
    browser.post(&format!("/services/{code}"), &format!("/services/{code}/start"), []).goes_to()
}

fn fill(house: &House, browser: &mut Browser, draft: &str, code: &str) {
    let asked = example(house, code);
    let form = sections(house, code);
    for i in 0..form["form_sections"].as_array().unwrap().len() {
        let (section, pairs) = pairs(&form, &asked["answers"], i);
        let page = format!("{draft}/form/{section}");
        let saved = browser.post(&page, &page, pairs.iter().map(|(k, v)| (*k, v.as_str())));
        assert_eq!(saved.status, 303, "{section}: {}", saved.text());
    }
    let pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    let fields: Vec<(String, String)> = asked["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (format!("file-{}", f["component"].as_str().unwrap()), f["name"].as_str().unwrap().to_owned()))
        .collect();
    let files: Vec<(&str, &str, &[u8])> = fields.iter().map(|(f, n)| (f.as_str(), n.as_str(), pdf.as_slice())).collect();
    let page = format!("{draft}/files");
    let sent = browser.upload(&page, &page, &files);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

async fn a_session_that_ends_in_mid_form_loses_nothing(db: Db) {
    let house = House::open(db).await;
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    let page = format!("{draft}/form/owner");
    let token = browser.token(&page);
    house.later(24 * 3600);
    let typed = [("owner_name", "Nguyễn Văn Đã Gõ"), ("owner_address", "12 <b>Xuân Hòa</b>"), ("phone", "0903"), ("_csrf", token.as_str())];
    let to = browser.post_bare(&page, typed).goes_to();
    assert!(to.starts_with("/sign-in?next=") && to.contains("&parked="), "{to}");
    let asked = browser.get(&to);
    assert!(asked.status == 200 && asked.text().contains("giữ lại"), "{}", asked.text());
    let back = browser.sign_in("lan", to.split_once('?').unwrap().1).goes_to();
    assert!(back.starts_with(&page) && back.contains("parked="), "{back}");
    let shown = browser.get(&back).text();
    assert!(shown.contains("value=\"Nguyễn Văn Đã Gõ\"") && shown.contains("12 &lt;b&gt;Xuân Hòa"), "{shown}");
    // Sent again with what was missing, it is kept.
    let form = sections(&house, "1.013225");
    let asked = example(&house, "1.013225");
    let (_, mut pairs) = pairs(&form, &asked["answers"], 0);
    pairs.iter_mut().find(|(k, _)| *k == "owner_name").unwrap().1 = "Nguyễn Văn Đã Gõ".to_owned();
    let saved = browser.post(&back, &page, pairs.iter().map(|(k, v)| (*k, v.as_str())));
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(browser.get(&page).text().contains("value=\"Nguyễn Văn Đã Gõ\""));
    // Somebody else who signs in at that browser is not shown it.
    let mut other = house.browser();
    other.sign_in("minh", "next=%2F");
    assert_eq!(other.get(&back).status, 404);
    assert_eq!(other.get(&draft).status, 404);
}

async fn pressed_twice_filed_once(db: Db) {
    let house = House::open(db).await;
    let mut browser = house.browser();
    let draft = begin(&mut browser, "1.013225");
    // Too early: what is missing is said, and nothing is filed.
    let early = browser.post(&format!("{draft}/review"), &format!("{draft}/submit"), []);
    assert_eq!(early.status, 422, "{}", early.text());
    fill(&house, &mut browser, &draft, "1.013225");
    let token = browser.token(&format!("{draft}/review"));
    let submit = format!("{draft}/submit");
    let cases = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let presses: Vec<_> = (0..4)
                .map(|_| {
                    let (mut window, token, submit) = (browser.window(), token.clone(), submit.clone());
                    scope.spawn(move || window.post_bare(&submit, [("_csrf", token.as_str())]))
                })
                .collect();
            presses.into_iter().map(|p| p.join().unwrap()).collect::<Vec<_>>()
        })
    });
    let to: Vec<String> = cases.iter().map(testkit::Reply::goes_to).collect();
    assert!(to.iter().all(|t| t == &to[0] && t.starts_with("/my/H29.161-261123-")), "{to:?}");
    assert_eq!(browser.post_bare(&submit, [("_csrf", token.as_str())]).goes_to(), to[0], "and once more, later");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM draft WHERE province = $1").await, 0);
    let shown = browser.get(&to[0]);
    assert!(shown.text().contains("Đã nộp hồ sơ"), "{}", shown.text());
    // The draft is gone; what a form of it still sends is answered, not lost in an error.
    assert_eq!(browser.get(&draft).status, 404);
    let code = to[0].trim_start_matches("/my/").split('?').next().unwrap().to_owned();
    let last = house.actor("thu").get(&format!("/api/v1/cases/{code}")).ok();
    assert_eq!(last["answers"], example(&house, "1.013225")["answers"]);
    house.sound(&code).await;
}

async fn two_windows_on_one_draft(db: Db) {
    let house = House::open(db).await;
    let mut one = house.browser();
    let draft = begin(&mut one, "1.013225");
    let mut two = one.window();
    let (form, asked) = (sections(&house, "1.013225"), example(&house, "1.013225"));
    // Two sections, written in two windows: neither removes what the other gave.
    for (window, at) in [(&mut one, 0), (&mut two, 1)] {
        let (section, pairs) = pairs(&form, &asked["answers"], at);
        let page = format!("{draft}/form/{section}");
        assert_eq!(window.post(&page, &page, pairs.iter().map(|(k, v)| (*k, v.as_str()))).status, 303);
    }
    let review = one.get(&format!("{draft}/review")).text();
    assert!(review.contains("Nguyễn Văn Bình") && review.contains("DK 123456"), "{review}");
    // One files it; the other's save is told so, and makes nothing.
    fill(&house, &mut one, &draft, "1.013225");
    let token = two.token(&format!("{draft}/form/owner"));
    one.post(&format!("{draft}/review"), &format!("{draft}/submit"), []).goes_to();
    let late = two.post_bare(&format!("{draft}/form/owner"), [("owner_name", "Muộn"), ("_csrf", token.as_str())]);
    assert_eq!(late.status, 404, "{}", late.text());
    assert!(late.text().contains("có thể hồ sơ đã được nộp"), "{}", late.text());
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, 1);
}

/// The slip of a dossier that was filed in English has English beside the Vietnamese; nobody else's has.
async fn who_applies_in_english_gets_both_languages(db: Db) {
    let house = House::open(db).await;
    let slip = async |lang: &str| {
        let mut browser = house.browser();
        let draft = begin(&mut browser, "1.013225");
        fill(&house, &mut browser, &draft, "1.013225");
        let to = browser.post(&format!("{draft}/review?lang={lang}"), &format!("{draft}/submit"), []).goes_to();
        let code = to.trim_start_matches("/my/").split('?').next().unwrap().to_owned();
        let received = house.actor("thu").post(&format!("/api/v1/cases/{code}/acts"), &serde_json::json!({"act": "receive", "input": {}}));
        assert_eq!(received.status, 200, "{}", received.text());
        house.effects().await;
        let state = house.it.services.desk.load_code(&code).await.unwrap().unwrap().state;
        let number = state.documents.iter().find(|d| d.document == "slip_01").unwrap().number;
        let pdf = house.actor("lan").get(&format!("/documents/{code}/slip_01/{number}")).bytes;
        (state.lang, crate::sealed::text(&house.data, &pdf))
    };
    let (lang, said) = slip("vi").await;
    assert!(lang.is_none() && said.contains("Mã hồ sơ") && !said.contains("Dossier code"), "{said}");
    let (lang, said) = slip("en").await;
    assert!(lang == Some(kernel::text::Lang::En) && said.contains("Mã hồ sơ (Dossier code)") && said.contains("Acknowledgement of receipt"), "{said}");
}
