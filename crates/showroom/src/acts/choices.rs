//! Choices: open, and everything said and decided in them.

use super::{TRIES, Written, busy, commit, missing};
use crate::{
    Showroom,
    ask::Standing,
    choice::{Choice, ChoiceEntry, Context, Fact, Role, decide, evolve},
    person::{Person, Side},
    rank::Need,
    store::{self as tables, ActError, Loaded},
};
use kernel::{
    Actor, Refusal,
    id::{ChoiceId, EnterpriseId},
    text::clean,
};

/// A choice, what the actor is to its enterprise, and its place in the stream.
#[derive(Debug, Clone)]
pub struct Found {
    pub choice: Choice,
    pub standing: Standing,
    pub version: i64,
}

/// What the actor is to an enterprise; for those who are nothing to it, it does not exist.
pub async fn standing(s: &Showroom, actor: &Actor, enterprise: EnterpriseId) -> Result<Standing, ActError> {
    s.enterprises.standing(actor, enterprise).await?.ok_or_else(|| missing().into())
}

/// The choice, when the actor may see its enterprise.
pub async fn find(s: &Showroom, actor: &Actor, id: ChoiceId) -> Result<Found, ActError> {
    let Some(Loaded { version, state }) = tables::load::<Choice>(&s.scope, &id.to_string()).await? else { return Err(missing().into()) };
    let standing = standing(s, actor, state.enterprise).await?;
    Ok(Found { choice: state, standing, version })
}

/// The facts of a choice, oldest first.
pub async fn history(s: &Showroom, id: ChoiceId) -> Result<Vec<ChoiceEntry>, ActError> {
    Ok(tables::history(&s.scope, &id.to_string()).await?)
}

/// What is known of the enterprise's need; without an assessment an empty one to fill in.
pub async fn known_need(s: &Showroom, enterprise: EnterpriseId) -> Result<Need, ActError> {
    let known = s.needs.need(enterprise).await?;
    Ok(known.unwrap_or_else(|| Need {
        enterprise,
        sector: String::new(),
        size: String::new(),
        gaps: Vec::new(),
        budget: None,
        users: 1,
        transactions: None,
        required_integrations: Default::default(),
        wished_integrations: Default::default(),
        languages: ["vi".to_owned()].into(),
        hosting: Default::default(),
        accessible: false,
        traceability: false,
    }))
}

/// Opens a choice. The same id sent twice is the same choice.
pub async fn open(s: &Showroom, actor: &Actor, enterprise: EnterpriseId, id: ChoiceId, title: &str, need: Need) -> Result<Choice, ActError> {
    let standing = standing(s, actor, enterprise).await?;
    let need = need.checked()?;
    if need.enterprise != enterprise {
        return Err(missing().into());
    }
    let title = clean(title);
    if title.is_empty() || title.chars().count() > 200 {
        return Err(Refusal::invalid("bad-choice", "Chưa mở được; sửa mục dưới đây.", "It cannot be opened yet; correct what is listed below.")
            .because(
                Some("title"),
                "Đặt tên cho việc lựa chọn, tối đa 200 ký tự. Ví dụ: Phần mềm bán hàng.",
                "Name the choice in at most 200 characters, such as: point of sale.",
            )
            .into());
    }
    let fact = Fact::Opened { id, enterprise, enterprise_name: standing.name, title, need: Box::new(need) };
    let entry = tables::entry(actor, side(standing.role), s.now(), fact);
    let Some(after) = evolve(None, &entry) else { return Err(missing().into()) };
    let mut batch = s.scope.batch();
    tables::put_choice(&mut batch, 1, &entry, &after);
    match commit(&s.scope, batch).await? {
        Written::Done => Ok(after),
        Written::Again => Ok(find(s, actor, id).await?.choice),
    }
}

/// Something that is said or decided in a choice. `make` sees the newest state and the actor's role.
pub async fn act(s: &Showroom, actor: &Actor, id: ChoiceId, make: impl Fn(&Choice, Role) -> Result<Fact, Refusal> + Send) -> Result<Choice, ActError> {
    for _ in 0..TRIES {
        let Found { choice, standing, version } = find(s, actor, id).await?;
        let fact = make(&choice, standing.role)?;
        let (by, at) = (Person::from(actor), s.now());
        if repeated(&choice, &fact, &by) {
            return Ok(choice);
        }
        decide(&choice, &fact, &Context { at, by: &by, role: standing.role })?;
        if let Fact::NeedChanged { need } = &fact {
            (**need).clone().checked()?;
        }
        if let Fact::WeightsChanged { weights } = &fact {
            crate::rank::weights::check(&s.catalog.rules, &choice.need, weights)?;
        }
        let entry = ChoiceEntry { at, by, side: side(standing.role), fact };
        let Some(after) = evolve(Some(choice), &entry) else { return Err(missing().into()) };
        let mut batch = s.scope.batch();
        tables::put_choice(&mut batch, version + 1, &entry, &after);
        if let Written::Done = commit(&s.scope, batch).await? {
            return Ok(after);
        }
    }
    Err(busy())
}

pub(super) fn side(role: Role) -> Side {
    match role {
        Role::Member => Side::Client,
        Role::Consultant | Role::Officer => Side::Centre,
    }
}

/// The very same note, quote or decision by the same person again is the form sent twice.
fn repeated(c: &Choice, fact: &Fact, by: &Person) -> bool {
    let me = |p: &Person| p.account == by.account;
    match fact {
        Fact::DemoNoted { solution, on, text, .. } => c.demos.iter().any(|n| me(&n.by) && n.solution == *solution && n.on == *on && n.text == *text),
        Fact::ReferenceCalled { solution, on, text, .. } => c.calls.iter().any(|n| me(&n.by) && n.solution == *solution && n.on == *on && n.text == *text),
        Fact::Quoted { solution, amount, valid_until, note } => {
            c.quotes.iter().any(|q| me(&q.by) && q.solution == *solution && q.amount == *amount && q.valid_until == *valid_until && q.note == *note)
        }
        Fact::Declared { providers, text, .. } => c.declaration(by.account).is_some_and(|d| d.providers == *providers && d.text == *text),
        Fact::Decided { solution, reason } => c.decision.as_ref().is_some_and(|d| me(&d.by) && d.solution == *solution && d.reason == *reason),
        Fact::NeedChanged { need } => c.need == **need,
        Fact::WeightsChanged { weights } => c.weights == *weights,
        _ => false,
    }
}
