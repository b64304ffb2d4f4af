//! What the desk says when an act cannot be.

use crate::Event;
use kernel::Refusal;

pub(super) fn no_such_case(code: &str) -> Refusal {
    Refusal::not_found(
        format!("Không có hồ sơ {code}, hoặc bạn không được xem hồ sơ này"),
        format!("There is no case {code}, or you may not see it"),
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
