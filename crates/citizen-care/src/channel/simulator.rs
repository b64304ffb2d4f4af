//! A mail server and a message gateway to practise on. Both keep what they took and fail when told to.

use super::sms::{SIGNATURE, sign};
use axum::{Router, body::Bytes, extract::State, http::{HeaderMap, StatusCode}, routing::post};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// What was taken, by key, and how often each was offered.
#[derive(Debug, Default)]
pub struct Taken {
    pub messages: BTreeMap<String, (String, String)>,
    pub offers: u64,
    /// Of each hundred offers, this many fail for now; every second of those after the message was taken.
    pub failing: u64,
    /// Numbers or addresses that do not exist.
    pub unknown: Vec<String>,
}

impl Taken {
    /// Whether this offer fails, and whether the message is taken all the same.
    fn fault(&mut self) -> (bool, bool) {
        self.offers += 1;
        let fails = self.offers * 37 % 100 < self.failing;
        (fails, fails && self.offers.is_multiple_of(2))
    }
}

pub type Book = Arc<Mutex<Taken>>;

#[derive(Clone)]
struct Sms {
    book: Book,
    secret: Arc<[u8]>,
}

/// Serves a gateway; answers its address and what it takes.
pub async fn sms(secret: &[u8]) -> std::io::Result<(String, Book)> {
    let book = Book::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address: SocketAddr = listener.local_addr()?;
    let router = Router::new().route("/send", post(take)).with_state(Sms { book: book.clone(), secret: secret.into() });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((format!("http://{address}/send"), book))
}

async fn take(State(s): State<Sms>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if headers.get(SIGNATURE).and_then(|v| v.to_str().ok()) != Some(sign(&s.secret, &body).as_str()) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(message) = serde_json::from_slice::<serde_json::Value>(&body) else { return StatusCode::BAD_REQUEST };
    let text = |name: &str| message.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let Ok(mut book) = s.book.lock() else { return StatusCode::INTERNAL_SERVER_ERROR };
    if book.unknown.contains(&text("to")) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let (fails, taken) = book.fault();
    if !fails || taken {
        book.messages.insert(text("id"), (text("to"), text("text")));
    }
    if fails { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}

/// Serves a mail server (RFC 5321 as far as a client needs it); answers its address and what it takes, by message id.
pub async fn smtp() -> std::io::Result<(String, Book)> {
    let book = Book::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let shared = book.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, shared.clone()));
        }
    });
    Ok((format!("smtp://{address}"), book))
}

async fn talk(stream: TcpStream, book: Book) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 practice ready\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let word = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        let answer: &[u8] = match word.as_str() {
            "EHLO" => b"250-practice\r\n250 8BITMIME\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let unknown = book.lock().is_ok_and(|b| b.unknown.contains(&to));
                if unknown { b"550 no such person\r\n" } else { b"250 ok\r\n" }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|l| l != ".") {
                    text.push_str(&line);
                    text.push('\n');
                }
                if keep(&book, &to, &text) { b"250 taken\r\n" } else { b"451 later\r\n" }
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

fn keep(book: &Book, to: &str, text: &str) -> bool {
    let Ok(mut book) = book.lock() else { return false };
    let id = text.lines().find_map(|l| l.strip_prefix("Message-ID: ")).unwrap_or_default().to_owned();
    let (fails, taken) = book.fault();
    if !fails || taken {
        book.messages.insert(id, (to.to_owned(), text.to_owned()));
    }
    !fails
}
