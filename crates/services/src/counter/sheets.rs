//! How many pages a scanned file has: counted, never believed (Circular 01/2023: the page count is checked).
//!
//! A PDF whose page objects lie in compressed streams is not unpacked here: the count of its page tree is used where it can be
//! read, and otherwise the answer is that it could not be counted.

use std::collections::BTreeSet;

/// Pages of a stored file by its media type; `None` where they cannot be counted.
pub fn pages(media_type: &str, bytes: &[u8]) -> Option<u32> {
    match media_type {
        "application/pdf" => pdf_pages(bytes),
        t if t.starts_with("image/") => Some(1),
        _ => None,
    }
}

fn pdf_pages(bytes: &[u8]) -> Option<u32> {
    let mut numbers = BTreeSet::new();
    let mut tree: Option<u32> = None;
    let mut at = 0;
    while let Some(found) = find(bytes, b"/Type", at) {
        at = found + 5;
        let rest = skip_space(bytes.get(at..).unwrap_or_default());
        if rest.starts_with(b"/Pages") {
            tree = tree.max(count_near(bytes, found));
        } else if rest.starts_with(b"/Page") && !rest.get(5).is_some_and(u8::is_ascii_alphanumeric) {
            // A page saved again in the same file keeps its object number and is one page.
            numbers.insert(object_before(bytes, found).unwrap_or(found as u64 | 1 << 63));
        }
    }
    match u32::try_from(numbers.len()).ok().filter(|n| *n > 0) {
        Some(n) => Some(n),
        None => tree.filter(|n| *n > 0),
    }
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(word.len()).position(|w| w == word).map(|i| i + from)
}

fn skip_space(bytes: &[u8]) -> &[u8] {
    let n = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    bytes.get(n..).unwrap_or_default()
}

/// The number of the object a position lies in: `12 0 obj` before it.
fn object_before(bytes: &[u8], at: usize) -> Option<u64> {
    let before = bytes.get(at.saturating_sub(4096)..at)?;
    let obj = before.windows(4).rposition(|w| w == b" obj" || w == b"\nobj")?;
    let text: String = before.get(obj.saturating_sub(24)..obj)?.iter().map(|b| char::from(*b)).collect();
    let mut words = text.split_ascii_whitespace().rev();
    let (_generation, number) = (words.next()?, words.next()?);
    number.parse().ok()
}

/// `/Count 12` of the dictionary around a position.
fn count_near(bytes: &[u8], at: usize) -> Option<u32> {
    let start = bytes.get(..at)?.windows(2).rposition(|w| w == b"<<").unwrap_or(at);
    let around = bytes.get(start..(at + 2048).min(bytes.len()))?;
    let end = find(around, b"endobj", 0).unwrap_or(around.len());
    let around = around.get(..end)?;
    let found = find(around, b"/Count", 0)?;
    let rest = skip_space(around.get(found + 6..)?);
    let digits: String = rest.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pdf(objects: &str) -> Vec<u8> {
        format!("%PDF-1.4\n{objects}\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
    }

    #[test]
    fn pages_are_counted_and_not_believed() {
        let tree = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 7>>endobj\n";
        let two = format!("{tree}3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</Type /Page /Parent 2 0 R>>endobj\n");
        assert_eq!(pages("application/pdf", &pdf(&two)), Some(2), "the page objects, not the claim of 7");
        let again = format!("{two}4 0 obj<</Type /Page /Rotate 90 /Parent 2 0 R>>endobj\n");
        assert_eq!(pages("application/pdf", &pdf(&again)), Some(2), "a page saved again is one page");
        assert_eq!(pages("application/pdf", &pdf(tree)), Some(7), "pages packed away: the count of the tree");
        assert_eq!(pages("application/pdf", &pdf("1 0 obj<</Type/ObjStm>>endobj")), None);
        assert_eq!(pages("application/pdf", b"%PDF-1.4 /Type"), None);
        assert_eq!(pages("image/png", b"x"), Some(1));
        assert_eq!(pages("application/vnd.oasis.opendocument.text", b"x"), None);
    }
}
