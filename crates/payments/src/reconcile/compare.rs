//! Three traces of one payment compared: the bank's line, our record, the receipt.

use super::bank_file::Line;
use kernel::{Dong, Instant, Text, id::DueId};
use std::collections::BTreeMap;

/// How a payment stands after the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Matched,
    PaidNotRecorded,
    RecordedNotPaid,
    AmountDiffers,
    Duplicate,
    AfterEnd,
    ReceiptCancelled,
    ReceiptMissing,
}

impl Class {
    pub const DIFFERENT: [Self; 7] = [
        Self::PaidNotRecorded,
        Self::RecordedNotPaid,
        Self::AmountDiffers,
        Self::Duplicate,
        Self::AfterEnd,
        Self::ReceiptCancelled,
        Self::ReceiptMissing,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::PaidNotRecorded => "paid_not_recorded",
            Self::RecordedNotPaid => "recorded_not_paid",
            Self::AmountDiffers => "amount_differs",
            Self::Duplicate => "duplicate",
            Self::AfterEnd => "after_end",
            Self::ReceiptCancelled => "receipt_cancelled",
            Self::ReceiptMissing => "receipt_missing",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::DIFFERENT.into_iter().find(|c| c.code() == code)
    }
    pub fn name(self) -> Text {
        match self {
            Self::Matched => Text::new("Khớp", "Matched"),
            Self::PaidNotRecorded => Text::new("Đã nộp, chưa ghi nhận", "Paid, not recorded"),
            Self::RecordedNotPaid => Text::new("Đã ghi nhận, ngân hàng không có", "Recorded, not at the bank"),
            Self::AmountDiffers => Text::new("Lệch số tiền", "Amount differs"),
            Self::Duplicate => Text::new("Nộp trùng", "Paid twice"),
            Self::AfterEnd => Text::new("Nộp sau khi hết hạn hoặc hồ sơ dừng", "Paid after expiry or stop"),
            Self::ReceiptCancelled => Text::new("Biên lai đã hủy", "Receipt cancelled"),
            Self::ReceiptMissing => Text::new("Chưa có biên lai", "Receipt missing"),
        }
    }
}

/// Our record of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    pub tx: String,
    pub due: DueId,
    pub amount: Dong,
    pub at: Instant,
    pub reference: String,
    /// As in the list of money: `settles`, `review:late`, `refunded`…
    pub state: String,
    /// Came through a bank, so its statement must show it.
    pub by_bank: bool,
    /// Of our own office: only its own are missed.
    pub own: bool,
    pub receipt: ReceiptTrace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptTrace {
    /// None is given for this kind of money.
    NotMeant,
    Missing,
    Good,
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub class: Class,
    pub tx: String,
    pub due: Option<DueId>,
    pub bank: Option<Dong>,
    pub ours: Option<Dong>,
    pub at: Instant,
    pub reference: String,
}

/// Every line of the bank and every record of ours, once.
pub fn compare(lines: &[Line], ours: &[Ours]) -> Vec<Compared> {
    let known: BTreeMap<&str, &Ours> = ours.iter().map(|o| (o.tx.as_str(), o)).collect();
    let mut out: Vec<Compared> = lines
        .iter()
        .map(|l| {
            let our = known.get(l.tx.as_str());
            Compared {
                class: our.map_or(Class::PaidNotRecorded, |o| judge(l, o)),
                tx: l.tx.clone(),
                due: our.map(|o| o.due),
                bank: Some(l.amount),
                ours: our.map(|o| o.amount),
                at: l.at,
                reference: our.map_or_else(|| l.reference.clone(), |o| o.reference.clone()),
            }
        })
        .collect();
    let told: std::collections::BTreeSet<&str> = lines.iter().map(|l| l.tx.as_str()).collect();
    out.extend(ours.iter().filter(|o| o.own && o.by_bank && !told.contains(o.tx.as_str())).map(|o| Compared {
        class: Class::RecordedNotPaid,
        tx: o.tx.clone(),
        due: Some(o.due),
        bank: None,
        ours: Some(o.amount),
        at: o.at,
        reference: o.reference.clone(),
    }));
    out
}

fn judge(line: &Line, our: &Ours) -> Class {
    if line.amount != our.amount {
        return Class::AmountDiffers;
    }
    match our.state.as_str() {
        "review:wrong_amount" => Class::AmountDiffers,
        "review:duplicate" => Class::Duplicate,
        "review:late" | "review:after_stop" | "review:case_refused" => Class::AfterEnd,
        "review:unknown" => Class::PaidNotRecorded,
        "settles" => match our.receipt {
            ReceiptTrace::Cancelled => Class::ReceiptCancelled,
            ReceiptTrace::Missing => Class::ReceiptMissing,
            ReceiptTrace::Good | ReceiptTrace::NotMeant => Class::Matched,
        },
        _ => Class::Matched,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(tx: &str, amount: i64) -> Line {
        Line { line: 2, tx: tx.into(), at: Instant::from_micros(0), amount: Dong(amount), reference: "PS7K3M9Q2X4T".into(), text: String::new() }
    }
    fn our(tx: &str, amount: i64, state: &str, receipt: ReceiptTrace) -> Ours {
        Ours {
            tx: tx.into(),
            due: DueId::new(uuid::Uuid::nil()),
            amount: Dong(amount),
            at: Instant::from_micros(0),
            reference: String::new(),
            state: state.into(),
            by_bank: true,
            own: true,
            receipt,
        }
    }

    /// The classes of public-services.md §7.3, one each.
    #[test]
    fn every_class_is_told_apart() {
        use ReceiptTrace::{Cancelled, Good, Missing, NotMeant};
        let lines: Vec<Line> = (1..=9).map(|i| line(&format!("T{i}"), 1_000)).collect();
        let ours = [
            our("T1", 1_000, "settles", Good),
            our("T2", 900, "settles", Good),
            our("T3", 1_000, "review:duplicate", NotMeant),
            our("T4", 1_000, "review:late", NotMeant),
            our("T5", 1_000, "review:after_stop", NotMeant),
            our("T6", 1_000, "settles", Cancelled),
            our("T7", 1_000, "settles", Missing),
            our("T8", 1_000, "refunded", Cancelled),
            our("X1", 1_000, "settles", Good),
            Ours { by_bank: false, ..our("X2", 1_000, "settles", Good) },
            Ours { own: false, ..our("X3", 1_000, "settles", Good) },
        ];
        let found: Vec<(String, Class)> = compare(&lines, &ours).into_iter().map(|c| (c.tx, c.class)).collect();
        let wanted = [
            ("T1", Class::Matched),
            ("T2", Class::AmountDiffers),
            ("T3", Class::Duplicate),
            ("T4", Class::AfterEnd),
            ("T5", Class::AfterEnd),
            ("T6", Class::ReceiptCancelled),
            ("T7", Class::ReceiptMissing),
            ("T8", Class::Matched),
            ("T9", Class::PaidNotRecorded),
            ("X1", Class::RecordedNotPaid),
        ];
        assert_eq!(found, wanted.map(|(t, c)| (t.to_owned(), c)));
    }
}
