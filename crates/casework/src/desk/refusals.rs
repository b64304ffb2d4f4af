//! What the desk says when an act cannot be.

use crate::Event;
use kernel::Refusal;

pub(super) fn no_such_case(code: &str) -> Refusal {
    Refusal::not_found(
        format!("Không có hồ sơ {code}, hoặc bạn không được xem hồ sơ này"),
        format!("There is no case {code}, or you may not see it"),
    )
}

/// The case is with another province since a reorganisation.
pub(super) fn moved_away(gone: &super::Gone) -> Refusal {
    let day = gone.at.date();
    let (vi, en) = (format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()), day.to_string());
    Refusal::conflict(
        "moved-to-province",
        format!("Hồ sơ {} đã chuyển sang tỉnh, thành phố mã {} theo {} ngày {vi}. Mã hồ sơ giữ nguyên: tra cứu và làm tiếp tại hệ thống của nơi tiếp nhận.", gone.code, gone.to, gone.document),
        format!("Case {} went to the province {} under {} on {en}. Its code stays: look it up and go on in the system of the receiving province.", gone.code, gone.to, gone.document),
    )
}

pub(super) fn unknown_definition(code: &str) -> Refusal {
    Refusal::invalid(
        "unknown-definition",
        format!("Không có thủ tục {code} đang có hiệu lực"),
        format!("There is no procedure {code} in force"),
    )
}

/// Somebody else was first; says who and when if it is known.
pub(super) fn somebody_else(last: Option<&Event>) -> Refusal {
    let (vi, en) = match last {
        Some(e) => {
            let t = e.at.civil();
            let clock = format!("{:02}:{:02}", t.hour(), t.minute());
            (
                format!("{} vừa thay đổi hồ sơ này lúc {clock}. Xem lại rồi làm tiếp; nội dung bạn nhập vẫn còn.", e.by.name),
                format!("{} has just changed this case at {clock}. Look again and go on; what you typed is kept.", e.by.name),
            )
        }
        None => (
            "Người khác vừa thay đổi hồ sơ này. Xem lại rồi làm tiếp; nội dung bạn nhập vẫn còn.".to_owned(),
            "Somebody else has just changed this case. Look again and go on; what you typed is kept.".to_owned(),
        ),
    };
    Refusal::conflict("changed-meanwhile", vi, en)
}
