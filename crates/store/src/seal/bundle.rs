//! A proof as a file: everything that somebody needs to check one entry without this program and without the database.
//!
//! The public key in the file proves nothing by itself: who checks brings the key from elsewhere. `tests/proof/check.py` is
//! an independent checker of this form.

use super::{Head, entry_bytes, head, proof, tree};
use crate::{Scope, StoreError, journal::{self, Entry}};
use ed25519_dalek::VerifyingKey;
use kernel::{Instant, Text, id::ProvinceCode};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "phusa-proof-1";

/// The file. Hashes, keys, signatures and bytes are hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    pub format: String,
    pub province: String,
    /// Without one the file proves only that the newest head continues the older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Sealed>,
    /// The first head over the entry.
    pub head: Signed,
    pub newest: Signed,
    /// RFC 9162, 2.1.4: that `newest` begins with `head`; empty when they are the same.
    pub consistency: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    pub seq: i64,
    /// Its place in the tree, from 0.
    pub index: u64,
    pub leaf_hash: String,
    /// The canonical bytes (see the module `seal`); left out for those who may not read the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// RFC 9162, 2.1.3: from the leaf to the root of `head`.
    pub path: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub size: u64,
    pub root: String,
    /// Microseconds since 1970 UTC, as signed.
    pub at: i64,
    pub public_key: String,
    pub signature: String,
}

impl From<&Head> for Signed {
    fn from(h: &Head) -> Self {
        Self { size: h.size, root: hex::encode(h.root), at: h.at.micros(), public_key: hex::encode(h.public_key), signature: hex::encode(h.signature) }
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    hex::decode_to_slice(text, &mut out).ok().map(|()| out)
}

impl Signed {
    /// Read back; `None` when a part has a wrong length.
    pub fn head(&self, province: &str) -> Option<Head> {
        Some(Head {
            province: ProvinceCode::new(province),
            size: self.size,
            root: bytes(&self.root)?,
            at: Instant::from_micros(self.at),
            public_key: bytes(&self.public_key)?,
            signature: bytes(&self.signature)?,
        })
    }
}

/// What a bundle proves when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The entry, where its bytes are in the bundle.
    pub entry: Option<Entry>,
    pub head: Head,
    pub newest: Head,
}

/// The proof of an entry. `None`: it is not sealed yet, or not there.
pub async fn prove(scope: &Scope, seq: i64, with_bytes: bool) -> Result<Option<Bundle>, StoreError> {
    let Some((index, leaf)) = head::place(scope, seq).await? else { return Ok(None) };
    let (Some(first), Some(newest)) = (head::over(scope, index).await?, head::newest(scope).await?) else { return Ok(None) };
    let bytes = match with_bytes {
        true => journal::entry(scope, seq).await?.map(|e| hex::encode(entry_bytes(&e))),
        false => None,
    };
    let path = head::inclusion(scope, index, first.size).await?;
    let entry = Sealed { seq, index, leaf_hash: hex::encode(leaf), bytes, path: path.iter().map(hex::encode).collect() };
    bundle(scope, Some(entry), &first, &newest).await.map(Some)
}

/// The proof that the newest head continues the one of a size; `None` when there is no head of that size.
pub async fn prove_head(scope: &Scope, size: u64) -> Result<Option<Bundle>, StoreError> {
    let (Some(first), Some(newest)) = (head::of_size(scope, size).await?, head::newest(scope).await?) else { return Ok(None) };
    bundle(scope, None, &first, &newest).await.map(Some)
}

async fn bundle(scope: &Scope, entry: Option<Sealed>, first: &Head, newest: &Head) -> Result<Bundle, StoreError> {
    let consistency = head::consistency(scope, first.size, newest.size).await?;
    Ok(Bundle {
        format: FORMAT.to_owned(),
        province: scope.province().to_string(),
        entry,
        head: first.into(),
        newest: newest.into(),
        consistency: consistency.iter().map(hex::encode).collect(),
    })
}

impl Bundle {
    /// Checks the bundle alone, without any database; the text says what is wrong.
    pub fn check(&self, trusted: &[VerifyingKey]) -> Result<Proven, Text> {
        if self.format != FORMAT {
            return Err(Text::new(format!("Dạng tệp “{}” không được hỗ trợ.", self.format), format!("The form “{}” is not known.", self.format)));
        }
        let head = self.signed(&self.head, trusted, Text::new("niêm phong của bản ghi", "head of the entry"))?;
        let newest = self.signed(&self.newest, trusted, Text::new("niêm phong mới nhất", "newest head"))?;
        let path = hashes(&self.consistency)?;
        if !proof::consistent(head.size, &head.root, newest.size, &newest.root, &path) {
            return Err(Text::new(
                "Niêm phong mới nhất không nối tiếp niêm phong của bản ghi: lịch sử ở giữa đã bị viết lại.",
                "The newest head does not continue the head of the entry: what lies between was rewritten.",
            ));
        }
        let entry = self.entry.as_ref().map(|e| self.included(e, &head)).transpose()?.flatten();
        Ok(Proven { entry, head, newest })
    }

    fn signed(&self, signed: &Signed, trusted: &[VerifyingKey], what: Text) -> Result<Head, Text> {
        let head = signed.head(&self.province).filter(|h| h.signed_by(trusted));
        head.ok_or_else(|| Text::new(format!("Chữ ký của {} không hợp lệ với khoá đã cho.", what.vi), format!("The signature of the {} does not hold under the given key.", what.en)))
    }

    fn included(&self, e: &Sealed, head: &Head) -> Result<Option<Entry>, Text> {
        let leaf = bytes::<32>(&e.leaf_hash).ok_or_else(damaged)?;
        let mut read = None;
        if let Some(told) = &e.bytes {
            let canonical = hex::decode(told).map_err(|_| damaged())?;
            if tree::leaf(&canonical) != leaf {
                return Err(Text::new("Nội dung bản ghi không khớp dấu của nó: bản ghi đã bị sửa.", "The entry's bytes do not give its leaf hash: the entry was altered."));
            }
            let entry = read_entry(&canonical).filter(|x| x.seq == e.seq && x.province.as_str() == self.province);
            read = Some(entry.ok_or_else(|| Text::new("Nội dung bản ghi là của bản ghi khác.", "The bytes are those of another entry."))?);
        }
        if !proof::included(&leaf, e.index, head.size, &hashes(&e.path)?, &head.root) {
            return Err(Text::new("Bản ghi không nằm ở vị trí đã nêu trong niêm phong.", "The entry does not stand at the given place under the head."));
        }
        Ok(read)
    }
}

fn damaged() -> Text {
    Text::new("Tệp bằng chứng bị hỏng: có giá trị không phải mã thập lục phân đúng độ dài.", "The file is damaged: a value is not hexadecimal of the right length.")
}

fn hashes(list: &[String]) -> Result<Vec<[u8; 32]>, Text> {
    list.iter().map(|h| bytes(h).ok_or_else(damaged)).collect()
}

/// The canonical bytes of an entry read back; `None` when they are not such bytes to the last.
pub fn read_entry(bytes: &[u8]) -> Option<Entry> {
    let mut rest = Rest(bytes.strip_prefix(b"phusa-entry-1")?);
    let entry = Entry {
        seq: rest.int()?,
        tx: 0,
        province: ProvinceCode::new(rest.text()?),
        stream: rest.text()?,
        version: rest.int()?,
        kind: rest.text()?,
        at: Instant::from_micros(rest.int()?),
        actor: rest.text()?,
        on_behalf: rest.optional()?,
        key: rest.optional()?,
        payload: rest.text()?,
    };
    rest.0.is_empty().then_some(entry)
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take(&mut self, n: usize) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }
    fn int(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }
    fn text(&mut self) -> Option<String> {
        let length = u32::from_be_bytes(self.take(4)?.try_into().ok()?);
        String::from_utf8(self.take(usize::try_from(length).ok()?)?.to_vec()).ok()
    }
    fn optional(&mut self) -> Option<Option<String>> {
        match self.take(1)? {
            [0] => Some(None),
            [1] => Some(Some(self.text()?)),
            _ => None,
        }
    }
}
