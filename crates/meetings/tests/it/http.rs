//! The pages over HTTP, behind the policies: the whole way without JavaScript, and what is refused.

use crate::support::{PDF, Place, Web, account};
use meetings::DIRECTIVE;
use store::{Db, values};
use testkit::on_each_database;

on_each_database! {
    from_agenda_to_directive
    nothing_typed_is_lost_and_faults_are_at_their_fields
    the_door_and_the_stranger
    what_is_typed_is_text
    opinions_end_with_the_opening
    only_who_may_vote_votes
    files_are_judged
    the_figures_lead_to_their_meetings
}

async fn place(db: Db) -> (Place, Web) {
    let place = Place::new(db).await;
    let web = Web::new(&place);
    (place, web)
}

/// A complete form of a new meeting.
fn typed<'a>(id: &'a str, chair: &'a str, secretary: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("act", "save"), ("id", id), ("title", "Họp giao ban chuyển đổi số"), ("kind", "weekly"), ("chair", chair), ("secretary", secretary),
        ("starts-day", "26"), ("starts-month", "11"), ("starts-year", "2026"), ("starts_at", "8h00"), ("ends", "10:30"), ("place", "Phòng họp 1"),
        ("link", "https://hop.example.vn/1"), ("rows", "4"),
        ("item-0-title", "Kế hoạch quý I"), ("item-0-presenter", "Phòng Quản lý"), ("item-0-minutes", "20"),
        ("item-2-title", "Việc khác"),
    ]
}

fn with<'a>(pairs: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    pairs.iter().copied().filter(|(k, _)| *k != name).chain([(name, value)]).collect()
}

fn hidden(page: &str, name: &str) -> String {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Person 2 prepares a meeting that person 1 chairs; its address.
async fn planned(web: &Web) -> String {
    let form = web.get(2, "/work/meetings/new").await.text;
    let (id, chair, secretary) = (hidden(&form, "id"), account(1).to_string(), account(2).to_string());
    let pairs = typed(&id, &chair, &secretary);
    let to = web.does(2, "/work/meetings/new", &pairs).await;
    assert_eq!(web.does(2, "/work/meetings/new", &pairs).await, to, "sent twice, there is one");
    to.split('?').next().unwrap().to_owned()
}

async fn invite(web: &Web, path: &str, n: u128, part: &str) {
    web.does(2, path, &[("act", "invite"), ("who", &account(n).to_string()), ("as", part)]).await;
}

/// Invitations sent to members 3 and 4 and, without a vote, 9.
async fn sent(web: &Web) -> String {
    let path = planned(web).await;
    invite(web, &path, 3, "member").await;
    invite(web, &path, 4, "member").await;
    invite(web, &path, 9, "guest").await;
    web.does(2, &path, &[("act", "send")]).await;
    path
}

async fn opened(web: &Web, path: &str, present: &[u128]) {
    web.does(1, path, &[("act", "open")]).await;
    for n in present {
        web.does(*n, path, &[("act", "mark"), ("account", &account(*n).to_string()), ("way", "in_room")]).await;
    }
}

async fn from_agenda_to_directive(db: Db) {
    let (place, web) = place(db).await;
    let path = planned(&web).await;
    let page = web.get(2, &path).await.text;
    assert!(page.contains("1. Kế hoạch quý I") && page.contains("2. Việc khác") && page.contains("8:00 – 10:30"), "{page}");
    // The agenda changes while it is prepared.
    let edit = web.get(2, &format!("{path}/edit")).await.text;
    assert!(edit.contains("value=\"Kế hoạch quý I\"") && edit.contains("value=\"08:00\""));
    let more = web.post(2, &format!("{path}/edit"), &[("act", "rows"), ("rows", "3"), ("item-0-title", "Còn đây")]).await;
    assert!(more.status == 200 && more.text.contains("name=\"item-5-title\"") && more.text.contains("value=\"Còn đây\""));
    // People are searched for by name or office, and invited.
    let found = web.get(2, &format!("{path}?q=tai+chinh")).await.text;
    assert!(found.contains("Nguyễn Văn Chín") && !found.contains("Nguyễn Văn Ba"), "by office, without marks");
    for (n, part) in [(3, "member"), (4, "member"), (9, "guest")] {
        invite(&web, &path, n, part).await;
    }
    web.does(2, &path, &[("act", "guest"), ("guest_name", "Trần Khách"), ("guest_title", "Hội Kiến trúc sư")]).await;
    let file = web.upload(2, &format!("{path}/papers"), &[("slot", "1.0"), ("paper_title", "Báo cáo quý")], "bao-cao.pdf", PDF).await;
    assert_eq!(file.status, 303, "{}", file.text);
    assert_eq!(web.get(3, &path).await.status, 404, "nobody invited sees it before it is sent");
    web.does(2, &path, &[("act", "send")]).await;
    // Before: the answer, an opinion, a paper that changes.
    web.does(9, &path, &[("act", "answer"), ("answer", "coming")]).await;
    web.does(3, &path, &[("act", "opine"), ("item", "1"), ("stance-1", "with_changes"), ("opinion-1", "Bổ sung nguồn vốn")]).await;
    web.upload(2, &format!("{path}/papers"), &[("slot", "1.1")], "bao-cao-2.pdf", &[PDF, b"2"].concat()).await;
    let page = web.get(3, &path).await.text;
    assert!(page.contains("mới sau khi gửi") && page.contains("Bản 1: bao-cao.pdf"), "versions are told");
    let href = page.split(&format!("href=\"{path}/papers/")).nth(1).unwrap().split('"').next().unwrap();
    assert!(web.get(3, &format!("{path}/papers/{href}")).await.text.starts_with("%PDF"));
    assert!(web.get(1, &path).await.text.contains("Bổ sung nguồn vốn"));
    assert!(!web.get(4, &path).await.text.contains("Bổ sung nguồn vốn"), "others' words are shown once it is open");
    // In session.
    opened(&web, &path, &[1, 2, 3, 4, 9]).await;
    assert!(web.get(4, &path).await.text.contains("Bổ sung nguồn vốn"));
    web.does(3, &path, &[("act", "ask"), ("speak_item", "1")]).await;
    web.does(2, &path, &[("act", "call"), ("no", "1")]).await;
    assert!(web.get(4, &path).await.text.contains("đang phát biểu"));
    web.does(2, &path, &[("act", "end"), ("no", "1")]).await;
    web.does(1, &path, &[("act", "open-poll"), ("poll_item", "1"), ("poll_text", "Thông qua kế hoạch quý I")]).await;
    for (n, choice) in [(1, "agree"), (3, "agree"), (4, "against")] {
        web.does(n, &path, &[("act", "vote"), ("poll", "1"), ("choice", choice)]).await;
    }
    web.does(1, &path, &[("act", "close-poll"), ("poll", "1")]).await;
    let page = web.get(9, &path).await.text;
    assert!(page.contains("2 tán thành · 1 không tán thành · 0 không biểu quyết") && page.contains("Thông qua"), "{page}");
    // After: a conclusion with a task, and one without.
    let write = [
        ("act", "write"), ("conclusion_item", "1"), ("conclusion", "Sở Tài chính trình phương án kinh phí."), ("lead", "H29.03"), ("co-1", "H29.06"), ("co-2", ""),
        ("due-day", "15"), ("due-month", "12"), ("due-year", "2026"), ("result", "Tờ trình"),
    ];
    web.does(2, &path, &write).await;
    web.does(2, &path, &[("act", "write"), ("conclusion_item", "2"), ("conclusion", "Ghi nhận.")]).await;
    assert!(!web.get(3, &path).await.text.contains("phương án kinh phí"), "a draft is not shown to others");
    let again = web.get(2, &format!("{path}?edit=1")).await.text;
    assert!(again.contains("Sửa kết luận") && again.contains("value=\"H29.03\" selected") && again.contains("value=\"15\""));
    web.does(1, &path, &[("act", "approve"), ("no", "1")]).await;
    web.does(1, &path, &[("act", "approve"), ("no", "2")]).await;
    web.does(1, &path, &[("act", "close-session")]).await;
    web.does(1, &path, &[("act", "conclude")]).await;
    for _ in 0..2 {
        web.does(1, &path, &[("act", "direct"), ("no", "1")]).await;
    }
    let rows = place.meetings.scope.query("SELECT payload FROM effect WHERE province = $1 AND kind = $2", values![DIRECTIVE]).await.unwrap();
    assert_eq!(rows.len(), 1, "pressed twice, given once");
    web.does(2, &path, &[("act", "issue"), ("template", "admin-minutes")]).await;
    web.does(2, &path, &[("act", "issue"), ("template", "meeting-conclusion")]).await;
    let page = web.get(3, &path).await.text;
    for told in ["đã giao nhiệm vụ", "Sở Nông nghiệp và Môi trường", "15/12/2026", "1/admin-minutes", "2/meeting-conclusion", "Trần Khách", "vắng"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("name=\"act\""), "nothing is left to do for a member");
    assert_eq!(web.get(3, &format!("{path}?lang=en")).await.status, 200);
    let (_, data) = place.shelf.0.lock().unwrap()[0].clone();
    assert!(data.to_string().contains("2 tán thành (Nguyễn Văn Một, Nguyễn Văn Ba)"), "{data}");
}

async fn nothing_typed_is_lost_and_faults_are_at_their_fields(db: Db) {
    let (_place, web) = place(db).await;
    let form = web.get(2, "/work/meetings/new").await.text;
    let (id, chair, secretary) = (hidden(&form, "id"), account(1).to_string(), account(2).to_string());
    let good = typed(&id, &chair, &secretary);
    for (name, value, fault) in [
        ("title", "", "title"), ("kind", "x", "kind"), ("chair", "x", "chair"), ("secretary", chair.as_str(), "secretary"),
        ("starts-day", "31", "starts"), ("starts-year", "2020", "starts"), ("starts_at", "tám giờ", "starts_at"), ("ends", "07:00", "ends"),
        ("link", "http://hop.example.vn", "link"), ("item-0-minutes", "hai", "item-0-minutes"), ("item-0-minutes", "9999", "item-0-minutes"),
    ] {
        let answer = web.post(2, "/work/meetings/new", &with(&good, name, value)).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("href=\"#f-{fault}\"")), "{name}={value}: {}", answer.text);
        assert!(answer.text.contains("value=\"Phòng Quản lý\"") && answer.text.contains("value=\"Việc khác\""), "{name}: what was typed stays");
    }
    let none: Vec<_> = good.iter().copied().filter(|(k, _)| !k.starts_with("item-")).collect();
    assert!(web.post(2, "/work/meetings/new", &none).await.text.contains("href=\"#f-item-0-title\""));
    assert_eq!(web.post(2, "/work/meetings/new", &[]).await.status, 422);
    let path = sent(&web).await;
    let date = |d: &'static str, m: &'static str, y: &'static str| [("due-day", d), ("due-month", m), ("due-year", y)];
    for (who, pairs, fault) in [
        (2, vec![("act", "guest"), ("guest_name", "A")], "guest_title"),
        (2, vec![("act", "invite")], ""),
        (2, vec![("act", "invite"), ("who", "x")], ""),
        (2, vec![("act", "cancel")], "cancel_reason"),
        (2, vec![("act", "handover")], "new_chair"),
        (2, vec![("act", "handover"), ("new_chair", &account(3).to_string())], "handover_reason"),
        (2, vec![("act", "move"), ("moved-day", "30"), ("moved-month", "2"), ("moved-year", "2027"), ("moved_from", "8:00"), ("moved_until", "9:00")], "moved"),
        (2, vec![("act", "move"), ("moved-day", "30"), ("moved-month", "11"), ("moved-year", "2026"), ("moved_from", "8:00"), ("moved_until", "9:00"), ("moved_link", "x"), ("move_reason", "x")], "moved_link"),
        (3, vec![("act", "answer")], "answer"),
        (3, vec![("act", "answer"), ("answer", "absent")], "absent_reason"),
        (3, vec![("act", "answer"), ("answer", "substitute"), ("substitute", "acct_x")], "substitute"),
        (3, vec![("act", "opine"), ("item", "1")], "stance-1"),
        (3, vec![("act", "opine"), ("item", "1"), ("stance-1", "disagree")], "opinion-1"),
        (3, vec![("act", "ask"), ("speak_item", "77")], "speak_item"),
        (3, vec![("act", "nonsense")], ""),
        (3, vec![("act", "vote"), ("poll", "x")], ""),
    ] {
        let answer = web.post(who, &path, &pairs).await;
        assert_eq!(answer.status, 422, "{pairs:?}: {}", answer.text);
        assert!(fault.is_empty() || answer.text.contains(&format!("href=\"#f-{fault}\"")), "{pairs:?} is at {fault}: {}", answer.text);
    }
    opened(&web, &path, &[1, 3, 4]).await;
    let start = vec![("act", "write"), ("conclusion_item", "1"), ("conclusion", "Giữ lại câu này")];
    for (more, fault) in [
        (vec![("lead", "H29.03")], "due"),
        ([vec![("lead", "H29.99")], date("15", "12", "2026").to_vec()].concat(), "lead"),
        (date("15", "12", "2026").to_vec(), "lead"),
        ([vec![("lead", "H29.03")], date("31", "2", "2027").to_vec()].concat(), "due"),
        ([vec![("lead", "H29.03")], date("1", "1", "2020").to_vec()].concat(), "due"),
    ] {
        let answer = web.post(2, &path, &[start.clone(), more.clone()].concat()).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("href=\"#f-{fault}\"")) && answer.text.contains("Giữ lại câu này"), "{more:?}: {}", answer.text);
    }
}

async fn the_door_and_the_stranger(db: Db) {
    let (_place, web) = place(db).await;
    let path = sent(&web).await;
    for (who, path, status) in [
        (0, "/work/meetings", 303),
        (20, "/work/meetings", 403),
        (3, "/work/meetings", 200),
        (3, "/work/meetings?which=past&kind=%3Cx%3E&quarter=x&after=%F0%9F%98%80&show=y", 200),
        (3, "/work/meetings/new", 403),
        (2, "/work/meetings/new", 200),
        (1, "/work/meetings?lang=en", 200),
        (3, "/work/meetings/meeting_zz", 404),
        (3, "/work/meetings/meeting_00000000000000000000000000000001", 404),
    ] {
        assert_eq!(web.get(who, path).await.status, status, "{who} {path}");
    }
    // A colleague, a leader of another office and a citizen do not learn that the meeting exists.
    for who in [5, 8] {
        assert_eq!(web.get(who, &path).await.status, 404, "{who}");
        assert_eq!(web.get(who, &format!("{path}/edit")).await.status, 404);
        for act in ["open", "vote", "send", "direct", "opine", "mark"] {
            assert_eq!(web.post(who, &path, &[("act", act), ("item", "1"), ("stance-1", "agree"), ("poll", "1"), ("choice", "agree"), ("no", "1"), ("account", &account(who).to_string())]).await.status, 404, "{act}");
        }
        assert_eq!(web.upload(who, &format!("{path}/papers"), &[("slot", "1.0"), ("paper_title", "x")], "a.pdf", PDF).await.status, 404);
        assert!(!web.get(who, "/work/meetings").await.text.contains("Họp giao ban chuyển đổi số"));
    }
    assert_eq!(web.get(20, &path).await.status, 403);
    // Of those invited, what is another's to do is refused.
    for (who, act) in [(3, "send"), (3, "open"), (2, "open"), (3, "close-session"), (9, "conclude"), (3, "cancel")] {
        let answer = web.post(who, &path, &[("act", act), ("cancel_reason", "x")]).await;
        assert!(matches!(answer.status, 403 | 409), "{who} {act}: {}", answer.status);
    }
    assert_eq!(web.get(3, &format!("{path}/papers/file_00000000000000000000000000000001")).await.status, 404);
    assert_eq!(web.get(3, &format!("{path}/edit")).await.location, path, "what was sent is not edited");
}

fn encoded(text: &str) -> String {
    web::html::url_part(text)
}

async fn what_is_typed_is_text(db: Db) {
    let (_place, web) = place(db).await;
    let evil = "<script>alert(1)</script>\"><img src=x>";
    let form = web.get(2, "/work/meetings/new").await.text;
    let (id, chair, secretary) = (hidden(&form, "id"), account(1).to_string(), account(2).to_string());
    let pairs: Vec<_> = typed(&id, &chair, &secretary).into_iter().map(|(k, v)| if matches!(k, "title" | "place") || k.ends_with("-title") || k.ends_with("-presenter") { (k, evil) } else { (k, v) }).collect();
    let path = web.does(2, "/work/meetings/new", &pairs).await.split('?').next().unwrap().to_owned();
    web.does(2, &path, &[("act", "guest"), ("guest_name", evil), ("guest_title", evil)]).await;
    invite(&web, &path, 3, "member").await;
    web.upload(2, &format!("{path}/papers"), &[("slot", "1.0"), ("paper_title", evil)], "<b>.pdf", PDF).await;
    web.does(2, &path, &[("act", "send")]).await;
    web.does(3, &path, &[("act", "opine"), ("item", "1"), ("stance-1", "agree"), ("opinion-1", evil)]).await;
    opened(&web, &path, &[1, 3]).await;
    web.does(1, &path, &[("act", "open-poll"), ("poll_item", "1"), ("poll_text", evil)]).await;
    web.does(2, &path, &[("act", "write"), ("conclusion_item", "1"), ("conclusion", evil)]).await;
    for (who, address) in [(1, path.clone()), (2, path.clone()), (3, format!("{path}?q=%22%3E%3Cscript%3E")), (2, "/work/meetings".into()), (2, format!("/work/meetings?kind={}", encoded(evil)))] {
        let text = web.get(who, &address).await.text;
        assert!(!text.contains("<script>") && !text.contains("<img") && !text.contains("<b>.pdf"), "{address}");
    }
    assert!(web.get(1, &path).await.text.contains("&lt;script&gt;alert(1)"));
}

async fn opinions_end_with_the_opening(db: Db) {
    let (_place, web) = place(db).await;
    let path = sent(&web).await;
    let opine = |stance| [("act", "opine"), ("item", "1"), ("stance-1", stance), ("opinion-1", "Như đã nêu")];
    web.does(3, &path, &opine("agree")).await;
    web.does(3, &path, &opine("disagree")).await;
    opened(&web, &path, &[1, 3]).await;
    let late = web.post(3, &path, &opine("agree")).await;
    assert!(late.status == 409 && late.text.contains("đăng ký phát biểu"), "{}", late.text);
    assert!(web.get(3, &path).await.text.contains("0 thống nhất · 0 thống nhất, đề nghị chỉnh sửa · 1 không thống nhất"));
}

async fn only_who_may_vote_votes(db: Db) {
    let (place, web) = place(db).await;
    let path = sent(&web).await;
    opened(&web, &path, &[1, 3, 9]).await;
    let ask = [("act", "open-poll"), ("poll_item", "1"), ("poll_text", "Thông qua")];
    assert_eq!(web.post(3, &path, &ask).await.status, 403, "the chair opens a vote");
    web.does(1, &path, &ask).await;
    let vote = |choice| [("act", "vote"), ("poll", "1"), ("choice", choice)];
    let absent = web.post(4, &path, &vote("agree")).await;
    assert!(absent.status == 403 && absent.text.contains("chưa được điểm danh"), "{}", absent.text);
    let guest = web.post(9, &path, &vote("agree")).await;
    assert!(guest.status == 403 && guest.text.contains("không có quyền biểu quyết"), "{}", guest.text);
    assert!(!web.get(9, &path).await.text.contains("value=\"abstain\""), "no ballot is offered to who has none");
    web.does(3, &path, &vote("against")).await;
    web.does(3, &path, &vote("agree")).await;
    web.does(1, &path, &vote("agree")).await;
    assert_eq!(web.post(3, &path, &[("act", "close-poll"), ("poll", "1")]).await.status, 403);
    web.does(1, &path, &[("act", "close-poll"), ("poll", "1")]).await;
    assert_eq!(web.post(3, &path, &vote("against")).await.status, 409, "closed is final");
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let c = place.meetings.meeting(id).await.unwrap().polls[0].result.unwrap();
    assert_eq!((c.agree, c.against, c.present, c.members), (2, 0, 2, 3));
}

async fn files_are_judged(db: Db) {
    let (_place, web) = place(db).await;
    let path = planned(&web).await;
    let papers = format!("{path}/papers");
    let slot = [("slot", "1.0"), ("paper_title", "Báo cáo")];
    let large = vec![b'x'; (20 << 20) + 1];
    for (fields, name, bytes, fault) in [
        (&slot[..], "a.pdf", &b"not a pdf"[..], "file-paper"),
        (&slot[..], "a.exe", &b"MZ\x90\x00"[..], "file-paper"),
        (&slot[..], "a.pdf", &b""[..], "file-paper"),
        (&slot[..], "to.pdf", &large[..], "file-paper"),
        (&slot[..1], "a.pdf", PDF, "paper_title"),
        (&[("slot", "9.0"), ("paper_title", "x")][..], "a.pdf", PDF, "slot"),
        (&[("slot", "1.9")][..], "a.pdf", PDF, "slot"),
        (&[][..], "a.pdf", PDF, "slot"),
    ] {
        let answer = web.upload(2, &papers, fields, name, bytes).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("href=\"#f-{fault}\"")), "{name} {fields:?}: {} {}", answer.status, answer.text);
    }
    assert_eq!(web.upload(2, &papers, &slot, "a.pdf", &vec![b'x'; 43 << 20]).await.status, 413);
    assert_eq!(web.upload(2, &papers, &slot, "a.pdf", PDF).await.status, 303);
}

async fn the_figures_lead_to_their_meetings(db: Db) {
    let (_place, web) = place(db).await;
    let path = sent(&web).await;
    web.upload(2, &format!("{path}/papers"), &[("slot", "1.0"), ("paper_title", "Báo cáo")], "a.pdf", PDF).await;
    let before = web.get(3, "/work/meetings").await.text;
    assert!(before.contains("<b>0</b>") && before.contains("0/0"), "{before}");
    opened(&web, &path, &[1]).await;
    let page = web.get(3, "/work/meetings?quarter=2026-4&show=papers").await.text;
    assert!(page.contains("<b>1/1</b> (100 %)") && page.contains("<b>6</b> trang · 3 tờ giấy") && page.contains("chưa đối chiếu"), "{page}");
    assert_eq!(page.matches(&format!("href=\"{path}\"")).count(), 2, "in the list and behind the figure");
    assert!(web.get(5, "/work/meetings?quarter=2026-4&show=papers").await.text.contains("0/0"), "another's figures are their own");
}
