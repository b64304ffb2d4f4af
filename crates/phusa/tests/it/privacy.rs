//! Personal data: people see who saw their cases, ask why, decide about purposes, take their data away; breaches have their clock.

use crate::{
    dossier::{Dossier, key},
    house::House,
};
use serde_json::{Value, json};
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(
    an_official_opens_a_case_and_the_person_sees_it_and_asks_why
    every_way_of_looking_is_written_once
    an_emergency_is_told_with_its_reason
    purposes_are_decided_by_the_person
    a_refusal_of_all_offers_is_asked_before_one_is_made
    requests_run_with_their_clocks
    everything_held_is_taken_away
    a_breach_is_told_within_its_hours
    doors_of_personal_data
);

const PERMIT: &str = "1.013225";

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(who, "next=%2F");
    browser
}

async fn openings(house: &House) -> i64 {
    house.count("SELECT COUNT(*) AS n FROM privacy_access WHERE province = $1").await
}

async fn entries(house: &House) -> i64 {
    house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind IN ('privacy.opened', 'privacy.listed')").await
}

async fn an_official_opens_a_case_and_the_person_sees_it_and_asks_why(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, PERMIT);
    case.act("thu", "receive");
    let (mut duc, mut lan) = (signed_in(&house, "duc"), signed_in(&house, "lan"));
    let before = openings(&house).await;
    assert_eq!(lan.get(&format!("/my/{}", case.code)).status, 200);
    assert_eq!(openings(&house).await, before, "looking at one's own case is nobody's business");
    assert_eq!(duc.get(&format!("/work/cases/{}", case.code)).status, 200);
    let page = lan.get("/my/data-access").text();
    for said in ["Võ Minh Đức", "Mở trang hồ sơ", "Chuyên viên thụ lý của cơ quan", &case.code, "Yêu cầu giải thích"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let english = lan.get("/my/data-access?lang=en").text();
    assert!(english.contains("Opened the case") && english.contains("Ask for an explanation"), "{english}");
    lan.get("/my/data-access?lang=vi");
    // By case; somebody else reads nothing of it.
    assert!(lan.get(&format!("/my/data-access?case={}", case.code)).text().contains("Võ Minh Đức"));
    assert!(!lan.get("/my/data-access?case=H29.161-261123-9999").text().contains("Võ Minh Đức"));
    assert!(!signed_in(&house, "minh").get("/my/data-access").text().contains("Võ Minh Đức"));
    // Asking why: a case of the data protection unit, filed once.
    let entry = page.split("/my/data-access/ask?entry=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let asking = format!("/my/data-access/ask?entry={entry}");
    assert!(lan.get(&asking).text().contains("Võ Minh Đức"));
    assert_eq!(signed_in(&house, "minh").get(&asking).status, 404, "another's entry is not there");
    let fields = [("entry", entry.as_str()), ("question", "Vì sao hồ sơ của tôi được mở?")];
    let filed = lan.post(&asking, "/my/data-access/ask", fields).goes_to();
    let code = filed.trim_start_matches("/my/").trim_end_matches("?new").to_owned();
    assert!(code.starts_with("H29.11-"), "{filed}");
    assert_eq!(lan.post(&asking, "/my/data-access/ask", fields).goes_to(), filed, "pressing twice asks once");
    let page = lan.get("/my/data-access").text();
    assert!(page.contains("Đã yêu cầu:") && page.contains(&code), "{page}");
    let own = lan.get("/my/data").text();
    assert!(own.contains(&code) && own.contains("Giải thích một lần xem dữ liệu của tôi"), "{own}");
    // It stands with the data protection officer, who works on it like on any case, and with nobody of the office that looked.
    let mut van = signed_in(&house, "van");
    assert!(van.get("/work").text().contains(&code));
    assert_eq!(duc.get(&format!("/work/cases/{code}")).status, 404);
    let request = Dossier { house: &house, last: house.actor("van").get(&format!("/api/v1/cases/{code}")).ok(), code: code.clone() };
    assert_eq!(request.last["answers"]["dossier"], case.code.as_str());
    let mut request = request;
    let asked = json!({"offices": ["H29.161"], "question": "Vì sao hồ sơ được mở vào thời điểm nêu trong yêu cầu"});
    request.act("van", "accept").act_with("van", "ask_explanation", asked);
    request.act("ha", "give_explanation").act("van", "answer");
    assert_eq!(request.handling(), "done");
    house.effects().await;
    assert!(lan.get(&format!("/my/{code}")).text().contains("Đã trả lời"));
    house.sound(&code).await;
}

async fn every_way_of_looking_is_written_once(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, PERMIT);
    case.act("thu", "receive");
    let file = case.last["files"][0]["file"].as_str().unwrap().to_owned();
    let (mut thu, mut lan) = (signed_in(&house, "thu"), signed_in(&house, "lan"));
    let (rows, journal) = (openings(&house).await, entries(&house).await);
    let page = format!("/work/cases/{}", case.code);
    let looks = [page.clone(), format!("/files/{}/{file}", case.code), format!("/documents/{}/slip-06", case.code), format!("/work/find?q={}", "nguyen+thi+lan")];
    for (n, look) in looks.iter().enumerate() {
        for _ in 0..2 {
            assert_eq!(thu.get(look).status, 200, "{look}");
        }
        assert_eq!(openings(&house).await, rows + n as i64 + 1, "{look}: once, reloading is no other opening");
    }
    assert_eq!(entries(&house).await, journal + 4, "each opening is in the journal");
    // A program of the same person is another kind of look, and the controller's sight has its own right.
    house.actor("thu").get(&case.path(""));
    house.actor("thu").get(&case.path("/events"));
    house.actor("ngoc").get(&case.path("")).ok();
    let seen = lan.get("/my/data-access").text();
    for said in ["Thấy hồ sơ trong kết quả tìm kiếm", "Mẫu số 06", "Phần mềm của cơ quan đọc hồ sơ", "Mai Bảo Ngọc", "được xem mọi hồ sơ của tỉnh"] {
        assert!(seen.contains(said), "{said}: {seen}");
    }
    let now = openings(&house).await;
    house.later(60 * 11);
    thu.get(&page);
    assert_eq!(openings(&house).await, now + 1, "after the minutes of the catalogue it is another opening");
    // The head prints the register of the office: a list with the case.
    assert_eq!(signed_in(&house, "ha").get("/work/received/register").status, 200);
    assert!(lan.get("/my/data-access").text().contains("Xuất hoặc in danh sách có hồ sơ"));
    // Whoever may not see it has seen nothing.
    let now = openings(&house).await;
    signed_in(&house, "tuan").get(&page);
    house.actor("quyen").get(&case.path(""));
    assert_eq!(openings(&house).await, now);
    // Filed at the counter for somebody without an account: found by the personal number once they sign in.
    let counter = Dossier::at_the_counter(&house, "1.001193");
    thu.get(&format!("/work/cases/{}", counter.code));
    let kept = house.it.scope.query("SELECT id FROM privacy_access_of WHERE province = $1 AND subject = $2", values!["079085000077"]).await.unwrap();
    assert_eq!(kept.len(), 1);
    // Pages by key hold every row once.
    for _ in 0..60 {
        house.later(60 * 11);
        thu.get(&page);
    }
    let mut lan = signed_in(&house, "lan");
    let (mut address, mut count) = ("/my/data-access".to_owned(), 0);
    for _ in 0..10 {
        let page = lan.get(&address).text();
        count += page.matches("Mở trang hồ sơ").count();
        // The link to the other language leads back to the same page.
        let links = page.split("href=\"/my/data-access?after=").skip(1).map(|rest| rest.split('"').next().unwrap());
        match links.filter(|link| !link.contains("lang=")).last() {
            Some(next) => address = format!("/my/data-access?after={}", next.replace("&amp;", "&")),
            None => break,
        }
    }
    assert_eq!(count, 62);
}

async fn an_emergency_is_told_with_its_reason(db: Db) {
    let house = House::open(db).await;
    let case = Dossier::file(&house, PERMIT);
    let found = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
    let binh = house.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "binh").await.unwrap().unwrap();
    house.actor("binh").get(&case.path("")).refused(404, "not-found");
    let mut batch = house.it.scope.batch();
    batch.exec(
        "INSERT INTO identity_emergency (province, id, account, account_name, office, case_id, case_code, reason, opened, until) \
         VALUES ($1, 'e1', $2, $3, 'H29.02', $4, $5, 'Công trình có nguy cơ sập', $6, $7)",
        values![binh.id, binh.name.as_str(), found.state.id, case.code.as_str(), house.now(), house.now().plus_seconds(3600)],
    );
    house.it.scope.commit(batch).await.unwrap();
    house.actor("binh").get(&case.path("")).ok();
    let page = signed_in(&house, "lan").get("/my/data-access").text();
    assert!(page.contains("Trịnh Hòa Bình") && page.contains("khẩn cấp") && page.contains("Công trình có nguy cơ sập"), "{page}");
}

async fn purposes_are_decided_by_the_person(db: Db) {
    let house = House::open(db).await;
    let mut lan = signed_in(&house, "lan");
    let party = house.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "lan").await.unwrap().unwrap().party.unwrap();
    let privacy = house.it.rooms.privacy.clone();
    let page = lan.get("/my/data").text();
    for said in ["chưa đồng ý", "đang dùng, bạn chưa từ chối", "Giải quyết thủ tục hành chính", "Luật 91/2025/QH15", "chưa đối chiếu văn bản"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!privacy.allows(party, "service-research").await.unwrap(), "silence is no consent");
    assert!(privacy.allows(party, "public-services").await.unwrap() && !privacy.allows(party, "nobody-declared").await.unwrap());
    let say = |lan: &mut Browser, purpose: &str, word: &str| lan.post("/my/data", &format!("/my/data/purposes/{purpose}"), [("word", word)]);
    for _ in 0..2 {
        assert_eq!(say(&mut lan, "service-research", "given").goes_to(), "/my/data?done=said");
    }
    assert!(privacy.allows(party, "service-research").await.unwrap());
    assert!(lan.get("/my/data?done=said").text().contains("bạn đã đồng ý"));
    house.later(60);
    say(&mut lan, "service-research", "withdrawn");
    assert!(!privacy.allows(party, "service-research").await.unwrap(), "withdrawn as easily as given");
    let kinds = house.it.scope.query("SELECT kind FROM journal WHERE province = $1 AND stream = $2 ORDER BY version", values![format!("consent:{party}:service-research")]).await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|r| r.string("kind").unwrap()).collect();
    assert_eq!(kinds, ["privacy.consented", "privacy.withdrew"], "saying the same twice is one word");
    assert_eq!(say(&mut lan, "public-services", "withdrawn").status, 404, "what the law asks for is not switched off");
    assert_eq!(say(&mut lan, "nobody-declared", "given").status, 404);
    assert_eq!(say(&mut lan, "service-research", "perhaps").status, 422);
    let mut thu = signed_in(&house, "thu");
    assert_eq!(thu.get("/my/data").status, 200);
}

async fn a_refusal_of_all_offers_is_asked_before_one_is_made(db: Db) {
    let house = House::open(db).await;
    let mut lan = signed_in(&house, "lan");
    let party = house.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "lan").await.unwrap().unwrap().party.unwrap();
    let care = house.it.rooms.citizen_care.clone();
    let rule = care.catalog.offers.offers.first().unwrap().clone();
    let candidate = citizen_care::offer::Candidate {
        party,
        name: "Nguyễn Thị Lan".into(),
        phone: None,
        email: None,
        subject: String::new(),
        due: house.now().date(),
        known: Value::Null,
        earlier: None,
    };
    assert!(care.not_offered(&rule, &candidate).await.unwrap().is_none());
    lan.post("/my/data", "/my/data/purposes/proactive-services", [("word", "withdrawn")]);
    assert!(care.not_offered(&rule, &candidate).await.unwrap().is_some());
    lan.post("/my/data", "/my/data/purposes/proactive-services", [("word", "given")]);
    assert!(care.not_offered(&rule, &candidate).await.unwrap().is_none());
}

/// Every kind of request from its example, with the spans of the catalogue: 2 working days, 10, 15 or 20 and 20 days, once 15 more.
async fn requests_run_with_their_clocks(db: Db) {
    let house = House::open(db).await;
    let day = |text: &str| crate::house::instant(text).date();
    for (definition, due) in [("du-lieu-xem", "2026-12-03T00:00:00+07:00"), ("du-lieu-sua", "2026-12-03T00:00:00+07:00"), ("du-lieu-han-che", "2026-12-08T00:00:00+07:00"), ("du-lieu-xoa", "2026-12-13T00:00:00+07:00"), ("du-lieu-giai-thich", "2026-12-03T00:00:00+07:00")] {
        let request = Dossier::file(&house, definition);
        assert_eq!(request.due("first_answer").date(), day("2026-11-26T00:00:00+07:00"), "{definition}: two working days, Tuesday is a holiday");
        let kept = request.due("processing").date();
        assert!(kept >= day(due) && kept <= day(due).checked_add(jiff::Span::new().days(3)).unwrap(), "{definition}: {kept}");
    }
    let mut body = crate::dossier::example(&house, "du-lieu-han-che");
    body["answers"]["third"] = json!(true);
    let third = house.actor("lan").post_once("/api/v1/cases", &key(), &body).json();
    assert!(third["clocks"]["processing"]["due"].as_str().unwrap() >= "2026-12-13", "twenty days when somebody else must act: {}", third["clocks"]);
    let mut request = Dossier::file(&house, "du-lieu-xoa");
    request.act("van", "accept");
    let before = request.due("processing");
    request.act("van", "prolong");
    assert!(request.due("processing") >= before.plus_seconds(14 * 86_400), "one extension");
    assert!(!matches!(request.attempt("van", &json!({"act": "prolong", "input": {"reason": "Thêm lần nữa vì chưa xong"}})).status, 200..=299), "and no second one");
    request.act("van", "refuse");
    assert_eq!(request.handling(), "refused");
    house.effects().await;
    assert_eq!(request.documents("lan"), ["rejection"]);
    let mut other = Dossier::file(&house, "du-lieu-sua");
    other.act("lan", "withdraw").act("van", "stop");
    assert_eq!(other.handling(), "stopped");
    // By the citizen's own page, through the ordinary way of applying.
    let mut lan = signed_in(&house, "lan");
    let draft = lan.post("/my/data", "/services/du-lieu-xem/start", []).goes_to();
    assert!(draft.starts_with("/drafts/"), "{draft}");
    for code in [&request.code, &other.code] {
        house.sound(code).await;
    }
}

async fn everything_held_is_taken_away(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, PERMIT);
    case.act("thu", "receive");
    house.effects().await;
    let mut lan = signed_in(&house, "lan");
    signed_in(&house, "duc").get(&format!("/work/cases/{}", case.code));
    lan.post("/my/data", "/my/data/purposes/service-research", [("word", "given")]);
    assert_eq!(lan.get("/my/data/export").status, 200);
    let reply = lan.post("/my/data/export", "/my/data/export", []);
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/zip"));
    let folder = crate::house::folder("export");
    let file = folder.join("all.zip");
    std::fs::write(&file, &reply.bytes).unwrap();
    // Read by another program than the one that wrote it.
    let out = std::process::Command::new("python3").args(["-m", "zipfile", "-e", file.to_str().unwrap(), folder.to_str().unwrap()]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let all: Value = serde_json::from_slice(&std::fs::read(folder.join("du-lieu.json")).unwrap()).unwrap();
    assert_eq!(all["format"], "phusa-personal-data/1");
    assert_eq!(all["account"]["personal_number"], "079190000011");
    let kept = &all["cases"][0];
    assert_eq!(kept["code"], case.code.as_str());
    assert_eq!(kept["answers"], case.seen_by("lan")["answers"]);
    assert_eq!(all["consents"][0]["purpose"], "service-research");
    assert!(all["looks"].as_array().unwrap().iter().any(|l| l["name"] == "Võ Minh Đức"), "{}", all["looks"]);
    assert!(!all["notices"].as_array().unwrap().is_empty());
    let first = kept["files"].as_array().unwrap().iter().find(|f| f["path"].is_string()).unwrap();
    let bytes = std::fs::read(folder.join(first["path"].as_str().unwrap())).unwrap();
    use sha2::Digest as _;
    assert_eq!(hex::encode(sha2::Sha256::digest(&bytes)), first["sha256"].as_str().unwrap());
    let read = std::fs::read_to_string(folder.join("doc-toi.html")).unwrap();
    assert!(read.contains(&case.code) && read.contains("Võ Minh Đức") && !read.contains("<script"));
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'privacy.exported'").await, 1);
    // Somebody else's archive holds nothing of it.
    let mut minh = signed_in(&house, "minh");
    let other = minh.post("/my/data/export", "/my/data/export", []);
    assert!(!String::from_utf8_lossy(&other.bytes).contains(&case.code));
    std::fs::remove_dir_all(folder).unwrap();
}

async fn a_breach_is_told_within_its_hours(db: Db) {
    let house = House::open(db).await;
    let mut van = signed_in(&house, "van");
    assert!(van.get("/admin/breaches").text().contains("Chưa ghi vụ việc nào"));
    let bad = van.post("/admin/breaches/new", "/admin/breaches", [("title", "x"), ("people", "nhiều")]);
    assert_eq!(bad.status, 422);
    for said in ["Viết từ 5 đến 150 ký tự", "Chọn ít nhất một loại dữ liệu", "nhiều"] {
        assert!(bad.text().contains(said), "{said}: {}", bad.text());
    }
    let good = [
        ("title", "Gửi nhầm danh sách người nộp hồ sơ"),
        ("what", "=Một tệp danh sách được gửi nhầm tới địa chỉ ngoài cơ quan."),
        ("noticed-day", "22"),
        ("noticed-month", "11"),
        ("noticed-year", "2026"),
        ("time", "09:15"),
        ("categories", "identity"),
        ("categories", "contact"),
        ("people", "1.200"),
        ("serious", "yes"),
        ("measures", "Đã yêu cầu người nhận xóa tệp."),
    ];
    let page = van.post("/admin/breaches/new", "/admin/breaches", good).goes_to();
    let shown = van.get(&page).text();
    // Sunday 09:15 and 72 hours of the calendar: Wednesday 09:15; on Monday 08:30 there are 48 hours and 45 minutes left.
    assert!(shown.contains("còn 48 giờ 45 phút") && shown.contains("1.200"), "{shown}");
    let notice = van.get(&format!("{page}/notice"));
    assert_eq!((notice.status, notice.header("content-type")), (200, "application/pdf"), "{}", notice.text());
    // As a document of the unit: asked twice it is one, and it is signed and issued where documents are.
    let ask = format!("{page}/notice");
    let doc = van.post(&page, &ask, [("act", "draft")]).goes_to();
    assert_eq!(van.post(&page, &ask, [("act", "draft")]).goes_to(), doc);
    let draft = van.get(&doc).text();
    assert!(draft.contains("Vi phạm quy định về bảo vệ dữ liệu cá nhân") && draft.contains("Lương Thanh Trúc") && !draft.contains("Sửa dự thảo"), "{draft}");
    let signer = draft.split("id=\"f-signer\"").nth(1).unwrap().split("<option").find(|o| o.contains("Lương Thanh Trúc")).unwrap();
    let signer = signer.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    van.post(&doc, &doc, [("act", "submit"), ("signer", &signer)]);
    let (mut truc, mut duyen) = (signed_in(&house, "truc"), signed_in(&house, "duyen"));
    truc.post(&doc, &doc, [("act", "sign")]);
    house.effects().await;
    duyen.post(&doc, &doc, [("act", "issue")]);
    house.effects().await;
    let issued = van.get(&doc).text();
    assert!(issued.contains("Đã phát hành") && issued.contains("01/TB-"), "{issued}");
    let closing = van.post(&page, &page, [("step", "closed"), ("note", "Đã xử lý xong, không còn gì.")]);
    assert_eq!(closing.status, 422, "not before the authority was told");
    assert!(closing.text().contains("Chưa thông báo cơ quan có thẩm quyền"));
    house.set("2026-11-25T10:20:00+07:00");
    let mut van = signed_in(&house, "van");
    assert!(van.get("/admin/breaches").text().contains("quá hạn 1 giờ"));
    assert_eq!(van.post(&page, &page, [("step", "notified"), ("note", "12/TB-BVDL")]).goes_to(), page);
    assert!(van.get("/admin/breaches").text().contains("đã thông báo, muộn"));
    assert_eq!(van.post(&page, &page, [("step", "people-told"), ("note", "Đã nhắn tin cho 1.200 người.")]).goes_to(), page);
    assert_eq!(van.post(&page, &page, [("step", "closed"), ("note", "Người nhận đã xóa tệp và xác nhận.")]).goes_to(), page);
    assert_eq!(van.post("/admin/breaches", &page, [("step", "followed"), ("note", "Thêm một ghi chú nữa.")]).status, 409);
    let csv = van.get("/admin/breaches/register");
    assert!(csv.header("content-type").starts_with("text/csv") && csv.text().contains("12/TB-BVDL") && csv.text().contains(",'=Một tệp"), "{}", csv.text());
    let steps = house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind LIKE 'privacy.breach-%'").await;
    assert_eq!(steps, 4);
}

async fn doors_of_personal_data(db: Db) {
    let house = House::open(db).await;
    for path in ["/my/data", "/my/data/export", "/my/data-access", "/admin/breaches"] {
        let reply = house.browser().get(path);
        assert!(matches!(reply.status, 303 | 401), "{path}: {}", reply.status);
    }
    for who in ["lan", "thu", "admin", "kiem", "ngoc"] {
        let mut browser = signed_in(&house, who);
        assert_eq!(browser.get("/admin/breaches").status, 403, "{who}");
        assert_eq!(browser.get("/admin/breaches/register").status, 403, "{who}");
        assert_eq!(browser.get("/my/data").status, 200, "{who}");
    }
    let mut van = signed_in(&house, "van");
    assert_eq!(van.get("/admin/breaches/khong-co").status, 404);
    assert_eq!(van.get("/work").status, 200);
    // The unit sees requests about data and no other case.
    let case = Dossier::file(&house, PERMIT);
    house.actor("van").get(&case.path("")).refused(404, "not-found");
    let mut lan = signed_in(&house, "lan");
    assert_eq!(lan.get("/my/data-access/ask?entry=5~nothing").status, 404);
    assert_eq!(lan.get("/my/data-access/ask").status, 404);
    assert_eq!(lan.get("/my/data-access?after=~~%00&case=%22%3E").status, 200);
}
