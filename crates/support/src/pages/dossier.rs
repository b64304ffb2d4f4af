//! The examiner's page of one dossier: facts, the eleven rules, amounts, and the three outcomes the decree knows.

use super::{
    actor,
    desk::dossier_address,
    judged,
    parts::{Typed, clock, desk_page, field, given, status_chip},
    pay,
};
use crate::{
    Support,
    acts::{ActError, Gathered},
    dossier::{By, Dossier, DossierId, Status},
    rules::{eligibility::Judged, money, size::size_class},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Actor, Dong, Refusal};
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc},
    kit::{self, Choice, Line, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
};

pub async fn show(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>) -> Result<Response, PageError> {
    let d = s.dossier(id).await?;
    Ok(page(&s, &v, &d, None).await?.into_response())
}

pub async fn page(s: &Support, v: &Visitor, d: &Dossier, typed: Option<&Typed<'_>>) -> Result<Html, PageError> {
    let on = s.now().date();
    let gathered = s.gather(d, on).await?;
    let judged = s.judged(d, &gathered, on);
    let paper = super::notice::of(s, v, d).await?;
    let title = format!("{} {}", v.pick("Hồ sơ hỗ trợ", "Support dossier"), d.code);
    let examined: Html = if d.status == Status::Approved { super::pay::granted(s, v, d) } else { lines(s, v, d, &judged) };
    let main = Html(format!(
        "{}{}<p>{}</p>{}{}{}{examined}{}{}{}<h2>{}</h2>{}",
        typed.map_or_else(Html::default, |t| kit::error_summary(v.lang, &t.reasons)),
        kit::heading(&title, Some(&d.facts.name)),
        status_chip(v, d.status),
        clock(s, v, d),
        enterprise(s, v, d, &gathered),
        super::papers::section(s, v, &dossier_address(d.id), d, &gathered.facts),
        Html::join(&[super::notice::desk(v, d, paper.as_ref()), decisions(s, v, d, &judged, typed)]),
        appeal(v, d, typed),
        pay::forms(s, v, d, typed).await?,
        v.pick("Quá trình", "Course"),
        super::mine::moments(s, v, d),
    ));
    Ok(desk_page(v, &title, main).error(typed.is_some()).back("/centre/support", v.pick("Danh sách hồ sơ", "All dossiers")).render())
}

fn lines(s: &Support, v: &Visitor, d: &Dossier, judged: &[Judged]) -> Html {
    Html(judged.iter().enumerate().map(|(i, j)| judged::line(s, v, d, i, j).0).collect())
}

fn enterprise(s: &Support, v: &Visitor, d: &Dossier, g: &Gathered) -> Html {
    let on = s.now().date();
    let size = match g.facts.size.as_ref().map(|i| size_class(i, &s.rules, on)) {
        None => Html::text(v.pick("chưa khai", "not declared")),
        Some(Err(r)) => kit::bullets(&r.reasons.iter().map(|x| Html::text(x.message.get(v.lang))).collect::<Vec<_>>()),
        Some(Ok(r)) => {
            let class = r.class.map_or_else(|| kernel::Text::new("Lớn hơn doanh nghiệp vừa", "Larger than medium"), crate::catalog::Beneficiary::name);
            let steps: Vec<Html> = r.steps.iter().map(|x| Html(format!("{} {}", esc(x.text.get(v.lang)), super::parts::cited(v, &x.basis)))).collect();
            Html(format!("<b>{}</b>{}", esc(class.get(v.lang)), kit::details(v.pick("Vì sao?", "Why?"), &kit::bullets(&steps), false)))
        }
    };
    let checked = g.facts.size_checked_by.as_deref().unwrap_or_else(|| v.pick("tự khai, chưa ai đối chiếu", "self-declared, checked by nobody"));
    let changed = if g.facts.size == d.facts.size { Html::default() } else { Html(format!(" {}", kit::chip(Mood::Warn, v.pick("đã đổi sau khi nộp", "changed after filing")))) };
    let note = if d.request.note.is_empty() { "–" } else { &d.request.note };
    kit::summary_list(&[
        Line::new(v.pick("Doanh nghiệp", "Enterprise"), Html(format!("{} · {}", esc(&g.facts.name), esc(&g.facts.code)))),
        Line::new(v.pick("Quy mô", "Size"), Html(format!("{size}{changed}"))),
        Line::new(v.pick("Số liệu quy mô", "Size figures"), checked),
        Line::new(v.pick("Sổ hỗ trợ", "Ledger"), kit::link(&format!("/centre/support/ledger/{}", d.enterprise), v.pick("Mở sổ của doanh nghiệp", "Open the enterprise's ledger"))),
        Line::new(v.pick("Ghi chú", "Note"), note),
    ])
}

fn decisions(s: &Support, v: &Visitor, d: &Dossier, judged: &[Judged], typed: Option<&Typed<'_>>) -> Html {
    let here = dossier_address(d.id);
    let mut out = Html::default();
    if d.status == Status::Approved && d.published_at.is_none() {
        let button = kit::Button::new(v.pick("Công bố", "Publish")).weight(Weight::Quiet).html();
        out.push(&kit::form(v, &format!("{here}/publish"), &button));
    }
    if d.status != Status::Received {
        return out;
    }
    out.push(&Html(format!("<h2>{}</h2>", v.pick("Kết luận", "Decide"))));
    let number = |form: &str| {
        field(v, form, "number", v.pick("Số thông báo đã phát hành ngoài hệ thống", "Number of a notice issued outside the system"), typed)
            .hint(v.pick("Để trống: hệ thống lập văn bản để trình ký; số được cấp khi ký", "Leave empty: the notice is drafted as a document; its number comes with the signature"))
            .optional(true).width("w20").max_length(100).input()
    };
    if judged.iter().all(|j| j.failed().next().is_none()) {
        let text = field(v, "approve", "text", v.pick("Nội dung thông báo thêm", "Further words of the notice"), typed).optional(true).max_length(4_000).textarea(3);
        let body = Html(format!("{}{text}{}{}", number("approve"), judged::limits(s, v, d, judged, typed), kit::button(v.pick("Đủ điều kiện: thông báo hỗ trợ", "Eligible: give notice of support"))));
        out.push(&kit::card(v.pick("Đủ điều kiện", "Eligible"), &kit::form(v, &format!("{here}/approve"), &body)));
    } else {
        out.push(&kit::inset(&kit::para(v.pick("Có quy tắc không đạt nên chưa thể thông báo hỗ trợ.", "A rule is not met, so support cannot be granted."))));
    }
    if d.guidance.is_none() {
        let open = typed.is_some_and(|t| t.form == "guide");
        out.push(&kit::details(v.pick("Đủ điều kiện nhưng còn thiếu: hướng dẫn một lần", "Eligible but incomplete: tell what is missing, once"), &guide_form(s, v, d, typed), open));
    }
    let text = field(v, "refuse", "text", v.pick("Lý do không đủ điều kiện", "Why it is not eligible"), typed).max_length(4_000).textarea(4);
    let body = Html(format!("{}{text}{}", number("refuse"), kit::Button::new(v.pick("Không đủ điều kiện: thông báo", "Not eligible: give notice")).weight(Weight::Risk).html()));
    out.push(&kit::details(v.pick("Không đủ điều kiện", "Not eligible"), &kit::form(v, &format!("{here}/refuse"), &body), typed.is_some_and(|t| t.form == "refuse")));
    out
}

/// What has no file yet is ticked already; the examiner decides.
fn guide_form(s: &Support, v: &Visitor, d: &Dossier, typed: Option<&Typed<'_>>) -> Html {
    let contents: Vec<&str> = d.contents().into_iter().collect();
    let wanted = crate::papers::required(&s.rules, &contents, &d.facts, d.received_at.date());
    let absent = wanted.into_iter().filter(|code| !d.papers.iter().any(|f| f.paper == *code)).map(str::to_owned).collect();
    let papers: Vec<Choice> = s.rules.procedure.papers.iter().map(|p| Choice::new(&p.code, p.name.get(v.lang))).collect();
    let mut missing = field(v, "guide", "missing", v.pick("Còn thiếu", "Missing"), typed).values(absent);
    if let Some(t) = typed.filter(|t| t.form == "guide") {
        missing = missing.values(t.values.all("guide.missing").into_iter().map(str::to_owned).collect());
    }
    let more = field(v, "guide", "more", v.pick("Thứ khác, mỗi dòng một thứ", "Other things, one a line"), typed).optional(true).textarea(3);
    let note = field(v, "guide", "note", v.pick("Hướng dẫn", "Guidance"), typed).optional(true).max_length(2_000).textarea(2);
    let body = Html(format!("{}{more}{note}{}", missing.checkboxes(&papers), kit::Button::new(v.pick("Gửi hướng dẫn", "Send the guidance")).weight(Weight::Quiet).html()));
    kit::form(v, &format!("{}/guide", dossier_address(d.id)), &body)
}

fn appeal(v: &Visitor, d: &Dossier, typed: Option<&Typed<'_>>) -> Html {
    let Some(a) = d.appeals.last().filter(|a| a.answer.is_none()) else { return Html::default() };
    let text = field(v, "answer", "text", v.pick("Trả lời", "Answer"), typed).max_length(4_000).textarea(4);
    let choices = [Choice::new("yes", v.pick("Chấp nhận; hồ sơ bị từ chối được xét lại", "Upheld; a refused dossier is examined again")), Choice::new("no", v.pick("Không chấp nhận", "Not upheld"))];
    let upheld = field(v, "answer", "upheld", v.pick("Kết luận khiếu nại", "Decision on the appeal"), typed).radios(&choices);
    let body = Html(format!("<p>{}</p>{upheld}{text}{}", esc(&a.text), kit::Button::new(v.pick("Trả lời khiếu nại", "Answer the appeal")).weight(Weight::Quiet).html()));
    kit::card(v.pick("Khiếu nại", "Appeal"), &kit::form(v, &format!("{}/answer", dossier_address(d.id)), &body))
}

/// Done and back to the page, or the page again with what was typed.
pub async fn acted(s: &Support, v: &Visitor, id: DossierId, form: &str, typed: &FormData, act: impl Future<Output = Result<Dossier, ActError>>) -> Result<Response, PageError> {
    match act.await {
        Ok(_) => Ok(see_other(&dossier_address(id))),
        Err(error) => {
            let refusal = error.refusal()?;
            shown_again(s, v, id, form, typed, &refusal).await
        }
    }
}

pub async fn shown_again(s: &Support, v: &Visitor, id: DossierId, form: &str, typed: &FormData, refusal: &Refusal) -> Result<Response, PageError> {
    let d = s.dossier(id).await?;
    let page = page(s, v, &d, Some(&Typed::refused(form, typed, refusal))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn guide(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let mut missing: Vec<String> = form.all("guide.missing").into_iter().map(str::to_owned).collect();
    missing.extend(given(&form, "guide", "more").lines().map(str::to_owned));
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, id, "guide", &form, s.guide(id, missing, given(&form, "guide", "note"), by)).await
}

/// A decision and the document that tells it. Where the document cannot be begun the decision stands all the same, and the page offers
/// to make it.
async fn with_notice(s: &Support, actor: &Actor, decided: impl Future<Output = Result<Dossier, ActError>>) -> Result<Dossier, ActError> {
    let d = decided.await?;
    if d.notice.as_ref().is_some_and(|n| n.number.is_empty())
        && let Err(error) = s.draft_notice(&d, actor).await
    {
        tracing::warn!(dossier = %d.id, "the notice was not drafted: {error}");
    }
    Ok(d)
}

pub async fn refuse(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, id, "refuse", &form, with_notice(&s, &actor, s.refuse(id, given(&form, "refuse", "number"), given(&form, "refuse", "text"), by))).await
}

pub async fn approve(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let d = s.dossier(id).await?;
    let mut limits: Vec<Option<Dong>> = Vec::new();
    for i in 0..d.request.lines.len() {
        let name = format!("limit.{i}");
        let typed = given(&form, "approve", &name);
        // Left empty: what was computed.
        match (typed.is_empty(), money::parse(typed, &name)) {
            (true, _) => limits.push(None),
            (false, Ok(amount)) => limits.push(Some(amount)),
            (false, Err(refusal)) => return shown_again(&s, &v, id, "approve", &form, &refusal).await,
        }
    }
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, id, "approve", &form, with_notice(&s, &actor, s.approve(id, given(&form, "approve", "number"), given(&form, "approve", "text"), &limits, by))).await
}

pub async fn answer(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let upheld = match given(&form, "answer", "upheld") {
        "yes" => true,
        "no" => false,
        _ => {
            let (vi, en) = ("Chọn kết luận khiếu nại.", "Decide the appeal.");
            let refusal = Refusal::invalid("choose", vi, en).because(Some("upheld"), vi, en);
            return shown_again(&s, &v, id, "answer", &form, &refusal).await;
        }
    };
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, id, "answer", &form, s.answer_appeal(id, given(&form, "answer", "text"), upheld, by)).await
}

pub async fn publish(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, id, "publish", &form, s.publish(id, by)).await
}
