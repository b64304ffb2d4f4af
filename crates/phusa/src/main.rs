//! `phusa`: see `phusa --help`.

use clap::{Args, Parser, Subcommand};
use kernel::{Instant, id::ProvinceCode};
use citizen_care::channel;
use phusa::{
    assembly::{self, Settings, SignIn},
    catalog::{self, Catalog},
    bench, commands, demo, outside, serve,
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
        #[command(flatten)]
        outside: OutsideArgs,
    },
    /// Check the catalogue.
    Catalog {
        #[command(subcommand)]
        command: CatalogCommand,
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

/// The systems of others. A secret is read from a file, so that it stands in no list of processes.
#[derive(Args)]
struct OutsideArgs {
    /// Address of the national portal's exchange; without it dossiers wait to be told.
    #[arg(long, env = "PHUSA_NATIONAL_URL", requires = "national_secret_file")]
    national_url: Option<String>,
    /// File with the secret shared with the national portal.
    #[arg(long, env = "PHUSA_NATIONAL_SECRET_FILE")]
    national_secret_file: Option<PathBuf>,
    /// Mail server for notices (smtps://user:password@host:465); without it nobody is offered e-mail.
    #[arg(long, env = "PHUSA_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Sender of e-mail, as in `Một cửa <mot-cua@example.gov.vn>`.
    #[arg(long, env = "PHUSA_MAIL_FROM", default_value = "mot-cua@localhost")]
    mail_from: String,
    /// Gateway for short messages; without it nobody is offered them.
    #[arg(long, env = "PHUSA_SMS_URL", requires = "sms_secret_file")]
    sms_url: Option<String>,
    /// File with the secret shared with the gateway.
    #[arg(long, env = "PHUSA_SMS_SECRET_FILE")]
    sms_secret_file: Option<PathBuf>,
    /// Name people see as the sender of short messages.
    #[arg(long, env = "PHUSA_SMS_SENDER", default_value = "MOTCUA")]
    sms_sender: String,
    /// ClamAV daemon that scans uploads (tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl); without it they are marked as not scanned.
    #[arg(long, env = "PHUSA_CLAMD")]
    clamd: Option<String>,
}

impl OutsideArgs {
    fn read(&self) -> anyhow::Result<phusa::rooms::Outside> {
        let national = match (&self.national_url, &self.national_secret_file) {
            (Some(url), Some(file)) => {
                outside::encrypted("--national-url", url)?;
                Some(national_portal::wire::Connection { url: url.trim_end_matches('/').to_owned(), secret: secret(file)?.into() })
            }
            _ => None,
        };
        let scanner: Option<Arc<dyn services::uploads::Scanner>> = match &self.clamd {
            Some(address) => Some(Arc::new(services::uploads::clamd::Clamd::new(address.parse()?))),
            None => None,
        };
        Ok(phusa::rooms::Outside { national, carriers: self.carriers()?, scanner, ..phusa::rooms::Outside::default() })
    }

    fn carriers(&self) -> anyhow::Result<channel::Carriers> {
        let email: Option<Arc<dyn channel::Carrier>> = match &self.smtp_url {
            Some(url) => {
                outside::encrypted_mail("--smtp-url", url)?;
                Some(Arc::new(channel::mail::Smtp::new(url, &self.mail_from)?))
            }
            None => None,
        };
        let sms: Option<Arc<dyn channel::Carrier>> = match (&self.sms_url, &self.sms_secret_file) {
            (Some(url), Some(file)) => {
                outside::encrypted("--sms-url", url)?;
                Some(Arc::new(channel::sms::Gateway::new(url, &secret(file)?, &self.sms_sender)))
            }
            _ => None,
        };
        Ok(channel::Carriers { email, sms })
    }
}

/// A shared secret as a file holds it, line end aside. Less than 32 bytes could be guessed.
fn secret(file: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    let text = std::fs::read(file).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))?;
    let secret = text.trim_ascii_end().to_vec();
    anyhow::ensure!(secret.len() >= 32, "{} holds less than 32 bytes; make one with: openssl rand -hex 32", file.display());
    Ok(secret)
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
        Command::Demo { data, database, listen, scale, catalog, unlimited, clock_file } => {
            demo::run(demo::Options { data, database, listen, scale, catalog, unlimited, clock_file }).await?;
        }
        Command::Serve { place, listen, catalog, public_url, issuer, client_id, client_secret, outside } => {
            let sign_in = issuer.map_or(SignIn::Nobody, |issuer| SignIn::Provider(provider(issuer, client_id, client_secret, &public_url)));
            serve_place(&place, &listen, &catalog, public_url, sign_in, outside.read()?).await?;
        }
        Command::Catalog { command: CatalogCommand::Check { paths } } => return commands::catalog_check::run(&paths),
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

async fn serve_place(place: &Place, listen: &str, catalogs: &[PathBuf], public_url: String, sign_in: SignIn, outside: phusa::rooms::Outside) -> anyhow::Result<()> {
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
        outside,
    };
    let house = assembly::assemble(db, catalog, &place.data, sign_in, settings).await?;
    let listener = serve::bind(listen).await?;
    house.start_work(&place.data)?;
    println!("phusa: http://{}/", listener.local_addr()?);
    serve::run(listener, house).await
}
