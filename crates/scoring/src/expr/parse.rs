//! Tokens to a syntax tree, by descent: `or` < `and` < `not` < comparison < sum < product < sign.

use super::{
    Arithmetic, ExprError, MAX_DEPTH, Op,
    lex::{Lexeme, Token, lex},
};
use crate::decimal::Decimal;

/// A node with the characters it covers (from 0, end exclusive).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ast {
    pub node: Node,
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Number(Decimal),
    /// A code in quotes; only as an argument.
    Text(String),
    Truth(bool),
    /// A name with its arguments; names without arguments may stand without parentheses.
    Call(String, Vec<Ast>),
    Not(Box<Ast>),
    Negative(Box<Ast>),
    And(Vec<Ast>),
    Or(Vec<Ast>),
    Compare(Op, Box<Ast>, Box<Ast>),
    Arithmetic(Arithmetic, Box<Ast>, Box<Ast>),
}

/// # Errors
/// The first thing that does not fit, with its place, in both languages.
pub fn parse(text: &str) -> Result<Ast, ExprError> {
    let chars: Vec<char> = text.chars().collect();
    let lexemes = lex(&chars)?;
    let mut parser = Parser { lexemes: &lexemes, next: 0, end: chars.len(), depth: 0 };
    let ast = parser.or()?;
    match parser.peek() {
        None => Ok(ast),
        Some(Token::Compare(_)) => Err(parser.wrong(
            "không nối hai phép so sánh; viết “a < b and b < c”.",
            "comparisons do not chain; write “a < b and b < c”.",
        )),
        Some(_) => Err(parser.wrong(
            "thừa từ chỗ này; có thể thiếu “and”, “or” hoặc một phép tính.",
            "this does not belong here; perhaps “and”, “or” or an operator is missing.",
        )),
    }
}

struct Parser<'a> {
    lexemes: &'a [Lexeme],
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.lexemes.get(self.next).map(|l| &l.token)
    }
    fn place(&self) -> usize {
        self.lexemes.get(self.next).map_or(self.end, |l| l.from)
    }
    /// Where the last token taken ends.
    fn done(&self) -> usize {
        self.next.checked_sub(1).and_then(|i| self.lexemes.get(i)).map_or(0, |l| l.to)
    }
    fn wrong(&self, vi: &str, en: &str) -> ExprError {
        ExprError::new(self.place(), vi, en)
    }
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.next += usize::from(found);
        found
    }
    fn sign(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.next += usize::from(found);
        found
    }
    fn node(&self, node: Node, from: usize) -> Ast {
        Ast { node, from, to: self.done() }
    }
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, ExprError>) -> Result<T, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(
                "biểu thức lồng quá sâu; hãy viết phẳng hơn.",
                "the expression is nested too deeply; flatten it.",
            ));
        }
        let value = inner(self);
        self.depth -= 1;
        value
    }

    fn or(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        let mut parts = vec![self.and()?];
        while self.word("or") {
            parts.push(self.and()?);
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                self.node(Node::Or(parts), from)
            }
            None => self.node(Node::Or(parts), from),
        })
    }

    fn and(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                self.node(Node::And(parts), from)
            }
            None => self.node(Node::And(parts), from),
        })
    }

    fn not(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        if self.word("not") {
            let inner = self.deeper(Self::not)?;
            return Ok(self.node(Node::Not(Box::new(inner)), from));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        let left = self.sum()?;
        let Some(Token::Compare(op)) = self.peek() else { return Ok(left) };
        let op = *op;
        self.next += 1;
        let right = self.sum()?;
        Ok(self.node(Node::Compare(op, Box::new(left), Box::new(right)), from))
    }

    fn sum(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Some(Token::Sign('+')) => Arithmetic::Add,
                Some(Token::Sign('-')) => Arithmetic::Sub,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.product()?;
            left = self.node(Node::Arithmetic(op, Box::new(left), Box::new(right)), from);
        }
    }

    fn product(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        let mut left = self.signed()?;
        loop {
            let op = match self.peek() {
                Some(Token::Sign('*')) => Arithmetic::Mul,
                Some(Token::Sign('/')) => Arithmetic::Div,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.signed()?;
            left = self.node(Node::Arithmetic(op, Box::new(left), Box::new(right)), from);
        }
    }

    fn signed(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        if self.sign('-') {
            let inner = self.deeper(Self::signed)?;
            return Ok(self.node(Node::Negative(Box::new(inner)), from));
        }
        self.atom()
    }

    fn atom(&mut self) -> Result<Ast, ExprError> {
        let from = self.place();
        let node = match self.peek().cloned() {
            Some(Token::Number(number)) => Node::Number(number),
            Some(Token::Text(text)) => Node::Text(text),
            Some(Token::Name(name)) if matches!(name.as_str(), "and" | "or" | "not") => {
                return Err(self.wrong("thiếu một vế trước từ này.", "something is missing before this word."));
            }
            Some(Token::Name(name)) => {
                self.next += 1;
                return self.call(name, from);
            }
            Some(Token::Sign('(')) => {
                self.next += 1;
                let inner = self.deeper(Self::or)?;
                if !self.sign(')') {
                    return Err(self.wrong("thiếu dấu “)”.", "“)” is missing."));
                }
                return Ok(Ast { from, to: self.done(), ..inner });
            }
            Some(_) => return Err(self.wrong("cần một số, một tên hoặc “(”.", "a number, a name or “(” is needed.")),
            None => {
                return Err(self.wrong(
                    "biểu thức hết giữa chừng; cần một số hoặc một tên.",
                    "the expression ends too early; a number or a name is needed.",
                ));
            }
        };
        self.next += 1;
        Ok(self.node(node, from))
    }

    fn call(&mut self, name: String, from: usize) -> Result<Ast, ExprError> {
        match name.as_str() {
            "true" => return Ok(self.node(Node::Truth(true), from)),
            "false" => return Ok(self.node(Node::Truth(false), from)),
            _ => {}
        }
        let mut arguments = Vec::new();
        if self.sign('(') && !self.sign(')') {
            loop {
                arguments.push(self.deeper(Self::sum)?);
                if self.sign(')') {
                    break;
                }
                if !self.sign(',') {
                    return Err(self.wrong("thiếu dấu “)” hoặc “,”.", "“)” or “,” is missing."));
                }
            }
        }
        Ok(self.node(Node::Call(name, arguments), from))
    }
}
