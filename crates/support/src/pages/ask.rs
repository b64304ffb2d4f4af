//! Asking for support: choose contents, then one set of questions per content; the same form completes a dossier.

use super::{
    actor,
    mine::{address, own, own_dossier},
    parts::spelled,
};
use crate::{
    Support,
    catalog::{Content, Need},
    dossier::{By, Declaration, Dossier, DossierId, LINES_MAX, Line, Request, Status},
    facts::EnterpriseFacts,
    rules::money,
};
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{
    Dong, Refusal,
    id::EnterpriseId,
    refusal::{Reason, RefusalKind},
};
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc},
    kit::{self, Choice, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// What there is to choose from, asked of the other rooms once per page.
struct Lists {
    solutions: Vec<Choice>,
    consultants: Vec<Choice>,
}

async fn lists(s: &Support) -> Result<Lists, PageError> {
    let solutions = s.solutions.listed(500).await?;
    let consultants = s.consultants.recognised(s.now().date(), 500).await?;
    Ok(Lists {
        solutions: solutions.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        consultants: consultants.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
    })
}

/// The contents named in the address, each known and asked for here.
fn chosen<'a>(s: &'a Support, query: &FormData) -> Vec<&'a Content> {
    query.all("content").into_iter().filter_map(|c| s.rules.content(c)).filter(|c| !c.free).take(LINES_MAX).collect()
}

pub async fn form(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let facts = own(&s, &v, ent).await?;
    let query = FormData::parse(query.unwrap_or_default().as_bytes());
    let contents = chosen(&s, &query);
    if contents.is_empty() {
        return Ok(choose(&s, &v, &facts, query.get("chosen").is_some()).into_response());
    }
    let mut start = FormData::default();
    start.0.push(("id".into(), DossierId::new(uuid::Uuid::now_v7()).to_string()));
    start.0.extend(contents.iter().enumerate().map(|(i, c)| (format!("line.{i}.content"), c.code.clone())));
    let lists = lists(&s).await?;
    Ok(page(&s, &v, &facts, &lists, &start, &[], None).into_response())
}

fn choose(s: &Support, v: &Visitor, facts: &EnterpriseFacts, nothing: bool) -> Html {
    let choices: Vec<Choice> = s.rules.contents.iter().filter(|c| !c.free).map(|c| Choice::new(&c.code, c.name.get(v.lang)).hint(c.about.get(v.lang))).collect();
    let reasons = if nothing {
        Refusal::invalid("x", "", "").because(Some("content"), "Chọn ít nhất một nội dung.", "Choose at least one content.").reasons
    } else {
        Vec::new()
    };
    let title = v.pick("Bạn cần hỗ trợ nội dung nào?", "What do you need support for?");
    let field = Field::new(v.lang, "content", title)
        .hint(v.pick("Một hợp đồng có nhiều nội dung thì chọn từng nội dung.", "If one contract holds several contents, choose each of them."))
        .errors(&reasons)
        .heading()
        .checkboxes(&choices);
    let main = Html(format!(
        "{}<form method=\"get\" action=\"{}/ask\">{}{field}{}</form>",
        kit::error_summary(v.lang, &reasons),
        address(facts.id),
        kit::hidden("chosen", "1"),
        kit::button(v.pick("Tiếp tục", "Continue"))
    ));
    Shell::new(v, title, main).width(Width::Narrow).error(nothing).back(address(facts.id), v.pick("Hỗ trợ cho doanh nghiệp tôi", "Support for my enterprise")).render()
}

/// The questions of every line named in the form, with what was typed.
fn page(s: &Support, v: &Visitor, facts: &EnterpriseFacts, lists: &Lists, typed: &FormData, reasons: &[Reason], dossier: Option<&Dossier>) -> Html {
    let title = match dossier {
        Some(d) => format!("{} {}", v.pick("Bổ sung hồ sơ", "Complete dossier"), d.code),
        None => v.pick("Đề nghị hỗ trợ", "Ask for support").to_owned(),
    };
    let mut body = kit::hidden("id", typed.get("id").unwrap_or_default());
    for i in 0..LINES_MAX {
        let Some(content) = typed.get(&format!("line.{i}.content")).and_then(|c| s.rules.content(c)) else { continue };
        body.push(&line_fields(v, lists, typed, reasons, i, content));
    }
    body.push(&declarations(v, typed, reasons));
    body.push(&Field::new(v.lang, "note", v.pick("Ghi chú cho người xét", "A note for the examiner")).optional(true).value(typed.get("note").unwrap_or_default()).max_length(2_000).textarea(3));
    body.push(&kit::button(v.pick("Gửi hồ sơ", "Send")));
    let action = dossier.map_or_else(|| format!("{}/ask", address(facts.id)), |d| format!("{}/{}/supplement", address(facts.id), d.id));
    let lead = v.pick("Ghi số tiền như bạn nói: 80 triệu, 1,2 tỷ hoặc 80.000.000.", "Write amounts as you say them: 80 triệu, 1,2 tỷ or 80.000.000.");
    let main = Html(format!(
        "{}{}<p class=\"lead\">{lead}</p>{}",
        kit::error_summary(v.lang, reasons),
        kit::heading(&title, Some(&facts.name)),
        kit::form(v, &action, &body)
    ));
    let back = dossier.map_or_else(|| address(facts.id), |d| format!("{}/{}", address(facts.id), d.id));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back(back, v.pick("Quay lại", "Back")).render()
}

fn line_fields(v: &Visitor, lists: &Lists, typed: &FormData, reasons: &[Reason], i: usize, content: &Content) -> Html {
    let make = |name: &str, vi: &str, en: &str| {
        let name = format!("line.{i}.{name}");
        let value = typed.get(&name).unwrap_or_default();
        Field::new(v.lang, name.clone(), v.pick(vi, en)).value(value).errors(reasons)
    };
    let money = |name: &str, vi: &str, en: &str| {
        // What was read is said back in words, so that a slip of the unit is seen.
        let field = make(name, vi, en).width("w20").autocomplete("off");
        match money::parse(typed.get(&format!("line.{i}.{name}")).unwrap_or_default(), name) {
            Ok(d) => field.hint(money::words(d).get(v.lang)),
            Err(_) => field,
        }
    };
    let mut out = kit::hidden(&format!("line.{i}.content"), &content.code);
    out.push(&make("about", "Việc cụ thể cần hỗ trợ", "What exactly is to be supported").max_length(4_000).textarea(3));
    out.push(&make("supplier", "Nhà cung cấp", "Supplier").optional(true).max_length(300).input());
    if content.needs(Need::ListedSolution) {
        out.push(&make("solution", "Giải pháp đã công bố", "Listed solution").select(&lists.solutions));
    }
    if content.needs(Need::RecognisedConsultant) {
        out.push(&make("consultant", "Tư vấn viên thuộc mạng lưới", "Consultant of the network").select(&lists.consultants));
    }
    out.push(&make("contract", "Số hợp đồng hoặc dự thảo", "Number of the contract or draft").optional(true).max_length(100).input());
    out.push(&money("contract_total", "Giá trị cả hợp đồng, nếu hợp đồng còn nội dung khác", "The whole contract, if it holds other contents").optional(true).input());
    out.push(&money("value", "Giá trị của nội dung này", "Value of this content").input());
    out.push(&money("requested", "Số tiền đề nghị nhà nước chi", "Amount asked of the state").input());
    for part in &content.parts {
        let name = part_name(part);
        out.push(&money(&format!("part_{part}"), name.0, name.1).optional(part != "fee").input());
    }
    if content.months_limit.is_some() {
        out.push(&make("month", "Từ tháng", "From month").hint("2026-11").width("w10").input());
        out.push(&make("months", "Số tháng", "Number of months").numeric().width("w4").input());
    }
    if content.needs(Need::OwnShare) {
        out.push(&make("own_share_proof", "Giấy tờ chứng minh vốn đối ứng", "Paper that shows your own share").optional(true).max_length(300).input());
    }
    kit::fieldset(&format!("{}. {}", i + 1, content.name.get(v.lang)), &out)
}

/// What a consulting value is made of (Circular 52/2023 Art. 6–7).
pub fn part_name(code: &str) -> (&'static str, &'static str) {
    match code {
        "fee" => ("Trong đó: thù lao tư vấn", "Of which: consultant's fee"),
        "travel" => ("Trong đó: đi lại, ăn ở", "Of which: travel"),
        "interpreter" => ("Trong đó: phiên dịch", "Of which: interpreter"),
        _ => ("Trong đó: chi phí tổ chức", "Of which: organisation"),
    }
}

fn declaration_text(v: &Visitor, d: Declaration) -> &str {
    match d {
        Declaration::NotPaidElsewhere => v.pick("Năm nay chưa nhận hỗ trợ từ ngân sách nhà nước cho cùng nội dung.", "No state budget has supported the same content this year."),
        Declaration::NotPendingElsewhere => v.pick("Không nộp cùng nội dung tại cơ quan khác.", "The same content is not waiting at another agency."),
        Declaration::OwnShare => v.pick("Doanh nghiệp chi phần còn lại.", "The enterprise pays the rest."),
        Declaration::Truthful => v.pick("Thông tin khai là đúng; khai sai thì phải hoàn trả toàn bộ.", "What is stated is true; if not, everything has to be paid back."),
    }
}

fn declarations(v: &Visitor, typed: &FormData, reasons: &[Reason]) -> Html {
    let choices: Vec<Choice> = Declaration::ALL.into_iter().map(|d| Choice::new(d.code(), declaration_text(v, d))).collect();
    let values = typed.all("declarations").into_iter().map(str::to_owned).collect();
    Field::new(v.lang, "declarations", v.pick("Doanh nghiệp cam kết", "The enterprise declares")).values(values).errors(reasons).checkboxes(&choices)
}

/// The form as a request; everything unreadable at once, each at its field.
pub fn read(s: &Support, form: &FormData) -> Result<Request, Refusal> {
    let mut request = Request { note: form.get("note").unwrap_or_default().chars().take(2_000).collect(), ..Request::default() };
    let mut reasons = Vec::new();
    request.declarations = Declaration::ALL.into_iter().filter(|d| form.all("declarations").contains(&d.code())).collect();
    for i in 0..LINES_MAX {
        if let Some(content) = form.filled(&format!("line.{i}.content")) {
            request.lines.push(line(s, form, i, content, &mut reasons));
        }
    }
    // Faults of amounts and faults of the whole are told together.
    if let Err(more) = crate::dossier::checked_request(&request, &s.rules) {
        let known = |r: &Reason| reasons.iter().any(|x: &Reason| x.field == r.field);
        let fresh: Vec<Reason> = more.reasons.into_iter().filter(|r| !known(r)).collect();
        reasons.extend(fresh);
    }
    if reasons.is_empty() {
        return Ok(request);
    }
    let mut refusal = Refusal::invalid("request-incomplete", "Có chỗ cần sửa trước khi nộp.", "Something has to be corrected before sending.");
    refusal.reasons = reasons;
    Err(refusal)
}

fn line(s: &Support, form: &FormData, i: usize, content: &str, reasons: &mut Vec<Reason>) -> Line {
    let text = |name: &str| form.get(&format!("line.{i}.{name}")).unwrap_or_default().to_owned();
    let mut money = |name: &str, needed: bool| {
        let typed = text(name);
        if typed.is_empty() && !needed {
            return None;
        }
        match money::parse(&typed, &format!("line.{i}.{name}")) {
            Ok(amount) => Some(amount),
            Err(refusal) => {
                reasons.extend(refusal.reasons);
                None
            }
        }
    };
    let value = money("value", true).unwrap_or(Dong(0));
    let requested = money("requested", true).unwrap_or(Dong(0));
    let contract_total = money("contract_total", false);
    let parts = s.rules.content(content).map(|c| c.parts.clone()).unwrap_or_default();
    let parts = parts.into_iter().filter_map(|p| money(&format!("part_{p}"), false).map(|d| (p, d))).collect();
    Line {
        content: content.to_owned(),
        about: text("about"),
        supplier: text("supplier"),
        solution: text("solution").parse().ok(),
        consultant: text("consultant").parse().ok(),
        contract: text("contract"),
        contract_total,
        value,
        requested,
        parts,
        month: Some(text("month")).filter(|m| !m.is_empty()),
        months: match text("months").as_str() {
            "" => 1,
            typed => typed.parse().unwrap_or(u32::MAX),
        },
        own_share_proof: text("own_share_proof"),
    }
}

pub async fn send(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let facts = own(&s, &v, ent).await?;
    let actor = actor(&v)?;
    let id = form.get("id").and_then(|t| t.parse().ok()).unwrap_or_else(|| DossierId::new(uuid::Uuid::now_v7()));
    let by = By { actor: &actor, at: s.now() };
    let refusal = match read(&s, &form) {
        Err(refusal) => refusal,
        Ok(request) => match s.request(id, facts.clone(), request, by).await {
            Ok(d) => return Ok(see_other(&format!("{}/{}", address(ent), d.id))),
            Err(error) => error.refusal()?,
        },
    };
    again(&s, &v, &facts, &form, refusal, None).await
}

/// The form once more, nothing typed lost.
async fn again(s: &Support, v: &Visitor, facts: &EnterpriseFacts, form: &FormData, refusal: Refusal, d: Option<&Dossier>) -> Result<Response, PageError> {
    if refusal.kind == RefusalKind::NotFound {
        return Err(refusal.into());
    }
    let reasons = if refusal.reasons.is_empty() { vec![Reason { field: None, message: refusal.message }] } else { refusal.reasons };
    let lists = lists(s).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(s, v, facts, &lists, form, &reasons, d)).into_response())
}

pub async fn supplement_form(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>) -> Result<Response, PageError> {
    let (facts, d) = own_dossier(&s, &v, ent, id).await?;
    if d.status != Status::Incomplete {
        return Ok(see_other(&format!("{}/{id}", address(ent))));
    }
    let lists = lists(&s).await?;
    Ok(page(&s, &v, &facts, &lists, &filled(&d), &[], Some(&d)).into_response())
}

/// The dossier's answers as the form holds them.
fn filled(d: &Dossier) -> FormData {
    let mut out = FormData(vec![("id".into(), d.id.to_string()), ("note".into(), d.request.note.clone())]);
    out.0.extend(d.request.declarations.iter().map(|x| ("declarations".to_owned(), x.code().to_owned())));
    for (i, l) in d.request.lines.iter().enumerate() {
        let mut put = |name: &str, value: String| out.0.push((format!("line.{i}.{name}"), value));
        let plain = |d: Dong| d.to_string();
        put("content", l.content.clone());
        put("about", l.about.clone());
        put("supplier", l.supplier.clone());
        put("solution", l.solution.map_or_else(String::new, |x| x.to_string()));
        put("consultant", l.consultant.map_or_else(String::new, |x| x.to_string()));
        put("contract", l.contract.clone());
        put("contract_total", l.contract_total.map_or_else(String::new, plain));
        put("value", plain(l.value));
        put("requested", plain(l.requested));
        put("month", l.month.clone().unwrap_or_default());
        put("months", l.months.to_string());
        put("own_share_proof", l.own_share_proof.clone());
        for (code, amount) in &l.parts {
            put(&format!("part_{code}"), plain(*amount));
        }
    }
    out
}

pub async fn supplement(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>, form: FormData) -> Result<Response, PageError> {
    let (facts, d) = own_dossier(&s, &v, ent, id).await?;
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    let refusal = match read(&s, &form) {
        Err(refusal) => refusal,
        Ok(request) => match s.supplement(id, facts.clone(), request, by).await {
            Ok(_) => return Ok(see_other(&format!("{}/{id}", address(ent)))),
            Err(error) => error.refusal()?,
        },
    };
    again(&s, &v, &facts, &form, refusal, Some(&d)).await
}

/// A line's parts as shown to the examiner.
pub fn parts_text(v: &Visitor, l: &Line) -> Html {
    let one = |(code, amount): &(String, Dong)| {
        let name = part_name(code);
        Html(format!("{}: {}", esc(v.pick(name.0, name.1)), spelled(*amount, v.lang)))
    };
    if l.parts.is_empty() { Html::text("–") } else { kit::bullets(&l.parts.iter().map(one).collect::<Vec<_>>()) }
}
