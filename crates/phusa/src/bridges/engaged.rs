//! What support money and the network ask of engagements: acceptance records for the accountant, work that waits for experts.

use super::{Register, engagements::{self, path}, rules::{AcceptanceRule, Advance, Advice, EngagementRules, Experts}};
use async_trait::async_trait;
use boards::{
    asks::{Adviser, OpenCase, Served},
    expert::Expert,
    matching::{FirmFacts, Kept, Need, SkillNeed},
};
use casework::{Act, CaseState, Change, Context, Desk, DeskError, Found, decide::acts_for};
use identity::actions::CASE_ACT;
use kernel::{
    Actor, Instant,
    id::{AccountId, CaseId, EnterpriseId, ExpertId},
    time::Date,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{Row, StoreError, values};
use support::facts::{Acceptance, Acceptances};

/// Engagements read through the follower's rows and the cases themselves.
#[derive(Clone)]
pub struct Engaged {
    pub register: Register,
    pub desk: Desk,
    pub rules: Arc<EngagementRules>,
    pub boards: Arc<boards::Catalog>,
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}

/// Cases of one enterprise that are looked into for acceptance records.
const CASES: i64 = 50;

#[async_trait]
impl Acceptances for Engaged {
    async fn of(&self, enterprise: EnterpriseId) -> anyhow::Result<Vec<Acceptance>> {
        let scope = &self.register.scope;
        let Some(rule) = self.rules.advance((self.clock)().date()).map(|r| &r.acceptances) else { return Ok(Vec::new()) };
        let Some(e) = centre::store::load::<centre::model::Enterprise>(scope, &enterprise.to_string()).await? else { return Ok(Vec::new()) };
        let sql = "SELECT case_id FROM engagement_firm WHERE province = $1 AND tax_code = $2 AND gone = 0 ORDER BY case_id DESC LIMIT $3";
        let mut all = Vec::new();
        for row in scope.query(sql, values![e.profile.code.as_str(), CASES]).await? {
            if let Some(found) = self.desk.load(row.id("case_id")?).await? {
                all.extend(accepted(rule, &found.state));
            }
        }
        all.sort_by(|a: &Acceptance, b| b.on.cmp(&a.on).then_with(|| a.reference.cmp(&b.reference)));
        Ok(all)
    }
}

/// The acceptance records of a case: what was accepted, when, and the number of the record issued with it.
fn accepted(rule: &AcceptanceRule, s: &CaseState) -> Vec<Acceptance> {
    let of = |entry: &casework::registers::Entry| {
        let last = entry.versions.last()?;
        let text = |field: &str| last.values.get(field).and_then(|v| v.as_str());
        if text(&rule.field) != Some(rule.value.as_str()) {
            return None;
        }
        let record = s.documents.iter().find(|d| d.document == rule.document && d.event == last.event);
        let number = record.map_or_else(|| format!("{}/{}", s.code, entry.number), |d| format!("{}/{}", d.number, d.symbol));
        Some(Acceptance {
            reference: number,
            on: text(&rule.on).and_then(|t| t.parse().ok()).unwrap_or_else(|| last.at.date()),
            about: format!("{} – {}", text(&rule.about).unwrap_or_default(), s.code),
        })
    };
    s.entries(&rule.record).iter().filter_map(of).collect()
}

/// A row of an engagement with the enterprise it names first.
struct Waiting {
    case: CaseId,
    code: String,
    title: String,
    handling: String,
    since: Instant,
    sector: String,
    area: String,
    email: String,
    tax_code: String,
    name: String,
}

impl Waiting {
    fn of(r: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            case: r.id("case_id")?,
            code: r.string("code")?,
            title: r.string("title")?,
            handling: r.string("handling")?,
            since: r.instant("since")?,
            sector: r.string("sector")?,
            area: r.string("area")?,
            email: r.string("email")?,
            tax_code: r.opt_string("tax_code")?.unwrap_or_default(),
            name: r.opt_string("name")?.unwrap_or_default(),
        })
    }
    fn skills(&self, rule: &Experts) -> Vec<SkillNeed> {
        rule.needs(&self.handling, &self.sector)
    }
}

const ROW: &str = "g.case_id, g.code, g.title, g.handling, g.since, g.sector, g.area, g.email, \
    (SELECT MIN(f.tax_code) FROM engagement_firm f WHERE f.province = g.province AND f.case_id = g.case_id AND f.gone = 0) AS tax_code, \
    (SELECT MIN(f.name) FROM engagement_firm f WHERE f.province = g.province AND f.case_id = g.case_id AND f.gone = 0) AS name";

impl Engaged {
    fn today(&self) -> Date {
        (self.clock)().date()
    }

    /// The open engagements of an account, with the day of its appointment.
    async fn of_account(&self, account: AccountId) -> Result<Vec<(Waiting, Instant)>, StoreError> {
        let sql = format!(
            "SELECT {ROW}, x.since AS appointed FROM engagement_expert x JOIN engagement g ON g.province = x.province AND g.case_id = x.case_id \
             WHERE x.province = $1 AND x.account = $2 AND g.open = 1 ORDER BY x.case_id"
        );
        let rows = self.register.scope.query(&sql, values![account]).await?;
        rows.iter().map(|r| Ok((Waiting::of(r)?, r.instant("appointed")?))).collect()
    }
}

impl Engaged {
    /// For whom of a case somebody speaks: an enterprise on the register whose member they are, or the one they filed for.
    async fn client(&self, actor: &Actor, rule: &Advance, found: &Found) -> anyhow::Result<Option<engagements::Firm>> {
        let s = &found.state;
        let all: Vec<_> = engagements::firms(rule, &found.definition, s).into_iter().filter(|f| !f.gone).collect();
        for firm in &all {
            let Some(id) = centre::store::enterprise_by_code(&self.register.scope, &firm.code).await? else { continue };
            let e: Option<centre::model::Enterprise> = centre::store::load(&self.register.scope, &id.to_string()).await?;
            if e.is_some_and(|e| e.members.contains(&actor.account)) {
                return Ok(Some(firm.clone()));
            }
        }
        let own = engagements::own_code(rule, s);
        Ok(all.into_iter().find(|f| s.is_own(actor) && f.code == own))
    }

    /// Who advises in a case or did something in it as an adviser; whoever was appointed and left without a word is not among them.
    async fn advisers(&self, rule: &Advice, s: &CaseState) -> anyhow::Result<Vec<Adviser>> {
        let history = self.desk.history(s.id).await?;
        let acted = |account: AccountId| history.iter().any(|e| e.by.account == account);
        let stays = |account: AccountId| rule.roles.iter().any(|r| s.is_member(r, account));
        let mut all: Vec<Adviser> = Vec::new();
        for change in history.iter().flat_map(|e| &e.changes) {
            if let Change::Appointed { role, account, name } = change
                && rule.roles.contains(role)
                && (stays(*account) || acted(*account))
                && all.iter().all(|a| a.account != *account)
            {
                all.push(Adviser { account: *account, name: name.clone() });
            }
        }
        Ok(all)
    }

    /// A case of this installation by its id, when the actor may act on it.
    async fn to_act_on(&self, actor: &Actor, case: &str) -> anyhow::Result<Option<Found>> {
        let Ok(id) = case.parse::<CaseId>() else { return Ok(None) };
        let Some(found) = self.desk.load(id).await? else { return Ok(None) };
        match self.desk.find(actor, found.state.code.as_str(), CASE_ACT).await {
            Ok(found) => Ok(Some(found)),
            Err(DeskError::Refused(_)) => Ok(None),
            Err(DeskError::Store(e)) => Err(e.into()),
        }
    }

    fn open_to(&self, actor: &Actor, found: &Found, act: &str) -> bool {
        let Ok(calendar) = self.desk.calendar(&found.state.offices.decides) else { return false };
        let numbers = BTreeMap::new();
        let cx = Context { now: (self.clock)(), actor, calendar, numbers: &numbers, ids: &[], colleagues: &[] };
        acts_for(&found.definition, &found.state, &cx).into_iter().any(|(name, _, refused)| name == act && refused.is_none())
    }
}

/// An enterprise as the ratings of a case tell it from others: its code is not in the record of the expert.
fn client_of(case: CaseId, firm: &str) -> String {
    let digest = Sha256::digest(format!("{case}|{firm}"));
    digest.iter().take(12).fold("client_".to_owned(), |out, byte| out + &format!("{byte:02x}"))
}

#[async_trait]
impl boards::Cases for Engaged {
    async fn served(&self, actor: &Actor, code: &str) -> anyhow::Result<Option<Served>> {
        let (Some(rule), Some(advice)) = (self.rules.advance(self.today()), self.rules.advice(self.today())) else { return Ok(None) };
        let Some(found) = self.desk.load_code(code).await?.filter(|f| f.definition.kind == rule.kind) else { return Ok(None) };
        let Some(firm) = self.client(actor, rule, &found).await? else { return Ok(None) };
        let s = &found.state;
        let ended = advice.rated_in.iter().any(|state| state == s.track("handling"));
        Ok(Some(Served {
            code: s.code.to_string(),
            title: s.title.clone(),
            path: if s.is_own(actor) { format!("/my/{}", s.code) } else { "/my-enterprises".into() },
            client: client_of(s.id, &firm.code),
            ended,
            advisers: if ended { self.advisers(advice, s).await? } else { Vec::new() },
        }))
    }

    async fn invitable(&self, actor: &Actor, cases: &[String]) -> anyhow::Result<BTreeSet<String>> {
        let Some(advice) = self.rules.advice(self.today()) else { return Ok(BTreeSet::new()) };
        let mut open = BTreeSet::new();
        for case in cases {
            if self.to_act_on(actor, case).await?.is_some_and(|found| self.open_to(actor, &found, &advice.invite)) {
                open.insert(case.clone());
            }
        }
        Ok(open)
    }

    async fn invite(&self, actor: &Actor, case: &str, account: AccountId) -> anyhow::Result<String> {
        let found = self.to_act_on(actor, case).await?.ok_or_else(records::gone)?;
        let advice = self.rules.advice(self.today()).ok_or_else(records::gone)?;
        let act = Act { act: advice.invite.clone(), input: serde_json::json!({ "member": account }) };
        match self.desk.perform(actor, found.state.id, &act, (self.clock)(), None, None).await {
            Ok(_) => Ok(path(found.state.code.as_str())),
            Err(DeskError::Refused(refusal)) => Err(refusal.into()),
            Err(DeskError::Store(e)) => Err(e.into()),
        }
    }

    async fn open_of(&self, expert: ExpertId) -> anyhow::Result<Vec<OpenCase>> {
        let Some(x) = expert_record(&self.register.scope, expert).await? else { return Ok(Vec::new()) };
        let all = self.of_account(x.account).await?;
        Ok(all.into_iter().map(|(w, _)| OpenCase { path: path(&w.code), code: w.code, title: w.title }).collect())
    }

    async fn waiting(&self) -> anyhow::Result<Vec<Need>> {
        let Some(rule) = self.rules.experts(self.today()) else { return Ok(Vec::new()) };
        let states: Vec<String> = (0..rule.steps.len()).map(|n| format!("${}", n + 2)).collect();
        let mut params: Vec<store::Value> = rule.steps.iter().map(|s| s.state.as_str().into()).collect();
        params.push(i64::from(rule.at_once).into());
        let sql = format!(
            "SELECT {ROW} FROM engagement g WHERE g.province = $1 AND g.open = 1 AND g.experts = 0 AND g.handling IN ({}) ORDER BY g.since, g.case_id LIMIT ${}",
            states.join(", "),
            params.len() + 1
        );
        let rows = self.register.scope.query(&sql, params).await?;
        let all = rows.iter().map(Waiting::of).collect::<Result<Vec<_>, _>>()?;
        Ok(all.into_iter().map(|w| need(rule, w)).collect())
    }

    async fn assigned(&self) -> anyhow::Result<Vec<Kept>> {
        let today = self.today();
        let Some(rule) = self.rules.experts(today) else { return Ok(Vec::new()) };
        let window = self.boards.matching(today).map_or(90, |m| i64::from(m.window_days));
        let mut experts: BTreeMap<AccountId, Expert> = BTreeMap::new();
        for x in boards::expert::views::all_active(&self.register.scope).await? {
            experts.insert(x.account, x);
        }
        let mut kept = Vec::new();
        for (account, x) in &experts {
            for (w, since) in self.of_account(*account).await? {
                let inside = (self.clock)().micros() - since.micros() <= window * 86_400_000_000;
                let skills = w.skills(rule);
                let held = x.skills();
                // The case says who helps, not with what: the first competence of the step that the expert has.
                let skill = skills.iter().find(|s| held.iter().any(|(code, level, _)| *code == s.competence && *level >= s.level)).or(skills.first());
                if let Some(skill) = skill {
                    kept.push(Kept { need: w.case.to_string(), competence: skill.competence.clone(), expert: x.id, hours: if inside { skill.hours } else { 0 } });
                }
            }
        }
        Ok(kept)
    }
}

fn need(rule: &Experts, w: Waiting) -> Need {
    Need {
        id: w.case.to_string(),
        title: format!("{} · {}", w.code, w.title),
        path: path(&w.code),
        skills: w.skills(rule),
        language: rule.language.clone(),
        area: w.area.clone(),
        firm: FirmFacts { name: w.name, tax_code: w.tax_code, email: w.email, commune: w.area, ..FirmFacts::default() },
        sector: w.sector,
        tender: None,
        since: w.since.date(),
    }
}

async fn expert_record(scope: &store::Scope, id: ExpertId) -> anyhow::Result<Option<Expert>> {
    let found = store::snapshot::load(scope, &id.to_string()).await?;
    found.map(|f| serde_json::from_str(&f.state).map_err(|e| anyhow::anyhow!("{id} does not read: {e}"))).transpose()
}
