//! Passwords: what is refused before one is taken (NIST SP 800-63B §5.1.1.2: length and known passwords, no composition rules),
//! and how one is kept (Argon2id with the parameters of the catalogue, peppered with the room's key).

use crate::{
    catalog::{Passwords, Stretching},
    keys::{Keyring, random},
};
use argon2::{Algorithm, Argon2, Params, Version};
use kernel::{Text, text::fold};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Why a new password is not taken; `None` when it is.
pub fn refused(rules: &Passwords, password: &str, own: &[&str]) -> Option<Text> {
    let letters = password.chars().count();
    if letters < rules.shortest {
        return Some(Text::new(
            format!("Mật khẩu cần ít nhất {} ký tự. Một câu vài từ dễ nhớ là tốt; không bắt buộc chữ hoa, số hay ký hiệu.", rules.shortest),
            format!("A password needs at least {} characters. A phrase of a few words is good; capitals, figures and signs are not required.", rules.shortest),
        ));
    }
    if letters > rules.longest {
        return Some(Text::new(format!("Mật khẩu dài nhất {} ký tự.", rules.longest), format!("A password has at most {} characters.", rules.longest)));
    }
    let plain: String = fold(password).chars().filter(|c| !c.is_whitespace()).collect();
    let bare = plain.trim_matches(|c: char| !c.is_alphabetic());
    let mut kinds: Vec<char> = plain.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let common = rules.common.iter().map(|c| fold(c)).any(|c| c == plain || c == bare || plain.replace(&c, "").chars().count() < 5);
    if common || kinds.len() < 5 || bare.is_empty() {
        return Some(Text::new(
            "Mật khẩu này quá phổ biến hoặc quá đơn điệu, người khác đoán được. Hãy dùng một câu của riêng bạn.",
            "This password is too common or too uniform and can be guessed. Use a phrase of your own.",
        ));
    }
    let mut left = plain;
    for word in own.iter().flat_map(|o| fold(o).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()).filter(|w| w.chars().count() > 1) {
        left = left.replace(&word, "");
    }
    if left.chars().count() < 6 {
        return Some(Text::new(
            "Mật khẩu này gần như là tên của bạn. Hãy dùng một câu mà người biết tên bạn không đoán được.",
            "This password is hardly more than your name. Use a phrase that somebody who knows your name cannot guess.",
        ));
    }
    None
}

/// Makes and checks stored passwords; so many at once, because each takes its memory.
#[derive(Clone)]
pub struct Stretcher {
    cost: Stretching,
    keys: Arc<Keyring>,
    at_once: Arc<Semaphore>,
}

const LENGTH: usize = 32;
const AT_ONCE: usize = 4;

/// A stored password: `m$t$p$salt$hash`, so that a later cost does not shut out those kept under an earlier one.
fn written(cost: Stretching, salt: &[u8], hash: &[u8]) -> String {
    format!("{}${}${}${}${}", cost.memory_kib, cost.passes, cost.lanes, hex::encode(salt), hex::encode(hash))
}

fn read(stored: &str) -> Option<(Stretching, Vec<u8>, String)> {
    let mut parts = stored.split('$');
    let mut number = || parts.next()?.parse().ok();
    let cost = Stretching { memory_kib: number()?, passes: number()?, lanes: number()? };
    Some((cost, hex::decode(parts.next()?).ok()?, parts.next()?.to_owned()))
}

fn stretch(keys: &Keyring, cost: Stretching, password: &str, salt: &[u8]) -> anyhow::Result<[u8; LENGTH]> {
    let fault = |e: argon2::Error| anyhow::anyhow!("argon2: {e}");
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(LENGTH)).map_err(fault)?;
    let hasher = Argon2::new_with_secret(keys.pepper(), Algorithm::Argon2id, Version::V0x13, params).map_err(fault)?;
    let mut out = [0_u8; LENGTH];
    hasher.hash_password_into(password.as_bytes(), salt, &mut out).map_err(fault)?;
    Ok(out)
}

impl Stretcher {
    pub fn new(cost: Stretching, keys: Arc<Keyring>) -> Self {
        Self { cost, keys, at_once: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    async fn apart<T: Send + 'static>(&self, work: impl FnOnce(&Keyring, Stretching) -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
        let turn = self.at_once.clone().acquire_owned().await?;
        let (keys, cost) = (self.keys.clone(), self.cost);
        tokio::task::spawn_blocking(move || {
            let done = work(&keys, cost);
            drop(turn);
            done
        })
        .await?
    }

    /// What is stored of a password.
    pub async fn keep(&self, password: &str) -> anyhow::Result<String> {
        let password = password.to_owned();
        self.apart(move |keys, cost| {
            let salt = random::<16>()?;
            Ok(written(cost, &salt, &stretch(keys, cost, &password, &salt)?))
        })
        .await
    }

    /// Whether a password is the stored one. Without a stored one it takes the same time and is not.
    pub async fn same(&self, password: &str, stored: Option<&str>) -> anyhow::Result<bool> {
        let (password, stored) = (password.to_owned(), stored.map(str::to_owned));
        self.apart(move |keys, now| {
            let known = stored.as_deref().and_then(read);
            let there = known.is_some();
            let (cost, salt, hash) = known.unwrap_or_else(|| (now, vec![0; 16], String::new()));
            let made = hex::encode(stretch(keys, cost, &password, &salt)?);
            Ok(web::csrf::same(&made, &hash) && there)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::built_in;

    #[test]
    fn what_can_be_guessed_is_refused_and_a_phrase_is_not() {
        let rules = built_in().password;
        let own = ["Tạ Quang Vinh", "vinh.ta@phusa.example"];
        for bad in ["ngắn quá", "matkhau12345", "Mật Khẩu 123456", "Password2026!", "aaaaaaaaaaaaaa", "121212121212", "9876543210987", "Tạ Quang Vinh 79", "vinhtaquang1985", "quản trị viên 1", "administrator1", "taquangvinhphusa"] {
            assert!(refused(&rules, bad, &own).is_some(), "{bad}");
        }
        assert!(refused(&rules, &"dài ".repeat(40), &own).is_some());
        for good in ["con thuyền ngược dòng", "mưa rào tháng sáu", "correct horse battery", "Xe đạp cũ 1985 của bà"] {
            assert_eq!(refused(&rules, good, &own), None, "{good}");
        }
    }

    #[tokio::test]
    async fn a_password_is_kept_so_that_only_itself_and_the_key_open_it() {
        let folder = std::env::temp_dir().join(format!("phusa-stretch-{}", uuid::Uuid::now_v7()));
        let keys = |name: &str| Arc::new(Keyring::open(&folder.join(name)).unwrap());
        // Cheap, so that a test is quick; the catalogue refuses such a cost.
        let cost = Stretching { memory_kib: 64, passes: 1, lanes: 1 };
        let one = Stretcher::new(cost, keys("a"));
        let stored = one.keep("con thuyền ngược dòng").await.unwrap();
        assert!(one.same("con thuyền ngược dòng", Some(&stored)).await.unwrap());
        assert!(!one.same("con thuyền ngược giòng", Some(&stored)).await.unwrap());
        assert!(!one.same("", None).await.unwrap() && !one.same("", Some("")).await.unwrap());
        assert_ne!(stored, one.keep("con thuyền ngược dòng").await.unwrap());
        // A later cost still opens it; another key does not.
        assert!(Stretcher::new(Stretching { memory_kib: 128, ..cost }, keys("a")).same("con thuyền ngược dòng", Some(&stored)).await.unwrap());
        assert!(!Stretcher::new(cost, keys("b")).same("con thuyền ngược dòng", Some(&stored)).await.unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
