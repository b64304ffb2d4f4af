//! `/centre/experts/{exp}`: the officer's page of one record, with the steps its state allows.

use super::{Done, Said, actor, at, centre, day, done, experts, folded, form, names, only_here, own::unknown_act, refusal_of};
use crate::{
    Boards,
    expert::{Act, Expert, ExpertState as S, checks},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::{ExpertId, FileId}};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Line, Moment, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

async fn found(s: &Boards, id: &str) -> Result<Expert, PageError> {
    let id: ExpertId = id.parse().map_err(|_| PageError::not_found())?;
    let x = s.expert(id).await?;
    // What has never been submitted is the applicant's own.
    if x.state == S::New { Err(PageError::not_found()) } else { Ok(x) }
}

pub async fn show(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let x = found(&s, &id).await?;
    Ok(page(&s, &v, &x, &Said::default(), &q.done).await?.into_response())
}

async fn page(s: &Boards, v: &Visitor, x: &Expert, said: &Said, news: &str) -> Result<Html, PageError> {
    let open = s.cases.open_of(x.id).await?;
    let official = s.people.is_official(x.account).await?;
    let mut alerts = Html::default();
    if let Ok(rules) = s.catalog.recognition(s.now().date())
        && let Err(refusal) = checks(&x.application, official, rules)
    {
        alerts = kit::banner(Mood::Bad, v.pick("Không đủ điều kiện công nhận", "Cannot be recognised"), &kit::para(refusal.message.get(v.lang)));
    }
    let cases: Vec<Html> = open.iter().map(|c| kit::link(&c.path, &format!("{} · {}", c.code, c.title))).collect();
    let cases = if cases.is_empty() { kit::para(v.pick("Không có vụ việc nào đang làm.", "No case is open.")) } else { kit::bullets(&cases) };
    let main = Html(format!(
        "{}{}{}{alerts}{}{}{}{}{}<h2>{}</h2>{cases}{}",
        kit::error_summary(v.lang, &said.reasons),
        done(v, news),
        kit::heading(&x.application.name, Some(experts::kind(v, x.application.kind))),
        steps(s, v, x, said),
        kit::summary_list(&lines(s, v, x)),
        experts::skills(s, v, x),
        papers(s, v, x),
        interests(s, v, x),
        v.pick("Vụ việc đang làm", "Open cases"),
        history(s, v, x).await?,
    ));
    let path = "/centre/experts";
    Ok(centre(v, &x.application.name, main).error(said.is_error()).back(format!("{path}?state={}", x.state.code()), v.pick("Danh sách", "The list")).render())
}

fn lines(s: &Boards, v: &Visitor, x: &Expert) -> Vec<Line> {
    let a = &x.application;
    let now = s.now();
    let or_dash = |t: &str| if t.is_empty() { "–".to_owned() } else { t.to_owned() };
    let mut out = vec![
        Line::new(v.pick("Tình trạng", "State"), experts::chip(v, x.state)),
        Line::new(v.pick("Hạn công nhận", "Recognition due"), experts::clock(v, x, now)),
        Line::new(v.pick("Người thụ lý", "Handled by"), x.handler.as_ref().map_or_else(|| "–".to_owned(), |(_, n)| n.clone())),
        Line::new(v.pick("Khai là cán bộ, công chức", "Declares to be an official"), v.pick(if a.official { "Có" } else { "Không" }, if a.official { "Yes" } else { "No" })),
        Line::new(v.pick("Người nước ngoài, giấy phép", "Foreigner, permit"), if a.foreigner { or_dash(&a.work_permit) } else { v.pick("Không", "No").to_owned() }),
        Line::new(v.pick("Mã số thuế", "Tax code"), or_dash(&a.tax_code)),
        Line::new(v.pick("Nơi làm việc", "Employer"), or_dash(format!("{} {}", a.employer, a.employer_tax_code).trim())),
        Line::new(v.pick("Liên hệ", "Contact"), format!("{} · {}", a.phone, a.email)),
        Line::new(v.pick("Địa chỉ", "Address"), format!("{} {}", a.address, a.area)),
        Line::new(v.pick("Lĩnh vực", "Fields"), names(v, &s.catalog.competences.fields, &a.fields)),
        Line::new(v.pick("Ngôn ngữ", "Languages"), names(v, &s.catalog.competences.languages, &a.languages)),
        Line::new(v.pick("Giờ mỗi tháng", "Hours a month"), a.hours.to_string()),
        Line::new(v.pick("Kinh nghiệm", "Experience"), a.summary.as_str()),
        Line::new(v.pick("Đánh giá của khách hàng", "Client rating"), experts::rating(s, v, x)),
        Line::new(v.pick("Nhận xét của khách hàng (không công khai)", "Clients in words (not public)"), experts::rating_words(v, x)),
    ];
    if let Some(ap) = &x.appraisal {
        let verdict = if ap.recommends { v.pick("đề nghị công nhận", "recommends") } else { v.pick("không đề nghị", "does not recommend") };
        let text = format!("{} · {verdict} · {} – {}", ap.mark, ap.by_name, ap.note);
        out.push(Line::new(v.pick("Thẩm định nội bộ (không công khai)", "Internal appraisal (not public)"), text));
    }
    if let Some((on, why)) = x.refused.as_ref().or(x.stopped.as_ref()) {
        out.push(Line::new(v.pick("Lý do", "Reason"), format!("{why} ({})", day(v, *on))));
    }
    out
}

fn papers(s: &Boards, v: &Visitor, x: &Expert) -> Html {
    let rows = x
        .proofs
        .iter()
        .map(|p| {
            let of = if p.competence.is_empty() { v.pick("Giấy tờ chung", "General").to_owned() } else { super::competence_name(s, v, &p.competence) };
            vec![kit::link(&format!("/centre/experts/{}/papers/{}", x.id, p.file), &p.name), Html::text(&of), at(v, p.at, s.now()), Html(format!("<code>{}</code>", esc(p.sha256.get(..12).unwrap_or(&p.sha256))))]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Giấy tờ", "Papers").to_owned(),
        columns: vec![Column::text(v.pick("Tệp", "File")), Column::text(v.pick("Chứng minh", "Shows")), Column::text(v.pick("Lúc", "At")), Column::text("SHA-256")],
        rows,
        empty: v.pick("Chưa có giấy tờ.", "No papers.").to_owned(),
        ..Table::default()
    })
}

fn interests(s: &Boards, v: &Visitor, x: &Expert) -> Html {
    let rows = x.interests.iter().map(|i| {
        let ground = s.catalog.ground(&i.ground).map_or(i.ground.as_str(), |g| g.name.get(v.lang));
        let until = i.until.map_or_else(|| v.pick("đang còn", "still").to_owned(), |d| day(v, d));
        vec![Html::text(ground), Html::text(format!("{} {} {}", i.firm, i.tax_code, i.tender).trim()), Html::text(&until)]
    });
    kit::table(&Table {
        caption: v.pick("Quan hệ lợi ích đã khai", "Declared interests").to_owned(),
        columns: vec![Column::text(v.pick("Quan hệ", "Ground")), Column::text(v.pick("Với", "With")), Column::text(v.pick("Đến ngày", "Until"))],
        rows: rows.collect(),
        empty: v.pick("Không khai quan hệ nào.", "None declared.").to_owned(),
        ..Table::default()
    })
}

/// The journal of the record in words.
async fn history(s: &Boards, v: &Visitor, x: &Expert) -> Result<Html, PageError> {
    let entries = store::journal::stream(&s.scope, &x.id.to_string()).await.map_err(PageError::internal)?;
    let moments: Vec<Moment> = entries
        .iter()
        .rev()
        .map(|e| {
            let body: serde_json::Value = e.read().unwrap_or_default();
            let say = |name: &str| body.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
            let text = [say("reason"), say("what"), say("note"), say("decision")].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
            Moment { title: word(v, &e.kind).to_owned(), body: Html::text(text), when: at(v, e.at, s.now()), next: false }
        })
        .collect();
    Ok(Html(format!("<h2>{}</h2>{}", v.pick("Quá trình", "History"), kit::timeline(&moments))))
}

fn word<'a>(v: &Visitor, kind: &'a str) -> &'a str {
    match kind {
        "expert.begun" => v.pick("Bắt đầu hồ sơ", "Record begun"),
        "expert.saved" => v.pick("Sửa thông tin", "Changed"),
        "expert.proof_added" => v.pick("Thêm giấy tờ", "Paper added"),
        "expert.proof_removed" => v.pick("Bỏ giấy tờ", "Paper removed"),
        "expert.interest_declared" => v.pick("Khai quan hệ lợi ích", "Interest declared"),
        "expert.submitted" => v.pick("Nộp hồ sơ", "Submitted"),
        "expert.taken" => v.pick("Nhận thẩm định", "Taken for appraisal"),
        "expert.documents_asked" => v.pick("Yêu cầu bổ sung", "More documents asked for"),
        "expert.resubmitted" => v.pick("Đã bổ sung", "Documents sent"),
        "expert.competence_checked" => v.pick("Đối chiếu năng lực", "Competence checked"),
        "expert.appraised" => v.pick("Thẩm định xong", "Appraised"),
        "expert.sent_back" => v.pick("Trả lại để thẩm định thêm", "Sent back"),
        "expert.approved" => v.pick("Công nhận", "Recognised"),
        "expert.refused" => v.pick("Không công nhận", "Refused"),
        "expert.suspended" => v.pick("Tạm dừng", "Suspended"),
        "expert.resumed" => v.pick("Hoạt động lại", "Resumed"),
        "expert.disabled" => v.pick("Đưa ra khỏi mạng lưới", "Removed"),
        "expert.rated" => v.pick("Khách hàng đánh giá", "Rated by a client"),
        other => other,
    }
}

fn steps(s: &Boards, v: &Visitor, x: &Expert, said: &Said) -> Html {
    let path = format!("/centre/experts/{}", x.id);
    let text = |act: &str, name: &str, vi: &str, en: &str| said.field(v.lang, act, name, v.pick(vi, en)).textarea(3);
    let button = |vi: &str, en: &str, weight: Weight| kit::Button::new(v.pick(vi, en)).weight(weight).html();
    let step = |act: &str, vi: &str, en: &str, body: Html| folded(said, act, v.pick(vi, en), &form(v, &path, act, &body));
    let reason = |act: &str, vi: &str, en: &str, weight: Weight| step(act, vi, en, Html(format!("{}{}", text(act, &format!("reason-{act}"), "Lý do", "Reason"), button(vi, en, weight))));
    let mut out = Html::default();
    match x.state {
        S::AwaitingAppraisal => out.push(&form(v, &path, "take", &button("Nhận thẩm định", "Take for appraisal", Weight::Main))),
        S::Appraising => {
            let top = s.catalog.recognition(s.now().date()).map_or(100, |r| r.marks_to);
            let yes_no = [Choice::new("yes", v.pick("Đề nghị công nhận", "Recommend")), Choice::new("no", v.pick("Không đề nghị", "Do not recommend"))];
            out.push(&step("check", "Đối chiếu một năng lực", "Check a competence", check(s, v, x, said)));
            out.push(&step("appraise", "Ghi kết quả thẩm định", "Record the appraisal", Html(format!(
                "{}{}{}{}",
                said.field(v.lang, "appraise", "mark", v.pick("Điểm nội bộ", "Internal mark")).hint(format!("0–{top}")).numeric().width("w4").input(),
                said.field(v.lang, "appraise", "recommends", v.pick("Đề nghị", "Recommendation")).radios(&yes_no),
                text("appraise", "note", "Nhận xét", "In words"),
                button("Trình phê duyệt", "Send for approval", Weight::Main),
            ))));
            out.push(&step("ask", "Yêu cầu bổ sung giấy tờ", "Ask for documents", Html(format!("{}{}", text("ask", "what", "Còn thiếu gì, ghi một lần cho đủ", "What is missing, all at once"), button("Gửi yêu cầu", "Send", Weight::Quiet)))));
            out.push(&reason("refuse", "Không công nhận", "Refuse", Weight::Risk));
        }
        S::AwaitingApproval => {
            out.push(&step("approve", "Công nhận", "Recognise", Html(format!(
                "{}{}",
                said.field(v.lang, "approve", "decision", v.pick("Số, ngày quyết định", "Number and date of the decision")).max_length(200).input(),
                button("Công nhận và công bố", "Recognise and publish", Weight::Main),
            ))));
            out.push(&reason("back", "Trả lại để thẩm định thêm", "Send back", Weight::Quiet));
            out.push(&reason("refuse", "Không công nhận", "Refuse", Weight::Risk));
        }
        S::Active => {
            out.push(&step("check", "Đối chiếu một năng lực", "Check a competence", check(s, v, x, said)));
            out.push(&reason("suspend", "Tạm dừng", "Suspend", Weight::Quiet));
            out.push(&reason("disable", "Đưa ra khỏi mạng lưới", "Remove from the network", Weight::Risk));
        }
        S::Suspended => {
            out.push(&reason("resume", "Cho hoạt động lại", "Resume", Weight::Main));
            out.push(&reason("disable", "Đưa ra khỏi mạng lưới", "Remove from the network", Weight::Risk));
        }
        S::New | S::MoreDocuments | S::Disabled | S::Refused => {}
    }
    out
}

fn check(s: &Boards, v: &Visitor, x: &Expert, said: &Said) -> Html {
    let skills: Vec<Choice> = x.application.skills.iter().map(|k| Choice::new(k.competence.as_str(), format!("{} ({})", super::competence_name(s, v, &k.competence), super::level_name(s, v, k.level)))).collect();
    let mut levels = vec![Choice::new("0", v.pick("0 – không thấy", "0 – not found"))];
    levels.extend((1u8..).zip(&s.catalog.competences.levels).map(|(n, _)| Choice::new(n.to_string(), super::level_name(s, v, n))));
    Html(format!(
        "{}{}{}",
        said.field(v.lang, "check", "competence", v.pick("Năng lực", "Competence")).select(&skills),
        said.field(v.lang, "check", "level", v.pick("Mức đối chiếu được", "Level found")).select(&levels),
        kit::Button::new(v.pick("Ghi", "Record")).weight(Weight::Quiet).html(),
    ))
}

fn parse(f: &FormData) -> Result<Act, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let act = f.get("act").unwrap_or_default();
    let reason = text(&format!("reason-{act}"));
    let number = |name: &str| -> Result<u32, Refusal> {
        text(name).parse().map_err(|_| Refusal::invalid("number", "Số chưa đúng", "Not a number").because(Some(name), "Nhập một số nguyên không âm.", "Enter a whole number."))
    };
    Ok(match act {
        "take" => Act::Take,
        "check" => Act::Check { competence: text("competence"), level: u8::try_from(number("level")?).unwrap_or(u8::MAX) },
        "appraise" => {
            let recommends = match f.filled("recommends") {
                Some("yes") => true,
                Some(_) => false,
                None => return Err(Refusal::invalid("recommends", "Chưa chọn", "Nothing chosen").because(Some("recommends"), "Chọn đề nghị hay không đề nghị.", "Choose whether you recommend.")),
            };
            Act::Appraise { mark: number("mark")?, recommends, note: text("note") }
        }
        "ask" => Act::AskDocuments { what: text("what") },
        "back" => Act::SendBack { reason },
        "approve" => Act::Approve { decision: text("decision") },
        "refuse" => Act::Refuse { reason },
        "suspend" => Act::Suspend { reason },
        "resume" => Act::Resume { note: reason },
        "disable" => Act::Disable { reason, own_wish: false },
        _ => return Err(unknown_act()),
    })
}

pub async fn act(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let x = found(&s, &id).await?;
    let actor = actor(&v)?;
    let result = match parse(&f) {
        Ok(act) => s.act_on_expert(&actor, x.id, &act).await,
        Err(refusal) => Err(refusal.into()),
    };
    match result {
        Ok(_) => Ok(Redirect::to(&format!("/centre/experts/{}?done=1", x.id)).into_response()),
        Err(failure) => {
            let mut refusal = refusal_of(failure)?;
            let act = f.get("act").unwrap_or_default().to_owned();
            // The page has one reason field for each step, so that every id stands once.
            for reason in refusal.reasons.iter_mut().filter(|r| r.field.as_deref() == Some("reason")) {
                reason.field = Some(format!("reason-{act}"));
            }
            only_here(&mut refusal, &["competence", "level", "mark", "recommends", "note", "what", "decision"]);
            let said = Said::refused(f, refusal);
            let x = found(&s, &id).await?;
            Ok(said.answer(page(&s, &v, &x, &said, "").await?))
        }
    }
}

pub async fn file(State(s): State<Boards>, Path((id, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let x = found(&s, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    if x.proofs.iter().any(|p| p.file == file) { super::send(&s, file).await } else { Err(PageError::not_found()) }
}
