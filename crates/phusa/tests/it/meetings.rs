//! A meeting in the whole house: officials of the directory, units of the catalogue, documents set from its templates.

use crate::house::House;
use ::meetings::{DIRECTIVE, meeting::{State, views}};
use std::collections::HashMap;
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(from_the_agenda_to_a_directive the_demonstration_has_three_meetings those_invited_are_told);

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// People of the demonstration, each in a browser of their own.
struct Room<'h> {
    house: &'h House,
    browsers: HashMap<&'static str, Browser>,
}

impl Room<'_> {
    fn browser(&mut self, who: &'static str) -> &mut Browser {
        self.browsers.entry(who).or_insert_with(|| {
            let mut browser = self.house.browser();
            browser.sign_in(who, "");
            browser
        })
    }
    /// A form that is taken; where it leads to.
    #[track_caller]
    fn does(&mut self, who: &'static str, path: &str, pairs: &[(&str, &str)]) -> String {
        let answer = self.browser(who).post(path, path, pairs.iter().copied());
        assert_eq!(answer.status, 303, "{who} {pairs:?}: {}", answer.text());
        answer.header("location").split(['?', '#']).next().unwrap().to_owned()
    }
    fn sees(&mut self, who: &'static str, path: &str) -> String {
        self.browser(who).get(path).text()
    }
}

/// The value of an option that holds these words.
fn option(page: &str, words: &str) -> String {
    let line = page.split("<option").skip(1).find(|o| o.split("</option>").next().unwrap().contains(words)).unwrap_or_else(|| panic!("{words} is not offered"));
    line.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The account of somebody found by a search.
fn found(page: &str, name: &str) -> String {
    let before = page.split(&format!(">{name}</label>")).next().unwrap();
    before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

/// A meeting that somebody of the department prepares; its address.
pub fn drafted(browser: &mut Browser, title: &str) -> String {
    let form = browser.get("/work/meetings/new").text();
    let (chair, secretary) = (option(&form, "Đỗ Mạnh Hùng"), option(&form, "Vũ Hải Yến"));
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = browser.post("/work/meetings/new", "/work/meetings/new", [
        ("act", "save"), ("id", id.as_str()), ("title", title), ("kind", "weekly"), ("chair", chair.as_str()), ("secretary", secretary.as_str()),
        ("starts-day", "26"), ("starts-month", "11"), ("starts-year", "2026"), ("starts_at", "8:00"), ("ends", "10:00"), ("place", "Phòng họp 1"), ("rows", "1"),
        ("item-0-title", "Kinh phí số hóa"),
    ]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").split(['?', '#']).next().unwrap().to_owned()
}

async fn from_the_agenda_to_a_directive(db: Db) {
    let house = House::open(db).await;
    let mut room = Room { house: &house, browsers: HashMap::new() };
    // The clerk prepares, the deputy director chairs.
    let form = room.sees("yen", "/work/meetings/new");
    let (chair, secretary) = (option(&form, "Đỗ Mạnh Hùng"), option(&form, "Vũ Hải Yến"));
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = room.does("yen", "/work/meetings/new", &[
        ("act", "save"), ("id", &id), ("title", "Họp giao ban"), ("kind", "weekly"), ("chair", &chair), ("secretary", &secretary),
        ("starts-day", "26"), ("starts-month", "11"), ("starts-year", "2026"), ("starts_at", "8:00"), ("ends", "10:00"), ("place", "Phòng họp 1"), ("rows", "1"),
        ("item-0-title", "Kinh phí số hóa"),
    ]);
    for (words, name) in [("trinh hoa binh", "Trịnh Hòa Bình"), ("so tai chinh lanh", ""), ("hua dai phuoc", "Hứa Đại Phước")] {
        let page = room.sees("yen", &format!("{path}?q={}", words.replace(' ', "+")));
        if name.is_empty() {
            assert!(page.contains("Không tìm thấy"), "every word is looked for");
            continue;
        }
        let who = found(&page, name);
        room.does("yen", &path, &[("act", "invite"), ("who", &who), ("as", "member")]);
    }
    let papers = format!("{path}/papers");
    let answer = room.browser("yen").upload_with(&path, &papers, &[("slot", "1.0"), ("paper_title", "Tờ trình")], &[("file-paper", "to-trinh.pdf", PDF)]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    room.does("yen", &path, &[("act", "send")]);
    room.does("yen", &path, &[("act", "issue"), ("template", "admin-invitation")]);
    assert_eq!(room.browser("ha").get(&path).status, 404, "a head of another office");
    assert_eq!(room.browser("tuan").get(&path).status, 404, "a colleague who is not invited");
    assert_eq!(room.browser("lan").get(&path).status, 403, "a citizen");
    // In session.
    room.does("hung", &path, &[("act", "open")]);
    for who in ["hung", "binh", "phuoc"] {
        let page = room.sees(who, &path);
        let account = page.split("name=\"account\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        room.does(who, &path, &[("act", "mark"), ("account", &account), ("way", "in_room")]);
    }
    room.does("hung", &path, &[("act", "open-poll"), ("poll_item", "1"), ("poll_text", "Thông qua tờ trình")]);
    for who in ["hung", "binh", "phuoc"] {
        room.does(who, &path, &[("act", "vote"), ("poll", "1"), ("choice", "agree")]);
    }
    room.does("hung", &path, &[("act", "close-poll"), ("poll", "1")]);
    room.does("yen", &path, &[("act", "write"), ("conclusion_item", "1"), ("conclusion", "Hoàn thiện tờ trình."), ("lead", "H29.03"), ("co-1", "H29.06"), ("due-day", "15"), ("due-month", "12"), ("due-year", "2026")]);
    for pairs in [&[("act", "close-session"), ("no", "")], &[("act", "approve"), ("no", "1")], &[("act", "conclude"), ("no", "")], &[("act", "direct"), ("no", "1")], &[("act", "direct"), ("no", "1")]] {
        room.does("hung", &path, pairs);
    }
    for template in ["admin-minutes", "meeting-conclusion"] {
        room.does("yen", &path, &[("act", "issue"), ("template", template)]);
    }
    // The documents are those of the room of documents: the secretary submits, the chair signs, the clerk sends them to the offices invited.
    let page = room.sees("yen", &path);
    let documents: Vec<String> = page.split("href=\"/work/documents/doc_").skip(1).map(|p| format!("/work/documents/doc_{}", p.split('"').next().unwrap())).collect();
    assert_eq!(documents.len(), 3, "invitation, minutes, notice: {page}");
    for doc in &documents {
        assert!(room.browser("yen").get(&format!("{doc}/file")).bytes.starts_with(b"%PDF"), "{doc}");
        assert_eq!(room.browser("tuan").get(doc).status, 404);
        let shown = room.sees("yen", doc);
        assert!(!shown.contains("/edit\""), "what another room wrote is not rewritten");
        room.does("yen", doc, &[("act", "submit"), ("signer", &option(shown.split("id=\"f-signer\"").nth(1).unwrap(), "Đỗ Mạnh Hùng"))]);
        room.does("hung", doc, &[("act", "sign")]);
        house.effects().await;
        room.does("yen", doc, &[("act", "issue")]);
        house.effects().await;
    }
    let came = room.sees("dung", "/work/documents");
    assert!(came.matches("/work/documents/incoming/arr_").count() == 3 && came.contains("Họp giao ban"), "{came}");
    let rows = house.it.scope.query("SELECT payload FROM effect WHERE province = $1 AND kind = $2", values![DIRECTIVE]).await.unwrap();
    assert_eq!(rows.len(), 1, "one directive for the operations room");
    assert!(rows[0].text("payload").unwrap().contains("\"lead\":\"H29.03\""));
}

async fn the_demonstration_has_three_meetings(db: Db) {
    let house = House::open(db).await;
    let (room, directory) = (&house.it.rooms.meetings, house.it.identity.directory());
    assert_eq!(phusa::demo::meetings::fill(room, directory).await.unwrap(), 3);
    assert_eq!(phusa::demo::meetings::fill(room, directory).await.unwrap(), 0, "filled once");
    let hung = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "hung").await.unwrap().unwrap().id;
    let mut states = Vec::new();
    for which in views::Which::ALL {
        let ask = views::Ask { account: hung, which, kind: "", after: None, limit: 9 };
        for line in views::list(&house.it.scope, &ask).await.unwrap() {
            if line.state == Some(State::Concluded) {
                assert_eq!(views::directives(&house.it.scope, line.id).await.unwrap().len(), 2);
            }
            states.push(line.state.unwrap());
        }
    }
    assert_eq!(states, [State::Sent, State::Drafting, State::Concluded]);
}

/// Who is invited is told: of the invitation, of later papers, of another time, of the end; each once for each event, in the house and outside.
async fn those_invited_are_told(db: Db) {
    let crate::care::Out { house, mail, .. } = crate::care::out(db).await;
    let mut room = Room { house: &house, browsers: HashMap::new() };
    let path = drafted(room.browser("yen"), "Họp về số hóa");
    for (words, name) in [("trinh hoa binh", "Trịnh Hòa Bình"), ("hua dai phuoc", "Hứa Đại Phước")] {
        let who = found(&room.sees("yen", &format!("{path}?q={}", words.replace(' ', "+"))), name);
        room.does("yen", &path, &[("act", "invite"), ("who", &who), ("as", "member")]);
    }
    let wrong = room.browser("yen").post(&path, &path, [("act", "guest"), ("guest_name", "Trần Khách"), ("guest_title", "Hội Kiến trúc sư"), ("guest_email", "khach@vidu")]);
    assert!(wrong.status == 422 && wrong.text().contains("ten@vidu.vn") && wrong.text().contains("Trần Khách"), "{}", wrong.text());
    room.does("yen", &path, &[("act", "guest"), ("guest_name", "Trần Khách"), ("guest_title", "Hội Kiến trúc sư"), ("guest_email", "khach@vidu.vn")]);
    room.does("yen", &path, &[("act", "guest"), ("guest_name", "Lê Không Thư"), ("guest_title", "Hội Xây dựng")]);
    // Of the officials two have an address (signing in brings others back); one of them wants no e-mail.
    let mut batch = house.it.scope.batch();
    batch.exec("UPDATE identity_account SET email = NULL WHERE province = $1", values![]);
    house.it.scope.commit(batch).await.unwrap();
    for (name, address) in [("Trịnh Hòa Bình", "binh@sxd.example.vn"), ("Hứa Đại Phước", "phuoc@stc.example.vn")] {
        let mut batch = house.it.scope.batch();
        batch.exec("UPDATE identity_account SET email = $3 WHERE province = $1 AND name = $2", values![name, address]);
        house.it.scope.commit(batch).await.unwrap();
    }
    let mut batch = house.it.scope.batch();
    batch.exec(
        "INSERT INTO care_choice (province, party, channel, wanted, address, proved, code_tries, changed_at) \
         SELECT province, COALESCE(party, id), 'email', 0, NULL, 0, 0, 0 FROM identity_account WHERE province = $1 AND name = 'Hứa Đại Phước'",
        values![],
    );
    house.it.scope.commit(batch).await.unwrap();
    house.effects().await;
    let told = "SELECT COUNT(*) AS n FROM meeting_notice WHERE province = $1";
    let outside = "SELECT COUNT(*) AS n FROM care_message WHERE province = $1 AND key LIKE 'meeting%'";
    assert_eq!((house.count(told).await, house.count(outside).await), (0, 0), "nobody is told of a draft");
    room.does("yen", &path, &[("act", "send")]);
    house.effects().await;
    assert_eq!(house.count(told).await, 6, "chair, secretary, two invited, two guests");
    assert_eq!(house.count(outside).await, 2, "by e-mail: who has an address and wants it, and the guest who gave one");
    assert!(room.sees("binh", "/work/meetings").contains("1 thông báo chưa đọc"));
    assert!(room.sees("binh", &path).contains("Họp về số hóa"));
    assert!(!room.sees("binh", "/work/meetings").contains("chưa đọc"), "read by opening it");
    crate::care::carry(&house).await;
    {
        let book = mail.lock().unwrap();
        let to: Vec<&str> = book.messages.values().map(|(to, _)| to.as_str()).collect();
        assert!(to.contains(&"binh@sxd.example.vn") && to.contains(&"khach@vidu.vn") && to.len() == 2, "{to:?}");
    }
    let shown = room.sees("yen", &path);
    for word in ["Đã báo cho ai", "Trần Khách", "Thư điện tử · đã gửi", "k•••@vidu.vn", "Không có địa chỉ: hãy báo trực tiếp", "Trong hệ thống · đã đọc", "Trong hệ thống · chưa đọc"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    assert!(!shown.contains("khach@vidu.vn"), "addresses are masked");
    assert!(!room.sees("binh", &path).contains("Đã báo cho ai"), "who was told is for who prepares it");
    // Papers that come later, once for each version; the same bytes are no version.
    let papers = format!("{path}/papers");
    let other: Vec<u8> = [PDF, b"% two\n"].concat();
    for (slot, bytes) in [("1.0", PDF), ("1.1", PDF), ("1.1", other.as_slice())] {
        let answer = room.browser("yen").upload_with(&path, &papers, &[("slot", slot), ("paper_title", "Tờ trình")], &[("file-paper", "to-trinh.pdf", bytes)]);
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    house.effects().await;
    assert_eq!(house.count("SELECT COUNT(DISTINCT version) AS n FROM meeting_notice WHERE province = $1 AND kind = 'papers'").await, 2);
    assert!(room.sees("binh", "/work/meetings").contains("phiên bản 2"));
    let moved = [("act", "move"), ("moved-day", "27"), ("moved-month", "11"), ("moved-year", "2026"), ("moved_from", "14:00"), ("moved_until", "15:00"), ("moved_place", "Phòng họp 2"), ("move_reason", "Trùng lịch")];
    room.does("yen", &path, &moved);
    room.does("yen", &path, &[("act", "cancel"), ("cancel_reason", "Ghép với cuộc họp khác")]);
    house.effects().await;
    assert_eq!(house.count("SELECT COUNT(DISTINCT version) AS n FROM meeting_notice WHERE province = $1 AND kind = 'moved'").await, 1);
    assert_eq!(house.count("SELECT COUNT(DISTINCT version) AS n FROM meeting_notice WHERE province = $1 AND kind = 'cancelled'").await, 1);
    let news = room.sees("binh", "/work/meetings");
    assert!(news.contains("Phòng họp 2") && news.contains("trước đó") && news.contains("Ghép với cuộc họp khác"), "{news}");
    // The effect run again tells nobody twice.
    let (before, sent) = (house.count(told).await, house.count(outside).await);
    assert_eq!((before, sent), (6 * 5, 2 * 5));
    let mut batch = house.it.scope.batch();
    batch.exec("UPDATE effect SET state = 'queued', lease = 0, attempts = 0 WHERE province = $1 AND kind = 'meeting.notice'", values![]);
    house.it.scope.commit(batch).await.unwrap();
    house.effects().await;
    assert_eq!((house.count(told).await, house.count(outside).await), (before, sent));
}
