//! Making signatures: a place in the file ([`reserve`], [`prepare`]), what the key signs ([`Attributes`]), and both put together
//! ([`Prepared::finish`]). The key itself is somebody else's; nothing here waits.

mod cms;
pub(crate) mod der;
mod label;
mod pdf;
mod picture;
mod reserve;
mod revision;
pub mod stamp;
mod validation;
mod write;

pub use cms::{Attributes, Unusable};
pub use label::{Label, takes_a_signature};
pub use pdf::{Place, Prepared, Unfit, prepare};
pub use picture::{Picture, Rect};
pub use reserve::{Reserved, reserve};
pub use validation::{Material, with_material};
