//! What every answer says to the browser about safety (OWASP Secure Headers), and its number.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The headers of an installation, made once.
#[derive(Debug, Clone)]
pub struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    /// `form_origins`: where a form of ours may lead after a redirect (the identity provider). `secure`: served over HTTPS.
    pub fn new(form_origins: &[String], secure: bool) -> Self {
        let forms: String = form_origins.iter().filter(|o| is_origin(o)).map(|o| format!(" {o}")).collect();
        let policy = format!(
            "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; \
             frame-ancestors 'none'; base-uri 'none'; form-action 'self'{forms}"
        );
        let mut list = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("accelerometer=(), camera=(self), display-capture=(), geolocation=(self), gyroscope=(), microphone=(), payment=(), usb=()"),
            ),
            (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
            (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
        ];
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            list.push((header::CONTENT_SECURITY_POLICY, policy));
        }
        if secure {
            list.push((header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")));
        }
        Self(list)
    }
    /// Adds them where a handler has not set its own.
    pub fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
        // A page is one person's: shared caches must not keep it, and the browser asks again before showing it anew.
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        }
    }
}

/// Scheme and authority, nothing that could add a directive.
fn is_origin(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:/[]".contains(&b))
}

/// A new request number.
pub fn request_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// A number given by a proxy in front, if it has a harmless shape.
pub fn given_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-request-id")?.to_str().ok()?;
    ((8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_only_ourselves_and_the_named_provider() {
        let mut headers = HeaderMap::new();
        SecurityHeaders::new(&["https://id.example".into(), "https://x; script-src *".into()], true).apply(&mut headers);
        let csp = headers["content-security-policy"].to_str().unwrap();
        assert!(csp.ends_with("form-action 'self' https://id.example"));
        assert!(csp.contains("object-src 'none'") && csp.contains("frame-ancestors 'none'"));
        assert!(headers.contains_key("strict-transport-security"));
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }

    #[test]
    fn a_strange_number_is_not_taken_over() {
        let given = |v: &str| given_id(&HeaderMap::from_iter([(HeaderName::from_static("x-request-id"), HeaderValue::from_str(v).unwrap())]));
        assert_eq!(given("abc-12345"), Some("abc-12345".into()));
        assert_eq!(given("<script>alert"), None);
        assert_eq!(given("short"), None);
    }
}
