//! The pages over HTTP, behind the policies: the whole way without JavaScript, and what is refused.

use crate::support::{NEW, Place, Web};
use store::Db;
use testkit::on_each_database;
use web::html::url_part;

on_each_database! {
    a_citizen_asks_changes_the_day_and_is_handed_over
    documents_are_read_at_a_day
    versions_stand_beside_each_other
    a_draft_is_checked_at_its_places
    files_come_in_with_a_report
    odd_requests_are_no_failures
}

async fn place(db: Db) -> (Place, Web) {
    let place = Place::new(db).await;
    let web = Web::new(&place);
    (place, web)
}

fn ask(q: &str, on: &str) -> String {
    format!("/law?q={}&on={on}", url_part(q))
}

async fn a_citizen_asks_changes_the_day_and_is_handed_over(db: Db) {
    let (_, web) = place(db).await;
    for q in ["hạn mức giao đất trồng lúa là bao nhiêu", "han muc giao dat trong lua la bao nhieu"] {
        let now = web.get(0, &ask(q, "")).await;
        assert_eq!(now.status, 200);
        assert!(now.text.contains("khoản 1 Điều 2 Luật Đất đai năm 2024") && now.text.contains("05 héc ta"), "{q}");
        assert!(!now.text.contains("03 héc ta"));
        let then = web.get(0, &ask(q, "2016-05-01")).await.text;
        assert!(then.contains("khoản 1 Điều 2 Luật Đất đai năm 2013") && then.contains("03 héc ta") && !then.contains("05 héc ta"), "{q}");
    }
    let q = "giấy phép nuôi chim yến trong khu dân cư";
    let refused = web.get(0, &ask(q, "")).await.text;
    assert!(refused.contains("Chưa tìm thấy quy định") && refused.contains("Ủy ban nhân dân phường Xuân Hòa"), "{refused}");
    let to = web.does(0, "/law/questions", &[("q", q), ("on", "2026-11-23")]).await;
    let waiting = web.get(0, &to).await.text;
    assert!(waiting.contains("Đang chờ cán bộ trả lời") && waiting.contains("nuôi chim yến"));
    // The official of the office finds it; others do not.
    let list = web.get(2, "/work/law").await.text;
    let path = list.split("href=\"/work/law/questions/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/work/law/questions/{path}");
    assert_eq!(web.get(8, &path).await.status, 404);
    assert_ne!(web.get(20, &path).await.status, 200);
    let faulty = web.post(2, &path, &[("act", "answer"), ("answer", "Theo Điều 2 Luật Đất đai năm 2013 thì bạn được làm.")]).await;
    assert_eq!(faulty.status, 422);
    assert!(faulty.text.contains("đã hết hiệu lực") && faulty.text.contains("thì bạn được làm"));
    web.does(2, &path, &[("act", "answer"), ("answer", "Việc này chưa có trong kho; phường sẽ hướng dẫn tại bộ phận một cửa.")]).await;
    let answered = web.get(0, &to).await.text;
    assert!(answered.contains("Đã có câu trả lời") && answered.contains("Nguyễn Văn 2"));
    assert_eq!(web.get(0, "/law/questions/XXXX-XXXX-XXXX").await.status, 404);
}

async fn documents_are_read_at_a_day(db: Db) {
    let (_, web) = place(db).await;
    let list = web.get(0, "/law/documents?q=45/2013").await.text;
    assert!(list.contains("Luật Đất đai") && list.contains("45/2013/QH13") && list.contains("Hết hiệu lực"));
    let d = web.get(0, "/law/documents/luat-45-2013-qh13?on=2016-01-01").await.text;
    assert!(d.contains("Còn hiệu lực") && d.contains("Điều 2. Hạn mức giao đất nông nghiệp") && d.contains("Bị bãi bỏ, thay thế bởi"));
    let u = web.get(0, "/law/documents/luat-45-2013-qh13/units/art_2?on=2016-01-01").await.text;
    assert!(u.contains("03 héc ta") && u.contains("Điều 2 Luật Đất đai năm 2013"));
    let akn = web.get(0, "/law/documents/luat-45-2013-qh13/akn?on=2016-01-01").await.text;
    assert!(akn.contains("eId=\"art_2__para_1\"") && akn.contains("/akn/vn/act/luat/2013-11-29/45-2013-qh13"));
    assert_eq!(web.get(0, "/law/documents/luat-45-2013-qh13/units/art_77").await.status, 404);
    assert_eq!(web.get(0, "/law/documents/nothing").await.status, 404);
}

/// An amendment in force for some years of the old law.
const AMENDS: &str = "QUỐC HỘI\nLuật số: 35/2018/QH14\nHà Nội, ngày 20 tháng 11 năm 2018\nLUẬT\nSỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA LUẬT ĐẤT ĐAI\nĐiều 1. Sửa đổi, bổ sung một số điều của Luật Đất đai số 45/2013/QH13\n1. Sửa đổi, bổ sung khoản 2 Điều 2 như sau:\n“2. Hạn mức giao đất trồng cây lâu năm không quá 30 héc ta.”\nĐiều 2. Hiệu lực thi hành\nLuật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2019.\n";

async fn versions_stand_beside_each_other(db: Db) {
    let (p, web) = place(db).await;
    p.put("sua.txt", AMENDS).await;
    let unit = "/law/documents/luat-45-2013-qh13/units/art_2";
    let both = web.get(0, &format!("{unit}?on=2020-01-01&with=2016-01-01")).await.text;
    assert!(both.contains("<del><span class=\"vh\" lang=\"vi\">[bỏ: </span>10 <span class=\"vh\">]</span></del>"), "{both}");
    assert!(both.contains("<ins><span class=\"vh\" lang=\"vi\">[thêm: </span>30 <span class=\"vh\">]</span></ins>"));
    assert_eq!(both.matches("<ins>").count() + both.matches("<del>").count(), 2, "only the number changed");
    // The days may be given the other way round; English says the same.
    let turned = web.get(0, &format!("{unit}?on=2016-01-01&with=2020-01-01&lang=en")).await.text;
    assert!(turned.contains("[removed: </span>10") && turned.contains("[added: </span>30"));
    assert!(web.get(0, &format!("{unit}?on=2016-01-01&with=2017-01-01")).await.text.contains("không đổi giữa hai ngày"));
    let document = web.get(0, "/law/documents/luat-45-2013-qh13?on=2020-01-01&with=2016-01-01").await.text;
    assert!(document.contains("1 điều thay đổi") && document.contains("[bỏ: </span>10") && document.contains("class=\"halves\""));
    assert!(web.get(0, "/law/documents/luat-45-2013-qh13?on=2020-01-01&with=2020-02-01").await.text.contains("Không có điều nào thay đổi"));
    for odd in ["", "2020-02-31", "x", "9999-99-99"] {
        assert_eq!(web.get(0, &format!("{unit}?with={}", url_part(odd))).await.status, 200, "{odd}");
        assert_eq!(web.get(0, &format!("/law/documents/luat-45-2013-qh13?with={}", url_part(odd))).await.status, 200, "{odd}");
    }
    assert!(!web.get(0, "/law/documents/luat-31-2024-qh15").await.text.contains("So với ngày"), "what has one version is not compared");
}

const DRAFT: &str = "ỦY BAN NHÂN DÂN TỈNH LÀO CAI\nSố: 15/2026/QĐ-UBND\nLào Cai, ngày 20 tháng 11 năm 2026\nQUYẾT ĐỊNH\nQuy định về đất trồng lúa\nCăn cứ Luật Đất đai năm 2013;\nCăn cứ Luật Đất đai số 31/2024/QH14;\nCăn cứ Kết luận số 83-KL/TW;\nĐiều 1. Phạm vi\nThực hiện theo Điều 77 Luật Đất đai năm 2024 và Luật Đất đai năm 2019.\nĐiều 2. Trách nhiệm\nỦy ban nhân dân huyện chịu trách nhiệm thi hành.\nĐiều 3. Hiệu lực\nQuyết định này có hiệu lực từ ngày 25 tháng 11 năm 2026.\n";

async fn a_draft_is_checked_at_its_places(db: Db) {
    let (p, web) = place(db).await;
    let page = web.post(2, "/work/law/check", &[("draft", DRAFT), ("on", "2026-11-20")]).await;
    assert_eq!(page.status, 200);
    let library = p.law.library().await.unwrap();
    let checked = law::check::draft(DRAFT, &library, &p.law.catalog, kernel::time::date(2026, 11, 20));
    let found: Vec<(&str, usize)> = checked.faults.iter().map(|f| (f.code, f.line)).collect();
    assert_eq!(found, [("lapsed", 6), ("impossible", 7), ("basis", 8), ("no-unit", 10), ("near", 10), ("abolished", 12), ("too-early", 14)]);
    for n in 1..=7 {
        assert!(page.text.contains(&format!("id=\"loi-{n}\"")), "mark {n}");
    }
    assert!(page.text.contains("<mark id=\"loi-1\">Luật Đất đai năm 2013</mark>"));
    let fine = DRAFT.replace("Luật Đất đai năm 2013", "Luật Đất đai năm 2024").replace("31/2024/QH14", "31/2024/QH15").replace("Căn cứ Kết luận số 83-KL/TW;\n", "").replace("Điều 77 Luật Đất đai năm 2024 và Luật Đất đai năm 2019", "Điều 2 Luật Đất đai năm 2024").replace("Ủy ban nhân dân huyện", "Ủy ban nhân dân cấp xã").replace("25 tháng 11", "01 tháng 12");
    assert_eq!(law::check::draft(&fine, &library, &p.law.catalog, kernel::time::date(2026, 11, 20)).faults, []);
    assert_eq!(web.post(2, "/work/law/check", &[("draft", "  ")]).await.status, 422);
    assert_ne!(web.post(20, "/work/law/check", &[("draft", DRAFT)]).await.status, 200);
}

async fn files_come_in_with_a_report(db: Db) {
    let (p, web) = place(db).await;
    let text = NEW.replace("31/2024", "77/2025").replace("ĐẤT ĐAI", "THỬ").replace("2. Luật Đất đai số 45/2013/QH13 hết hiệu lực kể từ ngày Luật này có hiệu lực thi hành.\n", "");
    let done = web.upload(3, "/work/law/import", &[("source", "Công báo số 1")], "moi.txt", text.as_bytes()).await;
    assert_eq!(done.status, 200);
    assert!(done.text.contains("Luật Thử") && done.text.contains("4 điều"), "{}", done.text);
    assert_eq!(p.law.library().await.unwrap().get("luat:77/2025/QH15").unwrap().source, "Công báo số 1");
    let refused = web.upload(3, "/work/law/import", &[], "scan.pdf", b"%PDF-1.4 x").await;
    assert!(refused.text.contains("là PDF") && refused.text.contains("Từ chối"));
    assert_ne!(web.upload(2, "/work/law/import", &[], "moi.txt", text.as_bytes()).await.status, 200, "a specialist does not import");
    let odd = br#"{"number": "88/2025/QH15", "kind": "Lu\u1eadt", "title": "A\u0000B", "source": "x\u0000", "text": "\u0110i\u1ec1u 1. A\u0000\nN\u1ed9i dung"}"#;
    assert_eq!(web.upload(3, "/work/law/import", &[], "odd.jsonl", odd).await.status, 200);
    assert_eq!(web.upload(3, "/work/law/import", &[], "", b"").await.status, 422);
}

async fn odd_requests_are_no_failures(db: Db) {
    let (_, web) = place(db).await;
    let long = "đất ".repeat(500);
    for q in ["", " ", "🙂🙂", "và của là", "'; DROP TABLE law_document; --", "<script>alert(1)</script>", "土地法 what", "\u{202e}đất\0", &long] {
        let page = web.get(0, &ask(q, "")).await;
        assert_eq!(page.status, 200, "{q}");
        assert!(!page.text.contains("<script>alert"));
    }
    for on in ["2026-02-31", "31/02/2026", "hôm qua", "9999999", "-1", "1800-01-01"] {
        let page = web.get(0, &ask("hạn mức giao đất", &url_part(on))).await;
        assert!(page.text.contains("Nhập ngày có thật"), "{on}");
    }
    for q in ["tôi có thắng kiện không nếu tranh chấp đất", "giá vàng hôm nay"] {
        assert!(web.get(0, &ask(q, "")).await.text.contains("cần người có thẩm quyền"), "{q}");
    }
    let english = web.get(0, &format!("{}&lang=en", ask("What is the land dispute procedure and who must conciliate?", ""))).await.text;
    assert!(english.contains("Only the Vietnamese text has authority") && english.contains("hòa giải"));
    for code in ["%00", "%ff%fe", "XXXX%20OR%201", "%E2%80%AE"] {
        assert!(matches!(web.get(0, &format!("/law/questions/{code}")).await.status, 400 | 404), "{code}");
    }
    assert_eq!(web.post(0, "/law/questions", &[("q", "x"), ("on", "")]).await.status, 422);
}
