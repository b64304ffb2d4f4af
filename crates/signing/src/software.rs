//! Keys in files of this machine. For trials and for agencies whose own rules allow it: whoever reads the file can sign.

use crate::{Failed, Key, Mistake};
use async_trait::async_trait;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use signatures::{
    Certificate,
    make::Attributes,
    trust::pem,
};

enum Pair {
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A PKCS#8 key with its certificate and the issuers above it.
pub struct Software {
    pair: Pair,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl Software {
    /// From PEM: `CERTIFICATE` blocks, the signer's first, and one `PRIVATE KEY` (PKCS#8; P-256 or RSA of 2,048 bits or more). That
    /// both belong together is proved by a signature.
    pub fn new(certificates: &str, key: &str) -> Result<Self, Mistake> {
        let blocks = pem(certificates, "CERTIFICATE").unwrap_or_default();
        let mut read = blocks.iter().map(|der| Certificate::of(der)).collect::<Option<Vec<_>>>().unwrap_or_default().into_iter();
        let certificate = read.next().ok_or(Mistake::Certificate)?;
        let der = pem(key, "PRIVATE KEY").and_then(|blocks| blocks.into_iter().next()).ok_or(Mistake::Key)?;
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der, &random).map(Pair::P256);
        let pair = pair.or_else(|_| RsaKeyPair::from_pkcs8(&der).map(Pair::Rsa)).map_err(|_| Mistake::Key)?;
        let made = Self { pair, certificate, chain: read.collect() };
        let probe = Attributes::new(&[0; 32], &made.certificate).map_err(|_| Mistake::Key)?;
        let answer = made.signature(probe.to_sign()).map_err(|_| Mistake::Key)?;
        if !probe.accepts(&answer) {
            return Err(Mistake::Apart);
        }
        Ok(made)
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let random = SystemRandom::new();
        let unable = |_| Failed::Unreachable("the machine's source of random numbers failed".to_owned());
        match &self.pair {
            Pair::P256(pair) => pair.sign(&random, message).map(|s| s.as_ref().to_vec()).map_err(unable),
            Pair::Rsa(pair) => {
                let mut out = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut out).map_err(unable)?;
                Ok(out)
            }
        }
    }
}

#[async_trait]
impl Key for Software {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        self.signature(message)
    }
}
