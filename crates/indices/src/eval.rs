//! A formula over values: the result, and each step that somebody may ask about.

use crate::{
    Exact,
    formula::{Bound, Call, Expr, Op, Rows},
};
use kernel::{Text, time::Date};

/// What an input is, or a formula gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The number, and whether it is read in per cent.
    Number(Exact, bool),
    Yes(bool),
    Word(String),
    Day(Date),
    /// It does not apply, and why.
    Na(Text),
    /// The input of which nothing is known.
    Missing(String),
}

/// What somebody may ask about, in the order in which it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Fraction { n: Exact, d: Exact, value: Exact },
    /// A part larger than its whole: the two have different bases.
    Over { n: Exact, d: Exact },
    /// The row that a number or a word fell into.
    Row { value: String, bound: Option<String>, rule: Rows },
    Days { from: Date, to: Date, days: i64 },
    Capped { value: Exact, limit: Exact },
    /// The formula with its values filled in.
    Filled { text: String, value: Exact },
    Rounded { from: Exact, to: Exact, places: u32 },
}

pub fn percent(x: Exact) -> String {
    x.mul(Exact::HUNDRED).map_or_else(|| x.to_string(), |p| format!("{}\u{a0}%", p.round(4)))
}

fn shown(x: Exact, as_percent: bool) -> String {
    if as_percent { percent(x) } else { x.round(4).to_string() }
}

impl Step {
    pub fn text(&self) -> Text {
        let comma = |t: &str| t.replace('.', ",");
        let both = |vi: &str, en: &str, rest: String| Text::new(format!("{vi} {}", comma(&rest)), format!("{en} {rest}"));
        let plain = |x: &Exact| x.round(4).to_string();
        match self {
            Self::Fraction { n, d, value } => both("Tỷ lệ", "Ratio", format!("{} / {} = {}", plain(n), plain(d), percent(*value))),
            Self::Over { n, d } => both("Khác cơ sở: tử số lớn hơn mẫu số,", "Base mismatch: the part is larger than the whole,", format!("{} > {}", plain(n), plain(d))),
            Self::Row { value, bound: Some(bound), rule } => {
                let sign = match rule {
                    Rows::Bands | Rows::Steps => "≥",
                    Rows::Within => "≤",
                    Rows::Pick => "=",
                };
                if *rule == Rows::Pick { Text::new(format!("Mức “{bound}”"), format!("Level “{bound}”")) } else { both("Mức", "Band", format!("{value} {sign} {bound}")) }
            }
            Self::Row { value, bound: None, .. } => both("Ngoài các mức đã khai:", "Outside the bands:", value.clone()),
            Self::Days { from, to, days } => Text::new(format!("{days} ngày, từ {from} đến {to}"), format!("{days} days, from {from} to {to}")),
            Self::Capped { value, limit } => both("Tối đa", "No more than", format!("{} ({})", plain(limit), plain(value))),
            Self::Filled { text, value } => both("Tính:", "That is:", format!("{text} = {}", plain(value))),
            Self::Rounded { from, to, places } => both("Làm tròn", "Rounded", format!("{} → {}", from.round(places + 2), to.fixed(*places))),
        }
    }
}

/// Where names and other components lead.
pub trait Around {
    /// An input or a derived value; the steps of a derived one are added.
    fn name(&self, code: &str, steps: &mut Vec<Step>) -> Value;
    fn points(&self, code: &str) -> Value;
    fn full(&self) -> Exact;
}

pub struct Eval<'a> {
    pub around: &'a dyn Around,
    pub steps: Vec<Step>,
}

/// A value with the text of how it came about.
type Found = (Value, String);

fn na(vi: &str, en: &str) -> Value {
    Value::Na(Text::new(vi, en))
}

fn too_large() -> Value {
    na("Số quá lớn để tính chính xác; dùng đơn vị lớn hơn.", "The numbers are too large to be exact; use a larger unit.")
}

fn not_that() -> Value {
    na("Giá trị không đúng loại mà công thức cần.", "The value is not of the kind that the formula needs.")
}

fn fits(x: Option<Exact>, as_percent: bool) -> Value {
    x.map_or_else(too_large, |x| Value::Number(x, as_percent))
}

/// The number, or what comes instead of the whole formula.
fn number(v: &Value) -> Result<(Exact, bool), Value> {
    match v {
        Value::Number(x, p) => Ok((*x, *p)),
        Value::Na(_) | Value::Missing(_) => Err(v.clone()),
        Value::Yes(_) | Value::Word(_) | Value::Day(_) => Err(not_that()),
    }
}

fn yes(v: &Value) -> Result<bool, Value> {
    match v {
        Value::Yes(b) => Ok(*b),
        Value::Na(_) | Value::Missing(_) => Err(v.clone()),
        _ => Err(not_that()),
    }
}

impl Eval<'_> {
    pub fn of(&mut self, e: &Expr) -> Found {
        self.try_of(e).unwrap_or_else(|instead| (instead, String::new()))
    }

    fn num(&mut self, e: &Expr) -> Result<(Exact, bool, String), Value> {
        let (v, text) = self.try_of(e)?;
        let (x, p) = number(&v)?;
        Ok((x, p, text))
    }

    fn try_of(&mut self, e: &Expr) -> Result<Found, Value> {
        Ok(match e {
            Expr::Number(x, p) => (Value::Number(*x, *p), shown(*x, *p)),
            Expr::Full => (Value::Number(self.around.full(), false), shown(self.around.full(), false)),
            Expr::Name(code) => told(self.around.name(code, &mut self.steps)),
            Expr::Points(code) => told(self.around.points(code)),
            Expr::Not(a) => (Value::Yes(!yes(&self.try_of(a)?.0)?), String::new()),
            Expr::Minus(a) => {
                let (x, p, text) = self.num(a)?;
                (fits(Exact::ZERO.sub(x), p), format!("−{text}"))
            }
            Expr::Two(op, a, b) => self.two(*op, a, b)?,
            Expr::Call(call, args) => self.call(*call, args)?,
            Expr::Rows(kind, subject, rows, other) => self.rows(*kind, subject, rows, other.as_deref())?,
        })
    }

    fn two(&mut self, op: Op, a: &Expr, b: &Expr) -> Result<Found, Value> {
        if matches!(op, Op::And | Op::Or) {
            let left = yes(&self.try_of(a)?.0)?;
            // What is settled by the left does not ask the right, which may be unknown.
            let settled = left == (op == Op::Or);
            return Ok((Value::Yes(if settled { left } else { yes(&self.try_of(b)?.0)? }), String::new()));
        }
        let (left, left_text) = self.try_of(a)?;
        let (right, right_text) = self.try_of(b)?;
        if let (Value::Word(x), Value::Word(y)) = (&left, &right) {
            return Ok((Value::Yes((x == y) == (op == Op::Equal)), String::new()));
        }
        if let (Value::Day(x), Value::Day(y)) = (&left, &right) {
            return Ok((Value::Yes(compare(op, x.cmp(y))), String::new()));
        }
        let ((x, xp), (y, yp)) = (number(&left)?, number(&right)?);
        let text = format!("{} {} {}", bracketed(a, op, left_text), op.sign(), bracketed(b, op, right_text));
        Ok(match op {
            Op::Add => (fits(x.add(y), xp && yp), text),
            Op::Sub => (fits(x.sub(y), xp && yp), text),
            Op::Mul => (fits(x.mul(y), false), text),
            Op::Div if y.is_zero() => return Err(na("Mẫu số bằng 0.", "The whole is zero.")),
            Op::Div => (fits(x.div(y), false), text),
            _ => (Value::Yes(compare(op, x.cmp(&y))), text),
        })
    }

    fn call(&mut self, call: Call, args: &[Expr]) -> Result<Found, Value> {
        let arg = |i: usize| args.get(i).ok_or_else(not_that);
        Ok(match call {
            Call::Ratio => return self.ratio(arg(0)?, arg(1)?),
            Call::Na => return Err(na("Không áp dụng.", "It does not apply.")),
            Call::Known => (Value::Yes(!matches!(self.of(arg(0)?).0, Value::Na(_) | Value::Missing(_))), String::new()),
            Call::If => {
                let chosen = if yes(&self.try_of(arg(0)?)?.0)? { arg(1)? } else { arg(2)? };
                return self.try_of(chosen);
            }
            Call::Count => {
                let mut n = 0;
                for a in args {
                    n += i64::from(yes(&self.try_of(a)?.0)?);
                }
                (Value::Number(Exact::whole(n), false), n.to_string())
            }
            Call::DaysBetween => {
                let days = [self.try_of(arg(0)?)?.0, self.try_of(arg(1)?)?.0];
                let [Value::Day(from), Value::Day(to)] = days else { return Err(days.into_iter().find(|v| matches!(v, Value::Missing(_) | Value::Na(_))).unwrap_or_else(not_that)) };
                let days = i64::from(from.until(to).map(|s| s.get_days()).unwrap_or_default());
                self.steps.push(Step::Days { from, to, days });
                (Value::Number(Exact::whole(days), false), days.to_string())
            }
            Call::Cap => {
                let ((x, p, text), (limit, ..)) = (self.num(arg(0)?)?, self.num(arg(1)?)?);
                if x <= limit {
                    return Ok((Value::Number(x, p), text));
                }
                self.steps.push(Step::Capped { value: x, limit });
                (Value::Number(limit, p), shown(limit, p))
            }
            Call::Round => {
                let ((x, p, text), (places, ..)) = (self.num(arg(0)?)?, self.num(arg(1)?)?);
                let places = places.to_i64().and_then(|n| u32::try_from(n).ok()).ok_or_else(not_that)?;
                (Value::Number(x.round(places), p), text)
            }
            Call::Sum | Call::Min | Call::Max | Call::Most => return self.many(call, args),
        })
    }

    fn many(&mut self, call: Call, args: &[Expr]) -> Result<Found, Value> {
        let mut found: Option<(Exact, bool)> = None;
        let mut texts = Vec::new();
        for a in args {
            let (v, text) = self.of(a);
            if call == Call::Most && matches!(v, Value::Na(_) | Value::Missing(_)) {
                continue;
            }
            let (x, p) = number(&v)?;
            texts.push(text);
            found = Some(match (found, call) {
                (None, _) => (x, p),
                (Some((y, q)), Call::Sum) => (y.add(x).ok_or_else(too_large)?, p && q),
                (Some(y), Call::Min) => y.min_by((x, p)),
                (Some(y), _) => y.max_by((x, p)),
            });
        }
        let (x, p) = found.ok_or_else(|| na("Không có giá trị nào.", "There is no value."))?;
        let text = if call == Call::Sum && texts.len() > 1 { format!("({})", texts.join(" + ")) } else { shown(x, p) };
        Ok((Value::Number(x, p), text))
    }

    /// A part of a whole. Without a whole it does not apply: neither nothing nor everything.
    fn ratio(&mut self, a: &Expr, b: &Expr) -> Result<Found, Value> {
        let (whole, _) = self.of(b);
        let d = match &whole {
            Value::Missing(code) => {
                let text = |vi: &str, en: &str| Text::new(format!("{vi} ({code})"), format!("{en} ({code})"));
                return Err(Value::Na(text("Chưa có mẫu số", "No whole is known")));
            }
            other => number(other)?.0,
        };
        let (n, ..) = self.num(a)?;
        if d.is_zero() {
            return Err(na("Mẫu số bằng 0: không tính tỷ lệ.", "The whole is zero: there is no rate."));
        }
        if d.is_negative() || n.is_negative() {
            return Err(na("Số đếm không thể âm.", "A count cannot be negative."));
        }
        let value = n.div(d).ok_or_else(too_large)?;
        self.steps.push(Step::Fraction { n, d, value });
        if value > Exact::ONE {
            self.steps.push(Step::Over { n, d });
            return Ok((Value::Number(Exact::ONE, true), percent(Exact::ONE)));
        }
        Ok((Value::Number(value, true), percent(value)))
    }

    fn rows(&mut self, rule: Rows, subject: &Expr, rows: &[(Bound, Expr)], other: Option<&Expr>) -> Result<Found, Value> {
        let (v, _) = self.try_of(subject)?;
        let value = match &v {
            Value::Word(w) => w.clone(),
            other => number(other).map(|(x, p)| shown(x, p))?,
        };
        let falls = |bound: &Bound| match (rule, bound, &v) {
            (Rows::Pick, Bound::Word(w), Value::Word(x)) => w == x,
            (Rows::Within, Bound::Number(b, _), Value::Number(x, _)) => x <= b,
            (Rows::Bands | Rows::Steps, Bound::Number(b, _), Value::Number(x, _)) => x >= b,
            _ => false,
        };
        let row = rows.iter().find(|(bound, _)| falls(bound));
        let bound = row.map(|(b, _)| match b {
            Bound::Number(x, p) => shown(*x, *p),
            Bound::Word(w) => w.clone(),
        });
        self.steps.push(Step::Row { value, bound, rule });
        match (row, other) {
            (Some((_, e)), _) | (None, Some(e)) => self.try_of(e),
            (None, None) => Err(na("Giá trị ngoài các mức đã khai.", "The value is outside the bands.")),
        }
    }
}

trait Pick: Sized {
    fn min_by(self, o: Self) -> Self;
    fn max_by(self, o: Self) -> Self;
}
impl Pick for (Exact, bool) {
    fn min_by(self, o: Self) -> Self {
        if o.0 < self.0 { o } else { self }
    }
    fn max_by(self, o: Self) -> Self {
        if o.0 > self.0 { o } else { self }
    }
}

fn told(v: Value) -> Found {
    let text = match &v {
        Value::Number(x, p) => shown(*x, *p),
        _ => String::new(),
    };
    (v, text)
}

const fn compare(op: Op, o: std::cmp::Ordering) -> bool {
    match op {
        Op::Less => o.is_lt(),
        Op::LessEq => o.is_le(),
        Op::More => o.is_gt(),
        Op::MoreEq => o.is_ge(),
        Op::Equal => o.is_eq(),
        _ => o.is_ne(),
    }
}

/// Sums inside products keep their brackets.
fn bracketed(e: &Expr, outer: Op, text: String) -> String {
    let inner = matches!(e, Expr::Two(Op::Add | Op::Sub, ..));
    if inner && matches!(outer, Op::Mul | Op::Div | Op::Sub) { format!("({text})") } else { text }
}
