//! From the start of the program to its first page, on an existing database; idle memory; what the first page weighs.

use super::{Folder, Line, Options, own_mb, percentile, rss_mb};
use anyhow::Context as _;
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant as Clock},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const PATIENCE: Duration = Duration::from_secs(60);

struct Running(Child);
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let fresh = !folder.path.join("phusa.db").exists();
    let mut times = Vec::new();
    let (mut weight, mut idle, mut own) = (0, None, None);
    let mut first = None;
    for n in 0..6 {
        let began = Clock::now();
        let (running, address) = start(&folder.path, options.database.as_deref())?;
        page(&address, "/", began).await?;
        if n == 0 && fresh {
            first = Some(began.elapsed());
            // The demonstration prints its papers in the background: memory and the next starts are of a quiet program.
            tokio::time::sleep(Duration::from_secs(30)).await;
            continue;
        }
        times.push(began.elapsed());
        weight = whole_page(&address).await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        (idle, own) = (rss_mb(&running.0.id().to_string()), own_mb(&running.0.id().to_string()));
    }
    let engine = if options.database.is_some() { "postgres" } else { "sqlite" };
    let line = |case: &str, value: f64, unit: &'static str| Line { bench: "start", engine: engine.to_owned(), case: case.to_owned(), value, unit, ..Line::default() };
    if let Some(first) = first {
        line("empty folder to first page", first.as_secs_f64() * 1e3, "ms").print()?;
    }
    let p50 = percentile(&mut times, 50);
    Line { p50_ms: p50, rss_mb: idle, ..line("existing database to first page", p50.unwrap_or(0.0), "ms") }.print()?;
    Line { rss_mb: idle, ..line("idle memory", idle.unwrap_or(0.0), "MB") }.print()?;
    line("idle memory, the program's own", own.unwrap_or(0.0), "MB").print()?;
    line("first page over the wire with all it loads", weight as f64 / 1024.0, "KB").print()
}

fn start(data: &Path, database: Option<&str>) -> anyhow::Result<(Running, String)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("demo").arg("--data").arg(data).args(["--listen", &address]).stdout(Stdio::null());
    if let Some(database) = database {
        command.args(["--database", database]);
    }
    Ok((Running(command.spawn()?), address))
}

/// Asks until the page is there.
async fn page(address: &str, path: &str, began: Clock) -> anyhow::Result<Vec<u8>> {
    loop {
        match get(address, path).await {
            Ok(answer) => return Ok(answer),
            Err(e) if began.elapsed() > PATIENCE => return Err(e.context("the program does not answer")),
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// The answer as it came over the wire, headers too.
async fn get(address: &str, path: &str) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let asked = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: br\r\nAccept: text/html,*/*\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    anyhow::ensure!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(answer.get(..40).unwrap_or_default()));
    Ok(answer)
}

/// The page and every asset its text names.
async fn whole_page(address: &str) -> anyhow::Result<usize> {
    let mut weight = get(address, "/").await?.len();
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut plain = String::new();
    stream.read_to_string(&mut plain).await.context("the page is not text")?;
    let mut assets: Vec<&str> = plain.split('"').filter(|p| p.starts_with("/assets/")).collect();
    assets.sort_unstable();
    assets.dedup();
    for asset in assets {
        weight += get(address, asset).await?.len();
    }
    Ok(weight)
}
