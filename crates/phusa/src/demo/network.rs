//! The network of experts and the consulting boards of the demonstration, with the course each record has taken.

use super::{applications::sample_paper, cast::Cast, centre::tax_code, dice::Dice, names};
use crate::centre_rooms::CentreRooms;
use boards::{
    Author, Boards,
    board::{Board, Held, Opening, Seat, SeatRole},
    expert::{Act, Application, Expert, ExpertKind, ExpertState, Proof, Rating, Skill},
    matter::{self, MatterKind, Proposal, Subject, tally::Choice},
};
use identity::{AccountKind, NewAccount, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Dong, Text,
    id::{AccountId, BoardId, EnterpriseId, MatterId, PartyId},
    time::Date,
};
use store::{Batch, files::{Files, Upload}, values};

/// Experts of the network.
const EXPERTS: usize = 60;
/// Tax codes of the enterprises end before this place.
const CODES_FROM: usize = 6_000;

/// What an expert does for a living: field, sectors, competences, words of the summary.
const CALLINGS: [(&str, &[&str], &[&str], &str); 10] = [
    ("agri_food", &["agriculture-aquaculture"], &["aquaculture", "mes_iot", "traceability"], "nuôi trồng thủy sản, nhật ký ao nuôi và cảm biến môi trường nước"),
    ("agri_food", &["food-processing", "agriculture-aquaculture"], &["food_safety", "traceability", "process"], "an toàn thực phẩm, HACCP và truy xuất nguồn gốc cho cơ sở chế biến"),
    ("enterprise", &["retail-wholesale"], &["strategy", "sales_crm", "legal_contract"], "lộ trình chuyển đổi số và bán hàng đa kênh cho doanh nghiệp nhỏ"),
    ("enterprise", &["manufacturing"], &["erp", "process", "integration"], "khảo sát quy trình và triển khai hệ thống quản trị tổng thể"),
    ("education", &["education-training"], &["school_management", "training", "ai_teaching"], "quản trị trường học và học liệu số"),
    ("education", &["education-training"], &["ai_teaching", "training", "security"], "đưa trí tuệ nhân tạo vào dạy học và tập huấn giáo viên"),
    ("manufacturing", &["manufacturing"], &["mes_iot", "erp", "integration"], "điều hành sản xuất và kết nối máy"),
    ("trade_tourism", &["tourism-hospitality", "retail-wholesale"], &["sales_crm", "accounting_invoice", "training"], "thương mại điện tử, hóa đơn điện tử cho cửa hàng và cơ sở lưu trú"),
    ("logistics", &["logistics"], &["logistics_ops", "integration", "data_bi"], "kho vận, điều xe và chứng từ giao hàng điện tử"),
    ("security_data", &["retail-wholesale", "manufacturing"], &["security", "data_bi", "integration"], "an toàn thông tin, sao lưu và phân tích dữ liệu"),
];
/// Template, name, field, how many experts sit there.
const BOARDS: [(&str, &str, &str, &str); 10] = [
    ("agriculture-food", "Ban tư vấn nông nghiệp – chế biến thực phẩm", "Agriculture and food processing board", "agri_food"),
    ("agriculture-food", "Ban tư vấn thủy sản và truy xuất nguồn gốc", "Aquaculture and traceability board", "agri_food"),
    ("agriculture-food", "Ban tư vấn hợp tác xã nông nghiệp", "Agricultural cooperatives board", "agri_food"),
    ("education", "Ban tư vấn chuyển đổi số giáo dục", "Education board", "education"),
    ("education", "Ban tư vấn trung tâm đào tạo, ngoại ngữ", "Training and language centres board", "education"),
    ("enterprises", "Ban tư vấn chuyển đổi số doanh nghiệp", "Enterprise board", "enterprise"),
    ("enterprises", "Ban tư vấn doanh nghiệp sản xuất", "Manufacturers board", "manufacturing"),
    ("enterprises", "Ban tư vấn bán lẻ, du lịch, dịch vụ", "Retail, tourism and services board", "trade_tourism"),
    ("blank", "Ban tư vấn vận tải, kho bãi", "Transport and warehousing board", "logistics"),
    ("blank", "Ban tư vấn an toàn thông tin và dữ liệu", "Security and data board", "security_data"),
];
/// What boards are asked: kind, question, amount in millions.
const QUESTIONS: [(MatterKind, &str, i64); 6] = [
    (MatterKind::FrameworkReview, "Thông qua khung và lộ trình chuyển đổi số 18 tháng của doanh nghiệp.", 0),
    (MatterKind::T0Review, "Xác nhận kết quả đánh giá T0 do tư vấn viên lập.", 0),
    (MatterKind::SolutionChoice, "Cho ý kiến về lựa chọn phần mềm quản lý kho và truy xuất nguồn gốc.", 180),
    (MatterKind::SupportOpinion, "Cho ý kiến về mức hỗ trợ mua giải pháp chuyển đổi số.", 45),
    (MatterKind::SupportOpinion, "Cho ý kiến về hỗ trợ chi phí tư vấn quy trình sản xuất.", 95),
    (MatterKind::FrameworkChange, "Thêm tiêu chí về sao lưu dữ liệu vào bộ câu hỏi khảo sát của ngành.", 0),
];
const FOR: [&str; 4] = [
    "Hồ sơ đủ căn cứ, lộ trình phù hợp năng lực của doanh nghiệp.",
    "Đồng ý; đề nghị theo dõi chỉ tiêu tồn kho sau 3 tháng.",
    "Số liệu khảo sát khớp với minh chứng tại chỗ.",
    "Chi phí hợp lý so với các phương án cùng loại.",
];
const AGAINST: [&str; 3] = [
    "Chưa rõ phương án sao lưu và trả lại dữ liệu khi kết thúc hợp đồng.",
    "Chi phí năm thứ hai chưa được tính đủ.",
    "Nhân sự vận hành chưa sẵn sàng, nên làm giai đoạn nền tảng trước.",
];
const COMMENTS: [&str; 4] = [
    "Tư vấn dễ hiểu, bám sát việc của xưởng.",
    "Đúng hẹn, tài liệu bàn giao đầy đủ.",
    "Nhiệt tình, còn chậm ở phần nối dữ liệu kế toán.",
    "Đã hướng dẫn nhân viên làm được, không phải thuê thêm.",
];

/// Fills an empty network; nothing when there is one. Returns experts, boards and matters.
pub async fn fill(rooms: &CentreRooms, cast: &Cast) -> anyhow::Result<(usize, usize, usize)> {
    let b = &rooms.boards;
    if b.scope.one("SELECT 1 AS one FROM expert WHERE province = $1 LIMIT 1", Vec::new()).await?.is_some() {
        return Ok((0, 0, 0));
    }
    let communes: Vec<String> = rooms.centre.areas.communes(b.scope.province().as_str(), cast.now.date()).iter().map(|u| u.code.to_string()).collect();
    let firms = firms(rooms).await?;
    let (mut dice, mut batch) = (Dice::new(79_002), b.scope.batch());
    let mut experts = Vec::new();
    for n in 0..EXPERTS {
        experts.push(expert(b, cast, &mut dice, &mut batch, n, &communes, &firms).await?);
    }
    let active: Vec<&Expert> = experts.iter().filter(|x| x.state == ExpertState::Active && !x.is_organisation()).collect();
    let mut matters = 0;
    for n in 0..BOARDS.len() {
        let board = board(b, cast, &mut dice, &mut batch, n, &active)?;
        for k in 0..2 + n % 2 {
            matter(b, cast, &mut dice, &mut batch, &board, n * 3 + k, &firms)?;
            matters += 1;
        }
    }
    b.scope.commit(batch).await?;
    Ok((EXPERTS, BOARDS.len(), matters))
}

/// Enterprises that matters and ratings name.
async fn firms(rooms: &CentreRooms) -> anyhow::Result<Vec<(EnterpriseId, String)>> {
    let sql = "SELECT id, name FROM enterprise WHERE province = $1 AND kind = $2 ORDER BY id LIMIT 80";
    let rows = rooms.centre.scope.query(sql, values!["enterprise"]).await?;
    rows.iter().map(|r| Ok((r.id("id")?, r.text("name")?.to_owned()))).collect()
}

fn by(who: &kernel::Actor, at: kernel::Instant) -> Author {
    Author::new(who, at)
}

async fn expert(b: &Boards, cast: &Cast, dice: &mut Dice, batch: &mut Batch, n: usize, communes: &[String], firms: &[(EnterpriseId, String)]) -> anyhow::Result<Expert> {
    // Those still under way came lately; the clock of ten working days has not run out on all of them.
    let under_way = n >= 48;
    let days = if under_way { dice.between(3, 12) } else { dice.between(70, 480) };
    let application = application(dice, n, communes);
    let begun = cast.ago(days, 9);
    let mut account = NewAccount::new(AccountKind::Person, DEMO_ISSUER_KEY, &format!("chuyen-gia-{:02}", n + 1), &application.name);
    account.id = AccountId::new(dice.id(begun));
    let party = PartyId::new(dice.id(begun));
    (account.party, account.phone, account.email) = (Some(party), Some(application.phone.clone()), Some(application.email.clone()));
    cast.directory.add_account(batch, &account, cast.officer.account, begun);
    let own = |days, hour| Author { account: account.id, name: account.name.clone(), at: cast.ago(days, hour) };
    let (officer, director) = (|days, hour| by(&cast.officer, cast.ago(days, hour)), |days, hour| by(&cast.director, cast.ago(days, hour)));

    let mut course = b.course_expert(batch, &own(days, 9), party, &application)?;
    let mut steps: Vec<(Author, Act)> = vec![(own(days, 10), Act::AddProof(paper(b, batch, &application, own(days, 10).at).await?))];
    let last = (days - 2).max(0);
    if n < 58 {
        steps.push((own(days, 11), Act::Submit));
    }
    if n < 54 {
        steps.push((officer(days - 1, 9), Act::Take));
    }
    match n {
        52 => steps.push((officer(last, 14), Act::AskDocuments { what: "Bản sao hợp đồng tư vấn đã hoàn thành trong 24 tháng gần đây.".into() })),
        0..=49 => {
            let refused = matches!(n, 45..=47);
            let skill = application.skills.first().map(|s| (s.competence.clone(), s.level));
            if let Some((competence, level)) = skill.filter(|_| n % 3 != 0) {
                steps.push((officer(last, 9), Act::Check { competence, level }));
            }
            let note = if refused { "Kinh nghiệm khai chưa có minh chứng." } else { "Hồ sơ đủ, kinh nghiệm phù hợp lĩnh vực đăng ký." };
            let mark = u32::try_from(if refused { dice.between(35, 48) } else { dice.between(62, 94) }).unwrap_or(60);
            steps.push((officer(last, 10), Act::Appraise { mark, recommends: !refused, note: note.into() }));
            let decided = (last - 3).max(0);
            match n {
                0..=44 => steps.push((director(decided, 15), Act::Approve { decision: format!("{:02}/QĐ-TTHT", n + 11) })),
                45..=47 => steps.push((director(decided, 15), Act::Refuse { reason: "Chưa chứng minh được kinh nghiệm tư vấn trong lĩnh vực đăng ký.".into() })),
                _ => {}
            }
        }
        _ => {}
    }
    if n < 45 {
        let case = |k: usize| format!("DX-{}-{:03}", cast.now.date().year(), n * 3 + k + 1);
        for k in 0..n % 4 {
            let Some((_, client)) = dice.pick(firms).cloned() else { continue };
            let at = cast.ago(dice.between(12, 50), 16);
            let stars = u32::try_from(dice.between(3, 5)).unwrap_or(4);
            let rating = Rating { case: case(k), client, stars, comment: dice.word(&COMMENTS).into(), at, first: None };
            steps.push((by(&cast.officer, at), Act::Rate(rating)));
        }
    }
    match n {
        40..=42 => steps.push((director(9, 9), Act::Suspend { reason: "Đề nghị tạm dừng nhận việc mới vì công tác dài ngày.".into() })),
        43 => steps.push((director(8, 9), Act::Disable { reason: "Theo đề nghị của tư vấn viên.".into(), own_wish: true })),
        44 => steps.push((director(8, 10), Act::Disable { reason: "Không thực hiện cam kết bảo mật thông tin của doanh nghiệp được tư vấn.".into(), own_wish: false })),
        _ => {}
    }
    for (who, act) in &steps {
        b.course_expert_act(batch, who, &mut course, act)?;
    }
    course.state().cloned().ok_or_else(|| anyhow::anyhow!("an expert without a beginning"))
}

async fn paper(b: &Boards, batch: &mut Batch, a: &Application, at: kernel::Instant) -> anyhow::Result<Proof> {
    let upload = Upload { name: "ly-lich-bang-cap.pdf".into(), claimed: None, bytes: sample_paper().into() };
    let stored = b.files.put(batch, store::files::Scanned::trusted(Files::check(upload, 1 << 20)?), at).await?;
    let competence = a.skills.first().map_or_else(String::new, |s| s.competence.clone());
    Ok(Proof { file: stored.id, name: stored.name, sha256: stored.sha256, competence, at })
}

fn application(dice: &mut Dice, n: usize, communes: &[String]) -> Application {
    let (field, sectors, skills, words) = CALLINGS.get(n % CALLINGS.len()).copied().unwrap_or(CALLINGS[0]);
    let female = dice.per_mille(450);
    let person = names::somebody(dice, female, "thành phố Phù Sa");
    let organisation = n % 12 == 11;
    let years = dice.between(5, 18);
    let mut languages = vec!["vi".to_owned()];
    languages.extend(dice.per_mille(450).then(|| "en".to_owned()));
    languages.extend(dice.per_mille(80).then(|| "km".to_owned()));
    Application {
        kind: if organisation { ExpertKind::Organisation } else { ExpertKind::Individual },
        name: if organisation { format!("Công ty TNHH Tư vấn {}", person.name) } else { person.name },
        tax_code: if organisation { tax_code(CODES_FROM + n) } else { String::new() },
        employer: if n.is_multiple_of(3) { "Tư vấn độc lập".into() } else { String::new() },
        phone: person.phone,
        email: format!("chuyengia{:02}@phusa.example", n + 1),
        address: person.address,
        area: dice.pick(communes).cloned().unwrap_or_default(),
        fields: vec![field.to_owned()],
        sectors: sectors.iter().map(|s| (*s).to_owned()).collect(),
        languages,
        skills: skills.iter().enumerate().map(|(k, s)| Skill { competence: (*s).to_owned(), level: u8::try_from(dice.between(3, 5) - i64::from(k > 1)).unwrap_or(3) }).collect(),
        hours: u32::try_from(dice.between(2, 12) * 10).unwrap_or(40),
        summary: format!("{years} năm làm {words}; đã tư vấn cho {} cơ sở trong và ngoài thành phố.", dice.between(4, 40)),
        ..Application::default()
    }
}

fn seat(account: AccountId, name: &str, role: SeatRole, from: Date, decision: &str) -> Seat {
    Seat { account, name: name.to_owned(), expert: None, role, from, to: None, competences: Vec::new(), decision: decision.to_owned() }
}

fn board(b: &Boards, cast: &Cast, dice: &mut Dice, batch: &mut Batch, n: usize, active: &[&Expert]) -> anyhow::Result<Board> {
    let (template, vi, en, field) = BOARDS.get(n).copied().unwrap_or(BOARDS[0]);
    let opened = cast.ago(dice.between(90, 240), 9);
    let from = opened.date();
    let decision = format!("{:02}/QĐ-TTHT", 60 + n);
    let of_expert = |x: &Expert, role| Seat {
        expert: Some(x.id),
        competences: x.skills().into_iter().map(|(competence, level, _)| Held { competence, level }).collect(),
        ..seat(x.account, &x.application.name, role, from, &decision)
    };
    let near = active.iter().filter(|x| x.application.fields.iter().any(|f| f == field));
    let others = active.iter().skip(n * 3).filter(|x| !x.application.fields.iter().any(|f| f == field));
    let mut experts = near.skip(n % 3).take(4).chain(others).take(5);
    let [uyen, dat] = &cast.members;
    // The centre's chair leads four of the boards; experts of the network lead the others.
    let mut seats = if n % 3 == 0 {
        vec![seat(cast.chair.account, &cast.chair.name, SeatRole::Chair, from, &decision)]
    } else {
        experts.next().map(|x| of_expert(x, SeatRole::Chair)).into_iter().collect()
    };
    seats.push(seat(uyen.account, &uyen.name, if n % 2 == 0 { SeatRole::Deputy } else { SeatRole::Member }, from, &decision));
    seats.push(seat(dat.account, &dat.name, SeatRole::Secretary, from, &decision));
    seats.extend(experts.take(4).map(|x| of_expert(x, SeatRole::Member)));
    let opening = Opening { id: BoardId::new(dice.id(opened)), name: Text::new(vi, en), field: field.to_owned(), from, to: None, seats, limits: Vec::new() };
    let course = b.course_board(batch, &by(&cast.director, opened), template, &opening)?;
    course.state().cloned().ok_or_else(|| anyhow::anyhow!("a board without a beginning"))
}

/// One matter on its way: signed by the chair, decided for or against, recused, withdrawn or still open.
fn matter(b: &Boards, cast: &Cast, dice: &mut Dice, batch: &mut Batch, board: &Board, n: usize, firms: &[(EnterpriseId, String)]) -> anyhow::Result<()> {
    let open = n % 4 == 3;
    let days = if open { dice.between(2, 6) } else { dice.between(12, 80) };
    let (kind, question, millions) = QUESTIONS.get(n % QUESTIONS.len()).copied().unwrap_or(QUESTIONS[0]);
    let opened = by(&cast.officer, cast.ago(days, 9));
    let firm = dice.pick(firms).cloned().filter(|_| kind != MatterKind::FrameworkChange);
    let subject = match &firm {
        Some((id, name)) => Subject { kind: "enterprise".into(), id: id.to_string(), title: name.clone(), path: format!("/centre/enterprises/{id}"), enterprise: Some(*id) },
        None => Subject { kind: "framework".into(), id: String::new(), title: "Bộ câu hỏi khảo sát doanh nghiệp của ngành".into(), path: String::new(), enterprise: None },
    };
    let proposal = Proposal { id: MatterId::new(dice.id(opened.at)), board: board.id, kind, subject, question: question.into(), amount: (millions > 0).then_some(Dong(millions * 1_000_000)) };
    let mut voters: Vec<(AccountId, String, SeatRole)> = board.voting_on(opened.at.date()).iter().map(|s| (s.account, s.name.clone(), s.role)).collect();
    let rapporteur = voters.iter().find(|v| v.2 == SeatRole::Member).map(|v| v.0);
    let mut course = b.course_matter(batch, &opened, board, &proposal, rapporteur)?;
    let Some((chair, chair_name, _)) = voters.iter().find(|v| v.2 == SeatRole::Chair).cloned() else { return Ok(()) };
    let chair = |days, hour| Author { account: chair, name: chair_name.clone(), at: cast.ago(days, hour) };
    let mut act = |who: &Author, what: matter::Act, officer: bool| b.course_act(batch, who, board, &mut course, &what, officer);

    if n == 10 {
        return Ok(act(&by(&cast.officer, cast.ago(days - 2, 9)), matter::Act::Withdraw { reason: "Doanh nghiệp rút đề nghị để bổ sung số liệu.".into() }, true)?);
    }
    let signed = board.rules.delegated.iter().any(|d| d.kind == kind && d.up_to.is_none_or(|limit| proposal.amount.is_some_and(|a| a <= limit)));
    if signed && !open && n % 2 == 1 {
        let conclusion = "Trong mức ủy quyền; hồ sơ đủ căn cứ, đồng ý theo đề nghị.".into();
        return Ok(act(&chair(days - 2, 10), matter::Act::SignOff { approve: true, conclusion }, false)?);
    }
    act(&by(&cast.officer, cast.ago(days - 1, 9)), matter::Act::Call { when: "Gửi ý kiến bằng văn bản trong 5 ngày làm việc".into(), place: "Trung tâm, phòng họp 2 hoặc trực tuyến".into() }, true)?;
    if n % 5 == 2
        && let Some(at) = voters.iter().rposition(|v| v.2 == SeatRole::Member)
    {
        let (account, name, _) = voters.remove(at);
        let who = Author { account, name, at: cast.ago(days - 1, 10) };
        act(&who, matter::Act::Declare { ground: "payment".into(), detail: "Đã nhận thù lao tập huấn của doanh nghiệp trong năm trước.".into() }, false)?;
    }
    let rejected = n % 7 == 4;
    // Of an open matter two votes are in.
    let casting = if open { 2 } else { voters.len() };
    for (k, (account, name, role)) in voters.iter().rev().take(casting).enumerate() {
        let who = Author { account: *account, name: name.clone(), at: cast.ago(days - 1, 13 + i64::try_from(k % 4).unwrap_or(0)) };
        let choice = match k % 4 {
            3 => Choice::Abstain,
            1 if !rejected && *role != SeatRole::Chair && dice.per_mille(350) => Choice::Against,
            _ if rejected => Choice::Against,
            _ => Choice::For,
        };
        let reason = match choice {
            Choice::For => dice.word(&FOR),
            Choice::Against => dice.word(&AGAINST),
            Choice::Abstain => "Chưa đủ thông tin về phần kỹ thuật để kết luận.",
        };
        act(&who, matter::Act::Vote { choice, reason: reason.into(), clear: true }, false)?;
    }
    if !open {
        let conclusion = if rejected { "Chưa thông qua; đề nghị hoàn thiện theo các ý kiến rồi trình lại." } else { "Thông qua theo ý kiến của đa số thành viên; cán bộ theo dõi thực hiện." };
        act(&chair(days - 3, 15), matter::Act::Close { conclusion: conclusion.into() }, false)?;
    }
    Ok(())
}
