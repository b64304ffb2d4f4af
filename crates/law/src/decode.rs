//! Bytes of unknown age to text: UTF-8, UTF-16, windows-1258, TCVN3 (ABC) and VNI, told apart by how many words come out as
//! Vietnamese syllables. Conversion is line by line, since old files mix encodings.

mod syllable;
mod tables;

pub use syllable::is_syllable;

use unicode_normalization::UnicodeNormalization;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    Unicode,
    Windows1258,
    Tcvn3,
    Vni,
}

impl Encoding {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unicode => "Unicode",
            Self::Windows1258 => "windows-1258",
            Self::Tcvn3 => "TCVN3 (ABC)",
            Self::Vni => "VNI",
        }
    }
}

/// Text in NFC, and the old encodings that were found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub found: Vec<Encoding>,
    /// Share of words with foreign letters that no encoding explains, in thousandths.
    pub unread: u16,
}

pub fn decode(bytes: &[u8]) -> Decoded {
    let (raw, single) = raw(bytes);
    let mut found = Vec::new();
    let mut out = String::with_capacity(raw.len());
    let whole = best(&raw, single);
    let (mut words, mut bad) = (0u32, 0u32);
    for line in raw.split_inclusive('\n') {
        // A short line says too little of itself: it follows the whole, where that explains it no worse.
        let (encoding, text) = match best(line, single) {
            Some(e) => (Some(e), convert(line, e, single)),
            None if whole.is_some_and(|w| foreign(line) > 0 && score(&convert(line, w, single)) > score(&convert(line, base(single), single))) => (whole, convert(line, whole.unwrap_or(Encoding::Unicode), single)),
            None => (None, convert(line, base(single), single)),
        };
        if let Some(e) = encoding.filter(|e| *e != Encoding::Unicode && !found.contains(e)) {
            found.push(e);
        }
        let (n, good) = judged(&text);
        words += n;
        bad += n - good;
        out.push_str(&text);
    }
    let unread = if words == 0 { 0 } else { u16::try_from(bad * 1000 / words).unwrap_or(1000) };
    Decoded { text: out.nfc().collect(), found, unread }
}

const fn base(single: bool) -> Encoding {
    if single { Encoding::Windows1258 } else { Encoding::Unicode }
}

/// Bytes as characters: Unicode where they are, else one letter for each byte.
fn raw(bytes: &[u8]) -> (String, bool) {
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return (String::from_utf8_lossy(rest).into_owned(), false);
    }
    let wide = |rest: &[u8], pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|c| pair([c[0], c[1]])).collect();
        (String::from_utf16_lossy(&units), false)
    };
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return wide(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return wide(rest, u16::from_be_bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(|b| char::from(*b)).collect(), true),
    }
}

/// The encoding that explains a text better than reading it as it is; `None` when it reads well or nothing explains it.
fn best(text: &str, single: bool) -> Option<Encoding> {
    let plain = score(&convert(text, base(single), single));
    let candidates = [Encoding::Tcvn3, Encoding::Vni];
    let enough = foreign(text) >= 2;
    let (score, encoding) = candidates.into_iter().map(|e| (score(&convert(text, e, single)), e)).max_by_key(|(s, e)| (*s, std::cmp::Reverse(*e)))?;
    (enough && score > 950 && score > plain && plain < 900).then_some(encoding)
}

fn foreign(text: &str) -> usize {
    crate::text::words(text).filter(|w| !w.text.is_ascii()).count()
}

fn judged(text: &str) -> (u32, u32) {
    let text: String = text.nfc().collect();
    let (mut n, mut good) = (0, 0);
    for w in text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || matches!(c, '“' | '”' | '–' | '…' | '‘' | '’')).filter(|w| !w.is_empty() && !w.is_ascii()) {
        n += 1;
        good += u32::from(is_syllable(w));
    }
    (n, good)
}

/// Share of the words with foreign letters that are syllables, in thousandths.
fn score(text: &str) -> u32 {
    let (n, good) = judged(text);
    if n == 0 { 0 } else { good * 1000 / n }
}

fn convert(text: &str, encoding: Encoding, single: bool) -> String {
    match encoding {
        Encoding::Unicode => text.to_owned(),
        Encoding::Windows1258 => if single { text.chars().map(tables::windows_1258).collect() } else { text.to_owned() },
        Encoding::Tcvn3 => capitals(&text.chars().map(tables::tcvn3).collect::<String>()),
        Encoding::Vni => tables::vni(text),
    }
}

/// TCVN3 has marked capitals only as another font: raise a letter between capitals.
fn capitals(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let upper = word.chars().filter(|c| c.is_uppercase()).count();
            let plain_lower = word.chars().any(|c| c.is_ascii_lowercase());
            if upper > 0 && !plain_lower && word.chars().any(|c| c.is_lowercase()) && word.chars().filter(|c| c.is_alphabetic()).count() > 1 { word.to_uppercase() } else { word.to_owned() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_encodings_come_out_as_unicode() {
        let tcvn = "PH¸P LUËT VÒ CHUYÓN NH¦îNG quyÒn sö dông ®Êt theo quy ®Þnh cña ph¸p luËt";
        let d = decode(tcvn.as_bytes());
        assert_eq!(d.text, "PHÁP LUẬT VỀ CHUYỂN NHƯỢNG quyền sử dụng đất theo quy định của pháp luật");
        assert_eq!(d.found, [Encoding::Tcvn3]);
        // The same as single bytes of an old file.
        let bytes: Vec<u8> = tcvn.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        assert_eq!(decode(&bytes).text, d.text);
        let vni = decode("Quyeàn söû duïng ñaát cuûa ngöôøi daân theo quy ñònh phaùp luaät".as_bytes());
        assert_eq!(vni.text, "Quyền sử dụng đất của người dân theo quy định pháp luật");
        assert_eq!(vni.found, [Encoding::Vni]);
        let old: Vec<u8> = vec![b'q', b'u', b'y', 0xea, 0xcc, b'n', b' ', b's', 0xfd, 0xd2, b' ', b'd', b'u', 0xf2, b'n', b'g', b' ', 0xf0, 0xe2, 0xec, b't'];
        assert_eq!(decode(&old).text, "quyền sử dụng đất");
    }

    #[test]
    fn unicode_stays_as_it_is() {
        let text = "Điều 1. Quyền sử dụng đất của người dân – “khoản 2”, café\n";
        assert_eq!(decode(text.as_bytes()), Decoded { text: text.into(), found: vec![], unread: decode(text.as_bytes()).unread });
        let nfd: String = text.nfd().collect();
        assert_eq!(decode(nfd.as_bytes()).text, text);
        let mixed = "Điều 1. Quyền của người dân\nquyÒn sö dông ®Êt cña ngêi d©n\nhết\n";
        let d = decode(mixed.as_bytes());
        assert!(d.text.contains("quyền sử dụng đất của") && d.text.contains("Quyền của người dân"), "{}", d.text);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("đất".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16).text, "đất");
        for bytes in [&b""[..], &[0xff, 0xfe, 0x00], &[0x80, 0x81, 0xff], "中文 English 🙂".as_bytes()] {
            let _ = decode(bytes);
        }
    }
}
