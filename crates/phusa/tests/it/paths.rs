//! The ways that do not lead straight to a result: refusal, withdrawal, silence of the applicant, objections, work done
//! over again.

use crate::{dossier::Dossier, house::{House, instant}};
use serde_json::{Value, json};
use store::Db;
use testkit::on_each_database;

on_each_database!(
    refused_at_intake_ends_with_a_slip
    withdrawn_and_stopped
    a_supplement_that_never_comes_lapses
    a_second_supplement_is_allowed_by_who_answers_for_it
    sent_back_objected_and_refused_with_reasons
    a_supplement_may_change_answers_and_papers
);

async fn refused_at_intake_ends_with_a_slip(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.attempt("thu", &json!({"act": "refuse", "input": {"reason": "ngắn"}})).refused(422, "input");
    case.act("thu", "refuse");
    assert_eq!(case.handling(), "refused");
    assert_eq!(case.documents("lan"), ["slip_03"]);
    assert_eq!(case.last["outcome"]["outcome"], "refused");
    let after = case.attempt("thu", &json!({"act": "receive", "input": {}})).refused(409, "wrong-state");
    assert!(after["messages"]["vi"].as_str().unwrap().contains("Không được tiếp nhận"), "{after}");
    assert_eq!(case.seen_by("lan")["acts"].as_array().unwrap().iter().filter(|a| a["open"] == true).count(), 0);
    house.sound(&case.code).await;
}

async fn withdrawn_and_stopped(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.001612");
    case.act("thu", "receive").act("lan", "withdraw").act("thu", "stop");
    assert_eq!(case.handling(), "stopped");
    assert_eq!(case.documents("lan"), ["slip_01", "slip_05"]);
    assert!(case.last["clocks"].as_object().unwrap().values().all(|c| c["run"] == "stopped"), "{}", case.last["clocks"]);
    house.sound(&case.code).await;
    // A proposal is no decision: it may still be withdrawn (Circular 03/2025 Article 7), and its page offers that.
    for proposed in ["appraise", "propose_refusal"] {
        let mut case = Dossier::file(&house, "1.001612");
        case.act("thu", "receive").act("ha", "assign").act("duc", proposed);
        assert!(own_page(&house, &case.code).contains(&format!("/my/{}/acts/withdraw", case.code)), "{proposed}");
        assert!(case.seen_by("lan")["outcome"].is_null() && !case.seen_by("ha")["outcome"].is_null(), "{proposed}");
        case.act("lan", "withdraw").act("thu", "stop");
        assert_eq!((case.handling(), case.documents("lan")), ("stopped", vec!["slip_01".to_owned(), "slip_05".to_owned()]), "{proposed}");
        house.sound(&case.code).await;
    }
    // Once it is signed it is too late, and the page says why.
    let mut case = Dossier::file(&house, "1.001612");
    case.act("thu", "receive").act("ha", "assign").act("duc", "appraise").act("khanh", "approve");
    case.attempt("lan", &json!({"act": "withdraw"})).refused(409, "guard");
    let page = own_page(&house, &case.code);
    assert!(page.contains("đã được ký nên không rút được nữa") && !page.contains("acts/withdraw"), "{page}");
}

/// The dossier's page as its applicant sees it.
fn own_page(house: &House, code: &str) -> String {
    let mut browser = house.browser();
    browser.sign_in("lan", "");
    browser.get(&format!("/my/{code}")).text()
}

async fn a_supplement_that_never_comes_lapses(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "ask_supplement");
    let due = case.due("applicant");
    assert_eq!(due, instant("2026-11-26T08:30:00+07:00"));
    house.set_to(due.plus_seconds(-1));
    assert_eq!(house.timers().await, 0);
    house.set_to(due);
    assert_eq!(house.timers().await, 1);
    case.last = case.seen_by("duc");
    assert_eq!(case.handling(), "processing");
    assert_eq!(case.due("answer_after_lapse"), instant("2026-11-27T08:30:00+07:00"));
    assert_eq!(case.due("processing"), instant("2026-12-07T08:30:00+07:00"), "seven working days, none of them used before the pause");
    // Late is recorded as such, not taken as a supplement.
    case.attempt("lan", &json!({"act": "supplement", "input": {"note": "muộn"}})).refused(409, "wrong-state");
    case.act("duc", "propose_refusal").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    assert_eq!(case.documents("lan"), ["slip_01", "slip_02", "refusal"]);
    house.sound(&case.code).await;
}

async fn a_second_supplement_is_allowed_by_who_answers_for_it(db: Db) {
    let house = House::open(db).await;
    let again = json!({"act": "ask_supplement", "input": {"defects": [{"about": "", "what": "Nộp lại giấy tờ"}], "reason": "Còn thiếu trang 2"}});
    let mut case = Dossier::file(&house, "1.001612");
    case.act("thu", "receive").act("ha", "assign");
    let allow = json!({"act": "allow_second_supplement", "input": {"reason": "Người nộp gửi nhầm tệp, không phải thiếu sót mới"}});
    case.attempt("ha", &allow).refused(409, "guard");
    case.act("duc", "ask_supplement").act("lan", "supplement");
    let refused = case.attempt("duc", &again).refused(409, "guard");
    assert!(refused["messages"]["en"].as_str().unwrap().contains("head or leader"), "{refused}");
    // Who asks does not allow it; who does is in the journal with the reason, and the applicant's timeline is left alone.
    case.attempt("duc", &allow).refused(403, "not-yours");
    case.attempt("thu", &allow).refused(403, "not-yours");
    case.attempt("ha", &json!({"act": "allow_second_supplement", "input": {"reason": "ừ"}})).refused(422, "input");
    case.attempt("ha", &allow).ok();
    assert!(case.story("duc").iter().any(|a| a == "allow_second_supplement") && !case.story("lan").iter().any(|a| a == "allow_second_supplement"));
    case.attempt("duc", &again).ok();
    case.last = case.seen_by("duc");
    assert_eq!(case.last["supplements"].as_array().unwrap().len(), 2);
    // Allowed once is asked once more, not for ever.
    case.act("lan", "supplement");
    case.attempt("duc", &again).refused(409, "guard");
    case.attempt("ha", &allow).refused(409, "guard");
    house.sound(&case.code).await;
    // Building permits: Decree 217/2026 allows one, whatever the reason.
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "ask_supplement").act("lan", "supplement");
    case.attempt("duc", &again).refused(409, "guard");
    assert!(case.seen_by("ha")["acts"].as_array().unwrap().iter().all(|a| a["act"] != "allow_second_supplement"));
}

async fn sent_back_objected_and_refused_with_reasons(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive").act("ha", "assign").act("duc", "consult");
    case.act_with("tuan", "give_opinion", json!({"agrees": false, "text": "Vượt chỉ giới xây dựng đã công bố"}));
    case.attempt("lam", &json!({"act": "give_opinion", "input": {"agrees": true, "text": "Đồng ý"}})).refused(404, "not-found");
    case.act("son", "give_opinion");
    let seen = case.seen_by("duc");
    assert_eq!(seen["requests"][0]["answer"]["agrees"], false, "{}", seen["requests"]);
    case.act("duc", "appraise").act("ha", "send_back");
    assert_eq!(case.last["step"]["code"], "appraise");
    case.act("duc", "propose_refusal").act("ha", "review").act("khanh", "send_back");
    case.act("duc", "propose_refusal").act("ha", "review").act("khanh", "approve").act("mai", "issue");
    assert_eq!((case.handling(), case.last["outcome"]["outcome"].as_str()), ("finished", Some("refused")));
    assert_eq!(case.documents("lan"), ["slip_01", "refusal"]);
    case.act("thu", "return");
    house.effects().await;
    house.sound(&case.code).await;
}

async fn a_supplement_may_change_answers_and_papers(db: Db) {
    let house = House::open(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    let files = case.last["files"].as_array().unwrap().len();
    let mut answers: Value = case.last["answers"].clone();
    let pdf = crate::dossier::example(&house, "1.013225")["files"][0].clone();
    case.act("thu", "receive").act("ha", "assign").act("duc", "ask_supplement");
    answers["works_height"] = json!("cao");
    case.attempt("lan", &json!({"act": "supplement", "input": {"answers": answers}})).refused(422, "answers");
    let strange = json!({"component": "none", "name": "a.pdf", "content_base64": pdf["content_base64"]});
    case.attempt("lan", &json!({"act": "supplement", "input": {"files": [strange]}})).refused(422, "unknown-component");
    assert_eq!(case.seen_by("lan")["version"], 4, "nothing half done");
    answers["works_height"] = json!(14.9);
    case.act_with("lan", "supplement", json!({"answers": answers, "files": [pdf], "note": "Bản vẽ mới"}));
    assert_eq!(case.last["answers"]["works_height"], 14.9);
    assert_eq!(case.last["files"].as_array().unwrap().len(), files + 1);
    house.sound(&case.code).await;
}
