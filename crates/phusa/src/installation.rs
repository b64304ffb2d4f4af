//! Several provinces in one process: each is a house of its own (catalogue, sign-in, keys, files, rates, connections) over one
//! database, and the host people ask for says whose door they come to.

use crate::{
    assembly::{self, Assembled, Settings, SignIn},
    catalog::{self, Catalog},
    outside::OutsideConfig,
    serve,
};
use anyhow::Context as _;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Instant, id::ProvinceCode};
use serde::Deserialize;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::Db;
use tower::ServiceExt;

/// The file an installation of several provinces is described in. It may hold secrets: mode 600.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// A reverse proxy stands before it and names the client in `X-Forwarded-For`.
    #[serde(default)]
    pub behind_proxy: bool,
    pub provinces: Vec<ProvinceConfig>,
}

/// One province of the installation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvinceConfig {
    /// Its code, as in Decision 19/2025/QĐ-TTg.
    pub province: String,
    /// Names people reach it by, without scheme; with a port where it is not the usual one.
    pub hosts: Vec<String>,
    /// Address for links on documents (https://…).
    pub public_url: String,
    /// Its folder of files and keys; no two provinces share one.
    pub data: PathBuf,
    /// Its own directories, laid over the built-in catalogue in this order.
    #[serde(default)]
    pub catalog: Vec<PathBuf>,
    #[serde(default)]
    pub sign_in: Option<SignInConfig>,
    #[serde(default)]
    pub outside: OutsideConfig,
    /// Pages and answers one visitor may read in a minute; the built-in rate where nothing is said.
    #[serde(default)]
    pub requests_per_minute: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInConfig {
    pub issuer: String,
    #[serde(default = "client")]
    pub client_id: String,
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
}

fn client() -> String {
    "phusa".to_owned()
}

impl Installation {
    /// Reads and checks; what is wrong is named with the province it is about.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let this: Self = kernel::catalog::parse_yaml(&path.display().to_string(), &text).map_err(|f| anyhow::anyhow!("{f}"))?;
        this.check()?;
        Ok(this)
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.provinces.is_empty(), "no province is named");
        let (mut codes, mut hosts, mut folders) = (HashMap::new(), HashMap::new(), HashMap::new());
        for p in &self.provinces {
            let digits = p.province.len() == 2 && p.province.bytes().all(|b| b.is_ascii_digit());
            anyhow::ensure!(digits, "province {:?}: a code has two digits", p.province);
            anyhow::ensure!(!p.hosts.is_empty(), "province {}: name at least one host", p.province);
            anyhow::ensure!(codes.insert(&p.province, ()).is_none(), "province {} is named twice", p.province);
            anyhow::ensure!(folders.insert(&p.data, ()).is_none(), "province {}: {} is another province's folder", p.province, p.data.display());
            for host in &p.hosts {
                anyhow::ensure!(hosts.insert(host.to_lowercase(), ()).is_none(), "host {host} leads to two provinces");
            }
        }
        Ok(())
    }

    /// Puts every province together over one database.
    pub async fn assemble(&self, db: &Db) -> anyhow::Result<Vec<House>> {
        let mut houses = Vec::new();
        for p in &self.provinces {
            let it = p.assemble(db.clone(), self.behind_proxy).await.with_context(|| format!("province {}", p.province))?;
            houses.push(House { hosts: p.hosts.clone(), data: p.data.clone(), it });
        }
        Ok(houses)
    }
}

impl ProvinceConfig {
    async fn assemble(&self, db: Db, trust_proxy: bool) -> anyhow::Result<Assembled> {
        std::fs::create_dir_all(&self.data)?;
        let files = catalog::layered(&self.catalog)?;
        let catalog = Catalog::load(&files).map_err(|f| anyhow::anyhow!(crate::commands::findings(&f)))?;
        let sign_in = match &self.sign_in {
            None => SignIn::Nobody,
            Some(s) => {
                let secret = s.client_secret_file.as_deref().map(std::fs::read_to_string).transpose()?;
                SignIn::Provider(assembly::provider(s.issuer.clone(), s.client_id.clone(), secret.map(|s| s.trim_end().to_owned()), &self.public_url))
            }
        };
        let usual = web::limit::Rates::default();
        let read = self.requests_per_minute.map_or(usual.read, |n| web::limit::Rate { burst: n, per_minute: n });
        let rates = web::limit::Rates { read, ..usual };
        let settings = Settings {
            province: ProvinceCode::new(&self.province),
            public_url: self.public_url.clone(),
            demo: false,
            clock: Arc::new(|| Instant::from(jiff::Timestamp::now())),
            rates,
            trust_proxy,
            outside: self.outside.read()?,
        };
        assembly::assemble(db, catalog, &self.data, sign_in, settings).await
    }
}

/// A province put together, and the names it answers to.
pub struct House {
    pub hosts: Vec<String>,
    pub data: PathBuf,
    pub it: Assembled,
}

/// One door for all: the host decides. Probes of the machine (`/healthz`, `/readyz`) are answered whatever the host.
pub fn router(houses: impl IntoIterator<Item = (Vec<String>, Router)>) -> Router {
    let mut by_host: HashMap<String, Router> = HashMap::new();
    let mut first = None;
    for (hosts, router) in houses {
        first.get_or_insert_with(|| router.clone());
        by_host.extend(hosts.iter().map(|h| (h.to_lowercase(), router.clone())));
    }
    let doors = Arc::new((by_host, first));
    Router::new().fallback(move |request: Request| {
        let doors = doors.clone();
        async move {
            let (by_host, first) = &*doors;
            let probe = matches!(request.uri().path(), "/healthz" | "/readyz");
            let door = asked(&request).and_then(|host| door(by_host, &host)).or_else(|| first.as_ref().filter(|_| probe));
            match door {
                Some(door) => answer(door.clone(), request).await,
                None => nobody(),
            }
        }
    })
}

async fn answer(door: Router, request: Request<Body>) -> Response {
    // A router's error is `Infallible`.
    door.oneshot(request).await.into_response()
}

/// The host of a request: in the address with HTTP/2, in the header otherwise.
fn asked(request: &Request) -> Option<String> {
    let named = request.uri().authority().map(|a| a.as_str().to_owned());
    let named = named.or_else(|| Some(request.headers().get(header::HOST)?.to_str().ok()?.to_owned()))?;
    Some(named.to_lowercase())
}

/// A host with its port if that is declared, otherwise by its name alone.
fn door<'a>(by_host: &'a HashMap<String, Router>, host: &str) -> Option<&'a Router> {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name);
    by_host.get(host).or_else(|| by_host.get(name))
}

/// Nobody lives here. Which provinces do is not told.
fn nobody() -> Response {
    let text = "Không có tỉnh, thành phố nào dùng địa chỉ này ở đây. Hãy kiểm tra lại địa chỉ.\n\
                No province uses this address here. Check the address.\n";
    (StatusCode::MISDIRECTED_REQUEST, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Serves all provinces of an installation until it is stopped.
pub async fn run(path: &Path, url: &str, listen: &str) -> anyhow::Result<()> {
    let installation = Installation::read(path)?;
    let db = assembly::open(url).await?;
    let houses = installation.assemble(&db).await?;
    let listener = serve::bind(listen).await?;
    for house in &houses {
        house.it.start_work(&house.data)?;
    }
    let all: Vec<String> = houses.iter().flat_map(|h| h.hosts.clone()).collect();
    println!("phusa: http://{}/ for {}", listener.local_addr()?, all.join(", "));
    serve::run(listener, router(houses.into_iter().map(|h| (h.hosts, h.it.router)))).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::routing::get;

    fn installation(text: &str) -> Result<Installation, String> {
        let this: Installation = kernel::catalog::parse_yaml("provinces.yaml", text).map_err(|f| f.to_string())?;
        this.check().map_err(|e| e.to_string()).map(|()| this)
    }

    #[test]
    fn an_installation_is_checked_before_it_starts() {
        let one = "provinces:\n  - {province: '79', hosts: [a.vn], public_url: 'https://a.vn', data: d/79}\n";
        assert_eq!(installation(one).map(|i| i.provinces.len()), Ok(1));
        let more = |line: &str| installation(&format!("{one}  - {line}\n")).err().unwrap();
        for (line, why) in [
            ("{province: '79', hosts: [b.vn], public_url: x, data: d/2}", "named twice"),
            ("{province: '48', hosts: [A.VN], public_url: x, data: d/2}", "two provinces"),
            ("{province: '48', hosts: [b.vn], public_url: x, data: d/79}", "another province's folder"),
            ("{province: '48', hosts: [], public_url: x, data: d/2}", "at least one host"),
            ("{province: 'HCM', hosts: [b.vn], public_url: x, data: d/2}", "two digits"),
            ("{province: '48', hosts: [b.vn], public_url: x, data: d/2, wrong: 1}", "wrong"),
        ] {
            assert!(more(line).contains(why), "{line}: {}", more(line));
        }
    }

    #[tokio::test]
    async fn the_host_says_whose_door_it_is() {
        let house = |name: &'static str| Router::new().route("/", get(move || async move { name })).route("/healthz", get(move || async move { name }));
        let all = router([(vec!["a.vn".into(), "localhost:8081".into()], house("79")), (vec!["B.vn".into()], house("48"))]);
        let ask = async |host: &str, path: &str| {
            let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
            let answer = all.clone().oneshot(request).await.unwrap();
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), 1000).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        };
        for (host, said) in [("a.vn", "79"), ("A.VN:443", "79"), ("b.vn:8080", "48"), ("localhost:8081", "79")] {
            assert_eq!(ask(host, "/").await, (200, said.to_owned()), "{host}");
        }
        for host in ["c.vn", "localhost", "localhost:8082", "", "a.vn.evil.example", "a.vn:x"] {
            let (status, text) = ask(host, "/").await;
            assert!(status == 421 && !text.contains("a.vn"), "{host}: {status} {text}");
        }
        assert_eq!(ask("10.0.0.7", "/healthz").await.0, 200, "probes name no host");
    }
}
