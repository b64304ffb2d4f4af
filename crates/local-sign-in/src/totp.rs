//! One-time codes (RFC 6238 over RFC 4226: HMAC-SHA-1, six figures, as every authenticator app makes them). Pure.

use ring::hmac;

/// Bytes of a shared secret (RFC 4226 §4 recommends 160 bits).
pub const SECRET: usize = 20;

fn code(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag.last().copied().unwrap_or(0) & 15);
    let four = tag.iter().skip(at).take(4).fold(0_u32, |n, b| n << 8 | u32::from(*b));
    (four & 0x7fff_ffff) % 1_000_000
}

/// The code of a step as it is shown.
pub fn shown(secret: &[u8], step: i64) -> String {
    format!("{:06}", code(secret, step))
}

/// The step of an instant.
pub fn step(unix_seconds: i64, span: i64) -> i64 {
    unix_seconds.div_euclid(span.max(1))
}

/// The step whose code was given, among those of the window that come after the last one used.
pub fn matches(secret: &[u8], given: &str, now: i64, window: i64, last_used: i64) -> Option<i64> {
    let mut found = None;
    // All are compared whatever is found first, so that the time tells nothing.
    for at in now - window..=now + window {
        if web::csrf::same(&shown(secret, at), given) && at > last_used {
            found = Some(at);
        }
    }
    found
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648 base 32 without padding: how authenticator apps take a secret.
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for b in bytes {
        held = (held << 8) | u32::from(*b);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET.get((held >> bits & 31) as usize).copied().unwrap_or(b'A')));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET.get((held << (5 - bits) & 31) as usize).copied().unwrap_or(b'A')));
    }
    out
}

/// In groups of four, for reading aloud and typing.
pub fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_rfc_6238() {
        let secret = b"12345678901234567890";
        for (seconds, eight) in [(59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"), (2_000_000_000, "69279037"), (20_000_000_000, "65353130")] {
            assert_eq!(shown(secret, step(seconds, 30)), &eight[2..], "{seconds}");
        }
        assert_eq!(base32(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"foob"), "MZXW6YQ");
        assert_eq!(grouped("MZXW6YQ"), "MZXW 6YQ");
    }

    #[test]
    fn a_code_is_good_in_its_window_and_once() {
        let secret = b"12345678901234567890";
        let now = step(1_234_567_890, 30);
        assert_eq!(matches(secret, &shown(secret, now), now, 1, 0), Some(now));
        assert_eq!(matches(secret, &shown(secret, now - 1), now, 1, 0), Some(now - 1));
        assert_eq!(matches(secret, &shown(secret, now - 2), now, 1, 0), None);
        assert_eq!(matches(secret, &shown(secret, now), now, 1, now), None, "used");
        assert_eq!(matches(secret, &shown(secret, now - 1), now, 1, now), None, "older than a used one");
        assert_eq!(matches(secret, "", now, 1, 0), None);
    }
}
