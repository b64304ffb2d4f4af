//! Synchronisation with the National Public Service Portal (Cổng Dịch vụ công quốc gia, Decision 29/2026/QĐ-TTg).
//!
//! # Invariants
//! 1. The journal is the outbox: every change the portal must see is told once, in the order of the dossier's versions.
//! 2. A message sent twice carries the same key; an older message never replaces a newer one, in either direction.
//! 3. A dossier that the portal refuses stops alone and waits for a person; the others go on.
//! 4. What the portal tells of centralised systems is mirrored read-only; a dossier of our own is never touched from outside.
//! 5. Nothing that arrived is dropped: what cannot be applied is parked with its reason.
//!
//! # Deliberately absent
//! Acts on dossiers: this room only reads cases.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalog;
pub mod follow;
pub mod inbound;
pub mod message;
mod pages;
pub mod reconcile;
pub mod send;
pub mod simulator;
pub mod status;
pub mod wire;

use kernel::Instant;
use std::{collections::BTreeMap, sync::Arc};
use store::{Migration, Scope, consumer::Consumer};
use wire::{Connection, HttpPortal};

/// What the room's pages and acts share. One province; cheap to clone.
#[derive(Clone)]
pub struct NationalPortal(pub Arc<Inner>);

pub struct Inner {
    pub scope: Scope,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    pub desk: casework::Desk,
    pub catalog: Arc<catalog::Catalog>,
    /// Where the portal is; without it dossiers wait and the pages say so.
    pub connection: Option<Connection>,
    /// Public address of this installation, for links to results.
    pub public_url: String,
    /// The code of each procedure's result in the result catalogue.
    pub result_codes: BTreeMap<String, String>,
}

impl std::ops::Deref for NationalPortal {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl NationalPortal {
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// The follower that finds news in the journal.
    pub fn consumer(&self) -> Consumer {
        Consumer::new(self.scope.clone(), "national-portal", Arc::new(follow::News(self.clone())))
    }

    /// Tells what is due, again and again. Does nothing without a connection.
    pub fn start_sending(&self) {
        let Some(connection) = self.connection.clone() else { return };
        let (room, portal) = (self.clone(), HttpPortal::new(connection));
        tokio::spawn(async move {
            loop {
                match room.send_due(&portal, room.now()).await {
                    Ok(told) if told.messages > 0 => continue,
                    Ok(_) => {}
                    Err(error) => tracing::error!("national portal: {error}"),
                }
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
        });
    }
}

pub const MIGRATIONS: &[Migration] = &[Migration::same("national", 1, "exchange", include_str!("../migrations/0001_exchange.sql"))];

/// The room as the program mounts it.
pub fn module(state: NationalPortal) -> web::module::Module {
    web::module::Module::new("national-portal", pages::routes(web::routes::Routes::new()).finish(state))
}
