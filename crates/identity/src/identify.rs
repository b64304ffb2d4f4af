//! The whole of identity as the rest of the house sees it, and its three places in `web`: who is asking, whether they
//! may, and what is kept for them while they sign in again.

use crate::{
    account::Account,
    directory::Directory,
    offices::Offices,
    oidc::RelyingParty,
    parking::{self, ParkedForm, ParkingLot},
    policies::Policies,
    secret,
    sessions::{Session, SessionRules, Sessions},
    subject::{CaseFilter, Subject},
};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use futures::future::BoxFuture;
use kernel::{Actor, Instant, Text, id::AccountId, newest::Newest, time::Date};
use std::sync::{Arc, OnceLock};
use store::Scope;
use web::{
    gate::{Gate, Parking},
    html::Html,
    visitor::{Identified, Identify, Via, Visitor, cookie},
};

/// Where the time comes from; tests give their own.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The clock of the machine.
pub fn system_clock() -> Clock {
    Arc::new(|| Instant::from(jiff::Timestamp::now()))
}

/// What identity is made of.
pub struct IdentityParts {
    pub scope: Scope,
    pub offices: Arc<Offices>,
    pub policies: Arc<Policies>,
    /// Without a provider nobody signs in by browser; tokens still work.
    pub provider: Option<RelyingParty>,
    pub sessions: SessionRules,
    pub clock: Clock,
    /// Other ways to sign in, offered below the provider.
    pub ways: Vec<Way>,
}

/// Another way to sign in, as the sign-in page offers it.
#[derive(Debug, Clone)]
pub struct Way {
    /// A page that takes `next` and `parked` as `/sign-in` does.
    pub href: &'static str,
    pub text: Text,
    pub hint: Text,
}

/// What a way of signing in adds to the pages about accounts.
pub trait OnAccount: Send + Sync + 'static {
    /// On `/account`, for the person.
    fn own<'a>(&'a self, visitor: &'a Visitor, account: &'a Account) -> BoxFuture<'a, anyhow::Result<Html>>;
    /// On the account's page of `/admin/people`, for an administrator who is not the person.
    fn kept<'a>(&'a self, visitor: &'a Visitor, account: &'a Account) -> BoxFuture<'a, anyhow::Result<Html>>;
    /// A path of this site to be shown before `next` to somebody who has just signed in, by whatever way.
    fn first<'a>(&'a self, account: &'a Account, next: &'a str) -> BoxFuture<'a, anyhow::Result<Option<String>>>;
}

/// People, posts, sessions and permissions of one province.
pub struct Identity {
    pub(crate) directory: Directory,
    /// As declared, with what is to come.
    declared: Arc<Offices>,
    /// As they stand, and since which day.
    standing: Newest<(Date, Arc<Offices>)>,
    pub(crate) policies: Arc<Policies>,
    pub(crate) provider: Option<RelyingParty>,
    pub(crate) sessions: Sessions,
    pub(crate) parking: ParkingLot,
    pub(crate) clock: Clock,
    pub(crate) ways: Vec<Way>,
    on_account: OnceLock<Arc<dyn OnAccount>>,
}

fn standing(declared: &Offices, today: Date) -> Newest<(Date, Arc<Offices>)> {
    Newest::new((today, Arc::new(declared.as_of(today))))
}

impl Identity {
    pub fn new(parts: IdentityParts) -> Arc<Self> {
        Arc::new(Self {
            directory: Directory::new(parts.scope.clone()),
            standing: standing(&parts.offices, (parts.clock)().date()),
            declared: parts.offices,
            policies: parts.policies,
            provider: parts.provider,
            sessions: Sessions { scope: parts.scope.clone(), rules: parts.sessions },
            parking: ParkingLot { scope: parts.scope },
            clock: parts.clock,
            ways: parts.ways,
            on_account: OnceLock::new(),
        })
    }
    /// Lets a way of signing in, which is built on this, speak on the pages about accounts. The first one stays.
    pub fn put_on_account(&self, part: Arc<dyn OnAccount>) {
        if self.on_account.set(part).is_err() {
            tracing::error!("the pages about accounts have a part already");
        }
    }
    pub(crate) fn on_account(&self) -> Option<&Arc<dyn OnAccount>> {
        self.on_account.get()
    }
    /// The session behind a request's cookie, if it is alive.
    pub async fn session(&self, headers: &HeaderMap) -> anyhow::Result<Option<Session>> {
        match cookie(headers, self.sessions.rules.cookie_name()) {
            Some(secret) => self.sessions.find(secret, self.now()).await,
            None => Ok(None),
        }
    }
    /// Whether cookies are sent over HTTPS only.
    pub fn secure(&self) -> bool {
        self.sessions.rules.secure
    }
    /// What the installation's provider is reached by, where there is one.
    pub fn has_provider(&self) -> bool {
        self.provider.is_some()
    }
    pub fn directory(&self) -> &Directory {
        &self.directory
    }
    pub fn offices(&self) -> &Arc<Offices> {
        &self.standing.get().1
    }
    /// Brings the offices to a day: `true` when some began or ended since the last time.
    pub fn turn_offices(&self, today: Date) -> bool {
        let since = self.standing.get().0;
        let turned = self.declared.turns(since, today);
        if turned {
            self.standing.put((today, Arc::new(self.declared.as_of(today))));
        }
        turned
    }
    pub fn policies(&self) -> &Arc<Policies> {
        &self.policies
    }
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Whether an action is permitted; `None` asks for somebody without a session.
    pub fn permits(&self, actor: Option<&Actor>, action: &str, subject: &Subject) -> bool {
        let offices = self.offices();
        let subject = &subject.of_today(offices);
        self.policies.permits(self.directory.scope.province(), offices, actor, action, subject)
    }
    /// The same decision with its grounds, for somebody else.
    pub fn explain(&self, actor: &Actor, action: &str, subject: &Subject) -> crate::policies::Explained {
        let offices = self.offices();
        self.policies.explain(self.directory.scope.province(), offices, actor, action, &subject.of_today(offices))
    }
    /// An office as declared, whether it stands today or not.
    pub fn office_ever(&self, code: &str) -> Option<&crate::offices::Office> {
        self.declared.get(code)
    }
    /// The condition under which a list of cases may show one to this actor.
    pub fn case_filter(&self, actor: &Actor) -> CaseFilter {
        CaseFilter::of(actor, self.offices())
    }
    /// Whether somebody opened a case in an emergency that still lasts; asked only after the ordinary rules refused.
    pub async fn emergencies(&self, case: kernel::id::CaseId) -> Result<std::collections::BTreeSet<AccountId>, store::StoreError> {
        self.directory.emergencies(case, self.now()).await
    }
    /// A form kept for this account, left where it is.
    pub async fn parked(&self, token: &str, account: AccountId) -> anyhow::Result<Option<ParkedForm>> {
        self.parking.look(token, account, self.now()).await
    }
    /// A form kept for this account, once.
    pub async fn take_parked(&self, token: &str, account: AccountId) -> anyhow::Result<Option<ParkedForm>> {
        self.parking.take(token, account, self.now()).await
    }
    /// Removes ended sessions, unfinished sign-ins and forms nobody came back for.
    pub async fn sweep(&self) -> anyhow::Result<()> {
        self.sessions.sweep(self.now()).await
    }

    /// A post in an office that is no more is held in the office that took over, until somebody ends it.
    pub(crate) fn of_today(&self, mut actor: Actor) -> Actor {
        actor.office = actor.office.map(|o| self.offices().heir(&o));
        actor
    }

    async fn who(&self, headers: &HeaderMap) -> anyhow::Result<Identified> {
        let at = self.now();
        if let Some(token) = bearer(headers) {
            // Whoever sends a token is a program, known or not: it is answered in its own language, never with a page.
            let mut seen = Identified { via: Via::Token, ..Identified::default() };
            if let Some(account) = self.directory.by_token(token, at).await? {
                seen.actor = Some(Arc::new(self.of_today(self.directory.as_actor(account, at).await?)));
            }
            return Ok(seen);
        }
        let rules = self.sessions.rules;
        let Some(secret) = cookie(headers, rules.cookie_name()) else { return Ok(Identified::default()) };
        let actor = match self.sessions.find(secret, at).await? {
            Some(session) => self.directory.actor(session.account, at).await?.map(|actor| (session, self.of_today(actor))),
            None => None,
        };
        Ok(match actor {
            Some((session, actor)) => Identified {
                actor: Some(Arc::new(actor)),
                csrf: Some(secret::derived(secret, "csrf")),
                via: Via::Browser,
                lang: session.lang,
                set_cookies: Vec::new(),
            },
            // A dead cookie is left alone: removing it here could remove the one a sign-in sets in the same answer.
            None => Identified::default(),
        })
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.directory.scope.province())
    }
}

/// The token of `Authorization: Bearer …`; the scheme's name is not case-sensitive (RFC 7235).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Identify for Identity {
    fn identify<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Identified> {
        Box::pin(async move {
            self.who(headers).await.unwrap_or_else(|error| {
                tracing::error!("a visitor could not be recognised: {error:#}");
                let via = if bearer(headers).is_some() { Via::Token } else { Via::Browser };
                Identified { via, ..Identified::default() }
            })
        })
    }
}

impl Gate for Identity {
    fn permits(&self, visitor: &Visitor, action: &'static str) -> bool {
        Self::permits(self, visitor.actor.as_deref(), action, &Subject::Portal)
    }
}

impl Parking for Identity {
    fn park<'a>(&'a self, path: &'a str, content_type: &'a str, body: Bytes) -> BoxFuture<'a, Result<String, anyhow::Error>> {
        Box::pin(self.parking.park(path, content_type, body, self.now()))
    }
    fn limit(&self) -> usize {
        parking::LIMIT
    }
}
