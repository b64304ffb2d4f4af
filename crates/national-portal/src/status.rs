//! The ten statuses exchanged with the national portal, and how one may follow another.
//!
//! The numbers are those of a provincial one-stop integration whose source is public; the transitions are derived from the
//! rules of Decree 118/2025/NĐ-CP and Circular 03/2025/TT-VPCP and are not printed in a standard (not verified).

use kernel::Text;

/// A status by its number, 1 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(u8);

impl Status {
    pub const RECEIVED: Self = Self(2);
    pub const ALL: [Self; 10] = [Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(7), Self(8), Self(9), Self(10)];

    pub fn of(number: i64) -> Option<Self> {
        u8::try_from(number).ok().filter(|n| (1..=10).contains(n)).map(Self)
    }
    pub const fn number(self) -> u8 {
        self.0
    }
    /// Nothing follows: a new dossier is filed instead.
    pub const fn is_final(self) -> bool {
        matches!(self.0, 3 | 8 | 10)
    }
    pub fn name(self) -> Text {
        let (vi, en) = match self.0 {
            1 => ("Mới đăng ký", "Submitted"),
            2 => ("Được tiếp nhận", "Received"),
            3 => ("Không được tiếp nhận", "Refused at intake"),
            4 => ("Đang xử lý", "Processing"),
            5 => ("Yêu cầu bổ sung giấy tờ", "Supplement asked"),
            6 => ("Yêu cầu thực hiện nghĩa vụ tài chính", "Financial duty due"),
            7 => ("Công dân yêu cầu rút hồ sơ", "Withdrawal asked"),
            8 => ("Dừng xử lý", "Stopped"),
            9 => ("Đã xử lý xong", "Finished"),
            _ => ("Đã trả kết quả", "Returned"),
        };
        Text::new(vi, en)
    }
    /// What may follow. Receiving a dossier here is one act (2 and 4 together), so 1 and 5 may lead to 4.
    pub fn next(self) -> &'static [u8] {
        match self.0 {
            1 => &[2, 3, 4, 5, 7],
            2 => &[4, 5, 7],
            4 => &[5, 6, 7, 8, 9],
            5 => &[1, 2, 3, 4, 7, 8],
            6 => &[4, 7, 8, 9],
            7 => &[4, 8, 9],
            9 => &[10],
            _ => &[],
        }
    }
    pub fn may_become(self, to: Self) -> bool {
        self == to || self.next().contains(&to.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_a_final_status() {
        for from in Status::ALL {
            for to in Status::ALL {
                assert_eq!(from.may_become(to), from == to || from.next().contains(&to.number()));
                assert!(!(from.is_final() && from != to && from.may_become(to)), "{from:?} → {to:?}");
            }
        }
        assert_eq!(Status::of(0), None);
        assert_eq!(Status::of(11), None);
    }
}
