//! Signing in through the development provider over real HTTP, on both databases: what a browser sends and gets.
#![allow(clippy::unwrap_used)]

use identity::{
    DemoMode, DevProvider, Identity, IdentityParts, MIGRATIONS, Offices, Policies, RelyingParty, SessionRules, actions, demo,
};
use kernel::{Instant, catalog::Files, id::AccountId};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};
use store::{Db, values};
use testkit::on_each_database;
use web::{app::{House, app}, routes::Routes, visitor::Visitor};

on_each_database!(
    a_citizen_signs_in_and_out
    an_official_is_the_post_of_today
    a_form_met_by_an_expired_session_comes_back
    foreign_repeated_and_broken_callbacks_are_refused
    the_provider_refuses_what_it_must
    a_bearer_token_works_until_revoked
    accounts_change_one_at_a_time
);

fn catalog() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut files = Files::new();
    for folder in ["policies", "offices"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            files.insert(format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap()), std::fs::read_to_string(&path).unwrap());
        }
    }
    files
}

struct Running {
    identity: Arc<Identity>,
    provider: Arc<DevProvider>,
    base: String,
    clock: Arc<Mutex<Instant>>,
    db: Db,
}

fn nobody() -> AccountId {
    AccountId::new(uuid::Uuid::nil())
}

/// The site with its provider on one listener of this machine.
async fn house(db: Db) -> Running {
    db.migrate(MIGRATIONS).await.unwrap();
    let scope = db.province("79".into());
    let files = catalog();
    let offices = Arc::new(Offices::load(&files).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let people = demo::people();
    let provider = DevProvider::new(DemoMode::of_the_demo_command(), &base, people.iter().map(|p| p.person(&offices)).collect()).unwrap();
    let clock = Arc::new(Mutex::new("2026-11-23T02:00:00Z".parse::<Instant>().unwrap()));
    let told = clock.clone();
    let identity = Identity::new(IdentityParts {
        scope,
        offices,
        policies: Arc::new(Policies::load(&files).unwrap()),
        provider: Some(RelyingParty::new(provider.config()).unwrap()),
        sessions: SessionRules::default(),
        ways: Vec::new(),
        clock: Arc::new(move || *told.lock().unwrap()),
    });
    demo::install(identity.directory(), &people, nobody(), identity.now()).await.unwrap();
    let room = web::module::Module::new(
        "room",
        Routes::<()>::new()
            .get("/mine", actions::ACCOUNT_USE, |v: Visitor| async move {
                let actor = v.actor.unwrap();
                let roles: Vec<&str> = actor.roles.iter().map(|r| r.as_str()).collect();
                format!("{} [{}] csrf={}", actor.name, roles.join(","), v.csrf)
            })
            .post("/mine", actions::ACCOUNT_USE, || async { "done" })
            .get("/desk", actions::WORK_LIST, |v: Visitor| async move { format!("{:?}", v.actor.unwrap().office) })
            .get("/api/v1/mine", actions::API_CASES, |v: Visitor| async move { v.actor.unwrap().name.clone() })
            .finish(()),
    );
    let mut house = House::new(identity.clone());
    house.identify = Some(identity.clone());
    house.parking = Some(identity.clone());
    let (router, _) = app(vec![room, identity::pages::module(identity.clone()), provider.module()], house);
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        axum::serve(listener, service).await.unwrap();
    });
    Running { identity, provider, base, clock, db }
}

impl Running {
    fn later(&self, seconds: i64) {
        let mut now = self.clock.lock().unwrap();
        *now = now.plus_seconds(seconds);
    }
}

struct Page {
    status: u16,
    location: Option<String>,
    text: String,
}

/// A browser without JavaScript: cookies, forms, no redirects on its own.
struct Browser {
    base: String,
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false).http_status_as_error(false).proxy(None);
        Self { base: base.to_owned(), agent: ureq::Agent::new_with_config(config.build()), cookies: BTreeMap::new() }
    }
    async fn go(&mut self, method: &str, path: &str, form: Option<&[(&str, &str)]>, headers: &[(&str, &str)]) -> Page {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        let jar: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !jar.is_empty() {
            request = request.header("cookie", jar.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = form.map(|pairs| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish());
        if body.is_some() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let agent = self.agent.clone();
        let answer = tokio::task::spawn_blocking(move || match body {
            Some(body) => agent.run(request.body(body).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        })
        .await
        .unwrap();
        let mut answer = answer.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Page {
            status: answer.status().as_u16(),
            location: answer.headers().get("location").map(|v| v.to_str().unwrap().to_owned()),
            text: answer.body_mut().read_to_string().unwrap(),
        }
    }
    async fn get(&mut self, path: &str) -> Page {
        self.go("GET", path, None, &[]).await
    }
    /// To the provider's page; the address it was asked at.
    async fn at_provider(&mut self, query: &str) -> String {
        let page = self.get(&format!("/sign-in/start?{query}")).await;
        assert_eq!(page.status, 303, "{}", page.text);
        page.location.unwrap()
    }
    /// Chooses a person; the callback address.
    async fn choose(&mut self, authorize: &str, person: &str) -> String {
        let page = self.get(authorize).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("Nguyễn Thị Lan") && !page.text.contains("<script>"));
        let url = url::Url::parse(authorize).unwrap();
        let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        form.push(("person".into(), person.into()));
        let pairs: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let page = self.go("POST", "/dev-provider/authorize", Some(&pairs), &[]).await;
        assert_eq!(page.status, 303, "{}", page.text);
        page.location.unwrap()
    }
    async fn sign_in(&mut self, person: &str, query: &str) -> Page {
        let authorize = self.at_provider(query).await;
        let callback = self.choose(&authorize, person).await;
        self.get(&callback).await
    }
}

async fn a_citizen_signs_in_and_out(db: Db) {
    let house = house(db).await;
    let mut browser = Browser::new(&house.base);
    let page = browser.get("/mine?x=1").await;
    assert_eq!((page.status, page.location.as_deref()), (303, Some("/sign-in?next=%2Fmine%3Fx%3D1")));
    let page = browser.get("/sign-in?next=%2Fmine%3Fx%3D1").await;
    assert!(page.text.contains("Đăng nhập bằng định danh điện tử") && page.text.contains("/sign-in/start?next=%2Fmine%3Fx%3D1"));

    let page = browser.sign_in("lan", "next=%2Fmine%3Fx%3D1").await;
    assert_eq!((page.status, page.location.as_deref()), (303, Some("/mine?x=1")), "{}", page.text);
    let page = browser.get("/mine").await;
    assert!(page.text.starts_with("Nguyễn Thị Lan [citizen] csrf="), "{}", page.text);
    let secret = browser.cookies["session"].clone();
    assert_eq!(secret.len(), 43);
    let held = house.db.query("SELECT token, account FROM identity_session", &[]).await.unwrap();
    assert!(held.len() == 1 && held[0].text("token").unwrap() != secret);
    let account = house.identity.directory().find("lan").await.unwrap();
    assert_eq!(account.personal_number.as_deref(), Some("079190000011"));
    assert!(browser.get("/account").await.text.contains("079••••••011"));
    assert_eq!(browser.get("/desk").await.status, 403);

    // Signing in again gives a new session and ends the old one.
    browser.sign_in("lan", "next=%2F").await;
    assert_ne!(browser.cookies["session"], secret);
    assert_eq!(house.db.query("SELECT token FROM identity_session", &[]).await.unwrap().len(), 1);

    // A change without the form token is not done; with it, it is. Then out, here and at the provider.
    assert_eq!(browser.go("POST", "/mine", Some(&[]), &[]).await.status, 403);
    let text = browser.get("/mine").await.text;
    let csrf = text.split_once("csrf=").unwrap().1.to_owned();
    assert_eq!(browser.go("POST", "/mine", Some(&[("_csrf", &csrf)]), &[]).await.text, "done");
    let page = browser.go("POST", "/sign-out", Some(&[("_csrf", &csrf)]), &[]).await;
    let end = page.location.unwrap();
    assert!(page.status == 303 && end.contains("/dev-provider/end-session?") && end.contains("id_token_hint="), "{end}");
    assert_eq!(browser.get(&end).await.location.as_deref(), Some("/"));
    assert_eq!(browser.get("/mine").await.status, 303);
    assert!(house.db.query("SELECT token FROM identity_session", &[]).await.unwrap().is_empty());
}

async fn an_official_is_the_post_of_today(db: Db) {
    let house = house(db).await;
    let mut browser = Browser::new(&house.base);
    browser.sign_in("thu", "next=%2Fdesk").await;
    assert_eq!(browser.get("/desk").await.text, "Some(H29.161)");
    let directory = house.identity.directory();
    let thu = directory.find("thu").await.unwrap();
    let post = directory.posts(thu.id).await.unwrap().swap_remove(0);
    let now = house.identity.now();
    directory.open_post(thu.id, &"H29.162".into(), "one_stop", "Công chức", now.plus_seconds(600), None, nobody(), now).await.unwrap();
    directory.close_post(thu.id, &post.id, now.plus_seconds(300), nobody(), now).await.unwrap();
    assert_eq!(browser.get("/desk").await.text, "Some(H29.161)");
    house.later(301);
    assert_eq!(browser.get("/desk").await.status, 403);
    house.later(301);
    assert_eq!(browser.get("/desk").await.text, "Some(H29.162)");
    assert_eq!(directory.holders("H29.162", "one_stop", house.identity.now()).await.unwrap().len(), 1);
    assert!(directory.open_post(thu.id, &"H29.162".into(), "king", "", now, None, nobody(), now).await.is_err());
    directory.disable(thu.id, nobody(), house.identity.now()).await.unwrap();
    assert_eq!(browser.get("/desk").await.status, 303);
    let page = browser.sign_in("thu", "next=%2F").await;
    assert!(page.status == 403 && page.text.contains("đã bị khóa"), "{}", page.text);
}

async fn a_form_met_by_an_expired_session_comes_back(db: Db) {
    let house = house(db).await;
    let mut browser = Browser::new(&house.base);
    browser.sign_in("lan", "next=%2Fmine").await;
    house.later(61 * 60);
    let page = browser.go("POST", "/mine", Some(&[("name", "Bình"), ("_csrf", "old")]), &[]).await;
    let location = page.location.unwrap();
    assert!(page.status == 303 && location.starts_with("/sign-in?next=%2Fmine&parked="), "{location}");
    let page = browser.get(&location).await;
    assert!(page.text.contains("được giữ lại trong 2 giờ"));
    let query = location.split_once('?').unwrap().1.to_owned();
    let page = browser.sign_in("lan", &query).await;
    let location = page.location.unwrap();
    let token = location.strip_prefix("/mine?parked=").unwrap();
    let directory = house.identity.directory();
    let (lan, minh) = (directory.find("lan").await.unwrap().id, directory.find("minh").await.unwrap().id);
    assert!(house.identity.parked(token, minh).await.unwrap().is_none());
    assert_eq!(house.identity.parked(token, lan).await.unwrap().unwrap().path, "/mine");
    let form = house.identity.take_parked(token, lan).await.unwrap().unwrap();
    assert_eq!(form.body, "name=B%C3%ACnh&_csrf=old".as_bytes());
    assert!(house.identity.take_parked(token, lan).await.unwrap().is_none());

    // A kept form that was given to one account is not given to the next.
    let kept = web::gate::Parking::park(&*house.identity, "/mine", "text/plain", "x".into()).await.unwrap();
    browser.sign_in("lan", &format!("next=%2F&parked={kept}")).await;
    let page = Browser::new(&house.base).sign_in("minh", &format!("next=%2F&parked={kept}")).await;
    assert_eq!(page.location.as_deref(), Some("/"));
    house.later(3 * 60 * 60);
    assert!(house.identity.parked(&kept, lan).await.unwrap().is_none());
    house.identity.sweep().await.unwrap();
    assert!(house.db.query("SELECT token FROM identity_parked", &[]).await.unwrap().is_empty());
}

async fn foreign_repeated_and_broken_callbacks_are_refused(db: Db) {
    let house = house(db).await;
    let (mut browser, mut other) = (Browser::new(&house.base), Browser::new(&house.base));
    let authorize = browser.at_provider("next=%2Fmine").await;
    let callback = browser.choose(&authorize, "lan").await;
    other.at_provider("next=%2Fmine").await;
    assert_eq!(other.get(&callback).await.status, 409);
    assert_eq!(browser.get(&callback).await.status, 303);
    assert_eq!(browser.get(&callback).await.status, 409);
    for broken in ["", "?state=x", "?code=x&state=", "?code=%00&state=%ff", "?error=access_denied"] {
        assert_eq!(browser.get(&format!("/sign-in/callback{broken}")).await.status, 409, "{broken}");
    }
    // A code that is not the provider's.
    let authorize = browser.at_provider("next=%2Fmine").await;
    let state = url::Url::parse(&authorize).unwrap().query_pairs().find(|(k, _)| k == "state").unwrap().1.into_owned();
    assert_eq!(browser.get(&format!("/sign-in/callback?code=zz&state={state}")).await.status, 403);
    // Somebody who changes their mind is back where they were.
    let authorize = browser.at_provider("next=%2Fmine").await;
    let url = url::Url::parse(&authorize).unwrap();
    let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    form.push(("cancel".into(), "1".into()));
    let pairs: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let back = browser.go("POST", "/dev-provider/authorize", Some(&pairs), &[]).await.location.unwrap();
    assert_eq!(browser.get(&back).await.location.as_deref(), Some("/sign-in?next=%2Fmine"));
    // Nowhere but here.
    let page = Browser::new(&house.base).sign_in("lan", "next=https%3A%2F%2Fevil.example").await;
    assert_eq!(page.location.as_deref(), Some("/"));
    // Another site leads to the button, not past it.
    let page = browser.go("GET", "/sign-in/start?next=%2Fmine", None, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(page.location.as_deref(), Some("/sign-in?next=%2Fmine"));
    // Too slow.
    let authorize = browser.at_provider("next=%2Fmine").await;
    let callback = browser.choose(&authorize, "lan").await;
    house.later(16 * 60);
    assert_eq!(browser.get(&callback).await.status, 409);
}

async fn the_provider_refuses_what_it_must(db: Db) {
    let house = house(db).await;
    let mut browser = Browser::new(&house.base);
    let authorize = browser.at_provider("next=%2F").await;
    for (from, to, status) in [
        ("client_id=phusa", "client_id=other", 400),
        ("%2Fsign-in%2Fcallback", "%2Felsewhere", 400),
        ("response_type=code", "response_type=token", 303),
        ("code_challenge_method=S256", "code_challenge_method=plain", 303),
    ] {
        assert!(authorize.contains(from), "{from} in {authorize}");
        assert_eq!(browser.get(&authorize.replace(from, to)).await.status, status, "{to}");
    }
    let callback = browser.choose(&authorize, "lan").await;
    let code = url::Url::parse(&callback).unwrap().query_pairs().find(|(k, _)| k == "code").unwrap().1.into_owned();
    let config = house.provider.config();
    let secret = config.client_secret.unwrap();
    let redirect = format!("{}/sign-in/callback", house.base);
    let ask = |secret: String, verifier: &'static str| {
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", "phusa".to_owned()),
            ("client_secret", secret),
            ("code", code.clone()),
            ("redirect_uri", redirect.clone()),
            ("code_verifier", verifier.to_owned()),
        ]
    };
    for (form, status, error) in [
        (ask("wrong".into(), ""), 401, "invalid_client"),
        (ask(secret.clone(), "not the verifier"), 400, "invalid_grant"),
        (ask(secret, "not the verifier"), 400, "invalid_grant"),
    ] {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = browser.go("POST", "/dev-provider/token", Some(&pairs), &[]).await;
        assert_eq!(page.status, status, "{}", page.text);
        assert!(page.text.contains(error), "{}", page.text);
    }
    // The code is spent by the failed attempt.
    assert_eq!(browser.get(&callback).await.status, 403);
    assert_eq!(browser.go("GET", "/dev-provider/userinfo", None, &[("authorization", "Bearer x")]).await.status, 401);
}

async fn a_bearer_token_works_until_revoked(db: Db) {
    let house = house(db).await;
    let directory = house.identity.directory();
    let now = house.identity.now();
    let thu = directory.find("Phạm Thị Thu").await.unwrap();
    let token = directory.create_token(thu.id, "kiểm thử", 30, nobody(), now).await.unwrap();
    assert!(token.starts_with("phusa_") && token.len() == 49);
    let bearer = format!("Bearer {token}");
    let mut program = Browser::new(&house.base);
    let page = program.go("GET", "/api/v1/mine", None, &[("authorization", &bearer)]).await;
    assert_eq!((page.status, page.text.as_str()), (200, "Phạm Thị Thu"));
    // No form token is asked of a program.
    assert_eq!(program.go("POST", "/mine", Some(&[]), &[("authorization", &bearer)]).await.text, "done");
    for bad in ["Bearer phusa_x", "Bearer ", "Bearer phusa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Basic x"] {
        let page = program.go("GET", "/api/v1/mine", None, &[("authorization", bad)]).await;
        assert_eq!(page.status, 401, "{bad}");
    }
    let id = house.db.query("SELECT id FROM identity_token", &[]).await.unwrap()[0].string("id").unwrap();
    directory.revoke_token(thu.id, &id, nobody(), now).await.unwrap();
    assert!(directory.revoke_token(thu.id, &id, nobody(), now).await.is_err());
    assert_eq!(program.go("GET", "/api/v1/mine", None, &[("authorization", &bearer)]).await.status, 401);
    let token = directory.create_token(thu.id, "ngắn", 1, nobody(), now).await.unwrap();
    house.later(86_401);
    let page = program.go("GET", "/api/v1/mine", None, &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(page.status, 401);
}

async fn accounts_change_one_at_a_time(db: Db) {
    let house = house(db).await;
    let directory = house.identity.directory();
    let now = house.identity.now();
    let again = demo::install(directory, &demo::people(), nobody(), now).await.unwrap();
    assert_eq!(again.len(), demo::people().len());
    let new = identity::NewAccount::new(identity::AccountKind::Service, "local", "ldp", "Trục liên thông");
    directory.create(&new, nobody(), now).await.unwrap();
    let twin = identity::NewAccount { id: AccountId::new(uuid::Uuid::now_v7()), ..new };
    assert!(directory.create(&twin, nobody(), now).await.is_err());
    assert!(directory.find("không có ai").await.is_err());
    assert_eq!(directory.page(None, 500).await.unwrap().len(), again.len() + 1);
    // The same person by another provider keeps the party, and so the cases.
    let lan = directory.find("lan").await.unwrap();
    let said = identity::Asserted {
        issuer: "vneid".into(),
        subject: "s-1".into(),
        name: "Nguyễn Thị Lan".into(),
        personal_number: lan.personal_number.clone(),
        ..Default::default()
    };
    let (a, b) = tokio::join!(directory.welcome(&said, now), directory.welcome(&said, now));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(a.id == b.id && a.id != lan.id && a.party == lan.party);
    // Every change is in the journal, one version after the other.
    let rows = house.db.province("79".into()).query(
        "SELECT kind, version FROM journal WHERE province = $1 AND stream = $2 ORDER BY version",
        values![directory.find("thu").await.unwrap().id.to_string()],
    ).await.unwrap();
    let kinds: Vec<&str> = rows.iter().map(|r| r.text("kind").unwrap()).collect();
    assert_eq!(kinds, ["account.created", "post.opened"]);
}
