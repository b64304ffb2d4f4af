//! Numbers that identify a party, each with the structure the law gives it.

use crate::{Refusal, Text};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A validated text: parsed from what a person typed, printed and stored in one canonical form.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident $read:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);
        impl $name {
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl FromStr for $name {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> { $read(text).map(|t| Self(t.into())) }
        }
        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(text: String) -> Result<Self, Refusal> { text.parse() }
        }
        impl From<$name> for String {
            fn from(number: $name) -> Self { number.0.into() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        /// Masked: debug output ends in logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&mask(&self.0)) }
        }
    )* };
}

numbers! {
    /// Số định danh cá nhân, Law 26/2023/QH15 Article 12: province (or country) of birth registration, century and sex,
    /// year, six free digits.
    PersonalNumber personal_number;
    /// Chứng minh nhân dân of nine digits, no longer valid as a paper; met on old files only.
    OldIdCard old_id_card;
    /// Mã số thuế of ten digits with a check digit, or thirteen (`0100112437-001`) for a dependent unit.
    TaxCode tax_code;
    /// Number of a household business registration.
    HouseholdBusinessCode household_business;
    /// Passport number as in its machine-readable zone.
    Passport passport;
    /// Code or number under which an organisation was set up.
    OrganisationCode organisation;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    Male,
    Female,
}

impl PersonalNumber {
    fn digit(&self, place: usize) -> u8 {
        self.0.as_bytes().get(place).map_or(0, |b| b - b'0')
    }
    /// Code of the province in which the birth was registered (`079`); `None` for a birth registered abroad.
    pub fn birth_province(&self) -> Option<&str> {
        self.0.get(1..3).filter(|_| self.0.starts_with('0'))
    }
    pub fn sex(&self) -> Sex {
        if self.digit(3).is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }
    pub fn birth_year(&self) -> i16 {
        1900 + i16::from(self.digit(3) / 2) * 100 + i16::from(self.digit(4)) * 10 + i16::from(self.digit(5))
    }
    /// For people who may not see the number: `079•••••4412`.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// The first three and last four characters of a long number, the last three of a shorter one; the length stays visible.
pub fn mask(number: &str) -> String {
    let all: Vec<char> = number.chars().collect();
    let (head, tail) = match all.len() {
        10.. => (3, 4),
        7..=9 => (2, 3),
        _ => (0, 0),
    };
    let shown = |place: usize| place < head || place >= all.len() - tail;
    all.iter().enumerate().map(|(place, c)| if shown(place) { *c } else { '•' }).collect()
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Identifier {
    PersonalNumber(PersonalNumber),
    OldIdCard(OldIdCard),
    TaxCode(TaxCode),
    HouseholdBusiness(HouseholdBusinessCode),
    Passport(Passport),
    Organisation(OrganisationCode),
}

impl Identifier {
    /// From the name of the type, as in forms and files, and the text.
    pub fn parse(kind: &str, text: &str) -> Result<Self, Refusal> {
        Ok(match kind {
            "personal_number" => Self::PersonalNumber(text.parse()?),
            "old_id_card" => Self::OldIdCard(text.parse()?),
            "tax_code" => Self::TaxCode(text.parse()?),
            "household_business" => Self::HouseholdBusiness(text.parse()?),
            "passport" => Self::Passport(text.parse()?),
            "organisation" => Self::Organisation(text.parse()?),
            _ => {
                return Err(Refusal::invalid(
                    "unknown-identifier-type",
                    "Loại giấy tờ không có trong danh sách; chọn: số định danh cá nhân, CMND cũ, mã số thuế, hộ kinh doanh, hộ chiếu hoặc tổ chức.",
                    "Unknown type of identifier; use personal_number, old_id_card, tax_code, household_business, passport or organisation.",
                ));
            }
        })
    }
    /// The name of the type, as in forms and files.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PersonalNumber(_) => "personal_number",
            Self::OldIdCard(_) => "old_id_card",
            Self::TaxCode(_) => "tax_code",
            Self::HouseholdBusiness(_) => "household_business",
            Self::Passport(_) => "passport",
            Self::Organisation(_) => "organisation",
        }
    }
    pub fn as_str(&self) -> &str {
        match self {
            Self::PersonalNumber(n) => n.as_str(),
            Self::OldIdCard(n) => n.as_str(),
            Self::TaxCode(n) => n.as_str(),
            Self::HouseholdBusiness(n) => n.as_str(),
            Self::Passport(n) => n.as_str(),
            Self::Organisation(n) => n.as_str(),
        }
    }
    pub fn label(&self) -> Text {
        match self {
            Self::PersonalNumber(_) => Text::new("Số định danh cá nhân", "Personal number"),
            Self::OldIdCard(_) => Text::new("Số CMND (cũ)", "Former identity card number"),
            Self::TaxCode(_) => Text::new("Mã số thuế", "Tax code"),
            Self::HouseholdBusiness(_) => Text::new("Số đăng ký hộ kinh doanh", "Household business number"),
            Self::Passport(_) => Text::new("Số hộ chiếu", "Passport number"),
            Self::Organisation(_) => Text::new("Mã tổ chức", "Organisation code"),
        }
    }
    pub fn masked(&self) -> String {
        mask(self.as_str())
    }
}

/// The text without the spaces, dots and dashes people put between groups; no more than is worth reading.
fn bare(text: &str) -> String {
    text.chars()
        .take(64)
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '\u{2013}'))
        .collect::<String>()
        .to_uppercase()
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn personal_number(text: &str) -> Result<String, Refusal> {
    let number = bare(text);
    let refuse = |vi: &str, en: &str| {
        Err(Refusal::invalid(
            "bad-personal-number",
            format!("{vi} Số định danh cá nhân có 12 chữ số, xem mặt trước thẻ căn cước. Ví dụ: 079190012345."),
            format!("{en} A personal number has 12 digits; see the front of the identity card. Example: 079190012345."),
        ))
    };
    if number.len() != 12 || !digits(&number) {
        let n = number.chars().count();
        return refuse(
            &format!("Đã nhập {n} ký tự hoặc có ký tự không phải chữ số."),
            &format!("You entered {n} characters, or some are not digits."),
        );
    }
    let place: u16 = number[..3].parse().unwrap_or(0);
    // 001–096 are provinces; from 100 on, countries for births registered abroad.
    if !(1..=96).contains(&place) && place < 100 {
        return refuse(
            "Ba số đầu không phải mã tỉnh (001–096).",
            "The first three digits are not a province code (001–096).",
        );
    }
    if number.as_bytes()[3] > b'3' {
        return refuse(
            "Chữ số thứ tư (thế kỷ sinh và giới tính) phải từ 0 đến 3.",
            "The fourth digit (century of birth and sex) must be 0 to 3.",
        );
    }
    Ok(number)
}

fn old_id_card(text: &str) -> Result<String, Refusal> {
    let number = bare(text);
    if number.len() == 9 && digits(&number) {
        return Ok(number);
    }
    Err(Refusal::invalid(
        "bad-old-id-card",
        "Số CMND cũ có 9 chữ số, chỉ dùng để tra hồ sơ cũ. Ví dụ: 023456789.",
        "A former identity card number has 9 digits and serves old files only. Example: 023456789.",
    ))
}

/// Weights of the first nine digits; the tenth is 10 less the sum modulo 11.
const TAX_WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

fn tax_code(text: &str) -> Result<String, Refusal> {
    let number = bare(text);
    let refuse = |vi: &str, en: &str| {
        Err(Refusal::invalid(
            "bad-tax-code",
            format!("{vi} Mã số thuế có 10 chữ số, đơn vị phụ thuộc thêm 3 số. Ví dụ: 0100112437 hoặc 0100112437-001."),
            format!(
                "{en} A tax code has 10 digits, and 3 more for a dependent unit. Example: 0100112437 or 0100112437-001."
            ),
        ))
    };
    if number.len() == 12 && digits(&number) {
        return refuse(
            "Đây là số định danh cá nhân: từ 01/7/2025 cá nhân và hộ kinh doanh dùng số này thay mã số thuế; hãy chọn loại “số định danh cá nhân”.",
            "This is a personal number: since 1 July 2025 it replaces the tax code of persons and household businesses; choose “personal number”.",
        );
    }
    if !matches!(number.len(), 10 | 13) || !digits(&number) {
        return refuse("Số chữ số không đúng.", "The number of digits is wrong.");
    }
    let digit = |b: &u8| u32::from(b - b'0');
    let sum: u32 = number.bytes().zip(TAX_WEIGHTS).map(|(b, weight)| digit(&b) * weight).sum();
    if number.as_bytes().get(9).map(digit) != Some(10 - sum % 11) {
        return refuse(
            "Chữ số kiểm tra (chữ số thứ mười) không khớp: có thể gõ nhầm một số.",
            "The check digit (the tenth) does not match: one digit may be mistyped.",
        );
    }
    Ok(match number.get(10..).filter(|branch| !branch.is_empty()) {
        Some("000") => {
            return refuse(
                "Ba số của đơn vị phụ thuộc bắt đầu từ 001.",
                "The three digits of a dependent unit begin at 001.",
            );
        }
        Some(branch) => format!("{}-{branch}", &number[..10]),
        None => number,
    })
}

fn household_business(text: &str) -> Result<String, Refusal> {
    let number = bare(text);
    let plain = number.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain && (8..=15).contains(&number.len()) && number.bytes().filter(u8::is_ascii_digit).count() >= 7 {
        return Ok(number);
    }
    Err(Refusal::invalid(
        "bad-household-business",
        "Số đăng ký hộ kinh doanh có 8 đến 15 chữ số và chữ cái, xem trên giấy chứng nhận. Ví dụ: 41A8012345.",
        "A household business number has 8 to 15 digits and letters; see the certificate. Example: 41A8012345.",
    ))
}

fn passport(text: &str) -> Result<String, Refusal> {
    let number = bare(text);
    let plain = number.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain && (6..=9).contains(&number.len()) && number.bytes().any(|b| b.is_ascii_digit()) {
        return Ok(number);
    }
    Err(Refusal::invalid(
        "bad-passport",
        "Số hộ chiếu có 6 đến 9 chữ cái và chữ số, không dấu. Ví dụ: C1234567.",
        "A passport number has 6 to 9 letters and digits. Example: C1234567.",
    ))
}

fn organisation(text: &str) -> Result<String, Refusal> {
    let code = text.trim();
    let plain = code.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '/'));
    if plain && (2..=40).contains(&code.chars().count()) && code.chars().any(|c| c.is_ascii_digit()) {
        return Ok(crate::text::clean(code).to_uppercase());
    }
    Err(Refusal::invalid(
        "bad-organisation-code",
        "Nhập mã cơ quan hoặc số quyết định thành lập, 2 đến 40 ký tự. Ví dụ: H29.161 hoặc 1234/QĐ-UBND.",
        "Enter the agency code or the number of the founding decision, 2 to 40 characters. Example: H29.161 or 1234/QĐ-UBND.",
    ))
}
