//! Signing in with accounts of this installation put together: its key lies beside that of the seals in the data folder.

use super::Foundations;
use ::local_sign_in::LocalSignIn;
use std::time::Duration;

/// How often what is over is removed.
const SWEEP: Duration = Duration::from_secs(3600);

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<LocalSignIn> {
    let s = f.settings;
    LocalSignIn::open(f.identity.clone(), f.catalog.rooms.local_sign_in.clone(), &f.data.join("keys"), &s.public_url, s.demo, s.trust_proxy)
}

pub fn start_work(room: &LocalSignIn) {
    let room = room.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(SWEEP).await;
            if let Err(error) = room.sweep().await {
                tracing::error!("sweeping what is left of signing in: {error}");
            }
        }
    });
}
