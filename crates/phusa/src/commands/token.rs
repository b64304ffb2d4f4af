//! `phusa token create --account NAME`: a bearer token for a program.

use anyhow::Context as _;
use kernel::{Actor, Instant};
use store::Scope;

/// Makes a token and prints it; it is shown once and kept only as a hash.
pub async fn create(scope: Scope, account: &str, name: &str, days: u32) -> anyhow::Result<()> {
    let by = Actor::system(scope.province().clone()).account;
    let directory = identity::Directory::new(scope);
    let account = directory.find(account).await.with_context(|| format!("account {account:?}"))?;
    let token = directory.create_token(account.id, name, days, by, Instant::from(jiff::Timestamp::now())).await?;
    println!("{token}");
    Ok(())
}
