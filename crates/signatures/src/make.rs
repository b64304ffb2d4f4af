//! Making signatures: a place in the file ([`prepare`]), what the key signs ([`Attributes`]), and both put together
//! ([`Prepared::finish`]). The key itself is somebody else's; nothing here waits.

mod cms;
mod der;
mod pdf;
pub mod stamp;

pub use cms::{Attributes, Unusable};
pub use pdf::{Place, Prepared, Unfit, prepare};
