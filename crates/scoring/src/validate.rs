//! What comes from outside made into an [`Answer`]: cleaned, canonical, or refused with what to do next.

use crate::{
    answer::{Answer, Given, Ratio, Tier},
    decimal::Decimal,
    definition::{NaPolicy, Scale, ScaleType},
    framework::Framework,
    score::remark,
};
use kernel::{Refusal, Text, text::clean};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Characters of a note.
pub const MAX_NOTE: usize = 4_000;
/// Files to one answer.
pub const MAX_FILES: usize = 50;

/// An accepted answer and what its author should know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub answer: Answer,
    /// `None`: counts as it is. Otherwise why it is kept but counts as not answered.
    pub remark: Option<Text>,
}

/// Reads one answer, `{value, na, note, evidence, tier}`, every key optional. Text is cleaned (NFC, no invisible signs), numbers
/// are made canonical. Who may set `tier` is the caller's to decide.
///
/// # Errors
/// A refusal that names the criterion, in both languages; the caller keeps what was typed.
pub fn check_answer(framework: &Framework, criterion: &str, given: &Value) -> Result<Checked, Refusal> {
    let placed = framework.criterion(criterion).ok_or_else(|| unknown(criterion))?;
    let refuse = |text: Text| refusal(criterion, text);
    let Value::Object(fields) = given else {
        return Err(refuse(Text::new(
            "Câu trả lời gửi lên không đúng dạng; hãy tải lại trang rồi trả lời lại.",
            "The answer has the wrong form; reload the page and answer again.",
        )));
    };
    if let Some(key) = fields.keys().find(|key| !["value", "na", "note", "evidence", "tier"].contains(&key.as_str())) {
        return Err(refuse(Text::new(
            format!("Câu trả lời có mục lạ “{}”; hãy tải lại trang rồi trả lời lại.", clean(key)),
            format!("The answer has an unknown part “{}”; reload the page and answer again.", clean(key)),
        )));
    }
    let answer = Answer {
        value: value(placed.scale, fields.get("value").unwrap_or(&Value::Null)).map_err(refuse)?,
        na: flag(fields, "na").map_err(refuse)?,
        note: note(fields).map_err(refuse)?,
        evidence: evidence(fields).map_err(refuse)?,
        tier: tier(fields).map_err(refuse)?,
    };
    if answer.na && placed.criterion.na == NaPolicy::Never {
        return Err(refuse(Text::new(
            "Câu này không chọn được “không áp dụng”; nếu chưa làm, hãy chọn bậc thấp nhất.",
            "This question cannot be “not applicable”; if nothing is done yet, choose the lowest step.",
        )));
    }
    if answer.tier == Tier::Evidence && answer.evidence.is_empty() {
        return Err(refuse(Text::new(
            "Muốn ghi “có minh chứng” phải đính kèm ít nhất một tệp.",
            "“Evidence-backed” needs at least one file.",
        )));
    }
    let state = crate::mark::state(framework.plan(), criterion, &answer);
    Ok(Checked { answer, remark: state.and_then(remark) })
}

/// Reads only the value of an answer; `None` for nothing chosen or typed.
///
/// # Errors
/// As [`check_answer`].
pub fn check_value(framework: &Framework, criterion: &str, given: &Value) -> Result<Option<Given>, Refusal> {
    let placed = framework.criterion(criterion).ok_or_else(|| unknown(criterion))?;
    value(placed.scale, given).map_err(|text| refusal(criterion, text))
}

fn unknown(criterion: &str) -> Refusal {
    let code: String = clean(criterion).chars().take(80).collect();
    Refusal::invalid(
        "unknown-criterion",
        format!("Bộ tiêu chí này không có câu “{code}”; hãy tải lại trang."),
        format!("This framework has no criterion “{code}”; reload the page."),
    )
}

fn refusal(criterion: &str, text: Text) -> Refusal {
    Refusal::invalid("bad-answer", text.vi.clone(), text.en.clone()).because(Some(criterion), text.vi, text.en)
}

fn form() -> Text {
    Text::new(
        "Giá trị không đúng dạng của câu hỏi này; hãy tải lại trang rồi trả lời lại.",
        "The value does not have the form of this question; reload the page and answer again.",
    )
}

fn value(scale: &Scale, given: &Value) -> Result<Option<Given>, Text> {
    // An untouched field of a form is an empty string.
    if given.is_null() || given.as_str().is_some_and(|text| clean(text).is_empty()) {
        return Ok(None);
    }
    match scale.kind {
        ScaleType::Single | ScaleType::Ladder => option(scale, given).map(|code| Some(Given::Text(code))),
        ScaleType::Multi => many(scale, given),
        ScaleType::Ratio => ratio(given),
        ScaleType::Count => number(given).and_then(not_negative).map(|n| n.map(|n| Given::Text(n.to_string()))),
        ScaleType::Matrix => rows(scale, given),
        ScaleType::Gate | ScaleType::Evidence => truth(given).map(|truth| Some(Given::Truth(truth))),
    }
}

fn option(scale: &Scale, given: &Value) -> Result<String, Text> {
    let code = clean(given.as_str().ok_or_else(form)?);
    if scale.choice(&code).is_some() {
        return Ok(code);
    }
    let list = |pick: fn(&Text) -> &str| scale.options.iter().map(|o| pick(&o.text)).collect::<Vec<_>>().join("; ");
    let code: String = code.chars().take(80).collect();
    Err(Text::new(
        format!("Không có lựa chọn “{code}”; hãy chọn một trong: {}.", list(|t| &t.vi)),
        format!("There is no option “{code}”; choose one of: {}.", list(|t| &t.en)),
    ))
}

/// Codes in the order of the options, each once. A single ticked box may come as text.
fn many(scale: &Scale, given: &Value) -> Result<Option<Given>, Text> {
    let given = match given {
        Value::Array(list) => list.iter().map(|code| option(scale, code)).collect::<Result<Vec<_>, _>>()?,
        one => vec![option(scale, one)?],
    };
    let chosen: Vec<_> = scale.options.iter().filter(|o| given.contains(&o.code)).collect();
    if let (Some(alone), true) = (chosen.iter().find(|o| o.excludes_others), chosen.len() > 1) {
        return Err(Text::new(
            format!("“{}” không chọn cùng mục khác; hãy bỏ mục này hoặc bỏ các mục kia.", alone.text.vi),
            format!("“{}” stands alone; untick it or the others.", alone.text.en),
        ));
    }
    let codes: Vec<String> = chosen.iter().map(|o| o.code.clone()).collect();
    Ok((!codes.is_empty()).then_some(Given::Many(codes)))
}

fn number(given: &Value) -> Result<Option<Decimal>, Text> {
    match given {
        Value::Null => Ok(None),
        Value::String(text) if clean(text).is_empty() => Ok(None),
        Value::String(text) => Decimal::typed(text).map(Some),
        // A JSON number carries its point; it is read as written.
        Value::Number(number) => number.to_string().parse().map(Some).or_else(|_| Decimal::typed(&number.to_string()).map(Some)),
        _ => Err(form()),
    }
}

fn not_negative(number: Option<Decimal>) -> Result<Option<Decimal>, Text> {
    match number {
        Some(number) if number.is_negative() => {
            Err(Text::new("Số không được âm; hãy ghi 0 hoặc lớn hơn.", "The number cannot be negative; write 0 or more."))
        }
        other => Ok(other),
    }
}

/// Both numbers are kept as typed. A whole of zero is kept too: it counts as not answered, and the remark says so.
fn ratio(given: &Value) -> Result<Option<Given>, Text> {
    let fields = given.as_object().ok_or_else(form)?;
    if fields.keys().any(|key| key != "n" && key != "d") {
        return Err(form());
    }
    let part = |key| not_negative(number(fields.get(key).unwrap_or(&Value::Null))?);
    let (n, d) = (part("n")?, part("d")?);
    match (n, d) {
        (None, None) => Ok(None),
        (Some(n), Some(d)) if n > d && !d.is_zero() => {
            use kernel::text::Lang::{En, Vi};
            Err(Text::new(
                format!(
                    "{} trên {} là hơn 100 %; phần không thể lớn hơn tổng. Hãy kiểm tra hai số, có thể bị đổi chỗ hoặc khác đơn vị.",
                    n.show(Vi, 4),
                    d.show(Vi, 4)
                ),
                format!(
                    "{} of {} is more than 100 %; a part cannot exceed the whole. Check the two numbers: swapped, or in different units?",
                    n.show(En, 4),
                    d.show(En, 4)
                ),
            ))
        }
        (n, d) => Ok(Some(Given::Ratio(Ratio { n, d }))),
    }
}

fn rows(scale: &Scale, given: &Value) -> Result<Option<Given>, Text> {
    let mut rows = BTreeMap::new();
    for (row, code) in given.as_object().ok_or_else(form)? {
        let row = clean(row);
        if scale.rows.iter().all(|known| known.code != row) {
            return Err(Text::new(
                "Bảng trả lời có một hàng không thuộc câu này; hãy tải lại trang.",
                "The table has a row that does not belong to this question; reload the page.",
            ));
        }
        if !code.is_null() && code.as_str() != Some("") {
            rows.insert(row, option(scale, code)?);
        }
    }
    Ok((!rows.is_empty()).then_some(Given::Rows(rows)))
}

fn truth(given: &Value) -> Result<bool, Text> {
    match given {
        Value::Bool(truth) => Ok(*truth),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        _ => Err(Text::new("Hãy chọn “có” hoặc “không”.", "Choose “yes” or “no”.")),
    }
}

fn flag(fields: &Map<String, Value>, key: &str) -> Result<bool, Text> {
    fields.get(key).filter(|v| !v.is_null()).map_or(Ok(false), truth)
}

fn note(fields: &Map<String, Value>) -> Result<String, Text> {
    let text = match fields.get("note") {
        None | Some(Value::Null) => return Ok(String::new()),
        Some(Value::String(text)) => clean(text),
        Some(_) => return Err(form()),
    };
    let long = text.chars().count();
    if long > MAX_NOTE {
        return Err(Text::new(
            format!("Ghi chú dài {long} ký tự, tối đa {MAX_NOTE}; hãy rút gọn hoặc đính kèm tệp."),
            format!("The note has {long} characters, at most {MAX_NOTE}; shorten it or attach a file."),
        ));
    }
    Ok(text)
}

fn evidence(fields: &Map<String, Value>) -> Result<Vec<String>, Text> {
    let list = match fields.get("evidence") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(form()),
    };
    if list.len() > MAX_FILES {
        return Err(Text::new(
            format!("Mỗi câu tối đa {MAX_FILES} tệp minh chứng; hãy bỏ bớt."),
            format!("An answer takes at most {MAX_FILES} files; remove some."),
        ));
    }
    let mut ids = Vec::new();
    for id in list {
        let id = clean(id.as_str().ok_or_else(form)?);
        if id.is_empty() || id.len() > 100 {
            return Err(form());
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn tier(fields: &Map<String, Value>) -> Result<Tier, Text> {
    match fields.get("tier") {
        None | Some(Value::Null) => Ok(Tier::SelfDeclared),
        Some(Value::String(code)) => Tier::ALL.into_iter().find(|t| t.code() == code).ok_or_else(form),
        Some(_) => Err(form()),
    }
}
