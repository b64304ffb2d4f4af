//! Messages of a broker (MQTT 3.1.1, OASIS): one message is one delivery of the feed that names its topic.
//!
//! # Invariants
//! 1. A message is acknowledged once it is committed, never before: the session stays when the connection ends, and what was not acknowledged
//!    comes again (quality of service 1). The same bytes again are the same delivery, so nothing is taken twice.
//! 2. What comes too fast, or cannot be stored now, is not acknowledged: the connection is left and taken up again after a pause, so the broker keeps it.
//! 3. One node of an installation names the broker: two with one name would put each other out.

use super::{Way, catalog::Feed};
use crate::Measures;
use rumqttc::{AsyncClient, ConnectionError, Event, MqttOptions, Packet, Publish, QoS, SubscribeFilter, Transport};
use std::{path::Path, time::Duration};

/// Larger messages end the connection; what lies between this and a delivery's limit is refused with a reason.
const MOST_PACKET: usize = 64 << 20;
/// Messages that the broker may send ahead of their acknowledgement.
const AHEAD: u16 = 16;
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A broker, and how this installation is known there.
// No `Debug`: it holds a password.
#[derive(Clone)]
pub struct Broker {
    pub host: String,
    pub port: u16,
    /// The name of the session the broker keeps.
    pub name: String,
    pub login: Option<(String, String)>,
    /// The certificates (PEM) of the authorities whose word for the broker is believed; in the clear without.
    pub tls: Option<Vec<u8>>,
    /// Before the connection is taken up again.
    pub pause: Duration,
}

/// The authorities a Debian machine believes (package ca-certificates).
const MACHINE: &str = "/etc/ssl/certs/ca-certificates.crt";

impl Broker {
    /// `mqtts://host[:8883]`, or `mqtt://host[:1883]`.
    pub fn read(url: &str, name: &str, login: Option<(String, String)>, own: Option<&Path>) -> anyhow::Result<Self> {
        let (tls, rest) = match (url.strip_prefix("mqtts://"), url.strip_prefix("mqtt://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => anyhow::bail!("the address of the broker begins with mqtts:// or mqtt://"),
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse()?),
            _ => (rest, if tls { 8883 } else { 1883 }),
        };
        anyhow::ensure!(!host.is_empty() && !host.contains(['/', '@', '?']), "the address of the broker is a host and a port; the user has an option of its own");
        let believed = own.unwrap_or(Path::new(MACHINE));
        let tls = tls.then(|| std::fs::read(believed).map_err(|e| anyhow::anyhow!("authorities to believe the broker by, {}: {e}", believed.display()))).transpose()?;
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port, name: name.to_owned(), login, tls, pause: Duration::from_secs(30) })
    }

    fn options(&self) -> MqttOptions {
        let mut options = MqttOptions::new(&self.name, &self.host, self.port);
        options.set_keep_alive(KEEP_ALIVE).set_clean_session(false).set_manual_acks(true).set_max_packet_size(MOST_PACKET, 1 << 16).set_inflight(AHEAD);
        if let Some((user, password)) = &self.login {
            options.set_credentials(user, password);
        }
        if let Some(authorities) = &self.tls {
            options.set_transport(Transport::tls(authorities.clone(), None, None));
        }
        options
    }
}

/// CSV unless it begins like JSON: MQTT 3.1.1 has no place for a type.
fn media_type(bytes: &[u8]) -> &'static str {
    match bytes.trim_ascii_start().strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes.trim_ascii_start()).first() {
        Some(b'{' | b'[') => "application/json",
        _ => "text/csv",
    }
}

/// Why a connection ended.
enum Left {
    /// The broker, or the way to it.
    Lost(Box<ConnectionError>),
    /// A message could not be taken now.
    Held(anyhow::Error),
}

impl Measures {
    /// Takes messages until the program ends. Nothing starts without a feed that names a topic.
    pub fn watch_messages(self, broker: Broker) -> Option<tokio::task::JoinHandle<()>> {
        self.catalog.feeds.iter().any(|f| f.topic.is_some()).then(|| {
            tokio::spawn(async move {
                loop {
                    match self.listen(&broker).await {
                        Left::Lost(e) => tracing::warn!(broker = broker.host, "the broker of the feeds was lost: {e}"),
                        Left::Held(e) => tracing::warn!(broker = broker.host, "a message waits at the broker: {e:#}"),
                    }
                    tokio::time::sleep(broker.pause).await;
                }
            })
        })
    }

    async fn listen(&self, broker: &Broker) -> Left {
        let (client, mut events) = AsyncClient::new(broker.options(), usize::from(AHEAD) * 2);
        let topics: Vec<SubscribeFilter> = self.catalog.feeds.iter().filter_map(|f| f.topic.clone()).map(|t| SubscribeFilter::new(t, QoS::AtLeastOnce)).collect();
        loop {
            match events.poll().await {
                Err(e) => return Left::Lost(Box::new(e)),
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    if let Err(e) = client.try_subscribe_many(topics.clone()) {
                        return Left::Held(e.into());
                    }
                }
                Ok(Event::Incoming(Packet::Publish(message))) => {
                    if let Err(e) = self.take_message(&client, &message).await {
                        return Left::Held(e);
                    }
                }
                Ok(_) => {}
            }
        }
    }

    async fn take_message(&self, client: &AsyncClient, message: &Publish) -> anyhow::Result<()> {
        let named = |f: &&Feed| f.topic.as_deref() == Some(message.topic.as_str());
        match self.catalog.feeds.iter().find(named) {
            Some(feed) => drop(self.deliver_by(feed, Way::Message(message.topic.clone()), media_type(&message.payload), &message.payload).await?),
            // Subscribed by an earlier catalogue.
            None => tracing::warn!(topic = message.topic, "a message on a topic that no feed names"),
        }
        Ok(client.try_ack(message)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused_with_what_to_write() {
        let of = |url: &str| Broker::read(url, "phusa-79", None, None).map(|b| (b.host, b.port, b.tls.is_some()));
        for (url, host, port, tls) in [
            ("mqtt://127.0.0.1:1899", "127.0.0.1", 1899, false),
            ("mqtts://broker.example.gov.vn", "broker.example.gov.vn", 8883, true),
            ("mqtt://localhost/", "localhost", 1883, false),
            ("mqtts://[::1]:9000", "::1", 9000, true),
            ("mqtts://[::1]", "::1", 8883, true),
        ] {
            assert_eq!(of(url).unwrap(), (host.to_owned(), port, tls), "{url}");
        }
        for url in ["", "tcp://x", "mqtts://", "mqtts://user:password@host", "mqtts://host:99999", "mqtts://host/path", "mqtts://host:"] {
            assert!(of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_message_is_json_when_it_begins_like_it() {
        for (bytes, json) in [(&b" {\"a\": 1}"[..], true), (b"[]", true), (b"\xEF\xBB\xBF{}", true), (b"a;b\n1;2", false), (b"", false)] {
            assert_eq!(media_type(bytes) == "application/json", json, "{bytes:?}");
        }
    }
}
