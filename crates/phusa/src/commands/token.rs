//! `phusa token create|list|revoke --account NAME`: bearer tokens for programs.

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

/// Prints what is known of an account's tokens.
pub async fn list(scope: Scope, account: &str) -> anyhow::Result<()> {
    let directory = identity::Directory::new(scope);
    let account = directory.find(account).await.with_context(|| format!("account {account:?}"))?;
    let now = Instant::from(jiff::Timestamp::now());
    for token in directory.tokens(account.id).await? {
        let state = match token.revoked {
            Some(_) => "revoked",
            None if token.expires <= now => "expired",
            None => "good",
        };
        println!("{}\t{state}\t{}\t{}", token.id, token.expires.date(), token.name);
    }
    Ok(())
}

/// Ends a token; the next request with it is refused.
pub async fn revoke(scope: Scope, account: &str, id: &str) -> anyhow::Result<()> {
    let by = Actor::system(scope.province().clone()).account;
    let directory = identity::Directory::new(scope);
    let account = directory.find(account).await.with_context(|| format!("account {account:?}"))?;
    directory.revoke_token(account.id, id, by, Instant::from(jiff::Timestamp::now())).await
}
