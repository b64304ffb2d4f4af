//! An amount in words, as receipts must carry it beside the figures.

use kernel::Dong;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

fn digit(n: u64) -> &'static str {
    usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or_default()
}

/// Three digits. `full` says the hundreds even when they are none: `không trăm linh năm` after thousands.
fn below_thousand(n: u64, full: bool, out: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (n / 100, n / 10 % 10, n % 10);
    if hundreds > 0 || full {
        out.extend([digit(hundreds), "trăm"]);
    }
    match tens {
        0 if ones > 0 && (hundreds > 0 || full) => out.push("linh"),
        0 => {}
        1 => out.push("mười"),
        t => out.extend([digit(t), "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => out.push("mốt"),
        (2.., 4) => out.push("tư"),
        (1.., 5) => out.push("lăm"),
        _ => out.push(digit(ones)),
    }
}

fn below_billion(n: u64, mut full: bool, out: &mut Vec<&'static str>) {
    for (size, name) in [(1_000_000, Some("triệu")), (1_000, Some("nghìn")), (1, None)] {
        let group = n / size % 1_000;
        if group > 0 {
            below_thousand(group, full, out);
            out.extend(name);
        }
        full |= group > 0;
    }
}

fn say(n: u64, out: &mut Vec<&'static str>) {
    let (billions, rest) = (n / 1_000_000_000, n % 1_000_000_000);
    if billions > 0 {
        say(billions, out);
        out.push("tỷ");
    }
    below_billion(rest, billions > 0, out);
}

/// `một trăm linh một`; the sign is said as `âm`.
pub fn number(n: i64) -> String {
    let mut out = Vec::new();
    if n < 0 {
        out.push("âm");
    }
    match n.unsigned_abs() {
        0 => out.push("không"),
        n => say(n, &mut out),
    }
    out.join(" ")
}

/// `Một trăm linh một nghìn đồng`.
pub fn dong(amount: Dong) -> String {
    let text = format!("{} đồng", number(amount.0));
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (n, said) in [
            (0, "không"),
            (4, "bốn"),
            (5, "năm"),
            (10, "mười"),
            (11, "mười một"),
            (14, "mười bốn"),
            (15, "mười lăm"),
            (20, "hai mươi"),
            (21, "hai mươi mốt"),
            (24, "hai mươi tư"),
            (25, "hai mươi lăm"),
            (100, "một trăm"),
            (101, "một trăm linh một"),
            (105, "một trăm linh năm"),
            (110, "một trăm mười"),
            (115, "một trăm mười lăm"),
            (241, "hai trăm bốn mươi mốt"),
            (1_000, "một nghìn"),
            (1_005, "một nghìn không trăm linh năm"),
            (1_015, "một nghìn không trăm mười lăm"),
            (8_000, "tám nghìn"),
            (75_000, "bảy mươi lăm nghìn"),
            (101_000, "một trăm linh một nghìn"),
            (1_000_005, "một triệu không trăm linh năm"),
            (1_250_000, "một triệu hai trăm năm mươi nghìn"),
            (2_034_021, "hai triệu không trăm ba mươi tư nghìn không trăm hai mươi mốt"),
            (1_000_000_000, "một tỷ"),
            (1_000_050_000, "một tỷ không trăm năm mươi nghìn"),
            (1_234_000_000_000, "một nghìn hai trăm ba mươi tư tỷ"),
            (3_000_000_000_000_000_000, "ba tỷ tỷ"),
            (-15_000, "âm mười lăm nghìn"),
        ] {
            assert_eq!(number(n), said, "{n}");
        }
        assert_eq!(dong(Dong(101_000)), "Một trăm linh một nghìn đồng");
        assert_eq!(dong(Dong(0)), "Không đồng");
    }

    /// The words of every amount are one number only: said, they read back.
    #[test]
    fn what_is_said_reads_back() {
        for n in (0..2_500).chain((0..3_000).map(|i| i * 999_983)).chain([i64::MAX]) {
            assert_eq!(heard(&number(n)), n.unsigned_abs(), "{n}: {}", number(n));
        }
    }

    fn heard(text: &str) -> u64 {
        let (mut total, mut group, mut digit) = (0_u64, 0_u64, 0_u64);
        let mut thousands = 0_u64;
        for word in text.split(' ') {
            match word {
                "trăm" => (group, digit) = (group + digit * 100, 0),
                "mươi" => (group, digit) = (group + digit * 10, 0),
                "mười" => group += 10,
                "linh" => {}
                "nghìn" => (thousands, group, digit) = (thousands + (group + digit) * 1_000, 0, 0),
                "triệu" => (thousands, group, digit) = (thousands + (group + digit) * 1_000_000, 0, 0),
                "tỷ" => (total, thousands, group, digit) = ((total + thousands + group + digit) * 1_000_000_000, 0, 0, 0),
                "mốt" => digit = 1,
                "tư" => digit = 4,
                "lăm" => digit = 5,
                word => digit = DIGITS.iter().position(|d| *d == word).unwrap() as u64,
            }
        }
        total + thousands + group + digit
    }
}
