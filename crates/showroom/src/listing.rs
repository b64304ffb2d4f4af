//! What a provider says of a solution: the listing. Checked when it is made; claims are kept apart from what proves them.

use crate::catalog::Catalog;
use kernel::{Dong, Refusal, Text, text::clean, time::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest texts, in characters.
const NAME_MAX: usize = 120;
const SUMMARY_MAX: usize = 1_000;
const LINE_MAX: usize = 300;
const LINES_MAX: usize = 30;
/// 10¹² đồng: above it the figure is a slip of the hand.
pub const PRICE_MAX: i64 = 1_000_000_000_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub name: Text,
    pub summary: Text,
    /// VSIC letters or divisions; `*` is every sector.
    pub sectors: BTreeSet<String>,
    pub sizes: BTreeSet<String>,
    /// 1 foundation, 2 connected, 3 data-driven.
    pub stages: BTreeSet<u8>,
    /// The first is the main one.
    pub types: Vec<String>,
    pub functions: Vec<String>,
    pub price: Price,
    pub hosting: BTreeSet<String>,
    pub languages: BTreeSet<String>,
    pub integrations: BTreeSet<String>,
    pub data_return: DataReturn,
    pub data_return_note: String,
    pub label: LabelStatus,
    pub label_number: String,
    /// Connected to the national traceability portal, as the provider says; it counts with its proof only.
    pub portal: bool,
    pub support: SupportLine,
    pub accessible: bool,
    pub claims: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceModel {
    Free,
    PerUserMonth,
    PerMonth,
    PerYear,
    OneTime,
    PerTransaction,
    OnRequest,
}

impl PriceModel {
    pub const ALL: [Self; 7] = [Self::Free, Self::PerUserMonth, Self::PerMonth, Self::PerYear, Self::OneTime, Self::PerTransaction, Self::OnRequest];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::PerUserMonth => "per_user_month",
            Self::PerMonth => "per_month",
            Self::PerYear => "per_year",
            Self::OneTime => "one_time",
            Self::PerTransaction => "per_transaction",
            Self::OnRequest => "on_request",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Free => Text::new("Miễn phí", "Free"),
            Self::PerUserMonth => Text::new("Theo người dùng mỗi tháng", "Per user and month"),
            Self::PerMonth => Text::new("Theo tháng", "Per month"),
            Self::PerYear => Text::new("Theo năm", "Per year"),
            Self::OneTime => Text::new("Mua một lần", "Bought once"),
            Self::PerTransaction => Text::new("Theo giao dịch", "Per transaction"),
            Self::OnRequest => Text::new("Báo giá theo yêu cầu", "On request"),
        }
    }
}

/// A dated price in whole đồng.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    pub model: PriceModel,
    /// Per the unit of the model.
    pub amount: Dong,
    /// Once, at the start.
    pub setup: Dong,
    /// Maintenance a year, for what is bought once.
    pub yearly: Dong,
    /// The day from which it holds.
    pub from: Date,
    pub note: String,
}

impl Price {
    /// Set-up plus twelve months for `users` people and `transactions` a month; `None` when it cannot be known.
    pub fn first_year(&self, users: u32, transactions: Option<u32>) -> Option<Dong> {
        let (amount, users) = (self.amount.0, i64::from(users.max(1)));
        let running = match self.model {
            PriceModel::Free => Some(0),
            PriceModel::PerUserMonth => amount.checked_mul(users)?.checked_mul(12),
            PriceModel::PerMonth => amount.checked_mul(12),
            PriceModel::PerYear => Some(amount),
            PriceModel::OneTime => amount.checked_add(self.yearly.0),
            PriceModel::PerTransaction => amount.checked_mul(i64::from(transactions?))?.checked_mul(12),
            PriceModel::OnRequest => None,
        }?;
        running.checked_add(self.setup.0).map(Dong)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataReturn {
    None,
    AtEndClosed,
    AtEndOpen,
    AnyTimeOpen,
}

impl DataReturn {
    pub const ALL: [Self; 4] = [Self::None, Self::AtEndClosed, Self::AtEndOpen, Self::AnyTimeOpen];
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AtEndClosed => "at_end_closed",
            Self::AtEndOpen => "at_end_open",
            Self::AnyTimeOpen => "any_time_open",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::None => Text::new("Không cam kết trả dữ liệu", "No promise to return data"),
            Self::AtEndClosed => Text::new("Khi kết thúc, định dạng riêng", "At the end, in its own format"),
            Self::AtEndOpen => Text::new("Khi kết thúc, định dạng mở", "At the end, in an open format"),
            Self::AnyTimeOpen => Text::new("Bất cứ lúc nào, định dạng mở", "At any time, in an open format"),
        }
    }
}

/// The public platform label (Decree 224/2026 Art. 27–28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelStatus {
    None,
    InCheck,
    Granted,
}

impl LabelStatus {
    pub const ALL: [Self; 3] = [Self::None, Self::InCheck, Self::Granted];
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::InCheck => "in_check",
            Self::Granted => "granted",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::None => Text::new("Chưa có nhãn", "No label"),
            Self::InCheck => Text::new("Đang kiểm tra", "Under check"),
            Self::Granted => Text::new("Đã cấp nhãn", "Label granted"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportLine {
    pub hours_a_day: u8,
    pub days_a_week: u8,
    /// A contact that answers day and night in an emergency.
    pub emergency: bool,
    pub contact: String,
}

impl SupportLine {
    /// The code looked up in the criteria's table.
    pub fn code(&self) -> &'static str {
        match (self.hours_a_day, self.days_a_week, self.emergency) {
            (24, 7, _) => "round_the_clock",
            (8.., 5.., true) => "business_and_emergency",
            (8.., 5.., false) => "business",
            (0, _, _) | (_, 0, _) => "none",
            _ => "below_business",
        }
    }
}

/// Text as a person meant it: canonical, markup pasted along is text and stays text; cut at `max` characters never silently.
fn text(refusal: &mut Refusal, field: &str, value: &str, max: usize, needed: bool) -> String {
    let value = clean(value);
    let length = value.chars().count();
    if length > max {
        refuse(refusal, field, format!("Dài {length} ký tự, tối đa {max}; hãy rút gọn."), format!("{length} characters, at most {max}; make it shorter."));
    }
    if needed && !value.chars().any(char::is_alphanumeric) {
        refuse(refusal, field, "Cần điền mục này, có chữ hoặc số.", "Fill this in, with letters or figures.");
    }
    value
}

pub(crate) fn refuse(r: &mut Refusal, field: &str, vi: impl Into<String>, en: impl Into<String>) {
    *r = std::mem::replace(r, Refusal::invalid("", "", "")).because(Some(field), vi, en);
}

impl Listing {
    /// Cleans and checks everything against the catalogue. The refusal names every field at once.
    pub fn checked(mut self, c: &Catalog, today: Date) -> Result<Self, Refusal> {
        let mut r = Refusal::invalid(
            "bad-listing",
            "Bản giới thiệu giải pháp chưa nhận được; sửa các mục dưới đây rồi lưu lại.",
            "The listing cannot be taken yet; correct what is listed below and save again.",
        );
        self.name.vi = text(&mut r, "name_vi", &self.name.vi, NAME_MAX, true).split_whitespace().collect::<Vec<_>>().join(" ");
        self.name.en = text(&mut r, "name_en", &self.name.en, NAME_MAX, false);
        self.summary.vi = text(&mut r, "summary_vi", &self.summary.vi, SUMMARY_MAX, true);
        self.summary.en = text(&mut r, "summary_en", &self.summary.en, SUMMARY_MAX, false);
        if self.name.en.is_empty() {
            self.name.en.clone_from(&self.name.vi);
        }
        if self.summary.en.is_empty() {
            self.summary.en.clone_from(&self.summary.vi);
        }
        self.data_return_note = text(&mut r, "data_return_note", &self.data_return_note, LINE_MAX, false);
        self.label_number = text(&mut r, "label_number", &self.label_number, LINE_MAX, self.label == LabelStatus::Granted);
        self.support.contact = text(&mut r, "support_contact", &self.support.contact, LINE_MAX, true);
        self.functions = lines(&mut r, "functions", &self.functions);
        self.claims = lines(&mut r, "claims", &self.claims);
        self.codes(&mut r, c);
        self.figures(&mut r, today);
        if r.reasons.is_empty() { Ok(self) } else { Err(r) }
    }

    fn codes(&self, r: &mut Refusal, c: &Catalog) {
        let lists: [(&str, &BTreeSet<String>, &[crate::catalog::Term], bool); 5] = [
            ("sectors", &self.sectors, &c.terms.sectors, true),
            ("sizes", &self.sizes, &c.terms.sizes, true),
            ("hosting", &self.hosting, &c.terms.hosting, true),
            ("languages", &self.languages, &c.terms.languages, true),
            ("integrations", &self.integrations, &c.terms.integrations, false),
        ];
        for (field, chosen, known, needed) in lists {
            if needed && chosen.is_empty() {
                refuse(r, field, "Chọn ít nhất một mục.", "Choose at least one.");
            }
            if let Some(strange) = chosen.iter().find(|code| !known.iter().any(|t| &t.code == *code)) {
                refuse(
                    r,
                    field,
                    format!("Không có mã “{strange}” trong danh mục; chọn lại từ danh sách."),
                    format!("There is no code “{strange}” in the list; choose again."),
                );
            }
        }
        if self.stages.is_empty() || self.stages.iter().any(|s| !(1..=3).contains(s)) {
            refuse(r, "stages", "Chọn ít nhất một giai đoạn từ 1 đến 3.", "Choose at least one stage from 1 to 3.");
        }
        let distinct: BTreeSet<&String> = self.types.iter().collect();
        if self.types.is_empty() || self.types.len() > 8 || distinct.len() != self.types.len() {
            refuse(r, "types", "Chọn từ 1 đến 8 loại giải pháp khác nhau, loại chính đứng đầu.", "Choose 1 to 8 different types, the main one first.");
        }
        if let Some(strange) = self.types.iter().find(|t| !c.knows_type(t)) {
            refuse(
                r,
                "types",
                format!("Không có loại giải pháp “{strange}”; chọn lại từ danh sách."),
                format!("There is no type of solution “{strange}”; choose again."),
            );
        }
    }

    fn figures(&self, r: &mut Refusal, today: Date) {
        let p = &self.price;
        for (field, amount) in [("price_amount", p.amount), ("price_setup", p.setup), ("price_yearly", p.yearly)] {
            if !(0..=PRICE_MAX).contains(&amount.0) {
                refuse(r, field, "Số tiền từ 0 đến 1.000.000.000.000 đồng.", "An amount from 0 to 1,000,000,000,000 đồng.");
            }
        }
        let priced = !matches!(p.model, PriceModel::Free | PriceModel::OnRequest);
        if priced && p.amount.0 == 0 {
            refuse(
                r,
                "price_amount",
                "Nhập giá theo cách tính đã chọn; nếu không thu tiền, chọn “Miễn phí”.",
                "Enter the price for the model chosen; if nothing is charged, choose “Free”.",
            );
        }
        if !priced && p.amount.0 != 0 {
            refuse(
                r,
                "price_amount",
                "Cách tính giá này không có số tiền; để trống hoặc chọn cách tính khác.",
                "This price model has no amount; leave it empty or choose another model.",
            );
        }
        let latest = today.checked_add(jiff::ToSpan::days(365)).unwrap_or(today);
        if p.from > latest || p.from < kernel::time::date(2000, 1, 1) {
            refuse(r, "price_from", "Ngày áp dụng giá từ năm 2000 đến không quá một năm tới.", "The price holds from a day between 2000 and a year from now.");
        }
        if self.support.hours_a_day > 24 || self.support.days_a_week > 7 {
            refuse(r, "support_hours", "Tối đa 24 giờ mỗi ngày và 7 ngày mỗi tuần.", "At most 24 hours a day and 7 days a week.");
        }
    }

    /// Everything a search may meet, folded.
    pub fn search_text(&self, provider: &str, c: &Catalog) -> String {
        let mut all = vec![self.name.vi.as_str(), &self.name.en, provider, &self.summary.vi, &self.summary.en];
        all.extend(self.functions.iter().map(String::as_str));
        let types: Vec<&crate::catalog::Term> = c.types.iter().filter(|t| self.types.contains(&t.code)).collect();
        all.extend(types.iter().flat_map(|t| [t.name.vi.as_str(), &t.name.en]));
        all.extend(self.types.iter().map(String::as_str));
        kernel::text::fold(&all.join(" "))
    }
}

fn lines(r: &mut Refusal, field: &str, given: &[String]) -> Vec<String> {
    let kept: Vec<String> = given.iter().map(|l| clean(l)).filter(|l| !l.is_empty()).collect();
    if kept.len() > LINES_MAX || kept.iter().any(|l| l.chars().count() > LINE_MAX) {
        refuse(r, field, format!("Tối đa {LINES_MAX} dòng, mỗi dòng {LINE_MAX} ký tự."), format!("At most {LINES_MAX} lines of {LINE_MAX} characters."));
    }
    kept
}
