//! Recomputing everything and naming what differs.

use super::{Frontier, Hash, Head, LEAF, entry_bytes, head::leaf_of, tree};
use crate::{
    Row, Scope, StoreError,
    journal::{self, Cursor, Entry},
    values,
};
use ed25519_dalek::VerifyingKey;
use kernel::{Text, id::ProvinceCode};
use std::collections::{HashMap, VecDeque};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub province: ProvinceCode,
    /// Signed heads checked.
    pub heads: u64,
    /// Entries found as they were sealed.
    pub sealed: u64,
    /// Entries after the last head; they are sealed with the next one.
    pub unsealed: u64,
    /// The root of the last head: the fingerprint to keep elsewhere.
    pub root: Option<Hash>,
    /// The last head that held.
    pub newest: Option<Head>,
    /// The first difference.
    pub fault: Option<Fault>,
    /// Further ones, in the order of the journal, at most [`MOST`]: after that nothing was looked at.
    pub more: Vec<Fault>,
}

impl Report {
    /// All differences found.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.fault.iter().chain(&self.more)
    }
    fn add(&mut self, fault: Fault) {
        match &self.fault {
            None => self.fault = Some(fault),
            Some(_) => self.more.push(fault),
        }
    }
    fn full(&self) -> bool {
        self.more.len() >= MOST
    }
}

/// Differences named beside the first: enough to see what was done, not so many that a rewritten journal fills the memory.
pub const MOST: usize = 20;

/// A difference between the journal and its seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The entry is not what was sealed.
    Altered { seq: i64, stream: String, version: i64 },
    /// A sealed entry is not there.
    Missing { seq: i64, index: u64 },
    /// An entry is there among sealed ones that was not sealed.
    Inserted { seq: i64, stream: String, version: i64 },
    /// A sealed entry stands in another place of the journal's order.
    Moved { seq: i64, index: u64 },
    /// The seal of the entries up to this number does not hold.
    Seal { size: u64, why: &'static str },
    /// A head kept outside the database covers more entries than are sealed here: the newest were cut off with their heads.
    Cut { size: u64, kept: u64 },
    /// The entries under a head kept outside are not those that are sealed here.
    Rewritten { kept: u64 },
    /// The head kept outside is not signed by a trusted key, or is another province's: nothing can be compared with it.
    Kept { kept: u64 },
}

impl Fault {
    pub fn text(&self) -> Text {
        match self {
            Self::Altered { seq, stream, version } => Text::new(
                format!("Bản ghi số {seq} ({stream}, phiên bản {version}) đã bị sửa sau khi niêm phong."),
                format!("Entry {seq} ({stream}, version {version}) was altered after it was sealed."),
            ),
            Self::Missing { seq, index } => Text::new(
                format!("Thiếu bản ghi số {seq} (vị trí {index} trong niêm phong)."),
                format!("Entry {seq} (place {index} in the seal) is missing."),
            ),
            Self::Inserted { seq, stream, version } => Text::new(
                format!("Bản ghi số {seq} ({stream}, phiên bản {version}) bị chèn vào giữa các bản ghi đã niêm phong."),
                format!("Entry {seq} ({stream}, version {version}) was inserted among sealed entries."),
            ),
            Self::Moved { seq, index } => Text::new(
                format!("Bản ghi số {seq} (vị trí {index} trong niêm phong) bị chuyển sang chỗ khác trong thứ tự nhật ký."),
                format!("Entry {seq} (place {index} in the seal) was moved to another place in the order of the journal."),
            ),
            Self::Cut { size, kept } => Text::new(
                format!("Nhật ký bị cắt: dấu giữ bên ngoài xác nhận {kept} bản ghi, ở đây chỉ còn {size} bản ghi được niêm phong. Các bản ghi từ vị trí {size} đến {} đã mất.", kept - 1),
                format!("The journal was cut off: a head kept outside covers {kept} entries, only {size} are sealed here. The entries at places {size} to {} are gone.", kept - 1),
            ),
            Self::Rewritten { kept } => Text::new(
                format!("{kept} bản ghi đầu không phải là những bản ghi đã được xác nhận bởi dấu giữ bên ngoài: nhật ký và niêm phong đã bị viết lại."),
                format!("The first {kept} entries are not those under the head kept outside: journal and seals were rewritten."),
            ),
            Self::Kept { kept } => Text::new(
                format!("Dấu giữ bên ngoài ({kept} bản ghi) không có chữ ký hợp lệ của tỉnh này nên không so sánh được."),
                format!("The head kept outside ({kept} entries) has no valid signature of this province: nothing was compared with it."),
            ),
            Self::Seal { size, why } => Text::new(
                format!("Niêm phong của {size} bản ghi đầu không hợp lệ ({why})."),
                format!("The seal of the first {size} entries does not hold ({why})."),
            ),
        }
    }
}

/// The journal of the province, page by page.
struct Pages<'a> {
    scope: &'a Scope,
    after: Cursor,
    page: VecDeque<Entry>,
}

impl Pages<'_> {
    async fn peek(&mut self) -> Result<Option<&Entry>, StoreError> {
        if self.page.is_empty() {
            self.page = journal::since(self.scope, self.after, 1000).await?.into();
        }
        Ok(self.page.front())
    }
    /// Takes what [`Self::peek`] showed.
    fn take(&mut self) -> Option<Entry> {
        let next = self.page.pop_front()?;
        self.after = next.cursor();
        Some(next)
    }
}

/// Recomputes the tree of a province from its journal and compares it with every head. `trusted` are the keys that
/// may have signed; the one in the database proves nothing by itself.
pub async fn verify(scope: &Scope, trusted: &[VerifyingKey]) -> Result<Report, StoreError> {
    verify_against(scope, trusted, &[]).await
}

/// [`verify`], compared with heads kept outside the database as well: only they tell of newest entries that were cut off
/// together with their heads, and of a history rewritten by somebody who has the key.
pub async fn verify_against(scope: &Scope, trusted: &[VerifyingKey], kept: &[Head]) -> Result<Report, StoreError> {
    let province = scope.province().clone();
    let mut check = Check {
        report: Report { province: province.clone(), heads: 0, sealed: 0, unsealed: 0, root: None, newest: None, fault: None, more: Vec::new() },
        frontier: Frontier::default(),
        journal: Pages { scope, after: Cursor::START, page: VecDeque::new() },
        early: HashMap::new(),
        kept: Vec::new(),
    };
    for head in kept {
        if head.province == province && head.size > 0 && head.signed_by(trusted) {
            check.kept.push(head);
        } else {
            check.report.add(Fault::Kept { kept: head.size });
        }
    }
    loop {
        let sql = "SELECT size, leaves, root, at, public_key, signature FROM seal \
                   WHERE province = $1 AND size > $2 ORDER BY size LIMIT 20";
        let rows = scope.query(sql, values![i64::try_from(check.frontier.size()).unwrap_or(i64::MAX)]).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if !check.run(&row, trusted).await? {
                return Ok(check.done());
            }
        }
    }
    while check.journal.peek().await?.is_some() {
        check.journal.take();
        check.report.unsealed += 1;
    }
    let size = check.frontier.size();
    for head in std::mem::take(&mut check.kept).iter().filter(|k| k.size > size) {
        check.report.add(Fault::Cut { size, kept: head.size });
    }
    Ok(check.done())
}

struct Check<'a> {
    report: Report,
    frontier: Frontier,
    journal: Pages<'a>,
    /// Entries met before their place: not sealed at all, unless their leaf comes later.
    early: HashMap<i64, Fault>,
    kept: Vec<&'a Head>,
}

impl Check<'_> {
    /// Compares the entries of one sealing run; false when nothing after it can be compared.
    async fn run(&mut self, row: &Row, trusted: &[VerifyingKey]) -> Result<bool, StoreError> {
        let size = u64::try_from(row.int("size")?).unwrap_or(0);
        let head = Head::read(self.journal.scope.province(), row)?.filter(|h| h.signed_by(trusted));
        let Some(head) = head else { return Ok(self.broken(size, "signature")) };
        let leaves = row.bytes("leaves")?;
        if leaves.len() as u64 != (size - self.frontier.size()).saturating_mul(LEAF as u64) {
            return Ok(self.broken(size, "number of leaves"));
        }
        for leaf in leaves.chunks_exact(LEAF) {
            let (seq, hash) = leaf_of(leaf);
            self.entry(seq, hash).await?;
            self.frontier.append(hash);
            self.compare_kept();
            if self.report.full() {
                return Ok(false);
            }
        }
        if self.frontier.root() != head.root {
            return Ok(self.broken(size, "root"));
        }
        self.report.heads += 1;
        self.report.root = Some(head.root);
        self.report.newest = Some(head);
        Ok(true)
    }

    fn broken(&mut self, size: u64, why: &'static str) -> bool {
        self.report.add(Fault::Seal { size, why });
        false
    }

    /// Finds the entry of one leaf in the journal.
    async fn entry(&mut self, seq: i64, hash: Hash) -> Result<(), StoreError> {
        let index = self.frontier.size();
        if self.early.remove(&seq).is_some() {
            self.report.add(Fault::Moved { seq, index });
            return Ok(());
        }
        loop {
            let Some((found, same)) = self.journal.peek().await?.map(|e| (e.seq, tree::leaf(&entry_bytes(e)) == hash)) else {
                self.report.add(Fault::Missing { seq, index });
                return Ok(());
            };
            if found == seq {
                match self.journal.take() {
                    Some(e) if !same => self.report.add(Fault::Altered { seq, stream: e.stream, version: e.version }),
                    _ => self.report.sealed += 1,
                }
                return Ok(());
            }
            if !is_there(self.journal.scope, seq).await? || self.early.len() >= MOST {
                self.report.add(Fault::Missing { seq, index });
                return Ok(());
            }
            if let Some(e) = self.journal.take() {
                self.early.insert(e.seq, Fault::Inserted { seq: e.seq, stream: e.stream, version: e.version });
            }
        }
    }

    fn compare_kept(&mut self) {
        let (size, frontier) = (self.frontier.size(), &self.frontier);
        let differs = self.kept.iter().any(|k| k.size == size && k.root != frontier.root());
        if differs {
            self.report.add(Fault::Rewritten { kept: size });
        }
    }

    /// What was met too early and never came is inserted.
    fn done(mut self) -> Report {
        let mut inserted: Vec<(i64, Fault)> = self.early.drain().collect();
        inserted.sort_by_key(|(seq, _)| *seq);
        for (_, fault) in inserted {
            self.report.add(fault);
        }
        self.report
    }
}

async fn is_there(scope: &Scope, seq: i64) -> Result<bool, StoreError> {
    let sql = "SELECT seq FROM journal WHERE province = $1 AND seq = $2";
    Ok(scope.one(sql, values![seq]).await?.is_some())
}
