//! What was given, checked against what the definition asks: every fault at once, in both languages.

use crate::{
    Definition,
    event::{Filing, GivenFile},
};
use jsonschema::error::{ValidationError, ValidationErrorKind as Kind};
use kernel::{Instant, Refusal, Text};
use serde_json::Value;

/// Largest text of all answers together, in bytes.
const ANSWERS_MAX: usize = 64 * 1024;

pub fn check_filing(d: &Definition, f: &Filing, now: Instant) -> Result<(), Refusal> {
    if !d.effective.contains(now.date()) {
        return Err(Refusal::conflict(
            "not-in-force",
            format!("Thủ tục {} bản {} không còn hoặc chưa có hiệu lực", d.code, d.version),
            format!("Procedure {} version {} is not in force today", d.code, d.version),
        ));
    }
    if !d.channels.contains(&f.channel) {
        return Err(Refusal::invalid(
            "channel",
            format!("Thủ tục này không nhận hồ sơ qua kênh “{}”", f.channel.name().vi),
            format!("This procedure takes no applications through “{}”", f.channel.name().en),
        ));
    }
    check_answers(d, &f.answers)?;
    crate::form_sense::check_future(d, &f.answers, now)?;
    check_files(d, &f.files)?;
    check_components(d, f)
}

/// Answers against the form's schema.
pub fn check_answers(d: &Definition, answers: &Value) -> Result<(), Refusal> {
    let mut refusal = Refusal::invalid("answers", "Tờ khai còn chỗ cần sửa", "The form needs correction");
    if answers.to_string().len() > ANSWERS_MAX {
        return Err(refusal.because(None, "Tờ khai dài quá 64 KB", "The form is longer than 64 KB"));
    }
    let Some(schema) = &d.compiled.form else { return Ok(()) };
    refusal = crate::form_sense::add_senseless(d, answers, refusal);
    let judged = crate::form_sense::without_old_numbers(answers);
    let answers = judged.as_ref();
    if schema.is_valid(answers) {
        return if refusal.reasons.is_empty() { Ok(()) } else { Err(refusal) };
    }
    for error in schema.iter_errors(answers).take(50) {
        let (field, message) = explain(&error);
        let label = field.as_deref().and_then(|f| d.form.field(f)).map(|f| f.title);
        let message = match label {
            Some(label) => Text::new(format!("{}: {}", label.vi, message.vi), format!("{}: {}", label.en, message.en)),
            None => message,
        };
        refusal = refusal.because(field.as_deref(), message.vi, message.en);
    }
    Err(refusal)
}

pub fn check_files(d: &Definition, files: &[GivenFile]) -> Result<(), Refusal> {
    let strange = files.iter().find(|f| d.component(&f.component).is_none());
    match strange {
        None => Ok(()),
        // Decree 118/2025 Art. 5: nothing outside the published list may be asked for or taken.
        Some(f) => Err(Refusal::invalid(
            "unknown-component",
            format!("“{}” không thuộc thành phần hồ sơ đã công bố", f.component),
            format!("“{}” is not a published component of this procedure", f.component),
        )),
    }
}

/// What an official types in at the counter may lack papers: completeness is the official's to judge there, and the notice of
/// form 02 asks for all that is missing.
fn check_components(d: &Definition, f: &Filing) -> Result<(), Refusal> {
    if f.people.assisted_by.is_some() && f.channel != crate::definition::Channel::Online {
        return Ok(());
    }
    let mut refusal = Refusal::invalid("components", "Hồ sơ còn thiếu giấy tờ", "Papers are missing");
    for c in &d.components {
        let given = f.files.iter().any(|x| x.component == c.code) || f.waived.contains(&c.code);
        if !given && d.requires(c, &f.answers) {
            refusal = refusal.because(
                Some(&c.code),
                format!("Thiếu: {}", c.name.vi),
                format!("Missing: {}", c.name.en),
            );
        }
    }
    if refusal.reasons.is_empty() { Ok(()) } else { Err(refusal) }
}

/// The input of an act against its declared schema; an act without schema takes none, so that nothing unread is kept
/// in the journal for ever.
pub fn check_input(d: &Definition, act: &str, input: &Value) -> Result<(), Refusal> {
    let mut refusal = Refusal::invalid("input", "Còn nội dung cần điền hoặc sửa", "Something is missing or wrong");
    let Some(schema) = d.compiled.inputs.get(act) else {
        return match input {
            Value::Null => Ok(()),
            Value::Object(fields) if fields.is_empty() => Ok(()),
            _ => Err(refusal.because(None, "việc này không nhận nội dung kèm theo", "this act takes no input")),
        };
    };
    if schema.is_valid(input) {
        return Ok(());
    }
    for error in schema.iter_errors(input).take(20) {
        let (field, message) = explain(&error);
        refusal = refusal.because(field.as_deref(), message.vi, message.en);
    }
    Err(refusal)
}

/// A whole entry against the schema of its register: what each act gives is checked before, this is what stands then.
pub fn check_entry(d: &Definition, register: &str, values: &Value) -> Result<(), Refusal> {
    let Some(schema) = d.compiled.records.get(register) else { return Ok(()) };
    if schema.is_valid(values) {
        return Ok(());
    }
    let mut refusal = Refusal::invalid("input", "Còn nội dung cần điền hoặc sửa", "Something is missing or wrong");
    for error in schema.iter_errors(values).take(20) {
        let (field, message) = explain(&error);
        refusal = refusal.because(field.as_deref(), message.vi, message.en);
    }
    Err(refusal)
}

/// One fault: the field (first part of the JSON pointer) and a sentence that says what to do.
pub fn explain(error: &ValidationError<'_>) -> (Option<String>, Text) {
    let pointer = error.instance_path().to_string();
    let mut field = pointer.trim_start_matches('/').split('/').next().filter(|f| !f.is_empty()).map(unescape);
    let message = match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default().to_owned();
            if field.is_none() {
                field = Some(name);
            }
            Text::new("hãy điền mục này", "fill this in")
        }
        Kind::AdditionalProperties { unexpected } => {
            let names = unexpected.join(", ");
            Text::new(format!("mục không có trong mẫu: {names}"), format!("not part of the form: {names}"))
        }
        Kind::Type { .. } => Text::new("giá trị không đúng loại, ví dụ cần số nhưng nhận chữ", "this is of the wrong type, such as text for a number"),
        Kind::Format { format } if format == "date" => {
            Text::new("ngày không có thật; ví dụ đúng: 05/02/2026", "no such date; a right one is 05/02/2026")
        }
        Kind::Format { format } if format == "taxpayer" => Text::new(
            "mã số thuế chưa đúng: 10 hoặc 13 chữ số, hoặc 12 số định danh; kiểm tra xem có gõ nhầm chữ số nào",
            "not a tax code: 10 or 13 digits, or a 12-digit personal number; look for a mistyped digit",
        ),
        Kind::Format { format } if format == "email" => Text::new(
            "địa chỉ thư điện tử chưa đúng; ví dụ đúng: binh.nguyen@example.vn",
            "not an e-mail address; a right one is binh.nguyen@example.vn",
        ),
        Kind::MaxLength { limit } => Text::new(format!("dài quá {limit} ký tự"), format!("longer than {limit} characters")),
        Kind::MinLength { limit } => Text::new(format!("cần ít nhất {limit} ký tự"), format!("at least {limit} characters are needed")),
        Kind::Minimum { limit } => Text::new(format!("không được nhỏ hơn {limit}"), format!("may not be less than {limit}")),
        Kind::Maximum { limit } => Text::new(format!("không được lớn hơn {limit}"), format!("may not be more than {limit}")),
        Kind::ExclusiveMinimum { limit } => Text::new(format!("phải lớn hơn {limit}"), format!("must be more than {limit}")),
        Kind::MinItems { limit } => Text::new(format!("cần ít nhất {limit} mục"), format!("at least {limit} needed")),
        Kind::Pattern { .. } => Text::new("chưa đúng dạng; xem gợi ý của mục này", "not in the right form; see the hint of this field"),
        Kind::Enum { .. } | Kind::OneOfNotValid { .. } | Kind::Constant { .. } => {
            Text::new("chọn một giá trị trong danh sách", "choose a value from the list")
        }
        _ => Text::new("giá trị này chưa hợp lệ", "this value is not acceptable"),
    };
    (field, message)
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}
