//! The corpus in the tables: what is imported is read back, changed once, and found the same on both databases.

use crate::support::{NEW, OLD, Place, actor};
use kernel::time::date;
use law::{Filter, question::HandOver, search::Question, store::Kept};
use store::{Db, values};
use testkit::on_each_database;

on_each_database! {
    what_is_imported_is_found_again
    a_text_sent_twice_is_one
    a_question_is_answered_once
    an_answer_cites_what_is_in_force
}

fn kept(reports: &[law::Report]) -> Vec<Option<Kept>> {
    reports.iter().map(|r| r.result.as_ref().ok().map(|(_, _, k)| k.clone())).collect()
}

async fn what_is_imported_is_found_again(db: Db) {
    let p = Place::new(db).await;
    let library = p.law.library().await.unwrap();
    assert_eq!(library.documents.len(), 2);
    let found = |text: &str, on| {
        let q = Question::of(text, &p.law.catalog.words);
        let hits = library.search(&q, &Filter::on(on), 10);
        hits.iter().filter_map(|h| library.entry(h.entry)).map(|(d, a)| format!("{} {}", d.key, a.eid)).collect::<Vec<_>>()
    };
    // The ranking is this list on SQLite and on PostgreSQL.
    assert_eq!(found("hạn mức giao đất trồng lúa", date(2020, 1, 1)), ["luat:45/2013/QH13 art_2", "luat:45/2013/QH13 art_1", "luat:45/2013/QH13 art_3"]);
    assert_eq!(found("han muc giao dat trong lua", date(2026, 1, 1))[0], "luat:31/2024/QH15 art_2");
    let text = library.get("luat:31/2024/QH15").unwrap();
    assert_eq!(text.article("art_3", date(2026, 1, 1)).unwrap().text, "1. Trước khi khởi kiện các bên phải hòa giải tại Ủy ban nhân dân cấp xã nơi có đất.");
    // Another import is seen without a restart.
    p.put("b.txt", &NEW.replace("31/2024", "99/2025").replace("ĐẤT ĐAI", "THỬ NGHIỆM").replace("2. Luật Đất đai số 45/2013/QH13 hết hiệu lực kể từ ngày Luật này có hiệu lực thi hành.\n", "")).await;
    assert_eq!(p.law.library().await.unwrap().documents.len(), 3);
    let entries = store::journal::stream(&p.law.scope, "law:luat:31/2024/QH15").await.unwrap();
    assert_eq!(entries.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["law.imported"]);
}

async fn a_text_sent_twice_is_one(db: Db) {
    let p = Place::empty(db).await;
    assert_eq!(kept(&p.put("a.txt", OLD).await), [Some(Kept::New)]);
    assert_eq!(kept(&p.put("a.txt", OLD).await), [Some(Kept::Same)]);
    assert_eq!(kept(&p.put("a.txt", &OLD.replace("03 héc ta", "02 héc ta")).await), [Some(Kept::Replaced)]);
    let rows = p.law.scope.query("SELECT place FROM law_article WHERE province = $1", values![]).await.unwrap();
    assert_eq!(rows.len(), 3);
    let refused = p.law.import(&law::Author::new(&actor(3), p.law.now()), "x.pdf", b"%PDF-1.7".to_vec(), law::import::Given::default()).await;
    assert!(matches!(refused, Err(law::Failure::Refused(r)) if r.code == "law-pdf"));
    // A change that the law makes to another is derived, never written: the old text stays as it was imported.
    p.put("b.txt", NEW).await;
    let library = p.law.library().await.unwrap();
    assert_eq!(library.get("luat:45/2013/QH13").unwrap().until, Some(date(2024, 8, 1)));
    let meta = p.law.scope.query("SELECT meta FROM law_document WHERE province = $1 AND key = 'luat:45/2013/QH13'", values![]).await.unwrap();
    assert!(meta[0].text("meta").unwrap().contains("\"until\":null"));
}

async fn asked(p: &Place, text: &str) -> law::question::Question {
    p.law.hand_over(None, HandOver { text, on: date(2026, 11, 23), why: "unsupported", shown: vec![] }).await.unwrap()
}

async fn a_question_is_answered_once(db: Db) {
    let p = Place::new(db).await;
    let q = asked(&p, "Tôi ở số 0912345678 muốn hỏi về nuôi chim yến trong khu dân cư").await;
    assert!(q.asked.text.contains("•••") && !q.asked.text.contains("0912345678"));
    assert!(p.law.hand_over(None, HandOver { text: "?", on: date(2026, 11, 23), why: "", shown: vec![] }).await.is_err());
    // Nobody of another office knows of it.
    assert!(p.law.question_for(&actor(8), q.asked.id).await.is_err());
    assert!(p.law.answer_question(&actor(8), q.asked.id, "Một câu trả lời đủ dài").await.is_err());
    let answers = (0..4).map(|_| {
        let (law, id) = (p.law.clone(), q.asked.id);
        tokio::spawn(async move { law.answer_question(&actor(2), id, "Mời bạn liên hệ bộ phận một cửa của phường.").await.is_ok() })
    });
    let taken = futures::future::join_all(answers).await.into_iter().filter(|a| *a.as_ref().unwrap()).count();
    assert_eq!(taken, 1);
    let seen = p.law.question_by_code(&q.asked.code.to_lowercase()).await.unwrap().unwrap();
    assert_eq!(seen.answer.unwrap().by, "Nguyễn Văn 2");
    assert!(p.law.question_by_code("AAAA-BBBB-CCCC").await.unwrap().is_none());
}

async fn an_answer_cites_what_is_in_force(db: Db) {
    let p = Place::new(db).await;
    let q = asked(&p, "Hạn mức giao đất trồng lúa là bao nhiêu héc ta").await;
    for text in ["Theo Điều 2 Luật Đất đai năm 2013, không quá 03 héc ta.", "Theo Điều 77 Luật Đất đai năm 2024 thì được.", "Theo Điều 2 Luật Đất đai năm 2019 thì được."] {
        assert!(p.law.answer_question(&actor(1), q.asked.id, text).await.is_err(), "{text}");
    }
    let q = p.law.answer_question(&actor(1), q.asked.id, "Theo khoản 1 Điều 2 Luật Đất đai năm 2024, không quá 05 héc ta.").await.unwrap();
    assert_eq!(q.answer.unwrap().cited, ["khoản 1 Điều 2 Luật Đất đai năm 2024"]);
}
