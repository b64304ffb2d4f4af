//! Finding dossiers: by code in any form, by name, by phone; whom they are shown to; pages; older cases brought in.

use crate::{
    dossier::{Dossier, example, key},
    house::House,
};
use casework::{
    desk::facts,
    views_find::{self, Asked, Place},
};
use identity::{CaseFilter, dev_provider::DEMO_ISSUER_KEY};
use kernel::{Actor, text::fold};
use serde_json::json;
use std::collections::BTreeSet;
use store::{Db, values};
use testkit::on_each_database;

on_each_database!(
    a_code_a_name_and_a_phone_lead_to_the_dossier
    the_list_shows_what_the_policies_allow
    an_office_finds_what_it_is_asked_about_while_it_is_asked
    pages_hold_each_dossier_once
    common_words_cost_one_bounded_look
    older_dossiers_are_brought_in_as_if_filed_today
    nothing_typed_is_an_error_of_ours
);

/// Filed by lan with changed answers.
fn filed<'h>(house: &'h House, definition: &str, changed: serde_json::Value) -> Dossier<'h> {
    let mut body = example(house, definition);
    body["answers"].as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
    let reply = house.actor("lan").post_once("/api/v1/cases", &key(), &body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let last = reply.json();
    Dossier { house, code: last["code"].as_str().unwrap().to_owned(), last }
}

async fn actor(house: &House, who: &str) -> Actor {
    let directory = house.it.identity.directory();
    let account = directory.by_subject(DEMO_ISSUER_KEY, who).await.unwrap().unwrap();
    directory.actor(account.id, house.now()).await.unwrap().unwrap()
}

/// Every page of an answer: the codes in their order.
async fn all(house: &House, who: &str, typed: &str, limit: usize) -> Vec<String> {
    let actor = actor(house, who).await;
    let filter = CaseFilter { party: None, ..house.it.identity.case_filter(&actor) };
    let (mut codes, mut after): (Vec<String>, Option<Place>) = (Vec::new(), None);
    for _ in 0..1_000 {
        let page = views_find::find(&house.it.services.desk, &filter, &Asked::of(typed), after.as_ref(), limit).await.unwrap();
        assert!(page.cases.len() <= limit);
        codes.extend(page.cases.into_iter().map(|c| c.code));
        match page.next {
            // As an address carries it.
            Some(place) => after = Some(place.to_string().parse().unwrap()),
            None => return codes,
        }
    }
    panic!("“{typed}” never ends");
}

async fn a_code_a_name_and_a_phone_lead_to_the_dossier(db: Db) {
    let house = House::open(db).await;
    let permit = filed(&house, "1.013225", json!({"owner_name": "Đặng Hữu Nghĩa", "owner_personal_number": "079085000123", "phone": "0912345678"}));
    let birth = filed(&house, "1.001193", json!({"child_name": "Nguyễn Thùy Khánh Ngọc"}));
    let found = |page: &testkit::Reply| -> Vec<&str> { [&permit, &birth].into_iter().map(|d| d.code.as_str()).filter(|c| page.text().contains(&format!("/work/cases/{c}"))).collect() };
    let mut thu = house.browser();
    thu.sign_in("thu", "next=%2F");
    let mut ask = |typed: &str| {
        let hex: String = typed.bytes().map(|b| format!("%{b:02X}")).collect();
        thu.get(&format!("/work/find?q={hex}"))
    };
    // A whole code leads to its case; from the head of any list too.
    assert_eq!(ask(&permit.code).goes_to(), format!("/work/cases/{}", permit.code));
    assert_eq!(ask(&permit.code.to_lowercase()).goes_to(), format!("/work/cases/{}", permit.code));
    assert_eq!(ask("261123-0001").goes_to(), format!("/work/cases/{}", permit.code), "the office's own, without the office");
    for typed in ["h29161 261123 0001", "H29161.261123.0001", "H29 161 2611230001", "2611230001", "h29.161-261123-0001 "] {
        let page = ask(typed);
        let shown = page.status == 303 || found(&page) == [permit.code.as_str()];
        assert!(shown, "{typed}: {} {}", page.status, page.text());
    }
    let both = [permit.code.as_str(), birth.code.as_str()];
    assert_eq!(found(&ask("H29.161-2611")), both, "the beginning of a code");
    // Names: with and without accents, in any order, the last word begun; of the owner, of who applied, of the child.
    for typed in ["Đặng Hữu Nghĩa", "dang huu nghia", "NGHIA DANG", "hữu ng", "nghĩa đ", "  nghia   huu "] {
        assert_eq!(found(&ask(typed)), [permit.code.as_str()], "{typed}");
    }
    for typed in ["khánh ngọc", "ngoc khanh thuy", "Nguyễn Thùy K"] {
        assert_eq!(found(&ask(typed)), [birth.code.as_str()], "{typed}");
    }
    assert_eq!(found(&ask("nguyen thi lan")), both, "who applied");
    for typed in ["dang van nghia", "huunghia", "nghiaa"] {
        let page = ask(typed);
        assert!(found(&page).is_empty() && page.text().contains("Không có hồ sơ nào mà bạn được xem"), "{typed}");
    }
    // The last digits of a phone, of the applicant and of the owner.
    assert_eq!(found(&ask("5678")), [permit.code.as_str()]);
    assert_eq!(found(&ask("+84 912 345 678")), [permit.code.as_str()]);
    let phone = birth.last["people"]["applicant"]["phone"].as_str().unwrap();
    assert_eq!(found(&ask(&phone[phone.len() - 5..])), [birth.code.as_str()]);
    // Too little is told at the field, with what was typed; the list shows names and offices.
    let short = ask("n");
    assert!(short.status == 200 && short.text().contains("Gõ ít nhất 2 chữ") && short.text().contains("value=\"n\""), "{}", short.text());
    let page = ask("nghia").text();
    assert!(page.contains("Đặng Hữu Nghĩa / Nguyễn Thị Lan") && page.contains("Mới đăng ký"), "{page}");
    assert!(thu.get("/work").text().contains("action=\"/work/find\""));
    assert_eq!(thu.get(&format!("/work?q={}", permit.code)).goes_to(), format!("/work/cases/{}", permit.code));
    assert_eq!(thu.get("/work?q=nghia").goes_to(), "/work/find?q=nghia");
    assert!(thu.get("/work/find?q=nghia&lang=en").text().contains("Find a case"));
    let mut lan = house.browser();
    lan.sign_in("lan", "next=%2F");
    assert_eq!(lan.get("/work/find?q=nghia").status, 403, "for officials");
}

/// For every person of the demonstration and every dossier: found exactly when the filter of lists holds, and then it opens.
async fn the_list_shows_what_the_policies_allow(db: Db) {
    let house = House::open(db).await;
    let mut cases = vec![Dossier::file(&house, "1.013225"), Dossier::file(&house, "1.013831"), Dossier::file(&house, "1.009645"), Dossier::file(&house, "1.001193")];
    let asked = &mut cases[0];
    asked.act("thu", "receive").act("ha", "assign").act("duc", "consult");
    asked.act("lam", "give_opinion");
    let (mut shown, mut hidden) = (0, 0);
    for person in identity::demo::people() {
        let actor = actor(&house, &person.key).await;
        let filter = CaseFilter { party: None, ..house.it.identity.case_filter(&actor) };
        for case in &cases {
            let found = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
            let allowed = filter.contains(&facts(&found, &house.it.scope));
            let listed = all(&house, &person.key, &case.code, 50).await.contains(&case.code);
            assert_eq!(listed, allowed, "{} and {} {}", person.key, case.code, found.definition.code);
            let by_name = all(&house, &person.key, "nguyen thi lan", 50).await.contains(&case.code);
            assert_eq!(by_name, allowed, "{} and {} by name", person.key, case.code);
            if allowed { shown += 1 } else { hidden += 1 }
        }
    }
    assert!(shown > 20 && hidden > 100, "{shown} {hidden}");
}

async fn an_office_finds_what_it_is_asked_about_while_it_is_asked(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign");
    let sees = async |who: &str| all(&house, who, "nguyen van binh", 10).await == [case.code.clone()];
    assert!(sees("duc").await && sees("ngoc").await && sees("thanh").await && !sees("lam").await && !sees("son").await && !sees("quyen").await);
    case.act("duc", "consult");
    let code = case.code.clone();
    let sees = async |who: &str| all(&house, who, "nguyen van binh", 10).await == [code.clone()];
    assert!(sees("lam").await && sees("son").await && !sees("quyen").await);
    case.act("lam", "give_opinion");
    assert!(!sees("lam").await && sees("son").await);
    house.later(3 * 86_400);
    assert_eq!(house.timers().await, 1);
    assert!(!sees("son").await, "silence closed the request");
    // Nothing of it is left, and everything that should be there is.
    let found = house.it.services.desk.load_code(&code).await.unwrap().unwrap();
    let rows = house.count("SELECT COUNT(*) AS n FROM case_find WHERE province = $1").await;
    assert_eq!(rows as usize, views_find::rows(&found.state).len());
}

async fn pages_hold_each_dossier_once(db: Db) {
    let house = House::open(db).await;
    let mut newest_first = Vec::new();
    let phone = example(&house, "1.001193")["answers"]["phone"].as_str().unwrap().to_owned();
    let names = ["Hồ Hải Hà", "Hoàng Hồng Hạnh", "Huỳnh Hữu Hậu"];
    for n in 0..36 {
        let child = format!("{} {}", names[n % 3], if n % 2 == 0 { "Quý" } else { "Phú Quý" });
        newest_first.insert(0, filed(&house, "1.001193", json!({"child_name": child})).code);
        house.later(7);
    }
    for limit in [1, 5, 12, 35, 36, 50] {
        assert_eq!(all(&house, "thu", "nguyen thi lan", limit).await, newest_first, "{limit} a page");
        assert_eq!(all(&house, "thu", "lan", limit).await, newest_first, "{limit} a page, one word begun");
        // A dossier has several words that begin so; it is found once.
        let prefix = all(&house, "thu", "ha", limit).await;
        assert_eq!((prefix.len(), prefix.iter().collect::<BTreeSet<_>>().len()), (36, 36), "{limit}: ha, hai, hanh, hau");
        assert_eq!(all(&house, "ngoc", "phu quy", limit).await.len(), 18, "{limit}: everybody's");
        assert_eq!(all(&house, "thu", &phone[6..], limit).await, newest_first, "{limit}: by phone");
        let codes = all(&house, "thu", "H29.161-2611", limit).await;
        assert_eq!(codes, newest_first.iter().rev().cloned().collect::<Vec<_>>(), "{limit}: codes in their order");
    }
    // A page and the next one over HTTP.
    let mut thu = house.browser();
    thu.sign_in("thu", "next=%2F");
    for _ in 0..20 {
        filed(&house, "1.001193", json!({}));
    }
    let first = thu.get("/work/find?q=nguyen%20thi%20lan").text();
    let next = first.split("class=\"next-page\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = thu.get(&next).text();
    let rows = |page: &str| page.matches("/work/cases/H29.161-").count();
    assert_eq!((rows(&first), rows(&second)), (50, 6), "{next}");
    assert!(second.contains("Về đầu danh sách") && !second.contains("next-page"));
}

/// Words that everybody has, and a combination that nobody has: each page looks at a bounded part and says where to go on.
async fn common_words_cost_one_bounded_look(db: Db) {
    let house = House::open(db).await;
    let rare = filed(&house, "1.001193", json!({"child_name": "Trần Nguyễn Quỳnh Như"}));
    // Names as a large city has them, without dossiers behind them: many Trần, many Phạm, nobody who is both.
    for (word, words, many) in [("ntran", " tran van ", views_find::SCAN + 500), ("npham", " pham van ", 1_500)] {
        for start in (0..many).step_by(500) {
            let mut batch = house.it.scope.batch();
            for n in start..start + 500 {
                batch.exec(
                    "INSERT INTO case_find (province, scope, word, back, case_id, words) VALUES ($1, 'H29.161', $2, $3, $4, $5)",
                    values![word, -house.now().micros() - 1_000_000 - n, format!("case_{n:032x}"), words],
                );
            }
            house.it.scope.commit(batch).await.unwrap();
        }
    }
    let actor = actor(&house, "thu").await;
    let filter = CaseFilter { party: None, ..house.it.identity.case_filter(&actor) };
    let asked = Asked::of("tran nguyen q");
    let desk = &house.it.services.desk;
    let first = views_find::find(desk, &filter, &asked, None, 50).await.unwrap();
    assert_eq!(first.cases.iter().map(|c| &c.code).collect::<Vec<_>>(), [&rare.code], "the rare word leads: {:?}", first.next);
    let none = Asked::of("tran pham");
    let (mut after, mut looks) = (None, 0);
    loop {
        let page = views_find::find(desk, &filter, &none, after.as_ref(), 50).await.unwrap();
        assert!(page.cases.is_empty());
        looks += 1;
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(looks, 2, "3,000 rows, then the rest");
}

async fn older_dossiers_are_brought_in_as_if_filed_today(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "consult").act("lam", "give_opinion");
    for definition in ["1.001193", "1.013831", "1.001612"] {
        Dossier::file(&house, definition);
    }
    let dump = async || -> Vec<String> {
        let sql = "SELECT scope, word, back, case_id, words FROM case_find WHERE province = $1";
        let rows = house.it.scope.query(sql, values![]).await.unwrap();
        let mut all: Vec<String> = rows.iter().map(|r| format!("{r:?}")).collect();
        all.sort();
        all
    };
    let before = dump().await;
    assert!(before.len() > 40, "{}", before.len());
    let mut batch = house.it.scope.batch();
    batch.exec("DELETE FROM case_find WHERE province = $1", values![]);
    batch.exec("UPDATE case_view SET person = NULL WHERE province = $1", values![]);
    house.it.scope.commit(batch).await.unwrap();
    assert!(all(&house, "thu", "binh", 50).await.is_empty());
    let desk = &house.it.services.desk;
    assert!(desk.find_all_older().await.unwrap() >= 1);
    assert_eq!(dump().await, before, "the same rows");
    assert!(!desk.find_older().await.unwrap(), "and it is done");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1 AND person IS NULL").await, 0);
    // What is filed afterwards stands there once.
    let new = filed(&house, "1.001193", json!({"child_name": "Trần Nguyễn Quỳnh Như"}));
    assert_eq!(all(&house, "thu", "quynh nhu", 50).await, [new.code]);
}

async fn nothing_typed_is_an_error_of_ours(db: Db) {
    let house = House::open(db).await;
    Dossier::file(&house, "1.013225");
    // A search is written down; what is counted is what happened to cases.
    let entries = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND stream LIKE 'case_%'";
    let before = house.count(entries).await;
    let thu = house.actor("thu");
    let long = "á".repeat(3_000);
    for typed in ["%", "_", "' OR 1=1 --", "\u{0}", "a\u{0}b", "🙂🙂", "%%%", "n%n", "0", "00000000000000000000000000", "H", "h29", "----", "\u{202e}lan", "؀؁ ١٢٣", &long, "١٢٣٤٥", "Nguyễn\u{300}\u{300}\u{300} v"] {
        let hex: String = typed.bytes().map(|b| format!("%{b:02X}")).collect();
        let reply = thu.get(&format!("/work/find?q={hex}"));
        assert!(reply.status == 200 || reply.status == 303, "{typed:?}: {} {}", reply.status, reply.text());
    }
    for after in ["x", "1~2", "0~0~case~nlan", "99~0~~nlan", "0~x~y~z", "-1~0~~n", "0~99999999999999999999~a~b", "0~0~%00~n", "0~0~'~n%25"] {
        let reply = thu.get(&format!("/work/find?q=lan&after={after}"));
        assert_eq!(reply.status, 200, "{after}: {}", reply.text());
    }
    assert_eq!(fold("n%n"), "n n", "signs of patterns never reach one");
    assert_eq!(house.count(entries).await, before);
}
