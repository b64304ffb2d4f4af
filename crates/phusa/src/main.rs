//! `phusa`: see `phusa --help`.

use clap::{Args, Parser, Subcommand};
use kernel::{Instant, id::ProvinceCode};
use phusa::{
    assembly::{self, Settings, SignIn},
    catalog::{self, Catalog},
    bench, commands, demo, installation,
    outside::{self, OutsideConfig},
    serve,
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
        /// The chairman's key on a token (SoftHSM2), the ward's seal at a simulated provider of remote signing.
        #[arg(long)]
        held_keys: bool,
        /// People of the demonstration do so many acts a minute by themselves, so that boards and walls move.
        #[arg(long, value_name = "ACTS_A_MINUTE", num_args = 0..=1, default_missing_value = "12", value_parser = clap::value_parser!(u32).range(1..=6000))]
        live: Option<u32>,
    },
    /// Serve several provinces from one process and one database; the host people ask for says whose door they come to.
    ServeAll {
        /// Who they are (docs/operate.md, “Several provinces”).
        #[arg(long)]
        provinces: PathBuf,
        /// postgres://… or sqlite:///path
        #[arg(long, env = "PHUSA_DATABASE", hide_env_values = true)]
        database: String,
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
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
        /// A reverse proxy stands before it and names the client in X-Forwarded-For; without this flag that header is not believed.
        #[arg(long)]
        behind_proxy: bool,
        #[command(flatten)]
        outside: OutsideConfig,
    },
    /// Check the catalogue.
    Catalog {
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// Set a document of the catalogue as PDF, without an installation; without a code, list the templates.
    Document {
        /// Code of the template, for example admin-letter.
        code: Option<String>,
        /// Its fields as JSON, like `sample.json` beside the template; left out, the sample is set and marked as one.
        #[arg(long)]
        data: Option<PathBuf>,
        #[arg(long, default_value = "document.pdf")]
        to: PathBuf,
        /// As for `serve`.
        #[arg(long)]
        catalog: Vec<PathBuf>,
    },
    /// Make somebody an administrator: the first one of an installation. They sign in with this personal number.
    Administrator {
        #[arg(long)]
        number: String,
        #[arg(long)]
        name: String,
        /// Code of the office whose administrator they are (H29).
        #[arg(long)]
        office: String,
        #[command(flatten)]
        place: Place,
        /// As for `serve`.
        #[arg(long)]
        catalog: Vec<PathBuf>,
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
    /// A reorganisation of offices, communes and provinces: prepare, preview, approve, run, report.
    Reform {
        #[command(subcommand)]
        command: commands::reform::Command,
        #[command(flatten)]
        place: Place,
        /// As for `serve`.
        #[arg(long, global = true)]
        catalog: Vec<PathBuf>,
    },
    /// The law: import documents, search, check a draft, measure.
    Law {
        #[command(subcommand)]
        command: commands::law::Command,
        #[command(flatten)]
        place: Place,
        /// As for `serve`.
        #[arg(long, global = true)]
        catalog: Vec<PathBuf>,
    },
    /// Measure; prints JSON lines (see benches/README.md).
    Bench(bench::Options),
    /// Write everything into one file.
    Backup {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        to: PathBuf,
        /// What is the province's of --province and nothing else.
        #[arg(long)]
        only: bool,
    },
    /// Take a province out of an installation it shared. Irrevocable: what it takes along is read back first.
    Leave {
        #[command(flatten)]
        place: Place,
        /// What `backup --only` wrote of it.
        #[arg(long)]
        taken: PathBuf,
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
    /// Print the tokens of an account: id, state, last day, name. The tokens themselves are kept nowhere.
    List {
        /// Account id, subject or exact name.
        #[arg(long)]
        account: String,
        #[command(flatten)]
        place: Place,
    },
    /// End a token now.
    Revoke {
        /// Account id, subject or exact name.
        #[arg(long)]
        account: String,
        /// As `token list` prints it.
        #[arg(long)]
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Recompute the seals and name every altered entry; exit code 1 when there is one. With --bundle: check one proof offline.
    Verify {
        #[command(flatten)]
        place: Place,
        /// Proof or head files put away earlier: newest entries cut off with their heads are found only against these.
        #[arg(long, conflicts_with = "bundle")]
        head: Vec<PathBuf>,
        /// A proof file; nothing else is opened.
        #[arg(long, requires = "key")]
        bundle: Option<PathBuf>,
        /// Public key for --bundle: 64 hexadecimal digits, or a file that holds them.
        #[arg(long, requires = "bundle")]
        key: Option<String>,
    },
    /// Write the proof of one entry, to be checked anywhere. It holds the entry's contents, which may be personal data.
    Prove {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        seq: i64,
        #[arg(long)]
        out: PathBuf,
    },
    /// Print the public key that proofs are checked with.
    Key {
        #[command(flatten)]
        place: Place,
    },
    /// Write the journal and the rules it is read under as JSON lines. Holds personal data: keep the file as you keep the database.
    Export {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        to: PathBuf,
        /// A province's own directories, laid over the built-in catalogue in this order.
        #[arg(long)]
        catalog: Vec<PathBuf>,
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
    let filter = tracing_subscriber::EnvFilter::try_from_env("PHUSA_LOG").unwrap_or_else(|_| "warn,phusa=info,identity=info,web=info".into());
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
        Command::Demo { data, database, listen, scale, catalog, unlimited, clock_file, held_keys, live } => {
            demo::run(demo::Options { data, database, listen, scale, catalog, unlimited, clock_file, held_keys, live }).await?;
        }
        Command::Serve { place, listen, catalog, public_url, issuer, client_id, client_secret, behind_proxy, outside } => {
            let sign_in = issuer.map_or(SignIn::Nobody, |issuer| SignIn::Provider(assembly::provider(issuer, client_id, client_secret, &public_url)));
            serve_place(&place, &listen, &catalog, public_url, sign_in, behind_proxy, outside.read()?).await?;
        }
        Command::ServeAll { provinces, database, listen } => installation::run(&provinces, &database, &listen).await?,
        Command::Catalog { command: CatalogCommand::Check { paths } } => return commands::catalog_check::run(&paths),
        Command::Document { code, data, to, catalog } => match code {
            Some(code) => commands::document::set(&code, data.as_deref(), &to, &catalog)?,
            None => commands::document::list(&catalog)?,
        },
        Command::Administrator { number, name, office, place, catalog } => {
            let db = assembly::open(&place.url()?).await?;
            let catalog = Catalog::load(&catalog::layered(&catalog)?).map_err(|f| anyhow::anyhow!(commands::findings(&f)))?;
            commands::administrator::appoint(db.province(place.province()), &catalog, &number, &name, &office).await?;
        }
        Command::Token { command: TokenCommand::Create { account, name, days, place } } => {
            let db = assembly::open(&place.url()?).await?;
            commands::token::create(db.province(place.province()), &account, &name, days).await?;
        }
        Command::Token { command: TokenCommand::List { account, place } } => {
            let db = assembly::open(&place.url()?).await?;
            commands::token::list(db.province(place.province()), &account).await?;
        }
        Command::Token { command: TokenCommand::Revoke { account, id, place } } => {
            let db = assembly::open(&place.url()?).await?;
            commands::token::revoke(db.province(place.province()), &account, &id).await?;
        }
        Command::Journal { command: JournalCommand::Verify { bundle: Some(bundle), key: Some(key), .. } } => {
            return commands::journal::verify_bundle(&bundle, &key);
        }
        Command::Journal { command: JournalCommand::Verify { place, head, .. } } => {
            let db = assembly::open(&place.url()?).await?;
            return commands::journal::verify(&db.province(place.province()), &place.data, &head).await;
        }
        Command::Journal { command: JournalCommand::Prove { place, seq, out } } => {
            let db = assembly::open(&place.url()?).await?;
            return commands::journal::prove(&db.province(place.province()), seq, &out).await;
        }
        Command::Journal { command: JournalCommand::Key { place } } => commands::journal::key(&place.data)?,
        Command::Journal { command: JournalCommand::Export { place, to, catalog } } => export(&place, &to, &catalog).await?,
        Command::Reform { command, place, catalog } => {
            let db = assembly::open(&place.url()?).await?;
            let catalog = Catalog::load(&catalog::layered(&catalog)?).map_err(|f| anyhow::anyhow!(commands::findings(&f)))?;
            return commands::reform::run(&db, &catalog, &place.province(), command).await;
        }
        Command::Law { command, place, catalog } => {
            let catalog = Catalog::load(&catalog::layered(&catalog)?).map_err(|f| anyhow::anyhow!(commands::findings(&f)))?;
            // Measuring reads files and opens no installation.
            if let commands::law::Command::Measure { data, questions } = command {
                return commands::law::measure(&catalog, &data, questions.as_deref());
            }
            let db = assembly::open(&place.url()?).await?;
            return commands::law::run(&db, &catalog, &place.province(), command).await;
        }
        Command::Bench(options) => bench::run(options).await?,
        Command::Backup { place, to, only } => {
            let province = place.province();
            commands::keep::backup(&place.url()?, &place.data, only.then_some(&province), &to).await?;
        }
        Command::Leave { place, taken } => commands::keep::leave(&place.url()?, &place.province(), &taken).await?,
        Command::Restore { from, place } => commands::keep::restore(&place.url()?, &place.data, &from).await?,
    }
    Ok(true)
}

async fn export(place: &Place, to: &std::path::Path, catalogs: &[PathBuf]) -> anyhow::Result<()> {
    let db = assembly::open(&place.url()?).await?;
    let mut directories = catalogs.to_vec();
    // A city of the demonstration keeps its communes beside its data.
    directories.extend(Some(demo::city::catalogue::folder(&place.data)).filter(|f| f.exists()));
    let catalog = Catalog::load(&catalog::layered(&directories)?).map_err(|f| anyhow::anyhow!(commands::findings(&f)))?;
    let scope = db.province(place.province());
    let source = commands::journal::Source {
        scope: &scope,
        definitions: &catalog.definitions,
        calendars: &catalog.calendars,
        offices: &catalog.offices,
        indicators: &catalog.rooms.indicators,
    };
    let mut out = std::io::BufWriter::new(commands::private_file(to)?);
    let n = commands::journal::export(&source, &mut out).await?;
    std::io::Write::flush(&mut out)?;
    println!("{n} entries → {}", to.display());
    Ok(())
}

async fn serve_place(place: &Place, listen: &str, catalogs: &[PathBuf], public_url: String, sign_in: SignIn, trust_proxy: bool, outside: phusa::rooms::Outside) -> anyhow::Result<()> {
    if outside::encrypted("--public-url", &public_url).is_err() {
        tracing::warn!("people reach {public_url} unencrypted: put a proxy with TLS in front and give its https:// address as --public-url");
    }
    let db = assembly::open(&place.url()?).await?;
    let files = catalog::layered(catalogs)?;
    let catalog = Catalog::load(&files).map_err(|f| anyhow::anyhow!(commands::findings(&f)))?;
    let settings = Settings {
        province: place.province(),
        public_url,
        demo: false,
        clock: Arc::new(|| Instant::from(jiff::Timestamp::now())),
        rates: web::limit::Rates::default(),
        trust_proxy,
        outside,
    };
    let house = assembly::assemble(db, catalog, &place.data, sign_in, settings).await?;
    let listener = serve::bind(listen).await?;
    house.start_work(&place.data)?;
    println!("phusa: http://{}/", listener.local_addr()?);
    serve::run(listener, house.router).await
}
