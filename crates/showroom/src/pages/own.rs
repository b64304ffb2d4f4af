//! A provider's own solution: where it stands and why, its proofs, its references, what can be done now.

use super::{
    actor,
    forms::{self, Again, Done},
    id, listing_form, show,
};
use crate::{
    Showroom,
    acts::{providers, solutions},
    ids::fresh,
    solution::{Entry, Fact, ReferenceState, Solution, Stage, appealable},
};
use axum::{extract::State, response::Response};
use kernel::{id::SolutionId, text::Lang};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Moment, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn new(State(s): State<Showroom>, v: Visitor, Path(prov): Path<String>) -> Result<Response, PageError> {
    let p = providers::owned(&s, &*actor(&v)?, id(&prov)?).await?;
    Ok(form_page(&s, &v, &format!("/provider/{}/new", p.id), &listing_form::empty(s.now().date()), &Again::first(), "/provider"))
}

pub async fn begin(State(s): State<Showroom>, v: Visitor, Path(prov): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (who, provider) = (actor(&v)?, id(&prov)?);
    let solution: SolutionId = form.get("l.id").and_then(|t| t.parse().ok()).unwrap_or_else(fresh);
    let begun = match listing_form::read(&s, &form) {
        Ok(listing) => solutions::begin(&s, &who, provider, solution, listing).await,
        Err(r) => Err(r.into()),
    };
    match begun {
        Ok(x) => Ok(forms::done(&format!("/provider/solutions/{}", x.id))),
        Err(e) => Ok(form_page(
            &s,
            &v,
            &format!("/provider/{provider}/new"),
            &listing_form::empty(s.now().date()),
            &Again::after(listing_form::FORM, form, e)?,
            "/provider",
        )),
    }
}

pub async fn edit(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>) -> Result<Response, PageError> {
    let x = solutions::owned(&s, &*actor(&v)?, id(&sol)?).await?.solution;
    let base = format!("/provider/solutions/{}", x.id);
    Ok(form_page(&s, &v, &format!("{base}/edit"), x.pending.as_ref().unwrap_or(&x.listing), &Again::first(), &base))
}

pub async fn save(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (who, solution) = (actor(&v)?, id(&sol)?);
    let base = format!("/provider/solutions/{solution}");
    let saved = match listing_form::read(&s, &form) {
        Ok(listing) => solutions::by_provider(&s, &who, solution, Fact::Described { listing: Box::new(listing) }).await,
        Err(r) => Err(r.into()),
    };
    match saved {
        Ok(_) => Ok(forms::done(&base)),
        Err(e) => {
            let again = Again::after(listing_form::FORM, form, e)?;
            let kept = solutions::owned(&s, &who, solution).await?.solution.listing;
            Ok(form_page(&s, &v, &format!("{base}/edit"), &kept, &again, &base))
        }
    }
}

fn form_page(s: &Showroom, v: &Visitor, action: &str, listing: &crate::listing::Listing, again: &Again, back: &str) -> Response {
    let lang = v.lang;
    let title = lang.pick("Bản giới thiệu giải pháp", "Listing of a solution");
    let body = [kit::hidden("l.id", &fresh::<kernel::id::SolutionKind>().to_string()), listing_form::fields(s, lang, listing, again)];
    let main = Html(format!("{}<h1>{title}</h1>{}", again.summary(lang), forms::form(v, action, &body, lang.pick("Lưu", "Save"), Weight::Main)));
    again.answer(Shell::new(v, title, main).width(Width::Narrow).back(back, lang.pick("Quay lại", "Back")))
}

pub async fn page(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>, Query(said): Query<Done>) -> Result<Response, PageError> {
    show_page(&s, &v, &sol, &Again::first(), &said).await
}

pub(super) async fn show_page(s: &Showroom, v: &Visitor, sol: &str, again: &Again, said: &Done) -> Result<Response, PageError> {
    let x = solutions::owned(s, &*actor(v)?, id(sol)?).await?.solution;
    let (lang, today, base) = (v.lang, s.now().date(), format!("/provider/solutions/{}", x.id));
    let conditions = &s.catalog.rules.conditions;
    let history = solutions::history(s, x.id).await?;
    let main = Html(format!(
        "{}{}<p class=\"caption\">{}</p><h1>{}</h1><p>{}</p>{}{}<h2>{}</h2>{}<h2>{}</h2>{}{}<h2>{}</h2>{}{}{}",
        said.banner(lang),
        again.summary(lang),
        esc(&x.provider_name),
        esc(x.listing.name.get(lang)),
        show::stage_chip(x.stage, lang),
        standing(s, &x, lang),
        next(s, v, &x, &base, again),
        lang.pick("Minh chứng", "Proofs"),
        proofs(s, v, &x, &base, again),
        lang.pick("Khách hàng giới thiệu", "Client references"),
        references(v, &x, &base),
        invite(s, v, &x, &base, again),
        lang.pick("Bản giới thiệu", "Listing"),
        show::facts(s, &x.listing, lang, x.proven(&conditions.portal_proof, today), x.proven(&conditions.label_proof, today)),
        claims(&x, lang),
        kit::details(lang.pick("Lịch sử", "History"), &timeline(&history, lang), false),
    ));
    Ok(again.answer(Shell::new(v, x.listing.name.get(lang), main).back("/provider", lang.pick("Nhà cung cấp", "Provider"))))
}

/// Where it stands, with the reason of the last decision and the state of an appeal.
pub(super) fn standing(s: &Showroom, x: &Solution, lang: Lang) -> Html {
    let mut out = Html::default();
    if let Some(d) = &x.decision {
        let rule = d
            .rule
            .as_deref()
            .and_then(|r| s.catalog.suspension.get(r))
            .map_or_else(String::new, |r| format!("<p>{}: {}. {}</p>", lang.pick("Quy tắc", "Rule"), esc(r.name.get(lang)), esc(r.lifted.get(lang))));
        out.push(&kit::banner(
            Mood::Warn,
            d.ruling.text().get(lang),
            &Html(format!("<p>{}</p>{rule}<p class=\"muted\">{} · {}</p>", esc(&d.reason), esc(&d.by.name), when::exact(d.at, lang))),
        ));
    }
    if let Some(a) = &x.appeal {
        let body = match &a.answer {
            None => Html(format!(
                "<p>{}</p><p class=\"muted\">{} {}</p>",
                esc(&a.text),
                lang.pick("Trung tâm đặt mục tiêu trả lời trước hết ngày", "The centre aims to answer by"),
                when::day(a.due, lang)
            )),
            Some(w) => Html(format!(
                "<p>{}</p><p><b>{}</b> {}</p>",
                esc(&a.text),
                lang.pick(if w.overturned { "Chấp nhận:" } else { "Không chấp nhận:" }, if w.overturned { "Upheld:" } else { "Dismissed:" }),
                esc(&w.reason)
            )),
        };
        out.push(&kit::banner(Mood::Info, lang.pick("Khiếu nại", "Appeal"), &body));
    }
    if x.pending.is_some() {
        out.push(&kit::banner(
            Mood::Info,
            lang.pick("Có thay đổi đang chờ kiểm tra", "A change waits for its check"),
            &kit::para(lang.pick("Công chúng vẫn thấy bản đã kiểm tra.", "The public still sees what was checked.")),
        ));
    }
    out
}

/// What the provider can do now.
fn next(s: &Showroom, v: &Visitor, x: &Solution, base: &str, again: &Again) -> Html {
    let lang = v.lang;
    let act = |name: &str| format!("{base}/acts/{name}");
    let mut parts = Vec::new();
    if x.stage == Stage::Draft {
        parts.push(kit::form(v, &act("submit"), &kit::button(lang.pick("Gửi kiểm tra", "Submit for the check"))));
    }
    if matches!(x.stage, Stage::Draft | Stage::Listed | Stage::Suspended) {
        parts.push(kit::link_button(&format!("{base}/edit"), lang.pick("Sửa bản giới thiệu", "Edit the listing"), Weight::Quiet));
    }
    if x.is_public() {
        parts.push(kit::link_button(&format!("/showroom/solutions/{}", x.id), lang.pick("Xem như công chúng", "See as the public does"), Weight::Quiet));
    }
    let mut out = kit::button_group(&parts);
    if appealable(x, &s.catalog, s.now().date()).is_some() {
        let body =
            [again.field(lang, "appeal", "reason", lang.pick("Vì sao quyết định chưa đúng", "Why the decision is not right"), "").max_length(2000).textarea(5)];
        out.push(&kit::details(
            lang.pick("Khiếu nại quyết định này", "Appeal this decision"),
            &forms::form(v, &act("appeal"), &body, lang.pick("Gửi khiếu nại", "Send the appeal"), Weight::Main),
            again.is("appeal"),
        ));
    }
    if x.stage != Stage::Withdrawn {
        let body = [again.field(lang, "withdraw", "reason", lang.pick("Lý do rút", "Why it is withdrawn"), "").max_length(2000).textarea(3)];
        out.push(&kit::details(
            lang.pick("Rút giải pháp", "Withdraw the solution"),
            &forms::form(v, &act("withdraw"), &body, lang.pick("Rút", "Withdraw"), Weight::Risk),
            again.is("withdraw"),
        ));
    }
    out
}

fn proofs(s: &Showroom, v: &Visitor, x: &Solution, base: &str, again: &Again) -> Html {
    let (lang, today) = (v.lang, s.now().date());
    let rows = x
        .proofs
        .iter()
        .map(|p| {
            let kind = s.catalog.proofs.get(&p.new.kind).map_or(p.new.kind.as_str(), |k| k.name.get(lang));
            let verdict = match &p.verdict {
                None => kit::chip(Mood::Info, lang.pick("chờ kiểm tra", "waiting")),
                Some(w) if w.accepted => kit::chip(Mood::Good, lang.pick("được chấp nhận", "accepted")),
                Some(w) => Html(format!("{} {}", kit::chip(Mood::Bad, lang.pick("không được chấp nhận", "not accepted")), esc(&w.reason))),
            };
            let remove = Html::join(&[
                kit::hidden("proof", &p.new.id.to_string()),
                Html(format!("<button class=\"link\">{}<span class=\"vh\"> {}</span></button>", lang.pick("Bỏ", "Remove"), esc(&p.new.title))),
            ]);
            vec![
                Html(format!(
                    "<a href=\"{base}/proofs/{}\">{}</a><br><span class=\"muted\">{} · {}</span>",
                    p.new.id,
                    esc(&p.new.title),
                    esc(kind),
                    when::size(u64::try_from(p.new.size).unwrap_or(0))
                )),
                show::until(p.new.until, today, lang),
                verdict,
                kit::form(v, &format!("{base}/acts/remove-proof"), &remove),
            ]
        })
        .collect();
    let table = kit::table(&Table {
        caption: lang.pick("Minh chứng", "Proofs").into(),
        caption_hidden: true,
        columns: [("Minh chứng", "Proof"), ("Đến hết ngày", "Up to"), ("Kết quả", "Result"), ("Việc", "Act")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Chưa có minh chứng nào.", "No proof yet.").into(),
    });
    if x.stage == Stage::Withdrawn {
        return table;
    }
    let kinds: Vec<Choice> = s.catalog.proofs.kinds.iter().map(|k| Choice::new(k.code.as_str(), k.name.get(lang))).collect();
    let claims: Vec<Choice> = x.listing.claims.iter().enumerate().map(|(i, c)| Choice::new(i.to_string(), c.as_str())).collect();
    let mut body = vec![
        again.field(lang, "proof", "kind", lang.pick("Loại minh chứng", "Kind of proof"), "").select(&kinds),
        again.field(lang, "proof", "title", lang.pick("Tên, số hiệu", "Name and number"), "").max_length(200).input(),
        again.date(lang, "proof", "issued", lang.pick("Ngày cấp", "Issued"), None).date(),
        again.date(lang, "proof", "until", lang.pick("Hết hạn ngày (như trên giấy)", "Last day (as on the paper)"), None).optional(true).date(),
    ];
    if !claims.is_empty() {
        body.push(
            again
                .many(lang, "proof", "claims", lang.pick("Chứng minh cho lời giới thiệu nào", "Which claims it supports"), [])
                .optional(true)
                .checkboxes(&claims),
        );
    }
    body.push(
        again
            .field(lang, "proof", "file", lang.pick("Tệp", "File"), "")
            .hint(lang.pick("PDF, ảnh, Word, Excel; tối đa 50 MB", "PDF, pictures, Word, Excel; at most 50 MB"))
            .file(".pdf,image/*,.docx,.xlsx,.odt", false),
    );
    body.push(kit::button(lang.pick("Thêm minh chứng", "Add the proof")));
    let form = kit::upload_form(v, &format!("{base}/proofs"), &Html::join(&body));
    Html(format!("{table}{}", kit::details(lang.pick("Thêm minh chứng", "Add a proof"), &form, again.is("proof") || x.proofs.is_empty())))
}

fn references(v: &Visitor, x: &Solution, base: &str) -> Html {
    let lang = v.lang;
    let rows = x
        .references
        .iter()
        .map(|r| {
            let (state, act) = match &r.state {
                ReferenceState::Invited => (
                    Html(format!(
                        "{} {}",
                        kit::chip(Mood::Info, lang.pick("đang chờ", "waiting")),
                        esc(&format!("{} {}", lang.pick("đến hết ngày", "up to"), when::day(r.expires, lang)))
                    )),
                    kit::form(
                        v,
                        &format!("{base}/acts/cancel-invite"),
                        &Html::join(&[
                            kit::hidden("reference", &r.id.to_string()),
                            Html(format!("<button class=\"link\">{}<span class=\"vh\"> {}</span></button>", lang.pick("Hủy", "Cancel"), esc(&r.client))),
                        ]),
                    ),
                ),
                ReferenceState::Cancelled => (Html::text(lang.pick("đã hủy", "cancelled")), Html::default()),
                ReferenceState::Answered { answer, .. } => (
                    if answer.using {
                        kit::chip(Mood::Good, lang.pick("còn dùng", "still in use"))
                    } else {
                        kit::chip(Mood::Warn, lang.pick("thôi dùng", "no longer used"))
                    },
                    Html::text(&answer.comment),
                ),
            };
            vec![Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&r.client), esc(&r.tax_code))), state, act]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Khách hàng giới thiệu", "Client references").into(),
        caption_hidden: true,
        columns: [("Khách hàng", "Client"), ("Trạng thái", "State"), ("Nhận xét, việc", "Comment, act")]
            .into_iter()
            .map(|(vi, en)| Column::text(lang.pick(vi, en)))
            .collect(),
        rows,
        empty: lang.pick("Chưa mời khách hàng nào.", "No client invited yet.").into(),
    })
}

fn invite(s: &Showroom, v: &Visitor, x: &Solution, base: &str, again: &Again) -> Html {
    let lang = v.lang;
    if x.stage == Stage::Withdrawn {
        return Html::default();
    }
    let sectors: Vec<Choice> = show::choices(&s.catalog.terms.sectors, lang).into_iter().filter(|c| c.value != "*").collect();
    let f = |name: &str, vi: &str, en: &str| again.field(lang, "invite", name, lang.pick(vi, en), "");
    let body = [
        kit::para(lang.pick(
            "Trung tâm gửi liên kết cho khách hàng; nhà cung cấp không thấy liên kết đó.",
            "The centre sends the link to the client; the provider does not see it.",
        )),
        f("client", "Tên khách hàng", "Client's name").max_length(200).input(),
        f("tax_code", "Mã số thuế của khách hàng", "Client's tax code").width("w20").input(),
        f("email", "Thư điện tử của khách hàng", "Client's e-mail").kind("email").input(),
        f("sector", "Ngành của khách hàng", "Client's sector").select(&sectors),
    ];
    kit::details(
        lang.pick("Mời khách hàng xác nhận", "Invite a client to confirm"),
        &forms::form(v, &format!("{base}/acts/invite"), &body, lang.pick("Mời", "Invite"), Weight::Quiet),
        again.is("invite"),
    )
}

pub(super) fn claims(x: &Solution, lang: Lang) -> Html {
    if x.listing.claims.is_empty() {
        return Html::default();
    }
    Html(format!("<h3>{}</h3>{}", lang.pick("Lời giới thiệu", "Claims"), kit::bullets(&x.listing.claims.iter().map(|c| Html::text(c)).collect::<Vec<_>>())))
}

/// What happened, newest first.
pub(super) fn timeline(history: &[Entry<Fact>], lang: Lang) -> Html {
    let moments: Vec<Moment> = history
        .iter()
        .rev()
        .map(|e| Moment {
            title: e.fact.text().get(lang).to_owned(),
            body: Html::text(e.fact.reason()),
            when: Html(format!("{} · {}", esc(&e.by.name), when::exact(e.at, lang))),
            next: false,
        })
        .collect();
    kit::timeline(&moments)
}
