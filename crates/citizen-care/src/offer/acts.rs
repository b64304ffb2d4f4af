//! Taking an offer, refusing a service, wanting it again: each one journal entry.

use super::{OfferId, run::entry, store::{self as rows, Offer, State}};
use crate::Care;
use casework::DeskError;
use kernel::{Actor, Instant, Refusal, id::PartyId};
use serde_json::json;
use store::{Batch, CommitError, NewEntry};

const TRIES: usize = 3;

impl Care {
    /// One's own offer; another's is not there.
    pub async fn own_offer(&self, actor: &Actor, id: OfferId) -> Result<Offer, DeskError> {
        let found = rows::find(&self.scope, id).await?.filter(|o| actor.party == Some(o.party));
        found.ok_or_else(|| Refusal::not_found("Không có gợi ý này", "There is no such offer").into())
    }

    /// Takes it: where the person goes on. A prepared dossier is begun once, however often this is pressed.
    pub async fn take_offer(&self, actor: &Actor, id: OfferId, now: Instant) -> Result<String, DeskError> {
        for _ in 0..TRIES {
            let mut offer = self.own_offer(actor, id).await?;
            if let Some(draft) = &offer.draft {
                return Ok(draft.clone());
            }
            if offer.state == State::Refused {
                return Err(Refusal::conflict("refused", "Bạn đã từ chối dịch vụ này; hãy nhận lại trước", "You have refused this service; want it again first").into());
            }
            if offer.state == State::Open {
                if now.date() > offer.until {
                    return Err(Refusal::conflict("lapsed", "Gợi ý này đã hết hạn", "This offer has lapsed").into());
                }
                offer.state = State::Taken;
                if !self.keep_offer(self.scope.batch(), &mut offer, "offer.taken", actor, now).await? {
                    continue;
                }
            }
            let Some(procedure) = offer.procedure.clone() else { return Ok("/my/offers?done=taken".to_owned()) };
            if offer.level < 2 {
                return Ok(format!("/services/{procedure}"));
            }
            offer.draft = Some(self.drafts.begin(actor, &procedure, offer.answers.clone(), now).await?);
            // Somebody who pressed at the same time has begun it too: theirs is the one that was kept.
            if self.keep_offer(self.scope.batch(), &mut offer, "offer.prepared", actor, now).await? {
                return Ok(offer.draft.unwrap_or_default());
            }
        }
        Err(somebody_else().into())
    }

    /// Refuses the service: this offer and every open one of the same service, now and in future.
    pub async fn refuse_offer(&self, actor: &Actor, id: OfferId, now: Instant) -> Result<(), DeskError> {
        for _ in 0..TRIES {
            let offer = self.own_offer(actor, id).await?;
            let (active, version) = rows::refusal(&self.scope, offer.party, &offer.service).await?;
            if active {
                return Ok(());
            }
            let open: Vec<Offer> = rows::own(&self.scope, offer.party).await?.into_iter().filter(|o| o.service == offer.service && o.state == State::Open).collect();
            if self.turn(offer.party, &offer.service, version + 1, open, State::Refused, actor, now).await? {
                return Ok(());
            }
        }
        Err(somebody_else().into())
    }

    /// Wants a refused service again: what was refused and has not lapsed is open again.
    pub async fn want_again(&self, actor: &Actor, service: &str, now: Instant) -> Result<(), DeskError> {
        let party = actor.party.ok_or_else(|| Refusal::not_found("Không có gợi ý này", "There is no such offer"))?;
        for _ in 0..TRIES {
            let (active, version) = rows::refusal(&self.scope, party, service).await?;
            if !active {
                return Ok(());
            }
            let today = now.date();
            let back: Vec<Offer> = rows::own(&self.scope, party).await?.into_iter().filter(|o| o.service == service && o.state == State::Refused && o.until >= today).collect();
            if self.turn(party, service, version + 1, back, State::Open, actor, now).await? {
                return Ok(());
            }
        }
        Err(somebody_else().into())
    }

    #[allow(clippy::too_many_arguments)]
    async fn turn(&self, party: PartyId, service: &str, version: i64, offers: Vec<Offer>, to: State, actor: &Actor, now: Instant) -> Result<bool, DeskError> {
        let refused = to == State::Refused;
        let mut batch = self.scope.batch();
        rows::put_refusal(&mut batch, party, service, refused, version, now);
        batch.append(NewEntry {
            stream: format!("refusal:{party}:{service}"),
            version,
            kind: if refused { "offer.refused" } else { "offer.wanted-again" }.to_owned(),
            at: now,
            actor: actor.account.to_string(),
            on_behalf: None,
            key: None,
            payload: json!({"party": party, "service": service, "offers": offers.iter().map(|o| o.id.to_string()).collect::<Vec<_>>()}).to_string(),
        });
        for mut offer in offers {
            offer.state = to;
            offer.version += 1;
            offer.changed_at = now;
            rows::put(&mut batch, &offer);
            batch.append(entry(&offer, if refused { "offer.closed" } else { "offer.opened" }, actor, now));
        }
        self.done(batch).await
    }

    async fn keep_offer(&self, mut batch: Batch, offer: &mut Offer, kind: &str, actor: &Actor, now: Instant) -> Result<bool, DeskError> {
        offer.version += 1;
        offer.changed_at = now;
        rows::put(&mut batch, offer);
        batch.append(entry(offer, kind, actor, now));
        self.done(batch).await
    }

    async fn done(&self, batch: Batch) -> Result<bool, DeskError> {
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(CommitError::Store(e)) => Err(e.into()),
        }
    }
}

fn somebody_else() -> Refusal {
    Refusal::conflict("changed", "Gợi ý vừa được thay đổi ở nơi khác. Tải lại trang rồi thử lại.", "The offer has just been changed elsewhere. Reload the page and try again.")
}
