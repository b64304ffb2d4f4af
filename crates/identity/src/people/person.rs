//! `/admin/people/{account}`: one account, its posts and sessions, and what can be done.

use super::{
    People, list, name_of_list, office_name, shell,
    store::{EXPECTED, Seen},
};
use crate::account::{Account, Post, roles};
use axum::extract::State;
use kernel::{Instant, Refusal, id::AccountId};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Button, Choice, Column, Field, Line, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub(super) async fn show(State(s): State<People>, v: Visitor, Path(account): Path<AccountId>) -> Result<Html, PageError> {
    page(&s, &v, account, &FormData::default(), None).await
}

/// The page; after a refusal with what was typed and what is wrong.
pub(super) async fn page(s: &People, v: &Visitor, id: AccountId, typed: &FormData, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let directory = s.identity.directory();
    let account = directory.account(id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let posts = directory.posts(id).await.map_err(PageError::internal)?;
    let sessions = s.identity.sessions.of(id, s.identity.now()).await.map_err(PageError::internal)?;
    let own = v.actor.as_ref().is_some_and(|a| a.account == id);
    let mut main = Html::default();
    if let Some(refusal) = refusal {
        let whole = [kernel::refusal::Reason { field: None, message: refusal.message.clone() }];
        main.push(&kit::error_summary(v.lang, if refusal.reasons.is_empty() { &whole } else { &refusal.reasons }));
    }
    main.push(&kit::heading(&account.name, Some(name_of_list(v))));
    main.push(&summary(v, &account));
    if own {
        main.push(&kit::inset(&Html(esc(v.pick(
            "Đây là tài khoản của bạn: mọi thay đổi phải do quản trị viên khác làm.",
            "This is your own account: changes must be made by another administrator.",
        )))));
    }
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Vị trí công tác", "Posts"))));
    main.push(&posts_table(s, v, &account, &posts, own));
    if !own && account.disabled_at.is_none() {
        let open = refusal.is_some_and(|r| r.code == "post");
        main.push(&kit::details(v.pick("Giao vị trí mới", "Open a post"), &post_form(s, v, id, typed, refusal), open || posts.is_empty()));
    }
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Phiên đăng nhập", "Sessions"))));
    main.push(&sessions_table(v, &sessions, s.identity.now()));
    if !sessions.is_empty() && !own {
        let button = Button::new(v.pick("Đăng xuất mọi thiết bị", "Sign out everywhere")).weight(Weight::Quiet).html();
        main.push(&kit::form(v, &format!("/admin/people/{id}/sign-out"), &button));
    }
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Quyền và khóa tài khoản", "Permissions and closing"))));
    main.push(&kit::button_group(&[kit::link_button(&format!("/admin/people/{id}/why"), v.pick("Vì sao được, vì sao không?", "Why may they, why not?"), Weight::Quiet)]));
    if !own {
        if let Some(part) = s.identity.on_account() {
            main.push(&part.kept(v, &account).await.map_err(PageError::internal)?);
        }
        main.push(&closing(v, &account));
    }
    Ok(shell(v, &account.name, main).error(refusal.is_some()).back("/admin/people", name_of_list(v)).render())
}

fn summary(v: &Visitor, a: &Account) -> Html {
    let t = |vi: &'static str, en: &'static str| v.pick(vi, en).to_owned();
    let mut lines = vec![Line::new(t("Tình trạng", "State"), list::state(v, a)), Line::new(t("Mã tài khoản", "Account id"), a.id.to_string())];
    lines.extend(a.personal_number.as_deref().map(|n| Line::new(t("Số định danh cá nhân", "Personal number"), kernel::party::mask(n))));
    lines.extend(a.email.as_deref().map(|e| Line::new(t("Thư điện tử", "E-mail"), e)));
    lines.extend(a.phone.as_deref().map(|p| Line::new(t("Điện thoại", "Phone"), p)));
    let provider = if a.issuer == EXPECTED {
        t("Gắn với người có số định danh trên khi họ đăng nhập lần đầu", "Bound to the person with this number at their first sign-in")
    } else {
        a.issuer.clone()
    };
    lines.push(Line::new(t("Định danh do", "Identified by"), provider));
    lines.extend(a.disabled_at.map(|at| Line::new(t("Khóa lúc", "Closed"), when::exact(at, v.lang))));
    kit::summary_list(&lines)
}

fn posts_table(s: &People, v: &Visitor, a: &Account, posts: &[Post], own: bool) -> Html {
    let now = s.identity.now();
    let day = |at: Instant| when::exact(at, v.lang);
    let rows = posts
        .iter()
        .map(|p| {
            let (mood, word) = match (p.valid_at(now), p.valid_from > now) {
                (true, _) => (Mood::Good, v.pick("Đang giữ", "Held now")),
                (false, true) => (Mood::Info, v.pick("Sắp tới", "To come")),
                (false, false) => (Mood::Info, v.pick("Đã kết thúc", "Ended")),
            };
            let over = p.valid_to.is_some_and(|end| end <= now);
            let end = if over || own || a.disabled_at.is_some() { Html::default() } else { end_form(v, a.id, p) };
            vec![
                Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&p.title), esc(roles::name(p.role.as_str()).get(v.lang)))),
                Html(esc(&office_name(&s.identity, p.office.as_str(), v))),
                Html(esc(&day(p.valid_from))),
                Html(p.valid_to.map_or_else(|| v.pick("Chưa định", "Open").to_owned(), |end| esc(&day(end)))),
                Html(format!("{} {end}", kit::chip(mood, word))),
            ]
        })
        .collect();
    let columns = [("Chức danh, vai trò", "Title, role"), ("Cơ quan", "Office"), ("Từ", "From"), ("Đến", "Until"), ("Tình trạng", "State")];
    kit::table(&Table {
        caption: v.pick("Vị trí công tác", "Posts").to_owned(),
        caption_hidden: true,
        columns: columns.map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v.pick("Chưa giữ vị trí nào. Không có vị trí thì không vào được phòng làm việc.", "Holds no post. Without one the working rooms stay closed.").to_owned(),
    })
}

fn end_form(v: &Visitor, account: AccountId, p: &Post) -> Html {
    // Several such forms stand on one page: the field's name carries the post, so that each label has its own box.
    let on = Field::new(v.lang, format!("on_{}", p.id), v.pick("Hết ngày (bỏ trống: ngay bây giờ)", "Last day (empty: now)")).optional(true).date();
    let button = Button::new(v.pick("Kết thúc vị trí", "End the post")).weight(Weight::Quiet).html();
    let form = kit::form(v, &format!("/admin/people/{account}/posts/{}/end", p.id), &Html(format!("{on}{button}")));
    kit::details(v.pick("Kết thúc…", "End…"), &form, false)
}

fn post_form(s: &People, v: &Visitor, account: AccountId, typed: &FormData, refusal: Option<&Refusal>) -> Html {
    let reasons = refusal.map_or(&[][..], |r| &r.reasons);
    let said = |name: &str| kit::reason_for(reasons, name, v.lang);
    let value = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let roles: Vec<Choice> = roles::ALL.iter().filter(|(code, ..)| *code != roles::CITIZEN).map(|(code, vi, en)| Choice::new(*code, v.pick(vi, en))).collect();
    let date = |name: &str, label: &str| {
        let parts: Vec<String> = ["day", "month", "year"].iter().map(|p| value(&format!("{name}-{p}"))).collect();
        Field::new(v.lang, name, label).optional(true).values(parts).error(said(name)).date()
    };
    let body = Html(format!(
        "{}{}{}{}{}{}",
        list::offices(s, v, &value("office"), Some(said("office").unwrap_or_default()).filter(|e| !e.is_empty())),
        Field::new(v.lang, "role", v.pick("Vai trò", "Role")).value(value("role")).error(said("role")).select(&roles),
        Field::new(v.lang, "title", v.pick("Chức danh", "Title")).hint(v.pick("Như trong quyết định bổ nhiệm, phân công; in trên văn bản người này ký.", "As in the appointment; printed on what the person signs.")).value(value("title")).error(said("title")).max_length(120).input(),
        date("from", v.pick("Từ ngày (bỏ trống: ngay bây giờ)", "First day (empty: now)")),
        date("to", v.pick("Đến hết ngày", "Last day")),
        kit::button(v.pick("Giao vị trí", "Open the post")),
    ));
    kit::form(v, &format!("/admin/people/{account}/posts"), &body)
}

/// Where somebody is signed in. The agent is the browser's own word and shown as such.
pub(crate) fn sessions_table(v: &Visitor, sessions: &[Seen], now: Instant) -> Html {
    let rows = sessions
        .iter()
        .map(|s| vec![Html(esc(&device(v, s.agent.as_deref()))), when::at_time(s.created, now, v.lang), when::ago_time(s.seen, now, v.lang)])
        .collect();
    kit::table(&Table {
        caption: v.pick("Phiên đăng nhập", "Sessions").to_owned(),
        caption_hidden: true,
        columns: [("Thiết bị", "Device"), ("Đăng nhập", "Signed in"), ("Dùng gần nhất", "Last used")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v.pick("Không có phiên nào đang mở.", "No session is open.").to_owned(),
    })
}

/// A browser's words for itself (RFC 9110 §10.1.5) made short: which browser on which system.
pub(crate) fn device(v: &Visitor, agent: Option<&str>) -> String {
    let Some(agent) = agent.filter(|a| !a.is_empty()) else { return v.pick("Không rõ thiết bị", "Unknown device").to_owned() };
    let first = |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let browser = first(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")]);
    match (browser, system) {
        (Some(b), Some(s)) => format!("{b} · {s}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

/// How somebody proved who they are, in words.
pub(crate) fn proved(v: &Visitor, acr: Option<&str>) -> String {
    match acr {
        Some("passkey") => v.pick("Khóa truy cập (passkey)", "Passkey").to_owned(),
        Some("password+totp") => v.pick("Mật khẩu và mã một lần", "Password and one-time code").to_owned(),
        Some("password+recovery") => v.pick("Mật khẩu và mã dự phòng", "Password and recovery code").to_owned(),
        Some(other) if !other.is_empty() => format!("{} ({other})", v.pick("Định danh điện tử", "Electronic identity")),
        _ => v.pick("Định danh điện tử", "Electronic identity").to_owned(),
    }
}

fn closing(v: &Visitor, a: &Account) -> Html {
    if a.disabled_at.is_some() {
        let button = Button::new(v.pick("Mở lại tài khoản", "Open the account again")).weight(Weight::Quiet).html();
        return kit::form(v, &format!("/admin/people/{}/reopen", a.id), &button);
    }
    let text = v.pick(
        "Khóa tài khoản thì mọi phiên và thẻ truy cập kết thúc ngay; việc đã làm vẫn đứng tên người này.",
        "Closing ends all sessions and tokens at once; what was done stays under this person's name.",
    );
    let button = Button::new(v.pick("Khóa tài khoản", "Close the account")).weight(Weight::Quiet).html();
    let form = kit::form(v, &format!("/admin/people/{}/close", a.id), &Html(format!("{}{button}", kit::para(text))));
    kit::details(v.pick("Khóa tài khoản…", "Close the account…"), &form, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_browser_and_system() {
        let v = Visitor::default();
        let told = |agent: &str| device(&v, Some(agent));
        assert_eq!(told("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"), "Chrome · Android");
        assert_eq!(told("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"), "Safari · iPhone");
        assert_eq!(told("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0"), "Edge · Windows");
        assert_eq!(told("curl/8"), "curl/8");
        assert_eq!(device(&v, None), "Không rõ thiết bị");
    }
}
