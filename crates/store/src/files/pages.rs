//! How many pages a file has: counted, never believed (Circular 01/2023: the page count is checked).
//!
//! The bytes are a stranger's. They are read once from front to back, nothing is drawn, no reference is followed, and what is
//! unpacked of compressed object streams (ISO 32000-2, 7.5.7) has a limit: neither a loop nor a bomb costs more than a large file.

use std::{collections::BTreeSet, io::Read};

/// Bytes unpacked of one file at most, and of one object stream.
const UNPACKED: usize = 48 << 20;
const UNPACKED_AT_ONCE: usize = 8 << 20;
/// Object streams looked into: a scan of a thousand pages has a few dozen.
const STREAMS: usize = 4096;
/// How far around a word the dictionary it stands in is looked for.
const NEAR: usize = 4096;
/// Dictionaries of pages looked at; a file with more has more pages than anybody reads.
const LOOKS: u32 = 100_000;

/// Pages of a stored file by its media type; `None` where they cannot be counted.
///
/// Page objects are counted, each object number once: a page saved again in the same file is one page. Where none is found, the
/// largest count a page tree claims is the answer.
pub fn pages(media_type: &str, bytes: &[u8]) -> Option<u32> {
    match media_type {
        "application/pdf" => pdf_pages(bytes),
        t if t.starts_with("image/") => Some(1),
        _ => None,
    }
}

#[derive(Default)]
struct Found {
    /// Object numbers of pages; a page outside any numbered object counts by its place.
    pages: BTreeSet<u64>,
    /// The largest `/Count` of a page tree.
    claimed: Option<u32>,
    looks: u32,
}

impl Found {
    /// Looks through a stretch of objects in the clear; `number` tells the object a position lies in.
    fn look(&mut self, bytes: &[u8], number: impl Fn(usize) -> u64) {
        for (at, rest) in types(bytes).filter(|(_, rest)| rest.starts_with(b"/Page")) {
            if self.looks == LOOKS {
                return;
            }
            self.looks += 1;
            if is_word(rest, b"/Pages") {
                self.claimed = self.claimed.max(count_near(bytes, at));
            } else if is_word(rest, b"/Page") {
                self.pages.insert(number(at));
            }
        }
    }
}

fn pdf_pages(bytes: &[u8]) -> Option<u32> {
    let mut found = Found::default();
    found.look(bytes, |at| object_before(bytes, at).unwrap_or(at as u64 | 1 << 63));
    let mut left = UNPACKED;
    let packed = types(bytes).filter(|(_, rest)| is_word(rest, b"/ObjStm")).take(STREAMS);
    for (at, _) in packed {
        let Some(stream) = ObjectStream::around(bytes, at) else { continue };
        let Some(content) = stream.content(left.min(UNPACKED_AT_ONCE)) else { continue };
        left -= content.len();
        let objects = stream.objects(&content);
        found.look(content.get(stream.first..).unwrap_or_default(), |at| {
            let after = objects.partition_point(|(place, _)| *place <= at as u64);
            after.checked_sub(1).and_then(|i| objects.get(i)).map_or(at as u64 | 1 << 62, |(_, number)| *number)
        });
    }
    if found.looks == LOOKS {
        return Some(LOOKS);
    }
    match u32::try_from(found.pages.len()).ok().filter(|n| *n > 0) {
        Some(n) => Some(n),
        None => found.claimed.filter(|n| *n > 0),
    }
}

/// Every `/Type` with what follows it.
fn types(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    const WORD: &[u8] = b"/Type";
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + super::kind::find(bytes.get(from..)?, WORD)?;
        from = at + WORD.len();
        Some((at, bytes.get(from..).unwrap_or_default().trim_ascii_start()))
    })
}

/// The name stands there whole: `/Page` and not `/PageLabel`.
fn is_word(rest: &[u8], word: &[u8]) -> bool {
    rest.starts_with(word) && !rest.get(word.len()).is_some_and(u8::is_ascii_alphanumeric)
}

/// Objects packed into one stream: `pairs` of number and place, then the objects from `first` on.
struct ObjectStream<'a> {
    packed: bool,
    first: usize,
    data: &'a [u8],
}

impl<'a> ObjectStream<'a> {
    /// The stream whose dictionary holds the position. Filters other than the usual one are not unpacked.
    fn around(bytes: &'a [u8], at: usize) -> Option<Self> {
        let start = at.saturating_sub(NEAR);
        let before = bytes.get(start..at)?;
        let begin = before.windows(3).rposition(|w| w == b"obj").map_or(start, |i| start + i);
        let word = at + super::kind::find(bytes.get(at..(at + NEAR).min(bytes.len()))?, b"stream")?;
        let dictionary = bytes.get(begin..word)?;
        let rest = bytes.get(word + b"stream".len()..)?;
        let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r"))?;
        let filtered = super::kind::find(dictionary, b"/Filter").is_some();
        let packed = super::kind::find(dictionary, b"/FlateDecode").is_some();
        (packed || !filtered).then_some(Self { packed, first: usize::try_from(number_after(dictionary, b"/First")?).ok()?, data })
    }

    /// At most `most` bytes of the objects; what is damaged is read as far as it goes.
    fn content(&self, most: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        if self.packed {
            let mut part = flate2::read::ZlibDecoder::new(self.data).take(most as u64);
            let _ = part.read_to_end(&mut out);
        } else {
            let end = super::kind::find(self.data, b"endstream")?.min(most);
            out.extend_from_slice(self.data.get(..end)?);
        }
        Some(out)
    }

    /// Where each object begins, counted from `first`, and its number; in the order of the places.
    fn objects(&self, content: &[u8]) -> Vec<(u64, u64)> {
        let head = content.get(..self.first.min(content.len())).unwrap_or_default();
        let words: Vec<u64> = head.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).map_while(|w| std::str::from_utf8(w).ok()?.parse().ok()).collect();
        let mut objects: Vec<(u64, u64)> = words.chunks_exact(2).filter_map(|pair| Some((*pair.get(1)?, *pair.first()?))).collect();
        objects.sort_unstable();
        objects
    }
}

/// The number of the object a position lies in: `12 0 obj` before it.
fn object_before(bytes: &[u8], at: usize) -> Option<u64> {
    let before = bytes.get(at.saturating_sub(NEAR)..at)?;
    let obj = before.windows(4).rposition(|w| w == b" obj" || w == b"\nobj")?;
    let text: String = before.get(obj.saturating_sub(24)..obj)?.iter().map(|b| char::from(*b)).collect();
    let mut words = text.split_ascii_whitespace().rev();
    let (_generation, number) = (words.next()?, words.next()?);
    number.parse().ok()
}

/// `/Count 12` of the dictionary around a position.
fn count_near(bytes: &[u8], at: usize) -> Option<u32> {
    let from = at.saturating_sub(NEAR);
    let start = bytes.get(from..at)?.windows(2).rposition(|w| w == b"<<").map_or(at, |i| from + i);
    let around = bytes.get(start..(at + 2048).min(bytes.len()))?;
    let end = super::kind::find(around, b"endobj").unwrap_or(around.len());
    number_after(around.get(..end)?, b"/Count")
}

fn number_after(bytes: &[u8], word: &[u8]) -> Option<u32> {
    let rest = bytes.get(super::kind::find(bytes, word)? + word.len()..)?.trim_ascii_start();
    let digits: String = rest.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    const PDF: &str = "application/pdf";

    fn pdf(objects: &str) -> Vec<u8> {
        format!("%PDF-1.4\n{objects}\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
    }

    /// Objects in a compressed stream, as word processors write them.
    fn packed(numbers: std::ops::Range<u32>, object: &str) -> Vec<u8> {
        let (mut head, mut body) = (String::new(), String::new());
        for n in numbers.clone() {
            head.push_str(&format!("{n} {} ", body.len()));
            body.push_str(object);
            body.push('\n');
        }
        let mut zip = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zip.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let data = zip.finish().unwrap();
        let dictionary = format!("\n7 0 obj\n<</Type/ObjStm/N {}/First {}/Filter/FlateDecode/Length {}>>\nstream\n", numbers.len(), head.len(), data.len());
        [dictionary.as_bytes(), &data, b"\nendstream\nendobj\n"].concat()
    }

    #[test]
    fn pages_are_counted_and_not_believed() {
        let tree = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 7>>endobj\n";
        let two = format!("{tree}3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</Type /Page /Parent 2 0 R>>endobj\n");
        assert_eq!(pages(PDF, &pdf(&two)), Some(2), "the page objects, not the claim of 7");
        let again = format!("{two}4 0 obj<</Type /Page /Rotate 90 /Parent 2 0 R>>endobj\n");
        assert_eq!(pages(PDF, &pdf(&again)), Some(2), "a page saved again is one page");
        assert_eq!(pages(PDF, &pdf(tree)), Some(7), "pages packed away: the count of the tree");
        assert_eq!(pages(PDF, &pdf("1 0 obj<</Type/ObjStm>>endobj")), None);
        assert_eq!(pages(PDF, &pdf("1 0 obj<</Type/PageLabel>>endobj")), None);
        assert_eq!(pages(PDF, b"%PDF-1.4 /Type"), None);
        assert_eq!(pages("image/png", b"x"), Some(1));
        assert_eq!(pages("application/vnd.oasis.opendocument.text", b"x"), None);
    }

    #[test]
    fn pages_in_compressed_object_streams_are_counted() {
        let thousand = [b"%PDF-1.5\n".as_slice(), &packed(10..1010, "<</Type/Page/Parent 2 0 R>>")].concat();
        assert_eq!(pages(PDF, &thousand), Some(1000));
        let twice = [thousand.as_slice(), &packed(10..20, "<</Type /Page/Rotate 90>>"), b"3 0 obj<</Type/Page>>endobj"].concat();
        assert_eq!(pages(PDF, &twice), Some(1001), "saved again: the same numbers");
        let tree = [b"%PDF-1.5\n".as_slice(), &packed(2..3, "<</Type/Pages/Count 12/Kids[9 0 R]>>")].concat();
        assert_eq!(pages(PDF, &tree), Some(12));
    }

    #[test]
    fn hostile_bytes_cost_no_more_than_a_large_file() {
        // A bomb: each stream unpacks to hundreds of megabytes.
        let mut zip = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..256 {
            zip.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        let bomb = zip.finish().unwrap();
        let one = [b"7 0 obj<</Type/ObjStm/First 0/Filter/FlateDecode>>stream\n".as_slice(), &bomb, b"\nendstream endobj "].concat();
        assert_eq!(pages(PDF, &[b"%PDF-1.5\n".as_slice(), &one.repeat(20)].concat()), None);
        // Cut anywhere, or with a byte turned: an answer, never a panic.
        let good = [b"%PDF-1.5\n".as_slice(), &packed(10..40, "<</Type/Page/Parent 2 0 R>>"), b"2 0 obj<</Type/Pages/Count 30>>endobj"].concat();
        for n in 0..good.len() {
            let _ = pages(PDF, &good[..n]);
            let mut turned = good.clone();
            turned[n] ^= 0x55;
            let _ = pages(PDF, &turned);
        }
        assert_eq!(pages(PDF, b"/Type/ObjStm/First 99999999999999999999 stream\n"), None);
        // A beginning beyond all bytes: nothing of the stream is looked into, what stands in the clear is counted.
        assert_eq!(pages(PDF, b"/Type/ObjStm/First 4294967295 stream\n1 0 <</Type/Page>>endstream"), Some(1));
    }
}
