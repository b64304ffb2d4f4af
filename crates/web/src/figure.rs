//! Figures: numbers that open the records they count, and what is divided from them.
//!
//! # Invariants
//! 1. A number of records is a link to their list, unless there are none or the reader may not open them.
//! 2. A share stands beside both of its numbers and is divided from them, never kept.
//! 3. The marks `data-count`, `data-part` and `data-whole` say to a program what the words say to a reader: a test walks every
//!    page of the operations centre by them, opens each link and counts the rows of the list ([`crate::kit::records`]).

use crate::{
    html::{Html, esc},
    when,
};
use kernel::text::Lang;

/// `1.014`, a link to the list of these. `of`: what it speaks of, for those who hear it.
pub fn opens(n: i64, href: &str, of: &str, lang: Lang) -> Html {
    Html(format!("<a class=\"tally\" data-count=\"{n}\" href=\"{}\">{}<span class=\"vh\"> {}</span></a>", esc(href), when::number(n, lang), esc(of)))
}

/// A number behind which there is nothing, or nothing that this reader may open.
pub fn closed(n: i64, lang: Lang) -> Html {
    Html(format!("<span data-count=\"{n}\">{}</span>", when::number(n, lang)))
}

/// [`opens`] where there is something to open and the reader may.
pub fn maybe(n: i64, href: Option<&str>, of: &str, lang: Lang) -> Html {
    match href.filter(|_| n > 0) {
        Some(href) => opens(n, href, of, lang),
        None => closed(n, lang),
    }
}

/// `87,4 %` of two whole numbers, half up to so many decimals; a dash of nothing.
pub fn share(part: i64, whole: i64, decimals: u32, lang: Lang) -> Html {
    Html(format!("<span data-part=\"{part}\" data-whole=\"{whole}\">{}</span>", percent(part, whole, decimals, lang)))
}

/// `87,4 % (1.014 / 1.160)`, the two as they are given: links to their lists, as a rule.
pub fn rate((part, shown): (i64, &Html), (whole, of): (i64, &Html), decimals: u32, lang: Lang) -> Html {
    Html(format!("<b>{}</b> <span class=\"frac\">({shown} / {of})</span>", share(part, whole, decimals, lang)))
}

/// `87,4 %` as text; a dash where the whole is nothing.
pub fn percent(part: i64, whole: i64, decimals: u32, lang: Lang) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let one = 10_i128.pow(decimals.min(6));
    let scaled = (i128::from(part) * 200 * one + i128::from(whole)).div_euclid(i128::from(whole) * 2);
    let (sign, scaled) = if scaled < 0 { ("−", -scaled) } else { ("", scaled) };
    let decimals = usize::try_from(decimals.min(6)).unwrap_or(0);
    match decimals {
        0 => format!("{sign}{scaled}\u{a0}%"),
        _ => format!("{sign}{}{}{:0decimals$}\u{a0}%", scaled / one, lang.pick(",", "."), scaled % one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_divided_half_up_and_never_by_nothing() {
        for (part, whole, decimals, said) in [
            (1014, 1160, 1, "87,4\u{a0}%"),
            (1, 3, 2, "33,33\u{a0}%"),
            (2, 3, 0, "67\u{a0}%"),
            (1, 8, 1, "12,5\u{a0}%"),
            (1, 16, 1, "6,3\u{a0}%"),
            (5, 4, 1, "125,0\u{a0}%"),
            (-1, 4, 1, "−25,0\u{a0}%"),
            (0, 7, 2, "0,00\u{a0}%"),
            (0, 0, 1, "–"),
            (i64::MAX, 1, 6, "922337203685477580700,000000\u{a0}%"),
        ] {
            assert_eq!(percent(part, whole, decimals, Lang::Vi), said, "{part}/{whole}");
        }
        assert_eq!(percent(1014, 1160, 1, Lang::En), "87.4\u{a0}%");
    }

    #[test]
    fn what_it_speaks_of_is_text() {
        let html = opens(3, "/x?a=1&b=\"2\"", "<hồ sơ>", Lang::Vi).0;
        assert_eq!(html, "<a class=\"tally\" data-count=\"3\" href=\"/x?a=1&amp;b=&quot;2&quot;\">3<span class=\"vh\"> &lt;hồ sơ&gt;</span></a>");
        assert!(!maybe(0, Some("/x"), "", Lang::Vi).0.contains("href"));
    }
}
