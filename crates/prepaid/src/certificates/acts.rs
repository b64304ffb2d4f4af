//! Giving a certificate, the page to be signed, returning it, withdrawing.

use super::{
    CHALLENGE_SECONDS, Given, Own, OwnEvent, Waiting, hex, is_of_another,
    judge::{self, Standing},
    offer, read, refused, stream,
};
use crate::Prepaid;
use kernel::{Actor, Refusal};
use records::{Author, Failure};
use serde_json::json;
use sha2::{Digest, Sha256};
use signatures::{Certificate, examine, signers};

/// The template of the page, in a set of its own.
pub const TEMPLATE: &str = "certificate-challenge";

/// Letters that are not taken for one another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789A";

fn code() -> String {
    let bytes = uuid::Uuid::new_v4().into_bytes();
    let letters: Vec<char> = bytes.iter().skip(8).map(|b| char::from(LETTERS.get(usize::from(b & 31)).copied().unwrap_or(b'A'))).collect();
    let (a, b) = letters.split_at(4);
    format!("{}-{}", a.iter().collect::<String>(), b.iter().collect::<String>())
}

/// The number of a certificate as people read it.
pub fn serial(c: &Certificate) -> String {
    hex(&c.serial)
}

impl Prepaid {
    pub async fn own_certificates(&self, actor: &Actor) -> Result<Option<Own>, Failure> {
        Ok(records::load::<Own>(&self.ledger.scope, &stream(actor.account)).await?.map(|f| f.state))
    }

    /// How a certificate stands today.
    pub fn standing(&self, given: &Given) -> Option<Standing> {
        Some(judge::standing(&given.certificate()?, &given.issuers(), &self.trust, self.ledger.now()))
    }

    /// Takes a certificate and makes the page that its holder signs.
    pub async fn offer_certificate(&self, actor: &Actor, bytes: &[u8]) -> Result<Own, Failure> {
        let (own, chain) = read::read(bytes)?;
        let now = self.ledger.now();
        let standing = judge::standing(&own, &chain, &self.trust, now);
        if !standing.may_connect() {
            let why = standing.sentence();
            return Err(refused("certificate", why.vi, why.en).into());
        }
        if !judge::names(&own, &actor.name) {
            let name = own.subject.said();
            return Err(refused(
                "certificate",
                format!("Chứng thư mang tên “{name}”, tài khoản mang tên “{}”. Chỉ liên kết được chứng thư của chính mình.", actor.name),
                format!("The certificate names “{name}”, the account “{}”. Only a certificate of one's own can be connected.", actor.name),
            )
            .into());
        }
        let given = Given::new(&own, &chain);
        if is_of_another(&self.ledger.scope, &given.fingerprint(), actor.account).await? {
            return Err(of_another().into());
        }
        let mut waiting = Waiting { given, code: code(), at: now, page_sha256: String::new(), page_size: 0 };
        let page = self.page(&waiting, &actor.name).await?;
        waiting.page_sha256 = hex(&Sha256::digest(&page));
        waiting.page_size = page.len() as u64;
        let by = Author::new(actor, now);
        records::change::<Own>(&self.ledger.scope, &stream(actor.account), &by, |found| offer(found, actor.account, waiting.clone()).map(Some)).await
    }

    /// The page to be signed: the same bytes each time it is downloaded.
    pub async fn page(&self, waiting: &Waiting, name: &str) -> Result<Vec<u8>, Failure> {
        let c = waiting.given.certificate().ok_or_else(records::gone)?;
        let data = json!({
            "issued_at": waiting.at.to_string(),
            "person": { "name": name },
            "certificate": { "name": c.subject.said(), "serial": serial(&c), "issuer": c.issuer.said() },
            "code": waiting.code,
            "until": waiting.at.plus_seconds(CHALLENGE_SECONDS).date().to_string(),
        });
        let templates = self.challenge.clone();
        let made = tokio::task::spawn_blocking(move || templates.render(TEMPLATE, &data)).await.map_err(anyhow::Error::from)?;
        made.map_err(|e| Failure::Internal(anyhow::anyhow!("the page of a certificate: {}", e.text().en)))
    }

    /// The page came back: signed by the certificate's key over the very bytes, the certificate stands on the account.
    pub async fn prove_certificate(&self, actor: &Actor, bytes: bytes::Bytes) -> Result<Own, Failure> {
        let now = self.ledger.now();
        let waiting = self.own_certificates(actor).await?.and_then(|o| o.waiting).ok_or_else(nothing_waits)?;
        if now > waiting.until() {
            return Err(Refusal::conflict("too-late", "Phiếu đã quá hạn. Hãy gửi lại chứng thư để nhận phiếu mới.", "The page is too old. Send the certificate again for a new one.").into());
        }
        let page = bytes.get(..usize::try_from(waiting.page_size).unwrap_or(usize::MAX)).unwrap_or_default().to_vec();
        let same = hex(&Sha256::digest(&page)) == waiting.page_sha256;
        let page = if same { page } else { self.page(&waiting, &actor.name).await? };
        let certificate = waiting.given.certificate().ok_or_else(records::gone)?;
        let trust = self.trust.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let report = examine(&bytes, &trust, now);
            judge::returned(&bytes, &page, &certificate, &report, &signers(&bytes))
        });
        checked.await.map_err(anyhow::Error::from)??;
        let fingerprint = waiting.given.fingerprint();
        if is_of_another(&self.ledger.scope, &fingerprint, actor.account).await? {
            return Err(of_another().into());
        }
        let standing = self.standing(&waiting.given).ok_or_else(records::gone)?;
        let by = Author::new(actor, now);
        records::change::<Own>(&self.ledger.scope, &stream(actor.account), &by, |found| match found {
            Some(o) if o.waiting.as_ref() == Some(&waiting) => Ok(Some(OwnEvent::Proved { fingerprint: fingerprint.clone(), standing })),
            Some(o) if o.connected.iter().any(|c| c.fingerprint == fingerprint) => Ok(None),
            _ => Err(nothing_waits()),
        })
        .await
    }

    /// The person takes a certificate off their account.
    pub async fn withdraw_certificate(&self, actor: &Actor, fingerprint: &str) -> Result<Own, Failure> {
        let by = Author::new(actor, self.ledger.now());
        records::change::<Own>(&self.ledger.scope, &stream(actor.account), &by, |found| {
            let own = found.ok_or_else(records::gone)?;
            let there = own.connected.iter().any(|c| c.fingerprint == fingerprint);
            Ok(there.then(|| OwnEvent::Withdrawn { fingerprint: fingerprint.to_owned() }))
        })
        .await
    }
}

fn of_another() -> Refusal {
    refused("certificate", "Chứng thư này đã liên kết với tài khoản khác. Nếu đó là chứng thư của bạn, hãy liên hệ bộ phận hỗ trợ của cổng.", "This certificate is connected with another account. If it is yours, ask the portal's support.")
}

fn nothing_waits() -> Refusal {
    Refusal::conflict("nothing-waits", "Không có phiếu nào đang chờ. Hãy gửi chứng thư trước.", "No page is out. Send the certificate first.")
}
