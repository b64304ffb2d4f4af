//! Rules 1 and 3 to 11, each as one function from what is known to an outcome with its reason. Rule 2 is the rate itself.

use super::eligibility::{Asking, LedgerFacts, Outcome, Said, say};
use crate::{
    catalog::{Content, Group, ReadinessRule, Tier},
    dossier::Declaration,
};
use kernel::{Dong, Text};

pub(super) fn order(a: &Asking<'_>, groups: &[Group]) -> Said {
    if groups.is_empty() {
        return say(Outcome::Passed, "Xét theo thứ tự nộp hồ sơ.", "Examined in the order received.");
    }
    let list = |pick: fn(&Text) -> &String| groups.iter().map(|g| pick(&g.name()).clone()).collect::<Vec<_>>().join(", ");
    let checked = if a.facts.size_checked_by.is_some() { ("", "") } else { (" (tự khai)", " (self-declared)") };
    say(Outcome::Passed, format!("Được ưu tiên: {}{}.", list(|t| &t.vi), checked.0), format!("Has priority: {}{}.", list(|t| &t.en), checked.1))
}

pub(super) fn paid_elsewhere(a: &Asking<'_>, ledger: &LedgerFacts) -> Said {
    let year = a.on.year();
    if let Some(code) = a.facts.head_missing() {
        return say(
            Outcome::Failed,
            format!("Đơn vị phụ thuộc của doanh nghiệp {code}, chưa có trong danh bạ nên không biết đã được hỗ trợ bao nhiêu; đăng ký doanh nghiệp {code} trước."),
            format!("A dependent unit of {code}, which is not on the register, so what it has had is unknown; register {code} first."),
        );
    }
    let found = ledger.elsewhere.iter().find(|e| e.granted && e.content == a.line.content && e.year == year);
    if let Some(e) = found {
        return say(
            Outcome::Failed,
            format!("{} đã hỗ trợ cùng nội dung trong năm {year}.", e.agency),
            format!("{} has supported the same content in {year}.", e.agency),
        );
    }
    if a.request.declarations.contains(&Declaration::NotPaidElsewhere) {
        let with = a.facts.head.as_ref().map_or_else(|| Text::new("", ""), |h| Text::new(format!(" Tính chung sổ với doanh nghiệp {}.", h.code), format!(" Counted with the enterprise {}.", h.code)));
        return say(
            Outcome::Declared,
            format!("Sổ không có khoản trùng; doanh nghiệp cam kết chưa nhận hỗ trợ cùng nội dung từ ngân sách trong năm.{}", with.vi),
            format!("The ledger has no double; the enterprise declares that no state budget has paid for the same content this year.{}", with.en),
        );
    }
    say(Outcome::Failed, "Thiếu cam kết chưa nhận hỗ trợ cùng nội dung trong năm.", "The declaration that the same content was not supported this year is missing.")
}

pub(super) fn pending_elsewhere(a: &Asking<'_>, ledger: &LedgerFacts) -> Said {
    if let Some(e) = ledger.elsewhere.iter().find(|e| !e.granted && e.content == a.line.content && e.year == a.on.year()) {
        return say(Outcome::Failed, format!("Cùng nội dung đang chờ tại {}.", e.agency), format!("The same content is waiting at {}.", e.agency));
    }
    if a.request.declarations.contains(&Declaration::NotPendingElsewhere) {
        return say(Outcome::Declared, "Doanh nghiệp cam kết không nộp cùng nội dung ở cơ quan khác.", "The enterprise declares that the same content waits nowhere else.");
    }
    say(Outcome::Failed, "Thiếu cam kết chỉ nộp nội dung này ở một cơ quan.", "The declaration that this content is asked for at one agency only is missing.")
}

pub(super) fn listed(a: &Asking<'_>, needed: bool) -> Said {
    match (needed, a.solution) {
        (false, _) => say(Outcome::NotApplicable, "Nội dung này không mua giải pháp.", "No solution is bought."),
        (true, None) => say(Outcome::Failed, "Chưa chọn giải pháp.", "No solution has been chosen."),
        (true, Some(s)) => match &s.listed_at {
            Some(place) => {
                let data = if s.returns_data { ("có", "are") } else { ("không", "are not") };
                say(
                    Outcome::Passed,
                    format!("“{}” công bố tại {place}. Trả lại dữ liệu khi hết hợp đồng: {}.", s.name, data.0),
                    format!("“{}” is listed at {place}. Data {} given back at the end of the contract.", s.name, data.1),
                )
            }
            None => say(Outcome::Failed, format!("“{}” chưa được công bố công khai.", s.name), format!("“{}” is not publicly listed.", s.name)),
        },
    }
}

pub(super) fn readiness(a: &Asking<'_>, needed: bool, rule: Option<&ReadinessRule>) -> Said {
    let r = match (needed, &a.facts.readiness) {
        (false, _) => return say(Outcome::NotApplicable, "Nội dung này không cần đánh giá trước.", "No assessment is needed before."),
        (true, None) => return say(Outcome::Failed, "Chưa đánh giá mức độ sẵn sàng; hãy đánh giá trước.", "Readiness has not been assessed; assess it first."),
        (true, Some(r)) if r.on > a.on => return say(Outcome::Failed, format!("Kết quả đánh giá ghi ngày {} sau ngày xét.", super::day(r.on)), format!("The assessment is dated {}, after the day examined.", r.on)),
        (true, Some(r)) => r,
    };
    let level = r.level.map_or_else(|| Text::new("chưa xếp mức", "no level"), |l| Text::new(format!("mức {l}"), format!("level {l}")));
    let tier = r.tier.map_or_else(|| if r.confirmed { Text::new("đã được xác nhận", "confirmed") } else { Tier::SelfDeclared.name() }, Tier::name);
    let (vi, en) = (format!("{}: {} ngày {} ({})", r.framework, level.vi, super::day(r.on), tier.vi), format!("{}: {} on {} ({})", r.framework, level.en, r.on, tier.en));
    // Where nothing asks for more, the enterprise's word is enough.
    let Some(rule) = rule.filter(|x| !r.confirmed && x.least_tier > Tier::SelfDeclared) else {
        return say(if r.confirmed { Outcome::Passed } else { Outcome::Declared }, format!("{vi}."), format!("{en}."));
    };
    let least = rule.least_tier.name();
    let what = match (rule.least_tier, rule.concluded_counts) {
        (Tier::Evidence, _) => Text::new("nộp minh chứng cho từng câu trả lời, đề nghị tư vấn viên xác nhận và kết luận", "hand in a proof for each answer and ask for a consultant to confirm and conclude"),
        (_, false) => Text::new("đề nghị Trung tâm cử tư vấn viên xác nhận từng câu trả lời rồi kết luận", "ask the centre for a consultant to confirm each answer and conclude"),
        _ => Text::new("đề nghị Trung tâm cử tư vấn viên xác nhận và kết luận kết quả", "ask the centre for a consultant to verify and conclude the result"),
    };
    say(
        Outcome::Failed,
        format!("{vi}. Hỗ trợ bằng tiền cần kết quả ở mức {}: {}; sau đó hồ sơ được xét tiếp.", least.vi, what.vi),
        format!("{en}. Money needs a result that is {}: {}; the dossier is then examined further.", least.en, what.en),
    )
}

pub(super) fn consultant(a: &Asking<'_>, needed: bool) -> Said {
    match (needed, a.consultant) {
        (false, _) => say(Outcome::NotApplicable, "Nội dung này không thuê tư vấn.", "No consultant is hired."),
        (true, None) => say(Outcome::Failed, "Chưa chọn tư vấn viên thuộc mạng lưới.", "No consultant of the network has been chosen."),
        (true, Some(c)) if c.official => say(Outcome::Failed, format!("{} là cán bộ, công chức nên không được tư vấn với tư cách cá nhân.", c.name), format!("{} is an official and cannot be an individual consultant.", c.name)),
        (true, Some(c)) if !c.recognised => say(Outcome::Failed, format!("{} chưa được công nhận trong mạng lưới.", c.name), format!("{} is not recognised in a network.", c.name)),
        (true, Some(c)) => say(
            Outcome::Passed,
            format!("{} thuộc {}. Lựa chọn nhà cung cấp theo pháp luật đấu thầu và kế hoạch hỗ trợ.", c.name, c.network),
            format!("{} belongs to {}. The supplier is chosen under bidding law and the support plan.", c.name, c.network),
        ),
    }
}

pub(super) fn split(a: &Asking<'_>, content: Option<&Content>) -> Said {
    let line = a.line;
    let contract = kernel::text::fold(&line.contract);
    let together: i128 = a.request.lines.iter().filter(|l| !contract.is_empty() && kernel::text::fold(&l.contract) == contract).map(|l| i128::from(l.value.0)).sum();
    if let Some(total) = line.contract_total.filter(|t| together > i128::from(t.0)) {
        return say(
            Outcome::Failed,
            format!("Các nội dung cộng lại lớn hơn giá trị hợp đồng {total}."),
            format!("The contents add up to more than the contract's {total}."),
        );
    }
    if content.is_some_and(|c| !c.parts.is_empty()) {
        let sum: i128 = line.parts.iter().map(|(_, d)| i128::from(d.0)).sum();
        let known = line.parts.iter().all(|(code, d)| d.0 >= 0 && content.is_some_and(|c| c.parts.contains(code)));
        if line.parts.is_empty() || !known || sum != i128::from(line.value.0) {
            return say(
                Outcome::Failed,
                "Giá trị tư vấn phải tách thành thù lao, đi lại, phiên dịch và chi phí tổ chức, cộng lại đúng bằng giá trị.",
                "The consulting value must be split into fee, travel, interpreter and organisation, adding up to it exactly.",
            );
        }
    }
    say(Outcome::Passed, "Đã tách riêng từng nội dung.", "Each content is a line of its own.")
}

pub(super) fn priorities(a: &Asking<'_>) -> Said {
    let mut vi = Vec::new();
    let mut en = Vec::new();
    if a.facts.hard_area {
        vi.push("trụ sở tại vùng đồng bào dân tộc thiểu số, địa bàn khó khăn");
        en.push("head office in an ethnic-minority or hard area");
    }
    if a.facts.priority_sector {
        vi.push("hoạt động chính trong ngành ưu tiên");
        en.push("main activity in a priority sector");
    }
    if a.solution.is_some_and(|s| s.open_standard) {
        vi.push("giải pháp theo chuẩn mở, kết nối được");
        en.push("open-standard, connectable solution");
    }
    if vi.is_empty() {
        return say(Outcome::NotApplicable, "Không thuộc diện ưu tiên thêm; không ảnh hưởng điều kiện.", "No further priority; this does not affect eligibility.");
    }
    say(Outcome::Passed, format!("Ưu tiên: {}.", vi.join("; ")), format!("Priority: {}.", en.join("; ")))
}

pub(super) fn own_share(a: &Asking<'_>, needed: bool, other: Dong) -> Said {
    if !needed || other.0 == 0 {
        return say(Outcome::NotApplicable, "Không có phần vốn đối ứng bắt buộc.", "No share of the enterprise's own is required.");
    }
    if !a.line.own_share_proof.trim().is_empty() {
        return say(Outcome::Passed, format!("Vốn đối ứng {other}: {}.", a.line.own_share_proof.trim()), format!("Own share of {other}: {}.", a.line.own_share_proof.trim()));
    }
    if a.request.declarations.contains(&Declaration::OwnShare) {
        return say(Outcome::Declared, format!("Doanh nghiệp cam kết chi phần còn lại {other}."), format!("The enterprise undertakes to pay the remaining {other}."));
    }
    say(Outcome::Failed, format!("Thiếu giấy tờ hoặc cam kết về phần vốn đối ứng {other}."), format!("Proof or declaration of the own share of {other} is missing."))
}
