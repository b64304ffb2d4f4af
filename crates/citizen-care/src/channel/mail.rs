//! E-mail over SMTP.

use super::{Carrier, Failure, Outgoing};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(20);

/// A mail server that takes our messages.
pub struct Smtp {
    from: Mailbox,
    domain: String,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    /// `url` as in `smtps://user:password@host:465` or `smtp://host:587?tls=required`; `from` as in `Thành phố <mot-cua@example.vn>`.
    pub fn new(url: &str, from: &str) -> anyhow::Result<Self> {
        let from: Mailbox = from.parse()?;
        let domain = from.email.domain().to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(TIMEOUT)).build();
        Ok(Self { from, domain, transport })
    }
}

#[async_trait::async_trait]
impl Carrier for Smtp {
    async fn carry(&self, m: &Outgoing) -> Result<(), Failure> {
        let to: Mailbox = m.to.parse().map_err(|_| Failure::ForGood("the address is not an e-mail address".to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(m.subject.clone())
            // The same message sent again is recognised by mail readers as the same.
            .message_id(Some(format!("<{}@{}>", m.key.replace(['/', ' '], "."), self.domain)))
            .header(ContentType::TEXT_PLAIN)
            .body(m.body.clone())
            .map_err(|e| Failure::ForGood(e.to_string()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(e) if e.is_permanent() => Err(Failure::ForGood(said(&e))),
            Err(e) => Err(Failure::ForNow(said(&e))),
        }
    }
}

/// The server's word without the address in it.
fn said(e: &lettre::transport::smtp::Error) -> String {
    e.status().map_or_else(|| "the mail server could not be reached".to_owned(), |code| format!("the mail server answered {code}"))
}
