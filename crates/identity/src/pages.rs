//! Signing in and out, and the page about one's own account.

use crate::{
    account::{Account, roles},
    actions,
    identify::{Identity, Way},
    oidc::SignInError,
    secret,
    people::{Seen, handle},
    sessions::{LOGIN_COOKIE, Login},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use serde::Deserialize;
use std::sync::Arc;
use web::{
    extract::{FormData, Query},
    gate::{safe_next, see_other},
    html::{Html, esc, url_part},
    kit,
    module::Module,
    page::{Shell, Width},
    problem::{Fault, PageError},
    routes::Routes,
    visitor::{Visitor, cookie},
};

type Here = State<Arc<Identity>>;
type Answer = Result<Response, PageError>;

/// The routes of identity and a sample of its page.
pub fn module(identity: Arc<Identity>) -> Module {
    let routes = Routes::<Arc<Identity>>::new()
        .get("/sign-in", actions::SIGN_IN, sign_in)
        .get("/sign-in/start", actions::SIGN_IN, start)
        .get("/sign-in/callback", actions::SIGN_IN, callback)
        .post("/sign-out", actions::SIGN_IN, sign_out)
        .get("/account", actions::ACCOUNT_USE, account)
        .post("/account/sessions/end", actions::ACCOUNT_USE, end_session);
    Module::new("identity", routes.finish(identity)).sample("sign-in", || {
        sign_in_page(&Visitor::default(), &Going { next: Some("/work".into()), parked: Some("none".into()) }, None, &[]).0
    })
}

/// Where the person was going, and the form kept for them (`none`: it could not be kept).
#[derive(Debug, Default, Deserialize)]
struct Going {
    next: Option<String>,
    parked: Option<String>,
}

impl Going {
    fn next(&self) -> &str {
        self.next.as_deref().map_or("/", safe_next)
    }
    fn kept(&self) -> Option<&str> {
        self.parked.as_deref().filter(|t| secret::plausible(t))
    }
    fn query(&self) -> String {
        let parked = self.kept().map_or_else(String::new, |t| format!("&parked={t}"));
        format!("next={}{parked}", url_part(self.next()))
    }
}

async fn sign_in(State(me): Here, visitor: Visitor, Query(going): Query<Going>) -> Response {
    if visitor.signed_in() && going.kept().is_none() {
        return see_other(going.next());
    }
    let provider = me.provider.as_ref().map(|p| p.config().name.get(visitor.lang).to_owned());
    no_store(sign_in_page(&visitor, &going, provider.as_deref(), &me.ways).into_response())
}

fn sign_in_page(visitor: &Visitor, going: &Going, provider: Option<&str>, ways: &[Way]) -> Html {
    let t = |vi: &'static str, en: &'static str| visitor.pick(vi, en);
    let title = t("Đăng nhập", "Sign in");
    let mut main = format!("<h1>{title}</h1>");
    if going.kept().is_some() {
        main.push_str(&note(visitor, t(
            "Phiên làm việc đã hết. Những gì bạn vừa nhập được giữ lại trong 2 giờ và sẽ hiện lại sau khi đăng nhập.",
            "Your session had ended. What you typed is kept for 2 hours and comes back after you sign in.",
        )));
    } else if going.parked.is_some() {
        main.push_str(&note(visitor, t(
            "Phiên làm việc đã hết và nội dung vừa gửi quá lớn nên không giữ lại được. Sau khi đăng nhập, hãy đính kèm tệp và gửi lại.",
            "Your session had ended and what you sent was too large to keep. After signing in, attach the files and send it again.",
        )));
    }
    match provider {
        Some(provider) => {
            let href = format!("/sign-in/start?{}", going.query());
            main.push_str(&format!(
                "<p class=\"lead\">{}</p><p>{}</p><p>{}</p>",
                esc(t(
                    "Hệ thống dùng định danh điện tử để biết đúng người. Bạn không cần tạo mật khẩu ở đây.",
                    "We use electronic identity to know who you are. You need no password here.",
                )),
                kit::link_button(&href, t("Đăng nhập bằng định danh điện tử", "Sign in with electronic identity"), kit::Weight::Main),
                esc(&format!("{} {provider}", t("Nhà cung cấp định danh:", "Identity provider:"))),
            ));
        }
        None if !ways.is_empty() => {}
        None => main.push_str(&note(visitor, t(
            "Hệ thống này chưa được cấu hình nhà cung cấp định danh. Hãy liên hệ người quản trị.",
            "No identity provider is configured here. Contact the administrator.",
        ))),
    }
    if !ways.is_empty() {
        main.push_str(&format!("<h2>{}</h2><ul class=\"list\">", t("Cách đăng nhập khác", "Other ways to sign in")));
        for way in ways {
            let href = format!("{}?{}", way.href, going.query());
            main.push_str(&format!("<li><a href=\"{}\">{}</a><br>{}</li>", esc(&href), esc(way.text.get(visitor.lang)), esc(way.hint.get(visitor.lang))));
        }
        main.push_str("</ul>");
    }
    main.push_str(&format!(
        "<p>{} <a href=\"/\">{}</a></p>",
        esc(t("Tìm thủ tục và tra cứu hồ sơ không cần đăng nhập.", "Finding a service and looking up a case need no sign-in.")),
        t("Về trang chủ", "Go to the home page"),
    ));
    Shell::new(visitor, title, Html(main)).width(Width::Narrow).render()
}

fn note(visitor: &Visitor, text: &str) -> String {
    kit::warning(visitor.lang, text).0
}

/// Sends the browser to the provider. A link, not a form: our content policy keeps forms on our own site.
async fn start(State(me): Here, visitor: Visitor, headers: HeaderMap, Query(going): Query<Going>) -> Answer {
    let provider = me.provider.as_ref().ok_or_else(PageError::not_found)?;
    // Another site may lead to the page with the button, not past it: whoever signs in has chosen to.
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Ok(see_other(&format!("/sign-in?{}", going.query())));
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let begun = provider.begin(provider.origin(host), visitor.lang.code()).await.map_err(|e| failed(&e))?;
    let browser = secret::fresh().map_err(PageError::internal)?;
    let login = Login {
        nonce: begun.nonce,
        verifier: begun.verifier,
        next: going.next().to_owned(),
        parked: going.kept().map(str::to_owned),
        redirect: begun.redirect,
    };
    me.sessions.begin(&begun.state, &browser, &login, me.now()).await.map_err(PageError::internal)?;
    Ok(with_cookies(see_other(&begun.url), [me.sessions.rules.login_cookie(&browser)]))
}

/// What the provider sends back (RFC 6749 §4.1.2).
#[derive(Debug, Default, Deserialize)]
struct Returned {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

async fn callback(State(me): Here, visitor: Visitor, headers: HeaderMap, Query(back): Query<Returned>) -> Answer {
    let provider = me.provider.as_ref().ok_or_else(PageError::not_found)?;
    let (Some(state), Some(browser)) = (back.state.as_deref(), cookie(&headers, LOGIN_COOKIE)) else {
        return Err(stale().into());
    };
    let at = me.now();
    let login = me.sessions.resume(state, browser, at).await.map_err(PageError::internal)?.ok_or_else(stale)?;
    let Some(code) = back.code else {
        tracing::info!(error = back.error.as_deref().unwrap_or("none"), "the provider did not sign somebody in");
        let again = Going { next: Some(login.next), parked: login.parked };
        return Ok(see_other(&format!("/sign-in?{}", again.query())));
    };
    let proven = provider
        .finish(code, login.nonce, login.verifier, login.redirect)
        .await
        .map_err(|e| failed(&e))?;
    let account = me.directory.welcome(&proven.asserted, at).await.map_err(PageError::internal)?;
    let proof = Proof { acr: proven.asserted.acr, id_token: proven.id_token, next: login.next, parked: login.parked };
    me.admit(&visitor, &headers, &account, proof).await
}

/// How somebody proved who they are, and where they were going.
#[derive(Debug, Default)]
pub struct Proof {
    /// Authentication context: `loa2`, `passkey`, `password+totp`.
    pub acr: Option<String>,
    /// The provider's token, for signing out there too; empty for other ways.
    pub id_token: String,
    /// A path of this site; anything else leads home.
    pub next: String,
    /// The form kept for them, if any.
    pub parked: Option<String>,
}

impl Identity {
    /// Opens a session for somebody who has proved who they are, and leads them on. Every way of signing in ends here.
    pub async fn admit(&self, visitor: &Visitor, headers: &HeaderMap, account: &Account, proof: Proof) -> Answer {
        if account.disabled_at.is_some() {
            return Err(Refusal::forbidden(
                "account-closed",
                "Tài khoản này đã bị khóa. Hãy liên hệ người quản trị của cơ quan.",
                "This account is closed. Contact your office's administrator.",
            )
            .into());
        }
        let (at, rules) = (self.now(), self.sessions.rules);
        if let Some(old) = cookie(headers, rules.cookie_name()) {
            self.sessions.close(old).await.map_err(PageError::internal)?;
        }
        let agent = headers.get(header::USER_AGENT).and_then(|a| a.to_str().ok());
        let opened = self.sessions.open(account.id, visitor.lang, proof.acr.as_deref(), &proof.id_token, agent, at).await;
        let secret = opened.map_err(PageError::internal)?;
        let mut next = safe_next(&proof.next).to_owned();
        if let Some(token) = proof.parked.filter(|t| secret::plausible(t))
            && self.parking.give(&token, account.id, at).await.map_err(PageError::internal)?
        {
            next.push_str(if next.contains('?') { "&parked=" } else { "?parked=" });
            next.push_str(&token);
        }
        self.sessions.sweep(at).await.map_err(PageError::internal)?;
        tracing::info!(account = %account.id, "signed in");
        Ok(no_store(with_cookies(see_other(&next), [rules.cookie(&secret), rules.login_cookie("")])))
    }
}

/// Ends the session here, then at the provider if it can be asked.
async fn sign_out(State(me): Here, headers: HeaderMap) -> Answer {
    let rules = me.sessions.rules;
    let secret = cookie(&headers, rules.cookie_name());
    let session = match secret {
        Some(secret) => me.sessions.find(secret, me.now()).await.map_err(PageError::internal)?,
        None => None,
    };
    if let Some(secret) = secret {
        me.sessions.close(secret).await.map_err(PageError::internal)?;
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let there = match (&me.provider, session) {
        (Some(provider), Some(session)) => provider.end_session(session.id_token, provider.origin(host)).await,
        _ => None,
    };
    let same_site = me.provider.as_ref().is_some_and(|p| p.config().same_listener);
    let answer = match there {
        None => see_other("/"),
        Some(url) if same_site => see_other(&url),
        Some(url) => elsewhere(&url),
    };
    Ok(no_store(with_cookies(answer, [rules.cookie("")])))
}

/// Browsers hold the redirects of a form to the content policy's `form-action`, so another site is reached by a refresh.
fn elsewhere(url: &str) -> Response {
    let visitor = Visitor::current();
    let title = visitor.pick("Đã đăng xuất", "Signed out");
    let main = format!(
        "<h1>{title}</h1><p><a href=\"{}\">{}</a></p>",
        esc(url),
        esc(visitor.pick("Đăng xuất ở nhà cung cấp định danh", "Sign out at the identity provider")),
    );
    let mut page = Shell::new(&Visitor { actor: None, ..visitor.clone() }, title, Html(main)).width(Width::Narrow).render().into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={url}")) {
        page.headers_mut().insert("refresh", value);
    }
    page
}

/// Where the account is signed in: each session can be ended but the one in use, which signing out ends.
async fn sessions(me: &Identity, visitor: &Visitor, account: kernel::id::AccountId, headers: &HeaderMap) -> Result<Html, PageError> {
    let now = me.now();
    let own = own_digest(me, headers).map(|d| handle(&d));
    let open = me.sessions.of(account, now).await.map_err(PageError::internal)?;
    let t = |vi: &'static str, en: &'static str| visitor.pick(vi, en);
    let row = |s: &Seen| {
        let here = own.as_deref() == Some(s.handle.as_str());
        let end = if here {
            kit::chip(kit::Mood::Good, t("Thiết bị này", "This device"))
        } else {
            let button = kit::Button::new(t("Đăng xuất thiết bị này", "Sign this device out")).weight(kit::Weight::Quiet).named("which", &s.handle).html();
            kit::form(visitor, "/account/sessions/end", &button)
        };
        let seen = Html(format!("{}, {} {}", web::when::at_time(s.created, now, visitor.lang), t("dùng gần nhất", "last used"), web::when::ago_time(s.seen, now, visitor.lang)));
        vec![Html(esc(&crate::people::device(visitor, s.agent.as_deref()))), seen, end]
    };
    let title = t("Nơi đang đăng nhập", "Where you are signed in");
    let table = kit::table(&kit::Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Thiết bị", "Device"), ("Đăng nhập", "Signed in"), ("Việc", "Act")].map(|(vi, en)| kit::Column::text(t(vi, en))).to_vec(),
        rows: open.iter().map(row).collect(),
        empty: String::new(),
    });
    let others = if open.len() > 1 {
        let button = kit::Button::new(t("Đăng xuất mọi thiết bị khác", "Sign out everywhere else")).weight(kit::Weight::Quiet).named("which", "others").html();
        kit::form(visitor, "/account/sessions/end", &button)
    } else {
        Html::default()
    };
    Ok(Html(format!("<h2>{title}</h2>{table}{others}")))
}

fn own_digest(me: &Identity, headers: &HeaderMap) -> Option<String> {
    cookie(headers, me.sessions.rules.cookie_name()).filter(|s| secret::plausible(s)).map(secret::digest)
}

async fn end_session(State(me): Here, visitor: Visitor, headers: HeaderMap, typed: FormData) -> Answer {
    let Some(actor) = visitor.actor.clone() else { return Err(Fault::sign_in_needed().into()) };
    let own = own_digest(&me, &headers).unwrap_or_default();
    let which = typed.get("which").unwrap_or_default();
    me.sessions.end_own(actor.account, which, &own).await.map_err(PageError::internal)?;
    Ok(see_other("/account"))
}

async fn account(State(me): Here, visitor: Visitor, headers: HeaderMap) -> Answer {
    let Some(actor) = visitor.actor.clone() else { return Err(Fault::sign_in_needed().into()) };
    let known = me.directory.account(actor.account).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let t = |vi: &'static str, en: &'static str| visitor.pick(vi, en);
    let title = t("Tài khoản của tôi", "My account");
    let mut lines = vec![kit::Line::new(t("Họ và tên", "Name"), known.name.as_str())];
    // The number is shown in part: a screen may be seen by the next person in the queue.
    lines.extend(known.personal_number.as_deref().map(|n| kit::Line::new(t("Số định danh cá nhân", "Personal number"), masked(n))));
    lines.extend(known.phone.as_deref().map(|p| kit::Line::new(t("Điện thoại", "Phone"), p)));
    lines.extend(known.email.as_deref().map(|e| kit::Line::new(t("Thư điện tử", "E-mail"), e)));
    for post in me.directory.posts(known.id).await.map_err(PageError::internal)?.iter().filter(|p| p.valid_at(me.now())) {
        let office = me.offices().get(post.office.as_str()).map_or(post.office.as_str(), |o| o.name.get(visitor.lang));
        let role = roles::name(post.role.as_str());
        lines.push(kit::Line::new(t("Vị trí công tác", "Post"), format!("{} · {} · {office}", post.title, role.get(visitor.lang))));
    }
    let list = kit::summary_list(&lines);
    let out = kit::form(&visitor, "/sign-out", &kit::Button::new(t("Đăng xuất", "Sign out")).weight(kit::Weight::Quiet).html());
    let main = format!(
        "<h1>{title}</h1>{list}<p>{}</p>{out}{}",
        esc(t(
            "Thông tin này do nhà cung cấp định danh xác nhận. Muốn sửa, hãy sửa ở nơi cấp định danh.",
            "These details are confirmed by the identity provider. To correct them, correct them there.",
        )),
        sessions(&me, &visitor, known.id, &headers).await?,
    );
    Ok(no_store(Shell::new(&visitor, title, Html(main)).width(Width::Narrow).render().into_response()))
}

/// The first three and the last three digits.
fn masked(number: &str) -> String {
    match (number.get(..3), number.len().checked_sub(3).and_then(|at| number.get(at..))) {
        (Some(first), Some(last)) if number.len() > 6 => format!("{first}••••••{last}"),
        _ => "••••••".to_owned(),
    }
}

fn stale() -> Refusal {
    Refusal::conflict(
        "sign-in-stale",
        "Lượt đăng nhập này đã quá lâu, đã dùng rồi hoặc bắt đầu ở trình duyệt khác. Hãy đăng nhập lại từ đầu.",
        "This sign-in is too old, already used, or was begun in another browser. Start signing in again.",
    )
}

fn failed(error: &SignInError) -> PageError {
    tracing::warn!("sign-in: {error}");
    let (status, refusal) = match error {
        SignInError::Unreachable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Refusal::conflict(
                "provider-unreachable",
                "Chưa liên hệ được nhà cung cấp định danh. Hãy thử lại sau ít phút; tìm thủ tục và tra cứu hồ sơ vẫn dùng được.",
                "The identity provider cannot be reached. Try again in a few minutes; finding a service and looking up a case still work.",
            ),
        ),
        SignInError::Refused(_) => (
            StatusCode::FORBIDDEN,
            Refusal::forbidden(
                "sign-in-refused",
                "Không xác nhận được câu trả lời của nhà cung cấp định danh, nên chưa đăng nhập. Hãy đăng nhập lại từ đầu.",
                "The identity provider's answer could not be confirmed, so you are not signed in. Start signing in again.",
            ),
        ),
    };
    Fault::Status(status, refusal).into()
}

fn with_cookies<const N: usize>(mut response: Response, cookies: [Option<HeaderValue>; N]) -> Response {
    for value in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
