//! The invented people of the demonstration city: citizens to apply, and the posts that carry a case to its end.

use crate::{
    account::{AccountKind, NewAccount, roles},
    dev_provider::{DEMO_ISSUER_KEY, DemoPerson},
    directory::Directory,
    offices::{Office, Offices},
    posts::new_post,
};
use kernel::{
    Instant, Text,
    id::{AccountId, OfficeCode},
    time::{date, midnight},
};
use store::Batch;

/// One invented account: a citizen, or an official with one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    pub key: String,
    pub name: String,
    pub personal_number: Option<String>,
    pub phone: Option<String>,
    pub birthdate: Option<String>,
    /// Office, role, title.
    pub post: Option<(OfficeCode, &'static str, String)>,
}

impl DemoAccount {
    fn citizen(key: &str, name: &str, number: &str, phone: &str, birthdate: &str) -> Self {
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            personal_number: Some(number.to_owned()),
            phone: Some(phone.to_owned()),
            birthdate: Some(birthdate.to_owned()),
            post: None,
        }
    }
    fn official(key: &str, name: &str, office: &str, role: &'static str, title: &str) -> Self {
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            personal_number: None,
            phone: None,
            birthdate: None,
            post: Some((OfficeCode::new(office), role, title.to_owned())),
        }
    }
    /// The role's code: what the list of demonstration accounts is sorted and printed by.
    pub fn role(&self) -> &'static str {
        self.post.as_ref().map_or(roles::CITIZEN, |(_, role, _)| role)
    }
    /// As the development provider lists it.
    pub fn person(&self, offices: &Offices) -> DemoPerson {
        let role = match &self.post {
            None => Text::new("Công dân", "Citizen"),
            Some((office, role, title)) => {
                let place = offices.get(office.as_str()).map_or_else(|| Text::new(office.as_str(), office.as_str()), |o| o.short_name().clone());
                Text::new(format!("{title}, {}", place.vi), format!("{}, {}", roles::name(role).en, place.en))
            }
        };
        DemoPerson {
            key: self.key.clone(),
            name: self.name.clone(),
            role,
            personal_number: self.personal_number.clone(),
            phone: self.phone.clone(),
            email: Some(format!("{}@phusa.example", self.key)),
            birthdate: self.birthdate.clone(),
        }
    }
}

/// The people the demonstration shows by name.
pub fn people() -> Vec<DemoAccount> {
    use DemoAccount as D;
    vec![
        D::citizen("lan", "Nguyễn Thị Lan", "079190000011", "0901000011", "1990-03-12"),
        D::citizen("minh", "Trần Văn Minh", "079085000022", "0901000022", "1985-08-30"),
        D::citizen("hoa", "Lê Thị Hoa", "079188000033", "0901000033", "1988-11-02"),
        D::official("thu", "Phạm Thị Thu", "H29.161", roles::ONE_STOP, "Công chức Trung tâm Phục vụ hành chính công"),
        D::official("duc", "Võ Minh Đức", "H29.161", roles::SPECIALIST, "Chuyên viên"),
        D::official("ha", "Đặng Thu Hà", "H29.161", roles::HEAD, "Trưởng phòng Kinh tế, Hạ tầng và Đô thị"),
        D::official("khanh", "Bùi Quốc Khánh", "H29.161", roles::LEADER, "Chủ tịch"),
        D::official("mai", "Hồ Thị Mai", "H29.161", roles::CLERK, "Văn thư"),
        D::official("quyen", "Lý Ngọc Quyên", "H29.01", roles::ONE_STOP, "Công chức tiếp nhận"),
        D::official("tuan", "Phan Anh Tuấn", "H29.02", roles::SPECIALIST, "Chuyên viên Phòng Quản lý xây dựng"),
        D::official("binh", "Trịnh Hòa Bình", "H29.02", roles::HEAD, "Trưởng phòng Quản lý xây dựng"),
        D::official("hung", "Đỗ Mạnh Hùng", "H29.02", roles::LEADER, "Phó Giám đốc Sở"),
        D::official("yen", "Vũ Hải Yến", "H29.02", roles::CLERK, "Văn thư"),
        D::official("lam", "Huỳnh Tùng Lâm", "H29.02", roles::CONSULTED, "Chuyên viên cho ý kiến"),
        D::official("son", "Ngô Thanh Sơn", "H29.05", roles::CONSULTED, "Cán bộ thẩm định phòng cháy, chữa cháy"),
        D::official("thanh", "Dương Chí Thành", "H29", roles::LEADER, "Phó Chủ tịch"),
        D::official("ngoc", "Mai Bảo Ngọc", "H29.01", roles::CONTROLLER, "Cán bộ kiểm soát thủ tục hành chính"),
        D::official("admin", "Tạ Quang Vinh", "H29", roles::ADMINISTRATOR, "Quản trị hệ thống"),
        D::official("kiem", "Cao Thị Kim", "H29.04", roles::AUDITOR, "Thanh tra viên"),
        D::citizen("luon", "Lương Thị Ươn", "079184000044", "0901000044", "1984-05-19"),
        D::citizen("phanmem", "Tôn Nữ Diệu Anh", "079187000055", "0901000055", "1987-01-25"),
        D::official("nhan", "Phùng Thanh Nhàn", "H29.10", roles::CENTRE_OFFICER, "Chuyên viên tiếp nhận, điều phối"),
        D::official("vien", "Kiều Viễn", "H29.10", roles::CONSULTANT, "Tư vấn viên chuyển đổi số"),
        D::official("chau", "Thái Minh Châu", "H29.10", roles::BOARD_CHAIR, "Trưởng ban tư vấn nông nghiệp – chế biến thực phẩm"),
        D::official("uyen", "Tăng Phương Uyên", "H29.10", roles::BOARD_MEMBER, "Thành viên ban tư vấn"),
        D::official("dat", "La Thành Đạt", "H29.10", roles::BOARD_MEMBER, "Thành viên ban tư vấn"),
        D::official("loan", "Hà Kim Loan", "H29.10", roles::SUPPORT_OFFICER, "Chuyên viên thẩm định hỗ trợ"),
        D::official("tien", "Quách Thủy Tiên", "H29.10", roles::ACCOUNTANT, "Kế toán"),
        D::official("quang", "Lâm Nhật Quang", "H29.10", roles::CENTRE_DIRECTOR, "Giám đốc"),
        D::official("thao", "Đoàn Phương Thảo", "H29.01", roles::CASHIER, "Nhân viên thu phí, lệ phí"),
        D::official("nga", "Trương Thúy Nga", "H29.161", roles::CASHIER, "Nhân viên thu phí, lệ phí"),
        D::official("sang", "Đinh Ngọc Sang", "H29.03", roles::ONE_STOP, "Công chức tiếp nhận hồ sơ đầu tư"),
        D::official("long", "Chu Hải Long", "H29.03", roles::SPECIALIST, "Chuyên viên Phòng Đầu tư"),
        D::official("trang", "Nghiêm Thu Trang", "H29.03", roles::HEAD, "Trưởng phòng Đầu tư"),
        D::official("phuoc", "Hứa Đại Phước", "H29.03", roles::LEADER, "Phó Giám đốc Sở"),
        D::official("dung", "Tô Mỹ Dung", "H29.03", roles::CLERK, "Văn thư"),
        D::official("tam", "Lưu Thiện Tâm", "H29.06", roles::SPECIALIST, "Chuyên viên"),
        D::official("hien", "Kim Thanh Hiền", "H29.06", roles::HEAD, "Trưởng phòng"),
        D::official("vinh", "Đàm Quốc Vinh", "H29.06", roles::LEADER, "Phó Giám đốc Sở"),
        D::official("my", "Triệu Ái My", "H29.06", roles::CLERK, "Văn thư"),
        D::official("tuong", "Ninh Cát Tường", "H29.06", roles::CONSULTED, "Chuyên viên cho ý kiến"),
        D::official("giap", "Bạch Văn Giáp", "H29.06.01", roles::SPECIALIST, "Viên chức đăng ký đất đai"),
        D::official("oanh", "Lục Kiều Oanh", "H29.06.01", roles::HEAD, "Tổ trưởng Tổ đăng ký"),
        D::official("khoa", "Văn Đăng Khoa", "H29.06.01", roles::LEADER, "Giám đốc Chi nhánh"),
        D::official("xuan", "Ông Thị Xuân", "H29.06.01", roles::CLERK, "Văn thư"),
        D::official("an", "Tạ Bình An", "H29.07", roles::SPECIALIST, "Chuyên viên Phòng Quản lý văn hóa"),
        D::official("bich", "Thân Ngọc Bích", "H29.07", roles::HEAD, "Trưởng phòng Quản lý văn hóa"),
        D::official("cuong", "Mạc Chí Cường", "H29.07", roles::LEADER, "Phó Giám đốc Sở"),
        D::official("diem", "Vương Kiều Diễm", "H29.07", roles::CLERK, "Văn thư"),
        D::official("giang", "Sử Trường Giang", "H29.08", roles::SPECIALIST, "Chuyên viên Phòng Xuất nhập khẩu"),
        D::official("hang", "Từ Thu Hằng", "H29.08", roles::HEAD, "Trưởng phòng Xuất nhập khẩu"),
        D::official("ich", "Giang Hữu Ích", "H29.08", roles::LEADER, "Phó Giám đốc Sở"),
        D::official("kieu", "Phí Thúy Kiều", "H29.08", roles::CLERK, "Văn thư"),
        D::official("loc", "Cù Phúc Lộc", "H29.08", roles::CONSULTED, "Chuyên viên cho ý kiến"),
        D::official("man", "Khúc Minh Mẫn", "H29.09", roles::SPECIALIST, "Cán bộ thụ lý"),
        D::official("nam", "Doãn Hoài Nam", "H29.09", roles::HEAD, "Đội trưởng"),
        D::official("phong", "Âu Thanh Phong", "H29.09", roles::LEADER, "Phó Trưởng phòng"),
        D::official("quy", "Lại Kim Quý", "H29.09", roles::CLERK, "Văn thư"),
        // The catalogue is drafted by one administrator and released by another.
        D::official("phat", "Tống Gia Phát", "H29", roles::ADMINISTRATOR, "Cán bộ phát hành danh mục"),
    ]
}

const FAMILY: [&str; 12] = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ"];
const MIDDLE: [&str; 7] = ["Thị", "Văn", "Minh", "Ngọc", "Thanh", "Quốc", "Thu"];
const GIVEN: [&str; 11] = ["An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khôi", "Linh", "Nam", "Phúc", "Vy"];

/// The staff of a generated commune: who receives, who handles, who decides. The same office gives the same people.
pub fn commune_staff(office: &Office, index: usize) -> Vec<DemoAccount> {
    let places = [
        (roles::ONE_STOP, "Công chức Trung tâm Phục vụ hành chính công"),
        (roles::SPECIALIST, "Chuyên viên"),
        (roles::LEADER, "Chủ tịch"),
    ];
    let one = |n: usize, (role, title): (&'static str, &str)| {
        let seed = index * places.len() + n;
        let pick = |from: &[&'static str], step: usize| from.get((seed * step + seed / from.len()) % from.len()).copied().unwrap_or("An");
        let name = format!("{} {} {}", pick(&FAMILY, 5), pick(&MIDDLE, 3), pick(&GIVEN, 7));
        let key = format!("{}-{role}", office.code.as_str().to_lowercase().replace('.', "-"));
        DemoAccount::official(&key, &name, office.code.as_str(), role, title)
    };
    places.into_iter().enumerate().map(|(n, place)| one(n, place)).collect()
}

/// Posts of the demonstration begin with the two-level local government.
pub fn since() -> Instant {
    midnight(date(2025, 7, 1))
}

/// Puts accounts and posts into a batch. For many accounts use several batches.
pub fn add(directory: &Directory, batch: &mut Batch, account: &DemoAccount, by: AccountId, at: Instant) -> AccountId {
    let kind = if account.post.is_some() { AccountKind::Official } else { AccountKind::Person };
    let mut new = NewAccount::new(kind, DEMO_ISSUER_KEY, &account.key, &account.name);
    new.personal_number.clone_from(&account.personal_number);
    new.phone.clone_from(&account.phone);
    new.birthdate.clone_from(&account.birthdate);
    new.email = Some(format!("{}@phusa.example", account.key));
    directory.add_account(batch, &new, by, at);
    if let Some((office, role, title)) = &account.post {
        let post = new_post(new.id, office, role, title, since(), None);
        directory.add_post(batch, &post, 2, by, at);
    }
    new.id
}

/// Creates those of the accounts that are not there yet; safe to repeat. Returns their ids in the given order.
pub async fn install(directory: &Directory, accounts: &[DemoAccount], by: AccountId, at: Instant) -> anyhow::Result<Vec<AccountId>> {
    let mut ids = Vec::with_capacity(accounts.len());
    for chunk in accounts.chunks(100) {
        let mut batch = directory.scope().batch();
        for account in chunk {
            ids.push(match directory.by_subject(DEMO_ISSUER_KEY, &account.key).await? {
                Some(known) => known.id,
                None => add(directory, &mut batch, account, by, at),
            });
        }
        directory.scope().commit(batch).await?;
    }
    Ok(ids)
}
