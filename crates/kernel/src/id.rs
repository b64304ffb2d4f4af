//! Typed ids. A file id does not fit where a case id is asked, in Rust or in a URL.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr};
use uuid::Uuid;

/// A kind of thing that has ids; the prefix is printed before the id.
pub trait Kind {
    const PREFIX: &'static str;
}

/// An id that cannot be confused with another kind of id; prints as `case_018f…`.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $alias:ident $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; }
        pub type $alias = Id<$kind>;
    )* };
}

kinds! {
    /// One thing going through one definition.
    CaseKind CaseId "case";
    /// Who signs in.
    AccountKind AccountId "acct";
    /// A person, household, enterprise or organisation.
    PartyKind PartyId "party";
    /// A stored file: evidence, a component, an issued document.
    FileKind FileId "file";
    /// An application that has not been submitted yet.
    DraftKind DraftId "draft";
    /// One request for an opinion inside a case.
    RequestKind RequestId "req";
    /// An enterprise, household business or cooperative on the centre's register.
    EnterpriseKind EnterpriseId "ent";
    /// One filling-in of an assessment framework.
    AssessmentKind AssessmentId "asmt";
    /// Who offers solutions.
    ProviderKind ProviderId "prov";
    /// A solution in the showroom.
    SolutionKind SolutionId "sol";
    /// A choice of a solution by an enterprise, from requirements to decision.
    ChoiceKind ChoiceId "choice";
    /// A consultant or expert of the network.
    ExpertKind ExpertId "exp";
    /// A consulting board.
    BoardKind BoardId "board";
    /// A matter before a board.
    MatterKind MatterId "matter";
    /// A version of a procedure or a calendar, drafted and then released on a date.
    ReleaseKind ReleaseId "release";
    /// One entry of the support ledger.
    GrantKind GrantId "grant";
    /// What somebody owes for a case: one fee, charge or obligation.
    DueKind DueId "due";
    /// One attempt to pay, with its own QR code.
    PaymentKind PaymentId "pay";
    /// One message to be sent or received across an exchange.
    MessageKind MessageId "msg";
    /// A complaint, petition or suggestion about how a case was handled.
    ComplaintKind ComplaintId "cmpl";
    /// A ticket in a queue, a bundle of papers: what the counter handles.
    TicketKind TicketId "tick";
    /// A document that an office issues, from its draft on.
    DocumentKind DocumentId "doc";
    /// A document that came to an office from somebody else.
    ArrivalKind ArrivalId "arr";
    /// An offer of a service made before anybody asked.
    OfferKind OfferId "offer";
    /// What one payer has with one provider of signatures.
    PurseKind PurseId "purse";
    /// A provider's statement of a month, as it was compared with the account book.
    StatementKind StatementId "stmt";
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0.simple())
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct BadId;

impl<K: Kind> FromStr for Id<K> {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let rest = text
            .strip_prefix(K::PREFIX)
            .and_then(|t| t.strip_prefix('_'))
            .ok_or(BadId)?;
        Ok(Self::new(Uuid::try_parse(rest).map_err(|_| BadId)?))
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A code that the law or the catalogue gives: text, never a number (leading zeros count).
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub std::sync::Arc<str>);
        impl $name {
            pub fn new(text: impl AsRef<str>) -> Self { Self(text.as_ref().into()) }
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl From<&str> for $name { fn from(t: &str) -> Self { Self::new(t) } }
        impl std::borrow::Borrow<str> for $name { fn borrow(&self) -> &str { &self.0 } }
    )* };
}

codes! {
    /// The tenant: the two-digit code of a province of 2025 (`79`).
    ProvinceCode;
    /// An agency code as issued (`H29.161`).
    OfficeCode;
    /// A role in the sense of who may do what (`one_stop`, `specialist`…).
    RoleCode;
    /// The code of a declared kind of case (`1.013225`).
    DefinitionCode;
    /// The code a person sees and keeps (`H29.161-261119-0042`).
    CaseCode;
    /// Who sells signatures: a trust service provider of the catalogue.
    TrustProviderCode;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_refuses_another_kind() {
        let id = CaseId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<FileId>().is_err());
        assert!("case_zz".parse::<CaseId>().is_err());
    }
}
