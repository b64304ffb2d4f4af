//! Letters of old Vietnamese encodings.

/// TCVN 5712 VN3 (ABC): one byte a letter.
pub fn tcvn3(c: char) -> char {
    match c {
        '\u{a1}' => 'Ă', '\u{a2}' => 'Â', '\u{a3}' => 'Ê', '\u{a4}' => 'Ô', '\u{a5}' => 'Ơ', '\u{a6}' => 'Ư', '\u{a7}' => 'Đ',
        '\u{a8}' => 'ă', '\u{a9}' => 'â', '\u{aa}' => 'ê', '\u{ab}' => 'ô', '\u{ac}' => 'ơ', '\u{ad}' => 'ư', '\u{ae}' => 'đ',
        '\u{b5}' => 'à', '\u{b6}' => 'ả', '\u{b7}' => 'ã', '\u{b8}' => 'á', '\u{b9}' => 'ạ',
        '\u{bb}' => 'ằ', '\u{bc}' => 'ẳ', '\u{bd}' => 'ẵ', '\u{be}' => 'ắ', '\u{c6}' => 'ặ',
        '\u{c7}' => 'ầ', '\u{c8}' => 'ẩ', '\u{c9}' => 'ẫ', '\u{ca}' => 'ấ', '\u{cb}' => 'ậ',
        '\u{cc}' => 'è', '\u{ce}' => 'ẻ', '\u{cf}' => 'ẽ', '\u{d0}' => 'é', '\u{d1}' => 'ẹ',
        '\u{d2}' => 'ề', '\u{d3}' => 'ể', '\u{d4}' => 'ễ', '\u{d5}' => 'ế', '\u{d6}' => 'ệ',
        '\u{d7}' => 'ì', '\u{d8}' => 'ỉ', '\u{dc}' => 'ĩ', '\u{dd}' => 'í', '\u{de}' => 'ị',
        '\u{df}' => 'ò', '\u{e1}' => 'ỏ', '\u{e2}' => 'õ', '\u{e3}' => 'ó', '\u{e4}' => 'ọ',
        '\u{e5}' => 'ồ', '\u{e6}' => 'ổ', '\u{e7}' => 'ỗ', '\u{e8}' => 'ố', '\u{e9}' => 'ộ',
        '\u{ea}' => 'ờ', '\u{eb}' => 'ở', '\u{ec}' => 'ỡ', '\u{ed}' => 'ớ', '\u{ee}' => 'ợ',
        '\u{ef}' => 'ù', '\u{f1}' => 'ủ', '\u{f2}' => 'ũ', '\u{f3}' => 'ú', '\u{f4}' => 'ụ',
        '\u{f5}' => 'ừ', '\u{f6}' => 'ử', '\u{f7}' => 'ữ', '\u{f8}' => 'ứ', '\u{f9}' => 'ự',
        '\u{fa}' => 'ỳ', '\u{fb}' => 'ỷ', '\u{fc}' => 'ỹ', '\u{fd}' => 'ý', '\u{fe}' => 'ỵ',
        other => other,
    }
}

/// windows-1258: Latin-1 with combining tones; NFC follows.
pub fn windows_1258(c: char) -> char {
    match c {
        '\u{c3}' => 'Ă', '\u{cc}' => '\u{300}', '\u{d0}' => 'Đ', '\u{d2}' => '\u{309}', '\u{d5}' => 'Ơ', '\u{dd}' => 'Ư', '\u{de}' => '\u{303}',
        '\u{e3}' => 'ă', '\u{ec}' => '\u{301}', '\u{f0}' => 'đ', '\u{f2}' => '\u{323}', '\u{f5}' => 'ơ', '\u{fd}' => 'ư', '\u{fe}' => '₫',
        '\u{91}' => '‘', '\u{92}' => '’', '\u{93}' => '“', '\u{94}' => '”', '\u{96}' => '–', '\u{97}' => '—', '\u{85}' => '…',
        other => other,
    }
}

/// The sign that follows a letter in VNI, as a combination.
fn vni_sign(sign: char) -> Option<&'static str> {
    Some(match sign.to_lowercase().next().unwrap_or(sign) {
        'ù' => "\u{301}", 'ø' => "\u{300}", 'û' => "\u{309}", 'õ' => "\u{303}", 'ï' => "\u{323}",
        'â' => "\u{302}", 'ê' => "\u{306}",
        'á' => "\u{302}\u{301}", 'à' => "\u{302}\u{300}", 'å' => "\u{302}\u{309}", 'ã' => "\u{302}\u{303}", 'ä' => "\u{302}\u{323}",
        'é' => "\u{306}\u{301}", 'è' => "\u{306}\u{300}", 'ú' => "\u{306}\u{309}", 'ü' => "\u{306}\u{303}", 'ë' => "\u{306}\u{323}",
        _ => return None,
    })
}

/// VNI: a letter, then its sign; a few letters stand alone.
pub fn vni(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let alone = match c {
            'ñ' => 'đ', 'Ñ' => 'Đ', 'ö' => 'ư', 'Ö' => 'Ư', 'ô' => 'ơ', 'Ô' => 'Ơ',
            'æ' => 'ỉ', 'Æ' => 'Ỉ', 'ó' => 'ĩ', 'Ó' => 'Ĩ', 'ò' => 'ị', 'Ò' => 'Ị', 'î' => 'ỵ', 'Î' => 'Ỵ',
            other => other,
        };
        out.push(alone);
        let takes = matches!(alone, 'a' | 'e' | 'o' | 'u' | 'y' | 'ư' | 'ơ' | 'A' | 'E' | 'O' | 'U' | 'Y' | 'Ư' | 'Ơ');
        if takes && let Some(sign) = chars.peek().and_then(|s| vni_sign(*s)) {
            out.push_str(sign);
            chars.next();
        }
    }
    out.nfc().collect()
}
