//! Comparison of our dossiers with the portal's list: what it lacks, what only it has, where the statuses differ.

use crate::{
    NationalPortal,
    inbound::stored,
    wire::{Failure, Listed, Portal},
};
use kernel::{Actor, Instant, Refusal, id::MessageId, text::clean, time::{Date, midnight}};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use store::{NewEntry, StoreError, values};

/// One dossier about which the two sides do not say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub code: String,
    /// `None`: we do not have it.
    pub ours: Option<i64>,
    /// `None`: the portal does not have it.
    pub theirs: Option<i64>,
}

impl Difference {
    /// Telling the portal again mends it.
    pub fn can_resend(&self) -> bool {
        self.ours.is_some()
    }
}

/// Compares two lists by code.
pub fn compare(ours: &BTreeMap<String, i64>, theirs: &BTreeMap<String, i64>) -> Vec<Difference> {
    let mut out: Vec<Difference> = Vec::new();
    for (code, status) in ours {
        let other = theirs.get(code).copied();
        if other != Some(*status) {
            out.push(Difference { code: code.clone(), ours: Some(*status), theirs: other });
        }
    }
    for (code, status) in theirs.iter().filter(|(c, _)| !ours.contains_key(*c)) {
        out.push(Difference { code: code.clone(), ours: None, theirs: Some(*status) });
    }
    out.sort_by(|a, b| a.code.cmp(&b.code));
    out
}

/// Most lines of a file.
const LINES_MAX: usize = 200_000;

/// Reads the portal's list as a file: one dossier a line, `MaHoSo` and `TrangThaiHoSo` in the first line, separated by comma,
/// semicolon or tab.
pub fn read_file(bytes: &[u8]) -> Result<BTreeMap<String, i64>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(None, "Tệp không phải văn bản UTF-8. Xuất lại tệp CSV (UTF-8).", "The file is not UTF-8 text. Export it again as CSV (UTF-8)."))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    let empty = || bad(None, "Tệp rỗng.", "The file is empty.");
    let (_, head) = lines.next().ok_or_else(empty)?;
    let sign = ['\t', ';', ','].into_iter().max_by_key(|s| head.matches(*s).count()).unwrap_or(',');
    let cells = |line: &str| -> Vec<String> { line.split(sign).map(|c| clean(c.trim().trim_matches('"'))).collect() };
    let names = cells(head);
    let column = |name: &str| names.iter().position(|n| n.eq_ignore_ascii_case(name));
    let (Some(code), Some(status)) = (column("MaHoSo"), column("TrangThaiHoSo")) else {
        return Err(bad(
            Some(1),
            "Dòng đầu phải có cột MaHoSo và TrangThaiHoSo.",
            "The first line must name the columns MaHoSo and TrangThaiHoSo.",
        ));
    };
    let mut out = BTreeMap::new();
    for (number, line) in lines {
        if out.len() >= LINES_MAX {
            return Err(bad(Some(number + 1), "Tệp quá dài; chia theo tháng rồi tải từng tệp.", "The file is too long; split it by month."));
        }
        let row = cells(line);
        let value = row.get(status).and_then(|s| s.parse::<i64>().ok()).filter(|s| (1..=10).contains(s));
        let (Some(code), Some(status)) = (row.get(code).filter(|c| !c.is_empty() && c.len() <= 60), value) else {
            return Err(bad(
                Some(number + 1),
                "Dòng thiếu mã hồ sơ hoặc trạng thái không phải số từ 1 đến 10.",
                "The line lacks a code, or its status is not a number from 1 to 10.",
            ));
        };
        out.insert(code.to_uppercase(), status);
    }
    Ok(out)
}

fn bad(line: Option<usize>, vi: &str, en: &str) -> Refusal {
    let (at_vi, at_en) = line.map_or_else(Default::default, |l| (format!("Dòng {l}: "), format!("Line {l}: ")));
    Refusal::invalid("bad-list", "Không đọc được danh sách của Cổng.", "The portal's list could not be read.").because(
        Some("file"),
        format!("{at_vi}{vi}"),
        format!("{at_en}{en}"),
    )
}

/// A kept comparison.
#[derive(Debug, Clone)]
pub struct Comparison {
    pub id: MessageId,
    pub at: Instant,
    pub by: String,
    pub source: String,
    pub from: String,
    pub to: String,
    pub agreed: i64,
    pub differences: Vec<Difference>,
}

/// Most differences kept of one comparison; more than that is not read by people.
const KEPT: usize = 5_000;

impl NationalPortal {
    /// Everything the portal lists between two days.
    pub async fn fetch_list(&self, portal: &dyn Portal, from: Date, to: Date) -> Result<BTreeMap<String, i64>, Failure> {
        let (from, to) = (from.to_string(), to.to_string());
        let mut all = BTreeMap::new();
        let mut after: Option<String> = None;
        loop {
            let page = portal.list(&from, &to, after.as_deref()).await?;
            all.extend(page.items.into_iter().map(|Listed { code, status, .. }| (code, status)));
            match page.next {
                // A portal that answers the same place for ever must not hold us.
                Some(next) if after.as_ref() != Some(&next) && all.len() <= LINES_MAX => after = Some(next),
                _ => return Ok(all),
            }
        }
    }

    /// Our dossiers filed between two days, as the portal should know them.
    pub async fn own_list(&self, from: Date, to: Date) -> Result<BTreeMap<String, i64>, StoreError> {
        let sql = "SELECT code, status, filed_at, case_id FROM national_case WHERE province = $1 AND filed_at >= $2 AND filed_at < $3 \
                   AND (filed_at > $4 OR (filed_at = $4 AND case_id > $5)) ORDER BY filed_at, case_id LIMIT 5000";
        let (start, end) = (midnight(from), midnight(to.tomorrow().unwrap_or(to)));
        let (mut at, mut case) = (Instant::from_micros(0), String::new());
        let mut all = BTreeMap::new();
        loop {
            let rows = self.scope.query(sql, values![start, end, at, case.as_str()]).await?;
            let Some(last) = rows.last() else { return Ok(all) };
            (at, case) = (last.instant("filed_at")?, last.string("case_id")?);
            for row in &rows {
                all.insert(row.string("code")?, row.int("status")?);
            }
        }
    }

    /// Compares and keeps the comparison, with an entry in the journal.
    pub async fn compare_with(&self, theirs: &BTreeMap<String, i64>, source: &str, (from, to): (Date, Date), by: &Actor, now: Instant) -> Result<Comparison, StoreError> {
        let ours = self.own_list(from, to).await?;
        let mut differences = compare(&ours, theirs);
        let agreed = ours.iter().filter(|(c, s)| theirs.get(*c) == Some(s)).count();
        differences.truncate(KEPT);
        let made = Comparison {
            id: MessageId::new(uuid::Uuid::now_v7()),
            at: now,
            by: by.name.clone(),
            source: source.to_owned(),
            from: from.to_string(),
            to: to.to_string(),
            agreed: i64::try_from(agreed).unwrap_or(i64::MAX),
            differences,
        };
        let mut batch = self.scope.batch();
        batch.append(NewEntry {
            stream: made.id.to_string(),
            version: 1,
            kind: "national.compared".into(),
            at: now,
            actor: by.account.to_string(),
            on_behalf: None,
            key: None,
            payload: json!({"source": source, "from": made.from, "to": made.to, "agreed": agreed, "differences": made.differences.len()}).to_string(),
        });
        let differences = serde_json::to_string(&made.differences).unwrap_or_default();
        batch.exec(
            "INSERT INTO national_comparison (province, id, at, by_name, source, from_day, to_day, agreed, differences) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![made.id, now, made.by.as_str(), source, made.from.as_str(), made.to.as_str(), made.agreed, differences],
        );
        self.scope.commit(batch).await.map_err(stored)?;
        Ok(made)
    }

    pub async fn comparison(&self, id: MessageId) -> Result<Option<Comparison>, StoreError> {
        let sql = "SELECT * FROM national_comparison WHERE province = $1 AND id = $2";
        let Some(row) = self.scope.one(sql, values![id]).await? else { return Ok(None) };
        Ok(Some(Comparison {
            id: row.id("id")?,
            at: row.instant("at")?,
            by: row.string("by_name")?,
            source: row.string("source")?,
            from: row.string("from_day")?,
            to: row.string("to_day")?,
            agreed: row.int("agreed")?,
            differences: row.json("differences")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(of: &[(&str, i64)]) -> BTreeMap<String, i64> {
        of.iter().map(|(c, s)| ((*c).to_owned(), *s)).collect()
    }

    #[test]
    fn missing_extra_and_different_are_told_apart() {
        let found = compare(&list(&[("A", 4), ("B", 9), ("C", 10)]), &list(&[("B", 4), ("C", 10), ("D", 1)]));
        let said: Vec<(&str, Option<i64>, Option<i64>)> = found.iter().map(|d| (d.code.as_str(), d.ours, d.theirs)).collect();
        assert_eq!(said, [("A", Some(4), None), ("B", Some(9), Some(4)), ("D", None, Some(1))]);
        assert!(!found[2].can_resend());
    }

    #[test]
    fn a_file_is_read_or_its_line_is_named() {
        let read = |t: &str| read_file(t.as_bytes());
        assert_eq!(read("\u{feff}MaHoSo;TrangThaiHoSo\r\nh29.161-261119-0001;4\r\n\r\n").unwrap(), list(&[("H29.161-261119-0001", 4)]));
        assert_eq!(read("STT,TrangThaiHoSo,MaHoSo\n1,10,\"X-1\"\n").unwrap(), list(&[("X-1", 10)]));
        for (text, word) in [("", "rỗng"), ("a,b\n", "MaHoSo"), ("MaHoSo,TrangThaiHoSo\nA,11\n", "Dòng 2"), ("MaHoSo,TrangThaiHoSo\nA,4\n,4\n", "Dòng 3")] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.reasons.iter().any(|r| r.message.vi.contains(word)), "{text:?}: {refusal:?}");
        }
        assert!(read_file(&[0xff, 0xfe, 0, 1]).is_err());
    }
}
