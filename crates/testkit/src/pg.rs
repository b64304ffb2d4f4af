//! A private PostgreSQL for tests: Debian's binaries, a folder of its own, a free port on loopback, gone at the end.
//!
//! The tests run against the real server or fail with the command that installs it; they are never skipped.

use anyhow::{Context, Result, bail, ensure};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

/// One running server. Stopped and removed with the process that started it, however that ends.
pub struct Cluster {
    port: u16,
}

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a fresh, empty database in this process's cluster.
pub async fn database() -> Result<String> {
    Cluster::shared().await?.database().await
}

impl Cluster {
    /// The cluster of this process, started at the first call. It does not synchronise to disk: nothing here outlives
    /// a crash anyway.
    pub async fn shared() -> Result<&'static Self> {
        CLUSTER.get_or_try_init(|| async { tokio::task::spawn_blocking(|| Self::start(false)).await? }).await
    }

    /// Starts a server; `durable` leaves fsync on, for measurements.
    pub fn start(durable: bool) -> Result<Self> {
        let bin = binaries()?;
        let home = std::env::temp_dir().join(format!("phusa-pg-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&home)?;
        let root = is_root();
        if root {
            run(Command::new("chown").arg("postgres").arg(&home)).context("a `postgres` user owns the cluster")?;
        }
        let data = home.join("data");
        let mut initdb = as_postgres(root, &bin.join("initdb"));
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"]).arg(&data);
        run(&mut initdb)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut settings = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", home.display()),
            "max_connections=400".to_owned(),
            "shared_buffers=128MB".to_owned(),
            "autovacuum_naptime=60s".to_owned(),
        ];
        if !durable {
            settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
        }
        watch_over(root, &bin, &data, &home, &settings)?;
        let cluster = Self { port };
        cluster.wait(&home)?;
        Ok(cluster)
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn wait(&self, home: &Path) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            let log = std::fs::read_to_string(home.join("log")).unwrap_or_default();
            if log.contains("database system is ready to accept connections") {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("PostgreSQL did not start: {}", std::fs::read_to_string(home.join("log")).unwrap_or_default())
    }

    /// A fresh, empty database.
    pub async fn database(&self) -> Result<String> {
        let name = format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), NoTls).await?;
        let serving = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
        drop(client);
        serving.await??;
        Ok(self.url(&name))
    }
}

/// The newest server installed.
fn binaries() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists() && bin.join("postgres").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin).context("PostgreSQL is not installed: apt-get install -y postgresql-15")
}

/// PostgreSQL refuses to run as root.
fn as_postgres(root: bool, program: &Path) -> Command {
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

fn run(command: &mut Command) -> Result<()> {
    let out = command.current_dir("/").output().with_context(|| format!("{command:?}"))?;
    ensure!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
    Ok(())
}

/// Starts the server below a small shell that outlives this process by a moment: its standard input is a pipe from
/// here, and when the pipe closes — normal end, panic or kill — it stops the server and removes the folder.
fn watch_over(root: bool, bin: &Path, data: &Path, home: &Path, settings: &[String]) -> Result<()> {
    let script = r#"home=$1; shift; "$@" >"$home/log" 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "$home""#;
    let server = as_postgres(root, &bin.join("postgres"));
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(home).arg(server.get_program()).args(server.get_args());
    shell.arg("-D").arg(data);
    for setting in settings {
        shell.arg("-c").arg(setting);
    }
    // A group of its own: what kills the test's group (Ctrl-C, a time limit) leaves the shell to clean up.
    std::os::unix::process::CommandExt::process_group(&mut shell, 0);
    let child = shell.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // The pipe stays open until the process ends.
    std::mem::forget(child);
    Ok(())
}
