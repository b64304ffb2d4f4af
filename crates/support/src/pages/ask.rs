//! Asking for support: choose contents, then one set of questions per content; the same form completes a dossier.

use super::{
    actor,
    ask_read::{filled, read},
    mine::{address, own, own_dossier},
    papers::{self, Sending},
    parts::spelled,
};
use crate::{
    Support,
    catalog::{Content, Need},
    dossier::{By, Declaration, Dossier, DossierId, LINES_MAX, Line, Status},
    facts::EnterpriseFacts,
    papers::{OTHER, Part, Tray, part_of, required},
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
    kit::{self, Choice, Field, Weight},
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
    let id = DossierId::new(uuid::Uuid::now_v7());
    start.0.push(("id".into(), id.to_string()));
    start.0.extend(contents.iter().enumerate().map(|(i, c)| (format!("line.{i}.content"), c.code.clone())));
    let tray = Tray::empty(id, ent);
    Ok(page(&s, &v, &Asked { facts: &facts, tray: &tray, lists: &lists(&s).await?, dossier: None }, &start, &[]).into_response())
}

/// What the form stands on besides what was typed.
struct Asked<'a> {
    facts: &'a EnterpriseFacts,
    tray: &'a Tray,
    lists: &'a Lists,
    /// The dossier that is being completed.
    dossier: Option<&'a Dossier>,
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
fn page(s: &Support, v: &Visitor, asked: &Asked<'_>, typed: &FormData, reasons: &[Reason]) -> Html {
    let (facts, dossier) = (asked.facts, asked.dossier);
    let title = match dossier {
        Some(d) => format!("{} {}", v.pick("Bổ sung hồ sơ", "Complete dossier"), d.code),
        None => v.pick("Đề nghị hỗ trợ", "Ask for support").to_owned(),
    };
    let mut body = kit::hidden("id", &asked.tray.dossier.to_string());
    for i in 0..LINES_MAX {
        let Some(content) = typed.get(&format!("line.{i}.content")).and_then(|c| s.rules.content(c)) else { continue };
        body.push(&line_fields(v, asked.lists, typed, reasons, i, content));
    }
    body.push(&files(s, v, asked, typed, reasons));
    body.push(&declarations(v, typed, reasons));
    body.push(&Field::new(v.lang, "note", v.pick("Ghi chú cho người xét", "A note for the examiner")).optional(true).value(typed.get("note").unwrap_or_default()).max_length(2_000).textarea(3));
    body.push(&kit::button_group(&[
        kit::button(v.pick("Gửi hồ sơ", "Send")),
        kit::Button::new(v.pick("Lưu tệp, chưa gửi", "Keep the files, do not send")).weight(Weight::Quiet).named("do", "keep").html(),
    ]));
    let action = dossier.map_or_else(|| format!("{}/ask", address(facts.id)), |d| format!("{}/{}/supplement", address(facts.id), d.id));
    let lead = v.pick("Ghi số tiền như bạn nói: 80 triệu, 1,2 tỷ hoặc 80.000.000.", "Write amounts as you say them: 80 triệu, 1,2 tỷ or 80.000.000.");
    let main = Html(format!(
        "{}{}<p class=\"lead\">{lead}</p>{}",
        kit::error_summary(v.lang, reasons),
        kit::heading(&title, Some(&facts.name)),
        kit::upload_form(v, &action, &body)
    ));
    let back = dossier.map_or_else(|| address(facts.id), |d| format!("{}/{}", address(facts.id), d.id));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back(back, v.pick("Quay lại", "Back")).render()
}

/// The papers this request needs, those the examiner asked for, those that have a file, and a place for others.
fn files(s: &Support, v: &Visitor, asked: &Asked<'_>, typed: &FormData, reasons: &[Reason]) -> Html {
    let contents: Vec<&str> = (0..LINES_MAX).filter_map(|i| typed.get(&format!("line.{i}.content"))).collect();
    let needed = required(&s.rules, &contents, asked.facts, s.now().date());
    let told = asked.dossier.and_then(|d| d.guidance.as_ref()).map_or(&[][..], |g| &g.missing[..]);
    let mut papers: Vec<(&str, bool)> = needed.into_iter().map(|code| (code, true)).collect();
    let known = |code: &str| s.rules.procedure.papers.iter().any(|p| p.code == code);
    let more = told.iter().map(|code| (code.as_str(), true)).filter(|(code, _)| known(code));
    let lying = asked.tray.files.iter().map(|f| (f.paper.as_str(), false)).filter(|(code, _)| part_of(&s.rules, code) == Part::Request);
    for (code, must) in more.chain(lying).chain([(OTHER, false)]) {
        if !papers.iter().any(|(c, _)| *c == code) {
            papers.push((code, must));
        }
    }
    let lead = kit::para(v.pick(
        "Bản chụp hoặc bản quét là đủ, không cần chứng thực. Thiếu giấy tờ vẫn gửi được, nhưng cơ quan sẽ hướng dẫn bổ sung một lần và thời hạn tính lại từ khi đủ.",
        "A photo or scan will do; copies need no certification. You may send with papers missing, but then the office tells you once what to add and its time starts anew.",
    ));
    let basis = Html(format!("<p class=\"muted\">{}</p>", super::parts::cited(v, &s.rules.procedure.papers_basis)));
    kit::fieldset(v.pick("Giấy tờ kèm theo", "Papers"), &Html(format!("{lead}{}{basis}", papers::boxes(s, v, asked.tray, &papers, reasons))))
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

pub async fn send(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>, Sending(sent): Sending) -> Result<Response, PageError> {
    let facts = own(&s, &v, ent).await?;
    let actor = actor(&v)?;
    let id = sent.fields.get("id").and_then(|t| t.parse().ok()).unwrap_or_else(|| DossierId::new(uuid::Uuid::now_v7()));
    // The same form once more, files and all: the dossier is there already.
    if let Some(d) = crate::views::dossier(&s.scope, id).await.map_err(PageError::internal)? {
        let same = d.enterprise == ent && d.created_by == actor.account;
        return if same { Ok(see_other(&format!("{}/{id}", address(ent)))) } else { Err(PageError::not_found()) };
    }
    let by = By { actor: &actor, at: s.now() };
    let (form, mut reasons) = papers::take(&s, ent, id, sent, by).await?;
    let keep = form.get("do") == Some("keep");
    if !keep {
        match read(&s, &form) {
            Err(refusal) => reasons.extend(told(refusal)),
            Ok(request) if reasons.is_empty() => match s.request(id, facts.clone(), request, by).await {
                Ok(d) => return Ok(see_other(&format!("{}/{}", address(ent), d.id))),
                Err(error) => reasons.extend(told(shown(error.refusal()?)?)),
            },
            Ok(_) => {}
        }
    }
    again(&s, &v, &facts, (id, None), &form, &reasons).await
}

/// What does not exist has no form to go back to.
fn shown(refusal: Refusal) -> Result<Refusal, PageError> {
    if refusal.kind == RefusalKind::NotFound { Err(refusal.into()) } else { Ok(refusal) }
}

fn told(refusal: Refusal) -> Vec<Reason> {
    if refusal.reasons.is_empty() { vec![Reason { field: None, message: refusal.message }] } else { refusal.reasons }
}

/// The form once more: nothing typed and no file taken is lost.
async fn again(s: &Support, v: &Visitor, facts: &EnterpriseFacts, (id, d): (DossierId, Option<&Dossier>), form: &FormData, reasons: &[Reason]) -> Result<Response, PageError> {
    let tray = s.tray(id, facts.id).await?;
    let page = page(s, v, &Asked { facts, tray: &tray, lists: &lists(s).await?, dossier: d }, form, reasons);
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
}

pub async fn supplement_form(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>) -> Result<Response, PageError> {
    let (facts, d) = own_dossier(&s, &v, ent, id).await?;
    if d.status != Status::Incomplete {
        return Ok(see_other(&format!("{}/{id}", address(ent))));
    }
    let tray = s.tray(id, ent).await?;
    let asked = Asked { facts: &facts, tray: &tray, lists: &lists(&s).await?, dossier: Some(&d) };
    Ok(page(&s, &v, &asked, &filled(&d), &[]).into_response())
}

pub async fn supplement(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>, Sending(sent): Sending) -> Result<Response, PageError> {
    let (facts, d) = own_dossier(&s, &v, ent, id).await?;
    // Sent twice, or decided meanwhile: the dossier's page says how it stands.
    if d.status != Status::Incomplete {
        return Ok(see_other(&format!("{}/{id}", address(ent))));
    }
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    let (form, mut reasons) = papers::take(&s, ent, id, sent, by).await?;
    let keep = form.get("do") == Some("keep");
    if !keep {
        match read(&s, &form) {
            Err(refusal) => reasons.extend(told(refusal)),
            Ok(request) if reasons.is_empty() => match s.supplement(id, facts.clone(), request, by).await {
                Ok(_) => return Ok(see_other(&format!("{}/{id}", address(ent)))),
                Err(error) => reasons.extend(told(shown(error.refusal()?)?)),
            },
            Ok(_) => {}
        }
    }
    again(&s, &v, &facts, (id, Some(&d)), &form, &reasons).await
}

/// A line's parts as shown to the examiner.
pub fn parts_text(v: &Visitor, l: &Line) -> Html {
    let one = |(code, amount): &(String, Dong)| {
        let name = part_name(code);
        Html(format!("{}: {}", esc(v.pick(name.0, name.1)), spelled(*amount, v.lang)))
    };
    if l.parts.is_empty() { Html::text("–") } else { kit::bullets(&l.parts.iter().map(one).collect::<Vec<_>>()) }
}
