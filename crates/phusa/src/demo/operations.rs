//! Directives of the demonstration: of every kind a leader meets, given and worked on by the same decisions as people's, and two
//! requests for an explanation.

use super::applications::sample_paper;
use ::ops::{
    Author, Ops, Person, Who,
    directive::{Act, DirectiveId, Due, Order, Product, Progress, Source},
    question::{self, About, QuestionEvent, QuestionId},
};
use anyhow::Context as _;
use identity::{Directory, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Actor, Instant,
    calendar::Span,
    id::OfficeCode,
};
use store::{Batch, files::Upload};
use uuid::Uuid;

const DAY: i64 = 86_400;

/// Who acts: leaders who give, heads who work.
struct Cast<'a> {
    s: &'a Ops,
    directory: &'a Directory,
    now: Instant,
}

impl Cast<'_> {
    async fn actor(&self, key: &str) -> anyhow::Result<Actor> {
        let account = self.directory.by_subject(DEMO_ISSUER_KEY, key).await?.with_context(|| format!("no account “{key}”"))?;
        self.directory.actor(account.id, self.now).await?.with_context(|| format!("the account “{key}” is closed"))
    }
    async fn who(&self, key: &str, at: Instant) -> anyhow::Result<Who> {
        let actor = self.actor(key).await?;
        let who = self.s.who(&actor);
        Ok(Who { author: Author::new(&actor, at), ..who })
    }
    async fn person(&self, key: &str) -> anyhow::Result<Person> {
        let account = self.directory.by_subject(DEMO_ISSUER_KEY, key).await?.with_context(|| format!("no account “{key}”"))?;
        self.s.people.person(account.id, self.now).await?.with_context(|| format!("“{key}” holds no post"))
    }
    /// So many days ago in the morning, never in the future.
    fn ago(&self, days: i64) -> Instant {
        kernel::time::midnight(self.now.plus_seconds(-days * DAY).date()).plus_seconds(9 * 3600).min(self.now.plus_seconds(-120))
    }
}

/// A task of the demonstration: what, who gives it, who leads it, until when, since when.
struct Task {
    text: &'static str,
    product: &'static str,
    giver: &'static str,
    lead: &'static str,
    partners: &'static [&'static str],
    front: &'static str,
    due: Due,
    given: i64,
}

/// How far a task has come: who does what, so many days after the giving.
type Steps = Vec<(i64, &'static str, Act)>;

/// Fills a room without directives; answers how many there are now.
pub async fn fill(s: &Ops, directory: &Directory) -> anyhow::Result<usize> {
    if s.scope.one("SELECT 1 AS one FROM directive WHERE province = $1 AND origin = 'hand' LIMIT 1", Vec::new()).await?.is_some() {
        return Ok(0);
    }
    let cast = Cast { s, directory, now: s.now() };
    let mut made = 0;
    for (task, steps) in tasks(cast.now) {
        let mut batch = s.scope.batch();
        write(&cast, &mut batch, &task, steps).await.with_context(|| task.text.to_owned())?;
        s.scope.commit(batch).await?;
        made += 1;
    }
    questions(&cast).await?;
    Ok(made)
}

async fn write(cast: &Cast<'_>, batch: &mut Batch, t: &Task, steps: Steps) -> anyhow::Result<()> {
    let s = cast.s;
    let given = cast.ago(t.given);
    let unit = |code: &str| s.unit_ref(&OfficeCode::new(code)).with_context(|| format!("no office {code}"));
    let order = Order {
        text: t.text.into(),
        product: t.product.into(),
        target: String::new(),
        urgency: s.catalog.directives.urgencies.first().map(|u| u.code.clone()).unwrap_or_default(),
        limited: false,
        front: t.front.into(),
        assigner: cast.person(t.giver).await?,
        lead: unit(t.lead)?,
        partners: t.partners.iter().map(|c| unit(c)).collect::<anyhow::Result<_>>()?,
        monitor: None,
        source: Some(Source { number: "12/KL-UBND".into(), date: Some(given.plus_seconds(-DAY).date()), issuer: "Ủy ban nhân dân thành phố".into(), summary: "Kết luận về đẩy mạnh chuyển đổi số".into(), ..Source::default() }),
        due: t.due,
    };
    let giver = cast.who(t.giver, given).await?;
    let code = s.next_code(given.date().year()).await?;
    let mut course = s.course(batch, &giver, DirectiveId::new(Uuid::now_v7()), &code, &order)?;
    s.course_act(batch, &giver, &mut course, &Act::Give)?;
    for (after, key, act) in steps {
        let at = given.plus_seconds(after * DAY + 3_600).min(cast.now.plus_seconds(-60));
        let who = cast.who(key, at).await?;
        let act = match act {
            Act::Submit(p) => {
                let bytes = [sample_paper(), format!("%{}{}\n", t.text, at.micros()).into_bytes()].concat();
                let file = s.course_file(batch, &who, Upload { name: "ket-qua.pdf".into(), claimed: None, bytes: bytes.into() }).await?;
                Act::Submit(Product { file: Some(file), ..p })
            }
            other => other,
        };
        s.course_act(batch, &who, &mut course, &act)?;
    }
    Ok(())
}

fn said(text: &str, percent: u32) -> Act {
    Act::Progress(Progress { text: text.into(), percent: Some(percent), ..Progress::default() })
}

fn product(text: &str) -> Act {
    Act::Submit(Product { text: text.into(), document: "45/BC-SXD".into(), file: None })
}

fn accept() -> Act {
    Act::Accept { quality: "good".into(), note: String::new() }
}

/// Leader `thanh` of the province gives; `binh`, `phuoc`, `vinh`, `cuong`, `khanh` lead.
fn tasks(now: Instant) -> Vec<(Task, Steps)> {
    let on = |days: i64| Due::On { day: now.plus_seconds(days * DAY).date() };
    let task = |text, product, lead, front, due, given| Task { text, product, giver: "thanh", lead, partners: &[], front, due, given };
    vec![
        (
            Task { partners: &["H29.06", "H29.161"], ..task("Xử lý dứt điểm hồ sơ cấp phép xây dựng quá hạn tại các phường", "Báo cáo từng hồ sơ", "H29.02", "people", on(-5), 30) },
            vec![(1, "binh", Act::Receive), (10, "binh", said("Đã xử lý 21/27 hồ sơ", 78))],
        ),
        (
            task("Hoàn thành số hóa kho hồ sơ đất đai quý này", "100% hồ sơ được số hóa", "H29.06", "government", on(-40), 75),
            vec![(1, "vinh", Act::Receive), (20, "vinh", Act::Progress(Progress { text: "Đã quét 61% kho hồ sơ".into(), percent: Some(61), obstacle: "Thiếu kinh phí thuê máy quét".into(), proposal: "Bổ sung kinh phí từ nguồn chuyển đổi số".into(), ..Progress::default() }))],
        ),
        (task("Công bố 20 thủ tục toàn trình ngành văn hóa", "Quyết định công bố", "H29.07", "people", on(2), 15), vec![(1, "cuong", Act::Receive), (6, "cuong", said("Đã rà soát 14 thủ tục", 60))]),
        (
            task("Trình kế hoạch hỗ trợ doanh nghiệp nhỏ chuyển đổi số năm sau", "Tờ trình và dự thảo kế hoạch", "H29.03", "business", on(9), 20),
            vec![(1, "phuoc", Act::Receive), (12, "phuoc", said("Đã lấy ý kiến 6 sở", 70)), (18, "phuoc", product("Tờ trình kèm dự thảo kế hoạch"))],
        ),
        (
            task("Kết nối dữ liệu cấp phép xây dựng với dữ liệu đất đai", "Biên bản nghiệm thu kết nối", "H29.02", "government", on(1), 25),
            vec![(1, "binh", Act::Receive), (20, "binh", Act::AskExtension { day: now.plus_seconds(16 * DAY).date(), reason: "Hệ thống đất đai đang nâng cấp đến hết tháng, đã thống nhất lịch thử nghiệm.".into(), file: None })],
        ),
        (task("Tổ chức điểm hỗ trợ dịch vụ công trực tuyến tại khu phố", "Danh sách điểm hỗ trợ", "H29.161", "people", on(-12), 40), vec![(1, "khanh", Act::Receive), (20, "khanh", product("12 điểm hỗ trợ đã hoạt động")), (22, "thanh", accept())]),
        (
            task("Rà soát, cắt giảm thành phần hồ sơ đã có dữ liệu", "Báo cáo rà soát", "H29.03", "government", on(-10), 45),
            vec![(1, "phuoc", Act::Receive), (30, "phuoc", product("Báo cáo rà soát lần một")), (31, "thanh", Act::Return { reason: "Chưa nêu phương án cho lĩnh vực đầu tư".into() }), (38, "phuoc", product("Báo cáo đã bổ sung lĩnh vực đầu tư")), (39, "thanh", accept())],
        ),
        (task("Theo dõi, chấn chỉnh kỷ luật xin lỗi khi hồ sơ trễ hạn", "Báo cáo định kỳ", "H29.161", "people", Due::Undated, 120), vec![(2, "khanh", Act::Receive)]),
        (task("Xây dựng kho câu hỏi đáp về thủ tục xây dựng", "Bộ câu hỏi đáp", "H29.02", "people", Due::After { span: Span::working_days(30) }, 3), vec![]),
        (
            task("Cung cấp số liệu lao động nhập cư cho hệ thống chỉ tiêu", "Bộ số liệu", "H29.08", "business", on(12), 6),
            vec![(1, "ich", Act::Refuse { reason: "Số liệu lao động không thuộc thẩm quyền quản lý của Sở.".into() })],
        ),
        (task("Tập huấn ký số cho lãnh đạo phường, xã", "Danh sách đã tập huấn", "H29.01", "government", on(-20), 50), vec![]),
    ]
}

async fn questions(cast: &Cast<'_>) -> anyhow::Result<()> {
    let s = cast.s;
    let about = |label: &str| About { kind: "figure".into(), label: label.into(), path: "/work/board/dossiers?due=late".into() };
    for (label, lead, days, answer) in [
        ("Hồ sơ quá hạn: Sở Xây dựng", "H29.02", 1, Some(("binh", "Sáu hồ sơ chờ ý kiến phòng cháy; đã hẹn lại và xin lỗi từng người, xong trong tuần."))),
        ("Hồ sơ quá hạn: Phường Xuân Hòa", "H29.161", 1, None),
    ] {
        let asked = cast.ago(days);
        let asker = cast.who("thanh", asked).await?;
        let office = s.unit_ref(&OfficeCode::new(lead)).with_context(|| format!("no office {lead}"))?;
        let span = s.catalog.rules(asked.date())?.explanation;
        let answer_by = s.units.calendar(&office.code)?.step_due(asked, span)?;
        let id = QuestionId::new(Uuid::now_v7());
        let event = question::ask(id, &about(label), "Nguyên nhân, việc đã làm và ngày xong?", &office, answer_by, &asker)?;
        let mut batch = s.scope.batch();
        match answer {
            Some((key, text)) => {
                let by = cast.who(key, asked.plus_seconds(3 * 3_600).min(cast.now.plus_seconds(-60))).await?;
                let answered = QuestionEvent::Answered { text: text.into(), name: by.author.name.clone() };
                s.course_question(&mut batch, &asker.author, id, &event, Some((&by.author, &answered)))?;
            }
            None => s.course_question(&mut batch, &asker.author, id, &event, None)?,
        }
        s.scope.commit(batch).await?;
    }
    Ok(())
}
