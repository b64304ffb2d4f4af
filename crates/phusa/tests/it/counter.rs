//! The one-stop counter over HTTP: an official types for who comes in, and the citizen stays the applicant.

use crate::{
    dossier::{Dossier, example},
    house::House,
};
use serde_json::Value;
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(
    a_walk_in_is_received_in_one_go
    only_published_papers_and_counted_pages
    missing_papers_make_form_02_and_never_a_receipt
    a_proxy_names_the_authorisation
    taken_here_decided_there_and_the_paper_follows
    an_envelope_becomes_one_dossier
    paper_forms_are_keyed_once_with_their_real_time
    numbers_are_drawn_called_and_shown
    a_result_is_given_to_the_right_person
    who_has_no_number_is_taken_in_an_emergency
    the_counter_is_for_its_officials
    the_second_officer_is_told_and_loses_nothing
);

const COPY: &str = "local-certified-copy";
const LAN: &str = "079190000011";

fn page(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

fn post(house: &House, who: &str, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let body = pairs.iter().map(|(k, v)| format!("{k}={}", web::html::url_part(v))).collect::<Vec<_>>().join("&");
    house.actor(who).send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], Some(body.into_bytes()))
}

fn send(house: &House, who: &str, path: &str, fields: &[(String, String)], files: &[(&str, &str, Vec<u8>)]) -> Reply {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    for (name, file, bytes) in files {
        body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/pdf\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--frontier--\r\n");
    house.actor(who).send("POST", path, &[("content-type", "multipart/form-data; boundary=frontier")], Some(body))
}

/// A PDF that opens, of so many pages.
fn pdf(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|n| format!("{} 0 R", n + 3)).collect();
    let objects: String = (0..pages).map(|n| format!("{} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n", n + 3)).collect();
    format!("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[{}]/Count {pages}>>endobj\n{objects}trailer<</Root 1 0 R>>\n%%EOF\n", kids.join(" ")).into_bytes()
}

/// The example's answers as a form sends them, with others laid over.
fn typed(house: &House, definition: &str, over: &[(&str, &str)]) -> Vec<(String, String)> {
    let answers = example(house, definition)["answers"].as_object().unwrap().clone();
    let mut out = Vec::new();
    for (name, value) in answers {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let bits: Vec<&str> = text.split('-').collect();
        match bits.as_slice() {
            [y, m, d] if y.len() == 4 && m.len() == 2 && d.len() == 2 => {
                for (part, v) in [("day", d), ("month", m), ("year", y)] {
                    out.push((format!("{name}-{part}"), (*v).to_owned()));
                }
            }
            _ => out.push((name, text)),
        }
    }
    for (name, value) in over {
        out.retain(|(n, _)| n != name);
        out.push(((*name).to_owned(), (*value).to_owned()));
    }
    out
}

/// Lan's own certified copy, the original shown.
const OWN: [(&str, &str); 5] = [("owner_name", "Nguyễn Thị Lan"), ("owner_personal_number", LAN), ("phone", "0901000011"), ("tick-original", "shown"), ("sheets", "")];

#[track_caller]
fn begin(house: &House, definition: &str, pairs: &[(&str, &str)]) -> String {
    post(house, "thu", &format!("/work/counter/new/{definition}"), pairs).goes_to()
}

/// Types it in, and answers with the code.
#[track_caller]
fn received(house: &House, draft: &str, fields: &[(String, String)], how: &[(&str, &str)]) -> String {
    assert_eq!(send(house, "thu", draft, fields, &[]).goes_to(), format!("{draft}/review"));
    let done = post(house, "thu", &format!("{draft}/file"), how).goes_to();
    let code = done.strip_prefix("/work/counter/done/").unwrap_or_else(|| panic!("{done}"));
    assert!(!code.contains("left="), "{code}");
    code.to_owned()
}

fn seen(house: &House, who: &str, code: &str) -> Value {
    house.actor(who).get(&format!("/api/v1/cases/{code}")).ok()
}

async fn a_walk_in_is_received_in_one_go(db: Db) {
    let house = House::open(db).await;
    let text = page(&house.actor("thu").get("/work/counter?q=sao%20y%20ban%20chinh"));
    assert!(text.contains("/work/counter/new/local-certified-copy") && text.contains("Quầy một cửa"), "{text}");
    // Who came is known: nothing typed twice, and where it comes from is said.
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    let text = page(&house.actor("thu").get(&draft));
    assert!(text.contains("value=\"Nguyễn Thị Lan\"") && text.contains("tài khoản định danh") && text.contains("value=\"0901000011\""), "{text}");
    assert_eq!(send(&house, "thu", &draft, &typed(&house, COPY, &OWN), &[]).goes_to(), format!("{draft}/review"));
    let text = page(&house.actor("thu").get(&format!("{draft}/review")));
    assert!(text.contains("Tiếp nhận, in Mẫu 01") && text.contains("đã xuất trình") && text.contains("14.000"), "{text}");
    let before = house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await;
    let address = post(&house, "thu", &format!("{draft}/file"), &[("do", "receive")]).goes_to();
    assert_eq!(post(&house, "thu", &format!("{draft}/file"), &[("do", "receive")]).goes_to(), address, "pressed twice");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, before + 1);
    let code = address.strip_prefix("/work/counter/done/").unwrap();
    let text = page(&house.actor("thu").get(&address));
    assert!(text.contains(code) && text.contains("Hẹn trả kết quả") && text.contains("Thời gian nhập"), "{text}");
    let case = seen(&house, "thu", code);
    assert_eq!(case["people"]["applicant"]["name"], "Nguyễn Thị Lan");
    assert_eq!(case["people"]["assisted_by"]["name"], "Phạm Thị Thu");
    assert!(case["people"]["proxy"].is_null());
    assert_eq!((case["channel"].as_str(), case["tracks"]["handling"]["state"].as_str()), (Some("counter"), Some("processing")));
    let dossier = Dossier { house: &house, code: code.to_owned(), last: case };
    assert_eq!(dossier.documents("thu"), ["slip_01"]);
    assert_eq!(dossier.story("thu"), ["file", "receive", "file-document"]);
    // The citizen finds the dossier in her own account.
    assert_eq!(seen(&house, "lan", code)["people"]["applicant"]["name"], "Nguyễn Thị Lan");
    for kind in ["counter.begun", "counter.filed"] {
        let sql: &'static str = if kind == "counter.begun" { "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'counter.begun'" } else { "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'counter.filed'" };
        assert_eq!(house.count(sql).await, 1, "{kind}");
    }
    let text = page(&house.actor("thu").get(&format!("/work/cases/{code}")));
    assert!(text.contains("Đã xuất trình tại quầy"), "the case's page tells how it came in");
    house.sound(code).await;
}

async fn only_published_papers_and_counted_pages(db: Db) {
    let house = House::open(db).await;
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    let mut fields = typed(&house, COPY, &OWN);
    fields.push(("tick-household_book".into(), "scanned".into()));
    let refused = send(&house, "thu", &draft, &fields, &[]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Nghị định 118/2025/NĐ-CP, Điều 5"), "{}", refused.text());
    // Three pages of paper, two in the scan: kept, and not accepted.
    let fields = |pages: &str| typed(&house, COPY, &[OWN[0], OWN[1], OWN[2], ("tick-original", "scanned"), ("pages-original", pages)]);
    let refused = send(&house, "thu", &draft, &fields("3"), &[("file-original", "bang.pdf", pdf(2))]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("giấy có 3 trang, tệp quét có 2 trang") && refused.text().contains("bang.pdf"), "{}", refused.text());
    assert!(refused.text().contains("value=\"Nguyễn Thị Lan\""), "nothing typed is lost");
    let accepted = send(&house, "thu", &draft, &fields("2"), &[]);
    assert_eq!(accepted.goes_to(), format!("{draft}/review"), "the scan was kept");
    // Scanned again with all pages: the new file takes the place of the old one.
    assert_eq!(send(&house, "thu", &draft, &fields("3"), &[("file-original", "bang-3.pdf", pdf(3))]).goes_to(), format!("{draft}/review"));
    let code = received(&house, &draft, &fields("3"), &[("do", "receive")]);
    let case = seen(&house, "thu", &code);
    let names: Vec<&str> = case["files"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bang-3.pdf"]);
}

async fn missing_papers_make_form_02_and_never_a_receipt(db: Db) {
    let house = House::open(db).await;
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    let fields = typed(&house, COPY, &[OWN[0], OWN[1], OWN[2], ("tick-original", "none")]);
    assert_eq!(send(&house, "thu", &draft, &fields, &[]).goes_to(), format!("{draft}/review"));
    let text = page(&house.actor("thu").get(&format!("{draft}/review")));
    assert!(text.contains("Hồ sơ còn thiếu giấy tờ") && !text.contains("Tiếp nhận, in Mẫu 01"), "{text}");
    let before = house.journal().await;
    assert_eq!(post(&house, "thu", &format!("{draft}/file"), &[("do", "receive")]).status, 422);
    assert_eq!(post(&house, "thu", &format!("{draft}/file"), &[("do", "supplement"), ("reason", "Thiếu bản chính")]).status, 422, "nothing ticked");
    let strange = post(&house, "thu", &format!("{draft}/file"), &[("do", "supplement"), ("defects.tick", "household_book"), ("reason", "Thiếu sổ hộ khẩu")]);
    assert_eq!(strange.status, 422);
    assert!(strange.text().contains("Điều 5"), "{}", strange.text());
    assert_eq!(house.journal().await, before);
    let code = received(&house, &draft, &fields, &[("do", "supplement"), ("defects.tick", "original"), ("reason", "Chưa mang bản chính để đối chiếu")]);
    let case = seen(&house, "thu", &code);
    assert_eq!(case["tracks"]["handling"]["state"], "supplementing_intake");
    let dossier = Dossier { house: &house, code, last: case };
    assert_eq!(dossier.documents("thu"), ["slip_02"]);
    // And form 03, with a specific reason.
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    let fields = typed(&house, COPY, &OWN);
    assert_eq!(send(&house, "thu", &draft, &fields, &[]).status, 303);
    assert_eq!(post(&house, "thu", &format!("{draft}/file"), &[("do", "refuse"), ("refusal", "Không")]).status, 422);
    let code = received(&house, &draft, &fields, &[("do", "refuse"), ("refusal", "Bản chính bị tẩy xóa, không được chứng thực")]);
    assert_eq!(seen(&house, "thu", &code)["tracks"]["handling"]["state"], "refused");
}

async fn a_proxy_names_the_authorisation(db: Db) {
    let house = House::open(db).await;
    let unknown = post(&house, "thu", &format!("/work/counter/new/{COPY}"), &[("number", "079085000077"), ("channel", "counter")]);
    assert_eq!(unknown.status, 422);
    assert!(unknown.text().contains("Hệ thống chưa biết số này"), "{}", unknown.text());
    assert_eq!(post(&house, "thu", &format!("/work/counter/new/{COPY}"), &[("number", "12345"), ("channel", "counter")]).status, 422);
    let draft = begin(&house, COPY, &[("number", "079085000077"), ("name", "Trần Văn Bảy"), ("channel", "counter")]);
    let refused = send(&house, "thu", &draft, &typed(&house, COPY, &OWN), &[]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Trần Văn Bảy") && refused.text().contains("giấy ủy quyền"), "{}", refused.text());
    let mut fields = typed(&house, COPY, &OWN);
    fields.push(("authorisation".into(), "Giấy ủy quyền số 12/2026, UBND phường Xuân Hòa chứng thực ngày 20/11/2026".into()));
    let code = received(&house, &draft, &fields, &[("do", "receive")]);
    let people = seen(&house, "thu", &code)["people"].clone();
    let name = |who: &str| people[who]["name"].as_str().unwrap().to_owned();
    assert_eq!([name("applicant"), name("owner"), name("proxy"), name("assisted_by")], ["Trần Văn Bảy", "Nguyễn Thị Lan", "Trần Văn Bảy", "Phạm Thị Thu"]);
    // The next time the counter knows the number from that dossier.
    let draft = begin(&house, COPY, &[("number", "079085000077"), ("channel", "counter")]);
    assert!(page(&house.actor("thu").get(&draft)).contains("Trần Văn Bảy"));
}

async fn taken_here_decided_there_and_the_paper_follows(db: Db) {
    let house = House::open(db).await;
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    let fields = typed(&house, COPY, &[OWN[0], OWN[1], OWN[2], OWN[3], ("commune", "27664"), ("sheets", "3")]);
    let code = received(&house, &draft, &fields, &[("do", "receive")]);
    let found = house.it.services.desk.load_code(&code).await.unwrap().unwrap();
    let offices = &found.state.offices;
    assert_eq!((offices.helped.as_ref().unwrap().as_str(), offices.received.as_str()), ("H29.161", "H29.161"));
    assert_ne!(offices.decides.as_str(), "H29.161");
    assert_eq!(found.state.track("handling"), "processing");
    let list = page(&house.actor("thu").get("/work/counter/bundles"));
    assert!(list.contains(&code) && list.contains("đang chuyển") && list.contains("(1, trễ 0)"), "{list}");
    // One working day: due Wednesday morning, for Tuesday 24 November 2026 is a holiday.
    house.set("2026-11-25T16:00:00+07:00");
    assert!(page(&house.actor("thu").get("/work/counter/bundles")).contains("(1, trễ 1)"));
    let id = list.split("/work/counter/bundles/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let hand = |sheets: &str| post(&house, "thu", &format!("/work/counter/bundles/{id}/hand"), &[(&format!("giver-{id}"), "Phạm Thị Thu"), (&format!("receiver-{id}"), "Lê Văn Tám"), (&format!("sheets-{id}"), sheets)]);
    assert_eq!(hand("2").status, 422, "counted wrong");
    assert_eq!(hand("3").goes_to(), "/work/counter/bundles");
    assert_eq!(hand("3").status, 422, "handed over already");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'counter.papers-handed-over'").await, 1);
    assert!(page(&house.actor("thu").get(&format!("/work/cases/{code}"))).contains("Phạm Thị Thu → Lê Văn Tám"));
    // Not one's own: not there.
    assert_eq!(post(&house, "quyen", &format!("/work/counter/bundles/{id}/hand"), &[]).status, 404);
}

async fn an_envelope_becomes_one_dossier(db: Db) {
    let house = House::open(db).await;
    let arrive = |tracking: &str| post(&house, "thu", "/work/counter/post", &[("tracking", tracking), ("sender", "Nguyễn Thị Lan"), ("arrived_at", "2026-11-23T08:10")]);
    assert_eq!(arrive("EF123456789VN").goes_to(), "/work/counter/post");
    assert_eq!(arrive("EF123456789VN").status, 409, "recorded once");
    assert_eq!(arrive("").status, 422);
    let list = page(&house.actor("thu").get("/work/counter/post"));
    assert!(list.contains("EF123456789VN") && list.contains("chờ mở") && list.contains("chưa đối chiếu"), "{list}");
    let id = list.split("/work/counter?arrival=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let code_of = "2.000635";
    let draft = begin(&house, code_of, &[("number", LAN), ("channel", "post"), ("arrival", &id)]);
    let fields = typed(&house, code_of, &[("owner_name", "Nguyễn Thị Lan"), ("owner_personal_number", LAN)]);
    let code = received(&house, &draft, &fields, &[("do", "receive")]);
    assert_eq!(seen(&house, "thu", &code)["channel"], "post");
    let list = page(&house.actor("thu").get("/work/counter/post"));
    assert!(list.contains(&code) && list.contains("Không có bưu phẩm nào chờ"), "{list}");
    let again = post(&house, "thu", &format!("/work/counter/new/{code_of}"), &[("number", LAN), ("channel", "post"), ("arrival", &id)]);
    assert_eq!(again.status, 422);
    assert!(again.text().contains(&code), "{}", again.text());
}

async fn paper_forms_are_keyed_once_with_their_real_time(db: Db) {
    let house = House::open(db).await;
    let print = post(&house, "thu", "/work/counter/outage", &[("how_many", "5")]).goes_to();
    let sheets = page(&house.actor("thu").get(&print));
    assert_eq!(sheets.matches("class=\"outage-sheet\"").count(), 5);
    let number = "H29.161-P261123-001";
    assert!(sheets.contains(number) && sheets.contains("H29.161-P261123-005"), "{sheets}");
    house.set("2026-11-23T15:30:00+07:00");
    let ask = |at: &str, reason: &str| post(&house, "thu", &format!("/work/counter/new/{COPY}"), &[("number", LAN), ("channel", "counter"), ("local", number), ("received_at", at), ("reason", reason)]);
    assert_eq!(ask("2026-11-23T09:05", "").status, 422, "a reason is required");
    assert_eq!(ask("2026-11-23T16:05", "mất kết nối từ 9 đến 15 giờ").status, 422, "not in the future");
    assert_eq!(ask("2026-11-02T09:05", "mất kết nối từ 9 đến 15 giờ").status, 422, "not that long ago");
    let (first, second) = (ask("2026-11-23T09:05", "mất kết nối từ 9 đến 15 giờ").goes_to(), ask("2026-11-23T09:05", "mất kết nối từ 9 đến 15 giờ").goes_to());
    let code = received(&house, &first, &typed(&house, COPY, &OWN), &[("do", "receive")]);
    // Received at 9:05, so due today although it was keyed after 15:00.
    let case = seen(&house, "thu", &code);
    assert_eq!(case["clocks"]["processing"]["due"], "2026-11-23T17:00:00+07:00", "{}", case["clocks"]);
    assert_eq!(ask("2026-11-23T09:05", "mất kết nối từ 9 đến 15 giờ").status, 422, "keyed already");
    // Opened twice before: the second is refused and nothing doubles.
    assert_eq!(send(&house, "thu", &second, &typed(&house, COPY, &OWN), &[]).status, 303);
    let before = house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await;
    assert_eq!(post(&house, "thu", &format!("{second}/file"), &[("do", "receive")]).status, 409);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1").await, before);
    let list = page(&house.actor("thu").get("/work/counter/outage"));
    assert!(list.contains(&code) && list.contains("mất kết nối"), "{list}");
    assert!(page(&house.actor("thu").get(&format!("/work/cases/{code}"))).contains("Nhập sau khi mất hệ thống"));
}

async fn numbers_are_drawn_called_and_shown(db: Db) {
    let house = House::open(db).await;
    let mut hall = house.browser();
    let kiosk = "/kiosk/H29.161";
    let text = page(&hall.get(kiosk));
    assert!(text.contains("Lấy số thứ tự") && text.contains("Người khuyết tật"), "{text}");
    let first = hall.post(kiosk, "/kiosk/H29.161/tickets", [("group", "A"), ("priority", "")]).goes_to();
    let elderly = hall.post(kiosk, "/kiosk/H29.161/tickets", [("group", "A"), ("priority", "elderly")]).goes_to();
    let text = page(&hall.get(&first));
    assert!(text.contains("A001") && text.contains("Còn trước bạn: <b>1</b>"), "{text}");
    assert_eq!(hall.post(kiosk, "/kiosk/H29.161/tickets", [("group", "Z")]).status, 422);
    assert_eq!(hall.get("/kiosk/H29.999").status, 404);
    let call = |window: &str| post(&house, "thu", "/work/counter/queue/next", &[("window", window), ("groups", "")]);
    call("3").goes_to();
    let text = page(&house.actor("thu").get("/work/counter/queue?window=3"));
    assert!(text.contains("<strong>A002</strong>"), "priority first: {text}");
    assert!(page(&hall.get(&elderly)).contains("<strong>3</strong>"));
    let text = page(&hall.get("/kiosk/H29.161/display"));
    assert!(text.contains("A002") && !text.contains("A001</strong>"), "{text}");
    // Nobody came; back in the line; sent on to another group.
    let id = elderly.rsplit('/').next().unwrap();
    let step = |what: &str, to: &str| post(&house, "thu", &format!("/work/counter/queue/{id}/{what}"), &[("window", "3"), ("groups", ""), ("to", to)]);
    assert_eq!(step("no-show", "").status, 303);
    assert_eq!(step("finish", "").status, 409, "it is not being served");
    assert_eq!(step("back", "").status, 303);
    call("4").goes_to();
    assert_eq!(step("transfer", "").status, 422);
    assert_eq!(step("transfer", "C").status, 303);
    let kinds = house.it.scope.query("SELECT kind FROM journal WHERE province = $1 AND stream = $2 ORDER BY version", store::values![id]).await.unwrap();
    let kinds: Vec<&str> = kinds.iter().map(|r| r.text("kind").unwrap()).collect();
    assert_eq!(kinds, ["ticket.drawn", "ticket.called", "ticket.no-show", "ticket.back", "ticket.called", "ticket.transferred"]);
    assert_eq!(post(&house, "thu", "/work/counter/queue/next", &[("window", "99")]).status, 422);
}

async fn a_result_is_given_to_the_right_person(db: Db) {
    let house = House::open(db).await;
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    let code = received(&house, &draft, &typed(&house, COPY, &OWN), &[("do", "receive")]);
    let mut case = Dossier { house: &house, code: code.clone(), last: seen(&house, "thu", &code) };
    house.follow().await;
    for (who, act) in [("duc", "appraise"), ("khanh", "approve"), ("mai", "issue")] {
        case.act(who, act);
    }
    assert_eq!(case.handling(), "finished");
    let desk = format!("/work/counter/return/{code}");
    assert!(page(&house.actor("thu").get("/work/counter/return")).contains(&code));
    // The fee is paid in cash first; the return desk gives nothing unpaid.
    let give = |pairs: &[(&str, &str)]| post(&house, "thu", &desk, pairs);
    let unpaid = give(&[("who", "own"), ("number", LAN), ("surrendered", "Giấy hẹn"), ("once", "r0")]);
    assert_eq!(unpaid.status, 409, "{}", unpaid.text());
    let found = house.it.services.desk.load_code(&code).await.unwrap().unwrap();
    let due = found.state.unpaid().next().unwrap();
    let paid = casework::Act { act: "settle_due".into(), input: serde_json::json!({"due": due.code, "amount": due.amount, "reference": "CASH-1", "how": "cash", "online": false}) };
    house.it.services.desk.perform(&kernel::Actor::system(kernel::id::ProvinceCode::new(phusa::demo::PROVINCE)), found.state.id, &paid, house.now(), None, None).await.unwrap();
    assert_eq!(give(&[("who", "own"), ("number", "079085000022"), ("surrendered", "không"), ("once", "r1")]).status, 422, "somebody else's number");
    assert_eq!(give(&[("who", "proxy"), ("number", "079085000022"), ("name", "Trần Văn Minh"), ("surrendered", "không"), ("once", "r2")]).status, 422, "no authorisation");
    assert_eq!(post(&house, "thu", &format!("{desk}/remind"), &[("how", "gọi")]).status, 422);
    assert_eq!(post(&house, "thu", &format!("{desk}/remind"), &[("how", "Gọi 0901000011, hẹn sáng mai")]).goes_to(), "/work/counter/return");
    assert!(page(&house.actor("thu").get("/work/counter/return")).contains("1 lần"));
    let given = give(&[("who", "proxy"), ("number", "079085000022"), ("name", "Trần Văn Minh"), ("authorisation", "Giấy ủy quyền số 5/2026"), ("surrendered", "Giấy hẹn trả kết quả"), ("once", "r3")]);
    assert_eq!(given.goes_to(), desk);
    let found = house.it.services.desk.load_code(&code).await.unwrap().unwrap();
    assert_eq!((found.state.track("handling"), found.state.track("delivery")), ("returned", "delivered"));
    let text = page(&house.actor("thu").get(&format!("/work/cases/{code}")));
    assert!(text.contains("Trả tại quầy") && text.contains("Giấy hẹn trả kết quả") && text.contains("Giấy ủy quyền số 5/2026"), "{text}");
    assert!(!page(&house.actor("thu").get("/work/counter/return")).contains(&code));
    house.sound(&code).await;
}

async fn who_has_no_number_is_taken_in_an_emergency(db: Db) {
    let house = House::open(db).await;
    let none = [("number", ""), ("name", "Người báo tin Phạm Thị Thu"), ("channel", "counter")];
    assert_eq!(post(&house, "thu", &format!("/work/counter/new/{COPY}"), &none).status, 422, "a certified copy needs the number");
    let draft = begin(&house, "2.000282", &none);
    let mut fields = typed(&house, "2.000282", &[]);
    fields.push(("authorisation".into(), "Người phát hiện, không cần ủy quyền".into()));
    let code = received(&house, &draft, &fields, &[("do", "receive")]);
    let case = seen(&house, "thu", &code);
    assert_eq!(case["people"]["applicant"]["name"], "Người báo tin Phạm Thị Thu");
    assert!(case["people"]["applicant"]["identifier"].is_null());
}

async fn the_counter_is_for_its_officials(db: Db) {
    let house = House::open(db).await;
    let draft = begin(&house, COPY, &[("number", LAN), ("channel", "counter")]);
    for who in ["lan", "duc", "khanh"] {
        assert_eq!(house.actor(who).get("/work/counter").status, 403, "{who}");
        assert_eq!(house.actor(who).get(&draft).status, 403, "{who}");
    }
    assert_eq!(house.actor("quyen").get(&draft).status, 404, "another official's draft");
    assert_eq!(house.actor("thu").get("/work/counter/drafts/draft_x").status, 404);
    assert_eq!(house.actor("thu").get("/work/counter/new/9.999999").status, 404);
    assert_eq!(house.actor("thu").get("/work/counter/done/H29.161-261123-9999").status, 404);
    assert_eq!(post(&house, "thu", &format!("{draft}/discard"), &[]).goes_to(), "/work/counter");
    assert_eq!(house.actor("thu").get(&draft).status, 404);
}

/// Two windows on one dossier: the second is told who was first and at what time, and finds what was typed.
async fn the_second_officer_is_told_and_loses_nothing(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "2.000635");
    let page_seen = page(&house.actor("thu").get(&format!("/work/cases/{}", case.code)));
    let version = page_seen.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    house.set("2026-11-23T10:02:00+07:00");
    case.act("thu", "receive");
    let before = house.journal().await;
    let typed = "Nơi đăng ký ghi chưa rõ phường cũ nào";
    let path = format!("/work/cases/{}/acts/ask_supplement_intake", case.code);
    let reply = post(&house, "thu", &path, &[("seen", &version), ("once", "second-window"), ("ask_supplement_intake.defects.tick", "registered_place"), ("ask_supplement_intake.reason", typed)]);
    assert_eq!(reply.status, 409);
    let text = reply.text();
    assert!(text.contains("Phạm Thị Thu vừa thay đổi hồ sơ này lúc 10:02"), "{text}");
    assert!(text.contains(typed), "what was typed is shown again");
    assert_eq!(house.journal().await, before);
}
