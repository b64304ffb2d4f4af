//! Choosing a framework and beginning.

use crate::{Centre, acts, level::same_subject, model::Started, secret, views};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::EnterpriseId, refusal::Reason};
use scoring::{Answers, definition::Subject};
use serde::Deserialize;
use web::{
    extract::{FormData, Query},
    html::{Html, esc},
    kit::{self, Choice, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub enterprise: String,
}

/// What was chosen and typed so far.
#[derive(Default)]
struct Typed<'a> {
    enterprise: &'a str,
    framework: &'a str,
    vsic: &'a str,
    product: &'a str,
}

/// Characters of the name of a product.
const PRODUCT: usize = 200;

fn page(c: &Centre, v: &Visitor, typed: &Typed<'_>, reasons: &[Reason]) -> Response {
    let Typed { enterprise, framework: chosen, vsic, product } = *typed;
    let lang = v.lang;
    let today = c.now().date();
    let offered: Vec<Choice> = c
        .frameworks
        .offered(today)
        .filter(|f| !f.dimensions.is_empty())
        .map(|f| {
            let minutes = f.minutes.map_or_else(String::new, |m| match lang {
                kernel::text::Lang::Vi => format!(" Kết quả đầu tiên sau khoảng {m} phút."),
                kernel::text::Lang::En => format!(" A first result in about {m} minutes."),
            });
            let mark = if f.is_verified() { "" } else { lang.pick(" (có phần chưa đối chiếu với văn bản gốc)", " (partly not compared with the source text)") };
            let local = if f.local_formula { lang.pick(" Công thức của địa phương, chưa phải của Bộ.", " A local formula, not the ministry's.") } else { "" };
            Choice::new(format!("{}@{}", f.framework, f.version), f.name.get(lang)).hint(format!("{minutes}{local}{mark}").trim().to_owned())
        })
        .collect();
    let first = offered.iter().find(|o| o.value.starts_with("dbi-2021-sme")).or(offered.first()).map_or("", |o| o.value.as_str());
    let lines: Vec<Choice> = c.catalog.vsic.iter().filter(|x| x.code.len() > 1).map(|x| Choice::new(x.code.as_str(), format!("{} – {}", x.code, x.name.get(lang)))).collect();
    let body = [
        kit::hidden("enterprise", enterprise),
        Field::new(lang, "vsic", v.pick("Ngành nghề chính của bạn", "Your main line of business")).value(vsic).errors(reasons).select(&lines),
        Field::new(lang, "framework", v.pick("Bạn muốn đánh giá theo bộ tiêu chí nào?", "Which framework?"))
            .value(if chosen.is_empty() { first } else { chosen })
            .errors(reasons)
            .radios(&offered),
        Field::new(lang, "subject", v.pick("Tên sản phẩm", "Name of the product"))
            .hint(v.pick("Chỉ ghi khi bộ tiêu chí chấm từng sản phẩm (OCOP). Lần sau ghi đúng tên này để so sánh hai lần.", "Only where the framework assesses a product (OCOP). Write the same name next time to compare the rounds."))
            .value(product)
            .optional(true)
            .errors(reasons)
            .max_length(PRODUCT)
            .input(),
        kit::button(v.pick("Bắt đầu", "Begin")),
    ];
    let about: Vec<Html> = c.frameworks.offered(today).map(|f| Html(format!("<b>{}</b>: {}", esc(f.name.get(lang)), esc(f.about.get(lang))))).collect();
    let main = Html(format!(
        "{}<h1>{}</h1><p class=\"lead\">{}</p><p>{}</p>{}<details><summary>{}</summary>{}</details>",
        kit::error_summary(lang, reasons),
        v.pick("Doanh nghiệp của bạn đang ở mức chuyển đổi số nào?", "How digital is your enterprise?"),
        v.pick(
            "Trả lời vài câu hỏi trên điện thoại, không cần tài khoản. Mỗi câu được lưu ngay khi bạn bấm tiếp.",
            "Answer a few questions on your phone, no account needed. Each answer is kept as you go on.",
        ),
        v.pick(
            "Kết quả do bạn tự khai được ghi rõ là tự khai. Bạn quyết định ai được xem.",
            "A result you gave yourself is labelled as self-declared. You decide who may see it.",
        ),
        kit::form(v, "/assess/start", &Html(body.iter().map(|b| b.0.as_str()).collect())),
        v.pick("Các bộ tiêu chí này là gì?", "What are these frameworks?"),
        kit::bullets(&about),
    ));
    let status = if reasons.is_empty() { axum::http::StatusCode::OK } else { axum::http::StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, v.pick("Tự đánh giá", "Self-assessment"), main).width(Width::Narrow).error(!reasons.is_empty()).back("/", v.pick("Trang chủ", "Home"));
    (status, shell.render()).into_response()
}

pub async fn choose(State(c): State<Centre>, v: Visitor, Query(ask): Query<Ask>) -> Response {
    let vsic = match (ask.enterprise.parse::<EnterpriseId>(), &v.actor) {
        (Ok(id), Some(actor)) => acts::own_enterprise(&c, actor, id).await.map(|e| e.profile.vsic).unwrap_or_default(),
        _ => String::new(),
    };
    page(&c, &v, &Typed { enterprise: &ask.enterprise, vsic: &vsic, ..Typed::default() }, &[])
}

pub async fn begin(State(c): State<Centre>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let (enterprise, chosen, vsic) = (form.get("enterprise").unwrap_or(""), form.get("framework").unwrap_or(""), form.get("vsic").unwrap_or(""));
    let today = c.now().date();
    let framework = chosen.split_once('@').and_then(|(code, version)| c.frameworks.get(code, version)).filter(|f| f.is_offered(today));
    let known = c.catalog.vsic.iter().any(|x| x.code == vsic);
    let mut refusal = Refusal::invalid("start", "Còn mục cần chọn", "Something is missing");
    if framework.is_none() {
        refusal = refusal.because(Some("framework"), "Chọn một bộ tiêu chí trong danh sách", "Choose a framework from the list");
    }
    if !known {
        refusal = refusal.because(Some("vsic"), "Chọn ngành nghề chính trong danh sách", "Choose the main line of business from the list");
    }
    let product: String = kernel::text::clean(form.get("subject").unwrap_or("")).chars().take(PRODUCT).collect();
    let of_product = framework.is_some_and(|f| f.subject == Subject::Product);
    if of_product && product.is_empty() {
        refusal = refusal.because(Some("subject"), "Bộ tiêu chí này chấm từng sản phẩm: ghi tên sản phẩm", "This framework assesses a product: write its name");
    }
    let typed = Typed { enterprise, framework: chosen, vsic, product: &product };
    let Some(framework) = framework.filter(|_| refusal.reasons.is_empty()) else { return Ok(page(&c, &v, &typed, &refusal.reasons)) };
    let subject = of_product.then(|| product.clone());
    let own = match (enterprise.parse::<EnterpriseId>(), &v.actor) {
        (Ok(id), Some(actor)) => Some(acts::own_enterprise(&c, actor, id).await?),
        _ => None,
    };
    let before = match &own {
        Some(e) => views::of_enterprise(&c.scope, e.id).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let same = |r: &&views::AssessmentRow| r.framework == framework.framework && r.submitted_at.is_some() && same_subject(r.subject.as_deref(), subject.as_deref());
    let rounds = before.iter().filter(same).count();
    let earlier = views::newest(&before, &framework.framework, subject.as_deref()).map(|r| r.id);
    let key = secret::new();
    let started = Started {
        framework: framework.framework.clone(),
        edition: framework.version.clone(),
        stage: format!("t{rounds}"),
        vsic: vsic.to_owned(),
        area: own.as_ref().map_or_else(String::new, |e| e.profile.area.clone()),
        owner: secret::hash(&key),
        enterprise: own.map(|e| e.id),
        earlier,
        subject,
        answers: Answers::new(),
    };
    acts::start(&c, v.actor.as_deref(), started, c.now()).await?;
    let first = framework.quick.first().cloned().or_else(|| framework.criteria().next().map(|p| p.criterion.code.clone()));
    Ok(Redirect::to(&match first {
        Some(first) => format!("/assess/a/{key}/q/{}?way=quick", web::html::url_part(&first)),
        None => format!("/assess/a/{}", esc(&key)),
    })
    .into_response())
}
