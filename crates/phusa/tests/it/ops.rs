//! The operations centre in the whole house: directives from the giving to the acceptance, conclusions of meetings taken up, requests
//! for an explanation, the wall and its events, every figure with the records behind it.

use crate::house::House;
use ::ops::directive::{Act, DirectiveId, Product, views::{self, Ask, Side}};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::{Duration, Instant as Machine},
};
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(
    from_the_giving_to_the_acceptance
    a_conclusion_of_a_meeting_is_taken_up_once
    what_is_wrong_is_said_in_both_languages
    a_product_in_the_moment_of_its_extension
    an_explanation_is_asked_and_given
    every_figure_has_the_records_behind_it
    the_wall_hears_of_an_act_within_a_second
);

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
pub const HOME: &str = "/work/directives";

/// People of the demonstration, each in a browser of their own.
pub struct Room<'h> {
    pub house: &'h House,
    pub browsers: HashMap<&'static str, Browser>,
}

impl<'h> Room<'h> {
    pub fn of(house: &'h House) -> Self {
        Self { house, browsers: HashMap::new() }
    }
    pub fn browser(&mut self, who: &'static str) -> &mut Browser {
        self.browsers.entry(who).or_insert_with(|| {
            let mut browser = self.house.browser();
            browser.sign_in(who, "");
            browser
        })
    }
    /// A form that is taken; where it leads to.
    #[track_caller]
    pub fn does(&mut self, who: &'static str, path: &str, pairs: &[(&str, &str)]) -> String {
        let answer = self.browser(who).post(path, path, pairs.iter().copied());
        assert_eq!(answer.status, 303, "{who} {pairs:?}: {}", answer.text());
        answer.header("location").split(['?', '#']).next().unwrap().to_owned()
    }
    /// A form that is not taken: the page that says why.
    #[track_caller]
    pub fn may_not(&mut self, who: &'static str, path: &str, pairs: &[(&str, &str)], status: u16) -> String {
        let answer = self.browser(who).post(path, path, pairs.iter().copied());
        assert_eq!(answer.status, status, "{who} {pairs:?}: {}", answer.text());
        answer.text()
    }
    #[track_caller]
    fn sends(&mut self, who: &'static str, path: &str, pairs: &[(&str, &str)], file: Option<(&str, &[u8])>) -> testkit::Reply {
        let files: Vec<(&str, &str, &[u8])> = file.map(|(field, bytes)| (field, "ket-qua.pdf", bytes)).into_iter().collect();
        self.browser(who).upload_with(path, &format!("{path}/files"), pairs, &files)
    }
    pub fn sees(&mut self, who: &'static str, path: &str) -> String {
        self.browser(who).get(path).text()
    }
    pub fn status(&mut self, who: &'static str, path: &str) -> u16 {
        self.browser(who).get(path).status
    }
}

pub fn option(page: &str, words: &str) -> String {
    let line = page.split("<option").skip(1).find(|o| o.split("</option>").next().unwrap().contains(words)).unwrap_or_else(|| panic!("{words} is not offered"));
    line.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

pub fn hidden(page: &str, name: &str) -> String {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The leader of the province gives a task to the department of construction, due on Friday 27/11.
pub fn given(room: &mut Room<'_>, text: &str) -> String {
    let form = room.sees("thanh", &format!("{HOME}/new"));
    let (id, me) = (hidden(&form, "id"), option(&form, "Dương Chí Thành"));
    room.does("thanh", &format!("{HOME}/new"), &[
        ("id", &id), ("text", text), ("product", "Báo cáo"), ("lead", "H29.02"), ("partner-1", "H29.06"), ("due_kind", "on"), ("due-day", "27"), ("due-month", "11"), ("due-year", "2026"),
        ("assigner", &me), ("urgency", "urgent"), ("front", "people"), ("source_number", "12/KL-UBND"), ("source_date-day", "20"), ("source_date-month", "11"), ("source_date-year", "2026"),
        ("source_issuer", "UBND thành phố"), ("then", "give"),
    ])
}

async fn from_the_giving_to_the_acceptance(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Xử lý dứt điểm hồ sơ cấp phép quá hạn");
    // Sent twice, there is one: the same form leads to the same directive.
    assert_eq!(views::lines(&house.it.scope, &Ask { side: Side::Province, ..Ask::default() }).await.unwrap().len(), 1);
    // Who knows of it.
    for (who, status) in [("binh", 200), ("tuan", 200), ("vinh", 200), ("ngoc", 200), ("ha", 404), ("phuoc", 404), ("lan", 403)] {
        assert_eq!(room.status(who, &path), status, "{who}");
    }
    assert_eq!(room.status("ha", &format!("{HOME}?side=province")), 404);
    assert!(!room.sees("phuoc", HOME).contains("hồ sơ cấp phép quá hạn"));
    // The head receives with one press, names a focal point; progress from the focal point's phone.
    room.does("binh", &path, &[("act", "receive")]);
    let page = room.sees("binh", &path);
    room.does("binh", &path, &[("act", "focal"), ("focal", &option(page.split("id=\"f-focal\"").nth(1).unwrap(), "Phan Anh Tuấn"))]);
    assert_eq!(room.sends("tuan", &path, &[("act", "progress"), ("progress_text", "Đã xong 10/27"), ("progress_percent", "37%")], None).status, 303);
    assert_eq!(room.sends("tuan", &path, &[("act", "extend"), ("extension_reason", "Chờ ý kiến phòng cháy chữa cháy"), ("extension-day", "4"), ("extension-month", "12"), ("extension-year", "2026")], None).status, 403, "the focal point does not ask for time");
    assert_eq!(room.sends("binh", &path, &[("act", "extend"), ("extension_reason", "Chờ ý kiến phòng cháy chữa cháy"), ("extension-day", "4"), ("extension-month", "12"), ("extension-year", "2026")], None).status, 303);
    room.may_not("binh", &path, &[("act", "grant")], 403);
    assert!(room.sees("thanh", "/ioc").contains("Xin gia hạn, chờ quyết định"));
    room.does("thanh", &path, &[("act", "grant"), ("grant_note", "Lần cuối")]);
    // A product without its file does not count; a returned one neither.
    let bare = room.sends("tuan", &path, &[("act", "submit"), ("product_text", "Đã xong")], None);
    assert!(bare.status == 422 && bare.text().contains("Gửi kèm tệp"), "{}", bare.status);
    assert_eq!(room.sends("tuan", &path, &[("act", "submit"), ("product_text", "Đã xong 20/27")], Some(("file-product", PDF))).status, 303);
    room.does("thanh", &path, &[("act", "return"), ("return_reason", "Còn bảy hồ sơ")]);
    assert!(room.sees("binh", &format!("{HOME}?group=returned")).contains("hồ sơ cấp phép quá hạn"));
    house.set("2026-12-03T09:00:00+07:00");
    room.browsers.clear();
    assert_eq!(room.sends("tuan", &path, &[("act", "submit"), ("product_text", "Đã xong 27/27"), ("product_document", "45/BC-SXD")], Some(("file-product", PDF))).status, 303);
    room.does("thanh", &path, &[("act", "accept"), ("quality", "good")]);
    room.may_not("thanh", &path, &[("act", "return"), ("return_reason", "muộn")], 409);
    let page = room.sees("thanh", &path);
    assert!(page.contains("hoàn thành đúng, trước hạn") && page.contains("hoàn thành trễ hạn 6 ngày") && page.contains("gia hạn 1, 7 ngày"), "{page}");
    // The file is whoever's who sees the directive.
    let file = format!("{path}/files/{}", page.split("/files/file_").nth(1).map(|p| format!("file_{}", p.split('"').next().unwrap())).unwrap());
    assert!(room.browser("binh").get(&file).bytes.starts_with(b"%PDF"));
    assert_eq!(room.status("ha", &file), 404);
    // What is exported: both verdicts, the return, the evidence.
    let csv = room.sees("thanh", &format!("{HOME}/products.csv?side=province"));
    let line = csv.lines().nth(1).unwrap();
    assert!(line.contains("NV-2026-000001,H29.02,") && line.contains(",no,yes,1,1,good,45/BC-SXD,"), "{line}");
    assert!(room.sees("thanh", &format!("{HOME}/list.csv?side=province&group=done")).lines().count() == 2);
    assert!(room.sees("thanh", &format!("{HOME}/report.csv?side=province")).starts_with('\u{feff}'));
    // A refusal goes back to whoever gave it, and the clock goes on.
    let second = given_again(&mut room);
    room.does("binh", &second, &[("act", "refuse"), ("refuse_reason", "Thuộc thẩm quyền Sở khác")]);
    room.does("thanh", &second, &[("act", "reassign"), ("new_lead", "H29.07"), ("reassign_reason", "Đúng thẩm quyền")]);
    assert_eq!((room.status("binh", &second), room.status("cuong", &second)), (404, 200));
    room.does("cuong", &second, &[("act", "receive")]);
    room.does("thanh", &second, &[("act", "withdraw"), ("withdraw_reason", "Không còn cần")]);
    assert_eq!(house.it.scope.query("SELECT id FROM directive WHERE province = $1 AND workflow = 'withdrawn'", Vec::new()).await.unwrap().len(), 1);
}

fn given_again(room: &mut Room<'_>) -> String {
    let form = room.sees("thanh", &format!("{HOME}/new"));
    let (id, me) = (hidden(&form, "id"), option(&form, "Dương Chí Thành"));
    let path = room.does("thanh", &format!("{HOME}/new"), &[("id", &id), ("text", "Việc không hạn"), ("lead", "H29.02"), ("due_kind", "undated"), ("assigner", &me), ("urgency", "normal"), ("then", "keep")]);
    assert_eq!(room.status("binh", &path), 404, "a draft is nobody else's");
    room.does("thanh", &path, &[("act", "give")]);
    path
}

async fn a_conclusion_of_a_meeting_is_taken_up_once(db: Db) {
    let house = House::open(db).await;
    let (meetings, directory) = (&house.it.rooms.meetings, house.it.identity.directory());
    phusa::demo::meetings::fill(meetings, directory).await.unwrap();
    house.effects().await;
    let lines = views::lines(&house.it.scope, &Ask { side: Side::Province, ..Ask::default() }).await.unwrap();
    assert_eq!(lines.len(), 2, "two conclusions, two directives");
    assert!(lines.iter().all(|l| l.code.starts_with("NV-2026-") && l.deadline.is_some() && l.assigner_name == "Đỗ Mạnh Hùng"));
    // The effect once more, as after a crash between doing and marking: nothing new.
    let mut batch = house.it.scope.batch();
    batch.exec("UPDATE effect SET state = 'queued', lease = 0, attempts = 0 WHERE province = $1 AND kind = $2", values!["meeting.directive"]);
    house.it.scope.commit(batch).await.unwrap();
    assert_eq!(house.effects().await, 2, "run again");
    assert_eq!(views::lines(&house.it.scope, &Ask { side: Side::Province, ..Ask::default() }).await.unwrap().len(), 2);
    let mut room = Room::of(&house);
    let path = format!("{HOME}/{}", lines[0].id);
    let page = room.sees("binh", &path);
    assert!(page.contains("Kết luận cuộc họp: Họp thường kỳ") && page.contains("/work/meetings/meeting_"), "{page}");
    room.does("binh", &path, &[("act", "receive")]);
}

async fn what_is_wrong_is_said_in_both_languages(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let new = format!("{HOME}/new");
    let before = house.journal().await;
    let form = room.sees("thanh", &new);
    let me = option(&form, "Dương Chí Thành");
    let id = hidden(&form, "id");
    let base = [("id", id.as_str()), ("text", "Việc"), ("lead", "H29.02"), ("due_kind", "on"), ("due-day", "27"), ("due-month", "11"), ("due-year", "2026"), ("assigner", me.as_str()), ("urgency", "normal"), ("then", "give")];
    for (name, value, vi, en) in [
        ("text", "", "Ghi nội dung nhiệm vụ", "Write what is to be done"),
        ("lead", "H99", "đúng một đơn vị chủ trì", "exactly one"),
        ("due-day", "31", "Nhập ngày có thật", "a date that exists"),
        ("due-day", "22", "không được trước hôm nay", "not before today"),
        ("due-year", "2099", "chưa khai báo năm 2099", "does not declare the year 2099"),
        ("due_kind", "someday", "hoặc chọn không thời hạn", "or that there is none"),
        ("assigner", "acct_0", "Chọn người giao", "Choose who gives"),
        ("urgency", "mai", "Chọn độ khẩn", "Choose an urgency"),
    ] {
        let pairs: Vec<(&str, &str)> = base.iter().map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) }).collect();
        for (lang, words) in [("vi", vi), ("en", en)] {
            room.sees("thanh", &format!("{new}?lang={lang}"));
            let answer = room.browser("thanh").post(&new, &new, pairs.iter().copied());
            assert!((400..500).contains(&answer.status) && answer.text().contains(words), "{name}={value} {lang}: {} {}", answer.status, answer.text());
        }
    }
    room.sees("thanh", &format!("{new}?lang=vi"));
    // The year nobody declared is told at the giving: the draft stays, and is corrected by the same form.
    let drafts = house.journal().await - before;
    assert!(drafts <= 1, "{drafts}");
    let path = room.does("thanh", &new, &base);
    assert!(room.sees("thanh", &path).contains("27/11"));
    for (pairs, words) in [(&[("act", "dance")][..], "Trang không có việc này"), (&[("act", "accept"), ("quality", "good")], "không còn làm được"), (&[("act", "resume"), ("resume-day", "99")], "ngày có thật"), (&[("act", "focal"), ("focal", "x")], "không có việc này")] {
        let answer = room.browser("thanh").post(&path, &path, pairs.iter().copied());
        assert!((400..500).contains(&answer.status) && answer.text().contains(words), "{pairs:?}: {}", answer.text());
    }
    for bad in ["x", "directive_1", &DirectiveId::new(uuid::Uuid::now_v7()).to_string(), "%00"] {
        assert_eq!(room.status("thanh", &format!("{HOME}/{bad}")), 404, "{bad}");
    }
    // Evidence is what it is found to be, whatever it is called.
    room.does("binh", &path, &[("act", "receive")]);
    let script = room.sends("binh", &path, &[("act", "submit"), ("product_text", "x")], Some(("file-product", b"<script>alert(1)</script>")));
    assert!((400..500).contains(&script.status), "{}", script.status);
    let percent = room.sends("binh", &path, &[("act", "progress"), ("progress_text", "x"), ("progress_percent", "85,5")], None);
    assert!(percent.status == 422 && percent.text().contains("số nguyên từ 0 đến 100"), "{}", percent.text());
    // Addresses that say nonsense are lists of what there is.
    for query in ["side=x&group=y&from=31/12&to=zz&basis=q&after=%00&front=%27", "side=lead&lead=%F0%9F%98%80"] {
        for page in ["", "/report", "/report.csv", "/list.csv", "/products.csv"] {
            assert_eq!(room.status("binh", &format!("{HOME}{page}?{query}")), 200, "{page} {query}");
        }
    }
}

/// Both count: whoever comes second is decided on what the first one left.
async fn a_product_in_the_moment_of_its_extension(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Việc có gia hạn");
    room.does("binh", &path, &[("act", "receive")]);
    assert_eq!(room.sends("binh", &path, &[("act", "extend"), ("extension_reason", "Chờ ý kiến phòng cháy chữa cháy"), ("extension-day", "4"), ("extension-month", "12"), ("extension-year", "2026")], None).status, 303);
    let s = &house.it.rooms.ops;
    let directory = house.it.identity.directory();
    let mut actors = Vec::new();
    for key in ["thanh", "binh"] {
        let account = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, key).await.unwrap().unwrap();
        actors.push(directory.actor(account.id, house.now()).await.unwrap().unwrap());
    }
    let id: DirectiveId = path.rsplit('/').next().unwrap().parse().unwrap();
    let upload = || store::files::Upload { name: "kq.pdf".into(), claimed: None, bytes: PDF.to_vec().into() };
    let granted = Act::Grant { note: String::new() };
    let (grant, submit) = tokio::join!(
        s.act(&actors[0], id, &granted),
        s.act_with(&actors[1], id, upload(), "file-product", |f| Act::Submit(Product { text: "Xong".into(), document: String::new(), file: Some(f) })),
    );
    assert!(grant.is_ok() && submit.is_ok(), "{grant:?} {submit:?}");
    let (d, _) = s.directive_for(&s.who(&actors[0]), id).await.unwrap();
    assert_eq!((d.granted(), d.submissions.len(), d.deadline.unwrap().day.day()), (1, 1, 4));
    // Accepted and returned at once: one of them only.
    let (accept, back) = tokio::join!(
        async { s.act(&actors[0], id, &Act::Accept { quality: "good".into(), note: String::new() }).await },
        async { s.act(&actors[0], id, &Act::Return { reason: "Làm lại".into() }).await },
    );
    assert!(accept.is_ok() != back.is_ok(), "{accept:?} {back:?}");
}

async fn an_explanation_is_asked_and_given(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    let path = given(&mut room, "Việc cần giải trình");
    // Two taps: from the task, and send.
    let page = room.sees("thanh", &path);
    let ask = page.split("href=\"/ioc/ask?").nth(1).map(|p| format!("/ioc/ask?{}", p.split('"').next().unwrap().replace("&amp;", "&"))).unwrap();
    let form = room.sees("thanh", &ask);
    let fields: Vec<(&str, String)> = ["id", "kind", "path", "label"].iter().map(|n| (*n, hidden(&form, n))).collect();
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let id = fields[0].1.clone();
    pairs.extend([("office", "H29.02"), ("question", "Vì sao chậm?")]);
    let question = {
        let answer = room.browser("thanh").post(&ask, "/ioc/ask", pairs.iter().copied());
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").split('?').next().unwrap().to_owned()
    };
    assert!(question.ends_with(&id));
    for (who, status) in [("binh", 200), ("yen", 200), ("tuan", 404), ("ha", 404), ("lan", 403)] {
        assert_eq!(room.status(who, &question), status, "{who}");
    }
    // The clock is the office's own working time: eight hours from Monday 8:30 end on Wednesday 8:30, 24/11 being a day off.
    let page = room.sees("binh", &question);
    assert!(page.contains("trước 08:30 thứ Tư, 25/11"), "{page}");
    let empty = room.may_not("binh", &question, &[("act", "answer"), ("answer", " ")], 422);
    assert!(empty.contains("Ghi nội dung giải trình"));
    room.may_not("thanh", &question, &[("act", "close")], 409);
    house.set("2026-11-25T10:00:00+07:00");
    room.browsers.clear();
    assert!(room.sees("thanh", "/ioc").contains("chưa trả lời, quá giờ"));
    room.does("binh", &question, &[("act", "answer"), ("answer", "Chờ ý kiến phòng cháy.")]);
    assert!(room.sees("thanh", "/ioc").contains("đã trả lời, trễ"));
    // A directive follows, and says where it comes from.
    let form = room.sees("thanh", &format!("{HOME}/new?question={id}"));
    let (directive, me) = (hidden(&form, "id"), option(&form, "Dương Chí Thành"));
    let made = room.does("thanh", &format!("{HOME}/new"), &[
        ("id", &directive), ("question", &id), ("text", "Khắc phục chậm trễ"), ("lead", "H29.02"), ("due_kind", "working"), ("due_days", "5"), ("assigner", &me), ("urgency", "normal"), ("then", "give"),
    ]);
    assert!(room.sees("binh", &made).contains("Yêu cầu giải trình:"));
    room.does("thanh", &question, &[("act", "close")]);
    room.may_not("binh", &question, &[("act", "answer"), ("answer", "Thêm nữa")], 409);
    // Nobody is led away by an address of somebody else.
    let stray = room.sees("thanh", "/ioc/ask?path=//evil.example&label=x&office=H29.02");
    assert_eq!(hidden(&stray, "path"), "/ioc", "only pages of this site");
    assert_eq!(room.status("binh", "/ioc/ask"), 403);
}

/// Every link that is a figure is opened, and what is listed there is counted.
async fn every_figure_has_the_records_behind_it(db: Db) {
    let house = House::open(db).await;
    phusa::demo::operations::fill(&house.it.rooms.ops, house.it.identity.directory()).await.unwrap();
    assert_eq!(phusa::demo::operations::fill(&house.it.rooms.ops, house.it.identity.directory()).await.unwrap(), 0, "filled once");
    house.follow().await;
    assert!(house.it.rooms.ops.run_alerts().await.unwrap() > 3, "overdue, undated and unreceived directives call");
    let mut room = Room::of(&house);
    let mut opened = 0;
    for (who, page) in [
        ("thanh", "/ioc".to_owned()), ("thanh", "/ioc/wall".into()), ("thanh", format!("{HOME}/report?side=province")), ("thanh", format!("{HOME}/report?side=province&basis=original&front=people")),
        ("thanh", format!("{HOME}?side=province")), ("binh", HOME.to_owned()), ("hung", "/ioc".to_owned()), ("khanh", "/ioc".to_owned()), ("thanh", "/work/alerts".into()), ("thanh", "/work/alerts?which=all".into()), ("khanh", "/work/alerts".into()), ("thanh", "/work/alerts/rules".into()), ("ngoc", format!("{HOME}/report")),
    ] {
        let shown = room.sees(who, &page);
        for figure in shown.split("<a class=\"tally").skip(1) {
            let href = figure.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
            let text = figure.split_once('>').unwrap().1.replace("<span class=\"wall-sign\" aria-hidden=\"true\">", "\u{1}");
            let text = text.split_once("\u{1}").map_or(text.as_str(), |(_, rest)| rest.split_once("</span>").unwrap().1);
            let n: usize = text.trim().split('<').next().unwrap().trim().replace('.', "").parse().unwrap_or_else(|_| panic!("{page}: {text:.60}"));
            let list = room.sees(who, href.split('#').next().unwrap());
            let rows = if href.starts_with("/work/explanations") {
                list.split("<h2>").nth(1).unwrap().matches("/work/explanations/question_").count()
            } else if href.starts_with(HOME) || href.starts_with("/work/alerts") {
                let mark = if href.starts_with(HOME) { "id=\"tasks\"" } else { "id=\"alerts\"" };
                list.split(mark).nth(1).unwrap().matches("<tr role=\"row\">").count().saturating_sub(1)
            } else {
                // The board's own lists: their test is the board's.
                assert!(list.contains("<h1"), "{href}");
                continue;
            };
            assert_eq!(rows, n, "{who} {page}: {href}");
            opened += 1;
        }
    }
    assert!(opened > 100, "{opened}");
}

/// Over a plain socket, as a browser holds it: the act of somebody else arrives as a picture.
async fn the_wall_hears_of_an_act_within_a_second(db: Db) {
    let house = House::open(db).await;
    let mut room = Room::of(&house);
    assert_eq!(room.status("thanh", "/ioc/wall"), 200);
    assert_eq!(room.status("hung", "/ioc/wall"), 403, "a department's leader has a page of their own");
    assert_eq!(room.status("binh", "/ioc"), 403);
    let address = house.base.trim_start_matches("http://").to_owned();
    let token = house.token("thanh").to_owned();
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut socket = TcpStream::connect(&address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(socket, "GET /ioc/wall/events HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
        for line in BufReader::new(socket).lines() {
            let Ok(line) = line else { return };
            if told.send((Machine::now(), line)).is_err() {
                return;
            }
        }
    });
    let wait = |words: &str| {
        let mut lines = String::new();
        loop {
            let (at, line) = heard.recv_timeout(Duration::from_secs(15)).unwrap_or_else(|_| panic!("{words} was not heard: {lines}"));
            if line.contains(words) {
                return at;
            }
            lines.push_str(&line);
        }
    };
    wait("text/event-stream");
    wait("event: picture");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let directory = house.it.identity.directory();
    let account = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "thanh").await.unwrap().unwrap();
    let actor = directory.actor(account.id, house.now()).await.unwrap().unwrap();
    let path = given(&mut room, "Việc sẽ lên màn hình");
    wait("Việc sẽ lên màn hình");
    let id: DirectiveId = path.rsplit('/').next().unwrap().parse().unwrap();
    let began = Machine::now();
    house.it.rooms.ops.act(&actor, id, &Act::Suspend { reason: "Chờ".into() }).await.unwrap();
    let took = wait("Tạm hoãn").duration_since(began);
    assert!(took < Duration::from_secs(1), "{took:?}");
}
