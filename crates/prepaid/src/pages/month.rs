//! `/work/signatures/month`: what each agency owes each provider for a month, and how many people signed.

use super::{MONTHS, ROOT, actor, cell, csv_file, everywhere, money_html, room};
use crate::{
    Prepaid,
    purse::month_of,
    statement,
    views::{self, Share},
};
use axum::{extract::State, response::Response};
use kernel::{
    Dong,
    id::{AccountId, OfficeCode},
};
use std::fmt::Write as _;
use web::{
    Page,
    extract::Query,
    html::{Html, esc},
    kit::{self, Choice, Column, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    month: String,
}

async fn shares(s: &Prepaid, v: &Visitor, month: &str) -> Result<Vec<Share>, PageError> {
    let a = actor(v)?;
    let office = if everywhere(&a) { None } else { Some(a.office.clone().ok_or_else(PageError::not_found)?) };
    views::month(&s.ledger.scope, month, office.as_ref()).await.map_err(PageError::internal)
}

fn office_name(s: &Prepaid, v: &Visitor, office: Option<&OfficeCode>) -> String {
    office.map_or_else(|| v.pick("Người dân, tự trả", "People, for themselves").to_owned(), |o| s.offices.get(o.as_str()).map_or_else(|| o.to_string(), |x| x.name.vi.clone()))
}

pub async fn show(State(s): State<Prepaid>, v: Visitor, Query(q): Query<Asked>) -> Page {
    let now = s.ledger.now();
    let month = statement::month(&q.month).unwrap_or_else(|| month_of(now));
    let shares = shares(&s, &v, &month).await?;
    let choices: Vec<Choice> = statement::months_to(&month_of(now), MONTHS).into_iter().map(|m| Choice::new(m.clone(), statement::said(&m))).collect();
    let field = kit::Field::new(v.lang, "month", v.pick("Tháng", "Month")).value(&month).select(&choices);
    let chooser = kit::search_form(&format!("{ROOT}/month"), &Html(format!("{field}{}", kit::Button::new(v.pick("Xem", "Show")).weight(kit::Weight::Quiet).html())));
    let title = format!("{} {}", v.pick("Bảng kê chữ ký số tháng", "Signatures of"), statement::said(&month));
    let mut main = kit::heading(&title, None);
    main.push(&chooser);
    main.push(&table(&s, &v, &shares, &month));
    if everywhere(&*actor(&v)?) {
        let people = views::people(&s.ledger.scope, &month).await.map_err(PageError::internal)?;
        let at = statement::ends(&month).map_or(now, |end| end.min(now));
        let holders = crate::certificates::people(&s.ledger.scope, &month, at).await.map_err(PageError::internal)?;
        main.push(&kit::para(&format!(
            "{}: {}. {}",
            v.pick("Số người có chữ ký số mà cổng biết", "People with a digital signature that the portal knows of"),
            web::figure::maybe(holders, Some(&format!("{ROOT}/people?month={month}")), v.pick("người có chữ ký số", "people with a digital signature"), v.lang),
            v.pick(
                "Gồm người đã liên kết chứng thư còn hiệu lực của tổ chức tin cậy và người đã ký trong tháng; mỗi người tính một lần. Chỉ tiêu “Người lớn có chữ ký số” lấy cả nguồn ngoài nên có thể cao hơn.",
                "Those who connected a valid certificate of a trusted issuer and those who signed in the month; each counts once. The indicator “Adults with a digital signature” has outside sources too and may be higher.",
            ),
        )));
        main.push(&kit::para(&format!(
            "{}: {}. {}",
            v.pick("Số người đã ký bằng chữ ký cá nhân trong tháng", "People who signed with a key of their own in the month"),
            when::number(people, v.lang),
            v.pick("Mỗi người tính một lần, dù có nhiều chứng thư hoặc ký nhiều lượt.", "Each counts once, however many certificates or signatures."),
        )));
    }
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{ROOT}/month.csv?month={month}"), v.pick("Tải bảng kê (CSV)", "Download (CSV)")))));
    Ok(room(&v, &title, main).back(ROOT, v.pick("Chữ ký số trả trước", "Prepaid signatures")).render())
}

fn table(s: &Prepaid, v: &Visitor, shares: &[Share], month: &str) -> Html {
    let count = |n: i64| Html(format!("<span class=\"num\">{}</span>", esc(&when::number(n, v.lang))));
    let row = |x: &Share| {
        let name = office_name(s, v, x.office.as_ref());
        // A person's own lines are nobody else's to open.
        let name = if x.office.is_some() { kit::link(&format!("{ROOT}/{}?month={month}", x.purse), &name) } else { Html::text(&name) };
        vec![Html::text(s.ledger.provider_name(&x.provider).get(v.lang)), name, count(x.charged), count(x.free), count(x.people), money_html(v, x.cost)]
    };
    let mut rows: Vec<Vec<Html>> = shares.iter().map(row).collect();
    if shares.len() > 1 {
        let sum = |of: fn(&Share) -> i64| shares.iter().map(of).sum::<i64>();
        let all = Html(format!("<b>{}</b>", v.pick("Cộng", "Together")));
        rows.push(vec![all, Html::text(""), count(sum(|x| x.charged)), count(sum(|x| x.free)), Html::text("–"), money_html(v, Dong(sum(|x| x.cost.0)))]);
    }
    kit::table(&Table {
        caption: v.pick("Theo nhà cung cấp và cơ quan trả tiền", "By provider and who pays").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Nhà cung cấp", "Provider")),
            Column::text(v.pick("Cơ quan", "Agency")),
            Column::num(v.pick("Lượt tính tiền", "Charged")),
            Column::num(v.pick("Lượt miễn phí", "Free")),
            Column::num(v.pick("Người ký", "People")),
            Column::num(v.pick("Tiền", "Cost")),
        ],
        rows,
        empty: v.pick("Không có chữ ký nào trong tháng.", "No signatures in this month.").to_owned(),
    })
}

pub async fn csv(State(s): State<Prepaid>, v: Visitor, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let month = statement::month(&q.month).unwrap_or_else(|| month_of(s.ledger.now()));
    let mut out = String::from("month,provider,agency,charged,free,people,cost_vnd\r\n");
    for x in shares(&s, &v, &month).await? {
        let (provider, office) = (s.ledger.provider_name(&x.provider), office_name(&s, &v, x.office.as_ref()));
        let _ = write!(out, "{month},{},{},{},{},{},{}\r\n", cell(provider.get(v.lang)), cell(&office), x.charged, x.free, x.people, x.cost.0);
    }
    Ok(csv_file(&format!("chu-ky-theo-co-quan-{month}.csv"), out))
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Holders {
    month: String,
    after: String,
}

/// Lines of a page of people.
const PEOPLE: i64 = 100;

/// Whoever oversees the province; nobody else is told of people of other offices.
fn oversees(s: &Prepaid, a: &kernel::Actor) -> bool {
    use identity::{offices::Level, roles};
    let top = a.office.as_ref().and_then(|o| s.offices.get(o.as_str())).is_some_and(|o| o.level == Level::Province && o.parent.is_none());
    a.has_role(roles::CONTROLLER) || a.has_role(roles::AUDITOR) || (top && a.has_role(roles::LEADER))
}

/// The people whom the indicator of digital signatures counts, each once and none by name.
pub async fn people(State(s): State<Prepaid>, v: Visitor, Query(q): Query<Holders>) -> Page {
    let a = actor(&v)?;
    if !oversees(&s, &a) {
        return Err(PageError::not_found());
    }
    let now = s.ledger.now();
    let month = statement::month(&q.month).unwrap_or_else(|| month_of(now));
    let at = statement::ends(&month).map_or(now, |end| end.min(now));
    let scope = &s.ledger.scope;
    let all = crate::certificates::people(scope, &month, at).await.map_err(PageError::internal)?;
    let after = q.after.parse::<AccountId>().map_or_else(|_| String::new(), |a| a.to_string());
    let mut found = crate::certificates::holders(scope, &month, at, &after, PEOPLE + 1).await.map_err(PageError::internal)?;
    let full = usize::try_from(PEOPLE).unwrap_or(usize::MAX);
    let more = found.len() > full;
    found.truncate(full);
    let yes = |b: bool| Html::text(if b { v.pick("có", "yes") } else { "–" });
    let last = |account: &str| account.chars().skip(account.chars().count().saturating_sub(8)).collect::<String>();
    let next = found.last().filter(|_| more).map(|h| format!("{ROOT}/people?month={month}&after={}", web::html::url_part(&h.account)));
    let title = format!("{}, {} {}", v.pick("Người có chữ ký số mà cổng biết", "People with a digital signature that the portal knows of"), v.pick("tháng", "month"), statement::said(&month));
    let table = kit::records(&Table {
        caption: title.clone(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Tài khoản (8 ký tự cuối)", "Account (last 8 letters)")), Column::text(v.pick("Đã liên kết chứng thư còn hiệu lực", "Connected a valid certificate")), Column::text(v.pick("Đã ký trong tháng", "Signed in the month"))],
        rows: found.iter().map(|h| vec![Html(format!("<code>{}</code>", esc(&last(&h.account)))), yes(h.connected), yes(h.signed)]).collect(),
        empty: v.pick("Chưa có ai.", "Nobody yet.").to_owned(),
    });
    let main = Html(format!(
        "{}<p>{}</p>{table}{}",
        kit::heading(&title, None),
        esc(&format!("{}: {}", v.pick("Mỗi người tính một lần; không hiện tên", "Each counts once; no names are shown"), when::number(all, v.lang))),
        kit::pagination(v.lang, None, next.as_deref()),
    ));
    Ok(room(&v, &title, main).render())
}
