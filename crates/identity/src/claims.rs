//! What a provider says of a person, as far as we use it.

use crate::directory::Asserted;
use openidconnect::{AdditionalClaims, EndUserName, LocalizedClaim};
use serde::{Deserialize, Serialize};

/// Claims beyond the standard ones: the personal identification number, by either of its two names in use. Any JSON is
/// read, so that a provider which writes it otherwise does not lock everybody out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Personal {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_identification_number: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen_id: Option<serde_json::Value>,
}
impl AdditionalClaims for Personal {}

/// The standard claims we use, from an ID token or from the user-info endpoint.
pub(crate) struct Said<'a> {
    pub name: Option<&'a LocalizedClaim<EndUserName>>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub birthdate: Option<&'a str>,
}

/// Takes over what is said and not known yet.
pub(crate) fn take(asserted: &mut Asserted, said: Said<'_>, personal: &Personal) {
    let fill = |slot: &mut Option<String>, value: Option<&str>| {
        if slot.is_none() {
            *slot = value.map(kernel::text::clean).filter(|v| !v.is_empty());
        }
    };
    if asserted.name.is_empty()
        && let Some(name) = said.name.and_then(|n| n.get(None).or_else(|| n.iter().next().map(|(_, v)| v)))
    {
        asserted.name = kernel::text::clean(name);
    }
    fill(&mut asserted.email, said.email);
    fill(&mut asserted.phone, said.phone);
    fill(&mut asserted.birthdate, said.birthdate);
    let number = personal.personal_identification_number.as_ref().or(personal.citizen_id.as_ref());
    // Twelve digits (Law on Identification 2023); anything else is not a personal number.
    let number = number.and_then(serde_json::Value::as_str);
    fill(&mut asserted.personal_number, number.filter(|n| n.len() == 12 && n.bytes().all(|b| b.is_ascii_digit())));
}
