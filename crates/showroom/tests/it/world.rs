//! One showroom for a test: the shipped catalogue, a clock that can be set, enterprises and needs from a table.

use async_trait::async_trait;
use kernel::{
    Actor, Dong, Instant, Text,
    catalog::Files,
    id::{AccountId, ChoiceId, EnterpriseId, OfficeCode, ProviderId, ProvinceCode, RoleCode, SolutionId},
    time::{Date, date, midnight},
};
use showroom::{
    Parts, Showroom,
    acts::{choices, providers, solutions},
    ask::{Enterprises, Known, Needs, Standing},
    catalog::Catalog,
    choice::{Choice, Role},
    ids::fresh,
    listing::{DataReturn, LabelStatus, Listing, Price, PriceModel, SupportLine},
    provider::{Provider, TypedProfile},
    rank::{Gap, Need},
    solution::{CheckResult, Fact, Solution, link::LinkKey},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

pub const TAX: [&str; 4] = ["0100109106", "0300588569", "0301464823", "0302634813"];

pub fn catalog() -> Catalog {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog");
    let mut files = Files::new();
    for name in ["criteria", "proofs", "vetting", "suspension", "terms"] {
        let path = format!("showroom/{name}.yaml");
        files.insert(path.clone(), std::fs::read_to_string(format!("{root}/{path}")).unwrap());
    }
    showroom::catalog::load(&files).unwrap_or_else(|f| panic!("{f:?}"))
}

pub fn set(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|c| (*c).to_owned()).collect()
}

pub fn listing(name: &str) -> Listing {
    Listing {
        name: Text::new(name, name),
        summary: Text::new("Bán hàng, hóa đơn từ máy tính tiền.", "Sales and cash-register invoices."),
        sectors: set(&["G", "I"]),
        sizes: set(&["household", "micro", "small"]),
        stages: BTreeSet::from([1]),
        types: vec!["pos".into()],
        functions: vec!["Quản lý tồn kho".into()],
        price: Price { model: PriceModel::PerMonth, amount: Dong(300_000), setup: Dong(0), yearly: Dong(0), from: date(2026, 1, 1), note: String::new() },
        hosting: set(&["vn_cloud"]),
        languages: set(&["vi"]),
        integrations: set(&["bank"]),
        data_return: DataReturn::AnyTimeOpen,
        data_return_note: String::new(),
        label: LabelStatus::None,
        label_number: String::new(),
        portal: false,
        support: SupportLine { hours_a_day: 10, days_a_week: 7, emergency: true, contact: "1900 1234".into() },
        accessible: true,
        claims: vec!["Bán một đơn trong 8 giây".into()],
    }
}

pub fn need(enterprise: EnterpriseId) -> Need {
    Need {
        enterprise,
        sector: "G47".into(),
        size: "small".into(),
        gaps: vec![Gap { kind: "pos".into(), size: 20, goal: 2, stage: 1 }],
        budget: Some(Dong(10_000_000)),
        users: 3,
        transactions: None,
        required_integrations: BTreeSet::new(),
        wished_integrations: set(&["bank"]),
        languages: set(&["vi"]),
        hosting: BTreeSet::new(),
        accessible: false,
        traceability: false,
    }
}

/// Who is what to which enterprise, and what each needs.
#[derive(Default)]
pub struct Table {
    pub people: Mutex<BTreeMap<(AccountId, EnterpriseId), Role>>,
    pub needs: Mutex<BTreeMap<EnterpriseId, Need>>,
}

#[async_trait]
impl Enterprises for Table {
    async fn standing(&self, actor: &Actor, enterprise: EnterpriseId) -> anyhow::Result<Option<Standing>> {
        Ok(self.people.lock().unwrap().get(&(actor.account, enterprise)).map(|role| Standing { name: "Cửa hàng Hạnh".into(), role: *role }))
    }
    async fn own(&self, actor: &Actor) -> anyhow::Result<Vec<Known>> {
        let people = self.people.lock().unwrap();
        Ok(people
            .iter()
            .filter(|((a, _), r)| *a == actor.account && **r == Role::Member)
            .map(|((_, e), _)| Known { id: *e, name: "Cửa hàng Hạnh".into() })
            .collect())
    }
}
#[async_trait]
impl Needs for Table {
    async fn need(&self, enterprise: EnterpriseId) -> anyhow::Result<Option<Need>> {
        Ok(self.needs.lock().unwrap().get(&enterprise).cloned())
    }
}

#[async_trait]
impl showroom::ask::BeforeBoards for Table {
    async fn card(&self, _: &web::visitor::Visitor, _: kernel::id::ChoiceId) -> anyhow::Result<web::html::Html> {
        Ok(web::html::Html::default())
    }
}

pub struct World {
    pub s: Showroom,
    pub table: Arc<Table>,
    now: Arc<Mutex<Instant>>,
}

pub fn person(n: u128, role: &str, office: bool) -> Actor {
    Actor {
        account: AccountId::new(uuid::Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: format!("Người {n}"),
        party: None,
        personal_number: None,
        roles: BTreeSet::from([RoleCode::new(role)]),
        office: office.then(|| OfficeCode::new("H29.10")),
        title: None,
        lent: Vec::new(),
    }
}

impl World {
    pub async fn new(db: store::Db) -> Self {
        db.migrate(showroom::MIGRATIONS).await.unwrap();
        let folder = std::env::temp_dir().join(format!("showroom-{}", uuid::Uuid::new_v4().simple()));
        let now = Arc::new(Mutex::new(midnight(date(2026, 11, 21)).plus_seconds(9 * 3600)));
        let (table, clock) = (Arc::new(Table::default()), now.clone());
        let s = Showroom::new(Parts {
            scope: db.province(ProvinceCode::new("79")),
            files: store::files::Files::local(&folder).unwrap(),
            catalog: Arc::new(catalog()),
            clock: Arc::new(move || *clock.lock().unwrap()),
            enterprises: table.clone(),
            needs: table.clone(),
            before_boards: table.clone(),
            public_url: "https://phusa.test".into(),
            link_key: LinkKey::new(vec![9; 32]),
        });
        Self { s, table, now }
    }
    pub fn set_day(&self, day: Date) {
        *self.now.lock().unwrap() = midnight(day).plus_seconds(9 * 3600);
    }
    pub async fn provider(&self, n: u128) -> (Actor, Provider) {
        let actor = person(100 + n, "citizen", false);
        let typed = TypedProfile {
            name: format!("Công ty số {n}"),
            tax_code: TAX[usize::try_from(n).unwrap() % TAX.len()].into(),
            email: format!("a@congty{n}.vn"),
            phone: "0912345678".into(),
            ..TypedProfile::default()
        };
        let profile = typed.checked(date(2026, 11, 21)).unwrap();
        let provider = providers::register(&self.s, &actor, ProviderId::new(uuid::Uuid::from_u128(1000 + n)), profile).await.unwrap();
        (actor, provider)
    }
    /// A listed solution.
    pub async fn listed(&self, actor: &Actor, provider: &Provider, listing: Listing) -> Solution {
        let officer = person(10, "centre_officer", true);
        let listing = listing.checked(&self.s.catalog, date(2026, 11, 21)).unwrap();
        let id: SolutionId = fresh();
        solutions::begin(&self.s, actor, provider.id, id, listing).await.unwrap();
        solutions::by_provider(&self.s, actor, id, Fact::Submitted).await.unwrap();
        solutions::by_centre(&self.s, &officer, id, Fact::Taken).await.unwrap();
        for item in &self.s.catalog.vetting.checklist {
            solutions::by_centre(&self.s, &officer, id, Fact::ItemChecked { item: item.code.clone(), result: CheckResult::Pass, note: String::new() })
                .await
                .unwrap();
        }
        solutions::by_centre(&self.s, &officer, id, Fact::Listed).await.unwrap()
    }
    pub fn enterprise(&self, n: u128, people: &[(&Actor, Role)]) -> EnterpriseId {
        let id = EnterpriseId::new(uuid::Uuid::from_u128(5000 + n));
        for (actor, role) in people {
            self.table.people.lock().unwrap().insert((actor.account, id), *role);
        }
        self.table.needs.lock().unwrap().insert(id, need(id));
        id
    }
    pub async fn choice(&self, owner: &Actor, enterprise: EnterpriseId) -> Choice {
        let id: ChoiceId = fresh();
        choices::open(&self.s, owner, enterprise, id, "Phần mềm bán hàng", need(enterprise)).await.unwrap()
    }
}
