//! `/admin/people`: the officials, by name or by office.

use super::{People, name_of_list, office_name, shell, store::OFFICIALS_MAX};
use crate::account::{Account, AccountKind, Post, roles};
use axum::extract::State;
use kernel::text::{clean, fold};
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

const PAGE: usize = 50;
/// What is typed is read to here.
const TYPED_MAX: usize = 120;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    office: String,
    /// The account id after which the page begins.
    after: String,
}

pub(super) async fn show(State(s): State<People>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let directory = s.identity.directory();
    let typed: String = clean(&asked.q).chars().take(TYPED_MAX).collect();
    let mut accounts = if asked.office.is_empty() { directory.officials().await } else { directory.posted_in(&asked.office).await }.map_err(PageError::internal)?;
    let cut = i64::try_from(accounts.len()).is_ok_and(|n| n >= OFFICIALS_MAX);
    if !typed.is_empty() {
        let words = fold(&typed);
        accounts.retain(|a| words.split(' ').all(|w| fold(&a.name).split(' ').any(|own| own.starts_with(w))));
        // An exact mark finds anybody, citizens too.
        if accounts.is_empty() {
            accounts = directory.marked(&typed).await.map_err(PageError::internal)?;
        }
    }
    // As a Vietnamese list of people is ordered: by given name, then by the whole name.
    accounts.sort_by_cached_key(|a| {
        let name = fold(&a.name);
        (name.rsplit(' ').next().unwrap_or_default().to_owned(), name, a.id)
    });
    let total = accounts.len();
    let start = accounts.iter().position(|a| a.id.to_string() == asked.after).map_or(0, |n| n + 1);
    let page: Vec<Account> = accounts.iter().skip(start).take(PAGE).cloned().collect();
    let next = (start + PAGE < total).then(|| page.last().map(|a| a.id.to_string())).flatten();
    let posts = directory.posts_of(&page).await.map_err(PageError::internal)?;
    let rows = page.iter().map(|a| row(&s, &v, a, &posts)).collect();
    let title = name_of_list(&v);
    let count = if cut {
        v.pick("Danh sách quá dài nên đã bị cắt; hãy chọn cơ quan.", "The list is too long and was cut; choose an office.").to_owned()
    } else {
        v.pick("{n} tài khoản.", "{n} accounts.").replace("{n}", &total.to_string())
    };
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Họ và tên", "Name"), ("Vị trí hiện nay", "Posts now"), ("Tình trạng", "State")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v
            .pick(
                "Không có tài khoản nào khớp. Người chưa là cán bộ chỉ tìm được bằng đúng số định danh, thư điện tử, điện thoại hoặc mã tài khoản.",
                "No account matches. People who are no officials are found only by their exact personal number, e-mail, phone or account id.",
            )
            .to_owned(),
    });
    let further = next.map(|after| format!("/admin/people?q={}&office={}&after={after}", url_part(&typed), url_part(&asked.office)));
    let new = kit::link_button("/admin/people/new", v.pick("Thêm cán bộ", "Add an official"), Weight::Quiet);
    let main = Html(format!(
        "{}{}{}<p role=\"status\" class=\"muted\">{}</p>{table}{}",
        kit::heading(title, None),
        search(&s, &v, &typed, &asked.office),
        kit::button_group(&[new]),
        esc(&count),
        kit::pagination(v.lang, None, further.as_deref()),
    ));
    Ok(shell(&v, title, main).back("/admin", v.pick("Quản trị", "Administration")).render())
}

fn search(s: &People, v: &Visitor, typed: &str, office: &str) -> Html {
    let q = Field::new(v.lang, "q", v.pick("Tên cán bộ, hoặc đúng số định danh, thư điện tử, mã tài khoản", "An official's name, or the exact personal number, e-mail or account id"))
        .value(typed)
        .optional(true)
        .max_length(TYPED_MAX)
        .input();
    let body = Html(format!("{q}{}{}", offices(s, v, office, None).0, kit::button(v.pick("Tìm", "Search"))));
    Html(format!("<form method=\"get\" action=\"/admin/people\" role=\"search\" class=\"filters\">{body}</form>"))
}

/// The choice among the offices that stand today.
pub(super) fn offices(s: &People, v: &Visitor, chosen: &str, error: Option<&str>) -> Html {
    let province = s.identity.directory().scope().province();
    let standing = s.identity.offices();
    let choices: Vec<Choice> = standing
        .iter()
        .filter(|o| o.successors.is_empty() && standing.province_of(o.code.as_str()) == Some(province))
        .map(|o| Choice::new(o.code.as_str(), o.name.get(v.lang)))
        .collect();
    Field::new(v.lang, "office", v.pick("Cơ quan", "Office")).value(chosen).optional(error.is_none()).error(error).attr("data-combobox", "").select(&choices)
}

fn row(s: &People, v: &Visitor, a: &Account, posts: &[Post]) -> Vec<Html> {
    let now = s.identity.now();
    let held: Vec<Html> = posts
        .iter()
        .filter(|p| p.account == a.id && p.valid_at(now))
        .map(|p| Html(esc(&format!("{} · {} · {}", p.title, roles::name(p.role.as_str()).get(v.lang), office_name(&s.identity, p.office.as_str(), v)))))
        .collect();
    let posts = if let [one] = held.as_slice() {
        one.clone()
    } else if held.is_empty() { 
        Html(format!("<span class=\"muted\">{}</span>", v.pick("Không giữ vị trí nào", "Holds no post")))
    } else {
        kit::bullets(&held)
    };
    vec![kit::link(&format!("/admin/people/{}", a.id), &a.name), posts, state(v, a)]
}

pub(super) fn state(v: &Visitor, a: &Account) -> Html {
    match (a.disabled_at, a.kind, a.issuer.as_str()) {
        (Some(_), ..) => kit::chip(Mood::Bad, v.pick("Đã khóa", "Closed")),
        (None, _, super::store::EXPECTED) => kit::chip(Mood::Warn, v.pick("Chờ đăng nhập lần đầu", "Has not signed in yet")),
        // Only what is out of the ordinary stands out.
        (None, AccountKind::Official, _) => Html(v.pick("Cán bộ", "Official").to_owned()),
        (None, AccountKind::Service, _) => Html(v.pick("Phần mềm", "Program").to_owned()),
        (None, AccountKind::Person, _) => Html(v.pick("Người dân, doanh nghiệp", "Citizen or enterprise").to_owned()),
    }
}
