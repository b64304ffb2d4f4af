//! How people come to belong to an enterprise that is on the register already, how the centre keeps the register right, and the ways
//! in that lead there by links alone.

use crate::house::House;
use centre::model::{Enterprise, MemberRole, fold_enterprise};
use store::Db;
use testkit::{Browser, Reply, on_each_database};

on_each_database!(
    an_imported_firm_is_claimed_and_shows_nothing_before_the_answer
    what_a_claim_lacks_is_told_and_nothing_is_stored
    a_stranger_who_was_first_keeps_no_owner_out
    members_admit_and_remove_and_a_link_opens_once
    the_centre_corrects_with_a_reason_that_the_firm_reads
    entries_that_may_be_the_same_are_told_until_an_officer_settles_it
    the_rooms_of_a_firm_are_reached_by_links
);

const FIRM: &str = "0100112437";
const OTHER: &str = "0300588569";
const NAME: &str = "Công ty TNHH Lươn Nhập";
const CLAIM: &str = "/my-enterprises/claim";

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(who, "");
    browser
}

fn import(officer: &mut Browser, lines: &str) -> String {
    let csv = format!("Mã số thuế,Tên,Ngành,Mã xã,Loại hình\n{lines}");
    officer.upload("/centre/import", "/centre/import", &[("file", "ds.csv", csv.as_bytes())]).text()
}

fn details<'a>(code: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("kind", "enterprise"), ("code", code), ("name", name), ("vsic", "C10"), ("area", "27139"), ("founded-day", ""), ("founded-month", ""), ("founded-year", "")]
}

fn register(browser: &mut Browser, code: &str, name: &str) -> Reply {
    browser.post("/my-enterprises/new", "/my-enterprises/new", details(code, name))
}

fn claim(browser: &mut Browser, code: &str, role: &str, file: &[u8]) -> Reply {
    browser.upload_with(CLAIM, CLAIM, &[("code", code), ("role", role), ("note", "Tôi <b>là</b> chủ, gọi 0901 000 044")], &[("file", "giấy chứng nhận.pdf", file)])
}

/// A page of a PDF that nobody else sends.
fn paper(mark: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n% {mark}\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

async fn by_code(house: &House, code: &str) -> Enterprise {
    let id = centre::store::enterprise_by_code(&house.it.scope, code).await.unwrap().unwrap();
    centre::store::load(&house.it.scope, &id.to_string()).await.unwrap().unwrap()
}

async fn an_imported_firm_is_claimed_and_shows_nothing_before_the_answer(db: Db) {
    let house = House::open(db).await;
    let mut officer = signed_in(&house, "nhan");
    assert!(import(&mut officer, &format!("{FIRM},{NAME},C10,27139,DN\n")).contains("Đã nhập 1 đơn vị"));
    let id = by_code(&house, FIRM).await.id;
    let (desk, own) = (format!("/centre/enterprises/{id}"), format!("/my-enterprise/{id}"));
    // Registering it leads to the claim, with the code filled in; the firm's name is told nowhere.
    let mut owner = signed_in(&house, "luon");
    let refused = register(&mut owner, FIRM, "Công ty của tôi");
    let text = refused.text();
    assert!(refused.status == 422 && text.contains("Xin tham gia đơn vị này") && text.contains(&format!("{CLAIM}?code={FIRM}")) && !text.contains(NAME), "{text}");
    assert!(owner.get(&format!("{CLAIM}?code={FIRM}")).text().contains(&format!("value=\"{FIRM}\"")));
    let proof = paper("một");
    assert_eq!(claim(&mut owner, FIRM, "legal_representative", &proof).goes_to(), "/my-enterprises");
    let mine = owner.get("/my-enterprises").text();
    assert!(mine.contains("Chờ trả lời") && mine.contains(FIRM) && !mine.contains(NAME), "{mine}");
    for closed in [own.clone(), format!("{own}/people"), format!("{own}/data.json"), format!("{own}/support"), format!("{own}/choices")] {
        let reply = owner.get(&closed);
        assert!(matches!(reply.status, 403 | 404) && !reply.text().contains(NAME), "{closed}: {}", reply.status);
    }
    assert!(claim(&mut owner, FIRM, "staff", &proof).text().contains("đang chờ trả lời"), "one at a time");
    // A consultant keeps no register: neither the list nor the paper, and no name on the firm's page.
    let file = format!("{desk}/claims/c2/file");
    let mut consultant = signed_in(&house, "vien");
    for closed in ["/centre/enterprises/claims", file.as_str()] {
        assert_eq!(consultant.get(closed).status, 403, "{closed}");
        assert!(matches!(owner.get(closed).status, 403 | 404), "{closed}");
    }
    assert!(!consultant.get(&desk).text().contains("Lương Thị Ươn"));
    // The officer finds it by links: the register, the list, the firm, the paper.
    assert!(officer.get("/centre/enterprises").text().contains("/centre/enterprises/claims"));
    let waiting = officer.get("/centre/enterprises/claims").text();
    assert!(waiting.contains("Lương Thị Ươn") && waiting.contains(&desk), "{waiting}");
    let page = officer.get(&desk).text();
    assert!(page.contains(&file) && page.contains("Tôi &lt;b&gt;là&lt;/b&gt; chủ") && page.contains("Người đại diện theo pháp luật"), "{page}");
    assert_eq!(officer.get(&file).bytes, proof);
    // No needs a reason, which the claimant reads; then again, and yes.
    let answer = format!("{desk}/claims/c2");
    assert_eq!(officer.post(&desk, &answer, [("answer", "no"), ("reason", "")]).status, 422);
    officer.post(&desk, &answer, [("answer", "no"), ("reason", "Giấy chứng nhận đã hết hiệu lực")]).goes_to();
    assert_eq!(officer.post(&desk, &answer, [("answer", "yes"), ("reason", "")]).status, 409, "answered once");
    let mine = owner.get("/my-enterprises").text();
    assert!(mine.contains("Không được chấp nhận") && mine.contains("Giấy chứng nhận đã hết hiệu lực") && !mine.contains(NAME), "{mine}");
    claim(&mut owner, FIRM, "legal_representative", &paper("hai")).goes_to();
    officer.post(&desk, &format!("{desk}/claims/c4"), [("answer", "yes"), ("reason", "")]).goes_to();
    assert!(owner.get("/my-enterprises").text().contains(NAME) && owner.get(&own).status == 200);
    // The data of the firm are its own; who asked with which paper is not among them.
    let data = owner.get(&format!("{own}/data.json")).text();
    assert!(data.contains(NAME) && !data.contains("giấy chứng nhận.pdf") && !data.contains("079184000044"), "{data}");
    // Replayed, the journal gives what is stored.
    let e = by_code(&house, FIRM).await;
    assert_eq!(e.role_of(e.members[0]), Some(MemberRole::LegalRepresentative));
    let entries = store::journal::stream(&house.it.scope, &id.to_string()).await.unwrap();
    assert_eq!(entries.iter().fold(None, |s, x| fold_enterprise(id, s, &x.read().unwrap(), x.at)), Some(e));
    assert!(officer.get("/centre/enterprises/claims").text().contains("Không có đề nghị nào chờ trả lời"));
}

async fn what_a_claim_lacks_is_told_and_nothing_is_stored(db: Db) {
    let house = House::open(db).await;
    import(&mut signed_in(&house, "nhan"), &format!("{FIRM},{NAME},C10,27139,DN\n"));
    let mut owner = signed_in(&house, "luon");
    let journal = house.journal().await;
    let exe = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 200]].concat();
    for (code, role, file, says) in [
        ("", "staff", paper("a"), "Mã số chưa đúng"),
        ("không phải mã", "staff", paper("a"), "Mã số chưa đúng"),
        (OTHER, "staff", paper("a"), "chưa có trên danh sách"),
        (FIRM, "giám đốc", paper("a"), "Chọn bạn là ai"),
        (FIRM, "staff", exe, "Không nhận loại tệp"),
        (FIRM, "staff", Vec::new(), "trống"),
        (FIRM, "staff", [b"%PDF-1.7\n".as_slice(), &vec![b' '; 21 << 20]].concat(), "20 MB"),
    ] {
        let reply = claim(&mut owner, code, role, &file);
        assert!(reply.status == 422 && reply.text().contains(says), "{says}: {} {}", reply.status, reply.text());
        assert!(reply.text().contains("Tôi &lt;b&gt;là&lt;/b&gt; chủ"), "what was typed is kept");
    }
    let bare = owner.upload_with(CLAIM, CLAIM, &[("code", FIRM), ("role", "staff")], &[]);
    assert!(bare.status == 422 && bare.text().contains("Chọn một tệp chứng minh"), "{}", bare.text());
    assert_eq!(house.journal().await, journal);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM enterprise_claim WHERE province = $1").await, 0);
    // Typed with spaces it is the same code; who withdraws may ask again; nobody else withdraws it.
    claim(&mut owner, " 0100 112 437 ", "staff", &paper("b")).goes_to();
    let path = format!("/my-enterprises/claims/{}/c2/withdraw", by_code(&house, FIRM).await.id);
    assert_eq!(signed_in(&house, "minh").post(CLAIM, &path, []).status, 404);
    owner.post("/my-enterprises", &path, []).goes_to();
    assert!(owner.get("/my-enterprises").text().contains("Đã rút"));
    claim(&mut owner, FIRM, "staff", &paper("c")).goes_to();
}

async fn a_stranger_who_was_first_keeps_no_owner_out(db: Db) {
    let house = House::open(db).await;
    let mut stranger = signed_in(&house, "minh");
    let own = register(&mut stranger, FIRM, "Công ty bị giữ chỗ").goes_to();
    let (id, people) = (own.rsplit('/').next().unwrap().to_owned(), format!("{own}/people"));
    let (mut owner, mut officer) = (signed_in(&house, "luon"), signed_in(&house, "nhan"));
    claim(&mut owner, FIRM, "legal_representative", &paper("chủ")).goes_to();
    // The stranger hears that somebody asked, sees neither who nor with what, and answers nothing.
    let page = stranger.get(&people).text();
    assert!(page.contains("đang chờ trung tâm") && !page.contains("Lương Thị Ươn"), "{page}");
    assert_eq!(stranger.post(&people, &format!("{own}/claims/c2"), [("answer", "no"), ("reason", "Không quen người này")]).status, 403);
    let desk = format!("/centre/enterprises/{id}");
    officer.post(&desk, &format!("{desk}/claims/c2"), [("answer", "yes"), ("reason", "")]).goes_to();
    let e = by_code(&house, FIRM).await;
    let (first, head) = (e.members[0].to_string(), e.members[1].to_string());
    assert_eq!(stranger.post(&people, &people, [("member", head.as_str())]).status, 403, "a legal representative stays");
    // The centre takes the stranger off the list, with a reason that the firm reads.
    assert_eq!(officer.post(&desk, &format!("{desk}/members"), [("member", first.as_str()), ("reason", "")]).status, 422);
    officer.post(&desk, &format!("{desk}/members"), [("member", first.as_str()), ("reason", "Không chứng minh được quan hệ với đơn vị")]).goes_to();
    assert_eq!(stranger.get(&own).status, 404);
    assert!(!stranger.get("/my-enterprises").text().contains("Công ty bị giữ chỗ"));
    let page = owner.get(&people).text();
    assert!(page.contains("Không chứng minh được quan hệ với đơn vị") && page.contains("Trần Văn Minh"), "{page}");
    for path in [format!("{desk}/members"), format!("{desk}/claims/c2"), format!("{desk}/profile"), format!("{desk}/distinct")] {
        assert!(matches!(owner.post(&people, &path, [("member", head.as_str()), ("reason", "Tôi tự làm")]).status, 403 | 404), "{path}");
    }
}

async fn members_admit_and_remove_and_a_link_opens_once(db: Db) {
    let house = House::open(db).await;
    let (mut owner, mut lan, mut minh) = (signed_in(&house, "luon"), signed_in(&house, "lan"), signed_in(&house, "minh"));
    let own = register(&mut owner, FIRM, NAME).goes_to();
    let people = format!("{own}/people");
    assert!(owner.get(&own).text().contains(&people), "the firm's page leads to its people");
    claim(&mut lan, FIRM, "staff", &paper("hợp đồng")).goes_to();
    let page = owner.get(&people).text();
    assert!(page.contains("Nguyễn Thị Lan") && !page.contains("giấy chứng nhận.pdf"), "the paper is the centre's to read: {page}");
    owner.post(&people, &format!("{own}/claims/c2"), [("answer", "yes"), ("reason", "")]).goes_to();
    assert_eq!(lan.get(&own).status, 200);
    // A link: shown once, opened once, by somebody signed in.
    let shown = owner.post(&people, &format!("{people}/link"), [("role", "authorised")]).text();
    let at = shown.find(&format!("{own}/join/")).unwrap();
    let link: String = shown[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-')).collect();
    let stored = serde_json::to_string(&by_code(&house, FIRM).await).unwrap();
    assert!(!stored.contains(link.rsplit('/').next().unwrap()), "the database has its hash alone");
    assert!(matches!(house.browser().get(&link).status, 302 | 303), "signed in first");
    assert!(minh.get(&link).text().contains(NAME));
    assert_eq!(minh.post(&link, &link, []).goes_to(), own);
    assert_eq!(signed_in(&house, "hoa").get(&link).status, 404, "used");
    let shown = owner.get(&people).text();
    assert!(shown.contains("Trần Văn Minh") && shown.contains("Người được ủy quyền"), "{shown}");
    // Staff remove nobody and leave by themselves; the authorised keep the list.
    let e = by_code(&house, FIRM).await;
    let [head, staff, _] = [0, 1, 2].map(|n| e.members[n].to_string());
    assert_eq!(lan.post(&people, &people, [("member", head.as_str())]).status, 403);
    assert_eq!(lan.post(&people, &format!("{people}/link"), [("role", "staff")]).status, 403);
    minh.post(&people, &people, [("member", staff.as_str())]).goes_to();
    assert_eq!(lan.get(&own).status, 404);
    assert!(minh.get("/my-enterprises").text().contains(NAME));
    // A link that was ended, one that ran out.
    for (end, days) in [(true, 0), (false, 8)] {
        let shown = minh.post(&people, &format!("{people}/link"), [("role", "staff")]).text();
        let at = shown.find(&format!("{own}/join/")).unwrap();
        let link: String = shown[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-')).collect();
        assert_eq!(lan.get(&link).status, 200);
        if end {
            minh.post(&people, &format!("{people}/link"), [("end", "1")]).goes_to();
        }
        house.later(days * 86_400);
        let mut late = signed_in(&house, "lan");
        assert_eq!(late.get(&link).status, 404, "ended: {end}");
        minh = signed_in(&house, "minh");
        lan = late;
    }
}

async fn the_centre_corrects_with_a_reason_that_the_firm_reads(db: Db) {
    let house = House::open(db).await;
    let (mut owner, mut officer) = (signed_in(&house, "luon"), signed_in(&house, "nhan"));
    let own = register(&mut owner, FIRM, "Cty luon dong").goes_to();
    let desk = format!("/centre/enterprises/{}", own.rsplit('/').next().unwrap());
    let edit = format!("{desk}/profile");
    assert!(officer.get(&desk).text().contains(&edit));
    let mut form = details(FIRM, "Công ty TNHH Lươn Đồng");
    form.push(("address", "12 đường số 3 <i>"));
    let refused = officer.post(&edit, &edit, form.clone());
    assert!(refused.status == 422 && refused.text().contains("Ghi lý do") && refused.text().contains("Công ty TNHH Lươn Đồng"), "{}", refused.text());
    form.push(("reason", "Theo giấy chứng nhận đăng ký doanh nghiệp"));
    officer.post(&edit, &edit, form.clone()).goes_to();
    let shown = officer.get(&desk).text();
    assert!(shown.contains("Công ty TNHH Lươn Đồng") && shown.contains("12 đường số 3 &lt;i&gt;"), "{shown}");
    let told = owner.get(&format!("{own}/people")).text();
    assert!(told.contains("Sửa thông tin đơn vị") && told.contains("Theo giấy chứng nhận đăng ký doanh nghiệp"), "{told}");
    // A code that another has, a consultant, the same again.
    register(&mut owner, OTHER, "Công ty Khác").goes_to();
    let mut taken = form.clone();
    taken[1] = ("code", OTHER);
    let taken = officer.post(&edit, &edit, taken);
    assert!(taken.status == 422 && taken.text().contains("đã được đăng ký"), "{}", taken.text());
    assert_eq!(signed_in(&house, "vien").get(&edit).status, 403);
    let journal = house.journal().await;
    officer.post(&edit, &edit, form).goes_to();
    assert_eq!(house.journal().await, journal);
}

async fn entries_that_may_be_the_same_are_told_until_an_officer_settles_it(db: Db) {
    let house = House::open(db).await;
    let mut officer = signed_in(&house, "nhan");
    import(&mut officer, &format!("{FIRM},Công ty TNHH Lươn Đồng,C10,27139,DN\n"));
    // The same name in the same commune; a branch; a household with the owner's number.
    let report = import(&mut officer, &format!("{OTHER},CÔNG TY TNHH LƯƠN ĐỒNG,C10,27139,DN\n{FIRM}-001,Chi nhánh Lươn,C10,27139,DN\n079184000044,Hộ Ươn,A03,27139,Hộ kinh doanh\n"));
    assert!(report.contains("Đã nhập 3 đơn vị") && report.contains("có thể trùng") && report.contains("cùng tên, cùng xã phường") && report.contains("cùng 10 số đầu"), "{report}");
    let (first, same, branch, household) = (by_code(&house, FIRM).await, by_code(&house, OTHER).await, by_code(&house, &format!("{FIRM}-001")).await, by_code(&house, "079184000044").await);
    let desk = |e: &Enterprise| format!("/centre/enterprises/{}", e.id);
    let mut owner = signed_in(&house, "luon");
    claim(&mut owner, FIRM, "legal_representative", &paper("chủ")).goes_to();
    officer.post(&desk(&first), &format!("{}/claims/c2", desk(&first)), [("answer", "yes"), ("reason", "")]).goes_to();
    let page = officer.get(&desk(&first)).text();
    for (other, why) in [(&same, "cùng tên, cùng xã phường"), (&branch, "cùng 10 số đầu của mã số thuế"), (&household, "số định danh chủ hộ trùng")] {
        assert!(page.contains(&desk(other)) && page.contains(why), "{why}: {page}");
        assert!(officer.get(&desk(other)).text().contains(why), "told on both: {why}");
    }
    assert!(!signed_in(&house, "vien").get(&desk(&first)).text().contains("Có thể trùng"));
    // Settled with a note, on one page; gone on both, while the others stay.
    let settle = format!("{}/distinct", desk(&first));
    let id = same.id.to_string();
    assert_eq!(officer.post(&desk(&first), &settle, [("other", id.as_str()), ("reason", "")]).status, 422);
    officer.post(&desk(&first), &settle, [("other", id.as_str()), ("reason", "Hai công ty của hai chủ, đã gọi hỏi")]).goes_to();
    let page = officer.get(&desk(&first)).text();
    assert!(!page.contains("cùng tên, cùng xã phường") && page.contains("Hai công ty của hai chủ") && page.contains("cùng 10 số đầu"), "{page}");
    assert!(!officer.get(&desk(&same)).text().contains("cùng tên, cùng xã phường"));
    assert_eq!(officer.post(&desk(&first), &settle, [("other", "ent_x"), ("reason", "Không có thật")]).status, 404);
}

async fn the_rooms_of_a_firm_are_reached_by_links(db: Db) {
    let house = House::open(db).await;
    let mut owner = signed_in(&house, "luon");
    for page in ["/", "/support", "/showroom"] {
        assert!(owner.get(page).text().contains("href=\"/my-enterprises\""), "{page}");
    }
    let own = register(&mut owner, FIRM, NAME).goes_to();
    let list = owner.get("/my-enterprises").text();
    assert!(list.contains(&format!("href=\"{own}\"")) && list.contains("href=\"/showroom/contacts\"") && list.contains(&format!("href=\"{CLAIM}\"")), "{list}");
    let page = owner.get(&own).text();
    for room in ["choices", "support", "people", "size", "profile"] {
        let way = format!("{own}/{room}");
        assert!(page.contains(&format!("href=\"{way}\"")), "{room}");
        assert_eq!(owner.get(&way).status, 200, "{room}");
    }
    let mut officer = signed_in(&house, "nhan");
    let desk = format!("/centre/enterprises/{}", own.rsplit('/').next().unwrap());
    let page = officer.get(&desk).text();
    for way in [format!("{desk}/choices"), format!("/centre/support/ledger/{}", own.rsplit('/').next().unwrap())] {
        assert!(page.contains(&format!("href=\"{way}\"")), "{way}");
    }
    assert_eq!(officer.get(&format!("{desk}/choices")).status, 200);
}
