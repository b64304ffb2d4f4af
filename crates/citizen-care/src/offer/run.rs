//! Finding those whom a rule reaches, and offering: each offer one journal entry, made once, never over a refusal.

use super::{Candidate, Known, OfferId, Rule, Trigger, prepared, store as rows};
use crate::{Care, channel::Channel, choice::store as choices, notice::outbox};
use kernel::{Actor, Instant, id::MessageId, text::Lang, time::Date};
use serde_json::{Value, json};
use store::{CommitError, NewEntry, StoreError, values};

/// A part of those a rule reaches, and the place to go on from.
pub struct Part {
    pub found: Vec<Candidate>,
    pub next: Option<String>,
}

impl Care {
    /// Those whom a rule reaches today, part by part; whether they were offered it, or refused, is not asked here.
    pub async fn reached(&self, rule: &Rule, today: Date, after: Option<String>) -> anyhow::Result<Part> {
        match &rule.trigger {
            Trigger::Age { .. } => {
                let (people, next) = self.people.page(after).await?;
                let one = |k: Known| {
                    let due = rule.due(k.born()?).filter(|due| rule.reaches(*due, today))?;
                    Some(Candidate { party: k.party?, known: k.facts(), name: k.name, phone: k.phone, email: k.email, subject: String::new(), due, earlier: None })
                };
                Ok(Part { found: people.into_iter().filter_map(one).collect(), next })
            }
            Trigger::Expires { definition, .. } => self.of_results(rule, definition, false, today, after).await,
            Trigger::Child { definition, .. } => self.of_results(rule, definition, true, today, after).await,
        }
    }

    async fn of_results(&self, rule: &Rule, definition: &str, born: bool, today: Date, after: Option<String>) -> anyhow::Result<Part> {
        let Some(window) = rule.window(today) else { return Ok(Part { found: Vec::new(), next: None }) };
        let (day, case) = after.as_deref().and_then(|a| a.split_once('~')).unwrap_or(("", ""));
        let list = rows::results_in(&self.scope, definition, born, window, (day, case)).await?;
        let full = i64::try_from(list.len()).is_ok_and(|n| n == rows::PAGE);
        let known_day = |g: &rows::Given| if born { g.born } else { Some(g.granted_on) };
        let next = list.last().filter(|_| full).and_then(|g| Some(format!("{}~{}", known_day(g)?, g.case)));
        let mut found = Vec::new();
        for given in list {
            let Some(due) = known_day(&given).and_then(|d| rule.due(d)).filter(|due| rule.reaches(*due, today)) else { continue };
            let Some(case) = self.desk.load(given.case).await? else { continue };
            let p = &case.state.people.applicant;
            let known = json!({"name": p.name, "personal_number": p.identifier.as_ref().map(|i| i.as_str().to_owned()), "phone": p.phone, "email": p.email});
            let earlier = rule.procedure.as_deref().filter(|code| *code == definition).map(|_| case.state.answers.clone());
            found.push(Candidate { party: given.party, name: p.name.clone(), phone: p.phone.clone(), email: p.email.clone(), subject: given.code, due, known, earlier });
        }
        Ok(Part { found, next })
    }

    /// Why somebody who is reached is not offered it; nothing when it is to be offered.
    pub async fn not_offered(&self, rule: &Rule, c: &Candidate) -> Result<Option<NotOffered>, StoreError> {
        if rows::exists(&self.scope, &rule.code, c.party, &c.subject).await? {
            return Ok(Some(NotOffered::Already));
        }
        if rows::refusal(&self.scope, c.party, rule.service()).await?.0 || !self.allowed.offers(c.party).await? {
            return Ok(Some(NotOffered::Refused));
        }
        let Some(procedure) = &rule.procedure else { return Ok(None) };
        let own = casework::views::own_cases(&self.desk, c.party, None, 50).await?;
        let applied = own.iter().any(|r| r.definition == *procedure && r.code != c.subject && !self.has_ended(r));
        Ok(applied.then_some(NotOffered::Applied))
    }

    fn has_ended(&self, r: &casework::views::CaseRow) -> bool {
        let d = self.desk.rules().definitions.pinned(&r.definition, &r.pinned);
        d.and_then(|d| d.state("handling", &r.handling)).is_some_and(|s| s.terminal)
    }

    /// Offers what is due today to everybody it reaches; answers how many offers were made. Run as often as one likes.
    pub async fn offer_due(&self, now: Instant) -> anyhow::Result<usize> {
        let mut made = 0;
        for rule in &self.catalog.offers.offers {
            if !rule.effective.contains(now.date()) {
                continue;
            }
            let mut after = None;
            loop {
                let part = self.reached(rule, now.date(), after).await?;
                for candidate in &part.found {
                    if self.not_offered(rule, candidate).await?.is_none() && self.offer(rule, candidate, now).await? {
                        made += 1;
                    }
                }
                after = part.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(made)
    }

    /// False when somebody else offered it at the same time.
    async fn offer(&self, rule: &Rule, c: &Candidate, now: Instant) -> anyhow::Result<bool> {
        let definition = rule.procedure.as_deref().and_then(|code| self.desk.rules().definitions.current(code, now.date()));
        let answers = definition.filter(|_| rule.level == 2).map_or_else(|| json!({}), |d| prepared(d, &c.known, c.earlier.as_ref()));
        let offer = rows::Offer {
            id: OfferId::new(uuid::Uuid::now_v7()),
            rule: rule.code.clone(),
            service: rule.service().to_owned(),
            level: rule.level,
            procedure: rule.procedure.clone(),
            party: c.party,
            name: c.name.clone(),
            subject: c.subject.clone(),
            due: c.due,
            until: rule.until(c.due).unwrap_or(c.due),
            answers,
            draft: None,
            state: rows::State::Open,
            version: 1,
            offered_at: now,
            changed_at: now,
        };
        let mut batch = self.scope.batch();
        rows::put(&mut batch, &offer);
        batch.append(entry(&offer, "offer.made", &Actor::system(self.scope.province().clone()), now));
        self.send_word(&mut batch, rule, c, &offer, now).await?;
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(CommitError::Store(e)) => Err(e.into()),
        }
    }

    /// Tells it outside, over the channels the person has not turned off.
    async fn send_word(&self, batch: &mut store::Batch, rule: &Rule, c: &Candidate, offer: &rows::Offer, now: Instant) -> Result<(), StoreError> {
        let party = c.party.to_string();
        let to = outbox::recipient(c.party, c.phone.as_deref(), c.email.as_deref());
        let due = choices::person(&self.scope, &party).await?.quiet.map_or(now, |q| q.after(now));
        let said = rule.said(c.due, &c.subject);
        let link = format!("{}/my/offers", self.public_url);
        for channel in Channel::ALL.into_iter().filter(|ch| self.carriers.of(*ch).is_some()) {
            let chosen = outbox::choice(&self.scope, &party, channel).await?;
            let Some(address) = outbox::address(chosen.as_ref(), channel, &to) else { continue };
            let (subject, body) = match channel {
                Channel::Email => (rule.name.vi.clone(), format!("{}\n\nXem và từ chối nếu không muốn: {link}\n\n--\n{}\n\n{link}?lang=en\n", said.get(Lang::Vi), said.get(Lang::En))),
                Channel::Sms => (String::new(), crate::notice::short_message(said.get(Lang::Vi), &link)),
            };
            // The case code tells it from a code that proves an address.
            batch.exec(
                "INSERT INTO care_message (province, id, key, party, channel, address, case_id, case_code, subject, body, state, attempts, due, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, $11, $12) ON CONFLICT (province, key) DO NOTHING",
                values![
                    MessageId::new(uuid::Uuid::now_v7()), format!("{}/{}", offer.id, channel.code()), party.as_str(), channel.code(), address,
                    offer.id.to_string(), Some(c.subject.clone()).filter(|s| !s.is_empty()), subject, body, due, now
                ],
            );
        }
        Ok(())
    }
}

/// Why somebody is not offered what a rule would offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOffered {
    Already,
    Refused,
    Applied,
}

/// The journal entry of an offer at its version.
pub fn entry(o: &rows::Offer, kind: &str, actor: &Actor, now: Instant) -> NewEntry {
    let payload: Value = json!({
        "offer": o.id, "rule": o.rule, "level": o.level, "service": o.service, "procedure": o.procedure, "party": o.party, "subject": o.subject,
        "due": o.due.to_string(), "until": o.until.to_string(), "prepared": o.answers.as_object().map_or(0, serde_json::Map::len), "state": o.state.code(), "draft": o.draft,
    });
    NewEntry {
        stream: o.id.to_string(),
        version: o.version,
        kind: kind.to_owned(),
        at: now,
        actor: actor.account.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    }
}
