//! `/experts/me`: the expert's own record, papers, interests and steps.

use super::{Done, Said, actor, at, day, done, experts, folded, form, only_here, refusal_of};
use crate::{
    Boards, Failure,
    expert::{Act, Clock, Expert, ExpertState as S, reopen_day},
    matching::Interest,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::FileId, refusal::Reason};
use store::files::Upload;
use web::{
    extract::{FormData, Multipart, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Line, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

async fn own(s: &Boards, v: &Visitor) -> Result<Option<Expert>, PageError> {
    Ok(s.own_expert(&*actor(v)?).await?)
}

pub async fn show(State(s): State<Boards>, v: Visitor, Query(q): Query<Done>) -> Result<Response, PageError> {
    match own(&s, &v).await? {
        None => Ok(Redirect::to("/experts/apply").into_response()),
        Some(x) => Ok(page(&s, &v, &x, &Said::default(), &q.done).into_response()),
    }
}

fn page(s: &Boards, v: &Visitor, x: &Expert, said: &Said, news: &str) -> Html {
    let lang = v.lang;
    let main = Html(format!(
        "{}{}{}{}{}{}{}{}{}",
        kit::error_summary(lang, &said.reasons),
        done(v, news),
        kit::heading(&x.application.name, Some(v.pick("Hồ sơ chuyên gia của tôi", "My expert record"))),
        kit::summary_list(&state(s, v, x)),
        steps(v, x, said),
        papers(s, v, x, said),
        experts::skills(s, v, x),
        interests(s, v, x, said),
        leave(v, x, said),
    ));
    Shell::new(v, v.pick("Hồ sơ chuyên gia của tôi", "My expert record"), main).width(Width::Normal).error(said.is_error()).back("/experts", v.pick("Mạng lưới chuyên gia", "Network of experts")).render()
}

fn state(s: &Boards, v: &Visitor, x: &Expert) -> Vec<Line> {
    let now = s.now();
    let edit = matches!(x.state, S::New | S::MoreDocuments | S::Refused | S::Disabled | S::Active);
    let mut first = Line::new(v.pick("Tình trạng", "State"), experts::chip(v, x.state));
    if edit {
        first = first.action("/experts/apply", v.pick("Sửa thông tin", "Change"), v.pick("hồ sơ", "the record"));
    }
    let mut lines = vec![first];
    if x.state.under_way() {
        lines.push(Line::new(v.pick("Trung tâm trả lời", "The centre answers"), experts::clock(v, x, now)));
        if matches!(x.clock, Some(Clock::Left { .. })) {
            lines.push(Line::new(v.pick("Vì sao dừng", "Why it stands"), v.pick("Thời hạn tạm dừng trong khi chờ bạn bổ sung.", "The clock stands while your papers are awaited.")));
        }
    }
    if let Some(what) = x.asked.as_ref().filter(|_| x.state == S::MoreDocuments) {
        lines.push(Line::new(v.pick("Cần bổ sung", "Please add"), what.as_str()));
    }
    if let Some((on, why)) = x.refused.as_ref().filter(|_| x.state == S::Refused) {
        lines.push(Line::new(v.pick("Lý do không công nhận", "Refused because"), why.as_str()));
        if let Ok(rules) = s.catalog.recognition(now.date()) {
            lines.push(Line::new(v.pick("Được nộp lại từ", "You may apply again from"), day(v, reopen_day(*on, rules))));
        }
    }
    if let Some((on, why)) = &x.stopped {
        lines.push(Line::new(v.pick("Lý do", "Reason"), format!("{why} ({})", day(v, *on))));
    }
    if let Some(decision) = &x.decision {
        lines.push(Line::new(v.pick("Quyết định công nhận", "Recognised by"), decision.as_str()));
    }
    lines.push(Line::new(v.pick("Đánh giá của khách hàng", "Client rating"), experts::rating(s, v, x)));
    lines.push(Line::new(v.pick("Việc của ban tư vấn", "Matters of boards"), kit::link("/experts/me/matters", v.pick("Xem các việc chờ tôi biểu quyết", "Matters that wait for my vote"))));
    lines
}

fn steps(v: &Visitor, x: &Expert, said: &Said) -> Html {
    match x.state {
        S::New | S::Refused | S::Disabled => {
            let body = Html(format!(
                "<p>{}</p>{}",
                v.pick("Tôi cam đoan thông tin là đúng và chịu trách nhiệm trước pháp luật.", "I declare that the information is true and answer for it before the law."),
                kit::button(v.pick("Nộp hồ sơ", "Submit"))
            ));
            form(v, "/experts/me", "submit", &body)
        }
        S::MoreDocuments => {
            let note = said.field(v.lang, "resubmit", "note", v.pick("Ghi chú cho trung tâm", "A note to the centre")).optional(true).textarea(3);
            form(v, "/experts/me", "resubmit", &Html(format!("{note}{}", kit::button(v.pick("Gửi bổ sung", "Send")))))
        }
        _ => Html::default(),
    }
}

fn papers(s: &Boards, v: &Visitor, x: &Expert, said: &Said) -> Html {
    let lang = v.lang;
    let removable = matches!(x.state, S::New | S::MoreDocuments | S::Refused | S::Disabled);
    let rows = x
        .proofs
        .iter()
        .map(|p| {
            let of = if p.competence.is_empty() { v.pick("Giấy tờ chung", "General").to_owned() } else { super::competence_name(s, v, &p.competence) };
            let remove = if removable {
                let label = format!("{}<span class=\"vh\"> {}</span>", v.pick("Bỏ", "Remove"), esc(&p.name));
                form(v, "/experts/me", "remove", &Html(format!("{}<button class=\"link\">{label}</button>", kit::hidden("file", &p.file.to_string()))))
            } else {
                Html::default()
            };
            vec![kit::link(&format!("/experts/me/papers/{}", p.file), &p.name), Html::text(&of), at(v, p.at, s.now()), remove]
        })
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Giấy tờ đã tải lên", "Papers uploaded").to_owned(),
        columns: vec![Column::text(v.pick("Tệp", "File")), Column::text(v.pick("Chứng minh", "Shows")), Column::text(v.pick("Lúc", "At")), Column::text(v.pick("Bỏ", "Remove"))],
        rows,
        empty: v.pick("Chưa có giấy tờ.", "No papers yet.").to_owned(),
        ..Table::default()
    });
    let upload = if matches!(x.state, S::New | S::MoreDocuments | S::Refused | S::Disabled | S::Active) {
        let skills: Vec<Choice> = x.application.skills.iter().map(|k| Choice::new(k.competence.as_str(), super::competence_name(s, v, &k.competence))).collect();
        kit::upload_form(
            v,
            "/experts/me/papers",
            &Html(format!(
                "{}{}{}",
                said.field(lang, "papers", "competence", v.pick("Giấy tờ chứng minh năng lực nào", "Which competence it shows")).hint(v.pick("Để trống nếu là lý lịch, giấy đăng ký", "Leave empty for a CV or registration")).optional(true).select(&skills),
                said.field(lang, "papers", "file-proof", v.pick("Tệp", "File")).hint(v.pick("PDF hoặc ảnh chụp rõ, tối đa 20 MB mỗi tệp", "PDF or a clear photo, at most 20 MB each")).kind("file").file(".pdf,.jpg,.jpeg,.png,.docx", true),
                kit::Button::new(v.pick("Tải lên", "Upload")).weight(Weight::Quiet).html(),
            )),
        )
    } else {
        Html::default()
    };
    Html(format!("<section><h2>{}</h2>{table}{upload}</section>", v.pick("Giấy tờ", "Papers")))
}

fn interests(s: &Boards, v: &Visitor, x: &Expert, said: &Said) -> Html {
    let lang = v.lang;
    let rows = x
        .interests
        .iter()
        .map(|i| {
            let ground = s.catalog.ground(&i.ground).map_or(i.ground.as_str(), |g| g.name.get(lang));
            let about = [&i.firm, &i.tax_code, &i.tender].into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
            vec![Html::text(ground), Html::text(&about), i.until.map_or_else(|| Html::text(v.pick("đang còn", "still")), |d| Html::text(&day(v, d)))]
        })
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Quan hệ đã khai", "Declared interests").to_owned(),
        columns: vec![Column::text(v.pick("Quan hệ", "Ground")), Column::text(v.pick("Với", "With")), Column::text(v.pick("Đến ngày", "Until"))],
        rows,
        empty: v.pick("Chưa khai quan hệ nào.", "No interest is declared.").to_owned(),
        ..Table::default()
    });
    let grounds: Vec<Choice> = s.catalog.network.grounds.iter().map(|g| Choice::new(g.code.as_str(), g.name.get(lang))).collect();
    let until = match kit::date_answer(&said.form, "until") {
        Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
        Err(parts) => parts.to_vec(),
    };
    let body = Html(format!(
        "{}{}{}{}{}{}",
        said.field(lang, "interest", "ground", v.pick("Quan hệ", "Ground")).select(&grounds),
        said.field(lang, "interest", "firm", v.pick("Tên doanh nghiệp", "Firm")).optional(true).max_length(200).input(),
        said.field(lang, "interest", "tax_code", v.pick("Mã số thuế", "Tax code")).optional(true).numeric().width("w20").input(),
        said.field(lang, "interest", "tender", v.pick("Mã gói thầu hoặc lựa chọn", "Tender or choice")).optional(true).input(),
        kit::Field::new(lang, "until", v.pick("Chấm dứt ngày", "Ended on")).hint(v.pick("Để trống nếu đang còn", "Leave empty while it lasts")).optional(true).values(until).errors(said.reasons_of("interest")).date(),
        kit::Button::new(v.pick("Khai thêm", "Declare")).weight(Weight::Quiet).html(),
    ));
    let heading = v.pick("Quan hệ lợi ích", "Interests");
    let form = folded(said, "interest", v.pick("Khai một quan hệ", "Declare an interest"), &form(v, "/experts/me", "interest", &body));
    Html(format!("<section><h2>{heading}</h2>{table}{form}</section>"))
}

fn leave(v: &Visitor, x: &Expert, said: &Said) -> Html {
    if !matches!(x.state, S::Active | S::Suspended) {
        return Html::default();
    }
    let body = Html(format!(
        "{}{}",
        said.field(v.lang, "leave", "reason", v.pick("Lý do, sẽ được công khai", "Reason; it is published")).textarea(2),
        kit::Button::new(v.pick("Rút khỏi mạng lưới", "Leave the network")).weight(Weight::Risk).html()
    ));
    folded(said, "leave", v.pick("Rút khỏi mạng lưới", "Leave the network"), &form(v, "/experts/me", "leave", &body))
}

fn parse(f: &FormData) -> Result<Act, kernel::Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    Ok(match f.get("act").unwrap_or_default() {
        "submit" => Act::Submit,
        "resubmit" => Act::Resubmit { note: text("note") },
        "leave" => Act::Disable { reason: text("reason"), own_wish: true },
        "remove" => Act::RemoveProof(text("file").parse::<FileId>().map_err(|_| records::gone())?),
        "interest" => {
            let until = kit::date_answer(f, "until").map_err(|_| {
                kernel::Refusal::invalid("date", "Ngày chưa đúng", "The date is not right").because(Some("until"), "Nhập ngày có thật, ví dụ 24 11 2025.", "Enter a date that exists, such as 24 11 2025.")
            })?;
            Act::DeclareInterest(Interest { ground: text("ground"), firm: text("firm"), tax_code: text("tax_code"), tender: text("tender"), until })
        }
        _ => return Err(unknown_act()),
    })
}

/// A form of another page or another time.
pub fn unknown_act() -> kernel::Refusal {
    kernel::Refusal::invalid("unknown-act", "Trang không có việc này. Hãy tải lại trang và làm lại.", "This page has no such act. Reload it and do it again.")
}

pub async fn act(State(s): State<Boards>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let Some(x) = own(&s, &v).await? else { return Err(PageError::not_found()) };
    let result = match parse(&f) {
        Ok(act) => s.act_on_expert(&actor, x.id, &act).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&s, &v, f, result).await
}

async fn answer(s: &Boards, v: &Visitor, f: FormData, result: Result<Expert, Failure>) -> Result<Response, PageError> {
    match result {
        Ok(_) => Ok(Redirect::to("/experts/me?done=1").into_response()),
        Err(failure) => {
            let mut refusal = refusal_of(failure)?;
            only_here(&mut refusal, &["file-proof", "note", "reason", "ground", "firm", "tax_code", "tender", "until"]);
            let said = Said::refused(f, refusal);
            let Some(x) = own(s, v).await? else { return Err(PageError::not_found()) };
            Ok(said.answer(page(s, v, &x, &said, "")))
        }
    }
}

pub async fn upload(State(s): State<Boards>, v: Visitor, sent: Multipart) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let Some(x) = own(&s, &v).await? else { return Err(PageError::not_found()) };
    // One byte past the limit is read, so that the refusal names the file instead of ending the request.
    let mut sent = sent.collect(crate::expert::FILE_MAX * 2 + 1).await?;
    let competence = sent.fields.get("competence").unwrap_or_default().to_owned();
    sent.fields.0.push(("act".into(), "papers".into()));
    let mut reasons: Vec<Reason> = Vec::new();
    if sent.files.is_empty() {
        reasons.push(Reason { field: Some("file-proof".into()), message: kernel::Text::new("Chưa chọn tệp nào.", "No file was chosen.") });
    }
    for file in sent.files {
        let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
        // A file that is not taken is named; the others are kept.
        if let Err(failure) = s.add_proof(&actor, x.id, &competence, upload).await {
            reasons.extend(Said::refused(FormData::default(), refusal_of(failure)?).reasons);
        }
    }
    if reasons.is_empty() {
        return Ok(Redirect::to("/experts/me?done=1").into_response());
    }
    let said = Said { act: "papers".into(), form: sent.fields, reasons, status: Some(axum::http::StatusCode::UNPROCESSABLE_ENTITY) };
    let Some(x) = own(&s, &v).await? else { return Err(PageError::not_found()) };
    Ok(said.answer(page(&s, &v, &x, &said, "")))
}

pub async fn file(State(s): State<Boards>, v: Visitor, Path(file): Path<String>) -> Result<Response, PageError> {
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    match own(&s, &v).await? {
        Some(x) if x.proofs.iter().any(|p| p.file == file) => super::send(&s, file).await,
        _ => Err(PageError::not_found()),
    }
}
