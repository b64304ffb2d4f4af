//! [`Value`] on PostgreSQL's wire. A parameter takes the type the server inferred for it.

use crate::Value;
use bytes::{BufMut, BytesMut};
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

type Fault = Box<dyn Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Int(v) => match *ty {
                Type::INT8 => out.put_i64(*v),
                Type::INT4 => out.put_i32(i32::try_from(*v)?),
                Type::INT2 => out.put_i16(i16::try_from(*v)?),
                Type::BOOL => out.put_u8(u8::from(*v != 0)),
                Type::TEXT | Type::VARCHAR => out.put_slice(v.to_string().as_bytes()),
                _ => return Err(format!("an integer does not fit {ty}").into()),
            },
            Self::Text(v) => match *ty {
                Type::JSONB => {
                    out.put_u8(1);
                    out.put_slice(v.as_bytes());
                }
                Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {
                    if v.contains('\0') {
                        return Err("text with a NUL character".into());
                    }
                    out.put_slice(v.as_bytes());
                }
                _ => return Err(format!("text does not fit {ty}").into()),
            },
            Self::Bytes(v) => match *ty {
                Type::BYTEA => out.put_slice(v),
                _ => return Err(format!("bytes do not fit {ty}").into()),
            },
        }
        Ok(IsNull::No)
    }

    /// Checked per value above, where the message can name both sides.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Fault> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT2 => Self::Int(i64::from(i16::from_sql(ty, raw)?)),
            Type::BOOL => Self::Int(i64::from(bool::from_sql(ty, raw)?)),
            Type::NUMERIC => Self::Int(whole(raw)?),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            Type::JSONB => Self::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?.to_owned()),
            _ => Self::Text(std::str::from_utf8(raw)?.to_owned()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Fault> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC | Type::BYTEA | Type::JSONB | Type::JSON
                | Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN
        )
    }
}

/// `sum(bigint)` is numeric on PostgreSQL and an integer on SQLite: a whole numeric reads as an integer.
/// Format: number of base-10000 digits, weight of the first, sign, scale, digits.
fn whole(raw: &[u8]) -> Result<i64, Fault> {
    let word = |i: usize| -> Result<i64, Fault> {
        let pair = raw.get(i * 2..i * 2 + 2).ok_or("a short numeric")?;
        Ok(i64::from(i16::from_be_bytes([pair[0], pair[1]])))
    };
    let (digits, weight, sign) = (word(0)?, word(1)?, word(2)?);
    let mut out: i64 = 0;
    for place in 0..=weight.max(0) {
        let digit = if place < digits && weight >= 0 { word(4 + place as usize)? } else { 0 };
        out = out.checked_mul(10_000).and_then(|v| v.checked_add(digit)).ok_or("a numeric beyond 64 bits")?;
    }
    if digits > weight + 1 {
        return Err("a numeric with a fraction; cast it or scale it to whole units".into());
    }
    match sign {
        0 => Ok(out),
        0x4000 => Ok(-out),
        _ => Err("not a number".into()),
    }
}
