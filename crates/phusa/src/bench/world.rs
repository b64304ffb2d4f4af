//! The installation a measurement plays in: the city's communes and officials, without the web.

use crate::{
    assembly::{self, Assembled, Settings, SignIn},
    demo::{self, city, staff},
};
use kernel::{Instant, id::ProvinceCode};
use std::{path::Path, sync::Arc};

pub struct World {
    pub house: Assembled,
    pub accounts: Vec<identity::demo::DemoAccount>,
}

impl World {
    pub fn engine(&self) -> String {
        self.house.db.engine().pick("sqlite", "postgres").to_owned()
    }
    pub async fn hands(&self) -> anyhow::Result<staff::Hands> {
        let house = &self.house;
        staff::Hands::read(house.identity.directory(), house.identity.offices(), &self.accounts, house.services.now()).await
    }
}

/// Opens or makes the installation; nobody is served from it.
pub async fn open(folder: &Path, database: Option<&str>) -> anyhow::Result<World> {
    let options = demo::Options {
        data: folder.to_path_buf(),
        database: database.map(str::to_owned),
        listen: String::new(),
        scale: demo::Scale::City,
        catalog: Vec::new(),
        unlimited: true,
        clock_file: None,
        held_keys: false,
        live: None,
    };
    let url = options.database.clone().unwrap_or_else(|| format!("sqlite://{}", folder.join("phusa.db").display()));
    let db = assembly::open(&url).await?;
    let (catalog, accounts) = demo::catalogue(&options, true)?;
    let province = ProvinceCode::new(demo::PROVINCE);
    let settings = Settings {
        province: province.clone(),
        public_url: "http://127.0.0.1".to_owned(),
        demo: true,
        clock: Arc::new(|| Instant::from(jiff::Timestamp::now())),
        rates: web::limit::Rates::open(),
        trust_proxy: false,
        outside: crate::rooms::Outside::default(),
    };
    let house = assembly::assemble(db, catalog, folder, SignIn::Nobody, settings).await?;
    staff::install(house.identity.directory(), &accounts, &province).await?;
    Ok(World { house, accounts })
}

/// An installation with a year of dossiers.
pub async fn filled(folder: &Path, database: Option<&str>, cases: u64, progress: bool) -> anyhow::Result<(World, city::Made)> {
    let world = open(folder, database).await?;
    let made = city::fill(&world.house, world.hands().await?, city::Plan { cases, seed: 79, progress }).await?;
    Ok((world, made))
}

/// Empties a PostgreSQL database given for measuring; a name that does not say so is refused.
pub async fn empty(database: &str) -> anyhow::Result<()> {
    let name = database.split('?').next().and_then(|d| d.rsplit('/').next()).unwrap_or("");
    anyhow::ensure!(name.starts_with("bench"), "the database is emptied for each case, so its name must begin with “bench”: {name}");
    let (client, connection) = tokio_postgres::connect(database, tokio_postgres::NoTls).await?;
    let serving = tokio::spawn(connection);
    client.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await?;
    drop(client);
    serving.await??;
    Ok(())
}
