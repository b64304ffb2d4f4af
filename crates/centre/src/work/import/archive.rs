//! The parts of a spreadsheet, unpacked within limits, and packed again without compression for the reader: it meets only
//! what was unpacked here, in the sizes found here.

use super::inflate::{Broken, inflate};
use std::collections::BTreeMap;

/// Files in one archive.
const PARTS: usize = 2_000;
/// All parts that are read, unpacked, in bytes.
pub const UNPACKED: usize = 64 << 20;

const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// The parts by name, those in `wanted` unpacked.
pub struct Archive {
    pub names: Vec<String>,
    pub parts: BTreeMap<String, Vec<u8>>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}
fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

/// Where the central directory begins and how many entries it has (APPNOTE 4.3.16). Archives of more than 4 GB do not come here.
fn directory(bytes: &[u8]) -> Option<(usize, usize)> {
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end = bytes.get(from..)?.windows(4).rposition(|w| w == b"PK\x05\x06")? + from;
    Some((u32_at(bytes, end + 16)?, u16_at(bytes, end + 10)?))
}

/// Unpacks the parts whose name `wanted` takes, all together at most [`UNPACKED`] bytes.
pub fn open(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Archive, Broken> {
    let (mut at, count) = directory(bytes).ok_or(Broken::Damaged)?;
    if count > PARTS {
        return Err(Broken::TooLarge);
    }
    let mut archive = Archive { names: Vec::new(), parts: BTreeMap::new() };
    let mut left = UNPACKED;
    for _ in 0..count {
        let (entry, next) = entry(bytes, at).ok_or(Broken::Damaged)?;
        at = next;
        if wanted(&entry.name) && !archive.parts.contains_key(&entry.name) {
            let content = match entry.method {
                0 if entry.packed.len() <= left => entry.packed.to_vec(),
                0 => return Err(Broken::TooLarge),
                8 => inflate(entry.packed, left)?,
                _ => return Err(Broken::Damaged),
            };
            left -= content.len();
            archive.parts.insert(entry.name.clone(), content);
        }
        archive.names.push(entry.name);
    }
    Ok(archive)
}

struct Entry<'a> {
    name: String,
    method: usize,
    packed: &'a [u8],
}

/// The entry of the directory at a place, with its packed bytes, and the place of the next one.
fn entry(bytes: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    if bytes.get(at..at + 4)? != b"PK\x01\x02" {
        return None;
    }
    let (method, size, name) = (u16_at(bytes, at + 10)?, u32_at(bytes, at + 20)?, u16_at(bytes, at + 28)?);
    let (extra, comment, local) = (u16_at(bytes, at + 30)?, u16_at(bytes, at + 32)?, u32_at(bytes, at + 42)?);
    let text = bytes.get(at + 46..at + 46 + name)?;
    // Windows programs have been seen to write backslashes.
    let name_text = String::from_utf8_lossy(text).replace('\\', "/");
    if bytes.get(local..local + 4)? != b"PK\x03\x04" {
        return None;
    }
    let start = local + 30 + u16_at(bytes, local + 26)? + u16_at(bytes, local + 28)?;
    let packed = bytes.get(start..start.checked_add(size)?)?;
    Some((Entry { name: name_text, method, packed }, at + 46 + name + extra + comment))
}

/// An archive of these parts as they are (method 0).
pub fn pack(parts: &BTreeMap<String, Vec<u8>>) -> Option<Vec<u8>> {
    let (mut out, mut index) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let (at, size) = (u32::try_from(out.len()).ok()?, u32::try_from(content.len()).ok()?);
        let name_size = u16::try_from(name.len()).ok()?;
        // Version 2.0, names in UTF-8, no date.
        let mut head = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        head.extend(CRC.checksum(content).to_le_bytes());
        head.extend(size.to_le_bytes());
        head.extend(size.to_le_bytes());
        head.extend(name_size.to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(content);
        index.extend(b"PK\x01\x02\x14\0");
        index.extend(&head);
        index.extend([0; 10]);
        index.extend(at.to_le_bytes());
        index.extend(name.as_bytes());
    }
    let (at, size, count) = (u32::try_from(out.len()).ok()?, u32::try_from(index.len()).ok()?, u16::try_from(parts.len()).ok()?);
    out.extend(index);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    Some(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let parts: BTreeMap<String, Vec<u8>> = [("a/b.xml", "một"), ("c.xml", "")].map(|(n, c)| (n.to_owned(), c.as_bytes().to_vec())).into();
        let again = open(&pack(&parts).unwrap(), |_| true).unwrap();
        assert_eq!((again.parts, again.names.len()), (parts, 2));
    }

    proptest! {
        #[test]
        fn a_torn_archive_is_damaged_and_no_more(cut in 0_usize..200, at in 0_usize..200, byte in any::<u8>()) {
            let parts = [("a.xml".to_owned(), b"<a/>".to_vec()), ("b.xml".to_owned(), b"<b/>".to_vec())].into();
            let mut bytes = pack(&parts).unwrap();
            if let Some(b) = bytes.get_mut(at) { *b = byte; }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = open(&bytes, |_| true);
        }
    }
}
