//! The enterprises somebody speaks for, and one of them.

use super::{actor, in_words, size};
use crate::{
    Centre, acts,
    model::{Enterprise, EnterpriseEvent, Purpose, SizeYear},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::EnterpriseId, text::Lang};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Line, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn mine(State(c): State<Centre>, v: Visitor) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let list = views::of_member(&c.scope, actor.account).await.map_err(PageError::internal)?;
    let rows = list
        .iter()
        .map(|e| {
            vec![
                kit::link(&format!("/my-enterprise/{}", e.id), &e.name),
                Html(esc(&e.code)),
                Html(esc(c.catalog.line_of_business(&e.vsic).map_or(e.vsic.as_str(), |l| l.name.get(v.lang)))),
                level_word(e.level, v.lang),
            ]
        })
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Đơn vị của tôi", "My enterprises").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Tên", "Name")),
            Column::text(v.pick("Mã số", "Code")),
            Column::text(v.pick("Ngành nghề chính", "Line of business")),
            Column::text(v.pick("Mức độ chuyển đổi số", "Digital level")),
        ],
        rows,
        empty: v.pick("Bạn chưa đăng ký đơn vị nào.", "You have not registered an enterprise yet.").to_owned(),
    });
    let claims = crate::claims::mine(&c, &v, &actor).await?;
    let main = Html(format!(
        "<h1>{}</h1>{table}{}{}",
        v.pick("Đơn vị của tôi", "My enterprises"),
        claims,
        kit::button_group(&[
            kit::link_button("/my-enterprises/new", v.pick("Đăng ký đơn vị", "Register an enterprise"), Weight::Main),
            kit::link_button("/my-enterprises/claim", v.pick("Xin tham gia đơn vị đã có", "Ask to join an enterprise"), Weight::Quiet),
            kit::link_button("/showroom/contacts", v.pick("Yêu cầu liên hệ đã gửi", "Requests to providers"), Weight::Quiet),
        ])
    ));
    Ok(Shell::new(&v, v.pick("Đơn vị của tôi", "My enterprises"), main).back("/", v.pick("Trang chủ", "Home")).render().into_response())
}

pub fn level_word(level: Option<i64>, lang: Lang) -> Html {
    Html(match level {
        Some(n) => format!("{} {n}", lang.pick("Mức", "Level")),
        None => format!("<span class=\"muted\">{}</span>", lang.pick("Chưa có", "None yet")),
    })
}

/// What is known of an enterprise, for its own people and for the centre's.
pub fn summary(c: &Centre, v: &Visitor, e: &Enterprise) -> Html {
    let lang = v.lang;
    let p = &e.profile;
    let text = |t: &str| Html(esc(t));
    let mut lines = vec![
        Line::new(lang.pick("Loại hình", "Kind"), text(p.kind.name().get(lang))),
        Line::new(lang.pick("Mã số", "Code"), text(&p.code)),
        Line::new(
            lang.pick("Ngành nghề chính", "Line of business"),
            text(&format!("{} – {}", p.vsic, c.catalog.line_of_business(&p.vsic).map_or("", |l| l.name.get(lang)))),
        ),
        Line::new(lang.pick("Trụ sở", "Head office"), text(c.place(&p.area, e.created_at.date()).get(lang))),
    ];
    if let Some(address) = &p.address {
        lines.push(Line::new(lang.pick("Địa chỉ", "Address"), text(address)));
    }
    if let Some(head) = &e.head_code {
        lines.push(Line::new(lang.pick("Đơn vị phụ thuộc của", "Dependent unit of"), text(head)));
    }
    if let Some(founded) = p.founded {
        lines.push(Line::new(lang.pick("Thành lập", "Founded"), text(&when::day(founded, lang))));
    }
    let marks = [
        (p.women_owned, lang.pick("do phụ nữ làm chủ", "owned by women")),
        (p.social_enterprise, lang.pick("doanh nghiệp xã hội", "social enterprise")),
    ];
    let marks: Vec<&str> = marks.iter().filter(|m| m.0).map(|m| m.1).collect();
    if !marks.is_empty() {
        lines.push(Line::new(lang.pick("Diện ưu tiên", "Priority"), text(&marks.join(", "))));
    }
    lines.push(Line::new(lang.pick("Chặng đường", "Stage"), text(e.stage.name().get(lang))));
    if let Some(of) = &e.level_of {
        let name = c.frameworks.latest(&of.framework).map_or(of.framework.as_str(), |f| f.name.get(lang));
        let words = format!("{} – {} ({})", level_word(e.level, lang), esc(name), esc(crate::assess::tier_word(&of.tier, lang)));
        lines.push(Line::new(lang.pick("Mức độ chuyển đổi số", "Digital level"), Html(words)));
    }
    kit::summary_list(&lines)
}

/// The declarations of size, newest first, each with its inputs in words.
pub fn sizes(c: &Centre, lang: Lang, e: &Enterprise) -> Html {
    let money = |m: Option<i64>| Html(m.map_or_else(|| "–".to_owned(), |m| esc(&in_words(m, lang))));
    let rows = e
        .sizes
        .iter()
        .rev()
        .map(|s| {
            let class = c.sizes.classify(&e.profile, &s.inputs);
            let name = class.map(|a| a.name.get(lang).to_owned()).or_else(|| s.class.clone());
            vec![
                Html(s.inputs.year.to_string()),
                Html(name.map_or_else(|| lang.pick("Chưa xác định được", "Cannot be told").to_owned(), |n| esc(&n))),
                Html(when::number(i64::from(s.inputs.headcount), lang)),
                money(s.inputs.revenue),
                money(s.inputs.capital),
                Html(esc(&s.by)),
                checked(lang, s),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Quy mô đã khai theo năm", "Size declared by year").to_owned(),
        columns: vec![
            Column::text(lang.pick("Năm", "Year")),
            Column::text(lang.pick("Quy mô", "Size")),
            Column::num(lang.pick("Lao động", "People")),
            Column::num(lang.pick("Doanh thu", "Revenue")),
            Column::num(lang.pick("Nguồn vốn", "Capital")),
            Column::text(lang.pick("Người khai", "Declared by")),
            Column::text(lang.pick("Đối chiếu", "Checked")),
        ],
        rows,
        empty: lang.pick("Chưa khai quy mô.", "No size declared yet.").to_owned(),
        ..Table::default()
    })
}

/// Whether anybody compared the figures with papers, and with which.
fn checked(lang: Lang, s: &SizeYear) -> Html {
    let Some(check) = &s.check else { return kit::chip(Mood::Info, lang.pick("tự khai", "self-declared")) };
    let words = if check.corrected { lang.pick("cán bộ đã sửa", "corrected by an officer") } else { lang.pick("cán bộ đã đối chiếu", "checked by an officer") };
    let why = if check.reason.is_empty() { String::new() } else { format!(". {}", esc(&check.reason)) };
    Html(format!("{}<br><span class=\"muted\">{}, {}: {}{why}</span>", kit::chip(Mood::Good, words), esc(&check.by), esc(&when::day(check.at.date(), lang)), esc(&check.papers)))
}

fn consents(v: &Visitor, e: &Enterprise) -> Html {
    let choices: Vec<Choice> = Purpose::ALL.iter().map(|p| Choice::new(p.code(), p.text().get(v.lang))).collect();
    let given = e.consents.keys().map(|p| p.code().to_owned()).collect();
    let field = Field::new(v.lang, "consents", v.pick("Đơn vị đồng ý", "The enterprise agrees that"))
        .hint(v.pick("Bỏ chọn để rút lại; những gì đã làm trước đó vẫn có hiệu lực.", "Take a mark away to withdraw; what was done before stands."))
        .values(given)
        .optional(true)
        .checkboxes(&choices);
    let button = kit::Button::new(v.pick("Lưu lựa chọn", "Save the choice")).weight(Weight::Quiet).html();
    kit::form(v, &format!("/my-enterprise/{}/consents", e.id), &Html(format!("{field}{button}")))
}

pub async fn show(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let e = acts::own_enterprise(&c, &*actor(&v)?, id).await?;
    let assessments = views::of_enterprise(&c.scope, id).await.map_err(PageError::internal)?;
    let next = [
        (format!("/assess?enterprise={id}"), v.pick("Đánh giá mức độ chuyển đổi số", "Assess the digital level"), v.pick("7 phút cho kết quả đầu tiên", "A first result in 7 minutes")),
        (format!("/my-enterprise/{id}/support"), v.pick("Mức hỗ trợ của đơn vị tôi", "What support we may get"), v.pick("Theo quy mô, kèm điều luật", "By size, with the article")),
        ("/showroom".to_owned(), v.pick("Xem giải pháp", "Solutions"), v.pick("Lọc theo ngành và giai đoạn", "By sector and stage")),
        (format!("/my-enterprise/{id}/choices"), v.pick("Lựa chọn giải pháp", "Choose a solution"), v.pick("So sánh, xếp hạng có giải thích, ghi quyết định", "Compare, an explained ranking, the decision")),
        ("/services/dx-one-to-one".to_owned(), v.pick("Nhờ tư vấn", "Ask a person"), v.pick("Trung tâm phân công tư vấn viên", "The centre assigns a consultant")),
        (format!("/my-enterprise/{id}/people"), v.pick("Người của đơn vị", "People of the enterprise"), v.pick("Ai được làm thay đơn vị, ai xin tham gia", "Who acts for it, who asks to join")),
    ];
    let tiles: String = next
        .iter()
        .map(|(href, title, hint)| format!("<a class=\"card tile\" href=\"{}\"><b>{title}</b><span class=\"muted\">{hint}</span></a>", esc(href)))
        .collect();
    let size = e.sizes.last().and_then(|s| c.sizes.classify(&e.profile, &s.inputs)).map(|a| size::explained(v.lang, &a)).unwrap_or_default();
    let main = Html(format!(
        "<h1>{}</h1><nav class=\"tiles\" aria-label=\"{}\">{tiles}</nav><section><h2>{}</h2>{}{}</section><section><h2>{}</h2>{}</section><section><h2>{}</h2>{size}{}{}</section><section><h2>{}</h2>{}</section><p>{}</p>",
        esc(&e.profile.name),
        v.pick("Việc có thể làm", "What can be done"),
        v.pick("Thông tin đơn vị", "Details"),
        summary(&c, &v, &e),
        kit::link(&format!("/my-enterprise/{id}/profile"), v.pick("Sửa thông tin", "Correct the details")),
        v.pick("Các lần đánh giá", "Assessments"),
        crate::assess::table(&c, v.lang, &assessments, false),
        v.pick("Quy mô", "Size"),
        sizes(&c, v.lang, &e),
        kit::link(&format!("/my-enterprise/{id}/size"), v.pick("Khai quy mô năm nay", "Declare this year's size")),
        v.pick("Ai được xem, dùng vào việc gì", "Who may see it, and for what"),
        consents(&v, &e),
        kit::link(&format!("/my-enterprise/{id}/data.json"), v.pick("Tải toàn bộ dữ liệu của đơn vị (JSON)", "Download all data of the enterprise (JSON)")),
    ));
    Ok(Shell::new(&v, e.profile.name.clone(), main).width(Width::Normal).back("/my-enterprises", v.pick("Đơn vị của tôi", "My enterprises")).render().into_response())
}

pub async fn consent(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    acts::own_enterprise(&c, &actor, id).await?;
    let wanted = form.all("consents");
    for purpose in Purpose::ALL {
        let want = wanted.contains(&purpose.code());
        acts::change_enterprise(&c, Some(&actor), id, c.now(), |e| {
            Ok(match (e.consents_to(purpose), want) {
                (false, true) => Some(EnterpriseEvent::Consented { purpose }),
                (true, false) => Some(EnterpriseEvent::ConsentWithdrawn { purpose }),
                _ => None,
            })
        })
        .await?;
    }
    Ok(Redirect::to(&format!("/my-enterprise/{id}")).into_response())
}

/// Everything kept of an enterprise and its assessments: its data are its own.
pub async fn export(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>) -> Result<Response, PageError> {
    let e = acts::own_enterprise(&c, &*actor(&v)?, id).await?;
    let mut all = Vec::new();
    for row in views::of_enterprise(&c.scope, id).await.map_err(PageError::internal)? {
        if let Some(a) = crate::store::load::<crate::model::Assessment>(&c.scope, &row.id.to_string()).await.map_err(PageError::internal)? {
            let outcome = c.outcome(&a);
            let mut value = serde_json::to_value(&a).unwrap_or_default();
            // The secret's hash and the share are of no use to anybody but the program.
            if let Some(map) = value.as_object_mut() {
                map.remove("owner");
                map.remove("share");
                for invite in map.get_mut("invites").and_then(|i| i.as_array_mut()).into_iter().flatten().filter_map(|i| i.as_object_mut()) {
                    invite.remove("hash");
                }
            }
            all.push(serde_json::json!({ "assessment": value, "outcome": outcome }));
        }
    }
    // Who asked to join and with which paper is between them and the centre; the hash of a link is of no use.
    let mut own = serde_json::to_value(&e).unwrap_or_default();
    if let Some(map) = own.as_object_mut() {
        map.remove("claims");
        map.remove("link");
    }
    Ok(axum::Json(serde_json::json!({ "enterprise": own, "assessments": all })).into_response())
}
