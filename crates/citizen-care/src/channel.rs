//! The ways out of the house: e-mail and short messages, each behind the same small trait.

pub mod mail;
pub mod simulator;
pub mod sms;

use std::sync::Arc;

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Email,
    Sms,
}

impl Channel {
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
    pub fn name(self) -> kernel::Text {
        match self {
            Self::Email => kernel::Text::new("Thư điện tử", "E-mail"),
            Self::Sms => kernel::Text::new("Tin nhắn SMS", "Text message"),
        }
    }
}

/// One message as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The same message has the same key, however often it is sent.
    pub key: String,
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// Why it did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Try again later.
    ForNow(String),
    /// This address or this message will never be taken.
    ForGood(String),
}

#[async_trait::async_trait]
pub trait Carrier: Send + Sync {
    async fn carry(&self, message: &Outgoing) -> Result<(), Failure>;
}

/// The carriers an installation has; a channel without one is not offered to people.
#[derive(Clone, Default)]
pub struct Carriers {
    pub email: Option<Arc<dyn Carrier>>,
    pub sms: Option<Arc<dyn Carrier>>,
}

impl Carriers {
    pub fn of(&self, channel: Channel) -> Option<&Arc<dyn Carrier>> {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
        }
    }
}
