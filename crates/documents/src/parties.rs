//! Who signs a document beside the office that issues it: contracts, agreements, memoranda, minutes.
//!
//! After the office's own signer, before its seal. Another office of the province signs in the house: its leader, then its seal, each
//! as one more revision of the file. Somebody outside takes the file home by a link that only they were given, signs it with their own
//! certificate and gives it back: taken only as our file byte for byte with nothing but signatures behind it. Whoever refuses says why,
//! and the document goes back to its drafter.

mod acts;
mod decide;
mod judge;
mod model;
#[cfg(test)]
mod tests;

pub use acts::{Given, Named};
pub use decide::PARTIES_MAX;
pub use model::{Back, Outcome, Party, Standing, Who};
