//! The key of this room, in the data folder's `keys/` and never in the database: with it the shared secrets of one-time codes
//! are sealed, passwords are peppered and device cookies are signed. A copy of the database alone opens nothing.

use anyhow::Context as _;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use std::{io::Write, path::Path};

/// The file's name in `keys/`.
pub const NAME: &str = "local-sign-in.key";

pub struct Keyring {
    sealing: LessSafeKey,
    cookies: hmac::Key,
    pepper: Vec<u8>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}

/// So many random bytes of the system.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}

impl Keyring {
    /// The key of a data folder, made at the first call, readable by its owner only.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(NAME);
        let name = || path.display().to_string();
        if !path.exists() {
            std::fs::create_dir_all(folder).with_context(name)?;
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(mut file) => {
                    let text = hex::encode(random::<32>()?);
                    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(name)?;
                }
                // Another process was first.
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e).with_context(name),
            }
        }
        let text = std::fs::read_to_string(&path).with_context(name)?;
        let master = hex::decode(text.trim()).ok().filter(|k| k.len() == 32);
        Self::of(&master.with_context(|| format!("{}: not a key of 64 hexadecimal figures", path.display()))?)
    }

    fn of(master: &[u8]) -> anyhow::Result<Self> {
        let master = hmac::Key::new(hmac::HMAC_SHA256, master);
        let part = |purpose: &str| hmac::sign(&master, purpose.as_bytes());
        let sealing = UnboundKey::new(&AES_256_GCM, part("one-time codes").as_ref()).map_err(|_| anyhow::anyhow!("sealing key"))?;
        Ok(Self {
            sealing: LessSafeKey::new(sealing),
            cookies: hmac::Key::new(hmac::HMAC_SHA256, part("device cookies").as_ref()),
            pepper: part("passwords").as_ref().to_vec(),
        })
    }

    /// Seals bytes for one place (`owner`): moved to another row they do not open.
    pub fn seal(&self, owner: &str, plain: &[u8]) -> anyhow::Result<String> {
        let nonce = random::<12>()?;
        let mut sealed = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner.as_bytes()), &mut sealed)
            .map_err(|_| anyhow::anyhow!("sealing failed"))?;
        Ok(STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// What was sealed for this place; `None` when it was not, or with another key.
    pub fn unseal(&self, owner: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_checked(12)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        self.sealing.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut rest).ok().map(|plain| plain.to_vec())
    }

    /// A signature under a cookie's text.
    pub fn sign(&self, text: &str) -> String {
        hex::encode(hmac::sign(&self.cookies, text.as_bytes()))
    }
    pub fn signed(&self, text: &str, tag: &str) -> bool {
        hex::decode(tag).is_ok_and(|tag| hmac::verify(&self.cookies, text.as_bytes(), &tag).is_ok())
    }
    pub fn pepper(&self) -> &[u8] {
        &self.pepper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_only() {
        let (one, two) = (Keyring::of(&[1; 32]).unwrap(), Keyring::of(&[2; 32]).unwrap());
        let sealed = one.seal("acct_1", b"secret").unwrap();
        assert_eq!(one.unseal("acct_1", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!((one.unseal("acct_2", &sealed), two.unseal("acct_1", &sealed), one.unseal("acct_1", "x"), one.unseal("acct_1", "")), (None, None, None, None));
        assert_ne!(sealed, one.seal("acct_1", b"secret").unwrap());
        assert!(one.signed("a", &one.sign("a")) && !one.signed("b", &one.sign("a")) && !two.signed("a", &one.sign("a")) && !one.signed("a", "zz"));
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("phusa-local-key-{}", uuid::Uuid::now_v7()));
        let first = Keyring::open(&folder).unwrap();
        assert!(Keyring::open(&folder).unwrap().signed("a", &first.sign("a")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(folder.join(NAME)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(folder.join(NAME), "short").unwrap();
        assert!(Keyring::open(&folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
