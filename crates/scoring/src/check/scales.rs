//! One scale: which keys its type takes, and that its steps have neither gap nor overlap.

use crate::{
    decimal::Decimal,
    definition::{Kind, Scale, ScaleType},
    framework::Fault,
};
use kernel::Text;
use std::collections::BTreeSet;

pub(super) fn check(scale: &Scale, path: &[String], kind: Kind, faults: &mut Vec<Fault>) {
    let mut check = Check { scale, path, faults };
    check.keys();
    check.options();
    check.rows();
    check.buckets();
    check.numbers(kind);
}

struct Check<'a> {
    scale: &'a Scale,
    path: &'a [String],
    faults: &'a mut Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, below: &[&str], vi: impl Into<String>, en: impl Into<String>) {
        let mut path = self.path.to_vec();
        path.extend(below.iter().map(|&p| p.to_owned()));
        self.faults.push(Fault { path, reason: Text::new(vi, en) });
    }

    /// Every type has the keys it needs and no others.
    fn keys(&mut self) {
        use ScaleType::{Count, Evidence, Gate, Ladder, Matrix, Multi, Ratio, Single};
        let (kind, s) = (self.scale.kind, self.scale);
        let table: [(&str, bool, &[ScaleType], bool); 9] = [
            ("options", !s.options.is_empty(), &[Single, Ladder, Multi, Matrix], true),
            ("rows", !s.rows.is_empty(), &[Matrix], true),
            ("buckets", !s.buckets.is_empty(), &[Ratio, Count], true),
            ("points", s.points.is_some(), &[Evidence], true),
            ("cap", s.cap.is_some(), &[Multi], false),
            ("factor", s.factor.is_some(), &[Matrix], false),
            ("numerator", s.numerator.is_some(), &[Ratio], false),
            ("denominator", s.denominator.is_some(), &[Ratio], false),
            ("unit", s.unit.is_some(), &[Count], false),
        ];
        for (key, there, of, needed) in table {
            let fits = of.contains(&kind);
            if there && !fits {
                self.fault(
                    &[key],
                    format!("Loại {} không dùng khóa “{key}”.", name(kind)),
                    format!("The type {} does not take “{key}”.", name(kind)),
                );
            } else if !there && fits && needed {
                self.fault(
                    &["type"],
                    format!("Loại {} cần khóa “{key}”.", name(kind)),
                    format!("The type {} needs “{key}”.", name(kind)),
                );
            }
        }
        if matches!(kind, Gate) && s.period.is_some() {
            self.fault(&["period"], "Loại gate không dùng khóa “period”.", "The type gate does not take “period”.");
        }
    }

    fn options(&mut self) {
        let mut codes = BTreeSet::new();
        let mut last = Decimal::MIN;
        for (n, option) in self.scale.options.iter().enumerate() {
            let n = n.to_string();
            if option.code.trim().is_empty() || !codes.insert(option.code.as_str()) {
                self.fault(
                    &["options", &n, "code"],
                    format!("Mã lựa chọn “{}” trống hoặc đã có ở trên.", option.code),
                    format!("The option code “{}” is empty or given above.", option.code),
                );
            }
            if !super::structure::both(&option.text) {
                self.fault(&["options", &n, "text"], MISSING.0, MISSING.1);
            }
            if self.scale.kind == ScaleType::Ladder && option.points < last {
                self.fault(
                    &["options", &n, "points"],
                    "Bậc thang phải cho điểm không thấp hơn bậc trước; nếu không có thứ tự, dùng type: single.",
                    "A step of a ladder gives no fewer points than the one before; without an order use type: single.",
                );
            }
            if option.excludes_others && self.scale.kind != ScaleType::Multi {
                self.fault(
                    &["options", &n, "excludes_others"],
                    "“excludes_others” chỉ dùng với type: multi.",
                    "“excludes_others” belongs to type: multi only.",
                );
            }
            last = option.points;
        }
    }

    fn rows(&mut self) {
        let mut codes = BTreeSet::new();
        for (n, row) in self.scale.rows.iter().enumerate() {
            let n = n.to_string();
            // Rows called n and d would read as the two numbers of a ratio.
            if row.code.trim().is_empty() || matches!(row.code.as_str(), "n" | "d") || !codes.insert(row.code.as_str()) {
                self.fault(
                    &["rows", &n, "code"],
                    format!("Mã hàng “{}” trống, đã có ở trên, hoặc trùng tên dành riêng n, d.", row.code),
                    format!("The row code “{}” is empty, given above, or one of the reserved n and d.", row.code),
                );
            }
            if !super::structure::both(&row.text) {
                self.fault(&["rows", &n, "text"], MISSING.0, MISSING.1);
            }
        }
    }

    /// Bounds rise and the last bucket is open: neither gap nor overlap.
    fn buckets(&mut self) {
        let count = self.scale.buckets.len();
        let mut last: Option<Decimal> = None;
        for (n, bucket) in self.scale.buckets.iter().enumerate() {
            let at = n.to_string();
            let open = n + 1 == count;
            match bucket.up_to {
                None if !open => self.fault(
                    &["buckets", &at],
                    "Chỉ khoảng cuối cùng không có “up_to”.",
                    "Only the last bucket has no “up_to”.",
                ),
                Some(_) if open => self.fault(
                    &["buckets", &at],
                    "Khoảng cuối cùng phải để mở (không có “up_to”) để không giá trị nào bị bỏ sót.",
                    "The last bucket has to be open (no “up_to”) so that no value is left out.",
                ),
                Some(bound) => {
                    if bound.is_negative() || last.is_some_and(|last| bound <= last) {
                        self.fault(
                            &["buckets", &at, "up_to"],
                            format!("Mốc {bound} phải từ 0 và lớn hơn mốc trước."),
                            format!("The bound {bound} has to be 0 or more and above the one before."),
                        );
                    }
                    if self.scale.kind == ScaleType::Ratio && bound >= Decimal::HUNDRED {
                        self.fault(
                            &["buckets", &at, "up_to"],
                            "Tỷ lệ không quá 100 % nên khoảng sau mốc này không bao giờ đạt.",
                            "A share never exceeds 100 %, so the bucket after this bound is never reached.",
                        );
                    }
                    last = Some(bound);
                }
                None => {}
            }
        }
    }

    fn numbers(&mut self, kind: Kind) {
        let s = self.scale;
        let all = s.options.iter().map(|o| o.points).chain(s.buckets.iter().map(|b| b.points));
        let bound = Decimal::whole(1_000_000);
        if all.chain(s.points).chain(s.cap).chain(s.factor).any(|p| p.is_negative() || p > bound) {
            self.fault(
                &["type"],
                "Điểm, trần và hệ số phải từ 0 đến 1000000.",
                "Points, caps and factors have to be from 0 to 1000000.",
            );
        }
        if kind == Kind::Index && s.kind != ScaleType::Gate && s.max().is_zero() {
            self.fault(
                &["type"],
                "Thang này không cho điểm nào; trong bộ chỉ số, câu không điểm dùng type: gate.",
                "This scale gives no points; in an index a question without points is of type: gate.",
            );
        }
    }
}

pub(super) const MISSING: (&str, &str) =
    ("Thiếu chữ ở một trong hai ngôn ngữ (vi, en).", "The text lacks one of the two languages (vi, en).");

pub(super) const fn name(kind: ScaleType) -> &'static str {
    match kind {
        ScaleType::Single => "single",
        ScaleType::Ladder => "ladder",
        ScaleType::Multi => "multi",
        ScaleType::Ratio => "ratio",
        ScaleType::Count => "count",
        ScaleType::Matrix => "matrix",
        ScaleType::Evidence => "evidence",
        ScaleType::Gate => "gate",
    }
}
