#![allow(clippy::unwrap_used)]
use super::*;
use crate::dev_provider::{DemoMode, DevProvider};

async fn provider() -> (Arc<DevProvider>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let people = crate::demo::people().iter().map(|p| p.person(&crate::Offices::default())).collect();
    let provider = DevProvider::new(DemoMode::of_the_demo_command(), &base, people).unwrap();
    let router = provider.module().router;
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (provider, base)
}

/// Plays the browser between `begin` and `finish`.
async fn code(begun: &Begun, base: &str) -> String {
    let mut form: Vec<(String, String)> = Url::parse(&begun.url).unwrap().query_pairs().into_owned().collect();
    form.push(("person".into(), "minh".into()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let address = format!("{base}/dev-provider/authorize");
    let request = openidconnect::http::Request::post(address).body(body.into_bytes()).unwrap();
    let answer = tokio::task::spawn_blocking(move || HttpClient::new(true).call(request)).await.unwrap().unwrap();
    let back = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    assert!(back.query_pairs().any(|(k, v)| k == "state" && v == begun.state.as_str()));
    back.query_pairs().find(|(k, _)| k == "code").unwrap().1.into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_keys_are_fetched_again_and_a_foreign_nonce_is_refused() {
    let (provider, base) = provider().await;
    let party = RelyingParty::new(provider.config()).unwrap();
    let begun = party.begin(base.clone(), "vi").await.unwrap();
    // The keys we hold are those of yesterday.
    let other = DevProvider::new(DemoMode::of_the_demo_command(), &base, Vec::new()).unwrap();
    let held = party.known.lock().unwrap().take().unwrap();
    let stale = |at| Known { metadata: held.metadata.clone().set_jwks(other.keys()), at };
    *party.known.lock().unwrap() = Some(Arc::new(stale(Moment::now() - PATIENCE)));
    let given = code(&begun, &base).await;
    let proven = party.finish(given, begun.nonce.clone(), begun.verifier, begun.redirect).await.unwrap();
    assert_eq!((proven.asserted.name.as_str(), proven.asserted.subject.as_str()), ("Trần Văn Minh", "minh"));
    assert_eq!((proven.asserted.issuer.as_str(), proven.asserted.acr.as_deref()), ("demo", Some("demo")));
    assert_eq!(proven.asserted.birthdate.as_deref(), Some("1985-08-30"));

    // An ID token of another sign-in, and a key that stays unknown.
    let begun = party.begin(base.clone(), "vi").await.unwrap();
    let given = code(&begun, &base).await;
    let wrong = party.finish(given, "another".into(), begun.verifier, begun.redirect).await.unwrap_err();
    assert!(matches!(&wrong, SignInError::Refused(why) if why.contains("once")), "{wrong}");
    *party.known.lock().unwrap() = Some(Arc::new(stale(Moment::now())));
    let begun = party.begin(base.clone(), "vi").await.unwrap();
    let given = code(&begun, &base).await;
    let wrong = party.finish(given, begun.nonce, begun.verifier, begun.redirect).await.unwrap_err();
    assert!(matches!(&wrong, SignInError::Refused(why) if why.contains("key")), "{wrong}");
}

#[tokio::test]
async fn a_silent_provider_and_a_plain_http_one_are_named() {
    let config = |issuer: &str| ProviderConfig {
        key: "x".into(),
        name: Text::new("x", "x"),
        issuer: issuer.into(),
        client_id: "phusa".into(),
        client_secret: None,
        scopes: Vec::new(),
        public_url: Some("https://dvc.example/".into()),
        same_listener: false,
    };
    assert!(RelyingParty::new(config("http://idp.example")).is_err());
    assert!(RelyingParty::new(config("not an address")).is_err());
    let party = RelyingParty::new(config("http://127.0.0.1:1")).unwrap();
    assert_eq!(party.origin(Some("evil.example")), "https://dvc.example");
    let error = party.begin(party.origin(None), "vi").await.unwrap_err();
    assert!(matches!(error, SignInError::Unreachable(_)));
}
