//! Meetings of the demonstration: one being prepared, one sent with papers and opinions, one concluded with two directives.

use super::applications::sample_paper;
use ::meetings::{
    Author, Course, MeetingId, Meetings, Person,
    meeting::{Act, Answer, Choice, Invitation, Meeting, Plan, PlannedItem, Presence, Stance, Task, Time, UnitRef, Way},
};
use anyhow::Context as _;
use identity::{Directory, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Instant,
    time::{Date, Weekday, midnight},
};
use store::{Batch, files::Upload};
use uuid::Uuid;

const DAY: i64 = 86_400;

/// Who meets: of the department of construction and those it invites.
struct People {
    chair: Person,
    secretary: Person,
    members: Vec<Person>,
    guest: Person,
}

/// Fills a room without meetings; answers how many there are now.
pub async fn fill(s: &Meetings, directory: &Directory) -> anyhow::Result<usize> {
    if s.scope.one("SELECT 1 AS one FROM meeting WHERE province = $1 LIMIT 1", Vec::new()).await?.is_some() {
        return Ok(0);
    }
    let now = s.now();
    let found = async |key: &str| -> anyhow::Result<Person> {
        let account = directory.by_subject(DEMO_ISSUER_KEY, key).await?.with_context(|| format!("no account “{key}”"))?;
        s.people.person(account.id, now).await?.with_context(|| format!("“{key}” holds no post"))
    };
    let people = People {
        chair: found("hung").await?,
        secretary: found("yen").await?,
        members: vec![found("binh").await?, found("phuoc").await?, found("vinh").await?],
        guest: found("tuan").await?,
    };
    let mut batch = s.scope.batch();
    drafting(s, &people, &mut batch, now)?;
    sent(s, &people, &mut batch, now).await?;
    concluded(s, &people, &mut batch, now).await?;
    s.scope.commit(batch).await?;
    Ok(3)
}

/// So many days from today at an hour, on a day of the week on which offices meet.
fn on(now: Instant, days: i64, minutes: i64) -> Instant {
    let mut day: Date = now.plus_seconds(days * DAY).date();
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        day = day.tomorrow().unwrap_or(day);
    }
    midnight(day).plus_seconds(minutes * 60)
}

fn by(p: &Person, at: Instant) -> Author {
    Author { account: p.account, name: p.name.clone(), at }
}

fn plan(people: &People, title: &str, kind: &str, starts: Instant, agenda: &[(&str, &str, u32)]) -> Plan {
    let item = |(title, presenter, minutes): &(&str, &str, u32)| PlannedItem { no: None, title: (*title).into(), presenter: (*presenter).into(), minutes: *minutes };
    Plan {
        id: MeetingId::new(Uuid::now_v7()),
        office: people.chair.office.clone(),
        office_name: people.chair.office_name.clone(),
        title: title.into(),
        kind: kind.into(),
        chair: people.chair.clone(),
        secretary: people.secretary.clone(),
        time: Time { starts, ends: starts.plus_seconds(2 * 3600), place: "Phòng họp số 2".into(), link: Some("https://hop.phusa.example/xay-dung".into()) },
        agenda: agenda.iter().map(item).collect(),
    }
}

fn invitations(people: &People) -> Act {
    let members = people.members.iter().map(|p| Invitation { person: p.clone(), votes: true });
    Act::Invite(members.chain([Invitation { person: people.guest.clone(), votes: false }]).collect())
}

/// One step after another by whoever takes it, at its time.
fn steps(s: &Meetings, batch: &mut Batch, course: &mut Course<Meeting>, list: Vec<(&Person, Instant, Act)>) -> anyhow::Result<()> {
    for (who, at, act) in list {
        s.course_act(batch, &by(who, at), course, &act)?;
    }
    Ok(())
}

async fn paper(s: &Meetings, batch: &mut Batch, who: &Person, at: Instant, item: u32, paper: Option<u32>, title: &str) -> anyhow::Result<Act> {
    // Each paper is a file of its own: the title stands behind the last object as a comment.
    let bytes = [sample_paper(), format!("%{title}{}\n", at.micros()).into_bytes()].concat();
    let upload = Upload { name: format!("{title}.pdf"), claimed: None, bytes: bytes.into() };
    let version = s.course_paper(batch, &by(who, at), upload).await?;
    Ok(Act::File { item, paper, title: title.into(), version: Box::new(version) })
}

fn drafting(s: &Meetings, people: &People, batch: &mut Batch, now: Instant) -> anyhow::Result<()> {
    let agenda = [("Rà soát hồ sơ cấp phép xây dựng quá hạn", "Phòng Quản lý xây dựng", 30), ("Kế hoạch kiểm tra công trình quý tới", "Thanh tra Sở", 20)];
    let plan = plan(people, "Họp giao ban Sở Xây dựng", "weekly", on(now, 8, 8 * 60), &agenda);
    let begun = now.plus_seconds(-3600);
    let mut course = s.course(batch, &by(&people.secretary, begun), &plan)?;
    steps(s, batch, &mut course, vec![(&people.secretary, begun.plus_seconds(600), invitations(people))])
}

async fn sent(s: &Meetings, people: &People, batch: &mut Batch, now: Instant) -> anyhow::Result<()> {
    let agenda = [("Dự thảo quy trình liên thông cấp phép xây dựng", "Phòng Quản lý xây dựng", 40), ("Phương án kết nối dữ liệu đất đai – xây dựng", "Trung tâm Công nghệ thông tin", 30)];
    let plan = plan(people, "Họp chuyên đề về liên thông cấp phép xây dựng", "topical", on(now, 5, 14 * 60), &agenda);
    let (yen, binh, phuoc) = (&people.secretary, &people.members[0], &people.members[1]);
    let begun = now.plus_seconds(-2 * DAY);
    let at = |hours: i64| begun.plus_seconds(hours * 3600);
    let mut course = s.course(batch, &by(yen, begun), &plan)?;
    let first = paper(s, batch, yen, at(1), 1, None, "Dự thảo quy trình liên thông").await?;
    let second = paper(s, batch, yen, at(1), 2, None, "Phương án kết nối dữ liệu").await?;
    let later = paper(s, batch, yen, at(30), 1, Some(1), "Dự thảo quy trình liên thông").await?;
    steps(s, batch, &mut course, vec![
        (yen, at(1), first),
        (yen, at(1), second),
        (yen, at(2), invitations(people)),
        (yen, at(3), Act::Send { days_ahead: Some(s.catalog.rules(begun.date())?.papers_days_ahead) }),
        (binh, at(6), Act::Answer(Answer::Coming)),
        (phuoc, at(7), Act::Answer(Answer::Coming)),
        (binh, at(20), Act::Opine { item: 1, stance: Stance::Agree, text: "Thống nhất; đề nghị thí điểm tại hai phường trước.".into() }),
        (phuoc, at(22), Act::Opine { item: 1, stance: Stance::WithChanges, text: "Bổ sung dự toán kinh phí vận hành và nguồn chi.".into() }),
        (yen, at(30), later),
    ])
}

async fn concluded(s: &Meetings, people: &People, batch: &mut Batch, now: Instant) -> anyhow::Result<()> {
    let agenda = [("Kết quả giải quyết hồ sơ cấp phép tháng trước", "Phòng Quản lý xây dựng", 20), ("Tờ trình kế hoạch kinh phí số hóa hồ sơ", "Văn phòng Sở", 30)];
    let starts = on(now, -10, 8 * 60);
    let plan = plan(people, "Họp thường kỳ về giải quyết thủ tục xây dựng", "regular", starts, &agenda);
    let (hung, yen) = (&people.chair, &people.secretary);
    let (binh, phuoc, vinh) = (&people.members[0], &people.members[1], &people.members[2]);
    let begun = starts.plus_seconds(-5 * DAY);
    let at = |minutes: i64| starts.plus_seconds(minutes * 60);
    let present = |p: &Person, way| Act::Mark { account: p.account, presence: Presence::Present(way) };
    let mut course = s.course(batch, &by(yen, begun), &plan)?;
    let report = paper(s, batch, yen, begun.plus_seconds(600), 1, None, "Báo cáo kết quả giải quyết hồ sơ").await?;
    let proposal = paper(s, batch, yen, begun.plus_seconds(700), 2, None, "Tờ trình kế hoạch kinh phí").await?;
    steps(s, batch, &mut course, vec![
        (yen, begun.plus_seconds(600), report),
        (yen, begun.plus_seconds(700), proposal),
        (yen, begun.plus_seconds(900), invitations(people)),
        (yen, begun.plus_seconds(3600), Act::Send { days_ahead: Some(s.catalog.rules(begun.date())?.papers_days_ahead) }),
        (phuoc, begun.plus_seconds(DAY), Act::Opine { item: 2, stance: Stance::WithChanges, text: "Đề nghị tách chi thường xuyên và chi đầu tư.".into() }),
        (vinh, begun.plus_seconds(2 * DAY), Act::Answer(Answer::Absent { reason: "Đi công tác theo kế hoạch".into() })),
        (hung, at(0), Act::Open),
        (hung, at(1), present(hung, Way::InRoom)),
        (yen, at(1), present(yen, Way::InRoom)),
        (binh, at(2), present(binh, Way::InRoom)),
        (phuoc, at(2), present(phuoc, Way::Online)),
        (phuoc, at(25), Act::AskToSpeak { item: 2, guest: None }),
        (yen, at(30), Act::Call { no: 1 }),
        (yen, at(36), Act::EndSpeech { no: 1 }),
        (hung, at(40), Act::OpenPoll { item: 2, text: "Thông qua kế hoạch kinh phí số hóa hồ sơ".into() }),
        (hung, at(41), Act::Vote { poll: 1, choice: Choice::Agree }),
        (binh, at(41), Act::Vote { poll: 1, choice: Choice::Agree }),
        (phuoc, at(42), Act::Vote { poll: 1, choice: Choice::Agree }),
        (hung, at(43), Act::ClosePoll { poll: 1 }),
        (yen, at(60), conclusion(1, "Xử lý dứt điểm hồ sơ quá hạn, có văn bản xin lỗi và hẹn lại từng trường hợp.", binh, &[], now, 12, "Báo cáo kết quả từng hồ sơ")),
        (yen, at(62), conclusion(2, "Hoàn thiện kế hoạch kinh phí số hóa hồ sơ, tách chi thường xuyên và chi đầu tư.", phuoc, &[vinh], now, 20, "Tờ trình Ủy ban nhân dân thành phố")),
        (hung, at(70), Act::Close),
        (hung, at(80), Act::Approve { no: 1 }),
        (hung, at(81), Act::Approve { no: 2 }),
        (hung, at(82), Act::Conclude),
        (hung, at(90), Act::Direct { no: 1 }),
        (hung, at(91), Act::Direct { no: 2 }),
    ])
}

fn conclusion(item: u32, text: &str, lead: &Person, co: &[&Person], now: Instant, days: i64, result: &str) -> Act {
    let unit = |p: &Person| UnitRef { code: p.office.clone(), name: p.office_name.clone() };
    let task = Task { lead: unit(lead), co: co.iter().map(|p| unit(p)).collect(), due: now.plus_seconds(days * DAY).date(), result: result.into() };
    Act::Write { no: None, item, text: text.into(), task: Some(Box::new(task)) }
}
