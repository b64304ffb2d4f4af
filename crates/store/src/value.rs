//! Values that both engines store alike: integers, text and bytes.
//!
//! Everything else is one of these by convention, so that one SQL text means the same on both: instants are
//! microseconds, civil dates ISO text, booleans 0/1, money whole đồng, JSON is text.

use kernel::{
    Dong, Id, Instant,
    id::{CaseCode, DefinitionCode, Kind, OfficeCode, ProvinceCode, RoleCode},
    time::Date,
};

/// A parameter or a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Value {
    #[default]
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
    /// What the value is, for error messages.
    pub(crate) fn shape(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "integer",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

macro_rules! ints {
    ($($t:ty)*) => { $(impl From<$t> for Value { fn from(v: $t) -> Self { Self::Int(i64::from(v)) } })* };
}
ints!(i64 i32 u32 u16 u8 bool);

macro_rules! codes {
    ($($t:ty)*) => { $(
        impl From<$t> for Value { fn from(v: $t) -> Self { Self::Text(v.as_str().to_owned()) } }
        impl From<&$t> for Value { fn from(v: &$t) -> Self { Self::Text(v.as_str().to_owned()) } }
    )* };
}
codes!(ProvinceCode OfficeCode RoleCode DefinitionCode CaseCode);

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Self::Text(v.clone())
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Bytes(v)
    }
}
impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
/// Microseconds since 1970, UTC.
impl From<Instant> for Value {
    fn from(v: Instant) -> Self {
        Self::Int(v.micros())
    }
}
/// ISO 8601 (`2026-11-21`), which sorts as text.
impl From<Date> for Value {
    fn from(v: Date) -> Self {
        Self::Text(v.to_string())
    }
}
impl From<Dong> for Value {
    fn from(v: Dong) -> Self {
        Self::Int(v.0)
    }
}
/// As printed: `case_018f…`.
impl<K: Kind> From<Id<K>> for Value {
    fn from(v: Id<K>) -> Self {
        Self::Text(v.to_string())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// `values![case, 3, "text"]`: the parameters of a statement.
#[macro_export]
macro_rules! values {
    ($($v:expr),* $(,)?) => { ::std::vec![$($crate::Value::from($v)),*] };
}
