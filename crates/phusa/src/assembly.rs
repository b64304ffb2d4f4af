//! The house put together: one database, one catalogue, the rooms, and the work that goes on behind them.

use crate::{catalog::Catalog, rooms::Foundations};
use anyhow::Context as _;
use axum::Router;
use casework::Desk;
use identity::{DevProvider, Identity, IdentityParts, RelyingParty, SessionRules};
use kernel::{Instant, Text, id::ProvinceCode};
use services::{Inner, Services, catalogue::Catalogue};
use std::{path::Path, sync::Arc, time::Duration};
use store::{Db, Migration, Scope, effects::Runner, files::Files, seal};
use web::{app, app::House, page::Site, routes::Declared};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// How often it is looked whether another process released something or a new day brings something, in seconds.
const CATALOGUE_S: u64 = 5;
/// How often the typesetter is asked whether it may rest, in seconds.
const TYPESET_S: u64 = 20;

/// What an installation says of itself.
#[derive(Clone)]
pub struct Settings {
    pub province: ProvinceCode,
    /// Address by which people reach it, for links on documents.
    pub public_url: String,
    pub demo: bool,
    pub clock: Clock,
    /// Rates of requests; tests and benches open them.
    pub rates: web::limit::Rates,
    /// A reverse proxy stands before it: the last address in `X-Forwarded-For` is the client's.
    pub trust_proxy: bool,
    /// The systems of others it is connected to.
    pub outside: crate::rooms::Outside,
}

/// How people sign in.
pub enum SignIn {
    Nobody,
    Provider(identity::ProviderConfig),
    Demo(Arc<DevProvider>),
}

pub struct Assembled {
    pub router: Router,
    pub declared: Vec<Declared>,
    pub services: Services,
    pub catalogue: Catalogue,
    pub centre: crate::centre_rooms::CentreRooms,
    pub rooms: crate::rooms::Rooms,
    pub identity: Arc<Identity>,
    pub db: Db,
    pub scope: Scope,
}

/// All migrations, in the order of the floors.
pub fn migrations() -> Vec<Migration> {
    [
        identity::MIGRATIONS,
        numbering::MIGRATIONS,
        casework::MIGRATIONS,
        services::MIGRATIONS,
        services::counter::MIGRATIONS,
        services::catalogue::MIGRATIONS,
        centre::MIGRATIONS,
        support::MIGRATIONS,
        boards::MIGRATIONS,
        showroom::MIGRATIONS,
        crate::bridges::engagements::MIGRATIONS,
        payments::MIGRATIONS,
        national_portal::MIGRATIONS,
        indicators::MIGRATIONS,
        citizen_care::MIGRATIONS,
        registers::MIGRATIONS,
        audit::MIGRATIONS,
        local_sign_in::MIGRATIONS,
        privacy::MIGRATIONS,
        reform::MIGRATIONS,
        scans::MIGRATIONS,
        documents::MIGRATIONS,
        meetings::MIGRATIONS,
        prepaid::MIGRATIONS,
        law::MIGRATIONS,
        ops::MIGRATIONS,
        measures::MIGRATIONS,
    ]
    .concat()
}

/// Opens the database of an installation and brings its tables up to date.
pub async fn open(url: &str) -> anyhow::Result<Db> {
    let db = Db::open(url).await.with_context(|| format!("cannot open {}", without_password(url)))?;
    db.migrate(&migrations()).await?;
    Ok(db)
}

/// An address without the secret in it, for messages.
pub fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(at)) if start + 3 < at => format!("{}***{}", &url[..start + 3], &url[at..]),
        _ => url.to_owned(),
    }
}

pub async fn assemble(db: Db, catalog: Catalog, data: &Path, sign_in: SignIn, settings: Settings) -> anyhow::Result<Assembled> {
    let scope = db.province(settings.province.clone());
    let rules = catalog.rules();
    let clock = settings.clock.clone();
    let (provider, demo_module) = match &sign_in {
        SignIn::Nobody => (None, None),
        SignIn::Provider(config) => (Some(RelyingParty::new(config.clone())?), None),
        SignIn::Demo(dev) => (Some(RelyingParty::new(dev.config())?), Some(dev.module())),
    };
    let form_origin = match &sign_in {
        SignIn::Provider(c) => origin(&c.issuer),
        _ => None,
    };
    let secure = settings.public_url.starts_with("https://");
    let identity = Identity::new(IdentityParts {
        scope: scope.clone(),
        offices: Arc::new(catalog.offices.clone()),
        policies: catalog.policies.clone(),
        provider,
        sessions: SessionRules { secure, ..SessionRules::default() },
        clock: clock.clone(),
        ways: local_sign_in::ways(),
    });
    let desk = Desk::new(scope.clone(), rules, identity.clone());
    let watch = store::files::scan::Watch { scanner: settings.outside.scanner.clone(), scope: scope.clone(), clock: clock.clone() };
    let files = Files::local(&data.join("files"))?.watched(watch);
    let base_data = crate::rooms::registers::assemble(&scope, &catalog, &desk, &files, &settings).await?;
    let ledger = crate::rooms::prepaid::ledger(&scope, &catalog, &settings);
    let keys = crate::rooms::prepaid::keys(data, &catalog, &ledger)?;
    let trust = trust(&catalog, &keys, settings.demo);
    let keys = keys.with_trust(trust.clone());
    let issuing = issuing::Issuing::new(catalog.templates.clone(), keys.clone(), Arc::new(catalog.offices.clone()));
    let documents = crate::rooms::documents::assemble(&scope, &catalog, &identity, &files, &issuing, desk.turns(), &trust, &settings);
    let privacy = crate::rooms::privacy::assemble(&scope, &catalog, &desk, &files, &base_data, &issuing, &documents, &settings);
    let law = crate::rooms::law::assemble(&scope, &catalog, &settings);
    let services = Services(Arc::new(Inner {
        desk,
        files,
        trust,
        issuing: issuing.clone(),
        life_events: catalog.life_events.clone(),
        clock: clock.clone(),
        demo: settings.demo,
        public_url: settings.public_url.clone(),
        uploads: services::uploads::Uploads { rules: catalog.uploads.clone(), scanner: settings.outside.scanner.clone() },
        areas: catalog.areas.clone(),
        base_data: Some(Arc::new(crate::rooms::registers::Bridge(base_data.clone()))),
        openings: Some(Arc::new(crate::bridges::openings::Kept(privacy.clone()))),
        issued: Some(Arc::new(crate::bridges::issued::Registers(documents.clone()))),
        citations: Some(Arc::new(crate::bridges::legal_bases::Opened(law.clone()))),
        beside: std::sync::OnceLock::new(),
    }));
    documents.of_cases.set(Arc::new(crate::bridges::issued::Printed(Arc::downgrade(&services.0)))).ok();
    law.procedures.set(Arc::new(crate::bridges::legal_bases::OfDesk(services.desk.clone()))).ok();
    // Templates do not change while the program runs: setting their samples again for each draft would only cost time.
    let check = Arc::new(|files: &kernel::catalog::Files| Catalog::load(files).err().unwrap_or_default());
    let catalogue = Catalogue::new(services.clone(), catalog.files.clone(), catalog.lapses.clone(), check);
    catalogue.keep_current().await?;
    let centre = crate::centre_rooms::assemble(&scope, &catalog, &identity, &services.desk, &issuing, &documents, &services.files, data, &settings)?;
    services.beside.set(centre.beside()).ok();
    let mut modules = vec![
        identity::pages::module(identity.clone()),
        identity::people::module(identity.clone(), Arc::new(crate::bridges::CaseFactsOf(services.desk.clone()))),
        services::module(services.clone()),
        services::counter::module(services::counter::Counter { services: services.clone(), rules: catalog.rooms.counter.clone() }),
        services::catalogue::module(catalogue.clone()),
        centre::module(centre.centre.clone()),
        support::module(centre.support.clone()),
        boards::module(centre.boards.clone()),
        showroom::module(centre.showroom.clone()),
        crate::security::module(catalog.reporting.clone(), &settings.public_url, clock.clone()),
    ];
    let rooms = crate::rooms::assemble(&Foundations { scope: &scope, catalog: &catalog, identity: &identity, services: &services, registers: &base_data, privacy: &privacy, documents: &documents, law: &law, issuing: &issuing, ledger: &ledger, keys: &keys, data, settings: &settings })?;
    modules.extend(rooms.modules());
    modules.extend(demo_module);
    let ready_db = db.clone();
    let house = House {
        site: Arc::new(site(&catalog, &settings)),
        identify: Some(identity.clone()),
        parking: Some(identity.clone()),
        rates: settings.rates.clone(),
        trust_proxy: settings.trust_proxy,
        ready: Some(Arc::new(move || {
            let db = ready_db.clone();
            Box::pin(async move { db.query("SELECT 1 AS one", &[]).await.is_ok() })
        })),
        form_origins: form_origin.into_iter().collect(),
        secure,
        ..House::new(identity.clone())
    };
    let (router, declared) = app(modules, house);
    Ok(Assembled { router, declared, services, catalogue, centre, rooms, identity, db, scope })
}

/// The issuers of the catalogue; in a demonstration its own as well.
fn trust(catalog: &Catalog, keys: &signing::Keys, demo: bool) -> Arc<signatures::Trust> {
    let listed = catalog.trust(demo);
    match keys.trial_root().filter(|_| demo) {
        Some(root) => Arc::new(Arc::unwrap_or_clone(listed).with_trial(root.clone())),
        None => listed,
    }
}

fn site(catalog: &Catalog, settings: &Settings) -> Site {
    let operator = catalog.operator.site(settings.province.as_str(), &catalog.areas, (settings.clock)().date(), settings.demo);
    Site {
        notice: settings.demo.then(|| {
            Text::new(
                "Bản trình diễn: người, hồ sơ và kết quả đều là giả định, không có giá trị pháp lý.",
                "Demonstration: people, cases and results are invented and have no legal effect.",
            )
        }),
        rail: crate::rooms::rail().into_iter().chain(crate::centre_rooms::rail()).collect(),
        ..operator
    }
}

/// The relying party's side of an OpenID Connect provider.
pub fn provider(issuer: String, client_id: String, client_secret: Option<String>, public_url: &str) -> identity::ProviderConfig {
    identity::ProviderConfig {
        key: issuer.clone(),
        name: Text::new("Định danh điện tử", "Electronic identity"),
        issuer,
        client_id,
        client_secret,
        scopes: ["profile", "email", "phone"].map(str::to_owned).to_vec(),
        public_url: Some(public_url.to_owned()),
        same_listener: false,
    }
}

fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    Some(format!("{scheme}://{}", rest.split('/').next()?))
}

impl Assembled {
    /// Starts what goes on by itself: effects, timers, sealing, sweeping.
    pub fn start_work(&self, data: &Path) -> anyhow::Result<()> {
        let clock = self.services.clock.clone();
        let mut runner = Runner::new(self.scope.clone());
        for (kind, handler) in services::effects::handlers(&self.services) {
            runner = runner.on(kind, handler);
        }
        for (kind, handler) in self.rooms.handlers() {
            runner = runner.on(kind, handler);
        }
        self.rooms.start_work(data);
        self.centre.start_work();
        let now = clock.clone();
        runner.spawn(Duration::from_millis(500), move || now());
        let key = seal::Key::open(&data.join("keys"))?;
        let now = clock.clone();
        seal::consumer(self.scope.clone(), key).spawn_every(Duration::from_secs(5), move || now());
        let desk = self.services.desk.clone();
        tokio::spawn(async move {
            if let Err(error) = desk.find_all_older().await {
                tracing::error!("bringing older cases into the search: {error}");
            }
        });
        let (services, identity, catalogue) = (self.services.clone(), self.identity.clone(), self.catalogue.clone());
        tokio::spawn(async move {
            let mut tick: u64 = 0;
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                if let Err(error) = services.desk.run_timers(services.now(), 100).await {
                    tracing::error!("timers: {error}");
                }
                tick += 1;
                if tick.is_multiple_of(CATALOGUE_S)
                    && let Err(error) = catalogue.keep_current().await
                {
                    tracing::error!("catalogue: {error:#}");
                }
                if tick.is_multiple_of(TYPESET_S) {
                    typeset::rest();
                }
                if tick.is_multiple_of(3600)
                    && let Err(error) = identity.sweep().await
                {
                    tracing::error!("sweep: {error:#}");
                }
            }
        });
        Ok(())
    }
}
