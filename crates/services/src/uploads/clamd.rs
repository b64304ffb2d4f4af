//! The ClamAV daemon as a scanner, over TCP or a socket of the machine (`clamd(8)`, command `INSTREAM`).
//!
//! The bytes go in chunks, each after its length in four bytes, most significant first; a chunk of length 0 ends them. The answer is
//! `stream: OK`, `stream: NAME FOUND`, or an error. Above `StreamMaxLength` the daemon says so and closes.

use super::scan::{Down, Scanner, Verdict};
use std::{path::PathBuf, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const CHUNK: usize = 64 << 10;
/// An answer is one short line.
const ANSWER_MAX: u64 = 4096;

/// Where the daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `HOST:PORT`.
    Tcp(String),
    Unix(PathBuf),
}

impl std::str::FromStr for Address {
    type Err = anyhow::Error;
    /// `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        if let Some(path) = text.strip_prefix("unix://").or_else(|| text.strip_prefix("unix:")).filter(|p| p.starts_with('/')) {
            return Ok(Self::Unix(path.into()));
        }
        let port = |place: &str| place.rsplit_once(':').filter(|(host, _)| !host.is_empty()).and_then(|(_, p)| p.parse::<u16>().ok());
        match text.strip_prefix("tcp://").filter(|place| port(place).is_some()) {
            Some(place) => Ok(Self::Tcp(place.to_owned())),
            None => anyhow::bail!("{text:?} is no address of a ClamAV daemon: tcp://HOST:PORT or unix:/PATH is expected"),
        }
    }
}

/// The daemon, and how long it is waited for.
#[derive(Debug, Clone)]
pub struct Clamd {
    address: Address,
    /// Until it answers the call at all.
    connect: Duration,
    /// From the call to the verdict.
    whole: Duration,
    /// What it takes; its own default is 25 MB (`StreamMaxLength`), and larger files are not sent.
    largest: usize,
}

impl Clamd {
    pub fn new(address: Address) -> Self {
        Self { address, connect: Duration::from_secs(2), whole: Duration::from_secs(20), largest: 25 << 20 }
    }
    #[must_use]
    pub fn waiting(self, connect: Duration, whole: Duration) -> Self {
        Self { connect, whole, ..self }
    }
    #[must_use]
    pub fn largest(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    async fn ask(&self, bytes: &[u8]) -> std::io::Result<String> {
        let late = || std::io::Error::new(std::io::ErrorKind::TimedOut, "no connection in time");
        match &self.address {
            Address::Tcp(place) => talk(timeout(self.connect, TcpStream::connect(place)).await.map_err(|_| late())??, bytes).await,
            #[cfg(unix)]
            Address::Unix(path) => talk(timeout(self.connect, tokio::net::UnixStream::connect(path)).await.map_err(|_| late())??, bytes).await,
            #[cfg(not(unix))]
            Address::Unix(_) => Err(std::io::Error::other("this system has no such sockets; use tcp://")),
        }
    }
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> std::io::Result<String> {
    let (read, mut write) = tokio::io::split(stream);
    let sent = async {
        write.write_all(b"zINSTREAM\0").await?;
        for chunk in bytes.chunks(CHUNK) {
            let length = u32::try_from(chunk.len()).unwrap_or(0);
            write.write_all(&length.to_be_bytes()).await?;
            write.write_all(chunk).await?;
        }
        write.write_all(&[0; 4]).await?;
        write.flush().await
    };
    // A daemon that has had enough answers and closes while we still write: its word counts, not the broken pipe.
    let sent = sent.await;
    let mut answer = Vec::new();
    let got = read.take(ANSWER_MAX).read_to_end(&mut answer).await;
    let answer = answer.split(|b| *b == 0).next().unwrap_or_default();
    if answer.is_empty() {
        sent?;
        got?;
    }
    Ok(String::from_utf8_lossy(answer).trim().to_owned())
}

/// What the daemon's line says.
fn verdict(answer: &str) -> Result<Verdict, Down> {
    let said = answer.strip_prefix("stream:").unwrap_or(answer).trim();
    if said == "OK" {
        return Ok(Verdict::Clean);
    }
    if let Some(name) = said.strip_suffix("FOUND") {
        return Ok(Verdict::Infected(name.trim().chars().filter(|c| !c.is_control()).take(120).collect()));
    }
    if said.contains("size limit exceeded") {
        return Ok(Verdict::TooLarge);
    }
    Err(Down(if said.is_empty() { "the daemon closed without an answer".to_owned() } else { format!("the daemon answers {:?}", said.chars().take(200).collect::<String>()) }))
}

#[async_trait::async_trait]
impl Scanner for Clamd {
    async fn scan(&self, bytes: &[u8]) -> Result<Verdict, Down> {
        if bytes.len() > self.largest {
            return Ok(Verdict::TooLarge);
        }
        match timeout(self.whole, self.ask(bytes)).await {
            Ok(Ok(answer)) => verdict(&answer),
            Ok(Err(error)) => Err(Down(error.to_string())),
            Err(_) => Err(Down(format!("no verdict within {} s", self.whole.as_secs_f32()))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::uploads::simulator::{Fault, Simulator, eicar};

    #[test]
    fn addresses() {
        let read = |text: &str| text.parse::<Address>().ok();
        assert_eq!(read("tcp://127.0.0.1:3310"), Some(Address::Tcp("127.0.0.1:3310".into())));
        assert_eq!(read("tcp://[::1]:3310"), Some(Address::Tcp("[::1]:3310".into())));
        assert_eq!(read("unix:/run/clamav/clamd.ctl"), Some(Address::Unix("/run/clamav/clamd.ctl".into())));
        assert_eq!(read("unix:///run/clamav/clamd.ctl"), Some(Address::Unix("/run/clamav/clamd.ctl".into())));
        for wrong in ["", "127.0.0.1:3310", "tcp://", "tcp://host", "tcp://:3310", "tcp://host:99999", "http://host:80", "unix:relative"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn answers() {
        assert_eq!(verdict("stream: OK").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND").unwrap(), Verdict::Infected("Win.Test.EICAR_HDB-1".into()));
        assert_eq!(verdict("INSTREAM size limit exceeded. ERROR").unwrap(), Verdict::TooLarge);
        for down in ["", "UNKNOWN COMMAND", "stream: OK?", "HTTP/1.1 400 Bad Request"] {
            assert!(verdict(down).is_err(), "{down}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_protocol_is_spoken() {
        let daemon = Simulator::serve().await.unwrap();
        let clamd = Clamd::new(daemon.address()).waiting(Duration::from_secs(5), Duration::from_secs(20));
        assert_eq!(clamd.scan(b"%PDF-1.4").await.unwrap(), Verdict::Clean);
        assert_eq!(clamd.scan(b"").await.unwrap(), Verdict::Clean);
        // Over several chunks, the string across a border of two.
        let mut long = vec![b' '; CHUNK - 10];
        long.extend_from_slice(eicar().as_bytes());
        long.extend_from_slice(&vec![b' '; CHUNK * 3]);
        assert_eq!(clamd.scan(&long).await.unwrap(), Verdict::Infected("Eicar-Test-Signature".into()));
        assert_eq!(daemon.scanned(), 3);
        // More than the client sends, and more than the daemon takes.
        assert_eq!(clamd.clone().largest(7).scan(b"%PDF-1.4").await.unwrap(), Verdict::TooLarge);
        assert_eq!(daemon.scanned(), 3);
        daemon.set(Fault::Limit(CHUNK));
        assert_eq!(clamd.scan(&vec![b' '; CHUNK * 40]).await.unwrap(), Verdict::TooLarge);
        daemon.set(Fault::Closes);
        assert!(clamd.scan(b"%PDF-1.4").await.is_err());
        daemon.set(Fault::Silent);
        assert!(clamd.waiting(Duration::from_secs(5), Duration::from_millis(50)).scan(b"%PDF-1.4").await.is_err());
        let nowhere = Clamd::new(Address::Unix("/nowhere/clamd.ctl".into()));
        assert!(nowhere.scan(b"x").await.is_err());
    }
}
