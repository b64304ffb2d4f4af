//! Pages of those who watch the exchange: how it stands, what waits and why, comparison with the portal, mirrored and parked.

mod compared;
mod overview;

use crate::{NationalPortal, inbound, wire};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use identity::actions::{NATIONAL_NOTIFY, NATIONAL_WATCH};
use kernel::{Actor, text::Lang};
use std::sync::Arc;
use web::{
    html::Html,
    page::{Area, NavItem, Shell, Width},
    problem::{ApiError, Fault, PageError},
    routes::Routes,
    visitor::Visitor,
};

/// A list of the portal as a file.
const FILE_LIMIT: usize = 24 << 20;
/// Larger bodies are read whole and refused on the page, so that the connection does not break.
const UPLOAD_LIMIT: usize = 64 << 20;
/// Rows on a page.
const PAGE: i64 = 50;

pub fn routes(r: Routes<NationalPortal>) -> Routes<NationalPortal> {
    r.get("/work/national", NATIONAL_WATCH, overview::show)
        .get("/work/national/waiting", NATIONAL_WATCH, overview::waiting)
        .get("/work/national/mirror", NATIONAL_WATCH, overview::mirror)
        .get("/work/national/parked", NATIONAL_WATCH, overview::parked)
        .post("/work/national/resend", NATIONAL_WATCH, overview::resend)
        .get("/work/national/comparisons", NATIONAL_WATCH, compared::list)
        .post("/work/national/comparisons", NATIONAL_WATCH, compared::ask)
        .post("/work/national/comparisons/file", NATIONAL_WATCH, compared::upload)
        .body_limit(UPLOAD_LIMIT)
        .get("/work/national/comparisons/{id}", NATIONAL_WATCH, compared::show)
        .post("/work/national/comparisons/{id}/resend", NATIONAL_WATCH, compared::resend)
        .post("/national/notify", NATIONAL_NOTIFY, notify)
        .signed()
}

/// A message of the portal: the signature first, then everything else.
async fn notify(State(s): State<NationalPortal>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let signature = headers.get(wire::SIGNATURE).and_then(|v| v.to_str().ok());
    let genuine = s.connection.as_ref().is_some_and(|c| wire::verify(&c.secret, &body, signature));
    if !genuine {
        tracing::warn!("a message with a wrong signature came to the door of the national portal");
        return Err(ApiError(inbound::bad_signature().into()));
    }
    let taken = s.take(&body, s.now()).await.map_err(|e| ApiError(Fault::Internal(e.into())))?;
    let said = match taken {
        inbound::Taken::Applied => "applied",
        inbound::Taken::Known => "known",
        inbound::Taken::Parked(reason) => reason,
    };
    Ok((StatusCode::OK, axum::Json(serde_json::json!({"taken": said}))).into_response())
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn page(v: &Visitor, title: &str, current: &str, main: Html) -> Shell {
    let item = |href: &str, key: &str, vi: &str, en: &str| NavItem::new(href, v.pick(vi, en), current == key);
    Shell::new(v, title, main).area(Area::Work).width(Width::Wide).nav(vec![
        item("/work/national", "overview", "Đồng bộ với Cổng quốc gia", "National portal"),
        item("/work/national/waiting", "waiting", "Chưa gửi được", "Not told yet"),
        item("/work/national/comparisons", "compared", "Đối chiếu", "Comparison"),
        item("/work/national/mirror", "mirror", "Hồ sơ hệ thống tập trung", "Centralised systems"),
        item("/work/national/parked", "parked", "Tin để lại", "Parked messages"),
        item("/work", "work", "Bàn làm việc", "My work"),
    ])
}

fn status_name(status: i64, lang: Lang) -> String {
    crate::status::Status::of(status).map_or_else(|| status.to_string(), |s| format!("{} – {}", s.number(), s.name().get(lang)))
}
