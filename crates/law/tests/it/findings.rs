//! Findings on both databases and over HTTP: found once, changed and gone with the texts, decided by a reviewer.

use crate::support::{LOCAL, Place, Web, actor};
use kernel::{Text, catalog::LegalBasis, time::{Date, date}};
use law::{
    Author,
    elsewhere::{Citing, Procedures},
    finding::{Finding, State, review::Changes, views},
};
use std::sync::Arc;
use store::Db;
use testkit::on_each_database;

on_each_database! {
    another_run_reports_only_what_is_new_changed_or_gone
    a_run_that_stopped_goes_on
    a_reviewer_decides_once_and_in_sight_of_the_words
    the_bases_of_procedures_are_looked_at
    the_pages_show_both_texts_and_take_a_decision
    a_draft_is_held_against_the_corpus
}

const KEY: &str = "qd:18/2026/QĐ-UBND@uy-ban-nhan-dan-tinh-lao-cai";

async fn place(db: Db) -> (Place, Author) {
    let p = Place::new(db).await;
    p.put("c.txt", LOCAL).await;
    let by = Author::new(&actor(1), p.law.now());
    (p, by)
}
async fn of(p: &Place, state: State) -> Vec<Finding> {
    let ids = views::list(&p.law.scope, state, "", None, 100).await.unwrap();
    views::read(&p.law.scope, &ids).await.unwrap()
}

async fn another_run_reports_only_what_is_new_changed_or_gone(db: Db) {
    let (p, by) = place(db).await;
    let first = p.law.review_all(&by, |_| {}).await.unwrap();
    assert_eq!((first.documents, first.fresh, first.changed, first.closed), (3, 1, 0, 0));
    let open = of(&p, State::Open).await;
    let f = &open[0].found;
    assert_eq!((f.family.as_str(), f.code.as_str(), f.rule.as_str()), ("C", "above-most", "higher"));
    assert_eq!((f.here.label.as_str(), f.there.as_ref().unwrap().label.as_str()), ("khoản 1 Điều 1", "khoản 1 Điều 2"));
    let mark = |p: &law::conflict::Place| p.spans.iter().map(|(s, e)| p.quote[*s..*e].to_owned()).collect::<Vec<_>>();
    assert_eq!((mark(&f.here), mark(f.there.as_ref().unwrap())), (vec!["không quá 06 héc ta".to_owned()], vec!["không quá 05 héc ta".to_owned()]));
    // Nothing changed: nothing is written.
    let key = p.law.library().await.unwrap().documents.iter().find(|d| d.key.starts_with("qd:")).unwrap().key.clone();
    assert_eq!(key, KEY);
    assert_eq!(p.law.review_document(&by, &key).await.unwrap(), Changes { same: 1, ..Changes::default() });
    assert_eq!(store::journal::stream(&p.law.scope, &open[0].id.to_string()).await.unwrap().len(), 1);
    // Other words: changed, and to be looked at again although somebody had decided.
    p.law.decide_finding(&actor(1), open[0].id, &open[0].found.content(), State::Confirmed, "", "").await.unwrap();
    p.put("c.txt", &LOCAL.replace("06 héc ta", "07 héc ta")).await;
    assert_eq!(p.law.review_document(&by, &key).await.unwrap(), Changes { changed: 1, ..Changes::default() });
    assert_eq!(of(&p, State::Open).await[0].id, open[0].id);
    // Within the law: gone; and back again: the same finding.
    p.put("c.txt", &LOCAL.replace("06 héc ta", "04 héc ta")).await;
    p.law.review_document(&by, &key).await.unwrap();
    p.put("c.txt", &LOCAL.replace("06 héc ta", "05 héc ta")).await;
    p.law.review_document(&by, &key).await.unwrap();
    assert!(!of(&p, State::Open).await.iter().any(|f| f.found.code == "above-most"));
    p.put("c.txt", LOCAL).await;
    assert_eq!(p.law.review_document(&by, &key).await.unwrap().fresh, 1);
    let kinds: Vec<String> = store::journal::stream(&p.law.scope, &open[0].id.to_string()).await.unwrap().into_iter().map(|e| e.kind).collect();
    assert_eq!(kinds, ["law_finding.found", "law_finding.decided", "law_finding.changed", "law_finding.closed", "law_finding.reopened"]);
    assert!(p.law.review_document(&by, "luat:1/1900/QH1").await.is_err());
}

async fn a_run_that_stopped_goes_on(db: Db) {
    let (p, by) = place(db).await;
    let corpus = law::store::changes(&p.law.scope).await.unwrap();
    // It stopped behind the first document.
    let half = views::Progress { corpus, day: "2026-11-23".into(), next: "luat:31/2024/QH15".into(), documents: 1, total: 3, ..views::Progress::default() };
    views::keep(&p.law.scope, &half, p.law.now()).await.unwrap();
    let mut heard = 0;
    let done = p.law.review_all(&by, |_| heard += 1).await.unwrap();
    assert_eq!((done.documents, done.fresh, done.ended, heard), (3, 1, true, 1));
    assert_eq!(views::progress(&p.law.scope).await.unwrap().map(|p| p.ended), Some(true));
    // A run that ended begins anew, and finds nothing new.
    let again = p.law.review_all(&by, |_| {}).await.unwrap();
    assert_eq!((again.documents, again.fresh, again.changed, again.closed), (3, 0, 0, 0));
}

async fn a_reviewer_decides_once_and_in_sight_of_the_words(db: Db) {
    let (p, by) = place(db).await;
    p.law.review_all(&by, |_| {}).await.unwrap();
    let f = of(&p, State::Open).await.remove(0);
    let content = f.found.content();
    let (a, id) = (actor(1), f.id);
    let refused = |r: Result<Finding, law::Failure>| match r {
        Err(law::Failure::Refused(r)) => r.code.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(refused(p.law.decide_finding(&a, id, &content, State::NoConflict, "", "").await), "law-finding");
    assert_eq!(refused(p.law.decide_finding(&a, id, &content, State::Sent, "", "").await), "law-finding");
    assert_eq!(refused(p.law.decide_finding(&a, id, &content, State::Open, "", "").await), "law-finding");
    assert_eq!(refused(p.law.decide_finding(&a, id, "other words", State::Confirmed, "", "").await), "law-finding-changed");
    let sent = p.law.decide_finding(&a, id, &content, State::Sent, "Đề nghị sửa.", "Ủy ban nhân dân tỉnh Lào Cai").await.unwrap();
    assert_eq!((sent.state, sent.history.len()), (State::Sent, 2));
    // Sent twice is once.
    let twice = p.law.decide_finding(&a, id, &content, State::Sent, "Đề nghị sửa.", "Ủy ban nhân dân tỉnh Lào Cai").await.unwrap();
    assert_eq!(twice.history.len(), 2);
    assert_eq!(views::counts(&p.law.scope).await.unwrap().into_iter().filter(|(_, n)| *n > 0).collect::<Vec<_>>(), [(State::Sent, 1)]);
}

struct Offered;
impl Procedures for Offered {
    fn on(&self, _: Date) -> Vec<Citing> {
        let basis = |document: &str, article: Option<&str>| LegalBasis { document: document.into(), article: article.map(str::to_owned), note: None, verified: false };
        let what = || Text::new("Thời hạn", "Time");
        let bases = vec![
            (what(), basis("Luật Đất đai năm 2013", Some("Điều 2"))),
            (what(), basis("Luật Đất đai số 31/2024/QH15", Some("Điều 2 khoản 1"))),
            (what(), basis("Luật Đất đai năm 2024", Some("Điều 99"))),
            (what(), basis("Nghị định 15/2021/NĐ-CP", Some("Điều 1"))),
        ];
        vec![Citing { code: "1.000001".into(), title: "Thủ tục 1.000001 Giao đất".into(), from: None, bases }]
    }
}

async fn the_bases_of_procedures_are_looked_at(db: Db) {
    let (p, by) = place(db).await;
    assert!(p.law.procedures.set(Arc::new(Offered)).is_ok());
    let c = p.law.review_procedures(&by).await.unwrap();
    assert_eq!(c.fresh, 2);
    let mut codes: Vec<String> = of(&p, State::Open).await.into_iter().map(|f| format!("{} {}", f.found.code, f.found.here.quote)).collect();
    codes.sort();
    // What the corpus does not know is no fault of the procedure.
    assert_eq!(codes, ["basis-lapsed Điều 2 Luật Đất đai năm 2013", "no-unit Điều 99 Luật Đất đai năm 2024"]);
    assert_eq!(p.law.review_procedures(&by).await.unwrap().same, 2);
    // Addresses: the very article on the day, and the old one while it held.
    let bases: Vec<LegalBasis> = Offered.on(date(2026, 11, 23))[0].bases.iter().map(|(_, b)| b.clone()).collect();
    let now = p.law.addresses(&bases, date(2026, 11, 23)).await.unwrap();
    assert_eq!((now.len(), now[&bases[1]].as_str()), (1, "/law/documents/luat-31-2024-qh15/units/art_2?on=2026-11-23"));
    let then = p.law.addresses(&bases, date(2016, 1, 1)).await.unwrap();
    assert_eq!(then[&bases[0]], "/law/documents/luat-45-2013-qh13/units/art_2?on=2016-01-01");
}

async fn the_pages_show_both_texts_and_take_a_decision(db: Db) {
    let (p, _) = place(db).await;
    let web = Web::new(&p);
    for who in [3, 20] {
        assert_ne!(web.get(who, "/work/law/findings").await.status, 200, "{who}");
    }
    assert_eq!(web.post(1, "/work/law/findings", &[("act", "one"), ("document", "")]).await.status, 422);
    assert_eq!(web.post(1, "/work/law/findings", &[("act", "one"), ("document", "99/1900")]).await.status, 422);
    assert_eq!(web.post(1, "/work/law/findings", &[("act", "one"), ("document", "Luật Đất đai")]).await.status, 422, "two laws of one name");
    web.does(1, "/work/law/findings", &[("act", "one"), ("document", "18/2026/QĐ-UBND")]).await;
    web.does(1, "/work/law/findings", &[("act", "all")]).await;
    let list = web.get(1, "/work/law/findings?family=C").await.text;
    assert!(list.contains("Mức không quá 60.000 m² vượt mức tối đa không quá 50.000 m²") && list.contains("khoản 1 Điều 1") && list.contains("xong"), "{list}");
    assert!(!web.get(1, "/work/law/findings?family=D").await.text.contains("khoản 1 Điều 1"));
    let path = format!("/work/law/findings/{}", list.split("href=\"/work/law/findings/lawf").nth(1).map(|s| format!("lawf{}", s.split('"').next().unwrap())).unwrap());
    let card = web.get(1, &path).await.text;
    assert!(card.contains("<mark>không quá 06 héc ta</mark>") && card.contains("<mark>không quá 05 héc ta</mark>") && card.contains("hiệu lực pháp lý cao hơn"), "{card}");
    assert!(card.contains("/law/documents/luat-31-2024-qh15/units/art_2"));
    let content = card.split("name=\"content\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let faulty = web.post(1, &path, &[("act", "decide"), ("content", &content), ("decision", "no_conflict"), ("reason", "ngắn")]).await;
    assert!(faulty.status == 422 && faulty.text.contains("Ghi lý do từ 10") && faulty.text.contains("ngắn"));
    web.does(1, &path, &[("act", "decide"), ("content", &content), ("decision", "confirmed"), ("reason", "=Vượt hạn mức của luật")]).await;
    assert!(web.get(1, &path).await.text.contains("Đúng là mâu thuẫn – Nguyễn Văn 1"));
    let csv = web.get(1, "/work/law/findings/csv?state=confirmed").await;
    assert!(csv.status == 200 && csv.text.contains("\"'=Vượt hạn mức của luật\"") && csv.text.lines().count() == 2, "{}", csv.text);
    for odd in ["/work/law/findings/x", "/work/law/findings/lawf_x", "/work/law/findings/%00", "/work/law/findings/lawf_00000000-0000-8000-8000-000000000000"] {
        assert!(matches!(web.get(1, odd).await.status, 400 | 404), "{odd}");
    }
    for odd in ["?state=x&family=ZZ&after=5", "?after=99999~lawf_x", "?after=~", "?state=%00"] {
        assert!(matches!(web.get(1, &format!("/work/law/findings{odd}")).await.status, 200 | 400), "{odd}");
    }
}

async fn a_draft_is_held_against_the_corpus(db: Db) {
    let p = Place::new(db).await;
    let web = Web::new(&p);
    let page = web.post(2, "/work/law/check", &[("draft", LOCAL), ("on", "2026-10-05")]).await.text;
    assert!(page.contains("Chỗ nghi mâu thuẫn với văn bản trong kho (1)") && page.contains("<mark>không quá 06 héc ta</mark>"), "{page}");
    let fine = web.post(2, "/work/law/check", &[("draft", &LOCAL.replace("06 héc ta", "05 héc ta")), ("on", "2026-10-05")]).await.text;
    assert!(fine.contains("Không thấy chỗ nào nghi mâu thuẫn"));
    // A draft is not kept.
    assert!(of(&p, State::Open).await.is_empty());
}
