//! What a passkey proves (W3C Web Authentication Level 3, §7.1 and §7.2). Pure: the caller brings the question that was asked
//! and the key as stored. User verification is required; no trust is drawn from attestation, so its statement is not read.

use crate::cbor::{self, Item};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{digest, signature};
use serde::Deserialize;
use serde_json::{Value, json};

/// The site for which a key is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The host's name; a key works for it and for no other.
    pub id: String,
    /// As the browser writes it: scheme, host and port.
    pub origin: String,
}

impl Site {
    /// The site of an address. `None`: passkeys do not work there (an IP address, or no HTTPS outside of this machine).
    pub fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host.to_owned(), Some(port.parse::<u16>().ok()?)),
            None => (authority.clone(), None),
        };
        let named = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') && !host.split('.').next_back()?.bytes().all(|b| b.is_ascii_digit());
        let local = host == "localhost" || host.ends_with(".localhost");
        if !named || !(scheme == "https" || (scheme == "http" && local)) {
            return None;
        }
        let usual = if scheme == "https" { 443 } else { 80 };
        let port = port.filter(|p| *p != usual).map_or_else(String::new, |p| format!(":{p}"));
        Some(Self { origin: format!("{scheme}://{host}{port}"), id: host })
    }
}

/// Why a key's answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be read at all.
    Form,
    /// An answer to another question, or of another kind.
    Challenge,
    /// Made on another site.
    Origin,
    NotPresent,
    /// The device did not check PIN, finger or face.
    NotVerified,
    /// Neither ES256, EdDSA nor RS256.
    Algorithm,
    Signature,
    /// The counter did not go forward: the key may have been copied.
    Counter,
}

/// Text of base64url, with or without padding.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `RegistrationResponseJSON` and `AuthenticationResponseJSON`, what of them is used.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    pub id: String,
    pub response: Response,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Response {
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    pub attestation_object: String,
    pub authenticator_data: String,
    pub signature: String,
    pub user_handle: Option<String>,
    pub transports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

impl Answer {
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
    /// The question that was answered, by which it is found again; nothing is believed yet.
    pub fn challenge(&self) -> Option<String> {
        let data: ClientData = serde_json::from_slice(&decode(&self.response.client_data)?).ok()?;
        Some(data.challenge)
    }
}

fn client_data(site: &Site, answer: &Answer, kind: &str, challenge: &str) -> Result<Vec<u8>, Fault> {
    let bytes = decode(&answer.response.client_data).ok_or(Fault::Form)?;
    let data: ClientData = serde_json::from_slice(&bytes).map_err(|_| Fault::Form)?;
    if data.kind != kind || data.challenge != challenge {
        return Err(Fault::Challenge);
    }
    if data.origin != site.origin || data.cross_origin || data.top_origin.is_some() {
        return Err(Fault::Origin);
    }
    Ok(bytes)
}

struct Authenticator<'a> {
    backed_up: bool,
    counter: u32,
    rest: &'a [u8],
    attested: bool,
}

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_BACK_UP: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;

fn authenticator<'a>(site: &Site, data: &'a [u8]) -> Result<Authenticator<'a>, Fault> {
    let (hash, rest) = data.split_at_checked(32).ok_or(Fault::Form)?;
    let (flags, rest) = rest.split_first().ok_or(Fault::Form)?;
    let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Fault::Form)?;
    if hash != digest::digest(&digest::SHA256, site.id.as_bytes()).as_ref() {
        return Err(Fault::Origin);
    }
    if flags & PRESENT == 0 {
        return Err(Fault::NotPresent);
    }
    if flags & VERIFIED == 0 {
        return Err(Fault::NotVerified);
    }
    if flags & BACKED_UP != 0 && flags & MAY_BACK_UP == 0 {
        return Err(Fault::Form);
    }
    Ok(Authenticator { backed_up: flags & BACKED_UP != 0, counter: u32::from_be_bytes(*counter), rest, attested: flags & ATTESTED != 0 })
}

/// A new key, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    pub credential: String,
    /// COSE_Key, as the authenticator wrote it.
    pub public_key: Vec<u8>,
    pub counter: u32,
    /// Kept by a provider of passkeys and so on more than one device.
    pub backed_up: bool,
}

/// Longest credential id (§7.1 step 25).
const CREDENTIAL_MAX: usize = 1023;

/// Checks the answer of a registration.
pub fn registered(site: &Site, challenge: &str, answer: &Answer) -> Result<NewKey, Fault> {
    client_data(site, answer, "webauthn.create", challenge)?;
    let object = decode(&answer.response.attestation_object).ok_or(Fault::Form)?;
    let (object, _) = cbor::read(&object).ok_or(Fault::Form)?;
    let data = object.of(&Item::Text("authData".into())).and_then(Item::bytes).ok_or(Fault::Form)?;
    let a = authenticator(site, data)?;
    let rest = a.rest.get(16..).filter(|_| a.attested).ok_or(Fault::Form)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Form)?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(Fault::Form)?;
    if id.is_empty() || id.len() > CREDENTIAL_MAX || decode(&answer.id).as_deref() != Some(id) {
        return Err(Fault::Form);
    }
    let (_, used) = cbor::read(rest).ok_or(Fault::Form)?;
    let public_key = rest.get(..used).ok_or(Fault::Form)?.to_vec();
    Key::read(&public_key)?;
    Ok(NewKey { credential: encode(id), public_key, counter: a.counter, backed_up: a.backed_up })
}

/// What a good answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    pub counter: u32,
    pub backed_up: bool,
}

/// Checks the answer of a sign-in against the key as stored.
pub fn used(site: &Site, challenge: &str, public_key: &[u8], counter: u32, answer: &Answer) -> Result<Used, Fault> {
    let client = client_data(site, answer, "webauthn.get", challenge)?;
    let data = decode(&answer.response.authenticator_data).ok_or(Fault::Form)?;
    let a = authenticator(site, &data)?;
    let mut message = data.clone();
    message.extend_from_slice(digest::digest(&digest::SHA256, &client).as_ref());
    let given = decode(&answer.response.signature).ok_or(Fault::Form)?;
    Key::read(public_key)?.verify(&message, &given)?;
    // Keys that are kept on several devices count nothing and always say zero.
    if (a.counter > 0 || counter > 0) && a.counter <= counter {
        return Err(Fault::Counter);
    }
    Ok(Used { counter: a.counter, backed_up: a.backed_up })
}

/// A public key as COSE writes it (RFC 9053).
enum Key {
    Es256(Vec<u8>),
    EdDsa(Vec<u8>),
    Rs256 { n: Vec<u8>, e: Vec<u8> },
}

impl Key {
    fn read(cose: &[u8]) -> Result<Self, Fault> {
        let (key, _) = cbor::read(cose).ok_or(Fault::Form)?;
        let int = |label| key.of_int(label).and_then(Item::int);
        let bytes = |label| key.of_int(label).and_then(Item::bytes).ok_or(Fault::Form);
        match (int(1), int(3), int(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                let (x, y) = (bytes(-2)?, bytes(-3)?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(Fault::Form);
                }
                Ok(Self::Es256([&[4], x, y].concat()))
            }
            (Some(1), Some(-8), Some(6)) => Ok(Self::EdDsa(bytes(-2)?.to_vec())),
            (Some(3), Some(-257), _) => Ok(Self::Rs256 { n: bytes(-1)?.to_vec(), e: bytes(-2)?.to_vec() }),
            _ => Err(Fault::Algorithm),
        }
    }
    fn verify(&self, message: &[u8], given: &[u8]) -> Result<(), Fault> {
        match self {
            Self::Es256(point) => signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point).verify(message, given),
            Self::EdDsa(x) => signature::UnparsedPublicKey::new(&signature::ED25519, x).verify(message, given),
            Self::Rs256 { n, e } => signature::RsaPublicKeyComponents { n, e }.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, given),
        }
        .map_err(|_| Fault::Signature)
    }
}

/// What the browser is asked in order to make a key (`PublicKeyCredentialCreationOptionsJSON`).
pub fn creation(site: &Site, site_name: &str, user: &[u8], name: &str, challenge: &str, have: &[String], seconds: i64) -> Value {
    let algorithms: Vec<Value> = [-7, -8, -257].iter().map(|alg| json!({"type": "public-key", "alg": alg})).collect();
    let exclude: Vec<Value> = have.iter().map(|id| json!({"type": "public-key", "id": id})).collect();
    json!({
        "rp": {"id": site.id, "name": site_name},
        "user": {"id": encode(user), "name": name, "displayName": name},
        "challenge": challenge,
        "pubKeyCredParams": algorithms,
        "timeout": seconds * 1000,
        "excludeCredentials": exclude,
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
        "attestation": "none",
    })
}

/// What the browser is asked in order to sign in; which account it is, the key itself tells.
pub fn request(site: &Site, challenge: &str, seconds: i64) -> Value {
    json!({"rpId": site.id, "challenge": challenge, "timeout": seconds * 1000, "allowCredentials": [], "userVerification": "required"})
}

#[cfg(test)]
mod tests;
