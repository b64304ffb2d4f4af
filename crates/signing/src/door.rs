//! The one way by which rooms sign: the key is looked up, counted where its provider is paid by the signature, and asked.

use crate::{
    Failed, Keys,
    meter::{Metered, Payer, Use},
    sign_metered,
};
use kernel::id::{AccountId, OfficeCode};
use signatures::{
    Certificate,
    make::{Picture, Place},
};

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer<'a> {
    /// An agency, with its seal.
    Seal(&'a OfficeCode),
    /// An official in their own name, for an agency that pays for it.
    Official(AccountId, &'a OfficeCode),
    /// A person, for themselves.
    Person(AccountId),
}

impl Signer<'_> {
    fn payer(&self) -> Payer {
        match self {
            Self::Seal(office) | Self::Official(_, office) => Payer::Office((*office).clone()),
            Self::Person(account) => Payer::Person(*account),
        }
    }
    const fn person(&self) -> Option<AccountId> {
        match self {
            Self::Seal(_) => None,
            Self::Official(account, _) | Self::Person(account) => Some(*account),
        }
    }
}

/// A signed file, and with which certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub pdf: Vec<u8>,
    /// Serial number in hexadecimal digits.
    pub serial: String,
    /// By the trial issuer: without legal effect.
    pub trial: bool,
}

impl Keys {
    /// Signs a file; `None` where this installation has no key of the signer. `reference` says what is signed, the same at every attempt.
    pub async fn sign(&self, pdf: &[u8], signer: Signer<'_>, reference: &str, place: &Place<'_>) -> Result<Option<Signed>, Failed> {
        let Some(kept) = self.kept(signer) else { return Ok(None) };
        let key = kept.key.as_ref();
        let serial: String = key.certificate().serial.iter().map(|b| format!("{b:02x}")).collect();
        let metered = match (&self.meter, &kept.provider) {
            (Some(meter), Some(provider)) => {
                let (payer, person) = (signer.payer(), signer.person());
                let wanted = Use { provider: provider.clone(), payer, serial: serial.clone(), person, reference: reference.to_owned(), at: place.at };
                Some(Metered { meter, wanted })
            }
            _ => None,
        };
        let place = Place { picture: kept.picture.as_deref(), ..place.clone() };
        let chain: Vec<Certificate> = std::iter::once(key.certificate()).chain(key.chain()).cloned().collect();
        // Before the key is asked and the signature paid for.
        if let Some(answers) = &self.answers
            && answers.revoked(&chain, place.at).await.is_some_and(|since| since <= place.at)
        {
            return Err(Failed::Revoked { name: key.certificate().subject.said() });
        }
        let (pdf, token) = sign_metered(pdf, key, metered, self.stamps(), &place).await?;
        let pdf = match &self.answers {
            Some(answers) => {
                let stamp = token.as_deref().map(signatures::stamp_certificates).unwrap_or_default();
                answers.behind(pdf, &chain, &stamp, place.at).await
            }
            None => pdf,
        };
        Ok(Some(Signed { pdf, serial, trial: self.is_trial(key.certificate()) }))
    }

    /// How a signer's signature is shown on a page, where that is known.
    pub fn picture(&self, signer: Signer<'_>) -> Option<&Picture> {
        self.kept(signer)?.picture.as_deref()
    }

    fn kept(&self, signer: Signer<'_>) -> Option<&crate::store::Kept> {
        match signer {
            Signer::Seal(office) => self.seals.get(office),
            Signer::Official(account, _) | Signer::Person(account) => self.people.get(&account),
        }
    }
}
