//! Keys on tokens: cards, USB tokens and hardware modules, by PKCS#11 (v2.40 and later).
//!
//! # Invariants
//! 1. One thread owns the session; a token that hangs holds up its own callers, each until [`LIMIT`], and nobody else.
//! 2. A PIN that was refused is not tried again, and the last try before a token locks is left to a person.
//! 3. Whoever no longer waits for a signature gets none: nothing is signed behind a caller's back.

use crate::{
    Failed, Key, Mistake, Secret,
    algorithm::{Kind, digest_info, sha256},
};
use async_trait::async_trait;
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::{Mechanism, MechanismType},
    object::{Attribute, AttributeType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
};
use signatures::{Certificate, make::Attributes, trust::pem};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// A card takes a second for an RSA signature; so long callers wait for it and for those before them.
const LIMIT: Duration = Duration::from_secs(20);
/// A token that hangs does not keep the program from ending.
const CLOSING: Duration = Duration::from_secs(2);
/// Callers that wait at most; the next is told to come again.
const QUEUE: usize = 64;
/// Certificates between a signer and its root.
const LONGEST: usize = 6;

/// Where a key is.
#[derive(Debug, Clone)]
pub struct Place {
    /// The maker's PKCS#11 library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    pub object: Object,
}

/// Which private key of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// CKA_LABEL
    Label(String),
    /// CKA_ID
    Id(Vec<u8>),
}

/// What is wrong with a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the module {0} cannot be loaded: {1}")]
    Module(PathBuf, String),
    #[error("there is no token with the label {0:?}")]
    Absent(String),
    #[error("the token {0:?} does not accept the PIN; it is not tried again: put it right, a token locks after some wrong ones")]
    Pin(String),
    #[error("the token {0:?} allows one more try of its PIN; it is left to you: sign in once with the maker's program")]
    LastTry(String),
    #[error("the token {0:?} is locked")]
    Locked(String),
    #[error("the token {0:?} has no private key {1}")]
    NoKey(String, String),
    #[error("the token {0:?} has several private keys {1}: name it by its id")]
    Several(String, String),
    #[error("the token {0:?} asks for its PIN before each signature with this key (CKA_ALWAYS_AUTHENTICATE); such keys are not signed with")]
    EachTime(String),
    #[error("the token {0:?} has no certificate with the id of the key: name one beside the list (certificate: …)")]
    NoCertificate(String),
    #[error("the token: {0}")]
    Lost(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Lost(error.to_string())
    }
}

impl Fault {
    /// While the program runs: what a person has to look at is not asked again.
    fn failed(&self) -> Failed {
        match self {
            Self::Module(..) | Self::Absent(_) | Self::Lost(_) => Failed::Unreachable(self.to_string()),
            _ => Failed::Denied(self.to_string()),
        }
    }
}

/// A key on a token, with its certificate and the issuers above it.
pub struct Token {
    certificate: Certificate,
    chain: Vec<Certificate>,
    /// Both are there until the end.
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    message: Vec<u8>,
    answer: oneshot::Sender<Result<Vec<u8>, Failed>>,
}

impl Token {
    /// Opens the token and proves by a signature that key and certificate belong together. `certificates` (PEM, the signer's first)
    /// stand for those of the token, which are used without.
    pub fn open(place: Place, pin: Secret, certificates: Option<&str>) -> Result<Self, Mistake> {
        let mut holder = Holder { place, pin, kind: Kind::P256, open: None, refused: None };
        let mut read = match certificates {
            Some(text) => pem(text, "CERTIFICATE").and_then(|blocks| blocks.iter().map(|der| Certificate::of(der)).collect()).unwrap_or_default(),
            None => holder.certificates()?,
        }
        .into_iter();
        let certificate: Certificate = read.next().ok_or(Mistake::Certificate)?;
        holder.kind = Kind::of(&certificate).map_err(|_| Mistake::Key)?;
        let probe = Attributes::new(&[0; 32], &certificate).map_err(|_| Mistake::Key)?;
        let answer = holder.signature(probe.to_sign())?;
        if !probe.accepts(&answer) {
            return Err(Mistake::Apart);
        }
        let (jobs, queue) = sync_channel(QUEUE);
        let unable = |e: std::io::Error| Mistake::Token(Fault::Lost(e.to_string()));
        let thread = std::thread::Builder::new().name("token".to_owned()).spawn(move || serve(holder, queue)).map_err(unable)?;
        Ok(Self { certificate, chain: read.collect(), jobs: Some(jobs), thread: Some(thread) })
    }
}

/// Waits until the session is closed: a module that is used while the program ends may bring it down.
impl Drop for Token {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        let until = Instant::now() + CLOSING;
        while !thread.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
        if thread.is_finished() {
            let _ = thread.join();
        }
    }
}

#[async_trait]
impl Key for Token {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let (answer, said) = oneshot::channel();
        let unreachable = |why: &str| Failed::Unreachable(format!("the token {why}"));
        let job = Job { message: message.to_vec(), answer };
        self.jobs.as_ref().and_then(|jobs| jobs.try_send(job).ok()).ok_or_else(|| unreachable("has too many documents waiting"))?;
        let said = tokio::time::timeout(LIMIT, said).await.map_err(|_| unreachable("does not answer"))?;
        said.map_err(|_| unreachable("is not served any more"))?
    }
}

fn serve(mut holder: Holder, queue: Receiver<Job>) {
    for job in queue {
        if !job.answer.is_closed() {
            let _ = job.answer.send(holder.signature(&job.message).map_err(|fault| fault.failed()));
        }
    }
}

/// What the thread owns.
struct Holder {
    place: Place,
    pin: Secret,
    kind: Kind,
    open: Option<Open>,
    /// Why the token is not asked any more.
    refused: Option<Fault>,
}

struct Open {
    session: Session,
    key: ObjectHandle,
    /// Hashes RSA's messages itself; other cards pad a digest.
    hashes: bool,
}

impl Holder {
    /// A session that was lost is opened anew by the next call, not by this one: a token needs a moment after it was put back.
    fn signature(&mut self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let kind = self.kind;
        let open = self.opened()?;
        let (mechanism, to_sign) = match kind {
            Kind::P256 => (Mechanism::Ecdsa, sha256(message)),
            Kind::Rsa if open.hashes => (Mechanism::Sha256RsaPkcs, message.to_vec()),
            Kind::Rsa => (Mechanism::RsaPkcs, digest_info(&sha256(message))),
        };
        let signed = open.session.sign(&mechanism, open.key, &to_sign);
        if signed.is_err() {
            self.open = None;
        }
        Ok(kind.signature(signed?))
    }

    fn opened(&mut self) -> Result<&Open, Fault> {
        if let Some(fault) = &self.refused {
            return Err(fault.clone());
        }
        let open = match self.open.take() {
            Some(open) => open,
            None => self.fresh().inspect_err(|fault| {
                if matches!(fault, Fault::Pin(_) | Fault::LastTry(_) | Fault::Locked(_)) {
                    self.refused = Some(fault.clone());
                }
            })?,
        };
        Ok(self.open.insert(open))
    }

    fn fresh(&self) -> Result<Open, Fault> {
        let context = module(&self.place.module)?;
        let slot = self.slot(&context)?;
        let session = context.open_ro_session(slot)?;
        self.log_in(&context, slot, &session)?;
        let key = self.key(&session)?;
        let hashes = context.get_mechanism_list(slot)?.contains(&MechanismType::SHA256_RSA_PKCS);
        Ok(Open { session, key, hashes })
    }

    fn slot(&self, context: &Pkcs11) -> Result<Slot, Fault> {
        let named = |slot: &Slot| context.get_token_info(*slot).is_ok_and(|about| about.label().trim_end() == self.place.token);
        context.get_slots_with_token()?.into_iter().find(named).ok_or_else(|| Fault::Absent(self.place.token.clone()))
    }

    /// One try. All sessions of a program share one sign-in (PKCS#11 v3.1 §5.6.8): another key of this token may have done it.
    fn log_in(&self, context: &Pkcs11, slot: Slot, session: &Session) -> Result<(), Fault> {
        let token = self.place.token.clone();
        let about = context.get_token_info(slot)?;
        if about.user_pin_locked() {
            return Err(Fault::Locked(token));
        }
        if about.user_pin_final_try() {
            return Err(Fault::LastTry(token));
        }
        match session.login(UserType::User, Some(&self.pin.reveal().to_owned().into())) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(Fault::Locked(token)),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange | RvError::PinExpired, _)) => Err(Fault::Pin(token)),
            Err(error) => Err(error.into()),
        }
    }

    fn key(&self, session: &Session) -> Result<ObjectHandle, Fault> {
        let (object, said) = match &self.place.object {
            Object::Label(label) => (Attribute::Label(label.clone().into_bytes()), format!("with the label {label:?}")),
            Object::Id(id) => (Attribute::Id(id.clone()), format!("with the id {}", id.iter().map(|b| format!("{b:02x}")).collect::<String>())),
        };
        match session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY), object])?.as_slice() {
            [] => Err(Fault::NoKey(self.place.token.clone(), said)),
            [key] if self.asks_each_time(session, *key) => Err(Fault::EachTime(self.place.token.clone())),
            [key] => Ok(*key),
            _ => Err(Fault::Several(self.place.token.clone(), said)),
        }
    }

    /// Tokens that do not know the attribute do not ask.
    fn asks_each_time(&self, session: &Session, key: ObjectHandle) -> bool {
        let said = session.get_attributes(key, &[AttributeType::AlwaysAuthenticate]);
        said.is_ok_and(|said| said.contains(&Attribute::AlwaysAuthenticate(true)))
    }

    /// The certificate with the key's id, and its issuers as far as the token has them; a root is not among them.
    fn certificates(&mut self) -> Result<Vec<Certificate>, Fault> {
        let absent = Fault::NoCertificate(self.place.token.clone());
        let open = self.opened()?;
        let id = open.session.get_attributes(open.key, &[AttributeType::Id])?;
        let Some(Attribute::Id(id)) = id.into_iter().next() else { return Err(absent) };
        let read = |wanted: &[Attribute]| -> Result<Vec<Certificate>, Fault> {
            let mut found = Vec::new();
            for object in open.session.find_objects(wanted)? {
                let value = open.session.get_attributes(object, &[AttributeType::Value])?;
                found.extend(value.iter().filter_map(|a| if let Attribute::Value(der) = a { Certificate::of(der) } else { None }));
            }
            Ok(found)
        };
        let own = read(&[Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Id(id)])?.into_iter().next().ok_or(absent)?;
        let others = read(&[Attribute::Class(ObjectClass::CERTIFICATE)])?;
        let mut way = vec![own];
        while let Some(next) = way.last().and_then(|last| others.iter().find(|c| last.signed_by(c) && !c.signed_by(c))) {
            if way.len() > LONGEST || way.iter().any(|c| c.der == next.der) {
                break;
            }
            way.push(next.clone());
        }
        Ok(way)
    }
}

/// A module is loaded once and stays: many do not survive being unloaded.
fn module(path: &Path) -> Result<Pkcs11, Fault> {
    static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());
    let unable = |why: String| Fault::Module(path.to_owned(), why);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let context = match loaded.get(path) {
        Some(context) => context.clone(),
        None => Pkcs11::new(path).map_err(|e| unable(e.to_string()))?,
    };
    // Each time: whoever else uses the module in this program may have ended it.
    match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(unable(error.to_string())),
    }
    loaded.insert(path.to_owned(), context.clone());
    Ok(context)
}
