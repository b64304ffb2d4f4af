//! Administrative documents: from the draft to the signed, sealed and delivered file, both registers, and what goes wrong on the way.

use crate::{
    dossier::Dossier,
    house::{House, MONDAY, folder, instant},
    payments::{page, post},
    sealed::pdfsig,
};
use kernel::{Actor, id::{OfficeCode, ProvinceCode}};
use signing::trial::Person;
use store::{Db, values};
use testkit::{Reply, on_each_database};

on_each_database!(a_notice_goes_out_signed_and_comes_in_elsewhere numbers_are_given_without_a_gap a_key_that_fails_loses_nothing what_is_written_badly_is_told_and_kept others_see_nothing a_letter_goes_out_without_a_number cases_and_documents_share_one_series paper_and_post_have_their_place_in_the_registers a_kind_with_its_own_layout_is_files);

pub const WARD: &str = "H29.161";
pub const ROOT: &str = "/work/documents";

/// The house, with seals for the ward and personal certificates for who drafts, checks and signs there, made at an instant.
async fn house(db: Db, made: &str) -> House {
    house_of(db, made, &[WARD]).await
}

/// With seals for these offices.
pub async fn house_of(db: Db, made: &str, seals: &[&str]) -> House {
    house_with(db, made, seals, &[]).await
}

async fn house_with(db: Db, made: &str, seals: &[&str], overlays: &[std::path::PathBuf]) -> House {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("documents");
    let province = ProvinceCode::new(phusa::demo::PROVINCE);
    let (directory, people) = (identity::Directory::new(db.province(province.clone())), phusa::demo::staff::people());
    let ids = phusa::demo::staff::install_named(&directory, &people, Actor::system(province).account).await.unwrap();
    let signers: Vec<Person> = people
        .iter()
        .zip(&ids)
        .filter(|(p, _)| ["khanh", "ha", "duc"].contains(&p.key.as_str()))
        .map(|(p, id)| Person { account: *id, name: p.name.clone(), organisation: "Ủy ban nhân dân phường".into() })
        .collect();
    let seals: Vec<(OfficeCode, String)> = seals.iter().map(|o| (OfficeCode::from(*o), "Ủy ban nhân dân phường".to_owned())).collect();
    signing::trial::prepare_with(&data.join("signing"), &seals, &signers, instant(made)).unwrap();
    House::over(db, overlays, MONDAY, data).await
}

pub fn value<'p>(page: &'p str, name: &str) -> &'p str {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap()
}

/// Where a redirect leads, without what the page is told.
pub fn place(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").split('?').next().unwrap().to_owned()
}

/// The last byte that the signature of a field is over.
fn signed_upto(said: &str, field: &str) -> u64 {
    let one = said.split("Signature #").find(|s| s.contains(field)).unwrap_or_else(|| panic!("no {field}: {said}"));
    let ranges = one.split("Signed Ranges: ").nth(1).unwrap().lines().next().unwrap();
    ranges.rsplit(" - ").next().unwrap().trim_end_matches(']').parse().unwrap()
}

/// The value of the option that names somebody.
pub fn option(page: &str, name: &str) -> String {
    let line = page.split("<option").skip(1).find(|o| o.contains(name)).unwrap_or_else(|| panic!("{name} is not offered: {page}"));
    line.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

pub fn draft(house: &House, who: &str, subject: &str, more: &[(&str, &str)]) -> String {
    draft_of(house, who, "notice", subject, more)
}

pub fn draft_of(house: &House, who: &str, kind: &str, subject: &str, more: &[(&str, &str)]) -> String {
    let form = page(&house.actor(who).get(&format!("{ROOT}/new?kind={kind}")));
    let mut pairs = vec![("act", "write"), ("kind", kind), ("id", value(&form, "id")), ("subject", subject), ("body", "Ủy ban nhân dân phường thông báo.\n# Thời gian\nTừ ngày 01 tháng 01 năm 2027.\n| TT | Việc |\n| 1 | Trực lễ |")];
    pairs.extend(more);
    let sent = post(house, who, &format!("{ROOT}/new"), &pairs);
    let (first, again) = (place(&sent), place(&post(house, who, &format!("{ROOT}/new"), &pairs)));
    assert_eq!(first, again, "the form sent twice makes one");
    first
}

pub fn submit(house: &House, who: &str, doc: &str, reviewer: Option<&str>, signer: &str) {
    let shown = page(&house.actor(who).get(doc));
    let reviewer = reviewer.map(|r| option(&shown, r)).unwrap_or_default();
    let signer = option(shown.split("id=\"f-signer\"").nth(1).unwrap(), signer);
    place(&post(house, who, doc, &[("act", "submit"), ("reviewer", &reviewer), ("signer", &signer)]));
}

pub fn act(house: &House, who: &str, doc: &str, act: &str) -> Reply {
    post(house, who, doc, &[("act", act), ("reason", "Sai nơi nhận")])
}

async fn a_notice_goes_out_signed_and_comes_in_elsewhere(db: Db) {
    let house = house(db, MONDAY).await;
    let doc = draft(&house, "duc", "Lịch trực Tết Dương lịch 2027", &[("deliver", "H29.02"), ("recipients", "Sở Xây dựng\nLưu: VT")]);
    let shown = page(&house.actor("duc").get(&doc));
    assert!(shown.contains("Dự thảo") && shown.contains("Trình ký"), "{shown}");
    let preview = house.actor("duc").get(&format!("{doc}/file"));
    assert!(preview.bytes.starts_with(b"%PDF") && !pdfsig(&house.data, &preview.bytes).contains("Signature #1"));
    submit(&house, "duc", &doc, Some("Đặng Thu Hà"), "Bùi Quốc Khánh");
    assert!(page(&house.actor("ha").get(ROOT)).contains("Lịch trực Tết"), "it waits for the reviewer");
    place(&act(&house, "ha", &doc, "initial"));
    assert!(page(&house.actor("khanh").get(ROOT)).contains("Chờ ký"));
    place(&act(&house, "khanh", &doc, "sign"));
    house.effects().await;
    let signed = page(&house.actor("mai").get(&doc));
    assert!(signed.contains("01/TB-UBND") && signed.contains("Chờ phát hành") && signed.contains("dùng thử, Bùi Quốc Khánh"), "{signed}");
    assert!(signed.matches("Chữ ký nháy").count() == 2 && signed.contains("dùng thử, Võ Minh Đức") && signed.contains("dùng thử, Đặng Thu Hà"), "{signed}");
    place(&act(&house, "mai", &doc, "issue"));
    place(&act(&house, "mai", &doc, "issue"));
    house.effects().await;
    house.effects().await;

    // The file bears the initials of drafter and reviewer, then both signatures, each over all before it.
    let pdf = house.actor("duc").get(&format!("{doc}/file")).bytes;
    let said = pdfsig(&house.data, &pdf);
    assert_eq!(said.matches("Signature is Valid").count(), 4, "{said}");
    let upto = ["Initials1", "Initials2", "SignerSignature", "AgencySeal"].map(|field| signed_upto(&said, field));
    assert!(upto.is_sorted(), "{said}");
    let judged = crate::sealed::pyhanko(&house.data, &pdf);
    assert_eq!((judged.matches("VALID").count(), judged.contains("INVALID")), (4, false), "{judged}");
    // Both are shown on the page, and the file is what it claims to be, signed as it is; without the pictures it would not be.
    assert_eq!(pdf.windows(11).filter(|w| w == b"/Picture Do").count(), 2);
    let archival = crate::sealed::archival(&house.data, &pdf);
    assert!(archival.starts_with("ARCHIVAL") && archival.contains("4 signatures"), "{archival}");
    let mut bare = pdf.clone();
    while let Some(at) = bare.windows(7).position(|w| w == b"/AP <</" || w == b"/AP<</N") {
        bare[at + 1] = b'X';
    }
    let faults = crate::sealed::archival(&house.data, &bare);
    assert!(faults.contains("6.3.3: a field without appearance"), "{faults}");
    let mut altered = pdf.clone();
    altered[300] ^= 1;
    assert!(!pdfsig(&house.data, &altered).contains("Signature is Valid") && crate::sealed::pyhanko(&house.data, &altered).contains("INVALID"));

    // Anybody: by the file, and by the code that is printed on it.
    let told = page(&house.browser().upload("/lookup", "/verify", &[("file", "tb.pdf", &pdf)]));
    assert!(told.contains("Mọi chữ ký đều hợp lệ") && told.contains("Có trong sổ") && told.contains("Thông báo: Lịch trực Tết Dương lịch 2027"), "{told}");
    let shown = page(&house.actor("duc").get(&doc));
    let code = shown.split("/verify/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let by_code = page(&house.nobody().get(&format!("/verify/{}", code.to_lowercase())));
    assert!(by_code.contains("01/TB-UBND") && by_code.contains("Bùi Quốc Khánh, Chủ tịch") && !by_code.contains("Trực lễ"), "{by_code}");
    assert_eq!(place(&house.browser().get(&format!("/verify?code=+{code}%2F.."))), format!("/verify/{code}"), "typed by hand");
    assert_eq!(house.nobody().get("/verify/ABCDEFGHJK").status, 404);

    // The other office's clerk registers it, its head gives it to somebody, who deals with it.
    let desk = page(&house.actor("yen").get(ROOT));
    let arrival = desk.split("/work/documents/incoming/arr_").nth(1).unwrap().split('"').next().unwrap();
    let arrival = format!("{ROOT}/incoming/arr_{arrival}");
    place(&post(&house, "yen", &arrival, &[("act", "register")]));
    let shown = page(&house.actor("hung").get(&arrival));
    assert!(shown.contains("Ủy ban nhân dân phường Xuân Hòa") && shown.contains("chữ ký số hợp lệ") && shown.contains("Phân công"), "{shown}");
    assert_eq!(house.actor("hung").get(&format!("{arrival}/file")).bytes, pdf, "the same file");
    let binh = option(&shown, "Trịnh Hòa Bình");
    place(&post(&house, "hung", &arrival, &[("act", "assign"), ("handler", &binh), ("instruction", "Bố trí trực"), ("due-day", "30"), ("due-month", "11"), ("due-year", "2026")]));
    assert!(page(&house.actor("binh").get(ROOT)).contains("Lịch trực Tết"));
    place(&post(&house, "binh", &arrival, &[("act", "done"), ("note", "Đã bố trí")]));
    let register = page(&house.actor("yen").get(&format!("{ROOT}/incoming?q=lich+truc")));
    assert!(register.contains("Đã giải quyết") && register.contains("01/TB-UBND"), "{register}");

    // From both a task may be given, by whoever may give one: the form comes filled with how the document is cited.
    for (who, at, path) in [("mai", &doc, doc.clone()), ("hung", &arrival, arrival.clone())] {
        let form = page(&house.actor(who).get(&directed(&page(&house.actor(who).get(at))).unwrap_or_else(|| panic!("{who} is not led to the form"))));
        for filled in ["01/TB-UBND", "Lịch trực Tết Dương lịch 2027", "Ủy ban nhân dân phường Xuân Hòa", &path] {
            assert!(form.contains(&format!("value=\"{filled}\"")) || form.contains(&format!(">{filled}<")), "{who} {filled}: {form}");
        }
    }
    assert_eq!(directed(&page(&house.actor("duc").get(&doc))), None, "a specialist gives no tasks");

    // Recalled, the file is still known, and says so.
    place(&act(&house, "mai", &doc, "recall"));
    assert_eq!(directed(&page(&house.actor("mai").get(&doc))), None, "nothing follows from what was recalled");
    assert!(page(&house.nobody().get(&format!("/verify/{code}"))).contains("đã bị thu hồi"));
    assert!(page(&house.browser().upload("/lookup", "/verify", &[("file", "tb.pdf", &pdf)])).contains("Đã thu hồi"));
}

/// Where the page's way to a task leads.
fn directed(page: &str) -> Option<String> {
    let href = page.split("href=\"").find(|h| h.starts_with("/work/directives/new?"))?;
    Some(href.split('"').next()?.replace("&amp;", "&"))
}

/// Many sign at once, some are returned, some numbers are kept for paper: every number of the series has its line.
async fn numbers_are_given_without_a_gap(db: Db) {
    let house = house(db, MONDAY).await;
    let docs: Vec<String> = (0..8).map(|n| draft(&house, "duc", &format!("Thông báo mục{n}"), &[])).collect();
    for doc in &docs {
        submit(&house, "duc", doc, None, "Bùi Quốc Khánh");
    }
    std::thread::scope(|threads| {
        let all: Vec<_> = docs.iter().map(|doc| threads.spawn(|| place(&act(&house, "khanh", doc, "sign")))).collect();
        let form = page(&house.actor("mai").get(&format!("{ROOT}/reserve")));
        place(&post(&house, "mai", &format!("{ROOT}/reserve"), &[("act", "reserve"), ("id", value(&form, "id")), ("kind", "decision"), ("subject", "Quyết định giấy")]));
        for one in all {
            one.join().unwrap();
        }
    });
    house.effects().await;
    // The clerk returns two; signed again they take new numbers, the old ones stay cancelled.
    for doc in &docs[..2] {
        place(&act(&house, "mai", doc, "return"));
        submit(&house, "duc", doc, None, "Bùi Quốc Khánh");
        place(&act(&house, "khanh", doc, "sign"));
    }
    house.effects().await;
    let rows = house.it.scope.query("SELECT number, fate FROM number_line WHERE province = $1 AND office = $2 ORDER BY number", values![WARD]).await.unwrap();
    let numbers: Vec<i64> = rows.iter().map(|r| r.int("number").unwrap()).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<_>>());
    assert_eq!(rows.iter().filter(|r| r.text("fate").unwrap() == "cancelled").count(), 2);
    let register = page(&house.actor("mai").get(&format!("{ROOT}/outgoing")));
    assert!(register.matches("Đã hủy số").count() == 2 && register.contains("/QĐ-UBND") && register.contains("Chưa phát hành"), "{register}");
    let found = page(&house.actor("mai").get(&format!("{ROOT}/outgoing?q=thong+bao+muc7")));
    assert!(found.contains("mục7") && !found.contains("mục6"), "{found}");
}

/// The signer's certificate has ended: nothing is issued, the number stays with the document, and a return cancels it.
async fn a_key_that_fails_loses_nothing(db: Db) {
    let house = house(db, "2020-01-06T08:00:00+07:00").await;
    let doc = draft(&house, "duc", "Họp giao ban", &[]);
    submit(&house, "duc", &doc, None, "Bùi Quốc Khánh");
    place(&act(&house, "khanh", &doc, "sign"));
    house.effects().await;
    let shown = page(&house.actor("khanh").get(&doc));
    assert!(shown.contains("Chưa ký số được") && shown.contains("không còn hiệu lực") && shown.contains("01/TB-UBND") && shown.contains("Chờ ký"), "{shown}");
    place(&act(&house, "khanh", &doc, "sign"));
    house.effects().await;
    let rows = house.it.scope.query("SELECT number FROM number_line WHERE province = $1", values![]).await.unwrap();
    assert_eq!(rows.len(), 1, "tried again under the same number");
    place(&act(&house, "khanh", &doc, "return"));
    assert!(page(&house.actor("mai").get(&format!("{ROOT}/outgoing"))).contains("Đã hủy số"));
    assert!(page(&house.actor("duc").get(&doc)).contains("Văn bản được trả lại"));
}

async fn what_is_written_badly_is_told_and_kept(db: Db) {
    let house = house(db, MONDAY).await;
    let form = page(&house.actor("duc").get(&format!("{ROOT}/new?kind=decision")));
    assert!(form.contains("Chủ tịch Ủy ban nhân dân phường Xuân Hòa"), "who decides stands there already");
    let id = value(&form, "id");
    let bad = [("act", "write"), ("kind", "decision"), ("id", id), ("subject", "<script>x</script>"), ("authority", "Chủ tịch"), ("legal_bases", "Luật"), ("articles", "Không có điều nào"), ("deliver", "H99")];
    let refused = post(&house, "duc", &format!("{ROOT}/new"), &bad);
    let text = refused.text();
    assert_eq!(refused.status, 422, "{text}");
    assert!(text.contains("Bắt đầu bằng “Điều 1.”") && text.contains("Không có cơ quan mã H99") && text.contains("Không có điều nào") && !text.contains("<script>x"), "{text}");
    let english = house.actor("duc").send("POST", &format!("{ROOT}/new?lang=en"), &[("content-type", "application/x-www-form-urlencoded")], Some(b"act=write&kind=notice&subject=&body=".to_vec()));
    assert!(english.status == 422 && english.text().contains("Fill in"), "{}", english.text());
    assert_eq!(post(&house, "duc", &format!("{ROOT}/new"), &[("kind", "nothing")]).status, 200, "the kinds to choose from");
    let doc = draft(&house, "duc", "Nghỉ lễ", &[]);
    let refused = post(&house, "duc", &doc, &[("act", "submit"), ("signer", "acct_00000000000000000000000000000001")]);
    assert!(refused.status == 422 && refused.text().contains("Chọn người ký"), "{}", refused.text());
    let refused = post(&house, "duc", &doc, &[("act", "drop"), ("reason", " ")]);
    assert!(refused.status == 422 && refused.text().contains("Ghi lý do"), "{}", refused.text());
    assert_eq!(post(&house, "duc", &doc, &[("act", "fly")]).status, 422);
    assert_eq!(post(&house, "duc", &doc, &[("act", "sign")]).status, 409, "not the drafter's");
    for path in ["/work/documents/doc_1", "/work/documents/incoming/arr_x", "/work/documents/doc_00000000000000000000000000000001/edit"] {
        assert_eq!(house.actor("duc").get(path).status, 404, "{path}");
    }
    for path in ["outgoing?year=1&series=x&below=y", "outgoing?q=%25%27", "incoming?year=99999&q=%5F%5C"] {
        assert_eq!(house.actor("mai").get(&format!("{ROOT}/{path}")).status, 200, "{path}");
    }
    // Changed, it says what is there now; given up, it is nobody's work any more.
    let edit = page(&house.actor("duc").get(&format!("{doc}/edit")));
    assert!(edit.contains("Nghỉ lễ") && edit.contains("# Thời gian"), "{edit}");
    place(&post(&house, "duc", &format!("{doc}/edit"), &[("act", "write"), ("subject", "Nghỉ Tết"), ("body", "Nội dung mới.")]));
    assert!(page(&house.actor("duc").get(&doc)).contains("Nghỉ Tết"));
    place(&act(&house, "duc", &doc, "drop"));
    assert!(page(&house.actor("duc").get(&doc)).contains("Đã bỏ"));
}

async fn others_see_nothing(db: Db) {
    let house = house(db, MONDAY).await;
    let doc = draft(&house, "duc", "Nội bộ", &[]);
    for who in ["thu", "yen", "hung", "thanh"] {
        assert_eq!(house.actor(who).get(&doc).status, 404, "{who}");
        assert_eq!(house.actor(who).get(&format!("{doc}/file")).status, 404, "{who}");
        assert_eq!(act(&house, who, &doc, "sign").status, 404, "{who}");
    }
    assert_eq!(house.actor("lan").get(ROOT).status, 403, "a citizen has no office");
    assert_eq!(house.actor("duc").get(&format!("{ROOT}/reserve")).status, 403, "only the clerk keeps the registers");
    assert!(!page(&house.actor("mai").get(&format!("{ROOT}/outgoing"))).contains("Nội bộ"), "a draft is in no register");
}

/// A public letter is signed, sealed and found like any document, and takes no number from the others.
async fn a_letter_goes_out_without_a_number(db: Db) {
    let house = house(db, MONDAY).await;
    let doc = draft_of(&house, "duc", "public_letter", "Thư cảm ơn cộng đồng doanh nghiệp", &[("to", "Cộng đồng doanh nghiệp phường"), ("farewell", "Trân trọng./.")]);
    submit(&house, "duc", &doc, None, "Bùi Quốc Khánh");
    place(&act(&house, "khanh", &doc, "sign"));
    house.effects().await;
    place(&act(&house, "mai", &doc, "issue"));
    house.effects().await;
    let shown = page(&house.actor("mai").get(&doc));
    assert!(shown.contains("Đã phát hành") && shown.contains("Không lấy số"), "{shown}");
    let pdf = house.actor("duc").get(&format!("{doc}/file")).bytes;
    assert_eq!(pdfsig(&house.data, &pdf).matches("Signature is Valid").count(), 3);
    let code = shown.split("/verify/").nth(1).unwrap().split('"').next().unwrap();
    let known = page(&house.nobody().get(&format!("/verify/{code}")));
    assert!(known.contains("Thư công") && known.contains("Bùi Quốc Khánh") && !known.contains("Số, ký hiệu"), "{known}");
    assert!(page(&house.browser().upload("/lookup", "/verify", &[("file", "thu.pdf", &pdf)])).contains("Có trong sổ"));
    let list = page(&house.actor("mai").get(&format!("{ROOT}/outgoing?series=unnumbered&q=cam+on")));
    assert!(list.contains("Thư cảm ơn") && !list.contains("Chưa phát hành"), "{list}");
    // The next document of the office is its first with a number.
    let next = draft(&house, "duc", "Họp giao ban", &[]);
    submit(&house, "duc", &next, None, "Bùi Quốc Khánh");
    place(&act(&house, "khanh", &next, "sign"));
    assert!(page(&house.actor("khanh").get(&next)).contains("01/TB-UBND"));
    place(&act(&house, "mai", &doc, "recall"));
    assert!(page(&house.actor("mai").get(&format!("{ROOT}/outgoing?series=unnumbered"))).contains("Đã thu hồi"));
}

/// The decisions of cases and the office's other documents count in one register: no number twice, and each has its line.
async fn cases_and_documents_share_one_series(db: Db) {
    let house = house(db, MONDAY).await;
    let notice = |subject: &str| {
        let doc = draft(&house, "duc", subject, &[]);
        submit(&house, "duc", &doc, None, "Bùi Quốc Khánh");
        doc
    };
    let docs = [notice("Thông báo thứ nhất"), notice("Thông báo thứ hai"), notice("Thông báo thứ ba")];
    let mut cases: Vec<Dossier<'_>> = (0..3).map(|_| Dossier::file(&house, "1.013225")).collect();
    for case in &mut cases {
        case.act("thu", "receive").act("ha", "assign").act("duc", "propose_refusal").act("ha", "review");
    }
    std::thread::scope(|threads| {
        let signed: Vec<_> = docs.iter().map(|doc| threads.spawn(|| place(&act(&house, "khanh", doc, "sign")))).collect();
        for case in &mut cases {
            case.act("khanh", "approve").act("mai", "issue");
        }
        for one in signed {
            one.join().unwrap();
        }
    });
    house.effects().await;
    let rows = house.it.scope.query("SELECT number, code FROM number_line WHERE province = $1 AND office = $2 AND series = 'outgoing' ORDER BY number", values![WARD]).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.int("number").unwrap()).collect::<Vec<_>>(), (1..=6).collect::<Vec<_>>());
    assert_eq!(rows.iter().filter(|r| !r.text("code").unwrap().is_empty()).count(), 3);
    let register = page(&house.actor("mai").get(&format!("{ROOT}/outgoing")));
    for case in &cases {
        assert!(register.contains(&case.code), "{}: {register}", case.code);
    }
    assert!(!register.contains("Nguyễn Thị Lan"), "nothing of the people: {register}");
    let found = page(&house.actor("khanh").get(&format!("{ROOT}/outgoing?q={}", cases[0].code)));
    assert!(found.contains(&format!("/work/cases/{}", cases[0].code)) && !found.contains(&cases[1].code), "{found}");
}

/// A paper signed outside, and one that came by post.
async fn paper_and_post_have_their_place_in_the_registers(db: Db) {
    let house = house(db, MONDAY).await;
    let mut mai = house.browser();
    mai.sign_in("mai", "");
    let form = page(&mai.get(&format!("{ROOT}/reserve")));
    let reserve = format!("{ROOT}/reserve");
    let doc = place(&mai.post(&reserve, &reserve, [("act", "reserve"), ("id", value(&form, "id")), ("kind", "contract"), ("subject", "Hợp đồng thuê máy")]));
    let paper = format!("{doc}/paper");
    let refused = mai.upload_with(&doc, &paper, &[("signer", "Bùi Quốc Khánh")], &[("file", "scan.pdf", b"not a pdf at all")]);
    assert!(refused.status == 422 && refused.text().contains("Hợp đồng thuê máy"), "{}", refused.text());
    let scan: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    place(&mai.upload_with(&doc, &paper, &[("signer", "Bùi Quốc Khánh")], &[("file", "scan.pdf", scan)]));
    assert!(page(&mai.get(&format!("{ROOT}/outgoing"))).contains("01/HĐ-UBND"));
    assert_eq!(house.actor("duc").get(&format!("{doc}/file")).bytes, scan);

    let entry = format!("{ROOT}/incoming/new");
    let form = page(&mai.get(&entry));
    let id = value(&form, "id").to_owned();
    let refused = mai.upload_with(&entry, &entry, &[("id", &id), ("body", ""), ("subject", "Mời họp"), ("date-day", "31"), ("date-month", "2"), ("date-year", "2026")], &[]);
    assert!(refused.status == 422 && refused.text().contains("Mời họp"), "{}", refused.text());
    let fields = [("id", id.as_str()), ("body", "Công ty Cấp nước"), ("kind", "letter"), ("number", "15/CV-CN"), ("subject", "Mời họp"), ("date-day", "20"), ("date-month", "11"), ("date-year", "2026")];
    let first = place(&mai.upload_with(&entry, &entry, &fields, &[("file", "cv.pdf", scan)]));
    assert_eq!(first, place(&mai.upload_with(&entry, &entry, &fields, &[("file", "cv.pdf", scan)])), "entered once");
    let register = page(&mai.get(&format!("{ROOT}/incoming?q=cap+nuoc")));
    assert!(register.contains("15/CV-CN") && register.contains("20/11/2026"), "{register}");
    assert!(page(&mai.get(&first)).contains("Tệp không có chữ ký số"));
}

/// What a province writes in its own way is a folder of its catalogue: a kind, its number, its form, its layout. No code knows of it.
async fn a_kind_with_its_own_layout_is_files(db: Db) {
    let overlay = folder("own-kind");
    let template = overlay.join("templates/local-bulletin");
    std::fs::create_dir_all(&template).unwrap();
    std::fs::create_dir_all(overlay.join("documents")).unwrap();
    let kinds = include_str!("../../../../catalog/documents/kinds.yaml");
    let own = "kinds:\n  - code: bulletin\n    symbol: BT\n    name: { vi: \"Bản tin\", en: \"Bulletin\" }\n    template: local-bulletin\n    numbered: true\n    series: outgoing\n    \
               legal_basis: { document: \"Quy chế của phường\", article: \"Điều 2\", verified: false }\n";
    std::fs::write(overlay.join("documents/kinds.yaml"), kinds.replacen("kinds:\n", own, 1)).unwrap();
    let forms = include_str!("../../../../catalog/documents/forms.yaml");
    std::fs::write(overlay.join("documents/forms.yaml"), forms.replacen("\nforms:\n", "\nforms:\n  local-bulletin: [subject, body, recipients]\n", 1)).unwrap();
    let notice = include_str!("../../../../catalog/templates/admin-notice/template.yaml");
    std::fs::write(template.join("template.yaml"), notice.replacen("Thông báo", "Bản tin", 2).replacen("Notice", "Bulletin", 1)).unwrap();
    std::fs::write(template.join("sample.json"), include_str!("../../../../catalog/templates/admin-notice/sample.json")).unwrap();
    std::fs::write(template.join("template.typ"), "#import \"/_lib/administrative.typ\": *\n#show: administrative\n\n#named(\"Bản tin\")\n#align(right)[Bản tin của phường, phát hành hằng tuần]\n").unwrap();
    let house = house_with(db, MONDAY, &[WARD], &[overlay]).await;
    let doc = draft_of(&house, "duc", "bulletin", "Tin tuần 47", &[]);
    submit(&house, "duc", &doc, Some("Đặng Thu Hà"), "Bùi Quốc Khánh");
    place(&act(&house, "ha", &doc, "initial"));
    place(&act(&house, "khanh", &doc, "sign"));
    house.effects().await;
    place(&act(&house, "mai", &doc, "issue"));
    house.effects().await;
    house.effects().await;
    assert!(page(&house.actor("mai").get(&doc)).contains("01/BT-UBND"));
    let pdf = house.actor("duc").get(&format!("{doc}/file")).bytes;
    assert_eq!(pdfsig(&house.data, &pdf).matches("Signature is Valid").count(), 4);
    let read = crate::sealed::text(&house.data, &pdf);
    assert!(read.contains("BẢN TIN") && read.contains("phát hành hằng tuần") && read.contains("Tin tuần 47"), "{read}");
}
