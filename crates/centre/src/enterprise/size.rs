//! The size of a year, from typed inputs, with the rule shown (Decree 80/2021 Art. 5–10).

use super::actor;
use crate::{
    Centre, acts,
    model::{Enterprise, EnterpriseEvent, SizeInputs},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Dong, Refusal, id::EnterpriseId, refusal::Reason, text::Lang};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// Units in which money is typed: a revenue of "3" is a mistake in one and right in another.
const UNITS: [(&str, i64, &str, &str); 3] = [("dong", 1, "đồng", "đồng"), ("trieu", 1_000_000, "triệu đồng", "million đồng"), ("ty", 1_000_000_000, "tỷ đồng", "billion đồng")];
/// A number typed by a person: nobody earns more than a million billion.
const MAX: i64 = 1_000_000_000_000_000;

/// `1.250` or `1250,5` in a unit, as whole đồng.
pub fn money(text: &str, unit: &str) -> Result<Option<i64>, ()> {
    let text = text.trim().replace([' ', '\u{a0}'], "");
    if text.is_empty() {
        return Ok(None);
    }
    let factor = UNITS.iter().find(|u| u.0 == unit).map_or(1, |u| u.1);
    let (whole, part) = match text.rsplit_once(',') {
        Some((w, p)) if p.len() <= 6 && !p.is_empty() => (w, p),
        Some(_) => return Err(()),
        None => (text.as_str(), ""),
    };
    let groups: Vec<&str> = whole.split('.').collect();
    let grouped = groups.len() == 1 || groups.iter().skip(1).all(|g| g.len() == 3);
    if !grouped || whole.is_empty() || !(whole.bytes().all(|b| b.is_ascii_digit() || b == b'.') && part.bytes().all(|b| b.is_ascii_digit())) {
        return Err(());
    }
    let whole: i64 = groups.concat().parse().map_err(|_| ())?;
    let scale = 10_i64.pow(u32::try_from(part.len()).map_err(|_| ())?);
    let part: i64 = if part.is_empty() { 0 } else { part.parse().map_err(|_| ())? };
    let value = whole.checked_mul(factor).and_then(|w| w.checked_add(part.checked_mul(factor)? / scale)).filter(|v| *v <= MAX).ok_or(())?;
    Ok(Some(value))
}

/// How large an amount is, in words a person checks at a glance.
pub fn in_words(amount: i64, lang: Lang) -> String {
    let (unit, vi, en) = match amount {
        1_000_000_000.. => (1_000_000_000, "tỷ đồng", "billion đồng"),
        1_000_000.. => (1_000_000, "triệu đồng", "million đồng"),
        _ => return Dong(amount).to_string(),
    };
    let (whole, rest) = (amount / unit, amount % unit * 100 / unit);
    let rest = if rest == 0 { String::new() } else { format!("{}{rest:02}", lang.pick(",", ".")) };
    format!("{}{rest} {}", web::when::number(whole, lang), lang.pick(vi, en))
}

pub fn read(form: &FormData, today: i16, founded: Option<kernel::time::Date>) -> Result<SizeInputs, Refusal> {
    let mut refusal = Refusal::invalid("size", "Số liệu quy mô còn chỗ cần sửa", "The figures of size need correction");
    let year = form.get("year").and_then(|y| y.parse::<i16>().ok()).filter(|y| (today - 5..=today).contains(y));
    if year.is_none() {
        refusal = refusal.because(Some("year"), "Chọn năm trong danh sách", "Choose a year from the list");
    }
    if let Some(founded) = founded.filter(|f| year.is_some_and(|y| y < f.year())) {
        let of = founded.year();
        let (vi, en) = (format!("Năm này trước năm thành lập ({of}); chọn năm từ {of} hoặc sửa ngày thành lập"), format!("This year lies before the founding ({of}); choose {of} or later, or correct the founding date"));
        refusal = refusal.because(Some("year"), vi, en);
    }
    let count = |name: &str| form.get(name).unwrap_or_default().replace('.', "").parse::<u32>().ok().filter(|n| *n <= 5_000_000);
    let headcount = count("headcount");
    if headcount.is_none() {
        refusal = refusal.because(Some("headcount"), "Ghi số lao động bằng chữ số, ví dụ 12; không có thì ghi 0", "Give the number of people in digits, such as 12; 0 if there are none");
    }
    let women = if form.filled("women").is_none() { Some(0) } else { count("women") };
    if women.is_none() || women > headcount {
        refusal = refusal.because(Some("women"), "Số lao động nữ không thể nhiều hơn tổng số lao động", "There cannot be more women than people");
    }
    let unit = form.get("unit").unwrap_or("dong");
    let mut amount = |name: &str, vi: &str, en: &str| match money(form.get(name).unwrap_or_default(), unit) {
        Ok(v) => v,
        Err(()) => {
            refusal.reasons.push(Reason {
                field: Some(name.to_owned()),
                message: kernel::Text::new(
                    format!("{vi}: ghi số, ví dụ 2.500 hoặc 2500,5 theo đơn vị đã chọn"),
                    format!("{en}: give a number such as 2.500 or 2500,5 in the unit chosen"),
                ),
            });
            None
        }
    };
    let (revenue, capital) = (amount("revenue", "Doanh thu", "Revenue"), amount("capital", "Nguồn vốn", "Capital"));
    match (year, headcount, women) {
        (Some(year), Some(headcount), Some(women)) if refusal.reasons.is_empty() => Ok(SizeInputs { year, headcount, women, revenue, capital }),
        _ => Err(refusal),
    }
}

fn page(c: &Centre, v: &Visitor, e: &Enterprise, form: Option<&FormData>, reasons: &[Reason], answer: Option<Html>) -> Html {
    let lang = v.lang;
    let value = |name: &str| form.and_then(|f| f.get(name)).unwrap_or_default().to_owned();
    let this = c.now().date().year();
    let years: Vec<Choice> = (0..6).map(|n| Choice::new((this - n).to_string(), (this - n).to_string())).collect();
    let units: Vec<Choice> = UNITS.iter().map(|(code, _, vi, en)| Choice::new(*code, lang.pick(vi, en))).collect();
    let field = |name: &str, vi: &str, en: &str| Field::new(lang, name, lang.pick(vi, en)).value(value(name)).errors(reasons);
    let unit = if value("unit").is_empty() { "trieu".to_owned() } else { value("unit") };
    let year = if value("year").is_empty() { this.to_string() } else { value("year") };
    let body = [
        field("year", "Năm xác định quy mô", "Year").value(year).select(&years),
        field("headcount", "Số lao động tham gia bảo hiểm xã hội bình quân năm trước", "Mean number of people with social insurance last year")
            .hint(lang.pick("Cộng số cuối mỗi tháng rồi chia cho số tháng.", "Add up the month-end numbers and divide by the months."))
            .numeric()
            .width("w10")
            .input(),
        field("women", "Trong đó lao động nữ", "Of them women").numeric().width("w10").optional(true).input(),
        field("unit", "Đơn vị tiền bạn dùng dưới đây", "Unit of the amounts below").value(unit).radios(&units),
        field("revenue", "Tổng doanh thu năm trước", "Revenue of last year")
            .hint(lang.pick("Bỏ trống nếu hoạt động chưa đủ một năm.", "Leave empty when the enterprise is under a year old."))
            .width("w20")
            .optional(true)
            .input(),
        field("capital", "Tổng nguồn vốn năm trước", "Capital of last year").width("w20").optional(true).input(),
        kit::button(v.pick("Tính và lưu quy mô", "Work out and save")),
    ];
    let body = Html(body.iter().map(|b| b.0.as_str()).collect());
    Html(format!(
        "{}<h1>{}</h1><p class=\"lead\">{}</p>{}{}{}",
        kit::error_summary(lang, reasons),
        v.pick("Quy mô doanh nghiệp", "Size of the enterprise"),
        esc(&e.profile.name),
        answer.unwrap_or_default(),
        kit::form(v, &format!("/my-enterprise/{}/size", e.id), &body),
        super::startup::section(c, v, e, form, reasons)
    ))
}

/// The page once more, with what is wrong in one of its forms.
pub fn again(c: &Centre, v: &Visitor, e: &Enterprise, form: &FormData, reasons: &[Reason]) -> Response {
    show(v, page(c, v, e, Some(form), reasons, None), e, true)
}

fn show(v: &Visitor, main: Html, e: &Enterprise, wrong: bool) -> Response {
    let status = if wrong { axum::http::StatusCode::UNPROCESSABLE_ENTITY } else { axum::http::StatusCode::OK };
    let shell = Shell::new(v, v.pick("Quy mô doanh nghiệp", "Size of the enterprise"), main)
        .width(Width::Narrow)
        .error(wrong)
        .back(format!("/my-enterprise/{}", e.id), e.profile.name.clone());
    (status, shell.render()).into_response()
}

pub async fn ask(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let e = acts::own_enterprise(&c, &*actor(&v)?, id).await?;
    let last = e.sizes.last().and_then(|s| c.sizes.classify(&e.profile, &s.inputs)).map(|a| explained(v.lang, &a));
    Ok(show(&v, page(&c, &v, &e, None, &[], last), &e, false))
}

/// A class with the rule that gave it.
pub fn explained(lang: Lang, a: &crate::SizeAnswer) -> Html {
    let why: Vec<Html> = a.why.iter().map(|w| Html(esc(w.get(lang)))).collect();
    Html(format!("<div class=\"panel\"><p><b>{}</b></p>{}</div>", esc(a.name.get(lang)), kit::bullets(&why)))
}

/// It corrects its declaration before support, not after (Decree 80/2021 Art. 10, 31).
fn supported(year: i16) -> Reason {
    Reason {
        field: Some("year".to_owned()),
        message: kernel::Text::new(
            format!("Năm {year} đã có khoản hỗ trợ được cam kết theo số liệu đã khai nên không khai lại được (Nghị định 80/2021/NĐ-CP, Điều 10). Nếu số liệu sai, báo ngay cho trung tâm: cán bộ đối chiếu giấy tờ rồi ghi số đúng."),
            format!("Support of {year} has been promised on the figures declared, so they cannot be declared anew (Decree 80/2021 Art. 10). If they are wrong tell the centre at once: an officer compares the papers and records the right ones."),
        ),
    }
}

pub async fn save(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let e = acts::own_enterprise(&c, &actor, id).await?;
    let inputs = match read(&form, c.now().date().year(), e.profile.founded) {
        Ok(i) => i,
        Err(r) => return Ok(again(&c, &v, &e, &form, &r.reasons)),
    };
    if c.elsewhere.promised(id, inputs.year).await? {
        return Ok(again(&c, &v, &e, &form, &[supported(inputs.year)]));
    }
    let answer = c.sizes.classify(&e.profile, &inputs);
    let event = EnterpriseEvent::SizeDeclared { inputs, class: answer.map(|a| a.code), by: actor.name.clone() };
    acts::change_enterprise(&c, Some(&actor), id, c.now(), |_| Ok(Some(event.clone()))).await?;
    Ok(Redirect::to(&format!("/my-enterprise/{id}")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_type_it() {
        let table: &[(&str, &str, Result<Option<i64>, ()>)] = &[
            ("", "ty", Ok(None)),
            ("3", "ty", Ok(Some(3_000_000_000))),
            ("2,5", "ty", Ok(Some(2_500_000_000))),
            ("2.500", "trieu", Ok(Some(2_500_000_000))),
            ("1.250.000", "dong", Ok(Some(1_250_000))),
            ("0", "dong", Ok(Some(0))),
            ("2.5", "ty", Err(())), // a point groups thousands here
            ("-3", "ty", Err(())),
            ("3 tỷ", "ty", Err(())),
            ("99999999999999999999", "dong", Err(())),
            ("9999999", "ty", Err(())),
        ];
        for (text, unit, expected) in table {
            assert_eq!(money(text, unit), *expected, "{text} {unit}");
        }
    }

    #[test]
    fn amounts_are_echoed_in_words() {
        assert_eq!(in_words(2_500_000_000, Lang::Vi), "2,50 tỷ đồng");
        assert_eq!(in_words(3_000_000, Lang::En), "3 million đồng");
        assert_eq!(in_words(500, Lang::Vi), "500 đồng");
    }
}
