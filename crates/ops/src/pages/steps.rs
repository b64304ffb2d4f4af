//! The acts that are open to the reader of a directive: the next one in the open, the rarer ones folded.

use super::{
    look, off_paper, paragraphs,
    said::Said,
    show::{Open, submission},
};
use crate::{
    Person,
    directive::{Extension, Origin, Workflow},
};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Choice, Mood, Weight},
    when,
};

/// The step that comes next, for who may take it.
pub fn next(o: &Open<'_>, said: &Said) -> Html {
    let d = &o.d;
    let mut out = Html::default();
    match d.workflow {
        Workflow::Draft => {
            let mut buttons = Vec::new();
            if o.part.assigner {
                buttons.push(o.press("give", ("Giao nhiệm vụ", "Give the task"), Weight::Main));
            }
            buttons.push(kit::link_button(&format!("{}/edit", o.path()), o.v.pick("Sửa dự thảo", "Change the draft"), Weight::Quiet));
            out.push(&off_paper(&kit::button_group(&buttons)));
        }
        Workflow::Assigned if o.part.works() => out.push(&o.press("receive", ("Tiếp nhận", "Receive"), Weight::Main)),
        Workflow::Refused if o.part.decides() => out.push(&refused(o, said)),
        Workflow::Submitted if o.part.decides() => out.push(&judge(o, said)),
        _ => {}
    }
    if o.part.decides() && !d.workflow.is_over() {
        if let Some(e) = d.waiting_extension() {
            out.push(&extension(o, said, e));
        }
    }
    if o.part.works() && d.workflow.in_hand() {
        out.push(&work(o, said));
    }
    out
}

fn work(o: &Open<'_>, said: &Said) -> Html {
    let field = |act: &'static str, name: &str, vi: &'static str, en: &'static str| said.field(o.v, act, name, (vi, en));
    let file = |act: &'static str, name: &str, hint: (&str, &str)| said.field(o.v, act, name, ("Tệp kèm theo", "File")).hint(o.v.pick(hint.0, hint.1));
    const ACCEPT: &str = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx";
    let progress = Html(format!(
        "{}{}{}{}{}{}{}",
        field("progress", "progress_text", "Đã làm được gì", "What was done").max_length(4000).textarea(3),
        field("progress", "progress_percent", "Tiến độ (%)", "Progress (%)").optional(true).width("w4").max_length(3).numeric().input(),
        field("progress", "progress_next", "Việc tiếp theo", "Next step").optional(true).max_length(4000).input(),
        field("progress", "progress_obstacle", "Khó khăn, vướng mắc", "Obstacle").optional(true).max_length(4000).input(),
        field("progress", "progress_proposal", "Đề xuất với lãnh đạo", "Proposal to the leader").optional(true).max_length(4000).input(),
        file("progress", "file-progress", ("Không bắt buộc.", "Not required.")).optional(true).file(ACCEPT, false),
        o.button(("Ghi tiến độ", "Record progress"), Weight::Quiet),
    ));
    let needs = if o.d.rules.evidence == crate::catalog::Evidence::Required { ("PDF, ảnh, Word hoặc Excel chứng minh kết quả; tối đa 20 MB.", "PDF, picture, Word or Excel that proves the result; at most 20 MB.") } else { ("Không bắt buộc.", "Not required.") };
    let product = Html(format!(
        "{}{}{}{}",
        field("submit", "product_text", "Kết quả, sản phẩm", "Result, product").max_length(4000).textarea(3),
        field("submit", "product_document", "Số, ký hiệu văn bản trả lời", "Number of the reply").optional(true).width("w20").max_length(300).input(),
        file("submit", "file-product", needs).optional(o.d.rules.evidence != crate::catalog::Evidence::Required).file(ACCEPT, false),
        o.button(("Trình kết quả", "Submit the product"), Weight::Main),
    ));
    Html(format!(
        "{}{}",
        said.folded("submit", o.v.pick("Trình kết quả để xác nhận", "Submit the product"), &o.upload("submit", &product)),
        said.folded("progress", o.v.pick("Ghi tiến độ", "Record progress"), &o.upload("progress", &progress)),
    ))
}

fn judge(o: &Open<'_>, said: &Said) -> Html {
    let qualities: Vec<Choice> = o.s.catalog.directives.qualities.iter().map(|q| Choice::new(q.code.as_str(), q.name.get(o.v.lang))).collect();
    let accept = Html(format!(
        "{}{}{}",
        said.field(o.v, "accept", "quality", ("Chất lượng", "Quality")).radios(&qualities),
        said.field(o.v, "accept", "accept_note", ("Nhận xét", "Remark")).optional(true).max_length(4000).input(),
        o.button(("Xác nhận hoàn thành", "Accept"), Weight::Main),
    ));
    let back = Html(format!(
        "{}{}",
        said.field(o.v, "return", "return_reason", ("Cần làm lại gì", "What has to be done again")).max_length(4000).textarea(2),
        o.button(("Trả lại làm tiếp", "Return"), Weight::Risk),
    ));
    let latest = o.d.submissions.last().map_or_else(Html::default, |s| submission(o, s));
    Html(format!(
        "<section class=\"card no-print\"><h2>{}</h2>{latest}{}{}</section>",
        o.v.pick("Chờ anh/chị xác nhận kết quả", "The product waits for you"),
        o.form("accept", &accept),
        said.folded("return", o.v.pick("Trả lại làm tiếp", "Return it"), &o.form("return", &back)),
    ))
}

/// Whoever decides reads the reason first; each request is decided by itself.
fn extension(o: &Open<'_>, said: &Said, e: &Extension) -> Html {
    let v = o.v;
    let late = if e.late { format!(" {}", kit::chip(Mood::Bad, v.pick("xin sau thời hạn", "asked after the deadline"))) } else { String::new() };
    let file = e.file.as_ref().map_or_else(String::new, |f| format!("<p>{}</p>", o.file(f)));
    let grant = Html(format!("{}{}", said.field(v, "grant", "grant_note", ("Ý kiến", "Remark")).optional(true).max_length(4000).input(), o.button(("Đồng ý gia hạn", "Grant"), Weight::Quiet)));
    let refuse = Html(format!(
        "{}{}",
        said.field(v, "refuse-extension", "extension_refusal", ("Lý do không gia hạn", "Why not")).max_length(4000).input(),
        o.button(("Không gia hạn", "Refuse"), Weight::Risk),
    ));
    Html(format!(
        "<section class=\"card no-print\"><h2>{} {}{late}</h2><p>{} {} → <b>{}</b></p>{}{file}{}{}</section>",
        v.pick("Đề nghị gia hạn lần", "Request for more time, no."),
        e.no,
        v.pick("Thời hạn", "Deadline"),
        esc(&when::day(e.before.day, v.lang)),
        esc(&when::day(e.day, v.lang)),
        paragraphs(&e.reason),
        o.form("grant", &grant),
        said.folded("refuse-extension", v.pick("Không gia hạn", "Refuse it"), &o.form("refuse-extension", &refuse)),
    ))
}

fn refused(o: &Open<'_>, said: &Said) -> Html {
    let units: Vec<Choice> = o.units.iter().map(|u| Choice::new(u.code.to_string(), u.name.get(o.v.lang))).collect();
    let why = o.d.steps.iter().rev().find(|s| s.what == "refused").map_or_else(Html::default, |s| paragraphs(&s.text));
    let reassign = Html(format!(
        "{}{}{}",
        said.field(o.v, "reassign", "new_lead", ("Đơn vị chủ trì mới", "New lead office")).attr("data-combobox", "").select(&units),
        said.field(o.v, "reassign", "reassign_reason", ("Lý do", "Reason")).max_length(4000).input(),
        o.button(("Chuyển đơn vị chủ trì", "Give it to this office"), Weight::Main),
    ));
    let insist = Html(format!(
        "{}{}",
        said.field(o.v, "insist", "insist_reason", ("Lý do giữ nguyên", "Why it stays")).max_length(4000).input(),
        o.button(("Giữ nguyên đơn vị chủ trì", "The office keeps it"), Weight::Quiet),
    ));
    Html(format!(
        "<section class=\"card no-print\"><h2>{}</h2>{why}{}{}</section>",
        o.v.pick("Đơn vị từ chối, chờ anh/chị quyết định", "The office refused; you decide"),
        o.form("reassign", &reassign),
        said.folded("insist", o.v.pick("Giữ nguyên đơn vị", "The office keeps it"), &o.form("insist", &insist)),
    ))
}

/// What is done more rarely, folded.
pub fn more(o: &Open<'_>, said: &Said) -> Html {
    let (v, d) = (o.v, &o.d);
    let mut out = Html::default();
    let reason = |act: &'static str, name: &str, vi: &'static str, en: &'static str| said.field(v, act, name, (vi, en)).max_length(4000).textarea(2);
    let mut fold = |act: &'static str, (vi, en): (&'static str, &'static str), body: Html| out.push(&said.folded(act, v.pick(vi, en), &body));
    let open = matches!(d.workflow, Workflow::Assigned) || d.workflow.in_hand();
    if o.part.manager && (open || d.workflow == Workflow::Suspended) {
        fold("focal", if d.focal.is_some() { ("Thay đầu mối, bàn giao", "Change the focal point") } else { ("Cử đầu mối thực hiện", "Name the focal point") }, focal(o, said));
    }
    if o.part.manager && open && d.deadline.is_some() && d.waiting_extension().is_none() {
        let body = Html(format!(
            "{}{}{}{}",
            said.date(v, "extend", "extension", ("Đề nghị đến ngày", "Until"), None).date(),
            reason("extend", "extension_reason", "Lý do: vướng mắc gì, đã làm gì", "Reason: what hinders, what was done"),
            said.field(v, "extend", "file-extension", ("Tệp chứng minh", "Proof")).optional(true).file(".pdf,.jpg,.jpeg,.png", false),
            o.button(("Gửi đề nghị gia hạn", "Ask for more time"), Weight::Quiet),
        ));
        fold("extend", ("Đề nghị gia hạn", "Ask for more time"), o.upload("extend", &body));
    }
    if o.part.manager && matches!(d.workflow, Workflow::Assigned | Workflow::Received) {
        let body = Html(format!("{}{}", reason("refuse", "refuse_reason", "Vì sao không thuộc thẩm quyền", "Why it is not your competence"), o.button(("Từ chối nhiệm vụ", "Refuse the task"), Weight::Risk)));
        fold("refuse", ("Từ chối (không thuộc thẩm quyền)", "Refuse (not our competence)"), o.form("refuse", &body));
    }
    if o.part.decides() && open {
        let body = Html(format!("{}{}", reason("suspend", "suspend_reason", "Lý do tạm hoãn", "Why it is suspended"), o.button(("Tạm hoãn", "Suspend"), Weight::Quiet)));
        fold("suspend", ("Tạm hoãn nhiệm vụ", "Suspend the task"), o.form("suspend", &body));
    }
    if o.part.decides() && d.workflow == Workflow::Suspended {
        let body = Html(format!(
            "{}{}{}",
            said.date(v, "resume", "resume", ("Thời hạn mới", "New deadline"), None).optional(true).hint(v.pick("Để trống nếu giữ thời hạn cũ.", "Leave empty to keep the old one.")).date(),
            said.field(v, "resume", "resume_reason", ("Ý kiến", "Remark")).optional(true).max_length(4000).input(),
            o.button(("Tiếp tục thực hiện", "Resume"), Weight::Main),
        ));
        fold("resume", ("Tiếp tục nhiệm vụ", "Resume the task"), o.form("resume", &body));
    }
    let recurs = o.series.is_some() || matches!(d.origin, Origin::Series { .. });
    if o.part.assigner && d.first_deadline.is_some() && d.workflow != Workflow::Withdrawn && !recurs {
        let body = Html(format!("{}{}", super::series::fields(v, said, "series"), o.button(("Đặt lặp lại", "Let it recur"), Weight::Quiet)));
        fold("series", ("Lặp lại định kỳ", "Let it recur"), o.form("series", &body));
    }
    if (o.part.decides() && !d.workflow.is_over()) || (o.part.drafter && d.workflow == Workflow::Draft) {
        let body = Html(format!("{}{}", reason("withdraw", "withdraw_reason", "Lý do rút", "Why it is withdrawn"), o.button(("Rút nhiệm vụ", "Withdraw the task"), Weight::Risk)));
        fold("withdraw", ("Rút nhiệm vụ", "Withdraw the task"), o.form("withdraw", &body));
    }
    let ask = if o.who.leads && !d.workflow.is_over() && d.workflow != Workflow::Draft {
        let label = format!("{} – {}", d.code, look::short(&d.order.text, 120));
        let href = format!("/ioc/ask?kind=directive&office={}&path={}&label={}", url_part(d.order.lead.code.as_str()), url_part(&o.path()), url_part(&label));
        off_paper(&Html(format!("<p>{}</p>", kit::link_button(&href, v.pick("Yêu cầu giải trình", "Ask for an explanation"), Weight::Quiet))))
    } else {
        Html::default()
    };
    Html(format!("{ask}{out}"))
}

fn focal(o: &Open<'_>, said: &Said) -> Html {
    let choices: Vec<Choice> = o.colleagues.iter().map(|p| Choice::new(p.account.to_string(), p.with_title())).collect();
    let start = |name: &str, old: Option<&Person>| if said.act == "focal" { said.value("focal", name).to_owned() } else { old.map_or_else(String::new, |p| p.account.to_string()) };
    let change = o.d.focal.is_some();
    let body = Html(format!(
        "{}{}{}{}",
        said.field(o.v, "focal", "focal", ("Đầu mối thực hiện", "Focal point")).value(start("focal", o.d.focal.as_ref())).select(&choices),
        said.field(o.v, "focal", "substitute", ("Người thay khi vắng", "Substitute")).optional(true).value(start("substitute", o.d.substitute.as_ref())).select(&choices),
        said.field(o.v, "focal", "focal_reason", ("Lý do thay, nội dung bàn giao", "Why, and what is handed over")).optional(!change).max_length(4000).input(),
        o.button(("Ghi đầu mối", "Record"), Weight::Quiet),
    ));
    o.form("focal", &body)
}

