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

/// The answers that are old nine-digit identity numbers (chứng minh nhân dân). They are taken and go to review: whoever has no
/// other number is not turned away for it (domain/public-services §10.5).
pub fn old_numbers(answers: &Value) -> Vec<&str> {
    let all = answers.as_object().into_iter().flatten();
    all.filter(|(field, value)| field.ends_with("personal_number") && value.as_str().is_some_and(is_old)).map(|(field, _)| field.as_str()).collect()
}

pub fn is_old(number: &str) -> bool {
    number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit()) && Identifier::parse("old_id_card", number).is_ok()
}

/// The answers with a number of today's shape in the place of each old one: what a form's schema is to judge.
pub fn without_old_numbers(answers: &Value) -> std::borrow::Cow<'_, Value> {
    const SHAPE: &str = "001190000001";
    let old = old_numbers(answers);
    if old.is_empty() {
        return std::borrow::Cow::Borrowed(answers);
    }
    let mut judged = answers.clone();
    for field in old {
        judged[field] = Value::String(SHAPE.to_owned());
    }
    std::borrow::Cow::Owned(judged)
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
    fn old_numbers_are_known() {
        let answers = json!({"owner_personal_number": "025123456", "bride_personal_number": "079194001122", "phone": "025123456", "groom_personal_number": "02512345", "father_personal_number": "02512345x", "mother_personal_number": 25123456});
        assert_eq!(old_numbers(&answers), ["owner_personal_number"]);
        let judged = without_old_numbers(&answers);
        assert_eq!((judged["owner_personal_number"].as_str().map(str::len), &judged["phone"]), (Some(12), &answers["phone"]));
        assert!(Identifier::parse("personal_number", judged["owner_personal_number"].as_str().unwrap()).is_ok());
    }

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
