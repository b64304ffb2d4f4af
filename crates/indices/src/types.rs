//! Whether a formula can give what its place needs.

use crate::{
    definition::InputType,
    formula::{Bound, Call, Expr, Op, Rows},
};
use kernel::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ty {
    Number,
    Yes,
    Word,
    Day,
    /// `na()` fits everywhere.
    Any,
}

impl From<InputType> for Ty {
    fn from(t: InputType) -> Self {
        match t {
            InputType::Number => Self::Number,
            InputType::Yes | InputType::Document => Self::Yes,
            InputType::Choice => Self::Word,
            InputType::Day => Self::Day,
        }
    }
}

impl Ty {
    fn text(self) -> Text {
        match self {
            Self::Number => Text::new("một số", "a number"),
            Self::Yes => Text::new("đúng hoặc sai", "yes or no"),
            Self::Word => Text::new("một lựa chọn", "a choice"),
            Self::Day => Text::new("một ngày", "a day"),
            Self::Any => Text::new("giá trị", "a value"),
        }
    }
}

/// The kind of a name, and the words of a choice.
pub trait Names {
    fn kind(&self, name: &str) -> Option<Ty>;
    fn words(&self, name: &str) -> Vec<String>;
}

type Judged = Result<Ty, Text>;

fn need(e: &Expr, wanted: Ty, names: &dyn Names) -> Judged {
    let found = of(e, names)?;
    if found == wanted || found == Ty::Any {
        return Ok(wanted);
    }
    let (w, f) = (wanted.text(), found.text());
    Err(Text::new(format!("Công thức cần {} nhưng gặp {}.", w.vi, f.vi), format!("The formula needs {} and finds {}.", w.en, f.en)))
}

/// The kind of a formula.
pub fn of(e: &Expr, names: &dyn Names) -> Judged {
    match e {
        Expr::Number(..) | Expr::Full | Expr::Points(_) => Ok(Ty::Number),
        // Unknown names are reported where names are.
        Expr::Name(n) => Ok(names.kind(n).unwrap_or(Ty::Any)),
        Expr::Not(a) => need(a, Ty::Yes, names),
        Expr::Minus(a) => need(a, Ty::Number, names),
        Expr::Two(op, a, b) => match op {
            Op::And | Op::Or => need(a, Ty::Yes, names).and_then(|_| need(b, Ty::Yes, names)),
            Op::Add | Op::Sub | Op::Mul | Op::Div => need(a, Ty::Number, names).and_then(|_| need(b, Ty::Number, names)),
            _ => {
                let left = of(a, names)?;
                if left == Ty::Yes || (left == Ty::Word && !matches!(op, Op::Equal | Op::Differs)) {
                    return Err(Text::new("Phép so sánh này dùng cho số và ngày.", "This comparison is for numbers and days."));
                }
                need(b, left, names).map(|_| Ty::Yes)
            }
        },
        Expr::Call(call, args) => called(*call, args, names),
        Expr::Rows(kind, subject, rows, other) => {
            need(subject, if *kind == Rows::Pick { Ty::Word } else { Ty::Number }, names)?;
            ordered(*kind, rows)?;
            if let (Rows::Pick, Expr::Name(n)) = (kind, subject.as_ref()) {
                listed(rows, &names.words(n))?;
            }
            for (_, e) in rows {
                need(e, Ty::Number, names)?;
            }
            other.as_ref().map_or(Ok(Ty::Number), |e| need(e, Ty::Number, names))
        }
    }
}

fn called(call: Call, args: &[Expr], names: &dyn Names) -> Judged {
    let each = |ty: Ty| args.iter().try_for_each(|a| need(a, ty, names).map(|_| ()));
    match call {
        Call::Na => Ok(Ty::Any),
        Call::Known => args.iter().try_for_each(|a| of(a, names).map(|_| ())).map(|()| Ty::Yes),
        Call::Count => each(Ty::Yes).map(|()| Ty::Number),
        Call::DaysBetween => each(Ty::Day).map(|()| Ty::Number),
        Call::If => {
            let [condition, a, b] = args else { return Ok(Ty::Any) };
            need(condition, Ty::Yes, names)?;
            let left = of(a, names)?;
            if left == Ty::Any { of(b, names) } else { need(b, left, names) }
        }
        Call::Ratio | Call::Sum | Call::Min | Call::Max | Call::Most | Call::Cap | Call::Round => each(Ty::Number).map(|()| Ty::Number),
    }
}

/// Bands and steps fall, deadlines rise, words come once.
fn ordered(kind: Rows, rows: &[(Bound, Expr)]) -> Result<(), Text> {
    let wrong = rows.windows(2).any(|pair| match pair {
        [(Bound::Number(a, _), _), (Bound::Number(b, _), _)] => if kind == Rows::Within { a >= b } else { a <= b },
        _ => false,
    });
    let twice = rows.iter().enumerate().any(|(i, (b, _))| rows.iter().skip(i + 1).any(|(c, _)| b == c));
    match (wrong || twice, kind) {
        (false, _) => Ok(()),
        (true, Rows::Within) => Err(Text::new("Các mốc của within phải tăng dần.", "The bounds of within have to rise.")),
        (true, Rows::Pick) => Err(Text::new("Một lựa chọn ghi hai lần.", "A choice is given twice.")),
        (true, _) => Err(Text::new("Các mốc phải giảm dần.", "The bounds have to fall.")),
    }
}

fn listed(rows: &[(Bound, Expr)], words: &[String]) -> Result<(), Text> {
    let stranger = rows.iter().find_map(|(b, _)| match b {
        Bound::Word(w) if !words.contains(w) => Some(w),
        _ => None,
    });
    stranger.map_or(Ok(()), |w| Err(Text::new(format!("Không có lựa chọn “{w}”; có: {}.", words.join(", ")), format!("There is no choice “{w}”; there are: {}.", words.join(", ")))))
}
