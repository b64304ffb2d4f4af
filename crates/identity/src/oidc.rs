//! Sign-in by OpenID Connect Core 1.0: authorisation code flow with PKCE (RFC 7636), state and nonce. Any stock provider
//! works that publishes its discovery document; the development provider of the demonstration is one of them.

use crate::{
    claims::{Personal, Said, take},
    directory::Asserted,
    http_client::HttpClient,
};
use kernel::Text;
use openidconnect::{
    AccessTokenHash, AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, Client,
    ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields,
    IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Alg, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant as Moment},
};
use url::Url;

/// How a province signs people in.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Names the provider in accounts, so that it may move to another address (`vneid`, `demo`).
    pub key: String,
    /// As people read it on the button's page.
    pub name: Text,
    /// The issuer, exactly as its discovery document says.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    /// Where browsers reach this site (`https://dichvucong.example.gov.vn`). Without it the address of the request is
    /// taken: the provider's list of redirect addresses is then what protects.
    pub public_url: Option<String>,
    /// The provider answers on the same listener: browsers reach it on whatever address they reached us by.
    pub same_listener: bool,
}

type Fields = IdTokenFields<Personal, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Relying = Client<
    Personal,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Signatures that only the provider can make. Shared-secret ones would let anyone who knows the secret assert anybody.
const SIGNATURES: [Alg; 10] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EcdsaP521Sha512,
    Alg::EdDsa,
];

/// Discovery and keys are asked again after this time.
const FRESH: Duration = Duration::from_secs(6 * 60 * 60);
/// An unknown key makes us ask again, but not more often than this.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a sign-in did not succeed, for the page and the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// The provider does not answer, or not as one: try again later.
    #[error("the identity provider cannot be reached: {0}")]
    Unreachable(String),
    /// The provider's answer does not stand: start again.
    #[error("the identity provider's answer was not accepted: {0}")]
    Refused(String),
}

/// What to keep while the person is at the provider.
#[derive(Debug)]
pub(crate) struct Begun {
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    pub redirect: String,
}

/// A sign-in that succeeded.
#[derive(Debug)]
pub(crate) struct Proven {
    pub asserted: Asserted,
    pub id_token: String,
}

struct Known {
    metadata: ProviderMetadataWithLogout,
    at: Moment,
}

/// This site as a client of one provider.
#[derive(Clone)]
pub struct RelyingParty {
    config: Arc<ProviderConfig>,
    http: HttpClient,
    known: Arc<Mutex<Option<Arc<Known>>>>,
}

impl RelyingParty {
    /// Nothing is asked of the provider until somebody signs in: the site starts without it.
    pub fn new(config: ProviderConfig) -> anyhow::Result<Self> {
        let issuer = Url::parse(&config.issuer)?;
        let near = matches!(issuer.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if issuer.scheme() != "https" && !near {
            anyhow::bail!("the issuer {issuer} must be reached over https");
        }
        Ok(Self { config: Arc::new(config), http: HttpClient::new(near), known: Arc::default() })
    }
    pub fn config(&self) -> &ProviderConfig {
        &self.config
    }
    /// The address of this site for a request that came by `host`.
    pub(crate) fn origin(&self, host: Option<&str>) -> String {
        match (&self.config.public_url, host) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => String::new(),
        }
    }

    /// Where to send the browser.
    pub(crate) async fn begin(&self, origin: String, lang: &'static str) -> Result<Begun, SignInError> {
        self.blocking(move |me| {
            let known = me.known(None)?;
            let redirect = format!("{origin}/sign-in/callback");
            let client = me.client(&known, &redirect)?;
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let mut request = client.authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            );
            for scope in &me.config.scopes {
                request = request.add_scope(Scope::new(scope.clone()));
            }
            let (mut url, state, nonce) = request.add_extra_param("ui_locales", lang).set_pkce_challenge(challenge).url();
            me.to_same_listener(&mut url, &origin);
            Ok(Begun {
                url: url.into(),
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.secret().clone(),
                redirect,
            })
        })
        .await
    }

    /// Exchanges the code and checks everything the provider says.
    pub(crate) async fn finish(&self, code: String, nonce: String, verifier: String, redirect: String) -> Result<Proven, SignInError> {
        self.blocking(move |me| {
            let known = me.known(None)?;
            let http = |request| me.http.call(request);
            let tokens = me
                .client(&known, &redirect)?
                .exchange_code(AuthorizationCode::new(code))
                .map_err(unreachable)?
                .set_pkce_verifier(PkceCodeVerifier::new(verifier))
                .request(&http)
                .map_err(|e| match &e {
                    openidconnect::RequestTokenError::Request(_) => unreachable(&e),
                    _ => refused(&e),
                })?;
            let nonce = Nonce::new(nonce);
            match me.proven(&known, &redirect, &tokens, &nonce) {
                Err(Unproven::UnknownKey) => {
                    let again = me.known(Some(&known))?;
                    me.proven(&again, &redirect, &tokens, &nonce).map_err(Unproven::into_error)
                }
                other => other.map_err(Unproven::into_error),
            }
        })
        .await
    }

    /// Where the browser goes to sign out at the provider too, if it can be asked for that.
    pub(crate) async fn end_session(&self, id_token: Option<String>, origin: String) -> Option<String> {
        self.blocking(move |me| {
            let known = me.known(None)?;
            let Some(endpoint) = known.metadata.additional_metadata().end_session_endpoint.clone() else { return Ok(None) };
            let mut request = LogoutRequest::from(endpoint).set_client_id(ClientId::new(me.config.client_id.clone()));
            if let Ok(back) = PostLogoutRedirectUrl::new(format!("{origin}/")) {
                request = request.set_post_logout_redirect_uri(back);
            }
            let mut url = request.http_get_url();
            if let Some(id_token) = id_token {
                url.query_pairs_mut().append_pair("id_token_hint", &id_token);
            }
            me.to_same_listener(&mut url, &origin);
            Ok(Some(url.into()))
        })
        .await
        .unwrap_or_else(|error| {
            tracing::warn!("signing out at the provider: {error}");
            None
        })
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(Self) -> Result<T, SignInError> + Send + 'static) -> Result<T, SignInError> {
        let me = self.clone();
        tokio::task::spawn_blocking(move || work(me)).await.map_err(unreachable)?
    }

    /// The provider's metadata and keys; asked again when old, or when `stale` is what did not suffice.
    fn known(&self, stale: Option<&Arc<Known>>) -> Result<Arc<Known>, SignInError> {
        let held = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = held {
            let same = stale.is_some_and(|s| Arc::ptr_eq(s, &known));
            if known.at.elapsed() < if same { PATIENCE } else { FRESH } {
                return Ok(known);
            }
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(unreachable)?;
        let metadata = ProviderMetadataWithLogout::discover(&issuer, &|request| self.http.call(request)).map_err(|e| {
            let mut said = e.to_string();
            let mut cause = std::error::Error::source(&e);
            while let Some(inner) = cause {
                said.push_str(&format!(": {inner}"));
                cause = inner.source();
            }
            SignInError::Unreachable(said)
        })?;
        let known = Arc::new(Known { metadata, at: Moment::now() });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    fn client(&self, known: &Known, redirect: &str) -> Result<Relying, SignInError> {
        let secret = self.config.client_secret.clone().map(ClientSecret::new);
        let methods = known.metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|m| {
            m.contains(&CoreClientAuthMethod::ClientSecretPost) && !m.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        Ok(Relying::from_provider_metadata(known.metadata.clone(), ClientId::new(self.config.client_id.clone()), secret)
            .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
            .set_redirect_uri(RedirectUrl::new(redirect.to_owned()).map_err(refused)?))
    }

    fn proven(&self, known: &Known, redirect: &str, tokens: &Tokens, nonce: &Nonce) -> Result<Proven, Unproven> {
        let client = self.client(known, redirect)?;
        let offered = known.metadata.id_token_signing_alg_values_supported();
        let allowed: Vec<Alg> = SIGNATURES.into_iter().filter(|a| offered.contains(a)).collect();
        let verifier = client.id_token_verifier().set_allowed_algs(allowed);
        let id_token = tokens.id_token().ok_or_else(|| refused("there is no ID token"))?;
        let claims = id_token.claims(&verifier, nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let alg = id_token.signing_alg().map_err(refused)?;
            let key = id_token.signing_key(&verifier).map_err(refused)?;
            let found = AccessTokenHash::from_token(tokens.access_token(), alg, key).map_err(refused)?;
            if found != *expected {
                return Err(refused("the access token is not the one the ID token speaks of").into());
            }
        }
        let mut asserted = Asserted {
            issuer: self.config.key.clone(),
            subject: claims.subject().to_string(),
            acr: claims.auth_context_ref().map(|a| a.to_string()),
            ..Asserted::default()
        };
        take(
            &mut asserted,
            Said {
                name: claims.name(),
                email: claims.email().map(|e| e.as_str()),
                phone: claims.phone_number().map(|p| p.as_str()),
                birthdate: claims.birthdate().map(|b| b.as_str()),
            },
            claims.additional_claims(),
        );
        if asserted.name.is_empty() || asserted.personal_number.is_none() {
            self.ask_more(&client, tokens, &mut asserted);
        }
        if asserted.name.is_empty() {
            asserted.name.clone_from(&asserted.subject);
        }
        Ok(Proven { asserted, id_token: id_token.to_string() })
    }

    /// Providers that keep the ID token small tell the rest at their user-info endpoint. Its silence is no failure.
    fn ask_more(&self, client: &Relying, tokens: &Tokens, asserted: &mut Asserted) {
        let subject = openidconnect::SubjectIdentifier::new(asserted.subject.clone());
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) else { return };
        let answer: Result<UserInfoClaims<Personal, CoreGenderClaim>, _> = request.request(&|r| self.http.call(r));
        match answer {
            Ok(more) => {
                let claims = more.standard_claims();
                let said = Said {
                    name: claims.name(),
                    email: claims.email().map(|e| e.as_str()),
                    phone: claims.phone_number().map(|p| p.as_str()),
                    birthdate: claims.birthdate().map(|b| b.as_str()),
                };
                take(asserted, said, more.additional_claims());
            }
            Err(error) => tracing::warn!("user info: {error}"),
        }
    }

    fn to_same_listener(&self, url: &mut Url, origin: &str) {
        if self.config.same_listener
            && let Ok(ours) = Url::parse(origin)
        {
            // Both calls can only fail for addresses without a host, which an http origin is not.
            let _ = url.set_host(ours.host_str());
            let _ = url.set_port(ours.port());
        }
    }
}

enum Unproven {
    /// Signed with a key we do not hold: the provider may have changed its keys.
    UnknownKey,
    Other(SignInError),
}
impl Unproven {
    fn into_error(self) -> SignInError {
        match self {
            Self::UnknownKey => refused("signed with a key the provider does not publish"),
            Self::Other(error) => error,
        }
    }
}
impl From<SignInError> for Unproven {
    fn from(error: SignInError) -> Self {
        Self::Other(error)
    }
}
impl From<ClaimsVerificationError> for Unproven {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Self::UnknownKey,
            ClaimsVerificationError::SignatureVerification(inner) => Self::Other(refused(inner)),
            other => Self::Other(refused(other)),
        }
    }
}

fn refused(error: impl std::fmt::Display) -> SignInError {
    SignInError::Refused(error.to_string())
}
fn unreachable(error: impl std::fmt::Display) -> SignInError {
    SignInError::Unreachable(error.to_string())
}

impl std::fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RelyingParty({})", self.config.issuer)
    }
}

#[cfg(test)]
#[path = "oidc_tests.rs"]
mod tests;
