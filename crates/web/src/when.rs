//! Times as people say them, with the exact instant on hover; working time as the law counts it (8 hours a day).

use crate::html::{Html, esc};
use kernel::{
    Instant,
    text::Lang,
    time::{Date, Weekday},
};

/// The seconds of one working day when working time is spoken of (Labour Code 45/2019/QH14, Article 105: 8 hours a day).
pub const WORKING_DAY: i64 = 8 * 3600;

pub fn weekday(day: Date, lang: Lang) -> &'static str {
    let (vi, en) = match day.weekday() {
        Weekday::Monday => ("thứ Hai", "Monday"),
        Weekday::Tuesday => ("thứ Ba", "Tuesday"),
        Weekday::Wednesday => ("thứ Tư", "Wednesday"),
        Weekday::Thursday => ("thứ Năm", "Thursday"),
        Weekday::Friday => ("thứ Sáu", "Friday"),
        Weekday::Saturday => ("thứ Bảy", "Saturday"),
        Weekday::Sunday => ("Chủ nhật", "Sunday"),
    };
    lang.pick(vi, en)
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn month(day: Date) -> &'static str {
    MONTHS[usize::try_from(day.month() - 1).unwrap_or(0) % 12]
}

/// `16:30`.
pub fn clock(at: Instant) -> String {
    let t = at.civil();
    format!("{:02}:{:02}", t.hour(), t.minute())
}

/// `24/11/2026`, or `24 November 2026`.
pub fn day(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Lang::En => format!("{} {} {}", day.day(), month(day), day.year()),
    }
}

/// `16:30 24/11/2026`: the full form, for documents and hovers.
pub fn exact(at: Instant, lang: Lang) -> String {
    format!("{} {}", clock(at), day(at.date(), lang))
}

/// `16:30 thứ Ba, 24/11`; today, yesterday and tomorrow by name, another year with its year.
pub fn at(at: Instant, now: Instant, lang: Lang) -> String {
    let (date, today) = (at.date(), now.date());
    let time = clock(at);
    let distance = today.until(date).map_or(i32::MAX, |span| span.get_days());
    let near = match distance {
        0 => Some(lang.pick("hôm nay", "today")),
        1 => Some(lang.pick("ngày mai", "tomorrow")),
        -1 => Some(lang.pick("hôm qua", "yesterday")),
        _ => None,
    };
    if let Some(near) = near {
        return format!("{time} {near}");
    }
    let year = if date.year() == today.year() { String::new() } else { date.year().to_string() };
    match (lang, year.is_empty()) {
        (Lang::Vi, true) => format!("{time} {}, {:02}/{:02}", weekday(date, lang), date.day(), date.month()),
        (Lang::Vi, false) => format!("{time} {}, {:02}/{:02}/{year}", weekday(date, lang), date.day(), date.month()),
        (Lang::En, true) => format!("{time} {}, {} {}", weekday(date, lang), date.day(), month(date)),
        (Lang::En, false) => format!("{time} {}, {} {} {year}", weekday(date, lang), date.day(), month(date)),
    }
}

/// `trước 16:30 thứ Ba, 24/11`.
pub fn due(instant: Instant, now: Instant, lang: Lang) -> String {
    format!("{} {}", lang.pick("trước", "by"), at(instant, now, lang))
}

/// How long since, when that is short; otherwise when.
pub fn ago(instant: Instant, now: Instant, lang: Lang) -> String {
    match now.seconds_since(instant) {
        0..60 => lang.pick("vừa xong", "just now").to_owned(),
        s @ 60..3600 => match lang {
            Lang::Vi => format!("{} phút trước", s / 60),
            Lang::En => format!("{} ago", plural(s / 60, "minute")),
        },
        _ => at(instant, now, lang),
    }
}

fn plural(n: i64, unit: &str) -> String {
    if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") }
}

/// A span of working time in its two largest units; minutes only below a day.
pub fn working(seconds: i64, lang: Lang) -> String {
    let s = seconds.unsigned_abs() as i64;
    let (days, hours, minutes) = (s / WORKING_DAY, s % WORKING_DAY / 3600, s % 3600 / 60);
    let mut parts = Vec::new();
    let mut say = |n: i64, vi: &str, en: &str| {
        if n > 0 {
            parts.push(match lang {
                Lang::Vi => format!("{n} {vi}"),
                Lang::En => plural(n, en),
            });
        }
    };
    say(days, "ngày", "day");
    say(hours, "giờ", "hour");
    if days == 0 {
        say(minutes, "phút", "minute");
    }
    if parts.is_empty() {
        return lang.pick("dưới 1 phút", "under 1 minute").to_owned();
    }
    parts.join(" ")
}

/// `còn 4 ngày 2 giờ làm việc`, `quá hạn 3 giờ làm việc`. Zero is already late.
pub fn working_left(seconds: i64, lang: Lang) -> String {
    let span = working(seconds, lang);
    match (lang, seconds > 0) {
        (Lang::Vi, true) => format!("còn {span} làm việc"),
        (Lang::Vi, false) => format!("quá hạn {span} làm việc"),
        (Lang::En, true) => format!("{span} of working time left"),
        (Lang::En, false) => format!("overdue by {span} of working time"),
    }
}

/// `<time>` with what is said, the exact instant for machines and on hover.
pub fn time(instant: Instant, said: &str, lang: Lang) -> Html {
    Html(format!("<time datetime=\"{instant}\" title=\"{}\">{}</time>", esc(&exact(instant, lang)), esc(said)))
}
/// [`due`] as `<time>`.
pub fn due_time(instant: Instant, now: Instant, lang: Lang) -> Html {
    time(instant, &due(instant, now, lang), lang)
}
/// [`ago`] as `<time>`.
pub fn ago_time(instant: Instant, now: Instant, lang: Lang) -> Html {
    time(instant, &ago(instant, now, lang), lang)
}
/// [`at`] as `<time>`.
pub fn at_time(instant: Instant, now: Instant, lang: Lang) -> Html {
    time(instant, &at(instant, now, lang), lang)
}

/// `12.647` in Vietnamese, `12,647` in English.
pub fn number(n: i64, lang: Lang) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push_str(lang.pick(".", ","));
        }
        out.push(c);
    }
    if n < 0 { format!("−{out}") } else { out }
}

/// A rate always shows its fraction (design §13): `97,4 % (12.318 / 12.647 hồ sơ)`.
pub fn rate(numerator: i64, denominator: i64, unit: &str, lang: Lang) -> Html {
    let fraction = format!("({} / {} {unit})", number(numerator, lang), number(denominator, lang));
    if denominator <= 0 {
        return Html(format!("<b>–</b> <span class=\"frac\">{}</span>", esc(&fraction)));
    }
    let tenths = (i128::from(numerator) * 1000 + i128::from(denominator) / 2) / i128::from(denominator);
    Html(format!(
        "<b>{}{}{}\u{a0}%</b> <span class=\"frac\">{}</span>",
        tenths / 10,
        lang.pick(",", "."),
        tenths % 10,
        esc(&fraction)
    ))
}

/// A file's size as people say it: `512 kB`, `2 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn i(text: &str) -> Instant {
        format!("{text}+07:00").parse().unwrap()
    }

    #[test]
    fn a_due_time_is_said_as_people_say_it() {
        let now = i("2026-11-21T09:00:00");
        assert_eq!(due(i("2026-11-24T16:30:00"), now, Lang::Vi), "trước 16:30 thứ Ba, 24/11");
        assert_eq!(due(i("2026-11-24T16:30:00"), now, Lang::En), "by 16:30 Tuesday, 24 November");
        assert_eq!(due(i("2026-11-21T15:30:00"), now, Lang::Vi), "trước 15:30 hôm nay");
        assert_eq!(due(i("2026-11-22T07:30:00"), now, Lang::Vi), "trước 07:30 ngày mai");
        assert_eq!(due(i("2027-01-05T10:15:00"), now, Lang::Vi), "trước 10:15 thứ Ba, 05/01/2027");
        assert_eq!(due(i("2026-12-21T10:00:00"), now, Lang::Vi), "trước 10:00 thứ Hai, 21/12");
    }

    #[test]
    fn today_is_the_vietnamese_day() {
        // 23:30 in Vietnam and 00:30 the next day are one hour and two dates apart.
        assert_eq!(at(i("2026-11-22T00:30:00"), i("2026-11-21T23:30:00"), Lang::Vi), "00:30 ngày mai");
    }

    #[test]
    fn the_past_is_near_or_named() {
        let now = i("2026-11-21T09:00:00");
        assert_eq!(ago(i("2026-11-21T08:59:30"), now, Lang::Vi), "vừa xong");
        assert_eq!(ago(i("2026-11-21T08:55:00"), now, Lang::En), "5 minutes ago");
        assert_eq!(ago(i("2026-11-21T07:05:00"), now, Lang::Vi), "07:05 hôm nay");
        assert_eq!(ago(i("2026-11-19T10:15:00"), now, Lang::Vi), "10:15 thứ Năm, 19/11");
        assert_eq!(exact(i("2026-11-19T10:15:00"), Lang::Vi), "10:15 19/11/2026");
    }

    #[test]
    fn working_time_is_counted_in_days_of_eight_hours() {
        assert_eq!(working_left(4 * WORKING_DAY + 2 * 3600, Lang::Vi), "còn 4 ngày 2 giờ làm việc");
        assert_eq!(working_left(6000, Lang::Vi), "còn 1 giờ 40 phút làm việc");
        assert_eq!(working_left(-3 * 3600, Lang::Vi), "quá hạn 3 giờ làm việc");
        assert_eq!(working_left(WORKING_DAY, Lang::En), "1 day of working time left");
        assert_eq!(working_left(0, Lang::Vi), "quá hạn dưới 1 phút làm việc");
    }

    #[test]
    fn the_exact_instant_is_on_hover() {
        let html = due_time(i("2026-11-24T16:30:00"), i("2026-11-21T09:00:00"), Lang::Vi).0;
        assert_eq!(html, "<time datetime=\"2026-11-24T16:30:00+07:00\" title=\"16:30 24/11/2026\">trước 16:30 thứ Ba, 24/11</time>");
    }

    #[test]
    fn figures_are_vietnamese_in_vietnamese() {
        assert_eq!(number(1_234_567, Lang::Vi), "1.234.567");
        assert_eq!(number(-1200, Lang::En), "−1,200");
        assert_eq!(rate(12_318, 12_647, "hồ sơ", Lang::Vi).0, "<b>97,4\u{a0}%</b> <span class=\"frac\">(12.318 / 12.647 hồ sơ)</span>");
        assert!(rate(0, 0, "hồ sơ", Lang::Vi).0.contains("–"));
        assert_eq!(size(50 << 20), "50 MB");
    }
}
