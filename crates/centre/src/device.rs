//! Pages that go on without a network: what the script needs to know of a form, the place where it says what waits on the
//! device, and what a device sends beside an answer. Without script all of it is invisible and the pages work as they are.

use crate::{
    Centre,
    model::{Assessment, Device},
};
use axum::http::{HeaderMap, header};
use kernel::{Instant, id::AccountId};
use sha2::{Digest, Sha256};
use web::{
    extract::FormData,
    html::{Html, esc},
    problem::PageError,
    visitor::Visitor,
};

/// What came with a form from a device's queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The device's own number of this thing; sent again it happens once.
    pub key: Option<String>,
    pub device: Option<Device>,
    /// What the page had seen of the thing that is changed.
    pub seen: String,
}

impl Sent {
    pub fn read(form: &FormData, now: Instant) -> Self {
        let shape = |k: &&str| (8..=64).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        Self {
            key: form.filled("_key").filter(shape).map(str::to_owned),
            device: Device::read(form.get("_device_at"), form.get("_device_sent"), now),
            seen: form.get("_seen").unwrap_or_default().to_owned(),
        }
    }
}

/// The version that this word made. Sent again after somebody else's it is still the old one, so that what follows from
/// the same device meets the other's answer as a conflict.
pub async fn made(c: &Centre, after: &Assessment, sent: &Sent, criterion: &str) -> Result<i64, PageError> {
    if let Some(key) = &sent.key
        && let Some(version) = crate::store::sent(&c.scope, after.id, key).await.map_err(PageError::internal)?
    {
        return Ok(version);
    }
    Ok(after.seen(criterion))
}

/// The script asks for its answers in JSON; a browser by itself asks for a page.
pub fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("application/json"))
}

/// Marks the form it stands in as one that may wait on the device. `next` is where the person goes on meanwhile.
pub fn mark(kind: &str, label: &str, next: &str) -> Html {
    Html(format!("<span hidden data-offline=\"{}\" data-label=\"{}\" data-next=\"{}\"></span>", esc(kind), esc(label), esc(next)))
}

/// Whose things wait on the device: a consultant's are not sent under another account. Not the account itself.
fn who(account: Option<AccountId>) -> String {
    account.map_or_else(String::new, |a| hex::encode(Sha256::digest(a.to_string()).get(..8).unwrap_or_default()))
}

/// The part of a page that says what is kept on this device. `scope`: pages under it open without a network. `ahead`:
/// pages kept without being asked for; `all`: those kept at the press of a button.
pub fn block(v: &Visitor, scope: &str, staff: bool, ahead: &[String], all: &[String]) -> Html {
    let account = v.actor.as_deref().filter(|_| staff).map(|a| a.account);
    Html(format!(
        "<section class=\"device\" data-device=\"{}\" data-who=\"{}\" data-ahead=\"{}\" data-all=\"{}\" aria-labelledby=\"device-title\" hidden>\
         <h2 id=\"device-title\">{}</h2><p data-device-state role=\"status\"></p><div data-device-items></div><details><summary>{}</summary><p>{}</p><p>{}</p><div data-device-acts></div></details></section>",
        esc(scope),
        who(account),
        esc(&ahead.join(" ")),
        esc(&all.join(" ")),
        v.pick("Trên máy này", "On this device"),
        v.pick("Những gì được giữ trên máy này", "What is kept on this device"),
        v.pick(
            "Trang bạn đã mở, câu trả lời, ghi chú và ảnh chưa gửi được giữ trên máy này để dùng khi mất mạng. Trong đó có thể có dữ liệu cá nhân; ai mở được máy này đều xem được.",
            "Pages you opened, and answers, notes and pictures not sent yet, are kept on this device for use without a network. Personal data may be among them; whoever can open this device can read them.",
        ),
        v.pick(
            "Được xóa khi đăng xuất, khi bạn bấm “Xóa khỏi máy này”, và trang đã mở thì sau 7 ngày.",
            "They are removed when you sign out, when you press “Remove from this device”, and pages after 7 days.",
        ),
    ))
}

/// The service worker: `ui/src/sw.ts` as built, from our own origin, asked for anew at every start.
pub async fn worker(headers: HeaderMap) -> axum::response::Response {
    let mut response = web::assets::serve(axum::extract::Path("sw.js".to_owned()), headers).await;
    response.headers_mut().insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_clocks_of_any_shape_are_read_or_left() {
        let now = Instant::from_micros(1_795_000_000_000_000);
        let form = |key: &str, at: &str| FormData(vec![("_key".into(), key.into()), ("_device_at".into(), at.into()), ("_device_sent".into(), at.into())]);
        let good = Sent::read(&form("0195-abc-DEF", "1795000000000"), now);
        assert_eq!((good.key.as_deref(), good.device.map(|d| d.skew)), (Some("0195-abc-DEF"), Some(0)));
        for key in ["", "short", "with space in it", "<script>alert</script>", &"x".repeat(65)] {
            assert_eq!(Sent::read(&form(key, "later"), now), Sent::default(), "{key}");
        }
    }
}
