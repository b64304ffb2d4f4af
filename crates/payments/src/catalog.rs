//! What the catalogue tells this room: accounts, symbols and numbers of receipts, the end of paper, the gateway's spans.

use crate::vietqr::{To, VietQr};
use kernel::{
    Refusal, Text,
    catalog::{Effective, Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// Three kinds of money that are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyKind {
    /// Phí: the price of a service, kept in part by the agency.
    Fee,
    /// Lệ phí: a charge of the State.
    Charge,
    /// Nghĩa vụ tài chính: by notice of the tax office.
    Obligation,
    /// Prepaid signatures: handed on to their provider, who gives the invoice.
    Signatures,
    /// Money that arrived and belongs to nothing we know yet.
    Suspense,
}

impl MoneyKind {
    pub const OWED: [Self; 3] = [Self::Fee, Self::Charge, Self::Obligation];
    /// Whether the agency gives a receipt for it (Decree 254/2026/NĐ-CP): of fees and charges.
    pub const fn has_receipt(self) -> bool {
        matches!(self, Self::Fee | Self::Charge)
    }
    /// Whether an agency may be the payer: its officials see it and pay.
    pub const fn paid_by_office(self) -> bool {
        matches!(self, Self::Signatures)
    }
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fee => "fee",
            Self::Charge => "charge",
            Self::Obligation => "obligation",
            Self::Signatures => "signatures",
            Self::Suspense => "suspense",
        }
    }
    pub fn name(self) -> Text {
        match self {
            Self::Fee => Text::new("Phí", "Fee"),
            Self::Charge => Text::new("Lệ phí", "State charge"),
            Self::Obligation => Text::new("Nghĩa vụ tài chính", "Financial obligation"),
            Self::Signatures => Text::new("Chữ ký số trả trước", "Prepaid signatures"),
            Self::Suspense => Text::new("Tiền chưa rõ khoản", "Money not yet placed"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    pub bin: String,
    pub name: Text,
}

/// An account that money of some kinds is received on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub code: String,
    /// Codes of offices, `*` for all.
    pub offices: Vec<String>,
    pub kinds: Vec<MoneyKind>,
    pub bank: Bank,
    pub number: String,
    pub holder: String,
    /// An invented account: money sent there is lost, and the page says so.
    #[serde(default)]
    pub demo: bool,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

/// The symbol under which receipts of some kinds are numbered; `{yy}` is the year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symbol {
    pub kinds: Vec<MoneyKind>,
    pub offices: Vec<String>,
    pub form: String,
    pub symbol: String,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

impl Symbol {
    pub fn of_year(&self, year: i16) -> String {
        self.symbol.replace("{yy}", &format!("{:02}", year.rem_euclid(100)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    pub digits: u32,
    pub restarts: Restart,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restart {
    Yearly,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    pub last_day: Date,
    pub legal_basis: LegalBasis,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collector {
    pub offices: Vec<String>,
    pub tax_code: String,
    #[serde(default)]
    pub demo: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayRules {
    pub merchant: String,
    pub qr_minutes: i64,
    pub timeout_s: u64,
    pub ask_after_s: Vec<i64>,
    pub difference_days: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    pub number: Numbering,
    pub symbols: Vec<Symbol>,
    pub paper: Paper,
    pub collectors: Vec<Collector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountsFile {
    accounts: Vec<Account>,
}

#[derive(Debug, Clone)]
pub struct Catalog {
    pub accounts: Vec<Account>,
    pub receipts: Receipts,
    pub gateway: GatewayRules,
}

fn covers(offices: &[String], office: &str) -> bool {
    offices.iter().any(|o| o == "*" || o == office)
}

impl Catalog {
    /// The account of an office for a kind of money on a day. Without one nothing can be paid, and nothing is guessed.
    pub fn account(&self, office: &str, kind: MoneyKind, on: Date) -> Result<&Account, Refusal> {
        let own = |a: &&Account| a.kinds.contains(&kind) && covers(&a.offices, office) && a.effective.contains(on);
        self.accounts.iter().filter(|a| !a.offices.iter().any(|o| o == "*")).find(own).or_else(|| self.accounts.iter().find(own)).ok_or_else(|| {
            Refusal::conflict(
                "no-account",
                format!("Cơ quan {office} chưa có tài khoản thu cho khoản này. Hãy nộp tại quầy; bộ phận quản trị cần bổ sung danh mục tài khoản."),
                format!("Office {office} has no account for this kind of money. Pay at the counter; the administrator has to add one to the catalogue."),
            )
        })
    }
    /// `None`: receipts of this kind are not issued here (the treasury issues its own).
    pub fn symbol(&self, office: &str, kind: MoneyKind, on: Date) -> Option<&Symbol> {
        self.receipts.symbols.iter().find(|s| s.kinds.contains(&kind) && covers(&s.offices, office) && s.effective.contains(on))
    }
    pub fn tax_code(&self, office: &str) -> Option<&Collector> {
        self.receipts.collectors.iter().find(|c| covers(&c.offices, office))
    }
    /// Receipts on paper are refused after their last day.
    pub fn paper(&self, on: Date) -> Result<(), Refusal> {
        let paper = &self.receipts.paper;
        if on <= paper.last_day {
            return Ok(());
        }
        let day = |lang| web::when::day(paper.last_day, lang);
        Err(Refusal::conflict(
            "paper-receipts-ended",
            format!("Biên lai giấy chỉ dùng đến hết ngày {} ({}). Hãy để trống ô này: hệ thống lập biên lai điện tử.", day(kernel::text::Lang::Vi), paper.legal_basis),
            format!("Receipts on paper ended after {} ({}). Leave the field empty: an electronic receipt is issued.", day(kernel::text::Lang::En), paper.legal_basis),
        ))
    }
    pub fn largest_number(&self) -> i64 {
        10_i64.pow(self.receipts.number.digits.min(18)) - 1
    }
}

/// Reads and checks this room's part of the catalogue.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let mut findings = Vec::new();
    let accounts = read::<AccountsFile>(files, "payments/accounts.yaml", &mut findings);
    let receipts = read::<Receipts>(files, "payments/receipts.yaml", &mut findings);
    let gateway = read::<GatewayRules>(files, "payments/gateway.yaml", &mut findings);
    if let Some(a) = &accounts {
        check_accounts(files, &a.accounts, &mut findings);
    }
    if let Some(r) = &receipts {
        check_receipts(files, r, &mut findings);
    }
    if let Some(g) = &gateway {
        check_gateway(files, g, &mut findings);
    }
    match (accounts, receipts, gateway) {
        (Some(a), Some(receipts), Some(gateway)) if findings.is_empty() => Ok(Catalog { accounts: a.accounts, receipts, gateway }),
        _ => Err(findings),
    }
}

fn read<T: serde::de::DeserializeOwned>(files: &Files, path: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let Some(text) = files.get(path) else {
        findings.push(Finding::new(path, None, "Thiếu tệp danh mục thanh toán này.", "This file of the payments catalogue is missing."));
        return None;
    };
    parse_yaml(path, text).map_err(|f| findings.push(f)).ok()
}

fn check_accounts(files: &Files, accounts: &[Account], findings: &mut Vec<Finding>) {
    let path = "payments/accounts.yaml";
    let text = files.get(path).unwrap_or_default();
    for (i, a) in accounts.iter().enumerate() {
        let at = |key: &str| ["accounts".to_owned(), i.to_string(), key.to_owned()];
        let mut say = |key: &str, vi: String, en: String| {
            let place = at(key);
            findings.push(Finding::at(path, text, &place.each_ref().map(String::as_str), vi, en));
        };
        let sample = VietQr { bank: a.bank.bin.clone(), to: To::Account(a.number.clone()), amount: None, bill: None, purpose: None };
        if let Err(fault) = sample.encode() {
            say("number", format!("{}: tài khoản không lập được mã VietQR ({fault}).", a.code), format!("{}: no VietQR can be made for this account ({fault}).", a.code));
        }
        if a.kinds.is_empty() || a.kinds.contains(&MoneyKind::Suspense) {
            say("kinds", format!("{}: ghi ít nhất một loại: fee, charge, obligation, signatures.", a.code), format!("{}: give at least one of fee, charge, obligation, signatures.", a.code));
        }
        // The two ledgers that the law keeps apart must not share an account.
        if a.kinds.len() > 1 && a.kinds.iter().any(|k| matches!(k, MoneyKind::Obligation | MoneyKind::Signatures)) {
            say("kinds", format!("{}: nghĩa vụ tài chính và chữ ký số trả trước phải có tài khoản riêng.", a.code), format!("{}: obligations and prepaid signatures need an account of their own.", a.code));
        }
    }
}

fn check_receipts(files: &Files, r: &Receipts, findings: &mut Vec<Finding>) {
    let path = "payments/receipts.yaml";
    let text = files.get(path).unwrap_or_default();
    if !(1..=8).contains(&r.number.digits) {
        findings.push(Finding::at(path, text, &["number", "digits"], "Số biên lai có từ 1 đến 8 chữ số.", "A receipt number has 1 to 8 digits."));
    }
    for (i, s) in r.symbols.iter().enumerate() {
        let place = ["symbols".to_owned(), i.to_string(), "symbol".to_owned()];
        let place = place.each_ref().map(String::as_str);
        if !s.symbol.contains("{yy}") {
            findings.push(Finding::at(path, text, &place, "Ký hiệu phải có {yy}: số biên lai bắt đầu lại mỗi năm.", "A symbol holds {yy}: numbers restart each year."));
        }
        let same = |o: &&Symbol| o.symbol == s.symbol && o.kinds != s.kinds;
        if r.symbols.iter().any(|o| same(&o)) {
            findings.push(Finding::at(path, text, &place, "Phí và lệ phí không dùng chung một ký hiệu.", "Fees and charges do not share a symbol."));
        }
    }
}

fn check_gateway(files: &Files, g: &GatewayRules, findings: &mut Vec<Finding>) {
    let path = "payments/gateway.yaml";
    let text = files.get(path).unwrap_or_default();
    if !(1..=1440).contains(&g.qr_minutes) {
        findings.push(Finding::at(path, text, &["qr_minutes"], "Mã QR có hạn từ 1 đến 1440 phút.", "A QR code lives 1 to 1440 minutes."));
    }
    if g.ask_after_s.is_empty() || g.ask_after_s.windows(2).any(|w| matches!(w, [a, b] if a >= b)) || g.ask_after_s.iter().any(|s| *s < 1) {
        findings.push(Finding::at(path, text, &["ask_after_s"], "Ghi các mốc giây tăng dần, lớn hơn 0.", "Give rising numbers of seconds above 0."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    fn files() -> Files {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/payments");
        let mut files = Files::new();
        for name in ["accounts.yaml", "receipts.yaml", "gateway.yaml"] {
            files.insert(format!("payments/{name}"), std::fs::read_to_string(root.join(name)).unwrap());
        }
        files
    }

    #[test]
    fn the_built_in_catalogue_reads() {
        let c = load(&files()).unwrap_or_else(|f| panic!("{f:?}"));
        let day = date(2026, 11, 23);
        for kind in MoneyKind::OWED {
            c.account("H29.161", kind, day).unwrap();
        }
        assert!(c.account("H29.161", MoneyKind::Fee, date(2020, 1, 1)).is_err(), "a day without an account is refused");
        assert_eq!(c.symbol("H29.161", MoneyKind::Charge, day).unwrap().of_year(2027), "LP-27E");
        assert!(c.symbol("H29.161", MoneyKind::Obligation, day).is_none());
        assert!(c.paper(date(2026, 12, 31)).is_ok());
        assert_eq!(c.paper(date(2027, 1, 1)).unwrap_err().code, "paper-receipts-ended");
        assert_eq!(c.largest_number(), 99_999_999);
    }

    #[test]
    fn faults_are_found_with_their_line() {
        for (file, from, to, said) in [
            ("accounts.yaml", "\"9790260101001\"", "\"97902 60\"", "VietQR"),
            ("accounts.yaml", "kinds: [obligation]", "kinds: [obligation, fee]", "tài khoản riêng"),
            ("receipts.yaml", "digits: 8", "digits: 9", "8 chữ số"),
            ("receipts.yaml", "PH-{yy}E", "PH-E", "{yy}"),
            ("receipts.yaml", "PH-{yy}E", "LP-{yy}E", "chung một ký hiệu"),
            ("gateway.yaml", "[90, 600,", "[900, 600,", "tăng dần"),
            ("gateway.yaml", "qr_minutes: 30", "qr_minutes: 0", "1440"),
        ] {
            let mut changed = files();
            let path = format!("payments/{file}");
            let text = changed.get(&path).unwrap().replace(from, to);
            changed.insert(path.clone(), text);
            let found = load(&changed).unwrap_err();
            assert!(found.iter().any(|f| f.file == path && f.line.is_some() && f.reason.vi.contains(said)), "{from}: {found:?}");
        }
        assert_eq!(load(&Files::new()).unwrap_err().len(), 3);
    }
}
