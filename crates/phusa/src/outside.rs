//! The systems of others an installation is connected to, from the command line, the environment or a province's part of a file.
//! What is sent to them is encrypted on its way, or does not leave the machine.

use crate::rooms::Outside;
use citizen_care::channel;
use clap::Args;
use measures::feed::message::Broker;
use serde::Deserialize;
use std::{path::PathBuf, sync::Arc};

/// The systems of others. A secret is read from a file, so that it stands in no list of processes.
// No `Debug`: an address may hold a password.
#[derive(Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutsideConfig {
    /// Address of the national portal's exchange; without it dossiers wait to be told.
    #[arg(long, env = "PHUSA_NATIONAL_URL", requires = "national_secret_file")]
    national_url: Option<String>,
    /// File with the secret shared with the national portal.
    #[arg(long, env = "PHUSA_NATIONAL_SECRET_FILE")]
    national_secret_file: Option<PathBuf>,
    /// Mail server for notices (smtps://user:password@host:465); without it nobody is offered e-mail.
    #[arg(long, env = "PHUSA_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Sender of e-mail, as in `Một cửa <mot-cua@example.gov.vn>`.
    #[arg(long, env = "PHUSA_MAIL_FROM")]
    mail_from: Option<String>,
    /// Gateway for short messages; without it nobody is offered them.
    #[arg(long, env = "PHUSA_SMS_URL", requires = "sms_secret_file")]
    sms_url: Option<String>,
    /// File with the secret shared with the gateway.
    #[arg(long, env = "PHUSA_SMS_SECRET_FILE")]
    sms_secret_file: Option<PathBuf>,
    /// Name people see as the sender of short messages.
    #[arg(long, env = "PHUSA_SMS_SENDER")]
    sms_sender: Option<String>,
    /// ClamAV daemon that scans uploads (tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl); without it they are marked as not scanned.
    #[arg(long, env = "PHUSA_CLAMD")]
    clamd: Option<String>,
    /// Language model that may order the law's sentences, at an OpenAI-compatible address (https://…/v1); without it nothing is asked.
    #[arg(long, env = "PHUSA_LAW_MODEL_URL", requires = "law_model")]
    law_model_url: Option<String>,
    /// Name of that model.
    #[arg(long, env = "PHUSA_LAW_MODEL")]
    law_model: Option<String>,
    /// File with the key of that endpoint, if it asks for one.
    #[arg(long, env = "PHUSA_LAW_MODEL_KEY_FILE")]
    law_model_key_file: Option<PathBuf>,
    /// Broker of the feeds that name a topic (mqtts://host:8883); one node of an installation names it.
    #[arg(long, env = "PHUSA_FEEDS_BROKER")]
    feeds_broker: Option<String>,
    /// Name of the session that the broker keeps for this installation; `phusa-feeds` where nothing is said.
    #[arg(long, env = "PHUSA_FEEDS_BROKER_SESSION", requires = "feeds_broker")]
    feeds_broker_session: Option<String>,
    /// User at the broker.
    #[arg(long, env = "PHUSA_FEEDS_BROKER_USER", requires = "feeds_broker_password_file")]
    feeds_broker_user: Option<String>,
    /// File with that user's password.
    #[arg(long, env = "PHUSA_FEEDS_BROKER_PASSWORD_FILE")]
    feeds_broker_password_file: Option<PathBuf>,
    /// File with the certificate (PEM) of the authority that vouches for the broker; those the machine believes where nothing is said.
    #[arg(long, env = "PHUSA_FEEDS_BROKER_CA_FILE")]
    feeds_broker_ca_file: Option<PathBuf>,
}

impl OutsideConfig {
    /// Makes the clients; secrets are read now.
    pub fn read(&self) -> anyhow::Result<Outside> {
        let national = match (&self.national_url, &self.national_secret_file) {
            (Some(url), Some(file)) => {
                encrypted("--national-url", url)?;
                Some(national_portal::wire::Connection { url: url.trim_end_matches('/').to_owned(), secret: secret(file)?.into() })
            }
            _ => None,
        };
        let scanner: Option<Arc<dyn services::uploads::Scanner>> = match &self.clamd {
            Some(address) => Some(Arc::new(services::uploads::clamd::Clamd::new(address.parse()?))),
            None => None,
        };
        Ok(Outside { national, carriers: self.carriers()?, scanner, law_model: self.law_model()?, broker: self.broker()?, ..Outside::default() })
    }

    fn law_model(&self) -> anyhow::Result<Option<Arc<law::model::Endpoint>>> {
        let Some(url) = &self.law_model_url else { return Ok(None) };
        encrypted("--law-model-url", url)?;
        let key = match &self.law_model_key_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))?.trim().to_owned()),
            None => None,
        };
        anyhow::ensure!(key.as_ref().is_none_or(|k| !k.is_empty() && k.bytes().all(|b| b.is_ascii_graphic())), "--law-model-key-file: the file must hold the key alone, on one line");
        Ok(Some(Arc::new(law::model::Endpoint::new(url, self.law_model.as_deref().unwrap_or_default(), key.as_deref())?)))
    }

    fn broker(&self) -> anyhow::Result<Option<Broker>> {
        let Some(url) = &self.feeds_broker else { return Ok(None) };
        anyhow::ensure!(url.starts_with("mqtts://") || near(url), "--feeds-broker: the address must begin with mqtts:// (mqtt:// only for this machine)");
        let login = match (&self.feeds_broker_user, &self.feeds_broker_password_file) {
            (Some(user), Some(file)) => Some((user.clone(), std::fs::read_to_string(file).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))?.trim_end().to_owned())),
            _ => None,
        };
        let session = self.feeds_broker_session.as_deref().unwrap_or("phusa-feeds");
        Ok(Some(Broker::read(url, session, login, self.feeds_broker_ca_file.as_deref())?))
    }

    fn carriers(&self) -> anyhow::Result<channel::Carriers> {
        let email: Option<Arc<dyn channel::Carrier>> = match &self.smtp_url {
            Some(url) => {
                encrypted_mail("--smtp-url", url)?;
                Some(Arc::new(channel::mail::Smtp::new(url, self.mail_from.as_deref().unwrap_or("mot-cua@localhost"))?))
            }
            None => None,
        };
        let sms: Option<Arc<dyn channel::Carrier>> = match (&self.sms_url, &self.sms_secret_file) {
            (Some(url), Some(file)) => {
                encrypted("--sms-url", url)?;
                Some(Arc::new(channel::sms::Gateway::new(url, &secret(file)?, self.sms_sender.as_deref().unwrap_or("MOTCUA"))))
            }
            _ => None,
        };
        Ok(channel::Carriers { email, sms })
    }
}

/// A shared secret as a file holds it, line end aside. Less than 32 bytes could be guessed.
fn secret(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let text = std::fs::read(file).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))?;
    let secret = text.trim_ascii_end().to_vec();
    anyhow::ensure!(secret.len() >= 32, "{} holds less than 32 bytes; make one with: openssl rand -hex 32", file.display());
    Ok(secret)
}

/// Letters of a key shared with another system: fewer could be guessed.
pub const KEY_LEAST: usize = 32;

/// Refuses an address over which personal data would travel in the clear. Plain HTTP is for this machine only, where a tunnel or a
/// platform's own security server may end.
pub fn encrypted(setting: &str, url: &str) -> anyhow::Result<()> {
    let kept = url.starts_with("https://") || (url.starts_with("http://") && near(url));
    anyhow::ensure!(kept, "{setting}: the address must begin with https:// (http:// only for this machine)");
    Ok(())
}

/// The same of a mail server: `smtps://…`, or `smtp://…?tls=required`; a relay on this machine may be spoken to as it is.
pub fn encrypted_mail(setting: &str, url: &str) -> anyhow::Result<()> {
    let kept = url.starts_with("smtps://") || (url.starts_with("smtp://") && (url.ends_with("?tls=required") || near(url)));
    anyhow::ensure!(kept, "{setting}: write smtps://… or smtp://…?tls=required (smtp:// alone only for this machine)");
    Ok(())
}

fn near(url: &str) -> bool {
    matches!(host(url), "127.0.0.1" | "localhost" | "[::1]")
}

/// The host of an address, without user and port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    match place.find(']') {
        Some(end) => place.get(..=end).unwrap_or(place),
        None => place.split(':').next().unwrap_or(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_machine_in_the_clear() {
        for good in ["https://lgsp.example/a", "http://127.0.0.1:8080", "http://localhost/x", "http://[::1]:9/x"] {
            assert!(encrypted("x", good).is_ok(), "{good}");
        }
        for bad in ["http://lgsp.example", "http://localhost.example", "http://127.0.0.1@evil.example/", "http://evil.example/?http://localhost", "ftp://x", "", "http://evil.example#@localhost"] {
            assert!(encrypted("x", bad).is_err(), "{bad}");
        }
        for good in ["smtps://u:p@mail.example:465", "smtp://u:p@mail.example:587?tls=required", "smtp://localhost:25", "smtp://127.0.0.1"] {
            assert!(encrypted_mail("x", good).is_ok(), "{good}");
        }
        for bad in ["smtp://mail.example", "smtp://u:p@mail.example?tls=opportunistic", "smtp://localhost@mail.example", "mail.example"] {
            assert!(encrypted_mail("x", bad).is_err(), "{bad}");
        }
    }
}
