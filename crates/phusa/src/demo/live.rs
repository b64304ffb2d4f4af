//! `phusa demo --live N`: N acts a minute while people look on, so that boards and walls move. People of the demonstration file
//! dossiers, work on them, give tasks and report on them; each act goes the way anybody's act goes, at the time of the clock.

use super::{
    applications::{self, Applicant, BIRTH, BUSINESS, PERMIT},
    city,
    course::{self, Fate, Hand},
    dice::Dice,
    names,
    small::stranger,
    staff::Hands,
};
use crate::assembly::Assembled;
use ::ops::{
    Ops,
    directive::{Act as Step, DirectiveId, Due, Order, Origin, Product, Progress},
};
use anyhow::Context as _;
use casework::{Found, event::GivenFile};
use identity::{Directory, Office, demo::DemoAccount, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Actor,
    id::{AccountId, OfficeCode, PartyId},
};
use services::Services;
use std::time::Duration;
use store::Scope;

/// Most dossiers that are under way at a time; what is filed beyond them rests where it is.
const UNDER_WAY: usize = 60;
/// Leaders and heads who are given tasks, with their offices.
const LEADS: [(&str, &str); 5] = [("H29.02", "binh"), ("H29.03", "phuoc"), ("H29.06", "vinh"), ("H29.07", "cuong"), ("H29.161", "khanh")];
const GIVER: &str = "thanh";
const TASKS: [(&str, &str); 4] = [
    ("Rà soát hồ sơ sắp đến hạn trong tuần, báo cáo nguyên nhân từng hồ sơ", "Báo cáo từng hồ sơ"),
    ("Cập nhật tiến độ số hóa kết quả giải quyết thủ tục", "Bảng tiến độ"),
    ("Kiểm tra việc trả kết quả điện tử tại bộ phận một cửa", "Biên bản kiểm tra"),
    ("Trả lời dứt điểm phản ánh, kiến nghị còn tồn", "Danh sách đã trả lời"),
];

struct Case {
    found: Found,
    fate: Fate,
    applicant: Actor,
    office: Office,
}

struct Task {
    id: DirectiveId,
    lead: &'static str,
    done: usize,
}

pub struct Live {
    services: Services,
    ops: Ops,
    directory: Directory,
    scope: Scope,
    hands: Hands,
    offices: Vec<Office>,
    paper: GivenFile,
    dice: Dice,
    cases: Vec<Case>,
    tasks: Vec<Task>,
}

impl Live {
    pub async fn of(house: &Assembled, accounts: &[DemoAccount], seed: u64) -> anyhow::Result<Self> {
        let now = house.services.now();
        let hands = Hands::read(house.identity.directory(), house.identity.offices(), accounts, now).await?;
        let offices: Vec<Office> = hands.offices.keys().filter_map(|o| house.identity.offices().get(o.as_str()).cloned()).collect();
        anyhow::ensure!(!offices.is_empty(), "nobody works in a commune of the demonstration");
        Ok(Self {
            services: house.services.clone(),
            ops: house.rooms.ops.clone(),
            directory: house.identity.directory().clone(),
            scope: house.scope.clone(),
            hands,
            offices,
            paper: city::paper(house, now).await?,
            dice: Dice::new(seed),
            cases: Vec::new(),
            tasks: Vec::new(),
        })
    }

    /// Goes on for ever, so many acts a minute. What is refused (somebody else was first) is left alone.
    pub async fn go_on(mut self, a_minute: u32) {
        let mut beat = tokio::time::interval(Duration::from_secs_f64(60.0 / f64::from(a_minute.max(1))));
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if let Err(error) = self.beat().await {
                tracing::debug!("an act of the demonstration was not done: {error:#}");
            }
        }
    }

    /// One act.
    pub async fn beat(&mut self) -> anyhow::Result<()> {
        match self.dice.below(100) {
            0..=9 => self.task().await,
            _ if self.cases.len() < 4 => self.file().await,
            10..=34 if self.cases.len() < UNDER_WAY => self.file().await,
            _ => self.work().await,
        }
    }

    async fn file(&mut self) -> anyhow::Result<()> {
        let now = self.services.now();
        let office = self.dice.pick(&self.offices).context("no office")?.clone();
        let female = self.dice.per_mille(500);
        let who = names::somebody(&mut self.dice, female, &applications::place_of(&office));
        // Ids are of this run: the same seed begun again meets nobody of the run before.
        let party = PartyId::new(uuid::Uuid::now_v7());
        let applicant = stranger(&who.name, party, AccountId::new(uuid::Uuid::now_v7()), &self.scope);
        let procedure = self.dice.word(&[BIRTH, BUSINESS, PERMIT]);
        let desk = &self.services.desk;
        let definition = desk.rules().definitions.current(procedure, now.date()).context("the procedure is not in the catalogue")?;
        let filing = applications::application(definition, &office, &Applicant { who, party }, &mut self.dice, now, &self.paper);
        let found = desk.file(&applicant, filing, now, None, None).await?.found;
        let fate = Fate::drawn(&mut self.dice);
        self.cases.push(Case { found, fate, applicant, office });
        Ok(())
    }

    /// The next act of some dossier. One that waits for time or is over is let go; its place is taken by others.
    async fn work(&mut self) -> anyhow::Result<()> {
        let n = usize::try_from(self.dice.below(self.cases.len().max(1) as u64)).unwrap_or(0);
        if n >= self.cases.len() {
            return self.file().await;
        }
        let mut case = self.cases.swap_remove(n);
        let now = self.services.now();
        let calendar = self.services.desk.calendar(&case.office.code)?.clone();
        let specialist = self.hands.offices.get(&case.office.code).context("the commune has no staff")?.specialist.account;
        let next = course::next(&case.found.definition, &case.found.state, &case.fate, &mut self.dice, &calendar, specialist);
        let Some(next) = next.filter(|n| !n.act.act.is_empty() && (n.by != Hand::System || n.act.act == "settle_due")) else { return self.file().await };
        let actor = match &next.by {
            Hand::Applicant => &case.applicant,
            hand => self.hands.of(&case.office.code, hand).with_context(|| format!("nobody acts as {hand:?}"))?,
        };
        case.found = self.services.desk.perform(actor, case.found.state.id, &next.act, now, None, None).await?.found;
        self.cases.push(case);
        Ok(())
    }

    /// A new task, or the next step of one.
    async fn task(&mut self) -> anyhow::Result<()> {
        if self.tasks.len() < 3 {
            return self.give().await;
        }
        let n = usize::try_from(self.dice.below(self.tasks.len() as u64)).unwrap_or(0);
        let mut task = self.tasks.swap_remove(n);
        let (who, step) = match task.done {
            0 => (task.lead, Step::Receive),
            1 => (task.lead, Step::Progress(Progress { text: "Đã rà soát xong một nửa".into(), percent: Some(50), ..Progress::default() })),
            2 => (task.lead, Step::Submit(Product { text: "Đã hoàn thành, kèm báo cáo".into(), document: "45/BC".into(), file: None })),
            _ => (GIVER, Step::Accept { quality: "good".into(), note: String::new() }),
        };
        let actor = self.actor(who).await?;
        self.ops.act(&actor, task.id, &step).await?;
        task.done += 1;
        if task.done < 4 {
            self.tasks.push(task);
        }
        Ok(())
    }

    async fn give(&mut self) -> anyhow::Result<()> {
        let (office, lead) = *self.dice.pick(&LEADS).context("nobody leads")?;
        let (text, product) = *self.dice.pick(&TASKS).context("no task")?;
        let actor = self.actor(GIVER).await?;
        let now = self.ops.now();
        let assigner = self.ops.people.person(actor.account, now).await?.context("the giver holds no post")?;
        let order = Order {
            text: text.into(),
            product: product.into(),
            target: String::new(),
            urgency: self.ops.catalog.directives.urgencies.first().map(|u| u.code.clone()).unwrap_or_default(),
            limited: false,
            front: String::new(),
            assigner,
            lead: self.ops.unit_ref(&OfficeCode::new(office)).with_context(|| format!("no office {office}"))?,
            partners: Vec::new(),
            monitor: None,
            source: None,
            due: Due::On { day: now.plus_seconds(self.dice.between(3, 20) * 86_400).date() },
        };
        let id = DirectiveId::new(uuid::Uuid::now_v7());
        self.ops.draft(&actor, id, &Origin::Hand, &order).await?;
        self.ops.act(&actor, id, &Step::Give).await?;
        self.tasks.push(Task { id, lead, done: 0 });
        Ok(())
    }

    async fn actor(&self, key: &str) -> anyhow::Result<Actor> {
        let account = self.directory.by_subject(DEMO_ISSUER_KEY, key).await?.with_context(|| format!("no account “{key}”"))?;
        self.directory.actor(account.id, self.services.now()).await?.with_context(|| format!("the account “{key}” is closed"))
    }
}
