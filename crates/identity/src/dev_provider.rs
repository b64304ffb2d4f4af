//! An identity provider for the demonstration: OpenID Connect over HTTP under `/dev-provider`, so that signing in works
//! at once and works exactly as with a stock provider. Nobody proves anything here: it lists invented people to choose.

mod page;
mod protocol;

use crate::oidc::ProviderConfig;
use kernel::Text;
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreJsonWebKeySet},
};
use rand::{TryRngCore, rngs::OsRng};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Instant as Moment,
};

/// Says that the program runs as a demonstration. Only the command `phusa demo` makes one; without it there is no
/// development provider.
#[derive(Debug, Clone, Copy)]
pub struct DemoMode(());

impl DemoMode {
    /// For the command `phusa demo` (and tests) alone.
    pub fn of_the_demo_command() -> Self {
        Self(())
    }
}

/// One invented person of the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// The subject: what accounts are found by.
    pub key: String,
    pub name: String,
    /// Role and place, as the list shows it.
    pub role: Text,
    pub personal_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub birthdate: Option<String>,
}

/// The key under which accounts of the demonstration are kept, whatever address the demonstration runs at.
pub const DEMO_ISSUER_KEY: &str = "demo";
const CLIENT: &str = "phusa";
const MOUNT: &str = "/dev-provider";
const CODE_SECONDS: u64 = 120;
const TOKEN_SECONDS: u64 = 600;
/// More codes than this at one time are not people.
const MOST: usize = 10_000;

/// A code handed to the browser, good once.
struct Grant {
    person: usize,
    redirect: String,
    challenge: String,
    nonce: Option<String>,
    made: Moment,
}

/// The provider. Its key lives as long as the process.
pub struct DevProvider {
    issuer: String,
    secret: String,
    people: Vec<DemoPerson>,
    key: CoreEdDsaPrivateSigningKey,
    codes: Mutex<HashMap<String, Grant>>,
    tokens: Mutex<HashMap<String, (usize, Moment)>>,
}

impl DevProvider {
    /// `base` is where this process itself reaches its listener (`http://127.0.0.1:8080`).
    pub fn new(_: DemoMode, base: &str, people: Vec<DemoPerson>) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            issuer: format!("{}{MOUNT}", base.trim_end_matches('/')),
            secret: crate::secret::fresh()?,
            people,
            key: signing_key()?,
            codes: Mutex::default(),
            tokens: Mutex::default(),
        }))
    }
    /// What the relying party needs to use this provider, like any other.
    pub fn config(&self) -> ProviderConfig {
        ProviderConfig {
            key: DEMO_ISSUER_KEY.to_owned(),
            name: Text::new("Định danh thử nghiệm", "Demonstration identity"),
            issuer: self.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(self.secret.clone()),
            scopes: ["profile", "email", "phone"].map(str::to_owned).to_vec(),
            public_url: None,
            same_listener: true,
        }
    }
    pub fn people(&self) -> &[DemoPerson] {
        &self.people
    }
    /// The public half of its key, as published.
    pub(crate) fn keys(&self) -> CoreJsonWebKeySet {
        CoreJsonWebKeySet::new(vec![self.key.as_verification_key()])
    }
    /// Its routes, to be mounted beside the rooms.
    pub fn module(self: &Arc<Self>) -> web::module::Module {
        protocol::module(self.clone())
    }
}

/// A new Ed25519 key in PKCS#8 (RFC 8410): the fixed header of such a key, then its 32 bytes.
fn signing_key() -> anyhow::Result<CoreEdDsaPrivateSigningKey> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut der = hex::decode("302e020100300506032b657004220420")?;
    let mut seed = [0_u8; 32];
    OsRng.try_fill_bytes(&mut seed).map_err(|e| anyhow::anyhow!("the system gives no random numbers: {e}"))?;
    der.extend_from_slice(&seed);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    let id = crate::secret::fresh()?;
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id))).map_err(anyhow::Error::msg)
}
