//! What one text has and another has not, word by word: for readers of two versions of an article.

/// A run of words and whether both texts have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Same,
    Gone,
    New,
}

/// The largest table of two texts that is worked through; beyond it what lies between their common ends is shown as gone and new.
const MOST: usize = 6_000_000;

/// Words with the space behind them; a line end is a word of its own.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive([' ', '\n']).flat_map(|w| match w.strip_suffix('\n') {
        Some("") | None => vec![w],
        Some(word) => vec![word, "\n"],
    }).filter(|w| !w.is_empty()).collect()
}

fn same(a: &str, b: &str) -> bool {
    a == b || (a != "\n" && b != "\n" && a.trim_end() == b.trim_end())
}

/// The changes that lead from one text to the other, in order. What is the same or new makes the newer text, what is the same or gone the older.
pub fn changes<'a>(old: &'a str, new: &'a str) -> Vec<(Change, &'a str)> {
    let (a, b) = (words(old), words(new));
    let front = a.iter().zip(&b).take_while(|(x, y)| same(x, y)).count();
    let back = a[front..].iter().rev().zip(b[front..].iter().rev()).take_while(|(x, y)| same(x, y)).count();
    let mut out: Vec<(Change, &str)> = b[..front].iter().map(|w| (Change::Same, *w)).collect();
    middle(&a[front..a.len() - back], &b[front..b.len() - back], &mut out);
    out.extend(b[b.len() - back..].iter().map(|w| (Change::Same, *w)));
    out
}

/// The longest common row of words by the usual table.
fn middle<'a>(a: &[&'a str], b: &[&'a str], out: &mut Vec<(Change, &'a str)>) {
    let wide = b.len() + 1;
    if (a.len() + 1).saturating_mul(wide) > MOST {
        out.extend(a.iter().map(|w| (Change::Gone, *w)));
        out.extend(b.iter().map(|w| (Change::New, *w)));
        return;
    }
    let mut table = vec![0u16; (a.len() + 1) * wide];
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            table[i * wide + j] = if same(x, y) { table[(i + 1) * wide + j + 1] + 1 } else { table[(i + 1) * wide + j].max(table[i * wide + j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && same(a[i], b[j]) {
            out.push((Change::Same, b[j]));
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || table[(i + 1) * wide + j] >= table[i * wide + j + 1]) {
            out.push((Change::Gone, a[i]));
            i += 1;
        } else {
            out.push((Change::New, b[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn side(all: &[(Change, &str)], without: Change) -> String {
        all.iter().filter(|(c, _)| *c != without).map(|(_, w)| w.trim_end_matches(' ')).collect::<Vec<_>>().join("|")
    }
    fn plain(text: &str) -> String {
        words(text).iter().map(|w| w.trim_end_matches(' ')).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_changed_number_is_one_word() {
        let all = changes("1. Không quá 03 héc ta.\n2. Giữ nguyên.", "1. Không quá 05 héc ta.\n2. Giữ nguyên.");
        let changed: Vec<_> = all.iter().filter(|(c, _)| *c != Change::Same).collect();
        assert_eq!(changed, [&(Change::Gone, "03 "), &(Change::New, "05 ")]);
        assert_eq!(changes("", "a"), [(Change::New, "a")]);
        assert_eq!(changes("", ""), []);
    }

    #[test]
    fn very_long_texts_end() {
        let (a, b) = ("một hai ".repeat(5_000), "ba bốn ".repeat(5_000));
        assert_eq!(changes(&a, &b).len(), 20_000);
    }

    proptest! {
        /// Nothing is lost: both texts can be read from their changes.
        #[test]
        fn both_texts_are_in_their_changes(a in "[abc \n]{0,60}", b in "[abc \n]{0,60}") {
            let all = changes(&a, &b);
            prop_assert_eq!(side(&all, Change::Gone), plain(&b));
            prop_assert_eq!(side(&all, Change::New), plain(&a));
        }
    }
}
