//! How a party is reached.

use crate::{Refusal, text::clean};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A Vietnamese telephone number, kept as E.164: `+84901234567`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(Box<str>);

/// Prefixes of eleven-digit mobile numbers and what replaced them on 15 September 2018; old files still hold them.
const MOVED: &[(&str, &str)] = &[
    ("120", "70"),
    ("121", "79"),
    ("122", "77"),
    ("126", "76"),
    ("128", "78"),
    ("123", "83"),
    ("124", "84"),
    ("125", "85"),
    ("127", "81"),
    ("129", "82"),
    ("162", "32"),
    ("163", "33"),
    ("164", "34"),
    ("165", "35"),
    ("166", "36"),
    ("167", "37"),
    ("168", "38"),
    ("169", "39"),
    ("186", "56"),
    ("188", "58"),
    ("199", "59"),
];

impl Phone {
    /// `+84901234567`.
    pub fn e164(&self) -> &str {
        &self.0
    }
    /// As dialled in the country: `0901234567`.
    pub fn national(&self) -> String {
        format!("0{}", self.rest())
    }
    /// Can get a short message.
    pub fn is_mobile(&self) -> bool {
        !self.rest().starts_with('2')
    }
    /// `090•••4567`.
    pub fn masked(&self) -> String {
        super::mask(&self.national())
    }
    fn rest(&self) -> &str {
        self.0.strip_prefix("+84").unwrap_or(&self.0)
    }
}

/// As people read it: `090 123 4567`; a landline keeps its area code apart.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.national();
        let cut = match self.rest() {
            rest if self.is_mobile() => rest.len() - 6,
            rest if rest.starts_with("24") || rest.starts_with("28") => 3,
            _ => 4,
        };
        let (head, tail) = number.split_at(cut);
        let (middle, end) = tail.split_at(tail.len() - 4);
        write!(f, "{head} {middle} {end}")
    }
}

impl FromStr for Phone {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bare: String = text
            .chars()
            .take(40)
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '\u{2013}'))
            .collect();
        let rest = ["+840", "+84", "00840", "0084", "0"].iter().find_map(|prefix| bare.strip_prefix(prefix));
        let rest = rest.or_else(|| bare.strip_prefix("84").filter(|rest| rest.len() >= 9));
        let number = rest.filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).and_then(known);
        number.map(|rest| Self(format!("+84{rest}").into())).ok_or_else(|| {
            Refusal::invalid(
                "bad-phone",
                "Số điện thoại Việt Nam: di động 10 chữ số (ví dụ 0901234567) hoặc cố định 11 chữ số kèm mã vùng (ví dụ 02838297834).",
                "A Vietnamese number: a mobile of 10 digits (for example 0901234567) or a landline of 11 with its area code (02838297834).",
            )
        })
    }
}

/// The number after the leading zero, if it is of the numbering plan.
fn known(rest: &str) -> Option<String> {
    match (rest.len(), rest.as_bytes().first()?) {
        (9, b'3' | b'5' | b'7' | b'8' | b'9') | (10, b'2') => Some(rest.to_owned()),
        (10, b'1') => MOVED.iter().find_map(|(old, new)| rest.strip_prefix(old).map(|tail| format!("{new}{tail}"))),
        _ => None,
    }
}

impl TryFrom<String> for Phone {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}
impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0.into()
    }
}

/// An address for electronic mail; the domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(Box<str>);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        email(&clean(text)).map(|address| Self(address.into())).ok_or_else(|| {
            Refusal::invalid(
                "bad-email",
                "Địa chỉ thư điện tử chưa đúng. Ví dụ: ngoc.nguyen@example.vn.",
                "This is not an e-mail address. Example: ngoc.nguyen@example.vn.",
            )
        })
    }
}

fn email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let mark = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let local_good = (1..=64).contains(&local.len())
        && local.chars().all(mark)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let domain_good = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label);
    (local_good && domain_good).then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}

impl TryFrom<String> for Email {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}
impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0.into()
    }
}
