//! Text to a tree, by recursive descent with a bounded depth.

use super::{Bound, Call, Expr, Op, Rows, Unreadable};
use crate::Exact;
use kernel::Text;

const LONGEST: usize = 1_000;
const DEEPEST: usize = 24;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(Exact, bool),
    Word(String),
    Sign(&'static str),
}

/// Longer signs first.
const SIGNS: [&str; 14] = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", ",", ":"];

fn bad(at: usize, vi: impl Into<String>, en: impl Into<String>) -> Unreadable {
    Unreadable { at, reason: Text::new(vi, en) }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Unreadable> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let c = rest.chars().next().unwrap_or(' ');
        let len = if c.is_whitespace() {
            c.len_utf8()
        } else if c.is_ascii_digit() {
            let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = rest.get(..len).and_then(Exact::parse).ok_or_else(|| bad(at, "Số không đọc được; viết như 12 hoặc 0.5.", "A number that does not read; write 12 or 0.5."))?;
            let percent = rest.get(len..).is_some_and(|r| r.starts_with('%'));
            let number = if percent { number.div(Exact::HUNDRED).unwrap_or(number) } else { number };
            all.push((at, Token::Number(number, percent)));
            len + usize::from(percent)
        } else if c.is_ascii_alphabetic() {
            let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
            all.push((at, Token::Word(rest.get(..len).unwrap_or_default().to_owned())));
            len
        } else {
            let sign = SIGNS.iter().find(|s| rest.starts_with(**s)).ok_or_else(|| bad(at, format!("Ký tự “{c}” không dùng trong công thức."), format!("The character “{c}” has no place in a formula.")))?;
            all.push((at, Token::Sign(sign)));
            sign.len()
        };
        at += len;
    }
    Ok(all)
}

struct Reader {
    all: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    depth: usize,
}

/// Reads a formula.
///
/// # Errors
/// Where it cannot be read, and why.
pub fn parse(text: &str) -> Result<Expr, Unreadable> {
    if text.chars().count() > LONGEST {
        return Err(bad(0, format!("Công thức dài quá {LONGEST} ký tự."), format!("A formula of more than {LONGEST} characters.")));
    }
    let mut r = Reader { all: tokens(text)?, next: 0, end: text.len(), depth: 0 };
    let e = r.either()?;
    match r.peek() {
        None => Ok(e),
        Some(_) => Err(r.wrong("hết công thức", "the end of the formula")),
    }
}

type Read = Result<Expr, Unreadable>;

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.all.get(self.next).map(|t| &t.1)
    }
    fn at(&self) -> usize {
        self.all.get(self.next).map_or(self.end, |t| t.0)
    }
    fn wrong(&self, vi: &str, en: &str) -> Unreadable {
        bad(self.at(), format!("Cần {vi} ở vị trí {}.", self.at() + 1), format!("Expected {en} at position {}.", self.at() + 1))
    }
    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.next += usize::from(found);
        found
    }
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(w)) if w == word);
        self.next += usize::from(found);
        found
    }
    fn need(&mut self, sign: &str) -> Result<(), Unreadable> {
        if self.take(sign) { Ok(()) } else { Err(self.wrong(&format!("“{sign}”"), &format!("“{sign}”"))) }
    }

    fn either(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(bad(self.at(), "Công thức lồng quá sâu.", "The formula is nested too deeply."));
        }
        let mut left = self.both()?;
        while self.word("or") {
            left = Expr::Two(Op::Or, Box::new(left), Box::new(self.both()?));
        }
        self.depth -= 1;
        Ok(left)
    }
    fn both(&mut self) -> Read {
        let mut left = self.negated()?;
        while self.word("and") {
            left = Expr::Two(Op::And, Box::new(left), Box::new(self.negated()?));
        }
        Ok(left)
    }
    fn negated(&mut self) -> Read {
        let mut times = 0_usize;
        while self.word("not") {
            times += 1;
        }
        let inner = self.compared()?;
        Ok(if times % 2 == 1 { Expr::Not(Box::new(inner)) } else { inner })
    }
    fn compared(&mut self) -> Read {
        const OPS: [(&str, Op); 6] = [("<=", Op::LessEq), (">=", Op::MoreEq), ("==", Op::Equal), ("!=", Op::Differs), ("<", Op::Less), (">", Op::More)];
        let left = self.added()?;
        match OPS.iter().find(|(s, _)| self.take(s)) {
            Some((_, op)) => Ok(Expr::Two(*op, Box::new(left), Box::new(self.added()?))),
            None => Ok(left),
        }
    }
    fn added(&mut self) -> Read {
        let mut left = self.multiplied()?;
        loop {
            let op = if self.take("+") { Op::Add } else if self.take("-") { Op::Sub } else { return Ok(left) };
            left = Expr::Two(op, Box::new(left), Box::new(self.multiplied()?));
        }
    }
    fn multiplied(&mut self) -> Read {
        let mut left = self.signed()?;
        loop {
            let op = if self.take("*") { Op::Mul } else if self.take("/") { Op::Div } else { return Ok(left) };
            left = Expr::Two(op, Box::new(left), Box::new(self.signed()?));
        }
    }
    fn signed(&mut self) -> Read {
        if self.take("-") { Ok(Expr::Minus(Box::new(self.atom()?))) } else { self.atom() }
    }
    fn atom(&mut self) -> Read {
        if self.take("(") {
            let e = self.either()?;
            self.need(")")?;
            return Ok(e);
        }
        match self.peek().cloned() {
            Some(Token::Number(n, percent)) => {
                self.next += 1;
                Ok(Expr::Number(n, percent))
            }
            Some(Token::Word(w)) if w != "else" => {
                let at = self.at();
                self.next += 1;
                if self.take("(") { self.call(&w, at) } else { Ok(if w == "full" { Expr::Full } else { Expr::Name(w) }) }
            }
            _ => Err(self.wrong("một số, một tên hoặc “(”", "a number, a name or “(”")),
        }
    }
    fn call(&mut self, name: &str, at: usize) -> Read {
        if name == "points" {
            let Some(Token::Word(code)) = self.peek().cloned() else { return Err(self.wrong("mã của một thành phần", "the code of a component")) };
            self.next += 1;
            self.need(")")?;
            return Ok(Expr::Points(code));
        }
        if let Some((_, kind)) = Rows::ALL.iter().find(|(n, _)| *n == name) {
            return self.rows(*kind);
        }
        let Some((_, call, least, most)) = Call::ALL.iter().find(|(n, ..)| *n == name) else {
            let known: Vec<&str> = Call::ALL.iter().map(|c| c.0).chain(Rows::ALL.iter().map(|r| r.0)).chain(["points"]).collect();
            return Err(bad(at, format!("Không có hàm “{name}”; các hàm dùng được: {}.", known.join(", ")), format!("There is no function “{name}”; the functions are: {}.", known.join(", "))));
        };
        let mut args = Vec::new();
        while !self.take(")") {
            if !args.is_empty() {
                self.need(",")?;
            }
            args.push(self.either()?);
        }
        if (*least..=*most).contains(&args.len()) {
            return Ok(Expr::Call(*call, args));
        }
        let many = if least == most { least.to_string() } else { format!("{least}–{most}") };
        Err(bad(at, format!("Hàm “{name}” cần {many} tham số; đang có {}.", args.len()), format!("“{name}” takes {many} arguments; there are {}.", args.len())))
    }
    fn rows(&mut self, kind: Rows) -> Read {
        let subject = self.either()?;
        let (mut rows, mut other) = (Vec::new(), None);
        while !self.take(")") {
            self.need(",")?;
            if self.word("else") {
                self.need(":")?;
                other = Some(Box::new(self.either()?));
                self.need(")")?;
                break;
            }
            let bound = match self.peek().cloned() {
                Some(Token::Number(n, percent)) if kind != Rows::Pick => Bound::Number(n, percent),
                Some(Token::Word(w)) if kind == Rows::Pick => Bound::Word(w),
                _ => return Err(self.wrong("mốc của dòng (số, hoặc từ trong pick)", "the bound of a row (a number, or a word in pick)")),
            };
            self.next += 1;
            self.need(":")?;
            rows.push((bound, self.either()?));
        }
        if rows.is_empty() {
            return Err(self.wrong("ít nhất một dòng “mốc: giá trị”", "at least one row “bound: value”"));
        }
        Ok(Expr::Rows(kind, Box::new(subject), rows, other))
    }
}
