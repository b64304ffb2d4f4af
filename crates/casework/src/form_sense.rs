//! What a schema cannot say of answers: nobody is born tomorrow, a personal number has a structure, a name has letters. Pure.
//!
//! The fields are known by their names, as all forms of the catalogue call them: `…birth_date`, `…birth_year`,
//! `…personal_number`, and the name beside a personal number.

use crate::Definition;
use kernel::{Instant, Refusal, Text, party::Identifier, time::Date};
use serde_json::Value;

/// What has not happened yet on a day: every fault at once, each with an example of a right answer.
pub fn check_future(d: &Definition, answers: &Value, now: Instant) -> Result<(), Refusal> {
    let refusal = Refusal::invalid("answers", "Tờ khai còn chỗ cần sửa", "The form needs correction");
    let today = now.date();
    let refusal = told(d, answers, refusal, |field, value| in_future(field, value, today));
    if refusal.reasons.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Adds what no day makes right.
pub fn add_senseless(d: &Definition, answers: &Value, refusal: Refusal) -> Refusal {
    told(d, answers, refusal, |field, value| senseless(field, value, answers))
}

fn told(d: &Definition, answers: &Value, mut refusal: Refusal, fault: impl Fn(&str, &Value) -> Option<Text>) -> Refusal {
    for (field, value) in answers.as_object().into_iter().flatten() {
        let Some(fault) = fault(field, value) else { continue };
        let message = match d.form.field(field).map(|f| f.title) {
            Some(label) => Text::new(format!("{}: {}", label.vi, fault.vi), format!("{}: {}", label.en, fault.en)),
            None => fault,
        };
        refusal = refusal.because(Some(field), message.vi, message.en);
    }
    refusal
}

fn in_future(field: &str, value: &Value, today: Date) -> Option<Text> {
    if field.ends_with("birth_date") {
        let born: Date = value.as_str()?.parse().ok()?;
        return (born > today).then(|| Text::new("ngày sinh ở tương lai; ví dụ đúng: 05/02/2026", "a date of birth in the future; a right one is 05/02/2026"));
    }
    if field.ends_with("birth_year") {
        return (value.as_i64()? > i64::from(today.year())).then(|| Text::new("năm sinh ở tương lai; ví dụ đúng: 1990", "a year of birth in the future; a right one is 1990"));
    }
    None
}

fn senseless(field: &str, value: &Value, answers: &Value) -> Option<Text> {
    if field.ends_with("personal_number") {
        // What is no number at all the schema tells.
        let number = value.as_str().filter(|n| n.len() == 12 && n.bytes().all(|b| b.is_ascii_digit()))?;
        return Identifier::parse("personal_number", number).err().map(|r| r.message);
    }
    let of_person = field.strip_suffix("name").is_some_and(|of| answers.get(format!("{of}personal_number")).is_some());
    let name = value.as_str().filter(|_| of_person)?;
    let strange = name.chars().find(|c| !c.is_alphanumeric() && !" .,'’‘-–/()".contains(*c))?;
    Some(Text::new(
        format!("họ tên có ký tự lạ “{strange}”; ghi như trên thẻ căn cước, ví dụ: Nguyễn Thị Ánh"),
        format!("the name has a strange sign “{strange}”; write it as on the identity card, such as Nguyễn Thị Ánh"),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_is_told_with_an_example() {
        let today = kernel::time::date(2026, 11, 23);
        let all = json!({"child_birth_date": "2026-11-24", "owner_personal_number": "079090004567", "owner_name": "x", "works_name": "x"});
        let told = |field: &str, value: Value| in_future(field, &value, today).or_else(|| senseless(field, &value, &all)).map(|t| t.vi);
        for (field, right) in [
            ("child_birth_date", json!("2026-11-23")),
            ("child_birth_date", json!("not a date")),
            ("mother_birth_year", json!(2026)),
            ("owner_personal_number", json!("079090004567")),
            ("owner_personal_number", json!("")),
            ("owner_name", json!("Y Bhăm Niê Kđăm")),
            ("owner_name", json!("K’Brêu (Tư), O'Neill-Đỗ")),
            ("works_name", json!("Nhà ở 🙂")),
        ] {
            assert_eq!(told(field, right.clone()), None, "{field} {right}");
        }
        for (field, wrong, word) in [
            ("child_birth_date", json!("2026-11-24"), "05/02/2026"),
            ("mother_birth_year", json!(2027), "1990"),
            ("owner_personal_number", json!("000090004567"), "001–096"),
            ("owner_personal_number", json!("079990004567"), "Chữ số thứ tư"),
            ("owner_name", json!("Bình 🙂"), "🙂"),
            ("owner_name", json!("B<b>ình"), "<"),
            ("owner_name", json!("Bình\u{e000}"), "Nguyễn Thị Ánh"),
        ] {
            let said = told(field, wrong.clone()).unwrap_or_default();
            assert!(said.contains(word), "{field} {wrong}: {said}");
        }
    }
}
