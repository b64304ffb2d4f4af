//! Who speaks to the program from outside: a program with a bearer token, a browser with cookies and no script.
//!
//! The calls block; inside a multi-threaded runtime they give their worker up while they wait.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// What came back, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, v)| v.as_str())
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{} is not JSON: {e}: {}", self.status, self.text()))
    }
    /// The body of an answer that must be good.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }
    /// A refusal as RFC 9457 with this status and code, in both languages; the document.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.problem();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{}", self.text());
        problem
    }
    /// Any refusal that speaks as one must.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert!((400..500).contains(&self.status), "{} {}", self.status, self.text());
        assert!(self.header("content-type").starts_with("application/problem+json"), "{} {}", self.header("content-type"), self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        for place in ["/type", "/title", "/code", "/messages/vi", "/messages/en"] {
            assert!(problem.pointer(place).and_then(Value::as_str).is_some_and(|t| !t.is_empty()), "{place} in {problem}");
        }
        problem
    }
    /// Where a browser is sent.
    #[track_caller]
    pub fn goes_to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text());
        self.header("location").to_owned()
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(120)));
    ureq::Agent::new_with_config(config.build())
}

fn send(agent: &ureq::Agent, method: &str, url: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Result<Reply, ureq::Error> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let call = || match body {
        Some(body) => agent.run(request.body(body)?),
        None => agent.run(request.body(())?),
    };
    let read = || {
        let mut answer = call()?;
        let headers = answer.headers().iter().map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
        let headers = headers.collect();
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(256 << 20).read_to_vec()?;
        Ok(Reply { status, headers, bytes })
    };
    match tokio::runtime::Handle::try_current() {
        Ok(_) => tokio::task::block_in_place(read),
        Err(_) => read(),
    }
}

/// A program with a bearer token, or without one.
#[derive(Clone)]
pub struct Program {
    base: String,
    bearer: Option<String>,
    agent: ureq::Agent,
}

impl Program {
    pub fn new(base: &str, token: Option<&str>) -> Self {
        Self { base: base.to_owned(), bearer: token.map(|t| format!("Bearer {t}")), agent: agent() }
    }
    /// The request as it is; an error is one of the connection.
    pub fn attempt(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Result<Reply, ureq::Error> {
        let mut headers = headers.to_vec();
        if let Some(bearer) = &self.bearer {
            headers.push(("authorization", bearer));
        }
        send(&self.agent, method, &format!("{}{path}", self.base), &headers, body)
    }
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Reply {
        self.attempt(method, path, headers, body).unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("content-type", "application/json")], Some(body.to_string().into_bytes()))
    }
    /// With an idempotency key.
    #[track_caller]
    pub fn post_once(&self, path: &str, key: &str, body: &Value) -> Reply {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", path, &headers, Some(body.to_string().into_bytes()))
    }
}

/// A browser without script: cookies, forms, no redirects on its own.
pub struct Browser {
    pub base: String,
    agent: ureq::Agent,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), agent: agent(), cookies: BTreeMap::new() }
    }
    /// Another browser with the same cookies: a second window.
    pub fn window(&self) -> Self {
        Self { base: self.base.clone(), agent: agent(), cookies: self.cookies.clone() }
    }
    pub fn go(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Reply {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let jar: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let jar = jar.join("; ");
        let mut headers = headers.to_vec();
        if !jar.is_empty() {
            headers.push(("cookie", &jar));
        }
        let reply = send(&self.agent, method, &url, &headers, body).unwrap_or_else(|e| panic!("{method} {path}: {e}"));
        for (_, cookie) in reply.headers.iter().filter(|(n, _)| n == "set-cookie") {
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
    pub fn get(&mut self, path: &str) -> Reply {
        self.go("GET", path, &[], None)
    }
    /// Sends a form as it is, without the token of the page.
    pub fn post_bare<'a>(&mut self, path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.go("POST", path, &[("content-type", "application/x-www-form-urlencoded")], Some(body.into_bytes()))
    }
    /// Opens a page, takes its form token, and sends a form elsewhere with it.
    pub fn post<'a>(&mut self, page: &str, path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reply {
        let token = self.token(page);
        let mut all: Vec<(&str, &str)> = pairs.into_iter().map(|(name, value)| (name, value)).collect();
        all.push(("_csrf", &token));
        self.post_bare(path, all)
    }
    /// The form token of a page.
    pub fn token(&mut self, page: &str) -> String {
        let shown = self.get(page);
        assert_eq!(shown.status, 200, "{page}: {}", shown.text());
        form_token(&shown.text())
    }
    /// Sends files as a browser does: name of the field, name of the file, content.
    pub fn upload(&mut self, page: &str, path: &str, files: &[(&str, &str, &[u8])]) -> Reply {
        self.upload_with(page, path, &[], files)
    }
    /// Sends a form of fields and files as a browser does.
    pub fn upload_with(&mut self, page: &str, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Reply {
        let token = self.token(page);
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!("--frontier\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--frontier--\r\n");
        self.go("POST", &format!("{path}?_csrf={token}"), &[("content-type", "multipart/form-data; boundary=frontier")], Some(body))
    }
    /// Through the development provider, as the demonstration person with this key; the last answer.
    pub fn sign_in(&mut self, person: &str, query: &str) -> Reply {
        let authorize = self.get(&format!("/sign-in/start?{query}")).goes_to();
        let page = self.get(&authorize);
        assert_eq!(page.status, 200, "{}", page.text());
        let asked = authorize.split_once('?').unwrap().1;
        let mut pairs: Vec<(String, String)> = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
        pairs.push(("person".into(), person.into()));
        let callback = self.post_bare("/dev-provider/authorize", pairs.iter().map(|(k, v)| (k.as_str(), v.as_str()))).goes_to();
        self.get(&callback)
    }
}

/// The form token in a page: hidden in a form, or in the address of one that carries files.
pub fn form_token(page: &str) -> String {
    let hidden = page.split_once("name=\"_csrf\" value=\"").or_else(|| page.split_once("?_csrf="));
    let (_, rest) = hidden.unwrap_or_else(|| panic!("no form in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// What a reader sees of a page: no tags, so no ids, addresses or tokens, which may hold any digits by chance.
pub fn visible(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
