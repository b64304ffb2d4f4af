//! May this happen now, by this side? Pure: state, fact, context in; yes or a refusal that says what to do next.

use super::{Decision, Fact, ReferenceState, Ruling, Solution, Stage};
use crate::{
    catalog::{Catalog, Sanction},
    person::{Person, Side},
};
use kernel::{Instant, Refusal, time::Date};

/// What a decision is made with besides the state.
pub struct Context<'a> {
    pub catalog: &'a Catalog,
    pub at: Instant,
    pub by: &'a Person,
    pub side: Side,
    /// Of the provider.
    pub barred_until: Option<Date>,
    pub provider_tax: &'a str,
    pub provider_email: &'a str,
}

/// A client list longer than this is no list of references.
const REFERENCES_MAX: usize = 50;
const PROOFS_MAX: usize = 100;
/// A reason shorter than this says nothing.
const REASON_MIN: usize = 10;
const REASON_MAX: usize = 2_000;

pub fn decide(s: &Solution, fact: &Fact, cx: &Context<'_>) -> Result<(), Refusal> {
    side(fact, cx.side)?;
    let today = cx.at.date();
    match fact {
        Fact::Begun { .. } => Err(conflict("begun", "Bản giới thiệu này đã có.", "This listing exists already.")),
        Fact::Described { .. } => match s.stage {
            Stage::Draft | Stage::Listed | Stage::Suspended => Ok(()),
            Stage::Submitted | Stage::Checking => Err(conflict(
                "in-check",
                "Đang chờ kiểm tra nên chưa sửa được; đợi kết quả hoặc rút bản này.",
                "It is being checked and cannot be edited; wait for the result or withdraw it.",
            )),
            Stage::Withdrawn => Err(gone()),
        },
        Fact::ProofAdded { .. } => {
            stage(s, &[Stage::Draft, Stage::Submitted, Stage::Checking, Stage::Listed, Stage::Suspended])?;
            (s.proofs.len() < PROOFS_MAX)
                .then_some(())
                .ok_or_else(|| conflict("too-many-proofs", "Đã có 100 minh chứng; bỏ bớt bản cũ.", "There are 100 proofs already; remove old ones."))
        }
        Fact::ProofRemoved { proof } => {
            let proof = s.proof(*proof).ok_or_else(|| Refusal::not_found("Không có minh chứng này.", "There is no such proof."))?;
            let held = matches!(s.stage, Stage::Listed | Stage::Checking) && proof.accepted();
            if held {
                Err(conflict(
                    "proof-in-use",
                    "Minh chứng đã được chấp nhận và đang dùng; gửi bản thay thế trước.",
                    "The proof is accepted and in use; send its replacement first.",
                ))
            } else {
                Ok(())
            }
        }
        Fact::ProofChecked { proof, accepted, reason } => {
            let proof = s.proof(*proof).ok_or_else(|| Refusal::not_found("Không có minh chứng này.", "There is no such proof."))?;
            stage(s, &[Stage::Checking, Stage::Listed, Stage::Suspended])?;
            if *accepted && !proof.in_date(today) {
                return Err(conflict(
                    "proof-expired",
                    "Minh chứng đã hết hạn, không chấp nhận được; yêu cầu bản mới.",
                    "The proof is out of date and cannot be accepted; ask for a new one.",
                ));
            }
            if *accepted { Ok(()) } else { reasoned(reason) }
        }
        Fact::ClientInvited { client, tax_code, email, .. } => invited(s, client, tax_code, email, cx),
        Fact::InviteCancelled { reference } | Fact::ClientAnswered { reference, .. } => match s.reference(*reference) {
            None => Err(Refusal::not_found("Không có lời mời này.", "There is no such invitation.")),
            Some(r) if r.state != ReferenceState::Invited => Err(conflict(
                "already-answered",
                "Liên kết này đã dùng rồi; mỗi liên kết xác nhận một lần.",
                "This link has been used already; each link confirms once.",
            )),
            Some(r) if matches!(fact, Fact::ClientAnswered { .. }) && today > r.expires => {
                Err(conflict("link-expired", "Liên kết đã hết hạn; nhờ Trung tâm gửi liên kết mới.", "The link is out of date; ask the centre for a new one."))
            }
            Some(_) => Ok(()),
        },
        Fact::Submitted => submitted(s, cx),
        Fact::Taken => stage(s, &[Stage::Submitted]),
        Fact::ItemChecked { item, note, result } => {
            stage(s, &[Stage::Checking])?;
            if !cx.catalog.vetting.checklist.iter().any(|i| &i.code == item) {
                return Err(Refusal::invalid(
                    "no-such-item",
                    format!("Không có mục kiểm tra “{item}”."),
                    format!("There is no item “{item}” in the checklist."),
                ));
            }
            if *result == super::CheckResult::Pass { Ok(()) } else { reasoned(note) }
        }
        Fact::Listed => ready(s, cx.catalog, today),
        Fact::Returned { reason } => stage(s, &[Stage::Submitted, Stage::Checking]).and_then(|()| reasoned(reason)),
        Fact::ChangeAccepted => pending(s),
        Fact::ChangeRefused { reason } => pending(s).and_then(|()| reasoned(reason)),
        Fact::Suspended { rule, reason } => {
            stage(s, &[Stage::Listed])?;
            ruled(cx.catalog, rule, Sanction::Suspend)?;
            reasoned(reason)
        }
        Fact::Reinstated { reason } => {
            stage(s, &[Stage::Suspended])?;
            proofs_in_date(s, cx.catalog, today)?;
            reasoned(reason)
        }
        Fact::Withdrawn { rule, reason } => {
            if s.stage == Stage::Withdrawn {
                return Err(gone());
            }
            match (cx.side, rule) {
                (Side::Centre, Some(rule)) => ruled(cx.catalog, rule, Sanction::Withdraw)?,
                (Side::Centre, None) => {
                    return Err(Refusal::invalid(
                        "rule-needed",
                        "Chọn quy tắc đã công bố làm căn cứ gỡ.",
                        "Choose the published rule on which it is withdrawn.",
                    )
                    .because(Some("rule"), "Chọn quy tắc.", "Choose the rule."));
                }
                _ => {}
            }
            reasoned(reason)
        }
        Fact::Appealed { text, .. } => appealed(s, cx.catalog, today).and_then(|()| reasoned(text)),
        Fact::AppealAnswered { reason, .. } => answered(s, cx).and_then(|()| reasoned(reason)),
        Fact::OutcomeRecorded { change, .. } => {
            if !(-1_000_000..=1_000_000).contains(change) {
                return Err(Refusal::invalid(
                    "bad-outcome",
                    "Thay đổi KPI vượt quá 100 lần; kiểm tra lại đơn vị.",
                    "The change of KPI is above a hundredfold; check the unit.",
                ));
            }
            stage(s, &[Stage::Listed, Stage::Suspended, Stage::Withdrawn])
        }
    }
}

fn side(fact: &Fact, side: Side) -> Result<(), Refusal> {
    let own: &[Side] = match fact {
        Fact::Begun { .. }
        | Fact::Described { .. }
        | Fact::ProofAdded { .. }
        | Fact::ProofRemoved { .. }
        | Fact::ClientInvited { .. }
        | Fact::Submitted
        | Fact::Appealed { .. } => &[Side::Provider],
        Fact::InviteCancelled { .. } | Fact::Withdrawn { .. } => &[Side::Provider, Side::Centre],
        Fact::ClientAnswered { .. } => &[Side::Client],
        Fact::OutcomeRecorded { .. } => &[Side::System, Side::Centre],
        _ => &[Side::Centre],
    };
    if own.contains(&side) {
        Ok(())
    } else {
        Err(Refusal::forbidden("not-your-side", "Việc này do bên khác làm.", "This is for another side to do."))
    }
}

fn conflict(code: &str, vi: &str, en: &str) -> Refusal {
    Refusal::conflict(code, vi, en)
}

fn gone() -> Refusal {
    conflict(
        "withdrawn",
        "Giải pháp đã được gỡ; lập bản giới thiệu mới nếu muốn niêm yết lại.",
        "The solution has been withdrawn; begin a new listing to list it again.",
    )
}

fn stage(s: &Solution, allowed: &[Stage]) -> Result<(), Refusal> {
    if allowed.contains(&s.stage) {
        return Ok(());
    }
    let (vi, en) = (s.stage.text().vi, s.stage.text().en);
    Err(conflict(
        "wrong-stage",
        &format!("Không làm được khi giải pháp ở trạng thái “{vi}”. Tải lại trang để xem trạng thái mới nhất."),
        &format!("This cannot be done while the solution is “{en}”. Reload the page for its newest state."),
    ))
}

fn reasoned(reason: &str) -> Result<(), Refusal> {
    let length = kernel::text::clean(reason).chars().count();
    if (REASON_MIN..=REASON_MAX).contains(&length) {
        return Ok(());
    }
    Err(Refusal::invalid("reason-needed", "Ghi rõ lý do để bên kia biết cần làm gì.", "Say why, so that the other side knows what to do.").because(
        Some("reason"),
        "Lý do từ 10 đến 2.000 ký tự.",
        "A reason of 10 to 2,000 characters.",
    ))
}

fn pending(s: &Solution) -> Result<(), Refusal> {
    if s.pending.is_some() && matches!(s.stage, Stage::Listed | Stage::Suspended) {
        Ok(())
    } else {
        Err(conflict("no-change", "Không có thay đổi nào đang chờ.", "There is no change waiting."))
    }
}

fn ruled(c: &Catalog, rule: &str, effect: Sanction) -> Result<(), Refusal> {
    match c.suspension.get(rule) {
        Some(r) if r.effect == effect => Ok(()),
        _ => Err(Refusal::invalid("rule-needed", "Chọn một quy tắc đã công bố cho hình thức này.", "Choose a published rule for this measure.").because(
            Some("rule"),
            "Chọn quy tắc trong danh sách.",
            "Choose the rule from the list.",
        )),
    }
}

fn invited(s: &Solution, client: &str, tax_code: &str, email: &str, cx: &Context<'_>) -> Result<(), Refusal> {
    stage(s, &[Stage::Draft, Stage::Submitted, Stage::Checking, Stage::Listed, Stage::Suspended])?;
    let mut r = Refusal::invalid(
        "bad-reference",
        "Chưa mời được khách hàng này; sửa các mục dưới đây.",
        "This client cannot be invited yet; correct what is listed below.",
    );
    let mut no = |field: &str, vi: &str, en: &str| crate::listing::refuse(&mut r, field, vi, en);
    if !client.chars().any(char::is_alphabetic) || client.chars().count() > 200 {
        no("client", "Nhập tên khách hàng, tối đa 200 ký tự.", "Enter the client's name in at most 200 characters.");
    }
    if tax_code == cx.provider_tax {
        no("tax_code", "Nhà cung cấp không tự làm khách hàng giới thiệu của mình.", "A provider cannot be its own reference.");
    }
    if s.references.iter().any(|x| x.tax_code == tax_code && x.state != ReferenceState::Cancelled) {
        no("tax_code", "Khách hàng này đã được mời.", "This client has been invited already.");
    }
    let domain = |mail: &str| mail.rsplit_once('@').map(|(_, d)| d.to_lowercase()).unwrap_or_default();
    const SHARED: [&str; 5] = ["gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com"];
    let own = domain(cx.provider_email);
    if domain(email) == own && !SHARED.contains(&own.as_str()) || email.eq_ignore_ascii_case(cx.provider_email) {
        no("email", "Thư điện tử phải là của khách hàng, không phải của nhà cung cấp.", "The e-mail must be the client's, not the provider's.");
    }
    if s.references.len() >= REFERENCES_MAX {
        no("client", "Đã mời 50 khách hàng; đủ để xem xét.", "50 clients are invited; that is enough to judge.");
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}

fn submitted(s: &Solution, cx: &Context<'_>) -> Result<(), Refusal> {
    stage(s, &[Stage::Draft])?;
    if let Some(until) = cx.barred_until.filter(|until| cx.at.date() <= *until) {
        return Err(conflict(
            "barred",
            &format!("Nhà cung cấp đang bị cấm gửi đến hết ngày {}.", until.strftime("%d/%m/%Y")),
            &format!("The provider may not submit up to and including {until}."),
        ));
    }
    let mut r =
        Refusal::conflict("proofs-missing", "Còn thiếu minh chứng bắt buộc; thêm rồi gửi lại.", "Required proofs are missing; add them and submit again.");
    for required in cx.catalog.required_proofs(|t| s.listing.types.iter().any(|x| x == t)) {
        let there = s.proofs.iter().any(|p| p.new.kind == required.proof && p.in_date(cx.at.date()) && p.verdict.as_ref().is_none_or(|v| v.accepted));
        if !there {
            let name = cx.catalog.proofs.get(&required.proof).map(|k| k.name.clone()).unwrap_or_default();
            r = r.because(
                Some("proofs"),
                format!("Thiếu: {} ({}).", name.vi, required.legal_basis),
                format!("Missing: {} ({}).", name.en, required.legal_basis),
            );
        }
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}

/// Everything that must hold before the public sees it.
fn ready(s: &Solution, c: &Catalog, today: Date) -> Result<(), Refusal> {
    stage(s, &[Stage::Checking])?;
    let mut r = Refusal::conflict("not-ready", "Chưa niêm yết được; còn các việc dưới đây.", "It cannot be listed yet; what is left is below.");
    for item in c.vetting.checklist.iter().filter(|i| i.must) {
        let passed = s.checks.get(&item.code).is_some_and(|x| x.result == super::CheckResult::Pass);
        if !passed {
            r = r.because(Some(&format!("check-{}", item.code)), format!("Chưa đạt: {}.", item.name.vi), format!("Not passed: {}.", item.name.en));
        }
    }
    if let Err(missing) = proofs_in_date(s, c, today) {
        r.reasons.extend(missing.reasons);
    }
    let (confirmed, least) = (s.confirmed().count(), c.vetting.least_references as usize);
    if confirmed < least {
        r = r.because(
            Some("references"),
            format!("Cần {least} khách hàng xác nhận, mới có {confirmed}."),
            format!("{least} confirmed clients are needed; there are {confirmed}."),
        );
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}

fn proofs_in_date(s: &Solution, c: &Catalog, today: Date) -> Result<(), Refusal> {
    let mut r = Refusal::conflict("proofs-missing", "Minh chứng bắt buộc còn thiếu hoặc đã hết hạn.", "A required proof is missing or out of date.");
    for required in c.required_proofs(|t| s.listing.types.iter().any(|x| x == t)).filter(|q| !s.proven(&q.proof, today)) {
        let name = c.proofs.get(&required.proof).map(|k| k.name.clone()).unwrap_or_default();
        r = r.because(Some("proofs"), format!("Chưa có minh chứng được chấp nhận, còn hạn: {}.", name.vi), format!("No accepted proof in date: {}.", name.en));
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}

/// The decision that may be appealed today: against the provider, not yet answered, in time.
pub(crate) fn appealable<'a>(s: &'a Solution, c: &Catalog, today: Date) -> Option<&'a Decision> {
    let d = s.decision.as_ref()?;
    let stands = match d.ruling {
        Ruling::Returned => s.stage == Stage::Draft,
        Ruling::Suspended => s.stage == Stage::Suspended,
        Ruling::Withdrawn => s.stage == Stage::Withdrawn,
        Ruling::ChangeRefused => s.is_public(),
    };
    let last = d.at.date().checked_add(jiff::ToSpan::days(c.vetting.spans.appeal)).ok()?;
    (stands && s.appeal.is_none() && today <= last).then_some(d)
}

fn appealed(s: &Solution, c: &Catalog, today: Date) -> Result<(), Refusal> {
    if appealable(s, c, today).is_some() {
        Ok(())
    } else {
        Err(conflict(
            "no-appeal",
            "Không có quyết định nào còn khiếu nại được: đã khiếu nại, hết hạn, hoặc quyết định không còn hiệu lực.",
            "There is no decision to appeal: it was appealed, its time is over, or it no longer stands.",
        ))
    }
}

fn answered(s: &Solution, cx: &Context<'_>) -> Result<(), Refusal> {
    let open = s.appeal.as_ref().is_some_and(|a| a.answer.is_none());
    let Some(decision) = s.decision.as_ref().filter(|_| open) else {
        return Err(conflict("no-appeal", "Không có khiếu nại nào đang chờ.", "There is no appeal waiting."));
    };
    // Nobody judges their own decision.
    if decision.by.account == cx.by.account {
        return Err(Refusal::forbidden(
            "own-decision",
            "Người ra quyết định không tự giải quyết khiếu nại; chuyển cho đồng nghiệp khác.",
            "Who took the decision does not answer the appeal; hand it to a colleague.",
        ));
    }
    Ok(())
}
