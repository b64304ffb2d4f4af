//! What comes is given on its day. Two nodes may look at once: the same time is the same directive, and one batch is one giving.

use super::{Ask, Every, Series, SeriesEvent as E, SeriesId, begin, id_of, stop, views};
use crate::{
    Author, Failure, Ops,
    catalog::DayOff,
    directive::{Directive, DirectiveEvent, DirectiveId, Due, Order, Origin, decide, store},
};
use ::store::CommitError;
use kernel::{Actor, Instant, Text, time::Date};
use records::Found;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Between two looks: a task is given on a morning, not at a second.
const POLL: Duration = Duration::from_secs(30);

/// The same time of the same series is the same directive.
fn directive_of(series: SeriesId, no: u32) -> DirectiveId {
    let digest = Sha256::digest(format!("{series}/{no}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    DirectiveId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// What a look at one series came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Taken,
    /// Nothing to do now, or somebody else was first.
    Rest,
}

impl Ops {
    /// Makes a directive recur.
    pub async fn begin_series(&self, actor: &Actor, first: DirectiveId, ask: Ask) -> Result<Series, Failure> {
        let who = self.who(actor);
        let (d, _) = self.directive_for(&who, first).await?;
        records::change::<Series>(&self.scope, &id_of(first).to_string(), &who.author, |found| begin(found, &d, ask, &who)).await
    }

    pub async fn stop_series(&self, actor: &Actor, id: SeriesId, reason: &str) -> Result<Series, Failure> {
        let who = self.who(actor);
        records::change::<Series>(&self.scope, &id.to_string(), &who.author, |found| stop(found.ok_or_else(records::gone)?, reason, &who)).await
    }

    /// A series, if this person may know of it.
    pub async fn series_for(&self, actor: &Actor, id: SeriesId) -> Result<Series, Failure> {
        let who = self.who(actor);
        let found = records::load::<Series>(&self.scope, &id.to_string()).await?.map(|f| f.state).filter(|s| s.sees(&who));
        found.ok_or_else(|| records::gone().into())
    }

    /// Gives what has come; answers how many times were given, left out or ended.
    pub async fn run_series(&self) -> anyhow::Result<usize> {
        let now = self.now();
        let mut taken = 0;
        for id in views::coming(&self.scope, now).await? {
            loop {
                match self.step(id, now).await {
                    Ok(Step::Taken) => taken += 1,
                    Ok(Step::Rest) => break,
                    // One that cannot be given now holds no other back.
                    Err(e) => {
                        tracing::error!(series = %id, "a recurring task was not given: {e:#}");
                        break;
                    }
                }
            }
        }
        Ok(taken)
    }

    async fn step(&self, id: SeriesId, now: Instant) -> anyhow::Result<Step> {
        let Some(found) = records::load::<Series>(&self.scope, &id.to_string()).await? else { return Ok(Step::Rest) };
        let s = &found.state;
        let (Some((no, day)), Some(at)) = (s.next(), s.gives_at()) else { return Ok(Step::Rest) };
        if at > now {
            return Ok(Step::Rest);
        }
        let by = Author { account: s.order.assigner.account, name: format!("{} (nhiệm vụ định kỳ)", s.order.assigner.name), at: now };
        let mut batch = self.scope.batch();
        if day < now.date() {
            records::write(&mut batch, &id.to_string(), Some(&found), &E::LeftOut { no, day }, &by)?;
        } else if let Some(why) = self.cannot_go_on(s, now).await? {
            records::write(&mut batch, &id.to_string(), Some(&found), &E::Stopped { reason: why.vi, name: "Hệ thống".into() }, &by)?;
        } else {
            self.give_again(&mut batch, &found, no, day, &by).await?;
        }
        match self.scope.commit(batch).await {
            Ok(()) => Ok(Step::Taken),
            Err(CommitError::Conflict { .. }) => Ok(Step::Rest),
            Err(e) => Err(e.into()),
        }
    }

    /// Why a series ends by itself: who gives has left the post, or the lead office is gone.
    async fn cannot_go_on(&self, s: &Series, now: Instant) -> anyhow::Result<Option<Text>> {
        let giver = &s.order.assigner;
        let here = self.people.person(giver.account, now).await?.is_some_and(|p| p.office == giver.office);
        Ok(match (here, self.units.unit(s.order.lead.code.as_str())) {
            (false, _) => Some(Text::new(format!("{} không còn giữ chức vụ ở {}.", giver.name, giver.office_name), format!("{} left {}.", giver.name, giver.office_name))),
            (_, None) => Some(Text::new(format!("Không còn đơn vị chủ trì {}.", s.order.lead.name), format!("The lead office {} is gone.", s.order.lead.name))),
            _ => None,
        })
    }

    async fn give_again(&self, batch: &mut ::store::Batch, found: &Found<Series>, no: u32, day: Date, by: &Author) -> anyhow::Result<()> {
        let s = &found.state;
        let directive = directive_of(s.id, no);
        let rules = self.catalog.rules(by.at.date()).map_err(|r| anyhow::anyhow!("{}", r.message.en))?;
        let calendar = self.units.calendar(&s.order.lead.code).map_err(|r| anyhow::anyhow!("{}", r.message.en))?;
        // Nobody named this day by hand: on a day off, the next working day (Civil Code 91/2015/QH13, Article 148(5)).
        let deadline = decide::deadline(&calendar, day, DayOff::NextWorkingDay).map_err(|r| anyhow::anyhow!("{}", r.message.en))?;
        let code = store::next_code(&self.scope, by.at.date().year()).await?;
        let order = Order { due: Due::On { day }, ..s.order.clone() };
        let origin = Origin::Series { series: s.id.to_string(), label: format!("{} · {}", s.code, words(s.every, no)) };
        let drafted = DirectiveEvent::Drafted { id: directive, code, origin, order: Box::new(order), rules: Box::new(rules.clone()), by: by.account, name: by.name.clone() };
        let draft = records::write::<Directive>(batch, &directive.to_string(), None, &drafted, by)?;
        let given = DirectiveEvent::Given { deadline: Some(deadline), rules: Box::new(rules.clone()), name: by.name.clone() };
        records::write(batch, &directive.to_string(), Some(&draft), &given, by)?;
        records::write(batch, &s.id.to_string(), Some(found), &E::Given { no, day, directive }, by)?;
        Ok(())
    }

    /// Looks again and again until the program ends.
    pub fn watch_series(self) {
        tokio::spawn(async move {
            loop {
                if let Err(e) = self.run_series().await {
                    tracing::error!("recurring tasks: {e:#}");
                }
                tokio::time::sleep(POLL).await;
            }
        });
    }
}

/// `hằng tháng, lần 3`: the first was number one.
fn words(every: Every, no: u32) -> String {
    format!("{}, lần {}", every.text().vi.to_lowercase(), no.saturating_add(1))
}
