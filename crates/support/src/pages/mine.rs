//! The enterprise's own pages: what the law gives its size, its dossiers with their clock, withdrawal, appeal.

use super::{
    actor, notice, papers,
    parts::{Sources, Typed, clock, contents_text, field, given, share_text, spelled, status_chip},
};
use crate::{
    Support,
    acts::ActError,
    catalog::Beneficiary,
    dossier::{By, Dossier, DossierId, Status},
    facts::{EnterpriseFacts, EnterpriseKind},
    papers::Tray,
    rules::{
        amount::offers,
        size::{groups_of, size_class},
    },
    views::{self, Item},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Dong, Refusal, id::EnterpriseId, refusal::Reason};
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Moment, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub fn address(ent: EnterpriseId) -> String {
    format!("/my-enterprise/{ent}/support")
}

/// The enterprise if the visitor may act for it; otherwise it does not exist for them.
pub async fn own(s: &Support, v: &Visitor, ent: EnterpriseId) -> Result<EnterpriseFacts, PageError> {
    let actor = actor(v)?;
    s.enterprises.own(&actor, ent, s.now().date().year()).await?.ok_or_else(PageError::not_found)
}

/// Its dossier; one of another enterprise is not there.
pub async fn own_dossier(s: &Support, v: &Visitor, ent: EnterpriseId, id: DossierId) -> Result<(EnterpriseFacts, Dossier), PageError> {
    let facts = own(s, v, ent).await?;
    let dossier = s.dossier(id).await?;
    if dossier.enterprise == ent { Ok((facts, dossier)) } else { Err(PageError::not_found()) }
}

pub async fn home(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>) -> Result<Response, PageError> {
    let facts = own(&s, &v, ent).await?;
    let ledger = views::ledger_facts(&s.scope, facts.holder()).await.map_err(PageError::internal)?;
    let dossiers = views::of_enterprise(&s.scope, ent, 50).await.map_err(PageError::internal)?;
    let title = v.pick("Hỗ trợ cho doanh nghiệp tôi", "Support for my enterprise");
    let (size, sizes) = my_size(&s, &v, &facts);
    let mut sources = Sources::default();
    let table = what_i_get(&s, &v, &facts, &sizes, &ledger, &mut sources);
    let ask = if facts.kind == EnterpriseKind::Enterprise {
        kit::button_group(&[kit::link_button(&format!("{}/ask", address(ent)), v.pick("Đề nghị hỗ trợ", "Ask for support"), Weight::Main)])
    } else {
        Html::default()
    };
    let main = Html(format!(
        "{}{size}{ask}<h2>{}</h2>{}<p><a href=\"{}/ledger.csv\">{}</a></p><h2>{}</h2>{table}{}",
        kit::heading(title, Some(&facts.name)),
        v.pick("Hồ sơ của tôi", "My dossiers"),
        dossier_table(&s, &v, ent, &dossiers),
        address(ent),
        v.pick("Tải sổ hỗ trợ của doanh nghiệp (CSV)", "Download my ledger (CSV)"),
        v.pick("Luật cho doanh nghiệp quy mô của bạn", "What the law gives an enterprise of your size"),
        sources.list(&v),
    ));
    Ok(Shell::new(&v, title, main).back(format!("/my-enterprise/{ent}"), v.pick("Doanh nghiệp của tôi", "My enterprise")).render().into_response())
}

/// The size with its explanation, or what is missing for it; and the beneficiaries rates are looked up for.
fn my_size(s: &Support, v: &Visitor, facts: &EnterpriseFacts) -> (Html, Vec<Beneficiary>) {
    let today = s.now().date();
    match facts.kind {
        EnterpriseKind::Household => (kit::inset(&kit::para(v.pick(
            "Hộ kinh doanh không thuộc đối tượng của Nghị định 80/2021 nhưng được dùng miễn phí nền tảng số, phần mềm kế toán và khóa đào tạo quản trị.",
            "A household business is outside Decree 80/2021 but has free digital platforms, accounting software and management training.",
        ))), vec![Beneficiary::Household]),
        EnterpriseKind::Cooperative => (kit::inset(&kit::para(v.pick(
            "Hợp tác xã không thuộc đối tượng của Nghị định 80/2021; hãy hỏi Liên minh Hợp tác xã về chương trình riêng.",
            "A cooperative is outside Decree 80/2021; ask the Cooperative Alliance about its own programme.",
        ))), Vec::new()),
        EnterpriseKind::Enterprise => match facts.size.as_ref().map(|i| size_class(i, &s.rules, today)) {
            None => (kit::warning(v.lang, v.pick("Chưa khai số liệu quy mô năm nay nên chưa tính được mức hỗ trợ.", "The size figures of this year are not declared yet, so no rate can be told.")), Vec::new()),
            Some(Err(refusal)) => (kit::error_summary(v.lang, &plain(&refusal)), Vec::new()),
            Some(Ok(r)) => {
                let class = r.class.map_or_else(|| kernel::Text::new("Lớn hơn doanh nghiệp vừa", "Larger than medium"), Beneficiary::name);
                let steps: Vec<Html> = r.steps.iter().map(|x| Html(format!("{} {}", esc(x.text.get(v.lang)), super::parts::cited(v, &x.basis)))).collect();
                let checked = facts.size_checked_by.as_ref().map_or_else(|| kit::chip(Mood::Info, v.pick("tự khai", "self-declared")), |by| kit::chip(Mood::Good, &format!("{} {by}", v.pick("đã kiểm tra:", "checked by"))));
                let html = Html(format!(
                    "<p><b>{}</b> {checked}</p>{}",
                    esc(class.get(v.lang)),
                    kit::details(v.pick("Vì sao?", "Why?"), &kit::bullets(&steps), false)
                ));
                let mut sizes = r.choices.clone();
                if facts.innovative_startup && !sizes.is_empty() {
                    sizes.push(Beneficiary::Startup);
                }
                (html, sizes)
            }
        },
    }
}

/// Reasons without fields: there is no form on the page they could lead to.
fn plain(refusal: &Refusal) -> Vec<kernel::refusal::Reason> {
    refusal.reasons.iter().map(|r| kernel::refusal::Reason { field: None, message: r.message.clone() }).collect()
}

fn what_i_get(s: &Support, v: &Visitor, facts: &EnterpriseFacts, sizes: &[Beneficiary], ledger: &crate::rules::eligibility::LedgerFacts, sources: &mut Sources) -> Html {
    let today = s.now().date();
    let size = facts.size.as_ref().and_then(|i| size_class(i, &s.rules, today).ok());
    let groups = s.rules.size_edition(today).map(|e| groups_of(e, facts, size.as_ref())).unwrap_or_default();
    let mut rows = Vec::new();
    for content in &s.rules.contents {
        for o in offers(&s.rules, s.province(), &content.code, today, sizes, &groups) {
            let year_cap = o.rate.cap_type == crate::catalog::CapType::Year;
            let taken = ledger.totals.iter().find(|t| t.content == content.code && t.year == today.year() && t.period.is_empty());
            let taken = Dong(taken.map_or(0, |t| t.committed.0 + t.paid.0));
            let left = o.share.cap.filter(|_| year_cap && !content.free).map_or_else(|| Html::text("–"), |cap| Html::text(&Dong((cap.0 - taken.0).max(0)).to_string()));
            let scheme = s.rules.scheme(&o.rate.scheme).filter(|x| x.referral);
            let referral = scheme.map_or_else(String::new, |x| format!("<br>{}", kit::chip(Mood::Info, x.name.get(v.lang))));
            rows.push(vec![
                Html(format!("{}<br><span class=\"muted\">{}</span>{referral}", esc(content.name.get(v.lang)), esc(content.about.get(v.lang)))),
                Html(format!("{} {}", esc(&share_text(o.share, o.rate.cap_type, v.lang)), sources.link(v, &o.rate.legal_basis, Some(o.rate.effective)))),
                left,
            ]);
        }
    }
    kit::table(&Table {
        caption: v.pick("Nội dung, mức hỗ trợ và số còn lại năm nay", "Contents, rates and what is left this year").to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Nội dung", "Content")), Column::text(v.pick("Nhà nước chi", "The state pays")), Column::num(v.pick("Còn lại năm nay", "Left this year"))],
        rows,
        empty: v.pick("Chưa có nội dung nào tính được cho doanh nghiệp của bạn.", "No content can be told for your enterprise yet.").to_owned(),
    })
}

fn dossier_table(s: &Support, v: &Visitor, ent: EnterpriseId, items: &[Item]) -> Html {
    let now = s.now();
    kit::table(&Table {
        caption: v.pick("Hồ sơ của tôi", "My dossiers").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Hồ sơ", "Dossier")),
            Column::text(v.pick("Nội dung", "Content")),
            Column::text(v.pick("Tình trạng", "State")),
            Column::text(v.pick("Hạn trả lời", "Answer due")),
            Column::num(v.pick("Được hỗ trợ", "Granted")),
        ],
        rows: items
            .iter()
            .map(|i| {
                vec![
                    kit::link(&format!("{}/{}", address(ent), i.id), &i.code),
                    Html::text(&contents_text(s, v, &i.contents)),
                    status_chip(v, i.status),
                    if i.status == Status::Received { when::due_time(i.due, now, v.lang) } else { Html::text("–") },
                    if i.status == Status::Approved { Html::text(&i.amount.to_string()) } else { Html::text("–") },
                ]
            })
            .collect(),
        empty: v.pick("Chưa có hồ sơ nào.", "There are none yet.").to_owned(),
    })
}

pub async fn show(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>) -> Result<Response, PageError> {
    let (_, d) = own_dossier(&s, &v, ent, id).await?;
    let tray = s.tray(id, ent).await?;
    Ok(page(&s, &v, &d, &tray, None, &[]).await?.into_response())
}

/// `reasons`: what was wrong with the file for payment.
pub async fn page(s: &Support, v: &Visitor, d: &Dossier, tray: &Tray, typed: Option<&Typed<'_>>, reasons: &[Reason]) -> Result<Html, PageError> {
    let paper = notice::of(s, v, d).await?;
    let base = address(d.enterprise);
    let title = format!("{} {}", v.pick("Hồ sơ hỗ trợ", "Support dossier"), d.code);
    let errors = typed.map_or_else(|| kit::error_summary(v.lang, reasons), |t| kit::error_summary(v.lang, &t.reasons));
    let main = Html(format!(
        "{errors}{}<p>{}</p>{}{}<h2>{}</h2>{}{}{}{}{}<h2>{}</h2>{}{}",
        kit::heading(&title, Some(&d.facts.name)),
        status_chip(v, d.status),
        clock(s, v, d),
        missing(s, v, d),
        v.pick("Nội dung đề nghị", "What was asked for"),
        lines(s, v, d),
        papers::section(s, v, &format!("{base}/{}", d.id), d, &d.facts),
        answer(s, v, d, paper.as_ref()),
        super::payment::own(s, v, d, tray, reasons),
        appeals(v, d),
        v.pick("Quá trình", "Course"),
        moments(s, v, d),
        forms(v, d, typed),
    ));
    Ok(Shell::new(v, title, main).width(Width::Narrow).error(typed.is_some() || !reasons.is_empty()).back(base, v.pick("Hỗ trợ cho doanh nghiệp tôi", "Support for my enterprise")).render())
}

/// Exactly what is missing, and where to give it.
fn missing(s: &Support, v: &Visitor, d: &Dossier) -> Html {
    let Some(g) = d.guidance.as_ref().filter(|_| d.status == Status::Incomplete) else { return Html::default() };
    let name = |code: &String| s.rules.procedure.papers.iter().find(|p| p.code == *code).map_or_else(|| Html::text(code), |p| Html::text(p.name.get(v.lang)));
    let list: Vec<Html> = g.missing.iter().map(name).collect();
    let note = if g.note.is_empty() { Html::default() } else { kit::para(&g.note) };
    let body = Html(format!(
        "<p>{}</p>{}{note}{}",
        v.pick("Chỉ cần bổ sung những thứ dưới đây, một lần. Bản sao không cần chứng thực.", "Only the following is needed, once. Copies need no certification."),
        kit::bullets(&list),
        kit::link_button(&format!("{}/{}/supplement", address(d.enterprise), d.id), v.pick("Bổ sung hồ sơ", "Complete the dossier"), Weight::Main),
    ));
    kit::banner(Mood::Warn, v.pick("Hồ sơ còn thiếu", "Something is missing"), &body)
}

fn lines(s: &Support, v: &Visitor, d: &Dossier) -> Html {
    let one = |(i, l): (usize, &crate::dossier::Line)| {
        let approved = d.approvals.iter().find(|a| a.line == i);
        let mut facts = vec![
            Line::new(v.pick("Việc cụ thể", "What exactly"), l.about.as_str()),
            Line::new(v.pick("Giá trị", "Value"), spelled(l.value, v.lang)),
            Line::new(v.pick("Đề nghị nhà nước chi", "Asked of the state"), spelled(l.requested, v.lang)),
        ];
        if let Some(a) = approved {
            facts.push(Line::new(v.pick("Nhà nước hỗ trợ", "The state pays"), spelled(a.state, v.lang)));
            facts.push(Line::new(v.pick("Nguồn khác", "Other money"), spelled(a.other, v.lang)));
            facts.push(Line::new(v.pick("Căn cứ", "Article"), super::parts::cited(v, &a.basis)));
        }
        format!("<h3>{}</h3>{}", esc(s.rules.content_name(&l.content).get(v.lang)), kit::summary_list(&facts))
    };
    Html(d.request.lines.iter().enumerate().map(one).collect())
}

fn answer(s: &Support, v: &Visitor, d: &Dossier, paper: Option<&crate::notice::Paper>) -> Html {
    let Some(n) = &d.notice else { return Html::default() };
    let (mood, title) = if d.status == Status::Refused {
        (Mood::Bad, v.pick("Thông báo không đủ điều kiện", "Notice: not eligible"))
    } else {
        (Mood::Good, v.pick("Thông báo hỗ trợ", "Notice of support"))
    };
    let text = if n.text.is_empty() { Html::default() } else { kit::para(&n.text) };
    let pay = if d.status == Status::Approved {
        let basis = &s.rules.procedure.payment.legal_basis;
        Html(format!("<p>{} {}</p>", v.pick("Để được chi trả, gửi hợp đồng hai hoặc ba bên, biên bản nghiệm thu, hóa đơn và thông báo này ở phần “Hồ sơ thanh toán” dưới đây.", "To be paid, send the two- or three-party contract, the acceptance record, the invoices and this notice under “File for payment” below."), super::parts::cited(v, basis)))
    } else {
        Html::default()
    };
    let number = paper.and_then(|p| p.number.as_deref()).or(Some(n.number.as_str()).filter(|t| !t.is_empty()));
    let number = number.map_or_else(String::new, |t| format!("{} {} · ", v.pick("Số", "No."), esc(t)));
    let body = Html(format!("<p>{number}{}</p>{text}{}{pay}", when::at_time(n.at, s.now(), v.lang), notice::own(v, d, paper)));
    kit::banner(mood, title, &body)
}

fn appeals(v: &Visitor, d: &Dossier) -> Html {
    let one = |a: &crate::dossier::Appeal| {
        let answer = a.answer.as_ref().map_or_else(
            || kit::chip(Mood::Info, v.pick("Chờ trả lời", "Waits for an answer")),
            |x| Html(format!("{} <p>{}</p>", if x.upheld { kit::chip(Mood::Good, v.pick("Được chấp nhận", "Upheld")) } else { kit::chip(Mood::Bad, v.pick("Không chấp nhận", "Not upheld")) }, esc(&x.text))),
        );
        format!("<div class=\"card\"><h3>{}</h3><p>{}</p>{answer}</div>", v.pick("Khiếu nại", "Appeal"), esc(&a.text))
    };
    Html(d.appeals.iter().map(one).collect())
}

pub fn moments(s: &Support, v: &Visitor, d: &Dossier) -> Html {
    let (now, lang) = (s.now(), v.lang);
    let moment = |vi: &str, en: &str, at| (at, Moment { title: v.pick(vi, en).to_owned(), body: Html::default(), when: when::at_time(at, now, lang), next: false });
    let filed = d.filed_at.unwrap_or(d.received_at);
    let mut all = vec![moment("Nhận hồ sơ", "Received", filed)];
    if filed != d.received_at {
        all.push(moment("Thời hạn tính lại", "The clock starts anew", d.received_at));
    }
    all.extend(d.guidance.iter().map(|g| moment("Hướng dẫn bổ sung", "Told what is missing", g.at)));
    all.extend(d.notice.iter().map(|n| moment("Thông báo kết quả", "Decided", n.at)));
    for a in &d.appeals {
        all.push(moment("Khiếu nại", "Appealed", a.at));
        all.extend(a.answer.iter().map(|x| moment("Trả lời khiếu nại", "Appeal answered", x.at)));
    }
    all.extend(d.payment.sent_at.map(|at| moment("Gửi hồ sơ thanh toán", "File for payment sent", at)));
    all.extend(d.payment.returned.iter().map(|(at, _)| moment("Kế toán trả lại hồ sơ thanh toán", "File for payment sent back", *at)));
    all.extend(d.withdrawn.iter().map(|(at, _)| moment("Doanh nghiệp rút hồ sơ", "Withdrawn", *at)));
    for e in &d.entries {
        let (vi, en) = super::ledger::kind_name(e.kind.code());
        let (at, m) = moment(vi, en, e.at);
        all.push((at, Moment { body: Html::text(&e.amount.to_string()), ..m }));
    }
    all.extend(d.published_at.map(|at| moment("Công bố", "Published", at)));
    all.sort_by_key(|(at, _)| *at);
    if d.status == Status::Received {
        let (at, m) = moment("Hạn trả lời", "Answer due", d.due);
        all.push((at, Moment { next: true, ..m }));
    }
    kit::timeline(&all.into_iter().map(|(_, m)| m).collect::<Vec<_>>())
}

fn forms(v: &Visitor, d: &Dossier, typed: Option<&Typed<'_>>) -> Html {
    let here = format!("{}/{}", address(d.enterprise), d.id);
    let mut out = Html::default();
    if matches!(d.status, Status::Refused | Status::Approved) && d.appeals.last().is_none_or(|a| a.answer.is_some()) {
        let text = field(v, "appeal", "text", v.pick("Điều bạn chưa đồng ý và lý do", "What you disagree with and why"), typed).max_length(4_000).textarea(5);
        let form = kit::form(v, &format!("{here}/appeal"), &Html(format!("{text}{}", kit::Button::new(v.pick("Gửi khiếu nại", "Send the appeal")).weight(Weight::Quiet).html())));
        out.push(&kit::details(v.pick("Khiếu nại kết quả", "Appeal the decision"), &form, typed.is_some_and(|t| t.form == "appeal")));
    }
    if d.status.is_pending() {
        let reason = field(v, "withdraw", "reason", v.pick("Lý do", "Reason"), typed).optional(true).max_length(1_000).input();
        let form = kit::form(v, &format!("{here}/withdraw"), &Html(format!("{reason}{}", kit::Button::new(v.pick("Rút hồ sơ", "Withdraw")).weight(Weight::Risk).html())));
        out.push(&kit::details(v.pick("Rút hồ sơ", "Withdraw the dossier"), &form, typed.is_some_and(|t| t.form == "withdraw")));
    }
    out
}

/// An act of the enterprise: done and back to the page, or the page again with what was typed.
async fn acted(s: &Support, v: &Visitor, (ent, id): (EnterpriseId, DossierId), form: &str, typed: &FormData, act: impl Future<Output = Result<Dossier, ActError>>) -> Result<Response, PageError> {
    let refusal = match act.await {
        Ok(_) => return Ok(see_other(&format!("{}/{id}", address(ent)))),
        Err(error) => error.refusal()?,
    };
    let d = s.dossier(id).await?;
    let tray = s.tray(id, ent).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(s, v, &d, &tray, Some(&Typed::refused(form, typed, &refusal)), &[]).await?).into_response())
}

pub async fn withdraw(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>, form: FormData) -> Result<Response, PageError> {
    own_dossier(&s, &v, ent, id).await?;
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, (ent, id), "withdraw", &form, s.withdraw(id, given(&form, "withdraw", "reason"), by)).await
}

pub async fn appeal(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>, form: FormData) -> Result<Response, PageError> {
    own_dossier(&s, &v, ent, id).await?;
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, (ent, id), "appeal", &form, s.appeal(id, given(&form, "appeal", "text"), by)).await
}
