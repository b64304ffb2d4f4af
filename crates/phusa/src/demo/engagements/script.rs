//! What is done in an engagement, in order, with what is typed; the hours are drawn.

use super::Firm;
use crate::demo::{dice::Dice, names::Somebody};
use casework::event::GivenFile;
use kernel::{Actor, Instant, id::AccountId};
use serde_json::{Value, json};

/// Whose hand an act is done by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    Applicant,
    Officer,
    Consultant,
    Chair,
    Director,
    Provider,
    /// The consultant, with a new assessment made first.
    Reassess,
}

/// One act to come.
pub struct Planned {
    pub by: Hand,
    pub act: String,
    pub input: Value,
    pub at: Instant,
    /// Done right after the act before it, whatever its hour.
    pub at_once: bool,
}

/// Where an engagement rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    Asked,
    Supplementing,
    Refused,
    Surveying,
    Reviewing,
    Agreeing,
    Choosing,
    Quoted,
    Contracted,
    Deploying,
    Accepting,
    Accepted,
    Following,
    Measured,
    Closed,
    Stopped,
    Withdrawn,
}

impl Goal {
    /// Of every sixty: so many at each place.
    const SHARES: [(Self, usize); 17] = [
        (Self::Deploying, 7),
        (Self::Asked, 2),
        (Self::Measured, 5),
        (Self::Surveying, 6),
        (Self::Choosing, 5),
        (Self::Accepting, 5),
        (Self::Reviewing, 3),
        (Self::Agreeing, 4),
        (Self::Quoted, 4),
        (Self::Following, 4),
        (Self::Contracted, 4),
        (Self::Accepted, 3),
        (Self::Supplementing, 2),
        (Self::Refused, 1),
        (Self::Stopped, 2),
        (Self::Withdrawn, 1),
        (Self::Closed, 2),
    ];

    /// The nth engagement's: spread, so that groups are found everywhere.
    pub fn of(n: usize) -> Self {
        let mut left = n * 7 % 60;
        for (goal, share) in Self::SHARES {
            if left < share {
                return goal;
            }
            left -= share;
        }
        Self::Surveying
    }

    /// How many days ago it was asked for.
    pub fn age(self, dice: &mut Dice) -> i64 {
        let (from, to) = match self {
            Self::Asked => (1, 2),
            Self::Supplementing => (3, 7),
            Self::Refused => (15, 100),
            Self::Surveying => (8, 35),
            Self::Reviewing => (20, 45),
            Self::Agreeing => (25, 40),
            Self::Choosing => (35, 60),
            Self::Quoted => (45, 80),
            Self::Contracted => (55, 85),
            Self::Deploying => (70, 110),
            Self::Accepting | Self::Accepted => (80, 125),
            Self::Following => (110, 138),
            Self::Measured | Self::Closed => (128, 140),
            Self::Stopped | Self::Withdrawn => (50, 120),
        };
        dice.between(from, to)
    }

    /// Days it has stood there.
    fn rests(self) -> i64 {
        match self {
            Self::Asked | Self::Supplementing => 0,
            Self::Agreeing => 2,
            Self::Measured => 3,
            Self::Following => 12,
            Self::Refused => 10,
            _ => 4,
        }
    }
}

pub struct Setting<'a> {
    pub firms: &'a [Firm],
    pub group: bool,
    pub goal: Goal,
    pub consultant: &'a Actor,
    /// Account, firm, tax code, the person's name.
    pub provider: (AccountId, &'a str, &'a str, &'a str),
    pub expert: Option<AccountId>,
    pub lead: &'a str,
    pub director: &'a str,
    pub paper: &'a GivenFile,
    pub n: usize,
}

/// Area of work, the problem, its barrier, what is used now, what is required, the solution, its indicator with unit, source, before
/// and after.
type Trouble = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, (&'static str, &'static str, &'static str, i64, i64));
const TROUBLES: [Trouble; 6] = [
    (
        "Kho", "Không biết tồn kho theo lô trong ngày, cuối tháng mới kiểm đếm", "it", "Sổ kho giấy và bảng tính, hai người cùng sửa",
        "Xem tồn kho theo lô và hạn dùng trên điện thoại", "Kho Gọn", ("stock_accuracy", "%", "Kiểm đếm ngẫu nhiên 30 mã hàng", 71, 94),
    ),
    (
        "Bán hàng", "Đơn hàng nhận qua nhiều kênh, hay sót và giao trễ", "skills", "Nhận đơn qua tin nhắn, chép lại vào sổ",
        "Gom đơn các kênh về một danh sách có hạn giao", "Gom Đơn", ("order_to_invoice_time", "giờ", "Phần mềm bán hàng và hóa đơn điện tử", 26, 6),
    ),
    (
        "Kế toán", "Khóa sổ tháng chậm, hóa đơn sai phải điều chỉnh nhiều", "skills", "Phần mềm hóa đơn riêng, kế toán nhập lại bằng tay",
        "Hóa đơn chuyển thẳng vào sổ kế toán", "Sổ Sáng", ("days_to_close", "ngày", "Ngày khóa kỳ trong phần mềm kế toán", 14, 5),
    ),
    (
        "Xưởng", "Không đo được thời gian dừng máy, kế hoạch sản xuất theo trí nhớ", "mindset", "Bảng trắng ở xưởng, cuối ca chép vào sổ",
        "Ghi dừng máy theo lý do ngay tại máy", "Xưởng Số", ("oee", "%", "Nhật ký dừng máy và sản lượng", 52, 67),
    ),
    (
        "Giao hàng", "Khách hỏi hàng đang ở đâu phải gọi từng tài xế", "it", "Phiếu giao giấy, cuối ngày mới gom về",
        "Trạng thái giao hàng theo đơn, có ảnh giao nhận", "Điều Xe", ("lead_time", "ngày", "Biên bản giao nhận, trung vị", 6, 3),
    ),
    (
        "Khách hàng", "Bán tại chỗ là chính, chưa có khách trực tuyến", "money", "Trang mạng xã hội đăng không đều",
        "Gian hàng trực tuyến nối với tồn kho và thanh toán", "Gian Hàng Hoa Súng", ("online_revenue_share", "%", "Doanh thu trực tuyến chia tổng doanh thu trên sổ", 4, 17),
    ),
];

fn trouble(n: usize) -> &'static Trouble {
    TROUBLES.get(n % TROUBLES.len()).unwrap_or(&TROUBLES[0])
}

pub fn answers(dice: &mut Dice, firm: &Firm, who: &Somebody, sector: &str, place: &str, expected: Option<usize>) -> Value {
    let (people, revenue) = match firm.size.as_str() {
        "micro" => (dice.between(2, 9), dice.between(800, 2_900)),
        "small" => (dice.between(12, 60), dice.between(4_000, 45_000)),
        "medium" => (dice.between(70, 180), dice.between(60_000, 180_000)),
        _ => (dice.between(220, 600), dice.between(350_000, 900_000)),
    };
    let t = trouble(usize::try_from(dice.below(6)).unwrap_or(0));
    let mut all = json!({
        "enterprise_name": firm.name, "enterprise_tax_code": firm.code, "enterprise_address": format!("Trụ sở tại {place}"), "commune": firm.area,
        "sector": sector, "size_class": firm.size, "employees": people, "revenue": revenue * 1_000_000,
        "need": t.1, "goal": format!("{}, đo được sau 3 tháng", t.4), "urgency": "quarter",
        "lead_name": who.name, "phone": who.phone, "consent_share": true, "consent_statistics": dice.per_mille(850),
    });
    if let Some(n) = expected {
        all["expected"] = json!(n.max(3));
    }
    all
}

/// The acts up to the goal, with their hours between the filing and now.
pub fn write(s: &Setting<'_>, dice: &mut Dice, filed_at: Instant, now: Instant) -> Vec<Planned> {
    let mut w = Writer { s, steps: Vec::new() };
    w.all(dice);
    let whole: i64 = w.steps.iter().map(|x| x.1).sum::<i64>().max(1);
    let span = ((now.micros() - filed_at.micros()) / 1_000_000 - s.goal.rests() * 86_400).max(3_600);
    let (mut passed, mut before) = (0, filed_at);
    let mut planned = Vec::with_capacity(w.steps.len());
    for (mut step, weight) in w.steps {
        passed += weight;
        let drawn = filed_at.plus_seconds(span * passed / whole);
        let at = working_hour(drawn, dice, now).max(before.plus_seconds(900)).min(now.plus_seconds(-120));
        before = at;
        dates(&mut step.input, at);
        step.at = at;
        planned.push(step);
    }
    planned
}

/// An hour of that day in which offices work; a day off becomes the Friday before.
pub fn working_hour(at: Instant, dice: &mut Dice, now: Instant) -> Instant {
    let off = match at.date().weekday() {
        jiff::civil::Weekday::Saturday => 1,
        jiff::civil::Weekday::Sunday => 2,
        _ => 0,
    };
    let day = kernel::time::midnight(at.plus_seconds(-off * 86_400).date());
    day.plus_seconds(dice.between(8 * 3600, 16 * 3600)).min(now.plus_seconds(-120))
}

/// `@30` is the day thirty days after the act.
fn dates(value: &mut Value, at: Instant) {
    match value {
        Value::String(text) => {
            if let Some(days) = text.strip_prefix('@').and_then(|d| d.parse::<i64>().ok()) {
                *text = at.plus_seconds(days * 86_400).date().to_string();
            }
        }
        Value::Object(map) => map.values_mut().for_each(|v| dates(v, at)),
        _ => {}
    }
}

struct Writer<'a> {
    s: &'a Setting<'a>,
    /// With how much of the time passes before it.
    steps: Vec<(Planned, i64)>,
}

use Hand::{Applicant, Chair, Consultant, Director, Officer, Provider, Reassess};

impl Writer<'_> {
    fn put(&mut self, weight: i64, by: Hand, act: &str, input: Value) {
        self.steps.push((Planned { by, act: act.to_owned(), input, at: Instant::from_micros(0), at_once: false }, weight));
    }

    /// With the sample paper as each of these.
    fn with(&mut self, weight: i64, by: Hand, act: &str, mut input: Value, kinds: &[&str]) {
        let files: Vec<GivenFile> = kinds.iter().map(|k| GivenFile { component: (*k).to_owned(), name: format!("{}.pdf", k.replace('_', "-")), ..self.s.paper.clone() }).collect();
        input["files"] = json!(files);
        self.put(weight, by, act, input);
    }

    fn at_once(&mut self) {
        if let Some(last) = self.steps.last_mut() {
            last.0.at_once = true;
        }
    }

    fn all(&mut self, dice: &mut Dice) {
        let goal = self.s.goal;
        self.intake(dice);
        if matches!(goal, Goal::Asked | Goal::Supplementing | Goal::Refused) {
            return;
        }
        self.survey(dice);
        if matches!(goal, Goal::Surveying | Goal::Reviewing | Goal::Agreeing) {
            return;
        }
        self.put(6, Applicant, "accept_framework", json!({}));
        self.at_once();
        self.choose(dice);
        match goal {
            Goal::Choosing | Goal::Quoted => return,
            Goal::Withdrawn => return self.put(6, Applicant, "withdraw", json!({"reason": "Doanh nghiệp tạm ngừng để chuyển địa điểm"})),
            Goal::Stopped => return self.put(6, Director, "stop_early", json!({"reason": "Doanh nghiệp thay đổi chủ sở hữu và không tiếp tục lộ trình đã thống nhất"})),
            _ => {}
        }
        self.deploy(dice);
        if matches!(goal, Goal::Contracted | Goal::Deploying | Goal::Accepting | Goal::Accepted) {
            return;
        }
        self.follow();
    }

    fn intake(&mut self, dice: &mut Dice) {
        let s = self.s;
        if s.goal == Goal::Refused {
            return self.put(2, Officer, "refuse", json!({"reason": "Doanh nghiệp đã chuyển trụ sở ra ngoài địa bàn nên không thuộc đối tượng hỗ trợ của trung tâm"}));
        }
        if s.goal == Goal::Supplementing {
            let defects = json!([{"about": "", "what": "Ghi rõ doanh thu năm gần nhất và số lao động bình quân"}]);
            return self.put(1, Officer, "ask_supplement_intake", json!({"defects": defects, "reason": "Chưa đủ để xác định quy mô", "contact": "Phùng Thanh Nhàn, 028 7300 2910"}));
        }
        if s.goal == Goal::Asked && s.n % 2 == 0 {
            return;
        }
        self.put(1, Officer, "appoint_consultant", json!({"member": s.consultant.account}));
        if s.group {
            for firm in s.firms {
                let contact = format!("Đại diện {}, 09{:08}", firm.name, dice.below(100_000_000));
                let contact: String = contact.chars().take(190).collect();
                self.put(1, Officer, "add_participant", json!({"tax_code": firm.code, "name": firm.name, "contact": contact, "consent": true, "t0": firm.t0.to_string()}));
            }
        }
        if s.goal == Goal::Asked {
            return;
        }
        let triage = if s.group { "group" } else { "one_to_one" };
        self.put(1, Officer, "receive", json!({"eligible": true, "triage": triage, "owner_named": format!("{}, giám đốc", s.lead)}));
    }

    fn survey(&mut self, dice: &mut Dice) {
        let s = self.s;
        let t = trouble(s.n);
        let Some(firm) = s.firms.first() else { return };
        self.put(4, Consultant, "note_visit", json!({"visited_on": "@-1", "place": "Trụ sở và nơi sản xuất, kinh doanh", "met": s.lead, "findings": format!("{}. {}.", t.1, t.3), "hours": dice.between(2, 6)}));
        self.put(1, Consultant, "list_tool", json!({"kind": "system", "name": "Phần mềm hóa đơn điện tử", "state": "Dùng hằng ngày, chưa nối với phần khác"}));
        self.put(1, Consultant, "list_tool", json!({"kind": "process", "name": format!("Quy trình {}", t.0.to_lowercase()), "state": t.3}));
        self.put(2, Consultant, "note_gap", json!({"area": t.0, "problem": t.1, "barrier": t.2, "priority": 1}));
        self.put(1, Consultant, "note_gap", json!({"area": "Dữ liệu", "problem": "Chưa sao lưu định kỳ, một máy giữ toàn bộ số liệu", "barrier": "it", "priority": 3}));
        self.put(2, Consultant, "note_score", json!({
            "moment": "t0", "framework": "dbi-2021-sme", "framework_version": firm.edition, "level": firm.level, "score": firm.total / 100, "tier": "verified",
            "assessment": firm.t0.to_string(),
        }));
        let (code, unit, source, before, _) = t.6;
        self.put(1, Consultant, "note_kpi", json!({"code": code, "moment": "before", "value": before + dice.between(0, 3), "unit": unit, "period": "Tháng trước khảo sát", "source": source}));
        self.put(1, Consultant, "note_kpi", json!({"code": "invoice_error_rate", "moment": "before", "value": dice.between(3, 9), "unit": "%", "period": "Tháng trước khảo sát", "source": "Hóa đơn điều chỉnh, thay thế chia hóa đơn đã lập"}));
        if s.goal == Goal::Surveying && s.n % 3 == 0 {
            return;
        }
        self.with(3, Consultant, "file_as_is", json!({}), &["as_is_report"]);
        if s.goal == Goal::Surveying {
            return;
        }
        let months = dice.between(6, 14);
        let goal = format!("{} trong {months} tháng; chỉ số {code} đạt mức đã thống nhất", t.4);
        self.with(3, Consultant, "draft_roadmap", json!({"months": months, "budget": dice.between(40, 260) * 1_000_000, "goal": goal}), &["roadmap_file"]);
        self.put(1, Consultant, "submit_framework", json!({}));
        if s.goal == Goal::Reviewing {
            return;
        }
        if s.n % 11 == 3 {
            self.put(3, Chair, "send_back", json!({"reason": "Bổ sung chi phí vận hành hằng năm vào dự toán trước khi thông qua"}));
            self.put(2, Consultant, "submit_framework", json!({}));
        }
        self.with(4, Chair, "review", json!({"text": "Nhất trí; lưu ý nhân lực vận hành sau khi nhà cung cấp rút"}), &["board_minutes"]);
    }

    fn choose(&mut self, dice: &mut Dice) {
        let s = self.s;
        let t = trouble(s.n);
        let (_, provider, tax, person) = s.provider;
        if let Some(expert) = s.expert {
            self.put(2, Officer, "invite_expert", json!({"member": expert}));
        }
        self.put(1, Consultant, "declare_interest", json!({"person": s.consultant.name, "relation": "Không có", "measure": "none"}));
        self.put(2, Applicant, "require", json!({"code": "R1", "what": t.4, "must": true, "gap": t.0}));
        self.put(1, Consultant, "require", json!({"code": "R2", "what": "Xuất được toàn bộ dữ liệu ở định dạng mở khi kết thúc hợp đồng", "must": true}));
        if s.goal == Goal::Choosing {
            return;
        }
        let price = dice.between(20, 160) * 1_000_000;
        self.put(3, Consultant, "note_demo", json!({"solution": t.5, "seen_on": "@-1", "notes": "Làm thử với số liệu thật của đơn vị; nhân viên dùng được sau nửa buổi"}));
        self.put(2, Consultant, "note_quote", json!({"provider": provider, "solution": t.5, "price": price, "yearly": price / 6, "valid_until": "@45"}));
        self.put(1, Consultant, "note_quote", json!({"provider": "Báo giá đối chiếu của một đơn vị khác", "solution": "Giải pháp cùng loại", "price": price + price / 5, "valid_until": "@45"}));
        self.with(1, Consultant, "file_matrix", json!({}), &["scoring_matrix"]);
        if s.goal == Goal::Quoted {
            return;
        }
        self.put(2, Applicant, "decide_choice", json!({"provider": provider, "solution": t.5, "reasons": "Đáp ứng đủ yêu cầu bắt buộc, trả lại dữ liệu khi kết thúc, giá hợp lý", "decided_by": s.lead}));
        if matches!(s.goal, Goal::Stopped | Goal::Withdrawn) {
            return;
        }
        self.put(1, Officer, "appoint_provider", json!({"member": s.provider.0}));
        self.with(4, Consultant, "sign_contract", json!({
            "contract_number": format!("{:02}/2026/HĐ-CĐS", s.n + 1), "signed_on": "@0", "enterprise_signer": s.lead, "provider": provider, "provider_tax_code": tax,
            "provider_signer": person, "centre_signer": s.director, "value": price, "warranty_months": 12, "data_return_days": 15,
        }), &["contract_file"]);
    }

    fn deploy(&mut self, dice: &mut Dice) {
        let s = self.s;
        let t = trouble(s.n);
        let (_, _, _, person) = s.provider;
        if s.goal == Goal::Contracted && s.n % 2 == 0 {
            return;
        }
        self.with(2, Provider, "file_plan", json!({}), &["deployment_plan"]);
        let milestones = [
            ("M1", "Cài đặt, nhập danh mục và số liệu đầu kỳ", "Phần mềm chạy thử với số liệu thật"),
            ("M2", "Chạy song song với cách làm cũ, sửa quy trình", "Biên bản chạy song song hai tuần"),
        ];
        for (n, (code, title, deliverables)) in (0..).zip(milestones) {
            self.put(1, Provider, "plan_milestone", json!({"code": code, "title": title, "due_on": format!("@{}", 14 + n * 18), "deliverables": deliverables, "payment": dice.between(10, 60) * 1_000_000}));
        }
        self.put(1, Provider, "raise_risk", json!({"title": "Nhân viên vận hành nghỉ giữa chừng", "likelihood": dice.between(2, 4), "impact": 4, "response": "Tập huấn ít nhất hai người cho mỗi ca"}));
        if s.goal == Goal::Contracted {
            return;
        }
        self.put(2, Applicant, "log_issue", json!({"what": format!("{}: còn sai lệch khi nhập số liệu đầu kỳ", t.0), "severity": 3, "found_on": "@0"}));
        self.put(4, Provider, "report_milestone", json!({"entry": 1, "report": "Đã cài đặt và nhập đủ danh mục"}));
        if s.goal == Goal::Deploying {
            if s.n % 3 == 1 {
                self.put(2, Applicant, "reject_milestone", json!({"entry": 1, "objection": "Báo cáo tồn cuối ngày chưa khớp với kiểm đếm"}));
            }
            return;
        }
        self.put(2, Provider, "close_issue", json!({"entry": 1, "resolution": "Đã đối chiếu và nhập lại số liệu đầu kỳ"}));
        self.accept(1, person);
        self.put(1, Provider, "plan_course", json!({"code": "K1", "title": format!("Dùng {} trong việc hằng ngày", t.5), "for_whom": "Nhân viên trực tiếp và kế toán", "planned_on": "@7", "hours": 4}));
        if s.goal == Goal::Accepting {
            self.put(4, Provider, "report_milestone", json!({"entry": 2, "report": "Đã chạy song song hai tuần, số liệu khớp"}));
            return;
        }
        self.put(4, Provider, "report_milestone", json!({"entry": 2, "report": "Đã chạy song song hai tuần, số liệu khớp"}));
        self.accept(2, person);
        if s.goal == Goal::Accepted {
            return;
        }
        self.put(1, Consultant, "update_risk", json!({"entry": 1, "likelihood": 1, "response": "Đã tập huấn hai người mỗi ca", "status": "closed"}));
        let came = dice.between(5, 12);
        self.put(2, Provider, "hold_course", json!({"course": "K1", "held_on": "@0", "attended": came, "competent": came - dice.between(0, 1), "target_percent": 80}));
        self.put(1, Consultant, "finish_training", json!({}));
        self.put(1, Consultant, "hand_over", json!({"item": "data_return", "state": "received", "remark": "Tệp sao lưu đã mở thử"}));
        self.with(1, Provider, "return_data", json!({}), &["data_return"]);
        self.with(1, Provider, "file_payment", json!({}), &["payment_file"]);
        self.with(2, Consultant, "liquidate", json!({}), &["liquidation"]);
    }

    fn accept(&mut self, entry: u32, person: &str) {
        let input = json!({"entry": entry, "accepted_on": "@0", "enterprise_present": self.s.lead, "provider_present": person, "conclusion": "Đạt yêu cầu, đồng ý nghiệm thu"});
        self.put(2, Applicant, "accept_milestone", input);
    }

    fn follow(&mut self) {
        let s = self.s;
        let t = trouble(s.n);
        if s.goal == Goal::Following {
            return;
        }
        if s.goal == Goal::Closed {
            for days in [-9, -1] {
                self.put(3, Consultant, "note_contact_loss", json!({"tried_on": format!("@{days}"), "how": "Điện thoại, đến trụ sở", "remark": "Trụ sở đóng cửa, không liên lạc được"}));
            }
            self.put(1, Consultant, "finish_follow_up", json!({"reason": "Doanh nghiệp ngừng hoạt động sau khi nghiệm thu; đã bàn giao dữ liệu, không đo được chỉ số sau hỗ trợ"}));
            self.put(1, Director, "issue", json!({}));
            if s.n % 2 == 0 {
                self.put(1, Officer, "return", json!({"how": "electronic", "to": s.lead}));
            }
            return;
        }
        let (code, unit, source, _, after) = t.6;
        let period = "Tháng thứ hai sau thanh lý, đo sớm theo đề nghị của đơn vị";
        self.put(9, Consultant, "note_kpi", json!({"code": code, "moment": "m3", "value": after, "unit": unit, "period": period, "source": source}));
        self.put(1, Consultant, "note_kpi", json!({"code": "invoice_error_rate", "moment": "m3", "value": 2, "unit": "%", "period": period, "source": "Hóa đơn điều chỉnh, thay thế chia hóa đơn đã lập"}));
        if s.group {
            for entry in 1..=s.firms.len() {
                self.put(1, Reassess, "update_participant", json!({"entry": entry, "status": "active"}));
            }
        } else if let Some(firm) = s.firms.first() {
            self.put(2, Reassess, "note_score", json!({
                "moment": "t1", "framework": "dbi-2021-sme", "framework_version": firm.edition, "level": firm.level, "score": firm.total / 100, "tier": "verified",
            }));
        }
    }
}
