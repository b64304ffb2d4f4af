#![allow(clippy::unwrap_used)]

use super::{
    as_of,
    data::{Issue, split_contact},
    fixtures::{Story, catalogue, filed, story},
    handovers::ControlSlip,
    process::Draft,
};
use serde_json::{Value, json};
use typeset::Templates;

const PROCEDURES: [&str; 3] = ["1.001193", "1.001612", "1.013225"];

/// The data of every document a story issued, by document.
fn documents(story: &Story) -> Vec<(String, String, Value)> {
    let issued = story.state.documents.iter().map(|document| {
        let (state, history) = as_of(story.state.id, &story.events, document.event).unwrap();
        let issue = Issue {
            definition: &story.definition,
            state: &state,
            history,
            document,
            offices: &story.offices,
            public_url: "https://dichvucong.example.gov.vn/",
            demo: true,
        };
        (document.document.clone(), story.definition.documents[&document.document].template.clone(), issue.data())
    });
    issued.collect()
}

fn only(story: &Story, document: &str) -> Value {
    documents(story).into_iter().find(|d| d.0 == document).unwrap().2
}

fn templates() -> Templates {
    Templates::load(catalogue().iter().map(|(p, t)| (p.to_owned(), t.to_owned()))).unwrap()
}

/// Every template prints from what the builder makes of every procedure. `PHUSA_PAPERS=folder` keeps the files.
#[test]
fn every_document_of_every_procedure_prints() {
    let templates = templates();
    let keep = std::env::var("PHUSA_PAPERS").ok();
    let print = |name: String, template: &str, data: &Value| {
        let pdf = templates.render(template, data).unwrap_or_else(|e| panic!("{name}: {e}\n{data:#}"));
        assert!(pdf.starts_with(b"%PDF"), "{name}");
        if let Some(folder) = &keep {
            std::fs::write(format!("{folder}/{name}.pdf"), pdf).unwrap();
        }
    };
    for code in PROCEDURES {
        let stories = [story(code), supplemented(code), refused_at_intake(code), withdrawn(code), filed(code).received().decided(false)];
        for (n, story) in stories.iter().enumerate() {
            for (document, template, data) in documents(story) {
                print(format!("{code}-{n}-{document}"), &template, &data);
            }
            print(format!("{code}-{n}-slip-06"), "slip-06", &control_slip(story));
        }
        print(format!("{code}-process"), "internal-process", &draft(&stories[0]));
    }
}

#[test]
fn a_procedure_without_a_template_of_its_own_prints_the_general_decision() {
    let mut files = catalogue();
    files.insert("procedures/fourth.yaml", include_str!("../../../casework/tests/it/fourth.yaml"));
    let (definitions, findings) = casework::definition::load(&files);
    assert!(findings.is_empty(), "{findings:?}");
    let mut story = story("1.001193");
    story.definition = definitions.pinned("2.009908", "2026-07-01").unwrap().clone();
    story.state.documents.retain(|d| d.document == "birth_certificate");
    story.state.documents[0].document = "decision".into();
    let (_, template, data) = documents(&story).remove(0);
    assert_eq!(template, "result-generic");
    templates().render(&template, &data).unwrap();
    assert!(data["decision"]["articles"][0].as_str().unwrap().contains("Lê Thị Hồng Nhung"), "{data:#}");
}

fn defects() -> Value {
    json!({
        "defects": [{"about": "", "what": "Nộp lại bản có cao độ nền"}, {"about": "proxy_paper", "what": "Cần nộp giấy tờ này"}, {"about": "phone", "what": "Cần ghi lại mục này cho đúng"}],
        "reason": "Thành phần chưa đúng",
        "contact": "Trần Thu Hà, ĐT: 028 3930 0000"
    })
}

fn supplemented(code: &str) -> Story {
    let story = filed(code).received().act("ask_supplement", "specialist", defects());
    story.act("supplement", "citizen", json!({"note": "Đã nộp lại"})).decided(true)
}

fn refused_at_intake(code: &str) -> Story {
    filed(code).act("refuse", "one_stop", json!({"reason": "Thửa đất không thuộc địa bàn phường"}))
}

fn withdrawn(code: &str) -> Story {
    filed(code).act("withdraw", "citizen", json!({"reason": "Tôi thay đổi thiết kế"})).act("stop", "one_stop", Value::Null)
}

fn control_slip(story: &Story) -> Value {
    let slip = ControlSlip {
        definition: &story.definition,
        state: &story.state,
        history: &story.events,
        offices: &story.offices,
        calendar: story.calendars.get("vn-offices").unwrap(),
        now: story.now,
        public_url: "https://dichvucong.example.gov.vn",
        demo: true,
    };
    slip.data()
}

fn draft(story: &Story) -> Value {
    Draft { definition: &story.definition, offices: &story.offices, province: "79", at: story.now, demo: true }.data()
}

#[test]
fn results_are_signed_by_whoever_signed_and_slips_by_whoever_issued_them() {
    let story = story("1.013225");
    let permit = only(&story, "building_permit");
    assert_eq!(permit["signer"], json!({"authority_line": "KT. Chủ tịch", "title": "Phó Chủ tịch", "name": "Bùi Quốc Khánh"}));
    assert_eq!(permit["agency"]["name"], "Ủy ban nhân dân phường Xuân Hòa");
    assert_eq!(permit["agency"]["parent"], "Ủy ban nhân dân thành phố Phù Sa");
    assert_eq!(permit["permit"]["months"], 12);
    assert_eq!(permit["answers"]["works"]["kind"], "Nhà ở liền kề (nhà phố)");
    let code = permit["verification"]["code"].as_str().unwrap();
    assert_eq!(permit["lookup_url"], format!("https://dichvucong.example.gov.vn/verify/{code}"), "whoever holds the permit checks it without an account");
    let slip = only(&story, "slip_01");
    assert_eq!((slip["signer"]["name"].as_str(), slip["signer"]["authority_line"].is_null()), (Some("Nguyễn Thị Lan"), true));
    assert_eq!(slip["lookup_url"], "https://dichvucong.example.gov.vn/lookup?code=H29.161-261119-0042");
    assert_eq!(slip["dossier"]["promised"], json!(story.state.clocks["processing"].due));
}

/// The slip of intake knows nothing of what came after it, however late it is made.
#[test]
fn a_document_says_what_was_known_when_it_was_issued() {
    let (early, late) = (only(&filed("1.013225").received(), "slip_01"), only(&supplemented("1.013225"), "slip_01"));
    assert_eq!(early, late);
    assert!(late.get("defects").is_none());
}

#[test]
fn a_supplement_names_every_defect_and_whom_to_ask() {
    let slip = only(&supplemented("1.013225"), "slip_02");
    let items: Vec<&str> = slip["defects"].as_array().unwrap().iter().map(|d| d["item"].as_str().unwrap()).collect();
    assert_eq!(items, ["Nộp lại bản có cao độ nền", "Văn bản ủy quyền nộp hồ sơ: Cần nộp giấy tờ này", "Số điện thoại: Cần ghi lại mục này cho đúng"]);
    assert_eq!(slip["contact"], json!({"name": "Trần Thu Hà", "phone": "028 3930 0000"}));
    assert_eq!(slip["supplement"]["limit"], "2 ngày làm việc");
    assert!(slip["supplement"]["consequence"].is_string() && slip["supplement"]["until"].is_string());
}

#[test]
fn the_household_business_lists_lines_and_members() {
    let certificate = only(&story("1.001612"), "business_certificate");
    let answers = &certificate["answers"];
    assert_eq!(answers["business"]["lines"][1], json!({"code": "5630", "name": "Dịch vụ phục vụ đồ uống"}));
    assert_eq!(answers["members"][0], json!({"name": "Lê Văn Tám", "birth_date": "20/03/1988", "personal_number": "079088001234"}));
    assert_eq!((&answers["head"]["sex"], &answers["head"]["nationality"]), (&json!("Nữ"), &json!("Việt Nam")));
}

#[test]
fn a_stop_states_what_the_applicant_said() {
    let notice = only(&withdrawn("1.013225"), "slip_05");
    assert_eq!(notice["stop"]["reason"], "theo đề nghị của người nộp hồ sơ: Tôi thay đổi thiết kế.");
    assert!(notice["stop"]["requested_at"].is_string() && notice["stop"]["papers"].is_string());
}

#[test]
fn the_control_slip_has_one_row_for_each_hand_over() {
    let slip = control_slip(&supplemented("1.013225"));
    let rows = slip["handovers"].as_array().unwrap();
    let steps: Vec<&str> = rows.iter().map(|r| r["to"].as_str().unwrap()).collect();
    assert_eq!(steps, ["Nguyễn Thị Lan", "Đặng Thu Hà", "Trần Thu Hà", "Đặng Thu Hà", "Bùi Quốc Khánh", "Trịnh Hòa", ""]);
    assert_eq!(rows[0]["from"], "Nguyễn Văn Bình");
    assert!(rows[2]["note"].as_str().unwrap().starts_with("Tạm dừng tính thời gian "), "{}", rows[2]);
    assert_eq!(rows.last().unwrap()["status"], "open");
    assert!(rows[..6].iter().all(|r| r["status"] != "late"), "{rows:#?}");
}

#[test]
fn a_contact_is_taken_apart() {
    let parts = |t: &str| split_contact(t);
    let both = |n: &str, p: &str| (Some(n.to_owned()), Some(p.to_owned()));
    assert_eq!(parts("Trần Thu Hà, 028 3930 0000"), both("Trần Thu Hà", "028 3930 0000"));
    assert_eq!(parts("Hà – ĐT 0903.123.456"), both("Hà", "0903.123.456"));
    assert_eq!(parts("Quầy 3"), (Some("Quầy 3".into()), None));
    assert_eq!(parts("0903123456"), (None, Some("0903123456".into())));
    assert_eq!(parts(""), (None, None));
}

#[test]
fn a_deputy_signs_for_the_head() {
    assert_eq!(kernel::actor::head_of("Phó Chủ tịch").as_deref(), Some("Chủ tịch"));
    assert_eq!(kernel::actor::head_of("Chủ tịch"), None);
    let mut data = json!({"answers": {"child": "x"}});
    typeset::put(&mut data, "answers.child.name", json!("An"));
    assert_eq!(data, json!({"answers": {"child": {"name": "An"}}}));
}

/// Form 04 says the date promised before, the new one and why, signed by the head of the deciding office.
#[test]
fn an_apology_says_both_dates() {
    let story = filed("1.013225").received().act("apologise", "leader", json!({"reason": "Chờ đối chiếu bản đồ địa chính.", "until": "2026-12-15"}));
    let (_, template, data) = documents(&story).into_iter().find(|d| d.0 == "slip_04").unwrap();
    templates().render(&template, &data).unwrap();
    let signed = story.state.apology.clone().unwrap().signed.unwrap();
    assert_eq!(data["apology"], json!({"was": signed.was, "until": "2026-12-15T17:00:00+07:00", "reason": "Chờ đối chiếu bản đồ địa chính"}));
    assert_eq!(data["agency"]["name"], story.offices.letterhead(&story.state.offices.decides)["name"]);
    assert_eq!(data["dossier"]["promised"], "2026-12-15T17:00:00+07:00");
}

/// Form 07 has one row for each dossier, whatever became of it.
#[test]
fn the_register_lists_what_was_received() {
    let stories = [story("1.013225"), supplemented("1.001612"), refused_at_intake("1.001193"), withdrawn("1.013225")];
    let office = stories[0].state.offices.received.clone();
    let (from, to) = (kernel::time::date(2026, 11, 1), kernel::time::date(2026, 11, 30));
    let register = super::register::Register { office: &office, offices: &stories[0].offices, from, to, now: stories[0].now, demo: true };
    let cases: Vec<_> = stories.iter().map(|s| (&*s.definition, &s.state)).collect();
    let data = register.data(&cases);
    templates().render("slip-07", &data).unwrap();
    let status: Vec<&str> = data["entries"].as_array().unwrap().iter().map(|e| e["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["Đã có kết quả", "Đã có kết quả", "Không được tiếp nhận", "Dừng xử lý"]);
    assert_eq!((data["entries"][0]["note"].as_str(), data["total"].as_str()), (Some("Đúng hạn"), Some("4")));
    templates().render("slip-07", &register.data(&[])).unwrap();
}

/// What is paid stands on the papers as paid.
#[test]
fn papers_say_what_was_paid() {
    let input = json!({"due": "permit", "amount": 75000, "reference": "FT1", "how": "gateway", "online": true});
    let story = filed("1.013225").act("settle_due", "system", input).received();
    assert_eq!(only(&story, "slip_01")["fees"][0]["status"], "đã nộp");
}
