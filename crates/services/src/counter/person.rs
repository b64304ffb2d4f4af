//! What the installation knows of somebody who gives an identity number: the directory, and earlier dossiers.

use super::{Counter, checks::Came, store};
use casework::{CaseState, Definition};
use kernel::{Text, id::PartyId, party::Identifier};
use serde_json::{Map, Value, json};
use web::problem::PageError;

/// What is known, with where it was found.
#[derive(Default)]
pub struct Known {
    pub name: Option<String>,
    pub party: Option<PartyId>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// By the names that forms ask for (`x-prefill`).
    asserted: Value,
    /// The newest earlier dossier of which this person is the owner.
    earlier: Option<(CaseState, String)>,
    pub sources: Vec<Text>,
}

/// The number as an identifier; nine digits are an old card, which is taken and marked for review.
pub fn identifier(text: &str) -> Result<Identifier, kernel::Refusal> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == 9 { Identifier::parse("old_id_card", text) } else { Identifier::parse("personal_number", text) }
}

pub async fn known(c: &Counter, number: &str) -> Result<Known, PageError> {
    let mut known = Known::default();
    let account = c.desk.identity().directory().by_personal_number(number).await.map_err(PageError::internal)?;
    let mut candidates = Vec::new();
    if let Some(a) = account.filter(|a| a.disabled_at.is_none()) {
        known.asserted = json!({"name": a.name, "personal_number": a.personal_number, "phone": a.phone, "email": a.email, "birthdate": a.birthdate});
        known.sources.push(Text::new("tài khoản định danh của người này", "this person's identity account"));
        (known.name, known.party, known.phone, known.email) = (Some(a.name), a.party, a.phone, a.email);
        if let Some(party) = known.party {
            let rows = casework::views::own_cases(&c.desk, party, None, 5).await.map_err(PageError::internal)?;
            candidates.extend(rows.into_iter().map(|r| r.case_id));
        }
    }
    candidates.extend(store::cases_of_number(c.desk.scope(), number, 5).await.map_err(PageError::internal)?);
    for id in candidates {
        let Some(found) = c.desk.load(id).await.map_err(PageError::internal)? else { continue };
        let prefix = found.definition.form.owner_from.clone().unwrap_or_default();
        let owner = &found.state.people.owner;
        let is_owner = owner.identifier.as_ref().is_some_and(|i| i.as_str() == number);
        let applied = found.state.people.applicant.identifier.as_ref().is_some_and(|i| i.as_str() == number);
        if known.name.is_none() && applied {
            let a = &found.state.people.applicant;
            (known.name, known.phone, known.email) = (Some(a.name.clone()), a.phone.clone(), a.email.clone());
            known.asserted = json!({"name": a.name, "personal_number": number, "phone": a.phone, "email": a.email});
        }
        if is_owner {
            let code = found.state.code.to_string();
            known.sources.push(Text::new(format!("hồ sơ trước {code}"), format!("the earlier dossier {code}")));
            known.earlier = Some((found.state, prefix));
            break;
        }
    }
    Ok(known)
}

impl Known {
    /// Answers to begin with: what the identity provider asserted, and of an earlier dossier what is about its owner.
    pub fn answers(&self, d: &Definition, came: &Came) -> Value {
        let mut out = Map::new();
        let own = json!({"name": came.name, "personal_number": came.identifier.as_ref().filter(|i| matches!(i, Identifier::PersonalNumber(_))).map(Identifier::as_str), "phone": came.phone, "email": came.email});
        let prefix = d.form.owner_from.as_deref().unwrap_or("owner");
        for field in d.form.fields() {
            let source = d.form.schema.pointer(&format!("/properties/{}/x-prefill", field.name)).and_then(Value::as_str);
            let asserted = source.and_then(|k| self.asserted.get(k).filter(|x| !x.is_null()).or_else(|| own.get(k)));
            let value = asserted.filter(|x| !x.is_null()).cloned().or_else(|| self.before(prefix, &field.name));
            if let Some(value) = value {
                out.insert(field.name.clone(), value);
            }
        }
        Value::Object(out)
    }

    fn before(&self, prefix: &str, field: &str) -> Option<Value> {
        let (state, theirs) = self.earlier.as_ref()?;
        let rest = field.strip_prefix(prefix)?.strip_prefix('_')?;
        // Only what does not change from one dossier to the next.
        if !["residence", "address", "birth_date", "birthdate", "sex", "ethnicity", "nationality"].contains(&rest) {
            return None;
        }
        state.answers.get(format!("{theirs}_{rest}")).filter(|v| !v.is_null()).cloned()
    }
}
