//! Three hundred engagements at every stage, one to one and in groups, each act decided and committed by the desk at its invented
//! hour. The register's stages follow from them through the program's own follower, so the director's figures are theirs.

mod script;

use super::{applications::sample_paper, cast::Cast, centre as register, dice::Dice, names, small};
use crate::centre_rooms::CentreRooms;
use anyhow::Context as _;
use casework::{
    Act, DeskError, Found,
    definition::Channel,
    event::{CaseOffices, Filing, GivenFile, Person},
};
use centre::model::{AssessmentEvent, Started};
use identity::dev_provider::DEMO_ISSUER_KEY;
use kernel::{
    Actor, Instant,
    id::{AccountId, AssessmentId, CaseCode, EnterpriseId, OfficeCode, PartyId},
};
use script::{Goal, Hand, Planned};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{files::Upload, values};

/// Engagements of the demonstration.
pub const ENGAGEMENTS: usize = 300;
/// Every eighth is a group.
const GROUP_EVERY: usize = 8;
/// Acts of different cases that are decided side by side: they share commits.
const TOGETHER: usize = 24;
const SINGLE: &str = "dx-one-to-one";
const GROUP: &str = "dx-group";
/// An engagement is filed at most so many days ago, and never before its definition is in force.
const LONGEST: i64 = 140;

/// An enterprise with its first assessment.
#[derive(Debug, Clone)]
struct Firm {
    id: EnterpriseId,
    code: String,
    name: String,
    vsic: String,
    area: String,
    size: String,
    t0: AssessmentId,
    edition: String,
    level: i64,
    /// × 100.
    total: i64,
}

/// Whoever acts besides the centre's people of [`Cast`].
struct People<'a> {
    cast: &'a Cast,
    consultant: Actor,
    /// With the provider's name and tax code.
    providers: Vec<(Actor, String, String)>,
    experts: Vec<AccountId>,
}

impl People<'_> {
    fn of<'s>(&'s self, hand: Hand, case: &'s Case) -> Option<&'s Actor> {
        Some(match hand {
            Hand::Applicant => &case.applicant,
            Hand::Officer => &self.cast.officer,
            Hand::Consultant | Hand::Reassess => &self.consultant,
            Hand::Chair => &self.cast.chair,
            Hand::Director => &self.cast.director,
            Hand::Provider => &self.providers.get(case.provider)?.0,
        })
    }
}

/// One engagement on its way.
struct Case {
    applicant: Actor,
    firms: Vec<Firm>,
    provider: usize,
    filing: Option<Filing>,
    filed_at: Instant,
    steps: Vec<Planned>,
    found: Option<Found>,
}

/// Fills an installation without engagements; answers how many there are now, and the enterprises in them.
pub async fn fill(rooms: &CentreRooms, cast: &Cast) -> anyhow::Result<(usize, usize)> {
    let scope = &rooms.centre.scope;
    let sql = "SELECT 1 AS one FROM case_view WHERE province = $1 AND definition IN ($2, $3) LIMIT 1";
    if scope.one(sql, values![SINGLE, GROUP]).await?.is_some() {
        return Ok((0, 0));
    }
    let mut dice = Dice::new(79_004);
    let people = people(rooms, cast).await?;
    let paper = paper(rooms, cast.now).await?;
    let mut firms = firms(rooms, cast).await?.into_iter();
    let (mut cases, mut enterprises) = (Vec::with_capacity(ENGAGEMENTS), 0);
    for n in 0..ENGAGEMENTS {
        let group = n % GROUP_EVERY == 5;
        let count = if group { usize::try_from(dice.between(4, 6)).unwrap_or(5) } else { 1 };
        let members: Vec<Firm> = firms.by_ref().take(count).collect();
        if members.len() < count {
            break;
        }
        enterprises += members.len();
        cases.push(begin(rooms, &people, &mut dice, n, members, group, &paper)?);
    }
    play(rooms, &people, &mut cases).await?;
    Ok((cases.len(), enterprises))
}

async fn people<'a>(rooms: &CentreRooms, cast: &'a Cast) -> anyhow::Result<People<'a>> {
    let account = cast.directory.by_subject(DEMO_ISSUER_KEY, "vien").await?.context("no account “vien”")?;
    let consultant = cast.directory.actor(account.id, cast.now).await?.context("the account “vien” is closed")?;
    let sql = "SELECT m.account, p.name, p.tax_code FROM provider_member m JOIN provider_view p ON p.province = m.province AND p.provider = m.provider \
               WHERE m.province = $1 ORDER BY p.name, m.account";
    let mut providers = Vec::new();
    for row in rooms.centre.scope.query(sql, values![]).await? {
        if let Some(actor) = cast.directory.actor(row.id("account")?, cast.now).await? {
            providers.push((actor, row.string("name")?, row.string("tax_code")?));
        }
    }
    anyhow::ensure!(!providers.is_empty(), "the showroom has no provider to deploy anything");
    let experts = boards::expert::views::all_active(&rooms.centre.scope).await?;
    let experts = experts.into_iter().filter(|x| !x.is_organisation()).map(|x| x.account).collect();
    Ok(People { cast, consultant, providers, experts })
}

async fn paper(rooms: &CentreRooms, at: Instant) -> anyhow::Result<GivenFile> {
    let mut batch = rooms.centre.scope.batch();
    let upload = Upload { name: "tai-lieu-minh-hoa.pdf".into(), claimed: None, bytes: sample_paper().into() };
    let stored = rooms.centre.files.take(&mut batch, upload, 1 << 20, at).await?;
    rooms.centre.scope.commit(batch).await?;
    let size = u64::try_from(stored.size).unwrap_or(0);
    Ok(GivenFile { component: String::new(), file: stored.id, name: stored.name, sha256: stored.sha256, size, media_type: stored.media_type, origin: None, signatures: Vec::new() })
}

/// Enterprises that were assessed before anything here was asked for; the named citizen's own comes first.
async fn firms(rooms: &CentreRooms, cast: &Cast) -> anyhow::Result<Vec<Firm>> {
    let sql = "SELECT e.id, e.code, e.name, e.vsic, e.area, e.size, a.id AS t0, a.edition, a.level, a.total FROM enterprise e \
               JOIN assessment a ON a.province = e.province AND a.enterprise = e.id \
               WHERE e.province = $1 AND a.framework = $2 AND a.stage = 't0' AND a.level IS NOT NULL AND a.submitted_at < $3 AND e.stage = 'assessed' \
               AND e.kind <> 'household' AND e.size IS NOT NULL ORDER BY a.id LIMIT 700";
    let rows = rooms.centre.scope.query(sql, values!["dbi-2021-sme", cast.now.plus_seconds(-(LONGEST + 5) * 86_400)]).await?;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for r in &rows {
        let firm = Firm {
            id: r.id("id")?,
            code: r.string("code")?,
            name: r.string("name")?,
            vsic: r.string("vsic")?,
            area: r.string("area")?,
            size: r.opt_string("size")?.unwrap_or_default(),
            t0: r.id("t0")?,
            edition: r.string("edition")?,
            level: r.int("level")?,
            total: r.opt_int("total")?.unwrap_or(0),
        };
        if seen.insert(firm.id) {
            all.push(firm);
        }
    }
    let own: BTreeSet<EnterpriseId> = centre::views::of_member(&rooms.centre.scope, cast.owner.account).await?.into_iter().map(|e| e.id).collect();
    all.sort_by_key(|f| !own.contains(&f.id));
    Ok(all)
}

/// What is asked for, by whom and when, and what will be done about it.
fn begin(rooms: &CentreRooms, people: &People<'_>, dice: &mut Dice, n: usize, firms: Vec<Firm>, group: bool, paper: &GivenFile) -> anyhow::Result<Case> {
    let cast = people.cast;
    let first = firms.first().context("no enterprise")?.clone();
    let goal = Goal::of(n);
    let age = goal.age(dice).min(LONGEST);
    let filed_at = script::working_hour(cast.ago(age, 8), dice, cast.now);
    let desk = rooms.desk();
    let code = if group { GROUP } else { SINGLE };
    let definition = desk.rules().definitions.current(code, filed_at.date()).with_context(|| format!("{code} is not in force on {}", filed_at.date()))?;
    let female = dice.per_mille(450);
    let place = rooms.centre.place(&first.area, filed_at.date()).vi;
    let mut who = names::somebody(dice, female, &place);
    let applicant = if n == 0 && cast.owner.party.is_some() {
        who.name.clone_from(&cast.owner.name);
        cast.owner.clone()
    } else {
        small::stranger(&who.name, PartyId::new(dice.id(filed_at)), AccountId::new(dice.id(filed_at)), &rooms.centre.scope)
    };
    let own = Person { party: applicant.party, name: who.name.clone(), identifier: who.identifier(), phone: Some(who.phone.clone()), email: None, address: Some(who.address.clone()) };
    let sector = rooms.centre.catalog.sectors_of(&first.vsic, filed_at.date()).into_iter().find(|s| s.overlay_of.is_empty()).map_or("other", |s| s.sector.as_str()).to_owned();
    let answers = script::answers(dice, &first, &who, &sector, &place, group.then_some(firms.len()));
    let people_of = casework::people::people(&definition.form, &answers, own, None);
    let office = definition.received_by.clone().unwrap_or_else(|| OfficeCode::new("H29.10"));
    let mut filing = json!({
        "code": "-", "definition": definition.code, "version": definition.version, "title": first.name, "channel": Channel::Online,
        "people": people_of, "offices": CaseOffices { helped: None, received: office.clone(), decides: office }, "answers": answers, "files": [],
    });
    filing["code"] = json!(CaseCode::new("-"));
    // What a filing says beside this is left as the engine has it when nothing is said.
    let filing: Filing = serde_json::from_value(filing)?;
    let provider = n % people.providers.len();
    let setting = script::Setting {
        firms: &firms,
        group,
        goal,
        consultant: &people.consultant,
        provider: people.providers.get(provider).map(|p| (p.0.account, p.1.as_str(), p.2.as_str(), p.0.name.as_str())).context("no provider")?,
        expert: people.experts.get(n % people.experts.len().max(1)).copied().filter(|_| n % 5 < 2),
        lead: &who.name,
        director: &cast.director.name,
        paper,
        n,
    };
    let steps = script::write(&setting, dice, filed_at, cast.now);
    Ok(Case { applicant, firms, provider, filing: Some(filing), filed_at, steps, found: None })
}

/// All cases together, the earliest act first: registers of documents come out in the order of time.
async fn play(rooms: &CentreRooms, people: &People<'_>, cases: &mut [Case]) -> anyhow::Result<()> {
    let mut order: Vec<(Instant, usize)> = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        order.push((case.filed_at, n));
        let mut before = case.filed_at;
        for step in &case.steps {
            // While a time limit runs that is long past, the program would end it by itself: what answers it follows at once.
            before = if step.at_once { before } else { step.at };
            order.push((before, n));
        }
    }
    order.sort_by_key(|(at, _)| *at);
    // Steps are taken from the end.
    for case in cases.iter_mut() {
        case.steps.reverse();
    }
    let mut waiting = order.into_iter().map(|(_, n)| n).collect::<std::collections::VecDeque<_>>();
    while !waiting.is_empty() {
        let mut chosen = BTreeSet::new();
        while chosen.len() < TOGETHER && waiting.front().is_some_and(|n| !chosen.contains(n)) {
            chosen.extend(waiting.pop_front());
        }
        let now = cases.iter_mut().enumerate().filter(|(n, _)| chosen.contains(n)).map(|(_, case)| next(rooms, people, case));
        futures::future::try_join_all(now).await?;
    }
    Ok(())
}

/// The next thing in a case: its filing, or the step that is due.
async fn next(rooms: &CentreRooms, people: &People<'_>, case: &mut Case) -> anyhow::Result<()> {
    let desk = rooms.desk();
    if let Some(filing) = case.filing.take() {
        case.found = Some(desk.file(&case.applicant, filing, case.filed_at, None, None).await?.found);
        return Ok(());
    }
    let (Some(mut step), Some(found)) = (case.steps.pop(), case.found.clone()) else { return Ok(()) };
    if step.by == Hand::Reassess {
        reassess(rooms, people, case, &mut step).await?;
    }
    let actor = people.of(step.by, case).with_context(|| format!("nobody acts as {:?}", step.by))?;
    match desk.perform(actor, found.state.id, &Act { act: step.act.clone(), input: step.input }, step.at, None, None).await {
        Ok(done) => case.found = Some(done.found),
        // A timer of the program was quicker; the case goes on from where it stands.
        Err(DeskError::Refused(r)) if r.code == "changed-meanwhile" => {}
        Err(e) => return Err(anyhow::Error::from(e).context(format!("{} of {} ({})", step.act, found.state.code, found.state.track("handling")))),
    }
    Ok(())
}

/// The assessment after the deployment, made in the register and named by the act.
async fn reassess(rooms: &CentreRooms, people: &People<'_>, case: &Case, step: &mut Planned) -> anyhow::Result<()> {
    let c = &rooms.centre;
    let entry = step.input.get("entry").and_then(Value::as_u64).unwrap_or(1);
    let firm = usize::try_from(entry).ok().and_then(|n| case.firms.get(n.saturating_sub(1))).context("no such enterprise in the group")?;
    let Some(f) = c.frameworks.get("dbi-2021-sme", &firm.edition) else { return Ok(()) };
    let mut dice = Dice::new(u64::from_str_radix(firm.code.get(..9).unwrap_or("7"), 10).unwrap_or(7));
    let ripeness = (firm.level * 19 + dice.between(24, 46)).min(97);
    // After the deployment everything is asked: the fullest of some draws.
    let answers = (0..6).map(|_| register::drawn(f, &mut dice, ripeness)).max_by_key(scoring::Answers::len).unwrap_or_default();
    let answers = answers.into_iter().map(|(code, a)| (code, a.at(scoring::Tier::Consultant))).collect();
    let started = Started {
        framework: f.framework.clone(),
        edition: f.version.clone(),
        stage: "t1".into(),
        vsic: firm.vsic.clone(),
        area: firm.area.clone(),
        owner: AssessmentId::new(dice.id(step.at)).to_string(),
        enterprise: Some(firm.id),
        earlier: Some(firm.t0),
        subject: None,
        answers,
    };
    let by = Some(&people.consultant);
    let at = step.at.plus_seconds(-3 * 3600);
    let a = centre::acts::start(c, by, started, at).await?;
    let assigned = AssessmentEvent::Assigned { consultant: people.consultant.account, name: people.consultant.name.clone() };
    for (n, event) in [AssessmentEvent::Submitted, assigned, AssessmentEvent::Verified].into_iter().enumerate() {
        let at = at.plus_seconds(600 * (i64::try_from(n).unwrap_or(0) + 1));
        centre::acts::change_assessment(c, by, a.id, at, |_| Ok(Some(event.clone()))).await?;
    }
    let after: centre::model::Assessment = centre::store::load(&c.scope, &a.id.to_string()).await?.context("the assessment is not there")?;
    let figures = c.figures(&after, None);
    match step.act.as_str() {
        "update_participant" => step.input["t1"] = json!(a.id.to_string()),
        _ => {
            step.input["assessment"] = json!(a.id.to_string());
            step.input["level"] = json!(figures.level.unwrap_or(firm.level));
            step.input["score"] = json!(figures.total.unwrap_or(firm.total) / 100);
        }
    }
    Ok(())
}
