//! What an applicant says, and whether it can be taken as it is.

use crate::catalog::Catalog;
use kernel::{
    Refusal,
    party::{Email, Identifier, Phone},
    text::clean,
};
use serde::{Deserialize, Serialize};

/// A competence as claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    pub competence: String,
    pub level: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpertKind {
    #[default]
    Individual,
    Organisation,
}

impl ExpertKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Organisation => "organisation",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        [Self::Individual, Self::Organisation].into_iter().find(|k| k.code() == code)
    }
}

/// The dossier's data. Papers and declared interests are acts of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Application {
    pub kind: ExpertKind,
    pub name: String,
    /// `vn`, or a foreigner working in Viet Nam.
    pub foreigner: bool,
    /// Number of the work permit, for a foreigner.
    #[serde(default)]
    pub work_permit: String,
    /// Declared: is a cán bộ or công chức.
    pub official: bool,
    /// Tax code: required of an organisation.
    #[serde(default)]
    pub tax_code: String,
    /// Where the expert works, with its tax code: for conflicts.
    #[serde(default)]
    pub employer: String,
    #[serde(default)]
    pub employer_tax_code: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    /// Commune code, five digits; or the province's two.
    #[serde(default)]
    pub area: String,
    pub fields: Vec<String>,
    #[serde(default)]
    pub sectors: Vec<String>,
    pub languages: Vec<String>,
    pub skills: Vec<Skill>,
    /// Hours a month the expert can give.
    pub hours: u32,
    pub summary: String,
}

pub const HOURS_MAX: u32 = 200;
pub const SUMMARY_MAX: usize = 4_000;

impl Application {
    /// The application in canonical form, or everything that is wrong with it, each at its field.
    pub fn checked(&self, catalog: &Catalog) -> Result<Self, Refusal> {
        let mut r = Refusal::invalid("application", "Hồ sơ chưa lưu được: có chỗ cần sửa", "The application is not saved: something needs correcting");
        let mut a = self.clone();
        match kernel::party::name(&a.name) {
            Ok(name) => a.name = name,
            Err(e) => r = r.because(Some("name"), e.message.vi, e.message.en),
        }
        let mut taken = |field: &'static str, value: &mut String, parse: &dyn Fn(&str) -> Result<String, Refusal>| {
            match parse(value) {
                Ok(clean) => *value = clean,
                Err(e) => r.reasons.push(kernel::refusal::Reason { field: Some(field.to_owned()), message: e.message }),
            }
        };
        taken("phone", &mut a.phone, &|t| t.parse::<Phone>().map(|p| p.e164().to_owned()));
        taken("email", &mut a.email, &|t| t.parse::<Email>().map(|e| e.as_str().to_owned()));
        let tax = |t: &str| Identifier::parse("tax_code", t).map(|i| i.as_str().to_owned());
        if a.kind == ExpertKind::Organisation || !clean(&a.tax_code).is_empty() {
            taken("tax_code", &mut a.tax_code, &tax);
        }
        if !clean(&a.employer_tax_code).is_empty() {
            taken("employer_tax_code", &mut a.employer_tax_code, &tax);
        }
        for (field, text, most) in [("address", &mut a.address, 300), ("employer", &mut a.employer, 200), ("work_permit", &mut a.work_permit, 60)] {
            *text = clean(text);
            if text.chars().count() > most {
                r = r.because(Some(field), format!("Không quá {most} ký tự."), format!("At most {most} characters."));
            }
        }
        if a.address.is_empty() {
            r = r.because(Some("address"), "Nhập địa chỉ liên hệ.", "Enter your address.");
        }
        a.area = a.area.trim().to_owned();
        if !a.area.is_empty() && !(matches!(a.area.len(), 2 | 5) && a.area.bytes().all(|b| b.is_ascii_digit())) {
            r = r.because(Some("area"), "Mã xã, phường gồm 5 chữ số, ví dụ 27139; để trống nếu không rõ.", "The commune's code has 5 digits, such as 27139; leave it empty if you do not know.");
        }
        if a.kind == ExpertKind::Individual && a.foreigner && a.work_permit.is_empty() {
            r = r.because(Some("work_permit"), "Người nước ngoài cần đang làm việc tại Việt Nam: nhập số giấy phép lao động hoặc giấy xác nhận miễn.", "A foreigner must work in Viet Nam: enter the number of the work permit or of its exemption.");
        }
        a.fields.retain(|f| catalog.field(f).is_some());
        a.sectors.retain(|f| catalog.sector(f).is_some());
        a.languages.retain(|f| catalog.language(f).is_some());
        for list in [&mut a.fields, &mut a.sectors, &mut a.languages] {
            list.sort();
            list.dedup();
        }
        if a.fields.is_empty() {
            r = r.because(Some("fields"), "Chọn ít nhất một lĩnh vực tư vấn.", "Choose at least one field.");
        }
        if a.languages.is_empty() {
            r = r.because(Some("languages"), "Chọn ít nhất một ngôn ngữ làm việc.", "Choose at least one working language.");
        }
        let top = catalog.competences.levels.len();
        a.skills.retain(|s| catalog.competence(&s.competence).is_some() && s.level >= 1 && usize::from(s.level) <= top);
        a.skills.sort_by(|x, y| x.competence.cmp(&y.competence).then(y.level.cmp(&x.level)));
        a.skills.dedup_by(|x, y| x.competence == y.competence);
        if a.skills.is_empty() {
            r = r.because(Some("skills"), "Chọn ít nhất một năng lực và mức của năng lực đó.", "Choose at least one competence and its level.");
        }
        if a.hours == 0 || a.hours > HOURS_MAX {
            r = r.because(Some("hours"), format!("Nhập số giờ mỗi tháng, từ 1 đến {HOURS_MAX}."), format!("Enter hours a month, 1 to {HOURS_MAX}."));
        }
        a.summary = clean(&a.summary);
        let n = a.summary.chars().count();
        if n == 0 || n > SUMMARY_MAX {
            r = r.because(Some("summary"), format!("Tóm tắt kinh nghiệm, từ 1 đến {SUMMARY_MAX} ký tự."), format!("Sum up your experience, 1 to {SUMMARY_MAX} characters."));
        }
        if r.reasons.is_empty() { Ok(a) } else { Err(r) }
    }
}
