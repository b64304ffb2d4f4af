//! Dates as texts write them, and from when a text says that it applies.

use crate::text::fold;
use kernel::time::Date;

/// The first date of a text: `ngày 01 tháng 7 năm 2025`, `05/3/2020`, `5-3-2020`. A day that does not exist is no date.
pub fn date_in(text: &str) -> Option<Date> {
    let folded = fold(text);
    let bytes: Vec<char> = folded.chars().collect();
    for i in 0..bytes.len() {
        if !bytes[i].is_ascii_digit() || (i > 0 && (bytes[i - 1].is_alphanumeric() || bytes[i - 1] == '/')) {
            continue;
        }
        if let Some(date) = slashed(&bytes, i).or_else(|| worded(&bytes, i)) {
            return Some(date);
        }
    }
    None
}

fn number(c: &[char], at: usize, most: usize) -> Option<(i16, usize)> {
    let digits: String = c.get(at..)?.iter().take_while(|d| d.is_ascii_digit()).take(most + 1).collect();
    (1..=most).contains(&digits.len()).then_some(())?;
    Some((digits.parse().ok()?, at + digits.len()))
}

fn made(day: i16, month: i16, year: i16) -> Option<Date> {
    if !(1900..=2200).contains(&year) {
        return None;
    }
    // The gazette writes 01/01/1900 for “none”.
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (date != kernel::time::date(1900, 1, 1)).then_some(date)
}

fn slashed(c: &[char], at: usize) -> Option<Date> {
    let (day, i) = number(c, at, 2)?;
    let sign = *c.get(i).filter(|s| matches!(s, '/' | '-' | '.'))?;
    let (month, i) = number(c, i + 1, 2)?;
    (c.get(i) == Some(&sign)).then_some(())?;
    let (year, _) = number(c, i + 1, 4)?;
    made(day, month, year)
}

fn worded(c: &[char], at: usize) -> Option<Date> {
    let (day, i) = number(c, at, 2)?;
    let i = word(c, i, "thang")?;
    let (month, i) = number(c, i, 2)?;
    let i = word(c, i, "nam")?;
    let (year, _) = number(c, i, 4)?;
    made(day, month, year)
}

fn word(c: &[char], at: usize, word: &str) -> Option<usize> {
    let blank = |from: usize| from + c.get(from..).map_or(0, |r| r.iter().take_while(|s| matches!(s, ' ' | ',')).count());
    let start = blank(at);
    let end = start + word.chars().count();
    (c.get(start..end)?.iter().collect::<String>() == word).then(|| blank(end))
}

/// The day from which a sentence says that this text applies; `issued` for “kể từ ngày ký”.
pub fn effective_in(sentence: &str, issued: Option<Date>) -> Option<Date> {
    let folded = fold(sentence);
    let at = folded.find("co hieu luc").or_else(|| folded.find("co gia tri"))?;
    // Another text's end is not this one's beginning.
    if folded.get(..at)?.contains("het hieu luc") {
        return None;
    }
    let rest = folded.get(at..)?;
    let tu = [rest.find("tu ngay"), rest.find("sau ")].into_iter().flatten().min()?;
    // “khi Luật này có hiệu lực … ngày …” speaks of something else when the date is far away.
    if tu > 40 {
        return None;
    }
    let tail = rest.get(tu..)?;
    if let Some(after) = tail.strip_prefix("sau ") {
        let days: i64 = after.split(' ').next()?.parse().ok()?;
        return (after.contains("ke tu ngay") && days <= 400).then(|| issued?.checked_add(jiff_days(days)).ok())?;
    }
    let near: String = tail.chars().take(60).collect();
    date_in(&near).or_else(|| (near.starts_with("tu ngay ky") || near.starts_with("tu ngay ban hanh") || near.starts_with("tu ngay duoc thong qua")).then_some(issued).flatten())
}

fn jiff_days(days: i64) -> std::time::Duration {
    std::time::Duration::from_secs(u64::try_from(days).unwrap_or(0) * 86_400)
}

/// From when a whole document applies: the last article that says so, since the closing provisions stand at the end.
pub fn effect_of<'a>(articles: impl DoubleEndedIterator<Item = (&'a str, &'a str)>, issued: Option<Date>) -> Option<Date> {
    const SUBJECTS: [&str; 9] = ["luat nay", "bo luat nay", "phap lenh nay", "nghi dinh nay", "nghi quyet nay", "quyet dinh nay", "thong tu nay", "chi thi nay", "thong tu lien tich nay"];
    for (heading, body) in articles.rev().take(12) {
        for sentence in std::iter::once(heading).chain(body.lines()) {
            let folded = fold(sentence);
            let own = SUBJECTS.iter().any(|s| folded.contains(s)) || (folded.starts_with("luat ") && folded.contains("co hieu luc"));
            if let Some(day) = own.then(|| effective_in(sentence, issued)).flatten() {
                return Some(day);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    #[test]
    fn dates_as_written() {
        for (text, day) in [
            ("ngày 01 tháng 7 năm 2025", Some(date(2025, 7, 1))),
            ("Hà Nội, ngày 24 tháng 11 năm 2015", Some(date(2015, 11, 24))),
            ("05/3/2020", Some(date(2020, 3, 5))),
            ("số 12/2026/QĐ-UBND ngày 5-3-2020", Some(date(2020, 3, 5))),
            ("31/02/2020", None),
            ("01/01/1900", None),
            ("tháng 7 năm 2025", None),
            ("", None),
        ] {
            assert_eq!(date_in(text), day, "{text}");
        }
        let signed = Some(date(2026, 3, 1));
        for (text, day) in [
            ("Luật này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2014.", Some(date(2014, 7, 1))),
            ("Quyết định này có hiệu lực thi hành kể từ ngày ký.", signed),
            ("Quyết định này có hiệu lực sau 10 ngày kể từ ngày ký ban hành.", Some(date(2026, 3, 11))),
            ("Luật đất đai số 13/2003/QH11 hết hiệu lực kể từ ngày Luật này có hiệu lực.", None),
            ("Điều 5 quy định về đất.", None),
        ] {
            assert_eq!(effective_in(text, signed), day, "{text}");
        }
    }
}
