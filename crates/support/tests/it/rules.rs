//! §2.4: each of the eleven rules, met and not met, with its article.

use crate::fixture::*;
use kernel::{Dong, time::date};
use support::{
    catalog::{Percent, Tier},
    dossier::{Declaration, Line, Request},
    facts::*,
    rules::{
        Check, Outcome, Outcome::*,
        eligibility::{Asking, Elsewhere, Judged, LedgerFacts, Total, eligibility, judge, judge_all},
    },
};

/// A request that meets every rule; a test spoils one thing.
struct Case {
    facts: EnterpriseFacts,
    request: Request,
    solution: Option<SolutionFacts>,
    consultant: Option<ConsultantFacts>,
    ledger: LedgerFacts,
    on: kernel::time::Date,
}

impl Case {
    fn new(content: &str, value: i64) -> Self {
        Self {
            facts: facts(),
            request: request(vec![line(content, million(value))]),
            solution: Some(solution()),
            consultant: Some(consultant()),
            ledger: LedgerFacts::default(),
            on: today(),
        }
    }
    fn line(&mut self) -> &mut Line {
        &mut self.request.lines[0]
    }
    fn judged(&self) -> Judged {
        let asking = self.asking();
        judge(&asking, &rules(), &self.ledger)
    }
    fn asking(&self) -> Asking<'_> {
        Asking {
            facts: &self.facts,
            request: &self.request,
            line: &self.request.lines[0],
            solution: self.solution.as_ref(),
            consultant: self.consultant.as_ref(),
            province: "79",
            contract_key: "k",
            on: self.on,
        }
    }
    #[track_caller]
    fn is(&self, rule: u8, wanted: Outcome, says: &str) -> Check {
        let checks = eligibility(&self.asking(), &rules(), &self.ledger);
        assert_eq!(checks.iter().map(|c| c.rule).collect::<Vec<_>>(), (1..=11).collect::<Vec<_>>());
        let check = checks.into_iter().find(|c| c.rule == rule).unwrap();
        assert_eq!(check.outcome, wanted, "{check:?}");
        assert!(check.reason.vi.contains(says), "{says} in {:?}", check.reason);
        assert!(!check.reason.en.is_empty() && !check.articles.is_empty());
        check
    }
}

#[test]
fn a_good_request_meets_all_and_gets_half() {
    let case = Case::new("dx-solution", 80);
    let judged = case.judged();
    assert_eq!(judged.failed().count(), 0, "{:?}", judged.checks);
    assert_eq!((judged.state, judged.other), (million(40), million(40)));
}

#[test]
fn rule_1_order_and_priority() {
    let mut case = Case::new("dx-solution", 80);
    case.is(1, Passed, "theo thứ tự nộp");
    case.facts.ownership = Some(Ownership { women_capital: Percent::of(51), woman_manages: true });
    case.facts.social_enterprise = true;
    let check = case.is(1, Passed, "phụ nữ làm chủ, doanh nghiệp xã hội (tự khai)");
    assert_eq!(check.articles[0].article.as_deref(), Some("Điều 4 khoản 1"));
}

#[test]
fn rule_2_one_best_rate() {
    let mut case = Case::new("dx-solution", 80);
    case.is(2, Passed, "50 %, không quá 50.000.000 đồng mỗi năm mỗi doanh nghiệp");
    // Micro by revenue, small by capital: the more favourable for the solution is the small one's cap.
    let s = case.facts.size.as_mut().unwrap();
    (s.headcounts, s.revenue, s.capital, s.women) = (vec![8; 12], Some(million(2_000)), Some(million(15_000)), None);
    assert_eq!(case.judged().state, million(40));
    // … and for the general consulting it is the micro-enterprise's 100 %.
    let mut other = Case { request: request(vec![line("general-consulting", million(40))]), ..Case::new("dx-solution", 1) };
    other.facts = case.facts.clone();
    assert_eq!(other.judged().state, million(40));
    // A micro-enterprise has no consulting on digital transformation.
    let mut micro = Case::new("dx-consulting", 80);
    micro.facts.size.as_mut().unwrap().revenue = Some(million(1_000));
    micro.facts.size.as_mut().unwrap().capital = Some(million(1_000));
    micro.facts.size.as_mut().unwrap().headcounts = vec![5; 12];
    micro.facts.size.as_mut().unwrap().women = None;
    micro.is(2, Failed, "không hỗ trợ nội dung");
    // Outside Decree 80, larger than medium, no figures, a hole in the table.
    for kind in [EnterpriseKind::Household, EnterpriseKind::Cooperative] {
        let mut c = Case::new("dx-solution", 80);
        c.facts.kind = kind;
        c.is(2, Failed, "không thuộc đối tượng");
    }
    let mut large = Case::new("dx-solution", 80);
    large.facts.size.as_mut().unwrap().headcounts = vec![900; 12];
    large.is(2, Failed, "lớn hơn doanh nghiệp vừa");
    let mut unknown = Case::new("dx-solution", 80);
    unknown.facts.size = None;
    unknown.is(2, Failed, "chưa khai số liệu");
    let mut early = Case::new("household-platform", 80);
    (early.on, early.facts.size.as_mut().unwrap().year) = (date(2025, 6, 1), 2025);
    early.is(2, Failed, "không có mức nào");
    assert_eq!(early.judged().state, Dong(0));
}

#[test]
fn rule_2_counts_what_is_taken() {
    let total = |period: &str, committed: i64, paid: i64, grants| Total { content: "dx-solution".into(), year: 2026, period: period.into(), committed: million(committed), paid: million(paid), grants };
    let mut case = Case::new("dx-solution", 80);
    case.ledger.totals = vec![total("", 10, 25, 2)];
    assert_eq!(case.judged().state, million(15));
    case.ledger.totals = vec![total("", 20, 30, 2)];
    case.is(2, Failed, "chạm mức trần");
    // Another year does not count.
    case.ledger.totals = vec![Total { year: 2025, ..total("", 20, 30, 2) }];
    assert_eq!(case.judged().state, million(40));
    // A cap per contract counts the contract only.
    let mut consulting = Case::new("dx-consulting", 80);
    consulting.line().contract = "12/HĐ-2026".into();
    let key = consulting.judged().portions[0].period.clone();
    consulting.ledger.totals = vec![
        Total { content: "dx-consulting".into(), ..total("", 50, 0, 1) },
        Total { content: "dx-consulting".into(), ..total("contract:khac", 50, 0, 1) },
    ];
    assert_eq!(consulting.judged().state, million(40));
    consulting.ledger.totals.push(Total { content: "dx-consulting".into(), ..total(&key, 30, 0, 1) });
    assert_eq!(consulting.judged().state, million(20));
    // Two lines of one dossier share the cap.
    let two = request(vec![line("dx-solution", million(80)), line("dx-solution", million(80))]);
    let (f, s, c) = (facts(), solution(), consultant());
    let lines = two.lines.iter().map(|l| Asking { facts: &f, request: &two, line: l, solution: Some(&s), consultant: Some(&c), province: "79", contract_key: "k", on: today() });
    let states: Vec<Dong> = judge_all(lines, &rules(), &LedgerFacts::default()).iter().map(|j| j.state).collect();
    assert_eq!(states, [million(40), million(10)]);
}

#[test]
fn rule_2_limits_courses_months_and_years() {
    let used = |content: &str, year, period: &str| Total { content: content.into(), year, period: period.into(), committed: Dong(0), paid: million(1), grants: 1 };
    let mut course = Case::new("onsite-training", 80);
    assert_eq!(course.judged().state, million(56));
    course.ledger.totals = vec![used("onsite-training", 2026, "")];
    course.is(2, Failed, "không quá 1 khóa");
    course.facts.size.as_mut().unwrap().vsic = "G".into();
    course.is(2, Failed, "sản xuất, chế biến");

    let mut rent = Case::new("coworking-rent", 120);
    rent.is(2, Failed, "khởi nghiệp sáng tạo");
    rent.facts.innovative_startup = true;
    (rent.line().month, rent.line().months) = (Some("2026-11".into()), 4);
    let judged = rent.judged();
    // 30 million a month, half of it is 15, the cap is 5: four months, two of them next year.
    assert_eq!((judged.state, judged.portions.len(), judged.portions[2].period.as_str(), judged.portions[2].year), (million(20), 4, "month:2027-01", 2027));
    rent.ledger.totals = (0..33).map(|i| used("coworking-rent", 2023 + i / 12, &format!("month:{}-{:02}", 2023 + i / 12, i % 12 + 1))).collect();
    rent.is(2, Failed, "vượt giới hạn 36 tháng");
    rent.ledger.totals.truncate(32);
    rent.is(2, Passed, "mỗi tháng");

    let mut upkeep = Case::new("marketplace-upkeep", 120);
    upkeep.facts.innovative_startup = true;
    upkeep.ledger.totals = vec![used("marketplace-upkeep", 2024, ""), used("marketplace-upkeep", 2025, "")];
    upkeep.is(2, Failed, "đủ 2 năm");
}

#[test]
fn rule_3_not_paid_elsewhere() {
    let mut case = Case::new("dx-solution", 80);
    case.is(3, Declared, "cam kết chưa nhận");
    case.request.declarations.remove(&Declaration::NotPaidElsewhere);
    case.is(3, Failed, "Thiếu cam kết");
    let other = |year, content: &str| Elsewhere { content: content.into(), year, agency: "Sở Công Thương".into(), granted: true };
    case.request.declarations.insert(Declaration::NotPaidElsewhere);
    case.ledger.elsewhere = vec![other(2025, "dx-solution"), other(2026, "ip-consulting")];
    case.is(3, Declared, "");
    case.ledger.elsewhere.push(other(2026, "dx-solution"));
    let check = case.is(3, Failed, "Sở Công Thương");
    assert!(check.articles.iter().any(|a| a.document.contains("224/2026")));
}

#[test]
fn rule_4_pending_at_one_agency() {
    let mut case = Case::new("dx-solution", 80);
    case.is(4, Declared, "không nộp cùng nội dung");
    case.ledger.elsewhere = vec![Elsewhere { content: "dx-solution".into(), year: 2026, agency: "Sở Công Thương".into(), granted: false }];
    case.is(4, Failed, "đang chờ tại Sở Công Thương");
    case.is(3, Declared, "");
    case.ledger.elsewhere.clear();
    case.request.declarations.remove(&Declaration::NotPendingElsewhere);
    case.is(4, Failed, "Thiếu cam kết");
}

#[test]
fn rule_5_listed_solution() {
    let mut case = Case::new("dx-solution", 80);
    case.is(5, Passed, "digital.business.gov.vn");
    case.solution.as_mut().unwrap().listed_at = None;
    case.is(5, Failed, "chưa được công bố");
    case.solution = None;
    case.is(5, Failed, "Chưa chọn giải pháp");
    Case::new("ip-consulting", 10).is(5, NotApplicable, "");
}

#[test]
fn rule_6_readiness_first() {
    let mut case = Case::new("dx-solution", 80);
    case.is(6, Passed, "mức 2");
    // Below the tier that money asks for: what is to be done is said, and nothing passes in silence.
    let below = Readiness { confirmed: false, tier: Some(Tier::SelfDeclared), ..case.facts.readiness.clone().unwrap() };
    case.facts.readiness = Some(below.clone());
    case.is(6, Failed, "(tự khai). Hỗ trợ bằng tiền cần kết quả ở mức tư vấn xác nhận: đề nghị Trung tâm cử tư vấn viên");
    // Copies of before tiers were kept; a result trusted enough that no consultant concluded.
    case.facts.readiness = Some(Readiness { tier: None, ..below.clone() });
    case.is(6, Failed, "tự khai");
    case.facts.readiness = Some(Readiness { tier: Some(Tier::Evidence), ..below });
    case.is(6, Failed, "kết luận");
    case.facts.readiness.as_mut().unwrap().on = date(2026, 12, 1);
    case.is(6, Failed, "sau ngày xét");
    case.facts.readiness = None;
    case.is(6, Failed, "Chưa đánh giá");
    Case::new("startup-course", 10).is(6, NotApplicable, "");
}

#[test]
fn rule_7_recognised_consultant() {
    let mut case = Case::new("dx-consulting", 80);
    case.is(7, Passed, "đấu thầu");
    case.consultant.as_mut().unwrap().official = true;
    case.is(7, Failed, "công chức");
    case.consultant.as_mut().unwrap().official = false;
    case.consultant.as_mut().unwrap().recognised = false;
    case.is(7, Failed, "chưa được công nhận");
    case.consultant = None;
    case.is(7, Failed, "Chưa chọn tư vấn viên");
    Case::new("dx-solution", 10).is(7, NotApplicable, "");
}

#[test]
fn rule_8_mixed_contracts_are_split() {
    let mut case = Case::new("dx-consulting", 80);
    case.is(8, Passed, "");
    case.line().parts = vec![("fee".into(), million(60)), ("travel".into(), million(15))];
    case.is(8, Failed, "cộng lại đúng bằng");
    case.line().parts.push(("interpreter".into(), million(5)));
    case.is(8, Passed, "");
    case.line().parts[0].0 = "gift".into();
    case.is(8, Failed, "thù lao");
    case.line().parts = vec![("fee".into(), million(90)), ("travel".into(), million(-10))];
    case.is(8, Failed, "thù lao");
    let mut mixed = Case::new("dx-solution", 80);
    (mixed.line().contract, mixed.line().contract_total) = ("12/HĐ".into(), Some(million(100)));
    mixed.is(8, Passed, "");
    let mut second = line("dx-consulting", million(30));
    second.contract = "12/hđ".into();
    mixed.request.lines.push(second);
    mixed.is(8, Failed, "lớn hơn giá trị hợp đồng");
}

#[test]
fn rule_9_priority_from_its_day() {
    let mut case = Case::new("dx-solution", 80);
    case.is(9, Passed, "chuẩn mở");
    (case.facts.hard_area, case.facts.priority_sector) = (true, true);
    case.is(9, Passed, "địa bàn khó khăn");
    case.on = date(2026, 6, 30);
    case.is(9, NotApplicable, "01/07/2026");
    Case { solution: None, ..Case::new("startup-course", 10) }.is(9, NotApplicable, "không ảnh hưởng");
}

#[test]
fn rule_10_own_share() {
    let mut case = Case::new("dx-solution", 80);
    case.is(10, Declared, "40.000.000 đồng");
    case.line().own_share_proof = "Sao kê 15/11".into();
    case.is(10, Passed, "Sao kê");
    case.line().own_share_proof.clear();
    case.request.declarations.remove(&Declaration::OwnShare);
    case.is(10, Failed, "Thiếu giấy tờ");
    Case::new("startup-course", 10).is(10, NotApplicable, "");
}

#[test]
fn rule_11_copies() {
    Case::new("dx-solution", 80).is(11, Passed, "bản sao không chứng thực");
}
