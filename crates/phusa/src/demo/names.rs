//! Names, streets and numbers of invented people.

use super::dice::Dice;
use kernel::{
    party::Identifier,
    time::{Date, date},
};

const FAMILY: [&str; 22] = [
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ",
    "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
];
const MIDDLE_F: [&str; 10] = ["Thị", "Thị Thu", "Thị Ngọc", "Thị Mỹ", "Ngọc", "Thanh", "Bích", "Kim", "Thùy", "Hoàng"];
const MIDDLE_M: [&str; 10] = ["Văn", "Minh", "Quốc", "Hữu", "Đức", "Thanh", "Hoàng", "Công", "Tấn", "Gia"];
const GIVEN_F: [&str; 20] = [
    "Lan", "Hoa", "Hương", "Mai", "Ngân", "Trang", "Vy", "Linh", "Thảo", "Yến", "Nhung", "Diệp", "Quyên", "Châu", "Hân", "Trâm",
    "Oanh", "Phượng", "Ánh", "Giang",
];
const GIVEN_M: [&str; 20] = [
    "Bình", "Dũng", "Hùng", "Khang", "Long", "Nam", "Phúc", "Quân", "Sơn", "Tài", "Thành", "Tuấn", "Việt", "Hải", "Đạt", "Khôi",
    "Nghĩa", "Thịnh", "Trí", "Vinh",
];
const STREETS: [&str; 18] = [
    "Phù Sa", "Xuân Hòa", "Chợ Cũ", "Bến Đò", "Lê Lợi", "Nguyễn Trãi", "Trần Hưng Đạo", "Hai Bà Trưng", "Lý Thường Kiệt",
    "Phan Đình Phùng", "Bạch Đằng", "Hàm Nghi", "Võ Thị Sáu", "Điện Biên Phủ", "Cách Mạng Tháng Tám", "Hoàng Văn Thụ",
    "Nguyễn Đình Chiểu", "Tôn Đức Thắng",
];

/// Somebody who might live in the city.
#[derive(Debug, Clone)]
pub struct Somebody {
    pub name: String,
    pub female: bool,
    pub born: Date,
    pub number: String,
    pub phone: String,
    pub address: String,
}

impl Somebody {
    pub fn identifier(&self) -> Option<Identifier> {
        Identifier::parse("personal_number", &self.number).ok()
    }
}

pub fn name(dice: &mut Dice, female: bool) -> String {
    let (middle, given) = if female { (&MIDDLE_F, &GIVEN_F) } else { (&MIDDLE_M, &GIVEN_M) };
    format!("{} {} {}", dice.word(&FAMILY), dice.word(middle), dice.word(given))
}

pub fn address(dice: &mut Dice, place: &str) -> String {
    format!("Số {} đường {}, {place}", dice.between(1, 480), dice.word(&STREETS))
}

/// An adult of this sex, living at `place` ("phường Xuân Hòa, thành phố Phù Sa").
pub fn somebody(dice: &mut Dice, female: bool, place: &str) -> Somebody {
    let born = date(
        i16::try_from(dice.between(1962, 2003)).unwrap_or(1990),
        i8::try_from(dice.between(1, 12)).unwrap_or(1),
        i8::try_from(dice.between(1, 28)).unwrap_or(1),
    );
    // Decree 137/2015: province, then century and sex, year of birth, six digits of chance.
    let century = i64::from(born.year() >= 2000) * 2 + i64::from(female);
    Somebody {
        name: name(dice, female),
        female,
        born,
        number: format!("079{century}{:02}{:06}", born.year().rem_euclid(100), dice.below(1_000_000)),
        phone: format!("09{:08}", dice.below(100_000_000)),
        address: address(dice, place),
    }
}
