//! The evaluation carried out: signals asked for, steps written, each one journal entry. Two nodes may look at once: of a fingerprint one
//! alert can be live, and a step on a version that is there no more is somebody else's step.

use super::{Alert, AlertEvent, AlertId, Heard, Signal, Step, evaluate::evaluate, views};
use crate::{
    Author, Ops,
    asks::UnitRef,
    directive::{
        Bars, Basis, Group, Workflow,
        views::{Ask, Side},
    },
    question,
    wall,
};
use kernel::{Actor, Instant, Text, calendar::Span, id::OfficeCode};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, time::Duration};
use store::CommitError;

/// Time alone makes things late: they are looked at this often, and after every commit of this node.
const POLL: Duration = Duration::from_secs(2);
/// A burst of acts is looked at once.
const GATHER: Duration = Duration::from_millis(250);
/// An alert begun may hold others back, one closed may let them come: a few rounds settle it.
const ROUNDS: usize = 4;

/// The same condition fired at the same instant is the same alert.
fn id_of(fingerprint: &str, now: Instant) -> AlertId {
    let digest = Sha256::digest(format!("{fingerprint}/{}", now.micros()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    AlertId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl Ops {
    /// Looks once; answers how many steps were taken.
    pub async fn run_alerts(&self) -> anyhow::Result<usize> {
        let now = self.now();
        let system = Author::new(&Actor::system(self.scope.province().clone()), now);
        let rules: Vec<_> = self.catalog.alerts.on(now.date()).collect();
        let mut heard: BTreeMap<&str, Heard> = BTreeMap::new();
        for rule in &rules {
            if heard.contains_key(rule.signal.as_str()) {
                continue;
            }
            // A source that does not answer tells nothing: what it said before stands.
            match self.hear(&rule.signal, now).await {
                Ok(Some(told)) => drop(heard.insert(rule.signal.as_str(), told)),
                Ok(None) => {}
                Err(e) => tracing::warn!(signal = rule.signal, "no signal: {e:#}"),
            }
        }
        let mut taken = 0;
        for _ in 0..ROUNDS {
            let live = views::live(&self.scope).await?;
            let steps = evaluate(&rules, &heard, &live, now, &|office, from, span| self.after(office, from, span));
            let mut here = 0;
            for step in &steps {
                here += usize::from(self.take(step, &system).await?);
            }
            taken += here;
            if here == 0 {
                break;
            }
        }
        Ok(taken)
    }

    /// The instant after so much working time of an office. Where its calendar says nothing, hours of the clock: too early is safer.
    fn after(&self, office: &OfficeCode, from: Instant, span: Span) -> Instant {
        let by_calendar = self.units.calendar(office).ok().and_then(|c| c.step_due(from, span).ok());
        by_calendar.unwrap_or_else(|| from.plus_seconds(span.working_seconds().unwrap_or(86_400)))
    }

    /// Writes one step; false when somebody else was first.
    async fn take(&self, step: &Step, by: &Author) -> anyhow::Result<bool> {
        let name = by.name.clone();
        let (id, event) = match step {
            Step::Fire { cause, place, owner } => {
                let place = place.as_ref().map(|code| self.unit_ref(code).unwrap_or_else(|| UnitRef { code: code.clone(), name: code.to_string() }));
                let id = id_of(&cause.fingerprint, by.at);
                (id, AlertEvent::Fired { id, cause: cause.clone(), owner: self.owner(owner, place.as_ref()), place, name })
            }
            Step::End { alert, why } => (*alert, AlertEvent::Ended { why: *why, name }),
            Step::Escalate { alert, to } => (*alert, AlertEvent::Escalated { to: *to, name }),
            Step::Inhibit { alert, by } => (*alert, AlertEvent::Inhibited { by: by.clone(), name }),
            Step::Release { alert } => (*alert, AlertEvent::Released { name }),
        };
        let found = records::load::<Alert>(&self.scope, &id.to_string()).await?;
        if found.is_some() == matches!(step, Step::Fire { .. }) || found.as_ref().is_some_and(|f| !fits(&f.state, step)) {
            return Ok(false);
        }
        let mut batch = self.scope.batch();
        records::write(&mut batch, &id.to_string(), found.as_ref(), &event, by)?;
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    fn owner(&self, owner: &str, place: Option<&UnitRef>) -> UnitRef {
        let top = || self.units.all().into_iter().find(|u| self.units.is_top(&u.code)).map(|u| u.named());
        let named = match owner {
            "place" => place.cloned(),
            "province" => None,
            code => self.unit_ref(&OfficeCode::new(code)),
        };
        named.or_else(top).unwrap_or_else(|| UnitRef { code: OfficeCode::new(""), name: String::new() })
    }

    /// What is said of one kind of signal: by this room's own records, or by the house.
    async fn hear(&self, kind: &str, now: Instant) -> anyhow::Result<Option<Heard>> {
        match kind.split_once('.') {
            Some(("directive", which)) => Ok(self.hear_directives(which, now).await?),
            Some(("question", "late")) => Ok(Some(self.hear_questions(now).await?)),
            _ => self.signals.heard(kind, now).await,
        }
    }

    async fn hear_directives(&self, which: &str, now: Instant) -> anyhow::Result<Option<Heard>> {
        let group = match which {
            "overdue" => Group::Overdue,
            "undated" => Group::WithinUndated,
            "unreceived" => Group::Open,
            _ => return Ok(None),
        };
        // How old is old is the rule's to say.
        let bars = Bars { undated: 0, ..wall::bars(self, now) };
        let lines = crate::directive::views::lines(&self.scope, &Ask { side: Side::Province, open_only: true, ..Ask::default() }).await?;
        let says = |l: &&crate::directive::views::Line| {
            // What is limited is on no wall.
            !l.limited && l.is_in(group, bars, Basis::Current, now) && (which != "unreceived" || l.workflow == Workflow::Assigned) && (which != "undated" || !l.proposed)
        };
        let signal = |l: &crate::directive::views::Line| {
            let since = if which == "overdue" { l.deadline.unwrap_or(l.assigned) } else { l.assigned };
            let text = crate::pages::short(&l.text, 120);
            Signal { subject: l.code.clone(), office: Some(l.lead.clone()), value: now.seconds_since(since).max(0) / 86_400, since, label: Text::new(format!("{} – {text}", l.code), format!("{} – {text}", l.code)), path: crate::pages::path_of(l.id) }
        };
        let list = match which {
            "overdue" => "/work/directives?side=province&group=overdue",
            "undated" => "/work/directives?side=province&group=undated_old",
            _ => "/work/directives?side=province&group=open",
        };
        Ok(Some(Heard { signals: lines.iter().filter(says).map(signal).collect(), cut: false, list, office_parameter: "lead" }))
    }

    async fn hear_questions(&self, now: Instant) -> anyhow::Result<Heard> {
        let open = question::open(&self.scope).await?;
        let signal = |q: &question::Line| Signal {
            subject: q.id.to_string(),
            office: Some(q.office.clone()),
            value: now.seconds_since(q.answer_by).max(0) / 3_600,
            since: q.answer_by,
            label: Text::new(format!("Chưa trả lời giải trình: {}", q.label), format!("Explanation not given: {}", q.label)),
            path: format!("/work/explanations/{}", q.id),
        };
        Ok(Heard { signals: open.iter().filter(|q| q.is_late(now)).map(signal).collect(), cut: false, list: "/work/explanations?which=late", office_parameter: "office" })
    }

    /// Looks again and again until the program ends. Looking never takes more than a tenth of the time.
    pub fn watch_alerts(self) {
        tokio::spawn(async move {
            let mut changes = self.scope.db().changes();
            loop {
                changes.mark_unchanged();
                let began = tokio::time::Instant::now();
                if let Err(e) = self.run_alerts().await {
                    tracing::error!("alerts: {e:#}");
                }
                tokio::time::sleep(GATHER.max(began.elapsed() * 10)).await;
                let _ = tokio::time::timeout(POLL, changes.changed()).await;
            }
        });
    }
}

/// Whether a step still makes sense on the alert as it is stored.
fn fits(a: &Alert, step: &Step) -> bool {
    match step {
        Step::Fire { .. } => false,
        Step::End { .. } => a.is_open() || a.holds,
        Step::Escalate { to, .. } => a.is_open() && *to > a.level,
        Step::Inhibit { .. } => a.is_open() && a.inhibited.is_none(),
        Step::Release { .. } => a.is_open() && a.inhibited.is_some(),
    }
}

