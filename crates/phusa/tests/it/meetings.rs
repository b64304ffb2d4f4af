//! A meeting in the whole house: officials of the directory, units of the catalogue, documents set from its templates.

use crate::house::House;
use ::meetings::{DIRECTIVE, meeting::{State, views}};
use std::collections::HashMap;
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(from_the_agenda_to_a_directive the_demonstration_has_three_meetings);

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
