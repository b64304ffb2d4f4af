//! VietQR payloads (NAPAS, "QR Format T&C v1.0", 09/2021; EMVCo merchant presented): a strict writer and a strict reader.
//!
//! Lengths count bytes and are two digits; the check sum is CRC-16/CCITT-FALSE over everything including `6304`. What is
//! accepted is exactly what can be written: tags in ascending order, each once, no tag of another scheme. A code that a
//! cashier cannot explain is not shown to a citizen.

use kernel::Dong;
use std::fmt;

const GUID: &str = "A000000727";
/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected, no final XOR.
const CRC: crc::Crc<u16> = crc::Crc::<u16>::new(&crc::CRC_16_IBM_3740);
/// Longest bill number and purpose that the scheme's readers take.
pub const TEXT_MAX: usize = 25;
/// The amount has at most 13 digits.
const AMOUNT_DIGITS: usize = 13;

/// Where the money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// 1–19 letters and digits (`QRIBFTTA`).
    Account(String),
    /// 16–19 digits (`QRIBFTTC`).
    Card(String),
}

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VietQr {
    /// The bank by its BIN: 6 digits.
    pub bank: String,
    pub to: To,
    /// With an amount the code is dynamic (`12`), for one payment; without, static (`11`).
    pub amount: Option<Dong>,
    /// Tag 62.01.
    pub bill: Option<String>,
    /// Tag 62.08: what the payer's bank shows and keeps.
    pub purpose: Option<String>,
}

/// What is wrong with a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    NotAscii,
    /// A field's length does not fit what follows.
    Length,
    Crc,
    /// A tag that this scheme does not have here, has twice, or has earlier.
    Tag,
    Missing,
    Scheme,
    Bank,
    Account,
    Amount,
    Text,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAscii => "a code holds ASCII only",
            Self::Length => "a length does not fit its field",
            Self::Crc => "the check sum is wrong",
            Self::Tag => "a tag is unknown, repeated or out of order",
            Self::Missing => "a required tag is missing",
            Self::Scheme => "not a VietQR of this version",
            Self::Bank => "a bank's BIN has 6 digits",
            Self::Account => "an account has 1 to 19 letters and digits, a card 16 to 19 digits",
            Self::Amount => "an amount is a whole number above 0 of at most 13 digits; a dynamic code has one, a static one none",
            Self::Text => "a text has 1 to 25 printable ASCII characters",
        })
    }
}
impl std::error::Error for Fault {}

/// The check sum of a text that ends in `6304`.
pub fn crc(text: &str) -> u16 {
    CRC.checksum(text.as_bytes())
}

impl VietQr {
    fn check(&self) -> Result<(), Fault> {
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if self.bank.len() != 6 || !digits(&self.bank) {
            return Err(Fault::Bank);
        }
        let sound = match &self.to {
            To::Account(a) => (1..=19).contains(&a.len()) && a.bytes().all(|b| b.is_ascii_alphanumeric()),
            To::Card(c) => (16..=19).contains(&c.len()) && digits(c),
        };
        if !sound {
            return Err(Fault::Account);
        }
        if self.amount.is_some_and(|a| a.0 <= 0 || a.0.to_string().len() > AMOUNT_DIGITS) {
            return Err(Fault::Amount);
        }
        let printable = |t: &String| (1..=TEXT_MAX).contains(&t.len()) && t.bytes().all(|b| (b' '..=b'~').contains(&b)) && t.trim() == t;
        if [&self.bill, &self.purpose].into_iter().flatten().all(printable) { Ok(()) } else { Err(Fault::Text) }
    }

    /// The payload of the code.
    pub fn encode(&self) -> Result<String, Fault> {
        self.check()?;
        let (number, service) = match &self.to {
            To::Account(a) => (a, "QRIBFTTA"),
            To::Card(c) => (c, "QRIBFTTC"),
        };
        let beneficiary = format!("{}{}", field("00", &self.bank), field("01", number));
        let merchant = format!("{}{}{}", field("00", GUID), field("01", &beneficiary), field("02", service));
        let mut out = format!("{}{}{}{}", field("00", "01"), field("01", if self.amount.is_some() { "12" } else { "11" }), field("38", &merchant), field("53", "704"));
        if let Some(amount) = self.amount {
            out.push_str(&field("54", &amount.0.to_string()));
        }
        out.push_str(&field("58", "VN"));
        let more: String = [("01", &self.bill), ("08", &self.purpose)].into_iter().filter_map(|(tag, text)| text.as_ref().map(|t| field(tag, t))).collect();
        if !more.is_empty() {
            out.push_str(&field("62", &more));
        }
        out.push_str("6304");
        out.push_str(&format!("{:04X}", crc(&out)));
        Ok(out)
    }

    /// Reads a payload, strictly.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if !text.is_ascii() {
            return Err(Fault::NotAscii);
        }
        let split = text.len().checked_sub(4).ok_or(Fault::Length)?;
        let (body, sum) = text.split_at_checked(split).ok_or(Fault::Length)?;
        if !body.ends_with("6304") {
            return Err(Fault::Missing);
        }
        if sum != format!("{:04X}", crc(body)) {
            return Err(Fault::Crc);
        }
        let fields = fields(text, &["00", "01", "38", "52", "53", "54", "58", "62", "63"])?;
        let get = |tag: &str| fields.iter().find(|(t, _)| *t == tag).map(|(_, v)| *v);
        if get("00") != Some("01") || get("53") != Some("704") || get("58") != Some("VN") || get("63") != Some(sum) {
            return Err(Fault::Scheme);
        }
        let (bank, to) = merchant(get("38").ok_or(Fault::Missing)?)?;
        let amount = get("54").map(amount).transpose()?;
        match (get("01").ok_or(Fault::Missing)?, amount) {
            ("11", None) | ("12", Some(_)) => {}
            ("11" | "12", _) => return Err(Fault::Amount),
            _ => return Err(Fault::Scheme),
        }
        let more = get("62").map(|t| self::fields(t, &["01", "08"])).transpose()?.unwrap_or_default();
        let text = |tag: &str| more.iter().find(|(t, _)| *t == tag).map(|(_, v)| (*v).to_owned());
        if get("52").is_some_and(|c| c.len() != 4 || !c.bytes().all(|b| b.is_ascii_digit())) || get("62").is_some_and(str::is_empty) {
            return Err(Fault::Length);
        }
        let qr = Self { bank, to, amount, bill: text("01"), purpose: text("08") };
        qr.check()?;
        Ok(qr)
    }

    /// The picture, as SVG without a declaration, to stand in a page; `label` is what people who do not see it are told.
    pub fn svg(&self, label: &str) -> Result<String, Fault> {
        use qrcode::{EcLevel, QrCode, render::svg};
        let code = QrCode::with_error_correction_level(self.encode()?, EcLevel::M).map_err(|_| Fault::Length)?;
        let drawn = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
        let start = drawn.find("<svg").and_then(|at| drawn.get(at + 4..)).ok_or(Fault::Length)?;
        Ok(format!("<svg class=\"vietqr\" role=\"img\" aria-label=\"{}\"{start}", web::esc(label)))
    }
}

fn field(tag: &str, value: &str) -> String {
    format!("{tag}{:02}{value}", value.len())
}

/// Splits into fields; every tag is of the list, in its order.
fn fields<'t>(mut text: &'t str, known: &[&str]) -> Result<Vec<(&'t str, &'t str)>, Fault> {
    let mut out = Vec::new();
    let mut from = 0;
    while !text.is_empty() {
        let (tag, rest) = text.split_at_checked(2).ok_or(Fault::Length)?;
        let (length, rest) = rest.split_at_checked(2).ok_or(Fault::Length)?;
        if !length.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Fault::Length);
        }
        let length: usize = length.parse().map_err(|_| Fault::Length)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(Fault::Length)?;
        let place = known.iter().skip(from).position(|k| *k == tag).ok_or(Fault::Tag)?;
        from += place + 1;
        out.push((tag, value));
        text = rest;
    }
    Ok(out)
}

fn merchant(text: &str) -> Result<(String, To), Fault> {
    let outer = fields(text, &["00", "01", "02"])?;
    let [("00", GUID), ("01", beneficiary), ("02", service)] = outer.as_slice() else { return Err(Fault::Scheme) };
    let inner = fields(beneficiary, &["00", "01"])?;
    let [("00", bank), ("01", number)] = inner.as_slice() else { return Err(Fault::Missing) };
    let to = match *service {
        "QRIBFTTA" => To::Account((*number).to_owned()),
        "QRIBFTTC" => To::Card((*number).to_owned()),
        _ => return Err(Fault::Scheme),
    };
    Ok(((*bank).to_owned(), to))
}

fn amount(text: &str) -> Result<Dong, Fault> {
    let plain = !text.is_empty() && text.len() <= AMOUNT_DIGITS && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().map(Dong).map_err(|_| Fault::Amount) } else { Err(Fault::Amount) }
}

/// A text as the purpose of a transfer: ASCII letters, digits and single blanks, at most 25 bytes.
pub fn purpose(text: &str) -> String {
    let plain = kernel::text::fold(text).to_uppercase();
    let plain: String = plain.chars().filter(char::is_ascii).take(TEXT_MAX).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account(amount: Option<i64>, bill: Option<&str>, purpose: Option<&str>) -> VietQr {
        VietQr { bank: "970403".into(), to: To::Account("0011012345678".into()), amount: amount.map(Dong), bill: bill.map(Into::into), purpose: purpose.map(Into::into) }
    }
    fn card(amount: Option<i64>, bill: Option<&str>, purpose: Option<&str>) -> VietQr {
        VietQr { to: To::Card("9704031101234567".into()), ..account(amount, bill, purpose) }
    }

    #[test]
    fn the_check_value_is_the_published_one() {
        assert_eq!(crc("123456789"), 0x29B1);
    }

    /// public-services.md §7.2, recomputed there.
    #[test]
    fn the_published_codes_are_written_and_read() {
        let (bill, what) = (Some("NPS6869"), Some("thanh toan don hang"));
        let table = [
            (account(None, None, None), "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN6304", "9E6F"),
            (account(Some(180_000), bill, what), "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang6304", "2E2E"),
            (card(None, None, None), "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN6304", "4F52"),
            (card(Some(180_000), bill, what), "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061800005802VN62340107NPS68690819thanh toan don hang6304", "A203"),
        ];
        for (qr, body, sum) in table {
            let text = format!("{body}{sum}");
            assert_eq!(qr.encode().as_deref(), Ok(text.as_str()));
            assert_eq!(VietQr::parse(&text), Ok(qr));
        }
    }

    /// The first sample printed in the specification says 12 where the account has 13 characters; its F4E5 is right for
    /// the broken text.
    #[test]
    fn the_broken_sample_of_the_specification_is_refused() {
        let body = "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304";
        assert_eq!(format!("{:04X}", crc(body)), "F4E5");
        assert!(VietQr::parse(&format!("{body}F4E5")).is_err());
    }

    #[test]
    fn what_is_not_in_the_scheme_is_refused_by_name() {
        let sealed = |body: &str| format!("{body}6304{:04X}", crc(&format!("{body}6304")));
        let whole = "38570010A00000072701270006970403011300110123456780208QRIBFTTA";
        for (body, fault) in [
            (format!("000201010212{whole}53037045802VN"), Fault::Amount),
            (format!("000201010211{whole}53037045405100005802VN"), Fault::Amount),
            (format!("000201010212{whole}530370454040.105802VN"), Fault::Amount),
            (format!("000201010212{whole}530370454020 5802VN"), Fault::Amount),
            (format!("000201010211{whole}53038405802VN"), Fault::Scheme),
            (format!("000201010211{whole}53037045802US"), Fault::Scheme),
            (format!("000201010211{whole}5802VN5303704"), Fault::Tag),
            (format!("000201010211{whole}{whole}53037045802VN"), Fault::Tag),
            (format!("000201010211{whole}53037045802VN5903ABC"), Fault::Tag),
            ("00020101021153037045802VN".to_owned(), Fault::Missing),
            (format!("000201010211{whole}53037045802VN6200"), Fault::Length),
        ] {
            assert_eq!(VietQr::parse(&sealed(&body)), Err(fault), "{body}");
        }
        assert_eq!(VietQr::parse("đồng6304FFFF"), Err(Fault::NotAscii));
        assert_eq!(VietQr::parse(""), Err(Fault::Length));
        assert!(account(Some(0), None, None).encode().is_err() && account(Some(10_i64.pow(13)), None, None).encode().is_err());
        assert!(account(Some(1), None, Some("Lệ phí")).encode().is_err(), "diacritics are no ASCII");
    }

    #[test]
    fn a_purpose_is_short_and_ascii() {
        assert_eq!(purpose("PS7K3M9Q2X4T Lệ phí khai sinh đúng hạn"), "PS7K3M9Q2X4T LE PHI KHAI");
        assert!(purpose(&"đ".repeat(99)).len() <= TEXT_MAX);
    }

    #[test]
    fn the_picture_is_one_element_with_a_name() {
        let svg = account(Some(75_000), Some("PS1"), None).svg("Mã \"QR\"").unwrap();
        assert!(svg.starts_with("<svg class=\"vietqr\" role=\"img\" aria-label=\"Mã &quot;QR&quot;\"") && svg.ends_with("</svg>"));
        assert!(!svg.contains("<?xml") && !svg.contains("style="));
    }

    fn any_qr() -> impl Strategy<Value = VietQr> {
        let text = || proptest::option::of("[!-~]([ -~]{0,23}[!-~])?");
        let to = prop_oneof!["[0-9A-Za-z]{1,19}".prop_map(To::Account), "[0-9]{16,19}".prop_map(To::Card)];
        ("[0-9]{6}", to, proptest::option::of(1_i64..9_999_999_999_999), text(), text())
            .prop_map(|(bank, to, amount, bill, purpose)| VietQr { bank, to, amount: amount.map(Dong), bill, purpose })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(qr in any_qr()) {
            prop_assert_eq!(VietQr::parse(&qr.encode().unwrap()), Ok(qr));
        }
        #[test]
        fn one_changed_byte_is_noticed(qr in any_qr(), at in 0_usize..500, by in 1_u8..95) {
            let mut bytes = qr.encode().unwrap().into_bytes();
            let at = at % bytes.len();
            bytes[at] = b' ' + (bytes[at] - b' ' + by) % 95;
            prop_assert!(VietQr::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }
        #[test]
        fn anything_is_answered(text in "\\PC{0,200}") {
            let _ = VietQr::parse(&text);
        }
    }
}
