//! Ids of this room's own things.

use kernel::id::{Id, Kind};

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
    /// A proof of a solution.
    ProofKind ProofId "proof";
    /// A client who is asked to confirm.
    ReferenceKind ReferenceId "ref";
    /// An enterprise that asked to be called.
    LeadKind LeadId "lead";
    /// One run of the ranking.
    AdviceKind AdviceId "advice";
}

/// A new id of any kind, in order of time.
pub fn fresh<K>() -> Id<K> {
    Id::new(uuid::Uuid::now_v7())
}
