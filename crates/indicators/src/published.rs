//! Figures that the national portal has published, as somebody entered them, beside ours.
//!
//! One journal entry each time a sheet is entered (`index.published`); a later sheet of the same unit, period and indicator
//! replaces the earlier one line by line.

use crate::{Indicators, period::Period, views::Whose};
use kernel::{Actor, Instant, Refusal, id::AccountId};
use serde::Serialize;
use ::store::{NewEntry, Scope, StoreError, values};

/// One line of a sheet. An empty procedure is the indicator as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub indicator: String,
    pub procedure: String,
    pub numerator: i64,
    pub denominator: i64,
}

/// Lines of a sheet that somebody pasted or uploaded may be so many.
const MOST: usize = 5_000;

/// Reads `indicator;procedure;numerator;denominator` (or commas, or tabs), a heading line allowed. Everything wrong is told with
/// its line.
pub fn read(text: &str, known: impl Fn(&str) -> bool) -> Result<Vec<Line>, Refusal> {
    let mut refusal = Refusal::invalid(
        "bad-sheet",
        "Bảng số liệu có dòng chưa đọc được. Mỗi dòng gồm: chỉ số; mã thủ tục (để trống nếu là tổng); tử số; mẫu số.",
        "Some lines of the sheet could not be read. A line holds: indicator; procedure code (empty for the total); numerator; denominator.",
    );
    let (mut lines, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    for (n, raw) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let (n, line) = (n + 1, raw.trim());
        if line.is_empty() {
            continue;
        }
        let separator = if line.contains(';') { ';' } else if line.contains('\t') { '\t' } else { ',' };
        let cells: Vec<&str> = line.split(separator).map(|c| c.trim().trim_matches('"')).collect();
        if n == 1 && !cells.first().is_some_and(|c| c.starts_with(|c: char| c.is_ascii_digit())) {
            continue;
        }
        let mut wrong = |vi: String, en: String| refusal.reasons.push(kernel::refusal::Reason { field: Some("sheet".into()), message: kernel::Text::new(vi, en) });
        let [indicator, procedure, numerator, denominator] = cells.as_slice() else {
            wrong(format!("Dòng {n}: cần bốn ô, gặp {}.", cells.len()), format!("Line {n}: four cells are needed, found {}.", cells.len()));
            continue;
        };
        if !known(indicator) {
            wrong(format!("Dòng {n}: không có chỉ số “{}”.", short(indicator)), format!("Line {n}: there is no indicator “{}”.", short(indicator)));
            continue;
        }
        let number = |t: &str| t.replace('.', "").parse::<i64>().ok().filter(|v| (0..=1_000_000_000).contains(v));
        let (Some(numerator), Some(denominator)) = (number(numerator), number(denominator)) else {
            wrong(format!("Dòng {n}: tử số và mẫu số là số nguyên không âm."), format!("Line {n}: numerator and denominator are whole numbers from zero."));
            continue;
        };
        if procedure.len() > 40 || procedure.chars().any(char::is_control) {
            wrong(format!("Dòng {n}: mã thủ tục quá dài."), format!("Line {n}: the procedure code is too long."));
            continue;
        }
        if !seen.insert(((*indicator).to_owned(), (*procedure).to_owned())) {
            wrong(format!("Dòng {n}: chỉ số {indicator} của thủ tục “{procedure}” đã có ở trên."), format!("Line {n}: indicator {indicator} of procedure “{procedure}” is there already."));
            continue;
        }
        lines.push(Line { indicator: (*indicator).to_owned(), procedure: (*procedure).to_owned(), numerator, denominator });
    }
    if lines.len() > MOST {
        refusal = refusal.because(Some("sheet"), format!("Bảng có {} dòng, nhiều nhất {MOST}.", lines.len()), format!("The sheet has {} lines, at most {MOST}.", lines.len()));
    }
    if lines.is_empty() && refusal.reasons.is_empty() {
        refusal = refusal.because(Some("sheet"), "Chưa có dòng số liệu nào.", "There is no line of figures.");
    }
    if refusal.reasons.is_empty() { Ok(lines) } else { Err(refusal) }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

impl Indicators {
    /// Keeps a sheet. Entering the same sheet again changes nothing but who entered it last.
    pub async fn enter(&self, office: &str, period: Period, lines: &[Line], by: &Actor, now: Instant) -> Result<(), StoreError> {
        let mut batch = self.scope.batch();
        let payload = serde_json::json!({"period": period.to_string(), "office": office, "lines": lines, "by": by.name});
        batch.append(NewEntry {
            stream: format!("idxpub_{}", uuid::Uuid::now_v7().simple()),
            version: 1,
            kind: "index.published".into(),
            at: now,
            actor: by.account.to_string(),
            on_behalf: None,
            key: None,
            payload: payload.to_string(),
        });
        for line in lines {
            batch.exec(
                "INSERT INTO index_published (province, period, office, indicator, definition, numerator, denominator, entered_at, entered_by) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (province, period, office, indicator, definition) DO UPDATE SET \
                 numerator = excluded.numerator, denominator = excluded.denominator, entered_at = excluded.entered_at, entered_by = excluded.entered_by",
                values![period.to_string(), office, line.indicator.as_str(), line.procedure.as_str(), line.numerator, line.denominator, now, AccountId::to_string(&by.account)],
            );
        }
        match self.scope.commit(batch).await {
            Ok(()) => Ok(()),
            Err(::store::CommitError::Store(e)) => Err(e),
            Err(::store::CommitError::Conflict { label }) => Err(StoreError::Database(format!("index.published: conflict {label}"))),
        }
    }
}

/// What was entered for a unit (empty: the province) and period.
pub async fn entered(scope: &Scope, office: &str, period: Period) -> Result<Vec<(Line, Instant)>, StoreError> {
    let sql = "SELECT indicator, definition, numerator, denominator, entered_at FROM index_published \
               WHERE province = $1 AND period = $2 AND office = $3 ORDER BY indicator, definition";
    let rows = scope.query(sql, values![period.to_string(), office]).await?;
    rows.iter()
        .map(|r| {
            let line = Line { indicator: r.string("indicator")?, procedure: r.string("definition")?, numerator: r.int("numerator")?, denominator: r.int("denominator")? };
            Ok((line, r.instant("entered_at")?))
        })
        .collect()
}

/// How many dossiers the portal says it knows: the denominator published for 1.4.
pub async fn known_to_portal(scope: &Scope, whose: &Whose, period: Period) -> Result<Option<i64>, StoreError> {
    let (office, procedure) = match whose {
        Whose::Province => ("", ""),
        Whose::Office(o) => (o.as_str(), ""),
        Whose::Procedure(d) => ("", d.as_str()),
        Whose::OfficeProcedure(o, d) => (o.as_str(), d.as_str()),
        Whose::Official(_) => return Ok(None),
    };
    let sql = "SELECT denominator FROM index_published WHERE province = $1 AND period = $2 AND office = $3 AND indicator = '1.4' AND definition = $4";
    scope.one(sql, values![period.to_string(), office, procedure]).await?.map(|r| r.int("denominator")).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_reads_and_its_mistakes_are_told_by_line() {
        let known = |c: &str| ["1.4", "2.1"].contains(&c);
        let lines = read("chỉ số;thủ tục;tử;mẫu\n2.1;1.001193;8;10\n\n1.4;;95;1.000\n", known).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[1].procedure.as_str(), lines[1].denominator), ("", 1000));
        let refused = read("2.1;x;8\n9.9;;1;2\n2.1;;-1;2\n2.1;;1;2\n2.1;;1;2\n", known).unwrap_err();
        let said: Vec<&str> = refused.reasons.iter().map(|r| r.message.en.as_str()).collect();
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].starts_with("Line 1") && said[3].starts_with("Line 5"));
        assert!(read("", known).is_err());
    }
}
