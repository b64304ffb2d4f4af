//! Accounts and posts: who signs in, and a role held in an office for a time.

use kernel::{
    Instant,
    id::{AccountId, OfficeCode, PartyId, RoleCode},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What kind of somebody an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A citizen, or the representative of an enterprise.
    Person,
    Official,
    /// A program of another agency.
    Service,
}

impl AccountKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Official => "official",
            Self::Service => "service",
        }
    }
}
impl std::str::FromStr for AccountKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Person, Self::Official, Self::Service].into_iter().find(|k| k.as_str() == text).ok_or(())
    }
}

/// The roles, as policies and definitions name them.
pub mod roles {
    use kernel::Text;

    macro_rules! roles {
        ($($name:ident $code:literal $vi:literal $en:literal;)*) => {
            $(pub const $name: &str = $code;)*
            /// All roles with their names.
            pub const ALL: &[(&str, &str, &str)] = &[$(($code, $vi, $en)),*];
        };
    }
    roles! {
        CITIZEN "citizen" "Cá nhân, tổ chức" "Citizen or organisation";
        ONE_STOP "one_stop" "Cán bộ một cửa" "One-stop officer";
        SPECIALIST "specialist" "Chuyên viên thụ lý" "Specialist";
        HEAD "head" "Trưởng phòng" "Head of division";
        LEADER "leader" "Lãnh đạo cơ quan" "Leader";
        CLERK "clerk" "Văn thư" "Clerk";
        CASHIER "cashier" "Thu ngân" "Cashier";
        CONSULTED "consulted" "Người cho ý kiến" "Opinion giver";
        CONTROLLER "controller" "Kiểm soát thủ tục hành chính" "Procedure controller";
        ADMINISTRATOR "administrator" "Quản trị hệ thống" "Administrator";
        AUDITOR "auditor" "Kiểm tra, thanh tra" "Auditor";
        DATA_PROTECTION "data_protection" "Bảo vệ dữ liệu cá nhân" "Data protection officer";
        CENTRE_OFFICER "centre_officer" "Cán bộ trung tâm hỗ trợ" "Support centre officer";
        CONSULTANT "consultant" "Tư vấn viên" "Consultant";
        BOARD_CHAIR "board_chair" "Trưởng ban tư vấn" "Board chair";
        BOARD_MEMBER "board_member" "Thành viên ban tư vấn" "Board member";
        SUPPORT_OFFICER "support_officer" "Thẩm định hỗ trợ" "Support examiner";
        ACCOUNTANT "accountant" "Kế toán" "Accountant";
        CENTRE_DIRECTOR "centre_director" "Giám đốc trung tâm hỗ trợ" "Director of the support centre";
    }

    /// The name of a role in both languages; of an unknown one, its code.
    pub fn name(code: &str) -> Text {
        ALL.iter().find(|(c, ..)| *c == code).map_or_else(|| Text::new(code, code), |(_, vi, en)| Text::new(*vi, *en))
    }
}

/// An account as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub kind: AccountKind,
    /// The identity provider's key and the name it gives: together they find the account.
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub party: Option<PartyId>,
    pub personal_number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// As the provider asserts it (`1990-02-28`, or a year alone).
    pub birthdate: Option<String>,
    pub disabled_at: Option<Instant>,
    pub(crate) version: i64,
}

/// An account to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub id: AccountId,
    pub kind: AccountKind,
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub party: Option<PartyId>,
    pub personal_number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birthdate: Option<String>,
}

impl NewAccount {
    /// An account with nothing but a name; persons get a party of their own to speak for.
    pub fn new(kind: AccountKind, issuer: &str, subject: &str, name: &str) -> Self {
        Self {
            id: AccountId::new(Uuid::now_v7()),
            kind,
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: kernel::text::clean(name),
            party: (kind == AccountKind::Person).then(|| PartyId::new(Uuid::now_v7())),
            personal_number: None,
            email: None,
            phone: None,
            birthdate: None,
        }
    }
}

/// A role held in an office from one instant up to (not including) another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub id: String,
    pub account: AccountId,
    pub office: OfficeCode,
    pub role: RoleCode,
    pub title: String,
    pub valid_from: Instant,
    pub valid_to: Option<Instant>,
}

impl Post {
    pub fn valid_at(&self, at: Instant) -> bool {
        self.valid_from <= at && self.valid_to.is_none_or(|to| at < to)
    }
}
