//! What is kept of the means of signing in.

use kernel::{Instant, id::AccountId};

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub credential: String,
    pub account: AccountId,
    pub name: String,
    pub public_key: Vec<u8>,
    pub counter: u32,
    pub backed_up: bool,
    pub created: Instant,
    pub used: Option<Instant>,
    pub suspect: Option<Instant>,
}

/// Password and one-time codes of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    pub account: AccountId,
    pub login: String,
    pub hash: String,
    /// Sealed.
    pub secret: String,
    pub step: i64,
    pub set_at: Instant,
    pub used: Option<Instant>,
    /// Recovery codes that are left.
    pub codes: i64,
}

/// A password that waits for the first code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    pub account: AccountId,
    pub login: String,
    pub hash: String,
    pub secret: String,
    /// Digest of the link; empty for somebody signed in.
    pub link: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// To an account that has no means of signing in here.
    Invitation,
    /// In place of all means that were lost.
    Recovery,
}

impl LinkKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Recovery => "recovery",
        }
    }
}
impl std::str::FromStr for LinkKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Invitation, Self::Recovery].into_iter().find(|k| k.as_str() == text).ok_or(())
    }
}

/// A one-time link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub token: String,
    pub account: AccountId,
    pub kind: LinkKind,
    pub expires: Instant,
    pub used: Option<Instant>,
}

/// A recovery asked for by one administrator, decided by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    pub id: String,
    pub account: AccountId,
    pub asked_by: AccountId,
    pub asked_name: String,
    pub reason: String,
    pub asked_at: Instant,
    pub expires: Instant,
    pub decided_name: Option<String>,
    pub decided_at: Option<Instant>,
    pub approved: bool,
}

impl Recovery {
    pub fn waits(&self, at: Instant) -> bool {
        self.decided_at.is_none() && at < self.expires
    }
}

/// Something the person is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: String,
    pub at: Instant,
    pub text: kernel::Text,
    pub read_at: Option<Instant>,
}
