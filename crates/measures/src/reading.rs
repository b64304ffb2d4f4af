//! A value that an office answers for: of an indicator, an area and a period. A correction is another vintage with a reason; the earlier
//! ones stay.

use crate::{Measures, Who, catalog::{Breakdown, Indicator}, period::Period};
use indices::Exact;
use kernel::{Actor, Instant, Refusal, Text, id::{AccountId, OfficeCode}, text::{Lang, clean}};
use records::{Failure, Record};
use serde::{Deserialize, Serialize};
use store::{Batch, Scope, StoreError, values};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    pub n: Exact,
    pub d: Option<Exact>,
    /// The base label of the denominator as it was declared then.
    pub base: String,
    /// The definition by which it was entered.
    pub definition: String,
    /// Who told it: an office, a company, a survey.
    pub supplier: String,
    /// Number and date of the document.
    pub document: String,
    /// What is left out of the whole, counted.
    #[serde(default)]
    pub excluded: Option<i64>,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vintage {
    pub value: Value,
    /// Why the one before was wrong.
    pub reason: String,
    pub office: OfficeCode,
    pub by: AccountId,
    pub name: String,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub indicator: String,
    /// Empty: the province.
    pub area: String,
    pub period: Period,
    /// The latest last.
    pub vintages: Vec<Vintage>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ReadingEvent {
    Declared { indicator: String, area: String, period: Period, value: Value, office: OfficeCode, by: AccountId, name: String },
    Corrected { value: Value, reason: String, office: OfficeCode, by: AccountId, name: String },
}

pub fn stream(indicator: &str, area: &str, period: Period) -> String {
    format!("reading/{indicator}/{area}/{period}")
}

impl Record for Reading {
    type Event = ReadingEvent;
    const KIND: &'static str = "reading";

    fn evolve(before: Option<Self>, event: &ReadingEvent, at: Instant) -> Option<Self> {
        match (before, event.clone()) {
            (None, ReadingEvent::Declared { indicator, area, period, value, office, by, name }) => {
                Some(Self { indicator, area, period, vintages: vec![Vintage { value, reason: String::new(), office, by, name, at }] })
            }
            (Some(mut r), ReadingEvent::Corrected { value, reason, office, by, name }) => {
                r.vintages.push(Vintage { value, reason, office, by, name, at });
                Some(r)
            }
            _ => None,
        }
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, r: &Self, _: &ReadingEvent, _: i64, at: Instant) {
        let Some(last) = r.vintages.last() else { return };
        let body = serde_json::to_string(last).unwrap_or_default();
        let vintage = i64::try_from(r.vintages.len()).unwrap_or(i64::MAX);
        batch.exec(
            "INSERT INTO measure_value (province, indicator, area, period, vintage, n, d, body, entered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![&r.indicator, &r.area, r.period.to_string(), vintage, last.value.n.to_string(), last.value.d.map(|d| d.to_string()), body, at],
        );
    }
}

/// What somebody sent for one value, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    pub area: String,
    pub period: String,
    pub n: String,
    pub d: String,
    pub excluded: String,
    pub supplier: String,
    pub document: String,
    pub reason: String,
    pub note: String,
}

const TEXT_MAX: usize = 500;

/// A value as it may be kept, with the period and area it is of.
pub struct Read {
    pub area: String,
    pub period: Period,
    pub value: Value,
}

fn number(text: &str) -> Result<Exact, Text> {
    let decimal = scoring::Decimal::typed(text)?;
    Exact::parse(&decimal.to_string()).ok_or_else(|| Text::new("Số quá lớn.", "The number is too large."))
}

/// A share where per cent are asked: 85 % is often sent as 0,85, and then nobody can tell it from less than one per cent.
fn share_or_percent(typed: &str, x: Exact) -> (String, String) {
    let hundredfold = |lang: Lang| x.mul(Exact::HUNDRED).map_or_else(String::new, |p| p.to_i64().map_or_else(|| p.show(lang, 2), |n| n.to_string()));
    let (vi, en) = (hundredfold(Lang::Vi), hundredfold(Lang::En));
    (
        format!("{typed} là {typed}\u{a0}% hay {vi}\u{a0}%? Ghi {vi} hoặc {typed}\u{a0}%."),
        format!("Is {typed} meant as {typed}\u{a0}% or {en}\u{a0}%? Write {en} or {typed}\u{a0}%."),
    )
}

/// Why a row without an area is not taken where others of its indicator have one: most often it is the sum of the others, and as the
/// province's own value it would stand over them.
pub fn unplaced(province: &str) -> Text {
    Text::new(
        format!("Dòng này không có mã xã, phường trong khi dòng khác của chỉ tiêu có. Nếu là dòng cộng thì bỏ đi, hệ thống tự cộng; nếu là số của cả tỉnh, thành phố thì ghi mã {province}."),
        format!("This row names no commune while others of the indicator do. If it is their sum, leave it out: it is added up here; if it is the province's own figure, write the code {province}."),
    )
}

/// Reads what was sent: everything wrong with it, by field.
///
/// # Errors
/// All reasons together.
pub fn read(s: &Measures, i: &Indicator, sent: &Sent, now: Instant) -> Result<Read, Refusal> {
    let mut refusal = Refusal::invalid("value-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting");
    let mut wrong = |field: &str, vi: String, en: String| refusal.reasons.push(kernel::refusal::Reason { field: Some(field.to_owned()), message: Text::new(vi, en) });
    let period: Option<Period> = clean(&sent.period).parse().ok();
    match period {
        None => wrong("period", "Kỳ không đọc được; ghi như 2026-11, 2026-Q4, 2026.".into(), "The period does not read; write it as 2026-11, 2026-Q4, 2026.".into()),
        Some(p) if p.of_type() != i.period => wrong("period", format!("Chỉ tiêu này tính theo {}; kỳ “{p}” là loại khác.", i.period.text().vi), format!("This indicator is told by {}; “{p}” is of another kind.", i.period.text().en)),
        Some(p) if p.begins() > now => wrong("period", "Kỳ này chưa bắt đầu.".into(), "This period has not begun.".into()),
        Some(_) => {}
    }
    let area = clean(&sent.area);
    // The province says that it means itself.
    let area = if area == s.scope.province().as_str() { String::new() } else { area };
    if !area.is_empty() {
        let day = period.map_or_else(|| now.date(), |p| p.day_after().yesterday().unwrap_or_else(|_| now.date()).min(now.date()));
        if !i.breakdowns.contains(&Breakdown::Area) {
            wrong("area", "Chỉ tiêu này không chia theo xã, phường.".into(), "This indicator is not broken down by commune.".into());
        } else if s.places.area(&area, day).is_none() {
            wrong("area", format!("“{area}” không phải là mã xã, phường của tỉnh, thành phố này vào ngày {day} (5 chữ số)."), format!("“{area}” is no commune of this province on {day} (5 digits)."));
        }
    }
    let part = |field: &str, text: &str, wrong: &mut dyn FnMut(&str, String, String)| match number(text) {
        Err(why) => {
            wrong(field, why.vi, why.en);
            None
        }
        Ok(x) if x.is_negative() => {
            wrong(field, "Số không thể âm.".into(), "The number cannot be negative.".into());
            None
        }
        Ok(x) => Some(x),
    };
    let typed = sent.n.trim();
    let n = match typed.strip_suffix('%') {
        Some(bare) if i.is_percent() => part("n", bare.trim_end(), &mut wrong),
        Some(_) => {
            wrong("n", "Ghi tử số và mẫu số, không ghi phần trăm.".into(), "Write the numerator and the denominator, not a percentage.".into());
            None
        }
        None => match part("n", typed, &mut wrong) {
            Some(x) if i.is_percent() && Exact::ZERO < x && x < Exact::ONE => {
                let (vi, en) = share_or_percent(typed, x);
                wrong("n", vi, en);
                None
            }
            x => x,
        },
    };
    let d = i.fraction.as_ref().and_then(|_| part("d", &sent.d, &mut wrong));
    if d.is_some_and(Exact::is_zero) {
        wrong("d", "Mẫu số bằng 0 thì không có tỷ lệ; nếu không áp dụng thì không ghi kỳ này.".into(), "A denominator of zero gives no rate; if it does not apply, leave the period out.".into());
    }
    let text = |field: &str, text: &str, needed: bool, vi: &str, en: &str, wrong: &mut dyn FnMut(&str, String, String)| {
        let text = clean(text);
        if (needed && text.is_empty()) || text.chars().count() > TEXT_MAX {
            wrong(field, format!("{vi} (tối đa {TEXT_MAX} ký tự)."), format!("{en} (at most {TEXT_MAX} characters)."));
        }
        text
    };
    let supplier = text("supplier", &sent.supplier, true, "Ghi nơi cung cấp số liệu", "Say who supplied the figure", &mut wrong);
    let document = text("document", &sent.document, true, "Ghi số, ngày của văn bản làm căn cứ", "Give number and date of the document behind it", &mut wrong);
    let note = text("note", &sent.note, false, "Ghi chú quá dài", "The note is too long", &mut wrong);
    let excluded = match sent.excluded.trim() {
        "" => None,
        t => t.parse::<i64>().ok().filter(|n| *n >= 0).or_else(|| {
            wrong("excluded", "Ghi số nguyên không âm.".into(), "Write a whole number from zero.".into());
            None
        }),
    };
    match (refusal.reasons.is_empty(), period, n) {
        (true, Some(period), Some(n)) => {
            let base = i.fraction.as_ref().map_or_else(String::new, |f| f.base.clone());
            Ok(Read { area, period, value: Value { n, d, base, definition: i.version.clone(), supplier, document, excluded, note } })
        }
        _ => Err(refusal),
    }
}

/// Who may: the office that answers for it, and the province's own.
pub fn may(i: &Indicator, who: &Who) -> bool {
    i.is_entered() && who.office.as_ref().is_some_and(|o| who.top || o.as_str() == i.responsible)
}

/// Declares a value, or corrects the one that is there.
pub fn declare(found: Option<&Reading>, i: &Indicator, read: &Read, reason: &str, who: &Who) -> Result<Option<ReadingEvent>, Refusal> {
    let Some(office) = who.office.clone().filter(|_| may(i, who)) else {
        return Err(Refusal::forbidden("not-yours", "Cơ quan phụ trách chỉ tiêu này khai số liệu.", "The office that answers for this indicator enters its values."));
    };
    let (value, by, name) = (read.value.clone(), who.author.account, who.author.name.clone());
    let Some(r) = found else {
        return Ok(Some(ReadingEvent::Declared { indicator: i.code.clone(), area: read.area.clone(), period: read.period, value, office, by, name }));
    };
    if r.vintages.last().is_some_and(|v| v.value == value) {
        return Ok(None);
    }
    let reason = clean(reason);
    if reason.is_empty() || reason.chars().count() > TEXT_MAX {
        return Err(Refusal::invalid("value-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(
            Some("reason"),
            "Kỳ này đã có số liệu; ghi lý do đính chính.",
            "There is a value for this period; give the reason for the correction.",
        ));
    }
    Ok(Some(ReadingEvent::Corrected { value, reason, office, by, name }))
}

impl Measures {
    pub async fn declare(&self, actor: &Actor, i: &Indicator, sent: &Sent) -> Result<Reading, Failure> {
        let who = self.who(actor);
        let read = read(self, i, sent, who.author.at)?;
        let stream = stream(&i.code, &read.area, read.period);
        records::change::<Reading>(&self.scope, &stream, &who.author, |found| declare(found, i, &read, &sent.reason, &who)).await
    }
}

/// A value as it was entered, one vintage of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub area: String,
    pub period: Period,
    pub vintage: i64,
    pub said: Vintage,
}

/// All vintages of an indicator, the latest period first and of one the latest vintage.
pub async fn lines(scope: &Scope, indicator: &str) -> Result<Vec<Line>, StoreError> {
    let sql = "SELECT area, period, vintage, body FROM measure_value WHERE province = $1 AND indicator = $2 ORDER BY period DESC, area, vintage DESC LIMIT 20000";
    let rows = scope.query(sql, values![indicator]).await?;
    rows.iter()
        .map(|r| {
            let damaged = |what: &str| StoreError::Damaged(format!("{what} of a value of {indicator}"));
            Ok(Line {
                area: r.string("area")?,
                period: r.text("period")?.parse().map_err(|()| damaged("the period"))?,
                vintage: r.int("vintage")?,
                said: serde_json::from_str(r.text("body")?).map_err(|_| damaged("the body"))?,
            })
        })
        .collect()
}
