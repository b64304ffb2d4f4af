//! Waits after wrong attempts that nobody can use to keep somebody else out (after OWASP's device cookies).
//!
//! A device that has signed in to an account carries a signed cookie and has a counter of its own. Everybody else is a stranger
//! and shares two counters: one per name and address, one per name alone. An attempt is counted before it is checked, so that
//! many at once are not one. Names that do not exist are counted like those that do.

use crate::{
    catalog::{Wait, Waiting},
    keys::{Keyring, random},
};
use axum::http::HeaderMap;
use kernel::Instant;
use ring::digest;
use store::{CommitError, Scope, StoreError, values};

/// A name as it is typed, made comparable.
pub fn login(typed: &str) -> String {
    kernel::text::clean(typed).to_lowercase()
}

fn hash(parts: &[&str]) -> String {
    let mut all = digest::Context::new(&digest::SHA256);
    for part in parts {
        all.update(&part.len().to_be_bytes());
        all.update(part.as_bytes());
    }
    hex::encode(all.finish())
}

/// The seconds to wait after so many failures.
pub fn wait(rule: Wait, failures: i64) -> i64 {
    let over = failures - rule.free;
    if over <= 0 {
        return 0;
    }
    let doubled = u32::try_from(over - 1).ok().and_then(|n| 1_i64.checked_shl(n.min(40))).unwrap_or(i64::MAX);
    rule.first_seconds.saturating_mul(doubled).min(rule.longest_seconds)
}

/// The cookie by which a device is known again for one name.
pub fn cookie_name(login: &str) -> String {
    format!("device-{}", &hash(&["cookie", login])[..12])
}

/// A new cookie for a device: id, day of issue and signature.
pub fn device_cookie(keys: &Keyring, login: &str, at: Instant) -> anyhow::Result<String> {
    let text = format!("{}.{}", hex::encode(random::<16>()?), at.micros() / 1_000_000);
    let tag = keys.sign(&format!("{text}.{}", hash(&["device", login])));
    Ok(format!("{text}.{tag}"))
}

/// The device, if its cookie is ours, for this name and not too old.
pub fn device(keys: &Keyring, rules: &Waiting, headers: &HeaderMap, login: &str, at: Instant) -> Option<String> {
    let value = web::visitor::cookie(headers, &cookie_name(login))?;
    let (text, tag) = value.rsplit_once('.')?;
    let (id, issued) = text.split_once('.')?;
    if !keys.signed(&format!("{text}.{}", hash(&["device", login])), tag) {
        return None;
    }
    let age = at.micros() / 1_000_000 - issued.parse::<i64>().ok()?;
    (0..=rules.device_known_days * 86_400).contains(&age).then(|| id.to_owned())
}

/// The counters of an attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    counters: Vec<(String, Wait)>,
}

/// Whether an attempt may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Now,
    /// Seconds.
    Later(i64),
}

impl Attempt {
    pub fn of(rules: &Waiting, login: &str, device: Option<&str>, address: &str) -> Self {
        let counters = match device {
            Some(id) => vec![(hash(&["known", login, id]), rules.known_device)],
            None => vec![(hash(&["address", login, address]), rules.one_address), (hash(&["strangers", login]), rules.all_strangers)],
        };
        Self { counters }
    }

    /// Counts the attempt as failed before it is made.
    pub async fn begin(&self, scope: &Scope, rules: &Waiting, at: Instant) -> Result<Turn, StoreError> {
        let mut batch = scope.batch();
        let mut later = 0;
        for (counter, rule) in &self.counters {
            let sql = "SELECT failures, until, last FROM local_attempt WHERE province = $1 AND counter = $2";
            let row = scope.one(sql, values![counter.as_str()]).await?;
            let Some(row) = row else {
                let sql = "INSERT INTO local_attempt (province, counter, failures, until, last) VALUES ($1, $2, 1, $3, $4)";
                batch.unique(sql, values![counter.as_str(), at.plus_seconds(wait(*rule, 1)), at], "attempt");
                continue;
            };
            let (failures, until, last) = (row.int("failures")?, row.instant("until")?, row.instant("last")?);
            if until > at {
                later = later.max(until.seconds_since(at) + 1);
                continue;
            }
            let counted = if at.seconds_since(last) > rules.forgotten_after_hours * 3600 { 1 } else { failures + 1 };
            batch.guard(
                "UPDATE local_attempt SET failures = $3, until = $4, last = $5 WHERE province = $1 AND counter = $2 AND failures = $6",
                values![counter.as_str(), counted, at.plus_seconds(wait(*rule, counted)), at, failures],
                1,
                "attempt",
            );
        }
        if later > 0 {
            return Ok(Turn::Later(later));
        }
        match scope.commit(batch).await {
            Ok(()) => Ok(Turn::Now),
            // Another attempt at the same counter was first.
            Err(CommitError::Conflict { .. }) => Ok(Turn::Later(1)),
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    /// The attempt was good: the own counter begins again; that of all strangers loses only this one.
    pub async fn good(&self, scope: &Scope) -> Result<(), CommitError> {
        let mut batch = scope.batch();
        for (n, (counter, _)) in self.counters.iter().enumerate() {
            if n == 0 {
                batch.exec("DELETE FROM local_attempt WHERE province = $1 AND counter = $2", values![counter.as_str()]);
            } else {
                batch.exec("UPDATE local_attempt SET failures = failures - 1, until = last WHERE province = $1 AND counter = $2 AND failures > 0", values![counter.as_str()]);
            }
        }
        scope.commit(batch).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let rule = Wait { free: 3, first_seconds: 30, longest_seconds: 300 };
        let waits: Vec<i64> = (0..9).map(|n| wait(rule, n)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 300]);
        assert_eq!(wait(rule, i64::MAX), 300);
    }

    #[test]
    fn a_device_is_known_by_our_signature_for_one_name_and_for_a_time() {
        let folder = std::env::temp_dir().join(format!("phusa-device-{}", uuid::Uuid::now_v7()));
        let keys = Keyring::open(&folder).unwrap();
        let rules = crate::catalog::built_in().waiting;
        let now: Instant = "2026-11-23T08:30:00+07:00".parse().unwrap();
        let made = device_cookie(&keys, "vinh", now).unwrap();
        let seen = |name: &str, value: &str, login: &str, at| {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", format!("{name}={value}").parse().unwrap());
            device(&keys, &rules, &headers, login, at).is_some()
        };
        assert!(seen(&cookie_name("vinh"), &made, "vinh", now.plus_seconds(86_400)));
        assert!(!seen(&cookie_name("lan"), &made, "lan", now), "another name");
        assert!(!seen(&cookie_name("vinh"), &made.replace(&made[..4], "0000"), "vinh", now), "another id");
        assert!(!seen(&cookie_name("vinh"), &made, "vinh", now.plus_seconds(86_400 * 181)), "too old");
        assert!(!seen(&cookie_name("vinh"), &made, "vinh", now.plus_seconds(-60)), "of the future");
        for bad in ["", ".", "..", "a.b.c"] {
            assert!(!seen(&cookie_name("vinh"), bad, "vinh", now));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
