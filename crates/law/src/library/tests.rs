//! Documents that change each other, and what holds on which day.

use super::{Filter, Library};
use crate::{amend::Outcome, catalog, document::Status, import, search::Question};
use kernel::time::{Date, date};

const OLD: &str = "QUỐC HỘI\nLuật số: 45/2013/QH13\nHà Nội, ngày 29 tháng 11 năm 2013\nLUẬT\nĐẤT ĐAI\nĐiều 1. Phạm vi\nLuật này quy định về đất.\nĐiều 2. Hạn mức\n1. Không quá 03 héc ta.\n2. Không quá 10 héc ta đất trồng cây.\nĐiều 3. Cơ quan\nSở Tài nguyên và Môi trường cấp giấy.\nĐiều 4. Hiệu lực\nLuật này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2014.\n";
const AMENDS: &str = "QUỐC HỘI\nLuật số: 35/2018/QH14\nHà Nội, ngày 20 tháng 11 năm 2018\nLUẬT\nSỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA LUẬT ĐẤT ĐAI\nĐiều 1. Sửa đổi, bổ sung một số điều của Luật Đất đai\n1. Sửa đổi, bổ sung khoản 2 Điều 2 như sau:\n“2. Không quá 30 héc ta đất trồng cây.”.\n2. Bổ sung Điều 2a vào sau Điều 2 như sau:\n“Điều 2a. Đất rừng\nKhông quá 50 héc ta.”.\n3. Thay thế cụm từ “Sở Tài nguyên và Môi trường” bằng cụm từ “cơ quan quản lý đất đai” tại Điều 3.\n4. Bãi bỏ Điều 99.\nĐiều 2. Hiệu lực thi hành\nLuật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2019.\n";
const NEW: &str = "QUỐC HỘI\nLuật số: 31/2024/QH15\nHà Nội, ngày 18 tháng 01 năm 2024\nLUẬT\nĐẤT ĐAI\nĐiều 1. Phạm vi\nLuật này quy định về đất đai.\nĐiều 2. Hạn mức giao đất\n1. Không quá 05 héc ta.\nĐiều 3. Hiệu lực\n1. Luật này có hiệu lực thi hành từ ngày 01 tháng 8 năm 2024.\n2. Luật Đất đai số 45/2013/QH13 hết hiệu lực kể từ ngày Luật này có hiệu lực.\n";

fn library() -> Library {
    let catalog = catalog::built_in();
    let documents = [OLD, AMENDS, NEW].iter().map(|t| import::document(t, &import::Given::default(), &catalog).expect("a law").document).collect();
    Library::build(documents, &catalog)
}

#[test]
fn versions_follow_their_dates() {
    let l = library();
    let old = l.get("luat:45/2013/QH13").expect("the old law");
    let clause = |on: Date| old.article("art_2", on).map(|a| a.text.contains("30 héc ta"));
    assert_eq!(clause(date(2015, 1, 1)), Some(false));
    assert_eq!(clause(date(2018, 12, 31)), Some(false));
    assert_eq!(clause(date(2019, 1, 1)), Some(true));
    assert!(old.article("art_2a", date(2020, 1, 1)).is_some_and(|a| a.heading == "Đất rừng"));
    assert!(old.article("art_3", date(2020, 1, 1)).is_some_and(|a| a.text.starts_with("cơ quan quản lý đất đai")));
    assert!(old.article("art_3", date(2016, 1, 1)).is_some_and(|a| a.text.starts_with("Sở")));
    assert_eq!(l.operations.iter().filter(|(_, o)| *o == Outcome::NoUnit).count(), 1, "{:?}", l.operations);
}

#[test]
fn status_at_a_day() {
    let l = library();
    let status = |key: &str, on: Date| l.get(key).map(|d| d.status(on));
    for (key, on, expected) in [
        ("luat:45/2013/QH13", date(2014, 6, 30), Status::NotYet),
        ("luat:45/2013/QH13", date(2014, 7, 1), Status::InForce),
        ("luat:45/2013/QH13", date(2019, 1, 1), Status::Partly),
        ("luat:45/2013/QH13", date(2024, 7, 31), Status::Partly),
        ("luat:45/2013/QH13", date(2024, 8, 1), Status::Lapsed),
        ("luat:31/2024/QH15", date(2024, 8, 1), Status::InForce),
        ("luat:31/2024/QH15", date(2024, 7, 31), Status::NotYet),
    ] {
        assert_eq!(status(key, on), Some(expected), "{key} {on}");
    }
}

#[test]
fn two_days_give_two_answers() {
    let l = library();
    let words = &catalog::built_in().words;
    for text in ["hạn mức giao đất bao nhiêu héc ta", "han muc giao dat bao nhieu hec ta"] {
        let q = Question::of(text, words);
        let first = |on: Date| l.search(&q, &Filter::on(on), 5).first().and_then(|h| l.entry(h.entry)).map(|(d, a)| (d.key.clone(), a.eid.clone()));
        assert_eq!(first(date(2016, 1, 1)), Some(("luat:45/2013/QH13".into(), "art_2".into())), "{text}");
        assert_eq!(first(date(2026, 1, 1)), Some(("luat:31/2024/QH15".into(), "art_2".into())), "{text}");
        assert_eq!(first(date(2010, 1, 1)), None);
        for on in [date(2016, 1, 1), date(2019, 6, 1), date(2026, 1, 1)] {
            for h in l.search(&q, &Filter::on(on), 50) {
                let (d, a) = l.entry(h.entry).expect("an entry");
                assert_eq!(d.article_status(a, on), Status::InForce);
            }
        }
    }
}

#[test]
fn no_question_is_too_odd() {
    let l = library();
    let words = &catalog::built_in().words;
    let long = "đất ".repeat(5000);
    for text in ["", "🙂", "và của là", "'; DROP TABLE law; --", "<script>alert(1)</script>", "土地法", "what is this", &long, "\u{202e}\0"] {
        let q = Question::of(text, words);
        let _ = l.search(&q, &Filter::on(date(2026, 1, 1)), 10);
    }
    assert!(Question::of("và của là", words).words == 0);
}
