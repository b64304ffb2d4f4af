//! Conditions in CEL (Common Expression Language), compiled and bounded when the catalogue is loaded.
//!
//! CEL as used here has no cost limit, so what a definition may write is limited instead: length, depth
//! of comprehensions, and evaluation over data the engine itself prepared. A guard that fails to
//! evaluate does not hold; the check at publish time evaluates each guard on the example, so that a typo is found then.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::sync::{Arc, LazyLock};

/// Longest expression accepted, in bytes.
const LENGTH_MAX: usize = 400;
/// Most comprehensions (`all`, `exists`, `map`, `filter`) in one expression: each may multiply the work.
const COMPREHENSIONS_MAX: usize = 1;

/// The functions and operators of CEL: made once, because making them costs far more than a condition does.
static STANDARD: LazyLock<Arc<cel::Env>> = LazyLock::new(|| Arc::new(cel::Env::stdlib()));

/// A compiled condition that remembers its text.
#[derive(Clone)]
pub struct Guard {
    text: Arc<str>,
    program: Arc<cel::Program>,
}

impl Guard {
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LENGTH_MAX {
            return Err(format!("expression longer than {LENGTH_MAX} bytes"));
        }
        let nested = ["all(", "exists(", "exists_one(", "map(", "filter("]
            .iter()
            .map(|word| text.matches(&format!(".{word}")).count())
            .sum::<usize>();
        if nested > COMPREHENSIONS_MAX {
            return Err(format!("more than {COMPREHENSIONS_MAX} comprehension in one expression"));
        }
        let program = cel::Program::compile(text).map_err(|e| e.to_string())?;
        Ok(Self { text: text.into(), program: Arc::new(program) })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Evaluates over named values; an error is a message for the one who wrote the definition.
    pub fn evaluate(&self, variables: &[(&str, &Value)]) -> Result<bool, String> {
        let mut context = cel::Context::with_env(STANDARD.clone());
        for (name, value) in variables {
            context.add_variable(*name, *value).map_err(|e| e.to_string())?;
        }
        match self.program.execute(&context) {
            Ok(cel::Value::Bool(b)) => Ok(b),
            Ok(other) => Err(format!("gives {:?}, not true or false", other.type_of())),
            Err(e) => Err(e.to_string()),
        }
    }

    /// The condition over the answers of a form alone.
    pub fn holds_for_answers(&self, answers: &Value) -> bool {
        self.evaluate(&[("answers", answers)]).unwrap_or(false)
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Guard({})", self.text)
    }
}
impl Serialize for Guard {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}
impl<'de> Deserialize<'de> for Guard {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(|e| serde::de::Error::custom(format!("condition `{text}`: {e}")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_guard_is_true_false_or_a_named_error() {
        let g = Guard::parse("answers.floors > 2").unwrap();
        assert!(g.holds_for_answers(&json!({"floors": 3})));
        assert!(!g.holds_for_answers(&json!({"floors": 2})));
        assert!(g.evaluate(&[("answers", &json!({}))]).is_err());
        assert!(Guard::parse("answers.floors >").is_err());
        assert!(Guard::parse(&"a".repeat(500)).is_err());
        assert!(Guard::parse("a.all(x, a.all(y, y))").is_err());
    }
}
