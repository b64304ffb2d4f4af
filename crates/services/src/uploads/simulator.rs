//! A ClamAV daemon that knows one thing, the EICAR test string, and can be away: for tests of everything around a scan.

use super::clamd::Address;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The string every scanner knows (EICAR, 2003). Put together here, so that no scanner finds this program.
pub fn eicar() -> String {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "!$H+H*"].concat()
}

/// How the daemon misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    /// Closes without an answer.
    Closes,
    /// Takes everything and says nothing.
    Silent,
    /// Takes no more than so many bytes.
    Limit(usize),
}

#[derive(Clone)]
pub struct Simulator {
    place: String,
    fault: Arc<Mutex<Fault>>,
    scanned: Arc<AtomicUsize>,
}

impl Simulator {
    /// Listens on a port of its own.
    pub async fn serve() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let it = Self { place: listener.local_addr()?.to_string(), fault: Arc::default(), scanned: Arc::default() };
        let serving = it.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let it = serving.clone();
                tokio::spawn(async move {
                    let _ = it.answer(stream).await;
                });
            }
        });
        Ok(it)
    }

    pub fn address(&self) -> Address {
        Address::Tcp(self.place.clone())
    }
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Files it gave a verdict on.
    pub fn scanned(&self) -> usize {
        self.scanned.load(Ordering::SeqCst)
    }

    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let fault = self.fault();
        if fault == Fault::Closes {
            return Ok(());
        }
        let mut command = [0; 10];
        stream.read_exact(&mut command).await?;
        if &command != b"zINSTREAM\0" {
            return stream.write_all(b"UNKNOWN COMMAND\0").await;
        }
        let mut bytes = Vec::new();
        loop {
            let length = stream.read_u32().await? as usize;
            if length == 0 {
                break;
            }
            if matches!(fault, Fault::Limit(most) if bytes.len() + length > most) {
                stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").await?;
                stream.flush().await?;
                // What is still on its way is read, so that the answer is not lost with a reset connection.
                stream.shutdown().await?;
                let mut rest = vec![0; 64 << 10];
                while stream.read(&mut rest).await? > 0 {}
                return Ok(());
            }
            let from = bytes.len();
            bytes.resize(from + length, 0);
            stream.read_exact(bytes.get_mut(from..).unwrap_or_default()).await?;
        }
        if fault == Fault::Silent {
            std::future::pending::<()>().await;
        }
        let test = eicar();
        let found = bytes.windows(test.len()).any(|w| w == test.as_bytes());
        self.scanned.fetch_add(1, Ordering::SeqCst);
        let said: &[u8] = if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" };
        stream.write_all(said).await?;
        stream.shutdown().await
    }
}
