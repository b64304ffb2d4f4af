//! `phusa`: see `phusa --help`.

use clap::{Args, Parser, Subcommand};
use kernel::{Instant, id::ProvinceCode};
use phusa::{
    assembly::{self, Settings, SignIn},
    catalog::{self, Catalog},
    bench, commands, demo, serve,
};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// A quarter of the processor time of an act went to the C library's allocator (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "phusa", version, about = "Phù Sa: one program on which a Vietnamese province runs its digital transformation")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prepare demonstration data and serve it.
    Demo {
        #[arg(long, default_value = "demo-data")]
        data: PathBuf,
        /// PostgreSQL instead of the file in --data (postgres://…).
        #[arg(long)]
        database: Option<String>,
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        #[arg(long, value_enum, default_value = "small")]
        scale: demo::Scale,
        #[arg(long)]
        catalog: Vec<PathBuf>,
        /// Do not limit the rate of requests (load tests).
        #[arg(long)]
        unlimited: bool,
        /// File with the seconds to add to the clock (walks through days in minutes).
        #[arg(long)]
        clock_file: Option<PathBuf>,
    },
    /// Serve an installation.
    Serve {
        #[command(flatten)]
        place: Place,
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// A province's own directories, laid over the built-in catalogue in this order.
        #[arg(long)]
        catalog: Vec<PathBuf>,
        /// Address by which people reach it (https://…).
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        public_url: String,
        /// Issuer of the OpenID Connect provider.
        #[arg(long, env = "PHUSA_OIDC_ISSUER")]
        issuer: Option<String>,
        #[arg(long, env = "PHUSA_OIDC_CLIENT_ID", default_value = "phusa")]
        client_id: String,
        #[arg(long, env = "PHUSA_OIDC_CLIENT_SECRET", hide_env_values = true)]
        client_secret: Option<String>,
    },
    /// Check the catalogue.
    Catalog {
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// Bearer tokens for programs.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// The sealed journal.
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// Measure; prints JSON lines (see benches/README.md).
    Bench(bench::Options),
    /// Write everything into one file.
    Backup {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        to: PathBuf,
    },
    /// Read a backup into an empty installation, of either engine.
    Restore {
        #[arg(long)]
        from: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum CatalogCommand {
    /// Print file:line: reason for each fault; exit code 1 when there is one.
    Check { paths: Vec<PathBuf> },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Print a new token; it is shown once.
    Create {
        /// Account id, subject or exact name.
        #[arg(long)]
        account: String,
        #[arg(long, default_value = "api")]
        name: String,
        #[arg(long, default_value_t = 90)]
        days: u32,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Recompute the seals and name the first altered entry; exit code 1 when there is one.
    Verify {
        #[command(flatten)]
        place: Place,
    },
}

/// Where an installation is.
#[derive(Args)]
struct Place {
    /// Folder of files and keys, and of the database when --database is not given.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// postgres://… or sqlite:///path
    #[arg(long, env = "PHUSA_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Code of the province.
    #[arg(long, default_value = demo::PROVINCE)]
    province: String,
}

impl Place {
    fn url(&self) -> anyhow::Result<String> {
        std::fs::create_dir_all(&self.data)?;
        Ok(self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("phusa.db").display())))
    }
    fn province(&self) -> ProvinceCode {
        ProvinceCode::new(&self.province)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PHUSA_LOG").unwrap_or_else(|_| "warn,phusa=info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse().command).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("phusa: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Demo { data, database, listen, scale, catalog, unlimited, clock_file } => {
            demo::run(demo::Options { data, database, listen, scale, catalog, unlimited, clock_file }).await?;
        }
        Command::Serve { place, listen, catalog, public_url, issuer, client_id, client_secret } => {
            let sign_in = issuer.map_or(SignIn::Nobody, |issuer| SignIn::Provider(provider(issuer, client_id, client_secret, &public_url)));
            serve_place(&place, &listen, &catalog, public_url, sign_in).await?;
        }
        Command::Catalog { command: CatalogCommand::Check { paths } } => return commands::catalog_check::run(&paths),
        Command::Token { command: TokenCommand::Create { account, name, days, place } } => {
            let db = assembly::open(&place.url()?).await?;
            commands::token::create(db.province(place.province()), &account, &name, days).await?;
        }
        Command::Journal { command: JournalCommand::Verify { place } } => {
            let db = assembly::open(&place.url()?).await?;
            return commands::journal::verify(&db.province(place.province()), &place.data).await;
        }
        Command::Bench(options) => bench::run(options).await?,
        Command::Backup { place, to } => commands::keep::backup(&place.url()?, &place.data, &to).await?,
        Command::Restore { from, place } => commands::keep::restore(&place.url()?, &place.data, &from).await?,
    }
    Ok(true)
}

fn provider(issuer: String, client_id: String, client_secret: Option<String>, public_url: &str) -> identity::ProviderConfig {
    identity::ProviderConfig {
        key: issuer.clone(),
        name: kernel::Text::new("Định danh điện tử", "Electronic identity"),
        issuer,
        client_id,
        client_secret,
        scopes: ["profile", "email", "phone"].map(str::to_owned).to_vec(),
        public_url: Some(public_url.to_owned()),
        same_listener: false,
    }
}

async fn serve_place(place: &Place, listen: &str, catalogs: &[PathBuf], public_url: String, sign_in: SignIn) -> anyhow::Result<()> {
    let db = assembly::open(&place.url()?).await?;
    let files = catalog::layered(catalogs)?;
    let catalog = Catalog::load(&files).map_err(|f| anyhow::anyhow!(commands::findings(&f)))?;
    let settings = Settings {
        province: place.province(),
        public_url,
        demo: false,
        clock: Arc::new(|| Instant::from(jiff::Timestamp::now())),
        rates: web::limit::Rates::default(),
    };
    let house = assembly::assemble(db, catalog, &place.data, sign_in, settings).await?;
    let listener = serve::bind(listen).await?;
    house.start_work(&place.data)?;
    println!("phusa: http://{}/", listener.local_addr()?);
    serve::run(listener, house).await
}
