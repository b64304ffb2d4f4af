//! Proactive services, levels 1 and 2 of Decree 224/2026 Art. 16: remind, and remind with a prepared dossier; never without the
//! right to refuse (Art. 17). Pure: whom a rule reaches on a day, and what a prepared dossier holds.

mod acts;
pub mod follow;
mod run;
pub use run::NotOffered;
pub mod store;

use casework::Definition;
use kernel::{
    Actor, Instant, Text,
    catalog::{Effective, LegalBasis},
    id::{Id, Kind, PartyId},
    text::Lang,
    time::Date,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// An offer's id: `offer_…`.
#[derive(Debug, Clone, Copy)]
pub struct OfferKind;
impl Kind for OfferKind {
    const PREFIX: &'static str = "offer";
}
pub type OfferId = Id<OfferKind>;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferRules {
    pub legal_basis: Vec<LegalBasis>,
    pub offers: Vec<Rule>,
}

/// One thing that is offered before anybody asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub code: String,
    /// 1: remind; 2: remind with a prepared dossier.
    pub level: u8,
    /// The procedure to apply for; absent where it is another's.
    #[serde(default)]
    pub procedure: Option<String>,
    pub name: Text,
    /// What the person is told; `{date}` and `{case}` are filled in.
    pub why: Text,
    pub trigger: Trigger,
    /// Days before the day in question from which on it is offered, and after it until which.
    pub before_days: u16,
    pub after_days: u16,
    pub effective: Effective,
    pub legal_basis: LegalBasis,
}

/// What makes somebody be reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// The person's own age, where the birth date is known.
    Age { years: u8 },
    /// A result given under a definition expires so many months later.
    Expires { definition: String, months: u16 },
    /// A child, whose birth date stands in the answers of a case, reaches an age.
    Child { definition: String, field: String, years: u8 },
}

impl Trigger {
    /// The months between the day that is known and the day in question.
    pub fn months(&self) -> i32 {
        match self {
            Self::Age { years } | Self::Child { years, .. } => i32::from(*years) * 12,
            Self::Expires { months, .. } => i32::from(*months),
        }
    }
    pub fn definition(&self) -> Option<&str> {
        match self {
            Self::Age { .. } => None,
            Self::Expires { definition, .. } | Self::Child { definition, .. } => Some(definition),
        }
    }
}

impl Rule {
    /// What is refused, when somebody refuses: the procedure, whatever rule offers it.
    pub fn service(&self) -> &str {
        self.procedure.as_deref().unwrap_or(&self.code)
    }
    /// The day in question, from the day that is known: birth, or the result's.
    pub fn due(&self, known: Date) -> Option<Date> {
        known.checked_add(jiff::Span::new().months(self.trigger.months())).ok()
    }
    /// The last day on which it is offered.
    pub fn until(&self, due: Date) -> Option<Date> {
        due.checked_add(jiff::Span::new().days(i64::from(self.after_days))).ok()
    }
    /// Whether it is offered today to somebody whose day in question is this.
    pub fn reaches(&self, due: Date, today: Date) -> bool {
        let from = due.checked_sub(jiff::Span::new().days(i64::from(self.before_days)));
        self.effective.contains(today) && from.is_ok_and(|from| from <= today) && self.until(due).is_some_and(|until| today <= until)
    }
    /// The first and last known day that may be reached today, one day wide of the mark at either end: months differ in length.
    pub fn window(&self, today: Date) -> Option<(Date, Date)> {
        let back = jiff::Span::new().months(self.trigger.months());
        let first = today.checked_sub(jiff::Span::new().days(i64::from(self.after_days) + 3)).ok()?.checked_sub(back).ok()?;
        let last = today.checked_add(jiff::Span::new().days(i64::from(self.before_days) + 3)).ok()?.checked_sub(back).ok()?;
        Some((first, last))
    }
    /// The reason in words.
    pub fn said(&self, due: Date, case: &str) -> Text {
        let fill = |text: &str, lang: Lang| text.replace("{date}", &web::when::day(due, lang)).replace("{case}", case);
        Text::new(fill(&self.why.vi, Lang::Vi), fill(&self.why.en, Lang::En))
    }
}

/// Somebody a rule reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub party: PartyId,
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// The case it follows from; empty when it follows from the person alone.
    pub subject: String,
    pub due: Date,
    /// What is known for a prepared dossier: name, personal_number, phone, email, birthdate.
    pub known: Value,
    /// The answers of the case it follows from.
    pub earlier: Option<Value>,
}

/// A prepared dossier: what the identity provider asserted, and what the person stated before in the same words.
/// Statements that answer for themselves (consents, declarations) are never prepared: the person makes them.
pub fn prepared(d: &Definition, known: &Value, earlier: Option<&Value>) -> Value {
    let mut answers = Map::new();
    for field in d.form.fields() {
        let schema = d.form.schema.pointer(&format!("/properties/{}", field.name));
        let own = schema.and_then(|s| s.get("x-prefill")).and_then(Value::as_str).and_then(|k| known.get(k)).filter(|v| !v.is_null());
        let declares = schema.is_some_and(|s| s["type"] == "boolean");
        let before = earlier.and_then(|e| e.get(&field.name)).filter(|_| !declares);
        if let Some(value) = own.or(before) {
            answers.insert(field.name.clone(), value.clone());
        }
    }
    Value::Object(answers)
}

/// A person as the directory knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub party: Option<PartyId>,
    pub name: String,
    pub personal_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// `1950-02-04`; a year alone tells no day.
    pub birthdate: Option<String>,
}

impl Known {
    pub fn born(&self) -> Option<Date> {
        self.birthdate.as_deref()?.parse().ok()
    }
    pub fn facts(&self) -> Value {
        json!({"name": self.name, "personal_number": self.personal_number, "phone": self.phone, "email": self.email, "birthdate": self.birthdate})
    }
}

/// Asked of the directory: everybody, page by page.
#[async_trait::async_trait]
pub trait People: Send + Sync {
    /// The people after a place, and the place to go on from; nothing when there are no more.
    async fn page(&self, after: Option<String>) -> anyhow::Result<(Vec<Known>, Option<String>)>;
}

/// Asked of the room that keeps drafts: one begun for a person, and where it is.
#[async_trait::async_trait]
pub trait Drafts: Send + Sync {
    async fn begin(&self, actor: &Actor, procedure: &str, answers: Value, now: Instant) -> Result<String, casework::DeskError>;
}

/// Asked of the room that keeps what people allow: whether somebody lets their data be used to offer services (Decree 224/2026
/// Art. 17: the right to refuse all of them at once; one service is refused at the offer).
#[async_trait::async_trait]
pub trait Allowed: Send + Sync {
    async fn offers(&self, party: PartyId) -> Result<bool, ::store::StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> OfferRules {
        kernel::catalog::parse_yaml("care/offers.yaml", &include_str!("../../../../catalog/care/offers.yaml").replace("\"no\"", "false").replace("\"yes\"", "true")).unwrap()
    }
    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }
    fn rule(code: &str) -> Rule {
        rules().offers.into_iter().find(|r| r.code == code).unwrap()
    }

    #[test]
    fn an_age_is_reached_from_a_month_before() {
        let pension = rule("social-pension");
        let due = pension.due(day("1951-12-20")).unwrap();
        assert_eq!(due, day("2026-12-20"));
        assert!(!pension.reaches(due, day("2026-11-19")) && pension.reaches(due, day("2026-11-20")));
        assert!(pension.reaches(due, day("2027-12-20")) && !pension.reaches(due, day("2027-12-21")));
        assert!(!pension.reaches(pension.due(day("1951-07-10")).unwrap(), day("2026-06-30")), "the rule is not in force yet");
        // The 29th of February comes round on the 28th.
        assert_eq!(pension.due(day("1952-02-29")), Some(day("2027-02-28")));
        assert_eq!(pension.said(due, "").vi.matches("20/12/2026").count(), 1, "{}", pension.said(due, "").vi);
    }

    #[test]
    fn the_window_holds_everybody_who_is_reached() {
        for rule in rules().offers {
            for shift in (-1200..1200).step_by(7) {
                let today = day("2027-03-31");
                let Some(known) = today.checked_sub(jiff::Span::new().months(rule.trigger.months())).ok().and_then(|d| d.checked_add(jiff::Span::new().days(shift)).ok()) else { continue };
                if rule.due(known).is_some_and(|due| rule.reaches(due, today)) {
                    let (first, last) = rule.window(today).unwrap();
                    assert!(first <= known && known <= last, "{} {known}", rule.code);
                }
            }
        }
    }

    #[test]
    fn a_service_is_its_procedure() {
        assert_eq!((rule("liquor-again").service().to_owned(), rule("child-school").service().to_owned()), ("2.000620".into(), "child-school".into()));
        assert_eq!(Known { birthdate: Some("1951".into()), ..Known::default() }.born(), None);
    }
}
