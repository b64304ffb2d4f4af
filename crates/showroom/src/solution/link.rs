//! The client's link: signed, so that it cannot be made up; used once, because the record then holds an answer.

use crate::ids::ReferenceId;
use kernel::{
    id::{ProvinceCode, SolutionId},
    time::Date,
};
use sha2::{Digest, Sha256};

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let mut padded = [0_u8; BLOCK];
    let short: Vec<u8> = if key.len() > BLOCK { Sha256::digest(key).to_vec() } else { key.to_vec() };
    for (p, k) in padded.iter_mut().zip(&short) {
        *p = *k;
    }
    let with = |mask: u8| padded.map(|b| b ^ mask);
    let inner = Sha256::new().chain_update(with(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(with(0x5c)).chain_update(inner).finalize().into()
}

/// The installation's key for links.
#[derive(Clone)]
pub struct LinkKey(std::sync::Arc<[u8]>);

impl LinkKey {
    /// At least 32 bytes of randomness, the same on every node.
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self(secret.into().into())
    }

    fn mac(&self, province: &ProvinceCode, s: SolutionId, r: ReferenceId, expires: Date) -> String {
        let message = format!("showroom.reference\n{province}\n{s}\n{r}\n{expires}");
        hex::encode(hmac(&self.0, message.as_bytes()))
    }

    /// The token in the client's address.
    pub fn token(&self, province: &ProvinceCode, s: SolutionId, r: ReferenceId, expires: Date) -> String {
        format!("{}.{}.{expires}.{}", s.uuid().simple(), r.uuid().simple(), self.mac(province, s, r, expires))
    }

    /// Whom a token speaks of, when this installation signed it and its last day has not passed.
    pub fn read(&self, province: &ProvinceCode, token: &str, today: Date) -> Option<(SolutionId, ReferenceId)> {
        if token.len() > 200 {
            return None;
        }
        let mut parts = token.split('.');
        let (s, r, date, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (s, r) = (SolutionId::new(uuid::Uuid::try_parse(s).ok()?), ReferenceId::new(uuid::Uuid::try_parse(r).ok()?));
        let expires: Date = date.parse().ok()?;
        let own = self.mac(province, s, r, expires);
        // Every byte is compared, whatever the first difference.
        let same = own.len() == mac.len() && own.bytes().zip(mac.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) == 0;
        (same && parts.next().is_none() && today <= expires).then_some((s, r))
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    #[test]
    fn the_code_is_the_published_one() {
        // RFC 4231, test cases 1, 2 and 6.
        assert_eq!(hex::encode(hmac(&[0x0b; 20], b"Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assert_eq!(hex::encode(hmac(b"Jefe", b"what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(
            hex::encode(hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_link_is_good_for_its_own_client_until_its_day() {
        let key = LinkKey::new(vec![7; 32]);
        let (p, day) = (ProvinceCode::new("79"), date(2026, 12, 1));
        let (s, r) = (SolutionId::new(uuid::Uuid::from_u128(1)), ReferenceId::new(uuid::Uuid::from_u128(2)));
        let token = key.token(&p, s, r, day);
        assert_eq!(key.read(&p, &token, day), Some((s, r)));
        assert_eq!(key.read(&p, &token, date(2026, 12, 2)), None, "its day is over");
        assert_eq!(key.read(&ProvinceCode::new("01"), &token, day), None, "another province");
        assert_eq!(LinkKey::new(vec![8; 32]).read(&p, &token, day), None, "another key");
        let other = token.replace("0002.", "0003.");
        for bad in
            [other.as_str(), &token.replace("2026-12-01", "2027-12-01"), &token[..token.len() - 1], "", "a.b.c.d", &format!("{token}.x"), &"é".repeat(300)]
        {
            assert_eq!(key.read(&p, bad, day), None, "{bad}");
        }
    }
}
