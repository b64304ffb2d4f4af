//! What may happen to an expert's record. Pure: the rules, the calendar, the people and the day are arguments.

use super::{
    Application, Appraisal, Checked, Clock, Expert, ExpertEvent as E, ExpertKind, ExpertState as S, Proof, Rating,
};
use crate::{catalog::{Catalog, RatingRules, Recognition}, matching::Interest};
use records::Author;
use jiff::ToSpan;
use kernel::{Instant, Refusal, calendar::Calendar, id::FileId, text::clean, time::Date};

/// What somebody asks to do with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Save(Box<Application>),
    AddProof(Proof),
    RemoveProof(FileId),
    DeclareInterest(Interest),
    Submit,
    Take,
    AskDocuments { what: String },
    Resubmit { note: String },
    Check { competence: String, level: u8 },
    Appraise { mark: u32, recommends: bool, note: String },
    SendBack { reason: String },
    Approve { decision: String },
    Refuse { reason: String },
    Suspend { reason: String },
    Resume { note: String },
    Disable { reason: String, own_wish: bool },
    /// A client's rating of a case that has ended; the caller has seen to it that it has.
    Rate(Rating),
}

/// What the decision rests on beside the record.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub catalog: &'a Catalog,
    pub calendar: &'a Calendar,
    /// The applying account belongs to an official.
    pub official_account: bool,
    /// Cases the expert still works on.
    pub open_cases: usize,
}

const TEXT_MAX: usize = 4_000;

fn text(given: &str, field: &'static str, vi: &str, en: &str) -> Result<String, Refusal> {
    let text = clean(given);
    let n = text.chars().count();
    if n == 0 || n > TEXT_MAX {
        return Err(Refusal::invalid("text-needed", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(
            Some(field),
            format!("{vi} (1–{TEXT_MAX} ký tự)."),
            format!("{en} (1–{TEXT_MAX} characters)."),
        ));
    }
    Ok(text)
}

fn wrong_state(x: &Expert) -> Refusal {
    let state = x.state.text();
    Refusal::conflict(
        "wrong-state",
        format!("Hồ sơ đang ở trạng thái “{}”, không làm được việc này. Hãy tải lại trang.", state.vi),
        format!("The record is “{}”; this cannot be done now. Reload the page.", state.en),
    )
}

/// The first day on which somebody refused may apply again.
pub fn reopen_day(refused: Date, rules: &Recognition) -> Date {
    refused.checked_add(i64::from(rules.cool_down_months).months()).unwrap_or(Date::MAX)
}

/// The hard checks of recognition: what no officer may overlook. Run when the dossier is submitted and again when it is
/// approved.
pub fn checks(a: &Application, official_account: bool, rules: &Recognition) -> Result<(), Refusal> {
    if a.kind == ExpertKind::Individual && rules.officials_barred && (a.official || official_account) {
        return Err(Refusal::conflict(
            "official",
            "Cán bộ, công chức không được công nhận là tư vấn viên cá nhân (Thông tư 06/2022/TT-BKHĐT, Điều 8 khoản 1 điểm a). Viên chức và người đã thôi việc không thuộc trường hợp này.",
            "Officials and civil servants are not recognised as individual consultants (Circular 06/2022/TT-BKHĐT Art. 8.1.a). Public employees (viên chức) and former officials are not meant.",
        )
        .because(Some("official"), "Nếu bạn không phải cán bộ, công chức, hãy sửa câu trả lời này.", "If you are no official, correct this answer."));
    }
    if a.kind == ExpertKind::Organisation && a.tax_code.is_empty() {
        return Err(Refusal::invalid("organisation", "Tổ chức phải là pháp nhân có chức năng tư vấn", "An organisation must be a legal person that consults").because(
            Some("tax_code"),
            "Nhập mã số thuế của tổ chức.",
            "Enter the organisation's tax code.",
        ));
    }
    Ok(())
}

/// Whether somebody was recognised on a day: only then is the consulting subsidisable (Circular 06/2022 Art. 3.9).
pub fn recognised(x: &Expert, day: Date) -> bool {
    x.recognised.iter().any(|p| p.from <= day && p.to.is_none_or(|to| day <= to))
}

fn start(cx: &Context<'_>, rules: &Recognition, at: Instant) -> Clock {
    cx.calendar.due(at, rules.clock).map_or(Clock::Unknown, Clock::Until)
}

/// The working time left, kept while the applicant looks for papers.
fn pause(cx: &Context<'_>, clock: Option<Clock>, at: Instant) -> Clock {
    match clock {
        Some(Clock::Until(due)) => cx.calendar.working_seconds(at, due).map_or(Clock::Unknown, |seconds| Clock::Left { seconds }),
        Some(other) => other,
        None => Clock::Unknown,
    }
}

fn resume(cx: &Context<'_>, rules: &Recognition, clock: Option<Clock>, at: Instant) -> Clock {
    match clock {
        Some(Clock::Left { seconds }) => cx.calendar.add_working(at, seconds.max(0)).map_or(Clock::Left { seconds }, Clock::Until),
        Some(Clock::Until(due)) => Clock::Until(due),
        _ => start(cx, rules, at),
    }
}

/// Decides one act. `None`: it is so already.
pub fn decide(cx: &Context<'_>, x: &Expert, act: &Act, by: &Author) -> Result<Option<E>, Refusal> {
    let today = by.at.date();
    let rules = cx.catalog.recognition(today)?;
    let within = |states: &[S]| if states.contains(&x.state) { Ok(()) } else { Err(wrong_state(x)) };
    let yes = |e: E| Ok(Some(e));
    match act {
        Act::Save(a) => {
            within(&[S::New, S::MoreDocuments, S::Refused, S::Disabled, S::Active])?;
            let a = a.checked(cx.catalog)?;
            if x.state == S::Active {
                same_substance(&x.application, &a)?;
                checks(&a, cx.official_account, rules)?;
            }
            if a == x.application { Ok(None) } else { yes(E::Saved { application: Box::new(a) }) }
        }
        Act::AddProof(proof) => {
            within(&[S::New, S::MoreDocuments, S::Refused, S::Disabled, S::Active])?;
            if x.proofs.len() >= 60 {
                return Err(Refusal::conflict("too-many-files", "Đã có 60 tệp; hãy bỏ bớt hoặc gộp tệp.", "There are 60 files; remove or combine some."));
            }
            let same = x.proofs.iter().any(|p| p.sha256 == proof.sha256 && p.competence == proof.competence);
            Ok((!same).then(|| E::ProofAdded { proof: proof.clone() }))
        }
        Act::RemoveProof(file) => {
            within(&[S::New, S::MoreDocuments, S::Refused, S::Disabled])?;
            Ok(x.proofs.iter().any(|p| p.file == *file).then_some(E::ProofRemoved { file: *file }))
        }
        Act::DeclareInterest(interest) => {
            let interest = interest.checked(cx.catalog)?;
            Ok((!x.interests.contains(&interest)).then_some(E::InterestDeclared { interest }))
        }
        Act::Submit => submit(cx, rules, x, by),
        Act::Take => {
            if x.state == S::Appraising && x.handler.as_ref().is_some_and(|(a, _)| *a == by.account) {
                return Ok(None);
            }
            within(&[S::AwaitingAppraisal, S::Appraising])?;
            not_own(x, by)?;
            yes(E::Taken { by: by.account, name: by.name.clone() })
        }
        Act::AskDocuments { what } => {
            within(&[S::Appraising])?;
            if x.rounds >= rules.document_rounds {
                return Err(Refusal::conflict(
                    "rounds",
                    format!("Đã yêu cầu bổ sung {} lần; nay phải trình phê duyệt hoặc từ chối.", x.rounds),
                    format!("Documents were asked for {} times; now recommend or refuse.", x.rounds),
                ));
            }
            let what = text(what, "what", "Ghi rõ giấy tờ còn thiếu, một lần cho đủ", "Say what is missing, all at once")?;
            yes(E::DocumentsAsked { what, clock: pause(cx, x.clock, by.at) })
        }
        Act::Resubmit { note } => {
            within(&[S::MoreDocuments])?;
            checks(&x.application, cx.official_account, rules)?;
            let note: String = clean(note).chars().take(TEXT_MAX).collect();
            yes(E::Resubmitted { note, clock: resume(cx, rules, x.clock, by.at) })
        }
        Act::Check { competence, level } => {
            within(&[S::Appraising, S::Active])?;
            not_own(x, by)?;
            let top = cx.catalog.competences.levels.len();
            if !x.application.skills.iter().any(|s| &s.competence == competence) || usize::from(*level) > top {
                return Err(Refusal::invalid("competence", "Chưa ghi được", "Not recorded").because(Some("competence"), "Chọn một năng lực người đăng ký đã khai, mức từ 0 (không thấy) đến mức cao nhất.", "Choose a competence that was claimed, level 0 (not found) to the highest."));
            }
            if x.checked.iter().any(|c| &c.competence == competence && c.level == *level) {
                return Ok(None);
            }
            yes(E::CompetenceChecked { checked: Checked { competence: competence.clone(), level: *level, by: by.name.clone(), at: by.at } })
        }
        Act::Appraise { mark, recommends, note } => {
            within(&[S::Appraising])?;
            not_own(x, by)?;
            if *mark > rules.marks_to {
                return Err(Refusal::invalid("mark", "Điểm chưa đúng", "The mark is not right").because(Some("mark"), format!("Điểm thẩm định từ 0 đến {}.", rules.marks_to), format!("Marks run from 0 to {}.", rules.marks_to)));
            }
            let note = text(note, "note", "Ghi nhận xét thẩm định", "Give the appraisal in words")?;
            yes(E::Appraised { appraisal: Appraisal { mark: *mark, recommends: *recommends, note, by: by.account, by_name: by.name.clone(), at: by.at } })
        }
        Act::SendBack { reason } => {
            within(&[S::AwaitingApproval])?;
            yes(E::SentBack { reason: text(reason, "reason", "Ghi điều cần thẩm định lại", "Say what to look at again")? })
        }
        Act::Approve { decision } => {
            within(&[S::AwaitingApproval])?;
            not_own(x, by)?;
            if x.appraisal.as_ref().is_some_and(|a| a.by == by.account) {
                return Err(Refusal::forbidden("four-eyes", "Người thẩm định không tự phê duyệt; hãy để lãnh đạo trung tâm phê duyệt.", "Whoever appraised does not approve; let the director approve."));
            }
            checks(&x.application, cx.official_account, rules)?;
            let decision: String = text(decision, "decision", "Ghi số, ngày quyết định công nhận", "Give the number of the decision")?.chars().take(200).collect();
            yes(E::Approved { decision, from: today, by: by.name.clone() })
        }
        Act::Refuse { reason } => {
            within(&[S::Appraising, S::AwaitingApproval])?;
            not_own(x, by)?;
            yes(E::Refused { reason: text(reason, "reason", "Ghi lý do không công nhận", "Say why it is refused")?, on: today, by: by.name.clone() })
        }
        Act::Suspend { reason } => {
            within(&[S::Active])?;
            yes(E::Suspended { reason: text(reason, "reason", "Ghi lý do tạm dừng", "Give the reason")?, on: today, by: by.name.clone() })
        }
        Act::Resume { note } => {
            within(&[S::Suspended])?;
            checks(&x.application, cx.official_account, rules)?;
            yes(E::Resumed { from: today, note: clean(note).chars().take(TEXT_MAX).collect(), by: by.name.clone() })
        }
        Act::Disable { reason, own_wish } => {
            if x.state == S::Disabled {
                return Ok(None);
            }
            within(&[S::Active, S::Suspended])?;
            if cx.open_cases > 0 {
                return Err(Refusal::conflict(
                    "cases-open",
                    format!("Còn {} vụ việc chưa xong; bàn giao hoặc kết thúc trước khi đưa ra khỏi mạng lưới. Có thể tạm dừng để không nhận việc mới.", cx.open_cases),
                    format!("{} cases are open; hand over or finish them before removal. Suspension stops new ones meanwhile.", cx.open_cases),
                ));
            }
            yes(E::Disabled { reason: text(reason, "reason", "Ghi lý do, sẽ được công khai", "Give the reason; it is published")?, on: today, by: by.name.clone(), own_wish: *own_wish })
        }
        Act::Rate(rating) => {
            not_own(x, by)?;
            rate(rules, cx.catalog, x, rating)
        }
    }
}

/// A recognised expert keeps contact, hours, languages and employer up to date; what was appraised stays as appraised.
fn same_substance(old: &Application, new: &Application) -> Result<(), Refusal> {
    let same = old.kind == new.kind && old.name == new.name && old.tax_code == new.tax_code && old.fields == new.fields && old.skills == new.skills;
    if same {
        return Ok(());
    }
    Err(Refusal::conflict(
        "recognised-as-is",
        "Tên, loại, lĩnh vực và năng lực đã được công nhận, không tự sửa được; liên hệ trung tâm để thẩm định thêm. Thông tin liên lạc, số giờ, ngôn ngữ, nơi làm việc thì sửa được.",
        "Name, kind, fields and competences were recognised and cannot be changed by yourself; ask the centre for a new appraisal. Contact, hours, languages and employer can be changed.",
    ))
}

/// Nobody judges their own record.
fn not_own(x: &Expert, by: &Author) -> Result<(), Refusal> {
    if x.account == by.account {
        return Err(Refusal::forbidden("own-record", "Đây là hồ sơ của chính bạn; hãy để người khác xử lý.", "This is your own record; let somebody else handle it."));
    }
    Ok(())
}

fn submit(cx: &Context<'_>, rules: &Recognition, x: &Expert, by: &Author) -> Result<Option<E>, Refusal> {
    let today = by.at.date();
    match x.state {
        S::New | S::Disabled => {}
        S::Refused => {
            let from = x.refused.as_ref().map_or(today, |(on, _)| reopen_day(*on, rules));
            if today < from {
                let day = |lang| web::when::day(from, lang);
                return Err(Refusal::conflict(
                    "cool-down",
                    format!("Hồ sơ trước không được công nhận; có thể nộp lại từ {}.", day(kernel::text::Lang::Vi)),
                    format!("The last application was refused; you may apply again from {}.", day(kernel::text::Lang::En)),
                ));
            }
        }
        S::AwaitingAppraisal => return Ok(None),
        _ => return Err(wrong_state(x)),
    }
    x.application.checked(cx.catalog)?;
    checks(&x.application, cx.official_account, rules)?;
    if x.proofs.is_empty() {
        return Err(Refusal::invalid("proofs", "Chưa nộp được: thiếu giấy tờ chứng minh", "Not submitted: papers are missing").because(
            Some("file-proof"),
            "Tải lên ít nhất một giấy tờ: bằng cấp, lý lịch, hợp đồng đã làm; tổ chức gửi thêm giấy đăng ký.",
            "Upload at least one paper: diploma, CV, contracts done; an organisation adds its registration.",
        ));
    }
    Ok(Some(E::Submitted { clock: start(cx, rules, by.at) }))
}

/// The last day on which a rating may be changed.
pub fn change_until(rating: &Rating, rules: &RatingRules) -> Date {
    let first = rating.first.unwrap_or(rating.at).date();
    first.checked_add(i64::from(rules.change_days).days()).unwrap_or(Date::MAX)
}

/// One rating for each client and case, changed while the catalogue lets it be, and only of somebody who has been in the network.
fn rate(rules: &Recognition, catalog: &Catalog, x: &Expert, rating: &Rating) -> Result<Option<E>, Refusal> {
    if x.recognised.is_empty() {
        return Err(wrong_state(x));
    }
    if rating.stars == 0 || rating.stars > rules.stars_to {
        return Err(Refusal::invalid("stars", "Chưa ghi được đánh giá", "Not recorded").because(Some("stars"), format!("Chọn từ 1 đến {}.", rules.stars_to), format!("Choose 1 to {}.", rules.stars_to)));
    }
    if rating.case.is_empty() || rating.client.is_empty() {
        return Err(Refusal::conflict("no-case", "Chỉ đánh giá sau một vụ việc đã kết thúc.", "Ratings follow a case that has ended."));
    }
    let comment: String = clean(&rating.comment).chars().take(TEXT_MAX).collect();
    let rated = |first| Ok(Some(E::Rated { rating: Rating { comment: comment.clone(), first, ..rating.clone() } }));
    let Some(before) = x.rated(&rating.case, &rating.client) else { return rated(None) };
    if before.stars == rating.stars && before.comment == comment {
        return Ok(None);
    }
    let until = change_until(before, catalog.ratings(rating.at.date())?);
    if rating.at.date() > until {
        let day = |lang| web::when::day(until, lang);
        return Err(Refusal::conflict(
            "rated",
            format!("Bạn đã đánh giá vụ việc này; đánh giá đổi được đến hết {}.", day(kernel::text::Lang::Vi)),
            format!("You have rated this case; the rating could be changed until {}.", day(kernel::text::Lang::En)),
        ));
    }
    rated(Some(before.first.unwrap_or(before.at)))
}
