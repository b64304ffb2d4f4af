//! Who offers solutions: the provider's profile, its people, and whether it is barred.

use crate::person::Person;
use kernel::{
    Instant, Refusal, Text,
    id::{AccountId, ProviderId},
    party::{Email, Phone, TaxCode},
    text::clean,
    time::Date,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub tax_code: TaxCode,
    /// The day of the business registration.
    pub founded: Option<Date>,
    pub website: String,
    pub email: Email,
    pub phone: Phone,
    pub about: Text,
}

/// A profile as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedProfile {
    pub name: String,
    pub tax_code: String,
    pub founded: Option<Date>,
    pub website: String,
    pub email: String,
    pub phone: String,
    pub about_vi: String,
    pub about_en: String,
}

impl TypedProfile {
    /// Checks every field and names all that is wrong at once.
    pub fn checked(&self, today: Date) -> Result<Profile, Refusal> {
        let mut r = Refusal::invalid(
            "bad-provider",
            "Hồ sơ nhà cung cấp chưa nhận được; sửa các mục dưới đây.",
            "The provider's profile cannot be taken yet; correct what is listed below.",
        );
        let take = |r: &mut Refusal, field: &str, refusal: Refusal| {
            crate::listing::refuse(r, field, refusal.message.vi, refusal.message.en);
        };
        let name = kernel::party::name(&self.name).map_err(|e| take(&mut r, "name", e)).ok();
        let tax_code = self.tax_code.parse::<TaxCode>().map_err(|e| take(&mut r, "tax_code", e)).ok();
        let email = self.email.parse::<Email>().map_err(|e| take(&mut r, "email", e)).ok();
        let phone = self.phone.parse::<Phone>().map_err(|e| take(&mut r, "phone", e)).ok();
        if self.founded.is_some_and(|d| d > today) {
            crate::listing::refuse(&mut r, "founded", "Ngày thành lập không thể sau hôm nay.", "The day of foundation cannot be after today.");
        }
        let website = clean(&self.website);
        let plain = website.is_empty()
            || ((website.starts_with("https://") || website.starts_with("http://"))
                && website.len() <= 200
                && !website.contains(|c: char| c.is_whitespace() || c == '"' || c == '<'));
        if !plain {
            crate::listing::refuse(
                &mut r,
                "website",
                "Địa chỉ trang web bắt đầu bằng https:// và không có khoảng trắng.",
                "The website begins with https:// and has no spaces.",
            );
        }
        let (vi, en) = (clean(&self.about_vi), clean(&self.about_en));
        if vi.chars().count() > 2_000 || en.chars().count() > 2_000 {
            crate::listing::refuse(&mut r, "about_vi", "Phần giới thiệu tối đa 2.000 ký tự.", "The introduction has at most 2,000 characters.");
        }
        match (name, tax_code, email, phone) {
            (Some(name), Some(tax_code), Some(email), Some(phone)) if r.reasons.is_empty() => {
                let en = if en.is_empty() { vi.clone() } else { en };
                Ok(Profile { name, tax_code, founded: self.founded, website, email, phone, about: Text::new(vi, en) })
            }
            _ => Err(r),
        }
    }
}

impl From<&Profile> for TypedProfile {
    fn from(p: &Profile) -> Self {
        Self {
            name: p.name.clone(),
            tax_code: p.tax_code.to_string(),
            founded: p.founded,
            website: p.website.clone(),
            email: p.email.to_string(),
            phone: p.phone.to_string(),
            about_vi: p.about.vi.clone(),
            about_en: p.about.en.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    pub id: ProviderId,
    pub profile: Profile,
    pub members: Vec<Person>,
    /// No submission up to and including this day.
    pub barred_until: Option<Date>,
    pub bar_reason: String,
    pub since: Instant,
    pub changed_at: Instant,
}

/// What happened to a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum ProviderFact {
    Registered { id: ProviderId, profile: Profile },
    Edited { profile: Profile },
    Joined { member: Person },
    Barred { until: Date, rule: String, reason: String },
    BarLifted { reason: String },
}

impl ProviderFact {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "provider.registered",
            Self::Edited { .. } => "provider.edited",
            Self::Joined { .. } => "provider.joined",
            Self::Barred { .. } => "provider.barred",
            Self::BarLifted { .. } => "provider.bar-lifted",
        }
    }
}

impl Provider {
    pub fn has_member(&self, account: AccountId) -> bool {
        self.members.iter().any(|m| m.account == account)
    }
    pub fn barred(&self, on: Date) -> bool {
        self.barred_until.is_some_and(|until| on <= until)
    }

    /// The state after a fact; the first one must be the registration.
    pub fn evolve(before: Option<Self>, fact: &ProviderFact, by: &Person, at: Instant) -> Option<Self> {
        if let ProviderFact::Registered { id, profile } = fact {
            return Some(Self {
                id: *id,
                profile: profile.clone(),
                members: vec![by.clone()],
                barred_until: None,
                bar_reason: String::new(),
                since: at,
                changed_at: at,
            });
        }
        let mut p = before?;
        p.changed_at = at;
        match fact {
            ProviderFact::Registered { .. } => {}
            ProviderFact::Edited { profile } => p.profile = profile.clone(),
            ProviderFact::Joined { member } => {
                if !p.has_member(member.account) {
                    p.members.push(member.clone());
                }
            }
            ProviderFact::Barred { until, reason, .. } => {
                p.barred_until = p.barred_until.max(Some(*until));
                p.bar_reason.clone_from(reason);
            }
            ProviderFact::BarLifted { .. } => p.barred_until = None,
        }
        Some(p)
    }
}
