//! Characters to tokens.

use super::{ExprError, MAX_LENGTH, Op};
use crate::decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(Decimal),
    Name(String),
    Text(String),
    Compare(Op),
    Sign(char),
}

/// A token and the characters it covers (from 0, end exclusive).
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub token: Token,
    pub from: usize,
    pub to: usize,
}

pub(super) fn lex(chars: &[char]) -> Result<Vec<Lexeme>, ExprError> {
    if chars.len() > MAX_LENGTH {
        return Err(ExprError::new(
            MAX_LENGTH,
            format!("biểu thức dài quá {MAX_LENGTH} ký tự; hãy viết gọn lại."),
            format!("the expression is longer than {MAX_LENGTH} characters; shorten it."),
        ));
    }
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, to) = one(chars, at, c)?;
        lexemes.push(Lexeme { token, from: at, to });
        at = to;
    }
    Ok(lexemes)
}

fn run(chars: &[char], from: usize, fits: impl Fn(char) -> bool) -> usize {
    chars.iter().skip(from).position(|&c| !fits(c)).map_or(chars.len(), |n| from + n)
}

fn slice(chars: &[char], from: usize, to: usize) -> String {
    chars.get(from..to).unwrap_or_default().iter().collect()
}

fn one(chars: &[char], at: usize, c: char) -> Result<(Token, usize), ExprError> {
    if c.is_ascii_digit() {
        let to = run(chars, at, |c| c.is_ascii_digit() || c == '.');
        let number = slice(chars, at, to).parse().map_err(|_| {
            ExprError::new(
                at,
                "số viết không đúng; ví dụ đúng: 20 hoặc 12.5 (tối đa bốn chữ số lẻ).",
                "this is not a number; write 20 or 12.5 (at most four places).",
            )
        })?;
        return Ok((Token::Number(number), to));
    }
    if c.is_ascii_alphabetic() || c == '_' {
        let to = run(chars, at, |c| c.is_ascii_alphanumeric() || c == '_');
        return Ok((Token::Name(slice(chars, at, to)), to));
    }
    if c == '\'' || c == '"' {
        let to = run(chars, at + 1, |inside| inside != c);
        if to == chars.len() {
            return Err(ExprError::new(at, "thiếu dấu nháy đóng của mã.", "the closing quote of the code is missing."));
        }
        return Ok((Token::Text(slice(chars, at + 1, to)), to + 1));
    }
    let equals = chars.get(at + 1) == Some(&'=');
    let compare = match (c, equals) {
        ('<', true) => Some(Op::AtMost),
        ('<', false) => Some(Op::Less),
        ('>', true) => Some(Op::AtLeast),
        ('>', false) => Some(Op::More),
        ('=', true) => Some(Op::Equal),
        ('!', true) => Some(Op::Differs),
        _ => None,
    };
    if let Some(op) = compare {
        return Ok((Token::Compare(op), at + 1 + usize::from(equals)));
    }
    if "+-*/(),".contains(c) {
        return Ok((Token::Sign(c), at + 1));
    }
    Err(ExprError::new(
        at,
        format!("không hiểu dấu “{c}”; dùng + - * / ( ) < <= > >= == != and or not."),
        format!("“{c}” is not part of the language; use + - * / ( ) < <= > >= == != and or not."),
    ))
}
