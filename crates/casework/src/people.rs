//! Whose case it is: the owner named in the form, who applies, and the proxy when these are two people.

use crate::{
    definition::Form,
    event::{By, People, Person},
};
use kernel::{
    party::Identifier,
    text::{clean, fold},
};
use serde_json::Value;

/// The people of a new case. Somebody who applies for the owner named in the form is the proxy and stays the applicant:
/// both must find the case again, and the result names the owner (Civil Code 2015 Articles 134–143).
pub fn people(form: &Form, answers: &Value, applicant: Person, assisted_by: Option<By>) -> People {
    let named = form.owner_from.as_deref().and_then(|prefix| Named::read(prefix, answers));
    let (owner, proxy) = match named {
        None => (applicant.clone(), None),
        Some(named) if named.is(&applicant) => {
            let address = named.address.or_else(|| applicant.address.clone());
            let identifier = applicant.identifier.clone().or_else(|| identifier(named.number.as_deref()));
            (Person { address, identifier, ..applicant.clone() }, None)
        }
        Some(named) => (named.person(answers), Some(applicant.clone())),
    };
    People { applicant, owner, proxy, assisted_by }
}

/// The owner as typed into the form.
struct Named {
    name: String,
    number: Option<String>,
    /// Of an enterprise or household business.
    tax_code: Option<String>,
    address: Option<String>,
}

impl Named {
    fn read(prefix: &str, answers: &Value) -> Option<Self> {
        let text = |key: &str| typed(answers, &format!("{prefix}_{key}"));
        let address = text("address").or_else(|| text("residence"));
        Some(Self { name: text("name")?, number: text("personal_number"), tax_code: text("tax_code"), address })
    }

    /// The number decides where both are known: a name may be typed in many ways, and two people may share one.
    fn is(&self, person: &Person) -> bool {
        let known = person.identifier.as_ref().filter(|i| matches!(i, Identifier::PersonalNumber(_)));
        match (self.number.as_deref(), known) {
            (Some(typed), Some(known)) if !crate::form_sense::is_old(typed) => typed == known.as_str(),
            _ => fold(&self.name) == fold(&person.name),
        }
    }

    /// No party yet: nobody has signed in as the owner. Phone and e-mail of the form are where the owner is reached.
    fn person(self, answers: &Value) -> Person {
        Person {
            party: None,
            name: self.name,
            identifier: identifier(self.number.as_deref()).or_else(|| Identifier::parse("tax_code", self.tax_code.as_deref()?).ok()),
            phone: typed(answers, "phone"),
            email: typed(answers, "email"),
            address: self.address,
        }
    }
}

fn typed(answers: &Value, key: &str) -> Option<String> {
    answers.get(key).and_then(Value::as_str).map(clean).filter(|t| !t.is_empty())
}

fn identifier(number: Option<&str>) -> Option<Identifier> {
    let number = number?;
    let kind = if crate::form_sense::is_old(number) { "old_id_card" } else { "personal_number" };
    Identifier::parse(kind, number).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::id::PartyId;
    use serde_json::json;

    fn form(owner_from: Option<&str>) -> Form {
        let form = json!({"schema": {}, "sections": [], "title_from": "/owner_name", "owner_from": owner_from});
        serde_json::from_value(form).unwrap()
    }

    fn binh(number: Option<&str>) -> Person {
        Person {
            party: Some(PartyId::new(uuid::Uuid::from_u128(1))),
            name: "Nguyễn Văn Bình".into(),
            identifier: number.map(|n| Identifier::parse("personal_number", n).unwrap()),
            phone: Some("0903123456".into()),
            email: None,
            address: None,
        }
    }

    const BINH: &str = "079090004567";

    fn answers(name: &str, number: Option<&str>) -> Value {
        json!({"owner_name": name, "owner_personal_number": number, "owner_residence": "Số 12 đường Xuân Hòa", "phone": "0918222444"})
    }

    /// Who applies, what the form says, and whether that makes a proxy.
    #[test]
    fn the_owner_is_who_the_form_names() {
        let table: &[(Option<&str>, &str, Option<&str>, bool)] = &[
            (Some(BINH), "Nguyễn Văn Bình", Some(BINH), false),
            (Some(BINH), "NGUYEN VAN BINH", Some(BINH), false), // the number decides
            (Some(BINH), "Nguyễn Văn Bình", Some("079190005678"), true), // namesakes
            (Some(BINH), "Phạm Thị Thu", Some("079182003344"), true),
            (Some(BINH), "nguyễn văn bình", None, false), // no number: the name without diacritics
            (None, "nguyen van binh", Some("079182003344"), false), // the account has none
            (None, "Phạm Thị Thu", None, true),
            (Some(BINH), "Nguyễn Văn Bình", Some("025123456"), false), // an old number says nothing against the name
            (Some(BINH), "Phạm Thị Thu", Some("025123456"), true),
        ];
        for (own, name, number, proxy) in table {
            let people = people(&form(Some("owner")), &answers(name, *number), binh(*own), None);
            assert_eq!(people.applicant, binh(*own), "who applied stays the applicant");
            assert_eq!(people.proxy.is_some(), *proxy, "{own:?} {name} {number:?}");
            assert_eq!(people.owner.party.is_some(), !proxy, "{name}: only the same person has the party");
            assert_eq!(people.owner.address.as_deref(), Some("Số 12 đường Xuân Hòa"));
            if *proxy {
                assert_eq!(people.proxy.as_ref(), Some(&binh(*own)));
                assert_eq!((people.owner.name.as_str(), people.owner.phone.as_deref()), (*name, Some("0918222444")));
                assert_eq!(people.owner.identifier.as_ref().map(Identifier::as_str), *number);
            }
        }
    }

    #[test]
    fn a_form_that_names_nobody_is_about_the_applicant() {
        let people = people(&form(None), &answers("Phạm Thị Thu", None), binh(None), None);
        assert_eq!((people.owner, people.proxy), (binh(None), None));
        let people = super::people(&form(Some("head")), &json!({}), binh(None), None);
        assert_eq!((people.owner, people.proxy), (binh(None), None));
    }
}
