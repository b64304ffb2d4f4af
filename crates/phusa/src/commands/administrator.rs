//! `phusa administrator --number N --name NAME --office CODE`: the first administrator of an installation, who then keeps accounts
//! and posts at `/admin/people`. Whoever may run this owns the machine; it is a journal entry of the system all the same.

use crate::catalog::Catalog;
use anyhow::Context as _;
use kernel::{Actor, Instant, id::OfficeCode, party::PersonalNumber};
use store::Scope;

/// Appoints and prints the account; the person signs in with electronic identity that proves this number.
pub async fn appoint(scope: Scope, catalog: &Catalog, number: &str, name: &str, office: &str) -> anyhow::Result<()> {
    let number: PersonalNumber = number.parse().map_err(|refusal: kernel::Refusal| {
        let said = refusal.reasons.first().map_or(&refusal.message, |r| &r.message);
        anyhow::anyhow!("{}\n{}", said.vi, said.en)
    })?;
    let code = catalog.offices.get(office).map(|o| o.code.clone());
    let code: OfficeCode = code.with_context(|| format!("Không có cơ quan mang mã “{office}” trong danh mục.\nThe catalogue has no office “{office}”."))?;
    anyhow::ensure!(kernel::text::clean(name).contains(' '), "Ghi đủ họ và tên.\nGive the full name.");
    let by = Actor::system(scope.province().clone()).account;
    let directory = identity::Directory::new(scope);
    let account = directory.appoint_administrator(&number, name, &code, by, Instant::from(jiff::Timestamp::now())).await?;
    println!("{account}");
    Ok(())
}
