//! Styles, scripts and fonts built by `ui/`: embedded, named by their content, cached for ever.

use crate::problem::Fault;
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{collections::BTreeMap, sync::LazyLock};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../ui/dist"]
struct Dist;

/// Logical name → name with its hash, as `ui/` wrote it.
static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    Dist::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
});

/// Fonts that every page needs before it can be read: regular weight, Vietnamese and basic Latin.
static FIRST_FONTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    NAMES
        .keys()
        .filter(|name| name.ends_with(".woff2") && name.contains("400") && (name.contains("-vietnamese-") || name.contains("-latin-4")))
        .map(|name| url(name))
        .collect()
});

/// The address of a built file by its logical name.
pub fn url(name: &str) -> String {
    format!("/assets/{}", NAMES.get(name).map_or(name, String::as_str))
}

/// Whether `ui/` built this file.
pub fn has(name: &str) -> bool {
    NAMES.contains_key(name)
}

pub(crate) fn first_fonts() -> &'static [String] {
    &FIRST_FONTS
}

/// `GET /assets/{*path}`.
pub async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if path.ends_with(".br") || path == "manifest.json" {
        return Fault::not_found().into_response();
    }
    let Some(plain) = Dist::get(&path) else {
        return Fault::not_found().into_response();
    };
    let tag = format!("\"{}\"", &hex::encode(plain.metadata.sha256_hash())[..16]);
    let packed = accepts_br(&headers).then(|| Dist::get(&format!("{path}.br"))).flatten();
    let is_packed = packed.is_some();
    let mut response = if headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(packed.unwrap_or(plain).data).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&path)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache(&path)));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if is_packed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// A name that carries its hash never changes its content; any other may.
fn cache(path: &str) -> &'static str {
    if NAMES.values().any(|name| name == path) { "public, max-age=31536000, immutable" } else { "public, max-age=300" }
}

fn accepts_br(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| {
        v.split(',').any(|part| {
            let mut bits = part.split(';').map(str::trim);
            bits.next() == Some("br") && !bits.any(|b| b == "q=0" || b == "q=0.0")
        })
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding))])
    }

    #[tokio::test]
    async fn a_built_file_is_served_for_ever_under_its_hashed_name() {
        let path = url("app.css").trim_start_matches("/assets/").to_owned();
        let response = serve(Path(path.clone()), HeaderMap::new()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let again = HeaderMap::from_iter([(header::IF_NONE_MATCH, response.headers()["etag"].clone())]);
        assert_eq!(serve(Path(path), again).await.status(), 304);
    }

    #[tokio::test]
    async fn nothing_else_is_served() {
        for path in ["manifest.json", "../Cargo.toml", "none.css", "app.css.br"] {
            assert_eq!(serve(Path(path.to_owned()), HeaderMap::new()).await.status(), 404, "{path}");
        }
    }

    #[test]
    fn brotli_is_given_only_to_those_who_take_it() {
        assert!(accepts_br(&accept("gzip, br;q=0.9")));
        assert!(!accepts_br(&accept("gzip, br;q=0")));
        assert!(!accepts_br(&accept("gzip")));
    }
}
