//! What comes from outside: accepted, cleaned or refused in both languages.

use super::fixture::{d, small};
use crate::{Answer, Framework, Given, Ratio, Tier, check_answer, check_value};
use serde_json::{Value, json};

fn framework() -> Framework {
    small(
        "  one: {type: single, options: [{code: a, points: 3, text: {vi: Một, en: One}}, {code: b, points: 1, text: {vi: Hai, en: Two}}]}
  many:
    type: multi
    cap: 3
    options:
      - {code: fb, points: 2, text: {vi: Facebook, en: Facebook}}
      - {code: zalo, points: 2, text: {vi: Zalo, en: Zalo}}
      - {code: none, points: 0, text: {vi: Không có, en: None}, excludes_others: true}
  part: {type: ratio, buckets: [{up_to: \"20\", points: 0}, {points: 5}]}
  number: {type: count, buckets: [{up_to: \"0\", points: 0}, {up_to: \"2.5\", points: 1}, {points: 2}]}
  grid:
    type: matrix
    rows: [{code: r1, text: {vi: H1, en: R1}}, {code: r2, text: {vi: H2, en: R2}}, {code: r3, text: {vi: H3, en: R3}}]
    options: [{code: lo, points: 0, text: {vi: Thấp, en: Low}}, {code: hi, points: 5, text: {vi: Cao, en: High}}]
  file: {type: evidence, points: 5}
  must: {type: gate}
",
        "  - code: x
    name: {vi: X, en: X}
    max: 23
    groups:
      - code: x1
        name: {vi: X, en: X}
        criteria:
          - {code: one, text: {vi: q, en: q}, scale: one, na: zero}
          - {code: many, text: {vi: q, en: q}, scale: many}
          - {code: part, text: {vi: q, en: q}, scale: part}
          - {code: number, text: {vi: q, en: q}, scale: number}
          - {code: grid, text: {vi: q, en: q}, scale: grid}
          - {code: file, text: {vi: q, en: q}, scale: file}
          - {code: must, text: {vi: q, en: q}, scale: must}
",
        "",
    )
}

#[test]
fn accepted_and_made_canonical() {
    let framework = framework();
    let ratio = |n: &str, dd: &str| Some(Given::Ratio(Ratio { n: Some(d(n)), d: Some(d(dd)) }));
    let text = |t: &str| Some(Given::Text(t.into()));
    let many = |codes: &[&str]| Some(Given::Many(codes.iter().map(|&c| c.into()).collect()));
    for (criterion, given, wanted) in [
        ("one", json!("a"), text("a")),
        ("one", json!(" b\u{200b} "), text("b")),
        ("one", json!(""), None),
        ("one", json!(null), None),
        ("many", json!(["zalo", "fb", "zalo"]), many(&["fb", "zalo"])),
        ("many", json!("zalo"), many(&["zalo"])),
        ("many", json!(["none"]), many(&["none"])),
        ("many", json!([]), None),
        ("part", json!({"n": "3", "d": "12"}), ratio("3", "12")),
        ("part", json!({"n": 3, "d": 12.5}), ratio("3", "12.5")),
        ("part", json!({"n": "1.500.000", "d": "2 000 000,5"}), ratio("1500000", "2000000.5")),
        ("part", json!({"n": "", "d": ""}), None),
        ("part", json!({"n": "3", "d": "0"}), ratio("3", "0")),
        ("part", json!({"n": "3"}), Some(Given::Ratio(Ratio { n: Some(d("3")), d: None }))),
        ("number", json!("1,5"), text("1.5")),
        ("number", json!(7), text("7")),
        ("number", json!(1.125), text("1.1250")),
        ("grid", json!({"r1": "hi", "r2": ""}), Some(Given::Rows([("r1".into(), "hi".into())].into()))),
        ("grid", json!({}), None),
        ("must", json!(true), Some(Given::Truth(true))),
        ("must", json!("false"), Some(Given::Truth(false))),
        ("file", json!(null), None),
    ] {
        let read = check_value(&framework, criterion, &given);
        assert_eq!(read.as_ref().ok(), Some(&wanted), "{criterion} {given}: {read:?}");
        // What was accepted is accepted again and stays the same, also through storage.
        if let Some(value) = wanted {
            let stored = serde_json::to_value(&value).unwrap();
            assert_eq!(check_value(&framework, criterion, &stored).unwrap().as_ref(), Some(&value), "{criterion}");
            assert_eq!(serde_json::from_value::<Given>(stored).unwrap(), value, "{criterion}");
        }
    }
}

#[test]
fn refused_with_what_to_do_next() {
    let framework = framework();
    let deep: Value = serde_json::from_str(&format!("{}{}", "[".repeat(100), "]".repeat(100))).unwrap();
    for (criterion, given, vi) in [
        ("one", json!("z"), "Một; Hai"),
        ("one", json!(3), "không đúng dạng"),
        ("one", json!(["a"]), "không đúng dạng"),
        ("one", json!("x".repeat(100_000)), "Một; Hai"),
        ("many", json!(["fb", "none"]), "không chọn cùng"),
        ("many", json!(["fb", "tiktok"]), "Facebook"),
        ("many", json!([1]), "không đúng dạng"),
        ("many", deep, "không đúng dạng"),
        ("part", json!({"n": "13", "d": "12"}), "hơn 100 %"),
        ("part", json!({"n": "-1", "d": "12"}), "không được âm"),
        ("part", json!({"n": "1", "d": "-12"}), "không được âm"),
        ("part", json!({"n": "NaN", "d": "12"}), "Chưa phải là số"),
        ("part", json!({"n": "1e9", "d": "12"}), "Chưa phải là số"),
        ("part", json!({"n": "1.234", "d": "12345"}), "hai cách"),
        ("part", json!({"n": "1", "d": "9".repeat(60)}), "quá lớn"),
        ("part", json!({"n": "1,23456", "d": "2"}), "bốn chữ số"),
        ("part", json!({"n": 1e300, "d": 1}), "số"),
        ("part", json!({"n": [], "d": 1}), "không đúng dạng"),
        ("part", json!({"n": 1, "d": 1, "x": 1}), "không đúng dạng"),
        ("part", json!("50%"), "không đúng dạng"),
        ("number", json!("mười"), "Chưa phải là số"),
        ("number", json!("<b>3</b>"), "Chưa phải là số"),
        ("number", json!("😀"), "Chưa phải là số"),
        ("number", json!("-2"), "không được âm"),
        ("number", json!(true), "không đúng dạng"),
        ("grid", json!({"r9": "hi"}), "hàng"),
        ("grid", json!({"r1": "mid"}), "Thấp; Cao"),
        ("must", json!("maybe"), "“có” hoặc “không”"),
        ("must", json!(1), "“có” hoặc “không”"),
        ("nowhere", json!("a"), "không có câu"),
    ] {
        let refusal = check_value(&framework, criterion, &given).expect_err(&format!("{criterion}"));
        assert!(refusal.message.vi.contains(vi), "{criterion}: {}", refusal.message.vi);
        assert!(refusal.message.vi != refusal.message.en && refusal.message.vi.len() < 600);
        if criterion != "nowhere" {
            assert_eq!(refusal.reasons[0].field.as_deref(), Some(criterion));
        }
    }
}

#[test]
fn whole_answers() {
    let framework = framework();
    // Decomposed Vietnamese is composed; direction signs are dropped.
    let given = json!({"value": "a", "note": "Tha\u{300}nh \u{202e}", "evidence": ["f1", "f1", "f2"], "tier": "evidence"});
    let checked = check_answer(&framework, "one", &given).unwrap();
    assert_eq!(checked.answer.note, "Thành");
    assert_eq!(checked.answer.evidence, ["f1", "f2"]);
    assert_eq!(checked.answer.tier, Tier::Evidence);
    assert_eq!(checked.remark, None);
    let again = check_answer(&framework, "one", &serde_json::to_value(&checked.answer).unwrap()).unwrap();
    assert_eq!(again.answer, checked.answer);

    assert_eq!(check_answer(&framework, "one", &json!({})).unwrap().answer, Answer::default());
    assert!(check_answer(&framework, "one", &json!({"na": true})).unwrap().answer.na);
    for (criterion, given, vi) in [
        ("part", json!({"na": true}), "không chọn được “không áp dụng”"),
        ("one", json!({"valeu": "a"}), "valeu"),
        ("one", json!("a"), "không đúng dạng"),
        ("one", json!({"tier": "minister"}), "không đúng dạng"),
        ("one", json!({"value": "a", "tier": "evidence"}), "ít nhất một tệp"),
        ("one", json!({"note": "x".repeat(5000)}), "5000 ký tự"),
        ("one", json!({"note": 3}), "không đúng dạng"),
        ("one", json!({"evidence": vec!["f"; 51]}), "tối đa 50"),
        ("one", json!({"evidence": ["f".repeat(200)]}), "không đúng dạng"),
        ("one", json!({"evidence": "f"}), "không đúng dạng"),
        ("one", json!({"na": "perhaps"}), "“có” hoặc “không”"),
    ] {
        let refusal = check_answer(&framework, criterion, &given).expect_err(vi);
        assert!(refusal.message.vi.contains(vi), "{}", refusal.message.vi);
    }
}

#[test]
fn kept_answers_that_do_not_count_say_so() {
    let framework = framework();
    for (criterion, given, vi) in [
        ("part", json!({"value": {"n": "0", "d": "0"}}), "Mẫu số bằng 0"),
        ("part", json!({"value": {"n": "5", "d": "0"}}), "Mẫu số bằng 0"),
        ("part", json!({"value": {"n": "5"}}), "một phần"),
        ("grid", json!({"value": {"r1": "hi"}}), "một phần"),
        ("file", json!({"evidence": ["f1"]}), "chưa được chấp nhận"),
    ] {
        let checked = check_answer(&framework, criterion, &given).unwrap();
        assert!(checked.remark.as_ref().unwrap().vi.contains(vi), "{criterion} {:?}", checked.remark);
        assert!(!checked.answer.is_empty(), "what was typed is kept");
    }
    assert_eq!(check_answer(&framework, "part", &json!({"value": {"n": "5", "d": "10"}})).unwrap().remark, None);
}
