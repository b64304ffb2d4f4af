//! What is to be told outside: kept in the batch of what happened, carried afterwards, once per person, event and channel.

use super::{masked, short_message};
use crate::{
    Care,
    channel::{Channel, Failure, Outgoing},
};
use kernel::{Instant, Text, id::{CaseId, MessageId, PartyId}, text::Lang};
use store::{Batch, Scope, StoreError, values};

/// Tries before a message is given up; with the pauses that is about two days.
const TRIES: i64 = 12;
const GROUP: i64 = 50;
const LONGEST_PAUSE: i64 = 6 * 3600;

/// Somebody to be told, as the case knows them.
#[derive(Debug, Clone, Default)]
pub struct Recipient {
    pub party: String,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// What there is to say.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    pub case: CaseId,
    pub code: &'a str,
    pub version: u64,
    pub said: &'a Text,
    /// Where the person sees the case.
    pub link: &'a str,
    /// The office whose counter may ring the person when nothing reaches them.
    pub office: &'a str,
}

/// Something to be told that is no case.
#[derive(Debug, Clone)]
pub struct Of<'a> {
    /// The same message has the same key, without its channel.
    pub key: &'a str,
    pub subject: &'a str,
    pub said: &'a Text,
    /// Where whoever has an account sees it.
    pub link: Option<&'a str>,
    pub office: &'a str,
}

impl Of<'_> {
    fn words(&self, channel: Channel) -> (String, String) {
        let (vi, en) = (self.said.get(Lang::Vi), self.said.get(Lang::En));
        match channel {
            Channel::Email => {
                let (see, see_en) = self.link.map_or_else(Default::default, |l| (format!("\n\nXem tại: {l}"), format!("\n\nSee: {l}?lang=en")));
                (self.subject.to_owned(), format!("{vi}{see}\n\n--\n{en}{see_en}\n"))
            }
            Channel::Sms => (String::new(), short_message(vi, self.link.unwrap_or_default())),
        }
    }
}

/// How a message stands.
#[derive(Debug, Clone)]
pub struct Standing {
    pub key: String,
    pub channel: Channel,
    pub masked: String,
    /// `waiting`, `sent`, `given_up`.
    pub state: String,
    pub at: Instant,
}

/// How one person wants to be told over one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub wanted: bool,
    /// An address of their own choosing, used once it is proved.
    pub address: Option<String>,
    pub proved: bool,
}

/// Nobody is told over a channel they have turned off. Before anybody has chosen: by e-mail when the case has an address, by
/// short message to the phone given in the case.
pub fn address<'a>(choice: Option<&'a Choice>, channel: Channel, r: &'a Recipient) -> Option<&'a str> {
    let given = match channel {
        Channel::Email => r.email.as_deref(),
        Channel::Sms => r.phone.as_deref(),
    };
    match choice {
        None => given,
        Some(c) if !c.wanted => None,
        Some(c) => c.address.as_deref().filter(|_| c.proved).or(given),
    }
    .filter(|a| !a.is_empty())
}

pub async fn choice(scope: &Scope, party: &str, channel: Channel) -> Result<Option<Choice>, StoreError> {
    let sql = "SELECT wanted, address, proved FROM care_choice WHERE province = $1 AND party = $2 AND channel = $3";
    let Some(row) = scope.one(sql, values![party, channel.code()]).await? else { return Ok(None) };
    Ok(Some(Choice { wanted: row.bool("wanted")?, address: row.opt_string("address")?, proved: row.bool("proved")? }))
}

impl Care {
    /// Adds the messages about one event to the batch that tells it inside.
    pub async fn tell(&self, batch: &mut Batch, told: &Told<'_>, to: &[Recipient], now: Instant) -> Result<(), StoreError> {
        for r in to {
            let quiet = crate::choice::store::person(&self.scope, &r.party).await?.quiet;
            let due = quiet.map_or(now, |q| q.after(now));
            for channel in Channel::ALL.into_iter().filter(|c| self.carriers.of(*c).is_some()) {
                let chosen = choice(&self.scope, &r.party, channel).await?;
                let Some(address) = address(chosen.as_ref(), channel, r) else { continue };
                let (subject, body) = words(channel, told);
                let key = format!("{}/{}/{}/{}", told.code, told.version, r.party, channel.code());
                batch.exec(
                    "INSERT INTO care_message (province, id, key, party, channel, address, case_id, case_code, subject, body, state, attempts, due, created_at, office) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, $11, $12, $13) ON CONFLICT (province, key) DO NOTHING",
                    values![
                        MessageId::new(uuid::Uuid::now_v7()),
                        key,
                        r.party.as_str(),
                        channel.code(),
                        address,
                        told.case,
                        told.code,
                        subject,
                        body,
                        due,
                        now,
                        told.office
                    ],
                );
            }
        }
        Ok(())
    }

    /// Adds the messages to one person about something that is no case: each channel once for a key.
    pub async fn tell_of(&self, batch: &mut Batch, of: &Of<'_>, r: &Recipient, now: Instant) -> Result<(), StoreError> {
        let quiet = crate::choice::store::person(&self.scope, &r.party).await?.quiet;
        let due = quiet.map_or(now, |q| q.after(now));
        for channel in Channel::ALL.into_iter().filter(|c| self.carriers.of(*c).is_some()) {
            let chosen = choice(&self.scope, &r.party, channel).await?;
            // A short message costs: officials get one only when they asked for it.
            if channel == Channel::Sms && chosen.is_none() {
                continue;
            }
            let Some(address) = address(chosen.as_ref(), channel, r) else { continue };
            let (subject, body) = of.words(channel);
            batch.exec(
                "INSERT INTO care_message (province, id, key, party, channel, address, case_id, case_code, subject, body, state, attempts, due, created_at, office) \
                 VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, $7, $8, 'waiting', 0, $9, $10, $11) ON CONFLICT (province, key) DO NOTHING",
                values![MessageId::new(uuid::Uuid::now_v7()), format!("{}/{}", of.key, channel.code()), r.party.as_str(), channel.code(), address, subject, body, due, now, of.office],
            );
        }
        Ok(())
    }

    /// How the messages stand whose keys begin so.
    pub async fn messages(&self, prefix: &str) -> Result<Vec<Standing>, StoreError> {
        let sql = "SELECT key, channel, address, state, created_at, sent_at FROM care_message WHERE province = $1 AND key LIKE $2 ORDER BY created_at, id LIMIT 5000";
        let read = |row: &store::Row| {
            Ok(Standing {
                key: row.string("key")?,
                channel: Channel::of_code(row.text("channel")?).unwrap_or(Channel::Email),
                masked: masked(row.text("address")?),
                state: row.string("state")?,
                at: row.opt_instant("sent_at")?.unwrap_or(row.instant("created_at")?),
            })
        };
        let found: Result<Vec<Standing>, StoreError> = self.scope.query(sql, values![format!("{prefix}%")]).await?.iter().map(read).collect();
        // `_` of an id stands for any sign there.
        Ok(found?.into_iter().filter(|s| s.key.starts_with(prefix)).collect())
    }

    /// Carries what is due; answers how many messages left.
    pub async fn carry_due(&self, now: Instant) -> Result<usize, StoreError> {
        let sql = "SELECT id, key, channel, address, subject, body, attempts FROM care_message \
                   WHERE province = $1 AND due IS NOT NULL AND due <= $2 ORDER BY due, id LIMIT $3";
        let mut left = 0;
        for row in self.scope.query(sql, values![now, GROUP]).await? {
            let id: MessageId = row.id("id")?;
            let attempts = row.int("attempts")?;
            let Some(channel) = Channel::of_code(row.text("channel")?) else { continue };
            let Some(carrier) = self.carriers.of(channel) else { continue };
            let message =
                Outgoing { key: row.string("key")?, to: row.string("address")?, subject: row.string("subject")?, body: row.string("body")? };
            let carried = carrier.carry(&message).await;
            if let Err(Failure::ForNow(why) | Failure::ForGood(why)) = &carried {
                tracing::info!(channel = channel.code(), to = masked(&message.to), why, "a message did not leave");
            }
            left += usize::from(carried.is_ok());
            self.keep(id, &message.key, attempts, carried, now).await?;
        }
        Ok(left)
    }

    async fn keep(&self, id: MessageId, key: &str, attempts: i64, carried: Result<(), Failure>, now: Instant) -> Result<(), StoreError> {
        let tries = attempts + 1;
        let (state, due, error, sent) = match carried {
            Ok(()) => ("sent", None, None, Some(now)),
            Err(Failure::ForNow(why)) if tries < TRIES => ("waiting", Some(now.plus_seconds(pause(tries))), Some(why), None),
            Err(Failure::ForNow(why) | Failure::ForGood(why)) => ("given_up", None, Some(why), None),
        };
        let mut batch = self.scope.batch();
        batch.exec(
            "UPDATE care_message SET state = $3, attempts = $4, due = $5, error = $6, sent_at = $7 WHERE province = $1 AND id = $2 AND attempts = $8",
            values![id, state, tries, due, error, sent, attempts],
        );
        // A code is nobody's to read once it has left, or never will.
        if due.is_none() && key.starts_with("proof/") {
            batch.exec("UPDATE care_message SET body = '' WHERE province = $1 AND id = $2", values![id]);
        }
        self.scope.commit(batch).await.map_err(crate::stored)
    }

    /// A message that was given up, tried again because an official asked for it.
    pub async fn try_again(&self, id: MessageId, actor: &kernel::Actor, now: Instant) -> Result<(), StoreError> {
        let stream = id.to_string();
        let version = store::journal::stream(&self.scope, &stream).await?.last().map_or(1, |e| e.version + 1);
        let mut batch = self.scope.batch();
        batch.guard(
            "UPDATE care_message SET state = 'waiting', due = $3, attempts = 0 WHERE province = $1 AND id = $2 AND state = 'given_up' AND key NOT LIKE 'proof/%'",
            values![id, now],
            1,
            "version",
        );
        batch.append(store::NewEntry {
            stream,
            version,
            kind: "notice.again".to_owned(),
            at: now,
            actor: actor.account.to_string(),
            on_behalf: None,
            key: None,
            payload: "{}".to_owned(),
        });
        match self.scope.commit(batch).await {
            // Somebody else has asked already, or it is a code, which is asked for anew.
            Ok(()) | Err(store::CommitError::Conflict { .. }) => Ok(()),
            Err(store::CommitError::Store(e)) => Err(e),
        }
    }
}

/// 10 s, 20 s, 40 s … six hours.
fn pause(tries: i64) -> i64 {
    5_i64.saturating_mul(1 << tries.clamp(1, 20)).min(LONGEST_PAUSE)
}

/// What each channel says.
fn words(channel: Channel, told: &Told<'_>) -> (String, String) {
    match channel {
        Channel::Email => {
            let subject = told.said.get(Lang::Vi).split(':').next().unwrap_or(told.code).to_owned();
            let body = format!("{}\n\nXem hồ sơ: {}\n\n--\n{}\n\nSee the case: {}?lang=en\n", told.said.get(Lang::Vi), told.link, told.said.get(Lang::En), told.link);
            (subject, body)
        }
        Channel::Sms => (String::new(), short_message(told.said.get(Lang::Vi), told.link)),
    }
}

/// A party's id as stored in the case.
pub fn recipient(party: PartyId, phone: Option<&str>, email: Option<&str>) -> Recipient {
    Recipient { party: party.to_string(), phone: phone.map(str::to_owned), email: email.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_turned_off_is_not_used_and_an_unproved_address_neither() {
        let r = Recipient { party: "p".into(), phone: Some("0903".into()), email: None };
        assert_eq!(address(None, Channel::Sms, &r), Some("0903"));
        assert_eq!(address(None, Channel::Email, &r), None);
        let choice = |wanted, address: Option<&str>, proved| Choice { wanted, address: address.map(str::to_owned), proved };
        assert_eq!(address(Some(&choice(false, None, false)), Channel::Sms, &r), None);
        assert_eq!(address(Some(&choice(true, Some("0911"), false)), Channel::Sms, &r), Some("0903"));
        assert_eq!(address(Some(&choice(true, Some("0911"), true)), Channel::Sms, &r), Some("0911"));
        assert_eq!(address(Some(&choice(true, Some("a@b.vn"), false)), Channel::Email, &r), None);
    }

    #[test]
    fn pauses_end_at_six_hours() {
        assert_eq!((pause(1), pause(2), pause(12)), (10, 20, 20_480));
        assert_eq!(pause(40), LONGEST_PAUSE);
    }
}
