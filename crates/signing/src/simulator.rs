//! A remote signing service (CSC API v2) with P-256 keys in files, and with faults: for tests and trials of everything around it.
//! It signs no digest that was not authorised and none twice, and counts what it signed.

use crate::Mistake;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use p256::{
    ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner},
    pkcs8::DecodePrivateKey as _,
};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use signatures::trust::pem;
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub const CLIENT: &str = "phu-sa";
pub const SECRET: &str = "client-password-of-the-simulator";
pub const PIN: &str = "731905";

const METHODS: [&str; 5] = ["credentials/list", "credentials/info", "credentials/authorize", "credentials/authorizeCheck", "signatures/signHash"];
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";

/// How the service misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    /// The person refuses.
    Denied,
    /// The person has to confirm, and does when asked for the n-th time.
    Pending(usize),
    /// The person has to confirm, and refuses when asked for the n-th time.
    Refused(usize),
    /// The next n activation data have ended when they are used.
    SadExpired(usize),
    /// Access tokens given so far are no longer taken; then as without a fault.
    TokenExpired,
    /// Every answer takes so long.
    Slow(Duration),
    /// Signs something else.
    OtherHash,
    /// Signs with the key of another credential.
    OtherKey,
    /// Answers with two signatures.
    Twice,
    /// Signs, but the answer is lost on the way: the one case in which more is signed than arrives.
    Lost,
    /// 503
    Unavailable,
    /// Closes without an answer.
    Closes,
    /// Sends somewhere else.
    Moved,
}

/// A service of this machine.
#[derive(Clone)]
pub struct Simulator {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    fault: Fault,
    /// Answers ECDSA as r‖s and not as DER: providers differ.
    raw: bool,
    credentials: BTreeMap<String, Credential>,
    tokens: Vec<String>,
    activation: BTreeMap<String, Activation>,
    handles: BTreeMap<String, (usize, bool, Activation)>,
    /// Everything secret that was given out.
    issued: Vec<String>,
    asked: BTreeMap<String, usize>,
    signed: Vec<(String, String)>,
}

#[derive(Clone)]
struct Credential {
    certificates: Vec<String>,
    key: SigningKey,
    /// Without a PIN: a person confirms on a device, when asked for the n-th time.
    on_device: Option<usize>,
}

#[derive(Clone)]
struct Activation {
    credential: String,
    hashes: Vec<String>,
    expired: bool,
}

type Said = (u16, Value);

impl Simulator {
    /// Listens on a port of its own.
    pub fn serve() -> std::io::Result<Self> {
        Self::serve_at("127.0.0.1:0")
    }

    /// Listens where a test wants it, so that a service can come back.
    pub fn serve_at(address: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let it = Self { url: format!("http://{}/csc/v2", listener.local_addr()?), state: Arc::default() };
        let serving = it.clone();
        std::thread::Builder::new().name("csc-simulator".to_owned()).spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let it = serving.clone();
                std::thread::spawn(move || it.answer(stream));
            }
        })?;
        Ok(it)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// A credential with its certificates (PEM, the signer's first) and P-256 key (PEM, PKCS#8).
    pub fn add(&self, credential: &str, certificates: &str, key: &str) -> Result<(), Mistake> {
        let certificates = pem(certificates, "CERTIFICATE").ok_or(Mistake::Certificate)?.iter().map(|der| STANDARD.encode(der)).collect();
        let key = SigningKey::from_pkcs8_pem(key).map_err(|_| Mistake::Key)?;
        self.state().credentials.insert(credential.to_owned(), Credential { certificates, key, on_device: None });
        Ok(())
    }

    /// From now on the credential takes no PIN, and its holder confirms each signature on a device when asked for the n-th time.
    pub fn confirm_on_device(&self, credential: &str, n: usize) {
        if let Some(known) = self.state().credentials.get_mut(credential) {
            known.on_device = Some(n);
        }
    }

    pub fn set(&self, fault: Fault) {
        let mut state = self.state();
        if fault == Fault::TokenExpired {
            state.tokens.clear();
        }
        state.fault = fault;
    }
    pub fn answer_raw(&self, raw: bool) {
        self.state().raw = raw;
    }
    /// Signatures it made: credential and digest (base64), in their order.
    pub fn signed(&self) -> Vec<(String, String)> {
        self.state().signed.clone()
    }
    /// How often a method was asked.
    pub fn asked(&self, method: &str) -> usize {
        self.state().asked.get(method).copied().unwrap_or_default()
    }
    /// Tokens, activation data and handles it gave: nobody may print them.
    pub fn issued(&self) -> Vec<String> {
        self.state().issued.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        let (path, token, body) = request(&mut stream)?;
        let method = path.trim_start_matches('/').trim_start_matches("csc/v2/").to_owned();
        let fault = {
            let mut state = self.state();
            *state.asked.entry(method.clone()).or_default() += 1;
            state.fault
        };
        let (status, said) = match fault {
            Fault::Closes => return None,
            Fault::Unavailable => (503, json!({ "error": "temporarily_unavailable" })),
            Fault::Moved => (302, Value::Null),
            _ => {
                if let Fault::Slow(by) = fault {
                    std::thread::sleep(by);
                }
                self.state().said(&self.url, &method, token.as_deref(), &body)
            }
        };
        if fault == Fault::Lost && method == "signatures/signHash" {
            return None;
        }
        let text = if said.is_null() { String::new() } else { said.to_string() };
        let about = format!("content-type: application/json\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: {}\r\nconnection: close", text.len());
        let head = format!("HTTP/1.1 {status} x\r\n{about}\r\n\r\n");
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())).ok()
    }
}

/// Path, access token and body.
fn request(stream: &mut TcpStream) -> Option<(String, Option<String>, Vec<u8>)> {
    const LARGEST: usize = 64 << 10;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0 && seen.len() < LARGEST)?;
        seen.extend_from_slice(buffer.get(..n)?);
        let Some(end) = seen.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(seen.get(..end)?).into_owned();
        let field = |name: &str| head.lines().filter_map(|l| l.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.to_owned());
        let length: usize = field("content-length")?.trim().parse().ok()?;
        if let Some(body) = seen.get(end + 4..).and_then(|rest| rest.get(..length)) {
            let path = head.split(' ').nth(1)?.to_owned();
            return Some((path, field("authorization").and_then(|v| v.strip_prefix("Bearer ").map(str::to_owned)), body.to_vec()));
        }
    }
}

/// As §10.2 of the specification says an error. The description repeats what came in, as careless services do.
fn error(status: u16, code: &str, description: &str) -> Said {
    (status, json!({ "error": code, "error_description": description }))
}

impl State {
    fn said(&mut self, url: &str, method: &str, token: Option<&str>, body: &[u8]) -> Said {
        match method {
            "info" => return (200, json!({ "specs": "2.0.0.0", "name": "Simulator", "oauth2": url.trim_end_matches("/csc/v2"), "methods": METHODS })),
            "oauth2/token" => return self.token(&String::from_utf8_lossy(body)),
            _ => {}
        }
        if !token.is_some_and(|t| self.tokens.iter().any(|known| known == t)) {
            return error(401, "invalid_token", &format!("The access token {} is not valid", token.unwrap_or_default()));
        }
        let question: Value = serde_json::from_slice(body).unwrap_or_default();
        match method {
            "credentials/list" => (200, json!({ "credentialIDs": self.credentials.keys().collect::<Vec<_>>() })),
            "credentials/info" => self.about(&question),
            "credentials/authorize" => self.authorize(&question),
            "credentials/authorizeCheck" => self.check(&question),
            "signatures/signHash" => self.sign(&question),
            _ => error(501, "invalid_request", "not implemented"),
        }
    }

    fn fresh(&mut self, kind: &str) -> String {
        let mut bytes = [0; 12];
        let _ = SystemRandom::new().fill(&mut bytes);
        let text = format!("{kind}-{}", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>());
        self.issued.push(text.clone());
        text
    }

    fn token(&mut self, form: &str) -> Said {
        let given = |name: &str| form.split('&').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v);
        if (given("grant_type"), given("client_id"), given("client_secret")) != (Some("client_credentials"), Some(CLIENT), Some(SECRET)) {
            return error(401, "invalid_client", &format!("unknown client: {form}"));
        }
        let token = self.fresh("access");
        self.tokens.push(token.clone());
        (200, json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 }))
    }

    fn about(&self, question: &Value) -> Said {
        let Some(credential) = self.credentials.get(text(question, "credentialID")) else { return error(400, "invalid_request", "Invalid parameter credentialID") };
        let key = json!({ "status": "enabled", "algo": [ECDSA_SHA256], "len": 256, "curve": "1.2.840.10045.3.1.7" });
        let auth = match credential.on_device {
            Some(_) => json!({ "mode": "explicit", "objects": [] }),
            None => json!({ "mode": "explicit", "expression": "PIN", "objects": [{ "type": "Password", "id": "PIN", "format": "N" }] }),
        };
        (200, json!({ "key": key, "cert": { "status": "valid", "certificates": credential.certificates }, "auth": auth, "SCAL": "2", "multisign": 1 }))
    }

    fn authorize(&mut self, question: &Value) -> Said {
        let credential = text(question, "credentialID").to_owned();
        let hashes: Vec<String> = question["hashes"].as_array().into_iter().flatten().filter_map(|h| h.as_str().map(str::to_owned)).collect();
        let complete = !hashes.is_empty() && question["numSignatures"] == hashes.len() && text(question, "hashAlgorithmOID") == SHA256;
        let Some(on_device) = self.credentials.get(&credential).filter(|_| complete).map(|c| c.on_device) else {
            return error(400, "invalid_request", "Missing or invalid parameter");
        };
        let given = &question["authData"][0];
        if on_device.is_none() && (text(given, "id"), text(given, "value")) != ("PIN", PIN) {
            return error(400, "invalid_authentication_data", &format!("The authentication data is invalid: {}", question["authData"]));
        }
        let expired = matches!(self.fault, Fault::SadExpired(n) if n > 0);
        if let Fault::SadExpired(n) = self.fault {
            self.fault = Fault::SadExpired(n.saturating_sub(1));
        }
        let activation = Activation { credential, hashes, expired };
        match self.fault {
            Fault::Denied => error(400, "access_denied", &format!("The user denied {question}")),
            Fault::Pending(n) => self.pend(n, true, activation),
            Fault::Refused(n) => self.pend(n, false, activation),
            _ => match on_device {
                Some(n) => self.pend(n, true, activation),
                None => self.activate(activation),
            },
        }
    }

    fn activate(&mut self, activation: Activation) -> Said {
        let sad = self.fresh("sad");
        self.activation.insert(sad.clone(), activation);
        (200, json!({ "SAD": sad, "expiresIn": 300 }))
    }

    fn pend(&mut self, left: usize, yes: bool, activation: Activation) -> Said {
        let handle = self.fresh("handle");
        self.handles.insert(handle.clone(), (left, yes, activation));
        (202, json!({ "handle": handle }))
    }

    fn check(&mut self, question: &Value) -> Said {
        match self.handles.remove(text(question, "handle")) {
            None => error(400, "invalid_request", "Invalid parameter handle"),
            Some((left, yes, activation)) if left > 1 => self.pend(left - 1, yes, activation),
            Some((_, true, activation)) => self.activate(activation),
            Some(_) => error(400, "access_denied", &format!("The user denied {question}")),
        }
    }

    fn sign(&mut self, question: &Value) -> Said {
        let (sad, credential) = (text(question, "SAD"), text(question, "credentialID"));
        // Once: its number of signatures is used up.
        let Some(activation) = self.activation.remove(sad).filter(|a| a.credential == credential) else {
            return error(400, "invalid_request", &format!("Invalid parameter SAD {sad}"));
        };
        if activation.expired {
            return error(400, "invalid_request", &format!("SAD expired: {sad}"));
        }
        let hashes: Vec<String> = question["hashes"].as_array().into_iter().flatten().filter_map(|h| h.as_str().map(str::to_owned)).collect();
        if hashes != activation.hashes {
            return error(400, "invalid_request", &format!("Hash is not authorized by the SAD {sad}"));
        }
        if text(question, "signAlgo") != ECDSA_SHA256 {
            return error(400, "invalid_request", "Invalid parameter signAlgo");
        }
        let made: Option<Vec<String>> = hashes.iter().map(|hash| self.signature(credential, hash)).collect();
        let Some(mut made) = made else { return error(400, "invalid_request", "Invalid digest value length") };
        if self.fault == Fault::Twice {
            made.extend(hashes.first().and_then(|hash| self.signature(credential, hash)));
        }
        (200, json!({ "signatures": made }))
    }

    fn signature(&mut self, credential: &str, hash: &str) -> Option<String> {
        let mut digest = STANDARD.decode(hash).ok().filter(|d| d.len() == 32)?;
        if self.fault == Fault::OtherHash {
            digest.reverse();
        }
        let holder = match self.fault {
            Fault::OtherKey => self.credentials.iter().find(|(name, _)| *name != credential)?.1,
            _ => self.credentials.get(credential)?,
        };
        let made: Signature = holder.key.sign_prehash(&digest).ok()?;
        self.signed.push((credential.to_owned(), hash.to_owned()));
        Some(if self.raw { STANDARD.encode(made.to_bytes()) } else { STANDARD.encode(made.to_der().as_bytes()) })
    }
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}
