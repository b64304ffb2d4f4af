//! Once only: forms filled from the databases of the State, papers replaced by data, results used again, and who looked.

use crate::{
    dossier::{Dossier, example, key},
    house::{House, instant},
    walk::{found, lead},
};
use casework::{definition::Channel, event::OriginKind};
use registers::{
    base::simulator::{Fault, Simulator},
    model::Outcome,
    views,
};
use serde_json::{Value, json};
use std::{collections::{BTreeMap, BTreeSet}, time::Duration};
use store::Db;
use testkit::{Browser, on_each_database};

/// What of the house goes into a message to the portal.
fn told_by() -> national_portal::message::House<'static> {
    static NO_CODES: BTreeMap<String, String> = BTreeMap::new();
    national_portal::message::House { public_url: "http://x", result_codes: &NO_CODES }
}

on_each_database!(
    a_form_is_filled_and_says_from_where
    databases_fail_and_nothing_stops
    data_stand_in_for_papers
    wrong_data_open_the_way_of_proof
    results_are_kept_and_used_again
    a_link_to_a_document_ends
    the_table_of_sources_warns
);

const LAN: &str = "079190000011";

fn databases(h: &House) -> &Simulator {
    h.it.rooms.registers.simulator.as_ref().unwrap()
}

fn begin(h: &House, person: &str, procedure: &str) -> (Browser, String) {
    let mut browser = h.browser();
    browser.sign_in(person, "next=%2F");
    let draft = browser.post(&format!("/services/{procedure}"), &format!("/services/{procedure}/start"), []).goes_to();
    (browser, draft)
}

/// Fills every section with the example of the definition, some answers replaced.
fn type_all(h: &House, browser: &mut Browser, draft: &str, procedure: &str, own: &[(&str, &str)]) {
    let mut answers = example(h, procedure)["answers"].as_object().unwrap().clone();
    for (k, v) in own {
        let typed = match *v {
            "true" => json!(true),
            "false" => json!(false),
            text => text.parse::<i64>().ok().filter(|_| k.ends_with("year")).map_or_else(|| json!(text), |n| json!(n)),
        };
        answers.insert((*k).to_owned(), typed);
    }
    let d = h.it.services.desk.rules().definitions.current(procedure, h.now().date()).unwrap().clone();
    for section in &d.form.sections {
        let told = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        let mut pairs: Vec<(String, String)> = Vec::new();
        for name in &section.fields {
            let Some(value) = answers.get(name).map(told) else { continue };
            match d.form.field(name).map(|f| f.kind) {
                Some(casework::definition::FieldKind::Date) => pairs.extend(["year", "month", "day"].iter().zip(value.split('-')).map(|(part, v)| (format!("{name}-{part}"), v.to_owned()))),
                _ => pairs.push((name.clone(), value)),
            }
        }
        let page = format!("{draft}/form/{}", section.code);
        let saved = browser.post(&page, &page, pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        assert_eq!(saved.status, 303, "{}: {}", section.code, saved.text());
    }
}

/// Lan's child: the example of birth registration with the people of the databases.
fn family() -> Vec<(&'static str, &'static str)> {
    vec![
        ("mother_declared", "true"),
        ("mother_name", "Nguyễn Thị Lan"),
        ("mother_personal_number", LAN),
        ("mother_birth_year", "1990"),
        ("mother_residence", "25 đường Lê Lợi, khu phố 3"),
        ("parents_married", "true"),
        ("father_name", "Trần Văn Minh"),
        ("father_personal_number", "079085000022"),
        ("father_birth_year", "1985"),
        ("father_residence", "25 đường Lê Lợi, khu phố 3"),
        ("requester_name", "Nguyễn Thị Lan"),
        ("requester_personal_number", LAN),
        ("requester_relation", "mother"),
        ("birth_record", "electronic"),
        ("birth_record_number", "GCS-2026-000123"),
    ]
}

/// Presses submit; the code it was filed under.
fn submit(browser: &mut Browser, draft: &str) -> String {
    let to = browser.post(&format!("{draft}/review"), &format!("{draft}/submit"), []).goes_to();
    to.trim_start_matches("/my/").split('?').next().unwrap().to_owned()
}

async fn kinds(h: &House, kind: &'static str) -> i64 {
    let sql = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = $2";
    h.it.scope.one(sql, store::values![kind]).await.unwrap().unwrap().int("n").unwrap()
}

async fn a_form_is_filled_and_says_from_where(db: Db) {
    let h = House::open(db).await;
    let (mut lan, draft) = begin(&h, "lan", "1.001193");
    assert!(lan.get(&draft).text().contains("Điền sẵn từ dữ liệu Nhà nước"));
    let page = format!("{draft}/prefill");
    // What is asked is said before it is asked, and nothing is asked by looking.
    let before = lan.get(&page).text();
    assert!(before.contains("Bạn là ai của trẻ?") && before.contains("Cơ sở dữ liệu hộ tịch điện tử"), "{before}");
    assert!(databases(&h).asked().is_empty());
    let none = lan.post(&page, &page, []);
    assert!(none.status == 422 && none.text().contains("Chọn bạn là ai"), "{}", none.text());
    let strange = lan.post(&page, &page, [("role", "aunt")]);
    assert_eq!((strange.status, databases(&h).asked().len()), (422, 0));

    let filled = lan.post(&page, &page, [("role", "mother")]).text();
    assert!(filled.contains("Đã điền 16 mục"), "{filled}");
    for said in ["Trần Văn Minh", "25 đường Lê Lợi, khu phố 3", "Nguồn: Cơ sở dữ liệu quốc gia về dân cư", "Nguồn: Cơ sở dữ liệu hộ tịch điện tử"] {
        assert!(filled.contains(said), "{said}: {filled}");
    }
    // Two questions, one to each database, for this draft and this purpose, with no more fields than the form has.
    let asked = databases(&h).asked();
    assert_eq!(asked.iter().map(|q| (q.source.as_str(), q.key.as_str())).collect::<BTreeSet<_>>(), BTreeSet::from([("civil_status", LAN), ("population", LAN)]));
    assert!(asked.iter().all(|q| draft.ends_with(&q.dossier) && q.purpose.contains("Đăng ký khai sinh") && q.procedure == "1.001193"), "{asked:?}");
    assert!(asked.iter().all(|q| !q.fields.iter().any(|f| f == "birth_place" || f == "marital_status" || f == "birth_date")), "{asked:?}");
    assert_eq!(kinds(&h, "registers.asked").await, 2);

    let father = lan.get(&format!("{draft}/form/father")).text();
    assert!(father.contains("value=\"Trần Văn Minh\"") && father.contains("value=\"1985\""), "{father}");
    assert!(father.contains("<div class=\"origin\">Nguồn: Cơ sở dữ liệu hộ tịch điện tử, "), "{father}");
    // Flagging opens the way on and says who corrects it; another person's draft is not there.
    let wrong = format!("{draft}/prefill/father_residence/wrong");
    let back = lan.post(&format!("{draft}/form/father"), &wrong, [("note", "Đã chuyển về khu phố 5")]).goes_to();
    assert_eq!(back, format!("{draft}/form/father#f-father_residence"));
    let flagged = lan.get(&format!("{draft}/form/father")).text();
    assert!(flagged.contains("đã báo sai") && flagged.contains("Ủy ban nhân dân cấp xã nơi đã đăng ký hộ tịch"), "{flagged}");
    assert_eq!(kinds(&h, "registers.flagged").await, 1);
    assert_eq!(lan.post(&format!("{draft}/form/father"), &format!("{draft}/prefill/child_name/wrong"), []).status, 404);
    let mut minh = h.browser();
    minh.sign_in("minh", "next=%2F");
    assert_eq!(minh.get(&page).status, 404);

    // Whom the data are about can see who asked; nobody else is told.
    let seen = lan.get("/my/data-access").text();
    assert!(seen.contains("Bạn (điền và nộp tờ khai)") && seen.contains("Điền sẵn tờ khai: Đăng ký khai sinh") && seen.contains("bản nháp"), "{seen}");
    assert!(minh.get("/my/data-access").text().contains("Chưa có lần tra cứu nào về bạn"));
    // Somebody else's role fills only the part about themselves.
    let (mut hoa, other) = begin(&h, "hoa", "1.001193");
    let page = format!("{other}/prefill");
    let own = hoa.post(&page, &page, [("role", "-")]).text();
    assert!(own.contains("Đã điền 3 mục") && own.contains("Lê Thị Hoa") && !own.contains("Người cha"), "{own}");
}

async fn databases_fail_and_nothing_stops(db: Db) {
    let h = House::open(db).await;
    let (mut lan, draft) = begin(&h, "lan", "1.001193");
    let page = format!("{draft}/prefill");
    let faults = [Fault::Down, Fault::Forged, Fault::Mixed, Fault::Broken, Fault::Slow(Duration::from_millis(3_600))];
    for fault in faults {
        for source in ["population", "civil_status"] {
            databases(&h).fail(source, Some(fault));
        }
        let said = lan.post(&page, &page, [("role", "mother")]);
        assert_eq!(said.status, 200);
        let said = said.text();
        assert!(said.contains("chờ cơ sở dữ liệu trả lời") && said.contains("Bạn cứ khai tiếp bằng tay") && !said.contains("Đã điền"), "{fault:?} {said}");
    }
    databases(&h).fail("population", Some(Fault::NotFound));
    databases(&h).fail("civil_status", None);
    let said = lan.post(&page, &page, [("role", "mother")]).text();
    assert!(said.contains("chưa có dữ liệu") && said.contains("Công an cấp xã nơi bạn cư trú") && said.contains("Đã điền 6 mục"), "{said}");

    // Submitted while a database is down: filed at once, our clock runs, the question waits in the queue.
    databases(&h).fail("population", Some(Fault::Down));
    type_all(&h, &mut lan, &draft, "1.001193", &family());
    let code = submit(&mut lan, &draft);
    let case = h.it.services.desk.load_code(&code).await.unwrap().unwrap();
    assert!(case.state.clocks.contains_key("intake"), "the time limit of the office runs on");
    let shown = lan.get(&format!("/my/{code}")).text();
    assert!(shown.contains("Giấy tờ được thay bằng dữ liệu") && shown.contains("Cơ quan tra cứu tiếp, bạn không phải làm gì"), "{shown}");
    let outcome = async |component: &str| {
        let dossier = views::draft_of(&h.it.scope, &code).await.unwrap().unwrap();
        views::checks_of(&h.it.scope, &dossier).await.unwrap().into_iter().find(|c| c.component == component).unwrap()
    };
    assert_eq!((outcome("residence").await.outcome, outcome("marriage_certificate").await.outcome), (Outcome::Waiting, Outcome::Found));
    // Still down: asked again and still waiting, given up by nobody.
    h.later(90);
    h.effects().await;
    assert_eq!(outcome("residence").await.outcome, Outcome::Waiting);
    databases(&h).fail("population", None);
    h.later(3600);
    h.effects().await;
    let now = outcome("residence").await;
    assert_eq!((now.outcome, now.sha256.len(), now.file.is_some()), (Outcome::Found, 64, true));
    h.sound(&code).await;
}

async fn data_stand_in_for_papers(db: Db) {
    let h = House::open(db).await;
    let (mut lan, draft) = begin(&h, "lan", "1.001193");
    type_all(&h, &mut lan, &draft, "1.001193", &family());
    let code = submit(&mut lan, &draft);
    let case = h.it.services.desk.load_code(&code).await.unwrap().unwrap();
    let given: Vec<_> = case.state.files.iter().map(|f| (f.component.as_str(), f.origin.as_ref().unwrap())).collect();
    assert_eq!(given.iter().map(|(c, o)| (*c, o.source.as_str(), o.kind)).collect::<Vec<_>>(), [("marriage_certificate", "civil_status", OriginKind::Database), ("residence", "population", OriginKind::Database)]);
    assert!(given.iter().all(|(_, o)| o.at == h.now() && o.sha256.len() == 64));
    // The hash is that of the answer: the same database says the same again.
    let residence = given[1].1.sha256.clone();
    let again = h.it.scope.query("SELECT sha256 FROM register_query WHERE province = $1 AND source = 'population'", store::values![]).await.unwrap();
    assert!(again.iter().all(|r| r.text("sha256").unwrap() == residence), "{}", again.len());
    // The portal is told that data were used again, not taken from a store.
    let told = national_portal::message::dossier(&case.definition, &case.state, &told_by());
    assert_eq!(told.papers.iter().map(|p| (p.reused, p.from_national_store)).collect::<Vec<_>>(), [(1, 0), (1, 0)]);
    // The file says what was asked and what was confirmed; the applicant may open it.
    let file = lan.get(&format!("/files/{code}/{}", case.state.files[1].file));
    assert_eq!(file.header("content-type"), "application/json");
    assert!(file.text().contains("25 đường Lê Lợi") && file.text().contains("66.7/2025"), "{}", file.text());
    // An official sees where it came from, asks again, and is seen asking.
    let mut thu = h.browser();
    thu.sign_in("thu", "next=%2F");
    assert!(thu.get(&format!("/work/cases/{code}")).text().contains("Dữ liệu thay giấy tờ"));
    let detail = format!("/work/registers/{code}");
    let page = thu.get(&detail).text();
    assert!(page.contains(&residence) && page.contains("có dữ liệu"), "{page}");
    assert_eq!(thu.post(&detail, &format!("{detail}/ask"), []).goes_to(), detail);
    let seen = lan.get("/my/data-access").text();
    assert!(seen.contains("Phạm Thị Thu") && seen.contains("phường Xuân Hòa") && seen.contains(&code), "{seen}");
    assert_eq!(lan.get(&detail).status, 403, "officials only");
    let mut tuan = h.browser();
    tuan.sign_in("tuan", "next=%2F");
    assert_eq!(tuan.get(&detail).status, 404, "another office");
    h.sound(&code).await;
}

async fn wrong_data_open_the_way_of_proof(db: Db) {
    let h = House::open(db).await;
    let (mut lan, draft) = begin(&h, "lan", "1.001193");
    // Somebody else's number is typed as the husband's name: what the register says of the marriage is not told.
    let mut answers = family();
    answers.retain(|(k, _)| *k != "father_name");
    answers.push(("father_name", "Trần Văn Khác"));
    type_all(&h, &mut lan, &draft, "1.001193", &answers);
    let papers = lan.get(&format!("{draft}/files")).text();
    assert!(papers.contains("name=\"file-marriage_certificate\""), "the paper itself can always be given: {papers}");
    let code = submit(&mut lan, &draft);
    let shown = lan.get(&format!("/my/{code}")).text();
    assert!(shown.contains("dữ liệu khác tờ khai") && shown.contains("Ủy ban nhân dân cấp xã nơi đã đăng ký hộ tịch"), "{shown}");
    assert!(shown.contains("Thông báo bổ sung"), "{shown}");
    // Monday 08:30 and eight working hours, Tuesday 24/11 being a holiday: Wednesday 08:30. At the counter one working day.
    let case = h.it.services.desk.load_code(&code).await.unwrap().unwrap();
    let room = &h.it.rooms.registers;
    for channel in [Channel::Online, Channel::Counter] {
        let (notice, due) = room.owed(channel, &case.state.offices.received, case.state.filed_at).unwrap();
        assert_eq!(due, instant("2026-11-25T08:30:00+07:00"), "{channel:?}");
        assert_eq!(notice.paper, if channel == Channel::Online { "notice" } else { "slip-02" });
    }
    assert!(case.state.files.iter().all(|f| f.component != "marriage_certificate"));
    let mut thu = h.browser();
    thu.sign_in("thu", "next=%2F");
    let page = thu.get(&format!("/work/registers/{code}")).text();
    assert!(page.contains("Trần Văn Minh") && page.contains("Trần Văn Khác") && page.contains("25/11"), "{page}");
    // The notice names the paper; the applicant gives it, though data were to replace it.
    let mut d = Dossier { house: &h, code: code.clone(), last: Value::Null };
    let mut ask = d.example("thu", "ask_supplement_intake");
    ask["input"]["defects"] = json!([{"about": "marriage_certificate", "what": "Dữ liệu hộ tịch ghi tên khác; nộp giấy chứng nhận kết hôn"}]);
    d.last = h.actor("thu").post(&d.path("/acts"), &ask).ok();
    let page = lan.get(&format!("/my/{code}/supplement")).text();
    assert!(page.contains("name=\"file-marriage_certificate\"") && !page.contains("name=\"file-residence\""), "{page}");
    assert!(!thu.get(&format!("/work/registers/{code}")).text().contains("phải báo cho người nộp"), "told already");
    h.sound(&code).await;
}

/// A disability certificate of lan's, from application to result.
async fn certified(h: &House) -> String {
    let mut body = example(h, "1.001699");
    body["answers"]["owner_name"] = json!("Nguyễn Thị Lan");
    body["answers"]["owner_personal_number"] = json!(LAN);
    let reply = h.actor("lan").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let last = reply.json();
    let case = Dossier { house: h, code: last["code"].as_str().unwrap().to_owned(), last };
    let (ended, _) = lead(case, &mut BTreeSet::new()).await;
    assert_eq!(ended.last["outcome"]["outcome"], "granted");
    h.follow().await;
    h.effects().await;
    h.follow().await;
    ended.code.clone()
}

async fn results_are_kept_and_used_again(db: Db) {
    let h = House::open(db).await;
    let code = certified(&h).await;
    let mut lan = h.browser();
    lan.sign_in("lan", "next=%2F");
    let kept = lan.get("/my/documents").text();
    assert!(kept.contains("Giấy xác nhận khuyết tật") && kept.contains("chưa có chữ ký số"), "{kept}");
    assert!(lan.get("/my/documents?q=xac+nhan+khuyet").text().contains("Giấy xác nhận khuyết tật"));
    assert!(lan.get("/my/documents?q=karaoke").text().contains("Không có giấy tờ nào khớp"));
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM personal_document WHERE province = $1").await, 1, "result only, once");
    let id = h.it.scope.one("SELECT id FROM personal_document WHERE province = $1", store::values![]).await.unwrap().unwrap().string("id").unwrap();
    let page = lan.get(&format!("/my/documents/{id}")).text();
    assert!(page.contains("chưa có mã trong danh mục kết quả") && page.contains(&code), "{page}");
    assert!(lan.get(&format!("/my/documents/{id}/file")).bytes.starts_with(b"%PDF"));

    // Another procedure asks for that certificate: one press, flagged for the portal.
    let draft = lan.post("/services/1.001653", "/services/1.001653/start", []).goes_to();
    let papers = lan.get(&format!("{draft}/files")).text();
    assert!(papers.contains("Bạn đã có giấy này, không cần tải lên"), "{papers}");
    let use_it = format!("{draft}/reuse/old_certificate/{id}");
    assert_eq!(lan.post(&format!("{draft}/files"), &use_it, []).goes_to(), format!("{draft}/files"));
    assert!(lan.get(&format!("{draft}/files")).text().contains("dùng lại"));
    type_all(&h, &mut lan, &draft, "1.001653", &[("owner_name", "Nguyễn Thị Lan"), ("owner_personal_number", LAN), ("filed_by", "owner")]);
    let second = submit(&mut lan, &draft);
    let case = h.it.services.desk.load_code(&second).await.unwrap().unwrap();
    let told = national_portal::message::dossier(&case.definition, &case.state, &told_by());
    let flags: Vec<_> = told.papers.iter().map(|p| (p.component.as_str(), p.reused, p.from_national_store)).collect();
    assert!(flags.contains(&("old_certificate", 1, 1)) && flags.contains(&("identity", 1, 0)), "{flags:?}");
    let origin = case.state.files.iter().find(|f| f.component == "old_certificate").unwrap().origin.clone().unwrap();
    assert_eq!((origin.kind, origin.source.as_str(), origin.sha256.len()), (OriginKind::Store, code.as_str(), 64));
    // It is nobody else's.
    let (mut hoa, other) = begin(&h, "hoa", "1.001653");
    assert!(hoa.get("/my/documents").text().contains("Chưa có kết quả nào"));
    assert_eq!(hoa.get(&format!("/my/documents/{id}")).status, 404);
    assert_eq!(hoa.get(&format!("/my/documents/{id}/file")).status, 404);
    assert_eq!(hoa.post(&format!("{other}/files"), &format!("{other}/reuse/old_certificate/{id}"), []).status, 404);
    assert_eq!(lan.post("/my", &format!("{draft}/reuse/identity/{id}"), []).status, 404, "the draft is filed");
    h.sound(&second).await;
    assert_eq!(found(&Dossier { house: &h, code: second, last: Value::Null }).await.state.version, 1);
}

async fn a_link_to_a_document_ends(db: Db) {
    let h = House::open(db).await;
    certified(&h).await;
    let mut lan = h.browser();
    lan.sign_in("lan", "next=%2F");
    let id = h.it.scope.one("SELECT id FROM personal_document WHERE province = $1", store::values![]).await.unwrap().unwrap().string("id").unwrap();
    let page = format!("/my/documents/{id}");
    let bad = lan.post(&page, &format!("{page}/share"), [("days", "999")]);
    assert!(bad.status == 422 && bad.text().contains("Chọn 1, 7 hoặc 30 ngày"), "{}", bad.text());
    let link = |text: &str| {
        let at = text.find("/shared/").unwrap_or_else(|| panic!("{text}"));
        text[at..].chars().take("/shared/".len() + 48).collect::<String>()
    };
    let made = lan.post(&page, &format!("{page}/share"), [("days", "7")]).text();
    let seven = link(&made);
    let one = link(&lan.post(&page, &format!("{page}/share"), [("days", "1")]).text());
    assert!(!lan.get(&page).text().contains(&seven), "the link is shown once; only its hash is kept");
    let mut nobody = h.browser();
    let shown = nobody.get(&seven);
    assert!(shown.status == 200 && shown.text().contains("Giấy xác nhận khuyết tật"), "{}", shown.text());
    assert!(nobody.get(&format!("{seven}/file")).bytes.starts_with(b"%PDF"));
    for wrong in ["/shared/x", "/shared/%00", &format!("/shared/{}", "0".repeat(48)), &seven[..seven.len() - 1]] {
        assert_eq!(nobody.get(wrong).status, 404, "{wrong}");
    }
    assert_eq!((kinds(&h, "registers.shared").await, kinds(&h, "registers.share-opened").await), (2, 1));
    h.later(25 * 3600);
    assert_eq!((nobody.get(&one).status, nobody.get(&seven).status), (404, 200));
    // Taken back by its owner, and by nobody else.
    let mut lan = h.browser();
    lan.sign_in("lan", "next=%2F");
    let sql = "SELECT id FROM document_share WHERE province = $1 ORDER BY expires_at DESC";
    let share = h.it.scope.query(sql, store::values![]).await.unwrap()[0].string("id").unwrap();
    let end = format!("{page}/share/{share}/end");
    let (mut hoa, _) = begin(&h, "hoa", "1.001653");
    assert_eq!(hoa.post("/my", &end, []).status, 404);
    assert_eq!(nobody.get(&seven).status, 200);
    assert_eq!(lan.post(&page, &end, []).goes_to(), page);
    assert_eq!((nobody.get(&seven).status, nobody.get(&format!("{seven}/file")).status), (404, 404));
    assert_eq!(lan.post(&page, &end, []).goes_to(), page, "ended twice is ended once");
    assert!(lan.get(&page).text().contains("đã thu hồi"));
    assert_eq!(kinds(&h, "registers.share-ended").await, 1);
}

async fn the_table_of_sources_warns(db: Db) {
    let h = House::open(db).await;
    let mut lan = h.browser();
    lan.sign_in("lan", "next=%2F");
    assert_eq!(lan.get("/admin/sources").status, 403);
    let mut admin = h.browser();
    admin.sign_in("admin", "next=%2F");
    let page = admin.get("/admin/sources").text();
    for said in ["Giấy chứng nhận kết hôn của cha mẹ", "Bộ Tư pháp", "Nghị quyết 66.7/2025/NQ-CP", "chưa đối chiếu", "dòng chưa đối chiếu với văn bản gốc", "chưa kết nối"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Sắp hết hiệu lực"), "97 days before");
    // Every component that a definition replaces by data has its row, and every row is of a component that is there.
    assert!(!page.contains("chưa có dòng trong bảng"), "{page}");
    let rules = h.it.services.desk.rules();
    for r in &h.it.rooms.registers.catalog.rows {
        let d = rules.definitions.current(&r.procedure, h.now().date()).unwrap_or_else(|| panic!("{}", r.procedure));
        assert!(d.component(&r.component).is_some_and(|c| c.from_database.is_some()), "{} {}", r.procedure, r.component);
        for field in r.keys.iter().filter(|k| *k != "@applicant").chain(r.expect.iter().map(|e| &e.1)).chain(r.when.iter().map(|w| &w.0)) {
            assert!(d.form.field(field).is_some(), "{} {}: no field {field}", r.procedure, r.component);
        }
    }
    for r in &h.it.rooms.registers.catalog.reuse {
        let d = rules.definitions.current(&r.procedure, h.now().date()).unwrap();
        assert!(d.component(&r.component).is_some(), "{r:?}");
        assert!(rules.definitions.current(&r.result_of, h.now().date()).unwrap().documents.contains_key(&r.document), "{r:?}");
    }
    let some = admin.get("/admin/sources?source=civil_status&q=khai+sinh").text();
    assert!(some.contains("1.001193") && !some.contains("1.004650"), "{some}");
    h.set("2026-11-30T08:00:00+07:00");
    let mut admin = h.browser();
    admin.sign_in("admin", "next=%2F");
    let page = admin.get("/admin/sources").text();
    assert!(page.contains("Sắp hết hiệu lực") && page.contains("còn 90 ngày"), "{page}");
    h.set("2027-03-01T08:00:00+07:00");
    let mut admin = h.browser();
    admin.sign_in("admin", "next=%2F");
    assert!(admin.get("/admin/sources?show=lapsing").text().contains("đã hết hiệu lực"));
}
