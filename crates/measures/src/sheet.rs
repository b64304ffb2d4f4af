//! Values of many lines at once: `indicator; period; area; numerator; denominator; supplier; document; reason`. All lines are good or nothing is
//! recorded; everything wrong is said with its line.

use crate::{Measures, Who, reading::{self, Read, Reading, Sent}};
use kernel::{Actor, Refusal, Text, refusal::Reason};
use records::Failure;
use std::collections::BTreeSet;

/// Lines of one sheet.
const MOST: usize = 2_000;

/// A line that may be kept.
struct Good<'c> {
    indicator: &'c crate::catalog::Indicator,
    read: Read,
    reason: String,
}

/// What of a sheet was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub new: usize,
    pub corrected: usize,
    /// There already, word for word.
    pub same: usize,
}

impl Measures {
    /// Reads and records a sheet.
    pub async fn import(&self, actor: &Actor, text: &str) -> Result<Taken, Failure> {
        let who = self.who(actor);
        let good = self.read_sheet(&who, text).await?;
        let mut taken = Taken { new: 0, corrected: 0, same: 0 };
        for g in &good {
            let stream = reading::stream(&g.indicator.code, &g.read.area, g.read.period);
            let before = records::load::<Reading>(&self.scope, &stream).await?.map_or(0, |f| f.state.vintages.len());
            let after = records::change::<Reading>(&self.scope, &stream, &who.author, |found| reading::declare(found, g.indicator, &g.read, &g.reason, &who)).await?;
            match (before, after.vintages.len() > before) {
                (0, _) => taken.new += 1,
                (_, true) => taken.corrected += 1,
                (_, false) => taken.same += 1,
            }
        }
        Ok(taken)
    }

    async fn read_sheet(&self, who: &Who, text: &str) -> Result<Vec<Good<'_>>, Failure> {
        let mut refusal = Refusal::invalid("bad-sheet", "Chưa ghi dòng nào: bảng có dòng cần sửa", "Nothing was recorded: some lines need correcting");
        let mut good = Vec::new();
        let mut seen = BTreeSet::new();
        let rows = match kernel::csv::rows(text) {
            Ok(rows) => rows,
            Err(f) => {
                refusal.reasons.push(Reason { field: Some("sheet".into()), message: Text::new(format!("Dòng {}: {}", f.line, f.reason.vi), format!("Line {}: {}", f.line, f.reason.en)) });
                return Err(refusal.into());
            }
        };
        let placed: BTreeSet<&str> = rows.iter().filter(|(_, r)| r.get(2).is_some_and(|area| !area.trim().is_empty())).filter_map(|(_, r)| Some(r.first()?.trim())).collect();
        for (at, (n, row)) in rows.iter().enumerate() {
            let row: Vec<String> = row.iter().map(|c| c.trim().to_owned()).collect();
            let cell = |i: usize| row.get(i).cloned().unwrap_or_default();
            if at == 0 && self.catalog.indicator(&cell(0)).is_none() && cell(1).parse::<crate::Period>().is_err() && cell(3).parse::<i64>().is_err() {
                continue;
            }
            let mut wrong = |message: Text| refusal.reasons.push(Reason { field: Some("sheet".into()), message: Text::new(format!("Dòng {n}: {}", message.vi), format!("Line {n}: {}", message.en)) });
            if !(5..=8).contains(&row.len()) {
                wrong(Text::new(format!("cần 5 đến 8 ô, gặp {}.", row.len()), format!("5 to 8 cells are needed, found {}.", row.len())));
                continue;
            }
            let Some(indicator) = self.catalog.indicator(&cell(0)) else {
                let code: String = cell(0).chars().take(60).collect();
                wrong(Text::new(format!("không có chỉ tiêu “{code}”."), format!("there is no indicator “{code}”.")));
                continue;
            };
            if !reading::may(indicator, who) {
                wrong(Text::new(format!("“{}” không do cơ quan bạn khai.", indicator.code), format!("“{}” is not entered by your office.", indicator.code)));
                continue;
            }
            if cell(2).is_empty() && placed.contains(indicator.code.as_str()) {
                wrong(reading::unplaced(self.scope.province().as_str()));
            }
            let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
            let sent = Sent { period: cell(1), area: cell(2), n: cell(3), d: cell(4), supplier: or(cell(5), &indicator.source.vi), document: cell(6), reason: cell(7), ..Sent::default() };
            match reading::read(self, indicator, &sent, who.author.at) {
                Err(r) => r.reasons.into_iter().for_each(|r| wrong(r.message)),
                Ok(read) => {
                    if !seen.insert((indicator.code.clone(), read.area.clone(), read.period)) {
                        wrong(Text::new("chỉ tiêu, kỳ, địa bàn này đã có ở dòng trên.", "this indicator, period and area are on a line above."));
                        continue;
                    }
                    let stream = reading::stream(&indicator.code, &read.area, read.period);
                    let found = records::load::<Reading>(&self.scope, &stream).await?;
                    match reading::declare(found.as_ref().map(|f| &f.state), indicator, &read, &sent.reason, who) {
                        Err(r) if r.reasons.is_empty() => wrong(r.message),
                        Err(r) => r.reasons.into_iter().for_each(|r| wrong(r.message)),
                        Ok(_) => good.push(Good { indicator, read, reason: sent.reason }),
                    }
                }
            }
        }
        if rows.len() > MOST {
            refusal = refusal.because(Some("sheet"), format!("Bảng có {} dòng, nhiều nhất {MOST}.", rows.len()), format!("The sheet has {} lines, at most {MOST}.", rows.len()));
        }
        if good.is_empty() && refusal.reasons.is_empty() {
            refusal = refusal.because(Some("sheet"), "Chưa có dòng số liệu nào.", "There is no line of figures.");
        }
        if refusal.reasons.is_empty() { Ok(good) } else { Err(refusal.into()) }
    }
}
