//! What was typed into the form of a document, as the data a template prints: paragraphs, headings, tables, articles. Pure.

use crate::catalog::{As, Asked};
use jiff::civil;
use kernel::{Instant, Refusal, text::clean, time::Date};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use typeset::put;

/// Longest answer to one field, in characters: about sixty printed pages.
pub const FIELD_MAX: usize = 200_000;
/// Most letters of a subject, which stands in registers on one line.
pub const SUBJECT_MAX: usize = 500;

/// What was typed, by the path of the field.
pub type Typed = BTreeMap<String, String>;

/// The template's data for what was typed, or what has to be mended, field by field.
pub fn data(form: &[Asked], typed: &Typed) -> Result<Value, Refusal> {
    let mut out = json!({});
    let mut fault = Refusal::invalid("document-form", "Chưa lưu được: có chỗ cần sửa", "Not saved: something needs correcting");
    for asked in form {
        let text = typed.get(&asked.path).map_or("", String::as_str);
        if text.trim().is_empty() {
            if asked.required {
                let (vi, en) = (&asked.field.label.vi, &asked.field.label.en);
                fault = fault.because(Some(&asked.path), format!("Ghi nội dung cho mục “{vi}”."), format!("Fill in “{en}”."));
            }
            continue;
        }
        match value(asked, text) {
            Ok(v) => put(&mut out, &asked.path, v),
            Err((vi, en)) => fault = fault.because(Some(&asked.path), vi, en),
        }
    }
    if fault.reasons.is_empty() { Ok(out) } else { Err(fault) }
}

type Wrong = (String, String);

fn wrong(vi: &str, en: &str) -> Wrong {
    (vi.to_owned(), en.to_owned())
}

fn value(asked: &Asked, text: &str) -> Result<Value, Wrong> {
    let limit = if asked.path == "subject" { SUBJECT_MAX } else { FIELD_MAX };
    if text.chars().count() > limit {
        return Err((format!("Rút gọn còn không quá {limit} ký tự."), format!("Shorten it to at most {limit} characters.")));
    }
    match asked.field.read_as {
        As::Line => Ok(json!(clean(&text.replace('\n', " ")))),
        As::Lines => Ok(json!(lines(text).collect::<Vec<_>>())),
        As::Text => Ok(Value::Array(body(text))),
        As::Articles => articles(text),
        As::Date => day(text).map(|d| json!(d.to_string())).ok_or_else(|| wrong("Nhập ngày có thật, ví dụ 23/11/2026.", "Enter a day that exists, such as 23/11/2026.")),
        As::Moment => moment(text).map(|at| json!(at.to_string())).ok_or_else(|| wrong("Nhập giờ và ngày, ví dụ 8:00 23/11/2026.", "Enter a time and a day, such as 8:00 23/11/2026.")),
        As::Choice => asked.field.choices.iter().find(|c| c.value == text).map(|c| json!(c.value)).ok_or_else(|| wrong("Chọn một mục trong danh sách.", "Choose from the list.")),
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty())
}

/// `23/11/2026`
pub fn day(text: &str) -> Option<Date> {
    let mut parts = text.trim().split(['/', '-', '.']).map(|p| p.trim().parse::<i16>().ok());
    let (d, m, y) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1900..=9000).contains(&y) {
        return None;
    }
    Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
}

/// `8:00 23/11/2026`, `8 giờ 30 23/11/2026`
pub fn moment(text: &str) -> Option<Instant> {
    let (clock, date) = text.trim().rsplit_once(|c: char| c.is_whitespace() || c == ',')?;
    let digits: Vec<i8> = clock.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute) = match digits[..] {
        [h] => (h, 0),
        [h, m] => (h, m),
        _ => return None,
    };
    let time = civil::Time::new(hour, minute, 0, 0).ok()?;
    Some(Instant::local(day(date)?.to_datetime(time)))
}

/// Paragraphs a line each; `#` headings; lines of cells make one table.
pub fn body(text: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let mut table: Vec<Vec<&str>> = Vec::new();
    for line in lines(text) {
        if let Some(row) = cells(line) {
            table.push(row);
            continue;
        }
        close(&mut table, &mut out);
        let level = line.bytes().take_while(|b| *b == b'#').count();
        match line.get(level..).map(str::trim) {
            Some(heading) if (1..=3).contains(&level) && !heading.is_empty() => out.push(json!({"heading": heading, "level": level})),
            _ => out.push(json!(line)),
        }
    }
    close(&mut table, &mut out);
    out
}

/// The cells of `| a | b |`, or of a line copied from a sheet.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row: Vec<&str> = match line.strip_prefix('|') {
        Some(rest) => rest.strip_suffix('|').unwrap_or(rest).split('|').map(str::trim).collect(),
        None if line.contains('\t') => line.split('\t').map(str::trim).collect(),
        None => return None,
    };
    (row.len() > 1).then_some(row)
}

/// A table of the rows so far; the line of dashes that other programs put under the head is none of them.
fn close(table: &mut Vec<Vec<&str>>, out: &mut Vec<Value>) {
    let mut rows = std::mem::take(table).into_iter().filter(|r| !r.iter().all(|c| !c.is_empty() && c.chars().all(|x| "-:".contains(x))));
    let Some(mut head) = rows.next() else { return };
    let mut rows: Vec<Vec<&str>> = rows.collect();
    // A row with more cells than the head has is no reason to lose them.
    let width = rows.iter().map(Vec::len).fold(head.len(), usize::max);
    head.resize(width, "");
    for row in &mut rows {
        row.resize(width, "");
    }
    out.push(json!({"table": {"columns": head, "rows": rows}}));
}

/// Where a line begins a part of a text in articles.
enum Part<'a> {
    Chapter(&'a str),
    Section(&'a str),
    Article(&'a str),
    Text(&'a str),
}

fn part(line: &str) -> Part<'_> {
    let after = |word: &str| {
        let rest = line.strip_prefix(word)?.trim_start();
        let (mark, rest) = rest.split_once([' ', '.', ':']).unwrap_or((rest, ""));
        let marked = !mark.is_empty() && mark.chars().all(|c| c.is_ascii_digit() || "IVXLC".contains(c));
        marked.then(|| rest.trim_start_matches(['.', ':', ' ']).trim())
    };
    match (after("Chương"), after("Mục"), after("Điều")) {
        (Some(rest), _, _) => Part::Chapter(rest),
        (_, Some(rest), _) => Part::Section(rest),
        (_, _, Some(rest)) => Part::Article(rest),
        _ => Part::Text(line),
    }
}

/// Articles in their order, chapters and sections between them. The title of a chapter may stand on its own line.
fn articles(text: &str) -> Result<Value, Wrong> {
    struct Open<'a> {
        first: &'a str,
        paragraphs: Vec<&'a str>,
    }
    fn finish(open: Option<Open<'_>>, out: &mut Vec<Value>) -> bool {
        let Some(a) = open else { return true };
        if a.paragraphs.is_empty() {
            out.push(json!(a.first));
            return !a.first.is_empty();
        }
        let titled = !a.first.is_empty() && !a.first.ends_with(['.', ';', ':', ',']);
        out.push(if titled { json!({"title": a.first, "paragraphs": a.paragraphs}) } else if a.first.is_empty() { json!({"paragraphs": a.paragraphs}) } else { json!({"text": a.first, "paragraphs": a.paragraphs}) });
        true
    }
    let (mut out, mut open, mut waiting) = (Vec::new(), None::<Open<'_>>, None::<&str>);
    let empty = || wrong("Có điều chưa có nội dung.", "An article has no text.");
    for line in lines(text) {
        match part(line) {
            Part::Article(rest) => {
                if !finish(open.take(), &mut out) {
                    return Err(empty());
                }
                open = Some(Open { first: rest, paragraphs: Vec::new() });
                waiting = None;
            }
            Part::Chapter(rest) | Part::Section(rest) => {
                if !finish(open.take(), &mut out) {
                    return Err(empty());
                }
                let key = if line.starts_with("Chương") { "chapter" } else { "section" };
                waiting = rest.is_empty().then_some(key);
                out.push(json!({key: rest}));
            }
            Part::Text(t) => match (&mut open, waiting.take(), out.last_mut()) {
                (Some(a), _, _) => a.paragraphs.push(t),
                (None, Some(key), Some(last)) => *last = json!({key: t}),
                _ => return Err(wrong("Bắt đầu bằng “Điều 1.”; phần trước điều đầu tiên không thuộc điều nào.", "Begin with “Điều 1.”; what stands before the first article belongs to none.")),
            },
        }
    }
    if !finish(open, &mut out) {
        return Err(empty());
    }
    Ok(Value::Array(out))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalog::Field;
    use kernel::Text;
    use proptest::prelude::*;

    fn asked(path: &str, read_as: As, required: bool) -> Asked {
        let field = Field { read_as, label: Text::new("Trường", "Field"), hint: None, start: None, choices: vec![] };
        Asked { path: path.into(), field, required }
    }
    fn typed(pairs: &[(&str, &str)]) -> Typed {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn paragraphs_headings_and_tables() {
        let text = "Thực hiện Kế hoạch số 15.\n\n# Mục tiêu\nMột.\n| TT | Việc | Hạn |\n|---|---|---|\n| 1 | Rà soát | 30/11 |\n| 2 | Báo cáo |\n## Kinh phí\nHai.";
        assert_eq!(
            body(text),
            [
                json!("Thực hiện Kế hoạch số 15."),
                json!({"heading": "Mục tiêu", "level": 1}),
                json!("Một."),
                json!({"table": {"columns": ["TT", "Việc", "Hạn"], "rows": [["1", "Rà soát", "30/11"], ["2", "Báo cáo", ""]]}}),
                json!({"heading": "Kinh phí", "level": 2}),
                json!("Hai."),
            ]
        );
        assert_eq!(body("A\tB\n1\t2"), [json!({"table": {"columns": ["A", "B"], "rows": [["1", "2"]]}})], "copied from a sheet");
        assert_eq!(body("#hashtag giữa câu"), [json!({"heading": "hashtag giữa câu", "level": 1})]);
        assert_eq!(body("#### bốn dấu"), [json!("#### bốn dấu")]);
    }

    #[test]
    fn articles_with_and_without_titles() {
        let form = [asked("articles", As::Articles, true)];
        let text = "Điều 1. Thành lập Tổ công tác.\nĐiều 2. Nhiệm vụ\n1. Giúp Chủ tịch.\n2. Báo cáo.\nĐiều 3: Quyết định này có hiệu lực kể từ ngày ký.";
        assert_eq!(
            data(&form, &typed(&[("articles", text)])).unwrap()["articles"],
            json!(["Thành lập Tổ công tác.", {"title": "Nhiệm vụ", "paragraphs": ["1. Giúp Chủ tịch.", "2. Báo cáo."]}, "Quyết định này có hiệu lực kể từ ngày ký."])
        );
        let text = "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\nQuy chế này.\nMục 2. Chế độ\nĐiều 2. Họp.";
        assert_eq!(
            data(&form, &typed(&[("articles", text)])).unwrap()["articles"],
            json!([{"chapter": "QUY ĐỊNH CHUNG"}, {"title": "Phạm vi", "paragraphs": ["Quy chế này."]}, {"section": "Chế độ"}, "Họp."])
        );
        for (why, text) in [("nothing before the first", "Căn cứ.\nĐiều 1. A."), ("an empty one", "Điều 1.\nĐiều 2. B."), ("only text", "Không có điều nào.")] {
            assert_eq!(data(&form, &typed(&[("articles", text)])).unwrap_err().reasons[0].field.as_deref(), Some("articles"), "{why}");
        }
    }

    #[test]
    fn a_word_of_the_text_begins_no_article() {
        let Part::Text(_) = part("Điều kiện thực hiện: có mặt") else { panic!() };
        let Part::Text(_) = part("Mục tiêu chung") else { panic!() };
        let Part::Text(_) = part("Chương trình họp") else { panic!() };
    }

    #[test]
    fn days_and_moments_as_people_type_them() {
        assert_eq!(day("23/11/2026").unwrap().to_string(), "2026-11-23");
        assert!(day("31/2/2026").is_none() && day("23/11").is_none() && day("23/11/26").is_none() && day("").is_none());
        for text in ["8:00 23/11/2026", "8h00 23/11/2026", "8 giờ 00 23/11/2026", "8h, 23/11/2026"] {
            assert_eq!(moment(text).unwrap().to_string(), moment("8:00 23/11/2026").unwrap().to_string(), "{text}");
        }
        assert!(moment("25:00 23/11/2026").is_none() && moment("23/11/2026").is_none());
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_else_is_lost() {
        let form = [asked("subject", As::Line, true), asked("event.at", As::Moment, true), asked("to", As::Lines, false)];
        let refused = data(&form, &typed(&[("event.at", "mai")])).unwrap_err();
        let fields: Vec<_> = refused.reasons.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["subject", "event.at"]);
        let fine = data(&form, &typed(&[("subject", "Họp\ngiao ban"), ("event.at", "8:00 23/11/2026"), ("to", "A\n\nB")])).unwrap();
        assert_eq!((fine["subject"].as_str(), fine["to"].clone()), (Some("Họp giao ban"), json!(["A", "B"])));
        assert!(fine["event"]["at"].as_str().unwrap().starts_with("2026-11-23T"));
        assert!(data(&form, &typed(&[("subject", &"x".repeat(501)), ("event.at", "8:00 23/11/2026")])).is_err());
    }

    proptest! {
        /// Whatever is pasted is read: no panic, and each word of a text is printed.
        #[test]
        fn nothing_typed_is_lost(text in "[\\PC\n\t|#]{0,200}") {
            let printed = body(&text).iter().map(Value::to_string).collect::<String>();
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3) {
                prop_assert!(printed.contains(word), "{word}");
            }
            let _ = articles(&text);
        }
    }
}
