//! Numbers of a rule in words, for the person who reads why a level was not reached.

use super::{Arithmetic, Number, Place};
use crate::{decimal::Decimal, plan::Names};
use kernel::{Text, text::Lang};

pub(super) fn label(number: &Number, names: &Names<'_>) -> Text {
    let of = |vi: &str, en: &str, name: Text| Text::new(format!("{vi} {}", name.vi), format!("{en} {}", name.en));
    match number {
        Number::Constant(value) => plain(*value),
        Number::Total => Text::new("tổng điểm", "total points"),
        Number::MaxTotal => Text::new("tổng điểm tối đa", "maximum of total points"),
        Number::Share => Text::new("tỷ lệ tổng điểm (%)", "share of total points (%)"),
        Number::Points(place) => of("điểm phần", "points of", name(*place, names)),
        Number::ShareOf(place) => of("tỷ lệ điểm (%) phần", "share (%) of", name(*place, names)),
        Number::Level(dimension) => of("mức của phần", "level of", name(Place::Dimension(*dimension), names)),
        Number::DimensionsAt(level) => Text::new(
            format!("số trụ cột (phần) đạt từ mức {level} trở lên"),
            format!("number of dimensions at level {level} or above"),
        ),
        Number::MinShare => Text::new("tỷ lệ thấp nhất trong các phần (%)", "lowest share of a dimension (%)"),
        Number::MinPoints => Text::new("điểm thấp nhất trong các phần", "lowest points of a dimension"),
        Number::MeanDimensions => Text::new("trung bình tỷ lệ các phần (%)", "mean share of the dimensions (%)"),
        Number::WeightedShare => {
            Text::new("tỷ lệ có trọng số của các phần (%)", "weighted share of the dimensions (%)")
        }
        Number::Value(criterion) => of("điểm câu", "points of the question", names.question(*criterion)),
        Number::Raw(criterion) => of("số đã khai ở câu", "number given to the question", names.question(*criterion)),
        Number::MembersMean => Text::new("trung bình các đơn vị thành viên", "mean of the member units"),
        Number::MembersMin => Text::new("thấp nhất trong các đơn vị thành viên", "lowest of the member units"),
        Number::Negative(inner) => of("−", "−", label(inner, names)),
        Number::Binary(op, left, right) => {
            let sign = match op {
                Arithmetic::Add => "+",
                Arithmetic::Sub => "−",
                Arithmetic::Mul => "×",
                Arithmetic::Div => "÷",
            };
            let (l, r) = (label(left, names), label(right, names));
            Text::new(format!("({} {sign} {})", l.vi, r.vi), format!("({} {sign} {})", l.en, r.en))
        }
    }
}

pub(super) fn plain(value: Decimal) -> Text {
    Text::new(value.show(Lang::Vi, 4), value.show(Lang::En, 4))
}

fn name(place: Place, names: &Names<'_>) -> Text {
    match place {
        Place::Dimension(at) => names.dimension(at),
        Place::Group(at) => names.group(at),
    }
}
