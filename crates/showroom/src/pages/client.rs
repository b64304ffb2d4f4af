//! The client's own page: opened from a signed link, answered once, without an account.

use super::forms::{Again, Sent};
use crate::{
    Showroom,
    acts::solutions,
    ids::ReferenceId,
    solution::{ReferenceState, TypedAnswer},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Refusal, id::SolutionId};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

const FORM: &str = "answer";

fn read(s: &Showroom, token: &str) -> Result<(SolutionId, ReferenceId), PageError> {
    let bad = || {
        Refusal::not_found(
            "Liên kết không đúng hoặc đã hết hạn. Nhờ Trung tâm gửi lại liên kết mới cho doanh nghiệp của bạn.",
            "The link is not right or out of date. Ask the centre to send your enterprise a new one.",
        )
    };
    s.link_key.read(s.scope.province(), token, s.now().date()).ok_or_else(|| bad().into())
}

pub async fn ask(State(s): State<Showroom>, v: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    show(&s, &v, &token, &Again::first()).await
}

async fn show(s: &Showroom, v: &Visitor, token: &str, again: &Again) -> Result<Response, PageError> {
    let (solution, reference) = read(s, token)?;
    let found = solutions::find(s, solution).await?.ok_or_else(PageError::not_found)?;
    let r = found.solution.reference(reference).ok_or_else(PageError::not_found)?;
    let lang = v.lang;
    let title = lang.pick("Xác nhận của khách hàng", "Confirmation by the client");
    let name = found.solution.listing.name.get(lang);
    if r.state != ReferenceState::Invited {
        let main = kit::panel(
            lang.pick("Liên kết này đã được dùng", "This link has been used"),
            &kit::para(lang.pick(
                "Mỗi liên kết xác nhận một lần. Nếu không phải bạn đã trả lời, hãy báo cho Trung tâm.",
                "Each link confirms once. If it was not you who answered, tell the centre.",
            )),
        );
        return Ok(Shell::new(v, title, main).width(Width::Narrow).render().into_response());
    }
    let yes_no = [Choice::new("yes", lang.pick("Có", "Yes")), Choice::new("no", lang.pick("Không", "No"))];
    let body = [
        again
            .field(lang, FORM, "using", lang.pick("Doanh nghiệp còn dùng giải pháp này không?", "Does your enterprise still use this solution?"), "")
            .radios(&yes_no),
        again.field(lang, FORM, "months", lang.pick("Đã dùng bao nhiêu tháng?", "For how many months?"), "").numeric().width("w4").input(),
        again
            .field(
                lang,
                FORM,
                "gain",
                lang.pick("Năng suất thay đổi bao nhiêu phần trăm, theo bạn?", "By how many percent has productivity changed, in your view?"),
                "",
            )
            .hint(lang.pick("Ví dụ: 15. Không đo thì để trống.", "For example 15. Leave empty if not measured."))
            .optional(true)
            .width("w4")
            .input(),
        again.field(lang, FORM, "satisfied", lang.pick("Bạn có hài lòng không?", "Are you satisfied?"), "").radios(&yes_no),
        again
            .field(lang, FORM, "comment", lang.pick("Nhận xét bằng lời của bạn", "A comment in your own words"), "")
            .optional(true)
            .max_length(2000)
            .textarea(4),
        again.field(lang, FORM, "person", lang.pick("Họ tên người xác nhận", "Name of the person who confirms"), "").autocomplete("name").input(),
        again.field(lang, FORM, "position", lang.pick("Chức vụ", "Position"), "").autocomplete("organization-title").input(),
        again.field(lang, FORM, "authorised", lang.pick("Cam kết", "Declaration"), "").checkboxes(&[Choice::new(
            "1",
            lang.pick(
                "Tôi được doanh nghiệp cho phép xác nhận và không nhận lợi ích nào từ nhà cung cấp cho việc này",
                "My enterprise allows me to confirm, and I receive nothing from the provider for it",
            ),
        )]),
    ];
    let form = super::forms::form(v, &format!("/showroom/reference/{token}"), &body, lang.pick("Gửi xác nhận", "Send the confirmation"), kit::Weight::Main);
    let main = Html(format!(
        "{}<p class=\"caption\">{}</p><h1>{title}</h1><p class=\"lead\">{}</p><p>{}</p>{form}",
        again.summary(lang),
        esc(&r.client),
        esc(name),
        lang.pick(
            "Câu trả lời được hiển thị công khai cùng tên doanh nghiệp bạn, không kèm tên người. Nhà cung cấp không thấy liên kết này.",
            "The answer is shown publicly with your enterprise's name, without yours. The provider does not see this link."
        ),
    ));
    Ok(again.answer(Shell::new(v, title, main).width(Width::Narrow)))
}

pub async fn answer(State(s): State<Showroom>, v: Visitor, Path(token): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (solution, reference) = read(&s, &token)?;
    let sent = Sent { form: &form, prefix: FORM };
    let typed = TypedAnswer {
        using: sent.text("using"),
        months: sent.text("months"),
        gain: sent.text("gain"),
        satisfied: sent.text("satisfied"),
        comment: sent.text("comment"),
        person: sent.text("person"),
        position: sent.text("position"),
        authorised: sent.ticked("authorised"),
    };
    let done = match typed.checked() {
        Ok(answer) => solutions::by_client(&s, solution, reference, answer).await,
        Err(r) => Err(r.into()),
    };
    match done {
        Ok(_) => {
            let title = v.pick("Cảm ơn bạn đã xác nhận", "Thank you for confirming");
            let main = kit::panel(
                title,
                &kit::para(v.pick("Câu trả lời đã được ghi. Liên kết này không dùng lại được.", "Your answer is recorded. The link cannot be used again.")),
            );
            Ok(Shell::new(&v, title, main).width(Width::Narrow).render().into_response())
        }
        Err(e) => show(&s, &v, &token, &Again::after(FORM, form, e)?).await,
    }
}
