//! What an enterprise says of itself, and what is wrong with it.

use kernel::{Refusal, time::Date};
use serde::{Deserialize, Serialize};

/// What stands on the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterpriseKind {
    Enterprise,
    /// Hộ kinh doanh: outside Decree 80/2021, with a path of its own (Decree 20/2026).
    Household,
    Cooperative,
}

impl EnterpriseKind {
    pub const ALL: [Self; 3] = [Self::Enterprise, Self::Household, Self::Cooperative];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Household => "household",
            Self::Cooperative => "cooperative",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
    pub fn name(self) -> kernel::Text {
        match self {
            Self::Enterprise => kernel::Text::new("Doanh nghiệp", "Enterprise"),
            Self::Household => kernel::Text::new("Hộ kinh doanh", "Household business"),
            Self::Cooperative => kernel::Text::new("Hợp tác xã", "Cooperative"),
        }
    }
}

/// What an enterprise says of itself; checked by [`Profile::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub kind: EnterpriseKind,
    /// Tax code (10 digits; 13 for a dependent unit), personal number or registration number of a household business.
    pub code: String,
    pub name: String,
    /// VSIC section and division: `C10`.
    pub vsic: String,
    /// Code of the commune, as of the day it was written.
    pub area: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Law 04/2017 Art. 3: women hold at least 51 % of the charter capital and at least one manages.
    #[serde(default)]
    pub women_owned: bool,
    #[serde(default)]
    pub social_enterprise: bool,
}

impl Profile {
    /// Every fault at once; the text comes back in canonical form.
    pub fn check(mut self, known: &dyn Fn(&str) -> bool, place: &dyn Fn(&str) -> bool, today: Date) -> Result<Self, Refusal> {
        let mut refusal = Refusal::invalid("enterprise", "Thông tin đơn vị còn chỗ cần sửa", "The details of the enterprise need correction");
        self.name = kernel::text::clean(&self.name);
        self.name.retain(|c| !c.is_control());
        let length = self.name.chars().count();
        if !(2..=300).contains(&length) {
            refusal = refusal.because(Some("name"), "Tên đơn vị cần từ 2 đến 300 ký tự", "The name needs 2 to 300 characters");
        }
        match check_code(self.kind, &self.code) {
            Ok(code) => self.code = code,
            Err(r) => refusal.reasons.extend(r.reasons),
        }
        if !known(&self.vsic) {
            refusal = refusal.because(Some("vsic"), "Chọn ngành nghề chính trong danh sách", "Choose the main line of business from the list");
        }
        if !place(&self.area) {
            refusal = refusal.because(Some("area"), "Chọn xã, phường nơi đặt trụ sở", "Choose the commune of the head office");
        }
        if self.founded.is_some_and(|d| d > today || d.year() < 1900) {
            refusal = refusal.because(Some("founded"), "Ngày thành lập không thể ở tương lai hoặc trước năm 1900", "The founding date may not lie in the future or before 1900");
        }
        if refusal.reasons.is_empty() { Ok(self) } else { Err(refusal) }
    }
}

/// What a typed code may stand for on the register, in canonical form: its kind is not known before it is found.
pub fn codes(typed: &str) -> Vec<String> {
    let mut all: Vec<String> = EnterpriseKind::ALL.iter().filter_map(|k| check_code(*k, typed).ok()).collect();
    all.dedup();
    all
}

/// Tax codes have 10 or 13 digits; a household business is known by its owner's personal number (12 digits), its tax code
/// or the number of its registration.
fn check_code(kind: EnterpriseKind, typed: &str) -> Result<String, Refusal> {
    use kernel::party::Identifier;
    let wrong = |r: Refusal| {
        let message = r.reasons.first().map_or_else(|| r.message.clone(), |x| x.message.clone());
        Refusal::invalid("code", "Mã số chưa đúng", "The code is not right").because(Some("code"), message.vi, message.en)
    };
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let kinds: &[&str] = match (kind, digits) {
        (EnterpriseKind::Household, 12) => &["personal_number"],
        (EnterpriseKind::Household, 10 | 13) => &["tax_code", "household_business"],
        (EnterpriseKind::Household, _) => &["household_business"],
        _ => &["tax_code"],
    };
    let mut first = None;
    for kind in kinds {
        match Identifier::parse(kind, typed) {
            Ok(id) => return Ok(id.as_str().to_owned()),
            Err(r) => {
                first.get_or_insert(r);
            }
        }
    }
    Err(first.map_or_else(|| Refusal::invalid("code", "Mã số chưa đúng", "The code is not right"), wrong))
}
