//! The little that must be known about SQL text: where its parameters are.

use crate::StoreError;

/// Calls `found` with each `$N` outside quoted text: its number.
fn parameters(sql: &str, mut found: impl FnMut(u32)) {
    let bytes = sql.as_bytes();
    let mut i = 0;
    let mut quote: Option<u8> = None;
    while let Some(&b) = bytes.get(i) {
        match quote {
            Some(q) if b == q => quote = None,
            Some(_) => {}
            None if b == b'\'' || b == b'"' => quote = Some(b),
            None if b == b'$' => {
                let digits = bytes[i + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
                if digits > 0 {
                    let number = sql[i + 1..i + 1 + digits].parse().unwrap_or(u32::MAX);
                    found(number);
                    i += digits;
                }
            }
            None => {}
        }
        i += 1;
    }
}

/// A province-bound statement must name its province, which is always `$1`.
pub(crate) fn scoped(sql: &str) -> Result<(), StoreError> {
    let mut named = false;
    parameters(sql, |n| named |= n == 1);
    if named { Ok(()) } else { Err(StoreError::Unscoped(format!("$1 (the province) is not used in: {sql}"))) }
}

/// A table or column name taken from a catalogue or a backup: quoted only when it is a plain name.
pub(crate) fn plain_name(name: &str) -> Result<&str, StoreError> {
    let plain = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { Ok(name) } else { Err(StoreError::Database(format!("{name:?} is not a plain lower-case name"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_outside_quotes_only() {
        assert!(scoped("WHERE province = $1").is_ok());
        assert!(scoped("WHERE x = $10 AND y = '$1'").is_err());
    }
}
