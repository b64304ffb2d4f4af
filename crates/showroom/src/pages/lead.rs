//! "Ask the provider to call": with consent, which can be taken back.

use super::{
    actor,
    forms::{Again, Done, Sent, done},
    id,
};
use crate::{
    Showroom,
    acts::{
        leads::{self, TypedLead},
        solutions,
    },
    ids::{LeadId, fresh},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

const FORM: &str = "lead";

pub async fn ask(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>) -> Result<Response, PageError> {
    show(&s, &v, &sol, &Again::first()).await
}

async fn show(s: &Showroom, v: &Visitor, sol: &str, again: &Again) -> Result<Response, PageError> {
    let found = solutions::public(s, id(sol)?).await?;
    let (lang, who) = (v.lang, actor(v)?);
    let own = s.enterprises.own(&who).await?;
    let enterprise = own.first().map(|e| e.name.clone()).unwrap_or_default();
    let body = [
        kit::hidden("lead.id", &fresh::<crate::ids::LeadKind>().to_string()),
        again
            .field(lang, FORM, "enterprise", lang.pick("Doanh nghiệp, hộ kinh doanh", "Enterprise or household business"), enterprise)
            .optional(true)
            .autocomplete("organization")
            .input(),
        again.field(lang, FORM, "name", lang.pick("Họ tên người liên hệ", "Person to call"), who.name.as_str()).autocomplete("name").input(),
        again.field(lang, FORM, "phone", lang.pick("Số điện thoại", "Telephone"), "").kind("tel").autocomplete("tel").width("w20").input(),
        again.field(lang, FORM, "message", lang.pick("Bạn cần gì", "What you need"), "").optional(true).max_length(1000).textarea(4),
        again.field(lang, FORM, "consent", lang.pick("Đồng ý", "Consent"), "").checkboxes(&[Choice::new(
            "1",
            match lang {
                kernel::text::Lang::Vi => format!(
                    "Tôi đồng ý chuyển các thông tin trên cho {} để họ liên hệ về giải pháp này. Tôi có thể rút lại bất cứ lúc nào.",
                    found.provider.profile.name
                ),
                kernel::text::Lang::En => format!(
                    "I agree that the above is passed to {} so that they contact me about this solution. I may withdraw this at any time.",
                    found.provider.profile.name
                ),
            },
        )]),
    ];
    let title = lang.pick("Nhờ nhà cung cấp liên hệ", "Ask the provider to call");
    let address = format!("/showroom/solutions/{}/contact", found.solution.id);
    let form = super::forms::form(v, &address, &body, lang.pick("Gửi", "Send"), Weight::Main);
    let main = Html(format!("{}<p class=\"caption\">{}</p><h1>{title}</h1>{form}", again.summary(lang), esc(found.solution.listing.name.get(lang))));
    Ok(again.answer(
        Shell::new(v, title, main)
            .width(Width::Narrow)
            .back(format!("/showroom/solutions/{}", found.solution.id), lang.pick("Trang giải pháp", "The solution's page")),
    ))
}

pub async fn send(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>, form: FormData) -> Result<Response, PageError> {
    let sent = Sent { form: &form, prefix: FORM };
    let typed = TypedLead {
        enterprise: sent.text("enterprise"),
        name: sent.text("name"),
        phone: sent.text("phone"),
        message: sent.text("message"),
        consent: sent.ticked("consent"),
    };
    let lead: LeadId = sent.get("id").parse().unwrap_or_else(|_| fresh());
    match leads::ask(&s, &*actor(&v)?, id(&sol)?, lead, &typed).await {
        Ok(()) => Ok(done("/showroom/contacts")),
        Err(e) => show(&s, &v, &sol, &Again::after(FORM, form, e)?).await,
    }
}

pub async fn mine(State(s): State<Showroom>, v: Visitor, Query(said): Query<Done>) -> Result<Response, PageError> {
    let lang = v.lang;
    let rows = views::own_leads(&s.scope, actor(&v)?.account)
        .await
        .map_err(PageError::internal)?
        .iter()
        .map(|l| {
            let act = if l.withdrawn_at.is_some() {
                Html::text(lang.pick("đã rút lại đồng ý", "consent withdrawn"))
            } else {
                kit::form(
                    &v,
                    &format!("/showroom/contacts/{}/withdraw", l.id),
                    &kit::Button::new(lang.pick("Rút lại đồng ý", "Withdraw consent")).weight(Weight::Quiet).html(),
                )
            };
            vec![kit::link(&format!("/showroom/solutions/{}", l.solution), &l.solution_name), Html::text(&when::exact(l.at, lang)), act]
        })
        .collect();
    let title = lang.pick("Liên hệ tôi đã đồng ý chuyển", "Contacts I agreed to pass on");
    let table = kit::table(&Table {
        caption: title.into(),
        caption_hidden: true,
        columns: [("Giải pháp", "Solution"), ("Lúc", "At"), ("Đồng ý", "Consent")].into_iter().map(|(vi, en)| Column::text(lang.pick(vi, en))).collect(),
        rows,
        empty: lang.pick("Bạn chưa nhờ nhà cung cấp nào liên hệ.", "You have not asked any provider to call.").into(),
    });
    let main = Html(format!("{}<h1>{title}</h1>{table}", said.banner(lang)));
    Ok(Shell::new(&v, title, main).back("/showroom", lang.pick("Showroom", "Showroom")).render().into_response())
}

pub async fn withdraw(State(s): State<Showroom>, v: Visitor, Path(lead): Path<String>) -> Result<Response, PageError> {
    leads::withdraw(&s, &*actor(&v)?, id(&lead)?).await?;
    Ok(done("/showroom/contacts"))
}
