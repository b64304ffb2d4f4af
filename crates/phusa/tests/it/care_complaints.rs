//! Complaints, petitions and suggestions: sent, handled in their times, answered in public without names, counted by the index.

use crate::{
    care_ratings::{page, post},
    dossier::Dossier,
    house::{House, instant},
};
use serde_json::json;
use store::{Db, values};
use testkit::{Reply, on_each_database, visible};

on_each_database! {
    a_report_is_answered_and_published_without_names
    only_a_suggestion_needs_no_name
    a_rejection_a_question_and_a_late_answer
    what_is_sent_badly_is_told_and_kept
    an_office_explains_itself_or_does_not
}

const SAID: [(&str, &str); 2] = [("subject", "Phải nộp lại giấy tờ đã nộp"), ("content", "Ngày 23/11 tôi bị yêu cầu nộp lại bản sao sổ đỏ dù đã nộp.")];

fn send(h: &House, who: &str, more: &[(&str, &str)]) -> Reply {
    post(h, who, "/complaints", &[&SAID[..], more].concat())
}

/// Sent, and its code.
fn sent<'h>(h: &'h House, who: &str, more: &[(&str, &str)]) -> Dossier<'h> {
    let to = send(h, who, more).goes_to();
    let code = to.trim_start_matches("/my/").split('?').next().unwrap().to_owned();
    assert!(code.starts_with("H29.01-"), "{to}");
    Dossier { house: h, last: json!({}), code }
}

async fn settle(h: &House) {
    h.effects().await;
    // What one follower writes to the journal another reads in the next round.
    h.follow().await;
    h.follow().await;
}

async fn counts(h: &House, office: &str) -> (i64, i64, i64, i64) {
    let told = h.actor("ngoc").get(&format!("/work/index/export.json?of={office}&period=2026-11")).json();
    let values = told.get("measures").cloned().unwrap_or_else(|| panic!("{told}"));
    let n = |name: &str| values[name].as_i64().unwrap_or(-1);
    (n("petitions"), n("petitions_in_time"), n("petitions_handled"), n("petitions_satisfied"))
}

async fn a_report_is_answered_and_published_without_names(db: Db) {
    let h = House::open(db).await;
    let mut dossier = Dossier::file(&h, "1.013225");
    dossier.act("thu", "receive");
    h.follow().await;
    let form = page(&h.actor("lan").get(&format!("/complaints/new?about={}", dossier.code)));
    assert!(form.contains(&dossier.code) && form.contains("chưa đối chiếu") && form.contains("15 ngày làm việc"), "{form}");
    let key = "0123456789abcdef0123456789abcdef";
    let mut c = sent(&h, "lan", &[("kind", "report"), ("dossier", &dossier.code), ("key", key)]);
    // A second press of the same form is the same complaint.
    assert_eq!(sent(&h, "lan", &[("kind", "report"), ("dossier", &dossier.code), ("key", key)]).code, c.code);
    settle(&h).await;
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_complaint WHERE province = $1").await, 1);
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'complaint.named'").await, 1);
    // The dossier it names counts as displeased, once, and the figure opens it.
    let list = page(&h.actor("ngoc").get("/work/index/dossiers?of=province&period=2026-11&measure=displeased"));
    assert!(list.contains(&dossier.code), "{list}");
    assert!(!list.contains("H29.01-"), "a complaint is no dossier of the index");
    let mine = page(&h.actor("lan").get("/my/complaints"));
    assert!(mine.contains(&c.code) && mine.contains("Mới gửi"));
    assert!(page(&h.actor("lan").get("/my")).contains("Phản ánh, kiến nghị H29.01-"), "a notice in its own words");
    // The office it is about reads of it; others do not; strangers see nothing.
    assert!(page(&h.actor("ha").get("/work/complaints")).contains(SAID[0].1));
    assert!(!page(&h.actor("binh").get("/work/complaints")).contains(SAID[0].1));
    assert_eq!(h.actor("minh").get(&format!("/my/{}", c.code)).status, 404);
    assert_eq!(h.nobody().get(&format!("/complaints/{}", c.code)).status, 404);
    let work = page(&h.actor("ngoc").get("/work/complaints"));
    assert!(work.contains(&format!("/work/cases/{}", c.code)), "{work}");
    let case = page(&h.actor("ngoc").get(&format!("/work/cases/{}", c.code)));
    assert!(case.contains("Tiếp nhận, xử lý") && case.contains("Không tiếp nhận"), "{case}");

    c.act("ngoc", "accept");
    h.later(86_400);
    c.act_with("ngoc", "answer", json!({"finding": "right", "reason": "Phản ánh của bà là đúng. Bộ phận một cửa đã xin lỗi và tự tra cứu."}));
    settle(&h).await;
    assert!(c.documents("lan").contains(&"answer".to_owned()));
    assert_eq!(h.nobody().get(&format!("/complaints/{}", c.code)).status, 404, "answered is not published");
    // Nobody's number gets out.
    let numbers = json!({"act": "publish", "input": {"question": "Bà Lan, điện thoại 0901 000 011, hỏi vì sao?", "answer": "Không phải nộp lại giấy tờ đã nộp."}});
    assert_eq!(c.attempt("ngoc", &numbers).status, 422);
    c.act_with("ngoc", "publish", json!({"question": "Vì sao phải nộp lại giấy tờ đã nộp?", "answer": "Không phải nộp lại. Bộ phận một cửa đã chấn chỉnh."}));
    settle(&h).await;
    h.sound(&c.code).await;
    let public = page(&h.nobody().get("/complaints"));
    assert!(public.contains("Vì sao phải nộp lại giấy tờ đã nộp?") && public.contains("đã chấn chỉnh"));
    assert!(!visible(&public).contains("Lan") && !public.contains("Phải nộp lại giấy tờ đã nộp</") && !public.contains(&dossier.code), "{public}");
    assert!(page(&h.nobody().get(&format!("/complaints/{}", c.code))).contains("đã chấn chỉnh"));
    assert_eq!(counts(&h, "province").await, (1, 1, 1, 1));
    assert_eq!(counts(&h, "office:H29.161").await, (1, 1, 1, 1));
    assert_eq!(counts(&h, "office:H29.02").await, (0, 0, 0, 0));
    // Its sender is not satisfied with the handling: 5.3 knows, and each figure opens its rows.
    assert_eq!(post(&h, "lan", &format!("/my/ratings/{}", c.code), &[("stars", "2")]).status, 303);
    settle(&h).await;
    assert_eq!(counts(&h, "province").await, (1, 1, 1, 0));
    let rows = |figure: &str| page(&h.actor("ngoc").get(&format!("/work/complaints?counted={figure}&from=2026-11-01&to=2026-12-01")));
    assert!(rows("petitions_in_time").contains(&c.code) && !rows("petitions_satisfied").contains(&c.code));
    let index = page(&h.actor("ngoc").get("/work/index?of=province&period=2026-11"));
    assert!(index.contains("/work/complaints?counted=petitions_in_time"), "{index}");
}

async fn only_a_suggestion_needs_no_name(db: Db) {
    let h = House::open(db).await;
    let mut browser = h.browser();
    let form = browser.get("/complaints/new").text();
    assert!(form.contains("chỉ gửi được góp ý không nêu tên") && !form.contains("name=\"dossier\""), "{form}");
    let refused = browser.post("/complaints/new", "/complaints", [&[("kind", "report")][..], &SAID[..]].concat());
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("cần đăng nhập") && refused.text().contains(SAID[0].1));
    let to = browser.post("/complaints/new", "/complaints", [&[("kind", "suggestion")][..], &SAID[..]].concat()).goes_to();
    let code = to.trim_start_matches("/complaints/").split('?').next().unwrap().to_owned();
    settle(&h).await;
    let shown = browser.get(&to).text();
    assert!(shown.contains(&code) && shown.contains("Mới gửi") && !shown.contains(SAID[1].1), "{shown}");
    let row = h.it.scope.one("SELECT party, kind FROM care_complaint WHERE province = $1", values![]).await.unwrap().unwrap();
    assert_eq!((row.opt_text("party").unwrap(), row.text("kind").unwrap()), (None, "suggestion"));
    // Nobody can be asked for more; it is not counted as a petition.
    let c = Dossier { house: &h, last: json!({}), code };
    let ask = json!({"act": "ask_more", "input": {"defects": [{"about": "", "what": "Quầy nào?"}], "reason": "Chưa rõ"}});
    assert_eq!(c.attempt("ngoc", &ask).status, 409);
    assert_eq!(counts(&h, "province").await, (0, 0, 0, 0));
    // A named person may send one without the name too.
    let to = send(&h, "lan", &[("kind", "suggestion"), ("anonymous", "yes")]).goes_to();
    assert!(to.starts_with("/complaints/"), "{to}");
    settle(&h).await;
    assert_eq!(h.count("SELECT COUNT(*) AS n FROM care_complaint WHERE province = $1 AND party IS NULL").await, 2);
    assert!(!page(&h.actor("lan").get("/my/complaints")).contains("H29.01-"));
}

async fn a_rejection_a_question_and_a_late_answer(db: Db) {
    let h = House::open(db).await;
    let mut rejected = sent(&h, "lan", &[("kind", "petition")]);
    let mut asked = sent(&h, "minh", &[("kind", "report"), ("office", "H29.161")]);
    let mut slow = sent(&h, "hoa", &[("kind", "report"), ("office", "H29.02")]);
    // Monday 23/11; the 24th is a holiday: two working days end on Thursday, five on Tuesday 1/12.
    h.set("2026-11-27T09:00:00+07:00");
    rejected.act_with("ngoc", "reject", json!({"reason": "Nội dung là tố cáo nên thuộc Thanh tra thành phố"}));
    asked.act("ngoc", "ask_more");
    slow.act("ngoc", "accept");
    settle(&h).await;
    assert!(rejected.documents("lan").contains(&"rejection".to_owned()));
    // Rejected after two days is late; asked within five is not; taken up after two is not late by that.
    assert_eq!(counts(&h, "province").await, (3, 2, 1, 1));
    assert_eq!(counts(&h, "office:H29.01").await, (1, 0, 1, 1));
    let reply = post(&h, "minh", &format!("/my/{}/acts/withdraw", asked.code), &[("reason", "Đã xong")]);
    assert_eq!(reply.status, 303);
    asked.act("ngoc", "stop");
    h.set("2026-12-16T09:00:00+07:00");
    settle(&h).await;
    assert_eq!(counts(&h, "office:H29.02").await, (1, 1, 0, 0), "compared with the end of November");
    slow.act("ngoc", "answer");
    settle(&h).await;
    assert_eq!(counts(&h, "office:H29.02").await, (1, 0, 1, 1), "fifteen working days ended on the 15th");
    for c in [&rejected, &asked, &slow] {
        h.sound(&c.code).await;
    }
}

async fn what_is_sent_badly_is_told_and_kept(db: Db) {
    let h = House::open(db).await;
    let other = Dossier::file(&h, "1.013225");
    let before = h.journal().await;
    let refused = post(&h, "minh", "/complaints", &[("subject", "Chậm"), ("content", "ngắn"), ("office", "H29.161")]);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("Chọn điều bạn muốn gửi") && text.contains("từ 20 đến 6000") && text.contains("ngắn"), "{text}");
    // Another's dossier is not there.
    let refused = send(&h, "minh", &[("kind", "report"), ("dossier", &other.code)]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Không có mã hồ sơ này trong các hồ sơ của bạn"));
    assert_eq!(send(&h, "minh", &[("kind", "report"), ("office", "H99")]).status, 422);
    assert_eq!(h.journal().await, before);
    // Officials of another office may not act, and a controller of another office neither.
    let c = sent(&h, "minh", &[("kind", "report")]);
    for who in ["thu", "ha", "khanh", "lan"] {
        assert!([403, 404].contains(&c.attempt(who, &json!({"act": "accept", "input": {}})).status), "{who}");
    }
    assert_eq!(h.actor("lan").get("/work/complaints").status, 403);
    for strange in ["/complaints/%00'", "/complaints/%20", "/complaints?after=%00~%00"] {
        assert!(h.nobody().get(strange).status < 500, "{strange}");
    }
    assert_eq!(h.actor("minh").get("/my/ratings/%00").status, 404);
    assert_eq!(post(&h, "minh", "/my/offers/again", &[("service", "\0")]).status, 404);
}

/// The controller asks the office concerned; it sees the complaint until it has explained, and its silence is on record.
async fn an_office_explains_itself_or_does_not(db: Db) {
    let h = House::open(db).await;
    let mut c = sent(&h, "lan", &[("kind", "report"), ("office", "H29.161")]);
    settle(&h).await;
    let ask = json!({"offices": ["H29.161"], "question": "Vì sao yêu cầu nộp lại giấy tờ đã có trong hồ sơ?"});
    c.attempt("ngoc", &json!({"act": "ask_explanation", "input": ask})).refused(409, "wrong-state");
    let case = format!("/work/cases/{}", c.code);
    c.act("ngoc", "accept");
    assert_eq!(h.actor("ha").get(&case).status, 404, "not before it is asked");
    assert!(page(&h.actor("ngoc").get(&case)).contains("Yêu cầu giải trình"));
    for (wrong, status) in [(json!({"offices": ["H29.99"], "question": "Vì sao phải nộp lại giấy tờ?"}), 422), (json!({"offices": [], "question": "Vì sao phải nộp lại giấy tờ?"}), 422), (json!({"offices": ["H29.161"], "question": ""}), 422)] {
        assert_eq!(c.attempt("ngoc", &json!({"act": "ask_explanation", "input": wrong})).status, status, "{wrong}");
    }
    c.act_with("ngoc", "ask_explanation", ask);
    settle(&h).await;
    // In the office's list, with its time; on the page, with the question. Another office sees nothing.
    let list = h.actor("ha").get("/api/v1/worklist?list=opinion").ok();
    assert_eq!(list["items"][0]["code"], c.code.as_str(), "{list}");
    assert!(page(&h.actor("ha").get("/work?list=opinion")).contains(&c.code));
    let shown = page(&h.actor("ha").get(&case));
    assert!(shown.contains("Giải trình của cơ quan liên quan") && shown.contains("Vì sao yêu cầu nộp lại"), "{shown}");
    assert_eq!(h.actor("binh").get(&case).status, 404);
    // It binds the answer.
    let answer = json!({"act": "answer", "input": {"finding": "right", "reason": "Phản ánh đúng, bộ phận một cửa đã xin lỗi người dân."}});
    let closed = c.attempt("ngoc", &answer).problem();
    assert!(closed["status"] == 409 && closed.to_string().contains("chưa giải trình"), "{closed}");
    c.attempt("binh", &json!({"act": "give_explanation", "input": {"agrees": true, "text": "Không phải việc của tôi"}})).refused(404, "not-found");
    assert_eq!(c.attempt("ha", &json!({"act": "give_explanation", "input": {"agrees": true}})).status, 422);
    c.act_with("ha", "give_explanation", json!({"agrees": true, "text": "Cán bộ chưa tra cứu trước khi yêu cầu. Đã xin lỗi và chấn chỉnh."}));
    settle(&h).await;
    assert_eq!(h.actor("ha").get("/api/v1/worklist?list=opinion").ok()["items"], json!([]));
    assert_eq!(h.actor("ha").get(&case).status, 404, "explained: the office has no more to see");
    let shown = page(&h.actor("ngoc").get(&case));
    assert!(shown.contains("thừa nhận phản ánh đúng") && shown.contains("Đã xin lỗi và chấn chỉnh"), "{shown}");
    for kind in ["complaint.ask_explanation", "complaint.give_explanation"] {
        let sql = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = $2";
        assert_eq!(h.it.scope.one(sql, values![kind]).await.unwrap().unwrap().int("n").unwrap(), 1, "{kind}");
    }
    // Asked once more, nobody answers: three working days later that is recorded, and the answer is free again.
    c.act_with("ngoc", "ask_explanation", json!({"offices": ["H29.162"], "question": "Đề nghị giải trình việc chuyển hồ sơ chậm"}));
    let due = instant(c.seen_by("ngoc")["requests"][1]["due"].as_str().unwrap());
    assert_eq!(due, instant("2026-11-27T08:30:00+07:00"), "Monday, with a holiday on Tuesday");
    h.set_to(due.plus_seconds(-1));
    assert_eq!(h.timers().await, 0);
    h.set_to(due);
    assert_eq!(h.timers().await, 1);
    let shown = page(&h.actor("ngoc").get(&case));
    assert!(shown.contains("không giải trình trong thời hạn"), "{shown}");
    c.act_with("ngoc", "answer", answer["input"].clone());
    settle(&h).await;
    h.sound(&c.code).await;
    // Withdrawn while an office was asked: nothing stays in its list for ever.
    let mut w = sent(&h, "minh", &[("kind", "report"), ("office", "H29.161")]);
    w.act("ngoc", "accept").act_with("ngoc", "ask_explanation", json!({"offices": ["H29.161"], "question": "Đề nghị giải trình việc chậm trả kết quả"}));
    w.act("minh", "withdraw");
    assert_eq!(h.actor("ha").get("/api/v1/worklist?list=opinion").ok()["items"][0]["code"], w.code.as_str());
    assert_eq!(w.attempt("ngoc", &json!({"act": "stop"})).status, 409);
    h.later(7 * 86_400);
    h.timers().await;
    w.act("ngoc", "stop");
    assert_eq!(h.actor("ha").get("/api/v1/worklist?list=opinion").ok()["items"], json!([]));
    h.sound(&w.code).await;
}
