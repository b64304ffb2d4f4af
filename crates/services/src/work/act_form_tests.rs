#![allow(clippy::unwrap_used)]
use super::*;
use kernel::catalog::Files;
use serde_json::json;

fn definition() -> Definition {
    let flow = include_str!("../../../../catalog/flows/one-stop.yaml");
    let flow = flow.replace("verified: \"no\"", "verified: false").replace("verified: \"yes\"", "verified: true");
    let text = r#"
extends: one-stop
code: "9.000001"
version: v1
name: {vi: Thử, en: Trial}
about: {vi: Thử, en: Trial}
effective: {from: 2026-01-01}
legal_basis: []
audience: [citizen]
level: commune
service_level: full
channels: [online, counter]
sector: {code: t, name: {vi: Thử, en: Trial}}
time: {span: 7wd, legal_basis: {document: Luật thử, verified: false}}
form:
  title_from: /owner_name
  schema: {type: object, properties: {owner_name: {type: string, x-title: {vi: Chủ hộ, en: Owner}}}}
  sections: [{code: a, title: {vi: A, en: A}, fields: [owner_name]}]
components: [{code: drawing, name: {vi: Bản vẽ, en: Drawing}}]
steps: []
result: {name: {vi: Kết quả, en: Result}, granted: decision, refused: refusal}
consults: [{office: H29.02, question: {vi: Quy hoạch, en: Planning}}]
"#;
    let files = Files::from_iter([("f.yaml".to_owned(), flow), ("p.yaml".to_owned(), text.to_owned())]);
    let read = |path: &str| -> Value { kernel::catalog::parse_yaml(path, files.get(path).unwrap()).unwrap() };
    let (mut whole, own) = (read("f.yaml"), read("p.yaml"));
    let whole = whole.as_object_mut().unwrap();
    whole.remove("flow");
    for (key, value) in own.as_object().unwrap() {
        whole.insert(key.clone(), value.clone());
    }
    serde_json::from_value(Value::Object(whole.clone())).unwrap()
}

fn form(pairs: &[(&str, &str)]) -> FormData {
    FormData(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
}

fn html_of(d: &Definition, act: &str, typed: &FormData, reasons: &[Reason]) -> String {
    let offered = Offered { colleagues: vec![Choice::new("acct_1", "Trần Thu Hà")], offices: vec![Choice::new("H29.02", "Sở Xây dựng")], ..Offered::default() };
    let fields = Fields { lang: Lang::Vi, act, definition: d, offered: &offered, typed, reasons };
    fields.html(&questions(d.acts[act].input.as_ref().unwrap())).0
}

#[test]
fn every_act_of_the_flow_can_be_asked_in_a_form() {
    let d = definition();
    // What only the program does is asked of nobody.
    for (act, decl) in d.acts.iter().filter(|(_, a)| a.who != [casework::definition::Who::System]) {
        let Some(schema) = &decl.input else { continue };
        let asked = questions(schema);
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(asked.iter().any(|q| name == &q.name), "{act} requires {name}, which no control asks for");
        }
    }
}

#[test]
fn the_schema_says_by_what_a_question_is_asked() {
    let asked = questions(definition().acts["return"].input.as_ref().unwrap());
    assert!(matches!(&asked[0].control, Control::Choice(options) if options.len() == 3));
    assert_eq!((asked[1].name.as_str(), &asked[1].control, asked[1].required), ("to", &Control::Line, true));
    assert!(!asked[2].required);
    let collect = questions(definition().acts["collect"].input.as_ref().unwrap());
    assert_eq!(collect[0].control, Control::Fixed(json!("electronic")));
}

#[test]
fn what_is_typed_becomes_the_input_and_comes_back_into_the_form() {
    let d = definition();
    let typed = form(&[("give_opinion.agrees", "false"), ("give_opinion.text", "Chưa phù hợp <quy hoạch>")]);
    assert_eq!(input(&d, "give_opinion", &typed), json!({"agrees": false, "text": "Chưa phù hợp <quy hoạch>"}));
    let html = html_of(&d, "give_opinion", &typed, &[]);
    assert!(html.contains("value=\"false\" checked") && html.contains("Chưa phù hợp &lt;quy hoạch&gt;"));
    assert_eq!(input(&d, "give_opinion", &form(&[])), json!({}));
    assert_eq!(input(&d, "approve", &typed), Value::Null);
}

#[test]
fn defects_are_all_in_one_list() {
    let d = definition();
    let typed = form(&[
        ("ask_supplement.defects.tick", "drawing"),
        ("ask_supplement.defects.what.owner_name", "Ghi đúng họ tên"),
        ("ask_supplement.defects.free.1", "Nộp lệ phí"),
        ("ask_supplement.defects.tick", "paper-nobody-published"),
        ("ask_supplement.reason", "Thiếu"),
    ]);
    let wanted = json!({
        "defects": [
            {"about": "drawing", "what": "Cần nộp giấy tờ này"},
            {"about": "owner_name", "what": "Ghi đúng họ tên"},
            {"about": "", "what": "Nộp lệ phí"},
        ],
        "reason": "Thiếu",
    });
    assert_eq!(input(&d, "ask_supplement", &typed), wanted);
    let html = html_of(&d, "ask_supplement", &typed, &[]);
    assert!(html.contains("value=\"drawing\" checked"));
    assert!(html.contains("value=\"Ghi đúng họ tên\"") && html.contains("value=\"Nộp lệ phí\""));
}

#[test]
fn people_and_offices_are_chosen_from_what_is_offered() {
    let d = definition();
    let typed = form(&[("consult.offices", "H29.02"), ("consult.question", "Có phù hợp không?")]);
    assert_eq!(input(&d, "consult", &typed), json!({"offices": ["H29.02"], "question": "Có phù hợp không?"}));
    assert!(html_of(&d, "consult", &typed, &[]).contains("value=\"H29.02\" checked"));
    assert!(html_of(&d, "assign", &form(&[]), &[]).contains("Trần Thu Hà"));
}

#[test]
fn a_refusal_points_at_the_field_of_its_act() {
    let d = definition();
    let refusal = kernel::Refusal::invalid("input", "x", "x").because(Some("defects"), "hãy điền mục này", "fill this in");
    let reasons = located("ask_supplement", d.acts["ask_supplement"].input.as_ref(), &refusal.reasons);
    assert_eq!(reasons[0].field.as_deref(), Some("ask_supplement.defects"));
    assert_eq!(reasons[0].message.vi, "Những nội dung cần bổ sung: hãy điền mục này");
    let html = html_of(&d, "ask_supplement", &form(&[]), &reasons);
    assert!(html.contains("id=\"f-ask_supplement-defects\"") && html.contains("class=\"field defects error\""));
}

#[test]
fn a_question_with_a_condition_waits_for_it() {
    let schema = json!({"properties": {"again": {"type": "string", "x-when": "case.supplements > 0"}}});
    assert!(asked(&schema, &json!({"supplements": 0})).is_empty());
    assert_eq!(asked(&schema, &json!({"supplements": 1})).len(), 1);
}

#[test]
fn what_was_typed_is_never_lost() {
    let d = definition();
    let typed = form(&[("_csrf", "t"), ("seen", "3"), ("refuse.reason", "Không thuộc thẩm quyền")]);
    let lines = typed_lines(d.acts["refuse"].input.as_ref(), "refuse", &typed, Lang::Vi);
    assert_eq!(lines, [("Lý do cụ thể".to_owned(), "Không thuộc thẩm quyền".to_owned())]);
}
