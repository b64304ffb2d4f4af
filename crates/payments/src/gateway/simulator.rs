//! A bank that is not one: the gateway's protocol over HTTP, with the faults that real gateways have, to be switched on.
//!
//! Used by the tests and by the demonstration, where a labelled page stands in for the payer's banking app. It holds its
//! own books, so that a test can compare them with ours.

use super::{Ask, Key, Notice, NoticeStatus, Order, RefundOrder, SIGNATURE};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use kernel::{Dong, Instant, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What goes wrong with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    None,
    Slow,
    /// The same notice twice at once.
    DuplicateCallback,
    /// The payer pays twice: two transactions.
    PaidTwice,
    WrongAmount,
    /// Paid in time, told after the code ran out.
    LateCallback,
    /// Paid after the code ran out.
    PaidLate,
    /// The notice arrives before the answer to our order.
    EarlyCallback,
    /// No notice: only asking finds it.
    LostCallback,
    /// A notice with a wrong signature, and no other.
    BadMac,
    /// The payer typed another reference.
    UnknownPayment,
    /// "Pending" after "paid".
    OutOfOrder,
    /// The first order is answered with an error.
    Down,
}

impl Fault {
    pub const ALL: [Self; 13] = [
        Self::None,
        Self::Slow,
        Self::DuplicateCallback,
        Self::PaidTwice,
        Self::WrongAmount,
        Self::LateCallback,
        Self::PaidLate,
        Self::EarlyCallback,
        Self::LostCallback,
        Self::BadMac,
        Self::UnknownPayment,
        Self::OutOfOrder,
        Self::Down,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Slow => "slow",
            Self::DuplicateCallback => "duplicate_callback",
            Self::PaidTwice => "paid_twice",
            Self::WrongAmount => "wrong_amount",
            Self::LateCallback => "late_callback",
            Self::PaidLate => "paid_late",
            Self::EarlyCallback => "early_callback",
            Self::LostCallback => "lost_callback",
            Self::BadMac => "bad_mac",
            Self::UnknownPayment => "unknown_payment",
            Self::OutOfOrder => "out_of_order",
            Self::Down => "down",
        }
    }
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }
    pub fn name(self) -> Text {
        match self {
            Self::None => Text::new("Bình thường", "As it should"),
            Self::Slow => Text::new("Ngân hàng chậm", "The bank is slow"),
            Self::DuplicateCallback => Text::new("Báo có gửi hai lần", "The notice is sent twice"),
            Self::PaidTwice => Text::new("Trả hai lần", "Paid twice"),
            Self::WrongAmount => Text::new("Chuyển thiếu 1.000 đồng", "1,000 VND short"),
            Self::LateCallback => Text::new("Báo có đến muộn", "The notice comes late"),
            Self::PaidLate => Text::new("Trả sau khi mã hết hạn", "Paid after the code expired"),
            Self::EarlyCallback => Text::new("Báo có đến trước câu trả lời", "The notice overtakes the answer"),
            Self::LostCallback => Text::new("Báo có bị mất", "The notice is lost"),
            Self::BadMac => Text::new("Báo có sai mã xác thực", "The notice has a wrong signature"),
            Self::UnknownPayment => Text::new("Ghi sai nội dung chuyển khoản", "Another reference was typed"),
            Self::OutOfOrder => Text::new("Tin đến sai thứ tự", "Messages out of order"),
            Self::Down => Text::new("Cổng lỗi lần đầu", "The gateway fails once"),
        }
    }
}

#[derive(Debug, Clone)]
struct Known {
    order: Order,
    fault: Fault,
    /// Answered with an error once.
    failed: bool,
    paid: Vec<Notice>,
}

#[derive(Default)]
struct Books {
    orders: BTreeMap<String, Known>,
    /// All transactions, by their number.
    transactions: BTreeMap<String, Notice>,
    refunds: BTreeMap<String, (String, RefundOrder)>,
    held: Vec<Notice>,
    /// Faults given to orders in turn.
    faults: Vec<Fault>,
    registered: usize,
    number: u64,
}

/// How the bank delivers a notice.
#[derive(Debug, Clone)]
struct Delivery {
    notice: Notice,
    forged: bool,
}

type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The simulated bank. Cheap to clone.
#[derive(Clone)]
pub struct Bank {
    books: Arc<Mutex<Books>>,
    key: Key,
    notify: Arc<str>,
    agent: ureq::Agent,
    clock: Clock,
    slow: Duration,
    prefix: Arc<str>,
}

/// The account as the bank sees it, for comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Transaction → (reference, amount).
    pub received: BTreeMap<String, (String, Dong)>,
    /// Transaction → amount given back.
    pub refunded: BTreeMap<String, Dong>,
}

impl Bank {
    /// `notify`: where notices are sent. `prefix`: of transaction numbers, so that two simulated banks differ.
    pub fn new(key: Key, notify: &str, clock: Clock, prefix: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_idle_connections_per_host(64)
            .timeout_global(Some(Duration::from_secs(30)));
        Self {
            books: Arc::default(),
            key,
            notify: notify.into(),
            agent: ureq::Agent::new_with_config(config.build()),
            clock,
            slow: Duration::from_millis(40),
            prefix: prefix.into(),
        }
    }

    fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Orders get these faults in turn.
    pub fn with_faults(self, faults: &[Fault]) -> Self {
        self.books().faults = faults.to_vec();
        self
    }
    pub fn order(&self, reference: &str) -> Option<(Order, Fault)> {
        self.books().orders.get(reference).map(|k| (k.order.clone(), k.fault))
    }
    pub fn account(&self) -> Account {
        let books = self.books();
        Account {
            received: books.transactions.iter().map(|(tx, n)| (tx.clone(), (n.reference.clone(), n.amount))).collect(),
            refunded: books.refunds.values().map(|(_, r)| (r.transaction.clone(), r.amount)).collect(),
        }
    }

    /// The protocol's door, to be served at the address that [`super::HttpGateway`] is given.
    pub fn router(&self) -> Router {
        Router::new().route("/orders", post(orders)).route("/orders/ask", post(ask)).route("/refunds", post(refunds)).with_state(self.clone())
    }

    /// The payer pays: books change, and what the bank says of it comes back to be delivered.
    fn pay_in_books(&self, reference: &str, amount: Option<Dong>, fault: Option<Fault>) -> Option<(Fault, Vec<Delivery>)> {
        let now = (self.clock)();
        let mut books = self.books();
        let known = books.orders.get(reference).cloned();
        let fault = fault.or(known.as_ref().map(|k| k.fault)).unwrap_or(Fault::None);
        let owed = amount.or(known.as_ref().map(|k| k.order.amount))?;
        let expires = known.as_ref().map_or(now, |k| k.order.expires_at);
        let mut transfer = |amount: Dong, reference: String, at: Instant| {
            books.number += 1;
            let tx = format!("{}{:08}", self.prefix, books.number);
            let notice = Notice { transaction: tx.clone(), reference, status: NoticeStatus::Paid, amount, paid_at: at, sequence: 2 };
            books.transactions.insert(tx, notice.clone());
            if let Some(k) = books.orders.get_mut(&notice.reference) {
                k.paid.push(notice.clone());
            }
            notice
        };
        let said = |notice: Notice| Delivery { notice, forged: false };
        let deliveries = match fault {
            Fault::None | Fault::Slow | Fault::EarlyCallback | Fault::Down => vec![said(transfer(owed, reference.to_owned(), now))],
            Fault::DuplicateCallback => {
                let n = transfer(owed, reference.to_owned(), now);
                vec![said(n.clone()), said(n)]
            }
            Fault::PaidTwice => vec![said(transfer(owed, reference.to_owned(), now)), said(transfer(owed, reference.to_owned(), now))],
            Fault::WrongAmount => vec![said(transfer(Dong((owed.0 - 1_000).max(1)), reference.to_owned(), now))],
            Fault::UnknownPayment => vec![said(transfer(owed, format!("NHAM{reference}"), now))],
            Fault::LostCallback => {
                transfer(owed, reference.to_owned(), now);
                Vec::new()
            }
            Fault::BadMac => vec![Delivery { notice: transfer(owed, reference.to_owned(), now), forged: true }],
            Fault::LateCallback => {
                let n = transfer(owed, reference.to_owned(), now);
                books.held.push(n);
                Vec::new()
            }
            Fault::PaidLate => {
                let n = transfer(owed, reference.to_owned(), expires.max(now).plus_seconds(60));
                books.held.push(n);
                Vec::new()
            }
            Fault::OutOfOrder => {
                let n = transfer(owed, reference.to_owned(), now);
                vec![said(n.clone()), said(Notice { status: NoticeStatus::Pending, sequence: 1, ..n })]
            }
        };
        Some((fault, deliveries))
    }

    /// The payer pays under a reference; answers when every notice that is to be sent now has been answered. `None`: the
    /// reference is not known and no amount was given.
    pub async fn pay(&self, reference: &str, amount: Option<Dong>, fault: Option<Fault>) -> Option<usize> {
        let (fault, deliveries) = self.pay_in_books(reference, amount, fault)?;
        if fault == Fault::Slow {
            tokio::time::sleep(self.slow).await;
        }
        let count = deliveries.len();
        match fault {
            Fault::OutOfOrder => {
                for d in deliveries {
                    self.deliver(d).await;
                }
            }
            _ => {
                futures::future::join_all(deliveries.into_iter().map(|d| self.deliver(d))).await;
            }
        }
        Some(count)
    }

    /// Delivers what was held back; answers how much.
    pub async fn release(&self) -> usize {
        let held = std::mem::take(&mut self.books().held);
        let count = held.len();
        for notice in held {
            self.deliver(Delivery { notice, forged: false }).await;
        }
        count
    }

    /// Sends a notice until it is taken, a few times; what stays undelivered is found by asking.
    async fn deliver(&self, d: Delivery) {
        let body = serde_json::to_vec(&d.notice).unwrap_or_default();
        let signature = if d.forged { "0".repeat(64) } else { self.key.sign(&body) };
        for pause in [0_u64, 200, 1_000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let (agent, url, body, signature) = (self.agent.clone(), self.notify.to_string(), body.clone(), signature.clone());
            let sent = tokio::task::spawn_blocking(move || {
                let mut answer = agent.post(&url).header("content-type", "application/json").header(SIGNATURE, &signature).send(&body[..])?;
                // Read to its end, so that the connection serves again.
                let _ = answer.body_mut().read_to_vec();
                Ok::<u16, ureq::Error>(answer.status().as_u16())
            })
            .await;
            match sent {
                Ok(Ok(status)) if status < 500 => return,
                other => tracing::debug!(?other, "a simulated notice was not taken"),
            }
        }
    }

    fn signed(&self, body: &serde_json::Value) -> Response {
        let bytes = body.to_string();
        let signature = self.key.sign(bytes.as_bytes());
        ([("content-type", "application/json"), (SIGNATURE, signature.as_str())], bytes).into_response()
    }

    fn read<T: serde::de::DeserializeOwned>(&self, headers: &HeaderMap, body: &Bytes) -> Result<T, StatusCode> {
        let given = headers.get(SIGNATURE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !self.key.verifies(body, given) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)
    }
}

async fn orders(State(bank): State<Bank>, headers: HeaderMap, body: Bytes) -> Result<Response, StatusCode> {
    let order: Order = bank.read(&headers, &body)?;
    let reference = order.reference.clone();
    let (fault, first, down) = {
        let mut books = bank.books();
        let at = books.registered;
        let fault = if books.faults.is_empty() { Fault::None } else { books.faults.get(at % books.faults.len()).copied().unwrap_or(Fault::None) };
        let first = !books.orders.contains_key(&reference);
        if first {
            books.registered += 1;
            books.orders.insert(reference.clone(), Known { order, fault, failed: false, paid: Vec::new() });
        }
        let known = books.orders.get_mut(&reference).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let down = known.fault == Fault::Down && !known.failed;
        known.failed |= down;
        (known.fault, first, down)
    };
    if down {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    if fault == Fault::Slow {
        tokio::time::sleep(bank.slow).await;
    }
    if fault == Fault::EarlyCallback && first {
        bank.pay(&reference, None, Some(Fault::EarlyCallback)).await;
    }
    Ok(bank.signed(&json!({})))
}

async fn ask(State(bank): State<Bank>, headers: HeaderMap, body: Bytes) -> Result<Response, StatusCode> {
    let asked: Ask = bank.read(&headers, &body)?;
    let now = (bank.clock)();
    let paid = bank.books().orders.get(&asked.reference).map(|k| k.paid.clone()).unwrap_or_default();
    let paid: Vec<Notice> = paid.into_iter().filter(|n| n.paid_at <= now).collect();
    Ok(bank.signed(&json!({ "notices": paid })))
}

async fn refunds(State(bank): State<Bank>, headers: HeaderMap, body: Bytes) -> Result<Response, StatusCode> {
    let order: RefundOrder = bank.read(&headers, &body)?;
    let mut books = bank.books();
    let received = books.transactions.get(&order.transaction).map(|n| n.amount);
    let other = books.refunds.iter().any(|(id, (_, r))| *id != order.id && r.transaction == order.transaction);
    if received.is_none_or(|r| order.amount > r) || other {
        return Err(StatusCode::CONFLICT);
    }
    // The same refund told twice is one refund.
    let number = books.refunds.len() + 1;
    let reference = format!("{}R{number:07}", bank.prefix);
    let reference = books.refunds.entry(order.id.clone()).or_insert((reference, order)).0.clone();
    drop(books);
    Ok(bank.signed(&json!({ "reference": reference })))
}
