//! Vietnamese text made comparable: words with their places, keys with and without marks, in the form an index wants.

/// One run of letters and digits and where it stands, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
}

/// Words in the order they stand. Combining marks belong to their letter; the text should be NFC all the same.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let start = loop {
            let (at, c) = chars.next()?;
            if is_word(c) {
                break at;
            }
        };
        let mut end = text.len();
        while let Some(&(at, c)) = chars.peek() {
            if !is_word(c) {
                end = at;
                break;
            }
            chars.next();
        }
        Some(Word { text: text.get(start..end)?, start, end })
    })
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

const BASES: [(char, &str); 12] = [
    ('a', "àáảãạăằắẳẵặâầấẩẫậ"),
    ('e', "èéẻẽẹêềếểễệ"),
    ('i', "ìíỉĩị"),
    ('o', "òóỏõọôồốổỗộơờớởỡợ"),
    ('u', "ùúủũụưừứửữự"),
    ('y', "ỳýỷỹỵ"),
    ('A', "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ"),
    ('E', "ÈÉẺẼẸÊỀẾỂỄỆ"),
    ('I', "ÌÍỈĨỊ"),
    ('O', "ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ"),
    ('U', "ÙÚỦŨỤƯỪỨỬỮỰ"),
    ('Y', "ỲÝỶỸỴ"),
];

/// A letter without its marks; đ becomes d.
pub fn bare(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'đ' | 'ð' => 'd',
        'Đ' | 'Ð' => 'D',
        _ => BASES.iter().find(|(_, marked)| marked.contains(c)).map_or(c, |(base, _)| *base),
    }
}

/// Lower case without marks, letter by letter: as long in characters as the text it came from.
pub fn fold(text: &str) -> String {
    text.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(|c| bare(c).to_lowercase().next().unwrap_or(c)).collect()
}

/// Whether somebody typed Vietnamese letters: one marked letter is enough.
pub fn is_marked(text: &str) -> bool {
    text.chars().any(|c| c != bare(c)) || text.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c))
}

const TONES: [[char; 6]; 12] = [
    ['a', 'à', 'á', 'ả', 'ã', 'ạ'],
    ['ă', 'ằ', 'ắ', 'ẳ', 'ẵ', 'ặ'],
    ['â', 'ầ', 'ấ', 'ẩ', 'ẫ', 'ậ'],
    ['e', 'è', 'é', 'ẻ', 'ẽ', 'ẹ'],
    ['ê', 'ề', 'ế', 'ể', 'ễ', 'ệ'],
    ['i', 'ì', 'í', 'ỉ', 'ĩ', 'ị'],
    ['o', 'ò', 'ó', 'ỏ', 'õ', 'ọ'],
    ['ô', 'ồ', 'ố', 'ổ', 'ỗ', 'ộ'],
    ['ơ', 'ờ', 'ớ', 'ở', 'ỡ', 'ợ'],
    ['u', 'ù', 'ú', 'ủ', 'ũ', 'ụ'],
    ['ư', 'ừ', 'ứ', 'ử', 'ữ', 'ự'],
    ['y', 'ỳ', 'ý', 'ỷ', 'ỹ', 'ỵ'],
];

fn tone_of(c: char) -> Option<(char, usize)> {
    TONES.iter().find_map(|row| row.iter().position(|t| *t == c).map(|tone| (row[0], tone)))
}

fn with_tone(c: char, tone: usize) -> char {
    TONES.iter().find(|row| row[0] == c).and_then(|row| row.get(tone)).copied().unwrap_or(c)
}

/// The key of one word with its marks: lower case; the tone of an open `oa`, `oe`, `uy` on the first letter (hoà and hòa are one),
/// never after q; an open y after h k l m s t is i (kỹ and kĩ are one). For finding, never for showing.
pub fn key(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let n = letters.len();
    if n >= 2 {
        let (first, last) = (letters[n - 2], letters[n - 1]);
        let after_q = n >= 3 && letters[n - 3] == 'q';
        if let Some((base, tone)) = tone_of(last).filter(|(_, tone)| *tone > 0)
            && matches!((first, base), ('o', 'a') | ('o', 'e') | ('u', 'y'))
            && !after_q
        {
            letters[n - 2] = with_tone(first, tone);
            letters[n - 1] = base;
        } else if n <= 2
            && matches!(first, 'h' | 'k' | 'l' | 'm' | 's' | 't')
            && let Some(('y', tone)) = tone_of(last)
        {
            letters[n - 1] = with_tone('i', tone);
        }
    }
    letters.into_iter().collect()
}

/// The key of one word as somebody types it without marks; open y is i here too, as in [`key`].
pub fn bare_key(word: &str) -> String {
    fold(&key(word))
}

/// Spaces of every kind to one, ends trimmed: one line of a document.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split(|c: char| c.is_whitespace() || c == '\u{a0}').filter(|p| !p.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// Most letters are capitals: a title as old documents print it.
pub fn is_capitals(text: &str) -> bool {
    let (mut upper, mut lower) = (0u32, 0u32);
    for c in text.chars() {
        upper += u32::from(c.is_uppercase());
        lower += u32::from(c.is_lowercase());
    }
    upper > 1 && lower * 6 <= upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_words_that_are_written_in_two_ways_are_one() {
        for (a, b) in [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("Mỹ", "mĩ"), ("lý", "lí"), ("HOÀ", "hòa")] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        for (a, b) in [("quý", "qúy"), ("thúy", "thuế"), ("hoàn", "hòan"), ("đất", "dất")] {
            assert_ne!(key(a), key(b), "{a} {b}");
        }
        assert_eq!(key("quý"), "quý");
        assert_eq!(fold("Nghị định ĐẤT ĐAI"), "nghi dinh dat dai");
        assert_eq!(bare_key("Kỹ"), "ki");
    }

    #[test]
    fn words_keep_their_places() {
        let text = "Điều 15a, khoản 2";
        let found: Vec<_> = words(text).map(|w| (w.text, &text[w.start..w.end])).collect();
        assert_eq!(found, [("Điều", "Điều"), ("15a", "15a"), ("khoản", "khoản"), ("2", "2")]);
        assert!(is_marked("đất") && !is_marked("dat dai"));
        assert!(is_capitals("QUY ĐỊNH CHUNG") && !is_capitals("Quy định chung"));
    }
}
