//! Choosing, proving an address, reading: each one journal entry on the person's stream. Addresses stand in the journal masked.

use super::{Proof, Quiet, Sent, address, code, hash, prove, store as rows};
use crate::{Care, channel::Channel, notice::masked};
use casework::DeskError;
use kernel::{
    Actor, Instant, Refusal,
    id::{MessageId, PartyId},
};
use serde_json::{Value, json};
use store::{Batch, CommitError, NewEntry, values};

const TRIES: usize = 3;
const DAY: i64 = 86_400;

/// What somebody chose on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub wanted: Vec<(Channel, bool)>,
    pub quiet: Option<Quiet>,
}

impl Care {
    pub async fn choose(&self, actor: &Actor, chosen: &Chosen, now: Instant) -> Result<(), DeskError> {
        let party = own(actor)?;
        let on = |c: Channel| chosen.wanted.iter().find(|w| w.0 == c).map(|w| w.1);
        let payload = json!({"email": on(Channel::Email), "sms": on(Channel::Sms), "quiet": chosen.quiet.map(|q| [Quiet::text(q.from), Quiet::text(q.to)])});
        for _ in 0..TRIES {
            let mut batch = self.scope.batch();
            let mut person = rows::person(&self.scope, &party.to_string()).await?;
            let mut changed = person.quiet != chosen.quiet;
            person.quiet = chosen.quiet;
            for (channel, wanted) in &chosen.wanted {
                let mut line = rows::line(&self.scope, &party.to_string(), *channel).await?;
                changed |= line.wanted != Some(*wanted);
                line.wanted = Some(*wanted);
                rows::put_line(&mut batch, party, *channel, &line, now);
            }
            // The same choice saved twice is one entry.
            if !changed || self.record(batch, party, person, "notice.chosen", &payload, actor, now).await? {
                return Ok(());
            }
        }
        Err(somebody_else().into())
    }

    /// Sends a code to an address; `random` makes it.
    pub async fn ask_code(&self, actor: &Actor, channel: Channel, typed: &str, random: u32, now: Instant) -> Result<(), DeskError> {
        let party = own(actor)?;
        let text = party.to_string();
        if self.carriers.of(channel).is_none() {
            return Err(Refusal::conflict("no-carrier", "Hệ thống chưa gửi được qua kênh này", "This channel is not connected here").into());
        }
        let address = address(channel, typed)?;
        let rules = &self.catalog.notices.code;
        if rows::codes_since(&self.scope, &text, channel, now.plus_seconds(-DAY)).await? >= i64::from(rules.sends_a_day) {
            return Err(Refusal::conflict("too-many-codes", "Đã gửi quá nhiều mã trong 24 giờ; hãy thử lại vào ngày mai", "Too many codes were sent in 24 hours; try again tomorrow").into());
        }
        let code = code(random);
        let minutes = rules.minutes;
        for _ in 0..TRIES {
            let person = rows::person(&self.scope, &text).await?;
            let mut line = rows::line(&self.scope, &text, channel).await?;
            line.pending = Some(Sent { address: address.clone(), hash: hash(&text, channel, &address, &code), until: now.plus_seconds(i64::from(minutes) * 60), tries: 0 });
            let mut batch = self.scope.batch();
            rows::put_line(&mut batch, party, channel, &line, now);
            let key = format!("proof/{text}/{}/{}", channel.code(), person.version + 1);
            let subject = if channel == Channel::Email { "Mã xác nhận địa chỉ nhận thông báo" } else { "" };
            let body = match channel {
                Channel::Email => format!("Mã xác nhận của bạn là {code}, dùng trong {minutes} phút. Không đưa mã này cho ai.\n\n--\nYour code is {code}, good for {minutes} minutes. Give it to nobody.\n"),
                Channel::Sms => format!("Ma xac nhan dia chi nhan thong bao: {code}, dung trong {minutes} phut. Khong dua ma nay cho ai."),
            };
            batch.exec(
                "INSERT INTO care_message (province, id, key, party, channel, address, subject, body, state, attempts, due, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $9) ON CONFLICT (province, key) DO NOTHING",
                values![MessageId::new(uuid::Uuid::now_v7()), key, text.as_str(), channel.code(), address.as_str(), subject, body, now],
            );
            let payload = json!({"channel": channel.code(), "address": masked(&address)});
            if self.record(batch, party, person, "notice.code-sent", &payload, actor, now).await? {
                return Ok(());
            }
        }
        Err(somebody_else().into())
    }

    /// Proves the address that waits, with the code that was sent to it.
    pub async fn prove_address(&self, actor: &Actor, channel: Channel, typed: &str, now: Instant) -> Result<(), DeskError> {
        let party = own(actor)?;
        let text = party.to_string();
        for _ in 0..TRIES {
            let person = rows::person(&self.scope, &text).await?;
            let mut line = rows::line(&self.scope, &text, channel).await?;
            let Some(sent) = line.pending.clone() else {
                return Err(Refusal::conflict("no-code", "Chưa có mã nào được gửi; hãy yêu cầu mã trước", "No code was sent; ask for one first").into());
            };
            let proof = prove(&sent, &text, channel, typed, i64::from(self.catalog.notices.code.tries), now);
            let kind = match proof {
                Proof::Over => return Err(over().into()),
                Proof::Proved => {
                    line.address = Some(sent.address.clone());
                    line.wanted = Some(true);
                    line.pending = None;
                    "notice.address-proved"
                }
                Proof::Wrong => {
                    line.pending = Some(Sent { tries: sent.tries + 1, ..sent.clone() });
                    "notice.code-wrong"
                }
            };
            let mut batch = self.scope.batch();
            rows::put_line(&mut batch, party, channel, &line, now);
            let payload = json!({"channel": channel.code(), "address": masked(&sent.address)});
            if self.record(batch, party, person, kind, &payload, actor, now).await? {
                return if proof == Proof::Proved { Ok(()) } else { Err(wrong().into()) };
            }
        }
        Err(somebody_else().into())
    }

    /// Forgets an address of one's own; from then on the case's address is used again.
    pub async fn forget_address(&self, actor: &Actor, channel: Channel, now: Instant) -> Result<(), DeskError> {
        let party = own(actor)?;
        for _ in 0..TRIES {
            let person = rows::person(&self.scope, &party.to_string()).await?;
            let line = rows::line(&self.scope, &party.to_string(), channel).await?;
            if line.address.is_none() && line.pending.is_none() {
                return Ok(());
            }
            let mut batch = self.scope.batch();
            rows::put_line(&mut batch, party, channel, &rows::Line { address: None, pending: None, ..line }, now);
            if self.record(batch, party, person, "notice.address-removed", &json!({"channel": channel.code()}), actor, now).await? {
                return Ok(());
            }
        }
        Err(somebody_else().into())
    }

    /// Everything up to now has been read.
    pub async fn mark_read(&self, actor: &Actor, now: Instant) -> Result<(), DeskError> {
        let party = own(actor)?;
        for _ in 0..TRIES {
            let mut person = rows::person(&self.scope, &party.to_string()).await?;
            let seen = person.seen_at.unwrap_or(Instant::from_micros(0));
            if self.inbox.since(party, seen, 1).await? == 0 {
                return Ok(());
            }
            person.seen_at = Some(now);
            if self.record(self.scope.batch(), party, person, "notice.read", &json!({}), actor, now).await? {
                return Ok(());
            }
        }
        Err(somebody_else().into())
    }

    /// Commits with the person's next version; false when somebody else was first.
    #[allow(clippy::too_many_arguments)]
    async fn record(&self, mut batch: Batch, party: PartyId, mut person: rows::Person, kind: &str, payload: &Value, actor: &Actor, now: Instant) -> Result<bool, DeskError> {
        person.version += 1;
        rows::put_person(&mut batch, party, &person);
        batch.append(NewEntry {
            stream: format!("care:{party}"),
            version: person.version,
            kind: kind.to_owned(),
            at: now,
            actor: actor.account.to_string(),
            on_behalf: None,
            key: None,
            payload: payload.to_string(),
        });
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(CommitError::Store(e)) => Err(e.into()),
        }
    }
}

fn own(actor: &Actor) -> Result<PartyId, Refusal> {
    actor.party.ok_or_else(|| Refusal::forbidden("no-party", "Tài khoản này không nhận thông báo của người dân", "This account gets no notices of citizens"))
}

fn wrong() -> Refusal {
    Refusal::invalid("code", "Mã không đúng", "The code is wrong").because(Some("code"), "Mã không đúng. Xem lại tin nhắn, hoặc yêu cầu mã mới.", "The code is wrong. Look at the message again, or ask for another.")
}

fn over() -> Refusal {
    Refusal::invalid("code", "Mã không dùng được nữa", "The code is no longer good").because(Some("code"), "Mã đã hết hạn hoặc nhập sai quá nhiều lần. Hãy yêu cầu mã mới.", "The code is too old or was tried too often. Ask for another.")
}

fn somebody_else() -> Refusal {
    Refusal::conflict("changed", "Cài đặt vừa được lưu ở nơi khác. Tải lại trang rồi thử lại.", "The settings have just been saved elsewhere. Reload the page and try again.")
}
