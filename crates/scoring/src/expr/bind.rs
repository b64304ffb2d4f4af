//! A syntax tree made fit for one framework: codes become positions, numbers and conditions are told apart.

use super::{Ask, Ast, Condition, ExprError, Leaf, Node, Number, Op, Place, label, parse};
use crate::{decimal::Decimal, plan::Names};
use kernel::Text;
use std::sync::Arc;

/// Where an expression stands decides what it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// A rule or a score: everything.
    Whole,
    /// The condition of the criterion at this position: earlier criteria only, so that no question asks for itself.
    Before(usize),
}

pub(crate) struct Binder<'a> {
    pub names: &'a Names<'a>,
    pub stand: Stand,
    text: Vec<char>,
}

/// # Errors
/// Syntax, unknown names and codes, a number where a condition is needed; with the place.
pub(crate) fn condition(text: &str, names: &Names<'_>, stand: Stand) -> Result<Condition, ExprError> {
    let ast = parse(text)?;
    Binder { names, stand, text: text.chars().collect() }.condition(&ast)
}

/// # Errors
/// As [`condition`], a condition where a number is needed.
pub(crate) fn number(text: &str, names: &Names<'_>) -> Result<Number, ExprError> {
    let ast = parse(text)?;
    Binder { names, stand: Stand::Whole, text: text.chars().collect() }.number(&ast)
}

impl Binder<'_> {
    fn source(&self, ast: &Ast) -> Arc<str> {
        self.text.get(ast.from..ast.to).unwrap_or_default().iter().collect::<String>().into()
    }

    fn condition(&self, ast: &Ast) -> Result<Condition, ExprError> {
        let many = |parts: &[Ast]| parts.iter().map(|part| self.condition(part)).collect::<Result<Vec<_>, _>>();
        match &ast.node {
            Node::And(parts) => Ok(Condition::All(many(parts)?)),
            Node::Or(parts) => Ok(Condition::Any(many(parts)?)),
            Node::Not(inner) => Ok(Condition::Not(Box::new(self.condition(inner)?))),
            Node::Compare(op, left, right) => self.compare(ast, *op, left, right),
            Node::Truth(truth) => Ok(self.flag(ast, Ask::Constant(*truth), Text::new("luôn", "always"))),
            Node::Call(name, arguments) => self.flag_call(ast, name, arguments),
            _ => Err(ExprError::new(
                ast.from,
                "chỗ này cần một điều kiện (phép so sánh), không phải một số.",
                "a condition (a comparison) is needed here, not a number.",
            )),
        }
    }

    fn compare(&self, ast: &Ast, op: Op, left: &Ast, right: &Ast) -> Result<Condition, ExprError> {
        let (left, right) = (self.number(left)?, self.number(right)?);
        let (left_label, right_label) = (label::label(&left, self.names), label::label(&right, self.names));
        Ok(Condition::Leaf(Box::new(Leaf {
            ask: Ask::Compare(left, op, right),
            text: self.source(ast),
            left_label: left_label.into(),
            right_label: right_label.into(),
        })))
    }

    fn flag(&self, ast: &Ast, ask: Ask, left: Text) -> Condition {
        Condition::Leaf(Box::new(Leaf {
            ask,
            text: self.source(ast),
            left_label: left.into(),
            right_label: Text::new("có", "yes").into(),
        }))
    }

    fn flag_call(&self, ast: &Ast, name: &str, arguments: &[Ast]) -> Result<Condition, ExprError> {
        let named = |vi: &str, en: &str, at: usize| {
            let question = self.names.question(at);
            Text::new(format!("{vi} {}", question.vi), format!("{en} {}", question.en))
        };
        match name {
            "gate" => {
                let at = self.criterion(ast, arguments, 1)?;
                if !self.names.is_gate(at) {
                    return Err(ExprError::new(
                        ast.from,
                        "gate() chỉ dùng với câu hỏi loại gate.",
                        "gate() takes a criterion of type gate only.",
                    ));
                }
                Ok(self.flag(ast, Ask::Gate(at), named("điều kiện", "the condition", at)))
            }
            "answered" => {
                let at = self.criterion(ast, arguments, 1)?;
                Ok(self.flag(ast, Ask::Answered(at), named("đã trả lời câu", "answered the question", at)))
            }
            "chosen" => {
                let at = self.criterion(ast, arguments, 2)?;
                let option = text_at(ast, arguments, 1)?;
                let Some(what) = self.names.option(at, option) else {
                    return Err(ExprError::new(
                        ast.from,
                        format!("câu hỏi này không có lựa chọn “{option}”."),
                        format!("this criterion has no option “{option}”."),
                    ));
                };
                let label = Text::new(format!("đã chọn “{}”", what.vi), format!("chose “{}”", what.en));
                Ok(self.flag(ast, Ask::Chosen(at, option.to_owned()), label))
            }
            _ => {
                // Says what is wrong with the name, if something is; else that a number cannot stand alone.
                self.call(ast, name, arguments)?;
                Err(ExprError::new(
                    ast.from,
                    format!("“{name}” là một số; hãy so sánh, ví dụ {name} >= 3."),
                    format!("“{name}” is a number; compare it, as in {name} >= 3."),
                ))
            }
        }
    }

    fn number(&self, ast: &Ast) -> Result<Number, ExprError> {
        match &ast.node {
            Node::Number(value) => Ok(Number::Constant(*value)),
            Node::Negative(inner) => Ok(match self.number(inner)? {
                Number::Constant(value) => Number::Constant(-value),
                other => Number::Negative(Box::new(other)),
            }),
            Node::Arithmetic(op, left, right) => {
                Ok(Number::Binary(*op, Box::new(self.number(left)?), Box::new(self.number(right)?)))
            }
            Node::Call(name, arguments) => self.call(ast, name, arguments),
            Node::Text(_) => Err(ExprError::new(
                ast.from,
                "mã trong dấu nháy chỉ dùng trong ngoặc của một hàm, ví dụ points('p1').",
                "a code in quotes stands only inside a function, as in points('p1').",
            )),
            _ => Err(ExprError::new(
                ast.from,
                "chỗ này cần một số, không phải một điều kiện.",
                "a number is needed here, not a condition.",
            )),
        }
    }

    fn call(&self, ast: &Ast, name: &str, arguments: &[Ast]) -> Result<Number, ExprError> {
        let criterion = matches!(name, "value" | "raw");
        if let (Stand::Before(_), false) = (self.stand, criterion || matches!(name, "gate" | "answered" | "chosen")) {
            return Err(ExprError::new(
                ast.from,
                "điều kiện hỏi chỉ dùng answered, value, raw, gate, chosen của câu trước đó.",
                "a condition of a question uses answered, value, raw, gate, chosen of earlier questions only.",
            ));
        }
        let bare = |number: Number| if arguments.is_empty() { Ok(number) } else { Err(count(ast, name, 0)) };
        match name {
            "total" => bare(Number::Total),
            "max_total" => bare(Number::MaxTotal),
            "share" if arguments.is_empty() => Ok(Number::Share),
            "share" => Ok(Number::ShareOf(self.place(ast, name, arguments)?)),
            "points" => Ok(Number::Points(self.place(ast, name, arguments)?)),
            "level" => self.level(ast, arguments),
            "dimensions_at" => self.dimensions_at(ast, arguments),
            "min_share" => bare(Number::MinShare),
            "min_points" => bare(Number::MinPoints),
            "mean_dimensions" => bare(Number::MeanDimensions),
            "weighted_share" if !self.names.weighted() => Err(ExprError::new(
                ast.from,
                "weighted_share cần trọng số (weight) ở mọi phần.",
                "weighted_share needs a weight on every dimension.",
            )),
            "weighted_share" => bare(Number::WeightedShare),
            "value" => Ok(Number::Value(self.criterion(ast, arguments, 1)?)),
            "raw" => Ok(Number::Raw(self.criterion(ast, arguments, 1)?)),
            "members_mean" => bare(Number::MembersMean),
            "members_min" => bare(Number::MembersMin),
            "gate" | "answered" | "chosen" => Err(ExprError::new(
                ast.from,
                format!("“{name}” là điều kiện có/không, không so sánh được với số."),
                format!("“{name}” is a yes/no condition and cannot be compared with a number."),
            )),
            _ => Err(ExprError::new(
                ast.from,
                format!("không có hàm “{name}”; xem danh sách hàm trong README của crate scoring."),
                format!("there is no function “{name}”; the README of crate scoring lists them."),
            )),
        }
    }

    fn level(&self, ast: &Ast, arguments: &[Ast]) -> Result<Number, ExprError> {
        match self.place(ast, "level", arguments)? {
            Place::Dimension(at) if self.names.has_levels(at) => Ok(Number::Level(at)),
            _ => Err(ExprError::new(
                ast.from,
                "level() cần mã của một phần có khai báo levels.",
                "level() takes the code of a dimension that declares levels.",
            )),
        }
    }

    fn dimensions_at(&self, ast: &Ast, arguments: &[Ast]) -> Result<Number, ExprError> {
        let [only] = arguments else { return Err(count(ast, "dimensions_at", 1)) };
        let level = match &only.node {
            Node::Number(level) if level.is_whole() => u32::try_from(level.to_i64()).ok(),
            _ => None,
        };
        let Some(level) = level else {
            return Err(ExprError::new(only.from, "mức là một số nguyên.", "a level is a whole number."));
        };
        if !self.names.any_levels() {
            return Err(ExprError::new(
                ast.from,
                "chưa phần nào khai báo levels nên không đếm được.",
                "no dimension declares levels, so there is nothing to count.",
            ));
        }
        Ok(Number::DimensionsAt(level))
    }

    fn place(&self, ast: &Ast, name: &str, arguments: &[Ast]) -> Result<Place, ExprError> {
        if arguments.len() != 1 {
            return Err(count(ast, name, 1));
        }
        let code = text_at(ast, arguments, 0)?;
        self.names.place(code).ok_or_else(|| {
            let at = arguments.first().map_or(ast.from, |a| a.from);
            ExprError::new(
                at,
                format!("không có phần hay nhóm nào mang mã “{code}”."),
                format!("no dimension or group has the code “{code}”."),
            )
        })
    }

    fn criterion(&self, ast: &Ast, arguments: &[Ast], wanted: usize) -> Result<usize, ExprError> {
        if arguments.len() != wanted {
            return Err(count(ast, "answered, value, raw, gate, chosen", wanted));
        }
        let code = text_at(ast, arguments, 0)?;
        let at = arguments.first().map_or(ast.from, |a| a.from);
        let found = self.names.criterion(code).ok_or_else(|| {
            ExprError::new(at, format!("không có câu hỏi nào mang mã “{code}”."), format!("no criterion has the code “{code}”."))
        })?;
        match self.stand {
            Stand::Before(this) if found >= this => Err(ExprError::new(
                at,
                format!("câu “{code}” phải đứng trước câu hỏi có điều kiện này."),
                format!("“{code}” has to come before the question with this condition."),
            )),
            _ => Ok(found),
        }
    }
}

fn text_at<'a>(ast: &Ast, arguments: &'a [Ast], at: usize) -> Result<&'a str, ExprError> {
    match arguments.get(at) {
        Some(Ast { node: Node::Text(code), .. }) => Ok(code),
        other => Err(ExprError::new(
            other.map_or(ast.from, |a| a.from),
            "mã phải nằm trong dấu nháy, ví dụ 'p1'.",
            "the code has to be in quotes, as in 'p1'.",
        )),
    }
}

fn count(ast: &Ast, name: &str, wanted: usize) -> ExprError {
    ExprError::new(
        ast.from,
        format!("{name} nhận {wanted} tham số."),
        format!("{name} takes {wanted} argument{}.", if wanted == 1 { "" } else { "s" }),
    )
}

impl Default for Number {
    fn default() -> Self {
        Self::Constant(Decimal::ZERO)
    }
}
