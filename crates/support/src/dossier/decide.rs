//! What may be done to a dossier now: every act as a pure function from state to event or refusal.

use super::{Approval, By, Commitment, Dossier, Entry, EntryKind, Event, LINES_MAX, Request, ReversalWhy, Status};
use crate::{catalog::Rules, papers::PaperFile};
use kernel::{Dong, Instant, Refusal, id::GrantId};

/// Longest free text kept.
const TEXT_MAX: usize = 4_000;

/// What an approval states, computed and confirmed by the examiner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub number: String,
    pub text: String,
    pub approvals: Vec<Approval>,
    pub commitments: Vec<Commitment>,
    pub publish_due: Instant,
}

/// What payment needs: notice (on the dossier), contract, acceptance and invoices (Decree 80/2021 Art. 32.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PayPapers {
    pub contract: String,
    pub acceptance: String,
    pub invoices: String,
}

fn wrong_state(vi: &str, en: &str) -> Refusal {
    Refusal::conflict("wrong-state", vi, en)
}

/// A text that must say something and not too much.
fn said(text: &str, field: &str, vi: &str, en: &str) -> Result<String, Refusal> {
    let text = kernel::text::clean(text);
    if text.is_empty() {
        return Err(Refusal::invalid("text-missing", vi, en).because(Some(field), vi, en));
    }
    if text.chars().count() > TEXT_MAX {
        let (vi, en) = (format!("Tối đa {TEXT_MAX} ký tự."), format!("At most {TEXT_MAX} characters."));
        return Err(Refusal::invalid("text-too-long", vi.clone(), en.clone()).because(Some(field), vi, en));
    }
    Ok(text)
}

/// The number of a notice that was issued outside of the house.
fn outside(number: &str) -> String {
    kernel::text::clean(number).chars().take(100).collect()
}

/// The request as it may be kept: known contents that are asked for here, money that makes sense, each fault at its field.
pub fn checked_request(request: &Request, rules: &Rules) -> Result<(), Refusal> {
    let mut r = Refusal::invalid("request-incomplete", "Có chỗ cần sửa trước khi nộp.", "Something has to be corrected before sending.");
    if request.lines.is_empty() || request.lines.len() > LINES_MAX {
        r = r.because(Some("content"), format!("Chọn từ 1 đến {LINES_MAX} nội dung hỗ trợ."), format!("Choose 1 to {LINES_MAX} contents."));
    }
    for (i, line) in request.lines.iter().enumerate() {
        let field = |name: &str| format!("line.{i}.{name}");
        match rules.content(&line.content) {
            None => r = r.because(Some(&field("content")), "Nội dung hỗ trợ này không có trong danh mục.", "This content is not in the catalogue."),
            Some(c) if c.free => {
                r = r.because(Some(&field("content")), format!("“{}” không cần nộp hồ sơ ở đây.", c.name.vi), format!("“{}” needs no dossier here.", c.name.en));
            }
            Some(_) => {}
        }
        if line.about.trim().is_empty() {
            r = r.because(Some(&field("about")), "Ghi rõ việc cần hỗ trợ.", "Say what exactly is to be supported.");
        }
        if line.value.0 <= 0 {
            r = r.because(Some(&field("value")), "Giá trị của nội dung phải lớn hơn 0.", "The value must be above 0.");
        }
        if line.requested.0 <= 0 || line.requested > line.value {
            r = r.because(Some(&field("requested")), "Số tiền đề nghị phải lớn hơn 0 và không quá giá trị.", "The amount asked for must be above 0 and at most the value.");
        }
        let long = [&line.about, &line.supplier, &line.contract, &line.own_share_proof].iter().any(|t| t.chars().count() > TEXT_MAX);
        if long {
            r = r.because(Some(&field("about")), format!("Tối đa {TEXT_MAX} ký tự mỗi ô."), format!("At most {TEXT_MAX} characters a field."));
        }
        if line.months > 36 || line.month.as_deref().is_some_and(|m| crate::rules::eligibility::month_of(m).is_none()) {
            r = r.because(Some(&field("month")), "Tháng ghi dạng 2026-11, nhiều nhất 36 tháng một lần.", "A month is written 2026-11, at most 36 at once.");
        }
    }
    if !request.declarations.contains(&super::Declaration::Truthful) {
        r = r.because(Some("declarations"), "Hãy cam kết thông tin khai là đúng.", "Declare that what you state is true.");
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}

/// A month of rent that lies before the enterprise was founded is a slip of the year.
pub fn after_founding(request: &Request, facts: &crate::facts::EnterpriseFacts) -> Result<(), Refusal> {
    let Some(founded) = facts.size.as_ref().and_then(|s| s.founded) else { return Ok(()) };
    let mut r = Refusal::invalid("request-incomplete", "Có chỗ cần sửa trước khi nộp.", "Something has to be corrected before sending.");
    for (i, line) in request.lines.iter().enumerate() {
        let month = line.month.as_deref().and_then(crate::rules::eligibility::month_of);
        if month.is_some_and(|m| m < (founded.year(), founded.month())) {
            r = r.because(
                Some(&format!("line.{i}.month")),
                format!("Tháng này trước khi doanh nghiệp thành lập ({:02}/{}); kiểm tra lại năm.", founded.month(), founded.year()),
                format!("This month lies before the enterprise was founded ({:02}/{}); check the year.", founded.month(), founded.year()),
            );
        }
    }
    if r.reasons.is_empty() { Ok(()) } else { Err(r) }
}

/// A dependent unit is supported as its enterprise; without it on the register nobody could say what is left under the caps.
pub fn with_head(facts: &crate::facts::EnterpriseFacts) -> Result<(), Refusal> {
    let Some(code) = facts.head_missing() else { return Ok(()) };
    Err(Refusal::conflict(
        "head-missing",
        format!("Đơn vị phụ thuộc dùng chung mức trần với doanh nghiệp {code}, mà doanh nghiệp này chưa có trong danh bạ. Hãy đăng ký doanh nghiệp {code} trước rồi nộp lại; điều đã nhập vẫn còn."),
        format!("A dependent unit shares the caps of the enterprise {code}, which is not on the register. Register {code} first, then send again; what you typed is kept."),
    ))
}

impl Dossier {
    fn must_be_received(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Received => Ok(()),
            Status::Incomplete => Err(wrong_state("Hồ sơ đang chờ doanh nghiệp bổ sung.", "The dossier waits for the enterprise's supplement.")),
            _ => Err(wrong_state("Hồ sơ đã có kết quả hoặc đã rút; tải lại trang để xem.", "The dossier has been decided or withdrawn; reload to see.")),
        }
    }

    /// Told exactly what is missing, and once only.
    pub fn guide(&self, missing: Vec<String>, note: &str) -> Result<Event, Refusal> {
        self.must_be_received()?;
        if self.guidance.is_some() {
            return Err(Refusal::conflict(
                "guided-once",
                "Doanh nghiệp đã được hướng dẫn bổ sung một lần; nay phải kết luận đủ hoặc không đủ điều kiện.",
                "The enterprise has been asked to complete the dossier once; now decide whether it is eligible.",
            ));
        }
        let missing: Vec<String> = missing.iter().map(|m| kernel::text::clean(m)).filter(|m| !m.is_empty()).collect();
        if missing.is_empty() {
            let (vi, en) = ("Ghi rõ từng thứ còn thiếu.", "Name each thing that is missing.");
            return Err(Refusal::invalid("nothing-missing", vi, en).because(Some("missing"), vi, en));
        }
        let note = kernel::text::clean(note).chars().take(TEXT_MAX).collect();
        Ok(Event::Guided { missing, note })
    }

    pub fn supplement(&self, facts: crate::facts::EnterpriseFacts, request: Request, priority: bool, due: Instant, papers: Vec<PaperFile>, rules: &Rules) -> Result<Event, Refusal> {
        if self.status != Status::Incomplete {
            return Err(wrong_state("Hồ sơ không chờ bổ sung.", "The dossier does not wait for a supplement."));
        }
        checked_request(&request, rules)?;
        after_founding(&request, &facts)?;
        with_head(&facts)?;
        if request.lines.iter().map(|l| &l.content).ne(self.request.lines.iter().map(|l| &l.content)) {
            return Err(Refusal::invalid(
                "other-contents",
                "Bổ sung không được đổi nội dung đã đề nghị; hãy nộp hồ sơ khác cho nội dung mới.",
                "A supplement cannot change the contents asked for; send another dossier for new ones.",
            ));
        }
        Ok(Event::Supplemented { facts: Box::new(facts), request, priority, due, papers })
    }

    pub fn refuse(&self, number: &str, text: &str) -> Result<Event, Refusal> {
        self.must_be_received()?;
        Ok(Event::Refused {
            number: outside(number),
            text: said(text, "text", "Nêu lý do không đủ điều kiện.", "Give the reason why it is not eligible.")?,
        })
    }

    pub fn approve(&self, decision: Decision) -> Result<Event, Refusal> {
        self.must_be_received()?;
        let number = outside(&decision.number);
        let text = kernel::text::clean(&decision.text).chars().take(TEXT_MAX).collect();
        if decision.commitments.is_empty() || decision.commitments.iter().any(|c| c.amount.0 <= 0) {
            return Err(Refusal::conflict(
                "nothing-to-commit",
                "Không còn số tiền nào để hỗ trợ: đã chạm mức trần hoặc mức hỗ trợ bằng 0.",
                "There is nothing left to support: the cap is reached or the amount is 0.",
            ));
        }
        Ok(Event::Approved { number, text, approvals: decision.approvals, commitments: decision.commitments, publish_due: decision.publish_due })
    }

    pub fn withdraw(&self, reason: &str) -> Result<Event, Refusal> {
        if !self.status.is_pending() {
            return Err(wrong_state(
                "Hồ sơ đã có kết quả nên không rút được. Nếu không còn nhu cầu, hãy báo cơ quan hỗ trợ giải tỏa khoản đã cam kết.",
                "The dossier has been decided and cannot be withdrawn. If you no longer need it, ask the agency to release what was committed.",
            ));
        }
        Ok(Event::Withdrawn { reason: kernel::text::clean(reason).chars().take(TEXT_MAX).collect() })
    }

    pub fn appeal(&self, text: &str) -> Result<Event, Refusal> {
        let open = self.appeals.last().is_some_and(|a| a.answer.is_none());
        if !matches!(self.status, Status::Refused | Status::Approved) || open {
            return Err(wrong_state("Chỉ khiếu nại khi đã có kết quả và không có khiếu nại nào đang chờ.", "An appeal needs a decision, and no other appeal waiting."));
        }
        Ok(Event::Appealed { text: said(text, "text", "Nêu điều chưa đồng ý và lý do.", "Say what you disagree with and why.")? })
    }

    /// An appeal against a refusal that is upheld starts the examination again, with a new due instant.
    pub fn answer_appeal(&self, text: &str, upheld: bool, due: Instant) -> Result<Event, Refusal> {
        if self.appeals.last().is_none_or(|a| a.answer.is_some()) {
            return Err(wrong_state("Không có khiếu nại nào đang chờ.", "No appeal is waiting."));
        }
        let again = upheld && self.status == Status::Refused;
        Ok(Event::AppealAnswered { text: said(text, "text", "Ghi nội dung trả lời.", "Write the answer.")?, upheld, due: again.then_some(due) })
    }

    pub fn publish(&self) -> Result<Event, Refusal> {
        match (self.status, self.published_at) {
            (Status::Approved, None) => Ok(Event::Published {}),
            (Status::Approved, Some(_)) => Err(wrong_state("Hồ sơ này đã công bố.", "This one is published already.")),
            _ => Err(wrong_state("Chỉ công bố hồ sơ đã được hỗ trợ.", "Only an approved dossier is published.")),
        }
    }

    /// Sends the file for payment, whole: every paper the payment article names has a file.
    pub fn send_payment(&self, papers: Vec<PaperFile>, rules: &Rules) -> Result<Event, Refusal> {
        let mut r = Refusal::invalid("payment-incomplete", "Hồ sơ thanh toán còn thiếu giấy tờ.", "The file for payment is not complete.");
        for paper in &rules.procedure.payment_papers {
            if !papers.iter().any(|f| f.paper == paper.code) {
                let (vi, en) = (format!("Chưa có tệp: {}.", paper.name.vi), format!("No file yet: {}.", paper.name.en));
                r = r.because(Some(&format!("file-{}", paper.code)), vi, en);
            }
        }
        if r.reasons.is_empty() { Ok(Event::PaymentSent { papers }) } else { Err(r) }
    }

    pub fn return_payment(&self, note: &str) -> Result<Event, Refusal> {
        if !self.payment.waits {
            return Err(wrong_state("Không có hồ sơ thanh toán nào đang chờ.", "No file for payment is waiting."));
        }
        Ok(Event::PaymentReturned { note: said(note, "note", "Ghi rõ giấy tờ nào cần sửa hoặc thêm.", "Say which paper has to be corrected or added.")? })
    }

    /// Pays against notice, contract, acceptance and invoices. Who examined does not pay.
    pub fn pay(&self, entry: GrantId, commitment: GrantId, amount: Dong, papers: &PayPapers, by: By<'_>) -> Result<Event, Refusal> {
        let c = self.open_commitment(commitment, amount)?;
        if self.notice.as_ref().is_some_and(|n| n.by_account == by.actor.account) {
            return Err(Refusal::forbidden("own-decision", "Người thẩm định hồ sơ không tự chi trả hồ sơ đó.", "Whoever decided the dossier does not pay it."));
        }
        let mut entry = new_entry(entry, EntryKind::Pay, c.entry, amount, by);
        entry.contract = said(&papers.contract, "contract", "Ghi số và ngày hợp đồng.", "Give number and date of the contract.")?;
        entry.acceptance = said(&papers.acceptance, "acceptance", "Ghi số và ngày biên bản nghiệm thu.", "Give number and date of the acceptance record.")?;
        entry.files = self.payment.papers.iter().filter(|_| self.payment.waits).map(|f| f.file).collect();
        entry.invoices = said(&papers.invoices, "invoices", "Ghi số hóa đơn.", "Give the invoices' numbers.")?;
        Ok(Event::Paid { entry })
    }

    pub fn release(&self, entry: GrantId, commitment: GrantId, amount: Dong, reason: &str, by: By<'_>) -> Result<Event, Refusal> {
        let c = self.open_commitment(commitment, amount)?;
        let mut entry = new_entry(entry, EntryKind::Release, c.entry, amount, by);
        entry.reason = said(reason, "reason", "Nêu lý do giải tỏa.", "Give the reason.")?;
        Ok(Event::Released { entry })
    }

    /// Undoes one payment, once and whole; the money is free again under the cap.
    pub fn reverse(&self, entry: GrantId, of: GrantId, why: ReversalWhy, reason: &str, by: By<'_>) -> Result<Event, Refusal> {
        let undone = self.entry(of).filter(|e| e.kind == EntryKind::Pay).ok_or_else(|| {
            Refusal::invalid("not-a-payment", "Chỉ đảo được bút toán chi của hồ sơ này.", "Only a payment of this dossier can be reversed.")
        })?;
        if self.entries.iter().any(|e| e.reverses == Some(of)) {
            return Err(wrong_state("Bút toán này đã được đảo.", "This entry has been reversed already."));
        }
        let mut entry = new_entry(entry, EntryKind::Reversal, undone.commitment, undone.amount, by);
        entry.reverses = Some(of);
        entry.contract.clone_from(&undone.contract);
        entry.reason = said(reason, "reason", "Nêu lý do đảo bút toán.", "Give the reason of the reversal.")?;
        Ok(Event::Reversed { entry, why })
    }

    fn open_commitment(&self, id: GrantId, amount: Dong) -> Result<&Commitment, Refusal> {
        let c = self.commitment(id).ok_or_else(|| Refusal::invalid("no-commitment", "Không có khoản cam kết này trong hồ sơ.", "The dossier has no such commitment."))?;
        if amount.0 <= 0 || amount > c.open {
            let (vi, en) = (format!("Khoản này còn {} chưa chi; số tiền phải lớn hơn 0 và không quá số đó.", c.open), format!("{} of this commitment is open; the amount must be above 0 and at most that.", c.open));
            return Err(Refusal::invalid("beyond-open", vi.clone(), en.clone()).because(Some("amount"), vi, en));
        }
        Ok(c)
    }
}

fn new_entry(id: GrantId, kind: EntryKind, commitment: GrantId, amount: Dong, by: By<'_>) -> Entry {
    Entry {
        id,
        kind,
        commitment,
        reverses: None,
        amount,
        contract: String::new(),
        acceptance: String::new(),
        invoices: String::new(),
        reason: String::new(),
        at: by.at,
        by: by.actor.name.clone(),
        files: Vec::new(),
    }
}
