//! Several people, several devices and weak signals: who answered, what happens once, what is never overwritten.

use crate::house::House;
use centre::model::Assessment;
use store::Db;
use testkit::{Browser, Reply, on_each_database};

on_each_database!(
    a_respondent_sees_and_answers_the_sections_of_the_link_alone
    a_link_ends_when_it_is_ended_or_runs_out
    the_second_of_two_is_told_and_loses_nothing
    what_a_device_sends_twice_happens_once_and_in_order
    a_clock_years_off_breaks_nothing
    a_visit_is_noted_once_with_its_pictures
    a_framework_edited_meanwhile_leaves_the_assessment_as_it_began
    what_people_type_is_read_or_refused
    a_firm_gives_its_size_in_words_that_show_the_unit
);

const JSON: [(&str, &str); 2] = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];

fn start(browser: &mut Browser) -> String {
    let to = browser.post("/assess", "/assess/start", [("vsic", "C10"), ("framework", "dbi-2021-sme@2021"), ("enterprise", "")]).goes_to();
    to.split("/q/").next().unwrap().to_owned()
}

/// The stamp of the answer that a page shows.
fn seen(page: &str) -> String {
    page.split_once("name=\"_seen\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// Opens the question and answers it as a person does.
fn answer(browser: &mut Browser, base: &str, criterion: &str, pairs: &[(&str, &str)]) -> Reply {
    let path = format!("{base}/q/{criterion}");
    let stamp = seen(&browser.get(&path).text());
    let mut pairs = pairs.to_vec();
    pairs.push(("_seen", &stamp));
    browser.post(&path, &path, pairs)
}

/// As the script of a page sends what waited on a device.
fn send(browser: &mut Browser, page: &str, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let token = browser.token(page);
    let body: String = pairs.iter().chain(&[("_csrf", token.as_str())]).map(|(n, v)| format!("{n}={}", web::html::url_part(v))).collect::<Vec<_>>().join("&");
    browser.go("POST", path, &JSON, Some(body.into_bytes()))
}

async fn stored(house: &House) -> Assessment {
    let row = house.it.scope.query("SELECT id FROM assessment WHERE province = $1 ORDER BY id", Vec::new()).await.unwrap();
    centre::store::load(&house.it.scope, row[0].text("id").unwrap()).await.unwrap().unwrap()
}

/// Questions by choosing: (section, code, options), one of each section.
fn choices(house: &House) -> Vec<(String, String, Vec<String>)> {
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap();
    let mut all: Vec<(String, String, Vec<String>)> = Vec::new();
    for p in f.criteria().filter(|p| p.scale.options.len() > 2) {
        if all.iter().all(|x| x.0 != p.dimension.code) {
            all.push((p.dimension.code.clone(), p.criterion.code.clone(), p.scale.options.iter().map(|o| o.code.clone()).collect()));
        }
    }
    all
}

/// The address in the page that shows a link once.
fn link(page: &str) -> String {
    let at = page.find("/assess/i/").unwrap_or_else(|| panic!("no link in {page}"));
    page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect()
}

fn invite(browser: &mut Browser, at: &str, name: &str, sections: &[&str], days: &str) -> Reply {
    let page = format!("{at}/people");
    let mut pairs = vec![("name", name), ("days", days)];
    pairs.extend(sections.iter().map(|s| ("sections", *s)));
    browser.post(&page, &page, pairs)
}

async fn a_respondent_sees_and_answers_the_sections_of_the_link_alone(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    let at = start(&mut owner);
    let all = choices(&house);
    let (own, other) = (&all[0], &all[1]);
    for (name, sections, days, says) in [("", vec![own.0.as_str()], "7", "Ghi tên hoặc vai trò"), ("Hoa", vec![], "7", "Chọn ít nhất một phần"), ("Hoa", vec!["no-such"], "7", "Chọn ít nhất một phần"), ("Hoa", vec![own.0.as_str()], "3650", "Chọn thời hạn")] {
        let refused = invite(&mut owner, &at, name, &sections, days);
        assert!(refused.status == 422 && refused.text().contains(says), "{says}: {}", refused.text());
    }
    let shown = invite(&mut owner, &at, "Ke\u{302}\u{301} toán – chị Hoa <b>", &[&own.0], "7");
    let theirs = link(&shown.text());
    // Nothing of the database opens the link: only its hash is there.
    let secret = theirs.rsplit('/').next().unwrap();
    let a = stored(&house).await;
    assert!(!serde_json::to_string(&a).unwrap().contains(secret));
    let mut hoa = house.browser();
    let overview = hoa.get(&theirs).text();
    assert!(overview.contains("Kế toán – chị Hoa &lt;b&gt;") && overview.contains(&format!("/q/{}", own.1)) && !overview.contains(&format!("/q/{}", other.1)), "{overview}");
    for closed in [format!("{theirs}/q/{}", other.1), format!("{theirs}/result"), format!("{theirs}/people"), theirs.replace("/i/", "/a/")] {
        assert_eq!(hoa.get(&closed).status, 404, "{closed}");
    }
    let page = format!("{theirs}/q/{}", own.1);
    assert_eq!(hoa.post(&page, &format!("{theirs}/q/{}", other.1), [("value", other.2[1].as_str())]).status, 404);
    assert_eq!(hoa.upload(&page, &format!("{theirs}/q/{}/evidence", other.1), &[("file", "hd.pdf", b"%PDF-1.7")]).status, 404);
    answer(&mut hoa, &theirs, &own.1, &[("value", &own.2[2]), ("respondent", "Giám đốc")]).goes_to();
    let a = stored(&house).await;
    let trace = &a.traces[&own.1];
    assert_eq!((trace.by.as_str(), trace.invite.as_deref(), trace.version), ("Kế toán – chị Hoa <b>", Some("i1"), a.version), "the name is the invitation's");
    // The owner sees who did what.
    answer(&mut owner, &at, &other.1, &[("value", &other.2[1]), ("respondent", "Anh Sáu")]).goes_to();
    let people = owner.get(&format!("{at}/people")).text();
    assert!(people.contains("Kế toán – chị Hoa &lt;b&gt; (1)") && people.contains("Anh Sáu (1)"), "{people}");
    // Replayed, the journal gives what is stored.
    let a = stored(&house).await;
    let entries = store::journal::stream(&house.it.scope, &a.id.to_string()).await.unwrap();
    assert_eq!(entries.iter().fold(None, |s, e| centre::model::fold_assessment(a.id, s, &e.read().unwrap(), e.at)), Some(a));
}

async fn a_link_ends_when_it_is_ended_or_runs_out(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    let at = start(&mut owner);
    let all = choices(&house);
    let first = link(&invite(&mut owner, &at, "Giám đốc", &[&all[0].0], "7").text());
    let second = link(&invite(&mut owner, &at, "Kỹ thuật", &[&all[0].0, &all[1].0], "14").text());
    let mut guest = house.browser();
    let page = format!("{first}/q/{}", all[0].1);
    let token = guest.token(&page);
    owner.post(&format!("{at}/people"), &format!("{at}/people/i1/end"), []).goes_to();
    assert_eq!(guest.get(&first).status, 404);
    let late = guest.post_bare(&page, [("value", all[0].2[1].as_str()), ("_csrf", token.as_str()), ("_seen", "0")]);
    assert_eq!(late.status, 404, "a page that stayed open does not answer either");
    assert_eq!(guest.get(&second).status, 200, "other links stay");
    house.later(14 * 86_400 - 1);
    assert_eq!(guest.get(&second).status, 200);
    house.later(2);
    assert_eq!(guest.get(&second).status, 404);
    assert_eq!(owner.post(&format!("{at}/people"), &format!("{at}/people/i9/end"), []).status, 404);
    assert!(owner.get(&format!("{at}/people")).text().contains("Đã hết hạn"));
    assert!(stored(&house).await.answers.is_empty());
}

async fn the_second_of_two_is_told_and_loses_nothing(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    let at = start(&mut owner);
    let (section, code, options) = choices(&house).remove(0);
    let theirs = link(&invite(&mut owner, &at, "Kế toán", &[&section], "7").text());
    let mut hoa = house.browser();
    // Both have the page open; she is first.
    let page = format!("{at}/q/{code}");
    let stamp = seen(&owner.get(&page).text());
    answer(&mut hoa, &theirs, &code, &[("value", &options[1])]).goes_to();
    let typed = [("value", options[2].as_str()), ("note", "Tôi đã xem tận nơi 🐟"), ("_seen", stamp.as_str())];
    let second = owner.post(&page, &page, typed);
    let text = second.text();
    assert_eq!(second.status, 409);
    assert!(text.contains("Kế toán đã đổi câu này lúc 08:30"), "{text}");
    assert!(text.contains("Tôi đã xem tận nơi 🐟") && text.contains(&format!("value=\"{}\" checked", options[2])), "nothing typed is lost: {text}");
    assert_eq!(stored(&house).await.answers[&code].value, Some(scoring::Given::Text(options[1].clone())), "not overwritten");
    // Having seen hers, pressing again is a decision.
    let stamp = seen(&text);
    owner.post(&page, &page, [("value", options[2].as_str()), ("_seen", &stamp)]).goes_to();
    assert_eq!(stored(&house).await.answers[&code].value, Some(scoring::Given::Text(options[2].clone())));
    // The same answer by both is no conflict.
    let same = hoa.post(&format!("{theirs}/q/{code}"), &format!("{theirs}/q/{code}"), [("value", options[2].as_str()), ("_seen", "2")]);
    assert_eq!(same.status, 303);
    // Twenty at once: one is taken, the others are told.
    let stamp = seen(&owner.get(&page).text());
    let taken: usize = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|n| {
                let (base, page, stamp, value) = (house.base.clone(), page.clone(), stamp.clone(), options[n % 2].clone());
                scope.spawn(move || Browser::new(&base).post(&page, &page, [("value", value.as_str()), ("note", &n.to_string()), ("_seen", &stamp)]).status)
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).filter(|s| *s == 303).count()
    });
    assert_eq!(taken, 1);
}

async fn what_a_device_sends_twice_happens_once_and_in_order(db: Db) {
    let house = House::open(db).await;
    let mut phone = house.browser();
    let at = start(&mut phone);
    let (section, code, options) = choices(&house).remove(0);
    let page = format!("{at}/q/{code}");
    let ms = |n: i64| (house.now().micros() / 1000 + n).to_string();
    let (first_at, second_at, sent_at) = (ms(-3_600_000), ms(-60_000), ms(0));
    let first = [("value", options[1].as_str()), ("_seen", "0"), ("_key", "0195a0b0-0001"), ("_device_at", &first_at), ("_device_sent", &sent_at)];
    let reply = send(&mut phone, &page, &page, &first);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let seen_now = reply.json()["seen"].as_str().unwrap().to_owned();
    assert_eq!(seen_now, "2");
    let journal = house.journal().await;
    for _ in 0..3 {
        let again = send(&mut phone, &page, &page, &first);
        assert_eq!((again.status, again.json()["seen"].as_str()), (200, Some("2")));
    }
    assert_eq!(house.journal().await, journal, "sent again it happens no more");
    // The second word on the same question, given later, follows the first.
    let second = [("value", options[2].as_str()), ("_seen", seen_now.as_str()), ("_key", "0195a0b0-0002"), ("_device_at", &second_at), ("_device_sent", &sent_at)];
    assert_eq!(send(&mut phone, &page, &page, &second).status, 200);
    // Somebody else answers; what waited on the phone meets that as a conflict, and the first key is still answered.
    let theirs = link(&invite(&mut phone, &at, "Kế toán", &[&section], "7").text());
    answer(&mut house.browser(), &theirs, &code, &[("value", &options[0])]).goes_to();
    let third = [("value", options[1].as_str()), ("_seen", "3"), ("_key", "0195a0b0-0003"), ("_device_at", &first_at), ("_device_sent", &sent_at)];
    let reply = send(&mut phone, &page, &page, &third);
    assert_eq!(reply.status, 409);
    let conflict = reply.json()["conflict"].clone();
    assert_eq!(conflict["by"], "Kế toán");
    assert!(conflict["at"].as_str().unwrap().contains("08:30"), "{conflict}");
    assert_eq!(send(&mut phone, &page, &page, &first).json()["seen"], "2", "a repeated word has seen no more than before");
    // Chosen by the person, it is sent with what was seen.
    let stamp = conflict["seen"].as_str().unwrap().to_owned();
    let chosen = [("value", options[1].as_str()), ("_seen", stamp.as_str()), ("_key", "0195a0b0-0003")];
    assert_eq!(send(&mut phone, &page, &page, &chosen).status, 200);
    let a = stored(&house).await;
    assert_eq!(a.answers[&code].value, Some(scoring::Given::Text(options[1].clone())));
    let device = a.traces[&code].device;
    assert_eq!(device, None, "without stamps nothing is made up");
    let wrong = send(&mut phone, &page, &page, &[("value", "no-such"), ("_key", "0195a0b0-0004")]);
    assert!(wrong.status == 422 && wrong.json()["messages"][0].as_str().is_some_and(|m| !m.is_empty()), "{}", wrong.text());
}

async fn a_clock_years_off_breaks_nothing(db: Db) {
    let house = House::open(db).await;
    let mut phone = house.browser();
    let at = start(&mut phone);
    let all = choices(&house);
    let now = house.now();
    let ms = now.micros() / 1000;
    let year = 31_536_000_000_i64;
    // (at, sent) by the phone's clock: years behind, years ahead, no clock, numbers of no calendar.
    let clocks = [
        (ms - 20 * year - 600_000, ms - 20 * year),
        (ms + 9 * year, ms + 9 * year + 600_000),
        (0, 0),
        (i64::MAX, i64::MIN),
        (i64::MIN, i64::MAX),
    ];
    for ((_, code, options), (given, sent)) in all.iter().zip(clocks) {
        let page = format!("{at}/q/{code}");
        let (given, sent) = (given.to_string(), sent.to_string());
        let pairs = [("value", options[1].as_str()), ("_seen", "0"), ("_device_at", &given), ("_device_sent", &sent), ("_key", &format!("clock-{code}"))];
        assert_eq!(send(&mut phone, &page, &page, &pairs).status, 200, "{given}");
        let shown = phone.get(&page);
        assert!(shown.status == 200 && shown.text().contains("đồng hồ máy gửi sai giờ"), "{}", shown.text());
    }
    let a = stored(&house).await;
    let order: Vec<i64> = all.iter().take(5).map(|(_, code, _)| a.traces[code].version).collect();
    assert!(order.is_sorted(), "receipt orders, not the clocks: {order:?}");
    assert!(a.traces.values().all(|t| t.at == now && t.device.is_some()), "both times are recorded");
    assert_eq!(a.traces[&all[0].1].device.unwrap().given(now), now.plus_seconds(-600), "ten minutes it waited, whatever the year");
    assert_eq!(phone.get(&format!("{at}/people")).status, 200);
    for (given, sent) in [("hôm qua", ""), ("1e30", "NaN"), ("99999999999999999999", "1"), ("<script>", "")] {
        let (_, code, options) = &all[0];
        let page = format!("{at}/q/{code}");
        let stamp = seen(&phone.get(&page).text());
        let next = if a.answers[code].value == Some(scoring::Given::Text(options[1].clone())) { &options[2] } else { &options[1] };
        assert_eq!(send(&mut phone, &page, &page, &[("value", next), ("_seen", &stamp), ("_device_at", given), ("_device_sent", sent)]).status, 200, "{given}");
    }
}

const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xaeB`\x82";

/// A multipart body as the script makes it.
fn parts(fields: &[(&str, &str)], files: &[(&str, &str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (field, name, kind, bytes) in files {
        body.extend(format!("--frontier\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--frontier--\r\n");
    body
}

async fn a_visit_is_noted_once_with_its_pictures(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    let firm = owner.post("/my-enterprises/new", "/my-enterprises/new", [("kind", "enterprise"), ("code", "0100112437"), ("name", "Công ty Lươn"), ("vsic", "C10"), ("area", "27139")]).goes_to();
    owner.post(&firm, &format!("{firm}/consents"), [("consents", "advice")]).goes_to();
    let id = firm.rsplit('/').next().unwrap().to_owned();
    let at = start(&mut owner);
    let (_, code, options) = choices(&house).remove(0);
    answer(&mut owner, &at, &code, &[("value", &options[3])]).goes_to();
    owner.post(&format!("{at}/attach"), &format!("{at}/attach"), [("enterprise", id.as_str())]).goes_to();
    owner.post(&format!("{at}/result"), &format!("{at}/submit"), []).goes_to();
    let page = format!("/centre/assessments/{}", stored(&house).await.id);
    let visit = format!("{page}/visit");
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    assert_eq!(consultant.get(&visit).status, 404, "only who has taken it");
    consultant.post(&page, &format!("{page}/assign"), []).goes_to();
    assert!(consultant.get(&visit).text().contains("Ghi chép tại chỗ"));
    let token = consultant.token(&visit);
    let path = format!("{page}/notes?_csrf={token}");
    let kind = [("content-type", "multipart/form-data; boundary=frontier"), ("accept", "application/json")];
    let note = parts(&[("text", "Máy POS ở quầy <b>còn mới</b>"), ("criterion", &code), ("_key", "note-0001-a"), ("_device_at", "1"), ("_device_sent", "2")], &[("photos", "quầy.png", "image/png", PIXEL)]);
    for _ in 0..3 {
        assert_eq!(consultant.go("POST", &path, &kind, Some(note.clone())).status, 200);
    }
    let a = stored(&house).await;
    assert_eq!((a.notes.len(), a.notes[0].photos.len(), a.notes[0].by.is_empty()), (1, 1, false));
    let shown = consultant.get(&visit).text();
    assert!(shown.contains("&lt;b&gt;còn mới&lt;/b&gt;") && shown.contains("đồng hồ máy gửi sai giờ"), "{shown}");
    let photo = format!("{page}/file/{}", a.notes[0].photos[0].file);
    assert_eq!(consultant.get(&photo).bytes, PIXEL);
    for mut other in [house.browser(), { let mut b = house.browser(); b.sign_in("minh", ""); b }, { let mut b = house.browser(); b.sign_in("quang", ""); b }] {
        assert!(matches!(other.get(&photo).status, 303 | 403 | 404));
    }
    // Neither words nor pictures; a document as a picture; without script the typed words are kept.
    assert_eq!(consultant.go("POST", &path, &kind, Some(parts(&[("text", "")], &[]))).status, 422);
    let plain = [("content-type", "multipart/form-data; boundary=frontier")];
    let refused = consultant.go("POST", &path, &plain, Some(parts(&[("text", "Ghi lâu lắm mới xong")], &[("photos", "a.pdf", "application/pdf", b"%PDF-1.7 x")])));
    assert!(refused.status == 422 && refused.text().contains("Ghi lâu lắm mới xong"), "{}", refused.text());
    // Two devices of the consultant check the same answer.
    let check = format!("{page}/check/{code}");
    let shown = consultant.get(&visit).text();
    let stamp = seen(&shown);
    let pairs = |value: &'static str, key: &'static str| [("value", options[1].clone()), ("tier", "consultant".into()), ("reason", value.to_owned()), ("_seen", stamp.clone()), ("_key", key.to_owned()), ("from", "visit".into())];
    let as_text = |pairs: &[(&str, String)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect::<Vec<_>>();
    let first = as_text(&pairs("Đã xem trang web tại chỗ", "check-0001"));
    let first: Vec<(&str, &str)> = first.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(send(&mut consultant, &visit, &check, &first).status, 200);
    assert_eq!(send(&mut consultant, &visit, &check, &first).status, 200);
    let second = as_text(&pairs("Ghi ở máy thứ hai", "check-0002"));
    let second: Vec<(&str, &str)> = second.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let conflict = send(&mut consultant, &visit, &check, &second);
    assert!(conflict.status == 409 && conflict.json()["conflict"]["at"].as_str().is_some(), "{}", conflict.text());
    let on_page = consultant.post(&visit, &check, second.iter().copied().filter(|p| p.0 != "_key"));
    assert!(on_page.status == 409 && on_page.text().contains("Ghi ở máy thứ hai"), "{}", on_page.text());
    assert_eq!(stored(&house).await.checks.len(), 1);
}

async fn a_framework_edited_meanwhile_leaves_the_assessment_as_it_began(db: Db) {
    let overlay = crate::house::folder("overlay");
    let put = |version: &str, question: &str, from: &str, to: &str| {
        let file = overlay.join(format!("frameworks/pho-{version}.yaml"));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let yaml = format!(
            "framework: pho\nversion: \"{version}\"\nkind: index\nsubject: enterprise\nname: {{vi: Quán phở số, en: Digital pho}}\nabout: {{vi: Quán nhỏ, en: Small shops}}\neffective: {{from: {from}{to}}}\noffered: true\nlocal_formula: true\nminutes: 1\nquick: [pay]\ndimensions:\n  - code: d\n    name: {{vi: Bán hàng, en: Sales}}\n    max: 2\n    groups:\n      - code: d.1\n        name: {{vi: Bán hàng, en: Sales}}\n        criteria:\n          - code: pay\n            text: {{vi: {question}, en: Question}}\n            answer:\n              type: ladder\n              options:\n                - {{code: no, points: 0, text: {{vi: Chưa, en: \"No\"}}}}\n                - {{code: all, points: 2, text: {{vi: Mọi khách, en: All}}}}\n              verified: \"no\"\n            verified: \"no\"\nlevels:\n  - {{level: 0, name: {{vi: Chưa, en: None}}, rule: \"total < 1\"}}\n  - {{level: 1, name: {{vi: Quán số, en: Digital}}, rule: \"total >= 1\"}}\n"
        );
        std::fs::write(file, yaml).unwrap();
    };
    put("1", "Câu của bản một?", "2026-01-01", "");
    let data = crate::house::folder("house");
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let house = House::over(db.clone(), std::slice::from_ref(&overlay), crate::house::MONDAY, data).await;
    let mut owner = house.browser();
    let to = owner.post("/assess", "/assess/start", [("vsic", "I56"), ("framework", "pho@1"), ("enterprise", "")]).goes_to();
    let at = to.split("/q/").next().unwrap().to_owned();
    drop(house);
    // A new edition comes out while the assessment is open.
    put("1", "Câu của bản một?", "2026-01-01", ", to: 2026-11-22");
    put("2", "Câu của bản hai?", "2026-11-23", "");
    let house = House::over(db, std::slice::from_ref(&overlay), crate::house::MONDAY, crate::house::folder("house")).await;
    let mut owner = house.browser();
    let page = owner.get(&format!("{at}/q/pay")).text();
    assert!(page.contains("Câu của bản một?") && !page.contains("Câu của bản hai?"), "{page}");
    answer(&mut owner, &at, "pay", &[("value", "all")]).goes_to();
    assert!(owner.get(&format!("{at}/result")).text().contains("Mức 1: Quán số"));
    assert_eq!(stored(&house).await.edition, "1");
    std::fs::remove_dir_all(overlay).ok();
}

async fn what_people_type_is_read_or_refused(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    let at = start(&mut owner);
    let f = house.it.centre.centre.frameworks.get("dbi-2021-sme", "2021").unwrap().clone();
    let ratio = f.criteria().find(|p| p.scale.kind == scoring::definition::ScaleType::Ratio).unwrap().criterion.code.clone();
    for (n, d) in [("12", "5"), ("150%", "100"), ("-1", "5"), ("1", "-5"), ("1,2,3", "5"), ("một", "5"), ("١", "5"), ("1", "∞")] {
        let reply = answer(&mut owner, &at, &ratio, &[("n", n), ("d", d)]);
        assert_eq!(reply.status, 422, "{n}/{d}: more than the whole, negative or no number");
        assert!(reply.text().contains(&format!("value=\"{n}\"")), "{n} is kept");
    }
    // Pasted from a word processor: markup is text, both forms of Vietnamese are one, pictures of letters stay.
    let note = "<p style=\"color:red\" onclick=\"alert(1)\">Đã có ho\u{301}a đơn 🧾👨‍👩‍👧</p><script>alert(2)</script>";
    answer(&mut owner, &at, &ratio, &[("n", "1"), ("d", "5"), ("note", note)]).goes_to();
    let page = owner.get(&format!("{at}/q/{ratio}")).text();
    assert!(page.contains("hóa đơn 🧾") && !page.contains("<script>alert(2)") && !page.contains("onclick=\"alert"), "{page}");
    let stored_note = stored(&house).await.answers[&ratio].note.clone();
    assert!(stored_note.contains("hóa đơn") && !stored_note.contains("o\u{301}"), "composed: {stored_note}");
    // 50 MB of PDF is answered on the page, and the answer typed before is still there.
    let proof = format!("{at}/q/{ratio}");
    let large = owner.upload(&proof, &format!("{proof}/evidence"), &[("file", "hợp-đồng.pdf", &[&b"%PDF-1.7\n"[..], &vec![b'x'; 50 << 20]].concat())]);
    assert!(large.status == 422 && large.text().contains("20"), "{} {}", large.status, large.text().len());
    assert!(stored(&house).await.answers[&ratio].evidence.is_empty());
}

async fn a_firm_gives_its_size_in_words_that_show_the_unit(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    let mut details = vec![("kind", "enterprise"), ("code", "0100112437"), ("name", "Công ty Lươn"), ("vsic", "C10"), ("area", "27139"), ("founded-day", "5"), ("founded-month", "2"), ("founded-year", "2024")];
    let firm = owner.post("/my-enterprises/new", "/my-enterprises/new", details.clone()).goes_to();
    let page = format!("{firm}/size");
    let mut declare = |year: &str, headcount: &str, unit: &str, revenue: &str| owner.post(&page, &page, [("year", year), ("headcount", headcount), ("women", ""), ("unit", unit), ("revenue", revenue), ("capital", "1.000")]);
    declare("2026", "0", "trieu", "4.500").goes_to();
    declare("2025", "12", "ty", "4,5").goes_to();
    for (year, headcount, unit, revenue, says) in [
        ("2023", "12", "ty", "4", "trước năm thành lập"),
        ("2026", "-3", "ty", "4", "Ghi số lao động"),
        ("2026", "mười", "ty", "4", "Ghi số lao động"),
        ("2026", "12", "ty", "4 tỷ", "Doanh thu: ghi số"),
        ("2026", "12", "ty", "99999999", "Doanh thu: ghi số"),
    ] {
        let reply = declare(year, headcount, unit, revenue);
        assert!(reply.status == 422 && reply.text().contains(says), "{says}: {}", reply.text());
    }
    let shown = owner.get(&firm).text();
    assert_eq!(shown.matches("4,50 tỷ đồng").count(), 2, "4.500 million and 4,5 billion are the same amount: {shown}");
    // A founding date after a year already declared, a commune that was merged away.
    details.retain(|p| !p.0.starts_with("founded"));
    details.extend([("founded-day", "5"), ("founded-month", "2"), ("founded-year", "2026")]);
    let edit = format!("{firm}/profile");
    let reply = owner.post(&edit, &edit, details.clone());
    assert!(reply.status == 422 && reply.text().contains("đã khai quy mô năm 2025"), "{}", reply.text());
    details.retain(|p| p.0 != "area" && !p.0.starts_with("founded"));
    details.push(("area", "26740x"));
    assert!(owner.post(&edit, &edit, details).text().contains("Chọn xã, phường"));
}
