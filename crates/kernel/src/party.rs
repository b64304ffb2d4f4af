//! Parties: persons, households, household businesses, enterprises and organisations, and what identifies them.
//!
//! Everything here is checked when it is made: a number that exists as a value of these types has the structure the law
//! gives it. That it belongs to the person is for the national databases to say.

mod contact;
mod identifier;

pub use contact::{Email, Phone};
pub use identifier::{
    HouseholdBusinessCode, Identifier, OldIdCard, OrganisationCode, Passport, PersonalNumber, Sex, TaxCode, mask,
};

use crate::{Refusal, Text, id::PartyId, text::clean, time::Date};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Person,
    Household,
    HouseholdBusiness,
    Enterprise,
    Organisation,
}

impl Kind {
    pub fn text(self) -> Text {
        match self {
            Self::Person => Text::new("cá nhân", "person"),
            Self::Household => Text::new("hộ gia đình", "household"),
            Self::HouseholdBusiness => Text::new("hộ kinh doanh", "household business"),
            Self::Enterprise => Text::new("doanh nghiệp", "enterprise"),
            Self::Organisation => Text::new("cơ quan, tổ chức", "organisation"),
        }
    }
}

/// An identifier with the dates over which the party held it; a new card does not erase the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub identifier: Identifier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Held {
    pub fn on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Where a party is found: the commune by its code of today, the rest as people write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// House number, street, hamlet.
    pub text: String,
    /// Five digits, see [`crate::area`].
    pub commune: String,
    /// The address as it stands on older papers, if that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub historic: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub id: PartyId,
    pub kind: Kind,
    pub name: String,
    #[serde(default)]
    pub identifiers: Vec<Held>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

impl Party {
    /// The personal number held on the date, for a person.
    pub fn personal_number(&self, on: Date) -> Option<&PersonalNumber> {
        self.held(on).find_map(|identifier| match identifier {
            Identifier::PersonalNumber(number) => Some(number),
            _ => None,
        })
    }
    /// The tax code held on the date; a person's is the personal number since 1 July 2025.
    pub fn tax_code(&self, on: Date) -> Option<&TaxCode> {
        self.held(on).find_map(|identifier| match identifier {
            Identifier::TaxCode(code) => Some(code),
            _ => None,
        })
    }
    pub fn held(&self, on: Date) -> impl Iterator<Item = &Identifier> {
        self.identifiers.iter().filter(move |held| held.on(on)).map(|held| &held.identifier)
    }
}

/// A name as it may be printed: composed letters, single spaces, something in it that is a letter.
pub fn name(text: &str) -> Result<String, Refusal> {
    let name = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() > 200 || !name.chars().any(char::is_alphabetic) {
        return Err(Refusal::invalid(
            "bad-name",
            "Nhập họ và tên hoặc tên tổ chức, có chữ, không quá 200 ký tự. Ví dụ: Nguyễn Thị Bích Ngọc.",
            "Enter the name of the person or organisation, with letters, up to 200 characters. Example: Nguyễn Thị Bích Ngọc.",
        ));
    }
    Ok(name)
}

impl Address {
    pub fn new(text: &str, commune: &str, historic: Option<&str>) -> Result<Self, Refusal> {
        let (text, commune) = (clean(text), commune.trim());
        if crate::area::Level::of(commune) != Some(crate::area::Level::Commune) {
            return Err(Refusal::invalid(
                "bad-commune",
                "Chọn xã, phường hoặc đặc khu nơi ở. Mã gồm 5 chữ số, ví dụ 26740 (phường Sài Gòn).",
                "Choose the commune, ward or special zone. Its code has 5 digits, for example 26740 (Sài Gòn ward).",
            ));
        }
        if text.is_empty() || text.chars().count() > 300 {
            return Err(Refusal::invalid(
                "bad-address",
                "Nhập số nhà, đường, thôn hoặc khu phố, không quá 300 ký tự. Ví dụ: 12 Nguyễn Huệ, khu phố 3.",
                "Enter house number, street or hamlet, up to 300 characters. Example: 12 Nguyễn Huệ, khu phố 3.",
            ));
        }
        let historic = historic.map(clean).filter(|old| !old.is_empty()).map(|old| old.chars().take(500).collect());
        Ok(Self { text, commune: commune.to_owned(), historic })
    }
}

#[cfg(test)]
mod tests;
