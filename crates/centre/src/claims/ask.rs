//! Somebody asks to belong to an enterprise that is on the register. Until it is answered they see nothing of it: not its name,
//! not its people, not its results.

use super::views;
use crate::{
    Centre, acts,
    assess::{FILE_MAX, UPLOAD_LIMIT},
    enterprise::actor,
    model::{
        self, Claim, Enterprise, EnterpriseEvent, MemberRole,
        members::{self, Proof},
    },
    store as tables,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Actor, Refusal, Text,
    id::{EnterpriseId, FileId},
    refusal::Reason,
    text::clean,
};
use serde::Deserialize;
use store::files::{FileError, Upload};
use web::{
    extract::{FormData, Multipart, Path, Query, SentFile},
    html::{Html, esc},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Longest explanation, in characters.
const NOTE_MAX: usize = 2_000;
/// Claims of one person that may wait at a time, over all enterprises.
const WAITING: i64 = 10;

#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    code: String,
}

/// The form, filled with what was typed.
fn page(v: &Visitor, value: &dyn Fn(&str) -> String, reasons: &[Reason]) -> Response {
    let lang = v.lang;
    let roles: Vec<Choice> = MemberRole::ALL.iter().map(|r| Choice::new(r.code(), r.name().get(lang))).collect();
    let field = |name: &str, vi: &str, en: &str| Field::new(lang, name, lang.pick(vi, en)).value(value(name)).errors(reasons);
    let parts = [
        field("code", "Mã số thuế hoặc mã số hộ kinh doanh", "Tax code or code of the household business").width("w20").max_length(20).input(),
        field("role", "Bạn là ai trong đơn vị?", "Who are you in the enterprise?")
            .hint(lang.pick(
                "Với người đại diện theo pháp luật, trung tâm lưu số định danh cá nhân của tài khoản để đối chiếu với đăng ký kinh doanh.",
                "Of a legal representative the centre keeps the account's personal number, to compare it with the business registration.",
            ))
            .radios(&roles),
        field("note", "Điều cần nói thêm", "Anything to add").optional(true).max_length(NOTE_MAX).textarea(3),
        field("file", "Giấy tờ chứng minh", "Proof")
            .hint(lang.pick(
                "Giấy chứng nhận đăng ký, giấy ủy quyền hoặc hợp đồng lao động: PDF, ảnh, Word hoặc Excel, tối đa 20 MB. Chỉ trung tâm mở được tệp này.",
                "Certificate of registration, letter of authority or contract of employment: PDF, picture, Word or Excel, at most 20 MB. The centre alone can open it.",
            ))
            .file(".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.odt", false),
        kit::button(v.pick("Gửi đề nghị", "Send the claim")),
    ];
    let title = v.pick("Xin tham gia đơn vị đã có", "Ask to join an enterprise");
    let main = Html(format!(
        "{}<h1>{title}</h1><p>{}</p>{}",
        kit::error_summary(lang, reasons),
        v.pick(
            "Đơn vị đã có trên danh sách của trung tâm nhưng chưa gắn với tài khoản của bạn? Gửi đề nghị này. Trung tâm, hoặc người của đơn vị, trả lời; trước đó bạn chưa xem được gì của đơn vị.",
            "Is your enterprise on the centre's register but not connected with your account? Send this claim. The centre, or the enterprise's people, answer it; until then nothing of the enterprise is shown to you.",
        ),
        kit::upload_form(v, "/my-enterprises/claim", &Html(parts.iter().map(|p| p.0.as_str()).collect()))
    ));
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/my-enterprises", v.pick("Đơn vị của tôi", "My enterprises"));
    (status, shell.render()).into_response()
}

pub async fn form(v: Visitor, Query(ask): Query<Ask>) -> Response {
    let code: String = clean(&ask.code).chars().take(20).collect();
    page(&v, &|name| if name == "code" { code.clone() } else { String::new() }, &[])
}

fn wrong(field: &str, vi: &str, en: &str) -> Reason {
    Reason { field: Some(field.to_owned()), message: Text::new(vi, en) }
}

/// The enterprise behind a typed code, and the code in its canonical form.
async fn found(c: &Centre, typed: &str) -> Result<Result<(EnterpriseId, String), Reason>, PageError> {
    let codes = model::codes(typed);
    for code in &codes {
        if let Some(id) = tables::enterprise_by_code(&c.scope, code).await.map_err(PageError::internal)? {
            return Ok(Ok((id, code.clone())));
        }
    }
    Ok(Err(if codes.is_empty() {
        wrong("code", "Mã số chưa đúng: 10 hoặc 13 chữ số; hộ kinh doanh: số định danh 12 chữ số hoặc số đăng ký", "The code is not right: 10 or 13 digits; a household business: the personal number of 12 digits or the registration number")
    } else {
        wrong("code", "Mã số này chưa có trên danh sách; hãy đăng ký đơn vị", "This code is not on the register yet; register the enterprise")
    }))
}

/// Keeps the file, judged by its content; or why not.
async fn keep(c: &Centre, file: SentFile) -> Result<Result<Proof, Reason>, PageError> {
    let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
    let mut batch = c.scope.batch();
    let stored = match c.files.take(&mut batch, upload, FILE_MAX, c.now()).await {
        Ok(stored) => stored,
        Err(FileError::Refused(r)) => return Ok(Err(Reason { field: Some("file".into()), message: r.message })),
        Err(FileError::Store(e)) => return Err(PageError::internal(e)),
    };
    c.scope.commit(batch).await.map_err(PageError::internal)?;
    Ok(Ok(Proof { file: stored.id, name: stored.name, sha256: stored.sha256 }))
}

/// A claim as it would be, before its proof is stored: what is refused anyway stores nothing.
fn draft(c: &Centre, who: &Actor, code: String, role: MemberRole, note: String) -> Claim {
    Claim {
        id: String::new(),
        account: who.account,
        name: who.name.clone(),
        personal_number: who.personal_number.clone(),
        asked_code: code,
        role,
        note,
        proof: Proof { file: FileId::new(uuid::Uuid::nil()), name: String::new(), sha256: String::new() },
        at: c.now(),
        answer: None,
        withdrawn: None,
    }
}

async fn try_to_ask(c: &Centre, who: &Actor, fields: &FormData, file: Option<SentFile>) -> Result<Result<(), Vec<Reason>>, PageError> {
    let role = fields.get("role").and_then(MemberRole::of);
    let target = found(c, fields.get("code").unwrap_or_default()).await?;
    let (role, (id, code), file) = match (role, target, file) {
        (Some(role), Ok(target), Some(file)) => (role, target, file),
        (role, target, file) => {
            let mut reasons: Vec<Reason> = target.err().into_iter().collect();
            reasons.extend(role.is_none().then(|| wrong("role", "Chọn bạn là ai trong đơn vị", "Choose who you are in the enterprise")));
            reasons.extend(file.is_none().then(|| wrong("file", "Chọn một tệp chứng minh", "Choose a file as proof")));
            return Ok(Err(reasons));
        }
    };
    if views::open_of(&c.scope, who.account).await.map_err(PageError::internal)? >= WAITING {
        return Ok(Err(vec![wrong("code", "Bạn đang có 10 đề nghị chờ trả lời; rút bớt hoặc chờ", "Ten of your claims wait for an answer; withdraw some or wait")]));
    }
    let note = fields.get("note").unwrap_or_default().trim().chars().take(NOTE_MAX).collect();
    let mut claim = draft(c, who, code, role, note);
    let refused = |r: Refusal| Ok(Err(vec![Reason { field: Some("code".into()), message: r.message }]));
    let before: Enterprise = tables::load(&c.scope, &id.to_string()).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    if let Err(r) = members::ask(&before, &claim) {
        return refused(r);
    }
    claim.proof = match keep(c, file).await? {
        Ok(proof) => proof,
        Err(reason) => return Ok(Err(vec![reason])),
    };
    match acts::change_enterprise(c, Some(who), id, c.now(), |e| members::ask(e, &claim).map(Some)).await {
        Ok(_) => Ok(Ok(())),
        Err(acts::ActError::Refused(r)) => refused(r),
        Err(e) => Err(e.into()),
    }
}

pub async fn send(State(c): State<Centre>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let sent = form.collect(UPLOAD_LIMIT).await?;
    let file = sent.files.into_iter().next();
    match try_to_ask(&c, &who, &sent.fields, file).await? {
        Ok(()) => Ok(Redirect::to("/my-enterprises").into_response()),
        Err(reasons) => Ok(page(&v, &|name| sent.fields.get(name).unwrap_or_default().to_owned(), &reasons)),
    }
}

pub async fn withdraw(State(c): State<Centre>, v: Visitor, Path((id, claim)): Path<(EnterpriseId, String)>) -> Result<Response, PageError> {
    let who = actor(&v)?;
    acts::change_enterprise(&c, Some(&who), id, c.now(), |e: &Enterprise| -> Result<Option<EnterpriseEvent>, Refusal> {
        members::withdraw(e, &claim, who.account).map(Some)
    })
    .await?;
    Ok(Redirect::to("/my-enterprises").into_response())
}

/// The state of a claim as a chip.
pub(super) fn state(v: &Visitor, state: &str) -> Html {
    let (mood, vi, en) = match state {
        "asked" => (Mood::Info, "Chờ trả lời", "Waiting"),
        "accepted" => (Mood::Good, "Đã chấp nhận", "Accepted"),
        "refused" => (Mood::Bad, "Không được chấp nhận", "Refused"),
        _ => (Mood::Warn, "Đã rút", "Withdrawn"),
    };
    kit::chip(mood, v.pick(vi, en))
}

/// What the visitor asked for and what became of it; nothing when they never asked.
pub async fn mine(c: &Centre, v: &Visitor, who: &Actor) -> Result<Html, PageError> {
    let list = views::of_account(&c.scope, who.account).await.map_err(PageError::internal)?;
    if list.is_empty() {
        return Ok(Html::default());
    }
    let rows = list
        .iter()
        .map(|r| {
            let take_back = kit::Button::new(v.pick("Rút đề nghị", "Withdraw")).weight(Weight::Quiet).html();
            let next = match r.state.as_str() {
                "asked" => kit::form(v, &format!("/my-enterprises/claims/{}/{}/withdraw", r.enterprise, r.claim), &take_back),
                "refused" => Html(format!("{}<br>{}", esc(&r.reason), kit::link(&format!("/my-enterprises/claim?code={}", r.code), v.pick("Đề nghị lại, kèm giấy tờ khác", "Ask again with another paper")))),
                "accepted" => kit::link(&format!("/my-enterprise/{}", r.enterprise), v.pick("Mở trang đơn vị", "Open the enterprise")),
                _ => Html::default(),
            };
            vec![
                Html(esc(&r.code)),
                Html(esc(r.role.map_or_else(|| Text::new("", ""), MemberRole::name).get(v.lang))),
                when::at_time(r.at, c.now(), v.lang),
                state(v, &r.state),
                next,
            ]
        })
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Đề nghị tham gia của tôi", "My claims").to_owned(),
        caption_hidden: true,
        columns: [("Mã số", "Code"), ("Tư cách", "As"), ("Gửi lúc", "Sent"), ("Trạng thái", "State"), ("Lý do, việc tiếp theo", "Reason, next")]
            .map(|(vi, en)| Column::text(v.pick(vi, en)))
            .into(),
        rows,
        ..Table::default()
    });
    Ok(Html(format!("<section><h2>{}</h2>{table}</section>", v.pick("Đề nghị tham gia của tôi", "My claims"))))
}
