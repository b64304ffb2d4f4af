//! What an installation calls itself and where people reach it, from `house/site.yaml`: each province its own.

use kernel::{
    Text,
    area::Areas,
    catalog::{Files, Finding, parse_yaml},
    time::Date,
};
use serde::Deserialize;
use web::page::Site;

/// The file of the catalogue.
pub const FILE: &str = "house/site.yaml";
/// Letters of a name, an address or an e-mail address.
const LONGEST: usize = 200;

/// The bar, the title of each page and the footer are made from it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Nothing: the name of the province in `areas/`.
    #[serde(default)]
    pub name: Option<Text>,
    /// Digits as they are dialled; empty: there is none.
    #[serde(default)]
    pub hotline: String,
    #[serde(default)]
    pub email: String,
    /// Where whoever operates it is found.
    #[serde(default)]
    pub address: Option<Text>,
    /// What stands in its place in a demonstration.
    #[serde(default)]
    pub demonstration: Option<Box<Operator>>,
}

/// Reads the file and checks it.
///
/// # Errors
/// Everything that is wrong, at its line.
pub fn load(files: &Files) -> Result<Operator, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, "Thiếu tệp danh mục này.", "This file of the catalogue is missing.")]);
    };
    let operator: Operator = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let mut findings = check(text, &[], &operator);
    if let Some(shown) = &operator.demonstration {
        findings.extend(check(text, &["demonstration"], shown));
    }
    if findings.is_empty() { Ok(operator) } else { Err(findings) }
}

fn check(text: &str, under: &[&str], o: &Operator) -> Vec<Finding> {
    let at = |key: &str, vi: &str, en: &str| Finding::at(FILE, text, &[under, &[key]].concat(), vi, en);
    let mut findings = Vec::new();
    let fits = |t: &Text| [&t.vi, &t.en].iter().all(|t| !t.trim().is_empty() && t.chars().count() <= LONGEST);
    if o.name.as_ref().is_some_and(|n| !fits(n)) {
        findings.push(at("name", "Ghi tên bằng cả hai ngôn ngữ, tối đa 200 ký tự.", "Give the name in both languages, at most 200 characters."));
    }
    if o.address.as_ref().is_some_and(|a| !fits(a)) {
        findings.push(at("address", "Ghi địa chỉ bằng cả hai ngôn ngữ, tối đa 200 ký tự.", "Give the address in both languages, at most 200 characters."));
    }
    let dialled = |c: char| c.is_ascii_digit() || c == '+' || c == '-';
    if !o.hotline.is_empty() && (o.hotline.len() > 20 || o.hotline.len() < 3 || !o.hotline.chars().all(dialled)) {
        findings.push(at("hotline", "Ghi số điện thoại bằng chữ số, ví dụ 1022 hoặc +84-236-3881888.", "Write the telephone number in digits, such as 1022 or +84-236-3881888."));
    }
    if !o.email.is_empty() && !is_mailbox(&o.email) {
        findings.push(at("email", "Ghi một địa chỉ thư điện tử, ví dụ mot-cua@tinh.gov.vn.", "Give one e-mail address, such as mot-cua@tinh.gov.vn."));
    }
    findings
}

fn is_mailbox(text: &str) -> bool {
    let parts = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    parts && text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"',;".contains(&b))
}

impl Operator {
    /// As pages show it: of a province on a day, or of a demonstration.
    pub fn site(&self, province: &str, areas: &Areas, day: Date, demo: bool) -> Site {
        let shown = self.demonstration.as_deref().filter(|_| demo).unwrap_or(self);
        let of_the_area = || areas.province(province, day).map_or_else(|| Text::new("Cổng dịch vụ công", "Public services"), kernel::area::Unit::text);
        Site {
            name: shown.name.clone().unwrap_or_else(of_the_area),
            hotline: shown.hotline.clone(),
            email: shown.email.clone(),
            address: shown.address.clone(),
            ..Site::default()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::time::date;

    fn read(text: &str) -> Result<Operator, Vec<Finding>> {
        let mut files = Files::new();
        files.insert(FILE, text);
        load(&files)
    }

    #[test]
    fn without_a_name_it_is_that_of_the_province_and_never_that_of_the_demonstration() {
        let files = crate::catalog::built_in();
        let (operator, areas) = (load(&files).unwrap(), Areas::load(&files).unwrap());
        let shown = |province: &str, demo: bool| operator.site(province, &areas, date(2026, 11, 23), demo);
        assert_eq!(shown("79", true).name.vi, "Thành phố Phù Sa");
        assert_eq!((shown("79", false).name.vi.as_str(), shown("79", false).hotline.as_str()), ("Thành phố Hồ Chí Minh", ""));
        assert_eq!(shown("48", false).name.vi, "Thành phố Đà Nẵng");
        let own = read("name: {vi: Tỉnh Ninh Bình, en: Ninh Binh Province}\nhotline: 0229-3871234\nemail: mot-cua@ninhbinh.gov.vn\n").unwrap();
        let site = own.site("37", &areas, date(2026, 11, 23), true);
        assert_eq!((site.name.vi.as_str(), site.hotline.as_str(), site.email.as_str()), ("Tỉnh Ninh Bình", "0229-3871234", "mot-cua@ninhbinh.gov.vn"), "a demonstration of its own name");
    }

    #[test]
    fn what_cannot_stand_on_a_page_is_told_at_its_line() {
        for (text, key) in [
            ("hotline: \"\"\nname: {vi: Tỉnh A, en: \" \"}\n", "both languages"),
            ("hotline: gọi 1022\n", "in digits"),
            ("hotline: \"12\"\n", "in digits"),
            ("email: a@b\n", "e-mail"),
            ("email: \"A <a@b.vn>\"\n", "e-mail"),
            ("address: {vi: \"\", en: \"\"}\n", "both languages"),
            ("demonstration: {hotline: x}\n", "in digits"),
        ] {
            let found = read(text).unwrap_err();
            assert!(found.iter().any(|f| f.reason.en.contains(key) && f.line.is_some()), "{text}: {found:?}");
        }
        assert!(read("logo: a.png\n").is_err() && load(&Files::new()).is_err());
    }
}
