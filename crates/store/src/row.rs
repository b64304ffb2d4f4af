//! One row of an answer, read by column name.

use crate::{StoreError, Value};
use kernel::{Id, Instant, id::Kind};
use std::sync::Arc;

/// The column names that the rows of one answer share.
pub type Columns = Arc<[String]>;

/// One row. Asking for a column that is not there, or as what it is not, is an error and never a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    columns: Columns,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: Columns, values: Vec<Value>) -> Self {
        Self { columns, values }
    }
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
    pub fn values(&self) -> &[Value] {
        &self.values
    }
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }
    pub fn value(&self, column: &str) -> Result<&Value, StoreError> {
        self.columns
            .iter()
            .position(|c| c == column)
            .and_then(|i| self.values.get(i))
            .ok_or_else(|| StoreError::NoColumn(column.to_owned()))
    }
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(v) => Ok(Some(*v)),
            other => Err(wrong(column, "integer", other)),
        }
    }
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| wrong(column, "integer", &Value::Null))
    }
    pub fn bool(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }
    pub fn opt_text(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(v) => Ok(Some(v)),
            other => Err(wrong(column, "text", other)),
        }
    }
    pub fn text(&self, column: &str) -> Result<&str, StoreError> {
        self.opt_text(column)?.ok_or_else(|| wrong(column, "text", &Value::Null))
    }
    /// Owned text: `row.string("name")?`.
    pub fn string(&self, column: &str) -> Result<String, StoreError> {
        self.text(column).map(str::to_owned)
    }
    pub fn opt_string(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.opt_text(column)?.map(str::to_owned))
    }
    pub fn opt_bytes(&self, column: &str) -> Result<Option<&[u8]>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Bytes(v) => Ok(Some(v)),
            other => Err(wrong(column, "bytes", other)),
        }
    }
    pub fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| wrong(column, "bytes", &Value::Null))
    }
    pub fn instant(&self, column: &str) -> Result<Instant, StoreError> {
        self.int(column).map(Instant::from_micros)
    }
    pub fn opt_instant(&self, column: &str) -> Result<Option<Instant>, StoreError> {
        Ok(self.opt_int(column)?.map(Instant::from_micros))
    }
    /// A typed id; text of another kind of id is an error.
    pub fn id<K: Kind>(&self, column: &str) -> Result<Id<K>, StoreError> {
        self.parsed(column)
    }
    /// Anything that is stored as its text: ids, dates, codes that check themselves.
    pub fn parsed<T: std::str::FromStr>(&self, column: &str) -> Result<T, StoreError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| StoreError::WrongType {
            column: column.to_owned(),
            asked: std::any::type_name::<T>(),
            found: "other text",
        })
    }
    /// A JSON column (kept as text in both engines).
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(self.text(column)?)
            .map_err(|e| StoreError::Damaged(format!("column {column} does not read as {}: {e}", std::any::type_name::<T>())))
    }
}

fn wrong(column: &str, asked: &'static str, found: &Value) -> StoreError {
    StoreError::WrongType { column: column.to_owned(), asked, found: found.shape() }
}
