//! Keys that sign for offices, wherever they are: one trait, and who has which key.
//!
//! A document is signed in three steps: [`signatures::make`] keeps a place in the file, a [`Key`] signs the attributes, and
//! both are put together after the answer was checked against the certificate. Nothing of a key ever leaves its holder.
//!
//! # Invariants
//! 1. What comes back carries a signature of exactly the certificate asked for, over exactly these bytes, or is an error.
//! 2. A certificate that is not in force at the time of signing does not sign.
//! 3. No secret is printed, logged or kept outside its file.

mod algorithm;
pub mod answers;
mod declared;
mod door;
pub mod meter;
mod picture;
pub mod pkcs11;
pub mod remote;
mod secret;
pub mod simulator;
pub mod software;
pub mod stamps;
mod store;
pub mod trial;

pub use door::{Signed, Signer};
pub use secret::Secret;
pub use store::{Keys, Mistake};

use async_trait::async_trait;
use kernel::{Instant, Text};
use meter::Metered;
use signatures::{
    Certificate,
    make::{
        Attributes, Place, Unfit, Unusable, prepare,
        stamp::{Request, Unstamped},
    },
};
use stamps::Authority;

/// Why a document was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The file cannot take a signature.
    #[error("the file cannot be signed: {0:?}")]
    File(Unfit),
    /// The key's answer is no signature, or its kind is not signed with.
    #[error("the key's answer cannot be used: {0:?}")]
    Key(Unusable),
    /// The certificate was not in force.
    #[error("the certificate of {name} is in force from {from} to {to} only")]
    NotInForce { name: String, from: Instant, to: Instant },
    /// Its issuer says that the certificate is revoked.
    #[error("the certificate of {name} is revoked")]
    Revoked { name: String },
    /// The time-stamping authority gave no usable answer; it may be asked again.
    #[error("no time stamp: {0:?}")]
    Stamp(Unstamped),
    /// Who holds the key said no: refused or not confirmed by a person, a PIN or a client that is not accepted. It is not asked again
    /// by itself: a card locks after some wrong PINs, and a question repeated on a telephone gets confirmed by mistake.
    #[error("not authorised: {0}")]
    Denied(String),
    /// The holder of the key, or the authority, could not be asked now; it may be asked again.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// The holder was asked to sign and gave no answer: it may have signed. It may be asked again, for another signature.
    #[error("no answer, it may have been signed: {0}")]
    Unclear(String),
    /// The prepaid signatures are used up; it may be asked again when somebody has topped them up.
    #[error("the prepaid signatures at {provider} are used up")]
    Unpaid { provider: String },
}

impl Failed {
    /// Whether asking again later may help.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Stamp(_) | Self::Unclear(_) | Self::Unpaid { .. })
    }
    /// For the officials who wait for the document.
    pub fn said(&self) -> Text {
        match self {
            Self::File(_) => Text::new("Không ký số được tệp này.", "This file cannot be signed."),
            Self::Key(_) => Text::new("Khóa ký trả lời không dùng được. Báo người quản trị hệ thống.", "The signing key's answer cannot be used. Tell the administrator."),
            Self::NotInForce { name, .. } => {
                Text::new(format!("Chứng thư số của {name} không còn hiệu lực. Gia hạn rồi ký lại."), format!("The certificate of {name} is not in force. Renew it, then sign again."))
            }
            Self::Revoked { name } => Text::new(
                format!("Chứng thư số của {name} đã bị thu hồi. Dùng chứng thư khác rồi ký lại."),
                format!("The certificate of {name} has been revoked. Use another certificate, then sign again."),
            ),
            Self::Denied(_) => Text::new(
                "Chưa được phép ký: người giữ chứng thư từ chối hoặc chưa xác nhận kịp, hoặc mã PIN không được chấp nhận. Kiểm tra rồi ký lại từ đầu.",
                "Signing was not authorised: the certificate's holder refused or did not confirm in time, or a PIN is not accepted. Check, then start signing again.",
            ),
            Self::Stamp(_) => Text::new("Chưa có dấu thời gian; hệ thống sẽ thử lại.", "There is no time stamp yet; it will be tried again."),
            Self::Unpaid { provider } => Text::new(
                format!("Tài khoản chữ ký số trả trước tại {provider} đã hết. Nạp thêm tiền (mục Chữ ký trả trước) rồi ký lại."),
                format!("The prepaid signatures at {provider} are used up. Top them up (Prepaid signatures), then sign again."),
            ),
            Self::Unreachable(_) | Self::Unclear(_) => Text::new("Chưa kết nối được với khóa ký hoặc nơi cấp dấu thời gian; hệ thống sẽ thử lại.", "The signing key or the time-stamping authority cannot be reached; it will be tried again."),
        }
    }
}

/// A key with its certificate; where the key is, only the implementation knows.
#[async_trait]
pub trait Key: Send + Sync {
    fn certificate(&self) -> &Certificate;
    /// The certificates between the signer's and the root, in that order.
    fn chain(&self) -> &[Certificate];
    /// Signs a message with SHA-256: ECDSA as a DER sequence, RSA with PKCS#1 v1.5.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failed>;
}

/// A signed copy of a PDF, as an update behind what stands there: PAdES B-T with an authority's time, B-B without. Nothing is counted or
/// paid here, and no issuer is asked: rooms sign through [`Keys::sign`].
pub async fn sign(pdf: &[u8], key: &dyn Key, authority: Option<&dyn Authority>, place: &Place<'_>) -> Result<Vec<u8>, Failed> {
    sign_metered(pdf, key, None, authority, place).await.map(|(pdf, _)| pdf)
}

/// The signed file, and the stamp that is in it.
async fn sign_metered(
    pdf: &[u8],
    key: &dyn Key,
    metered: Option<Metered<'_>>,
    authority: Option<&dyn Authority>,
    place: &Place<'_>,
) -> Result<(Vec<u8>, Option<Vec<u8>>), Failed> {
    let certificate = key.certificate();
    if place.at < certificate.from || place.at > certificate.to {
        return Err(Failed::NotInForce { name: certificate.subject.said(), from: certificate.from, to: certificate.to });
    }
    let prepared = prepare(pdf, place).map_err(Failed::File)?;
    let attributes = Attributes::new(&prepared.digest(), certificate).map_err(Failed::Key)?;
    let asked = async {
        let answer = key.sign(attributes.to_sign()).await?;
        if attributes.accepts(&answer) { Ok(answer) } else { Err(Failed::Key(Unusable::Answer)) }
    };
    let answer = match metered {
        Some(metered) => metered.around(asked).await?,
        None => asked.await?,
    };
    let token = match authority {
        Some(authority) => {
            let request = Request::new(&answer, stamps::nonce()?);
            let said = authority.ask(request.der(), place.at).await?;
            Some(request.token(&said).map_err(Failed::Stamp)?)
        }
        None => None,
    };
    let data = attributes.signed_data(&answer, key.chain(), token.as_deref()).map_err(Failed::Key)?;
    Ok((prepared.finish(&data).map_err(Failed::File)?, token))
}
