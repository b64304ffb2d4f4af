use super::Foundations;
use ::payments::{
    Inner, Payments, cases, effects, follow,
    gateway::{Gateway, HttpGateway, Key, simulator::Bank},
};
use std::{sync::Arc, time::Duration};
use store::{
    consumer::Consumer,
    effects::{Handler, Runner},
};

/// The gateway's address and the key of its messages are the installation's own, not the catalogue's.
const URL: &str = "PHUSA_GATEWAY_URL";
const KEY: &str = "PHUSA_GATEWAY_KEY";

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Payments> {
    let catalog = f.catalog.rooms.payments.clone();
    let base = f.settings.public_url.trim_end_matches('/');
    let (key, url, bank) = match (std::env::var(KEY), std::env::var(URL)) {
        (Ok(key), Ok(url)) if key.len() >= crate::outside::KEY_LEAST => {
            crate::outside::encrypted(URL, &url)?;
            (Some(Key::new(key)), Some(url), None)
        }
        (Ok(_) | Err(_), Ok(_)) => anyhow::bail!("{URL} is set, so {KEY} must hold the key of its messages ({} characters or more: openssl rand -hex 32)", crate::outside::KEY_LEAST),
        // A demonstration brings its own bank, which speaks the same protocol over HTTP.
        _ if f.settings.demo => {
            let key = Key::new(uuid::Uuid::new_v4().as_bytes());
            let notify = format!("{base}/api/v1/payments/notices");
            let bank = Bank::new(key.clone(), &notify, f.settings.clock.clone(), &prefix());
            (Some(key), Some(format!("{base}/simulated-bank/api")), Some(bank))
        }
        _ => (None, None, None),
    };
    let gateway = match (&key, &url) {
        (Some(key), Some(url)) => {
            let near = bank.is_some() || url.contains("://127.0.0.1") || url.contains("://localhost");
            Some(Arc::new(HttpGateway::new(url, key.clone(), catalog.gateway.timeout_s, near)) as Arc<dyn Gateway>)
        }
        _ => None,
    };
    Ok(Payments(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        cases: Arc::new(crate::bridges::Dues { cases: cases::Engine(f.services.desk.clone()), signatures: f.ledger.clone() }),
        catalog,
        files: f.services.files.clone(),
        issuing: f.issuing.clone(),
        gateway,
        key,
        bank,
        demo: f.settings.demo,
        public_url: f.settings.public_url.clone(),
        book: tokio::sync::Mutex::new(()),
    })))
}

/// Of the simulated bank's transaction numbers: another at each start, because its books begin anew and ours do not.
fn prefix() -> String {
    let text = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    format!("MP{}", text.get(..6).unwrap_or("000000"))
}

pub fn handlers(room: &Payments) -> Vec<(&'static str, Arc<dyn Handler>)> {
    effects::handlers(room)
}

pub fn consumers(room: &Payments) -> Vec<Consumer> {
    vec![follow::consumer(room)]
}

/// Codes that run out and notices that never come are looked after every few seconds. Money has a runner of its own beside
/// the house's: it must not wait behind a queue of documents to be set.
pub fn start_work(room: &Payments) {
    let quick = handlers(room).into_iter().filter(|(kind, _)| *kind != ::payments::store::PRINT);
    let runner = quick.fold(Runner::new(room.scope.clone()), |r, (kind, handler)| r.on(kind, handler));
    let clock = room.clock.clone();
    runner.spawn(Duration::from_millis(500), move || clock());
    let room = room.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            if let Err(error) = room.sweep(room.now()).await {
                tracing::error!("payments: {error}");
            }
        }
    });
}
