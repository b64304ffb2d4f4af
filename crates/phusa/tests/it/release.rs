//! The administrator's catalogue work and what a day brings: releases by two people, temporary rules that lapse on 28/02/2027
//! (domain/public-services §10.7 scenario 11), agencies merged at midnight (scenario 8), a calendar that moves no promise.

use crate::{
    dossier::{Dossier, example, key},
    house::{House, folder, instant},
};
use kernel::time::date;
use serde_json::json;
use std::collections::BTreeSet;
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(
    a_version_is_drafted_by_one_and_released_by_another
    what_is_wrong_is_told_and_not_released
    temporary_rules_fall_back_to_the_base_version
    two_agencies_merge_at_midnight
    a_calendar_moves_no_promise
    a_procedure_that_is_not_there_names_another
);

const BIRTH: &str = "1.001193";
const BIRTH_FILE: &str = "procedures/1.001193-birth-registration.yaml";

/// The file of the civil status law of 2027: another law, another time, one paper's hint, one question renamed.
fn new_law(house: &House) -> String {
    let text = house.it.catalogue.files.get(BIRTH_FILE).unwrap();
    let changed = text
        .replacen("version: \"2026-07-01\"", "version: \"2027-03-01\"", 1)
        .replacen("effective: {from: 2026-07-01}", "effective: {from: 2027-03-01}", 1)
        .replace("Luật Hộ tịch 60/2014/QH13", "Luật Hộ tịch 03/2026/QH16")
        .replacen("span: same-day before 15:00", "span: 2wd", 1)
        .replacen("vi: \"Họ, chữ đệm, tên của trẻ\"", "vi: \"Họ và tên của trẻ\"", 1);
    assert_ne!(changed, text);
    changed
}

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(who, "next=%2F");
    browser
}

const NEW: &str = "/admin/catalogue/new?subject=procedure";

/// Uploads a draft; the address of its page.
#[track_caller]
fn draft(browser: &mut Browser, text: &str) -> String {
    let sent = browser.upload_with(NEW, "/admin/catalogue/new", &[("subject", "procedure"), ("text", "")], &[("file", "moi.yaml", text.as_bytes())]);
    sent.goes_to()
}

fn seen(page: &str) -> String {
    page.split_once("name=\"seen\" value=\"").map(|(_, rest)| rest.split('"').next().unwrap().to_owned()).unwrap_or_default()
}

/// What the administrator presses on a draft's page.
fn press(browser: &mut Browser, at: &str, what: &str) -> testkit::Reply {
    let shown = browser.get(at).text();
    let seen = seen(&shown);
    browser.post(at, &format!("{at}/{what}"), [("seen", seen.as_str())])
}

async fn pinned(house: &House, code: &str) -> String {
    house.it.services.desk.load_code(code).await.unwrap().unwrap().state.pinned
}

fn in_force(house: &House, code: &str) -> String {
    let day = house.now().date();
    house.it.services.desk.rules().definitions.current(code, day).map_or_else(String::new, |d| d.version.clone())
}

async fn kinds(house: &House, like: &str) -> Vec<String> {
    let sql = "SELECT kind FROM journal WHERE province = $1 AND kind LIKE $2 ORDER BY seq";
    let rows = house.it.scope.query(sql, values![like]).await.unwrap();
    rows.iter().map(|r| r.string("kind").unwrap()).collect()
}

async fn a_version_is_drafted_by_one_and_released_by_another(db: Db) {
    let house = House::open(db.clone()).await;
    let mut case = Dossier::file(&house, BIRTH);
    let mut admin = signed_in(&house, "admin");
    for who in ["lan", "thu", "kiem"] {
        assert!(matches!(house.actor(who).get("/admin/procedures").status, 403 | 404), "{who}");
    }

    // The list: what lapses on 28/02/2027 with its basis, what is unverified, one open dossier.
    let list = admin.get("/admin/procedures").text();
    assert!(list.contains("28/02/2027") && list.contains("còn 97 ngày") && list.contains("66.7/2025/NQ-CP"), "{list}");
    assert!(!list.contains("class=\"warning\""), "97 days ahead is no warning yet");
    house.set("2026-11-30T08:00:00+07:00");
    let list = signed_in(&house, "admin").get("/admin/procedures").text();
    assert!(list.contains("còn 90 ngày") && list.contains("class=\"warning\""), "90 days ahead it is");
    house.set(crate::house::MONDAY);
    // The sessions of before have ended by now.
    let (mut admin, mut other) = (signed_in(&house, "admin"), signed_in(&house, "phat"));
    let one = admin.get(&format!("/admin/procedures/{BIRTH}")).text();
    assert!(one.contains("đang áp dụng") && one.contains("Luật Hộ tịch 60/2014/QH13") && one.contains("2026-07-01"), "{one}");
    let version = admin.get(&format!("/admin/procedures/{BIRTH}/versions/2026-07-01")).text();
    let above = version.split("<pre").next().unwrap();
    assert!(above.contains(&case.code) && !above.contains("Nguyễn Minh An"), "codes of cases, no names: {above}");

    let text = new_law(&house);
    let before = house.journal().await;
    let at = draft(&mut admin, &text);
    assert_eq!((house.journal().await - before, kinds(&house, "catalogue.%").await), (1, vec!["catalogue.drafted".to_owned()]));
    let page = admin.get(&at).text();
    for said in ["không có lỗi", "Luật Hộ tịch 03/2026/QH16", "2 ngày làm việc", "Họ và tên của trẻ", "01/03/2027", "hẹn trả không đổi"] {
        assert!(page.contains(said), "no “{said}” in {page}");
    }
    // What is previewed is the draft and not what is in force.
    for (what, said) in [("page", "Luật Hộ tịch 03/2026/QH16"), ("form", "Họ và tên của trẻ"), ("diagram", "<svg")] {
        let shown = admin.get(&format!("{at}/{what}"));
        assert!(shown.status == 200 && shown.text().contains(said), "{what}: {}", shown.text());
    }
    let paper = admin.get(&format!("{at}/decision"));
    assert!(paper.status == 200 && paper.header("content-type") == "application/pdf" && paper.bytes.starts_with(b"%PDF"));
    let id = at.rsplit('/').next().unwrap();
    let compared = admin.get(&format!("/admin/procedures/{BIRTH}/compare?from=2026-07-01&to={id}")).text();
    assert!(compared.contains("Thời hạn (") && compared.contains("Không đổi:"), "{compared}");

    // Nobody releases what they wrote themselves.
    let own = press(&mut admin, &at, "release");
    assert!(own.status == 409 && own.text().contains("không tự phát hành"), "{} {}", own.status, own.text());
    assert_eq!(kinds(&house, "catalogue.released").await.len(), 0);
    assert_eq!(press(&mut other, &at, "release").goes_to(), format!("{at}?done=released"));
    assert_eq!(kinds(&house, "catalogue.%").await, ["catalogue.drafted", "catalogue.released"]);
    // A release is not edited, not given up, not released again.
    let again = press(&mut other, &at, "release");
    assert!(again.status == 409 && again.text().contains("soạn phiên bản mới"), "{}", again.text());
    assert_eq!(press(&mut other, &at, "withdraw").status, 409);
    let edit = admin.upload_with(NEW, &at, &[("seen", "2"), ("text", &text)], &[]);
    assert!(edit.status == 409 && edit.text().contains("không sửa được"), "{}", edit.text());

    // Until the day nothing changes; from 00:00 new dossiers take the new version, without a restart.
    case.act("thu", "receive");
    assert_eq!(in_force(&house, BIRTH), "2026-07-01");
    house.set("2027-02-28T23:59:59+07:00");
    assert!(house.browser().get(&format!("/services/{BIRTH}")).text().contains("Luật Hộ tịch 60/2014/QH13"));
    house.set("2027-03-01T00:00:00+07:00");
    let public = house.browser().get(&format!("/services/{BIRTH}")).text();
    assert!(public.contains("Luật Hộ tịch 03/2026/QH16") && !public.contains("60/2014/QH13"), "{public}");
    let fresh = Dossier::file(&house, BIRTH);
    assert_eq!((pinned(&house, &fresh.code).await, pinned(&house, &case.code).await), ("2027-03-01".into(), "2026-07-01".into()));

    // Started again, the release is there; the old dossier goes on under the old law.
    let (db, data) = (db, folder("again"));
    let house = House::over(db, &[], "2027-03-01T09:00:00+07:00", data).await;
    assert_eq!(in_force(&house, BIRTH), "2027-03-01");
    let found = house.it.services.desk.load_code(&case.code).await.unwrap().unwrap();
    assert_eq!(found.definition.version, "2026-07-01");
    assert!(found.definition.legal_basis.iter().any(|b| b.document.contains("60/2014/QH13")));
    house.sound(&case.code).await;
    house.sound(&fresh.code).await;
}

async fn what_is_wrong_is_told_and_not_released(db: Db) {
    let house = House::open(db).await;
    let (mut admin, mut other) = (signed_in(&house, "admin"), signed_in(&house, "phat"));
    let good = new_law(&house);
    // Nothing readable: the page comes back with what was typed, and nothing is kept.
    for (text, said) in [("", "Chưa có nội dung"), ("code: [", "Dòng"), ("code: 1.001193\nversion: a\neffective: {from: 2027-03-01}", "ngoặc kép")] {
        let sent = admin.upload_with(NEW, "/admin/catalogue/new", &[("subject", "procedure"), ("text", text)], &[]);
        assert!(sent.status == 422 && sent.text().contains(said) && sent.text().contains(text.lines().next().unwrap_or_default()), "{text}: {}", sent.text());
    }
    assert_eq!(kinds(&house, "catalogue.%").await.len(), 0);

    // The same findings as `catalog check`, with file and line; a draft with faults is kept and not released.
    let line = |text: &str, needle: &str| text.lines().position(|l| l.contains(needle)).unwrap() + 1;
    let faulty = good.replacen("extends: one-stop", "extends: two-stop", 1);
    let at = draft(&mut admin, &faulty);
    let page = admin.get(&at).text();
    let place = format!("procedures/1.001193@2027-03-01.yaml:{}", line(&faulty, "extends: two-stop"));
    assert!(page.contains(&place) && page.contains("two-stop"), "{place} not in {page}");
    let refused = press(&mut other, &at, "release");
    assert!(refused.status == 409 && refused.text().contains("sửa hết rồi mới phát hành"), "{}", refused.text());

    // Mended by the second administrator: then the second one has written it, and the first releases.
    let shown = other.get(&at).text();
    let saved = other.upload_with(NEW, &at, &[("seen", &seen(&shown)), ("text", &good)], &[]);
    assert_eq!(saved.goes_to(), format!("{at}?done=saved"));
    let old = admin.upload_with(NEW, &at, &[("seen", "1"), ("text", "# mine\n")], &[]);
    assert!(matches!(old.status, 409 | 422) && old.text().contains("# mine"), "typed text survives: {}", old.text());
    assert!(press(&mut other, &at, "release").text().contains("không tự phát hành"));
    assert_eq!(press(&mut admin, &at, "release").status, 303);

    // The day has passed; the version exists; a gap before it.
    let past = good.replacen("2027-03-01", "2026-11-01", 1).replacen("from: 2027-03-01", "from: 2026-11-01", 1);
    let at = draft(&mut admin, &past);
    assert!(press(&mut other, &at, "release").text().contains("đã qua"));
    let at = draft(&mut admin, &good);
    let page = admin.get(&at).text();
    assert!(page.contains("đã phát hành và không thay được"), "{page}");
    assert_eq!(press(&mut other, &at, "release").status, 409);
    assert_eq!(press(&mut admin, &at, "withdraw").status, 303);
    assert!(admin.get(&at).text().contains("đã bỏ"));
    assert_eq!(kinds(&house, "catalogue.released").await.len(), 1);
}

async fn temporary_rules_fall_back_to_the_base_version(db: Db) {
    let house = House::open(db).await;
    let (mut admin, mut other) = (signed_in(&house, "admin"), signed_in(&house, "phat"));
    // A temporary rule of a resolution: one working day less to wait, until 28/02/2027.
    let file = "procedures/1.001612-household-business.yaml";
    let text = house.it.catalogue.files.get(file).unwrap();
    let temporary = text.replacen("version: \"2026-07-01\"", "version: \"tam-2026-12\"", 1).replacen("effective: {from: 2026-07-01}", "effective: {from: 2026-12-01, to: 2027-02-28}", 1);
    assert_ne!(temporary, text);
    let at = draft(&mut admin, &temporary);
    assert_eq!(press(&mut other, &at, "release").status, 303);
    let law = draft(&mut admin, &new_law(&house));
    assert_eq!(press(&mut other, &law, "release").status, 303);
    assert_eq!(in_force(&house, "1.001612"), "2026-07-01");

    house.set("2027-02-26T09:00:00+07:00");
    assert_eq!(in_force(&house, "1.001612"), "tam-2026-12");
    let (mut shop, mut birth) = (Dossier::file(&house, "1.001612"), Dossier::file(&house, BIRTH));
    assert_eq!((pinned(&house, &shop.code).await, pinned(&house, &birth.code).await), ("tam-2026-12".into(), "2026-07-01".into()));
    shop.act("thu", "receive");
    birth.act("thu", "receive");
    let promised = (shop.due("processing"), birth.due("processing"));
    // Begun under the temporary rule and submitted after it: the form is kept, the rule is that of the day.
    let mut lan = signed_in(&house, "lan");
    let begun = lan.post("/services/1.001612", "/services/1.001612/start", []).goes_to();

    house.set("2027-03-01T08:30:00+07:00");
    assert_eq!((in_force(&house, "1.001612"), in_force(&house, BIRTH)), ("2026-07-01".into(), "2027-03-01".into()));
    assert_eq!(signed_in(&house, "lan").get(&begun).status, 200);
    let (draft_version, changed) = {
        let rules = house.it.services.desk.rules();
        let id = begun.rsplit('/').next().unwrap().parse().unwrap();
        let owner = house.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "lan").await.unwrap().unwrap();
        let actor = house.it.identity.directory().actor(owner.id, house.now()).await.unwrap().unwrap();
        let kept = services::drafts::find(&house.it.scope, &actor, id).await.unwrap();
        let (d, changed) = services::drafts::definition_of(rules, &kept, house.now()).unwrap();
        (d.version.clone(), changed)
    };
    assert_eq!((draft_version.as_str(), changed), ("2026-07-01", true));

    // What was open finishes under the law it was filed under, with the promise it had.
    for (case, version) in [(&mut shop, "tam-2026-12"), (&mut birth, "2026-07-01")] {
        case.last = case.seen_by("thu");
        assert_eq!(pinned(&house, &case.code).await, version);
        let offered: usize = ["ha", "duc"].iter().map(|who| case.seen_by(who)["acts"].as_array().map_or(0, Vec::len)).sum();
        assert!(offered > 0, "work on {} goes on", case.code);
    }
    assert_eq!((shop.due("processing"), birth.due("processing")), promised);
    // 1 March is a day like another for those who file now.
    let now = Dossier::file(&house, BIRTH);
    assert_eq!(pinned(&house, &now.code).await, "2027-03-01");
    for code in [&shop.code, &birth.code, &now.code] {
        house.sound(code).await;
    }
    let page = signed_in(&house, "admin").get("/admin/procedures/1.001612").text();
    assert!(page.contains("không nhận hồ sơ mới") && page.contains("tam-2026-12"), "{page}");
}

/// Two wards become one at midnight between 30 November and 1 December.
fn merged() -> std::path::PathBuf {
    let home = folder("merged");
    std::fs::create_dir_all(home.join("offices")).unwrap();
    let mut text = phusa::catalog::built_in().get("offices/phu-sa.yaml").unwrap().to_owned();
    for code in ["H29.161", "H29.162"] {
        let with = format!("  - code: {code}\n    succession: {{on: 2026-12-01, to: H29.190, legal_basis: {{document: Nghị quyết sắp xếp, verified: false}}}}\n");
        let changed = text.replacen(&format!("  - code: {code}\n"), &with, 1);
        assert_ne!(changed, text);
        text = changed;
    }
    text.push_str(
        "\n  - code: H29.190\n    established: 2026-12-01\n    name: { vi: \"Ủy ban nhân dân phường Xuân Sài\", en: \"People's Committee of Xuân Sài Ward\" }\n    \
         level: commune\n    parent: H29\n    area: \"27139\"\n    calendar: vn-offices\n    place: \"Xuân Sài\"\n    phone: \"028 7300 2990\"\n    \
         address: \"Số 1 đường Mới, phường Xuân Sài\"\n    accepts: [commune]\n",
    );
    std::fs::write(home.join("offices/phu-sa.yaml"), text).unwrap();
    home
}

async fn two_agencies_merge_at_midnight(db: Db) {
    const EACH: usize = 250;
    let overlay = merged();
    let house = House::with(db, &[overlay.clone()], "2026-11-30T09:00:00+07:00").await;
    let mut body = example(&house, BIRTH);
    let lan = house.actor("lan");
    let mut codes = BTreeSet::new();
    let mut phone = String::new();
    for (area, office) in [("27139", "H29.161"), ("26740", "H29.162")] {
        body["answers"]["commune"] = json!(area);
        phone = body["answers"]["phone"].as_str().unwrap().to_owned();
        for _ in 0..EACH {
            let code = lan.post_once("/api/v1/cases", &key(), &body).json()["code"].as_str().unwrap().to_owned();
            assert!(code.starts_with(&format!("{office}-261130-")), "{code}");
            codes.insert(code);
        }
    }
    assert_eq!(codes.len(), 2 * EACH);
    let (first, last) = (codes.first().unwrap().clone(), codes.last().unwrap().clone());
    let thu = house.actor("thu");
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM work_item WHERE province = $1 AND office = 'H29.161'").await, EACH as i64);
    thu.get(&format!("/api/v1/cases/{last}")).refused(404, "not-found");
    let mut old = Dossier { house: &house, code: first.clone(), last: lan.get(&format!("/api/v1/cases/{first}")).ok() };
    old.act("thu", "receive");
    let mut another = Dossier::file(&house, BIRTH);
    another.act("thu", "receive");
    let journal = house.journal().await;

    house.set("2026-11-30T23:59:59+07:00");
    house.it.catalogue.keep_current().await.unwrap();
    assert_eq!(house.journal().await, journal, "nothing moves before midnight");
    house.set("2026-12-01T00:00:00+07:00");
    house.it.catalogue.keep_current().await.unwrap();
    assert_eq!(house.journal().await - journal, 2 * EACH as i64 + 1, "one entry a dossier");
    let by_office = |office: &'static str| {
        let scope = house.it.scope.clone();
        async move { scope.one("SELECT COUNT(*) AS n FROM work_item WHERE province = $1 AND office = $2", values![office]).await.unwrap().unwrap().int("n").unwrap() }
    };
    assert_eq!((by_office("H29.161").await, by_office("H29.162").await, by_office("H29.190").await), (0, 0, 2 * EACH as i64 + 1));
    house.it.catalogue.keep_current().await.unwrap();
    assert_eq!(house.journal().await - journal, 2 * EACH as i64 + 1, "once");

    // Found by the old code: by its applicant, by anybody with the phone, and by the people of both old offices, who now work
    // in the new one.
    house.set("2026-12-01T09:00:00+07:00");
    assert_eq!(lan.get(&format!("/api/v1/cases/{last}")).ok()["code"], last.as_str());
    assert_eq!(thu.get(&format!("/api/v1/cases/{last}")).ok()["code"], last.as_str());
    let four = &phone[phone.len() - 4..];
    let looked = house.browser().post("/lookup", "/lookup", [("code", last.as_str()), ("phone", four)]);
    assert!(looked.status == 303 || looked.text().contains(&last), "{}", looked.text());
    let work = thu.get("/api/v1/worklist?list=todo").ok();
    assert!(!work["items"].as_array().unwrap().is_empty(), "{work}");
    // Work goes on: the same people do the next act, the promise is the one given.
    let promised = old.due("processing");
    old.last = old.seen_by("duc");
    assert_eq!(old.due("processing"), promised);
    assert!(!old.last["acts"].as_array().unwrap().is_empty(), "the specialist of the old office goes on: {}", old.last);
    let mut theirs = Dossier { house: &house, code: last.clone(), last: lan.get(&format!("/api/v1/cases/{last}")).ok() };
    theirs.act("thu", "receive");
    // A number drawn now is the first of the new office's register.
    let numbers = house.it.scope.query("SELECT last FROM number_series WHERE province = $1 AND office = 'H29.190' ORDER BY series", values![]).await.unwrap();
    assert!(!numbers.is_empty() && numbers.iter().all(|r| r.int("last").unwrap() == 1), "{numbers:?}");

    // New dossiers alone take the new code, from 1, whichever of the old areas they name.
    for (n, area) in ["27139", "26740"].into_iter().enumerate() {
        body["answers"]["commune"] = json!(area);
        let made = lan.post_once("/api/v1/cases", &key(), &body).json();
        assert_eq!(made["code"], format!("H29.190-261201-{:04}", n + 1), "{made}");
    }
    for code in [&first, &last, &another.code] {
        house.sound(code).await;
    }
    // Started again in the new year: nothing moves twice.
    let journal = house.journal().await;
    house.it.catalogue.keep_current().await.unwrap();
    assert_eq!(house.journal().await, journal);
    std::fs::remove_dir_all(overlay).ok();
}

async fn a_calendar_moves_no_promise(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    let promised = case.due("processing");
    let (mut admin, mut other) = (signed_in(&house, "admin"), signed_in(&house, "phat"));
    let text = house.it.catalogue.files.get("calendars/vn-offices.yaml").unwrap();
    // A storm closes the offices on Thursday 26 November.
    let off = "  2026:\n    off:\n      - on: 2026-11-26\n        name: {vi: Nghỉ tránh bão, en: Closed for a storm}\n        legal_basis: {document: Công điện, verified: no}\n";
    let newer = text.replacen("  2026:\n    off:\n", off, 1);
    assert_ne!(newer, text);
    let page = "/admin/catalogue/new?subject=calendar&code=vn-offices";
    let undated = admin.upload_with(page, "/admin/catalogue/new", &[("subject", "calendar"), ("text", &newer)], &[]);
    assert!(undated.status == 422 && undated.text().contains("Chọn ngày bắt đầu"), "{}", undated.text());
    let fields = [("subject", "calendar"), ("text", newer.as_str()), ("starts-day", "25"), ("starts-month", "11"), ("starts-year", "2026")];
    let at = admin.upload_with(page, "/admin/catalogue/new", &fields, &[]).goes_to();
    let shown = admin.get(&at).text();
    let exact = |at| web::when::exact(at, kernel::text::Lang::Vi);
    let calendar = house.it.services.desk.calendar(&"H29.161".into()).unwrap().clone();
    let would_be = calendar.add_working(promised, 8 * 3600).unwrap();
    for said in [case.code.clone(), "1 ngày đổi giờ làm việc".to_owned(), exact(promised), exact(would_be)] {
        assert!(shown.contains(&web::html::esc(&said)), "no “{said}” in {shown}");
    }
    assert_eq!(press(&mut other, &at, "release").status, 303);
    let due = |h: &House| h.it.services.desk.calendar(&"H29.161".into()).unwrap().is_working_day(date(2026, 11, 26)).unwrap();
    assert!(due(&house), "not before its day");
    house.set("2026-11-25T08:00:00+07:00");
    house.it.catalogue.keep_current().await.unwrap();
    assert!(!due(&house), "from its day on");
    // The printed promise stands; what is promised from now on counts the storm.
    assert_eq!(instant(case.seen_by("thu")["clocks"]["processing"]["due"].as_str().unwrap()), promised);
    house.set("2026-11-25T09:00:00+07:00");
    let mut next = Dossier::file(&house, "1.013225");
    next.act("thu", "receive");
    assert_eq!(next.due("processing"), instant("2026-12-07T09:00:00+07:00"), "seven working days without the 26th");
    let listed = signed_in(&house, "admin").get("/admin/calendars/vn-offices").text();
    assert!(listed.contains("Nghỉ tránh bão") && listed.contains("đã phát hành"), "{listed}");
    house.sound(&case.code).await;
}

async fn a_procedure_that_is_not_there_names_another(db: Db) {
    let house = House::open(db).await;
    let (mut admin, mut other) = (signed_in(&house, "admin"), signed_in(&house, "phat"));
    for (asked, instead) in [("1.00119", BIRTH), ("1.001913", BIRTH), ("1.01246", "1.012994"), ("DX-GROUP", "dx-group"), ("1.00162", "1.001612")] {
        let page = house.browser().get(&format!("/services/{asked}"));
        let told = page.text().contains(instead) || asked == "1.01246";
        assert!(page.status == 404 && told, "{asked}: {} {}", page.status, page.text());
        let api = house.nobody().get(&format!("/api/v1/definitions/{asked}")).refused(404, "not-found").to_string();
        assert!(api.contains(instead) || asked == "1.01246", "{asked}: {api}");
        let filed = house.actor("lan").post_once("/api/v1/cases", &key(), &json!({"definition": asked, "answers": {}}));
        filed.refused(422, "unknown-definition");
    }
    // A procedure that was there for a month and is over names one of its sector; one to come says its day.
    let text = phusa::catalog::built_in().get("procedures/2.000635-civil-status-extract.yaml").unwrap().to_owned();
    let code = |new: &str, effective: &str| {
        text.replacen("code: \"2.000635\"", &format!("code: \"{new}\""), 1).replacen("effective: {from: 2026-07-01}", &format!("effective: {effective}"), 1)
    };
    for text in [code("9.000001", "{from: 2026-11-24, to: 2026-12-15}"), code("9.000002", "{from: 2027-06-01}")] {
        let at = draft(&mut admin, &text);
        let pressed = press(&mut other, &at, "release");
        assert_eq!(pressed.status, 303, "{}", pressed.text());
    }
    house.set("2026-12-16T09:00:00+07:00");
    let over = house.browser().get("/services/9.000001").text();
    assert!(over.contains("hết hiệu lực sau ngày 15/12/2026") && over.contains("2.000635"), "{over}");
    let coming = house.nobody().get("/api/v1/definitions/9.000002").refused(404, "not-found").to_string();
    assert!(coming.contains("01/06/2027"), "{coming}");
}
