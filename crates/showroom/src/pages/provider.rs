//! The provider's own room: its solutions, what ends soon, its profile, enterprises that asked to be called.

use super::{
    actor,
    forms::{Again, Done, Sent, done},
    id, show,
};
use crate::{
    Showroom,
    acts::providers,
    ids::{LeadId, fresh},
    provider::{Profile, Provider, TypedProfile},
    solution::Stage,
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Instant, Refusal, id::ProviderId, text::Lang};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

const FORM: &str = "profile";

pub async fn home(State(s): State<Showroom>, v: Visitor, Query(said): Query<Done>) -> Result<Response, PageError> {
    let (lang, own) = (v.lang, providers::own(&s, &*actor(&v)?).await?);
    let mut parts = Html::default();
    for p in &own {
        parts.push(&one(&s, &v, p).await?);
    }
    let start = if own.is_empty() {
        Html(format!(
            "<p>{}</p>{}",
            lang.pick("Bạn chưa có hồ sơ nhà cung cấp.", "You have no provider yet."),
            kit::link_button("/provider/new", lang.pick("Lập hồ sơ nhà cung cấp", "Register a provider"), Weight::Main)
        ))
    } else {
        Html::default()
    };
    let title = lang.pick("Nhà cung cấp giải pháp", "Solution provider");
    let main = Html(format!(
        "{}<h1>{title}</h1>{start}{parts}<p class=\"mt\"><a href=\"/showroom/rules\">{}</a> · <a href=\"/showroom/ranking\">{}</a></p>",
        said.banner(lang),
        lang.pick("Quy tắc kiểm tra, tạm dừng, khiếu nại", "Rules of vetting, suspension and appeal"),
        lang.pick("Cách xếp hạng gợi ý", "How ranking works")
    ));
    Ok(Shell::new(&v, title, main).back("/showroom", lang.pick("Showroom", "Showroom")).render().into_response())
}

async fn one(s: &Showroom, v: &Visitor, p: &Provider) -> Result<Html, PageError> {
    let (lang, today) = (v.lang, s.now().date());
    let rows = views::of_provider(&s.scope, p.id)
        .await
        .map_err(PageError::internal)?
        .iter()
        .map(|r| {
            let stage = Stage::parse(&r.stage).unwrap_or(Stage::Draft);
            vec![
                kit::link(&format!("/provider/solutions/{}", r.id), lang.pick(&r.name.0, &r.name.1)),
                show::stage_chip(stage, lang),
                Html(r.confirmed.to_string()),
                Html(r.outcome_cases.to_string()),
                Html::text(&show::age(r.changed_at.date(), today, lang)),
            ]
        })
        .collect();
    let columns = [
        ("Giải pháp", "Solution", false),
        ("Trạng thái", "State", false),
        ("Khách xác nhận", "Confirmed", true),
        ("Kết quả đo", "Outcomes", true),
        ("Cập nhật", "Updated", false),
    ];
    let table = kit::table(&Table {
        caption: lang.pick("Giải pháp của tôi", "My solutions").into(),
        columns: columns.into_iter().map(|(vi, en, num)| Column { label: lang.pick(vi, en).into(), num }).collect(),
        rows,
        empty: lang.pick("Chưa có giải pháp nào.", "No solution yet.").into(),
        ..Table::default()
    });
    let bar = if p.barred(today) {
        let until = p.barred_until.map(|d| when::day(d, lang)).unwrap_or_default();
        kit::banner(
            Mood::Bad,
            lang.pick("Đang bị cấm gửi giải pháp", "Barred from submitting"),
            &Html(format!("<p>{} {until}. {}</p>", lang.pick("Đến hết ngày", "Up to and including"), esc(&p.bar_reason))),
        )
    } else {
        Html::default()
    };
    let base = format!("/provider/{}", p.id);
    let links = kit::button_group(&[
        kit::link_button(&format!("{base}/new"), lang.pick("Thêm giải pháp", "Add a solution"), Weight::Main),
        kit::link_button(&format!("{base}/leads"), lang.pick("Doanh nghiệp nhờ liên hệ", "Enterprises to call"), Weight::Quiet),
        kit::link_button(&format!("{base}/profile"), lang.pick("Hồ sơ", "Profile"), Weight::Quiet),
    ]);
    Ok(Html(format!(
        "<section class=\"card\"><h2>{}</h2>{bar}{}{table}{links}</section>",
        esc(&p.profile.name),
        endings(s, lang, Some(p.id), "/provider/solutions").await?
    )))
}

/// Proofs that end soon, or have ended.
pub(super) async fn endings(s: &Showroom, lang: Lang, provider: Option<ProviderId>, base: &str) -> Result<Html, PageError> {
    let today = s.now().date();
    let by = today.checked_add(jiff::ToSpan::days(s.catalog.proofs.longest_reminder())).unwrap_or(today);
    let rows: Vec<Vec<Html>> = views::ending(&s.scope, provider, by, 50)
        .await
        .map_err(PageError::internal)?
        .iter()
        .map(|e| {
            let left = today.until(e.until).map_or(0, |x| x.get_days());
            let chip = match (left, lang) {
                (..0, _) => kit::chip(Mood::Bad, lang.pick("đã hết hạn", "expired")),
                (_, Lang::Vi) => kit::chip(Mood::Warn, &format!("còn {left} ngày")),
                (_, Lang::En) => kit::chip(Mood::Warn, &format!("{left} days left")),
            };
            vec![
                kit::link(&format!("{base}/{}", e.solution), &e.name),
                Html(format!(
                    "{}<br><span class=\"muted\">{}</span>",
                    esc(&e.title),
                    esc(s.catalog.proofs.get(&e.kind).map_or(e.kind.as_str(), |k| k.name.get(lang)))
                )),
                Html(format!("{} {chip}", when::day(e.until, lang))),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(Html::default());
    }
    Ok(kit::table(&Table {
        caption: lang.pick("Minh chứng sắp hoặc đã hết hạn", "Proofs that end soon or have ended").into(),
        columns: [("Giải pháp", "Solution"), ("Minh chứng", "Proof"), ("Đến hết ngày", "Up to")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        ..Table::default()
    }))
}

pub async fn new(v: Visitor) -> Result<Response, PageError> {
    Ok(profile_page(&v, "/provider/new", &TypedProfile::default(), &Again::first()))
}

pub async fn register(State(s): State<Showroom>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let provider: ProviderId = form.get("profile.id").and_then(|t| t.parse().ok()).unwrap_or_else(fresh);
    let registered = match typed(&form, &s) {
        Ok(profile) => providers::register(&s, &who, provider, profile).await,
        Err(r) => Err(r.into()),
    };
    match registered {
        Ok(_) => Ok(done("/provider")),
        Err(e) => Ok(profile_page(&v, "/provider/new", &TypedProfile::default(), &Again::after(FORM, form, e)?)),
    }
}

pub async fn profile(State(s): State<Showroom>, v: Visitor, Path(prov): Path<String>) -> Result<Response, PageError> {
    let p = providers::owned(&s, &*actor(&v)?, id(&prov)?).await?;
    Ok(profile_page(&v, &format!("/provider/{}/profile", p.id), &TypedProfile::from(&p.profile), &Again::first()))
}

pub async fn save(State(s): State<Showroom>, v: Visitor, Path(prov): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (who, provider) = (actor(&v)?, id(&prov)?);
    let saved = match typed(&form, &s) {
        Ok(profile) => providers::edit(&s, &who, provider, profile).await,
        Err(r) => Err(r.into()),
    };
    match saved {
        Ok(_) => Ok(done("/provider")),
        Err(e) => Ok(profile_page(&v, &format!("/provider/{provider}/profile"), &TypedProfile::default(), &Again::after(FORM, form, e)?)),
    }
}

fn typed(form: &FormData, s: &Showroom) -> Result<Profile, Refusal> {
    let sent = Sent { form, prefix: FORM };
    let founded = sent.date("founded")?;
    TypedProfile {
        name: sent.text("name"),
        tax_code: sent.text("tax_code"),
        founded,
        website: sent.text("website"),
        email: sent.text("email"),
        phone: sent.text("phone"),
        about_vi: sent.text("about_vi"),
        about_en: sent.text("about_en"),
    }
    .checked(s.now().date())
}

fn profile_page(v: &Visitor, action: &str, p: &TypedProfile, again: &Again) -> Response {
    let lang = v.lang;
    let f = |name: &str, vi: &str, en: &str, kept: &str| again.field(lang, FORM, name, lang.pick(vi, en), kept);
    let body = [
        kit::hidden("profile.id", &fresh::<kernel::id::ProviderKind>().to_string()),
        f("name", "Tên nhà cung cấp", "Name of the provider", &p.name).autocomplete("organization").input(),
        f("tax_code", "Mã số thuế", "Tax code", &p.tax_code)
            .hint(lang.pick("10 số, hoặc 13 số cho đơn vị phụ thuộc", "10 digits, or 13 for a dependent unit"))
            .width("w20")
            .input(),
        again.date(lang, FORM, "founded", lang.pick("Ngày đăng ký doanh nghiệp", "Day of the business registration"), p.founded).optional(true).date(),
        f("website", "Trang web", "Website", &p.website).optional(true).kind("url").input(),
        f("email", "Thư điện tử", "E-mail", &p.email).kind("email").autocomplete("email").input(),
        f("phone", "Điện thoại", "Telephone", &p.phone).kind("tel").autocomplete("tel").width("w20").input(),
        f("about_vi", "Giới thiệu (tiếng Việt)", "Introduction (Vietnamese)", &p.about_vi).optional(true).textarea(4),
        f("about_en", "Giới thiệu (tiếng Anh)", "Introduction (English)", &p.about_en).optional(true).textarea(4),
    ];
    let title = lang.pick("Hồ sơ nhà cung cấp", "Provider's profile");
    let main = Html(format!("{}<h1>{title}</h1>{}", again.summary(lang), super::forms::form(v, action, &body, lang.pick("Lưu", "Save"), Weight::Main)));
    again.answer(Shell::new(v, title, main).width(Width::Narrow).back("/provider", lang.pick("Nhà cung cấp", "Provider")))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Before {
    /// The last row of the page before: microseconds and id.
    before: String,
}

const PAGE: i64 = 50;

pub async fn leads(State(s): State<Showroom>, v: Visitor, Path(prov): Path<String>, Query(q): Query<Before>) -> Result<Response, PageError> {
    let p = providers::owned(&s, &*actor(&v)?, id(&prov)?).await?;
    let before: Option<(Instant, LeadId)> = q.before.split_once(' ').and_then(|(at, id)| Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?)));
    let all = views::leads(&s.scope, p.id, before, PAGE).await.map_err(PageError::internal)?;
    let next = all
        .last()
        .filter(|_| i64::try_from(all.len()).unwrap_or(0) == PAGE)
        .map(|l| format!("/provider/{}/leads?before={}", p.id, url_part(&format!("{} {}", l.at.micros(), l.id))));
    let lang = v.lang;
    let rows = all
        .iter()
        .map(|l| {
            let contact = if l.withdrawn_at.is_some() {
                Html::text(lang.pick("đã rút lại đồng ý", "consent withdrawn"))
            } else {
                Html(format!("{}<br>{}<br><a href=\"tel:{2}\">{2}</a>", esc(&l.enterprise), esc(&l.name), esc(&l.phone)))
            };
            vec![Html::text(&when::exact(l.at, lang)), Html::text(&l.solution_name), contact, Html::text(&l.message)]
        })
        .collect();
    let title = lang.pick("Doanh nghiệp nhờ liên hệ", "Enterprises to call");
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: [("Lúc", "At"), ("Giải pháp", "Solution"), ("Liên hệ", "Contact"), ("Lời nhắn", "Message")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Chưa có doanh nghiệp nào nhờ liên hệ.", "No enterprise has asked yet.").into(),
    });
    let note = kit::inset(&kit::para(lang.pick(
        "Chỉ dùng các thông tin này để liên hệ về giải pháp được nêu. Doanh nghiệp rút lại đồng ý thì thông tin biến mất.",
        "Use this only to contact about the solution named. When consent is withdrawn, the contact disappears.",
    )));
    let main = Html(format!("<h1>{title}</h1>{note}{table}{}", kit::pagination(lang, None, next.as_deref())));
    Ok(Shell::new(&v, title, main).back("/provider", lang.pick("Nhà cung cấp", "Provider")).render().into_response())
}
