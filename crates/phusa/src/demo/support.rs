//! Support dossiers at every stage, by the room's own acts on their invented days: asked for by enterprises, examined, decided, paid
//! against acceptance, published.

use super::{applications::sample_paper, cast::Cast, dice::Dice, small};
use crate::centre_rooms::CentreRooms;
use ::support::{
    Support,
    dossier::{By, Declaration, Dossier, DossierId, Line, PayPapers, Request, ReversalWhy},
    facts::EnterpriseFacts,
    papers::required,
};
use anyhow::Context as _;
use kernel::{
    Actor, Dong, Instant,
    id::{AccountId, EnterpriseId, ExpertId, GrantId, PartyId, SolutionId},
};
use std::collections::BTreeSet;
use store::{files::Upload, values};

/// Dossiers of the demonstration.
const DOSSIERS: usize = 60;
const MILLION: i64 = 1_000_000;
const DAY: i64 = 86_400;

/// How far a dossier has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Received,
    /// The time to decide is nearly or quite over.
    Late,
    Incomplete,
    Refused,
    Appealed,
    Withdrawn,
    Approved,
    Published,
    PartlyPaid,
    Paid,
    Released,
    Reversed,
}

impl Goal {
    fn of(n: usize) -> Self {
        match n % 20 {
            0 | 1 | 13 => Self::Received,
            2 => Self::Late,
            3 | 14 => Self::Incomplete,
            4 => Self::Refused,
            5 => Self::Appealed,
            6 => Self::Withdrawn,
            7 | 15 => Self::Approved,
            8 | 16 => Self::Published,
            9 | 17 => Self::PartlyPaid,
            10 => Self::Released,
            11 => Self::Reversed,
            _ => Self::Paid,
        }
    }
    /// Days since it was received.
    fn age(self, dice: &mut Dice) -> i64 {
        let (from, to) = match self {
            Self::Received => (0, 9),
            Self::Late => (18, 24),
            Self::Incomplete => (6, 14),
            Self::Refused | Self::Appealed | Self::Withdrawn => (20, 60),
            Self::Approved => (14, 24),
            Self::Published => (35, 55),
            _ => (60, 110),
        };
        dice.between(from, to)
    }
}

/// What dossiers draw on.
struct Stock {
    firms: Vec<(EnterpriseId, String)>,
    consultants: Vec<(ExpertId, String)>,
    solutions: Vec<(SolutionId, String)>,
}

/// Fills an office without dossiers; answers how many there are now.
pub async fn fill(rooms: &CentreRooms, cast: &Cast) -> anyhow::Result<usize> {
    let s = &rooms.support;
    if s.scope.one("SELECT 1 AS one FROM support_dossier WHERE province = $1 LIMIT 1", Vec::new()).await?.is_some() {
        return Ok(0);
    }
    // Whose engagement has accepted something is known once the journal has been followed.
    for consumer in rooms.consumers() {
        consumer.catch_up(cast.now, std::time::Duration::from_secs(120)).await?;
    }
    budget(s, cast).await?;
    let stock = stock(rooms, cast).await?;
    let mut dice = Dice::new(79_005);
    let mut made = 0;
    for (n, (firm, name)) in stock.firms.iter().take(DOSSIERS).enumerate() {
        one(s, cast, &stock, &mut dice, n, *firm).await.with_context(|| format!("the dossier of {name}"))?;
        made += 1;
    }
    Ok(made)
}

/// The plan of the year, so that what is used has something to be measured against.
async fn budget(s: &Support, cast: &Cast) -> anyhow::Result<()> {
    let year = cast.now.date().year();
    for (content, millions) in [("dx-consulting", 1_200), ("dx-solution", 2_500), ("general-consulting", 800), ("management-course", 300)] {
        s.set_budget(year, content, Dong(millions * MILLION), by(&cast.accountant, cast.ago(200, 9))).await?;
    }
    Ok(())
}

/// Enterprises with a size of this year that were assessed long enough ago, small and medium first: micro-enterprises have no
/// consulting of the first article. The latest assessment must lie before the request.
async fn stock(rooms: &CentreRooms, cast: &Cast) -> anyhow::Result<Stock> {
    let s = &rooms.support;
    let sql = "SELECT e.id, e.name, e.size FROM enterprise e WHERE e.province = $1 AND e.kind = 'enterprise' AND e.size IN ('small', 'medium') \
               AND e.assessed_at < $2 AND e.changed_at < $2 AND e.stage = 'assessed' ORDER BY e.assessed_at DESC, e.id LIMIT 600";
    let rows = s.scope.query(sql, values![cast.now.plus_seconds(-125 * DAY)]).await?;
    let year = cast.now.date().year();
    let mut firms = Vec::new();
    for r in &rows {
        let id: EnterpriseId = r.id("id")?;
        let facts = s.enterprises.find(id, year).await?;
        let ready = facts.as_ref().is_some_and(|f| f.size.is_some() && f.readiness.as_ref().is_some_and(|r| r.confirmed && r.level.is_some()));
        if ready {
            firms.push((id, r.string("name")?));
        }
        if firms.len() == DOSSIERS {
            break;
        }
    }
    // Some are in an engagement whose milestones are accepted: the accountant is offered those records.
    let sql = "SELECT e.id, e.name FROM engagement g JOIN engagement_firm f ON f.province = g.province AND f.case_id = g.case_id \
               JOIN enterprise e ON e.province = f.province AND e.code = f.tax_code \
               WHERE g.province = $1 AND g.handling IN ('supervising', 'following') AND f.gone = 0 AND e.stage <> 'measured' AND e.kind = 'enterprise' \
               AND e.size IN ('small', 'medium') AND e.assessed_at < $2 ORDER BY g.filed_at, e.id LIMIT 40";
    let engaged = s.scope.query(sql, values![cast.now.plus_seconds(-125 * DAY)]).await?;
    let mut engaged = engaged.iter();
    let decided = (0..firms.len()).filter(|n| matches!(Goal::of(*n), Goal::Approved | Goal::Published | Goal::PartlyPaid));
    for place in decided {
        for r in engaged.by_ref() {
            let id: EnterpriseId = r.id("id")?;
            if !s.acceptances.of(id).await?.is_empty() && s.enterprises.find(id, year).await?.is_some_and(|f| f.size.is_some() && f.readiness.is_some_and(|r| r.confirmed)) {
                if let Some(slot) = firms.get_mut(place) {
                    *slot = (id, r.string("name")?);
                }
                break;
            }
        }
    }
    let mut consultants = s.consultants.recognised(cast.now.plus_seconds(-120 * DAY).date(), 40).await?;
    consultants.truncate(30);
    Ok(Stock { firms, consultants, solutions: s.solutions.listed(40).await? })
}

fn by(actor: &Actor, at: Instant) -> By<'_> {
    By { actor, at }
}

async fn one(s: &Support, cast: &Cast, stock: &Stock, dice: &mut Dice, n: usize, firm: EnterpriseId) -> anyhow::Result<()> {
    let goal = Goal::of(n);
    let age = goal.age(dice);
    let at = |after: i64, hour: i64| cast.ago((age - after).max(0), hour);
    let received = at(0, 9);
    let facts = s.enterprises.find(firm, received.date().year()).await?.context("the enterprise is not on the register")?;
    let applicant = small::stranger(&facts.name, PartyId::new(dice.id(received)), AccountId::new(dice.id(received)), &s.scope);
    let id = DossierId::new(dice.id(received));
    let request = request(stock, dice, n, &facts);
    let contents: Vec<&str> = request.lines.iter().map(|l| l.content.as_str()).collect();
    for paper in required(&s.rules, &contents, &facts, received.date()) {
        // The examiner of an incomplete dossier asks for its quotation.
        if goal != Goal::Incomplete || paper != "quotation" {
            hand_in(s, id, firm, paper, by(&applicant, received)).await?;
        }
    }
    let d = s.request(id, facts, request, by(&applicant, received)).await?;
    let officer = |days, hour| by(&cast.examiner, at(days, hour));
    match goal {
        Goal::Received | Goal::Late => return Ok(()),
        Goal::Incomplete => {
            let missing = vec!["quotation".to_owned(), "Bản chụp hợp đồng không đọc được trang 3".to_owned()];
            s.guide(id, missing, "Bổ sung trong 10 ngày; cần hỏi gọi Hà Kim Loan, 028 7300 2917.", officer(3, 10)).await?;
            return Ok(());
        }
        Goal::Withdrawn => {
            s.withdraw(id, "Doanh nghiệp tự chi trả để kịp tiến độ.", by(&applicant, at(4, 15))).await?;
            return Ok(());
        }
        Goal::Refused | Goal::Appealed => {
            s.refuse(id, &number(n, "TB"), "Nội dung đề nghị trùng với hợp đồng đã được hỗ trợ năm trước và chưa nghiệm thu.", officer(10, 14)).await?;
            if goal == Goal::Appealed {
                s.appeal(id, "Hợp đồng năm trước là gói khác, xin gửi kèm phụ lục để xem lại.", by(&applicant, at(14, 10))).await?;
            }
            return Ok(());
        }
        _ => {}
    }
    let limits = vec![None; d.request.lines.len()];
    s.approve(id, &number(n, "TB"), "Đủ điều kiện; chi trả sau khi nghiệm thu.", &limits, officer(9, 14)).await?;
    if goal == Goal::Approved {
        return Ok(());
    }
    s.publish(id, officer(20, 9)).await?;
    if goal == Goal::Published {
        return Ok(());
    }
    for paper in s.rules.procedure.payment_papers.iter().map(|p| p.code.as_str()) {
        hand_in(s, id, firm, paper, by(&applicant, at(42, 9))).await?;
    }
    let d = s.send_payment(id, by(&applicant, at(42, 10))).await?;
    pay(s, cast, dice, goal, &d, at(45, 10), at(50, 10)).await
}

/// One page that stands for a paper of the dossier.
async fn hand_in(s: &Support, id: DossierId, firm: EnterpriseId, paper: &str, by: By<'_>) -> anyhow::Result<()> {
    let upload = Upload { name: format!("{}.pdf", paper.replace('_', "-")), claimed: None, bytes: sample_paper().into() };
    s.add_paper(id, firm, paper, None, upload, by).await.with_context(|| paper.to_owned())?;
    Ok(())
}

/// Pays, releases or reverses what was promised.
async fn pay(s: &Support, cast: &Cast, dice: &mut Dice, goal: Goal, d: &Dossier, at: Instant, later: Instant) -> anyhow::Result<()> {
    let accountant = by(&cast.accountant, at);
    for (k, c) in d.commitments.iter().enumerate() {
        let part = match goal {
            Goal::PartlyPaid => Dong(c.open.0 / 2),
            Goal::Released => Dong(c.open.0 * 4 / 5),
            _ => c.open,
        };
        let papers = PayPapers {
            contract: format!("{:02}/2026/HĐ-TV ngày {}", k + 1, d.received_at.date()),
            acceptance: format!("{}/BB-NT ngày {}", dice.between(1, 90), at.plus_seconds(-5 * DAY).date()),
            invoices: format!("1C26T{:04}", dice.between(10, 9_000)),
        };
        let entry = GrantId::new(dice.id(at));
        s.pay(d.id, entry, c.entry, part, &papers, accountant).await?;
        match goal {
            Goal::Released => {
                let rest = Dong(c.open.0 - part.0);
                s.release(d.id, GrantId::new(dice.id(later)), c.entry, rest, "Giá trị nghiệm thu thấp hơn hợp đồng.", by(&cast.accountant, later)).await?;
            }
            Goal::Reversed => {
                s.reverse(d.id, GrantId::new(dice.id(later)), entry, ReversalWhy::Error, "Ghi nhầm số hóa đơn, chi lại theo hóa đơn đúng.", by(&cast.accountant, later)).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn number(n: usize, kind: &str) -> String {
    format!("{:02}/{kind}-TTCĐS", n + 21)
}

fn request(stock: &Stock, dice: &mut Dice, n: usize, facts: &EnterpriseFacts) -> Request {
    let consulting = |dice: &mut Dice, content: &str, about: &str| {
        let (fee, travel, overhead) = (dice.between(30, 110) * MILLION, dice.between(1, 6) * MILLION, dice.between(1, 8) * MILLION);
        let value = fee + travel + overhead;
        let consultant = stock.consultants.get(n % stock.consultants.len().max(1));
        Line {
            content: content.into(),
            about: about.into(),
            supplier: consultant.map_or_else(String::new, |c| c.1.clone()),
            consultant: consultant.map(|c| c.0),
            value: Dong(value),
            requested: Dong(value / 2),
            parts: vec![("fee".into(), Dong(fee)), ("travel".into(), Dong(travel)), ("overhead".into(), Dong(overhead))],
            own_share_proof: "Sao kê tài khoản thanh toán của đơn vị".into(),
            ..Line::default()
        }
    };
    let solution = |dice: &mut Dice| {
        let chosen = stock.solutions.get(n % stock.solutions.len().max(1));
        let value = dice.between(12, 180) * MILLION;
        Line {
            content: "dx-solution".into(),
            about: "Thuê giải pháp trong 12 tháng, gồm nhập số liệu đầu kỳ".into(),
            supplier: chosen.map_or_else(String::new, |c| c.1.clone()),
            solution: chosen.map(|c| c.0),
            value: Dong(value),
            requested: Dong(value / 2),
            own_share_proof: "Sao kê tài khoản thanh toán của đơn vị".into(),
            ..Line::default()
        }
    };
    let mut lines = match n % 5 {
        0 | 3 => vec![solution(dice)],
        1 => vec![consulting(dice, "dx-consulting", "Khảo sát quy trình, lập lộ trình chuyển đổi số")],
        2 => vec![consulting(dice, "general-consulting", "Tư vấn quản trị kho và bán hàng")],
        _ => vec![solution(dice), consulting(dice, "dx-consulting", "Tư vấn triển khai giải pháp đã chọn")],
    };
    if facts.social_enterprise {
        lines.truncate(1);
    }
    let declarations: BTreeSet<Declaration> = Declaration::ALL.into_iter().collect();
    Request { lines, declarations, note: String::new() }
}
