//! `kill -9` during a load of acts: what was acknowledged is there, what was not can be asked again and happens once. What had its
//! number and not yet its signature is signed afterwards, once.
//!
//! `PHUSA_KILLS` rounds on each engine (10; in `make soak` 50). The program is the one that was built; the database server, where
//! there is one, stays.

use crate::house::{folder, sound};
use identity::demo as people;
use kernel::{Actor, Instant, id::ProvinceCode};
use phusa::{assembly::Assembled, demo::{self, Options, PROVINCE, Scale}};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, atomic::{AtomicBool, AtomicU64, Ordering}},
    time::{Duration, Instant as Moment},
};
use store::effects::Runner;
use testkit::{Program, Reply, pg};

const CLIENTS: usize = 8;

fn rounds() -> usize {
    testkit::many("PHUSA_KILLS", 10, 50)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    run(None).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    run(Some(pg::database().await.unwrap())).await;
}

struct Place {
    data: PathBuf,
    database: Option<String>,
}

impl Place {
    fn options(&self) -> Options {
        Options {
            data: self.data.clone(),
            database: self.database.clone(),
            listen: String::new(),
            scale: Scale::Small,
            catalog: Vec::new(),
            unlimited: true,
            clock_file: None,
            held_keys: false,
            live: None,
        }
    }
}

/// The program under load, and what it is killed with.
struct Running {
    child: Child,
    base: String,
}

impl Running {
    fn start(place: &Place) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_phusa"));
        command.arg("demo").arg("--data").arg(&place.data).arg("--unlimited");
        command.arg("--listen").arg(format!("127.0.0.1:{port}"));
        if let Some(url) = &place.database {
            command.arg("--database").arg(url);
        }
        let log = std::fs::File::options().create(true).append(true).open(place.data.join("log")).unwrap();
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut running = Self { child, base: format!("http://127.0.0.1:{port}") };
        running.wait(&place.data);
        running
    }
    fn wait(&mut self, data: &Path) {
        let until = Moment::now() + Duration::from_secs(60);
        let probe = Program::new(&self.base, None);
        while Moment::now() < until {
            if probe.attempt("GET", "/readyz", &[], None).is_ok_and(|r| r.status == 200) {
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the program ended: {status}: {}", std::fs::read_to_string(data.join("log")).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the program does not answer: {}", std::fs::read_to_string(data.join("log")).unwrap_or_default());
    }
    /// SIGKILL: nothing is finished, nothing is flushed.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request that was sent: to file a case, or to receive one.
#[derive(Clone)]
struct Asked {
    key: String,
    /// The case it is about; a filing has none yet.
    code: Option<String>,
    body: Value,
}

#[derive(Default)]
struct Ledger {
    /// Code and version that an answer named.
    acknowledged: Vec<(String, u64)>,
    /// Without an answer when the program was killed.
    open: Vec<Asked>,
}

#[derive(Clone)]
struct Tokens {
    lan: String,
    thu: String,
}

async fn prepare(place: &Place) -> Tokens {
    let house = demo::prepare(&place.options(), "http://127.0.0.1").await.unwrap();
    let directory = house.identity.directory();
    let system = Actor::system(ProvinceCode::new(PROVINCE)).account;
    let mut made = HashMap::new();
    for key in ["lan", "thu"] {
        let account = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, key).await.unwrap().unwrap();
        made.insert(key, directory.create_token(account.id, "kill", 3650, system, people::since()).await.unwrap());
    }
    Tokens { lan: made["lan"].clone(), thu: made["thu"].clone() }
}

async fn run(database: Option<String>) {
    let place = Place { data: folder("kill"), database };
    let tokens = prepare(&place).await;
    let mut seed = std::process::id() as u64 ^ if place.database.is_some() { 0x9e37 } else { 0x79b9 };
    let (mut acknowledged, mut repeated) = (0, 0);
    let mut running = Running::start(&place);
    let example = Program::new(&running.base, None).get("/api/v1/definitions/1.001193").ok()["example_request"].clone();
    for round in 0..rounds() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pause = Duration::from_millis(100 + (seed >> 33) % 600);
        let ledger = tokio::task::block_in_place(|| load(&mut running, &tokens, &example, round, pause));
        running = tokio::task::block_in_place(|| Running::start(&place));
        let (lan, thu) = (Program::new(&running.base, Some(&tokens.lan)), Program::new(&running.base, Some(&tokens.thu)));
        for (code, version) in &ledger.acknowledged {
            let seen = thu.get(&format!("/api/v1/cases/{code}")).ok();
            assert!(seen["version"].as_u64().unwrap() >= *version, "round {round}: {code} lost an act: {seen}");
        }
        for asked in &ledger.open {
            ask_again(&lan, &thu, asked);
        }
        acknowledged += ledger.acknowledged.len();
        repeated += ledger.open.len();
    }
    running.kill();
    assert!(acknowledged > rounds(), "the load was too light to say anything: {acknowledged}");
    whole(&place).await;
    println!("{} rounds: {acknowledged} acknowledged acts kept, {repeated} repeated once", rounds());
    std::fs::remove_dir_all(&place.data).ok();
}

/// Clients file and receive until the program is gone.
fn load(running: &mut Running, tokens: &Tokens, example: &Value, round: usize, pause: Duration) -> Ledger {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let (ledger, killed) = (Mutex::new(Ledger::default()), AtomicBool::new(false));
    let base = running.base.clone();
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let (lan, thu) = (Program::new(&base, Some(&tokens.lan)), Program::new(&base, Some(&tokens.thu)));
                while !killed.load(Ordering::SeqCst) {
                    let n = NUMBER.fetch_add(1, Ordering::Relaxed);
                    let mut body = example.clone();
                    // Found again by this: each filing names another child.
                    body["answers"]["child_name"] = json!(format!("Bé {n}"));
                    let filing = Asked { key: format!("{}-{round}-{n}", std::process::id()), code: None, body };
                    let Some(case) = ask(&ledger, &lan, filing) else { return };
                    let code = case["code"].as_str().unwrap().to_owned();
                    let key = format!("{}-{round}-{n}-receive", std::process::id());
                    let receiving = Asked { key, code: Some(code), body: json!({"act": "receive", "input": {}}) };
                    if ask(&ledger, &thu, receiving).is_none() {
                        return;
                    }
                }
            });
        }
        std::thread::sleep(pause);
        running.kill();
        killed.store(true, Ordering::SeqCst);
    });
    ledger.into_inner().unwrap()
}

fn path(asked: &Asked) -> String {
    asked.code.as_ref().map_or_else(|| "/api/v1/cases".to_owned(), |c| format!("/api/v1/cases/{c}/acts"))
}

fn send(by: &Program, asked: &Asked) -> Option<Reply> {
    let headers = [("content-type", "application/json"), ("idempotency-key", asked.key.as_str())];
    by.attempt("POST", &path(asked), &headers, Some(asked.body.to_string().into_bytes())).ok()
}

/// Sends a request and notes what became of it; nothing once the connection is gone.
fn ask(ledger: &Mutex<Ledger>, by: &Program, asked: Asked) -> Option<Value> {
    let Some(reply) = send(by, &asked) else {
        ledger.lock().unwrap().open.push(asked);
        return None;
    };
    let case = reply.ok();
    let noted = (case["code"].as_str().unwrap().to_owned(), case["version"].as_u64().unwrap());
    ledger.lock().unwrap().acknowledged.push(noted);
    Some(case)
}

/// Without an answer the client cannot know: it sends the same request again, twice, and one thing has happened.
fn ask_again(lan: &Program, thu: &Program, asked: &Asked) {
    let by = if asked.code.is_some() { thu } else { lan };
    let first = send(by, asked).unwrap().ok();
    let second = send(by, asked).unwrap().ok();
    assert_eq!((&first["code"], second["repeated"].as_bool()), (&second["code"], Some(true)));
    let events = thu.get(&format!("/api/v1/cases/{}/events", first["code"].as_str().unwrap())).ok();
    let count = |act: &str| events["events"].as_array().unwrap().iter().filter(|e| e["act"] == act).count();
    assert_eq!((count("file"), count("receive")), (1, usize::from(asked.code.is_some())), "{events}");
}

/// No half act anywhere: every case replays, every view agrees, no child has two cases, no number is missing or twice.
async fn whole(place: &Place) {
    let house = demo::prepare(&place.options(), "http://127.0.0.1").await.unwrap();
    let rows = house.scope.query("SELECT code, title FROM case_view WHERE province = $1 ORDER BY code", Vec::new()).await.unwrap();
    let mut titles = std::collections::HashSet::new();
    for row in &rows {
        let (code, title) = (row.string("code").unwrap(), row.string("title").unwrap());
        assert!(!title.starts_with("Bé ") || titles.insert(title.clone()), "two cases of {title}");
        sound(&house, &code).await;
    }
    let sql = "SELECT s.state FROM snapshot s WHERE s.province = $1 AND s.kind = 'dossier'";
    // All slips of an office are numbered in one register.
    let mut registers: HashMap<String, Vec<u64>> = HashMap::new();
    for row in house.scope.query(sql, Vec::new()).await.unwrap() {
        let state: casework::CaseState = serde_json::from_str(row.text("state").unwrap()).unwrap();
        let slips = state.documents.iter().filter(|d| d.document.starts_with("slip_")).map(|d| d.number);
        registers.entry(state.offices.decides.to_string()).or_default().extend(slips);
    }
    for (office, mut numbers) in registers {
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "{office}: numbers without gap, each once");
    }
    // A clock of the machine ran: nothing is in the future.
    let now = Instant::from(jiff::Timestamp::now()).micros();
    let row = house.scope.one("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND at > $2", store::values![now]).await.unwrap();
    assert_eq!(row.unwrap().int("n").unwrap(), 0);
    signed_once(&house).await;
}

/// Whoever comes after signs what had its number only; each file is kept once, also where the program fell between the key's answer
/// and the journal.
async fn signed_once(house: &Assembled) {
    let document = services::effects::handlers(&house.services).into_iter().find(|(kind, _)| *kind == "case.document").unwrap();
    let runner = Runner::new(house.scope.clone()).on(document.0, document.1);
    let before = files(house).await;
    // After every lease that the killed program held. There may be hundreds: a part of them says enough.
    let (later, until) = (Instant::from(jiff::Timestamp::now()).plus_seconds(3600), Moment::now() + Duration::from_secs(10));
    while Moment::now() < until && runner.run_once(later).await.unwrap() > 0 {}
    let after = files(house).await;
    assert!(before.unsigned == 0 || after.unsigned < before.unsigned, "{before:?} {after:?}");
    assert_eq!(after.kept, after.entries, "each file and each signature is noted once");
    println!("{} documents had a number and no signature, {} still wait, {} are signed", before.unsigned, after.unsigned, after.kept);
}

/// Issued documents of all cases.
#[derive(Debug)]
struct Files {
    unsigned: usize,
    /// Files and signatures that the cases name.
    kept: usize,
    /// Entries of the journal that keep one.
    entries: usize,
}

async fn files(house: &Assembled) -> Files {
    let rows = house.scope.query("SELECT state FROM snapshot WHERE province = $1 AND kind = 'dossier'", Vec::new()).await.unwrap();
    let cases: Vec<casework::CaseState> = rows.iter().map(|r| serde_json::from_str(r.text("state").unwrap()).unwrap()).collect();
    let documents = || cases.iter().flat_map(|c| &c.documents);
    let kept = documents().map(|d| usize::from(d.file.is_some()) + usize::from(d.signed.is_some())).sum();
    let sql = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'dossier.file-document'";
    let entries = house.scope.one(sql, Vec::new()).await.unwrap().unwrap().int("n").unwrap();
    Files { unsigned: documents().filter(|d| d.file.is_none()).count(), kept, entries: usize::try_from(entries).unwrap() }
}
