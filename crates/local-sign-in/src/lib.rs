//! Signing in with an account of this installation: a passkey, or a password with a one-time code. For officials when the identity
//! provider is down; which kinds of account, and every length and span, the catalogue says (`sign-in/local.yaml`).
//!
//! # Invariants
//! 1. The database holds no secret that opens anything: passwords are Argon2id with a pepper, secrets of one-time codes are
//!    sealed, links and questions are hashes; the key for all of it is a file in the data folder.
//! 2. A question to a passkey, a one-time code, a recovery code and a link are each good once.
//! 3. A passkey is taken only from this site's origin, with the person verified by the device, and only with a counter that went
//!    forward.
//! 4. Wrong attempts by strangers never make a device wait that has signed in to that account before; a name that does not
//!    exist costs the same and is answered the same.
//! 5. Lost means of signing in are reset by two administrators, neither of them the person, and the person is told.
//! 6. Every change of the means of signing in is one entry of the journal.
//!
//! # Deliberately absent
//! Accounts, posts and sessions: identity. Attestation of keys; text messages and e-mail as a second factor (NIST SP 800-63B
//! restricts them); questions about one's first pet.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod cbor;
pub mod keys;
pub mod model;
mod on_account;
pub mod pages;
pub mod password;
mod setup;
pub mod store;
pub mod throttle;
pub mod totp;
pub mod views;
pub mod webauthn;

use ::store::{Migration, Scope, StoreError};
use axum::http::{HeaderMap, header};
use identity::{Account, Identity, Way, secret};
use kernel::{Instant, Text, id::AccountId};
use std::{path::Path, sync::Arc};

/// What the room's pages share. One province; cheap to clone.
#[derive(Clone)]
pub struct LocalSignIn(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub identity: Arc<Identity>,
    pub rules: Arc<catalog::Rules>,
    pub keys: Arc<keys::Keyring>,
    pub stretcher: password::Stretcher,
    /// The address people reach the installation by.
    pub public_url: String,
    /// In the demonstration passkeys belong to the host it is reached by.
    pub demo: bool,
    /// A proxy of ours stands in front and names the caller.
    pub trust_proxy: bool,
}

impl std::ops::Deref for LocalSignIn {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl LocalSignIn {
    /// The room over the key in a data folder's `keys/`.
    pub fn open(identity: Arc<Identity>, rules: Arc<catalog::Rules>, keys: &Path, public_url: &str, demo: bool, trust_proxy: bool) -> anyhow::Result<Self> {
        let keys = Arc::new(keys::Keyring::open(keys)?);
        let room = Self(Arc::new(Inner {
            scope: identity.directory().scope().clone(),
            stretcher: password::Stretcher::new(rules.password.argon2, keys.clone()),
            identity,
            rules,
            keys,
            public_url: public_url.to_owned(),
            demo,
            trust_proxy,
        }));
        room.identity.put_on_account(Arc::new(on_account::Part(Arc::downgrade(&room.0))));
        Ok(room)
    }

    pub fn now(&self) -> Instant {
        self.identity.now()
    }

    /// The site whose passkeys are taken; `None` where browsers make none.
    pub fn site(&self, headers: &HeaderMap) -> Option<webauthn::Site> {
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).filter(|_| self.demo);
        host.and_then(|h| webauthn::Site::of(&format!("http://{h}"))).or_else(|| webauthn::Site::of(&self.public_url))
    }

    /// Whether an account may sign in here at all.
    pub fn admits(&self, account: &Account) -> bool {
        self.rules.admits(account.kind)
    }

    /// What a key is told of the account: opaque, and the same for all keys of the account.
    pub fn user_handle(&self, account: AccountId) -> Vec<u8> {
        let text = format!("passkey:{}:{account}", self.scope.province());
        ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref().to_vec()
    }

    /// Removes questions, set-ups and counters that are over.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let mut batch = self.scope.batch();
        store::sweep(&mut batch, self.now(), self.rules.waiting.forgotten_after_hours);
        self.scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))
    }
}

/// A code of 80 random bits as it is shown once; what is stored is its digest for the account.
pub(crate) fn recovery_code() -> anyhow::Result<String> {
    Ok(totp::grouped(&totp::base32(&keys::random::<10>()?)).replace(' ', "-"))
}

pub(crate) fn recovery_digest(account: AccountId, typed: &str) -> String {
    let bare: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    secret::digest(&format!("{account}:{}", bare.to_ascii_uppercase()))
}

/// What the sign-in page offers beside the provider.
pub fn ways() -> Vec<Way> {
    vec![
        Way {
            href: "/sign-in/passkey",
            text: Text::new("Khóa truy cập (passkey)", "Passkey"),
            hint: Text::new("Bằng vân tay, khuôn mặt, mã PIN của thiết bị hoặc khóa bảo mật. Dành cho cán bộ đã đăng ký khóa.", "With fingerprint, face, the device's PIN or a security key. For officials who have registered one."),
        },
        Way {
            href: "/sign-in/password",
            text: Text::new("Mật khẩu và mã một lần", "Password and one-time code"),
            hint: Text::new("Dành cho cán bộ đã thiết lập, dùng khi định danh điện tử gián đoạn.", "For officials who have set it up, for when electronic identity is down."),
        },
    ]
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("local_sign_in", 1, "local", include_str!("../migrations/0001_local.sql"))];

/// The room as the program mounts it.
pub fn module(state: LocalSignIn) -> web::module::Module {
    web::module::Module::new("local-sign-in", pages::routes(web::routes::Routes::new()).finish(state))
}
