//! Which criteria concern a sector, by prefixes of VSIC codes.

use crate::definition::Criterion;

/// Whether the criterion concerns an enterprise of this VSIC code.
pub fn concerns(criterion: &Criterion, sector: &str) -> bool {
    let any = |prefixes: &[String]| prefixes.iter().any(|prefix| below(sector.trim(), prefix));
    (criterion.applies.is_empty() || any(&criterion.applies)) && !any(&criterion.not_applies)
}

/// `C1030` is below `C10`, `C` and `10`; registers write the digits without the letter of the section, so `1030` is below `C10`
/// too. The section of bare digits is not guessed: sections have changed between editions of VSIC.
fn below(code: &str, prefix: &str) -> bool {
    let starts = |code: &str, prefix: &str| {
        code.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix)) && !prefix.is_empty()
    };
    starts(code, prefix) || starts(digits(code), digits(prefix))
}

fn digits(code: &str) -> &str {
    code.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn prefixes_of_codes() {
        for (code, prefix, wanted) in [
            ("C1030", "C10", true),
            ("C1030", "c", true),
            ("1030", "C10", true),
            ("C1030", "10", true),
            ("C1130", "C10", false),
            ("1030", "C", false),
            ("", "C10", false),
            ("C", "C10", false),
            ("C1030", "", false),
            ("Đ1", "C1", false),
        ] {
            assert_eq!(below(code, prefix), wanted, "{code} below {prefix}");
        }
    }
}
