//! What makes an answer evidence-backed, and how much is looked at before a result is called verified. Pure; the numbers come
//! from the framework and from `catalog/centre/checks.yaml`.

use crate::{model::Assessment, trust::rules::Conclude};
use kernel::{
    Refusal, Text,
    refusal::Reason,
    time::Date,
};
use scoring::{Decimal, Framework, definition::ScaleType};
use std::collections::BTreeSet;

/// A file that was handed in, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// A photo or a screenshot.
    pub image: bool,
    pub dated: Option<Date>,
}

/// What a criterion asks of its papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub images_alone: bool,
    /// Days.
    pub age: Option<u32>,
    /// The day the answers were handed in: a paper does not grow old while it waits at the centre.
    pub on: Date,
}

/// Why the files do not prove the answer; `None`: one of them does.
pub fn fault(papers: &[Paper], asked: Asked) -> Option<Reason> {
    let told = |field: &str, vi: String, en: String| Some(Reason { field: Some(field.to_owned()), message: Text::new(vi, en) });
    if papers.is_empty() {
        return told("tier", "Chưa có tệp minh chứng cho câu này".into(), "There is no proof file for this answer".into());
    }
    let fit: Vec<&Paper> = papers.iter().filter(|p| asked.images_alone || !p.image).collect();
    if fit.is_empty() {
        return told(
            "tier",
            "Chỉ có ảnh: ảnh chụp, ảnh màn hình một mình chưa phải là minh chứng. Cần hóa đơn, hợp đồng hoặc sổ tài sản (PDF, XLSX, DOCX); nếu không có, chọn “Tôi đã hỏi, đã xem; xác nhận”".into(),
            "There are pictures only: a photo or a screenshot alone is no proof. An invoice, a contract or an asset register is needed (PDF, XLSX, DOCX); without one choose “I asked and saw; confirmed”".into(),
        );
    }
    let days = asked.age?;
    let Some(newest) = fit.iter().filter_map(|p| p.dated).max() else {
        return told(
            "dated",
            format!("Chưa biết ngày của giấy tờ. Xem trên tệp rồi ghi ngày vào đây; giấy tờ phải trong {days} ngày trước ngày gửi"),
            format!("The date of the paper is not known. Read it on the file and write it here; the paper has to be of the {days} days before handing in"),
        );
    };
    if newest > asked.on {
        return told("dated", format!("Ngày của giấy tờ {} sau ngày gửi; xem lại ngày", vi(newest)), format!("The date of the paper, {newest}, lies after the day of handing in; look again"));
    }
    if i64::from((asked.on - newest).get_days()) > i64::from(days) {
        return told(
            "tier",
            format!("Giấy tờ mới nhất ngày {} đã quá {days} ngày trước ngày gửi; cần giấy tờ mới hơn, hoặc chọn “Tôi đã hỏi, đã xem; xác nhận”", vi(newest)),
            format!("The newest paper, of {newest}, is older than {days} days before handing in; a newer one is needed, or choose “I asked and saw; confirmed”"),
        );
    }
    None
}

fn vi(day: Date) -> String {
    web::when::day(day, kernel::text::Lang::Vi)
}

/// Whether enough has been looked at.
///
/// # Errors
/// How many answers are missing, and how many of them are conditions.
pub fn enough(f: &Framework, a: &Assessment, rules: &Conclude) -> Result<(), Refusal> {
    let checked: BTreeSet<&str> = a.checks.iter().map(|c| c.criterion.as_str()).collect();
    let answered: Vec<_> = f.criteria().filter(|p| a.answers.get(&p.criterion.code).is_some_and(|x| !x.is_empty())).collect();
    let seen = answered.iter().filter(|p| checked.contains(p.criterion.code.as_str())).count();
    if checked.is_empty() {
        return Err(Refusal::conflict("nothing-checked", "Chưa xác nhận câu nào", "No answer has been checked yet"));
    }
    let needed = wanted(answered.len(), rules);
    let gates = answered.iter().filter(|p| rules.gates && p.scale.kind == ScaleType::Gate && !checked.contains(p.criterion.code.as_str())).count();
    let missing = needed.saturating_sub(seen);
    if missing == 0 && gates == 0 {
        return Ok(());
    }
    let conditions = if gates == 0 {
        Text::new("", "")
    } else {
        Text::new(format!(" Còn {gates} câu điều kiện phải xem."), format!(" {gates} conditions have to be looked at."))
    };
    let (all, more) = (answered.len(), missing.max(gates));
    Err(Refusal::conflict(
        "too-few-checked",
        format!("Mới xác nhận {seen} trong {all} câu; còn thiếu {more} câu mới kết luận được.{}", conditions.vi),
        format!("{seen} of {all} answers have been checked; {more} more are needed before it can be concluded.{}", conditions.en),
    ))
}

/// The share of so many answers, rounded up, and never less than the least (or all there are).
fn wanted(answered: usize, rules: &Conclude) -> usize {
    let all = i64::try_from(answered).unwrap_or(i64::MAX);
    let share = Decimal::whole(all).checked_mul(rules.share).and_then(|x| x.checked_div(Decimal::HUNDRED)).map_or(0, |x| x.ceil().to_i64());
    usize::try_from(share).unwrap_or(0).max(rules.least).min(answered.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    const ON: Date = date(2026, 11, 20);

    fn asked(images_alone: bool, age: Option<u32>) -> Asked {
        Asked { images_alone, age, on: ON }
    }
    fn paper(image: bool, dated: Option<Date>) -> Paper {
        Paper { image, dated }
    }

    #[test]
    fn what_proves_an_answer() {
        let (invoice, photo) = (paper(false, Some(date(2026, 11, 1))), paper(true, Some(date(2026, 11, 1))));
        let table: &[(&str, &[Paper], Asked, Option<&str>)] = &[
            ("nothing", &[], asked(false, None), Some("tier")),
            ("a photo alone", &[photo], asked(false, None), Some("tier")),
            ("two screenshots", &[photo, photo], asked(false, Some(90)), Some("tier")),
            ("a photo where the criterion allows it", &[photo], asked(true, Some(90)), None),
            ("a photo beside an invoice", &[photo, invoice], asked(false, Some(90)), None),
            ("a paper of no date, no age asked", &[paper(false, None)], asked(false, None), None),
            ("a paper of no date is asked for", &[paper(false, None)], asked(false, Some(90)), Some("dated")),
            ("the date of a photo is not the paper's", &[photo, paper(false, None)], asked(false, Some(90)), Some("dated")),
            ("on the last day", &[paper(false, Some(date(2026, 8, 22)))], asked(false, Some(90)), None),
            ("a day too old", &[paper(false, Some(date(2026, 8, 21)))], asked(false, Some(90)), Some("tier")),
            ("the newest counts", &[paper(false, Some(date(2020, 1, 1))), invoice], asked(false, Some(90)), None),
            ("of tomorrow", &[paper(false, Some(date(2026, 11, 21)))], asked(false, Some(90)), Some("dated")),
        ];
        for (name, papers, asked, field) in table {
            let found = fault(papers, *asked);
            assert_eq!(found.as_ref().and_then(|r| r.field.as_deref()), *field, "{name}: {found:?}");
        }
    }

    #[test]
    fn the_share_is_rounded_up_and_never_above_what_there_is() {
        let rules = |share: &str, least| Conclude { share: share.parse().unwrap_or_default(), least, ..Conclude::default() };
        for (answered, share, least, expected) in [
            (14, "20", 1, 3),
            (10, "20", 1, 2),
            (1, "20", 1, 1),
            (60, "100", 1, 60),
            (60, "0", 1, 1),
            (3, "20", 5, 3),
            (0, "20", 1, 1),
        ] {
            assert_eq!(wanted(answered, &rules(share, least)), expected, "{answered} {share} {least}");
        }
    }
}
