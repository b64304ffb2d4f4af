//! The pages over HTTP, behind the policies: who gets in, what is kept of what was typed, the whole way without JavaScript.

use crate::support::{PDF, Place, Web, account};
use boards::matching::{FirmFacts, Need, SkillNeed};
use kernel::time::date;
use store::Db;
use testkit::{Databases, visible};

async fn place() -> (Place, Web) {
    let db: Db = Databases::sqlite().await.unwrap();
    let place = Place::new(db).await;
    let web = Web::new(&place);
    (place, web)
}

const APPLY: &[(&str, &str)] = &[
    ("kind", "individual"), ("name", "Đỗ Thị Hạnh"), ("official", "no"), ("foreigner", "no"), ("phone", "0901234567"), ("email", "hanh@tuvan.example.vn"),
    ("address", "12 Nguyễn Huệ"), ("fields", "agri_food"), ("languages", "vi"), ("skill-traceability", "4"), ("hours", "40"), ("summary", "Mười năm <b>kinh nghiệm</b>"),
];

fn with(pairs: &'static [(&'static str, &'static str)], name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    pairs.iter().copied().filter(|(k, _)| *k != name).chain([(name, value)]).collect()
}

async fn recognised(web: &Web) -> String {
    assert_eq!(web.post(20, "/experts/apply", APPLY).await.location, "/experts/me?done=saved");
    assert_eq!(web.upload(20, "/experts/me/papers", "traceability", "bang.pdf", PDF).await.location, "/experts/me?done=1");
    assert_eq!(web.post(20, "/experts/me", &[("act", "submit")]).await.location, "/experts/me?done=1");
    let list = web.get(8, "/centre/experts").await;
    let path = list.text.split("href=\"/centre/experts/exp_").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/centre/experts/exp_{path}");
    for (who, pairs) in [
        (8, vec![("act", "take")]),
        (8, vec![("act", "check"), ("competence", "traceability"), ("level", "4")]),
        (8, vec![("act", "appraise"), ("mark", "85"), ("recommends", "yes"), ("note", "Đủ năng lực")]),
        (9, vec![("act", "approve"), ("decision", "15/QĐ-TTHT")]),
    ] {
        let answer = web.post(who, &path, &pairs).await;
        assert_eq!(answer.location, format!("{path}?done=1"), "{pairs:?}: {}", answer.text);
    }
    path
}

#[tokio::test]
async fn an_expert_applies_and_is_recognised_without_javascript() {
    let (_place, web) = place().await;
    let officer_path = recognised(&web).await;
    let public = web.get(0, "/experts").await.text;
    assert!(public.contains("Đỗ Thị Hạnh"));
    let page = web.get(0, &officer_path.replace("/centre", "")).await.text;
    assert!(page.contains("—") && page.contains("trung tâm đã đối chiếu") && page.contains("15/QĐ-TTHT"));
    assert!(page.contains("Mười năm &lt;b&gt;kinh nghiệm&lt;/b&gt;"), "pasted HTML is text");
    for private in ["0901234567", "84901234567", "hanh@", "Nguyễn Huệ", "Đủ năng lực"] {
        assert!(!page.contains(private), "the public page tells {private}");
    }
    assert!(!visible(&page).contains("85"), "the mark is internal: {page}");
    let me = web.get(20, "/experts/me").await.text;
    assert!(me.contains("Đã công nhận") && !me.contains("Đủ năng lực"), "the appraisal is internal");
    assert!(web.get(8, &officer_path).await.text.contains("Đủ năng lực"));
    for path in ["/experts?q=hanh&field=agri_food", "/experts/removed", "/boards", "/experts?lang=en", "/centre/experts?state=active"] {
        assert_eq!(web.get(8, path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn nothing_typed_is_lost_and_faults_are_at_their_fields() {
    let (_place, web) = place().await;
    let answer = web.post(20, "/experts/apply", &with(APPLY, "phone", "12<3")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("value=\"12&lt;3\"") && answer.text.contains("href=\"#f-phone\"") && answer.text.contains("Mười năm &lt;b&gt;"));
    let unanswered: Vec<_> = APPLY.iter().copied().filter(|(k, _)| *k != "official").collect();
    assert!(web.post(20, "/experts/apply", &unanswered).await.text.contains("href=\"#f-official\""));
    assert!(web.post(20, "/experts/apply", &[]).await.text.contains("href=\"#f-skills\""));
    // An official is told at the door, with the article.
    assert_eq!(web.post(20, "/experts/apply", &with(APPLY, "official", "yes")).await.status, 303);
    web.upload(20, "/experts/me/papers", "", "cv.pdf", PDF).await;
    let refused = web.post(20, "/experts/me", &[("act", "submit")]).await;
    assert!(refused.status == 409 && refused.text.contains("06/2022/TT-BKHĐT"), "{}", refused.text);
    let bad = web.upload(20, "/experts/me/papers", "traceability", "anh.pdf", b"not a pdf").await;
    assert!(bad.status == 422 && bad.text.contains("href=\"#f-file-proof\""));
    assert!(web.upload(20, "/experts/me/papers", "no-such", "a.pdf", PDF).await.status == 422);
    for (act, name, value) in [("interest", "ground", "nothing"), ("nonsense", "x", "y"), ("remove", "file", "file_x")] {
        let status = web.post(20, "/experts/me", &[("act", act), (name, value)]).await.status;
        assert!((400..500).contains(&status), "{act}: {status}");
    }
    let kept = web.post(20, "/experts/me", &[("act", "interest"), ("ground", "family"), ("firm", "Công ty Lươn"), ("until-day", "31"), ("until-month", "2"), ("until-year", "2025")]).await;
    assert!(kept.status == 422 && kept.text.contains("value=\"Công ty Lươn\"") && kept.text.contains("value=\"31\""));
}

#[tokio::test]
async fn the_door_asks_who_it_is() {
    let (place, web) = place().await;
    let matter = place.matter(place.board().await).await;
    for (who, path, status) in [
        (0, "/experts", 200),
        (0, "/boards", 200),
        (0, "/experts/apply", 303),
        (0, "/centre/boards", 303),
        (20, "/centre/boards", 403),
        (20, "/centre/experts", 403),
        (20, "/centre/matching", 403),
        (1, "/centre/boards", 200),
        (1, "/centre/boards/new", 403),
        (1, "/centre/experts", 403),
        (8, "/centre/boards/new", 200),
        (8, "/centre/boards/new?template=education", 200),
        (8, "/centre/boards/new?template=%3Cx%3E", 200),
        (8, "/centre/matching", 200),
        (9, "/centre/experts", 200),
        (0, "/experts/exp_zz", 404),
        (0, "/experts/exp_00000000000000000000000000000001", 404),
        (0, "/boards/board_1", 404),
        (8, "/centre/matters/matter_00000000000000000000000000000001", 404),
        (20, "/experts/me", 303),
        (20, "/experts/me/matters", 200),
        (1, "/centre/matters?after=%F0%9F%98%80&board=x", 200),
    ] {
        assert_eq!(web.get(who, path).await.status, status, "{who} {path}");
    }
    // A member of another board, and a citizen, do not learn that the matter exists.
    let path = format!("/centre/matters/{matter}");
    assert_eq!(web.get(7, &path).await.status, 404);
    assert_eq!(web.get(20, &path.replace("/centre", "/experts/me")).await.status, 404);
    assert_eq!(web.post(7, &path, &[("act", "attend")]).await.status, 404);
    assert_eq!(web.get(3, &path).await.status, 200);
    assert_eq!(web.get(3, &format!("{path}/record")).await.status, 404, "no record before a decision");
}

#[tokio::test]
async fn a_board_opens_from_one_form_and_decides() {
    let (_place, web) = place().await;
    let form = web.get(8, "/centre/boards/new?template=agriculture-food").await.text;
    assert!(form.contains("chưa đối chiếu"), "the template's sources are marked");
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let accounts: Vec<String> = (1..=5).map(|n| account(n).to_string()).collect();
    let mut pairs = vec![
        ("act", "open"), ("id", id.as_str()), ("template", "agriculture-food"), ("name_vi", "Ban nông nghiệp"), ("field", "agri_food"),
        ("from-day", "1"), ("from-month", "11"), ("from-year", "2026"), ("to-day", "31"), ("to-month", "12"), ("to-year", "2027"),
        ("chair", accounts[0].as_str()), ("deputy", &accounts[1]), ("members", &accounts[2]), ("members", &accounts[3]), ("members", &accounts[0]),
        ("delegate-support_opinion", "yes"), ("support_opinion", "60.000.000"),
    ];
    let refused = web.post(8, "/centre/boards/new", &pairs).await;
    assert!(refused.status == 422 && refused.text.contains("href=\"#f-support_opinion\"") && refused.text.contains("value=\"60.000.000\""), "{}", refused.text);
    pairs.pop();
    pairs.push(("support_opinion", "30.000.000"));
    let opened = web.post(8, "/centre/boards/new", &pairs).await.location;
    assert_eq!(web.post(8, "/centre/boards/new", &pairs).await.location, opened, "sent twice, opened once");
    let board = opened.trim_end_matches("?done=1").to_owned();
    for bad in [
        vec![("act", "appoint"), ("account", "x"), ("role", "member")],
        vec![("act", "appoint"), ("account", accounts[4].as_str()), ("role", "chair"), ("seat_from-day", "24"), ("seat_from-month", "11"), ("seat_from-year", "2026")],
        vec![("act", "end"), ("of_end", accounts[1].as_str()), ("end_on-day", "40"), ("end_on-month", "1"), ("end_on-year", "2027")],
        vec![("act", "guest"), ("guest_name", "Trần Khoa")],
        vec![("act", "extend"), ("term_to-day", "1"), ("term_to-month", "1"), ("term_to-year", "2020")],
        vec![("act", "close")],
        vec![("act", "")],
    ] {
        assert_eq!(web.post(8, &board, &bad).await.status, 422, "{bad:?}");
    }
    for good in [
        vec![("act", "appoint"), ("account", accounts[4].as_str()), ("role", "secretary"), ("seat_from-day", "23"), ("seat_from-month", "11"), ("seat_from-year", "2026")],
        vec![("act", "competence"), ("of", accounts[2].as_str()), ("competence", "aquaculture"), ("level", "4")],
        vec![("act", "guest"), ("guest_name", "Trần Khoa"), ("guest_home", "Cần Thơ, Sở Nông nghiệp")],
    ] {
        let answer = web.post(8, &board, &good).await;
        assert_eq!(answer.status, 303, "{good:?}: {}", answer.text);
    }
    let page = web.get(8, &board).await.text;
    assert!(page.contains("Trần Khoa") && page.contains("Nuôi trồng, nhật ký ao nuôi (4)") && page.contains("Ma trận năng lực"));
    assert!(web.get(0, &board.replace("/centre", "")).await.text.contains("Thư ký"));

    let new = format!("{board}/matters/new");
    let form = web.get(8, &format!("{new}?title=L%E1%BB%99+tr%C3%ACnh&subject_kind=engagement&subject_id=case_1&path=/centre/engagements/1")).await.text;
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let evil = [("act", "open"), ("id", id.as_str()), ("kind", "framework_review"), ("title", "Lộ trình"), ("question", "Đồng ý?"), ("path", "//evil.example")];
    assert_eq!(web.post(8, &new, &evil).await.status, 422);
    let opened = web.post(8, &new, &[("act", "open"), ("id", &id), ("kind", "framework_review"), ("title", "Lộ trình"), ("question", "Đồng ý?\nHai năm"), ("path", "/centre/engagements/1")]).await.location;
    let matter = opened.trim_end_matches("?done=1").to_owned();
    decide(&web, &matter).await;
}

#[tokio::test]
async fn a_thing_of_another_room_is_put_before_a_board_without_typing_what_it_is() {
    let (place, web) = place().await;
    recognised(&web).await;
    let board = place.board().await;
    let appoint = [("act", "appoint"), ("account", &account(20).to_string()), ("role", "member"), ("seat_from-day", "23"), ("seat_from-month", "11"), ("seat_from-year", "2026")];
    assert_eq!(web.post(8, &format!("/centre/boards/{board}"), &appoint).await.status, 303);
    let choose = web.get(8, "/centre/matters/new?subject_kind=engagement&subject_id=CASE_1").await.text;
    let way = format!("/centre/boards/{board}/matters/new?subject_kind=engagement&subject_id=case_1");
    assert!(choose.contains(&way.replace('&', "&amp;")), "{choose}");
    for (who, path, status) in [
        (8, "/centre/matters/new?subject_kind=engagement&subject_id=case_2", 404),
        (8, "/centre/matters/new?subject_kind=weather&subject_id=case_1", 404),
        (3, "/centre/matters/new?subject_kind=engagement&subject_id=case_1", 403),
        (0, "/centre/matters/new", 303),
    ] {
        assert_eq!(web.get(who, path).await.status, status, "{who} {path}");
    }
    let form = web.get(8, &way).await.text;
    assert!(form.contains("value=\"Lộ trình HTX Lươn Vàng\"") && form.contains("Công ty Tư vấn") && !form.contains("name=\"path\""), "{form}");
    assert!(form.contains("value=\"framework_review\" selected"), "what is usually asked is chosen: {form}");
    let id = form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let new = format!("/centre/boards/{board}/matters/new");
    let open = |kind: &'static str, subject: &'static str| [("act", "open"), ("id", id.clone().leak() as &str), ("kind", "framework_review"), ("title", ""), ("question", "Đồng ý?"), ("subject_kind", kind), ("subject_id", subject), ("path", "/elsewhere")];
    // What is not there is not put before anybody, and neither is an id of no kind.
    for (kind, subject) in [("engagement", "case_2"), ("engagement", ""), ("", "case_1")] {
        let refused = web.post(8, &new, &open(kind, subject)).await;
        assert!(refused.status == 422 && refused.text.contains("href=\"#f-subject_id\""), "{kind} {subject}: {}", refused.text);
    }
    let matter = web.post(8, &new, &open("engagement", "CASE_1")).await.location;
    let stored = place.boards.matter(id.parse().unwrap()).await.unwrap().proposal.subject;
    assert_eq!((stored.id.as_str(), stored.path.as_str(), stored.title.as_str()), ("case_1", "/work/cases/case_1", "Lộ trình HTX Lươn Vàng"));
    assert!(stored.enterprise.is_some(), "the enterprise is the subject's own");
    // Nobody typed the firm, and the member whose mail domain is the firm's is found.
    assert!(web.get(8, &matter).await.text.contains("Cùng tên miền thư điện tử"));
}

async fn decide(web: &Web, matter: &str) {
    let vote = |choice| vec![("act", "vote"), ("choice", choice), ("reason", "Lý do của tôi"), ("clear", "yes")];
    let unsworn = web.post(3, matter, &[("act", "vote"), ("choice", "for"), ("reason", "Giữ lại chữ này")]).await;
    assert!(unsworn.status == 422 && unsworn.text.contains("href=\"#f-clear\"") && unsworn.text.contains("Giữ lại chữ này"));
    assert_eq!(web.post(3, matter, &[("act", "vote"), ("clear", "yes")]).await.status, 422);
    assert_eq!(web.post(1, matter, &[("act", "close"), ("conclusion", "Sớm quá")]).await.status, 409);
    assert_eq!(web.post(8, matter, &[("act", "call"), ("when", "15:00 ngày 24/11"), ("place", "Phòng họp 2")]).await.status, 303);
    for (who, choice) in [(1, "for"), (2, "for"), (3, "against")] {
        assert_eq!(web.post(who, matter, &vote(choice)).await.status, 303);
    }
    let other = web.get(4, matter).await.text;
    assert!(other.contains("đã bỏ phiếu") && !other.contains("Lý do của tôi"), "votes are not shown before one's own");
    assert_eq!(web.post(4, matter, &[("act", "declare"), ("ground", "payment"), ("detail", "Nhận thù lao")]).await.status, 303);
    assert_eq!(web.post(4, matter, &vote("for")).await.status, 409);
    assert_eq!(web.post(8, matter, &[("act", "recuse"), ("r_account", "x"), ("r_ground", "family"), ("r_detail", "x")]).await.status, 422);
    assert_eq!(web.post(1, matter, &[("act", "close")]).await.status, 422);
    assert_eq!(web.post(3, matter, &[("act", "close"), ("conclusion", "tôi kết luận")]).await.status, 403);
    assert_eq!(web.post(1, matter, &[("act", "close"), ("conclusion", "Thông qua kèm điều kiện")]).await.status, 303);
    let record = web.get(3, &format!("{matter}/record")).await.text;
    for told in ["Thông qua", "Ý kiến khác với kết quả", "Lý do của tôi", "Nhận thù lao", "Trần Khoa", "3 / 3", "kèm điều kiện"] {
        assert!(record.contains(told), "{told} is not in the record: {record}");
    }
    // As a document: by those who prepare or preside, once.
    let paper = format!("{matter}/record");
    assert!(!record.contains("Lập văn bản") && web.get(1, &paper).await.text.contains("Lập văn bản"));
    assert_eq!(web.post(3, &paper, &[]).await.status, 403, "a member without a further seat does not");
    for who in [1, 8] {
        assert_eq!(web.post(who, &paper, &[]).await.location, "/work/documents/doc_1");
    }
    let shown = web.get(1, &paper).await.text;
    assert!(shown.contains("Mở văn bản") && !shown.contains("Lập văn bản"), "{shown}");
    let page = web.get(8, matter).await.text;
    let again = page.split("matters/new?reopens=").nth(1).unwrap().split('"').next().unwrap();
    let board = page.split("href=\"/centre/boards/board_").nth(1).unwrap().split('/').next().unwrap();
    let form = web.get(8, &format!("/centre/boards/board_{board}/matters/new?reopens={again}")).await;
    assert!(form.status == 200 && form.text.contains("name=\"facts\"") && form.text.contains("Đồng ý?"));
}

#[tokio::test]
async fn an_expert_of_the_network_sits_on_a_board_through_an_own_door() {
    let (place, web) = place().await;
    recognised(&web).await;
    let board = place.board().await;
    let appoint = [("act", "appoint"), ("account", &account(20).to_string()), ("role", "member"), ("seat_from-day", "23"), ("seat_from-month", "11"), ("seat_from-year", "2026")];
    let answer = web.post(8, &format!("/centre/boards/{board}"), &appoint).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let mut about = crate::support::proposal(board);
    about.subject.enterprise = Some(kernel::id::EnterpriseId::new(uuid::Uuid::from_u128(3)));
    let matter = place.boards.open_matter(&crate::support::person(8), &about).await.unwrap().proposal.id;
    // The expert's e-mail domain is the firm's: officers and whoever presides are told, other members are not.
    let found = "Cùng tên miền thư điện tử";
    for (who, told) in [(8, true), (1, true), (3, false)] {
        assert_eq!(web.get(who, &format!("/centre/matters/{matter}")).await.text.contains(found), told, "{who}");
    }
    let path = format!("/experts/me/matters/{matter}");
    assert!(web.get(20, "/experts/me/matters").await.text.contains(&path));
    assert_eq!(web.post(20, &path, &[("act", "vote"), ("choice", "for"), ("reason", "Khả thi"), ("clear", "yes")]).await.location, format!("{path}?done=1"));
    assert_eq!(web.get(20, &format!("/centre/matters/{matter}")).await.status, 403, "the centre's door is for its staff");
    assert!(web.get(8, &format!("/centre/boards/{board}")).await.text.contains("Truy xuất nguồn gốc (4)"), "competences come from the record");
}

#[tokio::test]
async fn who_was_served_rates_the_expert_once_and_nobody_reads_who() {
    let (place, web) = place().await;
    let officer_path = recognised(&web).await;
    let public = officer_path.replace("/centre", "");
    let id = public.trim_start_matches("/experts/").to_owned();
    let (stars, comment) = (format!("stars-{id}"), format!("comment-{id}"));
    let rate = |n: &'static str, words: &'static str| vec![("act", id.as_str()), (stars.as_str(), n), (comment.as_str(), words)];
    // Nobody else's case, and not before it is over.
    for (who, path) in [(31, "/experts/ratings/case_1"), (30, "/experts/ratings/case_2"), (20, "/experts/ratings/case_1")] {
        assert_eq!(web.get(who, path).await.status, 404, "{who} {path}");
        assert_eq!(web.post(who, path, &rate("5", "x")).await.status, 404, "{who} {path}");
    }
    let early = web.get(31, "/experts/ratings/case_2").await;
    assert!(early.status == 200 && early.text.contains("chưa nghiệm thu") && !early.text.contains("type=\"radio\""), "{}", early.text);
    let path = "/experts/ratings/case_1";
    let form = web.get(30, path).await.text;
    assert!(form.contains("Đỗ Thị Hạnh") && !form.contains("Nguyễn Văn Hai"), "only who has been in the network: {form}");
    let refused = web.post(30, path, &rate("9", "Giữ lại chữ này")).await;
    assert!(refused.status == 422 && refused.text.contains(&format!("href=\"#f-{stars}\"")) && refused.text.contains("Giữ lại chữ này"), "{}", refused.text);
    assert_eq!(web.post(30, path, &[("act", "exp_0"), ("stars-exp_0", "5")]).await.status, 404, "somebody who was not in this case");
    for n in ["4", "4", "3"] {
        assert_eq!(web.post(30, path, &rate(n, "Đúng hẹn, dễ hiểu")).await.location, format!("{path}?done=1"));
    }
    let page = web.get(0, &public).await.text;
    assert!(page.contains("<b>3,0</b> / 5") && page.contains("(1 đánh giá sau vụ việc)"), "changed, and still one: {page}");
    assert!(!page.contains("Lươn Vàng") && !page.contains("Đúng hẹn"), "neither the firm nor its words: {page}");
    assert!(web.get(8, &officer_path).await.text.contains("Đúng hẹn, dễ hiểu"), "the centre reads the words");
    assert!(web.get(30, path).await.text.contains("Đổi được đến hết 23/12/2026"));
    let kept = place.boards.expert(id.parse().unwrap()).await.unwrap();
    assert_eq!((kept.ratings.len(), kept.ratings[0].client.as_str()), (1, "firm-1"));
}

#[tokio::test]
async fn a_proposal_of_the_matching_becomes_an_invitation() {
    let (place, web) = place().await;
    let expert = recognised(&web).await.trim_start_matches("/centre/experts/").to_owned();
    let need = |id: &str| Need {
        id: id.into(),
        title: id.into(),
        path: format!("/work/cases/{id}"),
        skills: vec![SkillNeed { competence: "traceability".into(), level: 3, hours: 20 }],
        sector: "agriculture-aquaculture".into(),
        language: "vi".into(),
        area: String::new(),
        firm: FirmFacts::default(),
        tender: None,
        since: date(2026, 11, 20),
    };
    *place.work.waiting.lock().unwrap() = vec![need("case_2")];
    let page = web.get(8, "/centre/matching").await.text;
    assert!(!page.contains("/centre/matching/assign"), "no button into a case in which the officer may not invite: {page}");
    *place.work.waiting.lock().unwrap() = vec![need("case_1")];
    let page = web.get(8, "/centre/matching").await.text;
    assert!(page.contains("action=\"/centre/matching/assign\"") && page.contains(&format!("name=\"expert\" value=\"{expert}\"")), "{page}");
    let invite = |case: &'static str| [("case", case), ("expert", expert.as_str())];
    let refused = web.post(8, "/centre/matching/assign", &invite("case_2")).await;
    assert!(refused.status == 409 && refused.text.contains("Lúc này không mời được"), "the case decides: {}", refused.text);
    assert_eq!(web.post(3, "/centre/matching/assign", &invite("case_1")).await.status, 403);
    assert_eq!(web.post(8, "/centre/matching/assign", &[("case", "case_1")]).await.status, 404);
    assert_eq!(web.post(8, "/centre/matching/assign", &invite("case_1")).await.location, "/work/cases/case_1?done=invite_expert");
    assert_eq!(*place.work.invited.lock().unwrap(), [account(20)]);
}

#[tokio::test]
async fn the_preview_explains_itself() {
    let (place, web) = place().await;
    recognised(&web).await;
    *place.work.waiting.lock().unwrap() = vec![Need {
        id: "case_7".into(),
        title: "HTX <Lươn>".into(),
        path: "/centre/engagements/7".into(),
        skills: vec![SkillNeed { competence: "traceability".into(), level: 3, hours: 20 }],
        sector: "agriculture-aquaculture".into(),
        language: "vi".into(),
        area: String::new(),
        firm: FirmFacts::default(),
        tender: None,
        since: date(2026, 11, 20),
    }];
    let page = web.get(8, "/centre/matching").await.text;
    assert!(page.contains("HTX &lt;Lươn&gt;") && page.contains("Đỗ Thị Hạnh") && page.contains("trung tâm đã đối chiếu (+200)"), "{page}");
    assert_eq!(page.split("<code>").nth(1), web.get(8, "/centre/matching").await.text.split("<code>").nth(1), "the same input has the same print");
    let tried = web.get(8, "/centre/matching?c1=traceability&l1=3&h1=10&email=x@tuvan.example.vn").await.text;
    assert!(tried.contains("Cùng tên miền thư điện tử"), "{tried}");
    let bad = web.get(8, "/centre/matching?c1=traceability&l1=99&h1=abc").await;
    assert!(bad.status == 422 || bad.text.contains("href=\"#f-h1\""), "{}", bad.text);
}
