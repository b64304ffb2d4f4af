//! Money as people write it, and said back so that a slip of the unit is seen.

use kernel::{Dong, text::Lang};

/// Above any price: a slip, not an amount.
const MOST: i64 = 999_999_999_999_999;

/// `1.200.000`, `1,200,000 đ`, `1 200 000 đồng`, `50 triệu`, `1,2 tỷ`, `1 tỷ 200 triệu`; empty is nothing. What can be read two
/// ways (`1,250 triệu`, `1.2`) is refused, not guessed.
pub fn read(text: &str) -> Result<Option<Dong>, ()> {
    let text = kernel::text::clean(text).to_lowercase();
    let text = ["vnđ", "vnd", "đồng", "₫", "đ"].into_iter().fold(text.trim(), |t, end| t.strip_suffix(end).unwrap_or(t).trim_end());
    if text.is_empty() {
        return Ok(None);
    }
    let amount = if text.chars().any(char::is_alphabetic) { with_units(text)? } else { grouped(text)? };
    if amount > MOST { Err(()) } else { Ok(Some(Dong(amount))) }
}

/// Figures with points, commas or spaces between the thousands.
fn grouped(text: &str) -> Result<i64, ()> {
    let parts: Vec<&str> = text.split(['.', ',', ' ', '\u{a0}']).collect();
    let good = parts.len() == 1 || parts.iter().enumerate().all(|(i, p)| if i == 0 { (1..=3).contains(&p.len()) } else { p.len() == 3 });
    let digits = parts.concat();
    if !good || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(());
    }
    digits.parse().map_err(|_| ())
}

/// Numbers each followed by its unit, the units going down: `500 triệu 1 tỷ` is a slip, not a sum.
fn with_units(text: &str) -> Result<i64, ()> {
    let (mut rest, mut total, mut last) = (text, 0_i64, i64::MAX);
    while !rest.is_empty() {
        let at = rest.find(char::is_alphabetic).ok_or(())?;
        let (number, after) = rest.split_at(at);
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (word, next) = after.split_at(end);
        let unit = match word {
            "tỷ" | "tỉ" | "ty" | "ti" => 1_000_000_000,
            "triệu" | "trieu" | "tr" => 1_000_000,
            "nghìn" | "ngàn" | "nghin" | "ngan" => 1_000,
            _ => return Err(()),
        };
        if unit >= last {
            return Err(());
        }
        total = total.checked_add(times(number.trim(), unit)?).ok_or(())?;
        (last, rest) = (unit, next.trim_start());
    }
    Ok(total)
}

/// A number with at most two decimals times its unit, exactly.
fn times(number: &str, unit: i64) -> Result<i64, ()> {
    let (whole, part) = number.split_once([',', '.']).unwrap_or((number, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    // Three places may be thousands as well.
    if whole.is_empty() || whole.len() > 6 || part.len() > 2 || !digits(whole) || !digits(part) || (part.is_empty() && number.contains([',', '.'])) {
        return Err(());
    }
    let whole: i64 = whole.parse().map_err(|_| ())?;
    let hundredths: i64 = format!("{part:0<2}").parse().map_err(|_| ())?;
    whole.checked_mul(unit).and_then(|n| n.checked_add(hundredths * (unit / 100))).ok_or(())
}

/// `80.000.000 đồng (80 triệu đồng)`.
pub fn said(amount: Dong, lang: Lang) -> String {
    words(amount, lang).map_or_else(|| amount.to_string(), |w| format!("{amount} ({w})"))
}

/// The same in the units people speak in; `None` where the figures say it already.
fn words(amount: Dong, lang: Lang) -> Option<String> {
    if amount.0 < 1_000_000 {
        return None;
    }
    let units = [(1_000_000_000, "tỷ", "billion"), (1_000_000, "triệu", "million"), (1_000, "nghìn", "thousand"), (1, "", "")];
    let mut rest = amount.0;
    let mut out = Vec::new();
    for (unit, vi, en) in units {
        if rest / unit > 0 {
            out.push(format!("{} {}", web::when::number(rest / unit, lang), lang.pick(vi, en)).trim_end().to_owned());
            rest %= unit;
        }
    }
    Some(format!("{} đồng", out.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_write_it_and_never_guessed() {
        for (text, amount) in [
            ("1200000", 1_200_000),
            ("1.200.000", 1_200_000),
            ("1,200,000 đ", 1_200_000),
            ("1 200 000 đồng", 1_200_000),
            ("0", 0),
            ("50 triệu", 50_000_000),
            ("50tr", 50_000_000),
            ("1,5 triệu", 1_500_000),
            ("12 tỷ", 12_000_000_000),
            ("12 ty\u{309} đồng", 12_000_000_000),
            ("1,25 tỷ", 1_250_000_000),
            ("1 tỷ 200 triệu", 1_200_000_000),
            ("300 nghìn", 300_000),
        ] {
            assert_eq!(read(text), Ok(Some(Dong(amount))), "{text}");
        }
        assert_eq!(read("  "), Ok(None));
        for text in ["1.2", "1,250 triệu", "-5", "1e9", "1.2000", "99999999999999999999", "mười", "5 vạn", "triệu", "3 triệu 2 tỷ", "3 triệu 2", "999999999 tỷ", "1, tỷ", "🐟"] {
            assert_eq!(read(text), Err(()), "{text}");
        }
    }

    #[test]
    fn an_amount_is_said_back_in_the_units_people_speak_in() {
        assert_eq!(said(Dong(80_000_000), Lang::Vi), "80.000.000 đồng (80 triệu đồng)");
        assert_eq!(said(Dong(1_250_500_000), Lang::Vi), "1.250.500.000 đồng (1 tỷ 250 triệu 500 nghìn đồng)");
        assert_eq!(said(Dong(300_000), Lang::Vi), "300.000 đồng");
    }
}
