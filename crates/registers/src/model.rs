//! Questions to the databases of the State and their answers; what an answer means for a component. Pure.

use kernel::{Instant, Text, text::fold};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One question: about whom or what, why, and for which dossier (Law 91/2025/QH15: a purpose and no more than it needs).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Made by the asker; the same id is the same question.
    pub id: String,
    /// Code of the database.
    pub source: String,
    /// Which of its records: `person`, `marriage`, `enterprise`, `parcel`…
    pub record: String,
    /// The identifier by which it is asked.
    pub key: String,
    pub purpose: String,
    pub procedure: String,
    pub dossier: String,
    /// The fields that are needed.
    pub fields: Vec<String>,
}

/// What a database answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub question: String,
    pub found: bool,
    /// Only fields that were asked for.
    #[serde(default)]
    pub data: Map<String, Value>,
    /// Where and when the database last changed the record.
    #[serde(default)]
    pub updated: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// Later perhaps: down, slow, an answer that cannot be trusted.
    ForNow(String),
    /// The database refuses the question.
    Refused(String),
    /// This installation is not connected to that database.
    NotConnected,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ForNow(why) | Self::Refused(why) => f.write_str(why),
            Self::NotConnected => f.write_str("not connected"),
        }
    }
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Found,
    /// Some of the fields are not in the database.
    Partial,
    NotFound,
    /// The database says something else than the form.
    Differs,
    /// No answer yet; asked again.
    Waiting,
    /// There is no line to this database: a person looks it up.
    NotConnected,
    /// The form does not say about whom or what to ask.
    NoKey,
}

impl Outcome {
    pub const ALL: [Self; 7] = [Self::Found, Self::Partial, Self::NotFound, Self::Differs, Self::Waiting, Self::NotConnected, Self::NoKey];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Partial => "partial",
            Self::NotFound => "not_found",
            Self::Differs => "differs",
            Self::Waiting => "waiting",
            Self::NotConnected => "not_connected",
            Self::NoKey => "no_key",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }
    /// Whether the data stand in for the paper.
    pub const fn replaces(self) -> bool {
        matches!(self, Self::Found)
    }
    /// Whether the applicant must be told and may prove it otherwise (Resolution 66.7/2025).
    pub const fn needs_notice(self) -> bool {
        matches!(self, Self::Partial | Self::NotFound | Self::Differs)
    }
    pub fn name(self) -> Text {
        match self {
            Self::Found => Text::new("có dữ liệu", "found"),
            Self::Partial => Text::new("dữ liệu chưa đủ", "incomplete"),
            Self::NotFound => Text::new("chưa có dữ liệu", "not found"),
            Self::Differs => Text::new("dữ liệu khác tờ khai", "differs from the form"),
            Self::Waiting => Text::new("chờ cơ sở dữ liệu trả lời", "waiting for an answer"),
            Self::NotConnected => Text::new("chưa kết nối, cán bộ tra cứu", "not connected, an official looks it up"),
            Self::NoKey => Text::new("tờ khai chưa có số để tra cứu", "the form has no number to look up"),
        }
    }
}

/// SHA-256 of an answer's data in a form that does not depend on the order of its fields.
pub fn hash(data: &Map<String, Value>) -> String {
    let sorted: BTreeMap<&String, &Value> = data.iter().collect();
    hex::encode(Sha256::digest(serde_json::to_vec(&sorted).unwrap_or_default()))
}

/// A field that two sources state differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub field: String,
    pub database: String,
    pub form: String,
}

/// What an answer means: nothing found, something missing, another value than the form's, or all there. `expected`: field of
/// the database and what the form says of it.
pub fn judge(answer: &Answer, wanted: &[String], expected: &[(String, String)]) -> (Outcome, Vec<Difference>) {
    if !answer.found {
        return (Outcome::NotFound, Vec::new());
    }
    let differs: Vec<Difference> = expected
        .iter()
        .filter_map(|(field, form)| {
            let database = plain(answer.data.get(field)?);
            let same = fold(&database) == fold(form);
            (!same).then(|| Difference { field: field.clone(), database, form: form.clone() })
        })
        .collect();
    if !differs.is_empty() {
        return (Outcome::Differs, differs);
    }
    let missing = wanted.iter().any(|f| answer.data.get(f).is_none_or(|v| v.is_null() || v.as_str().is_some_and(str::is_empty)));
    (if missing { Outcome::Partial } else { Outcome::Found }, Vec::new())
}

/// A value as people write it.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// One question as it was put, for the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub id: String,
    pub at: Instant,
    /// The identifier of the person or body the data are about.
    pub subject: String,
    pub source: String,
    pub record: String,
    pub actor: String,
    pub actor_name: String,
    /// Empty: the person asked for their own form.
    pub office: String,
    pub purpose: Text,
    pub procedure: String,
    pub dossier: String,
    pub fields: Vec<String>,
    pub outcome: Outcome,
    pub sha256: String,
    pub took_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(found: bool, data: Value) -> Answer {
        Answer { question: "q".into(), found, data: data.as_object().cloned().unwrap_or_default(), updated: None }
    }

    #[test]
    fn an_answer_means_what_it_says() {
        let wanted = ["name".to_owned(), "residence".to_owned()];
        let says = |name: &str| vec![("name".to_owned(), name.to_owned())];
        let full = json!({"name": "Nguyễn Thị Lan", "residence": "12 Lê Lợi"});
        for (found, data, form, outcome) in [
            (true, full.clone(), says("Nguyễn Thị Lan"), Outcome::Found),
            (true, full.clone(), says("nguyễn  thị LAN"), Outcome::Found),
            (true, full.clone(), says("Nguyễn Thị Loan"), Outcome::Differs),
            (true, json!({"name": "Nguyễn Thị Lan"}), says("Nguyễn Thị Lan"), Outcome::Partial),
            (true, json!({"name": "Nguyễn Thị Lan", "residence": ""}), Vec::new(), Outcome::Partial),
            (true, json!({"name": null, "residence": "x"}), Vec::new(), Outcome::Partial),
            (false, json!({}), says("Nguyễn Thị Lan"), Outcome::NotFound),
        ] {
            assert_eq!(judge(&answer(found, data.clone()), &wanted, &form).0, outcome, "{data} {form:?}");
        }
        let (_, differs) = judge(&answer(true, full), &wanted, &says("Nguyễn Thị Loan"));
        assert_eq!(differs, [Difference { field: "name".into(), database: "Nguyễn Thị Lan".into(), form: "Nguyễn Thị Loan".into() }]);
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order() {
        let (a, b) = (answer(true, json!({"a": 1, "b": "x"})), answer(true, json!({"b": "x", "a": 1})));
        assert_eq!(hash(&a.data), hash(&b.data));
        assert_ne!(hash(&a.data), hash(&answer(true, json!({"a": 2, "b": "x"})).data));
    }

    #[test]
    fn outcomes_read_back() {
        for o in Outcome::ALL {
            assert_eq!(Outcome::parse(o.code()), Some(o));
        }
        assert_eq!(Outcome::parse("else"), None);
    }
}
