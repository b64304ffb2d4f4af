//! How often one caller may ask: a token bucket per class and caller, in memory of the node.

use crate::{problem::Fault, visitor::Visitor};
use axum::{
    extract::{ConnectInfo, Request},
    http::Method,
};
use kernel::{Refusal, refusal::RefusalKind};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// What a request costs the house, or what it could be used to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Read,
    Write,
    /// Attempts to sign in: guessing of passwords.
    SignIn,
    /// Looking a dossier up without signing in: guessing of codes.
    Lookup,
}

/// So many at once, and so many a minute after that.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub burst: u32,
    pub per_minute: u32,
}

/// The rate of each class, and the paths of the two guarded ones.
#[derive(Debug, Clone)]
pub struct Rates {
    pub read: Rate,
    pub write: Rate,
    pub sign_in: Rate,
    pub lookup: Rate,
    pub sign_in_paths: Vec<String>,
    pub lookup_paths: Vec<String>,
}

impl Default for Rates {
    /// A whole commune office may stand behind one address, so reading is generous; guessing is not.
    fn default() -> Self {
        Self {
            read: Rate { burst: 400, per_minute: 1800 },
            write: Rate { burst: 120, per_minute: 600 },
            sign_in: Rate { burst: 30, per_minute: 20 },
            lookup: Rate { burst: 20, per_minute: 10 },
            sign_in_paths: vec!["/sign-in".to_owned()],
            lookup_paths: vec!["/lookup".to_owned(), "/verify".to_owned()],
        }
    }
}

impl Rates {
    /// No limits worth the name: benches and load tests.
    pub fn open() -> Self {
        let rate = Rate { burst: u32::MAX, per_minute: u32::MAX };
        Self { read: rate, write: rate, sign_in: rate, lookup: rate, ..Self::default() }
    }
    fn of(&self, class: Class) -> Rate {
        match class {
            Class::Read => self.read,
            Class::Write => self.write,
            Class::SignIn => self.sign_in,
            Class::Lookup => self.lookup,
        }
    }
    /// Opening the form of a guarded path is reading; sending it (or asking with a query) is an attempt.
    pub fn class(&self, method: &Method, path: &str, query: bool) -> Class {
        let within = |paths: &[String]| paths.iter().any(|p| path.strip_prefix(p.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if within(&self.lookup_paths) && (!reads || query) {
            Class::Lookup
        } else if within(&self.sign_in_paths) && !reads {
            Class::SignIn
        } else if reads {
            Class::Read
        } else {
            Class::Write
        }
    }
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

/// The buckets of one node.
pub struct Limiter {
    pub rates: Rates,
    buckets: Mutex<HashMap<(Class, String), Bucket>>,
}

/// Above this many callers, full buckets (which say nothing) are forgotten.
const KEEP: usize = 20_000;

impl Limiter {
    pub fn new(rates: Rates) -> Self {
        Self { rates, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one token; otherwise says how many seconds to wait.
    pub fn take(&self, class: Class, key: &str, now: Instant) -> Result<(), u64> {
        let rate = self.rates.of(class);
        let refill = f64::from(rate.per_minute) / 60.0;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEEP {
            let rates = &self.rates;
            buckets.retain(|(class, _), b| {
                let rate = rates.of(*class);
                let since = now.saturating_duration_since(b.at).as_secs_f64();
                b.tokens + since * f64::from(rate.per_minute) / 60.0 < f64::from(rate.burst)
            });
        }
        let bucket = buckets.entry((class, key.to_owned())).or_insert(Bucket { tokens: f64::from(rate.burst), at: now });
        let since = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + since * refill).min(f64::from(rate.burst));
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let wait = if refill > 0.0 { ((1.0 - bucket.tokens) / refill).ceil() } else { 60.0 };
        Err((wait as u64).clamp(1, 3600))
    }

    /// Checks a request of a visitor. Sign-in and look-up go by address even with an account: they guard secrets of others.
    pub fn check(&self, request: &Request, visitor: &Visitor, trust_proxy: bool) -> Result<(), Fault> {
        let class = self.rates.class(request.method(), request.uri().path(), request.uri().query().is_some());
        let account = match class {
            Class::Read | Class::Write => visitor.actor.as_ref().map(|a| a.account.to_string()),
            Class::SignIn | Class::Lookup => None,
        };
        let key = account.unwrap_or_else(|| client(request, trust_proxy));
        self.take(class, &key, Instant::now()).map_err(too_many)
    }
}

fn too_many(seconds: u64) -> Fault {
    Fault::Wait(
        seconds,
        Refusal::new(
            RefusalKind::TooMany,
            "too-many",
            format!("Có quá nhiều yêu cầu trong thời gian ngắn. Hãy đợi {seconds} giây rồi thử lại."),
            format!("Too many requests in a short time. Wait {seconds} seconds and try again."),
        ),
    )
}

/// The caller's address: the connection's, or, behind a trusted proxy, the last one that proxy saw. An IPv6 caller is its
/// /64, because that is what one subscriber is given.
pub fn client(request: &Request, trust_proxy: bool) -> String {
    let forwarded = || {
        let value = request.headers().get_all("x-forwarded-for").iter().next_back()?;
        value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let connected = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    match trust_proxy.then(forwarded).flatten().or_else(connected) {
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => {
                let s = v6.segments();
                format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
            }
        },
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use std::time::Duration;

    #[test]
    fn a_bucket_empties_and_refills_by_caller_and_class() {
        let limiter = Limiter::new(Rates { lookup: Rate { burst: 2, per_minute: 60 }, ..Rates::default() });
        let now = Instant::now();
        assert!(limiter.take(Class::Lookup, "a", now).is_ok());
        assert!(limiter.take(Class::Lookup, "a", now).is_ok());
        assert_eq!(limiter.take(Class::Lookup, "a", now), Err(1));
        assert!(limiter.take(Class::Lookup, "b", now).is_ok());
        assert!(limiter.take(Class::Read, "a", now).is_ok());
        assert!(limiter.take(Class::Lookup, "a", now + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn opening_a_form_is_not_an_attempt() {
        let rates = Rates::default();
        assert_eq!(rates.class(&Method::GET, "/lookup", false), Class::Read);
        assert_eq!(rates.class(&Method::GET, "/lookup", true), Class::Lookup);
        assert_eq!(rates.class(&Method::POST, "/sign-in/password", false), Class::SignIn);
        assert_eq!(rates.class(&Method::POST, "/sign-information", false), Class::Write);
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let mut request = Request::builder().header("x-forwarded-for", "6.6.6.6, 10.0.0.9").body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
        assert_eq!(client(&request, false), "127.0.0.1");
        assert_eq!(client(&request, true), "10.0.0.9");
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>("[2001:db8:1:2:3::1]:9".parse().unwrap()));
        assert_eq!(client(&request, false), "2001:db8:1:2::/64");
    }

    #[tokio::test]
    async fn too_many_says_when_to_come_back() {
        let response = too_many(7).page(&Visitor::default());
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    }
}
