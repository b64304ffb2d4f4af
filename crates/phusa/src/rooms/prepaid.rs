//! Prepaid signatures put together: the account book stands before the keys it counts for, the room after the till it is paid at.

use super::Foundations;
use crate::{assembly::Settings, bridges::SignatureTill, catalog::Catalog};
use ::prepaid::{Inner, Ledger, LedgerParts, Prepaid};
use anyhow::Context as _;
use std::{path::Path, sync::Arc};
use store::Scope;

pub fn ledger(scope: &Scope, catalog: &Catalog, settings: &Settings) -> Ledger {
    Ledger(Arc::new(LedgerParts { scope: scope.clone(), catalog: catalog.rooms.prepaid.clone(), clock: settings.clock.clone() }))
}

/// The keys of an installation, counted where their provider is paid by the signature.
pub fn keys(data: &Path, catalog: &Catalog, ledger: &Ledger) -> anyhow::Result<signing::Keys> {
    let keys = signing::Keys::open(&data.join("signing")).context("the keys of the agencies")?;
    for provider in keys.providers() {
        let known = catalog.rooms.prepaid.provider(provider);
        anyhow::ensure!(known.is_some(), "signing/keys.yaml names the provider {provider}, which catalog/signing/providers.yaml does not have: add its prices there");
    }
    Ok(keys.with_meter(Arc::new(ledger.clone())))
}

pub fn assemble(f: &Foundations<'_>, payments: &::payments::Payments) -> Prepaid {
    Prepaid(Arc::new(Inner {
        ledger: f.ledger.clone(),
        till: Arc::new(SignatureTill(payments.clone())),
        keys: f.keys.clone(),
        offices: Arc::new(f.catalog.offices.clone()),
        trust: f.services.trust.clone(),
        challenge: f.catalog.rooms.certificate_page.clone(),
    }))
}
