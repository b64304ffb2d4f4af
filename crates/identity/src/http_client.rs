//! The HTTP client the relying party uses: small, blocking, no redirects (a redirect at a provider's endpoint would be a
//! way to reach other hosts of the network), answers of at most a megabyte.

use openidconnect::{HttpRequest, HttpResponse};
use std::time::Duration;

const LIMIT: u64 = 1 << 20;

/// Why a provider could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HttpError(String);

/// One client for all calls: connections are kept.
#[derive(Clone, Debug)]
pub(crate) struct HttpClient(ureq::Agent);

impl HttpClient {
    /// `near`: the provider is on this machine, so a proxy of the environment is not asked.
    pub fn new(near: bool) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)));
        Self(ureq::Agent::new_with_config(if near { config.proxy(None).build() } else { config.build() }))
    }

    pub fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let failed = |e: ureq::Error| HttpError(e.to_string());
        let (parts, body) = request.into_parts();
        let answer = if body.is_empty() && !matches!(parts.method.as_str(), "POST" | "PUT" | "PATCH") {
            self.0.run(ureq::http::Request::from_parts(parts, ()))
        } else {
            self.0.run(ureq::http::Request::from_parts(parts, body))
        };
        let (parts, mut body) = answer.map_err(failed)?.into_parts();
        let bytes = body.with_config().limit(LIMIT).read_to_vec().map_err(failed)?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }
}
