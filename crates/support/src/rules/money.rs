//! Amounts as people type them, read exactly, and said back in words: a revenue of three “tỷ” typed as 3 is caught here.

use kernel::{Dong, Refusal, Text};

/// Above this an amount is a typing mistake: a hundred times the country's state budget.
const MAX: i128 = 200_000_000_000_000_000;
/// Below this a bare number is more likely triệu or tỷ than đồng.
const BARE_MIN: i128 = 1_000_000;

/// Reads `1.250.000.000`, `12,5 tỷ`, `500 triệu`, `3 tỷ 500 triệu`, `0`. A bare small number and a separator that may mean
/// two things are refused with what to write instead; the refusal's reason points at `field`.
pub fn parse(text: &str, field: &str) -> Result<Dong, Refusal> {
    let folded = kernel::text::clean(text).to_lowercase().replace('đ', "d");
    let spaced = spread(&fold_tones(&folded));
    let mut total: i128 = 0;
    let mut pending: Option<i128> = None; // hundred-thousandths of a unit
    let (mut unit_seen, mut last_unit) = (false, i128::MAX);
    for word in spaced.split_whitespace() {
        if let Some(unit) = unit_of(word) {
            let number = match pending.take() {
                Some(number) => number,
                // The last word may only name the currency: "500 triệu đồng".
                None if unit == 1 && unit_seen => {
                    last_unit = 1;
                    continue;
                }
                None => return Err(unreadable(text, field)),
            };
            // Units go down: "500 triệu 3 tỷ" is a slip, not a sum.
            if unit >= last_unit || number * unit % SCALE != 0 {
                return Err(unreadable(text, field));
            }
            total = total.checked_add(number * unit / SCALE).ok_or_else(|| too_large(field))?;
            (unit_seen, last_unit) = (true, unit);
        } else if let Some(number) = number(word) {
            match (pending.replace(number), number_is_clear(word)) {
                (None, true) => {}
                (_, false) => return Err(ambiguous(word, field)),
                (Some(_), _) => return Err(unreadable(text, field)),
            }
        } else {
            return Err(unreadable(text, field));
        }
        if total > MAX {
            return Err(too_large(field));
        }
    }
    match pending {
        Some(_) if unit_seen => Err(unreadable(text, field)),
        Some(n) if n % SCALE != 0 => Err(unreadable(text, field)),
        Some(n) if n != 0 && n / SCALE < BARE_MIN => Err(bare(n / SCALE, field)),
        Some(n) if n / SCALE > MAX => Err(too_large(field)),
        Some(n) => Ok(Dong(i64::try_from(n / SCALE).unwrap_or(i64::MAX))),
        None if unit_seen => Ok(Dong(i64::try_from(total).unwrap_or(i64::MAX))),
        None => Err(unreadable(text, field)),
    }
}

/// Numbers are held in hundred-thousandths, so that `1,25 tỷ` is exact.
const SCALE: i128 = 100_000;

fn fold_tones(text: &str) -> String {
    // Only the letters of the units matter: tỷ, tỉ, triệu, nghìn, ngàn, đồng.
    text.chars()
        .map(|c| match c {
            'ỷ' | 'ỉ' | 'ỳ' | 'ý' => 'y',
            'ệ' | 'ê' => 'e',
            'ì' | 'í' => 'i',
            'à' => 'a',
            'ồ' | 'ô' => 'o',
            c => c,
        })
        .collect()
}

/// A space where digits end and letters begin, and the other way round: `3ty`, `vnd500`.
fn spread(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut before: Option<char> = None;
    for c in text.chars() {
        let turn = before.is_some_and(|b| (b.is_ascii_digit() && c.is_alphabetic()) || (b.is_alphabetic() && c.is_ascii_digit()));
        if turn {
            out.push(' ');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

fn unit_of(word: &str) -> Option<i128> {
    match word {
        "ty" | "ti" | "billion" | "bn" => Some(1_000_000_000),
        "trieu" | "tr" | "million" | "m" => Some(1_000_000),
        "nghin" | "ngan" | "k" | "thousand" => Some(1_000),
        "dong" | "d" | "vnd" | "₫" => Some(1),
        _ => None,
    }
}

/// The number of a word, in hundred-thousandths; `None` when it is no number.
fn number(word: &str) -> Option<i128> {
    if word.is_empty() || word.len() > 30 || !word.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') || !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (whole, part) = cut(word)?;
    if part.len() > 5 {
        return None;
    }
    let whole: i128 = whole.parse().ok().filter(|n| *n <= MAX)?;
    let part: i128 = format!("{part:0<5}").parse().ok()?;
    Some(whole * SCALE + part)
}

/// Whole and decimal digits. Groups of exactly three after the first separator are thousands.
fn cut(word: &str) -> Option<(String, String)> {
    let groups: Vec<&str> = word.split(['.', ',']).collect();
    if groups.iter().any(|g| g.is_empty()) {
        return None;
    }
    let signs: Vec<char> = word.chars().filter(|c| !c.is_ascii_digit()).collect();
    match signs.as_slice() {
        [] => Some((word.to_owned(), String::new())),
        [one] if !(groups.get(1).is_some_and(|g| g.len() == 3) && *one == '.') => Some((groups.first()?.to_string(), groups.get(1)?.to_string())),
        [_] => thousands(&groups),
        [first, .., last] if first != last => {
            let (head, tail) = groups.split_at(groups.len() - 1);
            let whole = thousands(head)?.0;
            (signs.iter().filter(|s| *s == last).count() == 1).then(|| (whole, tail.concat()))
        }
        _ => thousands(&groups),
    }
}

fn thousands(groups: &[&str]) -> Option<(String, String)> {
    let (first, rest) = groups.split_first()?;
    (first.len() <= 3 && rest.iter().all(|g| g.len() == 3)).then(|| (groups.concat(), String::new()))
}

/// `1,250` means 1.25 to one reader and 1250 to another.
fn number_is_clear(word: &str) -> bool {
    let mut parts = word.split(',');
    let (first, second, third) = (parts.next().unwrap_or(""), parts.next(), parts.next());
    !(second.is_some_and(|s| s.len() == 3) && third.is_none() && !first.contains('.') && first.len() <= 3)
}

fn unreadable(text: &str, field: &str) -> Refusal {
    let shown: String = text.chars().take(40).collect();
    let vi = format!("Không đọc được số tiền “{shown}”. Hãy ghi ví dụ 1.250.000.000, hoặc 1,25 tỷ, hoặc 500 triệu.");
    let en = format!("“{shown}” is not an amount. Write for example 1.250.000.000, or 1,25 tỷ, or 500 triệu.");
    Refusal::invalid("bad-amount", vi.clone(), en.clone()).because(Some(field), vi, en)
}

fn ambiguous(word: &str, field: &str) -> Refusal {
    let plain: String = word.chars().filter(char::is_ascii_digit).collect();
    let vi = format!("“{word}” có thể hiểu hai cách. Hãy ghi {plain} hoặc dùng dấu phẩy với một, hai chữ số lẻ.");
    let en = format!("“{word}” can be read in two ways. Write {plain}, or a comma with one or two decimals.");
    Refusal::invalid("unclear-amount", vi.clone(), en.clone()).because(Some(field), vi, en)
}

fn bare(n: i128, field: &str) -> Refusal {
    let said = words(Dong(i64::try_from(n).unwrap_or(0)));
    let vi = format!("Bạn nhập {n}, tức là {}. Nếu là triệu hoặc tỷ, hãy ghi rõ: “{n} triệu” hoặc “{n} tỷ”.", said.vi);
    let en = format!("You typed {n}, that is {}. If you mean millions or billions, say so: “{n} triệu” or “{n} tỷ”.", said.en);
    Refusal::invalid("amount-without-unit", vi.clone(), en.clone()).because(Some(field), vi, en)
}

fn too_large(field: &str) -> Refusal {
    let (vi, en) = ("Số tiền lớn bất thường. Hãy kiểm tra lại đơn vị đồng, triệu, tỷ.", "The amount is unusually large. Check the unit: đồng, triệu or tỷ.");
    Refusal::invalid("amount-too-large", vi, en).because(Some(field), vi, en)
}

/// The amount in words, for people to check what they typed.
pub fn words(amount: Dong) -> Text {
    let minus = amount.0 < 0;
    let n = amount.0.unsigned_abs();
    let vi = format!("{}{} đồng", if minus { "âm " } else { "" }, vietnamese(n));
    let en = format!("{}{} đồng", if minus { "minus " } else { "" }, english(n));
    Text::new(vi, en)
}

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// Vietnamese reads in groups of three, and “tỷ” again above nine digits (một nghìn tỷ, một tỷ tỷ).
fn vietnamese(n: u64) -> String {
    if n == 0 {
        return "không".to_owned();
    }
    let (high, low) = (n / 1_000_000_000, n % 1_000_000_000);
    let mut out = Vec::new();
    if high > 0 {
        out.push(format!("{} tỷ", vietnamese(high)));
    }
    let mut begun = high > 0;
    for (size, name) in [(1_000_000, " triệu"), (1_000, " nghìn"), (1, "")] {
        let group = low / size % 1_000;
        if group > 0 {
            out.push(format!("{}{name}", hundreds(group, begun)));
            begun = true;
        }
    }
    out.join(" ")
}

/// One group of three; `full` says the hundreds even when they are zero, as after a higher group.
fn hundreds(n: u64, full: bool) -> String {
    let digit = |d: u64| DIGITS.get(usize::try_from(d).unwrap_or(0)).copied().unwrap_or("");
    let (h, t, u) = (n / 100, n / 10 % 10, n % 10);
    let mut out = Vec::new();
    if h > 0 || full {
        out.push(format!("{} trăm", digit(h)));
    }
    match (t, u) {
        (0, 0) => {}
        (0, u) if out.is_empty() => out.push(digit(u).to_owned()),
        (0, u) => out.push(format!("linh {}", digit(u))),
        (t, u) => {
            out.push(if t == 1 { "mười".to_owned() } else { format!("{} mươi", digit(t)) });
            match u {
                0 => {}
                1 if t > 1 => out.push("mốt".to_owned()),
                5 => out.push("lăm".to_owned()),
                u => out.push(digit(u).to_owned()),
            }
        }
    }
    out.join(" ")
}

const ONES: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

fn english(n: u64) -> String {
    let word = |list: &[&'static str], i: u64| list.get(usize::try_from(i).unwrap_or(0)).copied().unwrap_or("");
    match n {
        0..20 => word(&ONES, n).to_owned(),
        20..100 if n.is_multiple_of(10) => word(&TENS, n / 10).to_owned(),
        20..100 => format!("{}-{}", word(&TENS, n / 10), word(&ONES, n % 10)),
        100..1_000 => joined(format!("{} hundred", word(&ONES, n / 100)), n % 100),
        1_000..1_000_000 => joined(format!("{} thousand", english(n / 1_000)), n % 1_000),
        1_000_000..1_000_000_000 => joined(format!("{} million", english(n / 1_000_000)), n % 1_000_000),
        _ => joined(format!("{} billion", english(n / 1_000_000_000)), n % 1_000_000_000),
    }
}

fn joined(head: String, rest: u64) -> String {
    if rest == 0 { head } else { format!("{head} {}", english(rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_is_read_exactly() {
        for (text, dong) in [
            ("1.250.000.000", 1_250_000_000),
            ("1,250,000,000", 1_250_000_000),
            ("1250000000 đồng", 1_250_000_000),
            ("12,5 tỷ", 12_500_000_000),
            ("12.5 tỉ", 12_500_000_000),
            ("1,25ty", 1_250_000_000),
            ("1.250 triệu", 1_250_000_000),
            ("3 tỷ 500 triệu", 3_500_000_000),
            ("3 tỷ 500 triệu đồng", 3_500_000_000),
            ("500tr", 500_000_000),
            ("0", 0),
            ("2.000.000 VND", 2_000_000),
            ("1.234.567,0", 1_234_567),
        ] {
            assert_eq!(parse(text, "revenue").map(|d| d.0), Ok(dong), "{text}");
        }
    }

    #[test]
    fn what_is_not_clear_is_asked_again() {
        for (text, code) in [
            ("3", "amount-without-unit"),
            ("500000", "amount-without-unit"),
            ("1,250 triệu", "unclear-amount"),
            ("ba tỷ", "bad-amount"),
            ("", "bad-amount"),
            ("-5 tỷ", "bad-amount"),
            ("500 triệu 3 tỷ", "bad-amount"),
            ("1.23.456", "bad-amount"),
            ("999999999999999999999", "bad-amount"),
            ("900000000 tỷ", "amount-too-large"),
            ("<script>", "bad-amount"),
        ] {
            let refusal = parse(text, "revenue").unwrap_err();
            assert_eq!(refusal.code, code, "{text}");
            assert_eq!(refusal.reasons[0].field.as_deref(), Some("revenue"));
        }
    }

    #[test]
    fn words_are_said_as_people_say_them() {
        for (n, vi, en) in [
            (0, "không đồng", "zero đồng"),
            (3_000_000_000, "ba tỷ đồng", "three billion đồng"),
            (1_250_000_000, "một tỷ hai trăm năm mươi triệu đồng", "one billion two hundred fifty million đồng"),
            (21_000_005, "hai mươi mốt triệu không trăm linh năm đồng", "twenty-one million five đồng"),
            (15_015_000, "mười lăm triệu không trăm mười lăm nghìn đồng", "fifteen million fifteen thousand đồng"),
            (2_000_000_000_000, "hai nghìn tỷ đồng", "two thousand billion đồng"),
        ] {
            let said = words(Dong(n));
            assert_eq!((said.vi.as_str(), said.en.as_str()), (vi, en));
        }
    }

    proptest! {
        #[test]
        fn an_amount_as_written_reads_back(n in 1_000_000i64..1_000_000_000_000_000) {
            prop_assert_eq!(parse(&Dong(n).to_string(), "x").unwrap(), Dong(n));
        }
        #[test]
        fn nothing_typed_panics(text in "\\PC{0,24}") {
            let _ = parse(&text, "x");
        }
    }
}
