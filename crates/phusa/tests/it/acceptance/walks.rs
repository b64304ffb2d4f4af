//! Scenarios 2, 3, 4 and 6: offices that are silent, that wait, that refuse, that are late.

use crate::{
    dossier::Dossier,
    house::{House, instant},
    payments::{due_of, follow, page, post, reference},
    walk::{Cast, found, lead},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Db, values};

/// Scenario 2: consent is recorded on the second working day, the permit comes on the seventh.
pub async fn a_silent_office(db: Db) {
    let house = House::with(db, &[], "2026-11-02T08:30:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013225");
    house.set("2026-11-02T09:00:00+07:00");
    case.act("thu", "receive").act("ha", "assign").act("duc", "consult");
    let promised = instant("2026-11-11T09:00:00+07:00");
    assert_eq!(case.due("processing"), promised, "seven working days");
    house.set("2026-11-04T08:59:59+07:00");
    assert_eq!(house.timers().await, 0);
    house.set("2026-11-04T09:00:00+07:00");
    assert_eq!(house.timers().await, 1);
    let seen = case.seen_by("duc");
    let answers: Vec<_> = seen["requests"].as_array().unwrap().iter().map(|r| r["answer"]["tacit"].clone()).collect();
    assert_eq!(answers, [json!(true), json!(true)], "{}", seen["requests"]);
    let events = house.actor("duc").get(&case.path("/events")).ok();
    let silence = events["events"].as_array().unwrap().iter().find(|e| e["act"] == "tacit_consent").unwrap();
    assert_eq!(instant(silence["at"].as_str().unwrap()), instant("2026-11-04T09:00:00+07:00"), "recorded on working day 2");
    house.set("2026-11-10T16:00:00+07:00");
    case.act("duc", "appraise").act("ha", "review").act("khanh", "approve");
    house.set("2026-11-11T08:50:00+07:00");
    case.act("mai", "issue");
    let clock = &case.last["clocks"]["processing"];
    assert_eq!((case.handling(), clock["run"].as_str()), ("finished", Some("stopped")));
    assert!(instant(clock["stopped"].as_str().unwrap()) <= promised, "on day 7, in time: {clock}");
    assert_eq!(case.documents("lan"), ["slip_01", "building_permit"]);
    house.sound(&case.code).await;
}

/// Scenario 3: status 6 for nine days, the treasury's slips, and the promise moved by exactly the time between.
pub async fn land_and_the_tax_office(db: Db) {
    let house = House::with(db, &[], "2026-11-02T08:30:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013831");
    house.set("2026-11-02T09:00:00+07:00");
    case.act("thu", "receive");
    let promised = instant("2026-11-10T17:00:00+07:00");
    assert_eq!(case.due("processing"), promised);
    house.set("2026-11-03T10:00:00+07:00");
    case.act("oanh", "assign");
    case.act_with("giap", "await_duty", json!({"duty": "income_tax", "amount": 84_000_000, "notice": "1208/TB-TCS"}));
    case.act_with("giap", "await_duty", json!({"duty": "registration_tax", "amount": 21_000_000, "notice": "1209/TB-TCS"}));
    assert_eq!((case.handling(), case.last["tracks"]["handling"]["national"].as_u64()), ("awaiting_duty", Some(6)));
    assert_eq!(case.last["clocks"]["processing"]["run"], "suspended");
    follow(&house).await;
    let told = house.it.scope.one("SELECT status FROM national_case WHERE province = $1 AND code = $2", values![case.code.as_str()]).await.unwrap();
    assert_eq!(told.unwrap().int("status").unwrap(), 6, "what the national portal is told");
    // Nothing is decided meanwhile.
    let early = case.attempt("giap", &json!({"act": "appraise", "input": {"reason": "Đủ điều kiện"}}));
    early.refused(409, "wrong-state");

    // Nine days later the treasury's slips are shown at the counter; one of two is not enough.
    house.set("2026-11-12T10:00:00+07:00");
    let slip = |due: &str, number: &str, amount: &str| {
        post(&house, "thu", &format!("{due}/take"), &[("form", "take"), ("once", number), ("take.how", "treasury"), ("take.transaction", number), ("take.amount", amount)])
    };
    let desk = dues_at_the_desk(&house, &case.code).await;
    assert!(slip(&desk["registration_tax"], "GNT-77012", "21.000.000").goes_to().ends_with("done=taken"));
    follow(&house).await;
    case.last = case.seen_by("giap");
    assert_eq!(case.handling(), "awaiting_duty", "one is still awaited");
    assert!(slip(&desk["income_tax"], "GNT-77013", "84.000.000").goes_to().ends_with("done=taken"));
    follow(&house).await;
    case.last = case.seen_by("giap");
    assert_eq!((case.handling(), case.last["clocks"]["processing"]["run"].as_str()), ("processing", Some("running")));
    let calendar = house.it.services.desk.calendar(&"H29.06.01".into()).unwrap().clone();
    let suspended = calendar.working_seconds(instant("2026-11-03T10:00:00+07:00"), instant("2026-11-12T10:00:00+07:00")).unwrap();
    assert_eq!(suspended, 7 * 8 * 3600, "nine days hold seven working days");
    assert_eq!(case.due("processing"), calendar.add_working(promised, suspended).unwrap());
    assert_eq!(case.due("processing"), instant("2026-11-19T17:00:00+07:00"));
    // The same slip again changes nothing, and an obligation has no receipt of ours.
    assert!(slip(&desk["income_tax"], "GNT-77013", "84.000.000").goes_to().ends_with("done=known"));
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 0);

    house.set("2026-11-19T09:00:00+07:00");
    case.act("giap", "appraise").act("oanh", "review").act("khoa", "approve").act("xuan", "issue");
    assert_eq!(case.handling(), "finished");
    // The fee of the appraisal comes before the paper is handed over.
    case.attempt("lan", &json!({"act": "collect", "input": {"how": "electronic", "to": "Nguyễn Văn Bình"}})).refused(409, "unpaid");
    let fee = &desk["appraisal"];
    let cash = [("form", "take"), ("once", "land1"), ("take.how", "cash"), ("take.amount", "684.000")];
    assert!(post(&house, "thu", &format!("{fee}/take"), &cash).goes_to().ends_with("done=taken"), "720,000, 5 per cent less online");
    follow(&house).await;
    case.act("lan", "collect");
    assert_eq!((case.handling(), case.last["tracks"]["money"]["state"].as_str()), ("returned", Some("paid")));
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 1);
    house.sound(&case.code).await;
}

/// The address of each due of a case at the cashier's desk, by its code.
pub async fn dues_at_the_desk(house: &House, code: &str) -> std::collections::BTreeMap<String, String> {
    let sql = "SELECT id, code FROM payment_due WHERE province = $1 AND case_code = $2";
    let rows = house.it.scope.query(sql, values![code]).await.unwrap();
    rows.iter().map(|r| (r.string("code").unwrap(), format!("/work/payments/dues/{}", r.string("id").unwrap()))).collect()
}

/// Scenario 4: the security certificate is refused: the licence is never opened, its fee never asked, the applicant told once.
pub async fn the_police_refuse(db: Db) {
    let house = House::open(db).await;
    let mut set = Dossier::file(&house, "local-karaoke-set");
    set.act("thu", "receive");
    let member = async |set: &Dossier<'_>, name: &str| {
        let linked = found(set).await.state.linked;
        linked.into_iter().find(|m| m.name_in_set == name).and_then(|m| m.code).map(|c| c.to_string())
    };
    follow(&house).await;
    let code = member(&set, "business").await.unwrap();
    let (business, _) = lead(Dossier { house: &house, code, last: Value::Null }, &mut BTreeSet::new()).await;
    assert_eq!(business.last["outcome"]["outcome"], "granted");
    follow(&house).await;
    let code = member(&set, "security").await.expect("the next one is opened");
    assert_eq!(member(&set, "licence").await, None, "waits");
    let mut police = Dossier { house: &house, code, last: Value::Null };
    // The fee comes before intake.
    let receive = json!({"act": "receive", "input": {}});
    let front = Cast::of(&found(&police).await).front;
    police.attempt(&front, &receive).refused(409, "unpaid");
    let due = due_of(&house, &police.code);
    post(&house, "lan", &format!("{due}/qr"), &[]);
    house.effects().await;
    let reference = reference(&page(&house.actor("lan").get(&due)));
    post(&house, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "")]);
    follow(&house).await;
    let before = notices(&house).await;
    police.act(&front, "receive").act("nam", "assign").act("man", "propose_refusal").act("phong", "approve").act("quy", "issue");
    assert_eq!((police.handling(), police.last["outcome"]["outcome"].as_str()), ("finished", Some("refused")));
    follow(&house).await;
    follow(&house).await;

    set.last = set.seen_by("thu");
    assert_eq!((set.handling(), set.last["outcome"]["outcome"].as_str()), ("finished", Some("refused")));
    let outcomes: Vec<_> = set.last["linked"].as_array().unwrap().iter().map(|m| (m["as"].clone(), m["outcome"].clone())).collect();
    assert_eq!(outcomes, [(json!("business"), json!("granted")), (json!("security"), json!("refused")), (json!("licence"), json!("stopped"))]);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM case_view WHERE province = $1 AND definition = '1.001029'").await, 0, "never opened");
    // Told once, in words: neither the member nor the conclusion says it again.
    let told: Vec<String> = notices(&house).await.into_iter().filter(|n| !before.contains(n)).collect();
    let of_the_refusal: Vec<&String> = told.iter().filter(|n| n.contains("An ninh") || n.contains("an ninh") || n.contains("không được giải quyết")).collect();
    assert_eq!(of_the_refusal.len(), 1, "{told:#?}");
    // Money: what was paid stays paid (not refundable), nothing more is asked, nothing of the licence ever was.
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_due WHERE province = $1 AND status = 'owed'").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_due WHERE province = $1 AND code = 'karaoke'").await, 0);
    assert_eq!(police.seen_by("lan")["tracks"]["money"]["state"], "paid");
    set.act("thu", "return");
    assert!(set.documents("lan").iter().any(|d| d == "refusal"), "{:?}", set.documents("lan"));
    for code in [&set.code, &business.code, &police.code] {
        house.sound(code).await;
    }
}

/// What the people of cases were told, in Vietnamese.
async fn notices(house: &House) -> Vec<String> {
    let rows = house.it.scope.query("SELECT code, version, vi FROM notice WHERE province = $1 ORDER BY at, code, version", values![]).await.unwrap();
    rows.iter().map(|r| format!("{}/{} {}", r.string("code").unwrap(), r.int("version").unwrap(), r.string("vi").unwrap())).collect()
}

/// Scenario 6: due tomorrow and unsigned: an apology is drafted, the head signs it with a new date, a second one is impossible.
pub async fn an_apology_once(db: Db) {
    let house = House::with(db, &[], "2026-11-17T16:00:00+07:00").await;
    let mut case = Dossier::file(&house, "1.013225");
    house.set("2026-11-18T08:00:00+07:00");
    case.act("thu", "receive").act("ha", "assign");
    assert_eq!(case.due("processing"), instant("2026-11-27T17:00:00+07:00"));
    house.set("2026-11-26T07:59:59+07:00");
    assert_eq!(house.timers().await, 0);
    house.set("2026-11-26T08:00:00+07:00");
    assert_eq!((house.timers().await, house.timers().await), (1, 0), "drafted once");
    let seen = case.seen_by("khanh");
    assert!(seen["apology"]["drafted"].is_string() && seen["apology"]["signed"].is_null(), "{}", seen["apology"]);
    assert!(case.seen_by("lan")["apology"].is_null(), "a draft is the office's own");
    let apology = |until: &str| json!({"act": "apologise", "input": {"reason": "Chờ kết quả đối chiếu bản đồ địa chính", "until": until}});
    for who in ["thu", "duc", "ha", "mai"] {
        case.attempt(who, &apology("2026-12-01")).refused(403, "not-yours");
    }
    for until in ["2026-11-29", "2026-11-27", "2026-02-30", ""] {
        assert!((400..500).contains(&case.attempt("khanh", &apology(until)).status), "{until}");
    }
    assert_eq!(case.attempt("khanh", &apology("2026-12-01")).ok()["clocks"]["processing"]["due"], json!(instant("2026-12-01T17:00:00+07:00")));
    let again = case.attempt("khanh", &apology("2026-12-08")).refused(409, "guard");
    assert!(again["messages"]["vi"].as_str().unwrap().contains("không được gia hạn lần nữa"), "{again}");
    let lan = case.seen_by("lan");
    assert_eq!(lan["apology"]["signed"]["due"], json!(instant("2026-12-01T17:00:00+07:00")), "{}", lan["apology"]);
    assert_eq!(lan["apology"]["signed"]["was"], json!(instant("2026-11-27T17:00:00+07:00")), "the first promise is kept");
    assert!(case.documents("lan").iter().any(|d| d == "slip_04"));
    // Nothing falls due by itself before the new date, and none is drafted again.
    house.set("2026-11-30T17:00:00+07:00");
    assert_eq!(house.timers().await, 0);
    case.act("duc", "appraise").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    house.sound(&case.code).await;
}
