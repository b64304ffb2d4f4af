//! What the catalogue decides: who may sign in here, lengths, spans and waits.

use identity::AccountKind;
use kernel::catalog::{Files, Finding, LegalBasis, parse_yaml};
use serde::Deserialize;

pub const FILE: &str = "sign-in/local.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub kinds: Vec<AccountKind>,
    pub legal_basis: Vec<LegalBasis>,
    pub passkey: Passkeys,
    pub password: Passwords,
    pub code: Codes,
    pub waiting: Waiting,
    pub fresh_minutes: i64,
    pub invitation_hours: i64,
    pub recovery: Recovery,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkeys {
    pub challenge_seconds: i64,
    pub most: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    pub shortest: usize,
    pub longest: usize,
    pub argon2: Stretching,
    pub common: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretching {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    pub seconds: i64,
    pub window: i64,
    pub recovery_codes: usize,
    pub setup_minutes: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    pub known_device: Wait,
    pub one_address: Wait,
    pub all_strangers: Wait,
    pub forgotten_after_hours: i64,
    pub device_known_days: i64,
}

/// After `free` failures each further one doubles the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    pub free: i64,
    pub first_seconds: i64,
    pub longest_seconds: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    pub request_hours: i64,
    pub link_minutes: i64,
    pub notice_days: i64,
}

/// Reads and checks this room's part of the catalogue.
pub fn load(files: &Files) -> Result<Rules, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, "Thiếu tệp danh mục này.", "This file of the catalogue is missing.")]);
    };
    let rules: Rules = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let mut findings = Vec::new();
    let mut within = |path: &[&str], n: i64, least: i64, most: i64| {
        if n < least || n > most {
            findings.push(Finding::at(FILE, text, path, format!("phải từ {least} đến {most}"), format!("must be {least} to {most}")));
        }
    };
    let size = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    within(&["passkey", "challenge_seconds"], rules.passkey.challenge_seconds, 30, 600);
    within(&["passkey", "most"], size(rules.passkey.most), 1, 50);
    // NIST SP 800-63B: at least eight characters, at least 64 must be possible.
    within(&["password", "shortest"], size(rules.password.shortest), 8, 64);
    within(&["password", "longest"], size(rules.password.longest), 64, 1024);
    // OWASP: an overlay may cost more than this, never less.
    within(&["password", "argon2", "memory_kib"], i64::from(rules.password.argon2.memory_kib), 19_456, 1 << 20);
    within(&["password", "argon2", "passes"], i64::from(rules.password.argon2.passes), 2, 20);
    within(&["password", "argon2", "lanes"], i64::from(rules.password.argon2.lanes), 1, 16);
    within(&["code", "seconds"], rules.code.seconds, 30, 60);
    within(&["code", "window"], rules.code.window, 0, 2);
    within(&["code", "recovery_codes"], size(rules.code.recovery_codes), 0, 20);
    within(&["code", "setup_minutes"], rules.code.setup_minutes, 5, 120);
    let w = &rules.waiting;
    for (name, wait) in [("known_device", w.known_device), ("one_address", w.one_address), ("all_strangers", w.all_strangers)] {
        within(&["waiting", name, "free"], wait.free, 1, 1000);
        within(&["waiting", name, "first_seconds"], wait.first_seconds, 1, 3600);
        within(&["waiting", name, "longest_seconds"], wait.longest_seconds, wait.first_seconds, 86_400);
    }
    within(&["waiting", "forgotten_after_hours"], w.forgotten_after_hours, 1, 24 * 30);
    within(&["waiting", "device_known_days"], w.device_known_days, 1, 400);
    within(&["fresh_minutes"], rules.fresh_minutes, 1, 60);
    within(&["invitation_hours"], rules.invitation_hours, 1, 72);
    within(&["recovery", "request_hours"], rules.recovery.request_hours, 1, 72);
    within(&["recovery", "link_minutes"], rules.recovery.link_minutes, 5, 240);
    within(&["recovery", "notice_days"], rules.recovery.notice_days, 1, 400);
    if findings.is_empty() { Ok(rules) } else { Err(findings) }
}

impl Rules {
    pub fn admits(&self, kind: AccountKind) -> bool {
        self.kinds.contains(&kind)
    }
}

#[cfg(test)]
pub(crate) fn built_in() -> Rules {
    let mut files = Files::new();
    files.insert(FILE, include_str!("../../../catalog/sign-in/local.yaml"));
    load(&files).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_is_good_and_a_weak_one_is_refused_with_its_line() {
        let rules = built_in();
        assert!(rules.admits(AccountKind::Official) && !rules.admits(AccountKind::Person), "never citizens by default");
        let weak = include_str!("../../../catalog/sign-in/local.yaml").replace("memory_kib: 19456", "memory_kib: 1024").replace("shortest: 12", "shortest: 6");
        let mut files = Files::new();
        files.insert(FILE, weak.as_str());
        let said: Vec<String> = load(&files).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said.iter().all(|s| s.starts_with("sign-in/local.yaml:")), "{said:?}");
    }
}
