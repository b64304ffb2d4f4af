//! The background work: one file after the other is read and its words are kept.

use crate::{LATER_S, READ, Reading, Rules, State, Unread, Wanted, Words, again, keep, read, words};
use kernel::Instant;
use std::{sync::Arc, time::Duration};
use store::{
    Batch, Scope,
    effects::{Effect, Failed, Handler, Patience, Runner},
    files::Files,
};
use tokio::sync::Semaphore;

/// Files that a runner takes in one go.
const TOGETHER: u64 = 16;

/// Reads what rooms asked for.
#[derive(Clone)]
pub struct Reader {
    pub files: Files,
    pub rules: Arc<Rules>,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// One file at a time: reading takes a processor.
    turn: Arc<Semaphore>,
}

impl Reader {
    pub fn new(files: Files, rules: Arc<Rules>, clock: Arc<dyn Fn() -> Instant + Send + Sync>) -> Self {
        Self { files, rules, clock, turn: Arc::new(Semaphore::new(1)) }
    }

    /// A runner of its own: a scan of sixty pages keeps nobody's slip waiting. The lease covers a whole group of the longest readings.
    pub fn runner(&self, scope: Scope) -> Runner {
        let longest = self.rules.seconds_a_file.saturating_add(self.rules.seconds_a_page * 2).saturating_mul(TOGETHER);
        Runner::new(scope).on(READ, Arc::new(self.clone())).patience(Patience { lease: Duration::from_secs(longest), ..Patience::default() })
    }
}

#[async_trait::async_trait]
impl Handler for Reader {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let wanted: Wanted = effect.read()?;
        if words(scope, &wanted.sha256).await?.is_some() {
            return Ok(None);
        }
        let Some((_, bytes)) = self.files.read(scope, wanted.file).await? else { return Ok(None) };
        let _turn = self.turn.acquire().await.map_err(|e| Failed::ForNow(e.to_string()))?;
        let at = (self.clock)();
        let mut batch = scope.batch();
        match read(&bytes, &wanted.media_type, &self.rules).await {
            Ok(reading) => keep(&mut batch, &wanted.sha256, &kept(&reading, at)),
            Err(Unread::Unreadable(why)) => {
                tracing::info!(file = %wanted.file, %why, "the words of a file cannot be read");
                keep(&mut batch, &wanted.sha256, &Words { state: State::Unreadable, pages: 0, pictures: 0, text: String::new(), at });
            }
            Err(Unread::Missing(package)) => {
                tracing::warn!("papers wait to be read: apt-get install -y {package}");
                again(&mut batch, &Wanted { asked: wanted.asked + 1, ..wanted }, at.plus_seconds(LATER_S));
            }
            Err(Unread::Later(why)) => return Err(Failed::ForNow(why)),
        }
        Ok(Some(batch))
    }
}

fn kept(reading: &Reading, at: Instant) -> Words {
    let text = reading.pages.join("\u{c}");
    let state = if text.chars().any(char::is_alphanumeric) { State::Read } else { State::Empty };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Words { state, pages: count(reading.pages.len()), pictures: count(reading.pictures), text, at }
}
