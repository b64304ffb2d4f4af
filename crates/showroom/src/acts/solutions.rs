//! Solutions: begin, and everything that happens to them.

use super::{TRIES, Written, busy, commit, missing, providers};
use crate::{
    Showroom,
    ids::ReferenceId,
    listing::Listing,
    person::{Person, Side},
    provider::{Provider, ProviderFact},
    solution::{Answer, Context, Entry, Fact, Ruling, Solution, decide, evolve},
    store::{self as tables, ActError, Loaded},
};
use kernel::{
    Actor, Instant,
    id::{AccountId, EnterpriseId, ProviderId, SolutionId},
    time::Date,
};

/// The largest proof taken, in bytes.
pub const FILE_MAX: usize = 50 << 20;

/// A solution with its provider as it is now.
#[derive(Debug, Clone)]
pub struct Found {
    pub solution: Solution,
    pub provider: Provider,
    pub version: i64,
}

pub async fn find(s: &Showroom, id: SolutionId) -> Result<Option<Found>, ActError> {
    let Some(Loaded { version, state }) = tables::load::<Solution>(&s.scope, &id.to_string()).await? else { return Ok(None) };
    let provider = providers::find(s, state.provider).await?.ok_or_else(missing)?.state;
    Ok(Some(Found { solution: state, provider, version }))
}

/// For the public: what is listed or suspended; anything else does not exist.
pub async fn public(s: &Showroom, id: SolutionId) -> Result<Found, ActError> {
    find(s, id).await?.filter(|f| f.solution.is_public()).ok_or_else(|| missing().into())
}

/// For its provider's people; for anybody else it does not exist.
pub async fn owned(s: &Showroom, actor: &Actor, id: SolutionId) -> Result<Found, ActError> {
    find(s, id).await?.filter(|f| f.provider.has_member(actor.account)).ok_or_else(|| missing().into())
}

/// For the centre: everything but other people's drafts that were never submitted.
pub async fn vetted(s: &Showroom, id: SolutionId) -> Result<Found, ActError> {
    find(s, id).await?.filter(|f| f.solution.submitted_at.is_some()).ok_or_else(|| missing().into())
}

/// The facts of a solution, oldest first.
pub async fn history(s: &Showroom, id: SolutionId) -> Result<Vec<Entry<Fact>>, ActError> {
    Ok(tables::history(&s.scope, &id.to_string()).await?)
}

/// Begins a listing as a draft; `listing` has been checked. The same id sent twice is the same draft.
pub async fn begin(s: &Showroom, actor: &Actor, provider: ProviderId, id: SolutionId, listing: Listing) -> Result<Solution, ActError> {
    let provider = providers::owned(s, actor, provider).await?;
    let fact = Fact::Begun { id, provider: provider.id, provider_name: provider.profile.name.clone(), listing: Box::new(listing) };
    let entry = tables::entry(actor, Side::Provider, s.now(), fact);
    let Some(after) = evolve(None, &entry) else { return Err(missing().into()) };
    let mut batch = s.scope.batch();
    tables::put_solution(&mut batch, &s.catalog, 1, &entry, (None, &after));
    match commit(&s.scope, batch).await? {
        Written::Done => Ok(after),
        Written::Again => Ok(owned(s, actor, id).await?.solution),
    }
}

/// Something the provider's own people do.
pub async fn by_provider(s: &Showroom, actor: &Actor, id: SolutionId, fact: Fact) -> Result<Solution, ActError> {
    owned(s, actor, id).await?;
    happen(s, &Person::from(actor), Side::Provider, id, fact).await
}

/// Something the centre does; the route has checked that the actor may vet.
pub async fn by_centre(s: &Showroom, actor: &Actor, id: SolutionId, fact: Fact) -> Result<Solution, ActError> {
    vetted(s, id).await?;
    happen(s, &Person::from(actor), Side::Centre, id, fact).await
}

/// A client's answer through its link: once.
pub async fn by_client(s: &Showroom, id: SolutionId, reference: ReferenceId, answer: Answer) -> Result<Solution, ActError> {
    let by = Person { account: AccountId::new(uuid::Uuid::nil()), name: answer.person.clone(), title: Some(answer.position.clone()) };
    happen(s, &by, Side::Client, id, Fact::ClientAnswered { reference, answer }).await
}

/// A verified outcome at an enterprise, from its engagement: `change` of the KPI in 1/10,000 (better positive), whether it is
/// still in use, and the engagement and KPI it comes from. A later measurement of the same source replaces the earlier.
pub async fn record_outcome(
    s: &Showroom,
    actor: &Actor,
    id: SolutionId,
    enterprise: EnterpriseId,
    change: i64,
    kept: Option<bool>,
    source: &str,
) -> Result<Solution, ActError> {
    happen(s, &Person::from(actor), Side::System, id, Fact::OutcomeRecorded { enterprise, change, kept, source: kernel::text::clean(source) }).await
}

/// The last day of a client's link that is made today.
pub fn link_expires(s: &Showroom, today: Date) -> Date {
    today.checked_add(jiff::ToSpan::days(s.catalog.vetting.spans.reference_link)).unwrap_or(today)
}

/// Until when the centre wants to have answered an appeal made today.
pub fn appeal_due(s: &Showroom, today: Date) -> Date {
    today.checked_add(jiff::ToSpan::days(s.catalog.vetting.spans.appeal_answer)).unwrap_or(today)
}

async fn happen(s: &Showroom, by: &Person, side: Side, id: SolutionId, fact: Fact) -> Result<Solution, ActError> {
    for _ in 0..TRIES {
        let Some(found) = find(s, id).await? else { return Err(missing().into()) };
        if repeated(&found.solution, &fact) {
            return Ok(found.solution);
        }
        let at = s.now();
        let profile = &found.provider.profile;
        let cx = Context {
            catalog: &s.catalog,
            at,
            by,
            side,
            barred_until: found.provider.barred_until,
            provider_tax: profile.tax_code.as_str(),
            provider_email: profile.email.as_str(),
        };
        decide(&found.solution, &fact, &cx)?;
        let entry = Entry { at, by: by.clone(), side, fact: fact.clone() };
        let Some(after) = evolve(Some(found.solution.clone()), &entry) else { return Err(missing().into()) };
        let mut batch = s.scope.batch();
        tables::put_solution(&mut batch, &s.catalog, found.version + 1, &entry, (Some(&found.solution), &after));
        if let Some(consequence) = consequence(s, &found.solution, &fact, at) {
            let Some(provider) = providers::find(s, found.provider.id).await? else { return Err(missing().into()) };
            let entry = Entry { at, by: by.clone(), side, fact: consequence };
            if let Some(after) = Provider::evolve(Some(provider.state), &entry.fact, by, at) {
                tables::put_provider(&mut batch, provider.version + 1, &entry, &after);
            }
        }
        if let Written::Done = commit(&s.scope, batch).await? {
            return Ok(after);
        }
    }
    Err(busy())
}

/// The same file for the same purpose sent again is the same proof: an impatient hand does no harm.
fn repeated(s: &Solution, fact: &Fact) -> bool {
    match fact {
        Fact::ProofAdded { proof } => s.proofs.iter().any(|p| p.new.sha256 == proof.sha256 && p.new.kind == proof.kind && p.new.title == proof.title),
        Fact::Described { listing } => s.pending.as_ref() == Some(listing.as_ref()) || (s.pending.is_none() && s.listing == **listing),
        Fact::OutcomeRecorded { enterprise, change, kept, source } => {
            s.outcomes.iter().any(|o| o.enterprise == *enterprise && o.change == *change && o.kept == *kept && o.source == *source)
        }
        _ => false,
    }
}

/// What a decision about a solution means for its provider: a bar, or the end of one.
fn consequence(s: &Showroom, before: &Solution, fact: &Fact, at: Instant) -> Option<ProviderFact> {
    let bar = |rule: &str| s.catalog.suspension.get(rule).map(|r| r.bar_days).filter(|d| *d > 0);
    match fact {
        Fact::Withdrawn { rule: Some(rule), reason } => {
            let until = at.date().checked_add(jiff::ToSpan::days(bar(rule)?)).ok()?;
            Some(ProviderFact::Barred { until, rule: rule.clone(), reason: reason.clone() })
        }
        Fact::AppealAnswered { overturned: true, reason } => {
            let d = before.decision.as_ref().filter(|d| d.ruling == Ruling::Withdrawn)?;
            bar(d.rule.as_deref()?)?;
            Some(ProviderFact::BarLifted { reason: reason.clone() })
        }
        _ => None,
    }
}
